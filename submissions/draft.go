package submissions

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"time"

	"github.com/lib/pq"

	"epom/forms"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
)

// draftLife is how long an unsent draft is kept after the last change.
const draftLife = 30 * 24 * time.Hour

// Draft is a form being filled. Whoever holds its token may go on with it.
type Draft struct {
	ID          int64                  `db:"id"`
	FormCode    string                 `db:"form_code"`
	FormVersion int                    `db:"form_version"`
	Lang        string                 `db:"lang"`
	Answers     db.JSON[forms.Answers] `db:"answers"`
	Revision    int                    `db:"revision"`
	Email       string                 `db:"email"`
	CreatedAt   time.Time              `db:"created_at"`
	UpdatedAt   time.Time              `db:"updated_at"`
	ExpiresAt   time.Time              `db:"expires_at"`
	Reference   *string                `db:"reference"` // set once it was sent
	Files       db.JSON[[]File]        `db:"files"`

	Form *forms.Form `db:"-"`
}

// File is a file attached to a draft.
type File struct {
	ID        string `json:"id"`
	Field     string `json:"field"`
	Name      string `json:"name"`
	MediaType string `json:"type"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

func hashToken(token string) []byte { h := sha256.Sum256([]byte(token)); return h[:] }

func newToken() string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Start begins a draft of the newest version of a form and returns its token.
func (s *Service) Start(ctx context.Context, formCode, lang string, answers forms.Answers) (string, error) {
	f, ok := s.forms.Latest(formCode)
	if !ok {
		return "", errs.New(errs.NotFound, "")
	}
	return s.begin(ctx, f, lang, answers)
}

func (s *Service) begin(ctx context.Context, f *forms.Form, lang string, answers forms.Answers) (string, error) {
	if answers == nil {
		answers = forms.Answers{}
	}
	token, now := newToken(), s.clock.Now()
	_, err := s.db.ExecContext(ctx, sql.Get("create-draft"), hashToken(token), f.Code, f.Version, lang, db.J(answers), now, now.Add(draftLife))
	return token, db.Classify(err)
}

// Draft finds a draft by its token; an expired one is not found.
func (s *Service) Draft(ctx context.Context, token string) (*Draft, error) {
	return s.scanDraft(s.db.QueryRowxContext(ctx, sql.Get("draft"), hashToken(token), s.clock.Now()))
}

// readDrafts finds the drafts of many tokens by one question; an unknown one is nil.
func (s *Service) readDrafts(tokens []string) ([]*Draft, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	hashes := make(pq.ByteaArray, len(tokens))
	for i, t := range tokens {
		hashes[i] = hashToken(t)
	}
	var rows []struct {
		N int `db:"n"`
		Draft
	}
	if err := db.Classify(s.db.SelectContext(ctx, &rows, sql.Get("drafts"), hashes, s.clock.Now())); err != nil {
		return nil, err
	}
	out := make([]*Draft, len(tokens))
	for i := range rows {
		d := rows[i].Draft
		if err := s.withForm(&d); err != nil {
			return nil, err
		}
		out[rows[i].N-1] = &d
	}
	return out, nil
}

func (s *Service) scanDraft(row interface{ StructScan(any) error }) (*Draft, error) {
	var d Draft
	if err := row.StructScan(&d); err != nil {
		return nil, db.Classify(err)
	}
	return &d, s.withForm(&d)
}

func (s *Service) withForm(d *Draft) error {
	f, ok := s.forms.Version(d.FormCode, d.FormVersion)
	if !ok {
		return errs.Newf(errs.Internal, "form %s version %d is not in the catalogue", d.FormCode, d.FormVersion)
	}
	d.Form = f
	return nil
}

// Setting is what forms need from outside when they are run for a draft.
func (s *Service) Setting(lang string) forms.Setting {
	return forms.Setting{Today: s.today(), Lang: forms.Lang(lang)}
}

// Changed says that a draft was changed elsewhere since the page was shown.
type Changed struct {
	Labels   []string // fields changed elsewhere
	Revision int      // what the page must say next time
}

// Save keeps new answers made from the draft as it was at a revision. Changes made elsewhere meanwhile are merged when
// they touch other fields; when they touch a field this page changes too, nothing is kept and Changed names the fields.
func (s *Service) Save(ctx context.Context, token string, seen int, answers forms.Answers) (*Changed, error) {
	var clash *Changed
	err := s.db.Tx(ctx, db.Scope{}, func(tx *db.Tx) error {
		d, err := s.lockDraft(ctx, tx, token)
		if err != nil {
			return err
		}
		if d.Revision != seen {
			base, err := revision(ctx, tx, d.ID, seen)
			if err != nil {
				return err
			}
			theirs := d.Form.Diff(base, d.Answers.V, forms.Lang(d.Lang))
			mine := d.Form.Diff(base, answers, forms.Lang(d.Lang))
			if labels := overlap(theirs, mine); len(labels) > 0 {
				clash = &Changed{Labels: labels, Revision: d.Revision}
				return nil
			}
			answers = merge(d.Answers.V, answers, mine)
		}
		return s.store(ctx, tx, d, answers)
	})
	return clash, err
}

func (s *Service) store(ctx context.Context, tx *db.Tx, d *Draft, answers forms.Answers) error {
	if _, err := tx.ExecContext(ctx, sql.Get("keep-revision"), d.ID, d.Revision, d.Answers); err != nil {
		return err
	}
	now := s.clock.Now()
	_, err := tx.ExecContext(ctx, sql.Get("save-draft"), d.ID, db.J(answers), now, now.Add(draftLife))
	return err
}

func (s *Service) lockDraft(ctx context.Context, tx *db.Tx, token string) (*Draft, error) {
	if _, err := tx.ExecContext(ctx, sql.Get("lock-draft"), hashToken(token)); err != nil {
		return nil, err
	}
	d, err := s.scanDraft(tx.QueryRowxContext(ctx, sql.Get("draft"), hashToken(token), s.clock.Now()))
	if err == nil && d.Reference != nil {
		err = errs.New(errs.Conflict, "Toto podání jste už odeslali; změnit je nelze.")
	}
	return d, err
}

func revision(ctx context.Context, tx *db.Tx, draft int64, n int) (forms.Answers, error) {
	var a db.JSON[forms.Answers]
	err := tx.QueryRowContext(ctx, sql.Get("revision"), draft, n).Scan(&a)
	if errs.Is(db.Classify(err), errs.NotFound) {
		return forms.Answers{}, nil // too old to know: everything counts as changed
	}
	return a.V, err
}

// overlap names the fields that both sides changed, and differently.
func overlap(theirs, mine []forms.Change) []string {
	var labels []string
	changed := map[string]string{}
	for _, c := range mine {
		changed[c.Path] = c.New
	}
	for _, c := range theirs {
		if to, ok := changed[c.Path]; ok && to != c.New {
			labels = append(labels, c.Label)
		}
	}
	return labels
}

// merge puts my changes over the stored answers.
func merge(stored, mine forms.Answers, changes []forms.Change) forms.Answers {
	for _, c := range changes {
		stored = stored.With(c.Path, mine.Get(c.Path))
	}
	return stored
}

// ChangedSince names the fields of a draft that changed after a revision.
func (s *Service) ChangedSince(ctx context.Context, d *Draft, seen int) ([]string, error) {
	var labels []string
	err := s.db.Tx(ctx, db.Scope{}, func(tx *db.Tx) error {
		base, err := revision(ctx, tx, d.ID, seen)
		for _, c := range d.Form.Diff(base, d.Answers.V, forms.Lang(d.Lang)) {
			labels = append(labels, c.Label)
		}
		return err
	})
	return labels, err
}

// maxDraftFiles and maxDraftBytes bound a draft before its office, with limits of its own, is known.
const (
	maxDraftFiles = 200
	maxDraftBytes = 500 << 20
)

// Attach streams a file into the file store and adds it to the draft. max bounds its size in bytes (0 = 100 MB). The
// answers are not changed: the caller puts the returned reference into them.
func (s *Service) Attach(ctx context.Context, d *Draft, field, name string, body io.Reader, max int64) (File, error) {
	if len(d.Files.V) >= maxDraftFiles {
		return File{}, errs.New(errs.Invalid, "K jednomu podání lze přiložit nejvýše 200 souborů.")
	}
	if max == 0 {
		max = 100 << 20
	}
	ref, err := s.files.Put(ctx, body, max)
	if err != nil {
		return File{}, err
	}
	f := File{ID: newToken()[:12], Field: field, Name: blob.CleanName(name), MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}
	if err := blob.Check(f.Name, f.MediaType); err != nil {
		return File{}, err
	}
	var total int64
	for _, other := range d.Files.V {
		total += other.Size
	}
	if total+f.Size > maxDraftBytes {
		return File{}, errs.New(errs.Invalid, "Přílohy jsou dohromady příliš velké.")
	}
	if _, err = s.db.ExecContext(ctx, sql.Get("add-file"), d.ID, f.ID, f.Field, f.Name, f.MediaType, f.Size, f.SHA256, s.clock.Now()); err != nil {
		return File{}, db.Classify(err)
	}
	d.Files.V = append(d.Files.V, f)
	return f, nil
}

// Remember keeps the e-mail the link to go on is sent to, and queues that mail.
func (s *Service) Remember(ctx context.Context, token, email string, queue func(*db.Tx, *Draft) error) error {
	return s.db.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		d, err := s.lockDraft(ctx, tx, token)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sql.Get("remember"), d.ID, email); err != nil {
			return err
		}
		d.Email = email
		return queue(tx, d)
	})
}

// Discard forgets an unsent draft at the person's wish.
func (s *Service) Discard(ctx context.Context, token string) error {
	_, err := s.db.ExecContext(ctx, sql.Get("discard"), hashToken(token))
	return db.Classify(err)
}

// Expire forgets drafts nobody came back to; it returns how many.
func (s *Service) Expire(ctx context.Context) (int64, error) {
	now := s.clock.Now()
	if _, err := s.db.ExecContext(ctx, offlineSQL.Get("settle"), now); err != nil { // their keys are remembered for ever
		return 0, db.Classify(err)
	}
	r, err := s.db.ExecContext(ctx, sql.Get("expire"), now)
	if err != nil {
		return 0, db.Classify(err)
	}
	return r.RowsAffected()
}
