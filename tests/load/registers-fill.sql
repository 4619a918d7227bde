-- Fills the journal of office $1 from case file $2 to $3 of $5, two documents each, spread over five years; the latest $4 are open.
-- Subjects come from the prepared texts.
WITH planned AS MATERIALIZED (
  SELECT g, now() - interval '1826 days' * (1 - CAST(g AS float8) / CAST($5 AS float8)) - interval '1 hour' AS at, g > CAST($5 AS int) - CAST($4 AS int) AS open,
         1 + CAST(floor(random() * 19999) AS int) AS text, 'Jan sl' || translate(CAST(1 + CAST(floor(random() * 4999) AS int) AS text), '0123456789', 'aeioubdmrt') AS party
  FROM generate_series(CAST($2 AS int), CAST($3 AS int)) g
), c AS (
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, documents, handled_at, handled_how, clerk_id, assigned_at, due_on)
  SELECT $1, 'denik', extract(year FROM at AT TIME ZONE 'Europe/Prague'), g, 'X/' || g, x.subject, '', at, 2, CASE WHEN open THEN NULL ELSE at + interval '9 days' END,
         CASE WHEN open THEN NULL ELSE 'document' END, CASE WHEN open AND g % 4 = 0 THEN NULL ELSE CAST($6 AS bigint) END, CASE WHEN open AND g % 4 = 0 THEN NULL ELSE at END, NULL
  FROM planned JOIN bench_text x ON x.no = text ORDER BY g RETURNING id, no, mark, opened_at, subject
)
INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, registered_at, registered_by)
SELECT $1, c.id, k, c.mark || '-' || k, CASE k WHEN 1 THEN 'in' ELSE 'out' END, 'letter', c.subject, CASE c.no % 3 WHEN 0 THEN 'post' WHEN 1 THEN 'portal' ELSE 'email' END,
       p.party, c.opened_at + (k - 1) * interval '3 days', 'account:' || CAST($6 AS bigint)
FROM c JOIN planned p ON p.g = c.no CROSS JOIN generate_series(1, 2) k
