package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"epom/internal/db"
	"epom/records"
)

// lettersOnPages writes a letter as a browser does: what is wrong comes back with what was typed, two writers are told which
// part the other one changed, and only an approved letter has a number.
func lettersOnPages(t *testing.T, s *site) {
	here, err := s.offices.BySlug("hejnice")
	if err != nil {
		t.Fatal(err)
	}
	var caseID int64
	if err := s.db.Tx(t.Context(), db.Scope{Office: here.ID, Actor: "test"}, func(tx *db.Tx) error {
		c, err := records.OpenCase(t.Context(), tx, s.submissions.Law(), records.NewCase{Subject: "Dotaz <b>na</b> hranice", Rule: "sr-71"}, s.users.Clock.Now())
		if err != nil {
			return err
		}
		caseID = c.ID
		now := s.users.Clock.Now()
		_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dotaz", Channel: "post", Party: "Jan Dub", DeliveredAt: &now}, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	clerk, admin := signedIn(t, s, "zivotni-prostredi@hejnice.example"), signedIn(t, s, "sprava@hejnice.example")
	do := func(who *http.Cookie, method, path string, form url.Values, status int, says ...string) (location, page string) {
		t.Helper()
		req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		req.AddCookie(who)
		resp, err := s.app.Test(req, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != status {
			t.Fatalf("%s %s: status %d, want %d", method, path, resp.StatusCode, status)
		}
		for _, text := range says {
			if !strings.Contains(strings.ReplaceAll(string(body), "\u00a0", " "), text) {
				t.Errorf("%s %s lacks %q", method, path, text)
			}
		}
		return resp.Header.Get("Location"), string(body)
	}
	file := fmt.Sprintf("/kancelar/spisy/%d", caseID)
	do(clerk, "GET", file+"/dopisy/novy", nil, 200, "Rozhodnutí", "Usnesení o postoupení", "§ 67 až § 69")
	do(clerk, "POST", file+"/dopisy/novy", url.Values{"template": {"nic"}}, 422, "Vyberte vzor dopisu.")
	letter, _ := do(clerk, "POST", file+"/dopisy/novy", url.Values{"template": {"odpoved"}}, 303)
	_, page := do(clerk, "GET", letter, nil, 200, "Jan Dub", "Dotaz &lt;b&gt;na&lt;/b&gt; hranice", "[odpověď]", "rozepsaný")
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page)[1]
	text := func(subject, body string) url.Values {
		return url.Values{"revision": {revision}, "addressee": {"Jan Dub"}, "address": {""}, "subject": {subject}, "body": {body}, "instruction": {""}, "answers": {""}}
	}
	do(clerk, "POST", letter+"/schvalit", url.Values{"revision": {revision}}, 422, "zbývá doplnit [odpověď]")
	do(clerk, "POST", letter, text("Odpověď", "První znění."), 303)
	do(clerk, "POST", letter, text("Odpověď", "Druhé znění."), 422, "mezitím změnil(a)", "První znění.", "Druhé znění.", `id="body-error"`)
	do(clerk, "POST", letter, text("Jiný předmět", "[odpověď]"), 422, "mezitím změnil(a)") // the subject was changed by both, too
	do(clerk, "POST", letter, url.Values{}, 303)                                           // an empty form changes nothing
	_, page = do(clerk, "GET", letter, nil, 200, "První znění.")
	revision = regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page)[1]
	if _, paper := do(clerk, "GET", letter+"/nahled.pdf", nil, 200); !strings.HasPrefix(paper, "%PDF-") {
		t.Error("the preview is no PDF")
	}
	do(clerk, "POST", letter+"/vratit", url.Values{"why": {"x"}}, 303) // it was not offered: said on the page
	do(clerk, "POST", letter+"/predlozit", nil, 303)
	do(clerk, "GET", letter, nil, 200, "čeká na schválení")
	do(clerk, "POST", letter+"/vratit", nil, 422, "Napište, co je třeba opravit.")
	to, _ := do(clerk, "POST", letter+"/schvalit", url.Values{"revision": {revision}, "closes": {"1"}}, 303)
	if to != file {
		t.Errorf("leads to %s", to)
	}
	do(clerk, "GET", file, nil, 200, "vyřízeno dokumentem", "/kancelar/vypravna/nova?dokument=")
	do(clerk, "POST", letter, text("Pozdě", "Pozdě"), 303) // said on the page
	do(clerk, "GET", letter, nil, 200, "schválen")
	do(clerk, "GET", file+"/dopisy/novy", nil, 200, "Spis je už vyřízený")

	do(admin, "POST", "/kancelar/vzory/odpoved", url.Values{"subject": {"{Vec}"}, "body": {"x"}}, 422, "{Vec}", "neznáme")
	do(admin, "POST", "/kancelar/vzory/odpoved", url.Values{"subject": {"Odpověď {vec}"}, "body": {"Naše znění."}}, 303)
	do(clerk, "GET", "/kancelar/vzory/odpoved", nil, 200, "Naše znění.")
	do(admin, "POST", "/kancelar/vzory/odpoved/puvodni", nil, 303)
	do(admin, "POST", "/kancelar/vzory", url.Values{"days": {"sedm"}}, 422, "Napište čísla od 1 do 60", "sedm")
	do(admin, "POST", "/kancelar/vzory", url.Values{"days": {"10, 2"}, "eyes": {"1"}}, 303)
	do(admin, "GET", "/kancelar/vzory", nil, 200, "10, 2", "checked")
}
