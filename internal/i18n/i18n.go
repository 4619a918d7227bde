// Package i18n turns the Czech text of a page into the visitor's language. The Czech text itself is the key, so a
// template reads like a page, and a text without a translation is still a sentence.
package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// The catalogues: a folder a language, a file a part of the site (the same names in each folder).
//
//go:embed en/*.json uk/*.json
var files embed.FS

// Default is the language everything is written in.
const Default = "cs"

// Languages are the offered ones in the order of the switch.
var Languages = []string{Default, "en", "uk"}

var catalogues = map[string]map[string]string{"en": load("en"), "uk": load("uk")}

// Known says whether lang is offered.
func Known(lang string) bool {
	_, ok := catalogues[lang]
	return ok || lang == Default
}

// T returns text in lang, filled with args as by fmt.Sprintf when there are any. An unknown language or a missing
// translation gives the Czech text.
func T(lang, text string, args ...any) string {
	if translated, ok := catalogues[lang][text]; ok {
		text = translated
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Has says whether text has a translation into lang.
func Has(lang, text string) bool {
	_, ok := catalogues[lang][text]
	return ok || lang == Default
}

// N returns the form of a counted text that fits n: N(lang, 3, "%d den", "%d dny", "%d dní"). The Czech forms are
// one, few (2–4) and other. A catalogue keeps all forms under the Czech ones joined by "|": English one|other,
// Ukrainian one|few|many. A form may contain one %d for n.
func N(lang string, n int, forms ...string) string {
	rule := plurals[lang]
	if translated, ok := catalogues[lang][strings.Join(forms, "|")]; ok {
		forms = strings.Split(translated, "|")
	} else {
		rule = plurals[Default]
	}
	form := forms[min(rule(n), len(forms)-1)]
	if strings.Contains(form, "%d") {
		return fmt.Sprintf(form, n)
	}
	return form
}

// plurals gives the index of the form for a count (CLDR cardinal rules for whole numbers).
var plurals = map[string]func(int) int{
	Default: func(n int) int {
		switch {
		case n == 1:
			return 0
		case n >= 2 && n <= 4:
			return 1
		}
		return 2
	},
	"en": func(n int) int {
		if n == 1 {
			return 0
		}
		return 1
	},
	"uk": func(n int) int {
		tens, ones := n%100, n%10
		switch {
		case ones == 1 && tens != 11:
			return 0
		case ones >= 2 && ones <= 4 && (tens < 12 || tens > 14):
			return 1
		}
		return 2
	},
}

func load(lang string) map[string]string {
	names, err := files.ReadDir(lang)
	if err != nil {
		panic(err)
	}
	all := map[string]string{}
	for _, entry := range names {
		name := lang + "/" + entry.Name()
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(data, &texts); err != nil {
			panic(fmt.Errorf("i18n: %s: %w", name, err))
		}
		maps.Copy(all, texts)
	}
	return all
}
