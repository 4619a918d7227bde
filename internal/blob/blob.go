// Package blob keeps files by the hash of their content, so that nothing is kept twice and a damaged file is found.
// By default it is a folder, or whatever gocloud.dev/blob opens by an address (S3 with the build tag s3).
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"epom/internal/errs"
)

// Store keeps files. It is safe for concurrent use.
type Store struct {
	Scanner Scanner // looks for malware before a file is kept; nil = none
	bucket  *blob.Bucket
	folder  string // of the bucket when it is a folder, else ""
	spool   string // where a file is gathered before its hash is known
}

// Ref is a kept file.
type Ref struct {
	SHA256    string // 64 lower-case hexadecimal digits
	Size      int64  // bytes
	MediaType string // found from the content, without parameters
}

// Open opens the store: the folder dir/files when url is empty, else what url names, with dir/files/tmp for gathering.
// Remains of uploads that a crash interrupted more than a day ago are removed.
func Open(ctx context.Context, dir, url string) (*Store, error) {
	s := &Store{spool: filepath.Join(dir, "files", "tmp")}
	err := os.MkdirAll(s.spool, 0o700)
	if err == nil && url == "" {
		s.folder = filepath.Join(dir, "files")
		s.bucket, err = fileblob.OpenBucket(s.folder, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	} else if err == nil {
		s.bucket, err = blob.OpenBucket(ctx, url)
	}
	if err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	old, _ := filepath.Glob(filepath.Join(s.spool, "upload-*"))
	for _, p := range old {
		if info, err := os.Stat(p); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(p)
		}
	}
	return s, nil
}

// Close releases the store.
func (s *Store) Close() error { return s.bucket.Close() }

var sha = regexp.MustCompile(`^[0-9a-f]{64}$`)

func key(hash string) string { return "sha256/" + hash[:2] + "/" + hash[2:] }

// Open reads a kept file and tells its size; an unknown one is NotFound.
func (s *Store) Open(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	if !sha.MatchString(hash) {
		return nil, 0, errs.New(errs.NotFound, "")
	}
	r, err := s.bucket.NewReader(ctx, key(hash), nil)
	if err != nil {
		return nil, 0, classify(err)
	}
	return r, r.Size(), nil
}

// Has tells whether a file is kept.
func (s *Store) Has(ctx context.Context, hash string) (bool, error) {
	if !sha.MatchString(hash) {
		return false, nil
	}
	ok, err := s.bucket.Exists(ctx, key(hash))
	return ok, classify(err)
}

// Delete lets the bytes of a file go for good. A file kept after the instant stays and false is answered: somebody has just brought
// the same content anew and may not have named it yet. What is not there is gone.
func (s *Store) Delete(ctx context.Context, hash string, keptBefore time.Time) (gone bool, err error) {
	if !sha.MatchString(hash) {
		return true, nil
	}
	a, err := s.bucket.Attributes(ctx, key(hash))
	if gcerrors.Code(err) == gcerrors.NotFound {
		return true, nil
	}
	if err != nil {
		return false, classify(err)
	}
	if a.ModTime.After(keptBefore) {
		return false, nil
	}
	if err := s.bucket.Delete(ctx, key(hash)); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return false, classify(err)
	}
	if s.folder != "" {
		return true, syncDir(filepath.Dir(filepath.Join(s.folder, filepath.FromSlash(key(hash)))))
	}
	return true, nil
}

func classify(err error) error {
	switch gcerrors.Code(err) {
	case gcerrors.OK:
		return nil
	case gcerrors.NotFound:
		return errs.Wrap(errs.NotFound, err, "")
	}
	return errs.Wrap(errs.Unavailable, err, "Soubor se teď nepodařilo otevřít. Zkuste to prosím za chvíli.")
}

// Fault is a kept file that is not what it should be.
type Fault struct{ SHA256, Problem string }

func (f Fault) String() string { return "file " + f.SHA256 + ": " + f.Problem }

// Verify reads every kept file and compares it with its name. each, when not nil, is told of every file, so that the
// caller can find orphans and losses.
func (s *Store) Verify(ctx context.Context, each func(hash string, size int64)) ([]Fault, error) {
	faults := []Fault{}
	list := s.bucket.List(&blob.ListOptions{Prefix: "sha256/"})
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return faults, nil
		}
		if err != nil {
			return faults, fmt.Errorf("list files: %w", err)
		}
		hash := filepath.Base(filepath.Dir(o.Key)) + filepath.Base(o.Key)
		if !sha.MatchString(hash) || key(hash) != o.Key {
			faults = append(faults, Fault{o.Key, "no name of a kept file"})
			continue
		}
		if each != nil {
			each(hash, o.Size)
		}
		if problem := s.verify(ctx, hash); problem != "" {
			faults = append(faults, Fault{hash, problem})
		}
	}
}

func (s *Store) verify(ctx context.Context, hash string) string {
	r, _, err := s.Open(ctx, hash)
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "cannot be read: " + err.Error()
	}
	if hex.EncodeToString(h.Sum(nil)) != hash {
		return "the content was changed"
	}
	return ""
}
