//! Information-sharing agreements: each party approves for itself, and each may end it (domain, Information sharing agreements).

use chrono::NaiveDate;

use crate::{
    error::{Error, ProblemCode, Result},
    policy::{Action, Resource},
    rules::{
        blank::unless_blank,
        entry::{line_fault, text_fault},
        sharing::{Between, Standing, standing},
    },
    tables::{Id, TenantId, sharing::sharing_agreement},
    tenancy::{Agreed, Approval, TenantTx, deeds},
};

/// The agreements to which a tenant is a party, by reference and version.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Agreed>> {
    tx.leave_to_read(tenant, Resource::Sharing)?;
    let agreements = tx.sharing_agreements().await?;
    Ok(agreements.into_iter().filter(|agreed| agreed.party(tenant).is_some()).collect())
}

/// The agreements with these identifiers that the actor may see.
///
/// # Errors
/// When the database fails.
pub async fn many(tx: &TenantTx, ids: &[Id<sharing_agreement::Model>]) -> Result<Vec<Agreed>> {
    let may_see =
        |agreed: &Agreed| agreed.parties.iter().any(|party| tx.actor().may(party.party_id, Action::Read, Resource::Sharing));
    let agreements = tx.sharing_agreements().await?;
    Ok(agreements.into_iter().filter(|agreed| ids.contains(&agreed.row.id) && may_see(agreed)).collect())
}

/// How an agreement stands between two of its parties; `None` when one of them is no party.
#[must_use]
pub fn between(agreed: &Agreed, reader: TenantId, discloser: TenantId) -> Option<Between> {
    Some(Between {
        effective_from: agreed.row.effective_from,
        effective_to: agreed.row.effective_to,
        withdrawn_on: agreed.row.withdrawn_on,
        reader_approved_on: agreed.party(reader)?.approved_on,
        discloser_approved_on: agreed.party(discloser)?.approved_on,
    })
}

/// Whether an agreement is in force between any two of its parties on a day, or else why not between the first two.
#[must_use]
pub fn overall(agreed: &Agreed, on: NaiveDate) -> Standing {
    let parties = || agreed.parties.iter().map(|party| party.party_id);
    let pairs = parties().flat_map(|reader| parties().map(move |discloser| (reader, discloser)));
    let standings = pairs
        .filter(|(reader, discloser)| reader != discloser)
        .filter_map(|(reader, discloser)| Some(standing(&between(agreed, reader, discloser)?, on)));
    standings.min_by_key(|standing| *standing != Standing::InForce).unwrap_or(Standing::AwaitingDiscloser)
}

/// Approves an agreement for the acting tenant, from today on.
///
/// # Errors
/// [`Error::NotFound`] when there is none to which the tenant is a party; [`Error::Denied`] when no appointment allows it;
/// [`Error::Invalid`] when it was approved, has lapsed or was withdrawn.
pub async fn approve(tx: TenantTx, id: Id<sharing_agreement::Model>, minute: Option<&str>) -> Result<()> {
    let leave = tx.authorise_tenant::<deeds::ApproveSharing>()?;
    let agreed = tx.sharing_agreement(id).await?;
    still_open(&agreed, tx.business_date())?;
    if agreed.party(tx.acting_tenant()?).is_some_and(|party| party.approved_on.is_some()) {
        return Err(Error::invalid("agreement", ProblemCode::Duplicate, "Your tenant has approved it already."));
    }
    let minute = minute.and_then(unless_blank);
    if let Some(fault) = minute.and_then(|minute| line_fault("minuteReference", minute, 200)) {
        return Err(Error::Invalid(vec![fault]));
    }
    tx.act("APPROVE_SHARING", &leave).await?;
    let approval = Approval { on: tx.business_date(), office: leave.office()?, minute: minute.map(str::to_owned) };
    tx.approve_sharing_agreement(&agreed, approval).await?;
    tx.commit_with(&()).await
}

/// Withdraws the acting tenant from an agreement, which ends it for all parties today.
///
/// # Errors
/// As [`approve`]; [`Error::Invalid`] when no reason is given.
pub async fn withdraw(tx: TenantTx, id: Id<sharing_agreement::Model>, reason: &str) -> Result<()> {
    let leave = tx.authorise_tenant::<deeds::WithdrawSharing>()?;
    let agreed = tx.sharing_agreement(id).await?;
    still_open(&agreed, tx.business_date())?;
    let reason = unless_blank(reason).ok_or_else(|| Error::invalid("reason", ProblemCode::Missing, "Say why."))?;
    if let Some(fault) = text_fault("reason", reason, 2_000) {
        return Err(Error::Invalid(vec![fault]));
    }
    tx.act("WITHDRAW_SHARING", &leave).await?;
    tx.withdraw_sharing_agreement(&agreed, reason).await?;
    tx.commit_with(&()).await
}

fn still_open(agreed: &Agreed, today: NaiveDate) -> Result<()> {
    if agreed.row.withdrawn_on.is_some() {
        return Err(Error::invalid("agreement", ProblemCode::Locked, "This agreement was withdrawn; propose a new version."));
    }
    if today > agreed.row.effective_to {
        return Err(Error::invalid("agreement", ProblemCode::Locked, "This agreement has lapsed; propose a new version."));
    }
    Ok(())
}
