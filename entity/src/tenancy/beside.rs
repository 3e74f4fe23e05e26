//! Rows with a text of what they point at, in one statement.
//!
//! The text is looked up for the rows that point anywhere; a join would go through the whole of the other table each time.

use std::{fmt, sync::Arc};

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, Iden, QueryFilter, QueryResult, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait as _, Func, extension::postgres::PgExpr as _},
};

use super::{
    Asked, Engine, TenantTx,
    by_place::{self, brief},
    rows::Rows,
};
use crate::{
    error::Result,
    tables::{BRIEF, BriefOf, NEXT_CELL, NOTHING, ReferenceTable, TenantId, TenantTable},
};

/// What the text is called in the answer.
const BESIDE: &str = "beside";

/// Rows, each with its text.
pub type WithText<M> = Vec<(M, Option<String>)>;

struct Beside<M>(M, Option<String>);

impl<M: FromQueryResult> FromQueryResult for Beside<M> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self(M::from_query_result(row, prefix)?, row.try_get(prefix, BESIDE)?))
    }
}

/// `wanted` of the row among these whose `key` is what `link` holds; nothing where that holds nothing.
fn text<E: EntityTrait>(rows: Select<E>, (key, wanted): (E::Column, E::Column), link: impl ColumnTrait + Iden) -> Expr {
    let text = rows.select_only().column(wanted).filter(key.into_expr().eq(link.into_expr()));
    Expr::Case(Box::new(Expr::case(link.is_not_null(), Expr::SubQuery(None, Box::new(QueryTrait::into_query(text).into())))))
}

/// The text in which PostgreSQL keeps a row, with another at its end.
fn brief_and<E: EntityTrait>(beside: Expr) -> Expr {
    let sign = |sign: &dyn fmt::Display| Expr::cust(format!("'{sign}'"));
    brief::<E>().concatenate(sign(&NEXT_CELL)).concatenate(Func::coalesce([beside, sign(&NOTHING)]))
}

impl<'t, E: EntityTrait<Model: Send + Sync>> Rows<'t, E> {
    /// A part of every row, to be shared, with a text of the reference data that it points at by `link`, where it does.
    ///
    /// # Errors
    /// When the database fails.
    #[expect(clippy::disallowed_methods, reason = "reference tables have no tenant to filter on")]
    pub fn briefly_with<B: BriefOf<E> + Sync + 'static, R: ReferenceTable>(
        self,
        link: E::Column,
        key: R::Column,
        wanted: R::Column,
    ) -> Asked<'t, WithText<Arc<B>>> {
        let (engine, tenant) = (self.tx.engine(), self.tenant);
        let (rows, beside) = (self.select.select_only(), text(R::find(), (key, wanted), link));
        let rows = match engine {
            Engine::Sqlite => B::columns().into_iter().fold(rows, QuerySelect::expr).column_as(beside, BESIDE),
            Engine::Postgres => rows.expr_as(brief_and::<E>(beside), BRIEF),
        };
        let statement = rows.build(engine.backend());
        self.tx.asked(move |connection| async move { Ok(by_place::all(&*connection, statement, tenant).await?) })
    }
}

impl TenantTx {
    /// The rows of a register in a tenant, each with a text of the row of another register that it points at by `link`, where it does; if
    /// the actor may read both there.
    ///
    /// # Errors
    /// As [`TenantTx::rows`].
    pub fn rows_with<E: TenantTable, R: TenantTable>(
        &self,
        tenant: TenantId,
        link: E::Column,
        wanted: R::Column,
    ) -> Result<Asked<'_, WithText<E::Model>>> {
        let beside = text(self.rows::<R>(tenant)?.select, (R::id_column(), wanted), link);
        let rows = self.rows::<E>(tenant)?.select.column_as(beside, BESIDE).into_model::<Beside<E::Model>>();
        Ok(self.asked(|connection| async move {
            let rows = rows.all(&*connection).await?;
            Ok(rows.into_iter().map(|Beside(row, text)| (row, text)).collect())
        }))
    }
}
