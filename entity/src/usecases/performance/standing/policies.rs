//! The tolerance policies by which lines are judged.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::{
    error::{Error, Result},
    rules::tolerance::{TolerancePolicy, ToleranceRule},
    tables::{TenantId, organisation::body, performance::tolerance_policy},
    tenancy::TenantTx,
};

/// A tolerance policy as stored and as the rules apply it.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The row; none for the convention that applies where a tenant has none of its own.
    pub row: Option<tolerance_policy::Model>,
    /// For the rules.
    pub rule: TolerancePolicy,
}

/// The name that a tenant's default policy bears.
pub(super) const DEFAULT_POLICY: &str = "Default tolerance";

/// What applies where a tenant has agreed nothing: five per cent of the expected value, said to be nobody's agreement.
pub(super) fn fallback() -> Policy {
    let rule = TolerancePolicy {
        name: DEFAULT_POLICY.to_owned(),
        version: 0,
        agreed_by: None,
        agreed_on: None,
        rule: ToleranceRule::PercentOfExpected(Decimal::from(5)),
        exceeding_is_blue: false,
        missing_is_red: false,
        max_age_days: None,
    };
    Policy { row: None, rule }
}

/// The tolerance policies of a tenant, with the names of the bodies that agreed them.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn policies(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Arc<Policy>>> {
    use tolerance_policy::Column;
    let rows = tx.rows_with::<tolerance_policy::Entity, body::Entity>(tenant, Column::AgreedById, body::Column::Name)?.await?;
    rows.into_iter()
        .map(|(row, agreed_by)| {
            let rule = TolerancePolicy {
                name: row.name.clone(),
                version: u32::try_from(row.version).unwrap_or(0),
                agreed_by,
                agreed_on: row.agreed_on,
                rule: ToleranceRule::from_parts(row.kind.as_str(), row.amount.decimal()).map_err(Error::internal)?,
                exceeding_is_blue: row.exceeding_is_blue,
                missing_is_red: row.missing_is_red,
                max_age_days: row.max_age_days.and_then(|days| u32::try_from(days).ok()),
            };
            Ok(Arc::new(Policy { row: Some(row), rule }))
        })
        .collect()
}
