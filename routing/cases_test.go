package routing

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/internal/testdb"
	"epom/territory"
)

// a case as a lawyer writes it; see tests/fixtures/cases/routing/README.md.
type lawCase struct {
	Case         string   `json:"case"`
	Land         string   `json:"land"`
	Agenda       string   `json:"agenda"`
	Municipality int      `json:"municipality"`
	On           string   `json:"on"`
	Road         string   `json:"road"`
	Level        Level    `json:"level"`
	Office       string   `json:"office"`
	As           Level    `json:"as"`
	Because      []string `json:"because"`
	Doubts       []Doubt  `json:"doubts"`
	TakesIn      string   `json:"takes_in"`
	Source       string   `json:"source"`
}

const fixtures = "../tests/fixtures"

// country is an engine over a handful of municipalities of the whole country, in two states of 2016 and 2021.
func country(t *testing.T) *Engine {
	t.Helper()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	for _, f := range []string{"20160101_country.csv", "20210101_country.csv"} {
		if _, err := territory.Import(ctx, owner, territory.Options{Now: today}, filepath.Join(fixtures, "territory", f)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Seed(ctx, owner); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	return s.Engine()
}

func TestCases(t *testing.T) {
	t.Parallel()
	region, _ := demo(t)
	engines := map[string]*Engine{"demo": region.Engine(), "country": country(t)}
	files, err := filepath.Glob(filepath.Join(fixtures, "cases/routing/*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var cases []lawCase
		in := json.NewDecoder(strings.NewReader(string(raw)))
		in.DisallowUnknownFields()
		if err := in.Decode(&cases); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for _, c := range cases {
			t.Run(c.Case, func(t *testing.T) { check(t, engines[c.Land], c) })
		}
	}
}

func check(t *testing.T, e *Engine, c lawCase) {
	on, err := time.Parse(time.DateOnly, c.On)
	if err != nil || c.Source == "" || len(c.Because) == 0 {
		t.Fatalf("a case needs a day, a source and a reason: %+v %v", c, err)
	}
	d, err := e.Resolve(Query{Agenda: c.Agenda, Municipality: c.Municipality, RoadClass: c.Road, Level: c.Level, On: on})
	if err != nil {
		t.Fatal(err)
	}
	got, as := "", Level("")
	if d.Office != nil {
		got, as = d.Office.Name, d.Office.Level
	}
	var why []string
	for _, r := range d.Reasons {
		why = append(why, r.Text("cs"))
	}
	reasons := strings.Join(why, "\n")
	if got != c.Office || as != c.As {
		t.Errorf("%q as %q, want %q as %q\n%s", got, as, c.Office, c.As, reasons)
	}
	for _, words := range c.Because {
		if !strings.Contains(reasons, words) {
			t.Errorf("the reasons do not say %q:\n%s", words, reasons)
		}
	}
	for _, x := range c.Doubts {
		if !slices.Contains(d.Unverified, x) {
			t.Errorf("the answer does not admit %q, only %v", x, d.Unverified)
		}
	}
	if c.TakesIn != "" && (len(d.TakesIn) != 1 || d.TakesIn[0].Name != c.TakesIn) {
		t.Errorf("taken in by %+v, want %s", d.TakesIn, c.TakesIn)
	}
}
