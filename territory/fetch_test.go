package territory

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"epom/internal/errs"
)

// zipped is a zip with one address file, of some size.
func zipped(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "CSV/20261031_OB_500010_ADR.csv", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, newHead+houses(1001, 400, 500010, "Lhota", "Krátká"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// server answers one file of October in a way of its own; it counts requests by method.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	gets  int
	heads []string
}

func serve(t *testing.T, file string, get func(w http.ResponseWriter, r *http.Request, nth int)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.URL.Path != "/"+file {
			s.heads = append(s.heads, r.URL.Path)
			http.NotFound(w, r)
			return
		}
		if r.Method == http.MethodHead {
			s.heads = append(s.heads, r.URL.Path)
		} else {
			s.gets++
		}
		get(w, r, s.gets)
	}))
	t.Cleanup(s.Close)
	return s
}

func fetchFrom(t *testing.T, s *server, dir string) (string, error) {
	t.Helper()
	files, err := Fetch(context.Background(), FetchOptions{URLs: []string{s.URL + "/{date}_OB_ADR_csv.zip"}, Dir: dir, Today: now, Idle: 200 * time.Millisecond, Tries: 2})
	if err != nil {
		return "", err
	}
	if len(files) != 1 {
		t.Fatalf("%v", files)
	}
	return files[0], nil
}

const october = "20261031_OB_ADR_csv.zip"

func whole(t *testing.T, file string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes, want %d (%v)", file, len(got), len(want), err)
	}
}

func TestFetchAndTakeIn(t *testing.T) {
	b := newBed(t)
	data := zipped(t)
	s := serve(t, october, func(w http.ResponseWriter, r *http.Request, _ int) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
	file, err := fetchFrom(t, s, b.dir)
	if err != nil {
		t.Fatal(err)
	}
	whole(t, file, data)
	if r := b.take(Options{}, file); r.Changes["address"].Added != 400 {
		t.Errorf("%+v", r.Changes)
	}
	if _, err := fetchFrom(t, s, b.dir); err != nil || s.gets != 1 {
		t.Errorf("a whole file was downloaded again: %d times, %v", s.gets, err)
	}
}

func TestFetchFallsBackAMonth(t *testing.T) {
	t.Parallel()
	data := zipped(t)
	s := serve(t, "20260930_OB_ADR_csv.zip", func(w http.ResponseWriter, r *http.Request, _ int) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
	file, err := fetchFrom(t, s, t.TempDir())
	if err != nil || !strings.Contains(file, "20260930") || len(s.heads) != 2 || s.heads[0] != "/"+october {
		t.Errorf("%s %v %v", file, s.heads, err)
	}
}

func TestFetchMissing(t *testing.T) {
	t.Parallel()
	s := serve(t, "nothing", nil)
	_, err := fetchFrom(t, s, t.TempDir())
	if !errs.Is(err, errs.NotFound) || !strings.Contains(errs.Message(err), "EPOM_TERRITORY_URLS") {
		t.Error(err)
	}
	s.Close()
	if _, err := fetchFrom(t, s, t.TempDir()); !errs.Is(err, errs.Unavailable) || !strings.Contains(errs.Message(err), "neodpovídá") {
		t.Error(err)
	}
}

// A download broken off goes on where it ended.
func TestFetchGoesOn(t *testing.T) {
	t.Parallel()
	data := zipped(t)
	var ranges []string
	s := serve(t, october, func(w http.ResponseWriter, r *http.Request, nth int) {
		w.Header().Set("ETag", `"one"`)
		if r.Method == http.MethodGet {
			ranges = append(ranges, r.Header.Get("Range"))
			if nth == 1 {
				w.Header().Set("Content-Length", fmt.Sprint(len(data)))
				_, _ = w.Write(data[:len(data)/2])
				panic(http.ErrAbortHandler)
			}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
	file, err := fetchFrom(t, s, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	whole(t, file, data)
	if len(ranges) != 2 || ranges[0] != "" || !strings.HasPrefix(ranges[1], "bytes=") || ranges[1] == "bytes=0-" {
		t.Errorf("ranges asked for: %q", ranges)
	}
}

// A server that does not know parts sends the whole again; one that goes silent is given up and taken up again.
func TestFetchFromServersThatMisbehave(t *testing.T) {
	t.Parallel()
	data := zipped(t)
	for name, get := range map[string]func(w http.ResponseWriter, r *http.Request, nth int){
		"no parts": func(w http.ResponseWriter, r *http.Request, nth int) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			if r.Method == http.MethodGet && nth == 1 {
				_, _ = w.Write(data[:1000])
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(data)
		},
		"silent": func(w http.ResponseWriter, r *http.Request, nth int) {
			if r.Method == http.MethodGet && nth == 1 {
				w.Header().Set("Content-Length", fmt.Sprint(len(data)))
				_, _ = w.Write(data[:1000])
				w.(http.Flusher).Flush()
				<-r.Context().Done()
				return
			}
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		},
		"no HEAD": func(w http.ResponseWriter, r *http.Request, nth int) {
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			_, _ = w.Write(data)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := fetchFrom(t, serve(t, october, get), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			whole(t, file, data)
		})
	}
}

// What never comes whole is not handed on, and the message says what to do.
func TestFetchNeverWhole(t *testing.T) {
	t.Parallel()
	data := zipped(t)
	for name, c := range map[string]struct {
		get   func(w http.ResponseWriter, r *http.Request, nth int)
		words string
	}{
		"always breaks off": {func(w http.ResponseWriter, r *http.Request, nth int) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			if r.Method == http.MethodGet {
				_, _ = w.Write(data[:2000])
				panic(http.ErrAbortHandler)
			}
		}, "Spusťte příkaz znovu"},
		"half a file without a length": {func(w http.ResponseWriter, r *http.Request, nth int) {
			if r.Method == http.MethodGet {
				_, _ = w.Write(data[:len(data)/2])
				w.(http.Flusher).Flush()
			}
		}, "poškozený"},
		"an error page": {func(w http.ResponseWriter, r *http.Request, nth int) { w.WriteHeader(http.StatusInternalServerError) }, "odpověděl 500"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file, err := fetchFrom(t, serve(t, october, c.get), dir)
			if !errs.Is(err, errs.Unavailable) || !strings.Contains(errs.Message(err), c.words) || !strings.Contains(errs.Message(err), "nic se nezměnilo") {
				t.Errorf("%q %v", file, err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.zip")); len(left) != 0 {
				t.Errorf("handed on: %v", left)
			}
		})
	}
}
