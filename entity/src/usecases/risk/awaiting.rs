//! Risks that go no further until an office of the actor's has taken its step.

use std::collections::BTreeMap;

use super::referrals;
use crate::{
    error::Result,
    policy::{Action, Office, Resource},
    rules::escalation::State,
    tables::{Id, TenantId, organisation::body, risk::risk_referral},
    tenancy::TenantTx,
    usecases::governance::committees::{AUDIT_COMMITTEE, ENGAGEMENT_COMMITTEE},
};

/// The referrals of a tenant that await a step of the actor's, with what is to be done and in which office: the Engagement
/// Committee's note, the Treasurer's determination, the chief executive's decision, and what comes of a risk with a body.
///
/// # Errors
/// When the database fails.
pub async fn steps(tx: &TenantTx, tenant: TenantId) -> Result<Vec<(risk_referral::Model, Action, Office)>> {
    let offices = tx.actor().offices(tenant);
    let is_asked =
        [Office::CommitteeClerk, Office::Treasurer, Office::AuthorityChiefExecutive].iter().any(|own| offices.contains(own));
    if !is_asked || !tx.actor().may(tenant, Action::Read, Resource::Referral) {
        return Ok(Vec::new());
    }
    let received = referrals::received(tx, tenant, &referrals::Filter::default()).await?;
    let clerked = clerked(tx, tenant).await?;
    let mut awaiting = Vec::new();
    for row in received {
        for (_, state) in row.custody().places() {
            let step = match state {
                State::ReportedToEngagement if clerked.contains_key(ENGAGEMENT_COMMITTEE) => {
                    Some((Action::Record, Office::CommitteeClerk))
                }
                State::AuditCommittee if clerked.contains_key(AUDIT_COMMITTEE) => Some((Action::Record, Office::CommitteeClerk)),
                State::WithTreasurer => Some((Action::Determine, Office::Treasurer)),
                State::ChiefExecutive | State::SubregionalTeam => Some((Action::Resolve, Office::AuthorityChiefExecutive)),
                _ => None,
            };
            if let Some((action, office)) = step.filter(|(_, office)| offices.contains(office)) {
                awaiting.push((row.clone(), action, office));
            }
        }
    }
    Ok(awaiting)
}

/// The bodies that the actor clerks in a tenant, by reference.
async fn clerked(tx: &TenantTx, tenant: TenantId) -> Result<BTreeMap<String, Id<body::Model>>> {
    let held = tx.actor().person().into_iter().flat_map(|person| &person.appointments);
    let held = held.filter(|held| held.tenant == tenant && held.office == Office::CommitteeClerk);
    let bodies: Vec<_> = held.filter_map(|held| held.body).collect();
    if bodies.is_empty() {
        return Ok(BTreeMap::new());
    }
    Ok(tx.get_many::<body::Entity>(tenant, bodies).await?.into_iter().map(|row| (row.reference, row.id)).collect())
}
