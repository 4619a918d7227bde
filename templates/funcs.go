// Package templates holds every page of e-POM and the functions pages may call.
package templates

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the binary must know Europe/Prague on any machine

	"epom/forms"
	"epom/internal/i18n"
	"epom/static"
)

// Parse reads the named templates alone, for where there is no web server: a name is a path without .html, or a folder
// with a slash at its end.
func Parse(names ...string) (*template.Template, error) {
	set := template.New("").Funcs(Funcs())
	for _, name := range names {
		pattern := name + ".html"
		if strings.HasSuffix(name, "/") {
			pattern = name + "*.html"
		}
		files, err := fs.Glob(FS, pattern)
		if err != nil || len(files) == 0 {
			return nil, fmt.Errorf("templates: no %s (%v)", pattern, err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(FS, file)
			if err != nil {
				return nil, err
			}
			if _, err := set.New(strings.TrimSuffix(file, ".html")).Parse(string(text)); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// FS holds the pages; a template's name is its path without .html.
//
//go:embed */*.html
var FS embed.FS

var prague = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		panic(err)
	}
	return loc
}()

// Funcs are the functions of all templates. See each for what it takes.
func Funcs() template.FuncMap {
	return template.FuncMap{
		"asset": static.URL, "icon": icon, "current": current, "attr": attr,
		"date": date, "datetime": datetime, "isotime": isotime,
		"number": number, "money": money, "bytes": size,
		"dict": dict, "list": list, "add": func(a, b int) int { return a + b },
		"field": field, "swap": swap, "styleFields": styleFields, "styleSteps": styleSteps, "statusIcon": statusIcon, "n": i18n.N,
		"hasPrefix": strings.HasPrefix, "join": strings.Join, "languages": func() []string { return i18n.Languages },
		"languageName": func(lang string) string { return languageNames[lang] },
	}
}

var languageNames = map[string]string{"cs": "Čeština", "en": "English", "uk": "Українська"}

// Field is what a template of fields/ gets: the field and the language of the words around it.
type Field struct {
	forms.FieldView
	Lang string
}

// T translates a text of the template.
func (f Field) T(text string, args ...any) string { return i18n.T(f.Lang, text, args...) }

// Part returns the part of a composite field by its name; the zero view when the form does not ask for it.
func (f Field) Part(name string) forms.FieldView {
	for i := range f.Parts {
		if f.Parts[i].Name == name {
			return f.Parts[i]
		}
	}
	return forms.FieldView{}
}

// Searched says that somebody looked for a place: something is typed to search for, yet nothing was chosen.
func (f Field) Searched() bool {
	return !f.Picked && !(f.Kind == "address" && f.HandWritten()) && (f.Part("text").Value != "" || f.Part("name").Value != "")
}

// HandWritten says that a part of an address was written by hand or is wrong, so the parts must be in sight.
func (f Field) HandWritten() bool {
	for i := range f.Parts {
		p := &f.Parts[i]
		if p.Name != "text" && p.Name != "adm" && (p.Value != "" || p.Error != "" || field(f.Lang, *p).HandWritten()) {
			return true
		}
	}
	return false
}

// Endings lists the accepted types of files for reading: "pdf, jpg".
func (f Field) Endings() string {
	return strings.ReplaceAll(strings.ReplaceAll(f.Accept, ".", ""), ",", ", ")
}

// swap makes a button of a form renew the form in place (its id is "step") instead of loading the page anew.
func swap() template.HTMLAttr {
	return `hx-post="" hx-target="#step" hx-select="#step" hx-swap="outerHTML show:none" hx-encoding="multipart/form-data"`
}

func field(lang string, view forms.FieldView) Field { return Field{view, lang} }

// Icon is icon for code that writes many of them at once.
func Icon(name string) template.HTML { return icon(name) }

// StatusIcon is the name of the shape that stands for a tone.
func StatusIcon(tone string) string { return statusIcon(tone) }

// icon draws a picture of static's sprite beside a text; it says nothing to a screen reader. More classes may follow.
func icon(name string, classes ...string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" aria-hidden="true" focusable="false"><use href="%s#%s"/></svg>`,
		template.HTMLEscapeString(strings.Join(append([]string{"icon"}, classes...), " ")),
		static.URL("icons.svg"), template.HTMLEscapeString(name)))
}

// statusIcon is the shape that stands for a tone, so that colour never speaks alone.
func statusIcon(tone string) string {
	switch tone {
	case "success":
		return "check-circle-fill"
	case "warning":
		return "exclamation-triangle-fill"
	case "danger":
		return "octagon"
	case "info":
		return "circle-half"
	}
	return "circle"
}

// current marks the link of a navigation that leads to the shown page or a page above it.
func current(path, href string) template.HTMLAttr {
	if path == href || href != "/" && strings.HasPrefix(path, href+"/") {
		return `aria-current="page"`
	}
	return ""
}

// attr writes name="value" when value is not empty, else nothing.
func attr(name, value string) template.HTMLAttr {
	if value == "" {
		return ""
	}
	return template.HTMLAttr(name + `="` + template.HTMLEscapeString(value) + `"`)
}

const nbsp = "\u00a0"

// date writes a day as people do: 3. 11. 2026. It takes time.Time, *time.Time or an ISO day; nothing gives nothing.
func date(v any) string {
	t, ok := moment(v)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%d."+nbsp+"%d."+nbsp+"%d", t.Day(), int(t.Month()), t.Year())
}

// datetime writes a day and time in Prague: 3. 11. 2026 8:35; of an ISO day only the day.
func datetime(v any) string {
	t, ok := moment(v)
	if !ok {
		return ""
	}
	if _, day := v.(string); day {
		return date(t)
	}
	return date(t) + fmt.Sprintf(nbsp+"%d:%02d", t.Hour(), t.Minute())
}

// isotime is for the datetime attribute of <time>.
func isotime(v any) string {
	t, ok := moment(v)
	if !ok {
		return ""
	}
	if _, day := v.(string); day {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

func moment(v any) (time.Time, bool) {
	switch t := v.(type) {
	case time.Time:
		return t.In(prague), !t.IsZero()
	case *time.Time:
		if t == nil || t.IsZero() {
			return time.Time{}, false
		}
		return t.In(prague), true
	case string:
		day, err := time.ParseInLocation(time.DateOnly, t, prague)
		return day, err == nil
	}
	return time.Time{}, false
}

// number writes a whole number with spaces between thousands.
func number(v any) (string, error) {
	n, err := whole(v)
	if err != nil {
		return "", err
	}
	return group(n), nil
}

// money writes an amount in haléře as crowns; haléře show only when there are some.
func money(v any) (string, error) {
	n, err := whole(v)
	if err != nil {
		return "", err
	}
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	text := sign + group(n/100)
	if n%100 != 0 {
		text += fmt.Sprintf(",%02d", n%100)
	}
	return text + nbsp + "Kč", nil
}

// size writes a length of a file in bytes as kB or MB, rounded up so that it never looks smaller than it is.
func size(v any) (string, error) {
	n, err := whole(v)
	if err != nil {
		return "", err
	}
	if n < 1_000_000 {
		return group((n+999)/1000) + nbsp + "kB", nil
	}
	tenths := int64(math.Ceil(float64(n) / 100_000))
	if tenths%10 == 0 {
		return group(tenths/10) + nbsp + "MB", nil
	}
	return fmt.Sprintf("%s,%d"+nbsp+"MB", group(tenths/10), tenths%10), nil
}

func whole(v any) (int64, error) {
	switch n := v.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case int32:
		return int64(n), nil
	case nil:
		return 0, nil
	}
	return 0, fmt.Errorf("not a whole number: %T", v)
}

func group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + nbsp + digits[i:]
	}
	return sign + digits
}

// dict makes the data of a part: dict "Tone" "info" "Text" .State.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: a key without a value")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is not a name", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

func list(items ...any) []any { return items }
