//! How tenants stand to each other and to organisations.

use async_graphql::SimpleObject;

use super::{Organisation, TenantRelationKind};
use crate::graphql::scalars::Date;

/// How a tenant stands to another tenant or organisation.
#[derive(SimpleObject)]
pub struct TenantRelation {
    /// What the first is to the second.
    pub(super) kind: TenantRelationKind,
    /// The name of the first.
    pub(super) from: Option<String>,
    /// The name of the second, when it is a tenant.
    pub(super) to: Option<String>,
    /// The second, when it is an organisation that keeps no data here.
    pub(super) organisation: Option<Organisation>,
    /// The first day on which it holds, where it is known.
    pub(super) from_on: Option<Date>,
    /// The last day on which it holds; null while it does.
    pub(super) to_on: Option<Date>,
}
