package sip

import "strings"

// separators between the parts of a full file code.
const separators = ".-–—/ "

// below says whether full is the code of the parent, a separator, and the simple code.
func below(full, parentFull, simple string) bool {
	rest, ok := strings.CutPrefix(full, parentFull)
	if !ok {
		return false
	}
	for _, s := range separators {
		if rest == string(s)+simple {
			return true
		}
	}
	return false
}

// coded visits entities that carry file codes.
func coded(f func(e *node, simple, full string, say report), names ...string) func(*records, report) {
	return func(c *records, say report) {
		for _, e := range c.entities {
			if e.name != "SpisovyPlan" && (len(names) == 0 || among(e.name, names...)) {
				simple, full := codes(e)
				f(e, simple, full, say)
			}
		}
	}
}

// schemeRules: classification.
var schemeRules = []recordsRule{
	{clerk("obs90", "typové spisy jsou ve věcné skupině určené pro typové spisy a nic jiného v ní není", std+" 3.1.2"), nil, func(c *records, say report) {
		for _, e := range c.entities {
			g := parent(e)
			if g == nil || g.name != "VecnaSkupina" {
				continue
			}
			meant := data(g, "UrcenoProTypoveSpisy").val() == "ano"
			if e.name == "TypovySpis" && !meant || e.name != "TypovySpis" && meant {
				say(g, "")
			}
		}
	}},
	{clerk("obs93a", "jednoduchý spisový znak je vyplněn", annex+", nsesss-common"), nil, coded(func(e *node, simple, _ string, say report) {
		if simple == "" {
			say(e, "")
		}
	})},
	{clerk("obs93b", "věcná skupina nejvyšší úrovně má jednoduchý a plně určený spisový znak stejný", std+" 3.1.12"), nil, coded(func(e *node, simple, full string, say report) {
		if p := parent(e); p != nil && p.name == "SpisovyPlan" && simple != full {
			say(e, "znaky %.40q a %.60q", simple, full)
		}
	}, "VecnaSkupina")},
	{clerk("obs94", "plně určený spisový znak končí jednoduchým", std+" 3.1.12"), nil, coded(func(e *node, simple, full string, say report) {
		if !strings.HasSuffix(full, simple) {
			say(e, "znaky %.40q a %.60q", simple, full)
		}
	})},
	{clerk("obs95", "spisový znak podřízené skupiny nebo součásti je znak nadřízené, oddělovač a jednoduchý znak bez oddělovače", std+" 3.1.12"), nil, coded(func(e *node, simple, full string, say report) {
		if e.name == "VecnaSkupina" && strings.ContainsAny(simple, separators) {
			say(e, "jednoduchý znak %.60q", simple)
		}
		if p := parent(e); p != nil && among(p.name, "VecnaSkupina", "TypovySpis") {
			if _, above := codes(p); !below(full, above, simple) {
				say(e, "znak %.60q pod %.60q", full, above)
			}
		}
	}, "VecnaSkupina", "Soucast")},
	{clerk("obs96", "spis, typový spis, díl a dokument mají spisový znak své věcné skupiny nebo součásti", dec+" § 12 odst. 3 a 4"), nil, coded(func(e *node, simple, full string, say report) {
		if p := parent(e); p != nil && among(p.name, "VecnaSkupina", "Soucast") {
			if s, f := codes(p); s != simple || f != full {
				say(e, "znak %.60q místo %.60q", full, f)
			}
		}
	}, "TypovySpis", "Dil", "Spis", "Dokument")},
	{clerk("obs97", "pevně spojené spisy mají stejný spisový znak", std+" 4.1.4 a 4.1.5"), nil, func(c *records, say report) {
		for i, b := range c.bases {
			if s, f := codes(b); i > 0 {
				if s0, f0 := codes(c.bases[0]); s != s0 || f != f0 {
					say(b, "znak %.60q místo %.60q", f, f0)
				}
			}
		}
	}},
	{clerk("obs98", "dokumenty a spisy uvnitř mají spisový znak svého spisu nebo dílu", dec+" § 12 odst. 3 a 4"), nil, eachBase(func(_ *records, b *node, say report) {
		simple, full := codes(b)
		for _, e := range b.all("Spis", "Dokument") {
			if s, f := codes(e); s != simple || f != full {
				say(e, "znak %.60q místo %.60q", f, full)
			}
		}
	}, "Dil", "Spis")},
}
