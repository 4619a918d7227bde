package letters

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/pdf"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
)

var monday = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)

func sheet() Sheet {
	born := time.Date(1980, 5, 6, 0, 0, 0, 0, time.UTC)
	in := records.Document{ID: 1, ReferenceNumber: "HEJ/2026/00001-1", RegisteredAt: monday, Direction: records.In}
	return Sheet{Office: &offices.Office{Name: "Městský úřad Hejnice", ICO: "00262803", DataBox: "abc2d3f", Street: "Nádražní 118", Zip: "46362", Town: "Hejnice", Abbreviation: "HEJ"},
		Case:      records.Case{Mark: "HEJ/2026/00001", Subject: "Kácení <lípy> & buku", ClerkName: "Jana Říhová"},
		Document:  records.Document{ID: 2, ReferenceNumber: "HEJ/2026/00001-2", Subject: "Rozhodnutí", RegisteredAt: monday},
		Addressee: "Eva Tichá", Address: "Dlouhá 5\n463 62 Hejnice", Body: "Kácení se povoluje.", Instruction: "Lze se odvolat.", Answers: &in,
		Party: &records.Party{Kind: records.Person, Name: "Eva Tichá", Given: "Eva", Family: "Tichá", Born: &born, Street: "Dlouhá 5", Zip: "46362", Town: "Hejnice"}}
}

// elements are the paths of elements in the order in which they stand.
func elements(t *testing.T, data []byte) []string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(data)))
	var at, list []string
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			at = append(at, e.Name.Local)
			list = append(list, strings.Join(at, "/"))
			if want := map[bool]string{true: nsDocument}[len(at) == 1]; want != "" && e.Name.Space != want {
				t.Errorf("namespace %s", e.Name.Space)
			}
		case xml.EndElement:
			at = at[:len(at)-1]
		}
	}
}

// The order and the names that the schema of the norm prescribes (metadata-dokumentů-veřejnoprávních-původců.xsd and the
// common parts 2024-10-04).
func TestMetadataIsAsTheNormWants(t *testing.T) {
	t.Parallel()
	data, ok := Metadata(sheet())
	if !ok {
		t.Fatal("no metadata")
	}
	want := []string{"dokument", "dokument/jid", "dokument/číslo_jednací", "dokument/spisová_značka", "dokument/je_odpovědí_na_dokument", "dokument/je_odpovědí_na_dokument/jid",
		"dokument/je_odpovědí_na_dokument/číslo_jednací", "dokument/je_odpovědí_na_dokument/spisová_značka", "dokument/odesílatel", "dokument/odesílatel/právnická_osoba",
		"dokument/odesílatel/právnická_osoba/obchodní_firma", "dokument/odesílatel/právnická_osoba/ičo", "dokument/odesílatel/právnická_osoba/datová_schránka",
		"dokument/odesílatel/právnická_osoba/sídlo", "dokument/odesílatel/právnická_osoba/sídlo/adresa_neevidovaná_v_rúian",
		"dokument/odesílatel/právnická_osoba/sídlo/adresa_neevidovaná_v_rúian/text_adresy", "dokument/příjemce", "dokument/příjemce/fyzická_osoba", "dokument/příjemce/fyzická_osoba/jméno",
		"dokument/příjemce/fyzická_osoba/příjmení", "dokument/příjemce/fyzická_osoba/datum_narození", "dokument/příjemce/fyzická_osoba/trvalé_bydliště",
		"dokument/příjemce/fyzická_osoba/trvalé_bydliště/adresa_neevidovaná_v_rúian", "dokument/příjemce/fyzická_osoba/trvalé_bydliště/adresa_neevidovaná_v_rúian/text_adresy", "dokument/věc"}
	if got := elements(t, data); !slices.Equal(got, want) {
		t.Errorf("elements\n%s", strings.Join(got, "\n"))
	}
	for _, has := range []string{"<jid>00262803:HEJ/2026/00001-2</jid>", `<věc xml:lang="cs">Rozhodnutí</věc>`, "<osoby:datum_narození>1980-05-06<"} {
		if !strings.Contains(string(data), has) {
			t.Errorf("lacks %s:\n%s", has, data)
		}
	}
	for what, change := range map[string]func(*Sheet){
		"no birth date": func(s *Sheet) { s.Party.Born = nil }, "no address": func(s *Sheet) { s.Party.Street, s.Party.Zip, s.Party.Town = "", "", "" },
		"nobody": func(s *Sheet) { s.Party = nil }, "a company without a box": func(s *Sheet) { s.Party.Kind, s.Party.ICO = records.Company, "00262803" },
	} {
		s := sheet()
		change(&s)
		if data, ok := Metadata(s); !ok || strings.Contains(string(data), "příjemce") {
			t.Errorf("%s: the addressee is left out, the rest stays: %v", what, ok)
		}
	}
	s := sheet()
	s.Office.ICO = ""
	if _, ok := Metadata(s); ok {
		t.Error("an office without IČO has no valid metadata")
	}
}

func TestPaperCarriesItsMetadata(t *testing.T) {
	t.Parallel()
	s := sheet()
	data, err := Paper(s)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Paper(s)
	if err != nil || string(again) != string(data) {
		t.Errorf("the same sheet gives other bytes (%v)", err)
	}
	inside, err := pdf.Attachments(data)
	meta, _ := Metadata(s)
	if err != nil || len(inside) != 1 || string(inside[MetadataFile]) != string(meta) {
		t.Errorf("inside: %v (%v)", inside, err)
	}
	s.Document.ID = 0
	draft, err := Paper(s)
	if err != nil {
		t.Fatal(err)
	}
	if inside, _ := pdf.Attachments(draft); len(inside) != 0 {
		t.Error("a draft claims a number")
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	base := Text{Subject: "S", Body: "B", Instruction: "I", Addressee: "A"}
	with := func(change func(*Text)) Text { x := base; change(&x); return x }
	for _, c := range []struct {
		what         string
		mine, theirs Text
		want         Text
		clash        string
	}{
		{"other parts", with(func(x *Text) { x.Body = "mine" }), with(func(x *Text) { x.Subject = "theirs" }), with(func(x *Text) { x.Body, x.Subject = "mine", "theirs" }), ""},
		{"the same change", with(func(x *Text) { x.Body = "same" }), with(func(x *Text) { x.Body = "same" }), with(func(x *Text) { x.Body = "same" }), ""},
		{"only theirs", base, with(func(x *Text) { x.Body = "theirs" }), with(func(x *Text) { x.Body = "theirs" }), ""},
		{"both the text", with(func(x *Text) { x.Body = "mine" }), with(func(x *Text) { x.Body = "theirs" }), Text{}, "body theirs"},
	} {
		got, clashes := Merge(base, c.mine, c.theirs)
		clash := ""
		for _, x := range clashes {
			clash += x.Name + " " + x.Theirs
		}
		if clash != c.clash || c.clash == "" && got != c.want {
			t.Errorf("%s: %+v, clash %q", c.what, got, clash)
		}
	}
	// Whatever two people do, nothing that either wrote is lost without a word.
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.SampledFrom([]string{"", "a", "b"})
		draw := func(n string) Text {
			return Text{Subject: word.Draw(r, n+"s"), Body: word.Draw(r, n+"b"), Instruction: word.Draw(r, n+"i"), Addressee: word.Draw(r, n+"a"), Address: word.Draw(r, n+"d")}
		}
		base, mine, theirs := draw("base"), draw("mine"), draw("theirs")
		got, clashes := Merge(base, mine, theirs)
		for _, p := range parts {
			b, m, th, g := *p.of(&base), *p.of(&mine), *p.of(&theirs), *p.of(&got)
			clash := slices.ContainsFunc(clashes, func(c Clash) bool { return c.Name == p.name })
			if want := m != b && th != b && m != th; clash != want {
				r.Fatalf("%s: %q from %q against %q: clash %v", p.name, m, b, th, clash)
			}
			if !clash && (m != b && g != m || th != b && g != th) {
				r.Fatalf("%s: %q from %q against %q became %q", p.name, m, b, th, g)
			}
		}
	})
}

func facts(t *testing.T) Facts {
	t.Helper()
	law, err := records.LoadLaw(t.Context(), testdb.New(t))
	if err != nil {
		t.Fatal(err)
	}
	s := sheet()
	rule, err := law.Rule("sr-71", clock.Date(monday))
	if err != nil {
		t.Fatal(err)
	}
	due := clock.Date(monday).AddDate(0, 0, 30)
	s.Case.DueOn = &due
	return Facts{Office: s.Office, Case: s.Case, Answers: s.Answers, Party: s.Party, Law: law, Today: clock.Date(monday), Term: &records.Term{Rule: rule, Starts: clock.Date(monday)}}
}

func TestFilling(t *testing.T) {
	t.Parallel()
	f := facts(t)
	for _, c := range []struct {
		text string
		days int
		want string
	}{
		{"{urad}, {adresa_uradu}", 0, "Městský úřad Hejnice, Nádražní 118, 463 62 Hejnice"},
		{"{spis} {cj_podani} {doruceno}", 0, "HEJ/2026/00001 HEJ/2026/00001-1 14. 9. 2026"},
		{"{adresat} {vyrizuje} {lhuta}", 0, "Eva Tichá Jana Říhová 14. 10. 2026"},
		{"{dnes}", 0, "14. 9. 2026"}, {"{dnu} {termin}", 5, "5 21. 9. 2026"}, {"{termin}", 14, "29. 9. 2026"}, // 28 September is a holiday
		{"{lhuta_nova}", 30, "13. 11. 2026"}, {"žádné {nic}", 0, "žádné {nic}"},
	} {
		got := f.Final(Letter{Text: Text{Body: c.text}, Days: c.days}).Body
		if got != c.want {
			t.Errorf("%q in %d days: %q, want %q", c.text, c.days, got, c.want)
		}
	}
	if bad := Unknown("{spis} {Spis} {} {cokoli jiného} {termin}"); !slices.Equal(bad, []string{"{Spis}", "{}", "{cokoli jiného}"}) {
		t.Errorf("unknown %q", bad)
	}
	f.Answers, f.Party = nil, nil
	if got := f.fixed("{doruceno} {adresat}"); got != "[den doručení] [adresát]" {
		t.Errorf("what is not known is left to the clerk: %q", got)
	}
}

// Every shipped template fills in from a usual case and leaves only the places of the clerk; effects that move the clock
// have days.
func TestShippedTemplates(t *testing.T) {
	t.Parallel()
	f, pool := facts(t), testdb.New(t)
	var list []Template
	err := pool.Tx(t.Context(), db.Scope{Office: 1, Actor: "test"}, func(tx *db.Tx) (err error) { list, err = Templates(t.Context(), tx, monday); return err })
	if err != nil || len(list) < 16 {
		t.Fatalf("%d templates (%v)", len(list), err)
	}
	for _, tm := range list {
		if bad := append(Unknown(tm.Subject+tm.Body+tm.Instruction), ""); bad[0] != "" {
			t.Errorf("%s: unknown %v", tm.Code, bad)
		}
		final := f.Final(Letter{Text: Text{Subject: tm.Subject, Body: tm.Body, Instruction: tm.Instruction}, Days: tm.Days})
		if strings.ContainsAny(final.Subject+final.Body+final.Instruction, "{}") || tm.Statute == "" || tm.Source == "" {
			t.Errorf("%s: %+v", tm.Code, final)
		}
		if (tm.Effect == Extend) && tm.Days == 0 {
			t.Errorf("%s extends by nothing", tm.Code)
		}
	}
	for _, code := range []string{"postoupeni", "vyrozumeni-postoupeni", "potvrzeni-podani", "odstraneni-vad", "prodlouzeni-71", "preruseni", "infz-poskytnuti", "infz-odmitnuti", "infz-odlozeni",
		"infz-prodlouzeni", "podnet-42", "rozhodnuti", "usneseni", "zahajeni", "seznameni"} {
		if !slices.ContainsFunc(list, func(x Template) bool { return x.Code == code }) {
			t.Errorf("no template %s", code)
		}
	}
}

func FuzzUnknown(f *testing.F) {
	f.Add("{spis} {x}")
	f.Add("{{{}}}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range Unknown(text) {
			if !strings.Contains(text, m) || !strings.HasPrefix(m, "{") || !strings.HasSuffix(m, "}") {
				t.Errorf("%q in %q", m, text)
			}
		}
	})
}
