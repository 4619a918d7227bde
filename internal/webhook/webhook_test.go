package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"epom/internal/webhook"
)

var (
	now    = time.Date(2026, 9, 14, 8, 0, 0, 0, time.UTC)
	secret = []byte("epom_tajemstvi")
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for a, want := range map[string]bool{
		"8.8.8.8": true, "185.8.236.1": true, "2001:4860:4860::8888": true, "2a02:2b88::1": true,
		"127.0.0.1": false, "127.8.8.8": false, "::1": false, "0.0.0.0": false, "::": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.168.1.1": false, "169.254.169.254": false, "fe80::1": false, "fc00::1": false, "fd12::1": false, "100.64.0.1": false, "198.18.0.1": false,
		"224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false, "ff02::1": false, "fe80::1%eth0": false, "192.0.0.170": false,
	} {
		if got := webhook.Public(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
}

func TestAddressesOfReceivers(t *testing.T) {
	t.Parallel()
	strict, trial := webhook.New(false), webhook.New(true)
	for _, a := range []string{"https://system.obec.cz/prijem?x=1", "https://8.8.8.8/", "https://obec.cz:8443"} {
		if err := strict.Check(a); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range []string{"", "obec.cz", "http://obec.cz/", "ftp://obec.cz", "https://", "https:///x", "https://127.0.0.1/", "https://[::1]/", "https://u:p@obec.cz/", "https://obec.cz/#x",
		"https://obec.cz/\nX: y", "javascript:alert(1)", "file:///etc/passwd", "https://" + strings.Repeat("a", 600) + ".cz"} {
		if err := strict.Check(a); err == nil {
			t.Errorf("%q is taken", a)
		}
	}
	if trial.Check("http://127.0.0.1:9/x") != nil || trial.Check("gopher://127.0.0.1/") == nil {
		t.Error("a trial takes http and nothing stranger")
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	body := []byte(`{"id":"x"}`)
	h := webhook.Sign(secret, body, now)
	if want := "t=1789372800,v1=cb"; !strings.HasPrefix(h, want[:12]) {
		t.Error(h)
	}
	if err := webhook.Verify(secret, body, h, now.Add(4*time.Minute), 5*time.Minute); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"another body": webhook.Verify(secret, []byte(`{"id":"y"}`), h, now, time.Hour), "another secret": webhook.Verify([]byte("x"), body, h, now, time.Hour),
		"too old": webhook.Verify(secret, body, h, now.Add(time.Hour), 5*time.Minute), "another time": webhook.Verify(secret, body, strings.Replace(h, "t=1", "t=2", 1), now, 1e6*time.Hour),
		"empty": webhook.Verify(secret, body, "", now, time.Hour), "nonsense": webhook.Verify(secret, body, "t=x,v1=zz,", now, time.Hour),
	} {
		if err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

func TestSecretsAreSealedToTheirPlace(t *testing.T) {
	t.Parallel()
	key, other := make([]byte, 32), []byte(strings.Repeat("k", 32))
	s := webhook.NewSecret()
	if !webhook.IsSecret(s) || webhook.IsSecret(s+"x") || webhook.IsSecret("epom_") || s == webhook.NewSecret() {
		t.Fatal(s)
	}
	box, err := webhook.Lock(key, s, "1/2")
	if err != nil || strings.Contains(string(box), s) {
		t.Fatal(err)
	}
	if got, err := webhook.Unlock(key, box, "1/2"); err != nil || got != s {
		t.Fatal(got, err)
	}
	for _, bad := range []func() (string, error){func() (string, error) { return webhook.Unlock(key, box, "1/3") }, func() (string, error) { return webhook.Unlock(other, box, "1/2") },
		func() (string, error) { return webhook.Unlock(key, box[:5], "1/2") }, func() (string, error) { return webhook.Unlock(nil, box, "1/2") }} {
		if got, err := bad(); err == nil {
			t.Errorf("opened: %s", got)
		}
	}
}

func send(t *testing.T, c *webhook.Client, url string) (int, error) {
	t.Helper()
	return c.Send(t.Context(), webhook.Call{URL: url, ID: "7", Event: "posted", Body: []byte(`{"id":"x"}`), Secret: secret, At: now})
}

func TestCallsOfMisbehavingReceivers(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(inside.Close)
	got := make(chan *http.Request, 1)
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/good":
			body, _ := io.ReadAll(r.Body)
			if err := webhook.Verify(secret, body, r.Header.Get(webhook.SignatureHeader), now, time.Minute); err != nil {
				w.WriteHeader(http.StatusForbidden)
			}
			got <- r
		case "/bad":
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, "password=1234")
		case "/away":
			http.Redirect(w, r, inside.URL+"/", http.StatusTemporaryRedirect)
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		case "/cut":
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
		}
	}))
	t.Cleanup(outside.Close)
	trial := webhook.New(true)
	if status, err := send(t, trial, outside.URL+"/good"); status != 200 || err != nil {
		t.Error(status, err)
	}
	if r := <-got; r.Method != "POST" || r.Header.Get("Epom-Event") != "posted" || r.Header.Get("Epom-Delivery") != "7" || r.Header.Get("User-Agent") != "e-POM" {
		t.Errorf("%v", r.Header)
	}
	for path, want := range map[string]string{"/bad": "500 answered 500", "/away": "307 answered 307: redirects are not followed", "/cut": "0 the connection failed", "/endless": "200 <nil>"} {
		status, err := send(t, trial, outside.URL+path)
		if said := fmt.Sprintf("%d %v", status, err); said != want {
			t.Errorf("%s: %s", path, said)
		}
	}
	if reached.Load() != 0 {
		t.Error("a redirect was followed")
	}
	outside.Close()
	if _, err := send(t, trial, outside.URL+"/good"); fmt.Sprint(err) != "nobody listens there" {
		t.Error(err)
	}
}

// The address is judged as it was resolved, just before connecting: a public name may point inside.
func TestNamesThatPointInside(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(inside.Close)
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	if _, err := send(t, webhook.New(false), "https://localhost:"+port+"/"); err == nil || err.Error() != "the address does not lie in the public internet" || reached.Load() != 0 {
		t.Error(err)
	}
}

func TestAReceiverThatHangsIsLeft(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-held:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(held) })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // the client's own limit is ten seconds
	defer cancel()
	if _, err := webhook.New(true).Send(ctx, webhook.Call{URL: s.URL, Body: []byte("{}"), At: now}); fmt.Sprint(err) != "no answer within 10 seconds" {
		t.Error(err)
	}
}
