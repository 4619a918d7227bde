package forms

import (
	"maps"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// input is one page's form values on their way into answers.
type input struct {
	setting Setting
	values  url.Values
	act     Act
	before  *Evaluation
	hidden  bool             // the whole page was hidden
	posted  map[string]bool  // every path that a value lies at or under
	numbers map[string][]int // numbers of items by path of the repeat
	left    int              // bytes of text still taken
	cut     []string         // paths whose text was shortened
	choices map[string][]Option
}

// ParsePage takes in the values of one page. Whatever comes, nothing is lost that fits the limits: wrong values stay in the answers as
// typed. A field that was not on the page (it was hidden) keeps its answer. An unknown page changes nothing.
func (f *Form) ParsePage(code string, values url.Values, answers Answers, setting Setting) Parsed {
	page := f.page(code)
	if page == nil {
		return Parsed{Answers: answers}
	}
	in := &input{setting: setting, values: values, act: readAct(values), before: f.Evaluate(answers, setting), left: maxStored}
	in.hidden = !in.before.Journey().has(code)
	in.scan(page)
	fresh := make(Answers, len(answers)+len(page.Fields))
	maps.Copy(fresh, answers)
	for _, field := range page.Fields {
		if v := in.field(field, field.Name, answers[field.Name]); v != nil {
			fresh[field.Name] = v
		} else {
			delete(fresh, field.Name)
		}
	}
	ev := f.Evaluate(fresh, setting)
	findings := append([]Finding(nil), ev.PageFindings(code)...)
	for i := range findings {
		if f := &findings[i]; f.Weight == Error && in.justAppeared(f.Path) {
			f.Message = say(setting.Lang, "appeared", "label", f.Label)
		}
	}
	for _, path := range in.cut { // what else is wrong with the rest matters less than that the end is gone
		if field, ok := f.Field(path); ok {
			kept, _ := fresh.Get(path).(string)
			findings = slices.DeleteFunc(findings, func(f Finding) bool { return f.Path == path })
			findings = append(findings, Finding{Page: code, Path: path, ID: inputID(path), Label: f.labelAt(path, field, setting.Lang),
				Message: say(setting.Lang, "text.cut", "n", strconv.Itoa(utf8.RuneCountInString(kept))), Weight: Error})
		}
	}
	return Parsed{Answers: fresh, Findings: findings, Act: in.act, Choices: in.choices}
}

// justAppeared tells that the person could not answer yet: the field was hidden and shows only because of what was answered now.
func (in *input) justAppeared(path string) bool {
	for end := len(path); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		if at := path[:end]; in.before.marks[at]&markHidden != 0 {
			return !in.posted[at]
		}
	}
	return false
}

func (f *Form) page(code string) *PageDef {
	for i := range f.Pages {
		if f.Pages[i].Code == code {
			return &f.Pages[i]
		}
	}
	return nil
}

// readAct finds the button that was pressed.
func readAct(values url.Values) Act {
	for _, kind := range []string{"add", "remove", "find", "refresh", "ares"} {
		if v, ok := values["_"+kind]; ok && len(v) > 0 {
			path, _ := cut(cleanLine(v[0]), 200)
			return Act{Kind: kind, Path: path}
		}
	}
	return Act{}
}

// index is the number of the item when the act is about an item at the path.
func (a Act) index(path string) (int, bool) {
	rest, ok := strings.CutPrefix(a.Path, path+".")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil && n >= 0
}

// scan notes which fields of the page the values speak of. It looks at each name once, whatever their number.
func (in *input) scan(page *PageDef) {
	roots := make(map[string]*Field, len(page.Fields))
	for _, f := range page.Fields {
		roots[f.Name] = f
	}
	in.posted, in.numbers = map[string]bool{}, map[string][]int{}
	seen := map[string]bool{}
	for name := range in.values {
		root, rest, _ := strings.Cut(name, ".")
		f := roots[root]
		if f == nil || len(name) > 300 {
			continue
		}
		in.posted[root] = true
		in.note(f, root, rest, seen)
	}
	for path := range in.numbers {
		sort.Ints(in.numbers[path])
	}
}

// note follows a name down its fields as long as it means something.
func (in *input) note(f *Field, path, rest string, seen map[string]bool) {
	for rest != "" {
		if f.Kind == "repeat" {
			var number string
			number, rest, _ = strings.Cut(rest, ".")
			n, err := strconv.Atoi(number)
			if err != nil || n < 0 || strconv.Itoa(n) != number {
				return
			}
			at := path + "." + number
			if !seen[at] {
				if len(in.numbers[path]) > f.mostItems() {
					return // one more than allowed is enough to say so
				}
				seen[at] = true
				in.numbers[path] = append(in.numbers[path], n)
			}
			path = at
		}
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		part := (*Field)(nil)
		for _, p := range f.c.parts {
			if p.Name == name {
				part = p
			}
		}
		if part == nil {
			return
		}
		f, path = part, path+"."+name
		in.posted[path] = true
	}
}

// field takes one field in, whatever its kind.
func (in *input) field(f *Field, path string, prev any) any {
	if !in.posted[path] && (in.hidden || in.before.marks[path]&markHidden != 0) {
		return prev
	}
	return f.c.kind.parse(in, f, path, prev)
}

// items are the numbers of the posted items of a repeat, in order.
func (in *input) items(path string) []int { return in.numbers[path] }

// text is the typed value, cut to so many characters at most (and four bytes each).
func (in *input) text(path string, limit int) string {
	list := in.values[path]
	if len(list) == 0 {
		return ""
	}
	s, long := cut(list[0], min(4*limit, in.left))
	if long {
		in.cut = append(in.cut, path)
	}
	in.left -= len(s)
	return s
}

// all are the typed values of one name, so many at most.
func (in *input) all(path string, most int) []string {
	list := in.values[path]
	if len(list) > most {
		list = list[:most]
	}
	fresh := make([]string, 0, len(list))
	for _, s := range list {
		s, _ = cut(s, min(4*maxLine, in.left))
		in.left -= len(s)
		fresh = append(fresh, cleanLine(s))
	}
	return fresh
}

func (in *input) offer(path string, o Option) {
	if in.choices == nil {
		in.choices = map[string][]Option{}
	}
	in.choices[path] = append(in.choices[path], o)
}

// Attach adds an uploaded file to the answers. It reports false when the path is not that of a file field or when the field is full.
func (f *Form) Attach(answers Answers, path string, file FileRef) (Answers, bool) {
	field, ok := f.Field(path)
	if !ok || field.Kind != "file" {
		return answers, false
	}
	list, _ := answers.Get(path).([]any)
	if len(list) >= field.mostFiles() {
		return answers, false
	}
	return answers.With(path, append(append([]any(nil), list...), file.Value())), true
}
