//! Obligations that follow from other registers of the Authority's: the lead members' quarterly returns, and the risks that await the
//! Treasurer's determination. Whoever may not read those registers has no such obligations to see.

use super::{
    obligations::{Holder, Obligation, Subject},
    quarterly_returns,
};
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::{escalation::State, holidays::Calendar, obligations::ObligationKind},
    tables::{TenantId, risk::risk_referral},
    tenancy::TenantTx,
    usecases::risk::referrals,
};

/// The number of the duty to report each quarter.
const QUARTERLY_RETURN: i32 = 1;

/// What may not be read gives rise to nothing.
fn readable<T>(read: Result<Vec<T>>) -> Result<Vec<T>> {
    match read {
        Err(Error::Denied { .. }) => Ok(Vec::new()),
        read => read,
    }
}

/// The quarterly returns for which a committee's meeting is fixed: owed by the area's lead member, and met by handing them in.
///
/// # Errors
/// When the database fails.
pub(super) async fn returns(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let found = readable(quarterly_returns::of_tenant(tx, tenant, &quarterly_returns::Filter::default()).await)?;
    let obligation = |one: quarterly_returns::Return| {
        let standing = one.standing();
        Some(Obligation {
            tenant,
            kind: ObligationKind::QuarterlyReturn,
            code: format!("QUARTERLY_RETURN/{}", one.id),
            title: format!("Hand in the return on {} for {}", one.area.name, one.quarter.label()),
            holder: Holder { office: Some(Office::PartnershipLeadMember), area: Some(one.area.id), body: None },
            subject: Subject::Return(one.id),
            duty: Some(QUARTERLY_RETURN),
            opens_on: one.quarter.end().succ_opt()?,
            due_on: one.due_on?,
            calendar: Calendar::England,
            met_on: standing.map(|submission| submission.submitted_on),
            evidence: standing.map(|submission| format!("Submission {}, SHA-256 {}", submission.number, submission.content_hash)),
            waived: None,
        })
    };
    Ok(found.into_iter().filter_map(obligation).collect())
}

/// The risks that the Engagement Committee passed to the Treasurer: owed within ten working days of the committee, and met by a
/// determination.
///
/// # Errors
/// When the database fails.
pub(super) async fn determinations(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let rows = match tx.rows::<risk_referral::Entity>(tenant) {
        Ok(rows) => rows.all().await?,
        Err(Error::Denied { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let steps = readable(referrals::steps(tx, &rows).await)?;
    let mut found = Vec::new();
    for row in &rows {
        let own = || steps.iter().filter(|step| step.referral_id == row.id);
        for passed in own().filter(|step| step.to_state == State::WithTreasurer) {
            let Some(due_on) = passed.due_on else { continue };
            let determined = own().filter(|step| step.number > passed.number && step.from_state == State::WithTreasurer);
            let determined = determined.min_by_key(|step| step.number);
            found.push(Obligation {
                tenant,
                kind: ObligationKind::RiskDetermination,
                code: format!("RISK_DETERMINATION/{}/{}", row.id, passed.number),
                title: format!("Determine the reported risk \"{}\"", row.title),
                holder: Holder { office: Some(Office::Treasurer), ..Holder::default() },
                subject: Subject::Referral(row.id),
                duty: None,
                opens_on: passed.recorded_on.min(due_on),
                due_on,
                calendar: Calendar::England,
                met_on: determined.map(|step| step.recorded_on),
                evidence: determined.and_then(|step| step.reason.clone()),
                waived: None,
            });
        }
    }
    Ok(found)
}
