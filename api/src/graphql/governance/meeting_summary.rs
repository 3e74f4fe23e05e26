//! Summaries of meetings.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::{
        Id, TenantId,
        governance::{meeting, meeting_summary, summary_recipient},
        organisation::appointment,
    },
    usecases::governance::{
        meeting_summaries::{self, CorrectedSummary, NewSummary, SCRUTINY},
        meetings,
    },
};

use super::{Meeting, meeting_calling::shown};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::{Act, Appointment, Office},
    relay::{Member, NodeId, NodeKind},
    scalars::{Date, Uri},
};

/// A meeting's summary.
#[derive(Clone)]
pub struct MeetingSummary(pub(super) Member<meeting_summary::Model>);

/// A meeting's summary as it was published, and to whom it went.
#[Object]
impl MeetingSummary {
    /// What happened, for people who weren't there.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// Where it is published.
    fn address(&self) -> Option<Uri> {
        self.0.row().address.clone().map(Uri)
    }

    /// The day on which it was due.
    fn due_on(&self) -> Date {
        Date(self.0.row().due_on)
    }

    /// The business date on which it was published.
    fn published_on(&self) -> Date {
        Date(self.0.row().published_on)
    }

    /// Counted from 1 along a meeting's summaries, each of which took the place of the one before.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// Why it took the place of the one before; null for the first.
    fn correction_reason(&self) -> Option<&str> {
        self.0.row().correction_reason.as_deref()
    }

    /// Whether a corrected one has taken its place.
    fn is_superseded(&self) -> bool {
        self.0.row().superseded_on.is_some()
    }

    /// The business date on which a corrected one took its place; null while it stands.
    fn superseded_on(&self) -> Option<Date> {
        self.0.row().superseded_on.map(Date)
    }

    /// Whether the meeting's first summary came late; a correction changes nothing of that.
    fn is_late(&self) -> bool {
        self.0.row().late_reason.is_some()
    }

    /// Why the first one came late.
    fn late_reason(&self) -> Option<&str> {
        self.0.row().late_reason.as_deref()
    }

    /// To whom it went: the members of the body and those who scrutinise it.
    async fn recipients(&self) -> Result<Option<Vec<SummaryRecipient>>> {
        let load = || meeting_summaries::recipients(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("recipients", load, |row: &summary_recipient::Model| Some(row.meeting_summary_id)).await?;
        Ok(Some(rows.into_iter().map(SummaryRecipient).collect()))
    }

    /// Who published it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MeetingSummary.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// Somebody to whom a summary went.
#[derive(Clone)]
pub struct SummaryRecipient(Member<summary_recipient::Model>);

/// Somebody to whom a meeting's summary went.
#[Object]
impl SummaryRecipient {
    /// The office for which they got it.
    fn office(&self) -> Office {
        self.0.row().office.into()
    }

    /// Whether they scrutinise the body and don't sit on it.
    fn is_scrutiny(&self) -> bool {
        SCRUTINY.contains(&self.0.row().office)
    }

    /// The appointment for which they got it.
    async fn appointment(&self) -> Result<Option<Appointment>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.appointment_id).collect();
        let load = || async move { self.0.tx().get_many::<appointment::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("SummaryRecipient.appointment", Some(self.0.row().appointment_id), load).await?.map(Appointment))
    }
}

/// A summary to be published.
#[derive(InputObject)]
pub struct PublishMeetingSummaryInput {
    /// The meeting.
    meeting: ID,
    /// What happened, for people who weren't there; nothing that is exempt from publication.
    words: String,
    /// Where it is published: an https address.
    address: Option<Uri>,
    /// Why it comes late; needed when it does.
    late_reason: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What publishing a summary gives.
#[derive(SimpleObject, Default)]
pub struct PublishMeetingSummaryPayload {
    /// The meeting, with its summary.
    meeting: Option<Meeting>,
    /// What you should know of its distribution, such as that it went to nobody but you; null when there is nothing.
    notice: Option<String>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A summary in the place of one that was wrong.
#[derive(InputObject)]
pub struct ReplaceMeetingSummaryInput {
    /// The meeting.
    meeting: ID,
    /// What happened, for people who weren't there; nothing that is exempt from publication.
    words: String,
    /// Where it is published: an https address.
    address: Option<Uri>,
    /// What was wrong with the one before, for everybody who gets it to read.
    reason: String,
    /// The version of the summary that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What correcting a summary gives.
#[derive(SimpleObject, Default)]
pub struct ReplaceMeetingSummaryPayload {
    /// The meeting, with its summaries.
    meeting: Option<Meeting>,
    /// What you should know of its distribution, such as that it went to nobody but you; null when there is nothing.
    notice: Option<String>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Summaries being published.
#[derive(Default)]
pub struct MeetingSummaryMutation;

#[Object]
impl MeetingSummaryMutation {
    /// Publishes a meeting's summary today: to the members of the body and to scrutiny members, each of whom gets a letter that says
    /// where it is. After the fifth working day it takes a reason why it comes late.
    async fn publish_meeting_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The summary to be published.")] input: PublishMeetingSummaryInput,
    ) -> Result<PublishMeetingSummaryPayload> {
        let acting = Acting::of(ctx)?;
        match published(&acting, &input).await {
            Ok((meeting, notice)) => Ok(PublishMeetingSummaryPayload { meeting: Some(meeting), notice, user_errors: Vec::new() }),
            Err(error) => {
                Ok(PublishMeetingSummaryPayload { user_errors: for_user(error)?, ..PublishMeetingSummaryPayload::default() })
            }
        }
    }

    /// Publishes a corrected summary today in the place of the one that stands, which stays readable and says that it is superseded. It goes
    /// to those who would get a summary today and to everybody who got one before, each of whom gets a letter.
    async fn replace_meeting_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The corrected summary.")] input: ReplaceMeetingSummaryInput,
    ) -> Result<ReplaceMeetingSummaryPayload> {
        let acting = Acting::of(ctx)?;
        match corrected(&acting, &input).await {
            Ok((meeting, notice)) => Ok(ReplaceMeetingSummaryPayload { meeting: Some(meeting), notice, user_errors: Vec::new() }),
            Err(error) => {
                Ok(ReplaceMeetingSummaryPayload { user_errors: for_user(error)?, ..ReplaceMeetingSummaryPayload::default() })
            }
        }
    }
}

/// What a publisher is told who is alone with it.
const NOBODY_ELSE: &str =
    "It went to nobody but you: nobody else holds an appointment on this body today, and nobody scrutinises it here.";

async fn published(acting: &Acting<'_>, input: &PublishMeetingSummaryInput) -> Result<(Meeting, Option<String>), Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let new = NewSummary {
        meeting,
        words: input.words.clone(),
        address: input.address.as_ref().map(|address| address.0.clone()),
        late_reason: input.late_reason.clone(),
    };
    let id = acting.writing(tenant, input)?.once(|tx| meeting_summaries::publish(tx, &new)).await?;
    distributed(acting, (tenant, id)).await
}

async fn corrected(acting: &Acting<'_>, input: &ReplaceMeetingSummaryInput) -> Result<(Meeting, Option<String>), Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let new = CorrectedSummary {
        meeting,
        words: input.words.clone(),
        address: input.address.as_ref().map(|address| address.0.clone()),
        reason: input.reason.clone(),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| meeting_summaries::correct(tx, &new)).await?;
    distributed(acting, (tenant, id)).await
}

/// The meeting, and what a publisher is told of the distribution.
async fn distributed(
    acting: &Acting<'_>,
    (tenant, id): (TenantId, Id<meeting::Model>),
) -> Result<(Meeting, Option<String>), Error> {
    let meeting = shown(acting, tenant, id).await?;
    let reached = meeting_summaries::reached_others(meeting.0.tx(), tenant, id).await?;
    Ok((meeting, (!reached).then(|| NOBODY_ELSE.to_owned())))
}
