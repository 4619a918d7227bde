package records

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/i18n"
)

//go:embed lending.sql
var lendingText string

var lending = db.Load("records-lending", lendingText)

// mostLent bounds how many open case files a lent clerk may have at once.
const mostLent = 500

// Lending is the help of a clerk of another office: for some days, with some agendas and classes, with so many matters at once. The
// matters, their numbers and their terms stay the office's own. What a lent clerk sees the database limits (migration 0030).
type Lending struct {
	OfficeID  int32          `db:"office_id"`
	ID        int64          `db:"id"`
	AccountID int64          `db:"account_id"`
	ClerkName string         `db:"clerk_name"`
	FromID    int32          `db:"clerk_office_id"` // where the clerk comes from
	Title     string         `db:"title"`           // of the agreement (for instance § 160 of Act 500/2004 Sb.)
	FromOn    time.Time      `db:"from_on"`
	ToOn      time.Time      `db:"to_on"` // the last day
	Agendas   pq.StringArray `db:"agendas"`
	Classes   pq.StringArray `db:"classes"` // full codes; what lies below belongs to them
	Most      int            `db:"most"`
	Open      int            `db:"open"` // how many the clerk has now; known to the office itself only
	MadeAt    time.Time      `db:"made_at"`
	MadeBy    string         `db:"made_by"`
	EndedAt   *time.Time     `db:"ended_at"`
	EndedBy   string         `db:"ended_by"`
}

// Lend lets a clerk of another office, named by e-mail, handle what belongs to the given agendas or classes. The log of both
// offices has it. Errors: Invalid with fields, Conflict when the clerk helps here already.
func Lend(ctx context.Context, tx *db.Tx, l Lending, email string, at time.Time) (Lending, error) {
	l.Title = strings.Join(strings.Fields(l.Title), " ")
	var clerk struct {
		ID   int64  `db:"account_id"`
		Name string `db:"name"`
	}
	wrong := l.faults(tx.Office, at)
	err := db.Classify(tx.GetContext(ctx, &clerk, lending.Get("unscoped-clerk"), l.FromID, strings.TrimSpace(email), at))
	if errs.Is(err, errs.NotFound) {
		wrong = append(wrong, errs.Field{Name: "email", Message: "Ve vybraném úřadu nemá nikdo s tímto e-mailem roli referenta. Zkontrolujte úřad i e-mail."})
	} else if err != nil {
		return l, err
	}
	if len(wrong) > 0 {
		return l, errs.Fields(wrong...)
	}
	var member bool
	if err := tx.GetContext(ctx, &member, lending.Get("member"), tx.Office, clerk.ID, at); err != nil {
		return l, err
	}
	if member {
		return l, errs.Fields(errs.Field{Name: "email", Message: "Tento člověk má ve vašem úřadu roli, výpomoc nepotřebuje."})
	}
	l.OfficeID, l.AccountID, l.ClerkName, l.MadeAt, l.MadeBy = tx.Office, clerk.ID, clerk.Name, at, tx.Actor
	err = db.Classify(tx.GetContext(ctx, &l.ID, lending.Get("create"), tx.Office, clerk.ID, l.FromID, l.Title, l.FromOn.Format(time.DateOnly), l.ToOn.Format(time.DateOnly),
		l.Agendas, l.Classes, l.Most, at, tx.Actor))
	if errs.Is(err, errs.Conflict) {
		return l, errs.Fields(errs.Field{Name: "email", Message: "Tento člověk vám už vypomáhá. Nejdřív ukončete dosavadní výpomoc."})
	}
	if err == nil {
		l.both(tx, "lending", at, map[string]any{"clerk": l.AccountID, "from": l.FromOn.Format(time.DateOnly), "to": l.ToOn.Format(time.DateOnly),
			"agendas": l.Agendas, "classes": l.Classes, "most": l.Most})
	}
	return l, err
}

// faults is what is wrong with the limits of a lending that begins.
func (l *Lending) faults(office int32, at time.Time) (wrong []errs.Field) {
	say := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	if l.FromID == 0 || l.FromID == office {
		say("office", "Vyberte úřad, ze kterého vypomáhající člověk je.")
	}
	if l.Title == "" {
		say("title", "Uveďte, podle čeho se vypomáhá, třeba označení veřejnoprávní smlouvy nebo dohody.")
	}
	switch {
	case l.ToOn.Before(l.FromOn):
		say("to", "Poslední den nesmí být před prvním.")
	case legal(at) > l.ToOn.Format(time.DateOnly):
		say("to", "Tento den už minul. Zadejte den, který teprve přijde.")
	case l.ToOn.After(l.FromOn.AddDate(1, 0, 0)):
		say("to", "Výpomoc jde sjednat nejvýš na rok. Pak ji můžete obnovit.")
	}
	if l.Agendas == nil {
		l.Agendas = pq.StringArray{}
	}
	classes := pq.StringArray{}
	for _, code := range l.Classes {
		if code = strings.TrimSpace(code); code != "" && !slices.Contains(classes, code) {
			classes = append(classes, code)
		}
	}
	if l.Classes = classes; len(l.Agendas)+len(l.Classes) == 0 {
		say("agenda", "Vyberte aspoň jednu agendu nebo napište spisový znak.")
	}
	if l.Most < 1 || l.Most > mostLent {
		say("most", "Napište, kolik věcí smí mít najednou: číslo od 1 do "+strconv.Itoa(mostLent)+".")
	}
	return wrong
}

// both writes into the logs of both offices.
func (l *Lending) both(tx *db.Tx, action string, at time.Time, data map[string]any) {
	for _, office := range []int32{l.OfficeID, l.FromID} {
		audit.Write(tx, audit.Event{Office: office, At: at, Action: action, ObjectType: "lending", ObjectID: strconv.FormatInt(l.ID, 10), Data: data})
	}
}

// Lendings are those of the office and those of its clerks elsewhere, what lasts first.
func Lendings(ctx context.Context, tx *db.Tx) ([]Lending, error) {
	list := []Lending{}
	err := tx.SelectContext(ctx, &list, lending.Get("lendings"), tx.Office)
	return list, err
}

// EndLending ends a lending of the transaction's office at once. What the clerk had open goes back among what nobody has: it stays
// the office's, with its term as it was. It answers how many case files went back; a lending that ended already is a conflict.
func EndLending(ctx context.Context, tx *db.Tx, id int64, at time.Time) (int, error) {
	l := Lending{ID: id, OfficeID: tx.Office}
	err := db.Classify(tx.QueryRowxContext(ctx, lending.Get("end"), tx.Office, id, at, tx.Actor).Scan(&l.AccountID, &l.FromID))
	account := l.AccountID
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.NotFound, "Tato výpomoc tu není, nebo už skončila.")
	}
	if err != nil {
		return 0, err
	}
	var member bool
	if err := tx.GetContext(ctx, &member, lending.Get("member"), tx.Office, account, at); err != nil {
		return 0, err
	}
	var held []int64
	if !member {
		if err := tx.SelectContext(ctx, &held, lending.Get("held"), tx.Office, account); err != nil {
			return 0, err
		}
	}
	for _, id := range held {
		c, err := LockCase(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, handling.Get("settle-handover"), tx.Office, id, "withdrawn", at, tx.Actor, ""); err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, sql.Get("assign"), tx.Office, id, nil, c.UnitID, nil); err != nil {
			return 0, db.Classify(err)
		}
		write(tx, c, "lending returned", at, map[string]any{"before": account})
	}
	l.both(tx, "lending ended", at, map[string]any{"clerk": account, "returned": len(held)})
	return len(held), nil
}

// EndLendings ends those of the office whose last day has passed.
func EndLendings(ctx context.Context, tx *db.Tx, at time.Time) error {
	var over []int64
	if err := tx.SelectContext(ctx, &over, lending.Get("over"), tx.Office, legal(at)); err != nil {
		return err
	}
	for _, id := range over {
		if _, err := EndLending(ctx, tx, id, at); err != nil {
			return err
		}
	}
	return nil
}

// lentMay tells whether a case file may be given to a clerk who is perhaps lent: within the limits and the count. The row of the
// lending stays locked, so that two who give at once are counted one after the other; a trigger checks the same again.
func lentMay(ctx context.Context, tx *db.Tx, c Case, clerk int64, at time.Time) error {
	var l Lending
	err := db.Classify(tx.GetContext(ctx, &l, lending.Get("lending-of"), tx.Office, clerk, at))
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var fits bool
	if err := tx.GetContext(ctx, &fits, lending.Get("fits"), l.Agendas, l.Classes, c.Agenda, c.ClassCode); err != nil {
		return err
	}
	refuse := func(message string) error { return errs.Fields(errs.Field{Name: "clerk", Message: message}) }
	switch today := legal(at); {
	case !fits:
		return refuse("Spis " + c.Mark + " nepatří do agend ani věcných skupin, se kterými vám tento člověk vypomáhá. Vyberte někoho jiného.")
	case today < l.FromOn.Format(time.DateOnly) || today > l.ToOn.Format(time.DateOnly):
		return refuse("Výpomoc platí jen od " + czechDay(l.FromOn) + " do " + czechDay(l.ToOn) + ".")
	case l.Open >= l.Most && (c.ClerkID == nil || *c.ClerkID != clerk):
		return refuse("Vypomáhající člověk už má " + i18n.N("cs", l.Open, "%d otevřenou věc", "%d otevřené věci", "%d otevřených věcí") + " a víc mít nesmí. Nejdřív je třeba některou vyřídit.")
	}
	return nil
}

func czechDay(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006") }
