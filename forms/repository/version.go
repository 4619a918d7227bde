package repository

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
)

// Version is one published version without its text.
type Version struct {
	Code        string                     `db:"code"`
	Version     int                        `db:"version"`
	SHA256      string                     `db:"sha256"`
	Letters     db.JSON[map[string]string] `db:"letters"` // templates of letters by file name
	Publisher   string                     `db:"publisher"`
	Fingerprint string                     `db:"fingerprint"` // empty = not from a package
	PublishedAt time.Time                  `db:"published_at"`
	PublishedBy string                     `db:"published_by"`
	DraftsUntil *time.Time                 `db:"drafts_until"` // nil = not withdrawn
	Why         *string                    `db:"why"`
	Successor   *string                    `db:"successor"`
	WithdrawnAt *time.Time                 `db:"withdrawn_at"`
}

// Versions lists published versions of a form, the newest first; of all forms when code is empty.
func (s *Store) Versions(ctx context.Context, code string) ([]Version, error) {
	var list []Version
	err := s.DB.SelectContext(ctx, &list, queries.Get("heads"), code)
	return list, db.Classify(err)
}

// Draft is a form being written, at one of its revisions.
type Draft struct {
	Code       string    `db:"code"`
	Revision   int       `db:"revision"`
	Definition string    `db:"definition"` // JSON, whatever its faults
	Note       string    `db:"note"`
	SavedAt    time.Time `db:"saved_at"`
	SavedBy    string    `db:"saved_by"`
}

// Drafts lists the forms being written at their last revisions; one code, or all when it is empty.
func (s *Store) Drafts(ctx context.Context, code string) ([]Draft, error) {
	var list []Draft
	err := s.DB.SelectContext(ctx, &list, queries.Get("drafts"), code)
	return list, db.Classify(err)
}

// Draft is a revision of a form being written; revision 0 is the last one. NotFound when there is none.
func (s *Store) Draft(ctx context.Context, code string, revision int) (Draft, error) {
	if revision == 0 {
		list, err := s.Drafts(ctx, code)
		if err == nil && (code == "" || len(list) == 0) {
			err = errs.New(errs.NotFound, "Rozepsaná verze tohoto formuláře není.")
		}
		if err != nil {
			return Draft{}, err
		}
		return list[0], nil
	}
	var d Draft
	err := s.DB.GetContext(ctx, &d, queries.Get("draft-revision"), code, revision)
	return d, db.Classify(err)
}

// SaveDraft keeps a definition as the revision after the one seen (0 = none yet) and returns its number with what is
// wrong in it: faults do not stop saving, only publishing. Conflict when somebody saved meanwhile, Invalid when it is no
// JSON object of that code.
func (s *Store) SaveDraft(ctx context.Context, scope db.Scope, code string, seen int, definition []byte, note string) (int, []forms.Problem, error) {
	head, err := forms.Head(definition)
	if err != nil {
		return 0, nil, errs.Wrap(errs.Invalid, err, "Definice formuláře není platný JSON: "+err.Error())
	}
	if head.Code != code {
		return 0, nil, errs.New(errs.Invalid, fmt.Sprintf("V definici je kód „%s“, ukládáte formulář „%s“. Opravte kód v definici.", head.Code, code))
	}
	err = s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		var last int
		if err := tx.GetContext(ctx, &last, queries.Get("draft-head"), code); err != nil {
			return err
		}
		if seen != last {
			return errs.New(errs.Conflict, "Formulář mezitím uložil někdo jiný. Načtěte stránku znovu a změny zopakujte.")
		}
		_, err := tx.ExecContext(ctx, queries.Get("save-draft"), code, seen+1, string(definition), note, s.Clock.Now(), scope.Actor)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	return seen + 1, forms.Check(definition), nil
}

// Head is the revision a new draft of the code must be saved after; 0 = nothing was ever saved.
func (s *Store) Head(ctx context.Context, code string) (int, error) {
	var last int
	err := s.DB.GetContext(ctx, &last, queries.Get("draft-head"), code)
	return last, db.Classify(err)
}

// Begin saves a draft that starts as the newest version; it returns the revision.
func (s *Store) Begin(ctx context.Context, scope db.Scope, code string) (int, error) {
	f, ok := s.Catalogue.Latest(code)
	if !ok {
		return 0, errs.New(errs.NotFound, "Takový formulář nemáme.")
	}
	def := f.Definition
	def.PublishedOn, def.Changes = "", forms.Text{}
	text, err := Write(def)
	if err != nil {
		return 0, err
	}
	last, err := s.Head(ctx, code)
	if err != nil {
		return 0, err
	}
	revision, _, err := s.SaveDraft(ctx, scope, code, last, text, fmt.Sprintf("podle verze %d", f.Version))
	return revision, err
}

// Discard throws away what was not published.
func (s *Store) Discard(ctx context.Context, scope db.Scope, code string) error {
	return s.DB.Tx(ctx, scope, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, queries.Get("discard-draft"), code)
		return err
	})
}

// Write lays a definition out as JSON for people.
func Write(def forms.Definition) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(def)
	return b.Bytes(), err
}
