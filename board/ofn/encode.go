package ofn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// faller gives the JSON of a key the norm requires when its field is empty ("typ", "@context", "informace").
type faller interface{ fallback(key string) string }

func appendObject(out []byte, v reflect.Value) ([]byte, error) {
	l := layoutOf(v.Type())
	extra, _ := v.FieldByIndex(l.extra).Interface().(Extra)
	out = append(out, '{')
	start, left := len(out), len(extra)
	var err error
	for i := range l.fields {
		f := &l.fields[i]
		target := v.FieldByIndex(f.index)
		raw, known := extra[f.name]
		if known {
			left--
		}
		var norm string
		if f.required {
			if x, ok := v.Addr().Interface().(faller); ok {
				norm = x.fallback(f.name)
			}
		}
		if target.IsZero() {
			if known {
				norm = string(raw)
			}
			if norm == "" {
				continue
			}
			if out, err = appendRaw(appendKey(out, start, f.quoted), f.name, []byte(norm)); err != nil {
				return out, err
			}
			continue
		}
		many := f.name == "typ" && strings.HasPrefix(norm, "[")
		if out, err = appendValue(appendKey(out, start, f.quoted), target, many); err != nil {
			return out, err
		}
	}
	if left > 0 {
		for _, key := range sorted(extra) {
			if _, known := l.byName[key]; known {
				continue
			}
			if out, err = appendRaw(append(appendString(appendComma(out, start), key), ':'), key, extra[key]); err != nil {
				return out, err
			}
		}
	}
	return append(out, '}'), nil
}

func appendKey(out []byte, start int, quoted string) []byte {
	return append(appendComma(out, start), quoted...)
}

func appendComma(out []byte, start int) []byte {
	if len(out) > start {
		out = append(out, ',')
	}
	return out
}

// appendRaw adds JSON kept as it came; one that is no JSON would break the whole and is an error.
func appendRaw(out []byte, key string, raw []byte) ([]byte, error) {
	if !json.Valid(raw) {
		return out, fmt.Errorf("ofn: the value kept under %q is no JSON", key)
	}
	if bytes.IndexByte(raw, '\n') >= 0 {
		raw = compact(raw)
	}
	return append(out, raw...), nil
}

// appendValue adds a value; many says that types are written as a list even when there is one.
func appendValue(out []byte, v reflect.Value, many bool) ([]byte, error) {
	switch v.Type() {
	case rawType:
		return appendRaw(out, "geometrie", v.Bytes())
	case textType:
		return appendText(out, v.Interface().(Text)), nil
	case labelType:
		if text := v.Field(1); !text.IsNil() {
			return appendText(out, text.Interface().(Text)), nil
		}
		return appendString(out, v.Field(0).String()), nil
	case typesType:
		types := v.Interface().(Types)
		if len(types) == 1 && !many {
			return appendString(out, types[0]), nil
		}
		return appendStrings(out, types), nil
	}
	switch v.Kind() {
	case reflect.String:
		return appendString(out, v.String()), nil
	case reflect.Bool:
		return strconv.AppendBool(out, v.Bool()), nil
	case reflect.Int64:
		return strconv.AppendInt(out, v.Int(), 10), nil
	case reflect.Pointer:
		return appendValue(out, v.Elem(), false)
	case reflect.Struct:
		return appendObject(out, v)
	case reflect.Slice:
		out = append(out, '[')
		var err error
		for i := range v.Len() {
			if i > 0 {
				out = append(out, ',')
			}
			if out, err = appendValue(out, v.Index(i), false); err != nil {
				return out, err
			}
		}
		return append(out, ']'), nil
	}
	return out, fmt.Errorf("ofn: no way to write a %s", v.Type())
}

func appendText(out []byte, t Text) []byte {
	out = append(out, '{')
	start := len(out)
	if cs, ok := t["cs"]; ok && len(t) == 1 {
		return append(appendString(append(out, `"cs":`...), cs), '}')
	}
	for _, lang := range sorted(t) {
		out = appendString(append(appendString(appendComma(out, start), lang), ':'), t[lang])
	}
	return append(out, '}')
}

func appendStrings(out []byte, list []string) []byte {
	out = append(out, '[')
	for i, s := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, s)
	}
	return append(out, ']')
}

// appendString adds a quoted text. Only what JSON demands is escaped, so that <, > and & stay readable; a NUL and bytes
// that are not UTF-8 become U+FFFD.
func appendString(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if _, size := utf8.DecodeRuneInString(s[i:]); size > 1 {
				i += size
				continue
			}
		}
		out = append(out, s[from:i]...)
		switch {
		case c >= utf8.RuneSelf || c == 0:
			out = append(out, "\ufffd"...)
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, '\\', 'n')
		case c == '\r':
			out = append(out, '\\', 'r')
		case c == '\t':
			out = append(out, '\\', 't')
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
		i++
		from = i
	}
	return append(append(out, s[from:]...), '"')
}
