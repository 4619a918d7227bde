package forms

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

// UseKey names an office's use of a form. Offices are known here by their number only.
type UseKey struct {
	Office int32
	Code   string
}

// Use is how one office uses a form of the common catalogue. The zero value is an office that never touched it: the
// newest version as it was published.
type Use struct {
	Version  int              // the version taken over; 0 = always the newest
	Adjusted map[int]*Form    // by version: the form with the office's own wording
	Values   []ParameterValue // of its parameters, of all times
	OffWhy   string           // not empty = switched off, with the reason shown to people
	OffUntil string           // ISO date of the last day it is off; "" = until it is switched on
}

// Off tells whether the office has the form switched off on a day (ISO).
func (u Use) Off(day string) bool { return u.OffWhy != "" && (u.OffUntil == "" || day <= u.OffUntil) }

// ParameterValue is a value of a parameter with the days on which it holds and where it comes from.
type ParameterValue struct {
	Name     string `json:"name,omitempty"` // of the parameter; not repeated inside a definition
	From     string `json:"from"`           // ISO date
	To       string `json:"to,omitempty"`   // ISO date of the last day; "" = until further notice
	Value    any    `json:"value"`          // as answers of that kind: haléře, ISO date, true …
	Source   string `json:"source"`         // "OZV č. 2/2024, čl. 4"
	Verified bool   `json:"verified,omitempty"`
}

// holds tells whether the value holds on a day.
func (v ParameterValue) holds(day string) bool { return v.From <= day && (v.To == "" || day <= v.To) }

// valueOn picks the value of a parameter on a day: of those that hold the one that began last.
func valueOn(values []ParameterValue, name, day string) (ParameterValue, bool) {
	var best ParameterValue
	for _, v := range values {
		if v.Name == name && v.holds(day) && v.From >= best.From {
			best = v
		}
	}
	return best, best.From != ""
}

// Default is the value a parameter has on a day where the office gave none; false when the form brings none.
func (p *Parameter) Default(day time.Time) (ParameterValue, bool) {
	return valueOn(p.Values, "", day.Format(time.DateOnly))
}

// Current is one parameter of a form as it is at an office on a day.
type Current struct {
	*Parameter
	Value   ParameterValue
	Given   bool // by the office itself
	Missing bool // neither the office nor the form gives a value; it reads as zero
}

// Current lists the form's parameters at an office on a day, in the order of the definition.
func (c *Catalogue) Current(f *Form, office int32, day time.Time) []Current {
	use := c.state.Load().Uses[UseKey{office, f.Code}]
	on := day.Format(time.DateOnly)
	list := make([]Current, len(f.Parameters))
	for i := range f.Parameters {
		p := &f.Parameters[i]
		list[i].Parameter = p
		if list[i].Value, list[i].Given = valueOn(use.Values, p.Name, on); list[i].Given && p.Fits(list[i].Value.Value) {
			continue
		}
		var known bool
		list[i].Value, known = p.Default(day)
		list[i].Given, list[i].Missing = false, !known
	}
	return list
}

// Params are the values of the form's parameters at an office on a day, for [Setting]; nil when there are none.
// Office 0 is one not known yet: only what the form itself brings.
func (c *Catalogue) Params(f *Form, office int32, day time.Time) map[string]any {
	if len(f.Parameters) == 0 {
		return nil
	}
	params := make(map[string]any, len(f.Parameters))
	for _, p := range c.Current(f, office, day) {
		if !p.Missing {
			params[p.Name] = p.Value.Value
		}
	}
	return params
}

// Use is how an office uses a form.
func (c *Catalogue) Use(office int32, code string) Use {
	return c.state.Load().Uses[UseKey{office, code}]
}

// Offered is the version an office offers: the one it took over, unless that was withdrawn, else the newest.
func (c *Catalogue) Offered(office int32, code string) (*Form, bool) {
	if v := c.Use(office, code).Version; v != 0 {
		if _, gone := c.Withdrawn(code, v); !gone {
			if f, ok := c.Version(code, v); ok {
				return f, true
			}
		}
	}
	return c.Latest(code)
}

// Suited is a version as the office uses it, with its own wording. Names, pages and conditions are those of the version.
func (c *Catalogue) Suited(f *Form, office int32) *Form {
	if own := c.Use(office, f.Code).Adjusted[f.Version]; own != nil {
		return own
	}
	return f
}

// Fits tells whether a value may be one of the parameter.
func (p *Parameter) Fits(v any) bool {
	switch p.Kind {
	case "text":
		s, ok := v.(string)
		return ok && strings.TrimSpace(s) != "" && len(s) <= 2000
	case "date":
		s, ok := v.(string)
		_, err := time.Parse(time.DateOnly, s)
		return ok && err == nil
	case "yesno":
		_, ok := v.(bool)
		return ok
	case "money":
		n, ok := whole(v).(int64)
		return ok && n >= 0 && n < 1e15
	case "number":
		switch n := whole(v).(type) {
		case int64:
			return true
		case float64:
			return !math.IsNaN(n) && !math.IsInf(n, 0)
		}
	}
	return false
}

// whole gives a number without decimals, which JSON may have read as a float, the type of whole numbers.
func whole(v any) any {
	if n, ok := v.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1e15 {
		return int64(n)
	}
	return plain(v)
}

// Adjustments are an office's own wording of the parts a form declares adjustable.
type Adjustments struct {
	Needed []Text          `json:"needed,omitempty"` // replaces Definition.Needed
	Texts  map[string]Text `json:"texts,omitempty"`  // by part: "summary", "intro:<page>", "help:<field>"
	// Attachments says by field whether the office needs it: true = must be attached.
	Attachments map[string]bool `json:"attachments,omitempty"`
}

// IsZero tells that the office changed nothing.
func (a Adjustments) IsZero() bool {
	return len(a.Needed) == 0 && len(a.Texts) == 0 && len(a.Attachments) == 0
}

// Adjust makes the form with an office's own wording. The error names every part that the form does not let be adjusted.
func (f *Form) Adjust(a Adjustments) (*Form, error) {
	data, err := json.Marshal(f.Definition)
	if err != nil {
		return nil, err
	}
	var def Definition
	if err := json.Unmarshal(data, &def); err != nil {
		return nil, err
	}
	var wrong []string
	allowed := func(part string) bool {
		ok := slices.Contains(f.Adjustable, part)
		if !ok {
			wrong = append(wrong, part)
		}
		return ok
	}
	if len(a.Needed) > 0 && allowed("needed") {
		def.Needed = a.Needed
	}
	for part, text := range a.Texts {
		if at := def.text(part); allowed(part) && at != nil && text.CS != "" {
			*at = text
		}
	}
	for name, must := range a.Attachments {
		if field := def.field(name); allowed("attachment:"+name) && field != nil {
			field.Required = Condition{Always: must}
		}
	}
	if sort.Strings(wrong); len(wrong) > 0 {
		return nil, fmt.Errorf("verze %d formuláře nedovoluje upravit: %s", f.Version, strings.Join(wrong, ", "))
	}
	own, problems := compile(def)
	if len(problems) > 0 {
		return nil, &DefinitionError{problems}
	}
	return own, nil
}

// text is the place of an adjustable text, nil when there is none.
func (d *Definition) text(part string) *Text {
	kind, name, _ := strings.Cut(part, ":")
	switch kind {
	case "summary":
		return &d.Summary
	case "intro":
		for i := range d.Pages {
			if d.Pages[i].Code == name {
				return &d.Pages[i].Intro
			}
		}
	case "help":
		if f := d.field(name); f != nil {
			return &f.Help
		}
	}
	return nil
}

// field finds a root field by its name.
func (d *Definition) field(name string) *Field {
	for i := range d.Pages {
		for _, f := range d.Pages[i].Fields {
			if f.Name == name {
				return f
			}
		}
	}
	return nil
}

// Part is an adjustable part in words.
type Part struct {
	Name  string // "intro:misto"
	Kind  string // needed, summary, intro, help, attachment
	Of    string // code of the page or name of the field
	Label string // in Czech, of the page or the field
	Text  Text   // as it stands in the form; of a text
	Must  bool   // of an attachment: it must be attached
}

// Parts are what an office may adjust, in the order of the definition.
func (f *Form) Parts() []Part {
	var list []Part
	for _, name := range f.Adjustable {
		kind, of, _ := strings.Cut(name, ":")
		p := Part{Name: name, Kind: kind, Of: of}
		switch field := f.Definition.field(of); {
		case kind == "intro":
			for i := range f.Pages {
				if f.Pages[i].Code == of {
					p.Label = f.Pages[i].Title.CS
				}
			}
		case field != nil:
			p.Label, p.Must = field.label().CS, field.Required.Always
		}
		if at := f.Definition.text(name); at != nil {
			p.Text = *at
		}
		list = append(list, p)
	}
	return list
}

// adjustable checks what stands in Definition.Adjustable and the values of parameters.
func (c *compiler) adjustable() {
	f := c.form
	for i, name := range f.Adjustable {
		at := fmt.Sprintf("/adjustable/%d", i)
		kind, of, _ := strings.Cut(name, ":")
		field := f.Definition.field(of)
		switch {
		case name == "needed":
		case kind == "attachment" && (field == nil || field.Kind != "file"):
			c.problem(at, name, "příloha „%s“ ve formuláři není", of)
		case kind == "attachment" && (field.Required.Expr != ""):
			c.problem(at, name, "o povinnosti přílohy „%s“ rozhoduje podmínka, úřad ji měnit nemůže", of)
		case kind != "attachment" && f.Definition.text(name) == nil:
			c.problem(at, name, "takový text ve formuláři není")
		}
	}
	for i := range f.Parameters {
		p := &f.Parameters[i]
		for j, v := range p.Values {
			if at := fmt.Sprintf("/parameters/%d/values/%d", i, j); !p.Fits(v.Value) {
				c.problem(at, p.Name, "hodnota %v neodpovídá druhu parametru (%s)", v.Value, p.Kind)
			} else if v.To != "" && v.To < v.From {
				c.problem(at, p.Name, "konec platnosti je před začátkem")
			}
			p.Values[j].Value = whole(v.Value)
		}
	}
}

// In keeps the adjustments that a version lets be adjusted: an office's wording of a later version does not spoil an
// earlier one.
func (a Adjustments) In(f *Form) Adjustments {
	own := Adjustments{Texts: map[string]Text{}, Attachments: map[string]bool{}}
	if slices.Contains(f.Adjustable, "needed") {
		own.Needed = a.Needed
	}
	for part, text := range a.Texts {
		if slices.Contains(f.Adjustable, part) {
			own.Texts[part] = text
		}
	}
	for name, must := range a.Attachments {
		if slices.Contains(f.Adjustable, "attachment:"+name) {
			own.Attachments[name] = must
		}
	}
	return own
}

// Plain gives a value read from JSON the types answers use: whole numbers are int64.
func Plain(v any) any { return whole(v) }
