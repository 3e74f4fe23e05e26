//! Minutes are approved by a later meeting, and put right without losing what they said.

use crate::schema::{
    Kind::{Date, Moment, Text, Whole},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("minute_correction")
        .within("decision_id", "meeting_decision")
        .column("version", Whole)
        .columns(Text, &["former_words", "reason"])
        .within_or_none("agreed_at_id", "meeting")
        .within("act_id", "act")
        .column("corrected_on", Date)
        .column("recorded_at", Moment)
        .unique(&["decision_id", "version"])
        .check("version", "version > 1"),
    Table::of_tenants("minutes_approval")
        .within("meeting_id", "meeting")
        .within("minute_id", "meeting_decision")
        .within("act_id", "act")
        .column("recorded_on", Date)
        .column("recorded_at", Moment)
        .unique(&["meeting_id"]),
}
