package forms

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/types"

	"epom/forms/checks"
	"epom/internal/fold"
)

// addressKind is an address picked from the register or typed by hand.
type addressKind struct{ composite }

// municipalityKind is a municipality: its code tells apart the many of one name.
type municipalityKind struct{ composite }

// parcelKind is a parcel in the land register.
type parcelKind struct{ composite }

// codePart is the hidden number of an address point or of a municipality.
type codePart struct{ leaf }

func init() {
	register("address", addressKind{composite{leaf{empty: "required.address"}, addressParts}})
	register("municipality", municipalityKind{composite{leaf{name: Text{"Obec", "Municipality", "Муніципалітет"}}, municipalityParts}})
	register("parcel", parcelKind{composite{leaf{properties: "optional"}, parcelParts}})
	register("code", codePart{})
}

func addressParts(f *Field) []*Field {
	return []*Field{
		{Name: "adm", Kind: "code"},
		{Name: "text", Kind: "text", Label: Text{"Adresa", "Address", "Адреса"}, MaxLength: 250,
			Help: Text{"Pište třeba „Hejnice, Klášterní 88“ a vyberte ze seznamu.", "Type for example “Hejnice, Klášterní 88” and choose from the list.", "Введіть, наприклад, «Hejnice, Klášterní 88» і виберіть зі списку."}},
		{Name: "street", Kind: "text", Label: Text{"Ulice", "Street", "Вулиця"}, MaxLength: 100},
		{Name: "number", Kind: "text", Label: Text{"Číslo domu", "House number", "Номер будинку"}, MaxLength: 30,
			Help: Text{"Popisné, případně i orientační, například 666/12a", "For example 666/12a", "Наприклад 666/12a"}},
		{Name: "part", Kind: "text", Label: Text{"Část obce", "Part of the municipality", "Частина муніципалітету"}, MaxLength: 100},
		{Name: "zip", Kind: "zip"},
		{Name: "municipality", Kind: "municipality", Label: Text{"Obec", "Municipality", "Муніципалітет"}},
	}
}

func municipalityParts(*Field) []*Field {
	return []*Field{
		{Name: "code", Kind: "code"},
		{Name: "name", Kind: "text", Label: Text{"Název obce", "Name of the municipality", "Назва муніципалітету"}, MaxLength: 100},
	}
}

func (codePart) shape(*Field) (types.Type, any) { return types.Int64, int64(0) }

func (codePart) parse(in *input, _ *Field, path string, _ any) any {
	n, err := strconv.ParseInt(cleanLine(in.text(path, 30)), 10, 64)
	if err != nil || n <= 0 {
		return nil
	}
	return n
}

func (codePart) check(_ *walk, _ *Field, v any) any {
	n, _ := v.(int64)
	return n
}

func (codePart) text(*Field, any, Lang) string { return "" }

func (codePart) view(_ *builder, _ *Field, _ string, v any, fv *FieldView) {
	fv.InputType = "hidden"
	if n, ok := v.(int64); ok && n > 0 {
		fv.Value = strconv.FormatInt(n, 10)
	}
}

func codeOf(v any) int64 {
	n, _ := v.(int64)
	return n
}

// check demands what a letter and a router need: an address point, or number, postal code and municipality.
func (k addressKind) check(w *walk, f *Field, v any) any {
	typed := k.composite.check(w, f, v)
	if codeOf(child(v, "adm")) > 0 {
		return typed
	}
	if child(v, "number") == nil || child(v, "zip") == nil || child(child(v, "municipality"), "name") == nil {
		w.report(f, Error, "address.parts")
	}
	return typed
}

func (addressKind) missing(w *walk, f *Field) { w.report(f, Error, "required.address") }

// parse keeps what was typed last: a point picked anew fills all parts, a part changed by hand forgets the
// point, a new text to search for forgets both. The same page sent twice must lose nothing: then the text and the parts still are as they
// were before the point filled them.
func (k addressKind) parse(in *input, f *Field, path string, prev any) any {
	m, _ := k.composite.parse(in, f, path, prev).(map[string]any)
	if m == nil {
		return nil
	}
	adm, old := codeOf(m["adm"]), codeOf(child(prev, "adm"))
	newText := in.posted[path+".text"] && asString(m["text"]) != asString(child(prev, "text"))
	byHand := filled(in, path)
	switch {
	case adm != 0 && adm != old:
		return pickedAddress(in, adm, m)
	case newText && in.act == Act{"find", path}:
		return searchText(m)
	case byHand && changedByHand(in, path, m, prev):
		return composed(m)
	case adm != 0 && !(newText && (byHand || !in.posted[path+".street"])):
		return prev
	case newText && (!byHand || old != 0):
		return searchText(m)
	}
	return composed(m)
}

func pickedAddress(in *input, adm int64, m map[string]any) any {
	if in.setting.Gazetteer == nil {
		return m
	}
	if a, ok := in.setting.Gazetteer.Address(adm); ok {
		return a.Value()
	}
	return composed(m)
}

// searchText keeps only what is looked for.
func searchText(m map[string]any) any {
	if text := m["text"]; text != nil {
		return map[string]any{"text": text}
	}
	return nil
}

// composed is an address by hand: its line is made of its parts.
func composed(m map[string]any) any {
	delete(m, "adm")
	if line := addressLine(m); line != "" {
		m["text"] = line
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

var handParts = [...]string{"street", "number", "part", "zip", "municipality.name"}

func changedByHand(in *input, path string, m map[string]any, prev any) bool {
	for _, name := range handParts {
		part, rest, _ := strings.Cut(name, ".")
		now, was := m[part], child(prev, part)
		if rest != "" {
			now, was = child(now, rest), child(was, rest)
		}
		if in.posted[path+"."+name] && asString(now) != asString(was) {
			return true
		}
	}
	return false
}

// filled tells that the parts of an address came by hand.
func filled(in *input, path string) bool {
	for _, name := range handParts {
		if len(in.values[path+"."+name]) > 0 && in.values[path+"."+name][0] != "" {
			return true
		}
	}
	return false
}

// Value is the address as answers keep it.
func (a Address) Value() map[string]any {
	m := map[string]any{}
	for name, s := range map[string]string{"text": a.Text, "street": a.Street, "number": a.Number, "part": a.Part, "zip": a.Zip} {
		if s != "" {
			m[name] = s
		}
	}
	if a.Adm != 0 {
		m["adm"] = a.Adm
	}
	if a.Municipality.Name != "" || a.Municipality.Code != 0 {
		m["municipality"] = a.Municipality.Value()
	}
	if m["text"] == nil {
		m["text"] = addressLine(m)
	}
	return m
}

// Value is the municipality as answers keep it.
func (m Municipality) Value() map[string]any {
	v := map[string]any{"name": m.Name}
	if m.Code != 0 {
		v["code"] = m.Code
	}
	return v
}

// addressOf reads an address out of an answer.
func addressOf(v any) Address {
	return Address{
		Adm: codeOf(child(v, "adm")), Text: addressText(v), Street: asString(child(v, "street")), Number: asString(child(v, "number")),
		Part: asString(child(v, "part")), Zip: asString(child(v, "zip")), Municipality: municipalityOf(child(v, "municipality")),
	}
}

func municipalityOf(v any) Municipality {
	return Municipality{Code: codeOf(child(v, "code")), Name: asString(child(v, "name"))}
}

// addressLine writes the parts on one line: "Hasičská 666/12a, Vesec, 463 12 Liberec", "Trojanovice 2, 744 01 Frenštát".
func addressLine(v any) string {
	street, number, part := asString(child(v, "street")), asString(child(v, "number")), asString(child(v, "part"))
	town := asString(child(child(v, "municipality"), "name"))
	var list []string
	switch {
	case street != "":
		list = append(list, strings.TrimSpace(street+" "+number))
	case number != "" && number[0] >= '0' && number[0] <= '9':
		list = append(list, "č. p. "+number)
	case number != "":
		list = append(list, number)
	}
	if part != "" && part != town {
		list = append(list, part)
	}
	list = appendText(list, strings.TrimSpace(checks.FormatZip(asString(child(v, "zip")))+" "+town))
	return strings.Join(list, ", ")
}

func addressText(v any) string {
	if s := asString(child(v, "text")); s != "" {
		return s
	}
	return addressLine(v)
}

func (addressKind) text(_ *Field, v any, _ Lang) string { return addressText(v) }

func (k addressKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.composite.view(b, f, path, v, fv)
	fv.Picked = codeOf(child(v, "adm")) > 0
	fv.Value = addressText(v)
	fv.Choices = b.choices(path, fv.ID, child(v, "adm"))
}

func (k municipalityKind) check(w *walk, f *Field, v any) any {
	typed := k.composite.check(w, f, v)
	name := asString(child(v, "name"))
	switch {
	case name == "" && codeOf(child(v, "code")) == 0:
		k.missing(w, f)
	case f.c.locality && codeOf(child(v, "code")) == 0:
		w.report(f, Error, "municipality.unknown", "value", name)
	}
	return typed
}

func (municipalityKind) missing(w *walk, f *Field) { w.report(f, Error, "required") }

// parse recognises the municipality: a code picked anew gives the name, a name changed by hand is looked up; namesakes are
// offered to choose from.
func (k municipalityKind) parse(in *input, f *Field, path string, prev any) any {
	m, _ := k.composite.parse(in, f, path, prev).(map[string]any)
	if m == nil {
		return nil
	}
	code, old := codeOf(m["code"]), codeOf(child(prev, "code"))
	same := !in.posted[path+".name"] || asString(m["name"]) == asString(child(prev, "name"))
	gazetteer := in.setting.Gazetteer
	switch {
	case code != 0 && code == old && same:
		return prev
	case gazetteer == nil:
		return m
	case code != 0 && code != old:
		if found, ok := gazetteer.Municipality(code); ok {
			return found.Value()
		}
	}
	delete(m, "code")
	if m["name"] == nil {
		return nil
	}
	found := gazetteer.MunicipalitiesNamed(asString(m["name"]))
	if code != 0 && pickedAgain(found, code, asString(m["name"]), asString(child(prev, "name"))) {
		return prev
	}
	if len(found) == 1 {
		return found[0].Value()
	}
	for _, x := range found {
		label := x.Name
		if x.District != "" {
			label += " (" + x.District + ")"
		}
		in.offer(path, Option{Value: strconv.FormatInt(x.Code, 10), Label: Text{CS: label}})
	}
	return m
}

// pickedAgain tells whether the known municipality was chosen once more after its name, or the start of it, was typed anew.
func pickedAgain(found []Municipality, code int64, typed, known string) bool {
	return strings.HasPrefix(fold.Text(known), fold.Text(typed)) &&
		(len(found) == 0 || slices.ContainsFunc(found, func(m Municipality) bool { return m.Code == code }))
}

func (municipalityKind) text(_ *Field, v any, _ Lang) string { return asString(child(v, "name")) }

func (k municipalityKind) view(b *builder, f *Field, path string, v any, fv *FieldView) {
	k.composite.view(b, f, path, v, fv)
	fv.Picked = codeOf(child(v, "code")) > 0
	fv.Value = asString(child(v, "name"))
	fv.Choices = b.choices(path, fv.ID, child(v, "code"))
}

var parcelNumber = regexp.MustCompile(`^(st\. ?)?\d{1,5}(/\d{1,3})?$`)

func parcelParts(f *Field) []*Field {
	return chosenParts(f, []*Field{
		{Name: "area", Kind: "text", MaxLength: 100, Label: Text{"Katastrální území", "Cadastral area", "Кадастрова територія"},
			Help: Text{"Najdete ho ve výpisu z katastru nebo na nahlizenidokn.cuzk.gov.cz.", "You will find it in the land register extract or at nahlizenidokn.cuzk.gov.cz.", "Знайдете його у витягу з кадастру або на nahlizenidokn.cuzk.gov.cz."}},
		{Name: "number", Kind: "text", MaxLength: 20, Label: Text{"Číslo parcely", "Parcel number", "Номер ділянки"},
			Help: Text{"Například 123/4, stavební parcela st. 56", "For example 123/4, a building parcel st. 56", "Наприклад 123/4, будівельна ділянка st. 56"}},
	})
}

func (k parcelKind) check(w *walk, f *Field, v any) any {
	typed := k.composite.check(w, f, v)
	if n := asString(child(v, "number")); n != "" && !parcelNumber.MatchString(n) {
		w.push("number")
		w.report(f, Error, "parcel.not")
		w.pop()
	}
	return typed
}

func (parcelKind) text(_ *Field, v any, lang Lang) string {
	var list []string
	if n := asString(child(v, "number")); n != "" {
		list = append(list, say(lang, "parcel")+" "+n)
	}
	if a := asString(child(v, "area")); a != "" {
		list = append(list, say(lang, "area")+" "+a)
	}
	return strings.Join(list, ", ")
}
