package worker

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/errs"
	"epom/internal/jobs"
	"epom/internal/pdf"
	"epom/records"
	"epom/submissions"
	"epom/users"
)

// int64s is a list for a parameter; an empty one must not become NULL.
func int64s(list []int64) pq.Int64Array { return append(pq.Int64Array{}, list...) }

const eva = "eva@posta.example"

func receipts(v *submissions.View) (list []records.Document) {
	for _, d := range v.Documents {
		if d.Kind == submissions.KindReceipt {
			list = append(list, d)
		}
	}
	return list
}

func kinds(v *submissions.View) (list []string) {
	for _, e := range v.Events {
		list = append(list, e.Kind)
	}
	return list
}

func TestReceivedGivesReceiptMailAndNotice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, id := h.sent("cs", eva)
	h.none(h.work())

	v := h.viewOf(ref)
	r := receipts(v)
	if len(r) != 1 || r[0].ReferenceNumber != "HEJ/2026/00001-2" || r[0].SentAt == nil || len(r[0].Components) != 1 || r[0].Channel != "portal" {
		t.Fatalf("receipts %+v", r)
	}
	if got := kinds(v); !slices.Equal(got, []string{submissions.EventReceived, submissions.EventReceipt}) {
		t.Errorf("events %v", got)
	}
	body, size, err := h.Files.Open(t.Context(), r[0].Components[0].SHA256)
	must(t, err)
	data, err := io.ReadAll(body)
	must(t, err)
	must(t, body.Close())
	if size != r[0].Components[0].Size || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("%d bytes of something else", size)
	}
	if inside, err := pdf.Attachments(data); err != nil || !bytes.Contains(inside[submissions.AnswersFile], []byte(`"lípa"`)) {
		t.Errorf("answers inside: %s (%v)", inside, err)
	}
	m := h.mails(eva)
	if len(m) != 1 || m[0].SentAt == nil || m[0].ReplyTo != "podatelna@hejnice.example" || len(m[0].Files.V) != 1 || m[0].Files.V[0].SHA256 != r[0].Components[0].SHA256 {
		t.Fatalf("mails %+v", m)
	}
	for _, want := range []string{ref, h.Submissions.PIN(ref), "HEJ/2026/00001-1", "https://epom.example/podani/" + ref + "?k=" + h.Submissions.Ticket(ref),
		"Městský úřad Hejnice", "14. října 2026", "§ 37 odst. 4", "v příloze"} {
		if !strings.Contains(m[0].Text, want) {
			t.Errorf("the mail does not say %q:\n%s", want, m[0].Text)
		}
	}
	if got := h.subjects("posta@hejnice.example"); !slices.Equal(got, []string{"Nové podání HEJ/2026/00001"}) {
		t.Errorf("mailroom: %q", got)
	}
	if m := h.mails("posta@hejnice.example"); !strings.Contains(m[0].Text, fmt.Sprintf("https://epom.example/kancelar/spisy/%d", v.CaseID)) || strings.Contains(m[0].Text, "Tichá") {
		t.Errorf("notice:\n%s", m[0].Text)
	}
	for _, other := range []string{"posta@frydlant.example", "vera@hejnice.example"} {
		if got := h.subjects(other); got != nil {
			t.Errorf("%s was told %q", other, got)
		}
	}
	_ = id
}

func TestNothingHappensTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, _ := h.sent("en", eva)
	h.none(h.work())
	for _, kind := range []string{submissions.JobReceived, jobReceipt, jobNotice, "mail-send"} {
		h.again(kind)
		h.none(h.work())
	}
	v := h.viewOf(ref)
	if n := len(receipts(v)); n != 1 || len(v.Events) != 2 {
		t.Errorf("%d receipts, events %v", n, kinds(v))
	}
	if got := h.subjects(eva); !slices.Equal(got, []string{"We have received your submission " + ref}) {
		t.Errorf("citizen: %q", got)
	}
	if got := h.subjects("posta@hejnice.example"); len(got) != 1 {
		t.Errorf("mailroom: %q", got)
	}
}

func TestOneReceiptFromManyProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, _ := h.sent("cs", eva)
	for range 6 {
		h.enqueue(jobReceipt, h.here.ID, submissions.Ref{Office: h.here.ID, Submission: h.viewOf(ref).ID})
	}
	var claimed []jobs.Claimed
	var tried []int64
	for {
		c, ok := h.claim(tried)
		if !ok {
			break
		}
		tried = append(tried, c.ID)
		if c.Kind == jobReceipt {
			claimed = append(claimed, c)
		}
	}
	var all sync.WaitGroup
	for _, c := range claimed {
		all.Go(func() {
			if err := h.receipt(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(receipts(h.viewOf(ref))); n != 1 || len(claimed) != 6 || len(h.mails(eva)) != 1 {
		t.Errorf("%d receipts and %d mails of %d jobs", n, len(h.mails(eva)), len(claimed))
	}
}

func TestJobTakenOverLeavesNoTrace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, _ := h.sent("cs", eva)
	h.enqueue(jobReceipt, h.here.ID, submissions.Ref{Office: h.here.ID, Submission: h.viewOf(ref).ID})
	var c jobs.Claimed
	for tried := []int64(nil); c.Kind != jobReceipt; tried = append(tried, c.ID) {
		c, _ = h.claim(tried)
	}
	h.owner.MustExec(`UPDATE job SET attempts = attempts + 1 WHERE id = $1`, c.ID) // the lease ran out
	if err := h.receipt(t.Context(), c); !errs.Is(err, errs.Conflict) {
		t.Errorf("got %v", err)
	}
	if v := h.viewOf(ref); len(receipts(v)) != 0 || v.Case.Documents != 1 || len(h.mails(eva)) != 0 {
		t.Errorf("a trace is left: %v, %q", kinds(v), h.subjects(eva))
	}
}

func TestBrokenPaperHoldsUpOnlyItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	whole := h.makeReceipt
	h.makeReceipt = func(*submissions.View) ([]byte, error) { return nil, errors.New("no font") }
	ref, _ := h.sent("cs", eva)
	for attempt := 1; attempt <= patience+2; attempt++ {
		failed := h.work()
		if failed[jobReceipt] == nil || len(failed) != 1 {
			t.Fatalf("attempt %d: %v", attempt, failed)
		}
		want := 0
		if attempt >= patience {
			want = 1
		}
		if got := h.mails(eva); len(got) != want || want == 1 && (len(got[0].Files.V) != 0 || !strings.Contains(got[0].Text, "v dalším e-mailu")) {
			t.Fatalf("attempt %d: %q", attempt, h.subjects(eva))
		}
	}
	if v := h.viewOf(ref); len(receipts(v)) != 0 || v.Case.Mark != "HEJ/2026/00001" {
		t.Errorf("documents %+v", v.Documents)
	}
	h.makeReceipt = whole
	h.none(h.work())
	h.none(h.work())
	got := h.mails(eva)
	if len(receipts(h.viewOf(ref))) != 1 || len(got) != 2 || got[1].Subject != "Potvrzení o podání "+ref || len(got[1].Files.V) != 1 {
		t.Errorf("mails %q", h.subjects(eva))
	}
}

func TestDialogueIsToldInTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	ref, id := h.sent("uk", eva)
	h.none(h.work())
	do := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		h.clock.Advance(24 * time.Hour)
		h.none(h.work())
		for _, kind := range []string{submissions.JobNews, submissions.JobPaper} {
			h.again(kind)
			h.none(h.work())
		}
	}
	clerk := db.Scope{Office: h.here.ID, Actor: users.Actor(h.clerk)}
	do("assign", h.Submissions.Assign(ctx, h.desk(), id, records.Hand{Clerk: &h.clerk}))
	do("take", h.Submissions.Assign(ctx, clerk, id, records.Hand{Clerk: &h.clerk}))
	do("ask", h.Submissions.Ask(ctx, clerk, id, "Přiložte souhlas spoluvlastníka.", clock.Date(monday).AddDate(0, 0, 20)))
	do("complete", h.Submissions.Complete(ctx, ref, "Přikládám.", nil))
	do("extend", h.Submissions.Extend(ctx, clerk, id, 10, "Čekáme na vyjádření."))
	do("handle", h.Submissions.Handle(ctx, clerk, id, submissions.Answer{How: records.ByDocument, Text: "Povolujeme."}))

	if diff := cmp.Diff([]string{"Ми отримали ваше подання " + ref, "Доповніть, будь ласка, подання " + ref, "Ми отримали доповнення до подання " + ref,
		"Орган продовжив строк розгляду подання " + ref, "Подання " + ref + " розглянуто"}, h.subjects(eva)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Přidělený spis HEJ/2026/00001", "Občan doplnil podání, spis HEJ/2026/00001"}, h.subjects("vera@hejnice.example")); diff != "" {
		t.Error(diff)
	}
	m := h.mails(eva)
	if !strings.Contains(m[1].Text, "> Přiložte souhlas spoluvlastníka.") || !strings.Contains(m[1].Text, "4 жовтня 2026") || !strings.Contains(m[1].Text, "HEJ/2026/00001-3") {
		t.Errorf("asked:\n%s", m[1].Text)
	}
	if strings.Contains(m[4].Text, "Povolujeme") {
		t.Error("the answer itself travels by e-mail")
	}
	for _, d := range h.viewOf(ref).Documents {
		if letters := len(d.Components); (d.Kind == "request" || d.Kind == "answer") && (letters != 1 || d.Components[0].Name != strings.ReplaceAll(d.ReferenceNumber, "/", "-")+".pdf") {
			t.Errorf("%s has components %+v", d.ReferenceNumber, d.Components)
		}
	}
}

func TestReferralIsToldOnBothSides(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, id := h.sent("cs", eva)
	h.none(h.work())
	_, err := h.Submissions.Refer(t.Context(), h.desk(), id, submissions.Referral{Target: h.there.ID, Why: "Strom stojí ve Frýdlantu."})
	must(t, err)
	h.none(h.work())
	for _, kind := range []string{submissions.JobReceived, submissions.JobPaper, submissions.JobNews, jobReceipt} {
		h.again(kind)
		h.none(h.work())
	}
	if diff := cmp.Diff([]string{"Podání " + ref + " jsme přijali", "Podání " + ref + " teď vyřizuje jiný úřad"}, h.subjects(eva)); diff != "" {
		t.Error(diff)
	}
	if m := h.mails(eva)[1]; !strings.Contains(m.Text, "Městský úřad Frýdlant") || !strings.Contains(m.Text, "FRY/2026/00001-1") || !strings.Contains(m.Text, "> Strom stojí ve Frýdlantu.") {
		t.Errorf("referred:\n%s", m.Text)
	}
	if m := h.mails("posta@frydlant.example"); len(m) != 1 || !strings.Contains(m[0].Text, "postoupil jiný úřad: Městský úřad Hejnice") {
		t.Errorf("mailroom there: %q", h.subjects("posta@frydlant.example"))
	}
	v := h.viewOf(ref)
	if v.OfficeID != h.there.ID || len(receipts(v)) != 1 {
		t.Errorf("office %d, receipts %+v", v.OfficeID, receipts(v))
	}
	if d := v.Document(v.DocumentID); len(d.Components) != 1 || d.Components[0].Name != "HEJ-2026-00001-3.pdf" {
		t.Errorf("the resolution did not travel: %+v", d.Components)
	}
}

func TestNobodyToWriteTo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ref, _ := h.sent("cs", "")
	h.owner.MustExec(`UPDATE account SET disabled_at = now() WHERE id = $1`, h.mailroom)
	h.none(h.work())
	if n := len(receipts(h.viewOf(ref))); n != 1 || len(h.mails("")) != 0 {
		t.Errorf("%d receipts, mails %q", n, h.subjects(""))
	}
	second, _ := h.sent("cs", eva)
	h.owner.MustExec(`UPDATE submission SET email = 'eva@@nikde' WHERE reference = $1`, second)
	h.none(h.work())
	if n := len(receipts(h.viewOf(second))); n != 1 || len(h.mails("")) != 0 {
		t.Errorf("%d receipts, mails %q", n, h.subjects(""))
	}
}

func TestJobsAboutNothingAreGivenUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for kind, payload := range map[string]any{
		jobReceipt: submissions.Ref{Office: h.here.ID, Submission: 99}, jobNotice: submissions.Ref{Office: h.here.ID, Submission: 99},
		submissions.JobNews: submissions.News{Office: h.here.ID, Submission: 99, Event: 1}, submissions.JobPaper: submissions.PaperRef{Office: h.here.ID, Document: 99},
		jobDigest: "včera", jobConfirm: map[string]string{"on": "32. 13."}} {
		h.enqueue(kind, h.here.ID, payload)
	}
	failed := h.work()
	if len(failed) != 6 {
		t.Errorf("%d failed: %v", len(failed), failed)
	}
	for kind, err := range failed {
		if !jobs.IsPermanent(err) {
			t.Errorf("%s would be tried again: %v", kind, err)
		}
	}
}

func TestMorning(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	_, late := h.sent("cs", eva)
	_, fresh := h.sent("cs", "jan@posta.example")
	_, stopped := h.sent("cs", "")
	_ = fresh
	must(t, h.Submissions.Assign(ctx, h.desk(), late, records.Hand{Clerk: &h.clerk}))
	must(t, h.Submissions.Assign(ctx, h.desk(), stopped, records.Hand{Clerk: &h.clerk}))
	must(t, h.Submissions.Ask(ctx, h.desk(), stopped, "Doplňte.", clock.Date(monday).AddDate(0, 0, 60)))
	h.none(h.work())
	before := len(h.mails(""))
	run := func(at time.Time, kinds ...string) []string {
		t.Helper()
		h.clock.Set(at)
		h.enqueue(jobMorning, 0, nil)
		h.none(h.work())
		var got []string
		for _, m := range h.mails("")[before:] {
			got = append(got, m.To+": "+m.Subject)
		}
		before = len(h.mails(""))
		slices.Sort(got)
		return got
	}
	// Confirmation by Monday 21 September (five days end on Saturday 19), the term by Wednesday 14 October.
	for _, c := range []struct {
		at   time.Time
		want []string
	}{
		{monday.AddDate(0, 0, 1), []string{"posta@hejnice.example: Dnes: 1 nepřečtený dokument, 1 spis k přidělení", "vera@hejnice.example: Dnes: 2 nepřečtené dokumenty"}},
		{monday.AddDate(0, 0, 2), []string{"posta@hejnice.example: Dnes: 1 spis k přidělení"}},
		{monday.AddDate(0, 0, 4), []string{"eva@posta.example: Nezapomeňte potvrdit podání", "jan@posta.example: Nezapomeňte potvrdit podání",
			"posta@hejnice.example: Dnes: 1 nepřečtený dokument, 1 spis k přidělení", "vera@hejnice.example: Dnes: 2 nepřečtené dokumenty"}},
		{monday.AddDate(0, 0, 4).Add(time.Hour), nil},       // the same morning again
		{time.Date(2026, 9, 28, 4, 0, 0, 0, time.UTC), nil}, // a public holiday
		{time.Date(2026, 10, 12, 4, 0, 0, 0, time.UTC), []string{"posta@hejnice.example: Dnes: 1 lhůta brzy končí, 1 dokument dlouho nikdo nečetl, 1 spis k přidělení",
			"vera@hejnice.example: Dnes: 1 lhůta brzy končí, 2 dokumenty dlouho nikdo nečetl"}},
		{time.Date(2026, 10, 15, 4, 0, 0, 0, time.UTC), []string{"posta@hejnice.example: Dnes: 1 spis k přidělení", "vera@hejnice.example: Dnes: 1 po lhůtě"}},
	} {
		got := run(c.at)
		for i := range got {
			if at := strings.Index(got[i], " podání "); at > 0 {
				got[i] = got[i][:at+len(" podání")]
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.at.Format(time.DateOnly), diff)
		}
	}
}

func TestDraftsExpire(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token, err := h.Submissions.Start(t.Context(), "zkouska", "cs", nil)
	must(t, err)
	ref, _ := h.sent("cs", "")
	h.none(h.work())
	h.clock.Advance(40 * 24 * time.Hour)
	h.enqueue(jobExpire, 0, nil)
	h.enqueue(jobPruneRate, 0, nil)
	h.enqueue(jobs.PruneKind, 0, nil)
	h.none(h.work())
	if _, err := h.Submissions.Draft(t.Context(), token); !errs.Is(err, errs.NotFound) {
		t.Errorf("the draft is there: %v", err)
	}
	if v := h.viewOf(ref); v.Reference != ref || len(receipts(v)) != 1 {
		t.Errorf("what was sent went too: %+v", v.Submission)
	}
}

func TestEverythingScheduledHasAHandler(t *testing.T) {
	t.Parallel()
	handlers := New(Deps{Clock: clock.NewFake(monday), Files: &blob.Store{}}).Handlers()
	for kind := range Schedule() {
		if handlers[kind] == nil {
			t.Errorf("%s is scheduled and nobody does it", kind)
		}
	}
	for kind := range MaxAttempts() {
		if handlers[kind] == nil {
			t.Errorf("%s has a limit and nobody does it", kind)
		}
	}
}
