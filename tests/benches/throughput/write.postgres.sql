WITH subject AS (
    SELECT t.id AS tenant_id, h.id AS appointment_id, h.office, i.id AS indicator_id, r.id AS area_id
    FROM tenant AS t
    JOIN appointment AS h ON h.tenant_id = t.id AND h.person_id = $2 AND h.office IN ('PERFORMANCE_OFFICER', 'RESEARCH_OFFICER', 'PARTNERSHIP_TEAM')
        AND h.from_on <= $3 AND (h.to_on IS NULL OR h.to_on >= $3)
    JOIN indicator AS i ON i.tenant_id = t.id AND i.reference = $4
    JOIN area AS r ON r.reference = $5
    WHERE t.slug = $1
        AND NOT EXISTS (SELECT 1 FROM period_close AS c WHERE c.tenant_id = t.id AND c.period = $6 AND c.approved_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM observation AS o WHERE o.tenant_id = t.id AND o.indicator_id = i.id AND o.area_id = r.id
            AND o.period = $6 AND o.superseded_on IS NULL)
    LIMIT 1
), done AS (
    INSERT INTO act (tenant_id, id, kind, person_id, appointment_id, office, done_on, done_at)
    SELECT tenant_id, $11, 'RECORD_OBSERVATIONS', $2, appointment_id, office, $3, $13 FROM subject RETURNING id
), entered AS (
    INSERT INTO observation (tenant_id, id, indicator_id, area_id, period, period_label, starts_on, ends_on, value_millionths, status,
        qualifier, revision, is_illustrative, source, act_id, recorded_on, recorded_at)
    SELECT s.tenant_id, $12, s.indicator_id, s.area_id, $6, $7, $8, $9, $10, 'NORMAL', 'EXACT', 1, false, $14, done.id, $3, $13
    FROM subject AS s CROSS JOIN done
    RETURNING period, value_millionths, status
)
SELECT json_build_object('recordObservations', json_build_object('observations', json_build_array(json_build_object(
    'period', json_build_object('code', period), 'value', trim_scale(value_millionths * 0.000001), 'status', status)),
    'userErrors', json_build_array()))::text
FROM entered
