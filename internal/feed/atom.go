package feed

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"time"
)

// AtomType is the content type of a feed.
const AtomType = "application/atom+xml; charset=utf-8"

// Person is an author: an office or a human. Only the name is needed.
type Person struct {
	Name  string `xml:"name"`
	URI   string `xml:"uri,omitempty"`
	Email string `xml:"email,omitempty"`
}

// Link leads from a feed or an entry. Rel is self, alternate or enclosure, for pages of a feed (RFC 5005) first, previous,
// next or last, or any other registered relation. Length is in bytes, 0 = unknown.
type Link struct {
	Rel    string `xml:"rel,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Lang   string `xml:"hreflang,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
}

// Category sorts an entry: Term for programs, Label for people, Scheme the list the term is of.
type Category struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// Atom is a feed, newest entries first.
type Atom struct {
	ID       string // absolute IRI that never changes, see Tag
	Title    string
	Subtitle string
	Lang     string    // of the texts, "cs"
	Updated  time.Time // last change of anything in it
	Author   Person    // of the entries that have none
	Links    []Link    // self and alternate ought to be there
	Entries  []Entry
}

// Entry is one item. Texts are plain but for Content when ContentHTML is set: then it is HTML the caller trusts.
type Entry struct {
	ID, Title   string
	Summary     string
	Content     string
	ContentHTML bool
	Published   time.Time // zero = not said
	Updated     time.Time
	Author      *Person // nil = the feed's
	Categories  []Category
	Links       []Link // without Content there must be an alternate
}

// Write sends the feed as XML. A feed that readers could not use is an error before anything is sent: an identifier that is
// no IRI or stands twice, a missing title, author or time of change, an entry with neither content nor a link to it.
func (f Atom) Write(w io.Writer) error {
	out, err := f.wire()
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	return e.Encode(out)
}

// The shapes of the XML.
type (
	wireText struct {
		Type string `xml:"type,attr,omitempty"`
		Text string `xml:",chardata"`
	}
	wireFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang     string      `xml:"xml:lang,attr,omitempty"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Subtitle string      `xml:"subtitle,omitempty"`
		Updated  string      `xml:"updated"`
		Author   *Person     `xml:"author"`
		Links    []Link      `xml:"link"`
		Entries  []wireEntry `xml:"entry"`
	}
	wireEntry struct {
		ID         string     `xml:"id"`
		Title      string     `xml:"title"`
		Published  string     `xml:"published,omitempty"`
		Updated    string     `xml:"updated"`
		Author     *Person    `xml:"author"`
		Categories []Category `xml:"category"`
		Links      []Link     `xml:"link"`
		Summary    string     `xml:"summary,omitempty"`
		Content    *wireText  `xml:"content"`
	}
)

func (f Atom) wire() (*wireFeed, error) {
	head, err := common(f.ID, f.Title, f.Updated)
	if err != nil {
		return nil, err
	}
	out := &wireFeed{ID: f.ID, Title: head, Subtitle: line(f.Subtitle), Lang: line(f.Lang), Updated: stamp(f.Updated)}
	if out.Author = person(&f.Author); out.Author.Name == "" {
		return nil, errors.New("the author has no name")
	}
	if out.Links, err = links(f.Links); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, e := range f.Entries {
		entry, err := e.wire()
		if err == nil && seen[e.ID] {
			err = errors.New("its identifier stands twice")
		}
		if err != nil {
			return nil, fmt.Errorf("entry %q: %w", e.ID, err)
		}
		seen[e.ID] = true
		out.Entries = append(out.Entries, entry)
	}
	return out, nil
}

func (e Entry) wire() (wireEntry, error) {
	head, err := common(e.ID, e.Title, e.Updated)
	if err != nil {
		return wireEntry{}, err
	}
	out := wireEntry{ID: e.ID, Title: head, Updated: stamp(e.Updated), Author: person(e.Author), Summary: text(e.Summary)}
	if !e.Published.IsZero() {
		out.Published = stamp(e.Published)
	}
	if out.Author != nil && out.Author.Name == "" {
		return wireEntry{}, errors.New("the author has no name")
	}
	if out.Links, err = links(e.Links); err != nil {
		return wireEntry{}, err
	}
	for _, c := range e.Categories {
		out.Categories = append(out.Categories, Category{line(c.Term), line(c.Scheme), line(c.Label)})
	}
	alternate := false
	for _, l := range out.Links {
		alternate = alternate || l.Rel == "alternate" || l.Rel == ""
	}
	switch {
	case e.Content != "" && e.ContentHTML:
		out.Content = &wireText{"html", text(e.Content)}
	case e.Content != "":
		out.Content = &wireText{"", text(e.Content)}
	case !alternate:
		return wireEntry{}, errors.New("neither content nor an alternate link")
	}
	return out, nil
}

// common checks what feeds and entries share and returns the title.
func common(id, title string, updated time.Time) (string, error) {
	title = line(title)
	switch {
	case !iri(id):
		return "", errors.New("the identifier is no IRI")
	case title == "":
		return "", errors.New("no title")
	case updated.IsZero():
		return "", errors.New("no time of change")
	}
	return title, nil
}

func person(p *Person) *Person {
	if p == nil {
		return nil
	}
	return &Person{line(p.Name), line(p.URI), line(p.Email)}
}

func links(all []Link) ([]Link, error) {
	out := make([]Link, len(all))
	for i, l := range all {
		out[i] = Link{line(l.Rel), line(l.Href), line(l.Type), line(l.Lang), line(l.Title), l.Length}
		if out[i].Href == "" {
			return nil, fmt.Errorf("a link %q leads nowhere", l.Rel)
		}
	}
	return out, nil
}

// stamp is an instant in whole seconds (RFC 3339).
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
