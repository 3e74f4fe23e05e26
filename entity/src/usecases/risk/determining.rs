//! The Treasurer's part: every reported risk is determined, with a reason; those of the Authority's are captured in its register.

use sea_orm::{ColumnTrait, Order};

use super::{
    LONGEST_TEXT,
    deciding::{Said, Stepped, held, minute, moved, passed, put_down},
    kept, needed, refused,
    registering::{Measure, NewRisk, Responds, Written, action_row, assessment, write},
    registers,
    statement::Statement,
    unless,
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        escalation::{Branch, Scope, Step},
        risk_score::{Nature, Response},
    },
    tables::{
        Id,
        organisation::body::{self, BodyKind},
        risk::{risk, risk_action, risk_assessment, risk_referral},
    },
    tenancy::{Hold, TenantTx, Whose, deeds},
};

/// What the Treasurer determines of a reported risk.
#[derive(Clone, Debug)]
pub struct Determination {
    /// The referral.
    pub referral: Id<risk_referral::Model>,
    /// Whom it concerns; none when it isn't significant.
    pub scope: Option<Scope>,
    /// Why.
    pub reason: String,
    /// What makes it less, for what is captured in the Authority's register.
    pub mitigations: Option<String>,
    /// The minute or note that records it.
    pub minute_reference: Option<String>,
    /// The version that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Determines a reported risk: not significant; the Authority's, which captures it in its register; the partnership's, of which the
/// chief executive is advised; or both. What was captured before and is open still is brought up to date, and not put there twice.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`]; [`Error::Invalid`] without a reason, or without mitigations for what is captured, and
/// with `OUT_OF_TURN` when the Treasurer doesn't hold it; with `STALE_VERSION` when another version stands than was expected.
pub async fn determine(tx: TenantTx, determination: &Determination) -> Result<Id<risk_referral::Model>> {
    tx.get::<risk_referral::Entity>(tx.acting_tenant()?, determination.referral).await?;
    let leave = tx.authorise_new::<deeds::DetermineReferral>(Whose::default())?;
    let before = held(&tx, determination.referral, determination.expected_version).await?;
    let is_captured = matches!(determination.scope, Some(Scope::Authority | Scope::Both));
    let mut faults: Vec<Problem> = needed("reason", &determination.reason, LONGEST_TEXT).into_iter().collect();
    faults.extend(minute(determination.minute_reference.as_deref()));
    if is_captured {
        faults.extend(needed("mitigations", determination.mitigations.as_deref().unwrap_or_default(), LONGEST_TEXT));
    }
    let said = |mitigations: Option<String>| Said {
        reason: Some(determination.reason.clone()),
        mitigations,
        minute_reference: kept(determination.minute_reference.as_deref()),
        scope: determination.scope,
        ..Said::default()
    };
    let Some(scope) = determination.scope else {
        return passed(tx, before, (Branch::Common, Step::NotSignificant), (said(None), faults), (&leave, "DETERMINE_RISK"))
            .await;
    };
    let custody = before.custody();
    let after = custody.determine(scope, leave.office()?).map_err(|error| refused("referral", error))?;
    unless(faults)?;
    let act = tx.act("DETERMINE_RISK", &leave).await?;
    let mut further = vec![
        (risk_referral::Column::Scope, Some(scope).into()),
        (risk_referral::Column::DueOn, None::<chrono::NaiveDate>.into()),
    ];
    let from = custody.state();
    if let Some(to) = after.authority {
        let mitigations = determination.mitigations.as_deref().unwrap_or_default();
        let written = Written { act, on: tx.business_date() };
        let captured = match captured_before(&tx, &before).await? {
            Some(row) => capture_again(&tx, &row, &before, mitigations, &written).await?,
            None => capture(&tx, &before, mitigations, &written).await?,
        };
        further.push((risk_referral::Column::CapturedAsId, Some(captured).into()));
        let stepped = Stepped { step: Step::Capture, branch: Branch::Authority, from, to };
        put_down(&tx, &before, stepped, said(kept(Some(mitigations))), (leave.warrant(), act)).await?;
    }
    if let Some(to) = after.partnership {
        let stepped = Stepped { step: Step::Advise, branch: Branch::Partnership, from, to };
        put_down(&tx, &before, stepped, said(None), (leave.warrant(), act)).await?;
    }
    moved(&tx, &before, after, further).await?;
    tx.commit_with(&before.id).await?;
    Ok(before.id)
}

/// The risk and its history, as reported last.
async fn stated(tx: &TenantTx, referral: &risk_referral::Model) -> Result<Statement> {
    let steps = super::referrals::steps(tx, std::slice::from_ref(referral)).await?;
    steps.iter().rev().find_map(Statement::in_step).ok_or(Error::NotFound("statement"))
}

/// The row on the Authority's own register for which the same risk was captured before, while it is open; held until this transaction
/// ends.
async fn captured_before(tx: &TenantTx, referral: &risk_referral::Model) -> Result<Option<risk::Model>> {
    use risk_referral::Column;
    let own = tx.acting_tenant()?;
    let rounds = tx.rows::<risk_referral::Entity>(own)?.filter(Column::OriginTenantId.eq(referral.origin_tenant_id));
    let rounds =
        rounds.filter(Column::OriginRiskId.eq(referral.origin_risk_id)).order_by(Column::Round, Order::Desc).all().await?;
    let Some(row) = rounds.into_iter().find_map(|round| round.captured_as_id) else { return Ok(None) };
    tx.hold::<risk::Entity>(Some(vec![row]), Hold::Alone).await?;
    Ok(Some(tx.get::<risk::Entity>(own, row).await?).filter(|row| row.closed_on.is_none()))
}

/// Brings the row up to date on which a risk stands that is captured again: it is assessed as it was reported, and what makes it less is
/// one more thing to be done.
async fn capture_again(
    tx: &TenantTx,
    row: &risk::Model,
    referral: &risk_referral::Model,
    mitigations: &str,
    written: &Written,
) -> Result<Id<risk::Model>> {
    let own = tx.acting_tenant()?;
    let stated = stated(tx, referral).await?;
    let latest = stated.latest().ok_or(Error::NotFound("assessment"))?;
    let last = registers::assessments(tx, own, vec![row.id]).await?.pop().map_or(0, |last| last.number);
    let reason =
        Some(format!("Reported again from {} as number {}, for {}", stated.tenant, stated.number, referral.last_quarter));
    let assessed = assessment(tx, own, (row.id, last.saturating_add(1)), latest.scores, reason.as_deref(), written);
    let further = Measure { description: mitigations.trim().to_owned(), owner_office: Office::Treasurer, due_on: None };
    tx.insert::<risk_assessment::Entity>(vec![assessed]).await?;
    tx.insert::<risk_action::Entity>(vec![action_row(tx, own, row.id, &further, written)]).await?;
    tx.set::<risk::Entity>([row.id], vec![(risk::Column::Version, row.version.saturating_add(1).into())]).await?;
    Ok(row.id)
}

/// Puts a reported risk on the Authority's own register, as it was stated, with what makes it less.
async fn capture(
    tx: &TenantTx,
    referral: &risk_referral::Model,
    mitigations: &str,
    written: &Written,
) -> Result<Id<risk::Model>> {
    let own = tx.acting_tenant()?;
    let stated = stated(tx, referral).await?;
    let latest = stated.latest().ok_or(Error::NotFound("assessment"))?;
    let authority = tx.rows::<body::Entity>(own)?.filter(body::Column::Kind.eq(BodyKind::PoliceAuthority)).one().await?;
    let captured = NewRisk {
        body: authority.ok_or_else(|| Error::invalid("referral", ProblemCode::NotFound, "There is no authority here."))?.id,
        area: Some(referral.area_id),
        title: stated.title.clone(),
        nature: stated.nature,
        category: stated.category,
        cause: stated.cause.clone(),
        event: stated.event.clone(),
        effect: stated.effect.clone(),
        owner_office: Office::Treasurer,
        owner_organisation: None,
        appetite: stated.appetite,
        responds: Responds {
            response: if stated.nature == Nature::Threat { Response::Treat } else { Response::Enhance },
            transferee: None,
            ends_on: None,
            approval: None,
            approval_expires_on: None,
        },
        resolve_by: None,
        scores: latest.scores,
        reason: latest.reason.clone(),
        controls: Vec::new(),
        actions: vec![Measure { description: mitigations.to_owned(), owner_office: Office::Treasurer, due_on: None }],
        indicators: Vec::new(),
        agreements: Vec::new(),
        source: format!("Reported from {} as number {}, for {}", stated.tenant, stated.number, referral.last_quarter),
    };
    write(tx, own, referral.area_id, &captured, written).await
}

/// Escalates a captured risk to the Audit Committee.
///
/// # Errors
/// As [`determine`].
pub async fn escalate(
    tx: TenantTx,
    id: Id<risk_referral::Model>,
    reason: &str,
    expected_version: Option<i32>,
) -> Result<Id<risk_referral::Model>> {
    tx.get::<risk_referral::Entity>(tx.acting_tenant()?, id).await?;
    let leave = tx.authorise_new::<deeds::DetermineReferral>(Whose::default())?;
    let before = held(&tx, id, expected_version).await?;
    let faults = needed("reason", reason, LONGEST_TEXT).into_iter().collect();
    let said = Said { reason: Some(reason.to_owned()), ..Said::default() };
    passed(tx, before, (Branch::Authority, Step::Escalate), (said, faults), (&leave, "ESCALATE_RISK")).await
}
