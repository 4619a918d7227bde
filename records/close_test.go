package records_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

const archival = "%PDF-1.4\n<x:xmpmeta xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>1</pdfaid:part></x:xmpmeta>\n%%EOF\n"

func kinds(faults []records.Fault) (list []string) {
	for _, f := range faults {
		list = append(list, f.Kind)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Each thing that is missing keeps the file open and is named; once mended, the file closes.
func TestClosingNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := newArchiveSite(t)
	var c records.Case
	docs := map[string]int64{}
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		if c, err = records.OpenCase(ctx, tx, s.law, records.NewCase{Subject: "Osobní spis", Agenda: ""}, s.at); err != nil {
			return err
		}
		for name, n := range map[string]records.NewDocument{
			"paper":    {Direction: records.In, Paper: true},
			"word":     {Direction: records.Own, Components: []records.Component{{Name: "a.docx", MediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Size: 1, SHA256: s.component("a", "x").SHA256}}},
			"pdf":      {Direction: records.Own, Components: []records.Component{{Name: "a.pdf", MediaType: "application/pdf", Size: 1, SHA256: s.component("a", "%PDF-1.4 nic").SHA256}}},
			"archival": {Direction: records.Own, Components: []records.Component{{Name: "a.pdf", MediaType: "application/pdf", Size: 1, SHA256: s.component("a", archival).SHA256}}},
			"zip":      {Direction: records.Own, Components: []records.Component{{Name: "a.zip", MediaType: "application/zip", Size: 1, SHA256: s.component("a", "PK").SHA256}}},
			"unsent":   {Direction: records.Out, Components: []records.Component{s.component("a.txt", "text")}},
			"empty":    {Direction: records.In},
		} {
			n.Kind, n.Subject, n.Channel = "letter", name, "post"
			d, err := records.AddDocument(ctx, tx, c.ID, n, s.at)
			if err != nil {
				return err
			}
			docs[name] = d.ID
		}
		return nil
	})
	if got := kinds(s.close(c.ID, s.at)); !slices.Equal(got, []string{"class", "file", "handle", "output", "send", "sheets", "unpack"}) {
		t.Errorf("faults %v", got)
	}
	if s.read(c.ID).ClosedAt != nil {
		t.Fatal("a file with faults was closed")
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return records.Handle(ctx, tx, c.ID, records.ByNoting, "", s.at)
	})
	var personal int64 // class 81.1: an external event, somebody says its year
	s.must(s.owner.Get(&personal, `SELECT id FROM scheme_class WHERE code = '81.1' AND office_id = $1`, s.office))
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		late, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "pozdní", Channel: "post", Components: []records.Component{s.component("b.txt", "pozdě")}}, s.at.Add(time.Second))
		docs["late"] = late.ID
		return errsJoin(err, records.Classify(ctx, tx, c.ID, personal, s.at))
	})
	if got := kinds(s.close(c.ID, s.at)); !slices.Equal(got, []string{"answer", "file", "output", "send", "sheets", "trigger", "unpack"}) {
		t.Errorf("faults %v", got)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		one, output := 1, records.Component{Name: "a.pdf", MediaType: "application/pdf", Size: 1, SHA256: s.component("a", archival).SHA256, Preservation: records.Output, Replaces: new(int)}
		*output.Replaces = one
		unpacked := s.component("v zipu.txt", "obsah")
		unpacked.FromOrdinal = &one
		return errsJoin(records.SetSheets(ctx, tx, docs["paper"], 3, s.at), records.AddComponent(ctx, tx, docs["word"], output), records.AddComponent(ctx, tx, docs["pdf"], output),
			records.AddComponent(ctx, tx, docs["zip"], unpacked), records.AddComponent(ctx, tx, docs["empty"], s.component("c.txt", "c")), records.MarkSent(ctx, tx, docs["unsent"], s.at),
			records.Settle(ctx, tx, docs["late"], records.ByNoting, "", s.at), records.SetTriggerYear(ctx, tx, c.ID, 2020, s.at))
	})
	if faults := s.close(c.ID, s.at); len(faults) != 0 {
		t.Fatalf("faults %+v", faults)
	}
	if due, _ := s.read(c.ID).DueYear(); due != 2020+1+50 {
		t.Errorf("due in %d", due)
	}
}

func errsJoin(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// A closed file refuses every change with a sentence, whoever asks; reopening needs a reason and stands in the log.
func TestClosedFileRefusesChanges(t *testing.T) {
	t.Parallel()
	s := newArchiveSite(t)
	c, other := s.file("stiznost"), s.file("petice")
	if faults := s.close(c.ID, s.at); len(faults) != 0 {
		t.Fatalf("faults %+v", faults)
	}
	var docs []records.Document
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		docs, err = records.Documents(ctx, tx, c.ID)
		return err
	})
	changes := map[string]func(context.Context, *db.Tx) error{
		"add document": func(ctx context.Context, tx *db.Tx) error {
			_, err := records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.Own, Kind: "note", Subject: "x", Channel: "none"}, s.at)
			return err
		},
		"add file": func(ctx context.Context, tx *db.Tx) error {
			return db.Classify(records.AddComponent(ctx, tx, docs[0].ID, s.component("x.txt", "x")))
		},
		"class": func(ctx context.Context, tx *db.Tx) error {
			return records.Classify(ctx, tx, c.ID, *other.ClassID, s.at)
		},
		"join": func(ctx context.Context, tx *db.Tx) error {
			return records.Join(ctx, tx, other.ID, c.ID, "táž věc", s.at)
		},
		"take out": func(ctx context.Context, tx *db.Tx) error {
			return records.TakeOut(ctx, tx, docs[1].ID, other.ID, "jinam", s.at)
		},
		"put in": func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE document SET filed_in = $2 WHERE case_id = $1 AND ordinal = 2`, other.ID, c.ID)
			return db.Classify(err)
		},
		"refer": func(ctx context.Context, tx *db.Tx) error {
			return records.Refer(ctx, tx, c.ID, other.ID, false, "", s.at)
		},
		"cancel": func(ctx context.Context, tx *db.Tx) error { return records.Cancel(ctx, tx, docs[1].ID, "omyl", s.at) },
		"close": func(ctx context.Context, tx *db.Tx) error {
			_, err := records.Close(ctx, tx, c.ID, s.files.Open, s.at)
			return err
		},
		"subject": func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE case_file SET subject = 'jinak' WHERE id = $1`, c.ID)
			return db.Classify(err)
		},
	}
	for name, change := range changes {
		if err := s.try(change); !errs.Is(err, errs.Conflict) || errs.Message(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.owner.Exec(`UPDATE case_file SET subject = 'jinak' WHERE id = $1`, c.ID); err == nil {
		t.Error("the owner of the tables changed a closed file")
	}
	if err := s.try(func(ctx context.Context, tx *db.Tx) error { return records.Reopen(ctx, tx, c.ID, " ", s.at) }); !errs.Is(err, errs.Invalid) {
		t.Errorf("reopening without a reason: %v", err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return records.Reopen(ctx, tx, c.ID, "došlo doplnění", s.at)
	})
	s.tx(changes["add file"])
	var said string
	s.must(s.owner.Get(&said, `SELECT data ->> 'why' FROM audit_event WHERE office_id = $1 AND action = 'reopened'`, s.office))
	if said != "došlo doplnění" {
		t.Errorf("the log says %q", said)
	}
}

// Joined files keep their numbers, have one class and are closed together; a document taken out keeps its number too.
func TestWhatBelongsTogether(t *testing.T) {
	t.Parallel()
	s := newArchiveSite(t)
	main, joined, apart := s.file("stiznost"), s.file("petice"), s.file("kaceni-drevin")
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return records.Join(ctx, tx, joined.ID, main.ID, "táž věc", s.at)
	})
	if got := s.read(joined.ID); got.ClassCode != "61.1" || got.Mark != joined.Mark {
		t.Errorf("joined file %s has class %s", got.Mark, got.ClassCode)
	}
	var sub records.Case
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		if sub, err = records.Sub(ctx, tx, s.law, main.ID, records.NewCase{Subject: "Příloha"}, s.at); err != nil {
			return err
		}
		docs, err := records.Documents(ctx, tx, apart.ID)
		if err != nil {
			return err
		}
		return records.TakeOut(ctx, tx, docs[1].ID, sub.ID, "patří sem", s.at)
	})
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		docs, err := records.Documents(ctx, tx, sub.ID)
		if err != nil || len(docs) != 1 || docs[0].ReferenceNumber != apart.Mark+"-2" || len(docs[0].Components) != 1 {
			t.Errorf("documents of the sub-file %+v (%v)", docs, err)
		}
		left, err := records.Documents(ctx, tx, apart.ID)
		if err != nil || len(left) != 1 {
			t.Errorf("%d documents were left (%v)", len(left), err)
		}
		return nil
	})
	if got := kinds(s.close(main.ID, s.at)); !slices.Equal(got, []string{"sub"}) {
		t.Errorf("faults %v", got)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		return records.Handle(ctx, tx, sub.ID, records.ByNoting, "", s.at)
	})
	if faults := s.close(sub.ID, s.at); len(faults) != 0 {
		t.Fatalf("faults %+v", faults)
	}
	if faults := s.close(main.ID, s.at); len(faults) != 0 {
		t.Fatalf("faults %+v", faults)
	}
	if s.read(joined.ID).ClosedAt == nil {
		t.Error("the joined file stayed open")
	}
	if faults, err := records.Verify(t.Context(), s.owner); err != nil || len(faults) != 0 {
		t.Errorf("verify: %v %v", faults, err)
	}
}
