//! The areas of records, each with a version number of its own in every tenant, and which register belongs to which.

use super::values::closed_set;
use crate::policy::Resource;

closed_set! {
    /// An area of a tenant's records that has a version number of its own.
    pub enum RecordArea {
        /// Bodies, their members, and appointments.
        Organisation = "ORGANISATION",
        /// Agreements, indicators, targets, figures, outlooks and the closing of periods.
        Performance = "PERFORMANCE",
        /// Quarterly returns, feedback, meetings, actions, obligations, delegations and the Policing Plan.
        Governance = "GOVERNANCE",
        /// Registers of risks, and what was passed on.
        Risk = "RISK",
        /// Budgets, and decisions that commit them.
        Finance = "FINANCE",
        /// Stored queries.
        Dashboards = "DASHBOARDS",
        /// Information-sharing agreements to which the tenant is a party.
        Sharing = "SHARING",
        /// The accounts of those who hold its appointments, and its service accounts.
        Identity = "IDENTITY",
        /// Acts and the record of writes and of reads across tenants; whatever is done moves it.
        Record = "RECORD",
        /// What exists once, for all tenants: areas, organisations, national indicators, the tenants themselves.
        Reference = "REFERENCE",
    }
}

impl RecordArea {
    /// The area to which a thing's registers belong. A register can't come into being without an answer here: it names its resource,
    /// and this knows every resource.
    #[must_use]
    pub const fn of(resource: Resource) -> Self {
        match resource {
            Resource::Body | Resource::Appointment => Self::Organisation,
            Resource::Agreement
            | Resource::Indicator
            | Resource::Target
            | Resource::Observation
            | Resource::Outlook
            | Resource::Period => Self::Performance,
            Resource::Delegation
            | Resource::PolicingPlan
            | Resource::QuarterlyReturn
            | Resource::Feedback
            | Resource::FeedbackSummary
            | Resource::Meeting
            | Resource::ExemptBusiness
            | Resource::Interview
            | Resource::Trigger
            | Resource::Publication
            | Resource::Action
            | Resource::Obligation => Self::Governance,
            Resource::Risk | Resource::Referral => Self::Risk,
            Resource::Budget | Resource::Decision => Self::Finance,
            Resource::StoredQuery => Self::Dashboards,
            Resource::Sharing => Self::Sharing,
            Resource::Account | Resource::ServiceAccount => Self::Identity,
            Resource::Act | Resource::Audit => Self::Record,
        }
    }
}
