package forms

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"
)

// fileKind is one or more attached files. Their bytes lie elsewhere: whoever took an upload in adds its [FileRef] with
// [Form.Attach]; a page's form values never add a file, they only remove one.
type fileKind struct{ leaf }

func init() {
	register("file", fileKind{leaf{empty: "required.file", properties: "min max accept maxBytes"}})
}

func (fileKind) shape(*Field) (types.Type, any) {
	return types.Array(types.Map{"name": types.String}), []any{}
}

func (fileKind) parse(in *input, _ *Field, path string, prev any) any {
	list, _ := prev.([]any)
	if in.act.Kind == "remove" {
		if i, ok := in.act.index(path); ok && i < len(list) {
			list = append(append([]any(nil), list[:i]...), list[i+1:]...)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

func (fileKind) check(w *walk, f *Field, v any) any {
	list, ok := v.([]any)
	if !ok {
		w.report(f, Error, "value.wrong")
		return f.c.zero
	}
	if f.c.min.set && float64(len(list)) < f.c.min.number {
		w.report(f, Error, "file.min", "min", strconv.Itoa(int(f.c.min.number)))
	}
	if most := f.mostFiles(); len(list) > most {
		w.report(f, Error, "file.max", "max", strconv.Itoa(most))
	}
	for _, x := range list {
		file := fileOf(x)
		switch {
		case file.Size == 0:
			w.report(f, Error, "file.empty", "value", file.Name)
		case f.MaxBytes > 0 && file.Size > f.MaxBytes:
			w.report(f, Error, "file.big", "value", file.Name, "max", formatNumber(float64(f.MaxBytes/1_000_000)))
		case len(f.Accept) > 0 && !slices.Contains(f.Accept, ending(file.Name)):
			w.report(f, Error, "file.type", "value", file.Name, "max", strings.Join(f.Accept, ", "))
		}
	}
	return list
}

func (f *Field) mostFiles() int {
	if f.c.max.set {
		return min(int(f.c.max.number), maxFiles)
	}
	return maxFiles
}

func ending(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}

func (fileKind) text(_ *Field, v any, _ Lang) string {
	list, _ := v.([]any)
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = fileOf(x).Name
	}
	return strings.Join(names, "\n")
}

func (fileKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	list, _ := v.([]any)
	for i, x := range list {
		file := fileOf(x)
		fv.Files = append(fv.Files, FileView{ID: file.ID, Name: file.Name, Size: file.Size, Type: file.Type, Remove: path + "." + strconv.Itoa(i)})
	}
	fv.CanAdd = len(list) < f.mostFiles()
	fv.Multiple = f.mostFiles() > 1
	fv.MaxBytes = f.MaxBytes
	for i, a := range f.Accept {
		if i > 0 {
			fv.Accept += ","
		}
		fv.Accept += "." + a
	}
}

// Value is the file as answers keep it.
func (r FileRef) Value() map[string]any {
	return map[string]any{"id": r.ID, "name": r.Name, "size": r.Size, "type": r.Type}
}

func fileOf(v any) FileRef {
	size, _ := child(v, "size").(int64)
	return FileRef{ID: asString(child(v, "id")), Name: asString(child(v, "name")), Size: size, Type: asString(child(v, "type"))}
}

func filesOf(v any) []FileRef {
	list, _ := v.([]any)
	refs := make([]FileRef, len(list))
	for i, x := range list {
		refs[i] = fileOf(x)
	}
	return refs
}
