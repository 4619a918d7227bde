package intake

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"
)

// A message enclosed in its signature is opened, a detached signature is a component, an encrypted one stays closed; each is noted.
func TestSMIME(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Jana"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(content []byte, detach bool) []byte {
		s, err := pkcs7.NewSignedData(content)
		if err == nil {
			err = s.AddSigner(cert, key, pkcs7.SignerInfoConfig{})
		}
		if err != nil {
			t.Fatal(err)
		}
		if detach {
			s.Detach()
		}
		out, err := s.Finish()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	inside := []byte("Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" + plainPart + "\r\n--c\r\n" + attached("smlouva.txt", "text/plain", []byte("x")) + "\r\n--c--\r\n")
	for name, c := range map[string]struct {
		data  []byte
		kind  string
		shape string
	}{
		"opaque":    {message(attached("smime.p7m", "application/pkcs7-mime", signed(inside, false))), "opaque", "a.eml! smime.p7m<0 zprava.txt<0 smlouva.txt<0"},
		"detached":  {message(plainPart, attached("smime.p7s", "application/pkcs7-signature", signed(inside, true))), "detached", "a.eml! zprava.txt<0 smime.p7s<0"},
		"encrypted": {message(attached("smime.p7m", "application/pkcs7-mime", []byte{0x30, 0x03, 0x02, 0x01, 0x05})), "enveloped", "a.eml! smime.p7m<0"},
	} {
		it, _ := take(t, "a.eml", c.data, Limits{})
		if got := shape(it); got != c.shape || it.Envelope["smime"] != c.kind {
			t.Errorf("%s: %s, %v", name, got, it.Envelope["smime"])
		}
	}
}
