package ofn

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ulikunitz/xz"
)

// hour is a time in the series of tests.
func hour(h int) time.Time { return time.Date(2026, 1, 1, h, 0, 0, 0, time.UTC) }

func state(h int, notices ...string) State {
	return State{At: hour(h), Name: fmt.Sprintf("%02d.json", h),
		Raw: []byte(`{"typ":"Úřední deska","stránka":"https://x.example/","informace":[` + strings.Join(notices, ",\n") + `]}`)}
}

func notice(n int, name string) string {
	return fmt.Sprintf(`{"iri":"https://x.example/%d","název":{"cs":%q}}`, n, name)
}

func several(name string, numbers ...int) (out []string) {
	for _, n := range numbers {
		out = append(out, notice(n, name))
	}
	return out
}

func all(states ...State) iter.Seq2[State, error] {
	return func(yield func(State, error) bool) {
		for _, s := range states {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	broken := State{At: hour(4), Name: "04.json", Raw: []byte("{\"informace\": [\n\"\t\"")}
	states := []State{
		state(1, several("a", 1, 2, 3, 4, 5)...),
		state(2, append(several("a", 1, 2, 3, 4), `{ "název": {"cs": "a"}, "iri": "https://x.example/5" }`)...), // only written otherwise
		state(3),
		broken,
		{At: hour(5), Name: "05.json", Raw: broken.Raw},
		{At: hour(6), Name: "06.json", Raw: []byte(`<html>`)},
		state(7, append(several("a", 1, 2), notice(3, "b"))...),
		state(8, append(several("a", 1, 2, 4), notice(3, "b"))...),
		state(9, several("a", 1)...),
		state(10),
		{At: hour(11), Name: "11.json", Raw: []byte(`[]`)},
	}
	shuffled := []State{states[6], states[0], states[10], states[3], states[2], states[9], states[1], states[4], states[8], states[5], states[7]}
	h, err := Replay(all(shuffled...))
	if err != nil {
		t.Fatal(err)
	}
	if h.States != 6 || !h.From.Equal(hour(1)) || !h.To.Equal(hour(10)) || h.Head.Page != "https://x.example/" || len(h.Lives) != 5 {
		t.Errorf("%+v", h)
	}
	spans := map[string][]Span{}
	for _, l := range h.Lives {
		spans[l.IRI[len(l.IRI)-1:]] = l.Spans
	}
	want := map[string][]Span{
		"1": {{hour(1), hour(9), hour(10)}}, // one notice may leave the board alone
		"2": {{hour(1), hour(8), hour(9)}},
		"3": {{hour(1), hour(8), hour(9)}},
		"4": {{hour(1), hour(2), hour(7)}, {hour(8), hour(8), hour(9)}}, // removed and hung again
		"5": {{hour(1), hour(2), hour(7)}},
	}
	if !reflect.DeepEqual(spans, want) {
		t.Errorf("spans %v", spans)
	}
	for _, l := range h.Lives {
		switch n := len(l.Revisions); {
		case l.IRI == "https://x.example/3" && (n != 2 || !l.Revisions[1].At.Equal(hour(7)) || !slices.Equal(l.Revisions[1].Changed, []string{"název"}) || l.Revisions[1].Notice.Name.Best() != "b"):
			t.Errorf("%+v", l.Revisions)
		case l.IRI != "https://x.example/3" && n != 1:
			t.Errorf("%s: %d revisions", l.IRI, n)
		}
	}
	if len(h.Outages) != 4 {
		t.Fatalf("outages %+v", h.Outages)
	}
	for i, w := range []Outage{
		{hour(3), hour(7), reasonEmpty, 0, 0, []string{"03.json"}},
		{hour(4), hour(7), h.Outages[1].Reason, 2, 2, []string{"04.json", "05.json"}},
		{hour(6), hour(7), h.Outages[2].Reason, 1, 1, []string{"06.json"}},
		{hour(11), time.Time{}, reasonNotBoard, 1, 1, []string{"11.json"}},
	} {
		if !reflect.DeepEqual(h.Outages[i], w) {
			t.Errorf("outage %d: %+v, want %+v", i, h.Outages[i], w)
		}
	}
}

func TestReplaySameAddress(t *testing.T) {
	t.Parallel()
	h, err := Replay(all(state(1, notice(1, "a"), notice(1, "b")), state(2, notice(1, "a"), notice(1, "b")), state(3, notice(1, "a"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Lives) != 2 || h.Lives[1].Nth != 1 || len(h.Lives[0].Revisions) != 1 || !h.Lives[0].Spans[0].Removed.IsZero() || !h.Lives[1].Spans[0].Removed.Equal(hour(3)) {
		t.Errorf("%+v %+v", h.Lives[0], h.Lives[1])
	}
}

func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Replay(all(State{Name: "deska.json"})); err == nil {
		t.Error("a state without a time")
	}
	trouble := errors.New("trouble")
	if _, err := Replay(func(yield func(State, error) bool) { yield(State{}, trouble) }); !errors.Is(err, trouble) {
		t.Error(err)
	}
	if h, err := Replay(all()); err != nil || h.States != 0 || h.Head != nil {
		t.Errorf("no states: %+v %v", h, err)
	}
}

func TestStateTime(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]time.Time{
		"kadan/2022-09-19T131427-0e699633.json": time.Date(2022, 9, 19, 13, 14, 27, 0, time.UTC),
		"20220919_131427.json":                  time.Date(2022, 9, 19, 13, 14, 27, 0, time.UTC),
		"2022-09-19-12345678.json":              time.Date(2022, 9, 19, 0, 0, 0, 0, time.UTC),
		"deska-2022-09-19T13:14:27.jsonld":      time.Date(2022, 9, 19, 13, 14, 27, 0, time.UTC),
	} {
		if at, ok := StateTime(name); !ok || !at.Equal(want) {
			t.Errorf("%s: %v %v", name, at, ok)
		}
	}
	for _, name := range []string{"deska.json", "2022-13-19.json", "2022-09-19T256199.json"} {
		if at, ok := StateTime(name); ok {
			t.Errorf("%s: %v", name, at)
		}
	}
}

func packed(t testing.TB, files map[string]int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range sorted(files) {
		text := append([]byte("[]"), bytes.Repeat([]byte(" "), files[name])...)
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), ModTime: hour(7), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func xzipped(t testing.TB, raw []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := xz.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(raw)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStates(t *testing.T) {
	t.Parallel()
	raw := packed(t, map[string]int{"a/2026-01-02T030405-x.json": 1, "b.jsonld": 2, "readme.txt": 3})
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	w.Write(raw)
	w.Close()
	for name, archive := range map[string][]byte{"tar": raw, "gzip": gz.Bytes(), "xz": xzipped(t, raw)} {
		var got []string
		for s, err := range States(bytes.NewReader(archive), 0) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, fmt.Sprintf("%s %s %d", s.Name, s.At.Format(time.RFC3339), len(s.Raw)))
		}
		want := []string{"2026-01-02T030405-x.json 2026-01-02T03:04:05Z 3", "b.jsonld 2026-01-01T07:00:00Z 4"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	bomb := xzipped(t, packed(t, map[string]int{"2026-01-01.json": 4 << 20, "2026-01-02.json": 4 << 20}))
	greedy := bytes.Clone(bomb)
	greedy[16] = 40        // the dictionary's byte of the first block: 4 GiB
	var large bytes.Buffer // its header alone says that it is too large
	if err := tar.NewWriter(&large).WriteHeader(&tar.Header{Name: "x.json", Size: DefaultLimit + 1, Typeflag: tar.TypeReg}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		archive []byte
		limit   int64
		code    string
	}{
		"bomb":         {bomb, 5 << 20, "large"},
		"greedy":       {greedy, 0, "archive"},
		"cut":          {xzipped(t, raw)[:200], 0, "archive"},
		"cut tar":      {raw[:1024], 0, "archive"},
		"cut end":      {raw[:len(raw)-600], 0, "archive"},
		"not archive":  {[]byte("{}"), 0, "archive"},
		"empty":        {nil, 0, "archive"},
		"large member": {large.Bytes(), 0, "large"},
	} {
		var last error
		for _, err := range States(bytes.NewReader(c.archive), c.limit) {
			last = err
		}
		var e *Error
		if !errors.As(last, &e) || e.Code != c.code {
			t.Errorf("%s: %v", name, last)
		}
	}
}
