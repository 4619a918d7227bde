package sip

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	pdf = "%PDF-1.4\n<x:xmpmeta xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>1</pdfaid:part></x:xmpmeta>\n%%EOF\n"
	rtf = `{\rtf1\ansi Dobrý den}`
)

// files is a package on its way to the disk: path to content.
type files map[string]string

func text(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// spis is a package of the records standard that breaks no rule.
func spis(t testing.TB) files {
	mets := strings.NewReplacer(
		"SIZE1", fmt.Sprint(len(rtf)), "SUM1", fmt.Sprintf("%x", sha512.Sum512([]byte(rtf))),
		"SIZE2", fmt.Sprint(len(pdf)), "SUM2", fmt.Sprintf("%x", sha256.Sum256([]byte(pdf))),
	).Replace(text(t, "spis.xml"))
	return files{"mets.xml": mets, "komponenty/dopis.rtf": rtf, "komponenty/dopis.pdf": pdf}
}

const uuid1 = "00000000-0000-4000-8000-000000000001"

func balicek(t testing.TB) files {
	return files{"METS.xml": text(t, "balicek.xml"), "metadata/descriptive/popis.xml": "<a/>",
		"metadata/preservation/PACKAGE-INFO.xml": `<premis xmlns="` + nsPREMIS + `"/>`, "representations/submission/data/a.pdf": pdf}
}

// write puts a package into a folder of the name.
func write(t testing.TB, name string, f files) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	for path, content := range f {
		full := filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func zipped(t testing.TB, name string, f files, top string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for path, content := range f {
		w, err := z.Create(top + path)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return write(t, "x", files{name: b.String()}) + "/" + name
}

func broken(t testing.TB, path string) []string {
	t.Helper()
	r, err := Check(path, Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range r.Broken {
		if f.Text == "" || f.Class != Technical && f.Class != Clerk {
			t.Errorf("%s: %+v", path, f)
		}
		if !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestSoundPackagesBreakNothing(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"folder": write(t, "vidlicka-1", spis(t)),
		"zip":    zipped(t, "vidlicka-1.zip", spis(t), "vidlicka-1/"),
		"aip":    write(t, uuid1, balicek(t)),
		"ead":    "testdata/pomucka.xml",
	} {
		if ids := broken(t, path); len(ids) > 0 {
			r, _ := Check(path, Options{Today: today})
			t.Errorf("%s breaks %v: %+v", name, ids, r.Broken)
		}
	}
}

// change is one thing spoilt in a sound package and the rules that this breaks, exactly.
type change struct{ old, new, rules string }

func try(t *testing.T, changes []change, whole string, check func(text string) []string) {
	t.Helper()
	for _, c := range changes {
		if !strings.Contains(whole, c.old) {
			t.Fatalf("no %q to change", c.old)
		}
		if got := strings.Join(check(strings.Replace(whole, c.old, c.new, 1)), " "); got != c.rules {
			t.Errorf("%q for %q breaks %q, want %q", c.new, c.old, got, c.rules)
		}
	}
}

func TestRecordsRules(t *testing.T) {
	t.Parallel()
	f := spis(t)
	try(t, recordsChanges, f["mets.xml"], func(text string) []string {
		g := files{}
		for k, v := range f {
			g[k] = v
		}
		g["mets.xml"] = text
		return broken(t, write(t, "vidlicka-1", g))
	})
}

var recordsChanges = []change{
	{`encoding="UTF-8"`, `encoding="windows-1250"`, "kod1 obs103 obs2 obs54 val1"},
	{"</mets:mets>", "", "wf1"},
	{"<?xml", "\ufeff<?xml", "kod1"},
	{"<mets:metsHdr", "<!DOCTYPE mets><mets:metsHdr", "wf1"},
	{`xmlns:mets="http://www.loc.gov/METS/"`, `xmlns:mets="urn:x"`, "ns1"},
	{"nsesss.xsd", "nsesss3.xsd", "ns2"},
	{"<mets:metsHdr CREATEDATE", "<mets:metsHdr X='1' CREATEDATE", "val1"},
	{"<nsesss:SidloOrganizace>Horní Vidlička 1</nsesss:SidloOrganizace>", "", "val1"},
	{"<nsesss:SkartacniLhuta>5<", "<nsesss:SkartacniLhuta>pět<", "obs59 val1"},
	{`ADMID="log8"/>`, `ADMID="log9"/>`, "obs54 val1"},
	{`OBJID="vidlicka-1"`, `OBJID=" "`, "obs1"},
	{`LABEL="Datový balíček pro předávání`, `LABEL="Balíček pro předávání`, "obs2"},
	{` LASTMODDATE="2021-02-03T08:00:00"`, "", "obs14"},
	{`CREATEDATE="2021-02-03T08:00:00"`, "", "obs15"},
	{`TYPE="ORGANIZATION"`, `TYPE="OTHER"`, "obs16"},
	{`TYPE="INDIVIDUAL"`, `TYPE="OTHER"`, "obs17"},
	{`ROLE="CREATOR"`, `ROLE="EDITOR"`, "obs18"},
	{`ID="obec" `, "", "obs19"},
	{"<mets:name>Jana Vzorová", "<mets:name>", "obs20"},
	{`MDTYPEVERSION="4.0"`, `MDTYPEVERSION="3.0"`, "obs23"},
	{`OTHERMDTYPE="TP"`, `OTHERMDTYPE="X"`, "obs35"},
	{`DMDID="k1" MIMETYPE`, `DMDID="k2" MIMETYPE`, "obs44 obs56"},
	{`CHECKSUMTYPE="SHA-512"`, `CHECKSUMTYPE="MD5"`, "kom2 obs46"},
	{`MIMETYPE="application/rtf"`, `MIMETYPE="rtf"`, "kom3 obs41"},
	{`MIMETYPE="application/rtf"`, `MIMETYPE="image/png"`, "kom3"},
	{"komponenty/dopis.rtf", "komponenty/jiny.rtf", "obs52"},
	{"komponenty/dopis.rtf", "../../etc/passwd", "obs52"},
	{`LOCTYPE="URL"`, `LOCTYPE="URN"`, "obs53"},
	{`TYPE="spis"`, `TYPE="díl"`, "obs54"},
	{`<mets:fptr FILEID="f1"/>`, `<mets:fptr FILEID="f2"/>`, "obs56"},
	{`<nsesss:Identifikator zdroj="vidlicka.spisy">S1<`, `<nsesss:Identifikator zdroj="vidlicka.spisy"> <`, "obs54 obs57"},
	{`<nsesss:Nazev>A 5<`, `<nsesss:Nazev>A 6<`, "obs59"},
	{"<nsesss:EvidencniCislo>HV/2014/7</nsesss:EvidencniCislo>", "", "obs59a"},
	{"<nsesss:VytvoreneMnozstvi>2 listy</nsesss:VytvoreneMnozstvi>", "", "obs61a"},
	{"<nsesss:Jazyk>cze<", "<nsesss:Jazyk>xxz<", "obs62"},
	{"<nsesss:Oduvodneni>není co vyřizovat</nsesss:Oduvodneni>", "", "obs63"},
	{`2014-05-06</nsesss:Datum>
<nsesss:Zpusob>jiný způsob</nsesss:Zpusob>
<nsesss:ObsahVyrizeni>vzato do spisu</nsesss:ObsahVyrizeni>`, `2014-05-06</nsesss:Datum>
<nsesss:Zpusob>jiný způsob</nsesss:Zpusob>`, "obs84"},
	{"<nsesss:RokSpousteciUdalosti>2014<", "<nsesss:RokSpousteciUdalosti>2021<", "obs65"},
	{`zdroj="IČO">00000019<`, `zdroj="IČO">00000018<`, "obs92"},
	{"<nsesss:UkladaciJednotka>karton 3</nsesss:UkladaciJednotka>", "", "obs85"},
	{"<nsesss:Umisteni>karton 3</nsesss:Umisteni>", "", "obs85a"},
	{"<nsesss:OdeslaneMnozstvi>2 listy</nsesss:OdeslaneMnozstvi>", "", "obs88"},
	{"<nsesss:Mnozstvi>1 karton</nsesss:Mnozstvi>", "", "obs77"},
	{`datum="2021-02-03T08:00:00+01:00">2021-02-03<`, `datum="2021-02-04T08:00:00+01:00">2021-02-03<`, "obs108"},
	{"<nsesss:RokDo>2015<", "<nsesss:RokDo>2014<", "obs83"},
	{`poradi="1" verze="2"`, `poradi="3" verze="2"`, "obs100 obs103 obs105"},
	{`druh="dopis"`, `druh="příloha"`, "obs101"},
	{`poradi="1" verze="2"`, `poradi="1" verze="1"`, "obs102"},
	{`forma_uchovani="originál"`, `forma_uchovani="koncept"`, "obs103"},
	{`forma_uchovani="originál ve výstupním datovém formátu"`, `forma_uchovani="koncept"`, "obs104 obs105"},
	{`forma_uchovani="originál ve výstupním datovém formátu"`, `forma_uchovani="digitalizát"`, "obs104 obs105 obs98a"},
}

func TestArchiveRules(t *testing.T) {
	t.Parallel()
	f := balicek(t)
	try(t, []change{
		{uuid1, "00000000-0000-4000-8000-000000000009", "obs01"},
		{`encoding="UTF-8"`, "", "kod01"},
		{"</mets>", "", "wf01"},
		{`"OTHER" csip`, `"ERMS" csip`, "obs03"},
		{`"OTHER" csip`, `"XYZ" csip`, "obs03 val01"},
		{`"NSESSS"`, `"jiné"`, "obs04"},
		{`GROUPID="INHERENT"`, "", "obs14"},
		{`MDTYPE="EAD"`, `MDTYPE="DC"`, "obs16"},
		{"metadata/descriptive/popis.xml", "metadata/popis.xml", "fls01 fls02 obs17"},
		{`USE="Representations/submission"`, `USE="Representations/jine"`, "obs30"},
		{"a.pdf\"/></file>", "b.pdf\"/></file>", "fls01 fls02"},
		{`TYPE="LOGICAL"`, `TYPE="PHYSICAL"`, "obs35"},
		{`LABEL="CSIP"`, "", "obs36"},
		{`LABEL="Metadata"`, `LABEL="Popis"`, "obs37"},
		{`TYPE="spis"`, `TYPE="komponenta"`, "obs38"},
		{"PACKAGE-INFO.xml", "INFO.xml", "fls01 fls02 obs39"},
	}, f["METS.xml"], func(text string) []string {
		g := balicek(t)
		g["METS.xml"] = text
		return broken(t, write(t, uuid1, g))
	})
}

func TestFindingAidRules(t *testing.T) {
	t.Parallel()
	try(t, []change{
		{`encoding="UTF-8"`, `encoding="UTF-16"`, "kod1 wf1"},
		{"http://cam.tacr.cz/2025", "http://cam.tacr.cz/2019", "ns3 val1"},
		{"<ead:agent>Program 1.0</ead:agent>", "", "obs31 val1"},
		{`<cam:entity entityId="1"/>`, "", "val2"},
		{"<ead:recordid>0", "<ead:recordid>x", "obs1"},
		{">17<", ">sedmnáct<", "obs2"},
		{"INTERNAL_REV_ID", "JINE", "obs3"},
		{"<ead:part>Jan Zkoušený</ead:part>", "<ead:part/>", "obs11"},
		{`<ead:ref target="puvodce">Obec`, `<ead:ref target="nikdo">Obec`, "obs14"},
		{`"INVENTAR"`, `"SEZNAM"`, "obs24"},
		{`"INVENTAR">inventář`, `"PROZ_INV_SEZNAM">prozatimní inventární seznam`, "obs24 obs27"},
		{`level="item"`, `level="class"`, "obs36"},
		{"//42//1//2<", "//42//2//2<", "obs51"},
		{"//42//1//2<", "//42//1//1-1<", "obs51"},
		{`label="referenční označení"`, `label="označení"`, "obs50"},
		{`altrender="D-D"`, `altrender="X"`, "obs55"},
		{"1852-03-05T23:59:59", "1852-03-03T23:59:59", "obs57"},
		{"<ead:p>Převzato od obce.</ead:p>", "<ead:p/>", "obs60"},
		{`langcode="ger"`, `langcode="deu"`, "obs43"},
		{">němčina<", ">Němčina<", "obs43"},
		{`localtype="INTERNAL" audience="internal"`, `localtype="INTERNAL"`, "obs70"},
		{`localtype="IMPRINT_COUNT"`, `localtype="LEGEND"`, "obs74a"},
		{`localtype="WIDTH"`, `localtype="SIRKA"`, "obs75"},
		{">80<", ">mnoho<", "obs77"},
		{"<ead:quantity>4<", "<ead:quantity>5<", "obs79"},
		{">1:2880<", ">malé<", "obs85"},
		{`daotype="derived"`, `daotype="borndigital"`, "obs96b"},
		{`linkrole="AUTHOR"`, `linkrole="PISAR"`, "obs103"},
		{"<ead:relationentry>písař<", "<ead:relationentry><", "obs104"},
		{"<ead:control>", `<ead:control lang="cze">`, "obs999"},
	}, text(t, "pomucka.xml"), func(text string) []string {
		return broken(t, filepath.Join(write(t, "x", files{"pomucka.xml": text}), "pomucka.xml"))
	})
}

func TestFindingsSayWhere(t *testing.T) {
	t.Parallel()
	f := spis(t)
	f["mets.xml"] = strings.Replace(f["mets.xml"], "<nsesss:Umisteni>karton 3</nsesss:Umisteni>", "", 1)
	f["mets.xml"] = strings.Replace(f["mets.xml"], `TYPE="INDIVIDUAL"`, `TYPE="OTHER"`, 1)
	r, err := Check(write(t, "vidlicka-1", f), Options{Today: today})
	if err != nil || len(r.Broken) != 2 {
		t.Fatalf("%v %+v", err, r)
	}
	first, second := r.Broken[0], r.Broken[1]
	if first.Class != Technical || second.Class != Clerk || second.File != "mets.xml" || second.Line != 10 ||
		second.Place != "/mets/dmdSec/mdWrap/xmlData/Spis" || !strings.Contains(second.Text, "řádek 10") {
		t.Errorf("%+v", r.Broken)
	}
}
