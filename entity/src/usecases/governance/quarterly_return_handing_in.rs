//! Handing a quarterly return in, taking it back, and receiving it at a meeting of the committee.
//!
//! What is handed in is frozen: its content is kept as one text with a hash, and no later revision of any figure changes it. A return
//! that is taken back and handed in again keeps both.

use chrono::NaiveDate;
use sea_orm::ColumnTrait;

use super::{
    committees::{self, ENGAGEMENT_COMMITTEE},
    meeting_minutes::{Minuted, is_about, minute, number_faults, of_number},
    minutes_record::still_open,
    quarterly_return_contents::{Audience, draft, gather},
    quarterly_return_parts::FollowUp,
    quarterly_return_saving::{lacking, late, write},
    quarterly_returns::{Return, known, one},
};
use crate::{
    error::{Error, ProblemCode, Result},
    rules::{
        blank::unless_blank,
        entry::{LONGEST_LINE, LONGEST_NOTE, text_fault},
        period::Period,
        quarter_return::{canonical, content_hash},
        version,
    },
    tables::{
        Id,
        governance::{
            agenda_link::LinkKind, meeting, meeting_decision, quarterly_return, quarterly_return_follow_up,
            quarterly_return_submission,
        },
        organisation::act,
    },
    tenancy::{Authorised, Hold, TenantTx, Whose, deeds},
    usecases::performance::areas,
};

type ReturnId = Id<quarterly_return::Model>;

/// Hands an area's return in, and freezes what it says.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for another area's; [`Error::Invalid`] when it has been handed in (`DUPLICATE`), its quarter
/// isn't over, an answer is empty, or it is late and no reason is given; with `STALE_VERSION` when another version stands than was
/// expected.
pub async fn submit(tx: TenantTx, id: ReturnId, late_reason: Option<&str>, expected_version: Option<i32>) -> Result<ReturnId> {
    let (tenant, today) = (tx.acting_tenant()?, tx.business_date());
    let (_, area, _) = known(&tx, tenant, id).await?;
    let leave: Authorised<(), deeds::SubmitReturn> = tx.authorise_new(Whose::about(area.id))?;
    tx.hold::<quarterly_return::Entity>(Some(vec![id]), Hold::Alone).await?;
    let found = one(&tx, tenant, id).await?;
    version::expect(expected_version, found.row.as_ref().map(|row| row.version))?;
    let mut problems = lacking(&found, today)?;
    let late = late(&found, today);
    let late_reason = late_reason.and_then(unless_blank).filter(|_| late.is_some());
    problems.extend(late_reason.and_then(|reason| text_fault("lateReason", reason, LONGEST_LINE)));
    let is_late = late.is_some();
    problems.extend(late.filter(|_| late_reason.is_none() && found.standing().is_none()));
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let contents = serde_json::to_value(gather(&tx, &found, Audience::Authority).await?).map_err(Error::internal)?;
    let content = canonical(&contents);
    let act = tx.act("SUBMIT_QUARTERLY_RETURN", &leave).await?;
    let draft = draft(&found)?;
    write(&tx, &found, &draft, act).await?;
    let row = quarterly_return_submission::Model {
        tenant_id: tenant,
        id: Id::new(),
        return_id: id,
        area_id: area.id,
        quarter: found.quarter.code(),
        number: found.submissions.iter().map(|row| row.number).max().unwrap_or(0).saturating_add(1),
        content_hash: content_hash(&content),
        content,
        meeting_on: found.meeting_on,
        due_on: found.due_on,
        is_late,
        late_reason: late_reason.map(str::to_owned),
        is_illustrative: false,
        act_id: act,
        submitted_on: today,
        submitted_at: tx.now(),
        withdrawn_on: None,
        withdrawal_reason: None,
        withdrawn_act_id: None,
        received_on: None,
        minute_reference: None,
        minute_id: None,
        receipt_note: None,
        received_act_id: None,
    };
    let follow_ups = follow_ups(&row, &draft.follow_ups);
    tx.insert::<quarterly_return_submission::Entity>(vec![row]).await?;
    tx.insert::<quarterly_return_follow_up::Entity>(follow_ups).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// What was promised in a submission, as rows.
pub(crate) fn follow_ups(
    submission: &quarterly_return_submission::Model,
    promised: &[FollowUp],
) -> Vec<quarterly_return_follow_up::Model> {
    let row = |(number, promised): (i32, &FollowUp)| quarterly_return_follow_up::Model {
        tenant_id: submission.tenant_id,
        id: Id::named("quarterly_return_follow_up", &format!("{}/{number}", submission.id)),
        submission_id: submission.id,
        area_id: submission.area_id,
        number,
        text: promised.text.clone(),
        due_on: promised.due_on,
        closed_on: None,
        outcome: None,
        closed_act_id: None,
    };
    (1..).zip(promised).map(row).collect()
}

/// Takes a return back that the committee hasn't received; it can be changed and handed in again, and both are kept.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] for another area's; [`Error::Invalid`] when none stands, the committee has received it
/// (`LOCKED`), or no reason is given; with `STALE_VERSION` when another version stands than was expected.
pub async fn withdraw(tx: TenantTx, id: ReturnId, reason: &str, expected_version: Option<i32>) -> Result<ReturnId> {
    use quarterly_return_submission::Column;
    let tenant = tx.acting_tenant()?;
    let (_, area, _) = known(&tx, tenant, id).await?;
    let leave: Authorised<(), deeds::WithdrawReturn> = tx.authorise_new(Whose::about(area.id))?;
    tx.hold::<quarterly_return::Entity>(Some(vec![id]), Hold::Alone).await?;
    let found = one(&tx, tenant, id).await?;
    version::expect(expected_version, found.row.as_ref().map(|row| row.version))?;
    let standing = found.standing().ok_or_else(not_in)?;
    if standing.received_on.is_some() {
        let message = "The committee has received this return, and it stands as it is.";
        return Err(Error::invalid("return", ProblemCode::Locked, message));
    }
    let reason = unless_blank(reason).ok_or_else(|| Error::invalid("reason", ProblemCode::Missing, "Say why."))?;
    if let Some(fault) = text_fault("reason", reason, LONGEST_LINE) {
        return Err(Error::Invalid(vec![fault]));
    }
    let act = tx.act("WITHDRAW_QUARTERLY_RETURN", &leave).await?;
    write(&tx, &found, &draft(&found)?, act).await?;
    let values = vec![
        (Column::WithdrawnOn, tx.business_date().into()),
        (Column::WithdrawalReason, reason.into()),
        (Column::WithdrawnActId, act.into()),
    ];
    tx.set::<quarterly_return_submission::Entity>([standing.id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

fn not_in() -> Error {
    Error::invalid("return", ProblemCode::Missing, "This return hasn't been handed in.")
}

/// That the committee has received a return.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The day of the meeting.
    pub met_on: NaiveDate,
    /// Which meeting of that day, where there was more than one.
    pub meeting: Option<Id<meeting::Model>>,
    /// The number of the minute of that meeting.
    pub minute_number: String,
    /// What the committee noted.
    pub note: Option<String>,
}

/// Records that the committee received a return at a meeting; from then on it can't be withdrawn. It stands in that meeting's minutes
/// under the number given, in the same step.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`] unless the actor clerks that committee; [`Error::Invalid`] when it isn't in, was received, the
/// committee didn't meet that day or met before it was handed in, or the minute's number is missing.
pub async fn receive(tx: TenantTx, id: ReturnId, receipt: &Receipt) -> Result<ReturnId> {
    use quarterly_return_submission::Column;
    let tenant = tx.acting_tenant()?;
    let leave = committees::on_behalf::<deeds::DetermineReturn>(&tx, ENGAGEMENT_COMMITTEE).await?;
    tx.hold::<quarterly_return::Entity>(Some(vec![id]), Hold::Alone).await?;
    let found = one(&tx, tenant, id).await?;
    let standing = found.standing().ok_or_else(not_in)?;
    if standing.received_on.is_some() {
        return Err(Error::invalid("return", ProblemCode::Duplicate, "The committee has received this return already."));
    }
    let met = committees::met_on(&tx, ENGAGEMENT_COMMITTEE, receipt.met_on, receipt.meeting).await?;
    let meeting = met.map_err(|problem| Error::Invalid(vec![problem]))?;
    if receipt.met_on < standing.submitted_on {
        let message = format!("This return was handed in after that meeting, on {}.", standing.submitted_on);
        return Err(Error::invalid("metOn", ProblemCode::OutOfRange, message));
    }
    let note = receipt.note.as_deref().and_then(unless_blank);
    let mut faults = number_faults(&receipt.minute_number);
    faults.extend(note.and_then(|note| text_fault("note", note, LONGEST_NOTE)));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let number = receipt.minute_number.trim();
    let act = tx.act("RECEIVE_QUARTERLY_RETURN", &leave).await?;
    let minute_id = minuted(&tx, &meeting, number, &found, act).await?;
    write(&tx, &found, &draft(&found)?, act).await?;
    let values = vec![
        (Column::ReceivedOn, receipt.met_on.into()),
        (Column::MinuteReference, number.into()),
        (Column::MinuteId, minute_id.into()),
        (Column::ReceiptNote, note.map(str::to_owned).into()),
        (Column::ReceivedActId, act.into()),
    ];
    tx.set::<quarterly_return_submission::Entity>([standing.id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The minute under which a return was received: a new one, or the one under which others were, which then tells of all of them, or one
/// that was taken under the item of the agenda that is about it.
async fn minuted(
    tx: &TenantTx,
    meeting: &meeting::Model,
    number: &str,
    found: &Return,
    act: Id<act::Model>,
) -> Result<Id<meeting_decision::Model>> {
    use quarterly_return_submission::Column;
    let about = (LinkKind::QuarterlyReturn, found.id.uuid());
    let this = format!("{} for {}", found.area.name, found.quarter.label());
    let Some(there) = of_number(tx, meeting, number).await? else {
        let minuted = Minuted { number, words: received_words(vec![this]), exemption: None, about };
        return minute(tx, meeting, minuted, act).await;
    };
    let others = tx.rows::<quarterly_return_submission::Entity>(meeting.tenant_id)?.filter(Column::MinuteId.eq(there.id));
    let mut received = named(tx, &others.all().await?).await?;
    if received.is_empty() {
        is_about(tx, meeting, &there, about).await?;
    } else if received_words(received.clone()) == there.words {
        still_open(tx, meeting, "minuteNumber").await?;
        received.push(this);
        let words = vec![(meeting_decision::Column::Words, received_words(received).into())];
        tx.set::<meeting_decision::Entity>([there.id], words).await?;
    }
    Ok(there.id)
}

/// Areas and quarters of returns.
async fn named(tx: &TenantTx, received: &[quarterly_return_submission::Model]) -> Result<Vec<String>> {
    let areas = areas::many(tx, received.iter().map(|row| row.area_id).collect()).await?;
    let name = |row: &quarterly_return_submission::Model| {
        let area = areas.iter().find(|area| area.id == row.area_id)?;
        Some(format!("{} for {}", area.name, row.quarter.parse::<Period>().ok()?.label()))
    };
    Ok(received.iter().filter_map(name).collect())
}

/// What a minute says of the returns that were received under it.
fn received_words(mut returns: Vec<String>) -> String {
    returns.sort();
    format!("Lead members' returns were received: {}.", returns.join("; "))
}
