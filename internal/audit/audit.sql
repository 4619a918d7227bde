-- name: append
SELECT unscoped_audit_append($1)

-- name: list
SELECT seq, at, COALESCE('account:' || (o.accounts ->> substr(actor, 9)), actor) AS actor, action, object_type, object_id, data
FROM audit_event e LEFT JOIN office_origin o ON o.office_id = e.office_id AND e.seq BETWEEN o.seq_from AND o.seq_to -- who it is here
WHERE object_type = $1 AND object_id = $2 ORDER BY seq LIMIT $3

-- name: page
-- The newest first; $1 = the sequence the page begins before.
SELECT seq, at, COALESCE('account:' || (o.accounts ->> substr(actor, 9)), actor) AS actor, action, object_type, object_id, data
FROM audit_event e LEFT JOIN office_origin o ON o.office_id = e.office_id AND e.seq BETWEEN o.seq_from AND o.seq_to
WHERE seq < $1 ORDER BY seq DESC LIMIT $2

-- name: unscoped-verify
-- Each row is compared with the link computed from the row before it; a row after a gap is reported as the gap alone. Rows
-- that came with the office from another installation were hashed with its number there.
WITH chain AS (
  SELECT e.office_id, COALESCE(o.origin_id, e.office_id) AS number, seq, hash, at, actor, action, object_type, object_id, data,
         lag(seq, 1, CAST(0 AS bigint)) OVER w AS before,
         lag(hash, 1, sha256(convert_to('epom ' || COALESCE(o.origin_id, e.office_id), 'UTF8'))) OVER w AS prev
  FROM audit_event e LEFT JOIN office_origin o ON o.office_id = e.office_id AND e.seq BETWEEN o.seq_from AND o.seq_to
  WINDOW w AS (PARTITION BY e.office_id ORDER BY seq)
), broken AS (
  SELECT office_id, seq, before, CASE WHEN seq <> before + 1 THEN 'gap' ELSE 'changed' END AS kind FROM chain
  WHERE seq <> before + 1
     OR hash <> audit_hash(prev, number, seq, at, actor, action, object_type, object_id, data)
), last AS (
  SELECT o.office_id, h.seq AS head, h.hash AS head_hash, COALESCE(e.seq, 0) AS seq, e.hash
  FROM (SELECT office_id FROM audit_head UNION SELECT DISTINCT office_id FROM audit_event) o
  LEFT JOIN audit_head h ON h.office_id = o.office_id
  LEFT JOIN LATERAL (SELECT seq, hash FROM audit_event WHERE office_id = o.office_id ORDER BY seq DESC LIMIT 1) e ON true
)
SELECT office_id, seq, before, kind FROM broken
UNION ALL
SELECT office_id, COALESCE(head, 0), seq,
       CASE WHEN head IS NULL THEN 'headless' WHEN head <> seq THEN 'tail' ELSE 'head' END
FROM last WHERE head IS NULL OR head <> seq
  OR head_hash IS DISTINCT FROM COALESCE(hash, sha256(convert_to('epom ' || office_id, 'UTF8')))
ORDER BY 1, 2
LIMIT $1
