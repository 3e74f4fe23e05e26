//! What stands in the query string: a stored query's parameters, each read as what it is, and how much is wanted.
//!
//! A parameter that nobody declared is refused, since a slip of the pen would otherwise answer with everything. Empty values and
//! Grafana's `$__all` count as not given. A list comes with commas, in Grafana's braces, or by repeating the parameter.

use std::collections::BTreeMap;

use actix_web::web::Query;
use async_graphql::Variables;
use entity::rules::{
    given,
    stored_query::{Definition, Parameter, TENANT, ValueKind},
};
use serde_json::{Value as Json, json};

use super::refused::Refused;
use crate::http::credentials::PARAMETER;

/// Rows in one answer at most, and where nothing else is asked for.
pub const MOST_ROWS: usize = 5_000;

/// Parameters that other parts of the server look at.
const OF_OTHERS: [&str; 1] = [PARAMETER];

/// A query string, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// Takes a query string apart.
    ///
    /// # Errors
    /// When it isn't one.
    pub fn of(query_string: &str) -> Result<Self, Refused> {
        let pairs = Query::<Vec<(String, String)>>::from_query(query_string);
        let pairs = pairs.map_err(|_| Refused::parameter("", "The query string can't be read."))?.into_inner();
        if let Some((name, _)) = pairs.iter().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Refused::parameter(&name.replace('\0', ""), "Texts can't contain the character U+0000."));
        }
        Ok(Self(pairs))
    }

    /// The values of a parameter that aren't empty.
    fn values(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty() && *value != "$__all").collect()
    }

    /// The value of a parameter that is given once.
    ///
    /// # Errors
    /// When it is given several times.
    pub fn single(&self, name: &str) -> Result<Option<&str>, Refused> {
        match self.values(name).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ => Err(Refused::parameter(name, "Give it once.")),
        }
    }

    /// The same query string with one parameter set to something else.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let kept = self.0.iter().filter(|(key, _)| key != name && !OF_OTHERS.contains(&key.as_str()));
        let pairs = kept.map(|(key, value)| (key.as_str(), value.as_str())).chain([(name, value)]);
        pairs.map(|(key, value)| format!("{}={}", escaped(key), escaped(value))).collect::<Vec<_>>().join("&")
    }
}

/// A text as it may stand in a query string (RFC 3986, section 2.3).
#[must_use]
pub fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => escaped.push(char::from(byte)),
            byte => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
        escaped
    })
}

/// What is given for the parameters of a stored query.
#[derive(Clone, Debug, PartialEq)]
pub struct Given(BTreeMap<String, Json>);

impl Given {
    /// Reads what the query string gives; `known` names what else may stand there.
    ///
    /// # Errors
    /// When a parameter isn't declared, can't be read, or is missing.
    pub fn read(pairs: &Pairs, definition: &Definition, known: impl Fn(&str) -> bool) -> Result<Self, Refused> {
        let declared = |name: &str| definition.parameters.iter().any(|parameter| parameter.name == name);
        let is_known = |name: &str| declared(name) || OF_OTHERS.contains(&name) || known(name);
        if let Some((name, _)) = pairs.0.iter().find(|(name, _)| !is_known(name)) {
            let names: Vec<_> = definition.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let message = if names.is_empty() {
                "This query has no parameters.".to_owned()
            } else {
                format!("There is no such parameter; there are {}.", names.join(", "))
            };
            return Err(Refused::parameter(name, message));
        }
        let mut given = BTreeMap::new();
        for parameter in &definition.parameters {
            if let Some(value) = read(pairs, parameter)? {
                given.insert(parameter.name.clone(), value);
            } else if parameter.is_required {
                return Err(Refused::parameter(&parameter.name, "This parameter has to be given."));
            }
        }
        Ok(Self(given))
    }

    /// The document's variables: what is given, and what the server fills in.
    #[must_use]
    pub fn variables(&self, tenant: &str, after: Option<(&str, &str)>) -> Variables {
        let mut all = self.0.clone();
        all.insert(TENANT.to_owned(), tenant.into());
        if let Some((name, cursor)) = after {
            all.insert(name.to_owned(), cursor.into());
        }
        Variables::from_json(json!(all))
    }

    /// The same for whoever gives the same, in one form.
    #[must_use]
    pub fn canonical(&self) -> String {
        json!(self.0).to_string()
    }
}

fn read(pairs: &Pairs, parameter: &Parameter) -> Result<Option<Json>, Refused> {
    if !parameter.is_list {
        let text = pairs.single(&parameter.name)?;
        return text.map(|text| value(parameter, text)).transpose();
    }
    let inside = |text: &str| text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text).to_owned();
    let given: Vec<String> = pairs.values(&parameter.name).into_iter().map(inside).collect();
    let parts = given.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty());
    let values = parts.map(|part| value(parameter, part)).collect::<Result<Vec<_>, _>>()?;
    Ok((!values.is_empty()).then(|| values.into()))
}

fn value(parameter: &Parameter, text: &str) -> Result<Json, Refused> {
    let (value, form) = match parameter.kind {
        ValueKind::Text | ValueKind::Identifier => (Some(text.into()), ""),
        ValueKind::Whole => (text.parse::<i32>().ok().map(Json::from), "Give a whole number, such as 16."),
        // As text, so that nothing is lost on the way.
        ValueKind::Decimal => (is_figure(text).then(|| text.into()), "Give a figure, such as 32.5."),
        ValueKind::Truth => (truth(text).map(Json::from), "Give true or false."),
        ValueKind::Date => (
            given::day(text).map(|day| day.to_string().into()),
            "Give a day as 2010-02-09, a moment by RFC 3339, or milliseconds since 1970.",
        ),
        ValueKind::Moment | ValueKind::EpochMilliseconds => (
            given::moment(text).map(|moment| moment.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into()),
            "Give a moment by RFC 3339, or milliseconds since 1970.",
        ),
    };
    value.ok_or_else(|| Refused::parameter(&parameter.name, form))
}

fn is_figure(text: &str) -> bool {
    text.len() <= 40 && text.parse::<rust_decimal::Decimal>().is_ok()
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, kind: ValueKind, is_list: bool) -> Parameter {
        Parameter { name: name.to_owned(), kind, is_list, is_required: name == "must", description: String::new() }
    }

    fn read_all(query: &str) -> Result<String, String> {
        let definition = Definition {
            document: String::new(),
            rows_path: String::new(),
            pages_by: None,
            columns: Vec::new(),
            parameters: vec![
                parameter("must", ValueKind::Text, false),
                parameter("from", ValueKind::Date, false),
                parameter("codes", ValueKind::Text, true),
                parameter("number", ValueKind::Whole, false),
                parameter("is", ValueKind::Truth, false),
                parameter("least", ValueKind::Decimal, false),
            ],
            shows_record: false,
        };
        let pairs = Pairs::of(query).map_err(|refused| refused.to_string())?;
        let given = Given::read(&pairs, &definition, |name| name == "limit");
        given.map(|given| given.canonical()).map_err(|refused| refused.to_string())
    }

    #[test]
    fn parameters_are_read_as_what_they_are() {
        for (query, expected) in [
            ("must=a%20b&limit=3&api_key=x", r#"{"must":"a b"}"#),
            ("must=x&codes=NI+16,NI%2020&codes=%7Ba,b%7D", r#"{"codes":["NI 16","NI 20","a","b"],"must":"x"}"#),
            ("must=x&from=1265673600000&codes=&number=", r#"{"from":"2010-02-09","must":"x"}"#),
            ("must=x&number=-3&is=1&least=0.10", r#"{"is":true,"least":"0.10","must":"x","number":-3}"#),
            ("must=x&codes=$__all", r#"{"must":"x"}"#),
        ] {
            assert_eq!(read_all(query).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (query, name) in [
            ("", "must"),
            ("must=", "must"),
            ("must=x&must=y", "must"),
            ("must=x&from=yesterday", "from"),
            ("must=x&number=1.5", "number"),
            ("must=x&number=99999999999", "number"),
            ("must=x&is=perhaps", "is"),
            ("must=x&least=NaN", "least"),
            ("must=x&form=2010-02-09", "form"),
            ("must=x&key=cak1_x", "key"),
            ("must=%00", "must"),
        ] {
            assert!(read_all(query).is_err_and(|message| message.starts_with(&format!("{name}: "))), "{query}");
        }
    }

    #[test]
    fn a_next_link_keeps_what_was_asked_and_drops_keys() {
        let pairs = Pairs::of("codes=NI+16&cursor=old&api_key=secret").unwrap();
        assert_eq!(pairs.with("cursor", "n=w"), "codes=NI%2016&cursor=n%3Dw");
    }
}
