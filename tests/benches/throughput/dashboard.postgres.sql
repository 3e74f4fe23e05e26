WITH own AS (
    SELECT t.id, t.name, a.id AS agreement_id, a.name AS agreement_name
    FROM tenant AS t JOIN LATERAL (
        SELECT * FROM agreement WHERE tenant_id = t.id AND starts_on <= $3 AND ends_on >= $3 ORDER BY starts_on DESC LIMIT 1) AS a ON true
    WHERE t.slug = $1 AND EXISTS (
        SELECT 1 FROM appointment AS a
        WHERE a.tenant_id = t.id AND a.person_id = $2 AND a.from_on <= $3 AND (a.to_on IS NULL OR a.to_on >= $3))
), policy AS (
    SELECT p.amount_millionths * 0.00000001 AS share,
        ' under ' || p.name || ' version ' || p.version || ', agreed by the ' || b.name || ' on ' ||
        to_char(p.agreed_on, 'FMDD FMMonth YYYY') AS words, p.is_illustrative
    FROM own JOIN tolerance_policy AS p ON p.tenant_id = own.id JOIN body AS b ON b.tenant_id = p.tenant_id AND b.id = p.agreed_by_id
    WHERE p.name = 'Default tolerance' AND p.effective_from <= $3 ORDER BY p.version DESC LIMIT 1
), line AS (
    SELECT l.outcome_id, json_agg(json_build_object(
        'code', i.code, 'title', i.title,
        'target', json_build_object('period', json_build_object('code', t.target_period),
            'value', trim_scale(t.amount_millionths * 0.000001), 'baseline', trim_scale(t.baseline_millionths * 0.000001)),
        'observations', json_build_object('nodes', o.list),
        'status', json_build_object('colour', upper(v.colour),
            'reason', v.colour || ': ' || to_char(o.actual, 'FM9999990.0') || ' against an expected ' || to_char(e.expected, 'FM9999990.0')
                || ' by ' || o.label || '; ' || CASE v.colour
                    WHEN 'Green' THEN 'on or better than expected'
                    WHEN 'Amber' THEN 'up to ' || trim_scale(w.width) || w.side
                    ELSE 'more than ' || trim_scale(w.width) || w.side END
                || ' is ' || lower(v.colour) || policy.words
                || CASE WHEN o.is_illustrative OR t.is_illustrative OR policy.is_illustrative THEN ' (illustrative).' ELSE '.' END,
            'expected', trim_scale(e.expected), 'actual', trim_scale(o.actual), 'shortfall', trim_scale(w.shortfall))
        ) ORDER BY l.position, l.id) AS list
    FROM own JOIN agreement_indicator AS l ON l.tenant_id = own.id AND l.agreement_id = own.agreement_id
    JOIN indicator AS i ON i.tenant_id = own.id AND i.id = l.indicator_id
    CROSS JOIN policy
    CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('period', json_build_object('code', r.period), 'value', trim_scale(r.value), 'status', r.status)
                ORDER BY r.ends_on) AS list,
            max(r.ends_on) AS ends_on, (array_agg(r.value ORDER BY r.ends_on DESC))[1] AS actual,
            (array_agg(r.period_label ORDER BY r.ends_on DESC))[1] AS label, (array_agg(right(r.period, 1)::int ORDER BY r.ends_on DESC))[1] AS part,
            (array_agg(r.is_illustrative ORDER BY r.ends_on DESC))[1] AS is_illustrative
        FROM (
            SELECT period, period_label, status, ends_on, is_illustrative, value_millionths * 0.000001 AS value FROM observation
            WHERE tenant_id = own.id AND indicator_id = l.indicator_id AND area_id = l.area_id AND ends_on IS NOT NULL
                AND recorded_on <= $3 AND (superseded_on IS NULL OR superseded_on > $3)
            ORDER BY ends_on DESC LIMIT 4) AS r) AS o
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT target_period, target_ends_on, amount_millionths, baseline_millionths, is_illustrative,
                lag(amount_millionths, 1, baseline_millionths) OVER (ORDER BY target_ends_on) AS before_millionths
            FROM target WHERE tenant_id = own.id AND agreement_indicator_id = l.id
                AND recorded_on <= $3 AND (superseded_on IS NULL OR superseded_on > $3)) AS standing
        WHERE target_ends_on >= o.ends_on ORDER BY target_ends_on LIMIT 1) AS t
    CROSS JOIN LATERAL (
        SELECT (t.before_millionths + (t.amount_millionths - t.before_millionths) * o.part / 4) * 0.000001 AS expected) AS e
    CROSS JOIN LATERAL (
        SELECT CASE i.polarity WHEN 'HIGHER' THEN e.expected - o.actual ELSE o.actual - e.expected END AS shortfall,
            abs(e.expected) * policy.share AS width,
            CASE i.polarity WHEN 'HIGHER' THEN ' short' ELSE ' over' END AS side) AS w
    CROSS JOIN LATERAL (
        SELECT CASE WHEN w.shortfall <= 0 THEN 'Green' WHEN w.shortfall <= w.width THEN 'Amber' ELSE 'Red' END AS colour) AS v
    GROUP BY l.outcome_id
), under_theme AS (
    SELECT o.theme_id, json_agg(json_build_object('number', o.number, 'statement', o.statement,
        'indicators', json_build_object('nodes', line.list)) ORDER BY o.number) AS list
    FROM own JOIN outcome AS o ON o.tenant_id = own.id JOIN line ON line.outcome_id = o.id
    GROUP BY o.theme_id
)
SELECT json_build_object('tenant', json_build_object('name', own.name, 'agreement', json_build_object('name', own.agreement_name,
    'themes', json_build_object('nodes', (
        SELECT json_agg(json_build_object('number', t.number, 'name', t.name,
            'outcomes', json_build_object('nodes', under_theme.list)) ORDER BY t.number)
        FROM theme AS t JOIN under_theme ON under_theme.theme_id = t.id
        WHERE t.tenant_id = own.id AND t.agreement_id = own.agreement_id)))))::text
FROM own
