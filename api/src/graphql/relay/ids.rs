//! Global identifiers: what a thing is, whose it is, and which it is. Clients take them as they are.

use async_graphql::ID;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    error::{Error, ProblemCode, Result},
    tables::{Id, TenantId, TenantRow, organisation::person},
};
use uuid::Uuid;

macro_rules! node_kinds {
    ($($kind:ident = $tag:literal),+ $(,)?) => {
        /// The kinds of things that have a global identifier.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum NodeKind {
            $(#[doc = concat!("`", stringify!($kind), "`.")] $kind),+
        }

        impl NodeKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The type's name in the schema.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind)),+ }
            }

            /// The type's name with its article: "a Meeting", "an Organisation".
            fn with_article(self) -> String {
                let article = if self.name().starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
                format!("{article} {}", self.name())
            }

            /// Why an identifier isn't taken where one of this kind is asked for.
            pub(crate) fn expected(self) -> String {
                format!("This is not the identifier of {}, or there is no such thing.", self.with_article())
            }

            const fn tag(self) -> u8 {
                match self { $(Self::$kind => $tag),+ }
            }

            fn tagged(tag: u8) -> Option<Self> {
                match tag {
                    $($tag => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }
    };
}

// Tags are never used again for something else: identifiers outlive releases.
node_kinds! {
    Tenant = 1,
    Organisation = 2,
    Person = 3,
    Body = 4,
    BodyMembership = 5,
    Appointment = 6,
    Act = 7,
    Session = 8,
    AuditEvent = 9,
    ServiceAccount = 10,
    Area = 20,
    NationalIndicator = 21,
    Indicator = 22,
    Agreement = 23,
    Theme = 24,
    Outcome = 25,
    TransformationalIssue = 26,
    AgreementIndicator = 27,
    TolerancePolicy = 28,
    Target = 29,
    Observation = 30,
    Outlook = 31,
    PeriodClose = 32,
    AreaSet = 33,
    SharingAgreement = 40,
    StoredQuery = 50,
    StoredQueryVersion = 51,
    Risk = 60,
    RiskAssessment = 61,
    RiskControl = 62,
    RiskAction = 63,
    RiskAttempt = 64,
    RiskReferral = 65,
    RiskReferralStep = 66,
    Delegation = 140,
    PolicingPlanObjective = 141,
    PolicingPlanMeasure = 142,
    PolicingPlanAlignment = 143,
    Budget = 144,
    BudgetLine = 145,
    Decision = 146,
    Commitment = 147,
    Interest = 148,
    BudgetRevision = 149,
    Feedback = 75,
    FeedbackSummary = 76,
    QuarterlyReturn = 77,
    ReturnSubmission = 78,
    Meeting = 70,
    AgendaItem = 71,
    MeetingDecision = 72,
    ActionPlan = 73,
    PlanAction = 74,
    MeetingPack = 80,
    Publication = 90,
    MemberInterview = 91,
}

/// A global identifier, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId {
    /// What it is.
    pub kind: NodeKind,
    /// The tenant that it belongs to; none for what belongs to nobody in particular.
    pub tenant: Option<TenantId>,
    /// Which one it is.
    pub id: Uuid,
}

impl NodeId {
    /// The identifier of a tenant's row.
    pub fn of<R: TenantRow>(kind: NodeKind, row: &R) -> Self {
        Self { kind, tenant: Some(row.tenant()), id: row.id().uuid() }
    }

    /// The identifier of something that belongs to no tenant.
    pub fn beyond<T>(kind: NodeKind, id: Id<T>) -> Self {
        Self { kind, tenant: None, id: id.uuid() }
    }

    /// As clients see it.
    #[must_use]
    pub fn to_id(self) -> ID {
        let mut bytes = Vec::with_capacity(33);
        bytes.push(self.kind.tag());
        if let Some(tenant) = self.tenant {
            bytes.extend_from_slice(tenant.uuid().as_bytes());
        }
        bytes.extend_from_slice(self.id.as_bytes());
        ID(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Takes apart what a client sent; `None` when it is no identifier of ours.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        // Longer texts can't be identifiers and aren't worth decoding.
        if id.len() > 64 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (&tag, rest) = bytes.split_first()?;
        let kind = NodeKind::tagged(tag)?;
        let (tenant, id) = match rest.len() {
            16 => (None, Uuid::from_slice(rest).ok()?),
            32 => {
                let (tenant, id) = rest.split_at(16);
                (Some(Id::from_uuid(Uuid::from_slice(tenant).ok()?)), Uuid::from_slice(id).ok()?)
            }
            _ => return None,
        };
        Some(Self { kind, tenant, id })
    }

    /// The tenant that an input field names.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field when it is no identifier of a tenant.
    pub fn expect_tenant(field: &str, id: &ID) -> Result<TenantId> {
        Self::expect_beyond(field, id, NodeKind::Tenant)
    }

    /// The person that an input field names.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field when it is no identifier of a person.
    pub fn expect_person(field: &str, id: &ID) -> Result<Id<person::Model>> {
        Self::expect_beyond(field, id, NodeKind::Person)
    }

    /// Something that belongs to no tenant and that an input field names, which must be of one kind.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field when it is no identifier of that kind.
    pub fn expect_beyond<R>(field: &str, id: &ID, kind: NodeKind) -> Result<Id<R>> {
        let parsed = Self::parse(id).filter(|parsed| parsed.kind == kind && parsed.tenant.is_none());
        parsed.map(|parsed| Id::from_uuid(parsed.id)).ok_or_else(|| Error::invalid(field, ProblemCode::NotFound, kind.expected()))
    }

    /// The tenant and the row that an input field names, which must be of one kind.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field when it is no identifier of that kind.
    pub fn expect<R>(field: &str, id: &ID, kind: NodeKind) -> Result<(TenantId, Id<R>)> {
        let parsed = Self::parse(id).filter(|parsed| parsed.kind == kind);
        parsed
            .and_then(|parsed| Some((parsed.tenant?, Id::from_uuid(parsed.id))))
            .ok_or_else(|| Error::invalid(field, ProblemCode::NotFound, kind.expected()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_with_its_article() {
        let named = [NodeKind::Organisation, NodeKind::Meeting, NodeKind::AgendaItem].map(NodeKind::expected);
        assert_eq!(named[0], "This is not the identifier of an Organisation, or there is no such thing.");
        assert!(named[1].contains("of a Meeting,") && named[2].contains("of an AgendaItem,"), "{named:?}");
    }

    #[test]
    fn an_identifier_survives_the_journey_and_no_other_text_passes_for_one() {
        let id = NodeId { kind: NodeKind::Theme, tenant: Some(Id::new()), id: Uuid::now_v7() };
        assert_eq!(NodeId::parse(&id.to_id()), Some(id));
        for text in ["", "x", "AAAA", "====", &"A".repeat(65)] {
            assert_eq!(NodeId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn no_two_kinds_share_a_tag() {
        for &kind in NodeKind::ALL {
            assert_eq!(NodeKind::tagged(kind.tag()), Some(kind));
        }
    }
}
