package territory

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// addressColumns tells whether the columns are the 19 of the official layout, in either of its two wordings (the
// districts of Praha are called "obvod Prahy" or "MOP").
func addressColumns(c []string) bool {
	want := []string{"kod adm", "kod obce", "nazev obce", "kod momc", "nazev momc", "", "", "kod casti obce", "nazev casti obce",
		"kod ulice", "nazev ulice", "typ so", "cislo domovni", "cislo orientacni", "znak cisla orientacniho", "psc", "souradnice y",
		"souradnice x", "plati od"}
	if len(c) != len(want) {
		return false
	}
	for i, w := range want {
		if w != "" && c[i] != w {
			return false
		}
	}
	return c[5] == "kod obvodu prahy" && c[6] == "nazev obvodu prahy" || c[5] == "kod mop" && c[6] == "nazev mop"
}

// addressParser turns lines of the official layout into rows for COPY. It keeps one row a place and hands out numbers
// of places; memory grows with places (130,000 in the country), not with addresses.
type addressParser struct {
	cp1250 bool
	places map[string]int // the bytes of columns 2 to 11 of a line (municipality to street) → number of the place
	rows   bytes.Buffer   // COPY rows of places
	seen   []uint64       // codes met, one bit each
	fields [19][]byte
	muni   int // municipality of the last line
}

// maxCode bounds codes of address points: the register's have eight digits.
const maxCode = 100_000_000

func newAddressParser() *addressParser {
	return &addressParser{places: make(map[string]int, 1<<14), seen: make([]uint64, maxCode/64)}
}

// line appends the COPY row of one line to out: code, place, kind, number, orientation, letter, zip, y, x, valid from.
func (p *addressParser) line(line, out []byte) ([]byte, error) {
	n, from, startPlace, endPlace := 0, 0, 0, 0
	for i := 0; i <= len(line); i++ {
		if i < len(line) && line[i] != ';' {
			continue
		}
		if n == 19 {
			return nil, fmt.Errorf("čekáme 19 sloupců, je jich víc")
		}
		p.fields[n] = line[from:i]
		switch n {
		case 1:
			startPlace = from
		case 10:
			endPlace = i
		}
		n++
		from = i + 1
	}
	if n != 19 {
		return nil, fmt.Errorf("čekáme 19 sloupců, je jich %d; soubor je nejspíš neúplný", n)
	}
	f := &p.fields
	code, ok := wholeNumber(f[0])
	if !ok || code == 0 || code >= maxCode {
		return nil, fmt.Errorf("kód adresního místa „%s“ není platné číslo", p.text(f[0]))
	}
	if p.seen[code/64]&(1<<(code%64)) != 0 {
		return nil, fmt.Errorf("adresní místo %d je v souborech dvakrát", code)
	}
	p.seen[code/64] |= 1 << (code % 64)
	place, err := p.place(line[startPlace:endPlace])
	if err != nil {
		return nil, err
	}
	var kind byte
	switch {
	case bytes.HasSuffix(f[11], []byte("ev.")):
		kind = 'e'
	case bytes.HasSuffix(f[11], []byte("p.")):
		kind = 'p'
	default:
		return nil, fmt.Errorf("typ čísla domu není č.p. ani č.ev., je tam „%s“", p.text(f[11]))
	}
	number, ok := wholeNumber(f[12])
	if !ok {
		return nil, fmt.Errorf("číslo domovní „%s“ není číslo", p.text(f[12]))
	}
	out = append(strconv.AppendInt(out, int64(code), 10), '\t')
	out = append(strconv.AppendInt(out, int64(place), 10), '\t', kind, '\t')
	out = append(strconv.AppendInt(out, int64(number), 10), '\t')
	if out, ok = optionalNumber(out, f[13]); !ok {
		return nil, fmt.Errorf("číslo orientační „%s“ není číslo", p.text(f[13]))
	}
	out = append(escape(out, []byte(p.text(f[14]))), '\t')
	zip, ok := wholeNumber(f[15])
	if len(f[15]) > 0 && (!ok || len(f[15]) != 5) {
		return nil, fmt.Errorf("PSČ „%s“ nemá pět číslic", p.text(f[15]))
	}
	out = append(strconv.AppendInt(out, int64(zip), 10), '\t')
	for _, c := range [...]int{16, 17} {
		if out, ok = centimetres(out, f[c]); !ok {
			return nil, fmt.Errorf("souřadnice „%s“ není číslo", p.text(f[c]))
		}
	}
	day := f[18]
	if len(day) != 10 && len(day) != 19 || !isDate(day[:10]) {
		return nil, fmt.Errorf("datum platnosti „%s“ není datum; soubor je nejspíš neúplný", p.text(day))
	}
	return append(append(out, day[:10]...), '\n'), nil
}

// place is the number of the place of a line; a new one is parsed and its COPY row kept.
func (p *addressParser) place(key []byte) (int, error) {
	f := &p.fields
	if n, ok := p.places[string(key)]; ok { // no copy is made for the look
		p.muni, _ = wholeNumber(f[1])
		return n, nil
	}
	muni, ok := wholeNumber(f[1])
	if !ok || muni == 0 {
		return 0, fmt.Errorf("kód obce „%s“ není číslo", p.text(f[1]))
	}
	if len(f[2]) == 0 {
		return 0, fmt.Errorf("chybí název obce")
	}
	row := strconv.AppendInt(nil, int64(len(p.places)+1), 10)
	for c := 1; c <= 10; c++ {
		row = append(row, '\t')
		if c == 2 || c == 4 || c == 6 || c == 8 || c == 10 { // names
			name := p.text(f[c])
			if !utf8.ValidString(name) || strings.ContainsRune(name, utf8.RuneError) {
				return 0, fmt.Errorf("název „%s“ má poškozenou češtinu", name)
			}
			row = escape(row, []byte(name))
			continue
		}
		n, ok := wholeNumber(f[c])
		if !ok && len(f[c]) > 0 {
			return 0, fmt.Errorf("kód „%s“ není číslo", p.text(f[c]))
		}
		row = strconv.AppendInt(row, int64(n), 10)
	}
	p.rows.Write(append(row, '\n'))
	n := len(p.places) + 1
	p.places[string(key)], p.muni = n, muni
	return n, nil
}

// text decodes bytes of a file and takes off quotes around them.
func (p *addressParser) text(b []byte) string {
	s := string(b)
	if p.cp1250 {
		s, _ = charmap.Windows1250.NewDecoder().String(s)
	}
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return strings.TrimSpace(s)
}

func wholeNumber(b []byte) (int, bool) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 1<<30/10 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0
}

func optionalNumber(out, b []byte) ([]byte, bool) {
	if len(b) == 0 {
		return append(out, '\\', 'N', '\t'), true
	}
	n, ok := wholeNumber(b)
	return append(strconv.AppendInt(out, int64(n), 10), '\t'), ok
}

// centimetres writes "674321.5" as 67432150; empty is NULL. The state's plane coordinates may be negative elsewhere.
func centimetres(out, b []byte) ([]byte, bool) {
	if len(b) == 0 {
		return append(out, '\\', 'N', '\t'), true
	}
	metres, rest, _ := bytes.Cut(b, []byte{'.'})
	m, ok := wholeNumber(metres)
	cm := 0
	for i := 0; i < len(rest); i++ {
		if rest[i] < '0' || rest[i] > '9' {
			return out, false
		}
	}
	for i := 0; i < 2; i++ {
		cm *= 10
		if i < len(rest) {
			cm += int(rest[i] - '0')
		}
	}
	if !ok || m > 9_999_999 {
		return out, false
	}
	return append(strconv.AppendInt(out, int64(m)*100+int64(cm), 10), '\t'), true
}

func isDate(b []byte) bool {
	for i, c := range b {
		if i == 4 || i == 7 {
			if c != '-' {
				return false
			}
		} else if c < '0' || c > '9' {
			return false
		}
	}
	month, day := (b[5]-'0')*10+b[6]-'0', (b[8]-'0')*10+b[9]-'0'
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// escape writes text for COPY.
func escape(out, b []byte) []byte {
	for _, c := range b {
		switch c {
		case '\\':
			out = append(out, '\\', '\\')
		case '\t':
			out = append(out, '\\', 't')
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		default:
			out = append(out, c)
		}
	}
	return out
}
