package desk

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/records"
	"epom/users"
)

// CoverPage lists who is away and who stands in, with the form of a new absence.
type CoverPage struct {
	web.Page
	Rows   []CoverRow
	Clerks []Person
	All    bool // may write down the absence of others
	Values map[string]string
	Errors []Wrong
}

// CoverRow is one absence.
type CoverRow struct {
	ID           int64
	Clerk, Cover string
	From, To     time.Time
	Note         string
	Now          bool
	CanEnd       bool
}

// Error is the message about a field.
func (p CoverPage) Error(name string) string { return ActPage{Errors: p.Errors}.Error(name) }

// Value is what stands in a field.
func (p CoverPage) Value(name string) string { return p.Values[name] }

// Cover lists absences.
func (d *Desk) Cover(c *fiber.Ctx) error {
	p, err := d.coverPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "desk/cover", "", p)
}

func (d *Desk) coverPage(c *fiber.Ctx) (CoverPage, error) {
	s := web.Session(c)
	members, err := d.members(c.UserContext(), s)
	if err != nil {
		return CoverPage{}, err
	}
	p := CoverPage{All: users.Can(s, users.Assign) || users.Can(s, users.AdminOffice), Clerks: members.clerks(nil), Values: map[string]string{"clerk": strconv.FormatInt(s.Account.ID, 10)}}
	var list []records.Absence
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Zastupování"); err != nil {
			return err
		}
		list, err = records.Absences(ctx, tx, d.Clock.Now())
		return err
	})
	for _, a := range list {
		p.Rows = append(p.Rows, CoverRow{ID: a.ID, Clerk: members.account(a.ClerkID), Cover: members.account(a.CoverID), From: a.FromOn, To: a.ToOn, Note: a.Note,
			Now: days(a.FromOn, d.Date()) >= 0, CanEnd: p.All || a.ClerkID == s.Account.ID})
	}
	return p, err
}

// AddCover writes an absence down.
func (d *Desk) AddCover(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := d.coverPage(c)
	if err != nil {
		return err
	}
	for name := range v {
		p.Values[name] = v.Get(name)
	}
	a := records.Absence{Note: strings.TrimSpace(v.Get("note"))}
	clerk, _ := strconv.ParseInt(v.Get("clerk"), 10, 64)
	cover, _ := strconv.ParseInt(v.Get("cover"), 10, 64)
	if who, ok := personByID(p.Clerks, clerk); ok && (p.All || clerk == web.Session(c).Account.ID) {
		a.ClerkID = who.ID
	}
	if who, ok := personByID(p.Clerks, cover); ok {
		a.CoverID = who.ID
	}
	for _, f := range []struct {
		name string
		on   *time.Time
	}{{"from", &a.FromOn}, {"to", &a.ToOn}} {
		on, ok := web.ParseDay(v.Get(f.name))
		if !ok {
			p.Errors = append(p.Errors, Wrong{ID: f.name, Message: "Napište den, například 3. 12. 2026."})
		}
		*f.on = on
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "desk/cover", "", p)
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := records.AddAbsence(ctx, tx, a, d.Clock.Now())
		return err
	})
	if errs.Is(err, errs.Invalid) {
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "desk/cover", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Zastupování je zapsané. Zástup uvidí práci obou na svém dnešním přehledu.")
	return web.See(c, "/kancelar/zastupovani")
}

// EndCover ends an absence early.
func (d *Desk) EndCover(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	s := web.Session(c)
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		a, err := records.AbsenceByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.ClerkID != s.Account.ID && !users.Can(s, users.Assign) && !users.Can(s, users.AdminOffice) {
			return errs.New(errs.Forbidden, "Ukončit můžete jen vlastní nepřítomnost.")
		}
		return records.EndAbsence(ctx, tx, id, d.Clock.Now())
	})
	kind, said := "success", "Zastupování skončilo."
	if errs.Is(err, errs.Conflict) {
		kind, said, err = "warning", errs.Message(err), nil
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, kind, said)
	return web.See(c, "/kancelar/zastupovani")
}

// UndoAssign takes back what was given together and nobody has taken over yet.
func (d *Desk) UndoAssign(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	batch := v.Get("batch")
	if batch == "" {
		return errs.New(errs.NotFound, "")
	}
	var undone []int64
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		undone, err = records.Undo(ctx, tx, batch, d.Clock.Now())
		return err
	})
	if err != nil {
		return err
	}
	if len(undone) == 0 {
		web.SetFlash(c, "warning", "Zpět už nejde vzít nic: spisy si mezitím převzali. Přidělte je znovu jednotlivě.")
	} else {
		web.SetFlash(c, "success", i18n.N("cs", len(undone), "Zpět je vzatý %d spis.", "Zpět jsou vzaté %d spisy.", "Zpět je vzato %d spisů."))
	}
	return web.See(c, "/kancelar/posta")
}

// assignAll gives case files to a clerk, each in a transaction of its own; what cannot be given is said.
func (d *Desk) assignAll(c *fiber.Ctx, list []int64, clerk int64, batch string) (done, failed []string, err error) {
	for _, id := range list {
		err := d.Submissions.Assign(c.UserContext(), web.Session(c).Scope(), id, records.Hand{Clerk: &clerk, Batch: batch})
		switch {
		case errs.Is(err, errs.Conflict), errs.Is(err, errs.NotFound):
			failed = append(failed, errs.Message(err))
		case err != nil:
			return done, failed, err
		default:
			done = append(done, strconv.FormatInt(id, 10))
		}
	}
	return done, failed, nil
}

func newBatch() string { return rand.Text() }
