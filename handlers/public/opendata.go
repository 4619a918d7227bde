package public

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/board/ofn"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
)

// jsonLD is the media type of open data.
const jsonLD = "application/ld+json"

// dataPatience is how long a large board may flow to a slow reader.
const dataPatience = 5 * time.Minute

// openData is what is given out of each board: name in the address of the record, path of the data, and what it is.
var openData = []struct {
	record, path string
	kind         ofn.DatasetKind
	name, about  string
	write        func(board.OpenData, context.Context, *db.Tx, io.Writer) error
}{
	{"uredni-deska", "/deska.jsonld", ofn.BoardData, "Úřední deska – %s", "Co visí na úřední desce: název, vyvěšení, konec, číslo jednací, dokumenty.",
		func(o board.OpenData, ctx context.Context, tx *db.Tx, w io.Writer) error {
			return o.WriteBoard(ctx, tx, board.HangingNow, w)
		}},
	{"aktuality", "/aktuality.jsonld", ofn.NewsData, "Aktuality – %s", "Zprávy úřadu, které nejsou úředním oznámením.", board.OpenData.WriteNews},
	{"udalosti", "/udalosti.jsonld", ofn.EventsData, "Události – %s", "Co se v obci koná.", board.OpenData.WriteEvents},
}

// BoardData gives out the board's legal notices by OFN "Úřední desky".
func (h *Public) BoardData(c *fiber.Ctx) error { return h.data(c, 0) }

// NewsData gives out the board's news by OFN "Aktuality".
func (h *Public) NewsData(c *fiber.Ctx) error { return h.data(c, 1) }

// EventsData gives out the board's events by OFN "Události".
func (h *Public) EventsData(c *fiber.Ctx) error { return h.data(c, 2) }

func (h *Public) data(c *fiber.Ctx, which int) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	d := openData[which]
	turn := h.Shelf.Turn(o.ID, "/urady/"+o.Slug+d.path)
	from := board.OpenData{Law: h.Kinds, Office: o, Base: h.base(c)}
	state, err := h.Boards.DataState(c.UserContext(), o.ID)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(c.UserContext()) // what flows goes on when the handler has returned
	return h.Shelf.Data(c, turn, jsonLD, state, func(w io.Writer) error {
		ctx, cancel := context.WithTimeout(ctx, dataPatience)
		defer cancel()
		return h.Boards.Read(ctx, o.ID, func(tx *db.Tx) error { return d.write(from, ctx, tx, w) })
	})
}

// OfficeCatalogue lists an office's data sets for the national catalogue (DCAT-AP-CZ).
func (h *Public) OfficeCatalogue(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	address := "/urady/" + o.Slug + "/katalog.jsonld"
	return h.catalogue(c, o.ID, address, ofn.Publisher{IRI: h.base(c) + address, Home: h.base(c) + "/urady/" + o.Slug,
		Authority: authority(o), Name: ofn.Czech("Otevřená data – " + o.Name), Contact: contact(o)}, h.datasets(c, o))
}

// RegionCatalogue lists the data sets of all offices that have a board here.
func (h *Public) RegionCatalogue(c *fiber.Ctx) error {
	var with []int32
	err := h.Boards.Read(c.UserContext(), 0, func(tx *db.Tx) (err error) {
		with, err = board.WithItems(c.UserContext(), tx)
		return err
	})
	if err != nil {
		return err
	}
	posts := map[int32]bool{}
	for _, id := range with {
		posts[id] = true
	}
	var by *offices.Office // the region, or whoever is first
	var sets []ofn.Dataset
	for _, o := range h.Offices.List() {
		if !o.Participates && !posts[o.ID] {
			continue
		}
		if by == nil || o.Kind == offices.OfRegion && by.Kind != offices.OfRegion {
			by = o
		}
		sets = append(sets, h.datasets(c, o)...)
	}
	if by == nil {
		return errs.New(errs.NotFound, "")
	}
	const address = "/katalog.jsonld"
	return h.catalogue(c, 0, address, ofn.Publisher{IRI: h.base(c) + address, Home: h.base(c) + boardsPath, Authority: authority(by),
		Name: ofn.Czech("Úřední desky, aktuality a události úřadů"), Contact: contact(by)}, sets)
}

func (h *Public) catalogue(c *fiber.Ctx, office int32, address string, p ofn.Publisher, sets []ofn.Dataset) error {
	return h.Shelf.Data(c, h.Shelf.Turn(office, address), jsonLD, fmt.Sprint(len(sets)), func(w io.Writer) error { return ofn.Catalogue(w, p, sets) })
}

// DatasetRecord is the record of one data set of an office.
func (h *Public) DatasetRecord(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	for i, s := range h.datasets(c, o) {
		if openData[i].record == c.Params("sada") {
			turn := h.Shelf.Turn(o.ID, "/urady/"+o.Slug+"/katalog/"+openData[i].record)
			return h.Shelf.Data(c, turn, jsonLD, s.IRI, func(w io.Writer) error { return ofn.WriteDataset(w, s) })
		}
	}
	return errs.New(errs.NotFound, "")
}

// datasets are an office's data sets in the order of openData.
func (h *Public) datasets(c *fiber.Ctx, o *offices.Office) (list []ofn.Dataset) {
	at := h.base(c) + "/urady/" + o.Slug
	var elements []string
	switch {
	case o.Kind == offices.OfMunicipality && o.MunicipalityCode != 0:
		elements = []string{ofn.RUIAN("obec", int64(o.MunicipalityCode))}
	case o.Kind == offices.OfRegion && o.RegionCode != 0:
		elements = []string{ofn.RUIAN("vusc", int64(o.RegionCode))}
	}
	for _, d := range openData {
		list = append(list, ofn.Dataset{Kind: d.kind, IRI: at + "/katalog/" + d.record, URL: at + d.path, Page: at + "/deska", Authority: authority(o),
			Name: ofn.Czech(fmt.Sprintf(d.name, o.Name)), Description: ofn.Czech(d.about), Elements: elements, Contact: contact(o)})
	}
	return list
}

// authority names the office among public authorities: for municipalities and regions that is its IČO.
func authority(o *offices.Office) string {
	if o.ICO == "" {
		return ""
	}
	return ofn.AuthorityIRI(o.ICO)
}

func contact(o *offices.Office) ofn.Contact {
	return ofn.Contact{Name: ofn.Czech(o.Name), Email: o.Email}
}

// Robots lets programs read everything but pages of persons and of the staff.
func (h *Public) Robots(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.SendString(robots)
}

const robots = `User-agent: *
Allow: /
Disallow: /kancelar
Disallow: /sprava
Disallow: /prihlaseni
Disallow: /ucet
Disallow: /podani
Disallow: /pokracovat
Disallow: /odber
Disallow: /demo
`
