package htmlcheck

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Problems lists what is wrong with a page or, when page is false, with a fragment. The rules are the machine-readable
// core of WCAG 2.2 (names, labels, structure), a policy without inline code, and forms that work without JavaScript.
func Problems(root *goquery.Selection, page bool) []string {
	c := &checker{root: root, ids: map[string]int{}}
	root.Find("[id]").Each(func(_ int, s *goquery.Selection) { c.ids[s.AttrOr("id", "")]++ })
	if page {
		c.document()
	}
	c.identifiers(page)
	c.policy()
	c.fields()
	c.forms()
	c.names()
	return c.said
}

type checker struct {
	root *goquery.Selection
	ids  map[string]int
	said []string
}

func (c *checker) say(s *goquery.Selection, format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	if s != nil {
		said += ": " + brief(s)
	}
	c.said = append(c.said, said)
}

// each says the same of every match.
func (c *checker) each(sel, problem string) {
	c.root.Find(sel).Each(func(_ int, s *goquery.Selection) { c.say(s, "%s", problem) })
}

func (c *checker) document() {
	if c.root.Find("html").AttrOr("lang", "") == "" {
		c.say(nil, "the page does not tell its language")
	}
	if squeeze(c.root.Find("head > title").Text()) == "" {
		c.say(nil, "the page has no title")
	}
	if !strings.Contains(c.root.Find("head > meta[name=viewport]").AttrOr("content", ""), "width=device-width") {
		c.say(nil, "the page does not fit phones: no viewport")
	}
	for sel, what := range map[string]string{"h1": "h1", "main": "main"} {
		if n := c.root.Find(sel).Length(); n != 1 {
			c.say(nil, "the page has %d × %s, want one", n, what)
		}
	}
	if c.root.Find("html").Length() > 0 && (c.root.Nodes[0].FirstChild == nil || c.root.Nodes[0].FirstChild.Data != "html" || c.root.Nodes[0].FirstChild.NextSibling == nil) {
		c.say(nil, "the page has no doctype")
	}
	last := 0
	c.root.Find("h1, h2, h3, h4, h5, h6").Each(func(_ int, s *goquery.Selection) {
		level := int(goquery.NodeName(s)[1] - '0')
		if squeeze(s.Text()) == "" {
			c.say(s, "an empty heading")
		}
		if last > 0 && level > last+1 {
			c.say(s, "a heading skips from h%d to h%d", last, level)
		}
		last = level
	})
}

func (c *checker) identifiers(page bool) {
	for id, n := range c.ids {
		if n > 1 {
			c.say(nil, "the id %q stands %d times", id, n)
		}
		if strings.TrimSpace(id) == "" || strings.ContainsAny(id, " \t\n") {
			c.say(nil, "%q is no id", id)
		}
	}
	if !page {
		return // a fragment may refer to the page it comes into
	}
	for _, attr := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "aria-errormessage", "form", "list"} {
		c.root.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if c.ids[id] == 0 {
					c.say(s, "%s=%q points at nothing", attr, id)
				}
			}
		})
	}
	c.root.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); id != "" && id != "top" && c.ids[id] == 0 {
			c.say(s, "a link to #%s, which is not there", id)
		}
	})
}

// policy finds what a content security policy without unsafe-inline stops.
func (c *checker) policy() {
	c.each("[style]", "an inline style")
	c.each("style", "an inline style sheet")
	c.root.Find("script").Each(func(_ int, s *goquery.Selection) {
		kind := s.AttrOr("type", "")
		if s.AttrOr("src", "") == "" && kind != "application/ld+json" && kind != "application/json" {
			c.say(s, "an inline script")
		}
	})
	c.root.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Nodes[0].Attr {
			name, value := strings.ToLower(a.Key), strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(name, "on") || strings.HasPrefix(name, "hx-on") {
				c.say(s, "an inline handler %s", name)
			}
			if (name == "href" || name == "action" || name == "formaction" || name == "src") && strings.HasPrefix(value, "javascript:") {
				c.say(s, "an address that runs code")
			}
			if name == "tabindex" && value != "0" && value != "-1" {
				c.say(s, "a tabindex that jumps the queue")
			}
		}
	})
	c.root.Find(`a[target="_blank"]`).Each(func(_ int, s *goquery.Selection) {
		if !strings.Contains(s.AttrOr("rel", ""), "noopener") {
			c.say(s, "a new window without rel=noopener")
		}
	})
}

// fields finds inputs nobody can name.
func (c *checker) fields() {
	c.root.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		switch kind := s.AttrOr("type", "text"); {
		case kind == "hidden":
			return
		case kind == "submit" || kind == "button" || kind == "reset":
			if s.AttrOr("value", "") == "" {
				c.say(s, "a button without a name")
			}
			return
		case kind == "image":
			if s.AttrOr("alt", "") == "" {
				c.say(s, "a picture button without alt")
			}
			return
		case s.AttrOr("name", "") == "" && s.AttrOr("form", "x") != "":
			c.say(s, "a field without a name: it is sent to nobody")
		}
		if !c.named(s) && !c.labelled(s) {
			c.say(s, "a field without a label")
		}
	})
	c.root.Find("fieldset").Each(func(_ int, s *goquery.Selection) {
		if squeeze(s.ChildrenFiltered("legend").First().Text()) == "" && !c.named(s) {
			c.say(s, "a fieldset without a legend")
		}
	})
	c.root.Find("input[type=radio]").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("fieldset, [role=radiogroup], [role=group]").Length() == 0 {
			c.say(s, "a radio button outside a group")
		}
	})
}

// named tells whether an element has a name by ARIA.
func (c *checker) named(s *goquery.Selection) bool {
	return squeeze(s.AttrOr("aria-label", "")) != "" || squeeze(s.AttrOr("aria-labelledby", "")) != ""
}

func (c *checker) labelled(s *goquery.Selection) bool {
	around := s.Closest("label").Clone()
	around.Find("select, textarea").Remove() // what may be chosen is no name
	if squeeze(around.Text()) != "" {
		return true
	}
	id := s.AttrOr("id", "")
	found := false
	c.root.Find("label[for]").Each(func(_ int, l *goquery.Selection) {
		found = found || id != "" && l.AttrOr("for", "") == id && squeeze(l.Text()) != ""
	})
	return found
}

// forms finds those that would do nothing without JavaScript.
func (c *checker) forms() {
	c.root.Find("form").Each(func(_ int, s *goquery.Selection) {
		if m := strings.ToLower(s.AttrOr("method", "")); m != "get" && m != "post" {
			c.say(s, "a form without a method")
		}
		if s.AttrOr("action", "") == "" {
			c.say(s, "a form without an action")
		}
		id := s.AttrOr("id", "")
		buttons := s.Find("button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]").Length()
		if id != "" {
			buttons += c.root.Find(`button[form="` + id + `"]`).Length()
		}
		if buttons == 0 {
			c.say(s, "a form without a button")
		}
		if s.Find("input[type=file]").Length() > 0 && s.AttrOr("enctype", "") != "multipart/form-data" {
			c.say(s, "a form with a file that sends its name only: no enctype")
		}
		if s.Find("form").Length() > 0 {
			c.say(s, "a form within a form")
		}
	})
}

// names finds pictures, links, buttons and tables that say nothing to those who do not see them.
func (c *checker) names() {
	c.each("img:not([alt])", "a picture without alt")
	c.root.Find("a[href], button").Each(func(_ int, s *goquery.Selection) {
		alt := ""
		s.Find("img[alt], svg[aria-label], [aria-label]").Each(func(_ int, i *goquery.Selection) { alt += i.AttrOr("alt", "") + i.AttrOr("aria-label", "") })
		if squeeze(s.Text()) == "" && squeeze(alt) == "" && !c.named(s) {
			c.say(s, "a %s without a name", goquery.NodeName(s))
		}
	})
	c.each("a:not([href]):not([role])", "a link that leads nowhere")
	c.root.Find("svg").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-hidden", "") != "true" && !c.named(s) && s.ChildrenFiltered("title").Length() == 0 {
			c.say(s, "a drawing neither named nor hidden")
		}
	})
	c.root.Find("table").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("role", "") != "presentation" && s.Find("th").Length() == 0 {
			c.say(s, "a table without headings")
		}
	})
	c.root.Find("ul, ol").Each(func(_ int, s *goquery.Selection) {
		if s.ChildrenFiltered("*:not(li):not(template)").Length() > 0 {
			c.say(s, "a list that holds something else than items")
		}
	})
}
