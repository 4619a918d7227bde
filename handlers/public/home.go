package public

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/routing"
	"epom/territory"
)

// HomePage is "Kam s tím?".
type HomePage struct {
	web.Page
	Need    string
	Place   PlaceView
	Asked   bool // something was asked: results instead of the offer
	Results []Result
	Popular []FormLink
}

// PlaceView is the choice of a municipality. Template home/place.
type PlaceView struct {
	web.Page
	Typed   string
	Known   int // code of the municipality the typed text stands for; 0 = none yet
	Name    string
	Choices []PlaceChoice
	Missing bool // typed, but nothing found
}

// PlaceChoice is a municipality to choose, named so that namesakes differ.
type PlaceChoice struct {
	Code        int
	Name, Label string
}

// Result is one thing people may want: a form to fill, or an agenda without one.
type Result struct {
	Form       *FormLink
	Title      string
	Competence *Competence // nil until the municipality is known
	Statute    string
	Problem    string
}

// FormLink leads to a form.
type FormLink struct{ Code, Title, Summary, Icon string }

func formLink(f *forms.Form, lang string) FormLink {
	l := forms.Lang(lang)
	icon := formIcons[f.Code]
	if icon == "" {
		icon = "file"
	}
	return FormLink{f.Code, f.Title.In(l), f.Summary.In(l), icon}
}

// formIcons are the pictures of forms; any other has a sheet.
var formIcons = map[string]string{"kaceni-drevin": "tree", "oznameni-kaceni": "tree", "poplatek-ze-psa": "pet", "poplatek-za-odpad": "trash",
	"zvlastni-uzivani-mistni-komunikace": "car", "cislo-popisne": "house", "zadost-o-informace": "info-circle", "stiznost": "scale", "petice": "users",
	"hlaseni-zavady": "exclamation-triangle-fill", "oznameni-shromazdeni": "users", "zadost-o-dotaci": "coins", "rybarsky-listek": "book-open", "obecne-podani": "envelope"}

// popular are the forms the front page offers before anything is asked.
var popular = []string{"hlaseni-zavady", "poplatek-ze-psa", "poplatek-za-odpad", "kaceni-drevin", "zadost-o-informace", "obecne-podani"}

// Home answers "Kam s tím?": one box for the need, one for the municipality.
func (h *Public) Home(c *fiber.Ctx) error {
	if c.Query("_find") == "obec" && web.Fragment(c) {
		p := PlaceView{Page: web.OpenPage(c, ""), Typed: c.Query("obec")}
		h.suggest(&p, h.cookiePlace(c))
		return web.View(c, "home/place", "municipalities", p)
	}
	need := strings.TrimSpace(c.Query("co"))
	page := HomePage{Page: web.OpenPage(c, "Kam s tím?"), Need: cutText(need, 200)}
	page.Place = h.place(c, page.Page)
	page.Asked = page.Need != "" || page.Place.Known != 0 && c.Query("obec") != ""
	lang := page.Lang
	for _, code := range popular {
		if f, ok := h.Forms.Latest(code); ok && !page.Asked {
			page.Popular = append(page.Popular, formLink(f, lang))
		}
	}
	if page.Need != "" {
		page.Results = h.results(page.Need, lang, page.Place.Known)
	}
	if c.Cookies(placeCookie) != "" || page.Place.Known != 0 {
		web.Private(c)
		return web.View(c, "home/show", "results", page)
	}
	return web.ViewOpen(c, "home/show", "results", page, time.Minute)
}

func cutText(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// cookiePlace is the municipality the visitor chose last, 0 when none.
func (h *Public) cookiePlace(c *fiber.Ctx) int {
	code, _ := strconv.Atoi(c.Cookies(placeCookie))
	if _, err := h.Territory.Municipality(code, h.today()); err != nil {
		return 0
	}
	return code
}

// place finds the municipality meant: chosen (kod), shown before and not retyped (zna), typed, or remembered.
func (h *Public) place(c *fiber.Ctx, page web.Page) PlaceView {
	p := PlaceView{Page: page, Typed: cutText(c.Query("obec"), 100)}
	remembered := h.cookiePlace(c)
	know := func(m *territory.Municipality) PlaceView {
		if m.Code != remembered {
			web.Cookie(c, placeCookie, strconv.Itoa(m.Code), 365*24*time.Hour)
		}
		p.Known, p.Name, p.Typed, p.Choices, p.Missing = m.Code, m.Name, m.Label, nil, false
		return p
	}
	for _, param := range []string{"kod", "zna"} {
		code, _ := strconv.Atoi(c.Query(param))
		m, err := h.Territory.Municipality(code, h.today())
		if err == nil && (param == "kod" || sameName(m.Label, p.Typed)) {
			return know(m)
		}
	}
	if p.Typed == "" {
		if m, err := h.Territory.Municipality(remembered, h.today()); err == nil && !c.Context().QueryArgs().Has("obec") {
			return know(m)
		}
		return p
	}
	if m := h.suggest(&p, remembered); m != nil {
		return know(m)
	}
	return p
}

// suggest offers municipalities for what is typed; when only one can be meant it is returned.
func (h *Public) suggest(p *PlaceView, home int) *territory.Municipality {
	found := h.Territory.SearchMunicipalities(p.Typed, near(h.Territory, home), 8)
	var same []*territory.Municipality
	for _, m := range found {
		p.Choices = append(p.Choices, PlaceChoice{m.Code, m.Name, m.Label})
		if sameName(m.Name, p.Typed) || sameName(m.Label, p.Typed) {
			same = append(same, m)
		}
	}
	p.Missing = p.Typed != "" && len(found) == 0
	switch {
	case len(found) == 1:
		return found[0]
	case len(same) == 1:
		return same[0]
	}
	return nil
}

// results are the forms and agendas that fit a need, each with its office when the municipality is known.
func (h *Public) results(need, lang string, municipality int) []Result {
	const most = 5
	var out []Result
	covered := map[string]bool{}
	for _, f := range h.Forms.Search(need, forms.Lang(lang)) {
		if len(out) == most {
			break
		}
		covered[f.Form.Agenda] = true
		link := formLink(f.Form, lang)
		r := h.result(Result{Form: &link, Title: link.Title, Statute: f.Form.Statute}, f.Form.Agenda, lang, municipality)
		if r.Competence != nil {
			r.Competence.Needs = needed(lang, f.Form) // the form's own list is nearer to what it asks for
		}
		out = append(out, r)
	}
	for _, a := range h.Routing.Engine().Find(need, lang, most) {
		if covered[a.Code] {
			continue
		}
		r := Result{Title: a.Title(lang), Statute: routing.Statute(a.Statute)}
		if of := h.Forms.ByAgenda(a.Code); len(of) > 0 {
			link := formLink(of[0], lang)
			r.Form, r.Title = &link, link.Title
		}
		out = append(out, h.result(r, a.Code, lang, municipality))
	}
	return out
}

func (h *Public) result(r Result, agenda, lang string, municipality int) Result {
	if municipality == 0 {
		return r
	}
	d, err := h.Routing.Resolve(routing.Query{Agenda: agenda, Municipality: municipality, On: h.today()})
	if err != nil {
		r.Problem = errs.Message(err)
		return r
	}
	v := competence(lang, d)
	r.Competence = &v
	return r
}
