package forms

import "epom/forms/checks"

// codeKind is a line with a normal shape that can be checked: e-mail, phone, account, data box, postal code, IČO.
type codeKind struct {
	leaf
	normal func(typed string) (string, bool)
	format func(normal string) string // how it is shown; nil = as stored
	wrong  string                     // key of the message
}

func init() {
	register("email", codeKind{
		leaf:   leaf{name: Text{"E-mail", "E-mail", "Електронна пошта"}, inputType: "email", inputMode: "email", complete: "email", properties: "autocomplete"},
		normal: checks.Email, wrong: "email.not",
	})
	register("phone", codeKind{
		leaf:   leaf{name: Text{"Telefon", "Telephone", "Телефон"}, inputType: "tel", inputMode: "tel", complete: "tel", properties: "autocomplete"},
		normal: checks.Phone, format: checks.FormatPhone, wrong: "phone.not",
	})
	register("account", codeKind{
		leaf: leaf{name: Text{"Číslo účtu", "Bank account number", "Номер рахунку"}, properties: "autocomplete"},
		normal: func(s string) (string, bool) {
			a, ok := checks.ParseAccount(s)
			return a.String(), ok
		}, wrong: "account.not",
	})
	register("databox", codeKind{
		leaf:   leaf{name: Text{"Datová schránka", "Data box", "Скринька даних"}, properties: "autocomplete"},
		normal: checks.Databox, wrong: "databox.not",
	})
	register("zip", codeKind{
		leaf:   leaf{name: Text{"PSČ", "Postal code", "Поштовий індекс"}, inputMode: "numeric", complete: "postal-code", properties: "autocomplete"},
		normal: checks.Zip, format: checks.FormatZip, wrong: "zip.not",
	})
	register("ico", codeKind{
		leaf:   leaf{name: Text{"IČO", "Company number (IČO)", "Ідентифікаційний номер (IČO)"}, inputMode: "numeric", properties: "autocomplete"},
		normal: checks.ICO, wrong: "ico.not",
	})
}

func (k codeKind) parse(in *input, _ *Field, path string, _ any) any {
	typed := cleanLine(in.text(path, maxLine))
	if typed == "" {
		return nil
	}
	if s, ok := k.normal(typed); ok {
		return s
	}
	return typed
}

func (k codeKind) check(w *walk, f *Field, v any) any {
	s, ok := k.normal(asString(v))
	if !ok {
		w.report(f, Error, k.wrong)
		return ""
	}
	return s
}

func (k codeKind) text(_ *Field, v any, _ Lang) string {
	s := asString(v)
	if k.format != nil {
		return k.format(s)
	}
	return s
}

func (k codeKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.leaf.view(b, f, path, v, fv)
	fv.Value = k.text(f, v, b.lang)
	fv.MaxLength = 254
}
