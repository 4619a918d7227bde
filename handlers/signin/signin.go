// Package signin lets staff in and out.
//
// Routes:
//
//	GET /prihlaseni  Show  anyone
//	POST /prihlaseni  Password  anyone
//	GET /prihlaseni/odkaz  AskLink  anyone
//	POST /prihlaseni/odkaz  SendLink  anyone
//	GET /prihlaseni/:token  Link  anyone
//	POST /prihlaseni/:token  UseLink  anyone
//	POST /odhlaseni  SignOut  anyone
package signin

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/users"
)

// Letters sends a person the link to sign in; path is local, the sender knows the address of the site.
type Letters interface {
	SignInLink(ctx context.Context, to users.Account, path string) error
}

// SignIn is the group of handlers.
type SignIn struct {
	Users   *users.Store
	Letters Letters
}

// Templates are the pages and the data they are shown with.
var Templates = map[string]any{
	"signin/show": web.SignInPage{}, "signin/resubmit": web.ResubmitPage{},
	"signin/ask": AskPage{}, "signin/sent": AskPage{}, "signin/link": LinkPage{},
}

// AskPage asks for a one-time link by e-mail.
type AskPage struct {
	web.Page
	Email, Back, Message string
	Minutes              int // how long the link waits
}

// LinkPage confirms that the person wants to sign in by the link.
type LinkPage struct {
	web.Page
	Token, Back, Message string
}

// How often one may ask for a link: few to one address, more from one place.
const (
	linksTo     = 3
	linksFrom   = 20
	linksWindow = 15 * time.Minute
)

// Show is the page of signing in.
func (h *SignIn) Show(c *fiber.Ctx) error {
	s, err := (web.Gate{Users: h.Users}).Enter(c)
	if err != nil {
		return err
	}
	back := web.LocalPath(c.Query("kam"))
	if s != nil {
		return web.See(c, after(s, back))
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return web.View(c, "signin/show", "", web.SignInPage{Page: web.NewPage(c, "Přihlášení"), Back: back})
}

// Password signs in by e-mail and password.
func (h *SignIn) Password(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p := web.SignInPage{Page: web.NewPage(c, "Přihlášení"), Email: strings.TrimSpace(v.Get("email")), Back: web.LocalPath(v.Get("kam")), Kept: web.Unpack(v.Get("kept"))}
	token, s, err := h.Users.SignIn(c.UserContext(), p.Email, v.Get("password"), c.IP(), c.Get(fiber.HeaderUserAgent))
	if err != nil {
		if p.Message = said(c, err); p.Message == "" {
			return err
		}
		return web.View(c, "signin/show", "", p)
	}
	return h.enter(c, token, s, p.Back, p.Kept)
}

// said is the sentence to show for an error of signing in, and sets its status; empty means another error.
func said(c *fiber.Ctx, err error) string {
	var many *users.TooMany
	switch {
	case errors.As(err, &many):
		c.Status(fiber.StatusTooManyRequests)
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(many.After.Seconds())+1))
	case errs.Is(err, errs.Invalid):
		c.Status(fiber.StatusUnprocessableEntity)
	default:
		return ""
	}
	return errs.Message(err)
}

// enter keeps the session in the browser and goes where the person wanted to.
func (h *SignIn) enter(c *fiber.Ctx, token string, s *users.Session, back string, kept web.Kept) error {
	web.KeepSession(c, token)
	web.SetSession(c, s)
	if kept.Path != "" {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return web.View(c, "signin/resubmit", "", web.ResubmitPage{Page: web.NewPage(c, "Odešlete ještě jednou"), Kept: kept})
	}
	return web.See(c, after(s, back))
}

// after is where a person goes after signing in.
func after(s *users.Session, back string) string {
	switch {
	case back != "" && !strings.HasPrefix(back, "/prihlaseni"):
		return back
	case s.Office == 0 && s.Account.Operator:
		return "/sprava"
	case users.Can(s, users.SeeMail):
		return "/kancelar"
	case users.Can(s, users.AdminOffice):
		return "/kancelar/sprava"
	}
	return "/kancelar/ucet"
}

// AskLink is the page that asks for a one-time link.
func (h *SignIn) AskLink(c *fiber.Ctx) error {
	return web.View(c, "signin/ask", "", AskPage{Page: web.NewPage(c, "Odkaz k přihlášení"), Back: web.LocalPath(c.Query("kam")), Minutes: int(users.LinkLife.Minutes())})
}

// SendLink sends a link when the e-mail has an account; the answer is the same when it has none.
func (h *SignIn) SendLink(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	ctx, email := c.UserContext(), strings.ToLower(strings.TrimSpace(v.Get("email")))
	p := AskPage{Page: web.NewPage(c, "Odkaz k přihlášení"), Email: email, Back: web.LocalPath(v.Get("kam")), Minutes: int(users.LinkLife.Minutes())}
	if !strings.Contains(email, "@") || len(email) > 254 {
		p.Message = "Napište e-mail, například jana@obec.cz."
		return web.Invalid(c, "signin/ask", "", p)
	}
	for key, limit := range map[string]int{"link-ask-to/" + email: linksTo, "link-ask-from/" + c.IP(): linksFrom} {
		if err := h.Users.Limit(ctx, key, limit, linksWindow); err != nil {
			if p.Message = said(c, err); p.Message == "" {
				return err
			}
			return web.View(c, "signin/ask", "", p)
		}
	}
	a, err := h.Users.AccountByEmail(ctx, email)
	if err == nil && a.DisabledAt == nil {
		err = h.send(ctx, a, p.Back)
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	return web.View(c, "signin/sent", "", p)
}

func (h *SignIn) send(ctx context.Context, a users.Account, back string) error {
	token, err := h.Users.NewLink(ctx, db.Scope{Actor: users.Actor(a.ID)}, a.ID, users.LinkLife)
	if err != nil {
		return err
	}
	return h.Letters.SignInLink(ctx, a, linkPath(token, back))
}

// linkPath is the local address a one-time link leads to.
func linkPath(token, back string) string {
	path := "/prihlaseni/" + token
	if back != "" {
		path += "?kam=" + url.QueryEscape(back)
	}
	return path
}

// Link shows a button: programs that check mail open links too, and must not spend this one.
func (h *SignIn) Link(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return web.View(c, "signin/link", "", LinkPage{Page: web.NewPage(c, "Přihlášení odkazem"), Token: c.Params("token"), Back: web.LocalPath(c.Query("kam"))})
}

// UseLink signs in by the link.
func (h *SignIn) UseLink(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	p := LinkPage{Page: web.NewPage(c, "Přihlášení odkazem"), Back: web.LocalPath(v.Get("kam"))}
	token, s, err := h.Users.SignInByLink(c.UserContext(), c.Params("token"), c.IP(), c.Get(fiber.HeaderUserAgent))
	if err != nil {
		if p.Message = said(c, err); p.Message == "" {
			return err
		}
		return web.View(c, "signin/link", "", p)
	}
	return h.enter(c, token, s, p.Back, web.Kept{})
}

// SignOut ends the session here and on the server.
func (h *SignIn) SignOut(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	s, err := (web.Gate{Users: h.Users}).Enter(c)
	if err != nil {
		return err
	}
	if s != nil {
		if err := h.Users.SignOut(c.UserContext(), s); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	web.DropSession(c)
	web.SetFlash(c, "success", "Jste odhlášeni.")
	return web.See(c, "/prihlaseni")
}
