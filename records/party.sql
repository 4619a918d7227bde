-- name: parties
SELECT * FROM party
WHERE office_id = $1 AND merged_into IS NULL AND id > $2 AND ($3 = '' OR plain(name) LIKE $3) AND (NOT CAST($4 AS boolean) OR NOT identified)
ORDER BY id LIMIT $5

-- name: find-parties
SELECT p.*, CASE WHEN $2 <> '' AND plain(name) LIKE $2 || '%' THEN 0 ELSE 1 END AS rank FROM party p
WHERE office_id = $1 AND id = ANY (ARRAY(SELECT find_parties($2, $3, $4, $5, $6))) ORDER BY rank, plain(name), id

-- name: same-parties
SELECT * FROM party WHERE office_id = $1 AND id = ANY (ARRAY(SELECT same_parties($3, $4, $5, $6, $7))) AND id <> $2
ORDER BY identified DESC, id LIMIT 10

-- name: update-party
UPDATE party SET kind = $3, name = $4, given = $5, family = $6, born = $7, ico = $8, data_box = $9, email = $10, phone = $11, street = $12, town = $13, zip = $14,
  country = $15, identified = $16, note = $17, changed_at = $18
WHERE office_id = $1 AND id = $2 AND merged_into IS NULL

-- name: lock-parties
SELECT * FROM party WHERE office_id = $1 AND id = ANY(CAST($2 AS bigint[])) ORDER BY id FOR UPDATE

-- name: links-of-party
SELECT document_id, role FROM document_party WHERE office_id = $1 AND party_id = $2 ORDER BY document_id, role

-- name: move-links
INSERT INTO document_party (office_id, document_id, party_id, role)
SELECT office_id, document_id, $3, role FROM document_party WHERE office_id = $1 AND party_id = $2 ON CONFLICT DO NOTHING

-- name: drop-links
DELETE FROM document_party WHERE office_id = $1 AND party_id = $2

-- name: drop-link
DELETE FROM document_party WHERE office_id = $1 AND document_id = $2 AND party_id = $3 AND role = $4

-- name: set-merged
UPDATE party SET merged_into = $3, changed_at = $4 WHERE office_id = $1 AND id = $2

-- name: forward-merged
UPDATE party SET merged_into = $3 WHERE office_id = $1 AND merged_into = $2

-- name: note-merge
INSERT INTO party_merge (office_id, kept_id, gone_id, at, actor, moved) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: merges
SELECT m.id, m.kept_id, m.gone_id, m.at, m.actor, m.moved, m.undone_at, p.name AS gone_name
FROM party_merge m JOIN party p ON p.office_id = m.office_id AND p.id = m.gone_id
WHERE m.office_id = $1 AND m.kept_id = $2 ORDER BY m.id DESC

-- name: undo-merge
UPDATE party_merge SET undone_at = $3 WHERE office_id = $1 AND id = $2 AND undone_at IS NULL RETURNING id, kept_id, gone_id, at, actor, moved, undone_at, '' AS gone_name

-- name: documents-of-party
SELECT d.id, d.case_id, d.reference_number, d.subject, d.direction, d.registered_at, x.role FROM document_party x JOIN document d ON d.office_id = x.office_id AND d.id = x.document_id
WHERE x.office_id = $1 AND x.party_id = $2 ORDER BY d.registered_at DESC, d.id DESC LIMIT $3

-- name: duplicate-parties
SELECT a.id AS one, b.id AS other, a.name AS one_name, b.name AS other_name,
       CASE WHEN a.ico <> '' AND a.ico = b.ico THEN 'ico' WHEN a.data_box <> '' AND a.data_box = b.data_box THEN 'box'
            WHEN a.email <> '' AND lower(a.email) = lower(b.email) THEN 'email' ELSE 'name' END AS why
FROM party a JOIN party b ON b.office_id = a.office_id AND b.id > a.id AND b.merged_into IS NULL
  AND ((a.ico <> '' AND a.ico = b.ico) OR (a.data_box <> '' AND a.data_box = b.data_box) OR (a.email <> '' AND lower(a.email) = lower(b.email))
       OR (plain(a.name) = plain(b.name) AND a.born = b.born))
WHERE a.office_id = $1 AND a.merged_into IS NULL ORDER BY a.id, b.id LIMIT $2

-- name: forgotten-parties
SELECT p.id FROM party p LEFT JOIN mailroom m ON m.office_id = p.office_id
WHERE p.office_id = $1 AND p.changed_at < CAST($2 AS timestamptz) - make_interval(months => COALESCE(m.party_keep_months, 12))
  AND NOT EXISTS (SELECT FROM document_party x WHERE x.office_id = p.office_id AND x.party_id = p.id)
  AND NOT EXISTS (SELECT FROM party q WHERE q.office_id = p.office_id AND q.merged_into = p.id)
  AND NOT EXISTS (SELECT FROM party_merge y WHERE y.office_id = p.office_id AND y.kept_id = p.id AND y.undone_at IS NULL)
ORDER BY p.id LIMIT $3

-- name: forget-party-merges
DELETE FROM party_merge WHERE office_id = $1 AND (kept_id = $2 OR gone_id = $2)

-- name: forget-party
DELETE FROM party WHERE office_id = $1 AND id = $2
