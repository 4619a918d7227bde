-- What unscoped_find_index makes of the documents of office $1, from the prepared texts.
INSERT INTO find_row (office_id, id, case_id, at, words)
SELECT d.office_id, d.id, d.case_id, d.registered_at,
       x.words || array_to_tsvector(ARRAY['hej', CAST(f.year AS text), lpad(CAST(f.no AS text), 5, '0'), CAST(f.no AS text), CAST(d.ordinal AS text), 'jan', '^jan', w, '^' || left(w, 3), '^' || left(w, 4), '^' || left(w, 5)])
       || find_marks(d.office_id, f.series, '', COALESCE(f.clerk_id, 0), d.channel, d.direction, CASE WHEN f.handled_at IS NULL THEN 'open' ELSE 'done' END, '', d.registered_at, array_to_tsvector(ARRAY['jan', w]))
FROM document d JOIN case_file f ON f.office_id = d.office_id AND f.id = d.case_id JOIN bench_text x ON x.no = CAST(split_part(f.subject, ' ', 1) AS int),
     LATERAL (SELECT substr(d.party, 5) AS w OFFSET 0) p
WHERE d.office_id = $1
