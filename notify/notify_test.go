package notify

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"epom/internal/i18n"
)

var update = flag.Bool("update", false, "write golden files anew")

func on(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }

type message interface{ Message() (Message, error) }

// citizenMessages are all messages to a citizen in one language.
func citizenMessages(lang string) map[string]message {
	c := Citizen{Lang: lang, Office: "Městský úřad Hejnice", Contact: "Nádražní 118, 463 62 Hejnice · +420 482 000 000 · podatelna@hejnice.example",
		Reference: "K7MF-3XQP", Number: "HEJ/2026/00042-1", Subject: "Povolení ke kácení dřevin – Hejnice", Link: "https://epom.example/podani/K7MF-3XQP?listek=a_B-c"}
	received := Received{Citizen: c, PIN: "012345", Delivered: time.Date(2026, 11, 22, 9, 30, 15, 0, time.UTC), Due: on(12, 22), ConfirmBy: on(11, 27), Attached: true}
	told := []ToldItem{{Title: "Záměr prodeje <lesa>", Kind: "Záměr obce", Office: "Městský úřad Hejnice", Href: "https://epom.example/urady/hejnice/deska/2026-1", Until: on(12, 8)},
		{Title: "Zasedání", Kind: "Zasedání zastupitelstva", Office: "Městský úřad Hejnice", Href: "https://epom.example/urady/hejnice/deska/2026-2", Event: time.Date(2026, 12, 1, 18, 0, 0, 0, time.UTC)},
		{Title: "Omyl", Kind: "Aktualita", Office: "Městský úřad Frýdlant", Href: "https://epom.example/urady/frydlant/deska/2026-3", Removed: true}}
	plain := received
	plain.ConfirmBy, plain.Due, plain.Attached = time.Time{}, time.Time{}, false
	return map[string]message{
		"told-confirm":   AskConfirm{lang, Wished{Boards: "Městský úřad Hejnice", Kinds: "Dražební vyhláška", Words: "les", Daily: true}, "https://epom.example/odber/potvrdit/1.x", time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)},
		"told-one":       Told{Lang: lang, Items: told[:1], Link: "https://epom.example/odber/1.x"},
		"told-digest":    Told{Lang: lang, Items: told, More: 3, All: "https://epom.example/deska", Link: "https://epom.example/odber/1.x"},
		"draft":          Draft{Lang: lang, Form: "Žádost o povolení ke kácení dřevin", Link: "https://epom.example/pokracovat/xyz", Expires: on(12, 22)},
		"received":       received,
		"received-plain": plain,
		"receipt":        Receipt{c},
		"confirm":        Confirm{c, on(11, 27)},
		"asked":          Asked{c, "Dobrý den,\n\nchybí souhlas spoluvlastníka.\n<script>alert(1)</script>", on(12, 8)},
		"completed":      Completed{c, 2, on(12, 30)},
		"written":        Written{c, "Seznámení s podklady rozhodnutí"},
		"extended":       Extended{c, on(12, 30), "Věc je zvlášť složitá, čekáme na vyjádření."},
		"referred":       Referred{c, "Magistrát města Liberec", "nám. Dr. E. Beneše 1/1, 460 59 Liberec", "Pozemek leží v Liberci."},
		"handled":        Handled{Citizen: c, Answered: true},
		"noted":          Handled{Citizen: c, Noted: true},
		"otherwise":      Handled{Citizen: c, Words: "Vyřízeno telefonicky."},
	}
}

func staffMessages() map[string]message {
	s := Staff{Office: "Městský úřad Hejnice", Mark: "HEJ/2026/00042", Subject: "Povolení ke kácení dřevin – Hejnice", Due: on(12, 22), Link: "https://epom.example/kancelar/spisy/7"}
	items := []Item{{"HEJ/2026/00042 Povolení ke kácení dřevin – Hejnice", Term(on(11, 20)), s.Link}, {"HEJ/2026/00043 Poplatek ze psa", Term(on(11, 25)), s.Link}}
	return map[string]message{
		"new": New{Staff: s}, "new-referred": New{Staff: s, From: "Magistrát města Liberec"}, "assigned": Assigned{s}, "answered": Answered{s, 1},
		"digest":           Digest{Office: s.Office, Late: items[:1], Soon: items[1:], Fresh: 5, Link: "https://epom.example/kancelar"},
		"sign-in":          SignIn{"Věra Žáčková", "https://epom.example/prihlaseni/odkaz/abc", 15},
		"invitation":       Invitation{Name: "Věra Žáčková", Office: s.Office, Link: "https://epom.example/prihlaseni/odkaz/abc"},
		"invitation-known": Invitation{Name: "Věra Žáčková", Office: s.Office, SignIn: "https://epom.example/prihlaseni"},
		"hook-disabled":    HookDisabled{s.Office, "system.obec.cz", time.Date(2026, 11, 17, 9, 30, 0, 0, time.UTC), "https://epom.example/kancelar/sprava/deska/oznameni/3"},
		"loan-late":        LoanLate{s.Office, "HEJ/2026/00042", time.Date(2026, 11, 17, 0, 0, 0, 0, time.UTC), "", "https://epom.example/kancelar/spisovna"},
		"loan-late-other":  LoanLate{s.Office, "HEJ/2026/00042", time.Date(2026, 11, 17, 0, 0, 0, 0, time.UTC), "Petr Novák", "https://epom.example/kancelar/spisovna"},
		"handover-late":    HandoverLate{s.Office, 3, time.Date(2026, 11, 17, 9, 30, 0, 0, time.UTC), "spisová služba neodpovídá", "https://epom.example/kancelar/predani"},
		"log-missing":      LogMissing{s.Office, on(11, 20), "https://epom.example/kancelar/protokol"},
		"digest-unread":    Digest{Office: s.Office, Unread: items[:1], Long: items[1:], Link: "https://epom.example/kancelar"},
		"digest-fresh":     Digest{Office: s.Office, Fresh: 1, Link: "https://epom.example/kancelar"},
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	check := func(name string, m message) {
		got, err := m.Message()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen[name+".txt"], seen[name+".html"] = true, true
		compare(t, name+".txt", got.Subject+"\n\n"+got.Text)
		compare(t, name+".html", got.HTML)
		for _, banned := range []string{"<script", "style=", "<img", "%!", "<no value>"} {
			if strings.Contains(got.HTML, banned) || banned != "<script" && strings.Contains(got.Text, banned) {
				t.Errorf("%s holds %q", name, banned)
			}
		}
		if strings.ContainsAny(got.Subject, "\r\n") {
			t.Errorf("%s: the subject has more lines", name)
		}
	}
	for _, lang := range i18n.Languages {
		for name, m := range citizenMessages(lang) {
			check(name+"."+lang, m)
		}
	}
	for name, m := range staffMessages() {
		check("staff-"+name, m)
	}
	kept, _ := filepath.Glob("testdata/*")
	for _, k := range kept {
		if !seen[filepath.Base(k)] {
			t.Errorf("%s belongs to no message", k)
		}
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
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

// Every text to a citizen has a translation: both of the texts written here and of what they are filled with.
func TestCitizensTextsAreTranslated(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("citizen.go")
	told, err2 := os.ReadFile("told.go")
	if err = errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	source = append(source, told[:bytes.Index(told, []byte("// HookDisabled"))]...) // what follows is for staff
	texts := regexp.MustCompile(`(?:\bl\.(?:say|t|link)|\.letter)\("([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	labels := regexp.MustCompile(`l\.rows\((.*)\)\n`).FindAllStringSubmatch(string(source), -1)
	for _, l := range labels {
		texts = append(texts, regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(l[1], -1)...)
	}
	if len(texts) < 50 {
		t.Fatalf("only %d texts found: the patterns no longer fit the source", len(texts))
	}
	for _, s := range texts {
		for _, lang := range []string{"en", "uk"} {
			if !i18n.Has(lang, s[1]) {
				t.Errorf("%s: no translation of %q", lang, s[1])
			}
		}
	}
}

func TestValuesCannotBringLines(t *testing.T) {
	t.Parallel()
	m, err := Received{Citizen: Citizen{Lang: "cs", Office: "Úřad", Reference: "A\r\nBcc: x@example.com", Subject: "Věc\n\nPIN: 999999"}, PIN: "1"}.Message()
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(m.Subject, "\r\n") || strings.Contains(m.Text, "\nPIN: 999999") {
		t.Errorf("a value made lines of its own:\n%s\n%s", m.Subject, m.Text)
	}
}
