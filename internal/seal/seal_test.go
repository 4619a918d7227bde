package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/pdf"
	"epom/internal/seal"
)

// noon is when everything in these tests happens.
var noon = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)

// local answers a sealer of a new local authority.
func local(t testing.TB) *seal.Sealer {
	t.Helper()
	return opened(t, seal.Settings{DataDir: t.TempDir()})
}

func opened(t testing.TB, settings seal.Settings) *seal.Sealer {
	t.Helper()
	if settings.Clock == nil {
		settings.Clock = clock.NewFake(noon)
	}
	s, err := seal.Open(settings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// letter is a document of ours: tagged, two pages, with a file attached.
func letter(t testing.TB) []byte {
	t.Helper()
	d := pdf.New(pdf.Meta{Title: "Potvrzení o podání", Lang: "cs", Author: "Obec Hejnice", Created: noon})
	d.Heading(1, "Potvrzení o podání")
	d.Para(strings.Repeat("Úřad přijal podání a zapsal je do deníku. ", 20))
	d.PageBreak()
	d.Rows([]pdf.Row{{Label: "Číslo jednací", Value: "HEJ/17/2026"}})
	d.Attach("podani.json", "application/json", pdf.Data, []byte(`{"a":1}`))
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func sealed(t testing.TB, s *seal.Sealer, data []byte) []byte {
	t.Helper()
	out, err := s.SealPDF(t.Context(), data, "Doklad o podání")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func verified(t testing.TB, s *seal.Sealer, data []byte) seal.Report {
	t.Helper()
	r, err := seal.VerifyPDF(data, s.Roots(), noon)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSealedPDFVerifies(t *testing.T) {
	t.Parallel()
	s := local(t)
	plain := letter(t)
	out := sealed(t, s, plain)
	if !bytes.HasPrefix(out, plain) {
		t.Error("what stood in the file has changed")
	}
	r := verified(t, s, out)
	if len(r.Signatures) != 1 || !r.Good() {
		t.Fatalf("%+v", r)
	}
	got := r.Signatures[0]
	switch {
	case got.Kind != seal.KindSignature, got.Signer.Name != s.Name(), !got.Signer.Test, !s.Test(), !strings.Contains(s.Name(), seal.TestMark):
		t.Errorf("whose: %+v", got)
	case !got.ClaimedAt.Equal(noon), got.Stamp == nil, !got.Stamp.At.Equal(noon), !got.At.Equal(noon), got.Stamp.Signer.Name == "", got.Stamp.Policy != "2.999.1":
		t.Errorf("when: %+v %+v", got, got.Stamp)
	case got.Covered != len(out), got.Later != seal.LaterNothing, len(got.Added) != 0, got.Reason != "Doklad o podání", !strings.HasPrefix(got.Field, "Seal"):
		t.Errorf("what: %+v", got)
	}
	if alone, err := seal.VerifyPDF(out, nil, noon); err != nil || alone.Good() || alone.Signatures[0].Fault != "" || alone.Signatures[0].Trust != seal.TrustUnknown {
		t.Errorf("without anchors: %+v %v", alone, err)
	}
	if r := verified(t, s, plain); len(r.Signatures) != 0 || r.Good() {
		t.Errorf("a file without a seal: %+v", r)
	}
	files, err := pdf.Attachments(out)
	if err != nil || string(files["podani.json"]) != `{"a":1}` {
		t.Errorf("attachments: %v %v", files, err)
	}
}

func TestSecondSealKeepsTheFirst(t *testing.T) {
	t.Parallel()
	s, other := local(t), local(t)
	once := sealed(t, s, letter(t))
	thrice := sealed(t, s, sealed(t, other, once))
	r := verified(t, s, thrice)
	if len(r.Signatures) != 3 {
		t.Fatalf("%+v", r)
	}
	for i, want := range []struct {
		later seal.Later
		trust seal.Trust
	}{{seal.LaterSignatures, seal.TrustValid}, {seal.LaterSignatures, seal.TrustUnknown}, {seal.LaterNothing, seal.TrustValid}} {
		if got := r.Signatures[i]; got.Fault != "" || got.Later != want.later || got.Trust != want.trust {
			t.Errorf("signature %d: %+v", i, got)
		}
	}
	if first := r.Signatures[0]; !first.Good() || first.Covered != len(once) || len(first.Added) != 2 || first.Added[0].Kind != seal.ChangeSignature {
		t.Errorf("%+v", first)
	}
}

// TestEveryFlippedByteIsFound changes one byte at many places of all parts of a sealed file.
func TestEveryFlippedByteIsFound(t *testing.T) {
	t.Parallel()
	s := local(t)
	plain := letter(t)
	out := sealed(t, s, plain)
	before := verified(t, s, out)
	value := bytes.LastIndex(out, []byte("/Contents<")) + len("/Contents<")
	used := value + len(strings.TrimRight(string(out[value:bytes.IndexByte(out[value:], '>')+value]), "0"))
	step := max(1, len(out)/199)
	for i := 0; i < len(out); i += step {
		if i > value && i < value+step { // all of the signature's value, then behind what is only filling
			step = 151
		} else if i >= used && i < used+step {
			step = 1
			i = bytes.IndexByte(out[used:], '>') + used
		}
		changed := bytes.Clone(out)
		changed[i] ^= 0x01
		r, err := seal.VerifyPDF(changed, s.Roots(), noon)
		if err == nil && r.Good() && !(i >= value && i < used && harmless(before.Signatures[0], r.Signatures[0])) {
			t.Fatalf("byte %d of %d (%q) was changed unnoticed", i, len(out), out[max(0, i-20):min(len(out), i+20)])
		}
	}
}

// harmless tells whether a signature that was tampered with says the same as before, or at most lost its timestamp: parts
// of a CMS that nobody signs, such as the copy of the root, are free to change.
func harmless(before, after seal.Signature) bool {
	return after.Stamp == nil || reflect.DeepEqual(before, after)
}

func TestAddedContentIsFound(t *testing.T) {
	t.Parallel()
	s := local(t)
	out := sealed(t, s, letter(t))
	for name, more := range map[string]string{
		"bytes":   "navíc",
		"comment": "\n% navíc\n%%EOF\n",
		"page":    update(t, out, "3 0 obj\n<</Type/Page/Parent 1 0 R/MediaBox[0 0 10 10]>>\nendobj\n"),
		"content": update(t, out, "4 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n"),
	} {
		changed := append(bytes.Clone(out), more...)
		got := verified(t, s, changed).Signatures[0]
		if got.Later != seal.LaterUnknown || got.Good() || got.Fault != "" || len(got.Added) == 0 {
			t.Errorf("%s: %+v", name, got)
		}
		if name == "content" && got.Added[0] != (seal.Change{Kind: seal.ChangeUnknown, Path: "Root.Pages.Kids[0].Contents"}) {
			t.Errorf("%s: %v", name, got.Added)
		}
	}
	if r := verified(t, s, append(bytes.Clone(out), "\r\n"...)); !r.Good() {
		t.Errorf("white space at the end: %+v", r)
	}
}

// update writes an incremental update with one object in place of another.
func update(t *testing.T, file []byte, object string) string {
	t.Helper()
	var num, start, root int
	fmt.Sscan(object, &num)
	fmt.Sscan(string(file[bytes.LastIndex(file, []byte("startxref"))+9:]), &start)
	fmt.Sscan(string(file[bytes.LastIndex(file, []byte("/Root"))+5:]), &root)
	return fmt.Sprintf("%sxref\n%d 1\n%010d 00000 n \ntrailer\n<</Size 900/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		object, num, len(file), root, start, len(file)+len(object))
}

func TestBytesAndTimestamps(t *testing.T) {
	t.Parallel()
	s := local(t)
	data := []byte("den v deníku")
	cms, err := s.SealBytes(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	got, err := seal.VerifyBytes(data, cms, s.Roots(), noon)
	if err != nil || !got.Good() || got.Stamp == nil || !got.Stamp.At.Equal(noon) || !got.ClaimedAt.IsZero() {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := seal.VerifyBytes([]byte("jiný den"), cms, s.Roots(), noon); err != nil || got.Fault != seal.FaultDigest || got.Good() {
		t.Errorf("%+v %v", got, err)
	}
	other, err := pkcs7.Parse(cms)
	if err != nil {
		t.Fatal(err)
	}
	other.Content = data
	if err := other.VerifyWithChainAtTime(s.Roots(), noon); err != nil {
		t.Errorf("another reader: %v", err)
	}
	var at time.Time
	if other.UnmarshalSignedAttribute(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}, &at) == nil {
		t.Error("the signing time is among the signed attributes")
	}
	for i := 0; i < len(cms); i += 7 {
		changed := bytes.Clone(cms)
		changed[i] ^= 0x40
		if after, err := seal.VerifyBytes(data, changed, s.Roots(), noon); err == nil && after.Good() && !harmless(got, after) {
			t.Fatalf("byte %d of the signature was changed unnoticed", i)
		}
	}

	sum := sha256.Sum256(data)
	token, when, err := s.Timestamp(t.Context(), sum)
	if err != nil || !when.Equal(noon) {
		t.Fatal(when, err)
	}
	if st, err := seal.VerifyTimestamp(sum, token, s.Roots()); err != nil || !st.Good() || !st.At.Equal(noon) {
		t.Errorf("%+v %v", st, err)
	}
	sum[0] ^= 1
	if st, err := seal.VerifyTimestamp(sum, token, s.Roots()); err != nil || st.Fault != seal.FaultDigest {
		t.Errorf("%+v %v", st, err)
	}
}

// TestManyProcessesOneAuthority opens one data directory from many sides at once.
func TestManyProcessesOneAuthority(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var all sync.WaitGroup
	sealers := make([]*seal.Sealer, 16)
	for i := range sealers {
		all.Go(func() { sealers[i], _ = seal.Open(seal.Settings{DataDir: dir, Clock: clock.NewFake(noon)}) })
	}
	all.Wait()
	cms, err := sealers[0].SealBytes(context.Background(), []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range sealers {
		if got, err := seal.VerifyBytes([]byte("x"), cms, s.Roots(), noon); err != nil || !got.Good() {
			t.Errorf("opener %d has another authority: %+v %v", i, got, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "seal", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestRefusedPDFs(t *testing.T) {
	t.Parallel()
	s := local(t)
	good := string(letter(t))
	certified := strings.Replace(good, "/MarkInfo<</Marked true>>", "/Perms<</DocMDP<</Reference[<</TransformParams<</P 1>>>>]>>>>", 1)
	for name, data := range map[string]string{
		"text":      "ahoj",
		"half":      good[:len(good)/2],
		"no xref":   strings.Replace(good, "startxref", "starxxref", 1),
		"encrypted": strings.Replace(good, "trailer\n<<", "trailer\n<</Encrypt 1 0 R", 1),
		"certified": moved(certified, "/Perms", len(certified)-len(good)),
	} {
		out, err := s.SealPDF(t.Context(), []byte(data), "")
		if !errs.Is(err, errs.Invalid) || errs.Message(err) == "" || out != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// moved corrects the cross-reference table of a file in which something was put.
func moved(file, what string, by int) string {
	at, rest := strings.Index(file, "\nxref\n")+1, ""
	changed := strings.Index(file, what)
	var out strings.Builder
	for line := range strings.Lines(file[at:]) {
		var offset int
		if n, _ := fmt.Sscanf(line, "%010d 00000 n", &offset); n == 1 && offset > changed {
			line = fmt.Sprintf("%010d 00000 n \n", offset+by)
		}
		out.WriteString(line)
	}
	rest = out.String()
	return file[:at] + rest[:strings.Index(rest, "startxref\n")] + fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at)
}

func BenchmarkSealPDF(b *testing.B) {
	s := local(b)
	plain := letter(b)
	for b.Loop() {
		sealed(b, s, plain)
	}
}

func BenchmarkVerifyPDF(b *testing.B) {
	s := local(b)
	out := sealed(b, s, sealed(b, s, letter(b)))
	for b.Loop() {
		verified(b, s, out)
	}
}

// TestManySeals puts so many seals on one file that checking them all takes many walks through the document.
func TestManySeals(t *testing.T) {
	t.Parallel()
	s := local(t)
	out := letter(t)
	for range 20 {
		out = sealed(t, s, out)
	}
	if r := verified(t, s, out); len(r.Signatures) != 20 || !r.Good() {
		t.Errorf("%d signatures: %+v", len(r.Signatures), r.Signatures[0])
	}
}
