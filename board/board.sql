-- name: kinds
SELECT code, valid_from, valid_to, name, class, days, before_event, hangs, effect_days, statute, note, source, verified
FROM posting_kind ORDER BY ord, valid_from

-- name: rest-days
SELECT name, month, day, easter_offset, valid_from, valid_to FROM holiday

-- name: posting
SELECT p.*, c.publisher_id FROM posting p LEFT JOIN board_contract c ON c.id = p.contract_id WHERE p.office_id = $1 AND p.id = $2

-- name: posting-by-number
SELECT p.*, c.publisher_id FROM posting p LEFT JOIN board_contract c ON c.id = p.contract_id WHERE p.office_id = $1 AND p.year = $2 AND p.no = $3

-- name: lock-posting
SELECT id FROM posting WHERE office_id = $1 AND id = $2 FOR UPDATE

-- name: revisions
SELECT posting_id, revision, at, by, why, kind, title, text, issuer, issuer_ico, reference_number, file_mark, agendas, approved_on, places, subjects, link,
       COALESCE(source, 'null') AS source
FROM posting_revision WHERE office_id = $1 AND posting_id = $2 ORDER BY revision

-- name: files
SELECT revision, ordinal, name, media_type, size, sha256, url, warning
FROM posting_file WHERE office_id = $1 AND posting_id = $2 ORDER BY revision, ordinal

-- name: next-number
INSERT INTO counter AS c (office_id, series, year, last_no) VALUES ($1, 'deska', $2, 1)
ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING last_no

-- name: insert-posting
INSERT INTO posting (office_id, year, no, origin, case_id, document_id, requester, requester_ref, requester_email, contract_id, made_at, made_by, post_at,
                     until_on, event_at, event_place, must_until, effect_on, early_why, past_why, physical_posted_at, iri)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, CAST($14 AS date), $15, $16, CAST($17 AS date), CAST($18 AS date), $19, $20, $21, $22)
RETURNING id

-- name: insert-revision
WITH r AS (
  INSERT INTO posting_revision (office_id, posting_id, revision, at, by, why, kind, title, text, issuer, issuer_ico, reference_number, file_mark, agendas,
                                approved_on, places, subjects, link, source)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, CAST($15 AS date), $16, $17, $18, NULLIF(CAST($19 AS jsonb), 'null'))
)
INSERT INTO posting_file (office_id, posting_id, revision, ordinal, name, media_type, size, sha256, url, warning)
SELECT $1, $2, $3, f.ordinal, f.name, f.type, f.size, f.sha256, f.url, f.warning
FROM jsonb_to_recordset($20) AS f(ordinal int, name text, type text, size bigint, sha256 text, url text, warning text)

-- name: save-posting
UPDATE posting SET version = $3, revision = $4, until_on = CAST($5 AS date), must_until = CAST($6 AS date), effect_on = CAST($7 AS date), early_why = $8,
  posted_at = $9, removed_at = $10, removed_by = $11, removed_why = $12, physical_posted_at = $13, physical_removed_at = $14,
  cancelled_at = $15, cancelled_by = $16, cancelled_why = $17
WHERE office_id = $1 AND id = $2

-- name: project
INSERT INTO board_item (office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, agendas, places, files, posted_at, until_on,
                        removed_at, event_at, event_place, changed_at, words)
SELECT p.office_id, p.id, p.year || '-' || p.no, r.kind, COALESCE(k.class, 'notice'), r.title, r.issuer, r.reference_number, r.file_mark, r.agendas,
       ARRAY(SELECT CAST(x ->> 'municipality' AS int) FROM jsonb_array_elements(r.places) x WHERE x ? 'municipality' ORDER BY 1),
       (SELECT count(*) FROM posting_file f WHERE f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision),
       p.posted_at, p.until_on, p.removed_at, p.event_at, p.event_place, greatest(r.at, p.posted_at, p.removed_at),
       (SELECT w || board_starts(w) FROM (SELECT setweight(board_words(r.title), 'A')
         || setweight(board_words(concat_ws(' ', r.issuer, r.reference_number, r.file_mark)), 'B') || setweight(board_words(left(r.text, 50000)), 'C')
         || COALESCE((SELECT setweight(board_words(left(string_agg(v.text, ' '), 100000)), 'D')
                      FROM posting_file f JOIN posting_preview v ON v.office_id = f.office_id AND v.sha256 = f.sha256
                      WHERE f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision), CAST('' AS tsvector)) AS w) x)
         || board_marks(p.office_id, r.kind, COALESCE(k.class, 'notice'), p.removed_at IS NULL, p.posted_at, r.issuer,
                        (SELECT string_agg(a, ' ') FROM jsonb_array_elements_text(r.agendas) a), (SELECT string_agg(x ->> 'name', ' ') FROM jsonb_array_elements(r.places) x),
                        ARRAY(SELECT CAST(x ->> 'municipality' AS int) FROM jsonb_array_elements(r.places) x WHERE x ? 'municipality'))
FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
  LEFT JOIN LATERAL (SELECT class FROM posting_kind WHERE code = r.kind ORDER BY valid_from DESC LIMIT 1) k ON true
WHERE p.office_id = $1 AND p.id = ANY(CAST($2 AS bigint[])) AND p.posted_at IS NOT NULL
ON CONFLICT (office_id, posting_id) DO UPDATE SET kind = EXCLUDED.kind, class = EXCLUDED.class, title = EXCLUDED.title, issuer = EXCLUDED.issuer,
  reference_number = EXCLUDED.reference_number, file_mark = EXCLUDED.file_mark, agendas = EXCLUDED.agendas, places = EXCLUDED.places, files = EXCLUDED.files,
  posted_at = EXCLUDED.posted_at, until_on = EXCLUDED.until_on, removed_at = EXCLUDED.removed_at, event_at = EXCLUDED.event_at,
  event_place = EXCLUDED.event_place, changed_at = EXCLUDED.changed_at, words = EXCLUDED.words

-- name: contracts
SELECT id, publisher_id, served_id, title, valid_from, valid_to FROM board_contract
WHERE (publisher_id = $1 OR served_id = $1) ORDER BY valid_from DESC, id DESC

-- name: insert-contract
INSERT INTO board_contract (publisher_id, served_id, title, valid_from, valid_to, recorded_at, recorded_by)
VALUES ($1, $2, $3, CAST($4 AS date), CAST($5 AS date), $6, $7) RETURNING id

-- name: end-contract
UPDATE board_contract SET valid_to = CAST($3 AS date) WHERE id = $2 AND served_id = $1 AND valid_from <= CAST($3 AS date)
