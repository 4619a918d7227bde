package templates_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"epom/internal/i18n"
	"epom/templates"
)

var (
	inPage  = regexp.MustCompile(`\.T "((?:[^"\\]|\\.)*)"`)
	counted = regexp.MustCompile(`\bn \$?\.Lang [^"{}]*((?:"[^"]*" ?){3})`)
	quoted  = regexp.MustCompile(`"([^"]*)"`)
)

// citizens' rooms: Go code whose texts a citizen may read.
var citizens = []string{"../handlers/public", "../handlers/signin", "../handlers/web", "../notify", "../submissions", "mail"}

// Whatever a citizen may read is known in every language: texts of templates and texts written in code. A missing one belongs
// into internal/i18n/{en,uk}/*.json under its Czech text.
func TestEveryTextIsTranslated(t *testing.T) {
	t.Parallel()
	found := map[string]string{}
	err := fs.WalkDir(templates.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(templates.FS, path)
		for _, m := range inPage.FindAllStringSubmatch(string(data), -1) {
			found[strings.ReplaceAll(m[1], `\"`, `"`)] = path
		}
		for _, m := range counted.FindAllStringSubmatch(string(data), -1) {
			var forms []string
			for _, f := range quoted.FindAllStringSubmatch(m[1], -1) {
				forms = append(forms, f[1])
			}
			found[strings.Join(forms, "|")] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range citizens {
		paths, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if !strings.HasSuffix(path, "_test.go") {
				textsOfCode(t, path, found)
			}
		}
	}
	if len(found) < 100 {
		t.Errorf("only %d texts found: is the search still right?", len(found))
	}
	for text, where := range found {
		for _, lang := range i18n.Languages {
			if text != "" && !i18n.Has(lang, text) {
				t.Errorf("%s: no %s for %q", where, lang, text)
			}
		}
	}
}

// textsOfCode collects the literals that a Go file hands to T, t, N, NewPage or OpenPage.
func textsOfCode(t *testing.T, path string, found map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		name := ""
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if !slices.Contains([]string{"T", "t", "N", "NewPage", "OpenPage"}, name) {
			return true
		}
		var texts []string
		for _, arg := range call.Args {
			if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					texts = append(texts, text)
				}
			}
		}
		switch {
		case len(texts) == 0 || texts[0] == "cs":
		case name == "N":
			found[strings.Join(texts, "|")] = path
		default:
			found[texts[0]] = path
		}
		return true
	})
}
