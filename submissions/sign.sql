-- name: note-paper
INSERT INTO signing_paper (office_id, submission_id, sha256, size, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING

-- name: papers
SELECT sha256, size FROM signing_paper WHERE office_id = $1 AND submission_id = $2 ORDER BY size, sha256

-- name: signatures
SELECT * FROM signature WHERE office_id = $1 AND submission_id = $2 ORDER BY id

-- name: create-signature
INSERT INTO signature (office_id, submission_id, document_id, at, by, way, result, why, signer, issuer, serial, signed_at, stamped, original,
  counter, id_kind, id_last, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)

-- name: confirm
UPDATE submission SET confirmed_at = $3 WHERE office_id = $1 AND id = $2 AND confirmed_at IS NULL
