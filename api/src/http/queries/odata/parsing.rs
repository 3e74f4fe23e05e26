//! Reading conditions: what binds tighter, and whether what is compared can be (OData 4.0, URL conventions, 5.1.1.9).

use entity::rules::stored_query::Column;

use super::{
    filter::{Comparison, Expression, Function},
    value::Sort,
    words::{Word, words},
};

/// Levels of brackets and negations at most.
const DEEPEST: usize = 50;

/// Why an expression isn't taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It isn't one.
    Malformed(String),
    /// It is one that isn't understood here.
    Unsupported(String),
}

fn malformed<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Malformed(message.into()))
}

/// Reads a condition over these columns.
///
/// # Errors
/// What is wrong with it.
pub fn condition(text: &str, columns: &[Column]) -> Result<Expression, Fault> {
    let words = words(text).map_err(Fault::Malformed)?;
    let mut reading = Reading { words: &words, columns, depth: 0 };
    let (expression, sort) = reading.either()?;
    if !reading.words.is_empty() {
        return malformed("Something follows the condition that doesn't belong to it.");
    }
    if !matches!(sort, Some(Sort::Truth) | None) {
        return malformed("A filter is a condition, such as colour eq 'RED'.");
    }
    Ok(expression)
}

struct Reading<'w> {
    words: &'w [Word],
    columns: &'w [Column],
    depth: usize,
}

/// An expression with the sort of its value; none for nothing, which is of every sort.
type Sorted = (Expression, Option<Sort>);

impl<'w> Reading<'w> {
    fn next(&mut self) -> Option<&'w Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take_name(&mut self, name: &str) -> bool {
        let found = matches!(self.words.first(), Some(Word::Name(word)) if word == name);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, wanted: &Word, sign: &str) -> Result<(), Fault> {
        if self.next() == Some(wanted) { Ok(()) } else { malformed(format!("{sign} is missing.")) }
    }

    fn either(&mut self) -> Result<Sorted, Fault> {
        let mut left = self.both()?;
        while self.take_name("or") {
            let right = self.both()?;
            left = joined(left, right, Expression::Either)?;
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Sorted, Fault> {
        let mut left = self.compared()?;
        while self.take_name("and") {
            let right = self.compared()?;
            left = joined(left, right, Expression::Both)?;
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Sorted, Fault> {
        let left = self.operand()?;
        let Some(Word::Name(operator)) = self.words.first() else { return Ok(left) };
        let how = match operator.as_str() {
            "eq" => Comparison::Eq,
            "ne" => Comparison::Ne,
            "gt" => Comparison::Gt,
            "ge" => Comparison::Ge,
            "lt" => Comparison::Lt,
            "le" => Comparison::Le,
            "in" => return self.within(left),
            "and" | "or" => return Ok(left),
            "add" | "sub" | "mul" | "div" | "divby" | "mod" | "has" => {
                return Err(Fault::Unsupported(format!("{operator} isn't understood here.")));
            }
            other => return malformed(format!("{other} is no operator.")),
        };
        self.next();
        let right = self.operand()?;
        comparable(left.1, right.1)?;
        Ok((Expression::Compared(how, Box::new(left.0), Box::new(right.0)), Some(Sort::Truth)))
    }

    fn within(&mut self, left: Sorted) -> Result<Sorted, Fault> {
        self.next();
        self.expect(&Word::Open, "( after in")?;
        let mut values = Vec::new();
        loop {
            let Some(Word::Literal(value)) = self.next() else { return malformed("in takes values in brackets, with commas.") };
            comparable(left.1, value.sort())?;
            values.push(value.clone());
            match self.next() {
                Some(Word::Comma) => {}
                Some(Word::Close) => return Ok((Expression::In(Box::new(left.0), values), Some(Sort::Truth))),
                _ => return malformed("in takes values in brackets, with commas."),
            }
        }
    }

    fn operand(&mut self) -> Result<Sorted, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return malformed(format!("A condition has {DEEPEST} levels of brackets at most."));
        }
        let operand = match self.next() {
            Some(Word::Literal(value)) => (Expression::Literal(value.clone()), value.sort()),
            Some(Word::Open) => {
                let inner = self.either()?;
                self.expect(&Word::Close, ")")?;
                inner
            }
            Some(Word::Name(name)) if name == "not" => {
                let (inner, sort) = self.operand()?;
                comparable(sort, Some(Sort::Truth))?;
                (Expression::Not(Box::new(inner)), Some(Sort::Truth))
            }
            Some(Word::Name(name)) if self.words.first() == Some(&Word::Open) => self.called(name)?,
            Some(Word::Name(name)) => match self.columns.iter().position(|column| column.name == *name) {
                Some(at) => (Expression::Column(at), self.columns.get(at).map(|column| Sort::of(column.kind))),
                None => return malformed(format!("There is no column called {name}.")),
            },
            _ => return malformed("A value, a column or a bracket is missing."),
        };
        self.depth -= 1;
        Ok(operand)
    }

    fn called(&mut self, name: &str) -> Result<Sorted, Fault> {
        const TEXT: Option<Sort> = Some(Sort::Text);
        let (function, takes, gives): (_, &[Option<Sort>], _) = match name {
            "contains" => (Function::Contains, &[TEXT, TEXT], Sort::Truth),
            "startswith" => (Function::StartsWith, &[TEXT, TEXT], Sort::Truth),
            "endswith" => (Function::EndsWith, &[TEXT, TEXT], Sort::Truth),
            "tolower" => (Function::ToLower, &[TEXT], Sort::Text),
            "toupper" => (Function::ToUpper, &[TEXT], Sort::Text),
            "trim" => (Function::Trim, &[TEXT], Sort::Text),
            "length" => (Function::Length, &[TEXT], Sort::Number),
            "year" => (Function::Year, &[Some(Sort::Time)], Sort::Number),
            "month" => (Function::Month, &[Some(Sort::Time)], Sort::Number),
            "day" => (Function::Day, &[Some(Sort::Time)], Sort::Number),
            other => return Err(Fault::Unsupported(format!("The function {other} isn't understood here."))),
        };
        self.expect(&Word::Open, "(")?;
        let mut arguments = Vec::new();
        for (at, sort) in takes.iter().enumerate() {
            if at > 0 {
                self.expect(&Word::Comma, "a comma")?;
            }
            let (argument, found) = self.either()?;
            comparable(found, *sort)?;
            arguments.push(argument);
        }
        self.expect(&Word::Close, ")")?;
        Ok((Expression::Called(function, arguments), Some(gives)))
    }
}

fn joined(left: Sorted, right: Sorted, by: impl Fn(Box<Expression>, Box<Expression>) -> Expression) -> Result<Sorted, Fault> {
    for sort in [left.1, right.1] {
        comparable(sort, Some(Sort::Truth))?;
    }
    Ok((by(Box::new(left.0), Box::new(right.0)), Some(Sort::Truth)))
}

fn comparable(a: Option<Sort>, b: Option<Sort>) -> Result<(), Fault> {
    match (a, b) {
        (Some(a), Some(b)) if a != b => {
            let name = |sort: Sort| match sort {
                Sort::Text => "a text",
                Sort::Number => "a number",
                Sort::Truth => "true or false",
                Sort::Time => "a day or a moment",
            };
            malformed(format!("Here {} meets {}.", name(a), name(b)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use entity::rules::stored_query::ValueKind;
    use serde_json::{Value as Json, json};
    use tokio::time::Instant;

    use super::{super::work::Work, *};

    fn columns() -> Vec<Column> {
        let kinds = [
            ("code", ValueKind::Text),
            ("value", ValueKind::Decimal),
            ("on", ValueKind::Date),
            ("is", ValueKind::Truth),
            ("ms", ValueKind::EpochMilliseconds),
        ];
        let column =
            |(name, kind): (&str, _)| Column { name: name.to_owned(), path: String::new(), kind, description: String::new() };
        kinds.map(column).into()
    }

    fn met(text: &str) -> Vec<usize> {
        let rows: Vec<Vec<Json>> = vec![
            vec![json!("NI 16"), json!(14.1), json!("2009-12-31"), json!(true), json!(1_262_217_600_000_i64)],
            vec![json!("NI 20"), json!(-6.5), json!("2009-09-30"), json!(false), json!(0)],
            vec![json!("it's"), Json::Null, Json::Null, Json::Null, Json::Null],
        ];
        let columns = columns();
        let condition = condition(text, &columns).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        let work = Work::until(Instant::now() + Duration::from_secs(3_600), 3_600);
        rows.iter().enumerate().filter(|(_, row)| condition.is_met(&columns, row, &work)).map(|(at, _)| at).collect()
    }

    #[test]
    fn conditions_choose_rows() {
        for (text, expected) in [
            ("code eq 'NI 16'", vec![0]),
            ("code eq 'it''s'", vec![2]),
            ("code ne 'NI 16'", vec![1, 2]),
            ("value gt -7", vec![0, 1]),
            ("value ge 14.10", vec![0]),
            ("-6.5 eq value", vec![1]),
            ("value lt 1e1 and value le -6.5", vec![1]),
            ("value eq null", vec![2]),
            ("value ne null", vec![0, 1]),
            ("value ne 14.1", vec![1, 2]),
            ("null eq null", vec![0, 1, 2]),
            ("value gt null", vec![]),
            ("on ge 2009-12-31", vec![0]),
            ("on lt 2009-12-31T00:00:00Z", vec![1]),
            ("on eq 2009-12-31T01:00:00+01:00", vec![0]),
            ("ms eq 1262217600000", vec![0]),
            ("is", vec![0]),
            ("not is", vec![1]),
            ("not (is eq true)", vec![1, 2]),
            ("is eq false or code eq 'it''s'", vec![1, 2]),
            // `and` binds tighter than `or`.
            ("code eq 'NI 16' or code eq 'NI 20' and is", vec![0]),
            ("(code eq 'NI 16' or code eq 'NI 20') and not is", vec![1]),
            ("code in ('NI 20', 'it''s')", vec![1, 2]),
            ("value in (14.1, null)", vec![0, 2]),
            ("contains(code, 'NI') and startswith(code,'NI 2')", vec![1]),
            ("endswith(tolower(code), 's')", vec![2]),
            ("contains(code, 'NI') eq false", vec![2]),
            ("length(trim(code)) eq 4", vec![2]),
            ("year(on) eq 2009 and month(on) gt 9 and day(on) eq 31", vec![0]),
            ("year(on) ne 2009", vec![2]),
            ("not contains(code, 'x') and toupper(code) eq 'NI 16'", vec![0]),
        ] {
            assert_eq!(met(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "code",
            "value",
            "code eq",
            "eq 'x'",
            "code eq 16",
            "value eq '16'",
            "on gt 16",
            "is eq 'true'",
            "colour eq 'x'",
            "code eq 'x",
            "code eq 'x' and",
            "(code eq 'x'",
            "code eq 'x')",
            "code is 'x'",
            "code in 'x'",
            "code in ()",
            "code in (16)",
            "contains(code)",
            "contains(code, 1)",
            "not value",
            "code eq \"x\"",
            "value gt 1.2.3",
            "value gt 2009-13-01",
            "code eq 'a' 'b'",
            "code and is",
            "$it eq 1",
        ] {
            assert!(matches!(condition(text, &columns()), Err(Fault::Malformed(_))), "{text}");
        }
        for text in ["value add 1 eq 2", "round(value) eq 2", "any(code)"] {
            assert!(matches!(condition(text, &columns()), Err(Fault::Unsupported(_))), "{text}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        for text in ["(".repeat(5_000), format!("{}is", "not ".repeat(2_000)), "x".repeat(9_000)] {
            assert!(condition(&text, &columns()).is_err());
        }
        // Many conditions side by side are none.
        assert!(condition(&vec!["is"; 1_000].join(" or "), &columns()).is_ok());
    }
}
