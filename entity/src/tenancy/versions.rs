//! Version numbers of what there is: one for each tenant and area of records, so that whoever keeps an answer learns by one small
//! look-up whether it still stands.
//!
//! What a transaction touches is noted where it is written, in [`TenantTx::insert`] and its neighbours, and moves its version on when
//! the transaction ends, as the last thing that it does. So no use case can forget it, and a write that is refused moves nothing. Rows
//! are always taken in the order of tenant and area, after everything else, so that nobody waits in a circle.
//!
//! A version begins at the moment of its first write, in microseconds, and moves on by one. Two databases restored from one backup
//! therefore never give the same number to different records, and a number is never given twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value, sea_query::ArrayType};
use uuid::Uuid;

use super::{Actor, DatabaseTransaction, Db, TenantTx, changes::ChangeFeed, scope};
use crate::{
    error::{Error, Result, settled},
    tables::{Id, RecordArea, TenantId, TenantTable, organisation::data_version, values::NotInSet},
};

/// An area of one tenant's records.
pub type Place = (TenantId, RecordArea);

/// The areas that a transaction has written to so far.
#[derive(Debug, Default)]
pub(super) struct Touched(Mutex<BTreeSet<Place>>);

impl Touched {
    pub(super) fn note(&self, place: Place) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place);
    }

    pub(super) fn take(&self) -> BTreeSet<Place> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The areas of a tenant, unless something else was written to, too.
    pub(super) fn take_only(&self, tenant: TenantId) -> Vec<RecordArea> {
        let mut touched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if touched.iter().any(|(of, _)| *of != tenant) {
            return Vec::new();
        }
        std::mem::take(&mut *touched).into_iter().map(|(_, area)| area).collect()
    }
}

/// The version that an area of a tenant's records has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataVersion {
    /// Whose records they are.
    pub tenant: TenantId,
    /// Which of them.
    pub area: RecordArea,
    /// Their version.
    pub version: i64,
}

/// The versions of all areas in the tenants that an actor may read anything of; 0 for what was never written to.
///
/// Found out with who asks, before an answer is made, they are a promise: while they stay the same, so does whatever the same actor is answered to the same
/// question on the same business date. An answer that shows neither acts nor the record may leave [`RecordArea::Record`] out, which
/// moves with every read across tenants, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataVersions(BTreeMap<Place, i64>);

impl DataVersions {
    /// The version of one area.
    #[must_use]
    pub fn of(&self, tenant: TenantId, area: RecordArea) -> i64 {
        self.0.get(&(tenant, area)).copied().unwrap_or(0)
    }

    /// What was found of what an actor may read anything of.
    fn seen_by(actor: &Actor, found: Vec<DataVersion>) -> Self {
        let tenants: BTreeSet<TenantId> = actor.tenants().union(&actor.disclosers()).copied().collect();
        let areas = RecordArea::ALL.iter();
        let mut versions: BTreeMap<Place, i64> =
            tenants.iter().flat_map(|tenant| areas.clone().map(|area| ((*tenant, *area), 0))).collect();
        for DataVersion { tenant, area, version } in found {
            if tenants.contains(&tenant) {
                versions.insert((tenant, area), version);
            }
        }
        Self(versions)
    }

    /// All of them, by tenant and area.
    pub fn iter(&self) -> impl Iterator<Item = DataVersion> {
        self.0.iter().map(|(&(tenant, area), &version)| DataVersion { tenant, area, version })
    }
}

impl TenantTx {
    /// Notes that rows of a register of the acting tenant are written.
    pub(super) fn touch<E: TenantTable>(&self) {
        if let Some(tenant) = self.acting {
            self.touched.note((tenant, RecordArea::of(E::RESOURCE)));
        }
    }

    /// The same for the tenants that these rows came from, which read them, too.
    pub(super) fn touch_origins<E: TenantTable>(&self, rows: &[E::Model]) {
        for origin in rows.iter().filter_map(E::origin_of) {
            self.touched.note((origin, RecordArea::of(E::RESOURCE)));
        }
    }
}

/// Ends a transaction: what it touched is moved on, and word of that leaves with the commit.
///
/// # Errors
/// When the database fails; then nothing was written, but for [`crate::error::Error::Unsettled`].
pub(super) async fn commit(
    transaction: DatabaseTransaction,
    feed: &dyn ChangeFeed,
    (acting, touched): (Option<TenantId>, BTreeSet<Place>),
    now: DateTime<Utc>,
) -> Result<()> {
    let moved = move_on(&transaction, feed, acting, touched, now).await?;
    let ended = settled(transaction.commit().await);
    // Whoever couldn't be told how it ended may have written, too.
    if matches!(ended, Ok(()) | Err(Error::Unsettled(_))) {
        feed.committed(&moved);
    }
    ended
}

/// Moves each of these on by one, and tells which versions they have come to. The last that a transaction does: from here on it
/// holds them, and it may write in no other tenant than the last of them.
async fn move_on(
    transaction: &DatabaseTransaction,
    feed: &dyn ChangeFeed,
    acting: Option<TenantId>,
    touched: BTreeSet<Place>,
    now: DateTime<Utc>,
) -> Result<Vec<DataVersion>> {
    let mut areas: BTreeMap<TenantId, Vec<RecordArea>> = BTreeMap::new();
    for (tenant, area) in touched {
        areas.entry(tenant).or_default().push(area);
    }
    let (mut acting, mut moved) = (acting, Vec::new());
    for (tenant, areas) in areas {
        if acting != Some(tenant) {
            scope::put_on_record(transaction, tenant).await?;
            acting = Some(tenant);
        }
        let mut values = Vec::new();
        let sql = moving(feed, tenant, &areas, now, &mut values);
        let statement = Statement::from_sql_and_values(transaction.get_database_backend(), sql, values);
        for row in transaction.query_all_raw(statement).await? {
            moved.push(DataVersion { tenant, area: row.try_get_by_index(0)?, version: row.try_get_by_index(1)? });
        }
    }
    Ok(moved)
}

/// Moves these areas of a tenant on by one and tells of it; its parameters are counted from behind those that `values` holds already.
pub(super) fn moving(
    feed: &dyn ChangeFeed,
    tenant: TenantId,
    areas: &[RecordArea],
    now: DateTime<Utc>,
    values: &mut Vec<Value>,
) -> String {
    values.extend([Value::from(tenant), now.timestamp_micros().into()]);
    let (tenant_at, now_at) = (values.len() - 1, values.len());
    let mut rows = Vec::with_capacity(areas.len());
    for area in areas {
        let id = Id::<data_version::Model>::named("data_version", &format!("{}/{area}", tenant.uuid()));
        values.extend([Value::from(id), Value::from(*area)]);
        rows.push(format!("(${tenant_at}, ${}, ${}, ${now_at})", values.len() - 1, values.len()));
    }
    format!(
        "INSERT INTO data_version (tenant_id, id, area, version) VALUES {} ON CONFLICT (tenant_id, area) \
         DO UPDATE SET version = data_version.version + 1 RETURNING area, version{}",
        rows.join(", "),
        feed.announcing()
    )
}

/// What recognising somebody is to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Who it is.
    Actor,
    /// And the versions of what they may read anything of.
    ActorWithVersions,
}

/// The rows that tell who somebody is, and the versions of the tenants that these name; none where they weren't wanted.
pub(super) struct Told {
    /// The rows.
    pub rows: Vec<QueryResult>,
    versions: Option<Vec<DataVersion>>,
}

impl Told {
    /// The versions of what an actor may read anything of.
    pub fn versions(self, actor: &Actor) -> Option<DataVersions> {
        Some(DataVersions::seen_by(actor, self.versions?))
    }
}

impl Db {
    /// Asks who somebody is, by a statement of `columns` columns of which the first is never null and one is called `tenant_id`; the
    /// versions come in a row of their own, so that a poll takes one statement and is answered from one moment.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn recognise(
        &self,
        (sql, columns): (&str, usize),
        values: impl IntoIterator<Item = Value>,
        wanted: Wanted,
    ) -> Result<Told> {
        if wanted == Wanted::Actor {
            return Ok(Told { rows: self.look_up(sql, values).await?, versions: None });
        }
        let backend = self.engine.backend();
        let (aggregates, no_aggregates) = match backend {
            DbBackend::Sqlite => (JSON, "NULL"),
            _ => (ARRAYS, "CAST(NULL AS uuid[]), CAST(NULL AS text[]), CAST(NULL AS bigint[])"),
        };
        let no_row = vec!["NULL"; columns].join(", ");
        let sql = format!(
            "WITH found AS ({sql}) SELECT found.*, {no_aggregates} FROM found \
             UNION ALL SELECT {no_row}, {aggregates} FROM data_version WHERE tenant_id IN (SELECT tenant_id FROM found)"
        );
        let all = self.look_up(&sql, values).await?;
        let (mut rows, mut versions) = (Vec::with_capacity(all.len()), Vec::new());
        for row in all {
            if row.try_get_by_index::<Option<Uuid>>(0)?.is_some() {
                rows.push(row);
            } else {
                versions = gathered(backend, &row, columns)?;
            }
        }
        Ok(Told { rows, versions: Some(versions) })
    }
}

/// Versions in one row, since they are asked at every poll and rows are most of what that costs.
const ARRAYS: &str = "array_agg(tenant_id), array_agg(area), array_agg(version)";

/// The same in SQLite, which has no lists.
const JSON: &str = "json_group_array(json_array(hex(tenant_id), area, version))";

/// Every version of these tenants that there is, in one statement and one row.
pub(super) async fn of_tenants(
    connection: &impl ConnectionTrait,
    tenants: &BTreeSet<TenantId>,
) -> Result<Vec<DataVersion>, DbErr> {
    let backend = connection.get_database_backend();
    let (sql, list) = if backend == DbBackend::Sqlite {
        let texts: Vec<String> = tenants.iter().map(|tenant| tenant.uuid().simple().to_string()).collect();
        let chosen = "tenant_id IN (SELECT unhex(value) FROM json_each($1))";
        (format!("SELECT {JSON} FROM data_version WHERE {chosen}"), Value::from(serde_json::Value::from(texts).to_string()))
    } else {
        let ids = tenants.iter().map(|tenant| (*tenant).into()).collect();
        let list = Value::Array(ArrayType::Uuid, Some(Box::new(ids)));
        (format!("SELECT {ARRAYS} FROM data_version WHERE tenant_id = ANY ($1)"), list)
    };
    let row = connection.query_one_raw(Statement::from_sql_and_values(backend, sql, [list])).await?;
    row.map_or(Ok(Vec::new()), |row| gathered(backend, &row, 0))
}

/// The versions in a row, from a place on.
fn gathered(backend: DbBackend, row: &QueryResult, place: usize) -> Result<Vec<DataVersion>, DbErr> {
    let not_ours = |error: String| DbErr::Type(error);
    if backend == DbBackend::Sqlite {
        let text: String = row.try_get_by_index(place)?;
        let each: Vec<(Uuid, RecordArea, i64)> = serde_json::from_str(&text).map_err(|error| not_ours(error.to_string()))?;
        return Ok(each
            .into_iter()
            .map(|(tenant, area, version)| DataVersion { tenant: Id::from_uuid(tenant), area, version })
            .collect());
    }
    // An aggregate of nothing is null.
    let tenants: Option<Vec<Uuid>> = row.try_get_by_index(place)?;
    let areas: Option<Vec<String>> = row.try_get_by_index(place + 1)?;
    let versions: Option<Vec<i64>> = row.try_get_by_index(place + 2)?;
    let (Some(tenants), Some(areas), Some(versions)) = (tenants, areas, versions) else { return Ok(Vec::new()) };
    let each = tenants.into_iter().zip(areas).zip(versions);
    let read = |((tenant, area), version): ((Uuid, String), i64)| {
        let area = area.parse().map_err(|error: NotInSet| not_ours(error.to_string()))?;
        Ok(DataVersion { tenant: Id::from_uuid(tenant), area, version })
    };
    each.map(read).collect()
}
