package worker

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"epom/internal/blob"
	"epom/internal/clock"
	"epom/internal/db"
	"epom/internal/erms"
	"epom/internal/webhook"
	"epom/records/exchange"
	"epom/submissions"
)

func handovers(pool *db.DB, clk clock.Clock, files *blob.Store) *exchange.Service {
	return &exchange.Service{DB: pool, Now: clk.Now, Key: make([]byte, 32), Check: webhook.New(true).Check, HTTP: webhook.Guarded(true, 20*time.Second), Open: files.Open, Email: submissions.EmailOf,
		Keep: func(ctx context.Context, b []byte) (string, int64, error) {
			ref, err := files.PutBytes(ctx, b)
			return ref.SHA256, ref.Size, err
		},
		Finish: func(ctx context.Context, tx *db.Tx, h exchange.Handover) error {
			return submissions.AnnounceCase(ctx, tx, h.CaseID)
		}}
}

func (h *house) useRecords(n exchange.Setting) {
	h.t.Helper()
	must(h.t, h.DB.Tx(h.t.Context(), h.desk(), func(tx *db.Tx) error {
		_, err := h.Handovers.Set(h.t.Context(), tx, n, h.clock.Now())
		return err
	}))
	h.clock.Advance(time.Minute)
}

// A submission gets its number from the gate at once and the office's own number in the background.
func TestASubmissionIsHandedOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fake := &erms.Fake{Code: "ESSL", Now: h.clock.Now}
	server := httptest.NewServer(fake)
	defer server.Close()
	before, _ := h.sent("cs", "eva@posta.example")
	h.none(h.work())
	h.useRecords(exchange.Setting{Driver: exchange.NSESSS, URL: server.URL, OurCode: "EPOM", TheirCode: "ESSL", Person: "epom"})
	reference, _ := h.sent("cs", "eva@posta.example")
	if v := h.viewOf(reference); v.Case.Mark != "HEJ/2026/00002" || v.Handover != nil {
		t.Errorf("the gate's number comes first: %s %+v", v.Case.Mark, v.Handover)
	}
	h.none(h.work())
	v := h.viewOf(reference)
	if v.Handover == nil || v.Handover.Number != "ESS 00001/2026" || v.Handover.ReceiptAt == nil {
		t.Fatalf("%+v", v.Handover)
	}
	d := fake.Document(erms.ID{Value: "HEJ/2026/00002-1", Source: "EPOM"})
	if d == nil || d.Files == nil || d.Files.List[0].Role != "main" || !strings.HasPrefix(d.Files.List[0].Name, "potvrzeni-") || d.Delivery.Sender.Address.Electronic.Value != "eva@posta.example" {
		t.Errorf("%+v", d)
	}
	if h.viewOf(before).Handover != nil {
		t.Error("what came before the setting stays")
	}
}

// A records system that is silent for more than a day: nothing fails, those who look after the office are told once.
func TestSilenceIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("spravce@hejnice.example", "Ota Správce", h.here, "admin")
	server := httptest.NewServer(&erms.Fake{Faults: []erms.Fault{erms.FaultUnavailable}})
	defer server.Close()
	h.useRecords(exchange.Setting{Driver: exchange.NSESSS, URL: server.URL, OurCode: "EPOM", TheirCode: "ESSL", Person: "epom"})
	reference, _ := h.sent("cs", "")
	for range 30 {
		h.none(h.work())
		h.clock.Advance(time.Hour)
		h.enqueue(jobHandoverSweep, 0, nil)
	}
	if v := h.viewOf(reference); v.Handover.Trouble != exchange.Down && v.Handover.Trouble != exchange.Parked || v.Handover.WarnedAt == nil || v.Handover.NextAt == nil {
		t.Errorf("%+v", v.Handover)
	}
	for _, who := range []string{"spravce@hejnice.example", "posta@hejnice.example"} {
		n := 0
		for _, s := range h.subjects(who) {
			if strings.HasPrefix(s, "Spisová služba nepotvrdila předání: 1 podání") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s was told %d times: %v", who, n, h.subjects(who))
		}
	}
	var failed int
	must(t, h.owner.Get(&failed, `SELECT count(*) FROM job WHERE failed_at IS NOT NULL`))
	if failed != 0 {
		t.Errorf("%d jobs failed; waiting is not failing", failed)
	}
}
