package public

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/offices"
	"epom/records"
	"epom/submissions"
)

// StatusPage is a submission as its citizen sees it.
type StatusPage struct {
	web.Page
	Reference, PIN string
	QR             web.QR
	Link           string
	State, Tone    string
	Now            string // what the state means, in a sentence
	Subject        string
	Form           string
	Number         string // file mark at the office that has it now
	At             *offices.Office
	Week           []Day
	Reasons        []string
	Why            string // why a clerk sent it elsewhere
	From           []submissions.Stay
	Timeline       []Moment
	Due            *DueView
	Confirm        *ConfirmView // an unsigned submission waits for confirmation
	Signed         []SignedView
	Request        *RequestView
	Documents      []DocumentView
	Answer         *DocumentView // the office's answer, once the matter is handled
	Sent           []SectionView
	SentAt         time.Time
	Receipt        bool
	Handled        bool
	Own            *OwnNumber
}

// OwnNumber is the number in the office's own records system, or since when the office's system has not confirmed it.
type OwnNumber struct {
	Number, Waits string
}

// ownNumber is nil when the office has no other numbers than the gate's.
func ownNumber(p web.Page, v *submissions.View, now time.Time) *OwnNumber {
	h := v.Handover
	if h == nil {
		return nil
	}
	n := &OwnNumber{Number: h.Number}
	if h.ReceiptAt == nil {
		since := h.Since().In(clock.Prague)
		at := since.Format("15:04")
		if clock.Date(since) != clock.Date(now) {
			at = since.Format("2. 1. 15:04")
		}
		n.Waits = p.T("čeká na potvrzení spisové služby od %s", at)
	}
	return n
}

// DueView is the term of the office and how it was counted.
type DueView struct {
	On     time.Time
	State  string // ok, soon, today, late, paused
	Text   string
	Stands bool
	How    []string
}

// RequestView is the open call to complete the submission, with what was typed so far.
type RequestView struct {
	ID     int64
	Text   string
	DueOn  time.Time
	Typed  string
	Kept   []KeptFile
	Errors []forms.Finding
	MB     int
}

// KeptFile is a file already taken in with an answer that was not complete; the page carries it until it is.
type KeptFile struct {
	ID     string
	Name   string
	Size   int64
	Sealed string
}

// DocumentView is a document the citizen may read.
type DocumentView struct {
	ID             int64
	Subject, Href  string
	Number         string
	At             time.Time
	ByOffice, Text bool
	Files          []DocumentFile
}

// DocumentFile is one file of a document.
type DocumentFile struct {
	Name, Href string
	Size       int64
}

// Status is the page of one submission: who has it, what happened, what is to be done.
func (h *Public) Status(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if key := c.Query("k"); key != "" && !ok && reference != "" {
		return h.letIn(c, FindPage{Page: web.NewPage(c, "Moje podání"), Reference: reference}, reference, key)
	}
	if !ok {
		return web.See(c, "/podani?cislo="+reference)
	}
	if c.Query("k") != "" {
		return web.See(c, "/podani/"+reference)
	}
	p, err := h.statusPage(c, reference)
	if err != nil {
		return err
	}
	return web.View(c, "status/show", "status", p)
}

func (h *Public) statusPage(c *fiber.Ctx, reference string) (StatusPage, error) {
	v, err := h.Submissions.ByReference(c.UserContext(), reference)
	if err != nil {
		return StatusPage{}, err
	}
	web.Private(c)
	lang := web.Lang(c)
	p := StatusPage{Page: web.NewPage(c, "Podání "+reference), Reference: reference, PIN: pinText(h.Submissions.PIN(reference)), Subject: v.Case.Subject,
		Form: v.Form.Title.In(forms.Lang(lang)), Number: v.Case.Mark, At: v.Office, Week: week(lang, v.Office.Hours), From: v.Past,
		Reasons: v.Routing.V.Sentences(lang), Timeline: timeline(lang, v), SentAt: v.DeliveredAt, Handled: v.Case.HandledAt != nil}
	p.Title = p.T("Podání %s", reference)
	p.Link = h.base(c) + "/podani/" + reference
	p.QR = web.NewQR(p.Link + "?k=" + h.Submissions.Ticket(reference))
	if o := v.Routing.V.Overridden; o != nil {
		p.Why = o.Reason
	}
	p.Confirm, p.Signed = h.confirmView(p.Page, v), signedViews(p.Page, v)
	if v.Due != nil && !p.Handled {
		p.Due = h.due(p.Page, v.Due)
	}
	if r := v.OpenRequest(); r != nil {
		p.Request = &RequestView{ID: r.ID, Text: r.Text, DueOn: r.DueOn, MB: v.Office.AttachmentMB}
	}
	p.State, p.Tone, p.Now = state(p.Page, v)
	p.Own = ownNumber(p.Page, v, h.Clock.Now())
	p.Documents, p.Answer = documents(v), answerOf(v)
	_, p.Receipt = receiptOf(v)
	p.Sent = sections(v.Summary(lang, h.Submissions.SettingOf(v, lang)), func(string, string) string { return "" })
	return p, nil
}

// state is where a submission stands, in a word, a tone and a sentence.
func state(p web.Page, v *submissions.View) (word, tone, sentence string) {
	switch {
	case v.Case.HandledAt != nil:
		return p.T("Vyřízeno"), "success", p.T("Úřad věc vyřídil.")
	case v.OpenRequest() != nil:
		return p.T("Čeká na vás"), "warning", p.T("Úřad potřebuje, abyste podání doplnili.")
	case v.Case.AssignedAt != nil:
		return p.T("Vyřizuje se"), "info", p.T("Podání má na starosti úředník.")
	}
	if v.ConfirmBy != nil && v.ConfirmedAt == nil {
		return p.T("Přijato"), "info", p.T("Úřad podání má. Ještě ho prosím potvrďte.")
	}
	return p.T("Přijato"), "info", p.T("Úřad podání má. Teď nemusíte dělat nic.")
}

// due says when the office must decide and how near that is.
func (h *Public) due(p web.Page, d *records.Due) *DueView {
	v := &DueView{On: d.On, Stands: d.Stands, How: d.How}
	days := h.daysTo(d.On)
	switch {
	case d.Stands:
		v.State, v.Text = "paused", p.T("lhůta stojí")
	case days < 0:
		v.State, v.Text = "late", i18n.N(p.Lang, -days, "%d den po lhůtě", "%d dny po lhůtě", "%d dní po lhůtě")
	case days == 0:
		v.State, v.Text = "today", p.T("končí dnes")
	default:
		v.State, v.Text = "ok", i18n.N(p.Lang, days, "zbývá %d den", "zbývají %d dny", "zbývá %d dní")
	}
	return v
}

// visible tells whether the citizen may see a document of her case: what she sent, and what was sent to her.
func visible(d *records.Document) bool {
	return d.CancelledAt == nil && (d.Direction == records.In || d.Direction == records.Out && d.SentAt != nil)
}

func documents(v *submissions.View) []DocumentView {
	var out []DocumentView
	for i := range v.Documents {
		d := &v.Documents[i]
		if !visible(d) || d.Kind == submissions.KindReceipt {
			continue
		}
		if x := documentView(v.Reference, d); x.Text || len(x.Files) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// answerOf is the last answer of the office.
func answerOf(v *submissions.View) *DocumentView {
	for i := len(v.Documents) - 1; i >= 0 && v.Case.HandledAt != nil; i-- {
		if d := &v.Documents[i]; d.Kind == "answer" && visible(d) {
			x := documentView(v.Reference, d)
			return &x
		}
	}
	return nil
}

func documentView(reference string, d *records.Document) DocumentView {
	at := d.RegisteredAt
	if d.SentAt != nil {
		at = *d.SentAt
	}
	x := DocumentView{ID: d.ID, Subject: d.Subject, Number: d.ReferenceNumber, At: at, ByOffice: d.Direction == records.Out, Text: d.Body != ""}
	x.Href = "/podani/" + reference + "/dokument/" + strconv.FormatInt(d.ID, 10)
	for _, f := range d.Components {
		x.Files = append(x.Files, DocumentFile{Name: f.Name, Size: f.Size, Href: x.Href + "/" + strconv.Itoa(f.Ordinal)})
	}
	return x
}

// StatusEvents tells the open page when something happened.
func (h *Public) StatusEvents(c *fiber.Ctx) error {
	reference, ok := h.reference(c)
	if !ok {
		return errs.New(errs.NotFound, "")
	}
	return h.Live.Stream(c, reference)
}
