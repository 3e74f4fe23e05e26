WITH own AS MATERIALIZED (
    SELECT t.id, t.name, a.id AS agreement_id, a.name AS agreement_name
    FROM tenant AS t JOIN agreement AS a ON a.tenant_id = t.id AND a.starts_on <= ?3 AND a.ends_on >= ?3
    WHERE t.slug = ?1 AND EXISTS (
        SELECT 1 FROM appointment AS p
        WHERE p.tenant_id = t.id AND p.person_id = ?2 AND p.from_on <= ?3 AND (p.to_on IS NULL OR p.to_on >= ?3))
    ORDER BY a.starts_on DESC LIMIT 1
), policy AS MATERIALIZED (
    SELECT p.amount_millionths AS share,
        ' under ' || p.name || ' version ' || p.version || ', agreed by the ' || b.name || ' on ' || ltrim(strftime('%d', p.agreed_on), '0')
        || CASE strftime('%m', p.agreed_on) WHEN '01' THEN ' January ' WHEN '02' THEN ' February ' WHEN '03' THEN ' March '
            WHEN '04' THEN ' April ' WHEN '05' THEN ' May ' WHEN '06' THEN ' June ' WHEN '07' THEN ' July ' WHEN '08' THEN ' August '
            WHEN '09' THEN ' September ' WHEN '10' THEN ' October ' WHEN '11' THEN ' November ' ELSE ' December ' END
        || strftime('%Y', p.agreed_on) AS words, p.is_illustrative
    FROM own JOIN tolerance_policy AS p ON p.tenant_id = own.id JOIN body AS b ON b.tenant_id = p.tenant_id AND b.id = p.agreed_by_id
    WHERE p.name = 'Default tolerance' AND p.effective_from <= ?3 ORDER BY p.version DESC LIMIT 1
), gathered AS MATERIALIZED (
    SELECT l.outcome_id, l.position, l.id, l.indicator_id, l.area_id, i.code, i.title, i.polarity, policy.words, policy.share,
        o.is_illustrative OR t.is_illustrative OR policy.is_illustrative AS is_illustrative, o.value_millionths AS actual, o.period_label AS label,
        t.target_period, t.amount_millionths AS amount, t.baseline_millionths AS baseline,
        -- Whole millionths throughout: SQLite has no exact decimals.
        coalesce((SELECT b.amount_millionths FROM target AS b WHERE b.tenant_id = own.id AND b.agreement_indicator_id = l.id
            AND b.recorded_on <= ?3 AND (b.superseded_on IS NULL OR b.superseded_on > ?3) AND b.target_ends_on < o.ends_on
            ORDER BY b.target_ends_on DESC LIMIT 1), t.baseline_millionths) AS before,
        CAST(substr(o.period, -1) AS INTEGER) AS part
    FROM own CROSS JOIN policy CROSS JOIN agreement_indicator AS l ON l.tenant_id = own.id AND l.agreement_id = own.agreement_id
    CROSS JOIN indicator AS i ON i.tenant_id = own.id AND i.id = l.indicator_id
    CROSS JOIN observation AS o ON o.rowid = (SELECT r.rowid FROM observation AS r
        WHERE r.tenant_id = own.id AND r.indicator_id = l.indicator_id AND r.area_id = l.area_id AND r.ends_on IS NOT NULL
            AND r.recorded_on <= ?3 AND (r.superseded_on IS NULL OR r.superseded_on > ?3)
        ORDER BY r.ends_on DESC LIMIT 1)
    CROSS JOIN target AS t ON t.rowid = (SELECT n.rowid FROM target AS n
        WHERE n.tenant_id = own.id AND n.agreement_indicator_id = l.id
            AND n.recorded_on <= ?3 AND (n.superseded_on IS NULL OR n.superseded_on > ?3) AND n.target_ends_on >= o.ends_on
        ORDER BY n.target_ends_on LIMIT 1)
), expected AS MATERIALIZED (
    SELECT *, before + (amount - before) * part / 4 AS expected,
        CASE polarity WHEN 'HIGHER' THEN before + (amount - before) * part / 4 - actual ELSE actual - before - (amount - before) * part / 4
            END AS shortfall,
        abs(before + (amount - before) * part / 4) * share / 100000000 AS width,
        CASE polarity WHEN 'HIGHER' THEN ' short' ELSE ' over' END AS side
    FROM gathered
), judged AS MATERIALIZED (
    SELECT *, CASE WHEN shortfall <= 0 THEN 'Green' WHEN shortfall <= width THEN 'Amber' ELSE 'Red' END AS colour FROM expected
), line AS MATERIALIZED (
    SELECT j.outcome_id, json_group_array(json_object(
        'code', j.code, 'title', j.title,
        'target', json_object('period', json_object('code', j.target_period),
            'value', iif(j.amount % 1000000, j.amount / 1000000.0, j.amount / 1000000),
            'baseline', iif(j.baseline % 1000000, j.baseline / 1000000.0, j.baseline / 1000000)),
        'observations', json_object('nodes', (
            SELECT json_group_array(json_object('period', json_object('code', r.period),
                'value', iif(r.value_millionths % 1000000, r.value_millionths / 1000000.0, r.value_millionths / 1000000),
                'status', r.status) ORDER BY r.ends_on)
            FROM (SELECT period, status, ends_on, value_millionths FROM observation
                WHERE tenant_id = (SELECT id FROM own) AND indicator_id = j.indicator_id AND area_id = j.area_id AND ends_on IS NOT NULL
                    AND recorded_on <= ?3 AND (superseded_on IS NULL OR superseded_on > ?3)
                ORDER BY ends_on DESC LIMIT 4) AS r)),
        'status', json_object('colour', upper(j.colour),
            'reason', j.colour || ': ' || printf('%.1f', j.actual / 1000000.0) || ' against an expected '
                || printf('%.1f', j.expected / 1000000.0) || ' by ' || j.label || '; ' || CASE j.colour
                    WHEN 'Green' THEN 'on or better than expected'
                    WHEN 'Amber' THEN 'up to ' || rtrim(rtrim(printf('%.3f', j.width / 1000000.0), '0'), '.') || j.side
                    ELSE 'more than ' || rtrim(rtrim(printf('%.3f', j.width / 1000000.0), '0'), '.') || j.side END
                || ' is ' || lower(j.colour) || j.words || iif(j.is_illustrative, ' (illustrative).', '.'),
            'expected', iif(j.expected % 1000000, j.expected / 1000000.0, j.expected / 1000000),
            'actual', iif(j.actual % 1000000, j.actual / 1000000.0, j.actual / 1000000),
            'shortfall', iif(j.shortfall % 1000000, j.shortfall / 1000000.0, j.shortfall / 1000000))
        ) ORDER BY j.position, j.id) AS list
    FROM judged AS j GROUP BY j.outcome_id
), under_theme AS MATERIALIZED (
    SELECT o.theme_id, json_group_array(json_object('number', o.number, 'statement', o.statement,
        'indicators', json_object('nodes', json(line.list))) ORDER BY o.number) AS list
    FROM line CROSS JOIN own CROSS JOIN outcome AS o ON o.tenant_id = own.id AND o.id = line.outcome_id
    GROUP BY o.theme_id
)
SELECT json_object('tenant', json_object('name', own.name, 'agreement', json_object('name', own.agreement_name,
    'themes', json_object('nodes', (
        SELECT json_group_array(json_object('number', t.number, 'name', t.name,
            'outcomes', json_object('nodes', json(under_theme.list))) ORDER BY t.number)
        FROM under_theme CROSS JOIN theme AS t ON t.tenant_id = own.id AND t.id = under_theme.theme_id
        WHERE t.agreement_id = own.agreement_id)))))
FROM own
