//! Recertification: who holds what in a tenant, and when they last made use of it, so that an office can see what should end.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, Condition, FromQueryResult, Order};

use crate::{
    error::Result,
    policy::Resource,
    tables::{
        Id, TenantId,
        identity::account,
        organisation::{appointment, person},
    },
    tenancy::TenantTx,
};

/// The account of somebody who holds an appointment in a tenant.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Holder {
    /// The account.
    pub id: Id<account::Model>,
    /// Whose it is.
    pub person_id: Id<person::Model>,
    /// With what they sign in.
    pub email: String,
    /// When a session of it was last begun or renewed; none when it never was.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// 1 while an invitation has not been accepted, else 0.
    pub awaits_password: i32,
    /// The authenticator that is enabled for it.
    pub authenticator_id: Option<uuid::Uuid>,
}

/// Only accounts of people with an appointment in the tenant that is in force or to come.
const HOLDERS: &str = "\
    SELECT account.id, account.person_id, account.email, account.disabled_at, \
    CASE WHEN account.password_hash = '' THEN 1 ELSE 0 END AS awaits_password, \
    (SELECT max(session.last_used_at) FROM session WHERE session.account_id = account.id) AS last_used_at, \
    authenticator.id AS authenticator_id \
    FROM account LEFT JOIN authenticator ON authenticator.account_id = account.id \
    AND authenticator.revoked_at IS NULL AND authenticator.enabled_at IS NOT NULL \
    WHERE account.person_id IN (SELECT person_id FROM appointment WHERE tenant_id = $1 AND (to_on IS NULL OR to_on >= $2)) \
    ORDER BY account.email";

/// The accounts of those who hold an appointment in the tenant, or will, by e-mail address.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when the actor holds no appointment there; [`crate::error::Error::Denied`] when none of them
/// may read accounts.
pub async fn holders(tx: &TenantTx, tenant: TenantId) -> Result<Vec<Holder>> {
    tx.select_by_sql((tenant, Resource::Account), HOLDERS, vec![tx.business_date().into()]).await
}

/// The appointments in the tenant of these people that are in force or to come, latest first.
///
/// # Errors
/// As [`TenantTx::rows`].
pub async fn held(
    tx: &TenantTx,
    tenant: TenantId,
    people: Vec<Id<person::Model>>,
    on: NaiveDate,
) -> Result<Vec<appointment::Model>> {
    use appointment::Column;
    let rows = tx.rows::<appointment::Entity>(tenant)?.filter(tx.any_of(Column::PersonId, people));
    let rows = rows.filter(Condition::any().add(Column::ToOn.is_null()).add(Column::ToOn.gte(on)));
    rows.order_by(Column::FromOn, Order::Desc).order_by(Column::Id, Order::Asc).all().await
}
