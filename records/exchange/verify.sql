-- Each query names what must not be, one English sentence a row.

-- name: unscoped-lost
SELECT format('office %s: the submission of case file %s is not handed over, though the office had its own records system by then', s.office_id, c.mark)
FROM submission s JOIN case_file c ON c.office_id = s.office_id AND c.id = s.case_id
LEFT JOIN records_handover h ON h.office_id = s.office_id AND h.case_id = s.case_id
WHERE h.id IS NULL AND s.received_at < now() - interval '1 day' AND unscoped_records_driver(s.office_id, s.received_at) <> 'built-in'
ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-numbers-shared
SELECT format('office %s: number %s of its records system is that of %s submissions', office_id, number, count(*))
FROM records_handover WHERE number <> '' GROUP BY office_id, number HAVING count(*) > 1 ORDER BY office_id, number LIMIT 1000

-- name: unscoped-receipt-without-number
SELECT format('office %s: hand-over %s has a receipt and no number', office_id, key) FROM records_handover WHERE receipt_at IS NOT NULL AND number = '' ORDER BY office_id, id LIMIT 1000

-- name: unscoped-receipt-before-steps
SELECT format('office %s: hand-over %s has a receipt, yet step %s before it is not done', h.office_id, h.key, p.ordinal)
FROM records_handover h JOIN records_handover_step c ON c.office_id = h.office_id AND c.handover_id = h.id AND c.kind = 'confirm' AND c.done_at IS NOT NULL
JOIN records_handover_step p ON p.office_id = h.office_id AND p.handover_id = h.id AND p.ordinal < c.ordinal AND p.done_at IS NULL
WHERE h.receipt_at IS NOT NULL ORDER BY h.office_id, h.id LIMIT 1000

-- name: unscoped-step-numbers
SELECT format('office %s: the document %s of a hand-over has numbers %s', office_id, key, string_agg(DISTINCT number, ', '))
FROM records_handover_step WHERE number <> '' GROUP BY office_id, handover_id, key HAVING count(DISTINCT number) > 1 ORDER BY office_id, key LIMIT 1000

-- name: unscoped-other-number
SELECT format('office %s: hand-over %s has number %s, its first document %s', h.office_id, h.key, h.number, p.number)
FROM records_handover h JOIN records_handover_step p ON p.office_id = h.office_id AND p.handover_id = h.id AND p.kind IN ('document', 'confirm') AND p.number <> ''
JOIN document d ON d.office_id = p.office_id AND d.id = p.document_id AND d.ordinal = 1
WHERE p.number <> h.number ORDER BY h.office_id, h.id LIMIT 1000

-- name: unscoped-nobody-cares
SELECT format('office %s: hand-over %s is not finished and nobody will go on with it', h.office_id, h.key)
FROM records_handover h WHERE h.receipt_at IS NULL AND h.stopped_at IS NULL AND h.next_at IS NULL AND h.trouble <> 'refused' AND h.created_at < now() - interval '1 day'
ORDER BY h.office_id, h.id LIMIT 1000

-- name: unscoped-wrong-permit
SELECT format('office %s: records system %s is not what § 63 allows it', l.office_id, l.driver)
FROM records_link l JOIN office o ON o.id = l.office_id
WHERE l.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM records_permit p WHERE p.category = o.category AND p.driver = l.driver AND p.use = 'full'
  AND p.valid_from <= CAST(l.from_at AS date) AND (p.valid_to IS NULL OR p.valid_to >= CAST(l.from_at AS date)))
ORDER BY l.office_id, l.id LIMIT 1000
