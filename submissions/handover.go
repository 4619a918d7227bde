package submissions

import (
	"context"

	"epom/internal/db"
	"epom/internal/errs"
)

// EmailOf is the address of the citizen whose submission opened a case file; empty when none did or none was given.
func EmailOf(ctx context.Context, tx *db.Tx, caseID int64) (string, error) {
	sub, err := ofCase(ctx, tx, caseID)
	return sub.Email, err
}

// AnnounceCase tells the open pages of the submission that opened a case file that something changed.
func AnnounceCase(ctx context.Context, tx *db.Tx, caseID int64) error {
	sub, err := ofCase(ctx, tx, caseID)
	if err != nil || sub.Reference == "" {
		return err
	}
	return Announce(ctx, tx, sub.Reference)
}

// ofCase is the submission that opened a case file; an empty one when none did.
func ofCase(ctx context.Context, tx *db.Tx, caseID int64) (sub Submission, err error) {
	err = db.Classify(tx.GetContext(ctx, &sub, sql.Get("submission-of-case"), tx.Office, caseID))
	if errs.Is(err, errs.NotFound) {
		return Submission{}, nil
	}
	return sub, err
}
