package blob

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	_ "gocloud.dev/blob/memblob"

	"epom/internal/errs"
)

func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// left lists what lies in the folder of the store.
func left(t *testing.T, s *Store) (files []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Dir(s.spool), func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func hash(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

func TestPutAndOpen(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{"folder": "", "bucket": "mem://"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, url)
			b := bytes.Repeat([]byte("Příliš žluťoučký kůň. "), 20000)
			ref, err := s.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(b)), int64(len(b)))
			if err != nil || ref != (Ref{hash(b), int64(len(b)), "text/plain"}) {
				t.Fatalf("%+v (%v)", ref, err)
			}
			again, err := s.PutBytes(t.Context(), b)
			if err != nil || again != ref {
				t.Errorf("the same again: %+v (%v)", again, err)
			}
			r, size, err := s.Open(t.Context(), ref.SHA256)
			if err != nil || size != ref.Size {
				t.Fatalf("%d (%v)", size, err)
			}
			defer r.Close()
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, b) {
				t.Errorf("read %d bytes (%v)", len(got), err)
			}
			if _, err := r.Seek(8, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			part := make([]byte, 9)
			if _, err := io.ReadFull(r, part); err != nil || string(part) != string(b[8:17]) {
				t.Errorf("part %q (%v)", part, err)
			}
			if ok, err := s.Has(t.Context(), ref.SHA256); err != nil || !ok {
				t.Errorf("the file is not there (%v)", err)
			}
			for _, hash := range []string{hash([]byte("x")), "../../secret", ""} {
				if ok, err := s.Has(t.Context(), hash); err != nil || ok {
					t.Errorf("has %q: %v (%v)", hash, ok, err)
				}
				if _, _, err := s.Open(t.Context(), hash); !errs.Is(err, errs.NotFound) {
					t.Errorf("open %q: %v", hash, err)
				}
			}
			if files := left(t, s); url == "" && len(files) != 1 || url != "" && len(files) != 0 {
				t.Errorf("left: %v", files)
			}
		})
	}
}

func TestManyPutTheSameFileAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			b := fmt.Appendf(nil, "file %d", i%2)
			if ref, err := s.PutBytes(context.Background(), b); err != nil || ref.SHA256 != hash(b) {
				t.Error(ref, err)
			}
		})
	}
	wg.Wait()
	if files := left(t, s); len(files) != 2 {
		t.Errorf("left: %v", files)
	}
}

func TestPutRefusesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	broken := errors.New("connection reset")
	for name, c := range map[string]struct {
		r    io.Reader
		max  int64
		says string
	}{
		"empty":       {strings.NewReader(""), 10, "Soubor je prázdný."},
		"large":       {strings.NewReader(strings.Repeat("x", 20<<20+1)), 20 << 20, "Soubor je větší než 20 MB."},
		"large half":  {io.MultiReader(strings.NewReader(strings.Repeat("x", 4<<20))), 3<<20 + 1<<19, "Soubor je větší než 3,5 MB."},
		"broken off":  {io.MultiReader(strings.NewReader("half of it"), iotest.ErrReader(broken)), 1 << 20, "Soubor se nepřenesl celý. Pošlete ho prosím znovu."},
		"cut short":   {io.MultiReader(strings.NewReader("half of it"), iotest.ErrReader(io.ErrUnexpectedEOF)), 1 << 20, "Soubor se nepřenesl celý. Pošlete ho prosím znovu."},
		"only an end": {iotest.ErrReader(broken), 1 << 20, "Soubor se nepřenesl celý. Pošlete ho prosím znovu."},
	} {
		_, err := s.Put(t.Context(), c.r, c.max)
		if !errs.Is(err, errs.Invalid) || errs.Message(err) != c.says {
			t.Errorf("%s: %v", name, err)
		}
	}
	if files := left(t, s); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
	if ref, err := s.Put(t.Context(), strings.NewReader("exactly"), 7); err != nil || ref.Size != 7 {
		t.Errorf("a file of exactly the limit: %v", err)
	}
}

func TestAFullDiskIsToldAndLeavesNothing(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if _, err := gather(full, strings.NewReader("x"), 10); !errs.Is(err, errs.Unavailable) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Logf("no small disk to fill here (%v): the full device alone was tried", err)
		return
	}
	defer func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }()
	s, err := Open(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 3 {
		_, err := s.Put(t.Context(), bytes.NewReader(make([]byte, 2<<20)), 5<<20)
		if !errs.Is(err, errs.Unavailable) || errs.Message(err) != "Soubor se teď nepodařilo uložit. Zkuste to prosím za chvíli." {
			t.Errorf("%v", err)
		}
	}
	if files := left(t, s); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
	if _, err := s.PutBytes(t.Context(), make([]byte, 100<<10)); err != nil {
		t.Errorf("a smaller file afterwards: %v", err)
	}
}

func TestVerifyFindsDamage(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	var refs []Ref
	for _, b := range []string{"one", "two", "three"} {
		ref, err := s.PutBytes(t.Context(), []byte(b))
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, ref)
	}
	seen := map[string]int64{}
	if faults, err := s.Verify(t.Context(), func(h string, n int64) { seen[h] = n }); err != nil || len(faults) != 0 || len(seen) != 3 || seen[refs[2].SHA256] != 5 {
		t.Fatalf("%v %v (%v)", faults, seen, err)
	}
	if err := os.WriteFile(filepath.Join(s.folder, key(refs[1].SHA256)), []byte("tw0"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "sha256", "stranger"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	faults, err := s.Verify(t.Context(), nil)
	if err != nil || len(faults) != 2 || faults[0] != (Fault{refs[1].SHA256, "the content was changed"}) && faults[1] != (Fault{refs[1].SHA256, "the content was changed"}) {
		t.Errorf("%v (%v)", faults, err)
	}
	if _, err := s.PutBytes(t.Context(), []byte("two")); err != nil {
		t.Fatal(err)
	}
	if got := s.verify(t.Context(), refs[1].SHA256); got != "" {
		t.Errorf("the file put again is still %s", got)
	}
}

func TestOldRemainsAreRemoved(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	old, fresh := filepath.Join(s.spool, "upload-1"), filepath.Join(s.spool, "upload-2")
	for _, p := range []string{old, fresh} {
		if err := os.WriteFile(p, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, info.ModTime().AddDate(0, 0, -2), info.ModTime().AddDate(0, 0, -2)); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), filepath.Dir(s.folder), "")
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if files := left(t, s); len(files) != 1 || files[0] != fresh {
		t.Errorf("left: %v", files)
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plán.pdf": "plán.pdf", "../../etc/passwd": "passwd", `C:\Users\Jana\plán.pdf`: "plán.pdf", "..": "soubor", "": "soubor", "/": "soubor",
		"pla\u0301n.pdf": "plán.pdf", "faktura\u202Efdp.exe": "fakturafdp.exe", "a\x00b\nc.pdf": "ab c.pdf", "  a \t b .pdf  ": "a b.pdf",
		".htaccess": "htaccess", "konec.pdf. . ": "konec.pdf", "a<b>:\"|?*.txt": "a_b______.txt", "CON.pdf": "_CON.pdf", "com1": "_com1", "com.pdf": "com.pdf",
		"\xff\xfe.pdf": "_.pdf", "\u200bneviditelné.pdf": "neviditelné.pdf", "📷.jpg": "📷.jpg", "a.b.c.pdf": "a.b.c.pdf",
	} {
		if got := CleanName(in); got != want {
			t.Errorf("%+q became %+q, want %+q", in, got, want)
		}
	}
	if got := CleanName(strings.Repeat("ž", 300) + ".pdf"); len(got) != 200 || !strings.HasSuffix(got, "ž.pdf") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"plán.pdf", "../x", "a\u202eb", strings.Repeat("é", 200) + ".", "\xff", "con", " . . ", "." + strings.Repeat("x", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := CleanName(in)
		if got == "" || len(got) > maxName || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n\r\u202e") || got[0] == '.' || CleanName(got) != got {
			t.Errorf("%+q became %+q, and that %+q", in, got, CleanName(got))
		}
	})
}

// container makes a zip archive of files in order; the first is stored as it is.
func container(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: uint16(map[bool]int{true: int(zip.Store), false: int(zip.Deflate)}[i == 0])})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestContentAndExtensionMustAgree(t *testing.T) {
	t.Parallel()
	s := open(t, "")
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF")
	png := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	text := []byte("Dobrý den, posílám žádost.\n")
	docx := container(t, "[Content_Types].xml", "<Types/>", "_rels/.rels", "<r/>", "word/document.xml", "<w/>")
	asice := container(t, "mimetype", "application/vnd.etsi.asic-e+zip", "META-INF/manifest.xml", "<m/>")
	program := append([]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff"), make([]byte, 100)...)
	for _, c := range []struct {
		name    string
		content []byte
		fine    bool
		says    string
	}{
		{"plán.pdf", pdf, true, ""}, {"PLÁN.PDF", pdf, true, ""}, {"s úvodem.pdf", append([]byte("\r\n\r\n"), pdf...), true, ""},
		{"plán.pdf", text, false, "není ve skutečnosti .pdf. Otevřete"}, {"plán.pdf", program, false, "není ve skutečnosti .pdf"},
		{"plán.jpg", pdf, false, "není ve skutečnosti .jpg, vypadá jako .pdf."}, {"foto.png", png, true, ""}, {"foto.jpg", png, false, "vypadá jako .png"},
		{"dopis.txt", text, true, ""}, {"windows.txt", []byte("\x8elu\x9dou\xe8k\xfd k\xf9\xf2\r\n"), true, ""}, {"stavba.dxf", []byte("0\nSECTION\n2\nHEADER\n"), true, ""},
		{"dopis.docx", docx, true, ""}, {"dopis.zip", docx, false, "vypadá jako .docx"}, {"dopis.doc", docx, false, "vypadá jako .docx"},
		{"podpis.asice", asice, true, ""}, {"balík.zip", container(t, "a.txt", "a"), true, ""},
		{"faktura.isdoc", []byte(`<?xml version="1.0"?><Invoice xmlns="http://isdoc.cz/namespace/2013"/>`), true, ""},
		{"mapa.geojson", []byte(`{"type":"FeatureCollection","features":[]}`), true, ""},
		{"zpráva.eml", []byte("From: a@b.cz\r\nTo: c@d.cz\r\nSubject: x\r\n\r\nx"), true, ""},
		{"virus.exe", program, false, "Soubory .exe nepřijímáme."}, {"stránka.html", []byte("<html><script>1</script></html>"), false, "Soubory .html nepřijímáme."},
		{"obrázek.svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), false, "Soubory .svg nepřijímáme."},
		{"makra.docm", docx, false, "Soubory .docm nepřijímáme."}, {"bez přípony", pdf, false, "nemá příponu"},
	} {
		ref, err := s.PutBytes(t.Context(), c.content)
		if err != nil {
			t.Fatal(err)
		}
		err = Check(c.name, ref.MediaType)
		if c.fine != (err == nil) || (!c.fine && (!errs.Is(err, errs.Invalid) || !strings.Contains(errs.Message(err), c.says))) {
			t.Errorf("%s of type %s: %v, want %q", c.name, ref.MediaType, err, c.says)
		}
	}
}

// TestRealFiles puts every file of the corpora: each is taken or refused with a sentence.
func TestRealFiles(t *testing.T) {
	t.Parallel()
	data := os.Getenv("EPOM_REAL_DATA")
	if data == "" {
		t.Log("left out without EPOM_REAL_DATA: 286 files of real and broken uploads")
		return
	}
	s := open(t, "")
	total, refused := 0, map[string]string{}
	err := filepath.WalkDir(filepath.Join(data, "files"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "ORIGIN.txt" {
			return err
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		total++
		ref, err := s.Put(t.Context(), f, 20<<20)
		if err == nil {
			err = Check(CleanName(d.Name()), ref.MediaType)
		}
		if err != nil {
			if !errs.Is(err, errs.Invalid) || errs.Message(err) == "" {
				t.Errorf("%s: %v", p, err)
			}
			refused[d.Name()] = errs.Message(err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total < 280 {
		t.Errorf("only %d files were found", total)
	}
	if len(refused) > 10 {
		t.Errorf("%d of %d were refused; most are documents people really have: %v", len(refused), total, refused)
	}
	for name, why := range refused {
		t.Logf("%s: %s", name, why)
	}
	if faults, err := s.Verify(t.Context(), nil); err != nil || len(faults) != 0 {
		t.Errorf("%v (%v)", faults, err)
	}
}

// clamd plays the server: it reads a stream as the protocol says and judges it.
func clamd(t *testing.T, judge func(stream []byte) string) string {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "clamd"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				head := make([]byte, len("zINSTREAM\x00"))
				if _, err := io.ReadFull(conn, head); err != nil || string(head) != "zINSTREAM\x00" {
					return
				}
				var stream bytes.Buffer
				for {
					var n uint32
					if err := binary.Read(conn, binary.BigEndian, &n); err != nil {
						return
					}
					if n == 0 {
						break
					}
					if _, err := io.CopyN(&stream, conn, int64(n)); err != nil {
						return
					}
				}
				_, _ = io.WriteString(conn, judge(stream.Bytes()))
			}()
		}
	}()
	return l.Addr().String()
}

func TestInfectedFilesAreRefused(t *testing.T) {
	t.Parallel()
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$` + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + `!$H+H*`
	s := open(t, "")
	s.Scanner = Clamd{Addr: clamd(t, func(b []byte) string {
		if bytes.Contains(b, []byte(eicar)) {
			return "stream: Eicar-Signature FOUND\x00"
		}
		return "stream: OK\x00"
	})}
	if _, err := s.PutBytes(t.Context(), bytes.Repeat([]byte("clean "), 1<<17)); err != nil {
		t.Fatal(err)
	}
	_, err := s.PutBytes(t.Context(), []byte(eicar))
	if !errs.Is(err, errs.Invalid) || !strings.Contains(errs.Message(err), "škodlivý kód (Eicar-Signature)") {
		t.Errorf("%v", err)
	}
	for name, addr := range map[string]string{
		"too large": clamd(t, func([]byte) string { return "INSTREAM size limit exceeded. ERROR\x00" }),
		"silent":    clamd(t, func([]byte) string { return "" }),
		"odd":       clamd(t, func([]byte) string { return "stream: NOT OK\x00" }),
		"absent":    filepath.Join(t.TempDir(), "none"),
	} {
		s.Scanner = Clamd{Addr: addr}
		if _, err := s.PutBytes(t.Context(), []byte("x")); !errs.Is(err, errs.Unavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if files := left(t, s); len(files) != 1 {
		t.Errorf("left: %v", files)
	}
}
