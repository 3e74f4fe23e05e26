//! A collation counts the members who still owed a form.

use crate::schema::{Kind::Whole, Table, migration_of};

migration_of! {
    Table::added_to("feedback_summary").optional(Whole, &["members_awaited"]),
}
