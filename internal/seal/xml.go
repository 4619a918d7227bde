package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"time"

	"epom/internal/errs"
)

// A sealed XML is XAdES-B-T, enveloping (ETSI EN 319 132-1): the content stands in an Object of the signature. Every part
// that is hashed is written in its canonical form (Exclusive XML Canonicalization 1.0), so that reader and writer hash the
// bytes of the file and the content may be of any size.
const (
	nsDSig     = "http://www.w3.org/2000/09/xmldsig#"
	nsXAdES    = "http://uri.etsi.org/01903/v1.3.2#"
	algC14N    = "http://www.w3.org/2001/10/xml-exc-c14n#"
	algSHA256  = "http://www.w3.org/2001/04/xmlenc#sha256"
	algRSA     = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	algECDSA   = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
	objectOpen = `<ds:Object xmlns:ds="` + nsDSig + `" Id="obsah">`
	objectEnd  = `</ds:Object>`
	propsOpen  = `<ds:Object><xades:QualifyingProperties xmlns:xades="` + nsXAdES + `" Target="#pecet">`
	stampOpen  = `<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp><ds:CanonicalizationMethod Algorithm="` + algC14N +
		`"></ds:CanonicalizationMethod><xades:EncapsulatedTimeStamp>`
	stampEnd = `</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp></xades:UnsignedSignatureProperties></xades:UnsignedProperties>` +
		`</xades:QualifyingProperties></ds:Object></ds:Signature>` + "\n"
	xmlEdge = 256 << 10 // bytes in front of and behind the content that a reader looks at
)

// SealXML seals one XML element, written in canonical form (exclusive, without comments) with its own namespaces declared,
// and writes the sealed file. content is read twice from its start. at is the time of the timestamp.
func (s *Sealer) SealXML(ctx context.Context, into io.Writer, content io.ReadSeeker) (at time.Time, err error) {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return at, fmt.Errorf("seal: %w", err)
	}
	sum, err := objectSum(content)
	if err != nil {
		return at, fmt.Errorf("seal: %w", err)
	}
	certSum := sha256.Sum256(s.chain[0].Raw)
	props := signedProperties(s.clock.Now().UTC().Format("2006-01-02T15:04:05Z"), b64(certSum[:]))
	info := signedInfo(xmlAlgorithm(s.chain[0]), b64(sum[:]), b64Sum(props))
	value, err := s.signXML(info)
	if err != nil {
		return at, err
	}
	signature := signatureValue(b64(value))
	token, at, err := s.stamps.Stamp(ctx, sha256.Sum256([]byte(signature)))
	if err != nil {
		return at, err
	}
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return at, fmt.Errorf("seal: %w", err)
	}
	certs := ""
	for _, c := range s.chain {
		certs += "<ds:X509Certificate>" + b64(c.Raw) + "</ds:X509Certificate>"
	}
	parts := []io.Reader{strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<ds:Signature xmlns:ds="` + nsDSig + `" Id="pecet">` + info + signature +
		`<ds:KeyInfo><ds:X509Data>` + certs + `</ds:X509Data></ds:KeyInfo>` + objectOpen), content,
		strings.NewReader(objectEnd + propsOpen + props + stampOpen + b64(token) + stampEnd)}
	_, err = io.Copy(into, io.MultiReader(parts...))
	return at, err
}

// objectSum hashes the element that holds the content.
func objectSum(content io.Reader) (sum [32]byte, err error) {
	h := sha256.New()
	_, err = io.Copy(h, io.MultiReader(strings.NewReader(objectOpen), content, strings.NewReader(objectEnd)))
	return [32]byte(h.Sum(nil)), err
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func b64Sum(s string) string {
	sum := sha256.Sum256([]byte(s))
	return b64(sum[:])
}

func xmlAlgorithm(c *x509.Certificate) string {
	if _, ok := c.PublicKey.(*rsa.PublicKey); ok {
		return algRSA
	}
	return algECDSA
}

// signedInfo, signedProperties and signatureValue are the canonical forms of what is hashed.
func signedInfo(alg, object, props string) string {
	reference := func(attributes, digest string) string {
		return `<ds:Reference ` + attributes + `><ds:Transforms><ds:Transform Algorithm="` + algC14N + `"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="` +
			algSHA256 + `"></ds:DigestMethod><ds:DigestValue>` + digest + `</ds:DigestValue></ds:Reference>`
	}
	return `<ds:SignedInfo xmlns:ds="` + nsDSig + `"><ds:CanonicalizationMethod Algorithm="` + algC14N + `"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="` + alg +
		`"></ds:SignatureMethod>` + reference(`Id="odkaz" Type="http://www.w3.org/2000/09/xmldsig#Object" URI="#obsah"`, object) +
		reference(`Type="http://uri.etsi.org/01903#SignedProperties" URI="#vlastnosti"`, props) + `</ds:SignedInfo>`
}

func signedProperties(at, cert string) string {
	return `<xades:SignedProperties xmlns:xades="` + nsXAdES + `" Id="vlastnosti"><xades:SignedSignatureProperties><xades:SigningTime>` + at +
		`</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod xmlns:ds="` + nsDSig + `" Algorithm="` + algSHA256 +
		`"></ds:DigestMethod><ds:DigestValue xmlns:ds="` + nsDSig + `">` + cert + `</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2>` +
		`</xades:SignedSignatureProperties><xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#odkaz"><xades:MimeType>text/xml</xades:MimeType>` +
		`</xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>`
}

func signatureValue(v string) string {
	return `<ds:SignatureValue xmlns:ds="` + nsDSig + `" Id="hodnota">` + v + `</ds:SignatureValue>`
}

// signXML signs in the form of XML signatures: an ECDSA value is its two numbers side by side (RFC 4050, 3.3).
func (s *Sealer) signXML(info string) ([]byte, error) {
	digest := sha256.Sum256([]byte(info))
	value, err := s.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, errs.Wrap(errs.Unavailable, fmt.Errorf("seal: the key does not sign: %w", err), "")
	}
	key, ok := s.key.Public().(*ecdsa.PublicKey)
	if !ok {
		return value, nil
	}
	var n struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(value, &n); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	half := (key.Curve.Params().BitSize + 7) / 8
	return append(n.R.FillBytes(make([]byte, half)), n.S.FillBytes(make([]byte, half))...), nil
}

var (
	xmlHead = regexp.MustCompile(`^<\?xml version="1\.0" encoding="UTF-8"\?>\n<ds:Signature xmlns:ds="http://www\.w3\.org/2000/09/xmldsig#" Id="pecet">` +
		`(<ds:SignedInfo .*?</ds:SignedInfo>)<ds:SignatureValue [^>]*>([A-Za-z0-9+/=]*)</ds:SignatureValue><ds:KeyInfo><ds:X509Data>((?:<ds:X509Certificate>[A-Za-z0-9+/=]*</ds:X509Certificate>)+)</ds:X509Data></ds:KeyInfo>`)
	xmlCert  = regexp.MustCompile(`<ds:X509Certificate>([A-Za-z0-9+/=]*)</ds:X509Certificate>`)
	xmlSums  = regexp.MustCompile(`<ds:DigestValue>([A-Za-z0-9+/=]*)</ds:DigestValue>`)
	xmlProps = regexp.MustCompile(`^(<xades:SignedProperties .*?</xades:SignedProperties>)`)
	xmlTime  = regexp.MustCompile(`<xades:SigningTime>([0-9TZ:-]*)</xades:SigningTime>`)
)

// SealedXML is a sealed file taken apart.
type SealedXML struct {
	file     io.ReaderAt
	from, to int64 // where the content stands
	cms      *cms  // only the certificates: trust is judged as for other signatures
	info     string
	value    []byte
	props    string
	token    []byte
}

// OpenXML takes apart a file that SealXML of any installation made. Errors: Invalid when it is something else.
func OpenXML(file io.ReaderAt, size int64) (*SealedXML, error) {
	bad := errs.New(errs.Invalid, "Soubor není XML zapečetěné v e-POM.")
	head := make([]byte, min(size, xmlEdge))
	tail := make([]byte, min(size, xmlEdge))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, err
	}
	m := xmlHead.FindSubmatchIndex(head)
	end := bytes.LastIndex(tail, []byte(objectEnd+propsOpen))
	if m == nil || end < 0 || !bytes.HasPrefix(head[m[1]:], []byte(objectOpen)) {
		return nil, bad
	}
	x := &SealedXML{file: file, from: int64(m[1] + len(objectOpen)), to: size - int64(len(tail)) + int64(end), info: string(head[m[2]:m[3]]), cms: &cms{}}
	rest := tail[end+len(objectEnd+propsOpen):]
	props := xmlProps.FindSubmatch(rest)
	if props == nil || x.from > x.to {
		return nil, bad
	}
	x.props = string(props[1])
	stamp, opened := bytes.CutPrefix(rest[len(x.props):], []byte(stampOpen))
	stamp, ended := bytes.CutSuffix(stamp, []byte(stampEnd))
	if !opened || !ended {
		return nil, bad
	}
	var err error
	if x.value, err = base64.StdEncoding.DecodeString(string(head[m[4]:m[5]])); err != nil {
		return nil, bad
	}
	if x.token, err = base64.StdEncoding.DecodeString(string(stamp)); err != nil {
		return nil, bad
	}
	for i, c := range xmlCert.FindAllSubmatch(head[m[6]:m[7]], certLimit) {
		der, err := base64.StdEncoding.DecodeString(string(c[1]))
		if err != nil {
			return nil, bad
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, bad
		}
		if x.cms.certs = append(x.cms.certs, cert); i == 0 {
			x.cms.cert = cert
		}
	}
	return x, nil
}

// Content is what was sealed: one XML element.
func (x *SealedXML) Content() *io.SectionReader {
	return io.NewSectionReader(x.file, x.from, x.to-x.from)
}

// Verify checks the seal and its timestamp. What is hashed must stand in the file in exactly the form SealXML writes.
// Certificates are judged at the time of a good timestamp, else at now. Nil roots trust nobody.
func (x *SealedXML) Verify(roots *x509.CertPool, now time.Time) (Signature, error) {
	s := Signature{Kind: KindSignature, Trust: TrustUnknown, At: now.UTC(), Weak: x.cms.weak(), Signer: party(x.cms.cert), Issuer: title(x.cms.cert.Issuer)}
	sum, err := objectSum(x.Content())
	if err != nil {
		return s, err
	}
	s.Fault = x.fault(b64(sum[:]))
	if m := xmlTime.FindStringSubmatch(x.props); m != nil {
		s.ClaimedAt, _ = time.Parse(time.RFC3339, m[1])
	}
	s.Stamp = &Stamp{Fault: FaultUnreadable, Trust: TrustUnknown}
	if t, info, err := parseToken(x.token); err == nil {
		*s.Stamp = t.stamp(info, roots, hashed([]byte(signatureValue(b64(x.value)))))
	}
	if s.Stamp.Good() {
		s.At = s.Stamp.At
	}
	s.Trust = x.cms.trust(roots, s.At, signUsage)
	return s, nil
}

// fault is what is wrong with the seal itself.
func (x *SealedXML) fault(object string) Fault {
	cert := x.cms.cert
	certSum, at := sha256.Sum256(cert.Raw), ""
	if m := xmlTime.FindStringSubmatch(x.props); m != nil {
		at = m[1]
	}
	sums := xmlSums.FindAllStringSubmatch(x.info, -1)
	if len(sums) != 2 || x.info != signedInfo(xmlAlgorithm(cert), sums[0][1], sums[1][1]) {
		return FaultUnreadable
	}
	if x.props != signedProperties(at, b64(certSum[:])) {
		return FaultCertificate
	}
	digest := sha256.Sum256([]byte(x.info))
	held := false
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		held = rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], x.value) == nil
	case *ecdsa.PublicKey:
		if half := len(x.value) / 2; half > 0 && len(x.value) == 2*((key.Curve.Params().BitSize+7)/8) {
			held = ecdsa.Verify(key, digest[:], new(big.Int).SetBytes(x.value[:half]), new(big.Int).SetBytes(x.value[half:]))
		}
	default:
		return FaultAlgorithm
	}
	switch {
	case sums[0][1] != object || sums[1][1] != b64Sum(x.props):
		return FaultDigest
	case !held:
		return FaultSignature
	}
	return ""
}
