//! What a request brings to show who asks, wherever it stands: a token, or a key in one of the places where tools put one.

use actix_web::{HttpRequest, http::header, web};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::identity::ApiKey;

/// What was brought.
#[derive(Debug)]
pub enum Credential {
    /// An access token.
    Token(Zeroizing<String>),
    /// An API key, as a text that is meant to be one.
    Key {
        /// The text.
        text: Zeroizing<String>,
        /// Whether it stood in the query string.
        in_query_string: bool,
    },
}

impl Credential {
    /// What somebody sent where either may stand.
    pub fn of(text: &str) -> Self {
        let text = Zeroizing::new(text.to_owned());
        if ApiKey::is_meant(&text) { Self::Key { text, in_query_string: false } } else { Self::Token(text) }
    }

    fn text(&self) -> &str {
        match self {
            Self::Token(text) | Self::Key { text, .. } => text,
        }
    }
}

/// The parameter of a query string that holds a key.
pub const PARAMETER: &str = "api_key";

const HOW: &str =
    "Send an access token or an API key as: Authorization: Bearer …, the key as X-API-Key, or in Basic as the password.";

/// The one credential of a request, if it has any.
///
/// The same one in two places is one, since tools repeat themselves; two different ones leave it open who asks.
///
/// # Errors
/// Why they aren't taken, for the client.
pub fn credential(request: &HttpRequest) -> Result<Option<Credential>, &'static str> {
    let mut found: Vec<Credential> = Vec::new();
    let headers = request.headers();
    let mut authorisations = headers.get_all(header::AUTHORIZATION);
    if let Some(value) = authorisations.next() {
        found.push(value.to_str().ok().and_then(authorisation).ok_or(HOW)?);
    }
    // There is one such header to a request (RFC 9110, section 5.3), even if it says the same twice.
    if authorisations.next().is_some() {
        return Err("Send one Authorization header.");
    }
    for value in headers.get_all("x-api-key") {
        let text = value.to_str().map_err(|_| HOW)?.trim();
        found.push(Credential::Key { text: text.to_owned().into(), in_query_string: false });
    }
    for text in in_query_string(request.query_string()) {
        found.push(Credential::Key { text, in_query_string: true });
    }
    let mut found = found.into_iter();
    let Some(first) = found.next() else { return Ok(None) };
    for other in found {
        if other.text() != first.text() {
            return Err("Two different credentials were sent: send one, so that it is plain who asks.");
        }
    }
    Ok(Some(first))
}

fn authorisation(value: &str) -> Option<Credential> {
    let (scheme, rest) = value.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("basic") {
        return basic(rest);
    }
    if !scheme.eq_ignore_ascii_case("bearer") || rest.is_empty() {
        return None;
    }
    Some(Credential::of(rest))
}

/// A key as password, or as user name where a tool has only that; what stands in the other place is for people to read.
fn basic(encoded: &str) -> Option<Credential> {
    let bytes = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    let text = match (ApiKey::is_meant(user), ApiKey::is_meant(password)) {
        (true, true) if user != password => return None,
        (_, true) => password,
        (true, false) => user,
        (false, false) => return None,
    };
    Some(Credential::Key { text: text.to_owned().into(), in_query_string: false })
}

fn in_query_string(query: &str) -> Vec<Zeroizing<String>> {
    // Nearly no request has one, and taking a long document apart for nothing costs.
    if !query.contains(PARAMETER) {
        return Vec::new();
    }
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map(web::Query::into_inner).unwrap_or_default();
    pairs.into_iter().filter(|(name, _)| name == PARAMETER).map(|(_, value)| value.into()).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn brought(request: TestRequest) -> Result<Option<(bool, String, bool)>, &'static str> {
        let told = |credential| match credential {
            Credential::Token(text) => (false, text.to_string(), false),
            Credential::Key { text, in_query_string } => (true, text.to_string(), in_query_string),
        };
        credential(&request.to_http_request()).map(|found| found.map(told))
    }

    fn with(name: &'static str, value: &str) -> TestRequest {
        TestRequest::post().uri("/graphql").insert_header((name, value))
    }

    #[test]
    fn a_key_is_found_wherever_tools_put_one() {
        let key = Ok(Some((true, "cak1_x".to_owned(), false)));
        assert_eq!(brought(with("authorization", "Bearer cak1_x")), key);
        assert_eq!(brought(with("authorization", "bearer  cak1_x ")), key);
        assert_eq!(brought(with("x-api-key", "cak1_x")), key);
        for pair in ["grafana:cak1_x", "cak1_x:", ":cak1_x", "cak1_x:cak1_x", "cak1_x:x"] {
            assert_eq!(brought(with("authorization", &format!("Basic {}", STANDARD.encode(pair)))), key, "{pair}");
        }
        let asked = TestRequest::get().uri("/graphql?query=%7Ba%7D&api_key=cak1%5Fx");
        assert_eq!(brought(asked), Ok(Some((true, "cak1_x".to_owned(), true))));
        assert_eq!(brought(with("authorization", "Bearer ey.J.x")), Ok(Some((false, "ey.J.x".to_owned(), false))));
        assert_eq!(brought(TestRequest::post().uri("/graphql?query=api")), Ok(None));
    }

    #[test]
    fn two_different_credentials_are_refused_and_the_same_one_twice_is_one() {
        assert!(brought(with("authorization", "Bearer cak1_x").insert_header(("x-api-key", "cak1_y"))).is_err());
        assert!(brought(with("authorization", "Bearer ey.J.x").insert_header(("x-api-key", "cak1_y"))).is_err());
        assert!(brought(with("x-api-key", "cak1_x").uri("/graphql?api_key=cak1_y")).is_err());
        assert!(brought(TestRequest::get().uri("/graphql?api_key=cak1_x&api_key=cak1_y")).is_err());
        assert!(brought(with("authorization", "Bearer a").append_header(("authorization", "Bearer b"))).is_err());
        let twice = brought(with("authorization", "Bearer cak1_x").insert_header(("x-api-key", "cak1_x")));
        assert_eq!(twice, Ok(Some((true, "cak1_x".to_owned(), false))));
    }

    #[test]
    fn what_is_no_credential_is_refused_and_not_taken_for_nobody() {
        for value in ["", "Bearer", "Bearer ", "Digest x", "Basic", "Basic !", "Basic bm9uZQ==", "cak1_x"] {
            assert!(brought(with("authorization", value)).is_err(), "{value}");
        }
    }
}
