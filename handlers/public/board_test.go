package public_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/offices"
)

// hang puts a notice on an office's board; change makes it what the test needs.
func (s *site) hang(o *offices.Office, title string, change ...func(*board.New)) *board.Posting {
	s.t.Helper()
	n := board.New{Origin: board.Typed, Content: board.Content{Kind: "oznameni", Title: title, Issuer: o.Name, Text: "Úplné znění oznámení."}}
	for _, f := range change {
		f(&n)
	}
	var p *board.Posting
	check(s.t, s.act(o, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = s.Kinds.Make(ctx, tx, n, s.clock.Now())
		return err
	}))
	return p
}

func (s *site) act(o *offices.Office, act func(context.Context, *db.Tx) error) error {
	ctx := s.t.Context()
	return s.pool.Tx(ctx, db.Scope{Office: o.ID, Actor: "account:1"}, func(tx *db.Tx) error { return act(ctx, tx) })
}

func (s *site) takeDown(p *board.Posting, why string) {
	s.t.Helper()
	o := must(s.Offices.ByID(p.OfficeID))
	check(s.t, s.act(o, func(ctx context.Context, tx *db.Tx) error {
		_, err := board.Remove(ctx, tx, p.ID, p.Version, why, s.clock.Now())
		return err
	}))
}

func TestABoardShowsWhatHangs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.get("/urady/hejnice/deska").is(t, 200).has(t, "Teď tu nevisí žádné úřední oznámení", "Archiv desky")
	b.get("/urady/nikde/deska").is(t, 404)
	event := monday.AddDate(0, 0, 10)
	until := time.Date(2026, 9, 29, 0, 0, 0, 0, time.UTC)
	p := s.hang(s.here, "Doručení: výzva <script>alert(1)</script>", func(n *board.New) {
		n.Kind, n.UntilOn, n.ReferenceNumber = "verejna-vyhlaska", &until, "OV/1/2026"
	})
	s.hang(s.here, "Posvícení", func(n *board.New) { n.Kind, n.EventAt = "udalost", &event })
	s.hang(s.there, "Cizí věc")
	waits := s.hang(s.here, "Až zítra", func(n *board.New) { n.PostAt = monday.AddDate(0, 0, 1) })
	list := b.get("/urady/hejnice/deska").is(t, 200).has(t, "Městský úřad Hejnice", "Doručení: výzva <script>alert(1)</script>", "visí do 29. 9. 2026", "č. j. OV/1/2026", "Události", "Posvícení")
	list.lacks(t, "<script>alert", "Cizí věc", "Až zítra")
	if got := list.Page.Find(`link[type="application/ld+json"]`).AttrOr("href", ""); got != "/urady/hejnice/deska.jsonld" {
		t.Error("open data are not offered:", got)
	}
	item := b.get("/urady/hejnice/deska/"+p.Number()).is(t, 200).has(t, "Doručení veřejnou vyhláškou", "§ 25 z. č. 500/2004 Sb.", "Doručeno bude", "15. den po vyvěšení", "Úplné znění oznámení.", "14. 9. 2026 10:00")
	item.lacks(t, "<script>alert")
	b.get("/urady/hejnice/deska/"+waits.Number()).is(t, 404)
	b.get("/urady/frydlant/deska/2026-7").is(t, 404)
	for _, odd := range []string{"2026-01", "x", "2026-1%00", "%2e%2e", "9999999999999999999-1", "2026-1'"} {
		b.get("/urady/hejnice/deska/"+odd).is(t, 404)
	}

	// taken down: the address stays, the list lets it go, the archive has it
	s.takeDown(p, "stažena žadatelem")
	b.get("/urady/hejnice/deska").is(t, 200).lacks(t, "OV/1/2026")
	b.get("/urady/hejnice/deska?archiv=1").is(t, 200).has(t, "Archiv úřední desky", "OV/1/2026", "sejmuto 14. 9. 2026")
	gone := b.get("/urady/hejnice/deska/"+p.Number()).is(t, 200).has(t, "Už nevisí", "stažena žadatelem")
	if gone.Header.Get("X-Robots-Tag") != "noindex" {
		t.Error("what was taken down is offered to search engines")
	}
}

func TestSearchOfABoardStaysInTheAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	for i := range 25 {
		s.clock.Advance(time.Minute)
		s.hang(s.here, fmt.Sprintf("Záměr č. %02d: prodej pozemku", i), func(n *board.New) { n.Kind = "zamer" })
	}
	s.hang(s.here, "Kácení lip", func(n *board.New) { n.Issuer = "Krajský úřad Libereckého kraje" })
	first := b.get("/urady/hejnice/deska?q=POZEMK&druh=zamer&puvodce=&od=&do=").is(t, 200).has(t, "Záměr č. 24")
	first.lacks(t, "Kácení lip", "Záměr č. 04")
	if first.value("q") != "POZEMK" || first.Page.Find(`option[value="zamer"][selected]`).Length() != 1 {
		t.Error("the form forgot what was asked for")
	}
	next, _ := first.Page.Find(`a[rel="next"]`).Attr("href")
	if !strings.Contains(next, "q=POZEMK") || !strings.Contains(next, "druh=zamer") || strings.Contains(next, "puvodce") {
		t.Error("the next page has the address", next)
	}
	second := b.get(next).is(t, 200).has(t, "Záměr č. 04", "Záměr č. 00")
	second.lacks(t, "Záměr č. 05")
	b.get("/urady/hejnice/deska?puvodce=krajsk").is(t, 200).has(t, "Kácení lip").lacks(t, "Záměr č.")
	b.get("/urady/hejnice/deska?q=nicotakoveho").is(t, 200).has(t, "Nic takového tu není", "Hledat totéž v archivu")
	b.get("/urady/hejnice/deska?od=zitra&do=1.+9.+2026").is(t, 200).has(t, "Datum napište třeba 1. 6. 2026.")
	b.get("/urady/hejnice/deska?od=14.+9.+2026&q=lip").is(t, 200).has(t, "Kácení lip")
	for _, odd := range []string{"za=x.y.z", "za=zzzzzzz.1.1", "q=%00%27%5C%26%21", "druh=%27", "obec=abc", "q=" + strings.Repeat("a+", 500), "trida=x", "q=%F0%28%8C%28", "revize=x"} {
		b.get("/urady/hejnice/deska?"+odd).is(t, 200)
	}
	for range 200 {
		if a := b.get("/urady/hejnice/deska?q=lip"); a.StatusCode == http.StatusTooManyRequests {
			a.has(t, "Teď hledáte příliš rychle", "Zkuste to znovu za")
			if a.Header.Get("Retry-After") == "" {
				t.Error("nobody says when to come back")
			}
			b.get("/urady/hejnice/deska").is(t, 200)
			return
		}
	}
	t.Error("searching has no end")
}

func TestRevisionsAndFilesOfAPosting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	files := map[string]string{}
	put := func(name, body string) board.File {
		ref := must(s.Files.PutBytes(t.Context(), []byte(body)))
		files[name] = ref.SHA256
		return board.File{Name: name, MediaType: "application/pdf", Size: int64(len(body)), SHA256: ref.SHA256}
	}
	p := s.hang(s.here, "Záměr", func(n *board.New) {
		page := put("stránka.html", "<script>alert(1)</script>")
		page.MediaType = "text/html"
		n.Files = []board.File{put("záměr č. 1.pdf", "%PDF-1.7 první"), page, {Name: "jinde.pdf", URL: "https://obec.example/a?x=1&amp;y=2"}}
	})
	first := files["záměr č. 1.pdf"]
	at := "/urady/hejnice/deska/" + p.Number()
	item := b.get(at).is(t, 200).has(t, "záměr č. 1.pdf", "PDF", "HTML", "uloženo mimo e-POM")
	href := item.Page.Find(".board-files a").First().AttrOr("href", "")
	if outside := item.Page.Find(".board-files li").Last().Find("a").AttrOr("href", ""); outside != "https://obec.example/a?x=1&amp;y=2" {
		t.Error("an address from outside changed:", outside)
	}
	doc := b.get(href).is(t, 200)
	for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Etag": `"` + first + `"`, "Accept-Ranges": "bytes"} {
		if got := doc.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := doc.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "inline;") || !strings.Contains(got, "z%C3%A1m%C4%9Br%20%C4%8D.%201.pdf") {
		t.Error(got)
	}
	if doc.Text != "%PDF-1.7 první" {
		t.Errorf("%q", doc.Text)
	}
	page := b.get(strings.Replace(at+"/2/str%C3%A1nka.html", " ", "", -1)).is(t, 200)
	if !strings.HasPrefix(page.Header.Get("Content-Disposition"), "attachment;") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Error("a page of somebody else would run here:", page.Header)
	}
	b.head = map[string]string{"If-None-Match": `"` + first + `"`}
	b.get(href).is(t, 304)
	for asked, want := range map[string]string{"bytes=0-3": "%PDF", "bytes=-5": "rvní", "bytes=5-7": "1.7"} {
		b.head = map[string]string{"Range": asked, "Accept-Encoding": "gzip"}
		if part := b.get(href).is(t, 206); part.Text != want {
			t.Errorf("%s: %q", asked, part.Text)
		}
	}
	b.head = map[string]string{"Range": "bytes=900-"}
	b.get(href).is(t, 416)
	b.head = nil
	for _, odd := range []string{"/1/jiny.pdf", "/9/z.pdf", "/x/z.pdf", "/1/%2e%2e%2fz.pdf", "/3/jinde.pdf", "/1/strana/0", "/1/strana/1", "/1/strana/-1"} {
		b.get(at+odd).is(t, 404)
	}

	// a correction under the same name: both stay, each under its own address
	check(t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		c := p.Current().Content
		c.Title, c.Files = "Záměr, opravený", []board.File{put("záměr č. 1.pdf", "%PDF-1.7 druhý")}
		_, err := s.Kinds.Revise(ctx, tx, p.ID, p.Version, c, "špatné číslo pozemku", s.clock.Now())
		return err
	}))
	now := b.get(at).is(t, 200).has(t, "Záměr, opravený", "Znění 2", "právě čtete", "špatné číslo pozemku")
	if text := b.get(now.Page.Find(".board-files a").First().AttrOr("href", "")).Text; text != "%PDF-1.7 druhý" {
		t.Error(text)
	}
	old := b.get(now.Page.Find(`.timeline a`).AttrOr("href", "")).is(t, 200).has(t, "Starší znění", "Ukázat platné znění")
	if text := b.get(old.Page.Find(".board-files a").First().AttrOr("href", "")).Text; text != "%PDF-1.7 první" {
		t.Error(text)
	}
	b.get(at+"?revize=3").is(t, 404)
	b.get(at+"?revize=x").is(t, 404)

	// what is read out of the file stands in the page, its picture too
	var picture bytes.Buffer
	picture.WriteString("\x89PNG\r\n\x1a\n")
	ref := must(s.Files.PutBytes(t.Context(), picture.Bytes()))
	check(t, s.act(s.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO posting_preview (office_id, sha256, made_at, pages, text, pictures, thumb, thumb_type) VALUES ($1, $2, now(), 3, 'Text <b>záměru</b>', $3, $4, 'image/png')`,
			s.here.ID, files["záměr č. 1.pdf"], fmt.Sprintf(`[{"page":1,"sha256":"%s","type":"image/png","width":100,"height":140}]`, ref.SHA256), ref.SHA256)
		return err
	}))
	read := b.get(at).is(t, 200).has(t, "Text <b>záměru</b>", "3 strany")
	pic := b.get(read.Page.Find(".thumb img").AttrOr("src", "")).is(t, 200)
	if pic.Header.Get("Content-Type") != "image/png" || pic.Text != picture.String() {
		t.Error(pic.Header)
	}
	b.get(at+"/1/strana/1").is(t, 200)
	b.get(at+"/1/strana/2").is(t, 404)
}

func TestKeptPagesAreTrueAndNobodysOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	p := s.hang(s.here, "První")
	board1, item := "/urady/hejnice/deska", "/urady/hejnice/deska/"+p.Number()
	b := s.browser(t)
	b.get(board1).is(t, 200)
	if s.Shelf.Kept() != 0 {
		t.Fatal("a page is kept while nobody listens for changes")
	}
	s.Shelf.Listening(true)
	first := b.get(board1).is(t, 200)
	tag := first.Header.Get("ETag")
	if s.Shelf.Kept() != 1 || !strings.HasPrefix(tag, `"`) || first.Header.Get("Cache-Control") != "no-cache" || first.Header.Get("Set-Cookie") != "" {
		t.Fatal(s.Shelf.Kept(), first.Header)
	}
	s.owner.MustExec(`UPDATE board_item SET title = 'Jinak' WHERE office_id = $1`, s.here.ID) // unheard: the kept page speaks
	again := b.get(board1).is(t, 200).has(t, "První")
	for _, name := range []string{"Content-Type", "Vary", "Cache-Control", "Etag"} {
		if again.Header.Get(name) != first.Header.Get(name) {
			t.Errorf("%s: %q, at first %q", name, again.Header.Get(name), first.Header.Get(name))
		}
	}
	// the same for everybody, each in the language and look asked for
	b.cookies["epom_session"], b.cookies["epom_obec"], b.cookies["epom_flash"] = "nekdo", hejnice, "success.xx"
	if mine := b.get(board1); mine.Text != first.Text {
		t.Error("a signed-in person sees something else")
	}
	b.cookies["epom_theme"] = "dark"
	if dark := b.get(board1); !strings.Contains(dark.Text, `data-theme="dark"`) || dark.Header.Get("ETag") == tag {
		t.Error("the chosen look is lost")
	}
	b.head = map[string]string{"Accept-Language": "uk-UA,uk;q=0.9"}
	if !strings.Contains(b.get(board1).Text, `lang="uk"`) {
		t.Error("the language of the browser is lost")
	}
	b.cookies["epom_lang"] = "en"
	if !strings.Contains(b.get(board1).Text, `lang="en"`) {
		t.Error("the chosen language is lost")
	}
	b = s.browser(t)
	for have, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
		b.head = map[string]string{"If-None-Match": have}
		if a := b.get(board1).is(t, status); a.Header.Get("ETag") != tag || status == 304 && a.Text != "" {
			t.Errorf("%s: %v", have, a.Header)
		}
	}
	b.head = map[string]string{"Accept-Encoding": "gzip"}
	zipped := b.get(board1).is(t, 200)
	if zipped.Header.Get("Content-Encoding") != "gzip" || zipped.Header.Get("ETag") == tag || len(zipped.Text) >= len(first.Text) {
		t.Error(zipped.Header)
	}
	b.head["If-None-Match"] = zipped.Header.Get("ETag")
	b.get(board1).is(t, 304)
	b.head = map[string]string{"HX-Request": "true"}
	b.get(board1).is(t, 200).has(t, "Jinak")
	b.head = nil

	// a change takes away what it touches
	b.get(item).is(t, 200)
	b.get("/urady/frydlant/deska").is(t, 200)
	s.Shelf.Changed(s.there.ID)
	kept := s.Shelf.Kept()
	s.Shelf.Changed(s.here.ID)
	if kept < 2 || s.Shelf.Kept() != 0 {
		t.Error(kept, s.Shelf.Kept())
	}
	b.get(board1).is(t, 200).has(t, "Jinak")
	// the day ends: what was said of today is said anew
	s.clock.Set(time.Date(2026, 9, 14, 21, 59, 59, 0, time.UTC))
	b.get(board1)
	s.owner.MustExec(`UPDATE board_item SET title = 'Zítra' WHERE office_id = $1`, s.here.ID)
	b.get(board1).has(t, "Jinak")
	s.clock.Advance(time.Second)
	b.get(board1).has(t, "Zítra")
	// wrong spellings of an address fill no memory
	s.Shelf.Changed(0)
	for _, path := range []string{"/urady/hejnice/deska/", "/URADY/hejnice/deska", "/urady/hejnice/%64eska", "/urady/hejnice/deska?q=", "/urady/hejnice/deska/2026-99"} {
		b.get(path)
	}
	if s.Shelf.Kept() != 0 {
		t.Error("kept under a wrong address")
	}
}

// Two processes on one database: what one changes the other shows within a second, and a process that stopped hearing
// keeps nothing.
func TestAChangeIsSeenOnEveryReplica(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var replicas []*browser
	heard := make(chan bool, 8)
	for range 2 {
		own := *s.Public
		own.Shelf, own.Boards = web.NewShelf(s.clock.Now, 8<<20), board.NewPublic(s.pool)
		r := *s
		r.Public = &own
		r.app = mount(t, &own, web.Settings{Demo: true, Secret: []byte("0123456789abcdef0123456789abcdef")})
		replicas = append(replicas, r.browser(t))
		go func() {
			_ = s.pool.Listen(ctx, slog.New(slog.DiscardHandler), []string{board.Channel}, func(_, payload string) {
				var office int32
				_, _ = fmt.Sscan(payload, &office)
				own.Shelf.Changed(office)
				own.Boards.Changed(office)
			}, func(yes bool) { own.Shelf.Listening(yes); own.Boards.Listening(yes); heard <- yes })
		}()
	}
	for range replicas {
		if !<-heard {
			t.Fatal("does not listen")
		}
	}
	const path = "/urady/hejnice/deska"
	for _, r := range replicas {
		r.get(path).is(t, 200)
		r.get("/deska").is(t, 200)
		if r.Shelf.Kept() != 2 {
			t.Fatal("not kept:", r.Shelf.Kept())
		}
	}
	p := s.hang(s.here, "Nové oznámení")
	since := time.Now()
	for _, path := range []string{path, "/deska"} {
		for i, r := range replicas {
			for !strings.Contains(r.get(path).Text, "Nové oznámení") {
				if time.Since(since) > time.Second {
					t.Fatalf("replica %d shows the old %s after a second", i, path)
				}
			}
		}
	}
	since = time.Now()
	s.takeDown(p, "zkouška")
	for i, r := range replicas {
		for strings.Contains(r.get(path).Text, "Nové oznámení") {
			if time.Since(since) > time.Second {
				t.Fatalf("replica %d still shows what was taken down", i)
			}
		}
	}
	// the line is cut: nothing is kept until it is heard again
	s.owner.MustExec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	off, on := 0, 0
	for off+on < 4 {
		if <-heard {
			on++
		} else {
			off++
		}
	}
	if off != 2 || on != 2 {
		t.Errorf("%d times off, %d times on again", off, on)
	}
}

func TestAllBoardsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.owner.MustExec(`UPDATE office SET lat = CASE slug WHEN 'hejnice' THEN 50.8772 ELSE 50.9216 END, lon = CASE slug WHEN 'hejnice' THEN 15.1815 ELSE 15.0797 END WHERE slug <> 'bily-potok'`)
	check(t, s.Offices.Load(t.Context()))
	b := s.browser(t)
	b.get("/deska").is(t, 200).has(t, "Teď tu nic nevisí")
	in := func(code int) func(*board.New) {
		return func(n *board.New) { n.Places = db.J([]board.Place{{Municipality: code}}) }
	}
	for i := range 3 {
		s.hang(s.here, fmt.Sprint("Hejnická věc ", i))
	}
	s.hang(s.there, "Frýdlantská uzavírka v Hejnicích", in(564044), func(n *board.New) { n.Kind = "doprava" })
	s.hang(s.there, "Frýdlantská věc")
	s.hang(s.there, "Další frýdlantská")
	s.hang(s.there, "Novinka", func(n *board.New) { n.Kind = "aktualita" })
	all := b.get("/deska").is(t, 200).has(t, "Hejnická věc 2", "Frýdlantská věc", "Městský úřad Frýdlant", "Tabulka: 2 desky")
	all.lacks(t, "Novinka")
	b.get("/deska?trida=aktuality").is(t, 200).has(t, "Novinka").lacks(t, "Hejnická věc")

	// the map: areas by what hangs, distances by the shape of the Earth, each circle a link with a name
	at := func(slug, name string) (v float64) {
		_, _ = fmt.Sscan(all.Page.Find(`.board-map a[href="/urady/`+slug+`/deska"] circle`).AttrOr(name, ""), &v)
		return v
	}
	if n := all.Page.Find(".board-map a circle").Length(); n != 2 {
		t.Fatal(n, "circles")
	}
	if here, there := at("hejnice", "r"), at("frydlant", "r"); math.Abs(there*there/here/here-4.0/3) > 0.05 {
		t.Errorf("four hang there and three here, yet the circles are %.1f and %.1f", there, here)
	}
	east, north := at("hejnice", "cx")-at("frydlant", "cx"), at("hejnice", "cy")-at("frydlant", "cy")
	if ratio := east / north; ratio < 1.42 || ratio > 1.47 { // 0.1018° × cos 50.9° : 0.0444°
		t.Errorf("Hejnice lie %.1f east and %.1f south of Frýdlant: ratio %.2f", east, north, ratio)
	}
	if got := all.Page.Find(".board-map a").First().AttrOr("aria-label", ""); got != "Městský úřad Frýdlant: visí 4 věci" {
		t.Error(got)
	}
	if rows := all.Page.Find("#desky tbody tr"); rows.Length() != 2 || !strings.Contains(rows.Text(), "Městský úřad Hejnice") {
		t.Error(rows.Text())
	}
	b.get("/deska/mapa").is(t, 200).has(t, "Mapa úředních desek", "Městský úřad Hejnice")

	// in my municipality: its own board and what concerns it elsewhere, kept in the address
	b.get("/deska?q=&kde=hejnice&druh=").is(t, 302, "/deska?obec=564044")
	mine := b.get("/deska?obec=564044").is(t, 200).has(t, "Úřední desky v obci Hejnice", "Hejnická věc 0", "Frýdlantská uzavírka v Hejnicích")
	mine.lacks(t, "Frýdlantská věc")
	if mine.value("obec") != hejnice || mine.value("kde") == "" {
		t.Error("the form forgot the municipality")
	}
	b.get("/deska?obec=564044&kde=Fr%C3%BDdlant").is(t, 302, "/deska?obec=564028")
	b.get("/deska?obec=564044&kde=").is(t, 200).has(t, "Frýdlantská věc")
	b.get("/deska?kde=lhota").is(t, 200).has(t, "Kterou obec myslíte?", "Lhota, okres Jihlava")
	b.get("/deska?kde=lhota&volba=1&obec=587002").is(t, 200).has(t, "Úřední desky v obci Lhota", "Nic takového tu není")
	b.get("/deska?kde=nikde").is(t, 200).has(t, "jsme nenašli")
	b.get("/deska?urad=frydl&druh=doprava").is(t, 200).has(t, "Frýdlantská uzavírka").lacks(t, "Frýdlantská věc")
	b.get("/deska?urad=praha").is(t, 200).has(t, "Nic takového tu není")
	b.get("/deska?q=novink").is(t, 200).has(t, "Novinka")
	b.get("/deska?q=vec&trida=aktuality").is(t, 200).has(t, "Nic takového tu není")
	b.head = map[string]string{"HX-Request": "true"}
	found := b.get("/deska?_find=obec&kde=fry").is(t, 200).has(t, "Frýdlant")
	if found.Page.Find("main").Length() != 0 || found.Page.Find(`input[type="radio"][value="564028"]`).Length() != 1 {
		t.Error("not a piece of the page:", found.Text)
	}
}
