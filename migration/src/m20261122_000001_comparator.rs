//! The area that a target is a gap to.

use crate::schema::{Table, migration_of};

migration_of! {
    Table::added_to("target")
        .beyond_or_none("comparator_area_id", "area")
        .check("comparator", "(expression = 'RELATIVE_TO_COMPARATOR') = (comparator_area_id IS NOT NULL)"),
}
