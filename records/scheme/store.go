package scheme

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

//go:embed scheme.sql
var sqlText string

var sql = db.Load("scheme", sqlText)

// Scheme is a version of the office's scheme.
type Scheme struct {
	OfficeID  int32      `db:"office_id"`
	ID        int64      `db:"id"`
	Name      string     `db:"name"`
	Separator string     `db:"separator"`
	ValidFrom time.Time  `db:"valid_from"`
	ValidTo   *time.Time `db:"valid_to"`
	Source    string     `db:"source"`
	Verified  bool       `db:"verified"` // approved by the archive
	Approval  string     `db:"approval"`
	CreatedAt time.Time  `db:"created_at"`
	CreatedBy string     `db:"created_by"`
	Classes   int        `db:"classes"`
	Files     int        `db:"files"`
}

// Valid tells whether the version holds on a legal date.
func (s Scheme) Valid(on time.Time) bool {
	day := on.Format(time.DateOnly)
	return s.ValidFrom.Format(time.DateOnly) <= day && (s.ValidTo == nil || s.ValidTo.Format(time.DateOnly) >= day)
}

// Class is a class of a version as lists show it.
type Class struct {
	records.Class
	ParentCode string `db:"parent_code"`
	Files      int    `db:"files"`
}

// Versions lists the office's schemes, the newest first.
func Versions(ctx context.Context, tx *db.Tx) ([]Scheme, error) {
	list := []Scheme{}
	err := tx.SelectContext(ctx, &list, sql.Get("schemes"), tx.Office)
	return list, err
}

// Current is the version that holds on the legal date; NotFound when the office has none.
func Current(ctx context.Context, tx *db.Tx, on time.Time) (Scheme, error) {
	list, err := Versions(ctx, tx)
	if err != nil {
		return Scheme{}, err
	}
	for _, s := range list {
		if s.Valid(on) {
			return s, nil
		}
	}
	return Scheme{}, errs.New(errs.NotFound, "Úřad zatím nemá spisový plán. Převezme ho správce úřadu v nabídce Spisový plán.")
}

// Classes lists the classes of a version from the top down.
func Classes(ctx context.Context, tx *db.Tx, scheme int64) ([]Class, error) {
	list := []Class{}
	err := tx.SelectContext(ctx, &list, sql.Get("classes"), tx.Office, scheme)
	return list, err
}

// Adopt makes a plan that Arrange has put in order the office's scheme from a legal date on. The version before ends the day
// before; files keep the classes they have. The date is today or later, so that no file was classified by a version that did not
// hold.
func Adopt(ctx context.Context, tx *db.Tx, p *Plan, from, at time.Time) (Scheme, error) {
	s := Scheme{OfficeID: tx.Office, Name: strings.TrimSpace(p.Name), Separator: p.Separator, ValidFrom: from, Source: p.Source, CreatedAt: at, CreatedBy: tx.Actor}
	today, day := clock.Date(at).Format(time.DateOnly), from.Format(time.DateOnly)
	switch {
	case s.Name == "":
		return s, errs.Fields(errs.Field{Name: "name", Message: "Napište, jak se plán jmenuje."})
	case day < today:
		return s, errs.Fields(errs.Field{Name: "from", Message: "Plán může platit nejdříve ode dneška."})
	}
	if _, err := tx.ExecContext(ctx, sql.Get("lock-office"), tx.Office); err != nil {
		return s, err
	}
	versions, err := Versions(ctx, tx)
	if err != nil {
		return s, err
	}
	if len(versions) > 0 {
		last := versions[0]
		if day <= last.ValidFrom.Format(time.DateOnly) && last.Files > 0 || day < last.ValidFrom.Format(time.DateOnly) {
			return s, errs.Fields(errs.Field{Name: "from", Message: "Nová verze může platit nejdříve den po začátku platnosti té předchozí (" + last.ValidFrom.Format("2. 1. 2006") + ")."})
		}
		if _, err := tx.ExecContext(ctx, sql.Get("end-scheme"), tx.Office, last.ID, from.AddDate(0, 0, -1).Format(time.DateOnly)); err != nil {
			return s, db.Classify(err)
		}
	}
	if err := tx.GetContext(ctx, &s.ID, sql.Get("create-scheme"), tx.Office, s.Name, s.Separator, day, s.Source, at, s.CreatedBy); err != nil {
		return s, db.Classify(err)
	}
	type row struct {
		Ordinal       int    `json:"ordinal"`
		Parent        string `json:"parent"`
		Simple        string `json:"simple"`
		Code          string `json:"code"`
		Name          string `json:"name"`
		Note          string `json:"note"`
		Sign          string `json:"sign"`
		Retention     int    `json:"retention"`
		Trigger       string `json:"trigger_event"`
		CheckYears    int    `json:"check_years"`
		Justification string `json:"justification"`
		Typed         bool   `json:"typed"`
		Keeping       string `json:"keeping"`
		Standing      bool   `json:"standing"`
	}
	rows := make([]row, len(p.Groups))
	for i, g := range p.Groups {
		rows[i] = row{i + 1, g.Parent, g.Simple, g.Code, g.Name, g.Note, g.Sign, g.Years, g.Trigger, g.CheckYears, g.Justification, g.Typed, g.Keeping, g.Standing}
	}
	if _, err := tx.ExecContext(ctx, sql.Get("create-classes"), tx.Office, s.ID, db.J(rows)); err != nil {
		return s, db.Classify(err)
	}
	s.Classes = len(rows)
	log(tx, s.ID, "scheme adopted", at, map[string]any{"name": s.Name, "from": day, "classes": len(rows)})
	return s, nil
}

// Approve notes that the archive has approved the version, by its reference number and day.
func Approve(ctx context.Context, tx *db.Tx, scheme int64, approval string, at time.Time) error {
	if approval = strings.TrimSpace(approval); approval == "" {
		return errs.Fields(errs.Field{Name: "approval", Message: "Napište číslo jednací a den schválení archivem."})
	}
	r, err := tx.ExecContext(ctx, sql.Get("approve"), tx.Office, scheme, approval)
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.NotFound, "Tato verze plánu ve vašem úřadu není.")
	}
	log(tx, scheme, "scheme approved", at, map[string]any{"approval": approval})
	return nil
}

// Export makes a plan of a kept version.
func Export(ctx context.Context, tx *db.Tx, scheme int64) (*Plan, error) {
	versions, err := Versions(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, s := range versions {
		if s.ID != scheme {
			continue
		}
		list, err := Classes(ctx, tx, scheme)
		if err != nil {
			return nil, err
		}
		p := &Plan{Name: s.Name, Separator: s.Separator, Source: s.Source, From: time.Date(s.ValidFrom.Year(), s.ValidFrom.Month(), s.ValidFrom.Day(), 0, 0, 0, 0, clock.Prague)}
		for _, k := range list {
			p.Groups = append(p.Groups, k.group())
		}
		return p, nil
	}
	return nil, errs.New(errs.NotFound, "Tato verze plánu ve vašem úřadu není.")
}

func (k Class) group() Group {
	g := Group{Code: k.Code, Parent: k.ParentCode, HasParent: true, Simple: k.Simple, Name: k.Name, Note: k.Note, Trigger: k.Trigger, Justification: k.Justification,
		Typed: k.Typed, Keeping: k.Keeping, Standing: k.Standing}
	if k.Sign != nil {
		g.Sign, g.Years = *k.Sign, *k.Retention
	}
	if k.CheckYears != nil {
		g.CheckYears = *k.CheckYears
	}
	return g
}

// Save changes a class that has no files yet, or adds one below parent when id is 0 (parent 0 = on top).
func Save(ctx context.Context, tx *db.Tx, scheme, id, parent int64, g Group, at time.Time) error {
	s, list, err := open(ctx, tx, scheme)
	if err != nil {
		return err
	}
	g.tidy()
	var fields []errs.Field
	say := func(name, message string) { fields = append(fields, errs.Field{Name: name, Message: message}) }
	if g.Name == "" {
		say("name", "Napište název skupiny.")
	}
	if g.Sign != "" && !strings.Contains("AS", g.Sign) {
		say("sign", "Vyberte skartační znak A, nebo S; znak V se už nepoužívá.")
	}
	if g.Sign != "" && g.Justification == "" {
		say("why", "Napište, proč má skupina tento znak a lhůtu.")
	}
	if g.Sign != "" && g.Trigger == "" {
		say("trigger", "Vyberte, od čeho lhůta běží.")
	}
	if g.Sign == "" {
		g.Trigger, g.Years, g.CheckYears = "", 0, 0
	}
	if id == 0 && (g.Simple == "" || strings.ContainsAny(g.Simple, separators) || len([]rune(g.Simple)) > 50) {
		say("simple", "Napište znak skupiny bez oddělovače, například 3.")
	}
	if len(fields) > 0 {
		return errs.Fields(fields...)
	}
	if id != 0 {
		if _, err := tx.ExecContext(ctx, sql.Get("save-class"), tx.Office, id, g.Name, g.Note, g.Sign, g.Years, g.Trigger, g.CheckYears, g.Justification); err != nil {
			return db.Classify(err)
		}
		log(tx, scheme, "class changed", at, map[string]any{"class": id})
		return nil
	}
	return s.add(ctx, tx, list, parent, g, at)
}

func (s Scheme) add(ctx context.Context, tx *db.Tx, list []Class, parent int64, g Group, at time.Time) error {
	code, place, above := g.Simple, len(list)+1, (*int64)(nil)
	inside := false
	for _, k := range list {
		switch {
		case k.ID == parent:
			if k.Sign != nil {
				return errs.Newf(errs.Invalid, "Skupina %s má vlastní skartační režim, takže se dál dělit nemůže.", k.Code)
			}
			code, above, inside, place = k.Code+s.Separator+g.Simple, &parent, true, k.Ordinal+1
		case inside && strings.HasPrefix(k.Code, code[:len(code)-len(g.Simple)]):
			place = k.Ordinal + 1
		}
	}
	if parent != 0 && above == nil {
		return errs.New(errs.NotFound, "Nadřazená skupina v plánu není.")
	}
	if _, err := tx.ExecContext(ctx, sql.Get("make-room"), tx.Office, s.ID, place); err != nil {
		return db.Classify(err)
	}
	var id int64
	err := db.Classify(tx.GetContext(ctx, &id, sql.Get("add-class"), tx.Office, s.ID, above, place, g.Simple, code, g.Name, g.Note, g.Sign, g.Years, g.Trigger, g.CheckYears, g.Justification))
	if errs.Is(err, errs.Conflict) {
		return errs.Fields(errs.Field{Name: "simple", Message: "Znak " + code + " už v plánu je."})
	}
	if err == nil {
		log(tx, s.ID, "class added", at, map[string]any{"code": code})
	}
	return err
}

// Remove takes away a class that has neither files nor classes below it.
func Remove(ctx context.Context, tx *db.Tx, scheme, id int64, at time.Time) error {
	if _, _, err := open(ctx, tx, scheme); err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, sql.Get("remove-class"), tx.Office, id)
	if err != nil {
		return db.Classify(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		return errs.New(errs.Conflict, "Skupinu nejde odebrat: dělí se na další.")
	}
	log(tx, scheme, "class removed", at, map[string]any{"class": id})
	return nil
}

// open reads a version that may still be changed: one that has not ended.
func open(ctx context.Context, tx *db.Tx, scheme int64) (Scheme, []Class, error) {
	versions, err := Versions(ctx, tx)
	if err != nil {
		return Scheme{}, nil, err
	}
	for _, s := range versions {
		if s.ID == scheme {
			if s.ValidTo != nil {
				return s, nil, errs.New(errs.Conflict, "Tato verze plánu už má konec platnosti a nemění se.")
			}
			list, err := Classes(ctx, tx, scheme)
			return s, list, err
		}
	}
	return Scheme{}, nil, errs.New(errs.NotFound, "Tato verze plánu ve vašem úřadu není.")
}

// Agendas says which class files of an agenda get, by full code; agenda "" = all others.
func Agendas(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	var rows []struct {
		Agenda string `db:"agenda"`
		Code   string `db:"class_code"`
	}
	err := tx.SelectContext(ctx, &rows, sql.Get("agendas"), tx.Office)
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Agenda] = r.Code
	}
	return out, err
}

// SetAgenda maps an agenda to a class; an empty code takes the mapping away.
func SetAgenda(ctx context.Context, tx *db.Tx, agenda, code string, at time.Time) error {
	var err error
	if code == "" {
		_, err = tx.ExecContext(ctx, sql.Get("unset-agenda"), tx.Office, agenda)
	} else {
		_, err = tx.ExecContext(ctx, sql.Get("set-agenda"), tx.Office, agenda, code)
	}
	if err == nil {
		audit.Write(tx, audit.Event{At: at, Action: "agenda classified", ObjectType: "agenda_class", ObjectID: agenda, Data: map[string]any{"code": code}})
	}
	return db.Classify(err)
}

func log(tx *db.Tx, scheme int64, action string, at time.Time, data map[string]any) {
	audit.Write(tx, audit.Event{At: at, Action: action, ObjectType: "scheme", ObjectID: strconv.FormatInt(scheme, 10), Data: data})
}
