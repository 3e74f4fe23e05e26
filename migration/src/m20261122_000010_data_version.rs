//! Version numbers of what there is, for each tenant and area of records: every write moves them on.

use crate::schema::{
    Kind::{Long, Text},
    Table, migration_of,
};

migration_of! {
    Table::of_tenants("data_version").column("area", Text).column("version", Long).unique(&["area"]),
}
