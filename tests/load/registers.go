package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp"
)

//go:embed registers-fill.sql
var registersFill string

//go:embed registers-texts.sql
var registersTexts string

//go:embed registers-find.sql
var registersFind string

//go:embed registers-log.sql
var registersLog string

// openFiles is how many case files are open, whatever lies in the archive.
const openFiles = 400

// registers measures the clerks' pages of an office with ten thousand and with a million documents, the search over a million
// and the verification of them.
func (b *benchCmd) registers(ctx context.Context, s *stand, owner *sqlx.DB) error {
	office, clerk, cookie, err := clerkOf(ctx, owner)
	if err != nil {
		return err
	}
	if _, err := s.startApp("EPOM_WORKERS=0"); err != nil {
		return err
	}
	defer s.killApp()
	ask := asking(s.addr, cookie)
	pages := []struct{ name, path string }{{"inbox", "/kancelar/posta"}, {"journal", "/kancelar/denik"}, {"case files", "/kancelar/spisy"}, {"search for a common word", "/kancelar/hledat?q=sle"}}
	small := make([]float64, len(pages))
	for _, documents := range []int{10000, b.Documents} {
		start := time.Now()
		if err := fillRegisters(ctx, owner, office, "HEJ", clerk, documents/2); err != nil {
			return err
		}
		if err := sameWords(ctx, owner, office); err != nil {
			return err
		}
		fmt.Printf("registers: %d documents of one office, made in %.0f s\n", documents, time.Since(start).Seconds())
		for i, p := range pages {
			if _, err := percentile(20, func() (time.Duration, error) { return ask(p.path) }); err != nil { // what it reads comes into memory
				return err
			}
			half, err := median(200, func() (time.Duration, error) { return ask(p.path) })
			if err != nil {
				return err
			}
			if small[i] == 0 {
				small[i] = half
				continue
			}
			atMost("registers: "+p.name+" with "+fmt.Sprint(documents)+" documents", half/small[i], 1.2, "×", fmt.Sprintf("%.1f ms against %.1f ms with 10000", half, small[i]))
		}
	}
	for _, q := range registerSearches {
		if _, err := ask("/kancelar/hledat?" + q.make()); err != nil {
			return err
		}
		p95, err := percentile(60, func() (time.Duration, error) { return ask("/kancelar/hledat?" + q.make()) })
		if err != nil {
			return err
		}
		atMost("registers: search, "+q.name+", p95", p95, 100, "ms", "for example "+must(url.QueryUnescape(q.make())))
	}
	start := time.Now()
	cmd := exec.CommandContext(ctx, s.bin, "verify", "--no-files")
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("verify: %w: %.2000s", err, out)
	}
	atMost("registers: epom verify --no-files", time.Since(start).Seconds(), 60, "s", fmt.Sprintf("%d documents, as many rows of the log", b.Documents))
	return nil
}

var registerSearches = []struct {
	name string
	make func() string
}{
	{"common word", func() string { return "q=" + word(10, 14) }},
	{"rare word", func() string { return "q=" + word(3000, 4900) }},
	{"two words", func() string { return "q=" + word(2, 200) + "+" + word(2, 200) }},
	{"three letters", func() string { return "q=" + word(1, 9) }},
	{"four letters", func() string { return "q=" + word(10, 99) }},
	{"word nobody wrote", func() string { return "q=xyzzy" }},
	{"common and rare", func() string { return "q=" + word(1, 3) + "+" + word(3000, 4900) }},
	{"person", func() string { return "osoba=" + word(3000, 4900) }},
	{"number", func() string { return "q=" + fmt.Sprint(1+time.Now().UnixNano()%400000) + "%2F2024" }},
	{"way, direction and word", func() string { return "zpusob=email&smer=in&q=" + word(2, 100) }},
	{"one year, four years ago", func() string {
		y := time.Now().Year() - 4
		return fmt.Sprintf("q=%s&od=1.1.%d&do=31.12.%d", word(2, 50), y, y)
	}},
	{"state only", func() string { return "stav=cancelled" }},
}

// clerkOf makes a clerk of one office who is signed in.
func clerkOf(ctx context.Context, owner *sqlx.DB) (office int32, clerk int64, cookie string, err error) {
	const token = "registers-bench-session-token-0123456789"
	sum := sha256.Sum256([]byte(token))
	if err = owner.GetContext(ctx, &office, `SELECT id FROM office WHERE slug = 'hejnice'`); err != nil {
		return
	}
	if err = owner.GetContext(ctx, &clerk, `INSERT INTO account (email, name, created_at) VALUES ('bench@hejnice.example', 'Jana Měřicí', now()) RETURNING id`); err != nil {
		return
	}
	if _, err = owner.ExecContext(ctx, `INSERT INTO membership (office_id, account_id, role, valid_from) VALUES ($1, $2, 'clerk', now() - interval '1 day')`, office, clerk); err != nil {
		return
	}
	_, err = owner.ExecContext(ctx, `INSERT INTO session (token_hash, account_id, office_id, created_at, seen_at, expires_at, ip, agent) VALUES ($1, $2, $3, now(), now(), now() + interval '1 day', '127.0.0.1', 'bench')`, sum[:], clerk, office)
	return office, clerk, "epom_session=" + token, err
}

// asking asks for a page as that clerk and says how long it took.
func asking(addr, cookie string) func(string) (time.Duration, error) {
	host := &fasthttp.HostClient{Addr: addr, MaxConns: 2}
	return func(path string) (time.Duration, error) {
		req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		defer fasthttp.ReleaseRequest(req)
		defer fasthttp.ReleaseResponse(resp)
		req.SetRequestURI("http://" + addr + path)
		req.Header.Set("Cookie", cookie)
		start := time.Now()
		err := host.Do(req, resp)
		took := time.Since(start)
		if code := resp.StatusCode(); err == nil && code != 200 && code != 303 { // a whole number leads to its file
			err = fmt.Errorf("%s: %d", path, code)
		}
		return took, err
	}
}

// fillRegisters makes so many case files of an office anew, with two documents each, the rows of the search and as many rows of the log.
// Triggers and foreign keys are off and indexes are built at the end: what is made is what the app would have made one by one.
func fillRegisters(ctx context.Context, owner *sqlx.DB, office int32, abbreviation string, clerk int64, files int) error {
	conn, err := owner.Connx(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	run := func(q string, args ...any) {
		if err == nil {
			if _, err = conn.ExecContext(ctx, q, args...); err != nil {
				err = fmt.Errorf("%.120s: %w", q, err)
			}
		}
	}
	for _, q := range []string{`SET session_replication_role = replica`, `SET maintenance_work_mem = '512MB'`, `SET work_mem = '64MB'`, `SET synchronous_commit = off`, `SET jit = off`} {
		run(q)
	}
	for _, t := range []string{"find_row", "document", "case_file", "counter"} {
		q := `DELETE FROM ` + t + ` WHERE office_id = $1`
		if t == "counter" {
			q += ` AND series = 'denik'`
		}
		run(q, office)
	}
	run(registersTexts)
	if err != nil {
		return err
	}
	var indexes []struct {
		Name string `db:"name"`
		Make string `db:"make"`
	}
	if err := conn.SelectContext(ctx, &indexes, `SELECT quote_ident(x.indexname) AS name, x.indexdef AS make FROM pg_indexes x JOIN pg_index i ON i.indexrelid = CAST(quote_ident(x.indexname) AS regclass)
		WHERE x.schemaname = 'public' AND x.tablename IN ('case_file', 'document', 'find_row') AND NOT i.indisunique`); err != nil {
		return err
	}
	for _, x := range indexes {
		run(`DROP INDEX ` + x.Name)
	}
	run(registersFill, office, files, openFiles, clerk, abbreviation)
	run(`SELECT setval('case_file_id_seq', max(id)) FROM case_file`)
	for _, t := range []string{"case_file", "document", "bench_text"} { // or the next question would be planned for empty tables
		run(`ANALYZE ` + t)
	}
	run(registersFind, office)
	for _, x := range indexes {
		run(x.Make)
	}
	run(`DELETE FROM find_due WHERE office_id = $1`, office)
	run(registersLog, office, 2*files)
	for _, t := range []string{"case_file", "document", "find_row", "find_due", "counter", "audit_event"} {
		run(`VACUUM ANALYZE ` + t)
	}
	return err
}

// sameWords lets the app's own function read some of the filled case files and fails when it would have written other words.
func sameWords(ctx context.Context, owner *sqlx.DB, office int32) error {
	tx, err := owner.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range []string{
		`INSERT INTO find_due SELECT office_id, id FROM (SELECT office_id, id FROM case_file WHERE office_id = $1 ORDER BY id LIMIT 100) f`,
		`INSERT INTO find_due SELECT office_id, id FROM (SELECT office_id, id FROM case_file WHERE office_id = $1 ORDER BY id DESC LIMIT 100) f`,
		`CREATE TEMP TABLE bench_words ON COMMIT DROP AS SELECT r.id, r.words FROM find_row r WHERE office_id = $1 AND case_id IN (SELECT case_id FROM find_due)`,
		`SELECT unscoped_find_index($1, 200)`,
	} {
		if _, err := tx.ExecContext(ctx, strings.ReplaceAll(q, "$1", strconv.Itoa(int(office)))); err != nil {
			return fmt.Errorf("%.60s: %w", q, err)
		}
	}
	var compared, other int
	if err := tx.QueryRowxContext(ctx, `SELECT count(*), count(*) FILTER (WHERE r.words <> w.words) FROM bench_words w JOIN find_row r ON r.office_id = $1 AND r.id = w.id`, office).Scan(&compared, &other); err != nil {
		return err
	}
	if compared == 0 || other > 0 {
		return fmt.Errorf("%d of %d rows of the search were filled otherwise than the app fills them", other, compared)
	}
	return nil
}
