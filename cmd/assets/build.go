package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the files of src that pages refer to by name; what they import is found by esbuild.
var entries = []string{"app.css", "app.js", "kiosk.css", "kiosk.js", "kiosk-sw.js", "offline.css", "offline.js", "offline-sw.js"}

// build returns the files of dist by name, the manifest among them. It writes nothing.
func build(root string) (map[string][]byte, error) {
	src := filepath.Join(root, "src")
	files, manifest := map[string][]byte{}, map[string]string{}

	sprite, err := spriteOf(filepath.Join(root, "vendor", "gov", "icons"), filepath.Join(src, "icons"))
	if err != nil {
		return nil, err
	}
	add := func(name string, data []byte) {
		ext := filepath.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "-" + hash(data) + ext
		files[hashed], manifest[name] = data, hashed
	}
	add("icons.svg", sprite)
	images, err := filepath.Glob(filepath.Join(src, "named", "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range images {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		add(filepath.Base(path), data)
	}

	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	paths := make([]string, len(entries))
	for i, name := range entries {
		paths[i] = filepath.Join(abs, "src", name)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: abs, EntryPoints: paths, Outdir: filepath.Join(abs, "dist"),
		EntryNames: "[name]-[hash]", AssetNames: "[name]-[hash]",
		Loader: map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderFile},
		Bundle: true, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Format: api.FormatIIFE, Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		Engines: []api.Engine{{Name: api.EngineChrome, Version: "100"}, {Name: api.EngineFirefox, Version: "100"},
			{Name: api.EngineSafari, Version: "15.4"}},
		LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, f := range result.OutputFiles {
		name := filepath.Base(f.Path)
		files[name] = f.Contents
		manifest[plain(name)] = name
	}
	data, err := json.MarshalIndent(manifest, "", "  ")
	if err != nil {
		return nil, err
	}
	files["manifest.json"] = append(data, '\n')
	return files, nil
}

// plain takes the hash out of a built name: app-7XK2.css → app.css.
func plain(name string) string {
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if i := strings.LastIndexByte(stem, '-'); i > 0 {
		stem = stem[:i]
	}
	return stem + ext
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return base32.StdEncoding.EncodeToString(sum[:])[:8]
}

var (
	svgOpen = regexp.MustCompile(`(?s)^.*?<svg[^>]*?viewBox="([^"]+)"[^>]*>`)
	// Names inside a drawing would clash in the sprite; the clips of these icons only repeat their frame.
	svgClip  = regexp.MustCompile(`(?s) clip-path="[^"]*"|<defs>.*?</defs>`)
	svgInner = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
)

// spriteOf joins the .svg files of dirs into one file of symbols, each named after its file. A later folder wins over
// an earlier one, so that an icon of ours may replace one of the design system.
func spriteOf(dirs ...string) ([]byte, error) {
	symbols := map[string]string{}
	for _, dir := range dirs {
		paths, err := filepath.Glob(filepath.Join(dir, "*.svg"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			box, inner := svgOpen.FindSubmatch(data), svgInner.FindSubmatch(data)
			if box == nil || inner == nil {
				return nil, fmt.Errorf("%s: not an svg with a viewBox", path)
			}
			body := svgClip.ReplaceAll(inner[1], nil)
			id := strings.TrimSuffix(filepath.Base(path), ".svg")
			symbols[id] = fmt.Sprintf(`<symbol id="%s" viewBox="%s">%s</symbol>`, id, box[1],
				strings.Join(strings.Fields(string(body)), " "))
		}
	}
	names := make([]string, 0, len(symbols))
	for name := range symbols {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range names {
		b.WriteString(symbols[name] + "\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}
