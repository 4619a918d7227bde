-- Texts of which documents are made, with what the search keeps of them. Words fall off as in a language: the n-th commonest word is n
-- times rarer than the first.
CREATE TABLE IF NOT EXISTS bench_text AS
SELECT no, subject, find_words(subject) AS words FROM (
  SELECT no, no || ' ' || string_agg('sl' || translate(CAST(CAST(floor(exp(random() * 8.5)) AS int) AS text), '0123456789', 'aeioubdmrt'), ' ') AS subject
  FROM generate_series(1, 20000) no, generate_series(1, 6) GROUP BY no) t
