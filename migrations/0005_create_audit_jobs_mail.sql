-- The append-only log (a hash chain per office), the outbox of background work, and outgoing mail.
-- +goose Up
CREATE TABLE audit_head (
  office_id int PRIMARY KEY,                       -- 0 = the installation itself
  seq       bigint NOT NULL,
  hash      bytea NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE audit_event (
  office_id   int NOT NULL,
  seq         bigint NOT NULL,
  at          timestamptz NOT NULL,
  actor       text NOT NULL,
  action      text NOT NULL,
  object_type text NOT NULL,
  object_id   text NOT NULL,
  data        jsonb NOT NULL,
  hash        bytea NOT NULL,                      -- over the previous hash and this row
  PRIMARY KEY (office_id, seq)
);
CREATE INDEX audit_object ON audit_event (office_id, object_type, object_id);
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The link of the chain. The instant is written in UTC to the microsecond; fields are parted by a byte no text holds.
CREATE FUNCTION audit_hash(prev bytea, office int, seq bigint, at timestamptz, actor text, action text,
                           object_type text, object_id text, data jsonb) RETURNS bytea
  LANGUAGE sql STABLE PARALLEL SAFE -- not IMMUTABLE: concat_ws is not, and only so it is inlined
  AS $$ SELECT sha256(prev || convert_to(concat_ws(E'\x1f', office, seq, extract(epoch FROM at)::numeric(20,6), actor, action,
                                                    object_type, object_id, data), 'UTF8')) $$;

-- The only way into the log: events = [{office, at, actor, action, type, id, data}]. The number of statements does not
-- depend on how many events or offices there are; heads are locked in the order of offices.
-- +goose StatementBegin
CREATE FUNCTION unscoped_audit_append(events jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  e record; office int := -1; s bigint; h bytea;
  ords bigint[] := '{}'; seqs bigint[] := '{}'; hashes bytea[] := '{}';
BEGIN
  INSERT INTO audit_head SELECT o, 0, sha256(convert_to('epom ' || o, 'UTF8'))
    FROM (SELECT DISTINCT CAST(x ->> 'office' AS int) AS o FROM jsonb_array_elements(events) x) m
    WHERE NOT EXISTS (SELECT FROM audit_head a WHERE a.office_id = m.o) ORDER BY o ON CONFLICT DO NOTHING;
  PERFORM 1 FROM audit_head WHERE office_id IN (SELECT CAST(x ->> 'office' AS int) FROM jsonb_array_elements(events) x)
    ORDER BY office_id FOR UPDATE;
  FOR e IN SELECT x.*, ord, a.seq, a.hash FROM jsonb_array_elements(events) WITH ORDINALITY AS v(value, ord),
             jsonb_to_record(v.value) AS x(office int, at timestamptz, actor text, action text, type text, id text, data jsonb),
             audit_head a WHERE a.office_id = x.office ORDER BY x.office, ord
  LOOP
    IF e.office <> office THEN office := e.office; s := e.seq; h := e.hash; END IF;
    s := s + 1;
    h := audit_hash(h, office, s, e.at, e.actor, e.action, e.type, e.id, COALESCE(e.data, '{}'));
    ords := ords || e.ord; seqs := seqs || s; hashes := hashes || h;
  END LOOP;
  WITH made AS (
    INSERT INTO audit_event (office_id, seq, at, actor, action, object_type, object_id, data, hash)
    SELECT x.office, k.seq, x.at, x.actor, x.action, x.type, x.id, COALESCE(x.data, '{}'), k.hash
    FROM unnest(ords, seqs, hashes) AS k(ord, seq, hash),
         jsonb_to_record(events -> CAST(k.ord - 1 AS int)) AS x(office int, at timestamptz, actor text, action text, type text, id text, data jsonb)
    RETURNING office_id, seq, hash
  ), last AS (SELECT DISTINCT ON (office_id) office_id, seq, hash FROM made ORDER BY office_id, seq DESC)
  UPDATE audit_head a SET seq = last.seq, hash = last.hash FROM last WHERE a.office_id = last.office_id;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_audit_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_audit_append TO epom_app;

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_read ON audit_event FOR SELECT USING (office_id = current_office());
GRANT SELECT ON audit_event TO epom_app;

CREATE TABLE job (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind        text NOT NULL,
  office_id   int NOT NULL,                        -- for whom; 0 = the installation
  payload     jsonb NOT NULL,                      -- ids only, never personal data
  uniq        text,                                -- at most one unfinished job of (kind, uniq)
  priority    int NOT NULL DEFAULT 5,              -- smaller first
  created_at  timestamptz NOT NULL DEFAULT now(),
  run_at      timestamptz NOT NULL DEFAULT now(),
  attempts    int NOT NULL DEFAULT 0,
  last_error  text,
  lease_until timestamptz,                         -- somebody works on it till then
  done_at     timestamptz,
  failed_at   timestamptz                          -- given up; a person may retry
);
CREATE INDEX job_ready ON job (priority, run_at, id) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE UNIQUE INDEX job_uniq ON job (kind, uniq) WHERE uniq IS NOT NULL AND done_at IS NULL AND failed_at IS NULL;
CREATE INDEX job_failed ON job (failed_at) WHERE failed_at IS NOT NULL AND done_at IS NULL;

-- +goose StatementBegin
CREATE FUNCTION job_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NOTIFY job; RETURN NULL; END $$;
-- +goose StatementEnd
CREATE TRIGGER job_wake AFTER INSERT ON job FOR EACH STATEMENT EXECUTE FUNCTION job_wake();
GRANT SELECT, INSERT, UPDATE, DELETE ON job TO epom_app;

-- What recurs: claimed like a job, so no leader is needed.
CREATE TABLE schedule (
  kind     text PRIMARY KEY,
  every    text NOT NULL,                          -- cron expression, Europe/Prague
  next_at  timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule TO epom_app;

CREATE TABLE mail_message (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  office_id  int NOT NULL,
  uniq       text NOT NULL UNIQUE,                 -- what it is about: the same news is written once
  to_address text NOT NULL,
  to_name    text NOT NULL,
  reply_to   text NOT NULL DEFAULT '',
  subject    text NOT NULL,
  text       text NOT NULL,
  html       text NOT NULL,
  files      jsonb NOT NULL DEFAULT '[]',          -- [{name, type, sha256}]
  created_at timestamptz NOT NULL,
  sent_at    timestamptz
);
CREATE INDEX mail_unsent ON mail_message (id) WHERE sent_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON mail_message TO epom_app;
