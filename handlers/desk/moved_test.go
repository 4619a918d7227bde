package desk_test

import "testing"

// An office that moved away can be read here; every change is answered by where it is now.
func TestAMovedOfficeIsReadOnly(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.as(t, "clerk")
	s.owner.MustExec(`UPDATE office SET participates = false, moved_at = now(), moved_to = 'https://novy.example' WHERE id = $1`, s.here.ID)
	check(t, s.Offices.Load(t.Context()))
	b.get("/kancelar/posta").is(200)
	b.post("/kancelar/posta/pridelit", "id", "1").is(409)
	b.get("/kancelar/ucet").is(200)
}

// What a person may not see is refused, and the log of the office says that it was tried.
func TestARefusedAccessIsInTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.as(t, "clerk").get("/kancelar/sprava/lide").is(403)
	var n int
	check(t, s.owner.Get(&n, `SELECT count(*) FROM audit_event WHERE office_id = $1 AND action = 'access refused' AND data ->> 'page' = 'GET /kancelar/sprava/lide'`, s.here.ID))
	if n != 1 {
		t.Errorf("%d lines", n)
	}
}
