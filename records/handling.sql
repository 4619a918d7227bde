-- name: create-handover
INSERT INTO handover (office_id, case_id, at, by, from_clerk, from_unit, from_at, to_clerk, to_unit, note, batch, accepted_at, settled_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CAST($12 AS timestamptz), CASE WHEN CAST($12 AS timestamptz) IS NULL THEN '' ELSE $4 END)

-- name: settle-handover
UPDATE handover SET accepted_at = CASE WHEN $3 = 'accepted' THEN CAST($4 AS timestamptz) END, refused_at = CASE WHEN $3 = 'refused' THEN CAST($4 AS timestamptz) END,
  withdrawn_at = CASE WHEN $3 = 'withdrawn' THEN CAST($4 AS timestamptz) END, settled_by = $5, settled_why = $6
WHERE office_id = $1 AND case_id = $2 AND accepted_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL

-- name: withdraw-handover
UPDATE handover SET withdrawn_at = $3, settled_by = $4
WHERE office_id = $1 AND id = $2 AND accepted_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL

-- name: open-handover
SELECT * FROM handover WHERE office_id = $1 AND case_id = $2 AND accepted_at IS NULL AND refused_at IS NULL AND withdrawn_at IS NULL

-- name: handovers
SELECT * FROM handover WHERE office_id = $1 AND case_id = $2 ORDER BY id

-- name: batch-handovers
SELECT * FROM handover WHERE office_id = $1 AND batch = $2 ORDER BY case_id

-- name: to-accept
SELECT h.*, c.mark, c.subject FROM handover h JOIN case_file c ON c.office_id = h.office_id AND c.id = h.case_id
WHERE h.office_id = $1 AND h.to_clerk = ANY(CAST((SELECT desk_of($2, CAST($3 AS date))) AS bigint[])) AND h.accepted_at IS NULL AND h.refused_at IS NULL AND h.withdrawn_at IS NULL AND c.handled_at IS NULL
ORDER BY h.id

-- name: create-absence
INSERT INTO absence (office_id, clerk_id, cover_id, from_on, to_on, note, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id

-- name: end-absence
UPDATE absence SET ended_at = $3, ended_by = $4 WHERE office_id = $1 AND id = $2 AND ended_at IS NULL

-- name: absence
SELECT * FROM absence WHERE office_id = $1 AND id = $2

-- name: absences
SELECT * FROM absence WHERE office_id = $1 AND ended_at IS NULL AND to_on >= $2 ORDER BY from_on, id

-- name: covers
SELECT unnest(desk_of($1, CAST($2 AS date)))

-- name: handle-document
UPDATE document SET handled_at = $3, handled_how = $4, handled_why = $5, handled_by_id = $6
WHERE office_id = $1 AND id = $2 AND direction = 'in' AND handled_at IS NULL AND cancelled_at IS NULL

-- name: handle-rest
UPDATE document SET handled_at = $3, handled_how = $4 WHERE office_id = $1 AND case_id = $2 AND direction = 'in' AND handled_at IS NULL AND cancelled_at IS NULL

-- name: set-answer
UPDATE document SET answers_id = $3 WHERE office_id = $1 AND id = $2 AND answers_id IS NULL

-- name: mark-read
UPDATE document SET read_at = $3 WHERE office_id = $1 AND case_id = $2 AND direction = 'in' AND read_at IS NULL

-- name: unanswered
SELECT d.id, d.case_id, d.reference_number, d.subject, d.party, d.registered_at, d.read_at, c.mark, c.due_on, c.paused_on, c.clerk_id, COALESCE(a.name, '') AS clerk_name
FROM case_file c JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1 AND c.handled_at IS NULL AND d.direction = 'in' AND d.handled_at IS NULL AND d.cancelled_at IS NULL
  AND NOT EXISTS (SELECT FROM document o WHERE o.office_id = d.office_id AND o.case_id = d.case_id AND o.answers_id = d.id AND o.cancelled_at IS NULL AND o.kind <> 'receipt')
  AND (CAST($2 AS bigint) = 0 OR c.clerk_id = $2) AND (NOT CAST($3 AS boolean) OR d.read_at IS NULL) AND (d.registered_at, d.id) > (CAST($4 AS timestamptz), CAST($5 AS bigint))
ORDER BY d.registered_at, d.id LIMIT $6

-- name: unread
SELECT d.id, d.case_id, d.reference_number, d.subject, d.registered_at, c.clerk_id
FROM case_file c JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id
WHERE c.office_id = $1 AND c.handled_at IS NULL AND d.direction = 'in' AND d.read_at IS NULL AND d.cancelled_at IS NULL ORDER BY d.id

-- name: unread-of
SELECT DISTINCT case_id FROM document WHERE office_id = $1 AND case_id = ANY(CAST($2 AS bigint[])) AND direction = 'in' AND read_at IS NULL AND cancelled_at IS NULL

-- name: ending
SELECT id, mark, subject, due_on, clerk_id FROM case_file
WHERE office_id = $1 AND handled_at IS NULL AND paused_on IS NULL AND due_on >= $2 AND due_on <= $3 ORDER BY due_on, id

-- name: warn
INSERT INTO warning (office_id, kind, object_id, step, at)
SELECT $1, w.kind, w.object, w.step, $2 FROM jsonb_to_recordset(CAST($3 AS jsonb)) AS w(kind text, object bigint, step text)
ON CONFLICT DO NOTHING RETURNING kind, object_id, step

-- name: setting
SELECT warn_days, four_eyes FROM handling_setting WHERE office_id = $1

-- name: save-setting
INSERT INTO handling_setting (office_id, warn_days, four_eyes, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (office_id) DO UPDATE SET warn_days = EXCLUDED.warn_days, four_eyes = EXCLUDED.four_eyes, changed_at = EXCLUDED.changed_at, changed_by = EXCLUDED.changed_by
