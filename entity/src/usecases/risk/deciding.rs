//! What committees and the chief executive make of reported risks. Each step is put down with its office, its reason and its day.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::{LONGEST_TEXT, LONGEST_TITLE, READ_BY_FEW, allowed, kept, needed, refused, unless};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::unless_blank,
        escalation::{Branch, Custody, Scope, State, Step, determination_due},
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{agenda_link::LinkKind, meeting, meeting_decision},
        organisation::act,
        risk::{risk_referral, risk_referral_step},
    },
    tenancy::{Authorised, Deed, Hold, TenantTx, Warrant, Whose, deeds},
    usecases::governance::{
        committees::{self, AUDIT_COMMITTEE, ENGAGEMENT_COMMITTEE, on_behalf},
        meeting_minutes::{self, Minuted, number_faults},
    },
};

/// What is said with a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) reason: Option<String>,
    pub(super) proposed_action: Option<String>,
    pub(super) mitigations: Option<String>,
    pub(super) minute_reference: Option<String>,
    pub(super) minute_id: Option<Id<meeting_decision::Model>>,
    pub(super) scope: Option<Scope>,
    pub(super) quarter: Option<String>,
    pub(super) residual_score: Option<i32>,
    pub(super) statement: Option<serde_json::Value>,
    pub(super) met_on: Option<NaiveDate>,
    pub(super) due_on: Option<NaiveDate>,
}

/// A step that is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stepped {
    pub(super) step: Step,
    pub(super) branch: Branch,
    pub(super) from: State,
    pub(super) to: State,
}

/// Puts a step down.
pub(super) async fn put_down(
    tx: &TenantTx,
    referral: &risk_referral::Model,
    stepped: Stepped,
    said: Said,
    (warrant, act): (&Warrant, Id<act::Model>),
) -> Result<()> {
    let (own, Warrant::Appointment(held)) = (tx.acting_tenant()?, warrant) else { return Err(Error::ForPeople) };
    let rows = tx.rows::<risk_referral_step::Entity>(own)?.filter(risk_referral_step::Column::ReferralId.eq(referral.id));
    let last = rows.order_by(risk_referral_step::Column::Number, Order::Desc).one().await?;
    let row = risk_referral_step::Model {
        tenant_id: own,
        id: Id::new(),
        referral_id: referral.id,
        origin_tenant_id: referral.origin_tenant_id,
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        step: stepped.step,
        branch: stepped.branch,
        from_state: stepped.from,
        to_state: stepped.to,
        office: held.office,
        appointment_id: Some(held.id),
        reason: said.reason.as_deref().map(str::trim).map(str::to_owned),
        proposed_action: said.proposed_action,
        mitigations: said.mitigations,
        minute_reference: said.minute_reference,
        minute_id: said.minute_id,
        scope: said.scope,
        quarter: said.quarter,
        residual_score: said.residual_score,
        statement: said.statement,
        met_on: said.met_on,
        due_on: said.due_on,
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    tx.insert::<risk_referral_step::Entity>(vec![row]).await
}

/// A referral that the acting tenant received, held until this transaction ends.
pub(super) async fn held(
    tx: &TenantTx,
    id: Id<risk_referral::Model>,
    expected_version: Option<i32>,
) -> Result<risk_referral::Model> {
    tx.hold::<risk_referral::Entity>(Some(vec![id]), Hold::Alone).await?;
    let row = tx.get::<risk_referral::Entity>(tx.acting_tenant()?, id).await?;
    version::expect(expected_version, Some(row.version))?;
    Ok(row)
}

/// Notes in a referral where it is now.
pub(super) async fn moved(
    tx: &TenantTx,
    before: &risk_referral::Model,
    after: Custody,
    further: Vec<(risk_referral::Column, sea_orm::Value)>,
) -> Result<()> {
    use risk_referral::Column;
    let mut values = vec![
        (Column::CommonState, after.common.into()),
        (Column::AuthorityState, after.authority.into()),
        (Column::PartnershipState, after.partnership.into()),
        (Column::Version, before.version.saturating_add(1).into()),
    ];
    values.extend(further);
    tx.set::<risk_referral::Entity>([before.id], values).await?;
    Ok(())
}

/// What the Engagement Committee made of a reported risk.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The referral.
    pub referral: Id<risk_referral::Model>,
    /// The day on which the committee met; today when left out.
    pub met_on: Option<NaiveDate>,
    /// Which meeting of that day, where there was more than one.
    pub meeting: Option<Id<meeting::Model>>,
    /// What it noted.
    pub note: String,
    /// What it proposes to be done.
    pub proposed_action: Option<String>,
    /// The number of the minute of that meeting.
    pub minute_number: Option<String>,
    /// The version that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Records what the Engagement Committee made of a reported risk, which passes it to the Treasurer. It stands in that meeting's minutes
/// under the number given, in the same step.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] unless the actor clerks that committee; [`Error::Invalid`] without a note, for a day on which
/// the committee hasn't met or that was before the report, and with `OUT_OF_TURN` when the committee doesn't hold the risk.
pub async fn note(tx: TenantTx, noted: &Noted) -> Result<Id<risk_referral::Model>> {
    tx.get::<risk_referral::Entity>(tx.acting_tenant()?, noted.referral).await?;
    let leave = on_behalf::<deeds::RecordReferral>(&tx, ENGAGEMENT_COMMITTEE).await?;
    let before = held(&tx, noted.referral, noted.expected_version).await?;
    let custody = before.custody();
    let after = custody.take(Branch::Common, Step::Note, leave.office()?).map_err(|error| refused("referral", error))?;
    let met_on = noted.met_on.unwrap_or_else(|| tx.business_date());
    let mut faults: Vec<Problem> = needed("note", &noted.note, LONGEST_TEXT).into_iter().collect();
    faults.extend(allowed("proposedAction", noted.proposed_action.as_deref()));
    let number = noted.minute_number.as_deref().and_then(unless_blank);
    faults.extend(number.map(number_faults).unwrap_or_default());
    let reported = super::referrals::steps(&tx, std::slice::from_ref(&before)).await?;
    let reported_on = reported.iter().filter(|step| step.step == Step::Report).map(|step| step.recorded_on).max();
    let met = committees::met_on(&tx, ENGAGEMENT_COMMITTEE, met_on, noted.meeting).await?;
    if met.is_ok()
        && let Some(reported_on) = reported_on.filter(|day| met_on < *day)
    {
        let message = format!("This was reported after that meeting, on {reported_on}.");
        faults.push(Problem::new("metOn", ProblemCode::OutOfRange, message));
    }
    faults.extend(met.as_ref().err().cloned());
    unless(faults)?;
    let due_on = determination_due(met_on);
    let act = tx.act("NOTE_RISK", &leave).await?;
    let minute_id = match (&met, number) {
        (Ok(meeting), Some(number)) => Some(minuted(&tx, meeting, number, before.id, act).await?),
        _ => None,
    };
    let said = Said {
        reason: Some(noted.note.clone()),
        proposed_action: kept(noted.proposed_action.as_deref()),
        minute_reference: number.map(|number| number.trim().to_owned()),
        minute_id,
        met_on: Some(met_on),
        due_on: Some(due_on),
        ..Said::default()
    };
    let stepped = Stepped { step: Step::Note, branch: Branch::Common, from: custody.state(), to: after.state() };
    put_down(&tx, &before, stepped, said, (leave.warrant(), act)).await?;
    moved(&tx, &before, after, vec![(risk_referral::Column::DueOn, Some(due_on).into())]).await?;
    tx.commit_with(&before.id).await?;
    Ok(before.id)
}

/// The minute under which a risk was noted: a new one, the one under which others were, or one that was taken under the item of the agenda
/// that is about it.
async fn minuted(
    tx: &TenantTx,
    meeting: &meeting::Model,
    number: &str,
    referral: Id<risk_referral::Model>,
    act: Id<act::Model>,
) -> Result<Id<meeting_decision::Model>> {
    let about = (LinkKind::RiskReferral, referral.uuid());
    let Some(there) = meeting_minutes::of_number(tx, meeting, number).await? else {
        let words = "A reported risk was noted and passed to the Treasurer.".to_owned();
        let minuted = Minuted { number, words, exemption: Some(READ_BY_FEW), about };
        return meeting_minutes::minute(tx, meeting, minuted, act).await;
    };
    let others = tx.rows::<risk_referral_step::Entity>(meeting.tenant_id)?;
    if others.filter(risk_referral_step::Column::MinuteId.eq(there.id)).count().await? == 0 {
        meeting_minutes::is_about(tx, meeting, &there, about).await?;
    }
    Ok(there.id)
}

pub(super) fn minute(reference: Option<&str>) -> Option<Problem> {
    reference.and_then(|reference| crate::rules::entry::line_fault("minuteReference", reference, LONGEST_TITLE))
}

/// What the chief executive does with a risk of which the Treasurer advised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raising {
    /// Raises it with the sub-regional team.
    Raise,
    /// Doesn't.
    Decline,
}

/// Records whether the chief executive raises a risk with the sub-regional team.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`]; [`Error::Invalid`] when it isn't raised and no reason is given, and with `OUT_OF_TURN`
/// when the chief executive doesn't hold it.
pub async fn raise(
    tx: TenantTx,
    id: Id<risk_referral::Model>,
    raising: Raising,
    reason: Option<&str>,
    expected_version: Option<i32>,
) -> Result<Id<risk_referral::Model>> {
    tx.get::<risk_referral::Entity>(tx.acting_tenant()?, id).await?;
    let leave = tx.authorise_new::<deeds::ResolveReferral>(Whose::default())?;
    let before = held(&tx, id, expected_version).await?;
    let step = if raising == Raising::Raise { Step::Raise } else { Step::Decline };
    let faults = match raising {
        Raising::Raise => allowed("reason", reason),
        Raising::Decline => needed("reason", reason.unwrap_or_default(), LONGEST_TEXT),
    };
    let said = Said { reason: kept(reason), ..Said::default() };
    passed(tx, before, (Branch::Partnership, step), (said, faults.into_iter().collect()), (&leave, "DECIDE_RISK")).await
}

/// What came of a risk with the body that held it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The referral.
    pub referral: Id<risk_referral::Model>,
    /// The way on which it came to an outcome: the Audit Committee's, or the sub-regional team's.
    pub branch: Branch,
    /// Whether it is closed, and not returned to the lead member.
    pub is_closed: bool,
    /// What was decided, and why.
    pub reason: String,
    /// The Audit Committee's minute, with the tenant of its identifier.
    pub minute: Option<(TenantId, Id<meeting_decision::Model>)>,
    /// What records it, in words, where no minute on record does.
    pub minute_reference: Option<String>,
    /// The version that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Records what came of a risk with the Audit Committee, by its clerk, or with the sub-regional team, by the chief executive.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Denied`]; [`Error::Invalid`] without a reason, for the Audit Committee without a minute or words in its
/// place, for a minute that isn't one of the Audit Committee's since it holds the risk, and with `OUT_OF_TURN` when that body doesn't hold it.
pub async fn conclude(tx: TenantTx, outcome: &Outcome) -> Result<Id<risk_referral::Model>> {
    tx.get::<risk_referral::Entity>(tx.acting_tenant()?, outcome.referral).await?;
    let step = if outcome.is_closed { Step::Close } else { Step::Return };
    let mut faults: Vec<Problem> = needed("reason", &outcome.reason, LONGEST_TEXT).into_iter().collect();
    faults.extend(minute(outcome.minute_reference.as_deref()));
    if outcome.minute.is_some() && outcome.minute_reference.as_deref().and_then(unless_blank).is_some() {
        let message = "The minute says itself how it is cited; leave the words out.";
        faults.push(Problem::new("minuteReference", ProblemCode::OutOfRange, message));
    }
    let mut said = Said {
        reason: Some(outcome.reason.clone()),
        minute_reference: kept(outcome.minute_reference.as_deref()),
        ..Said::default()
    };
    let way = (outcome.branch, step);
    match outcome.branch {
        Branch::Partnership => {
            let leave = tx.authorise_new::<deeds::ResolveReferral>(Whose::default())?;
            let before = held(&tx, outcome.referral, outcome.expected_version).await?;
            if outcome.minute.is_some() {
                let message = "The sub-regional team keeps no minutes here; say in words what records it.";
                faults.push(Problem::new("minute", ProblemCode::OutOfRange, message));
            }
            passed(tx, before, way, (said, faults), (&leave, "CONCLUDE_RISK")).await
        }
        Branch::Authority | Branch::Common => {
            let leave = on_behalf::<deeds::RecordReferral>(&tx, AUDIT_COMMITTEE).await?;
            let before = held(&tx, outcome.referral, outcome.expected_version).await?;
            if outcome.minute.is_none() && said.minute_reference.is_none() {
                let message = "Name the committee's minute, or say in words what records its decision.";
                faults.push(Problem::new("minute", ProblemCode::Missing, message));
            }
            if let Some(named) = outcome.minute {
                match audit_minute(&tx, named, &before).await? {
                    Ok((minute, meeting)) => {
                        said.minute_reference = Some(cited(&minute, &meeting));
                        said.minute_id = Some(minute.id);
                        said.met_on = Some(meeting.held_on);
                    }
                    Err(fault) => faults.push(fault),
                }
            }
            passed(tx, before, way, (said, faults), (&leave, "CONCLUDE_RISK")).await
        }
    }
}

/// How the Audit Committee's minute is cited.
fn cited(minute: &meeting_decision::Model, meeting: &meeting::Model) -> String {
    format!("Audit Committee {}, minute {}", LongDate(meeting.held_on), minute.minute_number)
}

/// A minute of the Audit Committee's and its meeting, which was held since the risk was taken to that committee.
async fn audit_minute(
    tx: &TenantTx,
    (tenant, id): (TenantId, Id<meeting_decision::Model>),
    before: &risk_referral::Model,
) -> Result<std::result::Result<(meeting_decision::Model, meeting::Model), Problem>> {
    let fault = |code, message: &str| Ok(Err(Problem::new("minute", code, message)));
    let own = tx.acting_tenant()?;
    let minute = if tenant == own { meeting_minutes::many(tx, own, vec![id]).await?.pop() } else { None };
    let Some(minute) = minute else {
        return fault(ProblemCode::NotFound, "There is no such minute, or you may not know of it.");
    };
    let meeting = tx.get::<meeting::Entity>(own, minute.meeting_id).await?;
    if committees::named(tx, own, AUDIT_COMMITTEE).await?.is_none_or(|body| body.id != meeting.body_id) {
        return fault(ProblemCode::OutOfRange, "This is a minute of another body's; name one of the Audit Committee's.");
    }
    let steps = super::referrals::steps(tx, std::slice::from_ref(before)).await?;
    let taken_on = steps.iter().filter(|step| step.step == Step::Escalate).map(|step| step.recorded_on).max();
    if taken_on.is_some_and(|day| meeting.held_on < day) {
        return fault(ProblemCode::OutOfRange, "That meeting was held before the risk was taken to the committee.");
    }
    Ok(Ok((minute, meeting)))
}

/// Takes one step on one way and puts it down.
pub(super) async fn passed<D: Deed>(
    tx: TenantTx,
    before: risk_referral::Model,
    (branch, step): (Branch, Step),
    (said, faults): (Said, Vec<Problem>),
    (leave, deed): (&Authorised<(), D>, &str),
) -> Result<Id<risk_referral::Model>> {
    let custody = before.custody();
    let after = custody.take(branch, step, leave.office()?).map_err(|error| refused("referral", error))?;
    unless(faults)?;
    let act = tx.act(deed, leave).await?;
    let on = |custody: Custody| match branch {
        Branch::Common => custody.state(),
        Branch::Authority => custody.authority.unwrap_or(custody.common),
        Branch::Partnership => custody.partnership.unwrap_or(custody.common),
    };
    let stepped = Stepped { step, branch, from: on(custody), to: on(after) };
    put_down(&tx, &before, stepped, said, (leave.warrant(), act)).await?;
    moved(&tx, &before, after, vec![(risk_referral::Column::DueOn, None::<NaiveDate>.into())]).await?;
    tx.commit_with(&before.id).await?;
    Ok(before.id)
}
