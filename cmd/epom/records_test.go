package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"epom/internal/clock"
	"epom/internal/config"
	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/testdb"
	"epom/records"
	"epom/records/exchange"
)

// recordsCommand runs the program in this process and returns its exit code and what it printed.
func recordsCommand(t *testing.T, args ...string) (code int, out, said string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(append([]string{"records"}, args...), &o, &e)
	return code, o.String(), e.String()
}

// A vendor tries a server: exit code 0 when nothing failed, 1 when something did, 2 for a wrong call.
func TestRecordsTest(t *testing.T) {
	t.Parallel()
	good := httptest.NewServer(&erms.Fake{Code: "ESSL"})
	defer good.Close()
	code, out, said := recordsCommand(t, "test", good.URL, "--big", "1")
	if code != 0 || strings.Count(out, "\n") < 35 || strings.Contains(out, "failure") || !strings.Contains(said, " 0 failed") {
		t.Errorf("code %d\n%s%s", code, out, said)
	}
	bad := httptest.NewServer(&erms.Fake{Code: "ESSL", Faults: []erms.Fault{erms.FaultTwoNumbers}})
	defer bad.Close()
	code, out, _ = recordsCommand(t, "test", bad.URL, "--big", "1", "--patience", "1s", "--json")
	var failed []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var r erms.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if r.Class == erms.Failure {
			failed = append(failed, r.Check)
		}
	}
	if code != 1 || !slices.Contains(failed, "document again") {
		t.Errorf("code %d, failed %v", code, failed)
	}
	known := filepath.Join(t.TempDir(), "known")
	if err := os.WriteFile(known, []byte("# our gaps\n"+strings.Join(failed, " # by design\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, said = recordsCommand(t, "test", bad.URL, "--big", "1", "--patience", "1s", "--known", known); code != 0 || !strings.Contains(said, "failed as expected") {
		t.Errorf("known gaps: code %d %s", code, said)
	}
	for _, wrong := range [][]string{{"test"}, {"test", "nic"}, {"test", good.URL, "--from", "PRILISDLOUHY"}, {"test", good.URL, "--big", "1000"}, {"test", good.URL, "--known", "/neni"}} {
		if code, _, _ := recordsCommand(t, wrong...); code != 2 {
			t.Errorf("%v: code %d", wrong, code)
		}
	}
	good.Close()
	if code, out, _ := recordsCommand(t, "test", good.URL, "--patience", "10ms", "--big", "1"); code != 1 || !strings.Contains(out, "nobody listens there") {
		t.Errorf("nobody there: code %d\n%s", code, out)
	}
}

func TestRecordsFakeRefusesUnknownFaults(t *testing.T) {
	t.Parallel()
	if code, _, said := recordsCommand(t, "fake", "--addr", "127.0.0.1:0", "--fault", "neni"); code != 1 || !strings.Contains(said, "two-numbers") {
		t.Errorf("code %d %s", code, said)
	}
}

// Replies of a mailroom bring numbers: from its own domain, once, and what cannot be used says why.
func TestRecordsReply(t *testing.T) {
	t.Parallel()
	cfg, err := config.LoadFrom(map[string]string{"EPOM_DATABASE_URL": testdb.URL(t), "EPOM_DATA_DIR": t.TempDir(), "EPOM_SECRET": strings.Repeat("s", 40)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	a := &App{Config: cfg, Out: &out, Err: io.Discard, Context: t.Context(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	t.Cleanup(a.Close)
	owner, err := a.Owner()
	if err != nil {
		t.Fatal(err)
	}
	var office int32
	if err := owner.Get(&office, `INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ('frydlant', 'Frýdlant', 'Frýdlant', 'other', '63/1', 'FRY', true) RETURNING id`); err != nil {
		t.Fatal(err)
	}
	s, err := a.build(false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.submissions.Close)
	scope, before := db.Scope{Office: office, Actor: "test"}, a.Now().Add(-time.Hour)
	var caseID int64
	if err := s.db.Tx(t.Context(), scope, func(tx *db.Tx) error {
		if _, err := s.handovers.Set(t.Context(), tx, exchange.Setting{Driver: exchange.Mail, Mailbox: "podatelna@frydlant.example"}, before); err != nil {
			return err
		}
		c, err := records.OpenCase(t.Context(), tx, nil, records.NewCase{Subject: "Žádost"}, a.Now())
		if err != nil {
			return err
		}
		caseID = c.ID
		_, err = records.AddDocument(t.Context(), tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Žádost", Channel: "email"}, a.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.handovers.Advance(t.Context(), office, caseID, func(*db.Tx, time.Time) error { return nil }); err != nil {
		t.Fatal(err)
	}
	mark := fmt.Sprintf("FRY/%d/00001-1", a.Now().In(clock.Prague).Year())
	dir := t.TempDir()
	reply := func(name, from, body string) string {
		file := filepath.Join(dir, name)
		text := "From: " + from + "\r\nSubject: Re: [e-POM " + mark + "]\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	files := []string{reply("cizi.eml", "x@jinde.example", "Číslo jednací: MUFR 1/2026"), reply("bez.eml", "podatelna@frydlant.example", "Děkujeme."),
		reply("dobra.eml", "Podatelna <podatelna@frydlant.example>", "Číslo jednací: MUFR 2/2026"), reply("druha.eml", "podatelna@frydlant.example", "Číslo jednací: MUFR 3/2026")}
	if err := (RecordsReplyCmd{Office: "frydlant", Files: files}).Run(a); !errors.Is(err, errNo) {
		t.Errorf("%v", err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{"did not come from the domain", "není řádek", `"number":"MUFR 2/2026","problem":null`, "MUFR 2/2026. Jedno podání má jediné číslo"} {
		if len(lines) != 4 || !strings.Contains(lines[i], want) {
			t.Errorf("%d: %q in %q", i, want, lines)
		}
	}
}
