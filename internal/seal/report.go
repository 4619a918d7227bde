package seal

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"epom/internal/errs"
	"epom/internal/seal/pdffile"
)

const (
	walkFactor     = 32  // how often, on average, the bytes of a file may be read for that
	signatureLimit = 100 // signatures of a file
	fieldLimit     = 1 << 16
)

// Report is what VerifyPDF found.
type Report struct {
	Signatures []Signature // by the part of the file they cover, the oldest first; empty = not signed
	Damaged    bool        // the cross-reference table cannot be read; the objects were searched for
}

// Good tells whether the file is signed and every signature holds.
func (r Report) Good() bool {
	return len(r.Signatures) > 0 && !r.Damaged && !slices.ContainsFunc(r.Signatures, func(s Signature) bool { return !s.Good() })
}

// VerifyPDF checks all signatures and document timestamps that the fields of a PDF hold (ISO 32000-1, 12.8; ETSI EN 319
// 142-1). Certificates are judged at the time of a good timestamp, of their own or a later one of the document, else at now. Bad signatures are results; an error
// (Invalid) says that the file is no PDF, is encrypted or beyond repair. Nil roots trust nobody. The file may be hostile.
func VerifyPDF(pdf []byte, roots *x509.CertPool, now time.Time) (Report, error) {
	read, err := pdffile.Open(pdf)
	if err != nil {
		return Report{}, err
	}
	f := &signedFile{read, walkFactor*len(pdf) + 16<<20}
	w := &fieldWalk{f: f.File, seen: map[int]bool{}}
	form := f.Dict(f.Catalog().Get("AcroForm"))
	for _, v := range f.Resolve(form.Get("Fields")).Items() {
		w.visit(v, "", "", 0)
	}
	if f.Spent(0) || len(w.found) > signatureLimit {
		return Report{}, errs.New(errs.Invalid, "PDF je příliš složité.")
	}
	r := Report{Damaged: f.Damaged}
	var parsed []*cms
	slices.SortStableFunc(w.found, func(a, b signedField) int { return f.covered(a.sig) - f.covered(b.sig) })
	for _, field := range w.found {
		s, c := f.judge(field, roots, now)
		r.Signatures, parsed = append(r.Signatures, s), append(parsed, c)
	}
	for i, c := range parsed {
		if c != nil {
			r.Signatures[i].prove(c, r.Signatures[i+1:], roots)
		}
	}
	return r, nil
}

// prove judges a signature that has no good timestamp of its own by the first good timestamp of the whole document among
// the later ones.
func (s *Signature) prove(c *cms, later []Signature, roots *x509.CertPool) {
	if s.Kind != KindSignature || c.cert == nil || (s.Stamp != nil && s.Stamp.Good()) {
		return
	}
	for _, t := range later {
		if t.Kind == KindTimestamp && t.Good() && t.Covered > s.Covered {
			s.At, s.Trust = t.At, c.trust(roots, t.At, signUsage)
			return
		}
	}
}

// signedFile is a file whose signatures are being checked.
type signedFile struct {
	*pdffile.File
	walk int // bytes that comparing states of the document may still read, for all signatures together
}

// signedField is a form field with a signature in it.
type signedField struct {
	name string
	sig  *pdffile.Object
}

type fieldWalk struct {
	f     *pdffile.File
	seen  map[int]bool
	count int
	found []signedField
}

// visit collects signed fields of the tree; kind is the inherited type.
func (w *fieldWalk) visit(v pdffile.Value, name, kind string, depth int) {
	if num, ok := v.Ref(); ok {
		if w.seen[num] {
			return
		}
		w.seen[num] = true
	}
	if w.count++; w.count > fieldLimit || depth > pageDepth {
		return
	}
	o := w.f.Dict(v)
	if part := text(w.f.Resolve(o.Get("T")).Bytes()); part != "" {
		name = strings.TrimPrefix(name+"."+part, ".")
	}
	if own := w.f.Resolve(o.Get("FT")).Name(); own != "" {
		kind = own
	}
	if sig := w.f.Dict(o.Get("V")); kind == "Sig" && sig != nil && sig.Body.IsDict() && (sig.Num == 0 || !w.seen[-sig.Num]) {
		w.seen[-sig.Num] = sig.Num > 0
		w.found = append(w.found, signedField{name, sig})
	}
	for _, kid := range w.f.Resolve(o.Get("Kids")).Items() {
		w.visit(kid, name, kind, depth+1)
	}
}

// judge checks one signature of a PDF.
func (f *signedFile) judge(field signedField, roots *x509.CertPool, now time.Time) (Signature, *cms) {
	sig := field.sig
	kind := f.Resolve(sig.Get("SubFilter")).Name()
	s := Signature{Kind: KindSignature, Fault: FaultRange, Trust: TrustUnknown, At: now.UTC()}
	var c *cms
	if from, to, end := f.ranges(sig); from > 0 {
		before, after := f.Data[:from], f.Data[to:end]
		der, err := hex.DecodeString(string(f.Data[from+1 : to-1]))
		if err == nil {
			c, err = parseCMS(der)
		}
		switch {
		case err != nil:
			s.Fault = FaultUnreadable
		case kind == "ETSI.RFC3161":
			s = c.documentStamp(roots, now, before, after)
		case kind == "ETSI.CAdES.detached" || kind == "adbe.pkcs7.detached":
			s = c.judge(oidData, kind == "ETSI.CAdES.detached", roots, now, before, after)
			if s.Fault == "" && c.inside {
				s.Fault = FaultUnreadable // what is signed must be the file and nothing else
			}
		default:
			s.Fault = FaultAlgorithm
		}
		s.Covered = end
		if s.Fault == "" {
			s.Later, s.Added = f.later(s.Covered, sig)
		}
	}
	s.Field = field.name
	s.Reason = text(f.Resolve(sig.Get("Reason")).Bytes())
	if claimed := pdfDate(text(f.Resolve(sig.Get("M")).Bytes())); s.ClaimedAt.IsZero() {
		s.ClaimedAt = claimed
	}
	return s, c
}

// covered answers how many bytes a signature covers, 0 when its ranges are not right.
func (f *signedFile) covered(sig *pdffile.Object) int {
	_, _, end := f.ranges(sig)
	return end
}

// documentStamp judges a timestamp of the whole document (EN 319 142-1, 5.4.3).
func (c *cms) documentStamp(roots *x509.CertPool, now time.Time, parts ...[]byte) Signature {
	s := Signature{Kind: KindTimestamp, Fault: FaultUnreadable, Trust: TrustUnknown, At: now.UTC()}
	info, err := c.tstInfo()
	if err != nil {
		return s
	}
	stamp := c.stamp(info, roots, hashed(parts...))
	s.Signer, s.Issuer, s.Fault, s.Trust, s.Weak, s.Stamp, s.At = stamp.Signer, stamp.Issuer, stamp.Fault, stamp.Trust, stamp.Weak, &stamp, stamp.At
	return s
}

// ranges answers where the signature's value stands and where the signed part of the file ends; zeros when the signed
// ranges do not leave out exactly the value and nothing else.
func (f *signedFile) ranges(sig *pdffile.Object) (from, to, end int) {
	var contents, spans []pdffile.Entry
	for _, e := range sig.All() {
		switch e.Key {
		case "Contents":
			contents = append(contents, e)
		case "ByteRange":
			spans = append(spans, e)
		}
	}
	if sig.Num == 0 || sig.At < 0 || len(contents) != 1 || len(spans) != 1 {
		return 0, 0, 0
	}
	var n [4]int
	items := f.Resolve(spans[0].Val).Items()
	for i := range items {
		v, ok := items[i].Int()
		if !ok || len(items) != len(n) {
			return 0, 0, 0
		}
		n[i] = v
	}
	from = sig.At + contents[0].At
	to = from + len(contents[0].Val)
	end = n[2] + n[3]
	if len(items) != len(n) || n[0] != 0 || n[1] != from || n[2] != to || end < to || end > len(f.Data) || f.Data[from] != '<' {
		return 0, 0, 0
	}
	return from, to, end
}

// pdfDate reads D:YYYYMMDDHHmmSSOHH'mm' (ISO 32000-1, 7.9.4); zero when it is none. A time without a zone is taken as UTC.
func pdfDate(s string) time.Time {
	s = strings.TrimPrefix(s, "D:")
	if len(s) < 14 {
		return time.Time{}
	}
	layout, zone := "20060102150405", strings.NewReplacer("'", "", "Z", "").Replace(s[14:])
	if len(zone) == 5 && (zone[0] == '+' || zone[0] == '-') {
		layout += "-0700"
	} else {
		zone = ""
	}
	t, err := time.Parse(layout, s[:14]+zone)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// blank tells whether only white space is left.
func blank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
