-- What was filled without a network and sent later, once, from however many devices.
-- +goose Up
CREATE TABLE offline_item (
  key_hash  bytea PRIMARY KEY CHECK (length(key_hash) = 32), -- SHA-256 of the key the device made when the form was finished
  filled_at timestamptz NOT NULL,                            -- when the person finished it, by the clock of her device
  skew      interval NOT NULL,                               -- how much that clock was ahead of the server's when it first came
  came_at   timestamptz NOT NULL,                            -- when it first came, by the server's clock
  draft_id  bigint NOT NULL,                                 -- what it became; the draft itself goes in time
  reference text                                             -- set once it was taken in
);
CREATE INDEX offline_item_reference ON offline_item (reference) WHERE reference IS NOT NULL;
ALTER TABLE offline_item ENABLE ROW LEVEL SECURITY;
-- Like a draft it belongs to the person alone; the office reads the fact about what it was sent.
CREATE POLICY citizen ON offline_item FOR ALL USING (current_office() = 0) WITH CHECK (current_office() = 0);
CREATE POLICY office ON offline_item FOR SELECT
  USING (EXISTS (SELECT 1 FROM submission s WHERE s.office_id = current_office() AND s.reference = offline_item.reference));
GRANT SELECT, INSERT, UPDATE ON offline_item TO epom_app;

-- +goose Down
DROP TABLE offline_item;
