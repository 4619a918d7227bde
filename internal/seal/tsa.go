package seal

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/digitorus/timestamp"

	"epom/internal/errs"
)

// TSA are the settings of a time-stamping authority reached over HTTP (RFC 3161, 3.4).
type TSA struct {
	URL, User, Password string
	Policy              string // dotted OID that tokens must have; empty = any
}

const (
	tsaTimeout = 20 * time.Second // one whole question and answer
	tsaLimit   = 1 << 20          // bytes of an answer
)

// httpTSA asks an authority over HTTP.
type httpTSA struct {
	to     TSA
	policy asn1.ObjectIdentifier
	client *http.Client
}

// NewTSA makes a client of a time-stamping authority. Its errors: Unavailable when the authority does not answer, has a
// fault of its own or answers only half; Internal when it refuses us or its answer breaks the protocol.
func NewTSA(to TSA) (Stamper, error) {
	policy, err := parseOID(to.Policy)
	if err != nil {
		return nil, fmt.Errorf("seal: the policy of timestamps must be an OID such as 1.3.6.1.4.1.23624.10.1.1")
	}
	// A redirect could carry the password elsewhere, so none is followed.
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &httpTSA{to, policy, &http.Client{Timeout: tsaTimeout, CheckRedirect: refuse}}, nil
}

// parseOID reads dotted numbers; none are a nil OID.
func parseOID(s string) (oid asn1.ObjectIdentifier, err error) {
	if s == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, err
		}
		oid = append(oid, int(n))
	}
	if _, err := asn1.Marshal(oid); err != nil {
		return nil, err
	}
	return oid, nil
}

func (t *httpTSA) Stamp(ctx context.Context, sum [32]byte) (token []byte, at time.Time, err error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, at, err
	}
	question := timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: nonce, TSAPolicyOID: t.policy}
	body, err := question.Marshal()
	if err != nil {
		return nil, at, fmt.Errorf("seal: %w", err)
	}
	answer, err := t.ask(ctx, body)
	if err != nil {
		return nil, at, err
	}
	if token, err = openResponse(answer); err != nil {
		return nil, at, err
	}
	c, info, err := parseToken(token)
	if err != nil {
		return nil, at, fmt.Errorf("seal: the authority's token: %w", err)
	}
	s := c.stamp(info, nil, given(sum))
	switch {
	case s.Fault != "":
		err = fmt.Errorf("seal: the authority's token is wrong: %s", s.Fault)
	case info.Nonce == nil || info.Nonce.Cmp(nonce) != 0:
		err = fmt.Errorf("seal: the authority's token answers another question")
	case t.policy != nil && !info.Policy.Equal(t.policy):
		err = fmt.Errorf("seal: the authority's token has the policy %v in place of %v", info.Policy, t.policy)
	case !stampUsage(c.cert):
		err = fmt.Errorf("seal: the authority's certificate %q is not for timestamps alone", s.Signer.Name)
	case s.At.Before(c.cert.NotBefore) || s.At.After(c.cert.NotAfter):
		err = fmt.Errorf("seal: the authority's certificate %q was not valid at the time of the token", s.Signer.Name)
	}
	if err != nil {
		return nil, at, err
	}
	return token, s.At, nil
}

// ask sends a question and reads the whole answer.
func (t *httpTSA) ask(ctx context.Context, body []byte) ([]byte, error) {
	later := func(err error) error {
		return errs.Wrap(errs.Unavailable, fmt.Errorf("seal: timestamp: %w", err), "")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, t.to.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("seal: timestamp: %w", err)
	}
	r.Header.Set("Content-Type", "application/timestamp-query")
	r.Header.Set("Accept", "application/timestamp-reply")
	if t.to.User != "" {
		r.SetBasicAuth(t.to.User, t.to.Password)
	}
	answer, err := t.client.Do(r)
	if err != nil {
		return nil, later(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, tsaLimit+1))
	switch code := answer.StatusCode; {
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooManyRequests:
		return nil, later(fmt.Errorf("the authority answers %s", answer.Status))
	case code != http.StatusOK:
		return nil, fmt.Errorf("seal: timestamp: the authority answers %s", answer.Status)
	case err != nil:
		return nil, later(err)
	case len(data) > tsaLimit:
		return nil, fmt.Errorf("seal: timestamp: the answer is too long")
	}
	if kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")); kind != "application/timestamp-reply" {
		return nil, fmt.Errorf("seal: timestamp: the answer is %q, not a timestamp", kind)
	}
	return data, nil
}

// tsaResponse is TimeStampResp (RFC 3161, 2.4.2).
type tsaResponse struct {
	Status struct {
		Status int
		Text   []string       `asn1:"optional,utf8"`
		Fail   asn1.BitString `asn1:"optional"`
	}
	Token asn1.RawValue `asn1:"optional"`
}

// openResponse answers the token of a response, or why there is none.
func openResponse(answer []byte) ([]byte, error) {
	var r tsaResponse
	if rest, err := asn1.Unmarshal(answer, &r); err != nil || len(rest) > 0 {
		return nil, errs.Wrap(errs.Unavailable, fmt.Errorf("seal: timestamp: the answer is not whole"), "")
	}
	switch status := timestamp.Status(r.Status.Status); status {
	case timestamp.Granted, timestamp.GrantedWithMods:
		if len(r.Token.FullBytes) == 0 {
			return nil, fmt.Errorf("seal: timestamp: granted, but not given")
		}
		return r.Token.FullBytes, nil
	default:
		err := fmt.Errorf("seal: timestamp: %v %q", status, r.Status.Text)
		now := status == timestamp.Waiting || r.Status.Fail.At(int(timestamp.TimeNotAvailable)) == 1 || r.Status.Fail.At(int(timestamp.SystemFailure)) == 1
		if now {
			return nil, errs.Wrap(errs.Unavailable, err, "")
		}
		return nil, err
	}
}
