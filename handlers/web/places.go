package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"epom/forms"
	"epom/templates"
)

// FindPlaces looks for what is typed into a field of the kind address or municipality.
type FindPlaces func(ctx context.Context, kind, typed string) ([]forms.Option, error)

// typedInto names the part of a place that is searched by.
var typedInto = map[string]string{"address": "text", "municipality": "name"}

// Offered are the places found for what is typed in fields where none was chosen yet, by path; also in the municipality of an
// address written by hand.
func (find FindPlaces) Offered(ctx context.Context, fields []forms.FieldView) (map[string][]forms.Option, error) {
	found := map[string][]forms.Option{}
	return found, find.offer(ctx, fields, found)
}

func (find FindPlaces) offer(ctx context.Context, fields []forms.FieldView, found map[string][]forms.Option) error {
	for _, f := range fields {
		if typedInto[f.Kind] != "" {
			if f.Picked {
				continue
			}
			if err := find.one(ctx, f, found); err != nil {
				return err
			}
		}
		for _, item := range f.Items {
			if err := find.offer(ctx, item.Fields, found); err != nil {
				return err
			}
		}
		if err := find.offer(ctx, f.Parts, found); err != nil {
			return err
		}
	}
	return nil
}

func (find FindPlaces) one(ctx context.Context, f forms.FieldView, found map[string][]forms.Option) error {
	field := templates.Field{FieldView: f}
	typed := field.Part(typedInto[f.Kind]).Value
	if typed == "" || f.Kind == "address" && field.HandWritten() {
		return nil
	}
	options, err := find(ctx, f.Kind, typed)
	if len(options) > 0 {
		found[f.Path] = options
	}
	return err
}

// mostTyped is how much of what is typed is looked for, in bytes.
const mostTyped = 400

// Choices answers the search of a place while a person types.
func (find FindPlaces) Choices(c *fiber.Ctx, form *forms.Form, path string, lang forms.Lang) error {
	Private(c)
	field, ok := form.Field(path)
	if !ok || typedInto[field.Kind] == "" {
		return c.SendStatus(fiber.StatusNoContent)
	}
	typed := c.Query(path + "." + typedInto[field.Kind])
	if len(typed) > mostTyped {
		typed = ""
	}
	options, err := find(c.UserContext(), field.Kind, typed)
	if err != nil {
		return err
	}
	view := forms.Choosing(field, path, typedInto[field.Kind], typed, options, lang)
	return View(c, "fields/"+field.Kind, "choices", templates.Field{FieldView: view, Lang: string(lang)})
}
