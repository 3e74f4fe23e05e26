//! The record that a meeting's minutes are: a draft until a later meeting approves them, and put right by corrections that keep the earlier
//! wording. A minute's number and identifier never move, so what rests on it goes on resting on it.

use std::collections::BTreeMap;

use sea_orm::Order;

use super::{
    meeting_minutes::{many, minute_under, number_faults},
    meetings::{LONGEST_TEXT, LONGEST_TITLE, Standing, given, held, kept, said, sees_exempt, standing as meeting_standing},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::{is_blank, is_same_to_a_reader},
        entry::line_fault,
        minutes::{MinutesStanding, approved_words, may_approve},
        version,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{agenda_item, meeting, meeting_decision, minute_correction, minutes_approval},
        organisation::act,
    },
    tenancy::{Hold, TenantTx, deeds},
};

/// Corrections of these minutes that the actor may see, in the order in which they were made, each with why the wording that it took the place
/// of is exempt from publication, if it is. To whoever may not read exempt business such a wording is empty.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn corrections(
    tx: &TenantTx,
    tenant: TenantId,
    minutes: Vec<Id<meeting_decision::Model>>,
) -> Result<Vec<minute_correction::Model>> {
    use minute_correction::Column;
    // What is exempt is left out with its minute.
    let seen = many(tx, tenant, minutes).await?.into_iter().map(|row| row.id);
    let rows = tx.rows::<minute_correction::Entity>(tenant)?.filter(tx.any_of(Column::DecisionId, seen));
    let mut made = rows.order_by(Column::Version, Order::Asc).order_by(Column::Id, Order::Asc).all().await?;
    let sees = sees_exempt(tx, tenant);
    // What a correction marks as exempt was there in every wording before it, too.
    let mut marked: BTreeMap<Id<meeting_decision::Model>, String> = BTreeMap::new();
    for correction in made.iter_mut().rev() {
        if let Some(exemption) = &correction.former_exemption {
            marked.insert(correction.decision_id, exemption.clone());
        }
        correction.former_exemption = marked.get(&correction.decision_id).cloned();
        if correction.former_exemption.is_some() && !sees {
            correction.former_words = String::new();
        }
    }
    Ok(made)
}

/// The approvals of the minutes of these meetings.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn approvals(
    tx: &TenantTx,
    tenant: TenantId,
    meetings: Vec<Id<meeting::Model>>,
) -> Result<Vec<minutes_approval::Model>> {
    tx.rows::<minutes_approval::Entity>(tenant)?.filter(tx.any_of(minutes_approval::Column::MeetingId, meetings)).all().await
}

/// How minutes with this approval stand.
#[must_use]
pub fn standing(approval: Option<&minutes_approval::Model>) -> MinutesStanding {
    approval.map_or(MinutesStanding::Draft, |_| MinutesStanding::Approved)
}

/// Refuses what would add to minutes that are approved, or change who is said to have been there.
pub(super) async fn still_open(tx: &TenantTx, row: &meeting::Model, field: &str) -> Result<()> {
    if approvals(tx, row.tenant_id, vec![row.id]).await?.is_empty() {
        return Ok(());
    }
    let message = format!(
        "The minutes of the meeting of {} are approved as a correct record: nothing is added to them. What is wrong in one is corrected \
         (`recordMinuteCorrection`), and so is who came (`recordAttendanceCorrection`), as a later meeting agreed.",
        LongDate(row.held_on)
    );
    Err(Error::invalid(field, ProblemCode::Locked, message))
}

/// A minute to be put right.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The minute.
    pub minute: Id<meeting_decision::Model>,
    /// What it is to say.
    pub words: String,
    /// Why.
    pub reason: String,
    /// Why what it said before is exempt from publication, where that was minuted publicly by mistake.
    pub earlier_wording_exemption: Option<String>,
    /// The later meeting that agreed it.
    pub agreed_at: Option<Id<meeting::Model>>,
    /// The version of the minute that is to stand until then; whichever stands when left out.
    pub expected_version: Option<i32>,
}

/// Puts a minute right and keeps what it said.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when it says nothing, the same as before or no reason, or when the minutes are
/// approved and no later meeting of the body is named that agreed it.
pub async fn correct(tx: TenantTx, new: &Correction) -> Result<Id<meeting_decision::Model>> {
    let tenant = tx.acting_tenant()?;
    tx.allows_some::<deeds::RecordMeeting>()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, found(&tx, tenant, new.minute).await?.meeting_id).await?;
    // As whoever held the meeting before has left it.
    let minute = found(&tx, tenant, new.minute).await?;
    let wording = Wording { words: &new.words, reason: &new.reason, former: new.earlier_wording_exemption.as_deref() };
    let mut faults = wording_faults("", &minute, wording);
    let is_approved = !approvals(&tx, tenant, vec![row.id]).await?.is_empty();
    faults.extend(agreed_fault(&tx, &row, new.agreed_at, is_approved).await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let version = current_version(&tx, &minute).await?;
    version::expect(new.expected_version, Some(version))?;
    let act = tx.act("CORRECT_MINUTE", &leave).await?;
    put_right(&tx, (&minute, version), wording, new.agreed_at, act).await?;
    tx.commit_with(&minute.id).await?;
    Ok(minute.id)
}

async fn found(tx: &TenantTx, tenant: TenantId, id: Id<meeting_decision::Model>) -> Result<meeting_decision::Model> {
    many(tx, tenant, vec![id]).await?.pop().ok_or(Error::NotFound("meeting_decision"))
}

/// Which version of a minute stands.
async fn current_version(tx: &TenantTx, minute: &meeting_decision::Model) -> Result<i32> {
    let made = corrections(tx, minute.tenant_id, vec![minute.id]).await?;
    Ok(made.last().map_or(1, |correction| correction.version))
}

/// How a minute is put right.
#[derive(Clone, Copy)]
struct Wording<'w> {
    /// What it is to say.
    words: &'w str,
    /// Why.
    reason: &'w str,
    /// Why what it said before is exempt from publication, if it is.
    former: Option<&'w str>,
}

fn wording_faults(path: &str, minute: &meeting_decision::Model, Wording { words, reason, former }: Wording<'_>) -> Vec<Problem> {
    let mut faults = said(&format!("{path}words"), words, LONGEST_TEXT);
    // That what it said before is exempt can also be said later, of words that stay.
    if former.is_none() && is_same_to_a_reader(words, &minute.words) {
        let message = format!("Minute {} says that already.", minute.minute_number);
        faults.push(Problem::new(&format!("{path}words"), ProblemCode::OutOfRange, message));
    }
    faults.extend(said(&format!("{path}reason"), reason, LONGEST_TEXT));
    let exemption = format!("{path}earlierWordingExemption");
    faults.extend(former.and_then(|why| {
        // Given for nothing, it would leave in public what somebody meant to take out of it.
        if is_blank(why) { Some(Problem::required(&exemption)) } else { line_fault(&exemption, why, LONGEST_TITLE) }
    }));
    faults
}

/// Why a correction of the record of a meeting can't be made as another has agreed it. Once the minutes are approved, one has to have.
pub(super) async fn agreed_fault(
    tx: &TenantTx,
    row: &meeting::Model,
    agreed_at: Option<Id<meeting::Model>>,
    is_approved: bool,
) -> Result<Option<Problem>> {
    let fault = |code, message: String| Some(Problem::new("agreedAtMeeting", code, message));
    let Some(at) = agreed_at else {
        let message = "These minutes are approved: name the later meeting of the body that agreed the correction.";
        return Ok(fault(ProblemCode::Missing, message.to_owned()).filter(|_| is_approved));
    };
    let at = tx.get_many::<meeting::Entity>(row.tenant_id, [at]).await?.pop();
    Ok(match at {
        None => fault(ProblemCode::NotFound, "There is no such meeting.".to_owned()),
        Some(at) if meeting_standing(&at, tx.business_date()) != Standing::Held => {
            fault(ProblemCode::OutOfRange, "This meeting hasn't been held.".to_owned())
        }
        Some(at) => may_approve((at.body_id, at.held_on), (row.body_id, row.held_on))
            .err()
            .and_then(|why| fault(ProblemCode::OutOfRange, why.to_string())),
    })
}

async fn put_right(
    tx: &TenantTx,
    (minute, version): (&meeting_decision::Model, i32),
    Wording { words, reason, former }: Wording<'_>,
    agreed_at: Option<Id<meeting::Model>>,
    act: Id<act::Model>,
) -> Result<()> {
    let correction = minute_correction::Model {
        tenant_id: minute.tenant_id,
        id: Id::new(),
        decision_id: minute.id,
        version: version.saturating_add(1),
        former_words: minute.words.clone(),
        former_exemption: given(former),
        reason: reason.trim().to_owned(),
        agreed_at_id: agreed_at,
        act_id: act,
        corrected_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    tx.insert::<minute_correction::Entity>(vec![correction]).await?;
    tx.set::<meeting_decision::Entity>([minute.id], vec![(meeting_decision::Column::Words, words.trim().into())]).await?;
    Ok(())
}

/// A correction that is agreed with the approval.
#[derive(Clone, Debug)]
pub struct AgreedCorrection {
    /// The minute, with the tenant of its identifier.
    pub minute: (TenantId, Id<meeting_decision::Model>),
    /// What it is to say.
    pub words: String,
    /// Why.
    pub reason: String,
    /// Why what it said before is exempt from publication, where that was minuted publicly by mistake.
    pub earlier_wording_exemption: Option<String>,
}

impl AgreedCorrection {
    fn wording(&self) -> Wording<'_> {
        Wording { words: &self.words, reason: &self.reason, former: self.earlier_wording_exemption.as_deref() }
    }
}

/// Minutes that a later meeting approves.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The meeting whose minutes they are.
    pub meeting: Id<meeting::Model>,
    /// The later meeting.
    pub at: Id<meeting::Model>,
    /// The number of that meeting's minute.
    pub minute_number: String,
    /// The item of its agenda under which they were approved.
    pub agenda_item: Option<Id<agenda_item::Model>>,
    /// The corrections with which.
    pub corrections: Vec<AgreedCorrection>,
}

/// Approves a meeting's minutes as a correct record, as an act of a later meeting of the same body, under a minute of that meeting.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when they are approved already, the other meeting isn't a later one of the same
/// body that has been held, its number is taken, or a correction isn't in order. All of it or nothing is written.
pub async fn approve(tx: TenantTx, new: &Approval) -> Result<Id<meeting::Model>> {
    let tenant_id = tx.acting_tenant()?;
    tx.allows_some::<deeds::RecordMeeting>()?;
    // Both in one statement, so that nobody waits in a circle.
    tx.hold::<meeting::Entity>(Some(vec![new.meeting, new.at]), Hold::Alone).await?;
    let row = tx.get::<meeting::Entity>(tenant_id, new.meeting).await?;
    let (at, leave) = kept::<deeds::RecordMeeting>(&tx, new.at).await.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("at", ProblemCode::NotFound, "There is no such meeting."),
        other => other,
    })?;
    held(&row, tx.business_date())?;
    if meeting_standing(&at, tx.business_date()) != Standing::Held {
        return Err(Error::invalid("at", ProblemCode::OutOfRange, "This meeting hasn't been held."));
    }
    may_approve((at.body_id, at.held_on), (row.body_id, row.held_on))
        .map_err(|why| Error::invalid("at", ProblemCode::OutOfRange, why.to_string()))?;
    if !approvals(&tx, tenant_id, vec![row.id]).await?.is_empty() {
        return Err(Error::invalid("meeting", ProblemCode::Duplicate, "The minutes of this meeting are approved already."));
    }
    still_open(&tx, &at, "at").await?;
    let minutes = corrected(&tx, &row, new).await?;
    let act = tx.act("APPROVE_MINUTES", &leave).await?;
    for (correction, minute) in new.corrections.iter().zip(&minutes) {
        let version = current_version(&tx, minute).await?;
        put_right(&tx, (minute, version), correction.wording(), Some(at.id), act).await?;
    }
    let public: Vec<&str> =
        minutes.iter().filter(|minute| minute.exemption.is_none()).map(|minute| minute.minute_number.as_str()).collect();
    let words = approved_words(row.held_on, &public, minutes.iter().any(|minute| minute.exemption.is_some()));
    let minute_id = minute_under(&tx, &at, (&new.minute_number, &words), new.agenda_item, act).await?;
    let approval = minutes_approval::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: row.id,
        minute_id,
        act_id: act,
        recorded_on: tx.business_date(),
        recorded_at: tx.now(),
    };
    tx.insert::<minutes_approval::Entity>(vec![approval]).await?;
    tx.commit_with(&row.id).await?;
    Ok(row.id)
}

/// The minutes that an approval corrects, when everything is in order.
async fn corrected(tx: &TenantTx, row: &meeting::Model, new: &Approval) -> Result<Vec<meeting_decision::Model>> {
    let mut faults = number_faults(&new.minute_number);
    let ids: Vec<_> = new.corrections.iter().map(|correction| correction.minute.1).collect();
    let all = many(tx, row.tenant_id, ids).await?;
    let mut minutes = Vec::new();
    for (at, correction) in new.corrections.iter().enumerate() {
        let path = format!("corrections.{at}.");
        let minute = all.iter().find(|minute| (minute.tenant_id, minute.id) == correction.minute && minute.meeting_id == row.id);
        let Some(minute) = minute else {
            let message = "The meeting whose minutes are approved has no such minute.";
            faults.push(Problem::new(&format!("{path}minute"), ProblemCode::NotFound, message));
            continue;
        };
        if minutes.contains(minute) {
            faults.push(Problem::new(&format!("{path}minute"), ProblemCode::Duplicate, "This minute is named already."));
        }
        faults.extend(wording_faults(&path, minute, correction.wording()));
        minutes.push(minute.clone());
    }
    if faults.is_empty() { Ok(minutes) } else { Err(Error::Invalid(faults)) }
}
