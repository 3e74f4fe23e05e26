//! What a transaction tells PostgreSQL about itself, for the wall that stands in the database (row-level security).
//!
//! By a literal `SET LOCAL` at the very beginning, which ends with the transaction: no connection is handed on with another request's
//! scope. The text is put together from identifiers that are known to be such, never from input.

use sea_orm::{ConnectionTrait, DbBackend, sqlx::query_scalar};

use super::{Actor, DatabaseTransaction, Db, Engine, request};
use crate::{
    error::{Error, Result},
    policy::RecordCategory,
    tables::TenantId,
};

/// What declares on whose behalf a transaction reads, and in which tenant it writes.
pub(super) fn declaration(actor: &Actor, acting: Option<TenantId>) -> String {
    let mut settings = setting("tenants", actor.tenants());
    for &(name, category) in SHARED {
        let disclosers = actor.disclosers_of(category);
        if !disclosers.is_empty() {
            settings.push_str(&setting(name, disclosers));
        }
    }
    if let Some(tenant) = acting {
        settings.push_str(&setting("acting", [tenant]));
    }
    settings.extend(request::declaration());
    settings
}

/// Declares that the transaction writes in a tenant on nobody's behalf: an operator's, from the command line.
pub(super) async fn act_in(transaction: &DatabaseTransaction, tenant: TenantId) -> Result<()> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&setting("acting", [tenant])).await?;
    }
    Ok(())
}

/// Declares that the transaction looks into one tenant on nobody's behalf: an operator's, from the command line.
pub(super) async fn look_into(transaction: &DatabaseTransaction, tenant: TenantId) -> Result<()> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&setting("tenants", [tenant])).await?;
    }
    Ok(())
}

/// Declares that the transaction puts a read on a tenant's record.
pub(super) async fn put_on_record(transaction: &DatabaseTransaction, tenant: TenantId) -> Result<()> {
    look_into(transaction, tenant).await?;
    act_in(transaction, tenant).await
}

/// The categories that the wall knows of, by the names of their settings; the other categories have no registers yet.
const SHARED: &[(&str, RecordCategory)] = &[
    ("shared", RecordCategory::PrioritiesAndIndicators),
    ("shared_results", RecordCategory::EngagementResults),
    ("shared_risks", RecordCategory::Risks),
    ("shared_finance", RecordCategory::Finance),
    ("shared_plans", RecordCategory::Plans),
    ("shared_meetings", RecordCategory::Meetings),
];

fn setting(name: &str, tenants: impl IntoIterator<Item = TenantId>) -> String {
    let list: Vec<String> = tenants.into_iter().map(|tenant| tenant.uuid().to_string()).collect();
    format!("SET LOCAL concordat.{name} = '{}';", list.join(","))
}

impl Db {
    /// What the connections that lie idle in the pools still have declared, which is to be nothing: whoever gets one next would
    /// see it. On SQLite there is nothing to declare.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn scopes_left_behind(&self) -> Result<Vec<String>> {
        if self.engine == Engine::Sqlite {
            return Ok(Vec::new());
        }
        let mut left = Vec::new();
        for pool in self.pools() {
            let pool = pool.get_postgres_connection_pool();
            // Held until all were asked, so that none is asked twice in another's place.
            let mut idle = Vec::new();
            while let Some(connection) = pool.try_acquire() {
                idle.push(connection);
            }
            for connection in &mut idle {
                let scope: String = query_scalar(DECLARED).fetch_one(&mut **connection).await.map_err(Error::internal)?;
                left.push(scope);
            }
        }
        Ok(left)
    }
}

const DECLARED: &str = "SELECT coalesce(current_setting('concordat.tenants', true), '') \
    || coalesce(current_setting('concordat.shared', true), '') || coalesce(current_setting('concordat.shared_results', true), '') \
    || coalesce(current_setting('concordat.shared_risks', true), '') || coalesce(current_setting('concordat.shared_finance', true), '') \
    || coalesce(current_setting('concordat.shared_plans', true), '') || coalesce(current_setting('concordat.shared_meetings', true), '') \
    || coalesce(current_setting('concordat.acting', true), '')";
