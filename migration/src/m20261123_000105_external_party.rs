//! With whom a body meets from outside, such as the government office.

use crate::schema::{Table, migration_of};

migration_of! {
    Table::added_to("meeting").beyond_or_none("external_party_id", "organisation"),
}
