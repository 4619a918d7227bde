package sip

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	dec   = "vyhláška č. 259/2012 Sb."
	std   = "NSESSS"
	annex = "příloha č. 2 NSESSS"
)

func tech(id, text, source string) ruleInfo { return ruleInfo{id, text, source, Technical} }

func clerk(id, text, source string) ruleInfo { return ruleInfo{id, text, source, Clerk} }

// Rules about the package as a whole and about its metadata file as XML; they are looked at before anything inside.
var rulesOfXML = index(
	tech("dat1", "balíček je složka nebo soubor ZIP, který lze bezpečně rozbalit", std+" 9.2.11"),
	tech("dat1a", "název balíčku má nejvýše 64 znaků a jen písmena bez diakritiky, číslice, podtržítko a pomlčku", std+" 9.2.12"),
	tech("dat2", "v souboru ZIP je právě jedna složka a jmenuje se stejně jako soubor", std+" 9.2.11"),
	tech("dat3", "složka obsahuje jen soubor mets.xml a nejvýše složku komponenty", std+" 9.2.5, 9.2.6 a 9.2.10"),
	tech("kod1", "soubor je v kódování UTF-8 bez značky BOM", std+" 9.2.9"),
	tech("wf1", "soubor dodržuje syntaxi XML", std+" 9.2.5"),
	tech("ns1", "kořenem souboru je právě jeden element mets:mets", annex+", 1.1"),
	tech("ns2", "xsi:schemaLocation uvádí schémata METS, NSESSS verze 4 a transakčního protokolu", annex+", 1.1"),
	tech("val1", "soubor odpovídá schématům METS 1.12, NSESSS verze 4 a transakčního protokolu", std+" 9.2.8"),
)

func index(rules ...ruleInfo) map[string]ruleInfo {
	out := make(map[string]ruleInfo, len(rules))
	for _, r := range rules {
		out[r.id] = r
	}
	return out
}

var packName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// checkBox looks at the package from outside.
func (r *run) checkBox() {
	p := r.pack
	name := p.name
	if p.form != "folder" {
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".zip"), ".ZIP")
	}
	if !packName.MatchString(name) {
		r.add(rulesOfXML["dat1a"], "", nil, fmt.Sprintf("název %.100q", name))
	}
	if p.refused != "" || p.form != "folder" && p.form != "zip" {
		why := p.refused
		if why == "" {
			why = "soubor není ZIP"
		}
		r.add(rulesOfXML["dat1"], "", nil, why)
		return
	}
	if p.form == "zip" && p.top != name {
		why := "složka se jmenuje " + p.top
		if p.top == "" {
			why = "na nejvyšší úrovni není právě jedna složka"
		}
		r.add(rulesOfXML["dat2"], "", nil, why)
	}
	got := strings.Join(p.children(), " ")
	if got != metsName && got != filesName+"/ "+metsName {
		r.add(rulesOfXML["dat3"], "", nil, fmt.Sprintf("složka obsahuje: %.200s", got))
	}
}
