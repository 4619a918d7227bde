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
