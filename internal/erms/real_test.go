package erms

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every message of the client and of the server fits the schemas of the standard (annex 1 of NSESSS 2023).
func TestMessagesFitTheSchemas(t *testing.T) {
	t.Parallel()
	data := os.Getenv("EPOM_REAL_DATA")
	if data == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		fmt.Println("left out without xmllint:", t.Name())
		t.SkipNow()
	}
	dir, from := t.TempDir(), filepath.Join(data, "nsesss", "schema")
	for _, name := range []string{"ermsIFSyn.xsd", "ermsIFAsyn.xsd", "ermsTypes.xsd", "ermsAsynU.xsd", "dmBaseTypes.xsd"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="` + Namespace + `"><xs:include schemaLocation="ermsIFSyn.xsd"/><xs:include schemaLocation="ermsIFAsyn.xsd"/></xs:schema>`
	if err := os.WriteFile(filepath.Join(dir, "all.xsd"), []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&Fake{Code: "ESSL"})
	defer server.Close()
	kept := &tape{on: http.DefaultTransport}
	walk := tester(t, server.URL, &http.Client{Transport: kept})
	walk.Big = 1000
	walk.Walk(t.Context())
	kinds := map[string]int{}
	var files []string
	for i, body := range kept.sent {
		inner := bytes.TrimSuffix(bytes.TrimPrefix(body, []byte(soapHead)), []byte(soapTail))
		if len(inner)+len(soapHead)+len(soapTail) != len(body) || bytes.HasPrefix(inner, []byte("<soap:Fault>")) || wrongOnPurpose(inner) {
			continue
		}
		kinds[operationOf(body)]++
		name := filepath.Join(dir, fmt.Sprintf("%03d-%s.xml", i, operationOf(body)))
		if err := os.WriteFile(name, inner, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	if len(kinds) < 20 {
		t.Errorf("only %d kinds of messages were seen: %v", len(kinds), kinds)
	}
	out, err := exec.Command(lint, append([]string{"--noout", "--schema", filepath.Join(dir, "all.xsd")}, files...)...).CombinedOutput()
	if err != nil {
		wrong := []string{}
		for _, line := range strings.Split(string(out), "\n") {
			if line != "" && !strings.HasSuffix(line, " validates") {
				wrong = append(wrong, strings.ReplaceAll(line, dir+"/", ""))
			}
		}
		t.Errorf("%d messages, not valid:\n%s", len(files), strings.Join(wrong[:min(12, len(wrong))], "\n"))
	}
	t.Logf("%d messages of %d kinds are valid", len(files), len(kinds))
}

// wrongOnPurpose tells the messages by which the tester tries whether wrong ones are refused.
func wrongOnPurpose(inner []byte) bool {
	return bytes.Contains(inner, []byte(strings.Repeat("x", MaxID+1)))
}
