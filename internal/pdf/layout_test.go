package pdf

import (
	"fmt"
	"image/png"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"pgregory.net/rapid"
)

// mark is one piece of marked content: page and MCID.
type mark struct{ page, mcid int }

// checkTree proves the tags and answers the text in their order: every piece of marked content on every page is in the
// tree exactly once and the parent tree leads back to it; every element knows its parent.
func checkTree(t testing.TB, data []byte) string {
	t.Helper()
	r := &reader{objects: map[int]place{}, left: unpackLimit * 4, reread: 1 << 40}
	if err := r.scan(data); err != nil {
		t.Fatal(err)
	}
	catalog := r.resolve(r.root).(dict)
	root := r.resolve(catalog["StructTreeRoot"]).(dict)
	parents := map[int]any{}
	nums := r.list(r.resolve(root["ParentTree"]).(dict)["Nums"])
	for i := 0; i < len(nums); i += 2 {
		parents[int(nums[i].(float64))] = nums[i+1]
	}
	pages := r.list(r.resolve(catalog["Pages"]).(dict)["Kids"])
	shown := map[mark]string{}
	for n, page := range pages {
		p := r.resolve(page).(dict)
		if _, known := parents[n]; !known {
			t.Errorf("page %d is not in the parent tree", n)
		}
		if p["StructParents"] != float64(n) || p["Tabs"] != name("S") {
			t.Errorf("page %d: %v", n, p)
		}
		content, end, _ := r.object(p["Contents"].(ref).num)
		raw, _, _ := r.streamAfter(end.data, end.pos, content.(dict))
		ops, err := r.decode(content.(dict), raw)
		if err != nil {
			t.Fatal(err)
		}
		readMarks(t, n, ops, shown)
	}
	var text strings.Builder
	pageOf := map[any]int{}
	for n, page := range pages {
		pageOf[page] = n
	}
	var walk func(to, up ref)
	walk = func(to, up ref) {
		e := r.resolve(to).(dict)
		if e["P"] != up {
			t.Fatalf("element %d: parent %v, want %v", to.num, e["P"], up)
		}
		for _, k := range r.list(e["K"]) {
			page, mcid := e["Pg"], k
			switch k := k.(type) {
			case ref:
				walk(k, to)
				continue
			case dict:
				if k["Type"] == name("OBJR") {
					annot := r.resolve(k["Obj"]).(dict)
					key := int(annot["StructParent"].(float64))
					if back := parents[key]; back != to || annot["P"] != k["Pg"] {
						t.Fatalf("link %v: the parent tree says %v, the tree %v", annot, back, to)
					}
					continue
				}
				page, mcid = k["Pg"], k["MCID"]
			}
			m := mark{pageOf[page], int(mcid.(float64))}
			s, found := shown[m]
			if !found {
				t.Fatalf("%v is not on the page, or twice in the tree", m)
			}
			text.WriteString(s)
			delete(shown, m)
			if list, _ := parents[m.page].([]any); m.mcid >= len(list) || list[m.mcid] != to {
				t.Fatalf("%v: the parent tree says %v, the tree %v", m, list, to)
			}
		}
		text.WriteString("\n")
	}
	walk(root["K"].(ref), catalog["StructTreeRoot"].(ref))
	if len(shown) > 0 {
		t.Errorf("marked on pages, but not in the tree: %v", shown)
	}
	return text.String()
}

// readMarks reads one page: marks are opened and closed in pairs, all drawing is inside one, nothing is tagged inside an
// artifact. It notes the text of every mark.
func readMarks(t testing.TB, page int, ops []byte, shown map[mark]string) {
	t.Helper()
	var open []mark
	var operands []any
	s := &scanner{data: ops}
	for s.skipSpace(); s.pos < len(ops); s.skipSpace() {
		s.count = 0
		value, err := s.value(0)
		if err != nil {
			t.Fatalf("page %d: %v at %q", page, err, ops[s.pos:])
		}
		op, ok := value.(operator)
		if !ok {
			operands = append(operands, value)
			continue
		}
		switch op {
		case "BDC", "BMC":
			m := mark{page, -1}
			if len(operands) > 1 {
				if id, tagged := operands[1].(dict)["MCID"].(float64); tagged {
					if m.mcid = int(id); len(open) > 0 {
						t.Fatalf("page %d: %v inside %v", page, m, open)
					}
					if _, twice := shown[m]; twice {
						t.Fatalf("%v twice on the page", m)
					}
					shown[m] = ""
				}
			}
			open = append(open, m)
		case "EMC":
			if len(open) == 0 {
				t.Fatalf("page %d: EMC without a beginning", page)
			}
			open = open[:len(open)-1]
		case "Tj", "f", "S":
			if len(open) == 0 {
				t.Fatalf("page %d: drawn outside of tags: %v", page, operands)
			}
			if op == "Tj" && open[0].mcid >= 0 {
				shown[open[0]] += textString(append([]byte{0xFE, 0xFF}, operands[len(operands)-1].([]byte)...))
			}
		}
		operands = operands[:0]
	}
	if len(open) > 0 {
		t.Fatalf("page %d: %v not closed", page, open)
	}
}

var bbox = regexp.MustCompile(`<page|<word xMin="([-0-9.]+)" yMin="([-0-9.]+)" xMax="([-0-9.]+)" yMax="([-0-9.]+)">([^<]*)<`)

// checkMargins proves by pdftotext that no word leaves the text area, running heads left out.
func checkMargins(t testing.TB, data []byte) {
	t.Helper()
	page := 0
	for _, m := range bbox.FindAllStringSubmatch(run(t, "pdftotext", "-bbox", save(t, data), "-"), -1) {
		if m[1] == "" {
			page++
			continue
		}
		var box [4]float64
		for i := range box {
			box[i], _ = strconv.ParseFloat(m[1+i], 64)
		}
		body := box[1] > 54 && box[3] < pageH-54
		if box[0] < left-2 || box[2] > right+2 || body && box[3] > bottom+6 {
			t.Errorf("page %d: %q at %v is outside of the margins", page, m[5], box)
		}
	}
	if page == 0 {
		t.Error("no pages")
	}
}

// Any sequence of parts, of any length, breaks over pages with every word in its place and order in the tags.
func TestPageBreaks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := New(Meta{Title: "x", Mark: rapid.SampledFrom([]string{"", "zkouška"}).Draw(rt, "mark"), Header: "Úřad"})
		var want []string
		text := func(most int) string {
			var b []string
			for range rapid.IntRange(1, most).Draw(rt, "words") {
				w := fmt.Sprintf("w%d", len(want))
				want, b = append(want, w), append(b, w)
			}
			return strings.Join(b, " ")
		}
		size := func() int { return rapid.SampledFrom([]int{3, 10, 10, 40, 700}).Draw(rt, "size") }
		for range rapid.IntRange(1, 8).Draw(rt, "parts") {
			switch rapid.IntRange(0, 9).Draw(rt, "kind") {
			case 0:
				d.Heading(rapid.IntRange(1, 3).Draw(rt, "level"), text(30))
			case 1:
				d.Para(text(size()))
			case 2:
				d.Note(text(size()))
			case 3:
				var rows []Row
				for range rapid.IntRange(0, 15).Draw(rt, "rows") {
					rows = append(rows, Row{text(12), text(size())})
				}
				d.Rows(rows)
			case 4:
				cols := Cols(text(3), text(3), text(20))
				var rows [][]string
				for range rapid.IntRange(0, 15).Draw(rt, "rows") {
					rows = append(rows, []string{text(2), text(size()), text(20)})
				}
				d.Table(cols, rows)
			case 5:
				d.List([]string{text(10), text(size()), text(5)})
			case 6:
				d.QR("https://obec.example/podani/17", text(60), "", 30)
			case 7:
				d.Boxes(text(5), []Box{{text(5), false}, {text(60), true}})
			case 8:
				d.Blanks(Blank{text(3), 1}, Blank{text(9), 2})
				d.Lines(text(4), 12)
				d.Sign(text(4), text(9))
			case 9:
				d.Link(text(size()), "https://obec.example/podani/17")
			}
		}
		data := mustBytes(t, d)
		got := regexp.MustCompile(`\bw\d+\b`).FindAllString(checkTree(t, data), -1)
		if rapid.IntRange(0, 3).Draw(rt, "look") == 0 { // the slow part
			checkMargins(t, data)
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%d words, want %d in order", len(got), len(want))
		}
	})
}

func TestTenThousandRows(t *testing.T) {
	t.Parallel()
	d := New(Meta{Title: "Podací deník", Created: created})
	rows := make([][]string, 10_000)
	for i := range rows {
		rows[i] = []string{fmt.Sprintf("r%d", i), "Žádost o povolení kácení dřevin", "Žofie Řeháčková", "22. 11. 2026"}
	}
	d.Table(Cols("Číslo", "Věc", "Odesílatel", "Došlo"), rows)
	data := mustBytes(t, d)
	text := run(t, "pdftotext", "-l", "40", save(t, data), "-")
	if n := len(regexp.MustCompile(`\br\d+\b`).FindAllString(checkTree(t, data), -1)); n != len(rows) {
		t.Errorf("%d rows, want %d", n, len(rows))
	}
	if heads, pages := strings.Count(text, "Odesílatel"), strings.Count(text, "\f"); heads != pages {
		t.Errorf("%d heads on %d pages", heads, pages)
	}
}

// The QR code on the page is the code of its content, module by module.
func TestQRIsDrawnAsEncoded(t *testing.T) {
	t.Parallel()
	const content, side, dpi = "https://obec.example/podani/POD-2026-000017", 40.0, 300
	d := New(Meta{Mark: "zkouška"})
	d.QR(content, "", "kód", side)
	path := save(t, mustBytes(t, d))
	run(t, "pdftoppm", "-r", strconv.Itoa(dpi), "-png", "-singlefile", path, path)
	file, err := os.Open(path + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	module := side * mm / float64(code.Bounds().Dx())
	first := d.y - 10 - side*mm // QR leaves ten points below
	for row := range code.Bounds().Dy() {
		for col := range code.Bounds().Dx() {
			x, y := left+(float64(col)+0.5)*module, first+(float64(row)+0.5)*module
			drawn, _, _, _ := picture.At(int(x*dpi/72), int(y*dpi/72)).RGBA()
			meant, _, _, _ := code.At(col, row).RGBA()
			if (drawn < 0x8000) != (meant < 0x8000) {
				t.Fatalf("module %d, %d: drawn %d, meant %d", col, row, drawn, meant)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]int{"https://obec.example/a?b=c&d": 1, "mailto:urad@obec.example": 1, "javascript:alert(1)": 0,
		"file:///etc/passwd": 0, "https://a.example/)/S/Launch(": 0, "": 0, "https://a b": 0} {
		d := New(Meta{})
		d.Link("Stav podání", url)
		data := mustBytes(t, d)
		checkTree(t, data)
		out := run(t, "pdfinfo", "-url", save(t, data))
		if got := strings.Count(out, "Annotation"); got != want || want > 0 && !strings.Contains(out, url) {
			t.Errorf("%q: %d links, want %d\n%s", url, got, want, out)
		}
	}
}

// Codes say what they are; the words of the caller come before the caption.
func TestFiguresHaveAlternatives(t *testing.T) {
	t.Parallel()
	d := New(Meta{})
	d.QR("x", "caption", "adresa stránky", 30)
	d.QR("x", "caption", "", 30)
	d.Code128("PES-01", "", 40)
	var alts []string
	for _, k := range d.root.kids {
		if k.el.kind == "Figure" {
			alts = append(alts, k.el.alt)
		}
	}
	if got := strings.Join(alts, "|"); got != "adresa stránky|caption|PES-01" {
		t.Error(got)
	}
	if data := mustBytes(t, d); !strings.Contains(string(data), "/Alt"+hexText("adresa stránky")) {
		t.Error("no /Alt in the file")
	}
}

func TestPagesWithoutContent(t *testing.T) {
	t.Parallel()
	d := New(Meta{Title: "x"})
	d.PageBreak()
	d.Para("x")
	d.PageBreak()
	data := mustBytes(t, d)
	checkTree(t, data)
	run(t, "qpdf", "--check", save(t, data))
}
