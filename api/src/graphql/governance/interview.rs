//! The chairman's interviews of members.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{period::Period as Known, version},
    tables::{
        Id, TenantId,
        governance::{interview_correction, member_interview},
    },
    usecases::{
        governance::interviews::{self, Correction, NewInterview},
        organisation::appointments,
    },
};

use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    organisation::Person,
    performance::Period,
    relay::{Member, NodeId, NodeKind, connection},
    scalars::Date,
};

/// An interview.
#[derive(Clone)]
pub struct MemberInterview(pub Member<member_interview::Model>);

/// That the Authority's chairman interviewed a member for a year, and whether partnership effectiveness was talked about (S4, Appendix 2,
/// action 15). It is read by the chairman and by the member, and by nobody else.
#[Object]
impl MemberInterview {
    /// The interview's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::MemberInterview, self.0.row()).to_id()
    }

    /// Whom the chairman interviewed.
    async fn member(&self) -> Result<Option<Person>> {
        let load = || async move {
            let ids: Vec<_> = self.0.rows().iter().map(|row| row.member_id).collect();
            let rows = appointments::people(self.0.tx(), self.0.tenant(), ids).await?;
            Ok::<_, Error>(rows.into_iter().map(|row| (row.id, Arc::new(row))).collect::<HashMap<_, _>>())
        };
        let people = self.0.loaded().once("MemberInterview.member", load).await?;
        Ok(people.get(&self.0.row().member_id).map(|row| Person::new(self.0.view(), Arc::clone(row))))
    }

    /// The financial year that it was for.
    async fn year(&self) -> Option<Period> {
        self.0.row().year.parse::<Known>().ok().map(Period::from)
    }

    /// The day on which it took place.
    fn held_on(&self) -> Date {
        Date(self.0.row().held_on)
    }

    /// Whether partnership effectiveness was talked about.
    fn is_effectiveness_discussed(&self) -> bool {
        self.0.row().is_effectiveness_discussed
    }

    /// What is noted of it, between the two.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// The business date on which it was recorded.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Which version of the record stands: 1 as it was first made, and one more with each correction.
    async fn version(&self) -> Result<Option<i32>> {
        Ok(Some(version::corrected(self.correction_rows().await?.last().map(|last| last.row().version))))
    }

    /// How the record was put right, in the order in which it was: what it said before, and why. Whoever may read the interview reads it.
    async fn corrections(&self) -> Result<Option<Vec<InterviewCorrection>>> {
        Ok(Some(self.correction_rows().await?.into_iter().map(InterviewCorrection).collect()))
    }
}

impl MemberInterview {
    async fn correction_rows(&self) -> Result<Vec<Member<interview_correction::Model>>, Error> {
        let load = || interviews::corrections(self.0.tx(), self.0.tenant(), self.0.ids());
        self.0.below("corrections", load, |row: &interview_correction::Model| Some(row.interview_id)).await
    }
}

/// A correction of the record of an interview.
#[derive(Clone)]
pub struct InterviewCorrection(Member<interview_correction::Model>);

/// A correction of the record of an interview by the chairman: what the record said before, when it was put right and why. It is read by
/// the chairman and by the member, and by nobody else.
#[Object]
impl InterviewCorrection {
    /// Which version of the record it made; the record as it was first made is the first.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The day on which the interview took place, as the record said before.
    fn former_held_on(&self) -> Date {
        Date(self.0.row().former_held_on)
    }

    /// Whether partnership effectiveness was talked about, as the record said before.
    fn was_effectiveness_discussed(&self) -> bool {
        self.0.row().former_is_effectiveness_discussed
    }

    /// What was noted of it before.
    fn former_note(&self) -> Option<&str> {
        self.0.row().former_note.as_deref()
    }

    /// Why it was put right.
    fn reason(&self) -> &str {
        &self.0.row().reason
    }

    /// The business date on which it was.
    fn corrected_on(&self) -> Date {
        Date(self.0.row().corrected_on)
    }
}

connection!(MemberInterviewConnection, MemberInterviewEdge, MemberInterview, "interviews");

/// An interview to be recorded.
#[derive(InputObject)]
pub struct RecordMemberInterviewInput {
    /// The authority.
    tenant: ID,
    /// Whom you interviewed.
    member: ID,
    /// The financial year that it was for, by its code, such as FY2009.
    year: String,
    /// The day on which it took place.
    held_on: Date,
    /// Whether partnership effectiveness was talked about.
    is_effectiveness_discussed: bool,
    /// What is to be noted of it, for the member and you alone.
    note: Option<String>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording an interview gives.
#[derive(SimpleObject, Default)]
pub struct RecordMemberInterviewPayload {
    /// The interview.
    interview: Option<MemberInterview>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// The record of an interview, to be put right.
#[derive(InputObject)]
pub struct RecordInterviewCorrectionInput {
    /// The interview.
    interview: ID,
    /// The day on which it took place.
    held_on: Date,
    /// Whether partnership effectiveness was talked about.
    is_effectiveness_discussed: bool,
    /// What is to be noted of it, for the member and you alone; nothing when left out.
    note: Option<String>,
    /// Why it is put right, for the member and you alone.
    reason: String,
    /// The version of the record that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What putting the record of an interview right gives.
#[derive(SimpleObject, Default)]
pub struct RecordInterviewCorrectionPayload {
    /// The interview as its record is now, with what it said before.
    interview: Option<MemberInterview>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Interviews being recorded.
#[derive(Default)]
pub struct InterviewMutation;

#[Object]
impl InterviewMutation {
    /// Records that the chairman interviewed a member for a year: the chairman does, once for each member and year. The member reads it,
    /// and nobody else does.
    async fn record_member_interview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interview to be recorded.")] input: RecordMemberInterviewInput,
    ) -> Result<RecordMemberInterviewPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, &input).await {
            Ok(interview) => Ok(RecordMemberInterviewPayload { interview: Some(interview), user_errors: Vec::new() }),
            Err(error) => Ok(RecordMemberInterviewPayload { interview: None, user_errors: for_user(error)? }),
        }
    }

    /// Puts the record of an interview right, with the reason: the chairman does. What it said before stays readable to the member and the
    /// chairman, and to nobody else.
    async fn record_interview_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The record to be put right.")] input: RecordInterviewCorrectionInput,
    ) -> Result<RecordInterviewCorrectionPayload> {
        let acting = Acting::of(ctx)?;
        match corrected(&acting, &input).await {
            Ok(interview) => Ok(RecordInterviewCorrectionPayload { interview: Some(interview), user_errors: Vec::new() }),
            Err(error) => Ok(RecordInterviewCorrectionPayload { interview: None, user_errors: for_user(error)? }),
        }
    }
}

async fn corrected(acting: &Acting<'_>, input: &RecordInterviewCorrectionInput) -> Result<MemberInterview, Error> {
    let (tenant, interview) = NodeId::expect("interview", &input.interview, NodeKind::MemberInterview)?;
    let new = Correction {
        interview,
        held_on: input.held_on.0,
        is_effectiveness_discussed: input.is_effectiveness_discussed,
        note: input.note.clone(),
        reason: input.reason.clone(),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| interviews::correct(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn recorded(acting: &Acting<'_>, input: &RecordMemberInterviewInput) -> Result<MemberInterview, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, input)?;
    let new = NewInterview {
        member: NodeId::expect_person("member", &input.member)?,
        year: input.year.clone(),
        held_on: input.held_on.0,
        is_effectiveness_discussed: input.is_effectiveness_discussed,
        note: input.note.clone(),
    };
    let id = writing.once(|tx| interviews::record(tx, &new)).await?;
    shown(acting, tenant, id).await
}

async fn shown(acting: &Acting<'_>, tenant: TenantId, id: Id<member_interview::Model>) -> Result<MemberInterview, Error> {
    let view = acting.view_after();
    let row = view.tx().get::<member_interview::Entity>(tenant, id).await?;
    Ok(MemberInterview(Member::alone(&view, row)))
}
