//! The register of standing interests, which their holders declare themselves.

use sea_orm::{ColumnTrait, Order};

use crate::{
    error::{Error, ProblemCode, Result},
    rules::{blank::is_blank, entry::text_fault},
    tables::{
        Id, TenantId,
        finance::{decision::InterestKind, interest},
        organisation::{organisation, person},
    },
    tenancy::{Hold, TenantTx, Whose, deeds},
    usecases::organisation::{organisations, tenants},
};

/// The register of a tenant, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<interest::Model>> {
    let rows = tx.rows::<interest::Entity>(tenant)?;
    rows.order_by(interest::Column::DeclaredOn, Order::Desc).order_by(interest::Column::Id, Order::Desc).all().await
}

/// The interests that a person has today.
pub(super) async fn held_today(tx: &TenantTx, tenant: TenantId, person: Id<person::Model>) -> Result<Vec<interest::Model>> {
    let rows = tx.rows::<interest::Entity>(tenant)?.filter(interest::Column::PersonId.eq(person)).all().await?;
    let today = tx.business_date();
    Ok(rows.into_iter().filter(|row| row.declared_on <= today && row.ends_on.is_none_or(|day| day >= today)).collect())
}

/// The gravest of these interests in what goes to these organisations; those that name none bear on everything.
pub(super) fn gravest(held: &[interest::Model], organisations: &[Id<organisation::Model>]) -> InterestKind {
    let bears = |row: &&interest::Model| row.organisation_id.is_none_or(|organisation| organisations.contains(&organisation));
    let kind = |row: &interest::Model| if row.is_prejudicial { InterestKind::Prejudicial } else { InterestKind::Personal };
    held.iter().filter(bears).map(kind).max().unwrap_or(InterestKind::None)
}

/// An interest as its holder declares it.
#[derive(Clone, Debug)]
pub struct Declared {
    /// What it is.
    pub words: String,
    /// In which organisation; in everything that the partnership does, where none is named.
    pub organisation: Option<Id<organisation::Model>>,
    /// Whether it keeps its holder from deciding.
    pub is_prejudicial: bool,
}

/// Enters an interest of the actor's own in the register.
///
/// # Errors
/// [`Error::Denied`] for who takes no decisions; [`Error::Invalid`] when it says nothing, or there is no such organisation.
pub async fn declare(tx: TenantTx, declared: &Declared) -> Result<Id<interest::Model>> {
    tx.allows_some::<deeds::StateDecision>()?;
    let tenant = tx.acting_tenant()?;
    let area = tenants::named(&tx, vec![tenant]).await?.pop().ok_or(Error::NotFound("tenant"))?.area_id;
    let leave = tx.authorise_new::<deeds::StateDecision>(Whose::about(area))?;
    let words = declared.words.trim();
    if is_blank(words) {
        return Err(Error::invalid("description", ProblemCode::Missing, "Say what the interest is."));
    }
    if let Some(fault) = text_fault("description", words, 500) {
        return Err(Error::Invalid(vec![fault]));
    }
    if let Some(organisation) = declared.organisation
        && organisations::many(&tx, vec![organisation]).await?.is_empty()
    {
        return Err(Error::invalid("organisation", ProblemCode::NotFound, "There is no such organisation."));
    }
    let act = tx.act("DECLARE_INTEREST", &leave).await?;
    let row = interest::Model {
        tenant_id: tenant,
        id: Id::new(),
        person_id: tx.actor().signed_in()?.person,
        words: words.to_owned(),
        organisation_id: declared.organisation,
        is_prejudicial: declared.is_prejudicial,
        act_id: act,
        declared_on: tx.business_date(),
        recorded_at: tx.now(),
        ends_on: None,
        ending_act_id: None,
    };
    let id = row.id;
    tx.insert::<interest::Entity>(vec![row]).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}

/// Lets an interest of the actor's own end today; it counts until the end of the day.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] when it is somebody else's, or has ended.
pub async fn end(tx: TenantTx, id: Id<interest::Model>) -> Result<Id<interest::Model>> {
    tx.allows_some::<deeds::StateDecision>()?;
    tx.hold::<interest::Entity>(Some(vec![id]), Hold::Alone).await?;
    let tenant = tx.acting_tenant()?;
    let row = tx.get::<interest::Entity>(tenant, id).await?;
    if row.person_id != tx.actor().signed_in()?.person {
        return Err(Error::invalid("interest", ProblemCode::Forbidden, "Only its holder says that an interest has ended."));
    }
    if row.ends_on.is_some() {
        return Err(Error::invalid("interest", ProblemCode::Duplicate, "This interest has ended already."));
    }
    let area = tenants::named(&tx, vec![tenant]).await?.pop().ok_or(Error::NotFound("tenant"))?.area_id;
    let leave = tx.authorise_new::<deeds::StateDecision>(Whose::about(area))?;
    let act = tx.act("END_INTEREST", &leave).await?;
    let values = vec![(interest::Column::EndsOn, tx.business_date().into()), (interest::Column::EndingActId, act.into())];
    tx.set::<interest::Entity>([id], values).await?;
    tx.commit_with(&id).await?;
    Ok(id)
}
