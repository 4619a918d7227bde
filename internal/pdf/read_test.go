package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pdfcpu/pdfcpu/pkg/api"
)

var answers = []byte(`{"druh":"lípa srdčitá","obvod":124}`)

func withFiles(t *testing.T) []byte {
	t.Helper()
	d := receipt("")
	d.Attach("odpovědi.json", "application/json", Data, answers)
	d.Attach("a (b) \\ c.xml", "application/xml", Source, []byte("<a/>"))
	d.Attach("prázdný", "", "", nil)
	return mustBytes(t, d)
}

func checkFiles(t *testing.T, data []byte) {
	t.Helper()
	got, err := Attachments(data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"odpovědi.json": string(answers), "a (b) \\ c.xml": "<a/>", "prázdný": ""}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for name, content := range want {
		if data, ok := got[name]; !ok || string(data) != content {
			t.Errorf("%s: %q, want %q", name, data, content)
		}
	}
}

func TestAttachmentsComeBack(t *testing.T) {
	t.Parallel()
	checkFiles(t, withFiles(t))
}

// Other programs read them, and what other programs saved is read.
func TestAttachmentsAndOtherPrograms(t *testing.T) {
	t.Parallel()
	path := save(t, withFiles(t))
	if out := run(t, "pdfdetach", "-list", path); !strings.Contains(out, "3 embedded files") || !strings.Contains(out, "odpovědi.json") {
		t.Errorf("pdfdetach -list:\n%s", out)
	}
	for _, args := range [][]string{{"--object-streams=generate"}, {"--linearize"}, {"--qdf"}, {"--stream-data=uncompress"}} {
		t.Run(args[0], func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "again.pdf")
			run(t, "qpdf", append(args, path, out)...)
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			checkFiles(t, data)
		})
	}
	t.Run("pdfcpu", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "again.pdf")
		if err := api.OptimizeFile(path, out, nil); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		checkFiles(t, data)
	})
	t.Run("broken table", func(t *testing.T) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		checkFiles(t, bytes.Replace(data, []byte("\nxref\n"), []byte("\nxxxx\n"), 1))
	})
}

// An incremental update that replaces an attachment wins over the first state.
func TestAttachmentsTakeTheLastState(t *testing.T) {
	t.Parallel()
	d := New(Meta{Title: "x"})
	d.Attach("a", "text/plain", Data, []byte("old"))
	data := mustBytes(t, d)
	at := bytes.Index(data, []byte("/Type/EmbeddedFile"))
	head := data[bytes.LastIndex(data[:at], []byte("endobj"))+len("endobj\n"):]
	num, _, _ := bytes.Cut(head, []byte(" "))
	data = fmt.Appendf(data, "\n%s 0 obj\n<</Type/EmbeddedFile/Length 3>>\nstream\nnew\nendstream\nendobj\n", num)
	files, err := Attachments(data)
	if err != nil || string(files["a"]) != "new" {
		t.Errorf("%q, %v; want new", files["a"], err)
	}
}

func TestAttachmentsRefuse(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range unpackLimit>>20 + 1 {
		z.Write(zeros)
	}
	z.Close()
	const spec = "%%PDF-1.7\n1 0 obj<</AF[2 0 R]>>endobj 2 0 obj<</F(a)/EF<</F 3 0 R>>>>endobj trailer<</Root 1 0 R>>\n3 0 obj<</Filter%s/Length %d>>stream\n%s\nendstream endobj"
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":     {nil, ErrNotPDF},
		"text":      {[]byte("hello"), ErrNotPDF},
		"encrypted": {[]byte("%PDF-1.7\ntrailer<</Encrypt 1 0 R>>"), ErrEncrypted},
		"bomb":      {fmt.Appendf(nil, spec, "/FlateDecode", bomb.Len(), bomb.Bytes()), ErrTooLarge},
		"filters":   {fmt.Appendf(nil, spec, "["+strings.Repeat("/FlateDecode ", 5)+"]", 1, "x"), ErrTooLarge},
	} {
		if _, err := Attachments(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if files, err := Attachments(fmt.Appendf(nil, spec, "/FlateDecode", 4, "abcd")); err == nil {
		t.Errorf("damaged stream: %v and no error", files)
	}
}

// Files of strangers are read or refused, and what qpdf sees as attachments is found.
func TestAttachmentsOfStrangers(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		t.Log("EPOM_REAL_DATA is not set: the collection of malformed and unusual files was left out; fuzz seeds stand in")
		return
	}
	seen := 0
	err := filepath.WalkDir(filepath.Join(root, "files"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.EqualFold(filepath.Ext(path), ".pdf") {
			return err
		}
		seen++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files, err := Attachments(data)
		listing, exit := exec.Command("qpdf", "--list-attachments", path).Output()
		if exit == nil && len(files) == 0 && err == nil && !bytes.Contains(listing, []byte("has no embedded files")) {
			t.Errorf("%s: qpdf lists\n%s", path, listing)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("no PDF files found")
	}
	t.Logf("%d files", seen)
}

func FuzzAttachments(f *testing.F) {
	d := New(Meta{Title: "x"})
	d.Attach("a", "text/plain", Data, []byte("old"))
	data, err := d.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[bytes.Index(data, []byte("/Type/Metadata"))-20:])
	f.Add([]byte("%PDF-1.7\n1 0 obj<</AF[2 0 R]/Names 1 0 R/Kids[1 0 R]>>endobj 2 0 obj<</F(a\\051\\\n)/EF<</F 3 0 R>>>>endobj trailer<</Root 1 0 R>>3 0 obj<</Length 3 0 R>>stream\nx"))
	f.Add([]byte("%PDF-1.7\n1 0 obj<</Type/ObjStm/N 2/First 8>>stream\n1 0 2 3 <<>>[]\nendstream trailer<</Root 2 0 R>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := Attachments(append([]byte("%PDF-1.7\n"), data...))
		if err != nil && files != nil {
			t.Error("files beside an error")
		}
	})
}
