package board

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/fold"
	"epom/internal/mail"
)

//go:embed told.sql
var toldText string

var toldSQL = db.Load("board-told", toldText)

// Told keeps the wishes of people who want to be told of postings by e-mail. A subscription is personal: only transactions
// of the installation itself (office 0) see it, and nothing is kept of one that ended.
type Told struct {
	DB    *db.DB
	Clock clock.Clock
	Law   *Law
	Key   []byte // signs the links by which a person confirms, changes and ends a subscription
}

// confirmIn is how long a subscription waits to be confirmed.
const confirmIn = 48 * time.Hour

// keepNews is how long it is known what somebody was told, and the messages that told it.
const keepNews = 30 * 24 * time.Hour

// Bounds of one wish.
const (
	maxOffices = 100
	maxPlaces  = 20
)

// Wish is what somebody wants to be told of. An empty part means all.
type Wish struct {
	Offices []int32
	Kinds   []string // codes of Kind
	Places  []int    // RÚIAN codes of municipalities the posting concerns, or whose board it hangs on
	Words   string   // beginnings of words that must all occur, with or without diacritics
}

// Subscription is a wish of a person with an e-mail address.
type Subscription struct {
	ID    int64
	Email string
	Lang  string
	Wish
	Daily       bool // one message a day; else one each posting
	CreatedAt   time.Time
	ExpiresAt   *time.Time // until when it may be confirmed; nil = confirmed
	ConfirmedAt *time.Time
}

// subscriptionRow is a subscription as it stands in the table, where "all" is a value of its own, so that the index of the
// wishes finds it.
type subscriptionRow struct {
	ID          int64          `db:"id"`
	Email       string         `db:"email"`
	Lang        string         `db:"lang"`
	Offices     pq.Int64Array  `db:"offices"`
	Kinds       pq.StringArray `db:"kinds"`
	Places      pq.Int64Array  `db:"places"`
	Words       string         `db:"words"`
	Daily       bool           `db:"daily"`
	CreatedAt   time.Time      `db:"created_at"`
	ExpiresAt   *time.Time     `db:"expires_at"`
	ConfirmedAt *time.Time     `db:"confirmed_at"`
}

func (r subscriptionRow) subscription() *Subscription {
	s := &Subscription{ID: r.ID, Email: r.Email, Lang: r.Lang, Daily: r.Daily, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, ConfirmedAt: r.ConfirmedAt}
	s.Words = r.Words
	for _, id := range r.Offices {
		if id != 0 {
			s.Offices = append(s.Offices, int32(id))
		}
	}
	for _, k := range r.Kinds {
		if k != "*" {
			s.Kinds = append(s.Kinds, k)
		}
	}
	for _, p := range r.Places {
		if p != 0 {
			s.Places = append(s.Places, int(p))
		}
	}
	return s
}

// keys are the parts of a wish as the table keeps them.
func (w Wish) keys() (offices pq.Int64Array, kinds pq.StringArray, places pq.Int64Array) {
	for _, id := range w.Offices {
		offices = append(offices, int64(id))
	}
	for _, p := range w.Places {
		places = append(places, int64(p))
	}
	kinds = append(kinds, w.Kinds...)
	if len(offices) == 0 {
		offices = pq.Int64Array{0}
	}
	if len(kinds) == 0 {
		kinds = pq.StringArray{"*"}
	}
	if len(places) == 0 {
		places = pq.Int64Array{0}
	}
	return offices, kinds, places
}

// wanted are the words as a search: each the beginning of a word, all must occur; "" when there is none.
func (w Wish) wanted() string {
	var q []string
	for _, word := range Words(w.Words) {
		start, whole := begins("", word)
		if q = append(q, start); whole != "" {
			q = append(q, whole)
		}
	}
	return strings.Join(q, " & ")
}

// tidy puts the parts in order, so that the same wish is always written the same, and names what is wrong with it.
func (t *Told) tidy(w *Wish) (wrong []errs.Field) {
	add := func(name, message string) { wrong = append(wrong, errs.Field{Name: name, Message: message}) }
	slices.Sort(w.Offices)
	slices.Sort(w.Kinds)
	slices.Sort(w.Places)
	w.Offices, w.Kinds, w.Places = slices.Compact(w.Offices), slices.Compact(w.Kinds), slices.Compact(w.Places)
	w.Words = strings.Join(strings.Fields(clean(w.Words)), " ")
	if len(w.Offices) > maxOffices {
		add("urad", "Vyberte nejvýš 100 úřadů, nebo celý kraj.")
	}
	if len(w.Places) > maxPlaces {
		add("misto", "Vyberte nejvýš 20 obcí, nebo místo nezadávejte.")
	}
	for _, k := range w.Kinds {
		if _, err := t.Law.Kind(k, t.Clock.Now()); err != nil {
			add("druh", "Takový druh oznámení neznáme. Vyberte ho znovu.")
			break
		}
	}
	switch n := len(fold.Words(w.Words)); {
	case n > mostWords || len(w.Words) > maxShort:
		add("slova", "Napište nejvýš osm slov.")
	case n == 0 && w.Words != "":
		add("slova", "Napište aspoň jedno slovo s písmenem nebo číslicí.")
	}
	return wrong
}

// Check puts a subscription in order and names what is wrong with it.
func (t *Told) Check(s *Subscription) []errs.Field {
	s.Email = strings.TrimSpace(s.Email)
	wrong := t.tidy(&s.Wish)
	if a, err := netmail.ParseAddress(s.Email); err != nil || a.Address != s.Email || len(s.Email) > maxShort || !strings.Contains(s.Email[strings.LastIndexByte(s.Email, '@'):], ".") {
		wrong = append(wrong, errs.Field{Name: "email", Message: "E-mailová adresa není úplná. Má vypadat třeba takto: jana@posta.cz."})
	}
	return wrong
}

// Ask writes a wish down until its confirmation. tell queues the message with the link in the same transaction. It does
// the same whether the address is known already or not. Errors: Invalid with fields.
func (t *Told) Ask(ctx context.Context, s *Subscription, tell func(tx *db.Tx, s *Subscription, token string) error) error {
	if wrong := t.Check(s); wrong != nil {
		return errs.Fields(wrong...)
	}
	s.CreatedAt = t.Clock.Now()
	expires := s.CreatedAt.Add(confirmIn)
	s.ExpiresAt = &expires
	offices, kinds, places := s.keys()
	return t.DB.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		err := tx.GetContext(ctx, &s.ID, toldSQL.Get("ask"), s.Email, s.Lang, offices, kinds, places, s.Words, s.wanted(), s.Daily, s.CreatedAt, s.ExpiresAt)
		if err != nil {
			return db.Classify(err)
		}
		return tell(tx, s, t.token("confirm", s.ID))
	})
}

// token is the secret part of a link: the subscription and proof that we made the link for this use.
func (t *Told) token(use string, id int64) string {
	n := strconv.FormatInt(id, 10)
	m := hmac.New(sha256.New, t.Key)
	m.Write([]byte(use + "/" + n))
	return n + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// open reads the subscription out of a link. Errors: NotFound.
func (t *Told) open(use, token string) (int64, error) {
	n, _, _ := strings.Cut(token, ".")
	id, err := strconv.ParseInt(n, 10, 64)
	if err != nil || !hmac.Equal([]byte(token), []byte(t.token(use, id))) {
		return 0, errs.New(errs.NotFound, "Tento odkaz neplatí. Odběr možná už skončil.")
	}
	return id, nil
}

// Token opens the pages of a confirmed subscription, by which its person changes or ends it.
func (t *Told) Token(id int64) string { return t.token("manage", id) }

// errExpired is said of a subscription that is gone.
func errExpired(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(errs.NotFound, err, "Tento odkaz už neplatí. Odběr skončil, nebo nebyl včas potvrzen. Můžete si ho objednat znovu.")
	}
	return err
}

// Asked is the subscription of a link for confirming, also when it was confirmed by it before. Errors: NotFound.
func (t *Told) Asked(ctx context.Context, token string) (*Subscription, error) {
	return t.read(ctx, "confirm", token)
}

// Subscription is the confirmed one of a link. Errors: NotFound.
func (t *Told) Subscription(ctx context.Context, token string) (*Subscription, error) {
	s, err := t.read(ctx, "manage", token)
	if err == nil && s.ConfirmedAt == nil {
		return nil, errs.New(errs.NotFound, "Tento odkaz neplatí. Odběr možná už skončil.")
	}
	return s, err
}

func (t *Told) read(ctx context.Context, use, token string) (*Subscription, error) {
	id, err := t.open(use, token)
	if err != nil {
		return nil, err
	}
	var row subscriptionRow
	err = t.DB.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		return tx.GetContext(ctx, &row, toldSQL.Get("subscription"), id, t.Clock.Now())
	})
	if err != nil {
		return nil, errExpired(err)
	}
	return row.subscription(), nil
}

// Confirm makes a subscription live and answers the token of its pages. An older one of the same person with the same wish
// gives way to it. Doing it twice changes nothing. Errors: NotFound.
func (t *Told) Confirm(ctx context.Context, token string) (string, error) {
	id, err := t.open("confirm", token)
	if err != nil {
		return "", err
	}
	err = t.DB.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		var confirmed int64
		if err := tx.GetContext(ctx, &confirmed, toldSQL.Get("confirm"), id, t.Clock.Now()); err != nil {
			return errExpired(db.Classify(err))
		}
		var same []int64
		if err := tx.SelectContext(ctx, &same, toldSQL.Get("same"), id); err != nil {
			return err
		}
		return t.erase(ctx, tx, same)
	})
	return t.Token(id), err
}

// Change gives a subscription another wish. Errors: NotFound, Invalid with fields.
func (t *Told) Change(ctx context.Context, token string, w Wish, daily bool) error {
	id, err := t.open("manage", token)
	if err != nil {
		return err
	}
	if wrong := t.tidy(&w); wrong != nil {
		return errs.Fields(wrong...)
	}
	offices, kinds, places := w.keys()
	return t.DB.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error {
		res, err := tx.ExecContext(ctx, toldSQL.Get("change"), id, offices, kinds, places, w.Words, w.wanted(), daily)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errExpired(cmp.Or(err, errs.New(errs.NotFound, "")))
		}
		return nil
	})
}

// End erases a subscription with all that was ever sent for it. Doing it twice changes nothing. Errors: NotFound for a
// link that is not ours.
func (t *Told) End(ctx context.Context, token string) error {
	id, err := t.open("manage", token)
	if err != nil {
		return err
	}
	return t.DB.Tx(ctx, db.Scope{Actor: "citizen"}, func(tx *db.Tx) error { return t.erase(ctx, tx, []int64{id}) })
}

// Topic is what messages of a subscription belong to, so that they are forgotten with it.
func Topic(subscription int64) string { return fmt.Sprintf("told/%d", subscription) }

func (t *Told) erase(ctx context.Context, tx *db.Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, toldSQL.Get("erase"), pq.Array(ids)); err != nil {
		return db.Classify(err)
	}
	topics := make([]string, len(ids))
	for i, id := range ids {
		topics[i] = Topic(id)
	}
	return mail.Forget(ctx, tx, t.Clock.Now(), topics...)
}

// Forget erases subscriptions nobody confirmed in time, and what is no longer needed of the told ones; it says how many
// subscriptions it erased.
func (t *Told) Forget(ctx context.Context) (n int, err error) {
	now := t.Clock.Now()
	err = t.DB.Tx(ctx, db.Scope{Actor: "system"}, func(tx *db.Tx) error {
		var expired []int64
		if err := tx.SelectContext(ctx, &expired, toldSQL.Get("expired"), now); err != nil {
			return err
		}
		if err := t.erase(ctx, tx, expired); err != nil {
			return err
		}
		n = len(expired)
		if _, err := tx.ExecContext(ctx, toldSQL.Get("old-news"), now.Add(-keepNews)); err != nil {
			return err
		}
		return mail.ForgetSent(ctx, tx, now.Add(-keepNews))
	})
	return n, err
}
