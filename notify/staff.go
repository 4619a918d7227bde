package notify

import (
	"fmt"
	"strings"
	"time"

	"epom/internal/i18n"
)

// Staff is what every message to people of an office has in common.
type Staff struct {
	Office  string
	Mark    string // file mark
	Subject string // what the matter is called
	Due     time.Time
	Link    string // the case on the clerks' desk
}

func (s Staff) letter(subject string, args ...any) *letter {
	return &letter{Lang: "cs", Subject: fmt.Sprintf(subject, args...), Foot: []string{s.Office, "Zprávu poslal automaticky systém e-POM."}}
}

func (s Staff) rows(l *letter) {
	l.rows("Spisová značka", s.Mark, "Věc", s.Subject, "Lhůta", day("cs", s.Due))
	l.link("Otevřít spis", s.Link)
}

// New tells the mailroom of a new submission.
type New struct {
	Staff
	From string // the office that referred it; "" = from the citizen
}

// Message of a new submission.
func (n New) Message() (Message, error) {
	l := n.letter("Nové podání %s", n.Mark)
	if n.From != "" {
		l.say("Přišlo podání, které postoupil jiný úřad: %s. Přidělte ho prosím.", n.From)
	} else {
		l.say("Přišlo nové podání. Přidělte ho prosím.")
	}
	n.rows(l)
	return l.message()
}

// Assigned tells a clerk that a case is hers.
type Assigned struct{ Staff }

// Message of an assignment.
func (a Assigned) Message() (Message, error) {
	l := a.letter("Přidělený spis %s", a.Mark)
	l.say("Máte nově přidělený spis.")
	a.rows(l)
	return l.message()
}

// Answered tells the clerk that the citizen completed the submission.
type Answered struct {
	Staff
	Files int
}

// Message of an answer.
func (a Answered) Message() (Message, error) {
	l := a.letter("Občan doplnil podání, spis %s", a.Mark)
	l.say("Občan odpověděl na výzvu. Lhůta pro vyřízení znovu běží.")
	if a.Files > 0 {
		l.rows("Přiloženo", i18nCount("cs", a.Files))
	}
	a.rows(l)
	return l.message()
}

// Digest is a clerk's morning list.
type Digest struct {
	Office string
	Late   []Item // past the term
	Soon   []Item // the term ends within days; each is told once for each of the office's days before it
	Unread []Item // documents nobody opened after one, three, five working days
	Long   []Item // and those unread for longer, for the head and who stands in
	Fresh  int    // cases of the office nobody has yet, for those who assign; 0 = do not tell
	Link   string // the clerks' desk
}

// Message of a morning list.
func (d Digest) Message() (Message, error) {
	var heads []string
	if n := len(d.Late); n > 0 {
		heads = append(heads, i18n.N("cs", n, "%d po lhůtě", "%d po lhůtě", "%d po lhůtě"))
	}
	if n := len(d.Soon); n > 0 {
		heads = append(heads, i18n.N("cs", n, "%d lhůta brzy končí", "%d lhůty brzy končí", "%d lhůt brzy končí"))
	}
	if n := len(d.Unread); n > 0 {
		heads = append(heads, i18n.N("cs", n, "%d nepřečtený dokument", "%d nepřečtené dokumenty", "%d nepřečtených dokumentů"))
	}
	if n := len(d.Long); n > 0 {
		heads = append(heads, i18n.N("cs", n, "%d dokument dlouho nikdo nečetl", "%d dokumenty dlouho nikdo nečetl", "%d dokumentů dlouho nikdo nečetl"))
	}
	if d.Fresh > 0 {
		heads = append(heads, i18n.N("cs", d.Fresh, "%d spis k přidělení", "%d spisy k přidělení", "%d spisů k přidělení"))
	}
	l := Staff{Office: d.Office}.letter("Dnes: %s", strings.Join(heads, ", "))
	l.say("Dobré ráno, tady je přehled na dnešek.")
	for _, g := range []struct {
		title string
		items []Item
	}{{"Po lhůtě", d.Late}, {"Lhůta brzy končí", d.Soon}, {"Nepřečtené dokumenty", d.Unread}, {"Přes pět pracovních dnů nepřečtené", d.Long}} {
		if len(g.items) > 0 {
			l.title(g.title)
			l.list(g.items)
		}
	}
	if d.Fresh > 0 {
		l.say(i18n.N("cs", d.Fresh, "Na přidělení čeká %d spis.", "Na přidělení čekají %d spisy.", "Na přidělení čeká %d spisů."))
	}
	l.link("Otevřít pracovní plochu", d.Link)
	return l.message()
}

// Term is the note of a digest's line.
func Term(due time.Time) string { return "lhůta " + day("cs", due) }

func i18nCount(lang string, files int) string {
	return i18n.N(lang, files, "%d soubor", "%d soubory", "%d souborů")
}
