// Package letters writes the office's letters: templates as dated data, drafts that several people may edit, approval that
// gives the number, and the paper with the metadata that Act 499/2004 Sb. § 69a wants inside it.
//
// A draft has no number. Approval registers the document and does to the case file what the letter is for (interrupts or
// extends the term, handles the matter) in one transaction.
package letters

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

//go:embed letters.sql
var sqlText string

var sql = db.Load("records-letters", sqlText)

// What approval does to the case file.
const (
	Pause  = "pause"  // interrupts the term: § 64 of Act 500/2004 Sb.
	Extend = "extend" // adds days to the term
	Handle = "handle" // handles the matter
	Refer  = "refer"  // handles it by referral
)

// Template is a letter to be filled in: the law's wording or the office's own.
type Template struct {
	Code        string     `db:"code"`
	ValidFrom   time.Time  `db:"valid_from"`
	Position    int        `db:"position"`
	Name        string     `db:"name"`
	Kind        string     `db:"kind"`
	Effect      string     `db:"effect"`
	Days        int        `db:"days"`
	Subject     string     `db:"subject"`
	Body        string     `db:"body"`
	Instruction string     `db:"instruction"` // poučení
	Statute     string     `db:"statute"`
	Source      string     `db:"source"`
	Verified    bool       `db:"verified"`
	OwnAt       *time.Time `db:"own_at"` // since when the office has its own wording
	OwnBy       string     `db:"own_by"`
}

// Templates are those valid on the date, with the office's own wording where it has one.
func Templates(ctx context.Context, tx *db.Tx, on time.Time) ([]Template, error) {
	list := []Template{}
	err := tx.SelectContext(ctx, &list, sql.Get("templates"), tx.Office, on.Format(time.DateOnly))
	slices.SortFunc(list, func(a, b Template) int { return a.Position - b.Position })
	return list, err
}

// TemplateBy finds a template of a code.
func TemplateBy(ctx context.Context, tx *db.Tx, code string, on time.Time) (Template, error) {
	list, err := Templates(ctx, tx, on)
	if err != nil {
		return Template{}, err
	}
	for _, t := range list {
		if t.Code == code {
			return t, nil
		}
	}
	return Template{}, errs.New(errs.NotFound, "Takový vzor dopisu není.")
}

// SaveTemplate gives the office a wording of its own from now on; the earlier one is kept.
func SaveTemplate(ctx context.Context, tx *db.Tx, t Template, at time.Time) error {
	t.Subject, t.Body, t.Instruction = strings.TrimSpace(t.Subject), strings.TrimSpace(t.Body), strings.TrimSpace(t.Instruction)
	for _, f := range []struct{ name, label, text string }{{"subject", "Předmět", t.Subject}, {"body", "Text", t.Body}, {"instruction", "Poučení", t.Instruction}} {
		if f.text == "" && f.name != "instruction" {
			return errs.Fields(errs.Field{Name: f.name, Message: f.label + ": vyplňte."})
		}
		if bad := Unknown(f.text); len(bad) > 0 {
			return errs.Fields(errs.Field{Name: f.name, Message: f.label + ": údaj " + strings.Join(bad, ", ") + " neznáme. Použijte některý ze seznamu údajů."})
		}
	}
	if _, err := TemplateBy(ctx, tx, t.Code, at); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("end-template"), tx.Office, t.Code, at, tx.Actor); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-template"), tx.Office, t.Code, t.Subject, t.Body, t.Instruction, at, tx.Actor); err != nil {
		return err
	}
	log(tx, "template saved", "letter_template", t.Code, at, nil)
	return nil
}

// ResetTemplate returns to the shipped wording.
func ResetTemplate(ctx context.Context, tx *db.Tx, code string, at time.Time) error {
	r, err := tx.ExecContext(ctx, sql.Get("end-template"), tx.Office, code, at, tx.Actor)
	if err != nil {
		return err
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Úřad u tohoto vzoru vlastní znění nemá.")
	}
	log(tx, "template reset", "letter_template", code, at, nil)
	return nil
}

// Text is what people edit of a letter, by its parts.
type Text struct {
	Subject     string `db:"subject"`
	Body        string `db:"body"`
	Instruction string `db:"instruction"`
	Addressee   string `db:"addressee"`
	Address     string `db:"address"`
}

// Letter is a letter before and after it got its number.
type Letter struct {
	OfficeID int32  `db:"office_id"`
	ID       int64  `db:"id"`
	CaseID   int64  `db:"case_id"`
	Template string `db:"template"`
	Effect   string `db:"effect"`
	Kind     string `db:"kind"`
	Text
	AnswersID   *int64     `db:"answers_id"`
	PartyID     *int64     `db:"party_id"`
	Days        int        `db:"days"`
	Revision    int        `db:"revision"`
	CreatedAt   time.Time  `db:"created_at"`
	CreatedBy   string     `db:"created_by"`
	ChangedAt   time.Time  `db:"changed_at"`
	ChangedBy   string     `db:"changed_by"`
	OfferedAt   *time.Time `db:"offered_at"`
	OfferedBy   string     `db:"offered_by"`
	ReturnedAt  *time.Time `db:"returned_at"`
	ReturnedBy  string     `db:"returned_by"`
	ReturnedWhy string     `db:"returned_why"`
	ApprovedAt  *time.Time `db:"approved_at"`
	ApprovedBy  string     `db:"approved_by"`
	DocumentID  *int64     `db:"document_id"`
	DroppedAt   *time.Time `db:"dropped_at"`

	Mark   string `db:"mark"`   // of the case file; Drafts only
	Matter string `db:"matter"` // its subject; Drafts only
}

// Start begins a letter of a template in an open case file. What does not change with the day of approval is filled in.
func Start(ctx context.Context, tx *db.Tx, f Facts, t Template, at time.Time) (int64, error) {
	if f.Case.HandledAt != nil {
		return 0, errs.Newf(errs.Conflict, "Spis %s je už vyřízený.", f.Case.Mark)
	}
	l := Letter{CaseID: f.Case.ID, Template: t.Code, Effect: t.Effect, Kind: t.Kind, Days: t.Days,
		Text: Text{Subject: f.fixed(t.Subject), Body: f.fixed(t.Body), Instruction: f.fixed(t.Instruction), Addressee: f.addressee(), Address: f.address()}}
	if f.Answers != nil {
		l.AnswersID = &f.Answers.ID
	}
	if f.Party != nil {
		l.PartyID = &f.Party.ID
	}
	var id int64
	err := tx.GetContext(ctx, &id, sql.Get("create-letter"), tx.Office, l.CaseID, l.Template, l.Effect, l.Kind, l.AnswersID, l.PartyID, l.Addressee, l.Address, l.Days,
		l.Subject, l.Body, l.Instruction, at, tx.Actor)
	if err != nil {
		return 0, db.Classify(err)
	}
	log(tx, "letter started", "letter", strconv.FormatInt(id, 10), at, map[string]any{"case": f.Case.Mark, "template": t.Code})
	return id, keep(ctx, tx, id, 1, l.Text, at)
}

func keep(ctx context.Context, tx *db.Tx, id int64, revision int, t Text, at time.Time) error {
	_, err := tx.ExecContext(ctx, sql.Get("keep-revision"), tx.Office, id, revision, t.Subject, t.Body, t.Instruction, t.Addressee, t.Address, at, tx.Actor)
	return err
}

// ByID reads a letter.
func ByID(ctx context.Context, tx *db.Tx, id int64) (Letter, error) {
	var l Letter
	err := tx.GetContext(ctx, &l, sql.Get("letter"), tx.Office, id)
	return l, db.Classify(err)
}

// OfDocument is the letter that a document was approved from; NotFound when it was written otherwise.
func OfDocument(ctx context.Context, tx *db.Tx, document int64) (Letter, error) {
	var l Letter
	err := tx.GetContext(ctx, &l, sql.Get("letter-of-document"), tx.Office, document)
	return l, db.Classify(err)
}

// Of are the drafts of a case file.
func Of(ctx context.Context, tx *db.Tx, caseID int64) ([]Letter, error) {
	list := []Letter{}
	err := tx.SelectContext(ctx, &list, sql.Get("letters"), tx.Office, caseID)
	return list, err
}

// Drafts are the letters of the office that have no number yet, those that wait for approval first.
func Drafts(ctx context.Context, tx *db.Tx) ([]Letter, error) {
	list := []Letter{}
	err := tx.SelectContext(ctx, &list, sql.Get("open-letters"), tx.Office)
	return list, err
}

// open locks a letter that can still be changed.
func open(ctx context.Context, tx *db.Tx, id int64) (Letter, error) {
	var l Letter
	err := db.Classify(tx.GetContext(ctx, &l, sql.Get("lock-letter"), tx.Office, id))
	switch {
	case err != nil:
		return l, err
	case l.ApprovedAt != nil:
		err = errs.New(errs.Conflict, "Dopis je už schválený a má číslo jednací, měnit ho nelze.")
	case l.DroppedAt != nil:
		err = errs.New(errs.Conflict, "Rozepsaný dopis někdo zahodil.")
	}
	return l, err
}

func log(tx *db.Tx, action, kind, id string, at time.Time, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: kind, ObjectID: id, Data: data})
}

// Offer asks another person to approve.
func Offer(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	l, err := open(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := l.complete(); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sql.Get("offer"), tx.Office, id, at, tx.Actor)
	log(tx, "letter offered", "letter", strconv.FormatInt(id, 10), at, nil)
	return err
}

// Return gives an offered letter back with a comment.
func Return(ctx context.Context, tx *db.Tx, id int64, why string, at time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, co je třeba opravit."})
	}
	l, err := open(ctx, tx, id)
	if err == nil && l.OfferedAt == nil {
		err = errs.New(errs.Conflict, "Dopis na schválení nečeká.")
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sql.Get("return"), tx.Office, id, at, tx.Actor, why)
	log(tx, "letter returned", "letter", strconv.FormatInt(id, 10), at, nil)
	return err
}

// Drop throws a draft away; it never had a number.
func Drop(ctx context.Context, tx *db.Tx, id int64, at time.Time) error {
	if _, err := open(ctx, tx, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, sql.Get("drop"), tx.Office, id, at)
	log(tx, "letter dropped", "letter", strconv.FormatInt(id, 10), at, nil)
	return err
}

// complete refuses a letter in which a place to be filled in is left.
func (l Letter) complete() error {
	for _, p := range parts {
		text := *p.of(&l.Text)
		if p.needed && strings.TrimSpace(text) == "" {
			return errs.Fields(errs.Field{Name: p.name, Message: p.label + ": vyplňte."})
		}
		if hole := holes.FindString(text); hole != "" {
			return errs.Fields(errs.Field{Name: p.name, Message: p.label + ": zbývá doplnit " + hole + "."})
		}
		if bad := Unknown(text); len(bad) > 0 {
			return errs.Fields(errs.Field{Name: p.name, Message: p.label + ": údaj " + strings.Join(bad, ", ") + " neznáme. Nahraďte ho textem."})
		}
	}
	return nil
}

// Approve gives a letter its number: the document, and what it does to the case file. channel is how it will leave ("none"
// until dispatch decides). revision is what the person read; who wrote a letter does not approve it when the office wants
// four eyes.
func Approve(ctx context.Context, tx *db.Tx, f Facts, id int64, revision int, channel string, at time.Time) (Letter, records.Document, error) {
	l, err := open(ctx, tx, id)
	if err != nil {
		return l, records.Document{}, err
	}
	setting, err := records.SettingOf(ctx, tx)
	switch {
	case err != nil:
		return l, records.Document{}, err
	case l.Revision != revision:
		return l, records.Document{}, errs.New(errs.Conflict, "Dopis mezitím někdo změnil. Přečtěte si ho znovu a pak ho schvalte.")
	case setting.FourEyes && l.ChangedBy == tx.Actor:
		return l, records.Document{}, errs.New(errs.Invalid, "Úřad schvaluje dopisy ve dvou. Předložte dopis ke schválení kolegovi.")
	case setting.FourEyes && l.OfferedAt == nil:
		return l, records.Document{}, errs.New(errs.Conflict, "Dopis ještě nikdo nepředložil ke schválení.")
	case f.Case.HandledAt != nil:
		return l, records.Document{}, errs.Newf(errs.Conflict, "Spis %s je už vyřízený.", f.Case.Mark)
	}
	l.Text = f.Final(l)
	if err := l.complete(); err != nil {
		return l, records.Document{}, err
	}
	n := records.NewDocument{Direction: records.Out, Kind: l.Kind, Subject: l.Subject, Channel: channel, Party: l.Addressee, Body: l.body(), AnswersID: l.AnswersID}
	if l.PartyID != nil {
		n.Parties = []records.PartyRole{{ID: *l.PartyID, Role: records.Addressee}}
	}
	doc, err := records.AddDocument(ctx, tx, l.CaseID, n, at)
	if err != nil {
		return l, doc, err
	}
	if _, err := tx.ExecContext(ctx, sql.Get("approve"), tx.Office, id, at, tx.Actor, doc.ID, l.Subject, l.Body, l.Instruction); err != nil {
		return l, doc, err
	}
	log(tx, "letter approved", "letter", strconv.FormatInt(id, 10), at, map[string]any{"number": doc.ReferenceNumber})
	switch l.Effect {
	case Pause:
		err = f.Law.StopClock(ctx, tx, l.CaseID, "usnesení "+doc.ReferenceNumber, at)
	case Extend:
		err = f.Law.Extend(ctx, tx, l.CaseID, l.Days, "vyrozumění "+doc.ReferenceNumber, at)
	}
	return l, doc, err
}

// body is the text of the document with its instruction.
func (t Text) body() string {
	if t.Instruction == "" {
		return t.Body
	}
	return t.Body + "\n\nPoučení\n" + t.Instruction
}
