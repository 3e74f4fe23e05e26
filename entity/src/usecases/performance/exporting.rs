//! Exporting figures: what stands, as one file that import takes back without a change.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::Condition;

use super::importing::file::{write_header, write_row};
use crate::{
    error::{Error, ProblemCode, Result},
    policy::Resource,
    tables::{
        Id, TenantId,
        performance::{area, indicator, observation},
    },
    tenancy::{TenantTx, deeds},
};

/// Which observations are wanted; every condition that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of indicators with these codes.
    pub codes: Option<Vec<String>>,
    /// Only those of this area.
    pub area: Option<Id<area::Model>>,
    /// Only those of this period, by its code.
    pub period: Option<String>,
}

/// The observations that stood at the end of a day, by indicator, area and period; the header alone when there are none.
///
/// More than `most` rows are refused, so that one answer doesn't fill the memory.
///
/// # Errors
/// [`Error::NotFound`] when the actor holds no appointment in the tenant; [`Error::Denied`] when none allows exporting;
/// [`Error::Invalid`] when there are too many.
pub async fn csv(tx: &TenantTx, tenant: TenantId, filter: &Filter, as_at: NaiveDate, most: Option<u64>) -> Result<String> {
    tx.leave_to_read(tenant, Resource::Observation)?;
    tx.allows_reading_deed::<deeds::ExportObservations>(tenant)?;
    let indicators = indicators(tx, tenant, filter).await?;
    if let Some(most) = most {
        let count = standing(tx, tenant, filter, &indicators, as_at)?.count().await?;
        if count > most {
            let message =
                format!("There are {count} figures; up to {most} are given at once. Narrow the filter, or use the command line.");
            return Err(Error::invalid("filter", ProblemCode::OutOfRange, message));
        }
    }
    let rows = standing(tx, tenant, filter, &indicators, as_at)?.all().await?;
    let areas: HashMap<_, _> = super::areas::all(tx).await?.into_iter().map(|area| (area.id, area)).collect();
    written(rows, &indicators, &areas)
}

fn standing<'t>(
    tx: &'t TenantTx,
    tenant: TenantId,
    filter: &Filter,
    indicators: &HashMap<Id<indicator::Model>, indicator::Model>,
    as_at: NaiveDate,
) -> Result<crate::tenancy::Rows<'t, observation::Entity>> {
    use observation::Column;
    use sea_orm::ColumnTrait as _;
    let stands = Condition::any().add(Column::SupersededOn.is_null()).add(Column::SupersededOn.gt(as_at));
    let mut rows = tx.rows::<observation::Entity>(tenant)?.filter(Column::RecordedOn.lte(as_at)).filter(stands);
    if filter.codes.is_some() {
        rows = rows.filter(tx.any_of(Column::IndicatorId, indicators.keys().copied()));
    }
    if let Some(area) = filter.area {
        rows = rows.filter(Column::AreaId.eq(area));
    }
    if let Some(period) = filter.period.as_ref() {
        // No period is called by a text with a NUL in it, and PostgreSQL won't even compare it.
        rows = rows.filter(Column::Period.eq(period.replace('\0', "")));
    }
    Ok(rows)
}

async fn indicators(tx: &TenantTx, tenant: TenantId, filter: &Filter) -> Result<HashMap<Id<indicator::Model>, indicator::Model>> {
    let rows = tx.rows::<indicator::Entity>(tenant)?.all().await?;
    let wanted = |row: &indicator::Model| filter.codes.as_ref().is_none_or(|codes| codes.contains(&row.code));
    Ok(rows.into_iter().filter(wanted).map(|row| (row.id, row)).collect())
}

fn written(
    rows: Vec<observation::Model>,
    indicators: &HashMap<Id<indicator::Model>, indicator::Model>,
    areas: &HashMap<Id<area::Model>, area::Model>,
) -> Result<String> {
    let lacking = || Error::internal("an observation's indicator or area isn't there");
    let mut named = Vec::with_capacity(rows.len());
    for row in rows {
        let indicator = indicators.get(&row.indicator_id).ok_or_else(lacking)?;
        let area = areas.get(&row.area_id).ok_or_else(lacking)?;
        named.push((indicator, area, row));
    }
    // Sorted here, since the two databases don't sort texts alike.
    named.sort_by(|(indicator, area, row), (other_indicator, other_area, other)| {
        (&indicator.reference, &area.reference, row.ends_on, &row.period).cmp(&(
            &other_indicator.reference,
            &other_area.reference,
            other.ends_on,
            &other.period,
        ))
    });
    let mut text = String::new();
    write_header(&mut text);
    for (indicator, area, row) in &named {
        write_row(&mut text, indicator, area, row);
    }
    Ok(text)
}
