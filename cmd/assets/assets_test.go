package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../../static"

// Limits of what a first visit loads, compressed.
const (
	maxCSS = 40_000
	maxJS  = 30_000
)

func TestDistIsBuiltFromSources(t *testing.T) {
	t.Parallel()
	built, err := build(root)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadDir(filepath.Join(root, "dist"))
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) != len(built) {
		t.Errorf("dist has %d files, the sources give %d: run go run ./cmd/assets", len(kept), len(built))
	}
	for name, data := range built {
		old, err := os.ReadFile(filepath.Join(root, "dist", name))
		if err != nil || !bytes.Equal(old, data) {
			t.Errorf("dist/%s is not what the sources give: run go run ./cmd/assets", name)
		}
	}
}

func TestSizeBudget(t *testing.T) {
	t.Parallel()
	built, err := build(root)
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]int{".css": maxCSS, ".js": maxJS}
	seen := 0
	for name, data := range built {
		limit, ok := limits[filepath.Ext(name)]
		if !ok {
			continue
		}
		seen++
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(data)
		_ = z.Close()
		t.Logf("%s: %d bytes compressed of at most %d", name, b.Len(), limit)
		if b.Len() > limit {
			t.Errorf("%s is too big: %d > %d", name, b.Len(), limit)
		}
	}
	if seen < len(entries) {
		t.Errorf("looked at %d files, want at least the entries, %d", seen, len(entries))
	}
}

func TestSprite(t *testing.T) {
	t.Parallel()
	a, b := t.TempDir(), t.TempDir()
	put := func(dir, name, svg string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(svg), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(a, "one.svg", `<svg width="16" viewBox="0 0 16 16"><g clip-path="url(#c)"><path d="M0 0"/></g><defs><clipPath id="c"/></defs></svg>`)
	put(a, "two.svg", `<svg viewBox="0 0 1 1"><path d="M1 1"/></svg>`)
	put(b, "two.svg", `<svg viewBox="0 0 2 2"><path d="M2 2"/></svg>`)
	got, err := spriteOf(a, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<symbol id="one" viewBox="0 0 16 16"><g><path d="M0 0"/></g></symbol>`, `<symbol id="two" viewBox="0 0 2 2"><path d="M2 2"/></symbol>`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("sprite lacks %s in\n%s", want, got)
		}
	}
	put(b, "bad.svg", `<svg><path/></svg>`)
	if _, err := spriteOf(a, b); err == nil {
		t.Error("a picture without a viewBox was taken")
	}
}
