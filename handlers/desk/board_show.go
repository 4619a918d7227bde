package desk

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/users"
)

// PostingView is what pages show of a posting.
type PostingView struct {
	*board.Posting
	Tone, Word, Icon string
	Due              Due
	Kind             board.Kind
	Plan             *PlanView
	Late             string
	MadeBy           string
	RemovedBy        string
	CancelledBy      string
	Publisher        string // the neighbour that posted it
	Contract         string
}

// PostingDetail is one posting with everything known of it and all that can be done.
type PostingDetail struct {
	web.Page
	Board     BoardView
	P         PostingView
	Revisions []RevisionView // the current one first
	Errors    []Wrong
	Values    map[string]string
	Mail      bool // may open the case file
	Proofs    []ProofView
	Seen      *board.Availability // what the hourly looks through the network say
	Gaps      []string
}

// ProofView is a record of evidence in words.
type ProofView struct {
	Seq       int64
	What      string
	At        time.Time
	Hash      string
	SealedAt  *time.Time
	StampedAt *time.Time
	Signer    string
	Test      bool
}

var proofWords = map[string]string{board.EvidencePosted: "Vyvěšeno", board.EvidenceSeen: "Ověřeno, co viděl návštěvník webu", board.EvidenceRevised: "Opraveno",
	board.EvidenceRescheduled: "Změněna doba", board.EvidencePhysical: "Zapsána deska na ulici", board.EvidenceRemoved: "Sejmuto"}

// RevisionView is a revision with what it changed.
type RevisionView struct {
	board.Revision
	By      string
	Current bool
	Changes Changes
}

// Value is what stands in a field.
func (p PostingDetail) Value(name string) string { return p.Values[name] }

// Error is the message about a field.
func (p PostingDetail) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Posting shows one posting.
func (d *Desk) Posting(c *fiber.Ctx) error {
	p, err := d.postingDetail(c)
	if err != nil {
		return err
	}
	return web.View(c, "deskboard/show", "", p)
}

func (d *Desk) postingDetail(c *fiber.Ctx) (PostingDetail, error) {
	p := PostingDetail{Values: map[string]string{}}
	var found *board.Posting
	var contracts []board.Contract
	err := d.onBoard(c, func(ctx context.Context, tx *db.Tx, b BoardView) (err error) {
		p.Board = b
		if found, err = board.ByNumber(ctx, tx, c.Params("number")); err != nil {
			return err
		}
		if contracts, err = board.Contracts(ctx, tx, b.Office); err != nil {
			return err
		}
		return d.proofs(ctx, tx, &p, found)
	})
	if err != nil {
		return p, err
	}
	if p.Page, err = d.boardPage(c, found.Number()+" – "+found.Current().Title); err != nil {
		return p, err
	}
	p.Mail = p.Board.For == "" && users.Can(web.Session(c), users.SeeMail)
	members, err := d.members(c.UserContext(), web.Session(c))
	if err != nil {
		return p, err
	}
	if p.P, err = d.postingView(found, members, contracts); err != nil {
		return p, err
	}
	for i := range found.Revisions {
		r := RevisionView{Revision: found.Revisions[i], By: members.name(found.Revisions[i].By), Current: i == len(found.Revisions)-1}
		if i > 0 {
			r.Changes = d.changes(&found.Revisions[i-1].Content, &found.Revisions[i].Content)
		}
		p.Revisions = append([]RevisionView{r}, p.Revisions...)
	}
	return p, nil
}

// proofs reads the evidence of a posting and when it could be read through the network.
func (d *Desk) proofs(ctx context.Context, tx *db.Tx, p *PostingDetail, of *board.Posting) error {
	list, err := board.EvidenceOf(ctx, tx, of.ID)
	if err != nil {
		return err
	}
	for _, e := range list {
		what := proofWords[e.Kind]
		if what == "" {
			what = e.Kind
		}
		p.Proofs = append(p.Proofs, ProofView{e.Seq, what, e.At, e.Hash, e.SealedAt, e.StampedAt, e.Signer, e.Test})
	}
	if of.PostedAt == nil || of.Origin == board.Imported {
		return nil
	}
	seen, err := board.Available(ctx, tx, of, d.Clock.Now())
	if err != nil {
		return err
	}
	p.Seen = &seen
	for _, g := range seen.Gaps {
		p.Gaps = append(p.Gaps, g.Sentence())
	}
	return nil
}

func (d *Desk) postingView(p *board.Posting, who directory, contracts []board.Contract) (PostingView, error) {
	v := PostingView{Posting: p, MadeBy: who.name(p.MadeBy)}
	v.Tone, v.Word, v.Icon = stateWords(p.State())
	if p.State() == board.Hanging {
		v.Due = hangsUntil(p.UntilOn, d.Date())
	}
	if late := p.Late(); late > 0 {
		v.Late = duration(late)
	}
	if p.RemovedBy != nil {
		v.RemovedBy = who.name(*p.RemovedBy)
	}
	if p.CancelledBy != nil {
		v.CancelledBy = who.name(*p.CancelledBy)
	}
	on := p.PostAt
	if p.PostedAt != nil {
		on = *p.PostedAt
	}
	var err error
	if v.Kind, err = d.Law.Kind(p.Current().Kind, clock.Date(on)); err == nil {
		v.Plan = d.planView(d.Law.Plan(v.Kind, on, p.EventAt))
	} else {
		v.Kind = board.Kind{Code: p.Current().Kind, Name: p.Current().Kind}
	}
	if p.PublisherID != nil {
		o, err := d.Offices.ByID(*p.PublisherID)
		if err != nil {
			return v, err
		}
		v.Publisher = o.Name
		for _, k := range contracts {
			if k.ID == *p.ContractID {
				v.Contract = k.Title
			}
		}
	}
	return v, nil
}

// czechTime writes an instant as people do: 3. 12. 2026 v 8:30.
func czechTime(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006 v 15:04") }
