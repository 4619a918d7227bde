package public

import (
	"fmt"
	"slices"
	"strings"

	"epom/forms"
	"epom/internal/i18n"
	"epom/offices"
	"epom/routing"
)

// Competence is an agenda in a place as people read it: who handles it, why, what it costs, how long it takes.
// Template home/competence.
type Competence struct {
	Lang       string
	Title      string
	Statute    string
	Office     *routing.Card // nil: no office of the territory
	Candidates []routing.Card
	TakesIn    []routing.Card
	Reasons    []string
	Fees       []Line
	Times      []Line // of the office
	Yours      []Line // what the person must keep
	Needs      []Line
	Doubts     []string
	Verified   bool
}

// Line is one sentence and whether a person has verified it.
type Line struct {
	Text       string
	Unverified bool
}

// T translates a text of the template.
func (v Competence) T(text string, args ...any) string { return i18n.T(v.Lang, text, args...) }

// Week are the opening hours of the office by days.
func (v Competence) Week() []Day {
	if v.Office == nil {
		return nil
	}
	return week(v.Lang, v.Office.Hours)
}

// competence lays a decision out.
func competence(lang string, d *routing.Decision) Competence {
	v := Competence{Lang: lang, Office: d.Office, TakesIn: d.TakesIn, Verified: true}
	if d.Agenda != nil {
		v.Title, v.Statute = d.Agenda.Title(lang), routing.Statute(d.Agenda.Statute)
	}
	if len(d.Candidates) > 1 {
		v.Candidates = d.Candidates
	}
	for _, r := range d.Reasons {
		if t := r.Text(lang); t != "" {
			v.Reasons = append(v.Reasons, t)
		}
	}
	for _, f := range d.Fees {
		v.Fees = append(v.Fees, Line{Text: feeText(lang, f), Unverified: !f.Verified})
	}
	for _, l := range d.Deadlines {
		line := Line{Text: timeText(lang, l), Unverified: !l.Verified}
		if l.Kind == routing.Citizen {
			v.Yours = append(v.Yours, line)
		} else {
			v.Times = append(v.Times, line)
		}
	}
	for _, n := range d.Documents {
		v.Needs = append(v.Needs, Line{Text: n.In(lang), Unverified: !n.Verified})
	}
	for _, x := range d.Unverified {
		v.Verified = v.Verified && x != routing.DoubtCompetence
		v.Doubts = append(v.Doubts, x.Text(lang))
	}
	return v
}

func feeText(lang string, f routing.Fee) string {
	words := f.In(lang)
	switch {
	case f.CZK == nil || words != "" && (*f.CZK == 0 || strings.ContainsAny(words, "0123456789") && (strings.Contains(words, "Kč") || strings.Contains(words, "CZK") || strings.Contains(words, "крон"))):
		return words
	case *f.CZK == 0:
		return i18n.T(lang, "zdarma")
	case words == "":
		return crowns(*f.CZK)
	}
	return crowns(*f.CZK) + " – " + words
}

func crowns(n int) string {
	if n >= 1000 {
		return fmt.Sprintf("%d\u00a0%03d\u00a0Kč", n/1000, n%1000)
	}
	return fmt.Sprintf("%d\u00a0Kč", n)
}

// FeesDoubt, TimesDoubt, YoursDoubt and NeedsDoubt tell whether something in a group is not verified.
func (v Competence) FeesDoubt() bool  { return doubtful(v.Fees) }
func (v Competence) TimesDoubt() bool { return doubtful(v.Times) }
func (v Competence) YoursDoubt() bool { return doubtful(v.Yours) }
func (v Competence) NeedsDoubt() bool { return doubtful(v.Needs) }

func doubtful(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.Unverified })
}

func timeText(lang string, l routing.Deadline) string {
	if t := l.In(lang); t != "" {
		return t
	}
	if l.Days == nil {
		return ""
	}
	return i18n.N(lang, *l.Days, "%d den", "%d dny", "%d dní")
}

// needed are the things to have at hand by the form's own list.
func needed(lang string, f *forms.Form) []Line {
	var out []Line
	for _, n := range f.Needed {
		out = append(out, Line{Text: n.In(forms.Lang(lang))})
	}
	return out
}

// Day is the opening hours of one day.
type Day struct{ Name, Hours string }

// week lays the hours out by days from Monday, those without hours left out.
func week(lang string, hours []offices.Hours) []Day {
	var out []Day
	for n, name := range []string{"pondělí", "úterý", "středa", "čtvrtek", "pátek", "sobota", "neděle"} {
		d := Day{Name: i18n.T(lang, name)}
		for _, x := range hours {
			if x.Weekday != n+1 {
				continue
			}
			if d.Hours != "" {
				d.Hours += ", "
			}
			d.Hours += x.Opens + "–" + x.Closes
		}
		if d.Hours != "" {
			out = append(out, d)
		}
	}
	return out
}
