package ofn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
)

// kadan gives every state of Kadaň's series: the archives, single snapshots and those that are no JSON.
func kadan(t testing.TB) iter.Seq2[State, error] {
	dir := real(t, "notice-boards", "kadan")
	return func(yield func(State, error) bool) {
		for _, path := range glob(t, filepath.Join(dir, "history-*.tar.xz")) {
			for s, err := range States(bytes.NewReader(slurpFile(t, path)), 0) {
				if !yield(s, err) {
					return
				}
			}
		}
		for _, folder := range []string{"snapshots", "invalid-json"} {
			for _, path := range glob(t, filepath.Join(dir, folder, "*.json")) {
				s := State{Name: filepath.Base(path), Raw: slurpFile(t, path)}
				if !yield(s.Timed(time.Time{}), nil) {
					return
				}
			}
		}
	}
}

// factual takes by encoding/json what must survive of notices; an item seen before is not taken again.
type factual map[string]string

func (f factual) of(t testing.TB, text []byte) []string {
	var board struct {
		Items []json.RawMessage `json:"informace"`
	}
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(board.Items))
	for i, raw := range board.Items {
		if f[string(raw)] == "" {
			var item map[string]any
			if err := json.Unmarshal(raw, &item); err != nil {
				t.Fatal(err)
			}
			var facts []any
			for _, key := range []string{"iri", "název", "vyvěšení", "relevantní_do", "číslo_jednací", "spisová_značka", "agenda", "dokument"} {
				facts = append(facts, item[key])
			}
			line, err := json.Marshal(facts)
			if err != nil {
				t.Fatal(err)
			}
			f[string(raw)] = string(line)
		}
		out[i] = f[string(raw)]
	}
	slices.Sort(out)
	return out
}

// TestKadanEverySnapshot: every good state is given back valid with the same facts; every broken one is refused with a place.
// An item that was valid in one state is not judged again in the next.
func TestKadanEverySnapshot(t *testing.T) {
	t.Parallel()
	good, broken, items := 0, 0, 0
	var bare []string // states without an address of the page: not valid as they came, and said so
	proven, taken := map[string]bool{}, factual{}
	check := func(s State) {
		b, err := parse(s.Raw)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		var out bytes.Buffer
		if err := Write(&out, b); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if !slices.Equal(taken.of(t, s.Raw), taken.of(t, out.Bytes())) {
			t.Errorf("%s: facts differ", s.Name)
		}
		fresh := *b
		fresh.Notices = nil
		for _, n := range b.Notices {
			raw, err := MarshalNotice(&n)
			if err != nil {
				t.Fatal(err)
			}
			if !proven[string(raw)] {
				proven[string(raw)] = true
				fresh.Notices = append(fresh.Notices, n)
			}
		}
		items += len(b.Notices)
		out.Reset()
		if err := Write(&out, &fresh); err != nil {
			t.Fatal(err)
		}
		for _, f := range Validate(out.Bytes()) {
			if f.Path != "/stránka" || b.Page != "" || Validate(s.Raw) == nil {
				t.Errorf("%s: %v", s.Name, f)
			}
			bare = append(bare, s.Name)
		}
	}
	for s, err := range kadan(t) {
		if err != nil {
			t.Fatal(err)
		}
		if json.Valid(s.Raw) {
			good++
			check(s)
			continue
		}
		broken++
		_, err := parse(s.Raw)
		var e *Error
		if !errors.As(err, &e) || e.Code != "control" || e.Line != 3945 && e.Line != 3843 || e.Column != 130 {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	fmt.Printf("Kadaň: %d states with %d notices given back the same and valid (save %d empty ones without their page), %d broken ones refused\n",
		good, items, len(bare), broken)
	if good < 800 || broken != 4 || len(bare) != 2 {
		t.Errorf("%d good, %d broken, without a page: %v", good, broken, bare)
	}
}

// TestKadanReplay compares the history with a straightforward computation on decoded JSON.
func TestKadanReplay(t *testing.T) {
	t.Parallel()
	type day struct{ first, last string }
	var names []string
	shown := map[string]map[string]bool{} // state → addresses
	empty, broken := map[string]bool{}, map[string]bool{}
	for s, err := range kadan(t) {
		if err != nil {
			t.Fatal(err)
		}
		if shown[s.Name] != nil || broken[s.Name] || empty[s.Name] {
			continue // a snapshot that is in the archive too
		}
		var board struct {
			Items []struct{ IRI string } `json:"informace"`
		}
		if json.Unmarshal(s.Raw, &board) != nil {
			broken[s.Name] = true
			continue
		}
		if len(board.Items) == 0 {
			empty[s.Name] = true
			continue
		}
		names = append(names, s.Name)
		shown[s.Name] = map[string]bool{}
		for _, i := range board.Items {
			shown[s.Name][i.IRI] = true
		}
	}
	slices.Sort(names)
	want := map[string][]day{}
	for n, name := range names {
		for iri := range shown[name] {
			if n > 0 && shown[names[n-1]][iri] {
				want[iri][len(want[iri])-1].last = name[:17]
			} else {
				want[iri] = append(want[iri], day{name[:17], name[:17]})
			}
		}
	}

	h, err := Replay(kadan(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]day{}
	revisions, again := 0, 0
	for _, l := range h.Lives {
		for i, s := range l.Spans {
			got[l.IRI] = append(got[l.IRI], day{s.First.Format("2006-01-02T150405"), s.Last.Format("2006-01-02T150405")})
			ended := s.Last.Format("2006-01-02T150405") != names[len(names)-1][:17]
			if ended != !s.Removed.IsZero() || ended && !s.Removed.After(s.Last) {
				t.Errorf("%s span %d: %+v", l.IRI, i, s)
			}
		}
		revisions += len(l.Revisions) - 1
		if len(l.Spans) > 1 {
			again++
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d notices, want %d", len(got), len(want))
		for iri := range want {
			if !reflect.DeepEqual(got[iri], want[iri]) {
				t.Fatalf("%s: %v, want %v", iri, got[iri], want[iri])
			}
		}
	}
	inOutage := 0
	for _, o := range h.Outages {
		if o.To.IsZero() || o.Reason == "" {
			t.Errorf("%+v", o)
		}
		for _, name := range o.States {
			if !empty[name] && !broken[name] {
				t.Errorf("%s is no outage", name)
			}
			inOutage++
		}
		for _, l := range h.Lives {
			for _, s := range l.Spans {
				if !s.Removed.Before(o.From) && s.Removed.Before(o.To) {
					t.Errorf("%s was removed in the outage of %v", l.IRI, o.From)
				}
			}
		}
	}
	if inOutage != len(empty)+len(broken) || len(empty) != 2 || len(broken) != 4 {
		t.Errorf("%d states in outages, %d empty, %d broken", inOutage, len(empty), len(broken))
	}
	fmt.Printf("Kadaň: %d good states, %d notices, %d revisions, %d hung again, %d outages: first and last day of each agree\n",
		h.States, len(h.Lives), revisions, again, len(h.Outages))
}

func BenchmarkReplayKadan(b *testing.B) {
	states := kadan(b)
	for b.Loop() {
		if _, err := Replay(states); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
}
