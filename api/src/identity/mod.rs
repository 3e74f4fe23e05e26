//! Who is asking: passwords, sessions and the tokens that stand for them.
//!
//! Everything here is free of the database, of HTTP and of clocks: the caller brings the stored rows and the time,
//! and carries the decisions out. What becomes of a request:
//!
//! 1. *Signing in.* `entity::rules::throttle` says whether the account and the address may try at all. [`Passwords`]
//!    compares the password with the stored hash, or goes through the same motions for an unknown account. Success
//!    opens a session, with a [`RefreshToken`] of which only the digest is stored, and an access token.
//! 2. *Asking.* The bearer token of each request goes to [`AccessTokens::verify`], which answers the account (`sub`)
//!    and the session (`sid`) it speaks for. That is a claim about identity and about nothing else: the database
//!    half of identity then looks up whether the session has been ended and which appointments the account holds
//!    today, and makes the `Actor` from those. A token never carries offices or permissions, so taking an office
//!    away takes effect with the next request.
//! 3. *Staying.* After ten minutes the client exchanges its refresh token; `entity::rules::rotation` decides
//!    between a successor, a refusal, and ending the whole family because somebody holds a copy.
//!
//! 4. *Showing more.* An account with an authenticator shows a one-time code as well ([`OneTimeSecret`]), or one of its recovery
//!    codes; what is stored of both lies under [`Seals`]. A link in a mail bears a [`LinkToken`], which sets a password once.
//!
//! 5. *Machines.* A service account shows an [`ApiKey`], or an access token that it got for one; the token names the key (`sid`) and the
//!    client (`client_id`), and the key is looked up each time. [`WrongKeys`] slows down whoever tries some.
//!
//! New passwords are held to [`check_new_password`]. Keys and their rotation are in [`SigningKeys`].

pub mod access_tokens;
pub mod api_keys;
pub mod password_rules;
pub mod passwords;
pub mod seals;
pub mod signing;
pub mod tokens;
pub mod totp;
pub mod wrong_keys;

pub use access_tokens::{AccessClaims, AccessTokens, IssuedToken, TokenError};
pub use api_keys::ApiKey;
pub use password_rules::{UnfitPassword, check_new_password};
pub use passwords::{Argon2Cost, HashingQueue, PasswordFault, Passwords};
pub use seals::{SealFault, Seals, ServerSecret};
pub use signing::{KeyError, SigningKeys};
pub use tokens::{FeedToken, LinkToken, RefreshToken, SecretToken, SecretTokenError, TokenDigest};
pub use totp::{GivenCode, OneTimeSecret};
pub use wrong_keys::{Guess, WrongKeys};

/// Everything that tells who is asking.
#[derive(Debug)]
pub struct Identity {
    /// The hashing and checking of passwords.
    pub passwords: Passwords,
    /// The issuing and checking of access tokens.
    pub tokens: AccessTokens,
    /// What is kept under the server's own secret.
    pub seals: Seals,
    /// Keys that were wrong.
    pub wrong_keys: WrongKeys,
}
