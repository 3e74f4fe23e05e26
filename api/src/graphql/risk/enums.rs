//! The closed sets of risks, as the schema names them.

use async_graphql::Enum;

/// Whether a risk would do harm or good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::risk_score::Nature")]
pub enum RiskNature {
    /// Something that would do harm.
    Threat,
    /// Something that would do good.
    Opportunity,
}

/// At what level a risk lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::risk_score::Category")]
pub enum RiskCategory {
    /// For medium and long-term goals.
    Strategic,
    /// Met in planning and doing the work.
    Operational,
}

/// What is done about a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::risk_score::Response")]
pub enum RiskResponse {
    /// A threat is made less by action; needs an action that is still open.
    Treat,
    /// A threat is borne; above the appetite it needs an approval with an end.
    Tolerate,
    /// A threat is passed to somebody who bears it; needs the transferee.
    Transfer,
    /// What brings the threat about is ended; needs the day.
    Terminate,
    /// An opportunity is made sure of.
    Exploit,
    /// An opportunity is made likelier or greater.
    Enhance,
    /// An opportunity is shared with somebody who can use it better; needs to be said with whom.
    Share,
    /// An opportunity is left alone.
    Ignore,
}

/// How much a score weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::risk_score::Band")]
pub enum RiskBand {
    /// 1 to 4; reviewed once a year.
    Low,
    /// 5 to 9; reviewed every six months.
    Medium,
    /// 10 to 14; reviewed every quarter.
    High,
    /// 15 to 25; reviewed every quarter, with the Treasurer.
    VeryHigh,
}

/// How far an action about a risk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::tables::risk::risk_action::RiskActionStatus")]
pub enum RiskActionStatus {
    /// Nothing was done yet.
    NotStarted,
    /// It is being done.
    InProgress,
    /// It is done.
    Completed,
    /// It won't be done.
    Cancelled,
}

/// Where a risk is on its way, and so who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::escalation::State")]
pub enum RiskState {
    /// With the lead member, where it arose.
    AtSource,
    /// With the Engagement Committee, in the lead member's report.
    ReportedToEngagement,
    /// With the Treasurer, who has to determine it.
    WithTreasurer,
    /// Found not to be significant, or not raised; back with the lead member, who keeps an eye on it.
    Monitored,
    /// Captured in the Authority's register, with the Treasurer.
    OnAuthorityRegister,
    /// With the Audit Committee.
    AuditCommittee,
    /// With the chief executive, who decides whether to raise it.
    ChiefExecutive,
    /// With the sub-regional team of chief executives.
    SubregionalTeam,
    /// Returned to the lead member.
    Returned,
    /// Closed by whoever held it above, and still open on its own register: the lead member closes it there.
    ClosedAbove,
    /// Closed.
    Closed,
}

/// What an office does about a risk on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::escalation::Step")]
pub enum RiskStep {
    /// The lead member has settled it at source.
    Resolve,
    /// The lead member reports it.
    Report,
    /// The committee notes it, or proposes an action.
    Note,
    /// The Treasurer finds it not significant.
    NotSignificant,
    /// The Treasurer captures it in the Authority's register.
    Capture,
    /// The Treasurer escalates it to the Audit Committee.
    Escalate,
    /// The Treasurer advises the chief executive.
    Advise,
    /// The chief executive raises it with the sub-regional team.
    Raise,
    /// The chief executive doesn't raise it.
    Decline,
    /// Its holder returns it to the lead member.
    Return,
    /// Its holder closes it.
    Close,
}

/// Which of its ways a risk is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::escalation::Branch")]
pub enum RiskBranch {
    /// The way that every risk takes, up to the Treasurer.
    Common,
    /// To the Audit Committee.
    Authority,
    /// To the chief executive and the sub-regional team.
    Partnership,
}

/// Whom a risk concerns, as the Treasurer determines it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::escalation::Scope")]
pub enum RiskScope {
    /// The Authority: it is captured in the Authority's register.
    Authority,
    /// The partnership as a whole: the chief executive is advised.
    Partnership,
    /// Both: it takes both ways, and is settled when both have come to an outcome.
    Both,
}

/// Why it may be time to pass a risk on. It is never done by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "entity::rules::escalation::Suggestion")]
pub enum EscalationSuggestion {
    /// The residual score is 15 or more.
    VeryHigh,
    /// It was reported in two quarters running, or more, and hasn't fallen.
    ReportedWithoutFalling,
    /// The day by which it was to be settled has passed.
    PastResolveBy,
}

/// What the Treasurer determines of a reported risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum RiskDetermination {
    /// It isn't significant.
    NotSignificant,
    /// It concerns the Authority: it is captured in the Authority's register, with its mitigations.
    Authority,
    /// It concerns the partnership as a whole: the chief executive is advised.
    Partnership,
    /// It concerns both.
    Both,
}

/// Whether the chief executive raises a risk with the sub-regional team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum ChiefExecutiveDecision {
    /// Raised.
    Raise,
    /// Not raised.
    Decline,
}

/// What came of a risk with the body that held it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum RiskOutcome {
    /// Returned to the lead member.
    Returned,
    /// Closed.
    Closed,
}

/// The body that came to an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum RiskOutcomeBody {
    /// The Audit Committee; recorded by its clerk.
    AuditCommittee,
    /// The sub-regional team; recorded by the chief executive.
    SubregionalTeam,
}
