-- Taking in with less work for each submission, and never a state of the draft that the person has not seen.
-- +goose Up

-- A submission's place is the one office that has not referred it on: no table of its own is needed for that.
DROP FUNCTION unscoped_locate;
DROP TABLE submission_place;
ALTER TABLE submission DROP CONSTRAINT submission_reference_office_id_key;
CREATE UNIQUE INDEX submission_place ON submission (reference) WHERE to_office IS NULL;
CREATE FUNCTION unscoped_locate(ref text) RETURNS TABLE (office_id int, submission_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT s.office_id, s.id FROM submission s WHERE s.reference = ref AND s.to_office IS NULL $$;
REVOKE ALL ON FUNCTION unscoped_locate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_locate TO epom_app;

-- items = [{n, draft, revision, office, reference, year, abbreviation, form, version, lang, answers, dropped, decision, party,
-- email, subject, agenda, rule, starts, due, confirm_by, files, at}]: answers and dropped are what differs from the draft's,
-- decision is the place in decisions, which are written once however many items rest on them. A draft already sent answers with what it became; one that is at another revision by now is left alone and answers with an
-- empty reference.
DROP FUNCTION unscoped_take_in;
-- +goose StatementBegin
CREATE FUNCTION unscoped_take_in(items jsonb, decisions jsonb)
  RETURNS TABLE (n int, office_id int, submission_id bigint, reference text, reference_number text, fresh boolean)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  -- A plan made while tables were small and kept would read them whole later: only look-ups by index are allowed.
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE ns int[]; offices int[]; ids bigint[]; refs text[]; numbers text[]; events jsonb;
BEGIN
  PERFORM 1 FROM draft WHERE id IN (SELECT x.draft FROM jsonb_to_recordset(items) AS x(draft bigint)) ORDER BY id FOR UPDATE;

  WITH item AS MATERIALIZED (
    SELECT x.* FROM jsonb_to_recordset(items) AS x(n int, draft bigint, revision int, office int, reference text, year int, abbreviation text,
      form text, version int, lang text, answers jsonb, dropped text[], decision int, party text, email text, subject text, agenda text,
      rule text, starts date, due date, confirm_by date, files jsonb, at timestamptz)
  ), new AS MATERIALIZED (
    SELECT i.n, i.draft, i.office, i.reference, i.year, i.abbreviation, i.form, i.version, i.lang, (d.answers - i.dropped) || i.answers AS answers, decisions -> i.decision AS routing,
           i.party, i.email, i.subject, i.agenda, i.rule, i.starts, i.due, i.confirm_by, i.files, i.at,
           row_number() OVER (PARTITION BY i.office, i.year ORDER BY i.n) AS k
    FROM item i JOIN draft d ON d.id = i.draft WHERE d.reference IS NULL AND d.revision = i.revision
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

REVOKE ALL ON FUNCTION unscoped_take_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_take_in TO epom_app;

-- The only way into the log, as before; rows are made once, in the loop that chains them.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION unscoped_audit_append(events jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  e record; made audit_event[] := '{}'; heads audit_head[] := '{}'; head audit_head;
BEGIN
  INSERT INTO audit_head SELECT o, 0, sha256(convert_to('epom ' || o, 'UTF8'))
    FROM (SELECT DISTINCT x.office AS o FROM jsonb_to_recordset(events) AS x(office int)) m
    WHERE NOT EXISTS (SELECT FROM audit_head a WHERE a.office_id = m.o) ORDER BY o ON CONFLICT DO NOTHING;
  PERFORM 1 FROM audit_head WHERE office_id IN (SELECT x.office FROM jsonb_to_recordset(events) AS x(office int)) ORDER BY office_id FOR UPDATE;
  FOR e IN SELECT x.office, x.at, x.actor, x.action, x.type, x.id, COALESCE(x.data, '{}') AS data, a.seq, a.hash
           FROM ROWS FROM (jsonb_to_recordset(events) AS (office int, at timestamptz, actor text, action text, type text, id text, data jsonb))
             WITH ORDINALITY AS x(office, at, actor, action, type, id, data, ord), audit_head a
           WHERE a.office_id = x.office ORDER BY x.office, x.ord
  LOOP
    IF head.office_id IS DISTINCT FROM e.office THEN
      IF head.office_id IS NOT NULL THEN heads := heads || head; END IF;
      head.office_id := e.office; head.seq := e.seq; head.hash := e.hash;
    END IF;
    head.seq := head.seq + 1;
    head.hash := audit_hash(head.hash, e.office, head.seq, e.at, e.actor, e.action, e.type, e.id, e.data);
    made := made || CAST(ROW(e.office, head.seq, e.at, e.actor, e.action, e.type, e.id, e.data, head.hash) AS audit_event);
  END LOOP;
  IF head.office_id IS NULL THEN RETURN; END IF;
  heads := heads || head;
  INSERT INTO audit_event SELECT * FROM unnest(made);
  UPDATE audit_head a SET seq = h.seq, hash = h.hash FROM unnest(heads) AS h WHERE a.office_id = h.office_id;
END $$;
-- +goose StatementEnd

-- Referral: the old office lets go first, so that a reference never has two places.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION unscoped_refer(submission bigint, target int, new_routing jsonb, rule text, starts date, due date, resolution bigint,
                               at timestamptz, actor text, why text)
  RETURNS TABLE (submission_id bigint, case_id bigint, reference_number text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
  src submission%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; new_sub bigint := nextval('submission_id_seq'); mark text; source_name text;
BEGIN
  SELECT * INTO src FROM submission s WHERE s.office_id = here AND s.id = submission FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such submission' USING ERRCODE = 'no_data_found'; END IF;
  IF src.to_office IS NOT NULL THEN RAISE EXCEPTION 'already referred' USING ERRCODE = 'unique_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = src.case_id;
  SELECT * INTO t FROM office o WHERE o.id = target AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take submissions' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;

  INSERT INTO counter AS c (office_id, series, year, last_no) VALUES (target, 'denik', y, 1)
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no INTO num;
  mark := t.abbreviation || '/' || y || '/' || lpad(CAST(num AS text), greatest(5, length(CAST(num AS text))), '0');
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (target, 'denik', y, num, mark, old.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number,
                        delivered_at, received_at, registered_at, registered_by)
    SELECT target, new_case, 1, mark || '-1', 'in', 'submission', d.subject, 'referral', d.party, d.reference_number, d.delivered_at, at, at, actor
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
