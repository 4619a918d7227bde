package board

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
)

// errChanged is said when somebody else changed the posting since it was seen.
const errChanged = "Vyvěšení mezitím změnil někdo jiný. Podívejte se, co se změnilo, a potvrďte svou úpravu znovu."

// ByID reads a posting of the transaction's office with all revisions and files.
func ByID(ctx context.Context, tx *db.Tx, id int64) (*Posting, error) {
	var p Posting
	if err := tx.GetContext(ctx, &p, sql.Get("posting"), tx.Office, id); err != nil {
		return nil, db.Classify(err)
	}
	return &p, p.load(ctx, tx)
}

// ByNumber reads a posting by its address "2026-17".
func ByNumber(ctx context.Context, tx *db.Tx, number string) (*Posting, error) {
	y, n, ok := strings.Cut(number, "-")
	year, err1 := strconv.Atoi(y)
	no, err2 := strconv.ParseInt(n, 10, 64)
	if !ok || err1 != nil || err2 != nil || Number(year, no) != number {
		return nil, errs.New(errs.NotFound, "")
	}
	var p Posting
	if err := tx.GetContext(ctx, &p, sql.Get("posting-by-number"), tx.Office, year, no); err != nil {
		return nil, db.Classify(err)
	}
	return &p, p.load(ctx, tx)
}

// lock reads a posting and keeps others from changing it until the transaction ends.
func lock(ctx context.Context, tx *db.Tx, id int64) (*Posting, error) {
	var got int64
	if err := tx.GetContext(ctx, &got, sql.Get("lock-posting"), tx.Office, id); err != nil {
		return nil, db.Classify(err)
	}
	return ByID(ctx, tx, id)
}

// lockSeen is lock for a change made from a page: the page must have shown the current version, and the state must be one
// of those in which the act makes sense. Errors: Conflict with the posting as it is now.
func lockSeen(ctx context.Context, tx *db.Tx, id int64, seen int, states ...State) (*Posting, error) {
	p, err := lock(ctx, tx, id)
	switch {
	case err != nil:
		return nil, err
	case p.Version != seen || !slices.Contains(states, p.State()):
		return p, errs.New(errs.Conflict, errChanged)
	}
	return p, nil
}

func (p *Posting) load(ctx context.Context, tx *db.Tx) error {
	if err := tx.SelectContext(ctx, &p.Revisions, sql.Get("revisions"), tx.Office, p.ID); err != nil {
		return db.Classify(err)
	}
	var files []struct {
		Revision int `db:"revision"`
		File
	}
	if err := tx.SelectContext(ctx, &files, sql.Get("files"), tx.Office, p.ID); err != nil {
		return db.Classify(err)
	}
	for _, f := range files {
		r := &p.Revisions[f.Revision-1]
		r.Files = append(r.Files, f.File)
	}
	for _, d := range []**time.Time{&p.UntilOn, &p.MustUntil, &p.EffectOn} {
		if *d != nil {
			t := day(**d)
			*d = &t
		}
	}
	if len(p.Revisions) != p.Revision {
		return fmt.Errorf("board: posting %d of office %d has %d revisions, not %d", p.ID, p.OfficeID, len(p.Revisions), p.Revision)
	}
	return nil
}

// insert raises the counter last of all that is contended and writes the posting with its first revision.
func insert(ctx context.Context, tx *db.Tx, p *Posting, r Revision) error {
	if err := tx.GetContext(ctx, &p.No, sql.Get("next-number"), tx.Office, p.Year); err != nil {
		return db.Classify(err)
	}
	err := tx.GetContext(ctx, &p.ID, sql.Get("insert-posting"), tx.Office, p.Year, p.No, p.Origin, p.CaseID, p.DocumentID, p.Requester, p.RequesterRef,
		p.RequesterEmail, p.ContractID, p.MadeAt, p.MadeBy, p.PostAt, date(p.UntilOn), p.EventAt, p.EventPlace, date(p.MustUntil), date(p.EffectOn),
		p.EarlyWhy, p.PastWhy, p.PhysicalPostedAt, p.IRI)
	if err != nil {
		return db.Classify(err)
	}
	r.PostingID = p.ID
	p.Revisions = []Revision{r}
	return r.insert(ctx, tx)
}

func (r *Revision) insert(ctx context.Context, tx *db.Tx) error {
	if r.Agendas.V == nil {
		r.Agendas.V = []string{}
	}
	if r.Places.V == nil {
		r.Places.V = []Place{}
	}
	if r.Subjects.V == nil {
		r.Subjects.V = []Subject{}
	}
	for i := range r.Files {
		r.Files[i].Ordinal = i + 1
	}
	files := r.Files
	if files == nil {
		files = []File{}
	}
	_, err := tx.ExecContext(ctx, sql.Get("insert-revision"), tx.Office, r.PostingID, r.Revision, r.At, r.By, r.Why, r.Kind, r.Title, r.Text, r.Issuer,
		r.IssuerICO, r.ReferenceNumber, r.FileMark, r.Agendas, date(r.ApprovedOn), r.Places, r.Subjects, r.Link, r.Source, db.J(files))
	return db.Classify(err)
}

// save writes what an act changed, raises the version, and renews what the public sees.
func (p *Posting) save(ctx context.Context, tx *db.Tx, act string) error {
	p.Version++
	_, err := tx.ExecContext(ctx, sql.Get("save-posting"), p.OfficeID, p.ID, p.Version, p.Revision, date(p.UntilOn), date(p.MustUntil), date(p.EffectOn), p.EarlyWhy,
		p.PostedAt, p.RemovedAt, p.RemovedBy, p.RemovedWhy, p.PhysicalPostedAt, p.PhysicalRemovedAt, p.CancelledAt, p.CancelledBy, p.CancelledWhy)
	if err != nil {
		return fmt.Errorf("board: %s: %w", act, db.Classify(err))
	}
	if p.PostedAt == nil {
		return nil
	}
	return Project(ctx, tx, p.ID)
}

// Project writes anew what the public sees of posted postings: also when the text of their documents became known.
func Project(ctx context.Context, tx *db.Tx, ids ...int64) error {
	_, err := tx.ExecContext(ctx, sql.Get("project"), tx.Office, pq.Array(ids))
	return db.Classify(err)
}

// date is a legal date as PostgreSQL reads it.
func date(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}

// log writes into the log of the office whose board it is, and of the one that posts for it.
func (p *Posting) log(tx *db.Tx, now time.Time, action string, data map[string]any) {
	e := audit.Event{At: now, Action: action, ObjectType: "posting", ObjectID: strconv.FormatInt(p.ID, 10), Data: data}
	audit.Write(tx, e)
	if p.PublisherID != nil {
		e.Office, e.Data = *p.PublisherID, map[string]any{"board_of": p.OfficeID, "number": p.Number()}
		audit.Write(tx, e)
	}
}

// job is one of the room's jobs about the posting as it is now.
func (p *Posting) job(kind string, at time.Time) jobs.Job {
	uniq := fmt.Sprintf("%d/%d/%d", p.OfficeID, p.ID, p.Version)
	return jobs.Job{Kind: kind, Office: p.OfficeID, Payload: Ref{Posting: p.ID, Revision: p.Revision}, RunAt: at, Uniq: uniq, Priority: 4}
}
