// Package archtest reads the source of the house and tells where it breaks the plan: imports go downwards only, domain
// rooms know neither Fiber nor the clock on the wall, files stay short, SQL is portable through a pooler.
package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Module is the path all rooms begin with.
const Module = "epom/"

const (
	maxFile    = 400 // lines of a file
	maxHandler = 60  // lines of a function that answers a request: func(…, *fiber.Ctx, …) error
)

// levels says on which floor a room lies: a room may import those below it.
var levels = map[string]int{
	"cmd": 6, "tests": 6,
	"handlers": 5, "worker": 5, "demo": 5,
	"submissions": 4, "notify": 4,
	"routing": 3, "records": 3, "board": 3,
	"templates": 3, // pages know the render model of forms; notify and handlers fill them
	"forms":     2, "territory": 2, "offices": 2, "users": 2,
	"internal/audit": 1, "internal/jobs": 1, "internal/blob": 1, "internal/isds": 1, "internal/mail": 1, "internal/pdf": 1, "internal/seal": 1,
	"internal/preview": 1, "internal/feed": 1, "internal/webhook": 1, "internal/erms": 1,
	"static":          1,
	"internal/config": 0, "internal/check": 0, "internal/db": 0, "internal/errs": 0, "internal/clock": 0, "internal/i18n": 0, "internal/testdb": 0,
	"internal/htmlcheck": 0, "internal/archtest": 0, "internal/cluster": 0, "internal/fold": 0, "migrations": 0,
}

// sideways names the arrows allowed between rooms of one floor. Every room of the second floor may use offices.
var sideways = map[string][]string{
	"internal/mail":   {"internal/jobs"}, // a message and the job that sends it are one act
	"internal/check":  {"internal/errs"},
	"demo":            {"worker"}, // the demo's history has its background work done too
	"internal/db":     {"internal/errs"},
	"internal/testdb": {"internal/db", "internal/cluster", "migrations"},
	"territory":       {"offices"}, "users": {"offices"}, "forms": {"offices"},
}

// shared names the part of a room that its other parts may use.
var shared = map[string][]string{
	"handlers": {"handlers/web"},
	"records":  {"records"},
	"forms":    {"forms", "forms/checks"},
}

// never lists imports that are refused, with the reason.
var never = []struct{ from, what, why string }{
	{"handlers", "github.com/jmoiron/sqlx", "SQL belongs into the rooms"},
	{"handlers", "github.com/lib/pq", "SQL belongs into the rooms"},
	{"handlers", Module + "internal/isds", "data boxes are the worker's"},
	{"handlers", Module + "internal/mail", "mail is the worker's"},
	{"forms", "github.com/jmoiron/sqlx", "the engine runs in the offline client"},
	{"forms", "github.com/lib/pq", "the engine runs in the offline client"},
	{"forms", Module + "internal/db", "the engine runs in the offline client"},
}

const fiber = "github.com/gofiber/fiber"

// wall are the functions that look at the clock on the wall.
var wall = []string{"Now", "Since", "Until"}

var cast = regexp.MustCompile(`::[a-z]`)

// Faults reads all source below root and returns one sentence a fault, in the order of the files.
func Faults(root fs.FS) ([]string, error) {
	var faults []string
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata" || p == "var"):
			return fs.SkipDir
		case d.IsDir() || (path.Ext(p) != ".go" && path.Ext(p) != ".sql") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		var said []string
		if path.Ext(p) == ".sql" {
			said = query(p, string(text))
		} else if said, err = source(p, text); err != nil {
			return err
		}
		for _, s := range said {
			faults = append(faults, p+": "+s)
		}
		return nil
	})
	return faults, err
}

// query checks a room's statements; migrations and the yardstick's script speak to PostgreSQL alone.
func query(p, text string) (said []string) {
	if room(path.Dir(p)) == "migrations" || strings.HasPrefix(p, "tests/") {
		return nil
	}
	for n, line := range strings.Split(text, "\n") {
		if cast.MatchString(line) {
			said = append(said, fmt.Sprintf("line %d: write CAST(x AS int), not x::int", n+1))
		}
	}
	return said
}

func source(p string, text []byte) (said []string, err error) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, p, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	from := path.Dir(p)
	level, known := levels[room(from)]
	if !known {
		return []string{"the room " + room(from) + " is on no floor of the plan"}, nil
	}
	for _, i := range f.Imports {
		what, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, err
		}
		if why := arrow(from, what); why != "" {
			said = append(said, why)
		}
	}
	if n := strings.Count(string(text), "\n"); n > maxFile && !ast.IsGenerated(f) {
		said = append(said, fmt.Sprintf("%d lines; a file has at most %d", n, maxFile))
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(wall, n.Sel.Name) && level >= 2 && level <= 4 {
				said = append(said, fmt.Sprintf("line %d: time.%s; a domain room gets the time passed in", files.Position(n.Pos()).Line, n.Sel.Name))
			}
		case *ast.FuncDecl:
			if lines := files.Position(n.End()).Line - files.Position(n.Pos()).Line + 1; room(from) == "handlers" && answers(n) && lines > maxHandler {
				said = append(said, fmt.Sprintf("line %d: %s has %d lines; a handler has at most %d", files.Position(n.Pos()).Line, n.Name.Name, lines, maxHandler))
			}
		}
		return true
	})
	return said, nil
}

// answers tells whether a function takes a *fiber.Ctx and returns nothing but an error.
func answers(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || len(f.Type.Results.List) != 1 {
		return false
	}
	return slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		star, ok := p.Type.(*ast.StarExpr)
		if !ok {
			return false
		}
		s, ok := star.X.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Ctx"
	})
}

// arrow says what is wrong with an import, or nothing.
func arrow(from, what string) string {
	for _, n := range never {
		if under(from, n.from) && under(what, n.what) && !(n.from == "forms" && !pure(from)) {
			return fmt.Sprintf("imports %s: %s", what, n.why)
		}
	}
	here := room(from)
	if under(what, fiber) && levels[here] <= 4 {
		return fmt.Sprintf("imports %s: only handlers speak HTTP", what)
	}
	to, ours := strings.CutPrefix(what, Module)
	if !ours {
		return ""
	}
	there := room(to)
	level, known := levels[there]
	switch {
	case !known:
		return fmt.Sprintf("imports %s, which is on no floor of the plan", to)
	case here == there:
		// The root of a room puts its parts together; its parts use what they share and nothing else of it.
		if from == to || from == here || to == here && slices.Contains(shared[here], here) || slices.Contains(shared[here], to) || here == "cmd" || under(to, from) {
			return ""
		}
		return fmt.Sprintf("imports %s: parts of a room do not import each other", to)
	case level < levels[here]:
		return ""
	case level == levels[here] && (slices.Contains(sideways[here], there) || here == "tests" || there == "tests"):
		return ""
	case level == levels[here]:
		return fmt.Sprintf("imports %s on the same floor (%d)", to, level)
	}
	return fmt.Sprintf("imports %s, up from floor %d to %d", to, levels[here], level)
}

// pure tells whether a part of forms runs in the offline client: all but what saves, exchanges and prints.
func pure(from string) bool {
	return from == "forms" || from == "forms/checks" || from == "forms/notation"
}

func under(p, prefix string) bool { return p == prefix || strings.HasPrefix(p, prefix+"/") }

// room is the room a folder belongs to: its first name, or two of them under internal/.
func room(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if parts[0] == "internal" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
