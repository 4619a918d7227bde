package public

import (
	"context"
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/fold"
)

const boardsPath = "/deska"

// BoardsPage is all boards of the region at once.
type BoardsPage struct {
	web.Page
	Asked    BoardQuery
	Kinds    template.HTML
	ByOffice string // typed part of an office's name
	Place    BoardPlace
	Found    []ItemLine
	Links    BoardLinks
	News     string // addresses of the lists of the other classes
	Events   string
	Legal    string
	Map      *BoardMap // nil when a search is shown, or when there are too many boards for one page
	Boards   int       // how many boards something hangs on
	Wait     string
}

// BoardPlace is the chosen municipality. Template board/place.
type BoardPlace struct {
	web.Page
	Typed   string
	Known   int // code of the chosen municipality
	Name    string
	Choices []PlaceChoice
	Missing bool
}

// BoardsList lists what hangs on all boards, or what fits a search, newest first.
func (h *Public) BoardsList(c *fiber.Ctx) error {
	turn := h.Shelf.Turn(0, boardsPath)
	p := BoardsPage{Page: web.OpenPage(c, "Úřední desky"), ByOffice: cutText(c.Query("urad"), 100)}
	if c.Query("_find") == "obec" && web.Fragment(c) {
		return web.View(c, "board/place", "choices", h.boardPlace(c, p.Page))
	}
	asked, search := h.boardQuery(c)
	p.Asked, p.Kinds = asked, h.kindOptions(p.Lang, asked.Kind)
	p.Place = h.boardPlace(c, p.Page)
	if p.Place.Known != 0 && c.Query("obec") != strconv.Itoa(p.Place.Known) { // typed and found: from now on it stands in the address
		return c.Redirect(linkWith(boardsPath, c, "obec", strconv.Itoa(p.Place.Known)), fiber.StatusFound)
	}
	h.narrow(&p, &search)
	after := board.ParseKey(c.Query("za"))
	p.Links = boardLinks(boardsPath, c, p.Asked)
	p.Legal, p.News, p.Events = linkWith(boardsPath, c, "trida", ""), linkWith(boardsPath, c, "trida", "aktuality"), linkWith(boardsPath, c, "trida", "udalosti")
	var err error
	if p.Wait, err = h.tooMany(c, p.Asked.Narrow); err == nil && p.Wait == "" {
		p.Found, p.Links.Next, err = h.boardFound(c, p.Page, boardsPath, search, after)
	}
	front := !p.Asked.Narrow && !p.Asked.Archive && after == nil
	if err == nil && front {
		err = h.boardsOverview(c.UserContext(), &p)
	}
	if err != nil {
		return err
	}
	noIndex(c, !front)
	return h.Shelf.View(c, turn, "board/region", "", p)
}

// narrow puts the municipality and the office into the search. In a region legal notices are shown unless asked otherwise.
func (h *Public) narrow(p *BoardsPage, s *board.Search) {
	if m := p.Place.Known; m != 0 {
		s.Municipality = m
		if o, err := h.Offices.ByMunicipality(m); err == nil {
			s.InOffices = []int32{o.ID}
		}
	}
	if wanted := fold.Words(p.ByOffice); len(wanted) > 0 {
		const most = 300
		for _, o := range h.Offices.List() {
			if len(s.Offices) < most && begins(fold.Words(o.Name+" "+o.SeatName), wanted) {
				s.Offices = append(s.Offices, o.ID)
			}
		}
		if len(s.Offices) == 0 {
			s.Offices = []int32{0} // no such office, so nothing fits
		}
	}
	p.Asked.Narrow = s.Narrow()
	if p.Asked.Narrow && p.Asked.Class == "" && s.Class == board.Notice {
		s.Class = ""
	}
}

// boardPlace is the municipality in the address, unless another name was typed over it.
func (h *Public) boardPlace(c *fiber.Ctx, page web.Page) BoardPlace {
	p := BoardPlace{Page: page, Typed: cutText(c.Query("kde"), 100)}
	code, _ := strconv.Atoi(c.Query("obec"))
	retyped := c.Context().QueryArgs().Has("kde")
	if m, err := h.Territory.Municipality(code, h.today()); code != 0 && err == nil && (!retyped || sameName(m.Label, p.Typed) || c.Query("volba") != "") {
		p.Known, p.Name, p.Typed = m.Code, m.Name, m.Label
		return p
	}
	if p.Typed == "" {
		return p
	}
	choice := PlaceView{Typed: p.Typed}
	m := h.suggest(&choice, 0)
	p.Choices, p.Missing = choice.Choices, choice.Missing
	if m != nil && !web.Fragment(c) {
		p.Known, p.Name, p.Typed, p.Choices = m.Code, m.Name, m.Label, nil
	}
	return p
}

// manyBoards is how many boards a map on the first page may show; of a larger land it has a page of its own.
const manyBoards = 400

// boardsOverview counts the boards and draws their map when it is not too large.
func (h *Public) boardsOverview(ctx context.Context, p *BoardsPage) error {
	counts, err := h.Boards.Tallies(ctx)
	if err != nil {
		return err
	}
	p.Boards = len(counts)
	if len(counts) > 0 && len(counts) <= manyBoards {
		p.Map = h.boardMap(p.Page, counts)
	}
	return nil
}
