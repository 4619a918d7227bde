package static

import (
	"io/fs"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon.svg"} {
		url := URL(name)
		if data, err := fs.ReadFile(FS, strings.TrimPrefix(url, Prefix)); err != nil || len(data) == 0 {
			t.Errorf("%s → %s: %v", name, url, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a name that was not built gave an address")
		}
	}()
	URL("nothing.css")
}
