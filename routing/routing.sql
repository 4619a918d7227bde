-- name: agendas
SELECT code, name, name_en, name_uk, statute, level, locality, keywords, note, source, verified, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM agenda ORDER BY position, code, valid_from DESC

-- name: fees
SELECT agenda_code, position, czk, words, words_en, words_uk, statute, source, verified, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM agenda_fee ORDER BY agenda_code, position, valid_from DESC

-- name: deadlines
SELECT agenda_code, kind, days, words, words_en, words_uk, statute, source, verified, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM agenda_deadline ORDER BY agenda_code, kind, valid_from DESC

-- name: documents
SELECT agenda_code, position, words, words_en, words_uk, required, source, verified, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM agenda_document ORDER BY agenda_code, position, valid_from DESC

-- name: competences
SELECT id, agenda_code, area_kind, area_code, road_class, role, level, COALESCE(seat_code, 0) AS seat_code, contract, note, source,
       verified, valid_from, COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM competence ORDER BY agenda_code, area_kind, area_code, road_class, role, valid_from DESC

-- name: seed-agendas
INSERT INTO agenda (code, position, name, name_en, name_uk, statute, level, locality, keywords, note, source, verified, valid_from)
SELECT code, line, name, COALESCE(name_en, ''), COALESCE(name_uk, ''), statute, level, locality, COALESCE(keywords, ''), COALESCE(note, ''),
       source, verified, valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(line int, code text, name text, name_en text, name_uk text, statute text, level text,
       locality text, keywords text, note text, source text, verified boolean, valid_from date)
ON CONFLICT (code, valid_from) DO UPDATE SET position = excluded.position, name = excluded.name, name_en = excluded.name_en,
       name_uk = excluded.name_uk, statute = excluded.statute, level = excluded.level, locality = excluded.locality,
       keywords = excluded.keywords, note = excluded.note, source = excluded.source, verified = excluded.verified
WHERE NOT agenda.verified

-- name: seed-fees
INSERT INTO agenda_fee (agenda_code, position, czk, words, words_en, words_uk, statute, source, verified, valid_from)
SELECT agenda, position, czk, words, COALESCE(words_en, ''), COALESCE(words_uk, ''), COALESCE(statute, ''), source, verified, valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(agenda text, position int, czk int, words text, words_en text, words_uk text,
       statute text, source text, verified boolean, valid_from date)
ON CONFLICT (agenda_code, position, valid_from) DO UPDATE SET czk = excluded.czk, words = excluded.words, words_en = excluded.words_en,
       words_uk = excluded.words_uk, statute = excluded.statute, source = excluded.source, verified = excluded.verified
WHERE NOT agenda_fee.verified

-- name: seed-deadlines
INSERT INTO agenda_deadline (agenda_code, kind, days, words, words_en, words_uk, statute, source, verified, valid_from)
SELECT agenda, kind, days, words, COALESCE(words_en, ''), COALESCE(words_uk, ''), COALESCE(statute, ''), source, verified, valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(agenda text, kind text, days int, words text, words_en text, words_uk text,
       statute text, source text, verified boolean, valid_from date)
ON CONFLICT (agenda_code, kind, valid_from) DO UPDATE SET days = excluded.days, words = excluded.words, words_en = excluded.words_en,
       words_uk = excluded.words_uk, statute = excluded.statute, source = excluded.source, verified = excluded.verified
WHERE NOT agenda_deadline.verified

-- name: seed-documents
INSERT INTO agenda_document (agenda_code, position, words, words_en, words_uk, required, source, verified, valid_from)
SELECT agenda, position, words, COALESCE(words_en, ''), COALESCE(words_uk, ''), required, source, verified, valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(agenda text, position int, words text, words_en text, words_uk text, required boolean,
       source text, verified boolean, valid_from date)
ON CONFLICT (agenda_code, position, valid_from) DO UPDATE SET words = excluded.words, words_en = excluded.words_en,
       words_uk = excluded.words_uk, required = excluded.required, source = excluded.source, verified = excluded.verified
WHERE NOT agenda_document.verified

-- name: seed-competences
INSERT INTO competence (agenda_code, area_kind, area_code, road_class, role, level, seat_code, contract, note, source, verified, valid_from)
SELECT agenda, area_kind, area_code, COALESCE(road_class, ''), role, level, seat, COALESCE(contract, ''), COALESCE(note, ''), source,
       verified, valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(agenda text, area_kind text, area_code int, road_class text, role text, level text,
       seat int, contract text, note text, source text, verified boolean, valid_from date)
ON CONFLICT (agenda_code, area_kind, area_code, road_class, role, valid_from) DO UPDATE SET level = excluded.level,
       seat_code = excluded.seat_code, contract = excluded.contract, note = excluded.note, source = excluded.source, verified = excluded.verified
WHERE NOT competence.verified

-- name: propose
INSERT INTO competence_proposal (office_id, checking_office_id, municipality_code, agenda_code, road_class, level, seat_code, contract,
                                 reason, valid_from, valid_to, proposed_at, proposed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CAST($10 AS date), CAST($11 AS date), $12, $13)
RETURNING id

-- name: proposals
SELECT office_id, id, municipality_code, agenda_code, road_class, level, COALESCE(seat_code, 0) AS seat_code, contract, reason, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to, proposed_at, proposed_by, decided_at, accepted, answer
FROM competence_proposal WHERE office_id = $1 OR checking_office_id = $1
ORDER BY decided_at IS NOT NULL, proposed_at DESC, id DESC

-- name: decide-proposal
SELECT unscoped_decide_proposal($1, $2, $3, $4, $5)
