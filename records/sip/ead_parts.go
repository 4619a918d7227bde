package sip

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// once asks for exactly one paragraph in an element that stands in a unit at most once.
func once(id, name, source string) aidRule {
	return aidRule{clerk(id, name+" je v jednotce nejvýše jednou a má právě jeden neprázdný odstavec", eadPart+source), all, func(a *aids, say report) {
		seen := map[*node]bool{}
		for _, n := range a.top.allOf(name) {
			if !paragraph(n) || seen[n.parent] {
				say(n, "")
			}
			seen[n.parent] = true
		}
	}}
}

func paragraphs(id, name, source string) aidRule {
	return aidRule{clerk(id, name+" má právě jeden neprázdný odstavec", eadPart+source), all, each(func(_ *aids, n *node, say report) {
		if !paragraph(n) {
			say(n, "")
		}
	}, name)}
}

// eadParts: longer texts about a unit.
var eadParts = []aidRule{
	once("obs60", "custodhist", "5.11"),
	once("obs61", "arrangement", "5.12"),
	paragraphs("obs62", "scopecontent", "5.13"),
	once("obs63", "acqinfo", "5.14"),
	paragraphs("obs64", "accruals", "5.15"),
	once("obs65", "accessrestrict", "5.16"),
	once("obs66", "phystech", "5.17"),
	once("obs67", "originalsloc", "5.18"),
	once("obs68", "relatedmaterial", "5.19"),
	once("obs69", "altformavail", "5.20"),
	{clerk("obs70", "poznámka je interní (INTERNAL a audience=internal), nebo veřejná (PUBLIC)", eadPart+"5.21 a 5.22"), all, each(func(_ *aids, n *node, say report) {
		kind, audience := n.attr("localtype"), n.attr("audience")
		if !(kind == "INTERNAL" && audience == "internal" || kind == "PUBLIC" && audience != "internal") {
			say(n, "")
		}
	}, "didnote")},
	{clerk("obs71", "údaj o zpracování má druh ARCHIVIST_NOTE, RULES nebo DESCRIPTION_DATE", eadPart+"5.23 až 5.25"), all, each(func(_ *aids, n *node, say report) {
		if kind := n.attr("localtype"); !among(kind, "ARCHIVIST_NOTE", "RULES", "DESCRIPTION_DATE") {
			say(n, "druh je %.40q", kind)
		}
	}, "processinfo")},
	paragraphs("obs72", "processinfo", "5.23 až 5.25"),
	{clerk("obs73", "fyzický popis je prostý text", eadPart+"6.2"), all, each(plainText, "physdesc")},
	paragraphs("obs93", "bibliography", "6.16"),
}

// facets is the parts of a physical description a kind of archival material may have, by the rule that says so; no kinds: any.
var facets = []struct {
	rule  ruleInfo
	kinds []string
	names []string
	uses  use
}{
	{clerk("obs74", "pečeti, razítka a otisky mají jen popis obrazu a legendu, každý nejvýše jednou a prostým textem", eadPart+"6.3 a 6.17"), []string{"pec", "raz", "otd"}, []string{"IMPRINT_IMAGE", "LEGEND"}, all},
	{clerk("obs74a", "listiny mají jen koroboraci, počet a pořadí pečetí, každé nejvýše jednou a prostým textem", eadPart+"6.4 až 6.6"), []string{"lio", "lip"}, []string{"CORROBORATIO", "IMPRINT_COUNT", "IMPRINT_ORDER"}, all},
	{clerk("obs74b", "technika, médium, materiál a písmo jsou nejvýše jednou a prostým textem", eadPart+"6.12.1 a 6.15"), nil, []string{"TECHNIQUE", "TECHNIQUE_DETAIL", "MEDIUM_ADJUSTMENT", "MEDIUM", "MATERIAL", "WRITTING"}, all},
	{clerk("obs74c", "grafické listy a kresby mají jen legendu, nejvýše jednou a prostým textem", eadPart+"6.17"), []string{"gli", "kre"}, []string{"LEGEND"}, all},
	{clerk("obs74d", "část navíc je ANALOG nebo DIGITAL, nejvýše jednou", eadPart+"6.2.1"), nil, []string{"EXTRA_PART"}, all},
}

// checkFacets finds the rule for each facet by the kind of the material; what no rule knows breaks the first one.
func checkFacets(rule int) func(*aids, report) {
	return each(func(a *aids, p *node, say report) {
		if p.attr("physdescstructuredtype") != "materialtype" || p.attr("coverage") != "whole" {
			return
		}
		seen := map[string]bool{}
		for _, f := range p.list("physfacet") {
			name, owner := f.attr("localtype"), 0
			known := false
			for i, set := range facets {
				fits := set.kinds == nil || among(p.kid("unittype").val(), set.kinds...)
				if fits && among(name, set.names...) {
					owner, known = i, true
					break
				}
				if fits && set.kinds != nil {
					owner = i
				}
			}
			bad := !known || !words(f) || seen[name] || name == "EXTRA_PART" && !among(f.val(), "ANALOG", "DIGITAL")
			if owner == rule && bad {
				say(f, "druh %.40q u %.10q", name, p.kid("unittype").val())
			}
			seen[name] = true
		}
	}, "physdescstructured")
}

func measured(kind, unit string) func(*aids, report) {
	return each(func(_ *aids, p *node, say report) {
		if p.attr("otherphysdescstructuredtype") == kind && (p.attr("coverage") != "whole" || p.kid("unittype").val() != unit || !positive(p.kid("quantity").val())) {
			say(p, "")
		}
	}, "physdescstructured")
}

const materials = " lio lip ukn rkp ppr ind ele rep ktt pec raz otd map atl tvy gli kre fsn fsd lfi sfi kin mf mfis fal dfo kza zza tio tip poh pkt cpa " +
	"sto pnp pfp jin file item itempart "

var (
	decimal   = regexp.MustCompile(`^\d+(\.\d+)?$`)
	metres    = regexp.MustCompile(`^\d+(\.\d{1,2})?$`)
	mapScale  = regexp.MustCompile(`^(\d+:\d+|\[\d+:\d+\])$`)
	wholePart = map[string]bool{"bm": true, "byte": true}
)

// eadMeasures: quantities, sizes and scales.
var eadMeasures = []aidRule{
	{facets[0].rule, all, checkFacets(0)},
	{facets[1].rule, all, checkFacets(1)},
	{facets[2].rule, all, checkFacets(2)},
	{facets[3].rule, all, checkFacets(3)},
	{facets[4].rule, all, checkFacets(4)},
	{clerk("obs75", "rozměr je WIDTH, HEIGHT nebo DEPTH, číslo v mm, každý nejvýše jednou", eadPart+"6.7.2"), all, each(func(_ *aids, box *node, say report) {
		seen := map[string]bool{}
		for _, d := range box.list("dimensions") {
			kind := d.attr("localtype")
			if !among(kind, "WIDTH", "HEIGHT", "DEPTH") || seen[kind] || d.attr("unit") != "mm" || !decimal.MatchString(d.val()) {
				say(d, "")
			}
			seen[kind] = true
		}
	}, "dimensions")},
	{clerk("obs77", "hmotnost je kladné celé číslo v gramech za celek", eadPart+"6.7.3"), all, measured("weight", "g")},
	{clerk("obs78", "doba trvání je kladné celé číslo v sekundách za celek", eadPart+"6.8.1"), all, measured("duration", "s")},
	{clerk("obs79", "počet je za celek; u kořene je to počet všech jednotek popisu", eadPart+"6.7.4"), all, dids(func(a *aids, unit, did *node, say report) {
		for _, p := range did.list("physdescstructured") {
			if p.attr("otherphysdescstructuredtype") != "quantity" {
				continue
			}
			kind, count := p.kid("unittype").val(), p.kid("quantity").val()
			fits := among(kind, "byte", "pieces", "pages", "sheets") && positive(count)
			if unit == a.top {
				fits = kind == "desc_units" && count == strconv.Itoa(len(a.units))
			}
			if !fits || p.attr("coverage") != "whole" {
				say(p, "%.20s %.20s, jednotek popisu je %d", count, kind, len(a.units))
			}
		}
	})},
	{clerk("obs80", "rozsah je v bm na dvě desetinná místa nebo v celých bajtech, každý nejvýše jednou", eadPart+"4.3"), all, dids(func(_ *aids, _, did *node, say report) {
		seen := map[string]bool{}
		for _, p := range did.list("physdescstructured") {
			if p.attr("physdescstructuredtype") != "spaceoccupied" {
				continue
			}
			unit, count := p.kid("unittype").val(), p.kid("quantity").val()
			if p.attr("coverage") != "whole" || seen[unit] || !wholePart[unit] || unit == "bm" && !metres.MatchString(count) || unit == "byte" && !positive(count) {
				say(p, "%.20s %.20s", count, unit)
			}
			seen[unit] = true
		}
	})},
	{clerk("obs81", "kořen popisu uvádí počet jednotek popisu a rozsah", eadPart+"6.7.4"), aid, func(a *aids, say report) {
		count, space := 0, 0
		for _, p := range a.top.kid("did").list("physdescstructured") {
			switch {
			case p.attr("coverage") != "whole":
			case p.attr("otherphysdescstructuredtype") == "quantity":
				count++
			case p.attr("physdescstructuredtype") == "spaceoccupied":
				space++
			}
		}
		if count != 1 || space < 1 || space > 2 {
			say(a.top.kid("did"), "počtů je %d, rozsahů %d", count, space)
		}
	}},
	{clerk("obs82", "kořen popisu uvádí každý druh archiválií právě jednou a ne více, než kolik jich je popsáno", eadPart+"3.5 a 4.2"), aid, checkKinds},
	{clerk("obs83", "druh archiválie je povolený, patří k úrovni a má počet kladný, u jednotlivosti 1", eadPart+"3.3, 5.9 a 5.10"), all, checkMaterial},
	{clerk("obs84", "měřítko, orientace a svazek jsou prostý text", eadPart+"6.9, 6.11 a 6.13"), all, each(func(_ *aids, n *node, say report) {
		if among(n.attr("localtype"), "SCALE", "ORIENTATION", "VOLUME") && !words(n) {
			say(n, "")
		}
	}, "materialspec")},
	{clerk("obs85", "poměr měřítka má tvar M:N nebo [M:N]", eadPart+"6.9.1"), all, each(func(_ *aids, n *node, say report) {
		if n.attr("localtype") == "SCALE_RATIO" && !mapScale.MatchString(n.val()) {
			say(n, "hodnota je %.40q", n.val())
		}
	}, "materialspec")},
}

func checkKinds(a *aids, say report) {
	described := map[string]int{}
	for _, p := range a.top.allOf("physdescstructured") {
		if p.attr("physdescstructuredtype") == "materialtype" {
			n, _ := strconv.Atoi(p.kid("quantity").val())
			described[p.kid("unittype").val()] += n
		}
	}
	stated := map[string]bool{}
	for _, p := range a.top.allOf("physdescstructured") {
		if p.attr("otherphysdescstructuredtype") != "UNIT_TYPE" {
			continue
		}
		kind := p.kid("unittype").val()
		n, err := strconv.Atoi(p.kid("quantity").val())
		if p.attr("coverage") != "part" || p.parent != a.top.kid("did") || stated[kind] || kind == "" || err != nil || n > described[kind] && described[kind] > 0 {
			say(p, "druh %.10q", kind)
		}
		stated[kind] = true
	}
	for _, kind := range slices.Sorted(maps.Keys(described)) {
		if !stated[kind] && !among(kind, "file", "item", "itempart", "") {
			say(a.top.kid("did"), "druh %.10q u kořene chybí", kind)
		}
	}
}

func checkMaterial(a *aids, say report) {
	for _, u := range a.units {
		for _, p := range u.kid("did").list("physdescstructured") {
			if p.attr("physdescstructuredtype") != "materialtype" {
				continue
			}
			kind, count := p.kid("unittype").val(), p.kid("quantity").val()
			level := u.attr("level")
			if level == "otherlevel" {
				level = u.attr("otherlevel")
			}
			switch {
			case p.attr("coverage") != "whole", kind == "" || !strings.Contains(materials, " "+kind+" "),
				count != "" && !positive(count), kind == "item" && count != "1",
				among(kind, "file", "item", "itempart") && a.use != inherent && level != kind:
				say(p, "%.20s %.10s na úrovni %.20s", count, kind, level)
			}
		}
	}
}
