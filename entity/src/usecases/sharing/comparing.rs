//! Figures of several tenants side by side: what each shares, and plainly why another doesn't.

use sea_orm::{ColumnTrait, Order};

use super::access::explain;
use crate::{
    error::{Error, ProblemCode, Result},
    policy::Resource,
    tables::{
        organisation::tenant,
        performance::{agreement, agreement_indicator, indicator, national_indicator},
    },
    tenancy::TenantTx,
};

/// One tenant's part of a comparison.
#[derive(Clone, Debug)]
pub struct Part {
    /// The tenant.
    pub tenant: tenant::Model,
    /// The lines of its current agreements that measure the indicator, if the actor may read them.
    pub lines: Vec<agreement_indicator::Model>,
    /// Why nothing is shown, when the actor may not.
    pub withheld: Option<String>,
}

/// Everything that a colour and its reason rest on.
const NEEDED: [Resource; 5] = [Resource::Agreement, Resource::Indicator, Resource::Target, Resource::Observation, Resource::Body];

/// Compares tenants on a national indicator: all of them, or those named; by name.
///
/// # Errors
/// [`Error::Invalid`] when there is no such indicator or tenant; when the database fails.
pub async fn compare(tx: &TenantTx, number: i32, slugs: Option<&[String]>) -> Result<Vec<Part>> {
    let national = national_indicator::Column::Number.eq(number);
    let national = tx.reference::<national_indicator::Entity>().filter(national).one().await?.ok_or_else(|| {
        Error::invalid("nationalIndicator", ProblemCode::NotFound, format!("There is no national indicator {number}."))
    })?;
    let mut tenants = tx.reference::<tenant::Entity>().all().await?;
    if let Some(slugs) = slugs {
        if let Some(at) = slugs.iter().position(|slug| !tenants.iter().any(|row| row.slug == *slug)) {
            return Err(Error::invalid(&format!("tenants.{at}"), ProblemCode::NotFound, "There is no such tenant."));
        }
        tenants.retain(|row| slugs.contains(&row.slug));
    }
    tenants.sort_by(|a, b| a.name.cmp(&b.name));
    let mut parts = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let withheld = withheld(tx, &tenant).await?;
        let lines = if withheld.is_none() { lines(tx, &tenant, &national).await? } else { Vec::new() };
        parts.push(Part { tenant, lines, withheld });
    }
    Ok(parts)
}

/// Why the actor may not see how a tenant's lines stand, if they may not.
async fn withheld(tx: &TenantTx, tenant: &tenant::Model) -> Result<Option<String>> {
    for resource in NEEDED {
        if let Some(explanation) = explain(tx, tenant.id, resource).await?.filter(|explanation| !explanation.may_read) {
            return Ok(Some(explanation.reasons.join(" ")));
        }
    }
    Ok(None)
}

/// The lines that measure an indicator, of the agreements whose term holds the day.
async fn lines(
    tx: &TenantTx,
    tenant: &tenant::Model,
    national: &national_indicator::Model,
) -> Result<Vec<agreement_indicator::Model>> {
    let today = tx.business_date();
    let measured = tx.rows::<indicator::Entity>(tenant.id)?.filter(indicator::Column::NationalIndicatorId.eq(national.id));
    let measured = measured.all().await?;
    let current = tx.rows::<agreement::Entity>(tenant.id)?.filter(agreement::Column::StartsOn.lte(today));
    let current = current.filter(agreement::Column::EndsOn.gte(today)).all().await?;
    tx.rows::<agreement_indicator::Entity>(tenant.id)?
        .filter(tx.any_of(agreement_indicator::Column::IndicatorId, measured.iter().map(|row| row.id)))
        .filter(tx.any_of(agreement_indicator::Column::AgreementId, current.iter().map(|row| row.id)))
        .order_by(agreement_indicator::Column::Position, Order::Asc)
        .all()
        .await
}
