-- A clerk lent by a neighbouring office: handles within limits, for a time, what belongs to the office that called for help.
-- +goose Up

CREATE TABLE lending (
  office_id        int NOT NULL REFERENCES office,  -- whose matters they are, and stay
  id               bigint GENERATED ALWAYS AS IDENTITY,
  account_id       bigint NOT NULL REFERENCES account,
  clerk_office_id  int NOT NULL REFERENCES office,  -- where the clerk comes from
  title            text NOT NULL CHECK (title <> ''), -- of the agreement it rests on
  from_on          date NOT NULL,
  to_on            date NOT NULL,                   -- the last day
  agendas          text[] NOT NULL,                 -- codes; what fits an agenda or a class is lent
  classes          text[] NOT NULL,                 -- full codes of the scheme, with what lies below them
  most             int NOT NULL CHECK (most BETWEEN 1 AND 500), -- open case files the clerk may have at once
  made_at          timestamptz NOT NULL,
  made_by          text NOT NULL,
  ended_at         timestamptz,
  ended_by         text NOT NULL DEFAULT '',
  PRIMARY KEY (office_id, id),
  CHECK (to_on >= from_on),
  CHECK (office_id <> clerk_office_id),
  CHECK (cardinality(agendas) + cardinality(classes) > 0)
);
CREATE UNIQUE INDEX lending_open ON lending (account_id, office_id) WHERE ended_at IS NULL;
CREATE INDEX lending_from ON lending (clerk_office_id, id);
ALTER TABLE lending ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON lending FOR ALL USING (office_id = current_office()) WITH CHECK (office_id = current_office());
CREATE POLICY sent ON lending FOR SELECT USING (clerk_office_id = current_office());
GRANT SELECT, INSERT, UPDATE ON lending TO epom_app;
CREATE TRIGGER lending_kept BEFORE DELETE ON lending FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Where somebody works: as a member, or lent. A lending holds on its days, while it was not ended and while the clerk is one at home.
DROP FUNCTION unscoped_memberships(bigint, timestamptz);
CREATE FUNCTION unscoped_memberships(account bigint, at timestamptz)
  RETURNS TABLE (office_id int, slug text, office_name text, role text, unit_id int, lending bigint, home int, until date, limits text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT m.office_id, o.slug, o.name, m.role, m.unit_id, 0, 0, CAST(NULL AS date), '' FROM membership m JOIN office o ON o.id = m.office_id
        WHERE m.account_id = account AND m.valid_from <= at AND (m.valid_to IS NULL OR m.valid_to > at)
        UNION ALL
        SELECT l.office_id, o.slug, o.name, 'lent', NULL, l.id, l.clerk_office_id, l.to_on,
               array_to_string(ARRAY(SELECT COALESCE((SELECT a.name FROM agenda a WHERE a.code = c ORDER BY a.valid_from DESC LIMIT 1), c) FROM unnest(l.agendas) c)
                 || ARRAY(SELECT 'sp. znak ' || c FROM unnest(l.classes) c), ', ') || ', nejvýše ' || l.most || CASE WHEN l.most = 1 THEN ' věc' WHEN l.most < 5 THEN ' věci' ELSE ' věcí' END
        FROM lending l JOIN office o ON o.id = l.office_id
        WHERE l.account_id = account AND l.ended_at IS NULL AND CAST(at AT TIME ZONE 'Europe/Prague' AS date) BETWEEN l.from_on AND l.to_on
          AND EXISTS (SELECT FROM membership m WHERE m.office_id = l.clerk_office_id AND m.account_id = account AND m.role = 'clerk'
                      AND m.valid_from <= at AND (m.valid_to IS NULL OR m.valid_to > at))
        ORDER BY 3, 4 $$;
REVOKE ALL ON FUNCTION unscoped_memberships FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_memberships TO epom_app;

-- The clerk of another office with an e-mail, for who wants to lend: only the whole e-mail finds anybody.
CREATE FUNCTION unscoped_clerk(office int, mail citext, at timestamptz) RETURNS TABLE (account_id bigint, name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public
  AS $$ SELECT a.id, a.name FROM account a JOIN membership m ON m.account_id = a.id
        WHERE m.office_id = office AND a.email = mail AND a.disabled_at IS NULL AND m.role = 'clerk' AND m.valid_from <= at AND (m.valid_to IS NULL OR m.valid_to > at) $$;
REVOKE ALL ON FUNCTION unscoped_clerk FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_clerk TO epom_app;

-- Under which lending the transaction acts; 0 = none, as almost always.
CREATE FUNCTION current_lending() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT CAST(COALESCE(NULLIF(current_setting('app.lending', true), ''), '0') AS bigint) $$;

-- Whether a matter is within a lending's limits: of one of its agendas, or of one of its classes or what lies below them.
CREATE FUNCTION lending_fits(agendas text[], classes text[], agenda text, class text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT agenda = ANY (agendas) OR EXISTS (SELECT FROM unnest(classes) c WHERE class = c OR starts_with(class, c) AND substr(class, length(c) + 1, 1) IN ('.', '-', '–', '/', ' ')) $$;

-- What the lent clerk of the transaction sees: what fits and is open, or was handled since the lending was made.
CREATE FUNCTION lent_sees(office int, agenda text, class text, handled timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1
  AS $$ SELECT EXISTS (SELECT FROM public.lending l WHERE l.office_id = office AND l.id = public.current_lending() AND l.ended_at IS NULL
          AND public.lending_fits(l.agendas, l.classes, agenda, class) AND (handled IS NULL OR handled >= l.made_at)) $$;
CREATE FUNCTION lent_case(office int, wanted bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1
  AS $$ SELECT EXISTS (SELECT FROM public.case_file c WHERE c.office_id = office AND c.id = wanted AND public.lent_sees(c.office_id, c.agenda, c.class_code, c.handled_at)) $$;
CREATE FUNCTION lent_document(office int, wanted bigint) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE COST 1
  AS $$ SELECT EXISTS (SELECT FROM public.document d WHERE d.office_id = office AND d.id = wanted AND public.lent_case(d.office_id, d.case_id)) $$;

-- The second belt: whatever a page asks for, a lent clerk's transaction gets no row beyond the limits. It is written so that the
-- planner expects almost all rows to pass, as they do for everybody else.
CREATE POLICY lent ON case_file AS RESTRICTIVE USING (NOT (sign(current_lending()) = 1 AND NOT lent_sees(office_id, agenda, class_code, handled_at)));
CREATE POLICY lent ON document AS RESTRICTIVE USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON letter AS RESTRICTIVE USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON submission AS RESTRICTIVE USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON handover AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON records_handover AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON clock_pause AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON case_link AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON loan AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON store_handover_case AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON disposal AS RESTRICTIVE FOR SELECT USING (sign(current_lending()) = 0);
CREATE POLICY lent ON disposal_item AS RESTRICTIVE FOR SELECT USING (sign(current_lending()) = 0);
CREATE POLICY lent ON book AS RESTRICTIVE FOR SELECT USING (sign(current_lending()) = 0);
CREATE POLICY lent ON find_row AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_case(office_id, case_id)));
CREATE POLICY lent ON component AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_document(office_id, document_id)));
CREATE POLICY lent ON component_text AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_document(office_id, document_id)));
CREATE POLICY lent ON document_party AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_document(office_id, document_id)));
CREATE POLICY lent ON dispatch AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT lent_document(office_id, document_id)));
CREATE POLICY lent ON dispatch_event AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT EXISTS (SELECT FROM dispatch d WHERE d.office_id = dispatch_event.office_id AND d.id = dispatch_id)));
CREATE POLICY lent ON submission_event AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT EXISTS (SELECT FROM submission s WHERE s.office_id = submission_event.office_id AND s.id = submission_id)));
CREATE POLICY lent ON completion_request AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT EXISTS (SELECT FROM submission s WHERE s.office_id = completion_request.office_id AND s.id = submission_id)));
CREATE POLICY lent ON letter_revision AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT EXISTS (SELECT FROM letter l WHERE l.office_id = letter_revision.office_id AND l.id = letter_id)));
-- Of the name register only those named in what is lent, and those just written down.
CREATE POLICY lent ON party AS RESTRICTIVE FOR SELECT USING (NOT (sign(current_lending()) = 1 AND NOT EXISTS (SELECT FROM document_party x WHERE x.office_id = party.office_id AND x.party_id = party.id)));

-- The search asks as the owner, so it asks for the limits itself.
CREATE OR REPLACE FUNCTION find_rows(q tsquery, ends tsquery, since timestamptz, till timestamptz, before_at timestamptz, before_id bigint, most int)
  RETURNS TABLE (id bigint, case_id bigint, at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER ROWS 51 SET search_path = public SET enable_seqscan = off SET jit = off
  AS $$ WITH hit AS MATERIALIZED (SELECT r.id, r.case_id, r.at FROM find_row r
          WHERE r.words @@ (CAST('''@o' || current_office() || '''' AS tsquery) && q) AND (numnode(ends) = 0 OR (r.words || CAST('' AS tsvector)) @@ ends))
        SELECT h.id, h.case_id, h.at FROM hit h WHERE h.at >= since AND h.at < till AND (h.at, h.id) < (before_at, before_id)
          AND (current_lending() = 0 OR lent_case(current_office(), h.case_id))
        ORDER BY h.at DESC, h.id DESC LIMIT most $$;

-- Nobody gives a lent clerk what is beyond the limits or over the count, however it is tried; the row of the lending is locked, so
-- that two who give at once are counted one after the other.
-- +goose StatementBegin
CREATE FUNCTION lending_limits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE l lending; n int;
BEGIN
  SELECT * INTO l FROM lending x WHERE x.office_id = NEW.office_id AND x.account_id = NEW.clerk_id AND x.ended_at IS NULL FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT FROM membership m WHERE m.office_id = NEW.office_id AND m.account_id = NEW.clerk_id
      AND m.valid_from <= NEW.assigned_at AND (m.valid_to IS NULL OR m.valid_to > NEW.assigned_at)) THEN RETURN NEW; END IF;
  IF NOT lending_fits(l.agendas, l.classes, NEW.agenda, NEW.class_code) THEN
    RAISE EXCEPTION 'Spis % nepatří do agend ani věcných skupin, které má zapůjčený člověk vyřizovat.', NEW.mark USING ERRCODE = 'EP001';
  END IF;
  IF CAST(NEW.assigned_at AT TIME ZONE 'Europe/Prague' AS date) NOT BETWEEN l.from_on AND l.to_on THEN
    RAISE EXCEPTION 'Výpomoc platí jen od % do %.', to_char(l.from_on, 'FMDD. FMMM. YYYY'), to_char(l.to_on, 'FMDD. FMMM. YYYY') USING ERRCODE = 'EP001';
  END IF;
  SELECT count(*) INTO n FROM case_file c WHERE c.office_id = NEW.office_id AND c.clerk_id = NEW.clerk_id AND c.handled_at IS NULL;
  IF n >= l.most THEN
    RAISE EXCEPTION 'Zapůjčený člověk už vyřizuje % a víc mít nesmí. Nejdřív je třeba některou věc vyřídit.', n USING ERRCODE = 'EP001';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER lending_limits BEFORE UPDATE OF clerk_id ON case_file FOR EACH ROW
  WHEN (NEW.clerk_id IS NOT NULL AND NEW.clerk_id IS DISTINCT FROM OLD.clerk_id) EXECUTE FUNCTION lending_limits();
