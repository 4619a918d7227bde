-- name: create-draft
INSERT INTO draft (token_hash, form_code, form_version, lang, answers, created_at, updated_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)

-- name: draft
SELECT id, form_code, form_version, lang, answers, revision, email, created_at, updated_at, expires_at, reference, files 
FROM drafts_by_tokens(ARRAY[CAST($1 AS bytea)], $2)

-- name: drafts
SELECT n, id, form_code, form_version, lang, answers, revision, email, created_at, updated_at, expires_at, reference, files
FROM drafts_by_tokens($1, $2)

-- name: lock-draft
SELECT id FROM draft WHERE token_hash = $1 FOR UPDATE

-- name: keep-revision
INSERT INTO draft_revision (draft_id, revision, answers) VALUES ($1, $2, $3)

-- name: revision
SELECT answers FROM draft_revision WHERE draft_id = $1 AND revision = $2

-- name: save-draft
UPDATE draft SET answers = $2, revision = revision + 1, updated_at = $3, expires_at = $4 WHERE id = $1

-- name: move-draft
UPDATE draft SET form_version = $2 WHERE id = $1

-- name: add-file
INSERT INTO draft_file (draft_id, id, field, name, media_type, size, sha256, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: remember
UPDATE draft SET email = $2 WHERE id = $1

-- name: discard
DELETE FROM draft WHERE token_hash = $1 AND reference IS NULL

-- name: pass
INSERT INTO draft_passing (draft_id, code_hash, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (draft_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at

-- name: take-passed
DELETE FROM draft_passing WHERE code_hash = $1 AND expires_at > $2 RETURNING draft_id

-- name: retoken
UPDATE draft SET token_hash = $2 WHERE id = $1 AND reference IS NULL

-- name: expire
DELETE FROM draft WHERE expires_at < $1

-- name: take-in
SELECT n, office_id, submission_id, reference, reference_number, fresh FROM unscoped_take_in($1, $2)

-- name: locate
SELECT office_id, submission_id FROM unscoped_locate($1)

-- name: submission
SELECT * FROM submission WHERE office_id = $1 AND id = $2

-- name: submission-of-case
SELECT * FROM submission WHERE office_id = $1 AND case_id = $2

-- name: lock-submission
SELECT * FROM submission WHERE office_id = $1 AND case_id = $2 FOR UPDATE

-- name: events
SELECT * FROM submission_event WHERE office_id = $1 AND submission_id = $2 ORDER BY id

-- name: event
SELECT * FROM submission_event WHERE office_id = $1 AND submission_id = $2 AND id = $3

-- name: create-event
INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: create-request
INSERT INTO completion_request (office_id, submission_id, asked_at, asked_by, text, due_on, document_id) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: requests
SELECT * FROM completion_request WHERE office_id = $1 AND submission_id = $2 ORDER BY id

-- name: answer-request
UPDATE completion_request SET answered_at = $3, answer_id = $4
WHERE office_id = $1 AND submission_id = $2 AND answered_at IS NULL AND withdrawn_at IS NULL

-- name: withdraw-request
UPDATE completion_request SET withdrawn_at = $3
WHERE office_id = $1 AND submission_id = $2 AND answered_at IS NULL AND withdrawn_at IS NULL

-- name: refer
SELECT submission_id, case_id, reference_number FROM unscoped_refer($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: unconfirmed
SELECT s.id FROM submission s JOIN case_file c ON c.office_id = s.office_id AND c.id = s.case_id
WHERE s.office_id = $1 AND s.confirm_by BETWEEN $2 AND $3 AND s.confirmed_at IS NULL AND s.to_office IS NULL AND c.handled_at IS NULL
ORDER BY s.id
