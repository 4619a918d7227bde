package seal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"github.com/digitorus/timestamp"

	"epom/internal/clock"
)

// TestMark stands in the certificates of the local authority, and whoever shows what it made says the same.
const TestMark = "zkušební – bez právních účinků"

// testPolicy is the policy of the local authority's timestamps, from the arc for examples (ITU-T X.660).
var testPolicy = asn1.ObjectIdentifier{2, 999, 1}

const (
	authorityFile  = "authority.pem" // certificate and key of the seal and of timestamps, certificate of the root
	authorityYears = 30
)

// authority is the local authority: it stands in where no certificate of a real one is configured.
type authority struct {
	root        *x509.Certificate
	seal, stamp pair
	clock       clock.Clock
}

type pair struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// openAuthority reads the local authority of a folder, or makes it. Of several processes that make it at once one wins
// and the others take its work. now is when a new one begins.
func openAuthority(folder string, clk clock.Clock) (*authority, error) {
	path := filepath.Join(folder, authorityFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = newAuthority(clk.Now()); err != nil {
			return nil, fmt.Errorf("seal: new local authority: %w", err)
		}
		text, err = writeOnce(path, text)
	}
	if err != nil {
		return nil, fmt.Errorf("seal: local authority: %w", err)
	}
	return parseAuthority(text, clk)
}

// writeOnce puts a whole file under its name unless there is one already, and answers what is there.
func writeOnce(path string, text []byte) ([]byte, error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(folder, "new-*") // readable by its owner only
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// newAuthority issues the certificates. The root's key is forgotten at once: nothing more can be issued in its name.
func newAuthority(now time.Time) ([]byte, error) {
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}}) // id-kp-timeStamping
	if err != nil {
		return nil, err
	}
	templates := []x509.Certificate{
		{Subject: subject("e-POM: kořen"), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign},
		{Subject: subject("e-POM: pečeť"), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment},
		{Subject: subject("e-POM: časové razítko"), KeyUsage: x509.KeyUsageDigitalSignature,
			ExtraExtensions: []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: usage}}},
	}
	var text []byte
	var root pair
	for i, t := range templates {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		if t.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
			return nil, err
		}
		t.NotBefore, t.NotAfter = now.Add(-time.Hour), now.AddDate(authorityYears, 0, 0)
		if i == 0 {
			root = pair{&t, key}
		}
		der, err := x509.CreateCertificate(rand.Reader, &t, root.cert, key.Public(), root.key)
		if err != nil {
			return nil, err
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
		if i == 0 {
			if root.cert, err = x509.ParseCertificate(der); err != nil {
				return nil, err
			}
			continue
		}
		if der, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
			return nil, err
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...)
	}
	return text, nil
}

func subject(name string) pkix.Name {
	return pkix.Name{CommonName: name + " (" + TestMark + ")", Organization: []string{TestMark}, Country: []string{"CZ"}}
}

func parseAuthority(text []byte, clk clock.Clock) (*authority, error) {
	found, err := readPEM(text)
	if err != nil || len(found.certs) != 3 || len(found.keys) != 2 {
		return nil, fmt.Errorf("seal: the file %s of the local authority is damaged", authorityFile)
	}
	return &authority{root: found.certs[0], seal: pair{found.certs[1], found.keys[0]}, stamp: pair{found.certs[2], found.keys[1]}, clock: clk}, nil
}

// Stamp issues a token in the process.
func (a *authority) Stamp(_ context.Context, sum [32]byte) (token []byte, at time.Time, err error) {
	at = a.clock.Now().UTC().Truncate(time.Second)
	t := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Time: at, Policy: testPolicy,
		Accuracy: time.Second, AddTSACertificate: true, Certificates: []*x509.Certificate{a.root}}
	answer, err := t.CreateResponseWithOpts(a.stamp.cert, a.stamp.key, crypto.SHA256)
	if err == nil {
		token, err = openResponse(answer)
	}
	if err != nil {
		return nil, at, fmt.Errorf("seal: local timestamp: %w", err)
	}
	return token, at, nil
}
