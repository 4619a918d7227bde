package letters

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	core "epom/records/letters"
	"epom/submissions"
	"epom/users"
)

// LetterPage is a letter being written, with how it will read.
type LetterPage struct {
	web.Page
	fields
	Letter       core.Letter
	Mark, Matter string
	State, Tone  string
	Returned     string // by whom
	Offered      string
	Changed      string
	Final        core.Text // as approved today
	Until        string    // last day for the addressee
	NeedsDays    bool
	What         string // what approval does
	Closes       bool   // approval may handle the case file
	Usual        bool   // and usually does
	Answers      []Choice
	Clashes      []core.Clash
	FourEyes     bool
	MayApprove   bool
	MayEdit      bool
	CaseOpen     bool
	Filed        bool
	Number       string // once approved
	Fields       []core.Field
	Why          string // typed reason of returning
}

// Clash is what another person has saved of a part, nil when nothing.
func (p LetterPage) Clash(name string) *core.Clash {
	for i := range p.Clashes {
		if p.Clashes[i].Name == name {
			return &p.Clashes[i]
		}
	}
	return nil
}

func (h *Letters) letterPage(c *fiber.Ctx) (LetterPage, error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return LetterPage{}, err
	}
	name, err := h.names(c)
	if err != nil {
		return LetterPage{}, err
	}
	s := web.Session(c)
	p := LetterPage{Fields: core.Fields}
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		l, v, f, err := h.letter(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if p.Page, err = h.Page(c, tx, l.Subject+" – "+v.Case.Mark); err != nil {
			return err
		}
		setting, err := records.SettingOf(ctx, tx)
		if err != nil {
			return err
		}
		p.Letter, p.Mark, p.Matter, p.CaseOpen, p.Filed, p.FourEyes = l, v.Case.Mark, v.Case.Subject, v.Case.HandledAt == nil, v.Filed(), setting.FourEyes
		p.Final, p.Until = f.Final(l), czechDay(f.Until(l.Days))
		p.MayEdit = users.Can(s, users.Handle) && l.ApprovedAt == nil && l.DroppedAt == nil && p.CaseOpen
		p.MayApprove = p.MayEdit && (!setting.FourEyes || l.OfferedAt != nil && l.ChangedBy != s.Scope().Actor)
		p.Answers = incoming(v, l.AnswersID)
		if l.DocumentID != nil {
			if doc := v.Document(*l.DocumentID); doc != nil {
				p.Number = doc.ReferenceNumber
			}
		}
		h.Seen(tx, "viewed", "letter", id, nil)
		return nil
	})
	l := p.Letter
	p.State, p.Tone = state(l)
	p.Changed, p.Offered, p.Returned = name(l.ChangedBy), name(l.OfferedBy), name(l.ReturnedBy)
	p.What, p.Usual = effects[l.Effect], l.Effect == core.Handle
	p.Closes = l.Effect == "" || l.Effect == core.Handle
	p.NeedsDays = l.Days > 0 || strings.Contains(l.Body+l.Instruction, "{termin}") || l.Effect == core.Extend
	return p, err
}

// letter reads a letter with its case file and the facts it is filled in from.
func (h *Letters) letter(ctx context.Context, tx *db.Tx, c *fiber.Ctx, id int64) (core.Letter, *submissions.View, core.Facts, error) {
	l, err := core.ByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Takový dopis ve vašem úřadu není.")
	}
	if err != nil {
		return l, nil, core.Facts{}, err
	}
	v, err := h.view(ctx, tx, l.CaseID)
	if err != nil {
		return l, nil, core.Facts{}, err
	}
	answers := int64(0)
	if l.AnswersID != nil {
		answers = *l.AnswersID
	}
	f, err := h.Submissions.Facts(ctx, tx, v, answers, web.Session(c).Account.Name)
	return l, v, f, err
}

func incoming(v *submissions.View, chosen *int64) []Choice {
	list := []Choice{}
	for _, d := range v.Documents {
		if d.Direction == records.In && d.CancelledAt == nil {
			list = append(list, Choice{Value: strconv.FormatInt(d.ID, 10), Label: d.ReferenceNumber + " " + d.Subject, Selected: chosen != nil && *chosen == d.ID})
		}
	}
	return list
}

// Show opens a letter.
func (h *Letters) Show(c *fiber.Ctx) error {
	p, err := h.letterPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "letters/show", "", p)
}

// Save keeps what was written. Two people who changed the same part are told which; nothing is overwritten unseen.
func (h *Letters) Save(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := h.letterPage(c)
	if err != nil {
		return err
	}
	e := core.Edit{Text: core.Text{Subject: v.Get("subject"), Body: v.Get("body"), Instruction: v.Get("instruction"), Addressee: v.Get("addressee"), Address: v.Get("address")},
		Days: p.Letter.Days, AnswersID: p.Letter.AnswersID}
	if v.Has("days") {
		if e.Days, err = strconv.Atoi(strings.TrimSpace(v.Get("days"))); err != nil {
			err = errs.Fields(errs.Field{Name: "days", Message: "Napište počet dnů číslem, například 15."})
		}
	}
	if v.Has("answers") {
		e.AnswersID = nil
		for _, a := range p.Answers {
			if n, _ := strconv.ParseInt(a.Value, 10, 64); a.Value == v.Get("answers") {
				e.AnswersID = &n
			}
		}
	}
	e.Revision, _ = strconv.Atoi(v.Get("revision"))
	var saved core.Letter
	if err == nil {
		err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
			saved, p.Clashes, err = core.Save(ctx, tx, p.Letter.ID, e, h.Clock.Now())
			return err
		})
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.NotFound) {
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, path(p.Letter.ID))
	}
	if p.wrong(err) || len(p.Clashes) > 0 {
		for _, clash := range p.Clashes {
			p.Errors = append(p.Errors, Wrong{ID: clash.Name, Label: clash.Label, Message: "mezitím změnil(a) " + p.Changed + ". Porovnejte obě znění a uložte znovu."})
		}
		p.Letter.Text, p.Letter.Days = e.Text, e.Days
		return web.Invalid(c, "letters/show", "", p)
	}
	if err != nil {
		return err
	}
	said := "Dopis je uložený."
	if saved.Text != e.Text {
		said = "Dopis je uložený. " + p.Changed + " mezitím změnil(a) jiné části; spojili jsme obě změny."
	}
	web.SetFlash(c, "success", said)
	return web.See(c, path(p.Letter.ID))
}

// Preview is the letter on paper before it has a number.
func (h *Letters) Preview(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	var data []byte
	err = h.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		l, v, f, err := h.letter(ctx, tx, c, id)
		if err != nil {
			return err
		}
		l.Text = f.Final(l)
		doc := records.Document{Direction: records.Out, Kind: l.Kind, Subject: l.Subject, Party: l.Addressee, ReferenceNumber: "dostane při schválení", RegisteredAt: h.Clock.Now(), AnswersID: l.AnswersID}
		h.Seen(tx, "previewed", "letter", id, nil)
		data, err = submissions.Letter(v, &doc, &l, f.Party, "koncept – bez čísla jednacího")
		return err
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`inline; filename="koncept-%d.pdf"`, id))
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'")
	return c.Send(data)
}

// Act offers a letter for approval, returns it, approves it, or throws the draft away.
func (h *Letters) Act(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := h.letterPage(c)
	if err != nil {
		return err
	}
	id, now, back, said := p.Letter.ID, h.Clock.Now(), path(p.Letter.ID), ""
	in := func(fn func(context.Context, *db.Tx) error) error { return h.InOffice(c, fn) }
	switch c.Params("act") {
	case "predlozit":
		said, err = "Dopis čeká na schválení.", in(func(ctx context.Context, tx *db.Tx) error { return core.Offer(ctx, tx, id, now) })
	case "vratit":
		p.Why = v.Get("why")
		said, err = "Dopis je vrácený k opravě.", in(func(ctx context.Context, tx *db.Tx) error { return core.Return(ctx, tx, id, p.Why, now) })
	case "zahodit":
		back = fmt.Sprintf("/kancelar/spisy/%d", p.Letter.CaseID)
		said, err = "Rozepsaný dopis je zahozený.", in(func(ctx context.Context, tx *db.Tx) error { return core.Drop(ctx, tx, id, now) })
	case "schvalit":
		back = fmt.Sprintf("/kancelar/spisy/%d", p.Letter.CaseID)
		said, err = h.approve(c, p, v.Get("revision"), v.Get("closes") != "")
	default:
		return errs.New(errs.NotFound, "")
	}
	if errs.Is(err, errs.Conflict) {
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, path(id))
	}
	if p.wrong(err) {
		return web.Invalid(c, "letters/show", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", said)
	return web.See(c, back)
}

func (h *Letters) approve(c *fiber.Ctx, p LetterPage, revision string, closes bool) (said string, err error) {
	n, _ := strconv.Atoi(revision)
	s := web.Session(c)
	doc, err := h.Submissions.ApproveLetter(c.UserContext(), s.Scope(), p.Letter.ID, n, s.Account.Name, closes && p.Closes)
	if err != nil {
		return "", err
	}
	said = "Dopis má číslo jednací " + doc.ReferenceNumber + "."
	if p.Filed {
		return said + " Občan ho najde na stránce podání.", nil
	}
	return said + " Teď ho vypravte.", nil
}
