package files

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/scheme"
)

const schemePath = "/kancelar/sprava/spisovy-plan"

// SchemePage is the classification scheme of the office.
type SchemePage struct {
	web.Page
	Form
	Versions []VersionView
	Shown    VersionView
	Classes  []ClassView
	Agendas  []AgendaView
	Leaves   []Choice
	Today    string
}

// VersionView is a version with its state.
type VersionView struct {
	scheme.Scheme
	State   string // platí, od …, do …
	Current bool
}

// ClassView is a class as the tree shows it.
type ClassView struct {
	scheme.Class
	Depth   int
	Rule    string
	Trigger string
}

// AgendaView is an agenda with its class.
type AgendaView struct{ Code, Name, Class string }

// Scheme shows the version that holds, or the one in ?verze.
func (f *Files) Scheme(c *fiber.Ctx) error { return f.scheme(c, Form{}) }

func (f *Files) scheme(c *fiber.Ctx, form Form) error {
	p := SchemePage{Form: form, Today: czechDay(f.Date())}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = f.Page(c, tx, "Spisový a skartační plán"); err != nil {
			return err
		}
		list, err := scheme.Versions(ctx, tx)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, s := range list {
			v := VersionView{Scheme: s, Current: s.Valid(f.Date())}
			switch {
			case v.Current && s.ValidTo == nil:
				v.State = "platí od " + czechDay(s.ValidFrom)
			case s.ValidFrom.After(f.Date()):
				v.State = "bude platit od " + czechDay(s.ValidFrom)
			default:
				v.State = "od " + czechDay(s.ValidFrom) + " do " + czechDay(*s.ValidTo)
			}
			p.Versions = append(p.Versions, v)
			if asked := number(c.Query("verze")); asked == s.ID || asked == 0 && (v.Current || p.Shown.ID == 0) {
				p.Shown = v
			}
		}
		return p.classes(ctx, tx, f)
	})
	if err != nil {
		return err
	}
	return web.View(c, "scheme/list", "", p)
}

func (p *SchemePage) classes(ctx context.Context, tx *db.Tx, f *Files) error {
	list, err := scheme.Classes(ctx, tx, p.Shown.ID)
	if err != nil {
		return err
	}
	depth := map[string]int{}
	for _, k := range list {
		v := ClassView{Class: k, Trigger: scheme.TriggerWords[k.Trigger]}
		if k.ParentCode != "" {
			v.Depth = depth[k.ParentCode] + 1
		}
		depth[k.Code] = v.Depth
		if k.Sign != nil {
			v.Rule = *k.Sign + "/" + strconv.Itoa(*k.Retention)
			p.Leaves = append(p.Leaves, Choice{Value: k.Code, Label: k.Code + " " + k.Name})
		}
		p.Classes = append(p.Classes, v)
	}
	mapped, err := scheme.Agendas(ctx, tx)
	p.Agendas = append(p.Agendas, AgendaView{"", "Všechny ostatní", mapped[""]}, AgendaView{"skartacni-rizeni", "Skartační řízení", mapped["skartacni-rizeni"]})
	for _, a := range f.Router.Engine().Agendas() {
		p.Agendas = append(p.Agendas, AgendaView{a.Code, a.Name, mapped[a.Code]})
	}
	return err
}

// AdoptStarter takes on the starter plan.
func (f *Files) AdoptStarter(c *fiber.Ctx) error {
	return f.act(c, schemePath, f.scheme, func(ctx context.Context, tx *db.Tx, _ url.Values) (string, error) {
		s, err := scheme.AdoptStarter(ctx, tx, f.Clock.Now(), f.Date())
		return "Vzorový plán je převzatý (skupin: " + strconv.Itoa(s.Classes) + "). Upravte ho a pošlete archivu ke schválení.", err
	})
}

// ImportScheme takes in a plan of a file as a new version.
func (f *Files) ImportScheme(c *fiber.Ctx) error {
	var plan *scheme.Plan
	var wrong error
	v, err := web.FormValues(c, func(u web.Upload) error {
		plan, wrong = scheme.Read(u.Name, u.Body)
		if errs.Is(wrong, errs.Invalid) {
			return nil
		}
		return wrong
	})
	if err != nil {
		return err
	}
	return f.acted(c, v, schemePath, f.scheme, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		if wrong != nil {
			return "", wrong
		}
		if plan == nil {
			return "", errs.Fields(errs.Field{Name: "file", Message: "Vyberte soubor se spisovým plánem (XML podle NSESSS, CSV nebo JSON)."})
		}
		from, ok := web.ParseDay(v.Get("from"))
		if !ok {
			return "", errs.Fields(errs.Field{Name: "from", Message: "Napište, od kdy plán platí, například " + czechDay(f.Date()) + "."})
		}
		if name := strings.TrimSpace(v.Get("name")); name != "" {
			plan.Name = name
		}
		s, err := scheme.Adopt(ctx, tx, plan, from, f.Clock.Now())
		said := "Plán je převzatý, skupin: " + strconv.Itoa(s.Classes) + "."
		if n := len(plan.Notes); n > 0 {
			said += " Všimněte si: " + strings.Join(plan.Notes[:min(n, 3)], " ")
		}
		return said, err
	})
}

// ApproveScheme notes that the archive approved a version.
func (f *Files) ApproveScheme(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, schemePath, f.scheme, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		return "Schválení archivem je zapsané.", scheme.Approve(ctx, tx, id, v.Get("approval"), f.Clock.Now())
	})
}

// SetAgendas maps agendas to classes.
func (f *Files) SetAgendas(c *fiber.Ctx) error {
	return f.act(c, schemePath, f.scheme, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		before, err := scheme.Agendas(ctx, tx)
		if err != nil {
			return "", err
		}
		for name := range v {
			agenda, ok := strings.CutPrefix(name, "agenda-")
			if !ok || before[agenda] == v.Get(name) {
				continue
			}
			if err := scheme.SetAgenda(ctx, tx, agenda, v.Get(name), f.Clock.Now()); err != nil {
				return "", err
			}
		}
		return "Zařazení agend je uložené. Platí pro spisy, které se začnou vyřizovat od teď.", nil
	})
}

func (f *Files) export(c *fiber.Ctx, ending, media string, write func(*bytes.Buffer, *scheme.Plan, int64) error) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		p, err := scheme.Export(ctx, tx, id)
		if err != nil {
			return err
		}
		return write(&b, p, id)
	})
	if err != nil {
		return err
	}
	return send(c, "spisovy-plan-"+strconv.FormatInt(id, 10)+ending, media, b.Bytes(), false)
}

// SchemeXML hands the scheme out as NSESSS has it.
func (f *Files) SchemeXML(c *fiber.Ctx) error {
	o, err := f.office(c)
	if err != nil {
		return err
	}
	return f.export(c, ".xml", "application/xml", func(b *bytes.Buffer, p *scheme.Plan, id int64) error { return scheme.WriteXML(b, p, o, id) })
}

// SchemeCSV hands the scheme out as a table.
func (f *Files) SchemeCSV(c *fiber.Ctx) error {
	return f.export(c, ".csv", "text/csv; charset=utf-8", func(b *bytes.Buffer, p *scheme.Plan, _ int64) error { return scheme.WriteCSV(b, p) })
}

// GroupPage changes a class, or adds one.
type GroupPage struct {
	web.Page
	Form
	Scheme   int64
	ID       int64 // 0 = a new one
	Parent   int64
	Above    string
	Code     string
	Files    int
	Divided  bool
	Signs    []Choice
	Triggers []Choice
}

// GroupForm shows it; skupina/0?pod=12 adds one below a class.
func (f *Files) GroupForm(c *fiber.Ctx) error { return f.groupForm(c, Form{}) }

func (f *Files) groupForm(c *fiber.Ctx, form Form) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	p := GroupPage{Form: form, Scheme: id, ID: number(c.Params("n")), Parent: number(c.Query("pod"))}
	if p.Values == nil {
		p.Values = map[string]string{"years": "5", "trigger": records.WhenClosed}
	} else {
		p.Parent = number(p.Values["parent"])
	}
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if p.Page, err = f.Page(c, tx, "Věcná skupina"); err != nil {
			return err
		}
		list, err := scheme.Classes(ctx, tx, id)
		if err != nil {
			return err
		}
		found := p.ID == 0 && len(list) > 0
		for _, k := range list {
			if k.ID == p.Parent {
				p.Above = k.Code + " " + k.Name
			}
			if k.ID == p.ID {
				found = true
				p.fill(k, form.Values == nil)
			}
		}
		if !found {
			return errs.New(errs.NotFound, "Tato věcná skupina v plánu není.")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range []Choice{{"", "bez režimu (skupina se dělí na další)", false}, {"A", "A – archiválie", false}, {"S", "S – stoupa", false}} {
		s.Selected = p.Values["sign"] == s.Value
		p.Signs = append(p.Signs, s)
	}
	for _, t := range scheme.Triggers {
		p.Triggers = append(p.Triggers, Choice{t, scheme.TriggerWords[t], p.Values["trigger"] == t})
	}
	return web.View(c, "scheme/group", "", p)
}

func (p *GroupPage) fill(k scheme.Class, fresh bool) {
	p.Code, p.Files, p.Divided = k.Code, k.Files, !k.Leaf
	if !fresh {
		return
	}
	p.Values = map[string]string{"name": k.Name, "note": k.Note, "why": k.Justification, "trigger": k.Trigger}
	if k.Sign != nil {
		p.Values["sign"], p.Values["years"] = *k.Sign, strconv.Itoa(*k.Retention)
	}
	if k.CheckYears != nil {
		p.Values["check"] = strconv.Itoa(*k.CheckYears)
	}
}

// SaveGroup saves a class.
func (f *Files) SaveGroup(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, schemePath, f.groupForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		g := scheme.Group{Simple: v.Get("simple"), Name: v.Get("name"), Note: v.Get("note"), Sign: v.Get("sign"), Trigger: v.Get("trigger"), Justification: v.Get("why"), CheckYears: int(number(v.Get("check")))}
		if g.Sign != "" {
			years, err := strconv.Atoi(strings.TrimSpace(v.Get("years")))
			if err != nil || years < 0 || years > 999 {
				return "", errs.Fields(errs.Field{Name: "years", Message: "Napište lhůtu celým číslem od 0 do 999 let."})
			}
			g.Years = years
		}
		return "Skupina je uložená.", scheme.Save(ctx, tx, id, number(c.Params("n")), number(v.Get("parent")), g, f.Clock.Now())
	})
}

// RemoveGroup takes away a class without files.
func (f *Files) RemoveGroup(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, schemePath, f.scheme, func(ctx context.Context, tx *db.Tx, _ url.Values) (string, error) {
		n, err := web.Number(c, "n")
		if err != nil {
			return "", err
		}
		return "Skupina je odebraná.", scheme.Remove(ctx, tx, id, n, f.Clock.Now())
	})
}
