-- name: class
SELECT k.*, NOT EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id) AS leaf, s.name AS scheme_name, s.valid_from, s.valid_to
FROM scheme_class k JOIN scheme s ON s.office_id = k.office_id AND s.id = k.scheme_id WHERE k.office_id = $1 AND k.id = $2

-- name: class-of-agenda
SELECT k.id FROM scheme s JOIN scheme_class k ON k.office_id = s.office_id AND k.scheme_id = s.id
JOIN agenda_class a ON a.office_id = s.office_id AND a.class_code = k.code AND a.agenda IN ($2, '')
WHERE s.office_id = $1 AND s.valid_from <= CAST($3 AS date) AND (s.valid_to IS NULL OR s.valid_to >= CAST($3 AS date)) AND k.sign IS NOT NULL
  AND NOT EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id)
ORDER BY a.agenda DESC LIMIT 1

-- name: classify
UPDATE case_file SET class_id = $3, class_code = $4, sign = $5, retention = $6, trigger_event = $7, trigger_year = $8 WHERE office_id = $1 AND id = $2

-- name: close
UPDATE case_file SET closed_at = $3, closed_by = $4, trigger_year = $5 WHERE office_id = $1 AND id = $2 AND closed_at IS NULL

-- name: reopen
UPDATE case_file SET closed_at = NULL, closed_by = '', stored_at = NULL WHERE office_id = $1 AND id = $2

-- name: set-trigger-year
UPDATE case_file SET trigger_year = $3 WHERE office_id = $1 AND id = $2

-- name: settle-document
UPDATE document SET handled_at = $3, handled_how = $4, handled_why = $5 WHERE office_id = $1 AND id = $2 AND handled_at IS NULL AND cancelled_at IS NULL

-- name: set-sheets
UPDATE document SET sheets = $3 WHERE office_id = $1 AND id = $2

-- name: join
UPDATE case_file SET joined_to = $3 WHERE office_id = $1 AND id = $2

-- name: around
-- All files that belong together with one: joined, sub-files and those above, fixed references, over any number of steps.
WITH RECURSIVE edge AS (
  SELECT id AS a, joined_to AS b FROM case_file WHERE office_id = $1 AND joined_to IS NOT NULL
  UNION ALL SELECT id, parent_id FROM case_file WHERE office_id = $1 AND parent_id IS NOT NULL
  UNION ALL SELECT case_id, to_id FROM case_link WHERE office_id = $1 AND fixed AND ended_at IS NULL
), reach AS (
  SELECT CAST($2 AS bigint) AS id
  UNION SELECT CASE WHEN e.a = r.id THEN e.b ELSE e.a END FROM reach r JOIN edge e ON e.a = r.id OR e.b = r.id
)
SELECT c.*, o.abbreviation, COALESCE(a.name, '') AS clerk_name
FROM reach r JOIN case_file c ON c.office_id = $1 AND c.id = r.id JOIN office o ON o.id = c.office_id LEFT JOIN account a ON a.id = c.clerk_id
ORDER BY c.id

-- name: take-out
UPDATE document SET filed_in = $3, filed_why = $4 WHERE office_id = $1 AND id = $2

-- name: taken-out
-- Documents that got their number here and lie elsewhere.
SELECT d.*, c.mark AS filed_mark FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.filed_in
WHERE d.office_id = $1 AND d.case_id = $2 AND d.filed_in IS NOT NULL ORDER BY d.ordinal

-- name: link
INSERT INTO case_link (office_id, case_id, to_id, fixed, why, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: end-link
UPDATE case_link SET ended_at = $4 WHERE office_id = $1 AND id = $2 AND (case_id = $3 OR to_id = $3) AND ended_at IS NULL

-- name: links
SELECT l.id, l.fixed, l.why, l.made_at, l.case_id = $2 AS out, c.id AS other_id, c.mark, c.subject
FROM case_link l JOIN case_file c ON c.office_id = l.office_id AND c.id = CASE WHEN l.case_id = $2 THEN l.to_id ELSE l.case_id END
WHERE l.office_id = $1 AND (l.case_id = $2 OR l.to_id = $2) AND l.ended_at IS NULL ORDER BY l.id

-- name: case-by-mark
SELECT id FROM case_file WHERE office_id = $1 AND mark = $2
