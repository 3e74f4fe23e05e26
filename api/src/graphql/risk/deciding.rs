//! The way of a risk that is passed on: one mutation for each office's step.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entity::{
    error::Error,
    rules::escalation::{Branch, Scope},
    tables::{Id, TenantId, risk::risk_referral},
    usecases::risk::{
        deciding::{self, Noted, Outcome, Raising},
        determining::{self, Determination},
        referrals,
        referring::{self, Report},
        reviewing,
    },
};

use super::{
    ChiefExecutiveDecision, RiskDetermination, RiskOutcome, RiskOutcomeBody, RiskReferral, payload, registers::RiskReview,
};
use crate::graphql::{
    acting::Acting,
    governance::of_tenant,
    performance::period_argument,
    relay::{NodeId, NodeKind},
    scalars::Date,
};

/// A risk to be reported.
#[derive(InputObject)]
pub struct SubmitRiskReportInput {
    /// The risk, on its own register.
    risk: ID,
    /// The authority to which it is reported: the tenant that polices the risk's area.
    authority: ID,
    /// The quarter for which it is reported, by its code; the last that has ended when left out. A report rides in that quarter's return, so
    /// it has to come before the return is handed in.
    quarter: Option<String>,
    /// Why it can't be settled at source.
    reason: String,
    /// What is proposed to be done.
    proposed_action: Option<String>,
    /// The version of its referral that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What reporting a risk gives.
    SubmitRiskReportPayload {
        /// The risk as it was passed on.
        referral: RiskReferral
    }
}

/// What the Engagement Committee made of a reported risk.
#[derive(InputObject)]
pub struct RecordCommitteeNoteInput {
    /// The risk as it was passed on.
    referral: ID,
    /// The day on which the committee met: one for which a meeting of it was called; today when left out.
    met_on: Option<Date>,
    /// Which of the committee's meetings of that day; to be said where there was more than one.
    meeting: Option<ID>,
    /// What it noted.
    note: String,
    /// What it proposes to be done.
    proposed_action: Option<String>,
    /// The number of the minute of that meeting. Where the meeting has none of that number yet, it gets one, exempt from publication.
    minute_number: Option<String>,
    /// The version of the referral that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording the committee's note gives.
    RecordCommitteeNotePayload {
        /// The risk, with the Treasurer now.
        referral: RiskReferral
    }
}

/// What the Treasurer determines of a reported risk.
#[derive(InputObject)]
pub struct RecordRiskDeterminationInput {
    /// The risk as it was passed on.
    referral: ID,
    /// That it isn't significant, or whom it concerns.
    determination: RiskDetermination,
    /// Why.
    reason: String,
    /// What makes it less; needed for what is captured in the Authority's register.
    mitigations: Option<String>,
    /// The minute or note that records it.
    minute_reference: Option<String>,
    /// The version of the referral that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What the Treasurer's determination gives.
    RecordRiskDeterminationPayload {
        /// The risk as it stands now.
        referral: RiskReferral
    }
}

/// A captured risk to be sent to the Audit Committee.
#[derive(InputObject)]
pub struct SendRiskToAuditCommitteeInput {
    /// The risk as it was passed on.
    referral: ID,
    /// Why.
    reason: String,
    /// The version of the referral that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What sending a risk to the Audit Committee gives.
    SendRiskToAuditCommitteePayload {
        /// The risk as it stands now.
        referral: RiskReferral
    }
}

/// Whether the chief executive raises a risk.
#[derive(InputObject)]
pub struct RecordChiefExecutiveDecisionInput {
    /// The risk as it was passed on.
    referral: ID,
    /// Whether it is raised with the sub-regional team.
    decision: ChiefExecutiveDecision,
    /// Why; needed when it isn't raised.
    reason: Option<String>,
    /// The version of the referral that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What the chief executive's decision gives.
    RecordChiefExecutiveDecisionPayload {
        /// The risk as it stands now.
        referral: RiskReferral
    }
}

/// What came of a risk with the body that held it.
#[derive(InputObject)]
pub struct RecordRiskOutcomeInput {
    /// The risk as it was passed on.
    referral: ID,
    /// The body that came to the outcome.
    decided_by: RiskOutcomeBody,
    /// Whether it goes back to the lead member, or is closed.
    outcome: RiskOutcome,
    /// What was decided, and why.
    reason: String,
    /// The Audit Committee's minute of it, which says itself how it is cited.
    minute: Option<ID>,
    /// What records it, in words: for the sub-regional team, and where the committee's minute isn't on record here.
    minute_reference: Option<String>,
    /// The version of the referral that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What recording an outcome gives.
    RecordRiskOutcomePayload {
        /// The risk as it stands now.
        referral: RiskReferral
    }
}

/// A quarter's review to be closed.
#[derive(InputObject)]
pub struct CloseRiskReviewInput {
    /// The authority whose Treasurer reviewed.
    authority: ID,
    /// The quarter, by its code; the last that has ended when left out.
    quarter: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

payload! {
    /// What closing a quarter's review gives.
    CloseRiskReviewPayload {
        /// The review, which says that it is complete, and since when.
        review: RiskReview
    }
}

/// Steps of reported risks.
#[derive(Default)]
pub struct RiskReferralMutation;

#[Object]
impl RiskReferralMutation {
    /// Reports a risk to the Authority, with its history as it stands; for the lead member of its area, once settling it at source was
    /// tried. What was reported before is reported again, for a later quarter. It rides in that quarter's return: once that has been
    /// handed in, it is LOCKED, until the return is taken back.
    async fn submit_risk_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk to be reported.")] input: SubmitRiskReportInput,
    ) -> Result<SubmitRiskReportPayload> {
        SubmitRiskReportPayload::of(reported(&Acting::of(ctx)?, input).await)
    }

    /// Records what the Engagement Committee made of a reported risk, which passes it to the Treasurer; for that committee's clerk.
    async fn record_committee_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the committee made of it.")] input: RecordCommitteeNoteInput,
    ) -> Result<RecordCommitteeNotePayload> {
        RecordCommitteeNotePayload::of(noted(&Acting::of(ctx)?, input).await)
    }

    /// Determines a reported risk; for the Treasurer. What concerns the Authority is put on its register, of what concerns the
    /// partnership the chief executive is advised.
    async fn record_risk_determination(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is determined.")] input: RecordRiskDeterminationInput,
    ) -> Result<RecordRiskDeterminationPayload> {
        RecordRiskDeterminationPayload::of(determined(&Acting::of(ctx)?, input).await)
    }

    /// Escalates a captured risk to the Audit Committee; for the Treasurer.
    async fn send_risk_to_audit_committee(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The risk to be escalated.")] input: SendRiskToAuditCommitteeInput,
    ) -> Result<SendRiskToAuditCommitteePayload> {
        SendRiskToAuditCommitteePayload::of(escalated(&Acting::of(ctx)?, input).await)
    }

    /// Records whether a risk is raised with the sub-regional team; for the chief executive.
    async fn record_chief_executive_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was decided.")] input: RecordChiefExecutiveDecisionInput,
    ) -> Result<RecordChiefExecutiveDecisionPayload> {
        RecordChiefExecutiveDecisionPayload::of(raised(&Acting::of(ctx)?, input).await)
    }

    /// Records what came of a risk with the Audit Committee, by its clerk, or with the sub-regional team, by the chief executive.
    async fn record_risk_outcome(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What came of it.")] input: RecordRiskOutcomeInput,
    ) -> Result<RecordRiskOutcomePayload> {
        RecordRiskOutcomePayload::of(concluded(&Acting::of(ctx)?, input).await)
    }

    /// Puts on record that every risk reported for a quarter is determined; for the Treasurer.
    async fn close_risk_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The review to be closed.")] input: CloseRiskReviewInput,
    ) -> Result<CloseRiskReviewPayload> {
        CloseRiskReviewPayload::of(reviewed(&Acting::of(ctx)?, input).await)
    }
}

async fn reported(acting: &Acting<'_>, input: SubmitRiskReportInput) -> Result<RiskReferral, Error> {
    let (origin, risk) = NodeId::expect("risk", &input.risk, NodeKind::Risk)?;
    let authority = NodeId::expect_tenant("authority", &input.authority)?;
    let writing = acting.writing(authority, &input)?;
    let report = Report {
        origin,
        risk,
        quarter: period_argument("quarter", input.quarter.as_deref())?,
        reason: input.reason,
        proposed_action: input.proposed_action,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| referring::report(tx, &report)).await?;
    shown(acting, authority, id).await
}

async fn noted(acting: &Acting<'_>, input: RecordCommitteeNoteInput) -> Result<RiskReferral, Error> {
    let (tenant, referral) = referral_of(&input.referral)?;
    let writing = acting.writing(tenant, &input)?;
    let noted = Noted {
        referral,
        met_on: input.met_on.map(|day| day.0),
        meeting: input.meeting.as_ref().map(|id| of_tenant("meeting", id, NodeKind::Meeting, tenant)).transpose()?,
        note: input.note,
        proposed_action: input.proposed_action,
        minute_number: input.minute_number,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| deciding::note(tx, &noted)).await?;
    shown(acting, tenant, id).await
}

async fn determined(acting: &Acting<'_>, input: RecordRiskDeterminationInput) -> Result<RiskReferral, Error> {
    let (tenant, referral) = referral_of(&input.referral)?;
    let writing = acting.writing(tenant, &input)?;
    let determination = Determination {
        referral,
        scope: match input.determination {
            RiskDetermination::NotSignificant => None,
            RiskDetermination::Authority => Some(Scope::Authority),
            RiskDetermination::Partnership => Some(Scope::Partnership),
            RiskDetermination::Both => Some(Scope::Both),
        },
        reason: input.reason,
        mitigations: input.mitigations,
        minute_reference: input.minute_reference,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| determining::determine(tx, &determination)).await?;
    shown(acting, tenant, id).await
}

async fn escalated(acting: &Acting<'_>, input: SendRiskToAuditCommitteeInput) -> Result<RiskReferral, Error> {
    let (tenant, referral) = referral_of(&input.referral)?;
    let writing = acting.writing(tenant, &input)?;
    let id = writing.once(|tx| determining::escalate(tx, referral, &input.reason, input.expected_version)).await?;
    shown(acting, tenant, id).await
}

async fn raised(acting: &Acting<'_>, input: RecordChiefExecutiveDecisionInput) -> Result<RiskReferral, Error> {
    let (tenant, referral) = referral_of(&input.referral)?;
    let writing = acting.writing(tenant, &input)?;
    let raising = match input.decision {
        ChiefExecutiveDecision::Raise => Raising::Raise,
        ChiefExecutiveDecision::Decline => Raising::Decline,
    };
    let (reason, expected) = (input.reason, input.expected_version);
    let id = writing.once(|tx| deciding::raise(tx, referral, raising, reason.as_deref(), expected)).await?;
    shown(acting, tenant, id).await
}

async fn concluded(acting: &Acting<'_>, input: RecordRiskOutcomeInput) -> Result<RiskReferral, Error> {
    let (tenant, referral) = referral_of(&input.referral)?;
    let writing = acting.writing(tenant, &input)?;
    let outcome = Outcome {
        referral,
        branch: match input.decided_by {
            RiskOutcomeBody::AuditCommittee => Branch::Authority,
            RiskOutcomeBody::SubregionalTeam => Branch::Partnership,
        },
        is_closed: input.outcome == RiskOutcome::Closed,
        reason: input.reason,
        minute: input.minute.map(|id| NodeId::expect("minute", &id, NodeKind::MeetingDecision)).transpose()?,
        minute_reference: input.minute_reference,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| deciding::conclude(tx, &outcome)).await?;
    shown(acting, tenant, id).await
}

async fn reviewed(acting: &Acting<'_>, input: CloseRiskReviewInput) -> Result<RiskReview, Error> {
    let authority = NodeId::expect_tenant("authority", &input.authority)?;
    let writing = acting.writing(authority, &input)?;
    let quarter = period_argument("quarter", input.quarter.as_deref())?;
    writing.once(|tx| reviewing::complete(tx, quarter)).await?;
    let view = acting.view_after();
    RiskReview::of(&view, authority, quarter).await
}

fn referral_of(id: &ID) -> Result<(TenantId, Id<risk_referral::Model>), Error> {
    NodeId::expect("referral", id, NodeKind::RiskReferral)
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<risk_referral::Model>) -> Result<RiskReferral, Error> {
    let view = acting.view_after();
    let rows = referrals::many(view.tx(), tenant, vec![id.uuid()]).await?;
    RiskReferral::gather(&view, rows).pop().ok_or(Error::NotFound("referral"))
}
