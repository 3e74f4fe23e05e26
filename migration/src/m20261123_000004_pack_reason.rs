//! A further version of a pack says why there is one.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("meeting_pack").optional(Text, &["reason"]),
}
