package notify

import "time"

// Dispatched takes a document of the office to its addressee by e-mail; the document goes along as a file.
type Dispatched struct {
	Office  string
	Contact string
	Subject string // of the document
	Number  string // its reference number
	Confirm bool   // delivery must be confirmed (§ 19(9) of Act 500/2004 Sb.)
	Till    time.Time
}

// Message with a document.
func (d Dispatched) Message() (Message, error) {
	l := &letter{Lang: "cs", Subject: d.Number + ": " + d.Subject, Foot: []string{d.Office}}
	if d.Contact != "" {
		l.Foot = append(l.Foot, line(d.Contact))
	}
	l.say("Dobrý den, v příloze posíláme dokument.")
	l.rows("Dokument", d.Subject, "Číslo jednací", d.Number)
	if d.Confirm {
		l.say("Potvrďte prosím převzetí odpovědí na tuto zprávu se svým uznávaným elektronickým podpisem, nejpozději %s. Bez potvrzení vám dokument musíme doručit jinak (§ 19 odst. 9 správního řádu).", day("cs", d.Till))
	}
	return l.message()
}
