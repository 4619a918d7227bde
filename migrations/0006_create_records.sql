-- Records: counters, case files, documents with their components, the law of deadlines.
-- +goose Up
CREATE TABLE counter (
  office_id int NOT NULL REFERENCES office,
  series    text NOT NULL,                         -- 'denik' = the journal; separate registers have their own
  year      int NOT NULL,
  last_no   bigint NOT NULL,
  PRIMARY KEY (office_id, series, year)
) WITH (fillfactor = 10);

-- Rows of the way in carry only the references that no other constraint implies: each one locks a row for each
-- submission. `epom verify` checks the rest.
CREATE TABLE case_file (
  office_id   int NOT NULL,                        -- its counter row refers to the office
  id          bigint GENERATED ALWAYS AS IDENTITY,
  series      text NOT NULL,
  year        int NOT NULL,
  no          bigint NOT NULL,
  mark        text NOT NULL,                       -- file mark, "HEJ/2026/00042"
  subject     text NOT NULL,
  agenda      text NOT NULL DEFAULT '',
  opened_at   timestamptz NOT NULL,
  unit_id     int,
  clerk_id    bigint REFERENCES account,
  assigned_at timestamptz,
  -- The term: rule and start are the facts; due_on is computed from them, the pauses and the extension on each change.
  deadline_rule  text,
  clock_starts   date,
  extended_days  int NOT NULL DEFAULT 0,
  extended_why   text NOT NULL DEFAULT '',
  paused_on      date,                             -- the clock stands since this legal date
  due_on         date,
  handled_at  timestamptz,
  handled_how text CHECK (handled_how IN ('document', 'referral', 'noted', 'note', 'other')),
  handled_why text NOT NULL DEFAULT '',
  documents   int NOT NULL DEFAULT 0,              -- the last ordinal given in this file
  PRIMARY KEY (office_id, id),
  -- The office stands last in further keys: a plan made while the table was empty cannot walk through one office then.
  UNIQUE (no, year, series, office_id),
  UNIQUE (mark, office_id),
  FOREIGN KEY (office_id, unit_id) REFERENCES unit,
  CHECK ((handled_at IS NULL) = (handled_how IS NULL))
);
CREATE INDEX case_open ON case_file (office_id, due_on, id) WHERE handled_at IS NULL;
CREATE INDEX case_clerk ON case_file (office_id, clerk_id, due_on, id) WHERE handled_at IS NULL AND clerk_id IS NOT NULL;

CREATE TABLE clock_pause (
  office_id int NOT NULL,
  case_id   bigint NOT NULL,
  from_on   date NOT NULL,
  to_on     date,                                  -- NULL = still standing
  why       text NOT NULL,
  PRIMARY KEY (office_id, case_id, from_on),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file
);

CREATE TABLE document (
  office_id        int NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  case_id          bigint NOT NULL,
  ordinal          int NOT NULL,
  reference_number text NOT NULL,                  -- "HEJ/2026/00042-1"
  direction        text NOT NULL CHECK (direction IN ('in', 'out', 'own')),
  kind             text NOT NULL,                  -- submission, receipt, request, completion, answer, referral, notice
  subject          text NOT NULL,
  channel          text NOT NULL,                  -- portal, email, databox, post, counter, office, none
  party            text NOT NULL DEFAULT '',       -- sender or addressee
  foreign_number   text NOT NULL DEFAULT '',       -- the sender's reference number
  body             text NOT NULL DEFAULT '',       -- text of a document written here
  delivered_at     timestamptz,                    -- came into the office's disposal
  received_at      timestamptz,                    -- legally received
  registered_at    timestamptz NOT NULL,
  registered_by    text NOT NULL,
  sent_at          timestamptz,
  answers_id       bigint,                         -- the incoming document this one answers
  cancelled_at     timestamptz,
  cancelled_by     text,
  cancelled_why    text,
  PRIMARY KEY (office_id, id),
  UNIQUE (case_id, ordinal, office_id),
  UNIQUE (reference_number, office_id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, answers_id) REFERENCES document,
  CHECK ((cancelled_at IS NULL) = (cancelled_why IS NULL))
);
CREATE INDEX document_registered ON document (office_id, registered_at, id);

CREATE TABLE component (
  office_id   int NOT NULL,
  document_id bigint NOT NULL,
  ordinal     int NOT NULL,
  name        text NOT NULL,
  media_type  text NOT NULL,
  size        bigint NOT NULL,
  sha256      text NOT NULL,                       -- lower-case hex; the key in the file store
  field       text NOT NULL DEFAULT '',            -- the form field it was attached to
  PRIMARY KEY (office_id, document_id, ordinal),
  FOREIGN KEY (office_id, document_id) REFERENCES document
);
CREATE INDEX component_hash ON component (sha256);

-- Law as data.
CREATE TABLE deadline_rule (
  code       text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  days       int NOT NULL CHECK (days > 0),
  unit       text NOT NULL CHECK (unit IN ('day', 'working_day', 'month')),
  extension  int NOT NULL DEFAULT 0,               -- days it may be extended by
  after_pause int NOT NULL DEFAULT 0,              -- § 65(1) of Act 500/2004: at least so many days remain when a pause ends
  shift      boolean NOT NULL,                     -- an end on a rest day moves to the next working day
  statute    text NOT NULL,
  label      text NOT NULL,                        -- Czech, for people
  source     text NOT NULL,
  verified   boolean NOT NULL,
  PRIMARY KEY (code, valid_from)
);
CREATE TABLE holiday (
  name          text NOT NULL,
  month         int CHECK (month BETWEEN 1 AND 12),
  day           int CHECK (day BETWEEN 1 AND 31),
  easter_offset int,                               -- days from Easter Sunday, for the movable ones
  valid_from    int NOT NULL,                      -- year
  valid_to      int,
  source        text NOT NULL,
  PRIMARY KEY (name, valid_from),
  CHECK ((month IS NULL) <> (easter_offset IS NULL) AND (month IS NULL) = (day IS NULL))
);
INSERT INTO holiday (name, month, day, easter_offset, valid_from, source) VALUES
  ('Den obnovy samostatného českého státu; Nový rok', 1, 1, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Velký pátek', NULL, NULL, -2, 2016, 'z. č. 245/2000 Sb. ve znění z. č. 359/2015 Sb.'),
  ('Velikonoční pondělí', NULL, NULL, 1, 2001, 'z. č. 245/2000 Sb.'),
  ('Svátek práce', 5, 1, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den vítězství', 5, 8, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den slovanských věrozvěstů Cyrila a Metoděje', 7, 5, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den upálení mistra Jana Husa', 7, 6, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den české státnosti', 9, 28, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den vzniku samostatného československého státu', 10, 28, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Den boje za svobodu a demokracii', 11, 17, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('Štědrý den', 12, 24, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('1. svátek vánoční', 12, 25, NULL, 2001, 'z. č. 245/2000 Sb.'),
  ('2. svátek vánoční', 12, 26, NULL, 2001, 'z. č. 245/2000 Sb.');
INSERT INTO deadline_rule (code, valid_from, days, unit, extension, after_pause, shift, statute, label, source, verified) VALUES
  ('sr-71', '2006-01-01', 30, 'day', 30, 15, true, '§ 71 odst. 3 z. č. 500/2004 Sb.', 'vydat rozhodnutí do 30 dnů', 'správní řád; 30/60 dnů ověřeno na stránkách úřadů', true),
  ('sr-175', '2006-01-01', 60, 'day', 0, 0, true, '§ 175 odst. 5 z. č. 500/2004 Sb.', 'vyřídit stížnost do 60 dnů', 'správní řád', false),
  ('sr-42', '2006-01-01', 30, 'day', 0, 0, true, '§ 42 z. č. 500/2004 Sb.', 'odpovědět na podnět do 30 dnů', 'správní řád', false),
  ('sr-37-4', '2006-01-01', 5, 'day', 0, 0, true, '§ 37 odst. 4 z. č. 500/2004 Sb.', 'potvrdit podání do 5 dnů', 'správní řád', true),
  ('infz-14', '2025-08-19', 15, 'day', 10, 0, true, '§ 14 odst. 5 písm. d) z. č. 106/1999 Sb.', 'poskytnout informaci do 15 dnů', 'znění od 19. 8. 2025', true),
  ('infz-14-7', '2025-08-19', 7, 'day', 0, 0, true, '§ 14 odst. 5 písm. a) z. č. 106/1999 Sb.', 'vyzvat k upřesnění do 7 dnů', 'znění od 19. 8. 2025', true),
  ('petice-5', '1990-03-29', 30, 'day', 0, 0, true, '§ 5 z. č. 85/1990 Sb.', 'odpovědět na petici do 30 dnů', 'petiční zákon', false),
  ('shromazdeni-3', '1990-03-29', 3, 'working_day', 0, 0, false, '§ 11 z. č. 84/1990 Sb.', 'rozhodnout o oznámeném shromáždění do 3 pracovních dnů', 'zákon o právu shromažďovacím', false),
  ('na-miste', '2000-01-01', 30, 'day', 0, 0, true, '§ 71 odst. 1 z. č. 500/2004 Sb.', 'vyřídit na místě, nejpozději do 30 dnů', 'správní řád', false),
  ('bez-lhuty', '2000-01-01', 30, 'day', 0, 0, true, '§ 6 z. č. 500/2004 Sb.', 'vyřídit bez zbytečných průtahů, obvykle do 30 dnů', 'správní řád', false);

ALTER TABLE counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE clock_pause ENABLE ROW LEVEL SECURITY;
ALTER TABLE document ENABLE ROW LEVEL SECURITY;
ALTER TABLE component ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON counter FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON case_file FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON clock_pause FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON document FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON component FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON counter, case_file, clock_pause, document TO epom_app;
GRANT SELECT, INSERT ON component TO epom_app;
GRANT SELECT ON deadline_rule, holiday TO epom_app;
-- Nothing registered is ever deleted: the app may not, and the owner is stopped too.
CREATE TRIGGER case_file_kept BEFORE DELETE ON case_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER document_kept BEFORE DELETE ON document FOR EACH ROW EXECUTE FUNCTION refuse_change();
