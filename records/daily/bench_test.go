package daily_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"epom/internal/blob"
	"epom/internal/db"
	"epom/records/daily"
)

// BenchmarkNight seals a day of 100,000 events as the night does it: from the log through files on the disk to a
// registered document. The limit is 30 s; the share of it that was taken is printed.
func BenchmarkNight(b *testing.B) {
	d := newDesk(b)
	for b.Loop() {
		b.StopTimer()
		d.owner.MustExec(`ALTER TABLE log_day DISABLE TRIGGER ALL; DELETE FROM log_day; ALTER TABLE audit_event DISABLE TRIGGER ALL; DELETE FROM audit_event; DELETE FROM audit_head`)
		for range 100 {
			d.owner.MustExec(`SELECT unscoped_audit_append((SELECT jsonb_agg(jsonb_build_object('office', 1, 'at', CAST($1 AS timestamptz) + n * interval '1 millisecond', 'actor', 'account:1', 'action', 'viewed',
				'type', 'case_file', 'id', CAST(n AS text), 'data', jsonb_build_object('mark', 'HEJ/2026/00042', 'n', n))) FROM generate_series(1, 1000) n))`, noon.AddDate(0, 0, -1))
		}
		b.StartTimer()
		start := time.Now()
		size := night(b, d)
		took := time.Since(start)
		b.ReportMetric(took.Seconds()/30, "of-limit")
		fmt.Printf("100,000 events, %d MB: %.1f s, %.0f %% of 30 s\n", size>>20, took.Seconds(), 100*took.Seconds()/30)
	}
}

func night(b *testing.B, d *desk) (size int64) {
	plain, err := os.CreateTemp(b.TempDir(), "")
	d.must(err)
	sealed, err := os.CreateTemp(b.TempDir(), "")
	d.must(err)
	var p daily.Part
	d.must(d.in(func(tx *db.Tx) (err error) {
		if p, err = daily.Next(b.Context(), tx, noon); err != nil {
			return err
		}
		return daily.Write(b.Context(), tx, plain, p, "zdroj", noon)
	}))
	if p.Events() != 100_000 {
		b.Fatal(p.Events())
	}
	at, err := d.seal.SealXML(b.Context(), sealed, plain)
	d.must(err)
	_, err = sealed.Seek(0, 0)
	d.must(err)
	var ref blob.Ref
	ref, err = d.files.Put(b.Context(), sealed, 1<<33)
	d.must(err)
	d.must(d.in(func(tx *db.Tx) error {
		_, err := daily.File(b.Context(), tx, p, daily.Sealed{SHA256: ref.SHA256, Size: ref.Size, At: at, Signer: "x", Test: true}, noon)
		return err
	}))
	return ref.Size
}
