\set office random(1, :offices)
BEGIN;
UPDATE y_counter SET last_no = last_no + 1 WHERE office = :office AND year = 2026 RETURNING last_no AS no \gset
INSERT INTO y_submission (office, form, payload) VALUES (:office, 'zadost-106', '{}') RETURNING id AS sid \gset
INSERT INTO y_journal (office, year, no, submission, kind) VALUES (:office, 2026, :no, :sid, 'received');
INSERT INTO y_outbox (topic, payload) VALUES ('submission', jsonb_build_object('id', :sid::bigint));
COMMIT;
