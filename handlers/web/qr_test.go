package web

import (
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

var run = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// paint draws the path on a grid.
func paint(t *testing.T, code QR) *image.Gray {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, code.Size, code.Size))
	d := strings.TrimSuffix(strings.TrimPrefix(string(code.Path), `d="`), `"`)
	if rest := run.ReplaceAllString(d, ""); rest != "" {
		t.Fatalf("path holds %q", rest)
	}
	for _, m := range run.FindAllStringSubmatch(d, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		n, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("run %v does not close", m)
		}
		for i := range n {
			img.SetGray(x+i, y, color.Gray{255})
		}
	}
	return img
}

func TestQRIsWhatTheEncoderMade(t *testing.T) {
	t.Parallel()
	const text = "https://epom.example/podani/K7MF-3XQP?k=AbCdEfGhIjKlMnOpQrSt"
	want, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	code := NewQR(text)
	n := want.Bounds().Dx()
	if code.Size != n+8 {
		t.Fatalf("size %d for %d modules", code.Size, n)
	}
	img := paint(t, code)
	for y := range code.Size {
		for x := range code.Size {
			inside := x >= 4 && y >= 4 && x < n+4 && y < n+4
			if black := img.GrayAt(x, y).Y > 0; black != (inside && dark(want.At(x-4, y-4))) {
				t.Fatalf("module %d,%d is wrong", x, y)
			}
		}
	}
	if long := NewQR(strings.Repeat("x", 5000)); long.Size != 0 {
		t.Error("a picture of what does not fit")
	}
}
