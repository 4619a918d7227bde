package intake

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"epom/internal/pdf"
)

func take(t *testing.T, name string, data []byte, l Limits) (*Item, *memory) {
	t.Helper()
	m := newMemory()
	it, err := (&Reader{Files: m, Limits: l}).Read(t.Context(), name, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return it, m
}

// shape writes the pieces as "name<container[!]": ! marks containers.
func shape(it *Item) string {
	var parts []string
	for _, p := range it.Pieces {
		s := p.Name
		if p.Container {
			s += "!"
		}
		if p.From >= 0 {
			s += fmt.Sprintf("<%d", p.From)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

type entry struct {
	name string
	data []byte
}

func zipped(entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func withFile(name string, data []byte) []byte {
	d := pdf.New(pdf.Meta{Title: "Faktura"})
	d.Heading(1, "Faktura")
	d.Attach(name, "text/xml", pdf.Source, data)
	b, err := d.Bytes()
	if err != nil {
		panic(err)
	}
	return b
}

const letterText = "Received: from a.example by mx.urad.example; Mon, 2 Mar 2026 10:20:30 +0100\r\n" +
	"From: =?utf-8?Q?Ji=C5=99ina_=C5=A0=C5=A5astn=C3=A1?= <jirina@example.cz>\r\nTo: podatelna@urad.example\r\n" +
	"Subject: =?iso-8859-2?Q?Doplnen=ED_k_HEJ/2026/00042-3?=\r\nMessage-ID: <1@example.cz>\r\nDate: Mon, 02 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"

func message(parts ...string) []byte {
	s := letterText + "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	for _, p := range parts {
		s += "--b\r\n" + p + "\r\n"
	}
	return []byte(s + "--b--\r\n")
}

func attached(name, kind string, data []byte) string {
	return fmt.Sprintf("Content-Type: %s\r\nContent-Disposition: attachment; filename*=utf-8''%s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s",
		kind, url.PathEscape(name), base64.StdEncoding.EncodeToString(data))
}

const plainPart = "Content-Type: text/plain; charset=windows-1250\r\n\r\nP\xf8\xedloha"

func TestLetter(t *testing.T) {
	t.Parallel()
	it, m := take(t, "dopis.eml", message(plainPart, attached("žádost 1.txt", "text/plain", []byte("\xbe\xe1dost"))), Limits{})
	if got := shape(it); got != "dopis.eml! zprava.txt<0 žádost 1.txt<0" {
		t.Errorf("pieces %s", got)
	}
	if got := string(m.files[it.Pieces[1].SHA256]); got != "Příloha" {
		t.Errorf("text %q", got)
	}
	if got := string(m.files[it.Pieces[2].SHA256]); got != "\xbe\xe1dost" {
		t.Errorf("an attachment must stay byte for byte, is %q", got)
	}
	if it.Way != Mail || it.Subject != "Doplnení k HEJ/2026/00042-3" || it.OurNo != "HEJ/2026/00042-3" || it.Sender.Name != "Jiřina Šťastná" || it.Sender.Email != "jirina@example.cz" || it.AnswerTo != "jirina@example.cz" || it.Digital != 1 {
		t.Errorf("item %+v", it)
	}
	if want := time.Date(2026, 3, 2, 9, 20, 30, 0, time.UTC); it.DeliveredAt == nil || !it.DeliveredAt.Equal(want) {
		t.Errorf("delivered %v", it.DeliveredAt)
	}
	c := it.Components()
	if c[0].Preservation != "container" || c[0].FromOrdinal != nil || c[2].FromOrdinal == nil || *c[2].FromOrdinal != 1 {
		t.Errorf("components %+v", c)
	}
}

func TestContainersInContainers(t *testing.T) {
	t.Parallel()
	inner := zipped(entry{"plán/výkres.dxf", []byte("0\nSECTION")}, entry{"mimetype", []byte("x")}, entry{"prázdný.txt", nil})
	nested := bytes.ReplaceAll(message("Content-Type: text/plain\r\n\r\nUvnitř", attached("faktura.pdf", "application/pdf", withFile("faktura.xml", []byte("<f/>")))), []byte("=b\r"), []byte("=c\r"))
	nested = bytes.ReplaceAll(nested, []byte("--b"), []byte("--c"))
	it, _ := take(t, "x.eml", message(plainPart, "Content-Type: message/rfc822\r\n\r\n"+string(nested), attached("podklady.zip", "application/zip", inner)), Limits{})
	want := "x.eml! zprava.txt<0 Doplnení k HEJ-2026-00042-3.eml!<0 zprava.txt<2 faktura.pdf<2 faktura.xml<4 podklady.zip!<0 výkres.dxf<6"
	if got := shape(it); got != want {
		t.Errorf("pieces %s\nwant   %s", got, want)
	}
	if len(it.Losses) != 1 || it.Losses[0].Why != "Soubor je prázdný." {
		t.Errorf("losses %+v", it.Losses)
	}
	for name, kind := range map[string]string{"smlouva.asice": "application/vnd.etsi.asic-e+zip", "faktura.isdocx": ""} {
		files := []entry{{"smlouva.txt", []byte("text")}, {"META-INF/signatures.xml", []byte("<s/>")}}
		if kind != "" {
			files = append([]entry{{"mimetype", []byte(kind)}}, files...)
		}
		if it, _ := take(t, name, zipped(files...), Limits{}); !it.Pieces[0].Container || len(it.Pieces) != 3 {
			t.Errorf("%s: %s (%s)", name, shape(it), it.Pieces[0].MediaType)
		}
	}
}

func TestBombs(t *testing.T) {
	t.Parallel()
	big := zipped(entry{"nuly.bin", make([]byte, 50<<20)})
	deep := []byte("dno")
	for range 20 {
		deep = zipped(entry{"dal.zip", deep})
	}
	many := make([]entry, 1500)
	for i := range many {
		many[i] = entry{fmt.Sprint(i), []byte("x")}
	}
	lying := bytes.Replace(big, []byte{0, 0, 0x20, 3}, []byte{1, 0, 0, 0}, -1) // says it is small
	parts := make([]string, 1200)
	for i := range parts {
		parts[i] = attached(fmt.Sprintf("%d.bin", i), "application/octet-stream", []byte{1, byte(i), byte(i >> 8)})
	}
	for name, c := range map[string]struct {
		data []byte
		l    Limits
		most int
	}{"velky.zip": {big, Limits{}, 1}, "lze.zip": {lying, Limits{}, 2}, "hluboky.zip": {deep, Limits{}, 10}, "mnoho.zip": {zipped(many...), Limits{}, 1}, "mnoho.eml": {message(parts...), Limits{}, 1002},
		"objem.eml": {message(attached("a.bin", "x/y", make([]byte, 3<<20)), attached("b.bin", "x/y", make([]byte, 3<<20))), Limits{Total: 4 << 20}, 2}} {
		began := time.Now()
		it, m := take(t, name, c.data, c.l)
		if len(it.Pieces) > c.most || len(it.Losses) == 0 || !bytes.Equal(m.files[it.Pieces[0].SHA256], c.data) {
			t.Errorf("%s: %d pieces, losses %+v", name, len(it.Pieces), it.Losses)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"zprava.zfo": {0x30, 0x82, 1, 2, 3}, "archiv.zip": append([]byte("PK\x03\x04"), make([]byte, 60)...),
		"text.zfo": []byte("ahoj"), "prazdna.eml": []byte("From: a@b.cz\r\nSubject: x\r\n"), "dopis.eml": message(plainPart)[:300], "jen.pdf": []byte("%PDF-1.7\n%broken")} {
		it, m := take(t, name, data, Limits{})
		if !bytes.Equal(m.files[it.Pieces[0].SHA256], data) {
			t.Errorf("%s: the original was changed", name)
		}
		if strings.HasSuffix(name, ".zfo") && len(it.Losses) != 1 {
			t.Errorf("%s: losses %+v", name, it.Losses)
		}
	}
}

func TestTNEF(t *testing.T) {
	t.Parallel()
	attribute := func(id uint32, value string) []byte {
		b := binary.LittleEndian.AppendUint32([]byte{2}, id)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(value)))
		return append(append(b, value...), 0, 0)
	}
	data := binary.LittleEndian.AppendUint32(nil, tnefMark)
	data = append(data, 1, 0)
	for _, a := range [][]byte{attribute(0x00089006, "\x00\x00\x01\x00"), attribute(tnefBegin, "x"), attribute(tnefTitle, "Pl\xe1n.txt\x00"), attribute(tnefContent, "obsah"), attribute(tnefBegin, "x"), attribute(tnefTitle, "b.txt\x00"), attribute(tnefContent, "dva")} {
		data = append(data, a...)
	}
	it, m := take(t, "a.eml", message(plainPart, attached("winmail.dat", "application/ms-tnef", data)), Limits{})
	if got := shape(it); got != "a.eml! zprava.txt<0 winmail.dat!<0 Plán.txt<2 b.txt<2" || string(m.files[it.Pieces[3].SHA256]) != "obsah" {
		t.Errorf("pieces %s", got)
	}
	it, _ = take(t, "winmail.dat", data[:len(data)-4], Limits{})
	if got := shape(it); got != "winmail.dat! Plán.txt<0" || len(it.Losses) != 2 {
		t.Errorf("cut: %s, losses %+v", got, it.Losses)
	}
}

func FuzzTNEF(f *testing.F) {
	f.Add(append(binary.LittleEndian.AppendUint32(nil, tnefMark), 1, 0, 2, 2, 0x90, 6, 0, 1, 0, 0, 0, 'x', 0, 0))
	fuzz(f, "winmail.dat")
}

// Nothing is answered to what no person wrote (RFC 3834).
func TestAutomatic(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{"": false, "Auto-Submitted: no\r\n": false, "Auto-Submitted: auto-replied\r\n": true, "Precedence: bulk\r\n": true,
		"Return-Path: <>\r\n": true, "List-Id: <x.example>\r\n": true, "Return-Path: <jirina@example.cz>\r\n": false, "X-Autoreply: yes\r\n": true} {
		it, _ := take(t, "a.eml", []byte(line+letterText+"\r\nText"), Limits{})
		if (it.AnswerTo == "") != want || it.Envelope["automatic"] != want {
			t.Errorf("%q: answer to %q", line, it.AnswerTo)
		}
	}
	if it, _ := take(t, "a.eml", []byte("From: MAILER-DAEMON@x.example\r\nSubject: Undelivered\r\n\r\nx"), Limits{}); it.AnswerTo != "" {
		t.Error("a bounce would be answered")
	}
}

func TestThousandRecipients(t *testing.T) {
	t.Parallel()
	var to strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&to, "Občan %d <o%d@example.cz>,\r\n ", i, i)
	}
	it, _ := take(t, "a.eml", []byte("To: "+to.String()+"x@example.cz\r\nFrom: a@example.cz\r\nSubject: Ahoj\r\n\r\nText"), Limits{})
	if it.ToMany != 1001 || it.Envelope["recipients"] != 1001 {
		t.Errorf("%d recipients", it.ToMany)
	}
}

func FuzzMail(f *testing.F) {
	f.Add(message(plainPart, attached("a.zip", "application/zip", zipped(entry{"a", []byte("b")}))))
	f.Add(message("Content-Type: message/rfc822\r\n\r\n" + string(message(plainPart))))
	f.Add([]byte("Content-Type: multipart/mixed\r\n\tboundary=x\r\n\r\n--x\r\n\r\na\r\n--x--"))
	f.Add([]byte("From: =?utf-7?Q?+AAA-?=\r\nSubject: a\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 600 a\n#86)C\n`\nend\n"))
	fuzz(f, "a.eml")
}

func FuzzZip(f *testing.F) {
	f.Add(zipped(entry{"a.txt", []byte("b")}, entry{"b.zip", zipped(entry{"c", []byte("d")})}))
	f.Add([]byte("PK\x05\x06"))
	fuzz(f, "a.zip")
}

// fuzz: whatever comes is kept as it came, within the limits.
func fuzz(f *testing.F, name string) {
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		m := newMemory()
		it, err := (&Reader{Files: m, Limits: Limits{Files: 50, Total: 1 << 20, Depth: 4}}).Read(t.Context(), name, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.files[it.Pieces[0].SHA256], data) || len(it.Pieces) > 51 {
			t.Errorf("%d pieces", len(it.Pieces))
		}
		for i, p := range it.Pieces[1:] {
			if p.From < 0 || p.From > i || p.Size == 0 {
				t.Errorf("piece %d: %+v", i, p)
			}
		}
	})
}
