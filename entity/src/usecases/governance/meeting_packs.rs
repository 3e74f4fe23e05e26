//! Committee packs: the agenda with what it is about, frozen as at a day under a hash. What changes afterwards changes no pack; a further
//! one is a further version.

use sea_orm::{ColumnTrait, Order};

use super::{
    actions,
    meeting_minutes::matters_arising,
    meetings::{agenda, links, not_cancelled, papers, taken},
};
use crate::{
    error::{Error, Result},
    rules::{
        pack::{Block, Content, Part, hash},
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{action, agenda_item, agenda_link::LinkKind, meeting, meeting_decision, meeting_pack},
        organisation::body,
    },
    tenancy::{TenantTx, deeds},
};

/// The packs of these meetings, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_meetings(tx: &TenantTx, tenant: TenantId, meetings: Vec<Id<meeting::Model>>) -> Result<Vec<meeting_pack::Model>> {
    let rows = tx.rows::<meeting_pack::Entity>(tenant)?.filter(tx.any_of(meeting_pack::Column::MeetingId, meetings));
    rows.order_by(meeting_pack::Column::Version, Order::Desc).order_by(meeting_pack::Column::Id, Order::Asc).all().await
}

/// Freezes a meeting's pack as at today.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Denied`]; [`Error::Invalid`] when the meeting was called off, or somebody else freezes one this moment.
pub async fn publish(tx: TenantTx, id: Id<meeting::Model>) -> Result<Id<meeting_pack::Model>> {
    let leave = tx.authorise_tenant::<deeds::PublishMeeting>()?;
    let tenant_id = tx.acting_tenant()?;
    let row = tx.get::<meeting::Entity>(tenant_id, id).await?;
    not_cancelled(&row)?;
    let frozen = content(&tx, &row).await?.frozen().map_err(Error::internal)?;
    let before = tx.rows::<meeting_pack::Entity>(tenant_id)?.filter(meeting_pack::Column::MeetingId.eq(id));
    let last = before.order_by(meeting_pack::Column::Version, Order::Desc).one().await?.map_or(0, |pack| pack.version);
    let act = tx.act("PUBLISH_MEETING_PACK", &leave).await?;
    let pack = meeting_pack::Model {
        tenant_id,
        id: Id::new(),
        meeting_id: id,
        version: last.saturating_add(1),
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

/// What is before the meeting today, exempt business included: whoever publishes packs may read it.
async fn content(tx: &TenantTx, row: &meeting::Model) -> Result<Content> {
    let tenant = row.tenant_id;
    let body = tx.get::<body::Entity>(tenant, row.body_id).await?;
    let items = agenda(tx, tenant, vec![row.id]).await?;
    let links = links(tx, tenant, items.iter().map(|item| item.id).collect()).await?;
    let papers = papers(tx, tenant, vec![row.id]).await?;
    let of_kind = |kind| links.iter().filter(move |link| link.kind == kind);
    let linked =
        tx.get_many::<action::Entity>(tenant, of_kind(LinkKind::Action).map(|link| Id::from_uuid(link.subject_id))).await?;
    let minuted = of_kind(LinkKind::Decision).map(|link| Id::from_uuid(link.subject_id));
    let minuted = tx.get_many::<meeting_decision::Entity>(tenant, minuted).await?;
    let mut parts = vec![arising(tx, row).await?];
    for item in &items {
        let id = item.id;
        let own = |kind| of_kind(kind).filter(move |link| link.agenda_item_id == id);
        let mut blocks = Vec::new();
        let about: Vec<&action::Model> =
            linked.iter().filter(|action| own(LinkKind::Action).any(|link| link.subject_id == action.id.uuid())).collect();
        blocks.extend(table_of(tx, tenant, "Actions", &about).await?);
        for decision in minuted.iter().filter(|row| own(LinkKind::Decision).any(|link| link.subject_id == row.id.uuid())) {
            blocks.push(Block::Text(format!("Minute {}: {}", decision.minute_number, decision.words)));
        }
        let own_papers = papers.iter().filter(|paper| paper.agenda_item_id == Some(item.id));
        blocks.extend(own_papers.map(|paper| Block::Link {
            title: paper.title.clone(),
            address: paper.address.clone(),
            exemption: paper.exemption.clone(),
        }));
        if blocks.is_empty() {
            blocks.push(Block::Text("No papers.".to_owned()));
        }
        parts.push(Part { heading: heading(item), exemption: item.exemption.clone(), blocks });
    }
    let place = [row.place.as_deref(), row.starts_at.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    Ok(Content {
        body: body.name,
        title: row.title.clone(),
        held_on: LongDate(row.held_on).to_string(),
        place,
        frozen_on: LongDate(tx.business_date()).to_string(),
        parts,
    })
}

fn heading(item: &agenda_item::Model) -> String {
    format!("{}. {}", item.number, item.title)
}

/// Matters arising from earlier meetings. Those that follow from exempt business may tell of it, so the part is exempt as soon as one does.
async fn arising(tx: &TenantTx, row: &meeting::Model) -> Result<Part> {
    let left = matters_arising(tx, row).await?;
    let decisions =
        tx.get_many::<meeting_decision::Entity>(row.tenant_id, left.iter().filter_map(|action| action.decision_id)).await?;
    let exemption = decisions.into_iter().find_map(|decision| decision.exemption);
    let table = table_of(tx, row.tenant_id, "Matters arising", &left.iter().collect::<Vec<_>>()).await?;
    let blocks = vec![table.unwrap_or_else(|| Block::Text("Nothing is left from earlier meetings.".to_owned()))];
    Ok(Part { heading: "Matters arising".to_owned(), exemption, blocks })
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
