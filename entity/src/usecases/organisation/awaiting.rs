//! What awaits somebody's office: records that go no further until one of the offices they hold has done its part.

use uuid::Uuid;

use crate::{
    error::Result,
    policy::{self, Action, Office, Resource},
    rules::{period::Period, sharing::Standing},
    tables::{TenantId, performance::period_close, risk::risk_referral},
    tenancy::{Agreed, TenantTx},
    usecases::{performance::periods, risk, sharing::agreements},
};

/// A record that awaits an office.
#[derive(Clone, Debug)]
pub enum Awaited {
    /// An information-sharing agreement that the tenant hasn't approved.
    Sharing(Box<Agreed>),
    /// The close of a period whose figures have been verified and not approved.
    PeriodClose(period_close::Model),
    /// A period whose figures are complete and not verified.
    Period(Period),
    /// A risk that was passed on and awaits the office's step.
    RiskReferral(risk_referral::Model),
}

/// A record with the offices that it awaits.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// The tenant in which the office is held.
    pub tenant: TenantId,
    /// The record.
    pub record: Awaited,
    /// What the office is to do.
    pub action: Action,
    /// Those offices of the actor's in the tenant that may do it.
    pub offices: Vec<Office>,
}

impl Awaiting {
    /// What tells it from others that await something: the same as long as it awaits the same.
    #[must_use]
    pub fn key(&self) -> (Uuid, Action, String) {
        let what = match &self.record {
            Awaited::Sharing(agreed) => agreed.row.id.uuid().to_string(),
            Awaited::PeriodClose(close) => close.id.uuid().to_string(),
            Awaited::Period(period) => period.code(),
            // Each step awaits anew.
            Awaited::RiskReferral(row) => format!("{}/{}", row.id.uuid(), row.version),
        };
        (self.tenant.uuid(), self.action, what)
    }
}

/// Everything in a tenant that awaits an office of the actor's there: agreements first, then closes, then periods, then risks.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when the actor holds no appointment there; when the database fails.
pub async fn in_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Awaiting>> {
    if !tx.actor().acts_in(tenant) {
        return Err(crate::error::Error::NotFound("tenant"));
    }
    let mut awaiting = Vec::new();
    let mut await_ =
        |record, action, offices: &[Office]| awaiting.push(Awaiting { tenant, record, action, offices: offices.to_vec() });
    let approving = offices(tx, tenant, Action::Approve, Resource::Sharing);
    if !approving.is_empty() {
        for agreed in agreements::of_tenant(tx, tenant).await? {
            let has_approved = agreed.party(tenant).is_some_and(|party| party.approved_on.is_some());
            let is_over = matches!(agreements::overall(&agreed, tx.business_date()), Standing::Withdrawn | Standing::Lapsed);
            if !has_approved && !is_over {
                await_(Awaited::Sharing(Box::new(agreed)), Action::Approve, &approving);
            }
        }
    }
    let approving = offices(tx, tenant, Action::Approve, Resource::Period);
    if !approving.is_empty() {
        for close in periods::awaiting_approval(tx, tenant).await? {
            await_(Awaited::PeriodClose(close), Action::Approve, &approving);
        }
    }
    let verifying = offices(tx, tenant, Action::Verify, Resource::Period);
    if !verifying.is_empty() {
        for period in periods::awaiting_verification(tx, tenant).await? {
            await_(Awaited::Period(period), Action::Verify, &verifying);
        }
    }
    for (row, action, office) in risk::awaiting::steps(tx, tenant).await? {
        await_(Awaited::RiskReferral(row), action, &[office]);
    }
    Ok(awaiting)
}

/// The offices that the actor holds in the tenant and that may do it.
fn offices(tx: &TenantTx, tenant: TenantId, action: Action, resource: Resource) -> Vec<Office> {
    let held = tx.actor().offices(tenant).into_iter();
    held.filter(|office| policy::reach(*office, action, resource).is_some()).collect()
}
