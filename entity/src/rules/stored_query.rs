//! Stored queries: questions that a tenant has written down for its dashboards, with the columns that their answers always have.
//!
//! A dashboard is built once and looked at for years. So a version never changes, its columns are written down with it and come in
//! the same order when there are no rows, and what was published is given up only with notice: half a year (two quarters) lies
//! between saying so and its end.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::entry::text_fault;
use crate::{
    error::{Problem, ProblemCode},
    tables::values::closed_set,
};

/// Months between the notice that a version is given up and its end, at least.
pub const NOTICE: Months = Months::new(6);
/// Characters of a name at most.
pub const LONGEST_NAME: usize = 60;
/// Columns and parameters at most.
pub const MOST: usize = 100;
/// Bytes of a document at most.
pub const LONGEST_DOCUMENT: usize = 20_000;

/// Query parameters that every address takes, which no stored query can have for its own.
pub const RESERVED: &[&str] =
    &["limit", "cursor", "tenant", "api_key", "apikey", "key", "token", "access_token", "format", "version"];

/// The variable that is the short name of the tenant in the address.
pub const TENANT: &str = "tenant";

closed_set! {
    /// What the values of a column, or of a parameter, are.
    pub enum ValueKind {
        /// A text.
        Text = "TEXT",
        /// The global identifier of a thing.
        Identifier = "IDENTIFIER",
        /// A whole number of 32 bits.
        Whole = "WHOLE",
        /// An exact decimal figure.
        Decimal = "DECIMAL",
        /// True or false.
        Truth = "TRUTH",
        /// A day, as in 2010-02-09.
        Date = "DATE",
        /// A moment in universal time (RFC 3339).
        Moment = "MOMENT",
        /// A day or a moment as milliseconds since the beginning of 1970 in universal time; a day begins at midnight.
        EpochMilliseconds = "EPOCH_MILLISECONDS",
    }
}

closed_set! {
    /// How a version stands on a day.
    pub enum Standing {
        /// Not published yet: only those who may define it can try it.
        Draft = "DRAFT",
        /// Served.
        Published = "PUBLISHED",
        /// Served, and to be given up.
        Deprecated = "DEPRECATED",
        /// Given up.
        Retired = "RETIRED",
    }
}

/// A column of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What it is called: letters, digits and underscores.
    pub name: String,
    /// Where its value is: response keys from the row, separated by dots; from the answer's root when it begins with `$.`.
    pub path: String,
    /// What its values are.
    pub kind: ValueKind,
    /// What it means.
    #[serde(default)]
    pub description: String,
}

/// A variable that is given in the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// What it is called, as the document calls it.
    pub name: String,
    /// What its values are.
    pub kind: ValueKind,
    /// Whether it takes several, separated by commas.
    #[serde(default)]
    pub is_list: bool,
    /// Whether it has to be given.
    #[serde(default)]
    pub is_required: bool,
    /// What it means.
    #[serde(default)]
    pub description: String,
}

/// What a version asks, and what its answers look like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// The GraphQL document, of one query.
    pub document: String,
    /// Where the rows are: response keys from the answer's root to a list, separated by dots.
    pub rows_path: String,
    /// The variable that takes the cursor after which the list goes on, where it comes in pages.
    pub pages_by: Option<String>,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Whether its answers show acts or the record, which whatever is done changes.
    #[serde(default)]
    pub shows_record: bool,
}

/// How a version stands on a day.
#[must_use]
pub fn standing(
    published: Option<NaiveDate>,
    deprecated: Option<NaiveDate>,
    sunset: Option<NaiveDate>,
    on: NaiveDate,
) -> Standing {
    let begun = |day: Option<NaiveDate>| day.is_some_and(|day| day <= on);
    if !begun(published) {
        Standing::Draft
    } else if begun(sunset) {
        Standing::Retired
    } else if begun(deprecated) {
        Standing::Deprecated
    } else {
        Standing::Published
    }
}

/// What is wrong with a name: it is part of an address, and OData's name for the same has underscores for its hyphens.
#[must_use]
pub fn name_fault(name: &str) -> Option<Problem> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let begun = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('-') && !name.contains("--");
    let good = plain && begun && name.len() <= LONGEST_NAME && !name.is_empty();
    let message = format!(
        "A name has up to {LONGEST_NAME} small letters, digits and single hyphens and begins with a letter, as in agreement-lines."
    );
    (!good).then(|| Problem::new("name", ProblemCode::Malformed, message))
}

/// What is wrong with what a definition says of itself; whether the document is good, its schema tells.
#[must_use]
pub fn faults(definition: &Definition) -> Vec<Problem> {
    let mut faults = Vec::new();
    if definition.document.len() > LONGEST_DOCUMENT {
        let message = format!("At most {LONGEST_DOCUMENT} bytes, please.");
        faults.push(Problem::new("document", ProblemCode::OutOfRange, message));
    }
    if definition.columns.is_empty() {
        faults.push(Problem::new("columns", ProblemCode::Missing, "A table has one column at least."));
    }
    for (field, count) in [("columns", definition.columns.len()), ("parameters", definition.parameters.len())] {
        if count > MOST {
            faults.push(Problem::new(field, ProblemCode::OutOfRange, format!("At most {MOST}, please.")));
        }
    }
    let columns = definition.columns.iter().map(|column| (&column.name, &column.description));
    named_well("columns", columns, &mut faults);
    let parameters = definition.parameters.iter().map(|parameter| (&parameter.name, &parameter.description));
    named_well("parameters", parameters, &mut faults);
    for (at, parameter) in definition.parameters.iter().enumerate() {
        if RESERVED.contains(&parameter.name.as_str()) {
            let message = format!("{} means something else in every address; call it something else.", parameter.name);
            faults.push(Problem::new(&format!("parameters.{at}.name"), ProblemCode::Duplicate, message));
        }
    }
    faults
}

fn named_well<'a>(field: &str, things: impl Iterator<Item = (&'a String, &'a String)>, faults: &mut Vec<Problem>) {
    let mut met = BTreeSet::new();
    for (at, (name, description)) in things.enumerate() {
        let path = format!("{field}.{at}.name");
        if !is_identifier(name) {
            let message =
                "A name has up to 60 letters, digits and underscores, of the Latin alphabet, and doesn't begin with a digit.";
            faults.push(Problem::new(&path, ProblemCode::Malformed, message));
        }
        // Spreadsheets and query languages don't tell capitals apart.
        if !met.insert(name.to_ascii_lowercase()) {
            faults.push(Problem::new(&path, ProblemCode::Duplicate, format!("{name} is there twice.")));
        }
        faults.extend(text_fault(&format!("{field}.{at}.description"), description, 500));
    }
}

/// Whether a text can name a column in CSV, JSON, OData and the languages of data alike.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain && name.len() <= LONGEST_NAME && !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The columns of the version served so far that the next one lacks, or has as something else: whoever reads them has to know.
#[must_use]
pub fn broken<'b>(before: &'b [Column], after: &[Column]) -> Vec<&'b str> {
    let kept = |column: &&Column| after.iter().any(|next| next.name == column.name && next.kind == column.kind);
    before.iter().filter(|column| !kept(column)).map(|column| column.name.as_str()).collect()
}

/// What is wrong with the days on which a version is to be given up.
#[must_use]
pub fn retirement_faults(deprecated: NaiveDate, sunset: NaiveDate, today: NaiveDate) -> Vec<Problem> {
    let mut faults = Vec::new();
    if deprecated < today {
        faults.push(Problem::new("deprecatedOn", ProblemCode::OutOfRange, "Notice is given today or later."));
    }
    if deprecated.checked_add_months(NOTICE).is_none_or(|earliest| sunset < earliest) {
        let message = "Whoever built on it has half a year from the notice to its end.";
        faults.push(Problem::new("sunsetOn", ProblemCode::OutOfRange, message));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn column(name: &str, kind: ValueKind) -> Column {
        Column { name: name.to_owned(), path: name.to_owned(), kind, description: String::new() }
    }

    #[test]
    fn a_version_is_served_from_its_publication_to_its_end() {
        let (published, deprecated, sunset) = (Some(day("2010-02-09")), Some(day("2010-04-01")), Some(day("2010-10-01")));
        for (on, expected) in [
            ("2010-02-08", Standing::Draft),
            ("2010-02-09", Standing::Published),
            ("2010-04-01", Standing::Deprecated),
            ("2010-09-30", Standing::Deprecated),
            ("2010-10-01", Standing::Retired),
        ] {
            assert_eq!(standing(published, deprecated, sunset, day(on)), expected, "{on}");
        }
        assert_eq!(standing(None, None, None, day("2010-02-09")), Standing::Draft);
    }

    #[test]
    fn names_are_parts_of_addresses() {
        for good in ["a", "agreement-lines", "ni-16-by-area", &"a".repeat(60)] {
            assert_eq!(name_fault(good), None, "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "1a", "a_b", "a.b", "a/b", "é", &"a".repeat(61)] {
            assert!(name_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn half_a_year_lies_between_notice_and_end() {
        let codes = |deprecated, sunset| -> Vec<Vec<String>> {
            let faults = retirement_faults(day(deprecated), day(sunset), day("2010-02-09"));
            faults.into_iter().map(|fault| fault.field).collect()
        };
        assert!(codes("2010-02-09", "2010-08-09").is_empty());
        assert_eq!(codes("2010-02-09", "2010-08-08"), [["sunsetOn"]]);
        assert_eq!(codes("2010-02-08", "2010-09-01"), [["deprecatedOn"]]);
    }

    #[test]
    fn what_readers_lose_is_named() {
        let before = [column("code", ValueKind::Text), column("value", ValueKind::Decimal), column("on", ValueKind::Date)];
        let after = [column("value", ValueKind::Text), column("code", ValueKind::Text), column("more", ValueKind::Whole)];
        assert_eq!(broken(&before, &after), ["value", "on"]);
    }

    #[test]
    fn columns_have_names_of_their_own_whatever_their_capitals() {
        let definition = Definition {
            document: String::new(),
            rows_path: "rows".to_owned(),
            pages_by: None,
            columns: vec![column("code", ValueKind::Text), column("CODE", ValueKind::Text), column("2x", ValueKind::Text)],
            parameters: vec![Parameter {
                name: "limit".to_owned(),
                kind: ValueKind::Whole,
                is_list: false,
                is_required: false,
                description: String::new(),
            }],
            shows_record: false,
        };
        let found: Vec<_> = faults(&definition).into_iter().map(|fault| (fault.field.join("."), fault.code)).collect();
        assert_eq!(
            found,
            [
                ("columns.1.name".to_owned(), ProblemCode::Duplicate),
                ("columns.2.name".to_owned(), ProblemCode::Malformed),
                ("parameters.0.name".to_owned(), ProblemCode::Duplicate),
            ]
        );
    }
}
