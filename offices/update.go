package offices

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/db"
	"epom/internal/errs"
)

// Contact is what an office changes about itself.
type Contact struct {
	Email, Phone, Web, DataBox string
	Street, Zip, Town          string
	AttachmentMB, SubmissionMB int
	AttachmentCount            int
	Emblem                     string // SHA-256 in the file store, empty = the default one
	Hours                      []Hours
}

var (
	dataBox = regexp.MustCompile(`^[a-z0-9]{7}$`)
	zip     = regexp.MustCompile(`^\d{5}$`)
	phone   = regexp.MustCompile(`^\+?[0-9 ]{9,20}$`)
)

// Update changes the contacts, hours and limits of the office of the transaction. Wrong fields are named together.
func Update(ctx context.Context, tx *db.Tx, c Contact) error {
	if err := c.check(); err != nil {
		return err
	}
	done, err := tx.ExecContext(ctx, queries.Get("update-contact"), tx.Office, c.Email, c.Phone, c.Web, c.DataBox, c.Street, c.Zip,
		c.Town, c.AttachmentMB, c.SubmissionMB, c.AttachmentCount, c.Emblem)
	if err != nil {
		return db.Classify(fmt.Errorf("update office: %w", err))
	}
	if n, _ := done.RowsAffected(); n != 1 {
		return errs.New(errs.NotFound, "Takový úřad neznáme.")
	}
	if _, err := tx.ExecContext(ctx, queries.Get("clear-hours"), tx.Office); err != nil {
		return db.Classify(fmt.Errorf("update office hours: %w", err))
	}
	for _, h := range c.Hours {
		if _, err := tx.ExecContext(ctx, queries.Get("add-hours"), tx.Office, h.Weekday, h.Opens, h.Closes); err != nil {
			return db.Classify(fmt.Errorf("update office hours: %w", err))
		}
	}
	return nil
}

func (c *Contact) check() error {
	var wrong []errs.Field
	need := func(ok bool, field, message string) {
		if !ok {
			wrong = append(wrong, errs.Field{Name: field, Message: message})
		}
	}
	_, mailErr := mail.ParseAddress(c.Email)
	need(c.Email == "" || mailErr == nil, "email", "Zadejte e-mail ve tvaru jmeno@obec.cz.")
	need(c.Phone == "" || phone.MatchString(c.Phone), "phone", "Telefon pište číslicemi, třeba 482 311 111.")
	u, urlErr := url.Parse(c.Web)
	need(c.Web == "" || urlErr == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "", "web", "Adresa webu začíná https://.")
	need(c.DataBox == "" || dataBox.MatchString(c.DataBox), "data_box", "Identifikátor datové schránky má sedm znaků, malá písmena a číslice.")
	need(c.Zip == "" || zip.MatchString(c.Zip), "zip", "PSČ má pět číslic.")
	need(c.AttachmentMB >= 1 && c.AttachmentMB <= 100, "attachment_mb", "Největší příloha může mít 1 až 100 MB.")
	need(c.SubmissionMB >= c.AttachmentMB && c.SubmissionMB <= 500, "submission_mb", "Všechny přílohy dohromady: aspoň tolik co jedna, nejvýše 500 MB.")
	need(c.AttachmentCount >= 1 && c.AttachmentCount <= 500, "attachment_count", "Příloh může být 1 až 500.")
	sortHours(c.Hours)
	for i, h := range c.Hours {
		opens, err1 := time.Parse("15:04", h.Opens)
		closes, err2 := time.Parse("15:04", h.Closes)
		ok := h.Weekday >= 1 && h.Weekday <= 7 && err1 == nil && err2 == nil && opens.Before(closes)
		if ok && i > 0 && c.Hours[i-1].Weekday == h.Weekday {
			ok = c.Hours[i-1].Closes <= h.Opens
		}
		if !ok {
			need(false, "hours", "Úřední hodiny pište od–do, třeba 08:00–12:00; v jednom dni se nesmějí překrývat.")
			break
		}
	}
	if wrong != nil {
		return errs.Fields(wrong...)
	}
	return nil
}

var (
	slug         = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	abbreviation = regexp.MustCompile(`^[A-Z0-9]{0,8}$`)
)

// Add adds an office, as the owner of the tables. Conflict: the slug, the municipality or the abbreviation is taken.
func Add(ctx context.Context, owner *sqlx.DB, d Draft) error {
	switch {
	case !slug.MatchString(d.Slug):
		return errs.Fields(errs.Field{Name: "slug", Message: "Zkratka do adresy má malá písmena bez diakritiky, číslice a spojovníky."})
	case !abbreviation.MatchString(d.Abbreviation):
		return errs.Fields(errs.Field{Name: "abbreviation", Message: "Zkratka do čísel jednacích má nejvýš osm velkých písmen a číslic."})
	}
	done, err := owner.ExecContext(ctx, queries.Get("add-many"), db.J([]Draft{d}))
	if err != nil {
		return db.Classify(fmt.Errorf("add office: %w", err))
	}
	if n, _ := done.RowsAffected(); n != 1 {
		return errs.Newf(errs.Conflict, "Úřad se stejnou adresou %s, obcí nebo zkratkou už tu je.", d.Slug)
	}
	return nil
}
