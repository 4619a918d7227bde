package desk

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/i18n"
	"epom/records"
	"epom/users"
)

// perPage is how many rows a list shows at once.
const perPage = 50

// Due is a term as lists and case files show it.
type Due struct {
	State string // ok soon today late paused done, "" = no term
	Text  string
	On    *time.Time
	How   []string // how it was counted
}

// dueOf says in words how a term stands today.
func dueOf(on, paused, handled *time.Time, today time.Time) Due {
	switch {
	case handled != nil:
		return Due{State: "done", Text: "vyřízeno", On: handled}
	case paused != nil:
		return Due{State: "paused", Text: "lhůta stojí"}
	case on == nil:
		return Due{}
	}
	due := Due{State: "ok", On: on}
	switch left := days(today, *on); {
	case left < 0:
		due.State, due.Text = "late", i18n.N("cs", -left, "%d den po lhůtě", "%d dny po lhůtě", "%d dnů po lhůtě")
	case left == 0:
		due.State, due.Text = "today", "dnes"
	case left == 1:
		due.State, due.Text = "soon", "zítra"
	default:
		if left <= 3 {
			due.State = "soon"
		}
		due.Text = i18n.N("cs", left, "zbývá %d den", "zbývají %d dny", "zbývá %d dnů")
	}
	return due
}

// days counts the days from one legal date to another, whatever their zones.
func days(from, to time.Time) int {
	day := func(t time.Time) time.Time { y, m, d := t.Date(); return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from)).Hours() / 24)
}

// Row is a case file in a list.
type Row struct {
	ID       int64
	Mark     string
	Subject  string
	Party    string
	Clerk    string
	Mine     bool
	New      bool
	Answered bool
	Unread   bool   // holds something nobody has opened
	Handled  string // how it was handled, in words
	Opened   time.Time
	Due      Due
}

func rowsOf(items []records.Item, me int64, today time.Time) []Row {
	rows := make([]Row, 0, len(items))
	for _, it := range items {
		r := Row{ID: it.ID, Mark: it.Mark, Subject: it.Subject, Party: it.Party, Clerk: it.ClerkName, Mine: it.ClerkID != nil && *it.ClerkID == me,
			New: it.AssignedAt == nil && it.HandledAt == nil, Answered: it.Answered, Opened: it.OpenedAt, Due: dueOf(it.DueOn, it.PausedOn, it.HandledAt, today)}
		if it.HandledHow != nil {
			r.Handled = handledWords[*it.HandledHow]
		}
		rows = append(rows, r)
	}
	return rows
}

var handledWords = map[string]string{records.ByDocument: "vyřízeno dokumentem", records.ByReferral: "postoupeno", records.ByNoting: "vzato na vědomí",
	records.ByNote: "vyřízeno záznamem", records.ByOther: "vyřízeno jinak"}

// Person is somebody of the office in a choice.
type Person struct {
	ID       int64
	Name     string
	Selected bool
}

// clerks are the people a case file may be given to, one of them chosen.
func (d *Desk) clerks(ctx context.Context, s *users.Session, selected int64) ([]Person, error) {
	dir, err := d.members(ctx, s)
	return dir.clerks(&selected), err
}

func personByID(list []Person, id int64) (Person, bool) {
	for _, p := range list {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}

// Tab is one view of a list.
type Tab struct {
	Href, Label string
	Count       int
	Late        bool
	Current     bool
}

// with is the present address with some parameters changed; empty values leave.
func with(c *fiber.Ctx, pairs ...string) string {
	q := url.Values{}
	c.Context().QueryArgs().VisitAll(func(k, v []byte) { q.Add(string(k), string(v)) })
	q.Del("po")
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return c.Path()
	}
	return c.Path() + "?" + q.Encode()
}

// cursor writes the last row of a page for the address of the next one.
func cursor(part int, due *time.Time, id int64) string {
	day := ""
	if due != nil {
		day = due.Format(time.DateOnly)
	}
	return fmt.Sprintf("%d.%s.%d", part, day, id)
}

// parseCursor reads it; what cannot be read is the first page.
func parseCursor(s string) (part int, due *time.Time, id int64) {
	f := strings.Split(s, ".")
	if len(f) != 3 {
		return 0, nil, 0
	}
	part, err1 := strconv.Atoi(f[0])
	id, err2 := strconv.ParseInt(f[2], 10, 64)
	if err1 != nil || err2 != nil || part < 0 || id <= 0 {
		return 0, nil, 0
	}
	if t, err := time.Parse(time.DateOnly, f[1]); err == nil {
		due = &t
	}
	return part, due, id
}

// queryID reads a number from the query, 0 when there is none.
func queryID(c *fiber.Ctx, name string) int64 {
	id, _ := strconv.ParseInt(c.Query(name), 10, 64)
	return max(id, 0)
}

// may says what the signed-in person may do, for templates.
type may struct{ Assign, Handle, Forward, Post, Send, Register bool }

func mayOf(c *fiber.Ctx) may {
	s := web.Session(c)
	return may{users.Can(s, users.Assign), users.Can(s, users.Handle), users.Can(s, users.Forward), users.Can(s, users.Post) && users.Can(s, users.SeeMail), users.Can(s, users.Register), users.Can(s, users.Register)}
}
