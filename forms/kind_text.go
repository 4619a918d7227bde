package forms

import (
	"strconv"
	"unicode/utf8"
)

// textKind is a line or a longer piece of text.
type textKind struct {
	leaf
	long bool
}

func init() {
	const properties = "minLength maxLength pattern patternMessage autocomplete unit"
	register("text", textKind{leaf: leaf{properties: properties}})
	register("longtext", textKind{leaf: leaf{properties: properties + " rows"}, long: true})
}

func (k textKind) limit(f *Field) int {
	switch {
	case f.MaxLength > 0:
		return f.MaxLength
	case k.long:
		return maxText
	}
	return maxLine
}

func (k textKind) parse(in *input, f *Field, path string, _ any) any {
	s := in.text(path, 2*k.limit(f)+200)
	if k.long {
		s = cleanText(s)
	} else {
		s = cleanLine(s)
	}
	if s == "" {
		return nil
	}
	return s
}

func (k textKind) check(w *walk, f *Field, v any) any {
	s, ok := v.(string)
	if !ok {
		w.report(f, Error, "value.wrong")
		return ""
	}
	n, limit := len(s), k.limit(f)
	if f.MinLength > 0 || n > limit {
		n = utf8.RuneCountInString(s)
	}
	switch {
	case n < f.MinLength:
		w.report(f, Error, "text.short", "min", strconv.Itoa(f.MinLength))
	case n > limit:
		w.report(f, Error, "text.long", "max", strconv.Itoa(limit), "n", strconv.Itoa(n))
	case f.c.pattern != nil && !f.c.pattern.MatchString(s):
		if f.PatternMessage.IsZero() {
			w.report(f, Error, "text.pattern")
		} else {
			w.add(f, Error, f.PatternMessage.In(w.lang))
		}
	}
	return s
}

func (k textKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.leaf.view(b, f, path, v, fv)
	fv.MaxLength = k.limit(f)
	if k.long {
		fv.InputType, fv.Rows = "", f.Rows
		if fv.Rows == 0 {
			fv.Rows = 5
		}
	}
}
