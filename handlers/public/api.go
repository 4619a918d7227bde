package public

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/routing"
)

// RoutingAPI answers which office is competent, as data: ?agenda= and ?municipality= (code), also &on=YYYY-MM-DD,
// &road_class=, &level=, &lang=. The answer carries the version of the data in X-Data-Version and in its ETag.
func (h *Public) RoutingAPI(c *fiber.Ctx) error {
	d, err := h.resolveAPI(c)
	if err != nil {
		code, message := web.Status(err)
		c.Set(fiber.HeaderCacheControl, "no-store")
		fields := map[string]string{}
		for _, f := range errs.FieldsOf(err) {
			fields[f.Name] = f.Message
		}
		return c.Status(code).JSON(fiber.Map{"error": message, "fields": fields, "request": web.RequestID(c)})
	}
	lang, sentences := c.Query("lang", "cs"), []string{}
	for _, r := range d.Reasons {
		if t := r.Text(lang); t != "" {
			sentences = append(sentences, t)
		}
	}
	c.Set("X-Data-Version", d.DataVersion)
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	if err := c.JSON(struct {
		*routing.Decision
		Sentences []string `json:"sentences"`
	}{d, sentences}); err != nil {
		return err
	}
	return web.Tagged(c)
}

func (h *Public) resolveAPI(c *fiber.Ctx) (*routing.Decision, error) {
	var wrong []errs.Field
	q := routing.Query{Agenda: c.Query("agenda"), RoadClass: c.Query("road_class"), Level: routing.Level(c.Query("level")), On: h.today()}
	if q.Agenda == "" {
		wrong = append(wrong, errs.Field{Name: "agenda", Message: "Chybí kód agendy, například kaceni-drevin."})
	}
	var err error
	if q.Municipality, err = strconv.Atoi(c.Query("municipality")); err != nil {
		wrong = append(wrong, errs.Field{Name: "municipality", Message: "Chybí kód obce podle RÚIAN, například 564044."})
	}
	if on := c.Query("on"); on != "" {
		if q.On, err = time.Parse(time.DateOnly, on); err != nil {
			wrong = append(wrong, errs.Field{Name: "on", Message: "Den má mít tvar RRRR-MM-DD."})
		}
	}
	if len(wrong) > 0 {
		return nil, errs.Fields(wrong...)
	}
	return h.Routing.Resolve(q)
}
