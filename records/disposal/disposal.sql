-- name: candidates
-- Files that may be due by a year, and all that are tied to others: who belongs to whom is found out in the program.
WITH tied AS (
  SELECT id FROM case_file WHERE office_id = $1 AND (joined_to IS NOT NULL OR parent_id IS NOT NULL)
  UNION SELECT joined_to FROM case_file WHERE office_id = $1 AND joined_to IS NOT NULL
  UNION SELECT parent_id FROM case_file WHERE office_id = $1 AND parent_id IS NOT NULL
  UNION SELECT case_id FROM case_link WHERE office_id = $1 AND fixed AND ended_at IS NULL
  UNION SELECT to_id FROM case_link WHERE office_id = $1 AND fixed AND ended_at IS NULL
), near AS (
  SELECT id FROM tied UNION
  SELECT id FROM case_file WHERE office_id = $1 AND closed_at IS NOT NULL AND disposed_at IS NULL AND trigger_year + 1 + retention <= $2
)
SELECT c.id, c.mark, c.subject, c.class_code, COALESCE(c.sign, '') AS sign, COALESCE(c.retention, 0) AS retention, COALESCE(c.trigger_year, 0) AS trigger_year, c.closed_at, c.opened_at,
       c.disposed_at, c.held_why, COALESCE(b.label, '') AS box,
       COALESCE(d.last_year, 0) AS last_year, COALESCE(d.documents, 0) AS documents, COALESCE(d.paper, 0) AS paper, COALESCE(d.sheets, 0) AS sheets,
       EXISTS (SELECT FROM loan l WHERE l.office_id = c.office_id AND l.case_id = c.id AND l.returned_at IS NULL) AS lent,
       COALESCE((SELECT min(i.disposal_id) FROM disposal_item i JOIN disposal p ON p.office_id = i.office_id AND p.id = i.disposal_id
                 WHERE i.office_id = c.office_id AND i.case_id = c.id AND p.executed_at IS NULL AND p.withdrawn_at IS NULL), 0) AS proceeding
FROM near JOIN case_file c ON c.office_id = $1 AND c.id = near.id AND c.moved_at IS NULL LEFT JOIN store_box b ON b.office_id = c.office_id AND b.id = c.box_id
LEFT JOIN LATERAL (
  SELECT max(CAST(extract(year FROM x.registered_at AT TIME ZONE 'Europe/Prague') AS int)) AS last_year, count(*) AS documents, count(*) FILTER (WHERE x.paper) AS paper,
         sum(COALESCE(x.sheets, 0) + COALESCE(x.attachment_sheets, 0)) FILTER (WHERE x.paper) AS sheets
  FROM document x WHERE x.office_id = c.office_id AND x.cancelled_at IS NULL AND (x.case_id = c.id AND x.filed_in IS NULL OR x.filed_in = c.id)
) d ON true
ORDER BY c.id

-- name: edges
SELECT id AS a, joined_to AS b FROM case_file WHERE office_id = $1 AND joined_to IS NOT NULL
UNION ALL SELECT id, parent_id FROM case_file WHERE office_id = $1 AND parent_id IS NOT NULL
UNION ALL SELECT case_id, to_id FROM case_link WHERE office_id = $1 AND fixed AND ended_at IS NULL

-- name: hold
UPDATE case_file SET held_why = $3 WHERE office_id = $1 AND id = $2

-- name: create
INSERT INTO disposal (office_id, case_id, year, archive, proposed_at, proposed_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: add-item
INSERT INTO disposal_item (office_id, disposal_id, case_id, lead_id, sign, due_year, quantity) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: disposals
SELECT p.*, c.mark, c.subject, (SELECT count(*) FROM disposal_item i WHERE i.office_id = p.office_id AND i.disposal_id = p.id) AS items,
       (SELECT count(*) FROM disposal_item i WHERE i.office_id = p.office_id AND i.disposal_id = p.id AND i.decision IS NOT NULL AND i.decision <> 'present') AS decided
FROM disposal p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id WHERE p.office_id = $1 AND (CAST($2 AS bigint) = 0 OR p.id = $2) ORDER BY p.id DESC

-- name: lock
SELECT id FROM disposal WHERE office_id = $1 AND id = $2 FOR UPDATE

-- name: items
SELECT i.*, c.mark, c.subject, c.class_code, c.retention, c.opened_at, c.closed_at, c.held_why, c.disposed_at, l.mark AS lead_mark,
       (SELECT count(*) FROM document x WHERE x.office_id = c.office_id AND x.cancelled_at IS NULL AND (x.case_id = c.id AND x.filed_in IS NULL OR x.filed_in = c.id)) AS documents
FROM disposal_item i JOIN case_file c ON c.office_id = i.office_id AND c.id = i.case_id JOIN case_file l ON l.office_id = i.office_id AND l.id = i.lead_id
WHERE i.office_id = $1 AND i.disposal_id = $2 ORDER BY i.sign, i.lead_id, i.case_id

-- name: decide
UPDATE disposal_item SET decision = $4, decided_at = $5 WHERE office_id = $1 AND disposal_id = $2 AND lead_id = $3

-- name: archive-id
UPDATE disposal_item SET archive_id = $4, decision = 'archive', decided_at = COALESCE(decided_at, $5) WHERE office_id = $1 AND disposal_id = $2 AND lead_id = $3

-- name: decided
UPDATE disposal SET decided_at = CASE WHEN $3 THEN CAST($4 AS timestamptz) END, decided_ref = CASE WHEN $5 <> '' THEN $5 ELSE decided_ref END WHERE office_id = $1 AND id = $2

-- name: withdraw
UPDATE disposal SET withdrawn_at = $3, withdrawn_why = $4 WHERE office_id = $1 AND id = $2

-- name: execute
SELECT execute_disposal($1, $2, $3)

-- name: to-destroy
SELECT sha256, unscoped_file_named(sha256) AS named FROM destroyed_file WHERE office_id = $1 AND disposal_id = $2 AND gone_at IS NULL AND kept_why = '' ORDER BY sha256

-- name: gone
UPDATE destroyed_file SET gone_at = $4, kept_why = $5 WHERE office_id = $1 AND disposal_id = $2 AND sha256 = $3

-- name: gone-counts
SELECT count(*) AS files, count(gone_at) AS gone, count(*) FILTER (WHERE kept_why <> '') AS kept FROM destroyed_file WHERE office_id = $1 AND disposal_id = $2

-- name: disposal-of
SELECT p.id, c.mark, p.executed_at FROM disposal p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id WHERE p.office_id = $1 AND p.id = $2
