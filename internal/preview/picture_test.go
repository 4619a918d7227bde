package preview

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

func decoded(t *testing.T, p Picture) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(p.Data))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != p.Width || img.Bounds().Dy() != p.Height {
		t.Fatalf("the picture is %v, it says %d × %d", img.Bounds(), p.Width, p.Height)
	}
	return img
}

func darkShare(img image.Image) float64 {
	dark, b := 0, img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if isDark(img, x, y) {
				dark++
			}
		}
	}
	return float64(dark) / float64(b.Dx()*b.Dy())
}

func isDark(img image.Image, x, y int) bool {
	return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128
}

// corner is a white picture with a dark upper left quarter.
func corner(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		if x, y := i%w, i/w; x >= w/2 || y >= h/2 {
			img.Pix[i] = 255
		}
	}
	return img
}

func TestPictures(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	var asPNG, asJPEG, asGIF bytes.Buffer
	if err := png.Encode(&asPNG, corner(1600, 800)); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, corner(1600, 800), nil); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&asGIF, corner(200, 100), nil); err != nil {
		t.Fatal(err)
	}
	for media, c := range map[string]struct {
		data  []byte
		width int
	}{"image/png": {asPNG.Bytes(), 1000}, "image/jpeg": {asJPEG.Bytes(), 1000}, "image/gif": {asGIF.Bytes(), 200}} {
		p := mustMake(t, m, c.data, media, Options{})
		if p.Problem != None || len(p.Pictures) != 1 || p.Pages != 1 || p.Pictures[0].Width != c.width || p.Pictures[0].Height != c.width/2 || p.Thumb.Width != min(c.width, 320) {
			t.Fatalf("%s: %q, %d pictures", media, p.Problem, len(p.Pictures))
		}
		if img := decoded(t, p.Pictures[0]); !isDark(img, c.width/4, c.width/8) || isDark(img, c.width*3/4, c.width/8) || isDark(img, c.width/4, c.width*3/8) {
			t.Errorf("%s: the dark quarter is not where it was", media)
		}
	}
}

// TestBomb: a picture of few bytes and countless pixels is refused before it is opened.
func TestBomb(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	var b bytes.Buffer
	if err := png.Encode(&b, corner(8, 8)); err != nil {
		t.Fatal(err)
	}
	for _, side := range []uint32{50_000, 0} {
		head := bytes.Clone(b.Bytes())
		binary.BigEndian.PutUint32(head[16:], side)
		binary.BigEndian.PutUint32(head[20:], side)
		binary.BigEndian.PutUint32(head[29:], crc(head[12:29]))
		want := TooLarge
		if side == 0 {
			want = Broken
		}
		if p := mustMake(t, m, head, "image/png", Options{}); p.Problem != want {
			t.Errorf("side %d: %q, want %q", side, p.Problem, want)
		}
	}
}

// TestHeld: pictures of a camera held anyhow come out upright (EXIF 2.32, 4.6.4, Orientation).
func TestHeld(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	for held := 1; held <= 8; held++ {
		// The upright picture is 320 × 160 with a dark upper left quarter; store it as the camera would have.
		w, h := 320, 160
		upright := corner(w, h)
		size := turned(held).size(w, h)
		stored := image.NewGray(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				// where the stored pixel is seen, by the standard's table
				seen := map[int]image.Point{1: {x, y}, 2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
					5: {y, x}, 6: {w - 1 - y, x}, 7: {w - 1 - y, h - 1 - x}, 8: {y, h - 1 - x}}[held]
				stored.SetGray(x, y, upright.GrayAt(seen.X, seen.Y))
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			p := mustMake(t, m, withOrientation(t, stored, held, order), "image/jpeg", Options{})
			if len(p.Pictures) != 1 || p.Pictures[0].Width != w || p.Pictures[0].Height != h {
				t.Fatalf("held %d: %q %v", held, p.Problem, p.Thumb)
			}
			img := decoded(t, p.Pictures[0])
			if !isDark(img, w/4, h/4) || isDark(img, 3*w/4, h/4) || isDark(img, w/4, 3*h/4) {
				t.Errorf("held %d: not upright", held)
			}
			if bytes.Contains(p.Pictures[0].Data, []byte("Exif")) {
				t.Error("what the camera noted went out with the picture")
			}
		}
	}
}

// withOrientation is a JPEG with an Exif segment of one entry.
func withOrientation(t *testing.T, img image.Image, held int, order binary.AppendByteOrder) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, uint16(held))
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(out, segment...), b.Bytes()[2:]...)
}

// TestPrinted: print keeps its look in a palette; photographs are left alone.
func TestPrinted(t *testing.T) {
	t.Parallel()
	page := image.NewRGBA(image.Rect(10, 20, 210, 320))
	photo := image.NewRGBA(page.Rect)
	for y := 20; y < 320; y++ {
		for x := 10; x < 210; x++ {
			ink := color.RGBA{255, 255, 255, 255}
			if y%10 == 0 {
				ink = color.RGBA{uint8(y / 2), 30, 40, 255}
			}
			page.SetRGBA(x, y, ink)
			photo.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	flat := printed(page)
	if flat == nil || flat.Bounds().Size() != page.Bounds().Size() || len(flat.Palette) > 16 {
		t.Fatalf("a page of print: %v", flat)
	}
	for y := range 300 {
		for x := range 200 {
			r, g, b, _ := flat.At(x, y).RGBA()
			want := page.RGBAAt(10+x, 20+y)
			for got, want := range map[uint32]uint8{r >> 8: want.R, g >> 8: want.G, b >> 8: want.B} {
				if d := int(got) - int(want); d < -8 || d > 8 {
					t.Fatalf("%d, %d: %v became %v", x, y, want, flat.At(x, y))
				}
			}
		}
	}
	if printed(photo) != nil || printed(image.NewRGBA(page.Rect)) != nil {
		t.Error("what is no print was made one")
	}
}
