-- name: queue
INSERT INTO mail_message (office_id, uniq, topic, to_address, to_name, reply_to, subject, text, html, files, end_url, created_at)
SELECT office, uniq, topic, "to", to_name, reply_to, subject, text, html, files, end_url, at
FROM jsonb_to_recordset($1) AS m(office int, uniq text, topic text, "to" text, to_name text, reply_to text, subject text, text text, html text, files jsonb,
                                 end_url text, at timestamptz)
ON CONFLICT (uniq) DO NOTHING RETURNING id, office_id

-- name: message
SELECT id, office_id, uniq, topic, to_address, to_name, reply_to, subject, text, html, files, end_url, created_at, sent_at
FROM mail_message WHERE id = $1

-- name: unsent
SELECT id FROM mail_message WHERE uniq = $1 AND sent_at IS NULL

-- name: unscoped-messages
SELECT id, office_id, uniq, topic, to_address, to_name, reply_to, subject, text, html, files, end_url, created_at, sent_at
FROM mail_message WHERE id < $1 AND to_address <> '' AND (CAST($2 AS text) = '' OR to_address = $2) ORDER BY id DESC LIMIT $3

-- name: sent
UPDATE mail_message SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL

-- name: forget
UPDATE mail_message SET to_address = '', to_name = '', reply_to = '', subject = '', text = '', html = '', end_url = '', sent_at = COALESCE(sent_at, $2)
WHERE topic <> '' AND topic = ANY(CAST($1 AS text[]))

-- name: forget-sent
UPDATE mail_message SET to_address = '', to_name = '', reply_to = '', subject = '', text = '', html = '', end_url = ''
WHERE topic <> '' AND to_address <> '' AND sent_at < $1
