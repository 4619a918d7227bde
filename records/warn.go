package records

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// legal writes the legal date of an instant.
func legal(at time.Time) string { return clock.Date(at).Format(time.DateOnly) }

// Setting is how an office handles.
type Setting struct {
	WarnDays []int // before the last day of a term, from the longest
	FourEyes bool  // a letter is approved by another person than wrote it
}

// usual is what an office has that chose nothing.
var usual = Setting{WarnDays: []int{7, 3, 1}}

// SettingOf reads how the transaction's office handles.
func SettingOf(ctx context.Context, tx *db.Tx) (Setting, error) {
	var row struct {
		WarnDays pq.Int64Array `db:"warn_days"`
		FourEyes bool          `db:"four_eyes"`
	}
	err := db.Classify(tx.GetContext(ctx, &row, handling.Get("setting"), tx.Office))
	if errs.Is(err, errs.NotFound) {
		return usual, nil
	}
	s := Setting{FourEyes: row.FourEyes}
	for _, d := range row.WarnDays {
		s.WarnDays = append(s.WarnDays, int(d))
	}
	return s, err
}

// ParseDays reads days before a term as people write them: "7, 3, 1".
func ParseDays(typed string) ([]int, error) {
	var days []int
	for _, f := range strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '/' }) {
		n, err := strconv.Atoi(f)
		if err != nil || n < 1 || n > 60 {
			return nil, errs.Fields(errs.Field{Name: "days", Message: "Napište čísla od 1 do 60 oddělená čárkou, například 7, 3, 1."})
		}
		days = append(days, n)
	}
	if len(days) == 0 || len(days) > 6 {
		return nil, errs.Fields(errs.Field{Name: "days", Message: "Napište jeden až šest počtů dnů, například 7, 3, 1."})
	}
	slices.Sort(days)
	days = slices.Compact(days)
	slices.Reverse(days)
	return days, nil
}

// SaveSetting keeps how the office handles.
func SaveSetting(ctx context.Context, tx *db.Tx, s Setting, at time.Time) error {
	_, err := tx.ExecContext(ctx, handling.Get("save-setting"), tx.Office, pq.Array(s.WarnDays), s.FourEyes, at, tx.Actor)
	if err == nil {
		audit.Write(tx, audit.Event{At: at, Action: "handling set", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office)), Data: map[string]any{"days": s.WarnDays, "four_eyes": s.FourEyes}})
	}
	return err
}

// Kinds of warnings.
const (
	WarnUnread = "unread" // a document nobody opened
	WarnTerm   = "term"   // a term ends soon
)

// unreadSteps are the working days after registration on which an unread document is warned about; after the last it is
// escalated. It is never rejected by silence.
var unreadSteps = []int{1, 3, 5}

// Warning is due and was not given before.
type Warning struct {
	Kind      string
	Object    int64 // document or case file
	CaseID    int64
	Number    string // reference number or file mark
	Subject   string
	Clerk     *int64
	Days      int       // unread: working days; term: days left
	DueOn     time.Time // term
	Escalated bool      // unread for longer than the last step: the cover and the head are told too
	step      string
}

// Unread are those of the case files that hold an incoming document nobody has opened.
func Unread(ctx context.Context, tx *db.Tx, cases []int64) (map[int64]bool, error) {
	var ids []int64
	if err := tx.SelectContext(ctx, &ids, handling.Get("unread-of"), tx.Office, pq.Array(cases)); err != nil {
		return nil, db.Classify(err)
	}
	unread := make(map[int64]bool, len(ids))
	for _, id := range ids {
		unread[id] = true
	}
	return unread, nil
}

// UnreadStep tells which warning an unread document registered on a day calls for today: 1, 3 or 5 working days, then 6 =
// escalation; 0 = none yet.
func UnreadStep(cal *clock.Calendar, registered, today time.Time) int {
	step := 0
	for _, n := range unreadSteps {
		if !cal.AddWorkingDays(registered, n).After(today) {
			step = n
		}
	}
	if last := unreadSteps[len(unreadSteps)-1]; step == last && cal.AddWorkingDays(registered, last).Before(today) {
		step = last + 1
	}
	return step
}

// TermStep tells which warning days before a term call for: the smallest of the steps that is not smaller; false = none.
func TermStep(steps []int, left int) (int, bool) {
	best, ok := 0, false
	for _, n := range steps {
		if left >= 0 && left <= n && (!ok || n < best) {
			best, ok = n, true
		}
	}
	return best, ok
}

// Warnings are the warnings of the transaction's office that are due on the legal date of the instant; each is given once,
// in the transaction that takes it.
func (l *Law) Warnings(ctx context.Context, tx *db.Tx, at time.Time) ([]Warning, error) {
	setting, err := SettingOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	today := clock.Date(at)
	list, err := l.unread(ctx, tx, today)
	if err != nil {
		return nil, err
	}
	ending, err := ending(ctx, tx, setting.WarnDays, today)
	if err != nil {
		return nil, err
	}
	return fresh(ctx, tx, append(list, ending...), at)
}

func (l *Law) unread(ctx context.Context, tx *db.Tx, today time.Time) ([]Warning, error) {
	var docs []struct {
		ID              int64     `db:"id"`
		CaseID          int64     `db:"case_id"`
		ReferenceNumber string    `db:"reference_number"`
		Subject         string    `db:"subject"`
		RegisteredAt    time.Time `db:"registered_at"`
		ClerkID         *int64    `db:"clerk_id"`
	}
	if err := tx.SelectContext(ctx, &docs, handling.Get("unread"), tx.Office); err != nil {
		return nil, err
	}
	var list []Warning
	for _, d := range docs {
		step := UnreadStep(l.Calendar, clock.Date(d.RegisteredAt), today)
		if step == 0 {
			continue
		}
		list = append(list, Warning{Kind: WarnUnread, Object: d.ID, CaseID: d.CaseID, Number: d.ReferenceNumber, Subject: d.Subject, Clerk: d.ClerkID, Days: step,
			Escalated: step > unreadSteps[len(unreadSteps)-1], step: strconv.Itoa(step)})
	}
	return list, nil
}

func ending(ctx context.Context, tx *db.Tx, steps []int, today time.Time) ([]Warning, error) {
	if len(steps) == 0 {
		return nil, nil
	}
	var cases []struct {
		ID      int64     `db:"id"`
		Mark    string    `db:"mark"`
		Subject string    `db:"subject"`
		DueOn   time.Time `db:"due_on"`
		ClerkID *int64    `db:"clerk_id"`
	}
	err := tx.SelectContext(ctx, &cases, handling.Get("ending"), tx.Office, today.Format(time.DateOnly), today.AddDate(0, 0, slices.Max(steps)).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	var list []Warning
	for _, c := range cases {
		left := daysBetween(today, c.DueOn)
		if step, ok := TermStep(steps, left); ok {
			list = append(list, Warning{Kind: WarnTerm, Object: c.ID, CaseID: c.ID, Number: c.Mark, Subject: c.Subject, Clerk: c.ClerkID, Days: left, DueOn: c.DueOn,
				step: c.DueOn.Format(time.DateOnly) + "/" + strconv.Itoa(step)})
		}
	}
	return list, nil
}

// fresh writes warnings down and answers those that were not there.
func fresh(ctx context.Context, tx *db.Tx, list []Warning, at time.Time) ([]Warning, error) {
	if len(list) == 0 {
		return nil, nil
	}
	type key struct {
		Kind   string `json:"kind" db:"kind"`
		Object int64  `json:"object" db:"object_id"`
		Step   string `json:"step" db:"step"`
	}
	keys := make([]key, len(list))
	for i, w := range list {
		keys[i] = key{w.Kind, w.Object, w.step}
	}
	var written []key
	if err := tx.SelectContext(ctx, &written, handling.Get("warn"), tx.Office, at, db.J(keys)); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(w Warning) bool { return !slices.Contains(written, key{w.Kind, w.Object, w.step}) }), nil
}
