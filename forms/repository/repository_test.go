package repository_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"epom/forms"
	"epom/forms/repository"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/offices"
)

var today = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

// house is a repository on a database of its own with the demo offices, and a second process beside it.
type house struct {
	*repository.Store
	db    *db.DB
	other *repository.Store
	clock *clock.Fake
	scope db.Scope
	here  int32
}

func open(t *testing.T) *house {
	t.Helper()
	pool := testdb.New(t)
	if err := offices.SeedDemo(t.Context(), testdb.Owner(t, pool)); err != nil {
		t.Fatal(err)
	}
	offs, err := offices.Open(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	o, err := offs.BySlug("hejnice")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: pool, clock: clock.NewFake(today), scope: db.Scope{Actor: "account:1"}, here: o.ID}
	deps := repository.Deps{DB: pool, Clock: h.clock, Offices: offs}
	if h.Store, err = repository.Open(t.Context(), deps); err != nil {
		t.Fatal(err)
	}
	if h.other, err = repository.Open(t.Context(), deps); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) office(t *testing.T, fn func(*db.Tx) error) error {
	t.Helper()
	err := h.db.Tx(t.Context(), db.Scope{Office: h.here, Actor: "account:1"}, fn)
	if err == nil {
		err = h.Load(t.Context())
	}
	return err
}

const small = `{"code":"zkouska","version":1,"title":"Zkouška","summary":"Na zkoušku.","agenda":"obecne-podani","locality":{"key":"addressee","from":["obec"]},
"subject":"\"Zkouška\"","applicant":{},"parameters":[{"name":"sazba","kind":"money","label":"Sazba"}],"adjustable":["needed","intro:co","attachment:priloha"],
"pages":[{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true},{"name":"priloha","kind":"file","label":"Příloha"}]}],
"examples":[{"name":"stačí obec","today":"2026-11-22","answers":{"obec":{"code":564044,"name":"Hejnice"}},"visible":["co"],"errors":[]}]}`

func TestVersionsFromDraftToWithdrawn(t *testing.T) {
	t.Parallel()
	h := open(t)
	if len(h.Catalogue.All()) != 14 {
		t.Fatalf("%d forms", len(h.Catalogue.All()))
	}
	rev, problems, err := h.SaveDraft(t.Context(), h.scope, "zkouska", 0, []byte(small), "první")
	if err != nil || rev != 1 || len(problems) != 0 {
		t.Fatal(rev, problems, err)
	}
	if _, ok := h.Catalogue.Latest("zkouska"); ok {
		t.Error("a draft is offered")
	}
	if _, _, err := h.SaveDraft(t.Context(), h.scope, "zkouska", 0, []byte(small), ""); !errs.Is(err, errs.Conflict) {
		t.Error("two savings over one another:", err)
	}
	broken := strings.Replace(small, `"kind":"file"`, `"kind":"nic"`, 1)
	rev, problems, err = h.SaveDraft(t.Context(), h.scope, "zkouska", 1, []byte(broken), "")
	if err != nil || rev != 2 || len(problems) == 0 {
		t.Error("faults are to be saved and listed:", rev, problems, err)
	}
	var refused *repository.Refused
	if _, err := h.Publish(t.Context(), h.scope, "zkouska", 0); !errors.As(err, &refused) || len(refused.Problems) == 0 {
		t.Error("a broken form was published:", err)
	}
	if _, _, err := h.SaveDraft(t.Context(), h.scope, "zkouska", 2, []byte(small), ""); err != nil {
		t.Fatal(err)
	}
	p, err := h.Publish(t.Context(), h.scope, "zkouska", 0)
	if err != nil || p.Version != 1 {
		t.Fatal(p, err)
	}
	if len(p.Lacking) < 10 || len(p.Lacking[0].Missing) != 1 || p.Lacking[0].Missing[0].Name != "sazba" {
		t.Errorf("publishing names %d offices", len(p.Lacking))
	}
	if f, ok := h.Catalogue.Latest("zkouska"); !ok || f.PublishedOn != "2026-11-30" {
		t.Error("the published version is not offered")
	}
	if drafts, err := h.Drafts(t.Context(), "zkouska"); err != nil || len(drafts) != 0 {
		t.Error("the draft is still open:", drafts, err)
	}
	if err := h.other.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := h.other.Catalogue.Latest("zkouska"); !ok {
		t.Error("the other process does not offer it")
	}
	if _, err := testdb.Owner(t, h.db).Exec(`UPDATE form_version SET definition = '{}' WHERE code = 'zkouska'`); err == nil || !strings.Contains(err.Error(), "never changes") {
		t.Error("a published version was changed:", err)
	}
	if _, err := h.db.Exec(`DELETE FROM form_version`); err == nil {
		t.Error("the app deleted versions")
	}
	owner := testdb.Owner(t, h.db)
	if faults, err := repository.Verify(t.Context(), owner); err != nil || len(faults) != 0 {
		t.Error(faults, err)
	}
	owner.MustExec(`ALTER TABLE form_version DISABLE TRIGGER stays`)
	owner.MustExec(`UPDATE form_version SET definition = definition || ' ' WHERE code = 'stiznost'`)
	if faults, err := repository.Verify(t.Context(), owner); err != nil || len(faults) != 1 || !strings.Contains(faults[0], "stiznost") {
		t.Error("an altered version is not found:", faults, err)
	}

	if _, err := h.Begin(t.Context(), h.scope, "zkouska"); err != nil {
		t.Fatal(err)
	}
	if p, err = h.Publish(t.Context(), h.scope, "zkouska", 0); err != nil || p.Version != 2 {
		t.Fatal(p, err)
	}
	if err := h.Withdraw(t.Context(), h.scope, "zkouska", 2, forms.Withdrawal{DraftsUntil: "2026-11-29"}); len(errs.FieldsOf(err)) != 2 {
		t.Error("neither the day nor the reason was missed:", err)
	}
	if err := h.Withdraw(t.Context(), h.scope, "zkouska", 2, forms.Withdrawal{DraftsUntil: "2026-12-15", Why: "Chyba v poučení."}); err != nil {
		t.Fatal(err)
	}
	if f, _ := h.Catalogue.Latest("zkouska"); f == nil || f.Version != 1 {
		t.Error("after the withdrawal the version before is to be offered")
	}
	if w, ok := h.Catalogue.Withdrawn("zkouska", 2); !ok || w.DraftsUntil != "2026-12-15" {
		t.Error("the withdrawal is not known:", w)
	}
	if f, ok := h.Catalogue.Version("zkouska", 2); !ok || f.Version != 2 {
		t.Error("submissions no longer find a withdrawn version")
	}
	if err := h.Withdraw(t.Context(), h.scope, "zkouska", 0, forms.Withdrawal{DraftsUntil: "2026-12-15", Why: "Už se nepodává.", Successor: "obecne-podani"}); err != nil {
		t.Fatal(err)
	}
	one, _ := h.Catalogue.Version("zkouska", 1)
	if f, ok := h.Catalogue.Successor(one); !ok || f.Code != "obecne-podani" {
		t.Error("no successor is offered")
	}
}

func TestAnOfficeMakesAFormItsOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	if _, _, err := h.SaveDraft(t.Context(), h.scope, "zkouska", 0, []byte(small), ""); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := h.Publish(t.Context(), h.scope, "zkouska", 1); err != nil {
			t.Fatal(err)
		}
	}
	f, _ := h.Catalogue.Latest("zkouska")
	set := func(v forms.ParameterValue) error {
		return h.office(t, func(tx *db.Tx) error { return h.SetParameter(t.Context(), tx, f, v) })
	}
	for _, wrong := range []forms.ParameterValue{
		{Name: "sazba", From: "2026-01-01", Value: "mnoho", Source: "OZV"},
		{Name: "sazba", From: "", Value: int64(100), Source: "OZV"},
		{Name: "sazba", From: "2026-01-01", To: "2025-01-01", Value: int64(100), Source: "OZV"},
		{Name: "sazba", From: "2026-01-01", Value: int64(100)},
	} {
		if err := set(wrong); !errs.Is(err, errs.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	for _, v := range []forms.ParameterValue{{Name: "sazba", From: "2026-01-01", Value: int64(50000), Source: "OZV 1/2025"},
		{Name: "sazba", From: "2027-01-01", Value: int64(60000), Source: "OZV 1/2026"}} {
		if err := set(v); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[string]any{"2025-12-31": nil, "2026-12-31": int64(50000), "2027-01-01": int64(60000)} {
		on, _ := time.Parse(time.DateOnly, day)
		if got := h.Catalogue.Params(f, h.here, on)["sazba"]; got != want {
			t.Errorf("on %s the rate is %v, want %v", day, got, want)
		}
	}
	if got := h.Catalogue.Params(f, h.here+1, today)["sazba"]; got != nil {
		t.Error("the neighbour has our rate:", got)
	}
	for _, l := range h.Lacking(f) {
		if l.Office.ID == h.here {
			t.Error("an office that gave its value is named as lacking")
		}
	}

	act := func(fn func(*db.Tx) error) {
		t.Helper()
		if err := h.office(t, fn); err != nil {
			t.Fatal(err)
		}
	}
	act(func(tx *db.Tx) error { return h.Adopt(t.Context(), tx, "zkouska", 1) })
	if f, _ := h.Catalogue.Offered(h.here, "zkouska"); f.Version != 1 {
		t.Error("the office offers version", f.Version)
	}
	if f, _ := h.Catalogue.Offered(h.here+1, "zkouska"); f.Version != 2 {
		t.Error("the neighbour offers version", f.Version)
	}
	act(func(tx *db.Tx) error {
		return h.Reword(t.Context(), tx, "zkouska", forms.Adjustments{Needed: []forms.Text{{CS: "Plán obce"}}, Attachments: map[string]bool{"priloha": true}})
	})
	one, _ := h.Catalogue.Version("zkouska", 1)
	own := h.Catalogue.Suited(one, h.here)
	if own.Needed[0].CS != "Plán obce" || own.Evaluate(one.Examples[0].Answers, forms.Setting{Today: today}).Valid() {
		t.Error("the attachment is not needed at the office")
	}
	if h.Catalogue.Suited(one, h.here+1) != one || !one.Evaluate(one.Examples[0].Answers, forms.Setting{Today: today}).Valid() {
		t.Error("the common form changed")
	}
	err := h.office(t, func(tx *db.Tx) error {
		return h.Reword(t.Context(), tx, "zkouska", forms.Adjustments{Texts: map[string]forms.Text{"summary": {CS: "x"}}})
	})
	if !errs.Is(err, errs.Invalid) || !strings.Contains(errs.Message(err), "summary") {
		t.Error("a part that is not adjustable:", err)
	}
	until := today.AddDate(0, 0, 3)
	act(func(tx *db.Tx) error { return h.SwitchOff(t.Context(), tx, "zkouska", "Referent je nemocný.", &until) })
	use := h.Catalogue.Use(h.here, "zkouska")
	if !use.Off("2026-12-03") || use.Off("2026-12-04") || use.Version != 1 {
		t.Errorf("%+v", use)
	}
	act(func(tx *db.Tx) error { return h.SwitchOn(t.Context(), tx, "zkouska") })
	if h.Catalogue.Use(h.here, "zkouska").Off("2026-12-01") {
		t.Error("still off")
	}
	if own := h.Catalogue.Suited(one, h.here); len(own.Needed) != 1 {
		t.Error("switching on lost the wording")
	}
}

func TestPackagesDoNotLeadBack(t *testing.T) {
	t.Parallel()
	h := open(t)
	text := func(version int, published string) []byte {
		s := strings.Replace(small, `"version":1`, fmt.Sprintf(`"version":%d`, version), 1)
		if published != "" {
			s = strings.Replace(s, `"title"`, `"publishedOn":"`+published+`","title"`, 1)
		}
		return []byte(s)
	}
	install := func(text []byte) error {
		_, err := h.Install(t.Context(), h.scope, []repository.Arrival{{Definition: text, Publisher: "Kraj", Fingerprint: strings.Repeat("a", 64), Letters: map[string]string{"vyzva.txt": "Vyzýváme vás"}}})
		return err
	}
	if err := install(text(2, "")); !errs.Is(err, errs.Invalid) {
		t.Error("a draft in a package:", err)
	}
	two := text(2, "2026-11-01")
	for range 2 { // the second time nothing is new
		if err := install(two); err != nil {
			t.Fatal(err)
		}
	}
	if err := install(text(1, "2026-10-01")); !strings.Contains(errs.Message(err), "starší") {
		t.Error("an older version:", err)
	}
	if err := install(text(2, "2026-11-02")); !strings.Contains(errs.Message(err), "jiným obsahem") {
		t.Error("another text of the same version:", err)
	}
	list, err := h.Versions(t.Context(), "zkouska")
	if err != nil || len(list) != 1 || list[0].Publisher != "Kraj" || list[0].Letters.V["vyzva.txt"] != "Vyzýváme vás" {
		t.Errorf("%+v %v", list, err)
	}
	if got, err := h.Text(t.Context(), "zkouska", 2); err != nil || string(got) != string(two) {
		t.Error("the text is not the one of the package", err)
	}
}

func TestExamplesNameTheCompetentOffice(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.Competent = func(agenda string, p forms.Place, _ time.Time) (forms.ExampleOffice, bool) {
		if seat := map[string]string{"kraj": "Liberec", "orp": "Frýdlant"}[p.Level]; seat != "" {
			return forms.ExampleOffice{Level: p.Level, Seat: seat}, true
		}
		return forms.ExampleOffice{Level: "obec", Seat: p.Municipality.Name}, agenda != "rybarsky-listek"
	}
	for _, f := range h.Catalogue.All() {
		if problems := h.Examine(f); len(problems) > 0 {
			t.Errorf("%s: %v", f.Code, problems)
		}
	}
	wrong := strings.Replace(small, `"answers"`, `"office":{"level":"orp","seat":"Frýdlant"},"answers"`, 1)
	if _, _, err := h.SaveDraft(t.Context(), h.scope, "zkouska", 0, []byte(wrong), ""); err != nil {
		t.Fatal(err)
	}
	var refused *repository.Refused
	if _, err := h.Publish(t.Context(), h.scope, "zkouska", 0); !errors.As(err, &refused) || !strings.Contains(refused.Problems[0].Message, "vyšlo obec Hejnice") {
		t.Error(err)
	}
	if err := h.Trust(t.Context(), h.scope, repository.Publisher{Fingerprint: strings.Repeat("b", 64), Name: "Kraj", Key: "AAAA"}); err != nil {
		t.Fatal(err)
	}
	if list, err := h.Publishers(t.Context()); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	if err := h.Distrust(t.Context(), h.scope, strings.Repeat("b", 64)); err != nil {
		t.Fatal(err)
	}
	if list, err := h.Publishers(t.Context()); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}
