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
}
