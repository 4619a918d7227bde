package desk

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// BoardActPage is an act on a posting: its form with what was typed, what is wrong, and what somebody else changed.
type BoardActPage struct {
	web.Page
	Board  BoardView
	P      PostingView
	Act    boardAct
	Values map[string]string
	Errors []Wrong
	Early  bool // a reason is needed: the law's last day has not passed
	// Conflict: somebody changed the posting since the form was shown; it is shown as it is now.
	Conflict bool
}

// Value is what stands in a field.
func (p BoardActPage) Value(name string) string { return p.Values[name] }

// Error is the message about a field.
func (p BoardActPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// boardAct is one of the acts with its words.
type boardAct struct {
	Name, Title, Button, Why, Help string
	said                           string
	states                         []board.State
}

var boardActs = map[string]boardAct{
	"sejmout": {"sejmout", "Sejmout", "Sejmout z desky", "Důvod", "Po posledním zákonném dni důvod psát nemusíte. Dřívější sejmutí ho potřebuje a zůstane u vyvěšení zapsaný.",
		"Sejmuto. Nezapomeňte na desku na ulici.", []board.State{board.Hanging}},
	"zrusit": {"zrusit", "Zrušit plánované vyvěšení", "Zrušit vyvěšení", "Důvod", "Číslo zůstane v evidenci i s důvodem.", "Plánované vyvěšení je zrušené.", []board.State{board.Waiting}},
	"doba": {"doba", "Změnit dobu", "Uložit dobu", "Důvod zkrácení", "Stačí, jen když má viset kratší dobu, než chce zákon.", "Doba vyvěšení je změněná.",
		[]board.State{board.Waiting, board.Hanging}},
}

// PostingActForm shows the form of an act.
func (d *Desk) PostingActForm(c *fiber.Ctx) error {
	p, err := d.boardActPage(c)
	if err != nil {
		return err
	}
	p.Values["seen"] = strconv.Itoa(p.P.Version)
	if until := p.P.UntilOn; until != nil {
		p.Values["until"], p.Values["until_on"] = "day", czech(*until)
	} else {
		p.Values["until"] = "open"
	}
	if on, ok := web.ParseDay(c.Query("do")); ok {
		p.Values["until"], p.Values["until_on"] = "day", czech(on)
	}
	return web.View(c, "deskboard/act", "", p)
}

func (d *Desk) boardActPage(c *fiber.Ctx) (BoardActPage, error) {
	act, ok := boardActs[c.Params("act")]
	if !ok {
		return BoardActPage{}, errs.New(errs.NotFound, "")
	}
	detail, err := d.postingDetail(c)
	p := BoardActPage{Page: detail.Page, Board: detail.Board, P: detail.P, Act: act, Values: map[string]string{}}
	if err != nil {
		return p, err
	}
	p.Title = act.Title + " – " + p.P.Number()
	p.Early = act.Name == "sejmout" && p.P.MustUntil != nil && !d.Date().After(*p.P.MustUntil)
	return p, nil
}

// PostingAct does it. The second of two people sees what the first has done, his own words stay in the form.
func (d *Desk) PostingAct(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := d.boardActPage(c)
	if err != nil {
		return err
	}
	for name := range v {
		p.Values[name] = v.Get(name)
	}
	err = d.changePosting(c, func(ctx context.Context, tx *db.Tx) (*board.Posting, error) { return d.doAct(ctx, tx, &p, v) })
	back := p.Board.Link("/" + p.P.Number())
	switch {
	case err == nil:
		web.SetFlash(c, "success", p.Act.said)
		return web.See(c, back)
	case errs.Is(err, errs.Conflict):
		fresh, err := d.boardActPage(c)
		if err != nil {
			return err
		}
		if !fresh.possible() {
			web.SetFlash(c, "warning", "Mezitím to udělal někdo jiný. Podívejte se na poslední stav.")
			return web.See(c, back)
		}
		fresh.Values, fresh.Conflict = p.Values, true
		fresh.Values["seen"] = strconv.Itoa(fresh.P.Version)
		c.Status(fiber.StatusConflict)
		return web.View(c, "deskboard/act", "", fresh)
	case errs.Is(err, errs.Invalid):
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "deskboard/act", "", p)
	}
	return err
}

// possible tells whether the act makes sense in the present state.
func (p BoardActPage) possible() bool {
	for _, s := range p.Act.states {
		if s == p.P.State() {
			return true
		}
	}
	return false
}

// Possible is the same for templates.
func (p BoardActPage) Possible() bool { return p.P.Posting != nil && p.possible() }

func (d *Desk) doAct(ctx context.Context, tx *db.Tx, p *BoardActPage, v url.Values) (*board.Posting, error) {
	seen, _ := strconv.Atoi(v.Get("seen"))
	now, why := d.Clock.Now(), v.Get("why")
	switch p.Act.Name {
	case "sejmout":
		return board.Remove(ctx, tx, p.P.ID, seen, why, now)
	case "zrusit":
		return board.Cancel(ctx, tx, p.P.ID, seen, why, now)
	}
	var until *time.Time
	if v.Get("until") != "open" {
		on, ok := web.ParseDay(v.Get("until_on"))
		if !ok {
			return nil, errs.Fields(errs.Field{Name: "until_on", Message: wrongDay})
		}
		until = &on
	}
	return d.Law.Reschedule(ctx, tx, p.P.ID, seen, until, why, now)
}

// changePosting runs an act on the board of the address. What a neighbour does to a posting of the office itself stands
// in the log of both; of its own postings the room writes it.
func (d *Desk) changePosting(c *fiber.Ctx, act func(context.Context, *db.Tx) (*board.Posting, error)) error {
	return d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) error {
		p, err := act(ctx, tx)
		if err == nil && b.Contract != nil && p.PublisherID == nil {
			audit.Write(tx, audit.Event{Office: b.Contract.PublisherID, At: d.Clock.Now(), Action: "posting.changed-for", ObjectType: "posting",
				ObjectID: strconv.FormatInt(p.ID, 10), Data: map[string]any{"board_of": p.OfficeID, "number": p.Number(), "contract": b.Contract.ID}})
		}
		return err
	})
}

// PostingPhysical notes when the paper was put on the board in the street and taken off.
func (d *Desk) PostingPhysical(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p, err := d.postingDetail(c)
	if err != nil {
		return err
	}
	for name := range v {
		p.Values[name] = v.Get(name)
	}
	now := d.Clock.Now()
	err = d.changePosting(c, func(ctx context.Context, tx *db.Tx) (*board.Posting, error) {
		up, wrong := streetTime(v, "up", now)
		down, more := streetTime(v, "down", now)
		if wrong = append(wrong, more...); len(wrong) > 0 {
			return nil, errs.Fields(wrong...)
		}
		if up == nil && down == nil {
			return nil, errs.Fields(errs.Field{Name: "up_on", Message: "Napište aspoň jeden den."})
		}
		seen, _ := strconv.Atoi(v.Get("seen"))
		return board.Physical(ctx, tx, p.P.ID, seen, up, down, now)
	})
	back := p.Board.Link("/" + p.P.Number())
	if v.Get("back") == "list" {
		back = p.Board.Link("")
	}
	switch {
	case err == nil:
		web.SetFlash(c, "success", "Zapsáno k vyvěšení "+p.P.Number()+".")
		return web.See(c, back)
	case errs.Is(err, errs.Conflict):
		p.Errors = []Wrong{{ID: "street", Message: "Vyvěšení mezitím změnil někdo jiný, jeho poslední stav vidíte níže. Zkontrolujte zápis a uložte ho znovu."}}
		c.Status(fiber.StatusConflict)
		return web.View(c, "deskboard/show", "", p)
	case errs.Is(err, errs.Invalid):
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: strings.Replace(f.Name, "physical", "street", 1), Message: f.Message})
		}
		return web.Invalid(c, "deskboard/show", "", p)
	}
	return err
}

// streetTime reads one time of the paper; "now" is the button in the list. Nothing typed leaves what was noted.
func streetTime(v url.Values, name string, now time.Time) (*time.Time, []errs.Field) {
	if v.Get(name) == "now" {
		return &now, nil
	}
	if strings.TrimSpace(v.Get(name+"_on")) == "" {
		return nil, nil
	}
	at, dayOK, timeOK := moment(v.Get(name+"_on"), v.Get(name+"_time"), now)
	switch {
	case !dayOK:
		return nil, []errs.Field{{Name: name + "_on", Message: wrongDay}}
	case !timeOK:
		return nil, []errs.Field{{Name: name + "_time", Message: "Napište čas, například 8:30."}}
	}
	return &at, nil
}
