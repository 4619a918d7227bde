package public_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"epom/board"
	"epom/internal/db"
	"epom/internal/errs"
)

// nasty are texts people send by mistake or on purpose; with EPOM_REAL_DATA some five hundred more of them.
func nasty(t *testing.T) []string {
	t.Helper()
	list := []string{"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "{{.Title}}", "javascript:alert(1)", "\u202eobrácený text", "a\u0000b\u0007c", "\ufeff\u200b", "&amp;&lt;&#x3c;",
		"'; DROP TABLE posting; --", "🧑🏽‍🚒 ☃ 𝒵", "\xff\xfe", strings.Repeat("dlouhéslovobezmezery", 24), "عنوان بالعربية", "</title><base href=//zlo.example>", "-->", "]]>", "%s%n%d", "../../../etc/passwd"}
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA: outside texts of", t.Name())
		return list
	}
	data, err := os.ReadFile(filepath.Join(root, "strings/blns.json"))
	check(t, err)
	var more []string
	check(t, json.Unmarshal(data, &more))
	return append(list, more...)
}

// Whatever a notice says stands on the page as text: in lists, on its own page, in addresses of its documents.
func TestHostileTextsHangAsText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	hung := 0
	all := nasty(t)
	for i := 0; i < len(all); i += 5 {
		at := func(k int) string {
			return string([]rune(all[(i+k)%len(all)])[:min(150, len([]rune(all[(i+k)%len(all)])))])
		}
		text := at(0)
		n := board.New{Origin: board.Typed, Content: board.Content{Kind: "oznameni", Title: fmt.Sprint(i, " ", text), Issuer: "Původce " + at(1), Text: strings.Join([]string{text, at(1), at(2), at(3), at(4)}, "\n"), ReferenceNumber: at(2),
			Agendas: db.J([]string{at(3)}), Subjects: db.J([]board.Subject{{Name: at(4)}}), Places: db.J([]board.Place{{Name: at(3)}}),
			Files: []board.File{{Name: "soubor.pdf", MediaType: "application/pdf", URL: "https://obec.example/?a=1&amp;b=" + url.QueryEscape(at(4))}}}}
		var p *board.Posting
		err := s.act(s.here, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = s.Kinds.Make(ctx, tx, n, s.clock.Now())
			return err
		})
		if errs.Is(err, errs.Invalid) {
			continue // too long, or nothing but control characters: refused with a reason
		}
		check(t, err)
		hung++
		page := b.get("/urady/hejnice/deska/"+p.Number()).is(t, 200)
		if got := page.Page.Find("main h1").Text(); got != p.Current().Title && !strings.Contains(p.Current().Title, "\u0000") {
			t.Errorf("%q is shown as %q", p.Current().Title, got)
		}
		for _, what := range []string{"main script", "main img:not([src^='/urady/'])", "main iframe", "main base", "main [onerror]", "main [onload]", "main style"} {
			if page.Page.Find(what).Length() > 0 {
				t.Errorf("%q brings %s into the page", text, what)
			}
		}
		page.Page.Find("main a").Each(func(_ int, a *goquery.Selection) {
			if href := a.AttrOr("href", ""); strings.HasPrefix(strings.ToLower(strings.TrimSpace(href)), "javascript:") {
				t.Errorf("%q is a link that runs: %s", text, href)
			}
		})
	}
	if hung < 3 {
		t.Fatalf("only %d hung", hung)
	}
	list := b.get("/urady/hejnice/deska").is(t, 200)
	if n := list.Page.Find(".board-lines h3").Length(); n != min(20, hung) || list.Page.Find("main script").Length() > 0 {
		t.Errorf("%d lines", n)
	}
	for _, text := range nasty(t)[:18] {
		for _, path := range []string{"/urady/hejnice/deska?q=", "/urady/hejnice/deska?puvodce=", "/urady/hejnice/deska?za=", "/deska?kde=", "/deska?urad=", "/deska?obec="} {

			if a := b.get(path + url.QueryEscape(text)); a.StatusCode >= 500 || a.Page.Find("main script").Length() > 0 || a.Page.Find("main [onerror]").Length() > 0 {
				t.Errorf("%s%q: %d", path, text, a.StatusCode)
			}
		}
	}
}
