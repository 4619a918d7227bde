-- The repository of forms: versions, what offices make of them, and whose packages are trusted.
-- +goose Up

-- Published versions. Also those that come with the program are kept, so that a submission finds its form when a later
-- program no longer brings it. A published version never changes.
CREATE TABLE form_version (
  code         text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  version      int NOT NULL CHECK (version > 0),
  definition   text NOT NULL,                     -- as it was published, to the byte
  sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  letters      jsonb NOT NULL DEFAULT '{}',       -- templates of letters that belong to it, by file name
  publisher    text NOT NULL,                     -- who published it: name of the publisher of its package, "e-POM", or the installation
  fingerprint  text NOT NULL DEFAULT '',          -- of the key the package was signed with; empty = not from a package
  draft        int,                               -- revision of the draft it was made of
  published_at timestamptz NOT NULL,
  published_by text NOT NULL,
  PRIMARY KEY (code, version)
);
-- +goose StatementBegin
CREATE FUNCTION form_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published version of a form never changes (%, version %)', OLD.code, OLD.version;
END $$;
-- +goose StatementEnd
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON form_version FOR EACH ROW EXECUTE FUNCTION form_version_stays();

CREATE TABLE form_withdrawal (
  code         text NOT NULL,
  version      int NOT NULL,
  drafts_until date NOT NULL,                     -- the last day on which drafts begun with it may be sent
  why          text NOT NULL CHECK (why <> ''),
  successor    text NOT NULL DEFAULT '',          -- code of the form offered instead; empty = newest version of the same
  withdrawn_at timestamptz NOT NULL,
  withdrawn_by text NOT NULL,
  PRIMARY KEY (code, version),
  FOREIGN KEY (code, version) REFERENCES form_version
);

-- Forms being written: each saving is a revision, so that a step may be taken back.
CREATE TABLE form_draft (
  code       text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  revision   int NOT NULL CHECK (revision > 0),
  definition text NOT NULL,
  note       text NOT NULL DEFAULT '',            -- what was changed, or where it was imported from
  saved_at   timestamptz NOT NULL,
  saved_by   text NOT NULL,
  PRIMARY KEY (code, revision)
);

-- Whose packages are taken in: keys (Ed25519) by the fingerprint people compare.
CREATE TABLE form_publisher (
  fingerprint text PRIMARY KEY CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  name        text NOT NULL CHECK (name <> ''),
  key         text NOT NULL,                      -- base64
  trusted_at  timestamptz NOT NULL,
  trusted_by  text NOT NULL,
  ended_at    timestamptz
);

-- Packages somebody uploaded to look at before installing; old ones go.
CREATE TABLE form_arrival (
  sha256     text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  data       bytea NOT NULL,
  arrived_at timestamptz NOT NULL,
  arrived_by text NOT NULL
);

-- How an office uses a form; no row = the newest version as it was published.
CREATE TABLE form_use (
  office_id   int NOT NULL REFERENCES office,
  code        text NOT NULL,
  version     int,                                -- the one taken over; NULL = always the newest
  adjustments jsonb NOT NULL DEFAULT '{}',        -- the office's own wording of what the form lets it word
  off_why     text NOT NULL DEFAULT '',           -- not empty = switched off; shown to people
  off_until   date,                               -- the last day it is off
  changed_at  timestamptz NOT NULL,
  changed_by  text NOT NULL,
  PRIMARY KEY (office_id, code),
  FOREIGN KEY (code, version) REFERENCES form_version
);

-- An office's values of a form's parameters, dated.
CREATE TABLE form_parameter (
  office_id  int NOT NULL REFERENCES office,
  code       text NOT NULL,
  name       text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  value      jsonb NOT NULL,
  source     text NOT NULL CHECK (source <> ''),  -- "OZV č. 2/2024, čl. 4"
  verified   boolean NOT NULL DEFAULT false,
  set_at     timestamptz NOT NULL,
  set_by     text NOT NULL,
  PRIMARY KEY (office_id, code, name, valid_from),
  CHECK (valid_to >= valid_from)
);

ALTER TABLE form_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE form_parameter ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON form_use FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON form_parameter FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());

-- What offices make of forms is shown to everybody who fills one, whatever the office: wording, fees and limits are
-- public. It is held in memory, so all of it is read at once.
CREATE FUNCTION unscoped_form_uses()
  RETURNS TABLE (office_id int, code text, version int, adjustments jsonb, off_why text, off_until date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT office_id, code, version, adjustments, off_why, off_until FROM form_use $$;
CREATE FUNCTION unscoped_form_parameters()
  RETURNS TABLE (office_id int, code text, name text, valid_from date, valid_to date, value jsonb, source text, verified boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT office_id, code, name, valid_from, valid_to, value, source, verified FROM form_parameter $$;
REVOKE ALL ON FUNCTION unscoped_form_uses, unscoped_form_parameters FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_form_uses, unscoped_form_parameters TO epom_app;

CREATE TRIGGER tell AFTER INSERT ON form_version FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('forms');
CREATE TRIGGER tell AFTER INSERT ON form_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('forms');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON form_use FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('forms');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON form_parameter FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('forms');

GRANT SELECT, INSERT ON form_version, form_withdrawal TO epom_app;
GRANT SELECT, INSERT, DELETE ON form_draft, form_arrival TO epom_app;
GRANT SELECT, INSERT, UPDATE ON form_publisher, form_use, form_parameter TO epom_app;
GRANT DELETE ON form_parameter TO epom_app;
