package exchange

import (
	"strings"

	"epom/internal/fold"
)

// leaf makes a question of a property that is no object.
func (r *schemaReader) leaf(key string, p *value, required bool, depth int) (*field, error) {
	d, ui := r.draft, uiOptions(p)
	title, _ := heading(p)
	if custom := ui.get("customComponents").list(); len(custom) > 0 {
		return r.links(key, title, custom, p.place()), nil
	}
	r.others(p, "type title description enum enumNames oneOf const format default minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength "+
		"maxLength pattern items minItems maxItems uniqueItems baUiSchema baOrder baFile $comment")
	help := p.get("description").str()
	for _, name := range []string{"helptext", "placeholder"} {
		if text := ui.get(name).str(); text != "" && help == "" {
			help = text
		}
	}
	if r.empty(p) {
		return d.note(key, title, markdown(help), p.place()), nil
	}
	if p.get("type").str() == "array" {
		return r.array(key, title, markdown(help), p, required, depth)
	}
	f := d.newField("text", key, title, p.place())
	f.def.Help.CS = markdown(help)
	f.def.Required.Always = required
	switch p.get("type").str() {
	case "boolean":
		r.boolean(f, p, required)
	case "integer", "number":
		f.def.Kind = "number"
		if p.get("type").str() == "number" {
			f.def.Decimals = 6
		}
		f.limits(p.get("minimum"), p.get("maximum"))
		for _, word := range []string{"exclusiveMinimum", "exclusiveMaximum", "multipleOf"} {
			if x := p.get(word); x != nil {
				d.log.lose("check", key, x.place(), "kontrolu „"+word+"“ neumíme")
			}
		}
	case "string", "":
		r.text(f, p)
	default:
		d.log.change("field", key, p.place(), "neznámý typ „"+short(p.get("type").str())+"“, ptáme se textem")
	}
	if x := p.get("default"); x != nil {
		if s, ok := x.scalar(); ok && s != "" {
			d.log.lose("default", key, x.place(), "předvyplněnou hodnotu „"+short(s)+"“ náš formát nemá")
		}
	}
	return f, nil
}

// empty tells a list that waits for another answer and offers nothing yet: there is nothing to ask.
func (r *schemaReader) empty(p *value) bool {
	list := p.get("enum").list()
	for _, x := range list {
		if s, ok := x.scalar(); !ok || s != "" {
			return false
		}
	}
	return len(list) > 0
}

func (f *field) limits(least, most *value) {
	if n, ok := least.number(); ok {
		f.def.Min = n
	}
	if n, ok := most.number(); ok && (f.def.Min == nil || n >= f.def.Min.(float64)) {
		f.def.Max = n
	}
}

func (r *schemaReader) boolean(f *field, p *value, required bool) {
	list := r.choices(p)
	if p.get("baUiSchema", "ui:widget").str() == "Checkbox" || len(list) < 2 {
		f.def.Kind = "declaration"
		f.def.Required.Always = required && p.get("const").isTrue()
		if text := label(uiOptions(p).get("checkboxLabel").str()); text != "" {
			if f.def.Label.CS != text {
				f.def.Help.CS = strings.TrimSpace(f.def.Label.CS + "\n" + f.def.Help.CS)
			}
			f.def.Label.CS = text
		}
		return
	}
	f.def.Kind = "yesno"
	for _, o := range list {
		yes := strings.Contains(" ano yes ja ie true so ", " "+fold.Text(label(o.text))+" ")
		no := strings.Contains(" ne nie no nein nee false ", " "+fold.Text(label(o.text))+" ")
		if o.value == "true" && !yes || o.value == "false" && !no {
			r.draft.choose(f, false, list) // the labels say more than yes and no
			return
		}
	}
}

// choices are the options of a list with their texts.
func (r *schemaReader) choices(p *value) []choice {
	texts, helps := map[string]string{}, map[string]string{}
	for _, m := range uiOptions(p).get("enumMetadata").list() {
		if s, ok := m.get("value").scalar(); ok {
			texts[s], helps[s] = m.get("label").str(), m.get("description").str()
		}
	}
	for i, m := range p.get("enumNames").list() {
		if i < len(p.get("enum").list()) {
			if s, ok := p.get("enum").list()[i].scalar(); ok {
				texts[s] = m.str()
			}
		}
	}
	var list []choice
	for _, x := range p.get("enum").list() {
		if s, ok := x.scalar(); ok {
			list = append(list, choice{s, texts[s], helps[s]})
		}
	}
	for _, x := range p.get("oneOf").list() {
		if s, ok := x.get("const").scalar(); ok {
			list = append(list, choice{s, x.get("title").str(), x.get("description").str()})
		}
	}
	return list
}

func (r *schemaReader) text(f *field, p *value) {
	d := r.draft
	if list := r.choices(p); len(list) > 0 {
		d.choose(f, false, list)
		return
	}
	if p.get("baUiSchema", "ui:widget").str() == "TextArea" {
		f.def.Kind = "longtext"
	}
	f.within(p.get("minLength").count(), p.get("maxLength").count())
	d.pattern(f, p.get("pattern").str(), "", p.get("pattern").place())
	switch format := p.get("format").str(); format {
	case "":
		if uiOptions(p).get("inputType").str() == "tel" {
			f.def.Autocomplete = "tel"
		}
	case "email":
		f.only("email")
	case "ba-phone-number":
		f.only("phone")
	case "date":
		f.only("date")
	case "ba-file-uuid":
		f.only("file")
		f.def.Max = float64(1)
		r.files(f, p)
	case "ba-slovak-zip":
		f.shape(`[0-9]{3} ?[0-9]{2}`, "PSČ má pět číslic.")
	case "ba-ico":
		f.shape(`[0-9]{6,8}`, "IČO má šest až osm číslic.")
	case "ba-iban":
		f.shape(`[A-Z]{2}[0-9]{2}( ?[0-9A-Z]){10,30}`, "IBAN začíná dvěma písmeny a dvěma číslicemi.")
		d.log.lose("check", f.key, p.get("format").place(), "kontrolní číslice cizího IBAN neověřujeme, jen jeho tvar")
	case "ba-time", "time":
		f.shape(timePattern, timeMessage)
	case "uri", "url":
		f.shape(`https?://\S+`, "Napište celou webovou adresu, začíná https://.")
	default:
		d.log.lose("check", f.key, p.get("format").place(), "formát „"+short(format)+"“ neznáme, ptáme se textem")
	}
}

const (
	timePattern = `([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?`
	timeMessage = "Napište čas jako 14:30."
)

// only makes a field of a kind that has its own shape.
func (f *field) only(kind string) {
	f.def.Kind = kind
	f.def.MinLength, f.def.MaxLength, f.def.Pattern = 0, 0, ""
	f.def.PatternMessage.CS = ""
}

// files takes the endings of accepted files over.
func (r *schemaReader) files(f *field, p *value) {
	f.def.Accept = endings(uiOptions(p).get("accept").str())
}

// endings reads ".pdf, image/png" as pdf, png.
func endings(s string) []string {
	var list []string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(s, ",") {
		part = strings.ToLower(strings.TrimSpace(part))
		names, ok := mediaTypes[part]
		if !ok {
			if strings.Contains(part, "/") || part == "*" || part == "" {
				continue
			}
			names = part
		}
		for _, e := range strings.Fields(names) {
			e = strings.Trim(e, ".*")
			if e != "" && len(e) <= 10 && !seen[e] && strings.Trim(e, "abcdefghijklmnopqrstuvwxyz0123456789") == "" && len(list) < 50 {
				seen[e] = true
				list = append(list, e)
			}
		}
	}
	return list
}

// mediaTypes are endings of the usual types (IANA registry of media types).
var mediaTypes = map[string]string{
	"application/pdf": "pdf", "image/jpeg": "jpg jpeg", "image/jpg": "jpg jpeg", "image/png": "png", "image/gif": "gif", "image/heic": "heic",
	"image/*": "jpg jpeg png gif heic webp", "text/plain": "txt", "text/csv": "csv", "application/rtf": "rtf", "application/msword": "doc",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
	"application/vnd.ms-excel": "xls",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         "xlsx",
	"application/vnd.ms-powerpoint":                                             "ppt",
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
	"application/vnd.oasis.opendocument.text":                                   "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
	"application/vnd.oasis.opendocument.*": "odt ods odp", "application/zip": "zip", "application/json": "json", "application/xml": "xml",
}

func (r *schemaReader) array(key, title, help string, p *value, required bool, depth int) (*field, error) {
	d := r.draft
	items, err := r.follow(p.get("items"), depth+1)
	if err != nil {
		return nil, err
	}
	f := d.newField("repeat", key, title, p.place())
	f.def.Help.CS = help
	least, most := p.get("minItems").count(), p.get("maxItems").count()
	f.def.Required.Always = required && least > 0
	if least > 0 && least <= 100 {
		f.def.Min = float64(least)
	}
	if most > 0 && most >= least && most <= 200 {
		f.def.Max = float64(most)
	}
	switch list := r.choices(items); {
	case isObjectSchema(items):
		in := newObject()
		if err := r.collect(in, items, nil, false, depth+2); err != nil {
			return nil, err
		}
		f.parts, f.items = in.finish(), in
		ui := uiOptions(p)
		_, text := heading(p)
		f.def.Help.CS = strings.TrimSpace(text + "\n" + f.def.Help.CS)
		f.def.AddLabel.CS = label(ui.get("addButtonLabel").str())
		f.def.ItemLabel.CS = label(strings.ReplaceAll(strings.ReplaceAll(ui.get("itemTitle").str(), "č. {index}", ""), "{index}", ""))
	case len(list) > 0:
		d.choose(f, true, list)
		if f.def.Kind != "choices" {
			f.def.Min, f.def.Max = nil, nil
		}
	case items.get("format").str() == "ba-file-uuid":
		f.def.Kind = "file"
		r.files(f, p)
	default:
		part := d.newField("text", "hodnota", title, items.place())
		part.source = nil
		r.text(part, items)
		d.log.fields = d.log.fields[:len(d.log.fields)-1]
		part.def.Required.Always = true
		f.parts, f.single = []*field{part}, part
	}
	return f, nil
}

// links are pages to read beside a question.
func (r *schemaReader) links(key, title string, custom []*value, at Place) *field {
	var rows []string
	for _, c := range custom {
		for _, l := range c.get("props", "links").list() {
			rows = append(rows, withAddress(label(l.get("title").str()), l.get("href").str()))
		}
		if c.get("props", "links") == nil {
			r.draft.log.lose("text", key, c.place(), "prvek „"+short(c.get("type").str())+"“ neznáme")
		}
	}
	return r.draft.note(key, title, strings.Join(rows, "\n"), at)
}
