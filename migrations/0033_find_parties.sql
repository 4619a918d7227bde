-- The name register is asked by its indexes, whatever it holds: row-level security would keep those of names from being used, so
-- functions of the owner find the ids, within the transaction's office; the rows themselves are read under the policies.
-- +goose Up

CREATE INDEX party_plain ON party (plain(name), office_id) WHERE merged_into IS NULL;

-- Who may be the same person or body: the same IČO, data box, e-mail, or name and day of birth.
CREATE FUNCTION same_parties(ico text, box text, mail text, name text, born date) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public SET enable_seqscan = off
  AS $$ SELECT p.id FROM party p WHERE $1 <> '' AND p.ico = $1 AND p.ico <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE $2 <> '' AND p.data_box = $2 AND p.data_box <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE $3 <> '' AND lower(p.email) = lower($3) AND p.email <> '' AND p.office_id = current_office() AND p.merged_into IS NULL
        UNION SELECT p.id FROM party p WHERE plain(p.name) = plain($4) AND p.born IS NOT DISTINCT FROM $5 AND p.office_id = current_office() AND p.merged_into IS NULL $$;

-- Whose name begins with a text, then whose name has it within; likeable is folded and safe for LIKE.
CREATE FUNCTION find_parties(likeable text, ico text, box text, mail text, most int) RETURNS SETOF bigint
  LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public
  AS $$ SELECT p.id FROM party p WHERE p.office_id = current_office() AND p.merged_into IS NULL
          AND (plain(p.name) LIKE '%' || $1 || '%' OR ($2 <> '' AND p.ico = $2) OR ($3 <> '' AND p.data_box = $3) OR ($4 <> '' AND lower(p.email) = $4))
        ORDER BY $1 = '' OR plain(p.name) NOT LIKE $1 || '%', plain(p.name), p.id LIMIT most $$;
REVOKE ALL ON FUNCTION same_parties, find_parties FROM PUBLIC;
GRANT EXECUTE ON FUNCTION same_parties, find_parties TO epom_app;
