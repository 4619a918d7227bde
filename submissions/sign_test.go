package submissions_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/seal"
	"epom/submissions"
)

// pen is a person's certificate with its key, in files as other programs want them.
type pen struct {
	cert      *x509.Certificate
	key       *ecdsa.PrivateKey
	certPath  string
	keyPath   string
	authority *pen
}

// qcCompliance says that a certificate is a qualified one (EN 319 412-5, 4.2.1).
var qcCompliance = pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 3},
	Value: []byte{0x30, 0x0a, 0x30, 0x08, 0x06, 0x06, 0x04, 0x00, 0x8e, 0x46, 0x01, 0x01}}

func newPen(t testing.TB, by *pen, name string, change func(*x509.Certificate)) *pen {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	must(t, err)
	form := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name, Country: []string{"CZ"}}, NotBefore: monday.AddDate(-1, 0, 0),
		NotAfter: monday.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageContentCommitment, ExtraExtensions: []pkix.Extension{qcCompliance}}
	if by == nil {
		form.IsCA, form.BasicConstraintsValid, form.KeyUsage, form.ExtraExtensions = true, true, x509.KeyUsageCertSign, nil
	}
	if change != nil {
		change(form)
	}
	parent, signer := form, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, form, parent, &key.PublicKey, signer)
	must(t, err)
	p := &pen{key: key, authority: by, certPath: filepath.Join(t.TempDir(), "cert.pem"), keyPath: filepath.Join(t.TempDir(), "key.pem")}
	p.cert, err = x509.ParseCertificate(der)
	must(t, err)
	must(t, os.WriteFile(p.certPath, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	must(t, os.WriteFile(p.keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	return p
}

func (p *pen) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(p.authority.cert)
	return pool
}

var byteRange = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) (\d+)`)

// sign puts a signature made by openssl into a PDF; the place for it is prepared by the room seal.
func (p *pen) sign(t testing.TB, pdf []byte) []byte {
	t.Helper()
	local, err := seal.Open(seal.Settings{DataDir: t.TempDir(), Clock: clock.NewFake(monday)})
	must(t, err)
	out, err := local.SealPDF(t.Context(), pdf, "")
	must(t, err)
	kind := bytes.LastIndex(out, []byte("ETSI.CAdES.detached"))
	copy(out[kind:], "adbe.pkcs7.detached") // openssl always writes its time, which the other kind forbids
	found := byteRange.FindAllSubmatch(out, -1)
	if len(found) == 0 {
		t.Fatal("no ByteRange")
	}
	at := func(i int) int {
		n, err := strconv.Atoi(string(found[len(found)-1][i]))
		must(t, err)
		return n
	}
	from, to := at(1), at(2)
	content := filepath.Join(t.TempDir(), "content")
	must(t, os.WriteFile(content, append(bytes.Clone(out[:from]), out[to:]...), 0o600))
	var said bytes.Buffer
	cmd := exec.Command("openssl", "cms", "-sign", "-binary", "-cades", "-md", "sha256", "-in", content, "-signer", p.certPath, "-inkey", p.keyPath, "-outform", "DER")
	cmd.Stderr = &said
	cms, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl: %v: %s", err, said.String())
	}
	copy(out[from+1:to-1], bytes.Repeat([]byte("0"), to-from-2))
	hex.Encode(out[from+1:], cms)
	return out
}

func papersOf(list ...[]byte) (out []submissions.Paper) {
	for _, p := range list {
		sum := sha256.Sum256(p)
		out = append(out, submissions.Paper{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(p))})
	}
	return out
}

// drawn adds an update to a PDF that changes its first page's content, as a hostile program would.
func drawn(t testing.TB, pdf []byte) []byte {
	t.Helper()
	start := bytes.LastIndex(pdf, []byte("startxref"))
	prev := bytes.Fields(pdf[start:])[1]
	root := regexp.MustCompile(`/Root (\d+ 0 R)`).FindSubmatch(pdf)
	size := regexp.MustCompile(`/Size (\d+)`).FindAllSubmatch(pdf, -1)
	num := regexp.MustCompile(`/Contents (\d+) 0 R`).FindSubmatch(pdf)
	if root == nil || size == nil || num == nil {
		t.Fatal("the PDF is of another make")
	}
	out := bytes.Clone(pdf)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	at := len(out)
	out = append(out, []byte(string(num[1])+" 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n")...)
	xref := len(out)
	entry := "0000000000" + strconv.Itoa(at)
	return append(out, []byte("xref\n"+string(num[1])+" 1\n"+entry[len(entry)-10:]+" 00000 n \ntrailer\n<</Size "+string(size[len(size)-1][1])+"/Root "+string(root[1])+
		"/Prev "+string(prev)+">>\nstartxref\n"+strconv.Itoa(xref)+"\n%%EOF\n")...)
}

// TestJudgeSigned is the table of what may come back and what is made of it.
func TestJudgeSigned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, _ := h.sent(t)
	paper, err := h.SigningPaper(t.Context(), sent.Reference)
	must(t, err)
	again, err := h.SigningPaper(t.Context(), sent.Reference)
	must(t, err)
	if !bytes.Equal(paper, again) {
		t.Fatal("the paper changes from one download to another")
	}
	second, _ := h.sent(t)
	other, err := h.SigningPaper(t.Context(), second.Reference)
	must(t, err)
	root := newPen(t, nil, "Zkušební kořen", nil)
	eva := newPen(t, root, "Eva Tichá", nil)
	good := eva.sign(t, paper)
	flipped := bytes.Clone(good)
	flipped[len(paper)/2] ^= 0x20
	forged := bytes.Clone(good)
	value := bytes.LastIndex(forged, []byte("/Contents<")) + len("/Contents<")
	end := value + len(bytes.TrimRight(forged[value:value+bytes.IndexByte(forged[value:], '>')], "0")) - 10 // in the signature's value
	forged[end] = map[bool]byte{true: '1', false: '0'}[forged[end] == '0']
	stranger := newPen(t, newPen(t, nil, "Cizí kořen", nil), "Cizí", nil)
	for name, c := range map[string]struct {
		pdf         []byte
		result, why string
	}{
		"signed":                     {good, submissions.SignatureValid, ""},
		"signed by two":              {newPen(t, root, "Jan Tichý", nil).sign(t, good), submissions.SignatureValid, ""},
		"as it was given out":        {paper, submissions.SignatureInvalid, submissions.WhyUnsigned},
		"another submission":         {eva.sign(t, other), submissions.SignatureInvalid, submissions.WhyNotOurs},
		"a byte of ours changed":     {flipped, submissions.SignatureInvalid, submissions.WhyNotOurs},
		"value of another key":       {forged, submissions.SignatureInvalid, submissions.WhyBroken},
		"redrawn before signing":     {eva.sign(t, drawn(t, paper)), submissions.SignatureInvalid, submissions.WhyAltered},
		"redrawn after signing":      {drawn(t, good), submissions.SignatureInvalid, submissions.WhyAfter},
		"no PDF":                     {[]byte("ahoj"), submissions.SignatureInvalid, submissions.WhyUnreadable},
		"cut off":                    {good[:len(good)-300], submissions.SignatureInvalid, submissions.WhyUnsigned},
		"unknown issuer":             {stranger.sign(t, paper), submissions.SignatureUnknown, submissions.WhyIssuer},
		"unknown issuer and a known": {stranger.sign(t, good), submissions.SignatureValid, ""},
		"expired": {newPen(t, root, "Prošlá", func(c *x509.Certificate) { c.NotAfter = monday.AddDate(0, -1, 0) }).sign(t, paper),
			submissions.SignatureUnknown, submissions.WhyExpired},
		"not yet valid": {newPen(t, root, "Budoucí", func(c *x509.Certificate) { c.NotBefore = monday.AddDate(0, 1, 0) }).sign(t, paper),
			submissions.SignatureUnknown, submissions.WhyExpired},
		"for something else": {newPen(t, root, "Šifrovací", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }).sign(t, paper),
			submissions.SignatureUnknown, submissions.WhyUnsuitable},
		"not qualified": {newPen(t, root, "Komerční", func(c *x509.Certificate) { c.ExtraExtensions = nil }).sign(t, paper),
			submissions.SignatureUnknown, submissions.WhyUnqualified},
		"trial": {newPen(t, root, "Zkušební", func(c *x509.Certificate) { c.Subject.Organization = []string{seal.TestMark} }).sign(t, paper),
			submissions.SignatureUnknown, submissions.WhyTrial},
	} {
		got := submissions.JudgeSigned(c.pdf, papersOf(paper), eva.roots(), monday)
		if got.Result != c.result || got.Why != c.why {
			t.Errorf("%s: %s %s (%s), want %s %s", name, got.Result, got.Why, got.Signer, c.result, c.why)
		}
	}
	if early := submissions.JudgeSigned(good, nil, eva.roots(), monday); early.Why != submissions.WhyNotOurs {
		t.Errorf("nothing was given out, yet %+v", early)
	}
	got := submissions.JudgeSigned(good, papersOf(other, paper), eva.roots(), monday)
	if got.Signer != "Eva Tichá" || got.Issuer != "Zkušební kořen" || got.Original != papersOf(paper)[0].SHA256 || got.Serial == "" || got.Stamped {
		t.Errorf("%+v", got)
	}
}

// TestSigning takes signed papers in: a refused one is noted, an unclear one is registered, a valid one confirms, a second tab changes nothing.
func TestSigning(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, _ := h.sent(t)
	root := newPen(t, nil, "Zkušební kořen", nil)
	eva := newPen(t, root, "Eva Tichá", nil)
	paper, err := h.SigningPaper(t.Context(), sent.Reference)
	must(t, err)
	put := func(pdf []byte) (submissions.Signature, error) {
		sum := sha256.Sum256(pdf)
		return h.Sign(t.Context(), sent.Reference, pdf, submissions.File{Name: "podani.pdf", MediaType: "application/pdf", Size: int64(len(pdf)), SHA256: hex.EncodeToString(sum[:])}, eva.roots())
	}
	state := func() *submissions.View {
		v, err := h.ByReference(t.Context(), sent.Reference)
		must(t, err)
		return v
	}
	before := len(state().Documents)
	if x, err := put(paper); err != nil || x.Result != submissions.SignatureInvalid {
		t.Fatal(x, err)
	}
	if v := state(); len(v.Documents) != before || len(v.Signed) != 1 || v.Signed[0].Why != submissions.WhyUnsigned || v.ConfirmedAt != nil {
		t.Fatalf("a refused one: %+v", v.Signed)
	}
	if x, err := put(newPen(t, root, "Komerční", func(c *x509.Certificate) { c.ExtraExtensions = nil }).sign(t, paper)); err != nil || x.Result != submissions.SignatureUnknown {
		t.Fatal(x, err)
	}
	if v := state(); len(v.Documents) != before+1 || v.ConfirmedAt != nil || v.Documents[before].Kind != submissions.KindConfirmation || v.Signed[1].DocumentID == nil {
		t.Fatalf("an unclear one: %+v", v.Signed)
	}
	good := eva.sign(t, paper)
	if x, err := put(good); err != nil || x.Result != submissions.SignatureValid {
		t.Fatal(x, err)
	}
	v := state()
	if v.ConfirmedAt == nil || len(v.Documents) != before+2 || v.Events[len(v.Events)-1].Kind != submissions.EventConfirmed || v.Documents[before+1].Components[0].Name != "podani.pdf" {
		t.Fatalf("a valid one: %+v", v)
	}
	if _, err := put(good); !errs.Is(err, errs.Conflict) {
		t.Fatal("a second tab:", err)
	}
	if v := state(); len(v.Documents) != before+2 || len(v.Signed) != 3 {
		t.Fatalf("a second tab wrote something: %+v", v.Signed)
	}
}

// TestCounter confirms at a counter of an office that does not have the submission: who may, what is kept, both logs.
func TestCounter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, caseID := h.sent(t)
	clerk := db.Scope{Office: h.there.ID, Actor: "account:2"}
	key := h.SlipKey(sent.Reference)
	for name, other := range map[string]string{"nothing": "", "a guess": "x", "the PIN": h.PIN(sent.Reference), "the ticket": h.Ticket(sent.Reference), "digits, which are limited elsewhere": h.SlipCode(sent.Reference),
		"another slip": h.SlipKey("K7MF-3XQP")} {
		if _, err := h.WaitingFor(t.Context(), clerk, sent.Reference, other); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := h.ConfirmAtCounter(t.Context(), clerk, sent.Reference, other, submissions.Shown{Kind: "op", Last: "12A"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("%s confirms: %v", name, err)
		}
	}
	if h.Opens(sent.Reference, key) || h.Opens(sent.Reference, h.SlipCode(sent.Reference)) {
		t.Error("a slip opens the pages of the citizen")
	}
	w, err := h.WaitingFor(t.Context(), clerk, sent.Reference, key)
	must(t, err)
	if w.Party != "Eva Tichá" || w.Born != "6. 5. 1980" || w.Office != h.here.Name || w.By.Format(time.DateOnly) != "2026-09-21" || w.Late || w.Confirmed != nil {
		t.Errorf("%+v", w)
	}
	for name, shown := range map[string]submissions.Shown{"no kind": {"", "123"}, "whole number": {"op", "206789123"}, "two": {"op", "12"}, "sign": {"op", "12-"}} {
		if _, err := h.ConfirmAtCounter(t.Context(), clerk, sent.Reference, key, shown); len(errs.FieldsOf(err)) != 1 {
			t.Error(name, err)
		}
	}
	_, err = h.ConfirmAtCounter(t.Context(), clerk, sent.Reference, key, submissions.Shown{Kind: "op", Last: " 12a "})
	must(t, err)
	v, err := h.ByReference(t.Context(), sent.Reference)
	must(t, err)
	doc := v.Documents[len(v.Documents)-1]
	if x := v.Signed[0]; v.ConfirmedAt == nil || x.Way != submissions.WayCounter || x.IDLast != "12A" || x.Counter != h.there.Name || doc.Channel != "counter" || doc.CaseID != caseID {
		t.Errorf("%+v %+v", v.Signed, doc)
	}
	if _, err = h.ConfirmAtCounter(t.Context(), clerk, sent.Reference, key, submissions.Shown{Kind: "op", Last: "12A"}); !errs.Is(err, errs.Conflict) {
		t.Error("twice:", err)
	}
	if w, err = h.WaitingFor(t.Context(), clerk, sent.Reference, key); err != nil || w.Confirmed == nil || w.Party != "" || w.Born != "" || w.Subject != "" {
		t.Errorf("an old slip tells more than that it is over: %+v %v", w, err)
	}
	for _, office := range []int32{h.here.ID, h.there.ID} {
		var n int
		must(t, h.owner.Get(&n, `SELECT count(*) FROM audit_event WHERE office_id = $1 AND actor = 'account:2' AND action IN ('submission shown at a counter', 'submission confirmed at a counter')`, office))
		if n < 3 { // shown twice at least, confirmed once
			t.Errorf("office %d has %d lines in its log", office, n)
		}
	}
	var kept int
	must(t, h.owner.Get(&kept, `SELECT count(*) FROM audit_event WHERE CAST(data AS text) LIKE '%12A%'`))
	if kept != 0 {
		t.Error("the log keeps what the document said")
	}
}

// TestConfirmedLate: five days are over, the person still confirms; the fact that it came late is kept.
func TestConfirmedLate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, caseID := h.sent(t)
	h.clock.Advance(8 * 24 * time.Hour)
	for name, c := range map[string]struct{ way, note string }{"no way": {"", "x"}, "counter here": {submissions.WayCounter, "x"}, "no document": {submissions.WayLetter, " "}} {
		if err := h.ConfirmAtDesk(t.Context(), h.desk(), caseID, c.way, c.note); len(errs.FieldsOf(err)) != 1 {
			t.Error(name, err)
		}
	}
	must(t, h.ConfirmAtDesk(t.Context(), h.desk(), caseID, submissions.WayBox, "HEJ/2026/00007-1"))
	v, err := h.ByReference(t.Context(), sent.Reference)
	must(t, err)
	if e := v.Events[len(v.Events)-1]; e.Data.V["late"] != true || v.ConfirmedAt == nil || v.Signed[0].Note == "" {
		t.Errorf("%+v", e)
	}
	if err := h.ConfirmAtDesk(t.Context(), h.desk(), caseID, submissions.WayBox, "x"); !errs.Is(err, errs.Conflict) {
		t.Error("twice:", err)
	}
}

// TestSignedAfterReferral: the paper was given out by the office that had the submission before.
func TestSignedAfterReferral(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sent, caseID := h.sent(t)
	paper, err := h.SigningPaper(t.Context(), sent.Reference)
	must(t, err)
	_, err = h.Refer(t.Context(), h.desk(), caseID, submissions.Referral{Target: h.there.ID, Why: "Strom stojí ve Frýdlantu."})
	must(t, err)
	eva := newPen(t, newPen(t, nil, "Kořen", nil), "Eva Tichá", nil)
	pdf := eva.sign(t, paper)
	x, err := h.Sign(t.Context(), sent.Reference, pdf, submissions.File{Name: "a.pdf", MediaType: "application/pdf", Size: int64(len(pdf)), SHA256: papersOf(pdf)[0].SHA256}, eva.roots())
	if err != nil || x.Result != submissions.SignatureValid || x.OfficeID != h.there.ID {
		t.Fatalf("%+v %v", x, err)
	}
}
