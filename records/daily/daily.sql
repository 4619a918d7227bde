-- name: last
SELECT day, seq_to, head FROM log_day WHERE office_id = $1 ORDER BY day DESC LIMIT 1

-- name: first-event
SELECT min(at) FROM (SELECT at FROM audit_event WHERE office_id = $1 ORDER BY seq LIMIT 1) e

-- name: last-before
-- The last row written before an instant. Rows are read from the end, where the instant is near.
SELECT seq FROM audit_event WHERE office_id = $1 AND at < $2 ORDER BY seq DESC LIMIT 1

-- name: hash-of
SELECT hash FROM audit_event WHERE office_id = $1 AND seq = $2

-- name: origins
SELECT seq_from, seq_to, origin_id FROM office_origin WHERE office_id = $1 ORDER BY seq_to

-- name: people
-- Who stands behind the actors of a part: name and roles in the office.
SELECT a.actor, p.name, COALESCE((SELECT string_agg(DISTINCT m.role, ',') FROM membership m WHERE m.office_id = $1 AND m.account_id = p.id), '') AS roles
FROM (SELECT DISTINCT e.actor, COALESCE(o.accounts ->> substr(e.actor, 9), substr(e.actor, 9)) AS account
      FROM audit_event e LEFT JOIN office_origin o ON o.office_id = e.office_id AND e.seq BETWEEN o.seq_from AND o.seq_to
      WHERE e.office_id = $1 AND e.seq BETWEEN $2 AND $3 AND e.actor LIKE 'account:%') a
JOIN account p ON CAST(p.id AS text) = a.account

-- name: events
SELECT seq, at, actor, action, object_type, object_id, CAST(data AS text) AS data FROM audit_event
WHERE office_id = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq

-- name: case-of-year
SELECT c.id FROM log_day l JOIN document d ON d.office_id = l.office_id AND d.id = l.document_id
JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE l.office_id = $1 AND l.day BETWEEN $2 AND $3 AND c.closed_at IS NULL ORDER BY l.day DESC LIMIT 1

-- name: insert
INSERT INTO log_day (office_id, day, since, seq_from, seq_to, before, head, document_id, sha256, made_at, stamped_at, signer, test)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: list
SELECT l.*, d.reference_number, d.case_id, c.size, c.name FROM log_day l JOIN document d ON d.office_id = l.office_id AND d.id = l.document_id
JOIN component c ON c.office_id = l.office_id AND c.document_id = l.document_id AND c.sha256 = l.sha256
WHERE l.office_id = $1 AND l.day < $2 ORDER BY l.day DESC LIMIT $3

-- name: on-day
SELECT l.*, d.reference_number, d.case_id, c.size, c.name FROM log_day l JOIN document d ON d.office_id = l.office_id AND d.id = l.document_id
JOIN component c ON c.office_id = l.office_id AND c.document_id = l.document_id AND c.sha256 = l.sha256
WHERE l.office_id = $1 AND l.day = $2

-- name: by-number
SELECT l.*, d.reference_number, d.case_id, c.size, c.name FROM log_day l JOIN document d ON d.office_id = l.office_id AND d.id = l.document_id
JOIN component c ON c.office_id = l.office_id AND c.document_id = l.document_id AND c.sha256 = l.sha256
WHERE l.office_id = $1 AND upper(d.reference_number) = upper($2)

-- name: unscoped-proof
SELECT * FROM unscoped_paper_proof($1)

-- name: unscoped-days
SELECT office_id, day FROM unscoped_log_days()
