-- name: versions
SELECT code, version, definition, sha256, letters, publisher, fingerprint, published_at, published_by
FROM form_version WHERE NOT code || '/' || version = ANY(CAST($1 AS text[])) ORDER BY code, version

-- name: heads
SELECT v.code, v.version, v.sha256, v.publisher, v.fingerprint, v.published_at, v.published_by, v.letters,
       w.drafts_until, w.why, w.successor, w.withdrawn_at
FROM form_version v LEFT JOIN form_withdrawal w USING (code, version)
WHERE $1 = '' OR v.code = $1 ORDER BY v.code, v.version DESC

-- Versions that come with the program go in once; what is there stays as it was published.
-- name: register
INSERT INTO form_version (code, version, definition, sha256, publisher, published_at, published_by)
SELECT code, version, definition, sha256, 'e-POM', published_at, 'system'
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(code text, version int, definition text, sha256 text, published_at timestamptz)
ON CONFLICT DO NOTHING

-- name: add-version
INSERT INTO form_version (code, version, definition, sha256, letters, publisher, fingerprint, draft, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: newest
SELECT COALESCE(max(version), 0) FROM form_version WHERE code = $1

-- name: withdraw
INSERT INTO form_withdrawal (code, version, drafts_until, why, successor, withdrawn_at, withdrawn_by)
SELECT code, version, $3, $4, $5, $6, $7 FROM form_version
WHERE code = $1 AND (version = $2 OR $2 = 0) AND NOT EXISTS (SELECT FROM form_withdrawal w WHERE w.code = $1 AND w.version = form_version.version)
RETURNING version

-- name: withdrawals
SELECT code, version, to_char(drafts_until, 'YYYY-MM-DD') AS drafts_until, why, successor FROM form_withdrawal

-- name: uses
SELECT office_id, code, COALESCE(version, 0) AS version, adjustments, off_why, COALESCE(to_char(off_until, 'YYYY-MM-DD'), '') AS off_until
FROM unscoped_form_uses()

-- name: values
SELECT office_id, code, name, to_char(valid_from, 'YYYY-MM-DD') AS valid_from, COALESCE(to_char(valid_to, 'YYYY-MM-DD'), '') AS valid_to, value, source, verified
FROM unscoped_form_parameters()

-- name: drafts
SELECT DISTINCT ON (d.code) d.code, d.revision, d.definition, d.note, d.saved_at, d.saved_by FROM form_draft d
WHERE ($1 = '' OR d.code = $1) AND d.revision > COALESCE((SELECT max(v.draft) FROM form_version v WHERE v.code = d.code), 0)
ORDER BY d.code, d.revision DESC

-- name: draft-revision
SELECT code, revision, definition, note, saved_at, saved_by FROM form_draft WHERE code = $1 AND revision = $2

-- name: draft-head
SELECT COALESCE(max(revision), 0) FROM form_draft WHERE code = $1

-- name: save-draft
INSERT INTO form_draft (code, revision, definition, note, saved_at, saved_by) VALUES ($1, $2, $3, $4, $5, $6)

-- name: discard-draft
DELETE FROM form_draft d WHERE d.code = $1 AND d.revision > COALESCE((SELECT max(v.draft) FROM form_version v WHERE v.code = d.code), 0)

-- name: publishers
SELECT fingerprint, name, key, trusted_at, trusted_by FROM form_publisher WHERE ended_at IS NULL ORDER BY name

-- name: trust
INSERT INTO form_publisher (fingerprint, name, key, trusted_at, trusted_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (fingerprint) DO UPDATE SET name = $2, trusted_at = $4, trusted_by = $5, ended_at = NULL

-- name: distrust
UPDATE form_publisher SET ended_at = $2 WHERE fingerprint = $1 AND ended_at IS NULL RETURNING name

-- name: use
SELECT COALESCE(version, 0) AS version, adjustments, off_why, COALESCE(to_char(off_until, 'YYYY-MM-DD'), '') AS off_until
FROM form_use WHERE office_id = $1 AND code = $2 FOR UPDATE

-- name: save-use
INSERT INTO form_use (office_id, code, version, adjustments, off_why, off_until, changed_at, changed_by)
VALUES ($1, $2, NULLIF($3, 0), $4, $5, CAST(NULLIF($6, '') AS date), $7, $8)
ON CONFLICT (office_id, code) DO UPDATE SET version = NULLIF($3, 0), adjustments = $4, off_why = $5, off_until = CAST(NULLIF($6, '') AS date), changed_at = $7, changed_by = $8

-- name: set-parameter
INSERT INTO form_parameter (office_id, code, name, valid_from, valid_to, value, source, verified, set_at, set_by)
VALUES ($1, $2, $3, CAST($4 AS date), CAST(NULLIF($5, '') AS date), $6, $7, $8, $9, $10)
ON CONFLICT (office_id, code, name, valid_from)
DO UPDATE SET valid_to = CAST(NULLIF($5, '') AS date), value = $6, source = $7, verified = $8, set_at = $9, set_by = $10

-- name: end-parameter
DELETE FROM form_parameter WHERE office_id = $1 AND code = $2 AND name = $3 AND valid_from = CAST($4 AS date)
RETURNING value

-- name: text
SELECT definition FROM form_version WHERE code = $1 AND version = $2

-- name: keep-arrival
INSERT INTO form_arrival (sha256, data, arrived_at, arrived_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- name: arrival
SELECT data FROM form_arrival WHERE sha256 = $1

-- name: forget-arrivals
DELETE FROM form_arrival WHERE sha256 = $1 OR arrived_at < $2

-- name: altered
SELECT format('version %s of form %s is not the text that was published', version, code)
FROM form_version WHERE encode(sha256(convert_to(definition, 'UTF8')), 'hex') <> sha256 ORDER BY code, version
