//! Calling meetings, adding to their agendas, and calling them off.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    tables::{
        Id, TenantId,
        governance::{agenda_link::LinkKind, meeting},
    },
    usecases::governance::{
        agendas::{self, NewItem, NewPaper},
        meetings::{self, NewMeeting},
    },
};
use uuid::Uuid;

use super::{
    AgendaItem, Meeting,
    agenda_item::{self, node_kind},
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
    scalars::{Date, Uri},
};

/// A paper, linked and not stored.
#[derive(InputObject)]
pub struct MeetingPaperInput {
    /// What it is called.
    title: String,
    /// Where it is found: an https address.
    address: Uri,
    /// Why it is exempt from publication, such as a paragraph of Schedule 12A to the Local Government Act 1972; public when left out.
    exemption: Option<String>,
}

/// An item for an agenda.
#[derive(InputObject)]
pub struct AgendaItemInput {
    /// What it is called.
    title: String,
    /// Why it is exempt from publication; its papers and decisions are then, too. Public when left out.
    exemption: Option<String>,
    /// The number of the reporting duty that hearing it fulfils.
    duty: Option<i32>,
    /// What it is about: actions, decisions of earlier meetings, lines of an agreement, lead members' quarterly returns, risks of its
    /// registers and risks that were reported to it, all of the same tenant and such as you may read.
    #[graphql(validator(max_items = 20))]
    links: Option<Vec<ID>>,
    /// Its papers.
    #[graphql(validator(max_items = 20))]
    papers: Option<Vec<MeetingPaperInput>>,
}

/// A meeting to be called.
#[derive(InputObject)]
pub struct CreateMeetingInput {
    /// The body that is to meet.
    body: ID,
    /// What it is called.
    title: String,
    /// Its day.
    held_on: Date,
    /// The time of day, such as 10:30.
    starts_at_time: Option<String>,
    /// Where.
    place: Option<String>,
    /// The one key strategic issue, for a board.
    key_issue: Option<String>,
    /// The organisation from outside with which the body meets, such as the government office for the November monitoring meeting (S1,
    /// Performance management arrangements > planning cycle); left out where it meets by itself. Neither the body nor whose it is.
    external_party: Option<ID>,
    /// Its agenda, in order.
    #[graphql(validator(max_items = 50))]
    agenda: Option<Vec<AgendaItemInput>>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What calling a meeting gives.
#[derive(SimpleObject, Default)]
pub struct CreateMeetingPayload {
    /// The meeting.
    meeting: Option<Meeting>,
    /// What you should know of it, such as that its papers would have been due before today; null when there is nothing.
    notice: Option<String>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An item to be put at the end of an agenda.
#[derive(InputObject)]
pub struct AddAgendaItemInput {
    /// The meeting.
    meeting: ID,
    /// The item.
    item: AgendaItemInput,
    /// By reason of which special circumstances the chairman is of the opinion that the item is urgent (Local Government Act 1972, section
    /// 100B(4)(b)); needed from the meeting's day on, and refused while the item can still lie open for five clear working days.
    urgent_because: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What adding an item to an agenda gives.
#[derive(SimpleObject, Default)]
pub struct AddAgendaItemPayload {
    /// The item.
    agenda_item: Option<AgendaItem>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A meeting to be called off.
#[derive(InputObject)]
pub struct CancelMeetingInput {
    /// The meeting.
    meeting: ID,
    /// Why.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What calling a meeting off gives.
#[derive(SimpleObject, Default)]
pub struct CancelMeetingPayload {
    /// The meeting.
    meeting: Option<Meeting>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Meetings being called, and called off.
#[derive(Default)]
pub struct MeetingMutation;

#[Object]
impl MeetingMutation {
    /// Calls a meeting of a body, with its agenda. Papers are linked: they stay where committees publish them. One that is called at shorter
    /// notice than they are due before it is called all the same, and the notice says so.
    async fn create_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The meeting to be called.")] input: CreateMeetingInput,
    ) -> Result<CreateMeetingPayload> {
        let acting = Acting::of(ctx)?;
        match called(&acting, &input).await {
            Ok(meeting) => {
                let notice = meetings::short_notice(meeting.0.row());
                Ok(CreateMeetingPayload { meeting: Some(meeting), notice, user_errors: Vec::new() })
            }
            Err(error) => Ok(CreateMeetingPayload { user_errors: for_user(error)?, ..CreateMeetingPayload::default() }),
        }
    }

    /// Adds an item at the end of a meeting's agenda, until the day before the meeting. On the meeting's day only urgent business is added,
    /// with the reason why it is urgent, which shows wherever the item does; afterwards, too, while the meeting is written up: until its
    /// summary is published or its minutes are approved, and no later than the summary is due.
    async fn add_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item to be added.")] input: AddAgendaItemInput,
    ) -> Result<AddAgendaItemPayload> {
        let acting = Acting::of(ctx)?;
        match added(&acting, &input).await {
            Ok(item) => Ok(AddAgendaItemPayload { agenda_item: Some(item), user_errors: Vec::new() }),
            Err(error) => Ok(AddAgendaItemPayload { user_errors: for_user(error)?, ..AddAgendaItemPayload::default() }),
        }
    }

    /// Calls a meeting off, with a reason.
    async fn cancel_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The meeting to be called off.")] input: CancelMeetingInput,
    ) -> Result<CancelMeetingPayload> {
        let acting = Acting::of(ctx)?;
        match cancelled(&acting, &input).await {
            Ok(meeting) => Ok(CancelMeetingPayload { meeting: Some(meeting), user_errors: Vec::new() }),
            Err(error) => Ok(CancelMeetingPayload { user_errors: for_user(error)?, ..CancelMeetingPayload::default() }),
        }
    }
}

async fn called(acting: &Acting<'_>, input: &CreateMeetingInput) -> Result<Meeting, Error> {
    let (tenant, body) = NodeId::expect("body", &input.body, NodeKind::Body)?;
    let writing = acting.writing(tenant, input)?;
    let agenda = input.agenda.as_deref().unwrap_or_default().iter().enumerate();
    let party = input.external_party.as_ref();
    let new = NewMeeting {
        body,
        title: input.title.clone(),
        held_on: input.held_on.0,
        starts_at: input.starts_at_time.clone(),
        place: input.place.clone(),
        key_issue: input.key_issue.clone(),
        external_party: party.map(|id| NodeId::expect_beyond("externalParty", id, NodeKind::Organisation)).transpose()?,
        agenda: agenda.map(|(at, item)| new_item(&format!("agenda.{at}"), item, tenant)).collect::<Result<_, Error>>()?,
    };
    let id = writing.once(|tx| meetings::call(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn added(acting: &Acting<'_>, input: &AddAgendaItemInput) -> Result<AgendaItem, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let writing = acting.writing(tenant, input)?;
    let item = new_item("item", &input.item, tenant)?;
    let id = writing.once(|tx| agendas::add_item(tx, meeting, &item, input.urgent_because.as_deref())).await?;
    agenda_item::shown(acting, tenant, id).await
}

async fn cancelled(acting: &Acting<'_>, input: &CancelMeetingInput) -> Result<Meeting, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let id = acting.writing(tenant, input)?.once(|tx| meetings::cancel(tx, meeting, &input.reason)).await?;
    shown(acting, tenant, id).await
}

fn new_item(path: &str, item: &AgendaItemInput, tenant: TenantId) -> Result<NewItem, Error> {
    let links = item.links.as_deref().unwrap_or_default().iter().enumerate();
    let paper = |paper: &MeetingPaperInput| NewPaper {
        title: paper.title.clone(),
        address: paper.address.0.clone(),
        exemption: paper.exemption.clone(),
    };
    Ok(NewItem {
        title: item.title.clone(),
        exemption: item.exemption.clone(),
        duty: item.duty,
        links: links.map(|(at, id)| link(&format!("{path}.links.{at}"), id, tenant)).collect::<Result<_, Error>>()?,
        papers: item.papers.as_deref().unwrap_or_default().iter().map(paper).collect(),
    })
}

/// A record of a tenant's that an agenda, or something else of its kind, can be about.
pub(super) fn link(field: &str, id: &ID, tenant: TenantId) -> Result<(LinkKind, Uuid), Error> {
    let parsed = NodeId::parse(id).filter(|parsed| parsed.tenant == Some(tenant));
    let found = parsed.and_then(|parsed| {
        let kind = LinkKind::ALL.iter().find(|kind| node_kind(**kind) == parsed.kind)?;
        Some((*kind, parsed.id))
    });
    let message = "This is not the identifier of something of this tenant's that this can be about.";
    found.ok_or_else(|| Error::invalid(field, ProblemCode::NotFound, message))
}

/// A meeting as it is now.
pub(super) async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<meeting::Model>) -> Result<Meeting, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<meeting::Entity>(tenant, id).await?;
    Ok(Meeting(Member::alone(&view, row)))
}
