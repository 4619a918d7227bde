-- name: unmade
-- The files of a posting's current revision of which nothing was made yet, or not for want of the tool ($3 = it is here now).
SELECT f.revision, f.ordinal, f.name, f.media_type, f.size, f.sha256, f.url, f.warning
FROM posting p JOIN posting_file f ON f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision
  LEFT JOIN posting_preview v ON v.office_id = f.office_id AND v.sha256 = f.sha256
WHERE p.office_id = $1 AND p.id = $2 AND f.sha256 <> '' AND (v.sha256 IS NULL OR v.problem = 'tool-missing' AND $3)
ORDER BY f.ordinal

-- name: postings-unmade
-- Postings that have such files, those that hang first.
SELECT p.id AS posting, p.revision FROM posting p
WHERE p.office_id = $1 AND p.posted_at IS NOT NULL AND EXISTS (
  SELECT FROM posting_file f LEFT JOIN posting_preview v ON v.office_id = f.office_id AND v.sha256 = f.sha256
  WHERE f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision AND f.sha256 <> ''
    AND (v.sha256 IS NULL OR v.problem = 'tool-missing' AND $2))
ORDER BY p.removed_at IS NOT NULL, p.id DESC LIMIT $3

-- name: keep-preview
INSERT INTO posting_preview (office_id, sha256, made_at, pages, text, pictures, thumb, thumb_type, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (office_id, sha256) DO UPDATE SET made_at = EXCLUDED.made_at, pages = EXCLUDED.pages, text = EXCLUDED.text, pictures = EXCLUDED.pictures,
  thumb = EXCLUDED.thumb, thumb_type = EXCLUDED.thumb_type, problem = EXCLUDED.problem

-- name: previews
SELECT sha256, pages, text, pictures, thumb, thumb_type, problem FROM posting_preview WHERE office_id = $1 AND sha256 = ANY(CAST($2 AS text[]))

-- name: previews-of
-- What is known of the files of a posting, of all its revisions.
SELECT v.sha256, v.pages, v.text, v.pictures, v.thumb, v.thumb_type, v.problem FROM posting_preview v
WHERE v.office_id = $1 AND v.sha256 IN (SELECT f.sha256 FROM posting_file f WHERE f.office_id = $1 AND f.posting_id = $2)

-- name: unscoped-with-items
-- Every office that ever posted anything.
SELECT o.id FROM office o WHERE EXISTS (SELECT FROM board_item i WHERE i.office_id = o.id) ORDER BY o.id

-- name: screen-items
-- What hangs on one board as its screen shows it: legal notices, then events by their date, then news.
SELECT i.office_id, i.posting_id, i.number, i.kind, i.class, i.title, i.issuer, i.reference_number, i.file_mark, i.files, i.posted_at, i.until_on, i.removed_at, i.event_at,
       p.version
FROM (VALUES (1, 'notice', CAST($2 AS int)), (2, 'event', CAST($3 AS int)), (3, 'news', CAST($3 AS int))) c (ord, class, most)
  CROSS JOIN LATERAL (SELECT * FROM board_item b WHERE b.office_id = $1 AND b.removed_at IS NULL AND b.class = c.class
                      ORDER BY b.posted_at DESC, b.posting_id DESC LIMIT c.most) i
  JOIN posting p ON p.office_id = i.office_id AND p.id = i.posting_id
ORDER BY c.ord, CASE WHEN c.ord = 2 THEN i.event_at END, i.posted_at DESC, i.posting_id DESC

-- name: screen-sheets
-- The documents of these postings that have pictures.
SELECT p.id AS posting_id, f.ordinal, f.sha256, v.made_at, v.pictures
FROM posting p JOIN posting_file f ON f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision
  JOIN posting_preview v ON v.office_id = f.office_id AND v.sha256 = f.sha256
WHERE p.office_id = $1 AND p.id = ANY(CAST($2 AS bigint[])) ORDER BY p.id, f.ordinal
