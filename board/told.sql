-- name: ask
INSERT INTO told_subscription (email, lang, offices, kinds, places, words, wanted, daily, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, CAST(NULLIF($7, '') AS tsquery), $8, $9, $10) RETURNING id

-- name: subscription
SELECT id, email, lang, offices, kinds, places, words, daily, created_at, expires_at, confirmed_at
FROM told_subscription WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)

-- name: confirm
UPDATE told_subscription SET confirmed_at = COALESCE(confirmed_at, $2), expires_at = NULL
WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2) RETURNING id

-- name: same
SELECT o.id FROM told_subscription s JOIN told_subscription o ON o.email = s.email AND o.id <> s.id AND o.confirmed_at IS NOT NULL
  AND o.offices = s.offices AND o.kinds = s.kinds AND o.places = s.places AND o.words = s.words AND o.confirmed_at <= s.confirmed_at
WHERE s.id = $1

-- name: change
UPDATE told_subscription SET offices = $2, kinds = $3, places = $4, words = $5, wanted = CAST(NULLIF($6, '') AS tsquery), daily = $7
WHERE id = $1 AND confirmed_at IS NOT NULL

-- name: erase
DELETE FROM told_subscription WHERE id = ANY(CAST($1 AS bigint[]))

-- name: expired
SELECT id FROM told_subscription WHERE expires_at <= $1 ORDER BY id

-- name: old-news
DELETE FROM told_news WHERE told_at < $1

-- name: match
INSERT INTO told_news (subscription_id, office_id, posting_id, found_at)
SELECT s.id, i.office_id, i.posting_id, $3
FROM board_item i JOIN office o ON o.id = i.office_id
  JOIN told_subscription s ON s.confirmed_at IS NOT NULL AND s.confirmed_at <= i.posted_at AND s.offices && ARRAY[0, i.office_id] AND s.kinds && ARRAY['*', i.kind]
    AND s.places && array_append(array_append(i.places, COALESCE(o.municipality_code, 0)), 0) AND (s.wanted IS NULL OR i.words @@ s.wanted)
WHERE i.office_id = $1 AND i.posting_id = $2 AND i.removed_at IS NULL AND i.posted_at > $4
ON CONFLICT DO NOTHING

-- name: at-once
SELECT n.subscription_id, s.email, s.lang, i.office_id, i.posting_id, i.number, i.kind, i.title, i.issuer, i.posted_at, i.until_on, i.event_at, i.removed_at
FROM told_news n JOIN told_subscription s ON s.id = n.subscription_id
  JOIN board_item i ON i.office_id = n.office_id AND i.posting_id = n.posting_id
WHERE n.office_id = $1 AND n.posting_id = $2 AND n.told_at IS NULL AND NOT s.daily
ORDER BY n.subscription_id LIMIT $3 FOR UPDATE OF n

-- name: digest
WITH page AS (
  SELECT s.id FROM told_subscription s
  WHERE s.id > $1 AND EXISTS (SELECT FROM told_news n WHERE n.subscription_id = s.id AND n.told_at IS NULL AND (s.daily OR n.found_at < $3))
  ORDER BY s.id LIMIT $2
)
SELECT n.subscription_id, s.email, s.lang, i.office_id, i.posting_id, i.number, i.kind, i.title, i.issuer, i.posted_at, i.until_on, i.event_at, i.removed_at
FROM page JOIN told_subscription s ON s.id = page.id JOIN told_news n ON n.subscription_id = s.id AND n.told_at IS NULL AND (s.daily OR n.found_at < $3)
  JOIN board_item i ON i.office_id = n.office_id AND i.posting_id = n.posting_id
ORDER BY n.subscription_id, i.posted_at, i.office_id, i.posting_id FOR UPDATE OF n

-- name: tell
UPDATE told_news n SET told_at = $1
FROM unnest(CAST($2 AS bigint[]), CAST($3 AS int[]), CAST($4 AS bigint[])) AS d(subscription, office, posting)
WHERE n.subscription_id = d.subscription AND n.office_id = d.office AND n.posting_id = d.posting

-- name: feed-changed
SELECT i.office_id, i.posting_id, i.changed_at
FROM unnest(CAST($1 AS int[]), CAST($2 AS bigint[])) AS w(office, posting) JOIN board_item i ON i.office_id = w.office AND i.posting_id = w.posting

-- name: feed-files
SELECT f.posting_id, f.ordinal, f.name, f.media_type, f.size, f.sha256, f.url, f.warning
FROM posting p JOIN posting_file f ON f.office_id = p.office_id AND f.posting_id = p.id AND f.revision = p.revision
WHERE p.office_id = $1 AND p.id = ANY(CAST($2 AS bigint[])) ORDER BY f.posting_id, f.ordinal

-- name: unscoped-calendar-events
-- What is on the boards is for everyone.
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at, event_at, event_place, changed_at
FROM board_item WHERE event_at >= $1 AND ($2 = '' OR words @@ CAST(NULLIF($2, '') AS tsquery)) ORDER BY event_at, office_id, posting_id LIMIT $3

-- name: unscoped-calendar-terms
SELECT office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, files, posted_at, until_on, removed_at,
       CAST(NULL AS timestamptz) AS event_at, '' AS event_place, changed_at
FROM board_item WHERE until_on >= CAST($1 AS date) AND removed_at IS NULL AND class = 'notice' AND event_at IS NULL
  AND ($2 = '' OR words @@ CAST(NULLIF($2, '') AS tsquery)) ORDER BY until_on, office_id, posting_id LIMIT $3

-- name: hooks
SELECT id, url, secret, created_at, created_by, succeeded_at, failing_since, failures, last_error, disabled_at, disabled_by
FROM board_hook WHERE office_id = $1 ORDER BY disabled_at IS NOT NULL, id

-- name: hook
SELECT id, url, secret, created_at, created_by, succeeded_at, failing_since, failures, last_error, disabled_at, disabled_by
FROM board_hook WHERE office_id = $1 AND id = $2

-- name: hook-id
SELECT nextval('board_hook_id_seq')

-- name: insert-hook
INSERT INTO board_hook (office_id, id, url, secret, created_at, created_by) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6)

-- name: live-hooks
SELECT id FROM board_hook WHERE office_id = $1 AND disabled_at IS NULL AND created_at <= $2 ORDER BY id

-- name: disable-hook
UPDATE board_hook SET disabled_at = $3, disabled_by = $4 WHERE office_id = $1 AND id = $2 AND disabled_at IS NULL

-- name: enable-hook
UPDATE board_hook SET disabled_at = NULL, disabled_by = NULL, failing_since = NULL, failures = 0, last_error = ''
WHERE office_id = $1 AND id = $2 AND disabled_at IS NOT NULL

-- name: hook-succeeded
UPDATE board_hook SET succeeded_at = $3, failing_since = NULL, failures = 0, last_error = '' WHERE office_id = $1 AND id = $2

-- name: hook-failed
UPDATE board_hook SET failing_since = COALESCE(failing_since, $3), failures = failures + 1, last_error = $4 WHERE office_id = $1 AND id = $2
RETURNING id, url, secret, created_at, created_by, succeeded_at, failing_since, failures, last_error, disabled_at, disabled_by

-- name: insert-call
INSERT INTO hook_call (office_id, hook_id, event, about, body, made_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (hook_id, about, office_id) DO NOTHING RETURNING id

-- name: hook-call
SELECT id, hook_id, event, about, body, made_at, attempts, tried_at, next_at, status, error, done_at FROM hook_call WHERE office_id = $1 AND id = $2

-- name: hook-calls
SELECT id, hook_id, event, about, body, made_at, attempts, tried_at, next_at, status, error, done_at
FROM hook_call WHERE office_id = $1 AND hook_id = $2 ORDER BY id DESC LIMIT $3

-- name: call-done
UPDATE hook_call SET attempts = $3, tried_at = $4, done_at = $4, status = $5, error = '', next_at = NULL WHERE office_id = $1 AND id = $2

-- name: call-failed
UPDATE hook_call SET attempts = $3, tried_at = $4, status = $5, error = $6, next_at = $7 WHERE office_id = $1 AND id = $2 AND done_at IS NULL

-- name: call-again
UPDATE hook_call SET next_at = $3 WHERE office_id = $1 AND id = $2 AND done_at IS NULL

-- name: give-up-calls
UPDATE hook_call SET next_at = NULL WHERE office_id = $1 AND hook_id = $2 AND done_at IS NULL AND next_at IS NOT NULL
