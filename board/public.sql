-- name: public-front
-- The front of one board in one walk of its index: notices, then news, then events, each the latest first.
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
FROM board_item WHERE office_id = $1 AND removed_at IS NULL ORDER BY class DESC, posted_at DESC, posting_id DESC LIMIT $2

-- name: public-front-others
-- News and events of a board whose notices alone fill its front.
(SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
 FROM board_item WHERE office_id = $1 AND class = 'news' AND removed_at IS NULL ORDER BY posted_at DESC, posting_id DESC LIMIT $2)
UNION ALL
(SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
 FROM board_item WHERE office_id = $1 AND class = 'event' AND removed_at IS NULL ORDER BY posted_at DESC, posting_id DESC LIMIT $2)

-- name: public-here
-- One class of what hangs on one board, from a key on.
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
FROM board_item WHERE office_id = $1 AND class = $2 AND removed_at IS NULL AND (posted_at, posting_id) < ($3, CAST($4 AS bigint))
ORDER BY posted_at DESC, posting_id DESC LIMIT $5

-- name: public-past
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
FROM board_item WHERE office_id = $1 AND class = $2 AND removed_at IS NOT NULL AND (posted_at, posting_id) < ($3, CAST($4 AS bigint))
ORDER BY posted_at DESC, posting_id DESC LIMIT $5

-- name: unscoped-public-current
-- All boards: what hangs is for everyone.
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
FROM board_item WHERE class = $1 AND removed_at IS NULL AND (posted_at, office_id, posting_id) < ($2, CAST($3 AS int), CAST($4 AS bigint))
ORDER BY posted_at DESC, office_id DESC, posting_id DESC LIMIT $5

-- name: unscoped-public-archive
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at
FROM board_item WHERE class = $1 AND removed_at IS NOT NULL AND (posted_at, office_id, posting_id) < ($2, CAST($3 AS int), CAST($4 AS bigint))
ORDER BY posted_at DESC, office_id DESC, posting_id DESC LIMIT $5

-- name: unscoped-public-search
-- Words and narrowings by the one index, then the newest of what was found; $7 are long beginnings of words, $2–$3 bound the posting.
SELECT i.office_id, i.posting_id, i.number, i.kind, i.class, i.title, i.issuer, i.reference_number, i.file_mark, i.files, i.posted_at, i.until_on, i.removed_at, i.event_at
FROM unscoped_board_search(CAST($1 AS tsquery), CAST($7 AS tsquery), $2, $3, $4, CAST($5 AS int), CAST($6 AS bigint), $8) f
JOIN board_item i ON i.office_id = f.office_id AND i.posting_id = f.posting_id
ORDER BY i.posted_at DESC, i.office_id DESC, i.posting_id DESC

-- name: unscoped-public-counts
-- How much hangs on each board: read whole at start, then one office at a time.
SELECT office_id, class, count(*) AS n, max(posted_at) AS newest FROM board_item WHERE removed_at IS NULL GROUP BY office_id, class

-- name: public-count
SELECT office_id, class, count(*) AS n, max(posted_at) AS newest FROM board_item WHERE removed_at IS NULL AND office_id = $1 GROUP BY office_id, class
