//! The Policing Plan's objectives and measures, and how areas' priorities answer to them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    tables::governance::{policing_plan_alignment, policing_plan_measure, policing_plan_objective},
    usecases::governance::policing_plan::{self, AreaAnswer, Judged},
};

use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    finance::act_of,
    organisation::{Act, texts},
    performance::{Agreement, Area},
    relay::{Member, NodeId, NodeKind, Paging, connection},
    scalars::Date,
};

/// How a priority answers to an objective of the Policing Plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::tables::governance::policing_plan_alignment::AlignmentJudgement")]
pub enum AlignmentJudgement {
    /// It serves the objective.
    Aligned,
    /// It serves a part of it.
    Partial,
    /// It works against it.
    Conflict,
    /// It has nothing to do with it.
    Missing,
}

/// An objective.
#[derive(Clone)]
pub struct PolicingPlanObjective(pub Member<policing_plan_objective::Model>);

/// An objective of the Policing Plan, which the Authority sets for the Chief Constable.
#[Object]
impl PolicingPlanObjective {
    /// The objective's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PolicingPlanObjective, self.0.row()).to_id()
    }

    /// Its number, as the plan has it.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// How it is cited, such as Objective 3.
    fn reference(&self) -> String {
        policing_plan::cited(self.0.row())
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// What it aims at, in order.
    fn aims(&self) -> Vec<String> {
        texts(&self.0.row().aims)
    }

    /// What to mind when reading it.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// The plan: an agreement, with the lines by which the measures are followed. Null for who may not read agreements there.
    async fn plan(&self) -> Result<Option<Agreement>> {
        let ids: Vec<_> = self.0.rows().iter().map(|row| row.agreement_id).collect();
        let load = || async move {
            let tx = self.0.tx();
            tx.get_many::<entity::tables::performance::agreement::Entity>(self.0.tenant(), ids).await
        };
        Ok(self.0.beside("PolicingPlanObjective.plan", Some(self.0.row().agreement_id), load).await?.map(Agreement))
    }

    /// Its measures, by number.
    async fn measures(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PolicingPlanMeasureConnection>> {
        let paging = Paging::new(&format!("PolicingPlanObjective.measures/{}", self.0.row().id), (first, after, last, before))?;
        let load = || policing_plan::measures(self.0.tx(), self.0.tenant(), self.0.ids());
        let rows = self.0.below("measures", load, |row: &policing_plan_measure::Model| Some(row.objective_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PolicingPlanMeasure(row))).collect())?.into()))
    }

    /// How priorities answer to it, as lead members judged by the end of the day that is shown; from elsewhere you see those about
    /// your own areas.
    async fn alignments(
        &self,
        #[graphql(desc = "How many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Option<PolicingPlanAlignmentConnection>> {
        let list = format!("PolicingPlanObjective.alignments/{}/{}", self.0.row().id, self.0.view().as_at());
        let paging = Paging::new(&list, (first, after, last, before))?;
        let load = || policing_plan::alignments(self.0.tx(), self.0.tenant(), self.0.ids(), self.0.view().as_at());
        let rows = self.0.below("alignments", load, |row: &policing_plan_alignment::Model| Some(row.objective_id)).await?;
        Ok(Some(paging.slice(rows.into_iter().map(|row| (row.row().id.uuid(), PolicingPlanAlignment(row))).collect())?.into()))
    }

    /// How each area answers to it, and where there is a gap, by the area's name; from elsewhere you see your own areas.
    async fn areas(&self) -> Result<Option<Vec<PolicingPlanAreaAnswer>>> {
        let answers = policing_plan::answers(self.0.tx(), self.0.row(), self.0.view().as_at()).await?;
        Ok(Some(answers.into_iter().map(PolicingPlanAreaAnswer::from).collect()))
    }

    /// The document and section that it comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(PolicingPlanObjectiveConnection, PolicingPlanObjectiveEdge, PolicingPlanObjective, "objectives");

/// How an area's priorities answer to an objective of the Policing Plan.
#[derive(Clone, SimpleObject)]
pub struct PolicingPlanAreaAnswer {
    /// The area's tenant, by its short name, such as halton.
    slug: String,
    /// The area's tenant, by name.
    name: String,
    /// The best of its judgements; null when nobody has judged any of its priorities.
    judgement: Option<AlignmentJudgement>,
    /// Whether the objective goes unanswered there: no priority serves the whole of it, or one works against it.
    is_gap: bool,
    /// The priorities that serve it or a part of it, by name.
    serving: Vec<String>,
    /// The priorities that work against it, by name.
    against: Vec<String>,
    /// The priorities of the agreement that runs there which nobody has judged, by name; null when you may not see that agreement,
    /// or none runs.
    unjudged: Option<Vec<String>>,
}

impl From<AreaAnswer> for PolicingPlanAreaAnswer {
    fn from(answer: AreaAnswer) -> Self {
        Self {
            is_gap: answer.is_gap(),
            slug: answer.tenant.slug,
            name: answer.tenant.name,
            judgement: answer.judgement.map(Into::into),
            serving: answer.serving,
            against: answer.against,
            unjudged: answer.unjudged,
        }
    }
}

/// A measure.
#[derive(Clone)]
pub struct PolicingPlanMeasure(pub Member<policing_plan_measure::Model>);

/// A measure of an objective, in the words of the plan. Its figures, and its targets with both ways to read them, stand with the lines
/// of the plan as an agreement.
#[Object]
impl PolicingPlanMeasure {
    /// The measure's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PolicingPlanMeasure, self.0.row()).to_id()
    }

    /// Its number under the objective.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What is measured.
    fn words(&self) -> &str {
        &self.0.row().words
    }

    /// Whether the plan marks it as a priority.
    fn is_priority(&self) -> bool {
        self.0.row().is_priority
    }

    /// What the plan projected, as printed.
    fn projected(&self) -> Option<&str> {
        self.0.row().projected.as_deref()
    }

    /// Its targets, as printed.
    async fn targets(&self) -> Vec<PolicingPlanTargetWords> {
        let targets = self.0.row().targets.as_array().into_iter().flatten();
        let text =
            |value: &serde_json::Value, key: &str| value.get(key).and_then(|text| text.as_str()).unwrap_or_default().to_owned();
        targets.map(|target| PolicingPlanTargetWords { year: text(target, "year"), words: text(target, "words") }).collect()
    }

    /// The number of the national indicator that it is.
    async fn national_number(&self) -> Result<Option<i32>> {
        let Some(own) = self.0.row().national_indicator_id else { return Ok(None) };
        let rows = entity::usecases::performance::indicators::national_many(self.0.tx(), vec![own]).await?;
        Ok(rows.first().map(|row| row.number))
    }

    /// The document and section that it comes from.
    fn source(&self) -> &str {
        &self.0.row().source
    }
}

connection!(PolicingPlanMeasureConnection, PolicingPlanMeasureEdge, PolicingPlanMeasure, "measures");

/// A target of a measure as the plan prints it.
#[derive(Clone, SimpleObject)]
pub struct PolicingPlanTargetWords {
    /// The financial year, by its code, such as FY2009.
    year: String,
    /// The words.
    words: String,
}

/// A judgement of alignment.
#[derive(Clone)]
pub struct PolicingPlanAlignment(pub Member<policing_plan_alignment::Model>);

/// How an area's priority answers to an objective of the Policing Plan, as its lead member judges.
#[Object]
impl PolicingPlanAlignment {
    /// The judgement's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::PolicingPlanAlignment, self.0.row()).to_id()
    }

    /// The area whose priority it is.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(self.0.view(), Some(self.0.row().area_id)).await
    }

    /// The agreement and the number of the priority, such as halton-laa-2008/5.
    fn priority_reference(&self) -> &str {
        &self.0.row().priority_reference
    }

    /// What the priority was called when it was judged.
    fn priority_name(&self) -> &str {
        &self.0.row().priority_name
    }

    /// How it answers.
    fn judgement(&self) -> AlignmentJudgement {
        self.0.row().judgement.into()
    }

    /// Why.
    fn note(&self) -> Option<&str> {
        self.0.row().note.as_deref()
    }

    /// Counted from 1 along the judgements of the same priority and objective.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The business date on which it was judged.
    fn recorded_on(&self) -> Date {
        Date(self.0.row().recorded_on)
    }

    /// Who judged it, and in which office.
    async fn act(&self) -> Result<Option<Act>> {
        Ok(act_of(&self.0, "PolicingPlanAlignment.act", |row| Some(row.act_id)).await?)
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }
}

connection!(PolicingPlanAlignmentConnection, PolicingPlanAlignmentEdge, PolicingPlanAlignment, "judgements of alignment");

/// How a priority answers to an objective.
#[derive(InputObject)]
pub struct SetPolicingPlanAlignmentInput {
    /// The objective.
    objective: ID,
    /// The priority: a theme of the area's agreement.
    priority: ID,
    /// How it answers.
    judgement: AlignmentJudgement,
    /// Why; needed when it falls short or works against it.
    note: Option<String>,
    /// The version of the judgement that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What judging a priority gives.
#[derive(SimpleObject, Default)]
pub struct SetPolicingPlanAlignmentPayload {
    /// The judgement that stands now.
    alignment: Option<PolicingPlanAlignment>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// Priorities being judged.
#[derive(Default)]
pub struct PolicingPlanMutation;

#[Object]
impl PolicingPlanMutation {
    /// Judges how a priority of your own area answers to an objective of the Policing Plan, in place of the judgement that stood.
    async fn set_policing_plan_alignment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How a priority answers to an objective.")] input: SetPolicingPlanAlignmentInput,
    ) -> Result<SetPolicingPlanAlignmentPayload> {
        let acting = Acting::of(ctx)?;
        match judged(&acting, &input).await {
            Ok(alignment) => Ok(SetPolicingPlanAlignmentPayload { alignment: Some(alignment), user_errors: Vec::new() }),
            Err(error) => Ok(SetPolicingPlanAlignmentPayload { alignment: None, user_errors: for_user(error)? }),
        }
    }
}

async fn judged(acting: &Acting<'_>, input: &SetPolicingPlanAlignmentInput) -> Result<PolicingPlanAlignment, Error> {
    let (tenant, objective) = NodeId::expect("objective", &input.objective, NodeKind::PolicingPlanObjective)?;
    let judged = Judged {
        objective,
        priority: NodeId::expect("priority", &input.priority, NodeKind::Theme)?,
        judgement: input.judgement.into(),
        note: input.note.clone(),
        expected_version: input.expected_version,
    };
    let id = acting.writing(tenant, input)?.once(|tx| policing_plan::judge(tx, &judged)).await?;
    let view = acting.view_after();
    let row = view.tx().get::<policing_plan_alignment::Entity>(tenant, id).await?;
    Ok(PolicingPlanAlignment(Member::alone(&view, row)))
}
