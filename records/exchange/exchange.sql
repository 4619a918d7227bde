-- name: permits
SELECT category, driver, use, valid_from, valid_to, source, verified FROM records_permit
WHERE category = $1 AND valid_from <= CAST($2 AS date) AND (valid_to IS NULL OR valid_to >= CAST($2 AS date)) ORDER BY driver

-- name: category
SELECT category FROM office WHERE id = $1

-- name: links
SELECT * FROM records_link WHERE office_id = $1 ORDER BY from_at DESC, id DESC LIMIT 50

-- name: link
SELECT * FROM records_link WHERE office_id = $1 AND id = $2

-- name: link-at
SELECT * FROM records_link WHERE office_id = $1 AND from_at <= $2 AND withdrawn_at IS NULL ORDER BY from_at DESC, id DESC LIMIT 1

-- name: next-link-id
SELECT nextval('records_link_id_seq')

-- name: create-link
INSERT INTO records_link (office_id, id, driver, from_at, url, our_code, their_code, person, account, password, mailbox, made_at, made_by)
OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: withdraw-link
UPDATE records_link SET withdrawn_at = $3, withdrawn_by = $4 WHERE office_id = $1 AND id = $2 AND withdrawn_at IS NULL AND from_at > $3

-- name: handover-of
SELECT * FROM records_handover WHERE office_id = $1 AND case_id = $2

-- name: without-receipt
SELECT * FROM records_handover WHERE office_id = $1 AND receipt_at IS NULL

-- name: lock-handover
SELECT * FROM records_handover WHERE office_id = $1 AND case_id = $2 FOR UPDATE

-- name: create-handover
INSERT INTO records_handover (office_id, case_id, link_id, key, created_at, next_at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING

-- name: steps
SELECT * FROM records_handover_step WHERE office_id = $1 AND handover_id = $2 ORDER BY ordinal

-- name: create-step
INSERT INTO records_handover_step (office_id, handover_id, ordinal, kind, key, document_id, component, file)
VALUES ($1, $2, (SELECT COALESCE(max(ordinal), 0) + 1 FROM records_handover_step WHERE office_id = $1 AND handover_id = $2), $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING

-- name: relink
UPDATE records_handover SET link_id = $3 WHERE office_id = $1 AND id = $2

-- name: claim
UPDATE records_handover SET claimed_until = $4 WHERE office_id = $1 AND id = $2 AND stopped_at IS NULL AND (claimed_until IS NULL OR claimed_until <= $3)

-- name: step-begins
UPDATE records_handover_step SET tries = tries + 1, sent_at = COALESCE(sent_at, $4) WHERE office_id = $1 AND handover_id = $2 AND ordinal = $3 RETURNING tries

-- name: step-done
UPDATE records_handover_step SET done_at = $4, number = $5 WHERE office_id = $1 AND handover_id = $2 AND ordinal = $3 AND done_at IS NULL

-- name: went-on
UPDATE records_handover SET trouble = '', why = '', trouble_since = NULL, warned_at = NULL, tries = 0, next_at = $3 WHERE office_id = $1 AND id = $2

-- name: learnt-mark
UPDATE records_handover SET mark = $3 WHERE office_id = $1 AND id = $2 AND mark = ''

-- name: learnt-number
UPDATE records_handover SET number = $3, number_at = $4 WHERE office_id = $1 AND id = $2 AND number = ''

-- name: receipt
UPDATE records_handover SET receipt_at = $3 WHERE office_id = $1 AND id = $2 AND receipt_at IS NULL

-- name: troubled
UPDATE records_handover SET trouble = $3, why = $4, trouble_since = COALESCE(trouble_since, $5), tries = $6, next_at = $7, claimed_until = NULL
WHERE office_id = $1 AND id = $2

-- name: release
UPDATE records_handover SET claimed_until = NULL, next_at = $3 WHERE office_id = $1 AND id = $2

-- name: stop
UPDATE records_handover SET stopped_at = $3, stopped_by = $4, stopped_why = $5 WHERE office_id = $1 AND id = $2 AND stopped_at IS NULL

-- name: restart
UPDATE records_handover SET stopped_at = NULL, stopped_by = NULL, stopped_why = '', tries = 0, next_at = $3, warned_at = NULL, claimed_until = NULL WHERE office_id = $1 AND id = $2

-- name: warn
UPDATE records_handover SET warned_at = $3 WHERE office_id = $1 AND warned_at IS NULL AND stopped_at IS NULL AND trouble <> '' AND trouble_since <= $2 RETURNING *

-- name: unscoped-due
SELECT office_id, case_id FROM unscoped_handovers_due($1, $2)

-- name: unscoped-counts
SELECT * FROM unscoped_handovers_count($1)

-- name: handovers
SELECT h.*, c.mark AS case_mark, c.subject FROM records_handover h JOIN case_file c ON c.office_id = h.office_id AND c.id = h.case_id
WHERE h.office_id = $1 AND h.id < $3 AND ($2 = '' OR ($2 = 'open' AND (h.receipt_at IS NULL OR h.trouble <> '' OR h.stopped_at IS NOT NULL)))
ORDER BY h.id DESC LIMIT $4

-- name: handover-counts
SELECT count(*) AS all_of_them, count(*) FILTER (WHERE receipt_at IS NOT NULL AND trouble = '' AND stopped_at IS NULL) AS done,
       count(*) FILTER (WHERE stopped_at IS NULL AND (receipt_at IS NULL OR trouble <> '') AND trouble <> 'refused') AS waiting,
       count(*) FILTER (WHERE stopped_at IS NULL AND trouble = 'refused') AS refused, count(*) FILTER (WHERE stopped_at IS NOT NULL) AS stopped
FROM records_handover WHERE office_id = $1

-- name: case-of-key
SELECT id, mark FROM case_file WHERE office_id = $1 AND mark = $2

-- name: document-of-key
SELECT d.id, d.reference_number, c.mark FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE d.office_id = $1 AND d.reference_number = $2

-- name: target
SELECT * FROM records_target WHERE target = $1

-- name: targets
SELECT * FROM records_target ORDER BY target

-- name: admit
-- why: one statement decides, so that of many pieces only one is the canary and no credit is spent twice
UPDATE records_target SET credits = greatest(credits - 1, 0), probe_at = CASE WHEN credits > 0 THEN probe_at ELSE $3 END
WHERE target = $1 AND opened_at IS NOT NULL AND (credits > 0 OR probe_at <= $2)

-- name: target-good
UPDATE records_target SET failures = 0, good = good + 1, good_at = $2, credits = CASE WHEN opened_at IS NULL THEN 0 ELSE credits + 2 END,
  opened_at = CASE WHEN good + 1 >= $3 THEN NULL ELSE opened_at END, why = CASE WHEN opened_at IS NULL OR good + 1 >= $3 THEN '' ELSE why END
WHERE target = $1 AND (failures > 0 OR opened_at IS NOT NULL)

-- name: target-bad
INSERT INTO records_target AS t (target, failures, why) VALUES ($1, 1, $3)
ON CONFLICT (target) DO UPDATE SET failures = t.failures + 1, why = $3, good = 0, credits = 0,
  opened_at = CASE WHEN t.opened_at IS NOT NULL THEN t.opened_at WHEN t.failures + 1 >= $4 THEN $2 END,
  probe_at = CASE WHEN t.failures + 1 >= $4 THEN CAST($2 AS timestamptz) + least(greatest(t.failures + 1 - $4, 0) + 1, 15) * interval '1 minute' END

-- name: target-free
UPDATE records_target SET failures = 0, opened_at = NULL, credits = 0, good = 0, why = '' WHERE target = $1

-- name: case-by-document
SELECT case_id FROM document WHERE office_id = $1 AND reference_number = $2

-- name: pressing
SELECT EXISTS (SELECT FROM records_link l WHERE l.office_id = $1 AND l.withdrawn_at IS NULL AND l.driver <> 'built-in' AND l.from_at <= $2) AS uses,
  (SELECT count(*) FROM records_handover WHERE office_id = $1 AND (trouble <> '' OR receipt_at IS NULL) AND (trouble = 'refused' AND next_at IS NULL OR warned_at IS NOT NULL) AND stopped_at IS NULL) AS need
