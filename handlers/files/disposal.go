package files

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/disposal"
)

const disposalPath = "/kancelar/skartace"

// DuePage is what is due this year, and the proceedings.
type DuePage struct {
	web.Page
	Form
	Year        int
	Lots        []LotView
	Free        int // can be proposed
	Proceedings []ProceedingView
	Chosen      bool // something was chosen by hand
}

// LotView is a lot as the list shows it.
type LotView struct {
	disposal.Lot
	ID      int64
	First   disposal.Member
	Rest    []disposal.Member
	HeldBy  string // the reason
	HeldID  int64
	Span    string
	Much    string
	Blocked bool
	Checked bool
}

// ProceedingView is a proceeding with its state in words.
type ProceedingView struct {
	disposal.Disposal
	Tone, Word string
}

func proceedingView(d disposal.Disposal) ProceedingView {
	v := ProceedingView{Disposal: d}
	switch {
	case d.WithdrawnAt != nil:
		v.Tone, v.Word = "neutral", "vzato zpět"
	case d.ExecutedAt != nil:
		v.Tone, v.Word = "success", "provedeno"
	case d.DecidedAt != nil:
		v.Tone, v.Word = "warning", "rozhodnuto, čeká na provedení"
	default:
		v.Tone, v.Word = "info", "čeká na archiv"
	}
	return v
}

// Due lists what is due up to a year.
func (f *Files) Due(c *fiber.Ctx) error { return f.due(c, Form{}) }

func (f *Files) due(c *fiber.Ctx, form Form) error {
	p := DuePage{Form: form, Year: f.Date().Year()}
	if y, err := strconv.Atoi(c.Query("rok")); err == nil && y >= 1950 && y <= p.Year {
		p.Year = y
	}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) (err error) {
		if p.Page, err = f.Page(c, tx, "Skartace"); err != nil {
			return err
		}
		lots, err := f.room().Due(ctx, tx, p.Year)
		if err != nil {
			return err
		}
		for _, l := range lots {
			v := LotView{Lot: l, ID: l.Lead().ID, First: l.Lead(), Rest: l.Members[1:], Span: l.Years(), Much: l.Quantity(), Blocked: len(l.Blocks) > 0, HeldBy: l.Held()}
			for _, m := range l.Members {
				if m.HeldWhy != "" {
					v.HeldID = m.ID
				}
			}
			if !v.Blocked {
				p.Free++
			}
			p.Lots = append(p.Lots, v)
		}
		for i, w := range p.Errors { // the field is not on the page: somebody else was faster
			if w.ID == "case" && len(p.Lots) == 0 || w.ID == "archive" && p.Free == 0 {
				p.Errors[i].ID = ""
			}
		}
		list, err := disposal.List(ctx, tx)
		for _, d := range list {
			p.Proceedings = append(p.Proceedings, proceedingView(d))
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "disposal/list", "", p)
}

// Propose makes a proposal of the chosen lots.
func (f *Files) Propose(c *fiber.Ctx) error {
	o, err := f.office(c)
	if err != nil {
		return err
	}
	return f.act(c, disposalPath, f.due, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		s, year := web.Session(c), f.Date().Year()
		if y := int(number(v.Get("year"))); y > 0 && y < year {
			year = y
		}
		d, err := f.room().Propose(ctx, tx, o, year, v.Get("archive"), numbers(v, "case"), s.Account.Name, s.Account.ID, f.Clock.Now())
		return "Skartační návrh má číslo " + d.Mark + ". Pošlete ho archivu.", err
	})
}

// Hold stops the disposal of a file, or lets it go on.
func (f *Files) Hold(c *fiber.Ctx) error {
	return f.act(c, disposalPath, f.due, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		on, id := v.Get("end") == "", number(v.Get("case"))
		if v.Get("mark") != "" {
			k, err := records.CaseByMark(ctx, tx, v.Get("mark"))
			if err != nil {
				return "", err
			}
			id = k.ID
		}
		said := "Skartace spisu je pozastavená."
		if !on {
			said = "Skartace spisu může pokračovat."
		}
		return said, disposal.Hold(ctx, tx, id, v.Get("why"), on, f.Clock.Now())
	})
}

// DisposalPage is one proceeding.
type DisposalPage struct {
	web.Page
	Form
	P         ProceedingView
	Items     []ItemView
	Documents []records.Document
	Unsent    int64 // the proposal that was not sent yet
	Gone      disposal.Gone
	ToHand    bool     // there are packages to be handed out
	Missing   int      // identifiers of the archive
	Destroy   int      // files to be destroyed
	Waits     []string // why files that would go may not yet
	CanDo     bool     // decided for good
}

// ItemView is a file in it; only the leading one of what belongs together is decided about.
type ItemView struct {
	disposal.Item
	Leads   bool
	Word    string
	Choices []Choice
}

// Disposal shows a proceeding.
func (f *Files) Disposal(c *fiber.Ctx) error { return f.disposal(c, Form{}) }

func (f *Files) disposal(c *fiber.Ctx, form Form) error {
	p := DisposalPage{Form: form}
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		d, items, err := disposal.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		if p.Page, err = f.Page(c, tx, "Skartační řízení "+d.Mark); err != nil {
			return err
		}
		p.P = proceedingView(d)
		for _, it := range items {
			p.Items = append(p.Items, p.item(it, form))
		}
		if d.Open() {
			if p.Waits, err = f.room().Waits(ctx, tx, items); err != nil {
				return err
			}
		}
		p.CanDo = d.Open() && d.DecidedAt != nil && p.Missing == 0 && len(p.Waits) == 0
		if p.Documents, err = records.Documents(ctx, tx, d.CaseID); err != nil {
			return err
		}
		for _, doc := range p.Documents {
			if doc.Kind == "disposal-proposal" && doc.SentAt == nil && doc.CancelledAt == nil && d.Open() {
				p.Unsent = doc.ID
			}
		}
		p.Gone, err = disposal.GoneOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "disposal/show", "", p)
}

func (p *DisposalPage) item(it disposal.Item, form Form) ItemView {
	v := ItemView{Item: it, Leads: it.CaseID == it.LeadID}
	if it.Decision != nil {
		v.Word = disposal.DecisionWords[*it.Decision]
	}
	if it.Is(disposal.ToArchive) || it.Is(disposal.Present) {
		p.ToHand = true
	}
	if it.Is(disposal.Destroy) {
		p.Destroy++
	}
	if it.Is(disposal.ToArchive) && it.ArchiveID == "" {
		p.Missing++
	}
	typed := form.Values["decision-"+strconv.FormatInt(it.LeadID, 10)]
	for _, d := range []string{disposal.Destroy, disposal.ToArchive, disposal.Present, disposal.Exclude} {
		v.Choices = append(v.Choices, Choice{d, disposal.DecisionWords[d], typed == d || typed == "" && it.Is(d)})
	}
	return v
}

// proceeding is an act in the proceeding of the address.
func (f *Files) proceeding(c *fiber.Ctx, do func(context.Context, *db.Tx, int64, url.Values) (string, error)) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, disposalPath+"/"+strconv.FormatInt(id, 10), f.disposal, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		return do(ctx, tx, id, v)
	})
}

// Sent notes that the proposal went to the archive.
func (f *Files) Sent(c *fiber.Ctx) error {
	return f.proceeding(c, func(ctx context.Context, tx *db.Tx, id int64, _ url.Values) (string, error) {
		d, _, err := disposal.Get(ctx, tx, id)
		if err != nil {
			return "", err
		}
		docs, err := records.Documents(ctx, tx, d.CaseID)
		for _, doc := range docs {
			if doc.Kind == "disposal-proposal" && err == nil {
				err = records.MarkSent(ctx, tx, doc.ID, f.Clock.Now())
			}
		}
		return "Návrh je označený jako odeslaný.", db.Classify(err)
	})
}

// Decide takes in what the archive decided on paper.
func (f *Files) Decide(c *fiber.Ctx) error {
	return f.proceeding(c, func(ctx context.Context, tx *db.Tx, id int64, v url.Values) (string, error) {
		decisions, ids := map[int64]string{}, map[int64]string{}
		for name := range v {
			if s, ok := strings.CutPrefix(name, "decision-"); ok && v.Get(name) != "" {
				decisions[number(s)] = v.Get(name)
			}
			if s, ok := strings.CutPrefix(name, "archive-"); ok && v.Get(name) != "" {
				ids[number(s)] = v.Get(name)
			}
		}
		return "Rozhodnutí archivu je zapsané.", disposal.Decide(ctx, tx, id, decisions, ids, v.Get("ref"), f.Clock.Now())
	})
}

// ImportDecision takes in the archive's list as a file.
func (f *Files) ImportDecision(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	o, err := f.office(c)
	if err != nil {
		return err
	}
	name, data := "", []byte(nil)
	v, err := web.FormValues(c, func(u web.Upload) (err error) {
		name = blob.CleanName(u.Name)
		data, err = io.ReadAll(io.LimitReader(u.Body, 17<<20))
		return err
	})
	if err != nil {
		return err
	}
	return f.acted(c, v, disposalPath+"/"+strconv.FormatInt(id, 10), f.disposal, func(ctx context.Context, tx *db.Tx, _ url.Values) (string, error) {
		if len(data) == 0 {
			return "", errs.Fields(errs.Field{Name: "file", Message: "Vyberte soubor s rozhodnutím archivu."})
		}
		return f.room().Import(ctx, tx, o, id, name, bytes.NewReader(data), f.Clock.Now())
	})
}

// Execute carries a decided proceeding out.
func (f *Files) Execute(c *fiber.Ctx) error {
	o, err := f.office(c)
	if err != nil {
		return err
	}
	return f.proceeding(c, func(ctx context.Context, tx *db.Tx, id int64, v url.Values) (string, error) {
		if v.Get("sure") == "" {
			return "", errs.Fields(errs.Field{Name: "sure", Message: "Potvrďte, že obsah spisů má být nenávratně zničen."})
		}
		return "Skartace je provedená a protokol je ve spisu řízení. Soubory se z úložiště odstraní na pozadí.", f.room().Execute(ctx, tx, o, id, web.Session(c).Account.Name, f.Clock.Now())
	})
}

// Withdraw ends a proceeding without effect.
func (f *Files) Withdraw(c *fiber.Ctx) error {
	return f.proceeding(c, func(ctx context.Context, tx *db.Tx, id int64, v url.Values) (string, error) {
		return "Návrh je vzatý zpět, spisy jsou znovu volné.", disposal.Withdraw(ctx, tx, id, v.Get("why"), f.Clock.Now())
	})
}

// Packages hands out the packages with files for the archive.
func (f *Files) Packages(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	o, err := f.office(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		_, err := f.room().Final(ctx, tx, &b, o, id, web.Session(c).Account.Name, f.Clock.Now())
		return err
	})
	if err != nil {
		return err
	}
	return send(c, "balicky-"+strconv.FormatInt(id, 10)+".zip", "application/zip", b.Bytes(), false)
}
