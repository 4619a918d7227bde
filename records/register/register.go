package register

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

//go:embed register.sql
var sqlText string

var sql = db.Load("records-register", sqlText)

// Register is a separate register of an office; the journal is not among them.
type Register struct {
	Code      string     `db:"code"`
	Name      string     `db:"name"`
	CreatedAt time.Time  `db:"created_at"`
	EndedAt   *time.Time `db:"ended_at"` // nothing new is registered in it
}

// Counter is a series of a year with what it has given.
type Counter struct {
	Series   string     `db:"series"`
	Year     int        `db:"year"`
	Last     int64      `db:"last_no"`
	Mask     string     `db:"mask"` // filled
	ClosedAt *time.Time `db:"closed_at"`
	ClosedBy string     `db:"closed_by"`
}

// Dated is a mask or an abbreviation from a year on.
type Dated struct {
	From  int
	Value string
}

// Numbers is how an office numbers: all that the administration shows and that checks need.
type Numbers struct {
	Office        string             // abbreviation of the office where no other is set
	Registers     []Register         // open ones first
	Masks         map[string][]Dated // by series, the latest first
	Abbreviations map[string][]Dated // by register ("" = the office), the latest first
	Counters      []Counter          // by series, the latest year first
	Agendas       map[string]string  // agenda → register
}

// Load reads how the transaction's office numbers.
func Load(ctx context.Context, tx *db.Tx) (*Numbers, error) {
	n := &Numbers{Masks: map[string][]Dated{}, Abbreviations: map[string][]Dated{}, Agendas: map[string]string{}}
	var masks []struct {
		Series string `db:"series"`
		From   int    `db:"from_year"`
		Mask   string `db:"mask"`
	}
	var short []struct {
		Register string `db:"register"`
		From     int    `db:"from_year"`
		Code     string `db:"code"`
	}
	var agendas []struct {
		Agenda   string `db:"agenda"`
		Register string `db:"register"`
	}
	err := errors.Join(
		tx.GetContext(ctx, &n.Office, sql.Get("office"), tx.Office),
		tx.SelectContext(ctx, &n.Registers, sql.Get("registers"), tx.Office),
		tx.SelectContext(ctx, &masks, sql.Get("masks"), tx.Office),
		tx.SelectContext(ctx, &short, sql.Get("abbreviations"), tx.Office),
		tx.SelectContext(ctx, &n.Counters, sql.Get("counters"), tx.Office),
		tx.SelectContext(ctx, &agendas, sql.Get("agendas"), tx.Office))
	for _, m := range masks {
		n.Masks[m.Series] = append(n.Masks[m.Series], Dated{m.From, m.Mask})
	}
	for _, a := range short {
		n.Abbreviations[a.Register] = append(n.Abbreviations[a.Register], Dated{a.From, a.Code})
	}
	for _, a := range agendas {
		n.Agendas[a.Agenda] = a.Register
	}
	return n, err
}

// in is what holds in a year.
func in(list []Dated, year int, otherwise string) string {
	for _, d := range list {
		if d.From <= year {
			return d.Value
		}
	}
	return otherwise
}

// Mask is the mask of a series that holds in a year for numbers not yet begun.
func (n *Numbers) Mask(series string, year int) string {
	if series == records.SeriesJournal {
		return in(n.Masks[series], year, JournalMask)
	}
	return in(n.Masks[series], year, RegisterMask)
}

// Abbreviation is what stands for a register ("" = the office) in a year.
func (n *Numbers) Abbreviation(register string, year int) string {
	if register == "" {
		return in(n.Abbreviations[""], year, n.Office)
	}
	return in(n.Abbreviations[register], year, strings.ToUpper(register))
}

// Filled is the mask of a series in a year with all but the order filled in: the counter's own when it has begun.
func (n *Numbers) Filled(series string, year int) string {
	if c := n.Counter(series, year); c != nil && c.Mask != "" {
		return c.Mask
	}
	return Fill(n.Mask(series, year), n.Abbreviation("", year), n.Abbreviation(series, year), year)
}

// Counter is the counter of a series in a year, nil when it has not begun.
func (n *Numbers) Counter(series string, year int) *Counter {
	for i := range n.Counters {
		if n.Counters[i].Series == series && n.Counters[i].Year == year {
			return &n.Counters[i]
		}
	}
	return nil
}

// Series are the journal and all registers.
func (n *Numbers) Series() []string {
	list := []string{records.SeriesJournal}
	for _, r := range n.Registers {
		list = append(list, r.Code)
	}
	return list
}

// Name is what a series is called.
func (n *Numbers) Name(series string) string {
	if series == records.SeriesJournal {
		return "Podací deník"
	}
	for _, r := range n.Registers {
		if r.Code == series {
			return r.Name
		}
	}
	return series
}

// horizon is how many years ahead numbers must not collide.
const horizon = 10

// collision names two series whose numbers could be the same, in this year, the coming ones, or any that has numbers.
func (n *Numbers) collision(year int) error {
	type made struct{ series, mask string }
	var all []made
	for _, series := range n.Series() {
		for y := year; y <= year+horizon; y++ {
			all = append(all, made{series, n.Filled(series, y)})
		}
	}
	for _, c := range n.Counters {
		if c.Year < year && c.Mask != "" {
			all = append(all, made{c.Series, c.Mask})
		}
	}
	for i, a := range all {
		for _, b := range all[:i] {
			if !Collide(a.mask, b.mask) {
				continue
			}
			text := fmt.Sprintf("Číslo z evidence „%s“ by mohlo být stejné jako z evidence „%s“ (%s a %s). Odlište je zkratkou evidence.", n.Name(a.series), n.Name(b.series), Mark(a.mask, 1), Mark(b.mask, 1))
			if a.series == b.series {
				text = fmt.Sprintf("Čísla dvou let evidence „%s“ by mohla být stejná (%s a %s). Nechte rok na stejném místě.", n.Name(a.series), Mark(a.mask, 1), Mark(b.mask, 1))
			}
			return errs.Fields(errs.Field{Name: "mask", Message: text})
		}
	}
	return nil
}

// from checks the year a change holds from: not before this one, and not once numbers of that year look otherwise.
func (n *Numbers) from(year, now int, series ...string) error {
	wrong := func(text string) error { return errs.Fields(errs.Field{Name: "from", Message: text}) }
	if year < now || year > now+horizon {
		return wrong(fmt.Sprintf("Zadejte rok %d až %d.", now, now+horizon))
	}
	for _, s := range series {
		for _, c := range n.Counters {
			if c.Series == s && c.Year >= year && c.Last > 0 {
				return wrong(fmt.Sprintf("V roce %d už má evidence „%s“ přidělená čísla a ta se nemění. Změna může platit od roku %d.", c.Year, n.Name(s), c.Year+1))
			}
		}
	}
	return nil
}

// change loads the numbers alone, lets fn change them, and refuses what could make one number twice.
func change(ctx context.Context, tx *db.Tx, at time.Time, fn func(*Numbers, int) error) error {
	if _, err := tx.ExecContext(ctx, sql.Get("lock"), tx.Office); err != nil {
		return err
	}
	n, err := Load(ctx, tx)
	if err != nil {
		return err
	}
	year := clock.Year(at)
	if err := fn(n, year); err != nil {
		return err
	}
	return n.collision(year)
}

func put(list []Dated, d Dated) []Dated {
	list = slices.DeleteFunc(slices.Clone(list), func(x Dated) bool { return x.From == d.From })
	list = append(list, d)
	slices.SortFunc(list, func(a, b Dated) int { return b.From - a.From })
	return list
}

// SetMask changes how numbers of a series look from a year on; those given stay.
func SetMask(ctx context.Context, tx *db.Tx, series string, from int, mask string, at time.Time) error {
	mask = strings.TrimSpace(mask)
	err := change(ctx, tx, at, func(n *Numbers, now int) error {
		if !slices.Contains(n.Series(), series) {
			return errs.New(errs.NotFound, "Taková evidence v úřadu není.")
		}
		if err := Check(mask); err != nil {
			return err
		}
		n.Masks[series] = put(n.Masks[series], Dated{from, mask})
		return n.from(from, now, series)
	})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("set-mask"), tx.Office, series, from, mask, at, tx.Actor); err != nil {
		return err
	}
	write(tx, at, "numbers changed", series, map[string]any{"mask": mask, "from": from})
	return nil
}

var abbreviation = regexp.MustCompile(`^[A-Z0-9]{1,8}$`)

// SetAbbreviation changes what stands for a register ("" = the office) in numbers from a year on.
func SetAbbreviation(ctx context.Context, tx *db.Tx, register string, from int, code string, at time.Time) error {
	code = strings.TrimSpace(code)
	wrong := func(text string) error { return errs.Fields(errs.Field{Name: "abbreviation", Message: text}) }
	err := change(ctx, tx, at, func(n *Numbers, now int) error {
		series := []string{register}
		switch {
		case register == "":
			series = n.Series()
		case !slices.Contains(n.Series(), register) || register == records.SeriesJournal:
			return errs.New(errs.NotFound, "Taková evidence v úřadu není.")
		}
		if !abbreviation.MatchString(code) {
			return wrong("Zkratka má jeden až osm znaků: velká písmena bez diakritiky a číslice.")
		}
		if register == "" {
			var taken bool
			if err := tx.GetContext(ctx, &taken, sql.Get("abbreviation-elsewhere"), tx.Office, code); err != nil {
				return err
			}
			if taken {
				return wrong("Zkratku " + code + " používá jiný úřad v této instalaci.")
			}
		}
		n.Abbreviations[register] = put(n.Abbreviations[register], Dated{from, code})
		return n.from(from, now, series...)
	})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("set-abbreviation"), tx.Office, register, from, code, at, tx.Actor); err != nil {
		return err
	}
	write(tx, at, "abbreviation changed", register, map[string]any{"abbreviation": code, "from": from})
	return nil
}

func write(tx *db.Tx, at time.Time, action, series string, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "register", ObjectID: series, Data: data})
}
