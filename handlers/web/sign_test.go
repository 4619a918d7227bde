package web

import (
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

func TestSealedValuesComeBackOnlyForTheirUse(t *testing.T) {
	t.Parallel()
	app := fiber.New()
	c := app.AcquireCtx(&fasthttp.RequestCtx{})
	defer app.ReleaseCtx(c)
	c.Locals(localSettings, &Settings{Secret: []byte("0123456789abcdef0123456789abcdef")})
	sealed, err := Seal(c, "completion K7MF-3XQP", map[string]int{"size": 7})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]int
	if !Unseal(c, "completion K7MF-3XQP", sealed, &got) || got["size"] != 7 {
		t.Errorf("came back as %v", got)
	}
	for name, try := range map[string][2]string{
		"another use": {"completion AAAA-AAAA", sealed}, "changed": {"completion K7MF-3XQP", "x" + sealed},
		"cut": {"completion K7MF-3XQP", sealed[:len(sealed)-2]}, "nothing": {"completion K7MF-3XQP", ""}, "only a dot": {"completion K7MF-3XQP", "."},
	} {
		if Unseal(c, try[0], try[1], &got) {
			t.Errorf("%s: accepted", name)
		}
	}
}
