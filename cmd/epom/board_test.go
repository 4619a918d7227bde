package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"epom/board/ofn"
	"epom/internal/testdb"
	"epom/routing"
)

const oneNotice = `{"typ":["Digitální objekt","Informace na úřední desce"],"iri":"https://obec.example/%s","název":{"cs":"Oznámení"},"odbor":"VD",
	"vyvěšení":{"typ":"Časový okamžik","datum":"2026-08-01"},"relevantní_do":{"typ":"Časový okamžik","nespecifikovaný":true},
	"dokument":[{"typ":"Digitální objekt","název":{"cs":"mapa"},"url":%q}]}`

// state writes a board with notices into a file.
func state(t *testing.T, dir, name string, notices ...string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	check(t, os.WriteFile(path, []byte(`{"@context":"`+ofn.Context+`","typ":"Úřední deska","iri":"https://obec.example/deska","stránka":"https://obec.example/deska",
		"provozovatel":{"typ":"Osoba","ičo":"00258245"},"informace":[`+strings.Join(notices, ",")+`]}`), 0o600))
	return path
}

func TestBoardCommand(t *testing.T) {
	d := testdb.New(t)
	owner := testdb.Owner(t, d)
	check(t, routing.SeedDemo(t.Context(), owner))
	dir := t.TempDir()
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/mapa.pdf":
			_, _ = io.WriteString(w, "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
		case "/mapa.html":
			fmt.Fprint(w, "<!doctype html><script>alert(1)</script>")
		default:
			http.NotFound(w, r)
		}
	}))
	defer pages.Close()
	one := func(name, address string) string { return fmt.Sprintf(oneNotice, name, address) }
	postings := func() (n int) {
		check(t, owner.Get(&n, `SELECT count(*) FROM posting`))
		return n
	}
	try := func(code int, says string, args ...string) string {
		t.Helper()
		got, out, errOut := epom(t, d.DSN(), append([]string{"board"}, args...)...)
		if got != code || !strings.Contains(out+errOut, says) {
			t.Errorf("%v: exit %d, want %d and %q\n%s%s", args, got, code, says, out, errOut)
		}
		return out
	}
	good := state(t, dir, "2026-09-01.jsonld", one("a", pages.URL+"/mapa.pdf"), one("b", pages.URL+"/mapa.html"))
	try(0, "nových 2", "import", "--office", "hejnice", good)
	try(0, "známých 1", "import", "--office", "hejnice", good)
	out := try(0, `"odbor":"VD"`, "export", "--office", "hejnice")
	if f := ofn.Validate([]byte(out)); f != nil {
		t.Error(f)
	}
	before := postings()
	broken := filepath.Join(dir, "broken.json")
	check(t, os.WriteFile(broken, []byte("{\n  \"typ\": \"Úřední\x01 deska\"}"), 0o600))
	try(1, "řádek 2, sloupec 17", "import", "--office", "hejnice", broken)
	wrong := state(t, dir, "wrong.json", `{"typ":["Informace na úřední desce"],"iri":"https://obec.example/x"}`)
	try(1, "řádek 2, sloupec", "import", "--office", "hejnice", wrong)
	try(1, "", "import", "--office", "nikde", good)
	try(1, "", "import", "--office", "hejnice", filepath.Join(dir, "missing.json"))
	try(2, "", "import", "--office", "hejnice")
	if n := postings(); n != before {
		t.Errorf("%d postings, were %d: a refused file changed something", n, before)
	}
	// a bad file among good ones stops only itself
	next := state(t, dir, "2026-09-02.jsonld", one("b", pages.URL+"/mapa.html"), one("c", pages.URL+"/mapa.pdf"))
	try(1, "nových 1, změněných 0, sejmutých 1", "import", "--office", "hejnice", broken, next)
	try(0, `"faulty":1`, "--json", "import", "--office", "hejnice", "--loose", state(t, dir, "2026-09-03.jsonld", one("b", pages.URL+"/mapa.html"), one("d", "není adresa")))
	file := filepath.Join(dir, "out.jsonld")
	try(0, "", "export", "--office", "hejnice", "--all", file)
	raw, err := os.ReadFile(file)
	check(t, err)
	var back struct {
		Items []struct {
			IRI string `json:"iri"`
		} `json:"informace"`
	}
	check(t, json.Unmarshal(raw, &back))
	if len(back.Items) != 3 || strings.Contains(string(raw), "není adresa") {
		t.Errorf("%+v", back)
	}
	if code, out, errOut := epom(t, d.DSN(), "verify", "--no-files"); code != 0 {
		t.Error(code, out, errOut)
	}
	// documents are followed, when they are documents and when that is allowed
	try(0, "dokumentů staženo 0, nedostupných 2", "import", "--office", "frydlant", "--files", good)
	t.Setenv("EPOM_HOOKS_ANYWHERE", "true")
	try(0, "dokumentů staženo 1, nedostupných 1", "import", "--office", "liberec", "--files", good)
	var types []string
	check(t, owner.Select(&types, `SELECT media_type FROM posting_file WHERE sha256 <> ''`))
	if len(types) != 1 || types[0] != "application/pdf" {
		t.Error(types)
	}
}

// Boards kept in other layouts come in by the same command, and what came in is given out valid.
func TestBoardsOfOtherLayouts(t *testing.T) {
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		return
	}
	if !filepath.IsAbs(root) { // given from the project's root
		root = filepath.Join("..", "..", root)
	}
	d := testdb.New(t)
	check(t, routing.SeedDemo(t.Context(), testdb.Owner(t, d)))
	for _, c := range []struct {
		office string
		least  int
		files  []string
		more   []string
	}{
		{"hejnice", 400, []string{"praha7/uredni_deska_2019.json.gz", "praha7/documents_2019.jsonl.gz"}, nil},
		{"liberec", 1, []string{"edesky/edesky_documents_a.xml"}, []string{"--from", "trutnov"}},
		{"frydlant", 5, []string{"blesno/articles/obecni-urad/uredni-deska.sql", "blesno/attachments/obecni-urad/uredni-deska.sql"}, nil},
	} {
		args := append([]string{"--json", "board", "import", "--office", c.office, "--loose"}, c.more...)
		for _, f := range c.files {
			args = append(args, filepath.Join(root, "notice-boards", f))
		}
		code, out, errOut := epom(t, d.DSN(), args...)
		var said struct{ New, Faulty int }
		if err := json.Unmarshal([]byte(out), &said); code != 0 || err != nil || said.New < c.least {
			t.Errorf("%v: exit %d, %v\n%s%s", c.files, code, err, out, errOut)
			continue
		}
		code, out, errOut = epom(t, d.DSN(), "board", "export", "--office", c.office, "--all")
		b, err := ofn.Parse(strings.NewReader(out), 0)
		if code != 0 || err != nil || len(b.Notices) != said.New-said.Faulty || ofn.Validate([]byte(out)) != nil {
			t.Errorf("%v: exit %d, %v, %d of %d notices\n%s", c.files, code, err, len(b.Notices), said.New, errOut)
		}
		fmt.Printf("%s: %d notices in, %d of them not allowed by the norm\n", c.files[0], said.New, said.Faulty)
	}
	if code, out, errOut := epom(t, d.DSN(), "verify", "--no-files"); code != 0 {
		t.Error(code, out, errOut)
	}
}
