-- Taking in: what was registered under which identity, what was refused, and the care of the name register.
-- +goose Up

-- The same message, or the same form sent twice, is registered once: its identity is taken in the transaction that registers it.
CREATE TABLE intake_key (
  office_id   int NOT NULL REFERENCES office,
  key         text NOT NULL,                       -- mail:…, databox:…, file:<sha256>, form:<random>
  at          timestamptz NOT NULL,
  document_id bigint,                              -- set before the commit
  PRIMARY KEY (key, office_id),
  FOREIGN KEY (office_id, document_id) REFERENCES document
);
CREATE INDEX intake_key_document ON intake_key (document_id, office_id);

-- What was not taken in, and why (§ 4 of Decree 259/2012 Sb.).
CREATE TABLE intake_refusal (
  office_id int NOT NULL REFERENCES office,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  at        timestamptz NOT NULL,
  actor     text NOT NULL,
  name      text NOT NULL,                         -- of the file
  why       text NOT NULL,
  sender    text NOT NULL DEFAULT '',              -- e-mail address that may be told; empty = nobody is told
  subject   text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id)
);

-- Two rows of the name register that were one person: what was moved, so that it can be moved back.
CREATE TABLE party_merge (
  office_id int NOT NULL,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  kept_id   bigint NOT NULL,
  gone_id   bigint NOT NULL,
  at        timestamptz NOT NULL,
  actor     text NOT NULL,
  moved     jsonb NOT NULL,                        -- [{document_id, role}]
  undone_at timestamptz,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, kept_id) REFERENCES party,
  FOREIGN KEY (office_id, gone_id) REFERENCES party ON DELETE CASCADE
);
CREATE INDEX party_merge_kept ON party_merge (kept_id, office_id);
CREATE INDEX party_merge_gone ON party_merge (gone_id, office_id);
CREATE INDEX party_merged ON party (merged_into, office_id) WHERE merged_into IS NOT NULL;
CREATE INDEX party_unidentified ON party (id, office_id) WHERE NOT identified AND merged_into IS NULL;

-- How an office runs its mailroom; no row = the defaults.
CREATE TABLE mailroom (
  office_id         int PRIMARY KEY REFERENCES office,
  confirm_mail      boolean NOT NULL DEFAULT true, -- e-mails are answered by a confirmation of receipt
  party_keep_months int NOT NULL DEFAULT 12 CHECK (party_keep_months BETWEEN 1 AND 240) -- how long somebody nothing refers to stays in the name register
);

ALTER TABLE intake_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE intake_refusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE party_merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailroom ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON intake_key FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON intake_refusal FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON party_merge FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON mailroom FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON intake_key, mailroom TO epom_app;
GRANT SELECT, INSERT ON intake_refusal TO epom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON party_merge TO epom_app;
