package sip

import "strings"

// one reports the parent when it has not exactly one child of the name.
func one(say report, n *node, name string) {
	if k := len(n.list(name)); k != 1 {
		say(n, "element %s má %d elementů %s", n.name, k, name)
	}
}

// wants reports an attribute that has not the value.
func wants(say report, n *node, attr, value string) {
	if got := n.attr(attr); got != value {
		say(n, "atribut %s má hodnotu %.60q místo %q", attr, got, value)
	}
}

func (c *records) agents(say report, f func(*node)) {
	for _, a := range c.root.kid("metsHdr").list("agent") {
		f(a)
	}
}

func (c *records) agentsOf(kind string) (n int) {
	for _, a := range c.root.kid("metsHdr").list("agent") {
		if a.attr("TYPE") == kind {
			n++
		}
	}
	return n
}

// headerRules: the root and its header.
var headerRules = []recordsRule{
	{tech("obs1", "mets:mets má neprázdný atribut OBJID", annex+", 1.1"), nil, func(c *records, say report) {
		if strings.TrimSpace(c.root.attr("OBJID")) == "" {
			say(c.root, "")
		}
	}},
	{tech("obs2", "LABEL říká, zda balíček slouží skartačnímu řízení, nebo předání do archivu", std+" 9.2.1"), nil, func(c *records, say report) {
		if l := c.root.attr("LABEL"); l != labelSort && l != labelMove {
			say(c.root, "LABEL je %.120q", l)
		}
	}},
	{tech("obs10", "mets:mets obsahuje záhlaví mets:metsHdr", annex+", 1.2"), nil, func(c *records, say report) {
		if c.root.kid("metsHdr") == nil {
			say(c.root, "")
		}
	}},
	{tech("obs11", "mets:mets obsahuje právě jednu popisnou část mets:dmdSec", annex+", 1.6"), nil, func(c *records, say report) { one(say, c.root, "dmdSec") }},
	{tech("obs12", "mets:mets obsahuje aspoň jeden transakční protokol mets:amdSec", annex+", 1.9"), nil, func(c *records, say report) {
		if c.root.kid("amdSec") == nil {
			say(c.root, "")
		}
	}},
	{tech("obs13", "mets:mets obsahuje právě jednu strukturální mapu mets:structMap", annex+", 1.17"), nil, func(c *records, say report) { one(say, c.root, "structMap") }},
	{tech("obs14", "záhlaví má datum poslední úpravy LASTMODDATE", annex+", 1.2"), nil, header("LASTMODDATE")},
	{tech("obs15", "záhlaví má datum vytvoření CREATEDATE", annex+", 1.2"), nil, header("CREATEDATE")},
	{tech("obs16", "záhlaví má právě jednoho agenta s TYPE=ORGANIZATION", annex+", 1.3"), nil, func(c *records, say report) {
		if n := c.agentsOf("ORGANIZATION"); n != 1 {
			say(c.root.kid("metsHdr"), "je jich %d", n)
		}
	}},
	{tech("obs17", "záhlaví má aspoň jednoho agenta s TYPE=INDIVIDUAL", annex+", 1.3"), nil, func(c *records, say report) {
		if c.agentsOf("INDIVIDUAL") == 0 {
			say(c.root.kid("metsHdr"), "")
		}
	}},
	{tech("obs18", "každý agent má ROLE=CREATOR", annex+", 1.3"), nil, func(c *records, say report) {
		c.agents(say, func(a *node) { wants(say, a, "ROLE", "CREATOR") })
	}},
	{tech("obs19", "každý agent má atribut ID", annex+", 1.3"), nil, func(c *records, say report) {
		c.agents(say, func(a *node) {
			if a.attr("ID") == "" {
				say(a, "")
			}
		})
	}},
	{tech("obs20", "každý agent má právě jedno neprázdné jméno mets:name", annex+", 1.4"), nil, func(c *records, say report) {
		c.agents(say, func(a *node) {
			if len(a.list("name")) != 1 || a.kid("name").val() == "" {
				say(a, "")
			}
		})
	}},
}

func header(attr string) func(*records, report) {
	return func(c *records, say report) {
		if h := c.root.kid("metsHdr"); !h.has(attr) {
			say(h, "")
		}
	}
}

// wraps visits mdWrap of the descriptive or of the log sections.
func (c *records) wraps(logs bool, f func(section, wrap *node)) {
	if !logs {
		for _, s := range c.root.list("dmdSec") {
			f(s, s.kid("mdWrap"))
		}
		return
	}
	for _, a := range c.root.list("amdSec") {
		for _, s := range a.list("digiprovMD") {
			f(s, s.kid("mdWrap"))
		}
	}
}

func wrapAttr(logs bool, attr, value string) func(*records, report) {
	return func(c *records, say report) {
		c.wraps(logs, func(s, w *node) {
			if w == nil {
				say(s, "chybí mdWrap")
				return
			}
			wants(say, w, attr, value)
		})
	}
}

func oneIn(logs bool, way func(section, wrap *node) *node, name string) func(*records, report) {
	return func(c *records, say report) {
		c.wraps(logs, func(s, w *node) {
			if at := way(s, w); at == nil {
				say(s, "chybí %s", name)
			} else {
				one(say, at, name)
			}
		})
	}
}

func section(s, _ *node) *node { return s }

func wrap(_, w *node) *node { return w }

func xmlData(_, w *node) *node { return w.kid("xmlData") }

const closing = "2026-12-31" // until this day documents outside files, and the sign V, could be closed

// sectionRules: the descriptive section and the sections with transaction logs.
var sectionRules = []recordsRule{
	{tech("obs22", "mets:dmdSec obsahuje právě jeden mets:mdWrap", annex+", 1.7"), nil, oneIn(false, section, "mdWrap")},
	{tech("obs23", "mdWrap popisné části má MDTYPEVERSION=4.0", annex+", 1.7"), nil, wrapAttr(false, "MDTYPEVERSION", "4.0")},
	{tech("obs24", "mdWrap popisné části má OTHERMDTYPE=NSESSS", annex+", 1.7"), nil, wrapAttr(false, "OTHERMDTYPE", "NSESSS")},
	{tech("obs25", "mdWrap popisné části má MDTYPE=OTHER", annex+", 1.7"), nil, wrapAttr(false, "MDTYPE", "OTHER")},
	{tech("obs26", "mdWrap popisné části má MIMETYPE=text/xml", annex+", 1.7"), nil, wrapAttr(false, "MIMETYPE", "text/xml")},
	{tech("obs27", "mdWrap popisné části obsahuje právě jeden xmlData", annex+", 1.8"), nil, oneIn(false, wrap, "xmlData")},
	{tech("obs28", "popisná část obsahuje právě jeden díl nebo spis; samotný dokument jen vyřízený do 31. 12. 2026", dec+" § 12 odst. 1"),
		func(c *records) bool { return len(c.fixed()) == 0 }, func(c *records, say report) {
			if len(c.bases) != 1 {
				say(c.root.kid("dmdSec"), "základních entit je %d", len(c.bases))
			} else if b := c.bases[0]; b.name == "Dokument" && closedOn(b) > closing {
				say(b, "dokument vyřízený %s není ve spisu", closedOn(b))
			}
		}},
	{tech("obs29", "co je připojeno pevným křížovým odkazem, je v balíčku jako spis mimo díl; díl nebo dokument jen uzavřený do 31. 12. 2026", std+" 4.1.2 až 4.1.4"), nil, checkFixed},
	{tech("obs30", "každý mets:amdSec má atribut ID", annex+", 1.9"), nil, func(c *records, say report) {
		for _, a := range c.root.list("amdSec") {
			if a.attr("ID") == "" {
				say(a, "")
			}
		}
	}},
	{tech("obs31", "každý mets:amdSec obsahuje právě jeden mets:digiprovMD", annex+", 1.10"), nil, func(c *records, say report) {
		for _, a := range c.root.list("amdSec") {
			one(say, a, "digiprovMD")
		}
	}},
	{tech("obs33", "každý digiprovMD obsahuje právě jeden mdWrap", annex+", 1.11"), nil, oneIn(true, section, "mdWrap")},
	{tech("obs34", "mdWrap transakčního protokolu má MDTYPEVERSION=4.0", annex+", 1.11"), nil, wrapAttr(true, "MDTYPEVERSION", "4.0")},
	{tech("obs35", "mdWrap transakčního protokolu má OTHERMDTYPE=TP", annex+", 1.11"), nil, wrapAttr(true, "OTHERMDTYPE", "TP")},
	{tech("obs36", "mdWrap transakčního protokolu má MDTYPE=OTHER", annex+", 1.11"), nil, wrapAttr(true, "MDTYPE", "OTHER")},
	{tech("obs37", "mdWrap transakčního protokolu má MIMETYPE=text/xml", annex+", 1.11"), nil, wrapAttr(true, "MIMETYPE", "text/xml")},
	{tech("obs38", "mdWrap transakčního protokolu obsahuje právě jeden xmlData", annex+", 1.12"), nil, oneIn(true, wrap, "xmlData")},
	{tech("obs39", "xmlData transakčního protokolu obsahuje právě jeden tp:TransakcniLogObjektu", annex+", 1.12"), nil, oneIn(true, xmlData, "TransakcniLogObjektu")},
}

func checkFixed(c *records, say report) {
	there := map[string]bool{}
	for _, b := range c.bases {
		if closed := closedOn(b); b.name == "Spis" || closed != "" && closed <= closing {
			there[identifier(b)] = true
		}
	}
	for _, link := range c.fixed() {
		if !there[identifier(link)] {
			say(link, "odkazovaná entita %s v balíčku není", link.kid("Identifikator").val())
		}
	}
}
