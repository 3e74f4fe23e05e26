//! When the first version of a member's feedback was sent: a correction doesn't make what was in time late.

use crate::schema::{Kind::Date, Table, migration_of};

migration_of! {
    Table::added_to("feedback").optional(Date, &["first_sent_on"]),
}
