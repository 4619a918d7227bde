package exchange_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/errs"
	"epom/internal/mail"
	"epom/records"
	"epom/records/exchange"
)

// The whole way: case file, document, its files and the filled form, receipt; later an answer with its dispatch, and closing.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.link(s.here, s.essl())
	id := s.submission(s.here, true)
	s.advance(s.here, id, 5)
	h, mark := s.handover(s.here, id), s.mark(id)
	if h == nil || h.Number != "ESS 00001/2026" || h.Mark != "S-1/2026" || h.ReceiptAt == nil || h.Trouble != "" || h.NextAt != nil && h.Open() != nil {
		t.Fatalf("%+v", h)
	}
	d := s.fake.Document(ours(mark + "-1"))
	if d == nil || d.Files == nil || len(d.Files.List) != 2 || d.Files.List[0].Role != "main" || d.TheirNumber != mark+"-1" || d.Delivery == nil ||
		d.Delivery.Shipment.At != "10:42:00" || d.Delivery.Sender.Subject.Company != "Eva Tichá" {
		t.Errorf("document there: %+v", d)
	}
	c := erms.Client{URL: s.url, From: "EPOM", To: "ESSL", Who: "x"}
	if f, err := c.File(t.Context(), ours(mark+"-1/1"), start); err != nil || f.Content != base64.StdEncoding.EncodeToString([]byte("situace "+idText(id))) {
		t.Errorf("file there: %+v %v", f, err)
	}

	s.answer(s.here, id)
	s.must(s.in(s.here, func(tx *db.Tx) error { return records.Handle(t.Context(), tx, id, records.ByDocument, "", s.clock()) }))
	due, err := exchange.Due(t.Context(), s.DB, s.clock(), 10)
	s.must(err)
	if len(due) != 1 || due[0].Case != id {
		t.Errorf("what is new in the case file must be found: %v", due)
	}
	s.advance(s.here, id, 5)
	answer := s.fake.Document(ours(mark + "-3"))
	if answer == nil || len(answer.Dispatches) != 1 || answer.Dispatches[0].Shipment.State != "vypraveno" || answer.Number != "ESS 00002/2026" {
		t.Errorf("answer there: %+v", answer)
	}
	if got := s.fake.Case(ours(mark)); got.State != "uzavren" || got.ManagedBy != "" || got.Handling.How != "dokumentem" {
		t.Errorf("case file there: %+v", got)
	}
	if h := s.handover(s.here, id); h.Number != "ESS 00001/2026" || h.Open() != nil {
		t.Errorf("%+v", h)
	}
	s.advance(s.here, id, 3)
	if s.fake.Documents() != 2 {
		t.Errorf("%d documents there", s.fake.Documents())
	}
	s.verify()
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// Waiting is not failing: a number that comes two days later costs nothing, people are warned once, and then it is there.
func TestANumberThatComesLate(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.fake.Late = 48 * time.Hour
	s.link(s.here, s.essl())
	id := s.submission(s.here, true)
	next, err := s.go1(s.here, id)
	s.must(err)
	h := s.handover(s.here, id)
	if h.Trouble != exchange.Waiting || h.Number != "" || h.ReceiptAt != nil || !h.Since().Equal(start) || !next.After(start) || !strings.Contains(h.Why, "číslo jednací") {
		t.Fatalf("%+v, next %s", h, next)
	}
	warn := func() (n int) {
		s.must(s.in(s.here, func(tx *db.Tx) error {
			late, err := exchange.Warn(t.Context(), tx, s.clock())
			n = len(late)
			return err
		}))
		return n
	}
	if warn() != 0 {
		t.Error("warned too soon")
	}
	s.advance(s.here, id, 60) // half an hour each
	if s.clock().Sub(start) < 24*time.Hour || warn() != 1 || warn() != 0 {
		t.Error("people are warned once after a day")
	}
	s.advance(s.here, id, 200)
	if h = s.handover(s.here, id); h.Number != "ESS 00001/2026" || h.ReceiptAt == nil || h.Trouble != "" || h.WarnedAt != nil {
		t.Errorf("%+v", h)
	}
	s.verify()
}

// A refusal says why, is tried a few times and then waits for a person.
func TestARefusal(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	n := s.essl()
	n.TheirCode = "JINA"
	s.link(s.here, n)
	id := s.submission(s.here, true)
	s.advance(s.here, id, 20)
	h := s.handover(s.here, id)
	if h.Trouble != exchange.Refused || h.NextAt != nil || h.Tries != 5 || !strings.Contains(h.Why, "Zpráva je pro jiný systém") {
		t.Fatalf("%+v", h)
	}
	s.later(time.Minute)
	s.link(s.here, s.essl()) // the setting is mended
	s.must(s.in(s.here, func(tx *db.Tx) error { return s.Retry(t.Context(), tx, id, s.clock()) }))
	s.advance(s.here, id, 5)
	if h = s.handover(s.here, id); h.Number == "" || h.ReceiptAt == nil {
		t.Errorf("%+v", h)
	}
}

// A person stops a hand-over with a reason and lets it go on.
func TestStopping(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.fake.Faults = []erms.Fault{erms.FaultUnavailable}
	s.link(s.here, s.essl())
	id := s.submission(s.here, true)
	_, err := s.go1(s.here, id)
	s.must(err)
	stop := func(why string) error {
		return s.in(s.here, func(tx *db.Tx) error { return s.Stop(t.Context(), tx, id, why, s.clock()) })
	}
	if err := stop(" "); len(errs.FieldsOf(err)) != 1 {
		t.Errorf("without a reason: %v", err)
	}
	s.must(stop("Spisová služba se stěhuje."))
	if err := stop("Znovu."); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice: %v", err)
	}
	s.fake.Faults = nil
	s.later(time.Hour)
	s.advance(s.here, id, 3)
	if s.fake.Documents() != 0 {
		t.Error("a stopped hand-over went on")
	}
	s.must(s.in(s.here, func(tx *db.Tx) error { return s.Retry(t.Context(), tx, id, s.clock()) }))
	s.advance(s.here, id, 5)
	if s.handover(s.here, id).ReceiptAt == nil {
		t.Error("it did not go on")
	}
	if err := s.in(s.small, func(tx *db.Tx) error { return s.Retry(t.Context(), tx, id, s.clock()) }); !errs.Is(err, errs.NotFound) {
		t.Errorf("another office: %v", err)
	}
}

// The filled form comes on paper a little later than the submission: the number does not wait for it, the receipt does.
func TestTheFormOnPaperComesLater(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.link(s.here, s.essl())
	id := s.submission(s.here, false)
	next, err := s.go1(s.here, id)
	s.must(err)
	if h := s.handover(s.here, id); h.Number == "" || h.ReceiptAt != nil || next.IsZero() {
		t.Fatalf("%+v", h)
	}
	s.receipt(s.here, id)
	s.later(2 * time.Minute)
	s.advance(s.here, id, 5)
	if h := s.handover(s.here, id); h.ReceiptAt == nil || len(s.fake.Document(ours(s.mark(id)+"-1")).Files.List) != 2 {
		t.Errorf("%+v", h)
	}
}

// By e-mail: one message with everything, written once; the number is typed or read from the reply, and there is one only.
func TestByEmail(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.link(s.here, exchange.Setting{Driver: exchange.Mail, Mailbox: "podatelna@frydlant.example"})
	id := s.submission(s.here, false)
	s.advance(s.here, id, 3)
	mails := func() []mail.Message {
		list, err := mail.List(t.Context(), s.DB, 0, "podatelna@frydlant.example", 10)
		s.must(err)
		return list
	}
	if len(mails()) != 0 {
		t.Error("the message must wait for the filled form")
	}
	s.receipt(s.here, id)
	s.later(2 * time.Minute)
	s.advance(s.here, id, 3)
	list, key := mails(), s.mark(id)+"-1"
	if len(list) != 1 || len(list[0].Files.V) != 3 || !strings.Contains(list[0].Subject, "[e-POM "+key+"]") || !strings.Contains(list[0].Text, "30. 11. 2026 10:42:00") {
		t.Fatalf("%+v", list)
	}
	if xml := string(s.files[list[0].Files.V[2].SHA256]); !strings.Contains(xml, "<znacka>"+key+"</znacka>") || !strings.Contains(xml, `<soubor hlavni="true">`) {
		t.Error(xml)
	}
	if h := s.handover(s.here, id); h.Trouble != exchange.Waiting || !strings.Contains(h.Why, "podatelna") {
		t.Errorf("%+v", h)
	}
	got, number, err := exchange.ReadReply("Re: "+list[0].Subject, "Dobrý den,\r\n> text\r\nČíslo jednací: MUFR 123/2026\r\nS pozdravem")
	if err != nil || got != key || number != "MUFR 123/2026" {
		t.Fatal(got, number, err)
	}
	record := func(n string) error {
		return s.in(s.here, func(tx *db.Tx) error {
			caseID, err := exchange.ByKey(t.Context(), tx, key)
			if err != nil {
				return err
			}
			return s.RecordNumber(t.Context(), tx, caseID, n, s.clock())
		})
	}
	if err := record("nevím"); len(errs.FieldsOf(err)) != 1 {
		t.Errorf("no number: %v", err)
	}
	s.must(record(number))
	s.must(record(number))
	if err := record("MUFR 124/2026"); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second number: %v", err)
	}
	s.advance(s.here, id, 3)
	if h := s.handover(s.here, id); h.Number != number || h.ReceiptAt == nil || h.Trouble != "" || len(mails()) != 1 {
		t.Errorf("%+v", h)
	}
	s.verify()
}

func TestReadReply(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ subject, body, key, number string }{
		"abbreviated":     {"RE: Podání [e-POM FRY/2026/00001-1]", "č. j.: MUFR 5/2026", "FRY/2026/00001-1", "MUFR 5/2026"},
		"without accents": {"", "cislo jednaci: 5/2026\n[e-POM FRY/2026/00001-1]", "FRY/2026/00001-1", "5/2026"},
		"left as it was":  {"[e-POM FRY/2026/00001-1]", "Číslo jednací: (vaše číslo)", "FRY/2026/00001-1", ""},
		"no mark":         {"Re: podání", "Číslo jednací: 5/2026", "", "5/2026"},
		"quoted below":    {"[e-POM FRY/2026/00001-1]", "Č.j.: A 7\n> Číslo jednací: (vaše číslo)", "FRY/2026/00001-1", "A 7"},
	} {
		key, number, err := exchange.ReadReply(c.subject, c.body)
		if key != c.key || number != c.number || (err == nil) != (c.key != "" && c.number != "") {
			t.Errorf("%s: %q %q %v", name, key, number, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	f.Add("[e-POM FRY/2026/00001-1]", "Číslo jednací: MUFR 5/2026")
	f.Fuzz(func(t *testing.T, subject, body string) {
		key, number, err := exchange.ReadReply(subject, body)
		if (err == nil) != (key != "" && number != "") || len([]rune(number)) > 50 {
			t.Errorf("%q %q %v", key, number, err)
		}
	})
}

// Who may use what: § 63.
func TestWhoMayUseWhat(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	essl, post := s.essl(), exchange.Setting{Driver: exchange.Mail, Mailbox: "p@x.example"}
	for _, c := range []struct {
		name   string
		office int32
		n      exchange.Setting
		field  string
	}{
		{"63/1 built-in", s.here, exchange.Setting{Driver: exchange.BuiltIn}, "druh"}, {"63/1 web service", s.here, essl, ""}, {"63/1 mail", s.here, post, ""},
		{"63/2 built-in", s.small, exchange.Setting{Driver: exchange.BuiltIn}, ""}, {"63/2 web service", s.small, essl, ""}, {"63/2 mail", s.small, post, ""},
		{"nothing", s.small, exchange.Setting{}, "druh"}, {"no address", s.small, exchange.Setting{Driver: exchange.NSESSS, OurCode: "A", TheirCode: "B", Person: "c"}, "url"},
		{"long code", s.small, exchange.Setting{Driver: exchange.NSESSS, URL: "x", OurCode: "PRILISDLOUHY", TheirCode: "B", Person: "c"}, "nas-kod"},
		{"no mailbox", s.small, exchange.Setting{Driver: exchange.Mail, Mailbox: "podatelna"}, "podatelna"},
		{"yesterday", s.small, exchange.Setting{Driver: exchange.BuiltIn, From: start.AddDate(0, 0, -1)}, "od"},
		{"account without password", s.small, exchange.Setting{Driver: exchange.NSESSS, URL: "x", OurCode: "A", TheirCode: "B", Person: "c", Account: "u"}, "heslo"},
	} {
		err := s.in(c.office, func(tx *db.Tx) error { _, err := s.Set(t.Context(), tx, c.n, start); return err })
		fields := errs.FieldsOf(err)
		if c.field == "" && err != nil || c.field != "" && (len(fields) != 1 || fields[0].Name != c.field) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	s.verify()
}

// Settings hold from their day on; what came before is not handed over; the built-in service needs no handing over.
func TestSettingsAreDated(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	before := s.submission(s.small, true)
	n := s.essl()
	n.From = time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	n.Account, n.Password = "epom", "tajné"
	s.link(s.small, n)
	between := s.submission(s.small, true)
	s.later(4 * 24 * time.Hour)
	after := s.submission(s.small, true)
	for _, id := range []int64{before, between, after} {
		s.advance(s.small, id, 5)
	}
	if s.handover(s.small, before) != nil || s.handover(s.small, between) != nil || s.handover(s.small, after).ReceiptAt == nil {
		t.Error("only what came after the day is handed over")
	}
	s.must(s.in(s.small, func(tx *db.Tx) error {
		links, err := exchange.Links(t.Context(), tx)
		if err != nil || len(links) != 1 || strings.Contains(string(links[0].Password), "tajné") {
			t.Errorf("%+v %v", links, err)
		}
		if err := exchange.Withdraw(t.Context(), tx, links[0].ID, s.clock()); !errs.Is(err, errs.Conflict) {
			t.Errorf("what holds cannot be withdrawn: %v", err)
		}
		keep := s.essl()
		keep.Account, keep.KeepFrom = "epom", idText(links[0].ID)
		if _, err := s.Set(t.Context(), tx, keep, s.clock()); err != nil {
			t.Errorf("the password stays for the same address: %v", err)
		}
		keep.URL = "https://jinam.example"
		if _, err := s.Set(t.Context(), tx, keep, s.clock()); len(errs.FieldsOf(err)) != 1 {
			t.Errorf("it does not go elsewhere: %v", err)
		}
		return nil
	}))
}

// A system that does not answer is left alone: work is parked without a try, one tries, then two more for each good one.
func TestBreaker(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.link(s.here, s.essl())
	var ids []int64
	for range 12 {
		ids = append(ids, s.submission(s.here, true))
	}
	s.fake.Faults = []erms.Fault{erms.FaultUnavailable}
	for _, id := range ids {
		_, err := s.go1(s.here, id)
		s.must(err)
	}
	kinds := map[string]int{}
	for _, id := range ids {
		h := s.handover(s.here, id)
		kinds[h.Trouble]++
		if h.Trouble == exchange.Parked && h.Tries != 0 {
			t.Error("a parked one lost a try")
		}
	}
	if kinds[exchange.Down] != 3 || kinds[exchange.Parked] != 9 {
		t.Errorf("%v", kinds)
	}
	targets, err := exchange.Targets(t.Context(), s.DB)
	s.must(err)
	counts, err := exchange.Counts(t.Context(), s.DB, s.clock())
	s.must(err)
	if len(targets) != 1 || targets[0].OpenedAt == nil || len(counts) != 1 || counts[0].Parked != 9 || counts[0].Waiting != 3 || counts[0].Target != s.url {
		t.Errorf("%+v %+v", targets, counts)
	}
	calls := 0
	s.fake.Faults, s.fake.Trouble = nil, func(string) erms.Trouble { calls++; return erms.Before }
	s.later(2 * time.Minute)
	for _, id := range ids {
		_, err := s.go1(s.here, id)
		s.must(err)
	}
	if calls != 1 {
		t.Errorf("%d calls were made of a system that is down; one tries for all", calls)
	}
	s.fake.Trouble = nil
	for round := 0; round < 40; round++ {
		for _, id := range ids {
			_, err := s.go1(s.here, id)
			s.must(err)
		}
		s.later(time.Minute)
	}
	for _, id := range ids {
		if s.handover(s.here, id).ReceiptAt == nil {
			t.Error("not handed over after the system was back")
		}
	}
	if targets, _ = exchange.Targets(t.Context(), s.DB); targets[0].OpenedAt != nil {
		t.Errorf("%+v", targets)
	}
	s.verify()
}

// The built-in service is one of the systems: it answers what the register has.
func TestBuiltIn(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	id := s.submission(s.small, true)
	mark := s.mark(id)
	b, err := s.Real(exchange.Link{OfficeID: s.small, Driver: exchange.BuiltIn}, 0)
	s.must(err)
	for range 2 {
		a, err := b.Register(t.Context(), exchange.Matter{Try: exchange.Try{Key: mark}})
		if err != nil || a.Number != mark {
			t.Errorf("%+v %v", a, err)
		}
		a, err = b.Add(t.Context(), exchange.Paper{Try: exchange.Try{Key: mark + "-1"}})
		if err != nil || a.Number != mark+"-1" {
			t.Errorf("%+v %v", a, err)
		}
	}
	if st, err := b.State(t.Context(), exchange.Try{Key: "HEJ/1999/00001-1"}); err != nil || st.There {
		t.Errorf("%+v %v", st, err)
	}
	if err := b.Close(t.Context(), exchange.Closing{CaseKey: "HEJ/1999/00001"}); err == nil {
		t.Error("closed what is not there")
	}
	s.advance(s.small, id, 3)
	if s.handover(s.small, id) != nil {
		t.Error("the built-in service needs no handing over")
	}
}

// What must not be is found by epom verify, each fault by its sentence.
func TestVerifyFindsFaults(t *testing.T) {
	t.Parallel()
	s := newStand(t)
	s.link(s.here, s.essl())
	a, b := s.submission(s.here, true), s.submission(s.here, true)
	s.advance(s.here, a, 5)
	s.advance(s.here, b, 5)
	s.verify()
	faults := func(want string, spoil string, args ...any) {
		t.Helper()
		if _, err := s.owner.Exec(spoil, args...); err != nil {
			t.Fatal(err)
		}
		found, err := exchange.Verify(t.Context(), s.owner)
		s.must(err)
		if !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("%q was not found in %q", want, found)
		}
	}
	if _, err := s.owner.Exec(`UPDATE records_handover SET number = 'JINÉ 1/2026' WHERE case_id = $1`, a); err == nil {
		t.Error("a number given must stay, even for the owner")
	}
	if _, err := s.owner.Exec(`DELETE FROM records_handover_step`); err == nil {
		t.Error("steps must stay, even for the owner")
	}
	s.owner.MustExec(`ALTER TABLE records_handover DISABLE TRIGGER keeps`)
	faults("is that of 2 submissions", `UPDATE records_handover SET number = 'ESS 00001/2026' WHERE case_id = $1`, b)
	faults("its first document ESS 00002/2026", `SELECT 1`)
	faults("a receipt and no number", `UPDATE records_handover SET number = '', number_at = NULL WHERE case_id = $1`, b)
	faults("yet step", `UPDATE records_handover_step SET done_at = NULL WHERE kind = 'file' AND handover_id = (SELECT id FROM records_handover WHERE case_id = $1)`, a)
	faults("nobody will go on with it", `UPDATE records_handover SET receipt_at = NULL, next_at = NULL, created_at = now() - interval '3 days' WHERE case_id = $1`, b)
	faults("not what § 63 allows it", `UPDATE records_link SET driver = 'built-in'`)
}
