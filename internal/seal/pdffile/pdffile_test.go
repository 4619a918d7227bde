package pdffile_test

import (
	"fmt"
	"strings"
	"testing"

	"epom/internal/errs"
	"epom/internal/seal/pdffile"
)

func TestValues(t *testing.T) {
	t.Parallel()
	v := pdffile.Value("<</A 1/B#20C[1 0 R(x)<</D(a\\)\\101\\n)>>]%/E 5\n/F<4 1F>/G/N#41/H -1.5/H 2/I 12 0 R/J true>>")
	for key, want := range map[string]string{"A": "1", "B C": "[1 0 R(x)<</D(a\\)\\101\\n)>>]", "F": "<4 1F>", "G": "/N#41", "H": "2", "I": "12 0 R", "J": "true", "E": ""} {
		if got := v.Get(key); string(got) != want {
			t.Errorf("%s: %q", key, got)
		}
	}
	items := v.Get("B C").Items()
	if len(items) != 3 || string(items[1].Bytes()) != "x" || string(items[2].Get("D").Bytes()) != "a)A\n" {
		t.Errorf("%q", items)
	}
	if num, ok := v.Get("I").Ref(); !ok || num != 12 {
		t.Error(num, ok)
	}
	if _, ok := v.Get("A").Ref(); ok {
		t.Error("a number was taken for a reference")
	}
	if n, ok := v.Get("A").Int(); !ok || n != 1 {
		t.Error(n, ok)
	}
	if _, ok := v.Get("G").Int(); ok || v.Get("G").Name() != "NA" || string(v.Get("F").Bytes()) != "A\xF0" {
		t.Errorf("%q %q", v.Get("G").Name(), v.Get("F").Bytes())
	}
	changed := v.With("A", "[2]", "K", "3 0 R")
	for key, want := range map[string]string{"A": "[2]", "K": "3 0 R", "B C": string(v.Get("B C")), "H": "2"} {
		if got := changed.Get(key); string(got) != want {
			t.Errorf("%s: %q in %q", key, got, changed)
		}
	}
	for _, broken := range []string{"", "<<", "<</A", "<</A(", "[", "(", "(\\", "<4", "<x>", strings.Repeat("[", 99)} {
		v := pdffile.Value(broken)
		if len(v.Items()) > 0 || len(v.Entries()) > 0 || v.Get("A") != nil || v.Name() != "" {
			t.Errorf("%q: %q %v", broken, v.Items(), v.Entries())
		}
		_ = v.Bytes()
	}
}

const body = "%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Kids[]/Old 1>>\nendobj\n2 0 obj\n<</Kids[]/New 1>>\nendobj\n" +
	"3 0 obj\n<</Length 4 0 R>>\nstream\nabcendstream\nendstream\nendobj\n4 0 obj 12 endobj\n"

// table makes a cross-reference table of given places.
func table(entries ...string) string {
	return body + fmt.Sprintf("xref\n0 %d\n%strailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n", len(entries), strings.Join(entries, ""), len(entries), len(body))
}

func entryOf(what string) string {
	return fmt.Sprintf("%010d 00000 n \n", strings.Index(body, what))
}

func TestObjects(t *testing.T) {
	t.Parallel()
	free := "0000000000 65535 f \n"
	whole := table(free, entryOf("1 0 obj"), entryOf("2 0 obj"), entryOf("3 0 obj"), entryOf("4 0 obj"))
	f, err := pdffile.Open([]byte(whole))
	if err != nil || f.Damaged || f.Size != 5 || f.Streamed {
		t.Fatalf("%+v %v", f, err)
	}
	if f.Object(2).Get("Old") == nil {
		t.Error("not the object that the table names")
	}
	if got := string(f.Object(3).Stream); got != "abcendstream" {
		t.Errorf("%q", got)
	}
	if o := f.Object(1); o.At != strings.Index(whole, "<</Type/Catalog") || f.Object(9) != nil || f.Object(0) != nil {
		t.Errorf("%+v", o)
	}
	searched, err := pdffile.Open([]byte(body + "trailer\n<</Root 1 0 R>>"))
	if err != nil || !searched.Damaged || searched.Object(2).Get("New") == nil || string(searched.Object(3).Stream) != "abcendstream" {
		t.Errorf("%+v %v", searched, err)
	}
	for name, data := range map[string]string{"text": "ahoj", "no root": body, "encrypted": strings.Replace(whole, "/Size", "/Encrypt 4 0 R/Size", 1),
		"no pages": strings.ReplaceAll(whole, "/Pages", "/Other")} {
		if _, err := pdffile.Open([]byte(data)); !errs.Is(err, errs.Invalid) || errs.Message(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
