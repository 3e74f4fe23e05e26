//! The monthly Environmental Scan (duty 11), closed by publishing it. The Members' Bulletin (duty 12) has no calendar: it comes issue by
//! issue.

use chrono::{Months, NaiveDate};

use super::{Holder, Obligation, ObligationKind, Owed, Subject, readable};
use crate::{
    error::Result,
    policy::Office,
    rules::period::Period,
    tables::TenantId,
    tenancy::TenantTx,
    usecases::{governance::publications, organisation::tenants},
};

/// The number of the duty.
const SCAN: i32 = 11;
/// How far ahead months are shown.
const AHEAD: Months = Months::new(3);

/// One for each month that has begun, and the next few.
///
/// # Errors
/// When the database fails.
pub(super) async fn of_tenant(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    if !tenants::is_authority(tx, tenant).await? {
        return Ok(Vec::new());
    }
    let published = readable(publications::scans(tx, tenant).await)?;
    let owed = |month: Period| {
        let scan = published.iter().find(|row| row.month.as_deref() == Some(month.code().as_str()));
        let met = scan.map(|row| (row.published_on, format!("Environmental Scan {}", row.number)));
        let owed = Owed {
            kind: ObligationKind::EnvironmentalScan,
            code: format!("{}/{}", ObligationKind::EnvironmentalScan.code(), month.code()),
            title: format!("Publish the Environmental Scan of {}, with its section on partnerships", month.label()),
            holder: Holder { office: Some(Office::AuthorityOfficers), ..Holder::default() },
            subject: Subject::Tenant,
            duty: Some(SCAN),
            known_on: month.start(),
            opens_on: month.start(),
            due_on: month.end(),
        };
        owed.met(tenant, met)
    };
    Ok(months(tx.business_date()).into_iter().map(owed).collect())
}

fn months(on: NaiveDate) -> Vec<Period> {
    let ahead = on.checked_add_months(AHEAD).unwrap_or(on);
    let months = std::iter::successors(publications::first_scan(), |month| month.next());
    months.take_while(|month| month.start() <= ahead).collect()
}
