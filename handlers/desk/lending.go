package desk

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/internal/i18n"
	"epom/records"
)

// LendingsPage lists who helps the office and whom the office lent, with the form by which it asks for help.
type LendingsPage struct {
	web.Page
	Here, There []LendingRow
	Offices     []Choice
	Agendas     []Choice
	Ticked      bool // an agenda is ticked: the list is open
	Values      map[string]string
	Errors      []Wrong
}

// LendingRow is one lending.
type LendingRow struct {
	ID       int64
	Who      string
	With     string // the other office
	Title    string
	Limits   string
	From, To time.Time
	Open     int
	State    string
	Tone     string
	CanEnd   bool
}

// Error is the message about a field.
func (p LendingsPage) Error(name string) string { return ActPage{Errors: p.Errors}.Error(name) }

// Value is what stands in a field.
func (p LendingsPage) Value(name string) string { return p.Values[name] }

// Lendings shows the lendings of the office, on either side.
func (d *Desk) Lendings(c *fiber.Ctx) error {
	p, err := d.lendingsPage(c, url.Values{"from": {czech(d.Date())}, "most": {"10"}})
	if err != nil {
		return err
	}
	return web.View(c, "admin/lendings", "", p)
}

func (d *Desk) lendingsPage(c *fiber.Ctx, v url.Values) (LendingsPage, error) {
	p := LendingsPage{Values: map[string]string{}}
	for name := range v {
		p.Values[name] = v.Get(name)
	}
	here := web.Session(c).Office
	for _, o := range d.Offices.Snapshot().Participating() {
		if o.ID != here {
			p.Offices = append(p.Offices, Choice{Value: o.Slug, Label: o.Name, Selected: o.Slug == v.Get("office")})
		}
	}
	for _, a := range d.Router.Engine().Agendas() {
		today, err := d.Router.Engine().Agenda(a.Code, d.Date())
		if err != nil || slices.ContainsFunc(p.Agendas, func(x Choice) bool { return x.Value == a.Code }) {
			continue
		}
		ticked := slices.Contains(v["agenda"], a.Code)
		p.Agendas, p.Ticked = append(p.Agendas, Choice{Value: a.Code, Label: today.Name, Selected: ticked}), p.Ticked || ticked
	}
	slices.SortFunc(p.Agendas, func(a, b Choice) int { return strings.Compare(fold.Text(a.Label), fold.Text(b.Label)) })
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Výpomoc úřadů"); err != nil {
			return err
		}
		list, err := records.Lendings(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range list {
			row, other := d.lendingRow(l, here)
			o, err := d.Offices.ByID(other)
			if err != nil {
				return err
			}
			if row.With = o.Name; l.OfficeID == here {
				p.Here = append(p.Here, row)
			} else {
				p.There = append(p.There, row)
			}
		}
		return nil
	})
	return p, err
}

// lendingRow says in words what is lent, and which the other office is.
func (d *Desk) lendingRow(l records.Lending, here int32) (LendingRow, int32) {
	row := LendingRow{ID: l.ID, Who: l.ClerkName, Title: l.Title, From: l.FromOn, To: l.ToOn, Open: l.Open, CanEnd: l.OfficeID == here && l.EndedAt == nil}
	var limits []string
	for _, a := range d.agendas(l.Agendas, "") {
		limits = append(limits, a.Label)
	}
	for _, code := range l.Classes {
		limits = append(limits, "sp. znak "+code)
	}
	row.Limits = strings.Join(limits, ", ") + ", nejvýše " + i18n.N("cs", l.Most, "%d věc", "%d věci", "%d věcí")
	switch {
	case l.EndedAt != nil || days(d.Date(), l.ToOn) < 0:
		row.State, row.Tone = "skončila", "neutral"
	case days(d.Date(), l.FromOn) > 0:
		row.State, row.Tone = "začne", "info"
	default:
		row.State, row.Tone = "trvá", "success"
	}
	if l.OfficeID == here {
		return row, l.FromID
	}
	return row, l.OfficeID
}

// Lend lets a clerk of another office handle within limits.
func (d *Desk) Lend(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	l := records.Lending{Title: v.Get("title"), Agendas: d.known(v["agenda"]), Classes: strings.FieldsFunc(v.Get("classes"), func(r rune) bool { return r == ',' || r == ';' || r == '\n' })}
	var wrong []errs.Field
	if o, err := d.Offices.BySlug(v.Get("office")); err == nil && o.Participates {
		l.FromID = o.ID
	}
	for name, day := range map[string]*time.Time{"from": &l.FromOn, "to": &l.ToOn} {
		on, ok := web.ParseDay(v.Get(name))
		if *day = on; !ok {
			wrong = append(wrong, errs.Field{Name: name, Message: wrongDay})
		}
	}
	l.Most, _ = strconv.Atoi(strings.TrimSpace(v.Get("most")))
	if len(wrong) == 0 {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
			l, err = records.Lend(ctx, tx, l, v.Get("email"), d.Clock.Now())
			return err
		})
		if err != nil && !errs.Is(err, errs.Invalid) {
			return err
		}
		wrong = errs.FieldsOf(err)
	}
	if err != nil || len(wrong) > 0 {
		p, err := d.lendingsPage(c, v)
		if err != nil {
			return err
		}
		for _, f := range wrong {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "admin/lendings", "", p)
	}
	web.SetFlash(c, "success", "Zapsáno. "+l.ClerkName+" najde váš úřad v nabídce „Jiný úřad“.")
	return web.See(c, "/kancelar/sprava/vypujcky")
}

// known are the codes that are agendas.
func (d *Desk) known(codes []string) []string {
	list := []string{}
	for _, code := range codes {
		if _, err := d.Router.Engine().Agenda(code, d.Date()); err == nil && !slices.Contains(list, code) {
			list = append(list, code)
		}
	}
	return list
}

// EndLending ends a lending at once.
func (d *Desk) EndLending(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	if _, err := web.FormValues(c, nil); err != nil { // a body that is not read would be taken for the next request
		return err
	}
	var returned int
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		returned, err = records.EndLending(ctx, tx, id, d.Clock.Now())
		return err
	})
	switch {
	case err != nil:
		return err
	case returned > 0:
		web.SetFlash(c, "success", "Výpomoc skončila. "+i18n.N("cs", returned, "%d věc čeká", "%d věci čekají", "%d věcí čeká")+" v Poště na nové přidělení, lhůty běží dál.")
	default:
		web.SetFlash(c, "success", "Výpomoc skončila.")
	}
	return web.See(c, "/kancelar/sprava/vypujcky")
}
