package scheme

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"epom/internal/clock"
	"epom/offices"
)

// Namespace of the exchange of schemes (NSESSS, nsesss-plan.xsd, version 4).
const Namespace = "http://www.mvcr.cz/nsesss/v4"

type xmlPlan struct {
	XMLName   xml.Name   `xml:"http://www.mvcr.cz/nsesss/v4 SpisovyPlan"`
	ID        string     `xml:"ID,attr"`
	Source    xmlID      `xml:"Identifikator"`
	Name      string     `xml:"Nazev"`
	Note      string     `xml:"Komentar,omitempty"`
	Opened    xmlDate    `xml:"Manipulace>DatumOtevreni"`
	Closed    *xmlDate   `xml:"Manipulace>DatumUzavreni"`
	Publisher xmlBody    `xml:"Vydavatel>Subjekt"`
	Groups    []xmlGroup `xml:"PlanVecnaSkupina"`
}

type xmlBody struct {
	ID   xmlID  `xml:"IdentifikatorOrganizace"`
	Name string `xml:"NazevOrganizace"`
	Seat string `xml:"SidloOrganizace"`
}

type xmlID struct {
	Source string `xml:"zdroj,attr"`
	Value  string `xml:",chardata"`
}

type xmlDate struct {
	Day string `xml:",chardata"`
}

type xmlGroup struct {
	line   int
	ID     string     `xml:"ID,attr"`
	Data   xmlData    `xml:"EvidencniUdaje"`
	Groups []xmlGroup `xml:"PlanVecnaSkupina"`
}

type xmlData struct {
	ID       xmlID    `xml:"Identifikace>Identifikator"`
	Name     string   `xml:"Popis>Nazev"`
	Note     string   `xml:"Popis>Komentar,omitempty"`
	Made     xmlDate  `xml:"Puvod>DatumVytvoreni"`
	Simple   string   `xml:"Trideni>JednoduchySpisovyZnak"`
	Full     string   `xml:"Trideni>PlneUrcenySpisovyZnak"`
	Disposal xmlRules `xml:"Vyrazovani"`
	Opened   xmlDate  `xml:"Manipulace>DatumOtevreni"`
	Closed   *xmlDate `xml:"Manipulace>DatumUzavreni"`
	Typed    string   `xml:"UrcenoProTypoveSpisy,omitempty"`
	Keeping  string   `xml:"ZpusobVedeni,omitempty"`
	Standing string   `xml:"TrvalySkartacniSouhlas,omitempty"`
}

type xmlRules struct {
	Rule *xmlRule `xml:"SkartacniRezim"`
}

type xmlRule struct {
	ID      xmlID  `xml:"Identifikator"`
	Name    string `xml:"Nazev"`
	Note    string `xml:"Komentar,omitempty"`
	Why     string `xml:"Oduvodneni"`
	Sign    string `xml:"SkartacniZnak"`
	Years   string `xml:"SkartacniLhuta,omitempty"`
	Year    string `xml:"RokVyrazeni,omitempty"`
	Trigger string `xml:"SpousteciUdalost"`
	Check   string `xml:"KontrolaLhuta,omitempty"`
}

// UnmarshalXML notes the line where a class begins.
func (g *xmlGroup) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain xmlGroup
	line, _ := d.InputPos()
	if err := d.DecodeElement((*plain)(g), &start); err != nil {
		return err
	}
	g.line = line
	return nil
}

// readXML reads a scheme of the standard.
func readXML(data []byte) (*Plan, []Problem) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "windows-1250") {
			return r, nil // text has made UTF-8 of it
		}
		return charset.NewReaderLabel(label, r)
	}
	var x xmlPlan
	if err := d.Decode(&x); err != nil {
		line, _ := d.InputPos()
		var se *xml.SyntaxError
		switch {
		case errors.As(err, &se):
			return nil, []Problem{{se.Line, "soubor není správně zapsané XML"}}
		case strings.Contains(err.Error(), "SpisovyPlan"):
			return nil, []Problem{{line, "kořenem souboru má být SpisovyPlan z " + Namespace}}
		}
		return nil, []Problem{{line, "soubor není spisový plán podle NSESSS"}}
	}
	p := &Plan{Name: strings.TrimSpace(x.Name)}
	if day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(x.Opened.Day), clock.Prague); err == nil {
		p.From = day
	}
	var bad []Problem
	var walk func(list []xmlGroup, parent string)
	walk = func(list []xmlGroup, parent string) {
		for i := range list {
			g, faults := list[i].group(parent)
			bad = append(bad, faults...)
			p.Groups = append(p.Groups, g)
			walk(list[i].Groups, strings.Join(strings.Fields(g.Code), " "))
		}
	}
	walk(x.Groups, "")
	return p, bad
}

func (x *xmlGroup) group(parent string) (Group, []Problem) {
	e := x.Data
	g := Group{Line: x.line, Code: e.Full, Simple: e.Simple, Parent: parent, HasParent: true, Name: e.Name, Note: e.Note, Typed: strings.TrimSpace(e.Typed) == "ano",
		Keeping: strings.TrimSpace(e.Keeping), Standing: strings.TrimSpace(e.Standing) == "ano"}
	r := e.Disposal.Rule
	if r == nil {
		return g, nil
	}
	var bad []Problem
	number := func(s, what string) int {
		if s = strings.TrimSpace(s); s == "" {
			return 0
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 999 {
			bad = append(bad, Problem{x.line, fmt.Sprintf("%s %.20q skupiny %s není celé číslo od 0 do 999", what, s, g.Code)})
		}
		return n
	}
	g.Sign, g.Years, g.CheckYears, g.Justification = strings.TrimSpace(r.Sign), number(r.Years, "skartační lhůta"), number(r.Check, "lhůta kontroly"), r.Why
	event, known := trigger(r.Trigger)
	if g.Trigger = event; !known {
		g.Note = strings.TrimSpace(g.Note + " Spouštěcí událost: " + r.Trigger + ".")
	}
	if strings.TrimSpace(r.Years) == "" {
		bad = append(bad, Problem{x.line, fmt.Sprintf("skupina %s nemá skartační lhůtu (pevný rok vyřazení neumíme převzít)", g.Code)})
	}
	return g, bad
}

// WriteXML writes a plan as NSESSS has it (nsesss-plan.xsd); version tells versions of the office's scheme apart.
func WriteXML(w io.Writer, p *Plan, o *offices.Office, version int64) error {
	x := xmlPlan{ID: "plan", Source: xmlID{source(o), "plan-" + strconv.FormatInt(version, 10)}, Name: p.Name, Note: p.Source, Opened: day(p.From),
		Publisher: xmlBody{ID: xmlID{"IČO", o.ICO}, Name: o.Name, Seat: o.Address()}}
	if o.ICO == "" {
		x.Publisher.ID = xmlID{source(o), o.Slug}
	}
	children := map[string][]int{}
	for i, g := range p.Groups {
		children[g.Parent] = append(children[g.Parent], i)
	}
	var build func(parent string) []xmlGroup
	build = func(parent string) (list []xmlGroup) {
		for _, i := range children[parent] {
			g := xmlOf(p, i, o)
			g.Groups = build(p.Groups[i].Code)
			list = append(list, g)
		}
		return list
	}
	x.Groups = build("")
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(x); err != nil {
		return err
	}
	return e.Close()
}

func xmlOf(p *Plan, i int, o *offices.Office) xmlGroup {
	g := p.Groups[i]
	x := xmlGroup{ID: "g" + strconv.Itoa(i+1), Data: xmlData{ID: xmlID{source(o), short(g.Code)}, Name: g.Name, Note: g.Note, Made: day(p.From), Simple: g.Simple, Full: g.Code,
		Opened: day(p.From), Keeping: g.Keeping}}
	if g.Typed {
		x.Data.Typed = "ano"
	}
	if g.Standing {
		x.Data.Standing = "ano"
	}
	if g.Sign == "" {
		return x
	}
	name := RuleName(g.Sign, g.Years, g.Trigger)
	r := &xmlRule{ID: xmlID{source(o), name}, Name: g.Sign + "/" + strconv.Itoa(g.Years), Why: g.Justification, Sign: g.Sign, Years: strconv.Itoa(g.Years), Trigger: TriggerWords[g.Trigger]}
	if g.CheckYears > 0 {
		r.Check = strconv.Itoa(g.CheckYears)
	}
	x.Data.Disposal.Rule = r
	return x
}

// RuleName is the identifier of a rule: the same sign, years and event are one rule.
func RuleName(sign string, years int, trigger string) string {
	return fmt.Sprintf("%s-%d-%s", sign, years, trigger)
}

// source names the application of the originator in identifiers (at most 50 characters).
func source(o *offices.Office) string {
	if o.ICO != "" {
		return "e-POM " + o.ICO
	}
	return "e-POM " + short(o.Slug)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[len(r)-40:])
	}
	return s
}

func day(t time.Time) xmlDate { return xmlDate{t.In(clock.Prague).Format(time.DateOnly)} }
