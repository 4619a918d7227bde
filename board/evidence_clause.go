package board

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/internal/pdf"
	"epom/internal/seal"
	"epom/offices"
)

// Clause is the finished clause of a removed posting in the file store.
type Clause struct {
	MadeAt time.Time `db:"made_at"`
	SHA256 string    `db:"sha256"`
	Size   int64     `db:"size"`
	Test   bool      `db:"test"`
}

// ClauseOf is the clause of a removed posting. Errors: NotFound while it is not made.
func ClauseOf(ctx context.Context, tx *db.Tx, posting int64) (c Clause, err error) {
	err = db.Classify(tx.GetContext(ctx, &c, evidenceSQL.Get("clause"), tx.Office, posting))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Doložka ještě není hotová. Zkuste to za chvíli.")
	}
	return c, err
}

// KeepClause notes the clause, which is already in the file store: once, fresh is false when there is one already.
func KeepClause(ctx context.Context, tx *db.Tx, posting int64, c Clause) (fresh bool, err error) {
	res, err := tx.ExecContext(ctx, evidenceSQL.Get("insert-clause"), tx.Office, posting, c.MadeAt, c.SHA256, c.Size, c.Test)
	if err != nil {
		return false, db.Classify(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Sheet is what a clause is made of.
type Sheet struct {
	*Posting
	Office    *offices.Office
	Publisher string // name of the office that posted by contract
	By        string // name of who posted, "" = left out
	BaseURL   string
	Evidence  []Evidence
	Available Availability
	Test      bool // the seal it will bear has no legal effects
	Unsealed  bool
	At        time.Time
}

// ReadSheet gathers what a clause of a posted posting needs; names of offices and people are the caller's.
func ReadSheet(ctx context.Context, tx *db.Tx, p *Posting, now time.Time) (s Sheet, err error) {
	s = Sheet{Posting: p, At: now}
	if s.Evidence, err = EvidenceOf(ctx, tx, p.ID); err != nil {
		return s, err
	}
	s.Available, err = Available(ctx, tx, p, now)
	return s, err
}

// ClauseName is the name of the clause's file.
func (p *Posting) ClauseName() string {
	if p.State() == Removed {
		return "dolozka-" + p.Number() + ".pdf"
	}
	return "stale-visi-" + p.Number() + ".pdf"
}

// ProofPath is where anybody verifies the posting.
func ProofPath(slug, number string) string { return "/overeni?deska=" + slug + "/" + number }

// PDF writes the clause: what hung, when on both boards, its documents by hash, and what the checks say of its availability,
// gaps too. Of a posting that still hangs it is a confirmation, and says so. The same sheet gives the same bytes.
func (s Sheet) PDF() ([]byte, error) {
	title, mark := "Doložka o vyvěšení "+s.Number(), ""
	if s.State() != Removed {
		title = "Potvrzení o vyvěšení " + s.Number()
	}
	switch {
	case s.Unsealed:
		mark = "bez pečeti"
	case s.Test:
		mark = seal.TestMark
	}
	d := pdf.New(pdf.Meta{Title: title, Author: s.Office.Name, Subject: s.Current().Title, Created: s.At, Header: s.Office.Name, Aside: s.Number(), Footer: title, Mark: mark})
	d.Heading(1, title)
	if s.State() != Removed {
		d.Note("Písemnost stále visí. Toto není konečná doložka; ta vznikne po sejmutí.")
	}
	url := s.BaseURL + ItemPath(s.Office.Slug, s.Number())
	d.Rows(s.about(url))
	d.Heading(2, "Kdy visela")
	d.Table(pdf.Cols("", "Úřední deska na internetu", "Deska u úřadu"), [][]string{
		{"Vyvěšeno dne", when(s.PostedAt), s.physical(s.PhysicalPostedAt)}, {"Sejmuto dne", s.takenDown(), s.physical(s.PhysicalRemovedAt)}})
	if notes := s.notes(); len(notes) > 0 {
		d.List(notes)
	}
	s.documents(d)
	s.availability(d)
	s.proof(d)
	return d.Bytes()
}

func (s Sheet) about(url string) []pdf.Row {
	r := s.Current()
	rows := []pdf.Row{{Label: "Úřad", Value: s.Office.Name}, {Label: "Číslo vyvěšení", Value: s.Number() + "\n" + url}, {Label: "Písemnost", Value: r.Title}, {Label: "Původce", Value: r.Issuer}}
	for _, x := range [][2]string{{"Číslo jednací", r.ReferenceNumber}, {"Spisová značka", r.FileMark}, {"O vyvěšení požádal", s.Requester},
		{"Číslo jednací žádosti", s.RequesterRef}, {"Vyvěsil", s.poster()}} {
		if x[1] != "" {
			rows = append(rows, pdf.Row{Label: x[0], Value: x[1]})
		}
	}
	return rows
}

func (s Sheet) poster() string {
	if s.Publisher == "" {
		return s.By
	}
	return strings.TrimSpace(s.By + "\n" + s.Publisher + ", na základě veřejnoprávní smlouvy")
}

func when(t *time.Time) string {
	if t == nil {
		return "–"
	}
	return t.In(clock.Prague).Format("2. 1. 2006 15:04:05")
}

func (s Sheet) physical(t *time.Time) string {
	if t == nil {
		return "nezaznamenáno"
	}
	return t.In(clock.Prague).Format("2. 1. 2006 15:04")
}

func (s Sheet) takenDown() string {
	if s.RemovedAt == nil {
		return "stále visí"
	}
	return when(s.RemovedAt)
}

// notes say what a reader must not overlook.
func (s Sheet) notes() (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if s.PastWhy != "" {
		add("Na desce u úřadu visela dřív než na internetu. Důvod: %s", s.PastWhy)
	}
	if d := s.Late(); d > 0 {
		add("Na internetu byla vyvěšena o %s později, než bylo plánováno.", span(d))
	}
	if d := s.RemovedLate(); d > 0 {
		add("Sejmuta byla o %s později, než bylo plánováno.", span(d))
	}
	if s.EarlyWhy != "" {
		add("Doba vyvěšení byla určena kratší, než žádá zákon. Důvod: %s", s.EarlyWhy)
	}
	if s.RemovedWhy != "" {
		add("Důvod sejmutí: %s", s.RemovedWhy)
	}
	if s.MustUntil != nil {
		add("Podle zákona měla viset nejméně do %s včetně.", s.MustUntil.Format("2. 1. 2006"))
	}
	if s.EffectOn != nil {
		add("Patnáctý den po vyvěšení připadl na %s. Zda tím byla doručena, posoudí úřad, který ji vydal.", s.EffectOn.Format("2. 1. 2006"))
	}
	return list
}

// span is a length of time in Czech words, in whole minutes.
func span(d time.Duration) string {
	m := int(d.Round(time.Minute).Minutes())
	h, m := m/60, m%60
	var parts []string
	if days := h / 24; days > 0 {
		parts, h = append(parts, i18n.N("cs", days, "%d den", "%d dny", "%d dnů")), h%24
	}
	if h > 0 {
		parts = append(parts, i18n.N("cs", h, "%d hodinu", "%d hodiny", "%d hodin"))
	}
	if m > 0 || len(parts) == 0 {
		parts = append(parts, i18n.N("cs", m, "%d minutu", "%d minuty", "%d minut"))
	}
	return strings.Join(parts, " ")
}

// documents lists each revision that hung with its documents.
func (s Sheet) documents(d *pdf.Doc) {
	d.Heading(2, "Co viselo")
	for _, r := range s.Hung() {
		if len(s.Revisions) > 1 {
			d.Heading(3, "Znění "+strconv.Itoa(r.Revision.Revision)+", od "+when(&r.From)+" do "+s.till(r.To))
			if r.Why != "" {
				d.Para("Důvod opravy: " + r.Why)
			}
		}
		var rows []pdf.Row
		for _, f := range r.Files {
			value := "SHA-256: " + f.SHA256
			if f.SHA256 == "" {
				value = f.URL
			}
			rows = append(rows, pdf.Row{Label: f.Name, Value: value})
		}
		if r.Text != "" {
			rows = append(rows, pdf.Row{Label: "Text oznámení", Value: "SHA-256: " + hash(r.Text)})
		}
		if r.Link != "" {
			rows = append(rows, pdf.Row{Label: "Odkaz", Value: r.Link})
		}
		d.Rows(rows)
	}
}

func (s Sheet) till(t *time.Time) string {
	if t == nil {
		return "teď"
	}
	return when(t)
}

// HungRevision is a revision with the time it hung.
type HungRevision struct {
	Revision
	From time.Time
	To   *time.Time // nil = it hangs
}

// Hung lists the revisions that hung; one replaced before the posting was put up never did.
func (p *Posting) Hung() (list []HungRevision) {
	if p.PostedAt == nil {
		return nil
	}
	for i, r := range p.Revisions {
		h := HungRevision{Revision: r, From: *p.PostedAt, To: p.RemovedAt}
		if r.At.After(h.From) {
			h.From = r.At
		}
		if i+1 < len(p.Revisions) {
			next := p.Revisions[i+1].At
			if !next.After(*p.PostedAt) {
				continue
			}
			h.To = &next
		}
		list = append(list, h)
	}
	return list
}

// maxGaps bounds the list on paper.
const maxGaps = 40

func (s Sheet) availability(d *pdf.Doc) {
	a := s.Available
	d.Heading(2, "Dostupnost na internetu")
	d.Para("Dostupnost se ověřuje každou hodinu: stránka i dokumenty se stáhnou z internetu a porovnají s tím, co bylo vyvěšeno.")
	d.Para("Za dobu vyvěšení: " + i18n.N("cs", a.Checks, "%d kontrola", "%d kontroly", "%d kontrol") + ", z toho se závadou " + strconv.Itoa(a.Failed) + ".")
	switch {
	case len(a.Gaps) == 0 && a.Checks == 0:
		d.Para("Písemnost visela kratší dobu, než je odstup mezi kontrolami.")
		return
	case len(a.Gaps) == 0:
		d.Para("Mezi vyvěšením a sejmutím nebyla zjištěna žádná mezera.")
		return
	}
	d.Para("Po tuto dobu dostupnost prokázána není, celkem " + span(a.Unproved()) + ":")
	var items []string
	for i, g := range a.Gaps {
		if i == maxGaps {
			items = append(items, i18n.N("cs", len(a.Gaps)-i, "a %d další mezera", "a %d další mezery", "a %d dalších mezer"))
			break
		}
		items = append(items, g.Sentence())
	}
	d.List(items)
	d.Small("Mezera začíná poslední úspěšnou kontrolou a končí první další. Skutečný výpadek mohl být kratší.")
}

// proof says how anybody verifies it, and embeds the records of evidence.
func (s Sheet) proof(d *pdf.Doc) {
	path := ProofPath(s.Office.Slug, s.Number())
	d.Heading(2, "Jak to ověřit")
	d.QR(s.BaseURL+path, "Na adrese\n"+s.BaseURL+path+"\nověříte toto vyvěšení i jednotlivé dokumenty. Stačí nahrát soubor.", "QR kód s adresou, na které se vyvěšení ověří", 30)
	records := make([]json.RawMessage, len(s.Evidence))
	rows := make([][]string, len(s.Evidence))
	for i, e := range s.Evidence {
		records[i] = json.RawMessage(e.Record)
		rows[i] = []string{evidenceWords[e.Kind], when(&e.At), e.Hash}
	}
	d.Table([]pdf.Col{{Title: "Záznam", Share: 2}, {Title: "Kdy", Share: 2}, {Title: "SHA-256", Share: 5}}, rows)
	if data, err := json.Marshal(records); err == nil && len(records) > 0 {
		d.Attach("dukazy.json", "application/json", pdf.Data, data)
		d.Small("Záznamy jsou v tomto souboru vloženy také strojově čitelně jako dukazy.json.")
	}
}

// evidenceWords names kinds of evidence in Czech.
var evidenceWords = map[string]string{EvidencePosted: "vyvěšení", EvidenceSeen: "pohled zvenku", EvidenceRevised: "oprava", EvidenceRescheduled: "změna doby",
	EvidencePhysical: "deska u úřadu", EvidenceRemoved: "sejmutí", EvidenceChecks: "kontroly dne"}

// EvidenceName is a kind of evidence in Czech.
func EvidenceName(kind string) string { return evidenceWords[kind] }
