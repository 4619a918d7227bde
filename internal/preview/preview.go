// Package preview makes what can be read and seen of a document without opening it: its text, pictures of its first pages
// and a thumbnail. Documents come from strangers. PDFs are looked into by poppler-utils out of process, with limits of time,
// memory, files and output, without our environment and, where the kernel allows it, without a network; the other kinds are
// read here under the same limits of size and time. A document that cannot be shown is no error: its preview says the Problem.
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Problem is a plain code of what is wrong with a document. Callers have the words for people.
type Problem string

// Problems of documents. With each of them a preview holds what could be made.
const (
	None        Problem = ""
	Encrypted   Problem = "encrypted"    // cannot be opened without a password or a key
	Broken      Problem = "broken"       // not what it should be, or damaged
	TooLarge    Problem = "too-large"    // larger than the limits, or needs more memory
	Timeout     Problem = "timeout"      // takes longer than the limit
	Unsupported Problem = "unsupported"  // a kind that nothing is made of
	ToolMissing Problem = "tool-missing" // poppler-utils is not installed
)

// Error makes a problem the error that ends the work on a document.
func (p Problem) Error() string { return string(p) }

// Limits bound the work on one document and on all at once. A zero takes the default in brackets.
type Limits struct {
	Time     time.Duration // of one document, all tools together [1 min]
	Input    int64         // bytes of the document [100 MiB]
	Memory   int64         // bytes of address space of a tool [1 GiB]
	Unpacked int64         // bytes of XML read of an office document [32 MiB]
	Text     int           // bytes of text that are kept [1 MiB]
	Pixels   int           // of a picture that is opened [40 million]
	Parallel int           // documents at once; others wait [2]
}

func (l Limits) withDefaults() Limits {
	or(&l.Time, time.Minute)
	or(&l.Input, 100<<20)
	or(&l.Memory, 1<<30)
	or(&l.Unpacked, 32<<20)
	or(&l.Text, 1<<20)
	or(&l.Pixels, 40_000_000)
	or(&l.Parallel, 2)
	return l
}

func or[T int | int64 | time.Duration](v *T, instead T) {
	if *v == 0 {
		*v = instead
	}
}

// Options say what is wanted of a document. A zero takes the default in brackets.
type Options struct {
	MaxPages int // pictures of at most so many pages [10]; less than 0 = no pictures
	Width    int // of a page's picture in pixels [1000]
	Thumb    int // width of the thumbnail in pixels [320]
}

const maxWidth = 4000

func (o Options) withDefaults() Options {
	or(&o.MaxPages, 10)
	or(&o.Width, 1000)
	or(&o.Thumb, 320)
	o.Width, o.Thumb = min(max(o.Width, 1), maxWidth), min(max(o.Thumb, 1), maxWidth)
	return o
}

// Preview is what could be made of a document.
type Preview struct {
	Pages    int       // pages of a PDF, 1 for a picture, 0 where there are none
	Title    string    // what the document calls itself, one line; often empty or of little sense
	Texts    []string  // the text in reading order, one string a page, or one in all; NFC, without control characters but \n
	Pictures []Picture // of the first pages, in their order; a page that could not be drawn is left out
	Thumb    *Picture  // of the first picture; nil when there is none
	Cut      bool      // there was more text than the limit
	Problem  Problem
}

// Text is the whole text, pages parted by an empty line. A scan without a layer of text has none.
func (p Preview) Text() string {
	full := make([]string, 0, len(p.Texts))
	for _, t := range p.Texts {
		if t != "" {
			full = append(full, t)
		}
	}
	return strings.Join(full, "\n\n")
}

// Picture is a page drawn as image/png or image/jpeg, whichever is smaller. It carries no metadata of its source.
type Picture struct {
	Page          int // from 1
	Media         string
	Width, Height int
	Data          []byte
}

// Maker makes previews; safe for concurrent use.
type Maker struct {
	dir      string
	limits   Limits
	tools    map[string]string // poppler's programs by name; empty when one is missing
	isolated bool              // tools get namespaces of their own
	slots    chan struct{}
}

const (
	prefix = "preview-"
	stale  = time.Hour // after which a leftover of a killed program is swept
)

// New prepares a maker that works in temporary directories below dir, which is made when missing and belongs to makers
// alone. What an earlier program left there when it was killed is swept.
func New(dir string, limits Limits) (*Maker, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	for _, p := range left {
		if s, err := os.Stat(p); err == nil && time.Since(s.ModTime()) > stale {
			_ = os.RemoveAll(p) // best effort: next time
		}
	}
	limits = limits.withDefaults()
	m := &Maker{dir: dir, limits: limits, tools: findTools(), slots: make(chan struct{}, limits.Parallel)}
	m.isolated = m.Available() && canIsolate(m.tools["pdfinfo"])
	return m, nil
}

// Available says whether poppler-utils is installed. Without it PDFs answer ToolMissing and all else works.
func (m *Maker) Available() bool { return len(m.tools) > 0 }

// Supported says whether anything can be made of a media type (parameters are ignored).
func Supported(media string) bool { return kinds[bare(media)] != nil }

func bare(media string) string {
	if t, _, err := mime.ParseMediaType(media); err == nil {
		return t
	}
	media, _, _ = strings.Cut(media, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

const (
	ooxml = "application/vnd.openxmlformats-officedocument."
	odf   = "application/vnd.oasis.opendocument."
)

var kinds = map[string]func(*job) error{
	"application/pdf": (*job).pdf,
	"text/plain":      (*job).plain, "text/csv": (*job).plain,
	"text/html": (*job).html, "application/xhtml+xml": (*job).html,
	ooxml + "wordprocessingml.document":   (*job).office,
	ooxml + "spreadsheetml.sheet":         (*job).office,
	ooxml + "presentationml.presentation": (*job).office,
	odf + "text":                          (*job).office, odf + "spreadsheet": (*job).office, odf + "presentation": (*job).office,
	"image/jpeg": (*job).picture, "image/png": (*job).picture, "image/gif": (*job).picture, "image/webp": (*job).picture,
}

// job is the work on one document.
type job struct {
	*Maker
	ctx  context.Context
	dir  string   // its own, empty but for the document
	file *os.File // the document
	size int64
	opts Options
	made Preview
}

// Make reads a document of a known media type to its end and makes its preview. An error is a fault of ours or of the
// reader, or ctx is done: the same document may do well later. What is wrong with the document itself is the preview's
// Problem, and will be wrong again; only a Timeout may pass on a quieter machine.
func (m *Maker) Make(ctx context.Context, r io.Reader, media string, o Options) (Preview, error) {
	read := kinds[bare(media)]
	if read == nil {
		return Preview{Problem: Unsupported}, nil
	}
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return Preview{}, ctx.Err()
	}
	dir, err := os.MkdirTemp(m.dir, prefix)
	if err != nil {
		return Preview{}, fmt.Errorf("preview: %w", err)
	}
	defer os.RemoveAll(dir)
	j := &job{Maker: m, ctx: ctx, dir: dir, opts: o.withDefaults()}
	if err = j.take(r); err == nil {
		defer j.file.Close()
		var cancel context.CancelFunc
		j.ctx, cancel = context.WithTimeout(ctx, m.limits.Time) // reading may be slow, that is not the document's fault
		defer cancel()
		err = read(j)
	}
	switch problem := None; {
	case ctx.Err() != nil:
		return Preview{}, ctx.Err()
	case j.ctx.Err() != nil:
		j.made.Problem = Timeout
	case errors.As(err, &problem):
		j.made.Problem = problem
	case err != nil:
		return Preview{}, fmt.Errorf("preview: %w", err)
	}
	return j.made, nil
}

// document is the name of the document in the job's directory. A sender's file name never gets there.
const document = "document"

// take puts the document into the job's directory.
func (j *job) take(r io.Reader) error {
	f, err := os.OpenFile(filepath.Join(j.dir, document), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	j.size, err = io.Copy(f, io.LimitReader(&timed{j.ctx, r}, j.limits.Input+1))
	if err == nil && j.size > j.limits.Input {
		err = TooLarge
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return err
	}
	j.file = f
	return nil
}

// timed reads until its context is done: it stops decoders that know no context.
type timed struct {
	ctx context.Context
	r   io.Reader
}

func (t *timed) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}
