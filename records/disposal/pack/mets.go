package pack

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/records"
)

const (
	nsMETS    = "http://www.loc.gov/METS/"
	nsNSESSS  = "http://www.mvcr.cz/nsesss/v4"
	nsLog     = "http://www.mvcr.cz/nsesss/2023/log"
	schemas   = nsMETS + " http://www.loc.gov/standards/mets/mets.xsd " + nsNSESSS + " https://www.mvcr.cz/nsesss/v4/nsesss.xsd " + nsLog + " https://www.mvcr.cz/nsesss/v4/nsesss-TrP.xsd"
	labelMove = "Datový balíček pro předávání dokumentů a jejich metadat do archivu"
	labelSort = "Datový balíček pro provedení skartačního řízení"
)

// Options say what a package is for.
type Options struct {
	At         time.Time
	Person     string      // who makes it
	Proceeding *Proceeding // the final hand-over to the archive; nil = for the disposal
	Bare       bool        // the description only, as a proposal has it
}

// Name is the name of a package: letters, digits, hyphens, at most 64 (rule dat1a).
func (u *Unit) Name() string {
	mark := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToUpper(fold.Text(u.Files[0].Mark)))
	tail := "-" + strconv.FormatInt(u.Files[0].ID, 10)
	return "SIP-" + mark[:min(len(mark), 59-len(tail))] + tail
}

// Write puts the package as a ZIP file: one folder with mets.xml and the files. What is not in the file store stops it.
func (u *Unit) Write(ctx context.Context, w io.Writer, open records.Opener, o Options) error {
	z := zip.NewWriter(w)
	top := u.Name() + "/"
	out, err := z.CreateHeader(&zip.FileHeader{Name: top + "mets.xml", Method: zip.Deflate, Modified: o.At})
	if err != nil {
		return err
	}
	if err := u.mets(o).write(out); err != nil {
		return err
	}
	if !o.Bare {
		for _, f := range u.Files {
			for _, d := range f.Documents {
				for _, p := range parts(d) {
					if err := u.copy(ctx, z, top, p, open); err != nil {
						return err
					}
				}
			}
		}
	}
	return z.Close()
}

func (u *Unit) copy(ctx context.Context, z *zip.Writer, top string, p part, open records.Opener) error {
	in, size, err := open(ctx, p.SHA256)
	if err != nil {
		return fmt.Errorf("component %s: %w", p.href, err)
	}
	defer in.Close()
	if size != p.Size {
		return errs.Newf(errs.Internal, "component %s has %d bytes, its record says %d", p.href, size, p.Size)
	}
	out, err := z.CreateHeader(&zip.FileHeader{Name: top + p.href, Method: zip.Deflate, Modified: p.made})
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

func stamp(t time.Time) string { return t.In(clock.Prague).Format(time.RFC3339) }

func (u *Unit) mets(o Options) *element {
	label := labelSort
	if o.Proceeding != nil {
		label = labelMove
	}
	paper := "ne"
	for _, f := range u.Files {
		if f.paper() {
			paper = "ano"
		}
	}
	data := el("mets:xmlData")
	for _, f := range u.Files {
		data.add(u.file(f, o.Proceeding, paper))
	}
	root := el("mets:mets", el("mets:metsHdr", agent("urad", "ORGANIZATION", u.Office.Name), agent("osoba", "INDIVIDUAL", or(o.Person, u.Files[0].ClerkName, u.Office.Name))).
		with("CREATEDATE", stamp(o.At), "LASTMODDATE", stamp(o.At)),
		el("mets:dmdSec", wrap("NSESSS", data)).with("ID", "popis"))
	root.with("xmlns:mets", nsMETS, "xmlns:nsesss", nsNSESSS, "xmlns:tp", nsLog, "xmlns:xlink", "http://www.w3.org/1999/xlink", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"OBJID", u.Name(), "LABEL", label, "xsi:schemaLocation", schemas)
	m := &mapping{u: u, o: o}
	tree := m.tree()
	root.add(m.logs...)
	if !o.Bare && len(m.files.kids) > 0 {
		root.add(el("mets:fileSec", &m.files))
	}
	return root.add(el("mets:structMap", tree))
}

func agent(id, kind, name string) *element {
	return el("mets:agent", txt("mets:name", name)).with("ID", id, "ROLE", "CREATOR", "TYPE", kind)
}

func wrap(kind string, data *element) *element {
	return el("mets:mdWrap", data).with("MDTYPE", "OTHER", "OTHERMDTYPE", kind, "MDTYPEVERSION", "4.0", "MIMETYPE", "text/xml")
}

// A class and the scheme stand in the description of each file, so their ids do too.
func classID(f File, k records.Class) string {
	return "skupina" + strconv.FormatInt(f.ID, 10) + "-" + strconv.FormatInt(k.ID, 10)
}

func planID(f File) string { return "plan" + strconv.FormatInt(f.ID, 10) }

// mapping builds the structural map, with a log of each entity and the list of files on the way.
type mapping struct {
	u     *Unit
	o     Options
	logs  []*element
	files element
}

func (m *mapping) div(kind, dmd string, object, value, source string, log []audit.Row) *element {
	id := "log" + strconv.Itoa(len(m.logs)+1)
	m.logs = append(m.logs, el("mets:amdSec", el("mets:digiprovMD", wrap("TP", el("mets:xmlData", m.u.objectLog(len(m.logs)+1, object, value, source, log, m.o.At)))).
		with("ID", "zaznam"+strconv.Itoa(len(m.logs)+1))).with("ID", id))
	return el("mets:div").with("TYPE", kind, "DMDID", dmd, "ADMID", id)
}

func (m *mapping) tree() *element {
	u := m.u
	m.files.name = "mets:fileGrp"
	first := u.Files[0]
	root := m.div("spisový plán", planID(first), "SpisovyPlan", strconv.FormatInt(u.Classes[0].SchemeID, 10), "plan", nil)
	at := root
	for _, k := range u.Classes {
		d := m.div("věcná skupina", classID(first, k), "VecnaSkupina", strconv.FormatInt(k.ID, 10), "skupiny", nil)
		at.add(d)
		at = d
	}
	for _, f := range u.Files {
		spis := m.div("spis", "spis"+strconv.FormatInt(f.ID, 10), "Spis", f.Mark, "spisy", f.Log)
		at.add(spis)
		for _, d := range f.Documents {
			dok := m.div("dokument", "dok"+strconv.FormatInt(d.ID, 10), "Dokument", u.documentID(d), "dokumenty", d.Log)
			spis.add(dok)
			for _, p := range parts(d) {
				k := m.div("komponenta", p.id, "Komponenta", u.partID(d, p), "komponenty", nil)
				dok.add(k)
				if !m.o.Bare {
					k.add(el("mets:fptr").with("FILEID", "f"+p.id))
					m.files.add(el("mets:file", el("mets:FLocat").with("LOCTYPE", "URL", "xlink:type", "simple", "xlink:href", p.href)).
						with("ID", "f"+p.id, "DMDID", p.id, "MIMETYPE", p.MediaType, "SIZE", strconv.FormatInt(p.Size, 10), "CHECKSUMTYPE", "SHA-256", "CHECKSUM", p.SHA256, "CREATED", stamp(p.made)))
				}
			}
		}
	}
	return root
}
