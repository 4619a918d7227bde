package public_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"epom/handlers/public"
	"epom/internal/db"
	"epom/records"
	"epom/submissions"
)

// desk is the scope of a clerk of the office that has the submission.
func (s *site) desk(reference string) (db.Scope, int64) {
	s.t.Helper()
	v, err := s.Submissions.ByReference(s.t.Context(), reference)
	check(s.t, err)
	return db.Scope{Office: v.OfficeID, Actor: "account:1"}, v.CaseID
}

func TestOnlyItsCitizenSeesASubmission(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	eva := s.browser(t)
	reference := eva.send()
	at := "/podani/" + reference
	eva.get(at).is(t, 200)
	stranger := s.browser(t)
	for _, path := range []string{at, at + "/potvrzeni.pdf"} {
		stranger.get(path).is(t, 303, "/podani?cislo="+reference)
	}
	for _, path := range []string{at + "/udalosti", at + "/dokument/1", at + "/dokument/1/1"} {
		stranger.get(path).is(t, 404).lacks(t, "Tichá")
	}
	stranger.post(at+"/doplneni", "text", "cizí").is(t, 303, "/podani?cislo="+reference)
	stranger.cookies["epom_podani_"+reference] = s.Submissions.PIN(reference) // a PIN is no ticket
	stranger.get(at).is(t, 303, "/podani?cislo="+reference)

	other := s.browser(t)
	second := other.send()
	other.get("/podani/"+reference).is(t, 303, "/podani?cislo="+reference) // her own ticket opens only her own
	if second == reference {
		t.Fatal("two submissions share a reference")
	}
	// a link from an e-mail lets in and leaves no secret in the address
	mail := s.browser(t)
	mail.get(at+"?k="+s.Submissions.Ticket(reference)).is(t, 303, at)
	mail.get(at).is(t, 200).has(t, reference)
	mail.get(at+"?k=cokoli").is(t, 303, at)
}

func TestPINGuessingEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	reference := s.browser(t).send()
	pin := s.Submissions.PIN(reference)
	wrong := "000000"
	if pin == wrong {
		wrong = "000001"
	}
	thief := s.browser(t)
	thief.post("/podani", "reference", "xx", "pin", "12").is(t, 422).has(t, "osm znaků", "šest číslic")
	for range 5 {
		thief.post("/podani", "reference", reference, "pin", wrong).is(t, 422).has(t, "k sobě nepatří")
	}
	thief.post("/podani", "reference", reference, "pin", pin).is(t, 429).has(t, "Chvíli počkejte", "Zkuste to znovu za 15 minut")
	thief.get("/podani/"+reference+"?k="+wrong).is(t, 429)
	s.clock.Advance(15 * 60e9)
	eva := s.browser(t)
	eva.post("/podani", "reference", strings.ToLower(strings.Replace(reference, "-", " ", 1)), "pin", pin[:3]+" "+pin[3:]).is(t, 303, "/podani/"+reference)
	eva.get("/podani/"+reference).is(t, 200)
	s.clock.Advance(15 * 60e9)
	for i := range 20 { // many submissions from one address
		thief.post("/podani", "reference", fmt.Sprintf("K7MF-3X%c%c", 'A'+i%2, "346789ABCDEFGHJKMNPQRTWXY"[i]), "pin", "123456").is(t, 422)
	}
	thief.post("/podani", "reference", reference, "pin", pin).is(t, 429)
}

func TestCompletionByCitizen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	eva := s.browser(t)
	reference := eva.send()
	at := "/podani/" + reference
	scope, id := s.desk(reference)
	eva.multipart(at+"/doplneni", nil, "text", "nikdo se neptal").is(t, 409)
	check(t, s.Submissions.Ask(t.Context(), scope, id, "Doložte souhlas <vlastníka>.", s.Submissions.CompletionDay()))
	eva.get(at).is(t, 200).has(t, "Čeká na vás", "Úřad potřebuje doplnění", "Doložte souhlas <vlastníka>.", "lhůta stojí", "Úřad vás požádal o doplnění", "Teď jste na řadě vy")

	eva.multipart(at+"/doplneni", nil, "text", " ").is(t, 422).has(t, "Napište odpověď, nebo přiložte soubor.")
	page := eva.multipart(at+"/doplneni", []upload{{"priloha", "souhlas.txt", "souhlasím"}, {"priloha", "prázdný.txt", ""}}, "text", "Posílám.").is(t, 422).has(t, "prázdný.txt", "souhlas.txt", "Posílám.")
	kept := page.value("_file")
	if kept == "" {
		t.Fatal("the good file was not kept")
	}
	eva.multipart(at+"/doplneni", nil, "text", "Posílám.", "_file", kept, "_file", "podvrh.xyz").is(t, 303, at)
	eva.get(at).is(t, 200).has(t, "Doplnění jsme předali úřadu.", "Doplnili jste podání", "souhlas.txt").lacks(t, "lhůta stojí")
	eva.multipart(at+"/doplneni", nil, "text", "Ještě jednou.").is(t, 409).has(t, "už odpověděli")

	check(t, s.Submissions.Handle(t.Context(), scope, id, submissions.Answer{How: records.ByDocument, Subject: "Povolení", Text: "Povolujeme.\nStarosta"}))
	done := eva.get(at).is(t, 200).has(t, "Vyřízeno", "Odpověď úřadu", "Povolení", "Podání je vyřízené")
	href, _ := done.Page.Find("#odpoved").Parent().Find("a.btn").Attr("href")
	eva.get(href).is(t, 200).has(t, "Povolujeme.", "Městský úřad Hejnice")
	s.browser(t).get(href).is(t, 404).lacks(t, "Povolujeme")
	file, _ := done.Page.Find(`a:contains("souhlas.txt")`).Attr("href")
	got := eva.get(file).is(t, 200)
	if got.Text != "souhlasím" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || got.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("file %q %v", got.Text, got.Header)
	}
}

func TestReferredSubmissionSaysWhoHasItAndWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	eva := s.browser(t)
	reference := eva.send()
	scope, id := s.desk(reference)
	_, err := s.Submissions.Refer(t.Context(), scope, id, submissions.Referral{Target: s.there.ID, Why: "Strom stojí ve Frýdlantu."})
	check(t, err)
	eva.get("/podani/"+reference).is(t, 200).has(t, "Podání postoupeno jinému úřadu", "Městský úřad Frýdlant", "Strom stojí ve Frýdlantu.", "Předtím to měl Městský úřad Hejnice", "FRY/2026/")
}

func TestReceiptIsServedWhenReady(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	eva := s.browser(t)
	reference := eva.send()
	scope, id := s.desk(reference)
	ref := must(s.Files.PutBytes(t.Context(), []byte("%PDF-1.7 potvrzení")))
	check(t, s.pool.Tx(t.Context(), scope, func(tx *db.Tx) error {
		_, err := s.Submissions.KeepReceipt(t.Context(), tx, id, records.Component{Name: "potvrzení.pdf", MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256})
		return err
	}))
	got := eva.get("/podani/"+reference+"/potvrzeni.pdf").is(t, 200)
	if got.Text != "%PDF-1.7 potvrzení" || got.Header.Get("Cache-Control") != "no-store" || !strings.Contains(got.Header.Get("Content-Disposition"), "filename*=UTF-8''potvrzen%C3%AD.pdf") {
		t.Errorf("receipt %q %v", got.Text, got.Header)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	reference := s.browser(t).send()
	var number string
	check(t, s.owner.Get(&number, `SELECT reference_number FROM document LIMIT 1`))
	b := s.browser(t)
	b.post("/overeni", "reference", reference, "number", number).is(t, 200).has(t, "Ano, takový dokument existuje", "Městský úřad Hejnice").lacks(t, "Tichá")
	b.post("/overeni", "reference", reference, "number", "HEJ/2026/00009-1").is(t, 200).has(t, "Takový dokument tu není")
	b.post("/overeni", "reference", "K7MF-3XQP", "number", number).is(t, 200).has(t, "Takový dokument tu není")
	b.post("/overeni", "reference", "1", "number", "").is(t, 422).has(t, "osm znaků", "Opište číslo jednací")
}

func TestOpenPagesMayBeKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/", "/formulare", "/urady", "/urady/hejnice", "/pristupnost"} {
		b := s.browser(t)
		first := b.get(path).is(t, 200)
		if cc := first.Header.Get("Cache-Control"); !strings.HasPrefix(cc, "public") || len(first.Cookies()) != 0 || first.Header.Get("ETag") == "" {
			t.Errorf("%s: %q, %d cookies, tag %q", path, cc, len(first.Cookies()), first.Header.Get("ETag"))
		}
		b.head["If-None-Match"] = first.Header.Get("ETag")
		if again := b.get(path).is(t, http.StatusNotModified); again.Text != "" {
			t.Errorf("%s: a body with 304", path)
		}
		b.head["Accept-Language"] = "en"
		b.get(path).is(t, 200)
	}
	personal := s.browser(t)
	reference := personal.send()
	for _, path := range []string{"/formulare/zkouska", "/podani/" + reference, "/podani", "/overeni"} {
		if cc := personal.get(path).Header.Get("Cache-Control"); cc != "no-store" {
			t.Errorf("%s: %q", path, cc)
		}
	}
}

func TestRoutingAPI(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	got := b.get("/api/routing?agenda=zkusebni-kaceni&municipality="+hejnice).is(t, 200)
	for _, want := range []string{`"name":"Městský úřad Hejnice"`, `"sentences":[`, `"data_version":"`} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("lacks %s: %s", want, got.Text)
		}
	}
	b.head["If-None-Match"] = got.Header.Get("ETag")
	b.get("/api/routing?agenda=zkusebni-kaceni&municipality="+hejnice).is(t, 304)
	b.get("/api/routing?agenda=zkusebni-kaceni&municipality="+frydlan).is(t, 200)
	for path, status := range map[string]int{"/api/routing": 422, "/api/routing?agenda=x&municipality=1": 404, "/api/routing?agenda=zkusebni-kaceni&municipality=" + hejnice + "&on=dnes": 422} {
		if a := b.get(path).is(t, status); !strings.HasPrefix(a.Text, `{"error":"`) && !strings.HasPrefix(a.Text, `{"error":`) {
			t.Errorf("%s: %s", path, a.Text)
		}
	}
}

func TestMailboxSaysWhetherMailsLeave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Mails = func(context.Context) ([]public.Mail, error) {
		return []public.Mail{{ID: 1, At: monday, To: "eva@posta.example", Subject: "Přijali jsme", Text: "Dobrý den"}}, nil
	}
	const stay, leave = "e-maily neodcházejí", "odcházejí skutečným příjemcům"
	b := s.browser(t)
	if text := b.get("/demo/posta").is(t, 200).has(t, stay, "eva@posta.example").Text; strings.Contains(text, leave) {
		t.Error("said to leave though no server is set")
	}
	s.MailsLeave = true
	if text := b.get("/demo/posta").is(t, 200).has(t, leave, "eva@posta.example").Text; strings.Contains(text, stay) {
		t.Error("said to stay though a server is set")
	}
}

func TestForeignPageCannotChangeAnything(t *testing.T) {
	t.Parallel()
	b := newSite(t).browser(t)
	b.head["Sec-Fetch-Site"] = "cross-site"
	for _, path := range []string{"/formulare/zkouska", "/formulare/zkouska/odeslat", "/podani", "/overeni"} {
		b.post(path).is(t, 403)
	}
}
