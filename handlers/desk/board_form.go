package desk

import (
	"context"
	"html/template"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
)

// PostingPage is the form of a posting: of a new one, or of the correction of one that hangs.
type PostingPage struct {
	web.Page
	Board    BoardView
	Number   string // of the corrected posting, "" = a new one
	Seen     int    // its version when the form was shown
	Action   string
	Values   map[string]string
	Errors   []Wrong
	Kinds    []KindGroup
	Issuers  []string
	Places   []Choice // chosen ones and those found for what was typed
	NotFound bool     // the typed municipality
	Files    []PostedFile
	Sealed   string // the files again, for the next sending
	Limits   FileLimits
	Accept   string
	Plan     *PlanView
	Early    bool // a reason for hanging shorter is needed
	Past     bool // a reason for writing into the past is needed
	From     *CaseLink
	Hangs    bool    // what is corrected hangs already, so a reason is asked for
	Changed  Changes // what somebody else changed since the form was shown
	Conflict bool

	files []board.File
}

// KindGroup is a part of the list of kinds.
type KindGroup struct {
	Label string
	Kinds []KindChoice
}

// KindChoice is a kind of posting.
type KindChoice struct {
	Code, Name, Statute string
	Event               bool // its event is asked for
	Selected            bool
}

// PostedFile is a file already kept.
type PostedFile struct {
	Index         int
	Name, Warning string
	Size          int64
	Kept          bool
}

// CaseLink is the document of a case file from which the posting is made.
type CaseLink struct {
	Case, Document int64
	Number         string
}

// Error is the message about a field.
func (p PostingPage) Error(name string) string {
	for _, w := range p.Errors {
		if w.ID == name {
			return w.Message
		}
	}
	return ""
}

// Value is what stands in a field.
func (p PostingPage) Value(name string) string { return p.Values[name] }

// Recount makes a field count the term anew when it changes; the button beside does the same without the script.
func (p PostingPage) Recount() template.HTMLAttr {
	if p.Number != "" { // a correction does not change the term
		return ""
	}
	return template.HTMLAttr(`hx-post="` + template.HTMLEscapeString(p.Action) +
		`" hx-trigger="change" hx-vals='{"_refresh":"term"}' hx-params="not files" hx-target="#lhuta" hx-select="#lhuta" hx-swap="outerHTML" hx-sync="closest form:queue last"`)
}

// keep puts what was typed back into the page.
func (p *PostingPage) keep(v url.Values) {
	for name := range v {
		if name != "_csrf" && name != "sealed" {
			p.Values[name] = v.Get(name)
		}
	}
}

// wrong puts errors of fields into the page by the name of the field that shows them.
func (p *PostingPage) wrong(fields []errs.Field) {
	for _, f := range fields {
		id := f.Name
		if id == "event_at" {
			id = "event_on"
		}
		if p.Error(id) == "" {
			p.Errors = append(p.Errors, Wrong{ID: id, Message: f.Message})
		}
		p.Early = p.Early || id == "early_why" || id == "until_on"
		p.Past = p.Past || id == "past_why"
	}
}

// postingPage starts the form of a board.
func (d *Desk) postingPage(c *fiber.Ctx, title string) (PostingPage, error) {
	p := PostingPage{Values: map[string]string{"when": "now", "until": "law"}, Accept: strings.Join(blob.Extensions(), ",")}
	here, err := d.Offices.ByID(web.Session(c).Office)
	if err != nil {
		return p, err
	}
	p.Limits = FileLimits{here.AttachmentMB, here.AttachmentCount}
	p.Page, err = d.boardPage(c, title)
	return p, err
}

// offer fills in what may be chosen: kinds, issuers, places.
func (d *Desk) offer(ctx context.Context, tx *db.Tx, p *PostingPage, places []string) (err error) {
	groups := []KindGroup{{Label: "Úřední oznámení"}, {Label: "Aktuality"}, {Label: "Události"}}
	at := map[board.Class]int{board.Notice: 0, board.News: 1, board.Event: 2}
	for _, k := range d.Law.Kinds(d.Date()) {
		g := &groups[at[k.Class]]
		g.Kinds = append(g.Kinds, KindChoice{k.Code, k.Name, k.Statute, hasEvent(k), k.Code == p.Values["kind"]})
	}
	p.Kinds = groups
	if p.Issuers, err = board.Issuers(ctx, tx); err != nil {
		return err
	}
	chosen := map[int]bool{}
	add := func(code int, selected bool) {
		if m, err := d.Territory.Municipality(code, d.Date()); err == nil && !chosen[code] {
			chosen[code] = true
			p.Places = append(p.Places, Choice{Value: strconv.Itoa(code), Label: m.Label, Selected: selected})
		}
	}
	for _, s := range places {
		if code, err := strconv.Atoi(s); err == nil {
			add(code, true)
		}
	}
	if typed := strings.TrimSpace(p.Values["place_name"]); typed != "" {
		found := d.Territory.SearchMunicipalities(typed, nil, 8)
		p.NotFound = len(found) == 0
		for _, m := range found {
			add(m.Code, len(found) == 1)
		}
	}
	return nil
}

// content reads what the posting says; base keeps what the form does not show.
func (d *Desk) content(p *PostingPage, v url.Values, base board.Content) (board.Content, []errs.Field) {
	var wrong []errs.Field
	c := base
	c.Kind, c.Title, c.Text, c.Issuer = v.Get("kind"), strings.TrimSpace(v.Get("title")), strings.ReplaceAll(v.Get("text"), "\r\n", "\n"), v.Get("issuer")
	c.ReferenceNumber, c.FileMark, c.Link = v.Get("reference_number"), v.Get("file_mark"), strings.TrimSpace(v.Get("link"))
	if o, err := d.Offices.ByID(p.Board.Office); err == nil && strings.TrimSpace(c.Issuer) == o.Name {
		c.IssuerICO = o.ICO
	} else if c.Issuer != base.Issuer {
		c.IssuerICO = ""
	}
	c.Agendas.V = nil
	for _, a := range strings.FieldsFunc(v.Get("agendas"), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if a = strings.Join(strings.Fields(a), " "); a != "" && !slices.Contains(c.Agendas.V, a) {
			c.Agendas.V = append(c.Agendas.V, a)
		}
	}
	c.ApprovedOn = nil
	if typed := strings.TrimSpace(v.Get("approved_on")); typed != "" {
		on, ok := web.ParseDay(typed)
		if c.ApprovedOn = &on; !ok {
			wrong = append(wrong, errs.Field{Name: "approved_on", Message: wrongDay})
		}
	}
	c.Places.V = nil
	for _, place := range base.Places.V {
		if place.Municipality == 0 { // of an imported posting; the form cannot show it
			c.Places.V = append(c.Places.V, place)
		}
	}
	for _, choice := range p.Places {
		if code, _ := strconv.Atoi(choice.Value); choice.Selected {
			name := choice.Label
			if m, err := d.Territory.Municipality(code, d.Date()); err == nil {
				name = m.Name
			}
			c.Places.V = append(c.Places.V, board.Place{Municipality: code, Name: name})
		}
	}
	if c.Files = p.files; c.Title == "" && len(c.Files) > 0 {
		c.Title = titleOf(c.Files[0].Name)
	}
	p.Values["title"] = c.Title
	return c, wrong
}

const wrongDay = "Napište den, například 3. 12. 2026."

// titleOf makes a title of a file's name: no extension, spaces for underscores.
func titleOf(name string) string {
	name = strings.TrimSuffix(name, filepath.Ext(name))
	return strings.Join(strings.Fields(strings.ReplaceAll(name, "_", " ")), " ")
}

// show puts a revision into the form.
func (p *PostingPage) show(r board.Content) (places []string) {
	v := p.Values
	v["kind"], v["title"], v["text"], v["issuer"], v["reference_number"], v["file_mark"], v["link"] = r.Kind, r.Title, r.Text, r.Issuer, r.ReferenceNumber, r.FileMark, r.Link
	v["agendas"] = strings.Join(r.Agendas.V, ", ")
	if r.ApprovedOn != nil {
		v["approved_on"] = czech(*r.ApprovedOn)
	}
	for _, place := range r.Places.V {
		if place.Municipality != 0 {
			places = append(places, strconv.Itoa(place.Municipality))
		}
	}
	p.files = r.Files
	return places
}

// czech writes a legal date as people do: 3. 12. 2026.
func czech(t time.Time) string { return t.Format("2. 1. 2006") }

// moment reads a day and a time of day; both empty give nothing. Without a time it is the beginning of the day, today now.
func moment(day, clockText string, now time.Time) (at time.Time, dayOK, timeOK bool) {
	on, ok := web.ParseDay(day)
	if !ok {
		return at, false, true
	}
	if clockText = strings.TrimSpace(clockText); clockText == "" {
		if on.Equal(clock.Date(now)) {
			return now, true, true
		}
		return on, true, true
	}
	hm, ok := clockTime(strings.NewReplacer(".", ":", " ", "", "\u00a0", "").Replace(clockText))
	if !ok {
		return on, true, false
	}
	h, _ := strconv.Atoi(hm[:2])
	m, _ := strconv.Atoi(hm[3:])
	y, month, d := on.Date()
	return time.Date(y, month, d, h, m, 0, 0, clock.Prague).UTC(), true, true
}
