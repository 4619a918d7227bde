package notation_test

import (
	"encoding/json"

	"pgregory.net/rapid"

	"epom/forms"
)

// awkward are texts that a careless notation would lose.
var awkward = []string{"", "a", " a", "a ", "a\nb", "a\n\n b", "\na", "a\n", "\"", "\"a\"", "\"a\" + b", "\"a\"\n+ b", "a: b", "- a", "| a", "# a", "en: a", "–", "a, b", "\t", "\r\n", "a\u00a0", "\u2028", "žluť", "(x)",
	"x (text): y", "12", "true", "null", "{}", "\\", "\\n", "\ufeff", "\x7f", "*", "1e3", "today+30", "a\x00b", "  ", "7\nA", "true\nno", "{\n}"}

func word(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringN(0, 12, 40)).Draw(t, label)
}

func text(t *rapid.T, label string) forms.Text {
	switch rapid.IntRange(0, 3).Draw(t, label+"?") {
	case 0:
		return forms.Text{}
	case 1:
		return forms.Text{CS: nonEmpty(t, label)}
	}
	return forms.Text{CS: nonEmpty(t, label), EN: word(t, label), UK: word(t, label)}
}

func nonEmpty(t *rapid.T, label string) string {
	if s := word(t, label); s != "" {
		return s
	}
	return "x"
}

func slug(t *rapid.T, label string) string {
	return rapid.StringMatching(`[a-z][a-z0-9-]{0,8}`).Draw(t, label)
}
func ident(t *rapid.T, label string) string {
	return rapid.StringMatching(`[a-z][a-z0-9_]{0,8}`).Draw(t, label)
}
func maybe(t *rapid.T, label string) bool { return rapid.Bool().Draw(t, label) }

func words(t *rapid.T, label string) []string {
	n := rapid.IntRange(0, 3).Draw(t, label+"#")
	var list []string
	for range n {
		list = append(list, nonEmpty(t, label))
	}
	return list
}

func checks(t *rapid.T) (list []forms.CheckDef) {
	for range rapid.IntRange(0, 2).Draw(t, "checks") {
		list = append(list, forms.CheckDef{Test: nonEmpty(t, "test"), Message: text(t, "message"), Weight: rapid.SampledFrom([]forms.Weight{"", forms.Error, forms.Warning, forms.Info, forms.Success}).Draw(t, "weight")})
	}
	return list
}

func bound(t *rapid.T, label string) any {
	switch rapid.IntRange(0, 2).Draw(t, label) {
	case 1:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, label)
	case 2:
		return word(t, label)
	}
	return nil
}

func field(t *rapid.T, depth int) *forms.Field {
	f := &forms.Field{Name: rapid.OneOf(rapid.StringMatching(`[a-z][a-z0-9_]{0,8}`), rapid.SampledFrom([]string{"en", "Text", "a b", "a:b", "(a", "-a", "#", "|x", "\"q\"", "text"})).Draw(t, "name"),
		Kind:  rapid.SampledFrom([]string{"text", "longtext", "number", "choice", "choices", "yesno", "person", "file", "computed", "repeat", "group", "note", "email", "zip", "account"}).Draw(t, "kind"),
		Label: text(t, "label"), Help: text(t, "help"), Why: text(t, "why"), When: word(t, "when"), Min: bound(t, "min"), Max: bound(t, "max"),
		Pattern: word(t, "pattern"), PatternMessage: text(t, "says"), Checks: checks(t), Unit: text(t, "unit"), ItemLabel: text(t, "item"), AddLabel: text(t, "add"), Omit: words(t, "omit"),
		Optional: words(t, "optional"), Expr: word(t, "expr"), Text: text(t, "text")}
	f.MinLength, f.Rows, f.Decimals = rapid.IntRange(0, 9).Draw(t, "n"), rapid.IntRange(0, 9).Draw(t, "n"), rapid.IntRange(0, 6).Draw(t, "n")
	f.MaxBytes = rapid.Int64Range(0, 1<<40).Draw(t, "bytes")
	f.Result = rapid.SampledFrom([]string{"", "number", "yesno"}).Draw(t, "result")
	f.Weight = rapid.SampledFrom([]forms.Weight{"", forms.Warning}).Draw(t, "weight")
	f.Sensitive = maybe(t, "sensitive")
	if maybe(t, "summary?") {
		v := maybe(t, "summary")
		f.InSummary = &v
	}
	switch rapid.IntRange(0, 2).Draw(t, "required") {
	case 1:
		f.Required.Always = true
	case 2:
		f.Required.Expr = nonEmpty(t, "required")
	}
	for range rapid.IntRange(0, 2).Draw(t, "options") {
		f.Options = append(f.Options, forms.Option{Value: rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9][a-zA-Z0-9_-]{0,6}`), rapid.SampledFrom([]string{"a b", "a:b", "-", "\""})).Draw(t, "value"), Label: text(t, "option"), Help: text(t, "help")})
	}
	if depth > 0 {
		for range rapid.IntRange(0, 2).Draw(t, "fields") {
			f.Fields = append(f.Fields, field(t, depth-1))
		}
	}
	return f
}

func values(t *rapid.T) (list []forms.ParameterValue) {
	for range rapid.IntRange(0, 2).Draw(t, "values") {
		v := forms.ParameterValue{From: word(t, "from"), To: word(t, "to"), Value: bound(t, "value"), Source: word(t, "source"), Verified: maybe(t, "verified")}
		if v.Value == nil {
			v.Value = maybe(t, "value")
		}
		list = append(list, v)
	}
	return list
}

// definition is any definition that is one by its shape, whether it makes sense or not.
func definition(t *rapid.T) *forms.Definition {
	d := &forms.Definition{Code: slug(t, "code"), Version: rapid.IntRange(0, 100000).Draw(t, "version"), Title: text(t, "title"), Summary: text(t, "summary"), Agenda: slug(t, "agenda"),
		Statute: word(t, "statute"), Locality: forms.Locality{Key: slug(t, "key"), From: words(t, "from"), Level: word(t, "level")}, Subject: word(t, "subject"),
		Keywords: forms.Keywords{CS: words(t, "cs"), EN: words(t, "en"), UK: words(t, "uk")}, Applicant: forms.ApplicantAt{Person: words(t, "person"), Email: word(t, "email")}, Pages: []forms.PageDef{}}
	d.Adjustable, d.Changes = words(t, "adjustable"), text(t, "changes")
	if maybe(t, "published") {
		d.PublishedOn = "2026-11-30"
	}
	for range rapid.IntRange(0, 2).Draw(t, "needed") {
		d.Needed = append(d.Needed, forms.Text{CS: nonEmpty(t, "needed"), UK: word(t, "uk")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "parameters") {
		d.Parameters = append(d.Parameters, forms.Parameter{Name: ident(t, "name"), Kind: rapid.SampledFrom([]string{"number", "money", "date"}).Draw(t, "kind"), Label: text(t, "label"), Unit: text(t, "unit"), Values: values(t)})
	}
	for range rapid.IntRange(0, 3).Draw(t, "pages") {
		p := forms.PageDef{Code: slug(t, "page"), Title: text(t, "title"), Intro: text(t, "intro"), When: word(t, "when"), Checks: checks(t), Fields: []*forms.Field{}}
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			p.Fields = append(p.Fields, field(t, 2))
		}
		d.Pages = append(d.Pages, p)
	}
	for range rapid.IntRange(0, 2).Draw(t, "examples") {
		var answers forms.Answers
		if json.Unmarshal([]byte(`{"a":1,"b":1.5,"c":{"d":["x",true,null]},"e":"<\u2028>"}`), &answers) != nil {
			t.Fatal("answers")
		}
		d.Examples = append(d.Examples, forms.Example{Name: word(t, "example"), Today: "2026-11-30", Answers: answers, Visible: append([]string{}, words(t, "visible")...), Errors: append([]string{}, words(t, "errors")...), Subject: word(t, "subject"),
			Computed: map[string]any{word(t, "k"): word(t, "v")}})
		if maybe(t, "office?") {
			d.Examples[len(d.Examples)-1].Office = &forms.ExampleOffice{Level: word(t, "level"), Seat: word(t, "seat")}
		}
	}
	return d
}
