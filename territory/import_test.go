package territory

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"golang.org/x/text/encoding/charmap"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

const listHead = "code,name,status_code,status,district_code,district_lau,district,region_code,region_nuts3,region,orp_code,orp_code_csu,orp_name,orp_seat,pou_code,pou_code_csu,pou_name,pou_seat,zip,zip_all,lat,lon,ico,population_2022,building_office_id,building_office\n"

// village is a row of the derived list.
func village(code int, name string, orp int, population int) string {
	return fmt.Sprintf("%d,%s,2,obec,3505,CZ0513,Liberec,78,CZ051,Liberecký kraj,%d,51%02d,Úřad %d,%d,%d,51%02d1,Úřad %d,%d,46362,46362,50.87,15.18,00262803,%d,,\n",
		code, name, orp, orp, orp, 500000+orp, orp, orp, orp, 500000+orp, population)
}

func seats(more string) string {
	return listHead + village(500001, "První", 1, 9000) + village(500002, "Druhá", 2, 8000) + more
}

const addressHead = "Kód ADM;Kód obce;Název obce;Kód MOMC;Název MOMC;%s;Kód části obce;Název části obce;Kód ulice;Název ulice;Typ SO;Číslo domovní;Číslo orientační;Znak čísla orientačního;PSČ;Souřadnice Y;Souřadnice X;Platí Od\r\n"

var (
	newHead = fmt.Sprintf(addressHead, "Kód obvodu Prahy;Název obvodu Prahy")
	oldHead = fmt.Sprintf(addressHead, "Kód MOP;Název MOP")
)

// houses are address rows of a municipality; street may be empty.
func houses(first, n, municipality int, name, street string) string {
	var b strings.Builder
	code := ""
	if street != "" {
		code = fmt.Sprint(municipality * 10)
	}
	for i := range n {
		fmt.Fprintf(&b, "%d;%d;%s;;;;;%d;%s;%s;%s;č.p.;%d;;;46362;674321.5;%d.12;2013-12-01T00:00:00\r\n", first+i, municipality, name, municipality*2, name, code, street, i+1, 960000+i)
	}
	return b.String()
}

type bed struct {
	*testing.T
	db    *db.DB
	owner *sqlx.DB
	dir   string
}

func newBed(t *testing.T) *bed {
	t.Helper()
	t.Parallel()
	d := testdb.New(t)
	return &bed{t, d, testdb.Owner(t, d), t.TempDir()}
}

func (b *bed) write(name, text string) string {
	b.Helper()
	p := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return p
}

func (b *bed) take(o Options, paths ...string) *Report {
	b.Helper()
	o.Now = now
	r, err := Import(context.Background(), b.owner, o, paths...)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// refuse expects an import to fail with words in the message, and to change nothing.
func (b *bed) refuse(o Options, path string, words ...string) {
	b.Helper()
	before := b.print()
	o.Now = now
	_, err := Import(context.Background(), b.owner, o, path)
	if !errs.Is(err, errs.Invalid) {
		b.Fatalf("%s: %v, want Invalid", filepath.Base(path), err)
	}
	for _, w := range words {
		if !strings.Contains(errs.Message(err), w) {
			b.Errorf("message lacks %q: %s", w, errs.Message(err))
		}
	}
	if after := b.print(); after != before {
		b.Errorf("a refused import changed the database:\n%s\n%s", before, after)
	}
}

// print is a fingerprint of all that an import may change.
func (b *bed) print() string {
	b.Helper()
	var out string
	for _, t := range []string{"area", "municipality", "address", "address_past", "address_place", "territory_state", "territory_import"} {
		var s string
		if err := b.owner.Get(&s, fmt.Sprintf(`SELECT count(*) || ' ' || COALESCE(md5(string_agg(CAST(t AS text), '|' ORDER BY CAST(t AS text))), '') FROM %s t`, t)); err != nil {
			b.Fatal(err)
		}
		out += t + " " + s + "\n"
	}
	return out
}

func (b *bed) store() *Store {
	b.Helper()
	s, err := Open(context.Background(), b.db)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// A newer state becomes a difference: what was is still known for its days.
func TestListsAreDated(t *testing.T) {
	b := newBed(t)
	b.take(Options{}, b.write("20200101_obce.csv", seats(village(500010, "Lhota", 1, 100)+village(500011, "Stará", 1, 50)+village(500012, "Zaniklá", 1, 5))))
	r := b.take(Options{}, b.write("20260101_obce.csv", seats(village(500010, "Lhota", 2, 120)+village(500011, "Nová", 1, 50)+village(500013, "Vzniklá", 2, 7))))
	if c := r.Changes["municipality"]; c.Added != 1 || c.Changed != 2 || c.Ended != 1 {
		t.Errorf("%+v", c)
	}
	if all := strings.Join(r.Changes["municipality"].Examples, "\n"); !strings.Contains(all, "ORP Úřad 1 → Úřad 2") || !strings.Contains(all, "název Stará → Nová") {
		t.Errorf("examples: %s", all)
	}
	s := b.store()
	for _, c := range []struct {
		code int
		on   string
		orp  int
		name string
	}{{500010, "2019-12-31", 1, "Lhota"}, {500010, "2025-12-31", 1, "Lhota"}, {500010, "2026-01-01", 2, "Lhota"},
		{500011, "2025-12-31", 1, "Stará"}, {500011, "2026-01-01", 1, "Nová"}, {500012, "2025-12-31", 1, "Zaniklá"}, {500013, "2026-01-01", 2, "Vzniklá"}} {
		got, err := s.Chain(c.code, day(c.on))
		if err != nil || got.ORP.Code != c.orp || got.Municipality.Name != c.name || got.POU == nil || got.District.Name != "Liberec" || got.Region.Name != "Liberecký kraj" {
			t.Errorf("%d on %s: %+v %v", c.code, c.on, got, err)
		}
	}
	for code, on := range map[int]string{500012: "2026-01-01", 500013: "2025-12-31", 999999: "2026-01-01"} {
		if _, err := s.Chain(code, day(on)); !errs.Is(err, errs.NotFound) {
			t.Errorf("%d on %s: %v", code, on, err)
		}
	}
	b.refuse(Options{}, b.write("20250101_obce.csv", seats(village(500010, "Lhota", 1, 100))), "je starší", "1. 1. 2026", "Nic se nezměnilo")
	if again := b.take(Options{}, filepath.Join(b.dir, "20260101_obce.csv")); !again.Empty() {
		t.Errorf("the same state again: %+v", again.Changes)
	}
}

func TestBrokenListsChangeNothing(t *testing.T) {
	b := newBed(t)
	many := ""
	for i := range 200 {
		many += village(510000+i, fmt.Sprintf("Obec %d", i), 1, i)
	}
	whole := seats(many)
	b.take(Options{}, b.write("20260101_obce.csv", whole))
	lines := strings.SplitAfter(whole, "\n")
	for name, c := range map[string]struct {
		text  string
		words []string
	}{
		"half":     {strings.Join(lines[:50], "") + lines[50][:40], []string{"20260201_obce.csv, řádek 51", "neúplný"}},
		"cut":      {strings.Join(lines[:60], ""), []string{"chybí", "z 202", "--force"}},
		"no name":  {seats("") + strings.Replace(village(500010, "Lhota", 1, 1), "Lhota", "", 1), []string{"řádek 4", "name je prázdný"}},
		"letters":  {seats("") + strings.Replace(village(500010, "Lhota", 1, 1), "500010", "5000x0", 1), []string{"řádek 4", "5000x0"}},
		"header":   {listHead, []string{"jen záhlaví"}},
		"empty":    {"", []string{"prázdný"}},
		"stranger": {"a,b,c\n1,2,3\n", []string{"neznámé uspořádání"}},
	} {
		t.Run(name, func(t *testing.T) {
			inner := &bed{t, b.db, b.owner, filepath.Join(b.dir, name)}
			inner.refuse(Options{}, inner.write("20260201_obce.csv", c.text), c.words...)
		})
	}
	if r := b.take(Options{Force: true}, b.write("20260201_obce.csv", strings.Join(lines[:60], ""))); r.Changes["municipality"].Ended == 0 {
		t.Errorf("forced: %+v", r.Changes)
	}
}

// The code list of ČÚZK knows POÚ and district only; the rest follows from them, in either encoding.
func TestOfficialList(t *testing.T) {
	for name, encode := range map[string]func(string) string{"UTF-8": func(s string) string { return s }, "BOM": func(s string) string { return "\ufeff" + s },
		"CP1250": func(s string) string {
			out, err := charmap.Windows1250.NewEncoder().String(s)
			if err != nil {
				panic(err)
			}
			return out
		}} {
		t.Run(name, func(t *testing.T) {
			b := newBed(t)
			b.take(Options{State: day("2026-01-01")}, b.write("obce.csv", seats(village(500010, "Lhota", 1, 100))))
			r := b.take(Options{}, b.write("UI_OBEC.csv", encode("KOD;NAZEV;STATUS_KOD;POU_KOD;OKRES_KOD;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n"+
				"500001;První;2;1;3505;18.09.2025 00:00:00;;\r\n500002;Druhá;2;2;3505;18.09.2025 00:00:00;;\r\n"+
				"500010;Žlutá Lhota;3;2;3505;11.02.2026 00:00:00;;\r\n500099;Brdy;1;1;3505;01.01.2000 00:00:00;31.12.2015 00:00:00;\r\n")))
			if c := r.Changes["municipality"]; c.Changed != 1 || c.Added != 0 || c.Ended != 0 {
				t.Errorf("%+v", c)
			}
			s := b.store()
			got, err := s.Chain(500010, day("2026-02-11"))
			if err != nil || got.Municipality.Name != "Žlutá Lhota" || got.ORP.Code != 2 || got.Municipality.Status != Town || got.Municipality.Population != 100 {
				t.Errorf("%+v %v", got.Municipality, err)
			}
			if before, err := s.Municipality(500010, day("2026-02-10")); err != nil || before.Name != "Lhota" {
				t.Errorf("%+v %v", before, err)
			}
		})
	}
}

// The code lists of ČÚZK alone make the whole territory; their exports may end with a mark that is no row.
func TestOfficialListsFromNothing(t *testing.T) {
	b := newBed(t)
	dates := ";01.01.2000 00:00:00;;\r\n"
	for name, text := range map[string]string{
		"UI_VUSC":      "KOD;NAZEV;REGSOUDR_KOD;NUTS_LAU;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n78;Liberecký kraj;60;CZ051" + dates + "19;Hlavní město Praha;19;CZ010" + dates,
		"UI_OKRES":     "KOD;NAZEV;VUSC_KOD;KRAJ_1960_KOD;NUTS_LAU;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n3505;Liberec;78;51;CZ0513" + dates + "9999;Hlavní město Praha;19;19;CZ0100" + dates,
		"UI_ORP":       "KOD;NAZEV;SPRAVNI_OBEC_KOD;VUSC_KOD;OKRES_KOD;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n809;Frýdlant;564028;78;3505" + dates + "19;Praha;554782;19;9999" + dates,
		"UI_POU":       "KOD;NAZEV;ORP_KOD;SPRAVNI_OBEC_KOD;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n1724;Frýdlant;809;564028" + dates + "19;Praha;19;554782" + dates,
		"UI_OBEC":      "KOD;NAZEV;STATUS_KOD;POU_KOD;OKRES_KOD;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n564028;Frýdlant;3;1724;3505" + dates + "564044;Hejnice;3;1724;3505" + dates + "554782;Praha;5;19;9999" + dates,
		"UI_CAST_OBCE": "KOD;NAZEV;OBEC_KOD;PLATI_OD;PLATI_DO;DATUM_VZNIKU\r\n37915;Hejnice;564044" + dates + "37907;Ferdinandov;564044" + dates,
	} {
		coded, err := charmap.Windows1250.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		b.write("lists/"+name+".csv", coded+"\x1a")
	}
	b.take(Options{}, filepath.Join(b.dir, "lists"))
	s := b.store()
	c, err := s.Chain(564044, now)
	if err != nil || c.ORP.SeatCode != 564028 || c.Region.SeatCode != 563889 || c.District.CSUCode != "CZ0513" || len(s.Snapshot().Parts(564044)) != 2 {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := s.Chain(554782, now); err != nil || c.District.Code != 3100 || c.ORP.SeatCode != 554782 || c.Region.SeatCode != 554782 {
		t.Errorf("%+v %v", c, err)
	}
}

// Lists of ČSÚ speak its own codes and carry people, names and belonging.
func TestListsOfCSU(t *testing.T) {
	b := newBed(t)
	b.take(Options{State: day("2026-01-01")}, b.write("obce.csv", seats(village(500010, "Lhota", 1, 100))))
	b.take(Options{State: day("2026-02-01")}, b.write("people.csv", "\ufeffZUJ_Cislo;ZUJ_Nazev;Kraj_Cislo;Kraj_Nazev;ORP_Cislo;ORP_Nazev;KOD;Pocet_Obyvatel\n500010;Lhota;CZ051;Liberecký kraj;5101;Úřad 1;1;321\nCelkem;;;;;;;321\n"))
	b.take(Options{State: day("2026-03-01")}, b.write("orp.csv", `"KODJAZ","AKRCIS","KODCIS","CHODNOTA","ZKRTEXT","TEXT","ADMPLOD","ADMNEPO"`+"\n"+
		`"CS","CISORP","65","5102","Druhá","Druhá nad Nisou","2003-01-01","9999-09-09"`+"\n"))
	b.take(Options{State: day("2026-04-01")}, b.write("link.csv", `"KODJAZ","TYPVAZ","AKRCIS1","KODCIS1","CHODNOTA1","TEXT1","AKRCIS2","KODCIS2","CHODNOTA2","TEXT2"`+"\n"+
		`"CS","NAD","CISORP","65","5102","Druhá","OBEC","43","500010","Lhota"`+"\n"))
	got, err := b.store().Chain(500010, day("2026-04-01"))
	if err != nil || got.Municipality.Population != 321 || got.ORP.Name != "Druhá nad Nisou" {
		t.Errorf("%+v %+v %v", got.Municipality, got.ORP, err)
	}
	if before, err := b.store().Chain(500010, day("2026-03-31")); err != nil || before.ORP.Code != 1 {
		t.Errorf("%+v %v", before.ORP, err)
	}
}

func TestAddressesInEveryWrapping(t *testing.T) {
	b := newBed(t)
	b.take(Options{}, b.write("obce.csv", seats(village(500010, "Žďár", 1, 100))))
	cp, err := charmap.Windows1250.NewEncoder().String(newHead + houses(1001, 3, 500010, "Žďár", "Šípková"))
	if err != nil {
		t.Fatal(err)
	}
	b.write("folder/20260131_OB_500010_ADR.csv", cp)
	b.write("folder/readme.txt", "nothing")
	r := b.take(Options{}, filepath.Join(b.dir, "folder"))
	if c := r.Changes["address"]; c.Added != 3 || len(r.Skipped) != 1 {
		t.Errorf("%+v %+v", c, r.Skipped)
	}
	// The same in UTF-8 with the older header, zipped: nothing changes.
	zipped := filepath.Join(b.dir, "20260131_OB_500010_ADR.csv.zip")
	f, err := os.Create(zipped)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	w, _ := z.Create("CSV/20260131_OB_500010_ADR.csv")
	_, _ = w.Write([]byte(oldHead + houses(1001, 3, 500010, "Žďár", "Šípková")))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if r := b.take(Options{}, zipped); !r.Empty() {
		t.Errorf("%+v", r.Changes)
	}
	a, err := b.store().Address(context.Background(), 1002)
	if err != nil || a.String() != "Šípková 2, 463 62 Žďár" || a.Y != 674321.5 || a.X != 960001.12 || a.MunicipalityCode != 500010 || a.Part != "Žďár" {
		t.Errorf("%+v %v", a, err)
	}
}

func TestAddressesAreDated(t *testing.T) {
	b := newBed(t)
	b.take(Options{}, b.write("obce.csv", seats(village(500010, "Lhota", 1, 100)+village(500011, "Vedlejší", 1, 90))))
	b.take(Options{}, b.write("20260131_OB_500010_ADR.csv", newHead+houses(1001, 4, 500010, "Lhota", "")),
		b.write("20260131_OB_500011_ADR.csv", newHead+houses(2001, 2, 500011, "Vedlejší", "")))
	next := strings.Replace(houses(1001, 3, 500010, "Lhota", ""), "č.p.;1;;", "č.p.;77;;", 1) + houses(1009, 1, 500010, "Lhota", "")
	r := b.take(Options{}, b.write("20260228_OB_500010_ADR.csv", newHead+next))
	if c := r.Changes["address"]; c.Added != 1 || c.Changed != 1 || c.Ended != 1 || len(c.Examples) != 3 {
		t.Errorf("%+v", c)
	}
	s, ctx := b.store(), context.Background()
	for _, c := range []struct {
		code int
		on   string
		want string
	}{{1001, "2026-02-27", "č. p. 1, 463 62 Lhota"}, {1001, "2026-02-28", "č. p. 77, 463 62 Lhota"}, {1004, "2026-02-27", "č. p. 4, 463 62 Lhota"},
		{1004, "2026-02-28", ""}, {2002, "2026-03-31", "č. p. 2, 463 62 Vedlejší"}, {1001, "2013-11-30", ""}} {
		got := ""
		if a, err := s.AddressOn(ctx, c.code, day(c.on)); err == nil {
			got = a.String()
		} else if !errs.Is(err, errs.NotFound) {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%d on %s: %q, want %q", c.code, c.on, got, c.want)
		}
	}
	b.refuse(Options{}, b.write("20260215_OB_500010_ADR.csv", newHead+next), "je starší")
}

func TestBrokenAddressesChangeNothing(t *testing.T) {
	b := newBed(t)
	b.take(Options{}, b.write("obce.csv", seats(village(500010, "Lhota", 1, 100))))
	good := houses(1001, 90, 500010, "Lhota", "Krátká")
	b.take(Options{}, b.write("20260131_OB_500010_ADR.csv", newHead+good))
	lines := strings.SplitAfter(good, "\n")
	for name, c := range map[string]struct {
		text  string
		words []string
	}{
		"half a line":    {newHead + strings.Join(lines[:30], "") + lines[30][:30], []string{"řádek 32", "19 sloupců", "neúplný"}},
		"half a date":    {newHead + strings.TrimSuffix(good, "3-12-01T00:00:00\r\n"), []string{"řádek 91", "datum"}},
		"cut at a line":  {newHead + strings.Join(lines[:40], ""), []string{"chybí 50 z 90", "--force"}},
		"twice":          {newHead + good + lines[3], []string{"řádek 92", "1004", "dvakrát"}},
		"zip":            {newHead + strings.Replace(good, ";46362;", ";463 62;", 1), []string{"řádek 2", "PSČ"}},
		"kind":           {newHead + strings.Replace(good, "č.p.", "dům", 1), []string{"řádek 2", "typ čísla"}},
		"code":           {newHead + strings.Replace(good, "1001;", "10O1;", 1), []string{"řádek 2", "10O1"}},
		"another place":  {newHead + good + houses(5001, 1, 500011, "Jiná", ""), []string{"řádek 92", "500011"}},
		"columns":        {"Kód ADM;Kód obce\r\n1;2\r\n", []string{"19 sloupců"}},
		"broken letters": {newHead + strings.ReplaceAll(good, "Krátká", "Kr\xffatk\xe1"), []string{"poškozenou češtinu"}},
	} {
		t.Run(name, func(t *testing.T) {
			inner := &bed{t, b.db, b.owner, filepath.Join(b.dir, name)}
			inner.refuse(Options{}, inner.write("20260228_OB_500010_ADR.csv", c.text), c.words...)
		})
	}
	t.Run("half a zip", func(t *testing.T) {
		inner := &bed{t, b.db, b.owner, filepath.Join(b.dir, "zip")}
		inner.refuse(Options{}, inner.write("20260228_OB_ADR_csv.zip", "PK\x03\x04 and no end"), "zip nejde otevřít", "stáhněte ho znovu")
	})
}

func FuzzAddressLine(f *testing.F) {
	for _, l := range strings.Split(houses(1001, 2, 500010, "Lhota", "Krátká"), "\r\n") {
		f.Add([]byte(l))
	}
	f.Add([]byte(";;;;;;;;;;;;;;;;;;"))
	p := newAddressParser() // what was met before does not matter here
	f.Fuzz(func(t *testing.T, line []byte) {
		clear(p.places)
		p.rows.Reset()
		out, err := p.line(line, nil)
		if err == nil && strings.Count(string(out), "\t") != 9 {
			t.Errorf("%q makes %q", line, out)
		}
	})
}
