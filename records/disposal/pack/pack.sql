-- name: boxes
SELECT id, label, place FROM store_box WHERE office_id = $1

-- name: accounts
-- People who acted on these files or took part in the proceeding; names of staff stand in the records anyway.
SELECT id, name FROM account WHERE id = ANY(CAST($1 AS bigint[]))

-- name: unit
SELECT name FROM unit WHERE office_id = $1 AND id = $2

-- name: scheme-approval
SELECT source FROM scheme WHERE office_id = $1 AND id = $2
