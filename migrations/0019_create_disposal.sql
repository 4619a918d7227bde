-- Disposal (skartační řízení): proposals to the archive, its decisions, destruction. What is destroyed leaves its head.
-- +goose Up
CREATE TABLE disposal (
  office_id     int NOT NULL REFERENCES office,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  case_id       bigint NOT NULL,                   -- the proceeding's own file: its mark is the number of the proceeding
  year          int NOT NULL,                      -- what was due up to this year
  archive       text NOT NULL,                     -- to whom it is proposed
  proposed_at   timestamptz NOT NULL,
  proposed_by   text NOT NULL,
  decided_at    timestamptz,                       -- the archive's decision is complete
  decided_ref   text NOT NULL DEFAULT '',          -- its reference number
  executed_at   timestamptz,
  executed_by   text,
  withdrawn_at  timestamptz,
  withdrawn_why text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  UNIQUE (case_id, office_id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  CHECK (executed_at IS NULL OR decided_at IS NOT NULL AND withdrawn_at IS NULL)
);

-- A file in a proceeding with what the archive said of it: present = show it to the archive, exclude = not now.
CREATE TABLE disposal_item (
  office_id   int NOT NULL,
  disposal_id bigint NOT NULL,
  case_id     bigint NOT NULL,
  lead_id     bigint NOT NULL,                     -- the file under which it is proposed: one package, one decision
  sign        text NOT NULL CHECK (sign IN ('A', 'S', 'V')), -- as proposed: the highest of what belongs together
  due_year    int NOT NULL,
  quantity    text NOT NULL DEFAULT '',
  decision    text CHECK (decision IN ('archive', 'destroy', 'present', 'exclude')),
  decided_at  timestamptz,
  archive_id  text NOT NULL DEFAULT '',
  executed_at timestamptz,
  PRIMARY KEY (office_id, disposal_id, case_id),
  FOREIGN KEY (office_id, disposal_id) REFERENCES disposal,
  FOREIGN KEY (office_id, case_id) REFERENCES case_file
);
CREATE INDEX disposal_item_case ON disposal_item (case_id, office_id);

-- Bytes that an executed disposal lets go; gone_at = the file store has them no more.
CREATE TABLE destroyed_file (
  office_id   int NOT NULL,
  disposal_id bigint NOT NULL,
  sha256      text NOT NULL,
  gone_at     timestamptz,
  kept_why    text NOT NULL DEFAULT '',            -- another document has the same content
  PRIMARY KEY (office_id, disposal_id, sha256),
  FOREIGN KEY (office_id, disposal_id) REFERENCES disposal
);
ALTER TABLE component
  ADD destroyed_in bigint,                         -- the disposal in which its bytes were let go; name, size and hash stay
  ADD FOREIGN KEY (office_id, destroyed_in) REFERENCES disposal;

ALTER TABLE disposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE disposal_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE destroyed_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON disposal FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON disposal_item FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON destroyed_file FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT ON disposal TO epom_app;
GRANT UPDATE (archive, decided_at, decided_ref, withdrawn_at, withdrawn_why) ON disposal TO epom_app;
GRANT SELECT, INSERT ON disposal_item TO epom_app;
GRANT UPDATE (decision, decided_at, archive_id, quantity) ON disposal_item TO epom_app;
GRANT SELECT ON destroyed_file TO epom_app;
GRANT UPDATE (gone_at, kept_why) ON destroyed_file TO epom_app;

-- The one way in which content may go: the whole of a decided proceeding at once. The office is the transaction's. It
-- refuses files that are not decided, held, open or not due, and answers with the hashes whose bytes may be let go.
-- +goose StatementBegin
CREATE FUNCTION execute_disposal(which bigint, at timestamptz, who text) RETURNS SETOF text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE here int := current_office(); d disposal; bad text;
BEGIN
  SELECT * INTO d FROM disposal WHERE office_id = here AND id = which FOR UPDATE;
  IF d.id IS NULL THEN RAISE EXCEPTION 'Toto skartační řízení ve vašem úřadu není.' USING ERRCODE = 'EP001'; END IF;
  IF d.executed_at IS NOT NULL THEN RAISE EXCEPTION 'Toto skartační řízení je už provedené.' USING ERRCODE = 'EP001'; END IF;
  IF d.withdrawn_at IS NOT NULL THEN RAISE EXCEPTION 'Toto skartační řízení úřad vzal zpět.' USING ERRCODE = 'EP001'; END IF;
  IF d.decided_at IS NULL THEN RAISE EXCEPTION 'Archiv ještě nerozhodl o všech spisech.' USING ERRCODE = 'EP001'; END IF;
  PERFORM 1 FROM case_file c JOIN disposal_item i ON i.office_id = c.office_id AND i.case_id = c.id
    WHERE i.office_id = here AND i.disposal_id = which ORDER BY c.id FOR UPDATE OF c;
  SELECT string_agg(c.mark, ', ' ORDER BY c.id) INTO bad FROM disposal_item i JOIN case_file c ON c.office_id = i.office_id AND c.id = i.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND (i.decision IS NULL OR i.decision = 'present' OR i.decision = 'archive' AND i.archive_id = '');
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'U těchto spisů chybí konečné rozhodnutí nebo identifikátor archivu: %.', bad USING ERRCODE = 'EP001'; END IF;
  SELECT string_agg(c.mark, ', ' ORDER BY c.id) INTO bad FROM disposal_item i JOIN case_file c ON c.office_id = i.office_id AND c.id = i.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy') AND (c.held_why <> '' OR c.closed_at IS NULL OR c.disposed_at IS NOT NULL
      OR c.trigger_year + 1 + c.retention > extract(year FROM at AT TIME ZONE 'Europe/Prague')
      OR EXISTS (SELECT FROM loan l WHERE l.office_id = here AND l.case_id = c.id AND l.returned_at IS NULL));
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'Tyto spisy jsou pozastavené, otevřené, zapůjčené nebo ještě nedošly na řadu: %.', bad USING ERRCODE = 'EP001'; END IF;

  PERFORM set_config('app.disposal', 'on', true);
  UPDATE case_file c SET disposed_at = at, archive_id = i.archive_id FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy') AND c.office_id = here AND c.id = i.case_id;
  UPDATE document t SET body = '' FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND t.office_id = here AND COALESCE(t.filed_in, t.case_id) = i.case_id AND t.body <> '';
  UPDATE component p SET destroyed_in = which FROM document t JOIN disposal_item i ON i.office_id = t.office_id AND i.case_id = COALESCE(t.filed_in, t.case_id)
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND p.office_id = here AND p.document_id = t.id;
  -- What the citizen filled in and what was written to her are content too.
  UPDATE submission s SET answers = '{}', email = '' FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND s.office_id = here AND s.case_id = i.case_id;
  UPDATE completion_request r SET text = '' FROM submission s JOIN disposal_item i ON i.office_id = s.office_id AND i.case_id = s.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND r.office_id = here AND r.submission_id = s.id;
  UPDATE submission_event e SET data = e.data - 'text' - 'why' FROM submission s JOIN disposal_item i ON i.office_id = s.office_id AND i.case_id = s.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND e.office_id = here AND e.submission_id = s.id AND e.data ?| ARRAY['text', 'why'];
  UPDATE disposal_item i SET executed_at = at WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy');
  UPDATE disposal x SET executed_at = at, executed_by = who WHERE x.office_id = here AND x.id = which;
  INSERT INTO destroyed_file (office_id, disposal_id, sha256)
    SELECT DISTINCT here, which, p.sha256 FROM component p WHERE p.office_id = here AND p.destroyed_in = which;
  PERFORM set_config('app.disposal', '', true);
  RETURN QUERY SELECT f.sha256 FROM destroyed_file f WHERE f.office_id = here AND f.disposal_id = which ORDER BY 1;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION execute_disposal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION execute_disposal TO epom_app;

-- Does anything in any office still name the content of this hash? Files are shared by content, so the question crosses offices.
CREATE FUNCTION unscoped_file_named(hash text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM component WHERE sha256 = hash AND destroyed_in IS NULL)
      OR EXISTS (SELECT FROM draft_file WHERE sha256 = hash)
      OR EXISTS (SELECT FROM mail_message m, jsonb_array_elements(m.files) f WHERE f ->> 'sha256' = hash)
      OR EXISTS (SELECT FROM posting_file WHERE sha256 = hash)
      OR EXISTS (SELECT FROM posting_clause WHERE sha256 = hash)
      OR EXISTS (SELECT FROM posting_preview v, jsonb_array_elements(v.pictures) x WHERE x ->> 'sha256' = hash)
      OR EXISTS (SELECT FROM posting_preview WHERE thumb = hash)
      OR EXISTS (SELECT FROM office WHERE emblem = hash) $$;
REVOKE ALL ON FUNCTION unscoped_file_named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_file_named TO epom_app;
