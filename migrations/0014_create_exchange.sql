-- Open data of the boards: what came from elsewhere with its history, and whether each item may go out.
-- +goose Up

-- A board that was brought in from another system.
CREATE TABLE board_source (
  office_id int PRIMARY KEY REFERENCES office,
  head      jsonb NOT NULL,                        -- the board without its notices, as the newest state had it
  from_at   timestamptz NOT NULL,                  -- the earliest state taken in
  to_at     timestamptz NOT NULL                   -- the latest one
);

-- How long the source showed an imported posting.
CREATE TABLE posting_source (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  key        text NOT NULL,                        -- how the source names it; the hash of a name too long
  nth        int NOT NULL,                         -- tells apart items of one name
  spans      jsonb NOT NULL,                       -- [{first, last, removed}] states; removed = the first one without it
  shown      boolean NOT NULL,                     -- the latest state has it; then its last span goes on until board_source.to_at
  digest     text NOT NULL,                        -- SHA-256 of the item as it came last
  PRIMARY KEY (office_id, posting_id),
  UNIQUE (key, nth, office_id),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting
);

-- When the source's open data were unreadable or empty: nothing was taken down by that.
CREATE TABLE board_outage (
  office_id int NOT NULL REFERENCES office,
  from_at   timestamptz NOT NULL,
  to_at     timestamptz,                           -- the next good state
  reason    text NOT NULL,
  line      int NOT NULL,                          -- of the fault; 0 = the board was empty
  col       int NOT NULL,
  states    int NOT NULL,                          -- how many states were like that
  PRIMARY KEY (office_id, from_at)
);

-- A posting in the open data: what was found of one of its versions, and the item as it is given out.
CREATE TABLE posting_feed (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  version    int NOT NULL,
  faults     jsonb NOT NULL,                       -- [{path, text}]; [] = none
  base       text NOT NULL,                        -- address of the site that stands in the item
  item       text NOT NULL,                        -- JSON; '' = it may not go out
  PRIMARY KEY (office_id, posting_id),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting
);
CREATE INDEX posting_feed_faults ON posting_feed (office_id, posting_id) WHERE faults <> '[]';

ALTER TABLE board_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_outage ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_feed ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON board_source FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_source FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON board_outage FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_feed FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON board_source, posting_source, board_outage, posting_feed TO epom_app;
