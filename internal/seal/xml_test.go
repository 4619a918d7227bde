package seal_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"epom/internal/errs"
	"epom/internal/seal"
)

const logXML = `<Log xmlns="http://example.cz/log"><Udalost Id="1">Žluťoučký &lt;kůň&gt; &amp; spol.&#xD;</Udalost><Prazdna></Prazdna></Log>`

func sealedXML(t testing.TB, s *seal.Sealer, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	from := strings.NewReader(content)
	if _, err := from.Seek(0, io.SeekEnd); err != nil { // as after writing
		t.Fatal(err)
	}
	at, err := s.SealXML(t.Context(), &out, from)
	if err != nil || !at.Equal(noon) {
		t.Fatal(at, err)
	}
	return out.Bytes()
}

func openedXML(data []byte) (*seal.SealedXML, error) {
	return seal.OpenXML(bytes.NewReader(data), int64(len(data)))
}

func TestSealedXMLVerifies(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, s := range map[string]*seal.Sealer{"EC, trial": local(t), "issued": o.sealer(t, o.seal, stamper{by: o.tsa, at: noon})} {
		data := sealedXML(t, s, logXML)
		x, err := openedXML(data)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := x.Verify(s.Roots(), noon)
		if err != nil || !got.Good() || got.Stamp == nil || !got.Stamp.At.Equal(noon) || !got.ClaimedAt.Equal(noon) || got.Signer.Name != s.Name() {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		inside := make([]byte, x.Content().Size())
		if _, err := x.Content().ReadAt(inside, 0); err != nil || string(inside) != logXML {
			t.Errorf("%s: %q %v", name, inside, err)
		}
		if got, err := x.Verify(local(t).Roots(), noon); err != nil || got.Trust == seal.TrustValid || got.Good() {
			t.Errorf("%s: a stranger's roots trust it: %+v %v", name, got, err)
		}
	}
}

// Each byte matters (every eleventh is tried), save those of further certificates and of how the stamp is wrapped.
func TestEveryChangedByteOfASealedXMLIsFound(t *testing.T) {
	t.Parallel()
	s := local(t)
	data := sealedXML(t, s, logXML)
	for i := 0; i < len(data); i += 11 {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		x, err := openedXML(changed)
		if err != nil {
			continue
		}
		got, err := x.Verify(s.Roots(), noon)
		in := x.Content()
		inside := make([]byte, in.Size())
		if _, err := in.ReadAt(inside, 0); err != nil {
			t.Fatal(err)
		}
		if err == nil && got.Good() && string(inside) != logXML {
			t.Fatalf("byte %d (%q) was changed unnoticed", i, data[max(0, i-30):i+1])
		}
	}
	for _, cut := range []int{0, 1, 100, len(data) / 2, len(data) - 40} {
		if _, err := openedXML(data[:cut]); !errs.Is(err, errs.Invalid) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

// What is hashed stands in the file in canonical form: another program's canonicalization changes nothing in it.
func TestSealedXMLIsCanonical(t *testing.T) {
	t.Parallel()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		fmt.Println("left out without xmllint:", t.Name())
		t.SkipNow()
	}
	data := string(sealedXML(t, local(t), logXML))
	part := func(from, to string) string {
		at := strings.Index(data, from)
		return data[at : at+strings.Index(data[at:], to)+len(to)]
	}
	for name, p := range map[string]string{"info": part("<ds:SignedInfo", "</ds:SignedInfo>"), "value": part("<ds:SignatureValue", "</ds:SignatureValue>"),
		"object": part("<ds:Object xmlns:ds", "</ds:Object>"), "properties": part("<xades:SignedProperties", "</xades:SignedProperties>"), "content": logXML} {
		path := filepath.Join(t.TempDir(), "part.xml")
		if err := os.WriteFile(path, []byte(p), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(lint, "--nonet", "--exc-c14n", path).Output()
		if err != nil || string(out) != p {
			t.Errorf("%s: %v\n%s\nis canonically\n%s", name, err, p, out)
		}
	}
}

func FuzzOpenXML(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><a/>`))
	f.Add(sealedXML(f, local(f), logXML))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := openedXML(data)
		if err != nil {
			return
		}
		if _, err := x.Verify(nil, noon); err != nil {
			t.Fatal(err)
		}
	})
}
