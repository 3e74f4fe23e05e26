//! What tenants' dashboards ask: stored queries in their versions.

use crate::schema::{
    Kind::{Date, Json, Moment, Text, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("stored_query")
        .columns(Text, &["name", "title", "description"])
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .unique(&["name"]),
    Table::of_tenants("stored_query_version")
        .within("stored_query_id", "stored_query")
        .column("number", Whole)
        .column("definition", Json)
        .optional(Date, &["published_on", "deprecated_on", "sunset_on"])
        .optional(Text, &["retirement_reason"])
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .unique(&["stored_query_id", "number"])
        .check("number", "number >= 1")
        .check("notice", "sunset_on IS NULL OR deprecated_on IS NOT NULL"),
}
