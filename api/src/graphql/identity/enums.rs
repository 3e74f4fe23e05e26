//! The closed sets of the identity area, as the schema names them.

use async_graphql::Enum;

/// Why a session ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::identity::session::EndReason")]
pub enum SessionEnd {
    /// Its owner signed out.
    SignedOut,
    /// Its owner ended it from another session.
    Revoked,
    /// A refresh token came a second time, so somebody may have copied it.
    TokenReused,
    /// The password was changed.
    PasswordChanged,
    /// An authenticator was enabled or revoked.
    AuthenticatorChanged,
    /// The account was disabled.
    AccountDisabled,
}

/// With what a session was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::policy::SignInMethod")]
pub enum SignInMethod {
    /// With a password.
    Password,
    /// With a password and a one-time or recovery code.
    PasswordAndCode,
}
