-- name: queue
INSERT INTO mail_message (office_id, uniq, to_address, to_name, reply_to, subject, text, html, files, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (uniq) DO NOTHING RETURNING id

-- name: message
SELECT id, office_id, uniq, to_address, to_name, reply_to, subject, text, html, files, created_at, sent_at
FROM mail_message WHERE id = $1

-- name: unscoped-messages
SELECT id, office_id, uniq, to_address, to_name, reply_to, subject, text, html, files, created_at, sent_at
FROM mail_message WHERE id < $1 AND (CAST($2 AS text) = '' OR to_address = $2) ORDER BY id DESC LIMIT $3

-- name: sent
UPDATE mail_message SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL
