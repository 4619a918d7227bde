package seal

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/pkcs12"

	"epom/internal/clock"
)

// Settings say what an installation seals with. Empty ones mean the local authority.
type Settings struct {
	Cert       string // file with the seal's certificate and those above it: PEM, or PKCS#12 with the key too
	Key        string // PEM file with the key: PKCS#8, PKCS#1 or SEC 1; empty = it is in Cert
	Password   string // of a PKCS#12 file
	TSA        TSA
	TrustRoots string // folder with PEM files of trust anchors (*.pem, *.crt, *.cer); empty = none but the local root
	DataDir    string // the local authority lies in its folder seal
	Clock      clock.Clock
}

// Open makes the sealer of an installation. Any number of processes may open the same data directory at once.
// The local authority is trusted only while it is in use.
func Open(s Settings) (*Sealer, error) {
	if s.Clock == nil {
		s.Clock = clock.System{}
	}
	roots := x509.NewCertPool()
	if err := readRoots(s.TrustRoots, roots); err != nil {
		return nil, err
	}
	test := s.Cert == "" || s.TSA.URL == ""
	var local *authority
	var err error
	if test {
		if local, err = openAuthority(filepath.Join(s.DataDir, "seal"), s.Clock); err != nil {
			return nil, err
		}
		roots.AddCert(local.root)
	}
	stamps := Stamper(local)
	if s.TSA.URL != "" {
		if stamps, err = NewTSA(s.TSA); err != nil {
			return nil, err
		}
	}
	var own pair
	var chain []*x509.Certificate
	if s.Cert == "" {
		own, chain = local.seal, []*x509.Certificate{local.root}
	} else if own, chain, err = readPair(s); err != nil {
		return nil, err
	}
	made, err := New(own.key, append([]*x509.Certificate{own.cert}, chain...), stamps, s.Clock, roots)
	if err != nil {
		return nil, err
	}
	made.test = test
	return made, nil
}

// material is what a file of keys and certificates holds.
type material struct {
	certs []*x509.Certificate
	keys  []crypto.Signer
}

// readPair reads the key and the certificates of the seal. Errors name files, never what is in them.
func readPair(s Settings) (own pair, others []*x509.Certificate, err error) {
	var all material
	for _, path := range []string{s.Cert, s.Key} {
		if path == "" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return own, nil, fmt.Errorf("seal: %w", err)
		}
		read := readPEM
		if block, _ := pem.Decode(text); block == nil {
			read = func(data []byte) (material, error) { return readPKCS12(data, s.Password) }
		}
		found, err := read(text)
		if err != nil {
			return own, nil, fmt.Errorf("seal: the file %s: %w", path, err)
		}
		all.certs, all.keys = append(all.certs, found.certs...), append(all.keys, found.keys...)
	}
	if len(all.keys) != 1 || len(all.certs) == 0 {
		return own, nil, fmt.Errorf("seal: %s %s must hold one key and its certificate", s.Cert, s.Key)
	}
	public, ok := all.keys[0].Public().(interface{ Equal(crypto.PublicKey) bool })
	for i, c := range all.certs {
		if ok && public.Equal(c.PublicKey) {
			return pair{c, all.keys[0]}, slices.Delete(all.certs, i, i+1), nil
		}
	}
	return own, nil, fmt.Errorf("seal: the key %s does not belong to the certificate %s", s.Key, s.Cert)
}

// readPKCS12 reads a file as certification authorities give it out. Encryption other than that of RFC 7292 is unknown
// to it: such a file has to be turned into PEM first.
func readPKCS12(data []byte, password string) (material, error) {
	blocks, err := pkcs12.ToPEM(data, password)
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return material{}, errors.New("the password is wrong")
	}
	if err != nil {
		return material{}, errors.New("neither PEM nor PKCS#12 of the older encryption; turn it into PEM")
	}
	var text []byte
	for _, b := range blocks {
		b.Headers = nil
		text = append(text, pem.EncodeToMemory(b)...)
	}
	return readPEM(text)
}

// readPEM reads all certificates and keys of a text.
func readPEM(text []byte) (m material, err error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return m, nil
		}
		if block.Type == "CERTIFICATE" {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return m, errors.New("a certificate is damaged")
			}
			m.certs = append(m.certs, cert)
			continue
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		key := readKey(block.Bytes)
		if key == nil {
			return m, fmt.Errorf("%q is not a key without a password of RSA or ECDSA", block.Type)
		}
		m.keys = append(m.keys, key)
	}
}

func readKey(der []byte) crypto.Signer {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		signer, _ := key.(crypto.Signer)
		return signer
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

// readRoots adds the certificates of a folder's PEM files to a pool.
func readRoots(folder string, into *x509.CertPool) error {
	if folder == "" {
		return nil
	}
	found := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || d.IsDir() || (ext != ".pem" && ext != ".crt" && ext != ".cer") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := readPEM(text)
		if err != nil || len(m.certs) == 0 {
			return fmt.Errorf("%s holds no certificate as PEM", path)
		}
		for _, c := range m.certs {
			into.AddCert(c)
		}
		found += len(m.certs)
		return nil
	})
	if err == nil && found == 0 {
		err = fmt.Errorf("the folder %s holds no PEM file", folder)
	}
	if err != nil {
		return fmt.Errorf("seal: trust anchors: %w", err)
	}
	return nil
}
