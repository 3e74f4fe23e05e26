//! Action plans as they were submitted, and the feedback on them.

use crate::schema::{
    Kind::{Date, Moment, Text, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("action_plan_version")
        .within("plan_id", "action_plan")
        .column("number", Whole)
        .columns(Text, &["stage", "content", "content_hash"])
        .column("submitted_on", Date)
        .column("submitted_at", Moment)
        .within("act_id", "act")
        .unique(&["plan_id", "number"]),
    Table::of_tenants("action_plan_feedback")
        .within("version_id", "action_plan_version")
        .columns(Text, &["prioritisation", "plausibility"])
        .optional(Text, &["recommended_changes"])
        .column("given_on", Date)
        .within("act_id", "act")
        .unique(&["version_id"]),
}
