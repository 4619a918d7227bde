package files

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/scheme"
	"epom/users"
)

// ContentsPage is a case file as a whole: class, table of contents, what belongs together.
type ContentsPage struct {
	web.Page
	Form
	Head      Head
	Class     *records.Class
	Rule      string // "S/5"
	Trigger   string
	AskYear   bool // the year of the trigger is given by hand
	Year      int
	Due       int
	Held      string
	ArchiveID string
	Joined    bool // to another file
	Documents []Line
	TakenOut  []records.TakenOut
	Around    []Relative
	Links     []records.Link
	May       bool
	CanEdit   bool
}

// Line is a row of the table of contents.
type Line struct {
	records.Document
	Files   int
	CanMove bool
}

// Relative is a file that belongs to this one.
type Relative struct {
	ID            int64
	Mark, Subject string
	How           string
	Closed        bool
}

// Contents shows it; looking at it is written into the log.
func (f *Files) Contents(c *fiber.Ctx) error { return f.contents(c, Form{}) }

func (f *Files) contents(c *fiber.Ctx, form Form) error {
	p := ContentsPage{Form: form, May: users.Can(web.Session(c), users.Handle)}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return err
		}
		if p.Page, err = f.Page(c, tx, "Obsah spisu "+k.Mark); err != nil {
			return err
		}
		p.Head, p.Held, p.ArchiveID, p.Joined = headOf(k, "Obsah a zařazení"), k.HeldWhy, k.ArchiveID, k.JoinedTo != nil
		p.CanEdit = p.May && !p.Head.Closed
		f.Seen(tx, "viewed", "case_file", k.ID, nil)
		if err := p.class(ctx, tx, k); err != nil {
			return err
		}
		return p.inside(ctx, tx, k)
	})
	if err != nil {
		return err
	}
	return web.View(c, "files/contents", "", p)
}

func (p *ContentsPage) class(ctx context.Context, tx *db.Tx, k records.Case) error {
	if k.ClassID == nil {
		return nil
	}
	class, err := records.ClassByID(ctx, tx, *k.ClassID)
	if err != nil {
		return err
	}
	p.Class, p.Rule, p.Trigger = &class, *k.Sign+"/"+strconv.Itoa(*k.Retention), scheme.TriggerWords[k.TriggerEvent]
	p.AskYear = (k.TriggerEvent == records.WhenBorn || k.TriggerEvent == records.Externally) && k.ClosedAt == nil
	if k.TriggerYear != nil {
		p.Year = *k.TriggerYear
	}
	p.Due, _ = k.DueYear()
	return nil
}

func (p *ContentsPage) inside(ctx context.Context, tx *db.Tx, k records.Case) error {
	docs, err := records.Documents(ctx, tx, k.ID)
	if err != nil {
		return err
	}
	for _, d := range docs {
		p.Documents = append(p.Documents, Line{Document: d, Files: len(d.Components), CanMove: p.CanEdit && d.Ordinal > 1 && d.Kind != "receipt" && d.CancelledAt == nil})
	}
	if p.TakenOut, err = records.TakenOutOf(ctx, tx, k.ID); err != nil {
		return err
	}
	if p.Links, err = records.Links(ctx, tx, k.ID); err != nil {
		return err
	}
	all, err := records.Together(ctx, tx, k.ID)
	for _, o := range all {
		if o.ID == k.ID {
			continue
		}
		how := "patří k témuž celku"
		switch {
		case o.JoinedTo != nil && *o.JoinedTo == k.ID:
			how = "připojený k tomuto spisu"
		case k.JoinedTo != nil && *k.JoinedTo == o.ID:
			how = "k němu je tento spis připojený"
		case o.ParentID != nil && *o.ParentID == k.ID:
			how = "dílčí spis"
		case k.ParentID != nil && *k.ParentID == o.ID:
			how = "hlavní spis"
		}
		p.Around = append(p.Around, Relative{o.ID, o.Mark, o.Subject, how, o.ClosedAt != nil})
	}
	return err
}

// change is an act in the case file of the address that ends on its contents.
func (f *Files) change(c *fiber.Ctx, do func(context.Context, *db.Tx, records.Case, url.Values) (string, error)) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, path(id, "/obsah"), f.contents, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return "", err
		}
		return do(ctx, tx, k, v)
	})
}

// Join joins the file to another one in the same matter.
func (f *Files) Join(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, v url.Values) (string, error) {
		to, err := records.CaseByMark(ctx, tx, v.Get("mark"))
		if err != nil {
			return "", err
		}
		return "Spis je připojený ke spisu " + to.Mark + ". Čísla obou zůstávají.", records.Join(ctx, tx, k.ID, to.ID, v.Get("why"), f.Clock.Now())
	})
}

// Separate undoes a join.
func (f *Files) Separate(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, _ url.Values) (string, error) {
		return "Spis už připojený není.", records.Separate(ctx, tx, k.ID, f.Clock.Now())
	})
}

// Refer makes a cross reference.
func (f *Files) Refer(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, v url.Values) (string, error) {
		to, err := records.CaseByMark(ctx, tx, v.Get("ref"))
		if errs.Is(err, errs.Invalid) {
			err = errs.Fields(errs.Field{Name: "ref", Message: web.FieldMessage(errs.FieldsOf(err), "mark")})
		}
		if err != nil {
			return "", err
		}
		return "Odkaz na spis " + to.Mark + " je zapsaný.", records.Refer(ctx, tx, k.ID, to.ID, v.Get("fixed") != "", v.Get("about"), f.Clock.Now())
	})
}

// EndLink takes a cross reference back.
func (f *Files) EndLink(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, _ url.Values) (string, error) {
		link, err := web.Number(c, "n")
		if err != nil {
			return "", err
		}
		return "Odkaz už ve spisu není.", records.EndLink(ctx, tx, k.ID, link, f.Clock.Now())
	})
}

// Sub opens a sub-file.
func (f *Files) Sub(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, v url.Values) (string, error) {
		sub, err := records.Sub(ctx, tx, nil, k.ID, records.NewCase{Subject: v.Get("subject"), ClerkID: k.ClerkID, UnitID: k.UnitID}, f.Clock.Now())
		return "Dílčí spis má značku " + sub.Mark + ".", err
	})
}

// SetYear says in which year the trigger came.
func (f *Files) SetYear(c *fiber.Ctx) error {
	return f.change(c, func(ctx context.Context, tx *db.Tx, k records.Case, v url.Values) (string, error) {
		return "Rok události je zapsaný.", records.SetTriggerYear(ctx, tx, k.ID, int(number(strings.TrimSpace(v.Get("year")))), f.Clock.Now())
	})
}

// ClassPage offers classes for a file.
type ClassPage struct {
	web.Page
	Form
	Head    Head
	Query   string
	Classes []scheme.Class // leaves that fit the query
	Plan    string
	Chosen  int64
	More    bool
}

// ClassForm shows them: those of the scheme that holds today.
func (f *Files) ClassForm(c *fiber.Ctx) error { return f.classForm(c, Form{}) }

func (f *Files) classForm(c *fiber.Ctx, form Form) error {
	p := ClassPage{Form: form, Query: strings.TrimSpace(c.Query("hledat"))}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return err
		}
		if p.Page, err = f.Page(c, tx, "Zařadit spis "+k.Mark); err != nil {
			return err
		}
		if p.Head = headOf(k, "Zařadit do věcné skupiny"); k.ClassID != nil {
			p.Chosen = *k.ClassID
		}
		plan, err := scheme.Current(ctx, tx, f.Date())
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := scheme.Classes(ctx, tx, plan.ID)
		p.Plan = plan.Name
		for _, l := range list {
			if l.Leaf && l.Sign != nil && matches(l, p.Query) {
				if len(p.Classes) == mostClasses {
					p.More = true
					break
				}
				p.Classes = append(p.Classes, l)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "files/class", "", p)
}

// mostClasses is how many classes one page offers.
const mostClasses = 150

// Classify gives the file the chosen class.
func (f *Files) Classify(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, path(id, "/obsah"), f.classForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return "", err
		}
		if number(v.Get("class")) == 0 {
			return "", errs.Fields(errs.Field{Name: "class", Message: "Vyberte věcnou skupinu."})
		}
		if err := records.Classify(ctx, tx, k.ID, number(v.Get("class")), f.Clock.Now()); err != nil {
			return "", err
		}
		k, err = records.CaseByID(ctx, tx, k.ID)
		return "Spis je zařazený do skupiny " + k.ClassCode + ".", err
	})
}

// MovePage takes a document out of its file.
type MovePage struct {
	web.Page
	Form
	Head Head
	Doc  records.Document
}

// MoveForm asks where to.
func (f *Files) MoveForm(c *fiber.Ctx) error { return f.moveForm(c, Form{}) }

func (f *Files) moveForm(c *fiber.Ctx, form Form) error {
	p := MovePage{Form: form}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return err
		}
		if p.Doc, err = documentIn(ctx, c, tx, k); err != nil {
			return err
		}
		p.Head = headOf(k, "Vyjmout dokument")
		p.Page, err = f.Page(c, tx, "Vyjmout dokument "+p.Doc.ReferenceNumber)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "files/move", "", p)
}

// documentIn reads the document of the address, which must lie in the file.
func documentIn(ctx context.Context, c *fiber.Ctx, tx *db.Tx, k records.Case) (records.Document, error) {
	id, err := web.Number(c, "doc")
	if err != nil {
		return records.Document{}, err
	}
	docs, err := records.Documents(ctx, tx, k.ID)
	for _, d := range docs {
		if d.ID == id {
			return d, nil
		}
	}
	if err == nil {
		err = errs.New(errs.NotFound, "Tento dokument ve spisu není.")
	}
	return records.Document{}, err
}

// Move puts the document into a new file, or into the one whose mark was typed.
func (f *Files) Move(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, path(id, "/obsah"), f.moveForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return "", err
		}
		d, err := documentIn(ctx, c, tx, k)
		if err != nil {
			return "", err
		}
		now, to := f.Clock.Now(), records.Case{}
		if v.Get("where") == "other" {
			to, err = records.CaseByMark(ctx, tx, v.Get("mark"))
		} else {
			to, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: d.Subject, ClerkID: k.ClerkID, UnitID: k.UnitID, Starts: clock.Date(now), Paper: d.Paper}, now)
		}
		if err != nil {
			return "", err
		}
		return "Dokument " + d.ReferenceNumber + " leží ve spisu " + to.Mark + ". Číslo mu zůstalo.", records.TakeOut(ctx, tx, d.ID, to.ID, v.Get("why"), now)
	})
}
