//! A note of progress tells in which office it was told, and for which area that is held.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("action_progress").optional(Text, &["office"]).beyond_or_none("area_id", "area"),
}
