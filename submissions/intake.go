package submissions

import (
	"context"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// item is one submission as unscoped_take_in reads it.
type item struct {
	N         int       `json:"n"`
	Draft     int64     `json:"draft"`
	Revision  int       `json:"revision"` // the one that was seen and checked: another is not taken in
	Office    int32     `json:"office"`
	Reference string    `json:"reference"`
	Year      int       `json:"year"`
	Form      string    `json:"form"`
	Version   int       `json:"version"`
	Lang      string    `json:"lang"`
	Answers   any       `json:"answers"`  // what differs from the draft's: computed values
	Dropped   []string  `json:"dropped"`  // answers of the draft that do not count: those of hidden pages
	Decision  int       `json:"decision"` // place in the list of decisions, which many items share
	Party     string    `json:"party"`
	Email     string    `json:"email"`
	Subject   string    `json:"subject"`
	Agenda    string    `json:"agenda"`
	Rule      string    `json:"rule"`
	Starts    string    `json:"starts"`
	Due       string    `json:"due"`
	ConfirmBy *string   `json:"confirm_by"`
	Files     []File    `json:"files"`
	At        time.Time `json:"at"`

	routing *decided
}

// taken is what became of an item.
type taken struct {
	N               int    `db:"n"`
	OfficeID        int32  `db:"office_id"`
	SubmissionID    int64  `db:"submission_id"`
	Reference       string `db:"reference"`        // empty when the draft is at another revision by now
	ReferenceNumber string `db:"reference_number"` // empty when it had been sent before
	Fresh           bool   `db:"fresh"`
}

// takenOr is what became of an item, or why nothing did.
type takenOr struct {
	taken
	err error
}

// takeIn commits items that waited together: one flush and one round trip for many, and no queue at an office's counter.
// A second click in the same batch is done after the first. When the batch fails for a reason of one item's own, each is
// tried alone, so that one bad item harms no other. The answers go out only after the commit.
func (s *Service) takeIn(items []item) ([]takenOr, error) {
	out, first := make([]takenOr, len(items)), map[int64]bool{}
	var now, later []int
	for i := range items {
		if items[i].N = i; first[items[i].Draft] {
			later = append(later, i)
			continue
		}
		first[items[i].Draft] = true
		now = append(now, i)
	}
	s.commit(items, now, out)
	for _, i := range later {
		s.commit(items, []int{i}, out)
	}
	return out, nil
}

func (s *Service) commit(items []item, which []int, out []takenOr) {
	batch := make([]item, len(which))
	for k, i := range which {
		batch[k] = items[i]
	}
	rows, err := s.write(batch)
	if err != nil && len(which) > 1 && !errs.Is(err, errs.Unavailable) {
		for _, i := range which {
			s.commit(items, []int{i}, out)
		}
		return
	}
	for _, i := range which {
		out[i].err = err
	}
	for _, r := range rows {
		out[r.N].taken = r
	}
}

// write repeats over a lost connection: a draft already sent answers with what it became, so nothing is sent twice.
func (s *Service) write(batch []item) ([]taken, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	decisions := listed(batch)
	for pause := 50 * time.Millisecond; ; pause *= 2 {
		var rows []taken
		err := db.Classify(s.db.SelectContext(ctx, &rows, sql.Get("take-in"), db.J(batch), decisions))
		if err == nil && len(rows) != len(batch) {
			return nil, errs.Newf(errs.Internal, "take-in answered for %d of %d submissions", len(rows), len(batch))
		}
		if !errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
			return rows, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
		}
	}
}

// listed puts the decisions of a batch into one JSON list and tells each item its place there. They were written as JSON
// when they were made.
func listed(batch []item) string {
	places := map[*decided]int{}
	var list strings.Builder
	list.WriteByte('[')
	for i := range batch {
		d := batch[i].routing
		at, known := places[d]
		if !known {
			if at = len(places); at > 0 {
				list.WriteByte(',')
			}
			places[d] = at
			list.Write(d.kept)
		}
		batch[i].Decision = at
	}
	list.WriteByte(']')
	return list.String()
}
