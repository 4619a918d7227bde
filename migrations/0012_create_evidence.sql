-- Evidence of what hung on the boards: a chain of records per office, their seals, hourly checks, clauses.
-- +goose Up
CREATE TABLE evidence_head (
  office_id int PRIMARY KEY REFERENCES office,
  seq       bigint NOT NULL,
  hash      bytea NOT NULL
);
CREATE TABLE posting_evidence (
  office_id  int NOT NULL REFERENCES office,
  seq        bigint NOT NULL,
  posting_id bigint,                               -- NULL = the checks of one day
  kind       text NOT NULL CHECK (kind IN ('posted', 'seen', 'revised', 'rescheduled', 'physical', 'removed', 'checks')),
  at         timestamptz NOT NULL,
  record     text NOT NULL,                        -- JSON, byte by byte what is hashed, sealed and given out; it names the hash of the record before
  hash       bytea NOT NULL,                       -- SHA-256 of the record
  PRIMARY KEY (office_id, seq),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting,
  CHECK ((posting_id IS NULL) = (kind = 'checks'))
);
CREATE INDEX posting_evidence_posting ON posting_evidence (office_id, posting_id) WHERE posting_id IS NOT NULL;
CREATE INDEX posting_evidence_checks ON posting_evidence (office_id, seq) WHERE kind = 'checks';

-- Made after the commit, so that posting never waits for an authority of time.
CREATE TABLE evidence_seal (
  office_id  int NOT NULL,
  seq        bigint NOT NULL,
  sealed_at  timestamptz NOT NULL,
  signer     text NOT NULL,                        -- name in the seal's certificate
  test       boolean NOT NULL,                     -- by the installation's own authority, without legal effect
  cms        bytea NOT NULL,                       -- detached signature of the record (RFC 5652)
  token      bytea NOT NULL,                       -- time-stamp token of the record's SHA-256 (RFC 3161)
  stamped_at timestamptz NOT NULL,                 -- the token's time
  PRIMARY KEY (office_id, seq),
  FOREIGN KEY (office_id, seq) REFERENCES posting_evidence
);

-- What a look at the public pages through the network found, one row an office and hour.
CREATE TABLE board_check (
  office_id int NOT NULL REFERENCES office,
  at        timestamptz NOT NULL,
  items     int NOT NULL,                          -- postings that should hang
  files     int NOT NULL,                          -- their files
  read      int NOT NULL,                          -- of these, read whole and hashed now; the others by their ETag
  took      int NOT NULL,                          -- milliseconds
  faults    jsonb NOT NULL DEFAULT '[]',           -- [{posting, what, detail}]; posting 0 = the board as a whole
  PRIMARY KEY (office_id, at)
);

-- What the check knows from before: {address: {etag, sha256, read}}.
CREATE TABLE board_probe (
  office_id int PRIMARY KEY REFERENCES office,
  state     jsonb NOT NULL
);

-- The sealed clause of a removed posting; made once.
CREATE TABLE posting_clause (
  office_id  int NOT NULL,
  posting_id bigint NOT NULL,
  made_at    timestamptz NOT NULL,
  sha256     text NOT NULL,                        -- key in the file store
  size       bigint NOT NULL,
  test       boolean NOT NULL,
  PRIMARY KEY (office_id, posting_id),
  FOREIGN KEY (office_id, posting_id) REFERENCES posting
);
CREATE INDEX posting_clause_hash ON posting_clause (sha256);

CREATE TRIGGER evidence_kept BEFORE UPDATE OR DELETE ON posting_evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_never_emptied BEFORE TRUNCATE ON posting_evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_kept BEFORE UPDATE OR DELETE ON evidence_seal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER check_kept BEFORE UPDATE OR DELETE ON board_check FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER clause_kept BEFORE UPDATE OR DELETE ON posting_clause FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The only way into the chain, and only into that of the transaction's office.
-- +goose StatementBegin
CREATE FUNCTION evidence_append(posting bigint, kind text, at timestamptz, actor text, data jsonb) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_variable
DECLARE
  office int := current_office(); s bigint; h bytea; rec text;
BEGIN
  INSERT INTO evidence_head VALUES (office, 0, sha256(convert_to('epom evidence ' || office, 'UTF8'))) ON CONFLICT DO NOTHING;
  SELECT seq + 1, hash INTO s, h FROM evidence_head WHERE office_id = office FOR UPDATE;
  SELECT CAST(jsonb_build_object('office', jsonb_build_object('id', o.id, 'slug', o.slug, 'name', o.name), 'seq', s, 'previous', encode(h, 'hex'), 'kind', kind,
           'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'actor', actor, 'data', data) AS text) INTO rec
    FROM office o WHERE o.id = office;
  h := sha256(convert_to(rec, 'UTF8'));
  INSERT INTO posting_evidence VALUES (office, s, posting, kind, at, rec, h);
  UPDATE evidence_head SET seq = s, hash = h WHERE office_id = office;
  RETURN s;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION evidence_append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evidence_append TO epom_app;

-- The SHA-256 of one day's checks of an office, from an instant (inclusive) to another.
CREATE FUNCTION checks_hash(office int, since timestamptz, till timestamptz) RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT encode(sha256(convert_to(COALESCE(string_agg(concat_ws(E'\x1f', CAST(extract(epoch FROM at) AS numeric(20,6)), items, files, read, faults), E'\x1e' ORDER BY at), ''), 'UTF8')), 'hex')
        FROM board_check WHERE office_id = office AND at >= since AND at < till $$;

-- Where a file hung, over all boards: anyone may ask, and learns only what was public. A revision that was replaced
-- before the posting was put up never hung.
CREATE FUNCTION unscoped_board_proof(sum text) RETURNS TABLE (office_id int, posting_id bigint, revision int, name text, clause boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT f.office_id, f.posting_id, f.revision, f.name, false
  FROM posting_file f JOIN posting p ON p.office_id = f.office_id AND p.id = f.posting_id
  WHERE f.sha256 = sum AND sum <> '' AND p.posted_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM posting_revision n WHERE n.office_id = f.office_id AND n.posting_id = f.posting_id AND n.revision > f.revision AND n.at <= p.posted_at)
  UNION ALL
  SELECT c.office_id, c.posting_id, 0, '', true FROM posting_clause c WHERE c.sha256 = sum
  ORDER BY 5 DESC, 1, 2, 3 LIMIT 20 $$;
REVOKE ALL ON FUNCTION unscoped_board_proof FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_board_proof TO epom_app;

ALTER TABLE posting_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_probe ENABLE ROW LEVEL SECURITY;
ALTER TABLE posting_clause ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON posting_evidence FOR SELECT USING (office_id = current_office());
CREATE POLICY own ON evidence_seal FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON board_check FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON board_probe FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY own ON posting_clause FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
GRANT SELECT ON posting_evidence TO epom_app;
GRANT SELECT, INSERT ON evidence_seal, board_check, posting_clause TO epom_app;
GRANT SELECT, INSERT, UPDATE ON board_probe TO epom_app;
