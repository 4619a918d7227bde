package edit

import (
	"slices"
	"strconv"
	"strings"

	"epom/forms"
	"epom/internal/errs"
	"epom/internal/fold"
)

// AddPage adds an empty page after a place (the end when the place is empty) and answers where it is.
func AddPage(d *forms.Definition, after Place) (*forms.Definition, Place, error) {
	if len(d.Pages) >= maxPages {
		return nil, nil, errs.Newf(errs.Invalid, "Formulář může mít nejvýše %d stránek.", maxPages)
	}
	c := Clone(d)
	n := len(c.Pages)
	if len(after) > 0 && after[0] < n {
		n = after[0] + 1
	}
	taken := map[string]bool{}
	for _, p := range c.Pages {
		taken[p.Code] = true
	}
	c.Pages = slices.Insert(c.Pages, n, forms.PageDef{Code: free("stranka", "-", taken), Title: forms.Text{CS: "Nová stránka"}, Fields: []*forms.Field{}})
	return c, Place{n}, nil
}

// AddField adds a question of a kind at the end of a page or block, or after a field.
func AddField(d *forms.Definition, at Place, kind string) (*forms.Definition, Place, error) {
	if !slices.Contains(forms.Kinds(), kind) {
		return nil, nil, errs.Fields(errs.Field{Name: "kind", Message: "Vyberte druh otázky."})
	}
	c := Clone(d)
	into, n := at, -1
	if f, ok := Field(c, at); ok && !block(f.Kind) {
		into, n = at.Up(), at.last()+1
	}
	f := &forms.Field{Kind: kind, Name: free(names[kind], "_", taken(c))}
	if forms.KindLabel(kind).IsZero() && kind != "note" {
		f.Label = forms.Text{CS: "Nová otázka"}
	}
	switch kind {
	case "choice", "choices":
		f.Options = []forms.Option{{Value: "moznost-1", Label: forms.Text{CS: "První možnost"}}, {Value: "moznost-2", Label: forms.Text{CS: "Druhá možnost"}}}
	case "note":
		f.Text = forms.Text{CS: "Text poznámky"}
	case "computed":
		f.Expr, f.Result = "0", "number"
	case "repeat", "group":
		used := taken(c)
		used[f.Name] = true
		f.Fields = []*forms.Field{{Kind: "text", Name: free("polozka", "_", used), Label: forms.Text{CS: "Nová otázka"}}}
	}
	where, err := insert(c, into, n, f)
	return c, where, err
}

// names are what fields of a kind are called until the author says better.
var names = map[string]string{"text": "text", "longtext": "popis", "number": "pocet", "money": "castka", "date": "datum", "choice": "vyber", "choices": "vyber", "yesno": "souhlas",
	"person": "osoba", "legalperson": "firma", "address": "adresa", "municipality": "obec", "parcel": "parcela", "email": "email", "phone": "telefon", "account": "ucet", "databox": "datovka",
	"ico": "ico", "zip": "psc", "file": "priloha", "declaration": "prohlaseni", "computed": "vypocet", "repeat": "polozky", "group": "skupina", "note": "poznamka"}

// insert puts a field into a page or block; n < 0 = at its end.
func insert(d *forms.Definition, into Place, n int, f *forms.Field) (Place, error) {
	list, ok := fields(d, into)
	if !ok {
		return nil, gone()
	}
	if len(into) > 1 {
		if parent, ok := Field(d, into); !ok || !block(parent.Kind) {
			return nil, errs.New(errs.Invalid, "Do této otázky nejde nic vložit: není to blok.")
		}
	}
	if len(into)-1+depth(f) > maxDepth {
		return nil, errs.Newf(errs.Invalid, "Bloky lze zanořit nejvýše %dkrát.", maxDepth-1)
	}
	if len(*list) >= maxFields {
		return nil, errs.Newf(errs.Invalid, "Na jednom místě může být nejvýše %d otázek. Přidejte další stránku.", maxFields)
	}
	if n < 0 || n > len(*list) {
		n = len(*list)
	}
	*list = slices.Insert(*list, n, f)
	return into.In(n), nil
}

// depth is 1 for a question and one more for each block around questions.
func depth(f *forms.Field) int {
	deepest := 0
	for _, k := range f.Fields {
		deepest = max(deepest, depth(k))
	}
	return 1 + deepest
}

// Remove takes a page or a field away and answers what to show next.
func Remove(d *forms.Definition, at Place) (*forms.Definition, Place, error) {
	c := Clone(d)
	switch {
	case len(at) == 1 && at[0] < len(c.Pages):
		c.Pages = slices.Delete(c.Pages, at[0], at[0]+1)
		if len(c.Pages) == 0 {
			return c, nil, nil
		}
		return c, Place{min(at[0], len(c.Pages)-1)}, nil
	case len(at) > 1:
		list, ok := fields(c, at.Up())
		if !ok || at.last() >= len(*list) {
			return nil, nil, gone()
		}
		if *list = slices.Delete(*list, at.last(), at.last()+1); len(*list) == 0 {
			return c, at.Up(), nil
		}
		return c, at.Up().In(min(at.last(), len(*list)-1)), nil
	}
	return nil, nil, gone()
}

// Move shifts a page or a field by so many places among its own; at the end it stays.
func Move(d *forms.Definition, at Place, by int) (*forms.Definition, Place, error) {
	c := Clone(d)
	if len(at) == 1 {
		if at[0] >= len(c.Pages) {
			return nil, nil, gone()
		}
		to := min(max(at[0]+by, 0), len(c.Pages)-1)
		page := c.Pages[at[0]]
		c.Pages = slices.Insert(slices.Delete(c.Pages, at[0], at[0]+1), to, page)
		return c, Place{to}, nil
	}
	f, ok := Field(c, at)
	if !ok {
		return nil, nil, gone()
	}
	list, _ := fields(c, at.Up())
	to := min(max(at.last()+by, 0), len(*list)-1)
	*list = slices.Insert(slices.Delete(*list, at.last(), at.last()+1), to, f)
	return c, at.Up().In(to), nil
}

// MoveInto takes a field to the end of another page or block.
func MoveInto(d *forms.Definition, at, into Place) (*forms.Definition, Place, error) {
	c := Clone(d)
	f, ok := Field(c, at)
	if !ok {
		return nil, nil, gone()
	}
	if len(into) >= len(at) && slices.Equal(into[:len(at)], at) {
		return nil, nil, errs.New(errs.Invalid, "Blok nejde přesunout sám do sebe.")
	}
	target, ok := fields(c, into) // found before the field leaves: places after it change then
	if !ok {
		return nil, nil, gone()
	}
	from, _ := fields(c, at.Up())
	if target == from {
		return Move(d, at, len(*from))
	}
	where, err := insert(c, into, -1, f)
	if err != nil {
		return nil, nil, err
	}
	*from = slices.Delete(*from, at.last(), at.last()+1)
	// The field that left stood before the target on its way: the target's place moves up.
	if up := at.Up(); len(where) > len(up) && slices.Equal(where[:len(up)], up) && where[len(up)] > at.last() {
		where[len(up)]--
	}
	return c, where, nil
}

// Duplicate puts a copy behind a page or field, under new names.
func Duplicate(d *forms.Definition, at Place) (*forms.Definition, Place, error) {
	c, copied := Clone(d), Clone(d)
	used := taken(c)
	if len(at) == 1 && at[0] < len(c.Pages) {
		if len(c.Pages) >= maxPages {
			return nil, nil, errs.Newf(errs.Invalid, "Formulář může mít nejvýše %d stránek.", maxPages)
		}
		p := copied.Pages[at[0]]
		codes := map[string]bool{}
		for _, q := range c.Pages {
			codes[q.Code] = true
		}
		p.Code = free(strings.TrimRight(p.Code, "-0123456789"), "-", codes)
		for _, f := range p.Fields {
			rename(f, used)
		}
		c.Pages = slices.Insert(c.Pages, at[0]+1, p)
		return c, Place{at[0] + 1}, nil
	}
	f, ok := Field(copied, at)
	if !ok {
		return nil, nil, gone()
	}
	rename(f, used)
	where, err := insert(c, at.Up(), at.last()+1, f)
	return c, where, err
}

func rename(f *forms.Field, used map[string]bool) {
	f.Name = free(strings.TrimRight(f.Name, "_0123456789"), "_", used)
	used[f.Name] = true
	for _, k := range f.Fields {
		rename(k, used)
	}
}

// taken are the names of all fields: a name is free in the whole form, so that moving a field never makes two the same.
func taken(d *forms.Definition) map[string]bool {
	used := map[string]bool{}
	Walk(d, func(_ Place, f *forms.Field) { used[f.Name] = true })
	return used
}

// free is a name nobody has: stem, stem_2, stem_3 …
func free(stem, joint string, used map[string]bool) string {
	if stem == "" {
		stem = "x"
	}
	for name, n := stem, 2; ; n++ {
		if !used[name] {
			return name
		}
		name = stem + joint + strconv.Itoa(n)
	}
}

// NameFor makes a name of a field from its question: "Kolik stromů chcete kácet?" → "kolik_stromu_chcete".
func NameFor(d *forms.Definition, label string) string {
	words := fold.Words(label)
	name := strings.Join(words[:min(3, len(words))], "_")
	name = strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return -1
	}, name), "_")
	if len(name) > 40 {
		name = strings.TrimRight(name[:40], "_")
	}
	if name == "" || name[0] < 'a' {
		name = "otazka"
	}
	return free(name, "_", taken(d))
}
