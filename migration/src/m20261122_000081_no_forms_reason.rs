//! A collation of no forms at all says why there are none.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("feedback_summary").optional(Text, &["no_forms_reason"]),
}
