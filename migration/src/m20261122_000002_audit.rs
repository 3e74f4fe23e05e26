//! The record of what was written and of what was read across tenants, chained for each tenant.

use crate::schema::{
    Kind::{Date, Long, Moment, Text},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("audit_chain").column("length", Long).column("head", Text),
    Table::of_tenants("audit_event")
        .column("place", Long)
        .column("kind", Text)
        .within_or_none("act_id", "act")
        .beyond_or_none("person_id", "person")
        .optional(Text, &["office", "request_id", "justification"])
        .column("body", Text)
        .column("done_on", Date)
        .column("done_at", Moment)
        .columns(Text, &["before", "seal"])
        .unique(&["place"])
        .index(&["kind", "place"]),
}
