-- name: unscoped-tables
-- Tables of the schema that hold rows of offices, with what their columns are and what they refer to beyond the office.
SELECT c.relname AS name, CAST(a.attname AS text) AS column, format_type(a.atttypid, NULL) AS type, a.attidentity <> '' AS identity,
       COALESCE((SELECT CAST(CAST(f.confrelid AS regclass) AS text) FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]), '') AS refers,
       COALESCE(array_position(k.conkey, a.attnum), 0) AS in_key
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relkind = 'r' AND c.relnamespace = CAST('public' AS regnamespace)
  AND EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'office_id' AND NOT o.attisdropped)
ORDER BY c.relname, a.attnum

-- name: schema-version
SELECT max(version_id) FROM goose_db_version WHERE is_applied

-- name: office
SELECT id, slug, name, participates OR moved_at IS NOT NULL AS participates, abbreviation, moved_at, CAST(to_jsonb(o) AS text) AS row FROM office o WHERE slug = $1

-- name: mark-moved
UPDATE office SET participates = false, moved_at = $2, moved_to = $3 WHERE id = $1 AND moved_at IS NULL

-- name: end-jobs
UPDATE job SET done_at = $2, last_error = 'the office has moved' WHERE office_id = $1 AND done_at IS NULL AND failed_at IS NULL AND kind <> 'mail-send'

-- name: log
SELECT unscoped_audit_append(jsonb_build_array(jsonb_build_object('office', CAST($1 AS int), 'at', CAST($2 AS timestamptz), 'actor', 'shell', 'action', CAST($3 AS text),
  'type', 'move', 'id', CAST($4 AS text), 'data', CAST($5 AS jsonb))))

-- name: head
SELECT seq, encode(hash, 'hex') AS hash FROM audit_head WHERE office_id = $1

-- name: evidence-head
SELECT seq, encode(hash, 'hex') AS hash FROM evidence_head WHERE office_id = $1

-- name: accounts
SELECT id, email, name, disabled_at FROM account WHERE id = ANY(CAST($1 AS bigint[])) ORDER BY id

-- name: account-by-email
SELECT id FROM account WHERE email = $1

-- name: add-account
INSERT INTO account (email, name, created_at, disabled_at) VALUES ($1, $2, $3, $4) RETURNING id

-- name: staged
SELECT count(*) FROM move_row WHERE package = $1 AND name = $2

-- name: unstage
DELETE FROM move_row WHERE package = $1 AND name = $2

-- name: unstage-all
DELETE FROM move_row WHERE package = $1

-- name: stage
INSERT INTO move_row (package, name, n, row) SELECT $1, $2, $3 + ord, CAST(v AS jsonb) FROM unnest(CAST($4 AS text[])) WITH ORDINALITY AS x(v, ord)

-- name: done
SELECT o.slug FROM office_origin g JOIN office o ON o.id = g.office_id WHERE g.package = $1

-- name: turn
SELECT pg_advisory_xact_lock(hashtext('move'))

-- name: find-office
SELECT id, slug, abbreviation FROM office WHERE slug = $1 OR municipality_code = $2 ORDER BY slug <> $1 LIMIT 1

-- name: abbreviation-taken
SELECT slug FROM office WHERE abbreviation = $1 AND abbreviation <> '' AND slug <> $2

-- name: create-office
INSERT INTO office (slug, name, seat_name, kind, category) VALUES ($1, $1, $1, 'other', '63/2') RETURNING id

-- name: forget-hours
DELETE FROM office_hours WHERE office_id = $1

-- name: put-head
INSERT INTO audit_head (office_id, seq, hash) SELECT $1, seq, hash FROM audit_event WHERE office_id = $1 ORDER BY seq DESC LIMIT 1
ON CONFLICT (office_id) DO NOTHING

-- name: put-evidence-head
INSERT INTO evidence_head (office_id, seq, hash) SELECT $1, seq, hash FROM posting_evidence WHERE office_id = $1 ORDER BY seq DESC LIMIT 1
ON CONFLICT (office_id) DO NOTHING

-- name: tie-before
-- What another office here had referred to this one leads to it again.
UPDATE submission s SET to_office = $2, to_id = x.id FROM move_row r, jsonb_populate_record(CAST(NULL AS submission), r.row) x
WHERE r.package = $1 AND r.name = 'submission' AND x.from_office IS NOT NULL AND s.reference = x.reference AND s.to_office IS NULL AND s.office_id <> $2

-- name: tie-after
-- And what this one had referred to an office that is here already.
UPDATE submission s SET from_office = n.office_id, from_id = n.id FROM submission n
WHERE n.office_id = $1 AND n.to_office = s.office_id AND n.to_id = s.id AND s.from_office IS NULL

-- name: put-origin
INSERT INTO office_origin (office_id, seq_from, seq_to, evidence_to, origin_id, accounts, installation, package, came_at)
SELECT $1, COALESCE((SELECT max(seq_to) FROM office_origin WHERE office_id = $1), 0) + 1, CAST($2 AS bigint), $3, $4, $5, $6, $7, $8

-- name: merge-office
SELECT id, slug, name, participates, abbreviation, moved_at, COALESCE(NULLIF(ico, ''), abbreviation) AS row FROM office WHERE slug = $1 FOR UPDATE

-- name: merge-clash
SELECT t.mark FROM move_case m JOIN case_file f ON f.office_id = m.office_id AND f.id = m.id JOIN case_file t ON t.office_id = $2 AND (t.mark = f.mark OR t.id = f.id) WHERE m.office_id = $1
UNION ALL SELECT t.reference_number FROM move_case m JOIN document f ON f.office_id = m.office_id AND f.case_id = m.id JOIN document t ON t.office_id = $2 AND (t.reference_number = f.reference_number OR t.id = f.id) WHERE m.office_id = $1
-- Rows that other case files share may be there from a hand-over before, but then they are the same.
UNION ALL SELECT 'the person ' || t.name FROM party f JOIN party t ON t.office_id = $2 AND t.id = f.id AND t.created_at <> f.created_at WHERE f.office_id = $1
UNION ALL SELECT 'the scheme ' || t.name FROM scheme f JOIN scheme t ON t.office_id = $2 AND t.id = f.id AND t.created_at <> f.created_at WHERE f.office_id = $1
UNION ALL SELECT 'the class ' || t.code FROM scheme_class f JOIN scheme_class t ON t.office_id = $2 AND t.id = f.id AND (t.scheme_id, t.code) <> (f.scheme_id, f.code) WHERE f.office_id = $1
LIMIT 1

-- name: choose
-- The case files that are handed over: what fits, with all that is tied to it; what was disposed of or handed over before stays.
WITH RECURSIVE edge AS (
  SELECT id AS a, joined_to AS b FROM case_file WHERE office_id = $1 AND joined_to IS NOT NULL
  UNION ALL SELECT id, parent_id FROM case_file WHERE office_id = $1 AND parent_id IS NOT NULL
  UNION ALL SELECT case_id, to_id FROM case_link WHERE office_id = $1 AND fixed AND ended_at IS NULL
), tied AS (
  SELECT c.id FROM case_file c WHERE c.office_id = $1 AND ($2 OR c.agenda = ANY(CAST($3 AS text[])) OR c.mark = ANY(CAST($4 AS text[]))
    OR EXISTS (SELECT FROM unit u WHERE u.office_id = c.office_id AND u.id = c.unit_id AND u.name = ANY(CAST($5 AS text[])))
    OR EXISTS (SELECT FROM scheme_class k JOIN scheme s ON s.office_id = k.office_id AND s.id = k.scheme_id JOIN unnest(CAST($6 AS text[])) w(code) ON k.code = w.code OR starts_with(k.code, w.code || s.separator)
               WHERE k.office_id = c.office_id AND k.id = c.class_id))
  UNION SELECT CASE WHEN e.a = t.id THEN e.b ELSE e.a END FROM tied t JOIN edge e ON t.id IN (e.a, e.b)
)
INSERT INTO move_case SELECT $1, t.id FROM tied t JOIN case_file c ON c.office_id = $1 AND c.id = t.id WHERE c.disposed_at IS NULL AND c.moved_at IS NULL

-- name: unchoose
DELETE FROM move_case WHERE office_id = $1

-- name: merge-hindrance
-- Why a case file cannot be handed over now, a file a row; of a part also letters that the former office could not send any more,
-- and matters begun in the portal, whose citizens look on.
SELECT c.mark, CASE WHEN l.id IS NOT NULL THEN 'lent' WHEN p.id IS NOT NULL THEN 'disposal' WHEN u.unsent THEN 'unsent' ELSE 'submission' END AS why
FROM move_case m JOIN case_file c ON c.office_id = m.office_id AND c.id = m.id
LEFT JOIN loan l ON l.office_id = c.office_id AND l.case_id = c.id AND l.returned_at IS NULL
LEFT JOIN disposal_item i ON i.office_id = c.office_id AND i.case_id = c.id LEFT JOIN disposal p ON p.office_id = i.office_id AND p.id = i.disposal_id AND p.executed_at IS NULL AND p.withdrawn_at IS NULL
CROSS JOIN LATERAL (SELECT $2 AND EXISTS (SELECT FROM document d WHERE d.office_id = c.office_id AND d.case_id = c.id AND d.direction = 'out' AND d.sent_at IS NULL AND d.cancelled_at IS NULL) AS unsent) u
WHERE m.office_id = $1 AND (l.id IS NOT NULL OR p.id IS NOT NULL OR u.unsent
   OR $2 AND c.handled_at IS NULL AND EXISTS (SELECT FROM submission s WHERE s.office_id = c.office_id AND s.case_id = c.id))
ORDER BY c.id LIMIT 20

-- name: part-moved
-- Open matters end here as handed over; all are read only from now on.
UPDATE case_file c SET handled_at = COALESCE(handled_at, $2), handled_how = COALESCE(handled_how, 'other'), handled_why = CASE WHEN handled_at IS NULL THEN $4 ELSE handled_why END,
  paused_on = NULL, moved_at = $2, moved_to = $3
FROM move_case m WHERE c.office_id = $1 AND m.office_id = $1 AND c.id = m.id

-- name: unscoped-merge-referring
-- Tables whose rows stand upon case files or documents.
SELECT DISTINCT CAST(CAST(f.conrelid AS regclass) AS text) FROM pg_constraint f
WHERE f.contype = 'f' AND f.confrelid IN (CAST('case_file' AS regclass), CAST('document' AS regclass)) ORDER BY 1

-- name: merge-list
SELECT mark, subject, opened_at, handled_at, documents FROM case_file c
WHERE office_id = $1 AND disposed_at IS NULL AND moved_at IS NULL AND (NOT $2 OR EXISTS (SELECT FROM move_case m WHERE m.office_id = c.office_id AND m.id = c.id)) ORDER BY year, series, no

-- name: merge-columns
SELECT attname FROM pg_attribute WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum

-- name: merge-counters
INSERT INTO counter AS c (office_id, series, year, last_no, mask, partial)
SELECT $2, k.series || ':' || CAST($3 AS text), k.year, k.last_no, k.mask,
       k.partial OR EXISTS (SELECT FROM case_file f WHERE f.office_id = $1 AND f.series = k.series AND f.year = k.year AND NOT EXISTS (SELECT FROM move_case m WHERE m.office_id = $1 AND m.id = f.id))
FROM counter k WHERE k.office_id = $1 AND EXISTS (SELECT FROM case_file f JOIN move_case m ON m.office_id = f.office_id AND m.id = f.id WHERE f.office_id = $1 AND f.series = k.series AND f.year = k.year)
ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = excluded.last_no, partial = true

-- name: office-scope
SELECT set_config('app.office', CAST($1 AS text), true)
