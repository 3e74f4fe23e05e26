//! The record of an interview is put right without losing what it said before.

use crate::schema::{
    Kind::{Date, Moment, Text, Truth, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("interview_correction")
        .within("interview_id", "member_interview")
        .beyond("member_id", "person")
        .column("version", Whole)
        .column("former_held_on", Date)
        .column("former_is_effectiveness_discussed", Truth)
        .optional(Text, &["former_note"])
        .column("reason", Text)
        .within("act_id", "act")
        .column("corrected_on", Date)
        .column("recorded_at", Moment)
        .unique(&["interview_id", "version"])
        .check("version", "version > 1"),
}
