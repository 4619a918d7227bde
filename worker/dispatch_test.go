package worker

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"epom/board"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/isds"
	"epom/internal/jobs"
	epommail "epom/internal/mail"
	"epom/records"
	"epom/records/dispatch"
)

// outgoing registers a document with one file in a case file of the first office, and an addressee.
func (h *house) outgoing(p records.Party) (doc, party int64) {
	h.t.Helper()
	ref, err := h.Files.PutBytes(h.t.Context(), []byte("%PDF-1.4 rozhodnutí"))
	must(h.t, err)
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) error {
		c, err := records.OpenCase(h.t.Context(), tx, h.Submissions.Law(), records.NewCase{Subject: "Kácení lípy"}, h.clock.Now())
		if err != nil {
			return err
		}
		d, err := records.AddDocument(h.t.Context(), tx, c.ID, records.NewDocument{Direction: records.Out, Kind: "decision", Subject: "Rozhodnutí o kácení", Channel: "none",
			Components: []records.Component{{Name: "rozhodnutí.pdf", MediaType: "application/pdf", Size: ref.Size, SHA256: ref.SHA256}}}, h.clock.Now())
		if err != nil {
			return err
		}
		p.Kind = records.Person
		made, err := records.CreateParty(h.t.Context(), tx, p, h.clock.Now())
		doc, party = d.ID, made.ID
		return err
	}))
	return doc, party
}

func (h *house) send(n dispatch.New) (id int64) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) error {
		d, err := dispatch.Create(h.t.Context(), tx, h.Dispatch, n, h.clock.Now())
		id = d.ID
		return err
	}))
	return id
}

func (h *house) stands(id int64) (s dispatch.State) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) error {
		d, err := dispatch.ByID(h.t.Context(), tx, id)
		if err == nil {
			s, err = dispatch.Compute(d, h.Dispatch, h.clock.Now())
		}
		return err
	}))
	return s
}

func (h *house) retry(id int64) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) error { return dispatch.Retry(h.t.Context(), tx, h.Dispatch, id, h.clock.Now()) }))
}

// sweep asks the data box system for news, as the schedule does.
func (h *house) sweep() map[string]error {
	h.enqueue(jobDispatchSweep, 0, nil)
	return h.work()
}

func (h *house) verified() {
	h.t.Helper()
	faults, err := dispatch.Verify(h.t.Context(), h.owner, h.clock.Now())
	if err != nil || len(faults) > 0 {
		h.t.Errorf("verify: %q %v", faults, err)
	}
}

var boxed = records.Party{Name: "Eva Tichá", DataBox: "eva2345", Email: "eva@posta.example"}

// withBox gives the first office a data box.
func withBox(t *testing.T) *house {
	h := newHouse(t)
	h.owner.MustExec(`UPDATE office SET data_box = 'hej2345' WHERE id = $1`, h.here.ID)
	must(t, h.Offices.Load(t.Context()))
	return h
}

// A data message goes from the office into the box and the receipt comes back into the file.
func TestDataBoxFromSendingToItsReceipt(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	h.boxes.Habit = func(string) (time.Duration, bool) { return 26 * time.Hour, false }
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Sent || h.boxes.Messages() != 1 {
		t.Fatalf("%q, %d messages", s.Word(), h.boxes.Messages())
	}
	h.clock.Advance(5 * time.Minute)
	h.none(h.sweep())
	if s := h.stands(id); s.Word() != "dodáno do schránky 14. 9. 2026, fikce 24. 9. 2026" {
		t.Error(s.Word())
	}
	h.clock.Advance(27 * time.Hour)
	h.boxes.Fail("receipt", &isds.Error{Code: isds.CodeNoTimestamp})
	if failed := h.sweep(); !isds.Temporary(failed[dispatch.JobAsk]) {
		t.Errorf("no timestamp yet: %v", failed)
	}
	if s := h.stands(id); s.IsDelivered() {
		t.Errorf("delivered without its receipt: %q", s.Word())
	}
	h.none(h.sweep())
	h.none(h.sweep())
	if s := h.stands(id); s.Word() != "doručeno 15. 9. 2026" {
		t.Error(s.Word())
	}
	var receipts []string
	must(t, h.owner.Select(&receipts, `SELECT d.subject || ' ' || c.name FROM document d JOIN component c ON c.office_id = d.office_id AND c.document_id = d.id WHERE d.kind = 'delivery-receipt'`))
	if len(receipts) != 1 || !strings.HasPrefix(receipts[0], "Doručenka datové zprávy: HEJ/2026/00001-1, Eva Tichá dorucenka-") {
		t.Errorf("receipts %q", receipts)
	}
	h.verified()
}

// Nobody signs in: delivered by fiction, which the system confirms.
func TestDataBoxByFiction(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	h.boxes.Habit = func(string) (time.Duration, bool) { return 0, false }
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	h.none(h.work())
	h.clock.Advance(11 * 24 * time.Hour)
	h.none(h.sweep())
	if s := h.stands(id); s.Word() != "doručeno fikcí 24. 9. 2026" {
		t.Error(s.Word())
	}
}

// Faults of the system: overload is waited out, what it refuses is said to the clerk with the way out.
func TestFaultsOfTheDataBoxSystem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		says string // "" = waited out
	}{{"overload", &isds.Error{Code: isds.CodeOverload}, ""}, {"network", errors.New("connection refused"), ""}, {"timestamps", &isds.Error{Code: isds.CodeTimestamps}, ""},
		{"too large", &isds.Error{Code: isds.CodeBigMessage}, "20 MB"}, {"no box", &isds.Error{Code: isds.CodeNoBox}, "neexistuje"}, {"other", &isds.Error{Code: "1600"}, "kód 1600"}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := withBox(t)
			doc, who := h.outgoing(boxed)
			id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
			h.boxes.Fail("send", c.err)
			failed := h.work()
			s := h.stands(id)
			if c.says == "" {
				if failed[dispatch.JobBox] == nil || s.Kind != dispatch.Waiting {
					t.Fatalf("%v %q", failed, s.Word())
				}
				h.none(h.work())
			} else {
				h.none(failed)
				if s.Kind != dispatch.Failed || !strings.Contains(s.Why, c.says) {
					t.Fatalf("%q: %q", s.Word(), s.Why)
				}
				h.retry(id)
				h.none(h.work())
			}
			if s := h.stands(id); s.Kind != dispatch.Sent || h.boxes.Messages() != 1 {
				t.Errorf("%q, %d messages", s.Word(), h.boxes.Messages())
			}
			h.verified()
		})
	}
}

// The system took the message and its answer was lost, or the process died before the commit: nothing goes twice.
func TestDataBoxCrashBetweenSendingAndCommit(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	h.boxes.Lose("send", errors.New("connection reset by peer"))
	if failed := h.work(); failed[dispatch.JobBox] == nil {
		t.Fatalf("%v", failed)
	}
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Sent || h.boxes.Messages() != 1 || h.boxes.Calls("send") != 1 {
		t.Errorf("%q, %d messages, %d calls", s.Word(), h.boxes.Messages(), h.boxes.Calls("send"))
	}
	h.again(dispatch.JobBox) // the mark of the job was lost
	h.none(h.work())
	if h.boxes.Messages() != 1 || h.boxes.Calls("send") != 1 {
		t.Errorf("%d messages, %d calls", h.boxes.Messages(), h.boxes.Calls("send"))
	}
	h.verified()
}

func TestDataBoxClosedAndCancelled(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	h.boxes.Habit = func(string) (time.Duration, bool) { return 0, true }
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	h.none(h.work())
	h.clock.Advance(time.Hour)
	h.none(h.sweep())
	if s := h.stands(id); s.Kind != dispatch.Failed || !strings.Contains(s.Why, "znepřístupněná") {
		t.Errorf("%q %q", s.Word(), s.Why)
	}
	doc, who = h.outgoing(boxed)
	id = h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error { return records.Cancel(t.Context(), tx, doc, "Omyl", h.clock.Now()) }))
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Failed || !strings.Contains(s.Why, "stornován") || h.boxes.Messages() != 1 {
		t.Errorf("a cancelled document: %q %q, %d messages", s.Word(), s.Why, h.boxes.Messages())
	}
	h.verified()
}

// Without a data box system everything waits for a clerk who sends by hand.
func TestDataBoxByHand(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	h.Boxes = nil
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	h.none(h.work())
	h.none(h.sweep())
	if s := h.stands(id); s.Kind != dispatch.Waiting {
		t.Fatal(s.Word())
	}
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := dispatch.Write(t.Context(), tx, h.Dispatch, id, dispatch.Written{Kind: dispatch.EventSent, On: clock.Date(h.clock.Now()), Message: "1234567"}, h.clock.Now())
		return err
	}))
	if s := h.stands(id); s.Kind != dispatch.Sent {
		t.Error(s.Word())
	}
	h.Boxes = h.boxes // connected later: a number nobody knows troubles nobody
	h.none(h.sweep())
	if s := h.stands(id); s.Kind != dispatch.Sent {
		t.Error(s.Word())
	}
}

// What a clerk gave up before the machine came to it does not go.
func TestWithdrawnDoesNotGo(t *testing.T) {
	t.Parallel()
	h := withBox(t)
	doc, who := h.outgoing(boxed)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.DataBox})
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		return dispatch.Withdraw(t.Context(), tx, h.Dispatch, id, "Omyl", h.clock.Now())
	}))
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Withdrawn || h.boxes.Messages() != 0 {
		t.Errorf("%q, %d messages", s.Word(), h.boxes.Messages())
	}
}

// postman is a mail server of the test's own.
type postman struct {
	mu      sync.Mutex
	answers []error // to RCPT, one after another; then all is accepted
	got     [][]byte
}

func (p *postman) NewSession(*smtp.Conn) (smtp.Session, error) { return postSession{p}, nil }

type postSession struct{ *postman }

func (postSession) Reset()                               {}
func (postSession) Logout() error                        { return nil }
func (postSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s postSession) Rcpt(string, *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers) == 0 {
		return nil
	}
	err := s.answers[0]
	s.answers = s.answers[1:]
	return err
}
func (s postSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, b)
	return err
}

// serveMail lets the house send by a real server.
func (h *house) serveMail(answers ...error) *postman {
	h.t.Helper()
	p := &postman{answers: answers}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(h.t, err)
	srv := smtp.NewServer(p)
	srv.Domain, srv.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	go func() { _ = srv.Serve(l) }()
	h.t.Cleanup(func() { _ = srv.Close() })
	sender, err := epommail.NewSMTP("smtp://"+l.Addr().String()+"?tls=none", "e-POM <epom@kraj.example>", 5*time.Second)
	must(h.t, err)
	h.Sender = sender
	return p
}

// A document goes by a real mail server with its file; what the server refuses is seen with the reason, and tried again
// it is the same message.
func TestEmailRefusedThenSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.serveMail(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"})
	doc, who := h.outgoing(records.Party{Name: "Eva Tichá", Email: "eva@posta.example"})
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Email, Proof: true})
	if failed := h.work(); !jobs.IsPermanent(failed[epommail.Kind]) {
		t.Fatalf("%v", failed)
	}
	h.owner.MustExec(`UPDATE job SET failed_at = now() WHERE kind = $1`, epommail.Kind) // as the runner does
	if s := h.stands(id); s.Kind != dispatch.Failed || !strings.Contains(s.Why, "no such user") || strings.Contains(s.Why, "eva@") {
		t.Fatalf("%q: %q", s.Word(), s.Why)
	}
	h.retry(id)
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Sent || s.Till == nil {
		t.Fatalf("%q: %q", s.Word(), s.Why)
	}
	if len(p.got) != 1 || len(h.mails("eva@posta.example")) != 1 {
		t.Fatalf("%d messages at the server, %d in the outbox", len(p.got), len(h.mails("eva@posta.example")))
	}
	m, err := mail.ReadMessage(bytes.NewReader(p.got[0]))
	must(t, err)
	body, err := io.ReadAll(m.Body)
	must(t, err)
	if m.Header.Get("Message-Id") == "" || !strings.Contains(string(body), "application/pdf") || !strings.Contains(string(body), "attachment") {
		t.Errorf("%v\n%s", m.Header, body)
	}
	h.again(epommail.Kind)
	h.none(h.work())
	if len(p.got) != 1 {
		t.Errorf("%d messages", len(p.got))
	}
	var sent bool
	must(t, h.owner.Get(&sent, `SELECT sent_at IS NOT NULL FROM document WHERE id = $1`, doc))
	if !sent {
		t.Error("the document is not marked as sent")
	}
	h.clock.Advance(3 * 24 * time.Hour)
	if s := h.stands(id); s.Kind != dispatch.Unconfirmed {
		t.Error(s.Word())
	}
	h.verified()
}

// A document cancelled while its message waits for the mail server does not go.
func TestEmailOfACancelledDocumentStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.serveMail(&smtp.SMTPError{Code: 451, Message: "later"})
	doc, who := h.outgoing(records.Party{Name: "Eva Tichá", Email: "eva@posta.example"})
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Email})
	if failed := h.work(); failed[epommail.Kind] == nil || jobs.IsPermanent(failed[epommail.Kind]) {
		t.Fatalf("%v", failed)
	}
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error { return records.Cancel(t.Context(), tx, doc, "Omyl", h.clock.Now()) }))
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Failed || len(p.got) != 0 {
		t.Errorf("%q, %d messages", s.Word(), len(p.got))
	}
	h.verified()
}

// A document without a file cannot go by mail; the clerk reads why.
func TestEmailWithoutAFile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, who := h.outgoing(records.Party{Name: "Eva Tichá", Email: "eva@posta.example"})
	h.owner.MustExec(`UPDATE component SET preservation = 'draft' WHERE document_id = $1`, doc)
	id := h.send(dispatch.New{DocumentID: doc, PartyID: who, Way: dispatch.Email})
	h.none(h.work())
	if s := h.stands(id); s.Kind != dispatch.Failed || !strings.Contains(s.Why, "žádný soubor") {
		t.Errorf("%q: %q", s.Word(), s.Why)
	}
}

// A document put up on the board is delivered on the fifteenth day; the fact comes back by itself.
func TestBoardBringsTheFactBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	doc, _ := h.outgoing(records.Party{Name: "Eva Tichá"})
	must(t, h.DB.Tx(t.Context(), h.desk(), func(tx *db.Tx) error {
		until := clock.Date(h.clock.Now()).AddDate(0, 0, 20)
		_, err := h.Board.Make(t.Context(), tx, board.New{Origin: board.FromDocument, DocumentID: &doc, UntilOn: &until,
			Content: board.Content{Kind: "verejna-vyhlaska", Title: "Veřejná vyhláška", Issuer: h.here.Name, Text: "Oznamujeme rozhodnutí."}}, h.clock.Now())
		return err
	}))
	h.none(h.work())
	var id int64
	must(t, h.owner.Get(&id, `SELECT id FROM dispatch WHERE document_id = $1`, doc))
	if s := h.stands(id); s.Kind != dispatch.Posted || s.Till == nil || s.Till.Format("2. 1.") != "29. 9." {
		t.Errorf("%q", s.Word())
	}
	h.clock.Advance(16 * 24 * time.Hour)
	if s := h.stands(id); s.Word() != "doručeno fikcí 29. 9. 2026" {
		t.Error(s.Word())
	}
}
