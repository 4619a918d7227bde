package sip

import (
	"path"
	"regexp"
	"strings"
)

func withFiles(c *records) bool { return c.withFiles }

var mimeName = regexp.MustCompile(`^(application|audio|example|font|haptics|image|message|model|multipart|text|video)/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$`)

// link is where FLocat points, as a path from the package's folder.
func link(f *node) string {
	href, _ := f.kid("FLocat").attrNS(nsXLink, "href")
	return path.Clean(strings.ReplaceAll(strings.TrimSpace(href), `\`, "/"))
}

func eachFile(f func(*node, report)) func(*records, report) {
	return func(c *records, say report) {
		for _, n := range c.files {
			f(n, say)
		}
	}
}

func eachLocation(f func(*node, report)) func(*records, report) {
	return eachFile(func(n *node, say report) {
		for _, l := range n.list("FLocat") {
			f(l, say)
		}
	})
}

// fileRules: how the package's files are listed and put into the structural map.
var fileRules = []recordsRule{
	{tech("obs40", "balíček s digitálním dokumentem obsahuje právě jeden mets:fileSec", annex+", 1.13"), withFiles, func(c *records, say report) {
		for _, d := range c.metaAll("Dokument") {
			if digital(d) {
				one(say, c.root, "fileSec")
				return
			}
		}
	}},
	{tech("obs41", "každý mets:file má MIMETYPE podle registru IANA", annex+", 1.15"), nil, eachFile(func(f *node, say report) {
		if !mimeName.MatchString(f.attr("MIMETYPE")) {
			say(f, "MIMETYPE je %.60q", f.attr("MIMETYPE"))
		}
	})},
	{tech("obs43a", "mets:fileSec obsahuje právě jeden mets:fileGrp", annex+", 1.14"), nil, func(c *records, say report) {
		if s := c.root.kid("fileSec"); s != nil {
			one(say, s, "fileGrp")
		}
	}},
	{tech("obs44", "každý mets:file má v DMDID právě jednu komponentu a každá komponenta právě jeden soubor", annex+", 1.15"), nil, checkFileLinks},
	{tech("obs46", "každý mets:file má CHECKSUMTYPE SHA-256 nebo SHA-512", annex+", 1.15"), nil, eachFile(func(f *node, say report) {
		if !among(f.attr("CHECKSUMTYPE"), "SHA-256", "SHA-512") {
			say(f, "CHECKSUMTYPE je %.30q", f.attr("CHECKSUMTYPE"))
		}
	})},
	{tech("obs49", "každý mets:file má datum vytvoření CREATED", annex+", 1.15"), nil, eachFile(func(f *node, say report) {
		if !f.has("CREATED") {
			say(f, "")
		}
	})},
	{tech("obs50", "každý mets:file má právě jeden mets:FLocat", annex+", 1.16"), nil, eachFile(func(f *node, say report) { one(say, f, "FLocat") })},
	{tech("obs51", "každý mets:FLocat má xlink:type=simple", annex+", 1.16"), nil, eachLocation(func(l *node, say report) {
		if v, _ := l.attrNS(nsXLink, "type"); v != "simple" {
			say(l, "xlink:type je %.30q", v)
		}
	})},
	{tech("obs52", "xlink:href vede na soubor ve složce komponenty a každý soubor má právě jeden odkaz", annex+", 1.16"), withFiles, checkHrefs},
	{tech("obs53", "každý mets:FLocat má LOCTYPE=URL", annex+", 1.16"), nil, eachLocation(func(l *node, say report) { wants(say, l, "LOCTYPE", "URL") })},
	{tech("obs54", "strukturální mapa opakuje hierarchii entit a každou váže na popis i na transakční protokol, každou právě jednou", annex+", 1.17 a 1.18"), nil, checkMap},
	{tech("obs55", "každý mets:div komponenty obsahuje právě jeden mets:fptr", annex+", 1.19"), withFiles, func(c *records, say report) {
		for _, d := range c.divs() {
			if d.attr("TYPE") == "komponenta" {
				one(say, d, "fptr")
			}
		}
	}},
	{tech("obs56", "každý mets:fptr vede na soubor téže komponenty", annex+", 1.19"), nil, func(c *records, say report) {
		for _, d := range c.divs() {
			for _, p := range d.list("fptr") {
				if f := c.fileByDMD[d.attr("DMDID")]; f == nil || f.attr("ID") == "" || p.attr("FILEID") != f.attr("ID") {
					say(p, "FILEID je %.60q", p.attr("FILEID"))
				}
			}
		}
	}},
}

func (c *records) divs() []*node {
	var out []*node
	for _, m := range c.root.list("structMap") {
		out = append(out, m.all("div")...)
	}
	return out
}

func checkFileLinks(c *records, say report) {
	if len(c.files) == 0 {
		return
	}
	components := map[string]int{}
	for _, k := range c.metaAll("Komponenta") {
		components[k.attr("ID")] = 0
	}
	for _, f := range c.files {
		id := f.attr("DMDID")
		if _, ok := components[id]; !ok {
			say(f, "DMDID je %.60q", id)
			continue
		}
		if components[id]++; components[id] > 1 {
			say(f, "komponenta %s má více souborů", id)
		}
	}
	for _, k := range c.metaAll("Komponenta") {
		if components[k.attr("ID")] == 0 {
			say(k, "komponenta nemá soubor")
		}
	}
}

func checkHrefs(c *records, say report) {
	there := map[string]int{}
	for _, name := range c.pack.names(filesName) {
		there[name] = 0
	}
	for _, f := range c.files {
		if f.kid("FLocat") == nil {
			continue
		}
		at := link(f)
		if _, ok := there[at]; !ok {
			say(f.kid("FLocat"), "soubor %.120s v balíčku není", at)
			continue
		}
		if there[at]++; there[at] > 1 {
			say(f.kid("FLocat"), "na soubor %.120s vede více odkazů", at)
		}
	}
	for _, name := range c.pack.names(filesName) {
		if there[name] == 0 {
			say(c.root.kid("fileSec"), "na soubor %.120s nevede žádný odkaz", name)
		}
	}
}

// logOf is the identifier of what a log section is about.
func logOf(section *node) string {
	id := section.kid("digiprovMD", "mdWrap", "xmlData", "TransakcniLogObjektu", "TransLogInfo", "Objekt", "Identifikator")
	return id.kid("HodnotaID").val() + "\x00" + id.kid("ZdrojID").val()
}

// checkMap holds the structural map against the entities and the logs. Entities above files may be described more than once
// when files are tied together; they stand in the map once.
func checkMap(c *records, say report) {
	tied := len(c.fixed()) > 0
	byID, described := map[string]*node{}, map[string]int{}
	for _, e := range c.entities {
		byID[e.attr("ID")] = e
		key := e.name + "\x00" + identifier(e)
		if described[key]++; described[key] > 1 && !(tied && among(e.name, "SpisovyPlan", "VecnaSkupina", "TypovySpis", "Soucast")) {
			say(e, "%s je v popisné části vícekrát", entityTypes[e.name])
		}
	}
	sections, logs := map[string]*node{}, map[string]int{}
	for _, a := range c.root.list("amdSec") {
		sections[a.attr("ID")] = a
		logs[logOf(a)]++
	}
	mapped := map[string]int{}
	for _, d := range c.divs() {
		e := byID[d.attr("DMDID")]
		if e == nil {
			say(d, "DMDID %.60q nevede na žádnou entitu", d.attr("DMDID"))
			continue
		}
		mapped[e.name+"\x00"+identifier(e)]++
		if d.attr("TYPE") != entityTypes[e.name] {
			say(d, "TYPE je %.40q místo %q", d.attr("TYPE"), entityTypes[e.name])
		}
		if a := sections[d.attr("ADMID")]; a == nil || logOf(a) != identifier(e) {
			say(d, "ADMID %.60q nevede na transakční protokol téže entity", d.attr("ADMID"))
		}
		above, wanted := byID[d.parent.attr("DMDID")], parent(e)
		if d.parent.name == "structMap" {
			above = nil
		}
		if (above == nil) != (wanted == nil) || above != nil && (above.name != wanted.name || identifier(above) != identifier(wanted)) {
			say(d, "entita není ve své nadřazené entitě")
		}
	}
	known := map[string]bool{}
	for _, e := range c.entities {
		key := e.name + "\x00" + identifier(e)
		if n := mapped[key]; n != 1 && !known[key] {
			say(e, "%s je ve strukturální mapě %d×", entityTypes[e.name], n)
		}
		if n := logs[identifier(e)]; n != 1 && !known[key] {
			say(e, "%s má %d transakčních protokolů", entityTypes[e.name], n)
		}
		known[key], known[identifier(e)] = true, true
	}
	for _, a := range c.root.list("amdSec") {
		if !known[logOf(a)] {
			say(a, "transakční protokol patří entitě, která v balíčku není")
		}
	}
}
