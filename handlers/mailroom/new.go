package mailroom

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
	"epom/submissions"
)

// ways are how an item may come; the first part of the value is the channel.
var ways = []Option{{"post", "Poštou"}, {"post.registered", "Poštou doporučeně"}, {"counter", "Osobně na podatelně"}, {"counter.protocol", "Ústně do protokolu"},
	{"email", "E-mailem"}, {"databox", "Datovou schránkou"}, {"other", "Jinak elektronicky"}}

// NewPage is the form by which one item is registered.
type NewPage struct {
	web.Page
	Form
	Ways, Kinds []Option
	Agendas     []Option
	Forms       []Option // those a paper may be typed into
	Key         string   // the same form sent twice is registered once
	Found       []Candidate
	Picked      *Candidate
	Doubt       bool             // the typed sender may be one of Found: the person must say
	Twice       []intake.Earlier // the sender's number was written down before: the person must say that this is another item
	Files       []FileLine
	Sealed      string
	Accept      string
	MB          int
	Done        *Registered
	Today       []intake.Latest
	Refusals    []intake.Refusal
	Paper       bool
	Recognised  []submissions.Recognised // filled forms of ours among the files sent now
	items       []*intake.Item
}

// Candidate is a row of the name register that is offered.
type Candidate struct {
	ID         int64
	Name, Note string
	Picked     bool
	Identified bool
}

// FileLine is a file of the form, with what was in it.
type FileLine struct {
	Index  int
	Name   string
	Size   int64
	Inside []string
	Lost   []intake.Loss
}

// Registered is the item just registered.
type Registered struct {
	Number  string
	ID      int64
	CaseID  int64
	Subject string
	Party   string
	Again   bool
}

// New is the empty form; what the last item had in common with the next comes in the address.
func (m *Mailroom) New(c *fiber.Ctx) error {
	p, err := m.page(c)
	if err != nil {
		return err
	}
	now := m.Clock.Now().In(clock.Prague)
	p.Values = map[string]string{"way": cmp.Or(c.Query("zpusob"), "post"), "day": now.Format("2. 1. 2006"), "time": now.Format("15:04:05"), "who_kind": records.Person, "sheets": "1", "sender": c.Query("od"), "keep": c.Query("dal")}
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if id, err := strconv.ParseInt(c.Query("hotovo"), 10, 64); err == nil {
			d, err := records.DocumentByID(ctx, tx, id)
			if err != nil {
				return err
			}
			p.Done = &Registered{Number: d.ReferenceNumber, ID: d.ID, CaseID: d.CaseID, Subject: d.Subject, Party: d.Party, Again: c.Query("znovu") != ""}
		}
		return m.fill(ctx, c, tx, &p)
	})
	if err != nil {
		return err
	}
	return web.View(c, "mailroom/new", "", p)
}

func (m *Mailroom) page(c *fiber.Ctx) (NewPage, error) {
	p := NewPage{Ways: ways, Kinds: PartyKinds, Key: newKey()}
	o, err := m.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return p, err
	}
	p.MB = max(o.AttachmentMB, 50)
	for _, a := range m.Agendas() {
		p.Agendas = append(p.Agendas, Option{a.Code, a.Name})
	}
	for _, f := range m.Forms() {
		p.Forms = append(p.Forms, Option{f.Code, f.Title.In(forms.CS)})
	}
	return p, nil
}

func newKey() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// fill completes the page with what lies in the database: who the sender may be, and what was registered today.
func (m *Mailroom) fill(ctx context.Context, c *fiber.Ctx, tx *db.Tx, p *NewPage) (err error) {
	if p.Page, err = m.Page(c, tx, "Zapsat zásilku"); err != nil {
		return err
	}
	if id, err := strconv.ParseInt(p.Value("sender"), 10, 64); err == nil {
		who, err := records.PartyByID(ctx, tx, id)
		if err == nil {
			one := candidate(who)
			one.Picked, p.Picked, p.Values["who"] = true, &one, who.Name
			p.Found = []Candidate{one}
		}
	}
	if p.Picked == nil && p.Value("sender") != "new" {
		delete(p.Values, "sender")
	}
	if who := p.Value("who"); who != "" && p.Picked == nil {
		found, err := records.FindParties(ctx, tx, who, 8)
		if err != nil {
			return err
		}
		for _, f := range found {
			p.Found = append(p.Found, candidate(f))
		}
		if len(found) > 0 {
			m.Seen(tx, "name register searched", "party", 0, map[string]any{"found": len(found)})
		}
	}
	if p.Today, err = intake.LatestOf(ctx, tx, m.Date(), 12); err != nil {
		return err
	}
	p.Refusals, err = intake.Refusals(ctx, tx, 3)
	p.Refusals = slices.DeleteFunc(p.Refusals, func(r intake.Refusal) bool { return r.At.Before(m.Date()) })
	p.Paper = paper(p.Value("way"))
	return err
}

// paper tells whether what comes this way is on paper.
func paper(way string) bool {
	return strings.HasPrefix(way, "post") || strings.HasPrefix(way, "counter")
}

func candidate(p records.Party) Candidate {
	var parts []string
	if p.ICO != "" {
		parts = append(parts, "IČO "+p.ICO)
	}
	if p.Born != nil {
		parts = append(parts, "nar. "+p.Born.Format("2. 1. 2006"))
	}
	for _, s := range []string{p.Street, strings.TrimSpace(p.Zip + " " + p.Town), p.DataBox, p.Email} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return Candidate{ID: p.ID, Name: p.Name, Note: strings.Join(parts, ", "), Identified: p.Identified}
}

// Save registers the item. With _refresh it only looks the sender up and keeps files.
func (m *Mailroom) Save(c *fiber.Ctx) error {
	p, err := m.page(c)
	if err != nil {
		return err
	}
	if err := m.read(c, &p); err != nil {
		return err
	}
	n, wrong := m.reading(&p)
	refresh := p.Value("_refresh") != ""
	var done intake.Done
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if !refresh {
			if err := m.sure(ctx, tx, &p, &n, &wrong); err != nil {
				return err
			}
			if err := p.twice(ctx, tx, n, &wrong); err != nil {
				return err
			}
			if len(wrong) == 0 {
				var err error
				done, err = intake.Register(ctx, tx, m.Records(), n, m.Clock.Now())
				return err
			}
			p.wrong(wrong)
		}
		return m.fill(ctx, c, tx, &p)
	})
	if errs.Is(err, errs.Invalid) && len(errs.FieldsOf(err)) > 0 { // rolled back: the page is filled anew
		p.wrong(errs.FieldsOf(err))
		err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return m.fill(ctx, c, tx, &p) })
	}
	if err != nil {
		return err
	}
	if done.DocumentID != 0 {
		return web.See(c, p.next(done))
	}
	if err := p.seal(c); err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "mailroom/new", "", p)
	}
	return web.View(c, "mailroom/new", "", p)
}

// next is the address of the form for the next item.
func (p *NewPage) next(d intake.Done) string {
	to := "/kancelar/posta/nova?zpusob=" + p.Value("way") + "&hotovo=" + strconv.FormatInt(d.DocumentID, 10)
	if d.Again {
		to += "&znovu=1"
	}
	if p.Value("keep") != "" && p.Value("sender") != "" && p.Value("sender") != "new" {
		to += "&dal=1&od=" + p.Value("sender")
	}
	return to
}

// reading turns what was typed into a registration.
func (m *Mailroom) reading(p *NewPage) (n intake.New, wrong []errs.Field) {
	bad := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	way, how, _ := strings.Cut(p.Value("way"), ".")
	if word(ways, p.Value("way")) == p.Value("way") {
		bad("way", "Vyberte, jak zásilka přišla.")
	}
	at, ok := moment(p.Value("day"), p.Value("time"))
	switch {
	case !ok:
		bad("day", "Napište den a čas doručení, třeba 3. 11. 2026 a 8:15:00.")
	case at.After(m.Clock.Now().Add(time.Minute)):
		bad("day", "Doručení nemůže být v budoucnu.")
	}
	it := intake.Together(p.items)
	subject := strings.Join(strings.Fields(p.Value("subject")), " ")
	if subject == "" {
		bad("subject", "Napište stručně, čeho se zásilka týká.")
	}
	doc := records.NewDocument{Kind: cmp.Or(it.Kind, "letter"), Subject: subject, Channel: way, ForeignNumber: p.Value("foreign_number"), DeliveredAt: &at, Paper: paper(way),
		Barcode: p.Value("barcode"), Envelope: it.Envelope, Components: it.Components(), AttachmentNote: it.Note()}
	if doc.Envelope == nil {
		doc.Envelope = map[string]any{}
	}
	if how != "" {
		doc.Envelope["way"] = how
	}
	if no := p.Value("mail_no"); no != "" {
		doc.Envelope["registered_mail"] = no
	}
	if doc.Paper {
		for name, into := range map[string]**int{"sheets": &doc.Sheets, "attachments": &doc.Attachments, "attachment_sheets": &doc.AttachmentSheets} {
			if v := p.Value(name); v != "" {
				k, err := strconv.Atoi(v)
				if err != nil || k < 0 || k > 100000 {
					bad(name, "Napište počet číslicemi.")
				}
				*into = &k
			}
		}
		if doc.Sheets == nil {
			bad("sheets", "U papíru napište počet listů bez příloh.")
		}
	}
	n = intake.New{Document: doc, Case: records.NewCase{Subject: subject, Agenda: p.Value("agenda"), Paper: doc.Paper}, Keys: []string{"form:" + p.Key}}
	for _, it := range p.items {
		if it.Way != "" {
			n.Keys = append(n.Keys, it.Key)
			if it.AnswerTo != "" {
				n.AnswerTo, doc.Envelope["answer_to"] = it.AnswerTo, it.AnswerTo
			}
		}
	}
	return n, wrong
}

// moment reads a day and a time with or without seconds, in Prague.
func moment(day, at string) (time.Time, bool) {
	d, ok := web.ParseDay(day)
	if !ok {
		return time.Time{}, false
	}
	at = strings.ReplaceAll(strings.TrimSpace(at), ".", ":")
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(layout, at); err == nil {
			return time.Date(d.Year(), d.Month(), d.Day(), t.Hour(), t.Minute(), t.Second(), 0, clock.Prague).UTC(), true
		}
	}
	return time.Time{}, false
}

// sure finds the case file to join and makes sure who the sender is: somebody chosen, or somebody new whom the register
// surely does not hold yet, or whom the person says to be another one.
func (m *Mailroom) sure(ctx context.Context, tx *db.Tx, p *NewPage, n *intake.New, wrong *[]errs.Field) error {
	if number := p.Value("join"); number != "" {
		file, err := intake.CaseByNumber(ctx, tx, number)
		if errs.Is(err, errs.NotFound) {
			*wrong = append(*wrong, errs.Field{Name: "join", Message: "Spis s číslem " + number + " v úřadu není. Opište číslo znovu, nebo pole vymažte a založí se nový."})
		} else if err != nil {
			return err
		}
		if n.Join = &file.ID; file.HandledAt != nil {
			*wrong = append(*wrong, errs.Field{Name: "join", Message: "Spis " + file.Mark + " je už vyřízený. Založte nový spis, nebo ten původní napřed otevřete."})
		}
	}
	if id, err := strconv.ParseInt(p.Value("sender"), 10, 64); err == nil {
		if n.Sender.ID = id; n.Sender.ID > 0 {
			return nil
		}
	}
	who := records.Party{Kind: cmp.Or(p.Value("who_kind"), records.Person), Name: p.Value("who"), ICO: p.Value("ico"), DataBox: p.Value("data_box"), Email: p.Value("email"), Street: p.Value("street"),
		Town: p.Value("town"), Zip: p.Value("zip"), Identified: p.Value("identified") != ""}
	if p.Value("born") != "" {
		day, ok := web.ParseDay(p.Value("born"))
		if !ok {
			*wrong = append(*wrong, errs.Field{Name: "born", Message: "Napište den narození jako 3. 11. 1970."})
		}
		who.Born = &day
	}
	for _, w := range records.CleanParty(&who) {
		if w.Name == "name" {
			w = errs.Field{Name: "who", Message: "Napište, od koho zásilka je. Když to nejde zjistit, napište „neznámý“."}
		}
		*wrong = append(*wrong, w)
	}
	if n.Sender = who; len(*wrong) > 0 || p.Value("sender") == "new" {
		return nil
	}
	same, err := records.SameParties(ctx, tx, who)
	if err == nil && len(same) > 0 {
		p.Doubt = true
		*wrong = append(*wrong, errs.Field{Name: "who", Message: "Takový odesílatel už v jmenném rejstříku je. Vyberte ho, nebo označte, že je to někdo jiný."})
	}
	return err
}
