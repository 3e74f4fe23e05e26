//! Writing quarterly returns, handing them in, taking them back, receiving them, and closing what was promised.

use async_graphql::{Context, ID, InputObject, InputType, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{Id, TenantId, governance::quarterly_return},
    usecases::governance::{
        quarterly_return_handing_in::{self as handing_in, Receipt},
        quarterly_return_parts::FollowUp,
        quarterly_return_saving::{self as saving, Changes},
        quarterly_returns as returns,
    },
};

use super::{QuarterlyReturn, ReturnSubmission, meeting::of_tenant};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// Answers to be saved; one that is left out stays as it is, and an empty one is taken away.
#[derive(InputObject, Default)]
pub struct ReturnAnswersInput {
    /// How well outcomes and improvements are being delivered; up to 150 words, as each of them.
    outcomes: Option<String>,
    /// Prospects for future improvement.
    prospects: Option<String>,
    /// Risks to the Authority or to the partnership.
    risks: Option<String>,
    /// Follow-up action for you.
    follow_up: Option<String>,
}

/// What there is to say of one indicator.
#[derive(InputObject)]
pub struct ReturnNoteInput {
    /// The line of the area's agreement.
    line: ID,
    /// Up to 150 words; empty to take the note away.
    words: String,
}

/// Something that you mean to follow up.
#[derive(InputObject)]
pub struct ReturnFollowUpInput {
    /// What, in up to 500 characters.
    text: String,
    /// By when; not before today.
    due_on: Date,
}

/// What is to be changed of a return; what is left out stays as it is.
#[derive(InputObject)]
pub struct UpdateQuarterlyReturnInput {
    /// The return.
    #[graphql(name = "return")]
    of: ID,
    /// The four answers for the whole.
    answers: Option<ReturnAnswersInput>,
    /// What there is to say of single indicators.
    #[graphql(validator(max_items = 100))]
    notes: Option<Vec<ReturnNoteInput>>,
    /// What is to be followed up, in place of all that stood there; up to twenty.
    #[graphql(validator(max_items = 100))]
    follow_ups: Option<Vec<ReturnFollowUpInput>>,
    /// The version of the return that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A return to be handed in.
#[derive(InputObject)]
pub struct SubmitQuarterlyReturnInput {
    /// The return.
    #[graphql(name = "return")]
    of: ID,
    /// Why it is late; needed once its due date is over.
    late_reason: Option<String>,
    /// The version of the return that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A return to be taken back.
#[derive(InputObject)]
pub struct RevokeQuarterlyReturnInput {
    /// The return.
    #[graphql(name = "return")]
    of: ID,
    /// Why.
    reason: String,
    /// The version of the return that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// A return that the committee received.
#[derive(InputObject)]
pub struct AcceptQuarterlyReturnInput {
    /// The return.
    #[graphql(name = "return")]
    of: ID,
    /// The day of the committee's meeting.
    met_on: Date,
    /// Which of the committee's meetings of that day; to be said where there was more than one.
    meeting: Option<ID>,
    /// The number of the minute of that meeting. Where the meeting has none of that number yet, it gets one. Several returns may be
    /// received under one; a minute that is about something else is refused.
    minute_number: String,
    /// What the committee noted.
    note: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// Something promised in a return that is to be closed.
#[derive(InputObject)]
pub struct ResolveReturnFollowUpInput {
    /// The return as it was handed in.
    submission: ID,
    /// The number of what was promised there.
    number: i32,
    /// What came of it.
    outcome: String,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

macro_rules! payloads {
    ($($(#[$about:meta])* $payload:ident),+ $(,)?) => { $(
        $(#[$about])*
        #[derive(SimpleObject, Default)]
        pub struct $payload {
            /// The return as it stands now.
            quarterly_return: Option<QuarterlyReturn>,
            /// What was wrong with the input; empty when it was accepted.
            user_errors: Vec<UserError>,
        }

        impl $payload {
            fn of(outcome: Result<QuarterlyReturn, Error>) -> Result<Self, Error> {
                match outcome {
                    Ok(found) => Ok(Self { quarterly_return: Some(found), user_errors: Vec::new() }),
                    Err(error) => Ok(Self { quarterly_return: None, user_errors: for_user(error)? }),
                }
            }
        }
    )+ };
}

payloads! {
    /// What saving a return gives.
    UpdateQuarterlyReturnPayload,
    /// What handing a return in gives.
    SubmitQuarterlyReturnPayload,
    /// What taking a return back gives.
    RevokeQuarterlyReturnPayload,
    /// What receiving a return gives.
    AcceptQuarterlyReturnPayload,
}

/// What closing something promised gives.
#[derive(SimpleObject, Default)]
pub struct ResolveReturnFollowUpPayload {
    /// The return as it was handed in, with what came of its promises.
    submission: Option<ReturnSubmission>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Quarterly returns being written and handed in.
#[derive(Default)]
pub struct QuarterlyReturnMutation;

#[Object]
impl QuarterlyReturnMutation {
    /// Saves what you have changed of your area's return, as often as you like until it is handed in.
    async fn update_quarterly_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed.")] input: UpdateQuarterlyReturnInput,
    ) -> Result<UpdateQuarterlyReturnPayload> {
        let acting = Acting::of(ctx)?;
        Ok(UpdateQuarterlyReturnPayload::of(saved(&acting, input).await)?)
    }

    /// Hands your area's return in. What it says is frozen with a hash and never changes, whatever figures are revised later. All four
    /// questions have to be answered, and a late one says why. Of the area's open risks it tells those that were passed on to the Authority;
    /// all of them only while an information-sharing agreement lets the Authority read registers of risks, which stands on record.
    async fn submit_quarterly_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The return to be handed in.")] input: SubmitQuarterlyReturnInput,
    ) -> Result<SubmitQuarterlyReturnPayload> {
        let acting = Acting::of(ctx)?;
        Ok(SubmitQuarterlyReturnPayload::of(submitted(&acting, &input).await)?)
    }

    /// Takes your area's return back, unless the committee has received it. It can be changed and handed in again; both are kept.
    async fn revoke_quarterly_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The return to be taken back.")] input: RevokeQuarterlyReturnInput,
    ) -> Result<RevokeQuarterlyReturnPayload> {
        let acting = Acting::of(ctx)?;
        Ok(RevokeQuarterlyReturnPayload::of(withdrawn(&acting, &input).await)?)
    }

    /// Records that the Engagement Committee received a return at a meeting, with the minute and what it noted; for that committee's clerk.
    /// From then on the return can't be taken back.
    async fn accept_quarterly_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The return that was received.")] input: AcceptQuarterlyReturnInput,
    ) -> Result<AcceptQuarterlyReturnPayload> {
        let acting = Acting::of(ctx)?;
        Ok(AcceptQuarterlyReturnPayload::of(received(&acting, &input).await)?)
    }

    /// Closes something that you promised in a return, and says what came of it. Until then each later return reminds you of it.
    async fn resolve_return_follow_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be closed.")] input: ResolveReturnFollowUpInput,
    ) -> Result<ResolveReturnFollowUpPayload> {
        let acting = Acting::of(ctx)?;
        match closed(&acting, &input).await {
            Ok(submission) => Ok(ResolveReturnFollowUpPayload { submission: Some(submission), user_errors: Vec::new() }),
            Err(error) => Ok(ResolveReturnFollowUpPayload { submission: None, user_errors: for_user(error)? }),
        }
    }
}

type ReturnId = Id<quarterly_return::Model>;

fn return_id(id: &ID) -> Result<(TenantId, ReturnId), Error> {
    NodeId::expect("return", id, NodeKind::QuarterlyReturn)
}

async fn saved(acting: &Acting<'_>, input: UpdateQuarterlyReturnInput) -> Result<QuarterlyReturn, Error> {
    let (tenant, id) = return_id(&input.of)?;
    let writing = acting.writing(tenant, &input)?;
    let expected_version = input.expected_version;
    let answers = input.answers.unwrap_or_default();
    let note = |(at, note): (usize, ReturnNoteInput)| {
        let line = NodeId::expect(&format!("notes.{at}.line"), &note.line, NodeKind::AgreementIndicator)?;
        Ok((line, note.words))
    };
    let follow_up = |follow_up: ReturnFollowUpInput| FollowUp { text: follow_up.text, due_on: follow_up.due_on.0 };
    let changes = Changes {
        outcomes: answers.outcomes,
        prospects: answers.prospects,
        risks: answers.risks,
        follow_up: answers.follow_up,
        notes: input.notes.into_iter().flatten().enumerate().map(note).collect::<Result<_, Error>>()?,
        follow_ups: input.follow_ups.map(|all| all.into_iter().map(follow_up).collect()),
    };
    let id = writing.once(|tx| saving::save(tx, id, &changes, expected_version)).await?;
    shown(acting, tenant, id).await
}

async fn submitted(acting: &Acting<'_>, input: &SubmitQuarterlyReturnInput) -> Result<QuarterlyReturn, Error> {
    let (tenant, id) = return_id(&input.of)?;
    let (reason, expected) = (input.late_reason.as_deref(), input.expected_version);
    once(acting, tenant, input, |tx| handing_in::submit(tx, id, reason, expected)).await
}

async fn withdrawn(acting: &Acting<'_>, input: &RevokeQuarterlyReturnInput) -> Result<QuarterlyReturn, Error> {
    let (tenant, id) = return_id(&input.of)?;
    let expected = input.expected_version;
    once(acting, tenant, input, |tx| handing_in::withdraw(tx, id, &input.reason, expected)).await
}

async fn received(acting: &Acting<'_>, input: &AcceptQuarterlyReturnInput) -> Result<QuarterlyReturn, Error> {
    let (tenant, id) = return_id(&input.of)?;
    let meeting = input.meeting.as_ref().map(|id| of_tenant("meeting", id, NodeKind::Meeting, tenant)).transpose()?;
    let receipt =
        Receipt { met_on: input.met_on.0, meeting, minute_number: input.minute_number.clone(), note: input.note.clone() };
    let receipt = &receipt;
    once(acting, tenant, input, |tx| handing_in::receive(tx, id, receipt)).await
}

async fn closed(acting: &Acting<'_>, input: &ResolveReturnFollowUpInput) -> Result<ReturnSubmission, Error> {
    let (tenant, id) = NodeId::expect("submission", &input.submission, NodeKind::ReturnSubmission)?;
    let writing = acting.writing(tenant, input)?;
    let id = writing.once(|tx| saving::close_follow_up(tx, id, input.number, &input.outcome)).await?;
    let view = acting.view_after();
    let row = view.tx().get::<entity::tables::governance::quarterly_return_submission::Entity>(tenant, id).await?;
    Ok(ReturnSubmission(Member::alone(&view, row)))
}

async fn once<'w, I, Act, Acts>(acting: &Acting<'_>, tenant: TenantId, input: &I, act: Act) -> Result<QuarterlyReturn, Error>
where
    I: InputType,
    Act: Fn(entity::tenancy::TenantTx) -> Acts + Send + Sync + 'w,
    Acts: Future<Output = Result<ReturnId, Error>> + Send + 'w,
{
    let writing = acting.writing(tenant, input)?;
    let id = writing.once(act).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: ReturnId) -> Result<QuarterlyReturn, Error> {
    let view = acting.view_after();
    let found = returns::many(view.tx(), tenant, &[id]).await?.pop().ok_or(Error::NotFound("quarterly return"))?;
    Ok(QuarterlyReturn::new(&view, found))
}
