package notify

import (
	"fmt"
	"time"
)

// Clause takes the clause of a posting back to who asked for it.
type Clause struct {
	Office          string // whose board it was
	Contact         string
	Title           string // what hung
	RequesterRef    string // reference number of the request
	ReferenceNumber string // of the document
	Posted, Removed time.Time
	Link            string // the posting's page
	Test            bool   // the seal has no legal effects
}

// Message with a clause.
func (c Clause) Message() (Message, error) {
	subject := "Doložka o vyvěšení"
	if c.RequesterRef != "" {
		subject += " k č. j. " + c.RequesterRef
	}
	l := &letter{Lang: "cs", Subject: subject, Foot: []string{c.Office}}
	if c.Contact != "" {
		l.Foot = append(l.Foot, line(c.Contact))
	}
	l.say("Dobrý den, písemnost, o jejíž vyvěšení jste požádali, už jsme z úřední desky sňali. Doložku o vyvěšení posíláme v příloze.")
	l.rows("Písemnost", c.Title, "Vaše číslo jednací", c.RequesterRef, "Číslo jednací písemnosti", c.ReferenceNumber,
		"Vyvěšeno dne", moment("cs", c.Posted), "Sejmuto dne", moment("cs", c.Removed))
	if c.Test {
		l.say("Pečeť doložky je zkušební a nemá právní účinky.")
	}
	l.link("Stránka vyvěšení", c.Link)
	return l.message()
}

// Outage warns those who post that a notice could not be read on the internet for a part of its term.
type Outage struct {
	Office  string
	Number  string // on the board
	Title   string
	What    string    // what happened, a sentence
	Suggest time.Time // the last day that would give the whole term; zero = a longer term does not help
	SaveBy  time.Time // until then
	Link    string    // the posting on the clerks' desk
}

// Message of an outage.
func (o Outage) Message() (Message, error) {
	l := Staff{Office: o.Office}.letter("Výpadek úřední desky, vyvěšení %s", o.Number)
	l.say(line(o.What))
	if o.Suggest.IsZero() {
		l.say("Doba před událostí se přerušila a prodloužením se nenapraví. Poraďte se, zda událost nepřeložit.")
	} else {
		l.say(fmt.Sprintf("Doba vyvěšení se sama neprodlužuje. Chcete-li mít jistotu celé zákonné doby, prodlužte ji do %s. Stihnout to musíte do %s, než se písemnost sejme.",
			day("cs", o.Suggest), moment("cs", o.SaveBy)))
	}
	l.rows("Vyvěšení", o.Number, "Písemnost", o.Title)
	l.link("Otevřít vyvěšení", o.Link)
	return l.message()
}
