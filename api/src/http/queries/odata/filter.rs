//! Conditions on a row (OData 4.0, URL conventions, 5.1.1).

use std::cmp::Ordering;

use chrono::Datelike as _;
use entity::rules::stored_query::Column;
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{value::Value, work::Work};

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// What is made of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Length,
    Year,
    Month,
    Day,
}

/// An expression, with columns by their places.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Literal(Value),
    Column(usize),
    Compared(Comparison, Box<Self>, Box<Self>),
    In(Box<Self>, Vec<Value>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Called(Function, Vec<Self>),
}

impl Expression {
    /// Whether a row meets the condition; what can't be said isn't met.
    #[must_use]
    pub fn is_met(&self, columns: &[Column], row: &[Json], work: &Work) -> bool {
        self.value(columns, row, work) == Value::Truth(true)
    }

    fn value(&self, columns: &[Column], row: &[Json], work: &Work) -> Value {
        let value = self.worked_out(columns, row, work);
        work.looked_at(&value);
        value
    }

    fn worked_out(&self, columns: &[Column], row: &[Json], work: &Work) -> Value {
        let truth = |value: Option<bool>| value.map_or(Value::Null, Value::Truth);
        let said = |expression: &Self| match expression.value(columns, row, work) {
            Value::Truth(truth) => Some(truth),
            _ => None,
        };
        match self {
            Self::Literal(value) => value.clone(),
            Self::Column(at) => match (columns.get(*at), row.get(*at)) {
                (Some(column), Some(cell)) => Value::of(cell, column.kind),
                _ => Value::Null,
            },
            Self::Compared(how, a, b) => Value::Truth(how.holds(&a.value(columns, row, work), &b.value(columns, row, work))),
            Self::In(what, values) => {
                let what = what.value(columns, row, work);
                values.iter().for_each(|value| work.looked_at(value));
                Value::Truth(values.iter().any(|value| Comparison::Eq.holds(&what, value)))
            }
            // What can't be said doesn't matter where the other decides.
            Self::Both(a, b) => truth(match (said(a), said(b)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            }),
            Self::Either(a, b) => truth(match (said(a), said(b)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            }),
            Self::Not(a) => truth(said(a).map(|truth| !truth)),
            Self::Called(function, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|argument| argument.value(columns, row, work)).collect();
                function.of(&values).unwrap_or(Value::Null)
            }
        }
    }
}

impl Comparison {
    /// Nothing equals nothing, differs from everything else, and is neither more nor less.
    fn holds(self, a: &Value, b: &Value) -> bool {
        let order = match (a, b) {
            (Value::Null, Value::Null) => Some(Ordering::Equal).filter(|_| matches!(self, Self::Eq | Self::Ne)),
            (a, b) => a.compared(b),
        };
        match (self, order) {
            (Self::Ne, order) => order != Some(Ordering::Equal),
            (Self::Eq, order) => order == Some(Ordering::Equal),
            (_, None) => false,
            (Self::Gt, Some(order)) => order.is_gt(),
            (Self::Ge, Some(order)) => order.is_ge(),
            (Self::Lt, Some(order)) => order.is_lt(),
            (Self::Le, Some(order)) => order.is_le(),
        }
    }
}

impl Function {
    /// What it makes of values; nothing of nothing.
    fn of(self, values: &[Value]) -> Option<Value> {
        let number = |number: i64| Value::Number(Decimal::from(number));
        Some(match (self, values) {
            (Self::Contains, [Value::Text(text), Value::Text(part)]) => Value::Truth(text.contains(part.as_str())),
            (Self::StartsWith, [Value::Text(text), Value::Text(part)]) => Value::Truth(text.starts_with(part.as_str())),
            (Self::EndsWith, [Value::Text(text), Value::Text(part)]) => Value::Truth(text.ends_with(part.as_str())),
            (Self::ToLower, [Value::Text(text)]) => Value::Text(text.to_lowercase()),
            (Self::ToUpper, [Value::Text(text)]) => Value::Text(text.to_uppercase()),
            (Self::Trim, [Value::Text(text)]) => Value::Text(text.trim().to_owned()),
            (Self::Length, [Value::Text(text)]) => number(i64::try_from(text.chars().count()).ok()?),
            (Self::Year, [time]) => number(i64::from(day(time)?.year())),
            (Self::Month, [time]) => number(i64::from(day(time)?.month())),
            (Self::Day, [time]) => number(i64::from(day(time)?.day())),
            _ => return None,
        })
    }
}

fn day(value: &Value) -> Option<chrono::NaiveDate> {
    match value {
        Value::Day(day) => Some(*day),
        Value::Moment(moment) => Some(moment.date_naive()),
        _ => None,
    }
}
