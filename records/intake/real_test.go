package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// outsideMails are the messages of the collection: the other files beside them are pictures and results.
func outsideMails(t *testing.T) (files []string) {
	t.Helper()
	root := realData(t, "email")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch ext := filepath.Ext(path); {
		case strings.Contains(path, "/mail-mime-parser/files/"), d.Name() == "ORIGIN.txt":
		case ext == ".eml", ext == ".raw", ext == ".txt":
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) < 200 {
		t.Fatal(len(files), err)
	}
	return files
}

// noMessages are files of the collection without the header of a message: they are taken as ordinary files.
var noMessages = []string{"erroneous.raw", "ctype-invalid-characters.raw", "unquoted-ctype-param-special.raw"}

// differently are messages that we take apart further than the other program: 026.eml decodes a uuencoded text, 009.eml divides a part further.
var differently = []string{"026.eml", "009.eml"}

// Each message is taken apart within two seconds and keeps its original; every part with a content that a strict reader of
// the standard library finds is among the pieces.
func TestOutsideMails(t *testing.T) {
	t.Parallel()
	files := outsideMails(t)
	var slowest time.Duration
	compared, parts := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := newMemory()
		began := time.Now()
		it, err := (&Reader{Files: m}).Read(t.Context(), filepath.Base(file), bytes.NewReader(data))
		took := time.Since(began)
		if slowest = max(slowest, took); took > 2*time.Second {
			t.Errorf("%s took %v", file, took)
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if !bytes.Equal(m.files[it.Pieces[0].SHA256], data) {
			t.Errorf("%s: the original was changed", file)
		}
		if it.Way != Mail && !slices.Contains(noMessages, filepath.Base(file)) {
			t.Errorf("%s is not taken for a message", file)
		}
		have := map[string]bool{}
		for _, p := range it.Pieces {
			have[string(squeeze(m.files[p.SHA256]))] = true
		}
		leaves, ok := strictLeaves(data)
		if !ok {
			continue
		}
		compared++
		for _, leaf := range leaves {
			parts++
			if !have[string(squeeze(leaf.body))] && !leaf.text {
				t.Errorf("%s: the part %q of %d bytes is missing", file, leaf.name, len(leaf.body))
			}
		}
	}
	t.Logf("%d messages, slowest %v; %d compared with a strict reader, %d parts", len(files), slowest, compared, parts)
	if compared < 100 {
		t.Errorf("only %d messages could be compared", compared)
	}
}

// squeeze leaves out line ends, which nobody carries faithfully.
func squeeze(b []byte) []byte {
	return bytes.TrimRight(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), "\n")
}

type leaf struct {
	name string
	text bool // its charset may be changed
	body []byte
}

// strictLeaves reads a message by the rules alone; false when the message breaks them.
func strictLeaves(data []byte) ([]leaf, bool) {
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return nil, false
	}
	return strictPart(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body, 0)
}

func strictPart(kind, encoding, disposition string, r io.Reader, depth int) ([]leaf, bool) {
	media, params, err := mime.ParseMediaType(kind)
	if kind == "" {
		media = "text/plain"
	} else if err != nil || depth > 10 {
		return nil, false
	}
	if !strings.HasPrefix(media, "multipart/") {
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, false
		}
		b, fault := decode(encoding, b)
		_, how, _ := mime.ParseMediaType(disposition)
		if fault != "" || len(bytes.TrimSpace(b)) == 0 {
			return nil, fault == ""
		}
		return []leaf{{how["filename"], strings.HasPrefix(media, "text/"), b}}, true
	}
	mr := multipart.NewReader(r, params["boundary"])
	var all []leaf
	for {
		p, err := mr.NextRawPart()
		if errors.Is(err, io.EOF) {
			return all, true
		}
		if err != nil {
			return nil, false
		}
		list, ok := strictPart(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p, depth+1)
		if !ok {
			return nil, false
		}
		all = append(all, list...)
	}
}

// The 42 messages with a result of another program: every attachment it lists is among the pieces.
func TestOutsideExpectations(t *testing.T) {
	t.Parallel()
	root := realData(t, "email")
	var checked, wanted, missing int
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".expected.json") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var want expected
		if err := json.Unmarshal(text, &want); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		source := strings.TrimSuffix(path, ".expected.json")
		found, err := filepath.Glob(source + ".[er]*")
		found = slices.DeleteFunc(found, func(f string) bool { return strings.HasSuffix(f, ".json") })
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%s: %v", source, found)
		}
		data, err := os.ReadFile(found[0])
		if err != nil {
			return err
		}
		m := newMemory()
		it, err := (&Reader{Files: m}).Read(t.Context(), filepath.Base(found[0]), bytes.NewReader(data))
		if err != nil {
			return err
		}
		checked++
		have := [][]byte{}
		for _, p := range it.Pieces[1:] {
			have = append(have, squeeze(m.files[p.SHA256]))
		}
		for _, n := range want.Attachments {
			wanted++
			body := want.Parts[n].Body.bytes()
			in := func(b []byte) bool { // an attached text keeps its bytes here and is in UTF-8 there
				return bytes.Equal(b, squeeze(body)) || bytes.Equal(toUTF8(b, "iso-8859-1", false), squeeze(body))
			}
			if slices.Contains(differently, filepath.Base(found[0])) {
				continue
			}
			if body != nil && len(bytes.TrimSpace(body)) > 0 && !slices.ContainsFunc(have, in) {
				missing++
				t.Errorf("%s: attachment %d (%d bytes, %.40q) is missing among %d pieces", found[0], n, len(body), body, len(have))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d messages with a result, %d attachments, %d missing", checked, wanted, missing)
	if checked != 42 {
		t.Errorf("%d messages with a result", checked)
	}
}

type expected struct {
	Attachments []int
	Parts       []struct{ Body expectedBody }
}

type expectedBody map[string]json.RawMessage

// bytes is the content of a part as the other program gives it; nil for nested messages and containers.
func (b expectedBody) bytes() []byte {
	for kind, raw := range b {
		switch kind {
		case "Text", "Html":
			var s string
			if json.Unmarshal(raw, &s) == nil {
				return []byte(s)
			}
		case "Binary", "InlineBinary":
			var n []int
			if json.Unmarshal(raw, &n) == nil {
				out := make([]byte, len(n))
				for i, v := range n {
					out[i] = byte(v)
				}
				return out
			}
		}
	}
	return nil
}
