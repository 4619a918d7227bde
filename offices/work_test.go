package offices

import (
	"testing"
	"time"

	"epom/internal/testdb"
)

func TestWorkOfAllOfficesInNumbers(t *testing.T) {
	s, d := demo(t)
	owner := testdb.Owner(t, d)
	office := func(slug string) int32 {
		o, err := s.BySlug(slug)
		if err != nil {
			t.Fatal(err)
		}
		return o.ID
	}
	hejnice, liberec := office("hejnice"), office("liberec")
	for i, c := range []struct {
		office                         int32
		due, paused, assigned, handled any
	}{
		{hejnice, "2026-09-13", nil, nil, nil},          // late, nobody's
		{hejnice, "2026-09-14", nil, "2026-09-02", nil}, // the last day is not late
		{hejnice, "2026-09-01", "2026-08-20", "2026-08-02", nil},
		{hejnice, nil, nil, "2026-08-02", nil},
		{hejnice, "2026-09-01", nil, "2026-08-02", "2026-08-30"}, // handled: no work any more
		{liberec, "2026-09-01", nil, "2026-08-02", nil},
	} {
		owner.MustExec(`INSERT INTO case_file (office_id, series, year, no, mark, subject, opened_at, due_on, paused_on, assigned_at, handled_at, handled_how, documents)
			VALUES ($1, 'denik', 2026, CAST($2 AS int), 'X/2026/' || CAST($2 AS int), 'Věc', '2026-08-01', CAST($3 AS date), CAST($4 AS date), CAST($5 AS timestamptz),
				CAST($6 AS timestamptz), CASE WHEN CAST($6 AS timestamptz) IS NOT NULL THEN 'noted' END, 1)`, c.office, i+1, c.due, c.paused, c.assigned, c.handled)
	}
	owner.MustExec(`INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, registered_at, registered_by)
		SELECT office_id, id, 1, mark || '-1', 'in', 'submission', subject, 'portal', 'Eva', TIMESTAMPTZ '2026-08-01 10:00+00' + no * interval '1 day', 'system' FROM case_file WHERE office_id = $1`, hejnice)

	// In Prague the 14th has begun.
	work, err := s.Work(t.Context(), time.Date(2026, 9, 13, 22, 30, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if w := work[hejnice]; w.Open != 4 || w.Fresh != 1 || w.Late != 1 || w.Last == nil || !w.Last.Equal(time.Date(2026, 8, 6, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("Hejnice: %+v", w)
	}
	if w := work[liberec]; w.Open != 1 || w.Fresh != 0 || w.Late != 1 || w.Last != nil {
		t.Errorf("Liberec: %+v", w)
	}
	for _, o := range s.List() {
		if w, counted := work[o.ID]; counted != o.Participates {
			t.Errorf("%s, participates %t: %+v", o.Slug, o.Participates, w)
		}
	}
}
