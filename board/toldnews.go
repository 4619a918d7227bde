package board

import (
	"context"
	"time"

	"github.com/lib/pq"

	"epom/internal/db"
)

// newsPage is how many messages one transaction makes.
const newsPage = 500

// NewsItem is a posting somebody is told of.
type NewsItem struct {
	OfficeID  int32      `db:"office_id"`
	PostingID int64      `db:"posting_id"`
	Number    string     `db:"number"`
	Kind      string     `db:"kind"`
	Title     string     `db:"title"`
	Issuer    string     `db:"issuer"`
	PostedAt  time.Time  `db:"posted_at"`
	UntilOn   *time.Time `db:"until_on"`
	EventAt   *time.Time `db:"event_at"`
	RemovedAt *time.Time `db:"removed_at"`
}

// Letter is what one person is told by one message.
type Letter struct {
	Subscription int64
	Email, Lang  string
	Token        string // of the person's pages
	Items        []NewsItem
}

type newsRow struct {
	Subscription int64  `db:"subscription_id"`
	Email        string `db:"email"`
	Lang         string `db:"lang"`
	NewsItem
}

// Tell queues the messages in the transaction that notes them as told.
type Tell func(tx *db.Tx, letters []Letter) error

// freshFor is how long after its posting something is still news: the words of its documents may be known only later.
const freshFor = 14 * 24 * time.Hour

// Match finds by one statement who wants to know of a posting and notes it for each of them, once whatever happens. It
// answers how many there are for the first time. A posting that is not on the board any more, or has hung there for long,
// is nobody's news; nor is what hung before somebody asked.
func (t *Told) Match(ctx context.Context, office int32, posting int64) (n int64, err error) {
	err = t.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		res, err := tx.ExecContext(ctx, toldSQL.Get("match"), office, posting, t.Clock.Now(), t.Clock.Now().Add(-freshFor))
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

// AtOnce tells of a posting those who want it at once, a page in a transaction.
func (t *Told) AtOnce(ctx context.Context, office int32, posting int64, tell Tell) error {
	for {
		rows, err := t.tellPage(ctx, tell, "at-once", office, posting, newsPage)
		if err != nil || len(rows) < newsPage {
			return err
		}
	}
}

// Digest tells the next page of people after a subscription all they have not been told yet: those who want one message a
// day, and those whom telling at once has failed for an hour. It answers the last subscription of the page, 0 when there
// is no more. done, called in the same transaction, marks the page as made.
func (t *Told) Digest(ctx context.Context, after int64, tell Tell, done func(tx *db.Tx, last int64) error) error {
	var last int64
	full := func(tx *db.Tx, letters []Letter) error {
		if len(letters) > 0 {
			if err := tell(tx, letters); err != nil {
				return err
			}
			last = letters[len(letters)-1].Subscription
		}
		return done(tx, last)
	}
	_, err := t.tellPage(ctx, full, "digest", after, newsPage, t.Clock.Now().Add(-time.Hour))
	return err
}

// tellPage reads news by a query, has them told and notes that.
func (t *Told) tellPage(ctx context.Context, tell Tell, query string, args ...any) (rows []newsRow, err error) {
	err = t.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		if err := tx.SelectContext(ctx, &rows, toldSQL.Get(query), args...); err != nil {
			return err
		}
		var letters []Letter
		var subscriptions, offices, postings pq.Int64Array
		for _, r := range rows {
			if k := len(letters); k == 0 || letters[k-1].Subscription != r.Subscription {
				letters = append(letters, Letter{Subscription: r.Subscription, Email: r.Email, Lang: r.Lang, Token: t.Token(r.Subscription)})
			}
			one := &letters[len(letters)-1]
			one.Items = append(one.Items, r.NewsItem)
			subscriptions, offices, postings = append(subscriptions, r.Subscription), append(offices, int64(r.OfficeID)), append(postings, r.PostingID)
		}
		if len(rows) > 0 {
			if _, err := tx.ExecContext(ctx, toldSQL.Get("tell"), t.Clock.Now(), subscriptions, offices, postings); err != nil {
				return err
			}
		}
		return tell(tx, letters)
	})
	return rows, err
}
