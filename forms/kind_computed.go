package forms

import "github.com/expr-lang/expr/types"

// computedKind is a value worked out from other answers; noteKind is text to read. Neither is ever stored.
type computedKind struct{ leaf }
type noteKind struct{ leaf }

func init() {
	register("computed", computedKind{leaf{properties: "expr result decimals unit"}})
	register("note", noteKind{leaf{properties: "text weight"}})
}

// resultField is the field a computed value would be if it were asked for.
func (f *Field) resultField() *Field {
	return &Field{Name: f.Name, Kind: f.Result, Decimals: f.Decimals, Unit: f.Unit}
}

func (computedKind) shape(f *Field) (types.Type, any) {
	if k, ok := kinds[f.Result]; ok {
		return k.shape(f.resultField())
	}
	return types.String, ""
}

func (computedKind) parse(*input, *Field, string, any) any { return nil }

func (computedKind) check(_ *walk, _ *Field, v any) any { return v }

func (computedKind) text(f *Field, v any, lang Lang) string {
	if k, ok := kinds[f.Result]; ok {
		return k.text(f.resultField(), v, lang)
	}
	return asString(v)
}

func (k computedKind) view(b *builder, f *Field, path string, _ any, fv *FieldView) {
	fv.Value = k.text(f, b.ev.computed[path], b.lang)
}

func (noteKind) shape(*Field) (types.Type, any) { return nil, nil }

func (noteKind) parse(*input, *Field, string, any) any { return nil }

func (noteKind) check(*walk, *Field, any) any { return nil }

func (noteKind) text(*Field, any, Lang) string { return "" }

func (noteKind) view(b *builder, f *Field, _ string, _ any, fv *FieldView) {
	fv.Help, fv.Weight = f.Text.In(b.lang), f.Weight
	if fv.Weight == "" {
		fv.Weight = Info
	}
}
