//! Since when no form was taken for a quarter, which collating it anew leaves as it is.

use crate::schema::{Kind::Date, Table, migration_of};

migration_of! {
    Table::added_to("feedback_summary").optional(Date, &["first_collated_on"]),
}
