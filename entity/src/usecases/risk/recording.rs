//! What is assessed, put down, tried and done about a risk on a register, until it is settled.

use chrono::NaiveDate;

use super::{
    LONGEST_TEXT, allowed, custody, needed, needed_line, referrals,
    registering::{Measure, Written, action_row, assessment, control_row, open, to_come},
    registers, unless,
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        escalation::{Branch, Custody, State, Step},
        risk_score::Scores,
        timescale::day_fault,
    },
    tables::{
        Id,
        risk::{
            risk,
            risk_action::{self, RiskActionStatus},
            risk_assessment, risk_attempt, risk_control, risk_referral,
        },
    },
    tenancy::{Hold, TenantTx, deeds},
};

/// Assesses a risk anew; what was assessed before stays.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`]; [`Error::Invalid`] when a score is off the scale or the three don't fall as they should,
/// and when the risk is closed; with `STALE_VERSION` when another version stands than was expected.
pub async fn assess(
    tx: TenantTx,
    id: Id<risk::Model>,
    scores: Scores,
    reason: Option<&str>,
    expected_version: Option<i32>,
) -> Result<Id<risk_assessment::Model>> {
    let leave = open::<deeds::ReviseRisk>(&tx, id, expected_version).await?;
    let mut faults: Vec<Problem> =
        scores.faults(leave.row().nature, reason).into_iter().map(|fault| fault.within(&["assessment"])).collect();
    faults.extend(allowed("assessment.reason", reason));
    unless(faults)?;
    let own = tx.acting_tenant()?;
    let last = registers::assessments(&tx, own, vec![id]).await?.pop().map_or(0, |last| last.number);
    let written = Written { act: tx.act("ASSESS_RISK", &leave).await?, on: tx.business_date() };
    let row = assessment(&tx, own, (id, last.saturating_add(1)), scores, reason, &written);
    let new = row.id;
    tx.insert::<risk_assessment::Entity>(vec![row]).await?;
    moved_on(&tx, leave.row()).await?;
    tx.commit_with(&new).await?;
    Ok(new)
}

/// The register says something else of the risk now.
async fn moved_on(tx: &TenantTx, row: &risk::Model) -> Result<()> {
    tx.set::<risk::Entity>([row.id], vec![(risk::Column::Version, row.version.saturating_add(1).into())]).await?;
    Ok(())
}

/// Puts down a control of a risk.
///
/// # Errors
/// As [`assess`].
pub async fn control(tx: TenantTx, id: Id<risk::Model>, control: &Measure) -> Result<Id<risk_control::Model>> {
    let leave = open::<deeds::RecordRisk>(&tx, id, None).await?;
    unless(needed("description", &control.description, LONGEST_TEXT).into_iter().collect())?;
    let written = Written { act: tx.act("RECORD_RISK_CONTROL", &leave).await?, on: tx.business_date() };
    let row = control_row(&tx, tx.acting_tenant()?, id, control, &written);
    let new = row.id;
    tx.insert::<risk_control::Entity>(vec![row]).await?;
    moved_on(&tx, leave.row()).await?;
    tx.commit_with(&new).await?;
    Ok(new)
}

/// Puts down an action about a risk.
///
/// # Errors
/// As [`assess`].
pub async fn action(tx: TenantTx, id: Id<risk::Model>, action: &Measure) -> Result<Id<risk_action::Model>> {
    let leave = open::<deeds::RecordRisk>(&tx, id, None).await?;
    let mut faults: Vec<Problem> = needed("description", &action.description, LONGEST_TEXT).into_iter().collect();
    faults.extend(to_come("dueOn", action.due_on, tx.business_date()));
    unless(faults)?;
    let written = Written { act: tx.act("RECORD_RISK_ACTION", &leave).await?, on: tx.business_date() };
    let row = action_row(&tx, tx.acting_tenant()?, id, action, &written);
    let new = row.id;
    tx.insert::<risk_action::Entity>(vec![row]).await?;
    moved_on(&tx, leave.row()).await?;
    tx.commit_with(&new).await?;
    Ok(new)
}

/// Says how far an action has come.
///
/// # Errors
/// As [`assess`]; [`Error::Invalid`] when the action has ended, or is cancelled without a word why.
pub async fn action_status(
    tx: TenantTx,
    id: Id<risk_action::Model>,
    status: RiskActionStatus,
    progress: Option<&str>,
) -> Result<Id<risk_action::Model>> {
    use risk_action::Column;
    let own = tx.acting_tenant()?;
    let row = tx.get::<risk_action::Entity>(own, id).await?;
    let leave = open::<deeds::RecordRisk>(&tx, row.risk_id, None).await?;
    // The risk is held now, so nobody has changed its action meanwhile.
    let row = tx.get::<risk_action::Entity>(own, id).await?;
    if !row.status.is_open() {
        return Err(Error::invalid("action", ProblemCode::OutOfTurn, "This action has ended."));
    }
    let mut faults: Vec<Problem> = allowed("progress", progress).into_iter().collect();
    if status == RiskActionStatus::Cancelled && super::kept(progress).is_none() {
        faults.push(Problem::new("progress", ProblemCode::Missing, "Say why it won't be done."));
    }
    unless(faults)?;
    tx.act("UPDATE_RISK_ACTION", &leave).await?;
    let ended_on: Option<NaiveDate> = (!status.is_open()).then(|| tx.business_date());
    let mut values = vec![(Column::Status, status.into()), (Column::EndedOn, ended_on.into())];
    values.extend(super::kept(progress).map(|progress| (Column::Progress, progress.into())));
    tx.set::<risk_action::Entity>([id], values).await?;
    moved_on(&tx, leave.row()).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// An attempt at settling a risk, as somebody puts it down.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The day on which it was made; today when left out.
    pub on: Option<NaiveDate>,
    /// What was tried.
    pub description: String,
    /// With whom.
    pub counterpart: String,
    /// What came of it.
    pub result: String,
}

/// Puts down an attempt at settling a risk where it arose.
///
/// # Errors
/// As [`assess`]; [`Error::Invalid`] when something isn't said, or the day is still to come.
pub async fn attempt(tx: TenantTx, id: Id<risk::Model>, tried: &Tried) -> Result<Id<risk_attempt::Model>> {
    let leave = open::<deeds::RecordRisk>(&tx, id, None).await?;
    let today = tx.business_date();
    let mut faults: Vec<Problem> = needed_line("counterpart", &tried.counterpart).into_iter().collect();
    let texts = [("description", &tried.description), ("result", &tried.result)];
    faults.extend(texts.into_iter().filter_map(|(field, text)| needed(field, text, LONGEST_TEXT)));
    if tried.on.is_some_and(|day| day > today) {
        faults.push(Problem::new("triedOn", ProblemCode::OutOfRange, "What was tried lies in the past."));
    }
    faults.extend(tried.on.filter(|day| *day <= today).and_then(|day| day_fault("triedOn", day)));
    unless(faults)?;
    let row = risk_attempt::Model {
        tenant_id: tx.acting_tenant()?,
        id: Id::new(),
        risk_id: id,
        tried_on: tried.on.unwrap_or(today),
        description: tried.description.trim().to_owned(),
        counterpart: tried.counterpart.trim().to_owned(),
        result: tried.result.trim().to_owned(),
        act_id: tx.act("RECORD_RISK_ATTEMPT", &leave).await?,
        recorded_on: today,
        recorded_at: tx.now(),
    };
    let new = row.id;
    tx.insert::<risk_attempt::Entity>(vec![row]).await?;
    moved_on(&tx, leave.row()).await?;
    tx.commit_with(&new).await?;
    Ok(new)
}

/// Closes a risk that was settled at source, has come back from wherever it was reported to, or was closed there.
///
/// # Errors
/// As [`assess`]; [`Error::Invalid`] without a reason, and with `OUT_OF_TURN` while somebody above the lead member holds it, or while
/// the reported risk for which it was captured is still on its way.
pub async fn settle(tx: TenantTx, id: Id<risk::Model>, reason: &str, expected_version: Option<i32>) -> Result<Id<risk::Model>> {
    let captured_for = captured_for(&tx, id).await?;
    let leave = open::<deeds::ResolveRisk>(&tx, id, expected_version).await?;
    unless(needed("reason", reason, LONGEST_TEXT).into_iter().collect())?;
    if let Some(on_its_way) = captured_for.iter().find(|row| row.custody().is_held_above()) {
        let message = format!(
            "This was captured for what was reported as number {}, which is with {}; it is closed when that has come to an outcome.",
            on_its_way.number,
            on_its_way.custody().state().held_by()
        );
        return Err(Error::invalid("risk", ProblemCode::OutOfTurn, message));
    }
    let referral = custody::latest(&referrals::of_risks(&tx, tx.acting_tenant()?, vec![id]).await?).cloned();
    let custody = referral.map_or(Custody::AT_SOURCE, |referral| referral.custody());
    // What was closed above can be closed here; a register of the Authority's is the Treasurer's, who holds its risks at source.
    if custody.state() != State::Closed {
        custody
            .take(Branch::Common, Step::Resolve, Office::PartnershipLeadMember)
            .map_err(|refused| super::refused("risk", refused))?;
    }
    tx.act("CLOSE_RISK", &leave).await?;
    let values = vec![
        (risk::Column::ClosedOn, tx.business_date().into()),
        (risk::Column::ClosingReason, reason.trim().into()),
        (risk::Column::Version, leave.row().version.saturating_add(1).into()),
    ];
    tx.set::<risk::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The reported risks for which a row of the acting tenant's register was captured, held until this transaction ends. It has to be held
/// before that row is, as whoever captures holds them, so that nobody waits in a circle.
async fn captured_for(tx: &TenantTx, id: Id<risk::Model>) -> Result<Vec<risk_referral::Model>> {
    let own = tx.acting_tenant()?;
    let found = referrals::captured_as(tx, own, id).await?;
    if found.is_empty() {
        return Ok(found);
    }
    tx.hold::<risk_referral::Entity>(Some(found.iter().map(|row| row.id).collect()), Hold::Alone).await?;
    referrals::captured_as(tx, own, id).await
}
