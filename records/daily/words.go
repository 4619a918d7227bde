package daily

import "strings"

// Words of the standard's sixth annex (nsesss-TrP.xsd): types of events and objects. What has none is named in our own
// words, which the schema allows.

// events are whole actions whose words alone would mislead.
var events = map[string]string{
	"registered": "VlozeniDoSpisu", "received": "Zalozeni", "handled": "Vyrizeni", "assigned": "ZmenaZpracovatele", "forwarded": "Prenos",
	"taken over": "Prenos", "party created": "Zalozeni", "log sealed": "PripojeniRazitka", "posting.posted": "Vypraveno",
}

// verbs are parts of actions, the most telling first.
var verbs = []struct{ word, event string }{
	{"cancelled", "Storno"}, {"viewed", "Zobrazeni"}, {"searched", "Zobrazeni"}, {"opened", "Otevreni"}, {"downloaded", "Export"}, {"exported", "Export"}, {"printed", "Export"},
	{"closed", "Uzavreni"}, {"reopened", "Otevreni"}, {"dispatched", "Vypraveno"}, {"sent", "Vypraveno"}, {"delivered", "Doruceno"}, {"approved", "Schvaleni"},
	{"handled", "Vyrizeni"}, {"destroyed", "Zniceni"}, {"converted", "KonverzeFormatu"}, {"sealed", "PripojeniRazitka"}, {"signed", "PripojeniPodpisu"},
	{"joined", "VlozeniDoSpisu"}, {"created", "Zalozeni"}, {"made", "Zalozeni"}, {"added", "Zalozeni"}, {"imported", "Zalozeni"}, {"proposed", "Zalozeni"},
	{"removed", "Zruseni"}, {"ended", "Zruseni"}, {"revoked", "Zruseni"}, {"deleted", "Zruseni"}, {"disabled", "Zruseni"},
	{"changed", "Uprava"}, {"saved", "Uprava"}, {"revised", "Uprava"}, {"rescheduled", "Uprava"}, {"extended", "Uprava"}, {"decided", "Uprava"}, {"stopped", "Uprava"}, {"runs", "Uprava"},
}

// eventType is the standard's type of an action; "" = it has none.
func eventType(action, object string) string {
	if t, ok := events[action]; ok {
		return t
	}
	words := strings.FieldsFunc(action, func(r rune) bool { return r == ' ' || r == '.' || r == '-' })
	for _, v := range verbs {
		for _, w := range words {
			if w == v.word {
				if v.event == "Otevreni" && (object == "case_file" && action == "opened" || object != "case_file") {
					return map[bool]string{true: "Zalozeni", false: "Zobrazeni"}[object == "case_file"]
				}
				return v.event
			}
		}
	}
	return ""
}

var objects = map[string]string{
	"case_file": "Spis", "document": "Dokument", "component": "Komponenta", "journal": "Denik", "party": "Subjekt", "account": "Osoba", "unit": "OrganizacniJednotka",
	"class": "VecnaSkupina", "scheme": "SpisovyPlan", "dispatch": "Zasilka", "box": "UkladaciJednotka", "disposal": "SkartacniNavrh", "office": "KonfiguraceSystemu",
	"competence": "KonfiguraceSystemu", "contract": "KonfiguraceSystemu", "move": "SpisovaRozluka",
}

var roles = map[string]string{"admin": "správce úřadu", "mailroom": "podatelna", "clerk": "referent", "board": "úřední deska", "auditor": "kontrola"}
