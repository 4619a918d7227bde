package desk

import (
	"context"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
	"epom/routing"
	"epom/submissions"
	"epom/users"
)

// Head is what stands on top of a case file and of each act in it.
type Head struct {
	ID         int64
	Mark       string
	Subject    string
	Party      string
	Email      string
	Reference  string // the citizen's number
	Tone, Word string // state
	Icon       string
	Due        Due
	Clerk      string
	Mine       bool
	Open       bool       // neither handled nor referred
	Waiting    bool       // for the citizen
	Extension  bool       // the term may be extended
	MovedAt    *time.Time // handed over to another office
	MovedTo    string     // its name
	Delivered  time.Time
	Agenda     string
	Statute    string
}

// CasePage is a case file with all that can be done in it.
type CasePage struct {
	web.Page
	Head        Head
	Filed       bool           // opened by a submission
	Tools       []web.CaseLink // what else there is of this file
	Reasons     []string       // why this office is competent
	Overridden  string
	DataOn      string
	From        string // the office that referred it here, and its number
	To          string // the office it was referred to
	ToNumber    string
	Asked       *Asked
	Sections    []forms.Section
	Documents   []DocumentView
	Timeline    []Moment
	Clerks      []Person
	May         may
	Waiting     *Passing   // handed over to somebody who has not taken it yet
	Drafts      []DraftRow // letters without a number
	ConfirmBy   *time.Time // an unsigned submission waits for confirmation
	Unconfirmed bool       // and nobody confirmed it in time
	Signed      []SignedRow
	Own         *OwnNumber // in the office's own records system; nil = it has none
}

// OwnNumber is what the office's own records system says of the case file.
type OwnNumber struct {
	Number string
	Since  *time.Time // waits since then; nil = confirmed
	Why    string
}

// ownNumber is nil when nothing is handed over.
func ownNumber(v *submissions.View) *OwnNumber {
	h := v.Handover
	if h == nil {
		return nil
	}
	n := &OwnNumber{Number: h.Number}
	if h.ReceiptAt == nil || h.Trouble != "" {
		since := h.Since()
		n.Since, n.Why = &since, h.Why
	}
	return n
}

// Asked is the call the citizen has not answered yet.
type Asked struct {
	Text string
	Due  time.Time
	Late bool
}

// DocumentView is a registered document with its files.
type DocumentView struct {
	ID        int64
	Number    string
	Direction string
	Incoming  bool
	Outgoing  bool
	Subject   string
	Party     string
	Channel   string
	At        time.Time
	Body      string
	Sent      *time.Time
	Cancelled *time.Time
	Why       string // why it was cancelled
	CanCancel bool
	Sendings  []Sending // to whom it went and how that stands
	Handled   string    // how an incoming one was handled, in words
	HandledBy string    // number of the document that answers it
	CanHandle bool
	Files     []FileView
}

// FileView is a file of a document.
type FileView struct {
	Name, Type, Href string
	Size             int64
	Inline           bool // may be looked at in the browser
}

// Moment is one step of the timeline.
type Moment struct {
	State, Title, Text string
	At                 time.Time
}

// Case shows a case file; looking at it is written into the log.
func (d *Desk) Case(c *fiber.Ctx) error {
	s := web.Session(c)
	p := CasePage{May: mayOf(c)}
	var v *submissions.View
	var passed []records.Handover
	var units []offices.Unit
	members, err := d.members(c.UserContext(), s)
	if err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if v, err = d.view(ctx, c, tx); err != nil {
			return err
		}
		if passed, err = records.Handovers(ctx, tx, v.CaseID); err != nil {
			return err
		}
		if units, err = offices.Units(ctx, tx); err != nil {
			return err
		}
		if err := d.read(ctx, tx, v, s, passed, &p); err != nil {
			return err
		}
		if p.Page, err = d.Page(c, tx, v.Case.Mark); err != nil {
			return err
		}
		p.Head = d.head(v, s)
		p.Clerks = members.clerks(v.Case.ClerkID)
		p.Filed, p.Tools = v.Filed(), web.CaseLinks(s, v.Case)
		p.why(v)
		if r := v.OpenRequest(); r != nil {
			p.Asked = &Asked{Text: r.Text, Due: r.DueOn, Late: days(d.Date(), r.DueOn) < 0}
		}
		if v.ConfirmedAt == nil && v.ConfirmBy != nil {
			p.ConfirmBy, p.Unconfirmed = v.ConfirmBy, days(d.Date(), *v.ConfirmBy) < 0
		}
		p.Own = ownNumber(v)
		p.Sections = v.Summary("cs", d.Submissions.SettingOf(v, "cs"))
		p.Documents = documentViews(v, p.May.Handle, p.Head.Open)
		d.Seen(tx, "viewed", "case_file", v.CaseID, nil)
		return d.sendings(ctx, tx, v.CaseID, p.Documents)
	})
	if err != nil {
		return err
	}
	p.Timeline = timeline(v, passed, members, units)
	if p.Waiting != nil {
		p.Waiting.From, p.Waiting.To = members.name(p.Waiting.From), members.account(p.Waiting.to)
	}
	p.Signed = signedRows(v, members)
	return web.View(c, "case/show", "", p)
}

// view reads the submission of the case file in the address.
func (d *Desk) view(ctx context.Context, c *fiber.Ctx, tx *db.Tx) (*submissions.View, error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return nil, err
	}
	v, err := d.Submissions.OfCase(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		return nil, errs.New(errs.NotFound, "Tento spis ve vašem úřadu není.")
	}
	return v, err
}

func (d *Desk) head(v *submissions.View, s *users.Session) Head {
	k := v.Case
	h := Head{ID: k.ID, Mark: k.Mark, Subject: k.Subject, Party: v.Party, Email: v.Email, Reference: v.Reference, Clerk: k.ClerkName,
		Mine: k.ClerkID != nil && *k.ClerkID == s.Account.ID, Open: k.HandledAt == nil, Waiting: v.OpenRequest() != nil, Delivered: v.DeliveredAt,
		Agenda: v.Routing.V.Title, Statute: routing.Statute(v.Routing.V.Statute), Due: dueOf(k.DueOn, k.PausedOn, k.HandledAt, d.Date())}
	if v.Due != nil {
		h.Due.How = v.Due.How
		if rule, err := d.Submissions.Law().Rule(*k.DeadlineRule, *k.ClockStarts); err == nil {
			h.Extension = k.ExtendedDays < rule.Extension
		}
	}
	if h.MovedAt = k.MovedAt; h.MovedAt != nil {
		h.MovedTo = k.MovedTo
		if o, err := d.Offices.BySlug(k.MovedTo); err == nil {
			h.MovedTo = o.Name
		}
	}
	switch {
	case k.HandledAt != nil && k.HandledHow != nil:
		h.Tone, h.Word = "success", handledWords[*k.HandledHow]
	case h.Waiting:
		h.Tone, h.Word, h.Icon = "warning", "čeká na občana", "pause"
	case k.PausedOn != nil:
		h.Tone, h.Word, h.Icon = "warning", "přerušeno", "pause"
	case k.AssignedAt == nil:
		h.Tone, h.Word = "info", "nové"
	default:
		h.Tone, h.Word = "info", "vyřizuje se"
	}
	return h
}

// why gathers the reasons of routing and where the submission came from or went to.
func (p *CasePage) why(v *submissions.View) {
	r := v.Routing.V
	p.Reasons, p.DataOn = r.Sentences("cs"), r.On
	if r.Overridden != nil {
		p.Overridden = r.Overridden.Reason
	}
	for _, e := range v.Events {
		switch e.Kind {
		case submissions.EventTakenOver:
			p.From = word(e, "from") + " (" + word(e, "from_number") + ")"
		case submissions.EventReferred:
			p.To, p.ToNumber = word(e, "to"), word(e, "number")
		}
	}
}

func word(e submissions.Event, key string) string {
	s, _ := e.Data.V[key].(string)
	return s
}

func documentViews(v *submissions.View, mayHandle, open bool) []DocumentView {
	list := make([]DocumentView, 0, len(v.Documents))
	for _, doc := range v.Documents {
		dv := DocumentView{ID: doc.ID, Number: doc.ReferenceNumber, Direction: directionWords[doc.Direction], Incoming: doc.Direction == records.In, Outgoing: doc.Direction == records.Out, Subject: doc.Subject,
			Party: doc.Party, Channel: channelWords[doc.Channel], At: doc.RegisteredAt, Body: doc.Body, Sent: doc.SentAt, Cancelled: doc.CancelledAt,
			CanCancel: mayHandle && open && doc.CanCancel(),
			CanHandle: mayHandle && open && doc.Direction == records.In && doc.HandledAt == nil && doc.CancelledAt == nil}
		if doc.HandledHow != nil {
			dv.Handled = handledWords[*doc.HandledHow]
		}
		if doc.HandledByID != nil {
			if by := v.Document(*doc.HandledByID); by != nil {
				dv.HandledBy = by.ReferenceNumber
			}
		}
		if doc.CancelledWhy != nil {
			dv.Why = *doc.CancelledWhy
		}
		for _, f := range doc.Components {
			dv.Files = append(dv.Files, FileView{Name: f.Name, Type: f.MediaType, Size: f.Size, Inline: inline[f.MediaType] != "",
				Href: fmt.Sprintf("%s/dokument/%d/%d", casePath(doc.CaseID), doc.ID, f.Ordinal)})
		}
		list = append(list, dv)
	}
	return list
}

// inline are the types that may be looked at in the browser, with the rules under which.
var inline = map[string]string{
	"application/pdf": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'", // a sandbox would stop the browser's own viewer
	"image/png":       "default-src 'none'; sandbox", "image/jpeg": "default-src 'none'; sandbox", "image/gif": "default-src 'none'; sandbox",
	"image/webp": "default-src 'none'; sandbox",
}

// File hands out a file of a document: to be saved, or with ?zobrazit to be looked at when its type allows it.
func (d *Desk) File(c *fiber.Ctx) error {
	doc, err := web.Number(c, "doc")
	if err != nil {
		return err
	}
	n, err := web.Number(c, "n")
	if err != nil {
		return err
	}
	var file *records.Component
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		v, err := d.view(ctx, c, tx)
		if err != nil {
			return err
		}
		if found := v.Document(doc); found != nil {
			for i := range found.Components {
				if int64(found.Components[i].Ordinal) == n {
					file = &found.Components[i]
				}
			}
		}
		if file == nil {
			return errs.New(errs.NotFound, "Tento soubor ve spisu není.")
		}
		d.Seen(tx, "file opened", "document", doc, map[string]any{"file": n, "case": v.CaseID})
		return nil
	})
	if err != nil {
		return err
	}
	if file.DestroyedIn != nil {
		return errs.New(errs.NotFound, "Obsah tohoto souboru byl zničen ve skartačním řízení. V evidenci zůstává jen jeho název, velikost a otisk.")
	}
	return d.sendFile(c, file.SHA256, file.MediaType, file.Name)
}

// sendFile hands out a kept file: to be saved, or with ?zobrazit to be looked at when its type allows it.
func (d *Desk) sendFile(c *fiber.Ctx, hash, media, name string) error {
	// The file is read after the handler returned, when the request's own time is over.
	body, size, err := d.Files.Open(context.WithoutCancel(c.UserContext()), hash)
	if err != nil {
		return err
	}
	rules := inline[media]
	disposition := "attachment"
	if rules != "" && c.Query("zobrazit") != "" {
		disposition = "inline"
		c.Set(fiber.HeaderContentSecurityPolicy, rules)
		c.Set(fiber.HeaderXFrameOptions, "DENY")
	}
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentDisposition, attachmentName(disposition, name))
	return c.SendStream(body, int(size))
}

// attachmentName writes the header with the name of a file, which may hold any letters.
func attachmentName(disposition, name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	return mime.FormatMediaType(disposition, map[string]string{"filename": name})
}
