package files

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/pdf"
	"epom/records"
	"epom/records/disposal/pack"
	"epom/records/scheme"
)

func (f *Files) packed(ctx context.Context, u *pack.Unit, person string) ([]byte, error) {
	var b bytes.Buffer
	err := u.Write(ctx, &b, f.Kept.Open, pack.Options{At: f.Clock.Now(), Person: person})
	return b.Bytes(), err
}

var directions = map[string]string{records.In: "došlé", records.Out: "odeslané", records.Own: "vlastní"}

// makeOutput makes the PDF of a document that was born here without a file: what a citizen filled in, what was written.
func (f *Files) makeOutput(ctx context.Context, tx *db.Tx, d records.Document) error {
	if len(d.Components) > 0 {
		return nil
	}
	v, err := f.Submissions.OfCase(ctx, tx, d.CaseID)
	if err != nil {
		return err
	}
	p := pdf.New(pdf.Meta{Title: d.Subject, Author: v.Office.Name, Lang: "cs", Created: d.RegisteredAt, Header: v.Office.Name, Aside: d.ReferenceNumber})
	p.Heading(1, d.Subject)
	p.Rows([]pdf.Row{{Label: "Číslo jednací", Value: d.ReferenceNumber}, {Label: "Zapsáno", Value: d.RegisteredAt.In(clock.Prague).Format("2. 1. 2006 15:04")},
		{Label: "Směr", Value: directions[d.Direction]}, {Label: "Odesílatel nebo adresát", Value: d.Party}})
	if d.ID == v.DocumentID && v.Filed() {
		for _, s := range v.Summary("cs", f.Submissions.Setting("cs")) {
			rows := []pdf.Row{}
			for _, r := range s.Rows {
				rows = append(rows, pdf.Row{Label: r.Label, Value: r.Value})
			}
			if len(rows) > 0 {
				p.Heading(2, s.Title)
				p.Rows(rows)
			}
		}
	}
	if d.Body != "" {
		p.Para(d.Body)
	}
	data, err := p.Bytes()
	if err != nil {
		return err
	}
	ref, err := f.Kept.PutBytes(ctx, data)
	if err != nil {
		return err
	}
	return db.Classify(records.AddComponent(ctx, tx, d.ID, records.Component{Name: strings.ReplaceAll(d.ReferenceNumber, "/", "-") + ".pdf", MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}))
}

// Cover is the cover sheet of a file with its table of contents, to be printed.
func (f *Files) Cover(c *fiber.Ctx) error {
	o, err := f.office(c)
	if err != nil {
		return err
	}
	var data []byte
	var k records.Case
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		if k, err = caseOf(ctx, c, tx); err != nil {
			return err
		}
		f.Seen(tx, "viewed", "case_file", k.ID, nil)
		all, err := records.Together(ctx, tx, k.ID)
		if err != nil {
			return err
		}
		docs, err := records.Documents(ctx, tx, k.ID)
		if err != nil {
			return err
		}
		p := pdf.New(pdf.Meta{Title: "Obal spisu " + k.Mark, Author: o.Name, Lang: "cs", Created: f.Clock.Now(), Header: o.Name, Aside: k.Mark})
		p.Heading(1, k.Mark)
		p.Para(k.Subject)
		p.Rows(coverRows(k, all))
		p.Heading(2, "Obsah spisu")
		p.Table(pdf.Cols("Č.", "Číslo jednací", "Zapsáno", "Směr", "Odesílatel nebo adresát", "Věc", "Listů", "Souborů"), coverLines(docs))
		data, err = p.Bytes()
		return err
	})
	if err != nil {
		return err
	}
	return send(c, "obal-"+strings.ReplaceAll(k.Mark, "/", "-")+".pdf", "application/pdf", data, true)
}

func coverRows(k records.Case, all []records.Case) []pdf.Row {
	rows := []pdf.Row{{Label: "Otevřen", Value: k.OpenedAt.In(clock.Prague).Format("2. 1. 2006")}}
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, pdf.Row{Label: label, Value: value})
		}
	}
	add("Vyřizuje", k.ClerkName)
	if k.ClassID != nil {
		add("Spisový znak", k.ClassCode)
		add("Skartační režim", *k.Sign+"/"+strconv.Itoa(*k.Retention)+", lhůta běží od: "+scheme.TriggerWords[k.TriggerEvent])
	}
	if k.HandledAt != nil {
		add("Vyřízen", k.HandledAt.In(clock.Prague).Format("2. 1. 2006"))
	}
	if k.ClosedAt != nil {
		add("Uzavřen", k.ClosedAt.In(clock.Prague).Format("2. 1. 2006"))
	}
	if due, ok := k.DueYear(); ok {
		add("Rok skartace", strconv.Itoa(due))
	}
	var marks []string
	for _, o := range all {
		if o.ID != k.ID {
			marks = append(marks, o.Mark)
		}
	}
	add("Patří k němu", strings.Join(marks, ", "))
	return rows
}

func coverLines(docs []records.Document) (rows [][]string) {
	for i, d := range docs {
		subject, sheets := d.Subject, ""
		if d.CancelledAt != nil {
			subject += " (stornováno)"
		}
		if d.Paper && d.Sheets != nil {
			sheets = strconv.Itoa(*d.Sheets)
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), d.ReferenceNumber, d.RegisteredAt.In(clock.Prague).Format("2. 1. 2006"), directions[d.Direction], d.Party, subject, sheets, strconv.Itoa(len(d.Components))})
	}
	return rows
}

// Templates are the pages of the group and the data they are shown with.
var Templates = map[string]any{
	"files/contents": ContentsPage{}, "files/class": ClassPage{}, "files/move": MovePage{}, "files/new": NewPage{}, "files/close": ClosePage{}, "files/parts": ContentsPage{},
	"store/list": StorePage{}, "store/handover": HandoverPage{}, "disposal/list": DuePage{}, "disposal/show": DisposalPage{}, "scheme/list": SchemePage{}, "scheme/group": GroupPage{},
}
