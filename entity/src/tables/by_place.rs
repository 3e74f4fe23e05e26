//! Rows read by the places of their columns.
//!
//! By default each row comes by itself and each of its columns is looked up by its name, which is a good part of what a statement of many
//! hundred rows costs. What a dashboard reads by the hundred comes in one text (`packed`), its cells in the order of the fields.

use std::{fmt, str::FromStr, sync::Arc};

use chrono::NaiveDate;

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait,
    prelude::Json,
    sea_query::{Expr, Func, SimpleExpr},
};

use super::{
    Figure, Id, QuickMap, TenantId, TenantRow,
    packed::Packed,
    performance::{agreement_indicator, indicator, observation, target},
};
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
pub struct Cells<'r, 't> {
    cells: std::vec::Drain<'r, Packed<'t>>,
    answer: &'r mut Answer,
}

impl<'r, 't> Cells<'r, 't> {
    pub(crate) fn of(cells: std::vec::Drain<'r, Packed<'t>>, answer: &'r mut Answer) -> Self {
        Self { cells, answer }
    }

    /// The next cell.
    pub(crate) fn take<T: Cell>(&mut self) -> Result<T, DbErr> {
        let cell = self.cells.next().ok_or_else(|| DbErr::Type("a row ended early".to_owned()))?;
        T::of(&cell, &mut self.answer.recurring)
    }

    /// The tenant to which all rows of the answer belong, which nobody sends with each of hundreds.
    fn tenant(&self) -> Result<TenantId, DbErr> {
        self.answer.tenant.ok_or_else(|| DbErr::Type("rows of more than one tenant were asked for in part".to_owned()))
    }
}

/// What holds for all rows of one answer.
pub(crate) struct Answer {
    tenant: Option<TenantId>,
    recurring: Recurring,
}

impl Answer {
    /// The beginning of an answer with the rows of a tenant, or of several.
    pub(crate) fn of(tenant: Option<TenantId>) -> Self {
        Self { tenant, recurring: Recurring::default() }
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

/// Single cells.
macro_rules! tuples {
    ($(($($cell:ident),+))+) => {
        $(impl<$($cell: Cell + Send),+> ByPlace for ($($cell,)+) {
            fn are_ids() -> Vec<bool> {
                vec![$($cell::IS_ID),+]
            }

            fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
                Ok(($(cells.take::<$cell>()?,)+))
            }
        })+
    };
}
tuples! { (A) (A, B, C, D) }

/// A row that is shared from the first on: hundreds of large rows in one list would be moved as often as it grows.
impl<M: ByPlace + Sync> ByPlace for Arc<M> {
    fn are_ids() -> Vec<bool> {
        M::are_ids()
    }

    fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
        M::by_place(cells).map(Self::new)
    }
}

/// Whether a field holds an identifier.
fn is_id<M, T: Cell>(_: fn(&M) -> &T) -> bool {
    T::IS_ID
}

/// A part of a table's columns, for those who read hundreds of rows and need no more of them.
pub trait BriefOf<E: EntityTrait>: ByPlace {
    /// The columns, in the order of the fields.
    fn columns() -> Vec<SimpleExpr>;
}

/// A row that stands in PostgreSQL as one text, too, of all of its columns in the order of the fields (`brief`).
pub trait WholeInText: ByPlace {}

impl WholeInText for indicator::Model {}
impl WholeInText for agreement_indicator::Model {}

/// What a column of such a row holds.
///
/// It is read as what it is to be: the tables are ours, and nobody asks the database what else it could be.
pub(crate) trait Cell: Sized {
    /// Whether it is an identifier.
    const IS_ID: bool = false;

    /// What it says.
    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr>;
}

impl<T: Cell> Cell for Option<T> {
    const IS_ID: bool = T::IS_ID;

    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr> {
        if matches!(cell, Packed::Null) { Ok(None) } else { T::of(cell, recurring).map(Some) }
    }
}

impl<M> Cell for Id<M> {
    const IS_ID: bool = true;

    fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
        parsed(cell).map(Self::from_uuid)
    }
}

impl Cell for Figure {
    fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
        cell.whole().map(Self::from_millionths)
    }
}

/// A text that comes with many rows.
impl Cell for Arc<str> {
    fn of(cell: &Packed<'_>, recurring: &mut Recurring) -> Result<Self, DbErr> {
        Ok(recurring.text(cell.text()?))
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
}

macro_rules! cells {
    ($($kind:ty => $of:expr),+ $(,)?) => {
        $(impl Cell for $kind {
            fn of(cell: &Packed<'_>, _: &mut Recurring) -> Result<Self, DbErr> {
                $of(cell)
            }
        })+
    };
}

cells! {
    bool => |cell: &Packed<'_>| Ok(cell.whole()? != 0),
    i32 => |cell: &Packed<'_>| i32::try_from(cell.whole()?).map_err(not_what_it_should_be),
    i64 => Packed::whole,
    Json => |cell: &Packed<'_>| serde_json::from_str(cell.text()?).map_err(not_what_it_should_be),
    NaiveDate => day,
    String => |cell: &Packed<'_>| cell.text().map(str::to_owned),
}

/// A day: by its name, or in PostgreSQL's text by its number from the beginning of 2000.
fn day(cell: &Packed<'_>) -> Result<NaiveDate, DbErr> {
    const BEFORE_2000: i64 = 730_120;
    let Packed::Part(_) = cell else { return parsed(cell) };
    let number = i32::try_from(cell.whole()?.saturating_add(BEFORE_2000)).map_err(not_what_it_should_be)?;
    NaiveDate::from_num_days_from_ce_opt(number).ok_or_else(|| not_what_it_should_be("a day beyond the calendar"))
}

/// What its text stands for.
pub(crate) fn parsed<T: FromStr<Err: fmt::Display>>(cell: &Packed<'_>) -> Result<T, DbErr> {
    cell.text()?.parse().map_err(not_what_it_should_be)
}

fn not_what_it_should_be(error: impl fmt::Display) -> DbErr {
    DbErr::Type(error.to_string())
}

/// Reads rows by their fields, in this order; one in brackets is that of the tenant, which isn't asked for.
macro_rules! in_order {
    ($kind:ty { $(($tenant:ident),)? $($field:ident),+ $(,)? }) => {
        impl ByPlace for $kind {
            fn are_ids() -> Vec<bool> {
                vec![$(is_id(|row: &Self| &row.$field)),+]
            }

            fn by_place(cells: &mut Cells<'_, '_>) -> Result<Self, DbErr> {
                Ok(Self { $($tenant: cells.tenant()?,)? $($field: cells.take()?),+ })
            }
        }
    };
}

in_order! {
    observation::Found {
        series, id, period, period_label, starts_on, ends_on, value, value_high, denominator, status, qualifier, is_illustrative,
    }
}

/// Names the columns of the parts of tables that are read by the hundred; a text beside one stands for nothing there, and comes as
/// nothing.
macro_rules! briefs {
    ($($table:ident { $($field:ident: $column:ident $($blank:literal)?),+ $(,)? })+) => {
        $(in_order! { $table::Brief { (tenant_id), $($field),+ } }

        impl BriefOf<$table::Entity> for $table::Brief {
            fn columns() -> Vec<SimpleExpr> {
                vec![$(column($table::Column::$column, [$($blank)?].first().copied())),+]
            }
        })+
    };
}

/// A column; nothing where it holds what stands for nothing.
fn column(column: impl ColumnTrait, blank: Option<&str>) -> SimpleExpr {
    let held = column.into_expr();
    match blank {
        Some(blank) => Func::cust("nullif").arg(held).arg(Expr::cust(format!("'{blank}'"))).into(),
        None => held,
    }
}

briefs! {
    target {
        id: Id, agreement_indicator_id: AgreementIndicatorId, version: Version, target_period: TargetPeriod,
        target_ends_on: TargetEndsOn, expression: Expression, amount: Amount, comparator_area_id: ComparatorAreaId,
        source_text: SourceText, reading: Reading, baseline_period: BaselinePeriod, baseline: Baseline, trajectory: Trajectory,
        milestones: Milestones "[]", tolerance_policy_id: TolerancePolicyId, is_illustrative: IsIllustrative,
    }
}

/// Whose rows they are parts of.
macro_rules! parts {
    ($($part:ty: $($id:ident).+);+ $(;)?) => {
        $(impl TenantRow for $part {
            fn tenant(&self) -> TenantId {
                self.tenant_id
            }

            fn id(&self) -> Id<Self> {
                Id::from_uuid(self.$($id).+.uuid())
            }
        })+
    };
}
parts!(observation::Brief: found.id; target::Brief: id);

/// Lists the fields of a table's rows in the order of the columns.
macro_rules! by_place {
    ($($area:ident :: $table:ident { $($field:ident),+ $(,)? })+) => {
        $(in_order! { super::$area::$table::Model { $($field),+ } })+

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
}
