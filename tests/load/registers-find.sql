-- What unscoped_find_index makes of the documents of office $1, from the prepared texts; `load bench` compares some with what it does make.
INSERT INTO find_row (office_id, id, case_id, at, words)
SELECT d.office_id, d.id, d.case_id, d.registered_at,
       x.words || array_to_tsvector(p.list || ARRAY(SELECT '^' || left(w, n) FROM unnest(p.list) w, generate_series(3, 5) n WHERE length(w) >= n))
       || find_marks(d.office_id, f.series, f.class_code, COALESCE(f.clerk_id, 0), d.channel, d.direction, CASE WHEN f.handled_at IS NULL THEN 'open' ELSE 'done' END, f.agenda, d.registered_at, array_to_tsvector(p.people))
FROM document d JOIN case_file f ON f.office_id = d.office_id AND f.id = d.case_id JOIN bench_text x ON x.no = CAST(split_part(f.subject, ' ', 1) AS int),
     LATERAL (SELECT people, people || string_to_array(lower(f.mark), '/') || CAST(f.no AS text) || CAST(d.ordinal AS text) AS list
              FROM (SELECT string_to_array(lower(d.party), ' ') AS people OFFSET 0) n OFFSET 0) p
WHERE d.office_id = $1
