-- name: templates
SELECT DISTINCT ON (t.code) t.code, t.valid_from, t.position, t.name, t.kind, t.effect, t.days, t.statute, t.source, t.verified,
  COALESCE(o.subject, t.subject) AS subject, COALESCE(o.body, t.body) AS body, COALESCE(o.instruction, t.instruction) AS instruction,
  o.made_at AS own_at, COALESCE(o.made_by, '') AS own_by
FROM letter_template t LEFT JOIN office_letter_template o ON o.office_id = $1 AND o.code = t.code AND o.ended_at IS NULL
WHERE t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to >= $2) ORDER BY t.code, t.valid_from DESC

-- name: end-template
UPDATE office_letter_template SET ended_at = $3, ended_by = $4 WHERE office_id = $1 AND code = $2 AND ended_at IS NULL

-- name: create-template
INSERT INTO office_letter_template (office_id, code, subject, body, instruction, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: create-letter
INSERT INTO letter (office_id, case_id, template, effect, kind, answers_id, party_id, addressee, address, days, subject, body, instruction, created_at, created_by, changed_at, changed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $15) RETURNING id

-- name: letter
SELECT * FROM letter WHERE office_id = $1 AND id = $2

-- name: lock-letter
SELECT * FROM letter WHERE office_id = $1 AND id = $2 FOR UPDATE

-- name: letters
SELECT * FROM letter WHERE office_id = $1 AND case_id = $2 AND approved_at IS NULL AND dropped_at IS NULL ORDER BY id

-- name: open-letters
SELECT l.id, l.case_id, l.subject, l.addressee, l.changed_at, l.changed_by, l.offered_at, l.offered_by, l.returned_at, l.returned_why, l.created_by, c.mark, c.subject AS matter
FROM letter l JOIN case_file c ON c.office_id = l.office_id AND c.id = l.case_id
WHERE l.office_id = $1 AND l.approved_at IS NULL AND l.dropped_at IS NULL ORDER BY l.offered_at NULLS LAST, l.changed_at, l.id LIMIT 200

-- name: letter-of-document
SELECT * FROM letter WHERE office_id = $1 AND document_id = $2

-- name: save-letter
UPDATE letter SET subject = $3, body = $4, instruction = $5, addressee = $6, address = $7, days = $8, answers_id = $9, revision = revision + 1, changed_at = $10, changed_by = $11,
  offered_at = NULL, offered_by = ''
WHERE office_id = $1 AND id = $2 RETURNING revision

-- name: keep-revision
INSERT INTO letter_revision (office_id, letter_id, revision, subject, body, instruction, addressee, address, at, by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: revision
SELECT subject, body, instruction, addressee, address FROM letter_revision WHERE office_id = $1 AND letter_id = $2 AND revision = $3

-- name: offer
UPDATE letter SET offered_at = $3, offered_by = $4, returned_at = NULL, returned_why = '' WHERE office_id = $1 AND id = $2

-- name: return
UPDATE letter SET offered_at = NULL, returned_at = $3, returned_by = $4, returned_why = $5 WHERE office_id = $1 AND id = $2

-- name: approve
UPDATE letter SET approved_at = $3, approved_by = $4, document_id = $5, subject = $6, body = $7, instruction = $8 WHERE office_id = $1 AND id = $2

-- name: drop
UPDATE letter SET dropped_at = $3 WHERE office_id = $1 AND id = $2
