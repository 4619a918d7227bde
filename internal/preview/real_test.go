package preview

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/sync/errgroup"
)

// TestRealFiles makes previews of malformed, encrypted and unusual files and of real notices: none hangs, none fails but
// by its own fault, nothing stays behind (newMaker looks).
func TestRealFiles(t *testing.T) {
	t.Parallel()
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		t.Log("left out without EPOM_REAL_DATA: 286 files of a corpus and 5 of a notice board")
		return
	}
	m := newMaker(t, Limits{Time: 30 * time.Second})
	var mu sync.Mutex
	total, seen := 0, map[Problem][]string{}
	one := func(path string) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		media, err := mimetype.DetectFile(path)
		if err != nil {
			return err
		}
		kind := media.String()
		if filepath.Ext(path) == ".pdf" {
			kind = "application/pdf" // some begin late
		}
		p, err := m.Make(t.Context(), f, kind, Options{MaxPages: 1, Width: 100})
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		check(t, m, p)
		if strings.Contains(path, "blesno") && strings.HasSuffix(path, ".pdf") && (p.Problem != None || p.Thumb == nil || p.Pages == 0) {
			t.Errorf("%s: %q, %d pages", path, p.Problem, p.Pages)
		}
		mu.Lock()
		defer mu.Unlock()
		total++
		seen[p.Problem] = append(seen[p.Problem], strings.TrimPrefix(path, root))
		return nil
	}
	var all errgroup.Group
	all.SetLimit(2)
	for _, dir := range []string{"files", "notice-boards/blesno/files"} {
		if err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && d.Name() != "ORIGIN.txt" {
				all.Go(func() error { return one(path) })
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Wait(); err != nil {
		t.Error(err)
	}
	for problem, paths := range seen {
		t.Logf("%q: %d", problem, len(paths))
		if problem != None {
			t.Logf("%q", paths)
		}
	}
	if len(seen[Timeout]) > 0 {
		t.Errorf("these hang: %q", seen[Timeout])
	}
	if total < 290 || len(seen[None]) < 200 || len(seen[Encrypted]) < 2 {
		t.Errorf("%d files, %d well, %d encrypted", total, len(seen[None]), len(seen[Encrypted]))
	}
}
