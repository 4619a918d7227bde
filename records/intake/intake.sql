-- name: take-key
INSERT INTO intake_key (office_id, key, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key

-- name: key-document
SELECT d.id, d.case_id, d.reference_number FROM intake_key k JOIN document d ON d.office_id = k.office_id AND d.id = k.document_id
WHERE k.office_id = $1 AND k.key = $2

-- name: set-key
UPDATE intake_key SET document_id = $3 WHERE office_id = $1 AND key = $2

-- name: case-by-number
SELECT c.id FROM case_file c WHERE c.office_id = $1 AND c.mark = $2

-- name: foreign-number
-- What was taken in under the same number of the sender; a person without a row of the register is the same by name.
SELECT d.case_id, d.reference_number, d.subject, d.registered_at FROM document d
WHERE d.office_id = $1 AND d.foreign_number = $2 AND d.foreign_number <> '' AND d.direction = 'in' AND d.cancelled_at IS NULL
  AND (EXISTS (SELECT FROM document_party x WHERE x.office_id = d.office_id AND x.document_id = d.id AND x.party_id = $3) OR $4 <> '' AND plain(d.party) = plain($4))
ORDER BY d.id DESC LIMIT 3

-- name: document-by-code
SELECT d.id, d.case_id, d.reference_number FROM document d
WHERE d.office_id = $1 AND ((d.barcode <> '' AND d.barcode = $2) OR d.reference_number = $2) ORDER BY d.id DESC LIMIT 1

-- name: refuse
INSERT INTO intake_refusal (office_id, at, actor, name, why, sender, subject) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id

-- name: refusal
SELECT id, at, name, why, sender, subject FROM intake_refusal WHERE office_id = $1 AND id = $2

-- name: refusals
SELECT id, at, name, why, sender, subject FROM intake_refusal WHERE office_id = $1 ORDER BY id DESC LIMIT $2

-- name: settings
SELECT confirm_mail, party_keep_months FROM mailroom WHERE office_id = $1

-- name: save-settings
INSERT INTO mailroom AS m (office_id, confirm_mail, party_keep_months) VALUES ($1, $2, $3)
ON CONFLICT (office_id) DO UPDATE SET confirm_mail = EXCLUDED.confirm_mail, party_keep_months = EXCLUDED.party_keep_months

-- name: components-of-document
SELECT * FROM component WHERE office_id = $1 AND document_id = $2 ORDER BY ordinal

-- name: latest
SELECT d.id, d.case_id, d.reference_number, d.subject, d.party, d.channel, d.registered_at FROM document d
WHERE d.office_id = $1 AND d.registered_by = $2 AND d.direction = 'in' AND d.registered_at >= $3 ORDER BY d.registered_at DESC, d.id DESC LIMIT $4
