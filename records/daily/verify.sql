-- Each query names what must not be, one English sentence a row.

-- name: unscoped-gaps
-- Parts follow each other: no day and no row of the log is left out or stands in two.
WITH parts AS (
  SELECT l.*, lag(day) OVER w AS day_before, lag(seq_to, 1, CAST(0 AS bigint)) OVER w AS seq_before, lag(head) OVER w AS head_before
  FROM log_day l WINDOW w AS (PARTITION BY office_id ORDER BY day)
)
SELECT CASE WHEN since <> day_before + 1 THEN format('office %s: the log of %s to %s has no document', office_id, day_before + 1, since - 1)
            WHEN seq_from <> seq_before + 1 THEN format('office %s: the log of %s begins at row %s, the day before ended at %s', office_id, day, seq_from, seq_before)
            ELSE format('office %s: the log of %s does not follow the day before it', office_id, day) END
FROM parts WHERE since <> day_before + 1 OR seq_from <> seq_before + 1 OR before <> COALESCE(head_before, before)
ORDER BY office_id, day LIMIT 1000

-- name: unscoped-late
-- The night's work has until six in the morning.
SELECT format('office %s: the log has no document since %s', l.office_id, max(l.day) + 1)
FROM log_day l JOIN office o ON o.id = l.office_id AND o.participates
GROUP BY l.office_id HAVING max(l.day) < CAST((now() - interval '6 hours') AT TIME ZONE 'Europe/Prague' AS date) - 1 ORDER BY l.office_id LIMIT 1000

-- name: unscoped-heads
-- What a document sealed is what the chain says.
SELECT format('office %s: the log of %s ends by another row %s than was sealed', l.office_id, l.day, l.seq_to)
FROM log_day l LEFT JOIN audit_event e ON e.office_id = l.office_id AND e.seq = l.seq_to
WHERE CASE WHEN l.seq_to > 0 THEN e.hash IS DISTINCT FROM l.head ELSE l.head <> l.before END ORDER BY l.office_id, l.day LIMIT 1000

-- name: unscoped-files
SELECT format('office %s: the file of the log of %s is not the one that was sealed', l.office_id, l.day)
FROM log_day l WHERE NOT EXISTS (SELECT FROM component c WHERE c.office_id = l.office_id AND c.document_id = l.document_id AND c.sha256 = l.sha256)
ORDER BY l.office_id, l.day LIMIT 1000

-- name: unscoped-parts
SELECT office_id, day, seq_from, seq_to, before, head, sha256 FROM log_day ORDER BY office_id, day
