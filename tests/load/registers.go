package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/url"
	"os/exec"
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
	files := 0
	for _, documents := range []int{10000, b.Documents} {
		start := time.Now()
		if err := fillRegisters(ctx, owner, office, clerk, files, documents/2); err != nil {
			return err
		}
		files = documents / 2
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

// fillRegisters makes the case files of an office from one number to another, the rows of the search and as many rows of the log.
func fillRegisters(ctx context.Context, owner *sqlx.DB, office int32, clerk int64, from, to int) error {
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
	for _, q := range []string{`SET session_replication_role = replica`, `SET maintenance_work_mem = '512MB'`, `SET work_mem = '64MB'`, `SET synchronous_commit = off`} {
		run(q)
	}
	if from > 0 { // what was open before lies in the archive now
		run(`UPDATE case_file SET handled_at = opened_at, handled_how = 'document', clerk_id = $2, assigned_at = opened_at WHERE office_id = $1 AND handled_at IS NULL`, office, clerk)
	}
	run(registersTexts)
	const step = 50000
	for low := from + 1; low <= to; low += step {
		run(registersFill, office, low, min(to, low+step-1), openFiles, to, clerk)
	}
	// Numbers of the years follow the order of opening, as if they had been given one by one.
	run(`DELETE FROM counter WHERE office_id = $1 AND series = 'denik'`, office)
	run(`SET session_replication_role = origin`)
	run(`ALTER TABLE case_file DISABLE TRIGGER USER`)
	run(`ALTER TABLE document DISABLE TRIGGER USER`)
	run(`UPDATE case_file SET no = -id, mark = 'Y/' || id WHERE office_id = $1`, office)
	run(`UPDATE case_file f SET no = x.no, year = x.y, mark = 'HEJ/' || x.y || '/' || lpad(CAST(x.no AS text), greatest(5, length(CAST(x.no AS text))), '0')
		FROM (SELECT id, extract(year FROM opened_at AT TIME ZONE 'Europe/Prague') AS y, row_number() OVER (PARTITION BY extract(year FROM opened_at AT TIME ZONE 'Europe/Prague') ORDER BY opened_at, id) AS no
		      FROM case_file WHERE office_id = $1) x WHERE f.office_id = $1 AND f.id = x.id`, office)
	run(`UPDATE document d SET reference_number = 'Y' || d.id WHERE office_id = $1`, office)
	run(`UPDATE document d SET reference_number = f.mark || '-' || d.ordinal FROM case_file f WHERE f.office_id = $1 AND d.office_id = $1 AND f.id = d.case_id`, office)
	run(`ALTER TABLE case_file ENABLE TRIGGER USER`)
	run(`ALTER TABLE document ENABLE TRIGGER USER`)
	run(`INSERT INTO counter (office_id, series, year, last_no, mask) SELECT office_id, 'denik', year, max(no), 'HEJ/' || year || '/{5}' FROM case_file WHERE office_id = $1 GROUP BY 1, 3`, office)
	run(`DROP INDEX find_words`)
	run(`TRUNCATE find_due, find_row`)
	run(registersFind, office)
	run(`CREATE INDEX find_words ON find_row USING gin (words) WITH (gin_pending_list_limit = 512)`)
	run(`DO $$ DECLARE prev bytea; s bigint; i int := 0; BEGIN
		SELECT seq, hash INTO s, prev FROM audit_head WHERE office_id = ` + fmt.Sprint(office) + ` FOR UPDATE;
		WHILE i < ` + fmt.Sprint(2*(to-from)) + ` LOOP
			i := i + 1; s := s + 1;
			prev := audit_hash(prev, ` + fmt.Sprint(office) + `, s, TIMESTAMPTZ '2026-01-01 00:00Z', 'system', 'registered', 'case_file', '1', '{"n": 1}');
			INSERT INTO audit_event VALUES (` + fmt.Sprint(office) + `, s, TIMESTAMPTZ '2026-01-01 00:00Z', 'system', 'registered', 'case_file', '1', '{"n": 1}', prev);
		END LOOP;
		UPDATE audit_head SET seq = s, hash = prev WHERE office_id = ` + fmt.Sprint(office) + `; END $$`)
	for _, t := range []string{"case_file", "document", "find_row", "find_due", "counter", "audit_event"} {
		run(`VACUUM ANALYZE ` + t)
	}
	return err
}
