package preview

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// withTool puts a shell script in the place of one of poppler's programs.
func withTool(t *testing.T, m *Maker, name, script string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	tools := map[string]string{}
	for n, p := range m.tools {
		tools[n] = p
	}
	tools[name] = path
	m.tools = tools
}

// running says whether a process lives, zombies aside.
func running(t *testing.T, pid string) bool {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

// TestHang: a program that hangs is ended with its children, and what was made before stays.
func TestHang(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"pdftotext", "pdftoppm"} {
		m := newMaker(t, Limits{Time: 6 * time.Second}) // the programs that do not hang end well within
		pids := filepath.Join(t.TempDir(), "pids")
		withTool(t, m, tool, fmt.Sprintf("sleep 600 &\necho $$ $! >%s\nwait\n", pids))
		p := mustMake(t, m, notice(t), "application/pdf", Options{MaxPages: 1, Width: 50})
		if p.Problem != Timeout || p.Pages != 3 || (tool == "pdftotext") != (len(p.Pictures) == 1) || (tool == "pdftoppm") != (len(p.Texts) == 3) {
			t.Errorf("%s: %q, %d pages, %d texts, %d pictures", tool, p.Problem, p.Pages, len(p.Texts), len(p.Pictures))
		}
		written, err := os.ReadFile(pids)
		if err != nil {
			t.Fatal(err)
		}
		for _, pid := range strings.Fields(string(written)) {
			for end := time.Now().Add(10 * time.Second); running(t, pid); runtime.Gosched() { // the kernel ends a killed process when it gets to it
				if time.Now().After(end) {
					t.Fatalf("%s: process %s lives on", tool, pid)
				}
			}
		}
	}
}

// TestCancel: who no longer waits gets the context's error and leaves nothing behind.
func TestCancel(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{Parallel: 1})
	started := filepath.Join(t.TempDir(), "started")
	withTool(t, m, "pdfinfo", "echo >"+started+"\nexec sleep 600\n")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := m.Make(ctx, strings.NewReader("%PDF-"), "application/pdf", Options{})
		done <- err
	}()
	for { // until the program runs; the test's own limit ends a wait in vain
		if _, err := os.Stat(started); err == nil {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("ended before it was cancelled: %v", err)
		default:
		}
	}
	// The one place is taken: another waits, and may give up.
	short, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if _, err := m.Make(short, strings.NewReader("x"), "text/plain", Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("beyond the bound: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestBounds: programs run under their limits and in an environment of their own.
func TestBounds(t *testing.T) {
	t.Parallel()
	t.Run("output without an end", func(t *testing.T) {
		t.Parallel()
		m := newMaker(t, Limits{Text: 5000})
		withTool(t, m, "pdftotext", "exec yes ahoj")
		p := mustMake(t, m, notice(t), "application/pdf", Options{MaxPages: -1})
		if !p.Cut || p.Problem != None || len(p.Text()) > 5000 || len(p.Text()) < 4990 {
			t.Errorf("%q, %d bytes, cut: %v", p.Problem, len(p.Text()), p.Cut)
		}
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		m := newMaker(t, Limits{Memory: 24 << 20}) // poppler itself needs more
		if p := mustMake(t, m, notice(t), "application/pdf", Options{}); p.Problem == None || len(p.Pictures) > 0 {
			t.Errorf("%q", p.Problem)
		}
	})
	t.Run("limits and surroundings", func(t *testing.T) {
		t.Parallel()
		m := newMaker(t, Limits{Time: 7 * time.Second, Memory: 512 << 20})
		said := filepath.Join(t.TempDir(), "said")
		withTool(t, m, "pdfinfo", `{ ulimit -c; ulimit -t; ulimit -v; ulimit -n; env | grep -v '^PWD=\|^OLDPWD=\|^_=\|^SHLVL=' | sort; ls -A "$HOME"; ls /sys/class/net | grep -v '^lo$'; cat /proc/net/route | tail -n +2 | wc -l; } >`+said)
		if p := mustMake(t, m, notice(t), "application/pdf", Options{}); p.Problem != Broken {
			t.Errorf("a program that says nothing: %q", p.Problem)
		}
		text, err := os.ReadFile(said)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		if len(lines) < 9 || strings.Join(lines[:4], " ") != "0 8 "+strconv.Itoa(512<<10)+" 64" {
			t.Fatalf("%q", lines)
		}
		for i, start := range []string{"HOME=" + m.dir, "LC_ALL=C.UTF-8", "PATH=", "TMPDIR=" + m.dir, "document"} {
			if !strings.HasPrefix(lines[4+i], start) {
				t.Errorf("line %d of its surroundings: %q, want %s…", i, lines[4+i], start)
			}
		}
		if routes := lines[len(lines)-2]; m.isolated && routes != "0" {
			t.Errorf("isolated, yet it has %s routes to a network", routes)
		}
	})
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	m := newMaker(t, Limits{})
	for script, want := range map[string]Problem{
		"echo 'Command Line Error: Incorrect password' >&2; exit 1":                                  Encrypted,
		"echo \"Syntax Error: Couldn't find the 'Adobe.PubSec' security handler\" >&2; exit 1":       Encrypted,
		"yes 'Syntax Warning: x' | head -c 200000 >&2; echo 'Error: Incorrect password' >&2; exit 1": Encrypted,
		"echo 'terminate called after throwing an instance of std::bad_alloc' >&2; kill -ABRT $$":    TooLarge,
		"echo 'Out of memory' >&2; exit 1":                                                           TooLarge,
		"kill -KILL $$":                                                                              TooLarge,
		"kill -SEGV $$":                                                                              Broken,
		"exit 1":                                                                                     Broken,
		"echo 'Pages:           0'":                                                                  Broken,
	} {
		other := *m
		withTool(t, &other, "pdfinfo", script)
		if p := mustMake(t, &other, notice(t), "application/pdf", Options{}); p.Problem != want {
			t.Errorf("%s: %q, want %q", script, p.Problem, want)
		}
	}
}

// TestLeftovers: a new maker sweeps what a killed program left long ago, and nothing else.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{prefix + "old": 2 * stale, prefix + "new": 0, "other": 2 * stale} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(p, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(p, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := New(dir, Limits{}); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != "other" || left[1].Name() != prefix+"new" {
		t.Errorf("%v (%v)", left, err)
	}
}
