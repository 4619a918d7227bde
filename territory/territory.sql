-- name: municipalities
SELECT code, name, status, district_code, pou_code, orp_code, region_code, COALESCE(building_office_code, 0) AS building_office_code,
       zip, zips, ico, COALESCE(lat, 0) AS lat, COALESCE(lon, 0) AS lon, population, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM municipality ORDER BY code, valid_from DESC

-- name: areas
SELECT kind, code, name, COALESCE(parent_code, 0) AS parent_code, csu_code, COALESCE(seat_code, 0) AS seat_code, valid_from,
       COALESCE(valid_to, DATE '0001-01-01') AS valid_to
FROM area ORDER BY kind, code, valid_from DESC

-- name: known-states
SELECT COALESCE(min(first_on), DATE '0001-01-01') AS first_on, COALESCE(max(state_on), DATE '0001-01-01') AS state_on
FROM territory_state WHERE scope = 0

-- name: address
SELECT a.code, p.municipality_code, p.municipality_name, p.momc_code, p.momc_name, p.mop_code, p.mop_name, p.part_code, p.part_name,
       p.street_code, p.street_name, a.kind, a.number, COALESCE(a.orientation, 0) AS orientation, a.letter,
       lpad(CAST(a.zip AS text), 5, '0') AS zip, COALESCE(a.y_cm, 0) / 100.0 AS y, COALESCE(a.x_cm, 0) / 100.0 AS x, a.valid_from
FROM address a JOIN address_place p ON p.id = a.place_id
WHERE a.code = $1

-- name: address-on
SELECT a.code, p.municipality_code, p.municipality_name, p.momc_code, p.momc_name, p.mop_code, p.mop_name, p.part_code, p.part_name,
       p.street_code, p.street_name, a.kind, a.number, COALESCE(a.orientation, 0) AS orientation, a.letter,
       lpad(CAST(a.zip AS text), 5, '0') AS zip, COALESCE(a.y_cm, 0) / 100.0 AS y, COALESCE(a.x_cm, 0) / 100.0 AS x, a.valid_from,
       COALESCE(a.valid_to, DATE '0001-01-01') AS valid_to
FROM (SELECT code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, CAST(NULL AS date) AS valid_to
        FROM address WHERE code = $1
      UNION ALL
      SELECT code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, valid_to
        FROM address_past WHERE code = $1) a
JOIN address_place p ON p.id = a.place_id
WHERE a.valid_from <= CAST($2 AS date) AND (a.valid_to IS NULL OR CAST($2 AS date) < a.valid_to)

-- Places first (there are some 130,000, found by words), then the house numbers in the best of them.
-- name: search-addresses
SELECT a.code, p.municipality_code, p.municipality_name, p.momc_code, p.momc_name, p.mop_code, p.mop_name, p.part_code, p.part_name,
       p.street_code, p.street_name, a.kind, a.number, COALESCE(a.orientation, 0) AS orientation, a.letter,
       lpad(CAST(a.zip AS text), 5, '0') AS zip, COALESCE(a.y_cm, 0) / 100.0 AS y, COALESCE(a.x_cm, 0) / 100.0 AS x, a.valid_from
FROM (SELECT * FROM address_place
      WHERE live AND ($1 = '' OR words @@ to_tsquery('simple', $1)) AND ($2 = 0 OR municipality_code = $2)
      ORDER BY size DESC, id LIMIT 40) p
CROSS JOIN LATERAL (SELECT * FROM address a WHERE a.place_id = p.id AND ($3 = 0 OR a.zip = $3)
                    ORDER BY a.number, a.orientation LIMIT $4) a
ORDER BY p.size DESC, p.street_name, p.part_name, a.number, a.orientation, a.code LIMIT $4

-- name: search-addresses-number
SELECT a.code, p.municipality_code, p.municipality_name, p.momc_code, p.momc_name, p.mop_code, p.mop_name, p.part_code, p.part_name,
       p.street_code, p.street_name, a.kind, a.number, COALESCE(a.orientation, 0) AS orientation, a.letter,
       lpad(CAST(a.zip AS text), 5, '0') AS zip, COALESCE(a.y_cm, 0) / 100.0 AS y, COALESCE(a.x_cm, 0) / 100.0 AS x, a.valid_from
FROM (SELECT * FROM address_place
      WHERE live AND ($1 = '' OR words @@ to_tsquery('simple', $1)) AND ($2 = 0 OR municipality_code = $2)
      ORDER BY size DESC, id LIMIT 80) p
CROSS JOIN LATERAL (SELECT a.*, CAST(a.number AS text) = $5 OR COALESCE(CAST(a.orientation AS text) = $5, false) AS exact
                    FROM address a
                    WHERE a.place_id = p.id AND ($3 = 0 OR a.zip = $3)
                      AND (CAST(a.number AS text) LIKE $5 || '%' OR CAST(a.orientation AS text) LIKE $5 || '%')
                      AND ($6 = '' OR CAST(a.orientation AS text) LIKE $6 || '%')
                    ORDER BY exact DESC, a.number, a.orientation LIMIT $4) a
ORDER BY a.exact DESC, p.size DESC, p.street_name, p.part_name, a.number, a.orientation, a.code LIMIT $4

-- One import at a time.
-- name: lock-imports
SELECT pg_advisory_xact_lock(7319201)

-- name: add-import
INSERT INTO territory_import (imported_at, report) VALUES ($1, CAST($2 AS jsonb))

-- name: state
SELECT state_on FROM territory_state WHERE dataset = $1 AND scope = $2

-- name: save-state
INSERT INTO territory_state (dataset, scope, first_on, state_on, imported_at, source) VALUES ($1, $2, $3, $3, $4, $5)
ON CONFLICT (dataset, scope) DO UPDATE SET state_on = excluded.state_on, imported_at = excluded.imported_at, source = excluded.source

-- name: insert-municipality
INSERT INTO municipality (code, name, status, district_code, pou_code, orp_code, region_code, building_office_code, zip, zips, ico,
                          lat, lon, population, valid_from)
SELECT r.code, r.name, r.status, r.district_code, r.pou_code, r.orp_code, r.region_code, r.building_office_code, r.zip, r.zips, r.ico,
       r.lat, r.lon, r.population, r.valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, name text, status int, district_code int, pou_code int, orp_code int,
       region_code int, building_office_code int, zip text, zips text, ico text, lat double precision, lon double precision,
       population int, valid_from date)
WHERE r.kind = 'municipality'

-- name: insert-area
INSERT INTO area (kind, code, name, parent_code, csu_code, seat_code, valid_from)
SELECT r.kind, r.code, r.name, r.parent_code, r.csu_code, r.seat_code, r.valid_from
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, name text, parent_code int, csu_code text, seat_code int, valid_from date)
WHERE r.kind <> 'municipality'

-- name: end-municipality
UPDATE municipality m SET valid_to = CAST(r.valid_to AS date)
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, valid_to text)
WHERE r.kind = 'municipality' AND m.code = r.code AND m.valid_to IS NULL

-- name: end-area
UPDATE area a SET valid_to = CAST(r.valid_to AS date)
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, valid_to text)
WHERE r.kind <> 'municipality' AND a.kind = r.kind AND a.code = r.code AND a.valid_to IS NULL

-- name: overwrite-municipality
UPDATE municipality m SET name = r.name, status = r.status, district_code = r.district_code, pou_code = r.pou_code, orp_code = r.orp_code,
       region_code = r.region_code, building_office_code = r.building_office_code, zip = r.zip, zips = r.zips, ico = r.ico,
       lat = r.lat, lon = r.lon, population = r.population
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, name text, status int, district_code int, pou_code int, orp_code int,
       region_code int, building_office_code int, zip text, zips text, ico text, lat double precision, lon double precision, population int)
WHERE r.kind = 'municipality' AND m.code = r.code AND m.valid_to IS NULL

-- name: overwrite-area
UPDATE area a SET name = r.name, parent_code = r.parent_code, csu_code = r.csu_code, seat_code = r.seat_code
FROM jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int, name text, parent_code int, csu_code text, seat_code int)
WHERE r.kind <> 'municipality' AND a.kind = r.kind AND a.code = r.code AND a.valid_to IS NULL

-- name: remove-municipality
DELETE FROM municipality m USING jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int)
WHERE r.kind = 'municipality' AND m.code = r.code AND m.valid_to IS NULL

-- name: remove-area
DELETE FROM area a USING jsonb_to_recordset(CAST($1 AS jsonb)) AS r(kind text, code int)
WHERE r.kind <> 'municipality' AND a.kind = r.kind AND a.code = r.code AND a.valid_to IS NULL

-- name: clear-stage
SELECT clear_stage()

-- name: analyze-stage
SELECT analyze_stage()

-- name: add-places
INSERT INTO address_place (municipality_code, municipality_name, momc_code, momc_name, mop_code, mop_name, part_code, part_name,
                           street_code, street_name, size)
SELECT municipality_code, municipality_name, momc_code, momc_name, mop_code, mop_name, part_code, part_name, street_code, street_name,
       sum(t.n) OVER (PARTITION BY municipality_code)
FROM stage_place s JOIN (SELECT place, count(*) AS n FROM stage_address GROUP BY place) t ON t.place = s.n
ORDER BY municipality_code, street_name, part_name
ON CONFLICT DO NOTHING

-- name: match-places
UPDATE stage_place s SET place_id = p.id
FROM address_place p
WHERE (p.municipality_code, p.part_code, p.street_code, p.momc_code, p.mop_code) = (s.municipality_code, s.part_code, s.street_code, s.momc_code, s.mop_code)
  AND (p.municipality_name, p.part_name, p.street_name, p.momc_name, p.mop_name) = (s.municipality_name, s.part_name, s.street_name, s.momc_name, s.mop_name)

-- name: older-scopes
SELECT s.name, s.state, t.state_on AS before
FROM stage_scope s JOIN territory_state t ON t.dataset = 'adresy' AND t.scope = s.code AND t.state_on > s.state
ORDER BY s.code LIMIT 1

-- Invented addresses give way to the register's.
-- name: drop-demo
DELETE FROM address a USING address_place p, stage_scope s
WHERE a.code >= 900000000 AND p.id = a.place_id AND s.code = p.municipality_code

-- name: diff-changed
INSERT INTO stage_diff (code, sign, municipality_code)
SELECT t.code, '~', sp.municipality_code
FROM stage_address t JOIN stage_place sp ON sp.n = t.place JOIN address a ON a.code = t.code
WHERE (a.place_id, a.number, a.zip, a.kind, a.letter) <> (sp.place_id, t.number, t.zip, t.kind, t.letter)
   OR (a.orientation, a.y_cm, a.x_cm) IS DISTINCT FROM (t.orientation, t.y_cm, t.x_cm)

-- name: diff-ended
INSERT INTO stage_diff (code, sign, municipality_code)
SELECT a.code, '-', p.municipality_code
FROM stage_scope s JOIN address_place p ON p.municipality_code = s.code JOIN address a ON a.place_id = p.id
WHERE NOT EXISTS (SELECT FROM stage_address t WHERE t.code = a.code)

-- name: cut-scopes
SELECT s.name, s.code, h.have, g.gone
FROM (SELECT municipality_code, count(*) AS gone FROM stage_diff WHERE sign = '-' GROUP BY municipality_code HAVING count(*) > 20) g
JOIN stage_scope s ON s.code = g.municipality_code
CROSS JOIN LATERAL (SELECT count(*) AS have FROM address_place p JOIN address a ON a.place_id = p.id WHERE p.municipality_code = s.code) h
WHERE g.gone * 3 > h.have
ORDER BY s.code

-- name: sample-diff
(SELECT code, sign FROM stage_diff WHERE sign = '~' LIMIT 3) UNION ALL (SELECT code, sign FROM stage_diff WHERE sign = '-' LIMIT 2)

-- name: end-addresses
WITH gone AS (
  DELETE FROM address a USING stage_diff d, stage_scope s
  WHERE d.sign = '-' AND a.code = d.code AND s.code = d.municipality_code RETURNING a.*, s.state)
INSERT INTO address_past (code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, valid_to)
SELECT code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, GREATEST(state, valid_from + 1) FROM gone

-- A new version begins on the day the register says, when that is news, else on the day of the state.
-- name: change-addresses
WITH news AS (
  SELECT a.*, sp.place_id AS new_place, t.kind AS new_kind, t.number AS new_number, t.orientation AS new_orientation,
         t.letter AS new_letter, t.zip AS new_zip, t.y_cm AS new_y, t.x_cm AS new_x,
         CASE WHEN t.valid_from > a.valid_from THEN t.valid_from ELSE GREATEST(s.state, a.valid_from) END AS new_from
  FROM stage_diff d JOIN address a ON a.code = d.code JOIN stage_address t ON t.code = d.code
  JOIN stage_place sp ON sp.n = t.place JOIN stage_scope s ON s.code = d.municipality_code
  WHERE d.sign = '~'),
past AS (
  INSERT INTO address_past (code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, valid_to)
  SELECT code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from, new_from FROM news WHERE new_from > valid_from
  ON CONFLICT DO NOTHING)
UPDATE address a SET place_id = n.new_place, kind = n.new_kind, number = n.new_number, orientation = n.new_orientation,
       letter = n.new_letter, zip = n.new_zip, y_cm = n.new_y, x_cm = n.new_x, valid_from = n.new_from
FROM news n WHERE a.code = n.code

-- name: count-present
SELECT count(*) FROM address

-- name: drop-address-indexes
SELECT drop_address_indexes()

-- name: build-address-indexes
SELECT build_address_indexes()

-- name: add-addresses
WITH added AS (
  INSERT INTO address (code, place_id, kind, number, orientation, letter, zip, y_cm, x_cm, valid_from)
  SELECT t.code, sp.place_id, t.kind, t.number, t.orientation, t.letter, t.zip, t.y_cm, t.x_cm, t.valid_from
  FROM stage_address t JOIN stage_place sp ON sp.n = t.place
  WHERE NOT EXISTS (SELECT FROM address a WHERE a.code = t.code)
  RETURNING code)
SELECT count(*) AS n, COALESCE(min(code), 0) AS low, COALESCE(max(code), 0) AS high FROM added

-- name: mark-places
UPDATE address_place p SET live = x.n > 0, size = x.size
FROM (SELECT q.id, c.n, sum(c.n) OVER (PARTITION BY q.municipality_code) AS size
      FROM address_place q JOIN stage_scope s ON s.code = q.municipality_code
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM address a WHERE a.place_id = q.id) c) x
WHERE p.id = x.id AND (p.live <> (x.n > 0) OR abs(p.size - x.size) * 20 > x.size)

-- Parts of municipalities that no list has given yet.
-- name: add-parts
INSERT INTO area (kind, code, name, parent_code, valid_from)
SELECT DISTINCT 'part', part_code, part_name, municipality_code, DATE '1900-01-01' FROM stage_place s
WHERE part_code <> 0 AND NOT EXISTS (SELECT FROM area a WHERE a.kind = 'part' AND a.code = s.part_code)
UNION ALL
SELECT DISTINCT 'momc', momc_code, momc_name, municipality_code, DATE '1900-01-01' FROM stage_place s
WHERE momc_code <> 0 AND NOT EXISTS (SELECT FROM area a WHERE a.kind = 'momc' AND a.code = s.momc_code)
ON CONFLICT DO NOTHING

-- name: save-scopes
INSERT INTO territory_state (dataset, scope, first_on, state_on, imported_at, source)
SELECT 'adresy', code, state, state, $1, name FROM stage_scope
ON CONFLICT (dataset, scope) DO UPDATE SET state_on = excluded.state_on, imported_at = excluded.imported_at, source = excluded.source

-- name: strange-scopes
SELECT count(*) FROM stage_scope s WHERE NOT EXISTS (SELECT FROM municipality m WHERE m.code = s.code AND m.valid_to IS NULL)

-- name: analyze-addresses
SELECT analyze_addresses()

-- name: anything-there
SELECT EXISTS (SELECT FROM municipality) AS municipalities, EXISTS (SELECT FROM address) AS addresses

-- Streets of the demo: towns have some common names, villages none.
-- name: demo-places
INSERT INTO address_place (municipality_code, municipality_name, part_code, part_name, street_code, street_name, size)
SELECT m.code, m.name, a.code, a.name, COALESCE(s.code, 0), COALESCE(s.name, ''), CASE WHEN m.status IN (3, 4) THEN 240 ELSE 20 END
FROM municipality m JOIN area a ON a.kind = 'part' AND a.parent_code = m.code AND a.valid_to IS NULL
LEFT JOIN (VALUES (900000001, 'Klášterní'), (900000002, 'Nádražní'), (900000003, 'Školní'), (900000004, 'Zahradní'), (900000005, 'Lesní'),
                  (900000006, 'Na Vršku'), (900000007, 'Husova'), (900000008, '28. října')) AS s(code, name)
       ON m.status IN (3, 4) AND a.name = m.name
WHERE m.valid_to IS NULL AND m.region_code = 78
ORDER BY m.code, a.code, s.code

-- name: demo-addresses
INSERT INTO address (code, place_id, kind, number, orientation, zip, valid_from)
SELECT 900000000 + row_number() OVER (ORDER BY p.id, n), p.id, 'p',
       n + CASE WHEN p.street_code = 0 THEN 0 ELSE (p.street_code - 900000000) * 40 END,
       CASE WHEN p.street_code = 0 THEN NULL ELSE n END,
       COALESCE(CAST(NULLIF(m.zip, '') AS int), 0), DATE '2013-12-01'
FROM address_place p JOIN municipality m ON m.code = p.municipality_code AND m.valid_to IS NULL
CROSS JOIN LATERAL generate_series(1, CASE WHEN p.street_code = 0 THEN 15 ELSE 25 END) n
