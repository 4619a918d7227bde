-- Who is told of what hangs on the boards: people by e-mail, other systems by signed calls.
-- +goose Up

-- Messages that may have to be forgotten, and those a person ends by one click (RFC 8058).
ALTER TABLE mail_message ADD COLUMN topic text NOT NULL DEFAULT '', ADD COLUMN end_url text NOT NULL DEFAULT '';
CREATE INDEX mail_topic ON mail_message (topic) WHERE topic <> '';

-- A wish to be told of new postings. It belongs to nobody but the person: no office's transaction sees it. Nothing is kept
-- of one that ended, nor of one that was not confirmed in time.
CREATE TABLE told_subscription (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email        citext NOT NULL,
  lang         text NOT NULL,
  offices      int[] NOT NULL,                     -- whose boards; {0} = all
  kinds        text[] NOT NULL,                    -- codes; {*} = all
  places       int[] NOT NULL,                     -- RÚIAN codes of municipalities; {0} = anywhere
  words        text NOT NULL,                      -- all of them must occur; as typed
  wanted       tsquery,                            -- the same for searching; NULL = no words asked for
  daily        boolean NOT NULL,                   -- once a day; else at once
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz,                        -- until when it may be confirmed; NULL = confirmed
  confirmed_at timestamptz,
  CHECK ((expires_at IS NULL) = (confirmed_at IS NOT NULL)),
  CHECK (offices <> '{}' AND kinds <> '{}' AND places <> '{}')
);
CREATE INDEX told_wanted ON told_subscription USING gin (offices, kinds, places) WHERE confirmed_at IS NOT NULL;
CREATE INDEX told_email ON told_subscription (email);
CREATE INDEX told_expires ON told_subscription (expires_at) WHERE expires_at IS NOT NULL;

-- A posting somebody asked for: told once, at once or with the next digest.
CREATE TABLE told_news (
  subscription_id bigint NOT NULL REFERENCES told_subscription ON DELETE CASCADE,
  office_id       int NOT NULL,
  posting_id      bigint NOT NULL,
  found_at        timestamptz NOT NULL,
  told_at         timestamptz,
  PRIMARY KEY (subscription_id, office_id, posting_id)
);
CREATE INDEX told_untold ON told_news (office_id, posting_id, subscription_id) WHERE told_at IS NULL;
CREATE INDEX told_digest ON told_news (subscription_id, found_at) WHERE told_at IS NULL;
CREATE INDEX told_done ON told_news (told_at) WHERE told_at IS NOT NULL;
ALTER TABLE told_subscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE told_news ENABLE ROW LEVEL SECURITY;
CREATE POLICY citizen ON told_subscription FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
CREATE POLICY citizen ON told_news FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
GRANT SELECT, INSERT, UPDATE, DELETE ON told_subscription, told_news TO epom_app;

-- Other systems that an office lets know of its board.
CREATE TABLE board_hook (
  office_id    int NOT NULL REFERENCES office,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  url          text NOT NULL,
  secret       bytea NOT NULL,                     -- sealed with the installation's key: it must sign, so no hash does
  created_at   timestamptz NOT NULL,
  created_by   text NOT NULL,
  succeeded_at timestamptz,                        -- the last call that was taken
  failing_since timestamptz,                       -- since the first call after it that was not
  failures     int NOT NULL DEFAULT 0,             -- in a row
  last_error   text NOT NULL DEFAULT '',
  disabled_at  timestamptz,
  disabled_by  text,
  PRIMARY KEY (office_id, id),
  CHECK ((disabled_at IS NULL) = (disabled_by IS NULL))
);
-- One event for one receiver.
CREATE TABLE hook_call (
  office_id int NOT NULL,
  id        bigint GENERATED ALWAYS AS IDENTITY,
  hook_id   bigint NOT NULL,
  event     text NOT NULL CHECK (event IN ('posted', 'revised', 'removed', 'test')),
  about     text NOT NULL,                         -- the event's stable name: the same one is called once
  body      text NOT NULL,                         -- signed as it stands
  made_at   timestamptz NOT NULL,
  attempts  int NOT NULL DEFAULT 0,
  tried_at  timestamptz,
  next_at   timestamptz,                           -- NULL = no more by itself
  status    int,                                   -- HTTP; NULL = no answer
  error     text NOT NULL DEFAULT '',
  done_at   timestamptz,
  PRIMARY KEY (office_id, id),
  FOREIGN KEY (office_id, hook_id) REFERENCES board_hook,
  UNIQUE (hook_id, about, office_id)
);
CREATE INDEX hook_call_latest ON hook_call (office_id, hook_id, id DESC);
ALTER TABLE board_hook ENABLE ROW LEVEL SECURITY;
ALTER TABLE hook_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON board_hook FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON hook_call FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON board_hook, hook_call TO epom_app;
GRANT USAGE ON SEQUENCE board_hook_id_seq TO epom_app; -- the secret is sealed to its row's number

-- Where the event of a posting takes place, for calendars; and the calendars' own order.
ALTER TABLE board_item ADD COLUMN event_place text NOT NULL DEFAULT '';
CREATE INDEX board_item_event ON board_item (event_at) WHERE event_at IS NOT NULL;
CREATE INDEX board_item_until ON board_item (until_on) WHERE until_on IS NOT NULL AND removed_at IS NULL AND class = 'notice';
