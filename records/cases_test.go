package records_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"epom/internal/testdb"
	"epom/records"
)

// The cases a lawyer reads and adds to, counted with the law that the migrations bring.
func TestCasesOfDeadlines(t *testing.T) {
	t.Parallel()
	law, err := records.LoadLaw(t.Context(), testdb.New(t))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../tests/fixtures/cases/deadlines/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files of cases (%v)", len(files), err)
	}
	type day = string
	for _, file := range files {
		var set struct {
			Cases []struct {
				Name, Rule string
				Event, Due day
				Days       int
				Extended   int
				Stands     bool
				Pauses     []struct{ From, To day }
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &set); err != nil || len(set.Cases) == 0 {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range set.Cases {
			term := records.Term{Rule: records.Rule{Days: c.Days, Unit: "day", Shift: true}, Starts: date(t, c.Event), Extended: c.Extended}
			if c.Rule != "" {
				if term.Rule, err = law.Rule(c.Rule, term.Starts); err != nil {
					t.Fatalf("%s: %v", c.Name, err)
				}
			}
			for _, p := range c.Pauses {
				pause := records.Pause{From: date(t, p.From), Why: "výzva"}
				if p.To != "" {
					to := date(t, p.To)
					pause.To = &to
				}
				term.Pauses = append(term.Pauses, pause)
			}
			due := term.Due(law.Calendar)
			if due.Stands != c.Stands || !c.Stands && !due.On.Equal(date(t, c.Due)) {
				t.Errorf("%s: %s (stands %v), want %s\n%v", c.Name, due.On.Format(time.DateOnly), due.Stands, c.Due, due.How)
			}
		}
	}
}

func date(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
