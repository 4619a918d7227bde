package notation

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"epom/internal/fold"
)

// node is a line with what stands below it.
type node struct {
	line, column int
	text         string   // without the indent
	more         []string // continued lines, without bars
	kids         []*node
}

// reader gathers faults while it makes a definition of nodes.
type reader struct{ faults []Fault }

func (r *reader) fault(line, column int, format string, args ...any) {
	if len(r.faults) < maxFault {
		r.faults = append(r.faults, Fault{line, column, fmt.Sprintf(format, args...)})
	}
}

func (r *reader) at(n *node, format string, args ...any) { r.fault(n.line, n.column, format, args...) }

// lines puts the lines of a text into a tree by their indent; nil when the text cannot be one of a form at all.
func (r *reader) lines(text string) *node {
	text = strings.TrimPrefix(text, "\ufeff")
	switch {
	case len(text) > maxBytes:
		r.fault(1, 1, "Zápis je delší než %d MB. Rozdělte formulář na víc formulářů.", maxBytes/1_000_000)
		return nil
	case strings.Count(text, "\n") > maxLines:
		r.fault(maxLines, 1, "Zápis má víc než %d řádků. Rozdělte formulář na víc formulářů.", maxLines)
		return nil
	case !utf8.ValidString(text):
		good := strings.ToValidUTF8(text, "\x00")
		line := 1 + strings.Count(good[:strings.IndexByte(good, 0)], "\n")
		r.fault(line, 1, "Soubor není v kódování UTF-8. Uložte ho znovu jako UTF-8.")
		return nil
	}
	root := &node{}
	open := []*node{root} // the last node of each depth
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		body := strings.TrimLeft(line, " ")
		if strings.TrimSpace(body) == "" {
			continue
		}
		indent := len(line) - len(body)
		if body[0] == '\t' {
			r.fault(i+1, indent+1, "Odsazujte mezerami, ne tabulátorem: dvě mezery na každou úroveň.")
			continue
		}
		if indent%2 != 0 {
			r.fault(i+1, 1, "Odsazení musí být o násobek dvou mezer.")
			continue
		}
		depth := indent / 2
		if depth >= maxDepth {
			r.fault(i+1, 1, "Zápis je zanořený víc než %d úrovní.", maxDepth)
			continue
		}
		if depth > len(open)-1 {
			r.fault(i+1, indent+1, "Řádek je odsazený víc, než kam patří: nad ním chybí řádek o dvě mezery blíž.")
			continue
		}
		parent := open[depth]
		if body[0] == '|' {
			if depth == 0 {
				r.fault(i+1, 1, "Pokračování hodnoty po svislítku patří pod řádek, který pokračuje, o dvě mezery dál.")
			} else {
				parent.more = append(parent.more, strings.TrimPrefix(body[1:], " "))
			}
			continue
		}
		n := &node{line: i + 1, column: indent + 1, text: strings.TrimRight(body, " ")}
		parent.kids = append(parent.kids, n)
		open = append(open[:depth+1], n)
	}
	return root
}

// key parts a line into the words before the colon and the value after it.
func (n *node) key() (key, value string, ok bool) {
	key, value, ok = strings.Cut(n.text, ":")
	return strings.TrimSpace(key), strings.TrimPrefix(value, " "), ok
}

// value is what a node says after its key: plain, continued, or a JSON string.
func (r *reader) value(n *node, raw string) string {
	if strings.HasPrefix(raw, `"`) && !bare(raw) {
		var s string
		if err := json.Unmarshal([]byte(raw), &s); err != nil {
			r.at(n, "Hodnota v uvozovkách není dobře zapsaná: na konci chybí uvozovka, nebo je uvnitř uvozovka bez zpětného lomítka.")
			return ""
		}
		raw = s
	}
	if len(n.more) == 0 {
		return raw
	}
	return raw + "\n" + strings.Join(n.more, "\n")
}

// bare tells whether a text that begins with a quotation mark goes on after the closing one: an expression like
// "Závada – " + misto.text is no JSON string and means itself.
func bare(raw string) bool {
	d := json.NewDecoder(strings.NewReader(raw))
	var s string
	if d.Decode(&s) != nil {
		return false
	}
	return strings.TrimSpace(raw[d.InputOffset():]) != ""
}

// same compares words of the notation as people type them in a hurry.
func same(a, b string) bool { return a == b || fold.Text(a) == fold.Text(b) }

// plainValue tells whether a text can stand as it is and be read back the same.
func plainValue(s string) bool {
	lines := strings.Split(s, "\n")
	if s == "" || s[0] == '"' && !bare(lines[0]) || !utf8.ValidString(s) || strings.ContainsRune(s, '\ufeff') {
		return false
	}
	for i, l := range lines {
		if strings.TrimRight(l, " ") != l || i == 0 && (l == "" || l[0] == ' ') {
			return false
		}
		for _, c := range l {
			if c < ' ' || c == 0x7f {
				return false
			}
		}
	}
	return true
}

// quoted is a text as a JSON string on one line.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ToValidUTF8(s, "\uFFFD")) // strings always encode
	return strings.TrimSuffix(b.String(), "\n")
}

// writer writes lines with their indent.
type writer struct{ out strings.Builder }

func (w *writer) line(depth int, s string) {
	for range depth {
		w.out.WriteString("  ")
	}
	w.out.WriteString(strings.TrimRight(s, " "))
	w.out.WriteByte('\n')
}

// put writes "head: value", continued below when the value has more lines.
func (w *writer) put(depth int, head, value string) {
	if !plainValue(value) {
		w.line(depth, head+": "+quoted(value))
		return
	}
	first, rest, more := strings.Cut(value, "\n")
	w.line(depth, head+": "+first)
	for more {
		first, rest, more = strings.Cut(rest, "\n")
		w.line(depth+1, "| "+first)
	}
}

// items writes a list on one line; those that hold a comma are quoted.
func items(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		if out[i] = s; !plainValue(s) || strings.ContainsAny(s, ",\n\"") || strings.TrimSpace(s) != s || s == none {
			out[i] = quoted(s)
		}
	}
	return strings.Join(out, ", ")
}

// none stands for an empty list where the list itself must be there.
const none = "–"

// list reads what items wrote.
func (r *reader) list(n *node, raw string) []string {
	out := []string{}
	for rest := strings.TrimSpace(raw); rest != "" && rest != none; {
		if rest[0] != '"' {
			var one string
			one, rest, _ = strings.Cut(rest, ",")
			if one = strings.TrimSpace(one); one == "" {
				r.at(n, "V seznamu jsou dvě čárky za sebou.")
				return out
			}
			out, rest = append(out, one), strings.TrimSpace(rest)
			continue
		}
		d := json.NewDecoder(strings.NewReader(rest))
		var one string
		if err := d.Decode(&one); err != nil {
			r.at(n, "Položka seznamu v uvozovkách není dobře zapsaná.")
			return out
		}
		out, rest = append(out, one), strings.TrimSpace(rest[d.InputOffset():])
		if rest != "" {
			if rest[0] != ',' {
				r.at(n, "Mezi položkami seznamu chybí čárka.")
				return out
			}
			rest = strings.TrimSpace(rest[1:])
		}
	}
	return out
}
