package public

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/errs"
	"epom/internal/fold"
)

// ToldForm is the wish of a subscription as a form. Template told/form.
type ToldForm struct {
	web.Page
	Wish    board.Wish
	All     bool // the boards of all offices
	Offices []OfficeTick
	Query   string // the name of an office looked for
	Missing bool   // looked for, nothing found
	Kinds   []KindTick
	Some    bool // some kinds are ticked
	Place   PlaceView
	Daily   bool
	Errors  map[string]string

	wrong []errs.Field
}

// OfficeTick is an office to choose.
type OfficeTick struct {
	Slug, Name string
	Ticked     bool
}

// KindTick is a kind of posting to choose.
type KindTick struct {
	Code, Name string
	Class      board.Class
	Ticked     bool
}

// mostFound is how many offices one search offers.
const mostFound = 12

// toldForm reads the form, from its own fields or from the address of the page.
func (h *Public) toldForm(page web.Page, v url.Values) ToldForm {
	f := ToldForm{Page: page, Query: cutText(strings.TrimSpace(v.Get("hledat")), 100), Daily: v.Get("kdy") != "hned"}
	f.Wish.Words = cutText(v.Get("slova"), 200)
	slugs := slices.Compact(v["urad"])
	f.All = v.Get("kde") == "kraj" || v.Get("kde") == "" && len(slugs) == 0 && f.Query == ""
	for _, slug := range slugs {
		if o, err := h.Offices.BySlug(slug); err == nil && !slices.Contains(f.Wish.Offices, o.ID) {
			f.Offices = append(f.Offices, OfficeTick{o.Slug, o.Name, true})
			f.Wish.Offices = append(f.Wish.Offices, o.ID)
		}
	}
	h.findOffices(&f)
	if !f.All && len(f.Wish.Offices) == 0 {
		f.wrong = append(f.wrong, errs.Field{Name: "hledat", Message: "Zaškrtněte aspoň jeden úřad, nebo zvolte celý kraj."})
	}
	if f.All {
		f.Wish.Offices = nil
	}
	h.tickKinds(&f, v["druh"])
	h.toldPlace(&f, v)
	return f
}

// findOffices adds what a search for an office found. One that fits alone is ticked at once.
func (h *Public) findOffices(f *ToldForm) {
	wanted := fold.Words(f.Query)
	if len(wanted) == 0 {
		return
	}
	n := 0
	for _, o := range h.Offices.List() {
		if n == mostFound || !begins(fold.Words(o.Name+" "+o.SeatName), wanted) {
			continue
		}
		n++
		if !slices.Contains(f.Wish.Offices, o.ID) {
			f.Offices = append(f.Offices, OfficeTick{o.Slug, o.Name, false})
		}
	}
	f.Missing = n == 0
	if last := len(f.Offices) - 1; n == 1 && last >= 0 && !f.Offices[last].Ticked {
		o, _ := h.Offices.BySlug(f.Offices[last].Slug)
		f.Offices[last].Ticked, f.Wish.Offices = true, append(f.Wish.Offices, o.ID)
	}
}

func (h *Public) tickKinds(f *ToldForm, codes []string) {
	for _, k := range h.Told.Law.Kinds(h.today()) {
		ticked := slices.Contains(codes, k.Code)
		if ticked {
			f.Wish.Kinds = append(f.Wish.Kinds, k.Code)
		}
		f.Kinds = append(f.Kinds, KindTick{k.Code, k.Name, k.Class, ticked})
	}
	f.Some = len(f.Wish.Kinds) > 0
}

// toldPlace reads the municipality: chosen (kod), shown before and not retyped (zna), typed, or by its code in the address.
func (h *Public) toldPlace(f *ToldForm, v url.Values) {
	f.Place = PlaceView{Page: f.Page, Typed: cutText(strings.TrimSpace(v.Get("obec")), 100)}
	for _, code := range []string{v.Get("kod"), v.Get("zna"), v.Get("obec")} {
		n, _ := strconv.Atoi(code)
		m, err := h.Territory.Municipality(n, h.today())
		if err == nil && (code != v.Get("zna") || sameName(m.Label, f.Place.Typed)) {
			f.know(m.Code, m.Name, m.Label)
			return
		}
	}
	if f.Place.Typed == "" {
		return
	}
	if m := h.suggest(&f.Place, 0); m != nil {
		f.know(m.Code, m.Name, m.Label)
		return
	}
	f.wrong = append(f.wrong, errs.Field{Name: "obec", Message: "Vyberte obec ze seznamu, nebo pole nechte prázdné."})
}

func (f *ToldForm) know(code int, name, label string) {
	f.Wish.Places = []int{code}
	f.Place.Known, f.Place.Name, f.Place.Typed, f.Place.Choices, f.Place.Missing = code, name, label, nil, false
}

// formOf is the form of a subscription as it is.
func (h *Public) formOf(page web.Page, s *board.Subscription) ToldForm {
	v := url.Values{"druh": s.Kinds, "slova": {s.Words}, "kdy": {"denne"}, "kde": {"kraj"}}
	if !s.Daily {
		v.Set("kdy", "hned")
	}
	for _, id := range s.Offices {
		if o, err := h.Offices.ByID(id); err == nil {
			v.Add("urad", o.Slug)
			v.Set("kde", "urady")
		}
	}
	for _, p := range s.Places {
		v.Set("obec", strconv.Itoa(p))
	}
	return h.toldForm(page, v)
}
