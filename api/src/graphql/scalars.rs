//! Scalars whose meaning a client should see in the schema.

use async_graphql::{InputValueError, InputValueResult, Number, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};
use rust_decimal::{Decimal as Exact, RoundingStrategy, prelude::ToPrimitive};

use crate::graphql::relay::leaves;

/// A date without a time, as in 2010-02-09.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A date without a time in the form YYYY-MM-DD, as in 2010-02-09.
#[Scalar(name = "Date", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            // chrono takes signs, blanks and years that no database keeps; dates that sort as text don't have them.
            Value::String(text) if is_plain(&text) => {
                text.parse().map(Self).map_err(|_| InputValueError::custom("is not a date in the form YYYY-MM-DD"))
            }
            _ => Err(InputValueError::custom("is not a date in the form YYYY-MM-DD")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Four figures, two and two, from the year 1000 on.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape =
        bytes.iter().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    bytes.len() == 10 && shape && !text.starts_with('0')
}

/// A moment in universal time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// A moment in universal time (RFC 3339), as in 2010-02-09T10:30:00Z.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = value else { return Err(InputValueError::custom("is not a moment in the form of RFC 3339")) };
        let moment = chrono::DateTime::parse_from_rfc3339(&text);
        moment
            .map(|moment| Self(moment.with_timezone(&Utc)))
            .map_err(|_| InputValueError::custom("is not a moment in the form of RFC 3339"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

/// An exact decimal figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(pub Exact);

impl Decimal {
    /// Places that are shown; comparisons are made before rounding.
    const PLACES: u32 = 6;
}

impl<T: Into<Exact>> From<T> for Decimal {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

/// An exact decimal figure as a JSON number, with at most six decimal places; a text such as "32.5" is accepted as well. A text is held
/// to the last digit or refused; it has no exponent, and nothing between its digits.
#[Scalar(name = "Decimal", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259#section-6")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let exact = match &value {
            // As JSON readers everywhere have it: what they hold prints with an exponent when it is very small or very large.
            Value::Number(number) => {
                let text = number.to_string();
                Exact::from_str_exact(&text).or_else(|_| Exact::from_scientific(&text)).ok()
            }
            Value::String(text) if is_figure(text) => Exact::from_str_exact(text).ok(),
            _ => return Err(InputValueError::custom("is not a figure")),
        };
        exact.map(Self).ok_or_else(|| InputValueError::custom("is not a figure that can be held exactly"))
    }

    fn to_value(&self) -> Value {
        let shown = self.0.round_dp_with_strategy(Self::PLACES, RoundingStrategy::MidpointNearestEven).normalize();
        let number = match shown.to_i64().filter(|_| shown.scale() == 0) {
            Some(whole) => Some(Number::from(whole)),
            None => shown.to_f64().and_then(Number::from_f64),
        };
        number.map_or(Value::Null, Value::Number)
    }
}

/// Digits, perhaps with a sign before and decimal places behind them, as people write a figure down.
fn is_figure(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, places)) => digits(whole) && digits(places),
        None => digits(unsigned),
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(pub String);

/// An e-mail address.
#[Scalar(name = "Email", specified_by_url = "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2")]
impl ScalarType for Email {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.len() <= 254 && text.contains('@') => Ok(Self(text)),
            _ => Err(InputValueError::custom("is not an e-mail address")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// A uniform resource identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri(pub String);

/// A uniform resource identifier, as in otpauth://totp/….
#[Scalar(name = "URI", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3986")]
impl ScalarType for Uri {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) if text.contains(':') && text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(Self(text)),
            _ => Err(InputValueError::custom("is not a URI")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

leaves!(Date => ScalarType::to_value, DateTime => ScalarType::to_value, Decimal => ScalarType::to_value);
