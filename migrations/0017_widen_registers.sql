-- Numbers by masks, separate registers and closed years; the index of the clerks' search; what is made to be taken away.
-- +goose Up

-- Abbreviations that stand in numbers (NSESSS 2.7.3), each from a year on until the next one.
CREATE TABLE abbreviation (
  office_id int NOT NULL REFERENCES office,
  register  text NOT NULL,                         -- code of a separate register; empty = the office itself
  from_year int NOT NULL CHECK (from_year BETWEEN 1990 AND 2200),
  code      text NOT NULL CHECK (code ~ '^[A-Z0-9]{1,8}$'),
  set_at    timestamptz NOT NULL,
  set_by    text NOT NULL,
  PRIMARY KEY (office_id, register, from_year)
);

-- Separate registers (samostatné evidence, § 8 and § 9 of Decree 259/2012 Sb.): each counts its own numbers. The journal
-- ('denik') has no row.
CREATE TABLE register (
  office_id  int NOT NULL REFERENCES office,
  code       text NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{0,30}$' AND code NOT IN ('denik', 'deska')),
  name       text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  ended_at   timestamptz,                          -- nothing new is registered in it
  ended_by   text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, code)
);

-- Which agenda is kept in which register; others in the journal.
CREATE TABLE register_agenda (
  office_id int NOT NULL,
  agenda    text NOT NULL,
  register  text NOT NULL,
  PRIMARY KEY (office_id, agenda),
  FOREIGN KEY (office_id, register) REFERENCES register
);

-- How numbers of a series look from a year on: "{zkratka}/{rok}/{poradi:5}".
CREATE TABLE number_mask (
  office_id int NOT NULL REFERENCES office,
  series    text NOT NULL,
  from_year int NOT NULL CHECK (from_year BETWEEN 1990 AND 2200),
  mask      text NOT NULL CHECK (mask ~ '\{poradi:[1-8]\}' AND strpos(mask, '{rok}') > 0 AND strpos(mask, '{zkratka}') > 0),
  set_at    timestamptz NOT NULL,
  set_by    text NOT NULL,
  PRIMARY KEY (office_id, series, from_year)
);

-- A counter keeps the mask its first number was made by, with everything but the order filled in: "HEJ/2026/{5}". So all
-- numbers of a series and year look alike, and none changes when the mask does.
ALTER TABLE counter
  ADD mask      text NOT NULL DEFAULT '',          -- empty: a series that makes its numbers itself
  ADD closed_at timestamptz,                       -- the year is closed: no further number
  ADD closed_by text NOT NULL DEFAULT '';
UPDATE counter c SET mask = COALESCE(
  (SELECT left(f.mark, strpos(f.mark, '/')) FROM case_file f WHERE f.office_id = c.office_id AND f.series = c.series AND f.year = c.year ORDER BY f.no DESC LIMIT 1),
  o.abbreviation || '/') || c.year || '/{5}' FROM office o WHERE o.id = c.office_id AND c.series = 'denik';

-- The one place where a number becomes a mark.
CREATE FUNCTION number_mark(mask text, no bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT split_part(mask, '{', 1)
    || lpad(CAST(no AS text), greatest(CAST(split_part(split_part(mask, '{', 2), '}', 1) AS int), length(CAST(no AS text))), '0')
    || split_part(mask, '}', 2) $$;

-- The mask of a series in a year with everything but the order filled in.
CREATE FUNCTION series_mask(office int, series text, year int) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT replace(replace(replace(replace(
    COALESCE((SELECT m.mask FROM number_mask m WHERE m.office_id = $1 AND m.series = $2 AND m.from_year <= $3 ORDER BY m.from_year DESC LIMIT 1),
             CASE $2 WHEN 'denik' THEN '{zkratka}/{rok}/{poradi:5}' ELSE '{zkratka}/{evidence}/{rok}/{poradi:5}' END),
    '{zkratka}', COALESCE((SELECT a.code FROM abbreviation a WHERE a.office_id = $1 AND a.register = '' AND a.from_year <= $3 ORDER BY a.from_year DESC LIMIT 1), o.abbreviation)),
    '{evidence}', COALESCE((SELECT a.code FROM abbreviation a WHERE a.office_id = $1 AND a.register = $2 AND a.from_year <= $3 ORDER BY a.from_year DESC LIMIT 1), upper($2))),
    '{rok}', CAST($3 AS text)), '{poradi:', '{')
  FROM office o WHERE o.id = $1 $$;

-- The mask a counter has, or will have once it gives its first number.
CREATE FUNCTION counter_mask(office int, series text, year int) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE((SELECT NULLIF(c.mask, '') FROM counter c WHERE c.office_id = $1 AND c.series = $2 AND c.year = $3), series_mask($1, $2, $3)) $$;

-- A closed year gives no number, whichever way one is asked for.
-- +goose StatementBegin
CREATE FUNCTION refuse_closed_year() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'year % of series % is closed', OLD.year, OLD.series USING ERRCODE = 'EP001';
END $$;
-- +goose StatementEnd
CREATE TRIGGER counter_closed BEFORE UPDATE ON counter FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL AND NEW.last_no <> OLD.last_no)
  EXECUTE FUNCTION refuse_closed_year();

-- As before, with the series of the agenda and its mask. items no longer bring an abbreviation.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION unscoped_take_in(items jsonb, decisions jsonb)
  RETURNS TABLE (n int, office_id int, submission_id bigint, reference text, reference_number text, fresh boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  -- A plan made while tables were small and kept would read them whole later: only look-ups by index are allowed.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE ns int[]; offices int[]; ids bigint[]; refs text[]; numbers text[]; events jsonb;
BEGIN
  PERFORM 1 FROM draft WHERE id IN (SELECT x.draft FROM jsonb_to_recordset(items) AS x(draft bigint)) ORDER BY id FOR UPDATE;

  WITH item AS MATERIALIZED (
    SELECT x.* FROM jsonb_to_recordset(items) AS x(n int, draft bigint, revision int, office int, reference text, year int,
      form text, version int, lang text, answers jsonb, dropped text[], decision int, party text, email text, subject text, agenda text,
      rule text, starts date, due date, confirm_by date, files jsonb, at timestamptz)
  ), new AS MATERIALIZED (
    SELECT i.n, i.draft, i.office, i.reference, COALESCE(g.register, 'denik') AS series, i.year, i.form, i.version, i.lang, (d.answers - i.dropped) || i.answers AS answers, decisions -> i.decision AS routing,
           i.party, i.email, i.subject, i.agenda, i.rule, i.starts, i.due, i.confirm_by, i.files, i.at,
           row_number() OVER (PARTITION BY i.office, g.register, i.year ORDER BY i.n) AS k
    FROM item i JOIN draft d ON d.id = i.draft LEFT JOIN register_agenda g ON g.office_id = i.office AND g.agenda = i.agenda
    WHERE d.reference IS NULL AND d.revision = i.revision
  ), raised AS (
    INSERT INTO counter AS c (office_id, series, year, last_no, mask)
    SELECT office, series, year, count(*), counter_mask(office, series, year) FROM new GROUP BY office, series, year ORDER BY office, series, year
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + EXCLUDED.last_no
    RETURNING c.office_id, c.series, c.year, c.last_no, c.mask
  ), numbered AS MATERIALIZED (
    SELECT new.*, r.mask, r.last_no - count(*) OVER (PARTITION BY new.office, new.series, new.year) + k AS no,
           nextval('case_file_id_seq') AS case_id,
           nextval('document_id_seq') AS document_id,
           nextval('submission_id_seq') AS submission_id
    FROM new JOIN raised r ON r.office_id = new.office AND r.series = new.series AND r.year = new.year
  ), marked AS MATERIALIZED (
    SELECT *, number_mark(mask, no) AS mark FROM numbered
  ), a AS (
    INSERT INTO case_file (office_id, id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    OVERRIDING SYSTEM VALUE
    SELECT office, case_id, series, year, no, mark, subject, agenda, at, rule, starts, due, 1 FROM marked
  ), b AS (
    INSERT INTO document (office_id, id, case_id, ordinal, reference_number, direction, kind, subject, channel, party,
                          delivered_at, received_at, registered_at, registered_by, register)
    OVERRIDING SYSTEM VALUE
    SELECT office, document_id, case_id, 1, mark || '-1', 'in', 'submission', subject, 'portal', party, at, at, at, 'citizen:' || reference,
           CASE series WHEN 'denik' THEN '' ELSE series END FROM marked
  ), c AS (
    INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT office, document_id, f.ord, f.x ->> 'name', f.x ->> 'type', CAST(f.x ->> 'size' AS bigint), f.x ->> 'sha256', f.x ->> 'field'
    FROM marked, jsonb_array_elements(files) WITH ORDINALITY AS f(x, ord)
  ), d AS (
    INSERT INTO submission (office_id, id, reference, form_code, form_version, lang, answers, routing, party, email, case_id,
                            document_id, delivered_at, received_at, confirm_by)
    OVERRIDING SYSTEM VALUE
    SELECT office, submission_id, reference, form, version, lang, answers, routing, party, email, case_id, document_id, at, at, confirm_by FROM marked
  ), f AS (
    INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    SELECT office, submission_id, at, 'received', 'citizen:' || reference, jsonb_build_object('number', mark || '-1') FROM marked
  ), g AS (
    UPDATE draft SET reference = m.reference FROM marked m WHERE draft.id = m.draft
  ), h AS (
    INSERT INTO job (kind, office_id, payload, priority)
    SELECT 'submission-received', office, jsonb_build_object('office', office, 'submission', submission_id), 3 FROM marked
  )
  SELECT array_agg(n), array_agg(office), array_agg(submission_id), array_agg(reference), array_agg(mark || '-1'),
         jsonb_agg(jsonb_build_object('office', office, 'at', at, 'actor', 'citizen:' || reference, 'action', 'received', 'type', 'case_file',
                                      'id', CAST(case_id AS text), 'data', jsonb_build_object('reference', reference, 'number', mark || '-1', 'form', form)) ORDER BY n)
  INTO ns, offices, ids, refs, numbers, events FROM marked;

  IF ns IS NOT NULL THEN
    PERFORM unscoped_audit_append(events);
    RETURN QUERY SELECT x.*, true FROM unnest(ns, offices, ids, refs, numbers) AS x;
    IF cardinality(ns) = jsonb_array_length(items) THEN RETURN; END IF;
  END IF;
  RETURN QUERY
  SELECT i.n, COALESCE(s.office_id, 0), COALESCE(s.id, 0), COALESCE(s.reference, ''), '', false
  FROM jsonb_to_recordset(items) AS i(n int, draft bigint) JOIN draft d ON d.id = i.draft
    LEFT JOIN submission s ON s.reference = d.reference AND s.to_office IS NULL
  WHERE i.n <> ALL (COALESCE(ns, '{}'));
END $$;
-- +goose StatementEnd

-- As before, with the series and the mask of the target.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION unscoped_refer(submission bigint, target int, new_routing jsonb, rule text, starts date, due date, resolution bigint,
                               at timestamptz, actor text, why text)
  RETURNS TABLE (submission_id bigint, case_id bigint, reference_number text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
  src submission%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; new_sub bigint := nextval('submission_id_seq'); mask text; mark text; series text; source_name text;
BEGIN
  SELECT * INTO src FROM submission s WHERE s.office_id = here AND s.id = submission FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such submission' USING ERRCODE = 'no_data_found'; END IF;
  IF src.to_office IS NOT NULL THEN RAISE EXCEPTION 'already referred' USING ERRCODE = 'unique_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = src.case_id;
  SELECT * INTO t FROM office o WHERE o.id = target AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take submissions' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;

  series := COALESCE((SELECT g.register FROM register_agenda g WHERE g.office_id = target AND g.agenda = old.agenda), 'denik');
  INSERT INTO counter AS c (office_id, series, year, last_no, mask) VALUES (target, series, y, 1, counter_mask(target, series, y))
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no, c.mask INTO num, mask;
  mark := number_mark(mask, num);
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (target, series, y, num, mark, old.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number,
                        delivered_at, received_at, registered_at, registered_by, register)
    SELECT target, new_case, 1, mark || '-1', 'in', 'submission', d.subject, 'referral', d.party, d.reference_number, d.delivered_at, at, at, actor,
           CASE series WHEN 'denik' THEN '' ELSE series END
    FROM document d WHERE d.office_id = here AND d.id = src.document_id RETURNING id INTO new_doc;
  -- What the citizen sent, what was completed since, and the resolution go along as copies of the entries; files are shared by content.
  INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT target, new_doc, row_number() OVER (ORDER BY d.ordinal, c.ordinal), c.name, c.media_type, c.size, c.sha256, c.field
    FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
    WHERE d.office_id = here AND d.case_id = src.case_id AND (d.direction = 'in' OR d.id = resolution);
  UPDATE submission s SET to_office = target, to_id = new_sub WHERE s.office_id = here AND s.id = src.id;
  INSERT INTO submission (office_id, id, reference, form_code, form_version, lang, answers, routing, party, email, case_id, document_id,
                          delivered_at, received_at, confirm_by, confirmed_at, from_office, from_id)
    OVERRIDING SYSTEM VALUE
    VALUES (target, new_sub, src.reference, src.form_code, src.form_version, src.lang, src.answers, new_routing, src.party, src.email, new_case, new_doc,
            src.delivered_at, at, src.confirm_by, src.confirmed_at, here, src.id);
  INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    VALUES (target, new_sub, at, 'taken-over', 'system', jsonb_build_object('number', mark || '-1', 'from', source_name, 'from_number', old.mark, 'why', why));
  RETURN QUERY SELECT new_sub, new_case, mark || '-1';
END $$;
-- +goose StatementEnd

-- The journal of a register is read by its own index.
DROP INDEX document_registered;
CREATE INDEX document_journal ON document (office_id, register, registered_at, id);
CREATE INDEX case_fresh ON case_file (office_id, id) WHERE assigned_at IS NULL AND handled_at IS NULL;

-- What the clerks' search looks in: a row a document, and one a case file without documents. Words and whatever a search may be
-- narrowed by are lexemes of one index (as on the board, ADR 0013). It is written from find_due, not by the act itself, so that
-- taking in costs nothing more than a note.
CREATE TABLE find_row (
  office_id   int NOT NULL,
  id          bigint NOT NULL,                     -- of the document; minus the id of a case file without documents
  case_id     bigint NOT NULL,
  at          timestamptz NOT NULL,                -- registered or opened
  words       tsvector NOT NULL,
  PRIMARY KEY (office_id, id)
);
CREATE INDEX find_words ON find_row USING gin (words) WITH (gin_pending_list_limit = 512);
CREATE INDEX find_case ON find_row (case_id, office_id);

-- Case files that changed since they were read for the search. Written by triggers, emptied by find_index.
CREATE TABLE find_due (
  office_id int NOT NULL,
  case_id   bigint NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION find_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_TABLE_NAME = 'case_file' THEN
    INSERT INTO find_due SELECT DISTINCT office_id, id FROM changed;
  ELSIF TG_TABLE_NAME = 'document' THEN
    INSERT INTO find_due SELECT DISTINCT office_id, case_id FROM changed;
  ELSIF TG_TABLE_NAME = 'party' THEN
    INSERT INTO find_due SELECT DISTINCT d.office_id, d.case_id FROM changed c JOIN document_party x ON x.office_id = c.office_id AND x.party_id = c.id
      JOIN document d ON d.office_id = x.office_id AND d.id = x.document_id;
  ELSE
    INSERT INTO find_due SELECT DISTINCT d.office_id, d.case_id FROM changed c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER find_new AFTER INSERT ON document REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();
CREATE TRIGGER find_changed AFTER UPDATE ON document REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();
CREATE TRIGGER find_changed AFTER UPDATE ON case_file REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();
CREATE TRIGGER find_changed AFTER UPDATE ON party REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();
CREATE TRIGGER find_new AFTER INSERT ON document_party REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();
CREATE TRIGGER find_gone AFTER DELETE ON document_party REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();

-- The text of files, where it was read.
CREATE TABLE component_text (
  office_id   int NOT NULL,
  document_id bigint NOT NULL,
  ordinal     int NOT NULL,
  text        text NOT NULL,
  PRIMARY KEY (office_id, document_id, ordinal),
  FOREIGN KEY (office_id, document_id, ordinal) REFERENCES component
);
CREATE TRIGGER find_new AFTER INSERT ON component_text REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION find_note();

-- Words with the first three, four and five letters of each, which no text contains itself.
CREATE FUNCTION find_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_to_tsvector(w || ARRAY(SELECT '^' || left(x, n) FROM unnest(w) x, generate_series(3, 5) n WHERE length(x) >= n))
        FROM (SELECT tsvector_to_array(public.board_words($1)) AS w) t $$;

-- What a search may be narrowed by. Time is there as year, month and day since 1970 (UTC).
CREATE FUNCTION find_marks(office int, register text, class text, clerk bigint, channel text, direction text, state text, agenda text, at timestamptz, people tsvector)
  RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_to_tsvector(ARRAY['@o' || office, '@r' || register, '@k' || clerk, '@c' || channel, '@d' || direction, '@s' || state,
          '@Y' || extract(year FROM at AT TIME ZONE 'UTC'), '@M' || to_char(at AT TIME ZONE 'UTC', 'YYYYMM'), '@D' || CAST(floor(extract(epoch FROM at) / 86400) AS int)]
        || CASE WHEN class = '' THEN '{}' ELSE ARRAY['@t' || class] END || CASE WHEN agenda = '' THEN '{}' ELSE ARRAY['@a' || agenda] END
        || ARRAY(SELECT '@p' || w FROM unnest(tsvector_to_array(people)) w)) $$;

-- Reads case files of an office that changed, at most so many, and answers how many it read. Office 0: of any one office that has some.
-- +goose StatementBegin
CREATE FUNCTION unscoped_find_index(office int, most int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
DECLARE whose int; cases bigint[]; n int;
BEGIN
  IF current_office() NOT IN (0, office) THEN RAISE EXCEPTION 'not the office of this transaction'; END IF;
  SELECT d.office_id INTO whose FROM find_due d WHERE $1 = 0 OR d.office_id = $1 LIMIT 1;
  IF whose IS NULL THEN RETURN 0; END IF;
  -- One reader of an office at a time: whoever reads later knows more, and must write later too.
  PERFORM pg_advisory_xact_lock(7617231, whose);
  WITH taken AS (
    DELETE FROM find_due WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM find_due d WHERE d.office_id = whose LIMIT most)) RETURNING case_id
  )
  SELECT array_agg(DISTINCT case_id), count(*) INTO cases, n FROM taken;
  IF n = 0 THEN RETURN 0; END IF;
  WITH what AS MATERIALIZED (SELECT c FROM unnest(cases) AS c),
  made AS MATERIALIZED (
    SELECT f.office_id, d.id, f.id AS case_id, d.registered_at AS at, f.series, f.class_code, COALESCE(f.clerk_id, 0) AS clerk, d.channel, d.direction, f.agenda,
           CASE WHEN d.cancelled_at IS NOT NULL THEN 'cancelled' WHEN f.handled_at IS NOT NULL THEN 'done' ELSE 'open' END AS state,
           concat_ws(' ', f.mark, f.no, f.subject, d.reference_number, d.subject, d.foreign_number, d.jid, d.barcode, left(d.body, 20000),
             (SELECT string_agg(v #>> '{}', ' ') FROM jsonb_path_query(d.envelope, '$.** ? (@.type() == "string" || @.type() == "number")') v),
             (SELECT string_agg(concat_ws(' ', c.name, left(t.text, 20000)), ' ') FROM component c LEFT JOIN component_text t
                ON t.office_id = c.office_id AND t.document_id = c.document_id AND t.ordinal = c.ordinal WHERE c.office_id = d.office_id AND c.document_id = d.id)) AS text,
           concat_ws(' ', d.party, (SELECT string_agg(concat_ws(' ', p.name, p.ico, p.data_box, p.email, p.town), ' ') FROM document_party x
             JOIN party p ON p.office_id = x.office_id AND p.id = x.party_id WHERE x.office_id = d.office_id AND x.document_id = d.id)) AS people
    FROM what w JOIN case_file f ON f.office_id = whose AND f.id = w.c JOIN document d ON d.case_id = f.id AND d.office_id + 0 = f.office_id -- by its case file, never through all of the office
    UNION ALL
    SELECT f.office_id, -f.id, f.id, f.opened_at, f.series, f.class_code, COALESCE(f.clerk_id, 0), 'none', 'own', f.agenda,
           CASE WHEN f.handled_at IS NOT NULL THEN 'done' ELSE 'open' END, concat_ws(' ', f.mark, f.no, f.subject), ''
    FROM what w JOIN case_file f ON f.office_id = whose AND f.id = w.c WHERE f.documents = 0
  ), ready AS (
    SELECT m.office_id, m.id, m.case_id, m.at, find_words(left(concat_ws(' ', m.people, m.text), 200000))
      || find_marks(m.office_id, m.series, m.class_code, m.clerk, m.channel, m.direction, m.state, m.agenda, m.at, board_words(m.people)) AS words FROM made m
  )
  INSERT INTO find_row AS r (office_id, id, case_id, at, words) SELECT * FROM ready
  ON CONFLICT (office_id, id) DO UPDATE SET words = excluded.words WHERE r.words <> excluded.words;
  DELETE FROM find_row r WHERE r.office_id = whose AND r.id = ANY (ARRAY(SELECT -c FROM unnest(cases) AS c))
    AND EXISTS (SELECT FROM document d WHERE d.case_id = r.case_id AND d.office_id + 0 = whose);
  RETURN n;
END $$;
-- +goose StatementEnd
-- Whether any office has changes that were not read.
CREATE FUNCTION unscoped_find_due() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$ SELECT EXISTS (SELECT FROM find_due) $$;
REVOKE ALL ON FUNCTION unscoped_find_due FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_find_due TO epom_app;
REVOKE ALL ON FUNCTION unscoped_find_index FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_find_index TO epom_app;

-- The latest rows of the transaction's office that fit. A function of the owner, because row-level security would keep the
-- index of words from being used; the office is a lexeme that the function itself adds. ends are long beginnings, tried on the row.
CREATE FUNCTION find_rows(q tsquery, ends tsquery, since timestamptz, till timestamptz, before_at timestamptz, before_id bigint, most int)
  RETURNS TABLE (id bigint, case_id bigint, at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER ROWS 51 SET search_path = public SET enable_seqscan = off SET jit = off
  AS $$ WITH hit AS MATERIALIZED (SELECT r.id, r.case_id, r.at FROM find_row r
          WHERE r.words @@ (CAST('''@o' || current_office() || '''' AS tsquery) && q) AND (numnode(ends) = 0 OR (r.words || CAST('' AS tsvector)) @@ ends))
        SELECT h.id, h.case_id, h.at FROM hit h WHERE h.at >= since AND h.at < till AND (h.at, h.id) < (before_at, before_id)
        ORDER BY h.at DESC, h.id DESC LIMIT most $$;
REVOKE ALL ON FUNCTION find_rows FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_rows TO epom_app;

INSERT INTO find_due SELECT office_id, id FROM case_file;

-- Searches a person keeps under a name, for herself or for the whole office.
CREATE TABLE saved_filter (
  office_id  int NOT NULL REFERENCES office,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  account_id bigint NOT NULL REFERENCES account,
  name       text NOT NULL CHECK (name <> ''),
  query      text NOT NULL,                        -- of the address of the search
  shared     boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (office_id, id),
  UNIQUE (account_id, name, office_id)
);

-- What is made in the background to be taken away: journals, lists, results of searches. The file is kept for a limited time,
-- the row for ever.
CREATE TABLE book (
  office_id   int NOT NULL REFERENCES office,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  kind        text NOT NULL CHECK (kind IN ('journal', 'open', 'search', 'statistics')),
  format      text NOT NULL CHECK (format IN ('csv', 'xlsx', 'pdf')),
  title       text NOT NULL,
  query       text NOT NULL,                       -- what it holds, as in an address: "evidence=denik&rok=2026"
  account_id  bigint NOT NULL REFERENCES account,
  asked_at    timestamptz NOT NULL,
  total       bigint,                              -- rows it will have; NULL = not known
  done        bigint NOT NULL DEFAULT 0,           -- rows written so far
  started_at  timestamptz,
  finished_at timestamptz,
  stopped_at  timestamptz,                         -- a person stopped it
  problem     text NOT NULL DEFAULT '',            -- why it could not be made, for people
  name        text NOT NULL DEFAULT '',            -- of the file
  sha256      text NOT NULL DEFAULT '',
  size        bigint NOT NULL DEFAULT 0,
  seal        text NOT NULL DEFAULT '' CHECK (seal IN ('', 'test', 'real')),
  expires_at  timestamptz,
  PRIMARY KEY (office_id, id)
);

-- Whether a file of the store is named by nothing, in any office: it may be removed then.
CREATE FUNCTION unscoped_file_free(hash text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT NOT (EXISTS (SELECT FROM component WHERE sha256 = hash) OR EXISTS (SELECT FROM draft_file WHERE sha256 = hash) OR EXISTS (SELECT FROM posting_file WHERE sha256 = hash)
          OR EXISTS (SELECT FROM posting_clause WHERE sha256 = hash) OR EXISTS (SELECT FROM book WHERE sha256 = hash)
          OR EXISTS (SELECT FROM mail_message, jsonb_array_elements(files) f WHERE f ->> 'sha256' = hash)) $$;
REVOKE ALL ON FUNCTION unscoped_file_free FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_file_free TO epom_app;

ALTER TABLE abbreviation ENABLE ROW LEVEL SECURITY;
ALTER TABLE register ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_agenda ENABLE ROW LEVEL SECURITY;
ALTER TABLE number_mask ENABLE ROW LEVEL SECURITY;
ALTER TABLE find_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE find_due ENABLE ROW LEVEL SECURITY;
ALTER TABLE component_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_filter ENABLE ROW LEVEL SECURITY;
ALTER TABLE book ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON abbreviation FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON register FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON register_agenda FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON number_mask FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON find_row FOR SELECT USING (office_id = current_office());
CREATE POLICY own ON find_due FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON component_text FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON saved_filter FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON book FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON abbreviation, number_mask TO epom_app;
GRANT SELECT, INSERT ON component_text TO epom_app;
GRANT SELECT, INSERT, UPDATE ON register, book TO epom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON register_agenda, saved_filter TO epom_app;
GRANT SELECT ON find_row TO epom_app;
GRANT SELECT, INSERT ON find_due TO epom_app;
