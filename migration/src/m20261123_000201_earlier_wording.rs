//! A correction may mark what its minute said before as exempt from publication, where that was minuted publicly by mistake.

use crate::schema::{Kind::Text, Table, migration_of};

migration_of! {
    Table::added_to("minute_correction").optional(Text, &["former_exemption"]),
}
