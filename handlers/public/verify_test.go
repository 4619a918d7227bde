package public_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/pdf"
	"epom/internal/seal"
	"epom/offices"
)

// sealed seals what the office's evidence has unsealed, as the worker does.
func (s *site) sealed(o *offices.Office, with *seal.Sealer) {
	s.t.Helper()
	check(s.t, s.act(o, func(ctx context.Context, tx *db.Tx) error {
		list, err := board.UnsealedEvidence(ctx, tx, 100)
		for _, u := range list {
			k := board.Seal{At: s.clock.Now(), Signer: with.Name(), Test: with.Test()}
			if k.CMS, err = with.SealBytes(ctx, []byte(u.Record)); err != nil {
				return err
			}
			if k.Token, k.StampedAt, err = with.Timestamp(ctx, sha256.Sum256([]byte(u.Record))); err != nil {
				return err
			}
			if err := board.KeepSeal(ctx, tx, u.Seq, k); err != nil {
				return err
			}
		}
		return err
	}))
}

func trialSealer(s *site) *seal.Sealer {
	k := must(seal.Open(seal.Settings{DataDir: s.t.TempDir(), Clock: s.clock}))
	s.Roots = k.Roots()
	return k
}

// attach keeps a file and hangs it.
func (s *site) attach(name string, data []byte) func(*board.New) {
	ref := must(s.Files.PutBytes(s.t.Context(), data))
	return func(n *board.New) {
		n.Files = []board.File{{Name: name, MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}}
	}
}

func TestAnyoneProvesAPosting(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	k := trialSealer(s)
	b := s.browser(t)
	paper := pdf.New(pdf.Meta{Title: "Výzva"})
	paper.Para("Vyzýváme.")
	data := must(paper.Bytes())
	p := s.hang(s.here, "Výzva <b>vlastníkům</b>", s.attach("výzva.pdf", data))
	s.hang(s.here, "Až zítra", s.attach("zitra.pdf", []byte("zítra")), func(n *board.New) { n.PostAt = s.clock.Now().AddDate(0, 0, 1) })
	s.sealed(s.here, k)

	page := b.get("/overeni?deska=hejnice/"+p.Number()).is(t, 200).has(t, "Ano, takové vyvěšení existuje", "Městský úřad Hejnice", "visí od 14. 9. 2026 10:00", "Výzva <b>vlastníkům</b>", "časové razítko", seal.TestMark)
	page.lacks(t, "<b>vlastníkům", "Doložka (PDF)")
	b.get("/overeni?urad=hejnice&cislo=2026-1").is(t, 200).has(t, "Ano, takové vyvěšení existuje")
	for _, no := range []string{"deska=hejnice/2026-2", "deska=nikde/2026-1", "deska=hejnice", "urad=hejnice&cislo=%27", "deska=%00/x"} {
		b.get("/overeni?"+no).is(t, 200).has(t, "Takové vyvěšení tu není")
	}
	file := func(name string, data []byte) answer {
		s.clock.Advance(time.Minute) // not to be limited
		return b.multipart("/overeni", []upload{{"soubor", name, string(data)}})
	}
	file("cokoliv.pdf", data).is(t, 200).has(t, "Ano, tento soubor na úřední desce visel", "visí od 14. 9. 2026 10:00", "V tomto PDF není žádný elektronický podpis")
	file("jinak.pdf", append(bytes.Clone(data), ' ')).is(t, 200).has(t, "Tento soubor neznáme")
	file("zitra.pdf", []byte("zítra")).is(t, 200).has(t, "Tento soubor neznáme")
	file("prazdny.pdf", nil).is(t, 422).has(t, "Soubor je prázdný")
	b.post("/overeni").is(t, 422).has(t, "Vyberte soubor")

	// the clause: of what hangs a confirmation without a seal, then the sealed one, which proves itself
	at := "/urady/hejnice/deska/" + p.Number()
	if got := b.get(at+"/dolozka.pdf").is(t, 200); !strings.HasPrefix(got.Text, "%PDF-") || got.Header.Get("Content-Type") != "application/pdf" {
		t.Error("no confirmation")
	}
	s.clock.Advance(time.Hour)
	s.takeDown(p, "")
	b.get(at+"/dolozka.pdf").is(t, 404)
	clause := s.clause(p, k)
	if got := b.get(at+"/dolozka.pdf").is(t, 200); got.Text != string(clause) {
		t.Error("another clause")
	}
	file("dolozka.pdf", clause).is(t, 200).has(t, "To je doložka k vyvěšení 2026-1.", "Soubor se od zapečetění nezměnil. Pečeť je zkušební a nemá právní účinky.", "Zda byl certifikát mezitím odvolán, nezjišťujeme")
	forged := bytes.Replace(clause, []byte("Doc"), []byte("Dox"), 1)
	if bytes.Equal(forged, clause) {
		t.Fatal("nothing to forge")
	}
	file("dolozka.pdf", forged).is(t, 200).has(t, "Tento soubor neznáme", "Podpis neplatí").lacks(t, "nezměnil")
	s.Roots = nil
	file("dolozka.pdf", clause).is(t, 200).has(t, "Vydavatele certifikátu však neznáme")
}

// clause seals and keeps the clause of a removed posting, as the worker does.
func (s *site) clause(p *board.Posting, k *seal.Sealer) []byte {
	s.t.Helper()
	o := must(s.Offices.ByID(p.OfficeID))
	var data []byte
	check(s.t, s.act(o, func(ctx context.Context, tx *db.Tx) error {
		p, err := board.ByID(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		sheet, err := board.ReadSheet(ctx, tx, p, s.clock.Now())
		if err != nil {
			return err
		}
		sheet.Office, sheet.BaseURL, sheet.Test = o, s.BaseURL, k.Test()
		if data, err = sheet.PDF(); err != nil {
			return err
		}
		if data, err = k.SealPDF(ctx, data, "Doložka"); err != nil {
			return err
		}
		ref, err := s.Files.PutBytes(ctx, data)
		if err != nil {
			return err
		}
		_, err = board.KeepClause(ctx, tx, p.ID, board.Clause{MadeAt: s.clock.Now(), SHA256: ref.SHA256, Size: ref.Size, Test: true})
		return err
	}))
	return data
}

// Experts check the package by openssl alone; what the text in it tells them works.
func TestExpertsCheckTheEvidence(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.clock.Set(time.Now()) // openssl judges certificates by the machine's clock
	p := s.hang(s.here, "Oznámení", s.attach("a.pdf", []byte("obsah")))
	s.sealed(s.here, trialSealer(s))
	got := s.browser(t).get("/urady/hejnice/deska/"+p.Number()+"/dukazy.zip").is(t, 200)
	z := must(zip.NewReader(strings.NewReader(got.Text), int64(len(got.Text))))
	dir := t.TempDir()
	names := []string{}
	for _, f := range z.File {
		r := must(f.Open())
		check(t, os.WriteFile(filepath.Join(dir, f.Name), must(io.ReadAll(r)), 0o600))
		names = append(names, f.Name)
	}
	if want := "CTI-ME.txt 000001-posted.json 000001-posted.p7s 000001-posted.tst certifikaty.pem"; strings.Join(names, " ") != want {
		t.Fatal(names)
	}
	record := must(os.ReadFile(filepath.Join(dir, "000001-posted.json")))
	if sum := sha256.Sum256([]byte("obsah")); !bytes.Contains(record, fmt.Appendf(nil, "%x", sum)) {
		t.Error("the record does not name the file")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Log("openssl is not installed: its verdict is left out")
		return
	}
	openssl := func(args ...string) error {
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, out)
		}
		return err
	}
	cms := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "000001-posted.p7s", "-content", "000001-posted.json", "-CAfile", "certifikaty.pem", "-purpose", "any", "-out", os.DevNull}
	stamp := []string{"ts", "-verify", "-data", "000001-posted.json", "-in", "000001-posted.tst", "-token_in", "-CAfile", "certifikaty.pem"}
	check(t, openssl(cms...))
	check(t, openssl(stamp...))
	check(t, os.WriteFile(filepath.Join(dir, "000001-posted.json"), append(record, ' '), 0o600))
	if openssl(cms...) == nil || openssl(stamp...) == nil {
		t.Error("openssl believes a changed record")
	}
}
