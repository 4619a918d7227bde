-- name: list
SELECT id, slug, name, seat_name, kind, COALESCE(municipality_code, 0) AS municipality_code, COALESCE(region_code, 0) AS region_code,
       category, abbreviation, participates, ico, data_box, email, phone, web, street, zip, town,
       COALESCE(lat, 0) AS lat, COALESCE(lon, 0) AS lon, attachment_mb, submission_mb, attachment_count, emblem, source, moved_to
FROM office ORDER BY kind <> 'region', plain(seat_name), slug

-- name: hours
SELECT office_id, weekday, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
FROM office_hours ORDER BY office_id, weekday, opens

-- name: units
SELECT id, name FROM unit WHERE office_id = $1 ORDER BY id

-- name: add-unit
INSERT INTO unit (office_id, id, name)
SELECT $1, COALESCE(max(id), 0) + 1, $2 FROM unit WHERE office_id = $1
RETURNING id

-- name: rename-unit
UPDATE unit SET name = $2 WHERE office_id = $1 AND id = $3 RETURNING id

-- name: update-contact
UPDATE office SET email = $2, phone = $3, web = $4, data_box = $5, street = $6, zip = $7, town = $8,
       attachment_mb = $9, submission_mb = $10, attachment_count = $11, emblem = $12
WHERE id = $1

-- name: clear-hours
DELETE FROM office_hours WHERE office_id = $1

-- name: add-hours
INSERT INTO office_hours (office_id, weekday, opens, closes) VALUES ($1, $2, CAST($3 AS time), CAST($4 AS time))

-- Adds offices whose slug and municipality are new; what is there stays.
-- name: add-many
INSERT INTO office (slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, ico, data_box,
                    email, phone, web, street, zip, town, lat, lon, source)
SELECT slug, name, seat_name, kind, municipality_code, region_code, category, abbreviation, participates, ico, data_box,
       email, phone, web, street, zip, town, lat, lon, source
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(slug text, name text, seat_name text, kind text, municipality_code int, region_code int,
       category text, abbreviation text, participates boolean, ico text, data_box text, email text, phone text, web text, street text,
       zip text, town text, lat double precision, lon double precision, source text)
ON CONFLICT DO NOTHING

-- name: add-many-hours
INSERT INTO office_hours (office_id, weekday, opens, closes)
SELECT o.id, h.weekday, h.opens, h.closes
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(slug text, hours jsonb) JOIN office o ON o.slug = r.slug
CROSS JOIN LATERAL jsonb_to_recordset(r.hours) AS h(weekday int, opens time, closes time)
WHERE NOT EXISTS (SELECT FROM office_hours x WHERE x.office_id = o.id)

-- Crosses offices for the operator: numbers only.
-- name: unscoped-work
SELECT c.office_id, c.open, c.fresh, c.late, c.last, COALESCE(u.unread, 0) AS unread
FROM unscoped_office_counts($1) c LEFT JOIN unscoped_unread_counts() u ON u.office_id = c.office_id

-- name: kiosks
SELECT office_id, id, name, forms, seen_on, created_at, paired_at, pair_until, revoked_at FROM kiosk WHERE office_id = $1 ORDER BY revoked_at IS NOT NULL, name, id LIMIT 200

-- name: add-kiosk
INSERT INTO kiosk (office_id, name, forms, created_at, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING id

-- name: pair-kiosk
UPDATE kiosk SET pair_hash = $3, pair_until = $4, token_hash = NULL WHERE office_id = $1 AND id = $2 AND revoked_at IS NULL

-- name: revoke-kiosk
UPDATE kiosk SET pair_hash = NULL, pair_until = NULL, token_hash = NULL, revoked_at = $3, revoked_by = $4 WHERE office_id = $1 AND id = $2 AND revoked_at IS NULL

-- name: kiosk-seen
UPDATE kiosk SET seen_on = $3 WHERE office_id = $1 AND id = $2

-- name: unscoped-kiosk
SELECT office_id, id, name, forms, seen_on FROM unscoped_kiosk($1)

-- name: unscoped-become-kiosk
SELECT office_id, id FROM unscoped_kiosk_pair($1, $2, $3)
