package pack

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/offices"
	"epom/records"
)

//go:embed pack.sql
var sqlText string

var sql = db.Load("pack", sqlText)

// File is a case file in a package.
type File struct {
	records.Case
	Documents  []Document
	Links      []records.Link // cross references, loose and fixed
	Tied       []string       // marks of files in the same package it is tied to
	Box, Place string         // of its paper
	Unit       string         // of the clerk
	Log        []audit.Row
}

// Document is a document in a package.
type Document struct {
	records.Document
	Parties []records.PartyOf
	Log     []audit.Row
}

// Unit is what goes into one package.
type Unit struct {
	Office  *offices.Office
	Classes []records.Class // from the top down to the one of the files
	Files   []File          // the one asked for first
	Names   map[int64]string
	Source  string // where the scheme comes from
}

// Proceeding is the disposal in which a package is handed over for good.
type Proceeding struct {
	At     time.Time
	Person string // who judged it at the office
	Number string
}

// Load reads what goes into the package of a closed file: itself and all that belongs to it. Empty files have no package.
func Load(ctx context.Context, tx *db.Tx, o *offices.Office, id int64) (*Unit, error) {
	all, err := records.Together(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	u := &Unit{Office: o}
	boxes, err := boxesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.ClosedAt == nil {
			return nil, errs.Newf(errs.Conflict, "Spis %s není uzavřený, balíček pro archiv z něj zatím udělat nejde.", c.Mark)
		}
		if c.DisposedAt != nil && c.ArchiveID == "" {
			return nil, errs.Newf(errs.Conflict, "Spis %s byl zničen ve skartačním řízení.", c.Mark)
		}
		f, err := loadFile(ctx, tx, c)
		if err != nil {
			return nil, err
		}
		if len(f.Documents) == 0 {
			continue
		}
		f.Box, f.Place = "u zpracovatele", or("u zpracovatele "+c.ClerkName, "u zpracovatele")
		if c.BoxID != nil {
			f.Box, f.Place = boxes[*c.BoxID].Label, or(boxes[*c.BoxID].Place, boxes[*c.BoxID].Label)
		}
		u.Files = append(u.Files, f)
	}
	at := slices.IndexFunc(u.Files, func(f File) bool { return f.ID == id })
	if at < 0 {
		return nil, errs.New(errs.Invalid, "Spis nemá žádný dokument, balíček pro archiv z něj udělat nejde.")
	}
	u.Files = append([]File{u.Files[at]}, append(slices.Clone(u.Files[:at]), u.Files[at+1:]...)...)
	u.tie()
	if err := u.classes(ctx, tx); err != nil {
		return nil, err
	}
	return u, u.people(ctx, tx)
}

type box struct {
	ID    int64  `db:"id"`
	Label string `db:"label"`
	Place string `db:"place"`
}

func boxesOf(ctx context.Context, tx *db.Tx) (map[int64]box, error) {
	var list []box
	err := tx.SelectContext(ctx, &list, sql.Get("boxes"), tx.Office)
	out := make(map[int64]box, len(list))
	for _, b := range list {
		out[b.ID] = b
	}
	return out, err
}

func loadFile(ctx context.Context, tx *db.Tx, c records.Case) (File, error) {
	f := File{Case: c}
	docs, err := records.Documents(ctx, tx, c.ID)
	if err != nil {
		return f, err
	}
	ids := []int64{}
	for _, d := range docs {
		if d.CancelledAt == nil {
			ids = append(ids, d.ID)
		}
	}
	parties, err := records.PartiesOf(ctx, tx, ids...)
	if err != nil {
		return f, err
	}
	for _, d := range docs {
		if d.CancelledAt != nil {
			continue
		}
		doc := Document{Document: d}
		for _, p := range parties {
			if p.DocumentID == d.ID {
				doc.Parties = append(doc.Parties, p)
			}
		}
		if doc.Log, err = audit.List(ctx, tx, "document", strconv.FormatInt(d.ID, 10), 10_000); err != nil {
			return f, err
		}
		f.Documents = append(f.Documents, doc)
	}
	if f.Log, err = audit.List(ctx, tx, "case_file", strconv.FormatInt(c.ID, 10), 10_000); err != nil {
		return f, err
	}
	if f.Links, err = records.Links(ctx, tx, c.ID); err != nil {
		return f, err
	}
	f.Unit = "úřad"
	if c.UnitID != nil {
		err = tx.GetContext(ctx, &f.Unit, sql.Get("unit"), tx.Office, *c.UnitID)
	}
	return f, err
}

// tie finds out which files of the package lead to each other: a chain is enough for the archive to see that they belong together.
func (u *Unit) tie() {
	for i := range u.Files {
		if len(u.Files) == 1 {
			return
		}
		if i == 0 {
			for _, f := range u.Files[1:] {
				u.Files[0].Tied = append(u.Files[0].Tied, f.Mark)
			}
			continue
		}
		u.Files[i].Tied = []string{u.Files[0].Mark}
	}
}

func (u *Unit) classes(ctx context.Context, tx *db.Tx) error {
	next := u.Files[0].ClassID
	for next != nil {
		k, err := records.ClassByID(ctx, tx, *next)
		if err != nil {
			return err
		}
		u.Classes = append([]records.Class{k}, u.Classes...)
		next = k.ParentID
	}
	for _, f := range u.Files {
		if *f.ClassID != *u.Files[0].ClassID {
			return errs.Newf(errs.Conflict, "Spisy %s a %s patří k sobě a mají různé spisové znaky. Sjednoťte je.", u.Files[0].Mark, f.Mark)
		}
	}
	return tx.GetContext(ctx, &u.Source, sql.Get("scheme-approval"), tx.Office, u.Classes[0].SchemeID)
}

// people reads the names of accounts that stand in logs and documents.
func (u *Unit) people(ctx context.Context, tx *db.Tx) error {
	var ids []int64
	note := func(actor string) {
		if id, ok := accountOf(actor); ok {
			ids = append(ids, id)
		}
	}
	for _, f := range u.Files {
		note(f.ClosedBy)
		for _, r := range f.Log {
			note(r.Actor)
		}
		for _, d := range f.Documents {
			note(d.RegisteredBy)
			for _, r := range d.Log {
				note(r.Actor)
			}
		}
	}
	var rows []struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	if err := tx.SelectContext(ctx, &rows, sql.Get("accounts"), pq.Array(ids)); err != nil {
		return err
	}
	u.Names = map[int64]string{}
	for _, r := range rows {
		u.Names[r.ID] = r.Name
	}
	return nil
}

func accountOf(actor string) (int64, bool) {
	s, ok := strings.CutPrefix(actor, "account:")
	id, err := strconv.ParseInt(s, 10, 64)
	return id, ok && err == nil
}

// name says who an actor of the log is.
func (u *Unit) name(actor string) string {
	if id, ok := accountOf(actor); ok {
		return or(u.Names[id], actor)
	}
	if strings.HasPrefix(actor, "citizen:") {
		return "podatel"
	}
	return "systém"
}

// paper tells whether anything in the file is on paper.
func (f File) paper() bool {
	return slices.ContainsFunc(f.Documents, func(d Document) bool { return d.Paper })
}
