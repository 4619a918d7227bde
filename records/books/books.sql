-- name: unscoped-index
SELECT unscoped_find_index($1, $2)

-- name: unscoped-due
SELECT unscoped_find_due()

-- name: find
SELECT r.id, r.case_id, r.at, c.mark, c.series, c.subject AS case_subject, c.class_code, c.due_on, c.paused_on, c.handled_at, COALESCE(c.handled_how, '') AS handled_how,
       COALESCE(a.name, '') AS clerk_name, COALESCE(d.reference_number, c.mark) AS reference_number, COALESCE(d.subject, c.subject) AS subject, COALESCE(d.party, '') AS party,
       COALESCE(d.channel, 'none') AS channel, COALESCE(d.direction, 'own') AS direction, COALESCE(d.foreign_number, '') AS foreign_number, d.cancelled_at
FROM find_rows(CAST($2 AS tsquery), CAST($3 AS tsquery), $4, $5, $6, $7, $8) r
JOIN case_file c ON c.office_id = $1 AND c.id = r.case_id
LEFT JOIN document d ON d.office_id = $1 AND d.id = r.id LEFT JOIN account a ON a.id = c.clerk_id
ORDER BY r.at DESC, r.id DESC

-- name: filters
SELECT id, account_id, name, query, shared FROM saved_filter WHERE office_id = $1 AND (account_id = $2 OR shared) ORDER BY name, id

-- name: save-filter
INSERT INTO saved_filter AS s (office_id, account_id, name, query, shared, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (account_id, name, office_id) DO UPDATE SET query = excluded.query, shared = excluded.shared

-- name: count-filters
SELECT count(*) FROM saved_filter WHERE office_id = $1 AND account_id = $2

-- name: drop-filter
DELETE FROM saved_filter WHERE office_id = $1 AND id = $2 AND account_id = $3

-- name: create-book
INSERT INTO book (office_id, kind, format, title, query, account_id, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: same-book
SELECT id FROM book WHERE office_id = $1 AND account_id = $2 AND kind = $3 AND format = $4 AND query = $5 AND finished_at IS NULL AND stopped_at IS NULL AND problem = '' LIMIT 1

-- name: unfinished-books
SELECT count(*) FROM book WHERE office_id = $1 AND account_id = $2 AND finished_at IS NULL AND stopped_at IS NULL AND problem = ''

-- name: books
SELECT b.*, COALESCE(a.name, '') AS account_name FROM book b LEFT JOIN account a ON a.id = b.account_id
WHERE b.office_id = $1 AND b.account_id = $2 AND b.id < $3 ORDER BY b.id DESC LIMIT $4

-- name: book
SELECT b.*, COALESCE(a.name, '') AS account_name FROM book b LEFT JOIN account a ON a.id = b.account_id WHERE b.office_id = $1 AND b.id = $2

-- name: start-book
UPDATE book SET started_at = COALESCE(started_at, $3), done = 0, total = $4 WHERE office_id = $1 AND id = $2 AND stopped_at IS NULL AND finished_at IS NULL

-- name: progress
UPDATE book SET done = $3 WHERE office_id = $1 AND id = $2 AND stopped_at IS NULL

-- name: finish-book
UPDATE book SET finished_at = $3, done = $4, name = $5, sha256 = $6, size = $7, seal = $8, expires_at = $9 WHERE office_id = $1 AND id = $2 AND stopped_at IS NULL

-- name: fail-book
UPDATE book SET problem = $3 WHERE office_id = $1 AND id = $2 AND finished_at IS NULL AND stopped_at IS NULL

-- name: stop-book
UPDATE book SET stopped_at = $3 WHERE office_id = $1 AND id = $2 AND account_id = $4 AND finished_at IS NULL AND stopped_at IS NULL AND problem = ''

-- name: expired
SELECT id, sha256 FROM book WHERE office_id = $1 AND sha256 <> '' AND expires_at < $2 ORDER BY id

-- name: expire-book
UPDATE book SET sha256 = '', size = 0 WHERE office_id = $1 AND id = $2

-- name: unscoped-file-free
SELECT unscoped_file_free($1)

-- name: journal-count
SELECT count(*) FROM document WHERE office_id = $1 AND register = $2 AND registered_at >= $3 AND registered_at < $4

-- name: journal-on
SELECT d.id, d.case_id, d.ordinal, d.reference_number, d.direction, d.kind, d.subject, d.party, d.channel, d.foreign_number, d.registered_at, d.sent_at,
       d.cancelled_at, COALESCE(d.cancelled_why, '') AS cancelled_why, c.mark, c.handled_at, COALESCE(c.handled_how, '') AS handled_how,
       COALESCE(a.name, '') AS clerk_name, c.class_code, d.delivered_at, d.sheets, d.attachments, d.attachment_note
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id LEFT JOIN account a ON a.id = c.clerk_id
WHERE d.office_id = $1 AND d.register = $2 AND d.registered_at < $4 AND (d.registered_at, d.id) > (CAST($3 AS timestamptz), $5)
ORDER BY d.registered_at, d.id LIMIT $6

-- name: open-count
SELECT count(*) FROM case_file WHERE office_id = $1 AND handled_at IS NULL

-- name: open-on
SELECT c.id, c.mark, c.series, c.subject, c.agenda, c.opened_at, c.due_on, c.paused_on, COALESCE(a.name, '') AS clerk_name, COALESCE(d.party, '') AS party, c.class_code, c.documents
FROM case_file c LEFT JOIN document d ON d.office_id = c.office_id AND d.case_id = c.id AND d.ordinal = 1 LEFT JOIN account a ON a.id = c.clerk_id
WHERE c.office_id = $1 AND c.handled_at IS NULL AND c.id > $2 ORDER BY c.id LIMIT $3

-- name: received
SELECT CAST(extract(month FROM d.registered_at AT TIME ZONE 'Europe/Prague') AS int) AS month, d.direction, d.channel, count(*) FILTER (WHERE d.cancelled_at IS NULL) AS documents,
       count(*) FILTER (WHERE d.cancelled_at IS NOT NULL) AS cancelled
FROM document d WHERE d.office_id = $1 AND d.registered_at >= $2 AND d.registered_at < $3 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- name: cases-of
-- Case files that were open in the year: when they came, how they ended and whether in time.
SELECT c.series, c.agenda, c.opened_at >= $2 AND c.opened_at < $3 AS opened, c.handled_at IS NOT NULL AND c.handled_at >= $2 AND c.handled_at < $3 AS handled,
       CASE WHEN c.handled_at < $3 THEN COALESCE(c.handled_how, '') ELSE '' END AS how,
       CASE WHEN c.due_on IS NULL THEN 'none' WHEN CAST(LEAST(COALESCE(c.handled_at, $4), $3, $4) AT TIME ZONE 'Europe/Prague' AS date) <= c.due_on OR (c.paused_on IS NOT NULL AND c.handled_at IS NULL) THEN 'kept' ELSE 'late' END AS term,
       COALESCE(c.deadline_rule, '') LIKE 'infz-%' AS information, c.extended_days > 0 AS extended,
       EXISTS (SELECT FROM document d WHERE d.office_id = c.office_id AND d.case_id = c.id AND d.cancelled_at IS NULL) AS live,
       count(*) AS cases, COALESCE(sum(extract(epoch FROM c.handled_at - c.opened_at) / 86400) FILTER (WHERE c.handled_at < $3), 0) AS days
FROM case_file c WHERE c.office_id = $1 AND c.opened_at < $3 AND (c.handled_at IS NULL OR c.handled_at >= $2) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
