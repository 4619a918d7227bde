package public

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/internal/i18n"
	"epom/submissions"
)

// turned is what an answer did to questions answered before: some are asked no more, some are asked again.
type turned struct{ hidden, returned []string }

// turn compares a draft that was just saved with what it was. The person is told once, when it happens.
func (h *Public) turn(c *fiber.Ctx, d *submissions.Draft, before *forms.Evaluation) turned {
	was, is := before.Unsent(), h.evaluate(c, d).Unsent()
	return turned{hidden: forms.Without(is, was), returned: forms.Without(was, is)}
}

// tell leaves the message for the page that follows.
func (t turned) tell(c *fiber.Ctx) {
	text := strings.TrimSpace(hiddenText(web.Lang(c), t.hidden) + " " + returnedText(web.Lang(c), t.returned))
	if text != "" {
		web.SetFlash(c, "info", text)
	}
}

func hiddenText(lang string, labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return i18n.T(lang, "Odpovědi na tyto otázky se nepošlou, protože se vás už netýkají: %s. Schovali jsme je; až se otázky vrátí, budou vyplněné.", quoted(labels))
}

func returnedText(lang string, labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return i18n.T(lang, "Tyto otázky se vás zase týkají a vrátili jsme k nim vaše dřívější odpovědi: %s.", quoted(labels))
}

// quoted lists a few labels; a message must stay short enough for a cookie.
func quoted(labels []string) string {
	const most = 6
	short := make([]string, 0, most+1)
	for _, l := range labels {
		if len(short) == most {
			short = append(short, "…")
			break
		}
		short = append(short, "„"+cutText(l, 80)+"“")
	}
	return strings.Join(short, ", ")
}

// HiddenText says which answers will not be sent; "" = nothing was just hidden.
func (p StepPage) HiddenText() string { return hiddenText(p.Lang, p.Hidden) }

// ReturnedText says which answers are back; "" = none.
func (p StepPage) ReturnedText() string { return returnedText(p.Lang, p.Returned) }
