package pack_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"pgregory.net/rapid"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/testdb"
	"epom/offices"
	"epom/records"
	"epom/records/disposal/pack"
	"epom/records/scheme"
	"epom/records/sip"
)

type site struct {
	t       *testing.T
	pool    *db.DB
	owner   *sqlx.DB
	files   *blob.Store
	office  *offices.Office
	clerk   int64
	classes []int64 // leaves
	at      time.Time
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, pool: testdb.New(t), at: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	s.owner = testdb.Owner(t, s.pool)
	s.owner.MustExec(`INSERT INTO office (slug, name, seat_name, kind, category, abbreviation, participates, ico, street, zip, town) VALUES
		('hejnice', 'Městský úřad Hejnice', 'Hejnice', 'other', '63/2', 'HEJ', true, '00262781', 'Jizerská 165', '46362', 'Hejnice')`)
	s.must(s.owner.Get(&s.clerk, `INSERT INTO account (email, name, operator, created_at) VALUES ('a@b.example', 'Jana Říhová', false, now()) RETURNING id`))
	all, err := offices.Open(t.Context(), s.pool)
	s.must(err)
	s.office, err = all.BySlug("hejnice")
	s.must(err)
	s.files, err = blob.Open(t.Context(), t.TempDir(), "")
	s.must(err)
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.AdoptStarter(ctx, tx, s.at, clock.Date(s.at))
		return err
	})
	s.must(s.owner.Select(&s.classes, `SELECT id FROM scheme_class WHERE sign IS NOT NULL ORDER BY id`))
	s.owner.MustExec(`INSERT INTO store_box (office_id, label, place, created_at) VALUES ($1, 'karton 3', 'spisovna, regál 2', now())`, s.office.ID)
	return s
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%+v", err)
	}
}

func (s *site) tx(fn func(context.Context, *db.Tx) error) {
	s.t.Helper()
	s.must(s.pool.Tx(s.t.Context(), db.Scope{Office: s.office.ID, Actor: fmt.Sprint("account:", s.clerk)}, func(tx *db.Tx) error { return fn(s.t.Context(), tx) }))
}

const archival = "%%PDF-1.4\n<x:xmpmeta xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>1</pdfaid:part></x:xmpmeta>\n%d\n%%%%EOF\n"

// story is one document of a generated file.
type story struct {
	Direction     string
	Paper, Cancel bool
	Sheets        int
	Files         []string // kinds: pdf, doc (with its output), txt, png, zip (with its content), draft, versions
	Party         string   // kind of the party; "" = only a name
	Answers, Late bool
	Subject       string
	JID           bool
}

// plot is a generated file: documents, what it is tied to, how it ends.
type plot struct {
	Docs   []story
	Class  int
	How    string
	Sub    bool // has a sub-file
	Joined bool // another file is joined to it
	Fixed  bool // a fixed reference leads to another one
	Loose  bool
	Box    bool
}

var plots = rapid.Custom(func(t *rapid.T) plot {
	text := rapid.OneOf(rapid.StringMatching(`[A-Z][a-zá-ž <>&"']{0,30}`), rapid.StringN(1, 60, 200), rapid.Just("\x01\uFFFE]]>"))
	documents := rapid.Custom(func(t *rapid.T) story {
		d := story{Direction: rapid.SampledFrom([]string{records.In, records.Out, records.Own}).Draw(t, "direction"), Paper: rapid.IntRange(0, 3).Draw(t, "paper") == 0,
			Sheets: rapid.IntRange(0, 30).Draw(t, "sheets"), Party: rapid.SampledFrom([]string{"", records.Person, records.Business, records.Company, records.Authority}).Draw(t, "party"),
			Cancel: rapid.IntRange(0, 6).Draw(t, "cancel") == 0, Answers: rapid.Bool().Draw(t, "answers"), Late: rapid.IntRange(0, 4).Draw(t, "late") == 0, Subject: text.Draw(t, "subject"), JID: rapid.IntRange(0, 5).Draw(t, "jid") == 0}
		d.Files = rapid.SliceOfN(rapid.SampledFrom([]string{"pdf", "doc", "txt", "png", "zip", "draft", "versions"}), 1, 4).Draw(t, "files")
		return d
	})
	return plot{Docs: rapid.SliceOfN(documents, 1, 4).Draw(t, "documents"), Class: rapid.IntRange(0, 1000).Draw(t, "class"),
		How: rapid.SampledFrom([]string{records.ByDocument, records.ByReferral, records.ByNoting, records.ByNote, records.ByOther}).Draw(t, "how"), Sub: rapid.IntRange(0, 3).Draw(t, "sub") == 0,
		Joined: rapid.IntRange(0, 3).Draw(t, "joined") == 0, Fixed: rapid.IntRange(0, 3).Draw(t, "fixed") == 0, Loose: rapid.Bool().Draw(t, "loose"), Box: rapid.Bool().Draw(t, "box")}
})

var serial int

func (s *site) put(name, media, content string, more records.Component) records.Component {
	ref, err := s.files.PutBytes(s.t.Context(), []byte(content))
	s.must(err)
	more.Name, more.MediaType, more.Size, more.SHA256 = name, media, ref.Size, ref.SHA256
	return more
}

func (s *site) components(kinds []string) (list []records.Component) {
	add := func(c records.Component) int { list = append(list, c); return len(list) }
	for _, kind := range append(kinds, "txt") { // what is only a draft or a container would not do
		serial++
		switch kind {
		case "pdf":
			add(s.put("Příloha č. 1.pdf", "application/pdf", fmt.Sprintf(archival, serial), records.Component{}))
		case "doc":
			n := add(s.put("dopis.rtf", "text/rtf", fmt.Sprintf(`{\rtf1\ansi %d}`, serial), records.Component{}))
			add(s.put("dopis.pdf", "application/pdf", fmt.Sprintf(archival, serial), records.Component{Preservation: records.Output, Replaces: &n}))
		case "png":
			add(s.put("obr.png", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"+fmt.Sprint(serial), records.Component{Field: "foto"}))
		case "zip":
			var b bytes.Buffer
			z := zip.NewWriter(&b)
			w, err := z.Create("uvnitř.txt")
			s.must(err)
			_, _ = io.WriteString(w, fmt.Sprint(serial))
			s.must(z.Close())
			n := add(s.put("balík.zip", "application/zip", b.String(), records.Component{Preservation: records.Container}))
			add(s.put("uvnitř.txt", "text/plain", fmt.Sprint("obsah ", serial), records.Component{FromOrdinal: &n}))
		case "draft":
			add(s.put("koncept.txt", "text/plain", fmt.Sprint("koncept ", serial), records.Component{Preservation: records.Draft}))
		case "versions":
			n := add(s.put("verze.txt", "text/plain", fmt.Sprint("první ", serial), records.Component{}))
			add(s.put("verze.txt", "text/plain", fmt.Sprint("druhá ", serial), records.Component{Replaces: &n}))
			add(s.put("verze.pdf", "application/pdf", fmt.Sprintf(archival, serial), records.Component{Preservation: records.Output, Replaces: &n}))
			add(s.put("verze2.pdf", "application/pdf", fmt.Sprintf(archival, serial+1_000_000), records.Component{Preservation: records.Output, Replaces: &n}))
		default:
			add(s.put("Žádost o  něco velmi dlouhého a ještě delšího, co se nevejde do žádného názvu souboru.txt", "text/plain", fmt.Sprint("text ", serial), records.Component{}))
		}
	}
	return list
}

func (s *site) party(ctx context.Context, tx *db.Tx, kind, role string) ([]records.PartyRole, error) {
	p := records.Party{Kind: kind, Name: "Lesy <ČR> & syn", ICO: "42196451", Town: "Hradec Králové", Zip: "50008"}
	if kind == records.Person {
		p = records.Party{Kind: kind, Given: "Karel", Family: "Pokusný", Email: "k@example.cz"}
	}
	if kind == records.Authority {
		p.ICO, p.Town, p.Zip = "", "", ""
	}
	p, err := records.CreateParty(ctx, tx, p, s.at)
	return []records.PartyRole{{ID: p.ID, Role: role}}, err
}

func (s *site) documents(ctx context.Context, tx *db.Tx, id int64, docs []story, at time.Time) (late []int64, err error) {
	var first *int64
	for _, d := range docs {
		role := records.Sender
		if d.Direction == records.Out {
			role = records.Addressee
		}
		nd := records.NewDocument{Direction: d.Direction, Kind: "letter", Subject: strings.ReplaceAll(strings.ToValidUTF8(d.Subject, ""), "\x00", ""), Channel: "post", Party: "Jana Nováková", ForeignNumber: "č. j. 12", Paper: d.Paper}
		if d.Party != "" {
			if nd.Parties, err = s.party(ctx, tx, d.Party, role); err != nil {
				return nil, err
			}
		}
		if d.Paper {
			nd.Sheets, nd.Attachments, nd.AttachmentSheets = &d.Sheets, &d.Sheets, &d.Sheets
		}
		if !d.Paper || d.Sheets%2 == 0 {
			nd.Components = s.components(d.Files)
		}
		if d.Direction == records.In {
			nd.DeliveredAt = &at
		}
		if d.Answers && d.Direction == records.Out {
			nd.AnswersID = first
		}
		made, err := records.AddDocument(ctx, tx, id, nd, at)
		if err != nil {
			return nil, err
		}
		if d.JID {
			if _, err := tx.ExecContext(ctx, `UPDATE document SET jid = $2 WHERE id = $1`, made.ID, fmt.Sprint("CIZI:", made.ID)); err != nil {
				return nil, err
			}
		}
		switch {
		case d.Cancel && d.Direction != records.In && first != nil:
			err = records.Cancel(ctx, tx, made.ID, "omyl", at)
		case d.Direction == records.Out:
			err = records.MarkSent(ctx, tx, made.ID, at)
		case d.Direction == records.In && d.Late:
			late = append(late, made.ID)
		}
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = &made.ID
		}
	}
	return late, nil
}

// live makes a whole closed file of a plot, with all that belongs to it.
func (s *site) live(p plot) (id int64) {
	later := s.at.Add(time.Hour)
	var closing []int64
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		make := func(parent *int64) (records.Case, error) {
			c, err := records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Věc <&> " + p.How, ClerkID: &s.clerk, Parent: parent}, s.at)
			if err != nil {
				return c, err
			}
			_, err = s.documents(ctx, tx, c.ID, p.Docs, s.at)
			return c, err
		}
		c, err := make(nil)
		if err != nil {
			return err
		}
		id = c.ID
		all := []int64{id}
		tie := func(wanted bool, parent *int64, how func(other int64) error) {
			if !wanted || err != nil {
				return
			}
			var o records.Case
			if o, err = make(parent); err == nil {
				all = append(all, o.ID)
				err = how(o.ID)
			}
		}
		tie(p.Sub, &id, func(o int64) error { closing = append(closing, o); return nil })
		tie(p.Joined, nil, func(o int64) error { return records.Join(ctx, tx, o, id, "táž věc", s.at) })
		tie(p.Fixed, nil, func(o int64) error {
			closing = append(closing, o)
			return records.Refer(ctx, tx, o, id, true, "souvisí", s.at)
		})
		tie(p.Loose, nil, func(o int64) error { return records.Refer(ctx, tx, id, o, false, "viz", s.at) })
		if err != nil {
			return err
		}
		if err := records.Classify(ctx, tx, id, s.classes[p.Class%len(s.classes)], s.at); err != nil {
			return err
		}
		for _, o := range all {
			if err := records.Handle(ctx, tx, o, p.How, "protože <&>", later); err != nil {
				return err
			}
			late, err := s.documents(ctx, tx, o, []story{{Direction: records.In, Late: true, Files: []string{"txt"}, Subject: "pozdě"}}, later.Add(time.Minute))
			if err != nil {
				return err
			}
			for _, d := range late {
				if err := records.Settle(ctx, tx, d, records.ByNoting, "", later.Add(time.Minute)); err != nil {
					return err
				}
			}
			c, err := records.CaseByID(ctx, tx, o)
			if err != nil {
				return err
			}
			if c.TriggerEvent == records.Externally {
				if err := records.SetTriggerYear(ctx, tx, o, 2026, later); err != nil {
					return err
				}
			}
			if p.Box {
				if _, err := tx.ExecContext(ctx, `UPDATE case_file SET box_id = (SELECT min(id) FROM store_box) WHERE id = $1`, o); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for _, o := range append(closing, id) {
		s.tx(func(ctx context.Context, tx *db.Tx) error {
			faults, err := records.Close(ctx, tx, o, s.files.Open, later.Add(time.Hour))
			if len(faults) > 0 {
				s.t.Fatalf("faults %+v", faults)
			}
			return err
		})
	}
	return id
}

// write packs a file and gives the path of the ZIP.
func (s *site) write(id int64, o pack.Options) (name string, due int) {
	s.t.Helper()
	var u *pack.Unit
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		u, err = pack.Load(ctx, tx, s.office, id)
		return err
	})
	name = filepath.Join(s.t.TempDir(), u.Name()+".zip")
	f, err := os.Create(name)
	s.must(err)
	defer f.Close()
	s.must(u.Write(s.t.Context(), f, s.files.Open, o))
	due, _ = u.Files[0].DueYear()
	return name, due
}

// Any closed file makes packages that break none of the archives' rules, and that the official schemas find valid.
func TestPackagesBreakNoRule(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	schema, lint := schemas(t)
	made := 0
	for seed := range 16 {
		p := plots.Example(seed)
		if seed == 0 {
			p.Sub, p.Joined, p.Fixed, p.Loose = true, true, true, true
		}
		id := s.live(p)
		for _, o := range []pack.Options{{}, {Bare: true}, {Proceeding: &pack.Proceeding{Person: "Jana Říhová", Number: "HEJ/2099/00001"}}} {
			o.At, o.Person = s.at.AddDate(100, 0, 0), "Jana Říhová"
			if o.Proceeding != nil {
				o.Proceeding.At = o.At
			}
			name, _ := s.write(id, o)
			report, err := sip.Check(name, sip.Options{Today: o.At})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range report.Broken {
				t.Errorf("seed %d %+v: %s %s", seed, o, b.Rule, b.Text)
			}
			if lint != "" {
				cmd := exec.Command(lint, "--noout", "--nonet", "--schema", schema, "-")
				cmd.Stdin = bytes.NewReader(metsOf(t, name))
				if said, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("seed %d: official schema: %v\n%.1500s", seed, err, said)
				}
			}
			made++
		}
		if t.Failed() {
			t.Fatalf("%+v", p)
		}
	}
	fmt.Printf("%d packages break no rule; official schemas asked: %v\n", made, lint != "")
}

func metsOf(t *testing.T, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/mets.xml") {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			data, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
	}
	t.Fatal("no mets.xml")
	return nil
}

// schemas puts the official schemas beside each other; no path when the data or xmllint are not there.
func schemas(t *testing.T) (schema, lint string) {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	lint, err := exec.LookPath("xmllint")
	if root == "" || err != nil {
		fmt.Println("official schemas left out without EPOM_REAL_DATA or xmllint:", t.Name())
		return "", ""
	}
	if !filepath.IsAbs(root) { // given from the project's root
		root = filepath.Join("..", "..", "..", root)
	}
	to := t.TempDir()
	for _, name := range []string{"mets.xsd", "mets-xlink.xsd", "nsesss.xsd", "nsesss-common.xsd", "nsesss-TrP.xsd"} {
		data, err := os.ReadFile(filepath.Join(root, "nsesss", "schema", name))
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.ReplaceAll(data, []byte("http://www.loc.gov/standards/xlink/xlink.xsd"), []byte("mets-xlink.xsd"))
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">`
	for space, name := range map[string]string{"http://www.loc.gov/METS/": "mets.xsd", "http://www.mvcr.cz/nsesss/v4": "nsesss.xsd", "http://www.mvcr.cz/nsesss/2023/log": "nsesss-TrP.xsd"} {
		all += `<xs:import namespace="` + space + `" schemaLocation="` + name + `"/>`
	}
	schema = filepath.Join(to, "all.xsd")
	if err := os.WriteFile(schema, []byte(all+`</xs:schema>`), 0o644); err != nil {
		t.Fatal(err)
	}
	return schema, lint
}

// An open file, and one without documents, make no package, and it is said why.
func TestNoPackage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var c records.Case
	s.tx(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = records.OpenCase(ctx, tx, nil, records.NewCase{Subject: "Prázdný", ClerkID: &s.clerk}, s.at)
		return err
	})
	load := func() error {
		return s.pool.Tx(t.Context(), db.Scope{Office: s.office.ID, Actor: "system"}, func(tx *db.Tx) error {
			_, err := pack.Load(t.Context(), tx, s.office, c.ID)
			return err
		})
	}
	if err := load(); !errs.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err), "není uzavřený") {
		t.Errorf("an open file: %v", err)
	}
	s.tx(func(ctx context.Context, tx *db.Tx) error {
		if err := records.Handle(ctx, tx, c.ID, records.ByOther, "založen omylem", s.at); err != nil {
			return err
		}
		_, err := records.Close(ctx, tx, c.ID, s.files.Open, s.at)
		return err
	})
	if err := load(); !errs.Is(err, errs.Invalid) || !strings.Contains(errs.Message(err), "žádný dokument") {
		t.Errorf("an empty file: %v", err)
	}
}
