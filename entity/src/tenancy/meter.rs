//! The shared counters of budgets on PostgreSQL: one statement decides and draws, so servers can't draw the same twice.

use sea_orm::{ConnectionTrait, Statement, Value};

use super::Db;
use crate::{
    error::Result,
    rules::meter::{Allowance, Taken},
};

/// The same decision as `rules::meter::Allowance::draw`: the parameters are the subject, now, the bare cost and the slice in
/// nanoseconds, the slice in units, the bucket's length in nanoseconds, and the bare cost in units.
const DRAW: &str = "\
    INSERT INTO rate_meter (subject, whole_at, drawn) \
    VALUES ($1, CAST($2 AS bigint) + CAST($4 AS bigint), CAST($5 AS bigint)) ON CONFLICT (subject) DO UPDATE SET \
    whole_at = GREATEST(rate_meter.whole_at, CAST($2 AS bigint)) + CASE WHEN GREATEST(rate_meter.whole_at, CAST($2 AS bigint)) \
    + CAST($4 AS bigint) <= CAST($2 AS bigint) + CAST($6 AS bigint) THEN CAST($4 AS bigint) ELSE CAST($3 AS bigint) END, \
    drawn = CASE WHEN GREATEST(rate_meter.whole_at, CAST($2 AS bigint)) + CAST($4 AS bigint) \
    <= CAST($2 AS bigint) + CAST($6 AS bigint) THEN CAST($5 AS bigint) ELSE CAST($7 AS bigint) END \
    WHERE rate_meter.whole_at <= CAST($2 AS bigint) \
    OR rate_meter.whole_at + LEAST(CAST($3 AS bigint), CAST($6 AS bigint)) <= CAST($2 AS bigint) + CAST($6 AS bigint) \
    RETURNING whole_at, drawn";
const WHOLE_AT: &str = "SELECT whole_at FROM rate_meter WHERE subject = $1";

/// So far off that nothing need be added to it.
const FAR: i64 = i64::MAX / 4;

impl Db {
    /// Draws on a budget for a cost, by one statement; when there is no room, gives the moment at which the budget is whole again.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn draw_on_meter(
        &self,
        subject: &str,
        allowance: Allowance,
        now: i64,
        cost: u64,
    ) -> Result<std::result::Result<Taken, i64>> {
        let (slice, units) = (allowance.slice(cost), |units: u64| i64::try_from(units).unwrap_or(i64::MAX));
        let values: [Value; 7] = [
            subject.into(),
            now.into(),
            allowance.nanos(cost).min(FAR).into(),
            allowance.nanos(slice).min(FAR).into(),
            units(slice).into(),
            allowance.window().into(),
            units(cost).into(),
        ];
        let statement = |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(self.engine.backend(), sql, values);
        let drawn = self.writers().query_one_raw(statement(DRAW, values.to_vec())).await?;
        if let Some(row) = drawn {
            let units: i64 = row.try_get_by_index(1)?;
            return Ok(Ok(Taken { whole_at: row.try_get_by_index(0)?, drawn: u64::try_from(units).unwrap_or_default() }));
        }
        let row = self.writers().query_one_raw(statement(WHOLE_AT, vec![subject.into()])).await?;
        Ok(Err(row.map_or(Ok(now), |row| row.try_get_by_index(0))?))
    }
}
