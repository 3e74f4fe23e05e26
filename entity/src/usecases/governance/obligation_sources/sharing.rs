//! The review of each information-sharing agreement by its date, owed in the tenant that proposed it: closed by proposing the next
//! version, or by withdrawing from it.

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    policy::Office,
    tables::TenantId,
    tenancy::{Agreed, TenantTx},
    usecases::{organisation::tenants, sharing::agreements},
};

/// One for each agreement that two parties have approved.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let all = readable(agreements::of_tenant(tx, tenant).await)?;
    let is_agreed = |agreed: &&Agreed| agreed.parties.iter().filter(|party| party.approved_on.is_some()).count() > 1;
    let own: Vec<&Agreed> = all.iter().filter(|agreed| agreed.row.proposed_by_id == tenant).filter(is_agreed).collect();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    // S4, Appendix 2, action 4: the Engagement Manager keeps the Authority's timetable. In a partnership whoever proposes looks after it.
    let office = if tenants::is_authority(tx, tenant).await? { Office::EngagementManager } else { Office::PerformanceOfficer };
    let review = |agreed: &&Agreed| {
        let row = &agreed.row;
        let owed = Owed {
            kind: ObligationKind::SharingReview,
            code: format!("SHARING_REVIEW/{}", row.id),
            title: format!("Review the information-sharing agreement \"{}\", version {}", row.title, row.version),
            holder: Holder { office: Some(office), ..Holder::default() },
            subject: Subject::Sharing(row.id),
            duty: None,
            known_on: row.proposed_on,
            opens_on: row.effective_from,
            due_on: row.review_on,
        };
        let next = all.iter().filter(|next| next.row.supersedes_id == Some(row.id)).min_by_key(|next| next.row.proposed_on);
        let renewed = next.map(|next| (next.row.proposed_on, format!("Version {} was proposed", next.row.version)));
        let ended = row.withdrawn_on.map(|day| (day, "It was withdrawn".to_owned()));
        owed.met(tenant, [renewed, ended].into_iter().flatten().min_by_key(|(day, _)| *day))
    };
    Ok(own.iter().map(review).collect())
}
