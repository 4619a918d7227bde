package exchange

import "regexp"

// infix reads expressions such as `a.b == true and (n > 1 or name == 'x')` as they stand in older forms.
func infix(text string, statement func(name, op, want string) *cond) *cond {
	if len(text) > 2000 {
		return unsaid("je příliš dlouhá")
	}
	p := &infixReader{words: infixWord.FindAllString(text, -1), statement: statement}
	rest := infixWord.ReplaceAllString(text, "")
	c := p.or(0)
	if p.bad || p.at < len(p.words) || line(rest) != "" {
		return unsaid("„" + short(text) + "“ neumíme přečíst")
	}
	return c
}

var (
	infixWord   = regexp.MustCompile(`'[^']*'|"[^"]*"|==|!=|>=|<=|&&|\|\||[<>!()]|-?[0-9]+(\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_.-]*`)
	infixName   = regexp.MustCompile(`^[A-Za-z_]`)
	infixNumber = regexp.MustCompile(`^-?[0-9]`)
)

type infixReader struct {
	words     []string
	at        int
	bad       bool
	statement func(name, op, want string) *cond
}

func (p *infixReader) next(words ...string) bool {
	for _, w := range words {
		if p.at < len(p.words) && p.words[p.at] == w {
			p.at++
			return true
		}
	}
	return false
}

func (p *infixReader) or(depth int) *cond {
	list := []*cond{p.and(depth)}
	for p.next("or", "||") {
		list = append(list, p.and(depth))
	}
	return anyOf(list...)
}

func (p *infixReader) and(depth int) *cond {
	list := []*cond{p.one(depth)}
	for p.next("and", "&&") {
		list = append(list, p.one(depth))
	}
	return allOf(list...)
}

func (p *infixReader) fail() *cond {
	p.bad = true
	return unsaid("neumíme přečíst")
}

func (p *infixReader) one(depth int) *cond {
	switch {
	case depth > 40 || p.bad:
		return p.fail()
	case p.next("not", "!"):
		return not(p.one(depth + 1))
	case p.next("("):
		c := p.or(depth + 1)
		if !p.next(")") {
			return p.fail()
		}
		return c
	case p.at >= len(p.words) || !infixName.MatchString(p.words[p.at]):
		return p.fail()
	}
	name := p.words[p.at]
	p.at++
	if p.at >= len(p.words) {
		return p.statement(name, "==", "true")
	}
	op := p.words[p.at]
	switch op {
	case "==", "!=", ">", ">=", "<", "<=":
		p.at++
	default:
		return p.statement(name, "==", "true")
	}
	if p.at >= len(p.words) {
		return p.fail()
	}
	want := p.words[p.at]
	p.at++
	switch {
	case want[0] == '\'' || want[0] == '"':
		want = want[1 : len(want)-1]
	case want != "true" && want != "false" && !infixNumber.MatchString(want):
		return p.fail()
	}
	if op == "!=" {
		return not(p.statement(name, "==", want))
	}
	return p.statement(name, op, want)
}
