package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"epom/board"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/pdf"
	"epom/internal/preview"
	"epom/records/exchange"
)

// maker is a Previewer for tests; nil functions do the real work.
type maker struct {
	Previewer
	made    int
	missing bool
	answer  func() preview.Preview
	before  func()
}

func (m *maker) Available() bool { return !m.missing }

func (m *maker) Make(ctx context.Context, r io.Reader, media string, o preview.Options) (preview.Preview, error) {
	m.made++
	if m.before != nil {
		m.before()
	}
	if m.missing {
		return preview.Preview{Problem: preview.ToolMissing}, nil
	}
	if m.answer != nil {
		return m.answer(), nil
	}
	return m.Previewer.Make(ctx, r, media, o)
}

// makes puts a Previewer in that counts.
func (h *house) makes() *maker {
	m := &maker{Previewer: h.Preview}
	h.Preview = m
	return m
}

// paper is a PDF with a heading on each page.
func paper(t *testing.T, pages ...string) []byte {
	t.Helper()
	doc := pdf.New(pdf.Meta{Title: "Záměr", Lang: "cs", Created: monday})
	for i, s := range pages {
		if i > 0 {
			doc.PageBreak()
		}
		doc.Heading(1, s)
	}
	data, err := doc.Bytes()
	must(t, err)
	return data
}

func (h *house) kept(name, media string, data []byte) board.File {
	h.t.Helper()
	ref, err := h.Files.PutBytes(h.t.Context(), data)
	must(h.t, err)
	return board.File{Name: name, MediaType: media, Size: ref.Size, SHA256: ref.SHA256}
}

func (h *house) postFiles(files ...board.File) *board.Posting {
	n := notice("oznameni")
	n.Content.Files = files
	return h.post(n)
}

func (h *house) previews(office int32, files ...board.File) (known map[string]board.Preview) {
	h.t.Helper()
	var hashes []string
	for _, f := range files {
		hashes = append(hashes, f.SHA256)
	}
	must(h.t, h.DB.Tx(h.t.Context(), system(office), func(tx *db.Tx) (err error) {
		known, err = board.Previews(h.t.Context(), tx, hashes)
		return err
	}))
	return known
}

// found counts postings of here that a search for words finds.
func (h *house) found(words string) (n int) {
	h.t.Helper()
	must(h.t, h.owner.Get(&n, `SELECT count(*) FROM board_item WHERE office_id = $1 AND words @@ plainto_tsquery('simple', $2)`, h.here.ID, words))
	return n
}

func TestPreviewsOfDocuments(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.makes()
	m.before = func() {
		var held int
		must(t, h.owner.Get(&held, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`))
		if held != 0 {
			t.Error("a transaction waits for the work")
		}
	}
	f := h.kept("záměr.pdf", "application/pdf", paper(t, "První lipová strana", "Druhá strana", "Třetí strana"))
	p := h.postFiles(f)
	h.none(h.work())

	v, ok := h.previews(h.here.ID, f)[f.SHA256]
	if !ok || v.Problem != "" || v.Pages != 3 || len(v.Pictures.V) != 3 {
		t.Fatalf("%+v", v)
	}
	for i, want := range []string{"První lipová strana", "Druhá strana", "Třetí strana"} {
		pic := v.Pictures.V[i]
		if pic.Page != i+1 || pic.Width != 1240 || !strings.Contains(strings.Join(strings.Fields(v.PageText(pic)), " "), want) {
			t.Errorf("page %d: %+v %q", i+1, pic, v.PageText(pic))
		}
		if body, size, err := h.Files.Open(t.Context(), pic.SHA256); err != nil || size < 1000 {
			t.Errorf("picture %d: %v", i+1, err)
		} else {
			_ = body.Close()
		}
	}
	if has, err := h.Files.Has(t.Context(), v.Thumb); err != nil || !has || !strings.HasPrefix(v.ThumbType, "image/") {
		t.Error("no thumbnail", err, v.ThumbType)
	}
	if h.found("lipova") != 1 {
		t.Error("words of the document are not found")
	}
	if len(h.previews(h.there.ID, f)) != 0 {
		t.Error("another office sees it")
	}

	// done again it makes nothing, and neither does another posting with the same file; its words are found too
	h.again(jobPreview)
	h.none(h.work())
	h.postFiles(f)
	h.none(h.work())
	if m.made != 1 || h.found("lipova") != 2 {
		t.Errorf("made %d times, found %d times", m.made, h.found("lipova"))
	}
	if got := h.posting(p.ID); got.State() != board.Hanging {
		t.Error(got.State())
	}
}

// What cannot be shown is posted all the same: the problem is kept and nobody tries again.
func TestDocumentsThatCannotBeShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.makes()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	must(t, os.WriteFile(in, paper(t, "Tajné"), 0o600))
	if said, err := exec.Command("qpdf", "--encrypt", "heslo", "vlastnik", "256", "--", in, out).CombinedOutput(); err != nil {
		t.Fatalf("qpdf: %v %s", err, said)
	}
	locked, err := os.ReadFile(out)
	must(t, err)
	files := []board.File{h.kept("zamčený.pdf", "application/pdf", locked),
		h.kept("poškozený.pdf", "application/pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("nic "), 100)...)),
		h.kept("neznámý.bin", "application/octet-stream", []byte{1, 2, 3}), h.kept("dobrý.pdf", "application/pdf", paper(t, "Čitelné"))}
	h.postFiles(files...)
	h.none(h.work())
	known := h.previews(h.here.ID, files...)
	for i, want := range []preview.Problem{preview.Encrypted, preview.Broken, preview.Unsupported, preview.None} {
		if got := known[files[i].SHA256]; got.Problem != string(want) || (want != preview.None) != (len(got.Pictures.V) == 0) {
			t.Errorf("%s: %q, %d pictures", files[i].Name, got.Problem, len(got.Pictures.V))
		}
	}
	h.enqueue(jobPreviewsAll, 0, nil)
	h.clock.Advance(sweepSpread)
	h.none(h.work())
	if m.made != len(files) || h.found("citelne") != 1 {
		t.Errorf("made %d times", m.made)
	}
}

func TestALargeDocument(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	noise := make([]byte, 30<<20)
	_, err := rand.NewChaCha8([32]byte{}).Read(noise)
	must(t, err)
	doc := pdf.New(pdf.Meta{Title: "Výkresy", Lang: "cs", Created: monday})
	doc.Heading(1, "Velký soubor")
	doc.Attach("vykresy.bin", "application/octet-stream", pdf.Source, noise)
	data, err := doc.Bytes()
	must(t, err)
	f := h.kept("velký.pdf", "application/pdf", data)
	h.postFiles(f)
	h.none(h.work())
	if v := h.previews(h.here.ID, f)[f.SHA256]; f.Size < 30<<20 || v.Problem != "" || len(v.Pictures.V) != 1 || h.found("velky soubor") != 1 {
		t.Errorf("%d bytes: %q, %d pictures", f.Size, v.Problem, len(v.Pictures.V))
	}
}

// Drawing and calls to records systems have lanes of their own: nothing people wait for stands behind them, no kind is in two.
func TestSlowWorkHasItsOwnLane(t *testing.T) {
	t.Parallel()
	w := New(Deps{Clock: clock.NewFake(monday), Files: &blob.Store{}})
	usual, slow, outside := w.Lanes()
	if slow[jobPreview] == nil || usual[jobPreview] != nil || outside[exchange.Job] == nil || usual[board.JobPost] == nil || len(usual)+len(slow)+len(outside) != len(w.Handlers()) {
		t.Error(len(usual), len(slow), len(outside))
	}
}

// A document that takes too long is tried on a quieter machine; in the end the fault is kept.
func TestATimeoutIsTriedAgainAndKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.makes()
	m.answer = func() preview.Preview {
		return preview.Preview{Problem: preview.Timeout, Pages: 40, Texts: []string{"Zdlouhavé"}}
	}
	f := h.kept("pomalý.pdf", "application/pdf", paper(t, "Pomalý"))
	h.postFiles(f)
	for range previewTries - 1 {
		if err := h.work()[jobPreview]; !errors.Is(err, preview.Timeout) || len(h.previews(h.here.ID, f)) != 0 {
			t.Fatal("given up too soon:", err)
		}
		h.owner.MustExec(`UPDATE job SET run_at = created_at WHERE kind = $1`, jobPreview)
	}
	h.none(h.work())
	if v := h.previews(h.here.ID, f)[f.SHA256]; v.Problem != string(preview.Timeout) || v.Pages != 40 || h.found("zdlouhave") != 1 || m.made != previewTries {
		t.Errorf("%+v, made %d times", v, m.made)
	}
}

// Without the tool the posting hangs as well; when it comes, the sweep makes what is missing.
func TestTheToolComesLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.makes()
	m.missing = true
	f := h.kept("záměr.pdf", "application/pdf", paper(t, "Lipová alej"))
	h.postFiles(f)
	h.postFiles(f)
	sweep := func() {
		h.enqueue(jobPreviewsAll, 0, nil)
		h.clock.Advance(sweepSpread)
		h.none(h.work())
	}
	sweep()
	if v := h.previews(h.here.ID, f)[f.SHA256]; v.Problem != string(preview.ToolMissing) || m.made != 1 {
		t.Fatalf("%q, made %d times", v.Problem, m.made)
	}
	m.missing = false
	sweep()
	if v := h.previews(h.here.ID, f)[f.SHA256]; v.Problem != "" || len(v.Pictures.V) != 1 || m.made != 2 || h.found("lipova") != 2 {
		t.Errorf("%q, made %d times, found %d", v.Problem, m.made, h.found("lipova"))
	}
}

// One lost file does not keep the others from being shown, and is seen as a failure.
func TestALostFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lost := board.File{Name: "ztracený.pdf", MediaType: "application/pdf", Size: 10, SHA256: fmt.Sprintf("%064d", 7)}
	good := h.kept("dobrý.pdf", "application/pdf", paper(t, "Zachovalé"))
	p := h.postFiles(lost, good)
	payload, err := json.Marshal(board.Ref{Posting: p.ID, Revision: 1})
	must(t, err)
	if err := h.boardPreview(t.Context(), jobs.Claimed{Kind: jobPreview, Office: h.here.ID, Payload: payload, Attempt: 1}); !errs.Is(err, errs.NotFound) || !strings.Contains(err.Error(), "file 1") {
		t.Error(err)
	}
	if h.found("zachovale") != 1 {
		t.Error("the good one is not shown")
	}
}

// Real attachments of a village's board (EPOM_REAL_DATA): each is previewed or says why not, and nothing fails.
func TestPreviewsOfARealBoard(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		t.Log("left out without EPOM_REAL_DATA: the files of a notice board")
		return
	}
	h := newHouse(t)
	paths, err := filepath.Glob(filepath.Join(root, "notice-boards", "blesno", "files", "bib-*.pdf"))
	must(t, err)
	var files []board.File
	for _, p := range paths {
		data, err := os.ReadFile(p)
		must(t, err)
		files = append(files, h.kept(filepath.Base(p), "application/pdf", data))
	}
	if len(files) == 0 {
		t.Fatal("no files in", root)
	}
	h.postFiles(files...)
	h.none(h.work())
	for _, f := range files {
		if v, ok := h.previews(h.here.ID, f)[f.SHA256]; !ok || v.Problem == "" && (len(v.Pictures.V) == 0 || v.Thumb == "") {
			t.Errorf("%s: %v %q, %d pictures", f.Name, ok, v.Problem, len(v.Pictures.V))
		}
	}
}
