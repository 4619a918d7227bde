// Package seal puts electronic seals and timestamps on PDF files and other bytes, and checks seals, signatures and
// timestamps of anybody.
//
// A sealed PDF is PAdES-B-T (ETSI EN 319 142-1): an update added to the end of the file with a signature by
// ETSI.CAdES.detached, bound to its certificate, with an RFC 3161 timestamp over the signature's value; the time stands
// in the signature dictionary and not among the signed attributes (6.3). Other bytes get a detached CMS (RFC 5652) of the
// same make.
//
// Whether a certificate was revoked is not looked at: neither lists nor OCSP are asked. Say so where results are shown.
package seal

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/smallstep/pkcs7"

	"epom/internal/clock"
	"epom/internal/errs"
)

// Stamper gives RFC 3161 timestamps: a token over a SHA-256, and the time in it.
type Stamper interface {
	Stamp(ctx context.Context, sum [32]byte) (token []byte, at time.Time, err error)
}

// Sealer makes seals with one key. It is safe for concurrent use. Its errors: Unavailable when the authority does not
// answer now (try again later), Invalid when the thing cannot be sealed, else Internal (trying again does not help).
type Sealer struct {
	key    crypto.Signer
	chain  []*x509.Certificate // the own certificate first, then those it leads through
	stamps Stamper
	clock  clock.Clock
	roots  *x509.CertPool
	test   bool
	place  atomic.Int64 // bytes to keep for the signature in a PDF, as the largest so far needed
}

// New makes a sealer of any key, so that it may stay in a hardware module. chain begins with the key's certificate; clk
// gives the time that a PDF signature claims; roots are what Roots answers.
func New(key crypto.Signer, chain []*x509.Certificate, stamps Stamper, clk clock.Clock, roots *x509.CertPool) (*Sealer, error) {
	if len(chain) == 0 {
		return nil, fmt.Errorf("seal: no certificate")
	}
	if public, ok := chain[0].PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(key.Public()) {
		return nil, fmt.Errorf("seal: the key does not belong to the certificate %q", title(chain[0].Subject))
	}
	switch chain[0].PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
	default:
		return nil, fmt.Errorf("seal: the key of %q is neither RSA nor ECDSA", title(chain[0].Subject))
	}
	if !signUsage(chain[0]) {
		return nil, fmt.Errorf("seal: the certificate %q may not sign", title(chain[0].Subject))
	}
	return &Sealer{key: key, chain: ordered(chain), stamps: stamps, clock: clk, roots: roots}, nil
}

// ordered answers the own certificate and those that issued it, one after another; others are left out.
func ordered(chain []*x509.Certificate) []*x509.Certificate {
	list, last := chain[:1:1], chain[0]
next:
	for range chain[1:] {
		for _, c := range chain[1:] {
			if c != last && string(c.RawSubject) == string(last.RawIssuer) && last.CheckSignatureFrom(c) == nil {
				list, last = append(list, c), c
				continue next
			}
		}
		break
	}
	return list
}

// Test tells that what the sealer makes has no legal effects: its key or its timestamps come from the local authority.
// Whoever shows it says so visibly by TestMark.
func (s *Sealer) Test() bool { return s.test }

// Name is the name in the seal's certificate.
func (s *Sealer) Name() string { return title(s.chain[0].Subject) }

// Roots are the trust anchors of the installation: those of the settings, and the local authority's.
func (s *Sealer) Roots() *x509.CertPool { return s.roots }

// SealBytes seals data of any kind: a CMS without the data, with a timestamp.
func (s *Sealer) SealBytes(ctx context.Context, data []byte) (cms []byte, err error) {
	return s.sign(ctx, data)
}

// Timestamp asks for a timestamp over a SHA-256. The token is a CMS by itself, at is the time in it.
func (s *Sealer) Timestamp(ctx context.Context, sum [32]byte) (token []byte, at time.Time, err error) {
	return s.stamps.Stamp(ctx, sum)
}

// certHash is SigningCertificateV2 with SHA-256, its default (RFC 5035).
type certHash struct{ Certs []struct{ Hash []byte } }

// absent stands for the key while the library puts the attributes together.
type absent struct{ crypto.Signer }

func (a absent) Sign(_ io.Reader, _ []byte, _ crypto.SignerOpts) ([]byte, error) {
	return []byte{0}, nil
}

// sign makes a detached CMS with a timestamp. The library always adds the signing time, which PAdES forbids (EN 319
// 142-1, 6.3): it puts the attributes together without the key, and they are signed when that one is gone.
func (s *Sealer) sign(ctx context.Context, content []byte) ([]byte, error) {
	signed, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	signed.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	sum := sha256.Sum256(s.chain[0].Raw)
	binding := pkcs7.Attribute{Type: oidSigningCertV2, Value: certHash{Certs: []struct{ Hash []byte }{{sum[:]}}}}
	err = signed.AddSignerChain(s.chain[0], absent{s.key}, s.chain[1:], pkcs7.SignerInfoConfig{ExtraSignedAttributes: []pkcs7.Attribute{binding}})
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	info := &signed.GetSignedData().SignerInfos[0]
	kept := info.AuthenticatedAttributes[:0]
	for _, a := range info.AuthenticatedAttributes {
		if !a.Type.Equal(oidSigningTime) {
			kept = append(kept, a)
		}
	}
	info.AuthenticatedAttributes = kept
	set, err := asn1.MarshalWithParams(kept, "set")
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	digest := sha256.Sum256(set)
	if info.EncryptedDigest, err = s.key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		return nil, errs.Wrap(errs.Unavailable, fmt.Errorf("seal: the key does not sign: %w", err), "")
	}
	token, _, err := s.stamps.Stamp(ctx, sha256.Sum256(info.EncryptedDigest))
	if err != nil {
		return nil, err
	}
	stamp := pkcs7.Attribute{Type: oidTimeStamp, Value: asn1.RawValue{FullBytes: token}}
	if err := info.SetUnauthenticatedAttributes([]pkcs7.Attribute{stamp}); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	signed.Detach()
	return signed.Finish()
}
