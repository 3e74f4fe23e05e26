INSERT INTO act (tenant_id, id, kind, person_id, appointment_id, office, done_on, done_at)
SELECT t.id, ?11, 'RECORD_OBSERVATIONS', ?2, h.id, h.office, ?3, ?13
FROM tenant AS t
JOIN appointment AS h ON h.tenant_id = t.id AND h.person_id = ?2 AND h.office IN ('PERFORMANCE_OFFICER', 'RESEARCH_OFFICER', 'PARTNERSHIP_TEAM')
    AND h.from_on <= ?3 AND (h.to_on IS NULL OR h.to_on >= ?3)
WHERE t.slug = ?1 AND NOT EXISTS (SELECT 1 FROM period_close AS c WHERE c.tenant_id = t.id AND c.period = ?6 AND c.approved_at IS NOT NULL)
LIMIT 1
