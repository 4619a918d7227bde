package notify

import (
	"strings"
	"time"

	"epom/internal/i18n"
)

// Wished says in words what a subscription of postings is about, one row a part.
type Wished struct {
	Boards, Kinds, Words, Places string // "" = not narrowed
	Daily                        bool
}

func (w Wished) rows(l *letter) {
	how := l.t("hned po vyvěšení")
	if w.Daily {
		how = l.t("jednou denně, v 7 hodin ráno")
	}
	boards := w.Boards
	if boards == "" {
		boards = l.t("všechny úřady v kraji")
	}
	l.rows("Úřední desky", boards, "Druh oznámení", w.Kinds, "Slova", w.Words, "Obec", w.Places, "Jak často", how)
}

// AskConfirm asks whether it was really this person who wants to be told of postings.
type AskConfirm struct {
	Lang   string
	Wished Wished
	Link   string
	Until  time.Time // in Prague time
}

// Message of a subscription that waits to be confirmed.
func (a AskConfirm) Message() (Message, error) {
	l := &letter{Lang: a.Lang, Foot: []string{"e-POM"}}
	l.Subject = l.t("Potvrďte odběr z úřední desky")
	l.say("Dobrý den, na tuto adresu si někdo objednal novinky z úřední desky. Jestli jste to vy, odběr prosím potvrďte. Začne až potom.")
	a.Wished.rows(l)
	l.link("Otevřít a potvrdit", a.Link)
	l.say("Odkaz platí do: %s.", moment(a.Lang, a.Until))
	l.say("Jestli jste si nic neobjednali, nic nedělejte. Adresu po té době smažeme a víc vám nenapíšeme.")
	return l.message()
}

// Told brings new postings to who asked for them.
type Told struct {
	Lang  string
	Items []ToldItem
	More  int    // how many more there are than the letter lists
	All   string // where to see them
	Link  string // where the subscription is changed or ended
}

// ToldItem is one posting.
type ToldItem struct {
	Title, Kind, Office, Href string
	Event                     time.Time // in Prague time; zero = none
	Until                     time.Time // the last day it hangs; zero = until further notice
	Removed                   bool
}

func (i ToldItem) note(l *letter) string {
	parts := []string{i.Kind, i.Office}
	switch {
	case i.Removed:
		parts = append(parts, l.t("už sejmuto"))
	case !i.Event.IsZero():
		parts = append(parts, l.t("koná se %s", moment(l.Lang, i.Event)))
	case !i.Until.IsZero():
		parts = append(parts, l.t("visí do %s", day(l.Lang, i.Until)))
	}
	return line(strings.Join(parts, ", "))
}

// Message of new postings.
func (t Told) Message() (Message, error) {
	l := &letter{Lang: t.Lang}
	n := len(t.Items) + t.More
	switch {
	case n == 1:
		l.Subject = l.t("Na úřední desce: %s", cut(t.Items[0].Title, 120))
		l.say("Dobrý den, na úřední desce je nově vyvěšeno:")
	default:
		l.Subject = i18n.N(t.Lang, n, "Na úřední desce je %d nové oznámení", "Na úřední desce jsou %d nová oznámení", "Na úřední desce je %d nových oznámení")
		l.say("Dobrý den, na úřední desce je nově vyvěšeno:")
	}
	items := make([]Item, len(t.Items))
	for i, item := range t.Items {
		items[i] = Item{Text: item.Title, Note: item.note(l), Href: item.Href}
	}
	l.list(items)
	if t.More > 0 {
		l.say(i18n.N(t.Lang, t.More, "A ještě %d další.", "A ještě %d další.", "A ještě %d dalších."))
		l.link("Zobrazit všechna oznámení", t.All)
	}
	l.Parts = append(l.Parts, part{Items: []Item{{Text: l.t("Změnit nebo ukončit odběr"), Href: t.Link}}})
	l.Foot = []string{l.t("Zprávu dostáváte, protože jste si odběr objednali a potvrdili. Odkaz výše nikomu nepřeposílejte: kdo ho má, může odběr změnit.")}
	return l.message()
}

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

// HookDisabled tells the administrators of an office that another system is told of the board no more.
type HookDisabled struct {
	Office, Host string
	Since        time.Time // in Prague time
	Link         string
}

// Message of a receiver that was given up.
func (h HookDisabled) Message() (Message, error) {
	l := Staff{Office: h.Office}.letter("Zprávy z úřední desky nedocházejí: %s", h.Host)
	l.say("Dobrý den, systém %s nepřijal od %s žádnou zprávu z vaší úřední desky. Proto mu je přestáváme posílat.", h.Host, moment("cs", h.Since))
	l.say("Zjistěte u jeho správce, co se stalo. Potom na stránce níže odesílání znovu zapněte; zprávy, které nedošly, můžete poslat dodatečně.")
	l.link("Otevřít nastavení", h.Link)
	return l.message()
}
