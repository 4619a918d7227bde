package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSipCheckCommand(t *testing.T) {
	t.Parallel()
	sound := filepath.Join("..", "..", "records", "sip", "testdata", "pomucka.xml")
	text, err := os.ReadFile(sound)
	check(t, err)
	spoilt := filepath.Join(t.TempDir(), "pomucka.xml")
	text = bytes.Replace(text, []byte(`linkrole="AUTHOR"`), []byte(`linkrole="PISAR"`), 1)
	text = bytes.Replace(text, []byte(`daotype="derived"`), []byte(`daotype="borndigital"`), 1)
	check(t, os.WriteFile(spoilt, text, 0o644))

	run := func(args ...string) (int, string, string) {
		var out, errOut bytes.Buffer
		code := run(append([]string{"sip", "check"}, args...), &out, &errOut)
		return code, out.String(), errOut.String()
	}
	if code, out, errOut := run("--json", sound); code != 0 || errOut != "" || !strings.Contains(out, `"broken":[]`) {
		t.Errorf("sound: exit %d\n%s%s", code, out, errOut)
	}
	code, out, errOut := run(sound, spoilt)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != 1 || len(lines) != 2 {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	var line struct {
		Path   string
		Broken []struct{ Rule, Text string }
	}
	check(t, json.Unmarshal([]byte(lines[1]), &line))
	if line.Path != spoilt || len(line.Broken) != 2 || line.Broken[0].Rule != "obs96b" || line.Broken[1].Rule != "obs103" || !strings.Contains(line.Broken[1].Text, "řádek") {
		t.Errorf("%+v", line)
	}
	technical, clerk := strings.Index(errOut, "Technické závady"), strings.Index(errOut, "Závady v obsahu")
	if technical < 0 || clerk < technical || strings.Index(errOut, "obs103") < clerk {
		t.Errorf("in words:\n%s", errOut)
	}
	for _, wrong := range [][]string{{}, {filepath.Join(t.TempDir(), "neni")}} {
		if code, _, _ := run(wrong...); code != 2 {
			t.Errorf("%v: exit %d, want 2", wrong, code)
		}
	}
}
