package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"epom/forms/exchange"
)

// Limits: a page of the largest real form (750 kB, Bratislava) in 20 ms of the server's time, from the request to the
// last byte with the draft read from the database; its validation in 5 ms. Without the real data it is our own small form.
func BenchmarkLargestFormStep(b *testing.B) {
	a, s := siteWith(b, DemoCmd{SeedOnly: true, Bare: true})
	name, data := "pes.json", []byte(importedSchema)
	if folder := os.Getenv("EPOM_REAL_DATA"); folder != "" {
		name = filepath.Join(folder, "forms", "bratislava-jsonschema", "oznamenie-o-poplatkovej-povinnosti-za-komunalne-odpady.json")
		var err error
		if data, err = os.ReadFile(name); err != nil {
			b.Fatal(err)
		}
	}
	list, err := exchange.Import(exchange.Bratislava, name, data)
	if err != nil {
		b.Fatal(err)
	}
	if err := a.keepDraft(s.forms, list[0], "obecne-podani"); err != nil {
		b.Fatal(err)
	}
	code := list[0].Form.Code
	if _, err := s.forms.Publish(b.Context(), shell, code, 0); err != nil {
		b.Fatal(why(err))
	}
	f, _ := s.forms.Catalogue.Latest(code)
	answers := exampleOf(b, list[0], name).With("obec_uradu", map[string]any{"code": int64(564044), "name": "Hejnice"})
	set := s.submissions.Setting("cs")
	b.Run("validate", func(b *testing.B) {
		for b.Loop() {
			f.Evaluate(answers, set)
		}
		b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/5, "x-limit")
	})
	token, err := s.submissions.Start(b.Context(), code, "cs", answers)
	if err != nil {
		b.Fatal(err)
	}
	journey := f.Evaluate(answers, set).Journey()
	if folder := os.Getenv("EPOM_REAL_DATA"); folder != "" && !journey.Complete() {
		b.Fatal("the filled example is not complete")
	}
	step := journey.Steps[len(journey.Steps)/2].Code
	b.Run("page", func(b *testing.B) {
		var took time.Duration
		for b.Loop() {
			req := httptest.NewRequest(http.MethodGet, "/formulare/"+code+"/"+step, nil)
			req.AddCookie(&http.Cookie{Name: "epom_draft_" + code, Value: token})
			began := time.Now()
			resp, err := s.app.Test(req, 20_000)
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatal(resp.StatusCode, err)
			}
			took += time.Since(began)
			_ = resp.Body.Close()
		}
		b.ReportMetric(took.Seconds()*1000/float64(b.N)/20, "x-limit")
	})
}
