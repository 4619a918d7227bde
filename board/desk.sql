-- name: counts
SELECT count(*) FILTER (WHERE posted_at IS NULL AND cancelled_at IS NULL) AS waiting,
       count(*) FILTER (WHERE posted_at IS NOT NULL AND removed_at IS NULL) AS hanging,
       count(*) FILTER (WHERE removed_at IS NOT NULL) AS removed, count(*) AS all
FROM posting WHERE office_id = $1

-- name: list
SELECT p.id, p.year, p.no, p.version, p.revision, p.contract_id, p.post_at, p.posted_at, p.until_on, p.removed_at, p.cancelled_at, p.past_why, p.physical_posted_at,
       p.physical_removed_at, r.kind, r.title, r.issuer, r.reference_number,
       (SELECT count(*) FROM posting_file f WHERE f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision) AS files
FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE p.office_id = $1
  AND CASE CAST($2 AS text) WHEN 'waiting' THEN p.posted_at IS NULL AND p.cancelled_at IS NULL WHEN 'hanging' THEN p.posted_at IS NOT NULL AND p.removed_at IS NULL
                            WHEN 'removed' THEN p.removed_at IS NOT NULL ELSE true END
  AND (CAST($3 AS int) = 0 OR (p.year, p.no) < (CAST($3 AS int), CAST($4 AS bigint)))
  AND NOT EXISTS (SELECT FROM regexp_split_to_table(plain(CAST($5 AS text)), '\s+') w
                  WHERE strpos(plain(concat_ws(' ', p.year || '-' || p.no, r.title, r.issuer, r.reference_number, r.file_mark)), w) = 0)
ORDER BY p.year DESC, p.no DESC LIMIT $6

-- name: todo
SELECT p.id, p.year, p.no, p.version, p.revision, p.contract_id, p.post_at, p.posted_at, p.until_on, p.removed_at, p.cancelled_at, p.past_why, p.physical_posted_at,
       p.physical_removed_at, r.kind, r.title, r.issuer, r.reference_number, 0 AS files
FROM posting p JOIN posting_revision r ON r.office_id = p.office_id AND r.posting_id = p.id AND r.revision = p.revision
WHERE p.office_id = $1 AND p.origin <> 'import' AND (
    p.posted_at IS NULL AND p.cancelled_at IS NULL AND p.post_at < $2
    OR p.posted_at IS NOT NULL AND p.removed_at IS NULL AND p.physical_posted_at IS NULL
       AND EXISTS (SELECT FROM posting_kind k WHERE k.code = r.kind AND k.class = 'notice')
    OR p.posted_at IS NOT NULL AND p.removed_at IS NULL AND p.until_on <= CAST($3 AS date)
    OR p.removed_at IS NOT NULL AND p.physical_posted_at IS NOT NULL AND p.physical_removed_at IS NULL
    OR p.posted_at >= $4 AND p.removed_at IS NULL AND p.past_why = '' AND p.posted_at > p.post_at + interval '1 minute')
ORDER BY p.until_on NULLS LAST, p.year DESC, p.no DESC LIMIT 200

-- name: issuers
SELECT issuer FROM posting_revision WHERE office_id = $1 GROUP BY issuer ORDER BY max(at) DESC LIMIT 20
