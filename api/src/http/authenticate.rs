//! Who is asking: the credential of a request, turned into an actor.

use std::{net::IpAddr, sync::Arc};

use actix_web::{HttpRequest, http::StatusCode};
use entity::{
    error::Error,
    policy::{Demand, Scope},
    tables::Id,
    tenancy::{Actor, DataVersions, Db, MachineKey, Recognised, Wanted},
    usecases::identity::{service_accounts, sessions},
};

use super::credentials::{Credential, credential};
use crate::identity::{AccessClaims, ApiKey, Guess, Identity};

/// What a request's credentials amount to.
pub enum Asked {
    /// Nobody in particular.
    ByNobody,
    /// A person who is signed in, or a service account; with the versions of what they may read anything of, where these were wanted.
    By(Arc<Actor>, Option<DataVersions>),
    /// Credentials were given and aren't good; that is an error on every path, never a narrower answer.
    WithBadToken(&'static str),
    /// The key is good, but not from that address.
    FromElsewhere,
    /// Too many wrong keys came from that address; after so many seconds it is worth trying again.
    TooOften(u64),
}

/// Why whoever asks isn't let in, in the words that every address has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Shut {
    /// The credentials aren't good, or there are none where some are needed.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The key isn't good from there.
    #[error("No tenant lets this service account in from where the request came.")]
    FromElsewhere,
    /// Too many wrong keys came from there; after so many seconds it is worth trying again.
    #[error("Too many wrong API keys came from where the request came; please wait.")]
    TooOften(u64),
}

impl Shut {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated(_) => "UNAUTHENTICATED",
            Self::FromElsewhere => "ADDRESS_NOT_ALLOWED",
            Self::TooOften(_) => "THROTTLED",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Self::FromElsewhere => StatusCode::FORBIDDEN,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// What goes into `Retry-After`, in seconds.
    #[must_use]
    pub const fn retry_after(self) -> Option<u64> {
        match self {
            Self::TooOften(seconds) => Some(seconds),
            Self::Unauthenticated(_) | Self::FromElsewhere => None,
        }
    }
}

impl Asked {
    /// Who it is, or nobody in particular.
    ///
    /// # Errors
    /// Why they aren't let in.
    pub fn let_in(self) -> Result<Option<Arc<Actor>>, Shut> {
        match self {
            Self::ByNobody => Ok(None),
            Self::By(actor, _) => Ok(Some(actor)),
            Self::WithBadToken(reason) => Err(Shut::Unauthenticated(reason)),
            Self::FromElsewhere => Err(Shut::FromElsewhere),
            Self::TooOften(seconds) => Err(Shut::TooOften(seconds)),
        }
    }

    /// Who it is, for the log: an account or a service account, by its identifier.
    pub fn caller(&self) -> Option<String> {
        match self {
            Self::By(actor, _) => Some(named(actor)),
            _ => None,
        }
    }
}

/// Who somebody is, for the log: an account or a service account, by its identifier.
pub fn named(actor: &Actor) -> String {
    let kind = if actor.machine().is_some() { "machine" } else { "person" };
    format!("{kind} {}", actor.caller())
}

const WRONG_KEY: &str = "The API key isn't good: it is mistyped, was revoked, or has run out.";
const WITHOUT_GRANT: &str = "No tenant lets this service account in any more: it was shut out, or its time is over.";
const NOT_IN_QUERY_STRINGS: &str = "This key may not be sent in a query string: send it as a header, or make one that may.";

/// Finds out who is asking, from which address.
///
/// # Errors
/// When the database is away.
pub async fn authenticate(
    request: &HttpRequest,
    (db, identity): (&Db, &Identity),
    demand: Demand,
    (address, wanted): (IpAddr, Wanted),
) -> Result<Asked, Error> {
    let door = Door { db, identity, address, wanted };
    match credential(request) {
        Ok(None) => Ok(Asked::ByNobody),
        Err(reason) => Ok(Asked::WithBadToken(reason)),
        Ok(Some(Credential::Key { text, in_query_string })) => door.by_key(&text, in_query_string).await,
        Ok(Some(Credential::Token(token))) => match identity.tokens.verify(&token, db.clock().now()) {
            Ok(claims) => door.by_token(&claims, demand).await,
            Err(_) => Ok(Asked::WithBadToken("The access token isn't good, or has run out. Sign in, or refresh the session.")),
        },
    }
}

/// Where recognition takes place.
pub(super) struct Door<'d> {
    pub(super) db: &'d Db,
    pub(super) identity: &'d Identity,
    /// From where it is asked.
    pub(super) address: IpAddr,
    /// What is to be found out.
    pub(super) wanted: Wanted,
}

impl Door<'_> {
    /// Whoever an access token was made for, if they may still ask.
    pub(super) async fn by_token(&self, claims: &AccessClaims, demand: Demand) -> Result<Asked, Error> {
        match claims.client_id {
            Some(_) => self.by_machine_s_token(claims).await,
            None => self.by_person_s_token(claims, demand).await,
        }
    }

    /// The token only says who it was made for; whether the session is still live and what is held today is looked up each time.
    async fn by_person_s_token(&self, claims: &AccessClaims, demand: Demand) -> Result<Asked, Error> {
        let (account, session) = (Id::from_uuid(claims.sub), Id::from_uuid(claims.sid));
        match sessions::recognised(self.db, account, session, (demand, self.wanted)).await? {
            Some((actor, versions)) => Ok(Asked::By(Arc::new(actor), versions)),
            None => Ok(Asked::WithBadToken("The session is over. Please sign in again.")),
        }
    }

    /// A machine's token says which key it was got for, and to which scopes it was narrowed; all else is looked up each time.
    async fn by_machine_s_token(&self, claims: &AccessClaims) -> Result<Asked, Error> {
        let scopes = Scope::granted_in(claims.scope.as_deref().unwrap_or_default());
        let key = MachineKey::Issued(Id::from_uuid(claims.sid));
        let found = service_accounts::recognised(self.db, key, self.address, (Some(&scopes), self.wanted)).await?;
        let asked = self.known(found, false).await;
        Ok(asked.unwrap_or(Asked::WithBadToken("The key for which this access token was got is no longer good.")))
    }

    /// Whoever sent a key.
    pub(super) async fn by_key(&self, text: &str, in_query_string: bool) -> Result<Asked, Error> {
        // A key that is mistyped says so itself, and costs no look-up.
        let Some(key) = ApiKey::parse(text) else { return Ok(Asked::WithBadToken(WRONG_KEY)) };
        let (digest, now) = (key.digest(), self.db.clock().now());
        match self.identity.wrong_keys.before(&digest, self.address, now) {
            Guess::Wrong => return Ok(Asked::WithBadToken(WRONG_KEY)),
            Guess::Wait { until } => return Ok(Asked::TooOften(u64::try_from((until - now).num_seconds()).unwrap_or(0).max(1))),
            Guess::LookUp => {}
        }
        let reading: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| scope.only_reads()).collect();
        let wanted = in_query_string.then_some(reading.as_slice());
        let hex = digest.to_hex();
        let found = service_accounts::recognised(self.db, MachineKey::Digest(&hex), self.address, (wanted, self.wanted)).await?;
        if let Some(asked) = self.known(found, in_query_string).await {
            return Ok(asked);
        }
        self.identity.wrong_keys.note(&digest, self.address, now);
        Ok(Asked::WithBadToken(WRONG_KEY))
    }

    /// What a key amounts to that isn't wrong.
    async fn known(&self, (found, versions): (Recognised, Option<DataVersions>), in_query_string: bool) -> Option<Asked> {
        match found {
            Recognised::Unknown => None,
            Recognised::WithoutGrant => Some(Asked::WithBadToken(WITHOUT_GRANT)),
            Recognised::FromElsewhere => Some(Asked::FromElsewhere),
            Recognised::Machine { is_for_query_strings: false, .. } if in_query_string => {
                Some(Asked::WithBadToken(NOT_IN_QUERY_STRINGS))
            }
            Recognised::Machine { actor, is_use_unnoted, .. } => {
                if is_use_unnoted && let Some(machine) = actor.machine() {
                    self.note_use(machine.key).await;
                }
                Some(Asked::By(Arc::new(actor), versions))
            }
        }
    }

    /// A use that can't be noted, as when the disc is full, keeps nobody from reading.
    async fn note_use(&self, key: Id<entity::tables::identity::api_key::Model>) {
        if let Err(error) = service_accounts::note_use(self.db, key).await {
            tracing::warn!(error = %error, "the use of a key can't be noted");
        }
    }
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
