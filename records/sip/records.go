package sip

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	nsNSESSS  = "http://www.mvcr.cz/nsesss/v4"
	nsLog     = "http://www.mvcr.cz/nsesss/2023/log"
	metsName  = "mets.xml"
	filesName = "komponenty"
	labelMove = "Datový balíček pro předávání dokumentů a jejich metadat do archivu"
	labelSort = "Datový balíček pro provedení skartačního řízení"
)

// records is a package of the records standard laid out for its rules.
type records struct {
	*run
	root      *node   // mets
	meta      []*node // xmlData of descriptive sections
	bases     []*node // what the package is about: Dil, Spis or Dokument
	entities  []*node // from the classification scheme to components, in the order of the file
	files     []*node // mets:file
	fileByDMD map[string]*node
	byName    map[string][]*node // descriptive elements, each name in the order of the file
	move      bool               // the final transfer, where more rules hold than in disposal
	withFiles bool               // components are expected in the package
}

// recordsRule is one rule of the set NSESSS2024. The report function takes the place and, when it helps, a detail.
type recordsRule struct {
	ruleInfo
	when  func(*records) bool
	check func(*records, report)
}

type report func(n *node, format string, a ...any)

func checkRecords(r *run) {
	r.checkBox()
	data, ok := r.metadata(metsName, rulesOfXML["kod1"], rulesOfXML["wf1"])
	if !ok {
		return
	}
	root, ok := r.tree(data, metsName, rulesOfXML["wf1"])
	if !ok {
		return
	}
	if root.name != "mets" || root.space != nsMETS {
		r.add(rulesOfXML["ns1"], metsName, root, "kořenový element je "+root.name)
		return
	}
	c := newRecords(r, root)
	if got, _ := root.attrNS(nsXSI, "schemaLocation"); strings.Join(strings.Fields(got), " ") != recordsSchemas {
		r.add(rulesOfXML["ns2"], metsName, root, "")
	}
	for _, f := range validate(root) {
		r.add(rulesOfXML["val1"], metsName, f.at, f.text)
	}
	for _, table := range [][]recordsRule{headerRules, sectionRules, fileRules, identityRules, contentRules, dateRules, schemeRules, componentRules, contentsRules} {
		for _, rule := range table {
			if rule.when != nil && !rule.when(c) {
				continue
			}
			rule.check(c, func(n *node, format string, a ...any) {
				if n == nil {
					n = root
				}
				r.add(rule.ruleInfo, metsName, n, fmt.Sprintf(format, a...))
			})
		}
	}
}

const recordsSchemas = nsMETS + " http://www.loc.gov/standards/mets/mets.xsd " + nsNSESSS + " https://www.mvcr.cz/nsesss/v4/nsesss.xsd " +
	nsLog + " https://www.mvcr.cz/nsesss/v4/nsesss-TrP.xsd"

func newRecords(r *run, root *node) *records {
	c := &records{run: r, root: root, fileByDMD: map[string]*node{}, byName: map[string][]*node{}}
	for _, sec := range root.list("dmdSec") {
		for _, wrap := range sec.list("mdWrap") {
			c.meta = append(c.meta, wrap.list("xmlData")...)
		}
	}
	for _, m := range c.meta {
		c.bases = append(c.bases, m.list("Dil", "Spis", "Dokument")...)
		m.walk(func(n *node) {
			if n != m {
				c.byName[n.name] = append(c.byName[n.name], n)
			}
		})
	}
	for _, e := range c.metaAll(entityNames...) {
		if e.has("ID") || e.kid("EvidencniUdaje") != nil {
			c.entities = append(c.entities, e)
		}
	}
	c.files = root.kid("fileSec").all("file")
	for _, f := range c.files {
		c.fileByDMD[f.attr("DMDID")] = f
	}
	c.move = root.attr("LABEL") == labelMove
	c.withFiles = c.move || len(r.pack.names(filesName)) > 0
	return c
}

// entityNames is the hierarchy of the standard from the top down, with the names used in the structural map.
var entityNames = []string{"SpisovyPlan", "VecnaSkupina", "TypovySpis", "Soucast", "Dil", "Spis", "Dokument", "Komponenta"}

var entityTypes = map[string]string{"SpisovyPlan": "spisový plán", "VecnaSkupina": "věcná skupina", "TypovySpis": "typový spis",
	"Soucast": "součást", "Dil": "díl", "Spis": "spis", "Dokument": "dokument", "Komponenta": "komponenta"}

// data is a way below the record of an entity.
func data(e *node, way ...string) *node { return e.kid("EvidencniUdaje").kid(way...) }

func analogue(e *node) bool { return data(e, "Manipulace", "AnalogovyDokument").val() == "ano" }

func digital(e *node) bool { return data(e, "Manipulace", "AnalogovyDokument").val() == "ne" }

func codes(e *node) (simple, full string) {
	return data(e, "Trideni", "JednoduchySpisovyZnak").val(), data(e, "Trideni", "PlneUrcenySpisovyZnak").val()
}

// identifier is what names an entity for ever: value and source.
func identifier(e *node) string {
	id := data(e, "Identifikace", "Identifikator")
	if id == nil {
		id = e.kid("Identifikator")
	}
	if id == nil {
		return ""
	}
	return id.val() + "\x00" + strings.TrimSpace(id.attr("zdroj"))
}

// parent is the entity above: a document's file, a file's class, a class's scheme.
func parent(e *node) *node {
	for _, box := range []string{"MaterskaEntita", "MaterskeEntity"} {
		if m := data(e, "Trideni", box); m != nil {
			for _, k := range m.list("VecnaSkupina", "TypovySpis", "Soucast") {
				return k // always deeper in the file, so that going up the hierarchy ends
			}
		}
	}
	if plan := data(e, "Trideni", "SpisovyPlan"); plan != nil {
		return plan
	}
	if among(e.name, "Spis", "Dokument", "Komponenta") {
		return e.above("Dil", "Spis", "Dokument")
	}
	return nil
}

// closedOn is the day when an entity was closed or handled, "" when it was not.
func closedOn(e *node) string {
	for _, way := range []string{"VyrizeniUzavreni", "Vyrizeni", "Uzavreni"} {
		if d := data(e, way, "Datum").val(); d != "" {
			return d
		}
	}
	return ""
}

// year is the number at the head of a date or a year; 0 when there is none.
func year(s string) int {
	s = strings.TrimSpace(s)
	if len(s) < 4 {
		return 0
	}
	y, _ := strconv.Atoi(s[:4])
	return y
}

// fixed is the cross references that tie files together for good.
func (c *records) fixed() []*node {
	var out []*node
	for _, k := range c.metaAll("KrizovyOdkaz") {
		if k.attr("pevny") == "ano" {
			out = append(out, k)
		}
	}
	return out
}

// metaAll is all descendants of descriptive sections of these names, in the order of the file.
func (c *records) metaAll(names ...string) []*node {
	if len(names) == 1 {
		return c.byName[names[0]]
	}
	var out []*node
	for _, name := range names {
		out = append(out, c.byName[name]...)
	}
	slices.SortFunc(out, func(a, b *node) int { return a.number - b.number })
	return out
}

// baseOf is the base entity in which an entity stands.
func baseOf(e *node) *node {
	for ; e != nil; e = e.parent {
		if among(e.name, "Dil", "Spis", "Dokument") && e.parent != nil && e.parent.name == "xmlData" {
			return e
		}
	}
	return nil
}

// metadata reads a metadata file and looks at its encoding.
func (r *run) metadata(name string, encoding, wellFormed ruleInfo) ([]byte, bool) {
	e, ok := r.pack.file(name)
	if !ok {
		return nil, false
	}
	data, err := e.read()
	if err != nil {
		r.add(wellFormed, name, nil, err.Error())
		return nil, false
	}
	if bad := encodingFault(data); bad != "" {
		r.add(encoding, name, nil, bad)
	}
	return data, true
}

func (r *run) tree(data []byte, name string, rule ruleInfo) (*node, bool) {
	root, err := readXML(data)
	if err == nil {
		return root, true
	}
	detail := err.Error()
	if f, ok := err.(*xmlFault); ok && f.line > 0 {
		detail = fmt.Sprintf("řádek %d: %s", f.line, f.text)
	}
	r.add(rule, name, nil, detail)
	return nil, false
}

// encodingFault says what is wrong with the encoding of an XML file, "" when it is UTF-8 without a byte order mark.
func encodingFault(data []byte) string {
	head := string(data[:min(len(data), 200)])
	switch {
	case strings.HasPrefix(head, "\xef\xbb\xbf"):
		return "soubor začíná značkou BOM"
	case strings.HasPrefix(head, "\xff\xfe"), strings.HasPrefix(head, "\xfe\xff"), strings.IndexByte(head, 0) >= 0:
		return "soubor je v kódování UTF-16 nebo UTF-32"
	}
	_, rest, _ := strings.Cut(head, "<?xml")
	declaration, _, _ := strings.Cut(rest, "?>")
	_, value, declared := strings.Cut(declaration, "encoding")
	value = strings.TrimLeft(value, "= \t\r\n")
	if len(value) > 1 {
		value, _, _ = strings.Cut(value[1:], value[:1])
	}
	switch {
	case !declared:
		return "soubor neuvádí kódování"
	case !strings.EqualFold(value, "utf-8"):
		return fmt.Sprintf("soubor uvádí kódování %.30q", value)
	}
	if !utf8.Valid(data) {
		return "soubor obsahuje bajty, které nejsou UTF-8"
	}
	return ""
}
