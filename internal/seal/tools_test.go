package seal_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"epom/internal/pdf"
	"epom/internal/seal"
)

// file writes data where programs that look at PDF files from outside can read it.
func file(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "doc.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run answers the output of such a program.
func run(t testing.TB, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Fatalf("%s is missing: install the packages poppler-utils and qpdf", tool)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", tool, args, err, out)
	}
	return string(out)
}

// TestOtherProgramsAgree has sealed files of several makes read by poppler and qpdf.
func TestOtherProgramsAgree(t *testing.T) {
	t.Parallel()
	s := local(t)
	plain := letter(t)
	streams := filepath.Join(t.TempDir(), "streams.pdf")
	run(t, "qpdf", "--object-streams=generate", file(t, plain), streams)
	packed, err := os.ReadFile(streams)
	if err != nil {
		t.Fatal(err)
	}
	linear := filepath.Join(t.TempDir(), "linear.pdf")
	run(t, "qpdf", "--linearize", file(t, plain), linear)
	fast, err := os.ReadFile(linear)
	if err != nil {
		t.Fatal(err)
	}
	field := bytes.Replace(plain, []byte("/MarkInfo<<"), []byte("/AcroForm<</Fields[]/DA(/Helv 0 Tf)>>/MarkInfo<<"), 1)
	for name, data := range map[string][]byte{
		"ours": plain, "object streams": packed, "linearized": fast,
		"updated before": append(bytes.Clone(plain), update(t, plain, "4 0 obj\n<</Length 1>>\nstream\nq\nendstream\nendobj\n")...),
		"form before":    []byte(moved(string(field), "/AcroForm", len(field)-len(plain))),
	} {
		once := sealed(t, s, data)
		twice := sealed(t, s, once)
		if !bytes.HasPrefix(once, data) || !bytes.HasPrefix(twice, once) {
			t.Errorf("%s: what stood in the file has changed", name)
		}
		if r := verified(t, s, twice); len(r.Signatures) != 2 || !r.Good() || r.Signatures[0].Later != seal.LaterSignatures {
			t.Errorf("%s: %+v", name, r)
		}
		path := file(t, twice)
		run(t, "qpdf", "--check", path)
		said := run(t, "pdfsig", "-nocert", path)
		if strings.Count(said, "Signature is Valid") != 2 || strings.Count(said, "Total document signed") != 1 {
			t.Errorf("%s: %s", name, said)
		}
		for _, part := range []string{"ETSI.CAdES.detached", "CN=" + s.Name(), "SHA-256", "Nov 22 2026 11:00:00"} {
			if !strings.Contains(said, part) {
				t.Errorf("%s: no %q in\n%s", name, part, said)
			}
		}
		if name == "updated before" {
			continue // that update is a bare one, without /Info
		}
		info := run(t, "pdfinfo", path)
		for _, part := range []string{"Tagged:          yes", "Title:           Potvrzení o podání", "Pages:           2"} {
			if !strings.Contains(info, part) {
				t.Errorf("%s: no %q in\n%s", name, part, info)
			}
		}
		before, after := run(t, "pdfinfo", "-struct-text", file(t, data)), run(t, "pdfinfo", "-struct-text", path)
		if before != after {
			t.Errorf("%s: tags have changed:\n%s", name, after)
		}
		id := func(data []byte) string {
			_, rest, _ := strings.Cut(run(t, "qpdf", "--show-object=trailer", file(t, data)), "/ID [ ")
			first, _, _ := strings.Cut(rest, " ")
			return first
		}
		if id(data) != id(twice) || id(data) == "" {
			t.Errorf("%s: /ID has changed", name)
		}
	}
	out := sealed(t, s, plain)
	at := bytes.Index(out, []byte("stream\n")) + 20
	out[at] ^= 0x20
	if said := run(t, "pdfsig", "-nocert", file(t, out)); !strings.Contains(said, "Digest Mismatch") {
		t.Errorf("one byte was changed, and pdfsig says\n%s", said)
	}
	if r, err := seal.VerifyPDF(out, s.Roots(), noon); err != nil || r.Signatures[0].Fault != seal.FaultDigest {
		t.Errorf("%+v %v", r, err)
	}
}

// TestOtherProgramsTrust gives poppler the root, where the tool that keeps its certificates is installed.
func TestOtherProgramsTrust(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("certutil"); err != nil {
		t.Log("left out without certutil (package libnss3-tools): poppler's view of the chain")
		return
	}
	o := newOffice(t)
	s := o.sealer(t, o.seal, stamper{o.tsa, noon, []*x509.Certificate{o.root.cert}})
	path, store := file(t, sealed(t, s, letter(t))), "sql:"+t.TempDir()
	run(t, "certutil", "-N", "-d", store, "--empty-password")
	run(t, "certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-a", "-i", save(t, "root.pem", o.root.cert))
	said := run(t, "pdfsig", "-nssdir", store, path)
	if !strings.Contains(said, "Signature is Valid") || !strings.Contains(said, "Certificate is Trusted") {
		t.Error(said)
	}
}

// TestTrialIsVisible shows how a caller marks what has no legal effects.
func TestTrialIsVisible(t *testing.T) {
	t.Parallel()
	s := local(t)
	meta := pdf.Meta{Title: "Zkouška", Lang: "cs"}
	if s.Test() {
		meta.Mark = seal.TestMark
	}
	d := pdf.New(meta)
	d.Para("Text")
	data, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if words := run(t, "pdftotext", file(t, sealed(t, s, data)), "-"); !strings.Contains(words, seal.TestMark) {
		t.Error(words)
	}
}
