package public_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"epom/board"
	"epom/board/ofn"
	"epom/internal/db"
)

// get asks as a program would.
func (s *site) ask(path string, headers ...string) *http.Response {
	s.t.Helper()
	r, _ := http.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := s.app.Test(r, -1)
	check(s.t, err)
	return resp
}

func TestOpenDataOfBoards(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Shelf.Listening(true)
	post := func(n board.New) {
		n.Origin, n.Issuer = board.Typed, "Městský úřad Hejnice"
		check(t, s.pool.Tx(t.Context(), db.Scope{Office: s.here.ID, Actor: "test"}, func(tx *db.Tx) error {
			_, err := s.Kinds.Make(t.Context(), tx, n, monday)
			return err
		}))
		s.Shelf.Changed(s.here.ID)
	}
	event := monday.AddDate(0, 0, 20)
	post(board.New{Content: board.Content{Kind: "oznameni", Title: `Pozvánka <script>"x"</script> & jiné`, Text: "Text.", Link: "https://sbirkapp.gov.cz/detail/SPP1"}})
	post(board.New{Content: board.Content{Kind: "aktualita", Title: "Otevřeno", Text: "Text."}})
	post(board.New{Content: board.Content{Kind: "udalost", Title: "Pouť", Text: "Text."}, EventAt: &event, EventPlace: "Náměstí"})

	for path, says := range map[string]string{
		"/urady/hejnice/deska.jsonld": `Pozvánka <script>`, "/urady/hejnice/aktuality.jsonld": "Otevřeno", "/urady/hejnice/udalosti.jsonld": "Náměstí",
		"/urady/frydlant/deska.jsonld": `"informace":[`, "/urady/frydlant/udalosti.jsonld": "[",
		"/urady/hejnice/katalog.jsonld": "https://epom.example/urady/hejnice/katalog/aktuality", "/katalog.jsonld": "/urady/frydlant/katalog/uredni-deska",
		"/urady/hejnice/katalog/udalosti": "https://epom.example/urady/hejnice/udalosti.jsonld",
	} {
		first := s.ask(path)
		body, _ := io.ReadAll(first.Body)
		if first.StatusCode != 200 || first.Header.Get("Content-Type") != "application/ld+json" || first.Header.Get("Access-Control-Allow-Origin") != "*" ||
			!strings.Contains(string(body), says) || !json.Valid(body) {
			t.Errorf("%s: %d %v\n%s", path, first.StatusCode, first.Header, body)
		}
		if strings.HasSuffix(path, "deska.jsonld") {
			if faults := ofn.Validate(body); faults != nil {
				t.Errorf("%s: %v", path, faults)
			}
		}
		if same := s.ask(path, "If-None-Match", first.Header.Get("ETag")); same.StatusCode != 304 {
			t.Errorf("%s: %d, the same again", path, same.StatusCode)
		}
		again := s.ask(path)
		if again.Header.Get("ETag") != first.Header.Get("ETag") || again.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: kept %v", path, again.Header)
		}
	}
	for _, path := range []string{"/urady/nikde/deska.jsonld", "/urady/hejnice/katalog/jine"} {
		if r := s.ask(path); r.StatusCode != 404 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	before := s.ask("/urady/hejnice/deska.jsonld").Header.Get("ETag")
	post(board.New{Content: board.Content{Kind: "oznameni", Title: "Další", Text: "Text."}})
	if r := s.ask("/urady/hejnice/deska.jsonld", "If-None-Match", before); r.StatusCode != 200 {
		t.Error("a change is not seen:", r.StatusCode)
	}
	if b, _ := io.ReadAll(s.ask("/robots.txt").Body); !strings.Contains(string(b), "Disallow: /podani\n") || strings.Contains(string(b), "Disallow: /urady") {
		t.Errorf("%s", b)
	}
}

// What is too large to be kept flows through, whole and with a tag.
func TestLargeBoardFlows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Shelf.Listening(true)
	text := strings.Repeat("Dlouhý text oznámení. ", 2000)
	check(t, s.pool.Tx(t.Context(), db.Scope{Office: s.here.ID, Actor: "test"}, func(tx *db.Tx) error {
		for range 120 {
			n := board.New{Origin: board.Typed, Content: board.Content{Kind: "oznameni", Title: "Oznámení", Text: text, Issuer: "Obec"}}
			if _, err := s.Kinds.Make(t.Context(), tx, n, monday); err != nil {
				return err
			}
		}
		return nil
	}))
	r := s.ask("/urady/hejnice/deska.jsonld")
	body, err := io.ReadAll(r.Body)
	check(t, err)
	b, err := ofn.Parse(strings.NewReader(string(body)), 0)
	if err != nil || len(b.Notices) != 120 || len(body) < 5<<20 || s.Shelf.Kept() != 0 {
		t.Fatal(err, len(body), s.Shelf.Kept())
	}
	if same := s.ask("/urady/hejnice/deska.jsonld", "If-None-Match", r.Header.Get("ETag")); same.StatusCode != 304 {
		t.Error(same.StatusCode)
	}
}
