package mail_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"epom/internal/db"
	"epom/internal/mail"
	"epom/internal/testdb"
)

// A message that is one of many says how its owner's mailbox may end them (RFC 8058).
func TestOneClickEnd(t *testing.T) {
	t.Parallel()
	s := &server{}
	listen(t, s, "")
	m := letter
	m.ID, m.End = 17, "https://epom.example/odber/1.tajne/konec"
	if err := sender(t, s.addr).Send(t.Context(), m, store); err != nil {
		t.Fatal(err)
	}
	m.End = ""
	if err := sender(t, s.addr).Send(t.Context(), m, store); err != nil {
		t.Fatal(err)
	}
	for i, want := range [][2]string{{"<https://epom.example/odber/1.tajne/konec>", "List-Unsubscribe=One-Click"}, {"", ""}} {
		e, err := enmime.ReadEnvelope(bytes.NewReader(s.received()[i]))
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{e.GetHeader("List-Unsubscribe"), e.GetHeader("List-Unsubscribe-Post")}; got != want {
			t.Errorf("%q", got)
		}
	}
}

func TestManyMessagesAtOnce(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	var many []mail.Message
	for i := range 300 {
		m := letter
		m.Uniq, m.To = fmt.Sprintf("told/%d", i%250), fmt.Sprintf("c%d@example.cz", i%250) // the last fifty are written before
		many = append(many, m)
	}
	add := func(ms []mail.Message) error {
		return d.Tx(t.Context(), db.Scope{Actor: "system"}, func(tx *db.Tx) error { return mail.Queue(t.Context(), tx, ms...) })
	}
	if err := add(many); err != nil {
		t.Fatal(err)
	}
	if err := add(many[:7]); err != nil {
		t.Fatal(err)
	}
	var messages, sending int
	if err := d.QueryRow(`SELECT (SELECT count(*) FROM mail_message), (SELECT count(*) FROM job WHERE kind = $1)`, mail.Kind).Scan(&messages, &sending); err != nil {
		t.Fatal(err)
	}
	if messages != 250 || sending != 250 {
		t.Errorf("%d messages, %d to be sent", messages, sending)
	}
	bad := letter
	bad.Uniq, bad.To = "x", "nobody"
	if err := add([]mail.Message{letter, bad}); err == nil {
		t.Error("a wrong address among many is taken")
	}
}

func TestForgetting(t *testing.T) {
	t.Parallel()
	d := testdb.New(t)
	for _, m := range [][2]string{{"a", "told/1"}, {"b", "told/1"}, {"c", "told/12"}, {"d", ""}} {
		one := letter
		one.Uniq, one.Topic, one.End = m[0], m[1], "https://epom.example/konec"
		if err := queue(t, d, one); err != nil {
			t.Fatal(err)
		}
	}
	in := func(act func(*db.Tx) error) {
		t.Helper()
		if err := d.Tx(t.Context(), db.Scope{Actor: "system"}, act); err != nil {
			t.Fatal(err)
		}
	}
	kept := func() string {
		list, err := mail.List(t.Context(), d, 0, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var uniq []string
		for _, m := range list {
			uniq = append(uniq, m.Uniq)
		}
		return strings.Join(uniq, "")
	}
	in(func(tx *db.Tx) error { return mail.Forget(t.Context(), tx, noon, "told/1", "told/99") })
	var left string
	if err := d.Get(&left, `SELECT string_agg(to_address || to_name || subject || text || html || end_url || (sent_at IS NULL), '') FROM mail_message WHERE topic = 'told/1'`); err != nil {
		t.Fatal(err)
	}
	if kept() != "dc" || left != "falsefalse" { // not shown, empty, and never to be sent
		t.Errorf("%q are kept, of the forgotten ones %q", kept(), left)
	}
	// what has done its work goes later; what belongs to nothing stays
	if _, err := d.Exec(`UPDATE mail_message SET sent_at = $1`, noon); err != nil {
		t.Fatal(err)
	}
	in(func(tx *db.Tx) error { return mail.ForgetSent(t.Context(), tx, noon) })
	if kept() != "dc" {
		t.Error("forgotten too soon")
	}
	in(func(tx *db.Tx) error { return mail.ForgetSent(t.Context(), tx, noon.Add(time.Second)) })
	if kept() != "d" {
		t.Error(kept())
	}
}
