package registry

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/register"
)

const numbersPath = "/kancelar/sprava/cislovani"

// NumbersPage is how the office numbers, and all that may be changed about it.
type NumbersPage struct {
	web.Page
	Year    int
	Rows    []SeriesRow
	Short   []DatedRow // abbreviations of the office
	Agendas []AgendaRow
	Shut    []YearRow
	Errors  []Wrong
	Act     string // which form the errors or the preview belong to
	V       url.Values
	Preview *Preview

	SeriesChoice, ShortChoice, AgendaChoice, RegisterChoice []Choice
}

// SeriesRow is the journal or a separate register.
type SeriesRow struct {
	Code, Name     string
	Journal, Ended bool
	Mask           string
	Next           string // the number that comes next
	Last           int64  // numbers given this year
	Coming         []DatedRow
	Short          string
}

// DatedRow is a mask or an abbreviation from a year on.
type DatedRow struct {
	From  int
	Value string
}

// AgendaRow is an agenda kept in a separate register.
type AgendaRow struct{ Code, Name, Register string }

// YearRow is a year of a series that is over.
type YearRow struct {
	Series, Name string
	Year         int
	Last         int64
	ClosedAt     *time.Time
}

// Preview shows what numbers would look like.
type Preview struct {
	First, Later, Document string
	From                   int
}

// Error is the message about a field of a form.
func (p NumbersPage) Error(act, name string) string {
	if act != p.Act {
		return ""
	}
	for _, w := range p.Errors {
		if w.Field == name {
			return w.Message
		}
	}
	return ""
}

// Of is what was typed into a field of a form.
func (p NumbersPage) Of(act, name string) string {
	if act != p.Act {
		return ""
	}
	return p.V.Get(name)
}

// Numbers shows how the office numbers.
func (r *Registry) Numbers(c *fiber.Ctx) error {
	p, err := r.numbers(c, nil, nil)
	if err != nil {
		return err
	}
	return web.View(c, "registry/numbers", "", p)
}

// numbers gathers the page; v is what was typed, change what a preview would change.
func (r *Registry) numbers(c *fiber.Ctx, v url.Values, change func(*register.Numbers)) (NumbersPage, error) {
	p := NumbersPage{Year: clock.Year(r.Clock.Now()), V: v, Act: v.Get("act")}
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = r.Page(c, tx, "Číslování a evidence"); err != nil {
			return err
		}
		n, err := register.Load(ctx, tx)
		if err != nil {
			return err
		}
		p.fill(n, r)
		if change != nil {
			change(n)
			from, _ := strconv.Atoi(v.Get("from"))
			filled := n.Filled(v.Get("series"), from)
			p.Preview = &Preview{register.Mark(filled, 1), register.Mark(filled, 1234), register.Mark(filled, 1234) + "-2", from}
		}
		return nil
	})
	return p, err
}

func (p *NumbersPage) fill(n *register.Numbers, r *Registry) {
	ended := map[string]bool{}
	for _, g := range n.Registers {
		ended[g.Code] = g.EndedAt != nil
	}
	p.ShortChoice = append(p.ShortChoice, Choice{Value: "", Label: "celý úřad", Selected: p.Of("abbreviation", "register") == ""})
	p.RegisterChoice = append(p.RegisterChoice, Choice{Value: "", Label: n.Name(records.SeriesJournal)})
	for _, s := range n.Series() {
		row := SeriesRow{Code: s, Name: n.Name(s), Journal: s == records.SeriesJournal, Ended: ended[s], Mask: n.Mask(s, p.Year), Short: n.Abbreviation(s, p.Year)}
		if k := n.Counter(s, p.Year); k != nil {
			row.Last = k.Last
		}
		row.Next = register.Mark(n.Filled(s, p.Year), row.Last+1)
		for _, m := range n.Masks[s] {
			if m.From > p.Year {
				row.Coming = append(row.Coming, DatedRow{m.From, m.Value})
			}
		}
		p.Rows = append(p.Rows, row)
		p.SeriesChoice = append(p.SeriesChoice, Choice{Value: s, Label: row.Name, Selected: p.V.Get("series") == s})
		if !row.Journal && !row.Ended {
			p.ShortChoice = append(p.ShortChoice, Choice{Value: s, Label: "evidence " + row.Name, Selected: p.Of("abbreviation", "register") == s})
			p.RegisterChoice = append(p.RegisterChoice, Choice{Value: s, Label: row.Name, Selected: p.Of("agenda", "register") == s})
		}
	}
	p.Short = []DatedRow{{0, n.Office}}
	for _, a := range slices.Backward(n.Abbreviations[""]) {
		p.Short = append(p.Short, DatedRow{a.From, a.Value})
	}
	for code, reg := range n.Agendas {
		p.Agendas = append(p.Agendas, AgendaRow{code, r.Agenda(code), n.Name(reg)})
	}
	slices.SortFunc(p.Agendas, func(a, b AgendaRow) int { return strings.Compare(a.Name, b.Name) })
	p.AgendaChoice = r.Agendas()
	for i := range p.AgendaChoice {
		p.AgendaChoice[i].Selected = p.Of("agenda", "agenda") == p.AgendaChoice[i].Value
	}
	for _, k := range n.Counters {
		if k.Year < p.Year {
			p.Shut = append(p.Shut, YearRow{k.Series, n.Name(k.Series), k.Year, k.Last, k.ClosedAt})
		}
	}
}

// places are the fields of the forms as they stand in the page.
var places = map[string]map[string]string{"mask": {"mask": "mask", "from": "from"}, "create": {"name": "name", "abbr": "abbr"},
	"abbreviation": {"abbreviation": "abbreviation", "from": "short-from", "mask": "abbreviation"}}

// wrong shows errors of the form that was posted, each leading to its field where there is one.
func (p *NumbersPage) wrong(list []Wrong) {
	for i := range list {
		list[i].ID = places[p.Act][list[i].Field]
	}
	p.Errors = list
}

// act is a change of the numbers: what is done and what is said then.
type act struct {
	do   func(context.Context, *db.Tx, url.Values, time.Time) error
	said string
}

func year(v url.Values, name string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(v.Get(name)))
	return n
}

var acts = map[string]act{
	"mask": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.SetMask(ctx, tx, v.Get("series"), year(v, "from"), v.Get("mask"), at)
	}, "Maska je uložená. Čísla, která už jsou přidělená, se nemění."},
	"abbreviation": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.SetAbbreviation(ctx, tx, v.Get("register"), year(v, "from"), v.Get("abbreviation"), at)
	}, "Zkratka je uložená. Čísla, která už jsou přidělená, se nemění."},
	"create": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		_, err := register.Create(ctx, tx, v.Get("name"), v.Get("abbr"), at)
		return err
	}, "Evidence je založená. Vyberte, které agendy do ní patří."},
	"end": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.End(ctx, tx, v.Get("code"), at)
	}, "Evidence je ukončená. Její čísla zůstala, nové věci půjdou do podacího deníku."},
	"reopen": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.Reopen(ctx, tx, v.Get("code"), at)
	}, "Do evidence se zase zapisuje."},
	"agenda": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.PutAgenda(ctx, tx, v.Get("agenda"), v.Get("register"), at)
	}, "Uloženo. Platí pro věci, které přijdou odteď."},
	"close-year": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.CloseYear(ctx, tx, v.Get("series"), year(v, "year"), at)
	}, "Rok je uzavřený. Další číslo v něm nevznikne."},
	"open-year": {func(ctx context.Context, tx *db.Tx, v url.Values, at time.Time) error {
		return register.ReopenYear(ctx, tx, v.Get("series"), year(v, "year"), at)
	}, "Rok je znovu otevřený."},
}

// Change does one change of how the office numbers, or with the button of the preview only shows what a mask makes.
func (r *Registry) Change(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	a, ok := acts[v.Get("act")]
	if !ok {
		return errs.New(errs.Invalid, "Vyberte, co se má na číslování změnit.")
	}
	if v.Get("act") == "mask" && v.Get("preview") != "" {
		return r.preview(c, v)
	}
	err = r.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return a.do(ctx, tx, v, r.Clock.Now()) })
	if list, ok := wrongs(err); ok {
		p, err := r.numbers(c, v, nil)
		if err != nil {
			return err
		}
		p.wrong(list)
		return web.Invalid(c, "registry/numbers", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", a.said)
	return web.See(c, numbersPath)
}

// preview shows numbers by the mask that was typed; nothing is kept.
func (r *Registry) preview(c *fiber.Ctx, v url.Values) error {
	mask := strings.TrimSpace(v.Get("mask"))
	list, bad := wrongs(register.Check(mask))
	if from := year(v, "from"); !bad && (from < 1990 || from > 2200) {
		list, bad = []Wrong{{Field: "from", Message: "Zadejte rok, od kterého má maska platit."}}, true
	}
	change := func(n *register.Numbers) {
		n.Counters = nil
		n.Masks[v.Get("series")] = []register.Dated{{From: 0, Value: mask}}
	}
	if bad {
		change = nil
	}
	p, err := r.numbers(c, v, change)
	if err != nil {
		return err
	}
	if p.wrong(list); bad {
		return web.Invalid(c, "registry/numbers", "", p)
	}
	return web.View(c, "registry/numbers", "", p)
}
