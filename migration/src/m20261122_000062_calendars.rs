//! Calendars by private addresses, and reminders that were sent.

use crate::schema::{
    Kind::{Moment, Text, Uuid},
    Table, migration_of,
};

migration_of! {
    Table::global("calendar_feed")
        .beyond("account_id", "account")
        .column("digest", Text)
        .column("created_at", Moment)
        .optional(Moment, &["revoked_at"])
        .unique(&["digest"])
        .unique_where("live", &["account_id"], "revoked_at IS NULL"),
    Table::global("reminder")
        .beyond("account_id", "account")
        .column("obligation_id", Uuid)
        .column("stage", Text)
        .column("sent_at", Moment)
        .unique(&["account_id", "obligation_id", "stage"]),
}
