//! Reading registers: risks with what was assessed, tried and done about each.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Problem, Result},
    rules::risk_score::{Category, Nature, Responding, Score, Scores},
    tables::{
        Id, TenantId,
        organisation::body,
        performance::area,
        risk::{risk, risk_action, risk_assessment, risk_attempt, risk_control, risk_link},
    },
    tenancy::TenantTx,
};

/// Which risks are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those on the registers of these bodies.
    pub bodies: Option<Vec<Id<body::Model>>>,
    /// Only those about an area for which the actor holds an office in the tenant.
    pub is_of_my_area: bool,
    /// Only those that are open, or closed.
    pub is_open: Option<bool>,
    /// Only threats, or opportunities.
    pub nature: Option<Nature>,
    /// Only strategic ones, or operational ones.
    pub category: Option<Category>,
    /// Only those with this text in their title, whatever the case.
    pub named: Option<String>,
}

/// The areas for which the actor holds an office in a tenant.
#[must_use]
pub fn own_areas(tx: &TenantTx, tenant: TenantId) -> BTreeSet<Id<area::Model>> {
    let held = tx.actor().person().into_iter().flat_map(|person| &person.appointments);
    held.filter(|held| held.tenant == tenant).filter_map(|held| held.area).collect()
}

/// The risks of a tenant that were known at the end of a day, the weightiest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, filter: &Filter, as_at: NaiveDate) -> Result<Vec<risk::Model>> {
    use risk::Column;
    let mut rows = tx.rows::<risk::Entity>(tenant)?.filter(Column::RecordedOn.lte(as_at));
    if let Some(bodies) = &filter.bodies {
        rows = rows.filter(tx.any_of(Column::BodyId, bodies.iter().copied()));
    }
    if filter.is_of_my_area {
        rows = rows.filter(tx.any_of(Column::AreaId, own_areas(tx, tenant)));
    }
    if let Some(nature) = filter.nature {
        rows = rows.filter(Column::Nature.eq(nature));
    }
    if let Some(category) = filter.category {
        rows = rows.filter(Column::Category.eq(category));
    }
    if let Some(text) = &filter.named {
        rows = rows.filter(tx.contains_text(&[Column::Title], text));
    }
    let mut found = rows.order_by(Column::Number, Order::Asc).all().await?;
    found.retain(|row| filter.is_open.is_none_or(|open| open == is_open(row, as_at)));
    let mut latest: HashMap<Id<risk::Model>, i32> = HashMap::new();
    for row in assessments(tx, tenant, found.iter().map(|row| row.id).collect()).await? {
        if row.recorded_on <= as_at {
            latest.insert(row.risk_id, scores(&row).residual.value());
        }
    }
    found.sort_by_key(|row| (std::cmp::Reverse(latest.get(&row.id).copied().unwrap_or(0)), row.number));
    Ok(found)
}

/// Whether a risk was open at the end of a day.
#[must_use]
pub fn is_open(row: &risk::Model, as_at: NaiveDate) -> bool {
    row.closed_on.is_none_or(|day| day > as_at)
}

/// The three scores of an assessment.
#[must_use]
pub const fn scores(row: &risk_assessment::Model) -> Scores {
    Scores {
        inherent: Score { likelihood: row.inherent_likelihood, impact: row.inherent_impact },
        residual: Score { likelihood: row.residual_likelihood, impact: row.residual_impact },
        target: Score { likelihood: row.target_likelihood, impact: row.target_impact },
    }
}

/// The assessments of risks, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn assessments(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_assessment::Model>> {
    use risk_assessment::Column;
    let rows = tx.rows::<risk_assessment::Entity>(tenant)?.filter(tx.any_of(Column::RiskId, risks));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The controls of risks, as they were put down.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn controls(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_control::Model>> {
    use risk_control::Column;
    let rows = tx.rows::<risk_control::Entity>(tenant)?.filter(tx.any_of(Column::RiskId, risks));
    rows.order_by(Column::RecordedOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The actions about risks, as they were put down.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn actions(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_action::Model>> {
    use risk_action::Column;
    let rows = tx.rows::<risk_action::Entity>(tenant)?.filter(tx.any_of(Column::RiskId, risks));
    rows.order_by(Column::RecordedOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The attempts at settling risks, as they were made.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn attempts(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_attempt::Model>> {
    use risk_attempt::Column;
    let rows = tx.rows::<risk_attempt::Entity>(tenant)?.filter(tx.any_of(Column::RiskId, risks));
    rows.order_by(Column::TriedOn, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// What risks are about.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn links(tx: &TenantTx, tenant: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_link::Model>> {
    use risk_link::Column;
    let rows = tx.rows::<risk_link::Entity>(tenant)?.filter(tx.any_of(Column::RiskId, risks));
    rows.order_by(Column::Id, Order::Asc).all().await
}

/// What the response to a risk lacks on a day.
#[must_use]
pub fn response_faults(row: &risk::Model, residual: Score, open_actions: usize, on: NaiveDate) -> Vec<Problem> {
    let responding = Responding {
        nature: row.nature,
        response: row.response,
        residual,
        appetite: row.appetite,
        open_actions,
        transferee: row.transferee.as_deref(),
        ends_on: row.ends_on,
        approval: row.approval.as_deref(),
        approval_expires_on: row.approval_expires_on,
    };
    responding.faults(on)
}
