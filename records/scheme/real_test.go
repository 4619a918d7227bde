package scheme_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"epom/records/scheme"
)

// dataFolder is other people's data; without it the test ends and says that it was left out.
func dataFolder(t *testing.T) string {
	t.Helper()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if !filepath.IsAbs(root) { // given from the project's root
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", "..", root)
		}
	}
	return filepath.Join(root, "nsesss")
}

// Plans of other systems come in, and go out as the official schema wants them.
func TestPlansOfOthers(t *testing.T) {
	t.Parallel()
	root := dataFolder(t)
	for file, classes := range map[string]int{"spisum/shreddingPlan.json": 17, "spisovy-plan-obce-vynatek.md": 23} {
		f, err := os.Open(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		p, err := scheme.Read(file, f)
		_ = f.Close()
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if len(p.Groups) < classes {
			t.Errorf("%s: %d classes", file, len(p.Groups))
		}
		if p.Name == "" {
			p.Name = file
		}
		validate(t, root, p)
	}
	validate(t, root, scheme.Starter())
}

func validate(t *testing.T, root string, p *scheme.Plan) {
	t.Helper()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		fmt.Println("left out without xmllint:", t.Name())
		return
	}
	var b bytes.Buffer
	if err := scheme.WriteXML(&b, p, office, 1); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(lint, "--noout", "--nonet", "--schema", filepath.Join(root, "schema", "nsesss-plan.xsd"), "-")
	cmd.Stdin = &b
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%.1500s", p.Name, err, said)
	}
}
