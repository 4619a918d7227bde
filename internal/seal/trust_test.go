package seal_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
	"testing"
	"time"

	"epom/internal/seal"
)

// TestTrust judges seals by certificates of all kinds, with timestamps of all kinds, years later too.
func TestTrust(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	later := noon.AddDate(5, 0, 0)
	good := stamper{o.tsa, noon, nil}
	plain := issue(t, o.root, "Bez účelu", nil)
	loose := issue(t, o.root, "Nekritický účel", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping} })
	stranger := issue(t, nil, "Cizí kořen", authority)
	expired := issue(t, o.middle, "Prošlá", func(c *x509.Certificate) { c.NotAfter = noon.AddDate(0, -1, 0) })
	early := issue(t, o.middle, "Budoucí", func(c *x509.Certificate) { c.NotBefore = noon.AddDate(0, 1, 0) })
	key, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	heavy := issueFor(t, key, o.middle, "RSA", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageContentCommitment })
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		by     *issued
		stamps stamper
		now    time.Time
		trust  seal.Trust
		stamp  seal.Trust
		good   bool
	}{
		"today":                    {o.seal, good, noon, seal.TrustValid, seal.TrustValid, true},
		"RSA":                      {heavy, good, noon, seal.TrustValid, seal.TrustValid, true},
		"after years":              {o.seal, good, later, seal.TrustValid, seal.TrustValid, true},
		"stamped by a stranger":    {o.seal, stamper{issue(t, stranger, "Cizí razítka", stamping), noon, nil}, later, seal.TrustExpired, seal.TrustUnknown, false},
		"stamp without purpose":    {o.seal, stamper{plain, noon, nil}, noon, seal.TrustValid, seal.TrustUnsuitable, false},
		"stamp of loose purpose":   {o.seal, stamper{loose, noon, nil}, noon, seal.TrustValid, seal.TrustUnsuitable, false},
		"stamped after the end":    {o.seal, stamper{o.tsa, later, nil}, noon, seal.TrustValid, seal.TrustExpired, false},
		"seal expired":             {expired, good, noon, seal.TrustExpired, seal.TrustValid, false},
		"seal not yet valid":       {early, good, noon, seal.TrustExpired, seal.TrustValid, false},
		"expired, but in time":     {expired, stamper{o.tsa, noon.AddDate(0, -2, 0), nil}, noon, seal.TrustValid, seal.TrustValid, true},
		"seal of a stranger":       {issue(t, stranger, "Cizí pečeť", nil), good, noon, seal.TrustUnknown, seal.TrustValid, false},
		"seal that signs itself":   {issue(t, nil, "Sama sobě", nil), good, noon, seal.TrustUnknown, seal.TrustValid, false},
		"expired seal of stranger": {issue(t, stranger, "Cizí", func(c *x509.Certificate) { c.NotAfter = noon.AddDate(0, -1, 0) }), good, noon, seal.TrustUnknown, seal.TrustValid, false},
	} {
		s := o.sealer(t, test.by, test.stamps)
		out := sealed(t, s, letter(t))
		r, err := seal.VerifyPDF(out, s.Roots(), test.now)
		if err != nil || len(r.Signatures) != 1 {
			t.Fatal(name, r, err)
		}
		got := r.Signatures[0]
		if got.Fault != "" || got.Trust != test.trust || got.Stamp.Trust != test.stamp || got.Good() != test.good || got.Signer.Test || s.Test() {
			t.Errorf("%s: %+v %+v", name, got, got.Stamp)
		}
		if want := test.stamps.at; got.Stamp.Good() && !got.At.Equal(want) || !got.Stamp.Good() && !got.At.Equal(test.now) {
			t.Errorf("%s: judged at %v", name, got.At)
		}
		if got.Issuer == "" || got.Signer.Organization != "Město Hejnice" || got.Signer.Country != "CZ" || got.Signer.Serial == "" {
			t.Errorf("%s: %+v", name, got.Signer)
		}
	}
	qualified := issue(t, o.middle, "Kvalifikovaná pečeť", func(c *x509.Certificate) {
		type statement struct {
			ID   asn1.ObjectIdentifier
			Info []asn1.ObjectIdentifier `asn1:"optional,omitempty"`
		}
		value, err := asn1.Marshal([]statement{{ID: []int{0, 4, 0, 1862, 1, 1}}, {[]int{0, 4, 0, 1862, 1, 6}, []asn1.ObjectIdentifier{{0, 4, 0, 1862, 1, 6, 2}}}})
		if err != nil {
			t.Fatal(err)
		}
		c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 3, 6, 1, 5, 5, 7, 1, 3}, Value: value}}
	})
	own := o.sealer(t, qualified, good)
	if got := verified(t, own, sealed(t, own, letter(t))).Signatures[0]; !got.Good() || !got.Signer.Qualified || !got.Signer.Seal || got.Stamp.Signer.Qualified {
		t.Errorf("%+v", got)
	}
	weak := o.sealer(t, issueFor(t, small, o.middle, "P-224", nil), good)
	cms, err := weak.SealBytes(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.VerifyBytes(nil, cms, weak.Roots(), noon); err != nil || got.Good() || got.Fault != "" || !slices.Contains(got.Weak, "EC-224") {
		t.Errorf("a weak key: %+v %v", got, err)
	}
}

func TestKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, own := range map[string]*issued{
		"key of another":  {o.seal.cert, o.tsa.key},
		"for e-mail only": issue(t, o.root, "Šifrování", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }),
	} {
		if _, err := seal.New(own.key, []*x509.Certificate{own.cert}, stamper{}, nil, nil); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := seal.New(o.seal.key, nil, stamper{}, nil, nil); err == nil {
		t.Error("a key without a certificate was taken")
	}
}

// TestDocumentTimestamp keeps a signature alive that has no timestamp of its own.
func TestDocumentTimestamp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.sealer(t, o.seal, stamper{o.tsa, noon, nil})
	// The timestamp is an unsigned attribute: under another name nobody sees it.
	bare := bytes.Replace(sealed(t, s, letter(t)), []byte("060b2a864886f70d010910020e"), []byte("060b2a864886f70d010910021e"), 1)
	later := noon.AddDate(5, 0, 0)
	r, err := seal.VerifyPDF(bare, s.Roots(), later)
	if err != nil || r.Signatures[0].Stamp != nil || r.Signatures[0].Trust != seal.TrustExpired || r.Signatures[0].Fault != "" {
		t.Fatalf("%+v %v", r, err)
	}
	stamped, err := s.StampPDF(t.Context(), bare)
	if err != nil {
		t.Fatal(err)
	}
	r, err = seal.VerifyPDF(stamped, s.Roots(), later)
	if err != nil || !r.Good() || len(r.Signatures) != 2 {
		t.Fatalf("%+v %v", r, err)
	}
	first, second := r.Signatures[0], r.Signatures[1]
	if !first.At.Equal(noon) || first.Later != seal.LaterSignatures || second.Kind != seal.KindTimestamp || second.Signer.Name != "Razítka" || !second.Stamp.At.Equal(noon) {
		t.Errorf("%+v", r)
	}
	changed := bytes.Clone(stamped)
	changed[len(bare)+2] ^= 1
	if r, err := seal.VerifyPDF(changed, s.Roots(), later); err == nil && r.Good() {
		t.Errorf("a change behind the seal: %+v", r)
	}
	run(t, "qpdf", "--check", file(t, stamped))
}
