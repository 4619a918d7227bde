package sip

import (
	"regexp"
	"strings"
)

var names = []string{"persname", "famname", "corpname", "name"}

// people visits names of a kind in the publication statement, with the paragraphs they stand in.
func (a *aids) people(kind string) (paragraphs, found []*node) {
	for _, p := range a.control.kid("filedesc", "publicationstmt").list("p") {
		has := false
		for _, n := range p.list(names...) {
			if n.attr("localtype") == kind {
				found, has = append(found, n), true
			}
		}
		if has {
			paragraphs = append(paragraphs, p)
		}
	}
	return paragraphs, found
}

// onePerson: exactly one paragraph with exactly one name of the kind, with one part that is not empty.
func onePerson(kind string) func(*aids, report) {
	return func(a *aids, say report) {
		paragraphs, found := a.people(kind)
		if len(paragraphs) != 1 || len(found) != 1 || found[0].name != "name" || len(found[0].list("part")) != 1 || found[0].kid("part").val() == "" {
			say(a.control.kid("filedesc", "publicationstmt"), "")
		}
	}
}

func oneDate(kind string) func(*aids, report) {
	return func(a *aids, say report) {
		count, empty := 0, false
		statement := a.control.kid("filedesc", "publicationstmt")
		for _, d := range statement.list("date") {
			if d.attr("localtype") == kind {
				count++
				empty = empty || d.val() == ""
			}
		}
		if count != 1 || empty {
			say(statement, "")
		}
	}
}

var (
	archiveNumber = regexp.MustCompile(`^\d{9}$`)
	uri           = regexp.MustCompile(`^https?://[^\s/]+/\S+$`)
)

// aidKinds is the kinds of finding aids with their names.
var aidKinds = map[string]string{"PROZ_INV_SEZNAM": "prozatimní inventární seznam", "MANIP_SEZNAM": "manipulační seznam",
	"INVENTAR": "inventář", "KATALOG": "katalog"}

// eadControl: the record about the description itself.
var eadControl = []aidRule{
	{tech("ns2a", "výchozím jmenným prostorem popisu v balíčku je EAD3", eadPart+"1.4"), boxed, func(a *aids, say report) { wants(say, a.root, "xmlns", nsEAD) }},
	{tech("obs1", "recordid je UUID", eadPart+"2.1"), all, func(a *aids, say report) {
		if id := a.control.kid("recordid"); !reUUID.MatchString(id.val()) {
			say(id, "hodnota je %.60q", id.val())
		}
	}},
	{tech("obs2", "číslo archivní pomůcky je uvedeno právě jednou a je to kladné celé číslo", eadPart+"2.2"), aid, func(a *aids, say report) {
		count := 0
		for _, o := range a.control.list("otherrecordid") {
			if o.attr("localtype") == "CZ_MVCR_FINDING_AID_ID" {
				if count++; !positive(o.val()) {
					say(o, "hodnota je %.60q", o.val())
				}
			}
		}
		if count != 1 {
			say(a.control, "čísel je %d", count)
		}
	}},
	{tech("obs3", "jiný otherrecordid je neprázdné číslo revize (INTERNAL_REV_ID)", eadPart+"2.2"), all, func(a *aids, say report) {
		for _, o := range a.control.list("otherrecordid") {
			if kind := o.attr("localtype"); kind != "CZ_MVCR_FINDING_AID_ID" && (kind != "INTERNAL_REV_ID" || o.val() == "") {
				say(o, "")
			}
		}
	}},
	{clerk("obs4", "filedesc má v encodinganalog číslo archivního souboru", eadPart+"2.3"), all, func(a *aids, say report) {
		if f := a.control.kid("filedesc"); !positive(f.attr("encodinganalog")) {
			say(f, "encodinganalog je %.60q", f.attr("encodinganalog"))
		}
	}},
	{clerk("obs4a", "archivní soubor má právě jeden název", eadPart+"2.3"), all, oneTitle("titleproper")},
	{clerk("obs5", "archivní pomůcka má právě jeden název", eadPart+"2.3"), aid, oneTitle("subtitle")},
	{tech("obs6", "filedesc obsahuje publicationstmt", eadPart+"4.1"), aid, func(a *aids, say report) {
		if f := a.control.kid("filedesc"); f.kid("publicationstmt") == nil {
			say(f, "")
		}
	}},
	{clerk("obs7", "datum a místo vydání jsou uvedeny právě jednou", eadPart+"4.1.2"), aid, oneDate("RELEASE_DATE_PLACE")},
	{clerk("obs8", "datum popisu je uvedeno právě jednou", eadPart+"4.1.3"), aid, oneDate("DESCRIPTION_DATE")},
	{clerk("obs9", "datum zachyceného stavu je uvedeno právě jednou", eadPart+"4.1.4"), aid, oneDate("FINDING_AID_DATE")},
	{clerk("obs11", "schvalovatel pomůcky je uveden právě jednou", eadPart+"4.1.1"), aid, onePerson("FINDING_AID_APPROVED_BY")},
	{clerk("obs12", "kdo pomůcku sestavil, je uvedeno právě jednou", eadPart+"4.1.5"), aid, onePerson("FINDING_AID_EDITOR")},
	{clerk("obs13", "je uveden aspoň jeden původce", eadPart+"4.1.6"), aid, func(a *aids, say report) {
		if _, found := a.people("ORIGINATOR"); len(found) == 0 {
			say(a.control.kid("filedesc", "publicationstmt"), "")
		}
	}},
	{tech("obs14", "původce odkazuje na svůj zdroj", eadPart+"4.1.6"), all, linkedPeople("ORIGINATOR")},
	{clerk("obs15", "je uveden aspoň jeden zpracovatel, každý ve svém odstavci", eadPart+"4.1.7"), aid, func(a *aids, say report) {
		for _, p := range a.control.kid("filedesc", "publicationstmt").list("p") {
			if list := p.list("persname"); len(list) == 1 && list[0].attr("localtype") == "ARRANGER" {
				return
			}
		}
		if a.profile >= newProfile {
			say(a.control.kid("filedesc", "publicationstmt"), "")
		}
	}},
	{tech("obs16", "zpracovatel odkazuje na svůj zdroj", eadPart+"4.1.7"), all, func(a *aids, say report) {
		_, found := a.people("ARRANGER")
		for _, n := range found {
			if n.name == "persname" && !a.linked(n) {
				say(n, "")
			}
		}
	}},
	{clerk("obs17", "stručný údaj o zpracovateli je uveden právě jednou", eadPart+"4.1.7"), aid, onePerson("ARRANGER_BRIEF")},
	{tech("obs18", "maintenancestatus má hodnotu derived", eadPart+"2.4"), all, func(a *aids, say report) { wants(say, orControl(a, "maintenancestatus"), "value", "derived") }},
	{tech("obs19", "maintenanceagency má zemi CZ", eadPart+"2.5"), all, func(a *aids, say report) {
		wants(say, orControl(a, "maintenanceagency"), "countrycode", "CZ")
	}},
	{tech("obs20", "agencycode je uveden právě jednou s localtype CZ_MVCR_INSTITUTION_ID", eadPart+"2.5"), all, func(a *aids, say report) {
		list := a.control.kid("maintenanceagency").list("agencycode")
		if len(list) != 1 || list[0].attr("localtype") != "CZ_MVCR_INSTITUTION_ID" {
			say(orControl(a, "maintenanceagency"), "")
		}
	}},
	{clerk("obs21", "číslo archivu má devět číslic", eadPart+"2.5"), all, func(a *aids, say report) {
		if n := a.control.kid("maintenanceagency", "agencycode"); n != nil && !archiveNumber.MatchString(n.val()) {
			say(n, "číslo je %.40q", n.val())
		}
	}},
	{clerk("obs22", "archiv má právě jedno jméno", eadPart+"2.5"), all, func(a *aids, say report) {
		if m := a.control.kid("maintenanceagency"); len(m.list("agencyname")) != 1 || m.kid("agencyname").val() == "" {
			say(m, "")
		}
	}},
	{clerk("obs23", "druh archivní pomůcky je uveden právě jednou a svým jménem", eadPart+"2.6"), aid, func(a *aids, say report) {
		list := a.locals("FINDING_AID_TYPE")
		if len(list) != 1 || list[0].kid("term") == nil {
			say(a.control, "")
		} else if t := list[0].kid("term"); aidKinds[t.attr("identifier")] != "" && !strings.EqualFold(t.val(), aidKinds[t.attr("identifier")]) {
			say(t, "druh %.40q se jmenuje %.40q", t.attr("identifier"), t.val())
		}
	}},
	{clerk("obs24", "druh pomůcky a pravidla popisu jsou povolené a patří k sobě", eadPart+"2.6"), aid, func(a *aids, say report) {
		if kind := a.term("FINDING_AID_TYPE"); aidKinds[kind] == "" {
			say(a.control, "druh je %.40q", kind)
		}
		a.checkRules(say)
	}},
	{clerk("obs24a", "pravidla popisu jsou povolená", eadPart+"2.6.1"), plain | boxed, func(a *aids, say report) { a.checkRules(say) }},
	{tech("obs25", "profil EAD3 je uveden právě jednou", eadPart+"2.6.2"), all, func(a *aids, say report) {
		if list := a.locals("CZ_FINDING_AID_EAD_PROFILE"); len(list) != 1 || !strings.HasPrefix(a.profile, "CZ_EAD3_PROFILE_") {
			say(a.control, "profil je %.40q", a.profile)
		}
	}},
	{clerk("obs27", "pravidla popisu jsou uvedena právě jednou a dovolují daný druh pomůcky", eadPart+"2.6.1"), aid, func(a *aids, say report) { a.checkRules(say) }},
	{tech("obs31", "vznik souboru zaznamenává právě jedna úplná událost údržby (created, čas, machine, agent)", eadPart+"2.7"), all, func(a *aids, say report) {
		count := 0
		history := a.control.kid("maintenancehistory")
		for _, e := range history.list("maintenanceevent") {
			at := e.kid("eventdatetime")
			if e.kid("eventtype").attr("value") == "created" && builtin["dateTime"](at.attr("standarddatetime")) && at.val() != "" &&
				e.kid("agenttype").attr("value") == "machine" && e.kid("agent").val() != "" {
				count++
			}
		}
		if count != 1 {
			say(history, "takových událostí je %d", count)
		}
	}},
	{tech("obs106", "každý zdroj má id a právě jeden objectxmlwrap", eadPart+"8.3"), all, func(a *aids, say report) {
		if s := a.control.kid("sources"); s != nil && len(s.list("source")) == 0 {
			say(s, "")
		}
		for _, s := range a.control.kid("sources").list("source") {
			if s.attr("id") == "" || len(s.list("objectxmlwrap")) != 1 || len(s.list("sourceentry", "descriptivenote")) > 0 {
				say(s, "")
			}
		}
	}},
}

func orControl(a *aids, name string) *node {
	if n := a.control.kid(name); n != nil {
		return n
	}
	return a.root
}

func (a *aids) checkRules(say report) {
	list := a.locals("RULES")
	kind := a.term("FINDING_AID_TYPE")
	switch {
	case len(list) != 1 || !among(a.rules, "CZ_ZP1958", "CZ_ZP2013"):
		say(a.control, "pravidla jsou %.40q", a.rules)
	case kind == "PROZ_INV_SEZNAM" && a.rules != "CZ_ZP1958":
		say(list[0], "druh %s pravidla %s neznají", kind, a.rules)
	}
}

func oneTitle(name string) func(*aids, report) {
	return func(a *aids, say report) {
		s := a.control.kid("filedesc", "titlestmt")
		if list := s.list(name); len(list) != 1 || !words(list[0]) {
			say(s, "")
		}
	}
}

func linkedPeople(kind string) func(*aids, report) {
	return func(a *aids, say report) {
		_, found := a.people(kind)
		for _, n := range found {
			if !a.linked(n) {
				say(n, "")
			}
		}
	}
}
