package worker

import (
	"context"
	"fmt"
	"time"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/notify"
)

// Kinds of the work of telling people by e-mail.
const (
	jobToldMorning = "told-morning" // scheduled: starts the day's digest
	jobToldDigest  = "told-digest"  // payload: digestPage; one page of people
	jobToldForget  = "told-forget"  // scheduled: what was not confirmed, what is no longer needed
)

// mostItems is how many postings one message lists.
const mostItems = 100

// boardTold finds who wants to know of a fresh posting, tells those who want it at once, and leaves the rest for the
// digest. It may be done again: each person is told once.
func (w *Worker) boardTold(ctx context.Context, c jobs.Claimed) error {
	var ref board.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	if _, err := w.Told.Match(ctx, c.Office, ref.Posting); err != nil {
		return err
	}
	return w.Told.AtOnce(ctx, c.Office, ref.Posting, func(tx *db.Tx, letters []board.Letter) error { return w.tellAll(ctx, tx, letters, "") })
}

// digestPage is a page of a day's digest: the people after a subscription.
type digestPage struct {
	On    string `json:"on"`
	After int64  `json:"after"`
}

// toldMorning starts the day's digest. What a failed day left untold goes with the next one.
func (w *Worker) toldMorning(ctx context.Context, c jobs.Claimed) error {
	return w.DB.Tx(ctx, system(0), func(tx *db.Tx) error {
		if err := w.nextDigest(ctx, tx, digestPage{On: clock.Date(w.Clock.Now()).Format(time.DateOnly)}); err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

func (w *Worker) nextDigest(ctx context.Context, tx *db.Tx, p digestPage) error {
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: jobToldDigest, Payload: p, Uniq: fmt.Sprintf("%s/%d", p.On, p.After), Priority: 7})
}

// toldDigest makes one page: messages, the notes that these people were told, the job of the next page and the mark of this
// one commit together.
func (w *Worker) toldDigest(ctx context.Context, c jobs.Claimed) error {
	var p digestPage
	if err := c.Decode(&p); err != nil {
		return err
	}
	tell := func(tx *db.Tx, letters []board.Letter) error { return w.tellAll(ctx, tx, letters, p.On) }
	return w.Told.Digest(ctx, p.After, tell, func(tx *db.Tx, last int64) error {
		if last != 0 {
			if err := w.nextDigest(ctx, tx, digestPage{p.On, last}); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

// tellAll queues one message a person; of a day's digest, or of a single posting when day is empty.
func (w *Worker) tellAll(ctx context.Context, tx *db.Tx, letters []board.Letter, day string) error {
	list := make([]mail.Message, len(letters))
	for i, l := range letters {
		about := day
		if about == "" {
			about = fmt.Sprintf("%d/%d", l.Items[0].OfficeID, l.Items[0].PostingID)
		}
		m, err := w.toldLetter(l).Message()
		if err != nil {
			return err
		}
		list[i] = mail.Message{Uniq: board.Topic(l.Subscription) + "/" + about, Topic: board.Topic(l.Subscription), To: l.Email, Subject: m.Subject,
			Text: m.Text, HTML: m.HTML, End: w.BaseURL + "/odber/" + l.Token + "/konec", CreatedAt: w.Clock.Now()}
	}
	return mail.Queue(ctx, tx, list...)
}

func (w *Worker) toldLetter(l board.Letter) notify.Told {
	told := notify.Told{Lang: l.Lang, All: w.BaseURL + "/deska", Link: w.BaseURL + "/odber/" + l.Token}
	for i, item := range l.Items {
		if i == mostItems {
			told.More = len(l.Items) - mostItems
			break
		}
		told.Items = append(told.Items, w.toldItem(item))
	}
	return told
}

// toldItem is one line of a message: what it is, on whose board, till when.
func (w *Worker) toldItem(n board.NewsItem) notify.ToldItem {
	item := notify.ToldItem{Title: n.Title, Removed: n.RemovedAt != nil}
	if k, err := w.Board.Kind(n.Kind, n.PostedAt); err == nil {
		item.Kind = k.Name
	}
	if o, err := w.Offices.ByID(n.OfficeID); err == nil {
		item.Office, item.Href = o.Name, w.BaseURL+board.ItemPath(o.Slug, n.Number)
	}
	if n.EventAt != nil {
		item.Event = n.EventAt.In(clock.Prague)
	}
	if n.UntilOn != nil {
		item.Until = *n.UntilOn
	}
	return item
}

// toldForget erases what is no longer needed.
func (w *Worker) toldForget(ctx context.Context, _ jobs.Claimed) error {
	n, err := w.Told.Forget(ctx)
	if err == nil && n > 0 {
		w.Log.Info("subscriptions never confirmed are erased", "count", n)
	}
	return err
}
