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

-- name: feed-rows
SELECT p.id, p.version, p.year, p.no, p.posted_at, p.until_on, p.removed_at, p.physical_posted_at, p.physical_removed_at, p.event_at, p.event_place, p.revision,
       p.made_at, r.at, r.kind, r.title, r.text, r.issuer, r.issuer_ico, r.reference_number, r.file_mark, r.agendas, r.approved_on, r.places, r.subjects, r.link,
       COALESCE(r.source, b.source) AS source, COALESCE(b.revision, 0) AS base, v.version AS judged, COALESCE(v.faults, '[]') <> '[]' AS faulty
FROM unnest(CAST($2 AS bigint[])) WITH ORDINALITY k(id, n)
JOIN posting p ON p.office_id = $1 AND p.id = k.id
JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
LEFT JOIN posting_feed v ON v.office_id = p.office_id AND v.posting_id = p.id
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
INSERT INTO posting_feed (office_id, posting_id, version, faults) VALUES ($1, $2, $3, $4)
ON CONFLICT (office_id, posting_id) DO UPDATE SET version = EXCLUDED.version, faults = EXCLUDED.faults

-- name: feed-faults
SELECT p.year, p.no, r.title, v.faults
FROM posting_feed v JOIN posting p ON p.office_id = v.office_id AND p.id = v.posting_id
JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE v.office_id = $1 AND v.faults <> '[]' AND v.version = p.version AND p.posted_at IS NOT NULL AND p.removed_at IS NULL ORDER BY p.year DESC, p.no DESC LIMIT 100

-- name: outages
SELECT from_at, to_at, reason, line, col, states FROM board_outage WHERE office_id = $1 ORDER BY from_at
