//! Bodies and the organisations that sit on them.

use sea_orm::Order;

use crate::{
    error::Result,
    tables::{
        Id, TenantId,
        organisation::{
            body::{self, BodyKind},
            body_membership,
        },
    },
    tenancy::{Page, PageRequest, TenantTx},
};

/// Which bodies are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of these kinds.
    pub kinds: Option<Vec<BodyKind>>,
    /// Only those whose name or other name contains this text, whatever the case.
    pub named: Option<String>,
}

/// A page of a tenant's bodies, by name.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(
    tx: &TenantTx,
    tenant: TenantId,
    filter: &Filter,
    descending: bool,
    request: &PageRequest,
) -> Result<Page<body::Model>> {
    use body::Column;
    let order = if descending { Order::Desc } else { Order::Asc };
    let mut rows = tx.rows::<body::Entity>(tenant)?;
    if let Some(kinds) = &filter.kinds {
        rows = rows.filter(tx.any_of(Column::Kind, kinds.iter().copied()));
    }
    if let Some(text) = &filter.named {
        rows = rows.filter(tx.contains_text(&[Column::Name, Column::Aliases], text));
    }
    rows.page(&[(Column::Name, order.clone()), (Column::Id, order)], request).await
}

/// The bodies below others.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn children(tx: &TenantTx, tenant: TenantId, parents: Vec<Id<body::Model>>) -> Result<Vec<body::Model>> {
    let rows = tx.rows::<body::Entity>(tenant)?;
    rows.filter(tx.any_of(body::Column::ParentId, parents)).order_by(body::Column::Name, Order::Asc).all().await
}

/// The bodies with these identifiers.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<body::Model>>) -> Result<Vec<body::Model>> {
    tx.get_many::<body::Entity>(tenant, ids).await
}

/// The memberships of bodies.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn memberships(tx: &TenantTx, tenant: TenantId, bodies: Vec<Id<body::Model>>) -> Result<Vec<body_membership::Model>> {
    let rows = tx.rows::<body_membership::Entity>(tenant)?;
    rows.filter(tx.any_of(body_membership::Column::BodyId, bodies)).order_by(body_membership::Column::Id, Order::Asc).all().await
}
