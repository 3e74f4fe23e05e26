//! Rows read by the places of their columns.
//!
//! By default each column of each row is looked up by its name, which is a good part of what a statement of many hundred rows costs.
//! The tables that a dashboard reads by the hundred are read by place; their columns are asked for in the order of the fields.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    DbErr, QueryResult, TryGetable,
    prelude::Json,
    sqlx::{Row as _, ValueRef as _},
};

use super::{Figure, Id};

/// A row that can be read by the places of its columns, from the first on.
pub trait ByPlace: Sized + Send {
    /// The fields in their order, which is that of the entity's columns.
    const FIELDS: &'static [&'static str];

    /// The row.
    ///
    /// # Errors
    /// When a column isn't what it should be.
    fn by_place(row: &QueryResult) -> Result<Self, DbErr>;
}

/// What a column of such a row holds.
pub(crate) trait Cell: TryGetable {
    /// What stands at a place.
    fn at(row: &QueryResult, place: usize) -> Result<Self, DbErr> {
        row.try_get_by_index(place)
    }
}

impl<T: Cell> Cell for Option<T> {
    // Asked first: otherwise each empty column would make an error with a text, to be thrown away.
    fn at(row: &QueryResult, place: usize) -> Result<Self, DbErr> {
        if is_empty(row, place) { Ok(None) } else { T::at(row, place).map(Some) }
    }
}

impl<M> Cell for Id<M> {}

macro_rules! cells {
    ($($kind:ty),+) => { $(impl Cell for $kind {})+ };
}

cells!(bool, i32, DateTime<Utc>, Figure, Json, NaiveDate, String);

fn is_empty(row: &QueryResult, place: usize) -> bool {
    if let Some(row) = row.try_as_pg_row() {
        return row.try_get_raw(place).is_ok_and(|value| value.is_null());
    }
    row.try_as_sqlite_row().is_some_and(|row| row.try_get_raw(place).is_ok_and(|value| value.is_null()))
}

/// Lists the fields of a table's rows in the order of the columns.
macro_rules! by_place {
    ($($area:ident :: $table:ident { $($field:ident),+ $(,)? })+) => {
        $(impl ByPlace for super::$area::$table::Model {
            const FIELDS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn by_place(row: &QueryResult) -> Result<Self, DbErr> {
                let mut places = 0..;
                let mut next = || places.next().unwrap_or_default();
                Ok(Self { $($field: Cell::at(row, next())?),+ })
            }
        })+

        #[cfg(test)]
        mod tests {
            use sea_orm::Iterable;

            use super::*;

            /// A column's name as the field's is written.
            fn field(column: &str) -> String {
                let mut name = String::new();
                for letter in column.chars() {
                    if letter.is_uppercase() && !name.is_empty() {
                        name.push('_');
                    }
                    name.extend(letter.to_lowercase());
                }
                name
            }

            #[test]
            fn fields_stand_in_the_order_of_the_columns() {
                $({
                    use crate::tables::$area::$table::{Column, Model};
                    let columns: Vec<_> = Column::iter().map(|column| field(&format!("{column:?}"))).collect();
                    assert_eq!(Model::FIELDS, columns, stringify!($table));
                })+
            }
        }
    };
}

by_place! {
    performance::agreement_indicator {
        tenant_id, id, agreement_id, indicator_id, area_id, theme_id, outcome_id, position, review_group, lead_organisation_id,
        lead_office, is_illustrative, source,
    }
    performance::indicator {
        tenant_id, id, reference, code, title, national_indicator_id, polarity, unit, decimals, measure_kind, frequency,
        data_lag_days, police_owner, control, data_owner_id, note, source,
    }
    performance::observation {
        tenant_id, id, indicator_id, area_id, period, period_label, starts_on, ends_on, value, value_high, numerator, denominator,
        status, qualifier, no_value_reason, revision, supersedes_id, revision_reason, is_illustrative, note, source, act_id,
        recorded_on, recorded_at, superseded_on,
    }
    performance::target {
        tenant_id, id, agreement_indicator_id, version, target_period, target_ends_on, expression, amount, comparator_area_id,
        source_text, reading, reading_act_id, reading_confirmed_on, baseline_period, baseline, trajectory, milestones,
        monitoring_level, tolerance_policy_id, acknowledged_lints, is_illustrative, note, source, act_id, recorded_on, recorded_at,
        superseded_on, supersedes_id,
    }
}
