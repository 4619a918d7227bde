// Package static holds the built look of e-POM (styles, script, fonts, icons). Sources lie in src, foreign files in
// vendor; `go run ./cmd/assets` builds dist. Every built file carries a hash of its content in its name, so it may be
// cached for ever.
package static

import (
	"embed"
	"encoding/json"
	"io/fs"
)

//go:embed dist
var dist embed.FS

//go:embed wasm
var wasm embed.FS

// Engine returns the engine of the offline client, compressed by brotli, and the script that starts it. ok is false in a
// binary that was built without them.
func Engine() (engine, script []byte, ok bool) {
	engine, err := wasm.ReadFile("wasm/offline.wasm.br")
	if err != nil {
		return nil, nil, false
	}
	script, err = wasm.ReadFile("wasm/wasm_exec.js")
	return engine, script, err == nil
}

// Prefix is where FS is served.
const Prefix = "/static/"

// FS holds the built files, named as in URL without Prefix.
var FS = must(fs.Sub(dist, "dist"))

var manifest = must(readManifest())

// URL returns the address of a built file by its plain name ("app.css" → "/static/app-7XK2.css"). A name that was not
// built is a mistake in a template and panics; every template is rendered once at start, so it cannot hide.
func URL(name string) string {
	hashed, ok := manifest[name]
	if !ok {
		panic("static: no built file " + name)
	}
	return Prefix + hashed
}

func readManifest() (map[string]string, error) {
	data, err := fs.ReadFile(FS, "manifest.json")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	return names, json.Unmarshal(data, &names)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
