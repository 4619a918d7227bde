-- Each query names what must not be, one English sentence a row.

-- name: unscoped-missing-numbers
SELECT format('office %s: number %s of %s %s was given and no case file has it', c.office_id, n, c.series, c.year)
FROM counter c CROSS JOIN generate_series(1, c.last_no) n
LEFT JOIN case_file f ON f.office_id = c.office_id AND f.series = c.series AND f.year = c.year AND f.no = n
WHERE f.id IS NULL AND NOT c.partial AND (c.series = 'denik' OR strpos(c.series, ':') > 0 OR EXISTS (SELECT FROM register r WHERE r.office_id = c.office_id AND r.code = c.series)) -- others count something else
ORDER BY c.office_id, c.series, c.year, n LIMIT 1000

-- name: unscoped-numbers-twice
SELECT format('office %s: number %s of %s %s is there %s times', office_id, no, series, year, count(*))
FROM case_file GROUP BY office_id, series, year, no HAVING count(*) > 1 ORDER BY office_id, series, year, no LIMIT 1000

-- name: unscoped-numbers-beyond
SELECT format('office %s: case file %s has number %s, its counter has given only %s', f.office_id, f.mark, f.no, COALESCE(c.last_no, 0))
FROM case_file f LEFT JOIN counter c ON c.office_id = f.office_id AND c.series = f.series AND c.year = f.year
WHERE f.no < 1 OR f.no > COALESCE(c.last_no, 0) ORDER BY f.office_id, f.id LIMIT 1000

-- name: unscoped-marks
SELECT format('office %s: file mark %s is not what number %s of %s %s makes by %s', f.office_id, f.mark, f.no, f.series, f.year, c.mask)
FROM case_file f JOIN counter c ON c.office_id = f.office_id AND c.series = f.series AND c.year = f.year
WHERE c.mask = '' OR f.mark <> number_mark(c.mask, f.no) ORDER BY f.office_id, f.id LIMIT 1000

-- name: unscoped-registers
SELECT format('office %s: document %s stands in register "%s", its case file in %s', d.office_id, d.reference_number, d.register, c.series)
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE d.register <> CASE c.series WHEN 'denik' THEN '' ELSE c.series END
  AND EXISTS (SELECT FROM register r WHERE r.office_id = c.office_id AND r.code = c.series) ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-registers-unknown
SELECT format('office %s: number %s is in register %s, which there is not', f.office_id, min(f.mark), f.series) FROM case_file f
LEFT JOIN register r ON r.office_id = f.office_id AND r.code = f.series
WHERE f.series <> 'denik' AND r.code IS NULL AND strpos(f.series, ':') = 0 -- with a colon: taken over from a former office
GROUP BY f.office_id, f.series ORDER BY f.office_id, f.series LIMIT 1000

-- name: unscoped-ordinals
-- Two documents of one ordinal would have one reference number, which the next two look at.
SELECT format('office %s: case file %s has given %s document numbers, it has %s documents up to %s', c.office_id, c.mark, c.documents, COALESCE(d.n, 0), COALESCE(d.high, 0))
FROM case_file c LEFT JOIN (SELECT office_id, case_id, count(*) AS n, min(ordinal) AS low, max(ordinal) AS high FROM document GROUP BY office_id, case_id) d
  ON d.office_id = c.office_id AND d.case_id = c.id
WHERE COALESCE(d.n, 0) <> c.documents OR COALESCE(d.high, 0) <> c.documents OR COALESCE(d.low, 1) <> 1
ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-reference-numbers
SELECT format('office %s: document %s is number %s of case file %s', d.office_id, d.reference_number, d.ordinal, c.mark)
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE d.reference_number <> c.mark || '-' || d.ordinal ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-reference-numbers-twice
SELECT format('office %s: reference number %s is there %s times', office_id, reference_number, count(*))
FROM document GROUP BY office_id, reference_number HAVING count(*) > 1 ORDER BY office_id, reference_number LIMIT 1000

-- name: unscoped-documents-nowhere
SELECT format('office %s: document %s belongs to no case file', d.office_id, d.reference_number)
FROM document d LEFT JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE c.id IS NULL ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-components-nowhere
SELECT format('office %s: file %s belongs to no document', p.office_id, p.sha256)
FROM component p LEFT JOIN document d ON d.office_id = p.office_id AND d.id = p.document_id
WHERE d.id IS NULL ORDER BY p.office_id, p.document_id LIMIT 1000

-- name: unscoped-offices-unknown
SELECT format('case files of office %s: there is no such office', c.office_id)
FROM case_file c LEFT JOIN office o ON o.id = c.office_id WHERE o.id IS NULL GROUP BY c.office_id ORDER BY c.office_id LIMIT 1000

-- name: unscoped-pauses
SELECT format('office %s: the clock of case file %s %s', c.office_id, c.mark,
  CASE WHEN c.paused_on IS NULL THEN 'runs, yet a pause is open' WHEN p.from_on IS NULL THEN 'stands, yet no pause is open' ELSE 'stands since another day than its pause' END)
FROM case_file c LEFT JOIN clock_pause p ON p.office_id = c.office_id AND p.case_id = c.id AND p.to_on IS NULL
WHERE c.handled_at IS NULL AND c.paused_on IS DISTINCT FROM p.from_on ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-pauses-reversed
SELECT format('office %s: a pause of case file %s ends before it begins or overlaps another', p.office_id, c.mark)
FROM clock_pause p JOIN case_file c ON c.office_id = p.office_id AND c.id = p.case_id
WHERE p.to_on < p.from_on OR EXISTS (SELECT FROM clock_pause q WHERE q.office_id = p.office_id AND q.case_id = p.case_id
  AND q.from_on < p.from_on AND COALESCE(q.to_on, DATE 'infinity') > p.from_on)
ORDER BY p.office_id, p.case_id LIMIT 1000

-- name: unscoped-terms
SELECT c.office_id, c.mark, c.deadline_rule, c.clock_starts, c.extended_days, c.due_on,
       COALESCE((SELECT jsonb_agg(jsonb_build_object('from', p.from_on, 'to', p.to_on) ORDER BY p.from_on)
                 FROM clock_pause p WHERE p.office_id = c.office_id AND p.case_id = c.id), '[]') AS pauses
FROM case_file c WHERE c.handled_at IS NULL AND (c.deadline_rule IS NOT NULL OR c.due_on IS NOT NULL) ORDER BY c.office_id, c.id

-- name: unscoped-letters
SELECT format('office %s: letter %s was approved as a document that its case file does not have', l.office_id, l.id)
FROM letter l LEFT JOIN document d ON d.office_id = l.office_id AND d.id = l.document_id AND d.case_id = l.case_id AND d.direction = 'out'
WHERE l.approved_at IS NOT NULL AND d.id IS NULL ORDER BY l.office_id, l.id LIMIT 1000

-- name: unscoped-handovers
SELECT format('office %s: case file %s waits to be taken over by somebody who does not have it', h.office_id, c.mark)
FROM handover h JOIN case_file c ON c.office_id = h.office_id AND c.id = h.case_id
WHERE h.accepted_at IS NULL AND h.refused_at IS NULL AND h.withdrawn_at IS NULL AND c.handled_at IS NULL AND h.to_clerk IS DISTINCT FROM c.clerk_id
ORDER BY h.office_id, h.id LIMIT 1000

-- name: unscoped-handled-by
SELECT format('office %s: document %s is said to be answered by a document of another case file', d.office_id, d.reference_number)
FROM document d JOIN document o ON o.office_id = d.office_id AND o.id = d.handled_by_id
WHERE o.case_id <> d.case_id OR o.direction <> 'out' ORDER BY d.office_id, d.id LIMIT 1000
