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
	soonDays = 3   // how far ahead the morning list looks
	page     = 500 // rows read at once
	most     = 50  // lines of one list
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

// digest writes one list a clerk of an office: what is late, what ends soon; and to the mailroom what nobody has.
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
		lists, fresh, err := w.pressing(ctx, tx, today)
		if err != nil {
			return err
		}
		seen := map[int64]bool{}
		for _, m := range members {
			if m.Disabled || seen[m.Account] {
				continue
			}
			seen[m.Account] = true
			l := notify.Digest{Office: office.Name, Link: w.BaseURL + "/kancelar"}
			if p := lists[m.Account]; p != nil {
				l.Late, l.Soon = p.late, p.soon
			}
			if slices.ContainsFunc(members, func(x users.Member) bool { return x.Account == m.Account && x.Role == users.Mailroom }) {
				l.Fresh = fresh
			}
			if len(l.Late)+len(l.Soon)+l.Fresh == 0 {
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

// lists are what a clerk must not overlook.
type lists struct{ late, soon []notify.Item }

// pressing reads the open cases that are late or end soon, by clerk, and how many nobody has. Cases are ordered by term,
// so reading stops at the first one that has time; a case whose clock stands is left out.
func (w *Worker) pressing(ctx context.Context, tx *db.Tx, today time.Time) (map[int64]*lists, int, error) {
	counts, err := records.CountOpen(ctx, tx, 0, today)
	if err != nil {
		return nil, 0, err
	}
	by := map[int64]*lists{}
	now, last := today.Format(time.DateOnly), today.AddDate(0, 0, soonDays).Format(time.DateOnly)
	q := records.Open{Today: today, Limit: page}
	for {
		items, err := records.OpenCases(ctx, tx, q)
		if err != nil {
			return nil, 0, err
		}
		for _, it := range items {
			if it.DueOn == nil || it.DueOn.Format(time.DateOnly) > last {
				return by, counts.Fresh, nil
			}
			if it.ClerkID == nil || it.PausedOn != nil {
				continue
			}
			if by[*it.ClerkID] == nil {
				by[*it.ClerkID] = &lists{}
			}
			list := &by[*it.ClerkID].soon
			if it.DueOn.Format(time.DateOnly) < now {
				list = &by[*it.ClerkID].late
			}
			if len(*list) < most {
				*list = append(*list, notify.Item{Text: it.Mark + " " + it.Subject, Note: notify.Term(*it.DueOn), Href: w.casePage(it.ID)})
			}
		}
		if len(items) < page {
			return by, counts.Fresh, nil
		}
		end := items[len(items)-1]
		q.AfterDue, q.AfterID = end.DueOn, end.ID
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
