// Package webhook calls other systems by HTTP when something happened: signed, bounded in time and size, and never into the
// network this machine stands in.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"epom/internal/errs"
)

// SignatureHeader carries "t=<seconds of Unix time>,v1=<HMAC-SHA256 of "t.body" in hex>".
const SignatureHeader = "Epom-Signature"

// Bounds of one call.
const (
	callTime = 10 * time.Second
	maxReply = 64 << 10 // bytes read of an answer, so that the connection ends well; nothing of them is kept
	maxURL   = 500
)

// Client makes the calls.
type Client struct {
	anywhere bool
	http     *http.Client
}

// Guarded is an HTTP client for long calls to addresses that people typed: like those of New it never leads into the network
// this machine stands in, follows no redirect and uses no proxy.
func Guarded(anywhere bool, longest time.Duration) *http.Client {
	c := New(anywhere)
	t := c.http.Transport.(*http.Transport).Clone()
	t.ResponseHeaderTimeout = longest
	return &http.Client{Transport: t, CheckRedirect: c.http.CheckRedirect, Timeout: longest}
}

// New makes a client. anywhere allows http and addresses that are not public: for trials and tests only.
func New(anywhere bool) *Client {
	c := &Client{anywhere: anywhere}
	dialer := &net.Dialer{Timeout: callTime, Control: c.control}
	c.http = &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: callTime, ResponseHeaderTimeout: callTime, MaxResponseHeaderBytes: maxReply}, // no proxy: it would dial for us
		// A redirect could lead anywhere; the receiver has to give its real address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       callTime,
	}
	return c
}

// control is asked with the address a name was resolved to, just before connecting: what a name means may change.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !c.anywhere && !Public(at.Addr()) {
		return errPrivate
	}
	return nil
}

var errPrivate = errors.New("the address does not lie in the public internet")

// special are networks that look public and are not, or lead into others (RFC 6890 and its registries).
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

// Public tells whether an address lies in the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() { // not loopback, link-local, multicast, unspecified; not RFC 1918 nor fc00::/7
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Check judges the address of a receiver before it is kept. Errors: Invalid with a sentence.
func (c *Client) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || len(address) > maxURL || strings.ContainsAny(address, " \r\n\t"):
		return errs.New(errs.Invalid, "Adresa není úplná. Má vypadat třeba takto: https://system.obec.cz/prijem.")
	case u.Scheme != "https" && (!c.anywhere || u.Scheme != "http"):
		return errs.New(errs.Invalid, "Adresa musí začínat https://, aby zprávu nikdo cestou nečetl ani nezměnil.")
	case u.User != nil || u.Fragment != "":
		return errs.New(errs.Invalid, "Adresa nesmí obsahovat jméno, heslo ani část za znakem #.")
	}
	if at, err := netip.ParseAddr(u.Hostname()); err == nil && !c.anywhere && !Public(at) {
		return errs.New(errs.Invalid, "Tato adresa neleží ve veřejném internetu.")
	}
	return nil
}

// Sign is the value of SignatureHeader for a body sent at an instant.
func Sign(secret, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(sum(secret, t, body))
}

func sum(secret []byte, t string, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(t + "."))
	m.Write(body)
	return m.Sum(nil)
}

// Verify is what a receiver does: the signature must fit, and must not be older than tolerance. It is the pattern for those
// who write receivers.
func Verify(secret, body []byte, header string, now time.Time, tolerance time.Duration) error {
	var t string
	var given []byte
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "t":
			t = value
		case "v1":
			given, _ = hex.DecodeString(value)
		}
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil || !hmac.Equal(given, sum(secret, t, body)) {
		return errors.New("the signature does not fit")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > tolerance {
		return errors.New("the signature is too old")
	}
	return nil
}

// Call is one message to a receiver.
type Call struct {
	URL    string
	ID     string // of the message: the same one may come twice
	Event  string
	Body   []byte // JSON
	Secret []byte
	At     time.Time
}

// Send makes the call. status is what the receiver answered, 0 = nothing; any but 2xx is an error. Errors hold nothing of
// the answer and no address: they are shown to people and go to logs.
func (c *Client) Send(ctx context.Context, call Call) (status int, err error) {
	if err := c.Check(call.URL); err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return 0, errors.New("the address cannot be called")
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "e-POM")
	r.Header.Set("Epom-Event", call.Event)
	r.Header.Set("Epom-Delivery", call.ID)
	r.Header.Set(SignatureHeader, Sign(call.Secret, call.Body, call.At))
	reply, err := c.http.Do(r)
	if err != nil {
		return 0, plain(err)
	}
	defer reply.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, maxReply)) // only so that the connection ends well
	switch {
	case reply.StatusCode >= 300 && reply.StatusCode < 400:
		return reply.StatusCode, fmt.Errorf("answered %d: redirects are not followed", reply.StatusCode)
	case reply.StatusCode < 200 || reply.StatusCode > 299:
		return reply.StatusCode, fmt.Errorf("answered %d", reply.StatusCode)
	}
	return reply.StatusCode, nil
}

// plain says a failure of the network in few words.
func plain(err error) error {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate
	case errors.As(err, &dns):
		return errors.New("the name is not known")
	case errors.As(err, &cert):
		return errors.New("the certificate is not valid")
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("no answer within %d seconds", int(callTime.Seconds()))
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nobody listens there")
	}
	return errors.New("the connection failed")
}
