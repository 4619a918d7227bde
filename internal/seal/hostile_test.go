package seal_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"epom/internal/errs"
	"epom/internal/seal"
)

// TestForgedRanges tries the known ways of making a signature cover less than it seems to.
func TestForgedRanges(t *testing.T) {
	t.Parallel()
	s := local(t)
	out := sealed(t, s, letter(t))
	spans := regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) (\d+) *\]`).FindSubmatch(out)
	n := make([]int, 3)
	for i := range n {
		n[i], _ = strconv.Atoi(string(spans[i+1]))
	}
	set := func(spans string) []byte {
		hole := len("/ByteRange[0                                 ]")
		at := bytes.Index(out, []byte("/ByteRange"))
		return slices.Concat(out[:at], fmt.Appendf(nil, "%-*s", hole, spans), out[at+hole:])
	}
	for name, data := range map[string][]byte{
		"starts later":     set(fmt.Sprintf("/ByteRange[1 %d %d %d]", n[0]-1, n[1], n[2])),
		"gap to the left":  set(fmt.Sprintf("/ByteRange[0 %d %d %d]", n[0]-9, n[1], n[2])),
		"gap to the right": set(fmt.Sprintf("/ByteRange[0 %d %d %d]", n[0], n[1]+9, n[2]-9)),
		"beyond the end":   set(fmt.Sprintf("/ByteRange[0 %d %d %d]", n[0], n[1], n[2]+9)),
		"overflow":         set(fmt.Sprintf("/ByteRange[0 %d %d 9999999999]", n[0], n[1])),
		"negative":         set(fmt.Sprintf("/ByteRange[0 %d %d -9]", n[0], n[1])),
		"three numbers":    set(fmt.Sprintf("/ByteRange[0 %d %d]", n[0], n[1])),
		"no numbers":       set("/ByteRange[]"),
		"no array":         set("/ByteRange 0"),
		"two ranges":       set("/ByteRange[0 1 2 3]/ByteRange[0 1 2 3]"),
		"shorter":          set(fmt.Sprintf("/ByteRange[0 %d %d %d]", n[0], n[1], n[2]-9)),
		"none":             set(""),
	} {
		r := verified(t, s, data)
		if r.Good() || len(r.Signatures) != 1 || r.Signatures[0].Fault == "" {
			t.Errorf("%s: %+v", name, r)
		}
		if name != "shorter" && r.Signatures[0].Fault != seal.FaultRange {
			t.Errorf("%s: %v", name, r.Signatures[0].Fault)
		}
	}
}

// TestAttacksAfterSigning adds to a sealed file what a reader would show, hidden among what is allowed.
func TestAttacksAfterSigning(t *testing.T) {
	t.Parallel()
	s := local(t)
	out := sealed(t, s, letter(t))
	catalog := object(t, out, `/Type/Catalog`)
	form := object(t, out, `/SigFlags`)
	page := object(t, out, `/Type/Page/`)
	field := strings.TrimPrefix(regexp.MustCompile(`/Fields\[(\d+) 0 R`).FindString(form), "/Fields[")
	for name, test := range map[string]struct {
		more string
		want seal.Later
	}{
		"catalog leads to other pages": {strings.Replace(catalog, "/Pages 1 0 R", "/Pages 3 0 R", 1), seal.LaterUnknown},
		"action at opening":            {strings.Replace(catalog, "/Type/Catalog", "/Type/Catalog/OpenAction<</S/URI/URI(http://a)>>", 1), seal.LaterUnknown},
		"form without the seal":        {strings.Replace(form, field, "", 1), seal.LaterUnknown},
		"text field":                   {strings.Replace(form, field, field+" <</FT/Tx/T(x)/V(y)>>", 1), seal.LaterUnknown},
		"field with an action":         {strings.Replace(form, field, field+" 901 0 R", 1) + "901 0 obj\n<</FT/Sig/T(x)/AA<</E<</S/JavaScript>>>>>>\nendobj\n", seal.LaterUnknown},
		"empty signature field":        {strings.Replace(form, field, field+" 901 0 R", 1) + "901 0 obj\n<</FT/Sig/T(x)>>\nendobj\n", seal.LaterSignatures},
		"note on the page":             {strings.Replace(page, "/Annots [", "/Annots [901 0 R ", 1) + "901 0 obj\n<</Subtype/FreeText/Contents(zaplaceno)>>\nendobj\n", seal.LaterUnknown},
		"page turned":                  {strings.Replace(page, "/Type/Page/", "/Type/Page/Rotate 90/", 1), seal.LaterUnknown},
		"validation data":              {strings.Replace(catalog, "/Type/Catalog", "/Type/Catalog/DSS<</Certs[]>>", 1), seal.LaterSignatures},
		"object nobody asks for":       {"901 0 obj\n(x)\nendobj\n", seal.LaterUnknown},
	} {
		if !strings.Contains(test.more, " obj\n") {
			t.Fatalf("%s: %q", name, test.more)
		}
		r := verified(t, s, append(bytes.Clone(out), updates(t, out, test.more)...))
		found := false
		for _, got := range r.Signatures {
			found = found || got.Fault == "" && got.Later == test.want && (test.want == seal.LaterUnknown) != got.Good()
		}
		if wantGone := name == "form without the seal"; found == wantGone || wantGone && r.Good() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// object answers the last object that holds some text, whole.
func object(t *testing.T, file []byte, holds string) string {
	t.Helper()
	all := regexp.MustCompile(`(?s)\d+ 0 obj\n<<.*?\nendobj\n`).FindAllString(string(file), -1)
	for i := len(all) - 1; i >= 0; i-- {
		if strings.Contains(all[i], holds) {
			return all[i]
		}
	}
	t.Fatalf("no object with %s", holds)
	return ""
}

// updates writes an incremental update with several objects.
func updates(t *testing.T, file []byte, objects string) string {
	t.Helper()
	tail := update(t, file, objects)
	parts := regexp.MustCompile(`(?s)(\d+) 0 obj\n.*?\nendobj\n`).FindAllStringSubmatchIndex(objects, -1)
	table := "xref\n"
	for _, p := range parts {
		table += fmt.Sprintf("%s 1\n%010d 00000 n \n", objects[p[2]:p[3]], len(file)+p[0])
	}
	_, trailer, _ := strings.Cut(tail[len(objects):], "trailer")
	info := regexp.MustCompile(`/Info \d+ 0 R`).Find(file)
	return objects + table + "trailer" + strings.Replace(trailer, "<<", "<<"+string(info), 1)
}

// TestHostileFiles looks at broken, odd and malicious files of others: no panic, no long wait, no false good.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	s := local(t)
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		t.Log("left out without EPOM_REAL_DATA: 270 broken and unusual files; own ones stand in")
	}
	files := ownHostile(t, s)
	if root != "" {
		err := filepath.WalkDir(filepath.Join(root, "files"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".pdf" {
				return err
			}
			files[path], err = os.ReadFile(path)
			return err
		})
		if err != nil || len(files) < 200 {
			t.Fatalf("%d files: %v", len(files), err)
		}
	}
	took := 0
	for name, data := range files {
		start := time.Now()
		r, err := seal.VerifyPDF(data, s.Roots(), noon)
		if (err != nil && !errs.Is(err, errs.Invalid)) || r.Good() {
			t.Errorf("%s: %+v %v", name, r, err)
		}
		out, err := s.SealPDF(t.Context(), data, "")
		if spent := time.Since(start); spent > 5*time.Second {
			t.Errorf("%s: took %v", name, spent)
		}
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		took++
		r = verified(t, s, out)
		if last := r.Signatures[len(r.Signatures)-1]; !last.Good() || last.Covered != len(out) {
			t.Errorf("%s: sealed, but %+v", name, last)
		}
	}
	t.Logf("%d files, %d of them could be sealed", len(files), took)
	if root != "" && took < 100 {
		t.Errorf("only %d of %d files could be sealed", took, len(files))
	}
}

// ownHostile are small files made to harm a reader.
func ownHostile(t *testing.T, s *seal.Sealer) map[string][]byte {
	t.Helper()
	good := sealed(t, s, letter(t))
	head := "%PDF-1.7\n"
	loop := head + "1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>\nendobj\n2 0 obj\n<</Kids[2 0 R]>>\nendobj\n3 0 obj\n<</Kids[3 0 R 3 0 R]/FT/Sig/V 3 0 R>>\nendobj\n"
	var lengths strings.Builder
	for i := 1; i < 5000; i++ {
		fmt.Fprintf(&lengths, "%d 0 obj\n<</Length %d 0 R>>\nstream\nx\nendstream\nendobj\n", i, i+1)
	}
	return map[string][]byte{
		"empty":            nil,
		"head":             []byte(head),
		"trailer only":     []byte(head + "trailer<</Root 1 0 R>>startxref 0"),
		"loops":            []byte(loop + "trailer\n<</Root 1 0 R>>\n"),
		"xref to itself":   []byte(head + "xref\n0 0\ntrailer\n<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"),
		"million entries":  []byte(head + "xref\n0 9999999999\n0000000000 65535 f \ntrailer\n<<>>\nstartxref\n9\n"),
		"nested arrays":    []byte(loop + strings.Repeat("[", 1<<20)),
		"nested dicts":     []byte(loop + "9 0 obj\n" + strings.Repeat("<</A", 1<<18) + "trailer<</Root 1 0 R>>"),
		"chain of lengths": []byte(head + lengths.String() + "trailer<</Root 1 0 R>>"),
		"many words obj":   []byte(loop + strings.Repeat("1 0 obj ", 1<<17)),
		"open strings":     []byte(loop + strings.Repeat("7 0 obj (", 1<<16)),
		"open streams":     []byte(loop + strings.Repeat("7 0 obj<<>>stream ", 1<<16)),
		"half":             good[:len(good)/2],
		"end only":         good[len(good)/2:],
		"bomb":             bomb(),
	}
}

// bomb is a file whose cross-reference stream unpacks to very much.
func bomb() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj\n<</Type/XRef/Root 1 0 R/W[1 4 2]/Size 9999999/Filter/FlateDecode>>\nstream\n")
	z, _ := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	for range 40 { // more than may be unpacked
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	b.WriteString("\nendstream\nendobj\nstartxref\n9\n%%EOF")
	return b.Bytes()
}

func FuzzVerifyPDF(f *testing.F) {
	s := local(f)
	plain := letter(f)
	once := sealed(f, s, plain)
	small := []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[4 0 R]/Count 1>>\nendobj\n" +
		"3 0 obj\n<</FT/Sig/T(a#41\\101)/V 5 0 R>>\nendobj\n4 0 obj\n<</Type/Page/Parent 2 0 R/Annots[3 0 R]>>\nendobj\n" +
		"5 0 obj\n<</Type/Sig/SubFilter/ETSI.RFC3161/ByteRange[0 300 320 40]/Contents<30800000>/M(D:20260101000000+01'00')/Reason<FEFF0041>>>\nendobj\ntrailer\n<</Root 1 0 R/Size 6>>\n")
	for _, seed := range [][]byte{plain, once, sealed(f, s, once), once[:len(once)-300], small, bomb()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := seal.VerifyPDF(data, s.Roots(), noon)
		if err == nil && r.Good() && !bytes.HasPrefix(data, plain) {
			t.Error("a file that was never sealed is good")
		}
		if out, err := s.SealPDF(t.Context(), data, "x"); err == nil {
			if r, err := seal.VerifyPDF(out, s.Roots(), noon); err != nil || len(r.Signatures) == 0 || !r.Signatures[len(r.Signatures)-1].Good() {
				t.Errorf("sealed, but %+v %v", r, err)
			}
		}
	})
}

func FuzzVerifyBytes(f *testing.F) {
	s := local(f)
	data := []byte("podepsaná data\n")
	own, err := s.SealBytes(f.Context(), data)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{own, fixture(f, "pss.p7s"), fixture(f, "keyid.p7s"), fixture(f, "ber.p7s"), fixture(f, "noattr.p7s"), fixture(f, "sha1.p7s")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cms []byte) {
		if got, err := seal.VerifyBytes([]byte("jiná data"), cms, s.Roots(), noon); err == nil && got.Good() {
			t.Error("a signature of other data is good")
		}
		_, _ = seal.VerifyBytes(data, cms, s.Roots(), noon)
	})
}

func FuzzVerifyTimestamp(f *testing.F) {
	s := local(f)
	sum := sha256.Sum256([]byte("x"))
	token, _, err := s.Timestamp(f.Context(), sum)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add(fixture(f, "pss.p7s"))
	f.Fuzz(func(t *testing.T, token []byte) {
		if got, err := seal.VerifyTimestamp(sha256.Sum256([]byte("y")), token, s.Roots()); err == nil && got.Good() {
			t.Error("a timestamp of something else is good")
		}
		_, _ = seal.VerifyTimestamp(sum, token, s.Roots())
	})
}
