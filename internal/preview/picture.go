package preview

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	_ "image/gif" // these kinds are opened too
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

const quality = 80

// picture makes a smaller picture of a picture.
func (j *job) picture() error {
	j.made.Pages = 1
	if j.opts.MaxPages < 0 {
		return nil
	}
	return j.add(1, j.file, nil)
}

// add decodes a picture and keeps it as a page's, no wider than wanted. asPNG is the same picture when it is a PNG we made.
func (j *job) add(page int, r io.ReadSeeker, asPNG []byte) error {
	config, kind, err := image.DecodeConfig(&timed{j.ctx, r})
	if err != nil {
		return Broken
	}
	if config.Width <= 0 || config.Height <= 0 {
		return Broken
	}
	if int64(config.Width)*int64(config.Height) > int64(j.limits.Pixels) {
		return TooLarge
	}
	turn := upright
	if kind == "jpeg" {
		turn = orientation(r)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	img, _, err := image.Decode(&timed{j.ctx, r})
	if err != nil {
		return Broken
	}
	size := img.Bounds().Size()
	if asPNG == nil {
		w, h := shrunk(turn.size(size.X, size.Y), j.opts.Width)
		size = turn.size(w, h)
	}
	small := turn.apply(resize(img, size))
	p, err := encode(page, small, asPNG)
	if err != nil {
		return err
	}
	j.made.Pictures = append(j.made.Pictures, p)
	if j.made.Thumb == nil {
		w, h := shrunk(small.Bounds().Size(), j.opts.Thumb)
		thumb, err := encode(page, resize(small, image.Pt(w, h)), nil)
		if err != nil {
			return err
		}
		j.made.Thumb = &thumb
	}
	return nil
}

// shrunk is the size of a picture made no wider than width; small ones stay as they are.
func shrunk(size image.Point, width int) (int, int) {
	return scaled(float64(size.X), float64(size.Y), float64(min(width, size.X)))
}

// resize draws a picture in a new size on white, which is what paper is.
func resize(src image.Image, size image.Point) *image.RGBA {
	dst := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if size == src.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), src, src.Bounds().Min, draw.Over)
	} else {
		draw.CatmullRom.Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Over, nil)
	}
	return dst
}

// encode writes a picture as PNG and as JPEG and keeps the smaller. asPNG is the picture as PNG when there is one already.
func encode(page int, img *image.RGBA, asPNG []byte) (Picture, error) {
	p := Picture{Page: page, Media: "image/png", Width: img.Bounds().Dx(), Height: img.Bounds().Dy(), Data: asPNG}
	exact := image.Image(img)
	if flat := printed(img); flat != nil {
		exact, p.Data = flat, nil
	}
	if p.Data == nil {
		var b bytes.Buffer
		if err := png.Encode(&b, exact); err != nil {
			return Picture{}, err
		}
		p.Data = b.Bytes()
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return Picture{}, err
	}
	if b.Len() < len(p.Data) {
		p.Media, p.Data = "image/jpeg", b.Bytes()
	}
	return p, nil
}

const (
	paper = 0xfff // white, as four bits of red, green and blue
	share = 6     // tenths of a page of print that are paper
)

// printed is a page of print on white paper in few colours, each of sixteen shades: it takes a third of the bytes and reads
// as well. It is nil for photographs and other pictures of many colours.
func printed(img *image.RGBA) *image.Paletted {
	size := img.Bounds().Size()
	flat, white := image.NewPaletted(image.Rectangle{Max: size}, nil), 0
	var known [paper + 1]int // 1 + the place in the palette
	for y := range size.Y {
		row, out := img.Pix[y*img.Stride:][:4*size.X], flat.Pix[y*flat.Stride:][:size.X]
		for x := range out {
			shade := nearest(row[4*x])<<8 | nearest(row[4*x+1])<<4 | nearest(row[4*x+2])
			if known[shade] == 0 {
				if len(flat.Palette) == 256 {
					return nil
				}
				flat.Palette = append(flat.Palette, color.RGBA{uint8(shade >> 8 * 17), uint8(shade >> 4 & 15 * 17), uint8(shade & 15 * 17), 255})
				known[shade] = len(flat.Palette)
			}
			if shade == paper {
				white++
			}
			out[x] = uint8(known[shade] - 1)
		}
	}
	if white*10 < size.X*size.Y*share {
		return nil
	}
	return flat
}

// nearest is the nearest of sixteen shades to a part of a colour.
func nearest(part uint8) uint { return (uint(part) + 8) / 17 }

// turned is how a camera was held: the value of EXIF's Orientation, 1 to 8.
type turned int

const upright turned = 1

// size is the size of the picture turned upright, and back: quarter turns swap its sides.
func (t turned) size(w, h int) image.Point {
	if t >= 5 {
		w, h = h, w
	}
	return image.Pt(w, h)
}

// apply turns a picture upright.
func (t turned) apply(src *image.RGBA) *image.RGBA {
	if t == upright {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dst := image.NewRGBA(image.Rectangle{Max: t.size(w, h)})
	for y := range h {
		for x := range w {
			u, v := x, y
			if t == 2 || t == 3 || t == 7 || t == 8 {
				u = w - 1 - x
			}
			if t == 3 || t == 4 || t == 6 || t == 7 {
				v = h - 1 - y
			}
			if t >= 5 {
				u, v = v, u
			}
			dst.SetRGBA(u, v, src.RGBAAt(x, y))
		}
	}
	return dst
}

// orientation reads EXIF's tag 0x0112 of a JPEG; anything odd is upright.
func orientation(r io.ReadSeeker) turned {
	start := make([]byte, 128<<10)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return upright
	}
	n, _ := io.ReadFull(r, start) // shorter files are whole
	_, tiff, found := bytes.Cut(start[:n], []byte("Exif\x00\x00"))
	if !found || len(tiff) < 8 {
		return upright
	}
	order := binary.ByteOrder(binary.BigEndian)
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return upright
	}
	for n := int64(order.Uint16(tiff[at:])); n > 0; n-- {
		entry := at + 2 + 12*(n-1)
		if entry+12 > int64(len(tiff)) {
			continue
		}
		if value := order.Uint16(tiff[entry+8:]); order.Uint16(tiff[entry:]) == 0x0112 && value >= 1 && value <= 8 {
			return turned(value)
		}
	}
	return upright
}
