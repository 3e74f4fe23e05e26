//! The Environmental Scan and the Members' Bulletin.

use std::collections::BTreeMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::{Error, ProblemCode},
    rules::period::Period as Known,
    tables::{
        Id, TenantId,
        governance::{
            agenda_link::LinkKind,
            publication::{self, PublicationKind as Stored},
            publication_item,
        },
    },
    usecases::governance::{
        meetings,
        publications::{self, NewItem, NewPublication},
    },
};

use super::{
    agenda_item::{AgendaLink, node_kind},
    feedback::area_id,
    meeting_calling::link,
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    node,
    organisation::Act,
    performance::{Area, AreaConnection, Period},
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::{Date, DateTime, Uri},
};

/// What sort of publication it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "publication::PublicationKind")]
pub enum PublicationKind {
    /// The Environmental Scan of a month.
    EnvironmentalScan,
    /// An issue of the Members' Bulletin.
    MembersBulletin,
}

/// A publication.
#[derive(Clone)]
pub struct Publication(pub Member<publication::Model>);

/// What the Authority's officers publish for its members: the monthly Environmental Scan, or an issue of the Members' Bulletin, as far as
/// it tells lead members about partnerships (S4, Support, training and development for members; Action plan for improvement).
#[Object]
impl Publication {
    /// The publication's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::Publication, self.0.row()).to_id()
    }

    /// What sort it is.
    fn kind(&self) -> PublicationKind {
        self.0.row().kind.into()
    }

    /// Counted from 1 along the publications of the same sort.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// The month that a scan covers; null of a bulletin.
    async fn month(&self) -> Option<Period> {
        self.0.row().month.as_deref().and_then(|code| code.parse::<Known>().ok()).map(Period::from)
    }

    /// What it tells lead members, in its order: all of it for officers, what is about one's own area for a lead member.
    async fn items(&self) -> Result<Option<Vec<PublicationItem>>> {
        let load = || publications::items(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("items", load, |row: &publication_item::Model| Some(row.publication_id)).await?;
        let mut by_number: BTreeMap<i32, Vec<Member<publication_item::Model>>> = BTreeMap::new();
        for row in rows {
            by_number.entry(row.row().number).or_default().push(row);
        }
        Ok(Some(by_number.into_values().map(PublicationItem).collect()))
    }

    /// The business date on which it was published.
    fn published_on(&self) -> Date {
        Date(self.0.row().published_on)
    }

    /// Why a scan was published after its month; null where it was in time, and of a bulletin.
    fn late_reason(&self) -> Option<&str> {
        self.0.row().late_reason.as_deref()
    }

    /// The moment at which it was published.
    fn published_at(&self) -> DateTime {
        DateTime(self.0.row().published_at)
    }

    /// Who published it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("Publication.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

connection!(PublicationConnection, PublicationEdge, Publication, "publications");

/// An item, as the rows of its areas.
pub struct PublicationItem(Vec<Member<publication_item::Model>>);

impl PublicationItem {
    /// What is the same for each of its areas.
    fn row(&self) -> Option<&publication_item::Model> {
        self.0.first().map(Member::row)
    }
}

/// A trigger: what happened in partnerships of one area or several, for their lead members to take forward.
#[Object]
impl PublicationItem {
    /// Its place in the publication, counted from 1; a lead member may see gaps where others' areas are told of.
    fn number(&self) -> i32 {
        self.row().map_or(0, |row| row.number)
    }

    /// The council areas that it is about, of those that you may read of.
    async fn areas(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<AreaConnection>> {
        let list = format!("PublicationItem.areas/{:?}", self.row().map(|row| (row.publication_id, row.number)));
        let paging = Paging::new(&list, (first, after, last, before))?;
        let mut areas = Vec::new();
        for item in &self.0 {
            let area = Area::one(item.view(), Some(item.row().area_id)).await?;
            areas.extend(area.map(|area| (item.row().area_id.uuid(), area)));
        }
        Ok(Some(paging.slice(areas)?.into()))
    }

    /// In a few words.
    fn headline(&self) -> &str {
        self.row().map_or("", |row| &row.headline)
    }

    /// What happened.
    fn words(&self) -> &str {
        self.row().map_or("", |row| &row.words)
    }

    /// What lead members are asked to do; null when they are only told.
    fn action_asked(&self) -> Option<&str> {
        self.row()?.action_asked.as_deref()
    }

    /// The record of the Authority's own that it concerns: an action, a line of its agreement, a risk, or a risk that was reported to it.
    async fn about(&self) -> Result<Option<AgendaLink>> {
        let Some(item) = self.0.first() else { return Ok(None) };
        let row = item.row();
        let (Some(kind), Some(subject)) = (row.about_kind, row.about_id) else { return Ok(None) };
        let id = NodeId { kind: node_kind(kind), tenant: Some(row.tenant_id), id: subject }.to_id();
        let found = node::find(item.view(), &[id]).await?.pop().flatten();
        Ok(Some(AgendaLink::new(kind, found)))
    }

    /// Where more is found.
    fn address(&self) -> Option<Uri> {
        self.row()?.address.clone().map(Uri)
    }
}

/// Which publications are wanted.
#[derive(InputObject, Default, Debug)]
pub struct PublicationFilter {
    /// Only those of this sort.
    kind: Option<PublicationKind>,
}

impl PublicationFilter {
    /// The sort, as the use case takes it.
    #[must_use]
    pub fn kind(&self) -> Option<Stored> {
        self.kind.map(Into::into)
    }
}

/// An item to be published.
#[derive(InputObject)]
pub struct PublicationItemInput {
    /// The council areas that it is about; the lead member of each reads it.
    #[graphql(validator(max_items = 10))]
    areas: Vec<ID>,
    /// In a few words.
    headline: String,
    /// What happened.
    words: String,
    /// What lead members are asked to do; left out when they are only told.
    action_asked: Option<String>,
    /// The record of the Authority's own that it concerns, such as you may read: an action, a line of its agreement, a risk, or a risk that
    /// was reported to it.
    about: Option<ID>,
    /// Where more is found: an https address.
    address: Option<Uri>,
}

/// A scan to be published.
#[derive(InputObject)]
pub struct PublishEnvironmentalScanInput {
    /// The authority.
    tenant: ID,
    /// The month that it covers, by its code: FY2010-M01 is April 2010.
    month: String,
    /// Why it comes after its month, when it does.
    late_reason: Option<String>,
    /// What it tells lead members, in order.
    #[graphql(validator(max_items = 50))]
    items: Vec<PublicationItemInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What publishing a scan gives.
#[derive(SimpleObject, Default)]
pub struct PublishEnvironmentalScanPayload {
    /// The scan.
    publication: Option<Publication>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// An issue of the bulletin to be published.
#[derive(InputObject)]
pub struct PublishMembersBulletinInput {
    /// The authority.
    tenant: ID,
    /// What it tells lead members, in order.
    #[graphql(validator(max_items = 50))]
    items: Vec<PublicationItemInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What publishing an issue of the bulletin gives.
#[derive(SimpleObject, Default)]
pub struct PublishMembersBulletinPayload {
    /// The issue.
    publication: Option<Publication>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Publications for members.
#[derive(Default)]
pub struct PublicationMutation;

#[Object]
impl PublicationMutation {
    /// Publishes the partnership section of a month's Environmental Scan: one of the Authority's officers does, once for each month. Lead
    /// members read what is about their area at once, and get a letter that says so.
    async fn publish_environmental_scan(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scan to be published.")] input: PublishEnvironmentalScanInput,
    ) -> Result<PublishEnvironmentalScanPayload> {
        let acting = Acting::of(ctx)?;
        match scanned(&acting, &input).await {
            Ok(publication) => Ok(PublishEnvironmentalScanPayload { publication: Some(publication), user_errors: Vec::new() }),
            Err(error) => Ok(PublishEnvironmentalScanPayload { publication: None, user_errors: for_user(error)? }),
        }
    }

    /// Publishes the partnership update of an issue of the Members' Bulletin: one of the Authority's officers does, whenever there is one.
    /// Lead members read what is about their area at once, and get a letter that says so.
    async fn publish_members_bulletin(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The issue to be published.")] input: PublishMembersBulletinInput,
    ) -> Result<PublishMembersBulletinPayload> {
        let acting = Acting::of(ctx)?;
        match issued(&acting, &input).await {
            Ok(publication) => Ok(PublishMembersBulletinPayload { publication: Some(publication), user_errors: Vec::new() }),
            Err(error) => Ok(PublishMembersBulletinPayload { publication: None, user_errors: for_user(error)? }),
        }
    }
}

async fn scanned(acting: &Acting<'_>, input: &PublishEnvironmentalScanInput) -> Result<Publication, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, input)?;
    let new = NewPublication {
        month: Some(input.month.clone()),
        late_reason: input.late_reason.clone(),
        items: new_items(&input.items, tenant)?,
    };
    let id = writing.once(|tx| publications::publish(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn issued(acting: &Acting<'_>, input: &PublishMembersBulletinInput) -> Result<Publication, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, input)?;
    let new = NewPublication { month: None, late_reason: None, items: new_items(&input.items, tenant)? };
    let id = writing.once(|tx| publications::publish(tx, &new)).await?;
    shown(acting, tenant, id).await
}

fn new_items(items: &[PublicationItemInput], tenant: TenantId) -> Result<Vec<NewItem>, Error> {
    items.iter().enumerate().map(|(at, item)| new_item(&format!("items.{at}"), item, tenant)).collect()
}

fn new_item(path: &str, item: &PublicationItemInput, tenant: TenantId) -> Result<NewItem, Error> {
    let areas = item.areas.iter().enumerate().map(|(at, id)| area_id(&format!("{path}.areas.{at}"), id));
    let about = item.about.as_ref().map(|id| concerned(&format!("{path}.about"), id, tenant)).transpose()?;
    Ok(NewItem {
        areas: areas.collect::<Result<_, Error>>()?,
        headline: item.headline.clone(),
        words: item.words.clone(),
        action_asked: item.action_asked.clone(),
        about,
        address: item.address.as_ref().map(|address| address.0.clone()),
    })
}

/// What an item concerns: not meetings' decisions and lead members' returns, which aren't news to those whom it tells.
fn concerned(field: &str, id: &ID, tenant: TenantId) -> Result<(LinkKind, uuid::Uuid), Error> {
    let found = link(field, id, tenant)?;
    if matches!(found.0, LinkKind::Decision | LinkKind::QuarterlyReturn) {
        let message = "An item concerns an action, a line of an agreement, a risk, or a risk that was reported.";
        return Err(Error::invalid(field, ProblemCode::OutOfRange, message));
    }
    Ok(found)
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<publication::Model>) -> Result<Publication, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<publication::Entity>(tenant, id).await?;
    Ok(Publication(Member::alone(&view, row)))
}
