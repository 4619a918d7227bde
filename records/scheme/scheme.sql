-- name: schemes
SELECT s.*, (SELECT count(*) FROM scheme_class k WHERE k.office_id = s.office_id AND k.scheme_id = s.id) AS classes,
       (SELECT count(*) FROM case_file c JOIN scheme_class k ON k.office_id = c.office_id AND k.id = c.class_id WHERE c.office_id = s.office_id AND k.scheme_id = s.id) AS files
FROM scheme s WHERE s.office_id = $1 ORDER BY s.valid_from DESC, s.id DESC

-- name: lock-office
SELECT pg_advisory_xact_lock(1818, $1)

-- name: end-scheme
UPDATE scheme SET valid_to = $3 WHERE office_id = $1 AND id = $2

-- name: create-scheme
INSERT INTO scheme (office_id, name, separator, valid_from, source, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: approve
UPDATE scheme SET verified = true, approval = $3 WHERE office_id = $1 AND id = $2

-- name: create-classes
-- All classes of a version by one statement: parents come before what is below them, so ids are given here.
WITH item AS MATERIALIZED (
  SELECT x.*, nextval('scheme_class_id_seq') AS id
  FROM jsonb_to_recordset($3) AS x(ordinal int, parent text, simple text, code text, name text, note text, sign text, retention int, trigger_event text, check_years int,
    justification text, typed boolean, keeping text, standing boolean)
)
INSERT INTO scheme_class (office_id, id, scheme_id, parent_id, ordinal, simple, code, name, note, sign, retention, trigger_event, check_years, justification, typed, keeping, standing)
OVERRIDING SYSTEM VALUE
SELECT $1, i.id, $2, p.id, i.ordinal, i.simple, i.code, i.name, i.note, NULLIF(i.sign, ''), CASE WHEN i.sign <> '' THEN i.retention END, i.trigger_event, NULLIF(i.check_years, 0),
       i.justification, i.typed, i.keeping, i.standing
FROM item i LEFT JOIN item p ON p.code = i.parent AND i.parent <> '' ORDER BY i.ordinal

-- name: classes
SELECT k.*, COALESCE(p.code, '') AS parent_code, NOT EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id) AS leaf,
       (SELECT count(*) FROM case_file c WHERE c.office_id = k.office_id AND c.class_id = k.id) AS files, s.name AS scheme_name, s.valid_from, s.valid_to
FROM scheme_class k JOIN scheme s ON s.office_id = k.office_id AND s.id = k.scheme_id LEFT JOIN scheme_class p ON p.office_id = k.office_id AND p.id = k.parent_id
WHERE k.office_id = $1 AND k.scheme_id = $2 ORDER BY k.ordinal, k.id

-- name: save-class
UPDATE scheme_class SET name = $3, note = $4, sign = NULLIF($5, ''), retention = CASE WHEN $5 <> '' THEN CAST($6 AS int) END, trigger_event = $7, check_years = NULLIF(CAST($8 AS int), 0),
  justification = $9 WHERE office_id = $1 AND id = $2

-- name: add-class
INSERT INTO scheme_class (office_id, scheme_id, parent_id, ordinal, simple, code, name, note, sign, retention, trigger_event, check_years, justification)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULLIF($9, ''), CASE WHEN $9 <> '' THEN CAST($10 AS int) END, $11, NULLIF(CAST($12 AS int), 0), $13) RETURNING id

-- name: make-room
UPDATE scheme_class SET ordinal = ordinal + 1 WHERE office_id = $1 AND scheme_id = $2 AND ordinal >= $3

-- name: remove-class
DELETE FROM scheme_class k WHERE k.office_id = $1 AND k.id = $2 AND NOT EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id)

-- name: agendas
SELECT agenda, class_code FROM agenda_class WHERE office_id = $1 ORDER BY agenda

-- name: set-agenda
INSERT INTO agenda_class (office_id, agenda, class_code) VALUES ($1, $2, $3) ON CONFLICT (office_id, agenda) DO UPDATE SET class_code = EXCLUDED.class_code

-- name: unset-agenda
DELETE FROM agenda_class WHERE office_id = $1 AND agenda = $2
