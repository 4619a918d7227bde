package ofn

import (
	"bytes"
	"compress/gzip"
	"errors"
	"slices"
	"strings"
	"testing"
)

const (
	someEdesky = `<?xml version="1.0" encoding="UTF-8"?>
<edesky_search_api version="1.0"><meta><timestamp>2024-05-25 02:23:51 +0200</timestamp><user>a</user></meta>
<documents>
<document created_at="2024-05-25 02:20:48 +0200" dashboard_category="samosprava" dashboard_id="7" dashboard_name="Obec Horka" dashboard_ovm_ico="263184" dashboard_ruian_kod="563889" edesky_id="1" edesky_url="https://edesky.cz/dokument/1" name="Záměr" orig_url="https://x.example/?a=1&amp;amp;b=2">
<attachments><attachment contains_text="0" mimetype="application/pdf" name="Záměr.pdf" orig_url="https://x.example/f.pdf"></attachment></attachments>
</document>
<document created_at="včera" dashboard_id="8" dashboard_name="Obec Dolní" edesky_id="2" edesky_url="https://edesky.cz/dokument/2" name="Druhý" orig_url="https://y.example/"><attachments/></document>
</documents></edesky_search_api>`

	somePraha7 = `[{"id": "10", "official_desk_name": "Výběrové řízení", "official_desk_date": "2017-08-14", "official_desk_date_until": "2017-08-01",
 "description": "<p>Sp. zn.: <b>S 1</b><br>druhý&nbsp;řádek</p><script>x()</script><a href=\"/f/plan.pdf\">plán</a>", "category": null, "created": "2018-04-03 15:17:53", "category_name": "Dražby"},
 {"id": 11, "official_desk_name": "Bez konce", "official_desk_date": "2017-08-14", "official_desk_date_until": null, "description": "prostý text", "nové": [1]}]`

	somePraha7Files = `{"id": "10", "documents": [{"id": "2143", "document_name": "plán", "ext": "pdf", "size": "139 KB", "url": "https://x.example/plán.pdf"}]}
{"id": "99", "documents": [{"id": "1", "document_name": "cizí", "ext": "pdf", "size": "1 KB", "url": "https://x.example/cizí.pdf"}]}

{"co": 1}
`
	someSQL = `-- web obce
create table article (id text, note text default 'a;b');
insert into article (id, title, pub_date, category, content) values
  ('a-1', 'Pan O''Neill', '2007-07-26', 'uredni-deska', '<p>Text<a href="http://localhost:8080/articles/a-1/assets/vymena.pdf">Proč</a><img src="/i.jpg"></p>'),
  ('a-2', 'Druhý', '2007-08-15', 'uredni-deska', ''), ('', 'Bez čísla', '2007-08-15', NULL, '');
INSERT INTO "attachment" (id, name, category, created_by, pub_date, image_url, content_url) VALUES ('a-1','Pan O''Neill','uredni-deska','Jana Malá','2007-07-26','','/obecni-urad/a-1'),
 ('a-3','Pozvánka','uredni-deska','Jana Malá','2007-08-15','/o.png','/assets/plakat.doc')`

	someGazette = `[{"id": 1025, "identifikator": "2018-14", "organizace": {"nazev": "Město Horní", "ico": "263184", "adresa": {"kod_adm": 696285, "kod_obce": " CZ0325 559351", "typ_so": "č.p.", "cislo_domovni": 12, "budova": "Radnice", "email": "a@x.example"}},
 "autor": {"nazev": "Obec Dolní", "ico": "00258245"}, "url": "https://x.example/2?a=1&amp;b=2", "nazev": "Podpora", "anotace": "Program", "zverejneno": "2018-01-20", "sejmuto": "2018-02-20", "schvaleno": "2017-12-31",
 "znacka": "OV/13", "cislo_jednaci": "OV/666", "revize": "1", "agenda": ["dotace", "působnost"], "dokument": [{"nazev": "Příloha", "url": "https://x.example/p.odt"}],
 "subjekt": [{"nazev": "Hasiči", "ico": "00258267", "zemepisna_sirka": 52.5, "zemepisna_delka": 13.4,}], "odbor": "VD",},
 {"id": 1026, "organizace": {"ico": "263184"}, "nazev": "Bez adresy"}]`

	someGazetteXML = `<?xml version="1.0" encoding="UTF-8" ?><uredni_deska xmlns:x="https://x.example">
<oznameni><id>1025</id><organizace><ico>00258245</ico></organizace><url>https://x.example/2</url><nazev>Podpora &amp; rozvoj</nazev><zverejneno>2018-01-20</zverejneno>
<agenda>a</agenda><agenda>b</agenda><dokument><nazev>P</nazev><url>https://x.example/p.odt</url></dokument><x:odbor>VD</x:odbor></oznameni></uredni_deska>`

	someGazetteCSV = "id,identifikator,organizace_ico,url,nazev,zverejneno,sejmuto,pozn\n1024,2018-13,00258245,https://x.example/1,\"Podpora, rozvoj\",2018-01-20,,x\n"
)

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write([]byte(text))
	w.Close()
	return out.String()
}

func TestDetect(t *testing.T) {
	t.Parallel()
	board := string(slurpFile(t, "testdata/full.jsonld"))
	for _, c := range []struct {
		name, head string
		want       Layout
	}{
		{"deska.jsonld", board, LayoutBoard},
		{"bez-pripony", bom + board, LayoutBoard},
		{"deska.json", "<html>", LayoutBoard}, // reading it says what is wrong
		{"deska.json.gz", gzipped(board), LayoutBoard},
		{"x.xml", someEdesky, LayoutEdesky},
		{"x.json", somePraha7, LayoutPraha7},
		{"x.json.gz", gzipped(somePraha7), LayoutPraha7},
		{"x.jsonl.gz", gzipped(somePraha7Files), LayoutPraha7Files},
		{"x.sql", someSQL, LayoutSQL},
		{"x.json", someGazette, LayoutGazetteJSON},
		{"x.xml", someGazetteXML, LayoutGazetteXML},
		{"x.csv", someGazetteCSV, LayoutGazetteCSV},
		{"x.tar.xz", string(xzipped(t, packed(t, map[string]int{"a.json": 1}))), LayoutSeries},
		{"x.tar.gz", gzipped(string(packed(t, map[string]int{"a.json": 1}))), LayoutSeries},
		{"x.tar", string(packed(t, map[string]int{"a.json": 1})), LayoutSeries},
		{"x.pdf", "%PDF-1.7", LayoutNone},
		{"", "", LayoutNone},
		{"x.gz", "\x1f\x8bbroken", LayoutNone},
	} {
		if got := Detect(c.name, []byte(c.head)); got != c.want {
			t.Errorf("%s %.30q: %q, want %q", c.name, c.head, got, c.want)
		}
	}
}

func mustRead(t testing.TB, layout Layout, text string) *Import {
	t.Helper()
	in, err := Read(layout, strings.NewReader(text), Options{Base: "https://x.example/"})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestReadEdesky(t *testing.T) {
	t.Parallel()
	in := mustRead(t, LayoutEdesky, someEdesky)
	if len(in.Boards) != 2 || len(in.LeftOut) != 3 {
		t.Fatalf("%+v", in)
	}
	b := in.Boards[0]
	n := b.Notices[0]
	if b.Name.Best() != "Obec Horka" || b.Operator.ICO != "00263184" || b.Place.Address.Municipality != RUIAN("obec", 563889) || string(b.Extra["dashboard_category"]) != `"samosprava"` {
		t.Errorf("board %+v", b)
	}
	if n.IRI != "https://edesky.cz/dokument/1" || n.URL != "https://x.example/?a=1&b=2" || n.Posted.DateTime != "2024-05-25T02:20:48+02:00" || !n.RelevantTo.Unspecified || string(n.Extra["edesky_id"]) != `"1"` {
		t.Errorf("notice %+v", n)
	}
	if d := n.Documents[0]; MediaOf(d.MediaType) != "application/pdf" || string(d.Extra["contains_text"]) != `"0"` || len(b.Notes) != 1 || b.Notes[0].Line != 4 {
		t.Errorf("file %+v, notes %v", d, b.Notes)
	}
	if n := in.Boards[1].Notices[0]; !n.Posted.Unspecified || string(n.Extra["created_at"]) != `"včera"` || len(n.Documents) != 0 {
		t.Errorf("second %+v", n)
	}
}

func TestReadPraha7(t *testing.T) {
	t.Parallel()
	in := mustRead(t, LayoutPraha7, gzipped(somePraha7))
	b := in.Boards[0]
	n := b.Notices[0]
	if n.IRI != "https://x.example/uredni-deska/10" || n.Description.Best() != "Sp. zn.: S 1\ndruhý řádek\nplán" || n.Documents[0].URL != "https://x.example/f/plan.pdf" || n.Agendas[0].Name.Best() != "Dražby" {
		t.Errorf("%+v", n)
	}
	if n.Created.DateTime != "2018-04-03T15:17:53+02:00" || string(n.Extra["category"]) != "null" || !strings.Contains(string(n.Extra["popis_html"]), "<script>") {
		t.Errorf("%+v", n)
	}
	if len(b.Notes) != 1 || !strings.Contains(b.Notes[0].Text, "předchází") || b.Notes[0].Notice != 0 {
		t.Errorf("%+v", b.Notes)
	}
	if n := b.Notices[1]; !n.RelevantTo.Unspecified || string(n.Extra["nové"]) != "[1]" || n.IRI != "https://x.example/uredni-deska/11" || n.Extra["popis_html"] != nil {
		t.Errorf("%+v", n)
	}
	in.Join(mustRead(t, LayoutPraha7Files, somePraha7Files))
	if d := b.Notices[0].Documents; len(d) != 2 || d[1].URL != "https://x.example/plán.pdf" || string(d[1].Extra["size"]) != `"139 KB"` {
		t.Errorf("%+v", d)
	}
	if len(in.LeftOut) != 2 || in.LeftOut[0].Line != 4 || in.LeftOut[1].Path != "https://x.example/uredni-deska/99" {
		t.Errorf("%+v", in.LeftOut)
	}
}

func TestReadSQL(t *testing.T) {
	t.Parallel()
	in := mustRead(t, LayoutSQL, someSQL)
	b := in.Boards[0]
	if len(b.Notices) != 4 || len(in.LeftOut) != 2 || in.LeftOut[0].Line != 2 || in.LeftOut[1].Line != 5 {
		t.Fatalf("%d notices, %+v", len(b.Notices), in.LeftOut)
	}
	n := b.Notices[0]
	if n.Name.Best() != "Pan O'Neill" || n.Posted.Date != "2007-07-26" || n.Documents[0].URL != "https://x.example/articles/a-1/assets/vymena.pdf" || n.Attachments[0].URL != "https://x.example/i.jpg" {
		t.Errorf("%+v", n)
	}
	// The two tables usually come in two files.
	articles, attachments, _ := strings.Cut(someSQL, "INSERT")
	in = mustRead(t, LayoutSQL, articles)
	in.Join(mustRead(t, LayoutSQL, "INSERT"+attachments))
	b = in.Boards[0]
	if len(b.Notices) != 3 || b.Notices[0].URL != "https://x.example/obecni-urad/a-1" || string(b.Notices[0].Extra["created_by"]) != `"Jana Malá"` {
		t.Errorf("%+v", b.Notices)
	}
	if n := b.Notices[2]; n.Documents[0].URL != "https://x.example/assets/plakat.doc" || MediaOf(n.Attachments[0].MediaType) != "image/png" {
		t.Errorf("%+v", n)
	}
}

func TestReadGazette(t *testing.T) {
	t.Parallel()
	in := mustRead(t, LayoutGazetteJSON, someGazette)
	b := in.Boards[0]
	if len(in.Boards) != 1 || b.Operator.ICO != "00263184" || b.Place.Address.Point != RUIAN("adresni-misto", 696285) || b.Place.Address.Municipality != RUIAN("obec", 559351) ||
		b.Place.Address.House != 12 || b.Place.Building.Plain != "Radnice" || string(b.Place.Address.Extra["email"]) != `"a@x.example"` {
		t.Errorf("%+v %+v", b.Operator, b.Place.Address)
	}
	if len(b.Notes) != 2 || b.Notes[0].Line != 4 {
		t.Errorf("commas: %+v", b.Notes)
	}
	n := b.Notices[0]
	if n.URL != "https://x.example/2?a=1&b=2" || n.IRI != n.URL || n.Approved.Date != "2017-12-31" || n.FileMark != "OV/13" || n.Reference != "OV/666" || n.Revision != "1" ||
		len(n.Agendas) != 2 || n.Providers[0].ICO != "00258245" || string(n.Subjects[0].Places[0].Geometry) != `{"type":"Point","coordinates":[13.4,52.5]}` {
		t.Errorf("%+v", n)
	}
	if MediaOf(n.Documents[0].MediaType) != "application/vnd.oasis.opendocument.text" || !slices.Equal(sorted(n.Extra), []string{"id", "identifikator", "odbor"}) || string(n.Extra["id"]) != "1025" {
		t.Errorf("%+v", n.Extra)
	}
	if n := b.Notices[1]; n.IRI != "https://x.example/uredni-deska/1026" || !n.Posted.Unspecified {
		t.Errorf("%+v", n)
	}
	in = mustRead(t, LayoutGazetteXML, someGazetteXML)
	if n := in.Boards[0].Notices[0]; n.Name.Best() != "Podpora & rozvoj" || len(n.Agendas) != 2 || len(n.Documents) != 1 || string(n.Extra["odbor"]) != `"VD"` || in.Boards[0].Operator.ICO != "00258245" {
		t.Errorf("%+v", n)
	}
	in = mustRead(t, LayoutGazetteCSV, someGazetteCSV)
	if n := in.Boards[0].Notices[0]; n.Name.Best() != "Podpora, rozvoj" || n.Posted.Date != "2018-01-20" || !n.RelevantTo.Unspecified || string(n.Extra["pozn"]) != `"x"` || in.Boards[0].Operator.ICO != "00258245" {
		t.Errorf("%+v", n)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		layout       Layout
		text, code   string
		line, column int
	}{
		{LayoutNone, "x", "layout", 1, 1},
		{LayoutSeries, "x", "layout", 1, 1},
		{LayoutBoard, "{", "truncated", 1, 2},
		{LayoutBoard, "\x1f\x8bx", "archive", 1, 1},
		{LayoutSQL, gzipped(someSQL)[:60], "archive", 1, 1},
		{LayoutEdesky, "<edesky_search_api>\n<documents></edesky_search_api>", "markup", 2, 32},
		{LayoutEdesky, "<edesky_search_api><attachment/></edesky_search_api>", "markup", 1, 20},
		{LayoutEdesky, "<edesky_search_api>", "markup", 1, 20},
		{LayoutPraha7, `{}`, "table", 1, 1},
		{LayoutPraha7, `[{"id": "1" "x"}]`, "comma", 1, 13},
		{LayoutPraha7Files, "{\"id\":\"1\",\"documents\":[]}\n{\"id\":}", "value", 2, 7},
		{LayoutSQL, "insert into a (id) values ('x", "truncated", 1, 30},
		{LayoutSQL, "insert into a (id) values\n ('x', 'y')", "table", 2, 6},
		{LayoutSQL, "insert into a (id, b) values ('x')", "table", 1, 34},
		{LayoutSQL, "insert into a values (1)", "table", 1, 15},
		{LayoutSQL, "insert into a (id) values (1) (2)", "table", 1, 31},
		{LayoutSQL, "\xff", "utf8", 1, 1},
		{LayoutGazetteJSON, "[1]", "table", 1, 2},
		{LayoutGazetteXML, "<uredni_deska><oznameni></uredni_deska>", "markup", 1, 40},
		{LayoutGazetteCSV, "", "empty", 1, 1},
		{LayoutGazetteCSV, "nazev,zverejneno\na", "table", 2, 1},
	} {
		_, err := Read(c.layout, strings.NewReader(c.text), Options{})
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || e.Line != c.line || e.Column != c.column {
			t.Errorf("%s %q: %v (%+v)", c.layout, c.text, err, e)
		}
	}
}
