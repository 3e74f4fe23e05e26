//! Rows read by the places of their columns.
//!
//! By default each column of each row is looked up by its name, which is a good part of what a statement of many hundred rows costs.
//! The tables that a dashboard reads by the hundred are read by place; their columns are asked for in the order of the fields.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use sea_orm::{
    DbErr, EntityTrait, QueryResult,
    prelude::Json,
    sqlx::{self, Decode, Postgres, Row as _, Sqlite, ValueRef as _},
};
use uuid::Uuid;

use super::{Figure, Id, QuickMap, packed::Packed};
use crate::rules::period::Period;

/// A row that can be read by the places of its columns, from the first on.
pub trait ByPlace: Sized + Send {
    /// Which of its columns hold identifiers.
    fn are_ids() -> Vec<bool>;

    /// The row.
    ///
    /// # Errors
    /// When a column isn't what it should be.
    fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr>;
}

/// The cells of a row, to be taken one after the other.
pub struct Cells<'r, 't>(Source<'r, 't>, &'r mut Recurring);

enum Source<'r, 't> {
    /// A row as the database gave it, and the place of the next cell.
    Row(&'r QueryResult, usize),
    /// A row in a text with many.
    Packed(std::vec::Drain<'r, Packed<'t>>),
}

impl<'r, 't> Cells<'r, 't> {
    pub(crate) fn of(row: &'r QueryResult, recurring: &'r mut Recurring) -> Self {
        Self(Source::Row(row, 0), recurring)
    }

    pub(crate) fn packed(cells: std::vec::Drain<'r, Packed<'t>>, recurring: &'r mut Recurring) -> Self {
        Self(Source::Packed(cells), recurring)
    }

    /// The next cell.
    pub(crate) fn take<T: Cell>(&mut self) -> Result<T, DbErr> {
        match &mut self.0 {
            Source::Row(row, place) => {
                let cell = T::at(row, *place, self.1);
                *place += 1;
                cell
            }
            Source::Packed(cells) => T::of(&cells.next().ok_or_else(|| DbErr::Type("a row ended early".to_owned()))?, self.1),
        }
    }
}

/// What comes again and again in the rows of one answer, made once and then shared: hundreds of figures are of a handful of periods.
#[derive(Default)]
pub(crate) struct Recurring {
    texts: QuickMap<Arc<str>, Arc<str>>,
    periods: QuickMap<Arc<str>, RecordedPeriod>,
}

impl Recurring {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&text), Arc::clone(&text));
        text
    }

    fn period(&mut self, code: &str) -> RecordedPeriod {
        if let Some(known) = self.periods.get(code) {
            return known.clone();
        }
        let period = RecordedPeriod::from(code);
        self.periods.insert(code.into(), period.clone());
        period
    }
}

/// A row with a text of what it points at.
impl<M: ByPlace> ByPlace for (M, Option<String>) {
    fn are_ids() -> Vec<bool> {
        let mut are_ids = M::are_ids();
        are_ids.push(false);
        are_ids
    }

    fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
        Ok((M::by_place(cells)?, cells.take()?))
    }
}

/// Whether a field holds an identifier.
fn is_id<M, T: Cell>(_: fn(&M) -> &T) -> bool {
    T::IS_ID
}

/// A part of a table's columns, for those who read hundreds of rows and need no more of them.
pub trait BriefOf<E: EntityTrait>: ByPlace {
    /// The columns, in the order of the fields.
    const COLUMNS: &'static [E::Column];
}

/// What a column of such a row holds.
///
/// It is read without asking what type the database gave the column: the tables are ours, and the question costs more than reading.
pub(crate) trait Cell: Sized {
    /// Whether it is an identifier.
    const IS_ID: bool = false;

    /// What stands at a place.
    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr>;

    /// What stands in a text with many rows.
    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr>;
}

impl<T: Cell> Cell for Option<T> {
    const IS_ID: bool = T::IS_ID;

    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr> {
        if matches!(cell, Packed::Null) { Ok(None) } else { T::of(cell, recurring).map(Some) }
    }

    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr> {
        if is_empty(row, place) { Ok(None) } else { T::at(row, place, recurring).map(Some) }
    }
}

impl<M> Cell for Id<M> {
    const IS_ID: bool = true;

    fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
        parsed(cell).map(Self::from_uuid)
    }

    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Uuid::at(row, place, recurring).map(Self::from_uuid)
    }
}

impl Cell for Figure {
    fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
        cell.whole().map(Self::from_millionths)
    }

    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr> {
        i64::at(row, place, recurring).map(Self::from_millionths)
    }
}

/// A text that comes with many rows.
impl Cell for Arc<str> {
    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Ok(recurring.text(cell.text()?))
    }

    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Ok(recurring.text(text_at(row, place)?))
    }
}

/// A period as it is recorded, and the one that it stands for where the calendar knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedPeriod {
    /// Its code, in the usual form where the calendar knows it.
    pub code: Arc<str>,
    /// The period, for reckoning.
    pub known: Option<Period>,
}

impl From<&str> for RecordedPeriod {
    fn from(code: &str) -> Self {
        let known: Option<Period> = code.parse().ok();
        Self { known, code: known.map_or_else(|| code.into(), |known| known.code().into()) }
    }
}

impl Cell for RecordedPeriod {
    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Ok(recurring.period(cell.text()?))
    }

    fn at(row: &QueryResult, place: usize, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Ok(recurring.period(text_at(row, place)?))
    }
}

macro_rules! cells {
    ($($kind:ty => $of:expr),+ $(,)?) => {
        $(impl Cell for $kind {
            fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
                $of(cell)
            }

            fn at(row: &QueryResult, place: usize, _: &mut Recurring) -> Result<Self, DbErr> {
                if let Some(row) = row.try_as_pg_row() {
                    return row.try_get_raw(place).map_err(not_what_it_should_be).and_then(|cell| read::<Postgres, _>(cell));
                }
                let row = row.try_as_sqlite_row().ok_or_else(no_database)?;
                row.try_get_raw(place).map_err(not_what_it_should_be).and_then(|cell| read::<Sqlite, _>(cell))
            }
        })+
    };
}

cells! {
    bool => |cell: &Packed<'_>| Ok(cell.whole()? != 0),
    i32 => |cell: &Packed<'_>| i32::try_from(cell.whole()?).map_err(not_what_it_should_be),
    i64 => Packed::whole,
    DateTime<Utc> => parsed,
    Json => |cell: &Packed<'_>| serde_json::from_str(cell.text()?).map_err(not_what_it_should_be),
    NaiveDate => parsed,
    String => |cell: &Packed<'_>| cell.text().map(str::to_owned),
    Uuid => parsed,
}

/// What its text stands for.
pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(cell: &Packed<'_>) -> Result<T, DbErr> {
    cell.text()?.parse().map_err(not_what_it_should_be)
}

fn read<'r, D: sqlx::Database, T: Decode<'r, D>>(cell: D::ValueRef<'r>) -> Result<T, DbErr> {
    T::decode(cell).map_err(not_what_it_should_be)
}

/// A member of a closed set, by its text.
pub(crate) fn member_at<T: FromStr<Err: fmt::Display>>(row: &QueryResult, place: usize) -> Result<T, DbErr> {
    text_at(row, place)?.parse().map_err(not_what_it_should_be)
}

/// A text where it stands.
fn text_at(row: &QueryResult, place: usize) -> Result<&str, DbErr> {
    if let Some(row) = row.try_as_pg_row() {
        return row.try_get_raw(place).map_err(not_what_it_should_be).and_then(read::<Postgres, _>);
    }
    let row = row.try_as_sqlite_row().ok_or_else(no_database)?;
    row.try_get_raw(place).map_err(not_what_it_should_be).and_then(read::<Sqlite, _>)
}

fn not_what_it_should_be(error: impl fmt::Display) -> DbErr {
    DbErr::Type(error.to_string())
}

fn no_database() -> DbErr {
    DbErr::Type("a row of neither database".to_owned())
}

fn is_empty(row: &QueryResult, place: usize) -> bool {
    if let Some(row) = row.try_as_pg_row() {
        return row.try_get_raw(place).is_ok_and(|value| value.is_null());
    }
    row.try_as_sqlite_row().is_some_and(|row| row.try_get_raw(place).is_ok_and(|value| value.is_null()))
}

/// Names the columns of the parts of tables that are read by the hundred.
macro_rules! briefs {
    ($($table:ident { $($field:ident: $column:ident),+ $(,)? })+) => {
        $(impl ByPlace for super::performance::$table::Brief {
            fn are_ids() -> Vec<bool> {
                vec![$(is_id(|row: &Self| &row.$field)),+]
            }

            fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
                Ok(Self { $($field: cells.take()?),+ })
            }
        }

        impl BriefOf<super::performance::$table::Entity> for super::performance::$table::Brief {
            const COLUMNS: &'static [super::performance::$table::Column] = &[$(super::performance::$table::Column::$column),+];
        }

        impl super::TenantRow for super::performance::$table::Brief {
            fn tenant(&self) -> super::TenantId {
                self.tenant_id
            }

            fn id(&self) -> Id<Self> {
                Id::from_uuid(self.id.uuid())
            }
        })+
    };
}

briefs! {
    observation {
        tenant_id: TenantId, id: Id, indicator_id: IndicatorId, area_id: AreaId, period: Period, period_label: PeriodLabel,
        starts_on: StartsOn, ends_on: EndsOn, value: Value, value_high: ValueHigh, denominator: Denominator, status: Status,
        qualifier: Qualifier, is_illustrative: IsIllustrative,
    }
    target {
        tenant_id: TenantId, id: Id, agreement_indicator_id: AgreementIndicatorId, version: Version, target_period: TargetPeriod,
        target_ends_on: TargetEndsOn, expression: Expression, amount: Amount, comparator_area_id: ComparatorAreaId, source_text: SourceText, reading: Reading,
        baseline_period: BaselinePeriod, baseline: Baseline, trajectory: Trajectory, milestones: Milestones,
        tolerance_policy_id: TolerancePolicyId, is_illustrative: IsIllustrative,
    }
}

/// Lists the fields of a table's rows in the order of the columns.
macro_rules! by_place {
    ($($area:ident :: $table:ident { $($field:ident),+ $(,)? })+) => {
        $(impl ByPlace for super::$area::$table::Model {
            fn are_ids() -> Vec<bool> {
                vec![$(is_id(|row: &Self| &row.$field)),+]
            }

            fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
                Ok(Self { $($field: cells.take()?),+ })
            }
        })+

        #[cfg(test)]
        mod tests {
            use sea_orm::Iterable;

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
                    use crate::tables::$area::$table::Column;
                    let columns: Vec<_> = Column::iter().map(|column| field(&format!("{column:?}"))).collect();
                    assert_eq!([$(stringify!($field)),+].as_slice(), columns, stringify!($table));
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
