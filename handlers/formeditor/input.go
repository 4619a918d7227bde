package formeditor

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"epom/forms"
)

// Input is one property as it stands on the page.
type Input struct {
	Kind              string // line, area, code, text (three languages), flag, choose
	Name, Label, Help string
	Value, EN, UK     string
	Checked           bool
	Choices           []Choice
	Error             string
}

// Choice is an option of a select.
type Choice struct {
	Value, Label string
	Selected     bool
}

// maxTyped is how long a typed property may be: that of a text in a definition.
const maxTyped = 5000

// prop is one property of a T: how it is shown, and how what was typed is taken in; take answers what is wrong.
type prop[T any] struct {
	Input
	fits func(*T) bool // nil = always
	show func(*T, *Input)
	take func(t *T, typed string, v url.Values) string
}

// inputs lays the properties out that fit; what was typed wrong stands as it was typed.
func inputs[T any](list []prop[T], t *T, typed url.Values, wrong map[string]string) []Input {
	var out []Input
	for _, p := range list {
		if p.fits != nil && !p.fits(t) {
			continue
		}
		in := p.Input
		p.show(t, &in)
		if in.Error = wrong[in.Name]; in.Error != "" {
			in.Value = typed.Get(in.Name)
		}
		for i := range in.Choices {
			in.Choices[i].Selected = in.Choices[i].Value == in.Value
		}
		out = append(out, in)
	}
	return out
}

// takeAll takes in what was typed; a property that was not on the page stays as it is.
func takeAll[T any](list []prop[T], t *T, v url.Values, wrong map[string]string) {
	var fitting []prop[T]
	for _, p := range list {
		if p.fits == nil || p.fits(t) {
			fitting = append(fitting, p)
		}
	}
	for _, p := range fitting {
		if !v.Has(p.Name) && (p.Kind != "flag" || !v.Has(p.Name+".shown")) {
			continue
		}
		typed := strings.TrimSpace(strings.ReplaceAll(v.Get(p.Name), "\r\n", "\n"))
		if len(typed) > 3*maxTyped {
			wrong[p.Name] = "Text je příliš dlouhý, nejvýše 5 000 znaků."
			continue
		}
		if message := p.take(t, typed, v); message != "" {
			wrong[p.Name] = message
		}
	}
}

func text[T any](name, label, help, kind string, of func(*T) *forms.Text) prop[T] {
	return prop[T]{Input: Input{Kind: kind, Name: name, Label: label, Help: help}, show: func(t *T, in *Input) {
		x := of(t)
		in.Value, in.EN, in.UK = x.CS, x.EN, x.UK
	}, take: func(t *T, typed string, v url.Values) string {
		x := forms.Text{CS: typed, EN: strings.TrimSpace(v.Get(name + ".en")), UK: strings.TrimSpace(v.Get(name + ".uk"))}
		if x.CS == "" && (x.EN != "" || x.UK != "") {
			return "Nejdřív napište český text, pak překlady."
		}
		*of(t) = x
		return ""
	}}
}

func line[T any](name, label, help, kind string, of func(*T) *string) prop[T] {
	return prop[T]{Input: Input{Kind: kind, Name: name, Label: label, Help: help}, show: func(t *T, in *Input) { in.Value = *of(t) },
		take: func(t *T, typed string, _ url.Values) string { *of(t) = typed; return "" }}
}

// commas is a list written with commas; lines one item a line.
func commas[T any](name, label, help string, of func(*T) *[]string) prop[T] {
	return prop[T]{Input: Input{Kind: "line", Name: name, Label: label, Help: help}, show: func(t *T, in *Input) { in.Value = strings.Join(*of(t), ", ") },
		take: func(t *T, typed string, _ url.Values) string {
			var list []string
			for _, s := range strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == '\n' }) {
				if s = strings.TrimSpace(s); s != "" {
					list = append(list, s)
				}
			}
			*of(t) = list
			return ""
		}}
}

func whole[T any, N int | int64](name, label, help string, most int64, of func(*T) *N) prop[T] {
	return prop[T]{Input: Input{Kind: "number", Name: name, Label: label, Help: help}, show: func(t *T, in *Input) {
		if *of(t) != 0 {
			in.Value = strconv.FormatInt(int64(*of(t)), 10)
		}
	}, take: func(t *T, typed string, _ url.Values) string {
		n, err := strconv.ParseInt(strings.ReplaceAll(typed, " ", ""), 10, 64)
		if typed != "" && (err != nil || n < 0 || n > most) {
			return "Napište celé číslo od 0 do " + strconv.FormatInt(most, 10) + ", nebo pole nechte prázdné."
		}
		*of(t) = N(n)
		return ""
	}}
}

func flag[T any](name, label, help string, get func(*T) bool, set func(*T, bool)) prop[T] {
	return prop[T]{Input: Input{Kind: "flag", Name: name, Label: label, Help: help}, show: func(t *T, in *Input) { in.Checked = get(t) },
		take: func(t *T, typed string, _ url.Values) string { set(t, typed != ""); return "" }}
}

func choose[T any](name, label, help string, choices []Choice, of func(*T) *string) prop[T] {
	return prop[T]{Input: Input{Kind: "choose", Name: name, Label: label, Help: help}, show: func(t *T, in *Input) {
		in.Value, in.Choices = *of(t), slices.Clone(choices)
		if !slices.ContainsFunc(in.Choices, func(c Choice) bool { return c.Value == in.Value }) {
			in.Choices = append(in.Choices, Choice{Value: in.Value, Label: in.Value})
		}
	}, take: func(t *T, typed string, _ url.Values) string {
		if typed != *of(t) && !slices.ContainsFunc(choices, func(c Choice) bool { return c.Value == typed }) {
			return "Vyberte jednu z možností."
		}
		*of(t) = typed
		return ""
	}}
}

// bound is a limit of a field: a number, crowns, a day, or "dnes", "dnes+30".
func bound(name, label string, of func(*forms.Field) *any) prop[forms.Field] {
	return prop[forms.Field]{Input: Input{Kind: "line", Name: name, Label: label}, fits: takes(name),
		show: func(f *forms.Field, in *Input) {
			in.Value = showValue(f.Kind, *of(f))
			switch f.Kind {
			case "date":
				in.Help = "Den (1. 1. 2027), „dnes“, nebo počet dnů od dneška: „dnes+30“."
			case "money":
				in.Help = "V korunách."
			case "repeat", "file", "choices":
				in.Label += " (počet)"
			}
		},
		take: func(f *forms.Field, typed string, _ url.Values) string {
			v, ok := readValue(f.Kind, typed)
			if !ok {
				return map[string]string{"date": "Napište den jako d. m. rrrr, „dnes“ nebo „dnes+30“.", "money": "Napište částku v korunách, třeba 1500 nebo 99,50."}[f.Kind] + map[bool]string{true: "Napište číslo."}[f.Kind != "date" && f.Kind != "money"]
			}
			*of(f) = v
			return ""
		}}
}

func takes(property string) func(*forms.Field) bool {
	return func(f *forms.Field) bool { return forms.Takes(f.Kind, property) }
}

// fitting is a property only of kinds that take it by that name.
func fitting(property string, p prop[forms.Field]) prop[forms.Field] {
	p.fits = takes(property)
	return p
}

// plain is a value of a definition as a number or text of JSON reads.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var out any
	_ = json.Unmarshal(b, &out) // what was marshalled reads back
	return out
}
