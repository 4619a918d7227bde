package seal

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
)

// follow answers the object a reference leads to, at most through a few further references; nil when there is none.
func (f *file) follow(v value) *object {
	for range 8 {
		num, ok := v.ref()
		if !ok {
			return nil
		}
		o := f.object(num)
		if o == nil {
			return nil
		}
		if _, again := o.body.ref(); !again {
			return o
		}
		v = o.body
	}
	return nil
}

// resolve answers the value itself or what its reference leads to.
func (f *file) resolve(v value) value {
	if _, ok := v.ref(); !ok {
		return v
	}
	if o := f.follow(v); o != nil {
		return o.body
	}
	return nil
}

// dict answers the object a reference leads to, or a direct dictionary as an object without a number (0).
func (f *file) dict(v value) *object {
	if v.isDict() {
		if f.spent(len(v)) {
			return nil
		}
		return &object{body: v, at: -1}
	}
	return f.follow(v)
}

// object reads a numbered object once.
func (f *file) object(num int) *object {
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
func (f *file) parse(at, want int) *object {
	if at < 0 || at >= len(f.data) || f.deep > 8 || f.spent(0) {
		return nil
	}
	f.deep++
	defer func() { f.deep-- }()
	i := skipSpace(f.data, at)
	end := skipWord(f.data, i)
	num, ok := number(f.data[i:end])
	i = skipSpace(f.data, end)
	end = skipWord(f.data, i)
	gen, whole := number(f.data[i:end])
	i = skipSpace(f.data, end)
	if !ok || !whole || num > objectLimit || (want >= 0 && num != want) || !bytes.HasPrefix(f.data[i:], []byte("obj")) {
		return nil
	}
	i = skipSpace(f.data, i+len("obj"))
	end = skipValue(f.data, i, 0)
	if f.spent(max(end, ^end)-i) || end < 0 {
		return nil
	}
	body := value(f.data[i:end])
	o := &object{num: num, gen: gen, body: body, at: i}
	if body.isDict() {
		o.stream = f.streamAfter(i+len(body), o)
	}
	return o
}

// streamAfter answers what stands between stream and endstream when a stream follows the dictionary.
func (f *file) streamAfter(i int, o *object) []byte {
	i = skipSpace(f.data, i)
	if !bytes.HasPrefix(f.data[i:], []byte("stream")) {
		return nil
	}
	i += len("stream")
	if bytes.HasPrefix(f.data[i:], []byte("\r\n")) {
		i += 2
	} else if i < len(f.data) && (f.data[i] == '\n' || f.data[i] == '\r') {
		i++
	}
	if length, ok := f.resolve(o.get("Length")).int(); ok && length <= len(f.data)-i {
		if end := skipSpace(f.data, i+length); bytes.HasPrefix(f.data[end:], []byte("endstream")) {
			return f.data[i : i+length : i+length]
		}
	}
	length := bytes.Index(f.data[i:], []byte("endstream"))
	if length < 0 {
		f.spent(len(f.data) - i)
		return nil
	}
	if f.spent(length) {
		return nil
	}
	return f.data[i : i+length : i+length]
}

// packed answers an object out of an object stream (ISO 32000-1, 7.5.7).
func (f *file) packed(num int, p place) *object {
	if _, opened := f.heads[p.pack]; !opened {
		f.heads[p.pack] = nil
		if where := f.places[p.pack]; where.pack > 0 {
			return nil // a pack in a pack
		}
		f.openPack(f.object(p.pack))
	}
	heads := f.heads[p.pack]
	if p.index >= len(heads) || heads[p.index].num != num {
		return nil
	}
	body := valueAt(f.packs[p.pack], heads[p.index].at)
	if body == nil || f.spent(len(body)) {
		return nil
	}
	return &object{num: num, body: body, at: -1}
}

// openPack unpacks an object stream; a damaged one loses its objects only.
func (f *file) openPack(o *object) {
	if o == nil || o.stream == nil || o.get("Type").name() != "ObjStm" {
		return
	}
	data, err := f.unpack(o)
	first, ok := f.resolve(o.get("First")).int()
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
		f.heads[o.num] = append(f.heads[o.num], head{num, first + at})
	}
	f.packs[o.num] = data
}

// unpack undoes the filters of a stream of the file's own structure: none or Flate, with or without a predictor.
func (f *file) unpack(o *object) ([]byte, error) {
	filter := f.resolve(o.get("Filter"))
	parms := f.dict(o.get("DecodeParms"))
	if list := filter.items(); filter.isArray() {
		if len(list) > 1 {
			return nil, fmt.Errorf("more filters than one")
		}
		if filter = nil; len(list) == 1 {
			filter = f.resolve(list[0])
		}
		if list := f.resolve(o.get("DecodeParms")).items(); len(list) > 0 {
			parms = f.dict(list[0])
		}
	}
	if filter == nil {
		return o.stream, nil
	}
	if filter.name() != "FlateDecode" && filter.name() != "Fl" {
		return nil, fmt.Errorf("unknown filter")
	}
	z, err := zlib.NewReader(bytes.NewReader(o.stream))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, int64(unpackLimit-f.unpacked)+1))
	if f.unpacked += len(data); err != nil || f.unpacked > unpackLimit {
		return nil, fmt.Errorf("damaged or too large stream: %w", err)
	}
	predictor, _ := parms.get("Predictor").int()
	if predictor < 2 {
		return data, nil
	}
	columns, ok := parms.get("Columns").int()
	if !ok {
		columns = 1
	}
	if predictor < 10 || columns < 1 || columns > 1<<16 || parms.get("Colors") != nil || parms.get("BitsPerComponent") != nil {
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
