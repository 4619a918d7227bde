package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"epom/internal/errs"
)

// Fault says what is wrong with a signature itself; empty = digest and signature match.
type Fault string

const (
	FaultUnreadable  Fault = "unreadable"  // not a signature we can read, or not of the thing it stands in
	FaultRange       Fault = "range"       // the signed ranges do not enclose exactly the signature's own value
	FaultDigest      Fault = "digest"      // what was signed has changed since
	FaultSignature   Fault = "signature"   // the value was not made by the key of the certificate
	FaultCertificate Fault = "certificate" // the signer's certificate is missing, or another one was put in its place
	FaultAlgorithm   Fault = "algorithm"   // unknown or inconsistent algorithms
)

// Trust says how a certificate stands to the trust anchors at the time that counts. Revocation is not looked at.
type Trust string

const (
	TrustValid      Trust = "valid"
	TrustUnknown    Trust = "unknown"    // leads to no anchor
	TrustExpired    Trust = "expired"    // leads to an anchor, but was not valid at that time: expired, or not yet valid
	TrustUnsuitable Trust = "unsuitable" // leads to an anchor, but is meant for something else
)

// Later says what followed in a PDF after a signature.
type Later string

const (
	LaterNothing    Later = ""
	LaterSignatures Later = "signatures" // only signatures, timestamps, data for checking them, the file's metadata
	LaterUnknown    Later = "unknown"    // something else: a person must look at it
)

// Kind tells a signature from a timestamp of the whole document.
type Kind string

const (
	KindSignature Kind = "signature"
	KindTimestamp Kind = "timestamp"
)

// Party is whom a certificate belongs to.
type Party struct {
	Name         string // common name, else organization
	Organization string
	Country      string
	Serial       string // of the certificate, hexadecimal
	NotBefore    time.Time
	NotAfter     time.Time
	Test         bool // of a local authority: without legal effects
	Qualified    bool // the certificate says it is a qualified one (EN 319 412-5); believe it only together with Trust
	Seal         bool // the certificate says it is for seals of an organization, not for a person's signature
}

// Stamp is the result of checking one RFC 3161 timestamp.
type Stamp struct {
	At     time.Time // UTC, to the second or finer
	Signer Party     // the time-stamping authority
	Issuer string
	Policy string // dotted OID
	Serial string // of the token, hexadecimal
	Fault  Fault
	Trust  Trust // judged at At
	Weak   []string
}

// Good tells whether the time can be relied on.
func (s Stamp) Good() bool { return s.Fault == "" && s.Trust == TrustValid && len(s.Weak) == 0 }

// Signature is the result of checking one signature. Texts come from the file as they are: escape them.
type Signature struct {
	Kind      Kind
	Signer    Party
	Issuer    string
	ClaimedAt time.Time // what the signer says, UTC; zero = nothing
	Stamp     *Stamp    // nil = no timestamp
	Fault     Fault
	Trust     Trust // judged at At
	At        time.Time
	Weak      []string // weak algorithms: "SHA-1", "RSA-1024"

	// Only of a PDF:
	Field   string   // full name of the form field
	Reason  string   // as the file says
	Covered int      // so many bytes from the start of the file are signed, without the signature's own value
	Later   Later    // what follows them; judged only when Fault is empty
	Added   []Change // in detail; at most changeLimit are named
}

// Good tells whether the signature holds: matches, by a trusted certificate, by strong algorithms, with nothing unknown
// added afterwards and, when it has a timestamp, with a good one.
func (s Signature) Good() bool {
	return s.Fault == "" && s.Trust == TrustValid && len(s.Weak) == 0 && s.Later != LaterUnknown && (s.Stamp == nil || s.Stamp.Good())
}

// VerifyBytes checks a detached CMS signature of data (RFC 5652), as SealBytes makes it. A CMS that carries its content
// must carry the same data. Certificates are judged at the time of a good timestamp, else at now. A bad signature is a
// result; an error (Invalid) only says that cms is no signature of one signer at all. Nil roots trust nobody.
func VerifyBytes(data, cms []byte, roots *x509.CertPool, now time.Time) (Signature, error) {
	c, err := parseCMS(cms)
	if err != nil {
		return Signature{}, errs.Wrap(errs.Invalid, err, "Elektronický podpis nelze přečíst.")
	}
	s := c.judge(oidData, false, roots, now, data)
	if s.Fault == "" && c.inside && !bytes.Equal(c.content, data) {
		s.Fault = FaultDigest
	}
	return s, nil
}

// VerifyTimestamp checks an RFC 3161 token over a SHA-256. A bad token is a result; an error (Invalid) only says that it
// cannot be read. Nil roots trust nobody.
func VerifyTimestamp(sum [32]byte, token []byte, roots *x509.CertPool) (Stamp, error) {
	c, info, err := parseToken(token)
	if err != nil {
		return Stamp{}, errs.Wrap(errs.Invalid, err, "Časové razítko nelze přečíst.")
	}
	return c.stamp(info, roots, given(sum)), nil
}

// given answers a SHA-256 and no other digest.
func given(sum [32]byte) func(crypto.Hash) []byte {
	return func(h crypto.Hash) []byte {
		if h != crypto.SHA256 {
			return nil
		}
		return sum[:]
	}
}

// hashed answers the digest of parts by any algorithm.
func hashed(parts ...[]byte) func(crypto.Hash) []byte {
	return func(hash crypto.Hash) []byte {
		h := hash.New()
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
}

// tstInfo is what a timestamp says (RFC 3161, 2.4.2).
type tstInfo struct {
	Version int
	Policy  asn1.ObjectIdentifier
	Imprint struct {
		Hash pkix.AlgorithmIdentifier
		Sum  []byte
	}
	Serial   *big.Int
	Time     time.Time `asn1:"generalized"`
	Accuracy struct {
		Seconds int `asn1:"optional"`
		Milli   int `asn1:"optional,tag:0"`
		Micro   int `asn1:"optional,tag:1"`
	} `asn1:"optional"`
	Ordering bool          `asn1:"optional"`
	Nonce    *big.Int      `asn1:"optional"`
	TSA      asn1.RawValue `asn1:"optional,tag:0"`
	More     asn1.RawValue `asn1:"optional,tag:1"`
}

func parseToken(token []byte) (*cms, tstInfo, error) {
	c, err := parseCMS(token)
	if err != nil {
		return nil, tstInfo{}, err
	}
	info, err := c.tstInfo()
	return c, info, err
}

func (c *cms) tstInfo() (info tstInfo, err error) {
	if !c.kind.Equal(oidTSTInfo) {
		return info, errDER
	}
	if rest, err := asn1.Unmarshal(c.content, &info); err != nil || len(rest) > 0 || info.Serial == nil {
		return info, errDER
	}
	return info, nil
}

// stamp judges a token over something whose digest by the token's own algorithm sum answers, nil when it cannot.
func (c *cms) stamp(info tstInfo, roots *x509.CertPool, sum func(crypto.Hash) []byte) Stamp {
	s := Stamp{At: info.Time.UTC(), Policy: info.Policy.String(), Serial: info.Serial.Text(16),
		Fault: c.check(oidTSTInfo, true, c.content), Weak: c.weak(), Trust: TrustUnknown}
	hash, known := algorithms[info.Imprint.Hash.Algorithm.String()]
	var want []byte
	if known {
		want = sum(hash)
	}
	if hash == crypto.SHA1 && !slices.Contains(s.Weak, "SHA-1") {
		s.Weak = append(s.Weak, "SHA-1")
	}
	switch {
	case s.Fault != "":
	case want == nil:
		s.Fault = FaultAlgorithm
	case !bytes.Equal(want, info.Imprint.Sum):
		s.Fault = FaultDigest
	}
	if c.cert != nil {
		s.Signer, s.Issuer = party(c.cert), title(c.cert.Issuer)
		s.Trust = c.trust(roots, s.At, stampUsage)
	}
	return s
}

// judge checks a signature of parts and everything around it.
func (c *cms) judge(kind asn1.ObjectIdentifier, strict bool, roots *x509.CertPool, now time.Time, parts ...[]byte) Signature {
	s := Signature{Kind: KindSignature, Fault: c.check(kind, strict, parts...), Weak: c.weak(), ClaimedAt: c.claimed(),
		At: now.UTC(), Trust: TrustUnknown}
	if token := c.token(); token != nil {
		s.Stamp = &Stamp{Fault: FaultUnreadable, Trust: TrustUnknown}
		if t, info, err := parseToken(token); err == nil {
			*s.Stamp = t.stamp(info, roots, hashed(c.signer.Value))
		}
		if s.Stamp.Good() {
			s.At = s.Stamp.At
		}
	}
	if c.cert != nil {
		s.Signer, s.Issuer = party(c.cert), title(c.cert.Issuer)
		s.Trust = c.trust(roots, s.At, signUsage)
	}
	return s
}

// weak names algorithms that should not be relied on any more (ETSI TS 119 312).
func (c *cms) weak() (list []string) {
	if algorithms[c.signer.Digest.Algorithm.String()] == crypto.SHA1 {
		list = append(list, "SHA-1")
	}
	if c.cert == nil {
		return list
	}
	switch key := c.cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < 2048 {
			list = append(list, fmt.Sprintf("RSA-%d", key.N.BitLen()))
		}
	case *ecdsa.PublicKey:
		if bits := key.Curve.Params().BitSize; bits < 256 {
			list = append(list, fmt.Sprintf("EC-%d", bits))
		}
	}
	return list
}

// signUsage tells whether a certificate may sign documents (RFC 5280, 4.2.1.3): one that says nothing may.
func signUsage(cert *x509.Certificate) bool {
	return cert.KeyUsage == 0 || cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0
}

// stampUsage tells whether a certificate is for timestamps and nothing else, and says so critically (RFC 3161, 2.3).
func stampUsage(cert *x509.Certificate) bool {
	if len(cert.ExtKeyUsage) != 1 || cert.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(cert.UnknownExtKeyUsage) > 0 {
		return false
	}
	return slices.ContainsFunc(cert.Extensions, func(e pkix.Extension) bool { return e.Critical && e.Id.Equal(oidExtKeyUsage) })
}

var oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}

// trust judges the signer's certificate at a time.
func (c *cms) trust(roots *x509.CertPool, at time.Time, usable func(*x509.Certificate) bool) Trust {
	if roots == nil {
		return TrustUnknown
	}
	between := x509.NewCertPool()
	for _, cert := range c.certs {
		between.AddCert(cert)
	}
	chain := func(at time.Time) error {
		_, err := c.cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at,
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		return err
	}
	err := chain(at)
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		if middle := c.cert.NotBefore.Add(c.cert.NotAfter.Sub(c.cert.NotBefore) / 2); chain(middle) == nil {
			return TrustExpired
		}
	}
	switch {
	case err != nil:
		return TrustUnknown
	case !usable(c.cert):
		return TrustUnsuitable
	}
	return TrustValid
}

func party(cert *x509.Certificate) Party {
	p := Party{Name: title(cert.Subject), Organization: strings.Join(cert.Subject.Organization, ", "),
		Country: strings.Join(cert.Subject.Country, ", "), Serial: cert.SerialNumber.Text(16),
		NotBefore: cert.NotBefore.UTC(), NotAfter: cert.NotAfter.UTC()}
	p.Test = slices.Contains(cert.Subject.Organization, TestMark)
	for _, e := range cert.Extensions {
		if e.Id.Equal(oidQCStatements) {
			p.Qualified, p.Seal = statements(e.Value)
		}
	}
	return p
}

var (
	oidQCStatements = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 3}
	oidQCCompliance = asn1.ObjectIdentifier{0, 4, 0, 1862, 1, 1}
	oidQCType       = asn1.ObjectIdentifier{0, 4, 0, 1862, 1, 6}
	oidQCSeal       = asn1.ObjectIdentifier{0, 4, 0, 1862, 1, 6, 2}
)

// statements reads what a certificate says about its quality (EN 319 412-5, 4.2).
func statements(der []byte) (qualified, forSeals bool) {
	var list []struct {
		ID   asn1.ObjectIdentifier
		Info asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &list); err != nil {
		return false, false
	}
	for _, s := range list {
		var kinds []asn1.ObjectIdentifier
		switch {
		case s.ID.Equal(oidQCCompliance):
			qualified = true
		case s.ID.Equal(oidQCType):
			_, err := asn1.Unmarshal(s.Info.FullBytes, &kinds)
			forSeals = err == nil && slices.ContainsFunc(kinds, oidQCSeal.Equal)
		}
	}
	return qualified, forSeals
}

func title(n pkix.Name) string {
	if n.CommonName != "" {
		return n.CommonName
	}
	return strings.Join(n.Organization, ", ")
}
