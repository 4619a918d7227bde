-- Territory: municipalities and the areas above and below them, address points; all dated.
-- valid_from is the first day a row holds, valid_to the first day it no longer does (null = holds on).
-- +goose Up

-- Everything an address lies in besides the municipality itself. Codes are those of RÚIAN.
CREATE TABLE area (
  kind        text NOT NULL CHECK (kind IN ('region', 'district', 'orp', 'pou', 'building_office', 'momc', 'part')),
  code        int  NOT NULL,
  name        text NOT NULL,
  parent_code int,                      -- pou: orp; orp, district: region; momc, part: municipality; building office of a city part: momc
  csu_code    text NOT NULL DEFAULT '', -- ČSÚ: NUTS 3 of a region, LAU of a district, own codes of ORP and POÚ
  seat_code   int,                      -- municipality where the office of the area sits
  valid_from  date NOT NULL,
  valid_to    date CHECK (valid_to > valid_from),
  PRIMARY KEY (kind, code, valid_from)
);
CREATE UNIQUE INDEX area_valid ON area (kind, code) WHERE valid_to IS NULL;

CREATE TABLE municipality (
  code         int  NOT NULL,           -- RÚIAN = ČSÚ, six digits; a name is not a key
  name         text NOT NULL,
  status       int  NOT NULL CHECK (status BETWEEN 1 AND 6), -- RÚIAN: 1 military district 2 obec 3 město 4 statutory city 5 Praha 6 městys
  district_code int NOT NULL,
  pou_code     int NOT NULL,
  orp_code     int NOT NULL,
  region_code  int NOT NULL,
  building_office_code int,             -- older data, a sample
  -- Facts below change without a new version: no jurisdiction hangs on them.
  zip          text NOT NULL DEFAULT '',
  zips         text NOT NULL DEFAULT '',-- all its PSČ, by space; a PSČ crosses borders and does not route
  ico          text NOT NULL DEFAULT '',
  lat          double precision,
  lon          double precision,
  population   int NOT NULL DEFAULT 0,
  valid_from   date NOT NULL,
  valid_to     date CHECK (valid_to > valid_from),
  PRIMARY KEY (code, valid_from)
);
CREATE UNIQUE INDEX municipality_valid ON municipality (code) WHERE valid_to IS NULL;

-- A street in a part of a municipality, or a part without streets: what a person types before the house number. A
-- renamed street is a new place, so that older versions of its addresses keep the name they had.
CREATE TABLE address_place (
  id                int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  municipality_code int  NOT NULL,
  municipality_name text NOT NULL,
  momc_code         int  NOT NULL DEFAULT 0, -- 0 = none
  momc_name         text NOT NULL DEFAULT '',
  mop_code          int  NOT NULL DEFAULT 0, -- one of the ten districts of Praha
  mop_name          text NOT NULL DEFAULT '',
  part_code         int  NOT NULL DEFAULT 0,
  part_name         text NOT NULL DEFAULT '',
  street_code       int  NOT NULL DEFAULT 0,
  street_name       text NOT NULL DEFAULT '',
  live              boolean NOT NULL DEFAULT true, -- some valid address stands here
  size              int  NOT NULL DEFAULT 0, -- addresses of the municipality, about: larger ones are offered first
  words             tsvector GENERATED ALWAYS AS (to_tsvector('simple', plain(
                      street_name || ' ' || part_name || ' ' || municipality_name || ' ' || momc_name))) STORED,
  UNIQUE (municipality_code, part_code, street_code, momc_code, mop_code,
          municipality_name, part_name, street_name, momc_name, mop_name)
);
CREATE INDEX address_place_words ON address_place USING gin (words) WITH (fastupdate = off) WHERE live;
CREATE INDEX address_place_size ON address_place (size DESC, id) WHERE live; -- for words that very many places have
CREATE INDEX address_place_part ON address_place (part_code);

-- Valid address points only; replaced and ended versions are in address_past.
CREATE TABLE address (
  code        int  NOT NULL PRIMARY KEY,  -- kód adresního místa; 900 000 000 and above are invented (demo)
  place_id    int  NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('p', 'e')), -- číslo popisné, evidenční
  number      int  NOT NULL,
  orientation int,
  letter      text NOT NULL DEFAULT '',
  zip         int  NOT NULL DEFAULT 0,
  y_cm        int,                        -- S-JTSK Křovák Y and X, positive, in centimetres
  x_cm        int,
  valid_from  date NOT NULL
);
CREATE INDEX address_place_number ON address (place_id, number);

CREATE TABLE address_past (
  LIKE address,
  valid_to date NOT NULL,
  PRIMARY KEY (code, valid_to)
);

-- Address files are streamed into these and then compared in sets; empty between imports, of the owner alone.
CREATE UNLOGGED TABLE stage_address (
  code int NOT NULL, place int NOT NULL, kind text NOT NULL, number int NOT NULL, orientation int, letter text NOT NULL,
  zip int NOT NULL, y_cm int, x_cm int, valid_from date NOT NULL
);
CREATE UNLOGGED TABLE stage_place (
  n int NOT NULL, municipality_code int NOT NULL, municipality_name text NOT NULL, momc_code int NOT NULL, momc_name text NOT NULL,
  mop_code int NOT NULL, mop_name text NOT NULL, part_code int NOT NULL, part_name text NOT NULL, street_code int NOT NULL,
  street_name text NOT NULL, place_id int
);
CREATE UNLOGGED TABLE stage_scope (code int NOT NULL PRIMARY KEY, state date NOT NULL, name text NOT NULL);
CREATE UNLOGGED TABLE stage_diff (code int NOT NULL, sign text NOT NULL, municipality_code int NOT NULL);

-- +goose StatementBegin
CREATE FUNCTION clear_stage() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE stage_address, stage_place, stage_scope, stage_diff;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION analyze_stage() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ANALYZE stage_address; ANALYZE stage_place; ANALYZE stage_scope;
END $$;
-- +goose StatementEnd
-- A first load of the country builds the indexes after the rows.
-- +goose StatementBegin
CREATE FUNCTION drop_address_indexes() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ALTER TABLE address DROP CONSTRAINT address_pkey;
  DROP INDEX address_place_number;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION build_address_indexes() RETURNS void LANGUAGE plpgsql SET maintenance_work_mem = '128MB' AS $$
BEGIN
  ALTER TABLE address ADD CONSTRAINT address_pkey PRIMARY KEY (code);
  CREATE INDEX address_place_number ON address (place_id, number);
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION analyze_addresses() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ANALYZE address; ANALYZE address_place;
END $$;
-- +goose StatementEnd

-- The newest state of each data set that was applied; an older one is refused. Scope is the municipality of an address
-- file, 0 for the lists that cover the country.
CREATE TABLE territory_state (
  dataset     text NOT NULL,
  scope       int  NOT NULL,
  first_on    date NOT NULL,            -- the first state taken in: before it nothing is known
  state_on    date NOT NULL,
  imported_at timestamptz NOT NULL,
  source      text NOT NULL,
  PRIMARY KEY (dataset, scope)
);

CREATE TABLE territory_import (
  id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  imported_at timestamptz NOT NULL,
  report      jsonb NOT NULL
);

-- +goose StatementBegin
CREATE FUNCTION tell_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(TG_ARGV[0], '');
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON municipality FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('territory');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON area FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('territory');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON office FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('office');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OR DELETE ON office_hours FOR EACH STATEMENT EXECUTE FUNCTION tell_changed('office');

GRANT SELECT ON area, municipality, address_place, address, address_past, territory_state, territory_import TO epom_app;
