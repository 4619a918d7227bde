package ofn

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// words takes a text out of an entry, under the first of the names that has one. Numbers are given as they are written.
func words(m map[string]any, names ...string) string {
	for _, name := range names {
		switch v := m[name].(type) {
		case string:
			delete(m, name)
			return v
		case json.Number:
			delete(m, name)
			return v.String()
		}
	}
	return ""
}

// inside takes an entry out of an entry.
func inside(m map[string]any, name string) map[string]any {
	v, ok := m[name].(map[string]any)
	if ok {
		delete(m, name)
	}
	return v
}

// some takes a list out of an entry; a single value is a list of one.
func some(m map[string]any, name string) []any {
	v, ok := m[name]
	if !ok || v == nil {
		return nil
	}
	delete(m, name)
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// rest keeps what was not taken.
func rest(t *Thing, m map[string]any) {
	for key, v := range m {
		t.keep(key, v)
	}
}

// person reads who is meant: an office, a firm or a human being.
func person(m map[string]any) Person {
	p := Person{ICO: words(m, "ico", "ic")}
	if p.ICO != "" && len(p.ICO) < 8 {
		p.ICO = fmt.Sprintf("%08s", p.ICO)
	}
	name := words(m, "nazev")
	if human := words(m, "jmeno"); human != "" && name == "" {
		name = human
	}
	p.Name = Czech(name)
	var place Place
	if a := inside(m, "adresa"); len(a) > 0 {
		place.Building, place.Room = Label{Plain: words(a, "budova")}, Label{Plain: words(a, "mistnost")}
		place.Address = address(a)
	}
	north, south := number(m, "zemepisna_sirka"), number(m, "zemepisna_delka")
	if north != "" && south != "" {
		place.Geometry = json.RawMessage(`{"type":"Point","coordinates":[` + south + "," + north + "]}")
		delete(m, "zemepisna_sirka")
		delete(m, "zemepisna_delka")
	}
	if place.Address != nil || place.Geometry != nil {
		p.Places = []Place{place}
	}
	rest(&p.Thing, m)
	return p
}

// number is a number as it is written, or "".
func number(m map[string]any, name string) string {
	s := fmt.Sprint(m[name])
	if _, err := strconv.ParseFloat(s, 64); err != nil || !json.Valid([]byte(s)) {
		return ""
	}
	return s
}

// address reads an address of the standard of 2018, which names elements by codes: those of the register become addresses of
// it, statistical ones ("CZ0325 559351") give the municipality at their end.
func address(m map[string]any) *Address {
	code := func(name string) int64 {
		parts := strings.Fields(fmt.Sprint(m[name]))
		if len(parts) == 0 {
			return 0
		}
		n, err := strconv.ParseInt(parts[len(parts)-1], 10, 64)
		if err != nil || n <= 0 {
			return 0
		}
		if len(parts) == 1 {
			delete(m, name) // a longer one says more and is kept beside
		}
		return n
	}
	a := &Address{}
	for _, c := range []struct {
		name, kind string
		target     *string
	}{
		{"kod_adm", "adresni-misto", &a.Point}, {"kod_obce", "obec", &a.Municipality}, {"kod_casti_obce", "cast-obce", &a.Part}, {"kod_ulice", "ulice", &a.Street},
	} {
		if n := code(c.name); n > 0 {
			*c.target = RUIAN(c.kind, n)
		}
	}
	for _, t := range []struct {
		name   string
		target *Text
	}{
		{"nazev_obce", &a.MunicipalityName}, {"nazev_casti_obce", &a.PartName}, {"nazev_ulice", &a.StreetName}, {"momc", &a.BoroughName},
		{"nazev_okresu", &a.DistrictName}, {"nazev_kraje", &a.RegionName},
	} {
		*t.target = Czech(words(m, t.name))
	}
	a.House, a.Orientation = code("cislo_domovni"), code("cislo_orientacni")
	a.HouseKind, a.OrientLetter, a.PostCode = words(m, "typ_so"), words(m, "znak_cisla_orientacniho"), words(m, "psc")
	if text := strings.Join(strings.Fields(words(m, "ulice")+" "+words(m, "lokalita")), " "); text != "" {
		a.Words = Czech(text)
	}
	for key, v := range m {
		t := Thing{Extra: a.Extra}
		t.keep(key, v)
		a.Extra = t.Extra
	}
	return a
}

// modern gives an entry of the first, English draft of the standard the names of the later one.
func modern(m map[string]any) map[string]any {
	for english, czech := range map[string]string{
		"identifier": "identifikator", "date_published": "zverejneno", "date_unpublished": "sejmuto", "title": "nazev", "summary": "anotace",
		"documents": "dokument",
	} {
		if v, ok := m[english]; ok && m[czech] == nil {
			m[czech] = v
			delete(m, english)
		}
	}
	entity := func(english, czech string) {
		who := inside(m, english)
		properties := inside(who, "entity_properties")
		if properties == nil {
			if len(who) > 0 {
				m[english] = who
			}
			return
		}
		properties["nazev"] = properties["name"]
		delete(properties, "name")
		var others []any
		for _, i := range some(properties, "identifiers") {
			if id, ok := i.(map[string]any); ok && id["scheme"] == "IČ" {
				properties["ico"] = id["identifier"]
			} else {
				others = append(others, i)
			}
		}
		if others != nil {
			properties["identifiers"] = others
		}
		for key, v := range who {
			properties[key] = v
		}
		m[czech] = properties
	}
	entity("publisher", "organizace")
	entity("creator", "autor")
	if about, ok := m["about"].(map[string]any); ok {
		for _, c := range some(about, "classification") {
			if class, ok := c.(map[string]any); ok && len(class) == 1 && class["name"] != nil {
				add(m, "agenda", class["name"])
			} else {
				add(about, "classification", c)
			}
		}
		if len(about) == 0 {
			delete(m, "about")
		}
	}
	return m
}
