package files

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records/store"
	"epom/users"
)

// perPage is how many files a list of the store shows.
const perPage = 200

const storePath = "/kancelar/spisovna"

// StorePage is the records store: what is to be handed over, what was, what is kept and lent.
type StorePage struct {
	web.Page
	Form
	Query    string
	Ready    []store.File
	Waiting  []store.Handover // to be taken over
	Past     []store.Handover
	Kept     []store.File
	Loans    []LoanView
	Boxes    []store.Box
	MayGive  bool
	MayKeep  bool
	LendDay  string
	Borrower string
}

// LoanView is a loan with its state today.
type LoanView struct {
	store.Loan
	IsLate bool
}

// Store shows it.
func (f *Files) Store(c *fiber.Ctx) error { return f.store(c, Form{}) }

func (f *Files) store(c *fiber.Ctx, form Form) error {
	s := web.Session(c)
	p := StorePage{Form: form, Query: strings.TrimSpace(c.Query("hledat")), MayGive: users.Can(s, users.Handle), MayKeep: users.Can(s, users.KeepStore),
		LendDay: czechDay(f.Date().AddDate(0, 0, 30))}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = f.Page(c, tx, "Spisovna"); err != nil {
			return err
		}
		if p.Ready, err = store.Ready(ctx, tx, perPage); err != nil {
			return err
		}
		list, err := store.Handovers(ctx, tx, 30)
		if err != nil {
			return err
		}
		for _, h := range list {
			if h.TakenAt == nil {
				p.Waiting = append(p.Waiting, h)
			} else {
				p.Past = append(p.Past, h)
			}
		}
		loans, err := store.Loans(ctx, tx)
		if err != nil {
			return err
		}
		for _, l := range loans {
			p.Loans = append(p.Loans, LoanView{l, l.Late(f.Date())})
		}
		if p.Kept, err = store.Kept(ctx, tx, p.Query, perPage); err != nil {
			return err
		}
		p.Boxes, err = store.Boxes(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "store/list", "", p)
}

// HandOver hands chosen closed files over by a protocol.
func (f *Files) HandOver(c *fiber.Ctx) error {
	return f.act(c, storePath, f.store, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		h, err := store.HandOver(ctx, tx, numbers(v, "case"), web.Session(c).Account.Name, v.Get("note"), f.Clock.Now())
		return "Předávací protokol má číslo " + h.Number() + ". Spisovna teď spisy převezme.", err
	})
}

// AddBox makes a box.
func (f *Files) AddBox(c *fiber.Ctx) error {
	return f.act(c, storePath, f.store, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		_, err := store.AddBox(ctx, tx, v.Get("label"), v.Get("place"), f.Clock.Now())
		return "Krabice „" + strings.TrimSpace(v.Get("label")) + "“ je ve spisovně.", err
	})
}

// Lend lends a file by its mark.
func (f *Files) Lend(c *fiber.Ctx) error {
	return f.act(c, storePath, f.store, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		due, ok := web.ParseDay(v.Get("due"))
		if !ok {
			return "", errs.Fields(errs.Field{Name: "due", Message: "Napište den vrácení, například " + czechDay(f.Date().AddDate(0, 0, 30)) + "."})
		}
		id := number(v.Get("lend"))
		if id == 0 {
			return "", errs.Fields(errs.Field{Name: "lend", Message: "Vyberte spis, který se půjčuje."})
		}
		return "Zápůjčka je zapsaná do " + czechDay(due) + ".", store.Lend(ctx, tx, id, v.Get("borrower"), v.Get("purpose"), due, f.Clock.Now())
	})
}

// Return takes a lent file back.
func (f *Files) Return(c *fiber.Ctx) error {
	return f.act(c, storePath, f.store, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		return "Spis je vrácený.", store.Return(ctx, tx, number(v.Get("loan")), f.Clock.Now())
	})
}

// HandoverPage is one protocol.
type HandoverPage struct {
	web.Page
	Form
	ID      int64
	Number  string
	Giver   string
	Given   time.Time
	Note    string
	Taken   *time.Time
	Taker   string
	Files   []HandoverFile
	Boxes   []store.Box
	MayKeep bool
}

// HandoverFile is a file in it, with what was typed.
type HandoverFile struct {
	store.File
	Chosen int64
	Why    string
	Error  string
}

// Handover shows a protocol; the store takes the files over there.
func (f *Files) Handover(c *fiber.Ctx) error { return f.handover(c, Form{}) }

func (f *Files) handover(c *fiber.Ctx, form Form) error {
	p := HandoverPage{Form: form, MayKeep: users.Can(web.Session(c), users.KeepStore)}
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		h, list, err := store.HandoverByID(ctx, tx, id)
		if err != nil {
			return err
		}
		p.ID, p.Number, p.Giver, p.Given, p.Note, p.Taken, p.Taker = h.ID, h.Number(), h.Giver, h.GivenAt, h.Note, h.TakenAt, h.Taker
		for _, k := range list {
			key := strconv.FormatInt(k.ID, 10)
			p.Files = append(p.Files, HandoverFile{k, number(form.Values["box-"+key]), form.Values["why-"+key], form.Error("box-" + key)})
		}
		if p.Boxes, err = store.Boxes(ctx, tx); err != nil {
			return err
		}
		p.Page, err = f.Page(c, tx, "Předávací protokol")
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "store/handover", "", p)
}

// TakeOver takes the files of a protocol into the store.
func (f *Files) TakeOver(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, storePath, f.handover, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		boxes, returned := map[int64]int64{}, map[int64]string{}
		for name := range v {
			if s, ok := strings.CutPrefix(name, "box-"); ok {
				boxes[number(s)] = number(v.Get(name))
			}
			if s, ok := strings.CutPrefix(name, "why-"); ok {
				returned[number(s)] = v.Get(name)
			}
		}
		return "Spisy jsou převzaté do spisovny.", store.TakeOver(ctx, tx, id, boxes, returned, web.Session(c).Account.Name, f.Clock.Now())
	})
}

// HandoverPaper is the protocol to be signed.
func (f *Files) HandoverPaper(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	o, err := f.office(c)
	if err != nil {
		return err
	}
	var data []byte
	var h store.Handover
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		var list []store.File
		if h, list, err = store.HandoverByID(ctx, tx, id); err != nil {
			return err
		}
		data, err = store.Paper(o, h, list)
		return err
	})
	if err != nil {
		return err
	}
	return send(c, "predavaci-protokol-"+strconv.FormatInt(h.No, 10)+"-"+strconv.Itoa(h.Year)+".pdf", "application/pdf", data, true)
}
