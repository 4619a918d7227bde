// Package pack writes and reads packages of forms: what one publisher, such as a region, gives others to install. A
// package is a ZIP with manifest.json, which names every other file with its hash, and manifest.sig, the publisher's
// Ed25519 signature of the manifest (ADR 0029). It is pure: whom to trust is the caller's to say.
//
//	manifest.json                   {"format":1,"publisher":…,"key":…,"created":…,"forms":[{"code","version","title","agenda"}],"files":[…]}
//	manifest.sig                    64 bytes, base64
//	forms/kaceni-drevin-2.json      a definition with its texts in three languages, parameters and examples
//	letters/kaceni-drevin/vyzva.txt templates of letters that belong to the form
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
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"epom/forms"
)

// MaxFile is the size of a package in bytes; all of it is held in memory.
const MaxFile = 20 << 20

// Bounds of what a package may unpack to.
const (
	maxFiles      = 1000
	maxUnpacked   = 64 << 20
	maxManifest   = 1 << 20
	maxDefinition = 4_000_000
	maxLetter     = 200_000
)

const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
	format        = 1
)

// Form is one published version with the templates of its letters by file name.
type Form struct {
	Definition []byte
	Letters    map[string]string
}

// Head is a form as the manifest names it.
type Head struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	Title   string `json:"title"`
	Agenda  string `json:"agenda"`
}

// Package is a package that was read and whose signature fits its own key.
type Package struct {
	Publisher string
	Key       ed25519.PublicKey
	Created   time.Time
	Forms     []Form
}

type manifest struct {
	Format    int       `json:"format"`
	Publisher string    `json:"publisher"`
	Key       []byte    `json:"key"`
	Created   time.Time `json:"created"`
	Forms     []Head    `json:"forms"`
	Files     []file    `json:"files"`
}

type file struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Error says in plain Czech why a package is refused.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

func refuse(format string, a ...any) error { return &Error{fmt.Sprintf(format, a...)} }

// Fingerprint is the SHA-256 of a key, which people compare by another way than the package came.
func Fingerprint(key ed25519.PublicKey) string {
	h := sha256.Sum256(key)
	return hex.EncodeToString(h[:])
}

// Fingerprint of the package's key.
func (p *Package) Fingerprint() string { return Fingerprint(p.Key) }

// ParseKey reads a public key in base64.
func ParseKey(s string) (ed25519.PublicKey, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, refuse("Klíč vydavatele nemá správný tvar. Zkopírujte ho celý ze stránky vydavatele.")
	}
	return key, nil
}

// Write makes a package; the same forms, key and time give the same bytes.
func Write(w io.Writer, key ed25519.PrivateKey, publisher string, at time.Time, list []Form) error {
	m := manifest{Format: format, Publisher: publisher, Key: key.Public().(ed25519.PublicKey), Created: at.UTC().Truncate(time.Second), Forms: []Head{}, Files: []file{}}
	contents := map[string][]byte{}
	for _, f := range list {
		form, err := forms.Parse(f.Definition)
		if err != nil {
			return err
		}
		m.Forms = append(m.Forms, Head{form.Code, form.Version, form.Title.CS, form.Agenda})
		contents[definitionPath(form.Code, form.Version)] = f.Definition
		for name, text := range f.Letters {
			contents["letters/"+form.Code+"/"+name] = []byte(text)
		}
	}
	var names []string
	for name, data := range contents {
		names = append(names, name)
		sum := sha256.Sum256(data)
		m.Files = append(m.Files, file{name, int64(len(data)), hex.EncodeToString(sum[:])})
	}
	sort.Strings(names)
	slices.SortFunc(m.Files, func(a, b file) int { return strings.Compare(a.Path, b.Path) })
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	contents[manifestName] = head
	contents[signatureName] = []byte(base64.StdEncoding.EncodeToString(ed25519.Sign(key, head)))
	archive := zip.NewWriter(w)
	for _, name := range append([]string{manifestName, signatureName}, names...) {
		out, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.Created})
		if err != nil {
			return err
		}
		if _, err := out.Write(contents[name]); err != nil {
			return err
		}
	}
	return archive.Close()
}

func definitionPath(code string, version int) string {
	return fmt.Sprintf("forms/%s-%d.json", code, version)
}

var (
	formPath   = regexp.MustCompile(`^forms/([a-z0-9]+(?:-[a-z0-9]+)*)-([0-9]{1,6})\.json$`)
	letterPath = regexp.MustCompile(`^letters/([a-z0-9]+(?:-[a-z0-9]+)*)/([a-z0-9][a-z0-9._-]{0,79})$`)
)

// CheckLetter tells whether a template of a letter may travel in a package.
func CheckLetter(name string, data []byte) error {
	if !letterPath.MatchString("letters/x/" + name) {
		return refuse("Název vzoru „%.80s“ smí mít jen malá písmena bez diakritiky, číslice, tečku, pomlčku a podtržítko.", name)
	}
	if len(data) > maxLetter {
		return refuse("Vzor „%s“ je příliš velký, nejvýše %d kB.", name, maxLetter/1000)
	}
	return nil
}

// Read takes a package apart. Its signature, every hash, size and path are checked before anything of it is used; what
// the manifest does not name is refused. Whether the publisher is trusted the caller decides by the fingerprint. The
// error is an *[Error].
func Read(data []byte) (*Package, error) {
	if len(data) > MaxFile {
		return nil, refuse("Balíček je větší než %d MB, tak velký neumíme přijmout.", MaxFile>>20)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse("Soubor není balíček formulářů (ZIP), nebo je poškozený. Stáhněte ho znovu.")
	}
	if len(archive.File) > maxFiles {
		return nil, refuse("V balíčku je příliš mnoho souborů (%d, nejvýše %d).", len(archive.File), maxFiles)
	}
	entries := map[string]*zip.File{}
	for _, f := range archive.File {
		if !plain(f.Name) {
			return nil, refuse("Balíček obsahuje soubor mimo svou složku („%.100s“). Takový balíček je podezřelý a nepřijmeme ho.", f.Name)
		}
		if entries[f.Name] != nil {
			return nil, refuse("Soubor „%.100s“ je v balíčku dvakrát.", f.Name)
		}
		entries[f.Name] = f
	}
	m, err := readManifest(entries)
	if err != nil {
		return nil, err
	}
	contents, err := readFiles(entries, m)
	if err != nil {
		return nil, err
	}
	p := &Package{Publisher: m.Publisher, Key: m.Key, Created: m.Created}
	if err := p.gather(m, contents); err != nil {
		return nil, err
	}
	return p, nil
}

// plain tells whether a name stays inside the package on any system.
func plain(name string) bool {
	return name == path.Clean(name) && !strings.ContainsAny(name, "\\:\x00") && !strings.HasPrefix(name, "/") && name != ".." && !strings.HasPrefix(name, "../")
}

// readManifest reads the manifest and checks its signature before a word of it is believed.
func readManifest(entries map[string]*zip.File) (manifest, error) {
	var m manifest
	head, err := unpack(entries[manifestName], maxManifest)
	if err != nil {
		return m, err
	}
	text, err := unpack(entries[signatureName], 1000)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(head, &m); err != nil || m.Format == 0 {
		return m, refuse("Seznam obsahu balíčku (manifest.json) nejde přečíst.")
	}
	signature, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(m.Key) != ed25519.PublicKeySize || !ed25519.Verify(m.Key, head, signature) {
		return m, refuse("Podpis balíčku nesouhlasí: obsah se po podpisu změnil, nebo podpis není vydavatelův. Stáhněte balíček znovu od vydavatele.")
	}
	if m.Format != format {
		return m, refuse("Balíček je novějšího druhu (%d), než umíme. Aktualizujte nejdřív program.", m.Format)
	}
	if m.Publisher == "" || len(m.Publisher) > 200 || len(m.Forms) == 0 {
		return m, refuse("Balíček nemá vydavatele, nebo v něm není žádný formulář.")
	}
	return m, nil
}

// readFiles unpacks what the manifest names and nothing else.
func readFiles(entries map[string]*zip.File, m manifest) (map[string][]byte, error) {
	contents, left := map[string][]byte{}, int64(maxUnpacked)
	for _, f := range m.Files {
		limit := int64(maxDefinition)
		if letterPath.MatchString(f.Path) {
			limit = maxLetter
		} else if !formPath.MatchString(f.Path) {
			return nil, refuse("Soubor „%.100s“ do balíčku formulářů nepatří.", f.Path)
		}
		if f.Size > limit || f.Size < 0 || f.Size > left {
			return nil, refuse("Soubor „%s“ je příliš velký.", f.Path)
		}
		if contents[f.Path] != nil {
			return nil, refuse("Soubor „%s“ je v seznamu dvakrát.", f.Path)
		}
		data, err := unpack(entries[f.Path], f.Size)
		if err != nil {
			return nil, err
		}
		if sum := sha256.Sum256(data); int64(len(data)) != f.Size || hex.EncodeToString(sum[:]) != f.SHA256 {
			return nil, refuse("Soubor „%s“ se po podpisu změnil.", f.Path)
		}
		contents[f.Path], left = data, left-f.Size
	}
	for name := range entries {
		if name != manifestName && name != signatureName && contents[name] == nil {
			return nil, refuse("V balíčku je navíc soubor „%.100s“, který vydavatel nepodepsal.", name)
		}
	}
	return contents, nil
}

// gather puts the files together to forms as the manifest names them.
func (p *Package) gather(m manifest, contents map[string][]byte) error {
	used, letters := 0, map[string]map[string]string{}
	for name, data := range contents {
		if at := letterPath.FindStringSubmatch(name); at != nil {
			if letters[at[1]] == nil {
				letters[at[1]] = map[string]string{}
			}
			letters[at[1]][at[2]] = string(data)
			used++
		}
	}
	seen := map[string]bool{}
	for _, h := range m.Forms {
		data := contents[definitionPath(h.Code, h.Version)]
		head, err := forms.Head(data)
		if data == nil || err != nil || head.Code != h.Code || head.Version != h.Version || seen[h.Code] {
			return refuse("Formulář „%.80s“, verze %d, v balíčku chybí, je v něm dvakrát, nebo je to jiný formulář.", h.Code, h.Version)
		}
		seen[h.Code] = true
		p.Forms = append(p.Forms, Form{Definition: data, Letters: letters[h.Code]})
		used += 1
		delete(letters, h.Code)
	}
	if len(letters) > 0 || used != len(contents) {
		return refuse("V balíčku jsou soubory, které nepatří k žádnému jeho formuláři.")
	}
	return nil
}

// unpack reads a file of at most limit bytes; what unpacks to more is refused after one byte too many.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	if f == nil {
		return nil, refuse("Balíček není úplný: chybí v něm podpis, seznam obsahu nebo některý soubor.")
	}
	r, err := f.Open()
	if err != nil {
		return nil, refuse("Soubor „%.100s“ nejde rozbalit. Stáhněte balíček znovu.", f.Name)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, refuse("Soubor „%.100s“ je poškozený. Stáhněte balíček znovu.", f.Name)
	}
	if int64(len(data)) > limit {
		return nil, refuse("Soubor „%.100s“ se rozbalí na víc, než je dovoleno. Takový balíček nepřijmeme.", f.Name)
	}
	return data, nil
}
