// Package worker is the twin of handlers for background work: a kind of job leads to a function here. Each function may
// be called again for the same job after a crash, and its effect and the mark "done" commit together.
package worker

import (
	"context"
	_ "embed"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"epom/board"
	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/isds"
	"epom/internal/jobs"
	"epom/internal/mail"
	"epom/offices"
	"epom/records/books"
	"epom/records/dispatch"
	"epom/records/disposal"
	"epom/records/exchange"
	"epom/records/intake"
	"epom/submissions"
	"epom/users"
)

//go:embed worker.sql
var sqlText string

var sql = db.Load("worker", sqlText)

// Kinds of jobs that only this room asks for.
const (
	jobReceipt   = "receipt"        // payload: submissions.Ref; make the receipt and tell the citizen
	jobNotice    = "clerk-notice"   // payload: submissions.Ref; tell the mailroom of a new submission
	jobDigest    = "office-digest"  // payload: day; one office's morning lists
	jobConfirm   = "office-confirm" // payload: day; one office's reminders of § 37(4)
	jobMorning   = "morning"        // scheduled: starts the two above for each office
	jobExpire    = "drafts-expire"  // scheduled
	jobPruneRate = "limits-prune"   // scheduled
)

// keepDone is how long done jobs stay to be looked at.
const keepDone = 14 * 24 * time.Hour

// Deps is what background work needs.
type Deps struct {
	DB          *db.DB
	Clock       clock.Clock
	Submissions *submissions.Service
	Offices     *offices.Store
	Users       *users.Store
	Files       *blob.Store
	Sender      mail.Sender
	Board       *board.Law
	Told        *board.Told
	Hooks       *board.Hooks
	Handovers   *exchange.Service
	Seal        Sealer
	Preview     Previewer
	Dispatch    *dispatch.Law
	Boxes       isds.Boxes               // nil = the offices send by data box by hand
	Agenda      func(code string) string // its name
	BaseURL     string                   // address of the site, without a slash at its end
	Log         *slog.Logger
}

// Worker does the background work.
type Worker struct {
	Deps
	// makeReceipt and makeLetter make the papers.
	makeReceipt func(context.Context, *submissions.View) ([]byte, error)
	makeLetter  func(context.Context, *submissions.View, int64) ([]byte, error)
	look        *looker  // at the own public pages
	boxTurns    sync.Map // one call at a time for each data box
}

// New makes a worker; nothing runs before its Handlers are given to a jobs.Runner.
func New(d Deps) *Worker {
	if d.Log == nil {
		d.Log = slog.Default()
	}
	w := &Worker{Deps: d, look: newLooker(d.BaseURL, d.Clock)}
	w.makeReceipt, w.makeLetter = w.receiptPaper, w.letterPaper
	return w
}

// Handlers is the map of all background work.
func (w *Worker) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		submissions.JobReceived: w.received,
		submissions.JobNews:     w.news,
		submissions.JobPaper:    w.paper,
		jobReceipt:              w.receipt,
		jobNotice:               w.notice,
		jobMorning:              w.morning,
		jobDigest:               w.digest,
		jobConfirm:              w.confirm,
		jobExpire:               w.expire,
		jobPruneRate:            w.pruneLimits,
		board.JobPost:           w.boardPost,
		board.JobRemove:         w.boardRemove,
		board.JobPosted:         w.fanOut(jobSeen, jobFeed, jobPreview, jobTold, jobHookPosted, jobDispatchBoard),
		board.JobChanged:        w.fanOut(jobHookRevised, jobFeed, jobSeen, jobPreview),
		board.JobRemoved:        w.fanOut(jobHookRemoved, jobFeed, jobClause, jobDispatchBoard),
		board.JobSeal:           w.boardSeal,
		jobFeed:                 w.boardFeed,
		jobPreview:              w.boardPreview,
		jobPreviewsAll:          w.boardPreviewsAll,
		jobPreviewsOf:           w.boardPreviewsOf,
		jobTold:                 w.boardTold,
		jobHookPosted:           w.hookEvent(board.HookPosted),
		jobHookRevised:          w.hookEvent(board.HookRevised),
		jobHookRemoved:          w.hookEvent(board.HookRemoved),
		board.JobHookCall:       w.hookCall,
		jobToldMorning:          w.toldMorning,
		jobToldDigest:           w.toldDigest,
		jobToldForget:           w.toldForget,
		jobSeen:                 w.boardSeen,
		jobChecks:               w.boardChecks,
		jobCheck:                w.boardCheck,
		jobClause:               w.boardClause,
		exchange.Job:            w.handover,
		jobHandoverSweep:        w.handoverSweep,
		jobLogs:                 w.logsNight,
		jobLog:                  w.logDay,
		jobLogWatch:             w.logsWatch,
		intake.JobConfirm:       w.intakeConfirm,
		intake.JobRefused:       w.intakeRefused,
		jobNames:                w.namesForget,
		jobNamesOf:              w.namesForgetOf,
		disposal.JobDestroy:     w.letGo,
		jobs.PruneKind:          jobs.Prune(w.DB, keepDone, w.Clock.Now),
		dispatch.JobEmail:       w.dispatchEmail,
		dispatch.JobBox:         w.dispatchBox,
		dispatch.JobAsk:         w.dispatchAsk,
		jobDispatchBoard:        w.dispatchBoard,
		jobDispatchSweep:        w.dispatchSweep,
		mail.Kind:               w.dispatchMail(mail.SendJob(w.DB, w.Clock, w.Sender, w.Files.Open, w.dispatchSent)),
		books.JobBook:           w.book,
		jobFindIndex:            w.findIndex,
		jobLendings:             w.lendingsEnd,
		jobLoans:                w.loansLate,
		jobBooksExpire:          w.booksExpire,
		jobBooksForget:          w.booksForget,
	}
}

// Lanes parts the work: what may take minutes has lanes of its own, so that nothing waits behind it: pictures of documents, books
// and the log of a day, one at a time, and calls to other people's records systems.
func (w *Worker) Lanes() (usual, slow, outside map[string]jobs.Handler) {
	usual, slow, outside = w.Handlers(), map[string]jobs.Handler{}, map[string]jobs.Handler{}
	for kind, lane := range map[string]map[string]jobs.Handler{jobPreview: slow, jobLog: slow, books.JobBook: slow, exchange.Job: outside} {
		lane[kind] = usual[kind]
		delete(usual, kind)
	}
	return usual, slow, outside
}

// Schedule is what recurs: kind → cron expression in Prague time.
func Schedule() map[string]string {
	return map[string]string{
		jobMorning:       "0 6 * * 1-5",
		jobExpire:        "17 * * * *",
		jobPruneRate:     "41 * * * *",
		jobChecks:        "2 * * * *",
		jobToldMorning:   "0 7 * * *",
		jobToldForget:    "27 * * * *",
		jobPreviewsAll:   "40 3 * * *",
		jobHandoverSweep: "*/5 * * * *",
		jobDispatchSweep: "*/10 * * * *",
		jobLogs:          "10 0 * * *",
		jobLogWatch:      "30 6 * * *",
		jobFindIndex:     "* * * * *",
		jobLendings:      "3 0 * * *",
		jobLoans:         "15 3 * * *",
		jobBooksExpire:   "20 3 * * *",
		jobNames:         "50 3 * * *",
		jobs.PruneKind:   "5 3 * * *",
	}
}

// MaxAttempts is how often kinds are tried when not as often as others.
func MaxAttempts() map[string]int {
	return map[string]int{mail.Kind: mail.Attempts, jobReceipt: receiptAttempts, board.JobSeal: sealAttempts, jobClause: sealAttempts, jobLog: sealAttempts}
}

// system is the scope of background work for an office.
func system(office int32) db.Scope { return db.Scope{Office: office, Actor: "system"} }

// received puts the applicant into the name register and fans out what follows when a submission has come: the papers and the
// notices are jobs of their own, so that a failing one holds up no other.
func (w *Worker) received(ctx context.Context, c jobs.Claimed) error {
	var ref submissions.Ref
	if err := c.Decode(&ref); err != nil {
		return err
	}
	key := strconv.FormatInt(int64(ref.Office), 10) + "/" + strconv.FormatInt(ref.Submission, 10)
	return w.DB.Tx(ctx, system(ref.Office), func(tx *db.Tx) error {
		if err := w.link(ctx, tx, ref.Submission); err != nil {
			return err
		}
		if err := w.toRecords(ctx, tx, ref); err != nil {
			return err
		}
		err := jobs.Enqueue(ctx, tx,
			jobs.Job{Kind: jobReceipt, Office: ref.Office, Payload: ref, Uniq: key, Priority: 4},
			jobs.Job{Kind: jobNotice, Office: ref.Office, Payload: ref, Uniq: key})
		if err != nil {
			return err
		}
		return c.DoneIn(ctx, tx)
	})
}

// expire forgets drafts nobody came back to.
func (w *Worker) expire(ctx context.Context, _ jobs.Claimed) error {
	n, err := w.Submissions.Expire(ctx)
	if err == nil && n > 0 {
		w.Log.Info("drafts expired", "count", n)
	}
	return err
}

func (w *Worker) pruneLimits(ctx context.Context, _ jobs.Claimed) error {
	return w.Users.PruneLimits(ctx)
}
