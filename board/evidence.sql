-- name: append
SELECT evidence_append($1, $2, $3, $4, $5)

-- name: of-posting
SELECT e.seq, e.posting_id, e.kind, e.at, e.record, encode(e.hash, 'hex') AS hash,
       s.sealed_at, COALESCE(s.signer, '') AS signer, COALESCE(s.test, false) AS test, s.stamped_at
FROM posting_evidence e LEFT JOIN evidence_seal s ON s.office_id = e.office_id AND s.seq = e.seq
WHERE e.office_id = $1 AND e.posting_id = $2 ORDER BY e.seq

-- name: unsealed
-- Records are sealed in their order, so what waits lies behind the last sealed one.
SELECT e.seq, e.record FROM posting_evidence e
WHERE e.office_id = $1 AND e.seq > COALESCE((SELECT max(s.seq) FROM evidence_seal s WHERE s.office_id = $1), 0)
ORDER BY e.seq LIMIT $2

-- name: seal-turn
-- One at a time seals for an office: time stamps may cost money.
SELECT pg_try_advisory_xact_lock(hashtext('board-seal'), $1)

-- name: insert-seal
INSERT INTO evidence_seal (office_id, seq, sealed_at, signer, test, cms, token, stamped_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING

-- name: seals-of-posting
SELECT e.seq, e.kind, e.record, s.cms, s.token
FROM posting_evidence e LEFT JOIN evidence_seal s ON s.office_id = e.office_id AND s.seq = e.seq
WHERE e.office_id = $1 AND e.posting_id = $2 ORDER BY e.seq

-- name: insert-check
INSERT INTO board_check (office_id, at, items, files, read, took, faults) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING

-- name: checks-between
SELECT at, CASE WHEN faults = '[]' THEN NULL ELSE faults END AS faults FROM board_check
WHERE office_id = $1 AND at >= $2 AND at <= $3 ORDER BY at

-- name: checks-summary
SELECT count(*) AS checks, count(*) FILTER (WHERE faults <> '[]') AS failed, checks_hash($1, $2, $3) AS sha256
FROM board_check WHERE office_id = $1 AND at >= $2 AND at < $3

-- name: checked-days
-- Days before $2 with checks that no record closes yet. Records close days in order, so the latest one tells.
SELECT DISTINCT to_char(at AT TIME ZONE 'Europe/Prague', 'YYYY-MM-DD') AS day FROM board_check
WHERE office_id = $1 AND at < $2
  AND at >= COALESCE((SELECT CAST(CAST(record AS jsonb) #>> '{data,till}' AS timestamptz) FROM posting_evidence
                      WHERE office_id = $1 AND kind = 'checks' ORDER BY seq DESC LIMIT 1), '-infinity')
ORDER BY day

-- name: probe
SELECT state FROM board_probe WHERE office_id = $1

-- name: save-probe
INSERT INTO board_probe (office_id, state) VALUES ($1, $2) ON CONFLICT (office_id) DO UPDATE SET state = EXCLUDED.state

-- name: hanging
SELECT p.id, p.year || '-' || p.no AS number, r.title, p.revision,
       (SELECT COALESCE(jsonb_agg(jsonb_build_object('ordinal', f.ordinal, 'name', f.name, 'sha256', f.sha256, 'size', f.size) ORDER BY f.ordinal), '[]')
        FROM posting_file f WHERE f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision AND f.sha256 <> '') AS files
FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE p.office_id = $1 AND p.posted_at IS NOT NULL AND p.removed_at IS NULL ORDER BY p.id

-- name: in-term
SELECT p.id, p.year || '-' || p.no AS number, r.title, p.posted_at, p.until_on, p.must_until, p.event_at
FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE p.office_id = $1 AND p.posted_at IS NOT NULL AND p.removed_at IS NULL AND p.must_until IS NOT NULL AND p.early_why = ''
  AND (p.until_on IS NOT NULL OR p.event_at > $2) AND p.origin <> 'import'
ORDER BY p.until_on, p.id

-- name: unscoped-with-hanging
-- The hourly check of all boards begins here; it learns only which offices have something on their board.
SELECT DISTINCT office_id FROM board_item WHERE removed_at IS NULL ORDER BY office_id

-- name: clause
SELECT made_at, sha256, size, test FROM posting_clause WHERE office_id = $1 AND posting_id = $2

-- name: insert-clause
INSERT INTO posting_clause (office_id, posting_id, made_at, sha256, size, test) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING

-- name: unscoped-proof
-- Anyone may ask where a file hung; the function tells what was public only.
SELECT office_id, posting_id, revision, name, clause FROM unscoped_board_proof($1)

-- name: unscoped-seals
-- All seals in the order of offices and records, for the operator's check.
SELECT s.office_id, s.seq, e.record, s.cms, s.token FROM evidence_seal s JOIN posting_evidence e ON e.office_id = s.office_id AND e.seq = s.seq
WHERE (s.office_id, s.seq) > ($1, $2) ORDER BY s.office_id, s.seq LIMIT $3
