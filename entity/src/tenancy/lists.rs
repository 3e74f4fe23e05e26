//! Short lists that are asked for in one statement: an exchange with the database takes longer than finding a few rows.

use std::marker::PhantomData;

use sea_orm::{
    ConnectionTrait, EntityTrait, QuerySelect, QueryTrait, Select, StatementBuilder,
    sea_query::{Alias, Expr, ExprTrait as _, Func, Query, SelectStatement, SimpleExpr},
};

use super::{Asked, Engine, TenantTx};
use crate::tables::{ByPlace, unpacked};

/// Some columns of every row that a query finds, to be asked for together with other lists; in no particular order.
pub struct List<T> {
    /// Finds one text with all rows, each a list of its cells; nothing where there are none.
    text: SelectStatement,
    of: PhantomData<T>,
}

impl<T: ByPlace> List<T> {
    pub(super) fn of<E: EntityTrait>(engine: Engine, rows: Select<E>, columns: impl IntoIterator<Item = SimpleExpr>) -> Self {
        let (list, row) = match engine {
            Engine::Sqlite => ("json_group_array", "json_array"),
            Engine::Postgres => ("json_agg", "json_build_array"),
        };
        let cell = |(column, is_id): (SimpleExpr, bool)| match (engine, is_id) {
            (Engine::Sqlite, true) => Func::cust("nullif").arg(Func::cust("hex").arg(column)).arg("").into(),
            _ => column,
        };
        let cells: Vec<SimpleExpr> = columns.into_iter().zip(T::are_ids()).map(cell).collect();
        let list = SimpleExpr::from(Func::cust(list).arg(Func::cust(row).args(cells)));
        Self { text: rows.select_only().expr(list.cast_as(Alias::new("text"))).into_query(), of: PhantomData }
    }
}

impl TenantTx {
    /// Three lists from one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lists<A, B, C>(&self, a: List<A>, b: List<B>, c: List<C>) -> Asked<'_, (Vec<A>, Vec<B>, Vec<C>)>
    where
        A: ByPlace + 'static,
        B: ByPlace + 'static,
        C: ByPlace + 'static,
    {
        let texts = [a.text, b.text, c.text].map(|text| Expr::SubQuery(None, Box::new(text.into())));
        let statement = StatementBuilder::build(&Query::select().exprs(texts).take(), &self.engine().backend());
        self.asked(|connection| async move {
            let Some(found) = connection.query_one_raw(statement).await? else { return Ok((Vec::new(), Vec::new(), Vec::new())) };
            let text =
                |place| found.try_get_by_index::<Option<String>>(place).map(|text| text.unwrap_or_else(|| "[]".to_owned()));
            Ok((unpacked(&text(0)?, None)?, unpacked(&text(1)?, None)?, unpacked(&text(2)?, None)?))
        })
    }
}
