package pdffile

import "bytes"

// Value is one PDF value (ISO 32000-1, 7.3) as its bytes stand in the file, so that it can be copied unchanged into an
// update and compared byte by byte. Nil is an absent value.
type Value []byte

// Entry is one entry of a dictionary; At is where its value begins within the dictionary.
type Entry struct {
	Key string
	Val Value
	At  int
}

// depthLimit bounds what is nested in itself; no honest file comes near.
const depthLimit = 64

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

// skipSpace answers where the next token begins; comments count as space.
func skipSpace(b []byte, i int) int {
	for i < len(b) {
		switch {
		case isSpace(b[i]):
			i++
		case b[i] == '%':
			for i < len(b) && b[i] != '\n' && b[i] != '\r' {
				i++
			}
		default:
			return i
		}
	}
	return i
}

func skipWord(b []byte, i int) int {
	for i < len(b) && !isSpace(b[i]) && !isDelimiter(b[i]) {
		i++
	}
	return i
}

// skipValue answers where the value that begins at i ends; when there is none, ^n (which is negative) for the n bytes it
// went over to find out.
func skipValue(b []byte, i, depth int) int {
	if i >= len(b) || depth > depthLimit {
		return ^i
	}
	switch c := b[i]; {
	case c == '<' && i+1 < len(b) && b[i+1] == '<':
		return skipUntil(b, i+2, ">>", depth+1)
	case c == '<':
		for i++; i < len(b); i++ {
			if b[i] == '>' {
				return i + 1
			}
			if !isSpace(b[i]) && hexDigit(b[i]) < 0 {
				return ^i
			}
		}
		return ^i
	case c == '(':
		return skipText(b, i)
	case c == '[':
		return skipUntil(b, i+1, "]", depth+1)
	case c == '/':
		return skipWord(b, i+1)
	}
	end := skipWord(b, i)
	if end == i {
		return ^i
	}
	if _, ok := number(b[i:end]); ok {
		return skipReference(b, end)
	}
	return end
}

// skipUntil goes over values up to a closing bracket.
func skipUntil(b []byte, i int, closing string, depth int) int {
	for {
		i = skipSpace(b, i)
		if bytes.HasPrefix(b[min(i, len(b)):], []byte(closing)) {
			return i + len(closing)
		}
		if i = skipValue(b, i, depth); i < 0 {
			return i
		}
	}
}

// skipReference answers the end of "12 0 R" when the number that ended at i begins one, else i.
func skipReference(b []byte, i int) int {
	from := skipSpace(b, i)
	gen := skipWord(b, from)
	if _, ok := number(b[from:gen]); !ok || from == i || gen-from > 5 {
		return i
	}
	if r := skipSpace(b, gen); r > gen && r < len(b) && b[r] == 'R' && skipWord(b, r) == r+1 {
		return r + 1
	}
	return i
}

func skipText(b []byte, i int) int {
	open := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return ^len(b)
}

// number reads an unsigned integer of at most ten digits, all that references, lengths and offsets need.
func number(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// valueAt reads the value at i; nil when there is none.
func valueAt(b []byte, i int) Value {
	i = skipSpace(b, i)
	end := skipValue(b, i, 0)
	if end < 0 {
		return nil
	}
	return b[i:end]
}

func (v Value) IsDict() bool  { return bytes.HasPrefix(v, []byte("<<")) }
func (v Value) IsArray() bool { return bytes.HasPrefix(v, []byte("[")) }

// Ref answers the number of the object a reference leads to.
func (v Value) Ref() (num int, ok bool) {
	if len(v) < 5 || v[len(v)-1] != 'R' {
		return 0, false
	}
	return number(v[:skipWord(v, 0)])
}

func (v Value) Int() (int, bool) { return number(v) }

// Name answers a name without its slash, with #xx undone; "" when it is none.
func (v Value) Name() string {
	if len(v) == 0 || v[0] != '/' {
		return ""
	}
	return unescape(v[1:])
}

func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '#') < 0 {
		return string(raw)
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) && hexDigit(raw[i+1]) >= 0 && hexDigit(raw[i+2]) >= 0 {
			out, i = append(out, byte(hexDigit(raw[i+1])<<4|hexDigit(raw[i+2]))), i+2
			continue
		}
		out = append(out, raw[i])
	}
	return string(out)
}

// Bytes answers what a string holds.
func (v Value) Bytes() []byte {
	var out []byte
	switch {
	case len(v) < 2:
	case v[0] == '<' && v[1] != '<':
		half, have := 0, false
		for _, c := range v[1:] {
			switch d := hexDigit(c); {
			case d < 0:
			case have:
				out, have = append(out, byte(half<<4|d)), false
			default:
				half, have = d, true
			}
		}
		if have {
			out = append(out, byte(half<<4))
		}
	case v[0] == '(':
		for i := 1; i < len(v)-1; i++ {
			if v[i] != '\\' {
				out = append(out, v[i])
				continue
			}
			var c []byte
			c, i = escaped(v, i+1)
			out = append(out, c...)
		}
	}
	return out
}

// escaped reads what follows a backslash and answers where its last byte stands.
func escaped(v []byte, i int) ([]byte, int) {
	if at := bytes.IndexByte([]byte("nrtbf"), v[i]); at >= 0 {
		return []byte{"\n\r\t\b\f"[at]}, i
	}
	switch c := v[i]; {
	case c == '\r' && v[i+1] == '\n':
		return nil, i + 1
	case c == '\n' || c == '\r':
		return nil, i
	case c >= '0' && c <= '7':
		n, last := 0, i
		for ; last < i+3 && v[last] >= '0' && v[last] <= '7'; last++ {
			n = n<<3 | int(v[last]-'0')
		}
		return []byte{byte(n)}, last - 1
	}
	return v[i : i+1], i
}

// Entries takes a dictionary apart; nil when it is none.
func (v Value) Entries() []Entry {
	if !v.IsDict() {
		return nil
	}
	var list []Entry
	for i := 2; ; {
		i = skipSpace(v, i)
		if i >= len(v) || v[i] != '/' {
			return list
		}
		end := skipWord(v, i+1)
		at := skipSpace(v, end)
		to := skipValue(v, at, 0)
		if to < 0 {
			return list
		}
		list = append(list, Entry{unescape(v[i+1 : end]), v[at:to], at})
		i = to
	}
}

// Get answers the value of a key; of two with the same key the last.
func (v Value) Get(key string) Value {
	var found Value
	for _, e := range v.Entries() {
		if e.Key == key {
			found = e.Val
		}
	}
	return found
}

// Items takes an array apart; nil when it is none.
func (v Value) Items() []Value {
	if !v.IsArray() {
		return nil
	}
	var list []Value
	for i := 1; ; {
		i = skipSpace(v, i)
		to := skipValue(v, i, 0)
		if to < 0 {
			return list
		}
		list = append(list, v[i:to])
		i = to
	}
}

// With copies a dictionary with some entries added or replaced (pairs of key and value).
func (v Value) With(pairs ...string) Value {
	var b bytes.Buffer
	b.WriteString("<<")
	for _, e := range v.Entries() {
		replaced := false
		for i := 0; i < len(pairs); i += 2 {
			replaced = replaced || pairs[i] == e.Key
		}
		if !replaced {
			writeEntry(&b, e.Key, e.Val)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		writeEntry(&b, pairs[i], Value(pairs[i+1]))
	}
	b.WriteString(">>")
	return b.Bytes()
}

func writeEntry(b *bytes.Buffer, key string, v Value) {
	b.WriteString("/" + escapeName(key))
	if !isDelimiter(v[0]) {
		b.WriteByte(' ')
	}
	b.Write(v)
}

func escapeName(s string) string {
	var b []byte
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '#' || isDelimiter(c) {
			b = append(b, '#', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
			continue
		}
		b = append(b, c)
	}
	return string(b)
}
