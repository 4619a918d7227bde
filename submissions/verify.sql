-- Each query but the last names what must not be, one English sentence a row.

-- name: unscoped-places
SELECT format('reference %s is held by %s offices', reference, count(*) FILTER (WHERE to_office IS NULL))
FROM submission GROUP BY reference HAVING count(*) FILTER (WHERE to_office IS NULL) <> 1 ORDER BY reference LIMIT 1000

-- name: unscoped-referred-to
SELECT format('office %s: submission %s went on to office %s, which does not have it from here', s.office_id, s.reference, s.to_office)
FROM submission s LEFT JOIN submission t ON t.office_id = s.to_office AND t.id = s.to_id
  AND t.from_office = s.office_id AND t.from_id = s.id AND t.reference = s.reference
WHERE s.to_office IS NOT NULL AND t.id IS NULL ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-referred-from
SELECT format('office %s: submission %s came from office %s, which did not send it here', s.office_id, s.reference, s.from_office)
FROM submission s LEFT JOIN submission f ON f.office_id = s.from_office AND f.id = s.from_id
  AND f.to_office = s.office_id AND f.to_id = s.id AND f.reference = s.reference
WHERE s.from_office IS NOT NULL AND f.id IS NULL ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-first-events
SELECT format('office %s: submission %s has %s events of its arrival', s.office_id, s.reference, count(e.id))
FROM submission s LEFT JOIN submission_event e ON e.office_id = s.office_id AND e.submission_id = s.id
  AND (e.kind = 'received' AND s.from_office IS NULL OR e.kind = 'taken-over'
    AND (s.from_office IS NOT NULL OR EXISTS (SELECT FROM office_origin o WHERE o.office_id = s.office_id))) -- who referred it may have stayed elsewhere
GROUP BY s.office_id, s.id HAVING count(e.id) <> 1 ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-events-nowhere
SELECT format('office %s: event %s belongs to no submission', e.office_id, e.id)
FROM submission_event e LEFT JOIN submission s ON s.office_id = e.office_id AND s.id = e.submission_id
WHERE s.id IS NULL ORDER BY e.office_id, e.id LIMIT 1000

-- name: unscoped-cases
SELECT format('office %s: submission %s has no case file with its document', s.office_id, s.reference)
FROM submission s LEFT JOIN case_file c ON c.office_id = s.office_id AND c.id = s.case_id
LEFT JOIN document d ON d.office_id = s.office_id AND d.id = s.document_id AND d.case_id = s.case_id AND d.direction = 'in'
WHERE c.id IS NULL OR d.id IS NULL ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-drafts
SELECT format('draft %s was sent as %s, which no office has', d.id, d.reference)
FROM draft d LEFT JOIN submission s ON s.reference = d.reference AND s.to_office IS NULL
WHERE d.reference IS NOT NULL AND s.id IS NULL ORDER BY d.id LIMIT 1000

-- name: unscoped-receipts
SELECT format('office %s: case file %s has %s receipts', c.office_id, c.mark, count(*))
FROM document d JOIN case_file c ON c.office_id = d.office_id AND c.id = d.case_id
WHERE d.kind = 'receipt' GROUP BY c.office_id, c.id HAVING count(*) > 1 ORDER BY c.office_id, c.id LIMIT 1000

-- name: unscoped-receipts-missing
SELECT format('office %s: submission %s has no receipt, and no job will make one', s.office_id, s.reference)
FROM submission s
WHERE NOT EXISTS (SELECT FROM document d WHERE d.office_id = s.office_id AND d.case_id = s.case_id AND d.kind = 'receipt')
  AND NOT EXISTS (SELECT FROM job j WHERE j.done_at IS NULL AND j.kind IN ('submission-received', 'receipt')
    AND j.payload = jsonb_build_object('office', s.office_id, 'submission', s.id))
ORDER BY s.office_id, s.id LIMIT 1000

-- name: unscoped-requests
SELECT format('office %s: the citizen is asked to complete case file %s, yet %s', r.office_id, c.mark,
  CASE WHEN c.handled_at IS NOT NULL THEN 'it is closed' ELSE 'its clock runs' END)
FROM completion_request r JOIN submission s ON s.office_id = r.office_id AND s.id = r.submission_id
JOIN case_file c ON c.office_id = s.office_id AND c.id = s.case_id
WHERE r.answered_at IS NULL AND r.withdrawn_at IS NULL AND (c.handled_at IS NOT NULL OR c.deadline_rule IS NOT NULL AND c.paused_on IS NULL)
ORDER BY r.office_id, r.id LIMIT 1000

-- name: unscoped-answers
SELECT format('office %s: request %s was answered by a document that its case file does not have', r.office_id, r.id)
FROM completion_request r JOIN submission s ON s.office_id = r.office_id AND s.id = r.submission_id
LEFT JOIN document d ON d.office_id = r.office_id AND d.id = r.answer_id AND d.case_id = s.case_id
WHERE r.answered_at IS NOT NULL AND d.id IS NULL ORDER BY r.office_id, r.id LIMIT 1000

-- name: unscoped-files
SELECT sha256, max(size) AS size, min(size) AS least, min(what) AS what FROM (
  SELECT p.sha256, p.size, 'document ' || d.reference_number || ' of office ' || p.office_id AS what
  FROM component p JOIN document d ON d.office_id = p.office_id AND d.id = p.document_id WHERE p.destroyed_in IS NULL
  UNION ALL SELECT sha256, size, 'draft ' || draft_id FROM draft_file
  UNION ALL SELECT f ->> 'sha256', NULL, 'mail ' || id FROM mail_message, jsonb_array_elements(files) f
  UNION ALL SELECT sha256, size, 'book ' || id || ' of office ' || office_id FROM book WHERE sha256 <> ''
  UNION ALL SELECT sha256, size, 'posting ' || posting_id || ' of office ' || office_id FROM posting_file WHERE sha256 <> ''
  UNION ALL SELECT sha256, size, 'clause of posting ' || posting_id || ' of office ' || office_id FROM posting_clause
  UNION ALL SELECT x ->> 'sha256', NULL, 'picture of file ' || v.sha256 || ' of office ' || office_id FROM posting_preview v, jsonb_array_elements(pictures) x
  UNION ALL SELECT thumb, NULL, 'picture of file ' || sha256 || ' of office ' || office_id FROM posting_preview WHERE thumb <> ''
  UNION ALL SELECT emblem, NULL, 'emblem of office ' || id FROM office WHERE emblem <> ''
) named GROUP BY sha256 ORDER BY sha256
