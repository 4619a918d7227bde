package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"epom/internal/erms"
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
