package pack

import (
	"archive/zip"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"epom/forms"
)

var (
	key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	at  = time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
)

func shipped(tb testing.TB) []Form {
	tb.Helper()
	texts, err := forms.Shipped()
	if err != nil {
		tb.Fatal(err)
	}
	var list []Form
	for _, text := range texts {
		list = append(list, Form{Definition: text})
	}
	list[0].Letters = map[string]string{"vyzva.txt": "Vyzýváme vás k doplnění."}
	return list
}

func written(tb testing.TB, list []Form) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := Write(&b, key, "Liberecký kraj", at, list); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	list := shipped(t)
	data := written(t, list)
	if !bytes.Equal(data, written(t, list)) {
		t.Error("the same package twice differs")
	}
	p, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if p.Publisher != "Liberecký kraj" || p.Fingerprint() != Fingerprint(key.Public().(ed25519.PublicKey)) || !p.Created.Equal(at) || len(p.Forms) != len(list) {
		t.Fatalf("%s %s %d forms", p.Publisher, p.Created, len(p.Forms))
	}
	for i, f := range p.Forms {
		if !bytes.Equal(f.Definition, list[i].Definition) || f.Letters["vyzva.txt"] != list[i].Letters["vyzva.txt"] {
			t.Errorf("form %d is not the one that was written", i)
		}
	}
}

// remade is the package with its entries changed, signed anew when sign is set.
func remade(tb testing.TB, data []byte, sign bool, change func(m *manifest, entries map[string][]byte)) []byte {
	tb.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	entries := map[string][]byte{}
	for _, f := range r.File {
		body, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		entries[f.Name], _ = io.ReadAll(body)
	}
	var m manifest
	if err := json.Unmarshal(entries[manifestName], &m); err != nil {
		tb.Fatal(err)
	}
	change(&m, entries)
	if sign {
		head, _ := json.Marshal(m)
		entries[manifestName] = head
		entries[signatureName] = []byte(base64.StdEncoding.EncodeToString(ed25519.Sign(key, head)))
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, body := range entries {
		out, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		_, _ = out.Write(body)
	}
	_ = w.Close()
	return b.Bytes()
}

func add(m *manifest, entries map[string][]byte, name string, body []byte) {
	sum := sha256.Sum256(body)
	entries[name] = body
	m.Files = append(m.Files, file{name, int64(len(body)), hex.EncodeToString(sum[:])})
}

func TestBadPackagesAreRefusedInPlainWords(t *testing.T) {
	t.Parallel()
	good := written(t, shipped(t))
	const form = "forms/stiznost-1.json"
	for name, c := range map[string]struct {
		sign   bool
		change func(*manifest, map[string][]byte)
		want   string
	}{
		"a form changed after signing": {false, func(_ *manifest, e map[string][]byte) {
			e[form] = bytes.Replace(e[form], []byte("2026"), []byte("2027"), 1)
		}, "po podpisu změnil"},
		"the manifest changed": {false, func(_ *manifest, e map[string][]byte) {
			e[manifestName] = bytes.Replace(e[manifestName], []byte("kraj"), []byte("krak"), 1)
		}, "Podpis balíčku nesouhlasí"},
		"no signature":           {false, func(_ *manifest, e map[string][]byte) { delete(e, signatureName) }, "není úplný"},
		"another's key":          {true, func(m *manifest, _ map[string][]byte) { m.Key = bytes.Repeat([]byte{1}, 32) }, "Podpis balíčku nesouhlasí"},
		"a file more":            {false, func(_ *manifest, e map[string][]byte) { e["letters/stiznost/x.txt"] = []byte("x") }, "vydavatel nepodepsal"},
		"a file less":            {false, func(_ *manifest, e map[string][]byte) { delete(e, form) }, "není úplný"},
		"a path outside":         {false, func(_ *manifest, e map[string][]byte) { e["../../etc/passwd"] = []byte("x") }, "mimo svou složku"},
		"a path of Windows":      {false, func(_ *manifest, e map[string][]byte) { e[`C:\x.json`] = []byte("x") }, "mimo svou složku"},
		"something else, signed": {true, func(m *manifest, e map[string][]byte) { add(m, e, "program.exe", []byte("MZ")) }, "do balíčku formulářů nepatří"},
		"letters of no form":     {true, func(m *manifest, e map[string][]byte) { add(m, e, "letters/nikdo/x.txt", []byte("x")) }, "nepatří k žádnému"},
		"a bomb": {true, func(m *manifest, e map[string][]byte) {
			add(m, e, "letters/stiznost/bomba.txt", bytes.Repeat([]byte("x"), 30<<20))
			m.Files[len(m.Files)-1].Size = 100_000
		}, "rozbalí na víc"},
		"a bomb that confesses": {true, func(m *manifest, e map[string][]byte) {
			add(m, e, "letters/stiznost/bomba.txt", bytes.Repeat([]byte("x"), 30<<20))
		}, "příliš velký"},
		"another version":         {true, func(m *manifest, _ map[string][]byte) { m.Forms[0].Version = 9 }, "v balíčku chybí"},
		"a later kind of package": {true, func(m *manifest, _ map[string][]byte) { m.Format = 2 }, "Aktualizujte nejdřív program"},
		"no publisher":            {true, func(m *manifest, _ map[string][]byte) { m.Publisher = "" }, "nemá vydavatele"},
	} {
		_, err := Read(remade(t, good, c.sign, c.change))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Reason, c.want) {
			t.Errorf("%s: %v, want „%s“", name, err, c.want)
		}
	}
	for name, data := range map[string][]byte{"nothing": nil, "not a ZIP": []byte("PK nesmysl"), "cut": good[:len(good)/2], "too large": make([]byte, MaxFile+1)} {
		var e *Error
		if _, err := Read(data); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseKey("nic"); err == nil {
		t.Error("a broken key was taken")
	}
}

// No byte of a package can be changed unnoticed: either the reader refuses, or what it gives is what was signed.
func TestEveryByteIsGuarded(t *testing.T) {
	t.Parallel()
	list := shipped(t)[:2]
	good := written(t, list)
	rapid.Check(t, func(t *rapid.T) {
		data := bytes.Clone(good)
		data[rapid.IntRange(0, len(data)-1).Draw(t, "where")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		p, err := Read(data)
		if err != nil {
			return
		}
		for i, f := range p.Forms {
			if !bytes.Equal(f.Definition, list[i].Definition) || fmt.Sprint(f.Letters) != fmt.Sprint(list[i].Letters) {
				t.Fatal("a changed form passed")
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, shipped(f)[:1]))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read(data)
		var e *Error
		if (err == nil) == (p == nil) && err != nil || err != nil && !errors.As(err, &e) {
			t.Fatalf("%v %v", p, err)
		}
	})
}
