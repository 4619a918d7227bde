-- name: item
SELECT reference FROM offline_item WHERE key_hash = $1

-- name: filled
SELECT filled_at, skew > interval '1 hour' OR skew < interval '-1 hour' AS doubtful, came_at FROM offline_item WHERE reference = $1 ORDER BY came_at LIMIT 1

-- name: create-draft
INSERT INTO draft (token_hash, form_code, form_version, lang, answers, created_at, updated_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (token_hash) DO NOTHING RETURNING id

-- name: create-item
INSERT INTO offline_item (key_hash, filled_at, skew, came_at, draft_id) VALUES ($1, $2, CAST($3 AS double precision) * interval '1 second', $4, $5)
ON CONFLICT (key_hash) DO UPDATE SET draft_id = EXCLUDED.draft_id

-- name: sent
UPDATE offline_item SET reference = $2 WHERE key_hash = $1 AND reference IS NULL

-- name: settle
UPDATE offline_item i SET reference = d.reference FROM draft d
WHERE d.id = i.draft_id AND i.reference IS NULL AND d.reference IS NOT NULL AND d.expires_at < $1
