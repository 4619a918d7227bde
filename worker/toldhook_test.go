package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/jobs"
	"epom/internal/webhook"
	"epom/offices"
	"epom/users"
)

// receiver is another system that answers as the test wants.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	answer int // status; 0 = breaks the connection
	got    []board.HookBody
	secret string
}

func newReceiver(t *testing.T, h *house) *receiver {
	r := &receiver{answer: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := webhook.Verify([]byte(r.secret), body, q.Header.Get(webhook.SignatureHeader), h.clock.Now(), time.Minute); err != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		switch r.answer {
		case 0:
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
			return
		case http.StatusFound:
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(r.answer)
		if r.answer < 300 {
			var b board.HookBody
			if err := json.Unmarshal(body, &b); err != nil {
				t.Error(err)
			}
			r.got = append(r.got, b)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(status int) { r.mu.Lock(); r.answer = status; r.mu.Unlock() }

func (r *receiver) events() (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.got {
		title := ""
		if b.Notice != nil {
			title = b.Notice.Title
		}
		all = append(all, b.Event+" "+title)
	}
	return all
}

func (h *house) hook(o *offices.Office, r *receiver) (id int64) {
	h.t.Helper()
	r.secret = webhook.NewSecret()
	h.in(o, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = h.Hooks.Add(ctx, tx, r.URL+"/prijem", r.secret, h.clock.Now())
		return err
	})
	return id
}

func (h *house) in(o *offices.Office, act func(context.Context, *db.Tx) error) {
	h.t.Helper()
	ctx := h.t.Context()
	must(h.t, h.DB.Tx(ctx, db.Scope{Office: o.ID, Actor: "account:1"}, func(tx *db.Tx) error { return act(ctx, tx) }))
}

// events does the waiting jobs of the board but no calls; calls does those calls whose time has come by the test's clock.
func (h *house) events() {
	h.t.Helper()
	h.run(`kind IN ('board-posted', 'board-changed', 'board-removed') OR kind LIKE 'hook-%ed'`)
}

func (h *house) calls() {
	h.t.Helper()
	h.run(`kind = 'hook-call' AND run_at <= $1`, h.clock.Now())
}

func (h *house) run(which string, args ...any) {
	h.t.Helper()
	for {
		var list []jobs.Claimed
		must(h.t, h.owner.Select(&list, `UPDATE job SET attempts = attempts + 1 WHERE id IN (SELECT id FROM job WHERE done_at IS NULL AND failed_at IS NULL AND (`+which+`))
			RETURNING id, kind, office_id, payload, attempts, priority, run_at`, args...))
		if len(list) == 0 {
			return
		}
		for _, c := range list {
			if do := h.Handlers()[c.Kind]; do != nil {
				if err := do(h.t.Context(), c); err != nil && strings.HasPrefix(c.Kind, "hook") {
					h.t.Errorf("%s: %v", c.Kind, err)
				}
			}
			h.owner.MustExec(`UPDATE job SET done_at = now() WHERE id = $1 AND done_at IS NULL`, c.ID)
		}
	}
}

func (h *house) hangs(o *offices.Office, title string) (p *board.Posting) {
	h.t.Helper()
	h.in(o, func(ctx context.Context, tx *db.Tx) (err error) {
		n := board.New{Origin: board.Typed, Content: board.Content{Kind: "oznameni", Title: title, Text: "Text.", Issuer: o.Name}}
		ref, err := h.Files.PutBytes(ctx, []byte("%PDF-1.7"))
		if err != nil {
			return err
		}
		n.Files = []board.File{{Name: "výkres 1.pdf", MediaType: "application/pdf", Size: 8, SHA256: ref.SHA256}}
		p, err = h.Board.Make(ctx, tx, n, h.clock.Now())
		return err
	})
	h.events()
	return p
}

func (h *house) state(o *offices.Office, id int64) (hook board.Hook, calls []board.HookCall) {
	h.t.Helper()
	h.in(o, func(ctx context.Context, tx *db.Tx) (err error) {
		hook, calls, err = board.HookByID(ctx, tx, id)
		return err
	})
	return hook, calls
}

func TestOtherSystemsAreToldOfTheirOfficeOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r, far := newReceiver(t, h), newReceiver(t, h)
	id := h.hook(h.here, r)
	h.hook(h.there, far)
	p := h.hangs(h.here, "Záměr")
	h.calls()
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		c := p.Current().Content
		c.Title = "Záměr, opraveno"
		_, err := h.Board.Revise(ctx, tx, p.ID, p.Version, c, "chyba v písmenu", h.clock.Now())
		return err
	})
	h.events()
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		_, err := board.Remove(ctx, tx, p.ID, p.Version+1, "konec", h.clock.Now())
		return err
	})
	h.events()
	h.again("hook-posted")
	h.events()
	h.calls()
	if got := r.events(); !slices.Equal(got, []string{"posted Záměr", "revised Záměr, opraveno", "removed Záměr, opraveno"}) {
		t.Errorf("%q", got)
	}
	if got := far.events(); len(got) != 0 {
		t.Errorf("the other office's receiver got %q", got)
	}
	n := r.got[0].Notice
	if r.got[0].ID != "hejnice/"+p.Number()+"/posted" || n.URL != "https://epom.example/urady/hejnice/deska/"+p.Number() || n.KindName != "Jiné úřední oznámení" ||
		n.Files[0].URL != n.URL+"/1/v%C3%BDkres%201.pdf" || r.got[0].Office.Slug != "hejnice" {
		t.Errorf("%+v %+v", r.got[0], n)
	}
	// one added later hears nothing of what was before
	h.clock.Advance(time.Minute)
	late := newReceiver(t, h)
	h.hook(h.here, late)
	h.again("hook-posted")
	h.events()
	h.calls()
	if got := late.events(); len(got) != 0 {
		t.Errorf("%q", got)
	}
	// what waits for its time is told to nobody
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		w, err := h.Board.Make(ctx, tx, board.New{Origin: board.Typed, PostAt: h.clock.Now().AddDate(0, 0, 3), Content: board.Content{Kind: "oznameni", Title: "Tajné", Text: "x", Issuer: "x"}}, h.clock.Now())
		if err != nil {
			return err
		}
		_, err = h.Board.Revise(ctx, tx, w.ID, w.Version, w.Current().Content, "", h.clock.Now())
		return err
	})
	h.run(`kind = 'board-changed' OR kind = 'hook-revised'`)
	h.calls()
	if got := r.events(); len(got) != 3 {
		t.Errorf("%q", got)
	}
	hook, _ := h.state(h.here, id)
	if hook.SucceededAt == nil || hook.Failures != 0 || strings.Contains(string(hook.Secret), r.secret) {
		t.Errorf("%+v", hook)
	}
	// nobody of another office sees it, and its secret opens nowhere else
	must(t, h.DB.Tx(t.Context(), db.Scope{Office: h.there.ID, Actor: "account:1"}, func(tx *db.Tx) error {
		if _, _, err := board.HookByID(t.Context(), tx, id); err == nil {
			t.Error("seen by another office")
		}
		return nil
	}))
	if _, err := webhook.Unlock(h.Hooks.Key, hook.Secret, fmt.Sprintf("hook/%d/%d", h.there.ID, id)); err == nil {
		t.Error("a secret opens in another place")
	}
}

func TestAReceiverThatFails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := newReceiver(t, h)
	id := h.hook(h.here, r)
	r.answers(http.StatusInternalServerError)
	h.hangs(h.here, "První")
	h.calls()
	hook, calls := h.state(h.here, id)
	if hook.Failures != 1 || hook.LastError != "answered 500" || calls[0].Attempts != 1 || *calls[0].Status != 500 || !calls[0].NextAt.Equal(h.clock.Now().Add(time.Minute)) {
		t.Fatalf("%+v %+v", hook, calls[0])
	}
	r.answers(http.StatusFound)
	h.clock.Advance(time.Minute)
	h.calls()
	r.answers(0)
	h.clock.Advance(5 * time.Minute)
	h.calls()
	if hook, calls = h.state(h.here, id); hook.Failures != 3 || calls[0].Error != "the connection failed" || calls[0].Status != nil {
		t.Fatalf("%+v %+v", hook, calls[0])
	}
	// a person tries it by hand; when it succeeds the failures are over and the try that waited finds it done
	r.answers(http.StatusOK)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		return board.Again(ctx, tx, id, calls[0].ID, h.clock.Now())
	})
	h.calls()
	h.clock.Advance(time.Hour)
	h.calls()
	if hook, calls = h.state(h.here, id); hook.Failures != 0 || hook.FailingSince != nil || calls[0].DoneAt == nil || len(r.got) != 1 {
		t.Fatalf("%+v %+v %d", hook, calls[0], len(r.got))
	}

	// five days of failing end it, and the administrator hears of it once
	admin := h.person("sprava@hejnice.example", "Iva Správná", h.here, users.Admin)
	r.answers(http.StatusBadGateway)
	h.hangs(h.here, "Druhé")
	h.hangs(h.here, "Třetí")
	tries := 0
	for i := 0; i < 200 && hook.DisabledAt == nil; i++ {
		h.calls()
		h.clock.Advance(time.Hour)
		hook, calls = h.state(h.here, id)
		tries = calls[0].Attempts
	}
	if hook.DisabledAt == nil || *hook.DisabledBy != "system" || tries < 8 || tries > 14 || calls[0].NextAt != nil || calls[1].NextAt != nil {
		t.Fatalf("%+v after %d tries: %+v", hook, tries, calls[0])
	}
	if d := hook.DisabledAt.Sub(*hook.FailingSince); d < 5*24*time.Hour || d > 5*24*time.Hour+2*time.Hour {
		t.Errorf("given up after %v", d)
	}
	list := h.mails("sprava@hejnice.example")
	if len(list) != 1 || list[0].Subject != "Zprávy z úřední desky nedocházejí: 127.0.0.1" || strings.Contains(list[0].Text, "/prijem") || admin == 0 {
		t.Fatalf("%+v", list)
	}
	h.hangs(h.here, "Čtvrté")
	if _, calls = h.state(h.here, id); len(calls) != 3 {
		t.Error("a receiver that is off is still told")
	}
	// on again; what did not arrive is sent by hand
	r.answers(http.StatusOK)
	h.in(h.here, func(ctx context.Context, tx *db.Tx) error {
		return errorsOf(board.Switch(ctx, tx, id, true, h.clock.Now()), board.Again(ctx, tx, id, calls[0].ID, h.clock.Now()))
	})
	h.calls()
	if got := r.events(); !slices.Equal(got, []string{"posted První", "posted Třetí"}) {
		t.Errorf("%q", got)
	}
}

func errorsOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestATestEventIsTriedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := newReceiver(t, h)
	id := h.hook(h.here, r)
	try := func() board.HookCall {
		h.in(h.here, func(ctx context.Context, tx *db.Tx) error { return h.Hooks.Try(ctx, tx, h.here, id, h.clock.Now()) })
		h.calls()
		h.clock.Advance(time.Hour)
		h.calls()
		hook, calls := h.state(h.here, id)
		if hook.Failures != 0 {
			t.Error("a test counts as a failure")
		}
		return calls[0]
	}
	if c := try(); c.DoneAt == nil || !slices.Equal(r.events(), []string{"test "}) {
		t.Errorf("%+v", c)
	}
	r.answers(http.StatusTeapot)
	if c := try(); c.DoneAt != nil || c.Attempts != 1 || c.NextAt != nil || c.Error != "answered 418" {
		t.Errorf("%+v", c)
	}
}
