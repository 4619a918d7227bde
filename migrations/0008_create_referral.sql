-- Which term an agenda has, and forwarding a submission to the competent office (§ 12 of Act 500/2004 Sb.).
-- +goose Up
CREATE TABLE agenda_rule (
  agenda     text NOT NULL,
  valid_from date NOT NULL,
  valid_to   date,
  rule       text NOT NULL,                        -- code of deadline_rule
  confirm    boolean NOT NULL,                     -- § 37(4): an unsigned submission must be confirmed within five days
  source     text NOT NULL,
  verified   boolean NOT NULL,
  PRIMARY KEY (agenda, valid_from)
);
GRANT SELECT ON agenda_rule TO epom_app;
INSERT INTO agenda_rule (agenda, valid_from, rule, confirm, source, verified)
SELECT agenda, DATE '2000-01-01', rule, confirm, 'tabulka agend e-POM, řádek přiřadil návrhář', false FROM (VALUES
  ('poplatek-ze-psa', 'bez-lhuty', false), ('poplatek-za-odpad', 'bez-lhuty', false), ('poplatek-za-verejne-prostranstvi', 'bez-lhuty', false),
  ('poplatek-z-pobytu', 'bez-lhuty', false), ('kaceni-drevin', 'sr-71', true), ('oznameni-kaceni', 'bez-lhuty', true),
  ('zvlastni-uzivani-mistni-komunikace', 'sr-71', true), ('zvlastni-uzivani-silnice-2-3-tridy', 'sr-71', true),
  ('zvlastni-uzivani-silnice-1-tridy', 'sr-71', true), ('pripojeni-nemovitosti', 'sr-71', true), ('uzavirka', 'sr-71', true),
  ('uprava-provozu', 'bez-lhuty', true), ('povoleni-zameru', 'sr-71', true), ('kolaudace', 'sr-71', true),
  ('uzemne-planovaci-informace', 'bez-lhuty', true), ('cislo-popisne', 'sr-71', true), ('jednotne-environmentalni-stanovisko', 'sr-71', true),
  ('odneti-pudy', 'sr-71', true), ('nakladani-s-vodami', 'sr-71', true), ('obcansky-prukaz', 'na-miste', false), ('cestovni-pas', 'na-miste', false),
  ('ridicsky-prukaz', 'na-miste', false), ('vypis-bodoveho-hodnoceni', 'na-miste', false), ('registrace-vozidla', 'na-miste', false),
  ('ohlaseni-zivnosti', 'na-miste', true), ('trvaly-pobyt', 'na-miste', false), ('zruseni-trvaleho-pobytu', 'sr-71', true),
  ('matricni-doklad', 'bez-lhuty', true), ('uzavreni-manzelstvi', 'na-miste', false), ('zmena-jmena', 'sr-71', true), ('overeni-podpisu', 'na-miste', false),
  ('vypis-czechpoint', 'na-miste', false), ('rybarsky-listek', 'sr-71', true), ('lovecky-listek', 'sr-71', true), ('parkovaci-prukaz-ozp', 'sr-71', true),
  ('podnet-ospod', 'sr-42', false), ('oznameni-shromazdeni', 'shromazdeni-3', true), ('zadost-o-informace', 'infz-14', false), ('stiznost', 'sr-175', true),
  ('petice', 'petice-5', true), ('hlaseni-zavady', 'sr-42', false), ('oznameni-prestupku', 'sr-42', false), ('zamer-obce', 'bez-lhuty', false),
  ('zadost-o-dotaci', 'bez-lhuty', true), ('hrobove-misto', 'bez-lhuty', true), ('obecni-byt', 'bez-lhuty', true), ('obecne-podani', 'bez-lhuty', true)
) AS a(agenda, rule, confirm);

-- The second write that crosses offices: the submission of the transaction's office goes on to another one, which gives
-- it a number of its own. The sender keeps its file; the citizen's reference stays the same.
-- +goose StatementBegin
CREATE FUNCTION unscoped_refer(submission bigint, target int, new_routing jsonb, rule text, starts date, due date, resolution bigint,
                               at timestamptz, actor text, why text)
  RETURNS TABLE (submission_id bigint, case_id bigint, reference_number text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
  src submission%ROWTYPE; old case_file%ROWTYPE; t office%ROWTYPE; here int := current_office();
  y int := extract(year FROM at AT TIME ZONE 'Europe/Prague'); num bigint; new_case bigint; new_doc bigint; new_sub bigint; mark text; source_name text;
BEGIN
  SELECT * INTO src FROM submission s WHERE s.office_id = here AND s.id = submission FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such submission' USING ERRCODE = 'no_data_found'; END IF;
  IF src.to_office IS NOT NULL THEN RAISE EXCEPTION 'already referred' USING ERRCODE = 'unique_violation'; END IF;
  SELECT * INTO old FROM case_file c WHERE c.office_id = here AND c.id = src.case_id;
  SELECT * INTO t FROM office o WHERE o.id = target AND o.participates AND o.id <> here;
  IF NOT FOUND THEN RAISE EXCEPTION 'the target office does not take submissions' USING ERRCODE = 'foreign_key_violation'; END IF;
  SELECT o.name INTO source_name FROM office o WHERE o.id = here;

  INSERT INTO counter AS c (office_id, series, year, last_no) VALUES (target, 'denik', y, 1)
    ON CONFLICT (office_id, series, year) DO UPDATE SET last_no = c.last_no + 1 RETURNING c.last_no INTO num;
  mark := t.abbreviation || '/' || y || '/' || lpad(CAST(num AS text), greatest(5, length(CAST(num AS text))), '0');
  INSERT INTO case_file (office_id, series, year, no, mark, subject, agenda, opened_at, deadline_rule, clock_starts, due_on, documents)
    VALUES (target, 'denik', y, num, mark, old.subject, old.agenda, at, rule, starts, due, 1) RETURNING id INTO new_case;
  INSERT INTO document (office_id, case_id, ordinal, reference_number, direction, kind, subject, channel, party, foreign_number,
                        delivered_at, received_at, registered_at, registered_by)
    SELECT target, new_case, 1, mark || '-1', 'in', 'submission', d.subject, 'referral', d.party, d.reference_number, d.delivered_at, at, at, actor
    FROM document d WHERE d.office_id = here AND d.id = src.document_id RETURNING id INTO new_doc;
  -- What the citizen sent, what was completed since, and the resolution go along as copies of the entries; files are shared by content.
  INSERT INTO component (office_id, document_id, ordinal, name, media_type, size, sha256, field)
    SELECT target, new_doc, row_number() OVER (ORDER BY d.ordinal, c.ordinal), c.name, c.media_type, c.size, c.sha256, c.field
    FROM component c JOIN document d ON d.office_id = c.office_id AND d.id = c.document_id
    WHERE d.office_id = here AND d.case_id = src.case_id AND (d.direction = 'in' OR d.id = resolution);
  INSERT INTO submission (office_id, reference, form_code, form_version, lang, answers, routing, party, email, case_id, document_id,
                          delivered_at, received_at, confirm_by, confirmed_at, from_office, from_id)
    VALUES (target, src.reference, src.form_code, src.form_version, src.lang, src.answers, new_routing, src.party, src.email, new_case, new_doc,
            src.delivered_at, at, src.confirm_by, src.confirmed_at, here, src.id) RETURNING id INTO new_sub;
  UPDATE submission s SET to_office = target, to_id = new_sub WHERE s.office_id = here AND s.id = src.id;
  UPDATE submission_place p SET office_id = target, submission_id = new_sub WHERE p.reference = src.reference;
  INSERT INTO submission_event (office_id, submission_id, at, kind, actor, data)
    VALUES (target, new_sub, at, 'taken-over', 'system', jsonb_build_object('number', mark || '-1', 'from', source_name, 'from_number', old.mark, 'why', why));
  RETURN QUERY SELECT new_sub, new_case, mark || '-1';
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION unscoped_refer FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unscoped_refer TO epom_app;
