package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/errs"
	"epom/offices"
	"epom/routing"
	"epom/territory"
)

// RouteCmd tells the competent office and why. With --all it prints one CSV row a municipality.
type RouteCmd struct {
	Agenda       string    `help:"Code of the agenda, such as kaceni-drevin." placeholder:"CODE"`
	Level        string    `help:"Instead of an agenda: the office of a level; with an agenda one addresses oneself: the level." enum:"obec,pou,orp,kraj," default:"" placeholder:"obec|pou|orp|kraj"`
	Municipality int       `help:"RÚIAN code of the municipality." placeholder:"CODE"`
	Address      int       `help:"Code of the address point (ADM); it gives the municipality too." placeholder:"ADM"`
	Road         string    `help:"Class of the road, where the agenda depends on it: local, 3, 2, 1, motorway." enum:"local,3,2,1,motorway," default:"" placeholder:"CLASS"`
	On           time.Time `help:"Legal date, YYYY-MM-DD; today when not given." format:"2006-01-02" placeholder:"DATE"`
	All          bool      `help:"All municipalities, as CSV."`
}

// Validate makes wrong usage end with 2 before anything is opened.
func (c *RouteCmd) Validate() error {
	switch {
	case c.Agenda == "" && c.Level == "":
		return errors.New("--agenda CODE or --level obec|pou|orp|kraj is needed")
	case !c.All && c.Municipality == 0 && c.Address == 0:
		return errors.New("--municipality CODE, --address ADM or --all is needed")
	case c.All && (c.Municipality != 0 || c.Address != 0):
		return errors.New("--all goes without --municipality and --address")
	}
	return nil
}

func (c *RouteCmd) Run(a *App) error {
	if c.On.IsZero() {
		c.On = clock.Date(a.Now())
	}
	pool, err := a.DB()
	if err != nil {
		return err
	}
	land, err := territory.Open(a.Context, pool)
	if err != nil {
		return err
	}
	offs, err := offices.Open(a.Context, pool)
	if err != nil {
		return err
	}
	store := routing.New(pool, land, offs)
	if err := store.Load(a.Context); err != nil {
		return err
	}
	e := store.Engine()
	if c.All {
		return c.all(a, land.Snapshot(), e)
	}
	q := routing.Query{Agenda: c.Agenda, Municipality: c.Municipality, RoadClass: c.Road, Level: routing.Level(c.Level), On: c.On}
	if c.Address != 0 {
		at, err := land.AddressOn(a.Context, c.Address, c.On)
		if err != nil {
			return plainly(err)
		}
		if c.Municipality != 0 && c.Municipality != at.MunicipalityCode {
			return fmt.Errorf("adresní místo %d leží v obci %s (%d), ne v obci %d", c.Address, at.Municipality, at.MunicipalityCode, c.Municipality)
		}
		q.Municipality, q.MOMC, q.Part = at.MunicipalityCode, at.MOMCCode, at.PartCode
	}
	if c.Agenda == "" {
		return c.level(a, e, q)
	}
	d, err := e.Resolve(q)
	if err != nil {
		return plainly(err)
	}
	if a.JSON {
		if err := json.NewEncoder(a.Out).Encode(d); err != nil {
			return err
		}
	} else {
		printDecision(a.Out, d)
	}
	if d.Office == nil {
		return errNo
	}
	return nil
}

func (c *RouteCmd) level(a *App, e *routing.Engine, q routing.Query) error {
	card, err := e.OfLevel(q.Level, q.Municipality, q.On)
	switch {
	case err != nil:
		return plainly(err)
	case a.JSON:
		err = json.NewEncoder(a.Out).Encode(card)
	case card == nil:
		fmt.Fprintln(a.Out, "Obec takový úřad nemá.")
	default:
		printCard(a.Out, card)
	}
	if err == nil && card == nil {
		return errNo
	}
	return err
}

// all prints the office of each municipality that was there on the day. Columns are fixed: scripts read them.
func (c *RouteCmd) all(a *App, land *territory.Snapshot, e *routing.Engine) error {
	if c.Agenda != "" {
		if _, err := e.Agenda(c.Agenda, c.On); err != nil {
			return plainly(err)
		}
	}
	buffered := bufio.NewWriterSize(a.Out, 64<<10)
	w := csv.NewWriter(buffered)
	_ = w.Write([]string{"municipality", "level", "office_code", "office_name"})
	for _, m := range land.Municipalities() {
		card, err := c.one(e, m.Code)
		if errs.Is(err, errs.NotFound) { // it was not there on that day
			continue
		}
		if err != nil {
			return plainly(err)
		}
		row := []string{strconv.Itoa(m.Code), c.Level, "", ""}
		if card != nil {
			row = []string{row[0], string(card.Level), strconv.Itoa(card.SeatCode), card.Seat}
		} else if row[1] == "" {
			row[1] = string(routing.Obec)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return errors.Join(w.Error(), buffered.Flush())
}

func (c *RouteCmd) one(e *routing.Engine, municipality int) (*routing.Card, error) {
	if c.Agenda == "" {
		return e.OfLevel(routing.Level(c.Level), municipality, c.On)
	}
	d, err := e.Resolve(routing.Query{Agenda: c.Agenda, Municipality: municipality, RoadClass: c.Road, Level: routing.Level(c.Level), On: c.On})
	if err != nil {
		return nil, err
	}
	return d.Office, nil
}

func printCard(w io.Writer, c *routing.Card) {
	fmt.Fprintf(w, "%s (%s, %d)\n", c.Name, c.Seat, c.SeatCode)
	for _, line := range []struct{ word, value string }{{"Adresa", c.Address}, {"Datová schránka", c.DataBox}, {"E-mail", c.Email},
		{"Telefon", c.Phone}, {"Web", c.Web}} {
		if line.value != "" {
			fmt.Fprintf(w, "  %s: %s\n", line.word, line.value)
		}
	}
}

func printDecision(w io.Writer, d *routing.Decision) {
	fmt.Fprintln(w, d.Agenda.Name)
	if d.Office != nil {
		printCard(w, d.Office)
	}
	fmt.Fprintln(w, "Proč:")
	for _, r := range d.Reasons {
		fmt.Fprintf(w, "  %s\n", r.Text("cs"))
	}
	section := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(w, "%s\n  %s\n", title, strings.Join(lines, "\n  "))
		}
	}
	var fees, terms, papers, near, doubts []string
	for _, f := range d.Fees {
		text := f.CS
		if f.CZK != nil {
			text = fmt.Sprintf("%d Kč – %s", *f.CZK, f.CS)
		}
		fees = append(fees, text)
	}
	for _, l := range d.Deadlines {
		terms = append(terms, l.CS)
	}
	for _, p := range d.Documents {
		papers = append(papers, p.CS)
	}
	for _, c := range d.Candidates {
		near = append(near, fmt.Sprintf("%s, %.1f km", c.Name, c.Kilometres))
	}
	for _, u := range d.Unverified {
		doubts = append(doubts, u.Text("cs"))
	}
	section("Nejblíž:", near)
	section("Poplatek:", fees)
	section("Lhůty:", terms)
	section("Co budete potřebovat:", papers)
	section("Neověřeno:", doubts)
}
