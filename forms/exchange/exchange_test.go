package exchange

import (
	"archive/zip"
	"bytes"
	"testing"

	"epom/forms"
)

// tester is what roundTrip needs of a test, also of one by chance.
type tester interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
}

// roundTrip proves that a definition survives being written and read.
func roundTrip(tb tester, im *Imported) {
	tb.Helper()
	data, err := write(&im.Form.Definition)
	if err != nil {
		tb.Fatal(err)
	}
	if !bytes.Equal(data, im.JSON) {
		tb.Error("the definition changes on its way through JSON")
	}
	again, err := forms.Parse(data)
	if err != nil {
		tb.Fatal(err)
	}
	if twice, err := write(&again.Definition); err != nil || !bytes.Equal(twice, data) {
		tb.Errorf("the definition changes when it is read again (%v)", err)
	}
}

// packed is a ZIP of files.
func packed(tb testing.TB, files map[string]string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
