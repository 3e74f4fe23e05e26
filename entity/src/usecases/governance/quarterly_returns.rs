//! Lead members' quarterly returns: which there are, when each is due, and how it stands (S4, Roles and responsibilities; Appendix 1).
//!
//! A return exists by rule for each council area that the authority polices and each quarter, whether or not anybody has begun it.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, Order};

use super::committees::{ENGAGEMENT_COMMITTEE, meeting_days};
use crate::{
    error::{Error, Result},
    policy::Resource,
    rules::{
        obligations::ObligationKind,
        period::Period,
        quarter_return::{Progress, ReturnStatus, due_on, meeting_for, quarters, status},
    },
    tables::{
        Id, TenantId,
        governance::{quarterly_return, quarterly_return_follow_up, quarterly_return_submission},
        organisation::{
            tenant::{self, TenantKind},
            tenant_relation::TenantRelationKind,
        },
        performance::area,
    },
    tenancy::{Hold, TenantTx},
    usecases::{organisation::tenants, performance::areas},
};

/// A return, begun or not.
#[derive(Clone, Debug)]
pub struct Return {
    /// Whose it is: the authority's.
    pub tenant: TenantId,
    /// Made of tenant, area and quarter.
    pub id: Id<quarterly_return::Model>,
    /// The council area.
    pub area: area::Model,
    /// The quarter.
    pub quarter: Period,
    /// What was saved of it.
    pub row: Option<quarterly_return::Model>,
    /// What was handed in, latest first.
    pub submissions: Vec<quarterly_return_submission::Model>,
    /// The meeting to which it goes, if one is fixed.
    pub meeting_on: Option<NaiveDate>,
    /// The last day on which it is in time for that.
    pub due_on: Option<NaiveDate>,
    /// The first meeting at which what stands can be received, if one is fixed.
    pub heard_on: Option<NaiveDate>,
    /// How it stands today.
    pub status: ReturnStatus,
}

impl Return {
    /// The submission that stands.
    #[must_use]
    pub fn standing(&self) -> Option<&quarterly_return_submission::Model> {
        self.submissions.iter().find(|submission| submission.withdrawn_on.is_none())
    }
}

impl Return {
    /// What the obligation to hand it in is called.
    #[must_use]
    pub fn obligation_code(&self) -> String {
        format!("{}/{}", ObligationKind::QuarterlyReturn.code(), self.id)
    }
}

/// The identifier of the return of an area for a quarter.
#[must_use]
pub fn id_of(tenant: TenantId, area: Id<area::Model>, quarter: Period) -> Id<quarterly_return::Model> {
    Id::named("quarterly_return", &format!("{tenant}/{area}/{quarter}"))
}

/// The partnerships of the council areas that an authority polices, each with its area, by the area's name; none for other tenants.
///
/// # Errors
/// When the database fails.
pub async fn policed(tx: &TenantTx, authority: TenantId) -> Result<Vec<(tenant::Model, area::Model)>> {
    let relations = tenants::relations(tx, authority).await?;
    let policed = relations
        .into_iter()
        .filter(|relation| relation.kind == TenantRelationKind::Polices && relation.from_tenant_id == authority)
        .filter(|relation| areas::holds(relation.from_on, relation.to_on, tx.business_date()))
        .filter_map(|relation| relation.to_tenant_id);
    let partnerships = tenants::named(tx, policed.collect()).await?;
    let found = areas::many(tx, partnerships.iter().map(|partnership| partnership.area_id).collect()).await?;
    let of = |partnership: &tenant::Model| found.iter().find(|area| area.id == partnership.area_id).cloned();
    let partnerships = partnerships.into_iter().filter(|partnership| partnership.kind == TenantKind::Area);
    let mut policed: Vec<_> = partnerships.filter_map(|partnership| Some((of(&partnership)?, partnership))).collect();
    policed.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    Ok(policed.into_iter().map(|(area, partnership)| (partnership, area)).collect())
}

/// Which returns are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this council area.
    pub area: Option<Id<area::Model>>,
    /// Only those for this quarter.
    pub quarter: Option<Period>,
    /// Only those that stand so.
    pub status: Option<ReturnStatus>,
}

/// The returns of an authority that the actor may see, latest quarter first and by area; none of other tenants.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn of_tenant(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<Vec<Return>> {
    use quarterly_return_submission::Column;
    let saved = tx.rows::<quarterly_return::Entity>(tenant)?.all().await?;
    let submissions = tx.rows::<quarterly_return_submission::Entity>(tenant)?.order_by(Column::Number, Order::Desc).all().await?;
    let meetings = meeting_days(tx, tenant, ENGAGEMENT_COMMITTEE).await?;
    let seen = tx.areas_read(tenant, Resource::QuarterlyReturn);
    let mut policed: Vec<_> = policed(tx, tenant).await?.into_iter().map(|(_, area)| area).collect();
    policed.retain(|area| seen.as_ref().is_none_or(|seen| seen.contains(&area.id)));
    let mut found = Vec::new();
    for quarter in quarters(tx.business_date()).into_iter().rev() {
        for area in &policed {
            let id = id_of(tenant, area.id, quarter);
            let row = saved.iter().find(|row| row.id == id).cloned();
            let own = submissions.iter().filter(|row| row.return_id == id).cloned().collect();
            found.push(stands(tx, tenant, (area.clone(), quarter), (row, own), &meetings));
        }
    }
    found.retain(|found| {
        filter.area.is_none_or(|area| area == found.area.id)
            && filter.quarter.is_none_or(|quarter| quarter == found.quarter)
            && filter.status.is_none_or(|status| status == found.status)
    });
    Ok(found)
}

fn stands(
    tx: &TenantTx,
    tenant: TenantId,
    (area, quarter): (area::Model, Period),
    (row, submissions): (Option<quarterly_return::Model>, Vec<quarterly_return_submission::Model>),
    meetings: &[NaiveDate],
) -> Return {
    let meeting_on = meeting_for(quarter, meetings);
    let due_on = meeting_on.map(due_on);
    let standing = submissions.iter().find(|submission| submission.withdrawn_on.is_none());
    let progress = Progress {
        is_begun: row.is_some(),
        was_submitted: !submissions.is_empty(),
        is_submitted: standing.is_some(),
        is_received: standing.is_some_and(|standing| standing.received_on.is_some()),
    };
    let status = status(progress, due_on, tx.business_date());
    let heard_on = standing.and_then(|standing| meetings.iter().copied().filter(|day| *day >= standing.submitted_on).min());
    Return { tenant, id: id_of(tenant, area.id, quarter), area, quarter, row, submissions, meeting_on, due_on, heard_on, status }
}

/// Whether the return of an area for a quarter has been handed in to the acting tenant and stands. It is held until this transaction
/// ends, beside others, so that it is neither handed in nor taken back meanwhile.
///
/// # Errors
/// As [`TenantTx::rows`] and [`TenantTx::hold`].
pub async fn is_handed_in(tx: &TenantTx, authority: TenantId, area: Id<area::Model>, quarter: Period) -> Result<bool> {
    use quarterly_return_submission::Column;
    let id = id_of(authority, area, quarter);
    tx.hold::<quarterly_return::Entity>(Some(vec![id]), Hold::Together).await?;
    let standing = tx.rows::<quarterly_return_submission::Entity>(authority)?.filter(Column::ReturnId.eq(id));
    Ok(standing.filter(Column::WithdrawnOn.is_null()).one().await?.is_some())
}

/// The returns with these identifiers that the actor may see.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn many(tx: &TenantTx, tenant: TenantId, ids: &[Id<quarterly_return::Model>]) -> Result<Vec<Return>> {
    let all = of_tenant(tx, tenant, &Filter::default()).await?;
    Ok(all.into_iter().filter(|found| ids.contains(&found.id)).collect())
}

/// Of which area and quarter a return is, by its identifier alone, with the area's partnership.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub(super) async fn known(
    tx: &TenantTx,
    tenant: TenantId,
    id: Id<quarterly_return::Model>,
) -> Result<(tenant::Model, area::Model, Period)> {
    let quarters = quarters(tx.business_date());
    for (partnership, area) in policed(tx, tenant).await? {
        if let Some(quarter) = quarters.iter().find(|quarter| id_of(tenant, area.id, **quarter) == id) {
            return Ok((partnership, area, *quarter));
        }
    }
    Err(Error::NotFound("quarterly return"))
}

/// One return, to be changed.
///
/// # Errors
/// [`Error::NotFound`] when there is none that the actor may see.
pub(super) async fn one(tx: &TenantTx, tenant: TenantId, id: Id<quarterly_return::Model>) -> Result<Return> {
    many(tx, tenant, &[id]).await?.pop().ok_or(Error::NotFound("quarterly return"))
}

/// What was promised in submissions, in order.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn follow_ups(
    tx: &TenantTx,
    tenant: TenantId,
    submissions: Vec<Id<quarterly_return_submission::Model>>,
) -> Result<Vec<quarterly_return_follow_up::Model>> {
    use quarterly_return_follow_up::Column;
    let rows = tx.rows::<quarterly_return_follow_up::Entity>(tenant)?;
    rows.filter(tx.any_of(Column::SubmissionId, submissions)).order_by(Column::Number, Order::Asc).all().await
}
