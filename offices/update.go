package offices

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/jmoiron/sqlx"

	"epom/internal/check"
	"epom/internal/db"
	"epom/internal/errs"
)

// Contact is what an office changes about itself.
type Contact struct {
	Email           string `field:"email" validate:"omitempty,email" says:"Zadejte e-mail ve tvaru jmeno@obec.cz."`
	Phone           string `field:"phone" validate:"omitempty,phone" says:"Telefon pište číslicemi, třeba 482 311 111."`
	Web             string `field:"web" validate:"omitempty,http_url" says:"Adresa webu začíná https://."`
	DataBox         string `field:"data_box" validate:"omitempty,len=7,alphanum,lowercase" says:"Identifikátor datové schránky má sedm znaků, malá písmena a číslice."`
	Street          string
	Zip             string `field:"zip" validate:"omitempty,len=5,number" says:"PSČ má pět číslic."`
	Town            string
	AttachmentMB    int     `field:"attachment_mb" validate:"min=1,max=100" says:"Největší příloha může mít 1 až 100 MB."`
	SubmissionMB    int     `field:"submission_mb" validate:"gtefield=AttachmentMB,max=500" says:"Všechny přílohy dohromady: aspoň tolik co jedna, nejvýše 500 MB."`
	AttachmentCount int     `field:"attachment_count" validate:"min=1,max=500" says:"Příloh může být 1 až 500."`
	Emblem          string  // SHA-256 in the file store, empty = the default one
	Hours           []Hours `validate:"-"`
}

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
	wrong := check.Struct(c)
	sortHours(c.Hours)
	for i, h := range c.Hours {
		opens, err1 := time.Parse("15:04", h.Opens)
		closes, err2 := time.Parse("15:04", h.Closes)
		ok := h.Weekday >= 1 && h.Weekday <= 7 && err1 == nil && err2 == nil && opens.Before(closes)
		if ok && i > 0 && c.Hours[i-1].Weekday == h.Weekday {
			ok = c.Hours[i-1].Closes <= h.Opens
		}
		if !ok {
			wrong = append(wrong, errs.Field{Name: "hours", Message: "Úřední hodiny pište od–do, třeba 08:00–12:00; v jednom dni se nesmějí překrývat."})
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
