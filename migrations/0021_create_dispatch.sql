-- Sending out (vypravení): which document goes to whom by which way, and what has happened to it since. How it stands is
-- never stored; it follows from the events.
-- +goose Up

-- Services of the post, as data: what they are called, what is printed on the envelope, whether they prove delivery.
CREATE TABLE post_service (
  code       text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  ord        int NOT NULL,                         -- order in which they are offered
  name       text NOT NULL,
  marking    text NOT NULL,                        -- text on the envelope beside the address; empty = none
  registered boolean NOT NULL,                     -- has a number of registered mail
  proof      boolean NOT NULL,                     -- a delivery receipt comes back
  substitute boolean NOT NULL,                     -- delivery by fiction is possible
  source     text NOT NULL,
  verified   boolean NOT NULL,
  PRIMARY KEY (code, valid_from)
);
GRANT SELECT ON post_service TO epom_app;
INSERT INTO post_service (code, valid_from, ord, name, marking, registered, proof, substitute, source, verified) VALUES
  ('obycejne', '2000-01-01', 1, 'obyčejně', '', false, false, false, 'poštovní podmínky', false),
  ('doporucene', '2000-01-01', 2, 'doporučeně', 'Doporučeně', true, false, false, 'poštovní podmínky', false),
  ('dorucenka', '2000-01-01', 3, 'doporučeně s doručenkou', 'Doporučeně · Doručenka (§ 19 odst. 5 správního řádu)', true, true, true, 'správní řád; obálky bez pruhu podle dodavatelů tiskopisů', false),
  ('vlastni-rukou', '2000-01-01', 4, 'do vlastních rukou (modrý pruh)', 'Do vlastních rukou · obálka typu B (modrý pruh)', true, true, true, 'správní řád; označení typů ověřte u své pošty', false),
  ('vyhradne', '2000-01-01', 5, 'do vlastních rukou výhradně adresáta (červený pruh)', 'Do vlastních rukou výhradně jen adresáta · obálka typu A (červený pruh)', true, true, true, 'správní řád; označení typů ověřte u své pošty', false),
  ('dodejka-c', '2000-01-01', 6, 's dodejkou typu C (zelený pruh)', 'Dodejka · obálka typu C (zelený pruh)', true, true, true, 'označení typů ověřte u své pošty', false),
  ('dodejka-t', '2000-01-01', 7, 's dodejkou typu T', 'Dodejka · obálka typu T', true, true, true, 'označení typů ověřte u své pošty', false);

-- Terms of delivery stand among the other terms.
INSERT INTO deadline_rule (code, valid_from, days, unit, extension, after_pause, shift, statute, label, source, verified) VALUES
  ('doruceni-ulozeni', '2006-01-01', 10, 'day', 0, 0, true, '§ 24 odst. 1 z. č. 500/2004 Sb.', 'vyzvednout uloženou písemnost do 10 dnů', 'správní řád; posun konce § 40 odst. 1 písm. c)', false),
  ('doruceni-schranka', '2009-07-01', 10, 'day', 0, 0, true, '§ 17 odst. 4 z. č. 300/2008 Sb.', 'přihlásit se do datové schránky do 10 dnů', 'z. č. 300/2008 Sb.; posun konce podle NSS 9 As 55/2009 – ověřte', false),
  ('doruceni-email', '2006-01-01', 1, 'working_day', 0, 0, false, '§ 19 odst. 9 z. č. 500/2004 Sb.', 'potvrdit převzetí e-mailu první pracovní den po odeslání', 'správní řád', false),
  ('prevzeti-uradem', '2006-01-01', 1, 'working_day', 0, 0, false, 'pravidlo e-POM', 'převzít písemnost od jiného úřadu do 1 pracovního dne', 'zadání e-POM', true),
  ('odvolani-83', '2006-01-01', 15, 'day', 0, 0, true, '§ 83 odst. 1 z. č. 500/2004 Sb.', 'podat odvolání do 15 dnů', 'správní řád', false);

-- One sending of one document to one addressee.
CREATE TABLE dispatch (
  office_id   int NOT NULL REFERENCES office,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  document_id bigint NOT NULL,
  party_id    bigint,                              -- of the name register; NULL = everybody (public notice), another office
  to_office   int REFERENCES office,               -- an office in e-POM
  way         text NOT NULL CHECK (way IN ('databox', 'office', 'email', 'counter', 'post', 'board')),
  attempt     int NOT NULL,                        -- of this way to this addressee; the same one is never made twice
  service     text NOT NULL DEFAULT '',            -- of the post: post_service
  proof       boolean NOT NULL,                    -- delivery must be proven
  fiction     boolean NOT NULL,                    -- substitute delivery is possible
  why         text NOT NULL DEFAULT '',            -- why not the way that the law puts first
  instead_of  bigint,                              -- the sending that came to nothing
  -- The addressee as of then.
  name        text NOT NULL,
  street      text NOT NULL DEFAULT '',
  zip         text NOT NULL DEFAULT '',
  town        text NOT NULL DEFAULT '',
  country     text NOT NULL DEFAULT '',
  email       text NOT NULL DEFAULT '',
  data_box    text NOT NULL DEFAULT '',
  post_no     text,                                -- number of registered mail
  sheet_year  int,                                 -- of the hand-over sheet (podací arch)
  sheet_no    int,
  made_at     timestamptz NOT NULL,
  made_by     text NOT NULL,
  PRIMARY KEY (office_id, id),
  UNIQUE NULLS NOT DISTINCT (document_id, party_id, to_office, way, attempt, office_id),
  UNIQUE (post_no, office_id),
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  FOREIGN KEY (office_id, party_id) REFERENCES party,
  FOREIGN KEY (office_id, instead_of) REFERENCES dispatch,
  CHECK ((way = 'post') = (service <> '')),
  CHECK ((sheet_year IS NULL) = (sheet_no IS NULL))
);
CREATE INDEX dispatch_made ON dispatch (office_id, made_at, id);
CREATE INDEX dispatch_sheet_of ON dispatch (sheet_year, sheet_no, office_id) WHERE sheet_no IS NOT NULL;
CREATE INDEX dispatch_instead ON dispatch (instead_of, office_id) WHERE instead_of IS NOT NULL;
CREATE INDEX document_unsent ON document (office_id, id) WHERE direction = 'out' AND sent_at IS NULL AND cancelled_at IS NULL;

-- What happened to a sending: only ever added to. A mistake is voided by a further event.
CREATE TABLE dispatch_event (
  office_id   int NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  dispatch_id bigint NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('tried', 'sent', 'boxed', 'stored', 'posted', 'removed', 'delivered', 'refused', 'fiction', 'returned', 'failed', 'retried',
                                            'withdrawn', 'voided')),
  on_day      date NOT NULL,                       -- the legal day of it (Prague)
  at          timestamptz NOT NULL,                -- its instant when that is known, else when it was noted
  key         text NOT NULL,                       -- what makes it one: the same news comes again and is not noted twice
  voids       bigint,                              -- the event that was a mistake
  actor       text NOT NULL,
  data        jsonb NOT NULL DEFAULT '{}',         -- message id, number there, reason, sheet
  PRIMARY KEY (office_id, id),
  UNIQUE (dispatch_id, key, office_id),
  FOREIGN KEY (office_id, dispatch_id) REFERENCES dispatch,
  FOREIGN KEY (office_id, voids) REFERENCES dispatch_event,
  CHECK ((kind = 'voided') = (voids IS NOT NULL))
);
CREATE INDEX dispatch_event_void ON dispatch_event (voids, office_id) WHERE voids IS NOT NULL;
CREATE TRIGGER dispatch_event_kept BEFORE UPDATE OR DELETE ON dispatch_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dispatch_kept BEFORE DELETE ON dispatch FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The numbers an office has for the post: its range of registered mail and the last hand-over sheet.
CREATE TABLE dispatch_post (
  office_id  int PRIMARY KEY REFERENCES office,
  prefix     text NOT NULL DEFAULT 'RR' CHECK (prefix ~ '^[A-Z]{2}$'),
  range_from int CHECK (range_from BETWEEN 0 AND 99999999), -- serial numbers without the check digit
  range_to   int CHECK (range_to BETWEEN range_from AND 99999999),
  range_next int,
  sheet_year int NOT NULL DEFAULT 0,
  sheet_no   int NOT NULL DEFAULT 0
);
CREATE TABLE dispatch_sheet (
  office_id int NOT NULL REFERENCES office,
  year      int NOT NULL,
  no        int NOT NULL,
  made_at   timestamptz NOT NULL,
  made_by   text NOT NULL,
  on_day    date NOT NULL,                         -- handed over on
  PRIMARY KEY (office_id, year, no)
);
ALTER TABLE dispatch ADD FOREIGN KEY (office_id, sheet_year, sheet_no) REFERENCES dispatch_sheet;

ALTER TABLE dispatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch_post ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch_sheet ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON dispatch FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON dispatch_event FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON dispatch_post FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON dispatch_sheet FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT ON dispatch, dispatch_event, dispatch_sheet TO epom_app;
GRANT UPDATE (post_no, sheet_year, sheet_no) ON dispatch TO epom_app;
GRANT SELECT, INSERT, UPDATE ON dispatch_post TO epom_app;

-- The third write that crosses offices: a document of the transaction's office comes at once to another one, which gives it
-- a number of its own. Done again, it answers the same number.
-- +goose StatementBegin
CREATE FUNCTION unscoped_deliver(sending bigint, rule text, starts date, due date, at timestamptz, actor text)
  RETURNS TABLE (case_id bigint, document_id bigint, reference_number text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
  d dispatch%ROWTYPE; doc document%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; mark text; source_name text;
BEGIN
  SELECT * INTO d FROM dispatch x WHERE x.office_id = here AND x.id = sending AND x.way = 'office' FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such sending' USING ERRCODE = 'no_data_found'; END IF;
  SELECT n.case_id, n.id, n.reference_number INTO new_case, new_doc, mark FROM document n
    WHERE n.office_id = d.to_office AND n.channel = 'office' AND CAST(n.envelope ->> 'dispatch' AS bigint) = sending LIMIT 1;
  IF FOUND THEN RETURN QUERY SELECT new_case, new_doc, mark; RETURN; END IF;
  SELECT * INTO doc FROM document x WHERE x.office_id = here AND x.id = d.document_id;
  IF doc.cancelled_at IS NOT NULL THEN RAISE EXCEPTION 'the document is cancelled' USING ERRCODE = 'check_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = doc.case_id;
  SELECT * INTO t FROM office o WHERE o.id = d.to_office AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take documents' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;
  INSERT INTO counter AS c (office_id, series, year, last_no) VALUES (t.id, 'denik', y, 1)
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no INTO num;
  mark := t.abbreviation || '/' || y || '/' || lpad(CAST(num AS text), greatest(5, length(CAST(num AS text))), '0');
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (t.id, 'denik', y, num, mark, doc.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number, body,
                        delivered_at, received_at, registered_at, registered_by, envelope)
    VALUES (t.id, new_case, 1, mark || '-1', 'in', 'letter', doc.subject, 'office', source_name, doc.reference_number, doc.body, at, at, at, actor,
            jsonb_build_object('dispatch', sending, 'from', here)) RETURNING id INTO new_doc;
  INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field, preservation)
    SELECT t.id, new_doc, row_number() OVER (ORDER BY c.ordinal), c.name, c.media_type, c.size, c.sha256, c.field, 'original'
    FROM component c WHERE c.office_id = here AND c.document_id = doc.id AND c.preservation IN ('original', 'output', 'scan')
      AND NOT EXISTS (SELECT FROM component r WHERE r.office_id = here AND r.document_id = doc.id AND r.replaces = c.ordinal);
  RETURN QUERY SELECT new_case, new_doc, mark || '-1';
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_deliver FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_deliver TO epom_app;
CREATE INDEX document_dispatched ON document (CAST(envelope ->> 'dispatch' AS bigint), office_id) WHERE channel = 'office';

-- What the transaction's office sent to other offices since an instant and nobody there has taken over: documents and
-- referrals of submissions. It tells the sender nothing else of the other office.
-- +goose StatementBegin
CREATE FUNCTION unscoped_untaken(since timestamptz, until timestamptz)
  RETURNS TABLE (kind text, case_id bigint, dispatch_id bigint, subject text, mark text, office text, number text, sent_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT 'dispatch', own.case_id, d.id, own.subject, own.reference_number, o.name, n.reference_number, n.registered_at
  FROM dispatch d JOIN document own ON own.office_id = d.office_id AND own.id = d.document_id JOIN office o ON o.id = d.to_office
  JOIN document n ON n.office_id = d.to_office AND n.channel = 'office' AND CAST(n.envelope ->> 'dispatch' AS bigint) = d.id AND CAST(n.envelope ->> 'from' AS int) = d.office_id
  JOIN case_file c ON c.office_id = n.office_id AND c.id = n.case_id
  WHERE d.office_id = current_office() AND d.way = 'office' AND d.made_at >= since AND n.registered_at < until AND c.assigned_at IS NULL AND c.handled_at IS NULL
  UNION ALL
  SELECT 'referral', s.case_id, NULL, f.subject, f.mark, o.name, n.reference_number, n.registered_at
  FROM submission s JOIN case_file f ON f.office_id = s.office_id AND f.id = s.case_id JOIN office o ON o.id = s.to_office
  JOIN submission t ON t.office_id = s.to_office AND t.id = s.to_id
  JOIN document n ON n.office_id = t.office_id AND n.id = t.document_id JOIN case_file c ON c.office_id = t.office_id AND c.id = t.case_id
  WHERE s.office_id = current_office() AND s.to_office IS NOT NULL AND t.received_at >= since AND t.received_at < until
    AND c.assigned_at IS NULL AND c.handled_at IS NULL
  ORDER BY 8
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_untaken FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_untaken TO epom_app;
CREATE INDEX submission_referred ON submission (office_id, to_id) WHERE to_office IS NOT NULL;
