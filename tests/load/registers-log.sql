-- Writes $2 rows more into the log of office $1, each chained to the one before it.
WITH RECURSIVE head AS (SELECT seq, hash FROM audit_head WHERE office_id = $1
), chain AS (
  SELECT seq, hash FROM head
  UNION ALL
  SELECT seq + 1, audit_hash(hash, CAST($1 AS int), seq + 1, TIMESTAMPTZ '2026-01-01 00:00Z', 'system', 'registered', 'case_file', '1', '{"n": 1}') FROM chain
  WHERE seq < (SELECT seq FROM head) + CAST($2 AS bigint)
), written AS (
  INSERT INTO audit_event (office_id, seq, at, actor, action, object_type, object_id, data, hash)
  SELECT CAST($1 AS int), seq, TIMESTAMPTZ '2026-01-01 00:00Z', 'system', 'registered', 'case_file', '1', '{"n": 1}', hash FROM chain WHERE seq > (SELECT seq FROM head)
)
UPDATE audit_head h SET seq = c.seq, hash = c.hash FROM (SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1) c WHERE h.office_id = $1
