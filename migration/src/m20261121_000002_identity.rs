//! Accounts, sessions, refresh tokens and the throttling of sign-ins.

use crate::schema::{
    Kind::{Moment, Text, Whole},
    Table, migration_of,
};

migration_of! {
    Table::global("account")
        .beyond("person_id", "person")
        .columns(Text, &["email", "password_hash"])
        .columns(Moment, &["created_at", "password_set_at"])
        .optional(Moment, &["disabled_at"])
        .unique(&["email"]),
    Table::global("session")
        .beyond("account_id", "account")
        .columns(Moment, &["started_at", "last_used_at", "expires_at"])
        .optional(Moment, &["ended_at"])
        .optional(Text, &["end_reason", "user_agent", "address"]),
    Table::global("refresh_token")
        .beyond("session_id", "session")
        .column("digest", Text)
        .columns(Moment, &["issued_at", "expires_at"])
        .optional(Moment, &["used_at"])
        .unique(&["digest"]),
    Table::keyed_by_text("sign_in_throttle", "subject")
        .column("failures", Whole)
        .column("window_started_at", Moment)
        .optional(Moment, &["blocked_until"]),
}
