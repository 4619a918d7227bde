package move

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Manifest says what a package holds. It is written last: a package without it is not whole.
type Manifest struct {
	Format       string            `json:"format"` // "epom-office"
	Schema       int64             `json:"schema"` // both installations must have the same
	Installation string            `json:"installation"`
	MadeAt       time.Time         `json:"made_at"`
	Office       Office            `json:"office"`
	Tables       []TableFile       `json:"tables"`
	Accounts     TableFile         `json:"accounts"`
	Jobs         TableFile         `json:"jobs"`
	Files        TableFile         `json:"files"` // {sha256, size} a line; each stands under files/
	Log          Head              `json:"log"`
	Evidence     Head              `json:"evidence"`
	Stays        map[string]string `json:"stays"`
}

// Office is whose package it is.
type Office struct {
	ID           int32           `json:"id"`
	Slug         string          `json:"slug"`
	Name         string          `json:"name"`
	Participates bool            `json:"participates"`
	Row          json.RawMessage `json:"row"`
}

// TableFile is one file of lines, each a JSON object.
type TableFile struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Head is where a chain of hashes ends.
type Head struct {
	Seq  int64  `json:"seq" db:"seq"`
	Hash string `json:"hash" db:"hash"`
}

const (
	format       = "epom-office"
	manifestName = "manifest.json"
	sealName     = "manifest.json.p7s"
	lineLimit    = 256 << 20
)

func (t TableFile) path() string { return "rows/" + t.Name + ".jsonl" }

func filePath(sum string) string { return "files/" + sum[:2] + "/" + sum }

// sink takes the files of a package one after another.
type sink interface {
	create(name string) (io.Writer, error)
	has(name string, size int64) bool // there already, from an interrupted run
	close() error
}

// folder is a package as files in a directory, where an interrupted run is gone on with.
type folder struct {
	dir  string
	file *os.File
}

func (f *folder) has(name string, size int64) bool {
	info, err := os.Stat(filepath.Join(f.dir, filepath.FromSlash(name)))
	return err == nil && info.Size() == size
}

func (f *folder) create(name string) (io.Writer, error) {
	if err := f.close(); err != nil {
		return nil, err
	}
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	var err error
	f.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	return f.file, err
}

func (f *folder) close() error {
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.file.Sync(), f.file.Close())
	f.file = nil
	return err
}

// archive is a package as one ZIP, put in its place when it is whole.
type archive struct {
	*zip.Writer
	file *os.File
	path string
}

func (a *archive) has(string, int64) bool { return false }

func (a *archive) create(name string) (io.Writer, error) {
	method := zip.Deflate
	if strings.HasPrefix(name, "files/") {
		method = zip.Store // most are packed in themselves
	}
	return a.CreateHeader(&zip.FileHeader{Name: name, Method: method})
}

func (a *archive) close() error {
	if err := errors.Join(a.Close(), a.file.Sync(), a.file.Close()); err != nil {
		return err
	}
	return os.Rename(a.file.Name(), a.path)
}

// openSink makes the package at a path: a ZIP when the name ends so, else a folder.
func openSink(path string) (sink, error) {
	if !strings.HasSuffix(strings.ToLower(path), ".zip") {
		return &folder{dir: path}, os.MkdirAll(path, 0o700)
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &archive{zip.NewWriter(f), f, path}, nil
}

// lines writes one file of lines and counts and hashes them.
type lines struct {
	*bufio.Writer
	sum  hash.Hash
	rows int64
}

func newLines(into io.Writer) *lines {
	h := sha256.New()
	return &lines{bufio.NewWriterSize(io.MultiWriter(into, h), 256<<10), h, 0}
}

func (l *lines) line(text string) error {
	l.rows++
	_, err := l.WriteString(text)
	if err == nil {
		err = l.WriteByte('\n')
	}
	return err
}

func (l *lines) end(name string) (TableFile, error) {
	err := l.Flush()
	return TableFile{name, l.rows, hex.EncodeToString(l.sum.Sum(nil))}, err
}

// openPackage opens a folder or a ZIP for reading.
func openPackage(path string) (fs.FS, io.Closer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return os.DirFS(path), io.NopCloser(nil), nil
	}
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, nil, fmt.Errorf("the package %s is not whole: its end is missing or it is no ZIP (%w)", path, err)
	}
	return z, z, nil
}

// readManifest reads what the package says it holds, and its bytes.
func readManifest(pack fs.FS) (m Manifest, data []byte, err error) {
	data, err = fs.ReadFile(pack, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil, errors.New("the package has no manifest.json: the export did not end; run it again")
	}
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil || m.Format != format {
		return m, nil, fmt.Errorf("manifest.json is not of a package of an office: %w", errors.Join(err, errors.New("format "+m.Format)))
	}
	return m, data, nil
}

// each reads a file of lines and checks it against the manifest at its end. from lines are passed over.
func (t TableFile) each(pack fs.FS, fn func(n int64, line []byte) error) error {
	f, err := pack.Open(t.path())
	if err != nil {
		return fmt.Errorf("the package lacks %s", t.path())
	}
	defer f.Close()
	sum, n := sha256.New(), int64(0)
	r := bufio.NewScanner(io.TeeReader(f, sum))
	r.Buffer(make([]byte, 256<<10), lineLimit)
	for r.Scan() {
		n++
		if !json.Valid(r.Bytes()) {
			return fmt.Errorf("%s: line %d is damaged or cut", t.path(), n)
		}
		if err := fn(n, r.Bytes()); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return fmt.Errorf("%s: after line %d: %w", t.path(), n, err)
	}
	switch {
	case n != t.Rows:
		return fmt.Errorf("%s ends at line %d, the manifest says %d", t.path(), n, t.Rows)
	case hex.EncodeToString(sum.Sum(nil)) != t.SHA256:
		return fmt.Errorf("%s was changed: its hash is not the one in the manifest", t.path())
	}
	return nil
}
