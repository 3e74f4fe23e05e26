INSERT INTO observation (tenant_id, id, indicator_id, area_id, period, period_label, starts_on, ends_on, value_millionths, status,
    qualifier, revision, is_illustrative, source, act_id, recorded_on, recorded_at)
SELECT t.id, ?12, i.id, r.id, ?6, ?7, ?8, ?9, ?10, 'NORMAL', 'EXACT', 1, 0, ?14, a.id, ?3, ?13
FROM tenant AS t
JOIN act AS a ON a.tenant_id = t.id AND a.id = ?11
JOIN indicator AS i ON i.tenant_id = t.id AND i.reference = ?4
JOIN area AS r ON r.reference = ?5
WHERE t.slug = ?1
    AND NOT EXISTS (SELECT 1 FROM observation AS o WHERE o.tenant_id = t.id AND o.indicator_id = i.id AND o.area_id = r.id
        AND o.period = ?6 AND o.superseded_on IS NULL)
RETURNING json_object('recordObservations', json_object('observations', json_array(json_object('period', json_object('code', period),
    'value', iif(value_millionths % 1000000, value_millionths / 1000000.0, value_millionths / 1000000), 'status', status)),
    'userErrors', json_array()))
