package public

import (
	"fmt"
	"math"
	"slices"
	"time"

	"epom/internal/i18n"
	"epom/submissions"
)

// Moment is one step of a submission's life; parts/timeline draws it.
type Moment struct {
	State string // done, now, todo
	Title string
	Text  string
	At    any // time.Time, or an ISO day of what is to come, or nil

	machine bool
}

// timeline tells what happened in plain words, and what comes next.
func timeline(lang string, v *submissions.View) []Moment {
	t := func(text string, args ...any) string { return i18n.T(lang, text, args...) }
	var out []Moment
	for i := range v.Events {
		if m, ok := moment(lang, v, &v.Events[i]); ok {
			out = append(out, m)
		}
	}
	if h := v.Handover; h != nil && h.NumberAt != nil {
		own := Moment{State: "done", Title: t("Spisová služba úřadu podání zapsala"), Text: t("Číslo jednací úřadu %s.", h.Number), At: *h.NumberAt, machine: true}
		at := len(out)
		for at > 0 && out[at-1].At.(time.Time).After(*h.NumberAt) {
			at--
		}
		out = slices.Insert(out, at, own)
	}
	if v.Case.HandledAt != nil || len(out) == 0 {
		return out
	}
	if r := v.OpenRequest(); r != nil {
		return append(out, Moment{State: "now", Title: t("Teď jste na řadě vy"), Text: t("Odpovězte prosím na výzvu úřadu na této stránce.")})
	}
	for i := len(out) - 1; i >= 0; i-- { // the last step of the office, not of a machine
		if !out[i].machine {
			out[i].State = "now"
			break
		}
	}
	next := Moment{State: "todo", Title: t("Úřad věc vyřídí"), Text: t("Odpověď najdete na této stránce.")}
	if v.Due != nil && !v.Due.Stands {
		next.Text = t("Nejpozději %s. Odpověď najdete na této stránce.", v.Due.On.Format("2. 1. 2006"))
	}
	return append(out, next)
}

func moment(lang string, v *submissions.View, e *submissions.Event) (Moment, bool) {
	t := func(text string, args ...any) string { return i18n.T(lang, text, args...) }
	m := Moment{State: "done", At: e.At}
	text := func(name string) string { s, _ := e.Data.V[name].(string); return s }
	switch e.Kind {
	case submissions.EventReceived:
		m.Title = t("Podání přijato")
		if n := text("number"); n != "" {
			m.Text = t("Číslo jednací %s.", n)
		}
	case submissions.EventTakenOver:
		m.Title = t("Podání převzal jiný úřad")
		m.Text = t("Teď ho má %s. Číslo jednací %s.", v.Office.Name, v.Case.Mark)
	case submissions.EventAssigned:
		m.Title = t("Podání dostal na starost úředník")
	case submissions.EventAsked:
		m.Title = t("Úřad vás požádal o doplnění")
		if due, err := time.Parse(time.DateOnly, text("due")); err == nil {
			m.Text = t("Odpovězte do %s. Do té doby lhůta úřadu stojí.", due.Format("2. 1. 2006"))
		}
	case submissions.EventCompleted:
		m.Title, m.Text = t("Doplnili jste podání"), t("Lhůta úřadu zase běží.")
	case submissions.EventExtended:
		m.Title = t("Úřad si prodloužil lhůtu")
		if days, ok := e.Data.V["days"].(float64); ok {
			m.Text = i18n.N(lang, int(days), "O %d den.", "O %d dny.", "O %d dní.")
		}
		if why := text("why"); why != "" {
			m.Text += " " + t("Důvod: %s", why)
		}
	case submissions.EventReferred:
		m.Title = t("Podání postoupeno jinému úřadu")
		m.Text = t("Vyřídí ho %s.", text("to"))
		if why := text("why"); why != "" {
			m.Text += " " + t("Důvod: %s", why)
		}
	case submissions.EventHandled:
		m.Title = t("Podání je vyřízené")
		if text("how") == "document" {
			m.Text = t("Odpověď úřadu najdete na této stránce.")
		}
	case submissions.EventLetter:
		m.Title, m.Text = t("Úřad vám poslal dopis: %s", text("subject")), t("Najdete ho na této stránce.")
	case submissions.EventReceipt:
		m.Title, m.machine = t("Potvrzení o přijetí je připravené"), true
	default:
		return m, false
	}
	return m, true
}

// waitText says in words how long to wait.
func waitText(lang string, after time.Duration) string {
	minutes := max(1, int(math.Ceil(after.Minutes())))
	return i18n.T(lang, "Zkoušeli jste to příliš často. Zkuste to znovu za %s.", i18n.N(lang, minutes, "%d minutu", "%d minuty", "%d minut"))
}

// pinText writes a PIN so that it reads well: "482 913".
func pinText(pin string) string {
	if len(pin) != 6 {
		return pin
	}
	return fmt.Sprintf("%s\u00a0%s", pin[:3], pin[3:])
}
