//! Every table that belongs to tenants, by name. A register is added by one line here.

use sea_orm::EntityTrait;

use super::{Id, organisation, performance};

/// A table whose rows each belong to one tenant, keyed by tenant and identifier.
pub trait TenantTable: EntityTrait<Model: Send + Sync> {
    /// The table's name in the database, and the thing's name in node identifiers.
    const NAME: &'static str;

    /// The column of the tenant.
    fn tenant_column() -> Self::Column;

    /// The column of the row's own identifier.
    fn id_column() -> Self::Column;

    /// The identifier of a row.
    fn id_of(row: &Self::Model) -> Id<Self::Model>;
}

macro_rules! registers {
    ($($area:ident :: $table:ident),+ $(,)?) => {
        /// The names of all tenant tables; the schema tests compare the database with this list.
        pub const REGISTERS: &[&str] = &[$(stringify!($table)),+];

        $(impl TenantTable for $area::$table::Entity {
            const NAME: &'static str = stringify!($table);

            fn tenant_column() -> Self::Column {
                $area::$table::Column::TenantId
            }

            fn id_column() -> Self::Column {
                $area::$table::Column::Id
            }

            fn id_of(row: &Self::Model) -> Id<Self::Model> {
                row.id
            }
        })+

    };
}

registers! {
    organisation::act,
    organisation::appointment,
    organisation::body,
    organisation::body_membership,
    performance::agreement,
    performance::agreement_indicator,
    performance::area_set,
    performance::area_set_member,
    performance::indicator,
    performance::observation,
    performance::outcome,
    performance::outlook,
    performance::period_close,
    performance::target,
    performance::theme,
    performance::tolerance_policy,
    performance::transformational_issue,
}
