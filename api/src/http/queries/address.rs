//! What an address asks for: which query, in which version, in which shape.
//!
//! `/v1/{tenant}/queries/{name}` and `…/{name}/v{number}`, each with an ending: `.json` for the GraphQL answer, `.rows.json` for
//! rows, `.csv`, `.csv-metadata.json` (where CSV on the Web looks for it), `.html` for the page about it. Without an ending `Accept`
//! decides; whoever accepts anything gets rows.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// In which shape an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The answer of the GraphQL document.
    Answer,
    /// Rows in JSON.
    Rows,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// What the columns are (CSV on the Web).
    CsvMetadata,
    /// A page that tells people how to get at it.
    Page,
}

impl Face {
    const ENDINGS: [(&'static str, Self); 5] = [
        ("json", Self::Answer),
        ("rows.json", Self::Rows),
        ("csv", Self::Csv),
        ("csv-metadata.json", Self::CsvMetadata),
        ("html", Self::Page),
    ];

    /// The ending of an address that has it in this shape.
    #[must_use]
    pub fn ending(self) -> &'static str {
        Self::ENDINGS.iter().find(|(_, face)| *face == self).map_or("", |(ending, _)| ending)
    }

    /// The shape that weighs most in `Accept`; rows where none does.
    #[must_use]
    pub fn negotiated(headers: &HeaderMap) -> Self {
        let mut best = (0.0_f32, Self::Rows);
        for range in headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let face = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "text/csv" => Self::Csv,
                "text/html" | "application/xhtml+xml" => Self::Page,
                "application/csvm+json" => Self::CsvMetadata,
                "application/graphql-response+json" => Self::Answer,
                "application/json" | "application/*" | "*/*" => Self::Rows,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|weight| weight.trim().parse().ok());
            let weight: f32 = weight.unwrap_or(1.0);
            if weight.is_finite() && weight > best.0 {
                best = (weight, face);
            }
        }
        best.1
    }
}

/// An address taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The query's name.
    pub name: String,
    /// The version, where one is named.
    pub version: Option<i32>,
    /// The shape, where the address has an ending.
    pub face: Option<Face>,
}

impl Address {
    /// Takes apart what follows `/queries/`; none when nothing can be there.
    #[must_use]
    pub fn parse(rest: &str) -> Option<Self> {
        let (path, face) = match rest.split_once('.') {
            None => (rest, None),
            Some((path, ending)) => (path, Some(Face::ENDINGS.iter().find(|(known, _)| *known == ending)?.1)),
        };
        let (name, version) = match path.split_once('/') {
            None => (path, None),
            Some((name, version)) => {
                let number = version.strip_prefix('v').filter(|number| !number.starts_with(['0', '+', '-']))?;
                (name, Some(number.parse().ok()?))
            }
        };
        entity::rules::stored_query::name_fault(name).is_none().then(|| Self { name: name.to_owned(), version, face })
    }
}

/// The path of a query, without an ending.
#[must_use]
pub fn path(tenant: &str, name: &str, version: Option<i32>) -> String {
    match version {
        Some(number) => format!("/v1/{tenant}/queries/{name}/v{number}"),
        None => format!("/v1/{tenant}/queries/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn addresses_name_query_version_and_shape() {
        for (rest, expected) in [
            ("agreement-lines", Some(("agreement-lines", None, None))),
            ("agreement-lines.csv", Some(("agreement-lines", None, Some(Face::Csv)))),
            ("agreement-lines.csv-metadata.json", Some(("agreement-lines", None, Some(Face::CsvMetadata)))),
            ("agreement-lines/v2.rows.json", Some(("agreement-lines", Some(2), Some(Face::Rows)))),
            ("agreement-lines/v12", Some(("agreement-lines", Some(12), None))),
            ("agreement-lines.xml", None),
            ("agreement-lines/2", None),
            ("agreement-lines/v0", None),
            ("agreement-lines/v+1", None),
            ("agreement-lines/v99999999999", None),
            ("agreement-lines/v1/v2", None),
            ("Agreement", None),
            ("", None),
        ] {
            let found = Address::parse(rest);
            let parts = found.as_ref().map(|address| (address.name.as_str(), address.version, address.face));
            assert_eq!(parts, expected, "{rest}");
        }
    }

    #[test]
    fn the_accepted_type_that_weighs_most_decides() {
        for (accept, expected) in [
            ("application/json;q=0.9,text/plain", Face::Rows),
            ("text/csv", Face::Csv),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Face::Page),
            ("text/csv;q=0.5, application/json", Face::Rows),
            ("application/graphql-response+json", Face::Answer),
            ("image/png", Face::Rows),
            ("nonsense;;q=x", Face::Rows),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Face::negotiated(&headers), expected, "{accept}");
        }
        assert_eq!(Face::negotiated(&HeaderMap::new()), Face::Rows);
    }
}
