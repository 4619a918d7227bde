package sip

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// roles is the roles of a person or thing in a relation (profile, table of roles).
const roles = " AUTHOR AUTHOR_DIALOGS AUTHOR_ACCOMP_TEXT COMPOSER CHOREOGRAPHER AUTHOR_COMMENT AUTHOR_TOPIC LYRICIST AUTHOR_TEXT TRICKS_EFFECTS " +
	"ARTWORK PUBLISHER_OWNER PUBLISHER SEALER PRODUCER CLIENT DISTRIBUTOR RECIPIENT APPLICANT HOLDER_SECURITY SENDER APPROVER BUILDER DIRECTOR " +
	"SCRIPTWRITER CAMERAMAN MUSIC_INTERPRETER PHOTOGRAPHER REDACTOR CARTOGRAPHER EDITOR DRAFTSMAN OWNER_AUTHORIZED CREATOR_TECHNICAL CREATOR_ARTWORK " +
	"DRAMATURG CUTTER SOUND PERFORMER TRANSLATOR LECTOR WITNESS GUARANTOR SCRIBE PROCESSOR_CARRIER MANUFACTURER_CARRIER PRINTER MANUFACTURER " +
	"LOCATION_SHOOTING LOCATION_PUBLISHER LOCATION_PUBLISHING PLACE_MANUFACTURE PLACE_ORIGIN PLACE_COPY_CREATION TYPE ENTITY AWARD PERSON_AWARDED " +
	"PROPONENT PERSON_HANDING PERSON_APPOINTED POSITION CORPORATION_ASSIGNED LOCATION_ASSIGNED PLACE_REGISTER CLASSIFICATION COPYIST OWNER " +
	"LOCATION_PHOTOGRAPHING COOPERATION PLACE_HANDING CAPTURED_ENTITY "

// related visits relations to persons, bodies and things.
func related(f func(a *aids, n *node, say report)) func(*aids, report) {
	return each(func(a *aids, n *node, say report) {
		if among(n.attr("relationtype"), "cpfrelation", "resourcerelation") {
			f(a, n, say)
		}
	}, "relation")
}

// eadLinks: links to files, persons and places, inherited parts, and what the profile lets in.
var eadLinks = []aidRule{
	{clerk("obs89", "souřadnice jsou v jednom geogname, v soustavě WGS84 a zapsané jako WKB v Base64", eadPart+"6.10"), all, each(func(_ *aids, n *node, say report) {
		if n.attr("otherrelationtype") != "COORDINATES" {
			return
		}
		place := n.kid("geogname")
		point := place.kid("geographiccoordinates")
		if len(n.list("geogname")) != 1 || len(place.list("part")) != 1 || len(place.list("geographiccoordinates")) != 1 ||
			place.kid("part").val() != "5.2.6 Souřadnice" || point.attr("coordinatesystem") != "WGS84" || !wkb(point.val()) {
			say(n, "")
		}
	}, "relation")},
	{tech("obs94", "u kořene popisu nejsou digitální objekty", eadPart+"7"), all, func(a *aids, say report) {
		for _, d := range a.top.kid("did").list("dao") {
			say(d, "")
		}
	}},
	{tech("obs95", "digitální objekt je derived nebo borndigital", eadPart+"7"), all, each(func(_ *aids, d *node, say report) {
		if !among(d.attr("daotype"), "derived", "borndigital") {
			say(d, "")
		}
	}, "dao")},
	{tech("obs96", "digitální objekt má identifikátor", eadPart+"7.1"), all, each(func(a *aids, d *node, say report) {
		if a.profile < newProfile && d.attr("identifier") == "" {
			say(d, "")
		}
	}, "dao")},
	{tech("obs96a", "digitální objekt má identifikátor a objekt v balíčku i rozsah (coverage)", eadPart+"7.1"), all, each(func(a *aids, d *node, say report) {
		if a.profile >= newProfile && (d.attr("identifier") == "" || d.attr("coverage") == "" && (a.use&boxed != 0 || d.attr("href") != "")) {
			say(d, "")
		}
	}, "dao")},
	{tech("obs96b", "objekt vzniklý digitálně odkazuje na svůj balíček (href)", eadPart+"7.1"), outside, each(func(a *aids, d *node, say report) {
		if a.profile >= newProfile && d.attr("daotype") == "borndigital" && d.attr("href") == "" {
			say(d, "")
		}
	}, "dao")},
	{clerk("obs97", "popis digitálního objektu je nejvýše jeden a má jeden neprázdný odstavec", eadPart+"7.1"), all, each(func(_ *aids, d *node, say report) {
		for i, n := range d.list("descriptivenote") {
			if i > 0 || !paragraph(n) {
				say(n, "")
			}
		}
	}, "dao")},
	{clerk("obs98", "zděděný údaj je stejný v nadřízené jednotce", eadPart+"5.2"), all, checkInherited},
	{tech("obs99", "původce je jeden, s druhem ORIGINATOR a odkazem na zdroj", eadPart+"8.1"), outside | context, each(func(a *aids, o *node, say report) {
		if len(o.kids) != 1 || !among(o.kids[0].name, names...) || o.kids[0].attr("localtype") != "ORIGINATOR" || !a.linked(o.kids[0]) {
			say(o, "")
		}
	}, "origination")},
	{tech("obs101", "vztah má roli (linkrole) a její jméno (linktitle)", eadPart+"8.2"), all, related(func(_ *aids, n *node, say report) {
		if n.attr("linkrole") == "" || n.attr("linktitle") == "" {
			say(n, "")
		}
	})},
	{clerk("obs103", "role vztahu je v tabulce rolí", eadPart+"8.2.3"), all, related(func(_ *aids, n *node, say report) {
		if role := n.attr("linkrole"); role == "" || !strings.Contains(roles, " "+role+" ") {
			say(n, "role je %.60q", role)
		}
	})},
	{clerk("obs104", "vztah má jeden neprázdný relationentry a descriptivenote", eadPart+"8.2.1"), outside | context, related(func(_ *aids, n *node, say report) {
		if len(n.list("relationentry")) != 1 || n.kid("relationentry").val() == "" || n.kid("descriptivenote") == nil {
			say(n, "")
		}
	})},
	{clerk("obs104a", "vztah má jeden neprázdný relationentry", eadPart+"8.2.3"), inherent, related(func(_ *aids, n *node, say report) {
		if len(n.list("relationentry")) != 1 || n.kid("relationentry").val() == "" {
			say(n, "")
		}
	})},
	{tech("obs105", "popis vztahu odkazuje na zdroj", eadPart+"8.2.1"), outside | context, related(func(a *aids, n *node, say report) {
		for _, d := range n.list("descriptivenote") {
			if p := d.kid("p"); len(d.list("p")) != 1 || len(p.list("ptr")) != 1 || !a.sources[p.kid("ptr").attr("target")] {
				say(d, "")
			}
		}
	})},
	{tech("obs999", "popis obsahuje jen elementy a atributy, které český profil zná", eadPart+"1.1"), all, func(a *aids, say report) {
		a.root.walk(func(n *node) {
			if n.space != nsEAD {
				return
			}
			allowed, ok := profileAttrs[n.name]
			if !ok {
				say(n, "element %.60s", n.name)
				return
			}
			for _, at := range n.attrs {
				if at.Name.Space == "" && at.Name.Local != "xmlns" && !strings.Contains(allowed, " "+at.Name.Local+" ") {
					say(n, "atribut %.60s", at.Name.Local)
				}
			}
		})
	}},
}

// wkb says whether a text is Base64 of a little-endian geometry of a known kind.
func wkb(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(b) < 9 || b[0] != 1 {
		return false
	}
	kind := binary.LittleEndian.Uint32(b[1:]) % 1000
	return kind >= 1 && kind <= 7 && (kind != 1 || len(b) >= 21)
}

// checkInherited looks for the same element one level up; the mark of inheritance itself does not count.
func checkInherited(a *aids, say report) {
	type value struct {
		unit *node
		sum  digest
	}
	there, inherited := map[value]bool{}, []*node{}
	for _, n := range a.top.allOf("unitdatestructured", "origination", "language", "container", "altformavail", "relation") {
		there[value{n.above("c", "archdesc"), n.sum(nil, "altrender")}] = true
		if n.has("altrender") && (n.name != "origination" || n.parent.name == "did") {
			inherited = append(inherited, n)
		}
	}
	for _, n := range inherited {
		up := n.above("c", "archdesc").above("c", "archdesc")
		if n.attr("altrender") != "inherited" || up == nil || !there[value{up, n.sum(nil, "altrender")}] {
			say(n, "")
		}
	}
}

// profileAttrs is the elements of the Czech profile with their attributes.
var profileAttrs = map[string]string{
	"ead": " ", "control": " ", "recordid": " ", "otherrecordid": " localtype ", "filedesc": " encodinganalog ", "titlestmt": " ", "titleproper": " ",
	"subtitle": " ", "publicationstmt": " ", "date": " localtype ", "p": " ", "name": " localtype ", "persname": " localtype ", "famname": " localtype ",
	"corpname": " localtype ", "part": " ", "ref": " target ", "ptr": " target ", "maintenancestatus": " value ", "maintenanceagency": " countrycode ",
	"agencycode": " localtype ", "agencyname": " ", "localcontrol": " localtype ", "term": " identifier ", "maintenancehistory": " ",
	"maintenanceevent": " ", "eventtype": " value ", "eventdatetime": " standarddatetime ", "agenttype": " value ", "agent": " ", "sources": " ",
	"source": " id ", "objectxmlwrap": " ", "archdesc": " id base level otherlevel ", "c": " id base level otherlevel ", "dsc": " ", "did": " ",
	"fileplan": " encodinganalog ", "head": " ", "chronlist": " ", "chronitem": " ", "event": " ", "abstract": " ", "otherfindaid": " localtype ",
	"physdescstructured": " physdescstructuredtype otherphysdescstructuredtype coverage ", "quantity": " ", "unittype": " ", "physfacet": " localtype ",
	"dimensions": " localtype unit ", "physdesc": " ", "unitid": " localtype label ", "unittitle": " localtype lang audience ", "title": " ",
	"unitdatestructured": " altrender ", "daterange": " localtype altrender ", "fromdate": " standarddate notbefore ", "todate": " standarddate notafter ",
	"unitdate": " ", "container": " altrender ", "didnote": " localtype audience ", "materialspec": " localtype ", "langmaterial": " altrender ",
	"language": " langcode altrender ", "dao": " daotype identifier coverage href ", "descriptivenote": " ", "origination": " altrender ",
	"custodhist": " ", "arrangement": " ", "scopecontent": " lang audience ", "acqinfo": " ", "accruals": " audience lang ", "accessrestrict": " ",
	"phystech": " ", "originalsloc": " ", "relatedmaterial": " ", "altformavail": " altrender ", "processinfo": " localtype ", "bibliography": " ",
	"odd": " localtype ", "relations": " ", "relation": " relationtype otherrelationtype linkrole linktitle altrender ", "relationentry": " ",
	"geogname": " ", "geographiccoordinates": " coordinatesystem ",
}
