package notify

import "time"

// Citizen is what every message to a citizen has in common.
type Citizen struct {
	Lang      string // cs, en, uk
	Office    string // name of the office that has the submission
	Contact   string // its address, phone and e-mail on one line
	Reference string // the citizen's number
	Number    string // reference number of what the message is about
	Subject   string // what the matter is called
	Link      string // status page, opened without the PIN
}

func (c Citizen) letter(subject string, args ...any) *letter {
	l := &letter{Lang: c.Lang}
	l.Subject = l.t(subject, args...)
	l.Foot = []string{c.Office}
	if c.Contact != "" {
		l.Foot = append(l.Foot, line(c.Contact))
	}
	l.Foot = append(l.Foot, l.t("Zprávu poslal automaticky systém e-POM. Potřebujete-li se zeptat, obraťte se na úřad."))
	return l
}

// Draft is the link by which a person goes on filling a form.
type Draft struct {
	Lang    string
	Form    string // title
	Link    string
	Expires time.Time // in Prague time
}

// Message of a draft.
func (d Draft) Message() (Message, error) {
	l := &letter{Lang: d.Lang}
	l.Subject = l.t("Rozepsané podání: %s", d.Form)
	l.say("Tady je odkaz, na kterém budete ve vyplňování pokračovat. Otevřete ho na jakémkoli zařízení.")
	l.link("Pokračovat ve vyplňování", d.Link)
	l.say("Odkaz nikomu nepřeposílejte: kdo ho má, uvidí vaše odpovědi. Rozepsané podání uchováme do %s, pak ho smažeme.", day(d.Lang, d.Expires))
	l.say("Zatím jste nic neodeslali. Pokud jste o odkaz nežádali, zprávu prosím smažte.")
	l.Foot = []string{"e-POM"}
	return l.message()
}

// Received confirms that a submission was delivered.
type Received struct {
	Citizen
	PIN       string
	Delivered time.Time // in Prague time
	Due       time.Time // zero = no term
	ConfirmBy time.Time // zero = needs no confirmation
	Attached  bool      // the receipt is attached
}

// Message of a received submission.
func (r Received) Message() (Message, error) {
	l := r.letter("Podání %s jsme přijali", r.Reference)
	l.say("Dobrý den, vaše podání má úřad: %s. Schovejte si prosím značku a PIN.", r.Office)
	l.rows("Značka podání", r.Reference, "PIN", r.PIN, "Číslo jednací", r.Number, "Věc", r.Subject, "Doručeno", moment(r.Lang, r.Delivered),
		"Úřad vyřídí do", day(r.Lang, r.Due))
	l.link("Sledovat podání", r.Link)
	if !r.ConfirmBy.IsZero() {
		l.say("Podání prosím do %s potvrďte: podepsaným dopisem, ústně na úřadě, datovou schránkou, nebo e-mailem s uznávaným elektronickým podpisem (§ 37 odst. 4 správního řádu).", day(r.Lang, r.ConfirmBy))
	}
	l.say("Co bude dál: úřad podání přidělí a posoudí. Když bude něco chybět, napíšeme vám. Napíšeme i tehdy, až bude vyřízené.")
	if r.Attached {
		l.say("Potvrzení o podání je v příloze.")
	} else {
		l.say("Potvrzení o podání vám pošleme v dalším e-mailu.")
	}
	return l.message()
}

// Receipt brings the receipt that could not go with the first message.
type Receipt struct{ Citizen }

// Message of a late receipt.
func (r Receipt) Message() (Message, error) {
	l := r.letter("Potvrzení o podání %s", r.Reference)
	l.say("Dobrý den, v příloze posíláme potvrzení o vašem podání. Uschovejte si ho.")
	l.rows("Značka podání", r.Reference, "Věc", r.Subject)
	l.link("Sledovat podání", r.Link)
	return l.message()
}

// Confirm reminds of the term to confirm an unsigned submission.
type Confirm struct {
	Citizen
	By time.Time
}

// Message of a reminder.
func (c Confirm) Message() (Message, error) {
	l := c.letter("Nezapomeňte potvrdit podání %s", c.Reference)
	l.say("Dobrý den, vaše podání čeká na potvrzení do %s. Bez něj se jím úřad nemusí zabývat (§ 37 odst. 4 správního řádu).", day(c.Lang, c.By))
	l.say("Stačí podepsaný dopis, ústní potvrzení na úřadě, datová schránka, nebo e-mail s uznávaným elektronickým podpisem. Vždy uveďte značku podání.")
	l.rows("Značka podání", c.Reference, "Číslo jednací", c.Number, "Věc", c.Subject)
	l.link("Sledovat podání", c.Link)
	l.say("Pokud jste podání už potvrdili, nic dělat nemusíte.")
	return l.message()
}

// Asked calls the citizen to complete a submission.
type Asked struct {
	Citizen
	Words string // what the office wrote
	Due   time.Time
}

// Message of a completion request.
func (a Asked) Message() (Message, error) {
	l := a.letter("Doplňte prosím podání %s", a.Reference)
	l.say("Dobrý den, úřad potřebuje vaše podání doplnit. Píše vám:")
	l.quote(a.Words)
	l.rows("Doplňte do", day(a.Lang, a.Due), "Značka podání", a.Reference, "Číslo jednací", a.Number, "Věc", a.Subject)
	l.link("Doplnit podání", a.Link)
	l.say("Než odpovíte, lhůta pro vyřízení stojí.")
	return l.message()
}

// Completed confirms that the citizen's completion came.
type Completed struct {
	Citizen
	Files int
	Due   time.Time // the term after the pause
}

// Message of a completion.
func (c Completed) Message() (Message, error) {
	l := c.letter("Doplnění podání %s jsme přijali", c.Reference)
	l.say("Dobrý den, děkujeme, vaše doplnění má úřad: %s. Lhůta pro vyřízení zase běží.", c.Office)
	files := ""
	if c.Files > 0 {
		files = i18nCount(c.Lang, c.Files)
	}
	l.rows("Značka podání", c.Reference, "Číslo jednací", c.Number, "Přiloženo", files, "Úřad vyřídí do", day(c.Lang, c.Due))
	l.link("Sledovat podání", c.Link)
	return l.message()
}

// Extended tells of a longer term and why.
type Extended struct {
	Citizen
	Due time.Time
	Why string
}

// Message of an extended term.
func (e Extended) Message() (Message, error) {
	l := e.letter("Úřad prodloužil lhůtu u podání %s", e.Reference)
	l.say("Dobrý den, vyřízení vašeho podání potrvá déle. Úřad to zdůvodnil takto:")
	l.quote(e.Why)
	l.rows("Nová lhůta", day(e.Lang, e.Due), "Značka podání", e.Reference, "Věc", e.Subject)
	l.link("Sledovat podání", e.Link)
	return l.message()
}

// Written tells of a letter that waits on the status page.
type Written struct {
	Citizen
	Letter string // its subject
}

// Message of a letter.
func (w Written) Message() (Message, error) {
	l := w.letter("Úřad vám poslal dopis k podání %s", w.Reference)
	l.say("Dobrý den, úřad vám k vašemu podání poslal dopis. Přečtete si ho na stránce podání.")
	l.rows("Dopis", w.Letter, "Číslo jednací", w.Number, "Značka podání", w.Reference, "Věc", w.Subject)
	l.link("Sledovat podání", w.Link)
	return l.message()
}

// Referred tells who has the submission now and why. Citizen.Office is the one that referred it.
type Referred struct {
	Citizen
	To        string // name of the competent office
	ToContact string
	Why       string
}

// Message of a referral.
func (r Referred) Message() (Message, error) {
	l := r.letter("Podání %s teď vyřizuje jiný úřad", r.Reference)
	l.say("Dobrý den, %s podání vyřídit nemůže, protože k němu není příslušný. Postoupil ho proto za vás, znovu nic posílat nemusíte (§ 12 správního řádu).", r.Citizen.Office)
	l.rows("Nově vyřizuje", r.To, "Kontakt", r.ToContact, "Nové číslo jednací", r.Number, "Značka podání", r.Reference, "Věc", r.Subject)
	l.say("Odůvodnění:")
	l.quote(r.Why)
	l.link("Sledovat podání", r.Link)
	l.say("Značka podání i PIN zůstávají stejné.")
	return l.message()
}

// Handled tells that the matter is closed.
type Handled struct {
	Citizen
	Answered bool   // a document waits on the status page
	Noted    bool   // the office took note; nothing more follows
	Words    string // why and how otherwise; "" = none
}

// Message of a handled submission.
func (h Handled) Message() (Message, error) {
	l := h.letter("Podání %s je vyřízené", h.Reference)
	switch {
	case h.Answered:
		l.say("Dobrý den, úřad vaše podání vyřídil. Odpověď na vás čeká na stránce podání.")
	case h.Noted:
		l.say("Dobrý den, úřad vzal vaše podání na vědomí. Dál už nic dělat nemusíte.")
	default:
		l.say("Dobrý den, úřad vaše podání vyřídil. Jak, se dočtete na stránce podání.")
		l.quote(h.Words)
	}
	l.rows("Značka podání", h.Reference, "Číslo jednací", h.Number, "Věc", h.Subject)
	if h.Answered {
		l.link("Přečíst odpověď", h.Link)
	} else {
		l.link("Zobrazit podání", h.Link)
	}
	return l.message()
}
