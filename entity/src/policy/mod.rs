//! Who may do what: one table of offices, actions and resources.
//!
//! A person's permissions are the union over the appointments in force on the business date; nothing else grants anything.
//! The whole table is printed as a snapshot that the tests compare, so that a change of it is reviewed as such.

mod assurance;
mod office;
mod restricted;
mod scope;
mod table;
mod words;

pub use assurance::{Assurance, Demand, FRESH, Shortfall, SignInMethod, decides_or_exports, needs_codes, needs_step_up};
pub use office::Office;
pub use restricted::restriction;
pub use scope::{Extent, SCOPES, Scope, ScopeRow, beyond_offices, extents, scope_matrix};
pub use table::{Reach, TABLE, matrix, offices_that, reach};
pub use words::{category_name, doing, things};

use crate::tables::values::closed_set;

closed_set! {
    /// What a person does to a thing.
    pub enum Action {
        /// Reads it.
        Read = "READ",
        /// Records figures.
        Record = "RECORD",
        /// Revises figures that stand.
        Revise = "REVISE",
        /// Sets it, in place of what stood before.
        Set = "SET",
        /// Settles how its words are read.
        Resolve = "RESOLVE",
        /// Gives a judgement of it.
        State = "STATE",
        /// Checks figures that others entered.
        Verify = "VERIFY",
        /// Approves figures that others verified.
        Approve = "APPROVE",
        /// Takes a file of it in.
        Import = "IMPORT",
        /// Takes a file of it out.
        Export = "EXPORT",
        /// Proposes it to others.
        Propose = "PROPOSE",
        /// Takes back what was agreed.
        Withdraw = "WITHDRAW",
        /// Invites somebody to it.
        Invite = "INVITE",
        /// Lets a machine in, changes what it may do, or shuts it out.
        Admit = "ADMIT",
        /// Hands it in, after which it stands as it is.
        Submit = "SUBMIT",
        /// Passes it on to the body above.
        Report = "REPORT",
        /// Draws together what several people sent.
        Collate = "COLLATE",
        /// Decides what becomes of what was passed on.
        Determine = "DETERMINE",
        /// Agrees to it within powers that were delegated.
        Agree = "AGREE",
        /// Writes down what it asks.
        Define = "DEFINE",
        /// Lets others build on it, or gives it up.
        Publish = "PUBLISH",
    }
}

closed_set! {
    /// What a permission is about.
    pub enum Resource {
        /// Bodies and their members.
        Body = "BODY",
        /// Appointments, and the people who hold them.
        Appointment = "APPOINTMENT",
        /// Who did what, and when.
        Act = "ACT",
        /// The record of writes, and of reads across tenants and of what is restricted.
        Audit = "AUDIT",
        /// Agreements with their themes, outcomes, issues and lines.
        Agreement = "AGREEMENT",
        /// Indicators and sets of areas.
        Indicator = "INDICATOR",
        /// Targets and tolerance policies.
        Target = "TARGET",
        /// Observations.
        Observation = "OBSERVATION",
        /// Officers' judgements.
        Outlook = "OUTLOOK",
        /// The closing of periods.
        Period = "PERIOD",
        /// Information-sharing agreements with other tenants.
        Sharing = "SHARING",
        /// The accounts of those who hold appointments.
        Account = "ACCOUNT",
        /// Service accounts and their keys.
        ServiceAccount = "SERVICE_ACCOUNT",
        /// Risks, their assessments, controls and attempts at settling them.
        Risk = "RISK",
        /// Risks that were passed from one organisation to another, and every step of their way.
        Referral = "REFERRAL",
        /// Instruments by which powers are delegated.
        Delegation = "DELEGATION",
        /// Budgets of partnerships, with their lines.
        Budget = "BUDGET",
        /// Decisions taken within delegated powers, and what they commit.
        Decision = "DECISION",
        /// Objectives and measures of the Policing Plan, and how priorities answer to them.
        PolicingPlan = "POLICING_PLAN",
        /// Lead members' quarterly returns.
        QuarterlyReturn = "QUARTERLY_RETURN",
        /// What members send about their neighbourhood policing units, in their own words.
        Feedback = "FEEDBACK",
        /// Neighbourhood feedback as collated for a council area.
        FeedbackSummary = "FEEDBACK_SUMMARY",
        /// Meetings of bodies: agenda, attendance, decisions and summaries.
        Meeting = "MEETING",
        /// What of a meeting is exempt from publication (Local Government Act 1972, Schedule 12A).
        ExemptBusiness = "EXEMPT_BUSINESS",
        /// The Authority's Environmental Scans and Members' Bulletins: which there are, and since when.
        Publication = "PUBLICATION",
        /// What these tell lead members about partnerships of their areas.
        Trigger = "TRIGGER",
        /// The chairman's interviews of members.
        Interview = "INTERVIEW",
        /// Actions of every plan, with their owners and progress.
        Action = "ACTION",
        /// Duties with their due dates, and how they were met.
        Obligation = "OBLIGATION",
        /// Stored queries for dashboards.
        StoredQuery = "STORED_QUERY",
    }
}

closed_set! {
    /// What an information-sharing agreement can share: the categories of record that the documents name (S4, The Authority's
    /// role; Communication and consultation).
    pub enum RecordCategory {
        /// Agreements, indicators, targets and figures, with the bodies that agreed them.
        PrioritiesAndIndicators = "PRIORITIES_AND_INDICATORS",
        /// What people said about influence (NI 4) and about their concerns being dealt with (NI 21).
        EngagementResults = "ENGAGEMENT_RESULTS",
        /// Registers of risks.
        Risks = "RISKS",
        /// Plans and strategies.
        Plans = "PLANS",
        /// Budgets and spending.
        Finance = "FINANCE",
        /// Meetings, their papers and decisions.
        Meetings = "MEETINGS",
    }
}

impl Resource {
    /// The category under which such things can be shared with another tenant; what has none never is.
    #[must_use]
    pub const fn shared_as(self) -> Option<RecordCategory> {
        match self {
            Self::Body | Self::Agreement | Self::Indicator | Self::Target | Self::Observation => {
                Some(RecordCategory::PrioritiesAndIndicators)
            }
            Self::Risk => Some(RecordCategory::Risks),
            Self::PolicingPlan => Some(RecordCategory::Plans),
            Self::Budget | Self::Decision => Some(RecordCategory::Finance),
            Self::Meeting => Some(RecordCategory::Meetings),
            Self::Appointment
            | Self::Act
            | Self::Audit
            | Self::Outlook
            | Self::Period
            | Self::Sharing
            | Self::Account
            | Self::ServiceAccount
            | Self::Referral
            | Self::Delegation
            | Self::QuarterlyReturn
            | Self::Feedback
            | Self::FeedbackSummary
            | Self::ExemptBusiness
            | Self::Interview
            | Self::Trigger
            | Self::Publication
            | Self::Action
            | Self::Obligation
            | Self::StoredQuery => None,
        }
    }

    /// Whether some such things are results of engagement, which can be shared without the rest.
    #[must_use]
    pub const fn holds_engagement_results(self) -> bool {
        matches!(self, Self::Indicator | Self::Observation)
    }
}
