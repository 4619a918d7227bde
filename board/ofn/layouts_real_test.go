package ofn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readFile detects and reads a file of the data.
func readFile(t testing.TB, path string, want Layout, base string) *Import {
	t.Helper()
	text := slurpFile(t, path)
	layout := Detect(filepath.Base(path), text[:min(len(text), 8<<10)])
	if layout != want {
		t.Fatalf("%s: layout %q, want %q", path, layout, want)
	}
	in, err := Read(layout, bytes.NewReader(text), Options{Base: base})
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return in
}

// counts are what a test on real data looks at.
type counts struct{ boards, notices, documents, pictures, dated, left, notes int }

func count(in *Import) (c counts) {
	c.boards, c.left = len(in.Boards), len(in.LeftOut)
	for _, b := range in.Boards {
		c.notes += len(b.Notes)
		for _, n := range b.Notices {
			c.notices++
			c.documents += len(n.Documents)
			c.pictures += len(n.Attachments)
			if n.Posted.Date != "" || n.Posted.DateTime != "" {
				c.dated++
			}
		}
	}
	return c
}

// mustBeValid says that every notice of an adapter is valid by the norm, save those whose faults are expected.
func mustBeValid(t testing.TB, in *Import, but int) {
	t.Helper()
	for _, b := range in.Boards {
		for i := range b.Notices {
			if faults := ValidateNotice(&b.Notices[i]); faults != nil {
				if but--; but < 0 {
					t.Fatalf("%s: %v", b.Notices[i].IRI, faults)
				}
			}
		}
	}
	if but != 0 {
		t.Errorf("%d more invalid notices expected", but)
	}
}

// words of a text, to see that nothing readable was dropped.
var word = regexp.MustCompile(`[\p{L}\d]{2,}`)

// nothingDropped says that every word of values of the source is somewhere in what was made of it.
func nothingDropped(t testing.TB, in *Import, values []string) {
	t.Helper()
	var out bytes.Buffer
	for _, b := range in.Boards {
		if err := Write(&out, b); err != nil {
			t.Fatal(err)
		}
	}
	have := map[string]bool{}
	for _, w := range word.FindAllString(strings.ReplaceAll(out.String(), `\n`, " "), -1) {
		have[w] = true
	}
	missing := map[string]bool{}
	for _, v := range values {
		for _, w := range word.FindAllString(v, -1) {
			if !have[w] {
				missing[w] = true
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("dropped: %.20q", sorted(missing))
	}
}

func TestRealEdesky(t *testing.T) {
	t.Parallel()
	path := real(t, "notice-boards/edesky/edesky_documents_a.xml")
	in := readFile(t, path, LayoutEdesky, "")
	c := count(in)
	text := string(slurpFile(t, path))
	if c.notices != strings.Count(text, "<document ") || c.documents != strings.Count(text, "<attachment ") || c.dated != c.notices {
		t.Errorf("%+v", c)
	}
	mustBeValid(t, in, 0)
	var values []string
	_, documents, _ := strings.Cut(text, "<documents>")
	for _, m := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(documents, -1) {
		if m[1] != "created_at" && m[1] != "mimetype" && m[1] != "dashboard_ovm_ico" { // other forms of the same
			values = append(values, strings.NewReplacer("&amp;", "&", "amp;", "", "&quot;", `"`, "&#39;", "'").Replace(m[2]))
		}
	}
	nothingDropped(t, in, values)
	fmt.Printf("edesky: %+v\n", c)
}

func TestRealPraha7(t *testing.T) {
	t.Parallel()
	for year, want := range map[string]counts{"2017": {notices: 301}, "2019": {notices: 1080}} {
		in := readFile(t, real(t, "notice-boards/praha7/uredni_deska_"+year+".json.gz"), LayoutPraha7, "https://www.praha7.cz")
		linked := count(in).documents
		files := readFile(t, real(t, "notice-boards/praha7/documents_"+year+".jsonl.gz"), LayoutPraha7Files, "https://www.praha7.cz")
		theirs := count(files).documents
		in.Join(files)
		c := count(in)
		if c.notices != want.notices || c.dated != want.notices || c.documents == 0 || c.documents > linked+theirs {
			t.Errorf("%s: %+v, %d linked, %d files", year, c, linked, theirs)
		}
		mustBeValid(t, in, 0)
		fmt.Printf("Praha 7, %s: %+v (%d links in texts, %d files)\n", year, c, linked, theirs)
	}
}

func TestRealBlesno(t *testing.T) {
	t.Parallel()
	root := real(t, "notice-boards/blesno")
	for name, want := range map[string]counts{
		"obecni-urad/uredni-deska.sql":    {notices: 127},
		"obecni-urad/verejne-zakazky.sql": {notices: 15},
		"obecni-urad/czechpoint.sql":      {},
		"obec-blesno/odpad.sql":           {},
	} {
		path := filepath.Join(root, "articles", name)
		in := readFile(t, path, LayoutSQL, "https://www.blesno.cz")
		rows, left, e := inserts(slurpFile(t, path))
		if e != nil || len(left) > 0 || len(rows) != count(in).notices {
			t.Errorf("%s: %d rows, %v %v", name, len(rows), left, e)
		}
		var values []string
		for _, r := range rows {
			plain, _ := plainHTML(r.values["content"])
			values = append(values, r.values["id"], r.values["title"], r.values["category"], r.values["pub_date"], plain)
		}
		if want.notices > 0 {
			attachments := filepath.Join(root, "attachments", name)
			in.Join(readFile(t, attachments, LayoutSQL, "https://www.blesno.cz"))
			rows, _, _ := inserts(slurpFile(t, attachments))
			for _, r := range rows {
				values = append(values, r.values["name"], r.values["created_by"], r.values["content_url"], r.values["image_url"])
			}
		}
		c := count(in)
		if want.notices > 0 && c.notices != want.notices || c.dated != c.notices || c.left != 0 {
			t.Errorf("%s: %+v %v", name, c, in.LeftOut)
		}
		nothingDropped(t, in, values)
		mustBeValid(t, in, 0)
		fmt.Printf("Blešno, %s: %+v\n", name, c)
	}
}

func TestRealGazette(t *testing.T) {
	t.Parallel()
	root := real(t, "notice-boards/gazette-notice-2018")
	total := counts{}
	for _, path := range append(glob(t, filepath.Join(root, "examples/2018/06/25/*")), glob(t, filepath.Join(root, "json_meta_schema/examples/*.json"))...) {
		want := map[string]Layout{".json": LayoutGazetteJSON, ".xml": LayoutGazetteXML, ".csv": LayoutGazetteCSV}[filepath.Ext(path)]
		in := readFile(t, path, want, "https://x.example")
		c := count(in)
		expected := 1
		if strings.Contains(path, "large") || strings.Contains(path, "two") {
			expected = 2
		}
		if c.boards != 1 || c.notices != expected || c.dated != expected || in.Boards[0].Operator.ICO != "00258245" {
			t.Errorf("%s: %+v", path, c)
		}
		if want != LayoutGazetteCSV {
			nothingDropped(t, in, leaves(t, path, want))
		}
		mustBeValid(t, in, 0)
		total.notices += c.notices
		total.documents += c.documents
	}
	fmt.Printf("standard of 2018: %+v\n", total)
}

// leaves are all texts of a JSON or XML file.
func leaves(t testing.TB, path string, layout Layout) (out []string) {
	text := slurpFile(t, path)
	if layout == LayoutGazetteXML {
		for _, m := range regexp.MustCompile(`>([^<>]+)<`).FindAllSubmatch(text, -1) {
			out = append(out, string(m[1]))
		}
		return out
	}
	var v any
	if err := json.Unmarshal(regexp.MustCompile(`,(\s*[}\]])`).ReplaceAll(text, []byte("$1")), &v); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			for _, inner := range x {
				walk(inner)
			}
		case []any:
			for _, inner := range x {
				walk(inner)
			}
		case string:
			out = append(out, x)
		}
	}
	walk(v)
	return slices.DeleteFunc(out, func(s string) bool { return s == "IČ" }) // a scheme that is a key by itself
}
