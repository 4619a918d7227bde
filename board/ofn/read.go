package ofn

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Parse reads a board of at most limit bytes (0 = DefaultLimit). It refuses what is not strict JSON in UTF-8 with an *Error;
// a byte order mark is let be. It does not judge validity: that is Validate's. "&amp;" in addresses is mended and noted.
func Parse(r io.Reader, limit int64) (*Board, error) {
	text, err := slurp(r, limit)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

func parse(text []byte) (*Board, error) {
	v, e := scan(text)
	if e != nil {
		return nil, e
	}
	return decodeBoard(text, &v)
}

func decodeBoard(text []byte, v *value) (*Board, error) {
	d := decoding(text)
	b := &Board{}
	if !d.object(v, reflect.ValueOf(b).Elem()) {
		return nil, fail(text, v.from, "object", "")
	}
	b.Notes = d.notes
	return b, nil
}

// ParseNotice reads one item written by MarshalNotice.
func ParseNotice(raw []byte) (*Notice, error) {
	v, e := scan(raw)
	if e != nil {
		return nil, e
	}
	n := &Notice{}
	d := decoding(raw)
	if !d.object(&v, reflect.ValueOf(n).Elem()) {
		return nil, fail(raw, v.from, "object", "")
	}
	return n, nil
}

// MarshalNotice is one item as JSON.
func MarshalNotice(n *Notice) ([]byte, error) {
	return appendObject(nil, reflect.ValueOf(n).Elem())
}

// Write writes the whole board.
func Write(w io.Writer, b *Board) error {
	return WriteBoard(w, b, func(yield func(*Notice, error) bool) {
		for i := range b.Notices {
			if !yield(&b.Notices[i], nil) {
				return
			}
		}
	})
}

// WriteBoard writes a board with notices as they come, one a line; the notices in head are not looked at. It stops at the
// first error, which it returns: what was written until then is no whole board.
func WriteBoard(w io.Writer, head *Board, notices iter.Seq2[*Notice, error]) error {
	var room []byte
	return WriteItems(w, head, func(yield func([]byte, error) bool) {
		for n, err := range notices {
			if err == nil {
				room, err = appendObject(room[:0], reflect.ValueOf(n).Elem())
			}
			if !yield(room, err) {
				return
			}
		}
	})
}

// WriteItems is WriteBoard of notices that MarshalNotice has written; none is kept after the next one is asked for.
func WriteItems(w io.Writer, head *Board, items iter.Seq2[[]byte, error]) error {
	bare := *head
	bare.Notices = nil
	out, err := appendObject(nil, reflect.ValueOf(&bare).Elem())
	if err != nil {
		return err
	}
	v, e := scan(out)
	if e != nil {
		return e
	}
	list := v.get("informace")
	if list.kind != '[' { // what no notice could be made of is given back as it was
		_, err = w.Write(append(out, '\n'))
		return err
	}
	before, after := out[:list.from+1], out[list.to-1:]
	buffered := bufio.NewWriterSize(w, 32<<10)
	buffered.Write(before)
	comma := "\n"
	for item, err := range items {
		if err != nil {
			return err
		}
		buffered.WriteString(comma)
		comma = ",\n"
		if _, err = buffered.Write(item); err != nil {
			return err
		}
	}
	buffered.Write(after)
	buffered.WriteByte('\n')
	return buffered.Flush()
}

// Equal says whether two boards hold the same, regardless of the order of keys and of notices.
func Equal(a, b *Board) bool {
	x, err := canonical(a)
	if err != nil {
		return false
	}
	y, err := canonical(b)
	return err == nil && x == y
}

func canonical(b *Board) (string, error) {
	var out bytes.Buffer
	if err := Write(&out, b); err != nil {
		return "", err
	}
	v, e := scan(out.Bytes())
	if e != nil {
		return "", e
	}
	items := v.get("informace")
	if items == nil {
		return same(out.Bytes(), &v), nil
	}
	slices.SortFunc(items.vals, func(x, y value) int {
		return strings.Compare(same(out.Bytes(), &x), same(out.Bytes(), &y))
	})
	return same(out.Bytes(), &v), nil
}

// same is one and the same text for values that mean the same: keys in order, "typ" as a list in order.
func same(text []byte, v *value) string {
	var out strings.Builder
	var walk func(v *value)
	walk = func(v *value) {
		switch v.kind {
		case '{':
			out.WriteByte('{')
			for _, i := range inOrder(v.keys) {
				out.WriteString(strconv.Quote(v.keys[i]) + ":")
				if inner := &v.vals[i]; v.keys[i] == "typ" {
					names := make([]string, 0, 2)
					if inner.kind == '"' {
						names = append(names, inner.text)
					}
					for _, name := range inner.vals {
						names = append(names, name.text)
					}
					slices.Sort(names)
					out.WriteString(strings.Join(names, "|"))
				} else {
					walk(inner)
				}
				out.WriteByte(',')
			}
			out.WriteByte('}')
		case '[':
			out.WriteByte('[')
			for i := range v.vals {
				walk(&v.vals[i])
				out.WriteByte(',')
			}
			out.WriteByte(']')
		case '"':
			out.WriteString(strconv.Quote(v.text))
		default:
			out.Write(text[v.from:v.to])
		}
	}
	walk(v)
	return out.String()
}

func inOrder(keys []string) []int {
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	return order
}

// plain is the value as encoding/json would give it, with numbers kept as written.
func plain(v *value) any {
	switch v.kind {
	case '{':
		m := make(map[string]any, len(v.keys))
		for i, key := range v.keys {
			m[key] = plain(&v.vals[i])
		}
		return m
	case '[':
		list := make([]any, len(v.vals))
		for i := range v.vals {
			list[i] = plain(&v.vals[i])
		}
		return list
	case '"':
		return v.text
	case '0':
		return json.Number(v.text)
	case 'n':
		return nil
	}
	return v.kind == 't'
}
