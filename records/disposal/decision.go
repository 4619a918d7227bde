package disposal

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
)

// maxDecision bounds a file with a decision, in bytes.
const maxDecision = 16 << 20

// decision is a list from the archive (nsesss-DA.xsd): what becomes of files, or under which identifiers it has them.
type decision struct {
	XMLName    xml.Name `xml:"http://www.mvcr.cz/nsesss/v4 Seznam"`
	ID         string   `xml:"ID,attr"`
	Archive    string   `xml:"identifikatorArchivu,attr"`
	Office     string   `xml:"identifikatorPuvodce,attr"`
	Proceeding string   `xml:"identifikatorSkartacnihoRizeni,attr"`
	Takeover   string   `xml:"identifikatorPrejimky,attr"`
	Entities   []entity `xml:"EntitaSeznamu"`
}

type entity struct {
	line      int
	ID        identifier  `xml:"Identifikator"`
	Operation string      `xml:"Operace"`
	ArchiveID *identifier `xml:"IdentifikatorDA"`
}

type identifier struct {
	Source string `xml:"zdroj,attr"`
	Value  string `xml:",chardata"`
}

// UnmarshalXML notes the line where the entity begins.
func (e *entity) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain entity
	line, _ := d.InputPos()
	if err := d.DecodeElement((*plain)(e), &start); err != nil {
		return err
	}
	e.line = line
	return nil
}

func wrong(format string, args ...any) error {
	return errs.Fields(errs.Field{Name: "file", Message: fmt.Sprintf(format, args...)})
}

func readDecision(data []byte) (decision, error) {
	var x decision
	if err := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))).Decode(&x); err != nil {
		return x, wrong("Soubor není rozhodnutí archivu podle NSESSS (kořenem má být Seznam). Zkontrolujte, že jste vybrali správný soubor.")
	}
	if len(x.Entities) == 0 {
		return x, wrong("V rozhodnutí není žádný spis.")
	}
	return x, nil
}

// Import takes in the archive's list: decisions, or the identifiers of what it took over. It is all or nothing: a list for another
// office or proceeding, unknown files and contradictions are refused in words. The list itself becomes a document of the proceeding.
func (r *Room) Import(ctx context.Context, tx *db.Tx, o *offices.Office, id int64, name string, body io.Reader, at time.Time) (said string, err error) {
	data, err := io.ReadAll(io.LimitReader(body, maxDecision+1))
	if err != nil {
		return "", errs.Wrap(errs.Invalid, err, "Soubor se nepřenesl celý. Pošlete ho prosím znovu.")
	}
	if len(data) > maxDecision {
		return "", wrong("Soubor je větší než 16 MB; rozhodnutí archivu tak velké není.")
	}
	x, err := readDecision(data)
	if err != nil {
		return "", err
	}
	d, items, err := locked(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if err := x.ours(o, d); err != nil {
		return "", err
	}
	plan, err := x.plan(o, d, items)
	if err != nil {
		return "", err
	}
	for lead, e := range plan {
		if e.ArchiveID != nil {
			_, err = tx.ExecContext(ctx, sql.Get("archive-id"), tx.Office, id, lead, strings.TrimSpace(e.ArchiveID.Value), at)
		} else {
			_, err = tx.ExecContext(ctx, sql.Get("decide"), tx.Office, id, lead, operations[strings.TrimSpace(e.Operation)], at)
		}
		if err != nil {
			return "", db.Classify(err)
		}
	}
	files, err := r.keep(ctx, map[string][]byte{name: data})
	if err != nil {
		return "", err
	}
	doc, err := records.AddDocument(ctx, tx, d.CaseID, records.NewDocument{Direction: records.In, Kind: "disposal-decision", Subject: "Rozhodnutí archivu ve skartačním řízení", Channel: "none",
		Party: d.Archive, ForeignNumber: x.ID, DeliveredAt: &at, Components: files}, at)
	if err != nil {
		return "", err
	}
	if err := settle(ctx, tx, id, x.ID, at); err != nil {
		return "", err
	}
	log(tx, d.CaseID, "archive decided", at, map[string]any{"list": x.ID, "files": len(plan)})
	return fmt.Sprintf("Rozhodnutí je zapsané jako %s a týká se spisů: %d.", doc.ReferenceNumber, len(plan)), nil
}

// operations of the standard as our decisions.
var operations = func() map[string]string {
	m := map[string]string{}
	for decision, word := range DecisionWords {
		m[word] = decision
	}
	return m
}()

// ours refuses a list that is for another office or proceeding.
func (x decision) ours(o *offices.Office, d Disposal) error {
	for _, known := range []string{o.ICO, o.DataBox, o.Slug, o.Abbreviation} {
		if known != "" && strings.EqualFold(strings.TrimSpace(x.Office), known) {
			if p := strings.TrimSpace(x.Proceeding); p != "" && !strings.EqualFold(p, d.Mark) {
				return wrong("Rozhodnutí patří ke skartačnímu řízení %.60s, toto má číslo %s. Otevřete to správné.", p, d.Mark)
			}
			return nil
		}
	}
	return wrong("Rozhodnutí je pro jiný úřad (%.60s). Vraťte ho archivu, nic jsme nezměnili.", x.Office)
}

// plan finds the file of each entity, by the leading file of its lot.
func (x decision) plan(o *offices.Office, d Disposal, items []Item) (map[int64]entity, error) {
	byMark := map[string]Item{}
	for _, it := range items {
		byMark[strings.ToUpper(it.Mark)] = it
	}
	plan := map[int64]entity{}
	var unknown []string
	for _, e := range x.Entities {
		source, value, op := strings.TrimSpace(e.ID.Source), strings.TrimSpace(e.ID.Value), strings.TrimSpace(e.Operation)
		it, there := byMark[strings.ToUpper(value)]
		switch {
		case strings.HasPrefix(source, "e-POM.") && o.ICO != "" && !strings.HasPrefix(source, "e-POM."+o.ICO+"."):
			return nil, wrong("Řádek %d: identifikátor %.60s přidělil jiný úřad (%.60s). Nic jsme nezměnili.", e.line, value, source)
		case !there:
			unknown = append(unknown, cut(value))
			continue
		case e.ArchiveID == nil && operations[op] == "":
			return nil, wrong("Řádek %d: operaci „%.60s“ u spisu %s neznáme. Může být vybrat za archiválii, zničit, předložit k výběru, nebo vyřadit z výběru.", e.line, op, it.Mark)
		case e.ArchiveID != nil && strings.TrimSpace(e.ArchiveID.Value) == "":
			return nil, wrong("Řádek %d: spis %s nemá vyplněný identifikátor archivu.", e.line, it.Mark)
		case e.ArchiveID != nil && !it.Is(ToArchive):
			return nil, wrong("Řádek %d: archiv potvrzuje převzetí spisu %s, který nevybral za archiválii.", e.line, it.Mark)
		}
		if before, twice := plan[it.LeadID]; twice && (before.Operation != e.Operation || before.ArchiveID != nil && e.ArchiveID != nil && *before.ArchiveID != *e.ArchiveID) {
			return nil, wrong("Řádek %d: o spisu %s nebo o tom, co k němu patří, je v rozhodnutí dvakrát něco jiného.", e.line, it.Mark)
		}
		plan[it.LeadID] = e
	}
	if len(unknown) > 0 {
		more := ""
		if len(unknown) > 10 {
			more, unknown = fmt.Sprintf(" a další (%d)", len(unknown)-10), unknown[:10]
		}
		return nil, wrong("V řízení %s tyto spisy nejsou: %s%s. Nic jsme nezměnili.", d.Mark, strings.Join(unknown, ", "), more)
	}
	return plan, nil
}

func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// settle notes whether everything is decided for good now.
func settle(ctx context.Context, tx *db.Tx, id int64, ref string, at time.Time) error {
	_, items, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	whole := true
	for _, it := range items {
		whole = whole && it.Decision != nil && !it.Is(Present)
	}
	_, err = tx.ExecContext(ctx, sql.Get("decided"), tx.Office, id, whole, at, ref)
	return db.Classify(err)
}

// Decide takes in a decision on paper, typed by hand: lead → decision, and identifiers of the archive. ref is the reference number of
// the archive's letter.
func Decide(ctx context.Context, tx *db.Tx, id int64, decisions, archiveIDs map[int64]string, ref string, at time.Time) error {
	d, items, err := locked(ctx, tx, id)
	if err != nil {
		return err
	}
	if ref = strings.TrimSpace(ref); ref == "" && d.DecidedRef == "" {
		return errs.Fields(errs.Field{Name: "ref", Message: "Napište číslo jednací rozhodnutí archivu."})
	}
	leads := map[int64]Item{}
	for _, it := range items {
		if it.CaseID == it.LeadID {
			leads[it.LeadID] = it
		}
	}
	for lead, decision := range decisions {
		it, there := leads[lead]
		if !there || DecisionWords[decision] == "" {
			return errs.New(errs.Invalid, "Vyberte rozhodnutí o spisu, který v řízení je.")
		}
		if it.Is(decision) {
			continue
		}
		if _, err := tx.ExecContext(ctx, sql.Get("decide"), tx.Office, id, lead, decision, at); err != nil {
			return db.Classify(err)
		}
		log(tx, lead, "archive decided", at, map[string]any{"mark": it.Mark, "decision": decision, "ref": ref})
	}
	for lead, archiveID := range archiveIDs {
		archiveID = strings.TrimSpace(archiveID)
		it, there := leads[lead]
		now := decisions[lead]
		if now == "" && it.Decision != nil {
			now = *it.Decision
		}
		if archiveID == "" || archiveID == it.ArchiveID {
			continue
		}
		if !there || now != ToArchive {
			return errs.Newf(errs.Invalid, "Identifikátor archivu má jen spis, který archiv vybral za archiválii (%s).", it.Mark)
		}
		if _, err := tx.ExecContext(ctx, sql.Get("archive-id"), tx.Office, id, lead, archiveID, at); err != nil {
			return db.Classify(err)
		}
	}
	return settle(ctx, tx, id, ref, at)
}
