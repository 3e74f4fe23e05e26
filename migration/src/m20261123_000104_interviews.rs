//! The chairman's interviews of members.

use crate::schema::{
    Kind::{Date, Text, Truth},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("member_interview")
        .beyond("member_id", "person")
        .column("year", Text)
        .columns(Date, &["held_on", "recorded_on"])
        .column("is_effectiveness_discussed", Truth)
        .optional(Text, &["note"])
        .within("act_id", "act")
        // One meets the duty; others of the year may have left out what it is about.
        .unique_where("whole", &["member_id", "year"], "is_effectiveness_discussed"),
}
