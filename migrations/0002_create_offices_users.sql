-- Offices (tenants and those only known), their units and people, sessions.
-- +goose Up
CREATE TABLE office (
  id                int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug              text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name              text NOT NULL,                 -- "Městský úřad Hejnice"
  seat_name         text NOT NULL,                 -- "Hejnice", nominative
  kind              text NOT NULL CHECK (kind IN ('municipality', 'region', 'other')),
  municipality_code int UNIQUE,                    -- RÚIAN code; the office of this municipality at every level it has
  region_code       int,                           -- RÚIAN VÚSC code
  category          text NOT NULL CHECK (category IN ('63/1', '63/2')), -- § 63 of Act 499/2004
  abbreviation      text NOT NULL DEFAULT '' CHECK (abbreviation ~ '^[A-Z0-9]{0,8}$'), -- stands in reference numbers
  participates      boolean NOT NULL DEFAULT false,
  ico               text NOT NULL DEFAULT '',
  data_box          text NOT NULL DEFAULT '',
  email             text NOT NULL DEFAULT '',
  phone             text NOT NULL DEFAULT '',
  web               text NOT NULL DEFAULT '',
  street            text NOT NULL DEFAULT '',
  zip               text NOT NULL DEFAULT '',
  town              text NOT NULL DEFAULT '',
  lat               double precision,
  lon               double precision,
  attachment_mb     int NOT NULL DEFAULT 20 CHECK (attachment_mb BETWEEN 1 AND 100),
  submission_mb     int NOT NULL DEFAULT 50 CHECK (submission_mb BETWEEN 1 AND 500),
  attachment_count  int NOT NULL DEFAULT 50 CHECK (attachment_count BETWEEN 1 AND 500),
  emblem            text NOT NULL DEFAULT '',      -- SHA-256 of the picture in the file store
  source            text NOT NULL DEFAULT '',      -- where the facts come from
  CHECK (NOT participates OR abbreviation <> '')
);
CREATE UNIQUE INDEX office_abbreviation ON office (abbreviation) WHERE abbreviation <> '';
CREATE INDEX office_region ON office (region_code);

CREATE TABLE office_hours (
  office_id int NOT NULL REFERENCES office,
  weekday   int NOT NULL CHECK (weekday BETWEEN 1 AND 7), -- ISO: 1 = Monday
  opens     time NOT NULL,
  closes    time NOT NULL CHECK (closes > opens),
  PRIMARY KEY (office_id, weekday, opens)
);

CREATE TABLE unit (
  office_id int NOT NULL REFERENCES office,
  id        int NOT NULL,
  name      text NOT NULL,
  PRIMARY KEY (office_id, id)
);

CREATE TABLE account (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email         citext NOT NULL UNIQUE,
  name          text NOT NULL,
  password_hash text NOT NULL DEFAULT '',          -- argon2id in PHC form; empty = one-time links only
  operator      boolean NOT NULL DEFAULT false,    -- runs the installation; sees no office's content by this
  created_at    timestamptz NOT NULL,
  disabled_at   timestamptz
);

CREATE TABLE membership (
  office_id  int NOT NULL REFERENCES office,
  account_id bigint NOT NULL REFERENCES account,
  role       text NOT NULL CHECK (role IN ('admin', 'mailroom', 'clerk', 'board', 'auditor')),
  unit_id    int,
  valid_from timestamptz NOT NULL,
  valid_to   timestamptz,
  PRIMARY KEY (office_id, account_id, role),
  FOREIGN KEY (office_id, unit_id) REFERENCES unit
);
CREATE INDEX membership_account ON membership (account_id);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY,                    -- SHA-256 of the cookie
  id         uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(), -- shown in the list of sessions
  account_id bigint NOT NULL REFERENCES account,
  office_id  int REFERENCES office,                -- the office the person works in now
  created_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ip         text NOT NULL,
  agent      text NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE login_link (
  token_hash bytea PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES account,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

-- Exact limits across processes: one statement counts and answers.
CREATE UNLOGGED TABLE rate_limit (
  key        text NOT NULL,
  window_at  timestamptz NOT NULL,
  hits       int NOT NULL,
  PRIMARY KEY (key, window_at)
);

ALTER TABLE office_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE unit ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE office ENABLE ROW LEVEL SECURITY;
-- Facts about offices are public; only the office itself changes them.
CREATE POLICY public_read ON office FOR SELECT USING (true);
CREATE POLICY own_change ON office FOR UPDATE USING (id = current_office()) WITH CHECK (id = current_office());
CREATE POLICY public_read ON office_hours FOR SELECT USING (true);
CREATE POLICY own_change ON office_hours FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON unit FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON membership FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());

GRANT SELECT, UPDATE ON office TO epom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON office_hours TO epom_app;
GRANT SELECT, INSERT, UPDATE ON unit, membership TO epom_app;
GRANT SELECT, INSERT, UPDATE ON account, session, login_link TO epom_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO epom_app;

-- A person signing in has no office yet: the one look across offices at who works where.
CREATE FUNCTION unscoped_memberships(account bigint, at timestamptz)
  RETURNS TABLE (office_id int, slug text, office_name text, role text, unit_id int)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT m.office_id, o.slug, o.name, m.role, m.unit_id FROM membership m JOIN office o ON o.id = m.office_id
        WHERE m.account_id = account AND m.valid_from <= at AND (m.valid_to IS NULL OR m.valid_to > at)
        ORDER BY o.name, m.role $$;
REVOKE ALL ON FUNCTION unscoped_memberships FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_memberships TO epom_app;
