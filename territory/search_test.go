package territory

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"epom/internal/fold"
	"epom/internal/testdb"
)

// The Go function agrees with the SQL one: what is typed is compared with what the database indexed.
func TestPlainIsTheSameInSQL(t *testing.T) {
	t.Parallel()
	owner := testdb.Owner(t, testdb.New(t))
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aábcčdďeéěfghiíjklmnňoópqrřsštťuúůvwxyýzžAÁČĎÉĚÍŇÓŘŠŤÚŮÝŽäöüÄÖÜôľĺŕ 0123456789.-")), 0, 30, -1).Draw(t, "s")
		var sql string
		if err := owner.Get(&sql, `SELECT plain($1)`, s); err != nil {
			t.Fatal(err)
		}
		if got := fold.Text(s); got != sql {
			t.Fatalf("plain(%q) = %q, in SQL %q", s, got, sql)
		}
	})
}

// demoStore is a store over the demo region.
func demoStore(t *testing.T) *Store {
	t.Helper()
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	for range 2 { // it may run again
		if err := SeedDemo(ctx, owner); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSearchMunicipalities(t *testing.T) {
	t.Parallel()
	s := demoStore(t)
	if n := len(s.Snapshot().Municipalities()); n != 215 {
		t.Fatalf("%d municipalities, want 215", n)
	}
	turnov := &Point{50.587, 15.157}
	for _, c := range []struct {
		query string
		near  *Point
		want  string
	}{
		{"hejn", nil, "Hejnice, okres Liberec"},
		{"HEJNICE", nil, "Hejnice, okres Liberec"},
		{"bily potok", nil, "Bílý Potok, okres Liberec"},
		{"potok bil", nil, "Bílý Potok, okres Liberec"},
		{"lib", nil, "Liberec, okres Liberec"},
		{"jablonec", nil, "Jablonec nad Nisou, okres Jablonec nad Nisou"},
		{"jablonec nad jiz", nil, "Jablonec nad Jizerou, okres Semily"},
		{"pencin liberec", nil, "Pěnčín, okres Liberec"},
		{"pencin jablonec", nil, "Pěnčín, okres Jablonec nad Nisou"},
		{"pencin", turnov, "Pěnčín, okres Liberec"},
		{"nove mesto", nil, "Nové Město pod Smrkem, okres Liberec"},
		{"466 01", nil, "Jablonec nad Nisou, okres Jablonec nad Nisou"},
	} {
		got := s.SearchMunicipalities(c.query, c.near, 5)
		if len(got) == 0 || got[0].Label != c.want {
			t.Errorf("%q: %v, want %q first", c.query, labelsOf(got), c.want)
		}
	}
	for _, q := range []string{"", "  ", "xyzzy", "liberec xyzzy", "'; DROP TABLE municipality", "%"} {
		if got := s.SearchMunicipalities(q, nil, 5); len(got) != 0 {
			t.Errorf("%q found %v", q, labelsOf(got))
		}
	}
	if got := s.SearchMunicipalities("pencin", nil, 5); len(got) != 2 || got[0].Label == got[1].Label {
		t.Errorf("namesakes: %v", labelsOf(got))
	}
}

func TestSearchAddresses(t *testing.T) {
	t.Parallel()
	s := demoStore(t)
	for _, c := range []struct {
		query        string
		municipality int
		want         string // the first one begins so
	}{
		{"hejnice klast 12", 0, "Klášterní 52/12, 463 62 Hejnice"},
		{"klášterní 12 hejnice", 0, "Klášterní 52/12, 463 62 Hejnice"},
		{"Klášterní 52/12, 463 62 Hejnice", 0, "Klášterní 52/12, 463 62 Hejnice"},
		{"klast 12", 564044, "Klášterní 52/12, 463 62 Hejnice"},
		{"12", 546631, "č. p. 12, 463 62 Bílý Potok"},
		{"bily potok c.p. 7", 0, "č. p. 7, 463 62 Bílý Potok"},
		{"28. října 5 hejnice", 0, "28. října 325/5, 463 62 Hejnice"},
		{"28 rijna hejnice", 0, "28. října"},
		{"ferdinandov", 564044, "č. p. 1, Ferdinandov, 463 62 Hejnice"},
		{"jablonec nad nisou skolni 3", 0, "Školní 123/3, 466 01 Jablonec nad Nisou"},
	} {
		got, err := s.SearchAddresses(context.Background(), c.query, c.municipality, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 || !strings.HasPrefix(got[0].String(), c.want) {
			t.Errorf("%q: %v, want %q first", c.query, got, c.want)
			continue
		}
		if !got[0].Demo() {
			t.Errorf("%s is not marked as invented", got[0].String())
		}
	}
	for _, q := range []string{"", "a", "he", "xyzzy 12", "' | !", ":* & (", "12", strings.Repeat("a ", 500)} {
		if got, err := s.SearchAddresses(context.Background(), q, 0, 5); err != nil || len(got) != 0 {
			t.Errorf("%q: %v %v", q, got, err)
		}
	}
}

// The real lists come over the demo's: nothing is doubled, invented addresses give way where real ones come.
func TestImportOverDemo(t *testing.T) {
	b := newBed(t)
	ctx := context.Background()
	if err := SeedDemo(ctx, b.owner); err != nil {
		t.Fatal(err)
	}
	b.take(Options{}, b.write("20260831_OB_564044_ADR.csv", newHead+houses(10555001, 30, 564044, "Hejnice", "Klášterní")))
	found, err := b.store().SearchAddresses(ctx, "hejnice klast", 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range found {
		if a.Demo() {
			t.Errorf("an invented address stayed: %s", a.String())
		}
	}
	if len(found) != 30 {
		t.Errorf("%d addresses, want 30", len(found))
	}
	if err := SeedDemo(ctx, b.owner); err != nil {
		t.Fatal(err)
	}
}
