//! Who came to a meeting is put right without losing what was recorded before.

use crate::schema::{
    Kind::{Date, Moment, Text, Uuid, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("attendance_correction")
        .within("meeting_id", "meeting")
        .column("version", Whole)
        .column("reason", Text)
        .optional(Text, &["office"])
        .within_or_none("agreed_at_id", "meeting")
        .within("act_id", "act")
        .column("corrected_on", Date)
        .column("recorded_at", Moment)
        .unique(&["meeting_id", "version"])
        .check("version", "version > 1"),
    Table::of_tenants("corrected_attendance")
        .within("correction_id", "attendance_correction")
        .column("number", Whole)
        .within_or_none("appointment_id", "appointment")
        .optional(Text, &["guest", "former_presence", "presence", "former_office"])
        .within_or_none("former_act_id", "act")
        .optional(Date, &["former_recorded_on"])
        .unique(&["correction_id", "number"])
        .check("who", "(appointment_id IS NULL) <> (guest IS NULL)")
        .check("said", "former_presence IS NOT NULL OR presence IS NOT NULL"),
    Table::added_to("attendance")
        .optional(Date, &["recorded_on"])
        .optional(Text, &["office"])
        .optional(Uuid, &["act_id", "removed_by_id"]),
}
