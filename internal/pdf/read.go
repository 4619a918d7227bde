package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// Reasons why Attachments gives nothing.
var (
	ErrNotPDF    = errors.New("pdf: not a PDF file")
	ErrEncrypted = errors.New("pdf: the file is encrypted")
	ErrTooLarge  = errors.New("pdf: the file or its attachments are too large")
)

// Bounds of what one file may make us hold, so that a small upload cannot fill the memory.
const (
	unpackLimit = 64 << 20
	rereadLimit = 64 << 20
	objectLimit = 1 << 20
)

// Attachments reads the files embedded in a PDF, by name. It takes files from anyone: saved again by another program,
// signed, damaged in their cross-reference table. A file without attachments gives an empty map. Names are as the file
// says and may hold anything: never use them as paths.
//
// It looks at the objects in the order of the file, the last of a number wins, which is what both incremental updates
// and repair need.
func Attachments(data []byte) (map[string][]byte, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, ErrNotPDF
	}
	r := &reader{objects: map[int]place{}, left: unpackLimit, reread: rereadLimit}
	if err := r.scan(data); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	catalog, _ := r.resolve(r.root).(dict)
	names, _ := r.resolve(catalog["Names"]).(dict)
	if err := r.tree(names["EmbeddedFiles"], files, map[int]bool{}, 0); err != nil {
		return nil, err
	}
	for _, spec := range r.list(catalog["AF"]) {
		if err := r.file(spec, files); err != nil {
			return nil, err
		}
	}
	if r.reread < 0 {
		return nil, ErrTooLarge
	}
	return files, nil
}

// place is where a value begins.
type place struct {
	data []byte
	pos  int
}

// reader knows where the objects of one file are; they are read when asked for.
type reader struct {
	objects map[int]place
	root    any // the catalog, as the last trailer says
	left    int // bytes that may still be unpacked
	reread  int // bytes that references may still lead to
}

// scan finds objects and trailers and leaves the inside of streams out. It goes over the data once.
func (r *reader) scan(data []byte) error {
	trailer := 0
	for pos := 0; ; {
		i := bytes.Index(data[pos:], []byte("obj"))
		if trailer < pos || trailer == 0 {
			if trailer = bytes.Index(data[pos:], []byte("trailer")); trailer < 0 {
				trailer = len(data)
			} else {
				trailer += pos
			}
		}
		if i < 0 && trailer == len(data) {
			return nil
		}
		num, at := -1, trailer+len("trailer")
		if i >= 0 && pos+i < trailer {
			at = pos + i + len("obj")
			if num = objectNumber(data[pos : pos+i]); num < 0 {
				pos = at
				continue
			}
		}
		s := &scanner{data: data, pos: at}
		value, err := s.value(0)
		pos = max(s.pos, at)
		if err != nil {
			continue // a damaged object loses itself only
		}
		d, _ := value.(dict)
		if num < 0 || d["Type"] == name("XRef") {
			if err := r.trailer(d); err != nil {
				return err
			}
		}
		if num < 0 {
			continue
		}
		if r.objects[num] = (place{data, at}); len(r.objects) > objectLimit {
			return ErrTooLarge
		}
		if raw, end, ok := r.streamAfter(data, s.pos, d); ok {
			pos = end
			if d["Type"] == name("ObjStm") {
				if err := r.objectStream(d, raw); err != nil {
					return err
				}
			}
		}
	}
}

// objectNumber reads "12 0 " backwards from the end.
func objectNumber(before []byte) int {
	before = before[max(0, len(before)-24):]
	fields := bytes.Fields(before)
	if len(fields) < 2 || !isSpace(before[len(before)-1]) {
		return -1
	}
	if _, err := strconv.ParseUint(string(fields[len(fields)-1]), 10, 16); err != nil {
		return -1
	}
	number := fields[len(fields)-2]
	digits := len(number)
	for digits > 0 && number[digits-1] >= '0' && number[digits-1] <= '9' {
		digits-- // "endobj12 0 obj" has been seen
	}
	num, err := strconv.ParseInt(string(number[digits:]), 10, 32)
	if err != nil {
		return -1
	}
	return int(num)
}

func (r *reader) trailer(d dict) error {
	if d["Encrypt"] != nil {
		return ErrEncrypted
	}
	if root, ok := d["Root"]; ok {
		r.root = root
	}
	return nil
}

// streamAfter answers the raw bytes of the stream that follows a dictionary and where they end.
func (r *reader) streamAfter(data []byte, pos int, d dict) (raw []byte, end int, ok bool) {
	s := &scanner{data: data, pos: pos}
	s.skipSpace()
	if d == nil || !s.at("stream") {
		return nil, 0, false
	}
	from := s.pos + len("stream")
	if bytes.HasPrefix(data[from:], []byte("\r\n")) {
		from += 2
	} else if from < len(data) && (data[from] == '\n' || data[from] == '\r') {
		from++
	}
	if length, isNumber := r.resolve(d["Length"]).(float64); isNumber && length >= 0 && length <= float64(len(data)-from) {
		s.pos = from + int(length)
		if s.skipSpace(); s.at("endstream") {
			return data[from : from+int(length)], s.pos, true
		}
	}
	i := bytes.Index(data[from:], []byte("endstream"))
	if i < 0 {
		return data[from:], len(data), true
	}
	return data[from : from+i], from + i, true
}

// objectStream notes the objects packed into one stream (ISO 32000-1, 7.5.7).
func (r *reader) objectStream(d dict, raw []byte) error {
	data, err := r.decode(d, raw)
	if errors.Is(err, ErrTooLarge) {
		return err
	}
	count, _ := r.resolve(d["N"]).(float64)
	first, _ := r.resolve(d["First"]).(float64)
	if err != nil || first < 0 || first > float64(len(data)) {
		return nil // damaged: its objects are lost
	}
	head := bytes.Fields(data[:int(first)])
	for i := 0; i+1 < len(head) && float64(i) < 2*count; i += 2 {
		num, err1 := strconv.ParseInt(string(head[i]), 10, 32)
		at, err2 := strconv.ParseInt(string(head[i+1]), 10, 32)
		if err1 == nil && err2 == nil && at >= 0 && int(first)+int(at) <= len(data) {
			r.objects[int(num)] = place{data, int(first) + int(at)}
		}
	}
	if len(r.objects) > objectLimit {
		return ErrTooLarge
	}
	return nil
}

// resolve follows references to a value; nil when there is none.
func (r *reader) resolve(v any) any {
	for range depthLimit {
		to, ok := v.(ref)
		if !ok {
			return v
		}
		v, _, _ = r.object(to.num)
	}
	return nil
}

// object reads a numbered object and answers where it ends.
func (r *reader) object(num int) (value any, end place, ok bool) {
	p, known := r.objects[num]
	if !known || r.reread < 0 {
		return nil, place{}, false
	}
	s := &scanner{data: p.data, pos: p.pos}
	value, err := s.value(0)
	r.reread -= s.pos - p.pos
	return value, place{p.data, s.pos}, err == nil
}

func (r *reader) list(v any) []any {
	list, _ := r.resolve(v).([]any)
	return list
}

// tree walks the name tree of embedded files.
func (r *reader) tree(v any, files map[string][]byte, seen map[int]bool, depth int) error {
	if to, ok := v.(ref); ok {
		if seen[to.num] {
			return nil
		}
		seen[to.num] = true
	}
	node, ok := r.resolve(v).(dict)
	if !ok || depth > depthLimit {
		return nil
	}
	for i, leaf := range r.list(node["Names"]) {
		if i%2 == 1 {
			if err := r.file(leaf, files); err != nil {
				return err
			}
		}
	}
	for _, kid := range r.list(node["Kids"]) {
		if err := r.tree(kid, files, seen, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// file reads one file specification. Of two files with the same name the first one is kept.
func (r *reader) file(v any, files map[string][]byte) error {
	spec, _ := r.resolve(v).(dict)
	embedded, _ := r.resolve(spec["EF"]).(dict)
	var title string
	for _, key := range []name{"UF", "F"} {
		if b, ok := r.resolve(spec[key]).([]byte); ok && title == "" {
			title = textString(b)
		}
	}
	to, ok := embedded["UF"].(ref)
	if !ok {
		to, ok = embedded["F"].(ref)
	}
	if _, taken := files[title]; !ok || taken || title == "" {
		return nil
	}
	value, end, _ := r.object(to.num)
	d, _ := value.(dict)
	raw, _, ok := r.streamAfter(end.data, end.pos, d)
	if !ok {
		return nil
	}
	data, err := r.decode(d, raw)
	if err != nil {
		return err
	}
	files[title] = data
	return nil
}

// decode undoes the filters of a stream within what may still be unpacked.
func (r *reader) decode(d dict, raw []byte) ([]byte, error) {
	filters := r.list(d["Filter"])
	if f, ok := r.resolve(d["Filter"]).(name); ok {
		filters = []any{f}
	}
	if len(filters) > 4 {
		return nil, ErrTooLarge
	}
	data := raw
	for _, f := range filters {
		if f = r.resolve(f); f != name("FlateDecode") && f != name("Fl") {
			return nil, fmt.Errorf("pdf: attachment packed with %v, which is not supported", f)
		}
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("pdf: damaged attachment: %w", err)
		}
		var out bytes.Buffer
		n, err := io.Copy(&out, io.LimitReader(z, int64(r.left)+1))
		if r.left -= int(n); r.left < 0 {
			return nil, ErrTooLarge
		}
		if err != nil {
			return nil, fmt.Errorf("pdf: damaged attachment: %w", err)
		}
		data = out.Bytes()
	}
	if len(filters) == 0 {
		if r.left -= len(data); r.left < 0 {
			return nil, ErrTooLarge
		}
		data = bytes.Clone(data)
	}
	return data, nil
}
