//! The closed sets of sharing, as clients see them.

use async_graphql::Enum;

/// A category of record that tenants can share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::policy::RecordCategory")]
pub enum RecordCategory {
    /// Agreements, indicators, targets and figures, with the bodies that agreed them.
    PrioritiesAndIndicators,
    /// What people said about influence (NI 4) and about their concerns being dealt with (NI 21).
    EngagementResults,
    /// Registers of risks.
    Risks,
    /// Plans and strategies.
    Plans,
    /// Budgets and spending.
    Finance,
    /// Meetings, their papers and decisions.
    Meetings,
}

/// How an information-sharing agreement stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::sharing::Standing")]
pub enum SharingStanding {
    /// It lets at least one party read.
    InForce,
    /// The party that would read hasn't approved it.
    AwaitingReader,
    /// The party that would be read hasn't approved it.
    AwaitingDiscloser,
    /// Its term hasn't begun.
    NotYetEffective,
    /// Its term is over.
    Lapsed,
    /// A party has withdrawn it.
    Withdrawn,
}
