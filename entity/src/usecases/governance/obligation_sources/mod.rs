//! Obligations that follow from other registers: one small source each. Whoever may not read a register has no obligations to see that
//! follow from it.
//!
//! Where the documents name a holder but no clock, the clock is this product's own and said so beside it.

mod boards;
mod feedback;
mod government_office;
mod interviews;
mod planning;
mod returns;
mod risk_chain;
mod risk_reviews;
mod scans;
mod sharing;

use chrono::{Months, NaiveDate};

use super::obligations::{Closed, Holder, Obligation, Subject};
use crate::{
    error::{Error, Result},
    rules::{holidays::Calendar, obligations::ObligationKind},
    tables::TenantId,
    tenancy::TenantTx,
};

/// Months after which something is owed that waits for a body's next meeting, where none is fixed. The documents name none; returns come as
/// often.
const WITHOUT_MEETING: Months = Months::new(3);

/// Everything that these sources give rise to in a tenant.
///
/// # Errors
/// When the database fails.
pub(super) async fn all(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Obligation>> {
    let mut found = feedback::forms(tx, tenant).await?;
    found.extend(returns::of_tenant(tx, tenant).await?);
    found.extend(risk_reviews::of_tenant(tx, tenant).await?);
    found.extend(risk_chain::of_tenant(tx, tenant).await?);
    found.extend(sharing::of_tenant(tx, tenant).await?);
    found.extend(boards::of_tenant(tx, tenant).await?);
    found.extend(planning::of_tenant(tx, tenant).await?);
    found.extend(scans::of_tenant(tx, tenant).await?);
    found.extend(interviews::of_tenant(tx, tenant).await?);
    found.extend(government_office::of_tenant(tx, tenant).await?);
    Ok(found)
}

/// What may not be read gives rise to nothing.
fn readable<T>(read: Result<Vec<T>>) -> Result<Vec<T>> {
    match read {
        Err(Error::Denied { .. } | Error::NotShared { .. }) => Ok(Vec::new()),
        read => read,
    }
}

/// What is owed, before it is known what became of it.
struct Owed {
    kind: ObligationKind,
    code: String,
    title: String,
    holder: Holder,
    subject: Subject,
    duty: Option<i32>,
    /// Since when it is known that it will be owed.
    known_on: NaiveDate,
    /// From when on it can be met.
    opens_on: NaiveDate,
    due_on: NaiveDate,
}

impl Owed {
    /// The obligation, with the day on which it was met and what shows it.
    fn met(self, tenant: TenantId, met: Option<(NaiveDate, String)>) -> Obligation {
        let (met_on, evidence) = met.unzip();
        Obligation {
            tenant,
            kind: self.kind,
            code: self.code,
            title: self.title,
            holder: self.holder,
            subject: self.subject,
            duty: self.duty,
            known_on: self.known_on,
            opens_on: self.opens_on.min(self.due_on),
            due_on: self.due_on,
            calendar: Calendar::England,
            met_on,
            evidence,
            waived: None,
            closed: None,
        }
    }
}
