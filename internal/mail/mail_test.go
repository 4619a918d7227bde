package mail_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"

	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/internal/testdb"
)

var noon = time.Date(2026, 11, 2, 11, 0, 0, 0, time.UTC)

// server is a mail server whose mood the test sets.
type server struct {
	*smtp.Server
	addr string
	mu   sync.Mutex
	data func(n int) error // what the nth DATA answers; nil = accepted
	rcpt error
	drop bool          // the connection breaks after DATA was accepted, before the answer
	hold chan struct{} // nothing is answered to MAIL until it is closed; nil = at once
	got  [][]byte
	n    int
}

type session struct {
	s    *server
	conn *smtp.Conn
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{s, c}, nil }
func (s *session) Reset()                                       {}
func (s *session) Logout() error                                { return nil }
func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.s.hold != nil {
		<-s.s.hold
	}
	return nil
}
func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	return s.s.rcpt
}
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.n++
	if s.s.data != nil {
		if err := s.s.data(s.s.n); err != nil {
			return err
		}
	}
	s.s.got = append(s.s.got, b)
	if s.s.drop {
		s.s.drop = false
		_ = s.conn.Conn().Close()
	}
	return nil
}

func (s *server) received() [][]byte { s.mu.Lock(); defer s.mu.Unlock(); return s.got }

// listen starts the server at an address; "" = any free one.
func listen(t *testing.T, s *server, addr string) {
	t.Helper()
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s.Server = smtp.NewServer(s)
	s.Domain, s.addr = "localhost", l.Addr().String()
	s.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
}

func sender(t *testing.T, addr string) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP("smtp://"+addr+"?tls=none", "e-POM Libereckého kraje <epom@kraj.example.cz>", 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var letter = mail.Message{Office: 3, Uniq: "submission/1/received", To: "jana@example.cz", ToName: "Jana Šťastná, ml.", ReplyTo: "podatelna@hejnice.example.cz",
	Subject: "Přijali jsme Vaši žádost o kácení dřevin čj. HEJ 17/2026", Text: "Dobrý den,\n\nžádost jsme přijali. Žluťoučký kůň.\n.\nkonec\n",
	HTML: "<p>Žádost jsme <b>přijali</b>.</p>", Files: db.J([]mail.File{{Name: "Potvrzení o přijetí.pdf", Type: "application/pdf", SHA256: "x"}}), CreatedAt: noon}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

var content = append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0, 1, 2, 255, '\n', '.', '\n'}, 3000)...)

func store(context.Context, string) (io.ReadSeekCloser, int64, error) {
	return file{bytes.NewReader(content)}, int64(len(content)), nil
}

func queue(t *testing.T, d *db.DB, m mail.Message) error {
	t.Helper()
	return d.Tx(t.Context(), db.Scope{Office: m.Office, Actor: "system"}, func(tx *db.Tx) error { return mail.Queue(t.Context(), tx, m) })
}

// work starts a runner that sends with s.
func work(t *testing.T, d *db.DB, fake *clock.Fake, s mail.Sender) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	r := &jobs.Runner{DB: d, Clock: fake, Handlers: map[string]jobs.Handler{mail.Kind: mail.SendJob(d, fake, s, store)},
		MaxAttempts: map[string]int{mail.Kind: mail.Attempts}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func attempts(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Get(&n, `SELECT COALESCE(max(attempts), 0) FROM job WHERE lease_until IS NULL`); err != nil {
		t.Fatal(err)
	}
	return n
}

func sent(t *testing.T, d *db.DB) bool {
	t.Helper()
	var n int
	if err := d.Get(&n, `SELECT count(*) FROM mail_message m, job j WHERE m.sent_at IS NOT NULL AND j.done_at IS NOT NULL`); err != nil {
		t.Fatal(err)
	}
	return n == 1
}

func TestCzechArrivesIntact(t *testing.T) {
	t.Parallel()
	s := &server{}
	listen(t, s, "")
	m := letter
	m.ID = 17
	if err := sender(t, s.addr).Send(t.Context(), m, store); err != nil {
		t.Fatal(err)
	}
	raw := s.received()[0]
	for i, b := range raw {
		if b > 126 {
			t.Fatalf("byte %d is not ASCII: old servers break it", i)
		}
	}
	e, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	if err != nil || len(e.Errors) != 0 {
		t.Fatalf("%v %v", err, e.Errors)
	}
	from, err := e.AddressList("From")
	if err != nil || from[0].Name != "e-POM Libereckého kraje" || from[0].Address != "epom@kraj.example.cz" {
		t.Errorf("from %v (%v)", from, err)
	}
	to, err := e.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != m.ToName || to[0].Address != m.To {
		t.Errorf("to %v (%v)", to, err)
	}
	for header, want := range map[string]string{"Subject": m.Subject, "Auto-Submitted": "auto-generated", "Reply-To": "<" + m.ReplyTo + ">",
		"Message-Id": "<17.1793617200000000@kraj.example.cz>", "Date": "Mon, 02 Nov 2026 11:00:00 +0000"} {
		if got := e.GetHeader(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	if got := strings.ReplaceAll(e.Text, "\r\n", "\n"); got != m.Text {
		t.Errorf("text %q", got)
	}
	if e.HTML != m.HTML {
		t.Errorf("html %q", e.HTML)
	}
	if len(e.Attachments) != 1 || e.Attachments[0].FileName != "Potvrzení o přijetí.pdf" || e.Attachments[0].ContentType != "application/pdf" || !bytes.Equal(e.Attachments[0].Content, content) {
		t.Errorf("attachments %v", e.Attachments)
	}
}

func TestQueueIsPartOfTheAct(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	undone := errors.New("no")
	err := d.Tx(t.Context(), db.Scope{Office: 3, Actor: "x"}, func(tx *db.Tx) error {
		if err := mail.Queue(t.Context(), tx, letter); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	for range 3 {
		if err := queue(t, d, letter); err != nil {
			t.Fatal(err)
		}
	}
	list, err := mail.List(t.Context(), d, 0, "", 10)
	if err != nil || len(list) != 1 || list[0].Subject != letter.Subject || list[0].Files.V[0] != letter.Files.V[0] || list[0].SentAt != nil {
		t.Errorf("%+v (%v)", list, err)
	}
	if c, err := jobs.Counts(t.Context(), d); err != nil || c.Waiting != 1 {
		t.Errorf("%+v (%v)", c, err)
	}
	if list, err = mail.List(t.Context(), d, 0, "nikdo@example.cz", 10); err != nil || len(list) != 0 {
		t.Errorf("to nobody: %v (%v)", list, err)
	}
}

func TestNothingSlipsIntoHeaders(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	for _, bad := range []string{"", "jana", "a@b.cz\r\nBcc: x@y.cz", "Jana <a@b.cz>", "a@b.cz, x@y.cz", "a@b.cz>\nRCPT TO:<x@y.cz", "a b@c.cz"} {
		m := letter
		m.To = bad
		if err := queue(t, d, m); !errs.Is(err, errs.Invalid) {
			t.Errorf("to %q: %v", bad, err)
		}
		if m = letter; bad != "" {
			m.ReplyTo = bad
			if err := queue(t, d, m); !errs.Is(err, errs.Invalid) {
				t.Errorf("reply to %q: %v", bad, err)
			}
		}
	}
	s := &server{}
	listen(t, s, "")
	m := letter
	m.Subject, m.ToName = "Dobrý\r\nBcc: x@y.cz\r\n\r\nden", "Jana\nBcc: x@y.cz"
	m.Files = db.J([]mail.File{{Name: "a\"\r\nX-Evil: 1\r\n.pdf", Type: "application/pdf"}})
	fake := clock.NewFake(time.Now().Add(time.Hour))
	work(t, d, fake, sender(t, s.addr))
	if err := queue(t, d, m); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sent", func() bool { return sent(t, d) })
	e, err := enmime.ReadEnvelope(bytes.NewReader(s.received()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if e.GetHeader("Bcc") != "" || e.GetHeader("Subject") != "Dobrý Bcc: x@y.cz den" || e.Root.Header.Get("X-Evil") != "" {
		t.Errorf("headers %v", e.Root.Header)
	}
	for _, p := range append(e.Attachments, e.OtherParts...) {
		if p.Header.Get("X-Evil") != "" {
			t.Errorf("a header slipped into a part: %v", p.Header)
		}
	}
	// What is written into the table past Queue must not slip through either.
	for _, to := range []string{"a@b.cz>\r\nRCPT TO:<x@y.cz", "a@b.cz\r\nBcc: x@y.cz"} {
		m := letter
		m.To = to
		before := len(s.received())
		_ = sender(t, s.addr).Send(t.Context(), m, store)
		for _, raw := range s.received()[before:] {
			if e, err := enmime.ReadEnvelope(bytes.NewReader(raw)); err == nil && e.GetHeader("Bcc") != "" {
				t.Errorf("%q made a header", to)
			}
		}
	}
}

func TestAServerAwayForAnHourGetsEachMessageOnce(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	s := &server{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	fake := clock.NewFake(time.Now().Add(time.Hour))
	work(t, d, fake, sender(t, addr))
	if err := queue(t, d, letter); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 4; n++ {
		eventually(t, "an attempt", func() bool { return attempts(t, d) == n })
		fake.Advance(20 * time.Minute)
	}
	listen(t, s, addr)
	fake.Advance(20 * time.Minute)
	eventually(t, "sent", func() bool { return sent(t, d) })
	fake.Advance(20 * time.Minute)
	if n := len(s.received()); n != 1 {
		t.Errorf("received %d times", n)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	later := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "greylisted jana@example.cz"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such box jana@example.cz"}
	for name, c := range map[string]struct {
		s      *server
		failed bool
		copies int
	}{
		"4xx, then taken":           {&server{data: func(n int) error { return map[bool]error{true: later}[n < 3] }}, false, 1},
		"5xx to the recipient":      {&server{rcpt: never}, true, 0},
		"5xx to the data":           {&server{data: func(int) error { return never }}, true, 0},
		"too slow once":             {&server{hold: make(chan struct{})}, false, 1},
		"dropped before the answer": {&server{drop: true}, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := testdb.New(t)
			listen(t, c.s, "")
			fake := clock.NewFake(time.Now().Add(time.Hour))
			work(t, d, fake, sender(t, c.s.addr))
			answer := sync.OnceFunc(func() {
				if c.s.hold != nil {
					close(c.s.hold)
				}
			})
			t.Cleanup(answer)
			if err := queue(t, d, letter); err != nil {
				t.Fatal(err)
			}
			if c.failed {
				eventually(t, "given up", func() bool { n, err := jobs.Counts(t.Context(), d); return err == nil && n.Failed == 1 })
				rows, err := jobs.List(t.Context(), d, jobs.Failed, 1)
				if err != nil || rows[0].Attempts != 1 || !strings.Contains(rows[0].LastError, "550") || strings.Contains(rows[0].LastError, "jana@") {
					t.Errorf("%+v (%v)", rows, err)
				}
				c.s.mu.Lock()
				c.s.rcpt, c.s.data = nil, nil
				c.s.mu.Unlock()
				if err := jobs.Retry(t.Context(), d, rows[0].ID); err != nil {
					t.Fatal(err)
				}
				eventually(t, "sent after a person's retry", func() bool { return sent(t, d) })
				return
			}
			for n := 1; !sent(t, d); n++ {
				eventually(t, "an attempt", func() bool { return attempts(t, d) >= n })
				answer()
				fake.Advance(20 * time.Minute)
			}
			got := c.s.received()
			if len(got) != c.copies {
				t.Fatalf("%d copies arrived, want %d", len(got), c.copies)
			}
			ids := map[string]bool{}
			for _, raw := range got {
				e, err := enmime.ReadEnvelope(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				ids[e.GetHeader("Message-Id")] = true
			}
			if len(ids) != 1 {
				t.Errorf("copies have different names: %v", ids)
			}
		})
	}
}

func TestCaptureKeepsTheMessageReadable(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	fake := clock.NewFake(time.Now().Add(time.Hour))
	work(t, d, fake, mail.Capture{})
	if err := queue(t, d, letter); err != nil {
		t.Fatal(err)
	}
	eventually(t, "sent", func() bool { return sent(t, d) })
	m, err := mail.Get(t.Context(), d, 1)
	if err != nil || m.SentAt == nil || m.Text != letter.Text {
		t.Errorf("%+v (%v)", m, err)
	}
}

func TestServerAddresses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "mail.example.cz", "http://mail", "smtp://", "smtp://mail:x", "smtp://mail?tls=maybe"} {
		if _, err := mail.NewSMTP(bad, "a@b.cz", 0); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	if _, err := mail.NewSMTP("smtp://mail", "nobody", 0); err == nil {
		t.Error("a sender without address was accepted")
	}
	// A password never travels in the open: this server offers no TLS.
	s := &server{}
	listen(t, s, "")
	out, err := mail.NewSMTP("smtp://jana:tajne@"+s.addr, "a@b.cz", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Send(t.Context(), letter, store); err == nil || strings.Contains(err.Error(), "tajne") || jobs.IsPermanent(err) {
		t.Errorf("%v", err)
	}
}
