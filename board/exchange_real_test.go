package board

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"epom/board/ofn"
	"epom/internal/db"
	"epom/internal/testdb"
	"epom/offices"
)

// kadan gives every published state of Kadaň's board.
func kadan(t testing.TB) iter.Seq2[ofn.State, error] {
	root := os.Getenv("EPOM_REAL_DATA")
	if root == "" {
		fmt.Println("left out without EPOM_REAL_DATA:", t.Name())
		t.SkipNow()
	}
	if _, err := os.Stat(root); err != nil && !filepath.IsAbs(root) { // given from the project's root
		root = filepath.Join("..", root)
	}
	files := func(pattern string) []string {
		names, err := filepath.Glob(filepath.Join(root, "notice-boards", "kadan", pattern))
		if err != nil || len(names) == 0 {
			t.Fatalf("no file %s (%v)", pattern, err)
		}
		return names
	}
	slurp := func(name string) []byte {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	archives, single := files("history-*.tar.xz"), append(files("snapshots/*.json"), files("invalid-json/*.json")...)
	return func(yield func(ofn.State, error) bool) {
		for _, name := range archives {
			for s, err := range ofn.States(bytes.NewReader(slurp(name)), 0) {
				if !yield(s, err) {
					return
				}
			}
		}
		for _, name := range single {
			s := ofn.State{Name: filepath.Base(name), Raw: slurp(name)}
			if !yield(s.Timed(time.Time{}), nil) {
				return
			}
		}
	}
}

// of answers the facts that must survive of a board's notices, taken by encoding/json.
func (f *snapshots) of(text []byte) ([]string, error) {
	var board struct {
		Items []json.RawMessage `json:"informace"`
	}
	if err := json.Unmarshal(text, &board); err != nil {
		return nil, err
	}
	f.Lock()
	defer f.Unlock()
	out := make([]string, len(board.Items))
	for i, raw := range board.Items {
		if f.taken[string(raw)] == "" {
			var item map[string]any
			if err := json.Unmarshal(raw, &item); err != nil {
				return nil, err
			}
			var of []any
			for _, key := range []string{"iri", "název", "vyvěšení", "relevantní_do", "číslo_jednací", "spisová_značka", "agenda", "dokument"} {
				of = append(of, item[key])
			}
			line, err := json.Marshal(of)
			if err != nil {
				return nil, err
			}
			f.taken[string(raw)] = string(line)
		}
		out[i] = f.taken[string(raw)]
	}
	slices.Sort(out)
	return out, nil
}

// TestKadanEverySnapshotThroughTheDatabase takes every valid state in and gives it back: valid, and the same set of facts.
// Each office begins with one state as the first and goes on with those after it as newer ones. Those that are no JSON are
// refused with their place.
func TestKadanEverySnapshotThroughTheDatabase(t *testing.T) {
	t.Parallel()
	var good []ofn.State
	met := map[string]bool{}
	broken, again := 0, 0
	for s, err := range kadan(t) {
		switch {
		case err != nil:
			t.Fatal(err)
		case met[s.Name]: // it stands in the archive too
			again++
		case json.Valid(s.Raw):
			good = append(good, s)
		default:
			broken++
			if f := ofn.Validate(s.Raw); len(f) != 1 || f[0].Line < 3843 || f[0].Column != 130 {
				t.Errorf("%s: %v", s.Name, f)
			}
		}
		met[s.Name] = true
	}
	slices.SortFunc(good, func(a, b ofn.State) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
	const each = 50
	x, list := newExchange(t, len(good)/each+1)
	start := time.Now()
	all := &snapshots{taken: map[string]string{}, proven: map[string]bool{}}
	var work errgroup.Group
	work.SetLimit(3)
	for i := 0; i < len(good); i += each {
		work.Go(func() error {
			for _, s := range good[i:min(len(good), i+each)] {
				if err := all.through(x, list[i/each], s); err != nil {
					return fmt.Errorf("%s: %w", s.Name, err)
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		t.Error(err)
	}
	if len(good) < 800 || broken != 4 || all.empty != 2 {
		t.Errorf("%d good, %d broken, %d empty", len(good), broken, all.empty)
	}
	x.sound()
	fmt.Printf("Kadaň: %d states with %d notices through the database and back the same and valid in %.1f s, %d broken ones refused\n",
		len(good), all.items, time.Since(start).Seconds(), broken)
}

// snapshots remembers over many states what was met before: facts of items, and which of them were found valid.
type snapshots struct {
	sync.Mutex
	taken  map[string]string
	proven map[string]bool
	items  int
	empty  int
}

// through takes a state in and compares what is given back.
func (f *snapshots) through(x *exchangeSite, o *offices.Office, s ofn.State) error {
	want, err := f.of(s.Raw)
	if err != nil {
		return err
	}
	said := x.take(o, imported, s)
	out := x.give(o, StillShown)
	got, err := f.of(out)
	if err != nil {
		return err
	}
	if len(want) == 0 && said.Outages == 1 { // an empty feed takes nothing down
		f.Lock()
		f.empty++
		f.Unlock()
		if want = got; len(got) < emptied {
			return fmt.Errorf("%d notices are left", len(got))
		}
	}
	if !slices.Equal(want, got) {
		return fmt.Errorf("%d facts came back of %d", len(got), len(want))
	}
	b, err := ofn.Parse(bytes.NewReader(out), 0)
	if err != nil {
		return err
	}
	all := b.Notices
	b.Notices = nil
	f.Lock()
	for _, n := range all {
		raw, err := ofn.MarshalNotice(&n)
		if err == nil && !f.proven[string(raw)] { // an item valid in one state is not judged again in the next
			f.proven[string(raw)] = true
			b.Notices = append(b.Notices, n)
		}
	}
	f.items += len(all)
	f.Unlock()
	var fresh bytes.Buffer
	if err := ofn.Write(&fresh, b); err != nil {
		return err
	}
	if faults := ofn.Validate(fresh.Bytes()); faults != nil {
		return fmt.Errorf("%v", faults)
	}
	return nil
}

// emptied is how many notices no board loses at once.
const emptied = 5

// TestKadanSeriesThroughTheDatabase compares what stands in the database with a straightforward count of the states.
func TestKadanSeriesThroughTheDatabase(t *testing.T) {
	t.Parallel()
	type day struct{ first, last string }
	shown := map[string]map[string]bool{} // state → addresses
	var names []string
	outages := 0
	seen := map[string]bool{}
	for s, err := range kadan(t) {
		if err != nil {
			t.Fatal(err)
		}
		if seen[s.Name] {
			continue // a snapshot that is in the archive too
		}
		seen[s.Name] = true
		var board struct {
			Items []struct{ IRI string } `json:"informace"`
		}
		if json.Unmarshal(s.Raw, &board) != nil || len(board.Items) == 0 {
			outages++
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
	x, list := newExchange(t, 1)
	start := time.Now()
	said, err := x.series(list[0], imported, kadan(t))
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	var rows []struct {
		Key     string          `db:"key"`
		Spans   db.JSON[[]Span] `db:"spans"`
		Removed bool            `db:"removed"`
		By      string          `db:"by"`
	}
	if err := testdb.Owner(t, x.db).Select(&rows, `SELECT key, spans, removed_at IS NOT NULL AS removed, COALESCE(removed_by, '') AS by
		FROM posting_source JOIN posting ON id = posting_id`); err != nil {
		t.Fatal(err)
	}
	const layout = "2006-01-02T150405"
	last := names[len(names)-1][:17]
	for _, r := range rows {
		var got []day
		for _, s := range r.Spans.V {
			got = append(got, day{s.First.UTC().Format(layout), s.Last.UTC().Format(layout)})
		}
		if !slices.Equal(got, want[r.Key]) {
			t.Errorf("%s: %v, want %v", r.Key, got, want[r.Key])
		}
		if there := got[len(got)-1].last == last; !r.Removed && !there || r.Removed && (r.By == gone) == there {
			t.Errorf("%s: removed %v by %q, still shown %v", r.Key, r.Removed, r.By, there)
		}
	}
	if len(rows) != len(want) || said.New != len(want) {
		t.Errorf("%d notices, want %d", len(rows), len(want))
	}
	var lost int
	err = x.db.Tx(t.Context(), db.Scope{Office: list[0].ID, Actor: "test"}, func(tx *db.Tx) error {
		out, err := Outages(t.Context(), tx)
		for _, o := range out {
			lost += o.States
		}
		return err
	})
	if err != nil || lost != outages {
		t.Errorf("%d states in outages, want %d (%v)", lost, outages, err)
	}
	x.sound()
	fmt.Printf("Kadaň: %d states as one history of %d notices in %.1f s, %d states of outages: first and last day of each agree\n", said.States, len(rows), took.Seconds(), lost)
}
