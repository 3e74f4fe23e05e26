//! An item that was withdrawn from an agenda says when, why, and in which office it was.

use crate::schema::{
    Kind::{Date, Text, Uuid},
    Table, migration_of,
};

migration_of! {
    Table::added_to("agenda_item")
        .optional(Date, &["withdrawn_on"])
        .optional(Text, &["withdrawal_reason", "withdrawal_office"])
        .optional(Uuid, &["withdrawal_act_id"]),
}
