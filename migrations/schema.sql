-- What the migrations lead to; a test keeps it true.


CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';

CREATE FUNCTION public.analyze_addresses() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  ANALYZE address; ANALYZE address_place;
END $$;

CREATE FUNCTION public.analyze_stage() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  ANALYZE stage_address; ANALYZE stage_place; ANALYZE stage_scope;
END $$;

CREATE FUNCTION public.audit_hash(prev bytea, office integer, seq bigint, at timestamp with time zone, actor text, action text, object_type text, object_id text, data jsonb) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT sha256(prev || convert_to(concat_ws(E'\x1f', office, seq, extract(epoch FROM at)::numeric(20,6), actor, action,
                                                    object_type, object_id, data), 'UTF8')) $$;

CREATE FUNCTION public.board_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN PERFORM pg_notify('board', CAST(NEW.office_id AS text)); RETURN NULL; END $$;

CREATE FUNCTION public.board_marks(office integer, kind text, class text, hangs boolean, posted timestamp with time zone, issuer text, agendas text, place_names text, places integer[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT array_to_tsvector(ARRAY['@o' || office, '@k' || kind, '@c' || class, CASE WHEN hangs THEN '@hangs' ELSE '@gone' END,
          '@' || extract(year FROM posted AT TIME ZONE 'UTC'), '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC'),
          '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC') || '-' || extract(day FROM posted AT TIME ZONE 'UTC'),
          '@' || extract(year FROM posted AT TIME ZONE 'UTC') || '-' || extract(month FROM posted AT TIME ZONE 'UTC')
            || substr('aaaaaaaaaabbbbbbbbbbccccccccccc', CAST(extract(day FROM posted AT TIME ZONE 'UTC') AS int), 1)]
        || ARRAY(SELECT '@i' || w FROM unnest(tsvector_to_array(public.board_words(issuer))) w)
        || ARRAY(SELECT '@a' || w FROM unnest(tsvector_to_array(public.board_words(agendas))) w)
        || ARRAY(SELECT '@l' || w FROM unnest(tsvector_to_array(public.board_words(place_names))) w)
        || ARRAY(SELECT '@p' || m FROM unnest(places) m)) $$;

CREATE FUNCTION public.board_starts(tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT array_to_tsvector(ARRAY(SELECT '^' || left(w, n) FROM unnest(tsvector_to_array($1)) w, generate_series(3, 6) n WHERE length(w) >= n)) $_$;

CREATE FUNCTION public.board_words(text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT to_tsvector('pg_catalog.simple', translate(public.plain($1), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~–—„“”‚‘’«»…·•§°×', repeat(' ', 60))) $_$;

CREATE FUNCTION public.build_address_indexes() RETURNS void
    LANGUAGE plpgsql
    SET maintenance_work_mem TO '128MB'
    AS $$
BEGIN
  ALTER TABLE address ADD CONSTRAINT address_pkey PRIMARY KEY (code);
  CREATE INDEX address_place_number ON address (place_id, number);
END $$;

CREATE FUNCTION public.checks_hash(office integer, since timestamp with time zone, till timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT encode(sha256(convert_to(COALESCE(string_agg(concat_ws(E'\x1f', CAST(extract(epoch FROM at) AS numeric(20,6)), items, files, read, faults), E'\x1e' ORDER BY at), ''), 'UTF8')), 'hex')
        FROM board_check WHERE office_id = office AND at >= since AND at < till $$;

CREATE FUNCTION public.clear_stage() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  TRUNCATE stage_address, stage_place, stage_scope, stage_diff;
END $$;

CREATE FUNCTION public.counter_mask(office integer, series text, year integer) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $_$ SELECT COALESCE((SELECT NULLIF(c.mask, '') FROM counter c WHERE c.office_id = $1 AND c.series = $2 AND c.year = $3), series_mask($1, $2, $3)) $_$;

CREATE FUNCTION public.current_lending() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CAST(COALESCE(NULLIF(current_setting('app.lending', true), ''), '0') AS bigint) $$;

CREATE FUNCTION public.current_office() RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(NULLIF(current_setting('app.office', true), ''), '0')::int $$;

CREATE FUNCTION public.desk_of(clerk bigint, day date) RETURNS bigint[]
    LANGUAGE sql STABLE
    SET search_path TO 'public'
    AS $$
  SELECT array_append(ARRAY(SELECT a.clerk_id FROM absence a
    WHERE a.office_id = current_office() AND a.cover_id = clerk AND a.ended_at IS NULL AND day BETWEEN a.from_on AND a.to_on), clerk)
$$;

CREATE FUNCTION public.disposing() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$ SELECT current_user <> 'epom_app' AND COALESCE(current_setting('app.disposal', true), '') = 'on' $$;

CREATE FUNCTION public.drafts_by_tokens(hashes bytea[], at timestamp with time zone) RETURNS TABLE(n integer, id bigint, form_code text, form_version integer, lang text, answers jsonb, revision integer, email text, created_at timestamp with time zone, updated_at timestamp with time zone, expires_at timestamp with time zone, reference text, files jsonb)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CAST(h.n AS int), d.id, d.form_code, d.form_version, d.lang, d.answers, d.revision, d.email, d.created_at, d.updated_at, d.expires_at, d.reference,
         COALESCE((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'field', f.field, 'name', f.name, 'type', f.media_type, 'size', f.size, 'sha256', f.sha256)
                                    ORDER BY f.added_at, f.id) FROM draft_file f WHERE f.draft_id = d.id), '[]')
  FROM unnest(hashes) WITH ORDINALITY AS h(hash, n) JOIN draft d ON d.token_hash = h.hash
  WHERE d.expires_at > at OR d.reference IS NOT NULL;
END $$;

CREATE FUNCTION public.drop_address_indexes() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  ALTER TABLE address DROP CONSTRAINT address_pkey;
  DROP INDEX address_place_number;
END $$;

CREATE FUNCTION public.evidence_append(posting bigint, kind text, at timestamp with time zone, actor text, data jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
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

CREATE FUNCTION public.execute_disposal(which bigint, at timestamp with time zone, who text) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
DECLARE here int := current_office(); d disposal; bad text;
BEGIN
  SELECT * INTO d FROM disposal WHERE office_id = here AND id = which FOR UPDATE;
  IF d.id IS NULL THEN RAISE EXCEPTION 'Toto skartační řízení ve vašem úřadu není.' USING ERRCODE = 'EP001'; END IF;
  IF d.executed_at IS NOT NULL THEN RAISE EXCEPTION 'Toto skartační řízení je už provedené.' USING ERRCODE = 'EP001'; END IF;
  IF d.withdrawn_at IS NOT NULL THEN RAISE EXCEPTION 'Toto skartační řízení úřad vzal zpět.' USING ERRCODE = 'EP001'; END IF;
  IF d.decided_at IS NULL THEN RAISE EXCEPTION 'Archiv ještě nerozhodl o všech spisech.' USING ERRCODE = 'EP001'; END IF;
  PERFORM 1 FROM case_file c JOIN disposal_item i ON i.office_id = c.office_id AND i.case_id = c.id
    WHERE i.office_id = here AND i.disposal_id = which ORDER BY c.id FOR UPDATE OF c;
  SELECT string_agg(c.mark, ', ' ORDER BY c.id) INTO bad FROM disposal_item i JOIN case_file c ON c.office_id = i.office_id AND c.id = i.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND (i.decision IS NULL OR i.decision = 'present' OR i.decision = 'archive' AND i.archive_id = '');
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'U těchto spisů chybí konečné rozhodnutí nebo identifikátor archivu: %.', bad USING ERRCODE = 'EP001'; END IF;
  SELECT string_agg(c.mark, ', ' ORDER BY c.id) INTO bad FROM disposal_item i JOIN case_file c ON c.office_id = i.office_id AND c.id = i.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy') AND (c.held_why <> '' OR c.closed_at IS NULL OR c.disposed_at IS NOT NULL
      OR c.trigger_year + 1 + c.retention > extract(year FROM at AT TIME ZONE 'Europe/Prague')
      OR EXISTS (SELECT FROM loan l WHERE l.office_id = here AND l.case_id = c.id AND l.returned_at IS NULL));
  IF bad IS NOT NULL THEN RAISE EXCEPTION 'Tyto spisy jsou pozastavené, otevřené, zapůjčené nebo ještě nedošly na řadu: %.', bad USING ERRCODE = 'EP001'; END IF;

  PERFORM set_config('app.disposal', 'on', true);
  UPDATE case_file c SET disposed_at = at, archive_id = i.archive_id FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy') AND c.office_id = here AND c.id = i.case_id;
  UPDATE document t SET body = '' FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND t.office_id = here AND COALESCE(t.filed_in, t.case_id) = i.case_id AND t.body <> '';
  UPDATE component p SET destroyed_in = which FROM document t JOIN disposal_item i ON i.office_id = t.office_id AND i.case_id = COALESCE(t.filed_in, t.case_id)
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND p.office_id = here AND p.document_id = t.id;
  -- What the citizen filled in and what was written to her are content too.
  UPDATE submission s SET answers = '{}', email = '' FROM disposal_item i
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND s.office_id = here AND s.case_id = i.case_id;
  UPDATE completion_request r SET text = '' FROM submission s JOIN disposal_item i ON i.office_id = s.office_id AND i.case_id = s.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND r.office_id = here AND r.submission_id = s.id;
  UPDATE submission_event e SET data = e.data - 'text' - 'why' FROM submission s JOIN disposal_item i ON i.office_id = s.office_id AND i.case_id = s.case_id
    WHERE i.office_id = here AND i.disposal_id = which AND i.decision = 'destroy' AND e.office_id = here AND e.submission_id = s.id AND e.data ?| ARRAY['text', 'why'];
  UPDATE disposal_item i SET executed_at = at WHERE i.office_id = here AND i.disposal_id = which AND i.decision IN ('archive', 'destroy');
  UPDATE disposal x SET executed_at = at, executed_by = who WHERE x.office_id = here AND x.id = which;
  INSERT INTO destroyed_file (office_id, disposal_id, sha256)
    SELECT DISTINCT here, which, p.sha256 FROM component p WHERE p.office_id = here AND p.destroyed_in = which;
  PERFORM set_config('app.disposal', '', true);
  RETURN QUERY SELECT f.sha256 FROM destroyed_file f WHERE f.office_id = here AND f.disposal_id = which ORDER BY 1;
END $$;

CREATE FUNCTION public.find_marks(office integer, register text, class text, clerk bigint, channel text, direction text, state text, agenda text, at timestamp with time zone, people tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT array_to_tsvector(ARRAY['@o' || office, '@r' || register, '@k' || clerk, '@c' || channel, '@d' || direction, '@s' || state,
          '@Y' || extract(year FROM at AT TIME ZONE 'UTC'), '@M' || to_char(at AT TIME ZONE 'UTC', 'YYYYMM'), '@D' || CAST(floor(extract(epoch FROM at) / 86400) AS int)]
        || CASE WHEN class = '' THEN '{}' ELSE ARRAY['@t' || class] END || CASE WHEN agenda = '' THEN '{}' ELSE ARRAY['@a' || agenda] END
        || ARRAY(SELECT '@p' || w FROM unnest(tsvector_to_array(people)) w)) $$;

CREATE FUNCTION public.find_note() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
BEGIN
  IF TG_TABLE_NAME = 'case_file' THEN
    INSERT INTO find_due SELECT DISTINCT office_id, id FROM changed;
  ELSIF TG_TABLE_NAME = 'document' THEN
    INSERT INTO find_due SELECT DISTINCT office_id, case_id FROM changed;
  ELSIF TG_TABLE_NAME = 'party' THEN
    INSERT INTO find_due SELECT DISTINCT d.office_id, d.case_id FROM changed c JOIN document_party x ON x.office_id = c.office_id AND x.party_id = c.id
      JOIN document d ON d.office_id = x.office_id AND d.id = x.document_id;
  ELSE
    INSERT INTO find_due SELECT DISTINCT d.office_id, d.case_id FROM changed c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.find_parties(likeable text, ico text, box text, mail text, most integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
    SET search_path TO 'public'
    AS $_$ SELECT p.id FROM party p WHERE p.office_id = current_office() AND p.merged_into IS NULL
          AND (plain(p.name) LIKE '%' || $1 || '%' OR ($2 <> '' AND p.ico = $2) OR ($3 <> '' AND p.data_box = $3) OR ($4 <> '' AND lower(p.email) = $4))
        ORDER BY $1 = '' OR plain(p.name) NOT LIKE $1 || '%', plain(p.name), p.id LIMIT most $_$;

CREATE FUNCTION public.find_rows(q tsquery, ends tsquery, since timestamp with time zone, till timestamp with time zone, before_at timestamp with time zone, before_id bigint, most integer) RETURNS TABLE(id bigint, case_id bigint, at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 51
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$ WITH hit AS MATERIALIZED (SELECT r.id, r.case_id, r.at FROM find_row r
          WHERE r.words @@ (CAST('''@o' || current_office() || '''' AS tsquery) && q) AND (numnode(ends) = 0 OR (r.words || CAST('' AS tsvector)) @@ ends))
        SELECT h.id, h.case_id, h.at FROM hit h WHERE h.at >= since AND h.at < till AND (h.at, h.id) < (before_at, before_id)
          AND (current_lending() = 0 OR lent_case(current_office(), h.case_id))
        ORDER BY h.at DESC, h.id DESC LIMIT most $$;

CREATE FUNCTION public.find_words(text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$ SELECT array_to_tsvector(w || ARRAY(SELECT '^' || left(x, n) FROM unnest(w) x, generate_series(3, 5) n WHERE length(x) >= n))
        FROM (SELECT tsvector_to_array(public.board_words($1)) AS w) t $_$;

CREATE FUNCTION public.forget_signatures() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public'
    AS $$
BEGIN
  UPDATE signature s SET signer = '', issuer = '', serial = '', note = '',
    id_last = CASE WHEN id_last = '' THEN '' ELSE '000' END
    WHERE s.office_id = NEW.office_id AND s.submission_id = NEW.id;
  RETURN NEW;
END $$;

CREATE FUNCTION public.form_version_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'a published version of a form never changes (%, version %)', OLD.code, OLD.version;
END $$;

CREATE FUNCTION public.handover_keeps() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a hand-over is never deleted'; END IF;
  IF OLD.number <> '' AND NEW.number <> OLD.number OR OLD.key <> NEW.key THEN RAISE EXCEPTION 'a number given by a records system stays'; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.job_wake() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN NOTIFY job; RETURN NULL; END $$;

CREATE FUNCTION public.lending_fits(agendas text[], classes text[], agenda text, class text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT agenda = ANY (agendas) OR EXISTS (SELECT FROM unnest(classes) c WHERE class = c OR starts_with(class, c) AND substr(class, length(c) + 1, 1) IN ('.', '-', '–', '/', ' ')) $$;

CREATE FUNCTION public.lending_limits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
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

CREATE FUNCTION public.lent_case(office integer, wanted bigint) RETURNS boolean
    LANGUAGE sql STABLE COST 1 PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM public.case_file c WHERE c.office_id = office AND c.id = wanted AND public.lent_sees(c.office_id, c.agenda, c.class_code, c.handled_at)) $$;

CREATE FUNCTION public.lent_document(office integer, wanted bigint) RETURNS boolean
    LANGUAGE sql STABLE COST 1 PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM public.document d WHERE d.office_id = office AND d.id = wanted AND public.lent_case(d.office_id, d.case_id)) $$;

CREATE FUNCTION public.lent_sees(office integer, agenda text, class text, handled timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE COST 1 PARALLEL SAFE
    AS $$ SELECT EXISTS (SELECT FROM public.lending l WHERE l.office_id = office AND l.id = public.current_lending() AND l.ended_at IS NULL
          AND public.lending_fits(l.agendas, l.classes, agenda, class) AND (handled IS NULL OR handled >= l.made_at)) $$;

CREATE FUNCTION public.number_mark(mask text, no bigint) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT split_part(mask, '{', 1)
    || lpad(CAST(no AS text), greatest(CAST(split_part(split_part(mask, '{', 2), '}', 1) AS int), length(CAST(no AS text))), '0')
    || split_part(mask, '}', 2) $$;

CREATE FUNCTION public.plain(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$ SELECT lower(public.unaccent('public.unaccent', $1)) $_$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.refuse_closed_case() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE free text[] := ARRAY['held_why', 'box_id', 'stored_at'];
BEGIN
  IF disposing() THEN RETURN NEW; END IF;
  IF OLD.disposed_at IS NOT NULL AND NEW.closed_at IS NULL THEN
    RAISE EXCEPTION 'Spis % už prošel skartačním řízením, znovu ho otevřít nejde.', OLD.mark USING ERRCODE = 'EP001';
  END IF;
  IF NEW.closed_at IS NOT NULL AND (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', OLD.mark USING ERRCODE = 'EP001';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_closed_component() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE m text;
BEGIN
  SELECT c.mark INTO m FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = COALESCE(d.filed_in, d.case_id)
    WHERE d.office_id = NEW.office_id AND d.id = NEW.document_id AND c.closed_at IS NOT NULL;
  IF m IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', m USING ERRCODE = 'EP001';
END $$;

CREATE FUNCTION public.refuse_closed_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE m text;
BEGIN
  IF disposing() OR (to_jsonb(NEW) - 'read_at') = (to_jsonb(OLD) - 'read_at') THEN RETURN NEW; END IF;
  SELECT mark INTO m FROM case_file WHERE office_id = NEW.office_id AND closed_at IS NOT NULL
    AND id IN (COALESCE(OLD.filed_in, OLD.case_id), COALESCE(NEW.filed_in, NEW.case_id));
  IF m IS NULL THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'Spis % je uzavřený. Nejdřív ho s důvodem znovu otevřete.', m USING ERRCODE = 'EP001';
END $$;

CREATE FUNCTION public.refuse_closed_year() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'year % of series % is closed', OLD.year, OLD.series USING ERRCODE = 'EP001';
END $$;

CREATE FUNCTION public.refuse_moved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM office o WHERE o.id = NEW.office_id AND o.moved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'office % has moved away: its records are read only', NEW.office_id USING ERRCODE = 'raise_exception', HINT = 'moved';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_moved_case() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'Spis % převzal jiný úřad. Tady už ho jde jen číst.', OLD.mark USING ERRCODE = 'EP001';
END $$;

CREATE FUNCTION public.refuse_moved_document() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE gone text;
BEGIN
  SELECT f.mark INTO gone FROM case_file f WHERE f.office_id = NEW.office_id AND f.id = NEW.case_id AND f.moved_at IS NOT NULL;
  IF FOUND THEN
    RAISE EXCEPTION 'Spis % převzal jiný úřad. Tady už ho jde jen číst.', gone USING ERRCODE = 'EP001';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.refuse_used_class() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'ordinal') = (to_jsonb(OLD) - 'ordinal') THEN RETURN NEW; END IF; -- only its place
  IF EXISTS (SELECT FROM case_file WHERE office_id = OLD.office_id AND class_id = OLD.id) THEN
    RAISE EXCEPTION 'Ve skupině % už jsou spisy. Změňte ji novou verzí plánu.', OLD.code USING ERRCODE = 'EP001';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION public.same_parties(ico text, box text, mail text, name text, born date) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 3
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    AS $_$ SELECT p.id FROM party p WHERE $1 <> '' AND p.ico = $1 AND p.ico <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE $2 <> '' AND p.data_box = $2 AND p.data_box <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE $3 <> '' AND lower(p.email) = lower($3) AND p.email <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE plain(p.name) = plain($4) AND p.born IS NOT DISTINCT FROM $5 AND p.office_id = current_office() AND p.merged_into IS NULL $_$;

CREATE FUNCTION public.series_mask(office integer, series text, year integer) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $_$ SELECT replace(replace(replace(replace(
    COALESCE((SELECT m.mask FROM number_mask m WHERE m.office_id = $1 AND m.series = $2 AND m.from_year <= $3 ORDER BY m.from_year DESC LIMIT 1),
             CASE $2 WHEN 'denik' THEN '{zkratka}/{rok}/{poradi:5}' ELSE '{zkratka}/{evidence}/{rok}/{poradi:5}' END),
    '{zkratka}', COALESCE((SELECT a.code FROM abbreviation a WHERE a.office_id = $1 AND a.register = '' AND a.from_year <= $3 ORDER BY a.from_year DESC LIMIT 1), o.abbreviation)),
    '{evidence}', COALESCE((SELECT a.code FROM abbreviation a WHERE a.office_id = $1 AND a.register = $2 AND a.from_year <= $3 ORDER BY a.from_year DESC LIMIT 1), upper($2))),
    '{rok}', CAST($3 AS text)), '{poradi:', '{')
  FROM office o WHERE o.id = $1 $_$;

CREATE FUNCTION public.tell_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_notify(TG_ARGV[0], '');
  RETURN NULL;
END $$;

CREATE FUNCTION public.unscoped_audit_append(events jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
  e record; made audit_event[] := '{}'; heads audit_head[] := '{}'; head audit_head;
BEGIN
  INSERT INTO audit_head SELECT o, 0, sha256(convert_to('epom ' || o, 'UTF8'))
    FROM (SELECT DISTINCT x.office AS o FROM jsonb_to_recordset(events) AS x(office int)) m
    WHERE NOT EXISTS (SELECT FROM audit_head a WHERE a.office_id = m.o) ORDER BY o ON CONFLICT DO NOTHING;
  PERFORM 1 FROM audit_head WHERE office_id IN (SELECT x.office FROM jsonb_to_recordset(events) AS x(office int)) ORDER BY office_id FOR UPDATE;
  FOR e IN SELECT x.office, x.at, x.actor, x.action, x.type, x.id, COALESCE(x.data, '{}') AS data, a.seq, a.hash
           FROM ROWS FROM (jsonb_to_recordset(events) AS (office int, at timestamptz, actor text, action text, type text, id text, data jsonb))
             WITH ORDINALITY AS x(office, at, actor, action, type, id, data, ord), audit_head a
           WHERE a.office_id = x.office ORDER BY x.office, x.ord
  LOOP
    IF head.office_id IS DISTINCT FROM e.office THEN
      IF head.office_id IS NOT NULL THEN heads := heads || head; END IF;
      head.office_id := e.office; head.seq := e.seq; head.hash := e.hash;
    END IF;
    head.seq := head.seq + 1;
    head.hash := audit_hash(head.hash, e.office, head.seq, e.at, e.actor, e.action, e.type, e.id, e.data);
    made := made || CAST(ROW(e.office, head.seq, e.at, e.actor, e.action, e.type, e.id, e.data, head.hash) AS audit_event);
  END LOOP;
  IF head.office_id IS NULL THEN RETURN; END IF;
  heads := heads || head;
  INSERT INTO audit_event SELECT * FROM unnest(made);
  UPDATE audit_head a SET seq = h.seq, hash = h.hash FROM unnest(heads) AS h WHERE a.office_id = h.office_id;
END $$;

CREATE FUNCTION public.unscoped_board_proof(sum text) RETURNS TABLE(office_id integer, posting_id bigint, revision integer, name text, clause boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
  SELECT f.office_id, f.posting_id, f.revision, f.name, false
  FROM posting_file f JOIN posting p ON p.office_id = f.office_id AND p.id = f.posting_id
  WHERE f.sha256 = sum AND sum <> '' AND p.posted_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM posting_revision n WHERE n.office_id = f.office_id AND n.posting_id = f.posting_id AND n.revision > f.revision AND n.at <= p.posted_at)
  UNION ALL
  SELECT c.office_id, c.posting_id, 0, '', true FROM posting_clause c WHERE c.sha256 = sum
  ORDER BY 5 DESC, 1, 2, 3 LIMIT 20 $$;

CREATE FUNCTION public.unscoped_board_search(q tsquery, ends tsquery, since timestamp with time zone, till timestamp with time zone, before_at timestamp with time zone, before_office integer, before_posting bigint, most integer) RETURNS TABLE(office_id integer, posting_id bigint)
    LANGUAGE sql STABLE ROWS 21
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$ WITH hit AS MATERIALIZED (SELECT i.office_id, i.posting_id, i.posted_at FROM board_item i
          -- Long beginnings are looked for by their first letters and then tried on the row: the index would read all words that fit.
          WHERE i.words @@ q AND (numnode(ends) = 0 OR (i.words || CAST('' AS tsvector)) @@ ends))
        SELECT h.office_id, h.posting_id FROM hit h
        WHERE h.posted_at >= since AND h.posted_at < till AND (h.posted_at, h.office_id, h.posting_id) < (before_at, before_office, before_posting)
        ORDER BY h.posted_at DESC, h.office_id DESC, h.posting_id DESC LIMIT most $$;

CREATE FUNCTION public.unscoped_clerk(office integer, mail public.citext, at timestamp with time zone) RETURNS TABLE(account_id bigint, name text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT a.id, a.name FROM account a JOIN membership m ON m.account_id = a.id
        WHERE m.office_id = office AND a.email = mail AND a.disabled_at IS NULL AND m.role = 'clerk' AND m.valid_from <= at AND (m.valid_to IS NULL OR m.valid_to > at) $$;

CREATE FUNCTION public.unscoped_decide_proposal(proposal bigint, accept boolean, at timestamp with time zone, actor text, words text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
DECLARE p competence_proposal;
BEGIN
  UPDATE competence_proposal SET decided_at = at, decided_by = actor, accepted = accept, answer = words
    WHERE id = proposal AND checking_office_id = current_office() AND decided_at IS NULL RETURNING * INTO p;
  IF NOT FOUND THEN RETURN false; END IF;
  IF accept THEN
    DELETE FROM competence WHERE agenda_code = p.agenda_code AND area_kind = 'municipality' AND area_code = p.municipality_code
      AND road_class = p.road_class AND role = 'decides' AND valid_from >= p.valid_from
      AND (p.valid_to IS NULL OR valid_from < p.valid_to);
    UPDATE competence SET valid_to = p.valid_from WHERE agenda_code = p.agenda_code AND area_kind = 'municipality'
      AND area_code = p.municipality_code AND road_class = p.road_class AND role = 'decides'
      AND valid_from < p.valid_from AND (valid_to IS NULL OR valid_to > p.valid_from);
    INSERT INTO competence (agenda_code, area_kind, area_code, road_class, role, level, seat_code, contract, note, source, verified, valid_from, valid_to)
      VALUES (p.agenda_code, 'municipality', p.municipality_code, p.road_class, 'decides', p.level, p.seat_code, p.contract,
              p.reason, 'proposal ' || p.id, true, p.valid_from, p.valid_to);
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION public.unscoped_deliver(sending bigint, rule text, starts date, due date, at timestamp with time zone, actor text) RETURNS TABLE(case_id bigint, document_id bigint, reference_number text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
#variable_conflict use_column
DECLARE
  d dispatch%ROWTYPE; doc document%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; mask text; mark text; source_name text;
BEGIN
  SELECT * INTO d FROM dispatch x WHERE x.office_id = here AND x.id = sending AND x.way = 'office' FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such sending' USING ERRCODE = 'no_data_found'; END IF;
  SELECT n.case_id, n.id, n.reference_number INTO new_case, new_doc, mark FROM document n
    WHERE n.office_id = d.to_office AND n.channel = 'office' AND CAST(n.envelope ->> 'dispatch' AS bigint) = sending LIMIT 1;
  IF FOUND THEN RETURN QUERY SELECT new_case, new_doc, mark; RETURN; END IF;
  SELECT * INTO doc FROM document x WHERE x.office_id = here AND x.id = d.document_id;
  IF doc.cancelled_at IS NOT NULL THEN RAISE EXCEPTION 'the document is cancelled' USING ERRCODE = 'check_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = doc.case_id;
  SELECT * INTO t FROM office o WHERE o.id = d.to_office AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take documents' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;
  INSERT INTO counter AS c (office_id, series, year, last_no, mask) VALUES (t.id, 'denik', y, 1, counter_mask(t.id, 'denik', y))
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no, c.mask INTO num, mask;
  mark := number_mark(mask, num);
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (t.id, 'denik', y, num, mark, doc.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number, body,
                        delivered_at, received_at, registered_at, registered_by, envelope)
    VALUES (t.id, new_case, 1, mark || '-1', 'in', 'letter', doc.subject, 'office', source_name, doc.reference_number, doc.body, at, at, at, actor,
            jsonb_build_object('dispatch', sending, 'from', here)) RETURNING id INTO new_doc;
  INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field, preservation)
    SELECT t.id, new_doc, row_number() OVER (ORDER BY c.ordinal), c.name, c.media_type, c.size, c.sha256, c.field, 'original'
    FROM component c WHERE c.office_id = here AND c.document_id = doc.id AND c.preservation IN ('original', 'output', 'scan')
      AND NOT EXISTS (SELECT FROM component r WHERE r.office_id = here AND r.document_id = doc.id AND r.replaces = c.ordinal);
  RETURN QUERY SELECT new_case, new_doc, mark || '-1';
END $$;

CREATE FUNCTION public.unscoped_file_free(hash text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT NOT (EXISTS (SELECT FROM component WHERE sha256 = hash) OR EXISTS (SELECT FROM draft_file WHERE sha256 = hash) OR EXISTS (SELECT FROM posting_file WHERE sha256 = hash)
          OR EXISTS (SELECT FROM posting_clause WHERE sha256 = hash) OR EXISTS (SELECT FROM book WHERE sha256 = hash)
          OR EXISTS (SELECT FROM mail_message, jsonb_array_elements(files) f WHERE f ->> 'sha256' = hash)) $$;

CREATE FUNCTION public.unscoped_file_named(hash text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
  SELECT EXISTS (SELECT FROM component WHERE sha256 = hash AND destroyed_in IS NULL)
      OR EXISTS (SELECT FROM draft_file WHERE sha256 = hash)
      OR EXISTS (SELECT FROM mail_message m, jsonb_array_elements(m.files) f WHERE f ->> 'sha256' = hash)
      OR EXISTS (SELECT FROM posting_file WHERE sha256 = hash)
      OR EXISTS (SELECT FROM posting_clause WHERE sha256 = hash)
      OR EXISTS (SELECT FROM posting_preview v, jsonb_array_elements(v.pictures) x WHERE x ->> 'sha256' = hash)
      OR EXISTS (SELECT FROM posting_preview WHERE thumb = hash)
      OR EXISTS (SELECT FROM office WHERE emblem = hash) $$;

CREATE FUNCTION public.unscoped_find_due() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT EXISTS (SELECT FROM find_due) $$;

CREATE FUNCTION public.unscoped_find_index(office integer, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $_$
#variable_conflict use_column
DECLARE whose int; cases bigint[]; n int;
BEGIN
  IF current_office() NOT IN (0, office) THEN RAISE EXCEPTION 'not the office of this transaction'; END IF;
  SELECT d.office_id INTO whose FROM find_due d WHERE $1 = 0 OR d.office_id = $1 LIMIT 1;
  IF whose IS NULL THEN RETURN 0; END IF;
  -- One reader of an office at a time: whoever reads later knows more, and must write later too.
  PERFORM pg_advisory_xact_lock(7617231, whose);
  WITH taken AS (
    DELETE FROM find_due WHERE ctid = ANY (ARRAY(SELECT d.ctid FROM find_due d WHERE d.office_id = whose LIMIT most)) RETURNING case_id
  )
  SELECT array_agg(DISTINCT case_id), count(*) INTO cases, n FROM taken;
  IF n = 0 THEN RETURN 0; END IF;
  WITH what AS MATERIALIZED (SELECT c FROM unnest(cases) AS c),
  made AS MATERIALIZED (
    SELECT f.office_id, d.id, f.id AS case_id, d.registered_at AS at, f.series, f.class_code, COALESCE(f.clerk_id, 0) AS clerk, d.channel, d.direction, f.agenda,
           CASE WHEN d.cancelled_at IS NOT NULL THEN 'cancelled' WHEN f.handled_at IS NOT NULL THEN 'done' ELSE 'open' END AS state,
           concat_ws(' ', f.mark, f.no, f.subject, d.reference_number, d.subject, d.foreign_number, d.jid, d.barcode, left(d.body, 20000),
             (SELECT string_agg(v #>> '{}', ' ') FROM jsonb_path_query(d.envelope, '$.** ? (@.type() == "string" || @.type() == "number")') v),
             (SELECT string_agg(concat_ws(' ', c.name, left(t.text, 20000)), ' ') FROM component c LEFT JOIN component_text t
                ON t.office_id = c.office_id AND t.document_id = c.document_id AND t.ordinal = c.ordinal WHERE c.office_id = d.office_id AND c.document_id = d.id)) AS text,
           concat_ws(' ', d.party, (SELECT string_agg(concat_ws(' ', p.name, p.ico, p.data_box, p.email, p.town), ' ') FROM document_party x
             JOIN party p ON p.office_id = x.office_id AND p.id = x.party_id WHERE x.office_id = d.office_id AND x.document_id = d.id)) AS people
    FROM what w JOIN case_file f ON f.office_id = whose AND f.id = w.c JOIN document d ON d.case_id = f.id AND d.office_id + 0 = f.office_id -- by its case file, never through all of the office
    UNION ALL
    SELECT f.office_id, -f.id, f.id, f.opened_at, f.series, f.class_code, COALESCE(f.clerk_id, 0), 'none', 'own', f.agenda,
           CASE WHEN f.handled_at IS NOT NULL THEN 'done' ELSE 'open' END, concat_ws(' ', f.mark, f.no, f.subject), ''
    FROM what w JOIN case_file f ON f.office_id = whose AND f.id = w.c WHERE f.documents = 0
  ), ready AS (
    SELECT m.office_id, m.id, m.case_id, m.at, find_words(left(concat_ws(' ', m.people, m.text), 200000))
      || find_marks(m.office_id, m.series, m.class_code, m.clerk, m.channel, m.direction, m.state, m.agenda, m.at, board_words(m.people)) AS words FROM made m
  )
  INSERT INTO find_row AS r (office_id, id, case_id, at, words) SELECT * FROM ready
  ON CONFLICT (office_id, id) DO UPDATE SET words = excluded.words WHERE r.words <> excluded.words;
  DELETE FROM find_row r WHERE r.office_id = whose AND r.id = ANY (ARRAY(SELECT -c FROM unnest(cases) AS c))
    AND EXISTS (SELECT FROM document d WHERE d.case_id = r.case_id AND d.office_id + 0 = whose);
  RETURN n;
END $_$;

CREATE FUNCTION public.unscoped_form_parameters() RETURNS TABLE(office_id integer, code text, name text, valid_from date, valid_to date, value jsonb, source text, verified boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT office_id, code, name, valid_from, valid_to, value, source, verified FROM form_parameter $$;

CREATE FUNCTION public.unscoped_form_uses() RETURNS TABLE(office_id integer, code text, version integer, adjustments jsonb, off_why text, off_until date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT office_id, code, version, adjustments, off_why, off_until FROM form_use $$;

CREATE FUNCTION public.unscoped_handovers_count(at timestamp with time zone) RETURNS TABLE(office_id integer, name text, driver text, target text, all_of_them bigint, waiting bigint, parked bigint, refused bigint, stopped bigint, late bigint, since timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    SELECT h.office_id, o.name, l.driver, CASE l.driver WHEN 'nsesss' THEN l.url ELSE '' END, count(*),
           count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble IN ('waiting', 'down')),
           count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble = 'parked'), count(*) FILTER (WHERE h.stopped_at IS NULL AND h.trouble = 'refused'),
           count(*) FILTER (WHERE h.stopped_at IS NOT NULL), count(*) FILTER (WHERE h.stopped_at IS NULL AND h.warned_at IS NOT NULL AND h.trouble <> ''),
           min(h.trouble_since) FILTER (WHERE h.stopped_at IS NULL)
    FROM records_handover h JOIN office o ON o.id = h.office_id
      JOIN LATERAL (SELECT COALESCE(
             (SELECT c FROM records_link c JOIN records_link b ON b.office_id = h.office_id AND b.id = h.link_id
              WHERE c.office_id = h.office_id AND c.from_at <= at AND c.withdrawn_at IS NULL AND c.driver = b.driver AND c.their_code = b.their_code
              ORDER BY c.from_at DESC, c.id DESC LIMIT 1), (SELECT b FROM records_link b WHERE b.office_id = h.office_id AND b.id = h.link_id)) AS x) y ON true
      JOIN LATERAL (SELECT (y.x).driver AS driver, (y.x).url AS url) l ON true
    GROUP BY h.office_id, o.name, l.driver, CASE l.driver WHEN 'nsesss' THEN l.url ELSE '' END
    ORDER BY o.name $$;

CREATE FUNCTION public.unscoped_handovers_due(at timestamp with time zone, most integer) RETURNS TABLE(office_id integer, case_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
    (SELECT h.office_id, h.case_id FROM records_handover h WHERE h.next_at <= at AND h.stopped_at IS NULL ORDER BY h.next_at LIMIT most)
    UNION
    (SELECT s.office_id, s.case_id FROM records_link l JOIN submission s ON s.office_id = l.office_id AND s.received_at >= l.from_at
     WHERE l.driver <> 'built-in' AND l.withdrawn_at IS NULL AND s.received_at > at - interval '30 days'
       AND NOT EXISTS (SELECT FROM records_handover h WHERE h.case_id = s.case_id AND h.office_id = s.office_id)
       AND NOT EXISTS (SELECT FROM records_link n WHERE n.office_id = l.office_id AND n.withdrawn_at IS NULL AND (n.from_at, n.id) > (l.from_at, l.id) AND n.from_at <= s.received_at)
     LIMIT most)
    UNION
    (SELECT h.office_id, h.case_id FROM document d JOIN records_handover h ON h.case_id = d.case_id AND h.office_id = d.office_id
     WHERE (d.registered_at > at - interval '7 days' OR d.sent_at > at - interval '7 days') AND d.kind <> 'receipt' AND d.cancelled_at IS NULL
       AND (d.direction <> 'out' OR d.sent_at IS NOT NULL) AND h.stopped_at IS NULL AND h.next_at IS NULL AND h.trouble = ''
       AND NOT EXISTS (SELECT FROM records_handover_step p WHERE p.office_id = h.office_id AND p.handover_id = h.id AND (p.kind = 'close' OR p.kind = 'document' AND p.document_id = d.id))
     LIMIT most)
    UNION
    (SELECT h.office_id, h.case_id FROM case_file c JOIN records_handover h ON h.case_id = c.id AND h.office_id = c.office_id
     WHERE c.handled_at > at - interval '7 days' AND h.stopped_at IS NULL AND h.next_at IS NULL AND h.trouble = ''
       AND NOT EXISTS (SELECT FROM records_handover_step p WHERE p.office_id = h.office_id AND p.handover_id = h.id AND p.kind = 'close')
       AND (SELECT l.driver FROM records_link l WHERE l.office_id = h.office_id AND l.id = h.link_id) = 'nsesss' LIMIT most) $$;

CREATE FUNCTION public.unscoped_kiosk(token bytea) RETURNS TABLE(office_id integer, id bigint, name text, forms text[], seen_on date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT k.office_id, k.id, k.name, k.forms, k.seen_on FROM kiosk k WHERE k.token_hash = token $$;

CREATE FUNCTION public.unscoped_kiosk_pair(code bytea, token bytea, at timestamp with time zone) RETURNS TABLE(office_id integer, id bigint)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ UPDATE kiosk k SET pair_hash = NULL, pair_until = NULL, token_hash = token, paired_at = at
        WHERE k.pair_hash = code AND k.pair_until > at RETURNING k.office_id, k.id $$;

CREATE FUNCTION public.unscoped_locate(ref text) RETURNS TABLE(office_id integer, submission_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT s.office_id, s.id FROM submission s WHERE s.reference = ref AND s.to_office IS NULL $$;

CREATE FUNCTION public.unscoped_log_days() RETURNS TABLE(office_id integer, day date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
  SELECT l.office_id, max(l.day) FROM log_day l GROUP BY l.office_id $$;

CREATE FUNCTION public.unscoped_memberships(account bigint, at timestamp with time zone) RETURNS TABLE(office_id integer, slug text, office_name text, role text, unit_id integer, lending bigint, home integer, until date, limits text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
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

CREATE FUNCTION public.unscoped_office_counts(today date) RETURNS TABLE(office_id integer, open bigint, fresh bigint, late bigint, last timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT o.id, c.open, c.fresh, c.late, d.registered_at
        FROM office o
        CROSS JOIN LATERAL (SELECT count(*), count(*) FILTER (WHERE f.assigned_at IS NULL), count(*) FILTER (WHERE f.due_on < today AND f.paused_on IS NULL)
                            FROM case_file f WHERE f.office_id = o.id AND f.handled_at IS NULL) AS c(open, fresh, late)
        LEFT JOIN LATERAL (SELECT x.registered_at FROM document x WHERE x.office_id = o.id ORDER BY x.registered_at DESC, x.id DESC LIMIT 1) d ON true
        WHERE o.participates $$;

CREATE FUNCTION public.unscoped_paper_proof(sum text) RETURNS TABLE(office_id integer, reference_number text, direction text, kind text, registered_at timestamp with time zone, cancelled boolean, day date, since date, events bigint, signer text, test boolean, stamped_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
  SELECT DISTINCT d.office_id, d.reference_number, d.direction, d.kind, d.registered_at, d.cancelled_at IS NOT NULL, l.day, l.since, l.seq_to - l.seq_from + 1,
         COALESCE(l.signer, ''), COALESCE(l.test, false), l.stamped_at
  FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
  LEFT JOIN log_day l ON l.office_id = d.office_id AND l.document_id = d.id
  WHERE c.sha256 = sum AND sum <> '' AND d.direction <> 'in' ORDER BY d.registered_at, d.office_id LIMIT 20 $$;

CREATE FUNCTION public.unscoped_records_driver(office integer, at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT COALESCE((SELECT l.driver FROM records_link l WHERE l.office_id = office AND l.from_at <= at AND l.withdrawn_at IS NULL
                         ORDER BY l.from_at DESC, l.id DESC LIMIT 1), 'built-in') $$;

CREATE FUNCTION public.unscoped_refer(submission bigint, target integer, new_routing jsonb, rule text, starts date, due date, resolution bigint, at timestamp with time zone, actor text, why text) RETURNS TABLE(submission_id bigint, case_id bigint, reference_number text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
#variable_conflict use_column
DECLARE
  src submission%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; new_sub bigint := nextval('submission_id_seq'); mask text; mark text; series text; source_name text;
BEGIN
  SELECT * INTO src FROM submission s WHERE s.office_id = here AND s.id = submission FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such submission' USING ERRCODE = 'no_data_found'; END IF;
  IF src.to_office IS NOT NULL THEN RAISE EXCEPTION 'already referred' USING ERRCODE = 'unique_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = src.case_id;
  SELECT * INTO t FROM office o WHERE o.id = target AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take submissions' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;

  series := COALESCE((SELECT g.register FROM register_agenda g WHERE g.office_id = target AND g.agenda = old.agenda), 'denik');
  INSERT INTO counter AS c (office_id, series, year, last_no, mask) VALUES (target, series, y, 1, counter_mask(target, series, y))
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no, c.mask INTO num, mask;
  mark := number_mark(mask, num);
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (target, series, y, num, mark, old.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number,
                        delivered_at, received_at, registered_at, registered_by, register)
    SELECT target, new_case, 1, mark || '-1', 'in', 'submission', d.subject, 'referral', d.party, d.reference_number, d.delivered_at, at, at, actor,
           CASE series WHEN 'denik' THEN '' ELSE series END
    FROM document d WHERE d.office_id = here AND d.id = src.document_id RETURNING id INTO new_doc;
  -- What the citizen sent, what was completed since, and the resolution go along as copies of the entries; files are shared by content.
  INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT target, new_doc, row_number() OVER (ORDER BY d.ordinal, c.ordinal), c.name, c.media_type, c.size, c.sha256, c.field
    FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
    WHERE d.office_id = here AND d.case_id = src.case_id AND (d.direction = 'in' OR d.id = resolution);
  UPDATE submission s SET to_office = target, to_id = new_sub WHERE s.office_id = here AND s.id = src.id;
  INSERT INTO submission (office_id, id, reference, form_code, form_version, lang, answers, routing, party, email, case_id, document_id,
                          delivered_at, received_at, confirm_by, confirmed_at, from_office, from_id)
    OVERRIDING SYSTEM VALUE
    VALUES (target, new_sub, src.reference, src.form_code, src.form_version, src.lang, src.answers, new_routing, src.party, src.email, new_case, new_doc,
            src.delivered_at, at, src.confirm_by, src.confirmed_at, here, src.id);
  INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    VALUES (target, new_sub, at, 'taken-over', 'system', jsonb_build_object('number', mark || '-1', 'from', source_name, 'from_number', old.mark, 'why', why));
  RETURN QUERY SELECT new_sub, new_case, mark || '-1';
END $$;

CREATE FUNCTION public.unscoped_take_in(items jsonb, decisions jsonb) RETURNS TABLE(n integer, office_id integer, submission_id bigint, reference text, reference_number text, fresh boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_column
DECLARE ns int[]; offices int[]; ids bigint[]; refs text[]; numbers text[]; events jsonb;
BEGIN
  PERFORM 1 FROM draft WHERE id IN (SELECT x.draft FROM jsonb_to_recordset(items) AS x(draft bigint)) ORDER BY id FOR UPDATE;

  WITH item AS MATERIALIZED (
    SELECT x.* FROM jsonb_to_recordset(items) AS x(n int, draft bigint, revision int, office int, reference text, year int,
      form text, version int, lang text, answers jsonb, dropped text[], decision int, party text, email text, subject text, agenda text,
      rule text, starts date, due date, confirm_by date, files jsonb, at timestamptz)
  ), new AS MATERIALIZED (
    SELECT i.n, i.draft, i.office, i.reference, COALESCE(g.register, 'denik') AS series, i.year, i.form, i.version, i.lang, (d.answers - i.dropped) || i.answers AS answers, decisions -> i.decision AS routing,
           i.party, i.email, i.subject, i.agenda, i.rule, i.starts, i.due, i.confirm_by, i.files, i.at,
           row_number() OVER (PARTITION BY i.office, g.register, i.year ORDER BY i.n) AS k
    FROM item i JOIN draft d ON d.id = i.draft LEFT JOIN register_agenda g ON g.office_id = i.office AND g.agenda = i.agenda
    WHERE d.reference IS NULL AND d.revision = i.revision
  ), raised AS (
    INSERT INTO counter AS c (office_id, series, year, last_no, mask)
    SELECT office, series, year, count(*), counter_mask(office, series, year) FROM new GROUP BY office, series, year ORDER BY office, series, year
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + EXCLUDED.last_no
    RETURNING c.office_id, c.series, c.year, c.last_no, c.mask
  ), numbered AS MATERIALIZED (
    SELECT new.*, r.mask, r.last_no - count(*) OVER (PARTITION BY new.office, new.series, new.year) + k AS no,
           nextval('case_file_id_seq') AS case_id,
           nextval('document_id_seq') AS document_id,
           nextval('submission_id_seq') AS submission_id
    FROM new JOIN raised r ON r.office_id = new.office AND r.series = new.series AND r.year = new.year
  ), marked AS MATERIALIZED (
    SELECT *, number_mark(mask, no) AS mark FROM numbered
  ), a AS (
    INSERT INTO case_file (office_id, id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    OVERRIDING SYSTEM VALUE
    SELECT office, case_id, series, year, no, mark, subject, agenda, at, rule, starts, due, 1 FROM marked
  ), b AS (
    INSERT INTO document (office_id, id, case_id, ordinal, reference_number, direction, kind, subject, channel, party,
                          delivered_at, received_at, registered_at, registered_by, register)
    OVERRIDING SYSTEM VALUE
    SELECT office, document_id, case_id, 1, mark || '-1', 'in', 'submission', subject, 'portal', party, at, at, at, 'citizen:' || reference,
           CASE series WHEN 'denik' THEN '' ELSE series END FROM marked
  ), c AS (
    INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT office, document_id, f.ord, f.x ->> 'name', f.x ->> 'type', CAST(f.x ->> 'size' AS bigint), f.x ->> 'sha256', f.x ->> 'field'
    FROM marked, jsonb_array_elements(files) WITH ORDINALITY AS f(x, ord)
  ), d AS (
    INSERT INTO submission (office_id, id, reference, form_code, form_version, lang, answers, routing, party, email, case_id,
                            document_id, delivered_at, received_at, confirm_by)
    OVERRIDING SYSTEM VALUE
    SELECT office, submission_id, reference, form, version, lang, answers, routing, party, email, case_id, document_id, at, at, confirm_by FROM marked
  ), f AS (
    INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    SELECT office, submission_id, at, 'received', 'citizen:' || reference, jsonb_build_object('number', mark || '-1') FROM marked
  ), g AS (
    UPDATE draft SET reference = m.reference FROM marked m WHERE draft.id = m.draft
  ), h AS (
    INSERT INTO job (kind, office_id, payload, priority)
    SELECT 'submission-received', office, jsonb_build_object('office', office, 'submission', submission_id), 3 FROM marked
  )
  SELECT array_agg(n), array_agg(office), array_agg(submission_id), array_agg(reference), array_agg(mark || '-1'),
         jsonb_agg(jsonb_build_object('office', office, 'at', at, 'actor', 'citizen:' || reference, 'action', 'received', 'type', 'case_file',
                                      'id', CAST(case_id AS text), 'data', jsonb_build_object('reference', reference, 'number', mark || '-1', 'form', form)) ORDER BY n)
  INTO ns, offices, ids, refs, numbers, events FROM marked;

  IF ns IS NOT NULL THEN
    PERFORM unscoped_audit_append(events);
    RETURN QUERY SELECT x.*, true FROM unnest(ns, offices, ids, refs, numbers) AS x;
    IF cardinality(ns) = jsonb_array_length(items) THEN RETURN; END IF;
  END IF;
  RETURN QUERY
  SELECT i.n, COALESCE(s.office_id, 0), COALESCE(s.id, 0), COALESCE(s.reference, ''), '', false
  FROM jsonb_to_recordset(items) AS i(n int, draft bigint) JOIN draft d ON d.id = i.draft
    LEFT JOIN submission s ON s.reference = d.reference AND s.to_office IS NULL
  WHERE i.n <> ALL (COALESCE(ns, '{}'));
END $$;

CREATE FUNCTION public.unscoped_unread_counts() RETURNS TABLE(office_id integer, unread bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$ SELECT w.office_id, count(*) FROM warning w JOIN document d ON d.office_id = w.office_id AND d.id = w.object_id
        JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
        WHERE w.kind = 'unread' AND w.step = '6' AND d.read_at IS NULL AND d.cancelled_at IS NULL AND c.handled_at IS NULL GROUP BY w.office_id $$;

CREATE FUNCTION public.unscoped_untaken(since timestamp with time zone, until timestamp with time zone) RETURNS TABLE(kind text, case_id bigint, dispatch_id bigint, subject text, mark text, office text, number text, sent_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public'
    AS $$
  SELECT 'dispatch', own.case_id, d.id, own.subject, own.reference_number, o.name, n.reference_number, n.registered_at
  FROM dispatch d JOIN document own ON own.office_id = d.office_id AND own.id = d.document_id JOIN office o ON o.id = d.to_office
  JOIN document n ON n.office_id = d.to_office AND n.channel = 'office' AND CAST(n.envelope ->> 'dispatch' AS bigint) = d.id AND CAST(n.envelope ->> 'from' AS int) = d.office_id
  JOIN case_file c ON c.office_id = n.office_id AND c.id = n.case_id
  WHERE d.office_id = current_office() AND d.way = 'office' AND d.made_at >= since AND n.registered_at < until AND c.assigned_at IS NULL AND c.handled_at IS NULL
  UNION ALL
  SELECT 'referral', s.case_id, NULL, f.subject, f.mark, o.name, n.reference_number, n.registered_at
  FROM submission s JOIN case_file f ON f.office_id = s.office_id AND f.id = s.case_id JOIN office o ON o.id = s.to_office
  JOIN submission t ON t.office_id = s.to_office AND t.id = s.to_id
  JOIN document n ON n.office_id = t.office_id AND n.id = t.document_id JOIN case_file c ON c.office_id = t.office_id AND c.id = t.case_id
  WHERE s.office_id = current_office() AND s.to_office IS NOT NULL AND t.received_at >= since AND t.received_at < until
    AND c.assigned_at IS NULL AND c.handled_at IS NULL
  ORDER BY 8
$$;

CREATE TABLE public.abbreviation (
    office_id integer NOT NULL,
    register text NOT NULL,
    from_year integer NOT NULL,
    code text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by text NOT NULL,
    CONSTRAINT abbreviation_code_check CHECK ((code ~ '^[A-Z0-9]{1,8}$'::text)),
    CONSTRAINT abbreviation_from_year_check CHECK (((from_year >= 1990) AND (from_year <= 2200)))
);

CREATE TABLE public.absence (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    clerk_id bigint NOT NULL,
    cover_id bigint NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT absence_check CHECK ((to_on >= from_on)),
    CONSTRAINT absence_check1 CHECK ((clerk_id <> cover_id))
);

ALTER TABLE public.absence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.absence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account (
    id bigint NOT NULL,
    email public.citext NOT NULL,
    name text NOT NULL,
    password_hash text DEFAULT ''::text NOT NULL,
    operator boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone
);

ALTER TABLE public.account ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.address (
    code integer NOT NULL,
    place_id integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    orientation integer,
    letter text DEFAULT ''::text NOT NULL,
    zip integer DEFAULT 0 NOT NULL,
    y_cm integer,
    x_cm integer,
    valid_from date NOT NULL,
    CONSTRAINT address_kind_check CHECK ((kind = ANY (ARRAY['p'::text, 'e'::text])))
);

CREATE TABLE public.address_past (
    code integer NOT NULL,
    place_id integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    orientation integer,
    letter text NOT NULL,
    zip integer NOT NULL,
    y_cm integer,
    x_cm integer,
    valid_from date NOT NULL,
    valid_to date NOT NULL
);

CREATE TABLE public.address_place (
    id integer NOT NULL,
    municipality_code integer NOT NULL,
    municipality_name text NOT NULL,
    momc_code integer DEFAULT 0 NOT NULL,
    momc_name text DEFAULT ''::text NOT NULL,
    mop_code integer DEFAULT 0 NOT NULL,
    mop_name text DEFAULT ''::text NOT NULL,
    part_code integer DEFAULT 0 NOT NULL,
    part_name text DEFAULT ''::text NOT NULL,
    street_code integer DEFAULT 0 NOT NULL,
    street_name text DEFAULT ''::text NOT NULL,
    live boolean DEFAULT true NOT NULL,
    size integer DEFAULT 0 NOT NULL,
    words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, public.plain(((((((street_name || ' '::text) || part_name) || ' '::text) || municipality_name) || ' '::text) || momc_name)))) STORED
);

ALTER TABLE public.address_place ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.address_place_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.agenda (
    code text NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    name_uk text DEFAULT ''::text NOT NULL,
    statute text NOT NULL,
    level text NOT NULL,
    locality text NOT NULL,
    keywords text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT agenda_check CHECK ((valid_to > valid_from)),
    CONSTRAINT agenda_code_check CHECK ((code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT agenda_level_check CHECK ((level = ANY (ARRAY['obec'::text, 'pou'::text, 'orp'::text, 'kraj'::text, 'matrika'::text, 'stavebni-urad'::text, 'listed'::text, 'by-road-class'::text, 'addressee'::text]))),
    CONSTRAINT agenda_locality_check CHECK ((locality = ANY (ARRAY['any'::text, 'residence'::text, 'residence-or-property'::text, 'new-residence'::text, 'property'::text, 'place-of-event'::text, 'registry-of-event'::text, 'addressee'::text])))
);

CREATE TABLE public.agenda_class (
    office_id integer NOT NULL,
    agenda text NOT NULL,
    class_code text NOT NULL
);

CREATE TABLE public.agenda_deadline (
    agenda_code text NOT NULL,
    kind text NOT NULL,
    days integer,
    words text NOT NULL,
    words_en text DEFAULT ''::text NOT NULL,
    words_uk text DEFAULT ''::text NOT NULL,
    statute text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT agenda_deadline_check CHECK ((valid_to > valid_from)),
    CONSTRAINT agenda_deadline_kind_check CHECK ((kind = ANY (ARRAY['shortest'::text, 'usual'::text, 'citizen'::text])))
);

CREATE TABLE public.agenda_document (
    agenda_code text NOT NULL,
    "position" integer NOT NULL,
    words text NOT NULL,
    words_en text DEFAULT ''::text NOT NULL,
    words_uk text DEFAULT ''::text NOT NULL,
    required boolean NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT agenda_document_check CHECK ((valid_to > valid_from))
);

CREATE TABLE public.agenda_fee (
    agenda_code text NOT NULL,
    "position" integer NOT NULL,
    czk integer,
    words text NOT NULL,
    words_en text DEFAULT ''::text NOT NULL,
    words_uk text DEFAULT ''::text NOT NULL,
    statute text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT agenda_fee_check CHECK ((valid_to > valid_from))
);

CREATE TABLE public.agenda_rule (
    agenda text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    rule text NOT NULL,
    confirm boolean NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL
);

CREATE TABLE public.area (
    kind text NOT NULL,
    code integer NOT NULL,
    name text NOT NULL,
    parent_code integer,
    csu_code text DEFAULT ''::text NOT NULL,
    seat_code integer,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT area_check CHECK ((valid_to > valid_from)),
    CONSTRAINT area_kind_check CHECK ((kind = ANY (ARRAY['region'::text, 'district'::text, 'orp'::text, 'pou'::text, 'building_office'::text, 'momc'::text, 'part'::text])))
);

CREATE TABLE public.audit_event (
    office_id integer NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    data jsonb NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.audit_head (
    office_id integer NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL
)
WITH (fillfactor='20');

CREATE TABLE public.board_check (
    office_id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    items integer NOT NULL,
    files integer NOT NULL,
    read integer NOT NULL,
    took integer NOT NULL,
    faults jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE public.board_contract (
    id bigint NOT NULL,
    publisher_id integer NOT NULL,
    served_id integer NOT NULL,
    title text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    recorded_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT board_contract_check CHECK ((publisher_id <> served_id)),
    CONSTRAINT board_contract_check1 CHECK (((valid_to IS NULL) OR (valid_to >= valid_from))),
    CONSTRAINT board_contract_title_check CHECK ((title <> ''::text))
);

ALTER TABLE public.board_contract ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.board_contract_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.board_hook (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    url text NOT NULL,
    secret bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    succeeded_at timestamp with time zone,
    failing_since timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    last_error text DEFAULT ''::text NOT NULL,
    disabled_at timestamp with time zone,
    disabled_by text,
    CONSTRAINT board_hook_check CHECK (((disabled_at IS NULL) = (disabled_by IS NULL)))
);

ALTER TABLE public.board_hook ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.board_hook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.board_item (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    class text NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    reference_number text NOT NULL,
    file_mark text NOT NULL,
    agendas jsonb NOT NULL,
    places integer[] NOT NULL,
    files integer NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    until_on date,
    removed_at timestamp with time zone,
    event_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    words tsvector NOT NULL,
    event_place text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.board_outage (
    office_id integer NOT NULL,
    from_at timestamp with time zone NOT NULL,
    to_at timestamp with time zone,
    reason text NOT NULL,
    line integer NOT NULL,
    col integer NOT NULL,
    states integer NOT NULL
);

CREATE TABLE public.board_probe (
    office_id integer NOT NULL,
    state jsonb NOT NULL
);

CREATE TABLE public.board_source (
    office_id integer NOT NULL,
    head jsonb NOT NULL,
    from_at timestamp with time zone NOT NULL,
    to_at timestamp with time zone NOT NULL
);

CREATE TABLE public.book (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    title text NOT NULL,
    query text NOT NULL,
    account_id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    total bigint,
    done bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    stopped_at timestamp with time zone,
    problem text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    seal text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone,
    CONSTRAINT book_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'xlsx'::text, 'pdf'::text]))),
    CONSTRAINT book_kind_check CHECK ((kind = ANY (ARRAY['journal'::text, 'open'::text, 'search'::text, 'statistics'::text]))),
    CONSTRAINT book_seal_check CHECK ((seal = ANY (ARRAY[''::text, 'test'::text, 'real'::text])))
);

ALTER TABLE public.book ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.book_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.case_file (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    no bigint NOT NULL,
    mark text NOT NULL,
    subject text NOT NULL,
    agenda text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    unit_id integer,
    clerk_id bigint,
    assigned_at timestamp with time zone,
    deadline_rule text,
    clock_starts date,
    extended_days integer DEFAULT 0 NOT NULL,
    extended_why text DEFAULT ''::text NOT NULL,
    paused_on date,
    due_on date,
    handled_at timestamp with time zone,
    handled_how text,
    handled_why text DEFAULT ''::text NOT NULL,
    documents integer DEFAULT 0 NOT NULL,
    class_id bigint,
    class_code text DEFAULT ''::text NOT NULL,
    sign text,
    retention integer,
    trigger_event text DEFAULT ''::text NOT NULL,
    trigger_year integer,
    parent_id bigint,
    joined_to bigint,
    paper boolean DEFAULT false NOT NULL,
    closed_at timestamp with time zone,
    closed_by text DEFAULT ''::text NOT NULL,
    held_why text DEFAULT ''::text NOT NULL,
    disposed_at timestamp with time zone,
    archive_id text DEFAULT ''::text NOT NULL,
    box_id bigint,
    stored_at timestamp with time zone,
    moved_at timestamp with time zone,
    moved_to text DEFAULT ''::text NOT NULL,
    CONSTRAINT case_file_check CHECK (((handled_at IS NULL) = (handled_how IS NULL))),
    CONSTRAINT case_file_check1 CHECK (((class_id IS NULL) OR ((sign IS NOT NULL) AND (retention IS NOT NULL) AND (trigger_event <> ''::text) AND (class_code <> ''::text)))),
    CONSTRAINT case_file_check2 CHECK (((closed_at IS NULL) OR ((handled_at IS NOT NULL) AND (class_id IS NOT NULL) AND (trigger_year IS NOT NULL)))),
    CONSTRAINT case_file_check3 CHECK (((disposed_at IS NULL) OR (closed_at IS NOT NULL))),
    CONSTRAINT case_file_check4 CHECK (((moved_at IS NULL) = (moved_to = ''::text))),
    CONSTRAINT case_file_handled_how_check CHECK ((handled_how = ANY (ARRAY['document'::text, 'referral'::text, 'noted'::text, 'note'::text, 'other'::text]))),
    CONSTRAINT case_file_retention_check CHECK ((retention >= 0)),
    CONSTRAINT case_file_sign_check CHECK ((sign = ANY (ARRAY['A'::text, 'S'::text, 'V'::text]))),
    CONSTRAINT case_file_trigger_event_check CHECK ((trigger_event = ANY (ARRAY[''::text, 'handled'::text, 'closed'::text, 'opened'::text, 'born'::text, 'external'::text])))
);

ALTER TABLE public.case_file ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.case_file_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.case_link (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    to_id bigint NOT NULL,
    fixed boolean NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT case_link_check CHECK ((case_id <> to_id))
);

ALTER TABLE public.case_link ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.case_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.clock_pause (
    office_id integer NOT NULL,
    case_id bigint NOT NULL,
    from_on date NOT NULL,
    to_on date,
    why text NOT NULL
);

CREATE TABLE public.competence (
    id bigint NOT NULL,
    agenda_code text NOT NULL,
    area_kind text NOT NULL,
    area_code integer NOT NULL,
    road_class text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    level text NOT NULL,
    seat_code integer,
    contract text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT competence_area_kind_check CHECK ((area_kind = ANY (ARRAY['country'::text, 'region'::text, 'district'::text, 'orp'::text, 'pou'::text, 'municipality'::text, 'momc'::text, 'part'::text]))),
    CONSTRAINT competence_check CHECK (((seat_code IS NOT NULL) = (level = 'seat'::text))),
    CONSTRAINT competence_check1 CHECK ((valid_to > valid_from)),
    CONSTRAINT competence_level_check CHECK ((level = ANY (ARRAY['obec'::text, 'pou'::text, 'orp'::text, 'kraj'::text, 'matrika'::text, 'stavebni-urad'::text, 'listed'::text, 'seat'::text, 'state'::text]))),
    CONSTRAINT competence_road_class_check CHECK ((road_class = ANY (ARRAY[''::text, 'local'::text, '3'::text, '2'::text, '1'::text, 'motorway'::text]))),
    CONSTRAINT competence_role_check CHECK ((role = ANY (ARRAY['decides'::text, 'takes-in'::text, 'advises'::text])))
);

ALTER TABLE public.competence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.competence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.competence_proposal (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    checking_office_id integer NOT NULL,
    municipality_code integer NOT NULL,
    agenda_code text NOT NULL,
    road_class text DEFAULT ''::text NOT NULL,
    level text NOT NULL,
    seat_code integer,
    contract text DEFAULT ''::text NOT NULL,
    reason text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by text NOT NULL,
    decided_at timestamp with time zone,
    decided_by text DEFAULT ''::text NOT NULL,
    accepted boolean,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT competence_proposal_check CHECK ((valid_to > valid_from)),
    CONSTRAINT competence_proposal_check1 CHECK (((decided_at IS NULL) = (accepted IS NULL))),
    CONSTRAINT competence_proposal_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE public.competence_proposal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.competence_proposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.completion_request (
    office_id integer NOT NULL,
    submission_id bigint NOT NULL,
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by text NOT NULL,
    text text NOT NULL,
    due_on date NOT NULL,
    document_id bigint NOT NULL,
    answered_at timestamp with time zone,
    answer_id bigint,
    withdrawn_at timestamp with time zone
);

ALTER TABLE public.completion_request ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.completion_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.component (
    office_id integer NOT NULL,
    document_id bigint NOT NULL,
    ordinal integer NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    field text DEFAULT ''::text NOT NULL,
    preservation text DEFAULT 'original'::text NOT NULL,
    from_ordinal integer,
    replaces integer,
    destroyed_in bigint,
    CONSTRAINT component_preservation_check CHECK ((preservation = ANY (ARRAY['draft'::text, 'original'::text, 'output'::text, 'scan'::text, 'container'::text])))
);

CREATE TABLE public.component_text (
    office_id integer NOT NULL,
    document_id bigint NOT NULL,
    ordinal integer NOT NULL,
    text text NOT NULL
);

CREATE TABLE public.counter (
    office_id integer NOT NULL,
    series text NOT NULL,
    year integer NOT NULL,
    last_no bigint NOT NULL,
    mask text DEFAULT ''::text NOT NULL,
    closed_at timestamp with time zone,
    closed_by text DEFAULT ''::text NOT NULL,
    partial boolean DEFAULT false NOT NULL
)
WITH (fillfactor='10');

CREATE TABLE public.deadline_rule (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    days integer NOT NULL,
    unit text NOT NULL,
    extension integer DEFAULT 0 NOT NULL,
    after_pause integer DEFAULT 0 NOT NULL,
    shift boolean NOT NULL,
    statute text NOT NULL,
    label text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    CONSTRAINT deadline_rule_days_check CHECK ((days > 0)),
    CONSTRAINT deadline_rule_unit_check CHECK ((unit = ANY (ARRAY['day'::text, 'working_day'::text, 'month'::text])))
);

CREATE TABLE public.destroyed_file (
    office_id integer NOT NULL,
    disposal_id bigint NOT NULL,
    sha256 text NOT NULL,
    gone_at timestamp with time zone,
    kept_why text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.dispatch (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    document_id bigint NOT NULL,
    party_id bigint,
    to_office integer,
    way text NOT NULL,
    attempt integer NOT NULL,
    service text DEFAULT ''::text NOT NULL,
    proof boolean NOT NULL,
    fiction boolean NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    instead_of bigint,
    name text NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    zip text DEFAULT ''::text NOT NULL,
    town text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    data_box text DEFAULT ''::text NOT NULL,
    post_no text,
    sheet_year integer,
    sheet_no integer,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    CONSTRAINT dispatch_check CHECK (((way = 'post'::text) = (service <> ''::text))),
    CONSTRAINT dispatch_check1 CHECK (((sheet_year IS NULL) = (sheet_no IS NULL))),
    CONSTRAINT dispatch_way_check CHECK ((way = ANY (ARRAY['databox'::text, 'office'::text, 'email'::text, 'counter'::text, 'post'::text, 'board'::text])))
);

CREATE TABLE public.dispatch_event (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    dispatch_id bigint NOT NULL,
    kind text NOT NULL,
    on_day date NOT NULL,
    at timestamp with time zone NOT NULL,
    key text NOT NULL,
    voids bigint,
    actor text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT dispatch_event_check CHECK (((kind = 'voided'::text) = (voids IS NOT NULL))),
    CONSTRAINT dispatch_event_kind_check CHECK ((kind = ANY (ARRAY['tried'::text, 'sent'::text, 'boxed'::text, 'stored'::text, 'posted'::text, 'removed'::text, 'delivered'::text, 'refused'::text, 'fiction'::text, 'returned'::text, 'failed'::text, 'retried'::text, 'withdrawn'::text, 'voided'::text])))
);

ALTER TABLE public.dispatch_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dispatch_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.dispatch ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dispatch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dispatch_post (
    office_id integer NOT NULL,
    prefix text DEFAULT 'RR'::text NOT NULL,
    range_from integer,
    range_to integer,
    range_next integer,
    sheet_year integer DEFAULT 0 NOT NULL,
    sheet_no integer DEFAULT 0 NOT NULL,
    CONSTRAINT dispatch_post_check CHECK (((range_to >= range_from) AND (range_to <= 99999999))),
    CONSTRAINT dispatch_post_prefix_check CHECK ((prefix ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT dispatch_post_range_from_check CHECK (((range_from >= 0) AND (range_from <= 99999999)))
);

CREATE TABLE public.dispatch_sheet (
    office_id integer NOT NULL,
    year integer NOT NULL,
    no integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    on_day date NOT NULL
);

CREATE TABLE public.disposal (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    year integer NOT NULL,
    archive text NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    proposed_by text NOT NULL,
    decided_at timestamp with time zone,
    decided_ref text DEFAULT ''::text NOT NULL,
    executed_at timestamp with time zone,
    executed_by text,
    withdrawn_at timestamp with time zone,
    withdrawn_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT disposal_check CHECK (((executed_at IS NULL) OR ((decided_at IS NOT NULL) AND (withdrawn_at IS NULL))))
);

ALTER TABLE public.disposal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.disposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.disposal_item (
    office_id integer NOT NULL,
    disposal_id bigint NOT NULL,
    case_id bigint NOT NULL,
    lead_id bigint NOT NULL,
    sign text NOT NULL,
    due_year integer NOT NULL,
    quantity text DEFAULT ''::text NOT NULL,
    decision text,
    decided_at timestamp with time zone,
    archive_id text DEFAULT ''::text NOT NULL,
    executed_at timestamp with time zone,
    CONSTRAINT disposal_item_decision_check CHECK ((decision = ANY (ARRAY['archive'::text, 'destroy'::text, 'present'::text, 'exclude'::text]))),
    CONSTRAINT disposal_item_sign_check CHECK ((sign = ANY (ARRAY['A'::text, 'S'::text, 'V'::text])))
);

CREATE TABLE public.document (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    ordinal integer NOT NULL,
    reference_number text NOT NULL,
    direction text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    channel text NOT NULL,
    party text DEFAULT ''::text NOT NULL,
    foreign_number text DEFAULT ''::text NOT NULL,
    body text DEFAULT ''::text NOT NULL,
    delivered_at timestamp with time zone,
    received_at timestamp with time zone,
    registered_at timestamp with time zone NOT NULL,
    registered_by text NOT NULL,
    sent_at timestamp with time zone,
    answers_id bigint,
    cancelled_at timestamp with time zone,
    cancelled_by text,
    cancelled_why text,
    jid text,
    register text DEFAULT ''::text NOT NULL,
    paper boolean DEFAULT false NOT NULL,
    sheets integer,
    attachments integer,
    attachment_sheets integer,
    attachment_note text DEFAULT ''::text NOT NULL,
    envelope jsonb DEFAULT '{}'::jsonb NOT NULL,
    barcode text DEFAULT ''::text NOT NULL,
    read_at timestamp with time zone,
    handled_at timestamp with time zone,
    handled_how text,
    handled_why text DEFAULT ''::text NOT NULL,
    filed_in bigint,
    filed_why text DEFAULT ''::text NOT NULL,
    handled_by_id bigint,
    CONSTRAINT document_attachment_sheets_check CHECK ((attachment_sheets >= 0)),
    CONSTRAINT document_attachments_check CHECK ((attachments >= 0)),
    CONSTRAINT document_check CHECK (((cancelled_at IS NULL) = (cancelled_why IS NULL))),
    CONSTRAINT document_check1 CHECK (((handled_at IS NULL) = (handled_how IS NULL))),
    CONSTRAINT document_check2 CHECK ((filed_in <> case_id)),
    CONSTRAINT document_direction_check CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text, 'own'::text]))),
    CONSTRAINT document_handled_how_check CHECK ((handled_how = ANY (ARRAY['document'::text, 'referral'::text, 'noted'::text, 'note'::text, 'other'::text]))),
    CONSTRAINT document_sheets_check CHECK ((sheets >= 0))
);

ALTER TABLE public.document ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.document_party (
    office_id integer NOT NULL,
    document_id bigint NOT NULL,
    party_id bigint NOT NULL,
    role text NOT NULL,
    CONSTRAINT document_party_role_check CHECK ((role = ANY (ARRAY['sender'::text, 'addressee'::text, 'represented'::text])))
);

CREATE TABLE public.draft (
    id bigint NOT NULL,
    token_hash bytea NOT NULL,
    form_code text NOT NULL,
    form_version integer NOT NULL,
    lang text NOT NULL,
    answers jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    reference text
)
WITH (fillfactor='80');
ALTER TABLE ONLY public.draft ALTER COLUMN answers SET COMPRESSION lz4;

CREATE TABLE public.draft_file (
    draft_id bigint NOT NULL,
    id text NOT NULL,
    field text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    added_at timestamp with time zone NOT NULL
);

ALTER TABLE public.draft ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.draft_passing (
    draft_id bigint NOT NULL,
    code_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.draft_revision (
    draft_id bigint NOT NULL,
    revision integer NOT NULL,
    answers jsonb NOT NULL
);

CREATE TABLE public.evidence_head (
    office_id integer NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE public.evidence_seal (
    office_id integer NOT NULL,
    seq bigint NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    signer text NOT NULL,
    test boolean NOT NULL,
    cms bytea NOT NULL,
    token bytea NOT NULL,
    stamped_at timestamp with time zone NOT NULL
);

CREATE TABLE public.find_due (
    office_id integer NOT NULL,
    case_id bigint NOT NULL
);

CREATE TABLE public.find_row (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    words tsvector NOT NULL
);

CREATE TABLE public.form_arrival (
    sha256 text NOT NULL,
    data bytea NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    arrived_by text NOT NULL,
    CONSTRAINT form_arrival_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.form_draft (
    code text NOT NULL,
    revision integer NOT NULL,
    definition text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by text NOT NULL,
    same_as integer,
    CONSTRAINT form_draft_code_check CHECK ((code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT form_draft_revision_check CHECK ((revision > 0))
);

CREATE TABLE public.form_parameter (
    office_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    value jsonb NOT NULL,
    source text NOT NULL,
    verified boolean DEFAULT false NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by text NOT NULL,
    CONSTRAINT form_parameter_check CHECK ((valid_to >= valid_from)),
    CONSTRAINT form_parameter_source_check CHECK ((source <> ''::text))
);

CREATE TABLE public.form_publisher (
    fingerprint text NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    trusted_at timestamp with time zone NOT NULL,
    trusted_by text NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT form_publisher_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT form_publisher_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.form_use (
    office_id integer NOT NULL,
    code text NOT NULL,
    version integer,
    adjustments jsonb DEFAULT '{}'::jsonb NOT NULL,
    off_why text DEFAULT ''::text NOT NULL,
    off_until date,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE public.form_version (
    code text NOT NULL,
    version integer NOT NULL,
    definition text NOT NULL,
    sha256 text NOT NULL,
    letters jsonb DEFAULT '{}'::jsonb NOT NULL,
    publisher text NOT NULL,
    fingerprint text DEFAULT ''::text NOT NULL,
    draft integer,
    published_at timestamp with time zone NOT NULL,
    published_by text NOT NULL,
    CONSTRAINT form_version_code_check CHECK ((code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT form_version_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT form_version_version_check CHECK ((version > 0))
);

CREATE TABLE public.form_withdrawal (
    code text NOT NULL,
    version integer NOT NULL,
    drafts_until date NOT NULL,
    why text NOT NULL,
    successor text DEFAULT ''::text NOT NULL,
    withdrawn_at timestamp with time zone NOT NULL,
    withdrawn_by text NOT NULL,
    CONSTRAINT form_withdrawal_why_check CHECK ((why <> ''::text))
);

CREATE TABLE public.handling_setting (
    office_id integer NOT NULL,
    warn_days integer[] DEFAULT '{7,3,1}'::integer[] NOT NULL,
    four_eyes boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL
);

CREATE TABLE public.handover (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    from_clerk bigint,
    from_unit integer,
    from_at timestamp with time zone,
    to_clerk bigint,
    to_unit integer,
    note text DEFAULT ''::text NOT NULL,
    batch text DEFAULT ''::text NOT NULL,
    accepted_at timestamp with time zone,
    refused_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    settled_by text DEFAULT ''::text NOT NULL,
    settled_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT handover_check CHECK (((to_clerk IS NOT NULL) OR (to_unit IS NOT NULL))),
    CONSTRAINT handover_check1 CHECK ((num_nonnulls(accepted_at, refused_at, withdrawn_at) <= 1))
);

ALTER TABLE public.handover ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.holiday (
    name text NOT NULL,
    month integer,
    day integer,
    easter_offset integer,
    valid_from integer NOT NULL,
    valid_to integer,
    source text NOT NULL,
    CONSTRAINT holiday_check CHECK ((((month IS NULL) <> (easter_offset IS NULL)) AND ((month IS NULL) = (day IS NULL)))),
    CONSTRAINT holiday_day_check CHECK (((day >= 1) AND (day <= 31))),
    CONSTRAINT holiday_month_check CHECK (((month >= 1) AND (month <= 12)))
);

CREATE TABLE public.hook_call (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    hook_id bigint NOT NULL,
    event text NOT NULL,
    about text NOT NULL,
    body text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tried_at timestamp with time zone,
    next_at timestamp with time zone,
    status integer,
    error text DEFAULT ''::text NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT hook_call_event_check CHECK ((event = ANY (ARRAY['posted'::text, 'revised'::text, 'removed'::text, 'test'::text])))
);

ALTER TABLE public.hook_call ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.hook_call_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.intake_key (
    office_id integer NOT NULL,
    key text NOT NULL,
    at timestamp with time zone NOT NULL,
    document_id bigint
);

CREATE TABLE public.intake_refusal (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    name text NOT NULL,
    why text NOT NULL,
    sender text DEFAULT ''::text NOT NULL,
    subject text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.intake_refusal ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.intake_refusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.job (
    id bigint NOT NULL,
    kind text NOT NULL,
    office_id integer NOT NULL,
    payload jsonb NOT NULL,
    uniq text,
    priority integer DEFAULT 5 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    lease_until timestamp with time zone,
    done_at timestamp with time zone,
    failed_at timestamp with time zone
);

ALTER TABLE public.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kiosk (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    forms text[] DEFAULT '{}'::text[] NOT NULL,
    pair_hash bytea,
    pair_until timestamp with time zone,
    token_hash bytea,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    paired_at timestamp with time zone,
    seen_on date,
    revoked_at timestamp with time zone,
    revoked_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT kiosk_check CHECK (((pair_hash IS NULL) = (pair_until IS NULL))),
    CONSTRAINT kiosk_check1 CHECK (((revoked_at IS NULL) OR ((token_hash IS NULL) AND (pair_hash IS NULL)))),
    CONSTRAINT kiosk_name_check CHECK (((name <> ''::text) AND (length(name) <= 100)))
);

ALTER TABLE public.kiosk ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.kiosk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.lending (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    clerk_office_id integer NOT NULL,
    title text NOT NULL,
    from_on date NOT NULL,
    to_on date NOT NULL,
    agendas text[] NOT NULL,
    classes text[] NOT NULL,
    most integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT lending_check CHECK ((to_on >= from_on)),
    CONSTRAINT lending_check1 CHECK ((office_id <> clerk_office_id)),
    CONSTRAINT lending_check2 CHECK (((cardinality(agendas) + cardinality(classes)) > 0)),
    CONSTRAINT lending_most_check CHECK (((most >= 1) AND (most <= 500))),
    CONSTRAINT lending_title_check CHECK ((title <> ''::text))
);

ALTER TABLE public.lending ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.lending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.letter (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    template text NOT NULL,
    effect text NOT NULL,
    kind text NOT NULL,
    answers_id bigint,
    party_id bigint,
    addressee text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    instruction text NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by text NOT NULL,
    offered_at timestamp with time zone,
    offered_by text DEFAULT ''::text NOT NULL,
    returned_at timestamp with time zone,
    returned_by text DEFAULT ''::text NOT NULL,
    returned_why text DEFAULT ''::text NOT NULL,
    approved_at timestamp with time zone,
    approved_by text DEFAULT ''::text NOT NULL,
    document_id bigint,
    dropped_at timestamp with time zone,
    CONSTRAINT letter_check CHECK (((approved_at IS NULL) = (document_id IS NULL)))
);

ALTER TABLE public.letter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.letter_revision (
    office_id integer NOT NULL,
    letter_id bigint NOT NULL,
    revision integer NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    instruction text NOT NULL,
    addressee text NOT NULL,
    address text NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL
);

CREATE TABLE public.letter_template (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    "position" integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    effect text DEFAULT ''::text NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    instruction text DEFAULT ''::text NOT NULL,
    statute text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    CONSTRAINT letter_template_effect_check CHECK ((effect = ANY (ARRAY[''::text, 'pause'::text, 'extend'::text, 'handle'::text, 'refer'::text])))
);

CREATE TABLE public.loan (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    borrower_id bigint,
    borrower text NOT NULL,
    purpose text NOT NULL,
    lent_at timestamp with time zone NOT NULL,
    lent_by text NOT NULL,
    due_on date NOT NULL,
    reminded_on date,
    returned_at timestamp with time zone,
    returned_by text,
    CONSTRAINT loan_borrower_check CHECK ((borrower <> ''::text)),
    CONSTRAINT loan_check CHECK (((returned_at IS NULL) = (returned_by IS NULL)))
);

ALTER TABLE public.loan ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.loan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.log_day (
    office_id integer NOT NULL,
    day date NOT NULL,
    since date NOT NULL,
    seq_from bigint NOT NULL,
    seq_to bigint NOT NULL,
    before bytea NOT NULL,
    head bytea NOT NULL,
    document_id bigint NOT NULL,
    sha256 text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    stamped_at timestamp with time zone NOT NULL,
    signer text NOT NULL,
    test boolean NOT NULL,
    CONSTRAINT log_day_check CHECK (((seq_from >= 1) AND (seq_to >= (seq_from - 1)) AND (since <= day)))
);

CREATE TABLE public.login_link (
    token_hash bytea NOT NULL,
    account_id bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

CREATE TABLE public.mail_message (
    id bigint NOT NULL,
    office_id integer NOT NULL,
    uniq text NOT NULL,
    to_address text NOT NULL,
    to_name text NOT NULL,
    reply_to text DEFAULT ''::text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    files jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    topic text DEFAULT ''::text NOT NULL,
    end_url text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.mail_message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.mail_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mailroom (
    office_id integer NOT NULL,
    confirm_mail boolean DEFAULT true NOT NULL,
    party_keep_months integer DEFAULT 12 NOT NULL,
    CONSTRAINT mailroom_party_keep_months_check CHECK (((party_keep_months >= 1) AND (party_keep_months <= 240)))
);

CREATE TABLE public.membership (
    office_id integer NOT NULL,
    account_id bigint NOT NULL,
    role text NOT NULL,
    unit_id integer,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    CONSTRAINT membership_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'mailroom'::text, 'clerk'::text, 'board'::text, 'auditor'::text])))
);

CREATE UNLOGGED TABLE public.move_case (
    office_id integer NOT NULL,
    id bigint NOT NULL
);

CREATE UNLOGGED TABLE public.move_row (
    package text NOT NULL,
    name text NOT NULL,
    n bigint NOT NULL,
    "row" jsonb NOT NULL
);

CREATE TABLE public.municipality (
    code integer NOT NULL,
    name text NOT NULL,
    status integer NOT NULL,
    district_code integer NOT NULL,
    pou_code integer NOT NULL,
    orp_code integer NOT NULL,
    region_code integer NOT NULL,
    building_office_code integer,
    zip text DEFAULT ''::text NOT NULL,
    zips text DEFAULT ''::text NOT NULL,
    ico text DEFAULT ''::text NOT NULL,
    lat double precision,
    lon double precision,
    population integer DEFAULT 0 NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT municipality_check CHECK ((valid_to > valid_from)),
    CONSTRAINT municipality_status_check CHECK (((status >= 1) AND (status <= 6)))
);

CREATE TABLE public.number_mask (
    office_id integer NOT NULL,
    series text NOT NULL,
    from_year integer NOT NULL,
    mask text NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by text NOT NULL,
    CONSTRAINT number_mask_from_year_check CHECK (((from_year >= 1990) AND (from_year <= 2200))),
    CONSTRAINT number_mask_mask_check CHECK (((mask ~ '\{poradi:[1-8]\}'::text) AND (strpos(mask, '{rok}'::text) > 0) AND (strpos(mask, '{zkratka}'::text) > 0)))
);

CREATE TABLE public.office (
    id integer NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    seat_name text NOT NULL,
    kind text NOT NULL,
    municipality_code integer,
    region_code integer,
    category text NOT NULL,
    abbreviation text DEFAULT ''::text NOT NULL,
    participates boolean DEFAULT false NOT NULL,
    ico text DEFAULT ''::text NOT NULL,
    data_box text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    web text DEFAULT ''::text NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    zip text DEFAULT ''::text NOT NULL,
    town text DEFAULT ''::text NOT NULL,
    lat double precision,
    lon double precision,
    attachment_mb integer DEFAULT 20 NOT NULL,
    submission_mb integer DEFAULT 50 NOT NULL,
    attachment_count integer DEFAULT 50 NOT NULL,
    emblem text DEFAULT ''::text NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    moved_at timestamp with time zone,
    moved_to text DEFAULT ''::text NOT NULL,
    CONSTRAINT office_abbreviation_check CHECK ((abbreviation ~ '^[A-Z0-9]{0,8}$'::text)),
    CONSTRAINT office_attachment_count_check CHECK (((attachment_count >= 1) AND (attachment_count <= 500))),
    CONSTRAINT office_attachment_mb_check CHECK (((attachment_mb >= 1) AND (attachment_mb <= 100))),
    CONSTRAINT office_category_check CHECK ((category = ANY (ARRAY['63/1'::text, '63/2'::text]))),
    CONSTRAINT office_check CHECK (((NOT participates) OR (abbreviation <> ''::text))),
    CONSTRAINT office_check1 CHECK (((moved_at IS NULL) = (moved_to = ''::text))),
    CONSTRAINT office_check2 CHECK (((moved_at IS NULL) OR (NOT participates))),
    CONSTRAINT office_kind_check CHECK ((kind = ANY (ARRAY['municipality'::text, 'region'::text, 'other'::text]))),
    CONSTRAINT office_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT office_submission_mb_check CHECK (((submission_mb >= 1) AND (submission_mb <= 500)))
);

CREATE TABLE public.office_hours (
    office_id integer NOT NULL,
    weekday integer NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT office_hours_check CHECK ((closes > opens)),
    CONSTRAINT office_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

ALTER TABLE public.office ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.office_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.office_letter_template (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    code text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    instruction text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT office_letter_template_body_check CHECK ((body <> ''::text)),
    CONSTRAINT office_letter_template_subject_check CHECK ((subject <> ''::text))
);

ALTER TABLE public.office_letter_template ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.office_letter_template_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.office_origin (
    office_id integer NOT NULL,
    seq_from bigint NOT NULL,
    seq_to bigint NOT NULL,
    evidence_to bigint DEFAULT 0 NOT NULL,
    origin_id integer NOT NULL,
    accounts jsonb DEFAULT '{}'::jsonb NOT NULL,
    installation text DEFAULT ''::text NOT NULL,
    package text DEFAULT ''::text NOT NULL,
    came_at timestamp with time zone NOT NULL,
    CONSTRAINT office_origin_check CHECK (((seq_from >= 1) AND (seq_to >= (seq_from - 1))))
);

CREATE TABLE public.offline_item (
    key_hash bytea NOT NULL,
    filled_at timestamp with time zone NOT NULL,
    skew interval NOT NULL,
    came_at timestamp with time zone NOT NULL,
    draft_id bigint NOT NULL,
    reference text,
    CONSTRAINT offline_item_key_hash_check CHECK ((length(key_hash) = 32))
);

CREATE TABLE public.party (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    given text DEFAULT ''::text NOT NULL,
    family text DEFAULT ''::text NOT NULL,
    born date,
    ico text DEFAULT ''::text NOT NULL,
    data_box text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    town text DEFAULT ''::text NOT NULL,
    zip text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    adm bigint,
    identified boolean DEFAULT false NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    merged_into bigint,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT party_check CHECK ((merged_into <> id)),
    CONSTRAINT party_ico_check CHECK ((ico ~ '^([0-9]{8})?$'::text)),
    CONSTRAINT party_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'business'::text, 'company'::text, 'authority'::text]))),
    CONSTRAINT party_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.party ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.party_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.party_merge (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    kept_id bigint NOT NULL,
    gone_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    moved jsonb NOT NULL,
    undone_at timestamp with time zone
);

ALTER TABLE public.party_merge ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.party_merge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.post_service (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    ord integer NOT NULL,
    name text NOT NULL,
    marking text NOT NULL,
    registered boolean NOT NULL,
    proof boolean NOT NULL,
    substitute boolean NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL
);

CREATE TABLE public.posting (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    year integer NOT NULL,
    no bigint NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    origin text NOT NULL,
    case_id bigint,
    document_id bigint,
    requester text DEFAULT ''::text NOT NULL,
    requester_ref text DEFAULT ''::text NOT NULL,
    requester_email text DEFAULT ''::text NOT NULL,
    contract_id bigint,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    post_at timestamp with time zone NOT NULL,
    until_on date,
    event_at timestamp with time zone,
    event_place text DEFAULT ''::text NOT NULL,
    must_until date,
    effect_on date,
    early_why text DEFAULT ''::text NOT NULL,
    past_why text DEFAULT ''::text NOT NULL,
    posted_at timestamp with time zone,
    removed_at timestamp with time zone,
    removed_by text,
    removed_why text DEFAULT ''::text NOT NULL,
    physical_posted_at timestamp with time zone,
    physical_removed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancelled_by text,
    cancelled_why text,
    iri text DEFAULT ''::text NOT NULL,
    CONSTRAINT posting_check CHECK (((removed_at IS NULL) OR (posted_at IS NOT NULL))),
    CONSTRAINT posting_check1 CHECK ((removed_at >= posted_at)),
    CONSTRAINT posting_check2 CHECK (((cancelled_at IS NULL) OR (posted_at IS NULL))),
    CONSTRAINT posting_check3 CHECK (((cancelled_at IS NULL) = (cancelled_why IS NULL))),
    CONSTRAINT posting_origin_check CHECK ((origin = ANY (ARRAY['file'::text, 'document'::text, 'request'::text, 'typed'::text, 'import'::text])))
);

CREATE TABLE public.posting_clause (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    test boolean NOT NULL
);

CREATE TABLE public.posting_evidence (
    office_id integer NOT NULL,
    seq bigint NOT NULL,
    posting_id bigint,
    kind text NOT NULL,
    at timestamp with time zone NOT NULL,
    record text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT posting_evidence_check CHECK (((posting_id IS NULL) = (kind = 'checks'::text))),
    CONSTRAINT posting_evidence_kind_check CHECK ((kind = ANY (ARRAY['posted'::text, 'seen'::text, 'revised'::text, 'rescheduled'::text, 'physical'::text, 'removed'::text, 'checks'::text])))
);

CREATE TABLE public.posting_feed (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    version integer NOT NULL,
    faults jsonb NOT NULL,
    base text NOT NULL,
    item text NOT NULL
);

CREATE TABLE public.posting_file (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    revision integer NOT NULL,
    ordinal integer NOT NULL,
    name text NOT NULL,
    media_type text DEFAULT ''::text NOT NULL,
    size bigint DEFAULT 0 NOT NULL,
    sha256 text DEFAULT ''::text NOT NULL,
    url text DEFAULT ''::text NOT NULL,
    warning text DEFAULT ''::text NOT NULL,
    CONSTRAINT posting_file_check CHECK (((sha256 <> ''::text) OR (url <> ''::text)))
);

ALTER TABLE public.posting ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.posting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.posting_kind (
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    ord integer NOT NULL,
    name text NOT NULL,
    class text NOT NULL,
    days integer DEFAULT 0 NOT NULL,
    before_event boolean DEFAULT false NOT NULL,
    hangs text NOT NULL,
    effect_days integer,
    statute text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    source text NOT NULL,
    verified boolean NOT NULL,
    CONSTRAINT posting_kind_class_check CHECK ((class = ANY (ARRAY['notice'::text, 'news'::text, 'event'::text]))),
    CONSTRAINT posting_kind_effect_days_check CHECK (((effect_days IS NULL) OR (effect_days > 0))),
    CONSTRAINT posting_kind_hangs_check CHECK ((hangs = ANY (ARRAY['days'::text, 'event'::text, 'open'::text])))
);

CREATE TABLE public.posting_preview (
    office_id integer NOT NULL,
    sha256 text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    pages integer NOT NULL,
    text text NOT NULL,
    pictures jsonb NOT NULL,
    thumb text DEFAULT ''::text NOT NULL,
    thumb_type text DEFAULT ''::text NOT NULL,
    problem text DEFAULT ''::text NOT NULL
);

CREATE TABLE public.posting_revision (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    revision integer NOT NULL,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    why text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    text text DEFAULT ''::text NOT NULL,
    issuer text NOT NULL,
    issuer_ico text DEFAULT ''::text NOT NULL,
    reference_number text DEFAULT ''::text NOT NULL,
    file_mark text DEFAULT ''::text NOT NULL,
    agendas jsonb DEFAULT '[]'::jsonb NOT NULL,
    approved_on date,
    places jsonb DEFAULT '[]'::jsonb NOT NULL,
    subjects jsonb DEFAULT '[]'::jsonb NOT NULL,
    link text DEFAULT ''::text NOT NULL,
    source jsonb
);

CREATE TABLE public.posting_source (
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    key text NOT NULL,
    nth integer NOT NULL,
    spans jsonb NOT NULL,
    shown boolean NOT NULL,
    digest text NOT NULL
);

CREATE UNLOGGED TABLE public.rate_limit (
    key text NOT NULL,
    window_at timestamp with time zone NOT NULL,
    hits integer NOT NULL
);

CREATE TABLE public.records_handover (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    case_id bigint NOT NULL,
    link_id bigint NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    mark text DEFAULT ''::text NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    number_at timestamp with time zone,
    receipt_at timestamp with time zone,
    trouble text DEFAULT ''::text NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    trouble_since timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone,
    claimed_until timestamp with time zone,
    warned_at timestamp with time zone,
    stopped_at timestamp with time zone,
    stopped_by text,
    stopped_why text DEFAULT ''::text NOT NULL,
    CONSTRAINT records_handover_check CHECK (((number = ''::text) = (number_at IS NULL))),
    CONSTRAINT records_handover_check1 CHECK (((trouble = ''::text) = (trouble_since IS NULL))),
    CONSTRAINT records_handover_check2 CHECK (((stopped_at IS NULL) = (stopped_by IS NULL))),
    CONSTRAINT records_handover_trouble_check CHECK ((trouble = ANY (ARRAY[''::text, 'waiting'::text, 'down'::text, 'parked'::text, 'refused'::text])))
);

ALTER TABLE public.records_handover ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.records_handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.records_handover_step (
    office_id integer NOT NULL,
    handover_id bigint NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    document_id bigint,
    component integer,
    file jsonb,
    tries integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    done_at timestamp with time zone,
    number text DEFAULT ''::text NOT NULL,
    CONSTRAINT records_handover_step_kind_check CHECK ((kind = ANY (ARRAY['open'::text, 'document'::text, 'file'::text, 'dispatch'::text, 'confirm'::text, 'close'::text])))
);

CREATE TABLE public.records_link (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    driver text NOT NULL,
    from_at timestamp with time zone NOT NULL,
    url text DEFAULT ''::text NOT NULL,
    our_code text DEFAULT ''::text NOT NULL,
    their_code text DEFAULT ''::text NOT NULL,
    person text DEFAULT ''::text NOT NULL,
    account text DEFAULT ''::text NOT NULL,
    password bytea DEFAULT '\x'::bytea NOT NULL,
    mailbox text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    CONSTRAINT records_link_check CHECK (((driver <> 'nsesss'::text) OR ((url <> ''::text) AND (our_code <> ''::text) AND (their_code <> ''::text) AND (person <> ''::text)))),
    CONSTRAINT records_link_check1 CHECK (((driver <> 'mail'::text) OR (mailbox <> ''::text))),
    CONSTRAINT records_link_check2 CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL))),
    CONSTRAINT records_link_driver_check CHECK ((driver = ANY (ARRAY['built-in'::text, 'nsesss'::text, 'mail'::text])))
);

ALTER TABLE public.records_link ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.records_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.records_permit (
    category text NOT NULL,
    driver text NOT NULL,
    use text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    verified boolean DEFAULT false NOT NULL,
    CONSTRAINT records_permit_category_check CHECK ((category = ANY (ARRAY['63/1'::text, '63/2'::text]))),
    CONSTRAINT records_permit_check CHECK ((valid_to >= valid_from)),
    CONSTRAINT records_permit_driver_check CHECK ((driver = ANY (ARRAY['built-in'::text, 'nsesss'::text, 'mail'::text]))),
    CONSTRAINT records_permit_use_check CHECK ((use = ANY (ARRAY['full'::text, 'evidence'::text])))
);

CREATE TABLE public.records_target (
    target text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    opened_at timestamp with time zone,
    probe_at timestamp with time zone,
    credits integer DEFAULT 0 NOT NULL,
    good integer DEFAULT 0 NOT NULL,
    good_at timestamp with time zone
);

CREATE TABLE public.register (
    office_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    ended_at timestamp with time zone,
    ended_by text DEFAULT ''::text NOT NULL,
    CONSTRAINT register_code_check CHECK (((code ~ '^[a-z][a-z0-9-]{0,30}$'::text) AND (code <> ALL (ARRAY['denik'::text, 'deska'::text])))),
    CONSTRAINT register_name_check CHECK ((name <> ''::text))
);

CREATE TABLE public.register_agenda (
    office_id integer NOT NULL,
    agenda text NOT NULL,
    register text NOT NULL
);

CREATE TABLE public.saved_filter (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    account_id bigint NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT saved_filter_name_check CHECK ((name <> ''::text))
);

ALTER TABLE public.saved_filter ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.saved_filter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.schedule (
    kind text NOT NULL,
    every text NOT NULL,
    next_at timestamp with time zone NOT NULL
);

CREATE TABLE public.scheme (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    name text NOT NULL,
    separator text DEFAULT '.'::text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    verified boolean DEFAULT false NOT NULL,
    approval text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT scheme_check CHECK ((valid_to >= (valid_from - 1))),
    CONSTRAINT scheme_check1 CHECK (((NOT verified) OR (approval <> ''::text))),
    CONSTRAINT scheme_name_check CHECK ((name <> ''::text)),
    CONSTRAINT scheme_separator_check CHECK ((separator = ANY (ARRAY['.'::text, '-'::text, '–'::text, '/'::text, ' '::text])))
);

CREATE TABLE public.scheme_class (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    scheme_id bigint NOT NULL,
    parent_id bigint,
    ordinal integer NOT NULL,
    simple text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    sign text,
    retention integer,
    trigger_event text DEFAULT ''::text NOT NULL,
    check_years integer,
    justification text DEFAULT ''::text NOT NULL,
    typed boolean DEFAULT false NOT NULL,
    keeping text DEFAULT ''::text NOT NULL,
    standing boolean DEFAULT false NOT NULL,
    CONSTRAINT scheme_class_check CHECK ((((sign IS NULL) = (retention IS NULL)) AND ((sign IS NULL) = (trigger_event = ''::text)))),
    CONSTRAINT scheme_class_check_years_check CHECK (((check_years >= 0) AND (check_years <= 999))),
    CONSTRAINT scheme_class_code_check CHECK (((code <> ''::text) AND (length(code) <= 255))),
    CONSTRAINT scheme_class_keeping_check CHECK ((keeping = ANY (ARRAY[''::text, 'Priorace'::text, 'SbernyArch'::text]))),
    CONSTRAINT scheme_class_name_check CHECK ((name <> ''::text)),
    CONSTRAINT scheme_class_retention_check CHECK (((retention >= 0) AND (retention <= 999))),
    CONSTRAINT scheme_class_sign_check CHECK ((sign = ANY (ARRAY['A'::text, 'S'::text, 'V'::text]))),
    CONSTRAINT scheme_class_simple_check CHECK (((simple <> ''::text) AND (length(simple) <= 50))),
    CONSTRAINT scheme_class_trigger_event_check CHECK ((trigger_event = ANY (ARRAY[''::text, 'handled'::text, 'closed'::text, 'opened'::text, 'born'::text, 'external'::text])))
);

ALTER TABLE public.scheme_class ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scheme_class_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.scheme ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.scheme_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    account_id bigint NOT NULL,
    office_id integer,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ip text NOT NULL,
    agent text NOT NULL,
    revoked_at timestamp with time zone
);

CREATE TABLE public.signature (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    submission_id bigint NOT NULL,
    document_id bigint,
    at timestamp with time zone NOT NULL,
    by text NOT NULL,
    way text NOT NULL,
    result text NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    signer text DEFAULT ''::text NOT NULL,
    issuer text DEFAULT ''::text NOT NULL,
    serial text DEFAULT ''::text NOT NULL,
    signed_at timestamp with time zone,
    stamped boolean DEFAULT false NOT NULL,
    original text DEFAULT ''::text NOT NULL,
    counter text DEFAULT ''::text NOT NULL,
    id_kind text DEFAULT ''::text NOT NULL,
    id_last text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT signature_check CHECK (((way = 'counter'::text) = (id_kind <> ''::text))),
    CONSTRAINT signature_check1 CHECK (((id_kind = ''::text) = (id_last = ''::text))),
    CONSTRAINT signature_id_kind_check CHECK ((id_kind = ANY (ARRAY[''::text, 'op'::text, 'pas'::text, 'pobyt'::text, 'ridicsky'::text]))),
    CONSTRAINT signature_id_last_check CHECK ((id_last ~ '^([0-9A-Z]{3})?$'::text)),
    CONSTRAINT signature_result_check CHECK ((result = ANY (ARRAY['valid'::text, 'invalid'::text, 'unknown'::text]))),
    CONSTRAINT signature_way_check CHECK ((way = ANY (ARRAY['pdf'::text, 'counter'::text, 'letter'::text, 'databox'::text, 'email'::text, 'identity'::text])))
);

ALTER TABLE public.signature ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.signature_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.signing_paper (
    office_id integer NOT NULL,
    submission_id bigint NOT NULL,
    sha256 text NOT NULL,
    size bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);

CREATE UNLOGGED TABLE public.stage_address (
    code integer NOT NULL,
    place integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    orientation integer,
    letter text NOT NULL,
    zip integer NOT NULL,
    y_cm integer,
    x_cm integer,
    valid_from date NOT NULL
);

CREATE UNLOGGED TABLE public.stage_diff (
    code integer NOT NULL,
    sign text NOT NULL,
    municipality_code integer NOT NULL
);

CREATE UNLOGGED TABLE public.stage_place (
    n integer NOT NULL,
    municipality_code integer NOT NULL,
    municipality_name text NOT NULL,
    momc_code integer NOT NULL,
    momc_name text NOT NULL,
    mop_code integer NOT NULL,
    mop_name text NOT NULL,
    part_code integer NOT NULL,
    part_name text NOT NULL,
    street_code integer NOT NULL,
    street_name text NOT NULL,
    place_id integer
);

CREATE UNLOGGED TABLE public.stage_scope (
    code integer NOT NULL,
    state date NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.store_box (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    label text NOT NULL,
    place text NOT NULL,
    full_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT store_box_label_check CHECK (((label <> ''::text) AND (length(label) <= 100)))
);

ALTER TABLE public.store_box ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.store_box_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.store_handover (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    year integer NOT NULL,
    no bigint NOT NULL,
    given_at timestamp with time zone NOT NULL,
    given_by text NOT NULL,
    giver text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    taken_at timestamp with time zone,
    taken_by text,
    taker text DEFAULT ''::text NOT NULL,
    CONSTRAINT store_handover_check CHECK (((taken_at IS NULL) = (taken_by IS NULL)))
);

CREATE TABLE public.store_handover_case (
    office_id integer NOT NULL,
    handover_id bigint NOT NULL,
    case_id bigint NOT NULL,
    returned text DEFAULT ''::text NOT NULL
);

ALTER TABLE public.store_handover ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.store_handover_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.submission (
    office_id integer NOT NULL,
    id bigint NOT NULL,
    reference text NOT NULL,
    form_code text NOT NULL,
    form_version integer NOT NULL,
    lang text NOT NULL,
    answers jsonb NOT NULL,
    routing jsonb NOT NULL,
    party text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    case_id bigint NOT NULL,
    document_id bigint NOT NULL,
    delivered_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    confirm_by date,
    confirmed_at timestamp with time zone,
    from_office integer,
    from_id bigint,
    to_office integer,
    to_id bigint
);
ALTER TABLE ONLY public.submission ALTER COLUMN answers SET COMPRESSION lz4;
ALTER TABLE ONLY public.submission ALTER COLUMN routing SET COMPRESSION lz4;

CREATE TABLE public.submission_event (
    office_id integer NOT NULL,
    submission_id bigint NOT NULL,
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE public.submission_event ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.submission_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.submission ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.submission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.territory_import (
    id integer NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    report jsonb NOT NULL
);

ALTER TABLE public.territory_import ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.territory_import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.territory_state (
    dataset text NOT NULL,
    scope integer NOT NULL,
    first_on date NOT NULL,
    state_on date NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    source text NOT NULL
);

CREATE TABLE public.told_news (
    subscription_id bigint NOT NULL,
    office_id integer NOT NULL,
    posting_id bigint NOT NULL,
    found_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone
);

CREATE TABLE public.told_subscription (
    id bigint NOT NULL,
    email public.citext NOT NULL,
    lang text NOT NULL,
    offices integer[] NOT NULL,
    kinds text[] NOT NULL,
    places integer[] NOT NULL,
    words text NOT NULL,
    wanted tsquery,
    daily boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    CONSTRAINT told_subscription_check CHECK (((expires_at IS NULL) = (confirmed_at IS NOT NULL))),
    CONSTRAINT told_subscription_check1 CHECK (((offices <> '{}'::integer[]) AND (kinds <> '{}'::text[]) AND (places <> '{}'::integer[])))
);

ALTER TABLE public.told_subscription ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.told_subscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.unit (
    office_id integer NOT NULL,
    id integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.warning (
    office_id integer NOT NULL,
    kind text NOT NULL,
    object_id bigint NOT NULL,
    step text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT warning_kind_check CHECK ((kind = ANY (ARRAY['unread'::text, 'term'::text])))
);

ALTER TABLE ONLY public.abbreviation
    ADD CONSTRAINT abbreviation_pkey PRIMARY KEY (office_id, register, from_year);

ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_email_key UNIQUE (email);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.address_past
    ADD CONSTRAINT address_past_pkey PRIMARY KEY (code, valid_to);

ALTER TABLE ONLY public.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.address_place
    ADD CONSTRAINT address_place_municipality_code_part_code_street_code_momc__key UNIQUE (municipality_code, part_code, street_code, momc_code, mop_code, municipality_name, part_name, street_name, momc_name, mop_name);

ALTER TABLE ONLY public.address_place
    ADD CONSTRAINT address_place_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.agenda_class
    ADD CONSTRAINT agenda_class_pkey PRIMARY KEY (office_id, agenda);

ALTER TABLE ONLY public.agenda_deadline
    ADD CONSTRAINT agenda_deadline_pkey PRIMARY KEY (agenda_code, kind, valid_from);

ALTER TABLE ONLY public.agenda_document
    ADD CONSTRAINT agenda_document_pkey PRIMARY KEY (agenda_code, "position", valid_from);

ALTER TABLE ONLY public.agenda_fee
    ADD CONSTRAINT agenda_fee_pkey PRIMARY KEY (agenda_code, "position", valid_from);

ALTER TABLE ONLY public.agenda
    ADD CONSTRAINT agenda_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.agenda_rule
    ADD CONSTRAINT agenda_rule_pkey PRIMARY KEY (agenda, valid_from);

ALTER TABLE ONLY public.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (kind, code, valid_from);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (office_id, seq);

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.board_check
    ADD CONSTRAINT board_check_pkey PRIMARY KEY (office_id, at);

ALTER TABLE ONLY public.board_contract
    ADD CONSTRAINT board_contract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.board_hook
    ADD CONSTRAINT board_hook_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.board_item
    ADD CONSTRAINT board_item_pkey PRIMARY KEY (office_id, posting_id);

ALTER TABLE ONLY public.board_outage
    ADD CONSTRAINT board_outage_pkey PRIMARY KEY (office_id, from_at);

ALTER TABLE ONLY public.board_probe
    ADD CONSTRAINT board_probe_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.board_source
    ADD CONSTRAINT board_source_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.book
    ADD CONSTRAINT book_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_mark_office_id_key UNIQUE (mark, office_id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_no_year_series_office_id_key UNIQUE (no, year, series, office_id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.case_link
    ADD CONSTRAINT case_link_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.clock_pause
    ADD CONSTRAINT clock_pause_pkey PRIMARY KEY (office_id, case_id, from_on);

ALTER TABLE ONLY public.competence
    ADD CONSTRAINT competence_agenda_code_area_kind_area_code_road_class_role__key UNIQUE (agenda_code, area_kind, area_code, road_class, role, valid_from);

ALTER TABLE ONLY public.competence
    ADD CONSTRAINT competence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.competence_proposal
    ADD CONSTRAINT competence_proposal_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.completion_request
    ADD CONSTRAINT completion_request_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.component
    ADD CONSTRAINT component_pkey PRIMARY KEY (office_id, document_id, ordinal);

ALTER TABLE ONLY public.component_text
    ADD CONSTRAINT component_text_pkey PRIMARY KEY (office_id, document_id, ordinal);

ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (office_id, series, year);

ALTER TABLE ONLY public.deadline_rule
    ADD CONSTRAINT deadline_rule_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.destroyed_file
    ADD CONSTRAINT destroyed_file_pkey PRIMARY KEY (office_id, disposal_id, sha256);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_document_id_party_id_to_office_way_attempt_office__key UNIQUE NULLS NOT DISTINCT (document_id, party_id, to_office, way, attempt, office_id);

ALTER TABLE ONLY public.dispatch_event
    ADD CONSTRAINT dispatch_event_dispatch_id_key_office_id_key UNIQUE (dispatch_id, key, office_id);

ALTER TABLE ONLY public.dispatch_event
    ADD CONSTRAINT dispatch_event_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_post_no_office_id_key UNIQUE (post_no, office_id);

ALTER TABLE ONLY public.dispatch_post
    ADD CONSTRAINT dispatch_post_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.dispatch_sheet
    ADD CONSTRAINT dispatch_sheet_pkey PRIMARY KEY (office_id, year, no);

ALTER TABLE ONLY public.disposal
    ADD CONSTRAINT disposal_case_id_office_id_key UNIQUE (case_id, office_id);

ALTER TABLE ONLY public.disposal_item
    ADD CONSTRAINT disposal_item_pkey PRIMARY KEY (office_id, disposal_id, case_id);

ALTER TABLE ONLY public.disposal
    ADD CONSTRAINT disposal_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_case_id_ordinal_office_id_key UNIQUE (case_id, ordinal, office_id);

ALTER TABLE ONLY public.document_party
    ADD CONSTRAINT document_party_pkey PRIMARY KEY (office_id, document_id, party_id, role);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_reference_number_office_id_key UNIQUE (reference_number, office_id);

ALTER TABLE ONLY public.draft_file
    ADD CONSTRAINT draft_file_pkey PRIMARY KEY (draft_id, id);

ALTER TABLE ONLY public.draft_passing
    ADD CONSTRAINT draft_passing_code_hash_key UNIQUE (code_hash);

ALTER TABLE ONLY public.draft_passing
    ADD CONSTRAINT draft_passing_pkey PRIMARY KEY (draft_id);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draft_revision
    ADD CONSTRAINT draft_revision_pkey PRIMARY KEY (draft_id, revision);

ALTER TABLE ONLY public.draft
    ADD CONSTRAINT draft_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.evidence_head
    ADD CONSTRAINT evidence_head_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.evidence_seal
    ADD CONSTRAINT evidence_seal_pkey PRIMARY KEY (office_id, seq);

ALTER TABLE ONLY public.find_row
    ADD CONSTRAINT find_row_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.form_arrival
    ADD CONSTRAINT form_arrival_pkey PRIMARY KEY (sha256);

ALTER TABLE ONLY public.form_draft
    ADD CONSTRAINT form_draft_pkey PRIMARY KEY (code, revision);

ALTER TABLE ONLY public.form_parameter
    ADD CONSTRAINT form_parameter_pkey PRIMARY KEY (office_id, code, name, valid_from);

ALTER TABLE ONLY public.form_publisher
    ADD CONSTRAINT form_publisher_pkey PRIMARY KEY (fingerprint);

ALTER TABLE ONLY public.form_use
    ADD CONSTRAINT form_use_pkey PRIMARY KEY (office_id, code);

ALTER TABLE ONLY public.form_version
    ADD CONSTRAINT form_version_pkey PRIMARY KEY (code, version);

ALTER TABLE ONLY public.form_withdrawal
    ADD CONSTRAINT form_withdrawal_pkey PRIMARY KEY (code, version);

ALTER TABLE ONLY public.handling_setting
    ADD CONSTRAINT handling_setting_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.holiday
    ADD CONSTRAINT holiday_pkey PRIMARY KEY (name, valid_from);

ALTER TABLE ONLY public.hook_call
    ADD CONSTRAINT hook_call_hook_id_about_office_id_key UNIQUE (hook_id, about, office_id);

ALTER TABLE ONLY public.hook_call
    ADD CONSTRAINT hook_call_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.intake_key
    ADD CONSTRAINT intake_key_pkey PRIMARY KEY (key, office_id);

ALTER TABLE ONLY public.intake_refusal
    ADD CONSTRAINT intake_refusal_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.lending
    ADD CONSTRAINT lending_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.letter_revision
    ADD CONSTRAINT letter_revision_pkey PRIMARY KEY (office_id, letter_id, revision);

ALTER TABLE ONLY public.letter_template
    ADD CONSTRAINT letter_template_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.loan
    ADD CONSTRAINT loan_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.log_day
    ADD CONSTRAINT log_day_document_id_office_id_key UNIQUE (document_id, office_id);

ALTER TABLE ONLY public.log_day
    ADD CONSTRAINT log_day_pkey PRIMARY KEY (office_id, day);

ALTER TABLE ONLY public.login_link
    ADD CONSTRAINT login_link_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT mail_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT mail_message_uniq_key UNIQUE (uniq);

ALTER TABLE ONLY public.mailroom
    ADD CONSTRAINT mailroom_pkey PRIMARY KEY (office_id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (office_id, account_id, role);

ALTER TABLE ONLY public.move_case
    ADD CONSTRAINT move_case_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.move_row
    ADD CONSTRAINT move_row_pkey PRIMARY KEY (package, name, n);

ALTER TABLE ONLY public.municipality
    ADD CONSTRAINT municipality_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.number_mask
    ADD CONSTRAINT number_mask_pkey PRIMARY KEY (office_id, series, from_year);

ALTER TABLE ONLY public.office_hours
    ADD CONSTRAINT office_hours_pkey PRIMARY KEY (office_id, weekday, opens);

ALTER TABLE ONLY public.office_letter_template
    ADD CONSTRAINT office_letter_template_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.office
    ADD CONSTRAINT office_municipality_code_key UNIQUE (municipality_code);

ALTER TABLE ONLY public.office_origin
    ADD CONSTRAINT office_origin_pkey PRIMARY KEY (office_id, seq_to);

ALTER TABLE ONLY public.office
    ADD CONSTRAINT office_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.office
    ADD CONSTRAINT office_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.offline_item
    ADD CONSTRAINT offline_item_pkey PRIMARY KEY (key_hash);

ALTER TABLE ONLY public.party_merge
    ADD CONSTRAINT party_merge_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.post_service
    ADD CONSTRAINT post_service_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.posting_clause
    ADD CONSTRAINT posting_clause_pkey PRIMARY KEY (office_id, posting_id);

ALTER TABLE ONLY public.posting_evidence
    ADD CONSTRAINT posting_evidence_pkey PRIMARY KEY (office_id, seq);

ALTER TABLE ONLY public.posting_feed
    ADD CONSTRAINT posting_feed_pkey PRIMARY KEY (office_id, posting_id);

ALTER TABLE ONLY public.posting_file
    ADD CONSTRAINT posting_file_pkey PRIMARY KEY (office_id, posting_id, revision, ordinal);

ALTER TABLE ONLY public.posting_kind
    ADD CONSTRAINT posting_kind_pkey PRIMARY KEY (code, valid_from);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_no_year_office_id_key UNIQUE (no, year, office_id);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.posting_preview
    ADD CONSTRAINT posting_preview_pkey PRIMARY KEY (office_id, sha256);

ALTER TABLE ONLY public.posting_revision
    ADD CONSTRAINT posting_revision_pkey PRIMARY KEY (office_id, posting_id, revision);

ALTER TABLE ONLY public.posting_source
    ADD CONSTRAINT posting_source_key_nth_office_id_key UNIQUE (key, nth, office_id);

ALTER TABLE ONLY public.posting_source
    ADD CONSTRAINT posting_source_pkey PRIMARY KEY (office_id, posting_id);

ALTER TABLE ONLY public.rate_limit
    ADD CONSTRAINT rate_limit_pkey PRIMARY KEY (key, window_at);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_case_id_office_id_key UNIQUE (case_id, office_id);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_key_office_id_key UNIQUE (key, office_id);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.records_handover_step
    ADD CONSTRAINT records_handover_step_handover_id_kind_key_office_id_key UNIQUE (handover_id, kind, key, office_id);

ALTER TABLE ONLY public.records_handover_step
    ADD CONSTRAINT records_handover_step_pkey PRIMARY KEY (office_id, handover_id, ordinal);

ALTER TABLE ONLY public.records_link
    ADD CONSTRAINT records_link_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.records_permit
    ADD CONSTRAINT records_permit_pkey PRIMARY KEY (category, driver, valid_from);

ALTER TABLE ONLY public.records_target
    ADD CONSTRAINT records_target_pkey PRIMARY KEY (target);

ALTER TABLE ONLY public.register_agenda
    ADD CONSTRAINT register_agenda_pkey PRIMARY KEY (office_id, agenda);

ALTER TABLE ONLY public.register
    ADD CONSTRAINT register_pkey PRIMARY KEY (office_id, code);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_account_id_name_office_id_key UNIQUE (account_id, name, office_id);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (kind);

ALTER TABLE ONLY public.scheme_class
    ADD CONSTRAINT scheme_class_code_scheme_id_office_id_key UNIQUE (code, scheme_id, office_id);

ALTER TABLE ONLY public.scheme_class
    ADD CONSTRAINT scheme_class_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_id_key UNIQUE (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.signing_paper
    ADD CONSTRAINT signing_paper_pkey PRIMARY KEY (office_id, submission_id, sha256);

ALTER TABLE ONLY public.stage_scope
    ADD CONSTRAINT stage_scope_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.store_box
    ADD CONSTRAINT store_box_label_office_id_key UNIQUE (label, office_id);

ALTER TABLE ONLY public.store_box
    ADD CONSTRAINT store_box_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.store_handover_case
    ADD CONSTRAINT store_handover_case_pkey PRIMARY KEY (office_id, handover_id, case_id);

ALTER TABLE ONLY public.store_handover
    ADD CONSTRAINT store_handover_no_year_office_id_key UNIQUE (no, year, office_id);

ALTER TABLE ONLY public.store_handover
    ADD CONSTRAINT store_handover_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_case_id_office_id_key UNIQUE (case_id, office_id);

ALTER TABLE ONLY public.submission_event
    ADD CONSTRAINT submission_event_pkey PRIMARY KEY (office_id, submission_id, id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.territory_import
    ADD CONSTRAINT territory_import_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.territory_state
    ADD CONSTRAINT territory_state_pkey PRIMARY KEY (dataset, scope);

ALTER TABLE ONLY public.told_news
    ADD CONSTRAINT told_news_pkey PRIMARY KEY (subscription_id, office_id, posting_id);

ALTER TABLE ONLY public.told_subscription
    ADD CONSTRAINT told_subscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_pkey PRIMARY KEY (office_id, id);

ALTER TABLE ONLY public.warning
    ADD CONSTRAINT warning_pkey PRIMARY KEY (office_id, kind, object_id, step);

CREATE INDEX absence_cover ON public.absence USING btree (cover_id, office_id) WHERE (ended_at IS NULL);

CREATE INDEX address_place_number ON public.address USING btree (place_id, number);

CREATE INDEX address_place_part ON public.address_place USING btree (part_code);

CREATE INDEX address_place_size ON public.address_place USING btree (size DESC, id) WHERE live;

CREATE INDEX address_place_words ON public.address_place USING gin (words) WITH (fastupdate=off) WHERE live;

CREATE UNIQUE INDEX area_valid ON public.area USING btree (kind, code) WHERE (valid_to IS NULL);

CREATE INDEX audit_object ON public.audit_event USING btree (office_id, object_type, object_id);

CREATE INDEX board_contract_publisher ON public.board_contract USING btree (publisher_id);

CREATE INDEX board_contract_served ON public.board_contract USING btree (served_id);

CREATE INDEX board_item_archive ON public.board_item USING btree (class, posted_at, office_id, posting_id) WHERE (removed_at IS NOT NULL);

CREATE INDEX board_item_current ON public.board_item USING btree (class, posted_at, office_id, posting_id) WHERE (removed_at IS NULL);

CREATE INDEX board_item_event ON public.board_item USING btree (event_at) WHERE (event_at IS NOT NULL);

CREATE INDEX board_item_here ON public.board_item USING btree (office_id, class, posted_at, posting_id) WHERE (removed_at IS NULL);

CREATE INDEX board_item_office ON public.board_item USING btree (office_id, posted_at DESC, posting_id DESC);

CREATE INDEX board_item_past ON public.board_item USING btree (office_id, class, posted_at, posting_id) WHERE (removed_at IS NOT NULL);

CREATE INDEX board_item_until ON public.board_item USING btree (until_on) WHERE ((until_on IS NOT NULL) AND (removed_at IS NULL) AND (class = 'notice'::text));

CREATE INDEX board_item_words ON public.board_item USING gin (words) WITH (fastupdate=off);

CREATE INDEX case_class ON public.case_file USING btree (class_id, office_id) WHERE (class_id IS NOT NULL);

CREATE INDEX case_clerk ON public.case_file USING btree (office_id, clerk_id, due_on, id) WHERE ((handled_at IS NULL) AND (clerk_id IS NOT NULL));

CREATE INDEX case_closed ON public.case_file USING btree (office_id, closed_at, id) WHERE ((closed_at IS NOT NULL) AND (disposed_at IS NULL));

CREATE INDEX case_fresh ON public.case_file USING btree (office_id, id) WHERE ((assigned_at IS NULL) AND (handled_at IS NULL));

CREATE INDEX case_joined ON public.case_file USING btree (joined_to, office_id) WHERE (joined_to IS NOT NULL);

CREATE UNIQUE INDEX case_link_once ON public.case_link USING btree (case_id, to_id, office_id) WHERE (ended_at IS NULL);

CREATE INDEX case_link_to ON public.case_link USING btree (to_id, office_id) WHERE (ended_at IS NULL);

CREATE INDEX case_open ON public.case_file USING btree (office_id, due_on, id) WHERE (handled_at IS NULL);

CREATE INDEX case_parent ON public.case_file USING btree (parent_id, office_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX case_to_close ON public.case_file USING btree (office_id, handled_at, id) WHERE ((handled_at IS NOT NULL) AND (closed_at IS NULL));

CREATE INDEX competence_proposal_open ON public.competence_proposal USING btree (checking_office_id) WHERE (decided_at IS NULL);

CREATE UNIQUE INDEX completion_open ON public.completion_request USING btree (office_id, submission_id) WHERE ((answered_at IS NULL) AND (withdrawn_at IS NULL));

CREATE INDEX component_hash ON public.component USING btree (sha256);

CREATE INDEX dispatch_event_void ON public.dispatch_event USING btree (voids, office_id) WHERE (voids IS NOT NULL);

CREATE INDEX dispatch_instead ON public.dispatch USING btree (instead_of, office_id) WHERE (instead_of IS NOT NULL);

CREATE INDEX dispatch_made ON public.dispatch USING btree (office_id, made_at, id);

CREATE INDEX dispatch_sheet_of ON public.dispatch USING btree (sheet_year, sheet_no, office_id) WHERE (sheet_no IS NOT NULL);

CREATE INDEX disposal_item_case ON public.disposal_item USING btree (case_id, office_id);

CREATE INDEX document_barcode ON public.document USING btree (barcode, office_id) WHERE (barcode <> ''::text);

CREATE INDEX document_dispatched ON public.document USING btree ((((envelope ->> 'dispatch'::text))::bigint), office_id) WHERE (channel = 'office'::text);

CREATE INDEX document_filed ON public.document USING btree (filed_in, office_id) WHERE (filed_in IS NOT NULL);

CREATE INDEX document_foreign ON public.document USING btree (foreign_number, office_id) WHERE (foreign_number <> ''::text);

CREATE INDEX document_journal ON public.document USING btree (office_id, register, registered_at, id);

CREATE INDEX document_party_party ON public.document_party USING btree (party_id, office_id);

CREATE INDEX document_unsent ON public.document USING btree (office_id, id) WHERE ((direction = 'out'::text) AND (sent_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX draft_expiry ON public.draft USING btree (expires_at);

CREATE INDEX find_case ON public.find_row USING btree (case_id, office_id);

CREATE INDEX find_words ON public.find_row USING gin (words) WITH (gin_pending_list_limit='512');

CREATE INDEX handover_batch ON public.handover USING btree (batch, office_id) WHERE (batch <> ''::text);

CREATE INDEX handover_case ON public.handover USING btree (office_id, case_id, id);

CREATE INDEX handover_case_case ON public.store_handover_case USING btree (case_id, office_id);

CREATE INDEX handover_due ON public.records_handover USING btree (next_at) WHERE ((next_at IS NOT NULL) AND (stopped_at IS NULL));

CREATE INDEX handover_mine ON public.handover USING btree (to_clerk, office_id) WHERE ((accepted_at IS NULL) AND (refused_at IS NULL) AND (withdrawn_at IS NULL));

CREATE UNIQUE INDEX handover_open ON public.handover USING btree (case_id, office_id) WHERE ((accepted_at IS NULL) AND (refused_at IS NULL) AND (withdrawn_at IS NULL));

CREATE INDEX handover_trouble ON public.records_handover USING btree (office_id, trouble_since) WHERE ((trouble <> ''::text) OR (receipt_at IS NULL));

CREATE INDEX hook_call_latest ON public.hook_call USING btree (office_id, hook_id, id DESC);

CREATE INDEX intake_key_document ON public.intake_key USING btree (document_id, office_id);

CREATE INDEX job_failed ON public.job USING btree (failed_at) WHERE ((failed_at IS NOT NULL) AND (done_at IS NULL));

CREATE INDEX job_ready ON public.job USING btree (priority, run_at, id) WHERE ((done_at IS NULL) AND (failed_at IS NULL));

CREATE UNIQUE INDEX job_uniq ON public.job USING btree (kind, uniq) WHERE ((uniq IS NOT NULL) AND (done_at IS NULL) AND (failed_at IS NULL));

CREATE UNIQUE INDEX kiosk_pair ON public.kiosk USING btree (pair_hash, office_id) WHERE (pair_hash IS NOT NULL);

CREATE UNIQUE INDEX kiosk_token ON public.kiosk USING btree (token_hash, office_id) WHERE (token_hash IS NOT NULL);

CREATE INDEX lending_from ON public.lending USING btree (clerk_office_id, id);

CREATE UNIQUE INDEX lending_open ON public.lending USING btree (account_id, office_id) WHERE (ended_at IS NULL);

CREATE INDEX letter_case ON public.letter USING btree (office_id, case_id, id);

CREATE INDEX letter_document ON public.letter USING btree (document_id, office_id) WHERE (document_id IS NOT NULL);

CREATE INDEX letter_open ON public.letter USING btree (office_id, changed_at) WHERE ((approved_at IS NULL) AND (dropped_at IS NULL));

CREATE INDEX loan_due ON public.loan USING btree (office_id, due_on, id) WHERE (returned_at IS NULL);

CREATE UNIQUE INDEX loan_open ON public.loan USING btree (case_id, office_id) WHERE (returned_at IS NULL);

CREATE INDEX mail_topic ON public.mail_message USING btree (topic) WHERE (topic <> ''::text);

CREATE INDEX mail_unsent ON public.mail_message USING btree (id) WHERE (sent_at IS NULL);

CREATE INDEX membership_account ON public.membership USING btree (account_id);

CREATE UNIQUE INDEX municipality_valid ON public.municipality USING btree (code) WHERE (valid_to IS NULL);

CREATE UNIQUE INDEX office_abbreviation ON public.office USING btree (abbreviation) WHERE (abbreviation <> ''::text);

CREATE UNIQUE INDEX office_letter_template_present ON public.office_letter_template USING btree (code, office_id) WHERE (ended_at IS NULL);

CREATE INDEX office_region ON public.office USING btree (region_code);

CREATE INDEX offline_item_reference ON public.offline_item USING btree (reference) WHERE (reference IS NOT NULL);

CREATE INDEX party_box ON public.party USING btree (data_box, office_id) WHERE (data_box <> ''::text);

CREATE INDEX party_email ON public.party USING btree (lower(email), office_id) WHERE (email <> ''::text);

CREATE INDEX party_ico ON public.party USING btree (ico, office_id) WHERE (ico <> ''::text);

CREATE INDEX party_merge_gone ON public.party_merge USING btree (gone_id, office_id);

CREATE INDEX party_merge_kept ON public.party_merge USING btree (kept_id, office_id);

CREATE INDEX party_merged ON public.party USING btree (merged_into, office_id) WHERE (merged_into IS NOT NULL);

CREATE INDEX party_name ON public.party USING gin (public.plain(name) public.gin_trgm_ops);

CREATE INDEX party_plain ON public.party USING btree (public.plain(name), office_id) WHERE (merged_into IS NULL);

CREATE INDEX party_unidentified ON public.party USING btree (id, office_id) WHERE ((NOT identified) AND (merged_into IS NULL));

CREATE INDEX posting_clause_hash ON public.posting_clause USING btree (sha256);

CREATE INDEX posting_document ON public.posting USING btree (office_id, document_id) WHERE (document_id IS NOT NULL);

CREATE INDEX posting_evidence_checks ON public.posting_evidence USING btree (office_id, seq) WHERE (kind = 'checks'::text);

CREATE INDEX posting_evidence_posting ON public.posting_evidence USING btree (office_id, posting_id) WHERE (posting_id IS NOT NULL);

CREATE INDEX posting_feed_faults ON public.posting_feed USING btree (office_id, posting_id) WHERE (faults <> '[]'::jsonb);

CREATE INDEX posting_file_hash ON public.posting_file USING btree (sha256) WHERE (sha256 <> ''::text);

CREATE INDEX posting_hanging ON public.posting USING btree (office_id, until_on) WHERE ((posted_at IS NOT NULL) AND (removed_at IS NULL));

CREATE UNIQUE INDEX posting_iri ON public.posting USING btree (iri, office_id) WHERE (iri <> ''::text);

CREATE INDEX posting_waiting ON public.posting USING btree (office_id, post_at) WHERE ((posted_at IS NULL) AND (cancelled_at IS NULL));

CREATE INDEX scheme_class_parent ON public.scheme_class USING btree (parent_id, office_id);

CREATE INDEX scheme_class_scheme ON public.scheme_class USING btree (scheme_id, ordinal, office_id);

CREATE UNIQUE INDEX scheme_current ON public.scheme USING btree (office_id) WHERE (valid_to IS NULL);

CREATE INDEX session_account ON public.session USING btree (account_id);

CREATE INDEX signature_submission ON public.signature USING btree (office_id, submission_id, id);

CREATE UNIQUE INDEX submission_place ON public.submission USING btree (reference) WHERE (to_office IS NULL);

CREATE INDEX submission_referred ON public.submission USING btree (office_id, to_id) WHERE (to_office IS NOT NULL);

CREATE INDEX told_digest ON public.told_news USING btree (subscription_id, found_at) WHERE (told_at IS NULL);

CREATE INDEX told_done ON public.told_news USING btree (told_at) WHERE (told_at IS NOT NULL);

CREATE INDEX told_email ON public.told_subscription USING btree (email);

CREATE INDEX told_expires ON public.told_subscription USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX told_untold ON public.told_news USING btree (office_id, posting_id, subscription_id) WHERE (told_at IS NULL);

CREATE INDEX told_wanted ON public.told_subscription USING gin (offices, kinds, places) WHERE (confirmed_at IS NOT NULL);

CREATE TRIGGER audit_append_only BEFORE DELETE OR UPDATE ON public.audit_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER case_file_closed BEFORE UPDATE ON public.case_file FOR EACH ROW WHEN ((old.closed_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_closed_case();

CREATE TRIGGER case_file_kept BEFORE DELETE ON public.case_file FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER check_kept BEFORE DELETE OR UPDATE ON public.board_check FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER clause_kept BEFORE DELETE OR UPDATE ON public.posting_clause FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER component_into_closed BEFORE INSERT ON public.component FOR EACH ROW EXECUTE FUNCTION public.refuse_closed_component();

CREATE TRIGGER counter_closed BEFORE UPDATE ON public.counter FOR EACH ROW WHEN (((old.closed_at IS NOT NULL) AND (new.last_no <> old.last_no))) EXECUTE FUNCTION public.refuse_closed_year();

CREATE TRIGGER dispatch_event_kept BEFORE DELETE OR UPDATE ON public.dispatch_event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER dispatch_kept BEFORE DELETE ON public.dispatch FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER document_closed BEFORE UPDATE ON public.document FOR EACH ROW EXECUTE FUNCTION public.refuse_closed_document();

CREATE TRIGGER document_kept BEFORE DELETE ON public.document FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER evidence_kept BEFORE DELETE OR UPDATE ON public.posting_evidence FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER evidence_never_emptied BEFORE TRUNCATE ON public.posting_evidence FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER file_kept BEFORE DELETE OR UPDATE ON public.posting_file FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER find_changed AFTER UPDATE ON public.case_file REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_changed AFTER UPDATE ON public.document REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_changed AFTER UPDATE ON public.party REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_gone AFTER DELETE ON public.document_party REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_new AFTER INSERT ON public.component_text REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_new AFTER INSERT ON public.document REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER find_new AFTER INSERT ON public.document_party REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.find_note();

CREATE TRIGGER forget_signatures AFTER UPDATE OF answers ON public.submission FOR EACH ROW WHEN (((new.answers = '{}'::jsonb) AND (old.answers <> '{}'::jsonb))) EXECUTE FUNCTION public.forget_signatures();

CREATE TRIGGER handover_kept BEFORE DELETE ON public.handover FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER job_wake AFTER INSERT ON public.job FOR EACH STATEMENT EXECUTE FUNCTION public.job_wake();

CREATE TRIGGER keeps BEFORE DELETE OR UPDATE ON public.records_handover FOR EACH ROW EXECUTE FUNCTION public.handover_keeps();

CREATE TRIGGER keeps BEFORE DELETE OR UPDATE ON public.records_handover_step FOR EACH ROW EXECUTE FUNCTION public.handover_keeps();

CREATE TRIGGER kiosk_kept BEFORE DELETE ON public.kiosk FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER lending_kept BEFORE DELETE ON public.lending FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER lending_limits BEFORE UPDATE OF clerk_id ON public.case_file FOR EACH ROW WHEN (((new.clerk_id IS NOT NULL) AND (new.clerk_id IS DISTINCT FROM old.clerk_id))) EXECUTE FUNCTION public.lending_limits();

CREATE TRIGGER letter_kept BEFORE DELETE ON public.letter FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER log_day_kept BEFORE DELETE OR UPDATE ON public.log_day FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON public.case_file FOR EACH ROW EXECUTE FUNCTION public.refuse_moved();

CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON public.counter FOR EACH ROW EXECUTE FUNCTION public.refuse_moved();

CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON public.document FOR EACH ROW EXECUTE FUNCTION public.refuse_moved();

CREATE TRIGGER moved BEFORE INSERT OR UPDATE ON public.posting FOR EACH ROW EXECUTE FUNCTION public.refuse_moved();

CREATE TRIGGER moved_case BEFORE UPDATE ON public.case_file FOR EACH ROW WHEN ((old.moved_at IS NOT NULL)) EXECUTE FUNCTION public.refuse_moved_case();

CREATE TRIGGER moved_case BEFORE UPDATE ON public.document FOR EACH ROW EXECUTE FUNCTION public.refuse_moved_document();

CREATE TRIGGER posting_kept BEFORE DELETE ON public.posting FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER revision_kept BEFORE DELETE OR UPDATE ON public.posting_revision FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER scheme_class_used BEFORE DELETE OR UPDATE ON public.scheme_class FOR EACH ROW EXECUTE FUNCTION public.refuse_used_class();

CREATE TRIGGER seal_kept BEFORE DELETE OR UPDATE ON public.evidence_seal FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

CREATE TRIGGER stays BEFORE DELETE OR UPDATE ON public.form_version FOR EACH ROW EXECUTE FUNCTION public.form_version_stays();

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.agenda FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('routing');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.agenda_deadline FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('routing');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.agenda_document FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('routing');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.agenda_fee FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('routing');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.area FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('territory');

CREATE TRIGGER tell AFTER INSERT OR UPDATE ON public.board_item FOR EACH ROW EXECUTE FUNCTION public.board_changed();

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.competence FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('routing');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.form_parameter FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('forms');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.form_use FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('forms');

CREATE TRIGGER tell AFTER INSERT ON public.form_version FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('forms');

CREATE TRIGGER tell AFTER INSERT ON public.form_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('forms');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.municipality FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('territory');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.office FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('office');

CREATE TRIGGER tell AFTER INSERT OR DELETE OR UPDATE ON public.office_hours FOR EACH STATEMENT EXECUTE FUNCTION public.tell_changed('office');

ALTER TABLE ONLY public.abbreviation
    ADD CONSTRAINT abbreviation_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_cover_id_fkey FOREIGN KEY (cover_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.agenda_class
    ADD CONSTRAINT agenda_class_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_check
    ADD CONSTRAINT board_check_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_contract
    ADD CONSTRAINT board_contract_publisher_id_fkey FOREIGN KEY (publisher_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_contract
    ADD CONSTRAINT board_contract_served_id_fkey FOREIGN KEY (served_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_hook
    ADD CONSTRAINT board_hook_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_item
    ADD CONSTRAINT board_item_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.board_outage
    ADD CONSTRAINT board_outage_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_probe
    ADD CONSTRAINT board_probe_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.board_source
    ADD CONSTRAINT board_source_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.book
    ADD CONSTRAINT book_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.book
    ADD CONSTRAINT book_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_clerk_id_fkey FOREIGN KEY (clerk_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_office_id_box_id_fkey FOREIGN KEY (office_id, box_id) REFERENCES public.store_box(office_id, id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_office_id_class_id_fkey FOREIGN KEY (office_id, class_id) REFERENCES public.scheme_class(office_id, id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_office_id_joined_to_fkey FOREIGN KEY (office_id, joined_to) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_office_id_parent_id_fkey FOREIGN KEY (office_id, parent_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.case_file
    ADD CONSTRAINT case_file_office_id_unit_id_fkey FOREIGN KEY (office_id, unit_id) REFERENCES public.unit(office_id, id);

ALTER TABLE ONLY public.case_link
    ADD CONSTRAINT case_link_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.case_link
    ADD CONSTRAINT case_link_office_id_to_id_fkey FOREIGN KEY (office_id, to_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.clock_pause
    ADD CONSTRAINT clock_pause_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.competence_proposal
    ADD CONSTRAINT competence_proposal_checking_office_id_fkey FOREIGN KEY (checking_office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.competence_proposal
    ADD CONSTRAINT competence_proposal_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.completion_request
    ADD CONSTRAINT completion_request_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.completion_request
    ADD CONSTRAINT completion_request_office_id_submission_id_fkey FOREIGN KEY (office_id, submission_id) REFERENCES public.submission(office_id, id);

ALTER TABLE ONLY public.component
    ADD CONSTRAINT component_office_id_destroyed_in_fkey FOREIGN KEY (office_id, destroyed_in) REFERENCES public.disposal(office_id, id);

ALTER TABLE ONLY public.component
    ADD CONSTRAINT component_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.component_text
    ADD CONSTRAINT component_text_office_id_document_id_ordinal_fkey FOREIGN KEY (office_id, document_id, ordinal) REFERENCES public.component(office_id, document_id, ordinal);

ALTER TABLE ONLY public.counter
    ADD CONSTRAINT counter_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.destroyed_file
    ADD CONSTRAINT destroyed_file_office_id_disposal_id_fkey FOREIGN KEY (office_id, disposal_id) REFERENCES public.disposal(office_id, id);

ALTER TABLE ONLY public.dispatch_event
    ADD CONSTRAINT dispatch_event_office_id_dispatch_id_fkey FOREIGN KEY (office_id, dispatch_id) REFERENCES public.dispatch(office_id, id);

ALTER TABLE ONLY public.dispatch_event
    ADD CONSTRAINT dispatch_event_office_id_voids_fkey FOREIGN KEY (office_id, voids) REFERENCES public.dispatch_event(office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_office_id_instead_of_fkey FOREIGN KEY (office_id, instead_of) REFERENCES public.dispatch(office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_office_id_party_id_fkey FOREIGN KEY (office_id, party_id) REFERENCES public.party(office_id, id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_office_id_sheet_year_sheet_no_fkey FOREIGN KEY (office_id, sheet_year, sheet_no) REFERENCES public.dispatch_sheet(office_id, year, no);

ALTER TABLE ONLY public.dispatch_post
    ADD CONSTRAINT dispatch_post_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.dispatch_sheet
    ADD CONSTRAINT dispatch_sheet_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_to_office_fkey FOREIGN KEY (to_office) REFERENCES public.office(id);

ALTER TABLE ONLY public.disposal_item
    ADD CONSTRAINT disposal_item_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.disposal_item
    ADD CONSTRAINT disposal_item_office_id_disposal_id_fkey FOREIGN KEY (office_id, disposal_id) REFERENCES public.disposal(office_id, id);

ALTER TABLE ONLY public.disposal
    ADD CONSTRAINT disposal_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.disposal
    ADD CONSTRAINT disposal_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_office_id_answers_id_fkey FOREIGN KEY (office_id, answers_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_office_id_filed_in_fkey FOREIGN KEY (office_id, filed_in) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_office_id_handled_by_id_fkey FOREIGN KEY (office_id, handled_by_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.document_party
    ADD CONSTRAINT document_party_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.document_party
    ADD CONSTRAINT document_party_office_id_party_id_fkey FOREIGN KEY (office_id, party_id) REFERENCES public.party(office_id, id);

ALTER TABLE ONLY public.draft_file
    ADD CONSTRAINT draft_file_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft_passing
    ADD CONSTRAINT draft_passing_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.draft_revision
    ADD CONSTRAINT draft_revision_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES public.draft(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.evidence_head
    ADD CONSTRAINT evidence_head_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.evidence_seal
    ADD CONSTRAINT evidence_seal_office_id_seq_fkey FOREIGN KEY (office_id, seq) REFERENCES public.posting_evidence(office_id, seq);

ALTER TABLE ONLY public.form_parameter
    ADD CONSTRAINT form_parameter_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.form_use
    ADD CONSTRAINT form_use_code_version_fkey FOREIGN KEY (code, version) REFERENCES public.form_version(code, version);

ALTER TABLE ONLY public.form_use
    ADD CONSTRAINT form_use_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.form_withdrawal
    ADD CONSTRAINT form_withdrawal_code_version_fkey FOREIGN KEY (code, version) REFERENCES public.form_version(code, version);

ALTER TABLE ONLY public.handling_setting
    ADD CONSTRAINT handling_setting_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_from_clerk_fkey FOREIGN KEY (from_clerk) REFERENCES public.account(id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_office_id_from_unit_fkey FOREIGN KEY (office_id, from_unit) REFERENCES public.unit(office_id, id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_office_id_to_unit_fkey FOREIGN KEY (office_id, to_unit) REFERENCES public.unit(office_id, id);

ALTER TABLE ONLY public.handover
    ADD CONSTRAINT handover_to_clerk_fkey FOREIGN KEY (to_clerk) REFERENCES public.account(id);

ALTER TABLE ONLY public.hook_call
    ADD CONSTRAINT hook_call_office_id_hook_id_fkey FOREIGN KEY (office_id, hook_id) REFERENCES public.board_hook(office_id, id);

ALTER TABLE ONLY public.intake_key
    ADD CONSTRAINT intake_key_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.intake_key
    ADD CONSTRAINT intake_key_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.intake_refusal
    ADD CONSTRAINT intake_refusal_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.kiosk
    ADD CONSTRAINT kiosk_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.lending
    ADD CONSTRAINT lending_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.lending
    ADD CONSTRAINT lending_clerk_office_id_fkey FOREIGN KEY (clerk_office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.lending
    ADD CONSTRAINT lending_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_office_id_answers_id_fkey FOREIGN KEY (office_id, answers_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.letter
    ADD CONSTRAINT letter_office_id_party_id_fkey FOREIGN KEY (office_id, party_id) REFERENCES public.party(office_id, id);

ALTER TABLE ONLY public.letter_revision
    ADD CONSTRAINT letter_revision_office_id_letter_id_fkey FOREIGN KEY (office_id, letter_id) REFERENCES public.letter(office_id, id);

ALTER TABLE ONLY public.loan
    ADD CONSTRAINT loan_borrower_id_fkey FOREIGN KEY (borrower_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.loan
    ADD CONSTRAINT loan_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.log_day
    ADD CONSTRAINT log_day_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.login_link
    ADD CONSTRAINT login_link_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.mailroom
    ADD CONSTRAINT mailroom_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_office_id_unit_id_fkey FOREIGN KEY (office_id, unit_id) REFERENCES public.unit(office_id, id);

ALTER TABLE ONLY public.number_mask
    ADD CONSTRAINT number_mask_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.office_hours
    ADD CONSTRAINT office_hours_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.office_letter_template
    ADD CONSTRAINT office_letter_template_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.office_origin
    ADD CONSTRAINT office_origin_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.party_merge
    ADD CONSTRAINT party_merge_office_id_gone_id_fkey FOREIGN KEY (office_id, gone_id) REFERENCES public.party(office_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.party_merge
    ADD CONSTRAINT party_merge_office_id_kept_id_fkey FOREIGN KEY (office_id, kept_id) REFERENCES public.party(office_id, id);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_office_id_merged_into_fkey FOREIGN KEY (office_id, merged_into) REFERENCES public.party(office_id, id);

ALTER TABLE ONLY public.posting_clause
    ADD CONSTRAINT posting_clause_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_contract_id_fkey FOREIGN KEY (contract_id) REFERENCES public.board_contract(id);

ALTER TABLE ONLY public.posting_evidence
    ADD CONSTRAINT posting_evidence_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.posting_evidence
    ADD CONSTRAINT posting_evidence_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.posting_feed
    ADD CONSTRAINT posting_feed_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.posting_file
    ADD CONSTRAINT posting_file_office_id_posting_id_revision_fkey FOREIGN KEY (office_id, posting_id, revision) REFERENCES public.posting_revision(office_id, posting_id, revision);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.posting
    ADD CONSTRAINT posting_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.posting_revision
    ADD CONSTRAINT posting_revision_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.posting_source
    ADD CONSTRAINT posting_source_office_id_posting_id_fkey FOREIGN KEY (office_id, posting_id) REFERENCES public.posting(office_id, id);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.records_handover
    ADD CONSTRAINT records_handover_office_id_link_id_fkey FOREIGN KEY (office_id, link_id) REFERENCES public.records_link(office_id, id);

ALTER TABLE ONLY public.records_handover_step
    ADD CONSTRAINT records_handover_step_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.records_handover_step
    ADD CONSTRAINT records_handover_step_office_id_handover_id_fkey FOREIGN KEY (office_id, handover_id) REFERENCES public.records_handover(office_id, id);

ALTER TABLE ONLY public.records_link
    ADD CONSTRAINT records_link_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.register_agenda
    ADD CONSTRAINT register_agenda_office_id_register_fkey FOREIGN KEY (office_id, register) REFERENCES public.register(office_id, code);

ALTER TABLE ONLY public.register
    ADD CONSTRAINT register_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.saved_filter
    ADD CONSTRAINT saved_filter_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.scheme_class
    ADD CONSTRAINT scheme_class_office_id_parent_id_fkey FOREIGN KEY (office_id, parent_id) REFERENCES public.scheme_class(office_id, id);

ALTER TABLE ONLY public.scheme_class
    ADD CONSTRAINT scheme_class_office_id_scheme_id_fkey FOREIGN KEY (office_id, scheme_id) REFERENCES public.scheme(office_id, id);

ALTER TABLE ONLY public.scheme
    ADD CONSTRAINT scheme_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.signature
    ADD CONSTRAINT signature_office_id_document_id_fkey FOREIGN KEY (office_id, document_id) REFERENCES public.document(office_id, id);

ALTER TABLE ONLY public.signature
    ADD CONSTRAINT signature_office_id_submission_id_fkey FOREIGN KEY (office_id, submission_id) REFERENCES public.submission(office_id, id);

ALTER TABLE ONLY public.signing_paper
    ADD CONSTRAINT signing_paper_office_id_submission_id_fkey FOREIGN KEY (office_id, submission_id) REFERENCES public.submission(office_id, id);

ALTER TABLE ONLY public.store_box
    ADD CONSTRAINT store_box_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.store_handover_case
    ADD CONSTRAINT store_handover_case_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.store_handover_case
    ADD CONSTRAINT store_handover_case_office_id_handover_id_fkey FOREIGN KEY (office_id, handover_id) REFERENCES public.store_handover(office_id, id);

ALTER TABLE ONLY public.store_handover
    ADD CONSTRAINT store_handover_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.submission
    ADD CONSTRAINT submission_office_id_case_id_fkey FOREIGN KEY (office_id, case_id) REFERENCES public.case_file(office_id, id);

ALTER TABLE ONLY public.told_news
    ADD CONSTRAINT told_news_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.told_subscription(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT unit_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE ONLY public.warning
    ADD CONSTRAINT warning_office_id_fkey FOREIGN KEY (office_id) REFERENCES public.office(id);

ALTER TABLE public.abbreviation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.absence ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agenda_class ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_check ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_contract ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_hook ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_outage ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_probe ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.board_source ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.book ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.case_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.case_link ENABLE ROW LEVEL SECURITY;

CREATE POLICY checking ON public.competence_proposal FOR SELECT USING ((checking_office_id = public.current_office()));

CREATE POLICY citizen ON public.draft USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

CREATE POLICY citizen ON public.draft_file USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

CREATE POLICY citizen ON public.draft_revision USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

CREATE POLICY citizen ON public.offline_item USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

CREATE POLICY citizen ON public.told_news USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

CREATE POLICY citizen ON public.told_subscription USING ((public.current_office() = 0)) WITH CHECK ((public.current_office() = 0));

ALTER TABLE public.clock_pause ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.competence_proposal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.completion_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.component ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.component_text ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.counter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.destroyed_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dispatch ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dispatch_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dispatch_post ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dispatch_sheet ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.disposal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.disposal_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document_party ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draft ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draft_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.draft_revision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.evidence_seal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.find_due ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.find_row ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.form_parameter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.form_use ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.handling_setting ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.handover ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_call ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.intake_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.intake_refusal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.kiosk ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lending ENABLE ROW LEVEL SECURITY;

CREATE POLICY lent ON public.book AS RESTRICTIVE FOR SELECT USING ((sign((public.current_lending())::double precision) = (0)::double precision));

CREATE POLICY lent ON public.case_file AS RESTRICTIVE USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_sees(office_id, agenda, class_code, handled_at)))));

CREATE POLICY lent ON public.case_link AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.clock_pause AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.completion_request AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT (EXISTS ( SELECT
   FROM public.submission s
  WHERE ((s.office_id = completion_request.office_id) AND (s.id = completion_request.submission_id))))))));

CREATE POLICY lent ON public.component AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_document(office_id, document_id)))));

CREATE POLICY lent ON public.component_text AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_document(office_id, document_id)))));

CREATE POLICY lent ON public.dispatch AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_document(office_id, document_id)))));

CREATE POLICY lent ON public.dispatch_event AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT (EXISTS ( SELECT
   FROM public.dispatch d
  WHERE ((d.office_id = dispatch_event.office_id) AND (d.id = dispatch_event.dispatch_id))))))));

CREATE POLICY lent ON public.disposal AS RESTRICTIVE FOR SELECT USING ((sign((public.current_lending())::double precision) = (0)::double precision));

CREATE POLICY lent ON public.disposal_item AS RESTRICTIVE FOR SELECT USING ((sign((public.current_lending())::double precision) = (0)::double precision));

CREATE POLICY lent ON public.document AS RESTRICTIVE USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.document_party AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_document(office_id, document_id)))));

CREATE POLICY lent ON public.find_row AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.handover AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.letter AS RESTRICTIVE USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.letter_revision AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT (EXISTS ( SELECT
   FROM public.letter l
  WHERE ((l.office_id = letter_revision.office_id) AND (l.id = letter_revision.letter_id))))))));

CREATE POLICY lent ON public.loan AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.party AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT (EXISTS ( SELECT
   FROM public.document_party x
  WHERE ((x.office_id = party.office_id) AND (x.party_id = party.id))))))));

CREATE POLICY lent ON public.records_handover AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.store_handover_case AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.submission AS RESTRICTIVE USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT public.lent_case(office_id, case_id)))));

CREATE POLICY lent ON public.submission_event AS RESTRICTIVE FOR SELECT USING ((NOT ((sign((public.current_lending())::double precision) = (1)::double precision) AND (NOT (EXISTS ( SELECT
   FROM public.submission s
  WHERE ((s.office_id = submission_event.office_id) AND (s.id = submission_event.submission_id))))))));

ALTER TABLE public.letter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.letter_revision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.loan ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.log_day ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mailroom ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.membership ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.move_case ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.number_mask ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.office ENABLE ROW LEVEL SECURITY;

CREATE POLICY office ON public.offline_item FOR SELECT USING ((EXISTS ( SELECT 1
   FROM public.submission s
  WHERE ((s.office_id = public.current_office()) AND (s.reference = offline_item.reference)))));

ALTER TABLE public.office_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.office_letter_template ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.office_origin ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.offline_item ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON public.abbreviation USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.absence USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.agenda_class USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.board_check USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.board_hook USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.board_outage USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.board_probe USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.board_source USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.book USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.case_file USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.case_link USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.clock_pause USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.competence_proposal FOR SELECT USING ((office_id = public.current_office()));

CREATE POLICY own ON public.completion_request USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.component USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.component_text USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.counter USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.destroyed_file USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.dispatch USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.dispatch_event USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.dispatch_post USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.dispatch_sheet USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.disposal USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.disposal_item USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.document USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.document_party USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.evidence_seal USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.find_due USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.find_row FOR SELECT USING ((office_id = public.current_office()));

CREATE POLICY own ON public.form_parameter USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.form_use USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.handling_setting USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.handover USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.hook_call USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.intake_key USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.intake_refusal USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.kiosk USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.lending USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.letter USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.letter_revision USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.loan USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.log_day USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.mailroom USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.membership USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.number_mask USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.office_letter_template USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.office_origin FOR SELECT USING ((office_id = public.current_office()));

CREATE POLICY own ON public.party USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.party_merge USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_clause USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_evidence FOR SELECT USING ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_feed USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_file USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_preview USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_revision USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.posting_source USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.records_handover USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.records_handover_step USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.records_link USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.register USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.register_agenda USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.saved_filter USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.scheme USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.scheme_class USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.signature USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.signing_paper USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.store_box USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.store_handover USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.store_handover_case USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.submission USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.submission_event USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.unit USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own ON public.warning USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own_change ON public.board_item FOR UPDATE USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own_change ON public.office FOR UPDATE USING ((id = public.current_office())) WITH CHECK ((id = public.current_office()));

CREATE POLICY own_change ON public.office_hours USING ((office_id = public.current_office())) WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own_new ON public.board_item FOR INSERT WITH CHECK ((office_id = public.current_office()));

CREATE POLICY own_new ON public.competence_proposal FOR INSERT WITH CHECK (((office_id = public.current_office()) AND (decided_at IS NULL) AND (municipality_code = ( SELECT o.municipality_code
   FROM public.office o
  WHERE (o.id = public.current_office()))) AND (checking_office_id = ( SELECT r.id
   FROM (public.office r
     JOIN public.office o ON ((o.region_code = r.region_code)))
  WHERE ((o.id = public.current_office()) AND (r.kind = 'region'::text))))));

CREATE POLICY own_read ON public.audit_event FOR SELECT USING ((office_id = public.current_office()));

ALTER TABLE public.party ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.party_merge ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_clause ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_evidence ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_feed ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_preview ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_revision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.posting_source ENABLE ROW LEVEL SECURITY;

CREATE POLICY public_read ON public.board_contract FOR SELECT USING (true);

CREATE POLICY public_read ON public.board_item FOR SELECT USING (true);

CREATE POLICY public_read ON public.office FOR SELECT USING (true);

CREATE POLICY public_read ON public.office_hours FOR SELECT USING (true);

ALTER TABLE public.records_handover ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.records_handover_step ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.records_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.register ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.register_agenda ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.saved_filter ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scheme ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scheme_class ENABLE ROW LEVEL SECURITY;

CREATE POLICY sent ON public.lending FOR SELECT USING ((clerk_office_id = public.current_office()));

CREATE POLICY served_end ON public.board_contract FOR UPDATE USING ((served_id = public.current_office())) WITH CHECK ((served_id = public.current_office()));

CREATE POLICY served_new ON public.board_contract FOR INSERT WITH CHECK ((served_id = public.current_office()));

ALTER TABLE public.signature ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.signing_paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.store_box ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.store_handover ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.store_handover_case ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.submission ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.submission_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.told_news ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.told_subscription ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.unit ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.warning ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO epom_app;

GRANT ALL ON FUNCTION public.desk_of(clerk bigint, day date) TO epom_app;

REVOKE ALL ON FUNCTION public.drafts_by_tokens(hashes bytea[], at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.drafts_by_tokens(hashes bytea[], at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.evidence_append(posting bigint, kind text, at timestamp with time zone, actor text, data jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.evidence_append(posting bigint, kind text, at timestamp with time zone, actor text, data jsonb) TO epom_app;

REVOKE ALL ON FUNCTION public.execute_disposal(which bigint, at timestamp with time zone, who text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.execute_disposal(which bigint, at timestamp with time zone, who text) TO epom_app;

REVOKE ALL ON FUNCTION public.find_parties(likeable text, ico text, box text, mail text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_parties(likeable text, ico text, box text, mail text, most integer) TO epom_app;

REVOKE ALL ON FUNCTION public.find_rows(q tsquery, ends tsquery, since timestamp with time zone, till timestamp with time zone, before_at timestamp with time zone, before_id bigint, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.find_rows(q tsquery, ends tsquery, since timestamp with time zone, till timestamp with time zone, before_at timestamp with time zone, before_id bigint, most integer) TO epom_app;

REVOKE ALL ON FUNCTION public.same_parties(ico text, box text, mail text, name text, born date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.same_parties(ico text, box text, mail text, name text, born date) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_audit_append(events jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_audit_append(events jsonb) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_board_proof(sum text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_board_proof(sum text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_clerk(office integer, mail public.citext, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_clerk(office integer, mail public.citext, at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_decide_proposal(proposal bigint, accept boolean, at timestamp with time zone, actor text, words text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_decide_proposal(proposal bigint, accept boolean, at timestamp with time zone, actor text, words text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_deliver(sending bigint, rule text, starts date, due date, at timestamp with time zone, actor text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_deliver(sending bigint, rule text, starts date, due date, at timestamp with time zone, actor text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_file_free(hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_file_free(hash text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_file_named(hash text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_file_named(hash text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_find_due() FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_find_due() TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_find_index(office integer, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_find_index(office integer, most integer) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_form_parameters() FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_form_parameters() TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_form_uses() FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_form_uses() TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_handovers_count(at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_handovers_count(at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_handovers_due(at timestamp with time zone, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_handovers_due(at timestamp with time zone, most integer) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_kiosk(token bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_kiosk(token bytea) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_kiosk_pair(code bytea, token bytea, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_kiosk_pair(code bytea, token bytea, at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_locate(ref text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_locate(ref text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_log_days() FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_log_days() TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_memberships(account bigint, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_memberships(account bigint, at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_office_counts(today date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_office_counts(today date) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_paper_proof(sum text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_paper_proof(sum text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_records_driver(office integer, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_records_driver(office integer, at timestamp with time zone) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_refer(submission bigint, target integer, new_routing jsonb, rule text, starts date, due date, resolution bigint, at timestamp with time zone, actor text, why text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_refer(submission bigint, target integer, new_routing jsonb, rule text, starts date, due date, resolution bigint, at timestamp with time zone, actor text, why text) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_take_in(items jsonb, decisions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_take_in(items jsonb, decisions jsonb) TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_unread_counts() FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_unread_counts() TO epom_app;

REVOKE ALL ON FUNCTION public.unscoped_untaken(since timestamp with time zone, until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.unscoped_untaken(since timestamp with time zone, until timestamp with time zone) TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.abbreviation TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.absence TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.account TO epom_app;

GRANT SELECT ON TABLE public.address TO epom_app;

GRANT SELECT ON TABLE public.address_past TO epom_app;

GRANT SELECT ON TABLE public.address_place TO epom_app;

GRANT SELECT ON TABLE public.agenda TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agenda_class TO epom_app;

GRANT SELECT ON TABLE public.agenda_deadline TO epom_app;

GRANT SELECT ON TABLE public.agenda_document TO epom_app;

GRANT SELECT ON TABLE public.agenda_fee TO epom_app;

GRANT SELECT ON TABLE public.agenda_rule TO epom_app;

GRANT SELECT ON TABLE public.area TO epom_app;

GRANT SELECT ON TABLE public.audit_event TO epom_app;

GRANT SELECT,INSERT ON TABLE public.board_check TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_contract TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_hook TO epom_app;

GRANT USAGE ON SEQUENCE public.board_hook_id_seq TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_item TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_outage TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_probe TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_source TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.book TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.case_file TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.case_link TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.clock_pause TO epom_app;

GRANT SELECT ON TABLE public.competence TO epom_app;

GRANT SELECT,INSERT ON TABLE public.competence_proposal TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.completion_request TO epom_app;

GRANT SELECT,INSERT ON TABLE public.component TO epom_app;

GRANT SELECT,INSERT ON TABLE public.component_text TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.counter TO epom_app;

GRANT SELECT ON TABLE public.deadline_rule TO epom_app;

GRANT SELECT ON TABLE public.destroyed_file TO epom_app;

GRANT UPDATE(gone_at) ON TABLE public.destroyed_file TO epom_app;

GRANT UPDATE(kept_why) ON TABLE public.destroyed_file TO epom_app;

GRANT SELECT,INSERT ON TABLE public.dispatch TO epom_app;

GRANT UPDATE(post_no) ON TABLE public.dispatch TO epom_app;

GRANT UPDATE(sheet_year) ON TABLE public.dispatch TO epom_app;

GRANT UPDATE(sheet_no) ON TABLE public.dispatch TO epom_app;

GRANT SELECT,INSERT ON TABLE public.dispatch_event TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dispatch_post TO epom_app;

GRANT SELECT,INSERT ON TABLE public.dispatch_sheet TO epom_app;

GRANT SELECT,INSERT ON TABLE public.disposal TO epom_app;

GRANT UPDATE(archive) ON TABLE public.disposal TO epom_app;

GRANT UPDATE(decided_at) ON TABLE public.disposal TO epom_app;

GRANT UPDATE(decided_ref) ON TABLE public.disposal TO epom_app;

GRANT UPDATE(withdrawn_at) ON TABLE public.disposal TO epom_app;

GRANT UPDATE(withdrawn_why) ON TABLE public.disposal TO epom_app;

GRANT SELECT,INSERT ON TABLE public.disposal_item TO epom_app;

GRANT UPDATE(quantity) ON TABLE public.disposal_item TO epom_app;

GRANT UPDATE(decision) ON TABLE public.disposal_item TO epom_app;

GRANT UPDATE(decided_at) ON TABLE public.disposal_item TO epom_app;

GRANT UPDATE(archive_id) ON TABLE public.disposal_item TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.document TO epom_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.document_party TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft_file TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft_passing TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.draft_revision TO epom_app;

GRANT SELECT,INSERT ON TABLE public.evidence_seal TO epom_app;

GRANT SELECT,INSERT ON TABLE public.find_due TO epom_app;

GRANT SELECT ON TABLE public.find_row TO epom_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.form_arrival TO epom_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.form_draft TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.form_parameter TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.form_publisher TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.form_use TO epom_app;

GRANT SELECT,INSERT ON TABLE public.form_version TO epom_app;

GRANT SELECT,INSERT ON TABLE public.form_withdrawal TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.handling_setting TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.handover TO epom_app;

GRANT SELECT ON TABLE public.holiday TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.hook_call TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.intake_key TO epom_app;

GRANT SELECT,INSERT ON TABLE public.intake_refusal TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.kiosk TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.lending TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.letter TO epom_app;

GRANT SELECT,INSERT ON TABLE public.letter_revision TO epom_app;

GRANT SELECT ON TABLE public.letter_template TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.loan TO epom_app;

GRANT SELECT,INSERT ON TABLE public.log_day TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.login_link TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mail_message TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mailroom TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.membership TO epom_app;

GRANT SELECT ON TABLE public.municipality TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.number_mask TO epom_app;

GRANT SELECT,UPDATE ON TABLE public.office TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.office_hours TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.office_letter_template TO epom_app;

GRANT SELECT ON TABLE public.office_origin TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.offline_item TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.party_merge TO epom_app;

GRANT SELECT ON TABLE public.post_service TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posting TO epom_app;

GRANT SELECT,INSERT ON TABLE public.posting_clause TO epom_app;

GRANT SELECT ON TABLE public.posting_evidence TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posting_feed TO epom_app;

GRANT SELECT,INSERT ON TABLE public.posting_file TO epom_app;

GRANT SELECT ON TABLE public.posting_kind TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posting_preview TO epom_app;

GRANT SELECT,INSERT ON TABLE public.posting_revision TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posting_source TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limit TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.records_handover TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.records_handover_step TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.records_link TO epom_app;

GRANT USAGE ON SEQUENCE public.records_link_id_seq TO epom_app;

GRANT SELECT ON TABLE public.records_permit TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.records_target TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.register TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.register_agenda TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_filter TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schedule TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.scheme TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scheme_class TO epom_app;

GRANT USAGE ON SEQUENCE public.scheme_class_id_seq TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.session TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.signature TO epom_app;

GRANT SELECT,INSERT ON TABLE public.signing_paper TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.store_box TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.store_handover TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.store_handover_case TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.submission TO epom_app;

GRANT SELECT,INSERT ON TABLE public.submission_event TO epom_app;

GRANT SELECT ON TABLE public.territory_import TO epom_app;

GRANT SELECT ON TABLE public.territory_state TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.told_news TO epom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.told_subscription TO epom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.unit TO epom_app;

GRANT SELECT,INSERT ON TABLE public.warning TO epom_app;

