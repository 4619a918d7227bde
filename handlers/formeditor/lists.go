package formeditor

import (
	"net/url"
	"strconv"
	"strings"

	"epom/forms"
	"epom/internal/fold"
)

// Limits of lists on a page, those of a published form.
const (
	maxOptions = 300
	maxChecks  = 30
)

// OptionRow is one option of a choice; the last one is empty, to be added.
type OptionRow struct {
	N                       int
	Value, Label, EN, UK    string
	Help                    string
	First, Last, New, Taken bool
}

func optionRows(f *forms.Field) []OptionRow {
	if !forms.Takes(f.Kind, "options") {
		return nil
	}
	var rows []OptionRow
	for i, o := range f.Options {
		rows = append(rows, OptionRow{N: i, Value: o.Value, Label: o.Label.CS, EN: o.Label.EN, UK: o.Label.UK, Help: o.Help.CS, First: i == 0, Last: i == len(f.Options)-1})
	}
	return append(rows, OptionRow{N: len(f.Options), New: true})
}

// takeOptions reads the options; one without words is gone. A new one without a value is called by its words.
func takeOptions(f *forms.Field, v url.Values, wrong map[string]string) {
	if !v.Has("option.0.label") || !forms.Takes(f.Kind, "options") {
		return
	}
	var list []forms.Option
	used := map[string]bool{}
	for i := 0; i <= len(f.Options) && i < maxOptions; i++ {
		key := "option." + strconv.Itoa(i)
		var o forms.Option
		if i < len(f.Options) {
			o = f.Options[i]
		}
		if !v.Has(key + ".label") {
			if i < len(f.Options) {
				list = append(list, o)
			}
			continue
		}
		get := func(name string) string { return strings.TrimSpace(v.Get(key + "." + name)) }
		o.Label = forms.Text{CS: get("label"), EN: get("en"), UK: get("uk")}
		if o.Help.CS = get("help"); o.Help.CS == "" {
			o.Help = forms.Text{}
		}
		if o.Label.CS == "" {
			continue
		}
		if o.Value = get("value"); o.Value == "" {
			o.Value = slug(o.Label.CS, used)
		}
		if used[o.Value] {
			wrong["options"] = "Hodnota „" + o.Value + "“ je u dvou možností. Každá musí mít jinou."
		}
		used[o.Value] = true
		list = append(list, o)
	}
	f.Options = list
}

// slug is a value of an option: "Veřejné osvětlení" → "verejne-osvetleni".
func slug(label string, used map[string]bool) string {
	words := fold.Words(label)
	s := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, strings.Join(words[:min(4, len(words))], "-")), "-")
	if len(s) > 60 {
		s = strings.TrimRight(s[:60], "-")
	}
	if s == "" {
		s = "moznost"
	}
	for v, n := s, 2; ; n++ {
		if !used[v] {
			return v
		}
		v = s + "-" + strconv.Itoa(n)
	}
}

// CheckRow is one rule with its text.
type CheckRow struct {
	N                     int
	Test, Message, EN, UK string
	Weights               []Choice
	New                   bool
}

func checkRows(list []forms.CheckDef) []CheckRow {
	var rows []CheckRow
	for i, c := range append(append([]forms.CheckDef{}, list...), forms.CheckDef{}) {
		r := CheckRow{N: i, Test: c.Test, Message: c.Message.CS, EN: c.Message.EN, UK: c.Message.UK, New: i == len(list)}
		for _, w := range weights {
			w.Selected = w.Value == string(c.Weight) || c.Weight == "" && w.Value == "error"
			r.Weights = append(r.Weights, w)
		}
		rows = append(rows, r)
	}
	return rows
}

func takeChecks(now []forms.CheckDef, v url.Values, wrong map[string]string) []forms.CheckDef {
	if !v.Has("check.0.test") {
		return now
	}
	var list []forms.CheckDef
	for i := 0; i <= len(now) && i < maxChecks; i++ {
		get := func(name string) string { return strings.TrimSpace(v.Get("check." + strconv.Itoa(i) + "." + name)) }
		c := forms.CheckDef{Test: get("test"), Message: forms.Text{CS: get("message"), EN: get("en"), UK: get("uk")}, Weight: forms.Weight(get("weight"))}
		if c.Weight == forms.Error && (i >= len(now) || now[i].Weight == "") {
			c.Weight = ""
		}
		if c.Test == "" && c.Message.CS == "" {
			continue
		}
		if c.Test == "" || c.Message.CS == "" {
			wrong["checks"] = "Kontrola potřebuje podmínku i text, který člověk uvidí, když neplatí."
		}
		list = append(list, c)
	}
	return list
}
