//! Committee packs: the agenda with what it is about, lead members' returns, neighbourhood feedback and the Treasurer's determinations,
//! frozen as at a day under a hash. What changes afterwards changes no pack; a further one is a further version.
//!
//! A pack is written from what its publishing office may read and holds what is exempt marked as such, so that each edition can be
//! drawn from it (`rules::pack`).

mod returns;
mod risks;

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use super::{
    actions,
    committees::{self, ENGAGEMENT_COMMITTEE},
    meeting_minutes::matters_arising,
    meetings::{LONGEST_TEXT, agenda, given, kept, links, not_cancelled, papers, taken},
    minutes_record::approvals,
    quarterly_returns::{self, Return},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::{Action, Office, Reach, Resource, reach},
    rules::{
        entry::text_fault,
        pack::{
            Block, Content, Edition, Part, by_exemption,
            changes::{Since, changes, told},
            hash,
        },
        withdrawal::withdrawn_words,
        wording::{LongDate, office_name},
    },
    tables::{
        Id, TenantId,
        governance::{
            action, agenda_item,
            agenda_link::{self, LinkKind},
            meeting, meeting_decision, meeting_pack,
        },
        organisation::body,
    },
    tenancy::{TenantTx, deeds},
};
use risks::Reported;

/// The packs of these meetings, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_meetings(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<meeting_pack::Model>> {
    let rows = tx.rows::<meeting_pack::Entity>(tenant)?.filter(tx.any_of(meeting_pack::Column::MeetingId, meetings));
    rows.order_by(meeting_pack::Column::Version, Order::Desc).order_by(meeting_pack::Column::Id, Order::Asc).all().await
}

/// Notes for the record that a pack's edition with exempt business is about to be given out, in this form.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn note_exempt_edition(tx: &TenantTx, pack: &meeting_pack::Model, form: &str) -> Result<()> {
    let meeting = tx.get::<meeting::Entity>(pack.tenant_id, pack.meeting_id).await?;
    tx.note_exempt_pack(pack, &format!("{}, {}", meeting.title, LongDate(meeting.held_on)), form);
    Ok(())
}

/// Freezes a meeting's pack as at today. A version after the first says why there is one, and what changed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting was called off, its minutes were approved before there was any pack,
/// somebody else freezes one this moment, or a further version gives no reason.
pub async fn publish(tx: TenantTx, id: Id<meeting::Model>, reason: Option<&str>) -> Result<Id<meeting_pack::Model>> {
    let tenant_id = tx.acting_tenant()?;
    let (row, leave) = kept::<deeds::PublishMeeting>(&tx, id).await?;
    not_cancelled(&row)?;
    let before = tx.rows::<meeting_pack::Entity>(tenant_id)?.filter(meeting_pack::Column::MeetingId.eq(id));
    let last = before.order_by(meeting_pack::Column::Version, Order::Desc).one().await?;
    if last.is_none() {
        unless_over(&tx, &row).await?;
    }
    let reason = stated(last.as_ref(), reason)?;
    let mut content = content(&tx, &row, leave.warrant().office()).await?;
    if let (Some(last), Some(reason)) = (&last, &reason) {
        let changes = changes(&Content::thaw(&last.content).map_err(Error::internal)?, &content);
        content.since = Some(Since { version: last.version, reason: reason.clone(), changes });
    }
    let frozen = content.frozen().map_err(Error::internal)?;
    let last = last.map_or(0, |pack| pack.version);
    let act = tx.act("PUBLISH_MEETING_PACK", &leave).await?;
    let pack = meeting_pack::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: id,
        version: last.saturating_add(1),
        reason,
        content_hash: hash(&frozen),
        content: frozen,
        frozen_on: tx.business_date(),
        frozen_at: tx.now(),
        act_id: act,
    };
    let id = pack.id;
    tx.insert::<meeting_pack::Entity>(vec![pack])
        .await
        .map_err(|error| taken(error, "meeting", "A pack of this meeting is being frozen this moment; please try again."))?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Refuses a first version once the meeting's minutes are approved: what would be frozen then was before no meeting.
async fn unless_over(tx: &TenantTx, row: &meeting::Model) -> Result<()> {
    if approvals(tx, row.tenant_id, vec![row.id]).await?.is_empty() {
        return Ok(());
    }
    let message = format!(
        "The minutes of the meeting of {} are approved as a correct record: what was before it isn't told afterwards.",
        LongDate(row.held_on)
    );
    Err(Error::invalid("meeting", ProblemCode::Locked, message))
}

/// Why there is a further version; the first has none to give.
fn stated(last: Option<&meeting_pack::Model>, reason: Option<&str>) -> Result<Option<String>> {
    let reason = given(reason);
    let fault = match (last, reason.as_deref()) {
        (Some(last), None) => {
            let message = format!("Version {} of this pack is published: say why there is a further one.", last.version);
            Some(Problem::new("reason", ProblemCode::Missing, message))
        }
        (None, Some(_)) => {
            Some(Problem::new("reason", ProblemCode::OutOfRange, "This is the pack's first version: it takes no other's place."))
        }
        (_, reason) => reason.and_then(|reason| text_fault("reason", reason, LONGEST_TEXT)),
    };
    fault.map_or(Ok(reason), |fault| Err(Error::Invalid(vec![fault])))
}

/// The hash of an edition, in hexadecimal: of the public one that of what it shows, of the other that of the whole content.
///
/// # Errors
/// Never for what was frozen.
pub fn edition_hash(pack: &meeting_pack::Model, content: &Content, edition: Edition) -> Result<String> {
    match edition {
        Edition::Public => content.public_hash().map_err(Error::internal),
        Edition::Exempt => Ok(pack.content_hash.clone()),
    }
}

/// The hash of a pack's public edition.
///
/// # Errors
/// When what was frozen can't be read any more.
pub fn public_hash(pack: &meeting_pack::Model) -> Result<String> {
    edition_hash(pack, &Content::thaw(&pack.content).map_err(Error::internal)?, Edition::Public)
}

/// What changed from the version before, in sentences for whoever may read that edition; nothing of a first version.
///
/// # Errors
/// When what was frozen can't be read any more.
pub fn told_changes(pack: &meeting_pack::Model, edition: Edition) -> Result<Vec<String>> {
    let since = Content::thaw(&pack.content).map_err(Error::internal)?.since;
    Ok(since.map(|since| told(&since.changes, edition)).unwrap_or_default())
}

/// Records of which a pack tells no more than the office that publishes it may read throughout the tenant, whatever else its holder is.
struct Records {
    returns: Option<Vec<Return>>,
    reported: Option<Vec<Reported>>,
    reads_risks: bool,
}

impl Records {
    async fn gather(tx: &TenantTx, tenant: TenantId, office: Option<Office>) -> Result<Self> {
        let reads = |resource| office.is_some_and(|office| reach(office, Action::Read, resource) == Some(Reach::Tenant));
        let returns = if reads(Resource::QuarterlyReturn) && reads(Resource::FeedbackSummary) {
            Some(quarterly_returns::of_tenant(tx, tenant, &quarterly_returns::Filter::default()).await?)
        } else {
            None
        };
        let reported = if reads(Resource::Referral) { Some(risks::reported(tx, tenant).await?) } else { None };
        Ok(Self { returns, reported, reads_risks: reads(Resource::Risk) })
    }
}

/// What is before the meeting today, exempt business included: whoever publishes packs may read it.
async fn content(tx: &TenantTx, row: &meeting::Model, office: Option<Office>) -> Result<Content> {
    let tenant = row.tenant_id;
    let body = tx.get::<body::Entity>(tenant, row.body_id).await?;
    let items = agenda(tx, tenant, vec![row.id]).await?;
    // What a withdrawn item was about isn't before the meeting by it; what was exempt with it stays exempt.
    let withdrawn_item =
        |link: &agenda_link::Model| items.iter().find(|item| item.id == link.agenda_item_id && item.withdrawn_on.is_some());
    let links = links(tx, tenant, items.iter().map(|item| item.id).collect()).await?;
    let (withdrawn_links, links): (Vec<_>, Vec<_>) = links.into_iter().partition(|link| withdrawn_item(link).is_some());
    let exempt = withdrawn_links
        .iter()
        .filter_map(|link| Some(((link.kind, link.subject_id), withdrawn_item(link)?.exemption.clone()?)))
        .collect();
    let papers = papers(tx, tenant, vec![row.id]).await?;
    let records = Records::gather(tx, tenant, office).await?;
    let mut parts = vec![arising(tx, row).await?];
    for item in &items {
        if let Some(part) = withdrawn(item) {
            parts.push(part);
            continue;
        }
        let about: Vec<&agenda_link::Model> = links.iter().filter(|link| link.agenda_item_id == item.id).collect();
        let mut blocks: Vec<Block> = urgent(item).into_iter().collect();
        blocks.extend(linked(tx, &records, &about).await?);
        let own_papers = papers.iter().filter(|paper| paper.agenda_item_id == Some(item.id));
        blocks.extend(own_papers.map(|paper| Block::Link {
            title: paper.title.clone(),
            address: paper.address.clone(),
            exemption: paper.exemption.clone(),
        }));
        if blocks.is_empty() {
            blocks.push(Block::Text("No papers.".to_owned()));
        }
        parts.push(Part::new(heading(item), item.exemption.clone(), blocks));
    }
    parts.extend(laid_before(tx, row, &records, (&links, &exempt)).await?);
    let place = [row.place.as_deref(), row.starts_at.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(Content {
        body: body.name,
        title: row.title.clone(),
        held_on: LongDate(row.held_on).to_string(),
        place,
        frozen_on: LongDate(tx.business_date()).to_string(),
        parts,
        since: None,
    })
}

/// What an item of the agenda is about.
async fn linked(tx: &TenantTx, records: &Records, about: &[&agenda_link::Model]) -> Result<Vec<Block>> {
    let Some(tenant) = about.first().map(|link| link.tenant_id) else { return Ok(Vec::new()) };
    let of_kind = |kind| about.iter().filter(move |link| link.kind == kind).map(|link| link.subject_id);
    let ids = |kind| of_kind(kind).collect::<Vec<_>>();
    let actions = tx.get_many::<action::Entity>(tenant, of_kind(LinkKind::Action).map(Id::from_uuid)).await?;
    let mut blocks = about_actions(tx, tenant, "Actions", &actions).await?;
    for decision in tx.get_many::<meeting_decision::Entity>(tenant, of_kind(LinkKind::Decision).map(Id::from_uuid)).await? {
        let words = Block::Text(format!("Minute {}: {}", decision.minute_number, decision.words));
        blocks.push(unless_public(decision.exemption, words));
    }
    let wanted = ids(LinkKind::QuarterlyReturn);
    match &records.returns {
        Some(all) => {
            for found in all.iter().filter(|found| wanted.contains(&found.id.uuid())) {
                blocks.extend(returns::of_return(found)?);
            }
        }
        None => blocks.extend((!wanted.is_empty()).then(|| returns::text(UNREAD_RETURNS))),
    }
    let wanted = ids(LinkKind::RiskReferral);
    match &records.reported {
        Some(all) => blocks.extend(risks::of_referrals(all.iter().filter(|one| wanted.contains(&one.referral.id.uuid())))),
        None => blocks.extend((!wanted.is_empty()).then(risks::unread)),
    }
    let wanted: Vec<_> = of_kind(LinkKind::Risk).map(Id::from_uuid).collect();
    if records.reads_risks {
        blocks.extend(risks::of_registers(tx, tenant, wanted).await?);
    } else {
        blocks.extend((!wanted.is_empty()).then(risks::unread));
    }
    Ok(blocks)
}

/// What is said where returns go to a meeting that the publishing office doesn't read.
const UNREAD_RETURNS: &str = "Quarterly returns aren't in this pack: the office that published it may not read them.";

/// Actions; what follows from exempt decisions may tell of them.
async fn about_actions(tx: &TenantTx, tenant: TenantId, caption: &str, actions: &[action::Model]) -> Result<Vec<Block>> {
    let decisions =
        tx.get_many::<meeting_decision::Entity>(tenant, actions.iter().filter_map(|action| action.decision_id)).await?;
    let exempt: BTreeMap<_, _> = decisions.into_iter().filter_map(|row| Some((row.id, row.exemption?))).collect();
    let why = |action: &action::Model| action.decision_id.and_then(|id| exempt.get(&id).cloned());
    let (public, exempt) = by_exemption(actions.iter().map(|action| (why(action), action)));
    let mut blocks: Vec<Block> = table_of(tx, tenant, caption, &public).await?.into_iter().collect();
    for (why, actions) in exempt {
        let table = table_of(tx, tenant, caption, &actions).await?;
        blocks.extend(table.map(|table| unless_public(Some(why), table)));
    }
    Ok(blocks)
}

fn unless_public(exemption: Option<String>, block: Block) -> Block {
    match exemption {
        Some(exemption) => Block::Exempt { exemption, blocks: vec![block] },
        None => block,
    }
}

/// Why records are exempt that an exempt item was about before it was withdrawn.
type Exempt = BTreeMap<(LinkKind, Uuid), String>;

/// What is laid before the committee beside its agenda: lead members' returns, the feedback of their areas, and the Treasurer's
/// determinations since it met last.
async fn laid_before(
    tx: &TenantTx,
    row: &meeting::Model,
    records: &Records,
    (links, exempt): (&[agenda_link::Model], &Exempt),
) -> Result<Vec<Part>> {
    let tenant = row.tenant_id;
    let committee = committees::named(tx, tenant, ENGAGEMENT_COMMITTEE).await?;
    if committee.is_none_or(|committee| committee.id != row.body_id) {
        return Ok(Vec::new());
    }
    let is_linked = |kind, id| links.iter().any(|link| link.kind == kind && link.subject_id == id);
    let mut parts = Vec::new();
    if let Some(all) = &records.returns {
        let before = returns::before(all, row.held_on);
        let is_on_agenda = |found: &Return| is_linked(LinkKind::QuarterlyReturn, found.id.uuid());
        let exemption = |found: &Return| exempt.get(&(LinkKind::QuarterlyReturn, found.id.uuid())).cloned();
        parts.extend(returns::part(&before, is_on_agenda, exemption)?);
        parts.extend(returns::feedback_part(tx, &before).await?);
    } else {
        parts.push(Part::new(returns::HEADING, None, vec![returns::text(UNREAD_RETURNS)]));
    }
    if let Some(all) = &records.reported {
        let last =
            committees::meeting_days(tx, tenant, ENGAGEMENT_COMMITTEE).await?.into_iter().filter(|day| *day < row.held_on).max();
        let own = all.iter().filter(|one| !is_linked(LinkKind::RiskReferral, one.referral.id.uuid()));
        parts.extend(risks::part(own, last));
    }
    Ok(parts)
}

fn heading(item: &agenda_item::Model) -> String {
    let urgent = if item.urgency.is_some() { " (urgent business)" } else { "" };
    format!("{}. {}{urgent}", item.number, item.title)
}

/// What a pack says of an item that was withdrawn; nothing of one that stands.
fn withdrawn(item: &agenda_item::Model) -> Option<Part> {
    let office = item.withdrawal_office.map(office_name);
    let words = withdrawn_words(item.withdrawn_on?, office.as_deref());
    let reason = item.withdrawal_reason.as_deref().unwrap_or_default();
    Some(Part::withdrawn(&heading(item), item.exemption.clone(), (words, reason)))
}

/// What a pack says of an item that wasn't on the published agenda.
fn urgent(item: &agenda_item::Model) -> Option<Block> {
    let reason = item.urgency.as_ref()?;
    let words =
        format!("This wasn't on the published agenda. The chairman was of the opinion that it is urgent, by reason of: {reason}");
    Some(Block::Text(words))
}

/// Matters arising from earlier meetings. Those that follow from exempt business may tell of it, so each of them is exempt as its minute is.
async fn arising(tx: &TenantTx, row: &meeting::Model) -> Result<Part> {
    let left = matters_arising(tx, row).await?;
    let mut blocks = about_actions(tx, row.tenant_id, "Matters arising", &left).await?;
    if blocks.is_empty() {
        blocks.push(Block::Text("Nothing is left from earlier meetings.".to_owned()));
    }
    Ok(Part::new("Matters arising", None, blocks))
}

async fn table_of(tx: &TenantTx, tenant: TenantId, caption: &str, rows: &[&action::Model]) -> Result<Option<Block>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let owners = actions::owners(tx, tenant, rows.iter().map(|row| row.id).collect()).await?;
    let owned_by = |row: &action::Model| {
        let own = owners.iter().filter(|owner| owner.action_id == row.id);
        let named = own.map(|owner| {
            let office = owner.office.map(|office| office.as_str().replace('_', " ").to_lowercase()).unwrap_or_default();
            if owner.words.is_empty() { office } else { owner.words.clone() }
        });
        named.collect::<Vec<_>>().join(", ")
    };
    let today = tx.business_date();
    let line = |row: &&action::Model| {
        let due = row.timescale_words.clone().or_else(|| row.due_on.map(|day| LongDate(day).to_string())).unwrap_or_default();
        let status = actions::status_of(row, today).code().replace('_', " ").to_lowercase();
        vec![
            format!("{}{}", row.reference, row.part.as_deref().unwrap_or_default()),
            row.words.clone(),
            owned_by(row),
            due,
            status,
        ]
    };
    let columns = ["Number", "Action", "Owners", "By when", "Status"].map(str::to_owned).to_vec();
    Ok(Some(Block::Table { caption: caption.to_owned(), columns, rows: rows.iter().map(line).collect() }))
}
