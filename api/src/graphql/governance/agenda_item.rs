//! Items of agendas, and withdrawing them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{
        Id, TenantId,
        governance::{
            agenda_item,
            agenda_link::{self, LinkKind as Stored},
            meeting, meeting_paper,
        },
    },
    usecases::governance::{agendas, meetings},
};

use super::meeting::{Meeting, MeetingPaper};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    node::{self, Node},
    organisation::{Act, Office},
    relay::{Member, NodeId, NodeKind, connection},
    scalars::Date,
};

/// What sort of record an item of an agenda is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "agenda_link::LinkKind")]
pub enum AgendaLinkKind {
    /// An action of a plan or of a meeting.
    Action,
    /// A decision of an earlier meeting.
    Decision,
    /// A line of an agreement.
    AgreementLine,
    /// A lead member's quarterly return for an area and a quarter, handed in or not.
    QuarterlyReturn,
    /// A risk on a register of the tenant's.
    Risk,
    /// A risk that an area's lead member reported to the tenant, with what was determined of it.
    RiskReferral,
}

/// What a link's record is called among identifiers.
pub(super) const fn node_kind(kind: Stored) -> NodeKind {
    match kind {
        Stored::Action => NodeKind::PlanAction,
        Stored::Decision => NodeKind::MeetingDecision,
        Stored::AgreementLine => NodeKind::AgreementIndicator,
        Stored::QuarterlyReturn => NodeKind::QuarterlyReturn,
        Stored::Risk => NodeKind::Risk,
        Stored::RiskReferral => NodeKind::RiskReferral,
    }
}

/// An item of an agenda.
#[derive(Clone)]
pub struct AgendaItem(pub Member<agenda_item::Model>);

/// An item of a meeting's agenda, and the records that it is about.
#[Object]
impl AgendaItem {
    /// The item's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::AgendaItem, self.0.row()).to_id()
    }

    /// The meeting.
    async fn meeting(&self) -> Result<Option<Meeting>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.meeting_id).collect();
        let load = || async move { self.0.tx().get_many::<meeting::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("AgendaItem.meeting", Some(self.0.row().meeting_id), load).await?.map(Meeting))
    }

    /// Its place on the agenda, counted from 1.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// Why it is exempt from publication; null when it is public.
    fn exemption(&self) -> Option<&str> {
        self.0.row().exemption.as_deref()
    }

    /// The number of the reporting duty that hearing it fulfils.
    fn duty(&self) -> Option<i32> {
        self.0.row().duty
    }

    /// Whether it is urgent business, which wasn't on the published agenda.
    fn is_urgent(&self) -> bool {
        self.0.row().urgency.is_some()
    }

    /// By reason of which special circumstances the chairman was of the opinion that it is urgent (Local Government Act 1972, section
    /// 100B(4)(b)); null for what was on the published agenda.
    fn urgent_because(&self) -> Option<&str> {
        self.0.row().urgency.as_deref()
    }

    /// The business date on which it was withdrawn from the agenda; null while it stands. Its number isn't used again, and nothing is
    /// minuted under it.
    fn withdrawn_on(&self) -> Option<Date> {
        self.0.row().withdrawn_on.map(Date)
    }

    /// Why it was withdrawn.
    fn withdrawal_reason(&self) -> Option<&str> {
        self.0.row().withdrawal_reason.as_deref()
    }

    /// The office that withdrew it.
    fn withdrawal_office(&self) -> Option<Office> {
        self.0.row().withdrawal_office.map(Into::into)
    }

    /// Who withdrew it, and in the office of which appointment.
    async fn withdrawal_act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.withdrawal_act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("AgendaItem.withdrawalAct", self.0.row().withdrawal_act_id, load).await?.map(Act))
    }

    /// What it is about.
    async fn links(&self) -> Result<Option<Vec<AgendaLink>>> {
        let load = || meetings::links(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("links", load, |row: &agenda_link::Model| Some(row.agenda_item_id)).await?;
        let id = |row: &agenda_link::Model| {
            NodeId { kind: node_kind(row.kind), tenant: Some(row.tenant_id), id: row.subject_id }.to_id()
        };
        let ids: Vec<ID> = rows.iter().map(|row| id(row.row())).collect();
        let found = node::find(self.0.view(), &ids).await?;
        let link = |(row, subject): (Member<agenda_link::Model>, _)| AgendaLink::new(row.row().kind, subject);
        Ok(Some(rows.into_iter().zip(found).map(link).collect()))
    }

    /// Its papers: where they are found.
    async fn papers(&self) -> Result<Option<Vec<MeetingPaper>>> {
        let meetings: Vec<_> = self.0.rows().iter().map(|row| row.meeting_id).collect();
        let load = || meetings::papers(self.0.tx(), self.0.tenant(), meetings);
        let rows = self.0.below("papers", load, |row: &meeting_paper::Model| row.agenda_item_id).await?;
        Ok(Some(rows.into_iter().map(MeetingPaper).collect()))
    }

    /// The document and section that this comes from; null for what was entered here.
    fn source(&self) -> Option<&str> {
        self.0.row().source.as_deref()
    }
}

connection!(AgendaItemConnection, AgendaItemEdge, AgendaItem, "items of the agenda");

/// An item to be withdrawn from an agenda.
#[derive(InputObject)]
pub struct CancelAgendaItemInput {
    /// The item.
    agenda_item: ID,
    /// Why, for everybody who may read the item: of a public one nothing that is exempt from publication.
    reason: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What withdrawing an item gives.
#[derive(SimpleObject, Default)]
pub struct CancelAgendaItemPayload {
    /// The item, which stays on the agenda as withdrawn.
    agenda_item: Option<AgendaItem>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Items being withdrawn from agendas.
#[derive(Default)]
pub struct AgendaItemMutation;

#[Object]
impl AgendaItemMutation {
    /// Withdraws an item from a meeting's agenda, with the reason, before or after a pack was published and until the meeting's minutes are
    /// approved. It stays on the agenda, as withdrawn, under a number that no other item gets; packs that are published from then on say so
    /// in its place. An item under which something is minuted isn't withdrawn.
    async fn cancel_agenda_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The item to be withdrawn.")] input: CancelAgendaItemInput,
    ) -> Result<CancelAgendaItemPayload> {
        let acting = Acting::of(ctx)?;
        match withdrawn(&acting, &input).await {
            Ok(item) => Ok(CancelAgendaItemPayload { agenda_item: Some(item), user_errors: Vec::new() }),
            Err(error) => Ok(CancelAgendaItemPayload { agenda_item: None, user_errors: for_user(error)? }),
        }
    }
}

async fn withdrawn(acting: &Acting<'_>, input: &CancelAgendaItemInput) -> Result<AgendaItem, Error> {
    let (tenant, item) = NodeId::expect("agendaItem", &input.agenda_item, NodeKind::AgendaItem)?;
    let id = acting.writing(tenant, input)?.once(|tx| agendas::withdraw_item(tx, item, &input.reason)).await?;
    shown(acting, tenant, id).await
}

/// An item as it is now.
pub(super) async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<agenda_item::Model>) -> Result<AgendaItem, Error> {
    let view = acting.view_after();
    let row = meetings::agenda_items(view.tx(), tenant, vec![id]).await?.pop().ok_or(Error::NotFound("agenda_item"))?;
    Ok(AgendaItem(Member::alone(&view, row)))
}

/// What an item of an agenda, or of a publication, is about.
#[derive(Clone, SimpleObject)]
pub struct AgendaLink {
    /// What sort of record it is.
    kind: AgendaLinkKind,
    /// The record; null when you may not see it.
    subject: Option<Node>,
}

impl AgendaLink {
    /// To a record of a sort, as far as the viewer may see it.
    pub(super) fn new(kind: Stored, subject: Option<Node>) -> Self {
        Self { kind: kind.into(), subject }
    }
}
