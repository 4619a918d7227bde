package worker

import (
	"context"
	"fmt"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/notify"
	"epom/records"
	"epom/records/exchange"
	"epom/submissions"
	"epom/users"
)

// citizen is what every message about a submission has in common; number is that of the document it tells of.
func (w *Worker) citizen(v *submissions.View, number string) notify.Citizen {
	return notify.Citizen{Lang: v.Lang, Office: v.Office.Name, Contact: submissions.Contact(v.Office), Reference: v.Reference, Number: number,
		Subject: v.Case.Subject, Link: w.statusPage(v.Reference)}
}

// tellReceived confirms a submission to its citizen with the receipt or, while that cannot be made, without it; then the
// receipt follows alone. A submission that was referred here was confirmed by the first office.
func (w *Worker) tellReceived(ctx context.Context, tx *db.Tx, v *submissions.View, file *records.Component) error {
	if v.FromOffice != nil {
		return nil
	}
	first := to{uniq: "received/" + v.Reference, address: v.Email, name: v.Party, office: v.Office}
	number := ""
	if d := v.Document(v.DocumentID); d != nil {
		number = d.ReferenceNumber
	}
	l := notify.Received{Citizen: w.citizen(v, number), PIN: w.Submissions.PIN(v.Reference), Delivered: v.DeliveredAt.In(clock.Prague), Attached: file != nil}
	if v.Due != nil && !v.Due.Stands {
		l.Due = v.Due.On
	}
	if v.ConfirmBy != nil && v.ConfirmedAt == nil {
		l.ConfirmBy = *v.ConfirmBy
	}
	if file == nil {
		return w.queue(ctx, tx, first, l)
	}
	files := []mail.File{{Name: file.Name, Type: file.MediaType, SHA256: file.SHA256}}
	var told bool
	if err := tx.GetContext(ctx, &told, sql.Get("told"), first.uniq); err != nil {
		return err
	}
	if told {
		late := to{uniq: "receipt/" + v.Reference, address: v.Email, name: v.Party, office: v.Office, files: files}
		return w.queue(ctx, tx, late, notify.Receipt{Citizen: l.Citizen})
	}
	first.files = files
	return w.queue(ctx, tx, first, l)
}

// news tells those whom an event concerns.
func (w *Worker) news(ctx context.Context, c jobs.Claimed) error {
	var n submissions.News
	if err := c.Decode(&n); err != nil {
		return err
	}
	members, err := w.Users.Members(ctx, system(n.Office))
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(n.Office), func(tx *db.Tx) error {
		v, err := w.Submissions.Get(ctx, tx, n.Submission)
		if err != nil {
			return gone(err)
		}
		e := event(v, n.Event)
		if e == nil {
			return jobs.Permanent(fmt.Errorf("submission %d of office %d has no event %d", n.Submission, n.Office, n.Event))
		}
		if l := w.toCitizen(v, e); l != nil {
			uniq := fmt.Sprintf("event/%d/%d/citizen", n.Office, n.Event)
			if err := w.queue(ctx, tx, to{uniq: uniq, address: v.Email, name: v.Party, office: v.Office}, l); err != nil {
				return err
			}
		}
		if l := w.toStaff(v, e); l != nil {
			for _, m := range concerned(members, v.Case.ClerkID) {
				uniq := fmt.Sprintf("event/%d/%d/%d", n.Office, n.Event, m.Account)
				if err := w.queue(ctx, tx, to{uniq: uniq, address: m.Email, name: m.Name}, l); err != nil {
					return err
				}
			}
		}
		if v.Handover != nil { // what a clerk did belongs into the office's records system too
			if err := exchange.EnqueueNow(ctx, tx, v.CaseID); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}

func gone(err error) error {
	if errs.Is(err, errs.NotFound) {
		return jobs.Permanent(err)
	}
	return err
}

func event(v *submissions.View, id int64) *submissions.Event {
	for i := range v.Events {
		if v.Events[i].ID == id {
			return &v.Events[i]
		}
	}
	return nil
}

// toCitizen is what the citizen is told of an event; nil for steps that stay on the status page.
func (w *Worker) toCitizen(v *submissions.View, e *submissions.Event) letter {
	text := func(key string) string { s, _ := e.Data.V[key].(string); return s }
	c := w.citizen(v, text("number"))
	var due time.Time
	if v.Due != nil && !v.Due.Stands {
		due = v.Due.On
	}
	switch e.Kind {
	case submissions.EventAsked:
		by, _ := time.Parse(time.DateOnly, text("due"))
		return notify.Asked{Citizen: c, Words: text("text"), Due: by}
	case submissions.EventCompleted:
		return notify.Completed{Citizen: c, Files: files(e), Due: due}
	case submissions.EventExtended:
		return notify.Extended{Citizen: c, Due: due, Why: text("why")}
	case submissions.EventLetter:
		return notify.Written{Citizen: c, Letter: text("subject")}
	case submissions.EventReferred:
		r := notify.Referred{Citizen: c, To: text("to"), Why: text("why")}
		if v.Next != nil {
			r.ToContact = submissions.Contact(v.Next)
		}
		return r
	case submissions.EventHandled:
		if c.Number == "" {
			c.Number = v.Case.Mark
		}
		return notify.Handled{Citizen: c, Answered: text("how") == records.ByDocument, Noted: text("how") == records.ByNoting, Words: v.Case.HandledWhy}
	}
	return nil
}

// toStaff is what people of the office are told of an event.
func (w *Worker) toStaff(v *submissions.View, e *submissions.Event) letter {
	switch {
	case e.Kind == submissions.EventCompleted:
		return notify.Answered{Staff: w.staff(v), Files: files(e)}
	case e.Kind == submissions.EventAssigned && v.Case.ClerkID != nil && e.Actor != users.Actor(*v.Case.ClerkID):
		return notify.Assigned{Staff: w.staff(v)}
	}
	return nil
}

func files(e *submissions.Event) int { n, _ := e.Data.V["files"].(float64); return int(n) }

func (w *Worker) staff(v *submissions.View) notify.Staff {
	s := notify.Staff{Office: v.Office.Name, Mark: v.Case.Mark, Subject: v.Case.Subject, Link: w.casePage(v.CaseID)}
	if v.Due != nil && !v.Due.Stands {
		s.Due = v.Due.On
	}
	return s
}

// concerned is the clerk of a case or, while nobody has it, the mailroom.
func concerned(members []users.Member, clerk *int64) []users.Member {
	if clerk == nil {
		return having(members, users.Mailroom)
	}
	for _, m := range members {
		if m.Account == *clerk && !m.Disabled {
			return []users.Member{m}
		}
	}
	return having(members, users.Mailroom)
}

// having lists people with a role; without any, those who can give the role out.
func having(members []users.Member, role users.Role) []users.Member {
	var list []users.Member
	for _, m := range members {
		if m.Role == role && !m.Disabled {
			list = append(list, m)
		}
	}
	if len(list) == 0 && role != users.Admin {
		return having(members, users.Admin)
	}
	return list
}

// notice tells the mailroom of a new submission, or of one that another office referred here.
func (w *Worker) notice(ctx context.Context, c jobs.Claimed) error {
	var ref submissions.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	members, err := w.Users.Members(ctx, system(ref.Office))
	if err != nil {
		return err
	}
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		v, err := w.Submissions.Get(ctx, tx, ref.Submission)
		if err != nil {
			return gone(err)
		}
		l := notify.New{Staff: w.staff(v)}
		if v.FromOffice != nil {
			from, err := w.Offices.ByID(*v.FromOffice)
			if err != nil {
				return err
			}
			l.From = from.Name
		}
		for _, m := range having(members, users.Mailroom) {
			uniq := fmt.Sprintf("new/%d/%d/%d", ref.Office, ref.Submission, m.Account)
			if err := w.queue(ctx, tx, to{uniq: uniq, address: m.Email, name: m.Name}, l); err != nil {
				return err
			}
		}
		return c.DoneIn(ctx, tx)
	})
}
