package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// packing is the level of compression: a step more would cost half a minute for a few per cent.
const packing = 9

// wasm builds the engine of the offline client into root/wasm, compressed, with the script of the same Go that starts it.
// It writes only what changed, so that the binary that embeds it is not linked anew for nothing.
func wasm(root string) error {
	dir, err := os.MkdirTemp("", "epom-wasm-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	out := filepath.Join(dir, "offline.wasm")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w -buildid=", "-o", out, "./cmd/offline")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build ./cmd/offline: %w\n%s", err, said)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := brotli.NewWriterLevel(&packed, packing)
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"offline.wasm.br": packed.Bytes(), "wasm_exec.js": script} {
		path := filepath.Join(root, "wasm", name)
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
			continue
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
