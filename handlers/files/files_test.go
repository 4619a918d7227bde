package files_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"epom/forms"
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
		check(t, s.owner.Get(&n, `SELECT count(*) FROM scheme`))
		return n
	}
	before := count()
	for name, c := range map[string]struct{ plan, want string }{
		"cycle":     {head + "1;2;Jedna;;\n2;1;Dvě;;\n", "dokola"},
		"no parent": {head + "1;;Jedna;A;5\n2.1;2;Dvě jedna;S;5\n", "Řádek 3: nadřazená skupina 2"},
		"empty":     {"", "soubor"},
		"half":      {"<SpisovyPlan><Vec", "ádek"},
	} {
		if got := s.upload("admin", to, "plan.csv", c.plan, "from", "1. 4. 2026"); got.StatusCode != 422 || !strings.Contains(got.text, c.want) {
			t.Errorf("%s: %d %s", name, got.StatusCode, got.text)
		}
	}
	s.post("admin", to, "from", "1. 4. 2026").is(422, "Vyberte soubor se spisovým plánem")
	good := head + "1;;Jedna;;\n1.1;1;Jedna jedna;S;5\n"
	s.upload("admin", to, "plan.csv", good, "from", "zítra").is(422, "Napište, od kdy plán platí")
	s.upload("clerk", to, "plan.csv", good, "from", "1. 4. 2026").is(403)
	if n := count(); n != before {
		t.Fatalf("%d schemes came of bad files", n-before)
	}
	s.upload("admin", to, "plan.csv", good, "from", "1. 4. 2026", "name", "Náš plán").is(303)
	s.get("admin", page).is(200, "Náš plán", "bude platit od 1. 4. 2026")
	if n := count(); n != before+1 {
		t.Errorf("%d schemes", n)
	}
}

// closed is a closed file with a document.
func (s *site) closed(agenda string) (c records.Case) {
	s.t.Helper()
	ref := must(s.files.PutBytes(s.t.Context(), []byte("dopis "+agenda)))
	clerk := s.people["clerk"]
	s.in(func(ctx context.Context, tx *db.Tx) (err error) {
		at := s.clock.Now()
		if c, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Věc " + agenda, Agenda: agenda, ClerkID: &clerk}, at); err != nil {
			return err
		}
		if _, err = records.AddDocument(ctx, tx, c.ID, records.NewDocument{Direction: records.In, Kind: "letter", Subject: "Dopis", Channel: "email",
			Components: []records.Component{{Name: "dopis.txt", MediaType: "text/plain", Size: ref.Size, SHA256: ref.SHA256}}}, at); err != nil {
			return err
		}
		return records.Handle(ctx, tx, c.ID, records.ByNoting, "", at)
	})
	s.post("clerk", fmt.Sprintf("/kancelar/spisy/%d/uzavrit", c.ID)).is(303, "je uzavřený")
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
			INSERT INTO records_handover (office_id, case_id, link_id, key, created_at) SELECT $1, $3, id, $4, $2 FROM l`, s.here.ID, s.clock.Now(), c.ID, c.Mark)
	}
	handed(waits)
	s.clock.Set(s.clock.Now().AddDate(8, 0, 0))
	s.signIn()
	const page = "/kancelar/skartace"
	s.get("mailroom", page).is(200, free.Mark, waits.Mark+": spisová služba úřadu ještě nepotvrdila převzetí (předává se od 2. 3. 2026)")
	s.post("mailroom", page+"/navrh", "case", fmt.Sprint(free.ID)).is(422, "kterému archivu")
	s.post("mailroom", page+"/navrh", "archive", "SOkA Liberec").is(422, "Vyberte aspoň jeden spis")
	s.post("mailroom", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(waits.ID)).is(303, "Do návrhu nejde dát "+waits.Mark)
	s.post("foreign", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(free.ID)).is(422, "Vyberte aspoň jeden spis")
	s.post("mailroom", page+"/navrh", "archive", "SOkA Liberec", "case", fmt.Sprint(free.ID)).is(303, "Skartační návrh má číslo")
	var id int64
	var mark string
	check(t, s.owner.QueryRow(`SELECT p.id, c.mark FROM disposal p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id`).Scan(&id, &mark))
	here := fmt.Sprintf("%s/%d", page, id)
	list := func(office string) string {
		return `<?xml version="1.0" encoding="UTF-8"?><Seznam xmlns="http://www.mvcr.cz/nsesss/v4" ID="s1" identifikatorArchivu="SOkA" identifikatorPuvodce="` + office + `" identifikatorSkartacnihoRizeni="` + mark +
			`" datumVytvoreni="2034-01-01T08:00:00+01:00"><EntitaSeznamu><Identifikator zdroj="e-POM.` + office + `.spisy">` + free.Mark + `</Identifikator><Operace>zničit</Operace></EntitaSeznamu></Seznam>`
	}
	s.upload("mailroom", here+"/soubor", "r.xml", list("12345678")).is(422, "jiný úřad (12345678)")
	s.upload("mailroom", here+"/soubor", "r.xml", list("00262781")[:200]).is(422, "není rozhodnutí archivu")
	s.post("mailroom", here+"/soubor").is(422, "Vyberte soubor s rozhodnutím archivu")
	s.upload("foreign", here+"/soubor", "r.xml", list("00262781")).is(404)
	s.get("foreign", here).is(404)
	s.post("mailroom", here+"/provest", "sure", "1").is(303, "ještě nerozhodl")
	s.upload("mailroom", here+"/soubor", "r.xml", list("00262781")).is(303)
	s.post("mailroom", here+"/provest").is(422, "Potvrďte")
	handed(free) // begun meanwhile
	s.get("mailroom", here).is(200, "Skartaci zatím nejde provést", free.Mark+": spisová služba úřadu ještě nepotvrdila převzetí")
	s.post("mailroom", here+"/provest", "sure", "1").is(303, "Skartaci zatím nejde provést. Spis "+free.Mark)
	s.owner.MustExec(`UPDATE records_handover SET receipt_at = $1`, s.clock.Now())
	s.post("mailroom", here+"/provest", "sure", "1").is(303, "Skartace je provedená")
}

// Closing names what is missing, an open call for completion too; a file of another office is not there.
func TestClosing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	token := must(s.Submissions.Start(ctx, "zkouska", "cs", forms.Answers{"kdo": map[string]any{"jmeno": "Eva", "prijmeni": "Tichá", "narozeni": "1980-05-06"},
		"mail": "eva@posta.example", "obec": map[string]any{"code": int64(hejnice), "name": "Hejnice"}, "druh": "lípa"}))
	sent := must(s.Submissions.Send(ctx, token, 1))
	id := must(s.Submissions.ByReference(ctx, sent.Reference)).CaseID
	page := fmt.Sprintf("/kancelar/spisy/%d/uzavrit", id)
	call := "Na výzvu k doplnění ze dne 2. 3. 2026 (lhůta do 12. 3. 2026) nikdo neodpověděl"
	if got := s.get("clerk", page).is(200, "ještě není vyřízený"); strings.Contains(got.text, "Na výzvu") {
		t.Errorf("a call that nobody made: %s", got.text)
	}
	check(t, s.Submissions.Ask(ctx, db.Scope{Office: s.here.ID, Actor: users.Actor(s.people["clerk"])}, id, "Doložte souhlas.", clock.Date(s.clock.Now()).AddDate(0, 0, 10)))
	s.get("clerk", page).is(200, call)
	s.in(func(ctx context.Context, tx *db.Tx) error { // by a road that does not take the call back
		return records.Handle(ctx, tx, id, records.ByNoting, "", s.clock.Now())
	})
	s.post("clerk", page).is(422, "Spis zatím uzavřít nejde", call)
	s.get("foreign", page).is(404)
	s.post("foreign", page).is(404)
	s.post("clerk", "/kancelar/spisy/999999/uzavrit").is(404)

	done := s.closed("stiznost")
	open := fmt.Sprintf("/kancelar/spisy/%d/otevrit", done.ID)
	s.post("clerk", fmt.Sprintf("/kancelar/spisy/%d/uzavrit", done.ID)).is(303, "už je uzavřený")
	s.post("clerk", open).is(422, "Napište, proč se spis znovu otevírá")
	s.post("clerk", open, "why", "došel další dopis").is(303, "je znovu otevřený")
}
