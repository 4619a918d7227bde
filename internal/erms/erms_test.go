package erms

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// tester walks a server with short patience.
func tester(t testing.TB, url string, client *http.Client) *Conformance {
	t.Helper()
	return &Conformance{Client: Client{URL: url, From: "EPOM", To: "ESSL", Who: "epom", HTTP: client}, Run: "1", Now: time.Now, Patience: 300 * time.Millisecond, Big: 5 << 18}
}

func failures(results []Result) (names []string) {
	for _, r := range results {
		if r.Class == Failure {
			names = append(names, r.Check)
		}
	}
	return names
}

// A records system that does everything right passes, also when its numbers come later.
func TestARightServerPasses(t *testing.T) {
	t.Parallel()
	for _, late := range []time.Duration{0, 60 * time.Millisecond} {
		server := httptest.NewServer(&Fake{Code: "ESSL", Late: late})
		results := tester(t, server.URL, nil).Walk(t.Context())
		server.Close()
		if len(results) < 35 {
			t.Errorf("only %d checks were made", len(results))
		}
		for _, r := range results {
			if r.Class != Success {
				t.Errorf("late %s: %s: %s: %s", late, r.Check, r.Class, r.Detail)
			}
		}
	}
}

// Each fault is seen, by the check that is about it.
func TestEachFaultIsSeen(t *testing.T) {
	t.Parallel()
	seenBy := map[Fault]string{FaultTwoNumbers: "document again", FaultSameNumber: "documents at once", FaultForgetsID: "document found", FaultTakesAll: "refused: no name",
		FaultNoReason: "refused: unknown case file", FaultNoOwner: "refused: foreign owner", FaultSmallFiles: "large file", FaultSpoilsFiles: "file given back",
		FaultNotClosed: "case file closed", FaultHalfEvents: "file handed over", FaultTwiceBatch: "batch again", FaultNoChange: "change kept", FaultNoNumber: "document has a number",
		FaultAnswersHTML: "answers", FaultNoAnswer: "document founded", FaultUnavailable: "answers", FaultNoWSDL: "describes itself", FaultFewFunctions: ""}
	for fault := range Faults {
		check, known := seenBy[fault]
		if !known {
			t.Errorf("no test for %s", fault)
		}
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(&Fake{Code: "ESSL", Faults: []Fault{fault}})
			defer server.Close()
			results := tester(t, server.URL, nil).Walk(t.Context())
			found := failures(results)
			if check != "" && !slices.Contains(found, check) {
				t.Errorf("the check %q saw nothing; failures: %v", check, found)
			}
			if check == "" && len(found) > 0 {
				t.Errorf("functions that need not be offered are no failure: %v", found)
			}
			again := tester(t, server.URL, nil)
			again.Run, again.Known = "2", found
			for _, r := range again.Walk(t.Context()) {
				if r.Class == Failure {
					t.Errorf("%s is a known gap and is still a failure: %s", r.Check, r.Detail)
				}
			}
		})
	}
}

func TestAKnownGapThatPassesIsSaid(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&Fake{})
	defer server.Close()
	walk := tester(t, server.URL, nil)
	walk.Known = []string{"document again"}
	for _, r := range walk.Walk(t.Context()) {
		if r.Check == "document again" && (r.Class != Success || !strings.Contains(r.Detail, "take it off")) {
			t.Errorf("%+v", r)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&Fake{})
	server.Close()
	c := Client{URL: server.URL, From: "EPOM", To: "ESSL", Who: "x"}
	if _, err := c.Test(t.Context(), "1", time.Now()); !IsDown(err) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if n := len(tester(t, server.URL, nil).Walk(ctx)); n > 10 {
		t.Errorf("a stopped walk made %d checks", n)
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&Fake{User: "epom", Password: "tajné heslo"})
	defer server.Close()
	c := Client{URL: server.URL, From: "EPOM", To: "ESSL", Who: "x", User: "epom", Password: "tajné heslo"}
	if _, err := c.Test(t.Context(), "1", time.Now()); err != nil {
		t.Error(err)
	}
	c.Password = "jiné"
	if _, err := c.Test(t.Context(), "1", time.Now()); !IsDown(err) || !strings.Contains(err.Error(), "401") || strings.Contains(err.Error(), "jiné") {
		t.Errorf("%v", err)
	}
}

// Whatever befalls single calls, a client that repeats with the same identifier ends with one number.
func TestOneNumberThroughTrouble(t *testing.T) {
	t.Parallel()
	troubles := []Trouble{After, Before, Twice, SaysNo, Overloaded, After, None}
	i := 0
	fake := &Fake{Trouble: func(string) Trouble { i++; return troubles[(i-1)%len(troubles)] }}
	server := httptest.NewServer(fake)
	defer server.Close()
	c := Client{URL: server.URL, From: "EPOM", To: "ESSL", Who: "x"}
	d := Document{ID: c.ID("HEJ/2026/00001-1"), Form: "digitalni", Name: "Žádost", KindsOf: "bez příloh"}
	var number string
	for range 20 {
		got, err := c.NewDocument(t.Context(), d, time.Now())
		if err != nil {
			continue
		}
		if number != "" && got.Number != number {
			t.Errorf("number %s, then %s", number, got.Number)
		}
		number = got.Number
	}
	if n := fake.Numbers(d.ID); len(n) != 1 || n[0] != number {
		t.Errorf("given numbers %v, seen %q", n, number)
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", " a\n b ": "a b", strings.Repeat("ř", 11): strings.Repeat("ř", 9) + "…"} {
		if got := Cut(in, 10); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// tape keeps all messages that pass.
type tape struct {
	sent [][]byte
	on   http.RoundTripper
}

func (tp *tape) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		tp.sent = append(tp.sent, body)
	}
	reply, err := tp.on.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost {
		body, err := io.ReadAll(reply.Body)
		if err != nil {
			return nil, err
		}
		reply.Body = io.NopCloser(bytes.NewReader(body))
		tp.sent = append(tp.sent, body)
	}
	return reply, err
}

func FuzzUnwrap(f *testing.F) {
	for _, m := range []any{DocumentRequest{}, EventsRequest{Events: Events{[]Event{{Closed: &CaseClosed{}}}}}, AskBatchResponse{}} {
		body, err := Wrap(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(body))
	}
	f.Add(fmt.Sprintf("%s<soap:Fault><faultstring>x</faultstring></soap:Fault>%s", soapHead, soapTail))
	f.Fuzz(func(t *testing.T, body string) {
		fake := &Fake{}
		fake.start()
		_, _ = fake.do([]byte(body))
		var d DocumentResponse
		_ = Unwrap([]byte(body), &d)
	})
}
