-- Each query names what must not be, one English sentence a row.

-- name: unscoped-left-unmarked
SELECT format('office %s: document %s left (sending %s), yet it is not marked as sent', d.office_id, doc.reference_number, d.id)
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE doc.sent_at IS NULL AND EXISTS (SELECT FROM dispatch_event e WHERE e.office_id = d.office_id AND e.dispatch_id = d.id
  AND e.kind IN ('sent', 'boxed', 'stored', 'posted', 'delivered', 'refused', 'fiction'))
ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-left-cancelled
SELECT format('office %s: document %s left (sending %s) after it was cancelled', d.office_id, doc.reference_number, d.id)
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE doc.cancelled_at IS NOT NULL AND EXISTS (SELECT FROM dispatch_event e WHERE e.office_id = d.office_id AND e.dispatch_id = d.id AND e.kind = 'sent' AND e.at > doc.cancelled_at)
ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-not-outgoing
SELECT format('office %s: document %s is sent (sending %s), yet it is no outgoing one', d.office_id, doc.reference_number, d.id)
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE doc.direction <> 'out' ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-events-ahead
SELECT format('office %s: event %s of sending %s is on %s, after it was noted', office_id, id, dispatch_id, on_day)
FROM dispatch_event WHERE on_day > CAST(at AT TIME ZONE 'Europe/Prague' AS date) ORDER BY office_id, id LIMIT 1000

-- name: unscoped-offices-lack
SELECT format('office %s: document %s was sent to office %s (sending %s) and has no number there', d.office_id, doc.reference_number, d.to_office, d.id)
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE d.way = 'office' AND NOT EXISTS (SELECT FROM document n WHERE n.office_id = d.to_office AND n.channel = 'office' AND CAST(n.envelope ->> 'dispatch' AS bigint) = d.id)
ORDER BY d.office_id, d.id LIMIT 1000

-- name: unscoped-sheets
SELECT format('office %s: %s hand-over sheets of %s have numbers up to %s', office_id, count(*), year, max(no))
FROM dispatch_sheet GROUP BY office_id, year HAVING count(*) <> max(no) OR min(no) <> 1 ORDER BY office_id, year LIMIT 1000

-- name: unscoped-sheets-empty
SELECT format('office %s: hand-over sheet %s/%s has no letter', s.office_id, s.no, s.year)
FROM dispatch_sheet s WHERE NOT EXISTS (SELECT FROM dispatch d WHERE d.office_id = s.office_id AND d.sheet_year = s.year AND d.sheet_no = s.no)
ORDER BY s.office_id, s.year, s.no LIMIT 1000

-- name: unscoped-replaced-twice
SELECT format('office %s: two sendings took the place of sending %s', office_id, instead_of)
FROM dispatch WHERE instead_of IS NOT NULL GROUP BY office_id, instead_of HAVING count(*) > 1 ORDER BY office_id, instead_of LIMIT 1000

-- name: unscoped-repeated
SELECT d.*, doc.case_id, doc.reference_number, doc.subject, '' AS mark
FROM dispatch d JOIN document doc ON doc.office_id = d.office_id AND doc.id = d.document_id
WHERE EXISTS (SELECT FROM dispatch n WHERE n.office_id = d.office_id AND n.instead_of = d.id) ORDER BY d.office_id, d.id

-- name: unscoped-repeated-events
SELECT id, dispatch_id, kind, on_day, at, key, voids, actor, data FROM dispatch_event e
WHERE EXISTS (SELECT FROM dispatch n WHERE n.office_id = e.office_id AND n.instead_of = e.dispatch_id) ORDER BY id
