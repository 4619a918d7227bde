package intake

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/records"
)

//go:embed intake.sql
var sqlText string

var queries = db.Load("records-intake", sqlText)

// Kinds of jobs this part asks for; worker knows what to do.
const (
	JobConfirm = "intake-confirm" // payload: Ref of a document; tell the sender of an e-mail its number
	JobRefused = "intake-refused" // payload: Ref of a refusal; tell the sender of an e-mail why
)

// Ref names a document, or a refusal, of an office.
type Ref struct {
	Office int32 `json:"office"`
	ID     int64 `json:"id"`
}

// New is what Register needs to know.
type New struct {
	Join     *int64 // case file it is joined to; nil = a new one
	Case     records.NewCase
	Document records.NewDocument // incoming
	Sender   records.Party       // ID 0 = found or added by what is written in it
	Keys     []string            // identities: the same one is registered once
	AnswerTo string              // an e-mail address to confirm receipt to; empty = none
}

// Done is what became of an item.
type Done struct {
	DocumentID int64  `db:"id"`
	CaseID     int64  `db:"case_id"`
	Number     string `db:"reference_number"`
	Again      bool   `db:"-"` // it had been registered before
}

// Register registers an incoming document with its sender, in a new case file or one that is open. What bears an identity
// that was registered before answers with the number it has, also when both are being registered at this moment.
func Register(ctx context.Context, tx *db.Tx, law *records.Law, n New, at time.Time) (Done, error) {
	keys := slices.Compact(slices.Sorted(slices.Values(n.Keys))) // in one order, so that two never wait for each other
	for _, k := range keys {
		var got string
		err := tx.GetContext(ctx, &got, queries.Get("take-key"), tx.Office, k, at)
		if errors.Is(err, sql.ErrNoRows) {
			d := Done{Again: true}
			err = tx.GetContext(ctx, &d, queries.Get("key-document"), tx.Office, k)
			return d, db.Classify(err)
		}
		if err != nil {
			return Done{}, err
		}
	}
	who := n.Sender
	var err error
	if who.ID != 0 {
		who, err = records.PartyByID(ctx, tx, who.ID)
		if err == nil && who.MergedInto != nil {
			who, err = records.PartyByID(ctx, tx, *who.MergedInto)
		}
	} else {
		who, err = records.EnsureParty(ctx, tx, who, at)
	}
	if err != nil {
		return Done{}, err
	}
	caseID, err := file(ctx, tx, law, n, at)
	if err != nil {
		return Done{}, err
	}
	n.Document.Direction, n.Document.Party = records.In, who.Name
	n.Document.Parties = append(n.Document.Parties, records.PartyRole{ID: who.ID, Role: records.Sender})
	doc, err := records.AddDocument(ctx, tx, caseID, n.Document, at)
	if err != nil {
		return Done{}, err
	}
	for _, k := range keys {
		if _, err := tx.ExecContext(ctx, queries.Get("set-key"), tx.Office, k, doc.ID); err != nil {
			return Done{}, err
		}
	}
	err = confirm(ctx, tx, n, doc.ID, at)
	return Done{DocumentID: doc.ID, CaseID: caseID, Number: doc.ReferenceNumber}, err
}

// confirm has the sender of an e-mail told that it came, when the office wants that and the message is fresh.
func confirm(ctx context.Context, tx *db.Tx, n New, document int64, at time.Time) error {
	if n.AnswerTo == "" || n.Document.DeliveredAt != nil && at.Sub(*n.Document.DeliveredAt) > freshly {
		return nil
	}
	if s, err := SettingsOf(ctx, tx); err != nil || !s.ConfirmMail {
		return err
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobConfirm, Office: tx.Office, Payload: Ref{tx.Office, document}, Uniq: strconv.Itoa(int(tx.Office)) + "/" + strconv.FormatInt(document, 10)})
}

// freshly is how old a message may be for its sender to be told that it came: an archive of old mail is taken in silently.
const freshly = 7 * 24 * time.Hour

// file gives the case file for a document: an open one, or a new one with the term of its agenda, which runs from the day
// of delivery.
func file(ctx context.Context, tx *db.Tx, law *records.Law, n New, at time.Time) (int64, error) {
	if n.Join != nil {
		c, err := records.LockCase(ctx, tx, *n.Join)
		if err != nil {
			return 0, err
		}
		if c.HandledAt != nil {
			return 0, errs.Fields(errs.Field{Name: "join", Message: "Spis " + c.Mark + " je už vyřízený. Založte nový spis, nebo ten původní napřed otevřete."})
		}
		return c.ID, nil
	}
	if n.Case.Starts.IsZero() && n.Document.DeliveredAt != nil {
		n.Case.Starts = clock.Date(*n.Document.DeliveredAt)
	}
	if n.Case.Rule == "" {
		from := n.Case.Starts
		if from.IsZero() {
			from = clock.Date(at)
		}
		if rule, _, err := law.ForAgenda(n.Case.Agenda, from); err == nil { // else the law had no such term yet: an old letter
			n.Case.Rule = rule.Code
		}
	}
	c, err := records.OpenCase(ctx, tx, law, n.Case, at)
	return c.ID, err
}

// CaseByNumber finds the case file of a file mark or of a reference number within it; NotFound when there is none.
func CaseByNumber(ctx context.Context, tx *db.Tx, number string) (records.Case, error) {
	mark := strings.ToUpper(strings.TrimSpace(number))
	if i := strings.LastIndexByte(mark, '-'); i > strings.LastIndexByte(mark, '/') {
		mark = mark[:i]
	}
	var id int64
	if err := tx.GetContext(ctx, &id, queries.Get("case-by-number"), tx.Office, mark); err != nil {
		return records.Case{}, db.Classify(err)
	}
	return records.CaseByID(ctx, tx, id)
}

// Earlier is a document taken in before under the same number of its sender.
type Earlier struct {
	CaseID  int64     `db:"case_id"`
	Number  string    `db:"reference_number"`
	Subject string    `db:"subject"`
	At      time.Time `db:"registered_at"`
}

// Twice finds what was taken in from the same sender under the same number of the sender, the latest first, at most three.
func Twice(ctx context.Context, tx *db.Tx, number string, from records.Party) (list []Earlier, err error) {
	err = tx.SelectContext(ctx, &list, queries.Get("foreign-number"), tx.Office, number, from.ID, from.Name)
	return list, db.Classify(err)
}

// ByCode finds the document whose label bears a code: ours is the reference number, others are stuck on by the sender or
// beforehand.
func ByCode(ctx context.Context, tx *db.Tx, code string) (Done, error) {
	var d Done
	code = strings.TrimSpace(code)
	err := tx.GetContext(ctx, &d, queries.Get("document-by-code"), tx.Office, code)
	if errors.Is(err, sql.ErrNoRows) && strings.ToUpper(code) != code {
		err = tx.GetContext(ctx, &d, queries.Get("document-by-code"), tx.Office, strings.ToUpper(code))
	}
	return d, db.Classify(err)
}

// Components are the files of a document.
func Components(ctx context.Context, tx *db.Tx, document int64) ([]records.Component, error) {
	list := []records.Component{}
	err := tx.SelectContext(ctx, &list, queries.Get("components-of-document"), tx.Office, document)
	return list, err
}

// Latest is a line of what a person registered lately.
type Latest struct {
	Done
	Subject      string    `db:"subject"`
	Party        string    `db:"party"`
	Channel      string    `db:"channel"`
	RegisteredAt time.Time `db:"registered_at"`
}

// LatestOf lists what the transaction's actor registered since an instant, the newest first.
func LatestOf(ctx context.Context, tx *db.Tx, since time.Time, limit int) ([]Latest, error) {
	list := []Latest{}
	err := tx.SelectContext(ctx, &list, queries.Get("latest"), tx.Office, tx.Actor, since, limit)
	return list, err
}

// Settings say how an office runs its mailroom.
type Settings struct {
	ConfirmMail bool `db:"confirm_mail"`      // e-mails are answered by a confirmation of receipt
	KeepMonths  int  `db:"party_keep_months"` // how long somebody nothing refers to stays in the name register
}

// SettingsOf reads the settings, the defaults when the office has none.
func SettingsOf(ctx context.Context, tx *db.Tx) (Settings, error) {
	s := Settings{true, 12}
	err := tx.GetContext(ctx, &s, queries.Get("settings"), tx.Office)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, err
}

// SaveSettings changes them.
func SaveSettings(ctx context.Context, tx *db.Tx, s Settings, at time.Time) error {
	if _, err := tx.ExecContext(ctx, queries.Get("save-settings"), tx.Office, s.ConfirmMail, s.KeepMonths); err != nil {
		return db.Classify(err)
	}
	audit.Write(tx, audit.Event{At: at, Action: "mailroom set", ObjectType: "office", ObjectID: strconv.Itoa(int(tx.Office)), Data: s})
	return nil
}
