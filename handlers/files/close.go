package files

import (
	"context"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
	"epom/records/dispatch"
	"epom/records/disposal/pack"
)

// ClosePage lists what keeps a file from being closed, each with the way to mend it.
type ClosePage struct {
	web.Page
	Form
	Head   Head
	Faults []FaultView
	Joined string // to which file; closed with it
	Due    int    // year of disposal once closed
	Stored bool
}

// FaultView is a fault with its act.
type FaultView struct {
	records.Fault
	Href, Label string // page where it is mended; empty = here by a button
	Act         string // of the form "doplnit"
}

// CloseForm shows what is missing, or how to open a closed file again.
func (f *Files) CloseForm(c *fiber.Ctx) error { return f.closeForm(c, Form{}) }

func (f *Files) closeForm(c *fiber.Ctx, form Form) error {
	p := ClosePage{Form: form}
	err := f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return err
		}
		if p.Page, err = f.Page(c, tx, "Uzavřít spis "+k.Mark); err != nil {
			return err
		}
		p.Head, p.Stored = headOf(k, "Uzavřít spis"), k.StoredAt != nil
		if k.ClosedAt != nil {
			p.Head.Here = "Uzavřený spis"
			p.Due, _ = k.DueYear()
		}
		if k.JoinedTo != nil {
			main, err := records.CaseByID(ctx, tx, *k.JoinedTo)
			p.Joined = main.Mark
			return err
		}
		if k.ClosedAt != nil {
			return nil
		}
		faults, err := records.Check(ctx, tx, k.ID, f.Kept.Open, f.Clock.Now())
		if err != nil {
			return err
		}
		more, err := f.unsettled(ctx, tx, k)
		if err != nil {
			return err
		}
		faults = append(faults, more...)
		v, err := f.Submissions.OfCase(ctx, tx, k.ID)
		for _, fault := range faults {
			view := faultView(fault)
			if fault.Kind == records.FaultHandle && fault.CaseID == k.ID && k.HandledAt == nil && err == nil && !v.Filed() {
				view.Act, view.Href = "finish", "" // a matter of the office's own has nobody to be answered
			}
			p.Faults = append(p.Faults, view)
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.View(c, "files/close", "", p)
}

func faultView(f records.Fault) FaultView {
	v := FaultView{Fault: f}
	switch f.Kind {
	case records.FaultHandle, records.FaultCall:
		v.Href, v.Label = path(f.CaseID, ""), "Otevřít spis"
	case records.FaultClass:
		v.Href, v.Label = path(f.CaseID, "/zarazeni"), "Zařadit spis"
	case records.FaultTrigger:
		v.Href, v.Label = path(f.CaseID, "/obsah")+"#year", "Doplnit rok"
	case records.FaultSub:
		v.Href, v.Label = path(f.CaseID, "/uzavrit"), "Uzavřít dílčí spis"
	case records.FaultSend:
		v.Href, v.Label = path(f.CaseID, "/dokument/")+strconv.FormatInt(f.Document, 10)+"/storno", "Stornovat číslo"
	case records.FaultDeliver:
		v.Href, v.Label = "/kancelar/vypravna?spis="+strconv.FormatInt(f.CaseID, 10), "Zapsat doručení"
	case records.FaultAnswer:
		v.Act = "settle"
	case records.FaultSheets:
		v.Act = "sheets"
	case records.FaultFile:
		v.Act = "make"
	case records.FaultOutput, records.FaultUnpack:
		v.Act = "upload"
	}
	return v
}

// Close closes a file that lacks nothing.
func (f *Files) Close(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, path(id, "/uzavrit"), f.closeForm, func(ctx context.Context, tx *db.Tx, _ url.Values) (string, error) {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return "", err
		}
		faults, err := f.unsettled(ctx, tx, k)
		if err == nil && len(faults) == 0 {
			faults, err = records.Close(ctx, tx, k.ID, f.Kept.Open, f.Clock.Now())
		}
		if err == nil && len(faults) > 0 {
			err = errs.New(errs.Invalid, "Spis zatím uzavřít nejde. Níže je všechno, co chybí.")
		}
		return "Spis " + k.Mark + " je uzavřený.", err
	})
}

// unsettled is what keeps a file from being closed besides what records.Check tells: calls that nobody answered, of the files
// joined to it too, and deliveries.
func (f *Files) unsettled(ctx context.Context, tx *db.Tx, k records.Case) ([]records.Fault, error) {
	faults, err := f.undelivered(ctx, tx, k)
	if err != nil {
		return nil, err
	}
	all, err := records.Together(ctx, tx, k.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.ID != k.ID && (o.JoinedTo == nil || *o.JoinedTo != k.ID) {
			continue
		}
		v, err := f.Submissions.OfCase(ctx, tx, o.ID)
		if err != nil {
			return nil, err
		}
		if r := v.OpenRequest(); r != nil {
			fault := records.Fault{Mark: o.Mark, CaseID: o.ID, Kind: records.FaultCall, Text: "Na výzvu k doplnění ze dne " + czechDay(r.AskedAt.In(clock.Prague)) + " (lhůta do " + czechDay(r.DueOn) + ") nikdo neodpověděl a nebyla vzata zpět."}
			if d := v.Document(r.DocumentID); d != nil {
				fault.Document, fault.Number = d.ID, d.ReferenceNumber
			}
			faults = append(faults, fault)
		}
	}
	return faults, nil
}

// undelivered are the sendings of a file whose delivery is not settled; what was not sent at all records.Check tells.
func (f *Files) undelivered(ctx context.Context, tx *db.Tx, k records.Case) ([]records.Fault, error) {
	items, err := dispatch.OfCase(ctx, tx, f.Sending, k.ID, f.Clock.Now())
	var faults []records.Fault
	for _, i := range items {
		if !i.State.Done() {
			faults = append(faults, records.Fault{Mark: k.Mark, CaseID: k.ID, Document: i.DocumentID, Number: i.Number, Kind: records.FaultDeliver,
				Text: "Doručení adresátovi " + i.Name + " není uzavřené: " + i.State.Word() + "."})
		}
	}
	return faults, err
}

// Reopen opens a closed file for a reason.
func (f *Files) Reopen(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	return f.act(c, path(id, "/uzavrit"), f.closeForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return "", err
		}
		return "Spis " + k.Mark + " je znovu otevřený.", records.Reopen(ctx, tx, k.ID, v.Get("why"), f.Clock.Now())
	})
}

// maxOutput bounds a file brought as an output format, in bytes.
const maxOutput = 50 << 20

// Mend mends one fault from the page of closing: a document is settled, its sheets counted, a file made or brought.
func (f *Files) Mend(c *fiber.Ctx) error {
	id, err := web.Number(c, "id")
	if err != nil {
		return err
	}
	var file records.Component
	v, err := web.FormValues(c, func(u web.Upload) error {
		ref, err := f.Kept.Put(c.UserContext(), u.Body, maxOutput)
		file = records.Component{Name: blob.CleanName(u.Name), MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256, Preservation: records.Output}
		return err
	})
	if err != nil {
		return err
	}
	return f.acted(c, v, path(id, "/uzavrit"), f.closeForm, func(ctx context.Context, tx *db.Tx, v url.Values) (string, error) {
		now := f.Clock.Now()
		if v.Get("act") == "finish" {
			return "Spis je vyřízený.", f.finish(ctx, c, tx, v.Get("why"))
		}
		doc, err := f.faulty(ctx, c, tx, number(v.Get("doc")))
		if err != nil {
			return "", err
		}
		switch v.Get("act") {
		case "settle":
			return "Dokument " + doc.ReferenceNumber + " je vzatý na vědomí.", records.Settle(ctx, tx, doc.ID, records.ByNoting, "", now)
		case "sheets":
			sheets, err := strconv.Atoi(v.Get("sheets"))
			if err != nil {
				sheets = -1
			}
			return "Počet listů dokumentu " + doc.ReferenceNumber + " je zapsaný.", records.SetSheets(ctx, tx, doc.ID, sheets, now)
		case "make":
			return "Dokument " + doc.ReferenceNumber + " má výstupní podobu.", f.makeOutput(ctx, tx, doc)
		case "upload":
			return "Výstupní podoba dokumentu " + doc.ReferenceNumber + " je uložená.", f.bringOutput(ctx, tx, doc, int(number(v.Get("ordinal"))), file)
		}
		return "", errs.New(errs.Invalid, "Vyberte, co chcete doplnit.")
	})
}

// finish handles a file that no submission opened: its matter was the office's own.
func (f *Files) finish(ctx context.Context, c *fiber.Ctx, tx *db.Tx, why string) error {
	k, err := caseOf(ctx, c, tx)
	if err != nil {
		return err
	}
	v, err := f.Submissions.OfCase(ctx, tx, k.ID)
	if err != nil {
		return err
	}
	if v.Filed() {
		return errs.New(errs.Conflict, "Podání občana se vyřizuje na stránce spisu.")
	}
	return records.Handle(ctx, tx, k.ID, records.ByOther, why, f.Clock.Now())
}

// faulty reads a document of the file in the address or of one that belongs to it.
func (f *Files) faulty(ctx context.Context, c *fiber.Ctx, tx *db.Tx, doc int64) (records.Document, error) {
	k, err := caseOf(ctx, c, tx)
	if err != nil {
		return records.Document{}, err
	}
	all, err := records.Together(ctx, tx, k.ID)
	if err != nil {
		return records.Document{}, err
	}
	for _, o := range all {
		docs, err := records.Documents(ctx, tx, o.ID)
		if err != nil {
			return records.Document{}, err
		}
		for _, d := range docs {
			if d.ID == doc {
				return d, nil
			}
		}
	}
	return records.Document{}, errs.New(errs.NotFound, "Tento dokument ve spisu není.")
}

// bringOutput keeps a brought file as the output format of a component.
func (f *Files) bringOutput(ctx context.Context, tx *db.Tx, d records.Document, ordinal int, file records.Component) error {
	if file.SHA256 == "" {
		return errs.Fields(errs.Field{Name: "file", Message: "Vyberte soubor."})
	}
	for _, p := range d.Components {
		if p.Ordinal != ordinal {
			continue
		}
		if p.IsContainer() { // what was unpacked from it
			file.Preservation, file.FromOrdinal = records.Original, &ordinal
		} else {
			file.Replaces = &ordinal
		}
		return db.Classify(records.AddComponent(ctx, tx, d.ID, file))
	}
	return errs.New(errs.NotFound, "Tento soubor dokument nemá.")
}

// Package hands out the package for the archive of a closed file.
func (f *Files) Package(c *fiber.Ctx) error {
	o, err := f.office(c)
	if err != nil {
		return err
	}
	var data []byte
	name := ""
	err = f.InOffice(c, func(ctx context.Context, tx *db.Tx) error {
		k, err := caseOf(ctx, c, tx)
		if err != nil {
			return err
		}
		u, err := pack.Load(ctx, tx, o, k.ID)
		if err != nil {
			return err
		}
		f.Seen(tx, "packed", "case_file", k.ID, nil)
		name = u.Name()
		data, err = f.packed(ctx, u, web.Session(c).Account.Name)
		return err
	})
	if err != nil {
		return err
	}
	return send(c, name+".zip", "application/zip", data, false)
}
