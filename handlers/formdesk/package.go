package formdesk

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/forms/pack"
	"epom/forms/repository"
	"epom/handlers/web"
	"epom/internal/errs"
)

// Upload takes a package in to be looked at.
func (d *Desk) Upload(c *fiber.Ctx) error {
	var data []byte
	_, err := web.FormValues(c, func(u web.Upload) (err error) {
		data, err = io.ReadAll(io.LimitReader(u.Body, pack.MaxFile+1))
		return err
	})
	if err == nil && len(data) == 0 {
		err = errs.Fields(errs.Field{Name: "balicek", Message: "Vyberte soubor s balíčkem formulářů (.zip)."})
	}
	if err == nil {
		if _, wrong := pack.Read(data); wrong != nil {
			err = errs.Fields(errs.Field{Name: "balicek", Message: wrong.Error()})
		}
	}
	var f Filled
	if f.wrong(err) {
		p, err := d.catalogue(c, f)
		if err != nil {
			return err
		}
		return web.Invalid(c, "formdesk/catalogue", "", p)
	}
	if err != nil {
		return err
	}
	name, err := d.Repository.Keep(c.UserContext(), scope(c), data)
	if err != nil {
		return err
	}
	return web.See(c, "/sprava/formulare/balicek/"+name)
}

// PackagePage shows what a package would change before it is installed.
type PackagePage struct {
	web.Page
	Filled
	Name, Publisher, Fingerprint, Key string
	Groups                            []string // the fingerprint to be read aloud
	Created                           time.Time
	Known                             string // as whom the publisher is trusted; "" = not
	Rows                              []PackageRow
	New                               int
}

// PackageRow is one form of it.
type PackageRow struct {
	Code, Title, Agenda string
	Version             int
	State               string // new, update, here, refused
	Problems            []string
	Differences         []string
	Letters             int
}

// Preview shows it.
func (d *Desk) Preview(c *fiber.Ctx) error {
	p, _, err := d.preview(c, Filled{Values: map[string]string{}})
	if err != nil {
		return err
	}
	return web.View(c, "formdesk/package", "", p)
}

func (d *Desk) preview(c *fiber.Ctx, typed Filled) (PackagePage, *pack.Package, error) {
	ctx := c.UserContext()
	p := PackagePage{Filled: typed, Name: c.Params("balicek")}
	data, err := d.Repository.Kept(ctx, p.Name)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Nahraný balíček už tu není. Nahrajte ho znovu.")
	}
	if err != nil {
		return p, nil, err
	}
	in, err := pack.Read(data)
	if err != nil {
		return p, nil, errs.Wrap(errs.Invalid, err, err.Error())
	}
	p.Publisher, p.Fingerprint, p.Created, p.Key = in.Publisher, in.Fingerprint(), in.Created, base64.StdEncoding.EncodeToString(in.Key)
	for i := 0; i < len(p.Fingerprint); i += 8 {
		p.Groups = append(p.Groups, p.Fingerprint[i:i+8])
	}
	trusted, err := d.Repository.Publishers(ctx)
	if err != nil {
		return p, nil, err
	}
	for _, t := range trusted {
		if t.Fingerprint == p.Fingerprint {
			p.Known = t.Name
		}
	}
	if p.Fingerprint == d.Fingerprint {
		p.Known = "tato instalace"
	}
	for _, f := range in.Forms {
		r := d.row(ctx, f)
		if r.State == "new" || r.State == "update" {
			p.New++
		}
		p.Rows = append(p.Rows, r)
	}
	p.Page, err = d.Operator(c, "Balíček formulářů")
	return p, in, err
}

// row says what installing one form would do.
func (d *Desk) row(ctx context.Context, in pack.Form) PackageRow {
	f, err := d.Repository.Arriving(ctx, in.Definition)
	r := PackageRow{State: "new", Letters: len(in.Letters)}
	if head, bad := forms.Head(in.Definition); bad == nil {
		r.Code, r.Title, r.Version, r.Agenda = head.Code, head.Code, head.Version, head.Agenda
	}
	if f != nil {
		r.Title = f.Title.CS
	}
	var refused *repository.Refused
	switch {
	case errs.Is(err, errs.Conflict):
		r.State = "here"
	case errors.As(err, &refused):
		r.State = "refused"
		for _, x := range refused.Problems {
			r.Problems = append(r.Problems, x.String())
		}
	case err != nil:
		r.State, r.Problems = "refused", []string{errs.Message(err)}
	default:
		if latest, ok := d.Repository.Catalogue.Latest(f.Code); ok {
			r.State, r.Differences = "update", forms.Differences(latest, f)
		}
	}
	return r
}

// Install publishes what a package brings.
func (d *Desk) Install(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	p, in, err := d.preview(c, Filled{})
	if err != nil {
		return err
	}
	if p.Known == "" {
		err = errs.New(errs.Invalid, "Vydavatele „"+p.Publisher+"“ neznáte. Ověřte nejdřív otisk jeho klíče a přidejte ho mezi důvěryhodné.")
	}
	var done []repository.Published
	if err == nil {
		var list []repository.Arrival
		for _, f := range in.Forms {
			list = append(list, repository.Arrival{Definition: f.Definition, Letters: f.Letters, Publisher: p.Known, Fingerprint: p.Fingerprint})
		}
		done, err = d.Repository.Install(c.UserContext(), scope(c), list)
	}
	var refused *repository.Refused
	if errors.As(err, &refused) {
		err = errs.New(errs.Invalid, "Některý formulář balíčku tu nejde vydat. Nenainstalovalo se nic.")
	}
	if p.wrong(err) {
		return web.Invalid(c, "formdesk/package", "", p)
	}
	if err == nil {
		err = d.Repository.Forget(c.UserContext(), p.Name)
	}
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", "Nainstalováno formulářů: "+strconv.Itoa(len(done))+". Úřadům, které mají převzatou starší verzi, se nová jen nabízí.")
	return web.See(c, "/sprava/formulare")
}

// Trust adds a publisher. Of a key that came with a package the person must know the fingerprint from elsewhere.
func (d *Desk) Trust(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	f := filled(v)
	key, err := pack.ParseKey(f.Value("key"))
	if err != nil {
		f.Errors = append(f.Errors, Wrong{ID: "key", Message: err.Error()})
	}
	typed := strings.ToLower(strings.Join(strings.Fields(f.Value("otisk")), ""))
	if err == nil && (len(typed) < 16 || !strings.HasPrefix(pack.Fingerprint(key), typed)) {
		f.Errors = append(f.Errors, Wrong{ID: "otisk", Message: "Otisk nesouhlasí s klíčem. Opište aspoň prvních 16 znaků otisku, který vám vydavatel sdělil jinou cestou."})
	}
	if len(f.Errors) == 0 {
		err = d.Repository.Trust(c.UserContext(), scope(c), repository.Publisher{Fingerprint: pack.Fingerprint(ed25519.PublicKey(key)), Name: f.Value("name"), Key: f.Value("key")})
		if err != nil && !f.wrong(err) {
			return err
		}
	}
	if len(f.Errors) > 0 {
		p, err := d.catalogue(c, f)
		if err != nil {
			return err
		}
		return web.Invalid(c, "formdesk/catalogue", "", p)
	}
	web.SetFlash(c, "success", "Balíčkům vydavatele „"+f.Value("name")+"“ teď důvěřujete.")
	return web.See(c, "/sprava/formulare")
}

// Distrust takes no more packages of a publisher.
func (d *Desk) Distrust(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	if err := d.Repository.Distrust(c.UserContext(), scope(c), v.Get("fingerprint")); err != nil {
		return err
	}
	web.SetFlash(c, "success", "Další balíčky tohoto vydavatele se nepřijmou. Co je nainstalované, zůstává.")
	return web.See(c, "/sprava/formulare")
}
