//! Access tokens: who is asking, in a form that needs no database to check.
//!
//! A token is a JWT in the profile of RFC 9068: EdDSA, type `at+jwt`, ten minutes, naming the account (`sub`) and the
//! session (`sid`). Verification pins everything that a forger might choose: the algorithm, the type, the key's name,
//! the issuer and the audience. The time is the caller's; no clock is read here.
//!
//! A signature costs some 37 µs to check and a dashboard sends the same token many times, so verified tokens are
//! remembered by their SHA-256. Only the signature and the fixed claims are taken from memory: expiry is compared
//! with the caller's time on every use.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::{NoContext, Timestamp, Uuid};

use super::signing::{KeyError, SigningKeys};

/// How long an access token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// Seconds by which clocks of several servers may differ.
const LEEWAY: i64 = 5;
/// A token of ours is under 600 bytes; anything longer than this is not looked at.
const LONGEST_BYTES: usize = 4096;
/// Verified tokens remembered before all are forgotten and the memory starts afresh; about 3 MB.
const REMEMBERED: usize = 10_000;
const TYPE: &str = "at+jwt";
const ALGORITHM: &str = "EdDSA";

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who issued it: the service's own address.
    pub iss: String,
    /// Who it is for.
    pub aud: String,
    /// The account; of a machine, the service account.
    pub sub: Uuid,
    /// The session, which the database can end before the token expires; of a machine, the key that the token was got for.
    pub sid: Uuid,
    /// The service account once more: what tells a machine's token from a person's (RFC 9068, section 2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Uuid>,
    /// The scopes to which a machine's token is narrowed, parted by spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Not good before, in seconds since 1970.
    pub nbf: i64,
    /// Not good from then on, in seconds since 1970.
    pub exp: i64,
    /// The token's own name, for the audit trail.
    pub jti: Uuid,
}

/// A token newly issued.
pub struct IssuedToken {
    /// The token, to be sent as `Authorization: Bearer ...`.
    pub token: String,
    /// From then on it is refused.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Why a token is refused. For logs and tests; a client learns only that it must sign in or refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a JWT of ours: its form, its type or its claims.
    #[error("the access token is malformed")]
    Malformed,
    /// The signature is not that of the named key.
    #[error("the access token's signature is wrong")]
    BadSignature,
    /// Its ten minutes are over.
    #[error("the access token has expired")]
    Expired,
    /// Its time has not begun.
    #[error("the access token is not valid yet")]
    NotYetValid,
    /// Issued by somebody else.
    #[error("the access token is from another issuer")]
    WrongIssuer,
    /// Issued for somebody else.
    #[error("the access token is for another audience")]
    WrongAudience,
    /// Names no key, or none that is accepted.
    #[error("the access token names no accepted key")]
    UnknownKey,
    /// Any algorithm but EdDSA.
    #[error("the access token is signed with another algorithm")]
    WrongAlgorithm,
}

/// Issues and verifies access tokens for one issuer and audience.
pub struct AccessTokens {
    keys: SigningKeys,
    issuer: String,
    audience: String,
    validation: Validation,
    verified: Mutex<HashMap<[u8; 32], AccessClaims>>,
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokens")
            .field("keys", &self.keys)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The three header fields of our tokens. Any other field, such as a critical extension, makes a token foreign.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PinnedHeader {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
}

impl AccessTokens {
    /// Tokens signed by `keys`, issued by `issuer` for `audience`.
    #[must_use]
    pub fn new(keys: SigningKeys, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let (issuer, audience) = (issuer.into(), audience.into());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&issuer]);
        validation.set_audience(&[&audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "nbf", "exp"]);
        // The library would read the system's clock; `check_time` uses the caller's.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { keys, issuer, audience, validation, verified: Mutex::default() }
    }

    /// Takes those of another issuer, too, such as the same servers before they were known by an address.
    #[must_use]
    pub fn taking(mut self, other: &str) -> Self {
        self.validation.set_issuer(&[self.issuer.as_str(), other]);
        self
    }

    /// The keys, for publishing.
    #[must_use]
    pub const fn keys(&self) -> &SigningKeys {
        &self.keys
    }

    /// Issues a token for a session of an account, good from `now` for [`LIFETIME`].
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when the key does not sign.
    pub fn issue(&self, account: Uuid, session: Uuid, now: DateTime<Utc>) -> Result<IssuedToken, KeyError> {
        self.sign((account, session), None, now)
    }

    /// Issues a token for a service account by one of its keys, with these scopes, good from `now` for [`LIFETIME`].
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when the key does not sign.
    pub fn issue_to_machine(&self, machine: Uuid, key: Uuid, scope: String, now: DateTime<Utc>) -> Result<IssuedToken, KeyError> {
        self.sign((machine, key), Some(scope), now)
    }

    fn sign(&self, (sub, sid): (Uuid, Uuid), scope: Option<String>, now: DateTime<Utc>) -> Result<IssuedToken, KeyError> {
        let iat = now.timestamp();
        let exp = iat + LIFETIME.num_seconds();
        let claims = AccessClaims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub,
            sid,
            client_id: scope.as_ref().map(|_| sub),
            scope,
            iat,
            nbf: iat,
            exp,
            jti: token_id(now),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.keys.kid().to_owned());
        let token = jsonwebtoken::encode(&header, &claims, self.keys.encoding()).map_err(|_| KeyError::Unusable)?;
        let expires_at = DateTime::from_timestamp(exp, 0).ok_or(KeyError::Unusable)?;
        Ok(IssuedToken { token, expires_at })
    }

    /// What `token` says, if it is one of ours and good at `now` (give or take five seconds).
    ///
    /// # Errors
    /// The reason for refusing it.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<AccessClaims, TokenError> {
        if token.len() > LONGEST_BYTES {
            return Err(TokenError::Malformed);
        }
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let remembered = self.remembered().get(&digest).cloned();
        if let Some(claims) = remembered {
            if let Err(untimely) = check_time(&claims, now) {
                self.remembered().remove(&digest);
                return Err(untimely);
            }
            return Ok(claims);
        }
        let claims = self.verify_signature(token)?;
        check_time(&claims, now)?;
        self.remember(digest, claims.clone());
        Ok(claims)
    }

    fn verify_signature(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let header = pinned_header(token)?;
        if header.alg != ALGORITHM {
            return Err(TokenError::WrongAlgorithm);
        }
        if header.typ.as_deref() != Some(TYPE) {
            return Err(TokenError::Malformed);
        }
        let kid = header.kid.ok_or(TokenError::UnknownKey)?;
        let key = self.keys.decoding(&kid).ok_or(TokenError::UnknownKey)?;
        jsonwebtoken::decode(token, key, &self.validation).map(|verified| verified.claims).map_err(|fault| refusal(fault.kind()))
    }

    fn remember(&self, digest: [u8; 32], claims: AccessClaims) {
        let mut verified = self.remembered();
        if verified.len() >= REMEMBERED {
            verified.clear();
        }
        verified.insert(digest, claims);
    }

    /// A panic elsewhere cannot leave the map half written, so a poisoned lock is taken as it is.
    fn remembered(&self) -> MutexGuard<'_, HashMap<[u8; 32], AccessClaims>> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn check_time(claims: &AccessClaims, now: DateTime<Utc>) -> Result<(), TokenError> {
    let now = now.timestamp();
    if now >= claims.exp.saturating_add(LEEWAY) {
        Err(TokenError::Expired)
    } else if now.saturating_add(LEEWAY) < claims.nbf {
        Err(TokenError::NotYetValid)
    } else {
        Ok(())
    }
}

fn pinned_header(token: &str) -> Result<PinnedHeader, TokenError> {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenError::Malformed);
    };
    let json = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

fn refusal(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::BadSignature,
        ErrorKind::InvalidIssuer => TokenError::WrongIssuer,
        ErrorKind::InvalidAudience => TokenError::WrongAudience,
        ErrorKind::InvalidAlgorithm => TokenError::WrongAlgorithm,
        _ => TokenError::Malformed,
    }
}

/// A version 7 UUID at the caller's time.
fn token_id(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

#[cfg(test)]
mod tests;
