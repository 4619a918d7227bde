-- Each query names what must not be, one English sentence a row.

-- name: unscoped-stuck
SELECT format('job %s (%s, office %s) was claimed and left: its lease ran out at %s', id, kind, office_id, to_char(lease_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
FROM job WHERE done_at IS NULL AND failed_at IS NULL AND lease_until < now() - interval '10 minutes' ORDER BY id LIMIT 1000

-- name: unscoped-failed
SELECT format('job %s (%s, office %s) was given up after %s attempts: %s', id, kind, office_id, attempts, COALESCE(last_error, ''))
FROM job WHERE done_at IS NULL AND failed_at IS NOT NULL ORDER BY id LIMIT 1000

-- name: unscoped-mail-twice
SELECT format('mail about %s was written %s times', uniq, count(*)) FROM mail_message GROUP BY uniq HAVING count(*) > 1 ORDER BY uniq LIMIT 1000

-- name: unscoped-mail-jobs-twice
SELECT format('mail %s was sent by %s jobs', payload ->> 'id', count(*))
FROM job WHERE kind = 'mail-send' AND done_at IS NOT NULL GROUP BY payload HAVING count(*) > 1 ORDER BY 1 LIMIT 1000

-- name: unscoped-mail-stranded
SELECT format('mail %s was not sent, and no job will send it', m.id)
FROM mail_message m WHERE m.sent_at IS NULL
  AND NOT EXISTS (SELECT FROM job j WHERE j.kind = 'mail-send' AND j.done_at IS NULL AND j.payload = jsonb_build_object('id', m.id))
ORDER BY m.id LIMIT 1000
