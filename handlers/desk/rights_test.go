package desk_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"epom/users"
)

// address fills a route's pattern for a case file, its first document and a person.
func address(pattern string, caseID, document, account int64) string {
	return strings.NewReplacer(":number", "2026-1", ":id", fmt.Sprint(caseID), ":doc", fmt.Sprint(document), ":n", "1", ":account", fmt.Sprint(account), ":proposal", "1",
		":rev", "1", ":act", "doba", ":contract", "1").Replace(pattern)
}

// Who may do what, for each route and each role: the comment of the group is the list, users.Can the table.
func TestEveryRouteAndEveryRole(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	s.posted("Záměr prodeje")
	may := map[string][]users.Act{
		"admin": {users.AdminOffice, users.ViewAudit}, "mailroom": {users.SeeMail, users.SeeBooks, users.Assign, users.Forward},
		"clerk": {users.SeeMail, users.SeeBooks, users.StandIn, users.Assign, users.Handle, users.Forward}, "board": {users.Post}, "auditor": {users.SeeMail, users.SeeBooks, users.ViewAudit},
		"operator": nil, "nobody": nil,
	}
	for person, acts := range may {
		b := s.as(t, person)
		for _, r := range routesOf(t, "desk.go") {
			path := address(r.path, id, 1, s.people["board"].ID)
			allowed := r.who == "signed in"
			for _, a := range acts {
				allowed = allowed || string(a) == r.who
			}
			if allowed && r.method == "POST" {
				continue // what it does is another test's
			}
			var got *answer
			if r.method == "GET" {
				got = b.get(path)
			} else {
				got = b.post(path)
			}
			switch {
			case !allowed && got.StatusCode != 403:
				t.Errorf("%s %s %s: status %d, want 403", person, r.method, r.path, got.StatusCode)
			case allowed && got.StatusCode != 200 && got.StatusCode != 303 && !strings.Contains(r.path, ":doc") && !strings.Contains(r.path, "oznameni/:id"): // of these there is none
				t.Errorf("%s %s %s: status %d", person, r.method, r.path, got.StatusCode)
			case allowed && got.StatusCode == 200 && got.page != nil:
				got.page.Sound()
			}
		}
	}
	visitor := s.visitor(t)
	for _, r := range routesOf(t, "desk.go") {
		path := address(r.path, id, 1, 1)
		if r.method == "GET" {
			visitor.get(path).is(303, "/prihlaseni?kam="+url.QueryEscape(path))
		} else {
			visitor.post(path).is(401)
		}
	}
}

// state is everything the first office has, as one text.
func (s *site) state(office int32) string {
	s.t.Helper()
	var all string
	check(s.t, s.owner.Get(&all, `SELECT concat_ws(chr(10), (SELECT jsonb_agg(c ORDER BY id) FROM case_file c WHERE office_id = $1), (SELECT jsonb_agg(d ORDER BY id) FROM document d WHERE office_id = $1),
		(SELECT jsonb_agg(x ORDER BY id) FROM submission x WHERE office_id = $1), (SELECT jsonb_agg(e ORDER BY id) FROM submission_event e WHERE office_id = $1),
		(SELECT jsonb_agg(r ORDER BY id) FROM completion_request r WHERE office_id = $1), (SELECT jsonb_agg(m ORDER BY account_id, role) FROM membership m WHERE office_id = $1),
		(SELECT jsonb_agg(u ORDER BY id) FROM unit u WHERE office_id = $1), (SELECT jsonb_agg(p) FROM clock_pause p WHERE office_id = $1),
		(SELECT jsonb_agg(o) FROM office o WHERE id = $1), (SELECT jsonb_agg(p ORDER BY id) FROM posting p WHERE office_id = $1),
		(SELECT jsonb_agg(r ORDER BY posting_id, revision) FROM posting_revision r WHERE office_id = $1), (SELECT jsonb_agg(k) FROM board_contract k), (SELECT count(*) FROM audit_event WHERE office_id = $1 AND action <> 'access refused'))`, office))
	return all
}

// Somebody with every role in the second office sees nothing of the first one and changes nothing there, by any route.
func TestAnotherOfficeSeesAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, reference := s.sent(hejnice, "tajný strom")
	s.posted("Vývěska tajný strom")
	clerk := s.as(t, "clerk")
	at := fmt.Sprintf("/kancelar/spisy/%d", id)
	clerk.post(at+"/pridelit", "clerk", "me").is(303)
	clerk.post(at+"/vyzva", "text", "Doplňte.", "due", "30. 9. 2026").is(303)
	var doc int64
	check(t, s.owner.Get(&doc, `SELECT max(id) FROM document WHERE office_id = $1`, s.here.ID))
	before := s.state(s.here.ID)
	b := s.as(t, "foreign")
	fields := []string{"clerk", "me", "text", "Cizí text.", "due", "30. 9. 2026", "days", "10", "why", "Cizí důvod.", "how", "document", "subject", "Cizí", "kod", "546631",
		"case", fmt.Sprint(id), "role", "clerk", "id", "1", "urad", "hejnice", "title", "Cizí", "issuer", "Cizí", "seen", "2", "until", "open", "up", "now"}
	for _, r := range routesOf(t, "desk.go") {
		path := address(r.path, id, doc, s.people["clerk"].ID)
		switch {
		case r.who == "view-audit" || strings.HasPrefix(r.path, "/kancelar/ucet"):
			continue
		case r.method == "GET" && (strings.Contains(r.path, ":id") || strings.Contains(r.path, ":number")):
			b.get(path).is(404).silent("tajný strom", "Eva Tichá")
		case r.method == "GET":
			b.get(path+"?stav=vse&pohled=vse&q=strom&prideleno="+fmt.Sprint(id)).silent("tajný strom", "Eva Tichá", "HEJ/2026")
		case strings.Contains(r.path, ":id") || strings.Contains(r.path, ":number"):
			b.post(path, fields...).is(404)
		default:
			b.post(path, fields...)
		}
	}
	b.get("/kancelar/hledat?q="+reference).is(200).silent("tajný strom", "Eva Tichá")
	b.get("/kancelar/sprava/zaznam").is(200).silent("HEJ/2026")
	b.post("/kancelar/urad", "urad", "hejnice").is(403)
	if after := s.state(s.here.ID); after != before {
		t.Errorf("the first office changed:\n%s\n%s", before, after)
	}
}

func TestSwitchingTheOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.sent(hejnice, "zdejší")
	s.sent(frydlant, "tamní")
	b := s.as(t, "both")
	first := b.get("/kancelar?pohled=vse").is(200)
	if strings.Contains(first.text, "zdejší") == strings.Contains(first.text, "tamní") {
		t.Fatal("one office at a time")
	}
	b.post("/kancelar/urad", "urad", "hejnice").is(303, "/kancelar")
	b.get("/kancelar?pohled=vse").is(200).says("zdejší", "Pracujete v úřadu Městský úřad Hejnice").silent("tamní").page.Has(`form[action="/kancelar/urad"] button[value=frydlant]`)
	b.post("/kancelar/urad", "urad", "frydlant").is(303)
	b.get("/kancelar?pohled=vse").is(200).says("tamní").silent("zdejší")
	b.post("/kancelar/urad", "urad", "bily-potok").is(403)
	b.post("/kancelar/urad", "urad", "neznamy").is(404)
}

func TestOwnAccount(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, other := s.as(t, "clerk"), s.as(t, "clerk")
	page := b.get("/kancelar/ucet").is(200).says("Městský úřad Hejnice", "referent", "Firefox, Windows", "toto zařízení")
	page.page.Sound().Count(".devices li", 2)
	foreign := must(s.Users.Sessions(t.Context(), s.people["clerk"].ID))
	b.post("/kancelar/ucet/odhlasit", "session", "others").is(303)
	other.get("/kancelar").is(303)
	b.get("/kancelar").is(200)
	b.post("/kancelar/ucet/odhlasit", "session", foreign[0].ID).is(303)
	stranger := s.as(t, "clerk2")
	mine := must(s.Users.Sessions(t.Context(), s.people["clerk"].ID))
	if len(mine) > 0 {
		stranger.post("/kancelar/ucet/odhlasit", "session", mine[0].ID).is(303)
		b.get("/kancelar/ucet").is(200)
	}
	fresh := s.as(t, "clerk")
	fresh.post("/kancelar/ucet/heslo", "present", "špatné", "password", "nové dlouhé heslo", "again", "nové dlouhé heslo").is(422).says("Současné heslo nesouhlasí").page.Sound()
	fresh.post("/kancelar/ucet/heslo", "present", password, "password", "krátké", "again", "krátké").is(422).says("aspoň 12 znaků")
	fresh.post("/kancelar/ucet/heslo", "present", password, "password", "nové dlouhé heslo", "again", "jiné").is(422).says("Hesla se neshodují")
	fresh.post("/kancelar/ucet/heslo", "present", password, "password", "nové dlouhé heslo", "again", "nové dlouhé heslo").is(303, "/kancelar/ucet")
	if _, _, err := s.Users.SignIn(t.Context(), "clerk@urad.example", "nové dlouhé heslo", "10.0.0.2", ""); err != nil {
		t.Error(err)
	}
}

func TestRunningTheOffice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "admin")
	b.get("/kancelar").is(303, "/kancelar/sprava")
	b.get("/kancelar/sprava").is(200).says("§ 63 odst. 2").page.Sound().Attr("#attachment_mb", "value", "20")
	fields := []string{"email", "urad@hejnice.example", "phone", "482 311 111", "web", "https://hejnice.example", "data_box", "abc2d3f", "street", "Klášterní 88", "zip", "463 62",
		"town", "Hejnice", "attachment_mb", "15", "submission_mb", "40", "attachment_count", "10", "day1", "8–12, 13:00-17:00", "day3", "7.30–11"}
	bad := append(append([]string{}, fields...), "day2", "dopoledne")
	b.post("/kancelar/sprava", bad...).is(422).says("Úterý: pište od–do").page.Sound().Attr("#street", "value", "Klášterní 88")
	b.post("/kancelar/sprava", append([]string{"email", "nesmysl"}, fields[2:]...)...).is(422).says("jmeno@obec.cz")
	b.post("/kancelar/sprava", fields...).is(303, "/kancelar/sprava")
	b.get("/kancelar/sprava").is(200).page.Attr("#day1", "value", "08:00–12:00, 13:00–17:00").Attr("#day3", "value", "07:30–11:00").Attr("#attachment_count", "value", "10")

	b.get("/kancelar/sprava/lide").is(200).says("Petr Zeman", "referent").page.Sound()
	b.post("/kancelar/sprava/lide", "name", "Nová Osoba", "email", "nova", "role", "clerk").is(422).page.Sound().Attr("#name", "value", "Nová Osoba").Has("input[value=clerk][checked]")
	b.post("/kancelar/sprava/lide", "name", "Nová Osoba", "email", "nova@urad.example", "role", "clerk", "role", "board").is(303)
	b.post("/kancelar/sprava/lide", "name", "Cyril Cizí", "email", "foreign@urad.example", "role", "clerk").is(303)
	if n := s.letters.invitations; len(n) != 2 || !strings.HasPrefix(n[0], "nova@urad.example hejnice /prihlaseni/") || n[1] != "foreign@urad.example hejnice " {
		t.Errorf("invitations: %q (an account of another office must not get a key)", n)
	}
	account := fmt.Sprint(s.people["clerk2"].ID)
	b.post("/kancelar/sprava/lide/"+account+"/konec", "role", "clerk").is(303)
	b.get("/kancelar/sprava/lide").is(200).says("Role skončila").silent("Petr Zeman")
	b.post("/kancelar/sprava/lide/"+account+"/konec", "role", "clerk").is(303)
	b.post("/kancelar/sprava/lide/"+fmt.Sprint(s.people["admin"].ID)+"/konec", "role", "admin").is(303)
	b.get("/kancelar/sprava/lide").is(200).says("Úřad musí mít aspoň jednoho správce", "Alena Správcová")

	b.post("/kancelar/sprava/utvary", "name", " ").is(422).says("Napište název útvaru").page.Sound()
	b.post("/kancelar/sprava/utvary", "name", "Stavební úřad").is(303)
	b.post("/kancelar/sprava/utvary", "id", "1", "name", "Odbor výstavby").is(303)
	b.get("/kancelar/sprava/utvary").is(200).page.Sound().Attr("#unit-1", "value", "Odbor výstavby")
	b.get("/kancelar/sprava/prislusnost").is(200).says("Povolení ke kácení dřevin", "my").page.Sound()
	b.get("/kancelar/sprava/zaznam").is(200).says("údaje úřadu změněny", "role odebrána", "Petr Zeman", "Alena Správcová").page.Sound()
}

func TestCancellingANumber(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id, _ := s.sent(hejnice, "lípa")
	b, at := s.as(t, "clerk"), fmt.Sprintf("/kancelar/spisy/%d", id)
	b.post(at+"/vyzva", "text", "Doplňte.", "due", "30. 9. 2026").is(303)
	link := b.get(at).is(200).page.Count(`a[href$="/storno"]`, 1).Value(`a[href$="/storno"]`, "href")
	b.get(link).is(200).says("HEJ/2026/00001-2").page.Sound()
	b.post(link, "why", "").is(422).says("Uveďte důvod").page.Sound()
	b.post(link, "why", "Omylem dvakrát.").is(303, at)
	b.get(at).says("Stornováno 14. 9. 2026: Omylem dvakrát.").page.Hasnt(`a[href$="/storno"]`)
	b.post(link, "why", "Znovu.").is(303, at)
	b.get("/kancelar/denik").is(200).says("Stornováno", "Omylem dvakrát.").page.Has("tr.is-cancelled s")
	s.clock.Advance(time.Minute)
}

func TestAChangeOfCompetenceIsCheckedByTheRegion(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const at = "/kancelar/sprava/prislusnost"
	b, region := s.as(t, "admin"), s.as(t, "region")
	b.post(at, "agenda", "zkusebni-kaceni", "level", "seat", "seat", "Frýdlant", "valid_from", "zítra", "reason", "smlouva").is(422).page.Sound().
		Attr("#seat", "value", "Frýdlant").Has("#agenda option[selected][value=zkusebni-kaceni]", ".error-summary a[href='#valid_from']")
	b.post(at, "agenda", "zkusebni-kaceni", "level", "seat", "valid_from", "1. 9. 2026").is(422).says("Vyberte obec", "Napište důvod")
	b.post(at, "agenda", "zkusebni-kaceni", "level", "seat", "seat", "Frýdlant", "valid_from", "1. 9. 2026", "contract", "VS 1/2026", "reason", "Smlouva s Frýdlantem.").is(303, at)
	b.get(at).is(200).says("čeká na kraj", "Městský úřad Frýdlant", "VS 1/2026").page.Sound().Hasnt("button[name=decide]")
	b.post(at+"/1", "decide", "accept").is(404) // not its own
	region.get(at).is(200).says("Návrhy úřadů ke kontrole", "Městský úřad Hejnice").page.Sound().Count("button[name=decide]", 2)
	region.post(at+"/1", "decide", "refuse").is(422).says("Napište, proč").page.Sound()
	region.post(at+"/1", "decide", "accept").is(303, at)
	region.post(at+"/1", "decide", "accept").is(404)
	b.get(at).is(200).says("potvrzeno", "Městský úřad Frýdlant")
	s.sent(hejnice, "lípa")
	s.as(t, "foreign").get("/kancelar").is(200).says("Kácení: lípa")
}
