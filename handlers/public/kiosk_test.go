package public_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"epom/board"
	"epom/handlers/public"
	"epom/internal/db"
	"epom/offices"
)

// pictured gives a posting a document with so many drawn pages; more of them have no picture.
func (s *site) pictured(o *offices.Office, title string, drawn, pages int) (*board.Posting, string) {
	s.t.Helper()
	ref := must(s.Files.PutBytes(s.t.Context(), []byte("%PDF-1.7 "+title)))
	picture := must(s.Files.PutBytes(s.t.Context(), []byte("\x89PNG\r\n\x1a\n"+title)))
	p := s.hang(o, title, func(n *board.New) {
		n.Origin, n.Files = board.FromFile, []board.File{{Name: "listina.pdf", MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}}
	})
	v := board.Preview{SHA256: ref.SHA256, Pages: pages, Thumb: picture.SHA256, ThumbType: "image/png"}
	for i := range drawn {
		text := fmt.Sprintf("Text <i>strany</i> %d.", i+1)
		v.Pictures.V = append(v.Pictures.V, board.Picture{Page: i + 1, SHA256: picture.SHA256, Type: "image/png", Width: 1240, Height: 1754, From: len(v.Text), To: len(v.Text) + len(text)})
		v.Text += text + "\n\n"
	}
	check(s.t, s.act(o, func(ctx context.Context, tx *db.Tx) error {
		if err := board.KeepPreview(ctx, tx, v, s.clock.Now()); err != nil {
			return err
		}
		return board.Project(ctx, tx, p.ID)
	}))
	return p, "/kiosk/deska/" + o.Slug + "/" + p.Number()
}

func TestKioskShowsWhatHangs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/kiosk/deska/hejnice").is(t, 200).has(t, "Na úřední desce teď nic nevisí.", "Městský úřad Hejnice")
	s.browser(t).get("/kiosk/deska/nikde").is(t, 404)
	until := time.Date(2026, 9, 29, 0, 0, 0, 0, time.UTC)
	event := monday.AddDate(0, 0, 10)
	s.hang(s.here, "Posvícení", func(n *board.New) { n.Kind, n.EventAt, n.EventPlace = "udalost", &event, "náves" })
	s.hang(s.here, "Nová lavička", func(n *board.New) { n.Kind = "aktualita" })
	hostile := s.hang(s.here, `Výzva <script>alert(1)</script> "' ‮obráceně`+strings.Repeat(" Nejneobhospodařovávatelnější", 12), func(n *board.New) {
		n.Kind, n.UntilOn, n.ReferenceNumber = "verejna-vyhlaska", &until, "OV/1/2026"
	})
	s.hang(s.there, "Cizí věc")
	waits := s.hang(s.here, "Až zítra", func(n *board.New) { n.PostAt = monday.AddDate(0, 0, 1) })
	list := b.get("/kiosk/deska/hejnice").is(t, 200).has(t, "Doručení veřejnou vyhláškou", "visí do 29. 9. 2026", "Posvícení", "Nová lavička")
	list.lacks(t, "<script>alert", "Cizí věc", "Až zítra")
	if got := list.Page.Find(".name").Map(func(_ int, n *goquery.Selection) string { return strings.Fields(n.Text())[0] }); strings.Join(got, " ") != "Výzva Posvícení Nová" {
		t.Error("legal notices do not come first:", got)
	}
	if got, err := time.Parse(time.RFC3339, list.Page.Find(".row").First().AttrOr("data-ends", "")); err != nil || !got.Equal(time.Date(2026, 9, 29, 22, 0, 0, 0, time.UTC)) {
		t.Error("ends", got)
	}
	if len(b.cookies) != 0 || list.Header.Get("Set-Cookie") != "" || list.Header.Get("X-Robots-Tag") != "noindex" {
		t.Error("something is kept of the visitor:", list.Header)
	}
	for _, outside := range list.Page.Find("a[href]").EachIter() {
		if href := outside.AttrOr("href", ""); !strings.HasPrefix(href, "/kiosk/deska/hejnice") && href != "#obsah" {
			t.Error("a way out of the screen:", href)
		}
	}
	item := b.get(list.Page.Find(".row a").First().AttrOr("href", "")).is(t, 200).has(t, "OV/1/2026", "Úplné znění oznámení.", "Doručeno bude", "29. 9. 2026", "Vezměte si oznámení s sebou")
	item.lacks(t, "<script>alert")
	for _, odd := range []string{waits.Number(), "2026-99", "x", "%2e%2e"} {
		b.get("/kiosk/deska/hejnice/"+odd).is(t, 404).has(t, "Tohle už na desce nevisí", "Zpět na desku")
	}
	b.get("/kiosk/deska/frydlant/2026-1").is(t, 200).has(t, "Cizí věc")
	b.get("/kiosk/deska/hejnice/2026-1").is(t, 200).has(t, "Posvícení").lacks(t, "Cizí věc")
	b.get("/kiosk/deska/frydlant/"+hostile.Number()).is(t, 404)
	s.takeDown(hostile, "stažena")
	b.get("/kiosk/deska/hejnice/"+hostile.Number()).is(t, 404).has(t, "Tohle už na desce nevisí")
	b.get("/kiosk/deska/hejnice").is(t, 200).lacks(t, "OV/1/2026")
}

func TestKioskSaysAllInTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	for i := range 13 {
		s.clock.Advance(time.Minute)
		s.hang(s.here, fmt.Sprintf("Oznámení č. %02d", i))
	}
	first := b.get("/kiosk/deska/hejnice").is(t, 200)
	if n := first.Page.Find(".list").Length(); n != 3 || first.Page.Find(".list.shown .row").Length() != 6 {
		t.Fatal(n, "lists")
	}
	third := b.get("/kiosk/deska/hejnice?strana=3&jazyk=uk&kontrast=1").is(t, 200)
	if third.Page.Find(".list.shown .row").Length() != 1 || third.Page.Find("html").AttrOr("lang", "") != "uk" || third.Page.Find("html").AttrOr("data-contrast", "") != "high" {
		t.Error(third.Page.Find("html").Nodes[0].Attr)
	}
	for _, want := range []struct{ sel, href string }{{"#next", "/kiosk/deska/hejnice?jazyk=uk&kontrast=1"}, {"#prev", "/kiosk/deska/hejnice?jazyk=uk&kontrast=1&strana=2"},
		{"#contrast", "/kiosk/deska/hejnice?jazyk=uk&strana=3"}, {`a[hreflang="cs"]`, "/kiosk/deska/hejnice?kontrast=1&strana=3"}} {
		if got := third.Page.Find(want.sel).AttrOr("href", ""); got != want.href {
			t.Errorf("%s leads to %s, want %s", want.sel, got, want.href)
		}
	}
	// without a script it turns by itself until somebody stops it
	refresh := regexp.MustCompile(`<noscript><meta http-equiv="refresh" content="12; url=([^"]*)"`)
	if m := refresh.FindStringSubmatch(b.get("/kiosk/deska/hejnice?strana=2").Text); m == nil || m[1] != "/kiosk/deska/hejnice?strana=3" {
		t.Error(m)
	}
	if refresh.MatchString(b.get("/kiosk/deska/hejnice?strana=2&stat=1").Text) {
		t.Error("it turns though it was stopped")
	}
	for _, odd := range []string{"?strana=999", "?strana=-1", "?strana=x", "?jazyk=%00", "?kontrast=%27"} {
		if b.get("/kiosk/deska/hejnice"+odd).is(t, 200).Page.Find(".list.shown").Length() != 1 {
			t.Error(odd)
		}
	}
}

func TestKioskShowsPagesOfDocuments(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	_, at := s.pictured(s.here, "Záměr prodeje", 2, 5)
	page := b.get(at).is(t, 200).has(t, "Strana 2 z 5", "Text <i>strany</i> 2.", "Zobrazit jako text", "Ještě 3 strany jsou v souboru")
	if page.Page.Find(".sheet").Length() != 2 || page.Page.Find(".sheet img[alt]").Length() != 2 || strings.TrimSpace(page.Page.Find(".sheet .words").First().Text()) != "Text <i>strany</i> 1." {
		t.Error(page.Page.Find(".doc").Text())
	}
	src := page.Page.Find(".sheet img").Eq(1).AttrOr("src", "")
	picture := b.get(src).is(t, 200)
	if picture.Header.Get("Content-Type") != "image/png" || picture.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error(picture.Header)
	}
	b.get(strings.Replace(src, "/hejnice/", "/frydlant/", 1)).is(t, 404)
	b.get(strings.Replace(src, "/strana/2", "/strana/3", 1)).is(t, 404)
	locked := s.hang(s.here, "Zamčená", func(n *board.New) {
		n.Origin, n.Files = board.FromFile, []board.File{{Name: "tajné.pdf", MediaType: "application/pdf", Size: 3, SHA256: strings.Repeat("e", 64)}}
	})
	check(t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		return board.KeepPreview(ctx, tx, board.Preview{SHA256: strings.Repeat("e", 64), Problem: "encrypted"}, s.clock.Now())
	}))
	b.get("/kiosk/deska/hejnice/"+locked.Number()).is(t, 200).has(t, "Soubor je zamčený heslem")
}

// What the screen keeps for bad times is whole, and is of this office alone.
func TestKioskContents(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	ask := func(path string, into any) {
		t.Helper()
		check(t, json.Unmarshal([]byte(b.get(path).is(t, 200).Text), into))
	}
	var state, later public.KioskState
	ask("/kiosk/deska/hejnice/stav.json", &state)
	_, at := s.pictured(s.here, "Záměr prodeje", 2, 2)
	s.pictured(s.there, "Cizí", 1, 1)
	ask("/kiosk/deska/hejnice/stav.json", &later)
	if state.Version == later.Version || !later.At.Equal(s.clock.Now()) {
		t.Error("a change is not seen", state, later)
	}
	if got := b.get("/kiosk/deska/hejnice").Page.Find("body").AttrOr("data-version", ""); got != later.Version {
		t.Error("the page says version", got)
	}
	var all public.KioskContents
	ask("/kiosk/deska/hejnice/obsah.json", &all)
	if all.Version != later.Version || len(all.Pages) != 6 || all.Pages[0].Href != "/kiosk/deska/hejnice" {
		t.Errorf("%+v", all)
	}
	pictures := 0
	for _, href := range all.Files {
		if strings.Contains(href, "/strana/") {
			pictures++
			b.get(href).is(t, 200)
		} else if !strings.HasPrefix(href, "/static/") {
			t.Error(href)
		}
	}
	for _, p := range all.Pages {
		b.get(p.Href).is(t, 200).lacks(t, "Cizí")
	}
	if pictures != 2 || strings.Contains(fmt.Sprint(all), "frydlant") {
		t.Errorf("%d pictures of %v", pictures, all.Files)
	}
	// a preview that comes later, another term, the next day: each is news
	seen := map[string]bool{state.Version: true, later.Version: true}
	fresh := func(what string) {
		t.Helper()
		ask("/kiosk/deska/hejnice/stav.json", &later)
		if seen[later.Version] {
			t.Error("not seen:", what)
		}
		seen[later.Version] = true
	}
	p := s.hang(s.here, "Druhé")
	fresh("another posting")
	until := monday.AddDate(0, 0, 40)
	check(t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Kinds.Reschedule(ctx, tx, p.ID, p.Version, &until, "", s.clock.Now())
		return err
	}))
	fresh("another last day")
	s.clock.Advance(24 * time.Hour)
	fresh("another day")
	b.get(at).is(t, 200)

	script := b.get("/kiosk/deska/hejnice/obsluha.js").is(t, 200)
	if script.Header.Get("Service-Worker-Allowed") != "/kiosk/deska/hejnice" || script.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || script.Header.Get("Cache-Control") != "no-cache" {
		t.Error(script.Header)
	}
	b.get("/kiosk/deska/nikde/obsluha.js").is(t, http.StatusNotFound)
	b.get("/kiosk/deska/nikde/stav.json").is(t, http.StatusNotFound)
}
