package exchange

import (
	"strconv"
	"strings"
)

// condition says a condition by its name: a model of statements, or an expression.
func (r *ukReader) condition(name string, depth int) *cond {
	r.used[name] = true
	c := r.conditions[name]
	switch {
	case c == nil:
		return unsaid("„" + short(name) + "“ ve formuláři není")
	case depth > 20:
		return unsaid("odkazuje sama na sebe")
	case c.get("value").is(isString):
		return infix(c.get("value").str(), r.statement)
	}
	return r.model(c.get("value", "conditions").list(), depth)
}

// model reads statements joined by "and" and "or", of which "and" binds closer.
func (r *ukReader) model(list []*value, depth int) *cond {
	var either, both []*cond
	for _, x := range list {
		if x.get("coordinator").str() == "or" && len(both) > 0 {
			either, both = append(either, allOf(both...)), nil
		}
		switch {
		case x.get("conditionName").str() != "":
			both = append(both, r.condition(x.get("conditionName").str(), depth+1))
		case x.get("conditions") != nil && depth <= 20:
			both = append(both, r.model(x.get("conditions").list(), depth+1))
		default:
			both = append(both, r.compare(x))
		}
	}
	if len(both) == 0 {
		return unsaid("je prázdná")
	}
	return anyOf(append(either, allOf(both...))...)
}

var ukOperators = map[string]string{"is": "==", "is not": "!==", "contains": "has", "does not contain": "!has", "is more than": ">",
	"is at least": ">=", "is less than": "<", "is at most": "<=", "is before": "<", "is after": ">", "is longer than": "len>",
	"is shorter than": "len<", "has length": "len==", "matches regex": "matches"}

func (r *ukReader) compare(x *value) *cond {
	op, ok := ukOperators[x.get("operator").str()]
	if !ok {
		return unsaid("používá „" + short(x.get("operator").str()) + "“, které neumíme")
	}
	name := x.get("field", "name").str()
	want, ok := x.get("value").scalar()
	relative := ""
	if v := x.get("value"); !ok {
		if v.get("type").str() == "RelativeTime" {
			if relative = relativeDay(v); relative == "" {
				return unsaid("srovnává s časem, který neumíme říct")
			}
		} else if want, ok = v.get("value").scalar(); !ok {
			return unsaid("srovnává s ničím")
		}
	}
	op, isNot := strings.CutPrefix(op, "!")
	c := r.statement(name, op, want)
	c.atom.day = relative
	if isNot {
		return not(c)
	}
	return c
}

// statement is about the question of a name, with or without its section.
func (r *ukReader) statement(name, op, want string) *cond {
	return &cond{op: 'a', atom: &atom{op: op, want: want, name: name, find: func() []*field {
		if list := r.fields[name]; len(list) > 0 {
			return list
		}
		return r.fields[name[strings.LastIndexByte(name, '.')+1:]]
	}}}
}

// relativeDay is a day so far from today.
func relativeDay(v *value) string {
	n := v.get("period").count()
	if n == 0 {
		n = v.get("timePeriod").count()
	}
	unit := v.get("unit").str() + v.get("timeUnit").str()
	if v.get("direction").str() == "in the past" {
		n = -n
	}
	switch {
	case n > 100_000 || n < -100_000:
		return ""
	case strings.HasPrefix(unit, "day"):
		return "addDays(today, " + strconv.Itoa(n) + ")"
	case strings.HasPrefix(unit, "month"):
		return "addMonths(today, " + strconv.Itoa(n) + ")"
	case strings.HasPrefix(unit, "year"):
		return "addMonths(today, " + strconv.Itoa(12*n) + ")"
	}
	return ""
}
