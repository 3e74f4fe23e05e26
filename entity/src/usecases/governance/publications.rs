//! The Environmental Scan and the Members' Bulletin: what the Authority's officers tell its lead members about partnerships, so that they
//! take it forward (S4, Support, training and development for members; Action plan for improvement). It is the Authority's own record: each
//! lead member reads there what is about their area, and nothing of any partnership's is read for it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use super::{
    agendas::exists,
    feedback,
    meetings::{LONGEST_TEXT, LONGEST_TITLE, address_fault, given, said, said_line},
};
use crate::{
    error::{Error, Problem, ProblemCode, Result},
    policy::Office,
    rules::{
        entry::text_fault,
        letter,
        period::{Period, PeriodKind},
        wording::LongDate,
    },
    tables::{
        Id, TenantId,
        governance::{
            agenda_link::LinkKind,
            publication::{self, PublicationKind},
            publication_item,
        },
        performance::area,
    },
    tenancy::{Page, PageRequest, TenantTx, deeds},
    usecases::organisation::tenants,
};

/// Items in one publication, at most.
const MOST_ITEMS: usize = 50;

/// A page of a tenant's publications, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn page(
    tx: &TenantTx,
    tenant: TenantId,
    kind: Option<PublicationKind>,
    request: &PageRequest,
) -> Result<Page<publication::Model>> {
    use publication::Column;
    let mut rows = tx.rows::<publication::Entity>(tenant)?;
    if let Some(kind) = kind {
        rows = rows.filter(Column::Kind.eq(kind));
    }
    rows.page(&[(Column::PublishedAt, Order::Desc), (Column::Id, Order::Asc)], request).await
}

/// The scans of a tenant.
///
/// # Errors
/// As [`TenantTx::rows`].
pub(super) async fn scans(tx: &TenantTx, tenant: TenantId) -> Result<Vec<publication::Model>> {
    let rows = tx.rows::<publication::Entity>(tenant)?;
    rows.filter(publication::Column::Kind.eq(PublicationKind::EnvironmentalScan)).all().await
}

/// The items of these publications, in their order: of all areas, or of one's own.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn items(
    tx: &TenantTx,
    tenant: TenantId,
    publications: Vec<Id<publication::Model>>,
) -> Result<Vec<publication_item::Model>> {
    use publication_item::Column;
    let rows = tx.rows::<publication_item::Entity>(tenant)?.filter(tx.any_of(Column::PublicationId, publications));
    rows.order_by(Column::Number, Order::Asc).order_by(Column::Id, Order::Asc).all().await
}

/// An item to be published.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// The council areas that it is about.
    pub areas: Vec<Id<area::Model>>,
    /// In a few words.
    pub headline: String,
    /// What happened.
    pub words: String,
    /// What lead members are asked to do.
    pub action_asked: Option<String>,
    /// The record of the Authority's own that it concerns.
    pub about: Option<(LinkKind, Uuid)>,
    /// Where more is found.
    pub address: Option<String>,
}

/// What is to be published.
#[derive(Clone, Debug)]
pub struct NewPublication {
    /// The code of the month that a scan covers; a bulletin has none.
    pub month: Option<String>,
    /// Why it comes after its month, when it does.
    pub late_reason: Option<String>,
    /// Its items, in order.
    pub items: Vec<NewItem>,
}

/// Publishes a scan of a month, or an issue of the bulletin where there is no month: from now on each lead member reads what is about their
/// area, and is written to.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when the tenant is no authority, the month has been scanned, hasn't begun or came
/// before any scan was owed, or an item isn't in order.
pub async fn publish(tx: TenantTx, new: &NewPublication) -> Result<Id<publication::Model>> {
    let leave = tx.authorise_tenant::<deeds::PublishPublication>()?;
    let (tenant_id, today) = (tx.acting_tenant()?, tx.business_date());
    if !tenants::is_authority(&tx, tenant_id).await? {
        let message = "Only an authority publishes an Environmental Scan or a Members' Bulletin.";
        return Err(Error::invalid("tenant", ProblemCode::NotFound, message));
    }
    let kind = if new.month.is_some() { PublicationKind::EnvironmentalScan } else { PublicationKind::MembersBulletin };
    let before = tx.rows::<publication::Entity>(tenant_id)?.filter(publication::Column::Kind.eq(kind)).all().await?;
    let mut faults: Vec<Problem> =
        new.month.as_deref().and_then(|month| month_fault(month, &before, today)).into_iter().collect();
    let late_reason = given(new.late_reason.as_deref());
    // Whether it comes late is asked only of a month that can be scanned.
    let scanned = new.month.as_deref().and_then(month).filter(|_| faults.is_empty());
    faults.extend(scanned.and_then(|month| late_fault(month, late_reason.as_deref(), today)));
    faults.extend(items_faults(&tx, &new.items).await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let act = tx.act("PUBLISH_FOR_MEMBERS", &leave).await?;
    let row = publication::Model {
        tenant_id,
        id: Id::new(),
        kind,
        number: before.iter().map(|row| row.number).max().unwrap_or(0).saturating_add(1),
        month: new.month.clone(),
        late_reason,
        published_on: today,
        published_at: tx.now(),
        act_id: act,
    };
    let (id, number) = (row.id, row.number);
    tx.insert::<publication::Entity>(vec![row]).await?;
    let mut items = Vec::new();
    for (number, item) in (1..).zip(&new.items) {
        items.extend(item.areas.iter().map(|area| item_row((tenant_id, id), number, item, *area)));
    }
    tx.insert::<publication_item::Entity>(items).await?;
    let called = match kind {
        PublicationKind::EnvironmentalScan => "the Environmental Scan",
        PublicationKind::MembersBulletin => "the Members' Bulletin",
    };
    let letter = letter::publication(called, number);
    let areas: BTreeSet<_> = new.items.iter().flat_map(|item| item.areas.iter().copied()).collect();
    for area in areas {
        tx.notify(&leave, (Office::PartnershipLeadMember, area), &letter).await?;
    }
    tx.commit_with(&id).await?;
    Ok(id)
}

/// The first month of which a scan is owed: the strategy of 2009 names none, so it is that of the first financial year after it.
pub(super) fn first_scan() -> Option<Period> {
    Period::new(PeriodKind::Month, 2010, 1).ok()
}

/// Reads a month's code, such as `FY2010-M01`.
#[must_use]
pub fn month(code: &str) -> Option<Period> {
    code.parse().ok().filter(|period: &Period| period.kind() == PeriodKind::Month)
}

fn month_fault(code: &str, before: &[publication::Model], today: NaiveDate) -> Option<Problem> {
    let fault = |code, message: String| Some(Problem::new("month", code, message));
    let Some(month) = month(code) else {
        return fault(ProblemCode::Malformed, "Name a month by its code, such as FY2010-M01 for April 2010.".to_owned());
    };
    if let Some(first) = first_scan().filter(|first| month.start() < first.start()) {
        return fault(
            ProblemCode::OutOfRange,
            format!("The first month of which a scan is owed and published is {}.", first.label()),
        );
    }
    if month.start() > today {
        return fault(ProblemCode::OutOfRange, format!("{} hasn't begun.", month.label()));
    }
    let stands = before.iter().find(|row| row.month.as_deref() == Some(code))?;
    fault(ProblemCode::Duplicate, format!("The scan of {} was published on {}.", month.label(), LongDate(stands.published_on)))
}

/// A scan that comes after its month says why, and one that doesn't has nothing to say.
fn late_fault(month: Period, reason: Option<&str>, today: NaiveDate) -> Option<Problem> {
    let fault = |code, message| Some(Problem::new("lateReason", code, message));
    let due = LongDate(month.end());
    match (reason, today > month.end()) {
        (None, true) => {
            fault(ProblemCode::Missing, format!("The scan of {} was due on {due}; say why it comes late.", month.label()))
        }
        (Some(_), false) => {
            fault(ProblemCode::OutOfRange, format!("The scan of {} is due on {due}: it isn't late.", month.label()))
        }
        (Some(reason), true) => text_fault("lateReason", reason, LONGEST_TEXT),
        (None, false) => None,
    }
}

async fn items_faults(tx: &TenantTx, items: &[NewItem]) -> Result<Vec<Problem>> {
    let mut faults = Vec::new();
    if items.is_empty() {
        faults.push(Problem::new("items", ProblemCode::Missing, "Say what there is to tell lead members."));
    }
    if items.len() > MOST_ITEMS {
        faults.push(Problem::new("items", ProblemCode::OutOfRange, format!("{MOST_ITEMS} items fit into one publication.")));
    }
    let council: BTreeSet<_> = feedback::units(tx, tx.business_date()).await?.into_iter().map(|(area, _)| area).collect();
    for (at, item) in items.iter().enumerate() {
        let path = |field: &str| format!("items.{at}.{field}");
        faults.extend(said_line(&path("headline"), &item.headline, LONGEST_TITLE));
        faults.extend(said(&path("words"), &item.words, LONGEST_TEXT));
        faults.extend(item.action_asked.as_deref().and_then(|text| text_fault(&path("actionAsked"), text, LONGEST_TEXT)));
        faults.extend(item.address.as_deref().and_then(|address| address_fault(&path("address"), address)));
        if item.areas.is_empty() {
            faults.push(Problem::new(&path("areas"), ProblemCode::Missing, "Name the areas that it is about."));
        }
        let mut named = BTreeSet::new();
        for (place, area) in item.areas.iter().enumerate() {
            let field = path(&format!("areas.{place}"));
            if !council.contains(area) {
                faults.push(Problem::new(&field, ProblemCode::NotFound, "This is no council area that the authority polices."));
            } else if !named.insert(*area) {
                faults.push(Problem::new(&field, ProblemCode::Duplicate, "This area is named twice."));
            }
        }
        if let Some((kind, subject)) = item.about
            && !exists(tx, kind, subject).await?
        {
            faults.push(Problem::new(&path("about"), ProblemCode::NotFound, "There is no such record in this tenant."));
        }
    }
    Ok(faults)
}

fn item_row(
    (tenant_id, publication_id): (TenantId, Id<publication::Model>),
    number: i32,
    item: &NewItem,
    area_id: Id<area::Model>,
) -> publication_item::Model {
    publication_item::Model {
        tenant_id,
        id: Id::new(),
        publication_id,
        number,
        area_id,
        headline: item.headline.trim().to_owned(),
        words: item.words.trim().to_owned(),
        action_asked: given(item.action_asked.as_deref()),
        about_kind: item.about.map(|(kind, _)| kind),
        about_id: item.about.map(|(_, subject)| subject),
        address: item.address.clone(),
    }
}
