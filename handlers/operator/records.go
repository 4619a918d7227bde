package operator

import (
	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/records/exchange"
)

// RecordsPage says how the handing over to offices' records systems goes.
type RecordsPage struct {
	web.Page
	Targets []TargetRow
	Rows    []exchange.OfficeCount
	Parked  int
}

// TargetRow is a system with what lies before it.
type TargetRow struct {
	exchange.Target
	Parked  int
	Offices []string
}

// State says how a system is doing.
func (r TargetRow) State() string {
	switch {
	case r.OpenedAt != nil && r.Good > 0:
		return "rozbíhá se"
	case r.OpenedAt != nil:
		return "neodpovídá"
	case r.Failures > 0:
		return "občas neodpovídá"
	}
	return "v pořádku"
}

// Tone goes with State.
func (r TargetRow) Tone() string {
	switch {
	case r.OpenedAt != nil && r.Good == 0:
		return "danger"
	case r.OpenedAt != nil || r.Failures > 0:
		return "warning"
	}
	return "success"
}

// Records shows the systems and, office by office, what waits. It holds no content of submissions.
func (o *Operator) Records(c *fiber.Ctx) error {
	page, _, err := o.page(c, "Spisové služby")
	if err != nil {
		return err
	}
	p := RecordsPage{Page: page}
	if p.Rows, err = exchange.Counts(c.UserContext(), o.DB, o.Clock.Now()); err != nil {
		return err
	}
	targets, err := exchange.Targets(c.UserContext(), o.DB)
	if err != nil {
		return err
	}
	known := map[string]int{}
	for _, t := range targets {
		known[t.Target] = len(p.Targets)
		p.Targets = append(p.Targets, TargetRow{Target: t})
	}
	for _, r := range p.Rows {
		p.Parked += r.Parked
		if r.Target == "" {
			continue
		}
		i, ok := known[r.Target]
		if !ok {
			i = len(p.Targets)
			known[r.Target] = i
			p.Targets = append(p.Targets, TargetRow{Target: exchange.Target{Target: r.Target}})
		}
		p.Targets[i].Parked += r.Parked
		p.Targets[i].Offices = append(p.Targets[i].Offices, r.Name)
	}
	return web.View(c, "operator/records", "", p)
}

// FreeTarget lets what waits for a system go on at once.
func (o *Operator) FreeTarget(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	target := v.Get("system")
	if target == "" {
		return errs.New(errs.Invalid, "Vyberte spisovou službu, která už zase běží.")
	}
	if err := exchange.Free(c.UserContext(), o.DB, target); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Předávání pokračuje. Odložená podání se zkusí do čtvrt hodiny.")
	return web.See(c, "/sprava/spisovky")
}
