package sip

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

const (
	nsCSIP       = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
	nsPREMIS     = "http://www.loc.gov/premis/v3"
	archiveMETS  = "METS.xml"
	packageInfo  = "metadata/preservation/PACKAGE-INFO.xml"
	profile      = "https://stands.nacr.cz/da/2023/aip.xml"
	maxFilesAIP  = 10_000
	czdaxPrefix  = "CZDAX-"
	logicalLabel = "CZDAX-LOGICAL-STRUCTURE"
)

// rulesOfArchive are about a package of the digital archive from outside and about its METS.xml as XML.
var rulesOfArchive = index(
	tech("dat01", "balíček je složka, kterou lze bezpečně číst", czdaxPrefix+"PSP0101"),
	tech("dat02", "zabalený balíček je soubor ZIP nebo TAR s jednou složkou na nejvyšší úrovni", czdaxPrefix+"PSP0103"),
	tech("dat03", "balíček obsahuje soubor METS.xml", czdaxPrefix+"PSP0104"),
	tech("dat04", "balíček obsahuje složku metadata", czdaxPrefix+"PSP0105"),
	tech("dat05", "složka balíčku se jmenuje jako UUID", czdaxPrefix+"PMT0102"),
	tech("dat07", "balíček má nejvýše 10 000 souborů", czdaxPrefix+"PPR0304"),
	tech("kod01", "soubor METS.xml je v kódování UTF-8 bez značky BOM", czdaxPrefix+"PSP020"),
	tech("wf01", "soubor METS.xml dodržuje syntaxi XML", czdaxPrefix+"PSP020"),
	tech("ns01", "kořenem souboru je element mets bez předpony", czdaxPrefix+"PMT0002"),
	tech("ns02", "výchozím jmenným prostorem je METS", czdaxPrefix+"PSP0202"),
	tech("ns03", "kořen deklaruje předpony xsi, xlink a csip", czdaxPrefix+"PMT0101"),
	tech("ns04", "xsi:schemaLocation uvádí schémata METS, XLink a CSIP", czdaxPrefix+"PMT0101"),
	tech("val01", "soubor METS.xml odpovídá schématu METS 1.12.1 s rozšířením CSIP", czdaxPrefix+"PMT0002"),
)

var reUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

func uuidID(s string) bool {
	rest, ok := strings.CutPrefix(s, "uuid-")
	return ok && reUUID.MatchString(rest)
}

// archive is a package of the digital archive laid out for its rules.
type archive struct {
	*run
	root *node
}

type archiveRule struct {
	ruleInfo
	check func(*archive, report)
}

func checkArchive(r *run) {
	p := r.pack
	name := strings.TrimSuffix(strings.TrimSuffix(p.name, ".zip"), ".tar")
	if p.refused != "" {
		r.add(rulesOfArchive["dat01"], "", nil, p.refused)
		return
	}
	if p.form != "folder" {
		if p.top == "" {
			r.add(rulesOfArchive["dat02"], "", nil, "")
			return
		}
		name = p.top
	}
	if !reUUID.MatchString(name) {
		r.add(rulesOfArchive["dat05"], "", nil, fmt.Sprintf("složka %.80q", name))
	}
	if len(p.names("metadata")) == 0 {
		r.add(rulesOfArchive["dat04"], "", nil, "")
	}
	if n := len(p.names("")); n > maxFilesAIP {
		r.add(rulesOfArchive["dat07"], "", nil, fmt.Sprintf("souborů je %d", n))
	}
	if _, ok := p.file(archiveMETS); !ok {
		r.add(rulesOfArchive["dat03"], "", nil, "")
		return
	}
	data, ok := r.metadata(archiveMETS, rulesOfArchive["kod01"], rulesOfArchive["wf01"])
	if !ok {
		return
	}
	root, ok := r.tree(data, archiveMETS, rulesOfArchive["wf01"])
	if !ok {
		return
	}
	r.checkNamespaces(root)
	if root.name != "mets" || root.space != nsMETS {
		return
	}
	for _, f := range append(validate(root), csipFaults(root)...) {
		r.add(rulesOfArchive["val01"], archiveMETS, f.at, f.text)
	}
	a := &archive{run: r, root: root}
	for _, table := range [][]archiveRule{archiveHeader, archiveSections, archiveFiles, archiveMaps} {
		for _, rule := range table {
			rule.check(a, func(n *node, format string, args ...any) {
				if n == nil {
					n = root
				}
				r.add(rule.ruleInfo, archiveMETS, n, fmt.Sprintf(format, args...))
			})
		}
	}
	if root.attr("OBJID") != name || name == "" {
		r.add(archiveObjID, archiveMETS, root, fmt.Sprintf("OBJID je %.60q", root.attr("OBJID")))
	}
}

var archiveObjID = tech("obs01", "OBJID je jméno složky balíčku", czdaxPrefix+"PMT0102")

func (r *run) checkNamespaces(root *node) {
	if root.name != "mets" || root.space != "" && root.attr("xmlns") != root.space {
		r.add(rulesOfArchive["ns01"], archiveMETS, root, "")
	}
	if root.attr("xmlns") != nsMETS {
		r.add(rulesOfArchive["ns02"], archiveMETS, root, "")
	}
	for _, p := range [][2]string{{"xsi", nsXSI}, {"xlink", nsXLink}, {"csip", nsCSIP}} {
		if got, _ := root.attrNS("xmlns", p[0]); got != p[1] {
			r.add(rulesOfArchive["ns03"], archiveMETS, root, fmt.Sprintf("předpona %s je %.80q", p[0], got))
		}
	}
	got, _ := root.attrNS(nsXSI, "schemaLocation")
	want := []string{nsMETS, "http://www.loc.gov/standards/mets/mets.xsd", nsXLink, "http://www.loc.gov/standards/mets/xlink.xsd",
		nsCSIP, "https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd"}
	places := map[string]string{}
	for w := strings.Fields(got); len(w) > 1; w = w[2:] {
		places[w[0]] = w[1]
	}
	for ; len(want) > 1; want = want[2:] {
		if places[want[0]] != want[1] {
			r.add(rulesOfArchive["ns04"], archiveMETS, root, "chybí "+want[0])
		}
	}
}

// csipValues is what the extension of METS lets its attributes hold.
var csipValues = [][2]string{
	{"CONTENTINFORMATIONTYPE", " MIXED OTHER ERMS SIARD1 SIARD2 SIARDDK GeoData citserms_v2_1 citssiard_v1_0 citsgeospatial_v3_0 citsarchival_v1_0 " +
		"citspremis_v1_0 citsehpj_v1_0 citsehcr_v1_0 cits3dpm_v1_0 "},
	{"OAISPACKAGETYPE", " SIP AIP DIP AIU AIC "},
}

func csipFaults(root *node) []fault {
	var out []fault
	root.walk(func(n *node) {
		for _, c := range csipValues {
			if v, ok := n.attrNS(nsCSIP, c[0]); ok && (v == "" || !strings.Contains(c[1], " "+v+" ")) {
				out = append(out, fault{n, fmt.Sprintf("atribut csip:%s má nepovolenou hodnotu %.60q", c[0], v)})
			}
		}
	})
	return out
}

func (n *node) csip(name string) string {
	v, _ := n.attrNS(nsCSIP, name)
	return v
}

func cz(id, text, source string) ruleInfo { return tech(id, text, czdaxPrefix+source) }

var archiveHeader = []archiveRule{
	{cz("obs02", "mets má neprázdný atribut TYPE", "PMT0103"), func(a *archive, say report) {
		if strings.TrimSpace(a.root.attr("TYPE")) == "" {
			say(a.root, "")
		}
	}},
	{cz("obs03", "mets má csip:CONTENTINFORMATIONTYPE=OTHER", "PMT0105"), func(a *archive, say report) {
		if v := a.root.csip("CONTENTINFORMATIONTYPE"); v != "OTHER" {
			say(a.root, "hodnota je %.60q", v)
		}
	}},
	{cz("obs04", "csip:OTHERCONTENTINFORMATIONTYPE je NSESSS nebo Volné soubory", "PMT0106"), func(a *archive, say report) {
		if v := a.root.csip("OTHERCONTENTINFORMATIONTYPE"); !among(v, "NSESSS", "Volné soubory") {
			say(a.root, "hodnota je %.60q", v)
		}
	}},
	{cz("obs05", "PROFILE uvádí český profil balíčku", "PMT0107"), func(a *archive, say report) { wants(say, a.root, "PROFILE", profile) }},
	{cz("obs06", "mets obsahuje záhlaví metsHdr", "PMT0201"), func(a *archive, say report) {
		if a.root.kid("metsHdr") == nil {
			say(a.root, "")
		}
	}},
	{cz("obs07", "záhlaví má čas vzniku CREATEDATE", "PMT0202"), func(a *archive, say report) {
		if h := a.root.kid("metsHdr"); !h.has("CREATEDATE") {
			say(h, "")
		}
	}},
	{cz("obs08", "záhlaví nemá LASTMODDATE", "PMT0203"), func(a *archive, say report) {
		if h := a.root.kid("metsHdr"); h.has("LASTMODDATE") {
			say(h, "")
		}
	}},
	{cz("obs09", "záhlaví má csip:OAISPACKAGETYPE=AIP", "PMT0204"), func(a *archive, say report) {
		if h := a.root.kid("metsHdr"); h.csip("OAISPACKAGETYPE") != "AIP" {
			say(h, "")
		}
	}},
	{cz("obs10", "agentem je program (ROLE=CREATOR, TYPE=OTHER, OTHERTYPE=SOFTWARE) se jménem a verzí", "PMT0205"), func(a *archive, say report) {
		for _, g := range a.root.kid("metsHdr").list("agent") {
			note := g.kid("note")
			if g.attr("ROLE") == "CREATOR" && g.attr("TYPE") == "OTHER" && g.attr("OTHERTYPE") == "SOFTWARE" && g.kid("name").val() != "" &&
				note.val() != "" && note.csip("NOTETYPE") == "SOFTWARE VERSION" {
				return
			}
		}
		say(a.root.kid("metsHdr"), "")
	}},
}

// sections is the metadata sections of a kind: about the content, or about its keeping.
func (a *archive) sections(admin bool) []*node {
	if !admin {
		return a.root.list("dmdSec")
	}
	var out []*node
	for _, s := range a.root.list("amdSec") {
		out = append(out, s.list("digiprovMD")...)
	}
	return out
}

func eachSection(admin bool, f func(*node, report)) func(*archive, report) {
	return func(a *archive, say report) {
		for _, s := range a.sections(admin) {
			f(s, say)
		}
	}
}

func sectionAttr(admin bool, attr string, ok func(string) bool) func(*archive, report) {
	return eachSection(admin, func(s *node, say report) {
		if v := s.attr(attr); !ok(v) {
			say(s, "%s je %.60q", attr, v)
		}
	})
}

func is(values ...string) func(string) bool {
	return func(s string) bool { return among(s, values...) }
}

func filled(s string) bool { return s != "" }

func reference(s *node, say report) {
	ref := s.kid("mdRef")
	kind, _ := ref.attrNS(nsXLink, "type")
	if len(s.list("mdRef")) != 1 || s.kid("mdWrap") != nil || ref.attr("LOCTYPE") != "URL" || kind != "simple" || href(ref) == "" {
		say(s, "")
	}
}

func href(n *node) string {
	v, _ := n.attrNS(nsXLink, "href")
	return strings.TrimSpace(v)
}

// attributes reports what a reference to a metadata file lacks.
func attributes(kind string) func(*node, report) {
	return func(s *node, say report) {
		ref := s.kid("mdRef")
		if ref == nil {
			return
		}
		wants(say, ref, "MDTYPE", kind)
		lacks(say, ref, "application/xml")
	}
}

// lacks reports missing attributes of a reference to a file; mime is the only type allowed, "" takes any.
func lacks(say report, n *node, mime string) {
	if m := n.attr("MIMETYPE"); !mimeName.MatchString(m) || mime != "" && !among(m, mime, "text/xml") {
		say(n, "MIMETYPE je %.60q", m)
	}
	for _, attr := range []string{"SIZE", "CREATED", "CHECKSUM"} {
		if !n.has(attr) {
			say(n, "%s chybí", attr)
		}
	}
	if !among(n.attr("CHECKSUMTYPE"), "SHA-256", "SHA-384", "SHA-512") {
		say(n, "CHECKSUMTYPE je %.30q", n.attr("CHECKSUMTYPE"))
	}
}

func inFolder(folder string) func(*node, report) {
	return func(s *node, say report) {
		if ref := s.kid("mdRef"); ref != nil && path.Dir(href(ref)) != folder && !strings.HasPrefix(href(ref), folder+"/") {
			say(ref, "xlink:href je %.100q", href(ref))
		}
	}
}

var archiveSections = []archiveRule{
	{cz("obs11", "dmdSec má ID ve tvaru uuid-UUID", "PMT0302"), sectionAttr(false, "ID", uuidID)},
	{cz("obs12", "dmdSec má čas vzniku CREATED", "PMT0303"), sectionAttr(false, "CREATED", filled)},
	{cz("obs13", "dmdSec má STATUS CURRENT nebo SUPERSEDED", "PMT0304"), sectionAttr(false, "STATUS", is("CURRENT", "SUPERSEDED"))},
	{cz("obs14", "dmdSec má GROUPID INHERENT nebo CONTEXTUAL", "PMT0305"), sectionAttr(false, "GROUPID", is("INHERENT", "CONTEXTUAL"))},
	{cz("obs15", "dmdSec odkazuje na soubor jedním mdRef (LOCTYPE=URL, xlink:type=simple, xlink:href)", "PMT0306"), eachSection(false, reference)},
	{cz("obs16", "mdRef popisných metadat má typ EAD, velikost, čas a kontrolní součet", "PMT0310"), eachSection(false, attributes("EAD"))},
	{cz("obs17", "popisná metadata jsou ve složce metadata/descriptive", "PSP0107"), eachSection(false, inFolder("metadata/descriptive"))},
	{cz("obs18", "amdSec obsahuje jen digiprovMD", "PMT0403"), func(a *archive, say report) {
		for _, s := range a.root.list("amdSec") {
			for _, k := range s.list("techMD", "sourceMD") {
				say(k, "")
			}
			if s.kid("digiprovMD") == nil {
				say(s, "")
			}
		}
	}},
	{cz("obs19", "digiprovMD má ID ve tvaru uuid-UUID", "PMT0404"), sectionAttr(true, "ID", uuidID)},
	{cz("obs20", "digiprovMD má STATUS CURRENT nebo SUPERSEDED", "PMT0405"), sectionAttr(true, "STATUS", is("CURRENT", "SUPERSEDED"))},
	{cz("obs21", "digiprovMD má GROUPID=PRESERVATION", "PMT0406"), sectionAttr(true, "GROUPID", is("PRESERVATION"))},
	{cz("obs22", "digiprovMD odkazuje na soubor jedním mdRef (LOCTYPE=URL, xlink:type=simple, xlink:href)", "PMT0407"), eachSection(true, reference)},
	{cz("obs23", "metadata o uchování jsou ve složce metadata/preservation", "PSP0106"), eachSection(true, inFolder("metadata/preservation"))},
	{cz("obs24", "mdRef metadat o uchování má typ PREMIS, velikost, čas a kontrolní součet", "PMT0411"), eachSection(true, attributes("PREMIS"))},
	{cz("obs25", "amdSec neobsahuje rightsMD", "PMT0417"), func(a *archive, say report) {
		for _, k := range a.root.all("rightsMD") {
			say(k, "")
		}
	}},
	{cz("obs39", "metadata o uchování obsahují soubor PACKAGE-INFO.xml", "PKG0001"), func(a *archive, say report) {
		for _, s := range a.sections(true) {
			if path.Base(href(s.kid("mdRef"))) == path.Base(packageInfo) {
				return
			}
		}
		say(a.root.kid("amdSec"), "")
	}},
}
