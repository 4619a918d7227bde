package worker

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/notify"
	"epom/offices"
	"epom/records/daily"
	"epom/users"
)

// Kinds of the log's work.
const (
	jobLogs     = "logs-night" // scheduled: starts the next one for each office
	jobLog      = "log-day"    // one office's days that are over and not sealed
	jobLogWatch = "logs-watch" // scheduled: an office whose yesterday is missing in the morning raises an alarm
)

// largestLog is the most bytes a sealed day may have: ten million events or so.
const largestLog = 8 << 30

// logsNight starts every office's own job after midnight, one after another.
func (w *Worker) logsNight(ctx context.Context, c jobs.Claimed) error {
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		for _, o := range w.Offices.Snapshot().Participating() {
			if err := jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobLog, Office: o.ID, Uniq: strconv.Itoa(int(o.ID)), Priority: 8}); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

// logDay seals the days of the office that are over, the oldest first, each registered as soon as it is sealed. When the
// authority of time does not answer, the job waits and tries again: what waits is only in the log until then.
func (w *Worker) logDay(ctx context.Context, c jobs.Claimed) error {
	o, err := w.Offices.ByID(c.Office)
	if err != nil {
		return gone(err)
	}
	for {
		switch err := w.sealDay(ctx, o); {
		case errs.Is(err, errs.NotFound): // nothing is over and unsealed
			return nil
		case err != nil:
			return lasting(err)
		}
	}
}

// sealDay makes the next part of the office's log. Whatever its size, it goes through files on the disk.
func (w *Worker) sealDay(ctx context.Context, o *offices.Office) error {
	plain, sealed, err := twoFiles()
	if err != nil {
		return err
	}
	defer func() { _, _ = plain.Close(), sealed.Close() }()
	now := w.Clock.Now()
	var p daily.Part
	err = w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) (err error) {
		if p, err = daily.Next(ctx, tx, now); err != nil {
			return err
		}
		return daily.Write(ctx, tx, plain, p, logSource(o), now)
	})
	if err != nil {
		return err
	}
	at, err := w.Seal.SealXML(ctx, sealed, plain)
	if err != nil {
		return err
	}
	if _, err := sealed.Seek(0, 0); err != nil {
		return err
	}
	kept, err := w.Files.Put(ctx, sealed, largestLog)
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		_, err := daily.File(ctx, tx, p, daily.Sealed{SHA256: kept.SHA256, Size: kept.Size, At: at, Signer: w.Seal.Name(), Test: w.Seal.Test()}, now)
		if errs.Is(err, errs.Conflict) { // another process was faster
			return errs.Wrap(errs.Unavailable, err, "")
		}
		return err
	})
}

// logSource names the system whose identifiers stand in the log: originator and application.
func logSource(o *offices.Office) string {
	id := o.ICO
	if id == "" {
		id = o.Slug
	}
	return fmt.Sprintf("%s.e-pom.%d", id, o.ID)
}

// twoFiles are unnamed files on the disk; they are gone when they are closed.
func twoFiles() (a, b *os.File, err error) {
	if a, err = os.CreateTemp("", "epom-log-*"); err != nil {
		return nil, nil, err
	}
	_ = os.Remove(a.Name())
	if b, err = os.CreateTemp("", "epom-log-*"); err != nil {
		_ = a.Close()
		return nil, nil, err
	}
	return a, b, os.Remove(b.Name())
}

// logsWatch looks in the morning whether yesterday is sealed everywhere: an office without it is tried again, and its
// administrators and the operators of the installation are told once of each day.
func (w *Worker) logsWatch(ctx context.Context, c jobs.Claimed) error {
	days, err := daily.LastDays(ctx, w.DB)
	if err != nil {
		return err
	}
	yesterday := clock.Date(w.Clock.Now()).AddDate(0, 0, -1)
	for _, o := range w.Offices.Snapshot().Participating() {
		if last, ok := days[o.ID]; ok && !last.Before(yesterday) {
			continue
		}
		w.Log.Error("log: a day is not sealed", "office", o.ID, "day", yesterday.Format(time.DateOnly))
		if err := w.warnOfLog(ctx, o, yesterday); err != nil {
			return err
		}
	}
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error { return c.DoneIn(ctx, tx) })
}

func (w *Worker) warnOfLog(ctx context.Context, o *offices.Office, day time.Time) error {
	members, err := w.Users.Members(ctx, system(o.ID))
	if err != nil {
		return err
	}
	var people []to
	for _, m := range members {
		if m.Role == users.Admin && !m.Disabled {
			people = append(people, to{address: m.Email, name: m.Name})
		}
	}
	return w.DB.Tx(ctx, system(o.ID), func(tx *db.Tx) error {
		var operators []struct {
			Email string `db:"email"`
			Name  string `db:"name"`
		}
		if err := tx.SelectContext(ctx, &operators, sql.Get("operators")); err != nil {
			return err
		}
		for _, p := range operators {
			people = append(people, to{address: p.Email, name: p.Name})
		}
		for _, t := range people {
			t.uniq = fmt.Sprintf("log/%d/%s/%s", o.ID, day.Format(time.DateOnly), t.address)
			if err := w.queue(ctx, tx, t, notify.LogMissing{Office: o.Name, Day: day, Link: w.BaseURL + "/kancelar/protokol"}); err != nil {
				return err
			}
		}
		return jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobLog, Office: o.ID, Uniq: strconv.Itoa(int(o.ID)), Priority: 8})
	})
}
