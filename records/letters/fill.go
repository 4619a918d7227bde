package letters

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/offices"
	"epom/records"
)

// Facts are what a letter is filled in from.
type Facts struct {
	Office  *offices.Office
	Case    records.Case
	Answers *records.Document // the incoming document the letter answers
	Party   *records.Party    // its sender, when it is in the name register
	Clerk   string            // who writes, when nobody has the case file
	Law     *records.Law
	Term    *records.Term // of the case file; nil = none runs
	Today   time.Time     // legal date
}

// Field is a datum that templates may hold as {name}.
type Field struct{ Name, Meaning string }

// Fields are the data of templates. Those counted from the day of approval stay in the draft as they are.
var Fields = []Field{
	{"urad", "název úřadu"}, {"adresa_uradu", "adresa úřadu"}, {"spis", "spisová značka"}, {"vec", "věc, které se spis týká"},
	{"cj_podani", "číslo jednací dokumentu, na který dopis odpovídá"}, {"doruceno", "den, kdy byl doručen"}, {"adresat", "jméno adresáta"},
	{"vyrizuje", "kdo věc vyřizuje"}, {"lhuta", "poslední den lhůty spisu"},
	{"dnes", "den schválení"}, {"dnu", "počet dnů zadaný u dopisu"}, {"termin", "den schválení + počet dnů, posunutý na pracovní den"},
	{"lhuta_nova", "poslední den lhůty po prodloužení o zadaný počet dnů"},
}

var (
	fieldMark = regexp.MustCompile(`\{[^{}\n]{0,40}\}`)
	holes     = regexp.MustCompile(`\[[^\[\]]{2,200}\]`) // places the clerk fills in
)

// Unknown lists marks of a text that are no field.
func Unknown(text string) []string {
	var bad []string
	for _, m := range fieldMark.FindAllString(text, -1) {
		known := false
		for _, f := range Fields {
			known = known || m == "{"+f.Name+"}"
		}
		if !known {
			bad = append(bad, m)
		}
	}
	return bad
}

func czech(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006") }

// fixed fills in what does not change until approval. What is not known becomes a place to fill in.
func (f Facts) fixed(text string) string {
	number, delivered := "[číslo jednací]", "[den doručení]"
	if f.Answers != nil {
		number = f.Answers.ReferenceNumber
		at := f.Answers.RegisteredAt
		if f.Answers.DeliveredAt != nil {
			at = *f.Answers.DeliveredAt
		}
		delivered = czech(at)
	}
	due := "[lhůta]"
	if f.Case.DueOn != nil {
		due = f.Case.DueOn.Format("2. 1. 2006")
	}
	clerk := f.Case.ClerkName
	if clerk == "" {
		clerk = f.Clerk
	}
	return strings.NewReplacer("{urad}", f.Office.Name, "{adresa_uradu}", or(f.Office.Address(), "[adresa úřadu]"), "{spis}", f.Case.Mark, "{vec}", f.Case.Subject,
		"{cj_podani}", number, "{doruceno}", delivered, "{adresat}", or(f.addressee(), "[adresát]"), "{vyrizuje}", or(clerk, "[kdo vyřizuje]"), "{lhuta}", due).Replace(text)
}

// Final is the text as it will be approved today.
func (f Facts) Final(l Letter) Text {
	until := f.Today.AddDate(0, 0, l.Days)
	if f.Law != nil {
		until = f.Law.Calendar.NextWorkingDay(until)
	}
	longer := "[nová lhůta]"
	if f.Term != nil {
		t := *f.Term
		t.Extended += l.Days
		longer = t.Due(f.Law.Calendar).On.Format("2. 1. 2006")
	}
	r := strings.NewReplacer("{dnes}", czech(f.Today), "{dnu}", strconv.Itoa(l.Days), "{termin}", until.Format("2. 1. 2006"), "{lhuta_nova}", longer)
	t := l.Text
	for _, p := range parts {
		text := p.of(&t)
		*text = r.Replace(f.fixed(*text))
	}
	return t
}

// Until is the last day for the addressee to act.
func (f Facts) Until(days int) time.Time {
	return f.Law.Calendar.NextWorkingDay(f.Today.AddDate(0, 0, days))
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (f Facts) addressee() string {
	if f.Party != nil {
		return f.Party.Name
	}
	if f.Answers != nil {
		return f.Answers.Party
	}
	return ""
}

func (f Facts) address() string {
	if f.Party == nil {
		return ""
	}
	return AddressOf(*f.Party)
}

// AddressOf writes the postal address of a party on lines; empty when it is not known.
func AddressOf(p records.Party) string {
	zip := p.Zip
	if len(zip) == 5 {
		zip = zip[:3] + " " + zip[3:]
	}
	var lines []string
	for _, line := range []string{p.Street, strings.TrimSpace(zip + " " + p.Town), p.Country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
