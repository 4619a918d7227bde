package territory

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// real is a folder of outside data; without the variable the test ends and says that it was left out.
func real(t *testing.T, folder string) string {
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
	return filepath.Join(root, folder)
}

var now = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func TestRealMunicipalities(t *testing.T) {
	dir := real(t, "territory")
	b := newBed(t)
	r := b.take(Options{}, filepath.Join(dir, "obce.csv"))
	for kind, want := range map[string]int{"municipality": 6258, "region": 14, "district": 77, "orp": 206, "pou": 393} {
		if got := r.Changes[kind].Added; got != want {
			t.Errorf("%s: %d, want %d", kind, got, want)
		}
	}
	s := b.store()
	labels, names := map[string]int{}, map[string]int{}
	military := 0
	for _, m := range s.Snapshot().Municipalities() {
		labels[m.Label]++
		names[m.Name]++
		if m.OfficeName() == "" {
			military++
		}
		c, err := s.Chain(m.Code, now)
		if err != nil || c.POU == nil || c.ORP == nil || c.District == nil || c.Region == nil || c.Region.SeatCode == 0 || c.POU.ParentCode != c.ORP.Code {
			t.Errorf("%s: %+v %v", m.Label, c, err)
		}
	}
	for l, n := range labels {
		if n > 1 {
			t.Errorf("%d municipalities are called %q", n, l)
		}
	}
	shared, of := 0, 0
	for _, n := range names {
		if n > 1 {
			shared, of = shared+1, of+n
		}
	}
	if shared != 591 || of != 1503 || military != 4 {
		t.Errorf("%d names shared by %d municipalities, %d military districts", shared, of, military)
	}
	for typed, want := range map[string]string{"praha": "Praha", "brno": "Brno, okres Brno-město", "usti nad lab": "Ústí nad Labem, okres Ústí nad Labem",
		"pencin jablonec": "Pěnčín, okres Jablonec nad Nisou"} {
		if got := s.SearchMunicipalities(typed, nil, 3); len(got) == 0 || got[0].Label != want {
			t.Errorf("%q: %v", typed, got)
		}
	}
	if got := s.SearchMunicipalities("brezina", &Point{49.31, 16.74}, 3); len(got) == 0 || got[0].Code != 581429 {
		t.Errorf("the nearest Březina: %v", labelsOf(got))
	}
	// All lists of the folder together, the official ones too: nothing is lost, no chain moves.
	r = b.take(Options{}, dir)
	if c := r.Changes["municipality"]; c.Added != 0 || c.Ended != 0 || len(r.Files) < 10 {
		t.Errorf("%+v %v", c, r.Files)
	}
	if r.Changes["part"].Added != 15106 {
		t.Errorf("parts: %+v", r.Changes["part"])
	}
}

func labelsOf(ms []*Municipality) (out []string) {
	for _, m := range ms {
		out = append(out, m.Label)
	}
	return out
}

// Nine municipalities went over to another ORP between 2016 and 2026; the older state is known for the older days.
func TestRealTransfers(t *testing.T) {
	dir := real(t, "territory")
	b := newBed(t)
	load := func(name string) []map[string]string {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		out := make([]map[string]string, 0, len(all))
		for _, rec := range all[1:] {
			row := map[string]string{}
			for i, c := range all[0] {
				row[c] = rec[i]
			}
			out = append(out, row)
		}
		return out
	}
	list := load("obce.csv")
	head := strings.Split(strings.TrimSpace(listHead), ",")
	byCSU := map[string]map[string]string{}
	for _, r := range list {
		byCSU[r["orp_code_csu"]] = r
	}
	moved := map[string]string{} // municipality → ČSÚ code of its ORP in 2016
	for _, r := range load("obce_presun_orp_pou_2016_2026.csv") {
		if r["level"] == "orp" {
			moved[r["code"]] = r["csu_2016"]
		}
	}
	var old, present strings.Builder
	write := func(w *strings.Builder, r map[string]string) {
		cells := make([]string, len(head))
		for i, c := range head {
			cells[i] = r[c]
		}
		cw := csv.NewWriter(w)
		_ = cw.Write(cells)
		cw.Flush()
	}
	old.WriteString(listHead)
	present.WriteString(listHead)
	for _, r := range list {
		write(&present, r)
		if csu, ok := moved[r["code"]]; ok {
			was := byCSU[csu]
			before := map[string]string{}
			for k, v := range r {
				before[k] = v
			}
			for _, k := range []string{"orp_code", "orp_code_csu", "orp_name", "orp_seat", "pou_code", "pou_code_csu", "pou_name", "pou_seat"} {
				before[k] = was[k]
			}
			r = before
		}
		write(&old, r)
	}
	b.take(Options{}, b.write("20160101_obce.csv", old.String()))
	r := b.take(Options{}, b.write("20260831_obce.csv", present.String()))
	if c := r.Changes["municipality"]; len(moved) != 9 || c.Changed != 9 || c.Added+c.Ended != 0 {
		t.Fatalf("%d moved: %+v", len(moved), c)
	}
	s := b.store()
	for code, csu := range moved {
		n, _ := strconv.Atoi(code)
		was, err1 := s.Chain(n, day("2017-06-01"))
		is, err2 := s.Chain(n, day("2026-09-01"))
		if err1 != nil || err2 != nil || was.ORP.CSUCode != csu || is.ORP.CSUCode == csu {
			t.Errorf("%s: %+v → %+v", code, was.ORP, is.ORP)
		}
	}
}

func TestRealAddresses(t *testing.T) {
	dir := real(t, "ruian")
	b := newBed(t)
	for _, c := range []struct {
		path                  string
		added, changed, ended int
	}{{"adr-2018/initial", 5697, 0, 0}, {"dobrohost_ADR.csv", 18, 0, 0}, {"Addresses.zip", 16, 0, 0}, {"adr-2018/update", 12, 0, 0}, {"adr-2018/update", 0, 0, 0}} {
		r := b.take(Options{}, filepath.Join(dir, c.path))
		if got := r.Changes["address"]; got.Added != c.added || got.Changed != c.changed || got.Ended != c.ended {
			t.Errorf("%s: %+v, want %+v", c.path, got, c)
		}
	}
	b.refuse(Options{}, filepath.Join(dir, "adr-2018/initial/20171130_OB_500020_ADR.csv"), "30. 11. 2017 je starší", "31. 5. 2018")
	s := b.store()
	for typed, want := range map[string]string{"krhova hlav 1": "Hlavní 1, 756 63 Krhová", "dobrohost 20": "č. p. 20, 380 01 Dobrohošť",
		"mnichovice svahova 1": "Svahová 1, Božkov, 251 64 Mnichovice"} {
		found, err := s.SearchAddresses(context.Background(), typed, 0, 5)
		if err != nil || len(found) == 0 || found[0].String() != want {
			t.Errorf("%q: %v %v", typed, found, err)
		}
	}
}
