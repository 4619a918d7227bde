package scheme

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"epom/internal/errs"
	"epom/internal/fold"
)

// maxPlan bounds a file with a plan, in bytes.
const maxPlan = 8 << 20

// Read reads a plan from a file of any kind known: NSESSS XML, CSV and other tables, JSON of SpisUm; name only helps to tell.
// What is wrong with the file or the plan is an Invalid error whose fields say it by lines.
func Read(name string, r io.Reader) (*Plan, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPlan+1))
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
	}
	if len(data) > maxPlan {
		return nil, errs.Fields(errs.Field{Name: "file", Message: "Soubor je větší než 8 MB; spisový plán tak velký není."})
	}
	data = text(data)
	var p *Plan
	var bad []Problem
	switch head := bytes.TrimSpace(data); {
	case len(head) == 0:
		bad = []Problem{{Text: "soubor je prázdný"}}
	case head[0] == '<':
		p, bad = readXML(data)
	case head[0] == '[' || head[0] == '{':
		p, bad = readJSON(data)
	default:
		p, bad = readTable(data)
	}
	if len(bad) == 0 {
		if p.Source == "" {
			p.Source = "soubor " + path.Base(strings.ReplaceAll(name, `\`, "/"))
		}
		bad = p.Arrange()
	}
	return p, Problems(bad)
}

// text gives UTF-8 without a byte order mark; older programs write Windows-1250.
func text(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		if t, err := charmap.Windows1250.NewDecoder().Bytes(data); err == nil {
			return t
		}
	}
	return data
}

// columns by the names they go under, without diacritics.
var columns = map[string][]string{
	"code": {"spisovy znak", "znak", "plne urceny spisovy znak", "kod"}, "parent": {"nadrazena skupina", "nadrazena", "nadrazeny znak", "materska skupina"},
	"name": {"nazev", "heslo", "vecna skupina", "nazev skupiny"}, "sign": {"skartacni znak", "skart. znak"}, "years": {"skartacni lhuta", "lhuta", "lhuta v letech"},
	"rule": {"skart.", "skartacni znak a lhuta", "skartacni rezim", "znak/lhuta"}, "trigger": {"spousteci udalost", "udalost"}, "check": {"kontrola po letech"},
	"why": {"oduvodneni"}, "note": {"poznamka", "komentar"}, "typed": {"typove spisy"}, "keeping": {"zpusob vedeni"}, "standing": {"trvaly skartacni souhlas"},
}

// Header is the first row of a table that Write makes, and so the layout that is offered.
var Header = []string{"spisový znak", "nadřazená skupina", "název", "skartační znak", "skartační lhůta", "spouštěcí událost", "kontrola po letech", "odůvodnění", "poznámka",
	"typové spisy", "způsob vedení", "trvalý skartační souhlas"}

// readTable reads a table with a head: CSV by semicolons, commas or tabs, or a table of lines with bars; text around such a one is
// passed over.
func readTable(data []byte) (*Plan, []Problem) {
	p := &Plan{}
	rows, bad := tableRows(string(data))
	if len(bad) > 0 {
		return nil, bad
	}
	where := map[string]int{}
	if len(rows) > 0 {
		where = head(rows[0].cells)
	}
	if _, ok := where["code"]; !ok {
		return nil, []Problem{{1, "první řádek tabulky musí pojmenovat sloupce, aspoň „spisový znak“ a „název“"}}
	}
	if _, ok := where["name"]; !ok {
		return nil, []Problem{{rows[0].line, "tabulka nemá sloupec „název“"}}
	}
	for _, r := range rows[1:] {
		get := func(column string) string {
			if i, ok := where[column]; ok && i < len(r.cells) {
				return strings.TrimSpace(r.cells[i])
			}
			return ""
		}
		if strings.Trim(strings.Join(r.cells, ""), "-: ") == "" {
			continue
		}
		g := Group{Line: r.line, Code: get("code"), Parent: get("parent"), Name: get("name"), Justification: get("why"), Note: get("note"),
			Typed: yes(get("typed")), Keeping: get("keeping"), Standing: yes(get("standing"))}
		_, g.HasParent = where["parent"]
		bad = append(bad, g.readRule(get)...)
		p.Groups = append(p.Groups, g)
	}
	return p, bad
}

func (g *Group) readRule(get func(string) string) (bad []Problem) {
	say := func(format string, args ...any) { bad = append(bad, Problem{g.Line, fmt.Sprintf(format, args...)}) }
	number := func(column, what string) int {
		s := get(column)
		if s == "" {
			return 0
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 999 {
			say("%s %.20q není celé číslo od 0 do 999", what, s)
		}
		return n
	}
	g.Sign, g.Years, g.CheckYears = strings.ToUpper(get("sign")), number("years", "skartační lhůta"), number("check", "kontrola po letech")
	if both := get("rule"); both != "" {
		var ok bool
		if g.Sign, g.Years, ok = rule(both); !ok {
			say("skartační režim %.20q není jako A/5", both)
		}
	}
	if g.Sign != "" && get("rule") == "" && get("years") == "" {
		say("skupina %s má znak %s a chybí jí lhůta", g.Code, g.Sign)
	}
	if g.Sign == "" && get("years") != "" {
		say("skupina %s má lhůtu a chybí jí znak", g.Code)
	}
	event, known := trigger(get("trigger"))
	if g.Sign != "" {
		g.Trigger = event
	}
	if !known {
		g.Note = strings.TrimSpace(g.Note + " Spouštěcí událost: " + get("trigger") + ".")
	}
	if g.Keeping != "" && g.Keeping != "Priorace" && g.Keeping != "SbernyArch" {
		say("způsob vedení je Priorace, nebo SbernyArch, ne %.20q", g.Keeping)
	}
	return bad
}

func yes(s string) bool { s = strings.ToLower(s); return s == "ano" || s == "1" || s == "x" }

func head(cells []string) map[string]int {
	where := map[string]int{}
	for i, c := range cells {
		c = fold.Text(strings.TrimSpace(c))
		for column, names := range columns {
			for _, n := range names {
				if _, taken := where[column]; c == n && !taken {
					where[column] = i
				}
			}
		}
	}
	return where
}

type tableRow struct {
	line  int
	cells []string
}

func tableRows(s string) (rows []tableRow, bad []Problem) {
	if strings.Contains("\n"+s, "\n|") { // a table drawn with bars
		for i, line := range strings.Split(s, "\n") {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "|") {
				rows = append(rows, tableRow{i + 1, strings.Split(strings.Trim(line, "|"), "|")})
			}
		}
		return rows, nil
	}
	first, _, _ := strings.Cut(s, "\n")
	r := csv.NewReader(strings.NewReader(s))
	r.FieldsPerRecord, r.LazyQuotes = -1, false
	r.Comma = ','
	for _, d := range []rune{';', '\t'} {
		if strings.ContainsRune(first, d) {
			r.Comma = d
			break
		}
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			line := 0
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				line = pe.Line
			}
			return nil, []Problem{{line, "tabulku nejde přečíst: uvozovky nejsou v páru"}}
		}
		line, _ := r.FieldPos(0)
		rows = append(rows, tableRow{line, cells})
	}
}

// WriteCSV writes a plan as a table that Read reads back the same; it opens in spreadsheets with Czech settings.
func WriteCSV(w io.Writer, p *Plan) error {
	if _, err := io.WriteString(w, "\xef\xbb\xbf"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	_ = out.Write(Header)
	for _, g := range p.Groups {
		years, check := "", ""
		if g.Sign != "" {
			years = strconv.Itoa(g.Years)
		}
		if g.CheckYears > 0 {
			check = strconv.Itoa(g.CheckYears)
		}
		_ = out.Write([]string{g.Code, g.Parent, g.Name, g.Sign, years, TriggerWords[g.Trigger], check, g.Justification, g.Note, word(g.Typed), g.Keeping, word(g.Standing)})
	}
	out.Flush()
	return out.Error()
}

func word(b bool) string {
	if b {
		return "ano"
	}
	return ""
}

// readJSON reads the plan of SpisUm: [{Name, Items: [{FileMark, ParentFileMark, SubjectGroup, RetentionMark, Period}]}].
func readJSON(data []byte) (*Plan, []Problem) {
	var plans []struct {
		Name  string
		Items []struct {
			FileMark, ParentFileMark, SubjectGroup, RetentionMark string
			Period, TriggerActionId                               *int
		}
	}
	if data = bytes.TrimSpace(data); data[0] == '{' {
		data = append(append([]byte{'['}, data...), ']')
	}
	if err := json.Unmarshal(data, &plans); err != nil {
		line := 0
		var se *json.SyntaxError
		if errors.As(err, &se) {
			line = bytes.Count(data[:min(int(se.Offset), len(data))], []byte("\n")) + 1
		}
		return nil, []Problem{{line, "soubor není platný JSON spisového plánu"}}
	}
	if len(plans) != 1 {
		return nil, []Problem{{Text: fmt.Sprintf("v souboru je %d plánů; může být jeden", len(plans))}}
	}
	p := &Plan{Name: plans[0].Name}
	for _, it := range plans[0].Items {
		g := Group{Code: it.FileMark, Parent: it.ParentFileMark, Name: strings.TrimRight(it.SubjectGroup, ": "), Sign: it.RetentionMark}
		if it.Period != nil {
			g.Years = *it.Period
		}
		if it.TriggerActionId != nil { // a code list of that system which the file does not carry
			g.Trigger, g.Note = "external", fmt.Sprintf("Spouštěcí událost č. %d původního systému.", *it.TriggerActionId)
		}
		if g.Sign == "" {
			g.Trigger = ""
		}
		p.Groups = append(p.Groups, g)
	}
	return p, nil
}
