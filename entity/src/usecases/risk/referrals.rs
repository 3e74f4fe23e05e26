//! Reading what was passed on: the Authority's own people all of it, an area's people what became of their risks.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, Order, sea_query::SimpleExpr};
use uuid::Uuid;

use super::{custody, registers};
use crate::{
    error::{Error, Result},
    policy::{Action, Resource},
    rules::{escalation::quarters_without_falling, period::Period},
    tables::{
        Id, TenantId,
        risk::{risk, risk_referral, risk_referral_step},
    },
    tenancy::TenantTx,
};

/// Which referrals are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those about an area for which the actor holds an office in the tenant.
    pub is_of_my_area: bool,
    /// Only those that the Treasurer hasn't determined.
    pub is_undetermined: bool,
    /// Only those that somebody above the lead member holds, or that nobody does.
    pub is_held_above: Option<bool>,
    /// Only those that were reported for this quarter.
    pub quarter: Option<Period>,
}

/// The referrals that a tenant received, in the order in which the Treasurer takes them up: first those not determined, of these first
/// those that were reported in two quarters running or more without falling, then the weightiest.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn received(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<risk_referral::Model>> {
    let mut rows = tx.rows::<risk_referral::Entity>(tenant)?;
    if filter.is_of_my_area {
        rows = rows.filter(tx.any_of(risk_referral::Column::AreaId, registers::own_areas(tx, tenant)));
    }
    let mut found = rows.order_by(risk_referral::Column::Number, Order::Asc).all().await?;
    found.retain(|row| !filter.is_undetermined || row.custody().is_undetermined());
    found.retain(|row| filter.is_held_above.is_none_or(|held| held == row.custody().is_held_above()));
    let steps = steps(tx, &found).await?;
    let mut order = BTreeMap::new();
    for row in &found {
        let own: Vec<_> = steps.iter().filter(|step| step.referral_id == row.id).cloned().collect();
        order.insert(row.id, custody::reports(&own));
    }
    let reports = |row: &risk_referral::Model| order.get(&row.id).map_or(&[][..], Vec::as_slice);
    if let Some(quarter) = filter.quarter {
        found.retain(|row| reports(row).iter().any(|(reported, _)| *reported == quarter));
    }
    let place = |row: &risk_referral::Model| {
        let is_undetermined = row.custody().is_undetermined();
        (!is_undetermined, quarters_without_falling(reports(row)) < 2, -row.residual_score, row.number)
    };
    found.sort_by_key(place);
    Ok(found)
}

/// Whether the actor reads all that a tenant received.
fn is_receiver(tx: &TenantTx, tenant: TenantId) -> bool {
    tx.actor().may(tenant, Action::Read, Resource::Referral)
}

/// Nothing where the actor may not look.
fn if_allowed<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_) | Error::Denied { .. } | Error::NotShared { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The referrals that meet a condition and that the actor may see, on either side.
async fn seen(tx: &TenantTx, condition: impl Fn() -> SimpleExpr) -> Result<Vec<risk_referral::Model>> {
    let mut found = BTreeMap::new();
    for tenant in tx.actor().tenants() {
        if is_receiver(tx, tenant) {
            let rows = tx.rows::<risk_referral::Entity>(tenant)?.filter(condition()).all().await?;
            found.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        if let Some(rows) = if_allowed(tx.rows_passed_on::<risk_referral::Entity>(tenant))? {
            found.extend(rows.filter(condition()).all().await?.into_iter().map(|row| (row.id, row)));
        }
    }
    Ok(found.into_values().collect())
}

/// The referrals with these identifiers that the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn many(tx: &TenantTx, receiver: TenantId, ids: Vec<Uuid>) -> Result<Vec<risk_referral::Model>> {
    let ids: Vec<Id<risk_referral::Model>> = ids.into_iter().map(Id::from_uuid).collect();
    let found = seen(tx, || tx.any_of(risk_referral::Column::Id, ids.iter().copied())).await?;
    Ok(found.into_iter().filter(|row| row.tenant_id == receiver).collect())
}

/// What became of risks of a tenant, as far as the actor may see it.
///
/// # Errors
/// When the database fails.
pub async fn of_risks(tx: &TenantTx, origin: TenantId, risks: Vec<Id<risk::Model>>) -> Result<Vec<risk_referral::Model>> {
    let condition = || tx.any_of(risk_referral::Column::OriginRiskId, risks.iter().copied());
    let mut found = match if_allowed(tx.rows_passed_on::<risk_referral::Entity>(origin))? {
        Some(rows) => rows.filter(condition()).all().await?,
        None => seen(tx, condition).await?.into_iter().filter(|row| row.origin_tenant_id == origin).collect(),
    };
    found.sort_by_key(|row| row.round);
    Ok(found)
}

/// The reported risks for which a risk on a receiving tenant's own register was captured, the latest last; none for those who don't read
/// what the tenant received.
///
/// # Errors
/// When the database fails.
pub async fn captured_as(tx: &TenantTx, receiver: TenantId, id: Id<risk::Model>) -> Result<Vec<risk_referral::Model>> {
    if !is_receiver(tx, receiver) {
        return Ok(Vec::new());
    }
    let rows = tx.rows::<risk_referral::Entity>(receiver)?.filter(risk_referral::Column::CapturedAsId.eq(id));
    rows.order_by(risk_referral::Column::Number, Order::Asc).all().await
}

/// The steps of referrals that the actor sees, in order.
///
/// # Errors
/// When the database fails.
pub async fn steps(tx: &TenantTx, referrals: &[risk_referral::Model]) -> Result<Vec<risk_referral_step::Model>> {
    use risk_referral_step::Column;
    let (received, passed_on): (Vec<_>, Vec<_>) = referrals.iter().partition(|row| is_receiver(tx, row.tenant_id));
    let by = |rows: Vec<&risk_referral::Model>, side: fn(&risk_referral::Model) -> TenantId| {
        let mut sides: BTreeMap<TenantId, BTreeSet<_>> = BTreeMap::new();
        for row in rows {
            sides.entry(side(row)).or_default().insert(row.id);
        }
        sides
    };
    let mut found = Vec::new();
    for (tenant, ids) in by(received, |row| row.tenant_id) {
        found.extend(tx.rows::<risk_referral_step::Entity>(tenant)?.filter(tx.any_of(Column::ReferralId, ids)).all().await?);
    }
    for (origin, ids) in by(passed_on, |row| row.origin_tenant_id) {
        let rows = tx.rows_passed_on::<risk_referral_step::Entity>(origin)?;
        found.extend(rows.filter(tx.any_of(Column::ReferralId, ids)).all().await?);
    }
    found.sort_by_key(|step| (step.referral_id, step.number));
    Ok(found)
}

/// The steps with these identifiers that the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn many_steps(tx: &TenantTx, receiver: TenantId, ids: Vec<Uuid>) -> Result<Vec<risk_referral_step::Model>> {
    use risk_referral_step::Column;
    let ids: Vec<Id<risk_referral_step::Model>> = ids.into_iter().map(Id::from_uuid).collect();
    let mut found = BTreeMap::new();
    for tenant in tx.actor().tenants() {
        if is_receiver(tx, tenant) {
            let rows = tx.rows::<risk_referral_step::Entity>(tenant)?.filter(tx.any_of(Column::Id, ids.iter().copied()));
            found.extend(rows.all().await?.into_iter().map(|row| (row.id, row)));
        }
        if let Some(rows) = if_allowed(tx.rows_passed_on::<risk_referral_step::Entity>(tenant))? {
            let rows = rows.filter(tx.any_of(Column::Id, ids.iter().copied())).all().await?;
            found.extend(rows.into_iter().map(|row| (row.id, row)));
        }
    }
    Ok(found.into_values().filter(|row| row.tenant_id == receiver).collect())
}
