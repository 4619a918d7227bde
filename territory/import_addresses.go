package territory

import (
	"bufio"
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"epom/internal/errs"
)

// bulk is how many times more new rows than present ones make it worth to build the indexes anew.
const bulk = 4

// addresses streams files of address points into a temporary table and applies the difference in sets. Each file is the
// whole state of the municipalities it speaks of: what is not in it has ended there.
func (i *importer) addresses(files []file) error {
	if _, err := i.exec("clear-stage"); err != nil {
		return err
	}
	scopes, rows, err := i.copyAddresses(files)
	if err != nil {
		return err
	}
	if err := i.scope(scopes); err != nil {
		return err
	}
	i.o.Progress(Progress{"porovnání", "", rows})
	for _, q := range []string{"analyze-stage", "add-places", "match-places", "drop-demo", "diff-changed", "diff-ended"} {
		if _, err := i.exec(q); err != nil {
			return err
		}
	}
	if err := i.guardAddresses(); err != nil {
		return err
	}
	return i.applyAddresses(rows)
}

const copyPlaces = "COPY stage_place (n, municipality_code, municipality_name, momc_code, momc_name, mop_code, mop_name, " +
	"part_code, part_name, street_code, street_name) FROM STDIN"

// scopeRow is one municipality of the files.
type scopeRow struct {
	Code  int    `json:"code"`
	State string `json:"state"`
	Name  string `json:"name"` // of the file
}

// copyAddresses reads all files into the staging table and answers the municipalities they speak of.
func (i *importer) copyAddresses(files []file) ([]scopeRow, int, error) {
	p := newAddressParser()
	scopes := map[int]scopeRow{}
	total := 0
	err := copyIn(i.ctx, i.conn, "COPY stage_address FROM STDIN", func(send func([]byte) error) error {
		for n, f := range files {
			p.cp1250 = f.cp1250
			rows, munis, newest, err := i.copyFile(p, f, send)
			if err != nil {
				return err
			}
			state := f.state
			if state.IsZero() {
				state = newest
			}
			if state.IsZero() || state.After(i.o.Now) {
				state = i.o.Now
			}
			if rows == 0 { // a municipality without a single address: its code is in the name
				if code := municipalityInName(f.name); code != 0 {
					munis[code] = true
				}
			}
			for code := range munis {
				if other, twice := scopes[code]; twice && other.Name != f.name {
					return broken(f.name, 0, "adresy obce %d jsou také v souboru %s", code, other.Name)
				}
				scopes[code] = scopeRow{code, state.Format(time.DateOnly), f.name}
			}
			total += rows
			if len(files) <= 50 || n == 0 {
				i.report.Files = append(i.report.Files, FileReport{f.name, "adresy", rows, state.Format(time.DateOnly)})
			}
			if n%100 == 0 {
				i.o.Progress(Progress{"čtení", f.name, total})
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if len(files) > 50 {
		i.report.Files[len(i.report.Files)-1] = FileReport{fmt.Sprintf("%s a dalších %d souborů", files[0].name, len(files)-1), "adresy", total, scopes[p.muni].State}
	}
	if err := copyIn(i.ctx, i.conn, copyPlaces, func(send func([]byte) error) error {
		return send(bytes.TrimSuffix(p.rows.Bytes(), []byte("\n")))
	}); err != nil {
		return nil, 0, err
	}
	out := make([]scopeRow, 0, len(scopes))
	for _, s := range scopes {
		out = append(out, s)
	}
	sort.Slice(out, func(a, b int) bool { return out[a].Code < out[b].Code })
	return out, total, nil
}

var fileOfMunicipality = regexp.MustCompile(`_OB_(\d{6})_ADR`)

func municipalityInName(name string) int {
	m := fileOfMunicipality.FindStringSubmatch(name)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// copyFile streams one file.
func (i *importer) copyFile(p *addressParser, f file, send func([]byte) error) (rows int, munis map[int]bool, newest time.Time, err error) {
	munis = map[int]bool{}
	named := municipalityInName(f.name)
	var newestDay []byte
	err = f.read(func(r io.Reader) error {
		in := bufio.NewReaderSize(r, 256<<10)
		if _, err := in.ReadSlice('\n'); err != nil && !errors.Is(err, io.EOF) {
			return broken(f.name, 1, "záhlaví nejde přečíst (%v)", err)
		}
		var out []byte
		for n := 2; ; n++ {
			line, err := in.ReadSlice('\n')
			if errors.Is(err, io.EOF) && len(line) == 0 {
				break
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return broken(f.name, n, "řádek nejde přečíst, soubor je nejspíš neúplný (%v)", err)
			}
			if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
				continue
			}
			if out, err = p.line(line, out); err != nil {
				return broken(f.name, n, "%v", err)
			}
			if !munis[p.muni] {
				if named != 0 && p.muni != named {
					return broken(f.name, n, "podle názvu souboru čekáme obec %d, na řádku je %d", named, p.muni)
				}
				munis[p.muni] = true
			}
			if day := p.fields[18][:10]; bytes.Compare(day, newestDay) > 0 {
				newestDay = append(newestDay[:0], day...)
			}
			if rows++; len(out) > 32<<10 {
				if err := send(out[:len(out)-1]); err != nil {
					return err
				}
				out = out[:0]
			}
		}
		if len(out) > 0 {
			return send(out[:len(out)-1])
		}
		return nil
	})
	if newestDay != nil {
		newest, _ = time.Parse(time.DateOnly, string(newestDay))
	}
	return rows, munis, newest, err
}

// rawer is a connection that lets us at the driver's one.
type rawer interface{ Raw(func(any) error) error }

// copyIn streams rows in the text form of COPY; send takes rows joined by a line feed, without the last one.
func copyIn(ctx context.Context, conn rawer, statement string, fill func(send func([]byte) error) error) error {
	return conn.Raw(func(dc any) error {
		prepared, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, statement)
		if err != nil {
			return fmt.Errorf("copy: %w", err)
		}
		defer prepared.Close()
		stream, ok := prepared.(interface {
			CopyData(context.Context, string) (driver.Result, error)
		})
		if !ok {
			return errors.New("copy: the driver cannot stream")
		}
		err = fill(func(b []byte) error {
			if len(b) == 0 {
				return nil
			}
			_, err := stream.CopyData(ctx, string(b))
			return err
		})
		if err != nil {
			return err
		}
		//lint:ignore SA1019 the driver ends a COPY by an Exec without values
		_, err = prepared.Exec(nil)
		return err
	})
}

// scope stores which municipalities the files speak of, and refuses states older than those known.
func (i *importer) scope(scopes []scopeRow) error {
	if err := copyIn(i.ctx, i.conn, "COPY stage_scope FROM STDIN", func(send func([]byte) error) error {
		var b bytes.Buffer
		for _, s := range scopes {
			fmt.Fprintf(&b, "%d\t%s\t%s\n", s.Code, s.State, escape(nil, []byte(s.Name)))
		}
		return send(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}); err != nil {
		return err
	}
	var older []struct {
		Name   string    `db:"name"`
		State  time.Time `db:"state"`
		Before time.Time `db:"before"`
	}
	if err := i.tx.SelectContext(i.ctx, &older, queries.Get("older-scopes")); err != nil {
		return err
	}
	if len(older) > 0 {
		return checkState(older[0].Name, older[0].State, older[0].Before)
	}
	return nil
}

// guardAddresses refuses a state in which a large share of a municipality's addresses is missing: a file cut at the end
// of a line looks whole.
func (i *importer) guardAddresses() error {
	if i.o.Force {
		return nil
	}
	var cut []struct {
		Name string `db:"name"`
		Code int    `db:"code"`
		Have int    `db:"have"`
		Gone int    `db:"gone"`
	}
	if err := i.tx.SelectContext(i.ctx, &cut, queries.Get("cut-scopes")); err != nil {
		return err
	}
	if len(cut) == 0 {
		return nil
	}
	c := cut[0]
	more := ""
	if len(cut) > 1 {
		more = fmt.Sprintf(" a dalších %d obcí", len(cut)-1)
	}
	return errs.Newf(errs.Invalid, "%s: v novém stavu obce %d%s chybí %d z %d adres. Soubor je nejspíš neúplný; je-li to správně, zopakujte načtení s volbou --force. Nic se nezměnilo.",
		c.Name, c.Code, more, c.Gone, c.Have)
}

// applyAddresses writes the difference: what ended and what changed goes to address_past, the rest is added.
func (i *importer) applyAddresses(rows int) error {
	c := i.report.Changes["address"]
	i.o.Progress(Progress{"ukládání", "", rows})
	if err := i.sample(&c); err != nil {
		return err
	}
	var err error
	if c.Ended, err = i.exec("end-addresses"); err != nil {
		return err
	}
	if c.Changed, err = i.exec("change-addresses"); err != nil {
		return err
	}
	if err := i.addAddresses(rows, &c); err != nil {
		return err
	}
	i.report.Changes["address"] = c
	if _, err := i.exec("mark-places"); err != nil {
		return err
	}
	if _, err := i.exec("add-parts"); err != nil {
		return err
	}
	if _, err := i.exec("save-scopes", i.o.Now); err != nil {
		return err
	}
	var strange int
	if err := i.tx.GetContext(i.ctx, &strange, queries.Get("strange-scopes")); err != nil {
		return err
	}
	if strange > 0 {
		i.report.Warnings = append(i.report.Warnings, fmt.Sprintf("Adresy z obcí, které nejsou v seznamu obcí: %d obcí. Načtěte i seznam obcí.", strange))
	}
	if rows > 10_000 {
		if _, err := i.exec("analyze-addresses"); err != nil {
			return err
		}
	}
	_, err = i.exec("clear-stage")
	return err
}

// addAddresses adds what is new; a first load of the country builds the indexes after the rows.
func (i *importer) addAddresses(rows int, c *Change) error {
	var present int
	if err := i.tx.GetContext(i.ctx, &present, queries.Get("count-present")); err != nil {
		return err
	}
	large := rows > 100_000 && rows > bulk*present
	if large {
		if _, err := i.exec("drop-address-indexes"); err != nil {
			return err
		}
	}
	var added struct{ N, Low, High int }
	if err := i.tx.GetContext(i.ctx, &added, queries.Get("add-addresses")); err != nil {
		return fmt.Errorf("add-addresses: %w", err)
	}
	if large {
		i.o.Progress(Progress{"rejstříky", "", rows})
		if _, err := i.exec("build-address-indexes"); err != nil {
			return err
		}
	}
	c.Added = added.N
	for _, code := range []int{added.Low, added.High} {
		if code == 0 || code == added.Low && code == added.High && len(c.Examples) > 0 && strings.HasPrefix(c.Examples[len(c.Examples)-1], "+") {
			continue
		}
		if err := i.example(c, "+", code); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) exec(name string, args ...any) (int, error) {
	done, err := i.tx.ExecContext(i.ctx, queries.Get(name), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// sample notes the first examples of what will change or end.
func (i *importer) sample(c *Change) error {
	var rows []struct {
		Code int    `db:"code"`
		Sign string `db:"sign"`
	}
	if err := i.tx.SelectContext(i.ctx, &rows, queries.Get("sample-diff")); err != nil {
		return err
	}
	for _, r := range rows {
		if err := i.example(c, map[string]string{"~": "~", "-": "−"}[r.Sign], r.Code); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) example(c *Change, sign string, code int) error {
	var a Address
	if err := i.tx.GetContext(i.ctx, &a, queries.Get("address"), code); err != nil {
		return err
	}
	c.note(sign, fmt.Sprintf("%s (%d)", a.String(), a.Code))
	return nil
}
