// Package check judges simple records (settings, contacts) by the tags of their fields: `validate` says the rule in the
// words of go-playground/validator, `field` the name in the form, `says` the sentence for the person. What citizens fill
// in is judged by the forms room, not here.
package check

import (
	"errors"
	"reflect"
	"regexp"

	"github.com/go-playground/validator/v10"

	"epom/internal/errs"
)

var (
	rules = validator.New(validator.WithRequiredStructEnabled())
	phone = regexp.MustCompile(`^\+?[0-9 ]{9,20}$`)
)

func init() {
	if err := rules.RegisterValidation("phone", func(f validator.FieldLevel) bool { return phone.MatchString(f.Field().String()) }); err != nil {
		panic(err)
	}
}

// Struct names the wrong fields of a record, in order; nil when there are none. A rule that cannot be read is a fault of
// the program and panics.
func Struct(record any) []errs.Field {
	var found validator.ValidationErrors
	if err := rules.Struct(record); err == nil || !errors.As(err, &found) {
		if err != nil {
			panic(err)
		}
		return nil
	}
	t := reflect.Indirect(reflect.ValueOf(record)).Type()
	var wrong []errs.Field
	for _, f := range found {
		field, _ := t.FieldByName(f.StructField())
		wrong = append(wrong, errs.Field{Name: field.Tag.Get("field"), Message: field.Tag.Get("says")})
	}
	return wrong
}
