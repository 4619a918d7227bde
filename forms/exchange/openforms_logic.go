package exchange

import (
	"strconv"
	"strings"
)

// conditional reads the simple condition of a component.
func (r *ofReader) conditional(c *value, fields []*field) {
	simple := c.get("conditional")
	when, _ := simple.get("when").scalar()
	if when == "" {
		r.state(fields, c.get("hidden").isTrue())
		return
	}
	source := r.draft.log.condition(simple.place())
	want, _ := simple.get("eq").scalar()
	test := r.statement(when, "==", want)
	if simple.get("show").isFalse() {
		test = not(test)
	}
	for _, f := range fields {
		f.when = allOf(f.when, test.from(source))
	}
}

// lostConditional counts the condition of a component that is lost itself.
func (r *ofReader) lostConditional(c *value) {
	if when, _ := c.get("conditional", "when").scalar(); when != "" {
		r.draft.log.loseCounted(r.draft.log.condition(c.get("conditional").place()), "condition", c.get("key").str(), "podmínka patří prvku, který nemáme")
	}
}

// statement is about the question of a key; "key.option" is an option of a list of boxes.
func (r *ofReader) statement(name, op, want string) *cond {
	if base, option, ok := cutLast(name); ok && len(r.fields[name]) == 0 {
		if list := r.fields[base]; len(list) > 0 && list[0].values != nil {
			test := &cond{op: 'a', atom: &atom{op: "has", want: option, name: name, find: func() []*field { return r.fields[base] }}}
			if want == "false" {
				return not(test)
			}
			return test
		}
	}
	return &cond{op: 'a', atom: &atom{op: op, want: want, name: name, find: func() []*field { return r.fields[name] }}}
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// rules carries out what rules do to questions and steps.
func (r *ofReader) rules(list []*value) {
	for _, rule := range list {
		trigger := rule.get("json_logic_trigger")
		if trigger == nil {
			trigger = rule.get("jsonLogicTrigger")
		}
		for _, a := range rule.get("actions").list() {
			source := r.draft.log.condition(a.place())
			c := r.logic(trigger, 0)
			if why := unable(c); why != "" {
				r.draft.log.loseCounted(source, "condition", a.get("component").str(), "podmínka "+why+"; pole je vidět vždy")
				continue
			}
			r.act(rule, a, c.from(source), source)
		}
	}
}

func (r *ofReader) act(rule, a *value, when *cond, source *counted) {
	lose := func(reason string) { r.draft.log.loseCounted(source, "condition", a.get("component").str(), reason) }
	step := a.get("form_step_uuid").str()
	for _, x := range []*value{a.get("formStepUuid"), a.get("action", "form_step_uuid"), rule.get("form_step_uuid")} {
		if step == "" {
			step = x.str()
		}
	}
	p := r.pages[step]
	switch kind := a.get("action", "type").str(); {
	case kind == "property":
		fields := r.fields[a.get("component").str()]
		property := a.get("action", "property", "value").str()
		state := a.get("action", "state")
		for _, f := range fields {
			switch {
			case property == "hidden" && state.isTrue():
				r.state([]*field{f}, false)
				r.states[f].hide = append(r.states[f].hide, when)
			case property == "hidden":
				r.state([]*field{f}, false)
				r.states[f].show = append(r.states[f].show, when)
			case property == "validate.required" && state.isTrue():
				f.required = orElse(f.required, when)
			case property == "validate.required":
				f.def.Required.Always = false
				f.required = not(when)
			default:
				lose("pravidlo mění vlastnost „" + short(property) + "“, to neumíme")
			}
		}
		if len(fields) == 0 {
			lose("pravidlo se týká pole, které ve formuláři není")
		}
	case p == nil && (strings.HasPrefix(kind, "step-") || kind == "disable-next"):
		lose("pravidlo se týká kroku, který ve formuláři není")
	case kind == "step-not-applicable":
		p.when = allOf(p.when, not(when))
	case kind == "step-applicable":
		p.when = allOf(p.when, when)
		for _, f := range p.fields {
			if s := r.states[f]; s != nil {
				s.hidden = false
			}
		}
	case kind == "disable-next":
		p.stops = append(p.stops, stop{not(when), "S těmito odpověďmi nejde pokračovat."})
	default:
		lose("pravidlo „" + short(kind) + "“ neumíme")
	}
}

// logic says a rule of JSON-logic.
func (r *ofReader) logic(v *value, depth int) *cond {
	switch {
	case depth > 40:
		return unsaid("je příliš hluboká")
	case v.is(isBool) && v.truth:
		return nil
	case v.is(isBool):
		return never()
	case !v.is(isObject) || len(v.items) != 1:
		return unsaid("není podmínka JSON-logic")
	}
	op, args := v.names[0], v.items[0].list()
	if args == nil {
		args = []*value{v.items[0]}
	}
	several := func() []*cond {
		list := make([]*cond, len(args))
		for i, a := range args {
			list[i] = r.logic(a, depth+1)
		}
		return list
	}
	switch {
	case op == "and" && len(args) > 0:
		return allOf(several()...)
	case op == "or" && len(args) > 0:
		return anyOf(several()...)
	case op == "!" && len(args) == 1:
		return not(r.logic(args[0], depth+1))
	case op == "!!" && len(args) == 1:
		return r.logic(args[0], depth+1)
	case op == "if" && len(args) == 3:
		list := several()
		return anyOf(allOf(list[0], list[1]), allOf(not(list[0]), list[2]))
	case op == "var":
		name, _ := args[0].scalar()
		if f := r.fields[name]; len(f) > 0 && f[0].def.Kind != "yesno" && f[0].def.Kind != "declaration" {
			return r.statement(name, "given", "")
		}
		return r.statement(name, "==", "true")
	case len(args) == 2:
		return r.comparison(op, args[0], args[1])
	}
	return unsaid("používá „" + short(op) + "“, které neumíme")
}

var turned = map[string]string{"==": "==", "===": "==", "!=": "!=", "!==": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (r *ofReader) comparison(op string, a, b *value) *cond {
	if op == "in" {
		if name, ok := variable(b); ok {
			if want, ok := a.scalar(); ok {
				return r.statement(name, "has", want)
			}
		}
		if name, ok := variable(a); ok && b.is(isArray) {
			var list []*cond
			for _, x := range b.list() {
				want, _ := x.scalar()
				list = append(list, r.statement(name, "==", want))
			}
			return anyOf(list...)
		}
		return unsaid("používá „in“ způsobem, který neumíme")
	}
	back, ok := turned[op]
	if !ok {
		return unsaid("používá „" + short(op) + "“, které neumíme")
	}
	name, ok := variable(a)
	other := b
	if ok {
		back = turned[back]
	} else if name, ok = variable(b); ok {
		other = a
	}
	if !ok {
		return unsaid("nesrovnává odpověď s hodnotou")
	}
	isNot := back == "!="
	if isNot {
		back = "=="
	}
	want, plain := other.scalar()
	day := ""
	if !plain {
		if other.is(isNull) {
			want = ""
		} else if day = dayOf(other, 0); day == "" {
			return unsaid("srovnává s něčím, co neumíme říct")
		}
	}
	c := r.statement(name, back, want)
	if c.op == 'a' && day != "" {
		c.atom.day = day
	}
	if isNot {
		return not(c)
	}
	return c
}

// variable is the name of an answer, also of one read as a date.
func variable(v *value) (string, bool) {
	for _, wrap := range []string{"date", "datetime"} {
		if x := v.get(wrap); x != nil {
			if x.is(isArray) && len(x.items) == 1 {
				x = x.items[0]
			}
			v = x
		}
	}
	x := v.get("var")
	if x.is(isArray) && len(x.items) > 0 {
		x = x.items[0]
	}
	name, ok := x.scalar()
	return name, ok && name != "today" && name != "now"
}

// dayOf is a fixed day, today, or so long before or after.
func dayOf(v *value, depth int) string {
	if depth > 6 {
		return ""
	}
	if s := isoDay(v.str()); s != "" {
		return quote(s)
	}
	if x := v.get("date"); x != nil {
		return dayOf(x, depth+1)
	}
	if name, _ := v.get("var").scalar(); v.get("today") != nil || name == "today" || name == "now" {
		return "today"
	}
	for op, sign := range map[string]int{"+": 1, "-": -1} {
		args := v.get(op).list()
		if len(args) != 2 {
			continue
		}
		base := dayOf(args[0], depth+1)
		var by [3]int
		for i, x := range args[1].get("rdelta").list() {
			if n, ok := x.number(); ok && i < 3 && n > -10_000 && n < 10_000 {
				by[i] = sign * int(n)
			}
		}
		if base == "" || by == [3]int{} {
			return ""
		}
		if months := 12*by[0] + by[1]; months != 0 {
			base = "addMonths(" + base + ", " + strconv.Itoa(months) + ")"
		}
		if by[2] != 0 {
			base = "addDays(" + base + ", " + strconv.Itoa(by[2]) + ")"
		}
		return base
	}
	return ""
}
