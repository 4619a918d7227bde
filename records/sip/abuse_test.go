package sip

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// entryOf is a ZIP file with one entry whose header says what is told, not what is true.
func entryOf(t *testing.T, h zip.FileHeader, content []byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateRaw(&h)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "x", files{"balik.zip": b.String()}) + "/balik.zip"
}

func headerOf(t *testing.T, name string, mode os.FileMode, content []byte) zip.FileHeader {
	t.Helper()
	h := zip.FileHeader{Name: name, Method: zip.Store, UncompressedSize64: uint64(len(content)), CompressedSize64: uint64(len(content)), CRC32: crc32.ChecksumIEEE(content)}
	h.SetMode(mode)
	return h
}

// emptyFiles is a package with empty files in this order.
func emptyFiles(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "x", files{"balik.zip": b.String()}) + "/balik.zip"
}

func TestHarmfulPackagesAreRefused(t *testing.T) {
	t.Parallel()
	text := []byte("x")
	large := headerOf(t, "balik/mets.xml", 0o644, text)
	large.UncompressedSize64, large.Method = 1<<40, zip.Deflate
	locked := headerOf(t, "balik/mets.xml", 0o644, text)
	locked.Flags |= 1

	linked := write(t, "odkaz", files{"mets.xml": "<a/>"})
	if err := os.Symlink("/etc/passwd", filepath.Join(linked, "komponenty")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, says string }{
		"way out":             {entryOf(t, headerOf(t, "../../x", 0o644, text), text), "vede mimo balíček"},
		"absolute":            {entryOf(t, headerOf(t, "/etc/x", 0o644, text), text), "vede mimo balíček"},
		"backslash":           {entryOf(t, headerOf(t, `balik\..\..\x`, 0o644, text), text), "vede mimo balíček"},
		"link":                {entryOf(t, headerOf(t, "balik/mets.xml", os.ModeSymlink|0o777, text), text), "symbolické odkazy"},
		"huge":                {entryOf(t, large, text), "větší než 10 GB"},
		"locked":              {entryOf(t, locked, text), "zašifrován"},
		"bomb":                {zipped(t, "balik.zip", files{"komponenty/nic.bin": strings.Repeat("\x00", 70<<20)}, "balik/"), "nepřiměřenou velikost"},
		"not a zip":           {write(t, "x", files{"balik.zip": "PK\x03\x04 a nic víc"}) + "/balik.zip", "poškozený"},
		"nothing":             {write(t, "x", files{"balik.zip": ""}) + "/balik.zip", "není ZIP"},
		"link out":            {linked, "symbolické odkazy"},
		"a file twice":        {emptyFiles(t, "balik/a", "balik/a"), "je v balíčku dvakrát"},
		"file, then a folder": {emptyFiles(t, "balik/a", "balik/a/b"), "zároveň soubor i složka"},
		"folder, then a file": {emptyFiles(t, "balik/a/b", "balik/a"), "zároveň soubor i složka"},
	} {
		r, err := Check(c.path, Options{Today: today})
		if err != nil || len(r.Broken) != 1 || r.Broken[0].Rule != "dat1" || !strings.Contains(r.Broken[0].Text, c.says) {
			t.Errorf("%s: %v %+v", name, err, r.Broken)
		}
	}
}

func TestHarmfulXMLIsRefused(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<a>", maxDepth+1)
	var attrs strings.Builder
	for i := range maxAttrs + 1 {
		fmt.Fprintf(&attrs, " a%d='x'", i)
	}
	for says, text := range map[string]string{
		"hlouběji":         deep,
		"atributů":         "<a" + attrs.String() + "/>",
		"entity":           `<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>`,
		"kořenový":         "<a/><b/>",
		"předčasně":        "",
		"dvakrát":          `<a b="1" b="2"/>`,
		"není deklarována": "<x:a/>",
		"mimo kořenový":    "<a/>text",
		"větší než":        "<a>" + strings.Repeat(" ", maxXML) + "</a>",
		"selhalo":          "<a>\x01</a>",
	} {
		if _, err := readXML([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v, want %q", text, err, says)
		}
	}
}

// A file of entities tied in a circle must not be walked for ever.
func TestEntitiesInACircle(t *testing.T) {
	t.Parallel()
	f := spis(t)
	f["mets.xml"] = strings.Replace(f["mets.xml"], "<nsesss:MaterskaEntita>", `<nsesss:MaterskaEntita><nsesss:Dokument ID="x"><nsesss:EvidencniUdaje>
<nsesss:Manipulace><nsesss:AnalogovyDokument>ano</nsesss:AnalogovyDokument></nsesss:Manipulace></nsesss:EvidencniUdaje></nsesss:Dokument>`, 1)
	if ids := broken(t, write(t, "vidlicka-1", f)); len(ids) == 0 {
		t.Error("nothing is broken")
	}
}

// Long flat lists must cost their length, not its square: the test ends, that is all.
func TestLongLists(t *testing.T) {
	t.Parallel()
	const many = 20_000
	aid := text(t, "pomucka.xml")
	for _, one := range []string{"<ead:custodhist><ead:p>a</ead:p></ead:custodhist>", "<ead:altformavail altrender='inherited'><ead:p>a</ead:p></ead:altformavail>"} {
		spoilt := strings.Replace(aid, "<ead:custodhist>", strings.Repeat(one, many)+"<ead:custodhist>", 1)
		if ids := broken(t, filepath.Join(write(t, "x", files{"pomucka.xml": spoilt}), "pomucka.xml")); len(ids) == 0 {
			t.Error("nothing is broken")
		}
	}
	mets := spis(t)[metsName]
	for before, one := range map[string]string{
		"</mets:xmlData>\n</mets:mdWrap>\n</mets:dmdSec>": `<nsesss:Spis ID="x"/>`,
		"<mets:fileSec>":          `<mets:amdSec ID="x"/>`,
		"<mets:div TYPE=\"spis\"": `<mets:div TYPE="spis" DMDID="x"/>`,
		"</nsesss:Komponenty>":    `<nsesss:Komponenta ID="x" poradi="1" verze="1" forma_uchovani="originál"/>`,
		"<nsesss:Puvod>":          `<nsesss:KrizovyOdkaz pevny="ano"><nsesss:Identifikator zdroj="x">y</nsesss:Identifikator></nsesss:KrizovyOdkaz>`,
	} {
		spoilt := strings.Replace(mets, before, strings.Repeat(one, many)+before, 1)
		if ids := broken(t, write(t, "vidlicka-1", files{metsName: spoilt})); len(ids) == 0 {
			t.Error("nothing is broken")
		}
	}
}

// zeros is a component of a size, never held whole.
func zeros(t *testing.T, path string, size int64) {
	t.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestLargeComponentsAreStreamed(t *testing.T) {
	f := spis(t)
	delete(f, "komponenty/dopis.rtf")
	path := write(t, "vidlicka-1", f)
	zeros(t, filepath.Join(path, "komponenty", "dopis.rtf"), 100<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	ids := broken(t, path)
	runtime.ReadMemStats(&after)
	if got := strings.Join(ids, " "); got != "kom1 kom2 kom3" {
		t.Errorf("breaks %s", got)
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 32<<20 { // no other test runs beside this one
		t.Errorf("100 MB took %d MB of memory", taken>>20)
	}
}

func FuzzReadXML(f *testing.F) {
	for _, seed := range []string{`<a xmlns:b="c"><b:d e="1">x<!-- y -->z</b:d></a>`, `<?xml version="1.0" encoding="windows-1250"?><a>&lt;&#x10d;</a>`,
		`<mets xmlns="http://www.loc.gov/METS/"><structMap><div ID="a" DMDID="b c" ORDER="1"><div/></div></structMap></mets>`,
		`<ead xmlns="http://ead3.archivists.org/schema/"><archdesc level="fonds"><did/><dsc><c/><c><did/></c></dsc></archdesc></ead>`,
		`<Spis xmlns="http://www.mvcr.cz/nsesss/v4" ID="1"><EvidencniUdaje><Popis><Nazev/></Popis></EvidencniUdaje></Spis>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if root, err := readXML(data); err == nil {
			validate(root)
			root.sum(nil)
			for _, n := range root.all("div", "c") {
				_ = n.place()
			}
		}
	})
}

// FuzzRules spoils metadata of sound packages; whatever comes out, the check ends.
func FuzzRules(f *testing.F) {
	f.Add(byte(0), uint16(10), "x")
	f.Add(byte(1), uint16(700), "><")
	f.Add(byte(2), uint16(3000), "")
	names := []string{"spis.xml", "balicek.xml", "pomucka.xml"}
	checks := []func(*run){checkRecords, checkArchive, checkFindingAid}
	f.Fuzz(func(t *testing.T, which byte, at uint16, with string) {
		i := int(which) % len(names)
		whole := text(t, names[i])
		cut := int(at) % len(whole)
		end := min(len(whole), cut+len(with)/2)
		whole = whole[:cut] + with + whole[end:]
		name := []string{metsName, archiveMETS, "pomucka.xml"}[i]
		p := &pack{name: uuid1, form: "folder", entries: map[string]entry{}}
		if i == 2 {
			p.name = name
		}
		p.put(entry{path: name, size: int64(len(whole)), open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(whole)), nil }})
		checks[i](&run{pack: p, today: today, counts: map[string]int{}})
	})
}

func FuzzZip(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a/mets.xml")
	if err == nil {
		_, err = w.Write([]byte("<a/>"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		p := &pack{entries: map[string]entry{}}
		p.readZip(bytes.NewReader(data), int64(len(data)))
		p.top = p.onlyFolder()
		if p.refused != "" {
			return
		}
		for _, name := range p.names("") {
			if e, ok := p.file(name); ok && e.size < 1<<20 {
				readFile(e, "SHA-256")
			}
		}
	})
}
