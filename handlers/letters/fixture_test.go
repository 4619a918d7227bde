package letters_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"

	"epom/handlers/letters"
	"epom/handlers/stafftest"
	"epom/internal/testdb"
	"epom/users"
)

// site is an office with the pages about letters, behind the routes as the comment "Routes:" says, so that it cannot lie.
type site struct {
	*stafftest.Site
	owner *sqlx.DB
}

var routeLine = regexp.MustCompile(`(?m)^//\t(GET|POST) (\S+)  (\w+)  (.+)$`)

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{Site: stafftest.New(t)}
	s.owner = testdb.Owner(t, s.Staff.DB)
	l := &letters.Letters{Staff: s.Staff, Submissions: s.Submissions}
	found := routeLine.FindAllStringSubmatch(string(stafftest.Must(os.ReadFile("letters.go"))), -1)
	for _, m := range found {
		var acts []users.Act
		for _, a := range strings.Split(m[4], ", ") {
			acts = append(acts, users.Act(a))
		}
		s.App.Add(m[1], m[2], l.Require(acts...), reflect.ValueOf(l).MethodByName(m[3]).Interface().(func(*fiber.Ctx) error))
	}
	if len(found) < 12 {
		t.Fatalf("only %d routes", len(found))
	}
	return s
}
