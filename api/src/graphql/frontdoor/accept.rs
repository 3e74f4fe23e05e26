//! Which media type to answer in.
//!
//! `application/graphql-response+json` only when it is named; `application/json` for everything else, wildcards
//! included. A client that names neither (Grafana sends `text/csv`) is still answered in JSON: 406 would leave
//! it without the reason it failed for.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status tells request errors apart.
    GraphqlResponse,
    /// `application/json`: anything well-formed is answered with 200.
    Json,
}

impl Media {
    /// Chooses by `Accept`; the newer type wins a tie of weights.
    #[must_use]
    pub fn negotiate(headers: &HeaderMap) -> Self {
        let (mut named, mut json) = (0.0_f32, 0.0_f32);
        for range in headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts.find_map(weight).unwrap_or(1.0);
            match media.as_str() {
                "application/graphql-response+json" => named = named.max(weight),
                "application/json" | "application/*" | "*/*" => json = json.max(weight),
                _ => {}
            }
        }
        if named > 0.0 && named >= json { Self::GraphqlResponse } else { Self::Json }
    }

    /// Whether the client asks for events (`text/event-stream`), which it does by naming them.
    #[must_use]
    pub fn is_events(headers: &HeaderMap) -> bool {
        let ranges = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        ranges.into_iter().any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_named = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("text/event-stream"));
            is_named && parts.find_map(weight).unwrap_or(1.0) > 0.0
        })
    }

    /// The value of `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

fn weight(parameter: &str) -> Option<f32> {
    let (name, value) = parameter.split_once('=')?;
    let weight: f32 = value.trim().parse().ok()?;
    (name.trim().eq_ignore_ascii_case("q") && weight.is_finite()).then_some(weight)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn negotiate(accept: &'static str) -> Media {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        Media::negotiate(&headers)
    }

    #[test]
    fn the_graphql_media_type_is_used_only_when_named_and_not_outweighed() {
        assert_eq!(negotiate("application/graphql-response+json"), Media::GraphqlResponse);
        assert_eq!(negotiate("application/json;q=0.9, application/graphql-response+json"), Media::GraphqlResponse);
        assert_eq!(negotiate("application/json, application/graphql-response+json; q=0.5"), Media::Json);
        assert_eq!(negotiate("application/graphql-response+json;q=0"), Media::Json);
        assert_eq!(Media::negotiate(&HeaderMap::new()), Media::Json);
    }

    #[test]
    fn dashboard_tools_get_json_whatever_they_ask_for() {
        for accept in ["application/json;q=0.9,text/plain", "text/csv", "*/*", "nonsense;;q=x"] {
            assert_eq!(negotiate(accept), Media::Json, "{accept}");
        }
    }
}
