package sip

import (
	"fmt"
	"strconv"
)

const (
	nsEAD     = "http://ead3.archivists.org/schema/"
	nsCAM2019 = "http://cam.tacr.cz/2019"
	nsCAM2025 = "http://cam.tacr.cz/2025"
	eadPart   = "profil EAD3 MV ČR, část "
)

// use says what a description is for; rules hold for some uses only.
type use int

const (
	aid      use = 1 << iota // a finding aid
	plain                    // an archival description that is no finding aid
	inherent                 // a description inside a package, made with it
	context                  // a description inside a package, made by the archive
	all      = aid | plain | inherent | context
	boxed    = inherent | context
	outside  = aid | plain
)

// aids is a description in EAD3 laid out for its rules.
type aids struct {
	*run
	root, control, top *node
	use                use
	profile            string // identifier of the profile the file declares
	rules              string // rules of description the file declares
	sources            map[string]bool
	units              []*node // archdesc and every c
}

type aidRule struct {
	ruleInfo
	uses  use
	check func(*aids, report)
}

var rulesOfEAD = index(
	tech("kod1", "soubor je v kódování UTF-8 bez značky BOM", eadPart+"1.1.5"),
	tech("wf1", "soubor dodržuje syntaxi XML", eadPart+"1.1.3"),
	tech("ns1", "kořenem souboru je právě jeden element ead", eadPart+"1.4"),
	tech("ns2", "předpona ead patří jmennému prostoru EAD3", eadPart+"1.4"),
	tech("ns2a", "výchozím jmenným prostorem popisu v balíčku je EAD3", eadPart+"1.4"),
	tech("ns3", "předpona cam patří jmennému prostoru CAM té verze, kterou žádá profil", eadPart+"1.4"),
	tech("val1", "soubor odpovídá schématům EAD3 a CAM", eadPart+"1.1.3"),
	tech("val2", "objectxmlwrap obsahuje právě jednu entitu CAM", eadPart+"8.3"),
)

const newProfile = "CZ_EAD3_PROFILE_20260501" // from May 2026

func checkFindingAid(r *run) {
	name := r.pack.name
	data, ok := r.metadata(name, rulesOfEAD["kod1"], rulesOfEAD["wf1"])
	if !ok {
		return
	}
	root, ok := r.tree(data, name, rulesOfEAD["wf1"])
	if !ok {
		return
	}
	a := newAids(r, root)
	add := func(id string, n *node, format string, args ...any) {
		r.add(rulesOfEAD[id], name, n, fmt.Sprintf(format, args...))
	}
	if root.name != "ead" || root.space != nsEAD {
		add("ns1", root, "kořenový element je %.60s", root.name)
	}
	if prefix, _ := root.attrNS("xmlns", "ead"); prefix != nsEAD && a.use&outside != 0 {
		add("ns2", root, "")
	}
	wanted := map[bool]string{false: nsCAM2019, true: nsCAM2025}[a.profile >= newProfile]
	if cam, _ := root.attrNS("xmlns", "cam"); cam != wanted {
		add("ns3", root, "předpona cam je %.60q, profil žádá %s", cam, wanted)
	}
	if root.name != "ead" || root.space != nsEAD {
		return
	}
	for _, f := range validate(root) {
		add("val1", f.at, "%s", f.text)
	}
	for _, w := range a.control.kid("sources").all("objectxmlwrap") {
		a.checkCAM(w, add)
	}
	for _, table := range [][]aidRule{eadControl, eadUnits, eadParts, eadMeasures, eadLinks} {
		for _, rule := range table {
			if rule.uses&a.use == 0 {
				continue
			}
			rule.check(a, func(n *node, format string, args ...any) {
				if n == nil {
					n = root
				}
				r.add(rule.ruleInfo, name, n, fmt.Sprintf(format, args...))
			})
		}
	}
}

func (a *aids) checkCAM(w *node, add func(id string, n *node, format string, args ...any)) {
	name := map[string]string{nsCAM2019: "ent", nsCAM2025: "entity"}
	if len(w.kids) != 1 || !among(w.kids[0].name, "ent", "entity") {
		add("val2", w, "elementů je %d", len(w.kids))
	}
	for _, k := range w.kids {
		if wanted, ok := name[k.space]; ok && k.name != wanted {
			add("val1", k, "ve jmenném prostoru %s se entita jmenuje %s", k.space, wanted)
		}
	}
}

func newAids(r *run, root *node) *aids {
	a := &aids{run: r, root: root, control: root.kid("control"), top: root.kid("archdesc"), sources: map[string]bool{}}
	for _, s := range a.control.kid("sources").list("source") {
		a.sources[s.attr("id")] = s.attr("id") != ""
	}
	a.profile, a.rules = a.term("CZ_FINDING_AID_EAD_PROFILE"), a.term("RULES")
	if a.top != nil {
		a.units = append([]*node{a.top}, a.top.all("c")...)
	}
	file := a.control.kid("filedesc")
	switch {
	case root.attr("xmlns") == nsEAD && a.top.attr("otherlevel") == "balicek":
		a.use = inherent
	case root.attr("xmlns") == nsEAD:
		a.use = inherent
		for _, u := range a.units {
			if u.kid("did").kid("origination") != nil {
				a.use = context // only the archive says whose the records are
			}
		}
	case file.kid("publicationstmt") != nil || file.kid("titlestmt", "subtitle") != nil || a.term("FINDING_AID_TYPE") != "" || a.numbered():
		a.use = aid
	default:
		a.use = plain
	}
	return a
}

func (a *aids) numbered() bool {
	for _, o := range a.control.list("otherrecordid") {
		if o.attr("localtype") == "CZ_MVCR_FINDING_AID_ID" {
			return true
		}
	}
	return false
}

// term is the identifier under a local control of a kind.
func (a *aids) term(kind string) string {
	for _, l := range a.locals(kind) {
		if id := l.kid("term").attr("identifier"); id != "" {
			return id
		}
	}
	return ""
}

func (a *aids) locals(kind string) []*node {
	var out []*node
	for _, l := range a.control.list("localcontrol") {
		if l.attr("localtype") == kind {
			out = append(out, l)
		}
	}
	return out
}

// each visits elements of these names anywhere in the description.
func each(f func(*aids, *node, report), names ...string) func(*aids, report) {
	return func(a *aids, say report) {
		for _, n := range a.top.allOf(names...) {
			f(a, n, say)
		}
	}
}

// allOf is all, and nothing of a missing element.
func (n *node) allOf(names ...string) []*node {
	if n == nil {
		return nil
	}
	return n.all(names...)
}

// words says whether an element holds text alone, and some.
func words(n *node) bool { return n != nil && len(n.kids) == 0 && n.val() != "" }

// paragraph says whether an element holds exactly one paragraph, and that is not empty.
func paragraph(n *node) bool {
	list := n.list("p")
	return len(list) == 1 && (list[0].val() != "" || len(list[0].kids) > 0)
}

func positive(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0
}

// linked says whether a name refers to a source by one reference in its one part.
func (a *aids) linked(n *node) bool {
	parts := n.list("part")
	if len(parts) != 1 || len(parts[0].list("ref")) != 1 {
		return false
	}
	ref := parts[0].kid("ref")
	return ref.val() != "" && a.sources[ref.attr("target")]
}
