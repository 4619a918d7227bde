package daily

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"epom/internal/clock"
	"epom/internal/db"
)

const (
	namespace = "http://www.mvcr.cz/nsesss/2023/log"
	instant   = "2006-01-02T15:04:05.000000Z" // the chain knows microseconds
	longest   = 50                            // characters of an identifier
	longName  = 100
)

// event is a row of the log as the chain hashes it.
type event struct {
	Seq    int64     `db:"seq"`
	At     time.Time `db:"at"`
	Actor  string    `db:"actor"`
	Action string    `db:"action"`
	Type   string    `db:"object_type"`
	ID     string    `db:"object_id"`
	Data   string    `db:"data"` // JSON as the database writes it
}

// Write writes the part as one element in canonical form, a row at a time. The parameters of an event repeat the row of
// the chain word for word, so that the chain can be computed from the file alone: see Check. source names the system that
// gives the identifiers, at most 50 characters. now is when the file is made.
func Write(ctx context.Context, tx *db.Tx, into io.Writer, p Part, source string, now time.Time) error {
	people, err := who(ctx, tx, p)
	if err != nil {
		return err
	}
	w := &writer{Writer: bufio.NewWriterSize(into, 64<<10)}
	source = cut(source, longest)
	w.raw(`<TransakcniLogSystemu xmlns="` + namespace + `"><TransLogInfo><Identifikator>`)
	w.leaf("HodnotaID", fmt.Sprintf("TP-%d-%s", tx.Office, p.Day.Format(time.DateOnly)))
	w.leaf("ZdrojID", source)
	w.raw("</Identifikator>")
	w.leaf("DatumVzniku", now.UTC().Format(instant))
	w.leaf("DatumCasOd", p.Since.Format(time.RFC3339))
	w.leaf("DatumCasDo", date(p.Day).AddDate(0, 0, 1).In(clock.Prague).Format(time.RFC3339))
	w.leaf("Software", "e-POM")
	w.leaf("VerzeSoftware", p.chain())
	w.raw("</TransLogInfo><Udalosti>")
	rows, err := tx.QueryxContext(ctx, sql.Get("events"), tx.Office, p.From, p.To)
	if err != nil {
		return db.Classify(err)
	}
	defer rows.Close()
	next := p.From
	for ; rows.Next(); next++ {
		var e event
		if err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Action, &e.Type, &e.ID, &e.Data); err != nil {
			return err
		}
		if e.Seq != next {
			return fmt.Errorf("daily: the log of office %d lacks row %d", tx.Office, next)
		}
		w.event(e, people, source)
	}
	if err := rows.Err(); err != nil {
		return db.Classify(err)
	}
	if next != p.To+1 {
		return fmt.Errorf("daily: the log of office %d lacks row %d", tx.Office, next)
	}
	w.raw("</Udalosti></TransakcniLogSystemu>")
	return w.Flush()
}

// chain says what stands before and after the part in the chain of hashes, and by which number of the office it was hashed:
// "retezec od=… do=… radky=101-245 urad=12:101-245". The schema has no other place for it.
func (p Part) chain() string {
	s := fmt.Sprintf("retezec od=%s do=%s radky=%d-%d", hex.EncodeToString(p.Before), hex.EncodeToString(p.Head), p.From, p.To)
	for _, x := range p.numbers() {
		s += fmt.Sprintf(" urad=%d:%d-%d", x.Office, x.From, x.To)
	}
	return s
}

// numbers are the office's numbers in the order of rows.
func (p Part) numbers() []span {
	var list []span
	at := p.From
	for _, x := range p.spans {
		if from, to := max(x.From, at), min(x.To, p.To); from <= to {
			list = append(list, span{from, to, x.Office})
			at = to + 1
		}
	}
	if at <= p.To || len(list) == 0 {
		list = append(list, span{at, p.To, p.OfficeID})
	}
	return list
}

// who names the people behind the actors of a part.
func who(ctx context.Context, tx *db.Tx, p Part) (map[string]string, error) {
	var rows []struct {
		Actor string `db:"actor"`
		Name  string `db:"name"`
		Roles string `db:"roles"`
	}
	if err := tx.SelectContext(ctx, &rows, sql.Get("people"), tx.Office, p.From, p.To); err != nil {
		return nil, db.Classify(err)
	}
	out := map[string]string{"system": "systém e-POM"}
	for _, r := range rows {
		words := []string{r.Name}
		for _, role := range strings.Split(r.Roles, ",") {
			if roles[role] != "" {
				words = append(words, roles[role])
			}
		}
		out[r.Actor] = strings.Join(words, ", ")
	}
	return out, nil
}

// writer writes canonical XML: nothing is shortened and text is escaped as Canonical XML says.
type writer struct{ *bufio.Writer }

func (w *writer) raw(s string) { _, _ = w.WriteString(s) } // a failed write is told by Flush

func (w *writer) leaf(name, value string) {
	w.raw("<" + name + ">")
	w.text(value)
	w.raw("</" + name + ">")
}

// text leaves out nothing but what no XML may hold, which no row of ours does.
func (w *writer) text(s string) {
	plain := true
	for i := range len(s) { // nearly all text needs nothing: 0xEF begins the characters no XML may hold, and some others
		if c := s[i]; c < ' ' || c == '&' || c == '<' || c == '>' || c == 0xEF {
			plain = false
			break
		}
	}
	if plain {
		w.raw(s)
		return
	}
	for _, r := range s {
		switch {
		case r == '&':
			w.raw("&amp;")
		case r == '<':
			w.raw("&lt;")
		case r == '>':
			w.raw("&gt;")
		case r == '\r':
			w.raw("&#xD;")
		case r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF:
			_, _ = w.WriteRune(utf8.RuneError)
		default:
			_, _ = w.WriteRune(r)
		}
	}
}

func (w *writer) event(e event, people map[string]string, source string) {
	w.raw("<Udalost>")
	w.leaf("Poradi", strconv.FormatInt(e.Seq, 10))
	w.leaf("DatumVzniku", e.At.UTC().Format(instant))
	by := e.Actor
	if name := people[e.Actor]; name != "" {
		by = cut(name, longName-len(e.Actor)-3) + " (" + e.Actor + ")"
	}
	w.leaf("provedlKdo", cut(by, longName))
	w.raw("<TypUdalosti>")
	if t := eventType(e.Action, e.Type); t != "" {
		w.leaf("TypUdalostiId", t)
	} else {
		w.leaf("TypUdalostiText", e.Action)
	}
	w.raw("</TypUdalosti><ParametryUdalosti>")
	for _, p := range [][2]string{{"kdo", e.Actor}, {"co", e.Action}, {"typ", e.Type}, {"cislo", e.ID}, {"data", e.Data}} {
		w.raw("<ParametrUdalosti>")
		w.leaf("NazevParametru", p[0])
		w.leaf("HodnotaParametru", p[1])
		w.raw("</ParametrUdalosti>")
	}
	w.raw("</ParametryUdalosti><Objekt><TypObjektu>")
	if t := objects[e.Type]; t != "" {
		w.leaf("TypObjektuId", t)
	} else {
		w.leaf("TypObjektuText", e.Type)
	}
	w.raw("</TypObjektu><Identifikator>")
	w.leaf("HodnotaID", cut(e.ID, longest))
	w.leaf("ZdrojID", source)
	w.raw("</Identifikator></Objekt></Udalost>")
}

// cut keeps at most n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:max(n, 0)])
	}
	return s
}
