//! Budgets of partnerships, decisions within delegated powers, what they commit, and the interests of those who take them. Money is in
//! pounds, exact to the penny.

mod budget;
mod commitment;
mod decision;
mod enums;
mod expenditure;
mod interest;
mod plan;
mod revising;
mod revision;
mod setting;
mod tenant;

pub use budget::{Budget, BudgetLine};
pub use commitment::{Commitment, CommitmentMutation};
pub use decision::Decision;
pub use enums::*;
pub use expenditure::ExpenditureMutation;
pub use interest::{Interest, InterestMutation};
pub use plan::PlanMutation;
pub use revising::BudgetRevisionMutation;
pub use revision::BudgetRevision;
pub use setting::BudgetMutation;
pub use tenant::TenantFinance;

use entity::{
    error::Error,
    rules::money::Pence,
    tables::{
        Id, TenantRow,
        organisation::{act, body},
    },
    usecases::organisation::bodies,
};

use super::{
    organisation::{Act, Body},
    relay::Member,
    scalars::Decimal,
};

/// So many pence, in pounds.
pub(super) fn pounds(pence: Pence) -> Decimal {
    Decimal(pence.pounds())
}

/// An act that a row names, loaded for all rows together.
pub(super) async fn act_of<R: TenantRow>(
    row: &Member<R>,
    relation: &'static str,
    of: impl Fn(&R) -> Option<Id<act::Model>> + Send + Sync,
) -> Result<Option<Act>, Error> {
    let ids: Vec<_> = row.rows().iter().filter_map(|row| of(row)).collect();
    let load = || async move { row.tx().get_many::<act::Entity>(row.tenant(), ids).await };
    Ok(row.beside(relation, of(row.row()), load).await?.map(Act))
}

/// A body that a row names, loaded for all rows together.
pub(super) async fn body_of<R: TenantRow>(
    row: &Member<R>,
    relation: &'static str,
    of: impl Fn(&R) -> Option<Id<body::Model>> + Send + Sync,
) -> Result<Option<Body>, Error> {
    let ids: Vec<_> = row.rows().iter().filter_map(|row| of(row)).collect();
    let load = || bodies::many(row.tx(), row.tenant(), ids);
    Ok(row.beside(relation, of(row.row()), load).await?.map(Body))
}
