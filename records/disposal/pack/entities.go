package pack

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/fold"
	"epom/records"
)

// part is a component on its way into a package.
type part struct {
	records.Component
	order, version int
	form           string // forma_uchovani
	href           string
	id             string // of the element
	made           time.Time
}

// Forms of preservation as the standard writes them.
const (
	original  = "originál"
	output    = "originál ve výstupním datovém formátu"
	scanned   = "digitalizát"
	container = "kontejner"
	concept   = "koncept"
)

// boxTypes may be containers (rule obs110).
var boxTypes = []string{"application/zip", "application/zip-compressed", "application/x-zip-compressed", "multipart/x-zip", "application/vnd.etsi.asic-e+zip",
	"application/vnd.etsi.asic-s+zip", "application/vnd.software602.filler.form+xml", "application/vnd.software602.filler.form-xml-zip", "message/rfc822",
	"application/vnd.isac.fcs.isdocx", "application/pdf"}

// parts puts the components of a document in order: what replaces another one has its order and a higher version; exactly one is the
// original, an output format stands last. Drafts stay at the office.
func parts(d Document) (list []part) {
	root := map[int]int{} // component → the first version of it
	groups, first := map[int][]records.Component{}, []int{}
	for _, c := range d.Components {
		if c.Preservation == records.Draft {
			continue
		}
		r := c.Ordinal
		if c.Replaces != nil {
			if g := groups[root[*c.Replaces]]; g != nil && !isBox(g[0]) && !isBox(c) {
				r = root[*c.Replaces]
			}
		}
		root[c.Ordinal] = r
		if groups[r] == nil {
			first = append(first, r)
		}
		groups[r] = append(groups[r], c)
	}
	for i, r := range first {
		for v, p := range versions(d, groups[r]) {
			p.order, p.version, p.made = i+1, v+1, d.RegisteredAt
			p.href = "komponenty/" + strconv.FormatInt(d.ID, 10) + "-" + strconv.Itoa(p.Ordinal) + "-" + plainName(p.Name)
			p.id = "k" + strconv.FormatInt(d.ID, 10) + "-" + strconv.Itoa(p.Ordinal)
			list = append(list, p)
		}
	}
	return list
}

func isBox(c records.Component) bool {
	return c.IsContainer() && slices.Contains(boxTypes, c.MediaType)
}

// versions gives the components of one order their forms.
func versions(d Document, group []records.Component) (list []part) {
	var outputs []part
	for _, c := range group {
		p := part{Component: c, form: original}
		switch {
		case isBox(c):
			p.form = container
		case d.Paper:
			p.form = scanned
		case c.Preservation == records.Output && len(group) > 1:
			p.form = output
		}
		if p.form == output {
			outputs = append(outputs, p)
		} else {
			list = append(list, p)
		}
	}
	if len(list) == 0 { // the original is not there any more: what came out of it stands for it
		list, outputs = outputs[:1], outputs[1:]
		list[0].form = original
	}
	for i := range list[:len(list)-1] { // versions before the last one
		if list[i].form == original {
			list[i].form = concept
		}
	}
	if len(outputs) > 0 {
		list = append(list, outputs[len(outputs)-1])
	}
	return list
}

// plainName makes a name that every file system and address can hold.
func plainName(name string) string {
	ext := path.Ext(name)
	base := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, fold.Text(strings.TrimSuffix(name, ext)))
	ext = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, fold.Text(ext))
	base = strings.Trim(base[:min(len(base), 60)], "-")
	if base == "" {
		base = "soubor"
	}
	if ext == "" {
		return base
	}
	return base + "." + ext[:min(len(ext), 10)]
}

// file describes a case file.
func (u *Unit) file(f File, p *Proceeding, paper string) *element {
	meta := el(n("EvidencniUdaje"), u.identity(f.Mark, "spisy"), title(f.Subject))
	if links := u.links(f); links != nil {
		meta.add(links)
	}
	order := el(n("Trideni"), u.codes()...).add(el(n("MaterskaEntita"), u.classTree(f, paper)))
	closing := el(n("VyrizeniUzavreni"), date("Datum", *f.ClosedAt), txt(n("Zpusob"), ways[*f.HandledHow]), u.reason(*f.HandledHow, f.HandledWhy, "ObsahVyrizeni"),
		u.reason(*f.HandledHow, f.HandledWhy, "Oduvodneni"), u.clerk(f))
	handling := el(n("Manipulace"), txt(n("AnalogovyDokument"), yesNo(f.paper())), date("DatumOtevreni", f.OpenedAt), date("DatumUzavreni", *f.ClosedAt))
	if f.paper() {
		handling.add(txt(n("Umisteni"), f.Place))
	}
	meta.add(evidence(f.Mark, f.No, f.Year, register(f.Series)), el(n("Puvod"), date("DatumVytvoreni", f.OpenedAt)), order, closing, u.disposal(f, p), handling)
	docs := el(n("Dokumenty"))
	for _, d := range f.Documents {
		docs.add(u.document(f, d))
	}
	return el(n("Spis"), meta, docs).with("ID", "spis"+strconv.FormatInt(f.ID, 10))
}

// reason writes why something was handled in another way; both content and reason are asked for then.
func (u *Unit) reason(how, why, name string) *element {
	if how != records.ByOther {
		return nil
	}
	return txt(n(name), or(why, "vyřízeno jiným způsobem"))
}

func (u *Unit) links(f File) *element {
	k := u.Classes[len(u.Classes)-1]
	box := el(n("Souvislosti"))
	refer := func(mark, fixed, why string) {
		box.add(el(n("KrizovyOdkaz"), txt(n("PlneUrcenySpisovyZnak"), k.Code), u.id(mark, "spisy"), opt(n("Specifikace"), why)).with("pevny", fixed))
	}
	for _, mark := range f.Tied {
		refer(mark, "ano", "")
	}
	for _, l := range f.Links {
		if !slices.ContainsFunc(u.Files, func(o File) bool { return o.Mark == l.Mark }) {
			refer(l.Mark, "ne", l.Why)
		}
	}
	if len(box.kids) == 0 {
		return nil
	}
	return box
}

// disposal is when and how the file leaves the office.
func (u *Unit) disposal(f File, p *Proceeding) *element {
	due, _ := f.DueYear()
	e := el(n("Vyrazovani"), u.rule(u.Classes[len(u.Classes)-1]), el(n("DataceVyrazeni"), txt(n("RokSpousteciUdalosti"), year(*f.TriggerYear)), txt(n("RokSkartacniOperace"), year(due))))
	if p == nil {
		return e
	}
	judged := el(n("SkartacniRizeni"), date("Datum", p.At))
	if f.paper() {
		judged.add(txt(n("Mnozstvi"), or(f.Box, "1 spis")))
	}
	return e.add(judged.add(txt(n("SkartacniOperace"), "trvalé uložení"), txt(n("Oduvodneni"), "skartační řízení "+p.Number), el(n("Posuzovatel"), u.inside(p.Person, 0, f.Unit))))
}

func year(y int) string { return strings.Repeat("0", max(0, 4-len(strconv.Itoa(y)))) + strconv.Itoa(y) }

// document describes a document with its components.
func (u *Unit) document(f File, d Document) *element {
	meta := el(n("EvidencniUdaje"), u.identity(u.documentID(d), "dokumenty"), title(d.Subject), evidence(d.ReferenceNumber, int64(d.Ordinal), d.RegisteredAt.In(clock.Prague).Year(), register(or(d.Register, f.Series))),
		el(n("Jazyky"), txt(n("Jazyk"), "cze")))
	if d.Direction == records.In {
		at := d.RegisteredAt
		for _, t := range []*time.Time{d.DeliveredAt, d.ReceivedAt} {
			if t != nil {
				at = *t
			}
		}
		in := el(n("DorucenyDokument"), date("DatumDoruceni", at), opt(n("OdesilatelovoEvidencniCislo"), cut(d.ForeignNumber, 50)))
		if d.Paper {
			in.add(txt(n("DoruceneMnozstvi"), sheets(d)))
		}
		meta.add(el(n("Puvod"), in.add(el(n("Odesilatel"), u.outside(d, records.Sender)))))
	} else {
		own := el(n("VlastniDokument"), date("DatumVytvoreni", d.RegisteredAt))
		if d.Paper {
			own.add(txt(n("VytvoreneMnozstvi"), sheets(d)))
		}
		account, _ := accountOf(d.RegisteredBy)
		meta.add(el(n("Puvod"), own.add(el(n("Autor"), u.inside(or(u.Names[account], f.ClerkName), account, f.Unit)))))
	}
	meta.add(el(n("Trideni"), u.codes()...), u.handling(f, d), el(n("Vyrazovani"), u.rule(u.Classes[len(u.Classes)-1])))
	place := el(n("Manipulace"), txt(n("AnalogovyDokument"), yesNo(d.Paper)))
	if d.Paper {
		place.add(txt(n("UkladaciJednotka"), cut(f.Box, 100)))
	}
	doc := el(n("Dokument"), meta.add(place)).with("ID", "dok"+strconv.FormatInt(d.ID, 10))
	if list := parts(d); len(list) > 0 {
		box := el(n("Komponenty"))
		for _, p := range list {
			box.add(el(n("Komponenta"), el(n("EvidencniUdaje"), u.identity(u.partID(d, p), "komponenty"), title(p.Name), el(n("Trideni"), u.codes()...))).
				with("ID", p.id, "druh", p.kind(), "forma_uchovani", p.form, "poradi", strconv.Itoa(p.order), "verze", strconv.Itoa(p.version)))
		}
		doc.add(box)
	}
	return doc
}

func (p part) kind() string {
	if p.order == 1 {
		return "hlavní"
	}
	return "příloha"
}

// documentID is the identifier of a document: its JID, or our own number when another originator gave it one too long.
func (u *Unit) documentID(d Document) string {
	if jid := d.JID(u.Office.ICO, u.Office.Abbreviation); len([]rune(jid)) <= 50 && strings.TrimSpace(jid) != "" {
		return jid
	}
	return strconv.FormatInt(d.ID, 10)
}

func (u *Unit) partID(d Document, p part) string {
	return strconv.FormatInt(d.ID, 10) + "/" + strconv.Itoa(p.Ordinal)
}

// handling is how a document was handled: an incoming one by its answer, by itself or with the file, one of ours by being sent.
func (u *Unit) handling(f File, d Document) *element {
	at, how, why := *f.HandledAt, *f.HandledHow, f.HandledWhy
	if d.HandledAt != nil {
		at, how, why = *d.HandledAt, *d.HandledHow, d.HandledWhy
	} else if d.RegisteredAt.After(at) || d.Direction != records.In {
		at = d.RegisteredAt
	}
	var answer *Document
	for i, o := range f.Documents {
		if o.AnswersID != nil && *o.AnswersID == d.ID && o.Kind != "receipt" {
			answer = &f.Documents[i]
		}
	}
	e := el(n("Vyrizeni"))
	switch {
	case d.Direction != records.In:
		if d.SentAt != nil {
			at = *d.SentAt
		}
		e.add(date("Datum", at), u.clerk(f))
	case answer != nil && d.HandledAt == nil:
		if answer.SentAt != nil {
			at = *answer.SentAt
		}
		k := u.Classes[len(u.Classes)-1]
		e.add(date("Datum", at), txt(n("Zpusob"), ways[records.ByDocument]), u.clerk(f),
			el(n("OdkazVyrizujiciDokument"), txt(n("PlneUrcenySpisovyZnak"), k.Code), u.id(u.documentID(*answer), "dokumenty")))
	default:
		e.add(date("Datum", at), txt(n("Zpusob"), ways[how]), u.reason(how, why, "ObsahVyrizeni"), u.reason(how, why, "Oduvodneni"), u.clerk(f))
	}
	if d.Direction == records.Out && d.SentAt != nil {
		e.add(date("DatumOdeslani", *d.SentAt))
		if d.Paper {
			e.add(txt(n("OdeslaneMnozstvi"), sheets(d)))
		}
		e.add(el(n("Prijemce"), u.outside(d, records.Addressee)))
	}
	return e
}
