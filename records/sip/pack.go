package sip

import (
	"archive/tar"
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// Limits of one package. The archive takes at most 10 GB; what unpacks to more than a hundred times its size is a bomb.
const (
	maxEntries  = 50_000
	maxUnpacked = 10 << 30
	bombFrom    = 64 << 20
	bombRatio   = 100
)

// entry is one file or folder of a package.
type entry struct {
	path string // slashes, from the top of what was opened
	size int64
	dir  bool
	open func() (io.ReadCloser, error)
}

// pack is an opened package. What could hurt whoever unpacks it is in refused, and then nothing of it is read.
type pack struct {
	name    string // of the folder or file as given, without its way
	form    string // folder | zip | tar | file | other
	kind    Kind
	top     string // folder inside an archive that is the package; "" when it is not wrapped
	entries map[string]entry
	refused string
	root    *os.Root
	closers []io.Closer
}

func (p *pack) close() {
	for _, c := range p.closers {
		_ = c.Close()
	}
}

// open opens what lies at name. A folder that only wraps one package stands for that package.
func open(name string) (*pack, error) {
	for range 3 {
		inner, err := wrapped(name)
		if err != nil {
			return nil, err
		}
		if inner == "" {
			break
		}
		name = inner
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	p := &pack{name: filepath.Base(abs), entries: map[string]entry{}, kind: Records}
	switch {
	case info.IsDir():
		err = p.openFolder(name)
	case info.Mode().IsRegular():
		err = p.openFile(name, info.Size())
	default:
		return nil, fmt.Errorf("%s is neither a file nor a folder", name)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	if p.form == "zip" || p.form == "tar" {
		p.top = p.onlyFolder()
	}
	if _, ok := p.file("METS.xml"); ok || p.form == "tar" {
		p.kind = Archive
	}
	return p, nil
}

// wrapped is the only thing in a folder when that is a package by itself, else "".
func wrapped(name string) (string, error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return "", err
	}
	d, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer d.Close()
	list, err := d.ReadDir(2)
	if err != nil && !errors.Is(err, io.EOF) || len(list) != 1 {
		return "", err
	}
	inner := filepath.Join(name, list[0].Name())
	switch ext := strings.ToLower(filepath.Ext(inner)); {
	case list[0].IsDir() && list[0].Name() == filesName:
	case list[0].IsDir():
		for _, mets := range []string{"METS.xml", "mets.xml"} {
			if _, err := os.Lstat(filepath.Join(inner, mets)); err == nil {
				return inner, nil
			}
		}
	case list[0].Type().IsRegular() && (ext == ".zip" || ext == ".tar" || strings.EqualFold(list[0].Name(), "ead.xml")):
		return inner, nil
	}
	return "", nil
}

func (p *pack) refuse(format string, a ...any) {
	if p.refused == "" {
		p.refused = fmt.Sprintf(format, a...)
	}
}

func (p *pack) openFolder(name string) error {
	p.form = "folder"
	root, err := os.OpenRoot(name) // nothing outside the folder can be reached through it, not even by a link put there meanwhile
	if err != nil {
		return err
	}
	p.closers = append(p.closers, root)
	var total int64
	err = fs.WalkDir(root.FS(), ".", func(at string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case at == ".":
			return nil
		case !d.IsDir() && !d.Type().IsRegular():
			p.refuse("%s není soubor ani složka (symbolické odkazy a zařízení se nepřijímají)", at)
			return fs.SkipAll
		}
		e := entry{path: at, dir: d.IsDir(), open: func() (io.ReadCloser, error) { return root.Open(at) }}
		if info, err := d.Info(); err == nil && !e.dir {
			e.size = info.Size()
		}
		total += e.size
		p.put(e)
		return p.limit(total)
	})
	if errors.Is(err, errRefused) {
		return nil
	}
	return err
}

var errRefused = errors.New("refused")

func (p *pack) limit(total int64) error {
	switch {
	case len(p.entries) > maxEntries:
		p.refuse("balíček má více než %d souborů", maxEntries)
	case total > maxUnpacked:
		p.refuse("balíček je větší než %d GB", maxUnpacked>>30)
	}
	if p.refused != "" {
		return errRefused
	}
	return nil
}

func (p *pack) put(e entry) {
	e.path = strings.TrimSuffix(e.path, "/")
	switch old, ok := p.entries[e.path]; {
	case ok && old.dir != e.dir:
		p.refuse("%s je zároveň soubor i složka", e.path)
	case ok && !e.dir:
		p.refuse("%s je v balíčku dvakrát", e.path)
	}
	p.entries[e.path] = e
	for dir := path.Dir(e.path); dir != "."; dir = path.Dir(dir) {
		if old, ok := p.entries[dir]; ok {
			if !old.dir {
				p.refuse("%s je zároveň soubor i složka", dir)
			}
			break
		}
		p.entries[dir] = entry{path: dir, dir: true}
	}
}

func (p *pack) openFile(name string, size int64) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, f)
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case strings.EqualFold(filepath.Ext(name), ".xml"):
		p.form, p.kind = "file", FindingAid
		p.put(entry{path: p.name, size: size, open: func() (io.ReadCloser, error) { return os.Open(name) }})
	case strings.HasPrefix(string(head), "PK\x03\x04"), strings.HasPrefix(string(head), "PK\x05\x06"):
		p.form = "zip"
		p.readZip(f, size)
	case n > 262 && string(head[257:262]) == "ustar":
		p.form = "tar"
		p.readTar(f)
	default:
		p.form = "other"
	}
	return nil
}

// safeName says why a name in an archive is refused, "" when it is fine.
func safeName(name string) string {
	switch {
	case name == "" || len(name) > 1024 || strings.ContainsRune(name, 0):
		return "neplatné jméno souboru"
	case strings.Contains(name, `\`) || !filepath.IsLocal(strings.TrimSuffix(name, "/")) || strings.Count(name, "/") > maxDepth:
		return fmt.Sprintf("jméno %.80q vede mimo balíček", name)
	}
	return ""
}

func (p *pack) readZip(f io.ReaderAt, size int64) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		p.refuse("soubor ZIP je poškozený: %v", err)
		return
	}
	var total, packed uint64
	for _, e := range z.File {
		switch bad := safeName(e.Name); {
		case bad != "":
			p.refuse("%s", bad)
		case e.Mode()&fs.ModeType&^fs.ModeDir != 0:
			p.refuse("%s není soubor ani složka (symbolické odkazy se nepřijímají)", e.Name)
		case e.Flags&1 != 0:
			p.refuse("%s je zašifrován", e.Name)
		case e.UncompressedSize64 > maxUnpacked:
			p.refuse("%s je větší než %d GB", e.Name, maxUnpacked>>30)
		default:
			total, packed = total+e.UncompressedSize64, packed+e.CompressedSize64
			p.put(entry{path: e.Name, size: int64(e.UncompressedSize64), dir: strings.HasSuffix(e.Name, "/"), open: e.Open})
		}
		if total > maxUnpacked || p.limit(int64(total)) != nil {
			break
		}
	}
	if packed > uint64(size) || total > bombFrom && total/bombRatio > packed {
		p.refuse("soubor ZIP se rozbaluje na nepřiměřenou velikost (%d MB)", total>>20)
	}
}

func (p *pack) readTar(f *os.File) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		p.refuse("soubor TAR nelze číst: %v", err)
		return
	}
	t := tar.NewReader(f)
	var total int64
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			p.refuse("soubor TAR je poškozený: %v", err)
			return
		}
		h.Name = strings.TrimPrefix(h.Name, "./")
		if h.Name == "" {
			continue
		}
		if bad := safeName(h.Name); bad != "" {
			p.refuse("%s", bad)
			return
		}
		if h.Typeflag != tar.TypeReg && h.Typeflag != tar.TypeDir {
			p.refuse("%s není soubor ani složka (odkazy se nepřijímají)", h.Name)
			return
		}
		at, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			p.refuse("soubor TAR nelze číst: %v", err)
			return
		}
		size := h.Size
		total += size
		p.put(entry{path: h.Name, size: size, dir: h.Typeflag == tar.TypeDir, open: func() (io.ReadCloser, error) {
			return io.NopCloser(io.NewSectionReader(f, at, size)), nil
		}})
		if p.limit(total) != nil {
			return
		}
	}
}

// onlyFolder is the one folder at the top of an archive, "" when there are more things or a file.
func (p *pack) onlyFolder() string {
	top := ""
	for name := range p.entries {
		first, _, deeper := strings.Cut(name, "/")
		if top != "" && first != top || !deeper && !p.entries[name].dir {
			return ""
		}
		top = first
	}
	return top
}

// file is an entry of the package by its path from the package's folder.
func (p *pack) file(name string) (entry, bool) {
	e, ok := p.entries[path.Join(p.top, name)]
	return e, ok && !e.dir
}

// names is the files below a folder of the package, sorted, as paths from the package's folder.
func (p *pack) names(dir string) []string {
	prefix, cut := path.Join(p.top, dir), ""
	if p.top != "" {
		cut = p.top + "/"
	}
	var out []string
	for name, e := range p.entries {
		if !e.dir && (prefix == "" || strings.HasPrefix(name, prefix+"/")) {
			out = append(out, strings.TrimPrefix(name, cut))
		}
	}
	sort.Strings(out)
	return out
}

// children is what lies directly in the package's folder; folders end in a slash.
func (p *pack) children() []string {
	var out []string
	for name, e := range p.entries {
		if path.Dir(name) == path.Clean("./"+p.top) || p.top == "" && !strings.Contains(name, "/") {
			if e.dir {
				out = append(out, path.Base(name)+"/")
			} else {
				out = append(out, path.Base(name))
			}
		}
	}
	sort.Strings(out)
	return out
}

// read reads a whole metadata file, never more than a reader of XML takes.
func (e entry) read() ([]byte, error) {
	if e.size > maxXML {
		return nil, &xmlFault{fmt.Sprintf("soubor je větší než %d MB", maxXML>>20), 0}
	}
	f, err := e.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxXML+1))
}
