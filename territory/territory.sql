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
FROM (SELECT p.*, COALESCE(m.population, 0) AS population
      FROM address_place p LEFT JOIN municipality m ON m.code = p.municipality_code AND m.valid_to IS NULL
      WHERE p.live AND ($1 = '' OR p.words @@ to_tsquery('simple', $1)) AND ($2 = 0 OR p.municipality_code = $2)
      ORDER BY COALESCE(m.population, 0) DESC, p.street_name, p.id LIMIT 40) p
CROSS JOIN LATERAL (SELECT * FROM address a WHERE a.place_id = p.id AND ($3 = 0 OR a.zip = $3)
                    ORDER BY a.number, a.orientation LIMIT $4) a
ORDER BY p.population DESC, p.street_name, p.part_name, a.number, a.orientation, a.code LIMIT $4

-- name: search-addresses-number
SELECT a.code, p.municipality_code, p.municipality_name, p.momc_code, p.momc_name, p.mop_code, p.mop_name, p.part_code, p.part_name,
       p.street_code, p.street_name, a.kind, a.number, COALESCE(a.orientation, 0) AS orientation, a.letter,
       lpad(CAST(a.zip AS text), 5, '0') AS zip, COALESCE(a.y_cm, 0) / 100.0 AS y, COALESCE(a.x_cm, 0) / 100.0 AS x, a.valid_from
FROM (SELECT p.*, COALESCE(m.population, 0) AS population
      FROM address_place p LEFT JOIN municipality m ON m.code = p.municipality_code AND m.valid_to IS NULL
      WHERE p.live AND ($1 = '' OR p.words @@ to_tsquery('simple', $1)) AND ($2 = 0 OR p.municipality_code = $2)
      ORDER BY COALESCE(m.population, 0) DESC, p.street_name, p.id LIMIT 80) p
CROSS JOIN LATERAL (SELECT a.*, CAST(a.number AS text) = $5 OR COALESCE(CAST(a.orientation AS text) = $5, false) AS exact
                    FROM address a
                    WHERE a.place_id = p.id AND ($3 = 0 OR a.zip = $3)
                      AND (CAST(a.number AS text) LIKE $5 || '%' OR CAST(a.orientation AS text) LIKE $5 || '%')
                      AND ($6 = '' OR CAST(a.orientation AS text) LIKE $6 || '%')
                    ORDER BY exact DESC, a.number, a.orientation LIMIT $4) a
ORDER BY a.exact DESC, p.population DESC, p.street_name, p.part_name, a.number, a.orientation, a.code LIMIT $4
