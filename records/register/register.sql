-- name: registers
SELECT r.code, r.name, r.created_at, r.ended_at FROM register r WHERE r.office_id = $1 ORDER BY r.ended_at IS NOT NULL, r.name

-- name: masks
SELECT series, from_year, mask FROM number_mask WHERE office_id = $1 ORDER BY series, from_year DESC

-- name: abbreviations
SELECT register, from_year, code FROM abbreviation WHERE office_id = $1 ORDER BY register, from_year DESC

-- name: counters
SELECT series, year, last_no, mask, closed_at, closed_by FROM counter
WHERE office_id = $1 AND (series = 'denik' OR series IN (SELECT code FROM register WHERE office_id = $1)) ORDER BY series, year DESC

-- name: agendas
SELECT agenda, register FROM register_agenda WHERE office_id = $1 ORDER BY agenda

-- name: office
SELECT abbreviation FROM office WHERE id = $1

-- name: lock
-- Whoever changes how numbers look does it alone: the check against collisions sees what it is checked against.
SELECT pg_advisory_xact_lock(7617232, $1)

-- name: set-mask
INSERT INTO number_mask AS m (office_id, series, from_year, mask, set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (office_id, series, from_year) DO UPDATE SET mask = excluded.mask, set_at = excluded.set_at, set_by = excluded.set_by

-- name: set-abbreviation
INSERT INTO abbreviation AS a (office_id, register, from_year, code, set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (office_id, register, from_year) DO UPDATE SET code = excluded.code, set_at = excluded.set_at, set_by = excluded.set_by

-- name: abbreviation-elsewhere
SELECT EXISTS (SELECT FROM office WHERE abbreviation = $2 AND id <> $1)

-- name: create-register
INSERT INTO register (office_id, code, name, created_at, created_by) VALUES ($1, $2, $3, $4, $5)

-- name: end-register
UPDATE register SET ended_at = $3, ended_by = $4 WHERE office_id = $1 AND code = $2 AND ended_at IS NULL

-- name: reopen-register
UPDATE register SET ended_at = NULL, ended_by = '' WHERE office_id = $1 AND code = $2 AND ended_at IS NOT NULL

-- name: leave-register
DELETE FROM register_agenda WHERE office_id = $1 AND register = $2

-- name: put-agenda
INSERT INTO register_agenda (office_id, agenda, register) SELECT $1, $2, r.code FROM register r WHERE r.office_id = $1 AND r.code = $3 AND r.ended_at IS NULL
ON CONFLICT (office_id, agenda) DO UPDATE SET register = excluded.register

-- name: free-agenda
DELETE FROM register_agenda WHERE office_id = $1 AND agenda = $2

-- name: close-year
-- A year without a number is closed by a counter that gave none.
INSERT INTO counter AS c (office_id, series, year, last_no, mask, closed_at, closed_by)
VALUES ($1, $2, $3, 0, counter_mask($1, $2, $3), $4, $5)
ON CONFLICT (office_id, series, year) DO UPDATE SET closed_at = excluded.closed_at, closed_by = excluded.closed_by WHERE c.closed_at IS NULL

-- name: reopen-year
UPDATE counter SET closed_at = NULL, closed_by = '' WHERE office_id = $1 AND series = $2 AND year = $3 AND closed_at IS NOT NULL
