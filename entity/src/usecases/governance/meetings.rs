//! Meetings of any body: called with an agenda whose items are about records of the same tenant, papers linked and never stored.
//!
//! What is exempt from publication is left out for whoever may read meetings and not exempt business. It is left out here, where rows
//! are read, so that no path leads around it.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::{
    agendas::{NewItem, item_faults, put_on_agenda},
    committees::{self, ENGAGEMENT_COMMITTEE, for_meetings_of},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Action, Resource},
    rules::{
        blank::{is_blank, is_same_name, unless_blank},
        entry::{line_fault, needed_line_fault, text_fault},
        timescale::day_fault,
        wording::LongDate,
        working_days::{SUMMARY_DAYS, WorkingDays},
    },
    tables::{
        Id, TenantId,
        governance::{agenda_item, agenda_link, meeting, meeting_decision, meeting_paper, meeting_summary},
        organisation::{act, body, body_membership, organisation},
        risk::risk_referral_step,
    },
    tenancy::{Authorised, Deed, Hold, Page, PageRequest, TenantTx, deeds},
    usecases::organisation::{organisations, tenants},
};

/// Characters of a title or a place, at most.
pub(super) const LONGEST_TITLE: usize = 200;
/// Characters of a text, at most.
pub(super) const LONGEST_TEXT: usize = 4_000;
/// Clear days for which papers lie open before a meeting (Local Government Act 1972, section 100B).
pub const CLEAR_DAYS: u16 = 5;

/// Which meetings are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this body.
    pub body: Option<Id<body::Model>>,
    /// Only those from this day on.
    pub from: Option<NaiveDate>,
    /// Only those up to this day.
    pub to: Option<NaiveDate>,
}

/// Whether the actor may read what is exempt from publication in a tenant.
#[must_use]
pub fn sees_exempt(tx: &TenantTx, tenant: TenantId) -> bool {
    tx.actor().may(tenant, Action::Read, Resource::ExemptBusiness)
}

/// A page of a tenant's meetings, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(tx: &TenantTx, tenant: TenantId, filter: &Filter, request: &PageRequest) -> Result<Page<meeting::Model>> {
    use meeting::Column;
    let mut rows = tx.rows::<meeting::Entity>(tenant)?;
    if let Some(body) = filter.body {
        rows = rows.filter(Column::BodyId.eq(body));
    }
    if let Some(from) = filter.from {
        rows = rows.filter(Column::HeldOn.gte(from));
    }
    if let Some(to) = filter.to {
        rows = rows.filter(Column::HeldOn.lte(to));
    }
    rows.page(&[(Column::HeldOn, Order::Desc), (Column::Id, Order::Asc)], request).await
}

/// The items of these meetings that the actor may see, in the order of their agendas.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn agenda(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<agenda_item::Model>> {
    use agenda_item::Column;
    let mut rows = tx.rows::<agenda_item::Entity>(tenant)?.filter(tx.any_of(Column::MeetingId, meetings));
    if !sees_exempt(tx, tenant) {
        rows = rows.filter(Column::Exemption.is_null());
    }
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// The items with these identifiers that the actor may see.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn agenda_items(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<agenda_item::Model>>) -> Result<Vec<agenda_item::Model>> {
    let rows = tx.get_many::<agenda_item::Entity>(tenant, ids).await?;
    let sees = sees_exempt(tx, tenant);
    Ok(rows.into_iter().filter(|row| sees || row.exemption.is_none()).collect())
}

/// The papers of these meetings that the actor may see, by title.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn papers(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<meeting_paper::Model>> {
    use meeting_paper::Column;
    let mut rows = tx.rows::<meeting_paper::Entity>(tenant)?.filter(tx.any_of(Column::MeetingId, meetings));
    if !sees_exempt(tx, tenant) {
        rows = rows.filter(Column::Exemption.is_null());
    }
    rows.order_by(Column::Title, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// What these items are about.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn links(tx: &TenantTx, tenant: TenantId, items: Vec<Id<agenda_item::Model>>) -> Result<Vec<agenda_link::Model>> {
    let rows = tx.rows::<agenda_link::Entity>(tenant)?.filter(tx.any_of(agenda_link::Column::AgendaItemId, items));
    rows.order_by(agenda_link::Column::Id, Order::Asc).all().await
}

/// How a meeting stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It lies ahead.
    Called,
    /// Its day has come.
    Held,
    /// It was called off.
    Cancelled,
}

/// How a meeting stands on a day.
#[must_use]
pub fn standing(row: &meeting::Model, on: NaiveDate) -> Standing {
    match row.cancelled_on {
        Some(day) if day <= on => Standing::Cancelled,
        _ if row.held_on <= on => Standing::Held,
        _ => Standing::Called,
    }
}

/// The day on which a meeting's summary is due: five working days after it (S3).
#[must_use]
pub fn summary_due_on(row: &meeting::Model) -> NaiveDate {
    WorkingDays::england().after(row.held_on, SUMMARY_DAYS)
}

/// The last day on which its papers can be published to lie open for five clear days.
#[must_use]
pub fn papers_due_on(row: &meeting::Model) -> NaiveDate {
    WorkingDays::england().publish_by(row.held_on, CLEAR_DAYS)
}

/// What whoever calls a meeting is told, where its papers would have been due before the day on which it is called.
#[must_use]
pub fn short_notice(row: &meeting::Model) -> Option<String> {
    let due_on = papers_due_on(row);
    row.called_on.filter(|called_on| *called_on > due_on).map(|_| {
        format!(
            "Papers for this meeting were due by {}, {CLEAR_DAYS} clear working days before it, and that day has passed: whatever goes to it \
             comes at short notice, and its minutes should say why.",
            LongDate(due_on)
        )
    })
}

/// A meeting to be called.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    /// Whose meeting it is.
    pub body: Id<body::Model>,
    /// What it is called.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// The time of day.
    pub starts_at: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// The one key strategic issue.
    pub key_issue: Option<String>,
    /// The organisation from outside with which the body meets.
    pub external_party: Option<Id<organisation::Model>>,
    /// Its agenda, in order.
    pub agenda: Vec<NewItem>,
}

/// Calls a meeting with its agenda.
///
/// # Errors
/// [`Error::NotFound`] when the tenant has no such body; [`Error::Denied`]; [`Error::Invalid`] with everything that isn't in order.
pub async fn call(tx: TenantTx, new: &NewMeeting) -> Result<Id<meeting::Model>> {
    tx.allows_some::<deeds::RecordMeeting>()?;
    let tenant = tx.acting_tenant()?;
    let body = tx.get::<body::Entity>(tenant, new.body).await?;
    let leave: Authorised<(), deeds::RecordMeeting> = for_meetings_of(&tx, new.body)?;
    let mut faults = said_line("title", &new.title, LONGEST_TITLE);
    faults.extend(day_fault("heldOn", new.held_on));
    for (field, text) in [("startsAt", &new.starts_at), ("place", &new.place), ("keyIssue", &new.key_issue)] {
        faults.extend(text.as_deref().and_then(|text| line_fault(field, text, LONGEST_TITLE)));
    }
    if let Some(party) = new.external_party {
        faults.extend(party_fault(&tx, &body, party).await?);
    }
    for (at, item) in new.agenda.iter().enumerate() {
        faults.extend(item_faults(&tx, item, &format!("agenda.{at}")).await?);
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("CALL_MEETING", &leave).await?;
    let row = meeting::Model {
        tenant_id: tenant,
        id: Id::new(),
        body_id: new.body,
        title: new.title.trim().to_owned(),
        held_on: new.held_on,
        starts_at: given(new.starts_at.as_deref()),
        place: given(new.place.as_deref()),
        key_issue: given(new.key_issue.as_deref()),
        called_on: Some(tx.business_date()),
        cancelled_on: None,
        cancellation_reason: None,
        is_illustrative: false,
        source: RECORDED.to_owned(),
        act_id: Some(act),
        external_party_id: new.external_party,
    };
    let id = row.id;
    tx.insert::<meeting::Entity>(vec![row])
        .await
        .map_err(|error| taken(error, "title", "This body has a meeting of that title on that day already."))?;
    for (number, item) in (1..).zip(&new.agenda) {
        put_on_agenda(&tx, id, number, (item, None)).await?;
    }
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Why an organisation can't be the party from outside: there is none, or it is the tenant, one of its bodies, or a team that supports them.
async fn party_fault(tx: &TenantTx, body: &body::Model, party: Id<organisation::Model>) -> Result<Option<Problem>> {
    let Some(party) = organisations::many(tx, vec![party]).await?.pop() else {
        return Ok(Some(Problem::new("externalParty", ProblemCode::NotFound, "There is no such organisation.")));
    };
    let own = tenants::named(tx, vec![body.tenant_id]).await?.pop();
    let whose = own.as_ref().map_or("this tenant", |own| own.name.as_str());
    let bodies = tx.rows::<body::Entity>(body.tenant_id)?.order_by(body::Column::Id, Order::Asc).all().await?;
    let supported = tx.rows::<body_membership::Entity>(body.tenant_id)?;
    let supported = supported.filter(body_membership::Column::OrganisationId.eq(party.id));
    let supported = supported.filter(body_membership::Column::Capacity.eq(SUPPORT)).one().await?;
    let called = names_of(&party.name, &party.aliases);
    let is_called =
        |name: &str, aliases| names_of(name, aliases).iter().any(|own| called.iter().any(|other| is_same_name(own, other)));
    let read_as = bodies.iter().find(|body| is_called(&body.name, &body.aliases));
    let of_body = |membership: &body_membership::Model| bodies.iter().find(|body| body.id == membership.body_id);
    let taken_for =
        if own.as_ref().is_some_and(|own| own.organisation_id == Some(party.id) || is_same_name(&own.name, &party.name)) {
            format!("it is whose these meetings are ({whose})")
        } else if let Some(body) = read_as {
            format!("it was taken for {}, a body of {whose}", body.name)
        } else if let Some(body) = supported.as_ref().and_then(of_body) {
            format!("it supports {}, a body of {whose}, as a team of its own", body.name)
        } else {
            return Ok(None);
        };
    let message = format!("{} is no party from outside: {taken_for}.", party.name);
    Ok(Some(Problem::new("externalParty", ProblemCode::OutOfRange, message)))
}

/// In which capacity a partnership's own team belongs to its bodies.
const SUPPORT: &str = "support";

/// What something is called, its name before its other names.
fn names_of(name: &str, aliases: &serde_json::Value) -> Vec<String> {
    let others = aliases.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
    std::iter::once(name).chain(others).map(str::to_owned).collect()
}

/// Calls a meeting off.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when no reason is given, it was called off already, its day has passed, or
/// something was decided at it, or its summary was published.
pub async fn cancel(tx: TenantTx, id: Id<meeting::Model>, reason: &str) -> Result<Id<meeting::Model>> {
    let tenant = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, id).await?;
    not_cancelled(&row)?;
    let faults = said("reason", reason, LONGEST_TEXT);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let decided = tx.rows::<meeting_decision::Entity>(tenant)?.filter(meeting_decision::Column::MeetingId.eq(id)).count().await?;
    let summed_up = tx.rows::<meeting_summary::Entity>(tenant)?.filter(meeting_summary::Column::MeetingId.eq(id)).count().await?;
    let noted = risk_referral_step::Column::MetOn.eq(row.held_on);
    let noted =
        is_engagement_committee(&tx, &row).await? && tx.has_any::<risk_referral_step::Entity, _, _>(&leave, noted).await?;
    if row.held_on < tx.business_date() || decided > 0 || summed_up > 0 || noted {
        return Err(Error::invalid("meeting", ProblemCode::Locked, "This meeting was held; it can't be called off any more."));
    }
    tx.act("CANCEL_MEETING", &leave).await?;
    let values = vec![
        (meeting::Column::CancelledOn, tx.business_date().into()),
        (meeting::Column::CancellationReason, reason.trim().into()),
    ];
    tx.set::<meeting::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Where what people enter comes from.
pub(super) const RECORDED: &str = "Recorded here";

/// A meeting of the acting tenant, held until the transaction ends, as whoever held it before has left it. Whatever is done to a meeting
/// begins here: so nothing is decided at one that is being called off, and nothing is said or numbered twice.
pub(super) async fn alone(tx: &TenantTx, id: Id<meeting::Model>) -> Result<meeting::Model> {
    tx.hold::<meeting::Entity>(Some(vec![id]), Hold::Alone).await?;
    tx.get::<meeting::Entity>(tx.acting_tenant()?, id).await
}

/// The same with leave to do something at it: for whoever keeps the meetings of its body.
pub(super) async fn kept<D: Deed>(tx: &TenantTx, id: Id<meeting::Model>) -> Result<(meeting::Model, Authorised<(), D>)> {
    tx.allows_some::<D>()?;
    let row = alone(tx, id).await?;
    let leave = for_meetings_of(tx, row.body_id)?;
    Ok((row, leave))
}

async fn is_engagement_committee(tx: &TenantTx, row: &meeting::Model) -> Result<bool> {
    Ok(committees::named(tx, row.tenant_id, ENGAGEMENT_COMMITTEE).await?.is_some_and(|body| body.id == row.body_id))
}

/// Refuses what is done to a meeting that was called off.
pub(super) fn not_cancelled(row: &meeting::Model) -> Result<()> {
    if row.cancelled_on.is_some() {
        return Err(Error::invalid("meeting", ProblemCode::Locked, "This meeting was called off."));
    }
    Ok(())
}

/// Refuses what is only done once a meeting's day has come.
pub(super) fn held(row: &meeting::Model, on: NaiveDate) -> Result<()> {
    not_cancelled(row)?;
    if standing(row, on) != Standing::Held {
        return Err(Error::invalid("meeting", ProblemCode::OutOfRange, "This meeting hasn't been held yet."));
    }
    Ok(())
}

/// A text without blanks around it; none when nothing is left.
pub(super) fn given(text: Option<&str>) -> Option<String> {
    text.and_then(unless_blank).map(str::to_owned)
}

/// What is wrong with a text that has to be there.
pub(super) fn said(field: &str, text: &str, longest: usize) -> Vec<Problem> {
    if is_blank(text) {
        return vec![Problem::required(field)];
    }
    text_fault(field, text, longest).into_iter().collect()
}

/// The same of a text that is printed within a line.
pub(super) fn said_line(field: &str, text: &str, longest: usize) -> Vec<Problem> {
    needed_line_fault(field, text, longest).into_iter().collect()
}

/// Turns a key that is taken into a problem with a field.
pub(super) fn taken(error: Error, field: &str, message: &str) -> Error {
    if error.is_taken() { Error::invalid(field, ProblemCode::Duplicate, message) } else { error }
}

/// What is wrong with the address of something that is linked.
pub(super) fn address_fault(field: &str, address: &str) -> Option<Problem> {
    let is_good = address.starts_with("https://")
        && address.len() > "https://".len()
        && address.len() <= 2_000
        && address.bytes().all(|byte| byte.is_ascii_graphic());
    let message = "This isn't an address that begins with https://.";
    (!is_good).then(|| Problem::new(field, ProblemCode::Malformed, message))
}

/// The acts with these identifiers, for whoever may read them.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn acts(tx: &TenantTx, tenant: TenantId, ids: Vec<Id<act::Model>>) -> Result<Vec<act::Model>> {
    tx.get_many::<act::Entity>(tenant, ids).await
}
