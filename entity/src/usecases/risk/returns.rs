//! What a lead member's quarterly return says of risks.

use super::{
    custody::{self, Account},
    referrals, registers,
};
use crate::{
    error::Result,
    rules::{
        escalation::{Step, Suggestion, suggestions},
        period::Period,
    },
    tables::{
        Id, TenantId,
        performance::area,
        risk::{risk, risk_assessment, risk_referral, risk_referral_step},
    },
    tenancy::TenantTx,
};

/// An open risk as a return shows it.
#[derive(Clone, Debug)]
pub struct OpenRisk {
    /// The risk.
    pub risk: risk::Model,
    /// Its latest assessment.
    pub assessment: Option<risk_assessment::Model>,
    /// How many attempts at settling it at source are on record; without one it can't be reported.
    pub attempts: usize,
    /// Its latest referral, once it was reported.
    pub referral: Option<risk_referral::Model>,
    /// The latest report of it, with what was said then.
    pub report: Option<risk_referral_step::Model>,
    /// Who holds it, since when, what was decided and what came back; the quarters for which it was reported.
    pub account: Account,
    /// Whether it was reported for the quarter of the return.
    pub is_reported: bool,
    /// Why it may be time to pass it on.
    pub suggestions: Vec<Suggestion>,
}

/// The open risks of an area's tenant that are about the area, the weightiest first, with where each stands for the return of a
/// quarter. The actor reads them as somebody at home in that tenant, as its lead member is.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn for_return(tx: &TenantTx, tenant: TenantId, area: Id<area::Model>, quarter: Period) -> Result<Vec<OpenRisk>> {
    let today = tx.business_date();
    let filter = registers::Filter { is_open: Some(true), ..registers::Filter::default() };
    let mut risks = registers::of_tenant(tx, tenant, &filter, today).await?;
    risks.retain(|row| row.area_id == area);
    let ids: Vec<_> = risks.iter().map(|row| row.id).collect();
    let assessments = registers::assessments(tx, tenant, ids.clone()).await?;
    let attempts = registers::attempts(tx, tenant, ids.clone()).await?;
    let passed_on = referrals::of_risks(tx, tenant, ids).await?;
    let steps = referrals::steps(tx, &passed_on).await?;
    let open = |row: risk::Model| {
        let own: Vec<_> = passed_on.iter().filter(|referral| referral.origin_risk_id == row.id).cloned().collect();
        let referral = custody::latest(&own).cloned();
        let taken: Vec<_> =
            steps.iter().filter(|step| referral.as_ref().is_some_and(|own| own.id == step.referral_id)).cloned().collect();
        let account = custody::at_home(&row, today, referral.as_ref().map(|referral| (referral, taken.as_slice())));
        let assessment = assessments.iter().rev().find(|assessment| assessment.risk_id == row.id).cloned();
        let residual = assessment.as_ref().map_or(0, |assessment| registers::scores(assessment).residual.value());
        OpenRisk {
            attempts: attempts.iter().filter(|attempt| attempt.risk_id == row.id).count(),
            is_reported: account.reports.iter().any(|(reported, _)| *reported == quarter),
            suggestions: suggestions(residual, &account.reports, row.resolve_by, today),
            report: taken.into_iter().rev().find(|step| step.step == Step::Report),
            assessment,
            referral,
            account,
            risk: row,
        }
    };
    Ok(risks.into_iter().map(open).collect())
}
