//! Neighbourhood feedback as collated for a council area.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entity::{
    error::Error,
    rules::{
        feedback::{Mentions, recurs_in_quarters, recurs_in_units},
        period::Period as Known,
    },
    tables::{
        Id, TenantId,
        governance::{feedback_source, feedback_summary, feedback_theme},
    },
    usecases::governance::collation::{self, Collation, Theme},
};

use super::{FeedbackSubject, feedback::area_id};
use crate::graphql::{
    acting::Acting,
    errors::{UserError, for_user},
    performance::{Area, Period},
    relay::{Member, NodeId, NodeKind, View, connection},
    scalars::Date,
};

/// A summary of feedback.
#[derive(Clone)]
pub struct FeedbackSummary(pub Member<feedback_summary::Model>);

/// Neighbourhood feedback as collated for a council area and a quarter: edited words, and where and how often things came up. Who wrote it
/// is told to nobody here. The area's lead member reads it once it was sent, other lead members don't.
#[Object]
impl FeedbackSummary {
    /// The summary's global identifier.
    pub async fn id(&self) -> ID {
        NodeId::of(NodeKind::FeedbackSummary, self.0.row()).to_id()
    }

    /// Counted from 1 along what was collated for the area and quarter.
    fn version(&self) -> i32 {
        self.0.row().version
    }

    /// The council area.
    async fn area(&self) -> Result<Option<Area>> {
        Area::one(self.0.view(), Some(self.0.row().area_id)).await
    }

    /// The quarter.
    async fn quarter(&self) -> Option<Period> {
        self.0.row().quarter.parse::<Known>().ok().map(Period::from)
    }

    /// What there is to say of the whole.
    fn text(&self) -> &str {
        &self.0.row().text
    }

    /// How many forms there were when it was collated.
    fn forms(&self) -> i32 {
        self.0.row().forms
    }

    /// Why it was collated although no form had come; null where some had, and for what was collated before this was asked.
    fn no_forms_reason(&self) -> Option<&str> {
        self.0.row().no_forms_reason.as_deref()
    }

    /// Of how many units.
    fn units_heard(&self) -> i32 {
        self.0.row().units_heard
    }

    /// Of how many units of the area nothing was heard.
    fn units_awaited(&self) -> i32 {
        self.0.row().units_awaited
    }

    /// How many members still owed a form about a unit of theirs, even where others wrote about it; null for what was collated before
    /// this was counted.
    fn members_awaited(&self) -> Option<i32> {
        self.0.row().members_awaited
    }

    /// Theme by theme, in order.
    async fn themes(&self) -> Result<Vec<FeedbackTheme>> {
        let versions: Vec<_> = self.0.rows().iter().map(|row| (row.id, row.version)).collect();
        let load = || async move { collation::themes(self.0.tx(), self.0.tenant(), &versions).await };
        let themes = self.0.below("FeedbackSummary.themes", load, |theme| Some(theme.summary_id)).await?;
        Ok(themes.into_iter().map(FeedbackTheme).collect())
    }

    /// Whether it was made up to show how things work.
    fn is_illustrative(&self) -> bool {
        self.0.row().is_illustrative
    }

    /// The business date on which it was collated last.
    fn collated_on(&self) -> Date {
        Date(self.0.row().collated_on)
    }

    /// The business date on which it was sent to the area's lead member; null until then.
    fn sent_on(&self) -> Option<Date> {
        self.0.row().sent_on.map(Date)
    }
}

connection!(FeedbackSummaryConnection, FeedbackSummaryEdge, FeedbackSummary, "summaries of feedback");

/// A theme of a summary.
pub struct FeedbackTheme(Member<feedback_theme::Model>);

impl FeedbackTheme {
    async fn found(&self) -> Result<Vec<Member<feedback_source::Model>>> {
        let ids = self.0.ids();
        let load = || async move { collation::sources(self.0.tx(), self.0.tenant(), ids).await };
        Ok(self.0.below("FeedbackTheme.sources", load, |source| Some(source.theme_id)).await?)
    }

    async fn mentions(&self) -> Result<Vec<Mentions<uuid::Uuid>>> {
        let mention = |source: &Member<feedback_source::Model>| {
            let row = source.row();
            Some(Mentions { unit: row.unit_id.uuid(), quarter: row.quarter.parse().ok()?, count: row.mentions })
        };
        Ok(self.found().await?.iter().filter_map(mention).collect())
    }
}

/// A theme of collated feedback: issues of several forms that are one.
#[Object]
impl FeedbackTheme {
    /// Counted from 1 within the summary.
    fn number(&self) -> i32 {
        self.0.row().number
    }

    /// What it is about.
    fn subject(&self) -> FeedbackSubject {
        self.0.row().subject.into()
    }

    /// In a few words.
    fn title(&self) -> &str {
        &self.0.row().title
    }

    /// In edited words.
    fn text(&self) -> &str {
        &self.0.row().text
    }

    /// How many issues were merged into it.
    fn merged_issues(&self) -> i32 {
        self.0.row().merged
    }

    /// Whether its subject came up in two units or more, in whichever of the last five quarters, in this council area.
    async fn recurs_in_units(&self) -> Result<bool> {
        Ok(recurs_in_units(&self.mentions().await?))
    }

    /// Whether its subject came up in two quarters or more of the last five, in this council area.
    async fn recurs_in_quarters(&self) -> Result<bool> {
        Ok(recurs_in_quarters(&self.mentions().await?))
    }

    /// Where it came up, latest quarter first: units and quarters, never authors.
    async fn sources(&self) -> Result<Vec<FeedbackSource>> {
        let mut sources = Vec::new();
        for source in self.found().await? {
            let row = source.row();
            sources.push(FeedbackSource {
                unit: Area::one(self.0.view(), Some(row.unit_id)).await?,
                quarter: row.quarter.parse::<Known>().ok().map(Period::from),
                mentions: row.mentions,
            });
        }
        Ok(sources)
    }
}

/// Where a theme came up.
#[derive(SimpleObject)]
pub struct FeedbackSource {
    /// The neighbourhood policing unit.
    unit: Option<Area>,
    /// The quarter.
    quarter: Option<Period>,
    /// How many forms named it.
    mentions: i32,
}

/// An issue that is merged into a theme.
#[derive(InputObject)]
pub struct MergedIssueInput {
    /// The form that names it.
    feedback: ID,
    /// Its number within the form.
    number: i32,
}

/// A theme to be recorded.
#[derive(InputObject)]
pub struct FeedbackThemeInput {
    /// What it is about.
    subject: FeedbackSubject,
    /// In a few words.
    title: String,
    /// In edited words, which tell nobody's name.
    text: String,
    /// The issues that are one: at least one, and each in one theme only.
    #[graphql(validator(max_items = 200))]
    issues: Vec<MergedIssueInput>,
}

/// A summary of feedback to be recorded.
#[derive(InputObject)]
pub struct RecordFeedbackSummaryInput {
    /// The authority.
    tenant: ID,
    /// The council area.
    area: ID,
    /// The quarter, by its code, such as FY2009-Q3; it is over.
    quarter: String,
    /// What there is to say of the whole.
    text: String,
    /// Theme by theme.
    #[graphql(validator(max_items = 100))]
    themes: Vec<FeedbackThemeInput>,
    /// Why the quarter is closed although no form has come; needed where none has, and left out where some has.
    no_forms_reason: Option<String>,
    /// The version of the summary that you expect to stand, 0 for none; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What recording a summary of feedback gives.
#[derive(SimpleObject, Default)]
pub struct RecordFeedbackSummaryPayload {
    /// The summary that stands now, and was sent to nobody yet.
    summary: Option<FeedbackSummary>,
    /// What was wrong with the input; empty when it was accepted.
    user_errors: Vec<UserError>,
}

/// A summary of feedback to be sent.
#[derive(InputObject)]
pub struct SendFeedbackSummaryInput {
    /// The summary.
    summary: ID,
    /// The version of the summary that you expect to stand; another one refuses the call. Left out, it isn't looked at.
    expected_version: Option<i32>,
    /// A key of your own, such as a random UUID, of 1 to 100 visible ASCII characters: for 24 hours a call of yours that repeats it
    /// with the same input acts no second time and gets the first answer.
    idempotency_key: Option<String>,
}

/// What sending a summary of feedback gives.
#[derive(SimpleObject, Default)]
pub struct SendFeedbackSummaryPayload {
    /// The summary, which the area's lead member may read now.
    summary: Option<FeedbackSummary>,
    /// What was wrong; empty when it was sent.
    user_errors: Vec<UserError>,
}

/// Feedback being collated.
#[derive(Default)]
pub struct FeedbackSummaryMutation;

#[Object]
impl FeedbackSummaryMutation {
    /// Records what a council area's feedback for a quarter comes to, in place of what was collated before. From then on no feedback is
    /// taken for it. Themes say where they came up: in this quarter, and their subject in the four quarters before.
    async fn record_feedback_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The summary to be recorded.")] input: RecordFeedbackSummaryInput,
    ) -> Result<RecordFeedbackSummaryPayload> {
        let acting = Acting::of(ctx)?;
        match recorded(&acting, input).await {
            Ok(summary) => Ok(RecordFeedbackSummaryPayload { summary: Some(summary), user_errors: Vec::new() }),
            Err(error) => Ok(RecordFeedbackSummaryPayload { summary: None, user_errors: for_user(error)? }),
        }
    }

    /// Sends a summary to the lead member of its area, who reads it here from now on and gets a letter that says so.
    async fn send_feedback_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The summary to be sent.")] input: SendFeedbackSummaryInput,
    ) -> Result<SendFeedbackSummaryPayload> {
        let acting = Acting::of(ctx)?;
        match sent(&acting, &input).await {
            Ok(summary) => Ok(SendFeedbackSummaryPayload { summary: Some(summary), user_errors: Vec::new() }),
            Err(error) => Ok(SendFeedbackSummaryPayload { summary: None, user_errors: for_user(error)? }),
        }
    }
}

async fn recorded(acting: &Acting<'_>, input: RecordFeedbackSummaryInput) -> Result<FeedbackSummary, Error> {
    let tenant = NodeId::expect_tenant("tenant", &input.tenant)?;
    let writing = acting.writing(tenant, &input)?;
    let collation = Collation {
        area: area_id("area", &input.area)?,
        quarter: input.quarter,
        text: input.text,
        themes: input
            .themes
            .into_iter()
            .enumerate()
            .map(|(at, theme)| merged(tenant, at, theme))
            .collect::<Result<_, Error>>()?,
        no_forms_reason: input.no_forms_reason,
        expected_version: input.expected_version,
    };
    let id = writing.once(|tx| collation::collate(tx, &collation)).await?;
    shown(&acting.view_after(), tenant, id).await
}

fn merged(tenant: TenantId, at: usize, theme: FeedbackThemeInput) -> Result<Theme, Error> {
    let issue = |(place, issue): (usize, MergedIssueInput)| {
        let field = format!("themes.{at}.issues.{place}.feedback");
        let (of, form) = NodeId::expect(&field, &issue.feedback, NodeKind::Feedback)?;
        // Another tenant's isn't there.
        Ok((if of == tenant { form } else { Id::new() }, issue.number))
    };
    let issues = theme.issues.into_iter().enumerate().map(issue).collect::<Result<_, Error>>()?;
    Ok(Theme { subject: theme.subject.into(), title: theme.title, text: theme.text, issues })
}

async fn sent(acting: &Acting<'_>, input: &SendFeedbackSummaryInput) -> Result<FeedbackSummary, Error> {
    let (tenant, id) = NodeId::expect("summary", &input.summary, NodeKind::FeedbackSummary)?;
    let id = acting.writing(tenant, input)?.once(|tx| collation::send(tx, id, input.expected_version)).await?;
    shown(&acting.view_after(), tenant, id).await
}

async fn shown(view: &View, tenant: TenantId, id: Id<feedback_summary::Model>) -> Result<FeedbackSummary, Error> {
    let row = collation::many(view.tx(), tenant, [id]).await?.pop().ok_or(Error::NotFound("summary of feedback"))?;
    Ok(FeedbackSummary(Member::alone(view, row)))
}
