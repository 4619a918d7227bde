package exchange

import (
	"path/filepath"
	"testing"
)

func TestUKTmp(t *testing.T) {
	dir := realForms(t, "uk-form-runner")
	if dir == "" {
		return
	}
	f, c, k := 0, 0, 0
	for _, name := range filesIn(t, dir, ".json") {
		im := one(t, GovUK, name, readFile(t, name))
		f, c, k = f+im.Fields, c+im.Conditions, k+im.Carried
		t.Log(filepath.Base(name), im.Fields, im.Conditions, im.Carried)
		for _, n := range im.Dropped {
			if n.Kind != "setting" {
				t.Log("   ", n)
			}
		}
		roundTrip(t, im)
		for _, p := range im.Form.Pages {
			t.Log("     ", p.Code, "|", p.When)
		}
	}
	t.Log(f, c, k)
}
