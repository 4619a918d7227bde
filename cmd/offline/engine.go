package main

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"epom/forms"
	"epom/internal/fold"
	"epom/internal/i18n"
	"epom/templates"
)

// Engine fills forms in the browser. It keeps what was loaded; answers come and go with each call, so that a crash of the
// page loses nothing. It is used by one goroutine.
type Engine struct {
	forms map[string]*forms.Form // "code/version"
	pages *template.Template
	towns towns
	zone  *time.Location
}

// NewEngine makes an engine that knows no forms yet.
func NewEngine() (*Engine, error) {
	pages, err := templates.Parse("layouts/parts", "fields/", "step/show", "step/steps", "check/answers")
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation("Europe/Prague")
	return &Engine{forms: map[string]*forms.Form{}, pages: pages, zone: zone}, err
}

// State is a form being filled, as the client stores it.
type State struct {
	Code    string         `json:"code"`
	Version int            `json:"version"`
	Step    string         `json:"step"` // page; empty = where to go on
	Lang    string         `json:"lang"`
	Today   string         `json:"today"` // ISO day in Prague
	Params  map[string]any `json:"params"`
	Answers forms.Answers  `json:"answers"`
	ToCheck bool           `json:"toCheck"` // the page was opened by "change" on the check page
}

// About is what a list of forms shows.
type About struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	Title   string `json:"title"`
	Summary string `json:"summary"`
	Agenda  string `json:"agenda"`
}

// Load reads a definition; what it cannot read is an error in plain Czech.
func (e *Engine) Load(definition []byte, lang string) (About, error) {
	f, err := forms.Parse(definition)
	if err != nil {
		return About{}, err
	}
	e.forms[key(f.Code, f.Version)] = f
	l := forms.Lang(lang)
	return About{f.Code, f.Version, f.Title.In(l), f.Summary.In(l), f.Agenda}, nil
}

func key(code string, version int) string { return fmt.Sprintf("%s/%d", code, version) }

// Step is one step of the way as the client shows it.
type Step struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	Open  bool   `json:"open"`
	Done  bool   `json:"done"`
}

// Page is the answer to a page asked for or saved.
type Page struct {
	Step    string        `json:"step"`            // the page shown; empty = the check page follows
	Title   string        `json:"title,omitempty"` // of the page and the form
	HTML    string        `json:"html,omitempty"`  // of the form element with id "step"
	Steps   []Step        `json:"steps"`
	Answers forms.Answers `json:"answers,omitempty"` // as they are now, right or wrong
	Wrong   bool          `json:"wrong,omitempty"`   // the page was saved with errors: they are in HTML
	Anchor  string        `json:"anchor,omitempty"`  // input to go to after an act
	Later   bool          `json:"later,omitempty"`   // the person wants to go on another time
}

func (e *Engine) open(s State) (*forms.Form, forms.Setting, error) {
	f, ok := e.forms[key(s.Code, s.Version)]
	if !ok {
		return nil, forms.Setting{}, fmt.Errorf("formulář %s verze %d není v zařízení uložený", s.Code, s.Version)
	}
	today, err := time.ParseInLocation(time.DateOnly, s.Today, e.zone)
	if err != nil {
		return nil, forms.Setting{}, fmt.Errorf("den %q: %w", s.Today, err)
	}
	return f, forms.Setting{Today: today, Lang: forms.Lang(s.Lang), Params: s.Params, Gazetteer: e.towns}, nil
}

// Show gives a page; one that may not be seen yet leads to where to go on.
func (e *Engine) Show(s State) (Page, error) {
	f, setting, err := e.open(s)
	if err != nil {
		return Page{}, err
	}
	j := f.Evaluate(s.Answers, setting).Journey()
	if s.Step == "" || !j.May(s.Step) {
		s.Step = j.Current()
	}
	return e.page(f, setting, s, s.Answers, nil)
}

// Save takes a page in as it was typed. files are those attached now, by the path of their field.
func (e *Engine) Save(s State, values url.Values, files map[string][]forms.FileRef) (Page, error) {
	f, setting, err := e.open(s)
	if err != nil {
		return Page{}, err
	}
	if !f.Evaluate(s.Answers, setting).Journey().May(s.Step) {
		return e.Show(s)
	}
	parsed := f.ParsePage(s.Step, values, s.Answers, setting)
	answers, findings := parsed.Answers, parsed.Findings
	for path, list := range files {
		for _, file := range list {
			if more, ok := f.Attach(answers, path, file); ok {
				answers = more
			}
		}
	}
	if len(files) > 0 {
		findings = merged(f.Evaluate(answers, setting).PageFindings(s.Step), parsed.Findings, files)
	}
	switch {
	case values.Has("_later"):
		p, err := e.page(f, setting, s, answers, nil)
		p.Later = true
		return p, err
	case parsed.Act.Kind != "":
		p, err := e.page(f, setting, s, answers, nil)
		p.Anchor = anchor(parsed.Act, answers)
		return p, err
	case hasErrors(findings):
		p, err := e.page(f, setting, s, answers, findings)
		p.Wrong = true
		return p, err
	}
	j := f.Evaluate(answers, setting).Journey()
	next := j.Next(s.Step)
	if s.ToCheck {
		next = j.AfterChange()
	}
	s.Step = next
	return e.page(f, setting, s, answers, nil)
}

// merged are the findings of a page after files were attached: of other fields only parsing knows what was typed.
func merged(now, parsed []forms.Finding, files map[string][]forms.FileRef) []forms.Finding {
	said := map[string]forms.Finding{}
	for _, f := range parsed {
		if _, file := files[f.Path]; !file {
			said[f.Path] = f
		}
	}
	for i := range now {
		if f, ok := said[now[i].Path]; ok {
			now[i] = f
		}
	}
	return now
}

func hasErrors(list []forms.Finding) bool {
	for _, f := range list {
		if f.Weight == forms.Error {
			return true
		}
	}
	return false
}

func anchor(act forms.Act, answers forms.Answers) string {
	path := act.Path
	if list, ok := answers.Get(path).([]any); ok && act.Kind == "add" && len(list) > 0 {
		path = fmt.Sprintf("%s.%d", path, len(list)-1)
	}
	return "f-" + strings.ReplaceAll(path, ".", "-")
}

// stepView is what templates/step/show wants of its page.
type stepView struct {
	Lang, CSRF, Back string
	Revision         int
	Changed          []string
	ToCheck          bool
	View             forms.PageView
	Notices          []forms.Finding // none here: they stand on the check page

	// What was just hidden or is back is told on the check page, so these stay empty.
	HiddenText, ReturnedText string
}

func (v stepView) T(text string, args ...any) string { return i18n.T(v.Lang, text, args...) }

// Errors are what stops the page, for the list on top of it.
func (v stepView) Errors() []forms.Finding {
	var out []forms.Finding
	for _, f := range v.View.Findings {
		if f.Weight == forms.Error {
			out = append(out, f)
		}
	}
	return out
}

func (e *Engine) page(f *forms.Form, setting forms.Setting, s State, answers forms.Answers, findings []forms.Finding) (Page, error) {
	ev := f.Evaluate(answers, setting)
	p := Page{Step: s.Step, Answers: answers}
	for _, st := range ev.Journey().Steps {
		p.Steps = append(p.Steps, Step{st.Code, st.Title, st.Open, st.Complete && st.Open})
	}
	view, ok := ev.Page(s.Step, forms.ViewExtras{Findings: findings, Choices: e.towns.offered(f, answers)})
	if !ok {
		p.Step = ""
		return p, nil
	}
	v := stepView{Lang: s.Lang, ToCheck: s.ToCheck, View: view}
	if v.Back = "#" + view.Back; s.ToCheck {
		v.Back = "#kontrola"
	} else if view.Back == "" {
		v.Back = ""
	}
	var b strings.Builder
	if err := e.pages.ExecuteTemplate(&b, "step/show#step", v); err != nil {
		return p, err
	}
	p.HTML, p.Title = b.String(), view.Title+" – "+f.Title.In(setting.Lang)
	return p, nil
}

// Check is the whole form before it is put into the queue.
type Check struct {
	Complete bool            `json:"complete"`
	Current  string          `json:"current"` // page to go to when it is not complete
	Sections []forms.Section `json:"sections"`
	Steps    []Step          `json:"steps"`
	Subject  string          `json:"subject"`
	Place    forms.Place     `json:"place"`
	Name     string          `json:"name"` // of the applicant
	Email    string          `json:"email"`
	Notices  []forms.Finding `json:"notices"`
	Answers  forms.Answers   `json:"answers"` // those that count, as they will be sent
}

// Check evaluates the whole form.
func (e *Engine) Check(s State) (Check, error) {
	f, setting, err := e.open(s)
	if err != nil {
		return Check{}, err
	}
	ev := f.Evaluate(s.Answers, setting)
	j := ev.Journey()
	c := Check{Complete: j.Complete(), Current: j.Current(), Sections: ev.Summary(), Subject: ev.Subject(), Name: ev.Applicant().Name(), Email: ev.Applicant().Email, Notices: []forms.Finding{}}
	for _, st := range j.Steps {
		c.Steps = append(c.Steps, Step{st.Code, st.Title, st.Open, st.Complete && st.Open})
	}
	c.Place, _ = ev.Place()
	for _, n := range ev.Findings() {
		if n.Weight != forms.Error {
			c.Notices = append(c.Notices, n)
		}
	}
	if c.Complete {
		c.Answers = ev.Result()
	}
	return c, nil
}

// Town is a municipality the device knows, with the offices by level that serve it.
type Town struct {
	Code     int64  `json:"code"`
	Name     string `json:"name"`
	District string `json:"district"`
}

// towns recognise municipalities without a network; address points are not known: addresses are written by hand.
type towns struct {
	byCode map[int64]Town
	byName map[string][]Town
}

// Towns replaces the municipalities the device knows.
func (e *Engine) Towns(list []Town) {
	e.towns = towns{map[int64]Town{}, map[string][]Town{}}
	for _, t := range list {
		e.towns.byCode[t.Code] = t
		name := fold.Text(t.Name)
		e.towns.byName[name] = append(e.towns.byName[name], t)
	}
}

func (t Town) municipality() forms.Municipality {
	return forms.Municipality{Code: t.Code, Name: t.Name, District: t.District}
}

// Address implements forms.Gazetteer.
func (towns) Address(int64) (forms.Address, bool) { return forms.Address{}, false }

// Municipality implements forms.Gazetteer.
func (t towns) Municipality(code int64) (forms.Municipality, bool) {
	town, ok := t.byCode[code]
	return town.municipality(), ok
}

// MunicipalitiesNamed implements forms.Gazetteer.
func (t towns) MunicipalitiesNamed(name string) []forms.Municipality {
	var list []forms.Municipality
	for _, town := range t.byName[fold.Text(strings.TrimSpace(name))] {
		list = append(list, town.municipality())
	}
	return list
}

// offered are municipalities that begin with what was typed where none was recognised.
func (t towns) offered(f *forms.Form, answers forms.Answers) map[string][]forms.Option {
	found := map[string][]forms.Option{}
	for path, v := range answers {
		field, ok := f.Field(path)
		m, is := v.(map[string]any)
		if !ok || !is || field.Kind != "municipality" || m["code"] != nil {
			continue
		}
		typed, _ := m["name"].(string)
		if typed = fold.Text(strings.TrimSpace(typed)); typed == "" {
			continue
		}
		for name, list := range t.byName {
			if !strings.HasPrefix(name, typed) {
				continue
			}
			for _, town := range list {
				label := town.Name
				if town.District != "" {
					label += " (okres " + town.District + ")"
				}
				found[path] = append(found[path], forms.Option{Value: fmt.Sprint(town.Code), Label: forms.Text{CS: label}})
			}
		}
		sortOptions(found[path])
		if len(found[path]) > 10 {
			found[path] = found[path][:10]
		}
	}
	return found
}

// Call is the one door for the browser: a method with its arguments as JSON, the answer as JSON.
func (e *Engine) Call(method string, arguments []byte) (answer []byte, err error) {
	var in struct {
		State
		Definition json.RawMessage            `json:"definition"`
		Values     url.Values                 `json:"values"`
		Files      map[string][]forms.FileRef `json:"files"`
		Towns      []Town                     `json:"towns"`
	}
	if err := json.Unmarshal(arguments, &in); err != nil {
		return nil, err
	}
	var out any
	switch method {
	case "load":
		out, err = e.Load(in.Definition, in.Lang)
	case "towns":
		e.Towns(in.Towns)
		out = len(in.Towns)
	case "show":
		out, err = e.Show(in.State)
	case "save":
		out, err = e.Save(in.State, in.Values, in.Files)
	case "check":
		out, err = e.Check(in.State)
	default:
		err = fmt.Errorf("no method %q", method)
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}
