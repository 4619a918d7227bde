package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"epom/internal/errs"
)

// Put keeps what r gives, up to max bytes. The file is gathered aside while it is hashed, then put in its place whole:
// nobody ever sees half a file, and after an error nothing is left. It returns when the file is on the disk.
//
// Invalid: the file is empty, larger than max, infected, or did not arrive whole. Unavailable: it cannot be kept now.
func (s *Store) Put(ctx context.Context, r io.Reader, max int64) (Ref, error) {
	f, err := os.CreateTemp(s.spool, "upload-*")
	if err != nil {
		return Ref{}, notKept(err)
	}
	defer func() { _ = f.Close(); _ = os.Remove(f.Name()) }() // after placing by rename there is nothing to remove
	ref, err := gather(f, r, max)
	if err != nil {
		return Ref{}, err
	}
	if err := s.scan(ctx, f); err != nil {
		return Ref{}, err
	}
	if err := s.place(ctx, f, ref.SHA256); err != nil {
		return Ref{}, notKept(err)
	}
	return ref, nil
}

// PutBytes keeps a file the program itself has made.
func (s *Store) PutBytes(ctx context.Context, b []byte) (Ref, error) {
	return s.Put(ctx, bytes.NewReader(b), int64(len(b)))
}

func notKept(err error) error {
	return errs.Wrap(errs.Unavailable, err, "Soubor se teď nepodařilo uložit. Zkuste to prosím za chvíli.")
}

// gather copies r to f, hashing on the way, and looks what it is.
func gather(f *os.File, r io.Reader, max int64) (Ref, error) {
	h := sha256.New()
	from := &source{r: io.LimitReader(r, max+1)}
	n, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(f, h)}, from, make([]byte, 128<<10))
	switch {
	case from.err != nil:
		return Ref{}, errs.Wrap(errs.Invalid, from.err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
	case err != nil:
		return Ref{}, notKept(err)
	case n == 0:
		return Ref{}, errs.New(errs.Invalid, "Soubor je prázdný.")
	case n > max:
		return Ref{}, errs.Newf(errs.Invalid, "Soubor je větší než %s.", size(max))
	}
	media, err := sniff(f, n)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return Ref{}, notKept(err)
	}
	return Ref{SHA256: hex.EncodeToString(h.Sum(nil)), Size: n, MediaType: media}, nil
}

// source remembers an error of the reading side, which is the sender's, not ours.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return strings.Replace(strings.TrimSuffix(fmt.Sprintf("%.1f", float64(bytes)/(1<<20)), ".0"), ".", ",", 1) + " MB"
}

func (s *Store) scan(ctx context.Context, f *os.File) error {
	if s.Scanner == nil {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return notKept(err)
	}
	found, err := s.Scanner.Scan(ctx, f)
	if err != nil {
		return errs.Wrap(errs.Unavailable, err, "Soubor teď nejde zkontrolovat na viry. Zkuste to prosím za chvíli.")
	}
	if found != "" {
		return errs.Newf(errs.Invalid, "V souboru je škodlivý kód (%s). Pošlete ho prosím z počítače, který jste zkontrolovali.", found)
	}
	return nil
}

// place puts the gathered file where its hash says. A file that is there already has the same content.
func (s *Store) place(ctx context.Context, f *os.File, hash string) error {
	if s.folder == "" {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		err := s.bucket.Upload(ctx, key(hash), f, &blob.WriterOptions{ContentType: "application/octet-stream", IfNotExist: true})
		if gcerrors.Code(err) == gcerrors.FailedPrecondition {
			return nil
		}
		return err
	}
	to := filepath.Join(s.folder, filepath.FromSlash(key(hash)))
	dir := filepath.Dir(to)
	if _, err := os.Stat(dir); err != nil {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := errors.Join(syncDir(filepath.Dir(dir)), syncDir(s.folder)); err != nil {
			return err
		}
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the names in a directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
