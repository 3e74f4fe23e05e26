//! Series of observations as they stood on a day: the latest few of each, in one statement for any number of series.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use sea_orm::Value;

use crate::{
    error::{Error, Result},
    policy::Resource,
    tables::{
        Id, QuickMap, TenantId,
        performance::{area, indicator, observation},
    },
    tenancy::{Engine, TenantTx},
};

/// What a series is of: an indicator in an area.
pub type SeriesKey = (Id<indicator::Model>, Id<area::Model>);

/// Series of figures, by what they are of.
pub type Series = QuickMap<SeriesKey, Vec<Arc<observation::Brief>>>;

/// The latest `depth` dated observations of each series as they stood at the end of `as_at`, latest first; and those `named` one by
/// one, however far back.
///
/// Revisions recorded later are left out, and what they replaced is given instead. Breaks in a series come along however
/// long ago they were, because no comparison may reach across one.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn latest(
    tx: &TenantTx,
    tenant: TenantId,
    keys: &[SeriesKey],
    named: &[FigureKey],
    depth: u32,
    as_at: NaiveDate,
) -> Result<Series> {
    let (sql, values) = match tx.engine() {
        Engine::Sqlite => {
            let keys = as_json(keys.iter().map(|(indicator, area)| [hex(indicator.uuid()), hex(area.uuid())]))?;
            (SQLITE, vec![as_at.into(), keys, i64::from(depth).into(), names_as_json(named)?])
        }
        Engine::Postgres => {
            let uuids = |values: Vec<Value>| Value::Array(sea_orm::sea_query::ArrayType::Uuid, Some(Box::new(values)));
            let indicators = uuids(keys.iter().map(|(indicator, _)| (*indicator).into()).collect());
            let areas = uuids(keys.iter().map(|(_, area)| (*area).into()).collect());
            let [indicators_named, areas_named, periods_named] = names_as_arrays(named);
            let depth = i64::from(depth).into();
            (POSTGRES, vec![as_at.into(), indicators, areas, depth, indicators_named, areas_named, periods_named])
        }
    };
    let rows: Vec<observation::Found> = tx.select_many_by_sql((tenant, Resource::Observation), sql, values).await?;
    let mut series = Series::with_capacity_and_hasher(keys.len(), Default::default());
    for found in rows {
        let key =
            key_of(found.series, keys, named).ok_or_else(|| Error::internal("a figure of a series that nobody asked for"))?;
        let row = observation::Brief { tenant_id: tenant, indicator_id: key.0, area_id: key.1, found };
        series.entry(key).or_default().push(Arc::new(row));
    }
    for rows in series.values_mut() {
        rows.sort_by(|a, b| {
            let (a, b) = (&a.found, &b.found);
            b.ends_on.cmp(&a.ends_on).then_with(|| a.period.code.cmp(&b.period.code))
        });
        // A figure can come more than once: among the latest, the breaks and the named. Of a period only one stands, so they are
        // neighbours.
        rows.dedup_by_key(|row| row.found.id);
    }
    Ok(series)
}

/// What a row is of, by the number that it came with.
fn key_of(number: i64, keys: &[SeriesKey], named: &[FigureKey]) -> Option<SeriesKey> {
    let at = usize::try_from(number.unsigned_abs()).ok()?.checked_sub(1)?;
    if number > 0 { keys.get(at).copied() } else { named.get(at).map(|(indicator, area, _)| (*indicator, *area)) }
}

macro_rules! cells {
    () => {
        "o.id, o.indicator_id, o.period, o.period_label, o.starts_on, o.ends_on, o.value_millionths, \
         o.value_high_millionths, o.denominator_millionths, o.status, o.qualifier, o.is_illustrative"
    };
}

macro_rules! columns {
    () => {
        "o.tenant_id, o.id, o.indicator_id, o.area_id, o.period, o.period_label, o.starts_on, o.ends_on, o.value_millionths, \
         o.value_high_millionths, o.numerator_millionths, o.denominator_millionths, o.status, o.qualifier, o.no_value_reason, o.revision, \
         o.supersedes_id, o.revision_reason, o.is_illustrative, o.note, o.source, o.act_id, o.recorded_on, o.recorded_at, o.superseded_on"
    };
}

// LATERAL with a limit reads as many rows as are wanted, however long the history. The breaks are found by their indicators, by an index of
// their own, before they are told apart by series. What a colour rests on comes in one text (`tables::packed`).
const POSTGRES: &str = "SELECT whole.series::text || '\u{1f}' || whole.brief AS brief FROM (\
     SELECT k.n AS series, o.indicator_id, o.brief FROM unnest($3, $4) WITH ORDINALITY AS k (indicator_id, area_id, n) \
     CROSS JOIN LATERAL (SELECT * FROM observation \
     WHERE tenant_id = $1 AND indicator_id = k.indicator_id AND area_id = k.area_id AND ends_on IS NOT NULL \
     AND recorded_on <= $2 AND (superseded_on IS NULL OR superseded_on > $2) ORDER BY ends_on DESC LIMIT $5) AS o \
     UNION ALL SELECT k.n, o.indicator_id, o.brief FROM observation AS o \
     JOIN unnest($3, $4) WITH ORDINALITY AS k (indicator_id, area_id, n) ON k.indicator_id = o.indicator_id AND k.area_id = o.area_id \
     WHERE o.tenant_id = $1 AND o.status = 'BREAK_IN_SERIES' AND o.indicator_id = ANY ($3) \
     AND o.ends_on IS NOT NULL AND o.recorded_on <= $2 AND (o.superseded_on IS NULL OR o.superseded_on > $2) \
     UNION ALL SELECT -k.n, o.indicator_id, o.brief FROM unnest($6, $7, $8) WITH ORDINALITY AS k (indicator_id, area_id, period, n) \
     JOIN observation AS o ON o.tenant_id = $1 AND o.indicator_id = k.indicator_id AND o.area_id = k.area_id AND o.period = k.period \
     WHERE o.ends_on IS NOT NULL AND o.recorded_on <= $2 AND (o.superseded_on IS NULL OR o.superseded_on > $2)) AS whole";

// The keys come as one JSON text, so that one prepared statement serves any number of them.
const SQLITE: &str = concat!(
    "SELECT whole.series, whole.id, whole.period, whole.period_label, whole.starts_on, whole.ends_on, whole.value_millionths, \
     whole.value_high_millionths, whole.denominator_millionths, whole.status, whole.qualifier, whole.is_illustrative \
     FROM (SELECT k.key + 1 AS series, ",
    cells!(),
    " FROM json_each(?3) AS k CROSS JOIN observation AS o ON o.rowid IN (SELECT i.rowid FROM observation AS i \
     WHERE i.tenant_id = ?1 AND i.indicator_id = unhex(k.value ->> 0) AND i.area_id = unhex(k.value ->> 1) AND i.ends_on IS NOT NULL \
     AND i.recorded_on <= ?2 AND (i.superseded_on IS NULL OR i.superseded_on > ?2) ORDER BY i.ends_on DESC LIMIT ?4) \
     UNION ALL SELECT k.key + 1, ",
    cells!(),
    " FROM json_each(?3) AS k CROSS JOIN observation AS o ON o.tenant_id = ?1 AND o.status = 'BREAK_IN_SERIES' \
     AND o.indicator_id = unhex(k.value ->> 0) AND o.area_id = unhex(k.value ->> 1) AND o.ends_on IS NOT NULL \
     AND o.recorded_on <= ?2 AND (o.superseded_on IS NULL OR o.superseded_on > ?2) UNION ALL SELECT -1 - k.key, ",
    cells!(),
    " FROM json_each(?5) AS k CROSS JOIN observation AS o ON o.tenant_id = ?1 AND o.indicator_id = unhex(k.value ->> 0) \
     AND o.area_id = unhex(k.value ->> 1) AND o.period = k.value ->> 2 WHERE o.ends_on IS NOT NULL \
     AND o.recorded_on <= ?2 AND (o.superseded_on IS NULL OR o.superseded_on > ?2)) AS whole"
);

/// What a figure is of: an indicator in an area, for a period by its code.
pub type FigureKey = (Id<indicator::Model>, Id<area::Model>, String);

/// The observations that stand at these keys, revised ones left out, in one statement for any number of keys.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn standing(tx: &TenantTx, tenant: TenantId, keys: &[FigureKey]) -> Result<HashMap<FigureKey, observation::Model>> {
    let (sql, values) = match tx.engine() {
        Engine::Sqlite => (STANDING_SQLITE, vec![names_as_json(keys)?]),
        Engine::Postgres => (STANDING_POSTGRES, names_as_arrays(keys).to_vec()),
    };
    let rows: Vec<observation::Model> = tx.select_by_sql((tenant, Resource::Observation), sql, values).await?;
    Ok(rows.into_iter().map(|row| ((row.indicator_id, row.area_id, row.period.clone()), row)).collect())
}

fn names_as_json(keys: &[FigureKey]) -> Result<Value> {
    as_json(keys.iter().map(|(indicator, area, period)| [hex(indicator.uuid()), hex(area.uuid()), period.clone()]))
}

/// Keys as one JSON text, the form in which SQLite takes any number of them.
fn as_json<const N: usize>(keys: impl Iterator<Item = [String; N]>) -> Result<Value> {
    let keys: Vec<Vec<String>> = keys.map(Vec::from).collect();
    Ok(Value::from(serde_json::to_string(&keys).map_err(Error::internal)?))
}

fn hex(id: uuid::Uuid) -> String {
    id.simple().to_string()
}

fn names_as_arrays(keys: &[FigureKey]) -> [Value; 3] {
    use sea_orm::sea_query::ArrayType;
    let array = |kind: ArrayType, values: Vec<Value>| Value::Array(kind, Some(Box::new(values)));
    [
        array(ArrayType::Uuid, keys.iter().map(|(indicator, ..)| (*indicator).into()).collect()),
        array(ArrayType::Uuid, keys.iter().map(|(_, area, _)| (*area).into()).collect()),
        array(ArrayType::String, keys.iter().map(|(.., period)| period.clone().into()).collect()),
    ]
}

const STANDING_POSTGRES: &str = concat!(
    "SELECT whole.* FROM (SELECT ",
    columns!(),
    " FROM unnest($2, $3, $4) AS k (indicator_id, area_id, period) JOIN observation AS o ON o.tenant_id = $1 \
     AND o.indicator_id = k.indicator_id AND o.area_id = k.area_id AND o.period = k.period WHERE o.superseded_on IS NULL) AS whole"
);

const STANDING_SQLITE: &str = concat!(
    "SELECT whole.* FROM (SELECT ",
    columns!(),
    " FROM json_each(?2) AS k CROSS JOIN observation AS o ON o.tenant_id = ?1 AND o.indicator_id = unhex(k.value ->> 0) \
     AND o.area_id = unhex(k.value ->> 1) AND o.period = k.value ->> 2 WHERE o.superseded_on IS NULL) AS whole"
);
