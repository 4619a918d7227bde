-- Signatures and confirmations of submissions: § 37(4) of Act 500/2004 Sb.
-- +goose Up

-- What was given out to be signed. The paper is made anew from the submission each time, always the same; when the way papers
-- are set changes, so does its content, and whoever signed an older one still signed what we gave out.
CREATE TABLE signing_paper (
  office_id     int NOT NULL,
  submission_id bigint NOT NULL,
  sha256        text NOT NULL,
  size          bigint NOT NULL,
  made_at       timestamptz NOT NULL,
  PRIMARY KEY (office_id, submission_id, sha256),
  FOREIGN KEY (office_id, submission_id) REFERENCES submission
);

-- A signature of a submission, or another way in which a person confirmed it. Invalid ones were refused; nothing of them is kept
-- but that they came.
CREATE TABLE signature (
  office_id     int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  submission_id bigint NOT NULL,
  document_id   bigint,                            -- what it was registered as; NULL = refused, or registered before
  at            timestamptz NOT NULL,
  by            text NOT NULL,                     -- actor
  way           text NOT NULL CHECK (way IN ('pdf', 'counter', 'letter', 'databox', 'email', 'identity')),
  result        text NOT NULL CHECK (result IN ('valid', 'invalid', 'unknown')),
  why           text NOT NULL DEFAULT '',          -- code of the reason when it is not valid
  signer        text NOT NULL DEFAULT '',          -- who, as the certificate, the document of identity or the provider says
  issuer        text NOT NULL DEFAULT '',
  serial        text NOT NULL DEFAULT '',          -- of the certificate, hexadecimal
  signed_at     timestamptz,                       -- by the timestamp, else as the signer says
  stamped       boolean NOT NULL DEFAULT false,    -- signed_at is of a good timestamp
  original      text NOT NULL DEFAULT '',          -- SHA-256 of the paper that was signed
  counter       text NOT NULL DEFAULT '',          -- name of the office at whose counter it was
  id_kind       text NOT NULL DEFAULT '' CHECK (id_kind IN ('', 'op', 'pas', 'pobyt', 'ridicsky')),
  id_last       text NOT NULL DEFAULT '' CHECK (id_last ~ '^([0-9A-Z]{3})?$'), -- never the whole number
  note          text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, submission_id) REFERENCES submission,
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  CHECK ((way = 'counter') = (id_kind <> '')),
  CHECK ((id_kind = '') = (id_last = ''))
);
CREATE INDEX signature_submission ON signature (office_id, submission_id, id);

-- What a destroyed case file said of people goes with it.
-- +goose StatementBegin
CREATE FUNCTION forget_signatures() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  UPDATE signature s SET signer = '', issuer = '', serial = '', note = '',
    id_last = CASE WHEN id_last = '' THEN '' ELSE '000' END
    WHERE s.office_id = NEW.office_id AND s.submission_id = NEW.id;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER forget_signatures AFTER UPDATE OF answers ON submission FOR EACH ROW
  WHEN (NEW.answers = '{}' AND OLD.answers <> '{}') EXECUTE FUNCTION forget_signatures();

ALTER TABLE signing_paper ENABLE ROW LEVEL SECURITY;
ALTER TABLE signature ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON signing_paper FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON signature FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT ON signing_paper TO epom_app;
GRANT SELECT, INSERT, UPDATE ON signature TO epom_app;
