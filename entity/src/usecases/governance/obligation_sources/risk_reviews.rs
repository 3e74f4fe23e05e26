//! The review of each risk by the day that its last assessment sets, closed by assessing it anew or by closing it.

use std::collections::BTreeMap;

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::{Error, Result},
    policy::Office,
    tables::{
        TenantId,
        risk::{risk, risk_assessment},
    },
    tenancy::TenantTx,
    usecases::risk::registers,
};

/// A review for every assessment. A risk that was closed in time needs none; one that was overdue by then was.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let risks = match tx.rows::<risk::Entity>(tenant) {
        Ok(rows) => rows.all().await?,
        Err(Error::Denied { .. } | Error::NotShared { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let assessments = readable(registers::assessments(tx, tenant, risks.iter().map(|row| row.id).collect()).await)?;
    let mut by_risk: BTreeMap<_, Vec<risk_assessment::Model>> = BTreeMap::new();
    for assessment in assessments {
        by_risk.entry(assessment.risk_id).or_default().push(assessment);
    }
    let mut found = Vec::new();
    for row in &risks {
        let own = by_risk.remove(&row.id).unwrap_or_default();
        for (at, assessment) in own.iter().enumerate() {
            found.extend(review(tenant, row, assessment, own.get(at + 1)));
        }
    }
    Ok(found)
}

fn review(
    tenant: TenantId,
    row: &risk::Model,
    assessment: &risk_assessment::Model,
    next: Option<&risk_assessment::Model>,
) -> Option<Obligation> {
    let due_on = registers::scores(assessment).review_due(assessment.recorded_on)?;
    let closed_on = row.closed_on.filter(|_| next.is_none());
    if closed_on.is_some_and(|closed| closed <= due_on) {
        return None;
    }
    // Of offices that are held for an area, the area's is meant.
    let area = (row.owner_office == Office::PartnershipLeadMember).then_some(row.area_id);
    let owed = Owed {
        kind: ObligationKind::RiskReview,
        code: format!("RISK_REVIEW/{}/{}", row.id, assessment.number),
        title: format!("Review the risk \"{}\"", row.title),
        holder: Holder { office: Some(row.owner_office), area, ..Holder::default() },
        subject: Subject::Risk(row.id),
        duty: None,
        known_on: assessment.recorded_on,
        opens_on: assessment.recorded_on,
        due_on,
    };
    let assessed = next.map(|next| (next.recorded_on, format!("Assessment {}", next.number)));
    let met = assessed.or_else(|| closed_on.map(|day| (day, "The risk was closed".to_owned())));
    Some(owed.met(tenant, met))
}
