-- The transaction log day by day (NSESSS 5.2.12): each day's part of an office's log is a document of the office, sealed and
-- time-stamped. And where an office came from when it moved here from another installation, or where it went.
-- +goose Up

-- Where a part of an office's log and evidence was written: rows of such a part keep the hashes they were given there, and
-- those hold the number the office had there.
CREATE TABLE office_origin (
  office_id     int NOT NULL REFERENCES office,
  seq_from      bigint NOT NULL,                   -- rows of audit_event that came, both included
  seq_to        bigint NOT NULL,
  evidence_to   bigint NOT NULL DEFAULT 0,         -- the last row of posting_evidence that came
  origin_id     int NOT NULL,                      -- the office's number in the installation that wrote them
  accounts      jsonb NOT NULL DEFAULT '{}',       -- number of an account there → here
  installation  text NOT NULL DEFAULT '',          -- address of that installation
  package       text NOT NULL DEFAULT '',          -- SHA-256 of the manifest it came by
  came_at       timestamptz NOT NULL,
  PRIMARY KEY (office_id, seq_to),
  CHECK (seq_from >= 1 AND seq_to >= seq_from - 1)
);
ALTER TABLE office_origin ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON office_origin FOR SELECT USING (office_id = current_office());
GRANT SELECT ON office_origin TO epom_app;

CREATE TABLE log_day (
  office_id   int NOT NULL,
  day         date NOT NULL,                       -- Prague; the first one covers all that was before it too
  since       date NOT NULL,                       -- = day, save for the first
  seq_from    bigint NOT NULL,                     -- rows of audit_event, both included; from = to + 1 when nothing happened
  seq_to      bigint NOT NULL,
  before      bytea NOT NULL,                      -- hash of the row before the first
  head        bytea NOT NULL,                      -- hash of the last row
  document_id bigint NOT NULL,
  sha256      text NOT NULL,                       -- of the sealed file, a component of the document
  made_at     timestamptz NOT NULL,
  stamped_at  timestamptz NOT NULL,
  signer      text NOT NULL,
  test        boolean NOT NULL,                    -- sealed by the installation's own authority, without legal effect
  PRIMARY KEY (office_id, day),
  UNIQUE (document_id, office_id),
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  CHECK (seq_from >= 1 AND seq_to >= seq_from - 1 AND since <= day)
);
CREATE TRIGGER log_day_kept BEFORE UPDATE OR DELETE ON log_day FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE log_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON log_day FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT ON log_day TO epom_app;

-- The last day each office has, for the alarm over all of them: no content.
CREATE FUNCTION unscoped_log_days() RETURNS TABLE (office_id int, day date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT l.office_id, max(l.day) FROM log_day l GROUP BY l.office_id $$;
REVOKE ALL ON FUNCTION unscoped_log_days FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_log_days TO epom_app;

-- Which office made a document with this file: whoever holds the file may ask, and learns the number and when it was
-- registered, never a name or a subject. What came to an office is its sender's secret and is not looked at.
CREATE FUNCTION unscoped_paper_proof(sum text) RETURNS TABLE (office_id int, reference_number text, direction text, kind text,
    registered_at timestamptz, cancelled boolean, day date, since date, events bigint, signer text, test boolean, stamped_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT d.office_id, d.reference_number, d.direction, d.kind, d.registered_at, d.cancelled_at IS NOT NULL, l.day, l.since, l.seq_to - l.seq_from + 1,
         COALESCE(l.signer, ''), COALESCE(l.test, false), l.stamped_at
  FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
  LEFT JOIN log_day l ON l.office_id = d.office_id AND l.document_id = d.id
  WHERE c.sha256 = sum AND sum <> '' AND d.direction <> 'in' ORDER BY d.registered_at, d.office_id LIMIT 20 $$;
REVOKE ALL ON FUNCTION unscoped_paper_proof FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_paper_proof TO epom_app;

-- An office that moved away stays to be read; nothing new is registered here.
ALTER TABLE office
  ADD moved_at timestamptz,
  ADD moved_to text NOT NULL DEFAULT '',           -- where it is now: an address, or the slug of the office it was merged into
  ADD CHECK ((moved_at IS NULL) = (moved_to = '')),
  ADD CHECK (moved_at IS NULL OR NOT participates);

-- +goose StatementBegin
CREATE FUNCTION refuse_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM office o WHERE o.id = NEW.office_id AND o.moved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'office % has moved away: its records are read only', NEW.office_id USING ERRCODE = 'raise_exception', HINT = 'moved';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON counter FOR EACH ROW EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON case_file FOR EACH ROW EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON document FOR EACH ROW EXECUTE FUNCTION refuse_moved();
CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_moved();

-- Rows of an office that is being imported, until all are here and go in at once. After a crash they are staged anew.
CREATE UNLOGGED TABLE move_row (
  package text NOT NULL,                           -- SHA-256 of the manifest
  name    text NOT NULL,                           -- of the table
  n       bigint NOT NULL,
  row     jsonb NOT NULL,
  PRIMARY KEY (package, name, n)
);
