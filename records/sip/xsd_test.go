package sip

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// schemas puts the official schemas of the data folder beside each other so that they are found without the network.
func schemas(t *testing.T) string {
	t.Helper()
	from := filepath.Join(dataFolder(t), "nsesss", "schema")
	to := t.TempDir()
	for _, name := range []string{"mets.xsd", "mets-xlink.xsd", "nsesss.xsd", "nsesss-common.xsd", "nsesss-TrP.xsd"} {
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.ReplaceAll(data, []byte("http://www.loc.gov/standards/xlink/xlink.xsd"), []byte("mets-xlink.xsd"))
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	all := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">`
	for space, name := range map[string]string{nsMETS: "mets.xsd", nsNSESSS: "nsesss.xsd", nsLog: "nsesss-TrP.xsd"} {
		all += `<xs:import namespace="` + space + `" schemaLocation="` + name + `"/>`
	}
	path := filepath.Join(to, "all.xsd")
	if err := os.WriteFile(path, []byte(all+`</xs:schema>`), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Our shapes and the official schemas say the same of every case, of our own package and of ours spoilt in one place.
func TestShapesAsSchemas(t *testing.T) {
	t.Parallel()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		fmt.Println("left out without xmllint:", t.Name())
		t.SkipNow()
	}
	schema := schemas(t)
	paths, err := filepath.Glob(filepath.Join(unpack(t, "NSESSS2024.tar.xz"), "NSESSS2024", "*", "*", metsName))
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	own := spis(t)[metsName]
	paths = append(paths, filepath.Join(write(t, "own", files{metsName: own}), metsName))
	for i, c := range recordsChanges {
		paths = append(paths, filepath.Join(write(t, fmt.Sprint("own", i), files{metsName: strings.Replace(own, c.old, c.new, 1)}), metsName))
	}
	same, invalid := 0, 0
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		root, err := readXML(data)
		if err != nil || root.name != "mets" || root.space != nsMETS {
			continue
		}
		said, err := exec.Command(lint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput()
		faults := slices.DeleteFunc(validate(root), func(f fault) bool { return strings.Contains(f.text, "nikam nevede") }) // xmllint follows no references
		if (err == nil) != (len(faults) == 0) {
			first := "nothing"
			if len(faults) > 0 {
				first = faults[0].text
			}
			t.Errorf("%s: official %v, ours %s\n%.600s", path, err, first, said)
			continue
		}
		same++
		if err != nil {
			invalid++
		}
	}
	fmt.Printf("%d files judged as by the official schemas, %d of them invalid\n", same, invalid)
}
