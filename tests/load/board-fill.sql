-- $1 items on the boards of all offices, as if posted over ten years; three in a hundred still hang. Words fall off as in a
-- language: the n-th commonest word is n times rarer than the first.
INSERT INTO board_item (office_id, posting_id, number, kind, class, title, issuer, reference_number, file_mark, agendas, places, files, posted_at, until_on, removed_at, changed_at, words)
WITH kinds AS (SELECT array_agg(code ORDER BY ord) AS codes FROM posting_kind WHERE class = 'notice'),
whose AS (SELECT array_agg(id ORDER BY id) AS ids, array_agg(name ORDER BY id) AS names, array_agg(municipality_code ORDER BY id) AS places FROM office WHERE municipality_code IS NOT NULL),
texts AS MATERIALIZED (
  SELECT t AS no, array_to_tsvector(array_agg(DISTINCT w)) AS words, string_agg(w, ' ' ORDER BY n) FILTER (WHERE n <= 6) AS title
  FROM (SELECT t, n, 'sl' || translate(CAST(CAST(floor(exp(random() * 8.5)) AS int) AS text), '0123456789', 'aeioubdmrt') AS w FROM generate_series(1, 20000) t, generate_series(1, 50) n) x
  GROUP BY t),
prepared AS MATERIALIZED (SELECT no, title, words || board_starts(words) AS words FROM texts),
rows AS (
  SELECT g, 1 + CAST(floor(random() * 19999) AS int) AS text, 1 + CAST(floor(power(random(), 2) * array_length(w.ids, 1)) AS int) AS o,
         1 + CAST(floor(power(random(), 2) * array_length(k.codes, 1)) AS int) AS kind, now() - random() * interval '3650 days' AS posted, random() < 0.03 AS old
  FROM generate_series(1, CAST($1 AS int)) g, kinds k, whose w)
SELECT w.ids[r.o], 1000000 + r.g, extract(year FROM r.posted) || '-' || (100000 + r.g), k.codes[r.kind], 'notice', COALESCE(x.title, 'Oznámení'), w.names[r.o], 'OV/' || r.g, '', '[]',
       ARRAY[w.places[r.o]], 1, r.posted, CAST(r.posted AS date) + 15, CASE WHEN r.old OR r.posted > now() - interval '15 days' THEN NULL ELSE r.posted + interval '16 days' END, r.posted,
       x.words || array_to_tsvector(ARRAY['@o' || w.ids[r.o], '@k' || k.codes[r.kind], '@cnotice', CASE WHEN r.old OR r.posted > now() - interval '15 days' THEN '@hangs' ELSE '@gone' END,
         '@' || extract(year FROM r.posted AT TIME ZONE 'UTC'), '@' || extract(year FROM r.posted AT TIME ZONE 'UTC') || '-' || extract(month FROM r.posted AT TIME ZONE 'UTC'),
         '@' || extract(year FROM r.posted AT TIME ZONE 'UTC') || '-' || extract(month FROM r.posted AT TIME ZONE 'UTC') || '-' || extract(day FROM r.posted AT TIME ZONE 'UTC'), '@' || extract(year FROM r.posted AT TIME ZONE 'UTC') || '-' || extract(month FROM r.posted AT TIME ZONE 'UTC') || substr('aaaaaaaaaabbbbbbbbbbccccccccccc', CAST(extract(day FROM r.posted AT TIME ZONE 'UTC') AS int), 1), '@iobecni', '@iurad', '@p' || w.places[r.o]])
FROM rows r JOIN prepared x ON x.no = r.text, kinds k, whose w
