package submissions_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"epom/internal/audit"
	"epom/internal/errs"
	"epom/submissions"
)

func TestTenRequestsSendOneDraftOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	var wg sync.WaitGroup
	refs := make([]string, 10)
	for i := range refs {
		wg.Go(func() {
			s, err := h.Send(t.Context(), token, 1)
			if err != nil {
				t.Error(err)
			}
			refs[i] = s.Reference
		})
	}
	wg.Wait()
	for _, r := range refs {
		if r == "" || r != refs[0] {
			t.Fatalf("one submission, one reference: %v", refs)
		}
	}
	var cases, last int
	must(t, h.owner.QueryRow(`SELECT (SELECT count(*) FROM case_file), last_no FROM counter`).Scan(&cases, &last))
	if cases != 1 || last != 1 {
		t.Errorf("%d case files, counter at %d", cases, last)
	}
}

func TestNumbersHaveNoGapUnderConcurrency(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const n = 200
	tokens := make([]string, n)
	for i := range tokens {
		where := int64(hejnice)
		if i%3 == 0 {
			where = frydlan
		}
		tokens[i] = h.draft(t, where)
	}
	var wg sync.WaitGroup
	for c := range 16 {
		wg.Go(func() {
			for i := c; i < n; i += 16 {
				if _, err := h.Send(t.Context(), tokens[i], 1); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var gaps int
	must(t, h.owner.Get(&gaps, `SELECT count(*) FROM counter c, generate_series(1, c.last_no) n
		WHERE NOT EXISTS (SELECT FROM case_file f WHERE f.office_id = c.office_id AND f.year = c.year AND f.no = n)`))
	var total int
	must(t, h.owner.Get(&total, `SELECT count(*) FROM case_file`))
	if gaps != 0 || total != n {
		t.Errorf("%d gaps, %d of %d case files", gaps, total, n)
	}
	faults, err := audit.Verify(t.Context(), h.owner)
	must(t, err)
	if len(faults) != 0 {
		t.Errorf("the log's chain: %v", faults)
	}
}

func TestOneBadItemHarmsNoOther(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	// A reference that is taken makes exactly that item fail; the room tries again with another one.
	first, _ := h.sent(t)
	tokens := []string{h.draft(t, hejnice), h.draft(t, hejnice), h.draft(t, hejnice)}
	var wg sync.WaitGroup
	for _, token := range tokens {
		wg.Go(func() {
			if s, err := h.Send(t.Context(), token, 1); err != nil || s.Reference == first.Reference {
				t.Errorf("%+v %v", s, err)
			}
		})
	}
	wg.Wait()
}

func TestNumberAndTerm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, _ := h.sent(t)
	if s.Number != "HEJ/2026/00001-1" || !s.Fresh {
		t.Errorf("%+v", s)
	}
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.Party != "Eva Tichá" || v.Email != "eva@posta.example" || v.Case.Subject != "Kácení: lípa" {
		t.Errorf("%q %q %q", v.Party, v.Email, v.Case.Subject)
	}
	if v.Due == nil || v.Due.On.Format("2006-01-02") != "2026-10-14" || len(v.Due.How) < 3 { // 30 days from 14 September
		t.Errorf("%+v", v.Due)
	}
	if v.ConfirmBy == nil || v.ConfirmBy.Format("2006-01-02") != "2026-09-21" { // five days end on Saturday
		t.Errorf("%v", v.ConfirmBy)
	}
	if len(v.Events) != 1 || v.Events[0].Kind != submissions.EventReceived || len(v.Routing.V.Reasons) == 0 {
		t.Errorf("%+v", v.Events)
	}
}

func TestWhatWasNotSeenIsNotSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	if c, err := h.Save(t.Context(), token, 1, answers(hejnice).With("pocet", int64(7))); c != nil || err != nil {
		t.Fatal(c, err)
	}
	_, err := h.Send(t.Context(), token, 1)
	var stale *submissions.Stale
	if !errors.As(err, &stale) || fmt.Sprint(stale.Labels) != "[Počet stromů]" || stale.Revision != 2 {
		t.Fatalf("%+v %v", stale, err)
	}
	if _, err := h.Send(t.Context(), token, stale.Revision); err != nil {
		t.Fatal(err)
	}
}

// A save from another window that commits between the reading of the draft and the taking in.
func TestWhatIsSavedWhileSendingIsNotLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	d, err := h.Draft(t.Context(), token)
	must(t, err)
	save := h.owner.MustBegin() // what Save does, held open
	save.MustExec(`INSERT INTO draft_revision SELECT id, revision, answers FROM draft WHERE id = $1 ON CONFLICT DO NOTHING`, d.ID)
	save.MustExec(`UPDATE draft SET revision = 2, answers = jsonb_set(answers, '{pocet}', '7') WHERE id = $1`, d.ID)
	sent := make(chan error)
	go func() { _, err := h.Send(t.Context(), token, 1); sent <- err }()
	for waiting := 0; waiting == 0; { // till the sending stands before the draft's lock
		must(t, h.owner.Get(&waiting, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))
	}
	must(t, save.Commit())
	var stale *submissions.Stale
	if err := <-sent; !errors.As(err, &stale) || stale.Revision != 2 || fmt.Sprint(stale.Labels) != "[Počet stromů]" {
		t.Fatalf("%+v %v", stale, err)
	}
	s, err := h.Send(t.Context(), token, 2)
	must(t, err)
	v, err := h.ByReference(t.Context(), s.Reference)
	must(t, err)
	if v.Answers.V.Get("pocet") != int64(7) || s.Number != "HEJ/2026/00001-1" {
		t.Errorf("%v %s", v.Answers.V.Get("pocet"), s.Number)
	}
}

func TestTwoWindows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	must2 := func(c *submissions.Changed, err error) {
		t.Helper()
		if c != nil || err != nil {
			t.Fatal(c, err)
		}
	}
	must2(h.Save(t.Context(), token, 1, answers(hejnice).With("pocet", int64(7))))
	// The second window saw revision 1 and changes another field: both changes stay.
	must2(h.Save(t.Context(), token, 1, answers(hejnice).With("druh", "dub")))
	d, err := h.Draft(t.Context(), token)
	must(t, err)
	if d.Answers.V.Get("druh") != "dub" || d.Answers.V.Get("pocet") != int64(7) {
		t.Errorf("%v", d.Answers.V)
	}
	// It changes the same field: nothing is kept and the field is named.
	c, err := h.Save(t.Context(), token, 1, answers(hejnice).With("pocet", int64(9)))
	must(t, err)
	if c == nil || fmt.Sprint(c.Labels) != "[Počet stromů]" || c.Revision != d.Revision {
		t.Fatalf("%+v", c)
	}
}

func TestOfficeThatDoesNotTakePart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.Send(t.Context(), h.draft(t, potok), 1)
	var e *submissions.Elsewhere
	if !errors.As(err, &e) || e.Decision.Office == nil || e.Decision.Office.Name != "Obecní úřad Bílý Potok" {
		t.Fatalf("%+v %v", e, err)
	}
	var n int
	must(t, h.owner.Get(&n, `SELECT count(*) FROM submission`))
	if n != 0 {
		t.Error("nothing is silently accepted")
	}
}

func TestIncompleteDraft(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token, err := h.Start(t.Context(), "zkouska", "cs", answers(hejnice).With("druh", nil))
	must(t, err)
	_, err = h.Send(t.Context(), token, 1)
	var u *submissions.Unfinished
	if !errors.As(err, &u) || len(u.Findings) == 0 || u.Findings[0].Path != "druh" {
		t.Fatalf("%+v %v", u, err)
	}
}

func TestExpiredDraftIsNotFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	h.clock.Advance(31 * 24 * 3600e9)
	if _, err := h.Draft(t.Context(), token); !errs.Is(err, errs.NotFound) {
		t.Fatal(err)
	}
	if n, err := h.Expire(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s, _ := h.sent(t)
	for key, want := range map[string]bool{h.PIN(s.Reference): true, h.Ticket(s.Reference): true, "000000x": false, "": false} {
		if h.Opens(s.Reference, key) != want {
			t.Errorf("%q opens: %v", key, !want)
		}
	}
	if got := submissions.CleanReference(" " + s.Reference[:4] + s.Reference[5:] + " "); got != s.Reference {
		t.Errorf("%q", got)
	}
	if h.PIN(s.Reference) == h.PIN("AAAA-AAAA") && h.PIN("AAAA-AAAA") == h.PIN("BBBB-BBBB") {
		t.Error("PINs follow from references")
	}
}

func TestAttachmentsAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.draft(t, hejnice)
	attach := func(name, text string) error {
		d, err := h.Draft(t.Context(), token)
		must(t, err)
		_, err = h.Attach(t.Context(), d, "plan", name, strings.NewReader(text), 0)
		return err
	}
	for name, text := range map[string]string{"prazdny.txt": "", "obrazek.png": "to není obrázek", "program.exe": "MZ"} {
		if err := attach(name, text); !errs.Is(err, errs.Invalid) || errs.Message(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range 200 {
		must(t, attach(fmt.Sprintf("../../%d.txt", i), "text"))
	}
	if err := attach("dalsi.txt", "text"); !errs.Is(err, errs.Invalid) {
		t.Errorf("the 201st file: %v", err)
	}
	d, err := h.Draft(t.Context(), token)
	must(t, err)
	for _, f := range d.Files.V {
		if strings.ContainsAny(f.Name, "/\\") || strings.Contains(f.Name, "..") {
			t.Errorf("a name must hold no path: %q", f.Name)
		}
	}
}
