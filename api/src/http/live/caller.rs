//! Who is behind a connection that goes on, asked anew before each thing that is done for them.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{HttpRequest, http::header, web};
use async_graphql::Request;
use chrono::{DateTime, Utc};
use entity::{error::Error, tables::Id, tenancy::Actor, usecases::identity::sessions};
use uuid::Uuid;

use crate::{
    graphql::context::Asking,
    http::{authenticate::address, routes::Shared},
};

/// A session's access token, as long as it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub account: Uuid,
    /// The session.
    pub session: Uuid,
    /// From then on the token isn't good any more.
    pub expires_at: DateTime<Utc>,
}

/// Whoever is behind a connection.
pub struct Caller {
    pub(super) shared: web::Data<Shared>,
    pub(super) request_id: String,
    pub(super) address: IpAddr,
    pub(super) user_agent: Option<String>,
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
    /// Who a token was made for, if it is good.
    pub fn of(shared: &Shared, token: &str) -> Option<Self> {
        let claims = shared.identity.tokens.verify(token, shared.db.clock().now()).ok()?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
        Some(Self { account: claims.sub, session: claims.sid, expires_at })
    }
}

impl Caller {
    /// Whoever sent a request, with the token that counts, if there is one.
    pub fn of(shared: &web::Data<Shared>, request: &HttpRequest, request_id: &str, bearer: Option<Bearer>) -> Self {
        Self {
            shared: shared.clone(),
            request_id: request_id.to_owned(),
            address: address(request, shared.settings.behind_proxy),
            user_agent: request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned),
            bearer: Arc::new(Mutex::new(bearer)),
        }
    }

    /// Who it is at this moment.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn present(&self) -> Result<Present, Error> {
        let (shared, Some(bearer)) = (&self.shared, self.bearer()) else { return Ok(Present::Nobody) };
        if bearer.expires_at <= shared.db.clock().now() {
            return Ok(Present::Gone("The access token has run out."));
        }
        let (account, session) = (Id::from_uuid(bearer.account), Id::from_uuid(bearer.session));
        let actor = sessions::actor(&shared.db, account, session, shared.settings.demand).await?;
        Ok(actor.map_or(Present::Gone("The session is over."), |actor| Present::Somebody(Arc::new(actor))))
    }

    /// The token that counts.
    pub fn bearer(&self) -> Option<Bearer> {
        *self.bearer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this token counts.
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
