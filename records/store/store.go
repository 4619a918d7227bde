// Package store is the records store (spisovna, § 68 of Act 499/2004 Sb.): closed files handed over by a protocol, boxes with their
// shelves, and loans with their days of return.
package store

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/pdf"
	"epom/offices"
	"epom/records"
)

//go:embed store.sql
var sqlText string

var sql = db.Load("store", sqlText)

// series numbers the hand-over protocols of a year.
const series = "predani"

// Box is a storage unit with its place.
type Box struct {
	OfficeID  int32      `db:"office_id"`
	ID        int64      `db:"id"`
	Label     string     `db:"label"`
	Place     string     `db:"place"`
	FullAt    *time.Time `db:"full_at"`
	CreatedAt time.Time  `db:"created_at"`
	Files     int        `db:"files"`
}

// Boxes lists the boxes of the office by place.
func Boxes(ctx context.Context, tx *db.Tx) ([]Box, error) {
	list := []Box{}
	err := tx.SelectContext(ctx, &list, sql.Get("boxes"), tx.Office)
	return list, err
}

// AddBox makes a box.
func AddBox(ctx context.Context, tx *db.Tx, label, place string, at time.Time) (id int64, err error) {
	label, place = strings.TrimSpace(label), strings.TrimSpace(place)
	if label == "" || len([]rune(label)) > 100 {
		return 0, errs.Fields(errs.Field{Name: "label", Message: "Napište označení krabice, nejvýš 100 znaků, například karton 3."})
	}
	if place == "" {
		return 0, errs.Fields(errs.Field{Name: "place", Message: "Napište, kde krabice stojí, například spisovna, regál 2, police 4."})
	}
	err = db.Classify(tx.GetContext(ctx, &id, sql.Get("add-box"), tx.Office, label, place, at))
	if errs.Is(err, errs.Conflict) {
		return 0, errs.Fields(errs.Field{Name: "label", Message: "Krabice „" + label + "“ už ve spisovně je."})
	}
	if err == nil {
		audit.Write(tx, audit.Event{At: at, Action: "box made", ObjectType: "store_box", ObjectID: strconv.FormatInt(id, 10), Data: map[string]any{"label": label, "place": place}})
	}
	return id, err
}

// Put says in which box the paper of a file lies.
func Put(ctx context.Context, tx *db.Tx, id, box int64, at time.Time) error {
	var label string
	if err := db.Classify(tx.GetContext(ctx, &label, sql.Get("box"), tx.Office, box)); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.Fields(errs.Field{Name: "box", Message: "Vyberte krabici, která ve spisovně je."})
		}
		return err
	}
	c, err := records.LockCase(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.BoxID != nil && *c.BoxID == box {
		return nil
	}
	if _, err := tx.ExecContext(ctx, sql.Get("put"), tx.Office, id, box); err != nil {
		return db.Classify(err)
	}
	log(tx, c.ID, "put into box", at, map[string]any{"mark": c.Mark, "box": label})
	return nil
}

// File is a file as the store lists it.
type File struct {
	ID          int64      `db:"id"`
	Mark        string     `db:"mark"`
	Subject     string     `db:"subject"`
	ClassCode   string     `db:"class_code"`
	Sign        string     `db:"sign"`
	Retention   int        `db:"retention"`
	TriggerYear *int       `db:"trigger_year"`
	OpenedAt    time.Time  `db:"opened_at"`
	ClosedAt    *time.Time `db:"closed_at"`
	StoredAt    *time.Time `db:"stored_at"`
	Paper       bool       `db:"paper"`
	HasPaper    bool       `db:"has_paper"`
	ClerkName   string     `db:"clerk_name"`
	HeldWhy     string     `db:"held_why"`
	Box         string     `db:"box"`
	Place       string     `db:"place"`
	Borrower    string     `db:"borrower"`
	DueOn       *time.Time `db:"due_on"`
	Returned    string     `db:"returned"`
	Documents   int        `db:"documents"`
}

// Rule is the disposal rule in short: S/5.
func (f File) Rule() string { return f.Sign + "/" + strconv.Itoa(f.Retention) }

// DueYear is when it may be proposed for disposal; 0 = not known.
func (f File) DueYear() int {
	if f.TriggerYear == nil {
		return 0
	}
	return *f.TriggerYear + 1 + f.Retention
}

// Ready lists closed files that nobody has handed over yet.
func Ready(ctx context.Context, tx *db.Tx, limit int) ([]File, error) {
	list := []File{}
	err := tx.SelectContext(ctx, &list, sql.Get("ready"), tx.Office, limit)
	return list, err
}

// Kept lists what the store has, the newest first, narrowed by mark, subject or box.
func Kept(ctx context.Context, tx *db.Tx, text string, limit int) ([]File, error) {
	list := []File{}
	err := tx.SelectContext(ctx, &list, sql.Get("kept"), tx.Office, strings.TrimSpace(text), limit)
	return list, err
}

// Handover is a hand-over protocol.
type Handover struct {
	OfficeID int32      `db:"office_id"`
	ID       int64      `db:"id"`
	Year     int        `db:"year"`
	No       int64      `db:"no"`
	GivenAt  time.Time  `db:"given_at"`
	GivenBy  string     `db:"given_by"`
	Giver    string     `db:"giver"`
	Note     string     `db:"note"`
	TakenAt  *time.Time `db:"taken_at"`
	TakenBy  *string    `db:"taken_by"`
	Taker    string     `db:"taker"`
	Files    int        `db:"files"`
}

// Number is what the protocol is called.
func (h Handover) Number() string {
	return "předání " + strconv.FormatInt(h.No, 10) + "/" + strconv.Itoa(h.Year)
}

// HandOver hands closed files over to the store by a numbered protocol; the store takes them over by TakeOver.
func HandOver(ctx context.Context, tx *db.Tx, files []int64, giver, note string, at time.Time) (Handover, error) {
	h := Handover{OfficeID: tx.Office, Year: at.In(clock.Prague).Year(), GivenAt: at, GivenBy: tx.Actor, Giver: giver, Note: strings.TrimSpace(note), Files: len(files)}
	if len(files) == 0 {
		return h, errs.Fields(errs.Field{Name: "case", Message: "Vyberte aspoň jeden uzavřený spis."})
	}
	ready, err := Ready(ctx, tx, 100_000)
	if err != nil {
		return h, err
	}
	free := map[int64]bool{}
	for _, f := range ready {
		free[f.ID] = true
	}
	if h.No, err = records.NextNumber(ctx, tx, series, h.Year); err != nil {
		return h, err
	}
	if err := tx.GetContext(ctx, &h.ID, sql.Get("create-handover"), tx.Office, h.Year, h.No, at, tx.Actor, giver, h.Note); err != nil {
		return h, db.Classify(err)
	}
	for _, id := range files {
		c, err := records.LockCase(ctx, tx, id)
		if err != nil {
			return h, err
		}
		if !free[id] {
			return h, errs.Newf(errs.Conflict, "Spis %s nejde předat: není uzavřený, nebo už předaný je.", c.Mark)
		}
		if _, err := tx.ExecContext(ctx, sql.Get("add-to-handover"), tx.Office, h.ID, id); err != nil {
			return h, db.Classify(err)
		}
		log(tx, id, "handed over", at, map[string]any{"mark": c.Mark, "protocol": h.Number()})
	}
	return h, nil
}

// Handovers lists protocols, the newest first.
func Handovers(ctx context.Context, tx *db.Tx, limit int) ([]Handover, error) {
	list := []Handover{}
	err := tx.SelectContext(ctx, &list, sql.Get("handovers"), tx.Office, 0, limit)
	return list, err
}

// HandoverByID reads a protocol with its files.
func HandoverByID(ctx context.Context, tx *db.Tx, id int64) (h Handover, files []File, err error) {
	if err = db.Classify(tx.GetContext(ctx, &h, sql.Get("handovers"), tx.Office, id, 1)); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.NotFound, "Tento předávací protokol ve vašem úřadu není.")
		}
		return h, nil, err
	}
	err = tx.SelectContext(ctx, &files, sql.Get("handover-cases"), tx.Office, id)
	return h, files, err
}

// TakeOver takes a hand-over into the store: each file with paper into a box, or back to the clerk with a reason.
func TakeOver(ctx context.Context, tx *db.Tx, id int64, boxes map[int64]int64, returned map[int64]string, taker string, at time.Time) error {
	var got int64
	if err := db.Classify(tx.GetContext(ctx, &got, sql.Get("lock-handover"), tx.Office, id)); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.Conflict, "Toto předání už je převzaté, nebo ve vašem úřadu není.")
		}
		return err
	}
	h, files, err := HandoverByID(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, f := range files {
		if why := strings.TrimSpace(returned[f.ID]); why != "" {
			if _, err := tx.ExecContext(ctx, sql.Get("give-back"), tx.Office, id, f.ID, why); err != nil {
				return db.Classify(err)
			}
			log(tx, f.ID, "given back", at, map[string]any{"mark": f.Mark, "why": why})
			continue
		}
		switch box := boxes[f.ID]; {
		case box != 0:
			if err := Put(ctx, tx, f.ID, box, at); err != nil {
				return err
			}
		case f.HasPaper && f.Box == "":
			return errs.Fields(errs.Field{Name: "box-" + strconv.FormatInt(f.ID, 10), Message: "Spis " + f.Mark + " má listinné dokumenty. Vyberte krabici, do které se uloží."})
		}
		if _, err := tx.ExecContext(ctx, sql.Get("stored"), tx.Office, f.ID, at); err != nil {
			return db.Classify(err)
		}
		log(tx, f.ID, "stored", at, map[string]any{"mark": f.Mark, "protocol": h.Number()})
	}
	_, err = tx.ExecContext(ctx, sql.Get("take"), tx.Office, id, at, tx.Actor, taker)
	return db.Classify(err)
}

// Paper is the protocol to be signed.
func Paper(o *offices.Office, h Handover, files []File) ([]byte, error) {
	p := pdf.New(pdf.Meta{Title: "Předávací protokol " + h.Number(), Author: o.Name, Lang: "cs", Created: h.GivenAt, Header: o.Name, Aside: h.Number()})
	p.Heading(1, "Předávací protokol do spisovny")
	rows := []pdf.Row{{Label: "Číslo", Value: h.Number()}, {Label: "Úřad", Value: o.Name}, {Label: "Předává", Value: h.Giver}, {Label: "Dne", Value: day(h.GivenAt)}}
	if h.TakenAt != nil {
		rows = append(rows, pdf.Row{Label: "Převzal(a)", Value: h.Taker}, pdf.Row{Label: "Převzato dne", Value: day(*h.TakenAt)})
	}
	if h.Note != "" {
		rows = append(rows, pdf.Row{Label: "Poznámka", Value: h.Note})
	}
	p.Rows(rows)
	list := [][]string{}
	for i, f := range files {
		place := strings.Trim(f.Box+", "+f.Place, ", ")
		if f.Returned != "" {
			place = "vráceno: " + f.Returned
		}
		list = append(list, []string{strconv.Itoa(i + 1), f.Mark, f.ClassCode, f.Subject, f.Rule(), strconv.Itoa(f.Documents), place})
	}
	p.Table(pdf.Cols("Č.", "Spisová značka", "Spisový znak", "Věc", "Režim", "Dokumentů", "Uloženo"), list)
	p.Sign("předal(a)", "převzal(a)")
	return p.Bytes()
}

func day(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006") }

// Loan is a file lent out of the store.
type Loan struct {
	OfficeID   int32      `db:"office_id"`
	ID         int64      `db:"id"`
	CaseID     int64      `db:"case_id"`
	BorrowerID *int64     `db:"borrower_id"`
	Borrower   string     `db:"borrower"`
	Purpose    string     `db:"purpose"`
	LentAt     time.Time  `db:"lent_at"`
	LentBy     string     `db:"lent_by"`
	DueOn      time.Time  `db:"due_on"`
	RemindedOn *time.Time `db:"reminded_on"` // NULL = not yet
	ReturnedAt *time.Time `db:"returned_at"`
	ReturnedBy *string    `db:"returned_by"`
	Mark       string     `db:"mark"`
	Subject    string     `db:"subject"`
}

// Late tells whether it should have been back.
func (l Loan) Late(today time.Time) bool {
	return l.DueOn.Format(time.DateOnly) < today.Format(time.DateOnly)
}

// Lend lends a file of the store until a legal date.
func Lend(ctx context.Context, tx *db.Tx, id int64, borrower, purpose string, dueOn, at time.Time) error {
	borrower, purpose = strings.TrimSpace(borrower), strings.TrimSpace(purpose)
	var fields []errs.Field
	if borrower == "" {
		fields = append(fields, errs.Field{Name: "borrower", Message: "Napište, kdo si spis půjčuje."})
	}
	if purpose == "" {
		fields = append(fields, errs.Field{Name: "purpose", Message: "Napište, k čemu spis potřebuje."})
	}
	if today := clock.Date(at); dueOn.Before(today) || dueOn.After(today.AddDate(1, 0, 0)) {
		fields = append(fields, errs.Field{Name: "due", Message: "Den vrácení musí být nejdříve dnes a nejpozději za rok."})
	}
	if len(fields) > 0 {
		return errs.Fields(fields...)
	}
	c, err := records.LockCase(ctx, tx, id)
	switch {
	case err != nil:
		return err
	case c.StoredAt == nil || c.DisposedAt != nil:
		return errs.Newf(errs.Conflict, "Spis %s ve spisovně není.", c.Mark)
	}
	var loan int64
	err = db.Classify(tx.GetContext(ctx, &loan, sql.Get("lend"), tx.Office, id, borrower, purpose, at, tx.Actor, dueOn.Format(time.DateOnly)))
	if errs.Is(err, errs.Conflict) {
		return errs.Newf(errs.Conflict, "Spis %s už je zapůjčený.", c.Mark)
	}
	if err == nil {
		log(tx, id, "lent", at, map[string]any{"mark": c.Mark, "to": borrower, "due": dueOn.Format(time.DateOnly)})
	}
	return err
}

// Return takes a lent file back.
func Return(ctx context.Context, tx *db.Tx, loan int64, at time.Time) error {
	var id int64
	err := db.Classify(tx.GetContext(ctx, &id, sql.Get("return"), tx.Office, loan, at, tx.Actor))
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.Conflict, "Tento spis už je vrácený.")
	}
	if err == nil {
		log(tx, id, "returned", at, map[string]any{"loan": loan})
	}
	return err
}

// Loans lists what is lent, the soonest return first.
func Loans(ctx context.Context, tx *db.Tx) ([]Loan, error) {
	list := []Loan{}
	err := tx.SelectContext(ctx, &list, sql.Get("loans"), tx.Office)
	return list, err
}

// Remind marks the loans whose day has passed by a legal date and that nobody was reminded of yet, and returns them: each once.
func Remind(ctx context.Context, tx *db.Tx, today, at time.Time) ([]Loan, error) {
	var list []Loan
	err := tx.SelectContext(ctx, &list, sql.Get("remind"), tx.Office, today.Format(time.DateOnly))
	for _, l := range list {
		log(tx, l.CaseID, "loan reminded", at, map[string]any{"loan": l.ID, "due": l.DueOn.Format(time.DateOnly)})
	}
	return list, db.Classify(err)
}

// Counts say what waits in the store.
type Counts struct {
	Waiting int `db:"waiting"` // hand-overs to be taken over
	Late    int `db:"late"`    // loans past their day
}

// Count counts it.
func Count(ctx context.Context, tx *db.Tx, today time.Time) (Counts, error) {
	var c Counts
	err := tx.GetContext(ctx, &c, sql.Get("counts"), tx.Office, today.Format(time.DateOnly))
	return c, err
}

func log(tx *db.Tx, id int64, action string, at time.Time, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: strconv.FormatInt(id, 10), Data: data})
}
