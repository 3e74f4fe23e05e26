//! An item that wasn't on the published agenda says why the chairman was of the opinion that it is urgent.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("agenda_item").optional(Text, &["urgency"]),
}
