package exchange

import (
	"strconv"
	"strings"

	"epom/forms"
)

// component makes the question of one component, with those that one of its options reveals.
func (r *ukReader) component(c *value, section string, inner bool) []*field {
	d, options := r.draft, c.get("options")
	key, title, at := c.get("name").str(), english(c.get("title")), c.place()
	if !c.is(isObject) {
		return nil
	}
	switch kind := c.get("type").str(); kind {
	case "Para", "Html", "InsetText", "Details", "WarningText", "Markdown", "FlashCard", "List":
		text := plain(english(c.get("content")))
		for _, x := range r.lists[c.get("list").str()].get("items").list() {
			text = strings.TrimSpace(text + "\n– " + plain(english(x.get("text"))) + " " + plain(english(x.get("description"))))
		}
		f := d.note(key, label(title), text, at)
		if f != nil {
			r.onlyIf(f, options)
		}
		return add(nil, f)
	}
	f := d.newField("text", key, title, at)
	f.def.Help.CS = plain(english(c.get("hint")))
	f.def.Required.Always = !options.get("required").isFalse()
	revealed := r.kind(f, c, options, section)
	if f.def.Kind == "text" || f.def.Kind == "number" {
		f.def.Unit.CS = label(options.get("prefix").str() + " " + options.get("suffix").str())
	}
	if x := options.get("behaviour"); x.str() == "exclusive" {
		d.log.lose("check", key, x.place(), "možnost „"+short(options.get("behaviourItemValue").str())+"“ vylučuje ostatní, to nehlídáme")
	}
	r.onlyIf(f, options)
	if !inner {
		r.fields[key] = append(r.fields[key], f)
		r.fields[section+"."+key] = append(r.fields[section+"."+key], f)
	}
	return append([]*field{f}, revealed...)
}

// onlyIf takes the condition of one component.
func (r *ukReader) onlyIf(f *field, options *value) {
	name := options.get("condition").str()
	if name == "" {
		return
	}
	source := r.draft.log.condition(options.get("condition").place())
	c := r.condition(name, 0)
	if why := unable(c); why != "" {
		r.draft.log.loseCounted(source, "condition", name, "podmínka "+why+"; pole je vidět vždy")
		return
	}
	f.when = c.from(source)
}

func (r *ukReader) kind(f *field, c, options *value, section string) []*field {
	d, schema := r.draft, c.get("schema")
	switch kind := c.get("type").str(); kind {
	case "TextField":
		r.length(f, schema, options)
	case "FreeTextField", "MultilineTextField":
		f.def.Kind = "longtext"
		f.def.Rows = min(options.get("rows").count(), 40)
		r.length(f, schema, options)
	case "NumberField":
		f.def.Kind, f.def.Decimals = "number", 2
		if schema.get("integer").isTrue() {
			f.def.Decimals = 0
		} else if n := schema.get("precision").count(); n > 0 {
			f.def.Decimals = min(n, 6)
		}
		f.limits(schema.get("min"), schema.get("max"))
	case "YesNoField":
		f.def.Kind = "yesno"
	case "RadiosField", "SelectField", "AutocompleteField":
		return r.choice(f, c, false, section)
	case "CheckboxesField":
		return r.choice(f, c, true, section)
	case "DatePartsField", "DateField", "DatePartsfield":
		f.def.Kind = "date"
		if n := options.get("maxDaysInPast"); n != nil {
			f.def.Min = "today-" + strconv.Itoa(min(n.count(), 99_999))
		}
		if n := options.get("maxDaysInFuture"); n != nil {
			f.def.Max = "today+" + strconv.Itoa(min(n.count(), 99_999))
		}
	case "MonthYearField":
		f.shape(`(0?[1-9]|1[0-2])[ ./-]{1,3}[0-9]{4}`, "Napište měsíc a rok, třeba 3 2027.")
	case "TimeField":
		f.shape(timePattern, timeMessage)
	case "DateTimeField", "DateTimePartsField":
		d.moment(f)
	case "EmailAddressField":
		f.def.Kind = "email"
	case "TelephoneNumberField":
		phone(f)
	case "WebsiteField":
		f.shape(`(https?://)?\S+\.\S+`, "Napište webovou adresu.")
	case "FileUploadField", "ClientSideFileUploadField":
		r.upload(f, options)
	case "UkAddressField":
		r.address(f)
	case "MultiInputField":
		r.repeat(f, c, section)
	default:
		d.log.change("field", f.key, f.at, "neznámý druh „"+short(kind)+"“, ptáme se textem")
	}
	return nil
}

// phone is a number of any country; our own kind takes one without a prefix for a Czech one.
func phone(f *field) {
	f.shape(`[+(]?[0-9][0-9 ()./-]{4,24}`, "Napište telefonní číslo.")
	f.def.Autocomplete = "tel"
}

// moment is a day with a time, which our format asks for one by one.
func (d *draft) moment(f *field) {
	f.def.Kind = "group"
	date, clock := d.part("date", "datum", "Datum", f), d.part("text", "cas", "Čas", f)
	clock.shape(timePattern, timeMessage)
	f.parts = []*field{date, clock}
	f.def.Required.Always = false
	d.log.change("field", f.key, f.at, "datum a čas jsou dvě pole skupiny")
}

// part is a question inside one of the source; it is not counted. It is required when the whole is.
func (d *draft) part(kind, key, text string, of *field) *field {
	p := &field{key: key, wish: key, at: of.at, def: &forms.Field{Kind: kind}}
	p.def.Label.CS, p.def.Required.Always = text, of.def.Required.Always
	return p
}

func (r *ukReader) length(f *field, schema, options *value) {
	least, most := schema.get("min").count(), schema.get("max").count()
	if n := schema.get("length").count(); n > 0 {
		least, most = n, n
	}
	f.within(least, most)
	f.atMostWords(options.get("maxWords").count(), options.get("maxWords").place())
	r.draft.pattern(f, schema.get("regex").str(), english(options.get("customValidationMessage")), schema.get("regex").place())
}

// choice takes options over, and questions that an option reveals.
func (r *ukReader) choice(f *field, c *value, many bool, section string) (revealed []*field) {
	items := c.get("values", "items").list()
	if len(items) == 0 {
		items = r.lists[c.get("list").str()].get("items").list()
	}
	var list []choice
	for _, x := range items {
		v, ok := x.get("value").scalar()
		if !ok {
			continue
		}
		text := english(x.get("text"))
		if text == "" {
			text = english(x.get("label"))
		}
		help := english(x.get("description"))
		if help == "" {
			help = english(x.get("hint"))
		}
		list = append(list, choice{v, text, help})
		if x.get("condition").str() != "" {
			source := r.draft.log.condition(x.get("condition").place())
			r.draft.log.loseCounted(source, "condition", f.key, "podmínka jedné možnosti výběru: možnost je nabídnuta vždy")
		}
		inside := x.get("conditional", "components")
		if inside == nil {
			inside = x.get("children")
		}
		for _, i := range inside.list() {
			more := r.component(i, section, false)
			op := "=="
			if many {
				op = "has"
			}
			picked := (&cond{op: 'a', atom: &atom{op: op, want: v, name: f.key, find: func() []*field { return []*field{f} }}})
			source := r.draft.log.condition(i.place())
			for _, m := range more {
				m.when = allOf(picked.from(source), m.when)
			}
			revealed = append(revealed, more...)
		}
	}
	r.draft.choose(f, many, list)
	return revealed
}

func (r *ukReader) upload(f *field, options *value) {
	f.def.Kind = "file"
	zone := options.get("dropzoneConfig")
	if n := zone.get("maxFiles").count(); n > 0 && n <= 50 {
		f.def.Max = float64(n)
	}
	if mb := zone.get("maxFilesize").count(); mb > 0 && mb < 1000 {
		f.def.MaxBytes = int64(mb) * 1_000_000
	}
	f.def.Accept = endings(zone.get("acceptedFiles").str())
	least := options.get("minimumRequiredFiles")
	if n := least.count(); n > 1 && (f.def.Max == nil || float64(n) <= f.def.Max.(float64)) {
		f.def.Min = float64(n)
	}
	if least != nil {
		f.def.Required.Always = least.count() > 0
	}
}

// address is a British one: our own kind knows Czech addresses.
func (r *ukReader) address(f *field) {
	f.def.Kind = "group"
	for _, p := range [][3]string{{"addressLine1", "Address line 1", "address-line1"}, {"addressLine2", "Address line 2", "address-line2"},
		{"town", "Town or city", "address-level2"}, {"county", "County", "address-level1"}, {"postcode", "Postcode", "postal-code"}} {
		part := r.draft.part("text", p[0], p[1], f)
		part.def.Autocomplete = p[2]
		if p[0] == "addressLine2" || p[0] == "county" {
			part.def.Required.Always = false
		}
		f.parts = append(f.parts, part)
	}
}

func (r *ukReader) repeat(f *field, c *value, section string) {
	f.def.Kind = "repeat"
	if f.def.Required.Always {
		f.def.Min = float64(1)
	}
	for _, child := range c.get("children").list() {
		f.parts = append(f.parts, r.component(child, section, true)...)
	}
}
