package move

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/audit"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// Merge hands the records of one office over to another of the same installation (spisová rozluka, § 68a of Act 499/2004
// Sb.). Case files keep their marks, documents their numbers and their unique identifiers; at the new office they form closed
// series of the former one. The former office stays to be read, with its log, board and submissions.
type Merge struct {
	Owner *sqlx.DB // the owner of the tables: the one act that writes to two offices
	Files *blob.Store
	Now   time.Time
}

// Merged is what was handed over.
type Merged struct {
	Cases        int    `json:"cases"`
	Documents    int64  `json:"documents"`
	Open         int    `json:"open"` // of the case files
	ProtocolFrom string `json:"protocol_from"`
	ProtocolInto string `json:"protocol_into"`
}

// handed are the tables that are handed over; what their columns become at the other office when not the same.
var handed = []struct {
	table  string
	change map[string]string
}{
	{"party", nil},
	{"case_file", map[string]string{"series": "x.series || ':' || CAST($3 AS text)", "unit_id": "NULL", "clerk_id": "NULL", "assigned_at": "NULL", "class_id": "NULL"}},
	{"clock_pause", nil},
	{"document", map[string]string{"jid": "COALESCE(x.jid, CAST($4 AS text) || ':' || x.reference_number)"}},
	{"document_party", nil},
	{"component", nil},
}

// staysWithFormer are tables that stand upon case files or documents and stay with the former office.
var staysWithFormer = map[string]string{
	"posting":            "its board hung there",
	"completion_request": "of submissions",
	"submission":         "the citizen's page stays where it was",
	"log_day":            "the log is of the office that wrote it",
}

// Run hands everything over by one transaction, with a protocol registered at both offices.
func (m Merge) Run(ctx context.Context, from, into, why string) (r Merged, err error) {
	if why = strings.TrimSpace(why); why == "" {
		return r, errs.New(errs.Invalid, "say on what ground the records are handed over")
	}
	owner := &db.DB{DB: m.Owner}
	err = owner.Tx(ctx, db.Scope{Actor: "shell"}, func(tx *db.Tx) error {
		f, t, err := m.both(ctx, tx, from, into)
		if err != nil {
			return err
		}
		protocol, err := m.protocol(ctx, tx, f, t, why, &r)
		if err != nil {
			return err
		}
		if r.ProtocolFrom, err = m.register(ctx, tx, f, "Předání spisů: "+t.Name, protocol); err != nil {
			return err
		}
		if err := m.copy(ctx, tx, f, t, &r); err != nil {
			return err
		}
		if r.ProtocolInto, err = m.register(ctx, tx, t, "Převzetí spisů: "+f.Name, protocol); err != nil {
			return err
		}
		data := map[string]any{"from": f.Slug, "into": t.Slug, "why": why, "cases": r.Cases, "sha256": protocol.SHA256}
		for _, o := range []office{f, t} {
			audit.Write(tx, audit.Event{Office: o.ID, At: m.Now, Action: "records handed over", ObjectType: "move", ObjectID: f.Slug + "/" + t.Slug, Data: data})
		}
		_, err = tx.ExecContext(ctx, sql.Get("mark-moved"), f.ID, m.Now, t.Slug)
		return err
	})
	return r, err
}

// both locks the two offices and sees that their numbers cannot meet.
func (m Merge) both(ctx context.Context, tx *db.Tx, from, into string) (f, t office, err error) {
	read := func(slug string, o *office) error {
		err := db.Classify(tx.GetContext(ctx, o, sql.Get("merge-office"), slug))
		switch {
		case errs.Is(err, errs.NotFound):
			return errs.Newf(errs.Invalid, "there is no office %q", slug)
		case err == nil && o.MovedAt != nil:
			return errs.Newf(errs.Conflict, "office %s has moved away already", slug)
		}
		return err
	}
	if from == into {
		return f, t, errs.New(errs.Invalid, "an office cannot be merged into itself")
	}
	slugs := map[string]*office{from: &f, into: &t}
	for _, slug := range []string{min(from, into), max(from, into)} { // in one order, so that two merges never wait in a circle
		if err := read(slug, slugs[slug]); err != nil {
			return f, t, err
		}
	}
	if !t.Participates {
		return f, t, errs.Newf(errs.Conflict, "office %s takes no part here: it cannot take records over", into)
	}
	var clash string
	err = db.Classify(tx.GetContext(ctx, &clash, sql.Get("merge-clash"), f.ID, t.ID))
	if err == nil {
		return f, t, errs.Newf(errs.Conflict, "both offices have %s: move one of them to an installation of its own first", clash)
	}
	if !errs.Is(err, errs.NotFound) {
		return f, t, err
	}
	return f, t, m.covered(ctx, tx, f)
}

// covered refuses to leave rows behind that nobody has decided about.
func (m Merge) covered(ctx context.Context, tx *db.Tx, f office) error {
	var referring []string
	if err := tx.SelectContext(ctx, &referring, sql.Get("unscoped-merge-referring")); err != nil {
		return db.Classify(err)
	}
	for _, name := range referring {
		goes := staysWithFormer[name] != ""
		for _, h := range handed {
			goes = goes || h.table == name
		}
		if goes {
			continue
		}
		var some bool
		if err := tx.GetContext(ctx, &some, fmt.Sprintf("SELECT EXISTS (SELECT FROM %s WHERE office_id = $1)", quote(name)), f.ID); err != nil {
			return db.Classify(err)
		}
		if some {
			return errs.Newf(errs.Conflict, "office %s has rows in %s, which merging does not hand over yet", f.Slug, name)
		}
	}
	return nil
}

// protocol lists what is handed over, a case file a line.
func (m Merge) protocol(ctx context.Context, tx *db.Tx, f, t office, why string, r *Merged) (c records.Component, err error) {
	var list []struct {
		Mark      string     `db:"mark"`
		Subject   string     `db:"subject"`
		OpenedAt  time.Time  `db:"opened_at"`
		HandledAt *time.Time `db:"handled_at"`
		Documents int        `db:"documents"`
	}
	if err := tx.SelectContext(ctx, &list, sql.Get("merge-list"), f.ID); err != nil {
		return c, db.Classify(err)
	}
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	_ = w.WriteAll([][]string{{"Předává", f.Name}, {"Přebírá", t.Name}, {"Důvod", why}, {"Dne", m.Now.In(clock.Prague).Format("2. 1. 2006 15:04")}, {},
		{"Spisová značka", "Věc", "Otevřen", "Vyřízen", "Dokumentů"}}) // into memory
	for _, x := range list {
		handledOn := "nevyřízen"
		if x.HandledAt != nil {
			handledOn = x.HandledAt.In(clock.Prague).Format("2. 1. 2006")
		} else {
			r.Open++
		}
		_ = w.Write([]string{x.Mark, x.Subject, x.OpenedAt.In(clock.Prague).Format("2. 1. 2006"), handledOn, strconv.Itoa(x.Documents)})
	}
	w.Flush()
	kept, err := m.Files.PutBytes(ctx, buf.Bytes())
	return records.Component{Name: "protokol-o-predani-spisu.csv", MediaType: "text/csv", Size: kept.Size, SHA256: kept.SHA256}, err
}

// register opens a case file for the protocol at one of the offices.
func (m Merge) register(ctx context.Context, tx *db.Tx, o office, subject string, protocol records.Component) (string, error) {
	tx.Office = o.ID
	if _, err := tx.ExecContext(ctx, sql.Get("office-scope"), strconv.Itoa(int(o.ID))); err != nil {
		return "", err
	}
	c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: subject}, m.Now)
	if err != nil {
		return "", err
	}
	d, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.Own, Kind: "handover", Subject: "Protokol o předání spisů (spisová rozluka)", Channel: "none",
		Components: []records.Component{protocol}}, m.Now)
	if err != nil {
		return "", err
	}
	return d.ReferenceNumber, records.Handle(ctx, tx, c.ID, records.ByNote, "Předání spisů je zapsáno protokolem.", m.Now)
}

// copy puts the rows under the other office by one statement.
func (m Merge) copy(ctx context.Context, tx *db.Tx, f, t office, r *Merged) error {
	former := strings.ToLower(f.Abbreviation)
	var parts []string
	for n, h := range handed {
		var columns, names, values []string
		if err := tx.SelectContext(ctx, &columns, sql.Get("merge-columns"), h.table); err != nil {
			return db.Classify(err)
		}
		for _, c := range columns {
			v := "x." + quote(c)
			if c == "office_id" {
				v = "CAST($2 AS int)"
			}
			if h.change[c] != "" {
				v = h.change[c]
			}
			names, values = append(names, quote(c)), append(values, v)
		}
		parts = append(parts, fmt.Sprintf("h%d AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s x WHERE x.office_id = $1 ORDER BY 1 RETURNING 1)",
			n, quote(h.table), strings.Join(names, ", "), strings.Join(values, ", "), quote(h.table)))
	}
	if err := tx.QueryRowContext(ctx, "WITH "+strings.Join(parts, ",\n")+" SELECT (SELECT count(*) FROM h1), (SELECT count(*) FROM h3)", f.ID, t.ID, former, f.Row).Scan(&r.Cases, &r.Documents); err != nil {
		return fmt.Errorf("hand over: %w", db.Classify(err))
	}
	_, err := tx.ExecContext(ctx, sql.Get("merge-counters"), f.ID, t.ID, former)
	return db.Classify(err)
}
