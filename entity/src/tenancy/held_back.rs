//! Inserts that wait for the next statement, so that PostgreSQL gets them as parts of it, which spares a round trip for each.
//!
//! Whatever is asked of the transaction takes them along or lets them go first, so it finds them written. SQLite, which has no round
//! trips and takes no statement that writes as a part of another, gets them at once.

use std::sync::{Arc, PoisonError};

use sea_orm::{
    ConnectionTrait, IntoActiveModel, QueryTrait,
    sea_query::{CommonTableExpression, InsertStatement, Query, WithClause},
};

use super::{DatabaseTransaction, Engine, TenantTx};
use crate::{error::Result, tables::TenantTable};

/// The statement that inserts rows.
#[expect(clippy::disallowed_methods, reason = "the callers see to it that the rows bear the acting tenant")]
pub(super) fn inserting<E: TenantTable>(rows: impl IntoIterator<Item = E::Model>) -> InsertStatement
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    E::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model)).into_query()
}

/// These inserts as parts of another statement, which are done with it whether it looks at them or not.
pub(super) fn as_parts(inserts: Vec<InsertStatement>) -> WithClause {
    let mut parts = Query::with();
    for (place, insert) in inserts.into_iter().enumerate() {
        let mut part = CommonTableExpression::new();
        part.table_name(format!("part_{place}")).query(insert);
        parts.cte(part);
    }
    parts
}

impl TenantTx {
    /// Leaves an insert to the next statement.
    pub(super) async fn hold_back(&self, insert: InsertStatement) -> Result<()> {
        self.held_back.lock().unwrap_or_else(PoisonError::into_inner).push(insert);
        if self.engine == Engine::Sqlite {
            self.caught_up().await?;
        }
        Ok(())
    }

    /// What was left to the next statement, for it to take along.
    pub(super) fn taken_along(&self) -> Vec<InsertStatement> {
        std::mem::take(&mut *self.held_back.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The connection with nothing held back.
    pub(super) async fn caught_up(&self) -> Result<Arc<DatabaseTransaction>> {
        let connection = self.begun.get(&self.actor).await?;
        let mut inserts = self.taken_along();
        if let Some(last) = inserts.pop() {
            if inserts.is_empty() {
                connection.execute(&last).await?;
            } else {
                connection.execute(&last.with(as_parts(inserts))).await?;
            }
        }
        Ok(connection)
    }
}
