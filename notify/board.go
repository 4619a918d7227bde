package notify

import (
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
