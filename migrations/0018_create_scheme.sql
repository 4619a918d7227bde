-- Case files from their class to the records store: the classification scheme (spisový a skartační plán), what files have to
-- do with each other, closing, boxes, hand-overs and loans.
-- +goose Up

-- A version of the office's scheme. A new one is valid from a day and ends the one before; files keep the class of theirs.
CREATE TABLE scheme (
  office_id   int NOT NULL REFERENCES office,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  name        text NOT NULL CHECK (name <> ''),
  separator   text NOT NULL DEFAULT '.' CHECK (separator IN ('.', '-', '–', '/', ' ')), -- between the parts of a full code
  valid_from  date NOT NULL,
  valid_to    date,                                -- NULL = valid on
  source      text NOT NULL,                       -- where it comes from
  verified    boolean NOT NULL DEFAULT false,      -- the archive has approved it
  approval    text NOT NULL DEFAULT '',            -- the archive's reference number and day
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  PRIMARY KEY (office_id, id),
  CHECK (valid_to >= valid_from - 1),
  CHECK (NOT verified OR approval <> '')
);
CREATE UNIQUE INDEX scheme_current ON scheme (office_id) WHERE valid_to IS NULL;

-- A class (věcná skupina). Only leaves hold files, and leaves have a rule: sign, years, trigger, why (NSESSS 6.1).
CREATE TABLE scheme_class (
  office_id     int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  scheme_id     bigint NOT NULL,
  parent_id     bigint,
  ordinal       int NOT NULL,                      -- order in the scheme
  simple        text NOT NULL CHECK (simple <> '' AND length(simple) <= 50),
  code          text NOT NULL CHECK (code <> '' AND length(code) <= 255), -- full code: the parent's, the separator, the simple one
  name          text NOT NULL CHECK (name <> ''),
  note          text NOT NULL DEFAULT '',
  sign          text CHECK (sign IN ('A', 'S', 'V')), -- V only in plans older than 1 July 2023
  retention     int CHECK (retention BETWEEN 0 AND 999), -- years
  trigger_event text NOT NULL DEFAULT '' CHECK (trigger_event IN ('', 'handled', 'closed', 'opened', 'born', 'external')),
  check_years   int CHECK (check_years BETWEEN 0 AND 999), -- how often an external trigger is looked for
  justification text NOT NULL DEFAULT '',          -- why this sign
  typed         boolean NOT NULL DEFAULT false,    -- meant for typed files (typové spisy)
  keeping       text NOT NULL DEFAULT '' CHECK (keeping IN ('', 'Priorace', 'SbernyArch')),
  standing      boolean NOT NULL DEFAULT false,    -- the archive gave a standing consent to destroy (trvalý skartační souhlas)
  PRIMARY KEY (office_id, id),
  UNIQUE (code, scheme_id, office_id),
  FOREIGN KEY (office_id, scheme_id) REFERENCES scheme,
  FOREIGN KEY (office_id, parent_id) REFERENCES scheme_class,
  CHECK ((sign IS NULL) = (retention IS NULL) AND (sign IS NULL) = (trigger_event = ''))
);
CREATE INDEX scheme_class_parent ON scheme_class (parent_id, office_id);
CREATE INDEX scheme_class_scheme ON scheme_class (scheme_id, ordinal, office_id);

-- Which class files of an agenda get when nobody chose another; agenda '' = of all others. By code, so that it outlives versions.
CREATE TABLE agenda_class (
  office_id  int NOT NULL REFERENCES office,
  agenda     text NOT NULL,
  class_code text NOT NULL,
  PRIMARY KEY (office_id, agenda)
);

-- Cross references (křížové odkazy). A fixed one ties files into one package for the archive.
CREATE TABLE case_link (
  office_id int NOT NULL,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  case_id   bigint NOT NULL,
  to_id     bigint NOT NULL,
  fixed     boolean NOT NULL,
  why       text NOT NULL DEFAULT '',
  made_at   timestamptz NOT NULL,
  made_by   text NOT NULL,
  ended_at  timestamptz,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, to_id) REFERENCES case_file,
  CHECK (case_id <> to_id)
);
CREATE UNIQUE INDEX case_link_once ON case_link (case_id, to_id, office_id) WHERE ended_at IS NULL;
CREATE INDEX case_link_to ON case_link (to_id, office_id) WHERE ended_at IS NULL;

-- The records store (spisovna).
CREATE TABLE store_box (
  office_id  int NOT NULL REFERENCES office,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  label      text NOT NULL CHECK (label <> '' AND length(label) <= 100), -- storage unit: "karton 3"
  place      text NOT NULL,                        -- "spisovna, regál 2, police 4"
  full_at    timestamptz,                          -- nothing more is put in
  created_at timestamptz NOT NULL,
  PRIMARY KEY (office_id, id),
  UNIQUE (label, office_id)
);
CREATE TABLE store_handover (
  office_id  int NOT NULL REFERENCES office,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  year       int NOT NULL,
  no         bigint NOT NULL,                      -- of series 'predani'
  given_at   timestamptz NOT NULL,
  given_by   text NOT NULL,
  giver      text NOT NULL,                        -- name of the person
  note       text NOT NULL DEFAULT '',
  taken_at   timestamptz,
  taken_by   text,
  taker      text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  UNIQUE (no, year, office_id),
  CHECK ((taken_at IS NULL) = (taken_by IS NULL))
);
CREATE TABLE store_handover_case (
  office_id   int NOT NULL,
  handover_id bigint NOT NULL,
  case_id     bigint NOT NULL,
  returned    text NOT NULL DEFAULT '',            -- not taken over, and why
  PRIMARY KEY (office_id, handover_id, case_id),
  FOREIGN KEY (office_id, handover_id) REFERENCES store_handover,
  FOREIGN KEY (office_id, case_id) REFERENCES case_file
);
CREATE INDEX handover_case_case ON store_handover_case (case_id, office_id);
CREATE TABLE loan (
  office_id   int NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  case_id     bigint NOT NULL,
  borrower_id bigint REFERENCES account,           -- NULL = somebody from outside
  borrower    text NOT NULL CHECK (borrower <> ''),
  purpose     text NOT NULL,
  lent_at     timestamptz NOT NULL,
  lent_by     text NOT NULL,
  due_on      date NOT NULL,
  reminded_on date,                                -- the last reminder
  returned_at timestamptz,
  returned_by text,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  CHECK ((returned_at IS NULL) = (returned_by IS NULL))
);
CREATE UNIQUE INDEX loan_open ON loan (case_id, office_id) WHERE returned_at IS NULL;
CREATE INDEX loan_due ON loan (office_id, due_on, id) WHERE returned_at IS NULL;

ALTER TABLE case_file
  ADD box_id    bigint,                            -- where the paper lies
  ADD stored_at timestamptz,                       -- taken over by the records store
  ADD FOREIGN KEY (office_id, class_id) REFERENCES scheme_class,
  ADD FOREIGN KEY (office_id, box_id) REFERENCES store_box,
  ADD CHECK (class_id IS NULL OR sign IS NOT NULL AND retention IS NOT NULL AND trigger_event <> '' AND class_code <> ''),
  ADD CHECK (closed_at IS NULL OR handled_at IS NOT NULL AND class_id IS NOT NULL AND trigger_year IS NOT NULL),
  ADD CHECK (disposed_at IS NULL OR closed_at IS NOT NULL);
CREATE INDEX case_joined ON case_file (joined_to, office_id) WHERE joined_to IS NOT NULL;
CREATE INDEX case_class ON case_file (class_id, office_id) WHERE class_id IS NOT NULL;
CREATE INDEX case_closed ON case_file (office_id, closed_at, id) WHERE closed_at IS NOT NULL AND disposed_at IS NULL;
CREATE INDEX case_to_close ON case_file (office_id, handled_at, id) WHERE handled_at IS NOT NULL AND closed_at IS NULL;

-- A document taken out of the file in which it got its number; the number and case_id stay, filed_in says where it lies.
ALTER TABLE document
  ADD filed_in  bigint,
  ADD filed_why text NOT NULL DEFAULT '',
  ADD FOREIGN KEY (office_id, filed_in) REFERENCES case_file,
  ADD CHECK (filed_in <> case_id);
CREATE INDEX document_filed ON document (filed_in, office_id) WHERE filed_in IS NOT NULL;

-- Only an executed disposal may touch what is closed: it runs as the owner of the tables, with the setting on.
CREATE FUNCTION disposing() RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT current_user <> 'epom_app' AND COALESCE(current_setting('app.disposal', true), '') = 'on' $$;

-- A closed file refuses changes, whoever asks. EP001 is shown to the person: internal/db/db.go.
-- +goose StatementBegin
CREATE FUNCTION refuse_closed_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := ARRAY['held_why', 'box_id', 'stored_at'];
BEGIN
  IF disposing() THEN RETURN NEW; END IF;
  IF OLD.disposed_at IS NOT NULL AND NEW.closed_at IS NULL THEN
    RAISE EXCEPTION 'Spis % už prošel skartačním řízením, znovu ho otevřít nejde.', OLD.mark USING ERRCODE = 'EP001';
  END IF;
  IF NEW.closed_at IS NOT NULL AND (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', OLD.mark USING ERRCODE = 'EP001';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION refuse_closed_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m text;
BEGIN
  IF disposing() OR (to_jsonb(NEW) - 'read_at') = (to_jsonb(OLD) - 'read_at') THEN RETURN NEW; END IF;
  SELECT mark INTO m FROM case_file WHERE office_id = NEW.office_id AND closed_at IS NOT NULL
    AND id IN (COALESCE(OLD.filed_in, OLD.case_id), COALESCE(NEW.filed_in, NEW.case_id));
  IF m IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', m USING ERRCODE = 'EP001';
END $$;
CREATE FUNCTION refuse_closed_component() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE m text;
BEGIN
  SELECT c.mark INTO m FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = COALESCE(d.filed_in, d.case_id)
    WHERE d.office_id = NEW.office_id AND d.id = NEW.document_id AND c.closed_at IS NOT NULL;
  IF m IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', m USING ERRCODE = 'EP001';
END $$;
-- +goose StatementEnd
CREATE TRIGGER case_file_closed BEFORE UPDATE ON case_file FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION refuse_closed_case();
-- A new document raises the counter in its file, which refuses.
CREATE TRIGGER document_closed BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION refuse_closed_document();
CREATE TRIGGER component_into_closed BEFORE INSERT ON component FOR EACH ROW EXECUTE FUNCTION refuse_closed_component();

-- A class that has files, or is a parent, keeps its code and rule: what changes is a new version.
-- +goose StatementBegin
CREATE FUNCTION refuse_used_class() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'ordinal') = (to_jsonb(OLD) - 'ordinal') THEN RETURN NEW; END IF; -- only its place
  IF EXISTS (SELECT FROM case_file WHERE office_id = OLD.office_id AND class_id = OLD.id) THEN
    RAISE EXCEPTION 'Ve skupině % už jsou spisy. Změňte ji novou verzí plánu.', OLD.code USING ERRCODE = 'EP001';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER scheme_class_used BEFORE UPDATE OR DELETE ON scheme_class FOR EACH ROW EXECUTE FUNCTION refuse_used_class();

ALTER TABLE scheme ENABLE ROW LEVEL SECURITY;
ALTER TABLE scheme_class ENABLE ROW LEVEL SECURITY;
ALTER TABLE agenda_class ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE store_box ENABLE ROW LEVEL SECURITY;
ALTER TABLE store_handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE store_handover_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE loan ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON scheme FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON scheme_class FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON agenda_class FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON case_link FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON store_box FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON store_handover FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON store_handover_case FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON loan FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON scheme, case_link, store_box, store_handover, store_handover_case, loan TO epom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON scheme_class, agenda_class TO epom_app;
GRANT USAGE ON SEQUENCE scheme_class_id_seq TO epom_app; -- a whole scheme is put in at once, children beside parents
