package registry

import (
	"context"
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/books"
	"epom/records/register"
)

const booksPath = "/kancelar/sestavy"

// BooksPage lists what the person had made.
type BooksPage struct {
	web.Page
	Rows     []BookView
	Next     string
	Years    []int
	Year     int
	Register []Choice
}

// BookPage is one of them, with its progress.
type BookPage struct {
	web.Page
	Book BookView
}

// BookView is a book in words.
type BookView struct {
	books.Book
	Href       string
	Tone, Word string
	Percent    int // -1 when it cannot be told
	Going      bool
	Ready      bool
	Mine       bool
}

func (r *Registry) view(c *fiber.Ctx, b books.Book) BookView {
	v := BookView{Book: b, Href: fmt.Sprintf("%s/%d", booksPath, b.ID), Percent: b.Percent(), Mine: b.AccountID == web.Session(c).Account.ID}
	switch b.State() {
	case books.Waiting:
		v.Tone, v.Word, v.Going = "info", "čeká na vytvoření", true
	case books.Running:
		v.Tone, v.Word, v.Going = "info", "vytváří se", true
	case books.Ready:
		v.Tone, v.Word, v.Ready = "success", "hotovo", true
	case books.Gone:
		v.Tone, v.Word = "neutral", "soubor už je smazaný"
	case books.Stopped:
		v.Tone, v.Word = "neutral", "zastaveno"
	default:
		v.Tone, v.Word = "danger", "nevzniklo"
	}
	return v
}

// Books lists the person's books and offers new ones.
func (r *Registry) Books(c *fiber.Ctx) error {
	const limit = 30
	p := BooksPage{Year: clock.Year(r.Clock.Now())}
	before, _ := strconv.ParseInt(c.Query("po"), 10, 64)
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = r.Page(c, tx, "Sestavy"); err != nil {
			return err
		}
		list, err := books.List(ctx, tx, web.Session(c).Account.ID, before, limit+1)
		if err != nil {
			return err
		}
		if len(list) > limit {
			list = list[:limit]
			p.Next = booksPath + "?po=" + strconv.FormatInt(list[limit-1].ID, 10)
		}
		for _, b := range list {
			p.Rows = append(p.Rows, r.view(c, b))
		}
		n, err := register.Load(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range n.Series() {
			p.Register = append(p.Register, Choice{Value: s, Label: n.Name(s)})
		}
		for y := p.Year; y > p.Year-10; y-- {
			if y == p.Year || n.Counter(records.SeriesJournal, y) != nil {
				p.Years = append(p.Years, y)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.View(c, "registry/books", "list", p)
}

// Ask has a book made and leads to its progress.
func (r *Registry) Ask(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	b := books.Book{Kind: v.Get("kind"), Format: v.Get("format"), AccountID: web.Session(c).Account.ID}
	var id int64
	err = r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := r.describe(ctx, tx, &b, v); err != nil {
			return err
		}
		if id, err = books.Ask(ctx, tx, b, r.Clock.Now()); err != nil {
			return err
		}
		r.Seen(tx, "book asked for", "book", id, map[string]any{"kind": b.Kind, "format": b.Format})
		return nil
	})
	if errs.Is(err, errs.Conflict) {
		web.SetFlash(c, "warning", errs.Message(err))
		return web.See(c, booksPath)
	}
	if err != nil {
		return err
	}
	return web.See(c, fmt.Sprintf("%s/%d", booksPath, id))
}

// describe names the book and writes down what it holds.
func (r *Registry) describe(ctx context.Context, tx *db.Tx, b *books.Book, v url.Values) error {
	year, err := strconv.Atoi(v.Get("rok"))
	dated := b.Kind == books.Journal || b.Kind == books.Statistics
	if dated && (err != nil || year < 1990 || year > clock.Year(r.Clock.Now())) {
		return errs.Fields(errs.Field{Name: "rok", Message: "Vyberte rok, za který se má sestava vytvořit."})
	}
	switch b.Kind {
	case books.Journal:
		n, err := register.Load(ctx, tx)
		if err != nil {
			return err
		}
		code, name := v.Get("evidence"), ""
		for _, s := range n.Series() {
			if s == code {
				name = n.Name(s)
			}
		}
		if name == "" {
			return errs.Fields(errs.Field{Name: "evidence", Message: "Vyberte evidenci."})
		}
		b.Title, b.Query = fmt.Sprintf("%s %d", name, year), url.Values{"evidence": {code}, "rok": {strconv.Itoa(year)}}.Encode()
	case books.Statistics:
		b.Title, b.Query = fmt.Sprintf("Statistika spisové služby za rok %d", year), url.Values{"rok": {strconv.Itoa(year)}}.Encode()
	case books.OpenCases:
		b.Title = "Nevyřízené spisy k " + r.Date().Format("2. 1. 2006")
	case books.Found:
		b.Title = "Výsledek hledání"
		q, err := url.ParseQuery(v.Get("query"))
		if err != nil {
			return errs.Wrap(errs.Invalid, err, "Toto hledání nejde přečíst. Vyhledejte znovu, co potřebujete.")
		}
		s := books.SearchOf(q)
		b.Query = s.Values().Encode()
	}
	return nil
}

// Book shows the progress of a book of the office.
func (r *Registry) Book(c *fiber.Ctx) error {
	var p BookPage
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		b, err := r.own(ctx, c, tx)
		if err != nil {
			return err
		}
		p.Book = r.view(c, b)
		p.Page, err = r.Page(c, tx, b.Title)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "registry/book", "state", p)
}

// own reads the person's own book in the address: what a colleague took away is hers.
func (r *Registry) own(ctx context.Context, c *fiber.Ctx, tx *db.Tx) (books.Book, error) {
	id, err := web.Number(c, "id")
	if err != nil {
		return books.Book{}, err
	}
	b, err := books.ByID(ctx, tx, id)
	if errs.Is(err, errs.NotFound) || err == nil && b.AccountID != web.Session(c).Account.ID {
		return b, errs.New(errs.NotFound, "Takovou sestavu nemáte. Sestavy vidí jen ten, kdo si je vytvořil.")
	}
	return b, err
}

// Stop gives up a book that is being made.
func (r *Registry) Stop(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	var b books.Book
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if b, err = r.own(ctx, c, tx); err != nil {
			return err
		}
		return books.Stop(ctx, tx, web.Session(c).Account.ID, b.ID, r.Clock.Now())
	})
	switch {
	case errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", errs.Message(err))
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", "Vytváření je zastavené.")
	}
	return web.See(c, fmt.Sprintf("%s/%d", booksPath, b.ID))
}

// File hands the file of a finished book out; taking it away is written into the log.
func (r *Registry) File(c *fiber.Ctx) error {
	var b books.Book
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if b, err = r.own(ctx, c, tx); err != nil {
			return err
		}
		if b.State() != books.Ready {
			return errs.New(errs.NotFound, "Soubor zatím není hotový, nebo už je smazaný. Vytvořte sestavu znovu.")
		}
		r.Seen(tx, "book taken away", "book", b.ID, map[string]any{"kind": b.Kind, "rows": b.Done})
		return nil
	})
	if err != nil {
		return err
	}
	body, size, err := r.Files.Open(context.WithoutCancel(c.UserContext()), b.SHA256)
	if err != nil {
		return err
	}
	media := map[string]string{books.CSV: "text/csv; charset=utf-8", books.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", books.PDF: "application/pdf"}[b.Format]
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": b.Name}))
	return c.SendStream(body, int(size))
}

// StatisticsPage is the statistics of a year.
type StatisticsPage struct {
	web.Page
	Report books.Report
	Years  []int
	At     time.Time
}

// Statistics counts a year for the yearly report.
func (r *Registry) Statistics(c *fiber.Ctx) error {
	now := r.Clock.Now()
	p := StatisticsPage{At: now}
	year := clock.Year(now)
	if y, err := strconv.Atoi(c.Query("rok")); err == nil && y >= 1990 && y <= year {
		year = y
	}
	err := r.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = r.Page(c, tx, fmt.Sprintf("Statistika za rok %d", year)); err != nil {
			return err
		}
		if p.Years, err = records.JournalYears(ctx, tx, records.SeriesJournal); err != nil {
			return err
		}
		p.Report, err = books.Statistic(ctx, tx, year, now, r.Agenda)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "registry/statistics", "", p)
}

// SaveFilter keeps a search under a name.
func (r *Registry) SaveFilter(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	q, err := url.ParseQuery(v.Get("query"))
	if err != nil {
		return errs.Wrap(errs.Invalid, err, "Toto hledání nejde přečíst. Vyhledejte znovu, co potřebujete.")
	}
	s := books.SearchOf(q)
	f := books.Filter{Account: web.Session(c).Account.ID, Name: v.Get("name"), Query: s.Values().Encode(), Shared: v.Get("shared") != ""}
	err = r.InOffice(c, func(ctx context.Context, tx *db.Tx) error { return books.SaveFilter(ctx, tx, f, r.Clock.Now()) })
	if list, ok := wrongs(err); ok {
		web.SetFlash(c, "warning", list[0].Message)
	} else if err != nil {
		return err
	} else {
		web.SetFlash(c, "success", "Hledání je uložené.")
	}
	return web.See(c, "/kancelar/hledat?"+f.Query)
}

// DropFilter forgets a kept search of the person's own.
func (r *Registry) DropFilter(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	err = r.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		return books.DropFilter(ctx, tx, web.Session(c).Account.ID, id)
	})
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Uložené hledání je smazané.")
	return web.See(c, "/kancelar/hledat")
}
