package desk

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/webhook"
)

const hooksPath = "/kancelar/sprava/deska/oznameni"

// HooksPage lists the systems that are told of the office's board.
type HooksPage struct {
	web.Page
	Rows []HookRow
}

// HookRow is one receiver.
type HookRow struct {
	board.Hook
	Host string
}

// State says how a receiver is doing, with a tone.
func (r HookRow) State() string {
	switch {
	case r.DisabledAt != nil && *r.DisabledBy == "system":
		return "vypnuto, zprávy nedocházely"
	case r.DisabledAt != nil:
		return "vypnuto"
	case r.FailingSince != nil:
		return "zprávy nedocházejí"
	case r.SucceededAt == nil:
		return "zatím nic neodešlo"
	}
	return "v pořádku"
}

// Tone goes with State.
func (r HookRow) Tone() string {
	switch {
	case r.DisabledAt != nil:
		return "neutral"
	case r.FailingSince != nil:
		return "danger"
	case r.SucceededAt == nil:
		return "info"
	}
	return "success"
}

func hookRow(h board.Hook) HookRow {
	r := HookRow{Hook: h}
	if u, err := url.Parse(h.URL); err == nil {
		r.Host = u.Host
	}
	return r
}

// BoardHooks lists the receivers of the office.
func (d *Desk) BoardHooks(c *fiber.Ctx) error {
	var p HooksPage
	err := d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Zprávy jiným systémům"); err != nil {
			return err
		}
		list, err := board.HooksOf(ctx, tx)
		for _, h := range list {
			p.Rows = append(p.Rows, hookRow(h))
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "deskhooks/list", "", p)
}

// NewHookPage asks for a receiver and shows the secret it will be signed with: this once and never again.
type NewHookPage struct {
	web.Page
	URL    string
	Secret string
	Sealed string // the same, to come back with the form
	Errors []Wrong
}

// Error is the message about a field.
func (p NewHookPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// NewHook shows the form of a new receiver.
func (d *Desk) NewHook(c *fiber.Ctx) error {
	p, err := d.newHookPage(c, webhook.NewSecret())
	if err != nil {
		return err
	}
	return web.View(c, "deskhooks/new", "", p)
}

// hookSeal binds a shown secret to the person and the office.
func hookSeal(c *fiber.Ctx) string {
	s := web.Session(c)
	return "hook/" + strconv.FormatInt(s.Account.ID, 10) + "/" + strconv.Itoa(int(s.Office))
}

func (d *Desk) newHookPage(c *fiber.Ctx, secret string) (p NewHookPage, err error) {
	web.Private(c)
	p.Secret = secret
	if p.Sealed, err = web.Seal(c, hookSeal(c), secret); err != nil {
		return p, err
	}
	err = d.InOffice(c, func(_ context.Context, tx *db.Tx) (err error) {
		p.Page, err = d.Page(c, tx, "Nový příjemce zpráv")
		return err
	})
	return p, err
}

// AddHook registers the receiver with the secret that was shown.
func (d *Desk) AddHook(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	var secret string
	if !web.Unseal(c, hookSeal(c), v.Get("tajemstvi"), &secret) || !webhook.IsSecret(secret) {
		secret = ""
	}
	var id int64
	if secret == "" {
		err = errs.Fields(errs.Field{Message: "Tajemství se ztratilo. Tady je nové, zkopírujte si ho."})
		secret = webhook.NewSecret()
	} else {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
			id, err = d.Hooks.Add(ctx, tx, v.Get("url"), secret, d.Clock.Now())
			return err
		})
	}
	if errs.Is(err, errs.Invalid) {
		p, pageErr := d.newHookPage(c, secret)
		if pageErr != nil {
			return pageErr
		}
		p.URL = v.Get("url")
		for _, f := range errs.FieldsOf(err) {
			p.Errors = append(p.Errors, Wrong{ID: f.Name, Message: f.Message})
		}
		return web.Invalid(c, "deskhooks/new", "", p)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Příjemce je zapsaný. Pošlete mu zkušební zprávu, ať víte, že jí rozumí.")
	return web.See(c, hookPath(id))
}

func hookPath(id int64) string { return hooksPath + "/" + strconv.FormatInt(id, 10) }

// HookPage shows one receiver and its latest calls.
type HookPage struct {
	web.Page
	Hook  HookRow
	Calls []CallRow
}

// CallRow is one message on its way.
type CallRow struct {
	board.HookCall
	Event string
	Again bool // may be sent again by hand
}

var hookEvents = map[string]string{board.HookPosted: "vyvěšeno", board.HookRevised: "změněno", board.HookRemoved: "sejmuto", board.HookTest: "zkouška"}

// State says what became of the message.
func (r CallRow) State() string {
	switch {
	case r.DoneAt != nil:
		return "předáno"
	case r.Attempts == 0 && r.NextAt != nil:
		return "čeká na odeslání"
	case r.NextAt != nil:
		return "zkusíme znovu"
	}
	return "nepředáno"
}

// Tone goes with State.
func (r CallRow) Tone() string {
	switch {
	case r.DoneAt != nil:
		return "success"
	case r.NextAt == nil:
		return "danger"
	case r.Attempts > 0:
		return "warning"
	}
	return "info"
}

// Why says in Czech why the last try failed.
func (r CallRow) Why() string {
	if r.Error == "" {
		return ""
	}
	if r.Status != nil {
		return "příjemce odpověděl " + strconv.Itoa(*r.Status)
	}
	if said, ok := hookFaults[r.Error]; ok {
		return said
	}
	return "spojení se nezdařilo"
}

// hookFaults are the failures of a call, as internal/webhook names them, for people.
var hookFaults = map[string]string{
	"the name is not known":                                                      "takovou adresu nikdo nezná",
	"the certificate is not valid":                                               "certifikát příjemce neplatí",
	"nobody listens there":                                                       "na této adrese nic neběží",
	"no answer within 10 seconds":                                                "příjemce neodpověděl do 10 sekund",
	"the address does not lie in the public internet":                            "adresa neleží ve veřejném internetu",
	"webhook: the secret was sealed with another key":                            "tajemství už nejde přečíst, zapište příjemce znovu",
	"Tato adresa neleží ve veřejném internetu.":                                  "adresa neleží ve veřejném internetu",
	"Adresa musí začínat https://, aby zprávu nikdo cestou nečetl ani nezměnil.": "adresa nezačíná https://",
}

// BoardHook shows a receiver.
func (d *Desk) BoardHook(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	var p HookPage
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = d.Page(c, tx, "Příjemce zpráv"); err != nil {
			return err
		}
		h, calls, err := board.HookByID(ctx, tx, id)
		if err != nil {
			return err
		}
		p.Hook = hookRow(h)
		for _, call := range calls {
			p.Calls = append(p.Calls, CallRow{call, hookEvents[call.Event], call.DoneAt == nil && call.Attempts > 0 && call.Event != board.HookTest && h.DisabledAt == nil})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "deskhooks/show", "", p)
}

// TestHook sends a receiver a test.
func (d *Desk) TestHook(c *fiber.Ctx) error {
	return d.onHook(c, "Zkušební zpráva odchází. Za chvíli stránku načtěte znovu a uvidíte, jak dopadla.", func(ctx context.Context, tx *db.Tx, id int64, _ url.Values, now time.Time) error {
		o, err := d.Offices.ByID(tx.Office)
		if err != nil {
			return err
		}
		return d.Hooks.Try(ctx, tx, o, id, now)
	})
}

// SwitchHook turns a receiver off, or on again.
func (d *Desk) SwitchHook(c *fiber.Ctx) error {
	return d.onHook(c, "Uloženo.", func(ctx context.Context, tx *db.Tx, id int64, v url.Values, now time.Time) error {
		return board.Switch(ctx, tx, id, v.Get("stav") == "zapnout", now)
	})
}

// RetryCall sends a message once more.
func (d *Desk) RetryCall(c *fiber.Ctx) error {
	return d.onHook(c, "Zpráva odchází znovu.", func(ctx context.Context, tx *db.Tx, id int64, _ url.Values, now time.Time) error {
		call, err := web.Number(c, "call")
		if err != nil {
			return err
		}
		return board.Again(ctx, tx, id, call, now)
	})
}

// onHook does something with a receiver of the office and returns to its page.
func (d *Desk) onHook(c *fiber.Ctx, said string, act func(context.Context, *db.Tx, int64, url.Values, time.Time) error) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return act(ctx, tx, id, v, d.Clock.Now()) })
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", errs.Message(err))
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", said)
	}
	return web.See(c, hookPath(id))
}
