-- Each query names what must not be, one English sentence a row.

-- name: unscoped-numbers-missing
SELECT format('office %s: number %s-%s of the board is missing', c.office_id, c.year, n)
FROM counter c CROSS JOIN LATERAL generate_series(1, c.last_no) n
LEFT JOIN posting p ON p.office_id = c.office_id AND p.year = c.year AND p.no = n
WHERE c.series = 'deska' AND p.id IS NULL ORDER BY c.office_id, c.year, n LIMIT 1000

-- name: unscoped-numbers-ahead
SELECT format('office %s: number %s-%s of the board was never given out by the counter', p.office_id, p.year, p.no)
FROM posting p LEFT JOIN counter c ON c.office_id = p.office_id AND c.series = 'deska' AND c.year = p.year
WHERE p.no < 1 OR p.no > COALESCE(c.last_no, 0) ORDER BY p.office_id, p.year, p.no LIMIT 1000

-- name: unscoped-numbers-twice
SELECT format('office %s: number %s-%s of the board is held by %s postings', office_id, year, no, count(*))
FROM posting GROUP BY office_id, year, no HAVING count(*) > 1 ORDER BY office_id, year, no LIMIT 1000

-- name: unscoped-revisions
SELECT format('office %s: posting %s-%s has %s revisions, it should have %s', p.office_id, p.year, p.no, count(r.revision), p.revision)
FROM posting p LEFT JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id
GROUP BY p.office_id, p.id HAVING count(r.revision) <> p.revision OR COALESCE(max(r.revision), 0) <> p.revision ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-items
-- What the public sees must be what the posting says.
SELECT format('office %s: the public page of posting %s-%s %s', p.office_id, p.year, p.no,
  CASE WHEN i.posting_id IS NULL THEN 'is missing' WHEN p.posted_at IS NULL THEN 'is there before it was put up' ELSE 'says something else' END)
FROM posting p LEFT JOIN board_item i ON i.office_id = p.office_id AND i.posting_id = p.id
LEFT JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE (p.posted_at IS NULL) <> (i.posting_id IS NULL)
   OR (i.number, i.posted_at, i.kind, i.title, i.issuer) <> (p.year || '-' || p.no, p.posted_at, r.kind, r.title, r.issuer)
   OR i.posting_id IS NOT NULL AND (i.until_on IS DISTINCT FROM p.until_on OR i.removed_at IS DISTINCT FROM p.removed_at OR i.event_at IS DISTINCT FROM p.event_at)
ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-items-nowhere
SELECT format('office %s: a public page belongs to no posting (%s)', i.office_id, i.number)
FROM board_item i LEFT JOIN posting p ON p.office_id = i.office_id AND p.id = i.posting_id WHERE p.id IS NULL ORDER BY i.office_id, i.posting_id LIMIT 1000

-- name: unscoped-overdue
SELECT format('office %s: posting %s-%s hangs past its last day %s', office_id, year, no, until_on)
FROM posting p WHERE posted_at IS NOT NULL AND removed_at IS NULL AND NOT EXISTS (SELECT FROM office o WHERE o.id = p.office_id AND o.moved_at IS NOT NULL) -- it hangs where the office is now
  AND CAST(until_on + 1 AS timestamp) AT TIME ZONE 'Europe/Prague' < now() - interval '10 minutes'
ORDER BY office_id, id LIMIT 1000

-- name: unscoped-removal-unplanned
SELECT format('office %s: posting %s-%s hangs until %s, and no job will take it down', p.office_id, p.year, p.no, p.until_on)
FROM posting p WHERE p.posted_at IS NOT NULL AND p.removed_at IS NULL AND NOT EXISTS (SELECT FROM office o WHERE o.id = p.office_id AND o.moved_at IS NOT NULL)
  AND CAST(p.until_on + 1 AS timestamp) AT TIME ZONE 'Europe/Prague' >= now() - interval '10 minutes'
  AND NOT EXISTS (SELECT FROM job j WHERE j.kind = 'board-remove' AND j.done_at IS NULL AND j.failed_at IS NULL AND j.office_id = p.office_id
    AND j.payload ->> 'posting' = CAST(p.id AS text) AND j.run_at >= CAST(p.until_on + 1 AS timestamp) AT TIME ZONE 'Europe/Prague')
ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-waiting
SELECT format('office %s: posting %s-%s %s', p.office_id, p.year, p.no,
  CASE WHEN p.post_at < now() - interval '10 minutes' THEN 'waits past its time' ELSE 'waits for its time, and no job will put it up' END)
FROM posting p WHERE p.posted_at IS NULL AND p.cancelled_at IS NULL AND NOT EXISTS (SELECT FROM office o WHERE o.id = p.office_id AND o.moved_at IS NOT NULL)
  AND (p.post_at < now() - interval '10 minutes' OR NOT EXISTS (SELECT FROM job j WHERE j.kind = 'board-post' AND j.done_at IS NULL AND j.failed_at IS NULL
    AND j.office_id = p.office_id AND j.payload ->> 'posting' = CAST(p.id AS text)))
ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-chain
-- Each record names the hash of the one before it; a record after a gap is reported as the gap alone.
WITH chain AS (
  SELECT office_id, seq, record, hash, lag(seq, 1, CAST(0 AS bigint)) OVER w AS before,
         lag(hash, 1, sha256(convert_to('epom evidence ' || COALESCE((SELECT o.origin_id FROM office_origin o WHERE o.office_id = e.office_id AND o.evidence_to > 0 ORDER BY o.seq_to LIMIT 1), office_id), 'UTF8'))) OVER w AS prev
  FROM posting_evidence e WINDOW w AS (PARTITION BY office_id ORDER BY seq)
)
SELECT CASE WHEN seq <> before + 1 THEN format('evidence of office %s: records %s to %s are missing', office_id, before + 1, seq - 1)
            ELSE format('evidence of office %s: record %s or the one before it was changed', office_id, seq) END
FROM chain WHERE seq <> before + 1 OR hash <> sha256(convert_to(record, 'UTF8')) OR CAST(record AS jsonb) ->> 'previous' <> encode(prev, 'hex')
ORDER BY office_id, seq LIMIT 1000

-- name: unscoped-chain-end
SELECT CASE WHEN h.office_id IS NULL THEN format('evidence of office %s: it has records, but its head is missing', o.office_id)
            ELSE format('evidence of office %s: it ends at record %s, its head says %s', o.office_id, COALESCE(e.seq, 0), h.seq) END
FROM (SELECT office_id FROM evidence_head UNION SELECT DISTINCT office_id FROM posting_evidence) o
LEFT JOIN evidence_head h ON h.office_id = o.office_id
LEFT JOIN LATERAL (SELECT seq, hash FROM posting_evidence WHERE office_id = o.office_id ORDER BY seq DESC LIMIT 1) e ON true
WHERE h.office_id IS NULL OR h.seq <> COALESCE(e.seq, 0) OR h.hash <> COALESCE(e.hash, h.hash) ORDER BY o.office_id LIMIT 1000

-- name: unscoped-evidence-missing
SELECT format('office %s: posting %s-%s has no evidence of its %s', p.office_id, p.year, p.no, k.act)
FROM posting p CROSS JOIN LATERAL (VALUES ('posted', 'posting', p.posted_at), ('removed', 'removal', p.removed_at)) k(kind, act, at)
WHERE k.at IS NOT NULL AND p.origin <> 'import'
  AND NOT EXISTS (SELECT FROM posting_evidence e WHERE e.office_id = p.office_id AND e.posting_id = p.id AND e.kind = k.kind AND e.at = k.at)
ORDER BY p.office_id, p.id, k.kind LIMIT 1000

-- name: unscoped-evidence-differs
-- What hangs must be what the record of its posting or correction names by hash.
SELECT format('office %s: revision %s of posting %s-%s is not what the evidence says', p.office_id, r.revision, p.year, p.no)
FROM posting_evidence e CROSS JOIN LATERAL (SELECT CAST(e.record AS jsonb) -> 'data' AS d) x
JOIN posting p ON p.office_id = e.office_id AND p.id = e.posting_id
JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = CAST(x.d ->> 'revision' AS int)
WHERE e.kind IN ('posted', 'revised')
  AND (x.d ->> 'title_sha256' <> encode(sha256(convert_to(r.title, 'UTF8')), 'hex') OR x.d ->> 'text_sha256' <> encode(sha256(convert_to(r.text, 'UTF8')), 'hex')
    OR (SELECT COALESCE(string_agg(f ->> 'sha256', ',' ORDER BY n), '') FROM jsonb_array_elements(x.d -> 'files') WITH ORDINALITY v(f, n))
       <> (SELECT COALESCE(string_agg(f.sha256, ',' ORDER BY f.ordinal), '') FROM posting_file f WHERE f.office_id = r.office_id AND f.posting_id = r.posting_id AND f.revision = r.revision))
ORDER BY p.office_id, p.id, r.revision LIMIT 1000

-- name: unscoped-unsealed
SELECT format('evidence of office %s: record %s has no seal, and no job will make one', e.office_id, e.seq)
FROM posting_evidence e WHERE NOT EXISTS (SELECT FROM office o WHERE o.id = e.office_id AND o.moved_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM evidence_seal s WHERE s.office_id = e.office_id AND s.seq = e.seq)
  AND NOT EXISTS (SELECT FROM job j WHERE j.kind = 'board-seal' AND j.done_at IS NULL AND j.failed_at IS NULL AND j.office_id = e.office_id)
ORDER BY e.office_id, e.seq LIMIT 1000

-- name: unscoped-checks
SELECT format('evidence of office %s: the checks of %s were changed', e.office_id, x.d ->> 'day')
FROM posting_evidence e CROSS JOIN LATERAL (SELECT CAST(e.record AS jsonb) -> 'data' AS d) x
WHERE e.kind = 'checks' AND x.d ->> 'sha256' <> checks_hash(e.office_id, CAST(x.d ->> 'since' AS timestamptz), CAST(x.d ->> 'till' AS timestamptz))
ORDER BY e.office_id, e.seq LIMIT 1000

-- name: unscoped-clauses
SELECT format('office %s: posting %s-%s was taken down and has no clause, and no job will make one', p.office_id, p.year, p.no)
FROM posting p WHERE p.removed_at IS NOT NULL AND p.origin <> 'import' AND NOT EXISTS (SELECT FROM office o WHERE o.id = p.office_id AND o.moved_at IS NOT NULL)
  AND NOT EXISTS (SELECT FROM posting_clause c WHERE c.office_id = p.office_id AND c.posting_id = p.id)
  AND NOT EXISTS (SELECT FROM job j WHERE j.kind IN ('board-removed', 'board-clause') AND j.done_at IS NULL AND j.failed_at IS NULL AND j.office_id = p.office_id
    AND j.payload ->> 'posting' = CAST(p.id AS text))
ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-previews
SELECT format('office %s: the preview of file %s belongs to no posting', v.office_id, v.sha256)
FROM posting_preview v WHERE NOT EXISTS (SELECT FROM posting_file f WHERE f.office_id = v.office_id AND f.sha256 = v.sha256) ORDER BY v.office_id, v.sha256 LIMIT 1000
