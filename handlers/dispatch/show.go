package dispatch

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	sending "epom/records/dispatch"
	"epom/users"
)

// maxReceipt is the largest delivery receipt as a file, in bytes.
const maxReceipt = 20 << 20

// ShowPage is one sending: how it stands, what happened, what may be written down.
type ShowPage struct {
	web.Page
	D        Row
	Moments  []Moment
	Acts     []sending.Act
	Kind     string
	Day      string
	Why      string
	Message  string
	Errors   Wrongs
	Retry    bool
	Withdraw bool
	Another  bool // another way may be chosen
	Post     bool // the board's form may be opened
}

// Error is the message about a field.
func (p ShowPage) Error(name string) string { return p.Errors.Error(name) }

// Moment is one event in words.
type Moment struct {
	State, Title, Text string
	At                 time.Time
	Day                time.Time
	ID                 int64
	Voidable, Voided   bool
}

var eventWords = map[string]string{sending.EventTried: "Předává se", sending.EventSent: "Odesláno", sending.EventBoxed: "Dodáno do datové schránky", sending.EventStored: "Uloženo na poště",
	sending.EventPosted: "Vyvěšeno na úřední desce", sending.EventRemoved: "Sejmuto z úřední desky", sending.EventDelivered: "Doručeno", sending.EventRefused: "Převzetí odmítnuto",
	sending.EventFiction: "Doručeno fikcí", sending.EventReturned: "Vráceno nedoručené", sending.EventFailed: "Nepodařilo se", sending.EventRetried: "Zkouší se znovu",
	sending.EventWithdrawn: "Zrušeno před odesláním", sending.EventVoided: "Zápis zrušen"}

func moments(d sending.Dispatch) []Moment {
	void := map[int64]bool{}
	for _, e := range d.Events {
		if e.Voids != nil {
			void[*e.Voids] = true
		}
	}
	list := []Moment{{State: "done", Title: "Připraveno k vypravení", Text: d.Why, At: d.MadeAt, Day: clock.Date(d.MadeAt)}}
	for _, e := range d.Events {
		m := Moment{State: "done", Title: eventWords[e.Kind], At: e.At, Day: e.On, ID: e.ID, Voided: void[e.ID], Voidable: e.ByHand() && !void[e.ID]}
		var parts []string
		for _, x := range [][2]string{{"why", ""}, {"message", "datová zpráva "}, {"number", "číslo "}, {"office", ""}, {"sheet", "podací arch "}} {
			if s := e.Word(x[0]); s != "" {
				parts = append(parts, x[1]+s)
			}
		}
		m.Text = strings.Join(parts, " · ")
		list = append(list, m)
	}
	return list
}

// Show shows one sending.
func (d *Dispatch) Show(c *fiber.Ctx) error {
	p, err := d.showPage(c)
	if err != nil {
		return err
	}
	return web.View(c, "dispatch/show", "", p)
}

func (d *Dispatch) showPage(c *fiber.Ctx) (p ShowPage, err error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return p, err
	}
	err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		item, err := sending.ByID(ctx, tx, id)
		if errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "Tato zásilka ve vašem úřadu není.")
		}
		if err != nil {
			return err
		}
		s, err := sending.Compute(item, d.Sending, d.Clock.Now())
		if err != nil {
			return err
		}
		if p.Page, err = d.Page(c, tx, item.Number+" pro "+item.Name); err != nil {
			return err
		}
		p.D, p.Moments = d.row(sending.Item{Dispatch: item, State: s}), moments(item)
		p.Day = d.Date().Format("2. 1. 2006")
		if mayWrite(c) {
			p.Acts = sending.Acts(item, s)
			p.Retry = s.Kind == sending.Failed && (item.Way == sending.Email || item.Way == sending.DataBox)
			p.Withdraw = s.Kind == sending.Waiting || s.Kind == sending.Failed
			p.Another = s.CameToNothing()
			p.Post = item.Way == sending.Board && s.Kind == sending.Waiting && postsOnBoard(c)
		} else {
			for i := range p.Moments {
				p.Moments[i].Voidable = false
			}
		}
		d.Seen(tx, "dispatch opened", "document", item.DocumentID, map[string]any{"dispatch": id})
		return nil
	})
	return p, err
}

func postsOnBoard(c *fiber.Ctx) bool { return users.Can(web.Session(c), users.Post) }

// Write notes what a clerk says happened, with the delivery receipt as a file.
func (d *Dispatch) Write(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	var files []records.Component
	v, err := web.FormValues(c, func(u web.Upload) error {
		if u.Name == "" {
			return nil
		}
		name := blob.CleanName(u.Name)
		ref, err := d.Files.Put(c.UserContext(), u.Body, maxReceipt)
		if err == nil {
			err = blob.Check(name, ref.MediaType)
		}
		files = append(files, records.Component{Name: name, MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256, Preservation: records.Scan})
		return err
	})
	if err == nil {
		err = d.write(c, id, v, files)
	}
	return d.outcome(c, err, v, "duvod", "Zapsáno.")
}

func (d *Dispatch) write(c *fiber.Ctx, id int64, v url.Values, files []records.Component) error {
	day, ok := web.ParseDay(v.Get("den"))
	if !ok {
		day = time.Time{}
	}
	return d.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := sending.Write(ctx, tx, d.Sending, id, sending.Written{Kind: v.Get("co"), On: day, Why: v.Get("duvod"), Message: v.Get("zprava"), Receipt: files}, d.Clock.Now())
		return err
	})
}

// Retry sends once more what failed.
func (d *Dispatch) Retry(c *fiber.Ctx) error {
	return d.act(c, "", "Zkusíme to znovu.", func(ctx context.Context, tx *db.Tx, id int64, _ url.Values) error {
		return sending.Retry(ctx, tx, d.Sending, id, d.Clock.Now())
	})
}

// Withdraw gives a sending up before it leaves.
func (d *Dispatch) Withdraw(c *fiber.Ctx) error {
	return d.act(c, "zrusit-duvod", "Zásilka je zrušená, nikam nepůjde.", func(ctx context.Context, tx *db.Tx, id int64, v url.Values) error {
		return sending.Withdraw(ctx, tx, d.Sending, id, v.Get("duvod"), d.Clock.Now())
	})
}

// Void says that a note was a mistake.
func (d *Dispatch) Void(c *fiber.Ctx) error {
	event, err := web.Number(c, "event")
	if err != nil {
		return err
	}
	return d.act(c, key("chyba", event), "Zápis je zrušený, zůstává v průběhu i s důvodem.", func(ctx context.Context, tx *db.Tx, id int64, v url.Values) error {
		return sending.Void(ctx, tx, d.Sending, id, event, v.Get("duvod"), d.Clock.Now())
	})
}

// act does something with a reason, whose field on the page is named so.
func (d *Dispatch) act(c *fiber.Ctx, field, said string, do func(context.Context, *db.Tx, int64, url.Values) error) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	v, err := web.FormValues(c, nil)
	if err == nil {
		err = d.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return do(ctx, tx, id, v) })
	}
	return d.outcome(c, err, v, field, said)
}

// outcome answers an act upon a sending: done → its page; wrong → the same page with what was typed.
func (d *Dispatch) outcome(c *fiber.Ctx, err error, v url.Values, field, said string) error {
	id, _ := web.Number(c, "id")
	switch {
	case err == nil:
		web.SetFlash(c, "success", said)
		return web.See(c, itemPath(id))
	case errs.Is(err, errs.Conflict) && errs.Message(err) != "":
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, itemPath(id))
	case errs.Is(err, errs.Invalid):
		p, pageErr := d.showPage(c)
		if pageErr != nil {
			return pageErr
		}
		p.Errors = wrongs(err, "")
		for i := range p.Errors {
			if p.Errors[i].ID == "duvod" {
				p.Errors[i].ID = field
			}
		}
		if v.Has("co") {
			p.Kind, p.Day, p.Why, p.Message = v.Get("co"), v.Get("den"), v.Get("duvod"), v.Get("zprava")
		}
		return web.Invalid(c, "dispatch/show", "", p)
	}
	return err
}
