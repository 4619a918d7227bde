package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"epom/handlers/operator"
	"epom/handlers/public"
	"epom/handlers/registry"
	"epom/internal/db"
	"epom/internal/fold"
	"epom/internal/mail"
	"epom/internal/seal"
)

// agenda is the name of an agenda, its code when it has none now.
func (s *site) agenda(code string) string {
	if a, err := s.router.Engine().Agenda(code, time.Now()); err == nil {
		return a.Name
	}
	return code
}

// agendas are the agendas of today by name.
func (s *site) agendas() (list []registry.Choice) {
	now := time.Now()
	for _, a := range s.router.Engine().Agendas() {
		if today, err := s.router.Engine().Agenda(a.Code, now); err == nil && !slices.ContainsFunc(list, func(c registry.Choice) bool { return c.Value == a.Code }) {
			list = append(list, registry.Choice{Value: a.Code, Label: today.Name})
		}
	}
	slices.SortFunc(list, func(a, b registry.Choice) int { return strings.Compare(fold.Text(a.Label), fold.Text(b.Label)) })
	return list
}

// sealer seals with the configured certificate, or on trial with the installation's own.
func (a *App) sealer() (*seal.Sealer, error) {
	c := a.Config
	return seal.Open(seal.Settings{Cert: c.SealCert, Key: c.SealKey, Password: c.SealPassword, TrustRoots: c.TrustRoots, DataDir: c.DataDir,
		TSA: seal.TSA{URL: c.TSAURL, User: c.TSAUser, Password: c.TSAPassword, Policy: c.TSAPolicy}})
}

// sender hands mails to the configured server, or keeps them where they are.
func (a *App) sender() (mail.Sender, error) {
	if a.Config.SMTPURL == "" {
		return mail.Capture{}, nil
	}
	return mail.NewSMTP(a.Config.SMTPURL, a.Config.MailFrom, 30*time.Second)
}

// letterbox lists mails with their text, for the pages of a demo.
func letterbox(d *db.DB) func(context.Context) ([]public.Mail, error) {
	return func(ctx context.Context) ([]public.Mail, error) {
		list, err := mail.List(ctx, d, 0, "", 100)
		if err != nil {
			return nil, err
		}
		out := make([]public.Mail, len(list))
		for i, m := range list {
			out[i] = public.Mail{ID: m.ID, At: m.CreatedAt, To: m.To, Subject: m.Subject, Text: m.Text}
		}
		return out, nil
	}
}

// outgoing lists mails without their content.
func outgoing(d *db.DB) func(context.Context, int) ([]operator.Letter, error) {
	return func(ctx context.Context, limit int) ([]operator.Letter, error) {
		list, err := mail.List(ctx, d, 0, "", limit)
		if err != nil {
			return nil, err
		}
		out := make([]operator.Letter, len(list))
		for i, m := range list {
			out[i] = operator.Letter{ID: m.ID, Office: m.Office, To: m.To, CreatedAt: m.CreatedAt, SentAt: m.SentAt}
		}
		return out, nil
	}
}
