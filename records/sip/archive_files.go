package sip

import (
	"maps"
	"path"
	"slices"
	"strings"
)

const (
	useDocs   = "Documentation"
	useSchema = "Schemas"
	useRepr   = "Representations"
)

// groups is the file groups of one use; representations have the use Representations/NAME.
func (a *archive) groups(use string) []*node {
	var out []*node
	for _, g := range a.root.kid("fileSec").list("fileGrp") {
		if u := g.attr("USE"); u == use || use == useRepr && strings.HasPrefix(u, useRepr+"/") {
			out = append(out, g)
		}
	}
	return out
}

// inPlace reports files of a group that lie elsewhere than their use says.
func inPlace(say report, g *node, folder string) {
	for _, f := range g.all("file") {
		if l := f.kid("FLocat"); l != nil && href(l) != "" && !strings.HasPrefix(href(l), folder+"/") {
			say(l, "xlink:href je %.100q", href(l))
		}
	}
}

func single(use string) func(*archive, report) {
	return func(a *archive, say report) {
		for i, g := range a.groups(use) {
			if i > 0 {
				say(g, "skupina je v balíčku vícekrát")
			}
			inPlace(say, g, strings.ToLower(use))
		}
	}
}

func (a *archive) eachFile(f func(*node)) {
	for _, n := range a.root.kid("fileSec").all("file") {
		f(n)
	}
}

var archiveFiles = []archiveRule{
	{cz("obs26", "mets má nejvýše jeden fileSec", "PMT0505"), func(a *archive, say report) {
		for i, s := range a.root.list("fileSec") {
			if i > 0 {
				say(s, "")
			}
		}
	}},
	{cz("obs27", "fileSec má ID ve tvaru uuid-UUID", "PMT0506"), func(a *archive, say report) {
		if s := a.root.kid("fileSec"); s != nil && !uuidID(s.attr("ID")) {
			say(s, "")
		}
	}},
	{cz("obs28", "dokumentace je v jediné skupině Documentation a ve složce documentation", "PMT0507"), single(useDocs)},
	{cz("obs29", "schémata jsou v jediné skupině Schemas a ve složce schemas", "PMT0508"), single(useSchema)},
	{cz("obs30", "soubory skupiny Representations/NÁZEV jsou ve složce representations/NÁZEV", "PMT0509"), func(a *archive, say report) {
		for _, g := range a.root.kid("fileSec").list("fileGrp") {
			use := g.attr("USE")
			name, ok := strings.CutPrefix(use, useRepr+"/")
			switch {
			case ok && name != "":
				inPlace(say, g, "representations/"+name)
			case !among(use, useDocs, useSchema):
				say(g, "USE je %.80q", use)
			}
		}
	}},
	{cz("obs31", "skupina souborů neuvádí vlastní typ obsahu jen zčásti", "PMT0511"), func(a *archive, say report) {
		for _, g := range a.groups(useRepr) {
			if (g.csip("CONTENTINFORMATIONTYPE") == "OTHER") != (g.csip("OTHERCONTENTINFORMATIONTYPE") != "") {
				say(g, "")
			}
		}
	}},
	{cz("obs32", "skupina souborů má ID ve tvaru uuid-UUID", "PMT0514"), func(a *archive, say report) {
		for _, g := range a.root.kid("fileSec").list("fileGrp") {
			if !uuidID(g.attr("ID")) {
				say(g, "")
			}
		}
	}},
	{cz("obs33", "file má ID, typ, velikost, čas a kontrolní součet a nemá odkaz na popis", "PMT0515"), func(a *archive, say report) {
		a.eachFile(func(f *node) {
			if !uuidID(f.attr("ID")) {
				say(f, "ID je %.60q", f.attr("ID"))
			}
			if f.has("DMDID") {
				say(f, "DMDID sem nepatří")
			}
			lacks(say, f, "")
		})
	}},
	{cz("obs34", "file má právě jeden FLocat (LOCTYPE=URL, xlink:type=simple, xlink:href)", "PMT0525"), func(a *archive, say report) {
		a.eachFile(func(f *node) {
			l := f.kid("FLocat")
			kind, _ := l.attrNS(nsXLink, "type")
			if len(f.list("FLocat")) != 1 || f.kid("file") != nil || l.attr("LOCTYPE") != "URL" || kind != "simple" || href(l) == "" {
				say(f, "")
			}
		})
	}},
	{cz("fls01", "v balíčku jsou všechny soubory, které METS.xml uvádí", "PPR0307"), func(a *archive, say report) {
		for _, n := range a.root.all("mdRef", "FLocat") {
			if name := href(n); name != "" {
				if _, ok := a.pack.file(path.Clean(name)); !ok {
					say(n, "soubor %.120s chybí", name)
				}
			}
		}
	}},
	{cz("fls02", "v balíčku není soubor, který METS.xml neuvádí", "PPR0307"), func(a *archive, say report) {
		known := map[string]bool{archiveMETS: true}
		for _, n := range a.root.all("mdRef", "FLocat") {
			known[path.Clean(href(n))] = true
		}
		for _, name := range a.pack.names("") {
			if !known[name] {
				say(nil, "soubor %.120s není uveden", name)
			}
		}
	}},
	{cz("fls03", "soubory PREMIS lze přečíst", "PMD0201"), func(a *archive, say report) {
		for _, s := range a.sections(true) {
			e, ok := a.pack.file(path.Clean(href(s.kid("mdRef"))))
			if !ok {
				continue
			}
			data, err := e.read()
			if err == nil {
				var root *node
				if root, err = readXML(data); err == nil && (root.name != "premis" || root.space != nsPREMIS) {
					say(s, "kořenový element je %.40q", root.name)
				}
			}
			if err != nil {
				say(s, "%.200v", err)
			}
		}
	}},
}

func (a *archive) maps(kind string) []*node {
	var out []*node
	for _, m := range a.root.list("structMap") {
		if m.attr("TYPE") == kind {
			out = append(out, m)
		}
	}
	return out
}

var archiveMaps = []archiveRule{
	{cz("obs35", "strukturální mapy jsou nejvýše dvě: jedna fyzická a jedna logická", "PMT0601"), func(a *archive, say report) {
		seen := map[string]bool{}
		for _, m := range a.root.list("structMap") {
			if kind := m.attr("TYPE"); !among(kind, "PHYSICAL", "LOGICAL") || seen[kind] {
				say(m, "TYPE je %.40q", kind)
			}
			seen[m.attr("TYPE")] = true
		}
	}},
	{cz("obs36", "fyzická strukturální mapa má LABEL=CSIP a ID ve tvaru uuid-UUID", "PMT0603"), func(a *archive, say report) {
		list := a.maps("PHYSICAL")
		if len(list) == 0 {
			say(a.root, "mapa chybí")
			return
		}
		wants(say, list[0], "LABEL", "CSIP")
		if !uuidID(list[0].attr("ID")) {
			say(list[0], "ID je %.60q", list[0].attr("ID"))
		}
	}},
	{cz("obs37", "fyzická strukturální mapa odkazuje na všechna metadata a na všechny skupiny souborů", "PMT0607"), checkPhysical},
	{cz("obs38", "logická strukturální mapa drží hierarchii svého druhu obsahu", "PMT0704"), checkLogical},
}

func checkPhysical(a *archive, say report) {
	list := a.maps("PHYSICAL")
	if len(list) == 0 {
		return
	}
	top := list[0].kid("div")
	if !uuidID(top.attr("ID")) {
		say(top, "ID je %.60q", top.attr("ID"))
	}
	divs := map[string]*node{}
	for _, d := range top.list("div") {
		label := d.attr("LABEL")
		switch {
		case !uuidID(d.attr("ID")):
			say(d, "ID je %.60q", d.attr("ID"))
		case !among(label, "Metadata", useDocs, useSchema, useRepr):
			say(d, "LABEL je %.60q", label)
		case divs[label] != nil:
			say(d, "oddíl %s je v mapě vícekrát", label)
		}
		if len(d.list("div", "mptr")) > 0 {
			say(d, "oddíl %.40s nesmí mít další oddíly", label)
		}
		divs[label] = d
	}
	if divs["Metadata"] == nil {
		say(top, "chybí oddíl Metadata")
	} else {
		sameIDs(say, divs["Metadata"], "DMDID", a.sections(false))
		sameIDs(say, divs["Metadata"], "ADMID", a.sections(true))
	}
	for _, use := range []string{useDocs, useSchema, useRepr} {
		d, wanted := divs[use], map[string]bool{}
		for _, g := range a.groups(use) {
			wanted[g.attr("ID")] = true
		}
		for _, p := range d.list("fptr") {
			if !wanted[p.attr("FILEID")] {
				say(p, "FILEID %.60q nevede na skupinu %s", p.attr("FILEID"), use)
			}
			delete(wanted, p.attr("FILEID"))
		}
		if len(wanted) > 0 {
			say(top, "na skupinu %s mapa neodkazuje", use)
		}
		if d != nil && use != useRepr && len(d.list("fptr")) != 1 {
			say(d, "oddíl %s má mít jeden fptr", use)
		}
	}
}

func sameIDs(say report, d *node, attr string, sections []*node) {
	got := map[string]bool{}
	for _, id := range strings.Fields(d.attr(attr)) {
		got[id] = true
	}
	for _, s := range sections {
		if !got[s.attr("ID")] {
			say(d, "%s neodkazuje na %.60s", attr, s.attr("ID"))
		}
		delete(got, s.attr("ID"))
	}
	for _, id := range slices.Sorted(maps.Keys(got)) {
		say(d, "%s odkazuje na %.60s, což metadata nejsou", attr, id)
	}
}

// logicalLevels is which level may lie in which, by the sort of content; "" is the top.
var logicalLevels = map[string]map[string][]string{
	"NSESSS": {"spisplan": {""}, "vecnaskp": {"spisplan", "vecnaskp"}, "typspis": {"vecnaskp"}, "dil": {"typspis"}, "spis": {"vecnaskp"},
		"dokument": {"vecnaskp", "spis", "dil"}, "komponenta": {"dokument"}, "verkomponenty": {"dokument", "komponenta"}},
	"Volné soubory": {"balicek": {""}, "slozka": {"balicek", "slozka"}, "komponenta": {"balicek", "slozka"}},
}

func checkLogical(a *archive, say report) {
	list := a.maps("LOGICAL")
	if len(list) == 0 {
		return
	}
	wants(say, list[0], "LABEL", logicalLabel)
	levels := logicalLevels[a.root.csip("OTHERCONTENTINFORMATIONTYPE")]
	for _, d := range list[0].all("div") {
		kind, above := d.attr("TYPE"), ""
		if d.parent.name == "div" {
			above = d.parent.attr("TYPE")
		}
		switch {
		case !uuidID(d.attr("ID")):
			say(d, "ID je %.60q", d.attr("ID"))
		case strings.TrimSpace(d.attr("LABEL")) == "":
			say(d, "LABEL chybí")
		case kind == "":
			say(d, "TYPE chybí")
		case levels != nil && levels[kind] == nil:
			say(d, "TYPE je %.60q", kind)
		case levels != nil && !among(above, levels[kind]...):
			say(d, "%s nemůže být v úrovni %q", kind, above)
		}
		if d.kid("mptr") != nil {
			say(d, "mptr sem nepatří")
		}
		for _, p := range d.list("fptr") {
			if p.attr("FILEID") == "" {
				say(p, "FILEID chybí")
			}
		}
	}
}
