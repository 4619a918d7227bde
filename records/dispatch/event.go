package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"epom/internal/audit"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/records"
)

// Kinds of events.
const (
	EventTried     = "tried"     // about to be handed to a machine; it may have got it even if we never hear
	EventSent      = "sent"      // left the office
	EventBoxed     = "boxed"     // came into the data box
	EventStored    = "stored"    // ready to be picked up at the post office
	EventPosted    = "posted"    // put up on the board
	EventRemoved   = "removed"   // taken off the board
	EventDelivered = "delivered" // taken over by the addressee
	EventRefused   = "refused"   // the addressee would not take it: delivered by that
	EventFiction   = "fiction"   // fiction said by who counts it
	EventReturned  = "returned"
	EventFailed    = "failed"
	EventRetried   = "retried"
	EventWithdrawn = "withdrawn" // given up before it went
	EventVoided    = "voided"    // an earlier event was a mistake
)

// leaves are the events by which a document has left the office.
var leaves = []string{EventSent, EventBoxed, EventStored, EventPosted, EventDelivered, EventRefused, EventFiction}

// Event is one thing that happened to a sending.
type Event struct {
	ID         int64                   `db:"id"`
	DispatchID int64                   `db:"dispatch_id"`
	Kind       string                  `db:"kind"`
	On         time.Time               `db:"on_day"` // legal day
	At         time.Time               `db:"at"`
	Key        string                  `db:"key"`
	Voids      *int64                  `db:"voids"`
	Actor      string                  `db:"actor"`
	Data       db.JSON[map[string]any] `db:"data"`
}

func (e Event) word(key string) string { s, _ := e.Data.V[key].(string); return s }

// Word is a piece of what came with the event: why, message, number, office, sheet, note.
func (e Event) Word(key string) string { return e.word(key) }

// Happened is an event to be noted.
type Happened struct {
	Kind  string
	On    time.Time // legal day; zero = the day of At
	At    time.Time // instant
	Key   string    // the same news is noted once; empty = kind and day
	Data  map[string]any
	Fact  bool // a machine did it already: noted even when the document was cancelled meanwhile
	voids *int64
}

// Note adds an event within the transaction; fresh is false when it was there already. The first event by which the
// document leaves marks the document as sent. A cancelled document cannot leave (Conflict).
func Note(ctx context.Context, tx *db.Tx, id int64, h Happened) (fresh bool, err error) {
	l, err := lock(ctx, tx, id)
	if err != nil {
		return false, err
	}
	out := slices.Contains(leaves, h.Kind)
	if out && l.Cancelled != nil && !h.Fact {
		return false, errs.New(errs.Conflict, "Dokument je mezitím stornovaný, odeslat ho nejde.")
	}
	if h.On.IsZero() {
		h.On = clock.Date(h.At)
	}
	if h.Key == "" {
		h.Key = h.Kind + "/" + h.On.Format(time.DateOnly)
	}
	if h.Data == nil {
		h.Data = map[string]any{}
	}
	r, err := tx.ExecContext(ctx, sql.Get("note"), tx.Office, id, h.Kind, h.On.Format(time.DateOnly), h.At, h.Key, h.voids, tx.Actor, db.J(h.Data))
	if err != nil {
		return false, db.Classify(err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if out {
		if err := records.MarkSent(ctx, tx, l.DocumentID, h.At); err != nil {
			return false, err
		}
	}
	audit.Write(tx, audit.Event{At: h.At, Action: "dispatch " + h.Kind, ObjectType: "document", ObjectID: strconv.FormatInt(l.DocumentID, 10),
		Data: map[string]any{"dispatch": id, "on": h.On.Format(time.DateOnly)}})
	return true, nil
}

// Act is something a clerk may write down about a sending.
type Act struct {
	Kind, Label string
	Why         bool // needs a reason
	Message     bool // needs the number of the data message
}

// acts says what may be written down by hand, by the way and the state before.
var acts = map[string]map[string][]Act{
	Counter: {
		Waiting: {{Kind: EventDelivered, Label: "Předáno do rukou, převzetí podepsáno"}, {Kind: EventRefused, Label: "Převzetí odmítnuto"}, {Kind: EventFailed, Label: "Nepřevzato, pošle se jinak", Why: true}},
	},
	Post: {
		Sent: postActs, Stored: postActs,
		Returned: {{Kind: EventDelivered, Label: "Přesto doručeno podle doručenky"}},
	},
	Email: {
		Sent:        {{Kind: EventDelivered, Label: "Adresát převzetí potvrdil"}, {Kind: EventFailed, Label: "Zpráva se vrátila jako nedoručitelná", Why: true}},
		Unconfirmed: {{Kind: EventDelivered, Label: "Adresát převzetí potvrdil včas"}},
	},
	DataBox: {
		Waiting: {{Kind: EventSent, Label: "Odesláno ručně přes portál datových schránek", Message: true}},
		Failed:  {{Kind: EventSent, Label: "Odesláno ručně přes portál datových schránek", Message: true}},
		Sent:    boxActs, Boxed: boxActs,
	},
}

var postActs = []Act{{Kind: EventDelivered, Label: "Doručeno (podle doručenky)"}, {Kind: EventStored, Label: "Uloženo na poště"}, {Kind: EventFiction, Label: "Vhozeno do schránky po uplynutí úložní doby"},
	{Kind: EventReturned, Label: "Vráceno nedoručené", Why: true}, {Kind: EventRefused, Label: "Převzetí odmítnuto"}}

var boxActs = []Act{{Kind: EventBoxed, Label: "Dodáno do schránky (dodejka)"}, {Kind: EventDelivered, Label: "Doručeno přihlášením (doručenka)"}, {Kind: EventFiction, Label: "Doručeno fikcí (doručenka)"},
	{Kind: EventFailed, Label: "Nedoručitelné", Why: true}}

// Acts are what may be written down by hand about a sending in a state.
func Acts(d Dispatch, s State) []Act {
	list := acts[d.Way][s.Kind]
	if d.Way == Post && !d.Proof { // nothing comes back of ordinary and registered mail but the letter itself
		return slices.DeleteFunc(slices.Clone(list), func(a Act) bool { return a.Kind != EventReturned })
	}
	return list
}

// Written is what a clerk writes down.
type Written struct {
	Kind    string
	On      time.Time // legal day
	Why     string
	Message string              // number of the data message
	Receipt []records.Component // the delivery receipt as a file
}

// Write notes by hand what happened; a file that proves it becomes a document of the case file. Errors name the field.
func Write(ctx context.Context, tx *db.Tx, law *Law, id int64, w Written, at time.Time) (State, error) {
	d, s, err := Read(ctx, tx, law, id, at)
	if err != nil {
		return s, err
	}
	w.Why, w.Message = strings.TrimSpace(w.Why), strings.TrimSpace(w.Message)
	n := slices.IndexFunc(Acts(d, s), func(a Act) bool { return a.Kind == w.Kind })
	if n < 0 {
		return s, errs.Newf(errs.Conflict, "Tohle teď zapsat nejde: zásilka pro %s – %s.", d.Name, s.Word())
	}
	act := Acts(d, s)[n]
	switch {
	case w.On.IsZero():
		return s, errs.Fields(errs.Field{Name: "den", Message: "Napište den, třeba 12. 3. 2026."})
	case before(clock.Date(at), w.On):
		return s, errs.Fields(errs.Field{Name: "den", Message: "Tento den ještě nenastal. Napište den, kdy se to opravdu stalo."})
	case before(w.On, clock.Date(d.MadeAt)):
		return s, errs.Fields(errs.Field{Name: "den", Message: "Zásilka vznikla až " + czech(clock.Date(d.MadeAt)) + ". Opravte den."})
	case act.Why && w.Why == "":
		return s, errs.Fields(errs.Field{Name: "duvod", Message: "Napište důvod, třeba „adresát neznámý“."})
	case act.Message && w.Message == "":
		return s, errs.Fields(errs.Field{Name: "zprava", Message: "Napište číslo datové zprávy z portálu."})
	}
	data := map[string]any{}
	for key, value := range map[string]string{"why": w.Why, "message": w.Message} {
		if value != "" {
			data[key] = value
		}
	}
	h := Happened{Kind: w.Kind, On: w.On, At: at, Key: fmt.Sprintf("%s/%s/%d", w.Kind, w.On.Format(time.DateOnly), len(d.Events)-len(live(d.Events))), Data: data}
	fresh, err := Note(ctx, tx, id, h)
	if err == nil && fresh && len(w.Receipt) > 0 {
		err = attach(ctx, tx, d, "Doručenka", "", w.Receipt, at)
	}
	if err != nil {
		return s, err
	}
	_, s, err = Read(ctx, tx, law, id, at)
	return s, err
}

// attach registers the proof of delivery as a document of the case file.
func attach(ctx context.Context, tx *db.Tx, d Dispatch, what, body string, files []records.Component, at time.Time) error {
	_, err := records.AddDocument(ctx, tx, d.CaseID, records.NewDocument{Direction: records.In, Kind: "delivery-receipt", Subject: what + ": " + d.Number + ", " + d.Name,
		Channel: channels[d.Way], Party: d.Name, Body: body, DeliveredAt: &at, AnswersID: &d.DocumentID, Components: files}, at)
	return err
}

// channels are the ways as the journal calls them.
var channels = map[string]string{Office: "office", DataBox: "databox", Counter: "counter", Email: "email", Post: "post", Board: "none"}

// locked is what Note and all acts look at; its row stays locked till the transaction ends, so who comes second sees what
// the first one did.
type locked struct {
	DocumentID int64      `db:"document_id"`
	Cancelled  *time.Time `db:"cancelled_at"` // of the document
}

func lock(ctx context.Context, tx *db.Tx, id int64) (l locked, err error) {
	err = db.Classify(tx.GetContext(ctx, &l, sql.Get("lock"), tx.Office, id))
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "Tato zásilka ve vašem úřadu není.")
	}
	return l, err
}

// Read locks a sending till the transaction ends and says how it stands.
func Read(ctx context.Context, tx *db.Tx, law *Law, id int64, at time.Time) (Dispatch, State, error) {
	if _, err := lock(ctx, tx, id); err != nil {
		return Dispatch{}, State{}, err
	}
	d, err := ByID(ctx, tx, id)
	if err != nil {
		return d, State{}, err
	}
	s, err := Compute(d, law, at)
	return d, s, err
}

// Retry sends once more what failed on the way of a machine; the message keeps its identity.
func Retry(ctx context.Context, tx *db.Tx, law *Law, id int64, at time.Time) error {
	d, s, err := Read(ctx, tx, law, id, at)
	if err != nil {
		return err
	}
	if s.Kind != Failed || (d.Way != Email && d.Way != DataBox) {
		return errs.Newf(errs.Conflict, "Znovu lze odeslat jen to, co se nepodařilo. Zásilka pro %s: %s.", d.Name, s.Word())
	}
	if _, err := Note(ctx, tx, id, Happened{Kind: EventRetried, At: at, Key: fmt.Sprintf("retried/%d", len(d.Events))}); err != nil {
		return err
	}
	return d.start(ctx, tx, law, at)
}

// Withdraw gives up a sending that has not left yet.
func Withdraw(ctx context.Context, tx *db.Tx, law *Law, id int64, why string, at time.Time) error {
	d, s, err := Read(ctx, tx, law, id, at)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "duvod", Message: "Napište, proč se zásilka ruší."})
	}
	if s.Kind != Waiting && s.Kind != Failed || slices.ContainsFunc(live(d.Events), func(e Event) bool { return e.Kind == EventTried }) && s.Kind == Waiting {
		return errs.Newf(errs.Conflict, "Zásilku pro %s už zrušit nejde: %s.", d.Name, s.Word())
	}
	_, err = Note(ctx, tx, id, Happened{Kind: EventWithdrawn, At: at, Key: EventWithdrawn, Data: map[string]any{"why": why}})
	return err
}

// Void says with a reason that what a clerk wrote down was a mistake. News of machines cannot be voided.
func Void(ctx context.Context, tx *db.Tx, law *Law, id, event int64, why string, at time.Time) error {
	d, _, err := Read(ctx, tx, law, id, at)
	if err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" {
		return errs.Fields(errs.Field{Name: "duvod", Message: "Napište, v čem byl zápis chybný."})
	}
	for _, e := range live(d.Events) {
		if e.ID == event && e.ByHand() {
			_, err := Note(ctx, tx, id, Happened{Kind: EventVoided, At: at, Key: fmt.Sprintf("voided/%d", event), Data: map[string]any{"why": why}, voids: &event})
			return err
		}
	}
	return errs.New(errs.Conflict, "Tento zápis zrušit nejde: udělal ho systém, nebo už zrušený je.")
}

// ByHand tells whether a clerk wrote the event down and may therefore void it; a hand-over to the post stays.
func (e Event) ByHand() bool {
	return strings.HasPrefix(e.Actor, "account:") && slices.Contains([]string{EventDelivered, EventStored, EventReturned, EventRefused, EventFiction, EventBoxed, EventFailed}, e.Kind)
}

// KeepReceipt registers a delivery receipt that a machine brought, in the transaction that notes the delivery.
func KeepReceipt(ctx context.Context, tx *db.Tx, d Dispatch, file records.Component, at time.Time) error {
	return attach(ctx, tx, d, "Doručenka datové zprávy", "", []records.Component{file}, at)
}
