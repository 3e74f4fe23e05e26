//! What awaits somebody's office: records that go no further until one of the offices they hold has done its part.

use uuid::Uuid;

use crate::{
    error::Result,
    policy::{self, Action, Office, Resource},
    rules::{period::Period, quarter_return::ReturnStatus, sharing::Standing},
    tables::{
        Id, TenantId,
        governance::{action, feedback_summary},
        performance::period_close,
        risk::risk_referral,
    },
    tenancy::{Agreed, TenantTx, Whose},
    usecases::{
        governance::{
            actions, collation,
            committees::{self, ENGAGEMENT_COMMITTEE},
            feedback,
            obligations::holder_of,
            quarterly_returns::{self, Return},
        },
        performance::periods,
        risk,
        sharing::agreements,
    },
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
    /// A return that was handed in and awaits its receipt.
    Return(Box<Return>),
    /// A summary of neighbourhood feedback that has come, and awaits the return that it goes into.
    FeedbackSummary(feedback_summary::Model),
    /// An action that was given to the office and isn't closed.
    Action(action::Model),
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
            // So does what was taken back and handed in anew.
            Awaited::Return(found) => format!("{}/{}", found.id.uuid(), found.submissions.len()),
            Awaited::FeedbackSummary(row) => format!("{}/{}", row.id.uuid(), row.version),
            Awaited::Action(row) => row.id.uuid().to_string(),
        };
        (self.tenant.uuid(), self.action, what)
    }

    /// The same as an identifier.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        let (tenant, action, what) = self.key();
        Id::<Self>::named("awaiting", &format!("{tenant}/{action}/{what}")).uuid()
    }
}

/// Everything in a tenant that awaits an office of the actor's there: agreements first, then closes, periods and risks, then
/// returns, summaries of feedback and actions.
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
    let receiving = receiving(tx, tenant).await?;
    let writing = offices(tx, tenant, Action::Record, Resource::QuarterlyReturn);
    if !receiving.is_empty() || !writing.is_empty() {
        let returns = quarterly_returns::of_tenant(tx, tenant, &quarterly_returns::Filter::default()).await?;
        if !writing.is_empty() {
            for row in summaries(tx, tenant, &returns).await? {
                await_(Awaited::FeedbackSummary(row), Action::Record, &writing);
            }
        }
        for found in returns.into_iter().filter(|found| !receiving.is_empty() && found.status == ReturnStatus::Submitted) {
            await_(Awaited::Return(Box::new(found)), Action::Determine, &receiving);
        }
    }
    for (row, offices) in given(tx, tenant).await? {
        await_(Awaited::Action(row), Action::Report, &offices);
    }
    Ok(awaiting)
}

/// The office in which the actor minutes for the committee that returns go to, if they do.
async fn receiving(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Office>> {
    let offices = offices(tx, tenant, Action::Determine, Resource::QuarterlyReturn);
    if offices.is_empty() {
        return Ok(offices);
    }
    let committee = committees::named(tx, tenant, ENGAGEMENT_COMMITTEE).await?;
    let held = committee.and_then(|row| tx.actor().held_on(tenant, Action::Determine, Resource::QuarterlyReturn, row.id));
    Ok(held.map(|held| held.office).into_iter().collect())
}

/// The summaries that were sent for the actor's own areas and quarters for which no return is in.
async fn summaries(tx: &TenantTx, tenant: TenantId, returns: &[Return]) -> Result<Vec<feedback_summary::Model>> {
    let mut found = collation::summaries(tx, tenant, &feedback::Filter::default()).await?;
    let is_own = |area| tx.actor().allows(tenant, (Action::Record, Resource::QuarterlyReturn), Whose::about(area));
    found.retain(|row| {
        let awaits = |one: &&Return| one.area.id == row.area_id && one.quarter.code() == row.quarter && one.standing().is_none();
        row.sent_on.is_some() && is_own(row.area_id) && returns.iter().any(|one| awaits(&one))
    });
    Ok(found)
}

/// The actions that aren't closed and for which an office of the actor's is accountable, with those offices.
async fn given(tx: &TenantTx, tenant: TenantId) -> Result<Vec<(action::Model, Vec<Office>)>> {
    let Some(own) = tx.actor().person() else { return Ok(Vec::new()) };
    let reporting = offices(tx, tenant, Action::Report, Resource::Action);
    if reporting.is_empty() || !tx.actor().may(tenant, Action::Read, Resource::Action) {
        return Ok(Vec::new());
    }
    let open = actions::open(tx, tenant).await?;
    let owners = actions::owners(tx, tenant, open.iter().map(|row| row.id).collect()).await?;
    let held = own.appointments.iter().filter(|held| held.tenant == tenant && reporting.contains(&held.office));
    let held: Vec<_> = held.collect();
    let of = |row: action::Model| {
        let owner = owners.iter().find(|owner| owner.action_id == row.id && owner.is_accountable)?;
        let holder = holder_of(owner);
        let mut offices: Vec<Office> =
            held.iter().filter(|held| holder.is_held(held, own.person)).map(|held| held.office).collect();
        offices.sort();
        offices.dedup();
        (!offices.is_empty()).then_some((row, offices))
    };
    Ok(open.into_iter().filter_map(of).collect())
}

/// The offices that the actor holds in the tenant and that may do it.
fn offices(tx: &TenantTx, tenant: TenantId, action: Action, resource: Resource) -> Vec<Office> {
    let held = tx.actor().offices(tenant).into_iter();
    held.filter(|office| policy::reach(*office, action, resource).is_some()).collect()
}
