package public

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/offices"
)

// KioskItemPage is one thing that hangs, with its documents page by page.
type KioskItemPage struct {
	KioskFrame
	Item    PostingPage
	Back    string
	Docs    []KioskDoc
	Address string // of the same on the web
	QR      web.QR
}

// KioskDoc is a document.
type KioskDoc struct {
	Name, Type string
	Pages      int
	Sheets     []KioskSheet
	Left       int    // pages that have no picture
	Text       string // of a document without pictures
	Warning    string
	Outside    bool
}

// KioskSheet is one page of a document.
type KioskSheet struct {
	Page          int
	Src           string
	Width, Height int
	Text          string
}

// KioskGonePage says that what was tapped hangs no more.
type KioskGonePage struct {
	KioskFrame
	Back string
}

// KioskItem shows one thing that hangs.
func (h *Public) KioskItem(c *fiber.Ctx) error {
	number := c.Params("number")
	f, asked, err := h.kioskFrame(c, "Úřední deska", "/"+number)
	if err != nil {
		return err
	}
	asked.Still = false
	back := asked.at(f.Base)
	turn := h.Shelf.Turn(f.Card.ID, f.Base+"/"+number)
	s, err := h.Boards.Show(c.UserContext(), f.Card.ID, number)
	switch {
	case errs.Is(err, errs.NotFound) || err == nil && s.State() != board.Hanging:
		f.Title = f.T("Tohle už na desce nevisí")
		c.Status(fiber.StatusNotFound)
		c.Set(fiber.HeaderCacheControl, "no-store")
		return web.View(c, "kiosk/gone", "", KioskGonePage{f, back})
	case err != nil:
		return err
	}
	p := KioskItemPage{KioskFrame: f, Back: back, Address: h.base(c) + board.ItemPath(f.Card.Slug, s.Number())}
	p.Item = PostingPage{Page: f.Page, Card: f.Card, Number: s.Number(), Posting: s.Posting, Shown: s.Current(), Contract: s.Contract}
	h.describe(&p.Item, s)
	p.Title = p.Item.Shown.Title
	p.QR = web.NewQR(p.Address)
	for i := range p.Item.Shown.Files {
		p.Docs = append(p.Docs, kioskDoc(f.Card, s, &p.Item.Shown.Files[i], p.Item.Files[i]))
	}
	return h.Shelf.View(c, turn, "kiosk/item", "", p)
}

func kioskDoc(o *offices.Office, s *board.Shown, f *board.File, v FileView) KioskDoc {
	known := s.Previews[f.SHA256]
	d := KioskDoc{Name: f.Name, Type: v.Type, Pages: known.Pages, Warning: v.Warning, Outside: v.Outside}
	for _, p := range known.Pictures.V {
		d.Sheets = append(d.Sheets, KioskSheet{Page: p.Page, Src: board.PicturePath(o.Slug, s.Number(), f.Ordinal, p.Page, f.SHA256), Width: p.Width, Height: p.Height, Text: known.PageText(p)})
	}
	if len(d.Sheets) == 0 {
		d.Text = strings.TrimSpace(known.Text)
	} else if known.Pages > len(d.Sheets) {
		d.Left = known.Pages - len(d.Sheets)
	}
	return d
}
