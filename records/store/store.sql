-- name: boxes
SELECT b.*, (SELECT count(*) FROM case_file c WHERE c.office_id = b.office_id AND c.box_id = b.id AND c.disposed_at IS NULL) AS files FROM store_box b WHERE b.office_id = $1 ORDER BY b.place, b.label, b.id

-- name: add-box
INSERT INTO store_box (office_id, label, place, created_at) VALUES ($1, $2, $3, $4) RETURNING id

-- name: put
UPDATE case_file SET box_id = $3 WHERE office_id = $1 AND id = $2

-- name: box
SELECT label FROM store_box WHERE office_id = $1 AND id = $2

-- name: ready
-- Closed files that nobody has handed over yet.
SELECT c.id, c.mark, c.subject, c.class_code, c.sign, c.retention, c.closed_at, c.paper, COALESCE(a.name, '') AS clerk_name
FROM case_file c LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1 AND c.closed_at IS NOT NULL AND c.disposed_at IS NULL AND c.stored_at IS NULL
  AND NOT EXISTS (SELECT FROM store_handover_case x JOIN store_handover h ON h.office_id = x.office_id AND h.id = x.handover_id WHERE x.office_id = c.office_id AND x.case_id = c.id AND h.taken_at IS NULL)
ORDER BY c.closed_at, c.id LIMIT $2

-- name: create-handover
INSERT INTO store_handover (office_id, year, no, given_at, given_by, giver, note) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: add-to-handover
INSERT INTO store_handover_case (office_id, handover_id, case_id) VALUES ($1, $2, $3)

-- name: handovers
SELECT h.*, (SELECT count(*) FROM store_handover_case x WHERE x.office_id = h.office_id AND x.handover_id = h.id) AS files FROM store_handover h
WHERE h.office_id = $1 AND (CAST($2 AS bigint) = 0 OR h.id = $2) ORDER BY h.id DESC LIMIT $3

-- name: lock-handover
SELECT id FROM store_handover WHERE office_id = $1 AND id = $2 AND taken_at IS NULL FOR UPDATE

-- name: handover-cases
SELECT c.id, c.mark, c.subject, c.class_code, c.sign, c.retention, c.trigger_year, c.opened_at, c.closed_at, c.paper, COALESCE(b.label, '') AS box, COALESCE(b.place, '') AS place, x.returned,
       (SELECT count(*) FROM document d WHERE d.office_id = c.office_id AND d.cancelled_at IS NULL AND (d.case_id = c.id AND d.filed_in IS NULL OR d.filed_in = c.id)) AS documents,
       EXISTS (SELECT FROM document d WHERE d.office_id = c.office_id AND d.paper AND d.cancelled_at IS NULL AND (d.case_id = c.id AND d.filed_in IS NULL OR d.filed_in = c.id)) AS has_paper
FROM store_handover_case x JOIN case_file c ON c.office_id = x.office_id AND c.id = x.case_id LEFT JOIN store_box b ON b.office_id = c.office_id AND b.id = c.box_id
WHERE x.office_id = $1 AND x.handover_id = $2 ORDER BY c.id

-- name: take
UPDATE store_handover SET taken_at = $3, taken_by = $4, taker = $5 WHERE office_id = $1 AND id = $2

-- name: give-back
UPDATE store_handover_case SET returned = $4 WHERE office_id = $1 AND handover_id = $2 AND case_id = $3

-- name: stored
UPDATE case_file SET stored_at = $3 WHERE office_id = $1 AND id = $2

-- name: kept
SELECT c.id, c.mark, c.subject, c.class_code, c.sign, c.retention, c.trigger_year, c.stored_at, c.held_why, COALESCE(b.label, '') AS box, COALESCE(b.place, '') AS place,
       COALESCE(l.borrower, '') AS borrower, l.due_on
FROM case_file c LEFT JOIN store_box b ON b.office_id = c.office_id AND b.id = c.box_id LEFT JOIN loan l ON l.office_id = c.office_id AND l.case_id = c.id AND l.returned_at IS NULL
WHERE c.office_id = $1 AND c.stored_at IS NOT NULL AND c.disposed_at IS NULL
  AND ($2 = '' OR strpos(plain(c.mark), plain($2)) > 0 OR strpos(plain(c.subject), plain($2)) > 0 OR strpos(plain(COALESCE(b.label, '')), plain($2)) > 0)
ORDER BY c.id DESC LIMIT $3

-- name: lend
-- Whoever is of the office, by name or e-mail, is known by the account; of two with one name neither is.
INSERT INTO loan (office_id, case_id, borrower, purpose, lent_at, lent_by, due_on, borrower_id) VALUES ($1, $2, $3, $4, $5, $6, $7,
  (SELECT min(a.id) FROM account a JOIN membership m ON m.account_id = a.id
   WHERE m.office_id = $1 AND m.valid_from <= $5 AND (m.valid_to IS NULL OR m.valid_to > $5) AND (lower(a.email) = lower($3) OR plain(a.name) = plain($3))
   HAVING count(DISTINCT a.id) = 1)) RETURNING id

-- name: remind
UPDATE loan l SET reminded_on = $2 FROM case_file c
WHERE l.office_id = $1 AND l.returned_at IS NULL AND l.reminded_on IS NULL AND l.due_on < $2 AND c.office_id = l.office_id AND c.id = l.case_id
RETURNING l.*, c.mark, c.subject

-- name: loans
SELECT l.*, c.mark, c.subject FROM loan l JOIN case_file c ON c.office_id = l.office_id AND c.id = l.case_id
WHERE l.office_id = $1 AND l.returned_at IS NULL ORDER BY l.due_on, l.id

-- name: return
UPDATE loan SET returned_at = $3, returned_by = $4 WHERE office_id = $1 AND id = $2 AND returned_at IS NULL RETURNING case_id

-- name: counts
SELECT (SELECT count(*) FROM store_handover WHERE office_id = $1 AND taken_at IS NULL) AS waiting,
       (SELECT count(*) FROM loan WHERE office_id = $1 AND returned_at IS NULL AND due_on < CAST($2 AS date)) AS late
