package files_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"epom/forms"
	"epom/handlers/stafftest"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/records"
	"epom/users"
)

// A plan that goes round in a circle, and other bad ones, are refused with the line; nothing of them stays.
func TestSchemeImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const page, to = "/kancelar/sprava/spisovy-plan", "/kancelar/sprava/spisovy-plan/soubor"
	const head = "spisový znak;nadřazená skupina;název;skartační znak;skartační lhůta\n"
	count := func() (n int) {
		stafftest.Check(t, s.owner.Get(&n, `SELECT count(*) FROM scheme`))
		return n
	}
	before := count()
	for name, c := range map[string]struct{ plan, want string }{
		"cycle":     {head + "1;2;Jedna;;\n2;1;Dvě;;\n", "dokola"},
		"no parent": {head + "1;;Jedna;A;5\n2.1;2;Dvě jedna;S;5\n", "Řádek 3: nadřazená skupina 2"},
		"empty":     {"", "soubor"},
		"half":      {"<SpisovyPlan><Vec", "ádek"},
	} {
		if got := s.Upload("admin", to, "plan.csv", c.plan, "from", "1. 4. 2026"); got.StatusCode != 422 || !strings.Contains(got.Text, c.want) {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.Text)
		}
	}
	s.Post("admin", to, "from", "1. 4. 2026").Is(422, "Vyberte soubor se spisovým plánem")
	good := head + "1;;Jedna;;\n1.1;1;Jedna jedna;S;5\n"
	s.Upload("admin", to, "plan.csv", good, "from", "zítra").Is(422, "Napište, od kdy plán platí")
	s.Upload("clerk", to, "plan.csv", good, "from", "1. 4. 2026").Is(403)
	if n := count(); n != before {
		t.Fatalf("%d schemes came of bad files", n-before)
	}
	s.Upload("admin", to, "plan.csv", good, "from", "1. 4. 2026", "name", "Náš plán").Is(303)
	s.Get("admin", page).Is(200, "Náš plán", "bude platit od 1. 4. 2026")
	if n := count(); n != before+1 {
		t.Errorf("%d schemes", n)
	}
}

// closed is a closed file with a document.
func (s *site) closed(agenda string) (c records.Case) {
	s.T.Helper()
	ref := stafftest.Must(s.Blobs.PutBytes(s.T.Context(), []byte("dopis "+agenda)))
	clerk := s.People["clerk"]
	s.In(func(ctx context.Context, tx *db.Tx) (err error) {
		at := s.Clock.Now()
		if c, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Věc " + agenda, Agenda: agenda, ClerkID: &clerk}, at); err != nil {
			return err
		}
		if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "email",
			Components: []records.Component{{Name: "dopis.txt", MediaType: "text/plain", Size: ref.Size, SHA256: ref.SHA256}}}, at); err != nil {
			return err
		}
		return records.Handle(ctx, tx, c.ID, records.ByNoting, "", at)
	})
	s.Post("clerk", fmt.Sprintf("/kancelar/spisy/%d/uzavrit", c.ID)).Is(303, "je uzavřený")
	return c
}

// A file that waits for another records system is not proposed and the page says why; the decision of another office is refused, and
// who is of another office meets nothing.
func TestDisposal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	free, waits := s.closed("stiznost"), s.closed("hlaseni-zavady")
	handed := func(c records.Case) {
		s.owner.MustExec(`WITH l AS (INSERT INTO records_link (office_id, driver, from_at, mailbox, made_at, made_by) VALUES ($1, 'mail', $2, 'posta@hejnice.example', $2, 'system') RETURNING id)
			INSERT INTO records_handover (office_id, case_id, link_id, key, created_at) SELECT $1, $3, id, $4, $2 FROM l`, s.Here.ID, s.Clock.Now(), c.ID, c.Mark)
	}
	handed(waits)
	s.Clock.Set(s.Clock.Now().AddDate(8, 0, 0))
	s.SignIn()
	const page = "/kancelar/skartace"
	s.Get("mailroom", page).Is(200, free.Mark, waits.Mark+": spisová služba úřadu ještě nepotvrdila převzetí (předává se od 2. 3. 2026)")
	s.Post("mailroom", page+"/navrh", "case", fmt.Sprint(free.ID)).Is(422, "kterému archivu")
	s.Post("mailroom", page+"/navrh", "archive", "SOkA Liberec").Is(422, "Vyberte aspoň jeden spis")
	s.Post("mailroom", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(waits.ID)).Is(303, "Do návrhu nejde dát "+waits.Mark)
	s.Post("foreign", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(free.ID)).Is(422, "Vyberte aspoň jeden spis")
	s.Post("mailroom", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(free.ID)).Is(303, "Skartační návrh má číslo")
	var id int64
	var mark string
	stafftest.Check(t, s.owner.QueryRow(`SELECT p.id, c.mark FROM disposal p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id`).Scan(&id, &mark))
	here := fmt.Sprintf("%s/%d", page, id)
	list := func(office string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><Seznam xmlns="http://www.mvcr.cz/nsesss/v4" ID="s1" identifikatorArchivu="SOkA" identifikatorPuvodce="` + office + `" identifikatorSkartacnihoRizeni="` + mark +
			`" datumVytvoreni="2034-01-01T08:00:00+01:00"><EntitaSeznamu><Identifikator zdroj="e-POM.` + office + `.spisy">` + free.Mark + `</Identifikator><Operace>zničit</Operace></EntitaSeznamu></Seznam>`
	}
	s.Upload("mailroom", here+"/soubor", "r.xml", list("12345678")).Is(422, "jiný úřad (12345678)")
	s.Upload("mailroom", here+"/soubor", "r.xml", list("00262781")[:200]).Is(422, "není rozhodnutí archivu")
	s.Post("mailroom", here+"/soubor").Is(422, "Vyberte soubor s rozhodnutím archivu")
	s.Upload("foreign", here+"/soubor", "r.xml", list("00262781")).Is(404)
	s.Get("foreign", here).Is(404)
	s.Post("mailroom", here+"/provest", "sure", "1").Is(303, "ještě nerozhodl")
	s.Upload("mailroom", here+"/soubor", "r.xml", list("00262781")).Is(303)
	s.Post("mailroom", here+"/provest").Is(422, "Potvrďte")
	handed(free) // begun meanwhile
	s.Get("mailroom", here).Is(200, "Skartaci zatím nejde provést", free.Mark+": spisová služba úřadu ještě nepotvrdila převzetí")
	s.Post("mailroom", here+"/provest", "sure", "1").Is(303, "Skartaci zatím nejde provést. Spis "+free.Mark)
	s.owner.MustExec(`UPDATE records_handover SET receipt_at = $1`, s.Clock.Now())
	s.Post("mailroom", here+"/provest", "sure", "1").Is(303, "Skartace je provedená")
}

// Closing names what is missing, an open call for completion too; a file of another office is not there.
func TestClosing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	token := stafftest.Must(s.Submissions.Start(ctx, "zkouska", "cs", forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"},
		"mail": "eva@posta.example", "obec": map[string]any{"code": int64(hejnice), "name": "Hejnice"}, "druh": "lípa"}))
	sent := stafftest.Must(s.Submissions.Send(ctx, token, 1))
	id := stafftest.Must(s.Submissions.ByReference(ctx, sent.Reference)).CaseID
	page := fmt.Sprintf("/kancelar/spisy/%d/uzavrit", id)
	call := "Na výzvu k doplnění ze dne 2. 3. 2026 (lhůta do 12. 3. 2026) nikdo neodpověděl"
	if got := s.Get("clerk", page).Is(200, "ještě není vyřízený"); strings.Contains(got.Text, "Na výzvu") {
		t.Errorf("a call that nobody made: %s", got.Text)
	}
	stafftest.Check(t, s.Submissions.Ask(ctx, db.Scope{Office: s.Here.ID, Actor: users.Actor(s.People["clerk"])}, id, "Doložte souhlas.", clock.Date(s.Clock.Now()).AddDate(0, 0, 10)))
	s.Get("clerk", page).Is(200, call)
	s.In(func(ctx context.Context, tx *db.Tx) error { // by a road that does not take the call back
		return records.Handle(ctx, tx, id, records.ByNoting, "", s.Clock.Now())
	})
	s.Post("clerk", page).Is(422, "Spis zatím uzavřít nejde", call)
	s.Get("foreign", page).Is(404)
	s.Post("foreign", page).Is(404)
	s.Post("clerk", "/kancelar/spisy/999999/uzavrit").Is(404)

	done := s.closed("stiznost")
	open := fmt.Sprintf("/kancelar/spisy/%d/otevrit", done.ID)
	s.Post("clerk", fmt.Sprintf("/kancelar/spisy/%d/uzavrit", done.ID)).Is(303, "už je uzavřený")
	s.Post("clerk", open).Is(422, "Napište, proč se spis znovu otevírá")
	s.Post("clerk", open, "why", "došel další dopis").Is(303, "je znovu otevřený")
}
