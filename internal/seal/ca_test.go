package seal_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"epom/internal/clock"
	"epom/internal/seal"
)

// issued is a certificate with its key.
type issued struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// issue makes a certificate; a nil issuer makes a root. change may turn it into something unusual.
func issue(t testing.TB, by *issued, name string, change func(*x509.Certificate)) *issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issueFor(t, key, by, name, change)
}

func issueFor(t testing.TB, key crypto.Signer, by *issued, name string, change func(*x509.Certificate)) *issued {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"Město Hejnice"}, Country: []string{"CZ"}},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	if change != nil {
		change(form)
	}
	parent, signer := form, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, form, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issued{cert, key}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	c.NotBefore, c.NotAfter = noon.AddDate(-20, 0, 0), noon.AddDate(20, 0, 0)
}

// stamping makes a certificate one for timestamps, as the norm wants it.
func stamping(c *x509.Certificate) {
	// SEQUENCE { id-kp-timeStamping }
	c.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 37}, Critical: true,
		Value: []byte{0x30, 0x0A, 0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08}}}
}

// rsaKey is one key for all tests, because making one takes long.
var rsaKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func pool(certs ...*x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return p
}

// save writes certificates and keys into a PEM file.
func save(t testing.TB, name string, things ...any) string {
	t.Helper()
	var out []byte
	for _, thing := range things {
		block := &pem.Block{}
		switch thing := thing.(type) {
		case *x509.Certificate:
			block.Type, block.Bytes = "CERTIFICATE", thing.Raw
		case crypto.Signer:
			der, err := x509.MarshalPKCS8PrivateKey(thing)
			if err != nil {
				t.Fatal(err)
			}
			block.Type, block.Bytes = "PRIVATE KEY", der
		}
		out = append(out, pem.EncodeToMemory(block)...)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// stamper issues timestamps at a fixed time by any certificate.
type stamper struct {
	by    *issued
	at    time.Time
	chain []*x509.Certificate
}

func (s stamper) Stamp(_ context.Context, sum [32]byte) ([]byte, time.Time, error) {
	form := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Time: s.at, Policy: []int{2, 999, 2},
		AddTSACertificate: true, Certificates: s.chain}
	answer, err := form.CreateResponseWithOpts(s.by.cert, s.by.key, crypto.SHA256)
	if err != nil {
		return nil, s.at, err
	}
	parsed, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, s.at, err
	}
	return parsed.RawToken, s.at, nil
}

// office is everything a sealing office has.
type office struct {
	root, middle, seal, tsa *issued
}

func newOffice(t testing.TB) office {
	t.Helper()
	var o office
	o.root = issue(t, nil, "Kořen", authority)
	o.middle = issue(t, o.root, "Mezilehlá", authority)
	o.seal = issue(t, o.middle, "Pečeť města Hejnice", nil)
	o.tsa = issue(t, o.root, "Razítka", stamping)
	return o
}

func (o office) sealer(t testing.TB, by *issued, stamps seal.Stamper) *seal.Sealer {
	t.Helper()
	chain := []*x509.Certificate{by.cert, o.root.cert, o.middle.cert} // in no order
	s, err := seal.New(by.key, chain, stamps, clock.NewFake(noon), pool(o.root.cert))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
