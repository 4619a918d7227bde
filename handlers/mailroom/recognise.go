package mailroom

import (
	"context"
	"io"
	"strings"

	"epom/internal/errs"
	"epom/records"
	"epom/records/intake"
	"epom/submissions"
)

// recognise looks for filled forms of ours among the pieces of a file. One whose data were changed since we made it is named:
// it is registered as any other paper, and nothing is taken from it.
func (m *Mailroom) recognise(ctx context.Context, it *intake.Item) (found []submissions.Recognised) {
	if m.Recognise == nil {
		return nil
	}
	for _, p := range it.Pieces {
		if p.Size > submissions.FilledBytes || p.MediaType != "application/pdf" && !strings.HasSuffix(strings.ToLower(p.Name), ".epom.json") {
			continue
		}
		file, _, err := m.Reader.Files.Open(ctx, p.SHA256)
		if err != nil {
			continue // the mailroom takes it as it is
		}
		data, err := io.ReadAll(io.LimitReader(file, submissions.FilledBytes+1))
		file.Close()
		if err != nil {
			continue
		}
		r, err := m.Recognise(data)
		switch {
		case err == nil:
			found = append(found, r)
		case errs.Is(err, errs.Invalid):
			it.Losses = append(it.Losses, intake.Loss{Name: p.Name, Why: errs.Message(err), Kept: true})
		}
	}
	return found
}

// prefillForm writes what a recognised form says into fields that are empty, and tells the clerk.
func (p *NewPage) prefillForm(found []submissions.Recognised) {
	for _, r := range found {
		put := func(name, value string) {
			if value != "" && p.Value(name) == "" {
				p.Values[name] = value
			}
		}
		put("subject", r.Subject)
		put("who", r.Sender.Name)
		put("email", r.Sender.Email)
		put("data_box", r.Sender.DataBox)
		put("ico", r.Sender.ICO)
		put("street", r.Sender.Street)
		put("town", r.Sender.Town)
		put("zip", r.Sender.Zip)
		put("agenda", r.Agenda)
		if r.Sender.Born != nil {
			put("born", r.Sender.Born.Format("2. 1. 2006"))
		}
		if p.Value("who_kind") == "" || p.Value("who_kind") == records.Person {
			p.Values["who_kind"] = r.Sender.Kind
		}
		p.Recognised = append(p.Recognised, r)
	}
}
