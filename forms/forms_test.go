package forms

import (
	"testing"
)

func TestEmbeddedFormsAndTheirExamples(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range c.All() {
		if len(f.Examples) == 0 {
			t.Errorf("%s has no example", f.Code)
		}
		for _, p := range f.CheckExamples() {
			t.Errorf("%s %s", f.Code, p)
		}
	}
}
