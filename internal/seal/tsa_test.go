package seal_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"epom/internal/errs"
	"epom/internal/seal"
)

// fakeTSA is a time-stamping authority over HTTP that can misbehave.
type fakeTSA struct {
	by     *issued
	change func(*timestamp.Timestamp)                           // of the token
	answer func(w http.ResponseWriter, body []byte) (stop bool) // in place of the good answer
	hang   bool
}

func (f fakeTSA) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	question, err := timestamp.ParseRequest(body)
	user, password, _ := r.BasicAuth()
	switch {
	case user != "obec" || password != "tajne":
		w.WriteHeader(http.StatusUnauthorized)
		return
	case err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/timestamp-query" || !question.Certificates || question.Nonce == nil:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	form := timestamp.Timestamp{HashAlgorithm: question.HashAlgorithm, HashedMessage: question.HashedMessage, Nonce: question.Nonce,
		Time: noon, Policy: question.TSAPolicyOID, AddTSACertificate: true}
	if form.Policy == nil {
		form.Policy = asn1.ObjectIdentifier{2, 999, 7}
	}
	if f.hang {
		w.(http.Flusher).Flush()
		<-r.Context().Done() // until the client gives up
		return
	}
	if f.change != nil {
		f.change(&form)
	}
	answer, err := form.CreateResponseWithOpts(f.by.cert, f.by.key, crypto.SHA256)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	if f.answer == nil || !f.answer(w, answer) {
		_, _ = w.Write(answer)
	}
}

func serve(t testing.TB, f fakeTSA) seal.TSA {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return seal.TSA{URL: server.URL, User: "obec", Password: "tajne"}
}

func client(t testing.TB, to seal.TSA) seal.Stamper {
	t.Helper()
	c, err := seal.NewTSA(to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTimestampsOverHTTP(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	to := serve(t, fakeTSA{by: o.tsa})
	to.Policy = "1.3.6.1.4.1.11801.2.1"
	sum := sha256.Sum256([]byte("x"))
	token, at, err := client(t, to).Stamp(t.Context(), sum)
	if err != nil || !at.Equal(noon) {
		t.Fatal(at, err)
	}
	st, err := seal.VerifyTimestamp(sum, token, pool(o.root.cert))
	if err != nil || !st.Good() || st.Policy != to.Policy || st.Signer.Name != "Razítka" || st.Issuer != "Kořen" {
		t.Errorf("%+v %v", st, err)
	}
}

// TestMisbehavingAuthority tells faults that may pass from those that will not.
func TestMisbehavingAuthority(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	status := func(code int) func(http.ResponseWriter, []byte) bool {
		return func(w http.ResponseWriter, _ []byte) bool { w.WriteHeader(code); return true }
	}
	refusal := func(s timestamp.Status, why timestamp.FailureInfo) func(http.ResponseWriter, []byte) bool {
		return func(w http.ResponseWriter, _ []byte) bool {
			answer, err := timestamp.CreateErrorResponse(s, why)
			if err != nil {
				panic(err)
			}
			_, _ = w.Write(answer)
			return true
		}
	}
	for name, test := range map[string]struct {
		fake fakeTSA
		want errs.Kind
	}{
		"500":             {fakeTSA{answer: status(500)}, errs.Unavailable},
		"429":             {fakeTSA{answer: status(429)}, errs.Unavailable},
		"404":             {fakeTSA{answer: status(404)}, errs.Internal},
		"redirect":        {fakeTSA{answer: status(307)}, errs.Internal},
		"not available":   {fakeTSA{answer: refusal(timestamp.Rejection, timestamp.TimeNotAvailable)}, errs.Unavailable},
		"system failure":  {fakeTSA{answer: refusal(timestamp.Rejection, timestamp.SystemFailure)}, errs.Unavailable},
		"policy refused":  {fakeTSA{answer: refusal(timestamp.Rejection, timestamp.UnacceptedPolicy)}, errs.Internal},
		"bad request":     {fakeTSA{answer: refusal(timestamp.Rejection, timestamp.BadRequest)}, errs.Internal},
		"wrong nonce":     {fakeTSA{change: func(s *timestamp.Timestamp) { s.Nonce = big.NewInt(1) }}, errs.Internal},
		"no nonce":        {fakeTSA{change: func(s *timestamp.Timestamp) { s.Nonce = nil }}, errs.Internal},
		"wrong policy":    {fakeTSA{change: func(s *timestamp.Timestamp) { s.Policy = asn1.ObjectIdentifier{2, 999, 8} }}, errs.Internal},
		"wrong digest":    {fakeTSA{change: func(s *timestamp.Timestamp) { s.HashedMessage = bytes.Repeat([]byte{1}, 32) }}, errs.Internal},
		"other algorithm": {fakeTSA{change: func(s *timestamp.Timestamp) { s.HashAlgorithm = crypto.SHA512 }}, errs.Internal},
		"no certificate":  {fakeTSA{change: func(s *timestamp.Timestamp) { s.AddTSACertificate = false }}, errs.Internal},
		"wrong purpose":   {fakeTSA{by: o.seal}, errs.Internal},
		"expired":         {fakeTSA{change: func(s *timestamp.Timestamp) { s.Time = noon.AddDate(3, 0, 0) }}, errs.Internal},
		"another key":     {fakeTSA{by: &issued{o.tsa.cert, o.seal.key}}, errs.Internal},
		"half, cut": {fakeTSA{answer: func(w http.ResponseWriter, b []byte) bool {
			w.Header().Set("Content-Length", "9999")
			_, _ = w.Write(b[:len(b)/2])
			return true
		}}, errs.Unavailable},
		"half, as a whole": {fakeTSA{answer: func(w http.ResponseWriter, b []byte) bool { _, _ = w.Write(b[:len(b)/2]); return true }}, errs.Unavailable},
		"nothing":          {fakeTSA{answer: status(200)}, errs.Unavailable},
		"too long":         {fakeTSA{answer: func(w http.ResponseWriter, b []byte) bool { _, _ = w.Write(bytes.Repeat(b, 2<<20/len(b))); return true }}, errs.Internal},
		"web page":         {fakeTSA{answer: func(w http.ResponseWriter, b []byte) bool { w.Header().Set("Content-Type", "text/html"); return false }}, errs.Internal},
		"hangs":            {fakeTSA{hang: true}, errs.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.fake.by == nil {
				test.fake.by = o.tsa
			}
			to := serve(t, test.fake)
			to.Policy = "2.999.7"
			ctx := t.Context()
			if name == "hangs" { // the client would wait longer than a test should
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 30*time.Millisecond)
				defer cancel()
			}
			s := o.sealer(t, o.seal, client(t, to))
			for what, err := range map[string]error{
				"pdf":       second(s.SealPDF(ctx, letter(t), "")),
				"bytes":     second(s.SealBytes(ctx, nil)),
				"timestamp": third(s.Timestamp(ctx, [32]byte{})),
			} {
				if err == nil || errs.KindOf(err) != test.want || strings.Contains(err.Error(), "tajne") {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
	to := serve(t, fakeTSA{by: o.tsa})
	for name, wrong := range map[string]struct {
		change func(*seal.TSA)
		want   errs.Kind
	}{
		"password": {func(s *seal.TSA) { s.Password = "jine" }, errs.Internal},
		"nobody":   {func(s *seal.TSA) { s.URL = "http://127.0.0.1:1" }, errs.Unavailable},
	} {
		asked := to
		wrong.change(&asked)
		if _, _, err := client(t, asked).Stamp(t.Context(), [32]byte{}); !errs.Is(err, wrong.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := seal.NewTSA(seal.TSA{URL: to.URL, Policy: "1.x"}); err == nil {
		t.Error("a wrong policy was taken")
	}
}

func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

// TestLongSignaturesGetRoom has an authority that gives out a very long chain.
func TestLongSignaturesGetRoom(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	fat := issue(t, o.root, strings.Repeat("Dlouhé jméno ", 1200), authority)
	tsa := issue(t, fat, "Razítka", stamping)
	s := o.sealer(t, o.seal, stamper{tsa, noon, []*x509.Certificate{fat.cert}})
	for range 2 {
		out := sealed(t, s, letter(t))
		if r := verified(t, s, out); !r.Good() || r.Signatures[0].Stamp == nil {
			t.Errorf("%+v", r)
		}
	}
}
