package templates_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	fiberhtml "github.com/gofiber/template/html/v2"

	"epom/forms"
	"epom/internal/i18n"
	"epom/templates"
)

// Each page of each form, empty with its errors and filled from the form's own examples, must come out whole: every id once,
// every reference leading somewhere, every error linked to a field.
func TestEveryFormPage(t *testing.T) {
	t.Parallel()
	catalogue, err := forms.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := engine(t)
	pages := 0
	for _, form := range catalogue.All() {
		def := form.Definition
		cases := []forms.Example{{Name: "empty", Today: "2026-11-22"}}
		cases = append(cases, def.Examples...)
		for _, example := range cases {
			for _, lang := range i18n.Languages {
				today, err := time.Parse(time.DateOnly, example.Today)
				if err != nil {
					t.Fatal(err)
				}
				ev := form.Evaluate(example.Answers, forms.Setting{Today: today, Lang: forms.Lang(lang), Params: example.Params})
				for _, p := range def.Pages {
					view, visible := ev.Page(p.Code, forms.ViewExtras{Findings: ev.PageFindings(p.Code)})
					if !visible {
						continue
					}
					pages++
					checkPage(t, e, def.Code+"/"+p.Code+" "+example.Name+" "+lang, lang, view)
				}
			}
		}
	}
	t.Logf("%d pages", pages)
	if pages < 6 {
		t.Errorf("only %d pages were drawn", pages)
	}
}

var (
	idAttr  = regexp.MustCompile(` id="([^"]+)"`)
	refAttr = regexp.MustCompile(` (?:for|aria-labelledby|aria-controls|aria-describedby)="([^"]+)"`)
)

func checkPage(t *testing.T, e *fiberhtml.Engine, name, lang string, view forms.PageView) {
	t.Helper()
	var b bytes.Buffer
	for _, f := range view.Fields {
		if err := e.Render(&b, "fields/field", templates.Field{FieldView: f, Lang: lang}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	ids := map[string]int{}
	for _, m := range idAttr.FindAllStringSubmatch(b.String(), -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: id %s stands %d times", name, id, n)
		}
	}
	for _, m := range refAttr.FindAllStringSubmatch(b.String(), -1) {
		for _, id := range strings.Fields(m[1]) {
			if ids[id] == 0 {
				t.Errorf("%s: %s leads nowhere", name, m[0])
			}
		}
	}
	for _, f := range view.Findings {
		if f.ID != "" && ids[f.ID] == 0 {
			t.Errorf("%s: the error %q leads to %s, which is not on the page", name, f.Message, f.ID)
		}
	}
	if strings.Contains(b.String(), "ZgotmplZ") || strings.Contains(b.String(), "<no value>") {
		t.Errorf("%s: a value was lost", name)
	}
}
