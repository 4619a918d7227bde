package exchange

import (
	"strconv"
	"strings"

	"epom/forms"
)

// component makes the question of one component of Form.io.
func (r *ofReader) component(c *value, prefix string) []*field {
	d, kind, key := r.draft, c.get("type").str(), c.get("key").str()
	if !c.is(isObject) {
		return nil
	}
	switch kind {
	case "fieldset", "columns", "panel", "well":
		return r.box(c, prefix)
	case "button", "softRequiredErrors":
		return nil
	case "content", "htmlelement":
		text := c.get("html").str()
		if text == "" {
			text = c.get("content").str()
		}
		f := d.note(key, "", plain(text), c.place())
		if f != nil {
			r.register(key, prefix, f)
			r.conditional(c, []*field{f})
		}
		return add(nil, f)
	case "signature", "npFamilyMembers", "productPrice":
		what := map[string]string{"signature": "podpis kreslený na obrazovce"}[kind]
		if what == "" {
			what = "prvek „" + kind + "“"
		}
		d.log.loseCounted(d.log.field(c.place()), "field", key, what+" náš formát nemá")
		r.lostConditional(c)
		return nil
	}
	draw := c.get("interactions")
	if kind == "map" && (draw.get("polygon").isTrue() || draw.get("polyline").isTrue()) {
		d.log.loseCounted(d.log.field(c.place()), "field", key, "kreslení do mapy náš formát nemá")
		r.lostConditional(c)
		return nil
	}
	f := d.newField("text", key, c.get("label").str(), c.place())
	f.def.Help.CS = strings.TrimSpace(markdown(c.get("description").str()) + "\n" + markdown(c.get("tooltip").str()))
	f.def.Required.Always = c.get("validate", "required").isTrue()
	f.def.Sensitive = f.def.Sensitive || c.get("isSensitiveData").isTrue()
	if f.def.Kind != "note" && c.get("showInSummary").isFalse() {
		no := false
		f.def.InSummary = &no
	}
	r.kind(f, c, kind, prefix)
	r.checks(f, c)
	r.translations(f, c)
	f = r.many(f, c, kind)
	r.register(key, prefix, f)
	r.conditional(c, []*field{f})
	r.lost(f, c)
	return []*field{f}
}

// translations takes English texts over; Dutch ones are the base.
func (r *ofReader) translations(f *field, c *value) {
	for _, at := range []*value{c.get("openForms", "translations", "en"), c.get("of-translations", "en")} {
		if s := label(at.get("label").str()); s != "" {
			f.def.Label.EN = s
		}
		if s := markdown(at.get("description").str()); s != "" && f.def.Help.CS != "" {
			f.def.Help.EN = s
		}
	}
}

func (r *ofReader) kind(f *field, c *value, kind, prefix string) {
	d := r.draft
	switch kind {
	case "textfield", "password":
	case "textarea":
		f.def.Kind, f.def.Rows = "longtext", min(c.get("rows").count(), 40)
	case "number", "currency":
		f.def.Kind, f.def.Decimals = "number", 6
		if n := c.get("decimalLimit"); n != nil && n.kind != isNull {
			f.def.Decimals = min(n.count(), 6)
		}
		f.def.Unit.CS = label(c.get("suffix").str())
		if kind == "currency" {
			f.def.Unit.CS = c.get("currency").str()
			if f.def.Unit.CS == "" {
				f.def.Unit.CS = "EUR"
			}
			f.def.Decimals = min(f.def.Decimals, 2)
		}
		f.limits(c.get("validate", "min"), c.get("validate", "max"))
	case "date":
		f.def.Kind = "date"
		r.days(f, c)
	case "time":
		f.shape(timePattern, timeMessage)
	case "datetime":
		d.moment(f)
	case "email":
		f.def.Kind = "email"
	case "phoneNumber":
		phone(f)
	case "postcode":
		f.shape(`[1-9][0-9]{3} ?[A-Za-z]{2}`, "PSČ má tvar 1234 AB.")
		d.log.change("check", f.key, f.at, "zakázaná písmena PSČ (SA, SD, SS) nehlídáme")
	case "iban":
		f.shape(`[A-Z]{2}[0-9]{2}( ?[0-9A-Z]){10,30}`, "IBAN začíná dvěma písmeny a dvěma číslicemi.")
		d.log.lose("check", f.key, f.at, "kontrolní číslice cizího IBAN neověřujeme, jen jeho tvar")
	case "bsn":
		f.shape(`[0-9]{9}`, "Číslo BSN má devět číslic.")
		f.def.Sensitive = true
		d.log.lose("check", f.key, f.at, "kontrolní číslici BSN neověřujeme, jen tvar")
	case "licenseplate":
		f.shape(`[A-Za-z0-9]{1,3}-[A-Za-z0-9]{1,3}-[A-Za-z0-9]{1,3}`, "Značka má tvar 1-AAA-BB.")
	case "cosign", "coSign":
		f.def.Kind = "email"
		d.log.change("field", f.key, f.at, "spolupodpis: zůstává e-mail osoby, podepisuje se až v našem kroku podpisů")
	case "map":
		f.def.Help.CS = strings.TrimSpace(f.def.Help.CS + "\nPopište místo slovy, nebo napište jeho souřadnice.")
		d.log.change("field", f.key, f.at, "na místo v mapě se ptáme slovy")
	case "checkbox":
		f.def.Kind = "declaration"
	case "select", "radio", "selectboxes":
		r.choice(f, c, kind)
	case "file":
		r.file(f, c)
	case "editgrid", "datagrid":
		f.def.Kind = "repeat"
		f.parts = r.components(c.get("components"), prefix+c.get("key").str()+".")
		f.def.ItemLabel.CS, f.def.AddLabel.CS = label(c.get("groupLabel").str()), label(c.get("addAnother").str())
		if n := c.get("validate", "maxLength").count(); n > 0 && n <= 200 {
			f.def.Max = float64(n)
		}
	case "addressNL", "partners", "children", "customerProfile":
		r.together(f, c, kind)
	default:
		d.log.change("field", f.key, f.at, "neznámý druh „"+short(kind)+"“, ptáme se textem")
	}
}

// days reads limits of a date: fixed ones and those counted from today.
func (r *ofReader) days(f *field, c *value) {
	for _, side := range []struct {
		name, fixed string
		to          *any
	}{{"minDate", "minDate", &f.def.Min}, {"maxDate", "maxDate", &f.def.Max}} {
		limit := c.get("openForms", side.name)
		delta := limit.get("delta")
		switch mode := limit.get("mode").str(); mode {
		case "", "fixedValue":
			if day := isoDay(c.get("datePicker", side.fixed).str()); day != "" {
				*side.to = day
			}
		case "future", "past":
			*side.to = "today"
			if !limit.get("includeToday").isTrue() {
				*side.to = map[string]string{"future": "today+1", "past": "today-1"}[mode]
			}
		default:
			sign, days, months := "+", delta.get("days").count(), delta.get("months").count()+12*delta.get("years").count()
			if limit.get("operator").str() == "subtract" {
				sign = "-"
			}
			switch name := limit.get("variable").str(); {
			case name != "now" && name != "today" || days > 0 && months > 0 || days > 30_000 || months > 3000:
				r.draft.log.lose("check", f.key, limit.place(), "mez data se počítá z jiného pole, to neumíme")
			case months > 0:
				*side.to = "today" + sign + strconv.Itoa(months) + "m"
			default:
				*side.to = "today" + sign + strconv.Itoa(days)
			}
		}
	}
}

func (r *ofReader) choice(f *field, c *value, kind string) {
	values := c.get("values").list()
	if kind == "select" {
		values = c.get("data", "values").list()
	}
	if source := c.get("openForms", "dataSrc").str(); source != "" && source != "manual" {
		r.draft.log.lose("option", f.key, c.place(), "možnosti se berou z proměnné „"+short(source)+"“, tu nemáme")
	}
	var list []choice
	for _, v := range values {
		if s, ok := v.get("value").scalar(); ok {
			list = append(list, choice{s, v.get("label").str(), v.get("description").str()})
		}
	}
	many := kind == "selectboxes" || c.get("multiple").isTrue()
	r.draft.choose(f, many, list)
	if f.def.Kind == "choices" {
		if n := c.get("validate", "minSelectedCount").count(); n > 0 {
			f.def.Min = float64(n)
		}
		if n := c.get("validate", "maxSelectedCount").count(); n > 0 && (f.def.Min == nil || float64(n) >= f.def.Min.(float64)) {
			f.def.Max = float64(n)
		}
	}
}

func (r *ofReader) file(f *field, c *value) {
	f.def.Kind = "file"
	var types []string
	for _, t := range c.get("file", "type").list() {
		types = append(types, t.str())
	}
	f.def.Accept = endings(strings.Join(append(types, c.get("filePattern").str()), ","))
	size := strings.ToUpper(strings.ReplaceAll(c.get("fileMaxSize").str(), " ", ""))
	for unit, bytes := range map[string]int64{"MB": 1_000_000, "KB": 1000} {
		if n, err := strconv.ParseInt(strings.TrimSuffix(size, unit), 10, 32); err == nil && strings.HasSuffix(size, unit) && n > 0 {
			f.def.MaxBytes = n * bytes
		}
	}
	if n := c.get("maxNumberOfFiles").count(); n > 0 && n <= 50 {
		f.def.Max = float64(n)
	} else if !c.get("multiple").isTrue() {
		f.def.Max = float64(1)
	}
}

// together makes groups and blocks of what is one component there.
func (r *ofReader) together(f *field, c *value, kind string) {
	d := r.draft
	text := func(key, label string) *field { return d.part("text", key, label, f) }
	optional := func(p *field) *field {
		p.def.Required.Always = false
		return p
	}
	f.def.Kind = "group"
	switch kind {
	case "addressNL":
		f.parts = []*field{text("postcode", "Postcode").shape(`[1-9][0-9]{3} ?[A-Za-z]{2}`, "PSČ má tvar 1234 AB."), text("houseNumber", "Huisnummer"),
			optional(text("houseLetter", "Huisletter")), optional(text("houseNumberAddition", "Toevoeging"))}
		if c.get("deriveAddress").isTrue() {
			f.parts = append(f.parts, optional(text("streetName", "Straat")), optional(text("city", "Stad")))
		}
	case "customerProfile":
		f.parts = []*field{optional(d.part("email", "email", "E-mail", f))}
		tel := optional(text("phoneNumber", "Telefoonnummer"))
		phone(tel)
		f.parts = append(f.parts, tel)
		d.log.change("field", f.key, f.at, "kontakt z profilu je skupina s e-mailem a telefonem")
	default:
		f.def.Kind = "repeat"
		f.parts = []*field{optional(text("bsn", "BSN").shape(`[0-9]{9}`, "Číslo BSN má devět číslic.")), text("firstNames", "Voornamen"),
			optional(text("initials", "Voorletters")), optional(text("affixes", "Tussenvoegsel")), text("lastName", "Achternaam"),
			d.part("date", "dateOfBirth", "Geboortedatum", f)}
		f.parts[0].def.Sensitive = true
		d.log.change("field", f.key, f.at, "osoby z registru se u nás vypisují ručně")
	}
}

// checks takes limits over; code of the source is not run.
func (r *ofReader) checks(f *field, c *value) {
	d, v := r.draft, c.get("validate")
	if f.def.Kind == "text" || f.def.Kind == "longtext" {
		f.within(v.get("minLength").count(), v.get("maxLength").count())
		f.atMostWords(v.get("maxWords").count(), v.get("maxWords").place())
		message := v.get("customMessage").str()
		if message == "" {
			message = c.get("errors", "pattern").str()
		}
		if f.def.Pattern == "" {
			d.pattern(f, v.get("pattern").str(), message, v.get("pattern").place())
		}
		if n := v.get("minWords"); n.count() > 0 {
			d.log.lose("check", f.key, n.place(), "nejmenší počet slov neumíme")
		}
	}
	if s := v.get("custom"); strings.TrimSpace(s.str()) != "" {
		d.log.lose("check", f.key, s.place(), "vlastní kontrola je program v cizím jazyce")
	}
	for _, p := range v.get("plugins").list() {
		d.log.lose("check", f.key, p.place(), "kontrola „"+short(p.str())+"“ volá cizí službu")
	}
}

// many makes a block of one question that takes several answers.
func (r *ofReader) many(f *field, c *value, kind string) *field {
	if !c.get("multiple").isTrue() || f.def.Kind == "choices" || f.def.Kind == "file" || f.def.Kind == "repeat" {
		return f
	}
	block := &field{key: f.key, wish: f.wish, at: f.at, source: f.source, parts: []*field{f}, def: &forms.Field{Kind: "repeat", Label: f.def.Label}}
	block.def.Required.Always = f.def.Required.Always
	f.source, f.wish, f.def.Required.Always = nil, "hodnota", true
	return block
}

// lost lists what a component has and we do not.
func (r *ofReader) lost(f *field, c *value) {
	l := r.draft.log
	if x := c.get("defaultValue"); x != nil {
		if s, ok := x.scalar(); ok && s != "" && s != "false" {
			l.lose("default", f.key, x.place(), "předvyplněnou hodnotu „"+short(s)+"“ náš formát nemá")
		}
	}
	for _, name := range []string{"calculateValue", "customDefaultValue"} {
		if x := c.get(name); strings.TrimSpace(x.str()) != "" {
			l.lose("default", f.key, x.place(), "výpočet hodnoty je program v cizím jazyce")
		}
	}
	if x := c.get("inputMask"); x.str() != "" {
		l.lose("check", f.key, x.place(), "masku „"+short(x.str())+"“ nepřevádíme")
	}
	for _, name := range []string{"errors", "translatedErrors"} {
		if x := c.get(name); wordy(x, 0) {
			l.lose("text", f.key, x.place(), "vlastní znění chyb nepřevádíme, používají se naše")
		}
	}
	if x := c.get("prefill", "plugin"); x.str() != "" {
		l.lose("default", f.key, x.place(), "předvyplnění z „"+short(x.str())+"“ nemáme")
	}
}

// wordy tells that there is some text inside.
func wordy(v *value, depth int) bool {
	if v.str() != "" {
		return true
	}
	for _, x := range v.members() {
		if depth < 5 && wordy(x, depth+1) {
			return true
		}
	}
	return false
}
