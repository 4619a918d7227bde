package records

import (
	"net/mail"
	"regexp"
	"strings"

	"epom/internal/errs"
)

var (
	boxForm = regexp.MustCompile(`^[a-z0-9]{7}$`)
	zipForm = regexp.MustCompile(`^[0-9]{5}$`)
	digits8 = regexp.MustCompile(`^[0-9]{1,8}$`)
)

// CleanICO writes an identification number (IČO) with eight digits; false when its check digit is wrong.
func CleanICO(s string) (string, bool) {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
	if !digits8.MatchString(s) {
		return s, false
	}
	s = strings.Repeat("0", 8-len(s)) + s
	sum := 0
	for i := range 7 {
		sum += (8 - i) * int(s[i]-'0')
	}
	return s, s != "00000000" && int(s[7]-'0') == (11-sum%11)%10
}

// CleanParty puts what was typed into one shape and says what is wrong with it.
func CleanParty(p *Party) (wrong []errs.Field) {
	for _, s := range []*string{&p.Name, &p.Given, &p.Family, &p.Email, &p.Phone, &p.Street, &p.Town, &p.Country} {
		*s = strings.Join(strings.Fields(*s), " ")
	}
	if p.Name == "" {
		p.Name = strings.TrimSpace(p.Given + " " + p.Family)
	}
	bad := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	switch p.Kind {
	case Person, Business, Company, Authority:
	default:
		bad("kind", "Vyberte, zda jde o člověka, podnikatele, firmu nebo úřad.")
	}
	if p.Name == "" {
		bad("name", "Napište jméno nebo název.")
	} else if len([]rune(p.Name)) > 300 {
		bad("name", "Jméno nebo název zkraťte na 300 znaků.")
	}
	if p.ICO = strings.TrimSpace(p.ICO); p.ICO != "" {
		ico, ok := CleanICO(p.ICO)
		if p.ICO = ico; !ok {
			bad("ico", "IČO nesouhlasí s kontrolní číslicí. Opište ho znovu, má osm číslic.")
		}
	}
	if p.DataBox = strings.ToLower(strings.TrimSpace(p.DataBox)); p.DataBox != "" && !boxForm.MatchString(p.DataBox) {
		bad("data_box", "Datová schránka má sedm znaků, malá písmena a číslice, třeba abc2d3e.")
	}
	if p.Email != "" {
		if a, err := mail.ParseAddress(p.Email); err != nil || a.Address != p.Email {
			bad("email", "E-mail nemá správný tvar, třeba jana@example.cz.")
		}
	}
	if p.Zip = strings.Join(strings.Fields(strings.ReplaceAll(p.Zip, "\u00a0", " ")), ""); p.Zip != "" && p.Country == "" && !zipForm.MatchString(p.Zip) {
		bad("zip", "PSČ má pět číslic. U adresy v cizině vyplňte i stát.")
	}
	return wrong
}
