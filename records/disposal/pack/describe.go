package pack

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"epom/forms/checks"
	"epom/internal/clock"
	"epom/records"
)

// Words of the standard.
var (
	ways = map[string]string{records.ByDocument: "vyřízení dokumentem", records.ByReferral: "postoupení", records.ByNoting: "vzetí na vědomí",
		records.ByNote: "vyřízení záznamem na dokumentu", records.ByOther: "jiný způsob"}
	events = map[string]string{records.WhenHandled: "vyřízení", records.WhenClosed: "uzavření spisu", records.WhenOpened: "založení spisu",
		records.WhenBorn: "rok narození nebo vzniku subjektu", records.Externally: "externí událost"}
)

// n puts the prefix of the standard before a name.
func n(name string) string { return "nsesss:" + name }

// source names the register of identifiers of a kind; at most 50 characters.
func (u *Unit) source(kind string) string {
	who := u.Office.ICO
	if who == "" {
		who = cut(u.Office.Slug, 24)
	}
	return "e-POM." + who + "." + kind
}

func (u *Unit) id(value, kind string) *element {
	return txt(n("Identifikator"), value).with("zdroj", u.source(kind))
}

// date writes a legal date with its instant in Prague.
func date(name string, at time.Time) *element {
	at = at.In(clock.Prague)
	return txt(n(name), at.Format(time.DateOnly)).with("datum", at.Format(time.RFC3339))
}

// day writes a legal date that has no instant.
func day(name string, on time.Time) *element { return txt(n(name), on.Format(time.DateOnly)) }

func (u *Unit) identity(value, kind string) *element { return el(n("Identifikace"), u.id(value, kind)) }

func title(name string) *element { return el(n("Popis"), txt(n("Nazev"), or(name, "bez názvu"))) }

// inside is a person of the office.
func (u *Unit) inside(name string, account int64, unit string) *element {
	person := strconv.FormatInt(account, 10)
	if account == 0 {
		person = "úřad"
	}
	return el(n("Subjekt"), u.office("IdentifikatorOrganizace"), txt(n("NazevOrganizace"), u.Office.Name), txt(n("IdentifikatorFyzickeOsoby"), person).with("zdroj", u.source("osoby")),
		txt(n("NazevFyzickeOsoby"), or(name, u.Office.Name)), txt(n("OrganizacniUtvar"), cut(or(unit, "úřad"), 100)), txt(n("PracovniPozice"), "referent"),
		txt(n("SidloOrganizace"), or(u.Office.Address(), u.Office.SeatName)))
}

func (u *Unit) office(name string) *element {
	if !validICO(u.Office.ICO) {
		return txt(n(name), cut(u.Office.Slug, 50)).with("zdroj", u.source("uřad"))
	}
	return txt(n(name), u.Office.ICO).with("zdroj", "IČO")
}

func (u *Unit) clerk(f File) *element {
	account := int64(0)
	if f.ClerkID != nil {
		account = *f.ClerkID
	}
	return el(n("Zpracovatel"), u.inside(f.ClerkName, account, f.Unit))
}

// outside is a sender or an addressee: from the name register, or the name the document bears.
func (u *Unit) outside(d Document, role string) *element {
	for _, p := range d.Parties {
		if p.Role != role {
			continue
		}
		address := strings.Trim(strings.Join([]string{p.Street, strings.TrimSpace(p.Zip + " " + p.Town), p.Country}, ", "), ", ")
		address, contact := or(strings.ReplaceAll(address, ", , ", ", "), "neuvedena"), or(p.DataBox, p.Email, p.Phone)
		if p.Kind == records.Person {
			return el(n("Subjekt"), txt(n("IdentifikatorFyzickeOsoby"), strconv.FormatInt(p.ID, 10)).with("zdroj", u.source("jmenny-rejstrik")), txt(n("NazevFyzickeOsoby"), p.Name),
				txt(n("PostovniAdresa"), address), txt(n("ElektronickyKontakt"), cut(or(contact, "neuveden"), 100)))
		}
		id := txt(n("IdentifikatorOrganizace"), strconv.FormatInt(p.ID, 10)).with("zdroj", u.source("jmenny-rejstrik"))
		if validICO(p.ICO) {
			id = txt(n("IdentifikatorOrganizace"), p.ICO).with("zdroj", "IČO")
		}
		return el(n("Subjekt"), id, txt(n("NazevOrganizace"), p.Name), txt(n("SidloOrganizace"), address), opt(n("ElektronickyKontakt"), cut(contact, 100)))
	}
	return el(n("Subjekt"), txt(n("NazevFyzickeOsoby"), or(d.Party, "neznámý")), txt(n("PostovniAdresa"), "neuvedena"), txt(n("ElektronickyKontakt"), "neuveden"))
}

// codes are the file codes of an entity in the class of the files.
func (u *Unit) codes() []*element {
	k := u.Classes[len(u.Classes)-1]
	return []*element{txt(n("JednoduchySpisovyZnak"), k.Simple), txt(n("PlneUrcenySpisovyZnak"), k.Code)}
}

// rule is the disposal rule of the class.
func (u *Unit) rule(k records.Class) *element {
	if k.Sign == nil {
		return nil
	}
	name := fmt.Sprintf("%s/%d", *k.Sign, *k.Retention)
	r := el(n("SkartacniRezim"), u.id(cut(k.Code+" "+name, 50), "rezimy"), txt(n("Nazev"), name), txt(n("Oduvodneni"), or(k.Justification, "spisový a skartační plán")),
		txt(n("SkartacniZnak"), *k.Sign), txt(n("SkartacniLhuta"), strconv.Itoa(*k.Retention)), txt(n("SpousteciUdalost"), events[k.Trigger]))
	if k.CheckYears != nil {
		r.add(txt(n("KontrolaLhuta"), strconv.Itoa(*k.CheckYears)))
	}
	return r
}

// classTree is the class of the files within those above it, up to the scheme.
func (u *Unit) classTree(f File, paper string) *element {
	top := u.Classes[0]
	plan := el(n("SpisovyPlan"), u.id(strconv.FormatInt(top.SchemeID, 10), "plan"), txt(n("Nazev"), top.SchemeName), opt(n("Komentar"), u.Source),
		el(n("Manipulace"), day("DatumOtevreni", top.ValidFrom)), el(n("Vydavatel"), el(n("Subjekt"), u.office("IdentifikatorOrganizace"), txt(n("NazevOrganizace"), u.Office.Name),
			txt(n("SidloOrganizace"), or(u.Office.Address(), u.Office.SeatName))))).with("ID", planID(f))
	above := plan
	for i, k := range u.Classes {
		order := el(n("Trideni"), txt(n("JednoduchySpisovyZnak"), k.Simple), txt(n("PlneUrcenySpisovyZnak"), k.Code))
		if i == 0 {
			order.add(above)
		} else {
			order.add(el(n("MaterskaEntita"), above))
		}
		e := el(n("EvidencniUdaje"), u.identity(strconv.FormatInt(k.ID, 10), "skupiny"), title(k.Name), el(n("Puvod"), day("DatumVytvoreni", k.ValidFrom)), order,
			el(n("Vyrazovani"), u.rule(k)), el(n("Manipulace"), txt(n("AnalogovyDokument"), paper), day("DatumOtevreni", k.ValidFrom)))
		if k.Keeping != "" {
			e.add(txt(n("ZpusobVedeni"), k.Keeping))
		}
		if k.Standing {
			e.add(txt(n("TrvalySkartacniSouhlas"), "ano"))
		}
		above = el(n("VecnaSkupina"), e).with("ID", classID(f, k))
	}
	return above
}

// evidence is the place in the register.
func evidence(number string, order int64, year int, register string) *element {
	return el(n("Evidence"), txt(n("EvidencniCislo"), cut(number, 50)), txt(n("PoradoveCislo"), strconv.FormatInt(max(order, 1), 10)),
		el(n("UrceneCasoveObdobi"), txt(n("Rok"), fmt.Sprintf("%04d", year))), txt(n("NazevEvidenceDokumentu"), register))
}

func register(series string) string {
	if series == records.SeriesJournal || series == "" {
		return "podací deník"
	}
	return "samostatná evidence " + series
}

func sheets(d Document) string {
	count := 0
	if d.Sheets != nil {
		count = *d.Sheets
	}
	s := "listů: " + strconv.Itoa(count)
	if d.Attachments != nil && *d.Attachments > 0 {
		s += ", listinných příloh: " + strconv.Itoa(*d.Attachments)
		if d.AttachmentSheets != nil {
			s += " (listů: " + strconv.Itoa(*d.AttachmentSheets) + ")"
		}
	}
	return s
}

func yesNo(b bool) string {
	if b {
		return "ano"
	}
	return "ne"
}

func validICO(s string) bool {
	clean, ok := checks.ICO(s)
	return ok && clean == s
}
