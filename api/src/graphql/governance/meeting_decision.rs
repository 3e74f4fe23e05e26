//! Decisions of meetings, and the key actions that follow from them.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    policy::{Action, Resource},
    tables::{
        Id, TenantRow,
        governance::{action, agenda_item, meeting, meeting_decision, minute_correction},
    },
    usecases::governance::{
        actions,
        meeting_minutes::{self, NewDecision},
        meetings, minutes_record,
    },
};

use super::{
    AgendaItem, Meeting, PlanAction,
    action_recording::{ActionInput, new_action},
    meeting::of_tenant,
    minutes::MinuteCorrection,
    plan_action::PlanActionConnection,
};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Act,
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// A decision of a meeting.
#[derive(Clone)]
pub struct MeetingDecision(pub Member<meeting_decision::Model>);

/// What a meeting decided, under a minute's number.
#[Object]
impl MeetingDecision {
    /// The decision's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::MeetingDecision, self.0.row()).to_id()
    }

    /// The meeting.
    async fn meeting(&self) -> Result<Option<Meeting>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.meeting_id).collect();
        let load = || async move { self.0.tx().get_many::<meeting::Entity>(self.0.tenant(), ids).await };
        Ok(self.0.beside("MeetingDecision.meeting", Some(self.0.row().meeting_id), load).await?.map(Meeting))
    }

    /// The item of the agenda under which it was taken.
    async fn agenda_item(&self) -> Result<Option<AgendaItem>> {
        Ok(self.item_row().await?.map(AgendaItem))
    }

    /// The minute's number, as printed.
    fn minute_number(&self) -> &str {
        &self.0.row().minute_number
    }

    /// What was decided, as the minute says it now.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// Which version of its wording that is: 1 until it is put right.
    async fn version(&self) -> Result<Option<i32>> {
        Ok(Some(self.correction_rows().await?.last().map_or(1, |last| last.row().version)))
    }

    /// How it was put right, in the order in which it was, each with what it said before.
    async fn corrections(&self) -> Result<Option<Vec<MinuteCorrection>>> {
        Ok(Some(self.correction_rows().await?.into_iter().map(MinuteCorrection).collect()))
    }

    /// Why it is exempt from publication; null when it is public.
    fn exemption(&self) -> Option<&str> {
        self.0.row().exemption.as_deref()
    }

    /// By reason of which special circumstances the meeting took it as urgent business, which wasn't on the published agenda: the minutes have
    /// to specify them (Local Government Act 1972, section 100B(4)(b)). Null for what was on the agenda.
    async fn urgent_because(&self) -> Result<Option<String>> {
        Ok(self.item_row().await?.and_then(|item| item.row().urgency.clone()))
    }

    /// The business date on which it was recorded.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// The key actions that follow from it.
    async fn actions(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PlanActionConnection>> {
        let paging = Paging::new(&format!("MeetingDecision.actions/{}", self.0.row().id), (first, after, last, before))?;
        let load = || actions::of_decisions(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("actions", load, |row: &action::Model| row.decision_id).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PlanAction(row))).collect())?.into()))
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The document and section that this comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }

    /// Who recorded it, and in which office; null for what was loaded.
    async fn act(&self) -> Result<Option<Act>> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.act_id).collect();
        let load = || meetings::acts(self.0.tx(), self.0.tenant(), ids);
        Ok(self.0.beside("MeetingDecision.act", self.0.row().act_id, load).await?.map(Act))
    }
}

impl MeetingDecision {
    async fn item_row(&self) -> Result<Option<Member<agenda_item::Model>>, Error> {
        let ids: Vec<_> = self.0.rows().iter().filter_map(|row| row.agenda_item_id).collect();
        let load = || meetings::agenda_items(self.0.tx(), self.0.tenant(), ids);
        self.0.beside("MeetingDecision.agendaItem", self.0.row().agenda_item_id, load).await
    }

    async fn correction_rows(&self) -> Result<Vec<Member<minute_correction::Model>>, Error> {
        let load = || minutes_record::corrections(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("corrections", load, |row: &minute_correction::Model| Some(row.decision_id)).await
    }

    /// The minute under which a row was dealt with, for those who read meetings there; loaded for all of these at once.
    pub(crate) async fn beside<R: TenantRow>(
        member: &Member<R>,
        minute: Option<Id<meeting_decision::Model>>,
        all: impl IntoIterator<Item = Id<meeting_decision::Model>> + Send,
    ) -> Result<Option<Self>> {
        if !member.tx().actor().may(member.tenant(), Action::Read, Resource::Meeting) {
            return Ok(None);
        }
        let ids: Vec<_> = all.into_iter().collect();
        let load = || meeting_minutes::many(member.tx(), member.tenant(), ids);
        Ok(member.beside("MeetingDecision.beside", minute, load).await?.map(Self))
    }
}

connection!(MeetingDecisionConnection, MeetingDecisionEdge, MeetingDecision, "decisions of meetings");

/// A decision to be minuted.
#[derive(InputObject)]
pub struct RecordMeetingDecisionInput {
    /// The meeting that took it.
    meeting: ID,
    /// The item of its agenda under which it was taken.
    agenda_item: Option<ID>,
    /// The minute's number, which no other minute of the body has in that financial year; zeros before it make no other number.
    minute_number: String,
    /// What was decided.
    words: String,
    /// Why it is exempt from publication; as its item when left out.
    exemption: Option<String>,
    /// The key actions that follow from it, recorded in the same step.
    #[graphql(validator(max_items = 50))]
    actions: Option<Vec<ActionInput>>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording a decision gives.
#[derive(SimpleObject, Default)]
pub struct RecordMeetingDecisionPayload {
    /// The decision, with its actions.
    decision: Option<MeetingDecision>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Decisions being minuted.
#[derive(Default)]
pub struct MeetingDecisionMutation;

#[Object]
impl MeetingDecisionMutation {
    /// Records a decision of a meeting under its minute's number, with the key actions that follow from it: all of it or nothing. Minutes
    /// that a later meeting has approved take no further ones.
    async fn record_meeting_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision to be minuted.")] input: RecordMeetingDecisionInput,
    ) -> Result<RecordMeetingDecisionPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, &input).await {
            Ok(decision) => Ok(RecordMeetingDecisionPayload { decision: Some(decision), user_errors: Vec::new() }),
            Err(error) => {
                Ok(RecordMeetingDecisionPayload { user_errors: for_user(error)?, ..RecordMeetingDecisionPayload::default() })
            }
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: &RecordMeetingDecisionInput) -> Result<MeetingDecision, Error> {
    let (tenant, meeting) = NodeId::expect("meeting", &input.meeting, NodeKind::Meeting)?;
    let writing = acting.writing(tenant, input)?;
    let item = input.agenda_item.as_ref();
    let given = input.actions.as_deref().unwrap_or_default().iter().enumerate();
    let new = NewDecision {
        meeting,
        agenda_item: item.map(|id| of_tenant("agendaItem", id, NodeKind::AgendaItem, tenant)).transpose()?,
        minute_number: input.minute_number.clone(),
        words: input.words.clone(),
        exemption: input.exemption.clone(),
        actions: given.map(|(at, action)| new_action(&format!("actions.{at}."), action, tenant)).collect::<Result<_, Error>>()?,
    };
    let id = writing.once(|tx| meeting_minutes::record_decision(tx, &new)).await?;
    let view = acting.view_after();
    let row = meeting_minutes::many(view.tx(), tenant, vec![id]).await?.pop().ok_or(Error::NotFound("meeting_decision"))?;
    Ok(MeetingDecision(Member::alone(&view, row)))
}
