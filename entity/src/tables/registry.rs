//! Every table, by what it belongs to. A register is added by one line here.

use sea_orm::EntityTrait;

use super::{
    Id, RecordArea, TenantId, dashboards, finance, governance, identity, organisation, performance, risk, sharing,
    stored::StoredTable,
};
use crate::policy::{Action, Resource};

/// A table whose rows each belong to one tenant, keyed by tenant and identifier.
pub trait TenantTable: EntityTrait<Model: Clone + Send + Sync> {
    /// The table's name in the database.
    const NAME: &'static str;

    /// What the policy calls its rows: who may read them follows from it.
    const RESOURCE: Resource;

    /// The column of the tenant.
    fn tenant_column() -> Self::Column;

    /// The column of the row's own identifier.
    fn id_column() -> Self::Column;

    /// The tenant of a row.
    fn tenant_of(row: &Self::Model) -> TenantId;

    /// The identifier of a row.
    fn id_of(row: &Self::Model) -> Id<Self::Model>;

    /// The tenant that a row came from, which reads it, too; none for rows that concern their own tenant alone.
    fn origin_of(row: &Self::Model) -> Option<TenantId>;
}

/// A table of what was passed from one tenant to another: the rows are the receiver's, and read by the origin, too.
pub trait PassedOn: TenantTable {
    /// What somebody at the origin has to be allowed to read there.
    const READ_AT_ORIGIN: Resource;

    /// The column of the tenant that a row came from.
    fn origin_column() -> Self::Column;
}

/// A row of a tenant's table, for those who don't deal with tables.
pub trait TenantRow: Clone + Send + Sync + 'static {
    /// The tenant that it belongs to.
    fn tenant(&self) -> TenantId;

    /// Its own identifier.
    fn id(&self) -> Id<Self>;
}

/// A table whose rows are loaded from the command line.
pub trait Loaded: EntityTrait {
    /// The area of records that a row belongs to, and the one tenant whose it is; none when it concerns every tenant.
    fn place_of(row: &Self::Model) -> (Option<TenantId>, RecordArea);
}

/// The area of what belongs to no tenant, by the folder in which its tables stand.
macro_rules! area_beyond_tenants {
    (sharing, $table:ident) => {
        RecordArea::Sharing
    };
    (identity, $table:ident) => {
        RecordArea::Identity
    };
    // It signs in, as people do.
    (organisation, service_account) => {
        RecordArea::Identity
    };
    (organisation, $table:ident) => {
        RecordArea::Reference
    };
    (performance, $table:ident) => {
        RecordArea::Reference
    };
}

/// A table that belongs to no tenant.
pub trait BeyondTenants: EntityTrait<Model: Send + Sync> {}

/// A table of reference data, which everybody who is signed in may read.
pub trait ReferenceTable: BeyondTenants {}

macro_rules! registers {
    ($($area:ident :: $table:ident => $resource:ident $(from $origin:ident)?),+ $(,)?) => {
        /// The names of all tenant tables; the schema tests compare the database with this list.
        pub const REGISTERS: &[&str] = &[$(stringify!($table)),+];

        fn stored_registers() -> Vec<StoredTable> {
            vec![$(StoredTable::of::<$area::$table::Entity>(true)),+]
        }

        fn resource_of_register(name: &str) -> Option<Resource> {
            match name {
                $(stringify!($table) => Some(Resource::$resource),)+
                _ => None,
            }
        }

        $(impl TenantTable for $area::$table::Entity {
            const NAME: &'static str = stringify!($table);
            const RESOURCE: Resource = Resource::$resource;

            fn tenant_column() -> Self::Column {
                $area::$table::Column::TenantId
            }

            fn id_column() -> Self::Column {
                $area::$table::Column::Id
            }

            fn tenant_of(row: &Self::Model) -> TenantId {
                row.tenant_id
            }

            fn id_of(row: &Self::Model) -> Id<Self::Model> {
                row.id
            }

            fn origin_of(_row: &Self::Model) -> Option<TenantId> {
                [$(_row.$origin)?].first().copied()
            }
        }

        impl Loaded for $area::$table::Entity {
            fn place_of(row: &Self::Model) -> (Option<TenantId>, RecordArea) {
                (Some(row.tenant_id), RecordArea::of(Resource::$resource))
            }
        }

        impl TenantRow for $area::$table::Model {
            fn tenant(&self) -> TenantId {
                self.tenant_id
            }

            fn id(&self) -> Id<Self> {
                self.id
            }
        })+
    };
}

macro_rules! tables {
    ($trait:ident as $list:ident: $($area:ident :: $table:ident $(=> $resource:ident)?),+ $(,)?) => {
        tables! { $trait: $($area::$table),+ }

        fn resource_beyond_tenants(name: &str) -> Option<Resource> {
            let named: &[Resource] = match name {
                $(stringify!($table) => &[$(Resource::$resource)?],)+
                _ => &[],
            };
            named.first().copied()
        }

        $(impl Loaded for $area::$table::Entity {
            fn place_of(_: &Self::Model) -> (Option<TenantId>, RecordArea) {
                (None, area_beyond_tenants!($area, $table))
            }
        })+

        fn $list() -> Vec<StoredTable> {
            vec![$(StoredTable::of::<$area::$table::Entity>(false)),+]
        }
    };
    ($trait:ident: $($area:ident :: $table:ident),+ $(,)?) => { $(impl $trait for $area::$table::Entity {})+ };
}

registers! {
    dashboards::stored_query => StoredQuery,
    dashboards::stored_query_version => StoredQuery,
    finance::budget => Budget,
    finance::budget_line => Budget,
    finance::budget_revision => Budget,
    finance::budget_revision_line => Budget,
    finance::commitment => Decision,
    finance::decision => Decision,
    finance::decision_priority => Decision,
    finance::interest => Decision,
    governance::delegation => Delegation,
    governance::policing_plan_alignment => PolicingPlan,
    governance::policing_plan_measure => PolicingPlan,
    governance::policing_plan_objective => PolicingPlan,
    governance::feedback => Feedback,
    governance::feedback_issue => Feedback,
    governance::feedback_source => FeedbackSummary,
    governance::feedback_summary => FeedbackSummary,
    governance::feedback_theme => FeedbackSummary,
    governance::quarterly_return => QuarterlyReturn,
    governance::quarterly_return_follow_up => QuarterlyReturn,
    governance::quarterly_return_submission => QuarterlyReturn,
    governance::action => Action,
    governance::action_owner => Action,
    governance::action_plan => Action,
    governance::action_plan_feedback => Action,
    governance::action_plan_version => Action,
    governance::action_progress => Action,
    governance::agenda_item => Meeting,
    governance::agenda_link => Meeting,
    governance::attendance => Meeting,
    governance::attendance_correction => Meeting,
    governance::corrected_attendance => Meeting,
    governance::interview_correction => Interview,
    governance::meeting => Meeting,
    governance::meeting_cascade => Meeting,
    governance::meeting_decision => Meeting,
    governance::meeting_pack => Meeting,
    governance::minute_correction => Meeting,
    governance::minutes_approval => Meeting,
    governance::meeting_paper => Meeting,
    governance::meeting_summary => Meeting,
    governance::member_interview => Interview,
    governance::obligation_waiver => Obligation,
    governance::publication => Publication,
    governance::publication_item => Trigger,
    governance::summary_recipient => Meeting,
    organisation::act => Act,
    organisation::appointment => Appointment,
    organisation::audit_chain => Audit,
    organisation::audit_event => Audit,
    organisation::body => Body,
    organisation::body_membership => Body,
    organisation::data_version => Audit,
    organisation::service_account_grant => ServiceAccount,
    performance::agreement => Agreement,
    performance::agreement_indicator => Agreement,
    performance::area_set => Indicator,
    performance::area_set_member => Indicator,
    performance::indicator => Indicator,
    performance::observation => Observation,
    performance::outcome => Agreement,
    performance::outlook => Outlook,
    performance::period_close => Period,
    performance::target => Target,
    performance::theme => Agreement,
    performance::tolerance_policy => Target,
    performance::transformational_issue => Agreement,
    risk::risk => Risk,
    risk::risk_action => Risk,
    risk::risk_assessment => Risk,
    risk::risk_attempt => Risk,
    risk::risk_control => Risk,
    risk::risk_link => Risk,
    risk::risk_referral => Referral from origin_tenant_id,
    risk::risk_referral_step => Referral from origin_tenant_id,
    risk::risk_review => Referral,
}

tables! { ReferenceTable:
    organisation::organisation,
    organisation::tenant,
    organisation::tenant_relation,
    performance::area,
    performance::area_link,
    performance::area_succession,
    performance::national_indicator,
}

tables! { BeyondTenants as stored_beyond_tenants:
    sharing::sharing_agreement => Sharing,
    sharing::sharing_clause => Sharing,
    sharing::sharing_party => Sharing,
    organisation::service_account => ServiceAccount,
    identity::account => Account,
    identity::api_key => ServiceAccount,
    identity::authenticator => Account,
    identity::calendar_feed => Account,
    identity::mail_outbox,
    identity::rate_meter,
    identity::recovery_code => Account,
    identity::refresh_token,
    identity::remembered_call,
    identity::reminder,
    identity::session => Account,
    identity::sign_in_throttle => Account,
    identity::single_use_link => Account,
    organisation::organisation,
    organisation::person => Appointment,
    organisation::tenant,
    organisation::tenant_relation,
    performance::area,
    performance::area_link,
    performance::area_succession,
    performance::national_indicator,
}

impl PassedOn for risk::risk_referral::Entity {
    const READ_AT_ORIGIN: Resource = Resource::Risk;

    fn origin_column() -> Self::Column {
        risk::risk_referral::Column::OriginTenantId
    }
}

impl PassedOn for risk::risk_referral_step::Entity {
    const READ_AT_ORIGIN: Resource = Resource::Risk;

    fn origin_column() -> Self::Column {
        risk::risk_referral_step::Column::OriginTenantId
    }
}

/// What the policy calls what stands in a table, of which reading it follows; none for what no policy lets anybody read.
#[must_use]
pub fn resource_of(table: &str) -> Option<Resource> {
    resource_of_register(table).or_else(|| resource_beyond_tenants(table))
}

/// What takes more than leave to read the register that it stands in: one column of it, or all of them, and what has to be allowed
/// besides.
const RESERVED: &[(&str, Option<&str>, (Action, Resource))] = &[
    // Until it is handed in, a return is for whoever writes it.
    ("quarterly_return", Some("draft"), (Action::Record, Resource::QuarterlyReturn)),
    // What is exempt from publication stands beside what isn't, and one change doesn't tell which it is of.
    ("agenda_item", None, (Action::Read, Resource::ExemptBusiness)),
    ("meeting_decision", None, (Action::Read, Resource::ExemptBusiness)),
    ("meeting_pack", None, (Action::Read, Resource::ExemptBusiness)),
    ("minute_correction", None, (Action::Read, Resource::ExemptBusiness)),
    ("meeting_paper", None, (Action::Read, Resource::ExemptBusiness)),
];

/// What has to be allowed for a column's values to be seen, beyond reading its register.
pub fn reserved(table: &str, column: &str) -> impl Iterator<Item = (Action, Resource)> {
    let concerns = move |(of, only): (&str, Option<&str>)| of == table && only.is_none_or(|only| only == column);
    RESERVED.iter().filter(move |(of, only, _)| concerns((*of, *only))).map(|(_, _, needed)| *needed)
}

/// Every table as it is stored: first those that belong to no tenant, then the registers.
#[must_use]
pub fn stored_tables() -> Vec<StoredTable> {
    let mut tables = stored_beyond_tenants();
    tables.extend(stored_registers());
    tables
}

#[cfg(test)]
mod tests {
    use super::{REGISTERS, RESERVED, resource_of, stored_tables};

    #[test]
    fn every_register_is_some_resource_s_and_what_is_reserved_stands_in_one() {
        assert!(REGISTERS.iter().all(|register| resource_of(register).is_some()));
        assert_eq!(resource_of("feedback_issue"), Some(crate::policy::Resource::Feedback));
        assert_eq!(resource_of("mail_outbox"), None, "nobody reads letters");
        assert_eq!(resource_of("no_such_table"), None);
        let tables = stored_tables();
        for (register, column, _) in RESERVED {
            let table = tables.iter().find(|table| table.name == *register).expect("a table");
            assert!(column.is_none_or(|column| table.column_names().contains(&column)), "{register}");
        }
    }
}
