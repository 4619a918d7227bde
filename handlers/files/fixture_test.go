package files_test

import (
	"context"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"

	"epom/handlers/files"
	"epom/handlers/stafftest"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/testdb"
	sending "epom/records/dispatch"
	"epom/records/scheme"
	"epom/users"
)

// site is an office with the pages about case files, behind the routes as they stand in the program.
type site struct {
	*stafftest.Site
	owner *sqlx.DB
}

const hejnice = 564044

var routeLine = regexp.MustCompile(`app\.(Get|Post)\("([^"]+)", (\w+), f\.(\w+)\)`)

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{Site: stafftest.New(t)}
	s.owner = testdb.Owner(t, s.Staff.DB)
	f := &files.Files{Staff: s.Staff, Kept: s.Blobs, Sending: stafftest.Must(sending.LoadLaw(t.Context(), s.Staff.DB, s.Law)), Submissions: s.Submissions, Router: s.Router}
	s.In(func(ctx context.Context, tx *db.Tx) error {
		_, err := scheme.AdoptStarter(ctx, tx, s.Clock.Now(), clock.Date(s.Clock.Now()))
		return err
	})
	guards := map[string]fiber.Handler{"see": f.Require(users.SeeMail), "handle": f.Require(users.Handle), "keep": f.Require(users.KeepStore), "dispose": f.Require(users.Dispose),
		"admin": f.Require(users.AdminOffice), "open": f.Require(users.Register, users.Handle), "books": f.Require(users.SeeBooks)}
	found := routeLine.FindAllStringSubmatch(string(stafftest.Must(os.ReadFile("../routesfiles.go"))), -1)
	for _, m := range found {
		s.App.Add(strings.ToUpper(m[1]), m[2], guards[m[3]], reflect.ValueOf(f).MethodByName(m[4]).Interface().(func(*fiber.Ctx) error))
	}
	if len(found) < 40 {
		t.Fatalf("only %d routes", len(found))
	}
	return s
}
