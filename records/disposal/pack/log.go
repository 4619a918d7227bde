package pack

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
)

// acts are our events as the transaction log of the standard names them (nsesss-TrP.xsd, TypUdalostiId); others go in words.
var acts = map[string]string{
	"opened": "Zalozeni", "received": "Zalozeni", "taken over": "Zalozeni", "registered": "VlozeniDoSpisu", "assigned": "ZmenaZpracovatele", "classified": "Uprava", "handled": "Vyrizeni",
	"document handled": "Vyrizeni", "closed": "Uzavreni", "reopened": "Otevreni", "viewed": "Zobrazeni", "file opened": "Zobrazeni", "cancelled": "Storno",
	"document put in": "VlozeniDoSpisu", "document taken out": "VyjmutiZeSpisu", "moved": "VyjmutiZeSpisu", "handed over": "PredaniNaSpisovnu", "stored": "PrevzetiNaSpisovnu",
	"lent": "VraceniZeSpisovny", "put into box": "VlozeniDoUkladaciJednotky", "held": "PozastaveniSkartacniOperace", "hold ended": "ZruseniPozastaveniSkartacniOperace",
	"proposed for disposal": "VlozeniDoSkartacnihoNavrhu", "taken out of disposal": "VyjmutiZeSkartacnihoNavrhu", "destroyed": "Zniceni", "handed to archive": "Prenos",
	"packed": "Export", "extended": "Uprava", "clock stopped": "Uprava", "clock runs": "Uprava", "joined": "Uprava", "took in": "Uprava", "referred to": "Uprava",
}

// objectLog is the transaction log of one entity up to the making of the package.
func (u *Unit) objectLog(number int, object, value, kind string, rows []audit.Row, at time.Time) *element {
	from := u.Files[0].OpenedAt
	if len(rows) > 0 && rows[0].At.Before(from) {
		from = rows[0].At
	}
	if from.After(at) {
		from = at
	}
	info := el("tp:TransLogInfo", identifier(u.Name()+"."+strconv.Itoa(number), u.source("log")), txt("tp:DatumVzniku", stamp(at)), txt("tp:DatumCasOd", stamp(from)), txt("tp:DatumCasDo", stamp(at)),
		txt("tp:Software", "e-POM"), el("tp:Objekt", el("tp:TypObjektu", txt("tp:TypObjektuId", object)), identifier(value, u.source(kind))))
	events := el("tp:Udalosti")
	for _, r := range rows {
		events.add(u.event(r))
	}
	return el("tp:TransakcniLogObjektu", info, events)
}

func identifier(value, source string) *element {
	return el("tp:Identifikator", txt("tp:HodnotaID", tail(value, 50)), txt("tp:ZdrojID", tail(source, 50)))
}

// tail keeps the end of a text, which tells things apart.
func tail(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[len(r)-n:])
	}
	return s
}

func (u *Unit) event(r audit.Row) *element {
	kind := txt("tp:TypUdalostiId", acts[r.Action])
	if acts[r.Action] == "" {
		kind = txt("tp:TypUdalostiText", or(r.Action, "událost"))
	}
	e := el("tp:Udalost", txt("tp:Poradi", strconv.FormatInt(r.Seq, 10)), txt("tp:DatumVzniku", stamp(r.At)), txt("tp:provedlKdo", cut(u.name(r.Actor), 100)), el("tp:TypUdalosti", kind))
	var data map[string]any
	if json.Unmarshal(r.Data, &data) != nil || len(data) == 0 {
		return e
	}
	names := []string{}
	for name := range data {
		names = append(names, name)
	}
	slices.Sort(names)
	box := el("tp:ParametryUdalosti")
	for _, name := range names {
		text, err := json.Marshal(data[name])
		if s, ok := data[name].(string); ok {
			text = []byte(s)
		}
		if err != nil || data[name] == nil {
			continue
		}
		box.add(el("tp:ParametrUdalosti", txt("tp:NazevParametru", strings.ReplaceAll(name, " ", "_")), txt("tp:HodnotaParametru", or(string(text), "-"))))
	}
	if len(box.kids) == 0 {
		return e
	}
	return e.add(box)
}
