package htmlcheck

import (
	"fmt"
	"strings"
	"testing"
)

const sound = `<!doctype html><html lang="cs"><head><title>Kam s tím?</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/app.css"><script src="/app.js"></script></head><body>
<a href="#main">Přejít k obsahu</a><main id="main"><h1>Kam  s
tím?</h1><h2>Hledání</h2>
<form method="get" action="/"><label for="q">Co potřebujete?</label><input id="q" name="q" aria-describedby="hint"><p id="hint">Třeba pokácet strom.</p>
<label>Obec <select name="obec"><option>Hejnice</option></select></label><input type="hidden" name="x"><button>Najít</button></form>
<form method="post" action="/a" enctype="multipart/form-data"><fieldset><legend>Ano, nebo ne</legend><label><input type="radio" name="r" value="1"> Ano</label></fieldset>
<input type="file" name="f" aria-label="Příloha"><input type="submit" value="Poslat"></form>
<table><tr><th>Úřad</th></tr><tr><td>Hejnice</td></tr></table><img src="/a.svg" alt=""><svg aria-hidden="true"></svg><ul><li class="a">Jedna</li><li class="a b">Dvě</li></ul>
<a href="https://x.cz" target="_blank" rel="noopener"><img src="/b.svg" alt="Mapa"></a></main></body></html>`

// fake gathers what an assertion says instead of failing this test.
type fake struct {
	testing.TB
	said []string
}

func (f *fake) Helper()                         {}
func (f *fake) Error(args ...any)               { f.said = append(f.said, fmt.Sprint(args...)) }
func (f *fake) Errorf(form string, args ...any) { f.said = append(f.said, fmt.Sprintf(form, args...)) }

func TestASoundPage(t *testing.T) {
	t.Parallel()
	Parse(t, strings.NewReader(sound)).Sound().Has("h1", "form[action='/']").Hasnt("h3").Count("li", 2).Text("h1", "Kam s tím?").
		Says("li", "Jedna", "Dvě").Attr("html", "lang", "cs").In("ul").Count("li.b", 1)
}

func TestEachAssertionFails(t *testing.T) {
	t.Parallel()
	for says, f := range map[string]func(*Doc){
		"no h3":                            func(d *Doc) { d.Has("h1", "h3") },
		"unwanted li.b: <li class=\"a b\"": func(d *Doc) { d.Hasnt("li.b") },
		"2 × li, want 3":                   func(d *Doc) { d.Count("li", 3) },
		`h1 says "Kam s tím?", want "Kam"`: func(d *Doc) { d.Text("h1", "Kam") },
		`li nowhere says "Tři"`:            func(d *Doc) { d.Says("li", "Jedna", "Tři") },
		`html has lang="cs", want "en"`:    func(d *Doc) { d.Attr("html", "lang", "en") },
		"html has no dir":                  func(d *Doc) { d.Attr("html", "dir", "ltr") },
		"no h4":                            func(d *Doc) { d.Text("h4", "x") },
		"no h5":                            func(d *Doc) { d.Attr("h5", "id", "x") },
		"no h6":                            func(d *Doc) { d.In("h6") },
	} {
		spy := &fake{TB: t}
		f(Parse(spy, strings.NewReader(sound)))
		if len(spy.said) != 1 || !strings.HasPrefix(spy.said[0], says) {
			t.Errorf("said %q, want %q", spy.said, says)
		}
	}
}

func TestEachProblemIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, says string }{
		{` lang="cs"`, ``, "does not tell its language"}, {`Kam s tím?</title>`, `</title>`, "no title"}, {`<!doctype html>`, ``, "no doctype"},
		{`width=device-width, `, ``, "no viewport"}, {`<h2>`, `<h1>x</h1><h2>`, "2 × h1"}, {`<h2>`, `<h4>`, "skips from h1 to h4"}, {`<h2>Hledání`, `<h2>`, "an empty heading"},
		{`<main id="main">`, `<div id="main">`, "0 × main"}, {`id="hint"`, `id="q"`, `the id "q" stands 2 times`}, {`id="hint"`, `id="other"`, `aria-describedby="hint" points at nothing`},
		{`href="#main"`, `href="#obsah"`, "a link to #obsah"}, {`<p id`, `<p style="color:red" id`, "an inline style"}, {`</head>`, `<style>a{}</style></head>`, "an inline style sheet"},
		{`<script src="/app.js">`, `<script>alert(1)`, "an inline script"}, {`<button>`, `<button onclick="x()">`, "an inline handler onclick"}, {`<button>`, `<button hx-on:click="x()">`, "an inline handler hx-on:click"},
		{`href="https://x.cz"`, `href=" JavaScript:x()"`, "an address that runs code"}, {`<button>`, `<button tabindex="5">`, "jumps the queue"}, {` rel="noopener"`, ``, "without rel=noopener"},
		{`<label for="q">Co potřebujete?</label>`, ``, "a field without a label"}, {`Obec <select`, `<select`, "a field without a label"}, {` aria-label="Příloha"`, ``, "a field without a label"},
		{` value="Poslat"`, ``, "a button without a name"}, {`name="q" `, ``, "a field without a name"}, {`<legend>Ano, nebo ne</legend>`, ``, "without a legend"},
		{`method="get"`, ``, "without a method"}, {`action="/a"`, ``, "without an action"}, {`<button>Najít</button>`, ``, "a form without a button"}, {`<button>Najít`, `<button type="button">Najít`, "a form without a button"},
		{` enctype="multipart/form-data"`, ``, "no enctype"}, {` alt=""`, ``, "a picture without alt"}, {`alt="Mapa"`, `alt=""`, "a a without a name"}, {`<button>Najít`, `<button>`, "a button without a name"},
		{` href="https://x.cz" target="_blank"`, ` target="_blank"`, "leads nowhere"}, {` aria-hidden="true"`, ``, "neither named nor hidden"}, {`<th>Úřad</th>`, `<td>Úřad</td>`, "a table without headings"},
		{`<ul>`, `<ul><div>x</div>`, "a list that holds something else"},
	} {
		broken := strings.Replace(sound, c.from, c.to, 1)
		if broken == sound {
			t.Errorf("%q is not in the page", c.from)
		}
		if c.from == `<main id="main">` {
			broken = strings.Replace(broken, "</main>", "</div>", 1)
		}
		spy := &fake{TB: t}
		Parse(spy, strings.NewReader(broken)).Sound()
		if got := strings.Join(spy.said, "; "); !strings.Contains(got, c.says) {
			t.Errorf("%q → %q: said %q, want %q", c.from, c.to, got, c.says)
		}
	}
	spy := &fake{TB: t}
	Parse(spy, strings.NewReader(strings.Replace(sound, `<fieldset><legend>Ano, nebo ne</legend>`, ``, 1))).Sound()
	if len(spy.said) != 1 || !strings.HasPrefix(spy.said[0], "a radio button outside a group") {
		t.Errorf("%q", spy.said)
	}
}

func TestFragmentsMayBeRows(t *testing.T) {
	t.Parallel()
	d := ParseFragment(t, strings.NewReader(`<tr id="a"><td>Jedna</td><td><a href="/1" aria-describedby="elsewhere">Otevřít</a></td></tr><tr id="b"><td>Dvě</td></tr>`))
	d.Sound().Count("tr", 2).Text("#b td", "Dvě")
	spy := &fake{TB: t}
	ParseFragment(spy, strings.NewReader(`<tr style="x"><td><input name="a"></td></tr>`)).Sound()
	if len(spy.said) != 2 {
		t.Errorf("said %q", spy.said)
	}
}
