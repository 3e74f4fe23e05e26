//! What is stored: one file a table, by area. Nothing here decides anything.

// A column's meaning stands beside it where the name does not say it; the derives add items that can't be documented.
#![expect(missing_docs, reason = "columns are named after what they hold, and sea-orm's derives add undocumented items")]

mod by_place;
pub mod dashboards;
pub mod finance;
pub mod governance;
pub mod identity;
pub mod organisation;
mod packed;
pub mod performance;
mod record_area;
mod registry;
pub mod risk;
pub mod sharing;
pub mod stored;
pub mod values;

pub use by_place::{BriefOf, ByPlace, Cells, RecordedPeriod, WholeInText};
pub(crate) use by_place::{Cell, Recurring, parsed};
pub(crate) use packed::{BRIEF, NEXT_CELL, NOTHING, Packed, packing, stringing, strung, unpacked};
pub use record_area::RecordArea;
pub use registry::{
    BeyondTenants, Loaded, PassedOn, REGISTERS, ReferenceTable, TenantRow, TenantTable, reserved, resource_of, stored_tables,
};
pub use values::{Figure, Id};

/// A map by keys that our own database gave, looked up by the hundred in one answer: with a hash that is quick, not one that withstands keys
/// chosen to collide.
pub type QuickMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// The identifier of a tenant.
pub type TenantId = Id<organisation::tenant::Model>;
