//! The closed sets of feedback and returns, as clients see them.

use async_graphql::Enum;

/// What an issue of neighbourhood feedback is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::governance::feedback_issue::FeedbackSubject")]
pub enum FeedbackSubject {
    /// Anti-social behaviour.
    AntiSocialBehaviour,
    /// Harm that alcohol does.
    Alcohol,
    /// Drugs.
    Drugs,
    /// Burglary, robbery, theft of and from vehicles.
    AcquisitiveCrime,
    /// Violence, at home or in the street.
    Violence,
    /// Fires that were set.
    Arson,
    /// Road safety.
    RoadSafety,
    /// Children and young people.
    YoungPeople,
    /// Litter, graffiti, lighting and the state of streets and parks.
    Liveability,
    /// How people are heard, and told what was done.
    Engagement,
    /// How partners work together, and what they put in.
    PartnershipWorking,
    /// Anything else.
    Other,
}

/// How a quarterly return stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::quarter_return::ReturnStatus")]
pub enum ReturnStatus {
    /// Nothing of it was saved, and it isn't overdue.
    NotStarted,
    /// Something of it was saved, and it isn't overdue.
    Draft,
    /// Its due date is over and it isn't in.
    Late,
    /// It was handed in; whether that was late its submission says.
    Submitted,
    /// It was handed in, taken back, and not handed in again.
    Withdrawn,
    /// The committee has received it.
    Received,
}

/// A part of a return that can be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::usecases::governance::quarterly_return_parts::Part")]
pub enum ReturnPart {
    /// Indicators of the area's agreement.
    Indicators,
    /// The summary of neighbourhood feedback.
    Feedback,
    /// Open risks of the area.
    Risks,
    /// Decisions within delegated powers.
    Decisions,
}
