-- The official notice board (§ 26 of Act 500/2004 Sb.): kinds with their terms, postings with revisions that never change.
-- +goose Up
CREATE TABLE posting_kind (
  code        text NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date,
  ord         int NOT NULL,                        -- order in lists
  name        text NOT NULL,                       -- Czech, for people
  class       text NOT NULL CHECK (class IN ('notice', 'news', 'event')), -- news and events stand apart from legal notices
  days        int NOT NULL DEFAULT 0,              -- it must hang at least so many whole days after the day of posting
  before_event boolean NOT NULL DEFAULT false,     -- those days must pass before an event (a meeting): the posting needs its date
  hangs       text NOT NULL CHECK (hangs IN ('days', 'event', 'open')), -- proposed term: the days, until the event, until replaced
  effect_days int,                                 -- delivered on this day after posting (§ 25 of Act 500/2004 Sb.); NULL = has no such effect
  statute     text NOT NULL,
  note        text NOT NULL DEFAULT '',
  source      text NOT NULL,
  verified    boolean NOT NULL,
  PRIMARY KEY (code, valid_from),
  CHECK (effect_days IS NULL OR effect_days > 0)
);
INSERT INTO posting_kind (code, valid_from, ord, name, class, days, before_event, hangs, effect_days, statute, note, source, verified) VALUES
  ('verejna-vyhlaska', '2006-01-01', 10, 'Doručení veřejnou vyhláškou', 'notice', 15, false, 'days', 15, '§ 25 z. č. 500/2004 Sb.', 'Doručeno je patnáctým dnem po vyvěšení, byla-li písemnost zveřejněna i způsobem umožňujícím dálkový přístup.', 'správní řád, znění § 26 ověřeno', true),
  ('oop-navrh', '2006-01-01', 20, 'Návrh opatření obecné povahy', 'notice', 15, false, 'days', NULL, '§ 172 odst. 1 z. č. 500/2004 Sb.', '', 'správní řád', false),
  ('oop', '2006-01-01', 21, 'Opatření obecné povahy', 'notice', 15, false, 'days', 15, '§ 173 odst. 1 z. č. 500/2004 Sb.', 'Účinnosti nabývá patnáctým dnem po vyvěšení veřejné vyhlášky.', 'správní řád', false),
  ('zamer', '2000-11-12', 30, 'Záměr obce nakládat s nemovitostí', 'notice', 15, false, 'days', NULL, '§ 39 odst. 1 z. č. 128/2000 Sb.', 'Bez zveřejnění po 15 dnů před rozhodnutím je právní jednání neplatné.', 'zákon o obcích', false),
  ('zasedani', '2000-11-12', 40, 'Zasedání zastupitelstva', 'notice', 7, true, 'event', NULL, '§ 93 odst. 1 z. č. 128/2000 Sb.', 'Místo, doba a navržený program aspoň 7 dní předem.', 'zákon o obcích', false),
  ('rozpocet-navrh', '2017-02-21', 50, 'Návrh rozpočtu', 'notice', 15, true, 'event', NULL, '§ 11 odst. 3 z. č. 250/2000 Sb.', 'Na internetu úplný, na desce stačí zkrácený.', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('rozpocet', '2017-02-21', 51, 'Schválený rozpočet', 'notice', 0, false, 'open', NULL, '§ 11 odst. 4 z. č. 250/2000 Sb.', 'Do 30 dnů od schválení, až do schválení dalšího.', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('rozpoctove-opatreni', '2017-02-21', 52, 'Rozpočtové opatření', 'notice', 0, false, 'open', NULL, '§ 16 odst. 5 z. č. 250/2000 Sb.', 'Do 30 dnů od schválení.', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('vyhled-navrh', '2017-02-21', 53, 'Návrh střednědobého výhledu rozpočtu', 'notice', 15, true, 'event', NULL, '§ 3 odst. 3 z. č. 250/2000 Sb.', '', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('vyhled', '2017-02-21', 54, 'Střednědobý výhled rozpočtu', 'notice', 0, false, 'open', NULL, '§ 3 odst. 4 z. č. 250/2000 Sb.', '', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('zaverecny-ucet-navrh', '2017-02-21', 55, 'Návrh závěrečného účtu', 'notice', 15, true, 'event', NULL, '§ 17 odst. 6 z. č. 250/2000 Sb.', '', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('zaverecny-ucet', '2017-02-21', 56, 'Závěrečný účet', 'notice', 0, false, 'open', NULL, '§ 17 odst. 8 z. č. 250/2000 Sb.', '', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('dotacni-smlouva', '2015-02-20', 57, 'Veřejnoprávní smlouva o poskytnutí dotace', 'notice', 0, false, 'open', NULL, '§ 10d z. č. 250/2000 Sb.', '', 'zákon o rozpočtových pravidlech územních rozpočtů', false),
  ('drazba', '2001-01-01', 60, 'Dražební vyhláška', 'notice', 0, false, 'event', NULL, '§ 336c z. č. 99/1963 Sb.', 'Visí do dražby.', 'občanský soudní řád', false),
  ('vyberove-rizeni', '2003-01-01', 70, 'Výběrové řízení na místo úředníka', 'notice', 15, false, 'days', NULL, '§ 7 z. č. 312/2002 Sb.', 'Aspoň 15 dnů před koncem podávání přihlášek.', 'zákon o úřednících', false),
  ('volby', '2001-01-01', 80, 'Volby', 'notice', 15, true, 'event', NULL, '§ 29 z. č. 491/2001 Sb.; § 15 z. č. 247/1995 Sb.', 'Oznámení o době a místě konání nejpozději 15 dnů předem.', 'volební zákony', false),
  ('ztraty-nalezy', '2014-01-01', 90, 'Ztráty a nálezy', 'notice', 0, false, 'open', NULL, '§ 1052 a násl. z. č. 89/2012 Sb.', '', 'občanský zákoník', false),
  ('uzemni-plan', '2024-07-01', 100, 'Územní plánování', 'notice', 15, false, 'days', NULL, 'z. č. 283/2021 Sb.', '', 'stavební zákon', false),
  ('eia', '2001-01-01', 110, 'Posuzování vlivů na životní prostředí', 'notice', 15, false, 'days', NULL, '§ 16 z. č. 100/2001 Sb.', '', 'zákon o posuzování vlivů', false),
  ('pravni-predpis', '2022-01-01', 120, 'Právní předpis obce (informace)', 'notice', 0, false, 'open', NULL, 'z. č. 35/2021 Sb.', 'Vyhlašuje se ve Sbírce právních předpisů; na desce je jen odkaz.', 'zákon o Sbírce právních předpisů územních samosprávných celků', false),
  ('doprava', '2001-01-01', 130, 'Uzavírky a úpravy provozu', 'notice', 15, false, 'days', NULL, '§ 77 odst. 5 z. č. 361/2000 Sb.', '', 'zákon o silničním provozu', false),
  ('oznameni', '2000-01-01', 140, 'Jiné úřední oznámení', 'notice', 0, false, 'days', NULL, '§ 26 odst. 1 z. č. 500/2004 Sb.', '', 'správní řád', true),
  ('aktualita', '2000-01-01', 200, 'Aktualita', 'news', 0, false, 'days', NULL, '', 'Není úředním oznámením.', 'OFN Aktuality', true),
  ('udalost', '2000-01-01', 210, 'Událost', 'event', 0, false, 'event', NULL, '', 'Není úředním oznámením.', 'OFN Události', true);
GRANT SELECT ON posting_kind TO epom_app;

-- One office publishes for another by public-law contract (§ 26(1) of Act 500/2004 Sb.). Contracts are public.
CREATE TABLE board_contract (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  publisher_id int NOT NULL REFERENCES office,
  served_id    int NOT NULL REFERENCES office,
  title        text NOT NULL CHECK (title <> ''),  -- "Veřejnoprávní smlouva č. 3/2026"
  valid_from   date NOT NULL,
  valid_to     date,
  recorded_at  timestamptz NOT NULL,
  recorded_by  text NOT NULL,
  CHECK (publisher_id <> served_id),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX board_contract_publisher ON board_contract (publisher_id);
CREATE INDEX board_contract_served ON board_contract (served_id);
ALTER TABLE board_contract ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_read ON board_contract FOR SELECT USING (true);
-- Only the office that is served hands its board to another, and only it ends that.
CREATE POLICY served_new ON board_contract FOR INSERT WITH CHECK (served_id = current_office());
CREATE POLICY served_end ON board_contract FOR UPDATE USING (served_id = current_office()) WITH CHECK (served_id = current_office());
GRANT SELECT, INSERT, UPDATE ON board_contract TO epom_app;

CREATE TABLE posting (
  office_id     int NOT NULL REFERENCES office,    -- whose board
  id            bigint GENERATED ALWAYS AS IDENTITY,
  year          int NOT NULL,
  no            bigint NOT NULL,                   -- address …/deska/{year}-{no}
  version       int NOT NULL DEFAULT 1,            -- raised by each change; a page knows which one it was made from
  revision      int NOT NULL DEFAULT 1,            -- the current one
  origin        text NOT NULL CHECK (origin IN ('file', 'document', 'request', 'typed', 'import')),
  case_id       bigint,
  document_id   bigint,                            -- posted from a case file
  requester     text NOT NULL DEFAULT '',          -- who asked for the posting, when another authority did
  requester_ref text NOT NULL DEFAULT '',          -- its reference number
  requester_email text NOT NULL DEFAULT '',        -- where the clause goes back
  contract_id   bigint REFERENCES board_contract,  -- posted by another office under this contract
  made_at       timestamptz NOT NULL,
  made_by       text NOT NULL,
  post_at       timestamptz NOT NULL,              -- planned
  until_on      date,                              -- the last day it hangs; NULL = until further notice
  event_at      timestamptz,                       -- of the meeting, auction, election …
  event_place   text NOT NULL DEFAULT '',
  -- What the law asked for on the day of posting, computed then.
  must_until    date,                              -- the last day the law wants it to hang
  effect_on     date,                              -- delivered on
  early_why     text NOT NULL DEFAULT '',          -- why it hangs shorter than the law wants
  past_why      text NOT NULL DEFAULT '',          -- why it was put on the board in the street earlier than here
  posted_at     timestamptz,                       -- on the electronic board
  removed_at    timestamptz,
  removed_by    text,
  removed_why   text NOT NULL DEFAULT '',
  physical_posted_at  timestamptz,                 -- on the board in the street
  physical_removed_at timestamptz,
  cancelled_at  timestamptz,                       -- before it was ever posted; its number stays
  cancelled_by  text,
  cancelled_why text,
  iri           text NOT NULL DEFAULT '',          -- imported: its name in the open data it came from
  PRIMARY KEY (office_id, id),
  UNIQUE (no, year, office_id),
  FOREIGN KEY (office_id, case_id) REFERENCES case_file,
  FOREIGN KEY (office_id, document_id) REFERENCES document,
  CHECK (removed_at IS NULL OR posted_at IS NOT NULL),
  CHECK (removed_at >= posted_at),
  CHECK (cancelled_at IS NULL OR posted_at IS NULL),
  CHECK ((cancelled_at IS NULL) = (cancelled_why IS NULL))
);
CREATE UNIQUE INDEX posting_iri ON posting (iri, office_id) WHERE iri <> '';
CREATE INDEX posting_waiting ON posting (office_id, post_at) WHERE posted_at IS NULL AND cancelled_at IS NULL;
CREATE INDEX posting_hanging ON posting (office_id, until_on) WHERE posted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX posting_document ON posting (office_id, document_id) WHERE document_id IS NOT NULL;

-- What hangs: never changed. A correction is the next revision, and both stay visible.
CREATE TABLE posting_revision (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  revision   int NOT NULL,
  at         timestamptz NOT NULL,
  by         text NOT NULL,
  why        text NOT NULL,                        -- of a correction; '' for the first
  kind       text NOT NULL,
  title      text NOT NULL,
  text       text NOT NULL DEFAULT '',
  issuer     text NOT NULL,                        -- originator (původce)
  issuer_ico text NOT NULL DEFAULT '',
  reference_number text NOT NULL DEFAULT '',
  file_mark  text NOT NULL DEFAULT '',
  agendas    jsonb NOT NULL DEFAULT '[]',          -- names
  approved_on date,
  places     jsonb NOT NULL DEFAULT '[]',          -- [{municipality, name, lat, lon}]
  subjects   jsonb NOT NULL DEFAULT '[]',          -- [{name, ico}]
  link       text NOT NULL DEFAULT '',             -- into the state collection of ordinances
  source     jsonb,                                -- imported: the notice as it came, given back on export
  PRIMARY KEY (office_id, posting_id, revision),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting
);
CREATE TABLE posting_file (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  revision   int NOT NULL,
  ordinal    int NOT NULL,
  name       text NOT NULL,
  media_type text NOT NULL DEFAULT '',
  size       bigint NOT NULL DEFAULT 0,
  sha256     text NOT NULL DEFAULT '',             -- key in the file store; '' = only the address below is known
  url        text NOT NULL DEFAULT '',             -- imported: where it was published
  warning    text NOT NULL DEFAULT '',             -- encrypted, broken: code of internal/preview
  PRIMARY KEY (office_id, posting_id, revision, ordinal),
  FOREIGN KEY (office_id, posting_id, revision) REFERENCES posting_revision,
  CHECK (sha256 <> '' OR url <> '')
);
CREATE INDEX posting_file_hash ON posting_file (sha256) WHERE sha256 <> '';
CREATE TRIGGER posting_kept BEFORE DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_kept BEFORE UPDATE OR DELETE ON posting_revision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER file_kept BEFORE UPDATE OR DELETE ON posting_file FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The words of a text for searching: small letters and digits without diacritics; numbers such as OV/666/18 fall into parts.
CREATE FUNCTION board_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT to_tsvector('pg_catalog.simple', translate(public.plain($1), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~–—„“”‚‘’«»…·•§°×', repeat(' ', 60))) $$;

-- The first three to six letters of each word, as lexemes that no text contains: a beginning fits so many words that reading
-- all of them would take too long.
CREATE FUNCTION board_starts(tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_to_tsvector(ARRAY(SELECT '^' || left(w, n) FROM unnest(tsvector_to_array($1)) w, generate_series(3, 6) n WHERE length(w) >= n)) $$;

-- What a search may be narrowed by, as lexemes that no text contains: office, kind, class, state, year, month, its
-- third (a, b, c) and day of posting (UTC), originator, agenda, place. One index then answers words and any of these together.
CREATE FUNCTION board_marks(office int, kind text, class text, hangs boolean, posted timestamptz, issuer text, agendas text, place_names text, places int[])
  RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT array_to_tsvector(ARRAY['@o' || office, '@k' || kind, '@c' || class, CASE WHEN hangs THEN '@hangs' ELSE '@gone' END,
          '@' || extract(year FROM posted AT TIME ZONE 'UTC'), '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC'),
          '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC') || '-' || extract(day FROM posted AT TIME ZONE 'UTC'),
          '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC')
            || substr('aaaaaaaaaabbbbbbbbbbccccccccccc', CAST(extract(day FROM posted AT TIME ZONE 'UTC') AS int), 1)]
        || ARRAY(SELECT '@i' || w FROM unnest(tsvector_to_array(public.board_words(issuer))) w)
        || ARRAY(SELECT '@a' || w FROM unnest(tsvector_to_array(public.board_words(agendas))) w)
        || ARRAY(SELECT '@l' || w FROM unnest(tsvector_to_array(public.board_words(place_names))) w)
        || ARRAY(SELECT '@p' || m FROM unnest(places) m)) $$;

-- What the public sees of postings, over all offices: written with each change, so that no visit computes anything.
CREATE TABLE board_item (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  number     text NOT NULL,                        -- "2026-17"
  kind       text NOT NULL,
  class      text NOT NULL,
  title      text NOT NULL,
  issuer     text NOT NULL,
  reference_number text NOT NULL,
  file_mark  text NOT NULL,
  agendas    jsonb NOT NULL,
  places     int[] NOT NULL,                       -- RÚIAN codes of municipalities it concerns
  files      int NOT NULL,
  posted_at  timestamptz NOT NULL,
  until_on   date,
  removed_at timestamptz,
  event_at   timestamptz,
  changed_at timestamptz NOT NULL,
  words      tsvector NOT NULL,                    -- title, issuer, numbers, text, then texts of documents; and board_marks
  PRIMARY KEY (office_id, posting_id),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting
);
CREATE INDEX board_item_office ON board_item (office_id, posted_at DESC, posting_id DESC);
CREATE INDEX board_item_here ON board_item (office_id, class, posted_at, posting_id) WHERE removed_at IS NULL;
CREATE INDEX board_item_past ON board_item (office_id, class, posted_at, posting_id) WHERE removed_at IS NOT NULL;
CREATE INDEX board_item_current ON board_item (class, posted_at, office_id, posting_id) WHERE removed_at IS NULL;
CREATE INDEX board_item_archive ON board_item (class, posted_at, office_id, posting_id) WHERE removed_at IS NOT NULL;
-- No list of what is yet to be indexed: each search would have to read it through.
CREATE INDEX board_item_words ON board_item USING gin (words) WITH (fastupdate = off);
ALTER TABLE board_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_read ON board_item FOR SELECT USING (true);
CREATE POLICY own_new ON board_item FOR INSERT WITH CHECK (office_id = current_office());
CREATE POLICY own_change ON board_item FOR UPDATE USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON board_item TO epom_app;

-- The latest of what fits a search, from a key on. Whatever the planner thinks of the words, it must use their index: reading
-- the table through would take seconds.
CREATE FUNCTION unscoped_board_search(q tsquery, ends tsquery, since timestamptz, till timestamptz, before_at timestamptz, before_office int, before_posting bigint, most int)
  RETURNS TABLE (office_id int, posting_id bigint) LANGUAGE sql STABLE ROWS 21 SET enable_seqscan = off SET jit = off
  AS $$ WITH hit AS MATERIALIZED (SELECT i.office_id, i.posting_id, i.posted_at FROM board_item i
          -- Long beginnings are looked for by their first letters and then tried on the row: the index would read all words that fit.
          WHERE i.words @@ q AND (numnode(ends) = 0 OR (i.words || CAST('' AS tsvector)) @@ ends))
        SELECT h.office_id, h.posting_id FROM hit h
        WHERE h.posted_at >= since AND h.posted_at < till AND (h.posted_at, h.office_id, h.posting_id) < (before_at, before_office, before_posting)
        ORDER BY h.posted_at DESC, h.office_id DESC, h.posting_id DESC LIMIT most $$;

-- Every process keeps rendered pages; this tells all of them which office's board changed.
-- +goose StatementBegin
CREATE FUNCTION board_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('board', CAST(NEW.office_id AS text)); RETURN NULL; END $$;
-- +goose StatementEnd
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON board_item FOR EACH ROW EXECUTE FUNCTION board_changed();

-- Text and pictures of posted files, made once a file.
CREATE TABLE posting_preview (
  office_id int NOT NULL,
  sha256    text NOT NULL,
  made_at   timestamptz NOT NULL,
  pages     int NOT NULL,
  text      text NOT NULL,
  pictures  jsonb NOT NULL,                        -- [{page, sha256, type, width, height, from, to}]; from and to are bytes of the text
  thumb     text NOT NULL DEFAULT '',              -- SHA-256 of the small picture of the first page
  thumb_type text NOT NULL DEFAULT '',             -- its media type
  problem   text NOT NULL DEFAULT '',              -- code of internal/preview
  PRIMARY KEY (office_id, sha256)
);
ALTER TABLE posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_preview ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON posting FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_revision FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_file FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_preview FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON posting, posting_preview TO epom_app;
GRANT SELECT, INSERT ON posting_revision, posting_file TO epom_app;
