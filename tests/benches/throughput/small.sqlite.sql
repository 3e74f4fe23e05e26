SELECT json_object(
    'viewer', (
        SELECT json_object('email', a.email, 'businessDate', ?3, 'person', json_object('name', p.name))
        FROM person AS p JOIN account AS a ON a.person_id = p.id WHERE p.id = ?2),
    'tenant', json_object(
        'name', t.name,
        'indicators', json_object('nodes', (
            SELECT json_group_array(json_object('code', i.code, 'title', i.title, 'unit', i.unit, 'polarity', i.polarity,
                'frequency', i.frequency) ORDER BY i.code, i.id)
            FROM (SELECT * FROM indicator WHERE tenant_id = t.id ORDER BY code, id LIMIT 10) AS i))))
FROM tenant AS t
WHERE t.slug = ?1 AND EXISTS (
    SELECT 1 FROM appointment AS a
    WHERE a.tenant_id = t.id AND a.person_id = ?2 AND a.from_on <= ?3 AND (a.to_on IS NULL OR a.to_on >= ?3))
