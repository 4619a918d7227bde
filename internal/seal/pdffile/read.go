package pdffile

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// Follow answers the object a reference leads to, at most through a few further references; nil when there is none.
func (f *File) Follow(v Value) *Object {
	for range 8 {
		num, ok := v.Ref()
		if !ok {
			return nil
		}
		o := f.Object(num)
		if o == nil {
			return nil
		}
		if _, again := o.Body.Ref(); !again {
			return o
		}
		v = o.Body
	}
	return nil
}

// Resolve answers the value itself or what its reference leads to.
func (f *File) Resolve(v Value) Value {
	if _, ok := v.Ref(); !ok {
		return v
	}
	if o := f.Follow(v); o != nil {
		return o.Body
	}
	return nil
}

// Dict answers the object a reference leads to, or a direct dictionary as an object without a number (0).
func (f *File) Dict(v Value) *Object {
	if v.IsDict() {
		if f.Spent(len(v)) {
			return nil
		}
		return &Object{Body: v, At: -1}
	}
	return f.Follow(v)
}

// Whole answers what a value is or leads to, as an object; nil when there is nothing.
func (f *File) Whole(v Value) *Object {
	if _, ok := v.Ref(); ok {
		v := f.Follow(v)
		if v != nil && bytes.Equal(v.Body, []byte("null")) {
			return nil
		}
		return v
	}
	if v == nil || bytes.Equal(v, []byte("null")) || f.Spent(len(v)) {
		return nil
	}
	return &Object{Body: v, At: -1}
}

// Object reads a numbered object once.
func (f *File) Object(num int) *Object {
	if o, known := f.objects[num]; known {
		return o
	}
	f.objects[num] = nil // a stream whose length is itself
	p, known := f.places[num]
	switch {
	case !known || p.at < 0:
	case p.pack > 0:
		f.objects[num] = f.packed(num, p)
	default:
		f.objects[num] = f.parse(p.at, num)
	}
	return f.objects[num]
}

// parse reads the object at an offset; want is its number, -1 when any will do.
func (f *File) parse(at, want int) *Object {
	if at < 0 || at >= len(f.Data) || f.deep > 8 || f.Spent(0) {
		return nil
	}
	f.deep++
	defer func() { f.deep-- }()
	i := skipSpace(f.Data, at)
	end := skipWord(f.Data, i)
	num, ok := number(f.Data[i:end])
	i = skipSpace(f.Data, end)
	end = skipWord(f.Data, i)
	gen, whole := number(f.Data[i:end])
	i = skipSpace(f.Data, end)
	if !ok || !whole || num > objectLimit || (want >= 0 && num != want) || !bytes.HasPrefix(f.Data[i:], []byte("obj")) {
		return nil
	}
	i = skipSpace(f.Data, i+len("obj"))
	end = skipValue(f.Data, i, 0)
	if f.Spent(max(end, ^end)-i) || end < 0 {
		return nil
	}
	body := Value(f.Data[i:end])
	o := &Object{Num: num, Gen: gen, Body: body, At: i}
	if body.IsDict() {
		o.Stream = f.streamAfter(i+len(body), o)
	}
	return o
}

// streamAfter answers what stands between stream and endstream when a stream follows the dictionary.
func (f *File) streamAfter(i int, o *Object) []byte {
	i = skipSpace(f.Data, i)
	if !bytes.HasPrefix(f.Data[i:], []byte("stream")) {
		return nil
	}
	i += len("stream")
	if bytes.HasPrefix(f.Data[i:], []byte("\r\n")) {
		i += 2
	} else if i < len(f.Data) && (f.Data[i] == '\n' || f.Data[i] == '\r') {
		i++
	}
	if length, ok := f.Resolve(o.Get("Length")).Int(); ok && length <= len(f.Data)-i {
		if end := skipSpace(f.Data, i+length); bytes.HasPrefix(f.Data[end:], []byte("endstream")) {
			return f.Data[i : i+length : i+length]
		}
	}
	length := bytes.Index(f.Data[i:], []byte("endstream"))
	if length < 0 {
		f.Spent(len(f.Data) - i)
		return nil
	}
	if f.Spent(length) {
		return nil
	}
	return f.Data[i : i+length : i+length]
}

// packed answers an object out of an object stream (ISO 32000-1, 7.5.7).
func (f *File) packed(num int, p place) *Object {
	if _, opened := f.heads[p.pack]; !opened {
		f.heads[p.pack] = nil
		if where := f.places[p.pack]; where.pack > 0 {
			return nil // a pack in a pack
		}
		f.openPack(f.Object(p.pack))
	}
	heads := f.heads[p.pack]
	if p.index >= len(heads) || heads[p.index].num != num {
		return nil
	}
	body := valueAt(f.packs[p.pack], heads[p.index].at)
	if body == nil || f.Spent(len(body)) {
		return nil
	}
	return &Object{Num: num, Body: body, At: -1}
}

// openPack unpacks an object stream; a damaged one loses its objects only.
func (f *File) openPack(o *Object) {
	if o == nil || o.Stream == nil || o.Get("Type").Name() != "ObjStm" {
		return
	}
	data, err := f.unpack(o)
	first, ok := f.Resolve(o.Get("First")).Int()
	if err != nil || !ok || first > len(data) {
		return
	}
	words := bytes.Fields(data[:first])
	for ; len(words) > 1; words = words[2:] {
		num, ok1 := number(words[0])
		at, ok2 := number(words[1])
		if !ok1 || !ok2 || num > objectLimit || first+at > len(data) {
			return
		}
		f.heads[o.Num] = append(f.heads[o.Num], head{num, first + at})
	}
	f.packs[o.Num] = data
}

// unpack undoes the filters of a stream of the file's own structure: none or Flate, with or without a predictor.
func (f *File) unpack(o *Object) ([]byte, error) {
	filter := f.Resolve(o.Get("Filter"))
	parms := f.Dict(o.Get("DecodeParms"))
	if list := filter.Items(); filter.IsArray() {
		if len(list) > 1 {
			return nil, fmt.Errorf("more filters than one")
		}
		if filter = nil; len(list) == 1 {
			filter = f.Resolve(list[0])
		}
		if list := f.Resolve(o.Get("DecodeParms")).Items(); len(list) > 0 {
			parms = f.Dict(list[0])
		}
	}
	if filter == nil {
		return o.Stream, nil
	}
	if filter.Name() != "FlateDecode" && filter.Name() != "Fl" {
		return nil, fmt.Errorf("unknown filter")
	}
	z, err := zlib.NewReader(bytes.NewReader(o.Stream))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(unpackLimit-f.unpacked)+1))
	if f.unpacked += len(data); err != nil || f.unpacked > unpackLimit {
		return nil, fmt.Errorf("damaged or too large stream: %w", err)
	}
	predictor, _ := parms.Get("Predictor").Int()
	if predictor < 2 {
		return data, nil
	}
	columns, ok := parms.Get("Columns").Int()
	if !ok {
		columns = 1
	}
	if predictor < 10 || columns < 1 || columns > 1<<16 || parms.Get("Colors") != nil || parms.Get("BitsPerComponent") != nil {
		return nil, fmt.Errorf("unknown predictor")
	}
	return unpredict(data, columns)
}

// unpredict undoes the PNG predictors on rows of whole bytes (ISO 32000-1, 7.4.4.4).
func unpredict(data []byte, columns int) ([]byte, error) {
	out := make([]byte, 0, len(data))
	above := make([]byte, columns)
	for ; len(data) > columns; data = data[columns+1:] {
		kind, row := data[0], data[1:columns+1]
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			switch kind {
			case 0:
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2)
			case 4:
				row[i] += paeth(left, above[i], corner)
			default:
				return nil, fmt.Errorf("unknown predictor")
			}
		}
		out, above = append(out, row...), row
	}
	return out, nil
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	distance := func(x byte) int { return max(p-int(x), int(x)-p) }
	switch da, db, dc := distance(a), distance(b), distance(c); {
	case da <= db && da <= dc:
		return a
	case db <= dc:
		return b
	}
	return c
}
