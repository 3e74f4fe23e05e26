//! The way of a risk that was passed on: each office has its step to take (S4, Escalation and resolution of difficulties), and the
//! Treasurer a review of each quarter's.

use chrono::NaiveDate;

use super::{Holder, Obligation, ObligationKind, Owed, Subject, WITHOUT_MEETING, readable};
use crate::{
    error::{Error, Result},
    policy::Office,
    rules::{
        escalation::{State, determination_due, office_s_step_due},
        period::Period,
        quarter_return::{meeting_for, quarters},
    },
    tables::{
        Id, TenantId,
        organisation::body,
        risk::{risk_referral, risk_referral_step, risk_review},
    },
    tenancy::TenantTx,
    usecases::{
        governance::committees::{self, AUDIT_COMMITTEE, ENGAGEMENT_COMMITTEE},
        risk::{custody, referrals},
    },
};

/// A committee that risks go to, and when it meets.
struct Committee {
    id: Option<Id<body::Model>>,
    meets_on: Vec<NaiveDate>,
}

impl Committee {
    async fn of(tx: &TenantTx, tenant: TenantId, reference: &str) -> Result<Self> {
        let body = committees::named(tx, tenant, reference).await?;
        Ok(Self { id: body.map(|row| row.id), meets_on: committees::meeting_days(tx, tenant, reference).await? })
    }

    fn meets_next(&self, from: NaiveDate) -> Option<NaiveDate> {
        self.meets_on.iter().copied().find(|day| *day >= from)
    }

    fn clerk(&self) -> Holder {
        Holder { office: Some(Office::CommitteeClerk), body: self.id, ..Holder::default() }
    }
}

/// What is owed along the way of each risk that a tenant received, and the reviews of its quarters.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let rows = match tx.rows::<risk_referral::Entity>(tenant) {
        Ok(rows) => rows.all().await?,
        Err(Error::Denied { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let steps = readable(referrals::steps(tx, &rows).await)?;
    let engagement = Committee::of(tx, tenant, ENGAGEMENT_COMMITTEE).await?;
    let audit = Committee::of(tx, tenant, AUDIT_COMMITTEE).await?;
    let mut found = Vec::new();
    for row in &rows {
        let own: Vec<_> = steps.iter().filter(|step| step.referral_id == row.id).cloned().collect();
        // What lies anew where it lay before is the same step that is awaited.
        for arrived in own.iter().filter(|step| step.to_state != step.from_state) {
            let taken = own.iter().find(|step| {
                step.number > arrived.number && step.from_state == arrived.to_state && step.to_state != step.from_state
            });
            found.extend(awaited(arrived, row, (&engagement, &audit)).map(|owed| {
                owed.met(
                    tenant,
                    taken.map(|step| (step.recorded_on, step.reason.clone().unwrap_or_else(|| step.step.to_string()))),
                )
            }));
        }
    }
    found.extend(reviews(tx, tenant, &rows, &steps, &engagement).await?);
    Ok(found)
}

/// What an office has to do about a risk that has come to it.
fn awaited(
    arrived: &risk_referral_step::Model,
    row: &risk_referral::Model,
    (engagement, audit): (&Committee, &Committee),
) -> Option<Owed> {
    use ObligationKind::{RiskDecision, RiskDetermination, RiskNote, RiskOutcome};
    let (since, title) = (arrived.recorded_on, &row.title);
    let of = |office| Holder { office: Some(office), ..Holder::default() };
    let later = since.checked_add_months(WITHOUT_MEETING);
    let (kind, what, holder, due_on) = match arrived.to_state {
        State::ReportedToEngagement => (
            RiskNote,
            format!("Minute what the Engagement Committee notes on the reported risk \"{title}\""),
            engagement.clerk(),
            engagement.meets_next(since).or(later),
        ),
        State::WithTreasurer => {
            (RiskDetermination, format!("Determine the reported risk \"{title}\""), of(Office::Treasurer), arrived.due_on)
        }
        State::ChiefExecutive => (
            RiskDecision,
            format!("Decide whether to raise the risk \"{title}\" with the sub-regional team"),
            of(Office::AuthorityChiefExecutive),
            Some(office_s_step_due(since)),
        ),
        State::AuditCommittee => (
            RiskOutcome,
            format!("Record what came of the risk \"{title}\" at the Audit Committee"),
            audit.clerk(),
            audit.meets_next(since).or(later),
        ),
        State::SubregionalTeam => (
            RiskOutcome,
            format!("Record what came of the risk \"{title}\" at the sub-regional team"),
            of(Office::AuthorityChiefExecutive),
            later,
        ),
        _ => return None,
    };
    Some(Owed {
        kind,
        code: format!("{}/{}/{}", kind.code(), row.id, arrived.number),
        title: what,
        holder,
        subject: Subject::Referral(row.id),
        duty: None,
        known_on: since,
        opens_on: since,
        due_on: due_on?,
    })
}

/// The Treasurer's review of each quarter for which a risk was reported, once the committee has met on it: owed when the last of the
/// determinations is that follow from that meeting, and met by saying that it is complete.
async fn reviews(
    tx: &TenantTx,
    tenant: TenantId,
    rows: &[risk_referral::Model],
    steps: &[risk_referral_step::Model],
    engagement: &Committee,
) -> Result<Vec<Obligation>> {
    let said = match tx.rows::<risk_review::Entity>(tenant) {
        Ok(rows) => rows.all().await?,
        Err(Error::Denied { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut reported: Vec<Period> = Vec::new();
    for row in rows {
        let own: Vec<_> = steps.iter().filter(|step| step.referral_id == row.id).cloned().collect();
        reported.extend(custody::reports(&own).into_iter().map(|(quarter, _)| quarter));
    }
    let due = |quarter: Period| {
        let meeting = meeting_for(quarter, &engagement.meets_on)?;
        let completion = said.iter().filter(|row| row.quarter == quarter.code()).min_by_key(|row| row.number);
        let owed = Owed {
            kind: ObligationKind::RiskQuarterReview,
            code: format!("{}/{}", ObligationKind::RiskQuarterReview.code(), quarter.code()),
            title: format!("Complete the review of the risks reported for {}", quarter.label()),
            holder: Holder { office: Some(Office::Treasurer), ..Holder::default() },
            subject: Subject::Tenant,
            duty: None,
            known_on: quarter.end(),
            opens_on: meeting,
            due_on: determination_due(meeting),
        };
        Some(owed.met(tenant, completion.map(|row| (row.recorded_on, format!("{} risks were reported", row.reported)))))
    };
    Ok(quarters(tx.business_date()).into_iter().filter(|quarter| reported.contains(quarter)).filter_map(due).collect())
}
