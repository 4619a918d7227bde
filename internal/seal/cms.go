package seal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"
)

// The structures of RFC 5652, as far as reading foreign signatures needs them. They are read here and not by the library
// that writes ours: a stranger's signature may be RSA-PSS, name its certificate by key, or be made to harm the reader.
type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,optional,tag:0"`
	}
	signedData struct {
		Version int
		Digests []pkix.AlgorithmIdentifier `asn1:"set"`
		Content contentInfo
		Certs   asn1.RawValue `asn1:"optional,tag:0"`
		CRLs    asn1.RawValue `asn1:"optional,tag:1"`
		Signers []signerInfo  `asn1:"set"`
	}
	signerInfo struct {
		Version  int
		ID       asn1.RawValue
		Digest   pkix.AlgorithmIdentifier
		Signed   asn1.RawValue `asn1:"optional,tag:0"`
		Alg      pkix.AlgorithmIdentifier
		Value    []byte
		Unsigned asn1.RawValue `asn1:"optional,tag:1"`
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values asn1.RawValue `asn1:"set"`
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	pssParameters struct {
		Hash   pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		MGF    pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt   int                      `asn1:"explicit,tag:2"`
		Number int                      `asn1:"optional,explicit,tag:3,default:1"`
	}
)

var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidSigningCert   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12} // RFC 2634, SHA-1
	oidSigningCertV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47} // RFC 5035
	oidTimeStamp     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 14} // RFC 3161, appendix A
	oidTSTInfo       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidPSS           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidEC            = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidEd25519       = asn1.ObjectIdentifier{1, 3, 101, 112}
)

// algorithms names digests, and signature algorithms by the digest they fix.
var algorithms = map[string]crypto.Hash{
	"1.3.14.3.2.26":          crypto.SHA1,
	"2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
	"1.2.840.113549.1.1.5": crypto.SHA1, "1.2.840.113549.1.1.11": crypto.SHA256, "1.2.840.113549.1.1.12": crypto.SHA384, "1.2.840.113549.1.1.13": crypto.SHA512,
	"1.2.840.10045.4.1": crypto.SHA1, "1.2.840.10045.4.3.2": crypto.SHA256, "1.2.840.10045.4.3.3": crypto.SHA384, "1.2.840.10045.4.3.4": crypto.SHA512,
}

// cms is one signature taken apart.
type cms struct {
	kind    asn1.ObjectIdentifier // of what is signed
	content []byte                // what is signed, when it is inside
	inside  bool
	certs   []*x509.Certificate
	signer  signerInfo
	cert    *x509.Certificate // of the signer; nil = not inside
	signed  []attribute
}

// certLimit bounds the certificates of one signature that are looked at.
const certLimit = 64

// parseCMS reads a signature with one signer; after it only zeros may stand, which fill the place kept in a PDF.
func parseCMS(data []byte) (*cms, error) {
	der, rest, err := toDER(data)
	if err != nil || len(bytes.TrimLeft(rest, "\x00")) > 0 {
		return nil, errDER
	}
	var info contentInfo
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 || !info.Type.Equal(oidSignedData) {
		return nil, errDER
	}
	var sd signedData
	if _, err := asn1.Unmarshal(info.Content.Bytes, &sd); err != nil || len(sd.Signers) != 1 {
		return nil, errDER
	}
	c := &cms{kind: sd.Content.Type, signer: sd.Signers[0]}
	if len(sd.Content.Content.Bytes) > 0 {
		if _, err := asn1.Unmarshal(sd.Content.Content.Bytes, &c.content); err != nil {
			return nil, errDER
		}
		c.inside = true
	}
	for left := sd.Certs.Bytes; len(left) > 0 && len(c.certs) < certLimit; {
		var raw asn1.RawValue
		if left, err = asn1.Unmarshal(left, &raw); err != nil {
			return nil, errDER
		}
		if cert, err := x509.ParseCertificate(raw.FullBytes); err == nil { // else of a kind that is none of X.509
			c.certs = append(c.certs, cert)
		}
	}
	if c.signed, err = attributes(c.signer.Signed.Bytes); err != nil {
		return nil, err
	}
	c.cert = c.find()
	return c, nil
}

func attributes(b []byte) (list []attribute, err error) {
	for len(b) > 0 {
		var a attribute
		if b, err = asn1.Unmarshal(b, &a); err != nil {
			return nil, errDER
		}
		list = append(list, a)
	}
	return list, nil
}

// find answers the certificate that the signer names by issuer and serial number or by its key.
func (c *cms) find() *x509.Certificate {
	id := c.signer.ID
	var name issuerAndSerial
	byKey := id.Class == asn1.ClassContextSpecific && id.Tag == 0
	if !byKey {
		if _, err := asn1.Unmarshal(id.FullBytes, &name); err != nil || name.Serial == nil {
			return nil
		}
	}
	for _, cert := range c.certs {
		if byKey && len(id.Bytes) > 0 && bytes.Equal(cert.SubjectKeyId, id.Bytes) {
			return cert
		}
		if !byKey && cert.SerialNumber.Cmp(name.Serial) == 0 && bytes.Equal(cert.RawIssuer, name.Issuer.FullBytes) {
			return cert
		}
	}
	return nil
}

// attr reads the only value of a signed attribute.
func (c *cms) attr(kind asn1.ObjectIdentifier, into any) bool {
	found := 0
	for _, a := range c.signed {
		if a.Type.Equal(kind) {
			rest, err := asn1.Unmarshal(a.Values.Bytes, into)
			if found++; err != nil || len(rest) > 0 {
				return false
			}
		}
	}
	return found == 1
}

// token answers the timestamp over the signature's value; nil when there is none.
func (c *cms) token() []byte {
	list, err := attributes(c.signer.Unsigned.Bytes)
	if err != nil {
		return nil
	}
	for _, a := range list {
		if a.Type.Equal(oidTimeStamp) {
			return a.Values.Bytes
		}
	}
	return nil
}

// claimed is the time the signer wrote into the signature; zero when none.
func (c *cms) claimed() (t time.Time) {
	if !c.attr(oidSigningTime, &t) {
		return time.Time{}
	}
	return t.UTC()
}

// check answers what is wrong between the signature and what it should sign, given in parts. strict asks for the
// attribute that binds the certificate (EN 319 122-1, 5.2.2; RFC 5816).
func (c *cms) check(kind asn1.ObjectIdentifier, strict bool, parts ...[]byte) Fault {
	hash, known := algorithms[c.signer.Digest.Algorithm.String()]
	if !known {
		return FaultAlgorithm
	}
	h := hash.New()
	for _, p := range parts {
		h.Write(p)
	}
	sum := h.Sum(nil)
	if !c.kind.Equal(kind) {
		return FaultUnreadable
	}
	if len(c.signer.Signed.Bytes) > 0 || strict {
		var said []byte
		var of asn1.ObjectIdentifier
		if !c.attr(oidMessageDigest, &said) || !c.attr(oidContentType, &of) || !of.Equal(kind) {
			return FaultUnreadable
		}
		if !bytes.Equal(said, sum) {
			return FaultDigest
		}
		h.Reset()
		h.Write([]byte{0x31}) // signed as a SET, not as [0] (RFC 5652, 5.4)
		h.Write(c.signer.Signed.FullBytes[1:])
		sum = h.Sum(nil)
	}
	if c.cert == nil || !c.bound(strict) {
		return FaultCertificate
	}
	return c.verify(hash, sum)
}

// bound tells whether the signed attributes name the certificate by its digest.
func (c *cms) bound(strict bool) bool {
	var v2 struct {
		Certs    []asn1.RawValue
		Policies asn1.RawValue `asn1:"optional"`
	}
	v1 := v2
	switch {
	case c.attr(oidSigningCertV2, &v2) && len(v2.Certs) > 0:
		left, hash := v2.Certs[0].Bytes, crypto.SHA256
		var first asn1.RawValue
		left, err := asn1.Unmarshal(left, &first)
		if err == nil && first.Tag == asn1.TagSequence {
			var alg pkix.AlgorithmIdentifier
			if _, err := asn1.Unmarshal(first.FullBytes, &alg); err != nil {
				return false
			}
			var known bool
			if hash, known = algorithms[alg.Algorithm.String()]; !known {
				return false
			}
			_, err = asn1.Unmarshal(left, &first)
		}
		h := hash.New()
		h.Write(c.cert.Raw)
		return err == nil && bytes.Equal(first.Bytes, h.Sum(nil))
	case c.attr(oidSigningCert, &v1) && len(v1.Certs) > 0:
		var first asn1.RawValue
		_, err := asn1.Unmarshal(v1.Certs[0].Bytes, &first)
		sum := sha1.Sum(c.cert.Raw)
		return err == nil && bytes.Equal(first.Bytes, sum[:])
	}
	for _, a := range c.signed {
		if a.Type.Equal(oidSigningCertV2) || a.Type.Equal(oidSigningCert) {
			return false
		}
	}
	return !strict
}

// verify checks the signature's value over a digest.
func (c *cms) verify(hash crypto.Hash, sum []byte) Fault {
	alg := c.signer.Alg.Algorithm
	if fixed, known := algorithms[alg.String()]; known && fixed != hash {
		return FaultAlgorithm
	}
	good := false
	switch key := c.cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.Size() > 2048 {
			return FaultAlgorithm
		}
		if alg.Equal(oidPSS) {
			options, ok := pssOptions(c.signer.Alg.Parameters.FullBytes, hash)
			if !ok {
				return FaultAlgorithm
			}
			good = rsa.VerifyPSS(key, hash, sum, c.signer.Value, options) == nil
			break
		}
		if _, known := algorithms[alg.String()]; !known && !alg.Equal(oidRSA) {
			return FaultAlgorithm
		}
		good = rsa.VerifyPKCS1v15(key, hash, sum, c.signer.Value) == nil
	case *ecdsa.PublicKey:
		if _, known := algorithms[alg.String()]; !known && !alg.Equal(oidEC) {
			return FaultAlgorithm
		}
		good = ecdsa.VerifyASN1(key, sum, c.signer.Value)
	case ed25519.PublicKey:
		if !alg.Equal(oidEd25519) || len(c.signer.Signed.Bytes) == 0 {
			return FaultAlgorithm
		}
		message := append([]byte{0x31}, c.signer.Signed.FullBytes[1:]...)
		good = ed25519.Verify(key, message, c.signer.Value)
	default:
		return FaultAlgorithm
	}
	if !good {
		return FaultSignature
	}
	return ""
}

// pssOptions reads the parameters of RSASSA-PSS (RFC 4055): one digest for everything.
func pssOptions(params []byte, hash crypto.Hash) (*rsa.PSSOptions, bool) {
	var p pssParameters
	var mgf pkix.AlgorithmIdentifier
	if _, err := asn1.Unmarshal(params, &p); err != nil {
		return nil, false
	}
	if _, err := asn1.Unmarshal(p.MGF.Parameters.FullBytes, &mgf); err != nil {
		return nil, false
	}
	if algorithms[p.Hash.Algorithm.String()] != hash || algorithms[mgf.Algorithm.String()] != hash || p.Salt < 0 || p.Salt > 512 || p.Number != 1 {
		return nil, false
	}
	return &rsa.PSSOptions{SaltLength: p.Salt, Hash: hash}, true
}
