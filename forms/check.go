package forms

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	schemakind "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// maxDefinition is the size of a definition in bytes; the largest known municipal form has 750 kB.
const maxDefinition = 4_000_000

// Problem is a fault of a definition. Messages are Czech: their readers write forms.
type Problem struct {
	Place   string `json:"place"`          // JSON pointer: "/pages/2/fields/0/when"
	Name    string `json:"name,omitempty"` // page or path of the field
	Message string `json:"message"`
}

func (p Problem) String() string {
	if p.Name == "" {
		return p.Place + ": " + p.Message
	}
	return p.Place + " (" + p.Name + "): " + p.Message
}

// DefinitionError is the answer of [Parse] to a definition with problems.
type DefinitionError struct{ Problems []Problem }

func (e *DefinitionError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "definice formuláře má chyby:\n" + strings.Join(lines, "\n")
}

//go:embed schema.json
var schemaText []byte

var schema = sync.OnceValue(func() *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		panic(err) // the schema is part of the program
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("epom:form", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("epom:form")
})

// Parse reads a definition and makes it ready. Its error is a *[DefinitionError].
func Parse(data []byte) (*Form, error) {
	form, problems := parse(data)
	if len(problems) > 0 {
		return nil, &DefinitionError{problems}
	}
	return form, nil
}

// Check lists every problem of a definition, also those of its examples.
func Check(data []byte) []Problem {
	form, problems := parse(data)
	if len(problems) > 0 {
		return problems
	}
	return form.CheckExamples()
}

// Head reads what a definition says of itself, whatever its faults; an error when it is no JSON object of some form.
func Head(data []byte) (Definition, error) {
	var head struct {
		Code        string `json:"code"`
		Version     int    `json:"version"`
		PublishedOn string `json:"publishedOn"`
		Agenda      string `json:"agenda"`
	}
	if len(data) > maxDefinition {
		return Definition{}, errors.New("definice je příliš velká")
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Definition{}, err
	}
	if !codeShape.MatchString(head.Code) || len(head.Code) > 80 {
		return Definition{}, errors.New("definice nemá použitelný kód formuláře (malá písmena bez diakritiky, číslice, pomlčky)")
	}
	return Definition{Code: head.Code, Version: head.Version, PublishedOn: head.PublishedOn, Agenda: head.Agenda}, nil
}

var codeShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func parse(data []byte) (*Form, []Problem) {
	if len(data) > maxDefinition {
		return nil, []Problem{{Message: "definice je příliš velká"}}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, []Problem{{Message: "soubor není platný JSON: " + err.Error()}}
	}
	if err := schema().Validate(doc); err != nil {
		return nil, schemaProblems(err)
	}
	var def Definition
	if err := json.Unmarshal(data, &def); err != nil {
		return nil, []Problem{{Message: "definici nelze přečíst: " + err.Error()}}
	}
	return compile(def)
}

// schemaProblems translates the leaves of a schema error.
func schemaProblems(err error) []Problem {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Problem{{Message: err.Error()}}
	}
	var problems []Problem
	printer := message.NewPrinter(language.English)
	var leaves func(e *jsonschema.ValidationError)
	leaves = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			leaves(cause)
		}
		if len(e.Causes) > 0 || len(problems) >= 100 {
			return
		}
		problems = append(problems, Problem{Place: "/" + strings.Join(e.InstanceLocation, "/"), Message: schemaMessage(e.ErrorKind, printer)})
	}
	leaves(invalid)
	return problems
}

func schemaMessage(k jsonschema.ErrorKind, printer *message.Printer) string {
	switch k := k.(type) {
	case *schemakind.Required:
		return "chybí: " + strings.Join(k.Missing, ", ")
	case *schemakind.AdditionalProperties:
		return "neznámá vlastnost: " + strings.Join(k.Properties, ", ")
	case *schemakind.Type:
		return fmt.Sprintf("má být %s, je %s", strings.Join(k.Want, " nebo "), k.Got)
	case *schemakind.Enum:
		return fmt.Sprintf("hodnota %v není mezi povolenými %v", k.Got, k.Want)
	case *schemakind.Pattern:
		return fmt.Sprintf("hodnota „%s“ nemá tvar %s", k.Got, k.Want)
	case *schemakind.MinItems:
		return fmt.Sprintf("má mít nejméně %d položek, má %d", k.Want, k.Got)
	case *schemakind.MinLength:
		return fmt.Sprintf("text má mít nejméně %d znaků", k.Want)
	case *schemakind.MaxLength:
		return fmt.Sprintf("text je příliš dlouhý: má mít nejvýše %d znaků, má %d", k.Want, k.Got)
	case *schemakind.MaxItems:
		return fmt.Sprintf("má mít nejvýše %d položek, má %d", k.Want, k.Got)
	}
	return k.LocalizedString(printer)
}

func (c *compiler) problem(place, name, format string, a ...any) {
	if len(c.problems) < 200 {
		c.problems = append(c.problems, Problem{Place: place, Name: name, Message: fmt.Sprintf(format, a...)})
	}
}

// reservedPages are words of addresses beside a form's pages.
var reservedPages = []string{"kontrola", "odeslat", "tisk", "nova", "pokracovat", "prevest"}

// head checks what stands above the fields.
func (c *compiler) head() {
	f := c.form
	if f.Code == "balicky" {
		c.problem("/code", f.Code, "kód „balicky“ patří systému, zvolte jiný")
	}
	c.text(f.Title, "/title", "")
	c.text(f.Summary, "/summary", "")
	for i, t := range f.Needed {
		c.text(t, "/needed/"+strconv.Itoa(i), "")
	}
	seen := map[string]bool{}
	for i, page := range f.Pages {
		at := "/pages/" + strconv.Itoa(i)
		if seen[page.Code] {
			c.problem(at+"/code", page.Code, "kód stránky se opakuje: „%s“", page.Code)
		}
		seen[page.Code] = true
		if slices.Contains(reservedPages, page.Code) {
			c.problem(at+"/code", page.Code, "kód „%s“ patří systému, zvolte jiný", page.Code)
		}
		c.text(page.Title, at+"/title", page.Code)
		c.optional(page.Intro, at+"/intro", page.Code)
		for j, check := range page.Checks {
			c.text(check.Message, at+"/checks/"+strconv.Itoa(j)+"/message", page.Code)
		}
	}
	for i, p := range f.Parameters {
		c.text(p.Label, "/parameters/"+strconv.Itoa(i)+"/label", p.Name)
	}
}

// paths checks that the head names fields of the right kind; it runs when fields are known.
func (c *compiler) paths() {
	f := c.form
	expect := func(at, path string, kinds ...string) {
		if path == "" {
			return
		}
		switch field := f.byPath[path]; {
		case field == nil:
			c.problem(at, path, "takové pole ve formuláři není")
		case !slices.Contains(kinds, field.Kind):
			c.problem(at, path, "pole má být druhu %s, je %s", strings.Join(kinds, " nebo "), field.Kind)
		}
	}
	for i, path := range f.Locality.From {
		expect("/locality/from/"+strconv.Itoa(i), path, "address", "municipality", "person", "legalperson")
		if field := f.byPath[path]; field != nil {
			markLocality(field)
		}
	}
	expect("/locality/level", f.Locality.Level, "choice")
	for i, path := range f.Applicant.Person {
		expect("/applicant/person/"+strconv.Itoa(i), path, "person")
	}
	for i, path := range f.Applicant.Legal {
		expect("/applicant/legal/"+strconv.Itoa(i), path, "legalperson")
	}
	expect("/applicant/email", f.Applicant.Email, "email")
	expect("/applicant/phone", f.Applicant.Phone, "phone")
	expect("/applicant/databox", f.Applicant.Databox, "databox")
	if f.Locality.Key != "any" && len(f.Locality.From) == 0 {
		c.problem("/locality/from", "", "chybí pole, podle něhož se určí místně příslušný úřad")
	}
}

// markLocality demands a recognised municipality of a field and of the address in it.
func markLocality(f *Field) {
	f.c.locality = true
	for _, p := range f.c.parts {
		if p.Kind == "address" || p.Kind == "municipality" {
			markLocality(p)
		}
	}
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// checkField checks one field as far as no expression is needed.
func (c *compiler) checkField(f *Field, path, at string) {
	switch {
	case f.Kind == "code" || f.Kind == "zip" || f.Kind == "ico" || !strings.Contains(at, "/fields/"):
	case !fieldName.MatchString(f.Name):
		c.problem(at+"/name", path, "jméno pole má začínat malým písmenem a mít jen malá písmena bez diakritiky, číslice a podtržítko")
	case slices.Contains(functionNames, f.Name):
		c.problem(at+"/name", path, "jméno „%s“ patří výrazům, zvolte jiné", f.Name)
	}
	if f.Kind != "code" && f.Kind != "note" && f.Label.IsZero() && f.c.kind.label().IsZero() {
		c.problem(at+"/label", path, "chybí otázka (label)")
	}
	for name, text := range map[string]Text{"label": f.Label, "help": f.Help, "why": f.Why, "patternMessage": f.PatternMessage, "unit": f.Unit,
		"itemLabel": f.ItemLabel, "addLabel": f.AddLabel, "text": f.Text} {
		c.optional(text, at+"/"+name, path)
	}
	for i, check := range f.Checks {
		c.text(check.Message, at+"/checks/"+strconv.Itoa(i)+"/message", path)
	}
	c.properties(f, path, at)
	c.options(f, path, at)
	if f.c.min.set && f.c.max.set && f.c.min.iso == "" && f.c.min.unit == 0 && f.c.min.number > f.c.max.number {
		c.problem(at+"/min", path, "nejmenší hodnota je větší než nejvyšší")
	}
	if f.MaxLength > 0 && f.MinLength > f.MaxLength {
		c.problem(at+"/minLength", path, "nejmenší délka je větší než nejvyšší")
	}
	if f.Kind == "computed" && (f.Expr == "" || f.Result == "") {
		c.problem(at, path, "vypočtené pole potřebuje expr a result")
	}
	if (f.Kind == "repeat" || f.Kind == "group") && len(f.Fields) == 0 {
		c.problem(at+"/fields", path, "blok nemá žádné pole")
	}
	if f.Kind == "note" && f.Text.IsZero() {
		c.problem(at+"/text", path, "chybí text")
	}
}

// properties finds those that mean nothing for the kind: usually a mistake in the kind.
func (c *compiler) properties(f *Field, path, at string) {
	given := map[string]bool{
		"min": f.Min != nil, "max": f.Max != nil, "minLength": f.MinLength != 0, "maxLength": f.MaxLength != 0, "pattern": f.Pattern != "",
		"decimals": f.Decimals != 0, "unit": !f.Unit.IsZero(), "rows": f.Rows != 0, "options": len(f.Options) > 0, "fields": len(f.Fields) > 0,
		"omit": len(f.Omit) > 0, "optional": len(f.Optional) > 0, "accept": len(f.Accept) > 0, "maxBytes": f.MaxBytes != 0, "expr": f.Expr != "",
		"result": f.Result != "", "text": !f.Text.IsZero(), "itemLabel": !f.ItemLabel.IsZero(), "addLabel": !f.AddLabel.IsZero(),
	}
	for name, is := range given {
		if is && !f.c.kind.takes(name) {
			c.problem(at+"/"+name, path, "pole druhu %s vlastnost „%s“ nemá", f.Kind, name)
		}
	}
}

func (c *compiler) options(f *Field, path, at string) {
	if (f.Kind == "choice" || f.Kind == "choices") && len(f.Options) < 2 {
		c.problem(at+"/options", path, "výběr má mít aspoň dvě možnosti")
	}
	seen := map[string]bool{}
	for i, o := range f.Options {
		place := at + "/options/" + strconv.Itoa(i)
		if seen[o.Value] {
			c.problem(place+"/value", path, "možnost „%s“ se opakuje", o.Value)
		}
		seen[o.Value] = true
		c.text(o.Label, place+"/label", path)
		c.optional(o.Help, place+"/help", path)
	}
}

// text demands Czech.
func (c *compiler) text(t Text, at, name string) {
	if strings.TrimSpace(t.CS) == "" {
		c.problem(at, name, "chybí český text")
	}
}

// optional demands Czech beside a translation.
func (c *compiler) optional(t Text, at, name string) {
	if !t.IsZero() {
		c.text(t, at, name)
	}
}
