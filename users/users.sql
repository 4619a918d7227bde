-- name: account-by-email
SELECT id, email, name, password_hash, operator, created_at, disabled_at FROM account WHERE email = $1

-- name: account
SELECT id, email, name, password_hash, operator, created_at, disabled_at FROM account WHERE id = $1

-- name: accounts
SELECT id, email, name, password_hash, operator, created_at, disabled_at FROM account ORDER BY email

-- name: create-account
INSERT INTO account (email, name, operator, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (email) DO NOTHING RETURNING id

-- name: set-password
UPDATE account SET password_hash = $2 WHERE id = $1

-- name: disable-account
UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL

-- name: enable-account
UPDATE account SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL

-- name: unscoped-places
-- A person signing in has no office yet; the office of the last session is offered first.
SELECT m.office_id, m.slug, m.office_name, m.role, COALESCE(m.unit_id, 0) AS unit_id, m.lending, m.home, COALESCE(CAST(m.until AS text), '') AS until, m.limits
FROM unscoped_memberships($1, $2) m
ORDER BY m.office_id <> COALESCE((SELECT s.office_id FROM session s WHERE s.account_id = $1 ORDER BY s.created_at DESC LIMIT 1), 0),
         m.office_name, m.role

-- name: create-session
INSERT INTO session (token_hash, account_id, office_id, created_at, seen_at, expires_at, ip, agent)
VALUES ($1, $2, NULLIF(CAST($3 AS int), 0), $4, $4, $5, $6, $7) RETURNING id

-- name: unscoped-session
-- One question a request: the session, its account and the roles it has everywhere.
SELECT s.id, COALESCE(s.office_id, 0) AS office_id, s.created_at, s.seen_at, s.expires_at, s.ip, s.agent,
       a.id AS account_id, a.email, a.name, a.operator,
       COALESCE((SELECT jsonb_agg(m) FROM unscoped_memberships(a.id, $2) m), '[]') AS places
FROM session s JOIN account a ON a.id = s.account_id
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL

-- name: touch-session
UPDATE session SET seen_at = $2, expires_at = $3 WHERE id = $1 AND seen_at < $2

-- name: switch-session
UPDATE session SET office_id = $2 WHERE id = $1

-- name: sessions
SELECT s.id, COALESCE(s.office_id, 0) AS office_id, s.created_at, s.seen_at, s.expires_at, s.ip, s.agent FROM session s
WHERE s.account_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.seen_at DESC

-- name: revoke-session
UPDATE session SET revoked_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL

-- name: revoke-sessions
UPDATE session SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL AND id <> COALESCE(CAST(NULLIF($3, '') AS uuid), gen_random_uuid())

-- name: create-link
INSERT INTO login_link (token_hash, account_id, expires_at) VALUES ($1, $2, $3)

-- name: account-of-link
SELECT a.id, a.email, a.name, a.password_hash, a.operator, a.created_at, a.disabled_at
FROM login_link l JOIN account a ON a.id = l.account_id WHERE l.token_hash = $1

-- name: use-link
UPDATE login_link SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING account_id

-- name: void-links
UPDATE login_link SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL

-- name: add-membership
INSERT INTO membership (office_id, account_id, role, unit_id, valid_from) VALUES ($1, $2, $3, NULLIF(CAST($4 AS int), 0), $5)
ON CONFLICT (office_id, account_id, role) DO UPDATE SET unit_id = excluded.unit_id, valid_to = NULL,
  valid_from = CASE WHEN membership.valid_to <= excluded.valid_from THEN excluded.valid_from ELSE membership.valid_from END

-- name: lock-admins
SELECT m.account_id FROM membership m JOIN account a ON a.id = m.account_id
WHERE m.office_id = $1 AND m.role = 'admin' AND (m.valid_to IS NULL OR m.valid_to > $2) AND a.disabled_at IS NULL
ORDER BY m.account_id FOR UPDATE OF m

-- name: end-membership
UPDATE membership SET valid_to = $4 WHERE office_id = $1 AND account_id = $2 AND role = $3 AND (valid_to IS NULL OR valid_to > $4)

-- name: members
SELECT a.id AS account_id, a.email, a.name, a.disabled_at IS NOT NULL AS disabled, m.role, COALESCE(m.unit_id, 0) AS unit_id, m.valid_from
FROM (SELECT account_id, role, unit_id, valid_from FROM membership WHERE office_id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
  UNION ALL SELECT account_id, 'lent', NULL, made_at FROM lending
    WHERE office_id = $1 AND ended_at IS NULL AND CAST(CAST($2 AS timestamptz) AT TIME ZONE 'Europe/Prague' AS date) BETWEEN from_on AND to_on) m
  JOIN account a ON a.id = m.account_id
ORDER BY a.name, a.id, m.role

-- name: hit
-- Counts a hit and answers in one statement; no row comes back when the limit is reached.
INSERT INTO rate_limit AS r (key, window_at, hits) VALUES ($1, $2, 1)
ON CONFLICT (key, window_at) DO UPDATE SET hits = r.hits + 1 WHERE r.hits < $3 RETURNING hits

-- name: prune-limits
DELETE FROM rate_limit WHERE window_at < $1
