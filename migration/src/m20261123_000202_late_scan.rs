//! A scan that is published after its month says why it comes late.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("publication").optional(Text, &["late_reason"]),
}
