-- Yardstick of taking in: the least that still carries the guarantees (gapless number, durable journal, outbox).
DROP TABLE IF EXISTS y_outbox, y_journal, y_submission, y_counter CASCADE;
CREATE TABLE y_counter (office int NOT NULL, year int NOT NULL, last_no bigint NOT NULL DEFAULT 0, PRIMARY KEY (office, year)) WITH (fillfactor = 10);
INSERT INTO y_counter SELECT g, 2026 FROM generate_series(1, 300) g;
CREATE TABLE y_submission (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, office int NOT NULL, token uuid NOT NULL DEFAULT gen_random_uuid(),
  form text NOT NULL, payload jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX ON y_submission (token);
CREATE TABLE y_journal (office int NOT NULL, year int NOT NULL, no bigint NOT NULL, submission bigint NOT NULL REFERENCES y_submission, kind text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (office, year, no));
CREATE TABLE y_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), sent_at timestamptz);
CREATE INDEX ON y_outbox (id) WHERE sent_at IS NULL;
