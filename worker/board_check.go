package worker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/notify"
	"epom/offices"
	"epom/users"
)

const (
	checkSpread = 10 * time.Minute // over which the hourly checks of all offices are spread
	checkSoon   = 5 * time.Minute  // after a fault it is looked again
	readAfter   = 23 * time.Hour   // a document is read whole at least once a day
	awayLimit   = 3                // so many unanswered requests in a row and the rest is not asked
	maxPage     = 4 << 20          // bytes of a page
)

// looker fetches the public pages as anybody would, by the name of the site in the network.
type looker struct {
	client *http.Client
	base   string
	clock  clock.Clock
}

func newLooker(base string, c clock.Clock) *looker {
	return &looker{base: base, clock: c, client: &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{MaxConnsPerHost: 4, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: 15 * time.Second, MaxResponseHeaderBytes: 64 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is what came; status 0 = nothing.
type answer struct {
	status int
	said   string // for the technician
	etag   string
	sha256 string
	size   int64
	text   string // of a page: what a reader sees
	links  map[string]bool
}

// get fetches a page or a document up to a limit of bytes. A document is only hashed.
func (l *looker) get(ctx context.Context, path, etag string, limit int64, page bool) (a answer) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.base+path, nil)
	if err != nil {
		return answer{said: err.Error()}
	}
	req.Header.Set("User-Agent", "e-POM check")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	res, err := l.client.Do(req)
	if err != nil {
		return answer{said: fmt.Sprintf("%s: %v", path, reason(err))}
	}
	defer res.Body.Close()
	a = answer{status: res.StatusCode, etag: res.Header.Get("ETag"), said: fmt.Sprintf("%s: %d", path, res.StatusCode)}
	if a.status != http.StatusOK {
		return a
	}
	sum, kept := sha256.New(), &strings.Builder{}
	into := io.Writer(sum)
	if page {
		into = io.MultiWriter(sum, kept)
	}
	n, err := io.Copy(into, io.LimitReader(res.Body, limit+1))
	if err != nil || n > limit {
		return answer{said: fmt.Sprintf("%s: did not come whole", path)}
	}
	a.size, a.sha256 = n, hex.EncodeToString(sum.Sum(nil))
	if page {
		a.read(kept.String())
	}
	return a
}

// reason leaves out the address, which stands beside it.
func reason(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			return err
		}
		err = u.Unwrap()
	}
}

// read takes from a page what a reader sees and where it leads.
func (a *answer) read(page string) {
	a.links = map[string]bool{}
	var text strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			a.text = text.String()
			return
		case html.TextToken:
			for _, f := range strings.Fields(string(z.Text())) {
				text.WriteString(f + " ")
			}
		case html.StartTagToken:
			for _, at := range z.Token().Attr {
				if at.Key == "href" {
					a.links[at.Val] = true
				}
			}
		}
	}
}

// item looks at one posting: its page must show it and lead to its documents, each of which must be the one posted. What
// is known from before is brought up to date.
func (l *looker) item(ctx context.Context, slug string, it board.HangingItem, known map[string]board.Probe, whole bool) (seen board.Seen, read int) {
	path := board.ItemPath(slug, it.Number)
	page := l.get(ctx, path, "", maxPage, true)
	seen = board.Seen{Page: l.base + path, Status: page.status, SHA256: page.sha256, Size: page.size, Files: []board.SeenFile{}, Faults: []board.CheckFault{}}
	fault := func(what, said string) {
		seen.Faults = append(seen.Faults, board.CheckFault{Posting: it.ID, What: what, Detail: said})
	}
	switch {
	case page.status != http.StatusOK:
		fault(board.FaultAway, page.said)
		return seen, 0
	case !strings.Contains(page.text, strings.Join(strings.Fields(it.Title), " ")):
		fault(board.FaultPage, path+": the title is missing")
	}
	for _, f := range it.Files.V {
		at := board.FilePath(slug, it.Number, &f)
		if !page.links[at] {
			fault(board.FaultPage, path+": the link to document "+strconv.Itoa(f.Ordinal)+" is missing")
		}
		p := known[at]
		if whole || p.SHA256 != f.SHA256 || l.clock.Now().Sub(p.Read) > readAfter {
			p = board.Probe{}
		}
		got := l.get(ctx, at, p.ETag, f.Size, false)
		switch {
		case got.status == http.StatusNotModified && p.ETag != "":
			continue
		case got.status != http.StatusOK:
			fault(board.FaultFile, got.said)
			continue
		}
		read++
		seen.Files = append(seen.Files, board.SeenFile{URL: l.base + at, SHA256: got.sha256, Same: got.sha256 == f.SHA256})
		if got.sha256 != f.SHA256 {
			fault(board.FaultChanged, at+": another content")
			continue
		}
		known[at] = board.Probe{ETag: got.etag, SHA256: got.sha256, Read: l.clock.Now()}
	}
	return seen, read
}

// board looks at the whole board of an office.
func (l *looker) board(ctx context.Context, slug string, items []board.HangingItem, known map[string]board.Probe) board.Check {
	c := board.Check{At: l.clock.Now(), Items: len(items), Faults: []board.CheckFault{}}
	whole := func(said string) board.Check {
		c.Faults, c.Took = []board.CheckFault{{What: board.FaultAway, Detail: said}}, l.clock.Now().Sub(c.At)
		return c
	}
	if a := l.get(ctx, board.Path(slug), "", maxPage, true); a.status != http.StatusOK {
		return whole(a.said)
	}
	away := 0
	for _, it := range items {
		c.Files += len(it.Files.V)
		seen, read := l.item(ctx, slug, it, known, false)
		c.Read += read
		c.Faults = append(c.Faults, seen.Faults...)
		if away++; seen.Status != 0 {
			away = 0
		}
		if away == awayLimit {
			return whole(seen.Faults[0].Detail)
		}
	}
	c.Took = l.clock.Now().Sub(c.At)
	return c
}

// boardChecks starts the hourly look at each board, spread so that they do not come at once.
func (w *Worker) boardChecks(ctx context.Context, c jobs.Claimed) error {
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		offices, err := board.WithHanging(ctx, tx)
		if err != nil {
			return err
		}
		now := w.Clock.Now()
		for i, o := range offices {
			at := now.Add(checkSpread * time.Duration(i) / time.Duration(len(offices)))
			if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobCheck, Office: o, RunAt: at, Uniq: strconv.Itoa(int(o)), Priority: 6}); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

// boardCheck looks at one office's board and keeps what it found; after a fault it looks again soon.
func (w *Worker) boardCheck(ctx context.Context, c jobs.Claimed) error {
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	var items []board.HangingItem
	var known map[string]board.Probe
	err = w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) (err error) {
		if items, err = board.HangingItems(ctx, tx); err == nil {
			known, err = board.Probes(ctx, tx)
		}
		return err
	})
	if err != nil || len(items) == 0 {
		return err
	}
	found := w.look.board(ctx, o.Slug, items, known)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		if err := c.DoneIn(ctx, tx); err != nil {
			return err
		}
		after, err := board.HangingItems(ctx, tx)
		if err != nil {
			return err
		}
		found.Faults = unchanged(found.Faults, items, after)
		if len(found.Faults) > 0 {
			w.Log.Warn("board: check", "office", c.Office, "faults", len(found.Faults), "first", found.Faults[0].Detail)
			soon := jobs.Job{Kind: jobCheck, Office: c.Office, RunAt: w.Clock.Now().Add(checkSoon), Uniq: strconv.Itoa(int(c.Office)), Priority: 6}
			if err := jobs.Enqueue(ctx, tx, soon); err != nil {
				return err
			}
		}
		if found.Read == 0 {
			known = nil
		} else {
			known = current(known, o.Slug, items)
		}
		if err := board.KeepCheck(ctx, tx, found, known); err != nil {
			return err
		}
		return w.warnOfOutage(ctx, tx, o)
	})
}

// warnOfOutage writes once to those who post when a term was broken and a longer one still saves it. Nobody posts: the
// office's own address gets it.
func (w *Worker) warnOfOutage(ctx context.Context, tx *db.Tx, o *offices.Office) error {
	list, err := board.Warnings(ctx, tx, w.Clock.Now())
	if err != nil || len(list) == 0 {
		return err
	}
	members, err := w.Users.Members(ctx, system(o.ID))
	if err != nil {
		return err
	}
	var people []to
	for _, m := range members {
		if m.Role == users.Board && !m.Disabled {
			people = append(people, to{address: m.Email, name: m.Name})
		}
	}
	if len(people) == 0 {
		people = []to{{address: o.Email, name: o.Name}}
	}
	for _, x := range list {
		l := notify.Outage{Office: o.Name, Number: x.Number, Title: x.Title, What: x.What, Link: w.BaseURL + "/kancelar/deska/" + x.Number}
		key := "lost"
		if x.Suggest != nil {
			l.Suggest, l.SaveBy, key = *x.Suggest, x.SaveBy.In(clock.Prague), x.Suggest.Format(time.DateOnly)
		}
		for _, t := range people {
			t.uniq = fmt.Sprintf("board/%d/%d/outage/%s/%s", o.ID, x.Posting, key, t.address)
			if err := w.queue(ctx, tx, t, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// boardSeen is the first look at what was just posted or corrected; the page and the documents as they were served become
// evidence.
func (w *Worker) boardSeen(ctx context.Context, c jobs.Claimed) error {
	var ref board.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	var it *board.HangingItem
	err = w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		items, err := board.HangingItems(ctx, tx)
		for i := range items {
			if items[i].ID == ref.Posting {
				it = &items[i]
			}
		}
		return err
	})
	if err != nil || it == nil { // taken down meanwhile: there is nothing to see
		return err
	}
	seen, _ := w.look.item(ctx, o.Slug, *it, map[string]board.Probe{}, true)
	if len(seen.Faults) > 0 && c.Attempt < seenPatience {
		return errs.New(errs.Unavailable, seen.Faults[0].Detail)
	}
	return w.onBoard(ctx, c, func(tx *db.Tx, ref board.Ref) error { return board.KeepSeen(ctx, tx, ref.Posting, seen, w.Clock.Now()) })
}

// unchanged leaves out faults of postings that were corrected or taken down while they were looked at.
func unchanged(faults []board.CheckFault, before, after []board.HangingItem) []board.CheckFault {
	revision := map[int64]int{0: 1}
	for _, it := range after {
		revision[it.ID] = it.Revision
	}
	for _, it := range before {
		if revision[it.ID] != it.Revision {
			delete(revision, it.ID)
		}
	}
	return slices.DeleteFunc(faults, func(f board.CheckFault) bool { return revision[f.Posting] == 0 })
}

// current keeps of what is known only addresses of what hangs.
func current(known map[string]board.Probe, slug string, items []board.HangingItem) map[string]board.Probe {
	kept := map[string]board.Probe{}
	for _, it := range items {
		for _, f := range it.Files.V {
			if at := board.FilePath(slug, it.Number, &f); known[at].SHA256 != "" {
				kept[at] = known[at]
			}
		}
	}
	return kept
}
