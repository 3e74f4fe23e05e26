//! What board members carry back to the organisations that they represent.

use crate::schema::{
    Kind::{Date, Text},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("meeting_cascade")
        .within("meeting_id", "meeting")
        .beyond("organisation_id", "organisation")
        .beyond("person_id", "person")
        .within("appointment_id", "appointment")
        .columns(Date, &["carried_on", "recorded_on"])
        .columns(Text, &["means", "audience", "words"])
        .within("act_id", "act")
        .unique(&["meeting_id", "organisation_id", "person_id"]),
}
