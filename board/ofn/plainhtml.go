package ofn

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// link is an address in HTML with its words: of <a href>, or of <img src> with picture set.
type link struct {
	address, words string
	picture        bool
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Blockquote: true, atom.Hr: true,
}

// plainHTML is the text of a piece of HTML, a block a line, and the links in it. Scripts and styles are left out.
func plainHTML(piece string) (string, []link) {
	var out strings.Builder
	var links []link
	open := -1 // index of the link whose words are being read
	skip := 0
	z := html.NewTokenizer(strings.NewReader(piece))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return tidy(out.String()), links
		}
		t := z.Token()
		switch kind {
		case html.TextToken:
			if skip > 0 {
				continue
			}
			out.WriteString(strings.NewReplacer("\n", " ", "\u00a0", " ").Replace(t.Data))
			if open >= 0 {
				links[open].words += t.Data
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if kind == html.StartTagToken && (t.DataAtom == atom.Script || t.DataAtom == atom.Style) {
				skip++
			}
			if blocks[t.DataAtom] {
				out.WriteByte('\n')
			}
			for _, a := range t.Attr {
				if t.DataAtom == atom.A && a.Key == "href" {
					links = append(links, link{address: a.Val})
					open = len(links) - 1
				}
				if t.DataAtom == atom.Img && a.Key == "src" {
					links = append(links, link{address: a.Val, picture: true})
				}
			}
		case html.EndTagToken:
			if skip > 0 && (t.DataAtom == atom.Script || t.DataAtom == atom.Style) {
				skip--
			}
			if t.DataAtom == atom.A {
				open = -1
			}
			if blocks[t.DataAtom] {
				out.WriteByte('\n')
			}
		}
	}
}

// tidy joins white space within lines and leaves out empty ones.
func tidy(s string) string {
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// describe gives a notice the text of a piece of HTML; the piece itself is kept, and files linked from it are documents.
func (n *Notice) describe(piece string, o Options) {
	text, links := plainHTML(piece)
	n.Description = Czech(text)
	if piece != text {
		n.keep("popis_html", piece)
	}
	for _, l := range links {
		address := o.resolve(l.address)
		media := fileType(address)
		switch {
		case l.picture:
			n.Attachments = append(n.Attachments, NewDocument(tidy(l.words), address, media))
		case media != "" && media != "text/html":
			n.Documents = append(n.Documents, NewDocument(tidy(l.words), address, media))
		}
	}
}
