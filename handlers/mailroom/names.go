package mailroom

import (
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
	"epom/users"
)

const perPage = 50

// NamesPage is the name register.
type NamesPage struct {
	web.Page
	Query        string
	Unidentified bool
	Rows         []Candidate
	Kinds        []string
	Next         string
	MayMerge     bool
}

// Names lists the name register, or what was found in it.
func (m *Mailroom) Names(c *fiber.Ctx) error {
	p := NamesPage{Query: strings.TrimSpace(c.Query("q")), Unidentified: c.Query("neztotozneni") != "", MayMerge: users.Can(web.Session(c), users.Register)}
	after, _ := strconv.ParseInt(c.Query("po"), 10, 64) // none = from the beginning
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = m.Page(c, tx, "Jmenný rejstřík"); err != nil {
			return err
		}
		var list []records.Party
		if p.Query != "" && !p.Unidentified {
			list, err = records.FindParties(ctx, tx, p.Query, 2*perPage)
		} else {
			list, err = records.Parties(ctx, tx, records.PartyFilter{Name: p.Query, Unidentified: p.Unidentified, AfterID: after, Limit: perPage + 1})
			if len(list) > perPage {
				list = list[:perPage]
				p.Next = "/kancelar/jmena?po=" + strconv.FormatInt(list[perPage-1].ID, 10)
				if p.Unidentified {
					p.Next += "&neztotozneni=1"
				}
			}
		}
		for _, f := range list {
			p.Rows, p.Kinds = append(p.Rows, candidate(f)), append(p.Kinds, word(PartyKinds, f.Kind))
		}
		m.Seen(tx, "name register viewed", "party", 0, map[string]any{"rows": len(list)})
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "mailroom/names", "list", p)
}

// NamePage is one row of the name register with its documents.
type NamePage struct {
	web.Page
	Form
	Party     records.Party
	Kinds     []Option
	Documents []records.PartyDocument
	Same      []Candidate
	Merges    []records.PartyMerge
	May       bool
}

// Name shows a row; one merged into another leads there.
func (m *Mailroom) Name(c *fiber.Ctx) error {
	p, err := m.name(c)
	if err != nil {
		return err
	}
	if p.Party.MergedInto != nil {
		return web.See(c, namePath(*p.Party.MergedInto))
	}
	q := p.Party
	p.Values = map[string]string{"kind": q.Kind, "name": q.Name, "given": q.Given, "family": q.Family, "ico": q.ICO, "data_box": q.DataBox, "email": q.Email, "phone": q.Phone,
		"street": q.Street, "town": q.Town, "zip": q.Zip, "country": q.Country, "note": q.Note}
	if q.Born != nil {
		p.Values["born"] = q.Born.Format("2. 1. 2006")
	}
	if q.Identified {
		p.Values["identified"] = "1"
	}
	return web.View(c, "mailroom/name", "", p)
}

func namePath(id int64) string { return "/kancelar/jmena/" + strconv.FormatInt(id, 10) }

func (m *Mailroom) name(c *fiber.Ctx) (NamePage, error) {
	p := NamePage{Kinds: PartyKinds, May: users.Can(web.Session(c), users.Register)}
	id, err := web.Number(c, "party")
	if err != nil {
		return p, err
	}
	return p, m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Party, err = records.PartyByID(ctx, tx, id); err != nil {
			return err
		}
		if p.Page, err = m.Page(c, tx, p.Party.Name); err != nil {
			return err
		}
		if p.Documents, err = records.DocumentsOfParty(ctx, tx, id, 100); err != nil {
			return err
		}
		if p.Merges, err = records.MergesOf(ctx, tx, id); err != nil {
			return err
		}
		same, err := records.SameParties(ctx, tx, p.Party)
		for _, s := range same {
			p.Same = append(p.Same, candidate(s))
		}
		m.Seen(tx, "viewed", "party", id, nil)
		return err
	})
}

// SaveName changes a row.
func (m *Mailroom) SaveName(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := m.name(c)
	if err != nil {
		return err
	}
	p.Values = map[string]string{}
	for name := range v {
		p.Values[name] = strings.TrimSpace(v.Get(name))
	}
	q := p.Party
	q.Kind, q.Name, q.Given, q.Family, q.ICO, q.DataBox = p.Value("kind"), p.Value("name"), p.Value("given"), p.Value("family"), p.Value("ico"), p.Value("data_box")
	q.Email, q.Phone, q.Street, q.Town, q.Zip, q.Country, q.Note = p.Value("email"), p.Value("phone"), p.Value("street"), p.Value("town"), p.Value("zip"), p.Value("country"), p.Value("note")
	q.Identified, q.Born = p.Value("identified") != "", nil
	wrong := records.CleanParty(&q)
	if p.Value("born") != "" {
		day, ok := web.ParseDay(p.Value("born"))
		if q.Born = &day; !ok {
			wrong = append(wrong, errs.Field{Name: "born", Message: "Napište den narození jako 3. 11. 1970."})
		}
	}
	if p.wrong(wrong); len(p.Errors) > 0 {
		return web.Invalid(c, "mailroom/name", "", p)
	}
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return records.UpdateParty(ctx, tx, q, m.Clock.Now()) })
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Uloženo.")
	return web.See(c, namePath(q.ID))
}

// Merge lets this row stand for another.
func (m *Mailroom) Merge(c *fiber.Ctx) error {
	return m.change(c, "other", "Sloučeno. Kdyby to byl omyl, můžete to níže vrátit.", func(ctx context.Context, tx *db.Tx, id, other int64) (int64, error) {
		return id, records.MergeParties(ctx, tx, id, other, m.Clock.Now())
	})
}

// Unmerge brings a merged row back.
func (m *Mailroom) Unmerge(c *fiber.Ctx) error {
	return m.change(c, "merge", "Záznam je zpátky i se svými dokumenty.", func(ctx context.Context, tx *db.Tx, id, merge int64) (int64, error) {
		done, err := records.UndoMerge(ctx, tx, merge, m.Clock.Now())
		if err == nil && done.KeptID != id {
			err = errs.New(errs.NotFound, "")
		}
		return done.GoneID, err
	})
}

func (m *Mailroom) change(c *fiber.Ctx, field, said string, act func(context.Context, *db.Tx, int64, int64) (int64, error)) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, err := web.Number(c, "party")
	if err != nil {
		return err
	}
	other, err := strconv.ParseInt(v.Get(field), 10, 64)
	if err != nil {
		return errs.New(errs.Invalid, "Vyberte, se kterým záznamem.")
	}
	var to int64
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		to, err = act(ctx, tx, id, other)
		return err
	})
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", said)
	return web.See(c, namePath(to))
}

// TwinsPage lists pairs that are likely one.
type TwinsPage struct {
	web.Page
	Pairs []Twin
}

// Twin is a pair with the reason in words.
type Twin struct {
	records.Duplicate
	Reason string
}

var twinWords = map[string]string{"ico": "stejné IČO", "box": "stejná datová schránka", "email": "stejný e-mail", "name": "stejné jméno a den narození"}

// Twins lists rows that are likely the same person or body.
func (m *Mailroom) Twins(c *fiber.Ctx) error {
	var p TwinsPage
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = m.Page(c, tx, "Podobné záznamy"); err != nil {
			return err
		}
		pairs, err := records.Duplicates(ctx, tx, 100)
		for _, d := range pairs {
			p.Pairs = append(p.Pairs, Twin{d, twinWords[d.Why]})
		}
		m.Seen(tx, "name register viewed", "party", 0, map[string]any{"pairs": len(pairs)})
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "mailroom/twins", "", p)
}

// SettingsPage is how the office runs its mailroom.
type SettingsPage struct {
	web.Page
	Form
}

// Settings shows the settings.
func (m *Mailroom) Settings(c *fiber.Ctx) error {
	var p SettingsPage
	err := m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = m.Page(c, tx, "Podatelna"); err != nil {
			return err
		}
		s, err := intake.SettingsOf(ctx, tx)
		p.Values = map[string]string{"months": strconv.Itoa(s.KeepMonths)}
		if s.ConfirmMail {
			p.Values["confirm"] = "1"
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "mailroom/settings", "", p)
}

// SaveSettings changes them.
func (m *Mailroom) SaveSettings(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p := SettingsPage{Form: Form{Values: map[string]string{"months": strings.TrimSpace(v.Get("months")), "confirm": v.Get("confirm")}}}
	months, err := strconv.Atoi(p.Value("months"))
	if err != nil || months < 1 || months > 240 {
		p.wrong([]errs.Field{{Name: "months", Message: "Napište počet měsíců od 1 do 240."}})
	}
	err = m.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = m.Page(c, tx, "Podatelna"); err != nil || len(p.Errors) > 0 {
			return err
		}
		return intake.SaveSettings(ctx, tx, intake.Settings{ConfirmMail: v.Get("confirm") != "", KeepMonths: months}, m.Clock.Now())
	})
	if err != nil {
		return err
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "mailroom/settings", "", p)
	}
	web.SetFlash(c, "success", "Uloženo.")
	return web.See(c, "/kancelar/sprava/podatelna")
}
