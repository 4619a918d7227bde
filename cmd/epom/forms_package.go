package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"epom/forms"
	"epom/forms/exchange"
	"epom/forms/pack"
	"epom/forms/repository"
	"epom/internal/errs"
)

// packageForms writes a signed package with the offered versions of forms.
func (a *App) packageForms(codes []string, out string) error {
	store, err := a.openForms()
	if err != nil {
		return err
	}
	p, err := a.packer(store)
	if err != nil {
		return err
	}
	list := make([]*forms.Form, len(codes))
	for i, code := range codes {
		var ok bool
		if list[i], ok = store.Catalogue.Latest(code); !ok {
			return fmt.Errorf("there is no form %q; epom forms list shows them", code)
		}
	}
	data, err := p.of(a.Context, "", list)
	if err != nil {
		return err
	}
	if out == "-" {
		_, err = a.Out.Write(data)
		return err
	}
	if err := os.WriteFile(out, data, 0o644); err != nil {
		return err
	}
	_, fingerprint := p.Signer()
	fmt.Fprintf(a.Err, "%s: %d forms, signed with the key %s\n", out, len(list), fingerprint)
	return nil
}

// packageLine is what is printed for each form of a package.
type packageLine struct {
	File      string `json:"file"`
	Form      string `json:"form,omitempty"`
	Version   int    `json:"version,omitempty"`
	Installed bool   `json:"installed"`
	Problem   string `json:"problem,omitempty"`
}

// installPackages takes packages in; each is installed whole or not at all.
func (a *App) installPackages(names []string) error {
	open := sync.OnceValues(a.openForms) // a file that is no package needs no database
	lines := json.NewEncoder(a.Out)
	lines.SetEscapeHTML(false)
	bad := false
	for _, name := range names {
		list, err := a.installPackage(open, name)
		if err != nil {
			bad = true
			list = []packageLine{{File: name, Problem: why(err)}}
		}
		for _, l := range list {
			if err := lines.Encode(l); err != nil {
				return err
			}
		}
	}
	if bad {
		return errNo
	}
	return nil
}

// why is an error in the words for people.
func why(err error) string {
	var refused *repository.Refused
	if errors.As(err, &refused) {
		var lines []string
		for _, p := range refused.Problems {
			lines = append(lines, p.String())
		}
		return "formulář tu nejde vydat: " + strings.Join(lines, "; ")
	}
	if m := errs.Message(err); m != "" {
		return m
	}
	return err.Error()
}

func (a *App) installPackage(open func() (*repository.Store, error), name string) ([]packageLine, error) {
	data, err := fetchPackage(a.Context, name)
	if err != nil {
		return nil, err
	}
	in, err := pack.Read(data)
	if err != nil {
		return nil, err
	}
	store, err := open()
	if err != nil {
		return nil, err
	}
	known, err := a.trusted(store, in)
	if err != nil {
		return nil, err
	}
	var arrivals []repository.Arrival
	var list []packageLine
	for _, f := range in.Forms {
		head, err := forms.Head(f.Definition)
		if err != nil {
			return nil, err
		}
		_, err = store.Arriving(a.Context, f.Definition)
		here := errs.Is(err, errs.Conflict)
		list = append(list, packageLine{File: name, Form: head.Code, Version: head.Version, Installed: !here})
		arrivals = append(arrivals, repository.Arrival{Definition: f.Definition, Letters: f.Letters, Publisher: known, Fingerprint: in.Fingerprint()})
	}
	_, err = store.Install(a.Context, shell, arrivals)
	return list, err
}

// trusted is the name under which the publisher of a package is trusted.
func (a *App) trusted(store *repository.Store, in *pack.Package) (string, error) {
	list, err := store.Publishers(a.Context)
	if err != nil {
		return "", err
	}
	for _, p := range list {
		if p.Fingerprint == in.Fingerprint() {
			return p.Name, nil
		}
	}
	own, err := a.packer(store)
	if err != nil {
		return "", err
	}
	if _, mine := own.Signer(); mine == in.Fingerprint() {
		return own.name, nil
	}
	return "", fmt.Errorf("vydavatele „%s“ neznáme; ověřte u něj otisk jeho klíče %s a přidejte ho: epom forms trust --name JMÉNO --fingerprint OTISK KLÍČ", in.Publisher, in.Fingerprint())
}

// fetchPackage reads a file, standard input or an https address.
func fetchPackage(ctx context.Context, name string) ([]byte, error) {
	if !strings.HasPrefix(name, "https://") && !strings.HasPrefix(name, "http://") {
		return readFile(name)
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, name, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", name, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, pack.MaxFile+1))
}

// FormsTrustCmd takes in the packages of a publisher from now on.
type FormsTrustCmd struct {
	Name        string `required:"" help:"Who it is."`
	Fingerprint string `required:"" help:"Fingerprint the publisher told you by another way; at least 16 characters."`
	Key         string `arg:"" help:"The publisher's key, from its page of packages."`
}

func (c FormsTrustCmd) Run(a *App) error {
	key, err := pack.ParseKey(c.Key)
	if err != nil {
		return err
	}
	typed := strings.ToLower(strings.Join(strings.Fields(c.Fingerprint), ""))
	if len(typed) < 16 || !strings.HasPrefix(pack.Fingerprint(key), typed) {
		return errors.New("otisk nesouhlasí s klíčem; nikomu jsme důvěřovat nezačali")
	}
	store, err := a.openForms()
	if err != nil {
		return err
	}
	return store.Trust(a.Context, shell, repository.Publisher{Fingerprint: pack.Fingerprint(key), Name: c.Name, Key: c.Key})
}

// FormsPublishCmd makes drafts the newest versions.
type FormsPublishCmd struct {
	Letters string   `help:"Folder with templates of letters that belong to the form; they travel in its packages." type:"existingdir" placeholder:"DIR"`
	Forms   []string `arg:"" name:"form" help:"Codes of drafts."`
}

// Validate: letters belong to one form.
func (c FormsPublishCmd) Validate() error {
	if c.Letters != "" && len(c.Forms) != 1 {
		return errors.New("--letters goes with one form")
	}
	return nil
}

// letterFiles reads the files of a folder as a package would take them.
func letterFiles(dir string) (map[string]string, error) {
	list := map[string]string{}
	if dir == "" {
		return list, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if err := pack.CheckLetter(e.Name(), data); err != nil {
			return nil, err
		}
		list[e.Name()] = string(data)
	}
	return list, nil
}

func (c FormsPublishCmd) Run(a *App) error {
	store, err := a.openForms()
	if err != nil {
		return err
	}
	with, err := letterFiles(c.Letters)
	if err != nil {
		return err
	}
	for _, code := range c.Forms {
		p, err := store.PublishWithLetters(a.Context, shell, code, 0, with)
		if err != nil {
			return fmt.Errorf("%s: %s", code, why(err))
		}
		fmt.Fprintf(a.Out, "%s\t%d\n", code, p.Version)
		for _, l := range p.Lacking {
			for _, m := range l.Missing {
				fmt.Fprintf(a.Err, "%s: %s: chybí „%s“\n", code, l.Office.Name, m.Label.CS)
			}
			for _, m := range l.Defaults {
				fmt.Fprintf(a.Err, "%s: %s: „%s“ není zadáno, platí výchozí %s\n", code, l.Office.Name, m.Label.CS, m.Show(forms.CS))
			}
		}
	}
	return nil
}

// keepDraft puts an imported form into the repository as a draft, made fit to be sent: with an agenda, a question for
// the municipality and an example that holds what comes out of it now.
func (a *App) keepDraft(store *repository.Store, im *exchange.Imported, agenda string) error {
	def, err := exchange.ForUse(im.Form, agenda)
	if err != nil {
		return err
	}
	text, err := repository.Write(def)
	if err != nil {
		return err
	}
	if len(def.Examples) == 0 {
		f, err := forms.Parse(text)
		if err != nil {
			return err
		}
		def.Examples = append(def.Examples, f.Snapshot("prázdný, jak vyšel při převzetí", forms.Answers{}, a.Now()))
		if text, err = repository.Write(def); err != nil {
			return err
		}
	}
	last, err := store.Head(a.Context, def.Code)
	if err != nil {
		return err
	}
	_, _, err = store.SaveDraft(a.Context, shell, def.Code, last, text, "převzato z jiného systému")
	return err
}
