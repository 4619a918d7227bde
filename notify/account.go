package notify

import (
	"fmt"

	"epom/internal/i18n"
)

// SignIn is a one-time link for somebody of the staff who asked to sign in.
type SignIn struct {
	Name    string
	Link    string
	Minutes int
}

// Message of a sign-in link.
func (s SignIn) Message() (Message, error) {
	l := &letter{Lang: "cs", Subject: "Odkaz k přihlášení", Foot: []string{"e-POM"}}
	l.say("Dobrý den, tady je odkaz, kterým se přihlásíte. Platí %s a použít ho lze jen jednou.", i18n.N("cs", s.Minutes, "%d minutu", "%d minuty", "%d minut"))
	l.link("Přihlásit se", s.Link)
	l.say("Pokud jste o odkaz nežádali, nic nedělejte. Nikomu ho nepřeposílejte.")
	return l.message()
}

// Invitation asks somebody to work in an office.
type Invitation struct {
	Name   string
	Office string
	Link   string // empty when the person has an account already
	SignIn string // address of the sign-in page
}

// Message of an invitation.
func (i Invitation) Message() (Message, error) {
	l := &letter{Lang: "cs", Subject: fmt.Sprintf("Pozvánka: %s v e-POM", i.Office), Foot: []string{i.Office}}
	l.say("Dobrý den, správce úřadu %s vám otevřel přístup do systému e-POM.", i.Office)
	if i.Link == "" {
		l.say("Účet už máte. Přihlaste se jako obvykle a úřad si vyberte v nabídce.")
		l.link("Přihlásit se", i.SignIn)
		return l.message()
	}
	l.say("Odkazem níže se přihlásíte poprvé; platí sedm dní a použít ho lze jen jednou. Heslo si pak můžete nastavit ve svém účtu.")
	l.link("Přihlásit se poprvé", i.Link)
	return l.message()
}
