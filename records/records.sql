-- name: deadline-rules
SELECT code, valid_from, valid_to, days, unit, extension, after_pause, shift, statute, label, verified
FROM deadline_rule ORDER BY code, valid_from DESC

-- name: holidays
SELECT name, month, day, easter_offset, valid_from, valid_to FROM holiday
