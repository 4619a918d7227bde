package exchange

import (
	"path/filepath"
	"testing"

	"epom/forms"
)

// BenchmarkLargestForm validates the filled example of the largest real form, and lays one page out; without the real data it does so with ours.
func BenchmarkLargestForm(b *testing.B) {
	im := one(b, Bratislava, "zkouska", []byte(ownSchema))
	answers := forms.Answers{}
	if dir := realForms(b, "bratislava-jsonschema"); dir != "" {
		im = real(b, Bratislava, filepath.Join(dir, "oznamenie-o-poplatkovej-povinnosti-za-komunalne-odpady.json"))
		var err error
		if answers, _, err = im.Answers(bratislavaExamples(b)["oznamenieOPoplatkovejPovinnostiZaKomunalneOdpadyExample"], upload); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			im.Form.Evaluate(answers, setting)
		}
	})
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			ev := im.Form.Evaluate(answers, setting)
			ev.Page(im.Form.Pages[min(1, len(im.Form.Pages)-1)].Code, forms.ViewExtras{Findings: ev.Findings()})
		}
	})
}
