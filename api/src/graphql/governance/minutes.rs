//! Minutes as a record: approved by a later meeting, and put right without losing what they said.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::governance::{meeting, minute_correction, minutes_approval},
    usecases::governance::{
        meeting_minutes, meetings,
        minutes_record::{self, AgreedCorrection, Approval, Correction},
    },
};

use super::{Meeting, MeetingDecision, meeting::of_tenant, meeting_calling::shown};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind},
    scalars::Date,
};

/// How the minutes of a meeting stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::rules::minutes::MinutesStanding")]
pub enum MinutesStanding {
    /// No later meeting of the body has approved them here yet.
    Draft,
    /// A later meeting of the body has approved them as a correct record. Nothing is added to them any more.
    Approved,
}

/// A correction of a minute.
#[derive(Clone)]
pub struct MinuteCorrection(pub(super) Member<minute_correction::Model>);

/// A correction of a minute: what the minute said before, who put it right, when and why. What it says since stands in the minute, or in
/// the next correction as what was said before.
#[Object]
impl MinuteCorrection {
    /// Which version of the minute it made; the wording as first recorded is the first.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// What the minute said before; null where that is exempt from publication and you may not read what is.
    fn former_words(&self) -> Option<&str> {
        Some(self.0.row().former_words.as_str()).filter(|words| !words.is_empty())
    }

    /// Why what the minute said before is exempt from publication (Local Government Act 1972, Schedule 12A), where something of it was
    /// minuted publicly by mistake: this correction says so, or a later one, which says it of every wording before it.
    fn former_words_exemption(&self) -> Option<&str> {
        self.0.row().former_exemption.as_deref()
    }

    /// Why it was put right.
    fn reason(&self) -> &str {
        &self.0.row().reason
    }

    /// The business date on which it was.
    fn corrected_on(&self) -> Date {
        Date(self.0.row().corrected_on)
    }

    /// The later meeting that agreed it; null for what was put right while the minutes were a draft.
    async fn agreed_at_meeting(&self) -> Result<Option<Meeting>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.agreed_at_id).collect();
        let load = || async move { self.0.tx().get_many::<meeting::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("MinuteCorrection.agreedAtMeeting", self.0.row().agreed_at_id, load).await?.map(Meeting))
    }

    /// Who put it right, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MinuteCorrection.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// An approval of minutes.
#[derive(Clone)]
pub struct MinutesApproval(pub(super) Member<minutes_approval::Model>);

/// That a later meeting approved the minutes of a meeting as a correct record.
#[Object]
impl MinutesApproval {
    /// The later meeting's minute by which it did, and with it that meeting; null when you may not read it.
    async fn minute(&self) -> Result<Option<MeetingDecision>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.minute_id).collect();
        let load = || meeting_minutes::many(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MinutesApproval.minute", Some(self.0.row().minute_id), load).await?.map(MeetingDecision))
    }

    /// The business date on which it was recorded.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who recorded it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MinutesApproval.act", Some(self.0.row().act_id), load).await?.map(Act))
    }
}

/// A minute to be put right.
#[derive(InputObject)]
pub struct RecordMinuteCorrectionInput {
    /// The minute.
    minute: ID,
    /// What it is to say.
    words: String,
    /// Why, for everybody who may read the minute.
    reason: String,
    /// Why what it said before is exempt from publication (Local Government Act 1972, Schedule 12A), such as "paragraph 3", where something
    /// of it was minuted publicly by mistake: that wording, and every one before it, is then shown to those alone who may read exempt
    /// business. Packs and summaries that were published with it stay as they are.
    earlier_wording_exemption: Option<String>,
    /// The later meeting of the body that agreed the correction; needed once the minutes are approved.
    agreed_at_meeting: Option<ID>,
    /// The version of the minute that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What putting a minute right gives.
#[derive(SimpleObject, Default)]
pub struct RecordMinuteCorrectionPayload {
    /// The minute as it is now, with what it said before.
    minute: Option<MeetingDecision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A correction with which minutes are approved.
#[derive(InputObject)]
pub struct AgreedCorrectionInput {
    /// The minute, of the meeting whose minutes are approved.
    minute: ID,
    /// What it is to say.
    words: String,
    /// Why, for everybody who may read the minute.
    reason: String,
    /// Why what it said before is exempt from publication (Local Government Act 1972, Schedule 12A), such as "paragraph 3", where something
    /// of it was minuted publicly by mistake.
    earlier_wording_exemption: Option<String>,
}

/// Minutes that a later meeting approved as a correct record.
#[derive(InputObject)]
pub struct ApproveMinutesInput {
    /// The meeting whose minutes they are.
    meeting: ID,
    /// The later meeting of the same body that approved them.
    at: ID,
    /// The number of that meeting's minute of it, which is written in the same step.
    minute_number: String,
    /// The item of that meeting's agenda under which they were approved.
    agenda_item: Option<ID>,
    /// The corrections with which they were.
    #[graphql(validator(max_items = 50), default)]
    corrections: Vec<AgreedCorrectionInput>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording the approval of minutes gives.
#[derive(SimpleObject, Default)]
pub struct ApproveMinutesPayload {
    /// The meeting, whose minutes are approved.
    meeting: Option<Meeting>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Minutes being approved and put right.
#[derive(Default)]
pub struct MinutesMutation;

#[Object]
impl MinutesMutation {
    /// Puts a minute right: it gets a new wording, with who, when and why, and what it said before stays readable to those who may read
    /// it. Its number stays, and so does what rests on it. Once the minutes are approved, a later meeting has to have agreed it.
    async fn record_minute_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The minute to be put right.")] input: RecordMinuteCorrectionInput,
    ) -> Result<RecordMinuteCorrectionPayload> {
        let acting = Acting::of(ctx)?;
        match corrected(&acting, &input).await {
            Ok(minute) => Ok(RecordMinuteCorrectionPayload { minute: Some(minute), user_errors: Vec::new() }),
            Err(error) => Ok(RecordMinuteCorrectionPayload { minute: None, user_errors: for_user(error)? }),
        }
    }

    /// Records that a later meeting of the same body approved a meeting's minutes as a correct record, possibly with corrections: an act of
    /// that later meeting, which gets a minute of it in the same step. Nothing is added to approved minutes any more.
    async fn approve_minutes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The minutes that were approved.")] input: ApproveMinutesInput,
    ) -> Result<ApproveMinutesPayload> {
        let acting = Acting::of(ctx)?;
        match approved(&acting, &input).await {
            Ok(meeting) => Ok(ApproveMinutesPayload { meeting: Some(meeting), user_errors: Vec::new() }),
            Err(error) => Ok(ApproveMinutesPayload { meeting: None, user_errors: for_user(error)? }),
        }
    }
}

async fn corrected(acting: &Acting<'_>, input: &RecordMinuteCorrectionInput) -> Result<MeetingDecision, Error> {
    let (tenant, minute) = NodeId::expect("minute", &input.minute, NodeKind::MeetingDecision)?;
    let agreed_at = input.agreed_at_meeting.as_ref();
    let new = Correction {
        minute,
        words: input.words.clone(),
        reason: input.reason.clone(),
        earlier_wording_exemption: input.earlier_wording_exemption.clone(),
        agreed_at: agreed_at.map(|id| of_tenant("agreedAtMeeting", id, NodeKind::Meeting, tenant)).transpose()?,
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| minutes_record::correct(tx, &new)).await?;
    let view = acting.view_after();
    let row = meeting_minutes::many(view.tx(), tenant, vec![id]).await?.pop().ok_or(Error::NotFound("meeting_decision"))?;
    Ok(MeetingDecision(Member::alone(&view, row)))
}

async fn approved(acting: &Acting<'_>, input: &ApproveMinutesInput) -> Result<Meeting, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let correction = |(at, one): (usize, &AgreedCorrectionInput)| -> Result<_, Error> {
        Ok(AgreedCorrection {
            minute: NodeId::expect(&format!("corrections.{at}.minute"), &one.minute, NodeKind::MeetingDecision)?,
            words: one.words.clone(),
            reason: one.reason.clone(),
            earlier_wording_exemption: one.earlier_wording_exemption.clone(),
        })
    };
    let item = input.agenda_item.as_ref();
    let new = Approval {
        meeting,
        at: of_tenant("at", &input.at, NodeKind::Meeting, tenant)?,
        minute_number: input.minute_number.clone(),
        agenda_item: item.map(|id| of_tenant("agendaItem", id, NodeKind::AgendaItem, tenant)).transpose()?,
        corrections: input.corrections.iter().enumerate().map(correction).collect::<Result<_, Error>>()?,
    };
    let id = acting.writing(tenant, input)?.once(|tx| minutes_record::approve(tx, &new)).await?;
    shown(acting, tenant, id).await
}
