package records

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
)

// Kinds of parties.
const (
	Person    = "person"    // natural person
	Business  = "business"  // natural person in business
	Company   = "company"   // legal person
	Authority = "authority" // public authority
)

// Roles of a party at a document.
const (
	Sender      = "sender"
	Addressee   = "addressee"
	Represented = "represented"
)

// Party is a person or body of the name register (jmenný rejstřík).
type Party struct {
	OfficeID   int32      `db:"office_id"`
	ID         int64      `db:"id"`
	Kind       string     `db:"kind"`
	Name       string     `db:"name"` // as it stands in lists
	Given      string     `db:"given"`
	Family     string     `db:"family"`
	Born       *time.Time `db:"born"`
	ICO        string     `db:"ico"`
	DataBox    string     `db:"data_box"`
	Email      string     `db:"email"`
	Phone      string     `db:"phone"`
	Street     string     `db:"street"`
	Town       string     `db:"town"`
	Zip        string     `db:"zip"`
	Country    string     `db:"country"` // empty = Czech Republic
	Adm        *int64     `db:"adm"`     // address point in RÚIAN
	Identified bool       `db:"identified"`
	Note       string     `db:"note"`
	MergedInto *int64     `db:"merged_into"`
	CreatedAt  time.Time  `db:"created_at"`
	CreatedBy  string     `db:"created_by"`
	ChangedAt  time.Time  `db:"changed_at"`
}

// PartyRole says what a party is to a document.
type PartyRole struct {
	ID   int64
	Role string
}

// PartyOf is a party with its role at a document.
type PartyOf struct {
	Party
	Role       string `db:"role"`
	DocumentID int64  `db:"document_id"`
}

// CreateParty adds a row to the name register.
func CreateParty(ctx context.Context, tx *db.Tx, p Party, at time.Time) (Party, error) {
	if p.Name = strings.TrimSpace(p.Name); p.Name == "" {
		p.Name = strings.TrimSpace(p.Given + " " + p.Family)
	}
	if p.Name == "" {
		return p, errs.Fields(errs.Field{Name: "name", Message: "Napište jméno nebo název."})
	}
	p.OfficeID, p.CreatedAt, p.ChangedAt, p.CreatedBy = tx.Office, at, at, tx.Actor
	err := tx.GetContext(ctx, &p.ID, sql.Get("create-party"), p.OfficeID, p.Kind, p.Name, p.Given, p.Family, p.Born, p.ICO, p.DataBox, p.Email, p.Phone, p.Street,
		p.Town, p.Zip, p.Country, p.Adm, p.Identified, p.Note, at, p.CreatedBy)
	if err != nil {
		return p, db.Classify(err)
	}
	audit.Write(tx, audit.Event{At: at, Action: "party created", ObjectType: "party", ObjectID: strconv.FormatInt(p.ID, 10)})
	return p, nil
}

// PartyByID reads a row of the office's name register.
func PartyByID(ctx context.Context, tx *db.Tx, id int64) (Party, error) {
	var p Party
	err := tx.GetContext(ctx, &p, sql.Get("party"), tx.Office, id)
	return p, db.Classify(err)
}

// LinkParty says what a party is to a document.
func LinkParty(ctx context.Context, tx *db.Tx, document int64, p PartyRole) error {
	_, err := tx.ExecContext(ctx, sql.Get("link-party"), tx.Office, document, p.ID, p.Role)
	return err
}

// PartiesOf are the parties of documents, senders first.
func PartiesOf(ctx context.Context, tx *db.Tx, documents ...int64) ([]PartyOf, error) {
	list := []PartyOf{}
	err := tx.SelectContext(ctx, &list, sql.Get("parties-of-documents"), tx.Office, pq.Array(documents))
	return list, err
}
