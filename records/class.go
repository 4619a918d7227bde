package records

import (
	"context"
	_ "embed"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed files.sql
var filesText string

var filesSQL = db.Load("records-files", filesText)

// Events from whose year a retention period runs (NSESSS 6.1).
const (
	WhenHandled = "handled"
	WhenClosed  = "closed"
	WhenOpened  = "opened"
	WhenBorn    = "born"     // year of birth or origin of whom the file is about
	Externally  = "external" // an event outside; somebody looks whether it has come
)

// Class is a class of the office's classification scheme (věcná skupina) as files need it.
type Class struct {
	OfficeID      int32      `db:"office_id"`
	ID            int64      `db:"id"`
	SchemeID      int64      `db:"scheme_id"`
	ParentID      *int64     `db:"parent_id"`
	Ordinal       int        `db:"ordinal"`
	Simple        string     `db:"simple"` // file code within the parent
	Code          string     `db:"code"`   // full file code (plně určený spisový znak)
	Name          string     `db:"name"`
	Note          string     `db:"note"`
	Sign          *string    `db:"sign"`      // A, S; V in old plans only
	Retention     *int       `db:"retention"` // years
	Trigger       string     `db:"trigger_event"`
	CheckYears    *int       `db:"check_years"`
	Justification string     `db:"justification"`
	Typed         bool       `db:"typed"`
	Keeping       string     `db:"keeping"`
	Standing      bool       `db:"standing"`
	Leaf          bool       `db:"leaf"`
	SchemeName    string     `db:"scheme_name"`
	ValidFrom     time.Time  `db:"valid_from"` // of the scheme
	ValidTo       *time.Time `db:"valid_to"`
}

// ClassByID reads a class of the transaction's office.
func ClassByID(ctx context.Context, tx *db.Tx, id int64) (Class, error) {
	var k Class
	err := db.Classify(tx.GetContext(ctx, &k, filesSQL.Get("class"), tx.Office, id))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Tato věcná skupina ve spisovém plánu úřadu není.")
	}
	return k, err
}

// lastV is the last legal date on which a file with the sign V could be closed (NSESSS as of 15 December 2024, from when the archives'
// rule obs66 is taken over).
var lastV = time.Date(2026, 12, 31, 0, 0, 0, 0, clock.Prague)

// Classify gives a file a class and with it the rule of disposal, chosen by a clerk. What belongs together has one class, so
// files joined to it and its sub-files get it too.
func Classify(ctx context.Context, tx *db.Tx, id, class int64, at time.Time) error {
	c, err := LockCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.JoinedTo != nil {
		return errs.Newf(errs.Conflict, "Spis %s je připojený k jinému spisu a třídí se s ním.", c.Mark)
	}
	k, err := ClassByID(ctx, tx, class)
	if err != nil {
		return err
	}
	if err := k.fits(at); err != nil {
		return err
	}
	all, err := Together(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, other := range all {
		if err := classify(ctx, tx, other, k, at); err != nil {
			return err
		}
	}
	return nil
}

// fits tells why a class cannot hold files on the legal date of the instant.
func (k Class) fits(at time.Time) error {
	say := func(format string, args ...any) error {
		return errs.Fields(errs.Field{Name: "class", Message: errs.Message(errs.Newf(errs.Invalid, format, args...))})
	}
	switch {
	case !k.Leaf:
		return say("Skupina %s se dělí na další; vyberte některou z nich.", k.Code)
	case k.Sign == nil:
		return say("Skupina %s nemá skartační znak a lhůtu. Doplní je správce spisového plánu.", k.Code)
	case k.Typed:
		return say("Skupina %s je určená pro typové spisy.", k.Code)
	case !holds(k.ValidFrom, k.ValidTo, clock.Date(at)):
		return say("Spisový plán „%s“ už neplatí. Vyberte skupinu z platného plánu.", k.SchemeName)
	case *k.Sign == "V" && clock.Date(at).After(lastV):
		return say("Skupina %s má znak V, který od 1. 1. 2027 použít nejde. Vyberte skupinu se znakem A nebo S.", k.Code)
	}
	return nil
}

func classify(ctx context.Context, tx *db.Tx, c Case, k Class, at time.Time) error {
	if c.ClassID != nil && *c.ClassID == k.ID {
		return nil
	}
	var year *int
	if k.Trigger == c.TriggerEvent && (k.Trigger == WhenBorn || k.Trigger == Externally) {
		year = c.TriggerYear // given by hand, still the same
	}
	if k.Trigger == WhenOpened {
		y := c.OpenedAt.In(clock.Prague).Year()
		year = &y
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("classify"), tx.Office, c.ID, k.ID, k.Code, k.Sign, k.Retention, k.Trigger, year); err != nil {
		return db.Classify(err)
	}
	write(tx, c, "classified", at, map[string]any{"class": k.Code, "before": c.ClassCode})
	return nil
}

// autoClassify gives a file without a class that of its agenda, as the law wants before handling starts (§ 12(3) of Decree
// 259/2012 Sb.). An office without a scheme, or one that does not know the agenda, leaves it to the clerk; closing insists.
func autoClassify(ctx context.Context, tx *db.Tx, c Case, at time.Time) error {
	return ClassifyByAgenda(ctx, tx, c, c.Agenda, at)
}

// ClassifyByAgenda gives a file without a class the one that the office's scheme has for an agenda, when it has one.
func ClassifyByAgenda(ctx context.Context, tx *db.Tx, c Case, agenda string, at time.Time) error {
	if c.ClassID != nil {
		return nil
	}
	var id int64
	err := db.Classify(tx.GetContext(ctx, &id, filesSQL.Get("class-of-agenda"), tx.Office, agenda, clock.Date(at).Format(time.DateOnly)))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	k, err := ClassByID(ctx, tx, id)
	if err != nil || k.fits(at) != nil {
		return err
	}
	return classify(ctx, tx, c, k, at)
}

// DueYear is the first year in which a file may be proposed for disposal: the retention period runs from 1 January of the year
// after the trigger (§ 15(4) of Decree 259/2012 Sb.). False while the trigger has not come.
func (c Case) DueYear() (int, bool) {
	if c.TriggerYear == nil || c.Retention == nil {
		return 0, false
	}
	return *c.TriggerYear + 1 + *c.Retention, true
}

// SetTriggerYear says when the event came from which the period runs: only for events the system cannot see.
func SetTriggerYear(ctx context.Context, tx *db.Tx, id int64, year int, at time.Time) error {
	c, err := LockCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.TriggerEvent != WhenBorn && c.TriggerEvent != Externally {
		return errs.New(errs.Invalid, "U tohoto spisu se rok spouštěcí události počítá sám.")
	}
	if year < 1800 || year > at.In(clock.Prague).Year() {
		return errs.Fields(errs.Field{Name: "year", Message: "Napište rok, ve kterém událost nastala; nejpozději letošní."})
	}
	if _, err := tx.ExecContext(ctx, filesSQL.Get("set-trigger-year"), tx.Office, id, year); err != nil {
		return db.Classify(err)
	}
	write(tx, c, "trigger year set", at, map[string]any{"year": year})
	return nil
}
