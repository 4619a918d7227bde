package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/webhook"
)

const hooksAt = "/kancelar/sprava/deska/oznameni"

// An administrator registers a receiver, sees the secret once, tries it, turns it off and on.
func TestReceiversOfTheBoard(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "admin")
	b.get(hooksAt).is(200).says("Zatím nikomu nic neposíláme").page.Sound().Has(`a[href="` + hooksAt + `/nove"]`)
	form := b.get(hooksAt + "/nove").is(200)
	form.page.Sound()
	secret, sealed := form.page.Find("#shown").Text(), form.page.Find("[name=tajemstvi]").AttrOr("value", "")
	if !webhook.IsSecret(secret) || form.Header.Get("Cache-Control") != "no-store" {
		t.Fatal(secret, form.Header)
	}
	// a wrong address keeps the secret that was copied
	for _, wrong := range []string{"", "obec", "http://obec.cz/prijem", "https://127.0.0.1/", "https://10.0.0.1/x", "https://u:p@obec.cz/"} {
		page := b.post(hooksAt+"/nove", "url", wrong, "tajemstvi", sealed).is(422)
		if got := page.page.Find("#shown").Text(); got != secret || page.page.Find("#url").AttrOr("value", "?") != wrong {
			t.Errorf("%s: %s", wrong, got)
		}
	}
	// one that was not shown here is not taken: by another person, made up, or lost
	for _, other := range []string{"", "x.y", s.as(t, "foreign").get(hooksAt+"/nove").page.Find("[name=tajemstvi]").AttrOr("value", "")} {
		if got := b.post(hooksAt+"/nove", "url", "https://system.example/prijem", "tajemstvi", other).is(422).says("Tajemství se ztratilo").page.Find("#shown").Text(); got == secret || !webhook.IsSecret(got) {
			t.Error(got)
		}
	}
	at := b.post(hooksAt+"/nove", "url", "https://system.example/prijem?klic=1", "tajemstvi", sealed).is(303).Header.Get("Location")
	page := b.get(at).is(200).says("system.example", "zatím nic neodešlo", "Příjemce je zapsaný")
	page.page.Sound()
	if all := page.text + b.get(hooksAt).text; strings.Contains(all, secret) || strings.Contains(all, "epom_") {
		t.Error("the secret is shown again")
	}
	b.post(at+"/zkouska").is(303, at)
	b.get(at).is(200).says("zkouška", "čeká na odeslání")
	b.post(at+"/stav", "stav", "vypnout").is(303, at)
	b.get(at).is(200).says("vypnuto", "Znovu zapnout")
	b.post(at+"/stav", "stav", "zapnout").is(303, at)
	b.post(at + "/volani/999/znovu").is(404)

	// nobody else: neither another office nor another role
	foreign := s.as(t, "foreign")
	foreign.get(hooksAt).is(200).says("Zatím nikomu nic neposíláme")
	foreign.get(at).is(404)
	for _, path := range []string{at + "/zkouska", at + "/stav"} {
		foreign.post(path, "stav", "vypnout").is(404)
		s.as(t, "board").post(path, "stav", "vypnout").is(403)
	}
	foreign.post(at + "/volani/1/znovu").is(404)
	for _, odd := range []string{"/0", "/x", "/99999999999999999999", "/2"} {
		b.get(hooksAt + odd).is(404)
	}
}

func TestFailingReceiverIsSeen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var id int64
	ctx, scope := t.Context(), db.Scope{Office: s.here.ID, Actor: "account:1"}
	in := func(act func(*db.Tx) error) { t.Helper(); check(t, s.DB.Tx(ctx, scope, act)) }
	in(func(tx *db.Tx) (err error) {
		id, err = s.Hooks.Add(ctx, tx, "https://system.invalid/prijem", webhook.NewSecret(), s.clock.Now())
		return err
	})
	p := s.posted("Záměr prodeje")
	in(func(tx *db.Tx) error {
		return s.Hooks.Raise(ctx, tx, s.here, s.Law, board.HookPosted, p.ID, s.clock.Now())
	})
	check(t, s.Hooks.Deliver(context.WithoutCancel(ctx), s.DB, s.here.ID, 1, s.clock.Now, func(*db.Tx, board.Outcome) error { return nil }))
	b := s.as(t, "admin")
	at := hooksAt + "/1"
	page := b.get(at).is(200).says("zprávy nedocházejí", "takovou adresu nikdo nezná", "zkusíme znovu", "příští pokus", "hejnice/2026-1/posted")
	page.page.Sound().Has(`form[action="` + at + `/volani/1/znovu"] button`)
	b.get(hooksAt).is(200).says("nedochází od").page.Sound()
	s.clock.Advance(time.Minute)
	b.post(at+"/volani/1/znovu").is(303, at)
	if id != 1 {
		t.Fatal(id)
	}
}
