-- name: enqueue
INSERT INTO job (kind, office_id, payload, uniq, priority, run_at)
VALUES ($1, $2, $3, $4, $5, COALESCE(CAST($6 AS timestamptz), now()))
ON CONFLICT (kind, uniq) WHERE uniq IS NOT NULL AND done_at IS NULL AND failed_at IS NULL DO NOTHING

-- name: enqueue-many
INSERT INTO job (kind, office_id, payload, uniq, priority, run_at)
SELECT kind, office, payload, uniq, priority, COALESCE(run_at, now())
FROM jsonb_to_recordset($1) AS j(kind text, office int, payload jsonb, uniq text, priority int, run_at timestamptz)
ON CONFLICT (kind, uniq) WHERE uniq IS NOT NULL AND done_at IS NULL AND failed_at IS NULL DO NOTHING

-- name: unscoped-claim
-- A job whose lease ran out (its process died) is claimed like a fresh one.
WITH mine AS MATERIALIZED (
  SELECT id FROM job
  WHERE done_at IS NULL AND failed_at IS NULL AND kind = ANY(CAST($3 AS text[]))
    AND run_at <= COALESCE(CAST($1 AS timestamptz), now())
    AND (lease_until IS NULL OR lease_until < COALESCE(CAST($1 AS timestamptz), now()))
  ORDER BY priority, run_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
UPDATE job SET attempts = attempts + 1, lease_until = COALESCE(CAST($1 AS timestamptz), now()) + make_interval(secs => $2)
FROM mine WHERE job.id = mine.id
RETURNING job.id, kind, office_id, payload, attempts, priority, run_at

-- name: unscoped-extend
-- A row that is locked is just being marked done or claimed by another: neither waits for this.
WITH mine AS MATERIALIZED (
  SELECT job.id FROM job JOIN unnest(CAST($3 AS bigint[]), CAST($4 AS int[])) AS held(id, attempts)
    ON job.id = held.id AND job.attempts = held.attempts
  WHERE done_at IS NULL AND failed_at IS NULL FOR UPDATE OF job SKIP LOCKED)
UPDATE job SET lease_until = COALESCE(CAST($1 AS timestamptz), now()) + make_interval(secs => $2)
FROM mine WHERE job.id = mine.id

-- name: unscoped-taken
SELECT job.id FROM job JOIN unnest(CAST($1 AS bigint[]), CAST($2 AS int[])) AS held(id, attempts)
  ON job.id = held.id AND job.attempts <> held.attempts

-- name: unscoped-release
UPDATE job SET attempts = job.attempts - 1, lease_until = NULL
FROM unnest(CAST($1 AS bigint[]), CAST($2 AS int[])) AS mine(id, attempts)
WHERE job.id = mine.id AND job.attempts = mine.attempts AND done_at IS NULL

-- name: unscoped-done
UPDATE job SET done_at = COALESCE(CAST($1 AS timestamptz), now()), lease_until = NULL, last_error = NULL
FROM unnest(CAST($2 AS bigint[]), CAST($3 AS int[])) AS mine(id, attempts)
WHERE job.id = mine.id AND job.attempts = mine.attempts AND done_at IS NULL

-- name: done-in
UPDATE job SET done_at = now(), lease_until = NULL, last_error = NULL WHERE id = $1 AND attempts = $2 AND done_at IS NULL

-- name: unscoped-again
UPDATE job SET lease_until = NULL, last_error = $3,
  run_at = COALESCE(CAST($4 AS timestamptz), now()) + make_interval(secs => $5)
WHERE id = $1 AND attempts = $2 AND done_at IS NULL

-- name: unscoped-fail
UPDATE job SET lease_until = NULL, last_error = $3, failed_at = COALESCE(CAST($4 AS timestamptz), now())
WHERE id = $1 AND attempts = $2 AND done_at IS NULL

-- name: unscoped-retry
UPDATE job SET failed_at = NULL, attempts = 0, run_at = now(), lease_until = NULL
WHERE id = $1 AND done_at IS NULL AND lease_until IS NULL

-- name: unscoped-failed
SELECT id, kind, office_id, payload, attempts, priority, created_at, run_at, lease_until, failed_at, COALESCE(last_error, '') AS last_error
FROM job WHERE done_at IS NULL AND failed_at IS NOT NULL ORDER BY failed_at DESC LIMIT $1

-- name: unscoped-waiting
SELECT id, kind, office_id, payload, attempts, priority, created_at, run_at, lease_until, failed_at, COALESCE(last_error, '') AS last_error
FROM job WHERE done_at IS NULL AND failed_at IS NULL AND lease_until IS NULL
ORDER BY priority, run_at, id LIMIT $1

-- name: unscoped-running
SELECT id, kind, office_id, payload, attempts, priority, created_at, run_at, lease_until, failed_at, COALESCE(last_error, '') AS last_error
FROM job WHERE done_at IS NULL AND failed_at IS NULL AND lease_until IS NOT NULL
ORDER BY priority, run_at, id LIMIT $1

-- name: unscoped-counts
SELECT (SELECT count(*) FROM job WHERE done_at IS NULL AND failed_at IS NOT NULL) AS failed,
       count(*) FILTER (WHERE lease_until IS NULL) AS waiting,
       count(*) FILTER (WHERE lease_until IS NOT NULL) AS running,
       min(run_at) FILTER (WHERE lease_until IS NULL AND run_at <= now()) AS oldest
FROM job WHERE done_at IS NULL AND failed_at IS NULL

-- name: unscoped-prune
DELETE FROM job WHERE id IN (SELECT id FROM job WHERE done_at < $1 ORDER BY id LIMIT $2)

-- name: schedule
-- The next time changes only with the expression, so that a restart neither skips a run nor adds one.
INSERT INTO schedule (kind, every, next_at) VALUES ($1, $2, $3)
ON CONFLICT (kind) DO UPDATE SET every = excluded.every, next_at = excluded.next_at WHERE schedule.every <> excluded.every

-- name: due
SELECT kind, every FROM schedule WHERE next_at <= COALESCE(CAST($1 AS timestamptz), now()) AND kind = ANY(CAST($2 AS text[]))
FOR UPDATE SKIP LOCKED

-- name: next
UPDATE schedule SET next_at = $2 WHERE kind = $1

-- name: unscoped-planned
SELECT kind, every, next_at FROM schedule ORDER BY next_at, kind
