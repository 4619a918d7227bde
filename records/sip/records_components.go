package sip

import (
	"slices"
	"strconv"
	"strings"
)

const (
	original = "originál"
	output   = "originál ve výstupním datovém formátu"
)

// ordered is the components of a document with the same order number.
type ordered struct {
	doc     *node
	order   int
	parts   []*node
	highest int // version
}

func number(n *node, attr string) int {
	v, err := strconv.Atoi(strings.TrimSpace(n.attr(attr)))
	if err != nil {
		return -1
	}
	return v
}

// byOrder groups components of every document by their order, in the order in which they first come.
func (c *records) byOrder() []ordered {
	var out []ordered
	for _, box := range c.metaAll("Komponenty") {
		at := map[int]int{}
		for _, k := range box.list("Komponenta") {
			n := number(k, "poradi")
			i, ok := at[n]
			if !ok {
				i = len(out)
				at[n] = i
				out = append(out, ordered{doc: box.parent, order: n})
			}
			out[i].parts = append(out[i].parts, k)
			out[i].highest = max(out[i].highest, number(k, "verze"))
		}
	}
	return out
}

func eachOrder(f func(c *records, o ordered, say report)) func(*records, report) {
	return func(c *records, say report) {
		for _, o := range c.byOrder() {
			f(c, o, say)
		}
	}
}

func (o ordered) of(form string) []*node {
	var out []*node
	for _, k := range o.parts {
		if k.attr("forma_uchovani") == form {
			out = append(out, k)
		}
	}
	return out
}

func (c *records) mime(component *node) string {
	return c.fileByDMD[component.attr("ID")].attr("MIMETYPE")
}

// exempt says whether the base entity was closed before output formats were asked for.
func exempt(e *node) bool {
	b := baseOf(e)
	return b != nil && closedOn(b) != "" && closedOn(b) <= "2012-07-31"
}

var (
	wordMIME = []string{"application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/rtf",
		"application/vnd.oasis.opendocument.text", "application/vnd.apple.pages"}
	outputMIME = []string{"application/pdf", "image/png", "image/tiff", "image/jpeg", "video/mpeg", "image/gif", "audio/mpeg", "audio/x-wav",
		"application/xml", "application/xml-dtd"}
	zipMIME = []string{"application/zip", "application/zip-compressed", "application/x-zip-compressed", "multipart/x-zip",
		"application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-s+zip"}
	boxMIME = append([]string{"application/vnd.software602.filler.form+xml", "application/vnd.software602.filler.form-xml-zip", "message/rfc822",
		"application/vnd.isac.fcs.isdocx", "application/pdf"}, zipMIME...)
)

const note2020 = "Informační list NA, čá. 6/2020"

// componentRules: order, versions and forms of components.
var componentRules = []recordsRule{
	{clerk("obs98a", "digitalizát je jen u listinného dokumentu", annex+", nsesss-common"), nil, eachOf(func(k *node, say report) {
		if d := k.above("Dokument"); k.attr("forma_uchovani") == "digitalizát" && d != nil && !analogue(d) {
			say(k, "")
		}
	}, "Komponenta")},
	{tech("obs100", "pořadí komponent je souvislá řada od 1", note2020), nil, eachOf(func(box *node, say report) {
		list, last := slices.Clone(box.list("Komponenta")), 0
		slices.SortStableFunc(list, func(a, b *node) int { return number(a, "poradi") - number(b, "poradi") })
		for _, k := range list {
			n := number(k, "poradi")
			if n != last && n != last+1 {
				say(k, "po pořadí %d následuje %d", last, n)
			}
			last = n
		}
	}, "Komponenty")},
	{tech("obs101", "komponenty stejného pořadí jsou stejného druhu", note2020), nil, eachOrder(func(_ *records, o ordered, say report) {
		for _, k := range o.parts {
			if k.attr("druh") != o.parts[0].attr("druh") {
				say(k, "druh %.50q", k.attr("druh"))
			}
		}
	})},
	{tech("obs102", "verze komponent stejného pořadí rostou a neopakují se", note2020), nil, eachOrder(func(_ *records, o ordered, say report) {
		for i, k := range o.parts {
			if i > 0 && number(k, "verze") <= number(o.parts[i-1], "verze") {
				say(k, "po verzi %d následuje %d", number(o.parts[i-1], "verze"), number(k, "verze"))
			}
		}
	})},
	{tech("obs103", "mezi komponentami stejného pořadí je právě jeden originál", note2020), nil, eachOrder(func(_ *records, o ordered, say report) {
		if n := len(o.of(original)); digital(o.doc) && n != 1 && len(o.of("kontejner")) < len(o.parts) {
			say(o.parts[0], "originálů je %d", n)
		}
	})},
	{tech("obs104", "není-li výstupní formát, je originál komponentou s nejvyšší verzí", note2020), nil, eachOrder(func(_ *records, o ordered, say report) {
		if digital(o.doc) && len(o.of(output)) == 0 && len(o.of("kontejner")) < len(o.parts) {
			for _, k := range o.of(original) {
				if number(k, "verze") != o.highest {
					say(k, "")
				}
			}
		}
	})},
	{clerk("obs105", "originál v editovatelném formátu má i komponentu ve výstupním datovém formátu", dec+" § 23 odst. 2"), nil, eachOrder(func(c *records, o ordered, say report) {
		if !digital(o.doc) || len(o.of(output)) > 0 {
			return
		}
		for _, k := range o.of(original) {
			if among(c.mime(k), wordMIME...) && !exempt(k) {
				say(k, "")
			}
		}
	})},
	{tech("obs106", "komponenta ve výstupním datovém formátu je jen jedna a má nejvyšší verzi", note2020), nil, eachOrder(func(_ *records, o ordered, say report) {
		if out := o.of(output); len(out) > 1 || len(out) == 1 && number(out[0], "verze") != o.highest {
			say(out[0], "")
		}
	})},
	{clerk("obs107", "komponenta ve výstupním datovém formátu má povolený typ", dec+" § 23 odst. 2"), nil, eachOrder(func(c *records, o ordered, say report) {
		for _, k := range o.of(output) {
			if number(k, "verze") == o.highest && c.fileByDMD[k.attr("ID")] != nil && !among(c.mime(k), outputMIME...) && !exempt(k) {
				say(k, "typ %.80q", c.mime(k))
			}
		}
	})},
	{tech("obs109", "komponenta ZIP nebo ASiC je označena jako kontejner", std+" 2.4.3"), nil, eachComponent(func(c *records, k *node, say report) {
		if among(c.mime(k), zipMIME...) && k.attr("forma_uchovani") != "kontejner" {
			say(k, "typ %.80q", c.mime(k))
		}
	})},
	{tech("obs110", "kontejner má typ, který kontejnerem může být", std+" 2.4.1"), withFiles, eachComponent(func(c *records, k *node, say report) {
		if k.attr("forma_uchovani") == "kontejner" && c.fileByDMD[k.attr("ID")] != nil && !among(c.mime(k), boxMIME...) {
			say(k, "typ %.80q", c.mime(k))
		}
	})},
	{tech("obs111", "vedle kontejneru je i komponenta z něj vyjmutá", std+" 2.4.3"), nil, eachOf(func(box *node, say report) {
		list := box.list("Komponenta")
		boxes := 0
		for _, k := range list {
			if k.attr("forma_uchovani") == "kontejner" {
				boxes++
			}
		}
		if boxes > 0 && boxes == len(list) {
			say(box, "")
		}
	}, "Komponenty")},
}

func eachComponent(f func(*records, *node, report)) func(*records, report) {
	return func(c *records, say report) {
		for _, k := range c.metaAll("Komponenta") {
			f(c, k, say)
		}
	}
}
