-- Each query names what must not be, one English sentence a row.

-- name: unscoped-class-of-file
SELECT format('office %s: case file %s is in class %s, which %s', c.office_id, c.mark, c.class_code, CASE WHEN k.id IS NULL THEN 'does not exist'
  WHEN k.code <> c.class_code THEN 'is now ' || k.code WHEN EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id) THEN 'is divided' ELSE 'has another rule' END)
FROM case_file c LEFT JOIN scheme_class k ON k.office_id = c.office_id AND k.id = c.class_id
WHERE c.class_id IS NOT NULL AND (k.id IS NULL OR k.code <> c.class_code OR k.sign IS DISTINCT FROM c.sign OR k.retention IS DISTINCT FROM c.retention OR k.trigger_event <> c.trigger_event
  OR EXISTS (SELECT FROM scheme_class x WHERE x.office_id = k.office_id AND x.parent_id = k.id))
ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-class-codes
SELECT format('office %s: class %s of scheme %s does not follow from the class above it', k.office_id, k.code, k.scheme_id)
FROM scheme_class k JOIN scheme s ON s.office_id = k.office_id AND s.id = k.scheme_id LEFT JOIN scheme_class p ON p.office_id = k.office_id AND p.id = k.parent_id
WHERE k.code <> CASE WHEN p.id IS NULL THEN k.simple ELSE p.code || s.separator || k.simple END OR p.scheme_id <> k.scheme_id ORDER BY k.office_id, k.id LIMIT 1000

-- name: unscoped-trigger-years
SELECT format('office %s: the retention period of closed case file %s runs from %s, its event was in %s', c.office_id, c.mark, c.trigger_year, y.year)
FROM case_file c, LATERAL (SELECT CAST(extract(year FROM CASE c.trigger_event WHEN 'handled' THEN c.handled_at WHEN 'opened' THEN c.opened_at ELSE c.closed_at END AT TIME ZONE 'Europe/Prague') AS int) AS year) y
WHERE c.closed_at IS NOT NULL AND c.trigger_event IN ('handled', 'closed', 'opened') AND c.trigger_year <> y.year ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-changed-after-closing
SELECT format('office %s: document %s came into case file %s after it was closed', d.office_id, d.reference_number, c.mark)
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = COALESCE(d.filed_in, d.case_id)
WHERE c.closed_at IS NOT NULL AND d.registered_at > c.closed_at ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-joined
SELECT format('office %s: case file %s is joined to %s and has another class or is closed without it', c.office_id, c.mark, t.mark)
FROM case_file c JOIN case_file t ON t.office_id = c.office_id AND t.id = c.joined_to
WHERE c.class_id IS DISTINCT FROM t.class_id OR (c.closed_at IS NULL) <> (t.closed_at IS NULL) ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-disposed-without-decision
SELECT format('office %s: case file %s was disposed of, and no executed proceeding has it', c.office_id, c.mark)
FROM case_file c WHERE c.disposed_at IS NOT NULL AND NOT EXISTS (SELECT FROM disposal_item i JOIN disposal p ON p.office_id = i.office_id AND p.id = i.disposal_id
  WHERE i.office_id = c.office_id AND i.case_id = c.id AND i.decision IN ('archive', 'destroy') AND p.executed_at = c.disposed_at) ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-destroyed-without-protocol
SELECT format('office %s: proceeding %s was carried out without a protocol', p.office_id, c.mark)
FROM disposal p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id
WHERE p.executed_at IS NOT NULL AND NOT EXISTS (SELECT FROM document d WHERE d.office_id = p.office_id AND d.case_id = p.case_id AND d.kind = 'disposal-protocol') ORDER BY p.office_id, p.id LIMIT 1000

-- name: unscoped-destroyed-unjustly
SELECT format('office %s: a file of document %s was let go, and its case file was not to be destroyed', k.office_id, d.reference_number)
FROM component k JOIN document d ON d.office_id = k.office_id AND d.id = k.document_id
WHERE k.destroyed_in IS NOT NULL AND NOT EXISTS (SELECT FROM disposal_item i JOIN disposal p ON p.office_id = i.office_id AND p.id = i.disposal_id
  WHERE i.office_id = k.office_id AND i.disposal_id = k.destroyed_in AND i.case_id = COALESCE(d.filed_in, d.case_id) AND i.decision = 'destroy' AND p.executed_at IS NOT NULL)
ORDER BY k.office_id, d.id LIMIT 1000

-- name: unscoped-content-left
SELECT format('office %s: document %s was destroyed and still has its text', d.office_id, d.reference_number)
FROM document d JOIN disposal_item i ON i.office_id = d.office_id AND i.case_id = COALESCE(d.filed_in, d.case_id) AND i.decision = 'destroy' AND i.executed_at IS NOT NULL
WHERE d.body <> '' OR EXISTS (SELECT FROM component k WHERE k.office_id = d.office_id AND k.document_id = d.id AND k.destroyed_in IS NULL) ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-bytes-waiting
SELECT format('office %s: %s files of an executed disposal wait to be removed, and no job will do it', f.office_id, count(*))
FROM destroyed_file f WHERE f.gone_at IS NULL AND f.kept_why = '' AND NOT EXISTS (SELECT FROM job j WHERE j.kind = 'disposal-destroy' AND j.done_at IS NULL
  AND j.payload = jsonb_build_object('office', f.office_id, 'disposal', f.disposal_id)) GROUP BY f.office_id, f.disposal_id ORDER BY f.office_id LIMIT 1000

-- name: unscoped-handover-numbers
SELECT format('office %s: number %s of hand-overs %s was given and no hand-over has it', c.office_id, n, c.year)
FROM counter c CROSS JOIN generate_series(1, c.last_no) n LEFT JOIN store_handover h ON h.office_id = c.office_id AND h.year = c.year AND h.no = n
WHERE c.series = 'predani' AND h.id IS NULL ORDER BY c.office_id, c.year, n LIMIT 1000

-- name: unscoped-gone
SELECT DISTINCT f.sha256 FROM destroyed_file f WHERE f.gone_at IS NOT NULL AND NOT EXISTS (SELECT FROM component k WHERE k.sha256 = f.sha256 AND k.destroyed_in IS NULL) ORDER BY f.sha256
