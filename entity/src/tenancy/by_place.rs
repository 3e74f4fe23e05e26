//! Asking for rows by the hundred, which are read by the places of their columns.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::tables::{Answer, ByPlace, Cells, TenantId, packing, unpacked};

/// Every row of a statement over one tenant's rows, or over those of several; SQLite gives them in one text.
pub(super) async fn all<M: ByPlace>(
    connection: &impl ConnectionTrait,
    mut statement: Statement,
    tenant: Option<TenantId>,
) -> Result<Vec<M>, DbErr> {
    if statement.db_backend == DbBackend::Sqlite {
        statement.sql = packing::<M>(&statement.sql);
        let row = connection.query_one_raw(statement).await?;
        let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        return text.map_or(Ok(Vec::new()), |text| unpacked(&text, tenant));
    }
    let rows = connection.query_all_raw(statement).await?;
    let (mut read, mut answer) = (Vec::with_capacity(rows.len()), Answer::of(tenant));
    for row in &rows {
        let row = row.try_as_pg_row().ok_or_else(|| DbErr::Type("a row of another database".to_owned()))?;
        read.push(M::by_place(&mut Cells::of(row, &mut answer))?);
    }
    Ok(read)
}
