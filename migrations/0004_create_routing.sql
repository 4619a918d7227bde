-- Routing: agendas with fees, deadlines and documents, and who is competent where; all dated, with source and a mark
-- whether a person has verified the row. valid_to is the first day a row no longer holds (null = holds on).
-- +goose Up
CREATE TABLE agenda (
  code       text NOT NULL CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  position   int  NOT NULL,              -- order of lists
  name       text NOT NULL,
  name_en    text NOT NULL DEFAULT '',
  name_uk    text NOT NULL DEFAULT '',
  statute    text NOT NULL,              -- "z. 114/1992 § 8 odst. 1; § 76"
  level      text NOT NULL CHECK (level IN ('obec', 'pou', 'orp', 'kraj', 'matrika', 'stavebni-urad', 'listed', 'by-road-class', 'addressee')),
  locality   text NOT NULL CHECK (locality IN ('any', 'residence', 'residence-or-property', 'new-residence', 'property', 'place-of-event', 'registry-of-event', 'addressee')),
  keywords   text NOT NULL DEFAULT '',   -- what people type for it, by comma
  note       text NOT NULL DEFAULT '',
  source     text NOT NULL,
  verified   boolean NOT NULL,           -- of the competence
  valid_from date NOT NULL,
  valid_to   date CHECK (valid_to > valid_from),
  PRIMARY KEY (code, valid_from)
);

CREATE TABLE agenda_fee (
  agenda_code text NOT NULL,
  position    int  NOT NULL,
  czk         int,                       -- null = by the words
  words       text NOT NULL,
  words_en    text NOT NULL DEFAULT '',
  words_uk    text NOT NULL DEFAULT '',
  statute     text NOT NULL DEFAULT '',
  source      text NOT NULL,
  verified    boolean NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date CHECK (valid_to > valid_from),
  PRIMARY KEY (agenda_code, position, valid_from)
);

CREATE TABLE agenda_deadline (
  agenda_code text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('shortest', 'usual', 'citizen')), -- the office's two, and what the person must keep
  days        int,                       -- calendar days; null = by the words
  words       text NOT NULL,
  words_en    text NOT NULL DEFAULT '',
  words_uk    text NOT NULL DEFAULT '',
  statute     text NOT NULL DEFAULT '',
  source      text NOT NULL,
  verified    boolean NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date CHECK (valid_to > valid_from),
  PRIMARY KEY (agenda_code, kind, valid_from)
);

CREATE TABLE agenda_document (
  agenda_code text NOT NULL,
  position    int  NOT NULL,
  words       text NOT NULL,
  words_en    text NOT NULL DEFAULT '',
  words_uk    text NOT NULL DEFAULT '',
  required    boolean NOT NULL,
  source      text NOT NULL,
  verified    boolean NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date CHECK (valid_to > valid_from),
  PRIMARY KEY (agenda_code, position, valid_from)
);

-- Who acts in an agenda in an area: the office of a level, or one named by its seat. The most specific area wins.
CREATE TABLE competence (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agenda_code text NOT NULL,
  area_kind   text NOT NULL CHECK (area_kind IN ('country', 'region', 'district', 'orp', 'pou', 'municipality', 'momc', 'part')),
  area_code   int  NOT NULL,             -- 0 for the country
  road_class  text NOT NULL DEFAULT '' CHECK (road_class IN ('', 'local', '3', '2', '1', 'motorway')),
  role        text NOT NULL CHECK (role IN ('decides', 'takes-in', 'advises')),
  level       text NOT NULL CHECK (level IN ('obec', 'pou', 'orp', 'kraj', 'matrika', 'stavebni-urad', 'listed', 'seat', 'state')),
  seat_code   int CHECK ((seat_code IS NOT NULL) = (level = 'seat')), -- municipality whose office acts
  contract    text NOT NULL DEFAULT '',  -- number of the public-law contract the row rests on
  note        text NOT NULL DEFAULT '',
  source      text NOT NULL,
  verified    boolean NOT NULL,
  valid_from  date NOT NULL,
  valid_to    date CHECK (valid_to > valid_from),
  UNIQUE (agenda_code, area_kind, area_code, road_class, role, valid_from)
);

-- An office proposes a change of the rows of its own territory; the region's office confirms or refuses it.
CREATE TABLE competence_proposal (
  office_id         int NOT NULL REFERENCES office,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  checking_office_id int NOT NULL REFERENCES office,
  municipality_code int NOT NULL,
  agenda_code       text NOT NULL,
  road_class        text NOT NULL DEFAULT '',
  level             text NOT NULL,
  seat_code         int,
  contract          text NOT NULL DEFAULT '',
  reason            text NOT NULL CHECK (reason <> ''),
  valid_from        date NOT NULL,
  valid_to          date CHECK (valid_to > valid_from),
  proposed_at       timestamptz NOT NULL,
  proposed_by       text NOT NULL,
  decided_at        timestamptz,
  decided_by        text NOT NULL DEFAULT '',
  accepted          boolean,
  answer            text NOT NULL DEFAULT '',
  CHECK ((decided_at IS NULL) = (accepted IS NULL)),
  PRIMARY KEY (office_id, id)
);
CREATE INDEX competence_proposal_open ON competence_proposal (checking_office_id) WHERE decided_at IS NULL;
ALTER TABLE competence_proposal ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON competence_proposal FOR SELECT USING (office_id = current_office());
CREATE POLICY checking ON competence_proposal FOR SELECT USING (checking_office_id = current_office());
CREATE POLICY own_new ON competence_proposal FOR INSERT WITH CHECK (office_id = current_office() AND decided_at IS NULL
  AND municipality_code = (SELECT o.municipality_code FROM office o WHERE o.id = current_office())
  AND checking_office_id = (SELECT r.id FROM office r JOIN office o ON o.region_code = r.region_code
                            WHERE o.id = current_office() AND r.kind = 'region'));

-- The one write that crosses from a proposal to the shared table: only the checking office of the transaction may do it.
-- An accepted row ends the one it replaces on the day it begins.
-- +goose StatementBegin
CREATE FUNCTION unscoped_decide_proposal(proposal bigint, accept boolean, at timestamptz, actor text, words text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE p competence_proposal;
BEGIN
  UPDATE competence_proposal SET decided_at = at, decided_by = actor, accepted = accept, answer = words
    WHERE id = proposal AND checking_office_id = current_office() AND decided_at IS NULL RETURNING * INTO p;
  IF NOT FOUND THEN RETURN false; END IF;
  IF accept THEN
    DELETE FROM competence WHERE agenda_code = p.agenda_code AND area_kind = 'municipality' AND area_code = p.municipality_code
      AND road_class = p.road_class AND role = 'decides' AND valid_from >= p.valid_from
      AND (p.valid_to IS NULL OR valid_from < p.valid_to);
    UPDATE competence SET valid_to = p.valid_from WHERE agenda_code = p.agenda_code AND area_kind = 'municipality'
      AND area_code = p.municipality_code AND road_class = p.road_class AND role = 'decides'
      AND valid_from < p.valid_from AND (valid_to IS NULL OR valid_to > p.valid_from);
    INSERT INTO competence (agenda_code, area_kind, area_code, road_class, role, level, seat_code, contract, note, source, verified, valid_from, valid_to)
      VALUES (p.agenda_code, 'municipality', p.municipality_code, p.road_class, 'decides', p.level, p.seat_code, p.contract,
              p.reason, 'proposal ' || p.id, true, p.valid_from, p.valid_to);
  END IF;
  RETURN true;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_decide_proposal FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_decide_proposal TO epom_app;

CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON agenda FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('routing');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON agenda_fee FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('routing');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON agenda_deadline FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('routing');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON agenda_document FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('routing');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON competence FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('routing');

GRANT SELECT ON agenda, agenda_fee, agenda_deadline, agenda_document, competence TO epom_app;
GRANT SELECT, INSERT ON competence_proposal TO epom_app;
