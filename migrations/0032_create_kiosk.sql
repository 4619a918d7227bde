-- Kiosks: devices of an office at which anybody files a submission and which forget everybody; and one-time codes by which a
-- draft goes on at another device.
-- +goose Up

CREATE TABLE kiosk (
  office_id  int NOT NULL REFERENCES office,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  name       text NOT NULL CHECK (name <> '' AND length(name) <= 100), -- where it stands
  forms      text[] NOT NULL DEFAULT '{}',         -- codes of the forms offered; empty = all that suit a kiosk
  pair_hash  bytea,                                -- SHA-256 of the code that is typed at the device once
  pair_until timestamptz,
  token_hash bytea,                                -- SHA-256 of the device's cookie
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  paired_at  timestamptz,
  seen_on    date,                                 -- the last day on which it was used
  revoked_at timestamptz,
  revoked_by text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  CHECK ((pair_hash IS NULL) = (pair_until IS NULL)),
  CHECK (revoked_at IS NULL OR token_hash IS NULL AND pair_hash IS NULL)
);
CREATE UNIQUE INDEX kiosk_pair ON kiosk (pair_hash, office_id) WHERE pair_hash IS NOT NULL;
CREATE UNIQUE INDEX kiosk_token ON kiosk (token_hash, office_id) WHERE token_hash IS NOT NULL;
ALTER TABLE kiosk ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON kiosk FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON kiosk TO epom_app;
CREATE TRIGGER kiosk_kept BEFORE DELETE ON kiosk FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Whose device a cookie belongs to; whoever asks knows its secret.
CREATE FUNCTION unscoped_kiosk(token bytea) RETURNS TABLE (office_id int, id bigint, name text, forms text[], seen_on date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT k.office_id, k.id, k.name, k.forms, k.seen_on FROM kiosk k WHERE k.token_hash = token $$;

-- The device that was typed the code becomes the kiosk; the code holds once.
CREATE FUNCTION unscoped_kiosk_pair(code bytea, token bytea, at timestamptz) RETURNS TABLE (office_id int, id bigint)
  LANGUAGE sql SECURITY DEFINER SET search_path = public
  AS $$ UPDATE kiosk k SET pair_hash = NULL, pair_until = NULL, token_hash = token, paired_at = at
        WHERE k.pair_hash = code AND k.pair_until > at RETURNING k.office_id, k.id $$;
REVOKE ALL ON FUNCTION unscoped_kiosk, unscoped_kiosk_pair FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_kiosk, unscoped_kiosk_pair TO epom_app;

-- A draft that waits for another device: who brings the code takes it over, and the former device has it no more.
CREATE TABLE draft_passing (
  draft_id   bigint PRIMARY KEY REFERENCES draft ON DELETE CASCADE,
  code_hash  bytea NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON draft_passing TO epom_app;
