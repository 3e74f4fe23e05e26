//! Asking for rows by the hundred, which are read by the places of their columns.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement,
    sea_query::{Alias, Expr},
};

use crate::tables::{Answer, BRIEF, ByPlace, Cells, TenantId, packing, strung, unpacked};

/// Every row of a statement over one tenant's rows, or over those of several; SQLite gives them in one text.
pub(super) async fn all<M: ByPlace>(
    connection: &impl ConnectionTrait,
    mut statement: Statement,
    tenant: Option<TenantId>,
) -> Result<Vec<M>, DbErr> {
    if statement.db_backend == DbBackend::Sqlite {
        statement.sql = packing::<M>(&statement.sql);
        return text_of(connection, statement).await?.map_or(Ok(Vec::new()), |text| unpacked(&text, tenant));
    }
    let rows = connection.query_all_raw(statement).await?;
    let (mut read, mut answer) = (Vec::with_capacity(rows.len()), Answer::of(tenant));
    for row in &rows {
        let row = row.try_as_pg_row().ok_or_else(|| DbErr::Type("a row of another database".to_owned()))?;
        read.push(M::by_place(&mut Cells::of(row, &mut answer))?);
    }
    Ok(read)
}

/// The column in which PostgreSQL keeps what is read of a table's row by the hundred.
pub(super) fn brief<E: EntityTrait>() -> Expr {
    Expr::col((E::default(), Alias::new(BRIEF)))
}

/// The same of rows which a statement for PostgreSQL strings together.
pub(super) async fn all_brief<M: ByPlace>(
    connection: &impl ConnectionTrait,
    statement: Statement,
    tenant: Option<TenantId>,
) -> Result<Vec<M>, DbErr> {
    if statement.db_backend == DbBackend::Sqlite {
        return all(connection, statement, tenant).await;
    }
    text_of(connection, statement).await?.map_or(Ok(Vec::new()), |text| strung(&text, tenant))
}

async fn text_of(connection: &impl ConnectionTrait, statement: Statement) -> Result<Option<String>, DbErr> {
    let row = connection.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.flatten())
}
