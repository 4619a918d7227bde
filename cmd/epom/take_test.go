package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"epom/internal/config"
	"epom/internal/testdb"
)

// taking is an installation with one office and the command that takes files in.
func taking(t *testing.T) (*App, func(files ...string) ([]tookLine, error)) {
	t.Helper()
	cfg, err := config.LoadFrom(map[string]string{"EPOM_DATABASE_URL": testdb.URL(t), "EPOM_DATA_DIR": t.TempDir(), "EPOM_SECRET": strings.Repeat("s", 40)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	a := &App{Config: cfg, Out: &out, Err: io.Discard, Context: t.Context(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	t.Cleanup(a.Close)
	owner, err := a.Owner()
	if err != nil {
		t.Fatal(err)
	}
	owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates) VALUES ('hejnice', 'Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true)`)
	return a, func(files ...string) (lines []tookLine, err error) {
		out.Reset()
		err = TakeCmd{Office: "hejnice", Files: files}.Run(a)
		for s := bufio.NewScanner(&out); s.Scan(); {
			var l tookLine
			if e := json.Unmarshal(s.Bytes(), &l); e != nil {
				t.Fatal(e, s.Text())
			}
			lines = append(lines, l)
		}
		return lines, err
	}
}

func TestTakeCommand(t *testing.T) {
	t.Parallel()
	a, take := taking(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	letter := write("a.eml", "From: Jana <jana@posta.example>\nSubject: Žádost\nMessage-ID: <1@posta.example>\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nText\n--x\n"+
		"Content-Type: application/pdf; name=\"p.pdf\"\n\n%PDF-1.4 nic\n--x--\n")
	plain, empty := write("nákres.txt", "čára"), write("prazdny.eml", "")
	lines, err := take(letter, plain, letter, empty, filepath.Join(dir, "neni"))
	if !errors.Is(err, errNo) || len(lines) != 5 {
		t.Fatal(lines, err)
	}
	if l := lines[0]; l.Number == nil || !strings.HasSuffix(*l.Number, "/00001-1") || len(l.Components) != 3 || l.Problem != nil {
		t.Errorf("letter %+v", l)
	}
	sum := sha256.Sum256([]byte("čára"))
	if l := lines[1]; l.Number == nil || len(l.Components) != 1 || l.Components[0].SHA256 != hex.EncodeToString(sum[:]) || l.Components[0].Size != 6 {
		t.Errorf("file %+v", l)
	}
	if l := lines[2]; l.Number == nil || *l.Number != *lines[0].Number {
		t.Errorf("the same message has another number: %+v", l)
	}
	for _, l := range lines[3:] {
		if l.Number != nil || l.Problem == nil || *l.Problem == "" {
			t.Errorf("refused %+v", l)
		}
	}
	if err := (&VerifyCmd{}).Run(a); err != nil {
		t.Errorf("the audit finds: %v", err)
	}
	if err := (TakeCmd{Office: "nikde", Files: []string{plain}}).Run(a); err == nil {
		t.Error("an unknown office took a file")
	}
}

// All outside messages become documents with their components, and what is kept is what came.
func TestTakeOutsideMessages(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		root = filepath.Join("..", "..", root)
	}
	var files []string
	for _, folder := range []string{"email", "isds/zfo", "isds/messages"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && d.Name() != "ORIGIN.txt" && !strings.HasSuffix(path, ".json") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	a, take := taking(t)
	lines, err := take(files...)
	if err != nil || len(lines) != len(files) || len(files) < 214 {
		t.Fatalf("%d lines of %d files: %v", len(lines), len(files), err)
	}
	store, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for i, l := range lines {
		data, err := os.ReadFile(files[i])
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if l.Number == nil || len(l.Components) == 0 || l.Components[0].SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%s: %+v", files[i], l)
		}
		for _, c := range l.Components {
			if ok, err := store.Has(t.Context(), c.SHA256); err != nil || !ok {
				t.Errorf("%s: %s is not kept (%v)", files[i], c.Name, err)
			}
		}
	}
	if err := (&VerifyCmd{}).Run(a); err != nil {
		t.Errorf("the audit finds: %v", err)
	}
}
