package desk

import (
	"io"
	"net/http"
	"testing"

	"github.com/gofiber/template/html/v2"
	"github.com/jba/templatecheck"

	"epom/templates"
)

func TestTemplates(t *testing.T) {
	t.Parallel()
	e := html.NewFileSystem(http.FS(templates.FS), ".html")
	e.AddFuncMap(templates.Funcs())
	if err := e.Load(); err != nil {
		t.Fatal(err)
	}
	for name, data := range Templates {
		if err := e.Render(io.Discard, name, data); err != nil {
			t.Errorf("%s with nothing: %v", name, err)
		}
		if err := templatecheck.CheckHTML(e.Templates.Lookup(name), data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
