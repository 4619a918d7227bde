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
// series of the former one. What was disposed of stays. The former office stays to be read, with its log, board and
// submissions; when only a part is handed over it goes on, and only that part is read only.
type Merge struct {
	Owner *sqlx.DB // the owner of the tables: the one act that writes to two offices
	Files *blob.Store
	Now   time.Time
	Part  *Part // nil = everything, and the former office ends
}

// Merged is what was handed over.
type Merged struct {
	Cases        int    `json:"cases"`
	Documents    int64  `json:"documents"`
	Open         int    `json:"open"` // of the case files
	ProtocolFrom string `json:"protocol_from"`
	ProtocolInto string `json:"protocol_into"`
}

// handed are the tables that are handed over: which of their rows, and what their columns become at the other office when
// not the same. Chosen case files are in move_case.
var handed = []struct {
	table  string
	which  string // condition on x
	change map[string]string
	shared bool // by case files handed over at other times: the row may be there already
}{
	{"scheme", "EXISTS (SELECT FROM case_file f JOIN move_case m ON m.office_id = f.office_id AND m.id = f.id JOIN scheme_class k ON k.office_id = f.office_id AND k.id = f.class_id WHERE f.office_id = $1 AND k.scheme_id = x.id)",
		map[string]string{"name": "x.name || ' (' || CAST($5 AS text) || ')'", "valid_to": "LEAST(COALESCE(x.valid_to, DATE 'infinity'), GREATEST(x.valid_from - 1, CAST($6 AS date)))"}, true},
	{"scheme_class", "x.scheme_id IN (SELECT k.scheme_id FROM case_file f JOIN move_case m ON m.office_id = f.office_id AND m.id = f.id JOIN scheme_class k ON k.office_id = f.office_id AND k.id = f.class_id WHERE f.office_id = $1)", nil, true},
	{"party", "x.id IN (SELECT id FROM people)", nil, true},
	{"case_file", chosen("x.id"), map[string]string{"series": "x.series || ':' || CAST($3 AS text)", "unit_id": "NULL", "clerk_id": "NULL", "assigned_at": "NULL", "box_id": "NULL", "stored_at": "NULL"}, false},
	{"case_link", chosen("x.case_id") + " AND " + chosen("x.to_id"), nil, false},
	{"clock_pause", chosen("x.case_id"), nil, false},
	{"document", chosen("x.case_id"), map[string]string{"jid": "COALESCE(x.jid, CAST($4 AS text) || ':' || x.reference_number)", "answers_id": withDocument("answers_id"), "handled_by_id": withDocument("handled_by_id"),
		"filed_in": "CASE WHEN " + chosen("x.filed_in") + " THEN x.filed_in END"}, false},
	{"document_party", ofChosen("x.document_id"), nil, false},
	{"component", ofChosen("x.document_id"), nil, false},
}

// people who go along: all, or those of the documents, with those they were merged into ($7 = all).
const people = `people AS (
  SELECT x.party_id AS id FROM move_case m JOIN document d ON d.office_id = m.office_id AND d.case_id = m.id JOIN document_party x ON x.office_id = d.office_id AND x.document_id = d.id WHERE m.office_id = $1
  UNION SELECT id FROM party WHERE office_id = $1 AND $7
  UNION SELECT y.merged_into FROM people p JOIN party y ON y.office_id = $1 AND y.id = p.id WHERE y.merged_into IS NOT NULL)`

func chosen(column string) string {
	return "EXISTS (SELECT FROM move_case m WHERE m.office_id = $1 AND m.id = " + column + ")"
}

func ofChosen(column string) string {
	return "EXISTS (SELECT FROM document d JOIN move_case m ON m.office_id = d.office_id AND m.id = d.case_id WHERE d.office_id = $1 AND d.id = " + column + ")"
}

// withDocument keeps the way to another document when that one goes along.
func withDocument(column string) string {
	return "CASE WHEN " + ofChosen("x."+column) + " THEN x." + column + " END"
}

// staysWithFormer are tables that stand upon case files or documents and stay with the former office.
var staysWithFormer = map[string]string{
	"posting":             "its board hung there",
	"completion_request":  "of submissions",
	"submission":          "the citizen's page stays where it was",
	"signature":           "of submissions",
	"log_day":             "the log is of the office that wrote it",
	"handover":            "who had a matter at the former office; the log says it",
	"letter":              "drafts end with the former office; approved ones are documents",
	"letter_revision":     "of drafts",
	"warning":             "clerks of the former office were warned",
	"dispatch":            "what was sent and how it was delivered stays provable where it was sent from",
	"records_handover":    "the records system of the former office answered it",
	"intake_key":          "keys of what was taken in there",
	"find_row":            "made anew",
	"find_due":            "made anew",
	"component_text":      "read anew",
	"disposal":            "proceedings are of the office that held them",
	"disposal_item":       "of proceedings; an open one must end first",
	"store_handover_case": "protocols of the former records store",
	"loan":                "of the former records store; what is lent must come back first",
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
		if r, err = m.handOver(ctx, tx, f, t, why); err != nil {
			return err
		}
		data := map[string]any{"from": f.Slug, "into": t.Slug, "why": why, "cases": r.Cases, "protocol": r.ProtocolFrom}
		for _, o := range []office{f, t} {
			audit.Write(tx, audit.Event{Office: o.ID, At: m.Now, Action: "records handed over", ObjectType: "move", ObjectID: f.Slug + "/" + t.Slug, Data: data})
		}
		if m.Part != nil {
			_, err = tx.ExecContext(ctx, sql.Get("part-moved"), f.ID, m.Now, t.Slug, "Převzal úřad "+t.Name+": "+why)
		} else {
			_, err = tx.ExecContext(ctx, sql.Get("mark-moved"), f.ID, m.Now, t.Slug)
		}
		if err != nil {
			return db.Classify(err)
		}
		_, err = tx.ExecContext(ctx, sql.Get("unchoose"), f.ID)
		return db.Classify(err)
	})
	return r, err
}

// handOver writes the protocol into both offices and copies what was chosen. The former office's protocol goes along when
// everything does.
func (m Merge) handOver(ctx context.Context, tx *db.Tx, f, t office, why string) (r Merged, err error) {
	if m.Part != nil {
		if err = m.choose(ctx, tx, f, t); err != nil {
			return r, err
		}
	}
	protocol, err := m.protocol(ctx, tx, f, t, why, &r)
	if err != nil {
		return r, err
	}
	if r.ProtocolFrom, err = m.register(ctx, tx, f, "Předání spisů: "+t.Name, protocol); err != nil {
		return r, err
	}
	if m.Part == nil {
		if err = m.choose(ctx, tx, f, t); err != nil {
			return r, err
		}
	}
	if err = m.copy(ctx, tx, f, t, &r); err != nil {
		return r, err
	}
	r.ProtocolInto, err = m.register(ctx, tx, t, "Převzetí spisů: "+f.Name, protocol)
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
	if err := tx.SelectContext(ctx, &list, sql.Get("merge-list"), f.ID, m.Part != nil); err != nil {
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
	var parts, counts []string
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
		again := ""
		if h.shared {
			again = " ON CONFLICT (office_id, id) DO NOTHING"
		}
		parts = append(parts, fmt.Sprintf("h%d AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s x WHERE x.office_id = $1 AND %s ORDER BY 1%s RETURNING 1)",
			n, quote(h.table), strings.Join(names, ", "), strings.Join(values, ", "), quote(h.table), h.which, again))
		if h.table == "case_file" || h.table == "document" {
			counts = append(counts, fmt.Sprintf("(SELECT count(*) FROM h%d)", n))
		}
	}
	if err := tx.QueryRowContext(ctx, "WITH RECURSIVE "+people+",\n"+strings.Join(parts, ",\n")+" SELECT "+strings.Join(counts, ", "), f.ID, t.ID, former, f.Row, f.Name, m.Now.In(clock.Prague), m.Part == nil).Scan(&r.Cases, &r.Documents); err != nil {
		return fmt.Errorf("hand over: %w", db.Classify(err))
	}
	_, err := tx.ExecContext(ctx, sql.Get("merge-counters"), f.ID, t.ID, former)
	return db.Classify(err)
}
