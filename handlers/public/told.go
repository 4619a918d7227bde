package public

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/forms"
	"epom/handlers/web"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/notify"
)

// How often a subscription may be asked for: from one place, and to one address, which may be somebody else's.
const (
	asksOfVisitor = 20
	asksOfAddress = 5
	asksWindow    = time.Hour
	addressWindow = 24 * time.Hour
)

// ToldPage asks for a subscription, or changes one.
type ToldPage struct {
	web.Page
	Form   ToldForm
	Email  string
	Token  string // of the subscription that is changed; "" = a new one
	Wait   string // asked too often: how long to wait
	Errors []errs.Field
}

// Error is the message of one field.
func (p ToldPage) Error(name string) string {
	for _, f := range p.Errors {
		if f.Name == name {
			return p.T(f.Message)
		}
	}
	return ""
}

// Findings are the errors for the list on top of the page.
func (p ToldPage) Findings() []forms.Finding {
	said := make([]errs.Field, len(p.Errors))
	for i, f := range p.Errors {
		said[i] = errs.Field{Name: f.Name, Message: p.T(f.Message)}
	}
	return fieldFindings(said)
}

// ToldAsk shows the page that asks for a subscription; the address may fill it in.
func (h *Public) ToldAsk(c *fiber.Ctx) error {
	web.Private(c)
	v, err := url.ParseQuery(string(c.Context().QueryArgs().QueryString()))
	if err != nil {
		v = url.Values{}
	}
	p := ToldPage{Page: web.NewPage(c, "Novinky z úřední desky e-mailem")}
	p.Form = h.toldForm(p.Page, v)
	return web.View(c, "told/ask", "", p)
}

// AskTold takes a subscription in and mails the link by which it is confirmed. Whoever asks learns the same whether the
// address is known or not.
func (h *Public) AskTold(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	web.Private(c)
	p := ToldPage{Page: web.NewPage(c, "Novinky z úřední desky e-mailem"), Email: cutText(v.Get("email"), 200)}
	p.Form = h.toldForm(p.Page, v)
	if v.Has("_najit") {
		return web.View(c, "told/ask", "", p)
	}
	s := &board.Subscription{Email: p.Email, Lang: p.Lang, Wish: p.Form.Wish, Daily: p.Form.Daily}
	if p.Errors = append(p.Form.wrong, h.Told.Check(s)...); len(p.Errors) > 0 {
		return web.Invalid(c, "told/ask", "", p)
	}
	ok, after, err := h.Users.Allow(c.UserContext(), "told:ip:"+c.IP(), asksOfVisitor, asksWindow)
	if err != nil {
		return err
	}
	if !ok {
		p.Wait = waitText(p.Lang, after)
		c.Status(fiber.StatusTooManyRequests)
		return web.View(c, "told/ask", "", p)
	}
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(p.Email))))
	write, _, err := h.Users.Allow(c.UserContext(), "told:to:"+hex.EncodeToString(sum[:12]), asksOfAddress, addressWindow)
	if err != nil {
		return err
	}
	err = h.Told.Ask(c.UserContext(), s, func(tx *db.Tx, s *board.Subscription, token string) error {
		if !write { // somebody has this person's mailbox filled
			return nil
		}
		return h.QueueTold(tx, s, h.wished(p.Page, s), h.base(c)+"/odber/potvrdit/"+token)
	})
	if err != nil {
		return err
	}
	return web.See(c, "/odber/odeslano")
}

// ToldSentPage says that a link is on its way.
type ToldSentPage struct{ web.Page }

// ToldSent says what happens next, to everyone the same.
func (h *Public) ToldSent(c *fiber.Ctx) error {
	return web.View(c, "told/sent", "", ToldSentPage{web.NewPage(c, "Ještě potvrďte odběr")})
}

// ToldWishPage shows a subscription with one thing to do.
type ToldWishPage struct {
	web.Page
	Token  string
	Wished notify.Wished
	Done   bool // it is confirmed, or ended, already
}

// ToldConfirm shows what is to be confirmed. Looking at it changes nothing: programs that examine mails look at links.
func (h *Public) ToldConfirm(c *fiber.Ctx) error {
	web.Private(c)
	s, err := h.Told.Asked(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	p := ToldWishPage{Page: web.NewPage(c, "Potvrdit odběr"), Token: c.Params("token"), Done: s.ConfirmedAt != nil}
	p.Wished = h.wished(p.Page, s)
	return web.View(c, "told/confirm", "", p)
}

// ConfirmTold begins the subscription.
func (h *Public) ConfirmTold(c *fiber.Ctx) error {
	if _, err := web.FormValues(c, nil); err != nil {
		return err
	}
	token, err := h.Told.Confirm(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	web.SetFlash(c, "success", web.NewPage(c, "").T("Hotovo, odběr je potvrzený. Adresu této stránky najdete i v každém e-mailu."))
	return web.See(c, "/odber/"+token)
}

// ToldShow shows a subscription to its person, who may change it.
func (h *Public) ToldShow(c *fiber.Ctx) error {
	web.Private(c)
	s, err := h.Told.Subscription(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	p := ToldPage{Page: web.NewPage(c, "Váš odběr z úřední desky"), Email: s.Email, Token: c.Params("token")}
	p.Form = h.formOf(p.Page, s)
	return web.View(c, "told/show", "", p)
}

// ChangeTold gives a subscription another wish.
func (h *Public) ChangeTold(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	web.Private(c)
	s, err := h.Told.Subscription(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	p := ToldPage{Page: web.NewPage(c, "Váš odběr z úřední desky"), Email: s.Email, Token: c.Params("token")}
	p.Form = h.toldForm(p.Page, v)
	if v.Has("_najit") {
		return web.View(c, "told/show", "", p)
	}
	if p.Errors = p.Form.wrong; len(p.Errors) == 0 {
		err = h.Told.Change(c.UserContext(), p.Token, p.Form.Wish, p.Form.Daily)
		if p.Errors = errs.FieldsOf(err); err != nil && len(p.Errors) == 0 {
			return err
		}
	}
	if len(p.Errors) > 0 {
		return web.Invalid(c, "told/show", "", p)
	}
	web.SetFlash(c, "success", p.T("Odběr je změněný."))
	return web.See(c, "/odber/"+p.Token)
}

// ToldEnd asks whether a subscription is to end.
func (h *Public) ToldEnd(c *fiber.Ctx) error {
	web.Private(c)
	s, err := h.Told.Subscription(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	p := ToldWishPage{Page: web.NewPage(c, "Ukončit odběr"), Token: c.Params("token")}
	p.Wished = h.wished(p.Page, s)
	return web.View(c, "told/end", "", p)
}

// EndTold ends a subscription and erases the address. Mailboxes do so themselves when their owner asks (RFC 8058), without
// our page and its form: the secret in the address is proof enough.
func (h *Public) EndTold(c *fiber.Ctx) error {
	web.Private(c)
	if err := h.Told.End(c.UserContext(), c.Params("token")); err != nil {
		return err
	}
	return web.View(c, "told/end", "", ToldWishPage{Page: web.NewPage(c, "Odběr skončil"), Done: true})
}

// wished says a wish in words.
func (h *Public) wished(p web.Page, s *board.Subscription) notify.Wished {
	w := notify.Wished{Words: s.Words, Daily: s.Daily}
	var boards, kinds, places []string
	for _, id := range s.Offices {
		if o, err := h.Offices.ByID(id); err == nil {
			boards = append(boards, o.Name)
		}
	}
	for _, code := range s.Kinds {
		if k, err := h.Told.Law.Kind(code, h.Clock.Now()); err == nil {
			kinds = append(kinds, k.Name)
		}
	}
	for _, code := range s.Places {
		if m, err := h.Territory.Municipality(code, h.today()); err == nil {
			places = append(places, m.Label)
		}
	}
	w.Boards, w.Kinds, w.Places = named(p, boards), named(p, kinds), named(p, places)
	return w
}

// named joins names; of many only the first ones.
func named(p web.Page, names []string) string {
	const most = 6
	if more := len(names) - most; more > 0 {
		return strings.Join(names[:most], ", ") + p.T(" a %s dalších", strconv.Itoa(more))
	}
	return strings.Join(names, ", ")
}
