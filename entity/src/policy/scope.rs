//! What a service account may be let do: named scopes, each with what it allows in one plain table.
//!
//! A person's powers follow from offices, a machine's from the scopes that a tenant has granted it; what no row here allows is denied.
//! There is no scope to decide, approve, share, invite, export in bulk or read the record, so no grant can confer that.

use std::fmt::Write as _;

use super::{
    Action::{self, Import, Read, Record, Revise},
    Resource::{self, Agreement, Body, Indicator, Meeting, Observation, Period, Risk, StoredQuery, Target},
    TABLE,
    assurance::decides_or_exports,
    table::Reach,
};
use crate::tables::values::closed_set;

closed_set! {
    /// A scope, in the words of an access token (RFC 6749, section 3.3). Reading goes by category of record, as sharing does.
    pub enum Scope {
        /// Reads agreements, indicators, targets and figures, with the bodies that agreed them.
        ReadPrioritiesAndIndicators = "read:priorities-and-indicators",
        /// Reads what people said about influence (NI 4) and about their concerns (NI 21), and no other figure.
        ReadEngagementResults = "read:engagement-results",
        /// Reads registers of risks.
        ReadRisks = "read:risks",
        /// Reads plans and strategies.
        ReadPlans = "read:plans",
        /// Reads budgets and spending.
        ReadFinance = "read:finance",
        /// Reads meetings, their papers and decisions.
        ReadMeetings = "read:meetings",
        /// Lets the scopes for reading reach what other tenants share with this one, too.
        ReadShared = "read:shared",
        /// Enters figures of its own organisation's indicators, which it reads for that.
        WriteObservations = "write:observations",
    }
}

/// How far a scope reaches within the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Only to indicators that its own organisation supplies, their figures and the lines that they stand in.
    OwnOrganisation,
    /// Only to results of engagement.
    EngagementResults,
    /// To everything of the kind in the tenant.
    Tenant,
}

/// One thing that a scope allows.
#[derive(Debug)]
pub struct ScopeRow {
    /// The scope.
    pub scope: Scope,
    /// What may be done.
    pub action: Action,
    /// To what.
    pub resource: Resource,
    /// How far it reaches.
    pub extent: Extent,
}

const fn row(scope: Scope, action: Action, resource: Resource) -> ScopeRow {
    ScopeRow { scope, action, resource, extent: Extent::Tenant }
}

const fn results(resource: Resource) -> ScopeRow {
    ScopeRow { scope: Scope::ReadEngagementResults, action: Read, resource, extent: Extent::EngagementResults }
}

const fn own(action: Action, resource: Resource) -> ScopeRow {
    ScopeRow { scope: Scope::WriteObservations, action, resource, extent: Extent::OwnOrganisation }
}

/// Everything that scopes allow. What isn't here is denied; scopes without a row wait for their registers.
pub const SCOPES: &[ScopeRow] = &[
    row(Scope::ReadPrioritiesAndIndicators, Read, Body),
    row(Scope::ReadPrioritiesAndIndicators, Read, Agreement),
    row(Scope::ReadPrioritiesAndIndicators, Read, Indicator),
    row(Scope::ReadPrioritiesAndIndicators, Read, Target),
    row(Scope::ReadPrioritiesAndIndicators, Read, Observation),
    row(Scope::ReadRisks, Read, Risk),
    row(Scope::ReadFinance, Read, Resource::Budget),
    row(Scope::ReadFinance, Read, Resource::Decision),
    row(Scope::ReadPlans, Read, Resource::PolicingPlan),
    // Whether figures have been approved belongs to them.
    row(Scope::ReadPrioritiesAndIndicators, Read, Period),
    // What a query asks; what it answers goes by what else is read.
    row(Scope::ReadPrioritiesAndIndicators, Read, StoredQuery),
    row(Scope::ReadMeetings, Read, Meeting),
    results(Indicator),
    results(Observation),
    own(Record, Observation),
    own(Revise, Observation),
    own(Import, Observation),
    // What an entry is checked against: the indicator, the figures that stand, the agreement's term, whether the period is locked.
    own(Read, Indicator),
    own(Read, Observation),
    own(Read, Agreement),
    row(Scope::WriteObservations, Read, Period),
];

impl Scope {
    /// Whether it allows reading only.
    #[must_use]
    pub const fn only_reads(self) -> bool {
        !matches!(self, Self::WriteObservations)
    }

    /// The scopes in a text, parted by spaces; a word that is none grants nothing.
    #[must_use]
    pub fn granted_in(text: &str) -> Vec<Self> {
        text.split(' ').filter_map(|word| word.parse().ok()).collect()
    }

    /// Scopes as a text, each once and in the order of declaration, parted by spaces.
    #[must_use]
    pub fn text_of(scopes: &[Self]) -> String {
        let named: Vec<&str> = Self::ALL.iter().filter(|scope| scopes.contains(scope)).map(|scope| scope.as_str()).collect();
        named.join(" ")
    }
}

/// How far these scopes let somebody `action` a `resource`, in every way in which they do.
#[must_use]
pub fn extents(scopes: &[Scope], action: Action, resource: Resource) -> Vec<Extent> {
    // A deed that decides or exports is never a machine's, whatever a row may say.
    if decides_or_exports(action) {
        return Vec::new();
    }
    let rows = SCOPES.iter().filter(|row| row.action == action && row.resource == resource && scopes.contains(&row.scope));
    rows.map(|row| row.extent).collect()
}

/// The first thing that these scopes allow and none of the `held` offices does; nobody grants what they don't hold.
#[must_use]
pub fn beyond_offices(held: &[super::Office], scopes: &[Scope]) -> Option<(Action, Resource)> {
    let reached = |row: &ScopeRow| -> bool {
        let needed = if row.extent == Extent::OwnOrganisation { Reach::OwnOrganisation } else { Reach::Tenant };
        let own = TABLE.iter().filter(|own| own.action == row.action && own.resource == row.resource);
        own.filter(|own| own.offices.iter().any(|office| held.contains(office)))
            .any(|own| own.reach == Reach::Tenant || own.reach == needed)
    };
    SCOPES.iter().filter(|row| scopes.contains(&row.scope)).find(|row| !reached(row)).map(|row| (row.action, row.resource))
}

/// The table as text for review: a line for each scope with everything that it allows.
#[must_use]
pub fn scope_matrix() -> String {
    let mut text = String::new();
    for &scope in Scope::ALL {
        let _ = writeln!(text, "{scope}");
        for &resource in Resource::ALL {
            let may: Vec<String> = SCOPES
                .iter()
                .filter(|row| row.scope == scope && row.resource == resource)
                .map(|row| match row.extent {
                    Extent::Tenant => row.action.to_string(),
                    Extent::OwnOrganisation => format!("{} (own organisation's)", row.action),
                    Extent::EngagementResults => format!("{} (results of engagement)", row.action),
                })
                .collect();
            if !may.is_empty() {
                let _ = writeln!(text, "  {resource}: {}", may.join(", "));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Office, RecordCategory};

    #[test]
    fn no_scope_decides_exports_or_reads_who_did_what() {
        for row in SCOPES {
            assert!(!decides_or_exports(row.action), "{} {}", row.action, row.resource);
            let private = [Resource::Audit, Resource::Act, Resource::Account, Resource::Appointment, Resource::Sharing];
            assert!(!private.contains(&row.resource), "{} {}", row.action, row.resource);
        }
        assert_eq!(extents(Scope::ALL, Action::Approve, Period), []);
    }

    #[test]
    fn what_is_shared_under_a_category_is_read_under_its_scope() {
        for &resource in
            Resource::ALL.iter().filter(|resource| resource.shared_as() == Some(RecordCategory::PrioritiesAndIndicators))
        {
            assert!(extents(&[Scope::ReadPrioritiesAndIndicators], Read, resource).contains(&Extent::Tenant), "{resource}");
        }
        for &resource in Resource::ALL.iter().filter(|resource| resource.holds_engagement_results()) {
            assert_eq!(extents(&[Scope::ReadEngagementResults], Read, resource), [Extent::EngagementResults], "{resource}");
        }
    }

    #[test]
    fn reading_and_writing_are_granted_apart_and_nothing_by_an_unknown_word() {
        assert_eq!(extents(&[Scope::ReadPrioritiesAndIndicators], Record, Observation), []);
        assert_eq!(extents(&[Scope::WriteObservations], Read, Target), []);
        assert_eq!(Scope::granted_in("read:finance admin  read:plans"), [Scope::ReadFinance, Scope::ReadPlans]);
        assert_eq!(Scope::text_of(&[Scope::ReadPlans, Scope::ReadRisks, Scope::ReadPlans]), "read:risks read:plans");
    }

    #[test]
    fn an_office_grants_no_more_than_it_holds() {
        let read = [Scope::ReadPrioritiesAndIndicators];
        let write = [Scope::WriteObservations];
        assert_eq!(beyond_offices(&[Office::PerformanceOfficer], &[read[0], write[0]]), None);
        assert_eq!(beyond_offices(&[Office::AuthorityChiefExecutive], &read), None);
        assert_eq!(beyond_offices(&[Office::AuthorityChiefExecutive], &write), Some((Record, Observation)));
        assert_eq!(beyond_offices(&[], &read), Some((Read, Body)));
    }
}
