package templates_test

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	fiberhtml "github.com/gofiber/template/html/v2"

	"epom/internal/i18n"
	"epom/static"
	"epom/templates"

	"net/http"
)

type person struct{ Name, Office string }

type place struct{ Slug, Name, Emblem, Note string }

type message struct{ Kind, Text string }

type navItem struct {
	Href, Label, Icon string
	Count             int
	Late, Current     bool
}

type navGroup struct {
	Title string
	Items []navItem
}

type nav struct {
	Groups  []navGroup
	Offices []place
}

// page stands for what every page is given; see handlers/web.
type page struct {
	Lang, Path, Title, RequestID, Theme, CSRF string
	Demo                                      bool
	Office                                    *place
	User                                      *person
	Flash                                     *message
	Nav                                       nav
	Alternates                                []struct{ Type, Href, Title string }
	Kiosk                                     *struct{ Large bool }
}

func (p page) T(text string, args ...any) string { return i18n.T(p.Lang, text, args...) }

func engine(t testing.TB) *fiberhtml.Engine {
	t.Helper()
	e := fiberhtml.NewFileSystem(http.FS(templates.FS), ".html")
	e.AddFuncMap(templates.Funcs())
	if err := e.Load(); err != nil {
		t.Fatal(err)
	}
	return e
}

func render(t testing.TB, e *fiberhtml.Engine, name string, data any) string {
	t.Helper()
	var b bytes.Buffer
	if err := e.Render(&b, name, data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

func TestStylePageShowsEveryPart(t *testing.T) {
	t.Parallel()
	e := engine(t)
	out := render(t, e, "style/show", page{Lang: "cs", Title: "Styl", Path: "/urady/hejnice", Demo: true,
		Office: &place{Slug: "hejnice", Name: "Město Hejnice"}, Flash: &message{"success", "Uloženo."}})
	if n := strings.Count(out, "<h1"); n != 1 {
		t.Errorf("%d h1", n)
	}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(out, -1) {
		if n := strings.Count(out, ` id="`+id[1]+`"`); n != 1 {
			t.Errorf("id %s stands %d times", id[1], n)
		}
	}
	for _, bad := range []string{"<no value>", "ZgotmplZ", " style=", "<script>", "onclick"} {
		if strings.Contains(out, bad) {
			t.Errorf("page has %q", bad)
		}
	}
	for _, ref := range regexp.MustCompile(` (?:for|aria-labelledby|aria-controls|aria-describedby)="([^"]+)"`).FindAllStringSubmatch(out, -1) {
		for _, id := range strings.Fields(ref[1]) {
			if !strings.Contains(out, ` id="`+id+`"`) {
				t.Errorf("%s points at nothing", ref[0])
			}
		}
	}
}

var clerk = page{Title: "Dnes", Lang: "cs", Office: &place{"hejnice", "Město Hejnice", "", ""}, User: &person{"Eva Malá", "podatelna"},
	Nav: nav{Offices: []place{{"liberec", "Liberec", "", ""}}, Groups: []navGroup{
		{"", []navItem{{"/kancelar", "Dnes", "check-circle-fill", 7, true, false}, {"/kancelar/posta", "Pošta", "inbox", 14, true, true},
			{"/kancelar/denik", "Podací deník", "book-open", 0, false, false}, {"/kancelar/spisy", "Spisy", "archive", 0, false, false}}},
		{"Úřad", []navItem{{"/kancelar/deska", "Úřední deska", "pin-board", 3, false, false}}}}}}

func TestDeskNavigation(t *testing.T) {
	t.Parallel()
	e := engine(t)
	out := render(t, e, "style/desk", clerk)
	for _, want := range []string{`href="/kancelar/posta" aria-current="page"`, ">14<", "něco po lhůtě", `name="urad" value="liberec"`, "data-search", "Eva Malá"} {
		if !strings.Contains(out, want) {
			t.Errorf("desk lacks %q", want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	call := func(name string, arg any) string {
		switch f := templates.Funcs()[name].(type) {
		case func(any) string:
			return f(arg)
		case func(any) (string, error):
			s, err := f(arg)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		t.Fatalf("%s has another shape", name)
		return ""
	}
	night := time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC) // already 29 March in Prague
	cases := []struct {
		name string
		arg  any
		want string
	}{
		{"date", night, "29. 3. 2026"}, {"date", "2026-11-03", "3. 11. 2026"}, {"date", (*time.Time)(nil), ""}, {"date", time.Time{}, ""},
		{"datetime", night, "29. 3. 2026 0:30"}, {"isotime", "2026-11-03", "2026-11-03"},
		{"number", 1234567, "1 234 567"}, {"number", -1000, "−1 000"}, {"number", 999, "999"},
		{"money", int64(150000), "1 500 Kč"}, {"money", int64(150050), "1 500,50 Kč"}, {"money", int64(-5), "−0,05 Kč"},
		{"bytes", int64(1), "1 kB"}, {"bytes", int64(999_000), "999 kB"}, {"bytes", int64(20_000_000), "20 MB"}, {"bytes", int64(1_210_000), "1,3 MB"},
	}
	for _, c := range cases {
		if got := strings.ReplaceAll(call(c.name, c.arg), "\u00a0", " "); got != c.want {
			t.Errorf("%s %v = %q, want %q", c.name, c.arg, got, c.want)
		}
	}
}

func TestIconsExist(t *testing.T) {
	t.Parallel()
	name, ok := strings.CutPrefix(static.URL("icons.svg"), static.Prefix)
	if !ok {
		t.Fatal(name)
	}
	sprite, err := fs.ReadFile(static.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	use := regexp.MustCompile(`icon "([^"]+)"`)
	found := 0
	err = fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, path)
		for _, m := range use.FindAllStringSubmatch(string(data), -1) {
			found++
			if !bytes.Contains(sprite, []byte(`<symbol id="`+m[1]+`"`)) {
				t.Errorf("%s: no icon %s", path, m[1])
			}
		}
		return err
	})
	if err != nil || found < 30 {
		t.Errorf("%d icons found, %v", found, err)
	}
}

// A table wider than its place scrolls in it: also by keys, so it takes the focus and has a name.
func TestTablesScrollByKeys(t *testing.T) {
	t.Parallel()
	n := 0
	err := fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, path)
		for _, m := range regexp.MustCompile(`<div class="table-wrap"[^>]*>`).FindAllString(string(data), -1) {
			if n++; !regexp.MustCompile(`role="region" tabindex="0" aria-label="[^"]`).MatchString(m) {
				t.Errorf("%s: %s", path, m)
			}
		}
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%d tables, %v", n, err)
	}
}

// Hidden text is a block of its own, so a space comes before it when a name is read aloud: "Změnit : Jméno".
func TestHiddenTextContinuesASentence(t *testing.T) {
	t.Parallel()
	mark := regexp.MustCompile(`class="visually-hidden">\s*[:;,.?!].*?</span>`)
	err := fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, path)
		for _, m := range mark.FindAllString(string(data), -1) {
			t.Errorf("%s: hidden text begins with a mark: %s", path, m)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestErrorPage(t *testing.T) {
	t.Parallel()
	type problem struct{ Name, Message string }
	type errorPage struct {
		page
		Status  int
		Message string
		Fields  []problem
	}
	e := engine(t)
	for status, want := range map[int]string{404: "We did not find this", 503: "7f3a", 422: "Věta bez překladu"} {
		out := render(t, e, "error/show", errorPage{page: page{Lang: "en", RequestID: "7f3a"}, Status: status, Message: "Věta bez překladu"})
		if !strings.Contains(out, want) || strings.Count(out, "<h1") != 1 {
			t.Errorf("%d: lacks %q or one h1", status, want)
		}
	}
}
