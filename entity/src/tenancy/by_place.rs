//! Asking for rows by the hundred, which are read by the places of their columns.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::tables::{ByPlace, Cells, Recurring, packing, unpacked};

/// Every row of a statement; SQLite gives them in one text.
pub(super) async fn all<M: ByPlace>(connection: &impl ConnectionTrait, mut statement: Statement) -> Result<Vec<M>, DbErr> {
    if statement.db_backend == DbBackend::Sqlite {
        statement.sql = packing::<M>(&statement.sql);
        let row = connection.query_one_raw(statement).await?;
        let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        return text.map_or(Ok(Vec::new()), |text| unpacked(&text));
    }
    let rows = connection.query_all_raw(statement).await?;
    let mut recurring = Recurring::default();
    rows.iter().map(|row: &QueryResult| M::by_place(&mut Cells::of(row, &mut recurring))).collect()
}
