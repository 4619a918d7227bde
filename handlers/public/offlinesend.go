package public

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/errs"
	"epom/submissions"
)

// offlineItem is a finished form as the client sends it. The files come beside it, each under "soubor-" and its id.
type offlineItem struct {
	Key     string        `json:"key"`
	Code    string        `json:"code"`
	Version int           `json:"version"`
	Lang    string        `json:"lang"`
	Answers forms.Answers `json:"answers"`
	Filled  time.Time     `json:"filledAt"`
	Clock   time.Time     `json:"clock"`
}

// offlineSent is what the client is told.
type offlineSent struct {
	Reference string    `json:"reference"`
	PIN       string    `json:"pin"`
	Number    string    `json:"number"`
	Office    string    `json:"office"`
	Delivered time.Time `json:"deliveredAt"`
	Fresh     bool      `json:"fresh"` // false = it had come before, perhaps from another device
	Doubtful  bool      `json:"clockWrong"`
}

const offlineFile = "soubor-"

// SendOffline takes in a form that was filled without a network: it is checked by the version it was filled with, routed
// and registered as any other, once for its key. The answer is data for the client's queue.
func (h *Public) SendOffline(c *fiber.Ctx) error {
	web.Private(c)
	sent, err := h.takeOffline(c)
	if err == nil {
		return c.JSON(sent)
	}
	var unfinished *submissions.Unfinished
	var elsewhere *submissions.Elsewhere
	var halt *submissions.Halt
	say := func(status int, why, text string, more fiber.Map) error {
		all := fiber.Map{"why": why, "error": web.NewPage(c, "").T(text)}
		for k, v := range more {
			all[k] = v
		}
		return c.Status(status).JSON(all)
	}
	switch {
	case errors.As(err, &unfinished):
		return say(fiber.StatusUnprocessableEntity, "unfinished", "Úřad má dnes pro tento formulář jiné požadavky, nebo něco chybí. Otevřete ho a doplňte.", fiber.Map{"findings": unfinished.Findings})
	case errors.As(err, &elsewhere):
		return say(fiber.StatusConflict, "elsewhere", "Úřad, který věc vyřizuje, přes e-POM podání nepřijímá. Vytiskněte ho a podejte poštou, datovou schránkou nebo osobně.", nil)
	case errors.As(err, &halt):
		return say(fiber.StatusConflict, "halted", haltWords(halt), fiber.Map{"detail": halt.Text})
	}
	code, message := web.Status(err)
	if code >= 500 && code != fiber.StatusServiceUnavailable {
		return err
	}
	return say(code, "refused", message, nil)
}

// haltWords say why a form filled before cannot be taken in now.
func haltWords(h *submissions.Halt) string {
	switch h.Why {
	case submissions.HaltOff:
		return "Úřad tento formulář teď nepřijímá. Zkuste to později, nebo ho vytiskněte a podejte osobně."
	case submissions.HaltVersion:
		return "Úřad přijímá jinou verzi formuláře. Uložte si ji a přeneste do ní odpovědi."
	}
	return "Tato verze formuláře byla stažena a už se nepřijímá. Uložte si novou a přeneste do ní odpovědi."
}

func (h *Public) takeOffline(c *fiber.Ctx) (offlineSent, error) {
	if err := h.Users.Limit(c.UserContext(), "offline:"+c.IP(), 120, time.Hour); err != nil {
		return offlineSent{}, err
	}
	var files []submissions.File
	values, err := web.FormValues(c, func(u web.Upload) error {
		id, ok := strings.CutPrefix(u.Field, offlineFile)
		if !ok || id == "" || len(id) > 40 || len(files) >= 200 {
			return errs.New(errs.Invalid, "Příloha podání není v pořádku.")
		}
		f, err := h.keepFile(c, u)
		if err != nil {
			return err
		}
		f.ID = id
		files = append(files, f)
		return nil
	})
	if err != nil {
		return offlineSent{}, err
	}
	var in offlineItem
	if err := json.Unmarshal([]byte(values.Get("podani")), &in); err != nil {
		return offlineSent{}, errs.Wrap(errs.Invalid, err, "Podání se nepodařilo přečíst. Odešlete ho prosím znovu.")
	}
	return h.acceptOffline(c, in, files)
}

// acceptOffline sends an item whose files are in the store.
func (h *Public) acceptOffline(c *fiber.Ctx, in offlineItem, files []submissions.File) (offlineSent, error) {
	now := h.Clock.Now()
	if in.Clock.IsZero() {
		in.Clock = now
	}
	if in.Filled.IsZero() {
		in.Filled = in.Clock
	}
	answers, err := withFiles(in.Answers, files)
	if err != nil {
		return offlineSent{}, err
	}
	lang := in.Lang
	if lang != "en" && lang != "uk" {
		lang = "cs"
	}
	ctx := c.UserContext()
	sent, err := h.Submissions.SendOffline(ctx, submissions.Offline{Key: in.Key, Code: in.Code, Version: in.Version, Lang: lang, Answers: answers, Files: files, Filled: in.Filled, Clock: in.Clock})
	if err != nil {
		return offlineSent{}, err
	}
	v, err := h.Submissions.ByReference(ctx, sent.Reference)
	if err != nil {
		return offlineSent{}, err
	}
	skew := in.Clock.Sub(now)
	out := offlineSent{Reference: sent.Reference, PIN: h.Submissions.PIN(sent.Reference), Office: v.Office.Name, Delivered: v.DeliveredAt, Fresh: sent.Fresh, Doubtful: skew > time.Hour || skew < -time.Hour}
	if d := v.Document(v.DocumentID); d != nil {
		out.Number = d.ReferenceNumber
	}
	return out, nil
}

// withFiles puts what the server knows of each file into the answers that name it, and the field into the file. An answer
// that names a file which did not come is refused: nothing may get lost on the way in silence.
func withFiles(answers forms.Answers, files []submissions.File) (forms.Answers, error) {
	came := map[string]*submissions.File{}
	for i := range files {
		came[files[i].ID] = &files[i]
	}
	var missing []string
	var walk func(path string, v any) any
	walk = func(path string, v any) any {
		switch v := v.(type) {
		case map[string]any:
			id, isRef := v["id"].(string)
			if _, sized := v["size"]; isRef && sized {
				f := came[id]
				if f == nil {
					name, _ := v["name"].(string)
					missing = append(missing, blob.CleanName(name))
					return v
				}
				f.Field = path
				return map[string]any{"id": f.ID, "name": f.Name, "size": f.Size, "type": f.MediaType}
			}
			for k, x := range v {
				v[k] = walk(path+"."+k, x)
			}
		case []any:
			for i, x := range v {
				v[i] = walk(path, x)
			}
		}
		return v
	}
	out := forms.Answers{}
	for k, v := range answers {
		out[k] = walk(k, v)
	}
	if len(missing) > 0 {
		return nil, errs.New(errs.Invalid, "Nedorazily přílohy: "+strings.Join(missing, ", ")+". Odešlete podání znovu.")
	}
	return out, nil
}
