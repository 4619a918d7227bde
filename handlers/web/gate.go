package web

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/internal/errs"
	"epom/users"
)

// sessionCookie holds the token of a signed-in person.
const sessionCookie = "epom_session"

// sessionLife is how long the browser keeps the cookie; the server ends sessions by itself.
const sessionLife = 7 * 24 * time.Hour

// KeepSession gives the browser the token of a session.
func KeepSession(c *fiber.Ctx, token string) { Cookie(c, sessionCookie, token, sessionLife) }

// DropSession takes the token away.
func DropSession(c *fiber.Ctx) { Cookie(c, sessionCookie, "", -1) }

// Gate lets signed-in people through and asks others to sign in.
type Gate struct{ Users *users.Store }

// Enter finds the session of the request; nil means that nobody is signed in.
func (g Gate) Enter(c *fiber.Ctx) (*users.Session, error) {
	if s := Session(c); s != nil {
		return s, nil
	}
	token := c.Cookies(sessionCookie)
	if token == "" {
		return nil, nil
	}
	s, err := g.Users.Session(c.UserContext(), token)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err == nil {
		SetSession(c, s)
	}
	return s, err
}

// SignInPage is the page of signing in. Kept is what a signed-out person sent elsewhere: after signing in it is shown
// again to be sent once more.
type SignInPage struct {
	Page
	Email   string
	Back    string // where the person wanted to go
	Message string
	Kept    Kept
}

// ResubmitPage shows, after signing in, what could not be sent before.
type ResubmitPage struct {
	Page
	Kept Kept
}

// Kept is a form that was sent by nobody signed in.
type Kept struct {
	Path   string
	Fields []KeptField
	Files  bool // files were attached; they cannot be kept
}

// KeptField is one value of such a form.
type KeptField struct{ Name, Value string }

// Pack writes the form into one hidden field.
func (k Kept) Pack() string {
	if k.Path == "" {
		return ""
	}
	b, _ := json.Marshal(k) // strings and a bool always marshal
	return base64.RawURLEncoding.EncodeToString(b)
}

// Unpack reads what Pack wrote; anything else is nothing kept.
func Unpack(s string) Kept {
	var k Kept
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &k) != nil || LocalPath(k.Path) == "" {
		return Kept{}
	}
	return k
}

// AskSignIn answers a request that needs somebody signed in: a page sends to signing in and back, a form that was sent
// is kept within the answer, so that nothing typed is lost.
func AskSignIn(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead || Fragment(c) {
		return See(c, "/prihlaseni?kam="+url.QueryEscape(wanted(c)))
	}
	files := false
	values, err := FormValues(c, func(Upload) error { files = true; return nil })
	if err != nil {
		return err
	}
	kept := Kept{Path: c.OriginalURL(), Files: files}
	for name, all := range values {
		for _, v := range all {
			if name != "_csrf" {
				kept.Fields = append(kept.Fields, KeptField{name, v})
			}
		}
	}
	sort.SliceStable(kept.Fields, func(i, j int) bool { return kept.Fields[i].Name < kept.Fields[j].Name })
	p := SignInPage{Page: NewPage(c, "Přihlášení"), Back: "/kancelar", Kept: kept}
	c.Status(fiber.StatusUnauthorized)
	return View(c, "signin/show", "", p)
}

// wanted is the page the person was on or asked for.
func wanted(c *fiber.Ctx) string {
	if Fragment(c) {
		if u, err := url.Parse(c.Get("HX-Current-URL")); err == nil {
			return u.RequestURI()
		}
	}
	return c.OriginalURL()
}

// LocalPath is the path when it leads within this site, else empty: a link to sign in must not send people elsewhere.
func LocalPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return ""
	}
	if u, err := url.Parse(path); err != nil || u.Host != "" || u.Scheme != "" {
		return ""
	}
	return path
}

// Label says in words what a kept field is, where its name is known.
func (ResubmitPage) Label(name string) string {
	if label, ok := keptLabels[name]; ok {
		return label
	}
	return name
}

var keptLabels = map[string]string{"text": "Text", "why": "Důvod", "subject": "Věc", "due": "Do kdy", "days": "Počet dnů", "how": "Způsob vyřízení",
	"target": "Úřad", "clerk": "Kdo vyřizuje", "name": "Název", "email": "E-mail"}
