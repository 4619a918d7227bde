package routing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
)

// Proposal is a change of competence that an office asks for in its own territory, for instance after it has concluded a
// public-law contract (§ 63 of Act 128/2000). The office of the region confirms or refuses it; only then it counts.
type Proposal struct {
	OfficeID     int32      `db:"office_id"`
	ID           int64      `db:"id"`
	Municipality int        `db:"municipality_code"`
	Agenda       string     `db:"agenda_code"`
	RoadClass    string     `db:"road_class"`
	Level        Level      `db:"level"`
	SeatCode     int        `db:"seat_code"` // with level Seat
	Contract     string     `db:"contract"`
	Reason       string     `db:"reason"`
	ValidFrom    time.Time  `db:"valid_from"`
	ValidTo      time.Time  `db:"valid_to"` // zero = holds on
	ProposedAt   time.Time  `db:"proposed_at"`
	ProposedBy   string     `db:"proposed_by"`
	DecidedAt    *time.Time `db:"decided_at"`
	Accepted     *bool      `db:"accepted"`
	Answer       string     `db:"answer"`
}

// Propose stores a proposal of the office of the transaction, for its own municipality, and answers its number.
func (e *Engine) Propose(ctx context.Context, tx *db.Tx, p Proposal, now time.Time) (int64, error) {
	office, err := e.offs.ByID(tx.Office)
	if err != nil {
		return 0, err
	}
	var wrong []errs.Field
	need := func(ok bool, field, message string) {
		if !ok {
			wrong = append(wrong, errs.Field{Name: field, Message: message})
		}
	}
	_, noAgenda := e.Agenda(p.Agenda, p.ValidFrom)
	need(noAgenda == nil, "agenda", "Vyberte agendu.")
	need(p.Level == Obec || p.Level == POU || p.Level == ORP || p.Level == Kraj || p.Level == Seat, "level", "Vyberte, který úřad má věc vyřizovat.")
	need(p.Level != Seat || e.card(p.SeatCode, Obec) != nil, "seat", "Vyberte obec, jejíž úřad má věc vyřizovat.")
	need(strings.TrimSpace(p.Reason) != "", "reason", "Napište důvod změny.")
	need(!p.ValidFrom.IsZero(), "valid_from", "Zadejte den, od kterého změna platí.")
	need(p.ValidTo.IsZero() || p.ValidTo.After(p.ValidFrom), "valid_to", "Konec platnosti musí být po jejím začátku.")
	if wrong != nil {
		return 0, errs.Fields(wrong...)
	}
	region, err := e.offs.ByRegion(office.RegionCode)
	if err != nil || office.MunicipalityCode == 0 {
		return 0, errs.New(errs.Forbidden, "Opravu může navrhnout jen úřad obce, jejíž kraj je v e-POM.")
	}
	var to, seat any
	if !p.ValidTo.IsZero() {
		to = p.ValidTo.Format(time.DateOnly)
	}
	if p.Level == Seat {
		seat = p.SeatCode
	}
	var id int64
	err = tx.GetContext(ctx, &id, queries.Get("propose"), tx.Office, region.ID, office.MunicipalityCode, p.Agenda, p.RoadClass, string(p.Level), seat,
		p.Contract, p.Reason, p.ValidFrom.Format(time.DateOnly), to, now, tx.Actor)
	if err != nil {
		return 0, db.Classify(fmt.Errorf("propose competence: %w", err))
	}
	return id, nil
}

// Proposals are those the office of the transaction made or is to check, the undecided first.
func Proposals(ctx context.Context, tx *db.Tx) ([]Proposal, error) {
	var out []Proposal
	if err := tx.SelectContext(ctx, &out, queries.Get("proposals"), tx.Office); err != nil {
		return nil, db.Classify(fmt.Errorf("read proposals: %w", err))
	}
	return out, nil
}

// Decide confirms or refuses a proposal as the office of the region; a confirmed one becomes a competence in the same
// transaction. NotFound: there is no such open proposal for this office.
func Decide(ctx context.Context, tx *db.Tx, id int64, accept bool, answer string, now time.Time) error {
	if !accept && strings.TrimSpace(answer) == "" {
		return errs.Fields(errs.Field{Name: "answer", Message: "Napište, proč návrh odmítáte."})
	}
	var done bool
	if err := tx.GetContext(ctx, &done, queries.Get("decide-proposal"), id, accept, now, tx.Actor, answer); err != nil {
		return db.Classify(fmt.Errorf("decide proposal: %w", err))
	}
	if !done {
		return errs.New(errs.NotFound, "Takový návrh tu není, nebo už je vyřízený.")
	}
	return nil
}
