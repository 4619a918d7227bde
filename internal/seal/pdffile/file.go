// Package pdffile reads the objects of a PDF (ISO 32000-1, 7) as the bytes they are, so that they can be compared and
// copied into an update unchanged. The file may be hostile: all work is bounded by its size.
package pdffile

import (
	"bytes"
	"fmt"

	"epom/internal/errs"
)

// Bounds of what one hostile file may make us do.
const (
	objectLimit = 1 << 20  // objects of a file
	unpackLimit = 32 << 20 // bytes of packed objects
	readFactor  = 16       // how often, on average, the bytes of a file may be read again
)

// place is where an object lies: at an offset of the file, or the index-th of those packed into object pack.
type place struct {
	at    int // -1 = the object was deleted
	pack  int
	index int
}

// head says which object of a pack begins where in it.
type head struct{ num, at int }

// Object is one numbered object, or a dictionary that stands directly in another (Num 0).
type Object struct {
	Num, Gen int
	Body     Value
	At       int    // where Body begins in the file; -1 = it was packed, or stands directly
	Stream   []byte // what stands between stream and endstream, packed as it is; nil when the object is no stream
	list     []Entry
	listed   bool
}

// Get answers an entry of the object's dictionary; of two with the same key the last.
func (o *Object) Get(key string) Value {
	list := o.All()
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Key == key {
			return list[i].Val
		}
	}
	return nil
}

// All answers the entries of the object's dictionary in their order.
func (o *Object) All() []Entry {
	if o == nil {
		return nil
	}
	if !o.listed {
		o.list, o.listed = o.Body.Entries(), true
	}
	return o.list
}

// File is a PDF as its last cross-reference section shows it.
type File struct {
	Data     []byte
	Trailer  Value
	Size     int  // one more than the highest number of an object
	Start    int  // where the last section begins
	Streamed bool // the last section is a stream (ISO 32000-1, 7.5.8)
	Damaged  bool // no section could be read; the objects were searched for
	Budget   int  // bytes that may still be read; below zero everything reads as absent

	places   map[int]place
	objects  map[int]*Object
	packs    map[int]Value  // unpacked object streams
	heads    map[int][]head // the objects of a pack
	unpacked int
	deep     int // objects being read for the sake of others
}

// Open reads the cross-reference sections of a file. When they are damaged the objects are searched for, as viewers do.
// Invalid = no PDF, encrypted, or beyond repair.
func Open(data []byte) (*File, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, errs.Newf(errs.Invalid, "Soubor není PDF.")
	}
	f := newFile(data)
	if err := f.sections(); err != nil || f.Catalog() == nil {
		f = newFile(data)
		f.search()
	}
	if f.Trailer.Get("Encrypt") != nil {
		return nil, errs.New(errs.Invalid, "PDF je zašifrované.")
	}
	if f.Catalog() == nil {
		return nil, errs.New(errs.Invalid, "PDF je poškozené.")
	}
	return f, nil
}

func newFile(data []byte) *File {
	return &File{Data: data, places: map[int]place{}, objects: map[int]*Object{}, packs: map[int]Value{},
		heads: map[int][]head{}, Budget: readFactor*len(data) + 1<<20}
}

// Spent counts bytes that were read and tells when it was too much.
func (f *File) Spent(n int) bool {
	f.Budget -= n
	return f.Budget < 0
}

// Catalog answers the root of the document; nil when there is none.
func (f *File) Catalog() *Object {
	o := f.Follow(f.Trailer.Get("Root"))
	if o == nil || !o.Body.IsDict() || o.Get("Pages") == nil {
		return nil
	}
	return o
}

// sections reads all cross-reference sections, the newest first.
func (f *File) sections() error {
	mark := bytes.LastIndex(f.Data, []byte("startxref"))
	if mark < 0 {
		return fmt.Errorf("no startxref")
	}
	next, ok := valueAt(f.Data, mark+len("startxref")).Int()
	seen := map[int]bool{}
	for f.Start = next; ok; {
		if seen[next] || next >= len(f.Data) {
			return fmt.Errorf("bad offset of a section")
		}
		seen[next] = true
		trailer, err := f.section(next)
		if err != nil {
			return err
		}
		if f.Trailer == nil {
			f.Trailer = trailer
		}
		if size, ok := trailer.Get("Size").Int(); ok {
			f.Size = max(f.Size, min(size, objectLimit))
		}
		if v := trailer.Get("XRefStm"); v != nil {
			if at, ok := v.Int(); ok && at < len(f.Data) && !seen[at] {
				seen[at] = true
				if _, err := f.section(at); err != nil {
					return err
				}
			}
		}
		next, ok = trailer.Get("Prev").Int()
	}
	if f.Trailer == nil {
		return fmt.Errorf("no trailer")
	}
	for num := range f.places {
		f.Size = max(f.Size, num+1)
	}
	return nil
}

// section reads one section, a table or a stream, and answers its trailer.
func (f *File) section(at int) (Value, error) {
	i := skipSpace(f.Data, at)
	if bytes.HasPrefix(f.Data[i:], []byte("xref")) {
		return f.table(i + len("xref"))
	}
	o := f.parse(i, -1)
	if o == nil || o.Stream == nil || o.Get("Type").Name() != "XRef" {
		return nil, fmt.Errorf("no section at %d", at)
	}
	if f.Trailer == nil {
		f.Streamed = true
	}
	return o.Body, f.streamSection(o)
}

func (f *File) table(i int) (Value, error) {
	for {
		i = skipSpace(f.Data, i)
		if bytes.HasPrefix(f.Data[i:], []byte("trailer")) {
			trailer := valueAt(f.Data, i+len("trailer"))
			if !trailer.IsDict() {
				return nil, fmt.Errorf("no trailer")
			}
			return trailer, nil
		}
		var head [2]int
		for k := range head {
			end := skipWord(f.Data, i)
			n, ok := number(f.Data[i:end])
			if !ok {
				return nil, fmt.Errorf("bad table")
			}
			head[k], i = n, skipSpace(f.Data, end)
		}
		for num := head[0]; num < head[0]+head[1]; num++ {
			end := skipWord(f.Data, i)
			at, ok := number(f.Data[i:end])
			i = skipSpace(f.Data, skipWord(f.Data, skipSpace(f.Data, end)))
			if !ok || i >= len(f.Data) || num > objectLimit || f.Spent(20) {
				return nil, fmt.Errorf("bad table")
			}
			if f.Data[i] == 'f' {
				at = -1
			}
			f.note(num, place{at: at})
			i = skipSpace(f.Data, skipWord(f.Data, i))
		}
	}
}

// note keeps where an object lies, unless a newer section said so already.
func (f *File) note(num int, p place) {
	if _, known := f.places[num]; !known {
		f.places[num] = p
	}
}

func (f *File) streamSection(o *Object) error {
	data, err := f.unpack(o)
	if err != nil {
		return err
	}
	var width [3]int
	w := o.Get("W").Items()
	if len(w) < 3 {
		return fmt.Errorf("bad section")
	}
	for k := range width {
		n, ok := w[k].Int()
		if !ok || n > 8 {
			return fmt.Errorf("bad section")
		}
		width[k] = n
	}
	row := width[0] + width[1] + width[2]
	index := o.Get("Index").Items()
	if index == nil {
		index = []Value{Value("0"), o.Get("Size")}
	}
	for ; len(index) > 1 && row > 0; index = index[2:] {
		first, _ := index[0].Int()
		count, _ := index[1].Int()
		for num := first; num < first+count && len(data) >= row && num <= objectLimit && !f.Spent(8); num++ {
			var field [3]int
			at := 0
			for k, n := range width {
				for range n {
					field[k] = field[k]<<8 | int(data[at])
					at++
				}
			}
			data = data[row:]
			if width[0] == 0 {
				field[0] = 1
			}
			switch field[0] {
			case 0:
				f.note(num, place{at: -1})
			case 1:
				f.note(num, place{at: field[1]})
			case 2:
				f.note(num, place{pack: field[1], index: field[2]})
			}
		}
	}
	return nil
}

// search notes every object it meets in the order of the file, the last of a number wins, and the last trailer.
func (f *File) search() {
	f.Damaged = true
	var packs []*Object
	for i := 0; i < len(f.Data) && len(f.places) < objectLimit && !f.Spent(0); {
		next := bytes.IndexAny(f.Data[i:], "ot")
		if next < 0 {
			break
		}
		i += next
		switch {
		case bytes.HasPrefix(f.Data[i:], []byte("obj")):
			from := headBefore(f.Data, i)
			i += len("obj")
			if from < 0 {
				continue
			}
			o := f.parse(from, -1)
			if o == nil {
				continue
			}
			f.places[o.Num], i = place{at: from}, max(i, o.At+len(o.Body)+len(o.Stream))
			f.Size = max(f.Size, o.Num+1)
			switch o.Get("Type").Name() {
			case "XRef":
				f.Trailer = o.Body
			case "ObjStm":
				packs = append(packs, o)
			}
		case bytes.HasPrefix(f.Data[i:], []byte("trailer")):
			i = skipSpace(f.Data, i+len("trailer"))
			end := skipValue(f.Data, i, 0)
			if f.Spent(max(end, ^end)-i) || end < 0 {
				continue
			}
			if t := Value(f.Data[i:end]); t.Get("Root") != nil {
				f.Trailer = t
			}
		default:
			i++
		}
	}
	clear(f.objects) // lengths that were asked for before they were found
	for _, o := range packs {
		f.openPack(o)
		for index, p := range f.heads[o.Num] {
			f.note(p.num, place{pack: o.Num, index: index})
			f.Size = max(f.Size, p.num+1)
		}
	}
}

// headBefore answers where "12 0 " begins that stands before the word obj at i; -1 when nothing like it does.
func headBefore(b []byte, i int) int {
	for range 2 {
		end := i
		for i > 0 && isSpace(b[i-1]) {
			i--
		}
		from := i
		for from > 0 && i-from < 10 && b[from-1] >= '0' && b[from-1] <= '9' {
			from--
		}
		if end == i || from == i {
			return -1
		}
		i = from
	}
	return i
}
