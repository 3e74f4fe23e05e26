//! Asking for rows by the hundred, which are read by the places of their columns.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement,
    sea_query::{Alias, Expr},
};

use crate::tables::{BRIEF, ByPlace, TenantId, packing, strung, unpacked};

/// The column in which PostgreSQL keeps what is read of a table's row by the hundred.
pub(super) fn brief<E: EntityTrait>() -> Expr {
    Expr::col((E::default(), Alias::new(BRIEF)))
}

/// Every row of a statement over one tenant's rows, or over those of several, all in one text: a statement for PostgreSQL strings them
/// together, one for SQLite finds rows, which are packed.
pub(super) async fn all<M: ByPlace>(
    connection: &impl ConnectionTrait,
    mut statement: Statement,
    tenant: Option<TenantId>,
) -> Result<Vec<M>, DbErr> {
    let read = match statement.db_backend {
        DbBackend::Sqlite => {
            statement.sql = packing::<M>(&statement.sql);
            unpacked
        }
        _ => strung,
    };
    let row = connection.query_one_raw(statement).await?;
    let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?.flatten();
    text.map_or(Ok(Vec::new()), |text| read(&text, tenant))
}
