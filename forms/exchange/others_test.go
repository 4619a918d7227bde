package exchange

import (
	"path/filepath"
	"testing"
)

func TestOthersTmp(t *testing.T) {
	for sys, x := range map[string][2]string{OpenForms: {"open-forms", ".json"}, Formcode: {"onegov-formcode", ".form"}} {
		dir := realForms(t, x[0])
		if dir == "" {
			return
		}
		f, c, k := 0, 0, 0
		for _, name := range filesIn(t, dir, x[1]) {
			list, err := Import(sys, name, readFile(t, name))
			if err != nil {
				t.Log(filepath.Base(name), err)
			}
			for _, im := range list {
				f, c, k = f+im.Fields, c+im.Conditions, k+im.Carried
				t.Log(filepath.Base(name), im.Form.Code, im.Form.Title.CS, im.Fields, im.Conditions, im.Carried)
				for _, n := range im.Dropped {
					t.Log("   ", n)
				}
				roundTrip(t, im)
				for _, p := range im.Form.Pages {
					for _, q := range p.Fields {
						t.Log("     ", p.Code, "|", q.Name, q.Kind, q.Label.CS, "|", q.When)
					}
				}
			}
		}
		t.Log(sys, f, c, k)
	}
}
