//! An expression's words (OData 4.0, ABNF construction rules).

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::value::Value;

/// A word of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A column, an operator or a function.
    Name(String),
    /// A literal.
    Literal(Value),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
}

/// Bytes of an expression at most.
const LONGEST: usize = 8 * 1024;

/// The words of an expression.
///
/// # Errors
/// What can't be read, in a sentence.
pub fn words(text: &str) -> Result<Vec<Word>, String> {
    if text.len() > LONGEST {
        return Err(format!("An expression has {LONGEST} bytes at most."));
    }
    let (mut words, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '(' => (Word::Open, rest.get(1..)),
            ')' => (Word::Close, rest.get(1..)),
            ',' => (Word::Comma, rest.get(1..)),
            '\'' => quoted(rest)?,
            c if c.is_ascii_digit() || c == '-' => number_or_day(rest)?,
            c if c.is_ascii_alphabetic() || c == '_' => {
                let (name, after) = split(rest, |c| c.is_ascii_alphanumeric() || c == '_');
                let word = match name {
                    "null" => Word::Literal(Value::Null),
                    "true" => Word::Literal(Value::Truth(true)),
                    "false" => Word::Literal(Value::Truth(false)),
                    name => Word::Name(name.to_owned()),
                };
                (word, Some(after))
            }
            other => return Err(format!("{other:?} has no meaning here.")),
        };
        words.push(word);
        rest = after.unwrap_or_default().trim_start();
    }
    Ok(words)
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// A text; quotation marks within it are doubled.
fn quoted(text: &str) -> Result<(Word, Option<&str>), String> {
    let (mut value, mut rest) = (String::new(), text.get(1..).unwrap_or_default());
    loop {
        let (inside, beyond) = rest.split_once('\'').ok_or("A text has no closing quotation mark.")?;
        value.push_str(inside);
        match beyond.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Ok((Word::Literal(Value::Text(value)), Some(beyond))),
        }
    }
}

fn number_or_day(text: &str) -> Result<(Word, Option<&str>), String> {
    let (literal, after) = split(text, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '+' | '-'));
    let number = || literal.parse::<Decimal>().or_else(|_| Decimal::from_scientific(literal)).ok().map(Value::Number);
    let day = || literal.parse::<NaiveDate>().ok().filter(|_| literal.len() == 10).map(Value::Day);
    let moment = || DateTime::parse_from_rfc3339(literal).ok().map(|moment| Value::Moment(moment.with_timezone(&Utc)));
    let value = number().or_else(day).or_else(moment).ok_or_else(|| format!("{literal} is no number, day or moment."))?;
    Ok((Word::Literal(value), Some(after)))
}
