//! Who is asking: the bearer token of a request, turned into an actor.

use std::{net::IpAddr, sync::Arc};

use actix_web::{HttpRequest, http::header};
use entity::{
    error::Error,
    policy::Demand,
    tables::Id,
    tenancy::{Actor, Db},
    usecases::identity::sessions,
};

use crate::identity::Identity;

/// What a request's credentials amount to.
pub enum Asked {
    /// Nobody in particular.
    ByNobody,
    /// A person who is signed in.
    By(Arc<Actor>),
    /// Credentials were given and aren't good; that is an error on every path, never a narrower answer.
    WithBadToken(&'static str),
}

/// Finds out who is asking.
///
/// # Errors
/// When the database is away.
pub async fn authenticate(request: &HttpRequest, db: &Db, identity: &Identity, demand: Demand) -> Result<Asked, Error> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else { return Ok(Asked::ByNobody) };
    if headers.next().is_some() {
        return Ok(Asked::WithBadToken("Send one Authorization header."));
    }
    let Some(token) = value.to_str().ok().and_then(bearer) else {
        return Ok(Asked::WithBadToken("Send the access token as: Authorization: Bearer <token>."));
    };
    let Ok(claims) = identity.tokens.verify(token, db.clock().now()) else {
        return Ok(Asked::WithBadToken("The access token isn't good, or has run out. Sign in, or refresh the session."));
    };
    // The token only says who it was made for; whether the session is still live and what is held today is looked up each time.
    match sessions::actor(db, Id::from_uuid(claims.sub), Id::from_uuid(claims.sid), demand).await? {
        Some(actor) => Ok(Asked::By(Arc::new(actor))),
        None => Ok(Asked::WithBadToken("The session is over. Please sign in again.")),
    }
}

/// The access token in a request's header, good or not.
#[must_use]
pub fn bearer_token(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer)
}

/// Whether a page that opens a WebSocket may: browsers let every page, and say in `Origin` which one it is (RFC 6455, section 10.2).
/// What is no browser says nothing. Pages of the server's own address may, and those of the origins that are allowed.
#[must_use]
pub fn is_own_origin(request: &HttpRequest, allowed: &[String]) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let own = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = origin.split_once("://").is_some_and(|(_, place)| own.is_some_and(|own| place.eq_ignore_ascii_case(own)));
    is_own || allowed.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where a request comes from.
#[must_use]
pub fn address(request: &HttpRequest, behind_proxy: bool) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    if !behind_proxy {
        return peer;
    }
    // The last entry is the one that our own proxy wrote; earlier ones are the client's to invent.
    let forwarded = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).last();
    forwarded.and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok()).unwrap_or(peer)
}
