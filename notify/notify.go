// Package notify writes what people are told by e-mail: to citizens in their language, to staff in Czech. It knows no
// database and no mail server; it makes a Message of small structs, and worker sends it.
//
// A citizen hears only of steps that matter to her: received, asked, completed, extended, referred, handled. Everything
// else is on the status page. No message holds more of a matter than its name and the office's own words.
package notify

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"

	"epom/internal/i18n"
	"epom/templates/mail"
)

// Message is a finished e-mail.
type Message struct{ Subject, Text, HTML string }

var (
	textShape = texttemplate.Must(texttemplate.ParseFS(mail.FS, "message.gotxt"))
	htmlShape = htmltemplate.Must(htmltemplate.ParseFS(mail.FS, "message.gohtml"))
)

// letter is a message before it has a shape.
type letter struct {
	Lang    string
	Subject string
	Parts   []part
	Foot    []string
}

// part is one piece: a paragraph (Text), rows, a link (Text and Href), a list, somebody's own words, or a title.
type part struct {
	Text, Href, Quote, Title string

	Rows  []row
	Items []Item
}

type row struct{ Label, Value string }

// Item is one line of a list.
type Item struct{ Text, Note, Href string }

// Lines are the lines of a quotation.
func (p part) Lines() []string {
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(p.Quote), "\r\n", "\n"), "\n")
}

func (l *letter) t(text string, args ...any) string { return i18n.T(l.Lang, text, args...) }
func (l *letter) say(text string, args ...any) {
	l.Parts = append(l.Parts, part{Text: l.t(text, args...)})
}
func (l *letter) title(text string, args ...any) {
	l.Parts = append(l.Parts, part{Title: l.t(text, args...)})
}
func (l *letter) list(items []Item) { l.Parts = append(l.Parts, part{Items: items}) }

// quote cites words of the office or of a citizen; nothing when there are none.
func (l *letter) quote(words string) {
	if strings.TrimSpace(words) != "" {
		l.Parts = append(l.Parts, part{Quote: words})
	}
}

func (l *letter) link(text, href string) {
	if href != "" {
		l.Parts = append(l.Parts, part{Text: l.t(text), Href: href})
	}
}

// rows adds labels and values by turns; those without a value are left out.
func (l *letter) rows(pairs ...string) {
	var rows []row
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			rows = append(rows, row{l.t(pairs[i]), line(pairs[i+1])})
		}
	}
	if len(rows) > 0 {
		l.Parts = append(l.Parts, part{Rows: rows})
	}
}

// message gives the letter its two shapes.
func (l *letter) message() (Message, error) {
	l.Subject = line(l.Subject)
	var text, html bytes.Buffer
	if err := textShape.Execute(&text, l); err != nil {
		return Message{}, fmt.Errorf("mail as text: %w", err)
	}
	if err := htmlShape.Execute(&html, l); err != nil {
		return Message{}, fmt.Errorf("mail as HTML: %w", err)
	}
	return Message{l.Subject, text.String(), html.String()}, nil
}

// line is a text on one line: a subject or a value must not bring lines of its own.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

var months = map[string][12]string{
	"cs": {"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"uk": {"січня", "лютого", "березня", "квітня", "травня", "червня", "липня", "серпня", "вересня", "жовтня", "листопада", "грудня"},
}

// day is a legal date in words of the language; "" for none.
func day(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	names, ok := months[lang]
	if !ok {
		lang, names = "cs", months["cs"]
	}
	name := names[t.Month()-1]
	switch lang {
	case "en":
		return fmt.Sprintf("%d %s %d", t.Day(), name, t.Year())
	case "uk":
		return fmt.Sprintf("%d %s %d р.", t.Day(), name, t.Year())
	}
	return fmt.Sprintf("%d. %s %d", t.Day(), name, t.Year())
}

// moment is an instant with the hour; pass it in Prague time.
func moment(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	at := map[string]string{"en": "at", "uk": "о"}[lang]
	if at == "" {
		at = "v"
	}
	return fmt.Sprintf("%s %s %d:%02d", day(lang, t), at, t.Hour(), t.Minute())
}
