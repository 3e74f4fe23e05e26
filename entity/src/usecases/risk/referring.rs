//! Reporting a risk to the Authority: the lead member's own step, which rides in the quarterly return.

use sea_orm::{ColumnTrait, Order};

use super::{
    LONGEST_TEXT, allowed, custody,
    deciding::{Said, Stepped, put_down},
    kept, needed, refused, registers,
    statement::{self, Statement},
    unless,
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        escalation::{Branch, Custody, State, Step},
        period::{Period, PeriodKind},
        version,
    },
    tables::{
        Id, TenantId,
        organisation::tenant_relation::{self, TenantRelationKind},
        performance::area,
        risk::{risk, risk_referral, risk_referral_step},
    },
    tenancy::{Hold, TenantTx, Whose, deeds},
    usecases::governance::quarterly_returns,
};

/// A risk as its lead member reports it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The tenant that it comes from.
    pub origin: TenantId,
    /// The risk there.
    pub risk: Id<risk::Model>,
    /// For which quarter; the last that has ended when left out.
    pub quarter: Option<Period>,
    /// Why it can't be settled at source.
    pub reason: String,
    /// What is proposed to be done.
    pub proposed_action: Option<String>,
    /// The version of the referral that is to stand until then, 0 for none; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Reports a risk to the Authority, in whose tenant the transaction acts. A risk that was reported before is reported again, for a
/// later quarter; whoever holds it above keeps it.
///
/// # Errors
/// [`Error::NotFound`] when the actor sees no such risk; [`Error::Denied`] unless they are the lead member of its area in both tenants;
/// [`Error::Invalid`] without an attempt at settling it at source or a reason, for a quarter that hasn't ended or that it was reported
/// for already, and when it is closed; with `LOCKED` for a quarter whose return has been handed in; with `STALE_VERSION` when another
/// version stands than was expected.
pub async fn report(tx: TenantTx, report: &Report) -> Result<Id<risk_referral::Model>> {
    let (own, today) = (tx.acting_tenant()?, tx.business_date());
    let row = tx.get::<risk::Entity>(report.origin, report.risk).await?;
    let whose = Whose::about(row.area_id);
    tx.allows_there::<deeds::ReportRisk>(report.origin, whose)?;
    let leave = tx.authorise_new::<deeds::ReportReferral>(whose)?;
    polices(&tx, own, report.origin).await?;
    let mut faults: Vec<Problem> = needed("reason", &report.reason, LONGEST_TEXT).into_iter().collect();
    faults.extend(allowed("proposedAction", report.proposed_action.as_deref()));
    unless(faults)?;
    // Whoever closes it holds it, too, and so does whoever reports it at the same moment.
    tx.hold_at_origin::<risk::Entity>(report.origin, report.risk).await?;
    let row = tx.get::<risk::Entity>(report.origin, report.risk).await?;
    if row.closed_on.is_some() {
        return Err(Error::invalid("risk", ProblemCode::OutOfTurn, "This risk is closed."));
    }
    if registers::attempts(&tx, report.origin, vec![row.id]).await?.is_empty() {
        let message = "Try to settle it at source first, and record what was tried.";
        return Err(Error::invalid("risk", ProblemCode::Missing, message));
    }
    let rounds = rounds(&tx, own, report).await?;
    let before = custody::latest(&rounds).filter(|row| row.custody().state() != State::Closed).cloned();
    version::expect(report.expected_version, before.as_ref().map(|before| before.version))?;
    let custody = before.as_ref().map_or(Custody::AT_SOURCE, risk_referral::Model::custody);
    // Whatever became of it above, it is reported once for a quarter.
    let known = super::referrals::steps(&tx, &rounds).await?;
    let quarter = reported_for(report.quarter, &known, today)?;
    rides_in_the_return(&tx, row.area_id, quarter).await?;
    let after = custody.report(leave.office()?).map_err(|error| refused("risk", error))?;
    let stated = statement::state(&tx, report.origin, &row).await?;
    let residual = stated.latest().map_or(0, |latest| latest.scores.residual.value());

    let act = tx.act("REPORT_RISK", &leave).await?;
    let referral = match before {
        Some(before) => brought_up_to_date(&tx, before, (&row, residual), (quarter, after)).await?,
        None => begun(&tx, report, (&row, residual), (quarter, after), (&rounds, act)).await?,
    };
    let stepped = Stepped { step: Step::Report, branch: Branch::Common, from: custody.state(), to: after.state() };
    let said = Said {
        reason: Some(report.reason.clone()),
        proposed_action: kept(report.proposed_action.as_deref()),
        quarter: Some(quarter.code()),
        residual_score: Some(residual),
        statement: Some(serde_json::to_value::<Statement>(stated).map_err(Error::internal)?),
        ..Said::default()
    };
    put_down(&tx, &referral, stepped, said, (leave.warrant(), act)).await?;
    tx.commit_with(&referral.id).await?;
    Ok(referral.id)
}

/// The Authority hears of risks in the areas that it polices.
async fn polices(tx: &TenantTx, authority: TenantId, area: TenantId) -> Result<()> {
    use tenant_relation::Column;
    let today = tx.business_date();
    let relations = tx.reference::<tenant_relation::Entity>().filter(Column::FromTenantId.eq(authority));
    let relations = relations.filter(Column::ToTenantId.eq(area)).all().await?;
    let holds = |row: &tenant_relation::Model| {
        row.kind == TenantRelationKind::Polices
            && row.from_on.is_none_or(|day| day <= today)
            && row.to_on.is_none_or(|day| day >= today)
    };
    if relations.iter().any(holds) {
        return Ok(());
    }
    Err(Error::invalid("tenant", ProblemCode::NotFound, "This is no authority that polices the risk's area."))
}

/// Each time that the risk was passed on, held until this transaction ends: whoever has it above may be taking a step.
async fn rounds(tx: &TenantTx, own: TenantId, report: &Report) -> Result<Vec<risk_referral::Model>> {
    use risk_referral::Column;
    let all = async || {
        let rows = tx.rows::<risk_referral::Entity>(own)?.filter(Column::OriginTenantId.eq(report.origin));
        rows.filter(Column::OriginRiskId.eq(report.risk)).all().await
    };
    let found = all().await?;
    if found.is_empty() {
        return Ok(found);
    }
    tx.hold::<risk_referral::Entity>(Some(found.iter().map(|row| row.id).collect()), Hold::Alone).await?;
    all().await
}

/// A report rides in the return of its quarter, so it comes too late once that has been handed in.
async fn rides_in_the_return(tx: &TenantTx, area: Id<area::Model>, quarter: Period) -> Result<()> {
    let own = tx.acting_tenant()?;
    if !quarterly_returns::is_handed_in(tx, own, area, quarter).await? {
        return Ok(());
    }
    let mut later = quarter.next();
    while let Some(next) = later
        && quarterly_returns::is_handed_in(tx, own, area, next).await?
    {
        later = next.next();
    }
    let later =
        later.map_or_else(String::new, |next| format!(" report it for {}, when that quarter has ended, or", next.label()));
    let message = format!(
        "A report rides in its quarter's return, and that for {} has been handed in:{later} take the return back first \
         (revokeQuarterlyReturn).",
        quarter.label()
    );
    Err(Error::invalid("quarter", ProblemCode::Locked, message))
}

/// The quarter for which it is reported: one that has ended, and later than those that it was reported for.
fn reported_for(asked: Option<Period>, known: &[risk_referral_step::Model], today: chrono::NaiveDate) -> Result<Period> {
    let invalid = |code, message: String| Error::invalid("quarter", code, message);
    let latest_ended = Period::latest_ended(PeriodKind::Quarter, today);
    let quarter = asked.or(latest_ended).ok_or(Error::NotFound("quarter"))?;
    if quarter.kind() != PeriodKind::Quarter || Some(quarter) > latest_ended {
        return Err(invalid(ProblemCode::OutOfRange, format!("{} isn't a quarter that has ended.", quarter.label())));
    }
    match custody::reports(known).into_iter().map(|(quarter, _)| quarter).max() {
        Some(last) if last == quarter => {
            Err(invalid(ProblemCode::Duplicate, format!("It was reported for {} already.", quarter.label())))
        }
        Some(last) if last > quarter => {
            Err(invalid(ProblemCode::OutOfRange, format!("It was reported for {}, which is later.", last.label())))
        }
        _ => Ok(quarter),
    }
}

async fn brought_up_to_date(
    tx: &TenantTx,
    before: risk_referral::Model,
    (risk, residual): (&risk::Model, i32),
    (quarter, after): (Period, Custody),
) -> Result<risk_referral::Model> {
    use risk_referral::Column;
    // Begun anew, nothing is left of what the Treasurer said before but its steps.
    let is_new_round = before.custody() != after;
    let referral = risk_referral::Model {
        title: risk.title.clone(),
        residual_score: residual,
        common_state: after.common,
        authority_state: after.authority,
        partnership_state: after.partnership,
        scope: before.scope.filter(|_| !is_new_round),
        due_on: before.due_on.filter(|_| !is_new_round),
        last_quarter: quarter.code(),
        version: before.version.saturating_add(1),
        ..before
    };
    let values = vec![
        (Column::Title, referral.title.clone().into()),
        (Column::ResidualScore, residual.into()),
        (Column::CommonState, referral.common_state.into()),
        (Column::AuthorityState, referral.authority_state.into()),
        (Column::PartnershipState, referral.partnership_state.into()),
        (Column::Scope, referral.scope.into()),
        (Column::DueOn, referral.due_on.into()),
        (Column::LastQuarter, referral.last_quarter.clone().into()),
        (Column::Version, referral.version.into()),
    ];
    tx.set::<risk_referral::Entity>([referral.id], values).await?;
    Ok(referral)
}

async fn begun(
    tx: &TenantTx,
    report: &Report,
    (risk, residual): (&risk::Model, i32),
    (quarter, after): (Period, Custody),
    (rounds, act): (&[risk_referral::Model], Id<crate::tables::organisation::act::Model>),
) -> Result<risk_referral::Model> {
    let own = tx.acting_tenant()?;
    tx.hold_numbers().await?;
    let last = tx.rows::<risk_referral::Entity>(own)?.order_by(risk_referral::Column::Number, Order::Desc).one().await?;
    let referral = risk_referral::Model {
        tenant_id: own,
        id: Id::new(),
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        origin_tenant_id: report.origin,
        origin_risk_id: report.risk,
        round: custody::latest(rounds).map_or(1, |last| last.round.saturating_add(1)),
        title: risk.title.clone(),
        area_id: risk.area_id,
        residual_score: residual,
        common_state: after.common,
        authority_state: after.authority,
        partnership_state: after.partnership,
        scope: None,
        captured_as_id: None,
        last_quarter: quarter.code(),
        due_on: None,
        version: 1,
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    tx.insert::<risk_referral::Entity>(vec![referral.clone()]).await?;
    Ok(referral)
}
