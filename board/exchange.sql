-- name: head
SELECT head, from_at, to_at FROM board_source WHERE office_id = $1

-- name: save-head
INSERT INTO board_source (office_id, head, from_at, to_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (office_id) DO UPDATE SET head = EXCLUDED.head, from_at = EXCLUDED.from_at, to_at = EXCLUDED.to_at

-- name: feed-here
-- What hangs, of one class, from a key on.
SELECT posted_at, posting_id FROM board_item
WHERE office_id = $1 AND class = $2 AND removed_at IS NULL AND (posted_at, posting_id) < ($3, CAST($4 AS bigint))
ORDER BY posted_at DESC, posting_id DESC LIMIT $5

-- name: feed-shown
-- The same, and what the source still shows although its own term is over.
SELECT i.posted_at, i.posting_id FROM board_item i
WHERE i.office_id = $1 AND i.class = $2 AND (i.posted_at, i.posting_id) < ($3, CAST($4 AS bigint))
  AND (i.removed_at IS NULL OR EXISTS (SELECT FROM posting_source s WHERE s.office_id = i.office_id AND s.posting_id = i.posting_id AND s.shown))
ORDER BY i.posted_at DESC, i.posting_id DESC LIMIT $5

-- name: feed-ever
-- Everything that ever hung.
SELECT posted_at, posting_id FROM board_item
WHERE office_id = $1 AND class = $2 AND (posted_at, posting_id) < ($3, CAST($4 AS bigint))
ORDER BY posted_at DESC, posting_id DESC LIMIT $5

-- name: feed-items
-- Items as they are given out, NULL = not known of this version; '' = it may not go out.
SELECT p.id, v.item FROM unnest(CAST($2 AS bigint[])) WITH ORDINALITY k(id, n)
JOIN posting p ON p.office_id = $1 AND p.id = k.id
LEFT JOIN posting_feed v ON v.office_id = p.office_id AND v.posting_id = p.id AND v.version = p.version AND v.base = $3
ORDER BY k.n

-- name: feed-rows
SELECT p.id, p.version, p.year, p.no, p.posted_at, p.until_on, p.removed_at, p.physical_posted_at, p.physical_removed_at, p.event_at, p.event_place, p.revision,
       p.made_at, r.at, r.kind, r.title, r.text, r.issuer, r.issuer_ico, r.reference_number, r.file_mark, r.agendas, r.approved_on, r.places, r.subjects, r.link,
       COALESCE(r.source, b.source) AS source, COALESCE(b.revision, 0) AS base
FROM unnest(CAST($2 AS bigint[])) WITH ORDINALITY k(id, n)
JOIN posting p ON p.office_id = $1 AND p.id = k.id
JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
LEFT JOIN LATERAL (SELECT revision, source FROM posting_revision WHERE r.source IS NULL AND p.origin = 'import' AND office_id = p.office_id AND posting_id = p.id
                   AND source IS NOT NULL ORDER BY revision DESC LIMIT 1) b ON true
ORDER BY k.n

-- name: feed-files
SELECT f.posting_id, f.ordinal, f.name, f.media_type, f.size, f.sha256, f.url, f.warning
FROM posting p JOIN posting_file f ON f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision
WHERE p.office_id = $1 AND p.id = ANY(CAST($2 AS bigint[])) ORDER BY f.posting_id, f.ordinal

-- name: feed-state
-- Whether anything of the board's open data changed.
SELECT count(*) AS n, COALESCE(sum(version), 0) AS versions FROM posting WHERE office_id = $1 AND posted_at IS NOT NULL

-- name: judge
INSERT INTO posting_feed (office_id, posting_id, version, faults, base, item) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (office_id, posting_id) DO UPDATE SET version = EXCLUDED.version, faults = EXCLUDED.faults, base = EXCLUDED.base, item = EXCLUDED.item

-- name: feed-faults
SELECT p.year, p.no, r.title, v.faults
FROM posting_feed v JOIN posting p ON p.office_id = v.office_id AND p.id = v.posting_id
JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE v.office_id = $1 AND v.faults <> '[]' AND v.version = p.version AND p.posted_at IS NOT NULL AND p.removed_at IS NULL ORDER BY p.year DESC, p.no DESC LIMIT 100

-- name: outages
SELECT from_at, to_at, reason, line, col, states FROM board_outage WHERE office_id = $1 ORDER BY from_at

-- name: take-known
-- What was imported before: with the last day of each life, and who took it down.
SELECT s.posting_id, s.key, s.nth, s.spans, s.shown, s.digest, p.version, p.revision, p.posted_at, p.until_on, p.removed_at, COALESCE(p.removed_by, '') AS removed_by
FROM posting_source s JOIN posting p ON p.office_id = s.office_id AND p.id = s.posting_id WHERE s.office_id = $1

-- name: take-wording
-- The last wording of the source.
SELECT source FROM posting_revision WHERE office_id = $1 AND posting_id = $2 AND source IS NOT NULL ORDER BY revision DESC LIMIT 1

-- name: take-numbers
INSERT INTO counter AS c (office_id, series, year, last_no)
SELECT $1, 'deska', x.year, x.n FROM jsonb_to_recordset($2) AS x(year int, n bigint) ORDER BY x.year
ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + EXCLUDED.last_no RETURNING year, last_no

-- name: take-postings
INSERT INTO posting (office_id, year, no, version, revision, origin, made_at, made_by, post_at, until_on, posted_at, removed_at, removed_by, removed_why, iri)
SELECT $1, x.year, x.no, 1, x.revision, 'import', $3, $4, x.posted_at, x.until_on, x.posted_at, x.removed_at, x.removed_by, x.removed_why, x.iri
FROM jsonb_to_recordset($2) AS x(year int, no bigint, revision int, posted_at timestamptz, until_on date, removed_at timestamptz, removed_by text, removed_why text, iri text)
RETURNING id, year, no

-- name: take-changed
UPDATE posting p SET version = p.version + 1, revision = x.revision, until_on = x.until_on, removed_at = x.removed_at, removed_by = x.removed_by,
  removed_why = x.removed_why
FROM jsonb_to_recordset($2) AS x(id bigint, revision int, until_on date, removed_at timestamptz, removed_by text, removed_why text)
WHERE p.office_id = $1 AND p.id = x.id

-- name: take-revisions
WITH x AS (
  SELECT * FROM jsonb_to_recordset($2) AS x(posting bigint, revision int, at timestamptz, why text, kind text, title text, text text, issuer text, issuer_ico text,
    reference_number text, file_mark text, agendas jsonb, approved_on date, places jsonb, subjects jsonb, source jsonb, files jsonb)
), r AS (
  INSERT INTO posting_revision (office_id, posting_id, revision, at, by, why, kind, title, text, issuer, issuer_ico, reference_number, file_mark, agendas,
                                approved_on, places, subjects, source)
  SELECT $1, posting, revision, at, $3, why, kind, title, text, issuer, issuer_ico, reference_number, file_mark, agendas, approved_on, places, subjects, source FROM x
)
INSERT INTO posting_file (office_id, posting_id, revision, ordinal, name, media_type, size, sha256, url)
SELECT $1, x.posting, x.revision, f.ordinal, f.name, f.type, f.size, f.sha256, f.url
FROM x CROSS JOIN LATERAL jsonb_to_recordset(x.files) AS f(ordinal int, name text, type text, size bigint, sha256 text, url text)

-- name: take-sources
INSERT INTO posting_source (office_id, posting_id, key, nth, spans, shown, digest)
SELECT $1, x.posting, x.key, x.nth, x.spans, x.shown, x.digest
FROM jsonb_to_recordset($2) AS x(posting bigint, key text, nth int, spans jsonb, shown boolean, digest text)
ON CONFLICT (office_id, posting_id) DO UPDATE SET spans = EXCLUDED.spans, shown = EXCLUDED.shown, digest = EXCLUDED.digest

-- name: take-judged
INSERT INTO posting_feed (office_id, posting_id, version, faults, base, item)
SELECT $1, p.id, p.version, x.faults, $3, x.item FROM jsonb_to_recordset($2) AS x(posting bigint, faults jsonb, item text)
JOIN posting p ON p.office_id = $1 AND p.id = x.posting
ON CONFLICT (office_id, posting_id) DO UPDATE SET version = EXCLUDED.version, faults = EXCLUDED.faults, base = EXCLUDED.base, item = EXCLUDED.item

-- name: take-unchanged
-- Whether an imported posting still hangs does not change its item.
UPDATE posting_feed v SET version = p.version FROM posting p
WHERE v.office_id = $1 AND v.posting_id = ANY(CAST($2 AS bigint[])) AND p.office_id = v.office_id AND p.id = v.posting_id AND v.version = p.version - 1

-- name: take-outages
INSERT INTO board_outage (office_id, from_at, to_at, reason, line, col, states)
SELECT $1, x."from", x."to", x.reason, x.line, x."column", x.states
FROM jsonb_to_recordset($2) AS x("from" timestamptz, "to" timestamptz, reason text, line int, "column" int, states int)
ON CONFLICT (office_id, from_at) DO UPDATE SET to_at = EXCLUDED.to_at, reason = EXCLUDED.reason, states = EXCLUDED.states

-- name: end-outages
-- A good state ends the outages before it.
UPDATE board_outage SET to_at = $2 WHERE office_id = $1 AND to_at IS NULL AND from_at < $2

-- name: take-shown
SELECT count(*) FROM posting_source WHERE office_id = $1 AND shown
