package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/i18n"
	"epom/offices"
	"epom/records"
	"epom/submissions"
)

const receiptReady = "Potvrzení pro občana je hotové"

// timeline tells what happened, the newest first: events of a submission, else the documents of the case file; who had it.
func timeline(v *submissions.View, passed []records.Handover, who directory, units []offices.Unit) []Moment {
	list := circulation(passed, who, units)
	if !v.Filed() {
		list = append(list, ownSteps(v)...)
	}
	for _, e := range v.Events {
		if e.Kind == submissions.EventAssigned && len(passed) > 0 && !e.At.Before(passed[0].At) { // its hand-over says more
			continue
		}
		m := Moment{State: "done", At: e.At}
		by := who.name(e.Actor)
		switch e.Kind {
		case submissions.EventReceived:
			m.Title, m.Text = "Podání přišlo", "Číslo jednací "+word(e, "number")+"."
		case submissions.EventTakenOver:
			m.Title, m.Text = "Převzato od jiného úřadu", word(e, "from")+", jejich značka "+word(e, "from_number")+". Zde "+word(e, "number")+"."
		case submissions.EventAssigned:
			clerk, _ := e.Data.V["clerk"].(float64)
			m.Title, m.Text = "Přiděleno: "+who.account(int64(clerk)), "Přidělil(a) "+by+"."
		case submissions.EventAsked:
			m.Title, m.Text = "Výzva k doplnění", fmt.Sprintf("Doplnit do %s, č. j. %s. Poslal(a) %s.", czechDay(word(e, "due")), word(e, "number"), by)
		case submissions.EventCompleted:
			m.Title, m.Text = "Občan doplnil podání", "Číslo jednací "+word(e, "number")+"."
		case submissions.EventExtended:
			n, _ := e.Data.V["days"].(float64)
			m.Title, m.Text = i18n.N("cs", int(n), "Lhůta prodloužena o %d den", "Lhůta prodloužena o %d dny", "Lhůta prodloužena o %d dnů"), word(e, "why")
		case submissions.EventReferred:
			m.Title, m.Text = "Postoupeno: "+word(e, "to"), "Tam má číslo "+word(e, "number")+". Postoupil(a) "+by+"."
		case submissions.EventHandled:
			m.Title, m.Text = "Vyřízeno", strings.TrimSpace(handledWords[word(e, "how")]+" "+word(e, "number"))+". Vyřídil(a) "+by+"."
		case submissions.EventLetter:
			m.Title, m.Text = "Dopis: "+word(e, "subject"), "Číslo jednací "+word(e, "number")+". Schválil(a) "+by+"."
		case submissions.EventReceipt:
			m.Title = receiptReady
		default:
			m.Title = e.Kind
		}
		list = append(list, m)
	}
	slices.Reverse(list) // of what happened at once, the later step stands first
	slices.SortStableFunc(list, func(a, b Moment) int { return b.At.Compare(a.At) })
	if v.Case.HandledAt == nil {
		for i := range list {
			if list[i].Title != receiptReady { // nothing that anybody has to act on
				list[i].State = "now"
				break
			}
		}
	}
	return list
}

func czechDay(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("2. 1. 2006")
}

// circulation tells who was given the case file and what they said to it.
func circulation(passed []records.Handover, who directory, units []offices.Unit) []Moment {
	var list []Moment
	for _, h := range passed {
		m := Moment{State: "done", At: h.At, Title: "Předáno útvaru", Text: h.Note}
		for _, u := range units {
			if h.ToUnit != nil && u.ID == *h.ToUnit {
				m.Title += ": " + u.Name
			}
		}
		if h.ToClerk != nil {
			m.Title = "Přiděleno: " + who.account(*h.ToClerk)
		}
		by := "Přidělil(a) " + who.name(h.By) + "."
		switch {
		case h.AcceptedAt != nil && h.SettledBy == h.By:
			by = "Vzal(a) si sám/sama."
		case h.AcceptedAt != nil:
			by += " Převzato " + minute(*h.AcceptedAt) + "."
		case h.RefusedAt != nil:
			list = append(list, Moment{State: "done", At: *h.RefusedAt, Title: "Vráceno, převzetí odmítnuto", Text: h.SettledWhy + " (" + who.name(h.SettledBy) + ")"})
		case h.WithdrawnAt != nil:
			by += " Předání vzato zpět " + minute(*h.WithdrawnAt) + "."
		default:
			by += " Čeká na převzetí."
		}
		m.Text = strings.TrimSpace(by + " " + m.Text)
		list = append(list, m)
	}
	return list
}

func minute(t time.Time) string { return t.In(clock.Prague).Format("2. 1. 2006 15:04") }

// ownSteps are the steps of a case file that no submission opened.
func ownSteps(v *submissions.View) []Moment {
	list := []Moment{{State: "done", At: v.Case.OpenedAt, Title: "Spis založen", Text: "Spisová značka " + v.Case.Mark + "."}}
	for _, d := range v.Documents {
		m := Moment{State: "done", At: d.RegisteredAt, Title: map[string]string{records.In: "Došlo: ", records.Out: "Napsáno: ", records.Own: "Do spisu: "}[d.Direction] + d.Subject,
			Text: "Číslo jednací " + d.ReferenceNumber + "."}
		list = append(list, m)
	}
	if v.Case.HandledAt != nil && v.Case.HandledHow != nil {
		list = append(list, Moment{State: "done", At: *v.Case.HandledAt, Title: "Vyřízeno", Text: capitalWord(handledWords[*v.Case.HandledHow]) + "."})
	}
	return list
}

func capitalWord(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
