//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "offline runs in a browser: GOOS=js GOARCH=wasm go build ./cmd/offline")
	os.Exit(2)
}
