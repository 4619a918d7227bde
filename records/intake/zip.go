package intake

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"epom/internal/errs"
)

const ratioFrom = 1 << 20 // bytes; smaller entries cannot harm however well they are packed

// zip unpacks an archive: ZIP, ASiC, ISDOCX. The whole directory is judged before the first entry is unpacked, and each entry
// while it flows, because a directory may lie.
func (u *unpacking) zip(ctx context.Context, at, depth int) error {
	f, size, err := u.files.Open(ctx, u.item.Pieces[at].SHA256)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zip.NewReader(&seekReader{f}, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	u.item.Pieces[at].Container = true
	if err := u.judge(z); err != nil {
		return err
	}
	for _, e := range z.File {
		if strings.HasSuffix(e.Name, "/") || e.FileInfo().IsDir() || e.Name == "mimetype" {
			continue
		}
		if err := u.entry(ctx, at, depth, e); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacking) judge(z *zip.Reader) error {
	if len(z.File)+len(u.item.Pieces) > u.l.Files+1 {
		return errLimit(fmt.Sprintf("Je v něm víc než %d souborů, nerozbalili jsme ho. Uložen je tak, jak přišel.", u.l.Files))
	}
	total := uint64(0)
	for _, e := range z.File {
		if e.UncompressedSize64 > ratioFrom && e.UncompressedSize64/max(e.CompressedSize64, 1) > uint64(u.l.Ratio) {
			return errLimit("Vypadá jako archiv, který má zahltit počítač, nerozbalili jsme ho. Uložen je tak, jak přišel.")
		}
		if total += e.UncompressedSize64; total > uint64(max(u.left, 0)) || total < e.UncompressedSize64 {
			return errLimit(fmt.Sprintf("Rozbalený má přes %d MB, nerozbalili jsme ho. Uložen je tak, jak přišel.", u.l.Total>>20))
		}
	}
	return nil
}

func (u *unpacking) entry(ctx context.Context, at, depth int, e *zip.File) error {
	name := entryName(e)
	if e.Flags&1 != 0 {
		u.lose(name, "Je zamčený heslem. Vyžádejte si heslo, nebo soubor bez hesla.", true)
		return nil
	}
	r, err := e.Open()
	if err != nil {
		u.lose(name, "V archivu je poškozený, nejde rozbalit.", true)
		return nil
	}
	defer r.Close()
	packed := &ratioReader{r: r, most: max(int64(min(e.CompressedSize64, 1<<40))*u.l.Ratio, ratioFrom)}
	if e.UncompressedSize64 == 0 && e.CompressedSize64 <= 2 {
		u.lose(name, "Soubor je prázdný.", true)
		return nil
	}
	err = u.add(ctx, at, depth, Piece{Name: name}, packed)
	var limit errLimit
	switch {
	case err == nil, errors.As(err, &limit), errors.Is(err, context.DeadlineExceeded), errs.Is(err, errs.Unavailable):
		return err
	}
	u.lose(name, "V archivu je poškozený, nejde rozbalit.", true)
	return nil
}

// entryName is the name in UTF-8: older Czech programs wrote CP852 without saying so.
func entryName(e *zip.File) string {
	if !e.NonUTF8 {
		return e.Name
	}
	if s, err := charmap.CodePage852.NewDecoder().String(e.Name); err == nil {
		return s
	}
	return e.Name
}

// ratioReader stops an entry that unpacks to more than it may.
type ratioReader struct {
	r    io.Reader
	most int64
}

func (r *ratioReader) Read(b []byte) (int, error) {
	n, err := r.r.Read(b)
	if r.most -= int64(n); r.most < 0 {
		return n, errLimit("Vypadá jako archiv, který má zahltit počítač. Další jsme nerozbalili, uložen je tak, jak přišel.")
	}
	return n, err
}

// seekReader reads at any place of a kept file; one at a time is enough for an archive.
type seekReader struct{ io.ReadSeeker }

func (s *seekReader) ReadAt(b []byte, off int64) (int, error) {
	if _, err := s.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.ReadSeeker, b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
