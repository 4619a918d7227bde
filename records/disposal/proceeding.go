package disposal

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/blob"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/offices"
	"epom/records"
	"epom/records/disposal/pack"
)

// JobDestroy lets the bytes of an executed disposal go; payload: Ref.
const JobDestroy = "disposal-destroy"

// Ref names a proceeding.
type Ref struct {
	Office   int32 `json:"office"`
	Disposal int64 `json:"disposal"`
}

// Decisions of the archive about a file (NSESSS, nsesss-DA.xsd).
const (
	ToArchive = "archive" // vybrat za archiválii
	Destroy   = "destroy" // zničit
	Present   = "present" // předložit k výběru
	Exclude   = "exclude" // vyřadit z výběru
)

// DecisionWords are the decisions as the standard writes them.
var DecisionWords = map[string]string{ToArchive: "vybrat za archiválii", Destroy: "zničit", Present: "předložit k výběru", Exclude: "vyřadit z výběru"}

// Room does what needs the file store.
type Room struct {
	Files *blob.Store
	Held  HeldBy // what waits for another records system; nil = nothing does
}

// Disposal is a proceeding.
type Disposal struct {
	OfficeID     int32      `db:"office_id"`
	ID           int64      `db:"id"`
	CaseID       int64      `db:"case_id"` // its own file
	Year         int        `db:"year"`
	Archive      string     `db:"archive"`
	ProposedAt   time.Time  `db:"proposed_at"`
	ProposedBy   string     `db:"proposed_by"`
	DecidedAt    *time.Time `db:"decided_at"`
	DecidedRef   string     `db:"decided_ref"`
	ExecutedAt   *time.Time `db:"executed_at"`
	ExecutedBy   *string    `db:"executed_by"`
	WithdrawnAt  *time.Time `db:"withdrawn_at"`
	WithdrawnWhy string     `db:"withdrawn_why"`
	Mark         string     `db:"mark"`
	Subject      string     `db:"subject"`
	Count        int        `db:"items"`
	Decided      int        `db:"decided"` // for good
}

// Open tells whether the proceeding goes on.
func (d Disposal) Open() bool { return d.ExecutedAt == nil && d.WithdrawnAt == nil }

// Item is a file in a proceeding.
type Item struct {
	OfficeID   int32      `db:"office_id"`
	DisposalID int64      `db:"disposal_id"`
	CaseID     int64      `db:"case_id"`
	LeadID     int64      `db:"lead_id"`
	Sign       string     `db:"sign"`
	DueYear    int        `db:"due_year"`
	Quantity   string     `db:"quantity"`
	Decision   *string    `db:"decision"`
	DecidedAt  *time.Time `db:"decided_at"`
	ArchiveID  string     `db:"archive_id"`
	ExecutedAt *time.Time `db:"executed_at"`
	Mark       string     `db:"mark"`
	Subject    string     `db:"subject"`
	ClassCode  string     `db:"class_code"`
	Retention  int        `db:"retention"`
	OpenedAt   time.Time  `db:"opened_at"`
	ClosedAt   *time.Time `db:"closed_at"`
	HeldWhy    string     `db:"held_why"`
	DisposedAt *time.Time `db:"disposed_at"`
	LeadMark   string     `db:"lead_mark"`
	Documents  int        `db:"documents"`
}

// Is tells whether the decision about the file is the given one; "" = none yet.
func (i Item) Is(decision string) bool {
	return i.Decision == nil && decision == "" || i.Decision != nil && *i.Decision == decision
}

// List is all proceedings of the office, the newest first.
func List(ctx context.Context, tx *db.Tx) ([]Disposal, error) {
	list := []Disposal{}
	err := tx.SelectContext(ctx, &list, sql.Get("disposals"), tx.Office, 0)
	return list, err
}

// Get reads a proceeding with its files.
func Get(ctx context.Context, tx *db.Tx, id int64) (d Disposal, items []Item, err error) {
	if err = db.Classify(tx.GetContext(ctx, &d, sql.Get("disposals"), tx.Office, id)); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.NotFound, "Toto skartační řízení ve vašem úřadu není.")
		}
		return d, nil, err
	}
	err = tx.SelectContext(ctx, &items, sql.Get("items"), tx.Office, id)
	return d, items, err
}

// locked is Get of a proceeding that goes on, with its row locked.
func locked(ctx context.Context, tx *db.Tx, id int64) (Disposal, []Item, error) {
	var got int64
	if err := db.Classify(tx.GetContext(ctx, &got, sql.Get("lock"), tx.Office, id)); err != nil {
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.NotFound, "Toto skartační řízení ve vašem úřadu není.")
		}
		return Disposal{}, nil, err
	}
	d, items, err := Get(ctx, tx, id)
	switch {
	case err == nil && d.ExecutedAt != nil:
		err = errs.New(errs.Conflict, "Toto skartační řízení je už provedené.")
	case err == nil && d.WithdrawnAt != nil:
		err = errs.New(errs.Conflict, "Toto skartační řízení úřad vzal zpět.")
	}
	return d, items, err
}

// Propose opens a proceeding of lots that are due, by the ids of their leading files: its own file, the proposal as a document to be
// sent to the archive (PDF, and the packages without files), and the lots reserved for it.
func (r *Room) Propose(ctx context.Context, tx *db.Tx, o *offices.Office, year int, archive string, leads []int64, person string, clerk int64, at time.Time) (Disposal, error) {
	if archive = strings.TrimSpace(archive); archive == "" {
		return Disposal{}, errs.Fields(errs.Field{Name: "archive", Message: "Napište, kterému archivu se návrh podává."})
	}
	lots, err := r.Due(ctx, tx, year)
	if err != nil {
		return Disposal{}, err
	}
	chosen := []Lot{}
	for _, l := range lots {
		if !slices.Contains(leads, l.Lead().ID) {
			continue
		}
		if len(l.Blocks) > 0 {
			return Disposal{}, errs.Newf(errs.Conflict, "Do návrhu nejde dát %s.", l.Blocks[0])
		}
		chosen = append(chosen, l)
	}
	if len(chosen) == 0 || len(chosen) != len(leads) {
		return Disposal{}, errs.Fields(errs.Field{Name: "case", Message: "Vyberte aspoň jeden spis, který je na řadě."})
	}
	own, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Skartační řízení: dokumenty se lhůtou do roku " + strconv.Itoa(year), ClerkID: &clerk}, at)
	if err != nil {
		return Disposal{}, err
	}
	own.ClassID = nil
	if err := records.ClassifyByAgenda(ctx, tx, own, "skartacni-rizeni", at); err != nil {
		return Disposal{}, err
	}
	d := Disposal{OfficeID: tx.Office, CaseID: own.ID, Year: year, Archive: archive, ProposedAt: at, Mark: own.Mark}
	if err := tx.GetContext(ctx, &d.ID, sql.Get("create"), tx.Office, own.ID, year, archive, at, tx.Actor); err != nil {
		return d, db.Classify(err)
	}
	for _, l := range chosen {
		for _, m := range l.Members {
			if _, err := tx.ExecContext(ctx, sql.Get("add-item"), tx.Office, d.ID, m.ID, l.Lead().ID, l.Sign, l.Year, l.Quantity()); err != nil {
				return d, db.Classify(err)
			}
			log(tx, m.ID, "proposed for disposal", at, map[string]any{"mark": m.Mark, "proceeding": own.Mark})
		}
	}
	paper, err := proposalPaper(o, d, chosen, person, at)
	if err != nil {
		return d, err
	}
	packages, err := r.packages(ctx, tx, o, leadsOf(chosen), pack.Options{At: at, Person: person, Bare: true})
	if err != nil {
		return d, err
	}
	files, err := r.keep(ctx, map[string][]byte{"skartacni-navrh.pdf": paper, "balicky-bez-souboru.zip": packages})
	if err != nil {
		return d, err
	}
	_, err = records.AddDocument(ctx, tx, own.ID, records.NewDocument{Direction: records.Out, Kind: "disposal-proposal", Subject: "Skartační návrh", Channel: "none", Party: archive, Components: files}, at)
	return d, err
}

func leadsOf(lots []Lot) (ids []int64) {
	for _, l := range lots {
		ids = append(ids, l.Lead().ID)
	}
	return ids
}

// keep puts files of our own into the store, in the order of their names from the end, so that the paper comes first.
func (r *Room) keep(ctx context.Context, files map[string][]byte) (list []records.Component, err error) {
	names := []string{}
	for name := range files {
		if len(files[name]) > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	for _, name := range names {
		ref, err := r.Files.PutBytes(ctx, files[name])
		if err != nil {
			return nil, err
		}
		c := records.Component{Name: name, MediaType: ref.MediaType, Size: ref.Size, SHA256: ref.SHA256}
		if c.IsContainer() {
			c.Preservation = records.Container
		}
		list = append(list, c)
	}
	return list, nil
}

// packages puts the packages of several files into one ZIP; a file without documents has none. Nothing to pack gives nothing.
func (r *Room) packages(ctx context.Context, tx *db.Tx, o *offices.Office, leads []int64, options pack.Options) ([]byte, error) {
	var b bytes.Buffer
	n, err := r.WritePackages(ctx, tx, &b, o, leads, options)
	if err != nil || n == 0 {
		return nil, err
	}
	return b.Bytes(), nil
}

// WritePackages writes the packages of files into one ZIP and answers how many there are.
func (r *Room) WritePackages(ctx context.Context, tx *db.Tx, w io.Writer, o *offices.Office, leads []int64, options pack.Options) (n int, err error) {
	z := zip.NewWriter(w)
	for _, id := range leads {
		u, err := pack.Load(ctx, tx, o, id)
		if errs.Is(err, errs.Invalid) { // nothing in it
			continue
		}
		if err != nil {
			return n, err
		}
		out, err := z.CreateHeader(&zip.FileHeader{Name: u.Name() + ".zip", Method: zip.Store, Modified: options.At})
		if err != nil {
			return n, err
		}
		if err := u.Write(ctx, out, r.Files.Open, options); err != nil {
			return n, err
		}
		n++
	}
	return n, z.Close()
}

// Final writes the packages with files: of what the archive wants to see, or, once chosen, to be handed over for good.
func (r *Room) Final(ctx context.Context, tx *db.Tx, w io.Writer, o *offices.Office, id int64, person string, at time.Time) (n int, err error) {
	d, items, err := Get(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	for _, decision := range []string{ToArchive, Present} {
		var leads []int64
		for _, it := range items {
			if it.Is(decision) && it.CaseID == it.LeadID {
				leads = append(leads, it.LeadID)
			}
		}
		if len(leads) == 0 {
			continue
		}
		options := pack.Options{At: at, Person: person}
		if decision == ToArchive {
			options.Proceeding = &pack.Proceeding{At: at, Person: person, Number: d.Mark}
		}
		for _, lead := range leads {
			log(tx, lead, "packed", at, map[string]any{"proceeding": d.Mark})
		}
		return r.WritePackages(ctx, tx, w, o, leads, options)
	}
	return 0, errs.New(errs.Conflict, "Archiv zatím nic nevybral ani nechce předložit.")
}

// Withdraw ends a proceeding without effect; the files are free for another one.
func Withdraw(ctx context.Context, tx *db.Tx, id int64, why string, at time.Time) error {
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "why", Message: "Napište, proč se návrh bere zpět."})
	}
	_, items, err := locked(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, it := range items {
		log(tx, it.CaseID, "taken out of disposal", at, map[string]any{"mark": it.Mark, "why": why})
	}
	_, err = tx.ExecContext(ctx, sql.Get("withdraw"), tx.Office, id, at, why)
	return db.Classify(err)
}

// Execute carries a decided proceeding out: heads, log and protocol stay, content of what is to be destroyed goes, what the archive
// took bears its identifier. The bytes go by a job, once nothing else names them.
func (r *Room) Execute(ctx context.Context, tx *db.Tx, o *offices.Office, id int64, person string, at time.Time) error {
	_, proposed, err := locked(ctx, tx, id)
	if err != nil {
		return err
	}
	waits, err := r.Waits(ctx, tx, proposed)
	if err != nil {
		return err
	}
	if len(waits) > 0 {
		return errs.Newf(errs.Conflict, "Skartaci zatím nejde provést. Spis %s.", waits[0])
	}
	var hashes []string
	if err := tx.SelectContext(ctx, &hashes, sql.Get("execute"), id, at, tx.Actor); err != nil {
		return db.Classify(err)
	}
	d, items, err := Get(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, it := range items {
		data := map[string]any{"mark": it.Mark, "proceeding": d.Mark}
		switch {
		case it.Is(Destroy):
			log(tx, it.CaseID, "destroyed", at, data)
		case it.Is(ToArchive):
			data["archive_id"] = it.ArchiveID
			log(tx, it.CaseID, "handed to archive", at, data)
		default:
			log(tx, it.CaseID, "taken out of disposal", at, data)
		}
	}
	paper, err := protocolPaper(o, d, items, len(hashes), person, at)
	if err != nil {
		return err
	}
	files, err := r.keep(ctx, map[string][]byte{"skartacni-protokol.pdf": paper})
	if err != nil {
		return err
	}
	if _, err = records.AddDocument(ctx, tx, d.CaseID, records.NewDocument{Direction: records.Own, Kind: "disposal-protocol", Subject: "Skartační protokol", Channel: "none", Components: files}, at); err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, jobs.Job{Kind: JobDestroy, Office: tx.Office, Payload: Ref{tx.Office, id}, Uniq: strconv.FormatInt(int64(tx.Office), 10) + "/" + strconv.FormatInt(id, 10)})
}

// Waits says of files that would go which may not yet, because another records system has not taken them over; empty = they may.
func (r *Room) Waits(ctx context.Context, tx *db.Tx, items []Item) (list []string, err error) {
	held, err := r.Held.of(ctx, tx)
	for _, it := range items {
		if why := held[it.CaseID]; why != "" && (it.Is(Destroy) || it.Is(ToArchive)) {
			list = append(list, it.Mark+": "+why)
		}
	}
	return list, err
}

// Number is the number of the proceeding in which something went, for the page of the document.
func Number(ctx context.Context, tx *db.Tx, id int64) (mark string, at *time.Time, err error) {
	var row struct {
		ID   int64      `db:"id"`
		Mark string     `db:"mark"`
		At   *time.Time `db:"executed_at"`
	}
	err = tx.GetContext(ctx, &row, sql.Get("disposal-of"), tx.Office, id)
	return row.Mark, row.At, db.Classify(err)
}

func log(tx *db.Tx, caseID int64, action string, at time.Time, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "case_file", ObjectID: strconv.FormatInt(caseID, 10), Data: data})
}
