package routing

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"epom/internal/testdb"
	"epom/territory"
)

var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

// real is a file of outside data; without EPOM_REAL_DATA the test ends and says that it was left out.
func real(t *testing.T, parts ...string) string {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", root)
		}
	}
	return filepath.Join(append([]string{root}, parts...)...)
}

// wholeCountry is an engine over the real list of municipalities.
func wholeCountry(t *testing.T) (*Engine, string) {
	file := real(t, "territory", "obce.csv")
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	if _, err := territory.Import(ctx, owner, territory.Options{Now: today}, file); err != nil {
		t.Fatal(err)
	}
	if err := Seed(ctx, owner); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	return s.Engine(), file
}

// Every municipality's ORP and POÚ agree with the list, at the level and through agendas.
func TestRealJurisdiction(t *testing.T) {
	t.Parallel()
	e, file := wholeCountry(t)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, c := range all[0] {
		at[c] = i
	}
	checked := 0
	for _, rec := range all[1:] {
		code, _ := strconv.Atoi(rec[at["code"]])
		for level, column := range map[Level]string{ORP: "orp_seat", POU: "pou_seat"} {
			card, err := e.OfLevel(level, code, today)
			if err != nil {
				t.Fatal(err)
			}
			if card == nil || strconv.Itoa(card.SeatCode) != rec[at[column]] {
				t.Errorf("%d %s: %+v, want seat %s", code, level, card, rec[at[column]])
			}
			checked++
		}
		d, err := e.Resolve(Query{Agenda: "rybarsky-listek", Municipality: code, On: today})
		if err != nil {
			t.Fatal(err)
		}
		if strconv.Itoa(d.Office.SeatCode) != rec[at["orp_seat"]] {
			t.Errorf("fishing licence of %d goes to %s, want %s", code, d.Office.Name, rec[at["orp_seat"]])
		}
		card, err := e.OfLevel(Obec, code, today)
		if err != nil {
			t.Fatal(err)
		}
		military := rec[at["status_code"]] == "1"
		if military != (card == nil) || card != nil && card.SeatCode != code {
			t.Errorf("office of %d: %+v", code, card)
		}
		if card, err = e.OfLevel(Kraj, code, today); err != nil || card == nil || card.Seat == "" {
			t.Errorf("region of %d: %+v %v", code, card, err)
		}
	}
	if checked != 2*6258 {
		t.Errorf("checked %d", checked)
	}
}
