package main

import (
	"context"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/board"
	"epom/forms"
	"epom/forms/repository"
	"epom/handlers"
	"epom/handlers/counter"
	"epom/handlers/desk"
	"epom/handlers/dispatch"
	"epom/handlers/files"
	"epom/handlers/formdesk"
	"epom/handlers/formeditor"
	"epom/handlers/handover"
	"epom/handlers/kiosk"
	writing "epom/handlers/letters"
	"epom/handlers/logs"
	"epom/handlers/mailroom"
	"epom/handlers/operator"
	"epom/handlers/public"
	"epom/handlers/registry"
	"epom/handlers/signin"
	"epom/handlers/web"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/isds"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/internal/preview"
	"epom/internal/webhook"
	"epom/offices"
	"epom/records"
	"epom/records/daily"
	sending "epom/records/dispatch"
	"epom/records/exchange"
	"epom/records/intake"
	"epom/routing"
	"epom/submissions"
	"epom/territory"
	"epom/users"
	"epom/worker"
)

// site is one process of e-POM, wired.
type site struct {
	app         *fiber.App
	db          *db.DB
	territory   *territory.Store
	offices     *offices.Store
	router      *routing.Store
	users       *users.Store
	submissions *submissions.Service
	forms       *repository.Store
	board       *board.Law
	boards      *board.Public
	shelf       *web.Shelf
	files       *blob.Store
	handovers   *exchange.Service
	live        *web.Live
	runners     []*jobs.Runner // the slow lane last
}

// Calls to records systems: how long one may take (a large file goes in one message), and how many go on at once.
const (
	recordsCall  = 2 * time.Minute
	recordsCalls = 3
)

// shelfBytes is how much memory rendered pages may take: a thousand of them or so.
const shelfBytes = 24 << 20

// build wires a process; nothing listens or works yet.
func (a *App) build(demo bool) (*site, error) {
	s := &site{live: web.NewLive(2000)}
	var err error
	if s.db, err = a.DB(); err != nil {
		return nil, err
	}
	secret, err := a.Config.Key("submissions")
	if err != nil {
		return nil, err
	}
	cookies, err := a.Config.Key("cookies")
	if err != nil {
		return nil, err
	}
	if s.files, err = a.Files(); err != nil {
		return nil, err
	}
	law, err := records.LoadLaw(a.Context, s.db)
	if err != nil {
		return nil, err
	}
	ways, err := sending.LoadLaw(a.Context, s.db, law)
	if err != nil {
		return nil, err
	}
	if s.board, err = board.LoadLaw(a.Context, s.db); err != nil {
		return nil, err
	}
	if s.territory, err = territory.Open(a.Context, s.db); err != nil {
		return nil, err
	}
	if s.offices, err = offices.Open(a.Context, s.db); err != nil {
		return nil, err
	}
	s.router = routing.New(s.db, s.territory, s.offices)
	if err := s.router.Load(a.Context); err != nil {
		return nil, err
	}
	if s.forms, err = a.formStore(s.territory, s.offices, s.router); err != nil {
		return nil, err
	}
	packer, err := a.packer(s.forms)
	if err != nil {
		return nil, err
	}
	key, fingerprint := packer.Signer()
	catalogue, now := s.forms.Catalogue, clock.System{}
	s.users = &users.Store{DB: s.db, Clock: now}
	s.submissions = submissions.New(submissions.Deps{DB: s.db, Clock: now, Forms: catalogue, Router: s.router, Offices: s.offices, Files: s.files, Law: law, Secret: secret})
	links, err := a.Config.Key("told")
	if err != nil {
		return nil, err
	}
	s.boards, s.shelf = board.NewPublic(s.db), web.NewShelf(now.Now, shelfBytes)
	told := &board.Told{DB: s.db, Clock: now, Law: s.board, Key: links}
	hookKey, err := a.Config.Key("webhooks")
	if err != nil {
		return nil, err
	}
	s.handovers = &exchange.Service{DB: s.db, Now: now.Now, Key: hookKey, Check: webhook.New(a.Config.HooksAnywhere).Check, HTTP: webhook.Guarded(a.Config.HooksAnywhere, recordsCall),
		Open: s.files.Open, Email: submissions.EmailOf,
		Keep: func(ctx context.Context, b []byte) (string, int64, error) {
			ref, err := s.files.PutBytes(ctx, b)
			return ref.SHA256, ref.Size, err
		},
		Finish: func(ctx context.Context, tx *db.Tx, h exchange.Handover) error {
			return submissions.AnnounceCase(ctx, tx, h.CaseID)
		}}
	hooks := &board.Hooks{Key: hookKey, Client: webhook.New(a.Config.HooksAnywhere), BaseURL: a.Config.PublicURL}
	post := &letters{db: s.db, clock: now, base: a.Config.PublicURL}
	sender, err := a.sender()
	if err != nil {
		return nil, err
	}
	previews, err := preview.New(filepath.Join(a.Config.DataDir, "previews"), preview.Limits{})
	if err != nil {
		return nil, err
	}
	sealer, err := a.sealer()
	if err != nil {
		return nil, err
	}
	var boxes isds.Boxes // only the demo has one; elsewhere clerks send by data box by hand
	if demo {
		boxes = &isds.Fake{Clock: now, Stamp: 20 * time.Second, Boxed: time.Minute}
	}
	work := worker.New(worker.Deps{DB: s.db, Clock: now, Submissions: s.submissions, Offices: s.offices, Users: s.users, Files: s.files, Sender: sender,
		Board: s.board, Told: told, Hooks: hooks, Handovers: s.handovers, Dispatch: ways, Boxes: boxes, Preview: previews, Seal: sealer, Agenda: s.agenda,
		BaseURL: a.Config.PublicURL, Log: a.Log})
	usual, slow, outside := work.Lanes()
	s.runners = []*jobs.Runner{{DB: s.db, Handlers: usual, MaxAttempts: worker.MaxAttempts(), Schedule: worker.Schedule(), Workers: a.Config.Workers, Yield: s.submissions.Busy, Log: a.Log},
		{DB: s.db, Handlers: outside, Workers: recordsCalls, Yield: s.submissions.Busy, Log: a.Log},
		{DB: s.db, Handlers: slow, MaxAttempts: worker.MaxAttempts(), Workers: 1, Yield: s.submissions.Busy, Log: a.Log}}
	staff := web.Staff{DB: s.db, Users: s.users, Offices: s.offices, Law: s.board, Clock: now}
	run := &operator.Operator{DB: s.db, Clock: now, Users: s.users, Offices: s.offices, Router: s.router, Territory: s.territory, Files: s.files,
		Law: s.submissions.Law, Mails: outgoing(s.db), MailKind: mail.Kind, DataDir: a.Config.DataDir}
	s.app, err = handlers.New(handlers.Deps{
		Settings: web.Settings{Demo: demo, Secure: a.Config.Secure(), Secret: cookies}, TrustedProxies: a.Config.TrustedProxies, Log: a.Log,
		Public: &public.Public{Clock: now, BaseURL: a.Config.PublicURL, Forms: catalogue, Submissions: s.submissions, Routing: s.router, Territory: s.territory,
			Offices: s.offices, Users: s.users, Files: s.files, Live: s.live, Papers: &daily.Public{DB: s.db}, Boards: s.boards, Kinds: s.board, Shelf: s.shelf,
			Roots: sealer.Roots(), Companies: a.companies(demo), QueueMail: post.Draft, Told: told, Packer: packer, QueueTold: post.Told, Mails: letterbox(s.db), MailsLeave: a.Config.SMTPURL != ""},
		Desk: &desk.Desk{Staff: staff, Sending: ways, Submissions: s.submissions, Forms: catalogue, Router: s.router, Territory: s.territory,
			Files: s.files, Letters: post, Hooks: hooks, Seal: sealer, BaseURL: a.Config.PublicURL},
		Counter:  &counter.Counter{Staff: staff, Submissions: s.submissions},
		Dispatch: &dispatch.Dispatch{Staff: staff, Sending: ways, Files: s.files, Boxes: demo},
		Files:    &files.Files{Staff: staff, Kept: s.files, Sending: ways, Submissions: s.submissions, Router: s.router},
		Forms:    &formdesk.Desk{Staff: staff, Repository: s.forms, Operator: run.Page, Key: key, Fingerprint: fingerprint},
		FormEditor: &formeditor.Editor{Clock: now, Repository: s.forms, Router: s.router, Decide: s.submissions.Decide, Operator: run.Page,
			Gazetteer: func(ctx context.Context) forms.Gazetteer { return public.Gazetteer(ctx, s.territory) }},
		Handover: &handover.Handover{Staff: staff, Exchange: s.handovers},
		Kiosk:    &kiosk.Kiosk{Staff: staff, Submissions: s.submissions, Forms: catalogue, Idle: a.Config.KioskIdle},
		Letters:  &writing.Letters{Staff: staff, Submissions: s.submissions},
		Logs:     &logs.Logs{Staff: staff, Files: s.files, Roots: sealer.Roots()},
		Mailroom: &mailroom.Mailroom{Staff: staff, Records: s.submissions.Law, Reader: intake.Reader{Files: s.files}, Recognise: s.submissions.Recognise, BaseURL: a.Config.PublicURL,
			Blank: s.submissions.Blank, Forms: catalogue.All, Gazetteer: func(ctx context.Context) forms.Gazetteer { return public.Gazetteer(ctx, s.territory) },
			Places: func(ctx context.Context, kind, typed string) ([]forms.Option, error) {
				return public.Places(ctx, s.territory, kind, typed, 0)
			},
			Agendas: func() []*routing.Agenda { return s.router.Engine().Agendas() }},
		Registry: &registry.Registry{Staff: staff, Files: s.files, Agenda: s.agenda, Agendas: s.agendas},
		Operator: run,
		SignIn:   &signin.SignIn{Users: s.users, Letters: post},
		Ready:    func(ctx context.Context) error { return db.Classify(s.db.PingContext(ctx)) },
	})
	return s, err
}

// hear keeps what is held in memory up to date, and open pages, on every replica.
func (s *site) hear(ctx context.Context, a *App) error {
	return s.db.Listen(ctx, a.Log, []string{"submission", territory.Channel, offices.Channel, routing.Channel, board.Channel, repository.Channel}, func(channel, payload string) {
		var err error
		switch channel {
		case board.Channel:
			office, _ := strconv.ParseInt(payload, 10, 32) // none or no number = anything may have changed
			s.boards.Changed(int32(office))
			s.shelf.Changed(int32(office))
			return
		case "submission":
			if payload == "" {
				s.live.NotifyAll()
			} else {
				s.live.Notify(payload)
			}
			return
		case repository.Channel:
			if err := s.forms.Load(ctx); err != nil {
				a.Log.Error("reload", "channel", channel, "err", err)
			}
			s.shelf.Changed(0) // pages name forms
			return
		case territory.Channel:
			err = s.territory.Load(ctx)
		case offices.Channel:
			err = s.offices.Load(ctx)
		}
		if err == nil {
			err = s.router.Load(ctx)
		}
		if err != nil {
			a.Log.Error("reload", "channel", channel, "err", err)
		}
		s.shelf.Changed(0) // pages name offices and places
	}, func(hears bool) {
		s.boards.Listening(hears)
		s.shelf.Listening(hears)
	})
}

// run listens, works and hears until the context ends, then lets what runs finish.
func (s *site) run(a *App, ready func()) error {
	ctx, stop := context.WithCancel(a.Context)
	defer stop()
	failed := make(chan error, 4)
	if a.Config.InternalAddr != "" {
		go func() { failed <- serveInternal(ctx, a.Config.InternalAddr) }()
	}
	go func() { failed <- s.hear(ctx, a) }()
	var working sync.WaitGroup
	if a.Config.Workers > 0 {
		for _, r := range s.runners {
			working.Go(func() {
				if err := r.Run(ctx); err != nil {
					failed <- err
				}
			})
		}
	}
	s.app.Hooks().OnListen(func(fiber.ListenData) error { ready(); return nil })
	go func() {
		<-ctx.Done()
		s.live.Close()
		_ = s.app.ShutdownWithTimeout(15 * time.Second)
	}()
	go func() {
		if err := <-failed; err != nil {
			a.Log.Error("stopping", "err", err)
			stop()
		}
	}()
	err := s.app.Listen(a.Config.Addr)
	stop()
	working.Wait()
	s.submissions.Close()
	return err
}
