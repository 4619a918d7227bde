package intake

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"crypto/sha256"

	"epom/internal/blob"
	"epom/internal/errs"
	"epom/internal/pdf"
)

// Reader unpacks what comes. It is safe for concurrent use.
type Reader struct {
	Files  Keeper
	Limits Limits
}

// Read keeps an item and everything in it. A part that cannot be opened stays as a file and is named among the losses with
// the reason. Invalid: the item itself cannot be kept (empty, too large, infected).
func (r *Reader) Read(ctx context.Context, name string, body io.Reader) (*Item, error) {
	l := r.limits()
	ref, err := r.Files.Put(ctx, body, l.File)
	if err != nil {
		return nil, err
	}
	return r.Kept(ctx, name, ref)
}

// Kept unpacks a file that is in the store already.
func (r *Reader) Kept(ctx context.Context, name string, ref blob.Ref) (*Item, error) {
	u := &unpacking{files: r.Files, l: r.limits(), item: &Item{Kind: "letter", Envelope: map[string]any{}}}
	u.left = u.l.Total
	ctx, stop := context.WithTimeout(ctx, u.l.Time)
	defer stop()
	p := Piece{Name: blob.CleanName(name), MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256, From: -1}
	u.item.Pieces = append(u.item.Pieces, p)
	if err := u.open(ctx, 0, 0); err != nil {
		return nil, err
	}
	u.finish()
	return u.item, nil
}

func (r *Reader) limits() Limits {
	l := r.Limits
	l.File, l.Total, l.Files = cmp.Or(l.File, Usual.File), cmp.Or(l.Total, Usual.Total), cmp.Or(l.Files, Usual.Files)
	l.Depth, l.Ratio, l.Time = cmp.Or(l.Depth, Usual.Depth), cmp.Or(l.Ratio, Usual.Ratio), cmp.Or(l.Time, Usual.Time)
	return l
}

// unpacking is one item being taken apart.
type unpacking struct {
	files Keeper
	l     Limits
	left  int64 // bytes that may still be unpacked
	item  *Item
}

// errLimit says that an item is larger inside than we unpack; its parts so far stay.
type errLimit string

func (e errLimit) Error() string { return string(e) }

// open looks what a piece is and unpacks it. Only the store or the end of the context stop the whole item.
func (u *unpacking) open(ctx context.Context, at, depth int) error {
	p := u.item.Pieces[at]
	take := u.kind(ctx, p, at == 0)
	if take == nil {
		return nil
	}
	if depth >= u.l.Depth {
		u.lose(p.Name, fmt.Sprintf("Je zabalený hlouběji než v %d úrovních, dovnitř jsme se nedívali.", u.l.Depth), true)
		return nil
	}
	err := take(ctx, at, depth)
	var limit errLimit
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		u.lose(p.Name, "Rozbalování trvalo příliš dlouho a nedokončilo se. Celý původní soubor je uložený.", true)
	case errors.As(err, &limit):
		u.lose(p.Name, string(limit), true)
	case errs.Is(err, errs.Unavailable), errors.Is(err, context.Canceled):
		return err
	default:
		u.lose(p.Name, "Je poškozený a nejde rozbalit. Uložen je tak, jak přišel.", true)
	}
	return nil
}

// bare are archives that are documents themselves: their inside is nobody's attachment.
var bare = []string{".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".odg", ".jar", ".apk", ".epub", ".kmz"}

// kind answers how to unpack a piece, nil when it is an ordinary file.
func (u *unpacking) kind(ctx context.Context, p Piece, first bool) func(context.Context, int, int) error {
	ext := strings.ToLower(path.Ext(p.Name))
	switch {
	case slices.Contains(bare, ext):
		return nil
	case ext == ".eml" || p.MediaType == "message/rfc822":
		return u.mail // before PDF: a PDF may stand unencoded near the beginning of a message
	case p.MediaType == "application/zip" || strings.HasPrefix(p.MediaType, "application/vnd.etsi.asic"):
		return u.zip
	case p.MediaType == "application/ms-tnef" || p.MediaType == "application/vnd.ms-tnef" || ext == ".dat" && strings.EqualFold(p.Name, "winmail.dat"):
		return u.tnef
	case p.MediaType == "application/pdf" && !(first && looksLikeMail(u.head(ctx, p))):
		return u.pdf
	}
	head := u.head(ctx, p)
	switch {
	case looksLikeBox(head):
		return u.box
	case first && looksLikeMail(head):
		return u.mail
	case ext == ".zfo":
		return u.box
	}
	return nil
}

func (u *unpacking) head(ctx context.Context, p Piece) []byte {
	f, size, err := u.files.Open(ctx, p.SHA256)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, min(size, 8<<10))
	n, _ := io.ReadFull(f, b) // what was read is looked at
	return b[:n]
}

// read gives the whole of a piece, which its format makes us hold in memory.
func (u *unpacking) read(ctx context.Context, at int) ([]byte, error) {
	f, size, err := u.files.Open(ctx, u.item.Pieces[at].SHA256)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > u.l.File {
		return nil, errLimit("Je příliš velký na rozbalení. Uložen je tak, jak přišel.")
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, errs.Wrap(errs.Unavailable, err, "Soubor se teď nepodařilo přečíst. Zkuste to prosím za chvíli.")
	}
	return b, ctx.Err()
}

// add keeps a part of the piece from and unpacks it further.
func (u *unpacking) add(ctx context.Context, from, depth int, p Piece, body io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(u.item.Pieces) > u.l.Files {
		return errLimit(fmt.Sprintf("Je v něm víc než %d souborů. Další jsme nerozbalili, celý původní soubor je uložený.", u.l.Files))
	}
	p.Name, p.From = blob.CleanName(p.Name), from
	count := &counter{r: body, left: u.left}
	ref, err := u.files.Put(ctx, count, max(u.left, 1))
	switch {
	case count.over:
		return errLimit(fmt.Sprintf("Rozbalený má přes %d MB. Další jsme nerozbalili, celý původní soubor je uložený.", u.l.Total>>20))
	case count.err != nil && !errors.Is(count.err, io.EOF):
		return count.err
	case errs.Is(err, errs.Invalid):
		u.lose(p.Name, errs.Message(err), false)
		return nil
	case err != nil:
		return err
	}
	u.left -= ref.Size
	declared := p.MediaType
	if p.Size, p.SHA256, p.MediaType = ref.Size, ref.SHA256, ref.MediaType; vague(p.MediaType) && declared != "" {
		p.MediaType = declared
	}
	u.item.Pieces = append(u.item.Pieces, p)
	if p.Role == RoleBody || p.Role == RoleEnvelope {
		return nil
	}
	return u.open(ctx, len(u.item.Pieces)-1, depth+1)
}

func (u *unpacking) addBytes(ctx context.Context, from, depth int, p Piece, body []byte) error {
	return u.add(ctx, from, depth, p, bytes.NewReader(body))
}

// vague tells whether a found type says less than what the sender may have declared.
func vague(media string) bool { return media == "application/octet-stream" || media == "text/plain" }

// counter stops reading behind a number of bytes and remembers the sender's error, which is not the store's.
type counter struct {
	r    io.Reader
	left int64
	over bool
	err  error
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if c.left -= int64(n); c.left < 0 {
		c.over, err = true, errLimit("too much")
	}
	if err != nil {
		c.err = err
	}
	return n, err
}

func (u *unpacking) lose(name, why string, kept bool) {
	if len(u.item.Losses) < 100 {
		u.item.Losses = append(u.item.Losses, Loss{Name: name, Why: why, Kept: kept})
	}
}

func (u *unpacking) warn(text string) { u.item.Warnings = append(u.item.Warnings, text) }

// pdf unpacks the files embedded in a PDF, which itself stays a document to be read.
func (u *unpacking) pdf(ctx context.Context, at, depth int) error {
	data, err := u.read(ctx, at)
	if err != nil {
		return err
	}
	files, err := pdf.Attachments(data)
	if err != nil {
		if errors.Is(err, pdf.ErrTooLarge) {
			u.lose(u.item.Pieces[at].Name, "Soubory vložené v tomto PDF jsou příliš velké, nevyjmuli jsme je.", true)
		}
		return nil // locked or damaged: it is kept as it came, and whether it can be read is looked at elsewhere
	}
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if err := u.addBytes(ctx, at, depth, Piece{Name: n}, files[n]); err != nil {
			return err
		}
	}
	return nil
}

// finish counts and gives the item its identity.
func (u *unpacking) finish() {
	it := u.item
	for i, p := range it.Pieces {
		if !p.Container && p.Role != RoleBody && p.Role != RoleEnvelope && (i > 0 || it.Way == "") {
			it.Digital++
		}
	}
	if it.Subject == "" {
		it.Subject = strings.TrimSuffix(it.Pieces[0].Name, path.Ext(it.Pieces[0].Name))
	}
	it.Subject = clip(it.Subject, 300)
	if it.Key == "" {
		it.Key = "file:" + it.Pieces[0].SHA256
	}
	if len(it.Losses) > 0 {
		it.Envelope["losses"] = it.Losses
	}
	if len(it.Warnings) > 0 {
		it.Envelope["warnings"] = it.Warnings
	}
}

// clip bounds a foreign text to one line of so many letters.
func clip(s string, letters int) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	if r := []rune(s); len(r) > letters {
		return string(r[:letters-1]) + "…"
	}
	return s
}

func sum(s string) string { h := sha256.Sum256([]byte(s)); return hex.EncodeToString(h[:]) }
