package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above")
		}
		dir = up
	}
}

func TestTheHouseKeepsItsPlan(t *testing.T) {
	t.Parallel()
	faults, err := Faults(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

func TestEachRuleBites(t *testing.T) {
	t.Parallel()
	imports := func(what ...string) string {
		return "package x\nimport (\n_ \"" + strings.Join(what, "\"\n_ \"") + "\"\n)\n"
	}
	handler := func(lines int) string {
		return "package x\nimport \"github.com/gofiber/fiber/v2\"\nfunc show(c *fiber.Ctx) error {" + strings.Repeat("\n", lines-1) + "}\n"
	}
	for _, c := range []struct{ file, text, says string }{
		{"cmd/epom/a.go", imports("epom/handlers", "epom/worker", "epom/internal/db", "github.com/jmoiron/sqlx"), ""},
		{"handlers/desk/a.go", imports("epom/records", "epom/handlers/web", "github.com/gofiber/fiber/v2"), ""},
		{"handlers/a.go", imports("epom/handlers/desk"), ""},
		{"forms/repository/a.go", imports("epom/forms", "epom/forms/checks", "epom/internal/db", "epom/offices"), ""},
		{"internal/mail/a.go", imports("epom/internal/jobs", "epom/internal/db"), ""},
		{"users/a_test.go", imports("epom/handlers"), ""},
		{"internal/clock/a.go", "package x\nimport \"time\"\nvar t = time.Now()\n", ""},
		{"records/records.sql", "SELECT CAST(x AS int), 'a::b'", "line 1: write CAST"},
		{"migrations/0001_a.sql", "SELECT x::int", ""},
		{"handlers/desk/a.go", imports("epom/handlers/public"), "imports handlers/public: parts of a room do not import each other"},
		{"handlers/web/a.go", imports("epom/handlers"), "imports handlers: parts of a room"},
		{"handlers/a.go", imports("github.com/jmoiron/sqlx"), "SQL belongs into the rooms"},
		{"handlers/desk/a.go", imports("epom/internal/mail"), "mail is the worker's"},
		{"handlers/desk/a.go", imports("epom/worker"), "on the same floor (5)"},
		{"submissions/a.go", imports("epom/notify"), "on the same floor (4)"},
		{"submissions/a.go", imports("github.com/gofiber/fiber/v2"), "only handlers speak HTTP"},
		{"internal/jobs/a.go", imports("github.com/gofiber/fiber/v2/utils"), "only handlers speak HTTP"},
		{"records/a.go", imports("epom/submissions"), "up from floor 3 to 4"},
		{"records/sip/a.go", imports("epom/records/disposal"), "parts of a room do not import each other"},
		{"internal/audit/a.go", imports("epom/users"), "up from floor 1 to 2"},
		{"internal/audit/a.go", imports("epom/internal/jobs"), "on the same floor (1)"},
		{"offices/a.go", imports("epom/territory"), "on the same floor (2)"},
		{"forms/a.go", imports("epom/internal/db"), "the engine runs in the offline client"},
		{"cellar/a.go", "package x\n", "the room cellar is on no floor"},
		{"records/a.go", imports("epom/cellar"), "cellar, which is on no floor"},
		{"records/a.go", "package x\nimport \"time\"\nvar t = time.Now()\n", "line 3: time.Now; a domain room gets the time passed in"},
		{"records/a.go", "package x\n" + strings.Repeat("\n", 400), "401 lines; a file has at most 400"},
		{"handlers/desk/a.go", handler(60), ""},
		{"handlers/desk/a.go", handler(61), "show has 61 lines"},
	} {
		faults, err := Faults(fstest.MapFS{c.file: {Data: []byte(c.text)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(faults); c.says == "" && len(faults) != 0 || c.says != "" && (len(faults) != 1 || !strings.Contains(got, c.says)) {
			t.Errorf("%s with %q: %v, want %q", c.file, c.text[:min(len(c.text), 90)], faults, c.says)
		}
	}
}
