// Package htmlcheck asserts things about pages by selector instead of by searching text, and checks what every page of
// the house must hold to (accessibility basics and the strict content security policy).
package htmlcheck

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Doc is a parsed page or fragment. Its methods report to the test and return the Doc, so that they chain.
type Doc struct {
	t    testing.TB
	root *goquery.Selection
	page bool
}

// Parse reads a whole page.
func Parse(t testing.TB, body io.Reader) *Doc {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(body)
	if err != nil {
		t.Fatalf("page: %v", err)
	}
	return &Doc{t, d.Selection, true}
}

// ParseFragment reads what a page swaps in; it may be anything, rows of a table too.
func ParseFragment(t testing.TB, body io.Reader) *Doc {
	t.Helper()
	nodes, err := html.ParseFragment(body, &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template})
	if err != nil {
		t.Fatalf("fragment: %v", err)
	}
	root := &html.Node{Type: html.DocumentNode}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return &Doc{t, goquery.NewDocumentFromNode(root).Selection, false}
}

// Find gives what a selector matches, for what the other methods do not cover.
func (d *Doc) Find(sel string) *goquery.Selection { return d.root.Find(sel) }

// In narrows the Doc to the first match of a selector.
func (d *Doc) In(sel string) *Doc {
	d.t.Helper()
	found := d.root.Find(sel).First()
	if found.Length() == 0 {
		d.t.Errorf("no %s", sel)
	}
	return &Doc{d.t, found, false}
}

// Has asserts that each selector matches something.
func (d *Doc) Has(sels ...string) *Doc {
	d.t.Helper()
	for _, sel := range sels {
		if d.root.Find(sel).Length() == 0 {
			d.t.Errorf("no %s", sel)
		}
	}
	return d
}

// Hasnt asserts that no selector matches anything.
func (d *Doc) Hasnt(sels ...string) *Doc {
	d.t.Helper()
	for _, sel := range sels {
		if found := d.root.Find(sel); found.Length() != 0 {
			d.t.Errorf("unwanted %s: %s", sel, brief(found))
		}
	}
	return d
}

// Count asserts how many elements match.
func (d *Doc) Count(sel string, want int) *Doc {
	d.t.Helper()
	if got := d.root.Find(sel).Length(); got != want {
		d.t.Errorf("%d × %s, want %d", got, sel, want)
	}
	return d
}

// Text asserts the whole text of the first match; runs of spaces count as one.
func (d *Doc) Text(sel, want string) *Doc {
	d.t.Helper()
	if got, ok := d.text(sel); ok && got != want {
		d.t.Errorf("%s says %q, want %q", sel, got, want)
	}
	return d
}

// Says asserts that the text of some match contains each part.
func (d *Doc) Says(sel string, parts ...string) *Doc {
	d.t.Helper()
	all := d.root.Find(sel).Map(func(_ int, s *goquery.Selection) string { return squeeze(s.Text()) })
	for _, part := range parts {
		if !slices.ContainsFunc(all, func(text string) bool { return strings.Contains(text, part) }) {
			d.t.Errorf("%s nowhere says %q but %q", sel, part, all)
		}
	}
	return d
}

func (d *Doc) text(sel string) (string, bool) {
	d.t.Helper()
	found := d.root.Find(sel).First()
	if found.Length() == 0 {
		d.t.Errorf("no %s", sel)
		return "", false
	}
	return squeeze(found.Text()), true
}

// Attr asserts an attribute of the first match.
func (d *Doc) Attr(sel, name, want string) *Doc {
	d.t.Helper()
	found := d.root.Find(sel).First()
	switch got, has := found.Attr(name); {
	case found.Length() == 0:
		d.t.Errorf("no %s", sel)
	case !has:
		d.t.Errorf("%s has no %s: %s", sel, name, brief(found))
	case got != want:
		d.t.Errorf("%s has %s=%q, want %q", sel, name, got, want)
	}
	return d
}

// Value returns an attribute of the first match for use in the next request; it fails the test when it is not there.
func (d *Doc) Value(sel, name string) string {
	d.t.Helper()
	v, ok := d.root.Find(sel).First().Attr(name)
	if !ok {
		d.t.Fatalf("no %s with %s", sel, name)
	}
	return v
}

// Sound asserts what every page, or every fragment, must hold to.
func (d *Doc) Sound() *Doc {
	d.t.Helper()
	for _, p := range Problems(d.root, d.page) {
		d.t.Error(p)
	}
	return d
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// brief shows an element in a message.
func brief(s *goquery.Selection) string {
	out, _ := goquery.OuterHtml(s.First())
	out = squeeze(out)
	if len(out) > 160 {
		out = strings.ToValidUTF8(out[:160], "") + "…"
	}
	return out
}
