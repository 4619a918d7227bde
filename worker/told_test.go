package worker

import (
	"slices"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/offices"
)

// wants makes a confirmed subscription and answers the token of its pages.
func (h *house) wants(email string, daily bool, w board.Wish) string {
	h.t.Helper()
	var link string
	must(h.t, h.Told.Ask(h.t.Context(), &board.Subscription{Email: email, Lang: "cs", Wish: w, Daily: daily}, func(_ *db.Tx, _ *board.Subscription, token string) error {
		link = token
		return nil
	}))
	token, err := h.Told.Confirm(h.t.Context(), link)
	must(h.t, err)
	return token
}

// posts puts a notice on an office's board now and does all the work that follows.
func (h *house) posts(o *offices.Office, kind, title string, places ...board.Place) *board.Posting {
	h.t.Helper()
	var p *board.Posting
	until := h.clock.Now().AddDate(0, 2, 0)
	event := h.clock.Now().AddDate(0, 0, 40)
	n := board.New{Origin: board.Typed, UntilOn: &until, EventAt: &event, Content: board.Content{Kind: kind, Title: title, Text: "Úplné znění.", Issuer: o.Name, Places: db.J(places)}}
	must(h.t, h.DB.Tx(h.t.Context(), db.Scope{Office: o.ID, Actor: "account:1"}, func(tx *db.Tx) (err error) {
		p, err = h.Board.Make(h.t.Context(), tx, n, h.clock.Now())
		return err
	}))
	h.none(h.work())
	return p
}

func (h *house) morningMails() {
	h.t.Helper()
	h.enqueue(jobToldMorning, 0, nil)
	h.none(h.work())
}

func TestPeopleAreToldWhatTheyAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, s := range []struct {
		who  string
		wish board.Wish
	}{
		{"vse", board.Wish{}}, {"zde", board.Wish{Offices: []int32{h.here.ID}}}, {"tam", board.Wish{Offices: []int32{h.there.ID}}},
		{"zamery", board.Wish{Kinds: []string{"zamer"}}}, {"slova", board.Wish{Words: "LESNÍ cest"}}, {"jina-slova", board.Wish{Words: "lesni rybnik"}},
		{"misto", board.Wish{Places: []int{frydlant}}}, {"misto-desky", board.Wish{Places: []int{hejnice}}}, {"nikde", board.Wish{Places: []int{1}}},
		{"presne", board.Wish{Offices: []int32{h.here.ID, h.there.ID}, Kinds: []string{"zamer", "zasedani"}, Words: "prodej", Places: []int{frydlant}}},
	} {
		h.wants(s.who+"@posta.example", false, s.wish)
	}
	told := func() (who []string) {
		must(t, h.owner.Select(&who, `DELETE FROM mail_message RETURNING split_part(to_address, '@', 1)`))
		slices.Sort(who)
		return who
	}
	h.posts(h.here, "zamer", "Záměr prodeje: lesní cesta", board.Place{Municipality: frydlant})
	if got := told(); !slices.Equal(got, []string{"misto", "misto-desky", "presne", "slova", "vse", "zamery", "zde"}) {
		t.Error(got)
	}
	h.posts(h.there, "zasedani", "Zasedání zastupitelstva")
	if got := told(); !slices.Equal(got, []string{"misto", "tam", "vse"}) {
		t.Error(got)
	}
}

func TestAtOnceOnceAndErased(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.wants("jana@posta.example", false, board.Wish{})
	p := h.posts(h.here, "zamer", "Záměr prodeje <pozemku> & lesa")
	h.again(jobTold)
	h.none(h.work())
	h.morningMails() // she wants none a day
	list := h.mails("jana@posta.example")
	if len(list) != 1 {
		t.Fatalf("%d mails", len(list))
	}
	m := list[0]
	if m.Subject != "Na úřední desce: Záměr prodeje <pozemku> & lesa" || !strings.Contains(m.Text, "https://epom.example/urady/hejnice/deska/"+p.Number()) ||
		!strings.Contains(m.Text, "Záměr obce nakládat s nemovitostí, Městský úřad Hejnice") || m.End != "https://epom.example/odber/"+token+"/konec" || strings.Contains(m.HTML, "<pozemku>") {
		t.Errorf("%+v", m)
	}
	must(t, h.Told.End(t.Context(), token))
	var kept string
	must(t, h.owner.Get(&kept, `SELECT COALESCE(string_agg(CAST(m AS text), ' '), '') || (SELECT count(*) FROM told_news) FROM mail_message m`))
	if strings.Contains(kept, "jana") || strings.Contains(kept, "Záměr") || strings.Contains(kept, token) || !strings.HasSuffix(kept, "0") {
		t.Errorf("kept of an ended subscription: %s", kept)
	}
	h.posts(h.here, "zamer", "Další")
	if n := len(h.mails("jana@posta.example")); n != 0 {
		t.Errorf("%d mails after the end", n)
	}
}

// One message a day carries all since the last one; a day on which nothing ran goes with the next; nothing goes twice.
func TestDigest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wants("jana@posta.example", true, board.Wish{})
	h.posts(h.here, "oznameni", "První")
	h.posts(h.there, "oznameni", "Druhé")
	if n := len(h.mails("jana@posta.example")); n != 0 {
		t.Fatal("told before the morning")
	}
	h.clock.Advance(24 * time.Hour)
	h.posts(h.here, "oznameni", "Třetí")
	h.clock.Advance(24 * time.Hour) // a day failed
	h.morningMails()
	h.morningMails()
	h.again(jobToldDigest)
	h.none(h.work())
	list := h.mails("jana@posta.example")
	if len(list) != 1 || list[0].Subject != "Na úřední desce jsou 3 nová oznámení" {
		t.Fatalf("%d mails: %+v", len(list), list)
	}
	if a, b, c := strings.Index(list[0].Text, "První"), strings.Index(list[0].Text, "Druhé"), strings.Index(list[0].Text, "Třetí"); a < 0 || b < a || c < b {
		t.Error(list[0].Text)
	}
	h.clock.Advance(24 * time.Hour)
	h.morningMails()
	if n := len(h.mails("jana@posta.example")); n != 1 {
		t.Errorf("an empty day made a mail: %d", n)
	}
}

// Words may stand only in a document, which is read after the posting hangs; what has hung for long is no news.
func TestWordsOfDocuments(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wants("jana@posta.example", false, board.Wish{Words: "bělokorá borovice"})
	p := h.posts(h.here, "oznameni", "Oznámení bez podrobností")
	if n := len(h.mails("jana@posta.example")); n != 0 {
		t.Fatal("told without the words")
	}
	words := func() {
		h.owner.MustExec(`UPDATE board_item SET words = words || board_words('Borovice bělokorá') || board_starts(board_words('Borovice bělokorá')) WHERE posting_id = $1`, p.ID)
		h.enqueue(jobTold, h.here.ID, board.Ref{Posting: p.ID})
		h.none(h.work())
	}
	words()
	words()
	if n := len(h.mails("jana@posta.example")); n != 1 {
		t.Fatalf("%d mails", n)
	}
	h.wants("eva@posta.example", false, board.Wish{})
	h.clock.Advance(15 * 24 * time.Hour)
	words()
	if n := len(h.mails("eva@posta.example")); n != 0 {
		t.Error("told of what has hung for long")
	}
}

// A message that could not be made at once within an hour comes with the digest.
func TestWhatFailedAtOnceComesWithTheDigest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wants("jana@posta.example", false, board.Wish{})
	p := h.posts(h.here, "oznameni", "První")
	h.owner.MustExec(`DELETE FROM mail_message`)
	h.owner.MustExec(`UPDATE told_news SET told_at = NULL WHERE posting_id = $1`, p.ID)
	h.morningMails()
	if n := len(h.mails("jana@posta.example")); n != 0 {
		t.Error("taken from the job that may still tell it")
	}
	h.clock.Advance(2 * time.Hour)
	h.morningMails()
	if n := len(h.mails("jana@posta.example")); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// Many people make many messages, not many questions.
func TestManySubscriptionsAreFewQuestions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.owner.MustExec(`INSERT INTO told_subscription (email, lang, offices, kinds, places, words, daily, created_at, confirmed_at)
		SELECT 'c' || n || '@posta.example', 'cs', '{0}', '{*}', '{0}', '', n % 2 = 0, '2026-01-01', '2026-01-01' FROM generate_series(1, 1100) n`)
	h.posts(h.here, "oznameni", "První")
	h.morningMails()
	var people, twice, pages int
	must(t, h.owner.QueryRow(`SELECT count(*), count(*) - count(DISTINCT to_address) FROM mail_message`).Scan(&people, &twice))
	must(t, h.owner.Get(&pages, `SELECT count(*) FROM job WHERE kind = $1`, jobToldDigest))
	if people != 1100 || twice != 0 || pages != 3 {
		t.Errorf("%d messages, %d twice, %d pages", people, twice, pages)
	}
	if n := len(h.mails("c7@posta.example")); n != 1 {
		t.Error(n)
	}
}
