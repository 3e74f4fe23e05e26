//! How our own types are stored: typed identifiers, exact figures and closed sets.
//!
//! Both databases store them alike, so a value that is written to one reads back equal from the other.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData, str::FromStr};

use rust_decimal::Decimal;
use sea_orm::{
    ColIdx, ColumnType, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr},
};
use uuid::Uuid;

/// The identifier of a row of `T`: a UUID that can't be taken for the identifier of something else.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new identifier that sorts after those made before it (UUID version 7, RFC 9562).
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7(), PhantomData)
    }

    /// The identifier that always belongs to `name` within `kind` (UUID version 5, RFC 9562).
    ///
    /// Reference data is loaded under such identifiers, so that loading it again changes nothing.
    #[must_use]
    pub fn named(kind: &str, name: &str) -> Self {
        const CONCORDAT: Uuid = Uuid::from_u128(0x6f1d_31c4_52a7_5b0e_9a44_c0c0_4da7_2009);
        Self(Uuid::new_v5(&CONCORDAT, format!("{kind}/{name}").as_bytes()), PhantomData)
    }

    /// Takes a UUID to be the identifier of a `T`.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The UUID itself.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Default for Id<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Copy for Id<T> {}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> serde::Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T> serde::Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Value::Uuid(Some(id.0))
    }
}

impl<T> TryGetable for Id<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Uuid::try_get_by(row, index).map(Self::from_uuid)
    }
}

impl<T> ValueType for Id<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(Self::from_uuid)
    }

    fn type_name() -> String {
        "Id".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Uuid
    }

    fn column_type() -> ColumnType {
        ColumnType::Uuid
    }
}

impl<T> Nullable for Id<T> {
    fn null() -> Value {
        Value::Uuid(None)
    }
}

// sea-orm asks every primary key for this; our keys never come from a counter.
impl<T> TryFromU64 for Id<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Id"))
    }
}

/// An exact decimal figure, stored as a whole number of millionths in a 64-bit column.
///
/// SQLite has no decimal type, and a figure must read back as it was written on both databases; a whole number does, and
/// sorts and sums rightly in SQL as well. Range: ±9 × 10¹²; at most six decimal places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Figure(i64);

impl Figure {
    /// Decimal places that are kept.
    pub const PLACES: u32 = 6;

    /// The figure, or `None` when it has more than six decimal places or lies out of range.
    #[must_use]
    pub fn new(value: Decimal) -> Option<Self> {
        let value = value.normalize();
        let missing = Self::PLACES.checked_sub(value.scale())?;
        let millionths = value.mantissa().checked_mul(10_i128.pow(missing))?;
        <i64 as TryFrom<i128>>::try_from(millionths).ok().map(Self)
    }

    /// The figure that is so many millionths.
    pub(super) const fn from_millionths(millionths: i64) -> Self {
        Self(millionths)
    }

    /// The value as a decimal without trailing zeros.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        // As `Decimal::normalize` does, but in the width of the figure: a dashboard asks for thousands.
        let (mut mantissa, mut scale) = (self.0, Self::PLACES);
        while scale > 0 && mantissa % 10 == 0 {
            (mantissa, scale) = (mantissa / 10, scale - 1);
        }
        Decimal::new(mantissa, scale)
    }
}

impl From<Figure> for Decimal {
    fn from(figure: Figure) -> Self {
        figure.decimal()
    }
}

impl From<Figure> for Value {
    fn from(figure: Figure) -> Self {
        Value::BigInt(Some(figure.0))
    }
}

impl TryGetable for Figure {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self)
    }
}

impl ValueType for Figure {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <i64 as ValueType>::try_from(value).map(Self)
    }

    fn type_name() -> String {
        "Figure".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::BigInt
    }

    fn column_type() -> ColumnType {
        ColumnType::BigInteger
    }
}

impl Nullable for Figure {
    fn null() -> Value {
        Value::BigInt(None)
    }
}

/// A text that no member of a closed set bears.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is not one of {set}")]
pub struct NotInSet {
    /// What was read.
    pub text: String,
    /// The set's name.
    pub set: &'static str,
}

/// Reads a member of a closed set from a text column.
pub(crate) fn get_text<T, I>(row: &QueryResult, index: I) -> Result<T, TryGetError>
where
    T: FromStr<Err: fmt::Display>,
    I: ColIdx,
{
    String::try_get_by(row, index)?.parse().map_err(|error: T::Err| TryGetError::DbErr(DbErr::Type(error.to_string())))
}

/// Stores a closed set of the rules or of the tables as text.
macro_rules! stored_as_text {
    ($name:ty, $text:ident) => {
        impl From<$name> for sea_orm::Value {
            fn from(member: $name) -> Self {
                member.$text().into()
            }
        }

        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(row: &sea_orm::QueryResult, index: I) -> Result<Self, sea_orm::TryGetError> {
                $crate::tables::values::get_text(row, index)
            }
        }

        impl $crate::tables::Cell for $name {
            fn of(cell: &$crate::tables::Packed<'_>, _: &mut $crate::tables::Recurring) -> Result<Self, sea_orm::DbErr> {
                $crate::tables::parsed(cell)
            }
        }

        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                <String as sea_orm::sea_query::ValueType>::try_from(value)?.parse().map_err(|_| sea_orm::sea_query::ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::String
            }

            fn column_type() -> sea_orm::ColumnType {
                sea_orm::ColumnType::Text
            }
        }

        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                sea_orm::Value::String(None)
            }
        }
    };
}
pub(crate) use stored_as_text;

stored_as_text!(crate::rules::action::ActionState, code);
stored_as_text!(crate::rules::measure::Frequency, code);
stored_as_text!(crate::rules::measure::MeasureKind, code);
stored_as_text!(crate::rules::measure::ObservationStatus, code);
stored_as_text!(crate::rules::outlook::Outlook, code);
stored_as_text!(crate::rules::planning_cycle::PlanStage, code);
stored_as_text!(crate::rules::target::Reading, code);
stored_as_text!(crate::rules::timescale::Precision, code);
stored_as_text!(crate::rules::trajectory::Trajectory, code);

/// Declares a closed set of values that is stored as text and travels under the same names in files.
macro_rules! closed_set {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$about:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$about])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            /// Every member, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name under which it is stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::tables::values::NotInSet;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::tables::values::NotInSet { text: text.to_owned(), set: stringify!($name) }),
                }
            }
        }

        $crate::tables::values::stored_as_text!($name, as_str);
    };
}
pub(crate) use closed_set;

#[cfg(test)]
mod tests {
    use super::Figure;
    use rust_decimal::Decimal;

    #[test]
    fn a_figure_keeps_six_places_and_refuses_a_seventh() {
        let kept: Decimal = "-32.312500".parse().expect("a decimal");
        assert_eq!(Figure::new(kept).map(Figure::decimal), Some(kept.normalize()));
        assert_eq!(Figure::new("0.0000001".parse().expect("a decimal")), None);
        assert_eq!(
            Figure::new("6400000000".parse().expect("a decimal")).map(|f| f.decimal().to_string()),
            Some("6400000000".into())
        );
        assert_eq!(Figure::new("10000000000000".parse().expect("a decimal")), None);
    }
}
