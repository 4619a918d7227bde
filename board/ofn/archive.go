package ofn

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/ulikunitz/xz"
)

// Limits of an archive: what is in it unpacked, and how many files.
const (
	ArchiveLimit  = 1 << 30
	maxMembers    = 100_000
	maxDictionary = 256 << 20 // memory a stream may ask for; touched only as far as it unpacks
)

// States reads the states in a .tar, .tar.gz or .tar.xz of at most limit unpacked bytes (0 = ArchiveLimit), in the order
// of the archive. The time of a state is in its name, else it is that of its file. Files that are no .json or .jsonld are
// passed over. Errors are *Error.
func States(r io.Reader, limit int64) iter.Seq2[State, error] {
	return func(yield func(State, error) bool) {
		err := eachState(r, limit, func(s State) bool { return yield(s, nil) })
		if err != nil {
			yield(State{}, err)
		}
	}
}

// errBomb is met when an archive unpacks to more than allowed.
var errBomb = errors.New("the archive is too large")

func eachState(r io.Reader, limit int64, do func(State) bool) error {
	if limit <= 0 {
		limit = ArchiveLimit
	}
	open, err := unpack(bufio.NewReader(r))
	if err != nil {
		return archiveError(err, limit)
	}
	within := &bounded{r: open, left: limit}
	members := tar.NewReader(within)
	for n := 0; ; n++ {
		h, err := members.Next()
		if err == io.EOF {
			// The rest is read for its checksums, and the empty blocks at the end show that nothing is missing.
			if _, err = io.Copy(io.Discard, within); err == nil && within.zeros < 1024 {
				err = io.ErrUnexpectedEOF
			}
			if err == nil {
				return nil
			}
		}
		if err == nil && n == maxMembers {
			return fail(nil, 0, "many", strconv.Itoa(maxMembers))
		}
		if err != nil {
			return archiveError(err, limit)
		}
		if ext := strings.ToLower(path.Ext(h.Name)); h.Typeflag != tar.TypeReg || ext != ".json" && ext != ".jsonld" {
			continue
		}
		if h.Size > DefaultLimit {
			return fail(nil, 0, "large", h.Name)
		}
		text := make([]byte, h.Size)
		if _, err := io.ReadFull(members, text); err != nil {
			return archiveError(err, limit)
		}
		at, ok := StateTime(h.Name)
		if !ok && h.ModTime.Unix() > 0 {
			at = h.ModTime.UTC()
		}
		if !do(State{At: at, Name: path.Base(h.Name), Raw: text}) {
			return nil
		}
	}
}

func archiveError(err error, limit int64) error {
	if errors.Is(err, errBomb) {
		return fail(nil, 0, "large", strconv.FormatInt(limit, 10)+" B")
	}
	return fail(nil, 0, "archive", err.Error())
}

// bounded ends with an error, not silently, when there is more than allowed. It counts the zeros at the end.
type bounded struct {
	r     io.Reader
	left  int64
	zeros int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errBomb
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errBomb
	}
	if tail := n - len(bytes.TrimRight(p[:n], "\x00")); tail == n {
		b.zeros += n
	} else {
		b.zeros = tail
	}
	return n, err
}

var (
	magicXZ   = "\xfd7zXZ\x00"
	magicGzip = "\x1f\x8b"
)

// unpack opens gzip and xz by their first bytes; anything else is given back.
func unpack(r *bufio.Reader) (io.Reader, error) {
	head, _ := r.Peek(64)
	switch {
	case strings.HasPrefix(string(head), magicGzip):
		return gzip.NewReader(r)
	case strings.HasPrefix(string(head), magicXZ):
		if dictionary(head) > maxDictionary {
			return nil, errors.New("the archive asks for too much memory")
		}
		return xz.NewReader(r)
	}
	return r, nil
}

// dictionary is the memory that the first block of an xz stream asks for (.xz file format 1.2.1, sections 3.1 and 5.3.1).
func dictionary(head []byte) uint64 {
	at := 12 // after the stream's header
	if len(head) < at+8 || head[at] == 0 {
		return 0
	}
	flags := head[at+1]
	at += 2
	for _, sized := range []byte{0x40, 0x80} { // sizes of the block are numbers of seven bits a byte
		if flags&sized != 0 {
			for at < len(head) && head[at]&0x80 != 0 {
				at++
			}
			at++
		}
	}
	if at+3 > len(head) || head[at] != 0x21 || head[at+1] != 1 {
		return 0 // not LZMA2 in the first place: the reader will refuse it
	}
	bits := uint64(head[at+2])
	if bits >= 40 {
		return 1 << 32
	}
	return (2 | bits&1) << (bits/2 + 11)
}

// Timed gives a state read from a single file its time: that in its name, else the one given.
func (s State) Timed(otherwise time.Time) State {
	if at, ok := StateTime(s.Name); ok {
		s.At = at
	} else {
		s.At = otherwise
	}
	return s
}
