package preview

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

const (
	infoMax    = 1 << 20  // of what pdfinfo prints
	pictureMax = 64 << 20 // of one page drawn as PNG
	tallest    = 4        // a page's picture is at most so many times as high as wide
)

// pdf reads the document's facts, its text, then draws its pages one by one: a page that fails takes no other with it.
func (j *job) pdf() error {
	if !j.Available() {
		return ToolMissing
	}
	drawn := max(j.opts.MaxPages, 0)
	out, _, err := j.run(j.ctx, infoMax, "pdfinfo", "-enc", "UTF-8", "-f", "1", "-l", strconv.Itoa(max(drawn, 1)), document)
	if err != nil {
		return err
	}
	facts := readFacts(out)
	if facts.pages == 0 {
		return Broken
	}
	j.made.Pages, j.made.Title = facts.pages, clip(oneLine(clean(facts.title)), titleMax)
	return errors.Join(j.pdfText(), j.draw(facts, min(drawn, facts.pages)))
}

// pdfText takes the text in reading order; half of the time is left for the pictures.
func (j *job) pdfText() error {
	ctx, cancel := context.WithTimeout(j.ctx, j.limits.Time/2)
	defer cancel()
	out, full, err := j.run(ctx, j.limits.Text, "pdftotext", "-q", "-enc", "UTF-8", "-eol", "unix", document, "-")
	if err != nil && ctx.Err() != nil {
		err = Timeout
	}
	j.made.Cut = full
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	for _, page := range pages[:min(len(pages), j.made.Pages)] {
		j.made.Texts = append(j.made.Texts, clean(page))
	}
	return err
}

func (j *job) draw(f facts, pages int) error {
	var failed error
	for page := 1; page <= pages; page++ {
		w, h := f.fit(page, j.opts.Width)
		n := strconv.Itoa(page)
		out, full, err := j.run(j.ctx, pictureMax, "pdftoppm", "-q", "-png", "-singlefile", "-cropbox", "-f", n, "-l", n,
			"-scale-to-x", strconv.Itoa(w), "-scale-to-y", strconv.Itoa(h), document)
		if full {
			err = TooLarge
		}
		if err == nil {
			err = j.add(page, bytes.NewReader(out), out)
		}
		if err != nil {
			failed = err
		}
		if j.ctx.Err() != nil {
			return Timeout
		}
	}
	return failed
}

// facts are what pdfinfo says. They come from the document and may lie: they set the shape of pictures, never their bounds.
type facts struct {
	title string
	pages int
	sizes map[int][2]float64 // of a page as it is shown, in points
}

var (
	pagesLine = regexp.MustCompile(`(?m)^Pages: +(\d{1,7})$`)
	sizeLine  = regexp.MustCompile(`(?m)^Page +(\d{1,7}) size: +([\d.]{1,12}) x ([\d.]{1,12}) pts`)
	rotLine   = regexp.MustCompile(`(?m)^Page +(\d{1,7}) rot: +(90|270)$`)
	titleLine = regexp.MustCompile(`^Title: +(.*)`)
)

func readFacts(out []byte) facts {
	f := facts{sizes: map[int][2]float64{}}
	if m := titleLine.FindSubmatch(out); m != nil {
		f.title = string(m[1])
	}
	if all := pagesLine.FindAllSubmatch(out, -1); len(all) > 0 { // a title of several lines may say it too, but before
		f.pages, _ = strconv.Atoi(string(all[len(all)-1][1])) // seven digits
	}
	for _, m := range sizeLine.FindAllSubmatch(out, -1) {
		w, errW := strconv.ParseFloat(string(m[2]), 64)
		h, errH := strconv.ParseFloat(string(m[3]), 64)
		if page, err := strconv.Atoi(string(m[1])); err == nil && errW == nil && errH == nil {
			f.sizes[page] = [2]float64{w, h}
		}
	}
	for _, m := range rotLine.FindAllSubmatch(out, -1) {
		if page, err := strconv.Atoi(string(m[1])); err == nil {
			f.sizes[page] = [2]float64{f.sizes[page][1], f.sizes[page][0]}
		}
	}
	return f
}

// fit is the size of a page's picture in pixels: of the wanted width, but never higher than tallest times that.
func (f facts) fit(page, width int) (w, h int) {
	size := f.sizes[page]
	if size[0] <= 0 || size[1] <= 0 {
		size = [2]float64{210, 297}
	}
	return scaled(size[0], size[1], float64(width))
}

func scaled(w, h, width float64) (int, int) {
	by := min(width/w, tallest*width/h)
	return max(int(w*by+0.5), 1), max(int(h*by+0.5), 1)
}
