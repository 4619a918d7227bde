// Command assets bundles the look of e-POM: styles, script, fonts and icons from static/src and static/vendor go
// into static/dist under names that carry a hash of their content, with static/dist/manifest.json naming each.
// The result is committed, so running e-POM needs neither Node nor network, and neither does this command.
//
//	go run ./cmd/assets          build static/dist
//	go run ./cmd/assets wasm     build the engine of the offline client into static/wasm (not committed)
//	go run ./cmd/assets vendor   first copy the pinned npm packages of static/node_modules into static/vendor
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	const root = "static"
	if len(args) > 0 && args[0] == "wasm" {
		return wasm(root)
	}
	if len(args) > 0 && args[0] == "vendor" {
		if err := vendor(root); err != nil {
			return err
		}
	}
	files, err := build(root)
	if err != nil {
		return err
	}
	return write(filepath.Join(root, "dist"), files)
}

// write replaces the content of dir by files.
func write(dir string, files map[string][]byte) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
