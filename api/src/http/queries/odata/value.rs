//! Values as expressions compare them.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use entity::rules::stored_query::ValueKind;
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// What sort of value it is; values of different sorts can't be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Text,
    Number,
    Truth,
    /// A day or a moment; a day begins at midnight, in universal time.
    Time,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Number(Decimal),
    Truth(bool),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

impl Sort {
    /// What a column's values are.
    #[must_use]
    pub const fn of(kind: ValueKind) -> Self {
        match kind {
            ValueKind::Text | ValueKind::Identifier => Self::Text,
            ValueKind::Whole | ValueKind::Decimal | ValueKind::EpochMilliseconds => Self::Number,
            ValueKind::Truth => Self::Truth,
            ValueKind::Date | ValueKind::Moment => Self::Time,
        }
    }
}

impl Value {
    /// What stands in a cell.
    #[must_use]
    pub fn of(cell: &Json, kind: ValueKind) -> Self {
        let text = || cell.as_str().unwrap_or_default();
        let found = match kind {
            _ if cell.is_null() => None,
            ValueKind::Text | ValueKind::Identifier => Some(Self::Text(text().to_owned())),
            ValueKind::Whole | ValueKind::Decimal | ValueKind::EpochMilliseconds => {
                let written = cell.to_string();
                written.parse().or_else(|_| Decimal::from_scientific(&written)).ok().map(Self::Number)
            }
            ValueKind::Truth => cell.as_bool().map(Self::Truth),
            ValueKind::Date => text().parse().ok().map(Self::Day),
            ValueKind::Moment => DateTime::parse_from_rfc3339(text()).ok().map(|moment| Self::Moment(moment.with_timezone(&Utc))),
        };
        found.unwrap_or(Self::Null)
    }

    /// What sort of value it is; nothing is of every sort.
    #[must_use]
    pub const fn sort(&self) -> Option<Sort> {
        match self {
            Self::Null => None,
            Self::Text(_) => Some(Sort::Text),
            Self::Number(_) => Some(Sort::Number),
            Self::Truth(_) => Some(Sort::Truth),
            Self::Day(_) | Self::Moment(_) => Some(Sort::Time),
        }
    }

    fn moment(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Day(day) => Some(day.and_time(NaiveTime::MIN).and_utc()),
            Self::Moment(moment) => Some(*moment),
            _ => None,
        }
    }

    /// How it stands to another of its sort; none where one of them is nothing.
    #[must_use]
    pub fn compared(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Truth(a), Self::Truth(b)) => Some(a.cmp(b)),
            (a, b) => Some(a.moment()?.cmp(&b.moment()?)),
        }
    }

    /// In which order rows come by it: nothing comes first (OData 4.0, protocol, 11.2.5.2).
    #[must_use]
    pub fn ordered(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (a, b) => a.compared(b).unwrap_or(Ordering::Equal),
        }
    }
}
