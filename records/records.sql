-- name: deadline-rules
SELECT code, valid_from, valid_to, days, unit, extension, after_pause, shift, statute, label, verified
FROM deadline_rule ORDER BY code, valid_from DESC

-- name: agenda-rules
SELECT agenda, valid_from, valid_to, rule, confirm FROM agenda_rule ORDER BY agenda, valid_from DESC

-- name: holidays
SELECT name, month, day, easter_offset, valid_from, valid_to FROM holiday

-- name: case
SELECT c.*, o.abbreviation, COALESCE(a.name, '') AS clerk_name
FROM case_file c JOIN office o ON o.id = c.office_id LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1 AND c.id = $2

-- name: lock-case
SELECT id FROM case_file WHERE office_id = $1 AND id = $2 FOR UPDATE

-- name: raise-counter
INSERT INTO counter AS c (office_id, series, year, last_no, mask) VALUES ($1, $2, $3, 1, counter_mask($1, $2, $3))
ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING last_no

-- name: series-of
SELECT register FROM register_agenda WHERE office_id = $1 AND agenda = $2

-- name: create-case
WITH made AS (
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, unit_id, clerk_id, assigned_at,
                         parent_id, paper)
  SELECT c.office_id, c.series, c.year, CAST($4 AS bigint), number_mark(c.mask, CAST($4 AS bigint)), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
  FROM counter c WHERE c.office_id = $1 AND c.series = $2 AND c.year = $3 RETURNING office_id, id
), noted AS (INSERT INTO find_due SELECT office_id, id FROM made)
SELECT id FROM made

-- name: create-party
INSERT INTO party (office_id, kind, name, given, family, born, ico, data_box, email, phone, street, town, zip, country, adm, identified, note, created_at,
                   created_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $18) RETURNING id

-- name: party
SELECT * FROM party WHERE office_id = $1 AND id = $2

-- name: link-party
INSERT INTO document_party (office_id, document_id, party_id, role) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING

-- name: parties-of-documents
SELECT p.*, x.role, x.document_id FROM document_party x JOIN party p ON p.office_id = x.office_id AND p.id = x.party_id
WHERE x.office_id = $1 AND x.document_id = ANY(CAST($2 AS bigint[])) ORDER BY x.document_id, x.role DESC, p.id

-- name: next-ordinal
UPDATE case_file SET documents = documents + 1 WHERE office_id = $1 AND id = $2 RETURNING documents, mark

-- name: create-document
INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number,
                      body, delivered_at, received_at, registered_at, registered_by, answers_id, register, paper, sheets, attachments,
                      attachment_sheets, attachment_note, barcode, envelope)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        COALESCE(NULLIF($17, ''), (SELECT f.series FROM case_file f WHERE f.office_id = $1 AND f.id = $2 AND f.series <> 'denik'), ''),
        $18, $19, $20, $21, $22, $23, $24) RETURNING id, register

-- name: create-component
INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field, preservation, from_ordinal, replaces)
VALUES ($1, $2, (SELECT COALESCE(max(ordinal), 0) + 1 FROM component WHERE office_id = $1 AND document_id = $2), $3, $4, $5, $6, $7, $8, $9, $10)

-- name: documents
-- Its own without those taken out, and those put in from elsewhere.
SELECT * FROM document WHERE office_id = $1 AND case_id = $2 AND filed_in IS NULL
UNION ALL SELECT * FROM document WHERE office_id = $1 AND filed_in = $2
ORDER BY registered_at, id

-- name: document
SELECT * FROM document WHERE office_id = $1 AND id = $2

-- name: components
SELECT c.* FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
WHERE d.office_id = $1 AND (d.case_id = $2 AND d.filed_in IS NULL OR d.filed_in = $2) ORDER BY c.document_id, c.ordinal

-- name: mark-sent
UPDATE document SET sent_at = $3 WHERE office_id = $1 AND id = $2 AND sent_at IS NULL

-- name: cancel-document
-- What came may be cancelled when a person entered it; what came by itself stays.
UPDATE document SET cancelled_at = $3, cancelled_by = $4, cancelled_why = $5
WHERE office_id = $1 AND id = $2 AND cancelled_at IS NULL AND (direction <> 'in' OR registered_by LIKE 'account:%') RETURNING case_id

-- name: all-cancelled
SELECT NOT EXISTS (SELECT FROM document WHERE office_id = $1 AND case_id = $2 AND cancelled_at IS NULL)

-- name: assign
UPDATE case_file SET clerk_id = $3, unit_id = $4, assigned_at = $5 WHERE office_id = $1 AND id = $2

-- name: set-term
UPDATE case_file SET extended_days = $3, extended_why = $4, paused_on = $5, due_on = $6 WHERE office_id = $1 AND id = $2

-- name: handle
UPDATE case_file SET handled_at = $3, handled_how = $4, handled_why = $5 WHERE office_id = $1 AND id = $2 AND handled_at IS NULL

-- name: pauses
SELECT from_on, to_on, why FROM clock_pause WHERE office_id = $1 AND case_id = $2 ORDER BY from_on

-- name: pauses-of
SELECT case_id, from_on, to_on, why FROM clock_pause WHERE office_id = $1 AND case_id = ANY(CAST($2 AS bigint[])) ORDER BY case_id, from_on

-- name: start-pause
INSERT INTO clock_pause (office_id, case_id, from_on, why) VALUES ($1, $2, $3, $4)
ON CONFLICT (office_id, case_id, from_on) DO UPDATE SET to_on = NULL, why = EXCLUDED.why

-- name: end-pause
UPDATE clock_pause SET to_on = $3 WHERE office_id = $1 AND case_id = $2 AND to_on IS NULL

-- name: open-cases
WITH open AS (
  SELECT c.id, c.mark, c.subject, c.opened_at, c.deadline_rule, c.clock_starts, c.extended_days, c.due_on, c.paused_on, c.assigned_at, c.clerk_id,
         COALESCE(a.name, '') AS clerk_name, COALESCE(d.party, '') AS party, COALESCE(d.channel, '') AS channel, n.answered,
         CASE WHEN c.paused_on IS NOT NULL THEN 7 WHEN c.assigned_at IS NULL THEN 1 WHEN c.due_on < $4 THEN 2 WHEN c.due_on = $4 THEN 3
              WHEN c.due_on <= $5 THEN 4 WHEN n.answered THEN 5 ELSE 6 END AS part,
         COALESCE(c.due_on, DATE '9999-12-31') AS due
  FROM case_file c LEFT JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id AND d.ordinal = 1
  LEFT JOIN account a ON a.id = c.clerk_id,
  LATERAL (SELECT EXISTS (SELECT FROM document n WHERE n.office_id = c.office_id AND n.case_id = c.id AND n.direction = 'in' AND n.ordinal > 1
      AND n.ordinal > (SELECT max(x.ordinal) FROM document x WHERE x.office_id = c.office_id AND x.case_id = c.id AND x.direction = 'out' AND x.kind <> 'receipt')) AS answered) n
  WHERE c.office_id = $1 AND c.handled_at IS NULL
    AND ($2 = '' OR ($2 = 'new' AND c.assigned_at IS NULL) OR ($2 = 'mine' AND c.clerk_id = ANY(CAST((SELECT desk_of($3, CAST($4 AS date))) AS bigint[])))
         OR ($2 = 'todo' AND (c.clerk_id = ANY(CAST((SELECT desk_of($3, CAST($4 AS date))) AS bigint[])) OR c.assigned_at IS NULL))
         OR ($2 = 'late' AND c.due_on < $4 AND c.paused_on IS NULL) OR ($2 = 'waiting' AND c.paused_on IS NOT NULL))
)
SELECT id, mark, subject, opened_at, deadline_rule, clock_starts, extended_days, due_on, paused_on, assigned_at, clerk_id, clerk_name, party, channel,
       answered, part
FROM open WHERE (part, due, id) > (CAST($6 AS int), CAST($7 AS date), $8)
ORDER BY part, due, id LIMIT $9

-- name: open-counts
SELECT count(*) AS open, count(*) FILTER (WHERE assigned_at IS NULL) AS fresh, count(*) FILTER (WHERE clerk_id = ANY(CAST((SELECT desk_of($2, CAST($3 AS date))) AS bigint[]))) AS mine,
       count(*) FILTER (WHERE paused_on IS NULL AND (assigned_at IS NULL OR clerk_id = ANY(CAST((SELECT desk_of($2, CAST($3 AS date))) AS bigint[])))) AS todo,
       count(*) FILTER (WHERE due_on < $3 AND paused_on IS NULL) AS late, count(*) FILTER (WHERE paused_on IS NOT NULL) AS waiting,
       count(*) FILTER (WHERE due_on >= $3 AND due_on <= $4 AND paused_on IS NULL) AS soon
FROM case_file WHERE office_id = $1 AND handled_at IS NULL

-- name: cases
SELECT c.id, c.mark, c.subject, c.opened_at, c.deadline_rule, c.clock_starts, c.extended_days, c.due_on, c.paused_on, c.assigned_at, c.clerk_id,
       COALESCE(a.name, '') AS clerk_name, COALESCE(d.party, '') AS party, COALESCE(d.channel, '') AS channel, c.handled_at, c.handled_how
FROM case_file c LEFT JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id AND d.ordinal = 1
LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1
  AND ($2 = '' OR ($2 = 'new' AND c.assigned_at IS NULL AND c.handled_at IS NULL) OR ($2 = 'open' AND c.handled_at IS NULL)
       OR ($2 = 'handled' AND c.handled_at IS NOT NULL))
  AND (CAST($3 AS bigint) = 0 OR c.clerk_id = $3) AND ($4 = '' OR c.agenda = $4)
  AND c.opened_at >= $5 AND c.opened_at < $6 AND c.id < $7 AND (cardinality(CAST($8 AS bigint[])) = 0 OR c.id = ANY(CAST($8 AS bigint[])))
ORDER BY c.id DESC LIMIT $9

-- name: agendas
SELECT DISTINCT agenda FROM case_file WHERE office_id = $1 AND handled_at IS NULL AND agenda <> '' ORDER BY agenda

-- name: terms
SELECT c.id, c.mark, c.subject, c.opened_at, c.due_on, c.paused_on, c.assigned_at, c.clerk_id, COALESCE(a.name, '') AS clerk_name, COALESCE(d.party, '') AS party, COALESCE(d.channel, '') AS channel
FROM case_file c LEFT JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id AND d.ordinal = 1
LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1 AND c.handled_at IS NULL AND c.paused_on IS NULL AND c.due_on IS NOT NULL
  AND (CAST($2 AS bigint) = 0 OR c.clerk_id = $2) AND (c.due_on, c.id) > ($3, $4)
ORDER BY c.due_on, c.id LIMIT $5

-- name: term-counts
SELECT due_on, count(*) AS cases FROM case_file
WHERE office_id = $1 AND handled_at IS NULL AND paused_on IS NULL AND (CAST($2 AS bigint) = 0 OR clerk_id = $2) AND due_on BETWEEN $3 AND $4
GROUP BY due_on ORDER BY due_on

-- name: journal
SELECT d.id, d.case_id, d.ordinal, d.reference_number, d.direction, d.kind, d.subject, d.party, d.channel, d.foreign_number, d.registered_at, d.sent_at,
       d.cancelled_at, COALESCE(d.cancelled_why, '') AS cancelled_why, c.mark, c.handled_at, COALESCE(c.handled_how, '') AS handled_how,
       COALESCE(a.name, '') AS clerk_name, c.class_code, d.delivered_at, d.sheets, d.attachments, d.attachment_note
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id LEFT JOIN account a ON a.id = c.clerk_id
WHERE d.office_id = $1 AND d.register = $6 AND d.registered_at >= $2 AND (d.registered_at, d.id) < ($3, $4)
ORDER BY d.registered_at DESC, d.id DESC LIMIT $5

-- name: journal-years
SELECT year FROM counter WHERE office_id = $1 AND series = $2 ORDER BY year DESC
