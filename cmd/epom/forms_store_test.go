package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/exchange"
	"epom/internal/config"
	"epom/internal/testdb"
)

// TestForms asks the site about the repository of forms, filled with the demo region once.
func TestForms(t *testing.T) {
	t.Parallel()
	a, s := siteWith(t, DemoCmd{SeedOnly: true, Bare: true})
	t.Run("an office makes a form its own", func(t *testing.T) { officeForms(t, s) })
	t.Run("examples name the competent offices", func(t *testing.T) { installedExamples(t, a) })
	t.Run("another installation takes packages in", func(t *testing.T) { packagesTravel(t, a, s) })
	t.Run("forms of another city are filled and sent", func(t *testing.T) { foreignForms(t, a, s) })
}

// answer is what a page said.
type answer struct {
	code int
	to   string
	text string
}

func visit(t *testing.T, s *site, cookies []*http.Cookie, method, path string, form url.Values) answer {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req := httptest.NewRequest(method, path, body)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Content-Type", fiber.MIMEApplicationForm)
	for _, c := range cookies {
		req.AddCookie(c)
	}
	resp, err := s.app.Test(req, 20_000)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header.Get("Location"), string(text)}
}

func officeForms(t *testing.T, s *site) {
	admin := []*http.Cookie{signedIn(t, s, "sprava@hejnice.example")}
	const dog = "/kancelar/formulare/poplatek-ze-psa"
	post := func(path string, form url.Values, code int, words string) {
		t.Helper()
		if got := visit(t, s, admin, "POST", path, form); got.code != code || !strings.Contains(got.text, words) {
			t.Errorf("%s %v: %d, want %d and %q", path, form, got.code, code, words)
		}
	}
	if got := visit(t, s, admin, "GET", "/kancelar/formulare", nil); !strings.Contains(got.text, "chybí 4") {
		t.Error("the list does not say that four rates are missing")
	}
	post(dog+"/parametry", url.Values{"name": {"sazba"}, "value": {"hodně"}, "from": {"1. 1. 2026"}, "source": {"OZV"}}, 422, "Napište částku v korunách")
	post(dog+"/parametry", url.Values{"name": {"sazba"}, "value": {"600"}, "from": {"včera"}, "source": {"OZV"}}, 422, "Napište den")
	post(dog+"/parametry", url.Values{"name": {"sazba"}, "value": {"600"}, "from": {"1. 1. 2026"}}, 422, "odkud hodnota je")
	post(dog+"/parametry", url.Values{"name": {"jina"}, "value": {"600"}, "from": {"1. 1. 2026"}, "source": {"OZV"}}, 422, "kterou hodnotu")
	post(dog+"/parametry", url.Values{"name": {"sazba"}, "value": {"600"}, "from": {"1. 1. 2026"}, "source": {"OZV č. 2/2025, čl. 4"}, "verified": {"1"}}, 303, "")
	here := []*http.Cookie{{Name: "epom_obec", Value: "564044"}}
	if got := visit(t, s, here, "GET", "/formulare/poplatek-ze-psa", nil); !strings.Contains(got.text, "600\u00a0Kč") || !strings.Contains(got.text, "OZV č. 2/2025, čl. 4") {
		t.Error("the public page does not show the rate of the office")
	}
	if got := visit(t, s, []*http.Cookie{{Name: "epom_obec", Value: "564028"}}, "GET", "/formulare/poplatek-ze-psa", nil); strings.Contains(got.text, "600\u00a0Kč") {
		t.Error("the neighbour's page shows our rate")
	}
	post(dog+"/vypnout", url.Values{"why": {""}}, 422, "Napište důvod")
	post(dog+"/vypnout", url.Values{"why": {"Obnovujeme systém."}, "until": {"loni"}}, 422, "d. m. rrrr")
	post(dog+"/vypnout", url.Values{"why": {"Obnovujeme systém."}}, 303, "")
	if got := visit(t, s, here, "GET", "/formulare/poplatek-ze-psa", nil); !strings.Contains(got.text, "Obnovujeme systém.") {
		t.Error("people do not read why the form is off")
	}
	post(dog+"/zapnout", url.Values{}, 303, "")
	post(dog+"/prevzit", url.Values{"verze": {"7"}}, 422, "převzít nejde")
	post(dog+"/prevzit", url.Values{"verze": {"1"}}, 303, "")
	post(dog+"/upravy", url.Values{"needed": {"Známku\nOčkovací průkaz"}}, 303, "")
	if got := visit(t, s, here, "GET", "/formulare/poplatek-ze-psa", nil); !strings.Contains(got.text, "Očkovací průkaz") {
		t.Error("the office's own wording is not shown")
	}
	post(dog+"/parametry/zrusit", url.Values{"name": {"sazba"}, "from": {"2026-01-01"}}, 303, "")
	post(dog+"/parametry/zrusit", url.Values{"name": {"sazba"}, "from": {"2026-01-01"}}, 404, "")
}

func installedExamples(t *testing.T, a *App) {
	var out bytes.Buffer
	mine := *a
	mine.Out = &out
	if err := (FormsCheckCmd{}).Run(&mine); err != nil || out.Len() > 0 {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// packagesTravel: what one installation publishes another one installs after its operator has trusted the key.
func packagesTravel(t *testing.T, a *App, s *site) {
	if _, _, err := s.forms.SaveDraft(t.Context(), shell, "zkouska", 0, []byte(smallForm), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.forms.Publish(t.Context(), shell, "zkouska", 0); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "balik.zip")
	if err := (FormsExportCmd{Out: file, Forms: []string{"zkouska", "stiznost"}}).Run(a); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := visit(t, s, nil, "GET", "/formulare/balicky/zkouska.zip", nil); got.code != 200 || !strings.HasPrefix(got.text, "PK") {
		t.Error("the public package:", got.code)
	}
	there := elsewhere(t)
	var out bytes.Buffer
	there.Out = &out
	if err := (FormsImportCmd{Files: []string{file}}).Run(there); err != errNo || !strings.Contains(out.String(), "neznáme") {
		t.Fatalf("an unknown publisher: %v %s", err, out.String())
	}
	p, err := a.packer(s.forms)
	if err != nil {
		t.Fatal(err)
	}
	key, fingerprint := p.Signer()
	if err := (FormsTrustCmd{Name: "Kraj", Fingerprint: "00" + fingerprint, Key: key}).Run(there); err == nil {
		t.Error("a wrong fingerprint was taken")
	}
	if err := (FormsTrustCmd{Name: "Kraj", Fingerprint: fingerprint[:20], Key: key}).Run(there); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := (FormsImportCmd{Files: []string{file}}).Run(there); err != nil {
		t.Fatal(err, out.String())
	}
	if text := out.String(); !strings.Contains(text, `"form":"zkouska","version":1,"installed":true`) || !strings.Contains(text, `"form":"stiznost","version":1,"installed":false`) {
		t.Error(text)
	}
	store, err := there.openForms()
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := store.Catalogue.Latest("zkouska"); !ok || f.Title.CS != "Zkouška" {
		t.Error("the form is not offered there")
	}
	uploads(t, s, data)
}

// uploads: the operator looks at a package on the web before installing it.
func uploads(t *testing.T, s *site, data []byte) {
	operator := signedIn(t, s, "provoz@epom.example")
	send := func(data []byte) answer {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("balicek", "balik.zip")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(data)
		_ = w.Close()
		req := httptest.NewRequest("POST", "/sprava/formulare/balicek", &body)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.AddCookie(operator)
		resp, err := s.app.Test(req, 20_000)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		return answer{resp.StatusCode, resp.Header.Get("Location"), string(text)}
	}
	if got := send([]byte("nic")); got.code != 422 || !strings.Contains(got.text, "není balíček formulářů") {
		t.Error("what is no package:", got.code)
	}
	changed := bytes.Clone(data)
	changed[len(changed)/2] ^= 0xff
	if got := send(changed); got.code != 422 {
		t.Error("a changed package:", got.code)
	}
	got := send(data)
	if got.code != 303 {
		t.Fatal(got.code, got.text)
	}
	cookies := []*http.Cookie{operator}
	if page := visit(t, s, cookies, "GET", got.to, nil); page.code != 200 || !strings.Contains(page.text, "už ho máte") || strings.Contains(page.text, ">Nainstalovat<") {
		t.Error("the preview of what is here already:", page.code)
	}
	if done := visit(t, s, cookies, "POST", got.to, url.Values{}); done.code != 303 {
		t.Error("installing:", done.code)
	}
	if again := visit(t, s, cookies, "GET", got.to, nil); again.code != 404 {
		t.Error("the upload is still kept:", again.code)
	}
}

const smallForm = `{"code":"zkouska","version":1,"title":"Zkouška","summary":"Na zkoušku.","agenda":"obecne-podani","locality":{"key":"addressee","from":["obec"]},
"subject":"\"Zkouška\"","applicant":{},"pages":[{"code":"co","title":"Co","fields":[{"name":"obec","kind":"municipality","label":"Obec","required":true}]}],
"examples":[{"name":"stačí obec","today":"2026-11-22","office":{"level":"obec","seat":"Hejnice"},"answers":{"obec":{"code":564044,"name":"Hejnice"}},"visible":["co"],"errors":[]}]}`

// elsewhere is another installation with a secret of its own.
func elsewhere(t *testing.T) *App {
	t.Helper()
	cfg, err := config.LoadFrom(map[string]string{"EPOM_DATABASE_URL": testdb.URL(t), "EPOM_DATA_DIR": t.TempDir(), "EPOM_SECRET": strings.Repeat("j", 40)})
	if err != nil {
		t.Fatal(err)
	}
	a := &App{Config: cfg, Out: io.Discard, Err: io.Discard, Context: context.Background(), Log: slog.New(slog.DiscardHandler)}
	t.Cleanup(a.Close)
	if err := (DemoCmd{SeedOnly: true, Bare: true}).Run(a); err != nil {
		t.Fatal(err)
	}
	return a
}

// foreignForms takes forms of another city into the repository, publishes them, opens each page, fills what is missing,
// prints and sends them to an office.
func foreignForms(t *testing.T, a *App, s *site) {
	files := map[string][]byte{"pes.json": []byte(importedSchema)}
	if data := os.Getenv("EPOM_REAL_DATA"); data == "" {
		t.Log("EPOM_REAL_DATA is not set: own form only, 1 set of outside forms left out")
	} else {
		names, err := filepath.Glob(filepath.Join(data, "forms", "bratislava-jsonschema", "*.json"))
		if err != nil || len(names) != 17 {
			t.Fatalf("%d real forms (%v)", len(names), err)
		}
		for _, name := range names {
			if files[name], err = os.ReadFile(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	sent := 0
	for name, data := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			list, err := exchange.Import(exchange.Bratislava, name, data)
			if err != nil || len(list) != 1 {
				t.Fatal(len(list), err)
			}
			if err := a.keepDraft(s.forms, list[0], "obecne-podani"); err != nil {
				t.Fatal(err)
			}
			code := list[0].Form.Code
			if _, err := s.forms.Publish(t.Context(), shell, code, 0); err != nil {
				t.Fatal(why(err))
			}
			f, _ := s.forms.Catalogue.Latest(code)
			token, err := s.submissions.Start(t.Context(), code, "cs", exampleOf(t, list[0], name))
			if err != nil {
				t.Fatal(err)
			}
			fillOut(t, s, token, f)
			cookies := []*http.Cookie{{Name: "epom_draft_" + code, Value: token}}
			d, err := s.submissions.Draft(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			steps := d.Form.Evaluate(d.Answers.V, s.submissions.Setting("cs")).Journey().Steps
			for _, step := range steps {
				if got := visit(t, s, cookies, "GET", "/formulare/"+code+"/"+step.Code, nil); got.code != 200 || !strings.Contains(got.text, "<form") {
					t.Errorf("page %s: %d → %s", step.Code, got.code, got.to)
				}
			}
			for _, paper := range []string{"tisk.pdf", "vyplneny.pdf"} {
				if got := visit(t, s, cookies, "GET", "/formulare/"+code+"/"+paper, nil); got.code != 200 || !strings.HasPrefix(got.text, "%PDF-") {
					t.Errorf("%s: %d", paper, got.code)
				}
			}
			if got := visit(t, s, cookies, "GET", "/formulare/"+code+"/kontrola", nil); got.code != 200 || !strings.Contains(got.text, "Městský úřad Hejnice") {
				t.Errorf("the check page: %d → %s", got.code, got.to)
			}
			got := visit(t, s, cookies, "POST", "/formulare/"+code+"/odeslat", url.Values{"_revision": {fmt.Sprint(d.Revision)}})
			if got.code != 303 || !strings.HasPrefix(got.to, "/podani/") {
				t.Fatalf("sending: %d → %s", got.code, got.to)
			}
			sent++
		})
	}
	if sent != len(files) {
		t.Errorf("%d of %d forms were sent", sent, len(files))
	}
}

// fillOut answers whatever the form still asks for, as a patient person would.
func fillOut(t *testing.T, s *site, token string, f *forms.Form) {
	t.Helper()
	for round := 0; ; round++ {
		d, err := s.submissions.Draft(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		answers, left := d.Answers.V, 0
		for _, finding := range f.Evaluate(answers, s.submissions.Setting("cs")).Findings() {
			if finding.Weight != forms.Error {
				continue
			}
			left++
			field, ok := f.Field(finding.Path)
			if !ok {
				t.Fatalf("a finding about %s: %s", finding.Path, finding.Message)
			}
			if field.Kind == "file" {
				name, body := attachment(t, field)
				file, err := s.submissions.Attach(t.Context(), d, finding.Path, name, body, 0)
				if err != nil {
					t.Fatal(err)
				}
				answers = answers.With(finding.Path, []any{map[string]any{"id": file.ID, "name": file.Name, "size": file.Size, "type": file.MediaType}})
				continue
			}
			answers = answers.With(finding.Path, sample(field, round))
		}
		if left == 0 {
			return
		}
		if round > 40 {
			text, _ := json.Marshal(f.Evaluate(answers, s.submissions.Setting("cs")).Findings())
			t.Fatalf("%d answers are still wrong: %.2000s", left, text)
		}
		if _, err := s.submissions.Save(t.Context(), token, d.Revision, answers); err != nil {
			t.Fatal(err)
		}
	}
}

// attachment is a file of a kind the question takes.
func attachment(t *testing.T, f *forms.Field) (string, io.Reader) {
	t.Helper()
	var b bytes.Buffer
	switch {
	case len(f.Accept) == 0 || slices.Contains(f.Accept, "pdf"):
		return "priloha.pdf", strings.NewReader("%PDF-1.4\n%%EOF\n")
	case slices.Contains(f.Accept, "png"):
		if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
			t.Fatal(err)
		}
		return "priloha.png", &b
	}
	w := zip.NewWriter(&b) // a workbook is a ZIP
	for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"} {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return "priloha." + f.Accept[0], &b
}

// sample is an answer to a question; in later rounds another one is tried.
func sample(f *forms.Field, round int) any {
	pick := func(list ...any) any { return list[round%len(list)] }
	switch f.Kind {
	case "municipality":
		return map[string]any{"code": int64(564044), "name": "Hejnice"}
	case "number", "money":
		return pick(int64(1), int64(10), int64(2026), int64(10_000_000))
	case "date":
		return pick("2030-05-05", "1990-05-05", "2026-11-30", "2026-12-24")
	case "yesno", "declaration":
		return pick(true, false)
	case "choice":
		return f.Options[round%len(f.Options)].Value
	case "choices":
		return []any{f.Options[round%len(f.Options)].Value}
	case "email":
		return "eva@posta.example"
	case "phone":
		return "+420601234567"
	case "account":
		return "19-2000145399/0800"
	case "ico":
		return "00262781"
	case "zip":
		return "46362"
	case "databox":
		return "abcdefg"
	case "repeat":
		return []any{map[string]any{}}
	case "group":
		return map[string]any{}
	}
	return pick("odpověď", "12345678", "SK3112000000198742637541", "123", "12/2026", "08:00", "+421901234567", "821 01", "1/1", "https://bratislava.sk", "12345", "ABC", "2024")
}
