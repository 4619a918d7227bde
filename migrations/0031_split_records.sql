-- A part of an office's records is handed over to another office (spisová rozluka, § 68a of Act 499/2004 Sb.): the former
-- office keeps it to be read.
-- +goose Up

ALTER TABLE case_file
  ADD moved_at timestamptz,                        -- when it was handed over to another office; it is read only since
  ADD moved_to text NOT NULL DEFAULT '',           -- slug of that office
  ADD CHECK ((moved_at IS NULL) = (moved_to = ''));

-- Of a series that came from another office only some numbers are here; the rest stayed there.
ALTER TABLE counter ADD partial boolean NOT NULL DEFAULT false;

-- The case files that are being handed over, while the transaction that does it lasts.
CREATE UNLOGGED TABLE move_case (
  office_id int NOT NULL,                          -- the former office
  id        bigint NOT NULL,
  PRIMARY KEY (office_id, id)
);
ALTER TABLE move_case ENABLE ROW LEVEL SECURITY;   -- nobody but the owner

-- +goose StatementBegin
CREATE FUNCTION refuse_moved_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Spis % převzal jiný úřad. Tady už ho jde jen číst.', OLD.mark USING ERRCODE = 'EP001';
END $$;

-- Adding a document counts it in its case file, which refuses; here is what changes a document alone.
CREATE FUNCTION refuse_moved_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone text;
BEGIN
  SELECT f.mark INTO gone FROM case_file f WHERE f.office_id = NEW.office_id AND f.id = NEW.case_id AND f.moved_at IS NOT NULL;
  IF FOUND THEN
    RAISE EXCEPTION 'Spis % převzal jiný úřad. Tady už ho jde jen číst.', gone USING ERRCODE = 'EP001';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER moved_case BEFORE UPDATE ON case_file FOR EACH ROW WHEN (OLD.moved_at IS NOT NULL) EXECUTE FUNCTION refuse_moved_case();
CREATE TRIGGER moved_case BEFORE UPDATE ON document FOR EACH ROW EXECUTE FUNCTION refuse_moved_document();

-- A sender's number that was written down before is found when it is typed again.
CREATE INDEX document_foreign ON document (foreign_number, office_id) WHERE foreign_number <> '';
