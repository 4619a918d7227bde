package submissions

import (
	"context"
	_ "embed"
	"regexp"
	"time"

	"epom/forms"
	"epom/internal/db"
	"epom/internal/errs"
)

//go:embed offline.sql
var offlineText string

var offlineSQL = db.Load("submissions-offline", offlineText)

// Offline is a form that was filled and finished without a network.
type Offline struct {
	Key     string // made by the device when the form was finished: whoever brings it again gets the same answer
	Code    string
	Version int
	Lang    string
	Answers forms.Answers
	Files   []File    // already in the file store, under the names the answers use
	Filled  time.Time // when the person finished it, by the clock of her device
	Clock   time.Time // what that clock said when this was sent
}

// Filled is when a submission was finished on a device without a network. It is a fact beside the delivery, which is the
// server's alone: an electronic act is delivered when the office has it.
type Filled struct {
	At       time.Time `db:"filled_at"`
	Doubtful bool      `db:"doubtful"` // the clock of the device was wrong by more than an hour
	Came     time.Time `db:"came_at"`
}

// offlineKey is 24 random bytes or more in base64url.
var offlineKey = regexp.MustCompile(`^[A-Za-z0-9_-]{32,64}$`)

// SendOffline takes in what was filled without a network, once for each key: the same key, also from another device and at
// the same moment, gets the same reference. Errors are those of Send; a version that was never published here is Invalid.
func (s *Service) SendOffline(ctx context.Context, o Offline) (Sent, error) {
	if !offlineKey.MatchString(o.Key) {
		return Sent{}, errs.New(errs.Invalid, "Podání nemá platný klíč. Otevřete ho v zařízení, kde vzniklo, a odešlete znovu.")
	}
	f, ok := s.forms.Version(o.Code, o.Version)
	if !ok {
		return Sent{}, errs.Newf(errs.Invalid, "Verzi %d formuláře „%s“ tato brána nezná. Vyplňte prosím formulář znovu v dnešní podobě.", o.Version, o.Code)
	}
	if o.Answers == nil {
		o.Answers = forms.Answers{}
	}
	var known *string
	err := db.Classify(s.db.GetContext(ctx, &known, offlineSQL.Get("item"), hashToken(o.Key)))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return Sent{}, err
	}
	if known != nil {
		return Sent{Reference: *known}, nil
	}
	if err := s.keepOffline(ctx, f, o); err != nil {
		return Sent{}, err
	}
	sent, err := s.Send(ctx, offlineToken(o.Key), 1)
	if err != nil {
		return Sent{}, s.forgetUnsent(ctx, o.Key, err)
	}
	_, err = s.db.ExecContext(ctx, offlineSQL.Get("sent"), hashToken(o.Key), sent.Reference)
	return sent, db.Classify(err)
}

// offlineToken is the token of the draft a key becomes; no cookie or link ever has one like it.
func offlineToken(key string) string { return "offline " + key }

// keepOffline makes the draft with its files in one transaction. When another device was first nothing is done.
func (s *Service) keepOffline(ctx context.Context, f *forms.Form, o Offline) error {
	now := s.clock.Now()
	return s.db.Tx(ctx, db.Scope{}, func(tx *db.Tx) error {
		var id int64
		err := db.Classify(tx.QueryRowContext(ctx, offlineSQL.Get("create-draft"), hashToken(offlineToken(o.Key)), f.Code, f.Version, o.Lang, db.J(o.Answers), now, now.Add(draftLife)).Scan(&id))
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, file := range o.Files {
			if _, err := tx.ExecContext(ctx, sql.Get("add-file"), id, file.ID, file.Field, file.Name, file.MediaType, file.Size, file.SHA256, now); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, offlineSQL.Get("create-item"), hashToken(o.Key), o.Filled, o.Clock.Sub(now).Seconds(), now, id)
		return err
	})
}

// forgetUnsent lets go of what was not taken in, so that it may come corrected under the same key; why is passed on.
func (s *Service) forgetUnsent(ctx context.Context, key string, why error) error {
	if errs.Is(why, errs.Unavailable) {
		return why // whether it was taken in is not known: the next try will tell
	}
	if err := s.Discard(ctx, offlineToken(key)); err != nil {
		return err
	}
	return why
}

// FilledOffline tells when a submission was finished without a network; nil = it was filled on line.
func FilledOffline(ctx context.Context, tx *db.Tx, reference string) (*Filled, error) {
	var f Filled
	err := db.Classify(tx.GetContext(ctx, &f, offlineSQL.Get("filled"), reference))
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &f, err
}
