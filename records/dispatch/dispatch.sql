-- name: services
SELECT code, valid_from, valid_to, name, marking, registered, proof, substitute FROM post_service ORDER BY ord, valid_from DESC

-- name: lock-document
SELECT id FROM document WHERE office_id = $1 AND id = $2 FOR UPDATE

-- name: create
INSERT INTO dispatch (office_id, document_id, party_id, to_office, way, attempt, service, proof, fiction, why, instead_of, name, street, zip, town, country, email,
                      data_box, made_at, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) RETURNING id

-- name: by-id
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE d.office_id = $1 AND d.id = $2

-- name: by-post-no
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE d.office_id = $1 AND d.post_no = $2

-- name: of-documents
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE d.office_id = $1 AND d.document_id = ANY(CAST($2 AS bigint[])) ORDER BY d.id

-- name: of-case
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM document doc JOIN dispatch d ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE doc.office_id = $1 AND doc.case_id = $2 ORDER BY d.id

-- name: of-sheet
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE d.office_id = $1 AND d.sheet_year = $2 AND d.sheet_no = $3 ORDER BY d.id

-- name: list
-- What may still wait for something: no event has ended it, it is not of those that prove nothing and have left, and no
-- other sending took its place. Older than two years is of no concern any more.
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, c.mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id JOIN case_file c ON c.office_id = doc.office_id AND c.id = doc.case_id
WHERE d.office_id = $1 AND d.id < $2 AND (NOT CAST($3 AS boolean) OR (d.made_at > $5
  AND NOT EXISTS (SELECT FROM dispatch_event e WHERE e.office_id = d.office_id AND e.dispatch_id = d.id AND (e.kind IN ('delivered', 'refused', 'fiction', 'withdrawn')
              OR NOT d.proof AND e.kind = 'sent')
              AND NOT EXISTS (SELECT FROM dispatch_event v WHERE v.office_id = e.office_id AND v.voids = e.id)
              AND NOT EXISTS (SELECT FROM dispatch_event r WHERE r.office_id = e.office_id AND r.dispatch_id = e.dispatch_id AND e.kind = 'sent' AND r.kind IN ('returned', 'failed')))
  AND NOT EXISTS (SELECT FROM dispatch n WHERE n.office_id = d.office_id AND n.instead_of = d.id)))
ORDER BY d.id DESC LIMIT $4

-- name: events
SELECT id, dispatch_id, kind, on_day, at, key, voids, actor, data FROM dispatch_event
WHERE office_id = $1 AND dispatch_id = ANY(CAST($2 AS bigint[])) ORDER BY id

-- name: lock
SELECT d.document_id, doc.cancelled_at FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE d.office_id = $1 AND d.id = $2 FOR UPDATE OF d

-- name: note
INSERT INTO dispatch_event (office_id, dispatch_id, kind, on_day, at, key, voids, actor, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (dispatch_id, key, office_id) DO NOTHING

-- name: to-send
SELECT d.id, d.case_id, d.reference_number, c.mark, d.subject, d.party, d.registered_at, COALESCE(a.name, '') AS clerk_name
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id LEFT JOIN account a ON a.id = c.clerk_id
WHERE d.office_id = $1 AND d.id < $2 AND d.direction = 'out' AND d.sent_at IS NULL AND d.cancelled_at IS NULL
  AND NOT EXISTS (SELECT FROM dispatch x WHERE x.office_id = d.office_id AND x.document_id = d.id)
ORDER BY d.id DESC LIMIT $3

-- name: count-to-send
SELECT count(*) FROM document d WHERE d.office_id = $1 AND d.direction = 'out' AND d.sent_at IS NULL AND d.cancelled_at IS NULL
  AND NOT EXISTS (SELECT FROM dispatch x WHERE x.office_id = d.office_id AND x.document_id = d.id)

-- name: partners
SELECT id, name, data_box, ico FROM office WHERE participates AND id <> $1 ORDER BY name

-- name: partner
SELECT id, name, data_box, ico FROM office WHERE participates AND id <> $1 AND id = $2

-- name: unscoped-deliver
SELECT case_id, document_id, reference_number FROM unscoped_deliver($1, $2, $3, $4, $5, $6)

-- name: unscoped-untaken
SELECT kind, case_id, dispatch_id, subject, mark, office, number, sent_at FROM unscoped_untaken($1, $2)

-- name: range
SELECT prefix, range_from, range_to, range_next FROM dispatch_post WHERE office_id = $1

-- name: set-range
INSERT INTO dispatch_post (office_id, prefix, range_from, range_to, range_next) VALUES ($1, $2, $3, $4, $3)
ON CONFLICT (office_id) DO UPDATE SET prefix = EXCLUDED.prefix, range_from = EXCLUDED.range_from, range_to = EXCLUDED.range_to, range_next = EXCLUDED.range_next

-- name: take-number
UPDATE dispatch_post SET range_next = range_next + 1 WHERE office_id = $1 AND range_next <= range_to RETURNING prefix, range_from, range_to, range_next

-- name: number-used
SELECT EXISTS (SELECT FROM dispatch WHERE office_id = $1 AND post_no = $2 AND id <> $3)

-- name: set-number
UPDATE dispatch SET post_no = $3 WHERE office_id = $1 AND id = $2

-- name: next-sheet
INSERT INTO dispatch_post AS p (office_id, sheet_year, sheet_no) VALUES ($1, $2, 1)
ON CONFLICT (office_id) DO UPDATE SET sheet_no = CASE WHEN p.sheet_year = EXCLUDED.sheet_year THEN p.sheet_no + 1 ELSE 1 END, sheet_year = EXCLUDED.sheet_year
RETURNING sheet_no

-- name: create-sheet
INSERT INTO dispatch_sheet (office_id, year, no, made_at, made_by, on_day) VALUES ($1, $2, $3, $4, $5, $6)

-- name: put-on-sheet
UPDATE dispatch SET sheet_year = $3, sheet_no = $4 WHERE office_id = $1 AND id = $2

-- name: sheet
SELECT year, no, made_at, made_by, on_day FROM dispatch_sheet WHERE office_id = $1 AND year = $2 AND no = $3

-- name: sheets
SELECT year, no, made_at, made_by, on_day FROM dispatch_sheet WHERE office_id = $1 ORDER BY year DESC, no DESC LIMIT $2

-- name: find-parties
SELECT id, kind, name, street, zip, town, email, data_box, ico FROM party
WHERE office_id = $1 AND merged_into IS NULL AND (strpos(plain(name), plain($2)) > 0 OR data_box = lower($2) OR ico = $2)
ORDER BY name, id LIMIT $3

-- name: parties
SELECT id, kind, name, street, zip, town, email, data_box, ico FROM party WHERE office_id = $1 AND id = ANY(CAST($2 AS bigint[])) ORDER BY id
