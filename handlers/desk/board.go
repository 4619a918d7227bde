package desk

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/i18n"
	"epom/users"
)

// BoardView says whose board a page works on. For stands in each of its addresses when it is a neighbour's, so that two
// open windows cannot be mixed up.
type BoardView struct {
	Office   int32
	Slug     string
	Name     string
	For      string // slug of the neighbour, "" = the own board
	Contract *board.Contract
}

// Link is an address on the board's pages with pairs of its query.
func (b BoardView) Link(path string, pairs ...string) string {
	q := url.Values{}
	if b.For != "" {
		q.Set("za", b.For)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return boardPath + path
	}
	return boardPath + path + "?" + q.Encode()
}

// Public is the address where everybody reads a posting.
func (b BoardView) Public(number string) string { return "/urady/" + b.Slug + "/deska/" + number }

const boardPath = "/kancelar/deska"

// onBoard runs fn on the board the address names: the own office's, or the one of an office that has handed it over by a
// contract valid today, which is checked within the transaction.
func (d *Desk) onBoard(c *fiber.Ctx, fn func(context.Context, *db.Tx, BoardView) error) error {
	s := web.Session(c)
	whose, err := d.Offices.ByID(s.Office)
	if slug := c.Query("za"); err == nil && slug != "" {
		whose, err = d.Offices.BySlug(slug)
	}
	if err != nil {
		return err
	}
	b := BoardView{Office: whose.ID, Slug: whose.Slug, Name: whose.Name}
	return d.DB.Tx(c.UserContext(), db.Scope{Office: whose.ID, Actor: s.Scope().Actor}, func(tx *db.Tx) error {
		if whose.ID != s.Office {
			contract, err := board.Serving(c.UserContext(), tx, s.Office, whose.ID, d.Clock.Now())
			if err != nil {
				return err
			}
			b.For, b.Contract = whose.Slug, &contract
		}
		return fn(c.UserContext(), tx, b)
	})
}

// boardPage starts a page of the board; counts beside it are the own office's.
func (d *Desk) boardPage(c *fiber.Ctx, title string) (p web.Page, err error) {
	err = d.InOffice(c, func(_ context.Context, tx *db.Tx) error {
		p, err = d.Page(c, tx, title)
		return err
	})
	return p, err
}

// BoardPage is the list of postings with what must be done first.
type BoardPage struct {
	web.Page
	Board    BoardView
	Boards   []Choice // own and served by contract, when there are any
	Todo     []BoardRow
	Warnings []BoardWarning
	Tabs     []Tab
	View     string
	Words    string
	Rows     []BoardRow
	Next     string
}

// BoardRow is a posting in the list.
type BoardRow struct {
	Number, Title, Kind, Issuer, Reference string
	Href                                   string
	Version                                int
	Tone, Word, Icon                       string // state
	At                                     time.Time
	Until                                  *time.Time
	Due                                    Due
	Files                                  int
	Needs                                  []BoardNeed
	Up, Down                               bool // what happened to the paper can be noted at once
}

// BoardWarning is an outage on the network that broke a term which may still be saved.
type BoardWarning struct {
	Number, Title, What string
	Href, Longer        string
	Suggest             *time.Time
}

// BoardNeed is what has to be done, in words.
type BoardNeed struct{ Tone, Icon, Text string }

var boardViews = []struct {
	name, label string
	state       board.State
	count       func(board.Counts) int
}{
	{"visi", "Visí", board.Hanging, func(n board.Counts) int { return n.Hanging }},
	{"ceka", "Čeká na vyvěšení", board.Waiting, func(n board.Counts) int { return n.Waiting }},
	{"sejmuto", "Sejmuto", board.Removed, func(n board.Counts) int { return n.Removed }},
	{"vse", "Vše", "", func(n board.Counts) int { return n.All }},
}

// BoardList lists postings: what must be done today, then by state.
func (d *Desk) BoardList(c *fiber.Ctx) error {
	p := BoardPage{View: c.Query("stav", "visi"), Words: strings.TrimSpace(c.Query("hledat"))}
	var err error
	if p.Page, err = d.boardPage(c, "Úřední deska"); err != nil {
		return err
	}
	f := board.Filter{Words: p.Words, Limit: perPage + 1}
	f.BeforeYear, f.BeforeNo = parseNumber(c.Query("po"))
	for _, v := range boardViews {
		if v.name == p.View {
			f.State = v.state
		}
	}
	err = d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) error {
		p.Board = b
		n, err := board.Count(ctx, tx)
		if err != nil {
			return err
		}
		for _, v := range boardViews {
			p.Tabs = append(p.Tabs, Tab{Href: with(c, "stav", v.name), Label: v.label, Count: v.count(n), Current: v.name == p.View})
		}
		rows, err := board.List(ctx, tx, f)
		if err != nil {
			return err
		}
		if len(rows) > perPage {
			rows = rows[:perPage]
			p.Next = with(c, "po", rows[perPage-1].Number())
		}
		for i := range rows {
			p.Rows = append(p.Rows, d.boardRow(b, &rows[i]))
		}
		if err := d.boardTodo(ctx, tx, b, &p); err != nil {
			return err
		}
		p.Boards, err = d.boards(ctx, tx, web.Session(c), b)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "deskboard/list", "list", p)
}

// boardTodo fills in what must be done today, on the first page of an unfiltered list.
func (d *Desk) boardTodo(ctx context.Context, tx *db.Tx, b BoardView, p *BoardPage) error {
	if p.Words != "" {
		return nil
	}
	warnings, err := board.Warnings(ctx, tx, d.Clock.Now())
	if err != nil {
		return err
	}
	for _, w := range warnings {
		v := BoardWarning{Number: w.Number, Title: w.Title, What: w.What, Href: b.Link("/" + w.Number), Suggest: w.Suggest}
		if w.Suggest != nil {
			v.Longer = b.Link("/"+w.Number+"/doba", "do", czech(*w.Suggest))
		}
		p.Warnings = append(p.Warnings, v)
	}
	todo, err := d.Law.Todos(ctx, tx, d.Clock.Now())
	for i := range todo {
		r := d.boardRow(b, &todo[i].Row)
		for _, need := range todo[i].Needs {
			r.Needs = append(r.Needs, needWords(need, &todo[i]))
			r.Up, r.Down = r.Up || need == board.PaperUp, r.Down || need == board.PaperDown
		}
		p.Todo = append(p.Todo, r)
	}
	return err
}

func needWords(n board.Need, t *board.Todo) BoardNeed {
	switch n {
	case board.Overdue:
		return BoardNeed{"danger", "octagon", "Má už viset a nevisí. Systém to zkouší znovu."}
	case board.EndsToday:
		return BoardNeed{"warning", "clock", "Dnes visí poslední den."}
	case board.EndsSoon:
		return BoardNeed{"neutral", "calendar", "Zítra visí poslední den."}
	case board.PaperUp:
		return BoardNeed{"info", "pin-board", "Vyvěste i na desku na ulici a zapište to."}
	case board.PaperDown:
		return BoardNeed{"info", "pin-board", "Sejměte i z desky na ulici a zapište to."}
	}
	return BoardNeed{"warning", "exclamation-triangle-fill", "Vyvěšeno o " + duration(t.Late) + " později, než se plánovalo. Lhůta se počítá ode dne skutečného vyvěšení."}
}

// duration says a time in words to be read, in whole minutes, hours or days.
func duration(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return i18n.N("cs", int(d.Minutes()), "%d minutu", "%d minuty", "%d minut")
	case d < 48*time.Hour:
		return i18n.N("cs", int(d.Hours()), "%d hodinu", "%d hodiny", "%d hodin")
	}
	return i18n.N("cs", int(d.Hours()/24), "%d den", "%d dny", "%d dnů")
}

func (d *Desk) boardRow(b BoardView, r *board.Row) BoardRow {
	row := BoardRow{Number: r.Number(), Title: r.Title, Kind: r.Kind, Issuer: r.Issuer, Reference: r.ReferenceNumber, Href: b.Link("/" + r.Number()),
		Version: r.Version, At: r.PostAt, Until: r.UntilOn, Files: r.Files}
	if k, err := d.Law.Kind(r.Kind, clock.Date(r.PostAt)); err == nil {
		row.Kind = k.Name
	}
	row.Tone, row.Word, row.Icon = stateWords(r.State())
	switch r.State() {
	case board.Hanging:
		row.At = *r.PostedAt
		row.Due = hangsUntil(r.UntilOn, d.Date())
	case board.Removed:
		row.At = *r.PostedAt
	}
	return row
}

func stateWords(s board.State) (tone, word, icon string) {
	switch s {
	case board.Waiting:
		return "info", "čeká na vyvěšení", "clock"
	case board.Hanging:
		return "success", "visí", "pin-board"
	case board.Removed:
		return "neutral", "sejmuto", "archive"
	}
	return "neutral", "nevyvěsilo se", "slash"
}

// hangsUntil says in words how long a posting still hangs.
func hangsUntil(until *time.Time, today time.Time) Due {
	if until == nil {
		return Due{State: "ok", Text: "do odvolání"}
	}
	due := Due{State: "ok", On: until}
	switch left := days(today, *until); {
	case left <= 0:
		due.State, due.Text = "today", "poslední den"
	case left == 1:
		due.State, due.Text = "soon", "do zítřka"
	default:
		due.Text = i18n.N("cs", left, "ještě %d den", "ještě %d dny", "ještě %d dnů")
	}
	return due
}

// boards lists the boards the person may work on, when there is more than the own one.
func (d *Desk) boards(ctx context.Context, tx *db.Tx, s *users.Session, b BoardView) ([]Choice, error) {
	contracts, err := board.Contracts(ctx, tx, s.Office)
	if err != nil {
		return nil, err
	}
	list, seen := []Choice{{Label: s.OfficeName, Selected: b.For == ""}}, map[int32]bool{}
	for _, k := range contracts {
		if k.PublisherID != s.Office || seen[k.ServedID] || !k.ValidOn(d.Date()) {
			continue
		}
		o, err := d.Offices.ByID(k.ServedID)
		if err != nil {
			return nil, err
		}
		seen[k.ServedID] = true
		list = append(list, Choice{Value: o.Slug, Label: o.Name, Selected: b.For == o.Slug})
	}
	if len(list) == 1 {
		return nil, nil
	}
	return list, nil
}

// parseNumber reads "2026-17"; what cannot be read is the beginning of the list.
func parseNumber(s string) (year int, no int64) {
	y, n, _ := strings.Cut(s, "-")
	year, err1 := strconv.Atoi(y)
	no, err2 := strconv.ParseInt(n, 10, 64)
	if err1 != nil || err2 != nil || fmt.Sprintf("%d-%d", year, no) != s || year > 9999 || year < 1 {
		return 0, 0
	}
	return year, no
}
