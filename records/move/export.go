package move

import (
	"context"
	dbsql "database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
)

// Sealer seals the manifest; internal/seal.
type Sealer interface {
	SealBytes(ctx context.Context, data []byte) (cms []byte, err error)
}

// Export is what leaves.
type Export struct {
	Owner        *sqlx.DB // the owner of the tables
	Files        *blob.Store
	Seal         Sealer
	Installation string // address of this one
	Now          time.Time
	MovedTo      string // where the office moves; "" = a copy, the office goes on here
	Told         func(what string, n int64)
}

// Run writes the package of an office to a path (a folder, or a ZIP by its name). With MovedTo the office is read-only here
// from that moment, and its unfinished work goes along. A second run goes on with a folder.
func (e Export) Run(ctx context.Context, slug, path string) (m Manifest, err error) {
	if e.MovedTo != "" {
		if err := e.depart(ctx, slug); err != nil {
			return m, err
		}
	}
	out, err := openSink(path)
	if err != nil {
		return m, err
	}
	tx, err := e.Owner.BeginTxx(ctx, &dbsql.TxOptions{Isolation: dbsql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return m, db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	if m, err = e.rows(ctx, tx, out, slug); err != nil {
		return m, err
	}
	if m.Files, err = e.files(ctx, tx, out, m.Office.ID); err != nil {
		return m, err
	}
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return m, err
	}
	cms, err := e.Seal.SealBytes(ctx, data)
	if err != nil {
		return m, err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{sealName, cms}, {manifestName, data}} { // the manifest last: with it the package is whole
		w, err := out.create(f.name)
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			return m, err
		}
	}
	if err := out.close(); err != nil || e.MovedTo == "" {
		return m, err
	}
	_, err = e.Owner.ExecContext(ctx, sql.Get("end-jobs"), m.Office.ID, e.Now)
	return m, db.Classify(err)
}

// office is the row of an office.
type office struct {
	ID           int32      `db:"id"`
	Slug         string     `db:"slug"`
	Name         string     `db:"name"`
	Participates bool       `db:"participates"`
	Abbreviation string     `db:"abbreviation"`
	MovedAt      *time.Time `db:"moved_at"`
	Row          string     `db:"row"`
}

func readOffice(ctx context.Context, q sqlx.QueryerContext, slug string) (o office, err error) {
	err = db.Classify(sqlx.GetContext(ctx, q, &o, sql.Get("office"), slug))
	if errs.Is(err, errs.NotFound) {
		err = fmt.Errorf("there is no office %q", slug)
	}
	return o, err
}

// depart makes the office read-only here and notes it in its log.
func (e Export) depart(ctx context.Context, slug string) error {
	tx, err := e.Owner.BeginTxx(ctx, nil)
	if err != nil {
		return db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	o, err := readOffice(ctx, tx, slug)
	if err != nil || o.MovedAt != nil { // the second run of an interrupted move
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("log"), o.ID, e.Now, "office moved away", o.Slug, db.J(map[string]string{"to": e.MovedTo})); err != nil {
		return db.Classify(err)
	}
	if _, err := tx.ExecContext(ctx, sql.Get("mark-moved"), o.ID, e.Now, e.MovedTo); err != nil {
		return db.Classify(err)
	}
	return tx.Commit()
}

// rows writes every table of one snapshot.
func (e Export) rows(ctx context.Context, tx *sqlx.Tx, out sink, slug string) (m Manifest, err error) {
	o, err := readOffice(ctx, tx, slug)
	if err != nil {
		return m, err
	}
	m = Manifest{Format: format, Installation: e.Installation, MadeAt: e.Now.UTC(), Stays: Stays,
		Office: Office{ID: o.ID, Slug: o.Slug, Name: o.Name, Participates: o.Participates, Row: json.RawMessage(o.Row)}}
	if err := tx.GetContext(ctx, &m.Schema, sql.Get("schema-version")); err != nil {
		return m, db.Classify(err)
	}
	tables, err := catalogue(ctx, tx)
	if err != nil {
		return m, err
	}
	people := map[int64]bool{}
	for _, t := range tables {
		query := fmt.Sprintf("SELECT CAST(to_jsonb(t) AS text) FROM %s t WHERE office_id = $1 ORDER BY %s", quote(t.name), t.key())
		f, err := e.table(ctx, tx, out, t.name, query, o.ID)
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, f)
		if err := t.people(ctx, tx, o.ID, people); err != nil {
			return m, err
		}
	}
	ids := []int64{}
	for id := range people {
		ids = append(ids, id)
	}
	if m.Accounts, err = e.table(ctx, tx, out, "account", "SELECT CAST(to_jsonb(a) AS text) FROM ("+sql.Get("accounts")+") a", pq.Array(ids)); err != nil {
		return m, err
	}
	if m.Jobs, err = e.table(ctx, tx, out, "job", `SELECT CAST(to_jsonb(j) AS text) FROM (SELECT kind, payload, uniq, priority, run_at FROM job
		WHERE office_id = $1 AND done_at IS NULL AND failed_at IS NULL AND kind <> 'mail-send' ORDER BY id) j`, o.ID); err != nil {
		return m, err
	}
	for name, head := range map[string]*Head{"head": &m.Log, "evidence-head": &m.Evidence} {
		if err := db.Classify(tx.GetContext(ctx, head, sql.Get(name), o.ID)); err != nil && !errs.Is(err, errs.NotFound) {
			return m, err
		}
	}
	return m, nil
}

// table writes the answer of a query, a JSON object a row.
func (e Export) table(ctx context.Context, tx *sqlx.Tx, out sink, name, query string, args ...any) (f TableFile, err error) {
	w, err := out.create(TableFile{Name: name}.path())
	if err != nil {
		return f, err
	}
	l := newLines(w)
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return f, fmt.Errorf("export %s: %w", name, db.Classify(err))
	}
	defer rows.Close()
	for rows.Next() {
		var line dbsql.RawBytes
		if err := rows.Scan(&line); err != nil {
			return f, err
		}
		if err := l.line(string(line)); err != nil {
			return f, err
		}
	}
	if err := rows.Err(); err != nil {
		return f, fmt.Errorf("export %s: %w", name, db.Classify(err))
	}
	if f, err = l.end(name); err == nil && e.Told != nil {
		e.Told(name, f.Rows)
	}
	return f, err
}

// written picks the rows that were written here: in those that came from elsewhere accounts have other numbers.
var written = map[string]string{
	"audit_event": " AND seq > COALESCE((SELECT max(seq_to) FROM office_origin WHERE office_id = $1), 0)",
}

// people gathers the accounts that rows of a table name, by key or as actors.
func (t table) people(ctx context.Context, tx *sqlx.Tx, office int32, into map[int64]bool) error {
	for _, c := range t.columns {
		if verbatim[t.name] && c.Name != "actor" {
			continue
		}
		v := ""
		switch {
		case c.Refers == "account":
			v = "CAST(" + quote(c.Name) + " AS text)"
		case t.name == "office_origin" && c.Name == "accounts": // who came with the office before
			v = "jsonb_path_query(accounts, '$.*') #>> '{}'"
		case c.Type == "text":
			v = "substring(" + quote(c.Name) + " FROM '^account:([0-9]+)$')"
		default:
			continue
		}
		var found []string
		query := fmt.Sprintf("SELECT DISTINCT v FROM (SELECT %s AS v FROM %s WHERE office_id = $1%s) x WHERE v IS NOT NULL", v, quote(t.name), written[t.name])
		if err := tx.SelectContext(ctx, &found, query, office); err != nil {
			return db.Classify(err)
		}
		for _, s := range found {
			if id, err := strconv.ParseInt(s, 10, 64); err == nil {
				into[id] = true
			}
		}
	}
	return nil
}

// files writes every kept file whose hash stands in a row of the office, each once. The database finds the hashes, so that
// any number of them fits; a hash of something that is no file is passed over.
func (e Export) files(ctx context.Context, tx *sqlx.Tx, out sink, office int32) (f TableFile, err error) {
	tables, err := catalogue(ctx, tx)
	if err != nil {
		return f, err
	}
	query := `SELECT (regexp_matches(CAST(to_jsonb(t) AS text), '"([0-9a-f]{64})"', 'g'))[1] AS h FROM office t WHERE id = $1`
	for _, t := range tables {
		if !verbatim[t.name] {
			query += fmt.Sprintf(` UNION SELECT (regexp_matches(CAST(to_jsonb(t) AS text), '"([0-9a-f]{64})"', 'g'))[1] FROM %s t WHERE office_id = $1`, quote(t.name))
		}
	}
	var sums []string
	if err := tx.SelectContext(ctx, &sums, query+" ORDER BY h", office); err != nil {
		return f, db.Classify(err)
	}
	kept := []string{}
	for _, sum := range sums {
		r, size, err := e.Files.Open(ctx, sum)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return f, err
		}
		err = e.file(out, sum, r, size)
		_ = r.Close()
		if err != nil {
			return f, err
		}
		kept = append(kept, fmt.Sprintf(`{"sha256":"%s","size":%d}`, sum, size))
	}
	w, err := out.create(TableFile{Name: "files"}.path())
	if err != nil {
		return f, err
	}
	l := newLines(w)
	for _, k := range kept {
		if err := l.line(k); err != nil {
			return f, err
		}
	}
	if f, err = l.end("files"); err == nil && e.Told != nil {
		e.Told("files", f.Rows)
	}
	return f, err
}

func (e Export) file(out sink, sum string, r io.Reader, size int64) error {
	if out.has(filePath(sum), size) { // from an interrupted run; the import reads its hash
		return nil
	}
	w, err := out.create(filePath(sum))
	if err != nil {
		return err
	}
	n, err := io.Copy(w, r)
	if err == nil && n != size {
		err = fmt.Errorf("file %s has %d bytes, %d were read", sum, size, n)
	}
	return err
}
