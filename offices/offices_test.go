package offices

import (
	"context"
	"strings"
	"testing"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
)

func demo(t *testing.T) (*Store, *db.DB) {
	t.Helper()
	t.Parallel()
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
	return s, d
}

func TestDemoRegion(t *testing.T) {
	s, _ := demo(t)
	if n := len(s.List()); n != 216 {
		t.Errorf("%d offices, want 215 municipalities and the region", n)
	}
	taking := s.Snapshot().Participating()
	if len(taking) < 36 {
		t.Errorf("only %d take part", len(taking))
	}
	seen := map[string]bool{}
	for _, o := range taking {
		if o.Abbreviation == "" || seen[o.Abbreviation] || len(o.Hours) == 0 || o.Email == "" {
			t.Errorf("%s: abbreviation %q, hours %v", o.Slug, o.Abbreviation, o.Hours)
		}
		seen[o.Abbreviation] = true
	}
	for _, o := range s.List() {
		if o.Email != "" && !strings.HasSuffix(o.Email, ".example") || o.Web != "" && !strings.HasSuffix(o.Web, ".example") {
			t.Errorf("%s has a contact outside reserved names: %s %s", o.Slug, o.Email, o.Web)
		}
		if o.ICO != "" && !icoValid(o.ICO) {
			t.Errorf("%s: IČO %s does not check", o.Slug, o.ICO)
		}
	}
	for slug, want := range map[string]string{"hejnice": "Městský úřad Hejnice", "liberec": "Magistrát města Liberec", "bily-potok": "Obecní úřad Bílý Potok",
		"liberecky-kraj": "Krajský úřad Libereckého kraje", "zasada": "Úřad městyse Zásada", "pencin-liberec": "Obecní úřad Pěnčín",
		"pencin-jablonec-nad-nisou": "Obecní úřad Pěnčín"} {
		o, err := s.BySlug(slug)
		if err != nil || o.Name != want {
			t.Errorf("%s: %+v %v", slug, o, err)
		}
	}
	o, err := s.ByMunicipality(564044)
	if err != nil || o.Slug != "hejnice" || o.Abbreviation != "HEJ" || o.Address() != "Nádražní 118, 463 62 Hejnice" {
		t.Errorf("%+v %v", o, err)
	}
	if same, err := s.ByID(o.ID); err != nil || same != o {
		t.Errorf("%+v %v", same, err)
	}
	if r, err := s.Snapshot().ByRegion(78); err != nil || r.Slug != "liberecky-kraj" || r.Category != Full {
		t.Errorf("%+v %v", r, err)
	}
	if o, err := s.ByMunicipality(546631); err != nil || o.Category != Limited {
		t.Errorf("%+v %v", o, err)
	}
	if _, err := s.BySlug("nikde"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}

// icoValid checks the last digit of an IČO.
func icoValid(s string) bool {
	sum := 0
	for i := range 7 {
		sum += int(s[i]-'0') * (8 - i)
	}
	return len(s) == 8 && int(s[7]-'0') == (11-sum%11)%10
}

// An office changes itself, and nobody else.
func TestUpdateOwnOffice(t *testing.T) {
	s, d := demo(t)
	ctx := context.Background()
	hejnice, _ := s.BySlug("hejnice")
	liberec, _ := s.BySlug("liberec")
	c := Contact{Email: "nova@hejnice.example", Phone: "+420 000 000 999", Web: "https://nova.hejnice.example", DataBox: "abc1234", Street: "Nová 1", Zip: "46362",
		Town: "Hejnice", AttachmentMB: 10, SubmissionMB: 30, AttachmentCount: 5, Hours: []Hours{{3, "13:00", "17:00"}, {1, "08:00", "12:00"}, {3, "08:00", "12:00"}}}
	if err := d.Tx(ctx, db.Scope{Office: hejnice.ID}, func(tx *db.Tx) error { return Update(ctx, tx, c) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	got, _ := s.BySlug("hejnice")
	if got.Email != c.Email || got.AttachmentMB != 10 || len(got.Hours) != 3 || got.Hours[1] != (Hours{3, "08:00", "12:00"}) || got.Name != hejnice.Name {
		t.Errorf("%+v", got)
	}
	if hejnice.Email == c.Email {
		t.Error("a snapshot changed")
	}
	other, _ := s.BySlug("liberec")
	if other.Email != liberec.Email || len(other.Hours) != len(liberec.Hours) {
		t.Errorf("another office changed: %+v", other)
	}
	if err := d.Tx(ctx, db.Scope{Office: hejnice.ID}, func(tx *db.Tx) error {
		done, err := tx.Exec(`UPDATE office SET email = 'x' WHERE id = $1`, liberec.ID)
		if n, _ := done.RowsAffected(); err == nil && n != 0 {
			t.Errorf("row-level security let %d rows of another office through", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Tx(ctx, db.Scope{}, func(tx *db.Tx) error { return Update(ctx, tx, c) }); !errs.Is(err, errs.NotFound) {
		t.Errorf("without an office: %v", err)
	}
}

func TestUpdateNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	good := Contact{AttachmentMB: 20, SubmissionMB: 50, AttachmentCount: 50}
	if err := good.check(); err != nil {
		t.Fatal(err)
	}
	bad := Contact{Email: "není", Phone: "abc", Web: "javascript:alert(1)", DataBox: "X", Zip: "1", AttachmentMB: 0, SubmissionMB: 900, AttachmentCount: 0,
		Hours: []Hours{{1, "08:00", "12:00"}, {1, "11:00", "13:00"}}}
	var names []string
	for _, f := range errs.FieldsOf(bad.check()) {
		names = append(names, f.Name)
		if f.Message == "" {
			t.Errorf("%s has no message", f.Name)
		}
	}
	if got := strings.Join(names, " "); got != "email phone web data_box zip attachment_mb submission_mb attachment_count hours" {
		t.Error(got)
	}
	for _, h := range [][]Hours{{{0, "08:00", "12:00"}}, {{8, "08:00", "12:00"}}, {{1, "12:00", "08:00"}}, {{1, "8", "12"}}} {
		c := good
		c.Hours = h
		if c.check() == nil {
			t.Errorf("%v passed", h)
		}
	}
}

func TestUnits(t *testing.T) {
	s, d := demo(t)
	ctx := context.Background()
	hejnice, _ := s.BySlug("hejnice")
	liberec, _ := s.BySlug("liberec")
	in := func(office int32, fn func(*db.Tx) error) {
		t.Helper()
		if err := d.Tx(ctx, db.Scope{Office: office}, fn); err != nil {
			t.Fatal(err)
		}
	}
	in(hejnice.ID, func(tx *db.Tx) error {
		for want, name := range []string{"", "Podatelna", "Stavební úřad"} {
			if name == "" {
				if _, err := SaveUnit(ctx, tx, Unit{}); !errs.Is(err, errs.Invalid) {
					t.Error(err)
				}
				continue
			}
			if id, err := SaveUnit(ctx, tx, Unit{Name: name}); err != nil || id != want {
				t.Errorf("%s: %d %v", name, id, err)
			}
		}
		_, err := SaveUnit(ctx, tx, Unit{ID: 2, Name: "Výstavba"})
		return err
	})
	for office, want := range map[int32]int{hejnice.ID: 2, liberec.ID: 0} {
		in(office, func(tx *db.Tx) error {
			us, err := Units(ctx, tx)
			if len(us) != want || want == 2 && us[1].Name != "Výstavba" {
				t.Errorf("office %d: %+v", office, us)
			}
			return err
		})
	}
}

func TestAdd(t *testing.T) {
	s, d := demo(t)
	owner := testdb.Owner(t, d)
	ctx := context.Background()
	code := 554782
	draft := Draft{Slug: "praha", Name: "Magistrát hlavního města Prahy", SeatName: "Praha", Kind: OfMunicipality, Municipality: &code, Category: Full,
		Abbreviation: "MHMP", Participates: true}
	if err := Add(ctx, owner, draft); err != nil {
		t.Fatal(err)
	}
	if err := s.Load(ctx); err != nil {
		t.Fatal(err)
	}
	if o, err := s.BySlug("praha"); err != nil || o.MunicipalityCode != code || o.AttachmentMB != 20 {
		t.Errorf("%+v %v", o, err)
	}
	if err := Add(ctx, owner, draft); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	draft.Slug = "Praha 1"
	if err := Add(ctx, owner, draft); !errs.Is(err, errs.Invalid) {
		t.Errorf("a slug with a space: %v", err)
	}
}
