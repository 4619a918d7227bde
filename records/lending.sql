-- name: unscoped-clerk
-- The one look into another office: whether the whole e-mail is that of a clerk there.
SELECT account_id, name FROM unscoped_clerk($1, CAST($2 AS citext), $3)

-- name: member
SELECT EXISTS (SELECT FROM membership WHERE office_id = $1 AND account_id = $2 AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3))

-- name: create
INSERT INTO lending (office_id, account_id, clerk_office_id, title, from_on, to_on, agendas, classes, most, made_at, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id

-- name: lendings
-- On either side: by row-level security those of the office and those of its clerks.
SELECT l.*, a.name AS clerk_name, (SELECT count(*) FROM case_file c WHERE c.office_id = l.office_id AND c.clerk_id = l.account_id AND c.handled_at IS NULL) AS open
FROM lending l JOIN account a ON a.id = l.account_id
WHERE l.office_id = $1 OR l.clerk_office_id = $1 ORDER BY l.ended_at IS NOT NULL, l.id DESC LIMIT 100

-- name: lending-of
SELECT l.*, '' AS clerk_name, (SELECT count(*) FROM case_file c WHERE c.office_id = l.office_id AND c.clerk_id = l.account_id AND c.handled_at IS NULL) AS open
FROM lending l WHERE l.office_id = $1 AND l.account_id = $2 AND l.ended_at IS NULL
  AND NOT EXISTS (SELECT FROM membership m WHERE m.office_id = $1 AND m.account_id = $2 AND m.valid_from <= $3 AND (m.valid_to IS NULL OR m.valid_to > $3))
FOR UPDATE OF l

-- name: end
UPDATE lending SET ended_at = $3, ended_by = $4 WHERE office_id = $1 AND id = $2 AND ended_at IS NULL RETURNING account_id, clerk_office_id

-- name: over
-- Past their last day.
SELECT id FROM lending WHERE office_id = $1 AND ended_at IS NULL AND to_on < $2 ORDER BY id

-- name: held
SELECT id FROM case_file WHERE office_id = $1 AND clerk_id = $2 AND handled_at IS NULL ORDER BY id

-- name: fits
SELECT lending_fits($1, $2, $3, $4)

-- name: gone
-- Whether the account was lent to the office and is neither lent nor one of its people now.
SELECT EXISTS (SELECT FROM lending WHERE office_id = $1 AND account_id = $2) AND NOT EXISTS (SELECT FROM lending WHERE office_id = $1 AND account_id = $2 AND ended_at IS NULL)
  AND NOT EXISTS (SELECT FROM membership WHERE office_id = $1 AND account_id = $2 AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3))
