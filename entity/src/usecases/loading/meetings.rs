//! The demonstration's meetings: days, minutes and reports as the documents tell of them; what they don't tell says it is illustrative.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    actions::PARTNERSHIP_PLAN,
    files::{Tenants, data, id, owner},
};
use crate::{
    error::{Error, Result},
    rules::period::Period,
    tables::{
        Id, TenantId,
        governance::{
            agenda_item,
            agenda_link::{self, LinkKind},
            meeting, meeting_decision,
        },
    },
    usecases::governance::quarterly_returns::id_of,
};

#[derive(Deserialize)]
struct MeetingRow {
    reference: String,
    body: String,
    title: String,
    held_on: NaiveDate,
    starts_at: Option<String>,
    place: Option<String>,
    key_issue: Option<String>,
    called_on: Option<NaiveDate>,
    is_illustrative: bool,
    source: String,
}

#[derive(Deserialize)]
struct ItemRow {
    meeting: String,
    number: i32,
    title: String,
    exemption: Option<String>,
    duty: Option<i32>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct LinkRow {
    meeting: String,
    item: i32,
    /// One of the kinds below, and what it is about by its name.
    kind: String,
    subject: String,
}

#[derive(Deserialize)]
struct DecisionRow {
    meeting: String,
    agenda_item: Option<i32>,
    minute_number: String,
    words: String,
    exemption: Option<String>,
    recorded_on: NaiveDate,
    is_illustrative: bool,
    source: String,
}

/// The meetings, and the tenant of each.
pub(super) fn meetings(bodies: &Tenants) -> Result<(Vec<meeting::Model>, Tenants)> {
    let rows: Vec<MeetingRow> = data!("demonstration/meetings.csv")?;
    let mut tenants = Tenants::new();
    let mut meetings = Vec::with_capacity(rows.len());
    for row in rows {
        let tenant_id = owner(bodies, "body", &row.body)?;
        tenants.insert(row.reference.clone(), tenant_id);
        meetings.push(meeting::Model {
            tenant_id,
            id: id("meeting", &row.reference),
            body_id: id("body", &row.body),
            title: row.title,
            held_on: row.held_on,
            starts_at: row.starts_at,
            place: row.place,
            key_issue: row.key_issue,
            called_on: row.called_on,
            cancelled_on: None,
            cancellation_reason: None,
            is_illustrative: row.is_illustrative,
            source: row.source,
            act_id: None,
            external_party_id: None,
        });
    }
    Ok((meetings, tenants))
}

/// The items of their agendas.
pub(super) fn agenda(meetings: &Tenants) -> Result<Vec<agenda_item::Model>> {
    let rows: Vec<ItemRow> = data!("demonstration/agenda_items.csv")?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(agenda_item::Model {
            tenant_id: owner(meetings, "meeting", &row.meeting)?,
            id: id("agenda_item", &format!("{}/{}", row.meeting, row.number)),
            meeting_id: id("meeting", &row.meeting),
            number: row.number,
            title: row.title,
            exemption: row.exemption,
            duty: row.duty,
            source: row.source,
            urgency: None,
            withdrawn_on: None,
            withdrawal_reason: None,
            withdrawal_office: None,
            withdrawal_act_id: None,
        });
    }
    Ok(items)
}

/// What these items are about.
pub(super) fn agenda_links(meetings: &Tenants) -> Result<Vec<agenda_link::Model>> {
    let rows: Vec<LinkRow> = data!("demonstration/agenda_links.csv")?;
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        let tenant_id = owner(meetings, "meeting", &row.meeting)?;
        let item = format!("{}/{}", row.meeting, row.item);
        let (kind, subject_id) = match row.kind.as_str() {
            "ACTION" => (LinkKind::Action, id::<()>("action", &format!("{PARTNERSHIP_PLAN}/{}", row.subject)).uuid()),
            "RISK_REFERRAL" => (LinkKind::RiskReferral, id::<()>("risk-referral", &row.subject).uuid()),
            "QUARTERLY_RETURN" => (LinkKind::QuarterlyReturn, return_of(tenant_id, &row.subject)?),
            unknown => return Err(Error::internal(format!("an item of an agenda is about {unknown}"))),
        };
        let id = id("agenda_link", &format!("{item}/{}", row.subject));
        links.push(agenda_link::Model { tenant_id, id, agenda_item_id: Id::named("agenda_item", &item), kind, subject_id });
    }
    Ok(links)
}

/// The return of an area for a quarter, by the names of both.
fn return_of(tenant: TenantId, subject: &str) -> Result<Uuid> {
    let named = subject.split_once('/').and_then(|(area, quarter)| Some((area, quarter.parse::<Period>().ok()?)));
    let (area, quarter) = named.ok_or_else(|| Error::internal(format!("{subject} names no return")))?;
    Ok(id_of(tenant, id("area", area), quarter).uuid())
}

/// What they decided.
pub(super) fn decisions(meetings: &Tenants) -> Result<Vec<meeting_decision::Model>> {
    let rows: Vec<DecisionRow> = data!("demonstration/meeting_decisions.csv")?;
    rows.into_iter()
        .map(|row| {
            Ok(meeting_decision::Model {
                tenant_id: owner(meetings, "meeting", &row.meeting)?,
                id: id("meeting_decision", &format!("{}/{}", row.meeting, row.minute_number)),
                meeting_id: id("meeting", &row.meeting),
                agenda_item_id: row.agenda_item.map(|number| id("agenda_item", &format!("{}/{number}", row.meeting))),
                minute_number: row.minute_number,
                words: row.words,
                exemption: row.exemption,
                recorded_on: row.recorded_on,
                is_illustrative: row.is_illustrative,
                source: row.source,
                act_id: None,
            })
        })
        .collect()
}
