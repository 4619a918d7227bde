package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

type copied struct{ from, to string }

// vendored maps files of node_modules (patterns) to folders of static/vendor. Only what the bundle uses is taken over.
var vendored = []copied{
	{"@gov-design-system-ce/styles/lib/html/tokens.css", "gov"},
	{"@gov-design-system-ce/styles/lib/html/styles.css", "gov"},
	{"@gov-design-system-ce/fonts/lib/roboto-regular*.woff2", "gov/fonts"},
	{"@gov-design-system-ce/fonts/lib/roboto-medium.woff2", "gov/fonts"},
	{"@gov-design-system-ce/fonts/lib/roboto-medium-ext.woff2", "gov/fonts"},
	{"@gov-design-system-ce/fonts/lib/roboto-bold.woff2", "gov/fonts"},
	{"@gov-design-system-ce/fonts/lib/roboto-bold-ext.woff2", "gov/fonts"},
	{"htmx.org/dist/htmx.esm.js", "htmx"},
	{"htmx.org/LICENSE", "htmx"},
	{"htmx-ext-sse/sse.js", "htmx"},
}

// Icons of the design system: small ones are drawn at text size, large ones stand alone.
var (
	smallIcons = strings.Fields(`check-lg check-circle-fill chevron-down chevron-left chevron-right chevron-up copy download envelope-fill
		exclamation-triangle-fill eye geo-alt-fill house-door-fill info-circle-fill info-circle lightbulb-fill list moon
		person-fill plus-lg search sun telephone upload x-lg briefcase box-arrow-up-right
		arrow-down`)
	largeIcons = strings.Fields(`house map pet documents envelope car help`)
)

// vendor copies the files named in vendored from root/node_modules to root/vendor.
func vendor(root string) error {
	wanted := slices.Clone(vendored)
	for _, name := range smallIcons {
		wanted = append(wanted, copied{"@gov-design-system-ce/icons/lib/components/" + name + ".svg", "gov/icons"})
	}
	for _, name := range largeIcons {
		wanted = append(wanted, copied{"@gov-design-system-ce/icons/lib/complex/" + name + ".svg", "gov/icons"})
	}
	for _, v := range wanted {
		paths, err := filepath.Glob(filepath.Join(root, "node_modules", filepath.FromSlash(v.from)))
		if err != nil {
			return err
		}
		if len(paths) == 0 {
			return &os.PathError{Op: "vendor", Path: v.from, Err: os.ErrNotExist}
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			dir := filepath.Join(root, "vendor", filepath.FromSlash(v.to))
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
