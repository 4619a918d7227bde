-- name: told
SELECT EXISTS (SELECT FROM mail_message WHERE uniq = $1)

-- name: operators
SELECT email, name FROM account WHERE operator AND disabled_at IS NULL ORDER BY id
