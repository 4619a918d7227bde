package submissions

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/hex"
	"slices"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/seal"
	"epom/records"
)

//go:embed sign.sql
var signText string

var signSQL = db.Load("submissions-sign", signText)

// KindConfirmation is the kind of a document by which a person confirms an unsigned submission.
const KindConfirmation = "confirmation"

// Ways to confirm an unsigned submission: § 37(4) of Act 500/2004 Sb.
const (
	WayPDF      = "pdf"      // the paper signed by a recognised electronic signature
	WayCounter  = "counter"  // by word of mouth at a counter, with a document of identity
	WayLetter   = "letter"   // a signed letter
	WayBox      = "databox"  // a message from the person's own data box
	WayMail     = "email"    // an e-mail with a recognised electronic signature
	WayIdentity = "identity" // signed in by an electronic identity
)

// Results of judging a signature.
const (
	SignatureValid   = "valid"
	SignatureInvalid = "invalid" // refused: nothing was registered
	SignatureUnknown = "unknown" // registered; whether it confirms the submission must be judged by a person
)

// Why a signature is not valid.
const (
	WhyUnreadable  = "unreadable"  // no PDF, encrypted, or beyond repair
	WhyNotOurs     = "not-ours"    // does not begin with the paper we gave out
	WhyUnsigned    = "unsigned"    // there is no signature in it
	WhyAltered     = "altered"     // something other than signatures was added to the paper
	WhyAfter       = "after"       // something was added after it was signed
	WhyBroken      = "broken"      // the signature does not belong to the content, or is forged
	WhyIssuer      = "issuer"      // the certificate leads to no trust anchor
	WhyExpired     = "expired"     // the certificate was not valid at the time
	WhyUnsuitable  = "unsuitable"  // the certificate is not for signing, or is for seals
	WhyWeak        = "weak"        // algorithms nobody should rely on
	WhyUnqualified = "unqualified" // the certificate is not a qualified one: § 6 of Act 297/2016 Sb.
	WhyTrial       = "trial"       // a trial certificate, without legal effects
)

// Signature is a signature of a submission, or another way in which a person confirmed it.
type Signature struct {
	OfficeID     int32      `db:"office_id"`
	ID           int64      `db:"id"`
	SubmissionID int64      `db:"submission_id"`
	DocumentID   *int64     `db:"document_id"` // what it was registered as
	At           time.Time  `db:"at"`
	By           string     `db:"by"` // actor
	Way          string     `db:"way"`
	Result       string     `db:"result"`
	Why          string     `db:"why"`
	Signer       string     `db:"signer"` // untrusted text: escape it
	Issuer       string     `db:"issuer"`
	Serial       string     `db:"serial"`    // of the certificate, hexadecimal
	SignedAt     *time.Time `db:"signed_at"` // by the timestamp, else as the signer says
	Stamped      bool       `db:"stamped"`   // SignedAt is of a good timestamp
	Original     string     `db:"original"`  // SHA-256 of the paper that was signed
	Counter      string     `db:"counter"`   // name of the office at whose counter it was
	IDKind       string     `db:"id_kind"`
	IDLast       string     `db:"id_last"` // last three characters of the number
	Note         string     `db:"note"`
}

// Paper is a paper that was given out to be signed.
type Paper struct {
	SHA256 string `db:"sha256"`
	Size   int64  `db:"size"`
}

// JudgeSigned judges a PDF that came back signed: it must begin with one of the papers, nothing but signatures may have
// been added, and the last signature of a person must stand upon a qualified certificate that leads to an anchor. Certificates are
// judged at the time of the signature's timestamp, else at now; revocation is not looked at.
func JudgeSigned(pdf []byte, papers []Paper, roots *x509.CertPool, now time.Time) Signature {
	s := Signature{Way: WayPDF, Result: SignatureInvalid}
	refuse := func(why string) Signature { s.Why = why; return s }
	r, err := seal.VerifyPDF(pdf, roots, now)
	if err != nil || r.Damaged {
		return refuse(WhyUnreadable)
	}
	original := slices.IndexFunc(papers, func(p Paper) bool {
		if p.Size > int64(len(pdf)) {
			return false
		}
		sum := sha256.Sum256(pdf[:p.Size])
		return hex.EncodeToString(sum[:]) == p.SHA256
	})
	if original < 0 {
		return refuse(WhyNotOurs)
	}
	s.Original = papers[original].SHA256
	var best *seal.Signature
	for i := range r.Signatures {
		x := &r.Signatures[i]
		if x.Kind == seal.KindSignature && (best == nil || doubt(best) != "") {
			best = x
		}
		switch {
		case x.Fault != "":
			s.Signer, s.Issuer, s.Serial = x.Signer.Name, x.Issuer, x.Signer.Serial
			return refuse(WhyBroken)
		case x.Later == seal.LaterUnknown:
			s.Signer, s.Issuer, s.Serial = x.Signer.Name, x.Issuer, x.Signer.Serial
			return refuse(WhyAfter)
		}
	}
	if best == nil {
		return refuse(WhyUnsigned)
	}
	if later, _, err := seal.ChangedSince(pdf, int(papers[original].Size)); err != nil || later != seal.LaterSignatures {
		return refuse(WhyAltered)
	}
	s.Signer, s.Issuer, s.Serial = best.Signer.Name, best.Issuer, best.Signer.Serial
	switch {
	case best.Stamp != nil && best.Stamp.Good():
		s.SignedAt, s.Stamped = &best.Stamp.At, true
	case !best.ClaimedAt.IsZero():
		s.SignedAt = &best.ClaimedAt
	}
	s.Result, s.Why = SignatureUnknown, doubt(best)
	if s.Why == "" {
		s.Result = SignatureValid
	}
	return s
}

// doubt is why an unbroken signature does not confirm a submission by itself; empty when it does.
func doubt(s *seal.Signature) string {
	switch {
	case s.Trust == seal.TrustUnknown:
		return WhyIssuer
	case s.Trust == seal.TrustExpired:
		return WhyExpired
	case s.Trust != seal.TrustValid || s.Signer.Seal:
		return WhyUnsuitable
	case len(s.Weak) > 0:
		return WhyWeak
	case s.Signer.Test:
		return WhyTrial
	case !s.Signer.Qualified:
		return WhyUnqualified
	}
	return ""
}

// Sign takes in the paper of a submission signed by its citizen; file is the same PDF, already in the file store. A refused one is
// noted, an unclear one is registered and waits for the clerk, a valid one confirms the submission. Conflict = it needs no
// confirmation, or has been confirmed.
func (s *Service) Sign(ctx context.Context, reference string, pdf []byte, file File, roots *x509.CertPool) (Signature, error) {
	office, id, err := s.Locate(ctx, reference)
	if err != nil {
		return Signature{}, err
	}
	v, err := s.ByReference(ctx, reference)
	if err != nil {
		return Signature{}, err
	}
	papers, err := s.papers(ctx, v)
	if err != nil {
		return Signature{}, err
	}
	sign := JudgeSigned(pdf, papers, roots, s.clock.Now())
	return sign, s.asCitizen(ctx, office, reference, func(tx *db.Tx) error {
		sub, err := s.unconfirmed(ctx, tx, id)
		if err != nil {
			return err
		}
		if sign.Result == SignatureInvalid {
			return s.noteSignature(ctx, tx, sub, &sign)
		}
		n := records.NewDocument{Kind: KindConfirmation, Subject: "Podání podepsané elektronicky", Channel: "portal",
			Components: []records.Component{{Name: file.Name, MediaType: file.MediaType, Size: file.Size, SHA256: file.SHA256}}}
		return s.confirmed(ctx, tx, sub, &sign, n)
	})
}

// unconfirmed locks a submission that still waits for confirmation.
func (s *Service) unconfirmed(ctx context.Context, tx *db.Tx, id int64) (Submission, error) {
	sub, err := s.byID(ctx, tx, id)
	if err != nil {
		return sub, err
	}
	if sub, err = lock(ctx, tx, sub.CaseID); err != nil {
		return sub, err
	}
	switch k, err := records.CaseByID(ctx, tx, sub.CaseID); {
	case err != nil:
		return sub, err
	case sub.ConfirmBy == nil:
		return sub, errs.New(errs.Conflict, "Toto podání potvrzovat nemusíte.")
	case sub.ConfirmedAt != nil:
		return sub, errs.New(errs.Conflict, "Podání už je potvrzené.")
	case k.HandledAt != nil:
		return sub, errs.New(errs.Conflict, "Úřad už věc vyřídil. Podání teď nejde potvrdit.")
	}
	return sub, nil
}

// confirmed registers what came, unless it was registered before (n.Kind is empty), and lets a valid one confirm the submission.
func (s *Service) confirmed(ctx context.Context, tx *db.Tx, sub Submission, sign *Signature, n records.NewDocument) error {
	now := s.clock.Now()
	data := map[string]any{"way": sign.Way, "result": sign.Result, "why_code": sign.Why, "counter": sign.Counter}
	if n.Kind != "" {
		n.Direction, n.Party, n.DeliveredAt = records.In, sub.Party, &now
		var err error
		if n.Parties, err = roles(ctx, tx, sub.DocumentID, records.Sender); err != nil {
			return err
		}
		doc, err := records.AddDocument(ctx, tx, sub.CaseID, n, now)
		if err != nil {
			return err
		}
		sign.DocumentID = &doc.ID
		data["number"] = doc.ReferenceNumber
	}
	if err := s.noteSignature(ctx, tx, sub, sign); err != nil {
		return err
	}
	if sign.Result != SignatureValid {
		return s.happened(ctx, tx, sub, EventSigned, data)
	}
	if _, err := tx.ExecContext(ctx, signSQL.Get("confirm"), sub.OfficeID, sub.ID, now); err != nil {
		return err
	}
	data["late"] = Late(sub.ConfirmBy, now)
	return s.happened(ctx, tx, sub, EventConfirmed, data)
}

// Late tells whether a confirmation at an instant came after the last day for it.
func Late(by *time.Time, at time.Time) bool {
	return by != nil && clock.Date(at).Format(time.DateOnly) > by.Format(time.DateOnly)
}

// noteSignature writes the row and the log of the office that has the submission.
func (s *Service) noteSignature(ctx context.Context, tx *db.Tx, sub Submission, x *Signature) error {
	x.OfficeID, x.SubmissionID, x.At, x.By = sub.OfficeID, sub.ID, s.clock.Now(), tx.Actor
	_, err := tx.ExecContext(ctx, signSQL.Get("create-signature"), x.OfficeID, x.SubmissionID, x.DocumentID, x.At, x.By, x.Way, x.Result, x.Why,
		limited(x.Signer), limited(x.Issuer), limited(x.Serial), x.SignedAt, x.Stamped, x.Original, x.Counter, x.IDKind, x.IDLast, x.Note)
	audit.Write(tx, audit.Event{At: x.At, Action: "submission signature", ObjectType: "case_file", ObjectID: caseText(sub.CaseID),
		Data: map[string]any{"way": x.Way, "result": x.Result, "why": x.Why, "original": x.Original}})
	return db.Classify(err)
}

// limited cuts what a certificate says of itself to a length that may be shown.
func limited(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
