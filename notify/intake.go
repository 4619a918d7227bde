package notify

import "time"

// Intake tells the sender of an e-mail that the office took it in, or why it did not.
type Intake struct {
	Office  string
	Contact string
	Subject string // of the e-mail
	Number  string // given to it
	Refused string // why it was not taken in; empty = it was
	At      time.Time
}

// Message to the sender.
func (i Intake) Message() (Message, error) {
	subject := "Potvrzení o přijetí: " + i.Number
	if i.Refused != "" {
		subject = "Zprávu jsme nemohli přijmout"
	}
	l := &letter{Lang: "cs", Subject: subject, Foot: []string{i.Office}}
	if i.Contact != "" {
		l.Foot = append(l.Foot, line(i.Contact))
	}
	if i.Refused != "" {
		l.say("Dobrý den, vaši zprávu jsme nemohli zpracovat. Pošlete ji prosím znovu opravenou, nebo jinou cestou.")
		l.rows("Věc", i.Subject, "Přišla", moment("cs", i.At), "Důvod", i.Refused)
		return l.message()
	}
	l.say("Dobrý den, vaši zprávu jsme přijali a zapsali. Toto je automatické potvrzení, neodpovídejte na něj.")
	l.rows("Věc", i.Subject, "Doručena", moment("cs", i.At), "Číslo jednací", i.Number)
	return l.message()
}
