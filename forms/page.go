package forms

import (
	"slices"
	"strconv"
	"strings"
)

// builder makes the render model of one page.
type builder struct {
	ev     *Evaluation
	lang   Lang
	extras ViewExtras
}

// Page is the render model of a page; false when the page is not visible.
func (ev *Evaluation) Page(code string, extras ViewExtras) (PageView, bool) {
	journey := ev.Journey()
	i := journey.index(code)
	if i < 0 {
		return PageView{}, false
	}
	def := ev.pages[i].def
	extras.Findings = ev.askWhich(extras)
	b := &builder{ev: ev, lang: ev.setting.Lang, extras: extras}
	view := PageView{
		Code: code, Title: def.Title.In(b.lang), Intro: def.Intro.In(b.lang), Number: i + 1, Of: len(ev.pages),
		Back: journey.Back(code), Next: journey.Next(code), Findings: extras.Findings, HasFiles: hasFiles(def.Fields),
	}
	for _, f := range def.Fields {
		if fv, visible := b.field(f, f.Name, ev.answers[f.Name]); visible {
			view.Fields = append(view.Fields, fv)
		}
	}
	return view, true
}

// askWhich are the findings; where municipalities are offered for what was typed, the question is which, not whether.
func (ev *Evaluation) askWhich(extras ViewExtras) []Finding {
	findings := slices.Clone(extras.Findings)
	for i, finding := range findings {
		if f, ok := ev.form.Field(finding.Path); ok && f.Kind == "municipality" && finding.Weight == Error && len(extras.Choices[finding.Path]) > 0 {
			findings[i].Message = say(ev.setting.Lang, "municipality.which")
		}
	}
	return findings
}

func hasFiles(fields []*Field) bool {
	for _, f := range fields {
		if f.Kind == "file" || hasFiles(f.Fields) {
			return true
		}
	}
	return false
}

// field is the render model of one field; false when it is hidden.
func (b *builder) field(f *Field, path string, v any) (FieldView, bool) {
	marks := b.ev.marks[path]
	if marks&markHidden != 0 {
		return FieldView{}, false
	}
	id := inputID(path)
	fv := FieldView{
		Kind: f.Kind, Name: f.Name, Path: path, ID: id,
		Label: f.label().In(b.lang), Help: f.Help.In(b.lang), Why: f.Why.In(b.lang), Unit: f.Unit.In(b.lang),
		Required: f.Required.Always || marks&markRequired != 0, Autocomplete: f.Autocomplete, Refresh: f.c.refresh,
		Error: b.errorAt(path), MaxLength: f.MaxLength,
	}
	for _, finding := range b.extras.Findings {
		if finding.Path == path && finding.Weight != Error {
			fv.Notices = append(fv.Notices, finding)
		}
	}
	f.c.kind.view(b, f, path, v, &fv)
	var described []string
	if fv.Help != "" && f.Kind != "note" {
		fv.HelpID = id + "-napoveda"
		described = append(described, fv.HelpID)
	}
	if fv.Error != "" {
		fv.ErrorID = id + "-chyba"
		described = append(described, fv.ErrorID)
	}
	if len(fv.Notices) > 0 {
		fv.NoticeID = id + "-zprava"
		described = append(described, fv.NoticeID)
	}
	fv.DescribedBy = strings.Join(described, " ")
	return fv, true
}

// errorAt is the first error of that very path.
func (b *builder) errorAt(path string) string {
	for _, f := range b.extras.Findings {
		if f.Path == path && f.Weight == Error {
			return f.Message
		}
	}
	return ""
}

// choices are what a search found for the field, with the picked one marked.
func (b *builder) choices(path, id string, picked any) []OptionView {
	var views []OptionView
	for i, o := range b.extras.Choices[path] {
		views = append(views, OptionView{Value: o.Value, Label: o.Label.In(b.lang), Help: o.Help.In(b.lang), ID: id + "-" + strconv.Itoa(i+1),
			Selected: o.Value == strconv.FormatInt(codeOf(picked), 10)})
	}
	return views
}

// inputID is the id of an input in a page, derived from its path.
func inputID(path string) string { return "f-" + strings.ReplaceAll(path, ".", "-") }

// Choosing is the render model of a place being searched for: what was typed into which of its parts and what was found for it.
func Choosing(f *Field, path, part, typed string, found []Option, lang Lang) FieldView {
	id := inputID(path)
	fv := FieldView{Kind: f.Kind, Path: path, ID: id, Label: f.label().In(lang), Parts: []FieldView{{Name: part, Value: typed}}}
	for i, o := range found {
		fv.Choices = append(fv.Choices, OptionView{Value: o.Value, Label: o.Label.In(lang), ID: id + "-" + strconv.Itoa(i+1)})
	}
	return fv
}
