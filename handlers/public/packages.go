package public

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/errs"
)

// Packer makes packages of forms, signed with the installation's key.
type Packer interface {
	// Package holds the offered version of a code, or all of them when it is empty.
	Package(ctx context.Context, code string) ([]byte, error)
	// Signer is the public key in base64 and its fingerprint.
	Signer() (key, fingerprint string)
}

// PackagesPage lists the forms this installation gives to others.
type PackagesPage struct {
	web.Page
	Forms            []PackageLink
	Key, Fingerprint string
}

// PackageLink is a form to download.
type PackageLink struct {
	FormLink
	Version int
}

// Packages shows them.
func (h *Public) Packages(c *fiber.Ctx) error {
	p := PackagesPage{Page: web.NewPage(c, "Balíčky formulářů")}
	for _, f := range h.Forms.All() {
		p.Forms = append(p.Forms, PackageLink{formLink(f, p.Lang), f.Version})
	}
	p.Key, p.Fingerprint = h.Packer.Signer()
	return web.View(c, "forms/packages", "", p)
}

// everything is the name of the package with all forms.
const everything = "vse"

// Package sends one: kaceni-drevin.zip, or vse.zip with all.
func (h *Public) Package(c *fiber.Ctx) error {
	name, ok := strings.CutSuffix(c.Params("balicek"), ".zip")
	var f *forms.Form
	if ok && name != everything {
		f, ok = h.Forms.Latest(name)
	}
	if !ok {
		return errs.New(errs.NotFound, "Takový balíček tu není. Podívejte se do seznamu.")
	}
	code := ""
	if f != nil {
		code = f.Code
	}
	data, err := h.Packer.Package(c.UserContext(), code)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/zip")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", "formulare-"+name+".zip"))
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Send(data)
}
