package worker

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/notify"
	"epom/records"
	"epom/submissions"
	"epom/users"
)

const (
	page = 500 // rows read at once
	most = 50  // lines of one list
)

// day is the payload of a morning's job: a legal date.
type day struct {
	On string `json:"on"`
}

// morning starts each office's own jobs on a working day; on a holiday nobody is there to read.
func (w *Worker) morning(ctx context.Context, c jobs.Claimed) error {
	today := clock.Date(w.Clock.Now())
	on := day{today.Format(time.DateOnly)}
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		for _, o := range w.Offices.Snapshot().Participating() {
			key := strconv.Itoa(int(o.ID)) + "/" + on.On
			err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobConfirm, Office: o.ID, Payload: on, Uniq: key, Priority: 6})
			if err == nil && w.Submissions.Law().Calendar.WorkingDay(today) {
				err = jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobDigest, Office: o.ID, Payload: on, Uniq: key, Priority: 7})
			}
			if err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

func (d day) date() (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, d.On, clock.Prague)
}

// digest writes one list a person of an office: what is late, what ends soon, what nobody reads; to the mailroom what nobody
// has. Warnings are written down in the same transaction, so each goes once.
func (w *Worker) digest(ctx context.Context, c jobs.Claimed) error {
	today, err := decodeDay(c)
	if err != nil {
		return err
	}
	members, err := w.Users.Members(ctx, system(c.Office))
	if err != nil {
		return err
	}
	office, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		late, fresh, err := w.late(ctx, tx, today)
		if err != nil {
			return err
		}
		lists, err := w.warnings(ctx, tx, today, members)
		if err != nil {
			return err
		}
		seen := map[int64]bool{}
		for _, m := range members {
			if m.Disabled || seen[m.Account] {
				continue
			}
			seen[m.Account] = true
			l := lists[m.Account]
			l.Office, l.Link, l.Late = office.Name, w.BaseURL+"/kancelar", late[m.Account]
			if slices.ContainsFunc(members, func(x users.Member) bool { return x.Account == m.Account && x.Role == users.Mailroom }) {
				l.Fresh = fresh
			}
			if len(l.Late)+len(l.Soon)+len(l.Unread)+len(l.Long)+l.Fresh == 0 {
				continue
			}
			uniq := fmt.Sprintf("digest/%d/%s/%d", c.Office, today.Format(time.DateOnly), m.Account)
			if err := w.queue(ctx, tx, to{uniq: uniq, address: m.Email, name: m.Name}, l); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

func decodeDay(c jobs.Claimed) (time.Time, error) {
	var d day
	if err := c.Decode(&d); err != nil {
		return time.Time{}, err
	}
	today, err := d.date()
	return today, jobs.Permanent(err)
}

// warnings are the warnings due today by who is told: the clerk and who stands in for them; the mailroom when nobody has the
// case file; of what nobody has read for too long the head of the office too.
func (w *Worker) warnings(ctx context.Context, tx *db.Tx, today time.Time, members []users.Member) (map[int64]notify.Digest, error) {
	due, err := w.Submissions.Law().Warnings(ctx, tx, today)
	if err != nil {
		return nil, err
	}
	away, err := records.Absences(ctx, tx, today)
	if err != nil {
		return nil, err
	}
	covers := map[int64][]int64{}
	for _, a := range away {
		if on := today.Format(time.DateOnly); a.FromOn.Format(time.DateOnly) <= on {
			covers[a.ClerkID] = append(covers[a.ClerkID], a.CoverID)
		}
	}
	lists := map[int64]notify.Digest{}
	for _, warn := range due {
		for _, account := range told(warn, members, covers) {
			l := lists[account]
			list, note := &l.Soon, notify.Term(warn.DueOn)
			switch {
			case warn.Escalated:
				list, note = &l.Long, "nepřečteno přes 5 pracovních dnů"
			case warn.Kind == records.WarnUnread:
				list, note = &l.Unread, "nepřečteno, pracovní den č. "+strconv.Itoa(warn.Days)
			}
			if len(*list) < most {
				*list = append(*list, notify.Item{Text: warn.Number + " " + warn.Subject, Note: note, Href: w.casePage(warn.CaseID)})
			}
			lists[account] = l
		}
	}
	return lists, nil
}

// told are the accounts a warning goes to.
func told(warn records.Warning, members []users.Member, covers map[int64][]int64) []int64 {
	var list []int64
	add := func(ids ...int64) {
		for _, id := range ids {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	if warn.Clerk != nil {
		add(*warn.Clerk)
		add(covers[*warn.Clerk]...)
	} else {
		for _, m := range having(members, users.Mailroom) {
			add(m.Account)
		}
	}
	if warn.Escalated {
		for _, m := range having(members, users.Admin) {
			add(m.Account)
		}
	}
	return list
}

// late reads the open cases past their term, by clerk, and how many nobody has. Cases are ordered by term, so reading stops
// at the first one that has time; a case whose clock stands is left out.
func (w *Worker) late(ctx context.Context, tx *db.Tx, today time.Time) (map[int64][]notify.Item, int, error) {
	counts, err := records.CountOpen(ctx, tx, 0, today)
	if err != nil {
		return nil, 0, err
	}
	by := map[int64][]notify.Item{}
	q := records.Open{View: records.Late, Today: today, Limit: page}
	for {
		items, err := records.OpenCases(ctx, tx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, it := range items {
			if it.ClerkID != nil && len(by[*it.ClerkID]) < most {
				by[*it.ClerkID] = append(by[*it.ClerkID], notify.Item{Text: it.Mark + " " + it.Subject, Note: notify.Term(*it.DueOn), Href: w.casePage(it.ID)})
			}
		}
		if len(items) < page {
			return by, counts.Fresh, nil
		}
		end := items[len(items)-1]
		q.AfterPart, q.AfterDue, q.AfterID = end.Part, end.DueOn, end.ID
	}
}

// confirm reminds citizens that their unsigned submission must be confirmed by the next working day: § 37(4) of Act
// 500/2004 Sb.
func (w *Worker) confirm(ctx context.Context, c jobs.Claimed) error {
	today, err := decodeDay(c)
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(c.Office), func(tx *db.Tx) error {
		ids, err := submissions.Unconfirmed(ctx, tx, today, w.Submissions.Law().Calendar.NextWorkingDay(today.AddDate(0, 0, 1)))
		if err != nil {
			return err
		}
		for _, id := range ids {
			v, err := w.Submissions.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			l := notify.Confirm{Citizen: w.citizen(v, v.Case.Mark), By: *v.ConfirmBy}
			if err := w.queue(ctx, tx, to{uniq: "confirm/" + v.Reference, address: v.Email, name: v.Party, office: v.Office}, l); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}
