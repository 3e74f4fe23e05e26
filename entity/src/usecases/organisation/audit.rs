//! The record: who wrote what and when, who read across tenants and why.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Error, Result},
    tables::{
        Id, TenantId,
        organisation::{audit_event, person},
    },
    tenancy::{Change, Disclosed, Page, PageRequest, READ_SHARED, SeenChange, TenantTx},
};

/// Which events are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only deeds of this kind, such as `SET_TARGET`.
    pub kind: Option<String>,
    /// Only those of this person.
    pub person: Option<Id<person::Model>>,
    /// Only those of this business date or later.
    pub from: Option<NaiveDate>,
    /// Only those of this business date or earlier.
    pub to: Option<NaiveDate>,
}

/// A page of a tenant's record, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, filter: &Filter, request: &PageRequest) -> Result<Page<audit_event::Model>> {
    use audit_event::Column;
    let mut rows = tx.rows::<audit_event::Entity>(tenant)?;
    if let Some(kind) = &filter.kind {
        rows = rows.filter(Column::Kind.eq(kind));
    }
    if let Some(person) = filter.person {
        rows = rows.filter(Column::PersonId.eq(person));
    }
    if let Some(from) = filter.from {
        rows = rows.filter(Column::DoneOn.gte(from));
    }
    if let Some(to) = filter.to {
        rows = rows.filter(Column::DoneOn.lte(to));
    }
    rows.page(&[(Column::Place, Order::Desc)], request).await
}

/// What an event says was changed, as far as its reader may see it; nothing for what was read, whose body is an object instead of a
/// list.
///
/// # Errors
/// When it can't be understood.
pub fn changes(tx: &TenantTx, event: &audit_event::Model) -> Result<Vec<SeenChange>> {
    if event.body.starts_with('{') {
        return Ok(Vec::new());
    }
    let changes: Vec<Change> = serde_json::from_str(&event.body).map_err(Error::internal)?;
    Ok(changes.into_iter().map(|change| tx.sight_of(event.tenant_id, change)).collect())
}

/// What an event says was read across tenants; nothing for what was written.
///
/// # Errors
/// When it can't be understood.
pub fn disclosure(event: &audit_event::Model) -> Result<Option<Disclosed>> {
    if event.kind != READ_SHARED {
        return Ok(None);
    }
    serde_json::from_str(&event.body).map(Some).map_err(Error::internal)
}
