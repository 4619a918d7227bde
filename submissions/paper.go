package submissions

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"epom/forms"
	"epom/internal/clock"
	"epom/internal/pdf"
	"epom/offices"
	"epom/records"
	"epom/records/letters"
)

// TrialMark stands over every document that no seal makes binding yet.
const TrialMark = "zkušební – bez právních účinků"

// AnswersFile is the name under which answers are embedded in papers, for machines.
const AnswersFile = "podani.json"

// Embedded is the content of AnswersFile.
type Embedded struct {
	Reference string        `json:"reference,omitempty"` // the citizen's; none before sending
	Number    string        `json:"number,omitempty"`    // reference number in the office's journal
	Office    string        `json:"office,omitempty"`    // slug
	Form      string        `json:"form"`
	Version   int           `json:"version"`
	Lang      string        `json:"lang"`
	Delivered string        `json:"delivered_at,omitempty"` // RFC 3339, UTC
	Answers   forms.Answers `json:"answers"`
}

// Receipt is the confirmation that a submission was delivered (§ 37(6) of Act 500/2004 Sb.): what, when, by whom, to
// which office and why that one, until when it will be handled, every answer and every file with its hash. url is the
// status page. It is in Czech, the language of proceedings; the same view gives the same bytes.
func Receipt(v *View, pin, url string, set forms.Setting) ([]byte, error) {
	set.Lang = forms.CS
	number := ""
	doc := v.Document(v.DocumentID)
	if doc != nil {
		number = doc.ReferenceNumber
	}
	d := pdf.New(pdf.Meta{Title: "Potvrzení o podání " + v.Reference, Author: v.Office.Name, Subject: v.Case.Subject, Created: v.DeliveredAt,
		Header: v.Office.Name, Aside: number, Footer: "Potvrzení o podání " + v.Reference, Mark: TrialMark})
	d.Heading(1, "Potvrzení o podání")
	d.Para("Vaše podání bylo doručeno a zapsáno do podacího deníku úřadu. Toto potvrzení si uschovejte.")
	rows := []pdf.Row{
		{Label: "Úřad", Value: v.Office.Name + "\n" + v.Office.Address()},
		{Label: "Číslo jednací", Value: number},
		{Label: "Doručeno", Value: moment(v.DeliveredAt)},
	}
	if v.FromOffice != nil {
		rows = append(rows, pdf.Row{Label: "Postoupeno tomuto úřadu", Value: moment(v.ReceivedAt)})
	}
	d.Rows(append(rows, []pdf.Row{
		{Label: "Podává", Value: v.Party},
		{Label: "Věc", Value: v.Case.Subject},
		{Label: "Formulář", Value: fmt.Sprintf("%s (%s, verze %d)", v.Form.Title.In(forms.CS), v.FormCode, v.FormVersion)},
		{Label: "Značka podání", Value: v.Reference},
		{Label: "PIN", Value: pin},
	}...))
	address, _, _ := strings.Cut(url, "?")
	d.QR(url, "Jak věc pokračuje, uvidíte na adrese\n"+address+"\nNačtěte kód telefonem, nebo na stránce zadejte značku podání a PIN.",
		"QR kód s adresou stránky, na které sledujete stav podání", 30)
	confirmation(d, v)
	reasons(d, v.Routing.V)
	term(d, v)
	answers(d, "Co jste vyplnili", v.Form.Evaluate(v.Answers.V, set).Summary())
	if doc != nil && len(doc.Components) > 0 {
		d.Heading(2, "Přílohy")
		components(d, doc.Components)
	}
	d.Small("Odpovědi jsou v tomto souboru vložené také strojově čitelně jako " + AnswersFile + ".")
	e := Embedded{Reference: v.Reference, Number: number, Office: v.Office.Slug, Form: v.FormCode, Version: v.FormVersion, Lang: v.Lang,
		Delivered: v.DeliveredAt.UTC().Format(time.RFC3339Nano), Answers: v.Answers.V}
	return finish(d, e)
}

func finish(d *pdf.Doc, e Embedded) ([]byte, error) {
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return nil, err
	}
	d.Attach(AnswersFile, "application/json", pdf.Data, data)
	return d.Bytes()
}

// confirmation tells how to confirm an unsigned submission: § 37(4) of Act 500/2004 Sb.
func confirmation(d *pdf.Doc, v *View) {
	if v.ConfirmBy == nil || v.ConfirmedAt != nil {
		return
	}
	d.Note("Podání prosím potvrďte nejpozději do " + day(*v.ConfirmBy) + ". Přišlo bez uznávaného elektronického podpisu a mimo datovou schránku, " +
		"proto ho § 37 odst. 4 správního řádu ukládá potvrdit. Stačí jeden z těchto způsobů: podepsaný dopis, ústně na úřadě, " +
		"datovou schránkou, nebo e-mailem s uznávaným elektronickým podpisem. Vždy uveďte značku " + v.Reference + ".")
}

func reasons(d *pdf.Doc, k Kept) {
	sentences := k.Sentences("cs")
	if len(sentences) == 0 {
		return
	}
	d.Heading(2, "Proč to vyřizuje tento úřad")
	d.List(sentences)
	for _, doubt := range k.Unverified {
		d.Small(doubt.Text("cs"))
	}
}

func term(d *pdf.Doc, v *View) {
	d.Heading(2, "Do kdy to úřad vyřídí")
	if v.Due == nil {
		d.Para("Zákon pro tuto věc nestanoví pevnou lhůtu. Úřad ji vyřídí bez zbytečných průtahů.")
		return
	}
	d.Para("Nejpozději do " + day(v.Due.On) + ".")
	how := make([]string, len(v.Due.How))
	for i, s := range v.Due.How {
		how[i] = capital(s)
	}
	d.List(how)
}

// answers writes a summary: a part a page; a repeated block becomes a table when it fits, else a part an item.
func answers(d *pdf.Doc, title string, sections []forms.Section) {
	d.Heading(2, title)
	for _, s := range sections {
		if len(s.Rows) == 0 {
			continue
		}
		d.Heading(3, s.Title)
		var rows []pdf.Row
		for i := 0; i < len(s.Rows); i++ {
			r := s.Rows[i]
			if r.Value != "" {
				rows = append(rows, pdf.Row{Label: r.Label, Value: r.Value})
				continue
			}
			d.Rows(rows)
			rows = nil
			if head, items, used := table(s.Rows[i:]); used > 0 {
				d.Table(head, items)
				i += used - 1
				continue
			}
			d.Heading(3, capital(r.Label)) // its answers follow
		}
		d.Rows(rows)
	}
}

// Bounds of a block that is still easy to read as a table.
const (
	tableCols = 6
	tableCell = 48 // characters
)

// table lays items of a repeated block out side by side; used is how many rows it stands for, 0 when it is no table.
func table(rows []forms.Row) (head []pdf.Col, items [][]string, used int) {
	depth := rows[0].Depth
	head = []pdf.Col{{}}
	for used < len(rows) && rows[used].Depth == depth && rows[used].Value == "" {
		item := []string{strings.ReplaceAll(rows[used].Label, " ", "\u00a0")}
		for used++; used < len(rows) && rows[used].Depth > depth; used++ {
			r := rows[used]
			if r.Value == "" || r.Depth > depth+1 || len(item) == tableCols || utf8.RuneCountInString(r.Value) > tableCell {
				return nil, nil, 0
			}
			switch {
			case len(items) == 0:
				head = append(head, pdf.Col{Title: r.Label})
			case len(item) >= len(head) || head[len(item)].Title != r.Label:
				return nil, nil, 0
			}
			item = append(item, r.Value)
		}
		if len(item) != len(head) || len(item) == 1 {
			return nil, nil, 0
		}
		items = append(items, item)
	}
	if len(items) < 2 {
		return nil, nil, 0
	}
	return head, items, used
}

func components(d *pdf.Doc, list []records.Component) {
	rows := make([]pdf.Row, len(list))
	for i, c := range list {
		rows[i] = pdf.Row{Label: c.Name, Value: size(c.Size) + "\nSHA-256: " + c.SHA256}
	}
	d.Rows(rows)
}

// Letter is an outgoing document of the office on paper, made by records/letters like every other. mark stands over its
// pages while no seal makes it binding; written is the letter it was approved from, nil when it was written in an act.
func Letter(v *View, doc *records.Document, written *letters.Letter, party *records.Party, mark string) ([]byte, error) {
	s := letters.Sheet{Office: v.Office, Contact: Contact(v.Office), Case: v.Case, Document: *doc, Addressee: addressee(v, doc), Body: doc.Body, Clerk: v.Case.ClerkName,
		Party: party, Mark: mark}
	if v.Filed() {
		s.Rows = []pdf.Row{{Label: "Vaše podání", Value: v.Reference + " doručené " + day(v.DeliveredAt.In(clock.Prague))}}
	}
	if doc.AnswersID != nil {
		if s.Answers = v.Document(*doc.AnswersID); s.Answers != nil && s.Answers.ForeignNumber != "" {
			s.Rows = append(s.Rows, pdf.Row{Label: "Vaše značka", Value: s.Answers.ForeignNumber})
		}
	}
	if written != nil {
		s.Body, s.Instruction, s.Address = written.Body, written.Instruction, written.Address
	} else if party != nil {
		s.Address = letters.AddressOf(*party)
	}
	for _, r := range v.Requests {
		if r.DocumentID == doc.ID {
			s.Notes = append(s.Notes, "Doplňte prosím podání nejpozději do "+day(r.DueOn)+". Odpovíte na stránce podání "+v.Reference+
				", dopisem, nebo osobně na úřadě. Kdybyste něčemu nerozuměli, zavolejte nám nebo napište.")
		}
	}
	return letters.Paper(s)
}

// addressee of a letter: a referral goes to the competent office and, for information, to the person.
func addressee(v *View, doc *records.Document) string {
	if doc.Kind == "referral" {
		return doc.Party + "\nNa vědomí: " + v.Party
	}
	return doc.Party
}

// Contact is how to reach an office, on one line.
func Contact(o *offices.Office) string {
	parts := []string{}
	for _, p := range []string{o.Address(), o.Phone, o.Email} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if o.DataBox != "" {
		parts = append(parts, "datová schránka "+o.DataBox)
	}
	return strings.Join(parts, " · ")
}

var weekdays = [7]string{"neděle", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota"}

var months = [12]string{"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"}

// day is a legal date in words; moment an instant to the second in Prague.
func day(t time.Time) string { return fmt.Sprintf("%d. %s %d", t.Day(), months[t.Month()-1], t.Year()) }

func moment(t time.Time) string {
	t = t.In(clock.Prague)
	return fmt.Sprintf("%s %s v %d:%02d:%02d", weekdays[t.Weekday()], day(t), t.Hour(), t.Minute(), t.Second())
}

func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", (n+500)/1000)
	}
	return strings.Replace(fmt.Sprintf("%.1f MB", float64(n)/1e6), ".", ",", 1)
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
