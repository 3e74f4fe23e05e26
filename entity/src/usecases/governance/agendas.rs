//! Agendas: items with what they are about and their papers, put there until the day before the meeting. What wasn't on the published agenda
//! is taken only as urgent business, with the reason (Local Government Act 1972, section 100B(4)(b)).

use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use super::{
    meeting_summaries,
    meetings::{
        LONGEST_TEXT, LONGEST_TITLE, address_fault, agenda_items, given, kept, not_cancelled, papers_due_on, said, said_line,
        summary_due_on,
    },
    minutes_record::{approvals, standing as minutes_standing},
    quarterly_returns,
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    rules::{
        entry::{line_fault, text_fault},
        urgency::{NotAdded, When, may_add},
        withdrawal::may_withdraw,
    },
    tables::{
        Id, TenantId, TenantTable,
        governance::{
            action, agenda_item,
            agenda_link::{self, LinkKind},
            meeting, meeting_decision, meeting_paper,
        },
        performance::agreement_indicator,
        risk::{risk, risk_referral},
    },
    tenancy::{TenantTx, deeds},
};

/// A paper, linked.
#[derive(Clone, Debug)]
pub struct NewPaper {
    /// What it is called.
    pub title: String,
    /// Where it is found.
    pub address: String,
    /// Why it is exempt from publication, if it is.
    pub exemption: Option<String>,
}

/// An item of an agenda to be.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// What it is called.
    pub title: String,
    /// Why it is exempt from publication, if it is; its papers and decisions are then, too.
    pub exemption: Option<String>,
    /// The reporting duty that hearing it fulfils.
    pub duty: Option<i32>,
    /// What it is about.
    pub links: Vec<(LinkKind, Uuid)>,
    /// Papers that belong to it.
    pub papers: Vec<NewPaper>,
}

/// Adds an item at the end of a meeting's agenda: until the day before it, and from then on what is urgent, while the meeting is written up.
///
/// # Errors
/// As [`super::meetings::call`]; [`Error::Invalid`] when the meeting was cancelled, its day has come and nothing says why the item is
/// urgent, or it is written up or its minutes are approved.
pub async fn add_item(
    tx: TenantTx,
    meeting: Id<meeting::Model>,
    item: &NewItem,
    urgency: Option<&str>,
) -> Result<Id<agenda_item::Model>> {
    let tenant = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, meeting).await?;
    not_cancelled(&row)?;
    let urgency = given(urgency);
    let approval = approvals(&tx, tenant, vec![meeting]).await?;
    let when = When {
        today: tx.business_date(),
        papers_due_on: papers_due_on(&row),
        held_on: row.held_on,
        summary_due_on: summary_due_on(&row),
        is_summed_up: !meeting_summaries::of_meetings(&tx, tenant, vec![meeting]).await?.is_empty(),
    };
    if let Err(why) = may_add(when, minutes_standing(approval.first()), urgency.as_deref()) {
        let (field, code) = match why {
            NotAdded::MinutesApproved | NotAdded::NotUrgent | NotAdded::WrittenUp(_) => ("meeting", ProblemCode::Locked),
            NotAdded::InTime => ("urgentBecause", ProblemCode::OutOfRange),
        };
        return Err(Error::invalid(field, code, why.to_string()));
    }
    let mut faults: Vec<Problem> =
        urgency.as_deref().and_then(|reason| text_fault("urgentBecause", reason, LONGEST_TEXT)).into_iter().collect();
    faults.extend(item_faults(&tx, item, "item").await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let rows = tx.rows::<agenda_item::Entity>(tenant)?.filter(agenda_item::Column::MeetingId.eq(meeting));
    let last = rows.order_by(agenda_item::Column::Number, Order::Desc).one().await?.map_or(0, |item| item.number);
    tx.act(if urgency.is_some() { "ADD_URGENT_ITEM" } else { "ADD_AGENDA_ITEM" }, &leave).await?;
    let id = put_on_agenda(&tx, meeting, last.saturating_add(1), (item, urgency)).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Withdraws an item from an agenda, with the reason: it stays on it, as withdrawn, and its number is used no second time.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting was called off or its minutes are approved, the item was
/// withdrawn already or something is minuted under it, or no reason is given.
pub async fn withdraw_item(tx: TenantTx, id: Id<agenda_item::Model>, reason: &str) -> Result<Id<agenda_item::Model>> {
    let tenant = tx.acting_tenant()?;
    tx.allows_some::<deeds::RecordMeeting>()?;
    let (row, leave) = kept::<deeds::RecordMeeting>(&tx, found(&tx, tenant, id).await?.meeting_id).await?;
    not_cancelled(&row)?;
    // As whoever held the meeting before has left it.
    let item = found(&tx, tenant, id).await?;
    // What is exempt from publication was dealt with, too.
    let minuted =
        tx.rows::<meeting_decision::Entity>(tenant)?.filter(meeting_decision::Column::AgendaItemId.eq(id)).all().await?;
    let under_it: Vec<&str> = minuted.iter().map(|minute| minute.minute_number.as_str()).collect();
    let approval = approvals(&tx, tenant, vec![row.id]).await?;
    may_withdraw(item.withdrawn_on, minutes_standing(approval.first()), &under_it)
        .map_err(|why| Error::invalid("agendaItem", ProblemCode::Locked, why.to_string()))?;
    let faults = said("reason", reason, LONGEST_TEXT);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("WITHDRAW_AGENDA_ITEM", &leave).await?;
    let values = vec![
        (agenda_item::Column::WithdrawnOn, tx.business_date().into()),
        (agenda_item::Column::WithdrawalReason, reason.trim().into()),
        (agenda_item::Column::WithdrawalOffice, leave.warrant().office().into()),
        (agenda_item::Column::WithdrawalActId, act.into()),
    ];
    tx.set::<agenda_item::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

async fn found(tx: &TenantTx, tenant: TenantId, id: Id<agenda_item::Model>) -> Result<agenda_item::Model> {
    agenda_items(tx, tenant, vec![id]).await?.pop().ok_or(Error::NotFound("agenda_item"))
}

/// Puts an item on an agenda, with its links and papers.
pub(super) async fn put_on_agenda(
    tx: &TenantTx,
    meeting: Id<meeting::Model>,
    number: i32,
    (item, urgency): (&NewItem, Option<String>),
) -> Result<Id<agenda_item::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let id = Id::new();
    let exemption = given(item.exemption.as_deref());
    let row = agenda_item::Model {
        tenant_id,
        id,
        meeting_id: meeting,
        number,
        title: item.title.trim().to_owned(),
        exemption: exemption.clone(),
        duty: item.duty,
        urgency,
        source: None,
        withdrawn_on: None,
        withdrawal_reason: None,
        withdrawal_office: None,
        withdrawal_act_id: None,
    };
    tx.insert::<agenda_item::Entity>(vec![row]).await?;
    let mut links: Vec<(LinkKind, Uuid)> = item.links.clone();
    links.sort_unstable();
    links.dedup();
    let link = |(kind, subject_id)| agenda_link::Model { tenant_id, id: Id::new(), agenda_item_id: id, kind, subject_id };
    tx.insert::<agenda_link::Entity>(links.into_iter().map(link).collect()).await?;
    let paper = |paper: &NewPaper| meeting_paper::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: meeting,
        agenda_item_id: Some(id),
        title: paper.title.trim().to_owned(),
        address: paper.address.clone(),
        exemption: given(paper.exemption.as_deref()).or_else(|| exemption.clone()),
    };
    tx.insert::<meeting_paper::Entity>(item.papers.iter().map(paper).collect()).await?;
    Ok(id)
}

/// What is wrong with an item to be put on an agenda.
pub(super) async fn item_faults(tx: &TenantTx, item: &NewItem, path: &str) -> Result<Vec<Problem>> {
    let mut faults = said_line(&format!("{path}.title"), &item.title, LONGEST_TITLE);
    faults.extend(item.exemption.as_deref().and_then(|text| line_fault(&format!("{path}.exemption"), text, LONGEST_TITLE)));
    if item.duty.is_some_and(|duty| crate::rules::obligations::duty(duty).is_none()) {
        faults.push(Problem::new(&format!("{path}.duty"), ProblemCode::NotFound, "No reporting duty bears this number."));
    }
    for (at, paper) in item.papers.iter().enumerate() {
        faults.extend(said_line(&format!("{path}.papers.{at}.title"), &paper.title, LONGEST_TITLE));
        let exemption = paper.exemption.as_deref();
        faults.extend(exemption.and_then(|text| line_fault(&format!("{path}.papers.{at}.exemption"), text, LONGEST_TITLE)));
        faults.extend(address_fault(&format!("{path}.papers.{at}.address"), &paper.address));
    }
    for (at, (kind, subject)) in item.links.iter().enumerate() {
        if !exists(tx, *kind, *subject).await? {
            let message = "There is no such record in this tenant.";
            faults.push(Problem::new(&format!("{path}.links.{at}"), ProblemCode::NotFound, message));
        }
    }
    Ok(faults)
}

/// Whether a record is there to be linked. What whoever links it may not read isn't there for them.
pub(super) async fn exists(tx: &TenantTx, kind: LinkKind, id: Uuid) -> Result<bool> {
    let tenant = tx.acting_tenant()?;
    let found = match kind {
        LinkKind::Action => is_row::<action::Entity>(tx, tenant, id).await,
        LinkKind::Decision => is_row::<meeting_decision::Entity>(tx, tenant, id).await,
        LinkKind::AgreementLine => is_row::<agreement_indicator::Entity>(tx, tenant, id).await,
        LinkKind::Risk => is_row::<risk::Entity>(tx, tenant, id).await,
        LinkKind::RiskReferral => is_row::<risk_referral::Entity>(tx, tenant, id).await,
        LinkKind::QuarterlyReturn => {
            quarterly_returns::many(tx, tenant, &[Id::from_uuid(id)]).await.map(|found| !found.is_empty())
        }
    };
    match found {
        Err(Error::NotFound(_) | Error::Denied { .. }) => Ok(false),
        found => found,
    }
}

async fn is_row<E: TenantTable>(tx: &TenantTx, tenant: TenantId, id: Uuid) -> Result<bool> {
    Ok(!tx.get_many::<E>(tenant, [Id::from_uuid(id)]).await?.is_empty())
}
