//! The demonstration's information-sharing agreements: in force, not yet approved by one side, lapsed. All are illustrative: the
//! documents ask for such agreements and print none.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::files::{data, id, parsed, tenant_id};
use crate::{
    error::Result,
    policy::{Office, RecordCategory},
    tables::sharing::{sharing_agreement, sharing_clause, sharing_party},
};

#[derive(Deserialize)]
struct Agreement {
    reference: String,
    title: String,
    tier: i32,
    proposed_by: String,
    purpose: String,
    lawful_basis: String,
    effective_from: NaiveDate,
    effective_to: NaiveDate,
    review_on: NaiveDate,
    proposed_on: NaiveDate,
    source: String,
}

#[derive(Deserialize)]
struct Party {
    agreement: String,
    tenant: String,
    approved_on: Option<NaiveDate>,
    approved_office: Option<Office>,
}

#[derive(Deserialize)]
struct Clause {
    agreement: String,
    number: i32,
    #[serde(deserialize_with = "parsed")]
    category: RecordCategory,
    discloser: String,
}

pub(super) fn agreements(at: DateTime<Utc>) -> Result<Vec<sharing_agreement::Model>> {
    let model = |row: Agreement| sharing_agreement::Model {
        id: id("sharing-agreement", &row.reference),
        reference: row.reference,
        title: row.title,
        purpose: row.purpose,
        lawful_basis: row.lawful_basis,
        source: row.source,
        tier: row.tier,
        version: 1,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        review_on: row.review_on,
        proposed_on: row.proposed_on,
        recorded_at: at,
        proposed_by_id: tenant_id(&row.proposed_by),
        supersedes_id: None,
        withdrawn_by_id: None,
        withdrawn_on: None,
        withdrawal_reason: None,
        is_illustrative: true,
    };
    Ok(data!("demonstration/sharing_agreements.csv")?.into_iter().map(model).collect())
}

pub(super) fn parties() -> Result<Vec<sharing_party::Model>> {
    let model = |row: Party| sharing_party::Model {
        id: id("sharing-party", &format!("{}/{}", row.agreement, row.tenant)),
        agreement_id: id("sharing-agreement", &row.agreement),
        party_id: tenant_id(&row.tenant),
        approved_on: row.approved_on,
        approved_office: row.approved_office,
        minute_reference: None,
    };
    Ok(data!("demonstration/sharing_parties.csv")?.into_iter().map(model).collect())
}

pub(super) fn clauses() -> Result<Vec<sharing_clause::Model>> {
    let model = |row: Clause| sharing_clause::Model {
        id: id("sharing-clause", &format!("{}/{}", row.agreement, row.number)),
        agreement_id: id("sharing-agreement", &row.agreement),
        number: row.number,
        category: row.category,
        discloser_id: tenant_id(&row.discloser),
    };
    Ok(data!("demonstration/sharing_clauses.csv")?.into_iter().map(model).collect())
}
