package seal

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"epom/internal/seal/pdffile"
)

// ChangeKind says what a change after signing is.
type ChangeKind string

const (
	ChangeSignature  ChangeKind = "signature"  // a further signature or timestamp, or an empty field for one
	ChangeVisible    ChangeKind = "visible"    // a further signature that is drawn on a page
	ChangeValidation ChangeKind = "validation" // certificates and revocation data for later checks (DSS), the file's version
	ChangeMetadata   ChangeKind = "metadata"   // title, dates and the like
	ChangeUnknown    ChangeKind = "unknown"    // anything else: pages, fields, attachments, bytes that mean nothing
)

// Change is one change of a document after it was signed. Path leads to it from the trailer, such as
// "Root.Pages.Kids[0].Contents"; empty = bytes that belong to nothing.
type Change struct {
	Kind ChangeKind
	Path string
}

const (
	changeLimit = 20      // changes named
	pathLimit   = 200     // characters of a path
	stepLimit   = 2 << 20 // values compared
)

// later tells what the bytes after the first covered ones did to the document. The document as it was signed and as it
// is now are walked side by side, so that it does not matter how the change was written down.
func (f *signedFile) later(covered int, sig *pdffile.Object) (Later, []Change) {
	if blank(f.Data[covered:]) {
		return LaterNothing, nil
	}
	old, err := pdffile.Open(f.Data[:covered:covered])
	if err != nil || old.Damaged || f.Damaged {
		return LaterUnknown, []Change{{ChangeUnknown, ""}}
	}
	f.walk -= len(old.Data) / 8 // its cross-reference sections
	old.Budget = f.walk
	if was := old.Object(sig.Num); was == nil || was.At != sig.At {
		f.walk = old.Budget
		return LaterUnknown, []Change{{ChangeUnknown, ""}}
	}
	return f.since(old)
}

// since compares an earlier state of the document with the present one.
func (f *signedFile) since(old *pdffile.File) (Later, []Change) {
	old.Budget, f.Budget = f.walk, f.walk
	defer func() { f.walk = min(old.Budget, f.Budget) }()
	d := &diff{old: old, new: f.File, seen: map[[2]int]bool{}, added: map[int]bool{}}
	d.catalog(old.Catalog(), f.Catalog())
	if d.differ(old.Trailer.Get("Info"), f.Trailer.Get("Info")) {
		d.note(ChangeMetadata, (*step)(nil).to("Info"))
	}
	if len(d.list) == 0 || d.steps > stepLimit || f.Spent(0) || old.Spent(0) {
		d.note(ChangeUnknown, nil)
	}
	if slices.ContainsFunc(d.list, func(c Change) bool { return c.Kind == ChangeUnknown }) {
		return LaterUnknown, d.list
	}
	return LaterSignatures, d.list
}

// diff walks two states of one document.
type diff struct {
	old, new *pdffile.File
	seen     map[[2]int]bool // pairs of objects compared already
	added    map[int]bool    // objects that are new signature fields
	list     []Change
	queue    []pairOf // values still to be compared
	steps    int
}

// pairOf are two values that should be the same, and the way to them.
type pairOf struct {
	path *step
	a, b pdffile.Value
}

// step is the last step of a way; it is written out only when there is something to say.
type step struct {
	up  *step
	key string // empty = an item of an array
	nth int
}

func (p *step) String() string {
	var parts []string
	for ; p != nil; p = p.up {
		if p.key == "" {
			parts = append(parts, "["+strconv.Itoa(p.nth)+"]")
			continue
		}
		parts = append(parts, "."+p.key)
	}
	slices.Reverse(parts)
	said := strings.TrimPrefix(strings.ToValidUTF8(strings.Join(parts, ""), "?"), ".")
	if runes := []rune(said); len(runes) > pathLimit { // keys may be as long as the file
		said = string(runes[:pathLimit]) + "…"
	}
	return said
}

func (p *step) to(key string) *step { return &step{up: p, key: key} }
func (p *step) item(i int) *step    { return &step{up: p, nth: i} }

func (d *diff) note(kind ChangeKind, path *step) {
	if len(d.list) < changeLimit || (kind == ChangeUnknown && d.list[changeLimit-1].Kind != kind) {
		d.list = append(d.list[:min(len(d.list), changeLimit-1)], Change{kind, path.String()})
	}
}

// differ tells whether two values differ in any way.
func (d *diff) differ(a, b pdffile.Value) bool {
	sub := &diff{old: d.old, new: d.new, seen: map[[2]int]bool{}, steps: d.steps}
	sub.values(nil, a, b)
	sub.run()
	d.steps = sub.steps
	return len(sub.list) > 0
}

func (d *diff) catalog(a, b *pdffile.Object) {
	root := (*step)(nil).to("Root")
	d.seen[[2]int{a.Num, b.Num}] = true
	d.form(root.to("AcroForm"), a.Get("AcroForm"), b.Get("AcroForm"))
	fields := d.queue
	d.queue = nil // fields lead to their pages: let the pages themselves come first
	for _, key := range keys(a, b) {
		switch was, is, path := a.Get(key), b.Get(key), root.to(key); key {
		case "AcroForm":
		case "DSS", "Extensions", "Version":
			if d.differ(was, is) {
				d.note(ChangeValidation, path)
			}
		case "Metadata":
			if d.differ(was, is) {
				d.note(ChangeMetadata, path)
			}
		default:
			d.values(path, was, is)
		}
	}
	d.run()
	d.queue = fields
	d.run()
}

// form compares the forms; new fields for signatures are no fault.
func (d *diff) form(path *step, a, b pdffile.Value) {
	was, is := d.old.Dict(a), d.new.Dict(b)
	if is == nil || (a != nil && was == nil) {
		if was != nil || b != nil {
			d.note(ChangeUnknown, path)
		}
		return
	}
	before, after := d.old.Resolve(was.Get("Fields")).Items(), d.new.Resolve(is.Get("Fields")).Items()
	if len(after) < len(before) {
		d.note(ChangeUnknown, path.to("Fields"))
		return
	}
	for i, v := range after[len(before):] {
		d.newField(path.to("Fields").item(len(before)+i), v)
	}
	for i, v := range before {
		d.field(path.to("Fields").item(i), v, after[i])
	}
	for _, key := range keys(was, is) {
		fresh := was == nil && (key == "DA" || key == "DR") // what a program adds that makes a form
		if key != "Fields" && key != "SigFlags" && !fresh {
			d.values(path.to(key), was.Get(key), is.Get(key))
		}
	}
}

// newField looks whether an added field is for a signature and does nothing else.
func (d *diff) newField(path *step, v pdffile.Value) {
	o := d.new.Follow(v)
	kind := ChangeSignature
	switch {
	case o == nil || d.new.Resolve(o.Get("FT")).Name() != "Sig" || o.Get("Kids") != nil || o.Get("A") != nil || o.Get("AA") != nil:
		kind = ChangeUnknown
	case d.drawn(o):
		kind = ChangeVisible
	}
	if o != nil {
		d.added[o.Num] = kind != ChangeUnknown
	}
	d.note(kind, path)
}

// drawn tells whether a field takes a place on its page.
func (d *diff) drawn(o *pdffile.Object) bool {
	rect := d.new.Resolve(o.Get("Rect")).Items()
	return len(rect) == 4 && (!bytes.Equal(rect[0], rect[2]) || !bytes.Equal(rect[1], rect[3])) && o.Get("AP") != nil
}

// field compares a field; an empty one for a signature may have been signed.
func (d *diff) field(path *step, a, b pdffile.Value) {
	was, is := d.old.Follow(a), d.new.Follow(b)
	if was == nil || is == nil || d.old.Resolve(was.Get("FT")).Name() != "Sig" || was.Get("V") != nil || is.Get("V") == nil {
		d.values(path, a, b)
		return
	}
	d.seen[[2]int{was.Num, is.Num}] = true
	kind := ChangeSignature
	if d.drawn(is) {
		kind = ChangeVisible
	}
	d.note(kind, path)
	for _, key := range keys(was, is) {
		if !slices.Contains([]string{"V", "AP", "M", "F", "MK", "DA"}, key) {
			d.values(path.to(key), was.Get(key), is.Get(key))
		}
	}
}

// values notes that two values of any kind, and all that they lead to, should be the same.
func (d *diff) values(path *step, a, b pdffile.Value) { d.queue = append(d.queue, pairOf{path, a, b}) }

// run compares what values noted.
func (d *diff) run() {
	for len(d.queue) > 0 && d.steps <= stepLimit {
		p := d.queue[0]
		d.queue = d.queue[1:]
		d.steps++
		na, refA := p.a.Ref()
		nb, refB := p.b.Ref()
		if refA && refB {
			if d.seen[[2]int{na, nb}] {
				continue
			}
			d.seen[[2]int{na, nb}] = true
		}
		was, is := d.old.Whole(p.a), d.new.Whole(p.b)
		switch {
		case was == nil && is == nil:
		case was == nil || is == nil:
			d.note(ChangeUnknown, p.path)
		case was.Body.IsDict() && is.Body.IsDict():
			d.dicts(p.path, was, is)
		case was.Body.IsArray() && is.Body.IsArray():
			d.arrays(p.path, was.Body.Items(), is.Body.Items())
		case !bytes.Equal(was.Body, is.Body):
			d.note(ChangeUnknown, p.path)
		}
	}
}

func (d *diff) dicts(path *step, a, b *pdffile.Object) {
	if (a.Stream == nil) != (b.Stream == nil) || !bytes.Equal(a.Stream, b.Stream) {
		d.note(ChangeUnknown, path)
	}
	page := a.Get("Type").Name() == "Page" && b.Get("Type").Name() == "Page"
	for _, key := range keys(a, b) {
		if page && key == "Annots" {
			d.annots(path.to(key), a.Get(key), b.Get(key))
			continue
		}
		d.values(path.to(key), a.Get(key), b.Get(key))
	}
}

// annots compares what lies on a page: the boxes of new signature fields may have come to the end.
func (d *diff) annots(path *step, a, b pdffile.Value) {
	was, is := d.old.Resolve(a).Items(), d.new.Resolve(b).Items()
	for len(is) > len(was) {
		if num, ok := is[len(is)-1].Ref(); !ok || !d.added[num] {
			break
		}
		is = is[:len(is)-1]
	}
	d.arrays(path, was, is)
}

func (d *diff) arrays(path *step, a, b []pdffile.Value) {
	if len(a) != len(b) {
		d.note(ChangeUnknown, path)
		return
	}
	for i := range a {
		d.values(path.item(i), a[i], b[i])
	}
}

// keys answers the keys of two dictionaries in the order in which they stand.
func keys(a, b *pdffile.Object) (list []string) {
	known := map[string]bool{}
	for _, o := range []*pdffile.Object{a, b} {
		for _, e := range o.All() {
			if !known[e.Key] {
				known[e.Key] = true
				list = append(list, e.Key)
			}
		}
	}
	return list
}
