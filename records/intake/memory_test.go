package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/gabriel-vasile/mimetype"

	"epom/internal/blob"
	"epom/internal/errs"
)

// memory keeps files as blob.Store does, without a disk.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
}

func newMemory() *memory { return &memory{files: map[string][]byte{}} }

func (m *memory) Put(_ context.Context, r io.Reader, max int64) (blob.Ref, error) {
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	switch {
	case err != nil:
		return blob.Ref{}, errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý.")
	case len(b) == 0:
		return blob.Ref{}, errs.New(errs.Invalid, "Soubor je prázdný.")
	case int64(len(b)) > max:
		return blob.Ref{}, errs.New(errs.Invalid, "Soubor je příliš velký.")
	}
	h := sha256.Sum256(b)
	ref := blob.Ref{SHA256: hex.EncodeToString(h[:]), Size: int64(len(b))}
	media, _, _ := bytes.Cut([]byte(mimetype.Detect(b).String()), []byte(";"))
	ref.MediaType = string(media)
	m.mu.Lock()
	m.files[ref.SHA256] = b
	m.mu.Unlock()
	return ref, nil
}

type nopSeeker struct{ *bytes.Reader }

func (nopSeeker) Close() error { return nil }

func (m *memory) Open(_ context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.files[hash]
	if !ok {
		return nil, 0, errs.New(errs.NotFound, "")
	}
	return nopSeeker{bytes.NewReader(b)}, int64(len(b)), nil
}

// realData is a folder of other people's data; without it the test ends and says that it was left out.
func realData(t *testing.T, folder string) string {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", "..", root)
		}
	}
	return filepath.Join(root, folder)
}
