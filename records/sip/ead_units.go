package sip

import (
	"regexp"
	"strconv"
	"strings"
)

// dids visits the description block of every unit.
func dids(f func(a *aids, unit, did *node, say report)) func(*aids, report) {
	return func(a *aids, say report) {
		for _, u := range a.units {
			if d := u.kid("did"); d != nil {
				f(a, u, d, say)
			}
		}
	}
}

// unitidLabels is the kinds of marks of a unit with their names in Czech (profile, part 5.5.1).
var unitidLabels = map[string]string{
	"ID": "identifikátor jednotky popisu", "REFERENCNI_OZNACENI": "referenční označení", "PORADOVE_CISLO": "pořadové číslo",
	"INV_CISLO": "inventární číslo", "SIGNATURA_PUVODNI": "signatura přidělená původcem",
	"SIGNATURA_ZPRACOVANI": "signatura přidělená při zpracování archiválie", "UKLADACI_ZNAK": "ukládací znak / spisový znak",
	"CISLO_JEDNACI": "číslo jednací", "SPISOVA_ZNACKA": "spisová značka", "CISLO_VLOZKY": "číslo vložky úřední knihy",
	"CISLO_PRIRUSTKOVE": "přírůstkové číslo", "NEPL_PORADOVE_CISLO": "neplatné pořadové číslo manipulačního seznamu",
	"NEPL_INV_CISLO": "neplatné inventární číslo", "NEPL_SIGNATURA_ZPRACOVANI": "signatura přidělená při předchozím zpracování",
	"NEPL_REFERENCNI_OZNACENI": "neplatné referenční označení", "NAKL_CISLO": "číslo pohlednice nakladatelství Orbis",
	"CISLO_NEGATIVU": "číslo negativu", "CISLO_PRODUKCE": "číslo produkce CD", "KOD_ISBN": "kód ISBN", "KOD_ISSN": "kód ISSN", "KOD_ISMN": "kód ISMN",
	"MATRICNI_CISLO": "matriční číslo (propůjčeného vyznamenání)", "ZDROJ_ID": "identifikátor ve zdrojovém systému",
	"PORADOVE_CISLO_PUVODNI": "původní pořadové číslo", "PUVODNI_NAZEV": "původní název",
}

const dateKinds = " CONTENT DECLARED ORIGIN COPY SEALING ACT_PUBLISHING INSERT MOLD_CREATION USAGE PUBLISHING MAP_UPDATE CAPTURING RECORDING " +
	"AWARDING AWARD_CER WITHDRAWAL LEGALLY_EFFECTIVE_FROM VALID_FROM LEGALLY_EFFECTIVE_TO VALID_TO "

var dateShape = regexp.MustCompile(`^(C|YM|Y|DT|D)(-(C|YM|Y|DT|D))?$`)

// eadUnits: levels, identifiers, marks, titles and dates of units of description.
var eadUnits = []aidRule{
	{tech("obs35", "archdesc má úroveň fonds", eadPart+"3.1"), outside | context, func(a *aids, say report) { wants(say, a.top, "level", "fonds") }},
	{tech("obs35a", "archdesc má úroveň fonds nebo balicek", eadPart+"3.1"), inherent, func(a *aids, say report) {
		if l := a.top.attr("level"); l != "fonds" && (l != "otherlevel" || a.top.attr("otherlevel") != "balicek") {
			say(a.top, "úroveň je %.40q", l)
		}
	}},
	{tech("obs36", "každé c má úroveň subfonds, series, file, item nebo itempart", eadPart+"3.1"), outside | context, func(a *aids, say report) {
		a.levels(say, func(c *node) bool { return c.attr("otherlevel") == "itempart" })
	}},
	{tech("obs36a", "každé c má úroveň subfonds, series, file, item nebo jinou pojmenovanou", eadPart+"3.1"), inherent, func(a *aids, say report) {
		a.levels(say, func(c *node) bool { return c.attr("otherlevel") != "" })
	}},
	{tech("obs36b", "spisový plán má označení, název, nejvýše jeden popis a jednu dobu platnosti", eadPart+"3.1.3"), inherent, each(func(_ *aids, p *node, say report) {
		item := p.kid("chronlist", "chronitem")
		if p.attr("encodinganalog") == "" || p.kid("head") == nil || len(p.list("p")) > 1 || len(p.list("chronlist")) != 1 ||
			len(p.kid("chronlist").list("chronitem")) != 1 || item.kid("daterange") == nil || item.kid("event").val() != "Platnost spisového plánu" {
			say(p, "")
		}
	}, "fileplan")},
	{tech("obs37", "každá jednotka popisu má trvalý odkaz base, nebo id ve tvaru uuid-UUID", eadPart+"3.2"), outside, func(a *aids, say report) {
		for _, u := range a.units {
			if base := u.attr("base"); !uri.MatchString(base) && !(base == "" && uuidID(u.attr("id"))) {
				say(u, "base je %.80q", base)
			}
		}
	}},
	{tech("obs37a", "každá jednotka popisu v balíčku má id ve tvaru uuid-UUID", eadPart+"3.2.1"), boxed, func(a *aids, say report) {
		for _, u := range a.units {
			if !uuidID(u.attr("id")) {
				say(u, "id je %.60q", u.attr("id"))
			}
		}
	}},
	{clerk("obs38", "upozornění na další pomůcky je v jednotce nejvýše jednou, má stálé znění a mají je i nadřízené jednotky", eadPart+"3.4"), all, func(a *aids, say report) {
		for _, u := range a.units {
			list := u.list("otherfindaid")
			for i, o := range list {
				if i > 0 || !among(o.attr("localtype"), "MIGHT_EXIST", "MightExist") || len(o.list("p")) != 1 ||
					o.kid("p").val() != "Pro úroveň popisu existují nebo vzniknou další archivní pomůcky." {
					say(o, "")
				}
			}
			if up := u.above("c", "archdesc"); len(list) > 0 && up != nil && up.kid("otherfindaid") == nil {
				say(up, "u nadřízené jednotky chybí")
			}
		}
	}},
	{clerk("obs42", "opakované názvy, obsahy, přírůstky a poznámky se liší jazykem, určením nebo druhem", eadPart+"3.6"), all, func(a *aids, say report) {
		for _, u := range a.units {
			for _, box := range []*node{u, u.kid("did")} {
				seen := map[string]bool{}
				for _, n := range box.list("unittitle", "scopecontent", "accruals", "didnote") {
					key := strings.Join([]string{n.name, n.attr("lang"), n.attr("audience"), n.attr("localtype")}, "|")
					if seen[key] {
						say(n, "")
					}
					seen[key] = true
				}
			}
		}
	}},
	{clerk("obs43", "jazyk má kód z číselníku základních pravidel a k němu patřící jméno", eadPart+"3.7 a 6.14"), all, func(a *aids, say report) {
		for _, n := range a.top.allOf("language", "unittitle", "scopecontent") {
			code, wanted := n.attr("lang"), n.has("lang")
			if n.name == "language" {
				code, wanted = n.attr("langcode"), true
			}
			if name, ok := aidLanguages()[code]; wanted && !ok || n.name == "language" && n.val() != name {
				say(n, "kód %.20q, jméno %.60q", code, n.val())
			}
		}
	}},
	{clerk("obs44", "úvod pomůcky (odd) je jen podle pravidel z roku 1958, nejvýše jednou a s jedním odstavcem", eadPart+"3.8"), all, func(a *aids, say report) {
		for i, o := range a.top.list("odd") {
			if i > 0 || o.attr("localtype") != "FINDING_AID_INTRO" || !paragraph(o) || a.rules != "CZ_ZP1958" {
				say(o, "")
			}
		}
	}},
	{tech("obs45", "langmaterial je v jednotce nejvýše jednou; u kořene navíc jednou jako převažující", eadPart+"6.14"), aid, languagesOnce(true)},
	{tech("obs45a", "langmaterial je v jednotce nejvýše jednou", eadPart+"6.14"), plain | boxed, languagesOnce(false)},
	{clerk("obs49", "uložení (container) je prostý text", eadPart+"5.3"), all, each(plainText, "container")},
	{clerk("obs50", "označení jednotky má povolený druh a jeho jméno", eadPart+"5.4 a 5.5"), all, dids(func(_ *aids, _, did *node, say report) {
		for _, u := range did.list("unitid") {
			kind, label := u.attr("localtype"), u.attr("label")
			if name, ok := unitidLabels[kind]; label == "" || !ok && kind != "JINE" || ok && label != name {
				say(u, "druh %.40q, jméno %.60q", kind, label)
			}
		}
	})},
	{tech("obs50a", "bezvýznamová jednotka má jediné označení a to je její id", eadPart+"3.9"), all, dids(func(_ *aids, unit, did *node, say report) {
		for _, u := range did.list("unitid") {
			if u.attr("localtype") == "ID" && (len(did.kids) != 1 || u.val() != unit.attr("id")) {
				say(u, "")
			}
		}
	})},
	{clerk("obs51", "referenční označení začíná zemí a číslem archivu, navazuje na nadřízené a v pořadí roste", eadPart+"5.4"), all, checkReferences},
	{clerk("obs52", "inventární číslo je jen podle pravidel z roku 1958", eadPart+"5.4"), all, dids(func(a *aids, _, did *node, say report) {
		for _, u := range did.list("unitid") {
			if u.attr("localtype") == "INV_CISLO" && a.rules != "CZ_ZP1958" {
				say(u, "")
			}
		}
	})},
	{clerk("obs53", "název jednotky je prostý text", eadPart+"5.6"), all, dids(func(_ *aids, _, did *node, say report) {
		for _, t := range did.list("unittitle") {
			if !t.has("localtype") && !words(t) {
				say(t, "")
			}
		}
	})},
	{clerk("obs54", "formální název je prostý text nebo má text v title/part", eadPart+"5.7"), all, dids(func(_ *aids, _, did *node, say report) {
		for _, t := range did.list("unittitle") {
			if t.attr("localtype") == "FORMAL_TITLE" && !words(t) && !words(t.kid("title", "part")) {
				say(t, "")
			}
		}
	})},
	{clerk("obs55", "datace má formát v altrender, jeden začátek a jeden konec", eadPart+"5.8"), all, each(func(_ *aids, d *node, say report) {
		if !dateShape.MatchString(d.attr("altrender")) || len(d.list("fromdate")) != 1 || len(d.list("todate")) != 1 || d.kid("fromdate").val() == "" || d.kid("todate").val() == "" {
			say(d, "altrender je %.20q", d.attr("altrender"))
		}
	}, "daterange")},
	{clerk("obs56", "druh datace je povolený", eadPart+"5.8 a 6.1"), all, each(func(_ *aids, d *node, say report) {
		if kind := d.attr("localtype"); d.parent.name == "unitdatestructured" && d.has("localtype") && !strings.Contains(dateKinds, " "+kind+" ") {
			say(d, "druh je %.40q", kind)
		}
	}, "daterange")},
	{clerk("obs57", "začátek a konec datace jsou časy podle ISO 8601 a konec je po začátku", eadPart+"5.8"), all, each(func(_ *aids, d *node, say report) {
		if d.parent.name != "unitdatestructured" {
			return
		}
		from, to := edge(d.kid("fromdate"), "notbefore"), edge(d.kid("todate"), "notafter")
		if !builtin["dateTime"](from) || !builtin["dateTime"](to) || from >= to {
			say(d, "od %.40q do %.40q", from, to)
		}
	}, "daterange")},
	{clerk("obs58", "slovní datace není prázdná", eadPart+"5.8.2"), all, each(func(_ *aids, d *node, say report) {
		if d.val() == "" {
			say(d, "")
		}
	}, "unitdate")},
}

func (a *aids) levels(say report, other func(*node) bool) {
	for _, c := range a.top.allOf("c") {
		if l := c.attr("level"); !among(l, "subfonds", "series", "file", "item") && (l != "otherlevel" || !other(c)) {
			say(c, "úroveň je %.40q", l)
		}
	}
}

func plainText(_ *aids, n *node, say report) {
	if !words(n) {
		say(n, "")
	}
}

// edge is the moment of one end of a date: exact, or the outer limit.
func edge(n *node, limit string) string {
	if v := n.attr("standarddate"); v != "" {
		return v
	}
	return n.attr(limit)
}

func languagesOnce(major bool) func(*aids, report) {
	return dids(func(a *aids, unit, did *node, say report) {
		seen := map[bool]bool{}
		for _, l := range did.list("langmaterial") {
			majority := major && unit == a.top && l.attr("altrender") == "majority"
			if seen[majority] || len(l.list("language")) != len(l.kids) || len(l.kids) == 0 {
				say(l, "")
			}
			seen[majority] = true
		}
	})
}

// refNumber is one part of a reference mark: a number with additions before (-) or after (+) it.
var refNumber = regexp.MustCompile(`^(\d+)((?:[+-]\d+)*)$`)

var signedNumber = regexp.MustCompile(`[+-]?\d+`)

// checkReferences follows reference marks down the tree.
func checkReferences(a *aids, say report) {
	country := "CZ" + a.control.kid("maintenanceagency", "agencycode").val() + "//"
	last := map[*node]string{}
	mark := map[*node]string{}
	for _, u := range a.units {
		var found []*node
		for _, id := range u.kid("did").list("unitid") {
			if id.attr("localtype") == "REFERENCNI_OZNACENI" {
				found = append(found, id)
			}
		}
		if len(found) == 0 {
			continue
		}
		ref := found[0].val()
		mark[u] = ref
		if len(found) > 1 {
			say(found[1], "jednotka má více referenčních označení")
		}
		if !strings.HasPrefix(ref, country) {
			say(found[0], "%.80q nezačíná %s", ref, country)
		}
		up := u.above("c", "archdesc")
		if up == nil {
			continue
		}
		if above, ok := mark[up]; ok {
			rest, fits := strings.CutPrefix(ref, above+"/")
			if rest = strings.TrimPrefix(rest, "/"); !fits || strings.Contains(rest, "/") || !refNumber.MatchString(rest) {
				say(found[0], "%.80q nenavazuje na %.80q", ref, above)
			}
		}
		part := ref[strings.LastIndex(ref, "/")+1:]
		if before, ok := last[up]; ok && !less(before, part) {
			say(found[0], "po %.20q následuje %.20q", before, part)
		}
		last[up] = part
	}
}

// less orders parts of reference marks: 1-1 comes before 1, and 1+1 after it.
func less(a, b string) bool {
	x, y := parts(a), parts(b)
	for i := 0; i < len(x) || i < len(y); i++ {
		var m, n int
		if i < len(x) {
			m = x[i]
		}
		if i < len(y) {
			n = y[i]
		}
		if m != n {
			return m < n
		}
	}
	return false
}

func parts(s string) []int {
	var out []int
	for _, m := range signedNumber.FindAllString(s, 8) {
		n, _ := strconv.Atoi(m)
		out = append(out, n)
	}
	return out
}
