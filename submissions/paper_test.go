package submissions

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/pdf"
	"epom/offices"
	"epom/records"
	"epom/routing"
)

var (
	update = flag.Bool("update", false, "write golden files anew")
	keep   = flag.String("papers", "", "folder to keep the papers in, for the eye")
)

// paperForm is a form of the test's own, so that papers do not change with the real ones.
func paperForm(t *testing.T) *forms.Form {
	t.Helper()
	data, err := os.ReadFile("testdata/form.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := forms.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// felling is a tree felling submission as the office has it.
func felling(t *testing.T) (*View, forms.Setting) {
	t.Helper()
	f := paperForm(t)
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	delivered := time.Date(2026, 11, 22, 8, 30, 15, 123456000, time.UTC)
	rule := records.Rule{Code: "sr-71", Days: 30, Unit: "day", Shift: true, Statute: "§ 71 odst. 3 z. č. 500/2004 Sb.", Label: "vydat rozhodnutí do 30 dnů"}
	due := records.Term{Rule: rule, Starts: day(11, 22)}.Due(clock.NewCalendar(nil))
	confirm := day(11, 27)
	number := "HEJ/2026/00042"
	v := &View{Form: f, Office: &offices.Office{ID: 1, Slug: "hejnice", Name: "Městský úřad Hejnice", Street: "Nádražní 118", Zip: "46362", Town: "Hejnice",
		DataBox: "abc2def", Email: "podatelna@hejnice.example", Phone: "+420 482 000 000"},
		Case: records.Case{Mark: number, Subject: "Povolení ke kácení dřevin – Hejnice", ClerkName: "Ing. Věra Žáčková"}, Due: &due}
	v.Submission = Submission{OfficeID: 1, ID: 7, Reference: "K7MF-3XQP", FormCode: f.Code, FormVersion: f.Version, Lang: "cs", Party: "Jana Vzorová",
		Answers: db.J(f.Examples[0].Answers), DocumentID: 11, DeliveredAt: delivered, ReceivedAt: delivered, ConfirmBy: &confirm,
		Routing: db.J(Kept{Office: "Městský úřad Hejnice", Reasons: []routing.Reason{{Kind: routing.ByAgenda, Statute: "z. 114/1992 § 8 odst. 1; § 76"},
			{Kind: routing.ByLevel, Level: routing.Obec}, {Kind: routing.ByLocality, Locality: routing.Property, Place: "Hejnice"}},
			Unverified: []routing.Doubt{routing.DoubtDeadline}})}
	v.Documents = []records.Document{
		{ID: 11, ReferenceNumber: number + "-1", Direction: records.In, Kind: "submission", Components: []records.Component{
			{Name: "nacrt.jpg", MediaType: "image/jpeg", Size: 120000, SHA256: strings.Repeat("0a1b2c3d", 8)},
			{Name: "výpis z katastru.pdf", MediaType: "application/pdf", Size: 2_345_678, SHA256: strings.Repeat("9f8e7d6c", 8)}}},
		{ID: 12, ReferenceNumber: number + "-2", Direction: records.Out, Kind: "request", Subject: "Výzva k doplnění podání", Party: "Jana Vzorová",
			RegisteredAt: delivered.Add(26 * time.Hour), Body: "Dobrý den,\n\nv žádosti chybí souhlas spoluvlastníka pozemku p. č. 123/4. Přiložte ho prosím jako podepsaný dopis nebo jeho fotografii."}}
	v.Requests = []Request{{ID: 1, DocumentID: 12, DueOn: day(12, 8)}}
	return v, forms.Setting{Today: clock.Date(delivered)}
}

// textOf is what a reader sees, by pdftotext.
func textOf(t *testing.T, name string, data []byte) string {
	t.Helper()
	if *keep != "" {
		if err := os.WriteFile(filepath.Join(*keep, name+".pdf"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext (package poppler-utils): %v", err)
	}
	return string(out)
}

// golden compares a text with the kept one.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from testdata; look at it and run with -update. Got:\n%s", name, got)
	}
}

func TestReceiptSaysEverything(t *testing.T) {
	t.Parallel()
	v, set := felling(t)
	data, err := Receipt(v, "123456", "https://epom.example/podani/K7MF-3XQP?k=tajne", set)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Receipt(v, "123456", "https://epom.example/podani/K7MF-3XQP?k=tajne", set)
	if err != nil || !bytes.Equal(data, again) {
		t.Errorf("the same view gave other bytes (%v)", err)
	}
	text := textOf(t, "receipt", data)
	golden(t, "receipt", text)
	if strings.Contains(text, "tajne") {
		t.Error("the secret of the link is written out")
	}
	files, err := pdf.Attachments(data)
	if err != nil {
		t.Fatal(err)
	}
	var e Embedded
	if err := json.Unmarshal(files[AnswersFile], &e); err != nil {
		t.Fatal(err)
	}
	if e.Reference != v.Reference || e.Number != "HEJ/2026/00042-1" || e.Form != "kaceni-drevin" || e.Version != v.FormVersion || e.Delivered != "2026-11-22T08:30:15.123456Z" {
		t.Errorf("embedded: %+v", e)
	}
	want, _ := v.Answers.V.Canonical()
	if got, _ := e.Answers.Canonical(); !bytes.Equal(got, want) {
		t.Errorf("embedded answers\n%s\nwant\n%s", got, want)
	}
}

func TestReceiptWithoutTermAndConfirmed(t *testing.T) {
	t.Parallel()
	v, set := felling(t)
	v.Due, v.ConfirmedAt = nil, &v.DeliveredAt
	data, err := Receipt(v, "123456", "https://epom.example/podani/K7MF-3XQP", set)
	if err != nil {
		t.Fatal(err)
	}
	text := textOf(t, "receipt-confirmed", data)
	if strings.Contains(text, "§ 37") || !strings.Contains(text, "bez zbytečných průtahů") {
		t.Errorf("got:\n%s", text)
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	v, _ := felling(t)
	data, err := Letter(v, v.Document(12), nil, nil, TrialMark)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "request", textOf(t, "request", data))
	referral := records.Document{ID: 13, ReferenceNumber: "HEJ/2026/00042-3", Kind: "referral", Subject: "Usnesení o postoupení: Magistrát města Liberec",
		Party: "Magistrát města Liberec", RegisteredAt: v.DeliveredAt, Body: "Podání se podle § 12 zákona č. 500/2004 Sb. postupuje."}
	if data, err = Letter(v, &referral, nil, nil, TrialMark); err != nil {
		t.Fatal(err)
	}
	golden(t, "referral", textOf(t, "referral", data))
}

func TestFilledPaperNamesTheOffice(t *testing.T) {
	t.Parallel()
	v, set := felling(t)
	dec := &routing.Decision{Office: &routing.Card{Slug: "frydlant", Name: "Městský úřad Frýdlant", Address: "nám. T. G. Masaryka 37, 464 01 Frýdlant", DataBox: "xyz9abc", Email: "posta@frydlant.example"},
		Reasons: v.Routing.V.Reasons}
	data, err := FilledPaper(v.Form, v.Answers.V, dec, set)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "filled", textOf(t, "filled", data))
	if files, err := pdf.Attachments(data); err != nil || len(files[AnswersFile]) == 0 {
		t.Errorf("no answers inside: %v", err)
	}
	if _, err := FilledPaper(v.Form, v.Answers.V, &routing.Decision{}, set); err == nil {
		t.Error("a paper for no office was made")
	}
}

func TestBlankPaperOfEveryFormInEveryLanguage(t *testing.T) {
	t.Parallel()
	catalogue, err := forms.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(catalogue.All(), paperForm(t)) {
		for _, lang := range []string{"cs", "en", "uk"} {
			data, err := BlankPaper(f, lang)
			if err != nil {
				t.Fatalf("%s %s: %v", f.Code, lang, err)
			}
			text := textOf(t, fmt.Sprintf("blank-%s-%d-%s", f.Code, f.Version, lang), data)
			if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(f.Title.In(forms.Lang(lang))), " ")) {
				t.Errorf("%s %s: no title in\n%s", f.Code, lang, text)
			}
			if f.Version == 3 {
				golden(t, "blank-"+lang, text)
			}
		}
	}
}

func TestConditionsInWords(t *testing.T) {
	t.Parallel()
	v, _ := felling(t)
	w := &blank{form: v.Form, lang: "cs"}
	for condition, want := range map[string]string{
		`hrozi`:                                  "Vyplňte, jen pokud u otázky „Hrozí, že strom spadne?“ vyberete „Ano“.",
		`not hrozi`:                              "Vyplňte, jen pokud u otázky „Hrozí, že strom spadne?“ vyberete „Ne“.",
		`vztah in ["spoluvlastnik", "najemce"]`:  "Vyplňte, jen pokud u otázky „Kdo jste?“ vyberete „Jeden ze spoluvlastníků“ nebo „Nájemce“.",
		`vztah == "vlastnik" and hrozi == false`: "Vyplňte, jen pokud u otázky „Kdo jste?“ vyberete „Vlastník pozemku“ a zároveň u otázky „Hrozí, že strom spadne?“ vyberete „Ne“.",
		`vztah != "vlastnik"`:                    "Vyplňte, jen pokud u otázky „Kdo jste?“ vyberete něco jiného než „Vlastník pozemku“.",
		`"stromy" in co`:                         "Vyplňte, jen pokud u otázky „" + label(v.Form, "co") + "“ vyberete „Stromy“.",
		`pocet > 0`:                              "Vyplňte, jen pokud se vás to týká.",
		`vztah == "neznama"`:                     "Vyplňte, jen pokud se vás to týká.",
		`((`:                                     "Vyplňte, jen pokud se vás to týká.",
	} {
		if got := w.words(condition); got != want {
			t.Errorf("%s:\n got %s\nwant %s", condition, got, want)
		}
	}
}

func label(f *forms.Form, path string) string {
	field, _ := f.Field(path)
	return field.Label.CS
}

func TestDatesAndSizesInWords(t *testing.T) {
	t.Parallel()
	if got := moment(time.Date(2026, 12, 31, 23, 30, 5, 0, time.UTC)); got != "pátek 1. ledna 2027 v 0:30:05" {
		t.Error(got)
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 120_499: "120 kB", 2_345_678: "2,3 MB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
