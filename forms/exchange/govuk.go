package exchange

import (
	"cmp"
	"slices"
	"strings"

	"epom/forms"
)

// The digital form builder (United Kingdom) writes pages that lead to one another: each has links to the next page, some with a
// condition; the first link whose condition holds is taken, else the last one without a condition, else the summary.

type ukReader struct {
	draft      *draft
	doc        *value
	lists      map[string]*value
	conditions map[string]*value
	fields     map[string][]*field // by "name" and by "section.name"
	pages      map[string]*ukPage
	used       map[string]bool // conditions some page uses
}

type ukPage struct {
	*page
	def   *value
	links []ukLink
	state byte
}

type ukLink struct {
	to   *ukPage
	when *cond
	at   *value
}

const mostUKPages = 400

func readGovUK(name string, data []byte) ([]*draft, error) {
	doc, err := readJSON(data)
	if err != nil {
		return nil, err
	}
	if !doc.get("pages").is(isArray) {
		return nil, &Error{Place: doc.place(), Reason: "tohle není formulář digital form builder: chybí seznam stránek (pages)"}
	}
	if n := len(doc.get("pages").list()); n > mostUKPages {
		return nil, &Error{Place: doc.get("pages").place(), Reason: "formulář má příliš mnoho stránek (nejvýše 400)"}
	}
	title := english(doc.get("name"))
	d := &draft{code: name, title: title, summary: english(doc.get("metadata", "description")), log: &log{}, loose: doc.file.looseAt()}
	r := &ukReader{draft: d, doc: doc, lists: map[string]*value{}, conditions: map[string]*value{}, fields: map[string][]*field{},
		pages: map[string]*ukPage{}, used: map[string]bool{}}
	for _, l := range doc.get("lists").list() {
		r.lists[l.get("name").str()] = l
	}
	for _, c := range doc.get("conditions").list() {
		r.conditions[c.get("name").str()] = c
	}
	order := r.read()
	r.link(order)
	r.follow(order)
	if d.title == "" && len(d.pages) > 0 {
		d.title = d.pages[0].title
	}
	r.settings()
	return []*draft{d}, nil
}

// english is a text or, of several languages, the English one.
func english(v *value) string {
	if s := v.str(); s != "" {
		return s
	}
	if s := v.get("en").str(); s != "" {
		return s
	}
	for _, x := range v.members() {
		if s := x.str(); s != "" {
			return s
		}
	}
	return ""
}

// read makes the pages with their questions.
func (r *ukReader) read() []*ukPage {
	sections := map[string]string{}
	for _, s := range r.doc.get("sections").list() {
		if s.get("hideTitle").isTrue() {
			continue
		}
		sections[s.get("name").str()] = english(s.get("title"))
	}
	var order []*ukPage
	for _, def := range r.doc.get("pages").list() {
		path := strings.Trim(def.get("path").str(), "/")
		if r.pages[path] != nil {
			r.draft.log.lose("setting", path, def.place(), "stránka s touto adresou je ve formuláři dvakrát, platí první")
			for _, c := range def.get("components").list() {
				for _, f := range r.component(c, "", true) {
					r.draft.lose(f, "stránka s touto adresou je ve formuláři dvakrát, platí první")
				}
			}
			for _, n := range def.get("next").list() {
				if n.get("condition").str() != "" {
					r.draft.log.loseCounted(r.draft.log.condition(n.place()), "condition", path, "stránka s touto adresou je ve formuláři dvakrát, platí první")
				}
			}
			continue
		}
		title := label(english(def.get("title")))
		p := &ukPage{page: &page{key: path, title: title, at: def.place()}, def: def}
		if section := label(sections[def.get("section").str()]); section != "" && section != title {
			p.intro = section
		}
		for _, c := range def.get("components").list() {
			p.fields = add(p.fields, r.component(c, def.get("section").str(), false)...)
		}
		if def.get("controller").str() == "RepeatingFieldPageController" && !slices.ContainsFunc(p.fields, func(f *field) bool { return f.def.Kind == "repeat" }) {
			r.repeated(p)
		}
		r.pages[path] = p
		order = append(order, p)
	}
	return order
}

// repeated makes one block of all questions of a page that is filled again and again.
func (r *ukReader) repeated(p *ukPage) {
	if len(p.fields) > 0 {
		block := &field{key: p.key, wish: p.key, def: &forms.Field{Kind: "repeat", Min: float64(1)}, parts: p.fields, at: p.at}
		block.def.Label.CS = p.title
		p.fields = []*field{block}
	}
}

// link finds where pages lead to. A condition that cannot be said leads there always, and keeps nobody from other pages.
func (r *ukReader) link(order []*ukPage) {
	for _, p := range order {
		var before []*cond
		var other *value
		for _, n := range p.def.get("next").list() {
			name := n.get("condition").str()
			if name == "" {
				other = n
				continue
			}
			source := r.draft.log.condition(n.get("condition").place())
			c := r.condition(name, 0)
			if why := unable(c); why != "" {
				r.draft.log.loseCounted(source, "condition", name, "podmínka "+why+"; stránka je vidět vždy")
				p.to(r, n, nil)
				continue
			}
			c = c.from(source)
			p.to(r, n, allOf(append([]*cond{c}, before...)...))
			before = append(before, not(c))
		}
		if other != nil {
			p.to(r, other, allOf(before...))
		}
	}
}

func (p *ukPage) to(r *ukReader, link *value, when *cond) {
	path := strings.Trim(link.get("path").str(), "/")
	if to := r.pages[path]; to != nil {
		p.links = append(p.links, ukLink{to, when, link})
	} else {
		r.draft.log.lose("setting", path, link.place(), "odkaz vede na stránku, která ve formuláři není")
	}
}

// unable says why a condition cannot be said at all, "" when it can.
func unable(c *cond) (why string) {
	c.each(map[*cond]bool{}, func(c *cond) {
		switch {
		case why != "":
		case c.op == '?':
			why = c.reason
		case c.op == 'a':
			found := c.atom.find()
			if len(found) == 0 {
				why = "ptá se na pole „" + short(c.atom.name) + "“, které ve formuláři není"
			}
			for _, f := range found {
				if _, err := c.atom.about(f, "x"); err != nil {
					why = err.Error()
				}
			}
		}
	})
	return why
}

// follow walks from the start and gives each page the conditions under which the walk comes there.
func (r *ukReader) follow(order []*ukPage) {
	start := r.pages[strings.Trim(r.doc.get("startPage").str(), "/")]
	if start == nil {
		if len(order) == 0 {
			return
		}
		start = order[0]
	}
	var reached []*ukPage // the last first
	var visit func(p *ukPage)
	visit = func(p *ukPage) {
		p.state = 1
		for i := len(p.links) - 1; i >= 0; i-- {
			switch to := p.links[i].to; to.state {
			case 0:
				visit(to)
			case 1:
				r.draft.log.lose("setting", to.key, p.links[i].at.place(), "odkaz vede zpět na dřívější stránku, takové smyčky nemáme")
				p.links = slices.Delete(p.links, i, i+1)
			}
		}
		p.state = 2
		reached = append(reached, p)
	}
	visit(start)
	slices.Reverse(reached)
	ways := map[*ukPage][]*cond{start: {nil}}
	for _, p := range reached {
		p.when = anyOf(ways[p]...)
		for _, l := range p.links {
			ways[l.to] = append(ways[l.to], allOf(p.when, l.when))
		}
		r.draft.pages = append(r.draft.pages, p.page)
	}
	for _, p := range order {
		if p.state == 0 {
			for _, f := range p.fields {
				r.draft.lose(f, "na stránku „"+short(p.title)+"“ nevede z první stránky žádná cesta")
			}
			for _, l := range p.def.get("next").list() {
				r.draft.log.lose("unused", p.title, l.place(), "odkaz ze stránky, na kterou se nelze dostat")
			}
		}
	}
}

// settings lists what is not a question.
func (r *ukReader) settings() {
	l := r.draft.log
	for name, c := range r.conditions {
		if !r.used[name] {
			l.lose("unused", english(c.get("displayName")), c.place(), "podmínku ve formuláři nic nepoužívá")
		}
	}
	for _, x := range r.doc.get("fees").list() {
		l.lose("setting", x.get("description").str(), x.place(), "poplatek se u nás zadává úřadu, ne formuláři")
	}
	if x := r.doc.get("specialPages"); len(x.members()) > 0 {
		l.lose("text", "specialPages", x.place(), "texty stránky po odeslání nepřevádíme, potvrzení máme vlastní")
	}
	for _, x := range r.doc.get("outputs").list() {
		l.lose("setting", x.get("type").str(), x.place(), "kam se podání posílá, určuje u nás příslušný úřad")
	}
	if text := plain(english(r.doc.get("declaration"))); text != "" {
		at := r.doc.get("declaration").place()
		f := &field{key: "prohlaseni", wish: "prohlaseni", at: at, def: &forms.Field{Kind: "note"}}
		f.def.Text.CS = text
		r.draft.pages = append(r.draft.pages, &page{key: "prohlaseni", title: "Prohlášení", at: at, fields: []*field{f}})
	}
	slices.SortStableFunc(l.dropped, func(a, b Note) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
}
