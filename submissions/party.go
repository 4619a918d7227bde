package submissions

import (
	"context"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/db"
	"epom/records"
)

// LinkSender links the document of a submission to the applicant in the office's name register, and files sent with it since
// (completions) too. Done again, it changes nothing.
func (s *Service) LinkSender(ctx context.Context, tx *db.Tx, id int64) error {
	v, err := s.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if known, err := roles(ctx, tx, v.DocumentID, records.Sender); err != nil || len(known) > 0 {
		return err
	}
	p, err := records.EnsureParty(ctx, tx, s.applicant(v), s.clock.Now())
	if err != nil {
		return err
	}
	for _, d := range v.Documents {
		role := records.PartyRole{ID: p.ID, Role: records.Sender}
		switch {
		case d.OfficeID != tx.Office || d.Party != v.Party:
			continue
		case d.Direction == records.Out:
			role.Role = records.Addressee
		}
		if err := records.LinkParty(ctx, tx, d.ID, role); err != nil {
			return err
		}
	}
	return nil
}

// applicant is the person or body of a submission as the name register writes it. Nobody's identity was checked.
func (s *Service) applicant(v *View) records.Party {
	p := records.Party{Kind: records.Person, Name: v.Party, Email: v.Email}
	if v.Form == nil {
		return p
	}
	set := s.Setting(v.Lang)
	a := v.Form.Evaluate(v.Answers.V, set).Applicant()
	p.Given, p.Family, p.Phone, p.DataBox = a.Given, a.Family, a.Phone, strings.ToLower(a.Databox)
	if born, err := time.Parse(time.DateOnly, a.Born); err == nil {
		p.Born = &born
	}
	if ico, ok := records.CleanICO(a.ICO); ok {
		p.ICO = ico
	}
	switch {
	case a.Company != "":
		p.Kind = records.Company
	case p.ICO != "":
		p.Kind = records.Business
	}
	p.Street, p.Town, p.Zip = street(a.Address), a.Address.Municipality.Name, a.Address.Zip
	if a.Address.Adm != 0 {
		p.Adm = &a.Address.Adm
	}
	if p.Street == "" && p.Town == "" {
		p.Street = a.Address.Text
	}
	return p
}

func street(a forms.Address) string {
	if a.Street == "" && a.Number != "" {
		return strings.TrimSpace(a.Part + " " + a.Number)
	}
	return strings.TrimSpace(a.Street + " " + a.Number)
}

// roles are the parties of a document in one role.
func roles(ctx context.Context, tx *db.Tx, document int64, role string) (list []records.PartyRole, err error) {
	parties, err := records.PartiesOf(ctx, tx, document)
	for _, p := range parties {
		if p.Role == role {
			list = append(list, records.PartyRole{ID: p.ID, Role: role})
		}
	}
	return list, err
}

// addressees of what is sent in a submission's matter: the applicant, once the name register knows it.
func addressees(ctx context.Context, tx *db.Tx, sub Submission) ([]records.PartyRole, error) {
	list, err := roles(ctx, tx, sub.DocumentID, records.Sender)
	for i := range list {
		list[i].Role = records.Addressee
	}
	return list, err
}
