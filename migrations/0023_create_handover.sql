-- Records systems of offices (spisové služby): which one an office uses, and the handing over of what came through the gate.
-- +goose Up

-- What § 63 of Act 499/2004 Sb. allows: law as data. evidence = only until the office's own system has given its receipt.
CREATE TABLE records_permit (
  category   text NOT NULL CHECK (category IN ('63/1', '63/2')),
  driver     text NOT NULL CHECK (driver IN ('built-in', 'nsesss', 'mail')),
  use        text NOT NULL CHECK (use IN ('full', 'evidence')),
  valid_from date NOT NULL,
  valid_to   date,
  source     text NOT NULL,
  verified   boolean NOT NULL DEFAULT false,
  PRIMARY KEY (category, driver, valid_from),
  CHECK (valid_to >= valid_from)
);
INSERT INTO records_permit (category, driver, use, valid_from, source) VALUES
  ('63/1', 'built-in', 'evidence', '2025-07-01', 'zákon č. 499/2004 Sb., § 63 odst. 1 a 3, ve znění zákona č. 197/2024 Sb.: od 1. 7. 2025 jen systém s atestem'),
  ('63/1', 'nsesss', 'full', '2025-07-01', 'zákon č. 499/2004 Sb., § 63 odst. 1 a 3; národní standard, příloha 1 (VMV 85/2024)'),
  ('63/1', 'mail', 'full', '2025-07-01', 'zákon č. 499/2004 Sb., § 64; vyhláška č. 259/2012 Sb., § 2 a 4'),
  ('63/2', 'built-in', 'full', '2024-07-01', 'zákon č. 499/2004 Sb., § 63 odst. 2 a odst. 3 poslední věta, ve znění zákona č. 197/2024 Sb.'),
  ('63/2', 'nsesss', 'full', '2024-07-01', 'zákon č. 499/2004 Sb., § 63 odst. 2; národní standard, příloha 1 (VMV 85/2024)'),
  ('63/2', 'mail', 'full', '2024-07-01', 'zákon č. 499/2004 Sb., § 64; vyhláška č. 259/2012 Sb., § 2 a 4');

-- Which records system an office uses from when; the latest one that has begun holds. Without a row it is the built-in one.
CREATE TABLE records_link (
  office_id    int NOT NULL REFERENCES office,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  driver       text NOT NULL CHECK (driver IN ('built-in', 'nsesss', 'mail')),
  from_at      timestamptz NOT NULL,
  url          text NOT NULL DEFAULT '',           -- of the web service
  our_code     text NOT NULL DEFAULT '',           -- how the records system knows us (Zdroj)
  their_code   text NOT NULL DEFAULT '',           -- its own code (Cil)
  person       text NOT NULL DEFAULT '',           -- under whose name things are done there (provedlKdo)
  account      text NOT NULL DEFAULT '',           -- HTTP Basic; empty = none
  password     bytea NOT NULL DEFAULT '',          -- sealed with the installation's key: it must be sent, so no hash does
  mailbox      text NOT NULL DEFAULT '',           -- of the office's mailroom
  made_at      timestamptz NOT NULL,
  made_by      text NOT NULL,
  withdrawn_at timestamptz,                        -- before it began
  withdrawn_by text,
  PRIMARY KEY (office_id, id),
  CHECK (driver <> 'nsesss' OR url <> '' AND our_code <> '' AND their_code <> '' AND person <> ''),
  CHECK (driver <> 'mail' OR mailbox <> ''),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);

-- The handing over of one case file to the office's own records system. Its state is computed from these instants.
CREATE TABLE records_handover (
  office_id     int NOT NULL,
  id            bigint GENERATED ALWAYS AS IDENTITY,
  case_id       bigint NOT NULL,
  link_id       bigint NOT NULL,                   -- to which system it began
  key           text NOT NULL,                     -- our reference: the same on every try
  created_at    timestamptz NOT NULL,
  mark          text NOT NULL DEFAULT '',          -- file mark there
  number        text NOT NULL DEFAULT '',          -- number of the first document there; once given, it stays
  number_at     timestamptz,
  receipt_at    timestamptz,                       -- the registry there has answered that it has everything of the first document
  trouble       text NOT NULL DEFAULT '' CHECK (trouble IN ('', 'waiting', 'down', 'parked', 'refused')),
  why           text NOT NULL DEFAULT '',          -- in words
  trouble_since timestamptz,
  tries         int NOT NULL DEFAULT 0,            -- of the step on turn, in a row
  next_at       timestamptz,                       -- NULL = nothing more by itself
  claimed_until timestamptz,                       -- somebody works on it
  warned_at     timestamptz,                       -- it took longer than its budget
  stopped_at    timestamptz,
  stopped_by    text,
  stopped_why   text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, link_id) REFERENCES records_link,
  UNIQUE (case_id, office_id),
  UNIQUE (key, office_id),
  CHECK ((number = '') = (number_at IS NULL)),
  CHECK ((trouble = '') = (trouble_since IS NULL)),
  CHECK ((stopped_at IS NULL) = (stopped_by IS NULL))
);
CREATE INDEX handover_due ON records_handover (next_at) WHERE next_at IS NOT NULL AND stopped_at IS NULL;
CREATE INDEX handover_trouble ON records_handover (office_id, trouble_since) WHERE trouble <> '' OR receipt_at IS NULL;

-- Its steps: the result of each is kept before the next one begins.
CREATE TABLE records_handover_step (
  office_id   int NOT NULL,
  handover_id bigint NOT NULL,
  ordinal     int NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('open', 'document', 'file', 'dispatch', 'confirm', 'close')),
  key         text NOT NULL,                       -- our reference for what is handed over: the same on every try
  document_id bigint,
  component   int,                                 -- ordinal of the file; 0 = the filled form on paper
  file        jsonb,                               -- name, type, size, hash of the file
  tries       int NOT NULL DEFAULT 0,
  sent_at     timestamptz,                         -- the first try began; without done_at nobody knows how it ended
  done_at     timestamptz,
  number      text NOT NULL DEFAULT '',            -- what the other side gave
  PRIMARY KEY (office_id, handover_id, ordinal),
  FOREIGN KEY (office_id, handover_id) REFERENCES records_handover,
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  UNIQUE (handover_id, kind, key, office_id)
);

-- A system that does not answer is left alone for a while, whatever offices use it. No row of an office.
CREATE TABLE records_target (
  target    text PRIMARY KEY,
  failures  int NOT NULL DEFAULT 0,                -- in a row
  why       text NOT NULL DEFAULT '',
  opened_at timestamptz,                           -- since when work for it is parked; NULL = it goes on
  probe_at  timestamptz,                           -- when one piece may try
  credits   int NOT NULL DEFAULT 0,                -- how many pieces may follow a good one
  good      int NOT NULL DEFAULT 0,                -- in a row since then
  good_at   timestamptz
);

ALTER TABLE records_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE records_handover ENABLE ROW LEVEL SECURITY;
ALTER TABLE records_handover_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON records_link FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON records_handover FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON records_handover_step FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT ON records_permit TO epom_app;
GRANT SELECT, INSERT, UPDATE ON records_link, records_handover, records_handover_step, records_target TO epom_app;
GRANT USAGE ON SEQUENCE records_link_id_seq TO epom_app; -- the password is sealed to its row's number

-- A number given stays, and so does the result of a step: not even a fault of ours gives a submission two numbers.
-- +goose StatementBegin
CREATE FUNCTION handover_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a hand-over is never deleted'; END IF;
  IF OLD.number <> '' AND NEW.number <> OLD.number OR OLD.key <> NEW.key THEN RAISE EXCEPTION 'a number given by a records system stays'; END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON records_handover FOR EACH ROW EXECUTE FUNCTION handover_keeps();
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON records_handover_step FOR EACH ROW EXECUTE FUNCTION handover_keeps();

-- Which system an office used at an instant, for those who look across offices.
CREATE FUNCTION unscoped_records_driver(office int, at timestamptz) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT COALESCE((SELECT l.driver FROM records_link l WHERE l.office_id = office AND l.from_at <= at AND l.withdrawn_at IS NULL
                         ORDER BY l.from_at DESC, l.id DESC LIMIT 1), 'built-in') $$;

-- What should be going on and is not: pieces that are due, submissions nobody began to hand over, case files in which
-- something new lies.
CREATE FUNCTION unscoped_handovers_due(at timestamptz, most int) RETURNS TABLE (office_id int, case_id bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    (SELECT h.office_id, h.case_id FROM records_handover h WHERE h.next_at <= at AND h.stopped_at IS NULL ORDER BY h.next_at LIMIT most)
    UNION
    (SELECT s.office_id, s.case_id FROM records_link l JOIN submission s ON s.office_id = l.office_id AND s.received_at >= l.from_at
     WHERE l.driver <> 'built-in' AND l.withdrawn_at IS NULL AND s.received_at > at - interval '30 days'
       AND NOT EXISTS (SELECT FROM records_handover h WHERE h.case_id = s.case_id AND h.office_id = s.office_id)
       AND NOT EXISTS (SELECT FROM records_link n WHERE n.office_id = l.office_id AND n.withdrawn_at IS NULL AND (n.from_at, n.id) > (l.from_at, l.id) AND n.from_at <= s.received_at)
     LIMIT most)
    UNION
    (SELECT h.office_id, h.case_id FROM document d JOIN records_handover h ON h.case_id = d.case_id AND h.office_id = d.office_id
     WHERE (d.registered_at > at - interval '7 days' OR d.sent_at > at - interval '7 days') AND d.kind <> 'receipt' AND d.cancelled_at IS NULL
       AND (d.direction <> 'out' OR d.sent_at IS NOT NULL) AND h.stopped_at IS NULL AND h.next_at IS NULL AND h.trouble = ''
       AND NOT EXISTS (SELECT FROM records_handover_step p WHERE p.office_id = h.office_id AND p.handover_id = h.id AND (p.kind = 'close' OR p.kind = 'document' AND p.document_id = d.id))
     LIMIT most)
    UNION
    (SELECT h.office_id, h.case_id FROM case_file c JOIN records_handover h ON h.case_id = c.id AND h.office_id = c.office_id
     WHERE c.handled_at > at - interval '7 days' AND h.stopped_at IS NULL AND h.next_at IS NULL AND h.trouble = ''
       AND NOT EXISTS (SELECT FROM records_handover_step p WHERE p.office_id = h.office_id AND p.handover_id = h.id AND p.kind = 'close')
       AND (SELECT l.driver FROM records_link l WHERE l.office_id = h.office_id AND l.id = h.link_id) = 'nsesss' LIMIT most) $$;

-- How the handing over goes, office by office: numbers without content, for those who run the installation.
CREATE FUNCTION unscoped_handovers_count(at timestamptz)
  RETURNS TABLE (office_id int, name text, driver text, target text, all_of_them bigint, waiting bigint, parked bigint, refused bigint, stopped bigint, late bigint, since timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$
    SELECT h.office_id, o.name, l.driver, CASE l.driver WHEN 'nsesss' THEN l.url ELSE '' END, count(*),
           count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble IN ('waiting', 'down')),
           count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble = 'parked'), count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble = 'refused'),
           count(*) FILTER (WHERE h.stopped_at IS NOT NULL), count(*) FILTER (WHERE h.stopped_at IS NULL AND h.warned_at IS NOT NULL AND h.trouble <> ''),
           min(h.trouble_since) FILTER (WHERE h.stopped_at IS NULL)
    FROM records_handover h JOIN office o ON o.id = h.office_id
      JOIN LATERAL (SELECT COALESCE(
             (SELECT c FROM records_link c JOIN records_link b ON b.office_id = h.office_id AND b.id = h.link_id
              WHERE c.office_id = h.office_id AND c.from_at <= at AND c.withdrawn_at IS NULL AND c.driver = b.driver AND c.their_code = b.their_code
              ORDER BY c.from_at DESC, c.id DESC LIMIT 1), (SELECT b FROM records_link b WHERE b.office_id = h.office_id AND b.id = h.link_id)) AS x) y ON true
      JOIN LATERAL (SELECT (y.x).driver AS driver, (y.x).url AS url) l ON true
    GROUP BY h.office_id, o.name, l.driver, CASE l.driver WHEN 'nsesss' THEN l.url ELSE '' END
    ORDER BY o.name $$;
REVOKE ALL ON FUNCTION unscoped_records_driver, unscoped_handovers_due, unscoped_handovers_count FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_records_driver, unscoped_handovers_due, unscoped_handovers_count TO epom_app;

