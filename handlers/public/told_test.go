package public_test

import (
	"strings"
	"testing"
	"time"

	"epom/internal/errs"
)

// asked sends the form of a subscription and returns the path of the link that was mailed.
func (b *browser) asked(pairs ...string) string {
	b.t.Helper()
	n := len(b.mails)
	b.post("/odber", append([]string{"email", "jana@posta.example"}, pairs...)...).is(b.t, 303, "/odber/odeslano")
	if len(b.mails) != n+1 {
		b.t.Fatalf("%d mails were queued", len(b.mails)-n)
	}
	return strings.TrimPrefix(b.mails[n], "https://epom.example")
}

func TestSubscriptionFromFormToEnd(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	// a link on a board fills the form in
	p := b.get("/odber?urad=hejnice&druh=zamer&slova=les&obec=564044").is(t, 200)
	if p.Page.Find("#urad-hejnice[checked]").Length() != 1 || p.Page.Find("#druh-zamer[checked]").Length() != 1 || p.value("slova") != "les" || p.value("zna") != "564044" || p.Page.Find("#kde-urady[checked]").Length() != 1 {
		t.Fatal(p.Text)
	}
	// another office is found by name, what was typed stays
	p = b.post("/odber", "email", "jana@posta", "kde", "urady", "urad", "hejnice", "hledat", "fryd", "slova", "lesní cesta", "_najit", "1").is(t, 200)
	if p.Page.Find("#urad-frydlant[checked]").Length() != 1 || p.Page.Find("#urad-hejnice[checked]").Length() != 1 || p.value("email") != "jana@posta" || p.value("slova") != "lesní cesta" {
		t.Fatal(p.Text)
	}
	p = b.post("/odber", "email", "jana@posta", "kde", "urady", "hledat", "atlantida", "obec", "Lhota", "slova", "?!").is(t, 422)
	p.has(t, "E-mailová adresa není úplná", "Zaškrtněte aspoň jeden úřad", "Vyberte obec ze seznamu", "aspoň jedno slovo", "Takový úřad neznáme")
	if len(s.mails) != 0 {
		t.Fatal("a mail went out for a wrong form")
	}
	link := b.asked("kde", "urady", "urad", "hejnice", "druh", "zamer", "slova", "Lesní CESTA", "kdy", "hned")

	// looking at the link confirms nothing
	b.get(link).is(t, 200).has(t, "Městský úřad Hejnice", "Záměr obce", "Lesní CESTA", "hned po vyvěšení")
	if n := s.rows(t, "confirmed_at IS NOT NULL"); n != 0 {
		t.Fatal("confirmed by a look")
	}
	page := b.post(link).is(t, 303).Header.Get("Location")
	b.get(page).is(t, 200).has(t, "odběr je potvrzený", "jana@posta.example")
	b.post(link).is(t, 303, page) // a second click leads there again
	b.get(link).is(t, 200).has(t, "Odběr už je potvrzený")

	b.post(page, "kde", "kraj", "slova", "x", "kdy", "denne", "druh", "neznamy").is(t, 303, page)
	p = b.get(page).is(t, 200)
	if p.Page.Find("#kde-kraj[checked]").Length() != 1 || p.Page.Find("#kdy-denne[checked]").Length() != 1 || p.value("slova") != "x" {
		t.Fatal(p.Text)
	}
	b.post(page, "kde", "urady").is(t, 422)

	// links are worth nothing for anything else, and nothing when changed
	token := strings.TrimPrefix(page, "/odber/")
	for _, path := range []string{"/odber/potvrdit/" + token, "/odber/" + strings.TrimPrefix(link, "/odber/potvrdit/"), page + "x", "/odber/9" + token, "/odber/1", "/odber/x.y"} {
		b.get(path).is(t, 404)
		b.post(path).is(t, 404)
	}
	// a mailbox ends it without our page: no cookie, no token of a form, from wherever it is
	b.get(page+"/konec").is(t, 200).has(t, "Přestaneme vám psát")
	mailbox := s.browser(t)
	mailbox.head["Sec-Fetch-Site"] = "cross-site"
	mailbox.post(page+"/konec", "List-Unsubscribe", "One-Click").is(t, 200).has(t, "Odběr skončil")
	if n := s.rows(t, "true"); n != 0 {
		t.Fatal("something is kept of an ended subscription")
	}
	b.get(page).is(t, 404).has(t, "Odběr skončil")
	b.post(page+"/konec").is(t, 200)
}

func (s *site) rows(t *testing.T, where string) (n int) {
	t.Helper()
	check(t, s.owner.Get(&n, `SELECT count(*) FROM told_subscription WHERE `+where))
	return n
}

func TestSubscriptionNotConfirmedIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	link := b.asked("kde", "kraj")
	s.clock.Advance(47 * time.Hour)
	if n, err := s.Told.Forget(t.Context()); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	s.clock.Advance(time.Hour)
	b.get(link).is(t, 404).has(t, "nebyl včas potvrzen")
	b.post(link).is(t, 404)
	if n, err := s.Told.Forget(t.Context()); err != nil || n != 1 || s.rows(t, "true") != 0 {
		t.Fatal(n, err)
	}
}

func TestTheFormTellsNothingOfAnAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	first := b.asked("kde", "kraj")
	b.post(first).is(t, 303)
	// the same again: the same answer, and confirming it leaves one
	second := b.asked("kde", "kraj")
	b.post(second).is(t, 303)
	if n := s.rows(t, "true"); n != 1 {
		t.Fatalf("%d subscriptions of the same wish", n)
	}
	// an address cannot be flooded; who tries does not learn that either
	for range 8 {
		b.post("/odber", "email", "JANA@posta.example", "kde", "kraj").is(t, 303, "/odber/odeslano")
	}
	if len(s.mails) != 5 {
		t.Fatalf("%d mails to one address in a day", len(s.mails))
	}
	// nor may one place ask without end
	status := 0
	for i := 0; i < 30 && status != 429; i++ {
		status = b.post("/odber", "email", string(rune('a'+i))+"@posta.example", "kde", "kraj").StatusCode
	}
	if status != 429 {
		t.Fatal("no limit of one place")
	}
	if _, err := s.Told.Subscription(t.Context(), "1.x"); !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
}
