package seal

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
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
	stepLimit   = 2 << 20 // values compared
)

// later tells what the bytes after the first covered ones did to the document. The document as it was signed and as it
// is now are walked side by side, so that it does not matter how the change was written down.
func (f *file) later(covered int, sig *object) (Later, []Change) {
	if blank(f.data[covered:]) {
		return LaterNothing, nil
	}
	old, err := openFile(f.data[:covered:covered])
	if err != nil || old.damaged || f.damaged {
		return LaterUnknown, []Change{{ChangeUnknown, ""}}
	}
	f.walk -= newFile(old.data).budget - old.budget
	old.budget, f.budget = f.walk, f.walk
	defer func() { f.walk = min(old.budget, f.budget) }()
	if was := old.object(sig.num); was == nil || was.at != sig.at {
		return LaterUnknown, []Change{{ChangeUnknown, ""}}
	}
	d := &diff{old: old, new: f, seen: map[[2]int]bool{}, added: map[int]bool{}}
	d.catalog(old.catalog(), f.catalog())
	if d.differ(old.trailer.get("Info"), f.trailer.get("Info")) {
		d.note(ChangeMetadata, (*step)(nil).to("Info"))
	}
	if len(d.list) == 0 || d.steps > stepLimit || f.spent(0) || old.spent(0) {
		d.note(ChangeUnknown, nil)
	}
	if slices.ContainsFunc(d.list, func(c Change) bool { return c.Kind == ChangeUnknown }) {
		return LaterUnknown, d.list
	}
	return LaterSignatures, d.list
}

// diff walks two states of one document.
type diff struct {
	old, new *file
	seen     map[[2]int]bool // pairs of objects compared already
	added    map[int]bool    // objects that are new signature fields
	list     []Change
	queue    []pairOf // values still to be compared
	steps    int
}

// pairOf are two values that should be the same, and the way to them.
type pairOf struct {
	path *step
	a, b value
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
	return strings.TrimPrefix(strings.Join(parts, ""), ".")
}

func (p *step) to(key string) *step { return &step{up: p, key: key} }
func (p *step) item(i int) *step    { return &step{up: p, nth: i} }

func (d *diff) note(kind ChangeKind, path *step) {
	if len(d.list) < changeLimit || (kind == ChangeUnknown && d.list[changeLimit-1].Kind != kind) {
		d.list = append(d.list[:min(len(d.list), changeLimit-1)], Change{kind, path.String()})
	}
}

// differ tells whether two values differ in any way.
func (d *diff) differ(a, b value) bool {
	sub := &diff{old: d.old, new: d.new, seen: map[[2]int]bool{}, steps: d.steps}
	sub.values(nil, a, b)
	sub.run()
	d.steps = sub.steps
	return len(sub.list) > 0
}

func (d *diff) catalog(a, b *object) {
	root := (*step)(nil).to("Root")
	d.seen[[2]int{a.num, b.num}] = true
	d.form(root.to("AcroForm"), a.get("AcroForm"), b.get("AcroForm"))
	fields := d.queue
	d.queue = nil // fields lead to their pages: let the pages themselves come first
	for _, key := range keys(a, b) {
		switch was, is, path := a.get(key), b.get(key), root.to(key); key {
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
func (d *diff) form(path *step, a, b value) {
	was, is := d.old.dict(a), d.new.dict(b)
	if is == nil || (a != nil && was == nil) {
		if was != nil || b != nil {
			d.note(ChangeUnknown, path)
		}
		return
	}
	before, after := d.old.resolve(was.get("Fields")).items(), d.new.resolve(is.get("Fields")).items()
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
			d.values(path.to(key), was.get(key), is.get(key))
		}
	}
}

// newField looks whether an added field is for a signature and does nothing else.
func (d *diff) newField(path *step, v value) {
	o := d.new.follow(v)
	kind := ChangeSignature
	switch {
	case o == nil || d.new.resolve(o.get("FT")).name() != "Sig" || o.get("Kids") != nil || o.get("A") != nil || o.get("AA") != nil:
		kind = ChangeUnknown
	case d.drawn(o):
		kind = ChangeVisible
	}
	if o != nil {
		d.added[o.num] = kind != ChangeUnknown
	}
	d.note(kind, path)
}

// drawn tells whether a field takes a place on its page.
func (d *diff) drawn(o *object) bool {
	rect := d.new.resolve(o.get("Rect")).items()
	return len(rect) == 4 && (!bytes.Equal(rect[0], rect[2]) || !bytes.Equal(rect[1], rect[3])) && o.get("AP") != nil
}

// field compares a field; an empty one for a signature may have been signed.
func (d *diff) field(path *step, a, b value) {
	was, is := d.old.follow(a), d.new.follow(b)
	if was == nil || is == nil || d.old.resolve(was.get("FT")).name() != "Sig" || was.get("V") != nil || is.get("V") == nil {
		d.values(path, a, b)
		return
	}
	d.seen[[2]int{was.num, is.num}] = true
	kind := ChangeSignature
	if d.drawn(is) {
		kind = ChangeVisible
	}
	d.note(kind, path)
	for _, key := range keys(was, is) {
		if !slices.Contains([]string{"V", "AP", "M", "F", "MK", "DA"}, key) {
			d.values(path.to(key), was.get(key), is.get(key))
		}
	}
}

// values notes that two values of any kind, and all that they lead to, should be the same.
func (d *diff) values(path *step, a, b value) { d.queue = append(d.queue, pairOf{path, a, b}) }

// run compares what values noted.
func (d *diff) run() {
	for len(d.queue) > 0 && d.steps <= stepLimit {
		p := d.queue[0]
		d.queue = d.queue[1:]
		d.steps++
		na, refA := p.a.ref()
		nb, refB := p.b.ref()
		if refA && refB {
			if d.seen[[2]int{na, nb}] {
				continue
			}
			d.seen[[2]int{na, nb}] = true
		}
		was, is := d.old.whole(p.a), d.new.whole(p.b)
		switch {
		case was == nil && is == nil:
		case was == nil || is == nil:
			d.note(ChangeUnknown, p.path)
		case was.body.isDict() && is.body.isDict():
			d.dicts(p.path, was, is)
		case was.body.isArray() && is.body.isArray():
			d.arrays(p.path, was.body.items(), is.body.items())
		case !bytes.Equal(was.body, is.body):
			d.note(ChangeUnknown, p.path)
		}
	}
}

// whole answers what a value is or leads to, as an object; nil when there is nothing.
func (f *file) whole(v value) *object {
	if _, ok := v.ref(); ok {
		v := f.follow(v)
		if v != nil && bytes.Equal(v.body, []byte("null")) {
			return nil
		}
		return v
	}
	if v == nil || bytes.Equal(v, []byte("null")) || f.spent(len(v)) {
		return nil
	}
	return &object{body: v, at: -1}
}

func (d *diff) dicts(path *step, a, b *object) {
	if (a.stream == nil) != (b.stream == nil) || !bytes.Equal(a.stream, b.stream) {
		d.note(ChangeUnknown, path)
	}
	page := a.get("Type").name() == "Page" && b.get("Type").name() == "Page"
	for _, key := range keys(a, b) {
		if page && key == "Annots" {
			d.annots(path.to(key), a.get(key), b.get(key))
			continue
		}
		d.values(path.to(key), a.get(key), b.get(key))
	}
}

// annots compares what lies on a page: the boxes of new signature fields may have come to the end.
func (d *diff) annots(path *step, a, b value) {
	was, is := d.old.resolve(a).items(), d.new.resolve(b).items()
	for len(is) > len(was) {
		if num, ok := is[len(is)-1].ref(); !ok || !d.added[num] {
			break
		}
		is = is[:len(is)-1]
	}
	d.arrays(path, was, is)
}

func (d *diff) arrays(path *step, a, b []value) {
	if len(a) != len(b) {
		d.note(ChangeUnknown, path)
		return
	}
	for i := range a {
		d.values(path.item(i), a[i], b[i])
	}
}

// keys answers the keys of two dictionaries in the order in which they stand.
func keys(a, b *object) (list []string) {
	known := map[string]bool{}
	for _, o := range []*object{a, b} {
		for _, e := range o.all() {
			if !known[e.key] {
				known[e.key] = true
				list = append(list, e.key)
			}
		}
	}
	return list
}
