-- Submissions: drafts of citizens, what was sent, what happened to it.
-- +goose Up
CREATE TABLE draft (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash   bytea NOT NULL UNIQUE,              -- SHA-256 of the secret in the cookie and in the link
  form_code    text NOT NULL,
  form_version int NOT NULL,
  lang         text NOT NULL,
  answers      jsonb NOT NULL DEFAULT '{}',
  revision     int NOT NULL DEFAULT 1,             -- raised by each save; a page knows which one it was made from
  email        text NOT NULL DEFAULT '',           -- where the link to go on was sent
  created_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  reference    text                                -- set once, when sent; in no index, so that sending touches none
) WITH (fillfactor = 80);
CREATE INDEX draft_expiry ON draft (expires_at);

-- Earlier states, so that a second tab can be told which field changed.
CREATE TABLE draft_revision (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  revision int NOT NULL,
  answers  jsonb NOT NULL,
  PRIMARY KEY (draft_id, revision)
);

CREATE TABLE draft_file (
  draft_id   bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  id         text NOT NULL,                        -- random, stands in the answers
  field      text NOT NULL,
  name       text NOT NULL,
  media_type text NOT NULL,
  size       bigint NOT NULL,
  sha256     text NOT NULL,
  added_at   timestamptz NOT NULL,
  PRIMARY KEY (draft_id, id)
);

CREATE TABLE submission (
  office_id     int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  reference     text NOT NULL,                     -- the citizen's, the same wherever it is forwarded
  form_code     text NOT NULL,
  form_version  int NOT NULL,
  lang          text NOT NULL,
  answers       jsonb NOT NULL,
  routing       jsonb NOT NULL,                    -- the decision with reasons and the date of the data
  party         text NOT NULL,
  email         text NOT NULL DEFAULT '',
  case_id       bigint NOT NULL,
  document_id   bigint NOT NULL,
  delivered_at  timestamptz NOT NULL,              -- when it came to the first office
  received_at   timestamptz NOT NULL,              -- legally received by this office: its clock starts here
  confirm_by    date,                              -- § 37(4): an unsigned submission waits for confirmation
  confirmed_at  timestamptz,
  from_office   int,                               -- referred from
  from_id       bigint,
  to_office     int,                               -- referred to
  to_id         bigint,
  PRIMARY KEY (office_id, id),
  UNIQUE (reference, office_id),
  UNIQUE (case_id, office_id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file
);

-- Answers and decisions are a few kilobytes each; where the server knows lz4, packing them costs a tenth.
-- +goose StatementBegin
DO $$ BEGIN
  ALTER TABLE submission ALTER COLUMN answers SET COMPRESSION lz4, ALTER COLUMN routing SET COMPRESSION lz4;
  ALTER TABLE draft ALTER COLUMN answers SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
-- +goose StatementEnd

-- Where a reference lives now. Read only through unscoped_locate.
CREATE TABLE submission_place (
  reference     text PRIMARY KEY,
  office_id     int NOT NULL,
  submission_id bigint NOT NULL
);

CREATE TABLE submission_event (
  office_id     int NOT NULL,
  submission_id bigint NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  at            timestamptz NOT NULL,
  kind          text NOT NULL,
  actor         text NOT NULL,
  data          jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (office_id, submission_id, id)
);

CREATE TABLE completion_request (
  office_id     int NOT NULL,
  submission_id bigint NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  asked_at      timestamptz NOT NULL,
  asked_by      text NOT NULL,
  text          text NOT NULL,
  due_on        date NOT NULL,
  document_id   bigint NOT NULL,
  answered_at   timestamptz,
  answer_id     bigint,
  withdrawn_at  timestamptz,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, submission_id) REFERENCES submission,
  FOREIGN KEY (office_id, document_id) REFERENCES document
);
CREATE UNIQUE INDEX completion_open ON completion_request (office_id, submission_id) WHERE answered_at IS NULL AND withdrawn_at IS NULL;

ALTER TABLE draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE draft_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE draft_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE submission ENABLE ROW LEVEL SECURITY;
ALTER TABLE submission_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE completion_request ENABLE ROW LEVEL SECURITY;
-- A draft belongs to nobody but the person who fills it: no office's transaction sees it.
CREATE POLICY citizen ON draft FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
CREATE POLICY citizen ON draft_revision FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
CREATE POLICY citizen ON draft_file FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
CREATE POLICY own ON submission FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON submission_event FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON completion_request FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE, DELETE ON draft, draft_revision, draft_file TO epom_app;
GRANT SELECT, INSERT, UPDATE ON submission, completion_request TO epom_app;
GRANT SELECT, INSERT ON submission_event TO epom_app;

-- Drafts by the hashes of their secrets, n = place in the list. A function keeps its plan, which costs several times more
-- than the look-up itself.
-- +goose StatementBegin
CREATE FUNCTION drafts_by_tokens(hashes bytea[], at timestamptz)
  RETURNS TABLE (n int, id bigint, form_code text, form_version int, lang text, answers jsonb, revision int, email text, created_at timestamptz,
                 updated_at timestamptz, expires_at timestamptz, reference text, files jsonb)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CAST(h.n AS int), d.id, d.form_code, d.form_version, d.lang, d.answers, d.revision, d.email, d.created_at, d.updated_at, d.expires_at, d.reference,
         COALESCE((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'field', f.field, 'name', f.name, 'type', f.media_type, 'size', f.size, 'sha256', f.sha256)
                                    ORDER BY f.added_at, f.id) FROM draft_file f WHERE f.draft_id = d.id), '[]')
  FROM unnest(hashes) WITH ORDINALITY AS h(hash, n) JOIN draft d ON d.token_hash = h.hash
  WHERE d.expires_at > at OR d.reference IS NOT NULL;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION drafts_by_tokens FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drafts_by_tokens TO epom_app;

CREATE FUNCTION unscoped_locate(ref text) RETURNS TABLE (office_id int, submission_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT p.office_id, p.submission_id FROM submission_place p WHERE p.reference = ref $$;
REVOKE ALL ON FUNCTION unscoped_locate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_locate TO epom_app;

-- Taking in: the one write that crosses offices. Many submissions in one transaction and one round trip.
-- items = [{n, draft, office, reference, year, abbreviation, form, version, lang, answers, routing, party, email, subject,
-- agenda, rule, starts, due, confirm_by, files, at}]; a draft already sent answers with what it became.
-- +goose StatementBegin
CREATE FUNCTION unscoped_take_in(items jsonb)
  RETURNS TABLE (n int, office_id int, submission_id bigint, reference text, reference_number text, fresh boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  -- A plan made while tables were small and kept would read them whole later: only look-ups by index are allowed.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE done jsonb; -- what is fresh: n, office, submission, reference, number, case, at, form
BEGIN
  PERFORM 1 FROM draft WHERE id IN (SELECT CAST(i ->> 'draft' AS bigint) FROM jsonb_array_elements(items) i)
    ORDER BY id FOR UPDATE;

  WITH item AS MATERIALIZED (
    SELECT x.* FROM jsonb_to_recordset(items) AS x(n int, draft bigint, office int, reference text, year int, abbreviation text,
      form text, version int, lang text, answers jsonb, routing jsonb, party text, email text, subject text, agenda text,
      rule text, starts date, due date, confirm_by date, files jsonb, at timestamptz)
  ), new AS MATERIALIZED (
    SELECT i.*, row_number() OVER (PARTITION BY i.office, i.year ORDER BY i.n) AS k
    FROM item i JOIN draft d ON d.id = i.draft WHERE d.reference IS NULL
  ), raised AS (
    INSERT INTO counter AS c (office_id, series, year, last_no)
    SELECT office, 'denik', year, count(*) FROM new GROUP BY office, year ORDER BY office, year
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + EXCLUDED.last_no
    RETURNING c.office_id, c.year, c.last_no
  ), numbered AS MATERIALIZED (
    SELECT new.*, r.last_no - count(*) OVER (PARTITION BY new.office, new.year) + k AS no,
           nextval('case_file_id_seq') AS case_id,
           nextval('document_id_seq') AS document_id,
           nextval('submission_id_seq') AS submission_id
    FROM new JOIN raised r ON r.office_id = new.office AND r.year = new.year
  ), marked AS MATERIALIZED (
    SELECT *, abbreviation || '/' || year || '/' || lpad(CAST(no AS text), greatest(5, length(CAST(no AS text))), '0') AS mark FROM numbered
  ), a AS (
    INSERT INTO case_file (office_id, id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    OVERRIDING SYSTEM VALUE
    SELECT office, case_id, 'denik', year, no, mark, subject, agenda, at, rule, starts, due, 1 FROM marked
  ), b AS (
    INSERT INTO document (office_id, id, case_id, ordinal, reference_number, direction, kind, subject, channel, party,
                          delivered_at, received_at, registered_at, registered_by)
    OVERRIDING SYSTEM VALUE
    SELECT office, document_id, case_id, 1, mark || '-1', 'in', 'submission', subject, 'portal', party, at, at, at, 'citizen:' || reference FROM marked
  ), c AS (
    INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT office, document_id, f.ord, f.x ->> 'name', f.x ->> 'type', CAST(f.x ->> 'size' AS bigint), f.x ->> 'sha256', f.x ->> 'field'
    FROM marked, jsonb_array_elements(files) WITH ORDINALITY AS f(x, ord)
  ), d AS (
    INSERT INTO submission (office_id, id, reference, form_code, form_version, lang, answers, routing, party, email, case_id,
                            document_id, delivered_at, received_at, confirm_by)
    OVERRIDING SYSTEM VALUE
    SELECT office, submission_id, reference, form, version, lang, answers, routing, party, email, case_id, document_id, at, at, confirm_by FROM marked
  ), e AS (
    INSERT INTO submission_place (reference, office_id, submission_id) SELECT reference, office, submission_id FROM marked
  ), f AS (
    INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    SELECT office, submission_id, at, 'received', 'citizen:' || reference, jsonb_build_object('number', mark || '-1') FROM marked
  ), g AS (
    UPDATE draft SET reference = m.reference FROM marked m WHERE draft.id = m.draft
  ), h AS (
    INSERT INTO job (kind, office_id, payload, priority)
    SELECT 'submission-received', office, jsonb_build_object('office', office, 'submission', submission_id), 3 FROM marked
  )
  SELECT jsonb_agg(jsonb_build_object('n', n, 'office', office, 'submission', submission_id, 'reference', reference, 'number', mark || '-1',
                                      'case', case_id, 'at', at, 'form', form) ORDER BY n) INTO done FROM marked;

  IF done IS NOT NULL THEN
    PERFORM unscoped_audit_append((SELECT jsonb_agg(jsonb_build_object('office', x -> 'office', 'at', x -> 'at', 'actor', 'citizen:' || (x ->> 'reference'),
      'action', 'received', 'type', 'case_file', 'id', x ->> 'case', 'data', jsonb_build_object('reference', x -> 'reference', 'number', x -> 'number', 'form', x -> 'form')))
      FROM jsonb_array_elements(done) x));
  END IF;

  RETURN QUERY
  SELECT x.n, x.office, x.submission, x.reference, x.number, true
  FROM jsonb_to_recordset(done) AS x(n int, office int, submission bigint, reference text, number text)
  UNION ALL
  SELECT CAST(i ->> 'n' AS int), p.office_id, p.submission_id, d.reference, '', false
  FROM jsonb_array_elements(items) i JOIN draft d ON d.id = CAST(i ->> 'draft' AS bigint) JOIN submission_place p ON p.reference = d.reference
  WHERE d.reference IS NOT NULL AND NOT COALESCE(done @> jsonb_build_array(jsonb_build_object('reference', d.reference)), false);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_take_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_take_in TO epom_app;
