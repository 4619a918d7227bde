package notify

import "time"

// LoanLate reminds of a case file of the records store that should have been back.
type LoanLate struct {
	Office   string
	Mark     string
	Due      time.Time // the last day
	Borrower string    // "" = the reader; otherwise somebody without an account, whom the reader lent it to
	Link     string    // the records store
}

// Message of a loan past its day.
func (n LoanLate) Message() (Message, error) {
	l := Staff{Office: n.Office}.letter("Vraťte prosím zapůjčený spis %s", n.Mark)
	if n.Borrower == "" {
		l.say("Dobrý den, máte zapůjčený spis %s ze spisovny. Vrátit jste ho měli do %s. Vraťte ho prosím, nebo se se spisovnou domluvte, dokdy ho ještě potřebujete.", n.Mark, day("cs", n.Due))
	} else {
		l.Subject = "Nevrácený spis " + n.Mark
		l.say("Dobrý den, spis %s, který má zapůjčený %s, měl být ve spisovně do %s. Systém na něj nemá e-mail. Požádejte prosím o vrácení.", n.Mark, n.Borrower, day("cs", n.Due))
	}
	l.link("Otevřít spisovnu", n.Link)
	return l.message()
}
