package exchange

// translate says a schema that serves as a condition, about the answer at a path from an object ("" = the object itself).
func (r *schemaReader) translate(o *object, path []string, s *value, depth int) *cond {
	if s.is(isBool) {
		if s.isTrue() {
			return nil
		}
		return never()
	}
	s, err := r.follow(s, depth)
	if err != nil || !s.is(isObject) {
		return unsaid("má nečitelné schéma")
	}
	required := map[string]bool{}
	for _, x := range s.get("required").list() {
		required[x.str()] = true
	}
	var parts []*cond
	for i, word := range s.names {
		x := s.items[i]
		switch word {
		case "properties":
			for i, p := range x.members() {
				at := append(append([]string(nil), path...), x.names[i])
				c := r.translate(o, at, p, depth+1)
				if required[x.names[i]] {
					delete(required, x.names[i])
					if c == nil {
						c = o.atom(at, "given", "")
					}
				} else if c != nil {
					c = anyOf(not(o.atom(at, "given", "")), c)
				}
				parts = append(parts, c)
			}
		case "required":
			// after properties, which may say more
		case "not":
			parts = append(parts, not(r.translate(o, path, x, depth+1)))
		case "allOf", "anyOf", "oneOf":
			parts = append(parts, r.several(word, o, path, x, depth))
		default:
			parts = append(parts, o.keyword(path, word, x))
		}
	}
	for _, x := range s.get("required").list() {
		if required[x.str()] {
			parts = append(parts, o.atom(append(append([]string(nil), path...), x.str()), "given", ""))
		}
	}
	return allOf(parts...)
}

func (r *schemaReader) several(word string, o *object, path []string, x *value, depth int) *cond {
	list := make([]*cond, len(x.list()))
	for i, sub := range x.list() {
		list[i] = r.translate(o, path, sub, depth+1)
	}
	switch {
	case len(list) == 0:
		return unsaid("má prázdné „" + word + "“")
	case word == "allOf":
		return allOf(list...)
	case word == "anyOf":
		return anyOf(list...)
	case len(list) > 6:
		return unsaid("má příliš mnoho větví „oneOf“")
	}
	exactly := make([]*cond, len(list))
	for i := range list {
		var parts []*cond
		for j, c := range list {
			if i != j {
				c = not(c)
			}
			parts = append(parts, c)
		}
		exactly[i] = allOf(parts...)
	}
	return anyOf(exactly...)
}

// keyword says one word of a schema about one answer.
func (o *object) keyword(path []string, word string, x *value) *cond {
	if len(path) == 0 && word != "type" && word != "title" && word != "$ref" {
		return unsaid("používá „" + short(word) + "“, které tu neumíme")
	}
	one := func(op string) *cond {
		if s, ok := x.scalar(); ok {
			return o.atom(path, op, s)
		}
		return unsaid("srovnává s něčím jiným než s textem, číslem nebo ano/ne")
	}
	switch word {
	case "type", "title", "description", "format", "$ref", "$schema", "default":
		return nil
	case "const":
		return one("==")
	case "minimum":
		return one(">=")
	case "maximum":
		return one("<=")
	case "exclusiveMinimum":
		return one(">")
	case "exclusiveMaximum":
		return one("<")
	case "minItems":
		return one("len>=")
	case "maxItems":
		return one("len<=")
	case "minLength":
		return one("len>=")
	case "pattern":
		return one("matches")
	case "enum":
		return o.among(path, "==", x)
	case "contains":
		if c := x.get("const"); c != nil {
			if s, ok := c.scalar(); ok {
				return o.atom(path, "has", s)
			}
		}
		if list := x.get("enum"); list != nil {
			return o.among(path, "has", list)
		}
	}
	return unsaid("používá „" + short(word) + "“, které neumíme")
}

func (o *object) among(path []string, op string, x *value) *cond {
	var list []*cond
	for _, e := range x.list() {
		s, ok := e.scalar()
		if !ok {
			return unsaid("srovnává s něčím jiným než s textem, číslem nebo ano/ne")
		}
		list = append(list, o.atom(path, op, s))
	}
	if len(list) == 0 {
		return never()
	}
	return anyOf(list...)
}

// atom is a statement about the question at a path; it is looked for when all are known.
func (o *object) atom(path []string, op, want string) *cond {
	name := ""
	if len(path) > 0 {
		name = path[len(path)-1]
	}
	return &cond{op: 'a', atom: &atom{op: op, want: want, name: name, none: true, find: func() []*field { return o.at(path) }}}
}

func (o *object) at(path []string) []*field {
	if len(path) == 0 {
		return nil
	}
	in := []*object{o}
	for _, key := range path[:len(path)-1] {
		var next []*object
		for _, x := range in {
			next = append(next, x.objects[key]...)
		}
		in = next
	}
	var list []*field
	for _, x := range in {
		list = append(list, x.fields[path[len(path)-1]]...)
	}
	return list
}
