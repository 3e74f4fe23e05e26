//! What a committee received or noted knows its minute, and not only that minute's number.

use crate::schema::{Kind::Uuid, Table, migration_of};

migration_of! {
    Table::added_to("quarterly_return_submission").optional(Uuid, &["minute_id"]),
    Table::added_to("risk_referral_step").optional(Uuid, &["minute_id"]),
}
