package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"epom/internal/check"
	"epom/internal/errs"
)

type record struct {
	Phone string `field:"phone" validate:"omitempty,phone" says:"Telefon číslicemi."`
	Least int    `field:"least" validate:"min=1" says:"Aspoň jedna."`
}

func TestStruct(t *testing.T) {
	t.Parallel()
	if wrong := check.Struct(record{Phone: "+420 482 311 111", Least: 1}); wrong != nil {
		t.Error(wrong)
	}
	if wrong := check.Struct(&record{Least: 1}); wrong != nil {
		t.Error("an empty field may be left out:", wrong)
	}
	want := []errs.Field{{Name: "phone", Message: "Telefon číslicemi."}, {Name: "least", Message: "Aspoň jedna."}}
	if diff := cmp.Diff(want, check.Struct(record{Phone: "zavolejte"})); diff != "" {
		t.Error(diff)
	}
}
