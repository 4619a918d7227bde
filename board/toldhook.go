package board

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"epom/internal/audit"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/webhook"
	"epom/offices"
)

// Hooks let other systems know of an office's board. Everything takes the transaction of the office whose board it is.
type Hooks struct {
	Key     []byte // 32 bytes; seals the secrets
	Client  *webhook.Client
	BaseURL string // address of the site, without a slash at its end
}

// Events other systems are told of.
const (
	HookPosted  = "posted"
	HookRevised = "revised" // a correction, or another last day
	HookRemoved = "removed"
	HookTest    = "test"
)

// JobHookCall makes one call; payload CallRef.
const JobHookCall = "hook-call"

// CallRef is the payload of JobHookCall.
type CallRef struct {
	Call int64 `json:"call"`
}

const (
	// hookPatience is how long a receiver may fail before calling it ends.
	hookPatience = 5 * 24 * time.Hour
	mostHooks    = 20 // of one office
	keptCalls    = 50 // shown of one receiver
)

// hookPauses are the pauses between tries of one call; the last one repeats.
var hookPauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// Hook is one receiver.
type Hook struct {
	ID           int64      `db:"id"`
	URL          string     `db:"url"`
	Secret       []byte     `db:"secret"` // sealed
	CreatedAt    time.Time  `db:"created_at"`
	CreatedBy    string     `db:"created_by"`
	SucceededAt  *time.Time `db:"succeeded_at"`
	FailingSince *time.Time `db:"failing_since"`
	Failures     int        `db:"failures"` // in a row
	LastError    string     `db:"last_error"`
	DisabledAt   *time.Time `db:"disabled_at"`
	DisabledBy   *string    `db:"disabled_by"` // "system" = because it failed too long
}

// HookCall is one event on its way to one receiver.
type HookCall struct {
	ID       int64      `db:"id"`
	HookID   int64      `db:"hook_id"`
	Event    string     `db:"event"`
	About    string     `db:"about"`
	Body     string     `db:"body"`
	MadeAt   time.Time  `db:"made_at"`
	Attempts int        `db:"attempts"`
	TriedAt  *time.Time `db:"tried_at"`
	NextAt   *time.Time `db:"next_at"` // nil = no more by itself
	Status   *int       `db:"status"`  // HTTP; nil = no answer
	Error    string     `db:"error"`
	DoneAt   *time.Time `db:"done_at"`
}

// HookBody is what a receiver gets: its fields stay, new ones may come.
type HookBody struct {
	ID     string      `json:"id"` // of the event, the same in each try and for each receiver
	Event  string      `json:"event"`
	At     time.Time   `json:"at"` // when it happened
	Office HookOffice  `json:"office"`
	Notice *HookNotice `json:"notice"` // null in a test
}

// HookOffice is whose board it is.
type HookOffice struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	ICO  string `json:"ico"`
}

// HookNotice is a posting as it is now. Dates are legal dates in Prague, instants RFC 3339.
type HookNotice struct {
	Number          string     `json:"number"`
	URL             string     `json:"url"`
	Revision        int        `json:"revision"`
	Kind            string     `json:"kind"`
	KindName        string     `json:"kind_name"`
	Title           string     `json:"title"`
	Issuer          string     `json:"issuer"`
	ReferenceNumber string     `json:"reference_number"`
	FileMark        string     `json:"file_mark"`
	PostedAt        *time.Time `json:"posted_at"`
	Until           *string    `json:"until"`
	EventAt         *time.Time `json:"event_at"`
	EventPlace      string     `json:"event_place"`
	RemovedAt       *time.Time `json:"removed_at"`
	Files           []HookFile `json:"files"`
}

// HookFile is a document of a posting.
type HookFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	URL    string `json:"url"`
}

// HooksOf lists an office's receivers, the oldest first.
func HooksOf(ctx context.Context, tx *db.Tx) (list []Hook, err error) {
	err = tx.SelectContext(ctx, &list, toldSQL.Get("hooks"), tx.Office)
	return list, db.Classify(err)
}

// HookByID reads one receiver with its latest calls.
func HookByID(ctx context.Context, tx *db.Tx, id int64) (h Hook, calls []HookCall, err error) {
	if err = tx.GetContext(ctx, &h, toldSQL.Get("hook"), tx.Office, id); err == nil {
		err = tx.SelectContext(ctx, &calls, toldSQL.Get("hook-calls"), tx.Office, id, keptCalls)
	}
	return h, calls, db.Classify(err)
}

// Add registers a receiver with the secret that was shown to the person. Errors: Invalid with the field "url".
func (h *Hooks) Add(ctx context.Context, tx *db.Tx, url, secret string, now time.Time) (int64, error) {
	if err := h.Client.Check(url); err != nil {
		return 0, errs.Fields(errs.Field{Name: "url", Message: errs.Message(err)})
	}
	list, err := HooksOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	if len(list) >= mostHooks {
		return 0, errs.Fields(errs.Field{Name: "url", Message: fmt.Sprintf("Úřad může mít nejvýš %d příjemců. Napřed některého vypněte.", mostHooks)})
	}
	var id int64
	if err := tx.GetContext(ctx, &id, toldSQL.Get("hook-id")); err != nil {
		return 0, db.Classify(err)
	}
	sealed, err := webhook.Lock(h.Key, secret, place(tx.Office, id))
	if err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, toldSQL.Get("insert-hook"), tx.Office, id, url, sealed, now, tx.Actor); err != nil {
		return 0, db.Classify(err)
	}
	logHook(tx, now, "board.hook-added", id)
	return id, nil
}

// place binds a sealed secret to its row.
func place(office int32, id int64) string { return fmt.Sprintf("hook/%d/%d", office, id) }

func logHook(tx *db.Tx, now time.Time, action string, id int64) {
	audit.Write(tx, audit.Event{At: now, Action: action, ObjectType: "board_hook", ObjectID: strconv.FormatInt(id, 10)})
}

// Switch turns a receiver off or on again. Off, what waits for it is given up; on, its failures are forgotten. Errors:
// NotFound, also when it is so already.
func Switch(ctx context.Context, tx *db.Tx, id int64, on bool, now time.Time) error {
	query, action, args := "disable-hook", "board.hook-disabled", []any{tx.Office, id, now, tx.Actor}
	if on {
		query, action, args = "enable-hook", "board.hook-enabled", []any{tx.Office, id}
	} else if _, err := tx.ExecContext(ctx, toldSQL.Get("give-up-calls"), tx.Office, id); err != nil {
		return db.Classify(err)
	}
	res, err := tx.ExecContext(ctx, toldSQL.Get(query), args...)
	if err != nil {
		return db.Classify(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.New(errs.NotFound, "")
	}
	logHook(tx, now, action, id)
	return nil
}

// Raise tells all live receivers of an office of an event of a posting, once each however often it is called. One that was
// added after the event hears nothing of it.
func (h *Hooks) Raise(ctx context.Context, tx *db.Tx, office *offices.Office, law *Law, event string, posting int64, now time.Time) error {
	p, err := ByID(ctx, tx, posting)
	if err != nil || p.PostedAt == nil { // what waits for its time is nobody's news yet
		return err
	}
	body := HookBody{ID: fmt.Sprintf("%s/%s/%s", office.Slug, p.Number(), event), Event: event, At: now,
		Office: HookOffice{office.Slug, office.Name, office.ICO}, Notice: h.notice(office, law, p)}
	switch {
	case event == HookPosted:
		body.At = *p.PostedAt
	case event == HookRemoved && p.RemovedAt != nil:
		body.At = *p.RemovedAt
	default:
		body.ID += "/" + strconv.Itoa(p.Version)
	}
	var live []int64
	if err := tx.SelectContext(ctx, &live, toldSQL.Get("live-hooks"), tx.Office, body.At); err != nil {
		return db.Classify(err)
	}
	for _, id := range live {
		if err := h.call(ctx, tx, id, body, now); err != nil {
			return err
		}
	}
	return nil
}

// Try sends a receiver a test event.
func (h *Hooks) Try(ctx context.Context, tx *db.Tx, office *offices.Office, id int64, now time.Time) error {
	if _, _, err := HookByID(ctx, tx, id); err != nil {
		return err
	}
	body := HookBody{ID: fmt.Sprintf("%s/test/%d", office.Slug, now.UnixMicro()), Event: HookTest, At: now, Office: HookOffice{office.Slug, office.Name, office.ICO}}
	return h.call(ctx, tx, id, body, now)
}

// call writes one call down and asks for it.
func (h *Hooks) call(ctx context.Context, tx *db.Tx, hook int64, body HookBody, now time.Time) error {
	body.At = body.At.UTC()
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var id int64
	err = db.Classify(tx.GetContext(ctx, &id, toldSQL.Get("insert-call"), tx.Office, hook, body.Event, body.ID, string(text), now))
	if errs.Is(err, errs.NotFound) { // told already
		return nil
	}
	if err != nil {
		return err
	}
	return jobs.Enqueue(ctx, tx, callJob(tx.Office, id, 0, now))
}

func callJob(office int32, id int64, attempts int, at time.Time) jobs.Job {
	return jobs.Job{Kind: JobHookCall, Office: office, Payload: CallRef{id}, RunAt: at, Uniq: fmt.Sprintf("%d/%d/%d", office, id, attempts), Priority: 6}
}

func (h *Hooks) notice(o *offices.Office, law *Law, p *Posting) *HookNotice {
	r := p.Current()
	n := &HookNotice{Number: p.Number(), URL: h.BaseURL + ItemPath(o.Slug, p.Number()), Revision: p.Revision, Kind: r.Kind, Title: r.Title, Issuer: r.Issuer,
		ReferenceNumber: r.ReferenceNumber, FileMark: r.FileMark, PostedAt: utc(p.PostedAt), Until: date(p.UntilOn), EventAt: utc(p.EventAt), EventPlace: p.EventPlace,
		RemovedAt: utc(p.RemovedAt), Files: []HookFile{}}
	if k, err := law.Kind(r.Kind, r.At); err == nil {
		n.KindName = k.Name
	}
	for i := range r.Files {
		f := &r.Files[i]
		file := HookFile{f.Name, f.MediaType, f.Size, f.SHA256, f.URL}
		if f.SHA256 != "" {
			file.URL = h.BaseURL + FilePath(o.Slug, p.Number(), f)
		}
		n.Files = append(n.Files, file)
	}
	return n
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
