-- Fills the journal of office $1 with case files 1 to $2, two documents each, spread over five years; the latest $3 are open. Numbers of
-- the years follow the order of opening, as if they had been given one by one; subjects come from the prepared texts.
WITH planned AS MATERIALIZED (
  SELECT g, at, y, row_number() OVER (PARTITION BY y ORDER BY g) AS no, g > CAST($2 AS int) - CAST($3 AS int) AS open,
         1 + CAST(floor(random() * 19999) AS int) AS text, 'Jan sl' || translate(CAST(1 + CAST(floor(random() * 4999) AS int) AS text), '0123456789', 'aeioubdmrt') AS party
  FROM (SELECT g, at, CAST(extract(year FROM at AT TIME ZONE 'Europe/Prague') AS int) AS y
        FROM (SELECT g, now() - interval '1826 days' * (1 - CAST(g AS float8) / CAST($2 AS float8)) - interval '4 days' AS at
              FROM generate_series(1, CAST($2 AS int)) g) a) b
), first AS (SELECT COALESCE(max(id), 0) AS id FROM case_file
), c AS (
  INSERT INTO case_file (office_id, id, series, year, no, mark, subject, agenda, opened_at, documents, handled_at, handled_how, clerk_id, assigned_at, due_on)
  OVERRIDING SYSTEM VALUE
  SELECT $1, first.id + p.g, 'denik', p.y, p.no, number_mark(CAST($5 AS text) || '/' || p.y || '/{5}', p.no), x.subject, '', p.at, 2, CASE WHEN p.open THEN NULL ELSE p.at + interval '9 days' END,
         CASE WHEN p.open THEN NULL ELSE 'document' END, CASE WHEN p.open AND p.g % 4 = 0 THEN NULL ELSE CAST($4 AS bigint) END, CASE WHEN p.open AND p.g % 4 = 0 THEN NULL ELSE p.at END, NULL
  FROM planned p JOIN bench_text x ON x.no = p.text, first
), counted AS (
  INSERT INTO counter (office_id, series, year, last_no, mask) SELECT $1, 'denik', y, max(no), CAST($5 AS text) || '/' || y || '/{5}' FROM planned GROUP BY y
)
INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, registered_at, registered_by, sent_at)
SELECT $1, first.id + p.g, k, number_mark(CAST($5 AS text) || '/' || p.y || '/{5}', p.no) || '-' || k, CASE k WHEN 1 THEN 'in' ELSE 'out' END, 'letter', x.subject,
       CASE p.no % 3 WHEN 0 THEN 'post' WHEN 1 THEN 'counter' ELSE 'email' END,
       p.party, p.at + (k - 1) * interval '3 days', 'account:' || CAST($4 AS bigint), CASE k WHEN 2 THEN p.at + interval '3 days' END
FROM planned p JOIN bench_text x ON x.no = p.text, generate_series(1, 2) k, first ORDER BY p.g, k
