package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/internal/errs"
)

// maxFields bounds everything in a form but its files, in bytes.
const maxFields = 2 << 20

var errTooLarge = errs.New(errs.Invalid, "Formulář je příliš velký. Zkraťte prosím texty.")

// Upload is one file of a form as it streams in.
type Upload struct {
	Field, Name string
	Body        io.Reader
}

// FormValues takes in a posted form, multipart or not, with bounds. Files are handed to onFile as they stream in, before
// the form is complete; it must read them. nil refuses files. A change asked for by a foreign page is refused.
func FormValues(c *fiber.Ctx, onFile func(Upload) error) (url.Values, error) {
	kind, params, _ := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	body := bodyReader(c)
	if kind != fiber.MIMEMultipartForm {
		b, err := io.ReadAll(io.LimitReader(body, maxFields+1))
		if err != nil {
			return nil, errs.Wrap(errs.Invalid, err, "Odeslání se přerušilo. Zkuste to znovu.")
		}
		if len(b) > maxFields {
			return nil, errTooLarge
		}
		v, err := url.ParseQuery(string(b))
		if err != nil {
			return nil, errs.Wrap(errs.Invalid, err, "Formulář se nepodařilo přečíst. Odešlete ho prosím znovu.")
		}
		return v, SameSite(c, v.Get("_csrf"))
	}
	// The token stands first in our forms; it is checked before the first file is taken.
	v, checked := url.Values{}, false
	r, left := multipart.NewReader(body, params["boundary"]), int64(maxFields)
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errs.Wrap(errs.Invalid, err, "Odeslání se přerušilo. Zkuste to znovu.")
		}
		name := part.FormName()
		if part.FileName() == "" && part.Header.Get("Content-Type") == "" {
			b, err := io.ReadAll(io.LimitReader(part, left+1))
			if err != nil {
				return nil, errs.Wrap(errs.Invalid, err, "Odeslání se přerušilo. Zkuste to znovu.")
			}
			if left -= int64(len(b)); left < 0 {
				return nil, errTooLarge
			}
			v.Add(name, string(b))
			continue
		}
		if !checked {
			if err := SameSite(c, v.Get("_csrf")); err != nil {
				return nil, err
			}
			checked = true
		}
		if part.FileName() == "" { // an empty file input
			continue
		}
		if onFile == nil {
			return nil, errs.New(errs.Invalid, "Tato stránka nepřijímá soubory.")
		}
		if err := onFile(Upload{Field: name, Name: rawName(part), Body: part}); err != nil {
			return v, err
		}
	}
	if !checked {
		return v, SameSite(c, v.Get("_csrf"))
	}
	return v, nil
}

// rawName is the name as the browser sent it; the library would cut it at a slash without telling.
func rawName(p *multipart.Part) string {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return p.FileName()
	}
	return params["filename"]
}

func bodyReader(c *fiber.Ctx) io.Reader {
	if s := c.Context().RequestBodyStream(); s != nil {
		return s
	}
	return strings.NewReader(string(c.Body()))
}
