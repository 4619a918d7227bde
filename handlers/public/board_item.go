package public

import (
	"mime"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/offices"
)

// PostingPage is one posting of a board.
type PostingPage struct {
	web.Page
	Card       *offices.Office
	Number     string
	Kind       board.Kind
	KindName   string
	Posting    *board.Posting
	Shown      *board.Revision // the current one, or the one asked for
	Old        bool            // it is not the current one
	Revisions  []RevisionLine  // only when there are more
	Files      []FileView
	Places     []PlaceLine
	Last       string
	Tone       string
	Late       string          // how much later than planned it was posted
	EffectDue  bool            // the day of delivery is yet to come
	EffectDays int             // it is so many days after the day of posting
	EffectDay  string          // the day of delivery is no working day: which
	Publisher  string          // the office that posts here by a contract
	Contract   *board.Contract // that contract
	Ordinance  bool            // stands in the state collection, here only for information
}

// RevisionLine leads to one state of what hung.
type RevisionLine struct {
	N       int
	At      time.Time
	Why     string
	Href    string
	Shown   bool
	Current bool
}

// FileView is a document of a posting.
type FileView struct {
	Name, Type string // "PDF"
	Size       int64
	Href       string // in the page or from outside
	Outside    bool   // kept elsewhere, only its address is known
	Text       string
	Pages      int
	Picture    string // address of the picture of the first page
	Width      int
	Height     int
	Warning    string
	Open       bool // its text stands open in the page
}

// PlaceLine is a place a posting concerns.
type PlaceLine struct{ Name, Href string }

// Posting shows one posting, hanging or taken down. One that waits or was never posted is not there.
func (h *Public) Posting(c *fiber.Ctx) error {
	o, err := h.Offices.BySlug(c.Params("slug"))
	if err != nil {
		return err
	}
	turn := h.Shelf.Turn(o.ID, board.ItemPath(o.Slug, c.Params("number")))
	s, err := h.Boards.Show(c.UserContext(), o.ID, c.Params("number"))
	if err != nil {
		return notOnBoard(err)
	}
	p := PostingPage{Page: web.OpenPage(c, ""), Card: o, Number: s.Number(), Posting: s.Posting, Shown: s.Current(), Contract: s.Contract}
	p.Page.Office = web.ViewOffice(o)
	p.Alternates = boardFeeds(p.Page, o)
	if n := c.Query("revize"); n != "" {
		i, err := strconv.Atoi(n)
		if err != nil || i < 1 || i > len(s.Revisions) {
			return errs.New(errs.NotFound, "Takové znění toto vyvěšení nemá.")
		}
		p.Shown, p.Old = &s.Revisions[i-1], i != len(s.Revisions)
	}
	p.Title = p.Shown.Title
	h.describe(&p, s)
	noIndex(c, p.Old || s.State() == board.Removed)
	return h.Shelf.View(c, turn, "board/item", "", p)
}

func notOnBoard(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "Na této úřední desce takové vyvěšení není.")
	}
	return err
}

// describe puts the facts of the posting into words.
func (h *Public) describe(p *PostingPage, s *board.Shown) {
	now := h.Clock.Now()
	if k, err := h.Kinds.Kind(p.Shown.Kind, clock.Date(*s.PostedAt)); err == nil {
		p.Kind, p.KindName, p.Ordinance = k, i18n.T(p.Lang, k.Name), p.Shown.Link != ""
		if s.EffectOn != nil {
			p.EffectDue = s.EffectOn.After(clock.Date(now))
			if k.EffectDays != nil {
				p.EffectDays = *k.EffectDays
			}
			p.EffectDay = i18n.T(p.Lang, h.Kinds.Plan(k, *s.PostedAt, s.EventAt).EffectRest)
		}
	}
	p.Last, p.Tone = term(p.Page, s.UntilOn, s.RemovedAt, now)
	if late := s.Late(); late > 0 {
		p.Late = lateText(p.Lang, late)
	}
	if s.PublisherID != nil {
		if o, err := h.Offices.ByID(*s.PublisherID); err == nil {
			p.Publisher = o.Name
		}
	}
	if len(s.Revisions) > 1 {
		for i := len(s.Revisions); i >= 1; i-- {
			r := &s.Revisions[i-1]
			line := RevisionLine{N: i, At: r.At, Why: r.Why, Href: board.ItemPath(p.Card.Slug, p.Number), Shown: r == p.Shown, Current: i == len(s.Revisions)}
			if !line.Current {
				line.Href += "?revize=" + strconv.Itoa(i)
			}
			p.Revisions = append(p.Revisions, line)
		}
	}
	for _, place := range p.Shown.Places.V {
		p.Places = append(p.Places, h.placeLine(place))
	}
	for i := range p.Shown.Files {
		p.Files = append(p.Files, fileView(p, &p.Shown.Files[i], s.Previews))
	}
}

func (h *Public) placeLine(place board.Place) PlaceLine {
	l := PlaceLine{Name: place.Name}
	if m, err := h.Territory.Municipality(place.Municipality, anyDay); err == nil && place.Municipality != 0 {
		if l.Name == "" {
			l.Name = m.Label
		}
		l.Href = "/deska?obec=" + strconv.Itoa(m.Code)
	}
	return l
}

// lateText says how much later than planned.
func lateText(lang string, late time.Duration) string {
	if late < time.Hour {
		return i18n.N(lang, int(late.Minutes()), "%d minutu", "%d minuty", "%d minut")
	}
	return i18n.N(lang, int(late.Hours()), "%d hodinu", "%d hodiny", "%d hodin")
}

// fileView is a document with what is known of its inside.
func fileView(p *PostingPage, f *board.File, previews map[string]board.Preview) FileView {
	v := FileView{Name: f.Name, Type: fileType(f), Size: f.Size, Href: board.FilePath(p.Card.Slug, p.Number, f), Outside: f.SHA256 == "", Open: len(p.Shown.Files) == 1 && p.Shown.Text == ""}
	if v.Outside {
		v.Href = f.URL
		return v
	}
	if p.Old {
		v.Href += "?revize=" + strconv.Itoa(p.Shown.Revision)
	}
	known := previews[f.SHA256]
	v.Text, v.Pages = strings.TrimSpace(known.Text), known.Pages
	v.Warning = fileWarnings[f.Warning]
	if v.Warning == "" {
		v.Warning = fileWarnings[known.Problem]
	}
	if pics := known.Pictures.V; len(pics) > 0 && known.Thumb != "" {
		v.Picture = board.ItemPath(p.Card.Slug, p.Number) + "/" + strconv.Itoa(f.Ordinal) + "/strana/0?soubor=" + f.SHA256[:16]
		v.Width, v.Height = pics[0].Width, pics[0].Height
	}
	return v
}

// fileWarnings say what is wrong with a file, by the codes of internal/preview.
var fileWarnings = map[string]string{
	"encrypted": "Soubor je zamčený heslem, jeho text tu proto ukázat nejde.",
	"broken":    "Soubor je poškozený a nemusí jít otevřít.",
	"too-large": "Soubor je příliš velký na to, aby šel ukázat tady.",
	"timeout":   "Soubor je příliš složitý na to, aby šel ukázat tady.",
}

// fileType is the short name people know a type by.
func fileType(f *board.File) string {
	switch bare, _, _ := strings.Cut(f.MediaType, ";"); bare {
	case "application/pdf":
		return "PDF"
	case "image/jpeg":
		return "JPG"
	case "text/plain":
		return "TXT"
	}
	if ext := strings.TrimPrefix(path.Ext(f.Name), "."); ext != "" && len(ext) <= 5 {
		return strings.ToUpper(ext)
	}
	if ext, _ := mime.ExtensionsByType(f.MediaType); len(ext) > 0 {
		return strings.ToUpper(strings.TrimPrefix(ext[0], "."))
	}
	return ""
}
