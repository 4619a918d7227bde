-- The whole records service (spisová služba) of a small office: what a document and a case file carry besides the way of
-- a portal submission. Parts of the room bring tables of their own: scheme, dispatch, disposal, letters.
-- +goose Up

-- Who stands behind documents (jmenný rejstřík, § 25 of Decree 259/2012 Sb.; NSESSS 2.8): one row a person or body.
CREATE TABLE party (
  office_id   int NOT NULL REFERENCES office,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  kind        text NOT NULL CHECK (kind IN ('person', 'business', 'company', 'authority')), -- natural person, natural person in business, legal person, public authority
  name        text NOT NULL CHECK (name <> ''),   -- as it stands in lists: "Jana Nováková", "Lesy ČR, s. p."
  given       text NOT NULL DEFAULT '',
  family      text NOT NULL DEFAULT '',
  born        date,
  ico         text NOT NULL DEFAULT '' CHECK (ico ~ '^([0-9]{8})?$'),
  data_box    text NOT NULL DEFAULT '',
  email       text NOT NULL DEFAULT '',
  phone       text NOT NULL DEFAULT '',
  street      text NOT NULL DEFAULT '',            -- "Hasičská 666/12a", "č. p. 2"
  town        text NOT NULL DEFAULT '',
  zip         text NOT NULL DEFAULT '',
  country     text NOT NULL DEFAULT '',            -- empty = Czech Republic
  adm         bigint,                              -- address point in RÚIAN
  identified  boolean NOT NULL DEFAULT false,      -- ztotožněný: agreed with a register or a document shown
  note        text NOT NULL DEFAULT '',
  merged_into bigint,                              -- the row that stands for it now
  created_at  timestamptz NOT NULL,
  created_by  text NOT NULL,
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, merged_into) REFERENCES party,
  CHECK (merged_into <> id)
);
CREATE INDEX party_name ON party USING gin (plain(name) gin_trgm_ops);
CREATE INDEX party_ico ON party (ico, office_id) WHERE ico <> '';
CREATE INDEX party_box ON party (data_box, office_id) WHERE data_box <> '';
CREATE INDEX party_email ON party (lower(email), office_id) WHERE email <> '';

-- Sender and addressees of a document.
CREATE TABLE document_party (
  office_id   int NOT NULL,
  document_id bigint NOT NULL,
  party_id    bigint NOT NULL,
  role        text NOT NULL CHECK (role IN ('sender', 'addressee', 'represented')),
  PRIMARY KEY (office_id, document_id, party_id, role),
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  FOREIGN KEY (office_id, party_id) REFERENCES party
);
CREATE INDEX document_party_party ON document_party (party_id, office_id);

ALTER TABLE document
  ADD jid               text,                      -- unique identifier given by another originator; NULL = ours, computed
  ADD register          text NOT NULL DEFAULT '',  -- code of the separate register it is kept in; empty = the journal
  ADD paper             boolean NOT NULL DEFAULT false, -- the original is on paper (analogový dokument)
  ADD sheets            int CHECK (sheets >= 0),   -- of paper, without attachments (§ 3(3) of Decree 259/2012 Sb.)
  ADD attachments       int CHECK (attachments >= 0),
  ADD attachment_sheets int CHECK (attachment_sheets >= 0),
  ADD attachment_note   text NOT NULL DEFAULT '',  -- what digital attachments there are, on which carrier
  ADD envelope          jsonb NOT NULL DEFAULT '{}', -- what its way brought: message-id, data message, number of registered mail, times
  ADD barcode           text NOT NULL DEFAULT '',  -- on the label of a paper
  ADD read_at           timestamptz,               -- first opened by whoever handles it
  ADD handled_at        timestamptz,
  ADD handled_how       text CHECK (handled_how IN ('document', 'referral', 'noted', 'note', 'other')),
  ADD handled_why       text NOT NULL DEFAULT '',
  ADD CHECK ((handled_at IS NULL) = (handled_how IS NULL));
CREATE INDEX document_barcode ON document (barcode, office_id) WHERE barcode <> '';

-- What a component is (NSESSS): an original, a container it came in, its output format, a scan, a draft; where it was unpacked from.
ALTER TABLE component
  ADD preservation text NOT NULL DEFAULT 'original' CHECK (preservation IN ('draft', 'original', 'output', 'scan', 'container')),
  ADD from_ordinal int,                            -- the container in the same document that it was unpacked from
  ADD replaces     int;                            -- ordinal of the component it is a later version of

ALTER TABLE case_file
  ADD class_id      bigint,                        -- class of the classification scheme; NULL = not given yet
  ADD class_code    text NOT NULL DEFAULT '',      -- its full code then (plně určený spisový znak)
  ADD sign          text CHECK (sign IN ('A', 'S', 'V')), -- disposal sign
  ADD retention     int CHECK (retention >= 0),    -- years
  ADD trigger_event text NOT NULL DEFAULT '' CHECK (trigger_event IN ('', 'handled', 'closed', 'opened', 'born', 'external')),
  ADD trigger_year  int,
  ADD parent_id     bigint,                        -- sub-file of
  ADD joined_to     bigint,                        -- its documents were joined to that file
  ADD paper         boolean NOT NULL DEFAULT false,
  ADD closed_at     timestamptz,
  ADD closed_by     text NOT NULL DEFAULT '',
  ADD held_why      text NOT NULL DEFAULT '',      -- not empty = disposal is stopped
  ADD disposed_at   timestamptz,                   -- destroyed or handed to the archive; the head stays for ever
  ADD archive_id    text NOT NULL DEFAULT '',      -- identifier given by the archive
  ADD FOREIGN KEY (office_id, parent_id) REFERENCES case_file,
  ADD FOREIGN KEY (office_id, joined_to) REFERENCES case_file;
CREATE INDEX case_parent ON case_file (parent_id, office_id) WHERE parent_id IS NOT NULL;

ALTER TABLE party ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_party ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON party FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON document_party FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE, DELETE ON party TO epom_app;
GRANT SELECT, INSERT, DELETE ON document_party TO epom_app;
