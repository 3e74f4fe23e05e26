//! Who is behind a connection that goes on, asked anew before each thing that is done for them.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{HttpRequest, http::header, web};
use async_graphql::Request;
use chrono::{DateTime, Utc};
use entity::{
    error::Error,
    tenancy::{Actor, Wanted},
};
use zeroize::Zeroizing;

use crate::{
    graphql::context::Asking,
    http::{
        authenticate::{Asked, Door, address},
        credentials::{Credential, credential},
        routes::Shared,
    },
    identity::AccessClaims,
};

/// What shows who is behind a connection, as long as it is good.
#[derive(Clone)]
pub enum Bearer {
    /// An access token: what it says, and when it runs out.
    Token(Box<AccessClaims>, DateTime<Utc>),
    /// A machine's key.
    Key {
        /// Its text.
        text: Zeroizing<String>,
        /// Whether it stood in the query string.
        in_query_string: bool,
    },
}

/// Whoever is behind a connection.
pub struct Caller {
    pub(super) shared: web::Data<Shared>,
    pub(super) request_id: String,
    pub(super) address: IpAddr,
    pub(super) user_agent: Option<String>,
    /// The page of another origin that opened the connection.
    pub(super) page: Option<String>,
    /// None while nobody in particular is. Shared by the operations of a connection, for which a fresh token counts, too.
    pub(super) bearer: Arc<Mutex<Option<Bearer>>>,
}

/// What has become of a caller.
pub enum Present {
    /// Nobody in particular.
    Nobody,
    /// Somebody who is signed in.
    Somebody(Arc<Actor>),
    /// Somebody whose time is over, and why.
    Gone(&'static str),
}

impl Bearer {
    /// What somebody sent, unless it is a token that isn't good.
    pub fn of(shared: &Shared, sent: Credential) -> Option<Self> {
        match sent {
            Credential::Key { text, in_query_string } => Some(Self::Key { text, in_query_string }),
            Credential::Token(token) => {
                let claims = shared.identity.tokens.verify(&token, shared.db.clock().now()).ok()?;
                let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
                Some(Self::Token(Box::new(claims), expires_at))
            }
        }
    }

    /// What a request brings.
    pub fn of_request(shared: &Shared, request: &HttpRequest) -> Option<Self> {
        credential(request).ok().flatten().and_then(|sent| Self::of(shared, sent))
    }

    /// From then on it isn't good any more; none for a key, of which only the database knows.
    pub const fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Token(_, expires_at) => Some(*expires_at),
            Self::Key { .. } => None,
        }
    }
}

fn is_open_to(shared: &Shared, page: &str, actor: &Actor) -> bool {
    shared.settings.origins.is_allowed_by_all(page, &actor.tenants())
}

impl Caller {
    /// Whoever sent a request, with what shows who it is, if there is anything.
    pub fn of(shared: &web::Data<Shared>, request: &HttpRequest, request_id: &str, bearer: Option<Bearer>) -> Self {
        Self {
            shared: shared.clone(),
            request_id: request_id.to_owned(),
            address: address(request, shared.settings.behind_proxy),
            user_agent: request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
            page: None,
            bearer: Arc::new(Mutex::new(bearer)),
        }
    }

    /// Who it is at this moment.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn present(&self) -> Result<Present, Error> {
        match self.bearer() {
            Some(bearer) => self.present_with(&bearer).await,
            None => Ok(Present::Nobody),
        }
    }

    /// Who it would be with this.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn present_with(&self, bearer: &Bearer) -> Result<Present, Error> {
        let shared = &self.shared;
        let door = Door { db: &shared.db, identity: &shared.identity, address: self.address, wanted: Wanted::Actor };
        let asked = match bearer {
            Bearer::Token(_, expires_at) if *expires_at <= shared.db.clock().now() => {
                return Ok(Present::Gone("The access token has run out."));
            }
            Bearer::Token(claims, _) => door.by_token(claims, shared.settings.demand).await?,
            Bearer::Key { text, in_query_string } => door.by_key(text, *in_query_string).await?,
        };
        Ok(match asked {
            // What comes over the connection can hold something of each of these tenants, as with an answer to a request.
            Asked::By(actor, _) if self.page.as_deref().is_some_and(|page| !is_open_to(shared, page, &actor)) => {
                Present::Gone("not every tenant of yours lets pages of this origin read its answers.")
            }
            Asked::By(actor, _) => Present::Somebody(actor),
            Asked::ByNobody => Present::Nobody,
            Asked::WithBadToken(why) => Present::Gone(why),
            Asked::FromElsewhere => Present::Gone("No tenant lets this service account in from there."),
            Asked::TooOften(_) => Present::Gone("Too many wrong API keys came from there; please wait."),
        })
    }

    fn bearer(&self) -> Option<Bearer> {
        self.bearer.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on this counts.
    pub fn bear(&self, bearer: Bearer) {
        *self.bearer.lock().unwrap_or_else(PoisonError::into_inner) = Some(bearer);
    }

    /// The same for one of the operations on a connection, by its number.
    pub fn for_operation(&self, number: u64) -> Self {
        Self {
            shared: self.shared.clone(),
            request_id: format!("{}-{number}", self.request_id),
            address: self.address,
            user_agent: self.user_agent.clone(),
            page: self.page.clone(),
            bearer: Arc::clone(&self.bearer),
        }
    }

    /// What a request of theirs brings along.
    pub fn asking(&self, actor: Option<Arc<Actor>>) -> impl FnOnce(&mut Request, &crate::graphql::frontdoor::Document) {
        let asking = Arc::new(Asking::new(
            self.shared.db.clone(),
            Arc::clone(&self.shared.identity),
            actor,
            self.request_id.clone(),
            self.address,
            self.user_agent.clone(),
        ));
        move |ready, _| {
            let bare = std::mem::replace(ready, Request::new(""));
            *ready = bare.data(asking);
        }
    }
}
