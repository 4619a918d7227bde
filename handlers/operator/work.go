package operator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"epom/handlers/web"
	"epom/internal/errs"
	"epom/internal/i18n"
	"epom/internal/jobs"
)

const (
	maxRows    = 200
	maxLetters = 500
)

// JobsPage is the queue of background work.
type JobsPage struct {
	web.Page
	Counts   jobs.Count
	Failed   []JobRow
	Kinds    []KindRow // of the failed ones
	Running  []JobRow
	Waiting  []JobRow
	Schedule []PlanRow
}

// JobRow is one job; its payload holds ids only.
type JobRow struct {
	ID       int64
	Kind     string
	Word     string
	Office   string
	Payload  string
	Attempts int
	At       time.Time
	RunAt    time.Time
	Failed   *time.Time
	Error    string
}

// KindRow is how many jobs of a kind failed.
type KindRow struct {
	Kind, Word string
	Count      int
}

// PlanRow is recurring work.
type PlanRow struct {
	Word, Every string
	Next        time.Time
}

var kindWords = map[string]string{
	"submission-received": "zpracování přijatého podání", "submission-news": "zpráva o průběhu podání", "document-paper": "PDF dokumentu",
	"receipt": "potvrzení o podání", "handover": "předání spisové službě", "handover-sweep": "kontrola předání spisovým službám", "clerk-notice": "upozornění podatelně", "office-digest": "ranní přehled úřadu", "office-confirm": "připomenutí potvrzení",
	"morning": "ranní přehledy", "drafts-expire": "úklid rozepsaných formulářů", "limits-prune": "úklid počítadel", "jobs-prune": "úklid hotových úloh",
	"mail-send": "odeslání e-mailu",
}

func kindWord(kind string) string {
	if w := kindWords[kind]; w != "" {
		return w
	}
	return kind
}

func (o *Operator) rows(list []jobs.Row) []JobRow {
	rows := make([]JobRow, 0, len(list))
	for _, j := range list {
		rows = append(rows, JobRow{ID: j.ID, Kind: j.Kind, Word: kindWord(j.Kind), Office: o.officeName(j.Office), Payload: string(j.Payload), Attempts: j.Attempts,
			At: j.CreatedAt, RunAt: j.RunAt, Failed: j.FailedAt, Error: j.LastError})
	}
	return rows
}

func (o *Operator) officeName(id int32) string {
	if of, err := o.Offices.ByID(id); err == nil {
		return of.Name
	}
	return "celý systém"
}

// Jobs shows the queue: what failed first.
func (o *Operator) Jobs(c *fiber.Ctx) error {
	page, n, err := o.page(c, "Úlohy na pozadí")
	if err != nil {
		return err
	}
	p, ctx := JobsPage{Page: page, Counts: n}, c.UserContext()
	for _, part := range []struct {
		state jobs.State
		into  *[]JobRow
	}{{jobs.Failed, &p.Failed}, {jobs.Running, &p.Running}, {jobs.Waiting, &p.Waiting}} {
		list, err := jobs.List(ctx, o.DB, part.state, maxRows)
		if err != nil {
			return err
		}
		*part.into = o.rows(list)
	}
	at := map[string]int{}
	for _, j := range p.Failed {
		i, known := at[j.Kind]
		if !known {
			i = len(p.Kinds)
			at[j.Kind] = i
			p.Kinds = append(p.Kinds, KindRow{Kind: j.Kind, Word: j.Word})
		}
		p.Kinds[i].Count++
	}
	plans, err := jobs.Planned(ctx, o.DB)
	if err != nil {
		return err
	}
	for _, x := range plans {
		p.Schedule = append(p.Schedule, PlanRow{Word: kindWord(x.Kind), Every: x.Every, Next: x.Next})
	}
	return web.View(c, "operator/jobs", "", p)
}

// Retry makes one job due at once.
func (o *Operator) Retry(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "")
	}
	switch err := jobs.Retry(c.UserContext(), o.DB, id); {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict):
		web.SetFlash(c, "info", "Úloha už je hotová, právě běží, nebo ji nahradila novější.")
	case err != nil:
		return err
	default:
		web.SetFlash(c, "success", "Úloha "+strconv.FormatInt(id, 10)+" se zkusí hned znovu.")
	}
	return web.See(c, back(v.Get("back")))
}

// RetryKind makes all failed jobs of a kind due at once.
func (o *Operator) RetryKind(c *fiber.Ctx) error {
	v, err := web.FormValues(c, nil)
	if err != nil {
		return err
	}
	list, err := jobs.List(c.UserContext(), o.DB, jobs.Failed, 1000)
	if err != nil {
		return err
	}
	n := 0
	for _, j := range list {
		if j.Kind != v.Get("kind") {
			continue
		}
		switch err := jobs.Retry(c.UserContext(), o.DB, j.ID); {
		case err == nil:
			n++
		case !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Conflict):
			return err
		}
	}
	web.SetFlash(c, "success", i18n.N("cs", n, "Znovu se zkusí %d úloha.", "Znovu se zkusí %d úlohy.", "Znovu se zkusí %d úloh."))
	return web.See(c, back(v.Get("back")))
}

// back is where the button stood.
func back(name string) string {
	if name == "posta" {
		return "/sprava/posta"
	}
	return "/sprava/ulohy"
}

// MailsPage lists outgoing mails without their content.
type MailsPage struct {
	web.Page
	Failed  []MailRow
	Waiting []MailRow
	Sent    []MailRow
	Kind    string
}

// MailRow is one mail.
type MailRow struct {
	ID       int64
	Job      int64 // that sends it, 0 = done
	Office   string
	To       string // masked
	At       time.Time
	Sent     *time.Time
	Next     time.Time
	Attempts int
	Error    string
}

// MailList shows mails that could not be sent, that wait, and the last ones sent.
func (o *Operator) MailList(c *fiber.Ctx) error {
	page, _, err := o.page(c, "E-maily")
	if err != nil {
		return err
	}
	p, ctx := MailsPage{Page: page, Kind: o.MailKind}, c.UserContext()
	letters, err := o.Mails(ctx, maxLetters)
	if err != nil {
		return err
	}
	byID := map[int64]Letter{}
	for _, l := range letters {
		byID[l.ID] = l
		if l.SentAt != nil && len(p.Sent) < 50 {
			p.Sent = append(p.Sent, MailRow{ID: l.ID, Office: o.officeName(l.Office), To: mask(l.To), At: l.CreatedAt, Sent: l.SentAt})
		}
	}
	for _, part := range []struct {
		state jobs.State
		into  *[]MailRow
	}{{jobs.Failed, &p.Failed}, {jobs.Running, &p.Waiting}, {jobs.Waiting, &p.Waiting}} {
		list, err := jobs.List(ctx, o.DB, part.state, 1000)
		if err != nil {
			return err
		}
		for _, j := range list {
			if j.Kind == o.MailKind {
				*part.into = append(*part.into, o.mailRow(j, byID))
			}
		}
	}
	return web.View(c, "operator/mails", "", p)
}

func (o *Operator) mailRow(j jobs.Row, letters map[int64]Letter) MailRow {
	var ref struct {
		ID int64 `json:"id"`
	}
	_ = json.Unmarshal(j.Payload, &ref) // an unreadable one shows as number 0
	row := MailRow{ID: ref.ID, Job: j.ID, Office: o.officeName(j.Office), To: "–", At: j.CreatedAt, Next: j.RunAt, Attempts: j.Attempts, Error: j.LastError}
	if l, ok := letters[ref.ID]; ok {
		row.To, row.At = mask(l.To), l.CreatedAt
	}
	return row
}

// mask hides whose address it is: "jana.novakova@seznam.cz" → "j…@seznam.cz".
func mask(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return "…"
	}
	return fmt.Sprintf("%s…@%s", string([]rune(local)[:1]), domain)
}
