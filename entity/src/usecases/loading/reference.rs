//! Reference data: areas, organisations, tenants and the national indicator set.

use chrono::NaiveDate;
use serde::Deserialize;

use super::files::{data, id, list, maybe, parsed};
use crate::{
    error::Result,
    rules::chain::BEGINNING,
    tables::{
        Id,
        organisation::{audit_chain, organisation, tenant, tenant_relation},
        performance::{area, area_link, area_succession, national_indicator},
    },
    tenancy::Db,
};

/// Loads the reference data; what stands there already stays as it is.
///
/// # Errors
/// When a file is faulty or the database refuses; then nothing was loaded.
pub async fn reference(db: &Db) -> Result<()> {
    let tx = db.write_beyond_tenants().await?;
    tx.load::<area::Entity>(areas()?).await?;
    tx.load::<area_link::Entity>(area_links()?).await?;
    tx.load::<area_succession::Entity>(area_successions()?).await?;
    tx.load::<national_indicator::Entity>(national_indicators()?).await?;
    tx.load::<organisation::Entity>(organisations()?).await?;
    let tenants = tenants()?;
    // Every tenant's record begins empty.
    let chains = tenants.iter().map(|tenant| audit_chain::Model {
        tenant_id: tenant.id,
        id: Id::from_uuid(tenant.id.uuid()),
        length: 0,
        head: BEGINNING.to_owned(),
    });
    let chains = chains.collect();
    tx.load::<tenant::Entity>(tenants).await?;
    tx.load::<audit_chain::Entity>(chains).await?;
    tx.load::<tenant_relation::Entity>(tenant_relations()?).await?;
    tx.commit().await
}

#[derive(Deserialize)]
struct AreaRow {
    reference: String,
    name: String,
    kind: area::AreaKind,
    gss_code: Option<String>,
    gss_basis: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    note: Option<String>,
    source: String,
}

fn areas() -> Result<Vec<area::Model>> {
    let rows: Vec<AreaRow> = data!("reference/areas.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| area::Model {
            id: id("area", &row.reference),
            reference: row.reference,
            name: row.name,
            kind: row.kind,
            gss_code: row.gss_code,
            gss_basis: row.gss_basis,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            note: row.note,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct AreaLinkRow {
    hierarchy: area_link::Hierarchy,
    parent: String,
    child: String,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
    source: String,
}

fn area_links() -> Result<Vec<area_link::Model>> {
    let rows: Vec<AreaLinkRow> = data!("reference/area_links.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| area_link::Model {
            id: id(
                "area_link",
                &format!(
                    "{}/{}/{}/{}",
                    row.hierarchy,
                    row.parent,
                    row.child,
                    row.from_on.map_or_else(String::new, |day| day.to_string())
                ),
            ),
            hierarchy: row.hierarchy,
            parent_id: id("area", &row.parent),
            child_id: id("area", &row.child),
            from_on: row.from_on,
            to_on: row.to_on,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct AreaSuccessionRow {
    predecessor: String,
    successor: String,
    on_date: NaiveDate,
    source: String,
}

fn area_successions() -> Result<Vec<area_succession::Model>> {
    let rows: Vec<AreaSuccessionRow> = data!("reference/area_successions.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| area_succession::Model {
            id: id("area_succession", &format!("{}/{}", row.predecessor, row.successor)),
            predecessor_id: id("area", &row.predecessor),
            successor_id: id("area", &row.successor),
            on_date: row.on_date,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct NationalIndicatorRow {
    number: i32,
    code: String,
    title: String,
    polarity: crate::tables::performance::indicator::Polarity,
    unit: String,
    decimals: i32,
    #[serde(deserialize_with = "parsed")]
    measure_kind: crate::rules::measure::MeasureKind,
    #[serde(deserialize_with = "parsed")]
    frequency: crate::rules::measure::Frequency,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    is_place_survey: bool,
    note: Option<String>,
    source: String,
}

fn national_indicators() -> Result<Vec<national_indicator::Model>> {
    let rows: Vec<NationalIndicatorRow> = data!("reference/national_indicators.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| national_indicator::Model {
            id: id("national_indicator", &row.number.to_string()),
            number: row.number,
            code: row.code,
            title: row.title,
            polarity: row.polarity,
            unit: row.unit,
            decimals: row.decimals,
            measure_kind: row.measure_kind,
            frequency: row.frequency,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            is_place_survey: row.is_place_survey,
            note: row.note,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct OrganisationRow {
    reference: String,
    name: String,
    aliases: Option<String>,
    kind: String,
    sector: organisation::Sector,
    area: Option<String>,
    part_played: String,
    source: String,
}

fn organisations() -> Result<Vec<organisation::Model>> {
    let rows: Vec<OrganisationRow> = data!("reference/organisations.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| organisation::Model {
            id: id("organisation", &row.reference),
            reference: row.reference,
            name: row.name,
            aliases: list(row.aliases.as_ref()),
            kind: row.kind,
            sector: row.sector,
            area_id: maybe("area", row.area.as_ref()),
            part_played: row.part_played,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct TenantRow {
    slug: String,
    name: String,
    kind: tenant::TenantKind,
    area: String,
    organisation: Option<String>,
    ended_on: Option<NaiveDate>,
    source: String,
}

fn tenants() -> Result<Vec<tenant::Model>> {
    let rows: Vec<TenantRow> = data!("reference/tenants.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| tenant::Model {
            id: id("tenant", &row.slug),
            slug: row.slug,
            name: row.name,
            kind: row.kind,
            area_id: id("area", &row.area),
            organisation_id: maybe("organisation", row.organisation.as_ref()),
            ended_on: row.ended_on,
            source: row.source,
        })
        .collect())
}

#[derive(Deserialize)]
struct TenantRelationRow {
    tenant: String,
    kind: tenant_relation::TenantRelationKind,
    to_tenant: Option<String>,
    to_organisation: Option<String>,
    from_on: Option<NaiveDate>,
    to_on: Option<NaiveDate>,
    source: String,
}

/// The name under which a relation's identifier is made: nothing that a line before it could shift.
fn relation_name(row: &TenantRelationRow) -> String {
    let other = row.to_tenant.as_ref().or(row.to_organisation.as_ref()).map_or("", String::as_str);
    format!("{}/{}/{other}/{}", row.tenant, row.kind, row.from_on.map_or_else(String::new, |day| day.to_string()))
}

fn tenant_relations() -> Result<Vec<tenant_relation::Model>> {
    let rows: Vec<TenantRelationRow> = data!("reference/tenant_relations.csv")?;
    Ok(rows
        .into_iter()
        .map(|row| tenant_relation::Model {
            id: Id::named("tenant_relation", &relation_name(&row)),
            from_tenant_id: id("tenant", &row.tenant),
            kind: row.kind,
            to_tenant_id: maybe("tenant", row.to_tenant.as_ref()),
            to_organisation_id: maybe("organisation", row.to_organisation.as_ref()),
            from_on: row.from_on,
            to_on: row.to_on,
            source: row.source,
        })
        .collect())
}
