package move

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/seal"
)

// Import is what comes.
type Import struct {
	Owner *sqlx.DB
	Files *blob.Store
	Roots *x509.CertPool // whom the seal of the manifest is trusted by
	Now   time.Time
	Told  func(what string, n int64)
}

// Result is what an import did.
type Result struct {
	Manifest Manifest
	Office   string // slug of the office here
	Already  bool   // the same package came before: nothing was done
	Seal     seal.Signature
}

// Run takes a package in. Files and rows are put aside first, which an interrupted run need not do again; then everything
// goes in by one transaction, so that the office is here whole or not at all. A damaged package is refused with the place.
func (i Import) Run(ctx context.Context, path string) (r Result, err error) {
	pack, shut, err := openPackage(path)
	if err != nil {
		return r, err
	}
	defer shut.Close()
	m, data, err := readManifest(pack)
	if err != nil {
		return r, err
	}
	sum := sha256.Sum256(data)
	key := hex.EncodeToString(sum[:])
	r.Manifest = m
	if r.Seal, err = i.sealOf(pack, data); err != nil {
		return r, err
	}
	err = db.Classify(i.Owner.GetContext(ctx, &r.Office, sql.Get("done"), key))
	if !errs.Is(err, errs.NotFound) {
		r.Already = err == nil
		return r, err
	}
	var schema int64
	if err := i.Owner.GetContext(ctx, &schema, sql.Get("schema-version")); err != nil {
		return r, db.Classify(err)
	}
	if schema != m.Schema {
		return r, fmt.Errorf("the package has schema %d, this installation %d: bring both to the same version of e-POM and export again", m.Schema, schema)
	}
	tables, err := i.fits(ctx, m)
	if err != nil {
		return r, err
	}
	if err := i.takeFiles(ctx, pack, m.Files); err != nil {
		return r, err
	}
	for _, t := range append(m.Tables, m.Accounts, m.Jobs) {
		if err := i.stage(ctx, pack, key, t); err != nil {
			return r, err
		}
	}
	r.Office, err = i.settle(ctx, m, tables, key)
	return r, err
}

// sealOf checks the seal of the manifest: it must be of these bytes. Who sealed it is told, and judged by a person.
func (i Import) sealOf(pack fs.FS, data []byte) (seal.Signature, error) {
	cms, err := fs.ReadFile(pack, sealName)
	if err != nil {
		return seal.Signature{}, errors.New("the package lacks manifest.json.p7s, its seal")
	}
	s, err := seal.VerifyBytes(data, cms, i.Roots, i.Now)
	if err == nil && s.Fault != "" {
		err = errors.New("manifest.json was changed: its seal does not hold")
	}
	return s, err
}

// fits compares the package with what this database holds of an office.
func (i Import) fits(ctx context.Context, m Manifest) ([]table, error) {
	tables, err := catalogue(ctx, i.Owner)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, t := range tables {
		known[t.name] = true
	}
	for _, f := range m.Tables {
		if !known[f.Name] {
			return nil, fmt.Errorf("the package has table %s, which this installation does not know", f.Name)
		}
		delete(known, f.Name)
	}
	for name := range known {
		return nil, fmt.Errorf("the package lacks table %s", name)
	}
	return tables, nil
}

// takeFiles keeps every file of the package that is not here yet and reads the hash of each.
func (i Import) takeFiles(ctx context.Context, pack fs.FS, list TableFile) error {
	err := list.each(pack, func(n int64, line []byte) error {
		var f struct {
			SHA256 string `json:"sha256"`
			Size   int64  `json:"size"`
		}
		if err := json.Unmarshal(line, &f); err != nil || len(f.SHA256) != 64 {
			return fmt.Errorf("%s: line %d names no file", list.path(), n)
		}
		if there, err := i.Files.Has(ctx, f.SHA256); err != nil || there {
			return err
		}
		r, err := pack.Open(filePath(f.SHA256))
		if err != nil {
			return fmt.Errorf("the package lacks %s (line %d of %s)", filePath(f.SHA256), n, list.path())
		}
		defer r.Close()
		kept, err := i.Files.Put(ctx, r, f.Size)
		if err != nil {
			if said := errs.Message(err); said != "" { // the place must not be lost behind plain words
				return fmt.Errorf("%s: %s", filePath(f.SHA256), said)
			}
			return fmt.Errorf("%s: %w", filePath(f.SHA256), err)
		}
		if kept.SHA256 != f.SHA256 {
			return fmt.Errorf("%s is damaged: its content has another hash", filePath(f.SHA256))
		}
		return nil
	})
	if err == nil && i.Told != nil {
		i.Told("files", list.Rows)
	}
	return err
}

const (
	batchRows  = 2000
	batchBytes = 4 << 20
)

// stage puts the rows of a table aside; a table that is there whole from an interrupted run is only read for its hash.
func (i Import) stage(ctx context.Context, pack fs.FS, key string, t TableFile) error {
	var there int64
	if err := i.Owner.GetContext(ctx, &there, sql.Get("staged"), key, t.Name); err != nil {
		return db.Classify(err)
	}
	whole := there == t.Rows
	if !whole {
		if _, err := i.Owner.ExecContext(ctx, sql.Get("unstage"), key, t.Name); err != nil {
			return db.Classify(err)
		}
	}
	var batch []string
	size, from := 0, int64(0)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		_, err := i.Owner.ExecContext(ctx, sql.Get("stage"), key, t.Name, from, pq.Array(batch))
		from += int64(len(batch))
		batch, size = batch[:0], 0
		return db.Classify(err)
	}
	err := t.each(pack, func(_ int64, line []byte) error {
		if whole {
			return nil
		}
		batch, size = append(batch, string(line)), size+len(line)
		if len(batch) < batchRows && size < batchBytes {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil && i.Told != nil {
		i.Told(t.Name, t.Rows)
	}
	return err
}

// settle puts everything in by one transaction.
func (i Import) settle(ctx context.Context, m Manifest, tables []table, key string) (slug string, err error) {
	tx, err := i.Owner.BeginTxx(ctx, nil)
	if err != nil {
		return "", db.Classify(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, sql.Get("turn")); err != nil {
		return "", db.Classify(err)
	}
	id, slug, err := i.office(ctx, tx, m)
	if err != nil {
		return "", err
	}
	if err := empty(ctx, tx, tables, id, slug); err != nil {
		return "", err
	}
	accounts, err := i.accounts(ctx, tx, key)
	if err != nil {
		return "", err
	}
	if err := i.rows(ctx, tx, tables, key, id, accounts); err != nil {
		return "", err
	}
	if err := i.heads(ctx, tx, m, id); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("put-origin"), id, m.Log.Seq, m.Evidence.Seq, m.Office.ID, db.J(accounts), m.Installation, key, i.Now); err != nil {
		return "", db.Classify(err)
	}
	if err := i.jobs(ctx, tx, m, key, id); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("log"), id, i.Now, "office moved in", slug, db.J(map[string]any{"from": m.Installation, "package": key, "rows": m.Log.Seq})); err != nil {
		return "", db.Classify(err)
	}
	if _, err := tx.ExecContext(ctx, sql.Get("unstage-all"), key); err != nil {
		return "", db.Classify(err)
	}
	return slug, db.Classify(tx.Commit())
}

// office finds the office here, by its slug or its municipality, or makes it, and writes down all that is known of it.
func (i Import) office(ctx context.Context, tx *sqlx.Tx, m Manifest) (id int32, slug string, err error) {
	var row struct {
		Municipality *int   `json:"municipality_code"`
		Abbreviation string `json:"abbreviation"`
	}
	if err := json.Unmarshal(m.Office.Row, &row); err != nil {
		return 0, "", fmt.Errorf("manifest.json: office: %w", err)
	}
	var o office
	err = db.Classify(tx.GetContext(ctx, &o, sql.Get("find-office"), m.Office.Slug, row.Municipality))
	switch {
	case errs.Is(err, errs.NotFound):
		o.Slug = m.Office.Slug
		err = tx.GetContext(ctx, &o.ID, sql.Get("create-office"), o.Slug)
	case err == nil && o.Abbreviation != "" && o.Abbreviation != row.Abbreviation:
		return 0, "", fmt.Errorf("office %s has the abbreviation %s here and %s in the package: numbers would not agree", o.Slug, o.Abbreviation, row.Abbreviation)
	}
	if err != nil {
		return 0, "", db.Classify(err)
	}
	var taken string
	if err := db.Classify(tx.GetContext(ctx, &taken, sql.Get("abbreviation-taken"), row.Abbreviation, o.Slug)); err == nil {
		return 0, "", fmt.Errorf("the abbreviation %s belongs to office %s here: numbers of two offices would be the same", row.Abbreviation, taken)
	}
	var columns []string
	err = tx.SelectContext(ctx, &columns, `SELECT attname FROM pg_attribute WHERE attrelid = CAST('office' AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
		AND attname NOT IN ('id', 'slug', 'participates', 'moved_at', 'moved_to') ORDER BY attnum`)
	if err != nil {
		return 0, "", db.Classify(err)
	}
	sets := []string{"participates = $2", "moved_at = NULL", "moved_to = ''"}
	for _, c := range columns {
		sets = append(sets, quote(c)+" = x."+quote(c))
	}
	_, err = tx.ExecContext(ctx, "UPDATE office o SET "+strings.Join(sets, ", ")+" FROM jsonb_populate_record(CAST(NULL AS office), CAST($3 AS jsonb)) x WHERE o.id = $1", o.ID, m.Office.Participates, string(m.Office.Row))
	return o.ID, o.Slug, db.Classify(err)
}

// empty refuses an office that has rows of its own here: two logs and two series of numbers cannot become one.
func empty(ctx context.Context, tx *sqlx.Tx, tables []table, id int32, slug string) error {
	if _, err := tx.ExecContext(ctx, sql.Get("forget-hours"), id); err != nil { // opening hours come with the office
		return db.Classify(err)
	}
	for _, t := range tables {
		var some bool
		if err := tx.GetContext(ctx, &some, fmt.Sprintf("SELECT EXISTS (SELECT FROM %s WHERE office_id = $1)", quote(t.name)), id); err != nil {
			return db.Classify(err)
		}
		if some {
			return fmt.Errorf("office %s has rows of its own here (%s): an office can only move where it has none", slug, t.name)
		}
	}
	return nil
}

// accounts matches people by e-mail; those unknown here get an account without a password, closed when it was closed there.
func (i Import) accounts(ctx context.Context, tx *sqlx.Tx, key string) (map[string]int64, error) {
	var rows []db.JSON[struct {
		ID         int64      `json:"id"`
		Email      string     `json:"email"`
		Name       string     `json:"name"`
		DisabledAt *time.Time `json:"disabled_at"`
	}]
	if err := tx.SelectContext(ctx, &rows, "SELECT row FROM move_row WHERE package = $1 AND name = 'account' ORDER BY n", key); err != nil {
		return nil, db.Classify(err)
	}
	out := map[string]int64{}
	for _, r := range rows {
		var id int64
		err := db.Classify(tx.GetContext(ctx, &id, sql.Get("account-by-email"), r.V.Email))
		if errs.Is(err, errs.NotFound) {
			err = tx.GetContext(ctx, &id, sql.Get("add-account"), r.V.Email, r.V.Name, i.Now, r.V.DisabledAt)
		}
		if err != nil {
			return nil, db.Classify(err)
		}
		out[fmt.Sprint(r.V.ID)] = id
	}
	return out, nil
}

// rows puts all tables in by one statement, so that they may refer to each other in any way, and moves the counters of ids
// beyond those that came.
func (i Import) rows(ctx context.Context, tx *sqlx.Tx, tables []table, key string, id int32, accounts map[string]int64) error {
	if _, err := tx.ExecContext(ctx, sql.Get("tie-before"), key, id); err != nil {
		return db.Classify(err)
	}
	var parts []string
	for n, t := range tables {
		parts = append(parts, fmt.Sprintf("i%d AS (%s)", n, t.insert()))
	}
	if _, err := tx.ExecContext(ctx, "WITH "+strings.Join(parts, ",\n")+" SELECT 1", key, id, db.J(accounts)); err != nil {
		var pe *pq.Error
		if errors.As(err, &pe) && pe.Code == "23505" {
			return fmt.Errorf("a number or a reference of the package is taken here: %s", pe.Message)
		}
		return fmt.Errorf("put rows in: %w", db.Classify(err))
	}
	if _, err := tx.ExecContext(ctx, sql.Get("tie-after"), id); err != nil {
		return db.Classify(err)
	}
	for _, t := range tables {
		for _, c := range t.columns {
			if !c.Identity {
				continue
			}
			query := fmt.Sprintf(`SELECT setval(s, GREATEST(m, nextval(s))) FROM (SELECT pg_get_serial_sequence('%s', '%s') AS s, COALESCE(max(%s), 1) AS m FROM %s WHERE office_id = $1) x`,
				t.name, c.Name, quote(c.Name), quote(t.name))
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return db.Classify(err)
			}
		}
	}
	return nil
}

// heads ends the chains where the manifest says.
func (i Import) heads(ctx context.Context, tx *sqlx.Tx, m Manifest, id int32) error {
	for _, h := range []struct {
		put, get string
		want     Head
	}{{"put-head", "head", m.Log}, {"put-evidence-head", "evidence-head", m.Evidence}} {
		if _, err := tx.ExecContext(ctx, sql.Get(h.put), id); err != nil {
			return db.Classify(err)
		}
		var got Head
		if err := db.Classify(tx.GetContext(ctx, &got, sql.Get(h.get), id)); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if got.Seq != h.want.Seq || h.want.Seq > 0 && got.Hash != h.want.Hash {
			return fmt.Errorf("the chain ends at row %d, the manifest says %d: the package is not whole", got.Seq, h.want.Seq)
		}
	}
	return nil
}

// jobs are what was not done there; keys and payloads that name the office name it as it is called here.
func (i Import) jobs(ctx context.Context, tx *sqlx.Tx, m Manifest, key string, id int32) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO job (kind, office_id, payload, uniq, priority, run_at, created_at)
		SELECT x.kind, $2, CASE WHEN x.payload -> 'office' = to_jsonb(CAST($3 AS int)) THEN jsonb_set(x.payload, '{office}', to_jsonb(CAST($2 AS int))) ELSE x.payload END,
		       regexp_replace(x.uniq, '^' || CAST($3 AS int) || '(/|$)', CAST($2 AS int) || '\1'), x.priority, x.run_at, $4
		FROM move_row r, jsonb_populate_record(CAST(NULL AS job), r.row) x WHERE r.package = $1 AND r.name = 'job' ORDER BY r.n
		ON CONFLICT DO NOTHING`, key, id, m.Office.ID, i.Now)
	return db.Classify(err)
}
