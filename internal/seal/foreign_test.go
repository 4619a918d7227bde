package seal_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/seal"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestForeignSignatures checks signatures made by another program, in ways that ours are not made.
func TestForeignSignatures(t *testing.T) {
	t.Parallel()
	s, err := seal.Open(seal.Settings{DataDir: t.TempDir(), TrustRoots: "testdata", Clock: clock.NewFake(noon)})
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("podepsaná data\n")
	for name, want := range map[string]struct {
		fault seal.Fault
		weak  string
	}{
		"pss.p7s": {}, "keyid.p7s": {}, "ber.p7s": {}, "noattr.p7s": {}, "sha1.p7s": {weak: "SHA-1"}, "nocert.p7s": {fault: seal.FaultCertificate},
	} {
		cms := fixture(t, name)
		got, err := seal.VerifyBytes(data, cms, s.Roots(), noon)
		if err != nil || got.Fault != want.fault || got.Stamp != nil || slices.Contains(got.Weak, "SHA-1") != (want.weak != "") {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		if trusted := want.fault == ""; trusted != (got.Trust == seal.TrustValid) || trusted && got.Signer.Name != "Podepisujici" || got.Good() != (trusted && want.weak == "") {
			t.Errorf("%s: %+v", name, got)
		}
		if attributes := name != "noattr.p7s"; attributes == got.ClaimedAt.IsZero() {
			t.Errorf("%s: claimed %v", name, got.ClaimedAt)
		}
		other, err := seal.VerifyBytes([]byte("jiná data\n"), cms, s.Roots(), noon)
		if err != nil || other.Good() || (other.Fault != seal.FaultDigest && other.Fault != seal.FaultSignature) {
			t.Errorf("%s over other data: %+v %v", name, other, err)
		}
	}
	for name, cms := range map[string][]byte{"nothing": nil, "text": []byte("ahoj"), "certificate": fixture(t, "signer.pem"),
		"half": fixture(t, "pss.p7s")[:700], "more behind": append(fixture(t, "pss.p7s"), 1), "deep": []byte(strings.Repeat("\x30\x80", 1<<20))} {
		if _, err := seal.VerifyBytes(data, cms, s.Roots(), noon); !errs.Is(err, errs.Invalid) || errs.Message(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := seal.VerifyTimestamp([32]byte{}, cms, s.Roots()); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s as a timestamp: %v", name, err)
		}
	}
	if _, err := seal.VerifyTimestamp([32]byte{}, fixture(t, "pss.p7s"), s.Roots()); !errs.Is(err, errs.Invalid) {
		t.Errorf("a signature as a timestamp: %v", err)
	}
}

// TestSettingsOfTheSeal opens keys and anchors from files as installations have them.
func TestSettingsOfTheSeal(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	to := serve(t, fakeTSA{by: o.tsa})
	roots := filepath.Dir(save(t, "koren.pem", o.root.cert))
	cert, key := save(t, "pecet.pem", o.root.cert, o.middle.cert, o.seal.cert), save(t, "klic.pem", o.seal.key)
	rsa, err := rsaKey()
	if err != nil {
		t.Fatal(err)
	}
	both := issueFor(t, rsa, o.middle, "RSA", nil)
	for name, set := range map[string]seal.Settings{
		"two files": {Cert: cert, Key: key, TSA: to, TrustRoots: roots},
		"one file":  {Cert: save(t, "vse.pem", both.key, both.cert, o.middle.cert), TSA: to, TrustRoots: roots},
	} {
		set.DataDir = filepath.Join(t.TempDir(), "prazdno")
		s := opened(t, set)
		out := sealed(t, s, letter(t))
		r := verified(t, s, out)
		if s.Test() || !r.Good() || r.Signatures[0].Signer.Test || r.Signatures[0].Stamp.Signer.Name != "Razítka" {
			t.Errorf("%s: %+v", name, r)
		}
		if _, err := os.Stat(set.DataDir); !os.IsNotExist(err) {
			t.Errorf("%s: a local authority was made: %v", name, err)
		}
	}
	packed := opened(t, seal.Settings{Cert: "testdata/old.p12", Password: "heslo", TSA: to, TrustRoots: roots})
	if packed.Test() || packed.Name() != "Podepisujici" {
		t.Errorf("PKCS#12: %q", packed.Name())
	}
	if half := opened(t, seal.Settings{TSA: to, DataDir: t.TempDir()}); !half.Test() {
		t.Error("a trial certificate with real timestamps has no legal effects either")
	}
	if half := opened(t, seal.Settings{Cert: cert, Key: key, DataDir: t.TempDir()}); !half.Test() {
		t.Error("a seal with trial timestamps has no legal effects either")
	}

	empty, damaged := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(damaged, "seal"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(damaged, "x.pem"), filepath.Join(damaged, "seal", "authority.pem")} {
		if err := os.WriteFile(path, []byte("tajne"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, set := range map[string]seal.Settings{
		"no file":         {Cert: filepath.Join(empty, "pecet.pem"), TSA: to},
		"no key":          {Cert: cert, TSA: to},
		"key of another":  {Cert: cert, Key: save(t, "k.pem", o.tsa.key), TSA: to},
		"two keys":        {Cert: cert, Key: save(t, "k.pem", o.tsa.key, o.seal.key), TSA: to},
		"not a key":       {Cert: cert, Key: filepath.Join(damaged, "x.pem"), TSA: to},
		"wrong password":  {Cert: "testdata/old.p12", Password: "tajne", TSA: to},
		"new encryption":  {Cert: "testdata/new.p12", Password: "tajne", TSA: to},
		"no anchors":      {DataDir: t.TempDir(), TrustRoots: empty},
		"damaged anchor":  {DataDir: t.TempDir(), TrustRoots: damaged},
		"no folder":       {DataDir: t.TempDir(), TrustRoots: filepath.Join(empty, "neni")},
		"damaged local":   {DataDir: damaged},
		"wrong policy":    {DataDir: t.TempDir(), TSA: seal.TSA{URL: to.URL, Policy: "x"}},
		"unwritable data": {DataDir: cert},
	} {
		if _, err := seal.Open(set); err == nil || strings.Contains(err.Error(), "tajne") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
