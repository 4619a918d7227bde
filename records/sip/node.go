package sip

import (
	"bytes"
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// Limits of one XML file; what is larger is refused, not read.
const (
	maxXML   = 32 << 20
	maxDepth = 200
	maxNodes = 1_000_000
	maxAttrs = 128
)

const (
	nsXSI   = "http://www.w3.org/2001/XMLSchema-instance"
	nsXLink = "http://www.w3.org/1999/xlink"
	nsMETS  = "http://www.loc.gov/METS/"
	nsXML   = "http://www.w3.org/XML/1998/namespace"
)

// node is an element of a read XML file.
type node struct {
	space, name string
	attrs       []xml.Attr
	text        string // character data of the element itself, joined
	kids        []*node
	parent      *node
	line        int
	number      int // order in the file
}

// xmlFault is a sentence for a reader of the report, with the line where reading stopped.
type xmlFault struct {
	text string
	line int
}

func (f *xmlFault) Error() string { return f.text }

// readXML reads a whole file into a tree. Faults are *xmlFault; document types, and with them entities, are refused.
func readXML(data []byte) (*node, error) {
	if len(data) > maxXML {
		return nil, &xmlFault{fmt.Sprintf("soubor je větší než %d MB", maxXML>>20), 0}
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = charset.NewReaderLabel
	var root, at *node
	depth, count := 0, 0
	texts := make([]strings.Builder, maxDepth+1)                   // of the open elements; strings joined one by one would cost the square
	names, spaces := map[string]string{}, map[string]int{nsXML: 1} // spaces are those declared around the place
	fail := func(format string, a ...any) (*node, error) {
		line, _ := d.InputPos()
		return nil, &xmlFault{fmt.Sprintf(format, a...), line}
	}
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil && at == nil:
			return root, nil
		case errors.Is(err, io.EOF):
			return fail("soubor končí předčasně")
		case err != nil:
			return fail("čtení XML selhalo: %v", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth, count = depth+1, count+1
			switch {
			case at == nil && root != nil:
				return fail("soubor má více než jeden kořenový element")
			case depth > maxDepth:
				return fail("elementy jsou zanořeny hlouběji než %d úrovní", maxDepth)
			case count > maxNodes:
				return fail("soubor má více než %d elementů", maxNodes)
			case len(t.Attr) > maxAttrs:
				return fail("element %s má více než %d atributů", t.Name.Local, maxAttrs)
			}
			line, _ := d.InputPos()
			n := &node{space: intern(names, t.Name.Space), name: intern(names, t.Name.Local), attrs: t.Attr, parent: at, line: line, number: count}
			if at == nil {
				root = n
			} else {
				at.kids = append(at.kids, n)
			}
			n.declare(spaces, 1)
			if bad := n.namespaceFault(spaces); bad != "" {
				return fail("%s", bad)
			}
			at = n
			texts[depth].Reset()
		case xml.EndElement:
			at.text = texts[depth].String()
			at.declare(spaces, -1)
			depth--
			at = at.parent
		case xml.CharData:
			switch {
			case at != nil && (texts[depth].Len() > 0 || len(bytes.TrimSpace(t)) > 0):
				texts[depth].Write(t)
			case at == nil && len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff")))) > 0:
				return fail("mimo kořenový element je text")
			}
		case xml.Directive:
			return fail("soubor obsahuje deklaraci <!%.20s…>; typ dokumentu ani entity se nepřijímají", t)
		}
	}
}

func intern(names map[string]string, s string) string {
	if v, ok := names[s]; ok {
		return v
	}
	names[s] = s
	return s
}

// namespaceFault finds what the standard decoder lets pass: repeated attributes and prefixes nobody declared.
func (n *node) namespaceFault(spaces map[string]int) string {
	seen := make(map[xml.Name]bool, len(n.attrs))
	for _, a := range n.attrs {
		if seen[a.Name] {
			return fmt.Sprintf("element %s má atribut %s dvakrát", n.name, a.Name.Local)
		}
		seen[a.Name] = true
		if s := a.Name.Space; s != "" && s != "xmlns" && spaces[s] == 0 {
			return fmt.Sprintf("předpona %s atributu %s není deklarována", s, a.Name.Local)
		}
	}
	if n.space != "" && spaces[n.space] == 0 {
		return fmt.Sprintf("předpona %s elementu %s není deklarována", n.space, n.name)
	}
	return ""
}

// declare counts the namespaces an element declares in, or out at its end.
func (n *node) declare(spaces map[string]int, by int) {
	for _, a := range n.attrs {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			spaces[a.Value] += by
		}
	}
}

// attr is the value of an attribute without a namespace, "" when it is missing.
func (n *node) attr(name string) string { v, _ := n.attrNS("", name); return v }

// has says whether the attribute is there, even empty.
func (n *node) has(name string) bool { _, ok := n.attrNS("", name); return ok }

func (n *node) attrNS(space, name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space == space {
			return a.Value, true
		}
	}
	return "", false
}

// val is the element's text without the blanks around it; "" of a missing element.
func (n *node) val() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.text)
}

// kid is the first child reached by the path of local names; nil when there is none.
func (n *node) kid(path ...string) *node {
	for _, name := range path {
		var next *node
		if n != nil {
			for _, k := range n.kids {
				if k.name == name {
					next = k
					break
				}
			}
		}
		n = next
	}
	return n
}

// list is all children of these names, in order.
func (n *node) list(names ...string) []*node {
	var out []*node
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if among(k.name, names...) {
			out = append(out, k)
		}
	}
	return out
}

// all is all descendants of these names, in the order of the file.
func (n *node) all(names ...string) []*node {
	var out []*node
	n.walk(func(k *node) {
		if k != n && among(k.name, names...) {
			out = append(out, k)
		}
	})
	return out
}

func (n *node) walk(f func(*node)) {
	if n == nil {
		return
	}
	f(n)
	for _, k := range n.kids {
		k.walk(f)
	}
}

// above is the nearest ancestor of one of these names.
func (n *node) above(names ...string) *node {
	for p := n.parent; p != nil; p = p.parent {
		if among(p.name, names...) {
			return p
		}
	}
	return nil
}

// place is the way from the root, positions counted from 1 where the parent has more of the name.
func (n *node) place() string {
	var parts []string
	for ; n != nil; n = n.parent {
		step := n.name
		if n.parent != nil && len(n.parent.kids) <= most*most { // in a longer list the line says more
			i, count := 0, 0
			for _, k := range n.parent.kids {
				if k.name == n.name {
					if count++; k == n {
						i = count
					}
				}
			}
			if count > 1 {
				step = fmt.Sprintf("%s[%d]", step, i)
			}
		}
		parts = append(parts, step)
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString("/" + parts[i])
	}
	return b.String()
}

func among(s string, names ...string) bool {
	for _, n := range names {
		if s == n {
			return true
		}
	}
	return false
}

// digest stands for the content of an element and of all that is in it.
type digest [sha256.Size]byte

// sum computes the digest of an element without what may differ between two copies of the same thing: ID, namespaces, blanks
// and the names of attributes given in skip. Sums of all elements inside are kept when into is not nil.
func (n *node) sum(into map[*node]digest, skip ...string) digest {
	h := sha256.New()
	attrs := make([]string, 0, len(n.attrs))
	for _, a := range n.attrs {
		if a.Name.Local != "ID" && a.Name.Space != nsXSI && a.Name.Space != "xmlns" && !among(a.Name.Local, skip...) {
			attrs = append(attrs, a.Name.Local+"\x00"+a.Value)
		}
	}
	slices.Sort(attrs)
	const end = "\x00\x00" // never in XML
	_, _ = io.WriteString(h, n.name+end+strings.Join(attrs, "\x00")+end+n.val()+end)
	for _, k := range n.kids {
		d := k.sum(into)
		h.Write(d[:])
	}
	d := digest(h.Sum(nil))
	if into != nil {
		into[n] = d
	}
	return d
}
