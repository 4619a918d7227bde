package mailroom

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/handlers/web"
	"epom/templates"
)

// typedIn names the part of a place that is searched by.
var typedIn = map[string]string{"address": "text", "municipality": "name"}

// offer finds places for what is typed in fields where none was chosen yet.
func (m *Mailroom) offer(ctx context.Context, fields []forms.FieldView, into map[string][]forms.Option) error {
	for _, f := range fields {
		if name := typedIn[f.Kind]; name != "" && !f.Picked && !(templates.Field{FieldView: f}).HandWritten() {
			for _, part := range f.Parts {
				if part.Name != name || part.Value == "" {
					continue
				}
				found, err := m.Places(ctx, f.Kind, part.Value)
				if err != nil {
					return err
				}
				if len(found) > 0 {
					into[f.Path] = found
				}
			}
			continue
		}
		if err := m.offer(ctx, f.Parts, into); err != nil {
			return err
		}
		for _, item := range f.Items {
			if err := m.offer(ctx, item.Fields, into); err != nil {
				return err
			}
		}
	}
	return nil
}

// typedChoices answers the search of a place while the clerk types.
func (m *Mailroom) typedChoices(c *fiber.Ctx, f *forms.Form, path string) error {
	web.Private(c)
	field, ok := f.Field(path)
	if !ok || typedIn[field.Kind] == "" {
		return c.SendStatus(fiber.StatusNoContent)
	}
	typed := c.Query(path + "." + typedIn[field.Kind])
	if len(typed) > 400 {
		typed = ""
	}
	found, err := m.Places(c.UserContext(), field.Kind, typed)
	if err != nil {
		return err
	}
	view := forms.Choosing(field, path, typed, found, forms.CS)
	return web.View(c, "fields/"+field.Kind, "choices", templates.Field{FieldView: view, Lang: string(forms.CS)})
}

// withoutFiles leaves out fields for files: attachments of a paper are counted, not uploaded.
func withoutFiles(fields []forms.FieldView) []forms.FieldView {
	var out []forms.FieldView
	for _, f := range fields {
		if f.Kind == "file" {
			continue
		}
		f.Parts = withoutFiles(f.Parts)
		for i := range f.Items {
			f.Items[i].Fields = withoutFiles(f.Items[i].Fields)
		}
		out = append(out, f)
	}
	return out
}
