package intake

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"fmt"
	"path"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/isds"
	"epom/internal/pdf"
	"epom/internal/seal"
	"epom/records"
)

func looksLikeBox(head []byte) bool { return isds.Looks(head) }

// box unpacks a data message: the envelope as a PDF for people, then the attachments. Delivery information has no
// attachments; its events are in the envelope. Signed data of another kind stay a file.
func (u *unpacking) box(ctx context.Context, at, depth int) error {
	data, err := u.read(ctx, at)
	if err != nil {
		return err
	}
	m, err := isds.Read(data)
	if err != nil && !strings.EqualFold(path.Ext(u.item.Pieces[at].Name), ".zfo") && !bytes.Contains(data, []byte("isds.czechpoint.cz/v20")) {
		return nil // signed data of another kind
	}
	if err != nil {
		u.lose(u.item.Pieces[at].Name, "Datová zpráva je poškozená a nejde přečíst. Uložena je tak, jak přišla. Stáhněte ji z datové schránky znovu.", true)
		return nil
	}
	u.item.Pieces[at].Container = true
	p := &u.item.Pieces[at]
	p.MediaType = "application/vnd.software602.filler.form+xml" // what ZFO is registered as
	if m.Signed {
		p.MediaType = "application/pkcs7-mime"
	}
	if at == 0 {
		u.message(m)
	}
	sheet, err := envelopeSheet(m)
	if err != nil {
		return err
	}
	if err := u.addBytes(ctx, at, depth, Piece{Name: "obalka-" + m.ID + ".pdf", Role: RoleEnvelope}, sheet); err != nil {
		return err
	}
	for i, f := range m.Files {
		name := cmp.Or(f.Name, fmt.Sprintf("priloha-%d", i+1))
		switch {
		case f.External:
			u.lose(name, "Příloha velkoobjemové zprávy není v souboru. Stáhněte ji z datové schránky zvlášť.", false)
			continue
		case len(f.Content) == 0:
			u.lose(name, "Soubor je prázdný.", false)
			continue
		}
		role := ""
		if f.Role == "signature" {
			role = RoleSignature
		}
		if err := u.addBytes(ctx, at, depth, Piece{Name: name, MediaType: mediaOf(f.MediaType), Role: role}, f.Content); err != nil {
			return err
		}
	}
	return nil
}

// mediaOf takes only what looks like a media type: many senders write an extension there.
func mediaOf(s string) string {
	if strings.Count(s, "/") == 1 && len(s) < 100 && !strings.ContainsAny(s, " ;,\"") {
		return strings.ToLower(s)
	}
	return ""
}

// message notes what a data message says about itself.
func (u *unpacking) message(m *isds.Message) {
	it := u.item
	it.Way, it.Key, it.Kind = DataBox, "databox:"+string(m.Kind)+":"+m.ID, "letter"
	if m.Kind == isds.Delivery {
		it.Kind = "delivery-info"
	}
	it.Subject = cmp.Or(m.Annotation, "Datová zpráva "+m.ID)
	it.ForeignNo, it.OurNo = cmp.Or(m.SenderRef, m.SenderIdent), cmp.Or(m.RecipientRef, m.RecipientIdent)
	it.DeliveredAt = m.DeliveredAt
	it.Sender = records.Party{Kind: senderKind(m.SenderType), Name: clip(m.Sender, 200), Street: clip(m.SenderAddress, 200), DataBox: m.SenderBox,
		Identified: m.SenderBox != ""} // the box was given by the state to a known person
	e := it.Envelope
	put := func(k, v string) {
		if v != "" {
			e[k] = clip(v, 300)
		}
	}
	put("data_message", m.ID)
	put("data_message_kind", string(m.Kind))
	put("sender_box", m.SenderBox)
	put("recipient_box", m.Box)
	put("to_hands", m.ToHands)
	put("sender_ref", m.SenderRef)
	put("sender_mark", m.SenderIdent)
	put("recipient_ref", m.RecipientRef)
	put("recipient_mark", m.RecipientIdent)
	put("state", m.StateWords())
	put("delivered_to_box", stamp(m.DeliveredAt))
	put("delivered_by_law", stamp(m.AcceptedAt))
	if m.Personal {
		e["personal"] = true
	}
	u.proofs(m)
}

// proofs checks what should prove that the message is as ISDS gave it out.
func (u *unpacking) proofs(m *isds.Message) {
	e := u.item.Envelope
	if e["signed"] = m.Signed; m.Signed {
		e["signed_by"], e["signature_ok"] = clip(m.SignedBy, 200), m.SignFault == ""
	}
	switch {
	case !m.Signed:
		u.warn("Zpráva je bez podpisu systému datových schránek, její pravost neověříte.")
	case m.SignFault != "":
		u.warn("Podpis systému datových schránek nesouhlasí. Stáhněte zprávu z datové schránky znovu.")
	}
	if m.Kind == isds.Delivery {
		return
	}
	if e["hash_ok"] = m.HashOK; !m.HashOK {
		u.warn("Otisk zprávy nesouhlasí s obsahem. Stáhněte zprávu z datové schránky znovu.")
	}
	if m.Timestamp != nil && m.Hash == crypto.SHA256 && len(m.Sum) == 32 {
		s, err := seal.VerifyTimestamp([32]byte(m.Sum), m.Timestamp, nil)
		if err == nil {
			e["timestamp"] = s.At.Format(time.RFC3339)
		}
		if err != nil || s.Fault != "" {
			u.warn("Časové razítko zprávy nesouhlasí.")
		}
	}
}

// senderKind tells a kind of party from a type of box: 10–19 authorities, 20–29 legal persons, 30–39 persons in business.
func senderKind(t string) string {
	switch t = t + " "; t[0] {
	case '1':
		return records.Authority
	case '2':
		return records.Company
	case '3':
		return records.Business
	}
	return records.Person
}

func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// envelopeSheet is the envelope of a data message for people. The same message gives the same bytes.
func envelopeSheet(m *isds.Message) ([]byte, error) {
	title := "Obálka datové zprávy " + m.ID
	if m.Kind == isds.Delivery {
		title = "Doručenka datové zprávy " + m.ID
	}
	d := pdf.New(pdf.Meta{Title: title, Lang: "cs", Aside: m.ID, Footer: "Pořízeno z původního souboru datové zprávy"})
	d.Heading(1, title)
	rows := []pdf.Row{}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, pdf.Row{Label: label, Value: value})
		}
	}
	add("Věc", m.Annotation)
	add("Odesílatel", joined(m.Sender, m.SenderAddress, m.SenderUnit))
	add("Schránka odesílatele", m.SenderBox)
	add("Číslo jednací odesílatele", m.SenderRef)
	add("Spisová značka odesílatele", m.SenderIdent)
	add("Adresát", joined(m.Recipient, m.Address, m.Unit))
	add("Schránka adresáta", m.Box)
	add("K rukám", m.ToHands)
	add("Číslo jednací adresáta", m.RecipientRef)
	add("Spisová značka adresáta", m.RecipientIdent)
	add("Zmocnění", ground(m))
	if m.Personal {
		add("Do vlastních rukou", "ano")
	}
	if m.NoFiction {
		add("Doručení fikcí", "vyloučeno")
	}
	add("Dodána do schránky", czech(m.DeliveredAt))
	add("Doručena", czech(m.AcceptedAt))
	add("Stav", m.StateWords())
	d.Rows(rows)
	if len(m.Files) > 0 {
		d.Heading(2, "Přílohy")
		names := make([]string, len(m.Files))
		for i, f := range m.Files {
			names[i] = cmp.Or(f.Name, "bez názvu")
		}
		d.List(names)
	}
	if len(m.Events) > 0 {
		d.Heading(2, "Události")
		lines := make([]string, len(m.Events))
		for i, e := range m.Events {
			lines[i] = czech(&e.At) + ": " + e.Text
		}
		d.List(lines)
	}
	return d.Bytes()
}

func ground(m *isds.Message) string {
	if m.Law == "" {
		return ""
	}
	s := "zákon č. " + m.Law + "/" + m.Year + " Sb."
	if m.Section != "" {
		s += ", § " + m.Section
	}
	if m.Paragraph != "" {
		s += " odst. " + m.Paragraph
	}
	if m.Point != "" {
		s += " písm. " + m.Point
	}
	return s
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}

// czech is an instant in Prague time to the second, as the law asks of digital documents.
func czech(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(clock.Prague).Format("2. 1. 2006 15:04:05")
}
