package forms

import (
	"net/url"
	"testing"
	"time"
)

func treeFelling(tb testing.TB) (*Form, Answers, Setting) {
	tb.Helper()
	c, err := Load()
	if err != nil {
		tb.Fatal(err)
	}
	f, ok := c.Latest("kaceni-drevin")
	if !ok {
		tb.Fatal("tree felling is not in the catalogue")
	}
	return f, f.Examples[0].Answers, Setting{Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Params: map[string]any{"obvod_limit": int64(80)}}
}

// Limit: 5,000 validations a second on one core, which is 200,000 ns/op.
func BenchmarkValidateTreeFelling(b *testing.B) {
	f, answers, setting := treeFelling(b)
	b.ReportAllocs()
	for b.Loop() {
		if !f.Evaluate(answers, setting).Valid() {
			b.Fatal("the example is not valid")
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/5000, "x-limit")
}

func BenchmarkParsePage(b *testing.B) {
	f, answers, setting := treeFelling(b)
	values := url.Values{}
	for i := range 3 {
		at := "stromy." + string(rune('0'+i))
		values[at+".druh"], values[at+".pocet"], values[at+".obvod"] = []string{"smrk"}, []string{"2"}, []string{"120"}
		values[at+".parcela.area"], values[at+".parcela.number"] = []string{"Hejnice"}, []string{"123/4"}
	}
	b.ReportAllocs()
	for b.Loop() {
		if p := f.ParsePage("stromy", values, answers, setting); !p.Valid() {
			b.Fatal(p.Findings)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	f, answers, setting := treeFelling(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := f.Evaluate(answers, setting).Page("stromy", ViewExtras{}); !ok {
			b.Fatal("no page")
		}
	}
}

// Loading the forms is part of the start of the server, which has one second.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	c := catalogueOf(b)
	for b.Loop() {
		if len(c.Search("chci pokácet strom na zahradě", CS)) == 0 {
			b.Fatal("nothing found")
		}
	}
}
