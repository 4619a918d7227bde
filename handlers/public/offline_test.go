package public_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"epom/internal/i18n"
)

type offlineAnswer struct {
	Reference, PIN, Number, Office, Why, Error string
	Fresh, ClockWrong                          bool
	Findings                                   []any
}

// offline sends an item and reads the answer.
func (b *browser) offline(status int, item map[string]any) (a offlineAnswer) {
	b.t.Helper()
	data, err := json.Marshal(item)
	check(b.t, err)
	check(b.t, json.Unmarshal([]byte(b.post("/api/offline/podani", "podani", string(data)).is(b.t, status).Text), &a))
	return a
}

func offlineItem() map[string]any {
	return map[string]any{"key": strings.Repeat("a", 32), "code": "zkouska", "version": 1, "lang": "cs", "filledAt": "2026-09-12T10:00:00Z", "clock": "2026-09-14T08:00:00Z",
		"answers": map[string]any{"obec": map[string]any{"code": 564044, "name": "Hejnice"}, "cizi": false, "stromy": []any{map[string]any{"druh": "lípa", "obvod": 120}},
			"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"}}}
}

func TestOfflineSend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	phone, tablet := s.browser(t), s.browser(t)
	first := phone.offline(200, offlineItem())
	if first.Reference == "" || len(first.PIN) != 6 || first.Number == "" || first.Office != "Městský úřad Hejnice" || !first.Fresh || first.ClockWrong {
		t.Fatalf("%+v", first)
	}
	second := tablet.offline(200, offlineItem())
	if second.Reference != first.Reference || second.Fresh {
		t.Errorf("from another device: %+v, first %+v", second, first)
	}
	old := offlineItem()
	old["key"], old["clock"], old["filledAt"] = strings.Repeat("b", 32), "1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z"
	if a := phone.offline(200, old); !a.ClockWrong {
		t.Errorf("a clock of 1990: %+v", a)
	}
	wrong := offlineItem()
	wrong["key"] = strings.Repeat("c", 32)
	delete(wrong["answers"].(map[string]any), "stromy")
	if a := phone.offline(422, wrong); a.Why != "unfinished" || len(a.Findings) == 0 || a.Error == "" {
		t.Errorf("unfinished: %+v", a)
	}
	lost := offlineItem()
	lost["key"] = strings.Repeat("d", 32)
	lost["answers"].(map[string]any)["plan"] = []any{map[string]any{"id": "x1", "name": "plán.pdf", "size": 10, "type": "application/pdf"}}
	if a := phone.offline(422, lost); a.Why != "refused" || !strings.Contains(a.Error, "plán.pdf") {
		t.Errorf("a file that did not come: %+v", a)
	}
	gone := offlineItem()
	gone["key"], gone["answers"].(map[string]any)["obec"] = strings.Repeat("e", 32), map[string]any{"code": 546631, "name": "Bílý Potok"}
	if a := phone.offline(409, gone); a.Why != "elsewhere" {
		t.Errorf("an office that takes nothing: %+v", a)
	}
	if a := phone.offline(422, map[string]any{"key": "x"}); a.Error == "" {
		t.Errorf("a broken item: %+v", a)
	}
	var n int
	if check(t, s.owner.Get(&n, `SELECT count(*) FROM submission`)); n != 2 {
		t.Errorf("%d submissions, want 2", n)
	}
}

// What is stored of a form names the office of each municipality.
func TestOfflineForm(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	var f struct {
		Code    string
		Offices []string
		Takes   []bool
		Towns   [][]any
		Routes  []int
	}
	check(t, json.Unmarshal([]byte(b.get("/offline/formulare/zkouska").is(t, 200).Text), &f))
	found := 0
	for i, town := range f.Towns {
		if town[1] == "Hejnice" || town[1] == "Bílý Potok" {
			found++
			if at := f.Routes[i]; at < 0 || !strings.HasSuffix(f.Offices[at], town[1].(string)) || f.Takes[at] != (town[1] == "Hejnice") {
				t.Errorf("%v → %v", town, f.Routes[i])
			}
		}
	}
	if found != 2 || len(f.Routes) != len(f.Towns) {
		t.Errorf("%+v", f)
	}
	b.get("/offline").is(t, 200).has(t, "(PDF)")
	b.get("/offline/engine-x.wasm").is(t, 404)
	b.get("/offline/formulare/neni").is(t, 404)
}

// Every sentence of the script is translated.
func TestOfflineTexts(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../static/src/offline.js")
	check(t, err)
	said := regexp.MustCompile(`\bt\('([^']+)'`).FindAllStringSubmatch(string(script), -1)
	if len(said) < 40 {
		t.Fatalf("%d texts found", len(said))
	}
	for _, m := range said {
		for _, lang := range i18n.Languages {
			if !i18n.Has(lang, m[1]) {
				t.Errorf("%s lacks %q", lang, m[1])
			}
		}
	}
}
