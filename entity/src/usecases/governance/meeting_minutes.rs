//! What came of a meeting: what was decided under which minute, and the key actions, in the same step as the decision.

use sea_orm::{ColumnTrait, Order};

use super::{
    actions::{self, NewAction},
    meetings::{LONGEST_TEXT, LONGEST_TITLE, RECORDED, given, held, kept, said, said_line, sees_exempt, taken},
    minutes_record::still_open,
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        blank::has_look_alikes,
        entry::line_fault,
        minutes::is_same_number,
        period::{Period, PeriodKind},
        withdrawal::takes_minutes,
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{
            action, agenda_item,
            agenda_link::{self, LinkKind},
            meeting, meeting_decision,
        },
        organisation::{act, body},
    },
    tenancy::{TenantTx, deeds},
};

/// Characters of a minute's number, at most.
const LONGEST_NUMBER: usize = 40;

/// The decisions of these meetings that the actor may see, by minute number.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn decisions(
    tx: &TenantTx,
    tenant: TenantId,
    meetings: Vec<Id<meeting::Model>>,
) -> Result<Vec<meeting_decision::Model>> {
    use meeting_decision::Column;
    let mut rows = tx.rows::<meeting_decision::Entity>(tenant)?.filter(tx.any_of(Column::MeetingId, meetings));
    if !sees_exempt(tx, tenant) {
        rows = rows.filter(Column::Exemption.is_null());
    }
    let mut decisions = rows.order_by(Column::Id, Order::Asc).all().await?;
    // Minutes are numbered 9, 10, 11, which isn't the order of texts.
    decisions.sort_by_key(|row| (row.minute_number.parse::<u32>().unwrap_or(u32::MAX), row.minute_number.clone()));
    Ok(decisions)
}

/// The decisions with these identifiers that the actor may see.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(
    tx: &TenantTx,
    tenant: TenantId,
    ids: Vec<Id<meeting_decision::Model>>,
) -> Result<Vec<meeting_decision::Model>> {
    let rows = tx.get_many::<meeting_decision::Entity>(tenant, ids).await?;
    let sees = sees_exempt(tx, tenant);
    Ok(rows.into_iter().filter(|row| sees || row.exemption.is_none()).collect())
}

/// What an earlier meeting of the same body left to be done: actions that aren't closed, by meeting and reference.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn matters_arising(tx: &TenantTx, row: &meeting::Model) -> Result<Vec<action::Model>> {
    let earlier = tx.rows::<meeting::Entity>(row.tenant_id)?.filter(meeting::Column::BodyId.eq(row.body_id));
    let earlier = earlier.filter(meeting::Column::HeldOn.lt(row.held_on)).all().await?;
    let decided = decisions(tx, row.tenant_id, earlier.iter().map(|meeting| meeting.id).collect()).await?;
    let mut left = actions::of_decisions(tx, row.tenant_id, decided.iter().map(|decision| decision.id).collect()).await?;
    left.retain(|action| action.closed_on.is_none_or(|day| day >= row.held_on));
    Ok(left)
}

/// A decision to be minuted.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// The meeting that took it.
    pub meeting: Id<meeting::Model>,
    /// The item under which.
    pub agenda_item: Option<Id<agenda_item::Model>>,
    /// The minute's number.
    pub minute_number: String,
    /// What was decided.
    pub words: String,
    /// Why it is exempt from publication, if it is.
    pub exemption: Option<String>,
    /// The key actions that follow from it.
    pub actions: Vec<NewAction>,
}

/// Records a decision of a meeting with the key actions that follow from it: all of it or nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting hasn't been held, the number stands already, the item is
/// another meeting's, or an action isn't in order.
pub async fn record_decision(tx: TenantTx, new: &NewDecision) -> Result<Id<meeting_decision::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, new.meeting).await?;
    held(&row, tx.business_date())?;
    still_open(&tx, &row, "meeting").await?;
    let mut faults = number_faults(&new.minute_number);
    faults.extend(said("words", &new.words, LONGEST_TEXT));
    faults.extend(new.exemption.as_deref().and_then(|text| line_fault("exemption", text, LONGEST_TITLE)));
    let item = match new.agenda_item {
        Some(item) => Some(tx.get::<agenda_item::Entity>(tenant_id, item).await?),
        None => None,
    };
    if item.as_ref().is_some_and(|item| item.meeting_id != row.id) {
        faults.push(Problem::new("agendaItem", ProblemCode::NotFound, "This item is on another meeting's agenda."));
    }
    faults.extend(item.as_ref().and_then(withdrawn_fault));
    for (at, action) in new.actions.iter().enumerate() {
        faults.extend(actions::faults(&tx, action).await?.into_iter().map(|fault| fault.within(&["actions", &at.to_string()])));
    }
    let minute = new.minute_number.trim();
    let reference = |(number, action): (i32, &NewAction)| {
        (action.plan, given(action.reference.as_deref()).unwrap_or_else(|| format!("minute {minute}/{number}")))
    };
    let references: Vec<_> = (1..).zip(&new.actions).map(reference).collect();
    let taken = actions::reference_faults(&tx, &references).await?;
    faults.extend(taken.into_iter().map(|(at, fault)| fault.within(&["actions", &at.to_string()])));
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("RECORD_MEETING_DECISION", &leave).await?;
    let exemption = given(new.exemption.as_deref()).or_else(|| item.and_then(|item| item.exemption));
    let id = put_down(&tx, &row, recorded(&tx, &row, (minute, &new.words), (new.agenda_item, exemption), act)).await?;
    for ((_, reference), action) in references.iter().zip(&new.actions) {
        actions::insert(&tx, action, (Some(id), reference), act).await?;
    }
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Writes a minute of what a meeting did, under an item of its agenda where one is named.
pub(super) async fn minute_under(
    tx: &TenantTx,
    row: &meeting::Model,
    (number, words): (&str, &str),
    item: Option<Id<agenda_item::Model>>,
    act: Id<act::Model>,
) -> Result<Id<meeting_decision::Model>> {
    let found = match item {
        Some(item) => tx.get_many::<agenda_item::Entity>(row.tenant_id, [item]).await?.pop(),
        None => None,
    };
    if item.is_some() && found.as_ref().is_none_or(|found| found.meeting_id != row.id) {
        return Err(Error::invalid("agendaItem", ProblemCode::NotFound, "This meeting's agenda has no such item."));
    }
    if let Some(fault) = found.as_ref().and_then(withdrawn_fault) {
        return Err(Error::Invalid(vec![fault]));
    }
    put_down(tx, row, recorded(tx, row, (number, words), (item, found.and_then(|found| found.exemption)), act)).await
}

/// Why nothing is minuted under an item: it was withdrawn.
fn withdrawn_fault(item: &agenda_item::Model) -> Option<Problem> {
    let why = takes_minutes(item.withdrawn_on).err()?;
    Some(Problem::new("agendaItem", ProblemCode::Locked, why.to_string()))
}

/// Writes a minute, unless another of its body and year bears its number.
async fn put_down(tx: &TenantTx, row: &meeting::Model, decision: meeting_decision::Model) -> Result<Id<meeting_decision::Model>> {
    let id = decision.id;
    let here = "This meeting has a minute of that number already.";
    // Minutes of two meetings of a body are numbered one after the other.
    tx.hold_numbers().await?;
    let (meetings, minutes) = of_year(tx, row).await?;
    let same = minutes.iter().find(|minute| is_same_number(&minute.minute_number, &decision.minute_number));
    if let Some(same) = same {
        let elsewhere = meetings.iter().find(|meeting| meeting.id == same.meeting_id && meeting.id != row.id);
        let message = elsewhere.map_or_else(
            || here.to_owned(),
            |meeting| {
                format!(
                    "That is the number of a minute of this body's meeting of {}, in the same financial year. Where numbers begin anew with \
                     each meeting, put the meeting's before it, such as 3/1.",
                    LongDate(meeting.held_on)
                )
            },
        );
        return Err(Error::invalid("minuteNumber", ProblemCode::Duplicate, message));
    }
    let written = tx.insert::<meeting_decision::Entity>(vec![decision]).await;
    written.map_err(|error| taken(error, "minuteNumber", here))?;
    Ok(id)
}

/// The meetings of a meeting's body in its financial year, and their minutes.
async fn of_year(tx: &TenantTx, row: &meeting::Model) -> Result<(Vec<meeting::Model>, Vec<meeting_decision::Model>)> {
    use meeting::Column;
    let mut meetings = tx.rows::<meeting::Entity>(row.tenant_id)?.filter(Column::BodyId.eq(row.body_id));
    if let Some(year) = Period::containing(PeriodKind::FinancialYear, row.held_on) {
        meetings = meetings.filter(Column::HeldOn.gte(year.start())).filter(Column::HeldOn.lte(year.end()));
    }
    let meetings = meetings.all().await?;
    let ids = meetings.iter().map(|meeting| meeting.id);
    let minutes = tx.rows::<meeting_decision::Entity>(row.tenant_id)?;
    let minutes = minutes.filter(tx.any_of(meeting_decision::Column::MeetingId, ids)).all().await?;
    Ok((meetings, minutes))
}

/// What a committee did with a record, under a minute's number.
#[derive(Clone, Debug)]
pub(crate) struct Minuted<'a> {
    /// The minute's number, checked by [`number_faults`].
    pub number: &'a str,
    /// What the minute says.
    pub words: String,
    /// Why it is exempt from publication, if it is; as the record's item on the agenda otherwise.
    pub exemption: Option<&'static str>,
    /// The record.
    pub about: (LinkKind, uuid::Uuid),
}

/// What is wrong with a minute's number: it is printed within a line, so it is one.
pub(crate) fn number_faults(number: &str) -> Vec<Problem> {
    let mut faults = said_line("minuteNumber", number, LONGEST_NUMBER);
    // What is missing or has signs that no line has isn't looked at further.
    let is_number =
        |number: &str| number.chars().all(|c| c.is_alphanumeric() || " .,/()-".contains(c)) && !has_look_alikes(number);
    if faults.is_empty() && !is_number(number.trim()) {
        let message =
            "A minute's number has letters, digits, blanks, and any of . , / ( ) - only, and no Cyrillic or Greek letters.";
        faults.push(Problem::new("minuteNumber", ProblemCode::Malformed, message));
    }
    faults
}

/// The minute of a number, if a meeting has it.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(crate) async fn of_number(tx: &TenantTx, row: &meeting::Model, number: &str) -> Result<Option<meeting_decision::Model>> {
    use meeting_decision::Column;
    let rows = tx.rows::<meeting_decision::Entity>(row.tenant_id)?.filter(Column::MeetingId.eq(row.id));
    let minutes = rows.order_by(Column::Id, Order::Asc).all().await?;
    Ok(minutes.into_iter().find(|minute| is_same_number(&minute.minute_number, number)))
}

/// Writes the minute under which a committee dealt with a record.
///
/// # Errors
/// [`Error::Invalid`] when the meeting's minutes are approved; as [`TenantTx::insert`].
pub(crate) async fn minute(
    tx: &TenantTx,
    row: &meeting::Model,
    minuted: Minuted<'_>,
    act: Id<act::Model>,
) -> Result<Id<meeting_decision::Model>> {
    still_open(tx, row, "minuteNumber").await?;
    let items = items_about(tx, row, minuted.about).await?;
    let item = items.iter().find(|item| item.withdrawn_on.is_none());
    // That an item was withdrawn publishes nothing that was exempt under it.
    let of_items = || match item {
        Some(item) => item.exemption.clone(),
        None => items.iter().find_map(|item| item.exemption.clone()),
    };
    let exemption = minuted.exemption.map(str::to_owned).or_else(of_items);
    put_down(tx, row, recorded(tx, row, (minuted.number, &minuted.words), (item.map(|item| item.id), exemption), act)).await
}

/// Refuses a minute that is there for a record that it isn't about, as its item on the agenda tells.
///
/// # Errors
/// [`Error::Invalid`] on `minuteNumber`; as [`TenantTx::rows`].
pub(crate) async fn is_about(
    tx: &TenantTx,
    row: &meeting::Model,
    decision: &meeting_decision::Model,
    about: (LinkKind, uuid::Uuid),
) -> Result<()> {
    let items = items_about(tx, row, about).await?;
    let item = items.iter().find(|item| item.withdrawn_on.is_none());
    if item.is_some_and(|item| decision.agenda_item_id == Some(item.id)) {
        return Ok(());
    }
    let message = "This meeting has a minute of that number already, and it is about something else.";
    Err(Error::invalid("minuteNumber", ProblemCode::Duplicate, message))
}

/// The items of a meeting's agenda that are about a record, in their order, withdrawn ones among them.
async fn items_about(
    tx: &TenantTx,
    row: &meeting::Model,
    (kind, subject): (LinkKind, uuid::Uuid),
) -> Result<Vec<agenda_item::Model>> {
    use agenda_link::Column;
    let links =
        tx.rows::<agenda_link::Entity>(row.tenant_id)?.filter(Column::Kind.eq(kind)).filter(Column::SubjectId.eq(subject));
    let items = links.all().await?.into_iter().map(|link| link.agenda_item_id);
    let items = tx.rows::<agenda_item::Entity>(row.tenant_id)?.filter(tx.any_of(agenda_item::Column::Id, items));
    items.filter(agenda_item::Column::MeetingId.eq(row.id)).order_by(agenda_item::Column::Number, Order::Asc).all().await
}

fn recorded(
    tx: &TenantTx,
    row: &meeting::Model,
    (number, words): (&str, &str),
    (item, exemption): (Option<Id<agenda_item::Model>>, Option<String>),
    act: Id<act::Model>,
) -> meeting_decision::Model {
    meeting_decision::Model {
        tenant_id: row.tenant_id,
        id: Id::new(),
        meeting_id: row.id,
        agenda_item_id: item,
        minute_number: number.trim().to_owned(),
        words: words.trim().to_owned(),
        exemption,
        recorded_on: tx.business_date(),
        is_illustrative: false,
        source: RECORDED.to_owned(),
        act_id: Some(act),
    }
}

/// The body of a meeting.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn bodies(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<body::Model>>) -> Result<Vec<body::Model>> {
    tx.get_many::<body::Entity>(tenant, ids).await
}
