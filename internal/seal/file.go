package seal

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
	walkFactor  = 32       // the same for comparing its states, of all signatures together
)

// place is where an object lies: at an offset of the file, or the index-th of those packed into object pack.
type place struct {
	at    int // -1 = the object was deleted
	pack  int
	index int
}

// head says which object of a pack begins where in it.
type head struct{ num, at int }

// object is one numbered object.
type object struct {
	num    int // 0 = a dictionary that stands directly in another
	gen    int
	body   value
	at     int    // where the body begins in the file; -1 = it was packed
	stream []byte // what stands between stream and endstream, packed as it is; nil when the object is no stream
	list   []entry
	listed bool
}

// get answers an entry of the object's dictionary; of two with the same key the last.
func (o *object) get(key string) value {
	list := o.all()
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].key == key {
			return list[i].val
		}
	}
	return nil
}

// all answers the entries of the object's dictionary in their order.
func (o *object) all() []entry {
	if o == nil {
		return nil
	}
	if !o.listed {
		o.list, o.listed = o.body.entries(), true
	}
	return o.list
}

// file is a PDF as its last cross-reference section shows it.
type file struct {
	data     []byte
	places   map[int]place
	objects  map[int]*object
	packs    map[int]value  // unpacked object streams
	heads    map[int][]head // the objects of a pack
	trailer  value
	size     int  // one more than the highest number of an object
	start    int  // where the last section begins
	streamed bool // the last section is a stream (ISO 32000-1, 7.5.8)
	damaged  bool // no section could be read; the objects were searched for
	unpacked int
	budget   int // bytes that may still be read
	walk     int // bytes that comparing states of the document may still read
	deep     int // objects being read for the sake of others
}

// openFile reads the cross-reference sections of a file. When they are damaged the objects are searched for, as
// viewers do.
func openFile(data []byte) (*file, error) {
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, errs.Newf(errs.Invalid, "Soubor není PDF.")
	}
	f := newFile(data)
	if err := f.sections(); err != nil || f.catalog() == nil {
		f = newFile(data)
		f.search()
	}
	if f.trailer.get("Encrypt") != nil {
		return nil, errs.New(errs.Invalid, "PDF je zašifrované.")
	}
	if f.catalog() == nil {
		return nil, errs.New(errs.Invalid, "PDF je poškozené.")
	}
	return f, nil
}

func newFile(data []byte) *file {
	return &file{data: data, places: map[int]place{}, objects: map[int]*object{}, packs: map[int]value{},
		heads: map[int][]head{}, budget: readFactor*len(data) + 1<<20, walk: walkFactor*len(data) + 16<<20}
}

// spent counts bytes that were read and tells when it was too much.
func (f *file) spent(n int) bool {
	f.budget -= n
	return f.budget < 0
}

// catalog answers the root of the document; nil when there is none.
func (f *file) catalog() *object {
	o := f.follow(f.trailer.get("Root"))
	if o == nil || !o.body.isDict() || o.get("Pages") == nil {
		return nil
	}
	return o
}

// sections reads all cross-reference sections, the newest first.
func (f *file) sections() error {
	mark := bytes.LastIndex(f.data, []byte("startxref"))
	if mark < 0 {
		return fmt.Errorf("no startxref")
	}
	next, ok := valueAt(f.data, mark+len("startxref")).int()
	seen := map[int]bool{}
	for f.start = next; ok; {
		if seen[next] || next >= len(f.data) {
			return fmt.Errorf("bad offset of a section")
		}
		seen[next] = true
		trailer, err := f.section(next)
		if err != nil {
			return err
		}
		if f.trailer == nil {
			f.trailer = trailer
		}
		if size, ok := trailer.get("Size").int(); ok {
			f.size = max(f.size, min(size, objectLimit))
		}
		if v := trailer.get("XRefStm"); v != nil {
			if at, ok := v.int(); ok && at < len(f.data) && !seen[at] {
				seen[at] = true
				if _, err := f.section(at); err != nil {
					return err
				}
			}
		}
		next, ok = trailer.get("Prev").int()
	}
	if f.trailer == nil {
		return fmt.Errorf("no trailer")
	}
	for num := range f.places {
		f.size = max(f.size, num+1)
	}
	return nil
}

// section reads one section, a table or a stream, and answers its trailer.
func (f *file) section(at int) (value, error) {
	i := skipSpace(f.data, at)
	if bytes.HasPrefix(f.data[i:], []byte("xref")) {
		return f.table(i + len("xref"))
	}
	o := f.parse(i, -1)
	if o == nil || o.stream == nil || o.get("Type").name() != "XRef" {
		return nil, fmt.Errorf("no section at %d", at)
	}
	if f.trailer == nil {
		f.streamed = true
	}
	return o.body, f.streamSection(o)
}

func (f *file) table(i int) (value, error) {
	for {
		i = skipSpace(f.data, i)
		if bytes.HasPrefix(f.data[i:], []byte("trailer")) {
			trailer := valueAt(f.data, i+len("trailer"))
			if !trailer.isDict() {
				return nil, fmt.Errorf("no trailer")
			}
			return trailer, nil
		}
		var head [2]int
		for k := range head {
			end := skipWord(f.data, i)
			n, ok := number(f.data[i:end])
			if !ok {
				return nil, fmt.Errorf("bad table")
			}
			head[k], i = n, skipSpace(f.data, end)
		}
		for num := head[0]; num < head[0]+head[1]; num++ {
			end := skipWord(f.data, i)
			at, ok := number(f.data[i:end])
			i = skipSpace(f.data, skipWord(f.data, skipSpace(f.data, end)))
			if !ok || i >= len(f.data) || num > objectLimit || f.spent(20) {
				return nil, fmt.Errorf("bad table")
			}
			if f.data[i] == 'f' {
				at = -1
			}
			f.note(num, place{at: at})
			i = skipSpace(f.data, skipWord(f.data, i))
		}
	}
}

// note keeps where an object lies, unless a newer section said so already.
func (f *file) note(num int, p place) {
	if _, known := f.places[num]; !known {
		f.places[num] = p
	}
}

func (f *file) streamSection(o *object) error {
	data, err := f.unpack(o)
	if err != nil {
		return err
	}
	var width [3]int
	w := o.get("W").items()
	if len(w) < 3 {
		return fmt.Errorf("bad section")
	}
	for k := range width {
		n, ok := w[k].int()
		if !ok || n > 8 {
			return fmt.Errorf("bad section")
		}
		width[k] = n
	}
	row := width[0] + width[1] + width[2]
	index := o.get("Index").items()
	if index == nil {
		index = []value{value("0"), o.get("Size")}
	}
	for ; len(index) > 1 && row > 0; index = index[2:] {
		first, _ := index[0].int()
		count, _ := index[1].int()
		for num := first; num < first+count && len(data) >= row && num <= objectLimit && !f.spent(8); num++ {
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
func (f *file) search() {
	f.damaged = true
	var packs []*object
	for i := 0; i < len(f.data) && len(f.places) < objectLimit && !f.spent(0); {
		next := bytes.IndexAny(f.data[i:], "ot")
		if next < 0 {
			break
		}
		i += next
		switch {
		case bytes.HasPrefix(f.data[i:], []byte("obj")):
			from := headBefore(f.data, i)
			i += len("obj")
			if from < 0 {
				continue
			}
			o := f.parse(from, -1)
			if o == nil {
				continue
			}
			f.places[o.num], i = place{at: from}, max(i, o.at+len(o.body)+len(o.stream))
			f.size = max(f.size, o.num+1)
			switch o.get("Type").name() {
			case "XRef":
				f.trailer = o.body
			case "ObjStm":
				packs = append(packs, o)
			}
		case bytes.HasPrefix(f.data[i:], []byte("trailer")):
			i = skipSpace(f.data, i+len("trailer"))
			end := skipValue(f.data, i, 0)
			if f.spent(max(end, ^end)-i) || end < 0 {
				continue
			}
			if t := value(f.data[i:end]); t.get("Root") != nil {
				f.trailer = t
			}
		default:
			i++
		}
	}
	for _, o := range packs {
		f.openPack(o)
		for index, p := range f.heads[o.num] {
			f.note(p.num, place{pack: o.num, index: index})
			f.size = max(f.size, p.num+1)
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
