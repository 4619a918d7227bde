package board

import (
	"archive/zip"
	"bytes"
	"context"
	_ "embed"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/smallstep/pkcs7"

	"epom/internal/db"
	"epom/internal/errs"
)

// Proof is all that the public may know of how a posting hung.
type Proof struct {
	*Posting
	Evidence  []Evidence
	Available Availability
	Clause    *Clause // of a removed posting, when it is made
	Contract  *Contract
}

// Proof reads what proves a posting that hangs or hung. Errors: NotFound.
func (p *Public) Proof(ctx context.Context, office int32, number string, now time.Time) (*Proof, error) {
	s, err := p.Show(ctx, office, number)
	if err != nil {
		return nil, err
	}
	out := &Proof{Posting: s.Posting, Contract: s.Contract}
	return out, p.db.Tx(ctx, db.Scope{Office: office, Actor: "public"}, func(tx *db.Tx) error { return out.read(ctx, tx, now) })
}

func (p *Proof) read(ctx context.Context, tx *db.Tx, now time.Time) (err error) {
	if p.Evidence, err = EvidenceOf(ctx, tx, p.ID); err != nil {
		return err
	}
	if p.Available, err = Available(ctx, tx, p.Posting, now); err != nil {
		return err
	}
	c, err := ClauseOf(ctx, tx, p.ID)
	switch {
	case err == nil:
		p.Clause = &c
	case !errs.Is(err, errs.NotFound):
		return err
	}
	return nil
}

// Found is one place where a file hung, or the posting whose clause it is.
type Found struct {
	Office   int32  `db:"office_id"`
	Posting  int64  `db:"posting_id"`
	Revision int    `db:"revision"`
	Name     string `db:"name"`
	IsClause bool   `db:"clause"`
	*Proof   `db:"-"`
	Hung     *HungRevision `db:"-"` // nil of a clause
}

// WhereHung looks a file up by its SHA-256 over all boards, at most 20 places: only what was public.
func (p *Public) WhereHung(ctx context.Context, sha256 string, now time.Time) ([]Found, error) {
	var list []Found
	if err := p.db.SelectContext(ctx, &list, evidenceSQL.Get("unscoped-proof"), sha256); err != nil {
		return nil, db.Classify(err)
	}
	for i := range list {
		f := &list[i]
		f.Proof = &Proof{}
		err := p.db.Tx(ctx, db.Scope{Office: f.Office, Actor: "public"}, func(tx *db.Tx) (err error) {
			if f.Proof.Posting, err = ByID(ctx, tx, f.Posting); err != nil {
				return err
			}
			return f.Proof.read(ctx, tx, now)
		})
		if err != nil {
			return nil, err
		}
		for _, h := range f.Proof.Posting.Hung() {
			if h.Revision.Revision == f.Revision {
				f.Hung = &h
			}
		}
	}
	return list, nil
}

//go:embed evidence.txt
var howToCheck string

// Package is a ZIP for experts: each record of evidence byte by byte with its seal and time stamp, the certificates, and how
// to check it all by openssl. The same records give the same bytes. Errors: NotFound.
func (p *Public) Package(ctx context.Context, office int32, number string) ([]byte, error) {
	s, err := p.Show(ctx, office, number)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Seq    int64  `db:"seq"`
		Kind   string `db:"kind"`
		Record string `db:"record"`
		CMS    []byte `db:"cms"`
		Token  []byte `db:"token"`
	}
	err = p.db.Tx(ctx, db.Scope{Office: office, Actor: "public"}, func(tx *db.Tx) error {
		return tx.SelectContext(ctx, &rows, evidenceSQL.Get("seals-of-posting"), office, s.ID)
	})
	if err != nil {
		return nil, db.Classify(err)
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	add := func(name string, data []byte) {
		if err == nil && len(data) > 0 {
			w, e := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
			if err = e; e == nil {
				_, err = w.Write(data)
			}
		}
	}
	add("CTI-ME.txt", []byte(howToCheck))
	certs := &certificates{seen: map[string]bool{}}
	for _, r := range rows {
		name := fmt.Sprintf("%06d-%s", r.Seq, r.Kind)
		add(name+".json", []byte(r.Record))
		add(name+".p7s", r.CMS)
		add(name+".tst", r.Token)
		certs.add(r.CMS)
		certs.add(r.Token)
	}
	add("certifikaty.pem", certs.pem.Bytes())
	if e := z.Close(); err == nil {
		err = e
	}
	return buf.Bytes(), err
}

// certificates gathers those that seals and time stamps carry.
type certificates struct {
	seen map[string]bool
	pem  bytes.Buffer
}

func (c *certificates) add(cms []byte) {
	p, err := pkcs7.Parse(cms)
	if err != nil { // not sealed yet
		return
	}
	for _, cert := range p.Certificates {
		if c.seen[string(cert.Raw)] {
			continue
		}
		c.seen[string(cert.Raw)] = true
		fmt.Fprintf(&c.pem, "%s\n", cert.Subject)
		_ = pem.Encode(&c.pem, &pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}) // into memory
	}
}
