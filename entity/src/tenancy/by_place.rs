//! Asking for rows by the hundred, which are read by the places of their columns.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement,
    sea_query::{Alias, Expr},
};

use crate::tables::{BRIEF, ByPlace, TenantId, packing, stringing, strung, unpacked};

/// The column in which PostgreSQL keeps what is read of a table's row by the hundred.
pub(super) fn brief<E: EntityTrait>() -> Expr {
    Expr::col((E::default(), Alias::new(BRIEF)))
}

/// Every row of a statement over one tenant's rows, or over those of several, all in one text: SQLite packs the rows that the statement finds,
/// PostgreSQL strings together their texts, which it finds as `brief`.
pub(super) async fn all<M: ByPlace>(
    connection: &impl ConnectionTrait,
    mut statement: Statement,
    tenant: Option<TenantId>,
) -> Result<Vec<M>, DbErr> {
    let is_packed = statement.db_backend == DbBackend::Sqlite;
    statement.sql = if is_packed { packing::<M>(&statement.sql) } else { stringing(&statement.sql) };
    let row = connection.query_one_raw(statement).await?;
    let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    text.map_or(Ok(Vec::new()), |text| if is_packed { unpacked(&text, tenant) } else { strung(&text, tenant) })
}
