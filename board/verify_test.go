package board_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"epom/board"
	"epom/internal/db"
	"epom/internal/seal"
	"epom/internal/testdb"
)

// lived is a house where postings hang, wait, were taken down, corrected and given up, with sealed evidence.
func lived(t *testing.T) *house {
	h := newHouse(t)
	h.now = time.Now().UTC().Truncate(time.Microsecond).Add(-48 * time.Hour)
	ctx := t.Context()
	until := h.now.AddDate(0, 0, 20)
	n := notice("oznameni")
	n.UntilOn = &until
	n.Files = []board.File{{Name: "a.pdf", MediaType: "application/pdf", Size: 3, SHA256: strings.Repeat("ab", 32)}}
	p, err := h.make(n)
	h.must(err)
	q, err := h.make(notice("oznameni"))
	h.must(err)
	n.PostAt = h.now.AddDate(0, 0, 9)
	w, err := h.make(n)
	h.must(err)
	h.must(h.in(h.here, func(tx *db.Tx) error {
		_, err := board.Cancel(ctx, tx, w.ID, w.Version, "omyl", h.now)
		return err
	}))
	_, err = h.make(n)
	h.must(err)
	c := board.Check{At: h.now.Add(time.Minute), Items: 2, Files: 1}
	h.must(h.in(h.here, func(tx *db.Tx) error { return board.KeepCheck(ctx, tx, c, nil) }))
	h.now = h.now.Add(47 * time.Hour)
	h.must(h.in(h.here, func(tx *db.Tx) error {
		cc := p.Current().Content
		cc.Title = "Opraveno"
		_, err := h.law.Revise(ctx, tx, p.ID, p.Version, cc, "překlep", h.now)
		return err
	}))
	h.must(h.in(h.here, func(tx *db.Tx) error { _, err := board.Remove(ctx, tx, q.ID, q.Version, "", h.now); return err }))
	c.At = h.now
	h.must(h.in(h.here, func(tx *db.Tx) error { return board.KeepCheck(ctx, tx, c, nil) }))
	k, err := seal.Open(seal.Settings{DataDir: t.TempDir()})
	h.must(err)
	h.must(h.in(h.here, func(tx *db.Tx) error {
		list, err := board.UnsealedEvidence(ctx, tx, 100)
		for _, u := range list {
			h.must(sealOne(ctx, tx, k, u, h.now))
		}
		return err
	}))
	return h
}

func sealOne(ctx context.Context, tx *db.Tx, k *seal.Sealer, u board.Unsealed, now time.Time) (err error) {
	s := board.Seal{At: now, Signer: k.Name(), Test: k.Test()}
	if s.CMS, err = k.SealBytes(ctx, []byte(u.Record)); err != nil {
		return err
	}
	if s.Token, s.StampedAt, err = k.Timestamp(ctx, sha256.Sum256([]byte(u.Record))); err != nil {
		return err
	}
	return board.KeepSeal(ctx, tx, u.Seq, s)
}

func TestVerifyFindsEachFault(t *testing.T) {
	t.Parallel()
	h := lived(t)
	owner := testdb.Owner(t, h.db)
	var year string
	h.must(owner.Get(&year, `SELECT max(year) FROM posting`))
	const one, two = `(SELECT id FROM posting WHERE no = 1)`, `(SELECT id FROM posting WHERE no = 2)`
	for name, c := range map[string]struct{ act, says string }{
		"nothing":            {`SELECT 1`, ""},
		"counter ahead":      {`UPDATE counter SET last_no = last_no + 1 WHERE series = 'deska'`, "number %Y-5 of the board is missing"},
		"counter behind":     {`UPDATE counter SET last_no = last_no - 1 WHERE series = 'deska'`, "number %Y-4 of the board was never given out"},
		"revision gone":      {`DELETE FROM posting_revision WHERE revision = 2`, "has 1 revisions, it should have 2"},
		"page gone":          {`DELETE FROM board_item WHERE number LIKE '%-1'`, "public page of posting %Y-1 is missing"},
		"page differs":       {`UPDATE board_item SET title = 'jinak' WHERE number LIKE '%-1'`, "public page of posting %Y-1 says something else"},
		"page forgets":       {`UPDATE board_item SET removed_at = NULL WHERE number LIKE '%-2'`, "public page of posting %Y-2 says something else"},
		"overdue":            {`UPDATE posting SET until_on = current_date - 3, posted_at = posted_at WHERE no = 1`, "hangs past its last day"},
		"removal unplanned":  {`DELETE FROM job WHERE kind = 'board-remove'`, "no job will take it down"},
		"waits too long":     {`UPDATE posting SET post_at = now() - interval '1 hour' WHERE no = 4`, "posting %Y-4 waits past its time"},
		"posting unplanned":  {`DELETE FROM job WHERE kind = 'board-post'`, "posting %Y-4 waits for its time, and no job will put it up"},
		"record changed":     {`UPDATE posting_evidence SET record = replace(record, '"actor": "account:1"', '"actor": "account:2"') WHERE seq = 2`, "record 2 or the one before it was changed"},
		"record rehashed":    {`UPDATE posting_evidence SET record = record || ' ', hash = sha256(convert_to(record || ' ', 'UTF8')) WHERE seq = 1`, "record 2 or the one before it was changed"},
		"record removed":     {`DELETE FROM evidence_seal WHERE seq = 2; DELETE FROM posting_evidence WHERE seq = 2`, "records 2 to 2 are missing"},
		"evidence cut":       {`DELETE FROM evidence_seal WHERE seq >= 4; DELETE FROM posting_evidence WHERE seq >= 4`, "it ends at record 3, its head says"},
		"head gone":          {`DELETE FROM evidence_head`, "its head is missing"},
		"evidence missing":   {`UPDATE posting_evidence SET kind = 'seen' WHERE kind = 'removed'`, "posting %Y-2 has no evidence of its removal"},
		"instant moved":      {`UPDATE posting SET posted_at = posted_at - interval '1 day' WHERE no = 1`, "posting %Y-1 has no evidence of its posting"},
		"title changed":      {`UPDATE posting_revision SET title = 'jinak' WHERE posting_id = ` + one + ` AND revision = 1`, "revision 1 of posting %Y-1 is not what the evidence says"},
		"file changed":       {`UPDATE posting_file SET sha256 = repeat('cd', 32) WHERE revision = 2`, "revision 2 of posting %Y-1 is not what the evidence says"},
		"seal gone":          {`DELETE FROM evidence_seal WHERE seq = 1; DELETE FROM job WHERE kind = 'board-seal'`, "record 1 has no seal, and no job will make one"},
		"seal of another":    {`UPDATE evidence_seal SET cms = (SELECT cms FROM evidence_seal WHERE seq = 1) WHERE seq = 2`, "the seal of record 2 is not of this record"},
		"stamp of another":   {`UPDATE evidence_seal SET token = (SELECT token FROM evidence_seal WHERE seq = 1) WHERE seq = 2`, "the time stamp of record 2 is not of this record"},
		"check changed":      {`UPDATE board_check SET faults = '[{"posting": 0}]'`, "the checks of "},
		"check removed":      {`DELETE FROM board_check WHERE at = (SELECT min(at) FROM board_check)`, "the checks of "},
		"clause missing":     {`DELETE FROM job WHERE kind IN ('board-removed', 'board-clause')`, "posting %Y-2 was taken down and has no clause"},
		"preview of nothing": {`INSERT INTO posting_preview (office_id, sha256, made_at, pages, text, pictures) SELECT id, repeat('ef', 32), now(), 1, '', '[]' FROM office WHERE slug = 'tady'`, "belongs to no posting"},
		"page of nothing":    {`DELETE FROM board_item; INSERT INTO board_item SELECT office_id, 99, '2026-99', 'oznameni', 'notice', 'x', 'x', '', '', '[]', '{}', 0, now(), NULL, NULL, NULL, now(), '' FROM posting LIMIT 1`, "a public page belongs to no posting (2026-99)"},
		"removal of nothing": {`UPDATE posting SET removed_at = posted_at WHERE id = ` + two, "posting %Y-2 has no evidence of its removal"},
	} {
		tx, err := owner.BeginTxx(t.Context(), nil)
		h.must(err)
		tx.MustExec(`SET LOCAL session_replication_role = replica`)
		if _, err := tx.Exec(c.act); err != nil {
			t.Fatal(name, err)
		}
		found, err := board.VerifyIn(t.Context(), tx)
		h.must(err)
		h.must(tx.Rollback())
		if c.says == "" {
			if len(found) != 0 {
				t.Errorf("faults where there are none: %q", found)
			}
		} else if want := strings.ReplaceAll(c.says, "%Y", year); !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("%s: faults %q lack %q", name, found, want)
		}
	}
	if found, err := board.Verify(t.Context(), owner); err != nil || len(found) != 0 {
		t.Error(found, err)
	}
}
