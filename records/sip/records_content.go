package sip

import (
	"regexp"
	"strconv"
	"strings"
)

// eachOf visits elements of these names in the descriptive section.
func eachOf(f func(*node, report), names ...string) func(*records, report) {
	return func(c *records, say report) {
		for _, n := range c.metaAll(names...) {
			f(n, say)
		}
	}
}

// analogueDocuments visits documents on paper.
func analogueDocuments(f func(*node, report)) func(*records, report) {
	return eachOf(func(d *node, say report) {
		if analogue(d) {
			f(d, say)
		}
	}, "Dokument")
}

// eachBase visits base entities of a kind.
func eachBase(f func(*records, *node, report), names ...string) func(*records, report) {
	return func(c *records, say report) {
		for _, b := range c.bases {
			if among(b.name, names...) {
				f(c, b, say)
			}
		}
	}
}

// identityRules: identifiers.
var identityRules = []recordsRule{
	{tech("obs57", "každý identifikátor má hodnotu", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if n.val() == "" {
			say(n, "")
		}
	}, "Identifikator")},
	{tech("obs58", "každý identifikátor má zdroj", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if strings.TrimSpace(n.attr("zdroj")) == "" {
			say(n, "")
		}
	}, "Identifikator")},
	{tech("obs59", "stejný identifikátor nemají dvě různé entity, kategorie, režimy ani druhy", annex+", nsesss-common"), nil, checkIdentity},
	{tech("obs70", "jiná entita než komponenta má jen jeden identifikátor", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if len(n.list("Identifikator")) > 1 && n.above("Komponenta") == nil {
			say(n, "")
		}
	}, "Identifikace")},
	{clerk("obs92", "IČO má osm číslic a správnou kontrolní číslici", "zákon č. 304/2013 Sb."), nil, eachOf(func(n *node, say report) {
		if among(strings.TrimSpace(n.attr("zdroj")), "IČ", "IČO") && !validICO(n.val()) {
			say(n, "IČO %.20q", n.val())
		}
	}, "Identifikator", "IdentifikatorOrganizace", "IdentifikatorFyzickeOsoby")},
}

var eightDigits = regexp.MustCompile(`^\d{8}$`)

func validICO(s string) bool {
	if !eightDigits.MatchString(s) {
		return false
	}
	sum := 0
	for i, weight := 0, 8; i < 7; i, weight = i+1, weight-1 {
		sum += int(s[i]-'0') * weight
	}
	return int(s[7]-'0') == (11-sum%11)%10
}

// checkIdentity compares everything that carries the same identifier; only the ID inside the file may differ.
func checkIdentity(c *records, say report) {
	first, sums := map[string]digest{}, map[*node]digest{}
	for _, m := range c.meta {
		m.sum(sums)
	}
	for _, n := range c.metaAll(append([]string{"BezpecnostniKategorie", "SkartacniRezim", "DruhDokumentu"}, entityNames...)...) {
		key := identifier(n)
		if key == "" {
			continue
		}
		if old, ok := first[key]; ok && old != sums[n] {
			value, _, _ := strings.Cut(key, "\x00")
			say(n, "identifikátor %.60s má i jiný obsah", value)
		} else {
			first[key] = sums[n]
		}
	}
}

// contentRules: what the office writes about documents and files.
var contentRules = []recordsRule{
	{clerk("obs59a", "evidovaný dokument a spis uzavřený po 31. 7. 2012 mají evidenční číslo", annex+", nsesss-common"), nil, eachOf(func(e *node, say report) {
		due := e.name == "Dokument" && data(e, "Evidence") != nil || e.name == "Spis" && data(e, "VyrizeniUzavreni", "Datum").val() > "2012-07-31"
		if due && data(e, "Evidence", "EvidencniCislo").val() == "" {
			say(e, "")
		}
	}, "Dokument", "Spis")},
	{tech("obs60", "digitální dokument má komponenty", annex+", nsesss-common"), nil, eachOf(func(d *node, say report) {
		if digital(d) && d.kid("Komponenty") == nil {
			say(d, "")
		}
	}, "Dokument")},
	{clerk("obs61", "doručený listinný dokument má doručené množství", annex+", nsesss-common"), nil, analogueDocuments(func(d *node, say report) {
		if in := data(d, "Puvod", "DorucenyDokument"); in != nil && in.kid("DoruceneMnozstvi").val() == "" {
			say(in, "")
		}
	})},
	{clerk("obs61a", "vlastní listinný dokument má vytvořené množství", annex+", nsesss-common"), nil, analogueDocuments(func(d *node, say report) {
		if own := data(d, "Puvod", "VlastniDokument"); own != nil && own.kid("VytvoreneMnozstvi").val() == "" {
			say(own, "")
		}
	})},
	{clerk("obs62", "jazyk je kód podle ISO 639-2", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if !languages()[n.val()] {
			say(n, "jazyk %.10q", n.val())
		}
	}, "Jazyk")},
	{clerk("obs63", "vyřízení jiným způsobem má odůvodnění", annex+", nsesss-common"), nil, otherWay("Oduvodneni", "Vyrizeni", "VyrizeniUzavreni")},
	{clerk("obs63a", "dokument byl vyřízen v některém z minulých let", dec+" § 15"), nil, closedBefore("Dokument")},
	{clerk("obs63b", "spis byl uzavřen v některém z minulých let", dec+" § 15"), nil, closedBefore("Spis")},
	{clerk("obs63c", "díl byl uzavřen v některém z minulých let", dec+" § 15"), nil, closedBefore("Dil")},
	{clerk("obs64", "skartační lhůta dokumentu už uplynula", dec+" § 15 odst. 3"), nil, eachBase(func(c *records, b *node, say report) {
		if y := c.due(b); y > c.today.Year() {
			say(data(b, "Vyrazovani"), "rok skartační operace je %d", y)
		}
	}, "Dokument")},
	{clerk("obs65", "skartační lhůta spisu nebo dílu i všech dokumentů v něm už uplynula", dec+" § 15 odst. 3"), nil, eachBase(checkTerms, "Dil", "Spis")},
	{clerk("obs66", "co bylo uzavřeno po 31. 12. 2026, má skartační znak A nebo S", dec+" § 15 odst. 2"), nil, eachOf(func(e *node, say report) {
		if sign := data(e, "Vyrazovani", "SkartacniRezim", "SkartacniZnak"); closedOn(e) > closing && !among(sign.val(), "A", "S") {
			say(e, "znak je %.5q", sign.val())
		}
	}, "Dil", "Spis", "Dokument")},
	{clerk("obs67", "skartační znak spisu nebo dílu je nejvyšší ze znaků toho, co obsahuje (A, V, S)", std+" 6.1.8"), nil, eachBase(checkSign, "Dil", "Spis")},
	{clerk("obs68", "věcná skupina se spisy nebo dokumenty má skartační režim", dec+" § 15 odst. 1"), nil, eachBase(func(_ *records, b *node, say report) {
		for _, e := range append([]*node{b}, b.all("Spis", "Dokument")...) {
			if g := parent(e); g != nil && g.name == "VecnaSkupina" && data(g, "Vyrazovani", "SkartacniRezim") == nil {
				say(g, "")
			}
		}
	}, "Dil", "Spis", "Dokument")},
	{clerk("obs69", "samotný dokument je vyřízen", annex+", nsesss-common"), nil, eachBase(func(_ *records, b *node, say report) {
		if data(b, "Vyrizeni") == nil {
			say(b, "")
		}
	}, "Dokument")},
	{clerk("obs76", "co obsahuje listinný dokument, je také označeno jako analogové", annex+", nsesss-common"), nil, analogueDocuments(func(d *node, say report) {
		for p := parent(d); p != nil && p.name != "SpisovyPlan"; p = parent(p) {
			if !analogue(p) {
				say(p, "")
			}
		}
	})},
	{clerk("obs77", "listinný spis, díl nebo dokument má u skartačního řízení množství", annex+", nsesss-common"), moving, eachBase(func(_ *records, b *node, say report) {
		if analogue(b) && data(b, "Vyrazovani", "SkartacniRizeni", "Mnozstvi").val() == "" {
			say(b, "")
		}
	}, "Dil", "Spis", "Dokument")},
	{tech("obs78", "skartační řízení je uvedeno u základní entity a jen u ní", annex+", nsesss-common"), moving, func(c *records, say report) {
		for _, b := range c.bases {
			if data(b, "Vyrazovani", "SkartacniRizeni") == nil {
				say(b, "skartační řízení chybí")
			}
		}
		for _, n := range c.metaAll("SkartacniRizeni") {
			if e := n.above(entityNames...); e == nil || e.parent.name != "xmlData" {
				say(n, "")
			}
		}
	}},
	{clerk("obs84", "vyřízení jiným způsobem má obsah", annex+", nsesss-common"), nil, otherWay("ObsahVyrizeni", "Vyrizeni")},
	{clerk("obs85", "listinný dokument má ukládací jednotku", annex+", nsesss-common"), nil, analogueDocuments(func(d *node, say report) {
		if data(d, "Manipulace", "UkladaciJednotka").val() == "" {
			say(d, "")
		}
	})},
	{clerk("obs85a", "listinný spis nebo díl má umístění", dec+" § 12 odst. 6"), nil, eachOf(func(e *node, say report) {
		if analogue(e) && data(e, "Manipulace", "Umisteni").val() == "" {
			say(e, "")
		}
	}, "Dil", "Spis")},
	{tech("obs86", "mateřské entity jsou uvedeny jen u samotného dokumentu", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if e := n.above(entityNames...); e == nil || e.name != "Dokument" || e.parent.name != "xmlData" {
			say(n, "")
		}
	}, "MaterskeEntity")},
	{clerk("obs87", "datum odeslání a příjemce jsou uvedeny oba, nebo žádný", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if (n.kid("DatumOdeslani") == nil) != (n.kid("Prijemce") == nil) {
			say(n, "")
		}
	}, "Vyrizeni")},
	{clerk("obs88", "odeslaný listinný dokument má odeslané množství", annex+", nsesss-common"), nil, analogueDocuments(func(d *node, say report) {
		if v := data(d, "Vyrizeni"); v.kid("DatumOdeslani") != nil && v.kid("OdeslaneMnozstvi").val() == "" {
			say(v, "")
		}
	})},
	{clerk("obs93", "každý název je vyplněn", annex+", nsesss-common"), nil, eachOf(func(n *node, say report) {
		if n.val() == "" {
			say(n, "")
		}
	}, "Nazev")},
}

func moving(c *records) bool { return c.move }

func otherWay(wanted string, names ...string) func(*records, report) {
	return eachOf(func(n *node, say report) {
		if n.kid("Zpusob").val() == "jiný způsob" && n.kid(wanted).val() == "" {
			say(n, "")
		}
	}, names...)
}

func closedBefore(name string) func(*records, report) {
	return eachBase(func(c *records, b *node, say report) {
		if y := year(closedOn(b)); y >= c.today.Year() {
			say(b, "rok je %d", y)
		}
	}, name)
}

// due is the year when a base entity may be discarded: the year after the event plus the term, or the year set.
func (c *records) due(e *node) int {
	out := data(e, "Vyrazovani")
	if y := year(out.kid("SkartacniRezim", "RokVyrazeni").val()); y > 0 {
		return y
	}
	return after(out.kid("DataceVyrazeni", "RokSpousteciUdalosti").val(), out.kid("SkartacniRezim", "SkartacniLhuta").val())
}

func after(event, term string) int {
	y := year(event)
	t, err := strconv.Atoi(term)
	if y == 0 || err != nil {
		return 0
	}
	return y + 1 + t
}

func checkTerms(c *records, b *node, say report) {
	if y := c.due(b); y > c.today.Year() {
		say(data(b, "Vyrazovani"), "rok skartační operace je %d", y)
	}
	for _, e := range b.all("Spis", "Dokument") {
		rule := data(e, "Vyrazovani", "SkartacniRezim")
		y := year(rule.kid("RokVyrazeni").val())
		if y == 0 {
			origin := data(e, "Puvod")
			event := origin.kid("DorucenyDokument", "DatumDoruceni").val()
			for _, way := range [][]string{{"VlastniDokument", "DatumVytvoreni"}, {"DatumVytvoreni"}} {
				if event == "" {
					event = origin.kid(way...).val()
				}
			}
			y = after(event, rule.kid("SkartacniLhuta").val())
		}
		if y > c.today.Year() {
			say(e, "rok skartační operace je %d", y)
		}
	}
}

func checkSign(_ *records, b *node, say report) {
	rank := map[string]int{"S": 1, "V": 2, "A": 3}
	sign := func(e *node) int { return rank[data(e, "Vyrazovani", "SkartacniRezim", "SkartacniZnak").val()] }
	for _, box := range append([]*node{b}, b.all("Spis")...) {
		highest := 0
		for _, e := range box.all("Spis", "Dokument") {
			highest = max(highest, sign(e))
		}
		if highest > 0 && sign(box) != highest {
			say(data(box, "Vyrazovani"), "")
		}
	}
}

// dateRules: dates against each other.
var dateRules = []recordsRule{
	{clerk("obs71", "datum otevření není po datu uzavření", std), nil, inOrder("DatumOtevreni", "DatumUzavreni", true, "Manipulace")},
	{tech("obs72", "čas použití prvku má i strojový zápis v atributu datum", dec+" § 4 odst. 7"), nil, machineTime("CasPouziti")},
	{tech("obs73", "čas ověření prvku má i strojový zápis v atributu datum", dec+" § 4 odst. 7"), nil, machineTime("CasOvereni")},
	{tech("obs74", "posuzovaný okamžik má i strojový zápis v atributu datum", dec+" § 4 odst. 7"), nil, machineTime("PosuzovanyOkamzik")},
	{tech("obs75", "platnost certifikátu nekončí dříve, než začíná", std), nil, inOrder("PlatnostOd", "PlatnostDo", true, "Platnost")},
	{clerk("obs79", "skartační řízení nebylo dříve než rok skartační operace", dec+" § 20"), moving, eachOf(func(n *node, say report) {
		operation := year(n.parent.kid("DataceVyrazeni", "RokSkartacniOperace").val())
		if held := year(n.kid("Datum").val()); held < operation {
			say(n, "řízení v roce %d, operace v roce %d", held, operation)
		}
	}, "SkartacniRizeni")},
	{clerk("obs80", "rok skartačního řízení už nastal", dec+" § 20 odst. 1"), moving, func(c *records, say report) {
		for _, n := range c.metaAll("SkartacniRizeni") {
			if y := year(n.kid("Datum").val()); y > c.today.Year() {
				say(n, "rok řízení je %d", y)
			}
		}
	}},
	{clerk("obs81", "období evidence končí po svém začátku (dny)", annex+", nsesss-common"), nil, inOrder("DatumOd", "DatumDo", false, "UrceneCasoveObdobi")},
	{clerk("obs82", "období evidence končí po svém začátku (měsíce)", annex+", nsesss-common"), nil, inOrder("MesicOd", "MesicDo", false, "UrceneCasoveObdobi")},
	{clerk("obs83", "období evidence končí po svém začátku (roky)", annex+", nsesss-common"), nil, inOrder("RokOd", "RokDo", false, "UrceneCasoveObdobi")},
	{tech("obs108", "den v atributu datum je týž jako v elementu", annex+", nsesss-common"), nil, func(c *records, say report) {
		for _, m := range c.meta {
			m.walk(func(n *node) {
				stamp, ok := n.attrNS("", "datum")
				if day := n.val(); ok && (len(stamp) < 10 || len(day) < 10 || stamp[:10] != day[:10]) {
					say(n, "datum %.40q, hodnota %.20q", stamp, day)
				}
			})
		}
	}},
}

func machineTime(name string) func(*records, report) {
	return eachOf(func(n *node, say report) {
		if !n.has("datum") {
			say(n, "")
		}
	}, name)
}

func inOrder(from, to string, same bool, box string) func(*records, report) {
	return eachOf(func(n *node, say report) {
		a, b := n.kid(from).val(), n.kid(to).val()
		if a != "" && b != "" && (a > b || a == b && !same) {
			say(n, "%s až %s", a, b)
		}
	}, box)
}
