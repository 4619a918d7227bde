-- name: told
SELECT EXISTS (SELECT FROM mail_message WHERE uniq = $1)
