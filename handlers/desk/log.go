package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/audit"
	"epom/internal/db"
	"epom/users"
)

// LogPage is the audit log of the office, the newest first.
type LogPage struct {
	web.Page
	Rows []LogRow
	Next string
}

// LogRow is one line in words.
type LogRow struct {
	Seq    int64
	At     time.Time
	Who    string
	What   string
	Object string
	Href   string
	Detail string
}

var actionWords = map[string]string{
	"received": "podání přišlo", "registered": "dokument zaevidován", "assigned": "spis přidělen", "handled": "spis vyřízen", "extended": "lhůta prodloužena",
	"clock stopped": "lhůta se zastavila", "clock runs": "lhůta běží dál", "cancelled": "číslo stornováno", "taken over": "převzato od jiného úřadu",
	"viewed": "spis zobrazen", "file opened": "soubor otevřen", "journal viewed": "deník zobrazen", "searched": "hledání", "book asked for": "vyžádána sestava", "book taken away": "sestava stažena", "numbers changed": "změněna maska čísel", "abbreviation changed": "změněna zkratka v číslech",
	"register opened": "evidence otevřena", "register ended": "evidence ukončena", "agenda put to register": "agenda přeřazena do evidence", "year closed": "rok uzavřen", "year reopened": "rok znovu otevřen",
	"opened": "spis založen", "office changed": "údaje úřadu změněny",
	"unit saved": "útvar uložen", "competence proposed": "navržena změna příslušnosti", "competence decided": "rozhodnuto o návrhu příslušnosti", "log viewed": "záznam o činnosti zobrazen", "session.opened": "přihlášení", "session.ended": "odhlášení",
	"session.refused": "neúspěšné přihlášení", "session.revoked": "zařízení odhlášeno", "session.office": "přechod do jiného úřadu",
	"account.created": "účet založen", "account.link": "odkaz k přihlášení vydán", "account.password": "heslo změněno", "account.disabled": "účet uzavřen",
	"account.enabled": "účet znovu otevřen", "member.added": "role přidělena", "member.ended": "role odebrána",
	"posting.made": "vyvěšení zapsáno", "posting.posted": "vyvěšeno na desku", "posting.removed": "sejmuto z desky", "posting.revised": "vyvěšení opraveno",
	"posting.rescheduled": "změněna doba vyvěšení", "posting.physical": "zapsána deska na ulici", "posting.cancelled": "plánované vyvěšení zrušeno",
	"posting.changed-for": "změna na desce vedené pro jiný úřad", "board.contract": "smlouva o desce zapsána", "board.contract-ended": "smlouva o desce ukončena",
	"board.imported": "dřívější vyvěšení převzata",
	"handover begun": "začalo předání spisové službě", "handed over": "předáno spisové službě", "handover waiting": "předání čeká", "handover down": "spisová služba neodpovídá",
	"handover parked": "předání odloženo", "handover refused": "spisová služba odmítla", "handover late": "předání čeká přes den", "handover retried": "předání zopakováno",
	"handover stopped": "předání zastaveno", "handover number": "zapsáno číslo ze spisové služby", "handover viewed": "předání zobrazeno",
	"records system set": "nastavena spisová služba", "records system withdrawn": "zrušeno plánované nastavení spisové služby",
	"list viewed": "seznam zobrazen", "access refused": "odmítnutý přístup", "party created": "osoba zapsána", "log sealed": "protokol zapečetěn",
	"log days viewed": "protokoly zobrazeny", "log day checked": "protokol ověřen", "log day downloaded": "protokol stažen",
	"office moved away": "úřad přestěhován jinam", "office moved in": "úřad přestěhován sem", "records handed over": "spisy předány jinému úřadu",
}

var objectWords = map[string]string{"case_file": "spis", "document": "dokument", "account": "účet", "office": "úřad", "unit": "útvar", "journal": "deník", "competence": "příslušnost", "log": "záznam", "party": "osoba", "page": "stránka", "move": "přesun",
	"register": "evidence", "book": "sestava", "posting": "vyvěšení", "contract": "smlouva", "board": "úřední deska"}

// Log lists who did what in the office. Looking at it is itself written down.
func (d *Desk) Log(c *fiber.Ctx) error {
	members, err := d.members(c.UserContext(), web.Session(c))
	if err != nil {
		return err
	}
	var p LogPage
	var rows []audit.Row
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Záznam o činnosti"); err != nil {
			return err
		}
		rows, err = audit.Page(ctx, tx, queryID(c, "po"), 2*perPage+1)
		if err != nil {
			return err
		}
		if len(rows) > 2*perPage {
			rows = rows[:2*perPage]
			p.Next = with(c, "po", strconv.FormatInt(rows[len(rows)-1].Seq, 10))
		}
		d.Seen(tx, "log viewed", "log", 0, nil)
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		p.Rows = append(p.Rows, d.logRow(r, members))
	}
	return web.View(c, "admin/log", "list", p)
}

func (d *Desk) logRow(r audit.Row, who directory) LogRow {
	row := LogRow{Seq: r.Seq, At: r.At, Who: who.name(r.Actor), What: actionWords[r.Action], Object: objectWords[r.ObjectType]}
	if row.What == "" {
		row.What = r.Action
	}
	if row.Object == "" {
		row.Object = r.ObjectType
	}
	var data map[string]any
	_ = json.Unmarshal(r.Data, &data) // the log keeps JSON only
	switch r.ObjectType {
	case "case_file":
		if mark, ok := data["mark"].(string); ok {
			row.Object = mark
		}
		if r.ObjectID != "0" {
			row.Href = "/kancelar/spisy/" + r.ObjectID
		}
	case "posting":
		row.Object = "vyvěšení " + fmt.Sprint(data["number"])
		delete(data, "number")
		if id, ok := data["board_of"].(float64); ok {
			if o, err := d.Offices.ByID(int32(id)); err == nil {
				row.Object += " – " + o.Name
			}
		}
	case "account":
		if id, err := strconv.ParseInt(r.ObjectID, 10, 64); err == nil && id > 0 {
			row.Object = who.account(id)
		}
	}
	row.Detail = detail(data, who)
	return row
}

// detailWords are the details that say something to people, in the order in which they stand.
var detailWords = []struct{ key, word string }{
	{"number", "č. j."}, {"from", "od"}, {"reference", "číslo podání"}, {"clerk", "komu"}, {"role", "role"}, {"how", "jak"}, {"due", "lhůta do"}, {"why", "důvod"},
	{"by", "čím"}, {"ip", "odkud"}, {"file", "soubor"}, {"found", "nalezeno"}, {"rows", "řádků"}, {"page", "stránka"}, {"day", "den"}, {"into", "kam"}, {"to", "kam"},
}

// detail writes what the log keeps about a line in words.
func detail(data map[string]any, who directory) string {
	var parts []string
	for _, d := range detailWords {
		v, ok := data[d.key]
		if !ok || v == nil || v == "" {
			continue
		}
		said := fmt.Sprint(v)
		switch d.key {
		case "clerk":
			if id, ok := v.(float64); ok {
				said = who.account(int64(id))
			}
		case "role":
			said = web.RoleWords[users.Role(said)]
		case "how":
			said = handledWords[said]
		case "due":
			said = czechDay(said)
		case "by":
			said = map[string]string{"password": "heslem", "link": "odkazem"}[said]
		}
		parts = append(parts, d.word+" "+said)
	}
	return strings.Join(parts, ", ")
}
