package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"epom/internal/jobs"
)

// SMTP sends by a mail server.
type SMTP struct {
	from    *netmail.Address
	host    string
	options []gomail.Option
}

// NewSMTP reads the address of the server, smtp://user:password@host:port (STARTTLS) or smtps:// (TLS from the start).
// Ports are 587 and 465 when none is given. TLS is required when there is a password, otherwise used when offered;
// ?tls=none or ?tls=required says it plainly. from is the sender, "e-POM <epom@kraj.cz>". timeout bounds one
// message; 0 = 30 seconds.
func NewSMTP(address, from string, timeout time.Duration) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("the address of the mail server must be like smtp://user:password@host:587")
	}
	s := &SMTP{host: u.Hostname()}
	if s.from, err = netmail.ParseAddress(from); err != nil {
		return nil, errors.New("the sender of mails must be an e-mail address")
	}
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("the port of the mail server must be a number")
		}
	}
	password, _ := u.User.Password()
	policy := gomail.TLSOpportunistic
	switch tls := u.Query().Get("tls"); {
	case tls == "none":
		policy = gomail.NoTLS
	case tls == "required", tls == "" && password != "":
		policy = gomail.TLSMandatory
	case tls != "":
		return nil, errors.New("tls of the mail server must be none or required")
	}
	s.options = []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(timeout), gomail.WithHELO(s.domain()), gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(&tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}), gomail.WithoutRset()}
	if u.Scheme == "smtps" {
		s.options = append(s.options, gomail.WithSSL())
	}
	if password != "" {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return s, nil
}

func (s *SMTP) domain() string { return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:] }

// Send hands the message to the server. A refusal of this message (5xx) is permanent; whatever else fails, the
// connection, the sign-in or a 4xx, is tried again later.
func (s *SMTP) Send(ctx context.Context, m Message, open Opener) error {
	msg, err := s.compose(ctx, m, open)
	if err != nil {
		return err
	}
	for _, f := range msg.files {
		defer f.Close()
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail server: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail server: %w", hide(err, m.To))
	}
	err = client.Send(msg.Msg)
	_ = client.Close() // the server has answered already
	if err == nil || msg.IsDelivered() {
		return nil
	}
	var refused *gomail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return jobs.Permanent(hide(err, m.To))
	}
	return hide(err, m.To)
}

// hide takes the recipient out of an error: servers like to repeat it, and errors go to logs.
func hide(err error, to string) error {
	return errors.New(strings.ReplaceAll(err.Error(), to, "(recipient)"))
}

// letter is a composed message with the attachments it reads from.
type letter struct {
	*gomail.Msg
	files []interface{ Close() error }
}

// compose builds the message. Its Message-ID comes from the row, so that every attempt has the same.
func (s *SMTP) compose(ctx context.Context, m Message, open Opener) (letter, error) {
	msg := letter{Msg: gomail.NewMsg(gomail.WithNoDefaultUserAgent())}
	msg.FromMailAddress(s.from)
	msg.AddToMailAddress(&netmail.Address{Name: m.ToName, Address: m.To})
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.CreatedAt)
	msg.SetMessageIDWithValue(fmt.Sprintf("%d.%d@%s", m.ID, m.CreatedAt.UnixMicro(), s.domain()))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no robot answers a robot
	if m.End != "" {                                     // RFC 8058: the mailbox itself ends it when its owner says so
		msg.SetGenHeader("List-Unsubscribe", "<"+m.End+">")
		msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, f := range m.Files.V {
		r, _, err := open(ctx, f.SHA256)
		if err != nil {
			for _, f := range msg.files {
				_ = f.Close()
			}
			return letter{}, fmt.Errorf("attachment: %w", err)
		}
		msg.files = append(msg.files, r)
		msg.AttachReadSeeker(oneLine(f.Name), r, gomail.WithFileContentType(gomail.ContentType(f.Type)))
	}
	return msg, nil
}
