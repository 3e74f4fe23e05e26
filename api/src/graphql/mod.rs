//! The face: the schema, one file a thing, and the front door before it.
//!
//! Resolvers only call use cases. What is asked for together is loaded together (`relay`), errors get their codes in one place
//! (`errors`), and every object carries the view in which it was seen (`context`).

pub mod acting;
pub mod context;
pub mod costing;
pub mod dashboards;
pub mod errors;
pub mod finance;
pub mod frontdoor;
pub mod governance;
pub mod identity;
pub mod node;
pub mod organisation;
pub mod performance;
pub mod relay;
pub mod risk;
pub mod scalars;
pub mod sharing;
pub mod watching;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, Schema, ValidationMode};

/// What can be asked.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    node::NodeQuery,
    costing::CostQuery,
    identity::ViewerQuery,
    organisation::TenantQuery,
    organisation::OrganisationQuery,
    performance::AreaQuery,
    performance::NationalIndicatorQuery,
    performance::PeriodQuery,
    sharing::AccessQuery,
    sharing::ComparisonQuery,
);

/// What can be done. Each field acts by itself, in the order of the document, and is durable before its payload is read.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    governance::ActionMutation,
    governance::MeetingMutation,
    governance::AgendaItemMutation,
    governance::AttendanceMutation,
    governance::MeetingDecisionMutation,
    governance::MinutesMutation,
    governance::MeetingSummaryMutation,
    governance::MeetingPackMutation,
    governance::CascadeMutation,
    governance::PlanningMutation,
    governance::PublicationMutation,
    governance::InterviewMutation,
    governance::ObligationMutation,
    identity::SignInMutation,
    identity::IdentitySessionMutation,
    identity::PasswordMutation,
    identity::AuthenticatorMutation,
    identity::CalendarFeedMutation,
    identity::VerifyIdentityMutation,
    identity::InvitationMutation,
    identity::LinkMutation,
    identity::ServiceAccountMutation,
    performance::OutlookMutation,
    performance::PeriodCloseMutation,
    performance::TargetMutation,
    performance::RecordObservationsMutation,
    performance::ImportObservationsMutation,
    sharing::SharingMutation,
    dashboards::StoredQueryMutation,
    risk::RiskRegisterMutation,
    risk::RiskRecordMutation,
    risk::RiskReferralMutation,
    governance::DelegationMutation,
    governance::PolicingPlanMutation,
    finance::BudgetMutation,
    finance::BudgetRevisionMutation,
    finance::ExpenditureMutation,
    finance::PlanMutation,
    finance::CommitmentMutation,
    finance::InterestMutation,
    governance::FeedbackMutation,
    governance::FeedbackSummaryMutation,
    governance::QuarterlyReturnMutation,
);

/// What can be followed. Each event is read as whoever follows may read at that moment.
#[derive(MergedSubscription, Default)]
#[graphql(name = "Subscription")]
pub struct Subscription(organisation::AwaitingSubscription, performance::StatusSubscription);

/// The schema as the server executes it.
pub type ConcordatSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema.
#[must_use]
pub fn schema() -> ConcordatSchema {
    schema_within(frontdoor::Limits::default())
}

/// Builds the schema for a server that holds its clients to these limits, so that it can explain them.
#[must_use]
pub fn schema_within(limits: frontdoor::Limits) -> ConcordatSchema {
    Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .register_output_type::<node::Node>()
        .data(limits)
        .extension(frontdoor::Nulls)
        .extension(sharing::OnRecord)
        // The front door has validated them, by better rules.
        .validation_mode(ValidationMode::Fast)
        // The front door measures documents first; the library counts fragments as levels.
        .limit_recursive_depth(64)
        .finish()
}

/// The published contract: the schema in its definition language.
#[must_use]
pub fn contract() -> String {
    let options =
        SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items().include_specified_by().use_space_ident();
    let mut text = schema().sdl_with_options(options);
    while text.ends_with('\n') {
        text.pop();
    }
    text.push('\n');
    text
}
