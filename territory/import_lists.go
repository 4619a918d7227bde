package territory

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// kindState is the data set under which the state of a kind of row is kept, whichever file it came from.
func kindState(k Kind) string { return "kind:" + string(k) }

// lists takes in code lists: all are read into one draft of the next state, which is then compared with what is there.
func (i *importer) lists(files []file) error {
	snap, err := ReadSnapshot(i.ctx, i.tx)
	if err != nil {
		return err
	}
	now := snap.world()
	d := newDraft(now)
	states := map[Kind]time.Time{} // newest state of each kind that the files may change
	complete := map[Kind]bool{}
	for _, f := range files {
		i.o.Progress(Progress{"čtení", f.name, 0})
		state, err := i.list(d, f)
		if err != nil {
			return err
		}
		for _, k := range kinds {
			if state.After(states[k]) {
				states[k] = state
			}
		}
		for _, k := range f.layout.complete {
			complete[k] = true
		}
	}
	for k := range complete {
		d.end(k)
	}
	if err := d.finish(); err != nil {
		return err
	}
	if n := len(d.unknown); n > 0 {
		i.report.Warnings = append(i.report.Warnings, fmt.Sprintf("Obce, které v seznamu obcí nejsou: %d (jejich údaje jsme vynechali).", n))
	}
	return i.apply(diff(now, d.next), now, states, complete)
}

// kinds of rows that lists change.
var kinds = []Kind{kindMunicipality, Region, District, ORP, POU, Building, MOMC, Part}

func (s *Snapshot) world() *world {
	w := &world{make(map[int]*Municipality, len(s.valid)), make(map[areaKey]*Area, len(s.areas))}
	for _, m := range s.valid {
		plainRow := *m
		plainRow.District, plainRow.Label = "", ""
		w.municipalities[m.Code] = &plainRow
	}
	for k, v := range s.areas {
		if v[0].ValidTo.IsZero() {
			w.areas[k] = v[0]
		}
	}
	return w
}

// list reads one list into the draft and answers the day of its state.
func (i *importer) list(d *draft, f file) (state time.Time, err error) {
	rows := 0
	d.newest, d.csu = time.Time{}, nil
	err = f.read(func(r io.Reader) error {
		t, err := newTable(f.name, r)
		if err != nil {
			return err
		}
		for t.next() {
			f.layout.read(d, t)
			rows++
		}
		return t.err
	})
	if err != nil {
		return state, err
	}
	if rows == 0 {
		return state, broken(f.name, 1, "soubor má jen záhlaví")
	}
	if state = f.state; state.IsZero() {
		state = d.newest
	}
	if state.IsZero() || state.After(i.o.Now) {
		state = i.o.Now
	}
	before, err := i.stateOf(f.layout.name, 0)
	if err != nil {
		return state, err
	}
	if err := checkState(f.name, state, before); err != nil {
		return state, err
	}
	i.report.Files = append(i.report.Files, FileReport{f.name, f.layout.name, rows, state.Format(time.DateOnly)})
	return state, i.saveState(f.layout.name, 0, state, f.name)
}

func (i *importer) stateOf(dataset string, scope int) (t time.Time, err error) {
	err = i.tx.GetContext(i.ctx, &t, queries.Get("state"), dataset, scope)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return t, err
}

func (i *importer) saveState(dataset string, scope int, state time.Time, name string) error {
	_, err := i.tx.ExecContext(i.ctx, queries.Get("save-state"), dataset, scope, state.Format(time.DateOnly), i.o.Now, name)
	return err
}

// row is a municipality or an area as it is sent to PostgreSQL.
type row struct {
	Kind       Kind     `json:"kind"`
	Code       int      `json:"code"`
	Name       string   `json:"name"`
	Parent     *int     `json:"parent_code"`
	CSU        string   `json:"csu_code"`
	Seat       *int     `json:"seat_code"`
	Status     Status   `json:"status"`
	District   int      `json:"district_code"`
	POU        int      `json:"pou_code"`
	ORP        int      `json:"orp_code"`
	Region     int      `json:"region_code"`
	Building   *int     `json:"building_office_code"`
	Zip        string   `json:"zip"`
	Zips       string   `json:"zips"`
	ICO        string   `json:"ico"`
	Lat        *float64 `json:"lat"`
	Lon        *float64 `json:"lon"`
	Population int      `json:"population"`
	From       string   `json:"valid_from"` // of the version written
	To         string   `json:"valid_to"`   // of the version ended
}

func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func rowOf(s step) row {
	x := s.after
	if x == nil {
		x = s.before
	}
	if a, ok := x.(*Area); ok {
		return row{Kind: a.Kind, Code: a.Code, Name: a.Name, Parent: optional(a.ParentCode), CSU: a.CSUCode, Seat: optional(a.SeatCode)}
	}
	m := x.(*Municipality)
	return row{Kind: kindMunicipality, Code: m.Code, Name: m.Name, Status: m.Status, District: m.DistrictCode, POU: m.POUCode, ORP: m.ORPCode,
		Region: m.RegionCode, Building: optional(m.BuildingCode), Zip: m.Zip, Zips: m.Zips, ICO: m.ICO, Lat: optional(m.Lat), Lon: optional(m.Lon), Population: m.Population}
}

func validFrom(x any) time.Time {
	if a, ok := x.(*Area); ok {
		return a.ValidFrom
	}
	return x.(*Municipality).ValidFrom
}

// apply writes the changes: added rows begin on the day of the state (or always, when the kind is new to us), changed
// ones end and begin, facts are overwritten.
func (i *importer) apply(steps []step, now *world, states map[Kind]time.Time, complete map[Kind]bool) error {
	if err := i.guard(steps, now); err != nil {
		return err
	}
	first := map[Kind]bool{}
	for _, k := range kinds {
		before, err := i.stateOf(kindState(k), 0)
		if err != nil {
			return err
		}
		first[k] = before.IsZero()
	}
	var insert, end, overwrite, remove []row
	for _, s := range steps {
		c := i.report.Changes[string(s.kind)]
		day := states[s.kind].Format(time.DateOnly)
		r := rowOf(s)
		switch {
		case s.before == nil:
			c.Added++
			if !first[s.kind] {
				c.note("+", s.text)
			}
			r.From = day
			if first[s.kind] {
				r.From = Always.Format(time.DateOnly)
			}
			insert = append(insert, r)
		case s.after == nil:
			c.Ended++
			c.note("−", s.text)
			r.To = day
			if dayOf(validFrom(s.before)) >= dayOf(states[s.kind]) { // it never held
				remove = append(remove, r)
			} else {
				end = append(end, r)
			}
		default:
			c.Changed++
			c.note("~", s.text)
			from := validFrom(s.before)
			switch {
			case s.facts, first[s.kind], dayOf(from) == dayOf(states[s.kind]):
				r.From = from.Format(time.DateOnly)
				overwrite = append(overwrite, r)
			case dayOf(from) > dayOf(states[s.kind]):
				return errs.Newf(errs.Invalid, "%s: už máme změnu platnou od %s, stav ke dni %s je starší. Nic se nezměnilo.", s.text,
					from.Format("2. 1. 2006"), states[s.kind].Format("2. 1. 2006"))
			default:
				r.From, r.To = day, day
				end, insert = append(end, r), append(insert, r)
			}
		}
		i.report.Changes[string(s.kind)] = c
	}
	for k := range complete {
		if err := i.saveState(kindState(k), 0, states[k], "lists"); err != nil {
			return err
		}
	}
	return i.write(insert, end, overwrite, remove)
}

func (i *importer) write(insert, end, overwrite, remove []row) error {
	for _, w := range []struct {
		name string
		rows []row
	}{{"remove", remove}, {"end", end}, {"overwrite", overwrite}, {"insert", insert}} {
		i.o.Progress(Progress{"ukládání", "", len(w.rows)})
		for chunk := range slices.Chunk(w.rows, 4000) {
			for _, table := range []string{"municipality", "area"} {
				if _, err := i.tx.ExecContext(i.ctx, queries.Get(w.name+"-"+table), db.J(chunk)); err != nil {
					return fmt.Errorf("%s %s: %w", w.name, table, err)
				}
			}
		}
	}
	return nil
}

// guard refuses a state that would end a suspicious share of a kind's rows: a list cut at the end of a line looks whole.
func (i *importer) guard(steps []step, now *world) error {
	if i.o.Force {
		return nil
	}
	have, ended := map[Kind]int{kindMunicipality: len(now.municipalities)}, map[Kind]int{}
	for k := range now.areas {
		have[k.kind]++
	}
	for _, s := range steps {
		if s.after == nil {
			ended[s.kind]++
		}
	}
	for _, k := range kinds {
		if ended[k] > 5 && ended[k]*20 > have[k] {
			return errs.Newf(errs.Invalid, "V novém stavu chybí %d z %d položek (%s). Soubor je nejspíš neúplný; je-li to správně, zopakujte načtení s volbou --force. Nic se nezměnilo.",
				ended[k], have[k], kindWords[k])
		}
	}
	return nil
}

var kindWords = map[Kind]string{kindMunicipality: "obce", Region: "kraje", District: "okresy", ORP: "obce s rozšířenou působností",
	POU: "pověřené úřady", Building: "stavební úřady", MOMC: "městské části", Part: "části obcí"}
